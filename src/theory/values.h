/* The values of a theory while they are being found. */
#ifndef TANDEM_THEORY_VALUES_H
#define TANDEM_THEORY_VALUES_H

#include "theory/theory.h"

/* Zeroed: none yet. */
struct values {
    struct theory theory; /* what has been found */
    size_t capacity;
    bool failed; /* memory is gone */
};

/* "OWNER.METRIC"; an owner that is NULL is left out. What is not a finite number is left out, too. */
void values_add(struct values *values, const char *owner, const char *metric, double value, double slack,
                const char *law);

/* The same for a bound that `where` (or NULL) sets. */
void values_add_bound(struct values *values, const char *metric, enum theory_relation relation, double value,
                      double slack, const char *law, const char *where);

/* Whether the metric has an exact value already. */
bool values_have(const struct values *values, const char *metric);

#endif
