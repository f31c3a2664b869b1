/* Claims about the results of a run, "queue.response.p99 < 50ms": read and checked before it, decided after.
 *
 * The metrics are named POLICY.METRIC, and the claim is about their means over the replications. */
#ifndef TANDEM_EXPERIMENT_EXPECT_H
#define TANDEM_EXPERIMENT_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/claim.h"
#include "experiment/experiment.h"

struct expect_metric {
    char *name;         /* owned; "sync.response.p99" */
    const char *policy; /* borrowed from the spec */
};

struct expect {
    const char *text; /* borrowed */
    struct claim claim;
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
