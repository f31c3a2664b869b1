/* What became of a scenario's claims about its results. */
#ifndef TANDEM_EXPERIMENT_EXPECTATION_H
#define TANDEM_EXPERIMENT_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/expression.h"

enum expectation_verdict {
    EXPECTATION_HOLDS,
    EXPECTATION_FAILS,
    EXPECTATION_UNDECIDED, /* there are too few replications to tell; a test that cannot tell has not passed
                            */
    EXPECTATION_SKIPPED,   /* it is about a policy that was not run */
};

/* A mean over the replications; the half-width of its interval, at the metrics' level, is NAN with one
 * replication. */
struct expectation_side {
    double mean, half_width;
};

struct expectation {
    const char *text;   /* borrowed from the spec, as are these two: */
    const char *reason; /* why it should be so, or NULL */
    const char *hint;   /* where to look when it is not, or NULL */
    enum expectation_verdict verdict;
    char *problem; /* owned; why it was skipped, or has no numbers (which are NAN then); NULL = it has some */
    const char *growing; /* borrowed; a policy whose backlog grows as long as the run lasts, so that what the
                          * claim names has no mean but that of a run of just this length; or NULL */
    struct expression_unit unit; /* of both sides */
    struct expectation_side left, right;
    struct expectation_side difference; /* left - right, replication by replication */
    bool right_is_constant;
    size_t replications;
    double needed; /* replications that would decide it, see claim_verdict.h; where it is undecided */
};

/* Zeroed: nothing was claimed, or not looked at. */
struct expectation_list {
    struct expectation *expectations; /* owned, in the scenario's order */
    size_t n;
    size_t n_failed;
    size_t n_undecided;
};

/* How many claims have not passed. */
size_t expectation_list_open(const struct expectation_list *list);

/* Has it failed, or could not be told? */
bool expectation_is_open(const struct expectation *expectation);

void expectation_list_finish(struct expectation_list *list);

#endif
