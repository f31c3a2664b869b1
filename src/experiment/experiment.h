/* A scenario under each of its policies, in all replications, on the same random numbers. */
#ifndef TANDEM_EXPERIMENT_EXPERIMENT_H
#define TANDEM_EXPERIMENT_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/expectation.h"
#include "experiment/metrics.h"
#include "model/result.h"
#include "model/spec.h"
#include "model/system.h"
#include "trace/trace.h"

/* What happened over time in one replication: the state at the end of each of n equal stretches of the run,
 * as many as the spec asks for, or fewer where it has so many components that their states would fill the
 * memory. */
enum { SERIES_MOST_STATES = 2000000 };

struct series {
    struct system_sample *samples; /* owned; samples[0] is the state at 0 ns */
    size_t n;                      /* stretches + 1 */
    char **queue_names;            /* owned */
    size_t n_queues;
};

struct policy_run {
    const char *name;               /* borrowed from the spec */
    struct metric_table metrics;    /* means over the replications, with intervals */
    struct result first;            /* of replication 0 */
    struct series series;           /* of replication 0 */
    struct trace_log trace;         /* of replication 0 */
    struct request_sample requests; /* of replication 0 */
};

struct experiment {
    struct policy_run *policies; /* owned, one a policy of the spec */
    size_t n_policies;
    struct expectation_list expectations; /* filled by expect_decide() */
};

/* Zeroed: the usual. Nothing here changes a result. */
struct experiment_options {
    unsigned threads; /* 0 = one a processor */
    void (*progress)(void *data,
                     double share); /* may be NULL; called now and then, by one thread at a time */
    void *progress_data;
};

/* Runs everything. `options` may be NULL. On failure nothing is handed over. The experiment borrows `spec`.
 */
bool experiment_run(const struct spec *spec, const struct experiment_options *options,
                    struct experiment *ret_experiment, struct error *error);

/* The metrics that each policy of the spec will have, without the trouble of running it: the numbers are
 * worthless. */
bool experiment_outline(const struct spec *spec, struct experiment *ret_experiment, struct error *error);
void experiment_finish(struct experiment *experiment);

#endif
