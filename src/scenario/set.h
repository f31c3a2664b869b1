/* Values of a document overridden from outside: PATH=VALUE. */
#ifndef TANDEM_SCENARIO_SET_H
#define TANDEM_SCENARIO_SET_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/json_locate.h"
#include "scenario/problems.h"

/* An override that was made. */
struct set {
    char *shown;             /* owned; "--set PATH=VALUE" */
    struct json_step *steps; /* owned, with the keys */
    size_t n_steps;
    size_t n_there; /* the first of the steps, as many as stood in the document before */
};

struct set_list {
    struct set *sets; /* owned */
    size_t n;
};

/* Makes the overrides in the document, in their order, and tells those that cannot be made. A VALUE that is
 * JSON is taken as that, any other as a string. Objects around it that are absent, and that the tables of
 * fields know, are made too. False when memory is gone. */
bool set_apply(cJSON *root, const char *const *sets, size_t n_sets, struct set_list *ret_list,
               struct problem_list *problems);

/* The last override that made the value at `steps`, or one around it; NULL when the file did. */
const struct set *set_find(const struct set_list *list, const struct json_step *steps, size_t n_steps);

/* The VALUE that makes this one (free() it): a text without its quotation marks where that is still a text.
 * NULL when memory is gone. */
char *set_text(const cJSON *item);

void set_list_finish(struct set_list *list);

#endif
