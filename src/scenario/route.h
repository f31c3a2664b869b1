/* Where a path such as `load[0].request` leads in a document. Private to src/scenario. */
#ifndef TANDEM_SCENARIO_ROUTE_H
#define TANDEM_SCENARIO_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/json_locate.h"
#include "scenario/fields.h"

struct route {
    struct json_step *steps; /* owned, with the keys; >= 1 */
    size_t n_steps;
    /* Once it was found: */
    size_t n_there; /* the first of the steps, as many as stand in the document around the value */
    cJSON *parent;  /* borrowed: the innermost object or array around the value that stands */
    const struct object_type *type; /* of the object around the value; NULL: the tables do not know it */
};

/* Why a path leads nowhere; the texts are borrowed from the document and the tables. */
struct route_fault {
    size_t n_steps; /* the first of the steps, as many as tell where it fails */
    const char *message;
    const char *hint; /* the key that was perhaps meant, or NULL */
    bool failed;      /* it is no mistake: memory is gone */
};

/* Reads `components.shop.workers`, `load[0].request` or `calls["bank.pay"].mode` up to the end of the text or
 * one of the characters `stops` outside of brackets. What is behind it, or NULL: it is not a path, or memory
 * is gone, and only then *ret_failed is true. */
const char *route_read(const char *text, const char *stops, struct route *ret_route, bool *ret_failed);

/* Finds it in the document. `load.0` is the same as `load[0]`; `load[0].rate` is its open.poisson or
 * open.constant, whichever stands there. Objects around the value may be absent where the tables know them.
 * False: it leads nowhere. */
bool route_find(struct route *route, cJSON *root, struct route_fault *ret_fault);

/* The value at its end, NULL where that is absent; once it was found. */
cJSON *route_value(const struct route *route);

/* What the tables know of the value, NULL: nothing; and the key that was perhaps meant, or NULL. */
const struct field *route_field(const struct route *route);
const char *route_hint(const struct route *route);

void route_finish(struct route *route);

#endif
