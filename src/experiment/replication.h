/* One replication of one policy, from its start to the numbers that it yields. */
#ifndef TANDEM_EXPERIMENT_REPLICATION_H
#define TANDEM_EXPERIMENT_REPLICATION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/pace.h"
#include "experiment/steadiness.h"
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

/* How many that are. */
uint32_t replication_stretches(const struct spec *spec);

/* What is kept of a replication besides its numbers. */
struct recording {
    struct result result;
    struct series series;
    struct trace_log trace;
    struct request_sample requests;
};

void recording_finish(struct recording *recording);

/* What goes on around a replication. */
struct replication_watch {
    const volatile sig_atomic_t *stop;          /* not 0: it ends before its time, without numbers; or NULL */
    void (*progress)(void *data, double share); /* with the share of the run just done; or NULL */
    void *data;
    bool untraced;               /* of what is kept besides the numbers only the result is wanted */
    const struct limits *limits; /* of its cost; NULL = none */
};

/* How a replication that has no numbers ended; LIMIT_NONE: it was stopped. */
struct replication_end {
    enum limit limit;
    int64_t at_ns; /* what happened before is what would have happened */
    char *why;     /* owned: of a limit, what there was most of; NULL = not known */
};

/* Some numbers; NULL where a replication ended before its time. */
struct numbers {
    double *values; /* owned */
    size_t n;
};

/* Where things stand in a replication's numbers: at each of STEADINESS_LOOKS times the messages that are
 * somewhere in the system, and the requests whose users wait; then the numbers of metrics_measure(). */
enum {
    NUMBERS_BACKLOG = 0,
    NUMBERS_UNANSWERED = STEADINESS_LOOKS,
    NUMBERS_METRICS = 2 * STEADINESS_LOOKS,
};

/* Runs it. `ret_recording` may be NULL. Where there are no numbers `ret_end`, which may be NULL, tells why.
 * On failure nothing is handed over. */
bool replication_run(const struct spec *spec, uint32_t policy, uint32_t replication,
                     const struct replication_watch *watch, struct numbers *ret_numbers,
                     struct recording *ret_recording, struct replication_end *ret_end, struct error *error);

enum { PILOT_STRETCHES = 500 };

/* Runs it from the start without a warm-up, to see how long one should be. The numbers are the backlog at the
 * end of each of PILOT_STRETCHES equal stretches, then the mean response time in each, in seconds (NAN:
 * nobody was answered). */
bool replication_pilot(const struct spec *spec, uint32_t policy, uint32_t replication,
                       const struct replication_watch *watch, struct numbers *ret_numbers,
                       struct replication_end *ret_end, struct error *error);

/* The result of next to no time: it has a result's queues and components, and no numbers worth a look. */
bool replication_outline(const struct spec *spec, uint32_t policy, struct result *ret_result,
                         struct error *error);

#endif
