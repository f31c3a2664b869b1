/* What became of a scenario's claims about its results. */
#ifndef TANDEM_EXPERIMENT_EXPECTATION_H
#define TANDEM_EXPERIMENT_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/expression.h"

enum expectation_verdict {
    EXPECTATION_HOLDS,
    EXPECTATION_FAILS,
    EXPECTATION_SKIPPED, /* it is about a policy that was not run */
};

/* A mean over the replications; the half-width of its interval, at the metrics' level, is NAN with one
 * replication. */
struct expectation_side {
    double mean, half_width;
};

struct expectation {
    const char *text; /* borrowed from the spec */
    enum expectation_verdict verdict;
    char *reason; /* owned; why it was skipped, or has no numbers (which are NAN then); NULL = it has some */
    struct expression_unit unit; /* of both sides */
    struct expectation_side left, right;
    struct expectation_side difference; /* left - right, replication by replication */
    bool right_is_constant;
};

/* Zeroed: nothing was claimed, or not looked at. */
struct expectation_list {
    struct expectation *expectations; /* owned, in the scenario's order */
    size_t n;
    size_t n_failed;
};

void expectation_list_finish(struct expectation_list *list);

#endif
