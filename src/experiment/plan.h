/* What a sweep was asked to do, kept beside its tasks, so that the shards of it can be put together without
 * being told again.
 *
 * FOLDER/plan.txt has the lines "tandem plan 1" and "version VERSION", that of the program; "KEY LENGTH
 * VALUE" and a line's end for each value, in the order of enum plan_key (LENGTH in bytes; there may be line
 * ends in the VALUE); and the seal of experiment/seal.h. */
#ifndef TANDEM_EXPERIMENT_PLAN_H
#define TANDEM_EXPERIMENT_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum plan_key {
    PLAN_SCENARIO, /* its path, as it was given */
    PLAN_FOLDER,   /* where the files lie that the scenario names; absolute */
    PLAN_TEXT,     /* of the scenario, as the file has it */
    PLAN_SHARDS,   /* into how many it was divided; not at all: none */
    PLAN_SET,      /* PATH=VALUE, as --set has it; any number of them, as of those below */
    PLAN_VARY,     /* PATH=VALUES; none: the axes of the scenario */
    PLAN_POLICY,   /* none: all */
    PLAN_GET,      /* metrics; none: the usual */
    PLAN_KEYS
};

struct plan_values {
    char **strings; /* owned */
    size_t n;
};

/* Zeroed: empty. */
struct plan {
    struct plan_values values[PLAN_KEYS];
};

/* Adds a copy of the value. False when memory is gone. */
bool plan_add(struct plan *plan, enum plan_key key, const char *value, struct error *error);

/* The only value of a key, or NULL. */
const char *plan_value(const struct plan *plan, enum plan_key key);

void plan_finish(struct plan *plan);

/* Writes FOLDER/plan.txt, whole or not at all; the same plan is always the same bytes. The folder is made
 * when it is not there. */
bool plan_write(const struct plan *plan, const char *folder, struct error *error);

/* Reads FOLDER/plan.txt, in which each key above PLAN_SHARDS stands once. The error names the file. One of
 * another version of the program is an error: its tasks are of no use to this one. */
bool plan_read(const char *folder, struct plan *ret_plan, struct error *error);

/* Is there a FOLDER/plan.txt, in whatever state? */
bool plan_is_there(const char *folder);

/* Do both ask for the same tasks and the same report of them? Where the scenario lay is no difference, nor
 * how many shards there are. If not, the error says what it is: `--vary is "load.0.rate=1/s" here and
 * "load.0.rate=2/s" there`. */
bool plan_same(const struct plan *here, const struct plan *there, struct error *error);

#endif
