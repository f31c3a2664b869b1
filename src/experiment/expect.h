/* Claims about the results of a run, "queue.response.p99 < 50ms": read and checked before it, decided after.
 *
 * The metrics are named POLICY.METRIC, and the claim is about their means over the replications; what decides
 * is said in claim_verdict.h. */
#ifndef TANDEM_EXPERIMENT_EXPECT_H
#define TANDEM_EXPERIMENT_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/claim.h"
#include "experiment/experiment.h"
#include "model/spec.h"

struct expect_metric {
    char *name;         /* owned; "sync.response.p99" */
    const char *policy; /* borrowed from the spec */
    bool may_grow;      /* it has no mean where the backlog grows as long as the run lasts */
};

struct expect {
    const char *text; /* borrowed, as are these two, which may be NULL */
    const char *reason, *hint;
    struct claim claim;
    struct expect_metric *metrics; /* owned: those that it names */
    size_t n_metrics;
};

/* Reads a claim, which borrows the texts of `spec`; the metrics that there are come from `outline`, which
 * need not outlive the call. On failure the fault is the caller's to finish. */
bool expect_read(const struct expect_spec *spec, const struct experiment *outline, struct expect *ret_expect,
                 struct expression_fault *fault);
void expect_finish(struct expect *expect);

/* Decides the claims: fills experiment->expectations. False when memory is gone. */
bool expect_decide(const struct expect *expects, size_t n_expects, struct experiment *experiment,
                   struct error *error);

#endif
