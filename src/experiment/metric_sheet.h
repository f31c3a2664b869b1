/* The sheet that a result's numbers, and if wanted their names, are put on, one after another. Of metrics.c
 * alone. */
#ifndef TANDEM_EXPERIMENT_METRIC_SHEET_H
#define TANDEM_EXPERIMENT_METRIC_SHEET_H

#include "base/text.h"
#include "experiment/metrics.h"

/* Zeroed: empty. */
struct sheet {
    double *values; /* owned */
    struct metric
        *metrics; /* owned; NULL while only numbers are wanted: naming takes longer than computing */
    size_t n, capacity;
    bool naming, failed;
    struct text prefix; /* "shop.wait." */
};

/* Adds a number; its meaning is "about: meaning", or `meaning` alone where `about` is NULL. */
void sheet_put(struct sheet *sheet, const char *name, enum metric_unit unit, double value, const char *about,
               const char *meaning);

/* Names put from now on begin with `name` and a dot, until sheet_leave() is given what this returned. */
size_t sheet_enter(struct sheet *sheet, const char *name);
void sheet_leave(struct sheet *sheet, size_t mark);

void sheet_finish(struct sheet *sheet);

/* Puts every number of a result, in an order that depends on the spec and on how many queues there are alone.
 * False when memory is gone. */
bool sheet_put_result(struct sheet *sheet, const struct spec *spec, const struct result *result);

/* What the workers of each component were blocked on, and for. */
struct callees;
struct callees *callees_create(const struct spec *spec); /* NULL when memory is gone */
void callees_destroy(struct callees *callees, const struct spec *spec);
void sheet_put_blames(struct sheet *sheet, const struct spec *spec, const struct callees *callees,
                      size_t component, const struct component_result *result);

/* The calls of every endpoint that is called at all; `calls` has one an endpoint, or is NULL. False when
 * memory is gone. */
bool sheet_put_calls(struct sheet *sheet, const struct spec *spec, const struct call_result *calls);

/* What followed from each event of the spec; where the result does not know of it, nothing has a value. */
void sheet_put_events(struct sheet *sheet, const struct spec *spec, const struct result *result);

/* A share of a whole; NAN of nothing. */
double metric_share(int128 part, int128 whole);

#endif
