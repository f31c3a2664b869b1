/* Claims about the results of a run, "queue.response.p99 < 50ms": read and checked before it, decided after.
 *
 * A claim compares two expressions over metrics named POLICY.METRIC: < <= > >= == !=, or "A ~ B within 2%"
 * (of B; or within "5ms"). It is about the means over the replications. */
#ifndef TANDEM_EXPERIMENT_EXPECT_H
#define TANDEM_EXPERIMENT_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "experiment/expression.h"

enum relation {
    RELATION_LESS,
    RELATION_AT_MOST,
    RELATION_GREATER,
    RELATION_AT_LEAST,
    RELATION_EQUAL,
    RELATION_DIFFERENT,
    RELATION_NEAR
};

struct expect_metric {
    char *name;         /* owned; "sync.response.p99" */
    const char *policy; /* borrowed from the spec */
};

struct expect {
    const char *text; /* borrowed */
    struct expression left, right;
    enum relation relation;
    double tolerance; /* of RELATION_NEAR: as a share of the right side, or in its unit */
    bool tolerance_is_share;
    struct expression_unit unit;   /* of both sides */
    struct expect_metric *metrics; /* owned: those that it names */
    size_t n_metrics;
};

/* Reads a claim; the metrics that there are come from `outline`, which need not outlive the call. On failure
 * the fault is the caller's to finish. */
bool expect_read(const char *text, const struct experiment *outline, struct expect *ret_expect,
                 struct expression_fault *fault);
void expect_finish(struct expect *expect);

/* Decides the claims: fills experiment->expectations. False when memory is gone. */
bool expect_decide(const struct expect *expects, size_t n_expects, struct experiment *experiment,
                   struct error *error);

#endif
