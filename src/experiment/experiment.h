/* A scenario under each of its policies, in all replications, on the same random numbers. */
#ifndef TANDEM_EXPERIMENT_EXPERIMENT_H
#define TANDEM_EXPERIMENT_EXPERIMENT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/batches.h"
#include "experiment/cut.h"
#include "experiment/expectation.h"
#include "experiment/journal.h"
#include "experiment/metrics.h"
#include "experiment/replication.h"
#include "experiment/steadiness.h"
#include "model/result.h"
#include "model/spec.h"
#include "model/system.h"
#include "trace/trace.h"

struct policy_run {
    const char *name;             /* borrowed from the spec */
    struct metric_table metrics;  /* means over the replications, with intervals */
    struct steadiness backlog;    /* of all messages in the system */
    struct steadiness unanswered; /* of requests whose users wait */
    struct batching batching;     /* of a single replication */
    /* Of replication 0; empty where only numbers were wanted. */
    struct result first;
    struct series series;
    struct trace_log trace;
    struct request_sample requests;
};

/* How a warm-up that was to be found out was found. */
struct warmup_search {
    bool made;    /* else the spec said how long it is */
    bool trusted; /* false: no end of the warm-up shows in the run, which is too short or never settles */
    uint32_t replications; /* of the pilot */
};

struct experiment {
    struct policy_run *policies; /* owned, one a policy of the spec */
    size_t n_policies;
    uint32_t replications; /* what the numbers are about: the first ones, done under every policy; 0 = there
                            * are no numbers yet, and the policies hold names alone */
    uint32_t wanted;       /* more than `replications`: it was stopped, or is done in shards */
    bool precise;          /* with a precision: it was reached */
    struct warmup_search warmup;
    struct cut cut;
    struct expectation_list expectations; /* filled by expect_decide() */
};

/* How far an experiment is, in units of work: a replication of one policy is one, or what `estimate` says. */
struct experiment_progress {
    double done;  /* by this call */
    double found; /* what was in the journal */
    double all;   /* both of them, and what is to come: more than at first where a precision asks for it */
};

struct estimate;

/* Zeroed: the usual. Nothing here changes a number. `stop` ends replications under way; those finished count.
 */
struct experiment_options {
    unsigned threads;  /* 0 = one a processor */
    bool numbers_only; /* nothing else is kept of replication 0 */
    bool untraced;     /* of replication 0 only the result is kept: there are no files to be written */
    const struct journal *journal; /* what is there is not done again, what is done is put there; or NULL */
    bool no_work;                  /* only what the journal has */
    uint32_t shard, shards;        /* do task t only where t % shards == shard; shards = 0: all of them */
    const struct limits *limits;   /* of a replication's cost; what is 0 there is all the machine has */
    const volatile sig_atomic_t *stop; /* becomes not 0 when no more shall be done; or NULL */
    /* May be NULL; called now and then, by one thread at a time. */
    void (*progress)(void *data, const struct experiment_progress *progress);
    void *progress_data;
    const struct estimate *estimate; /* of these specs: what progress weighs tasks by; NULL: all are alike */
};

/* Runs everything. `options` may be NULL. A warm-up that was to be found out is found, and written into the
 * spec's run. Stopped early, it succeeds with what is there. Where a replication comes to a limit, the
 * numbers are those of the replications before it; if there are none, of the first one up to the time that
 * all policies reached: the same as with that time as the duration, which is written into the spec's run. On
 * failure nothing is handed over. The experiment borrows `spec`. */
bool experiment_run(struct spec *spec, const struct experiment_options *options,
                    struct experiment *ret_experiment, struct error *error);

/* The same for several specs, all tasks of all of them side by side; `ret_experiments` has room for n. */
bool experiments_run(struct spec *const *specs, size_t n, const struct experiment_options *options,
                     struct experiment *ret_experiments, struct error *error);

/* One of the tasks of experiments_run() with these specs. */
struct experiment_task {
    size_t number; /* from 1; 0 = none yet */
    size_t spec;
    uint32_t policy, replication;
    struct sha256_text id; /* in a journal; of a warm-up that is not yet known: chars[0] = 0 */
};

size_t experiment_tasks(struct spec *const *specs, size_t n);

/* Goes on to the task behind `task`, from a zeroed one to the first; false: there is none. */
bool experiment_next_task(struct spec *const *specs, size_t n, struct experiment_task *task);

/* The shard, from 0, that task t falls to, counted from 0: all shards get as many tasks, and of each policy.
 */
uint32_t experiment_shard_of(size_t t, uint32_t shards);

/* The metrics that each policy of the spec will have, without the trouble of running it: the numbers are
 * worthless. The outline borrows `spec`. */
bool experiment_outline(const struct spec *spec, struct experiment *ret_experiment, struct error *error);
void experiment_finish(struct experiment *experiment);

#endif
