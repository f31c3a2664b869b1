/* What an experiment will take, before it has begun: of time, of memory, of events.
 *
 * The beginning of a replication is run under each policy (toll.h); of a sweep at some of its points, between
 * which the others lie. The tasks are those that experiments_run() with the same options would do, one after
 * another, each thread taking the next whenever it has finished one. */
#ifndef TANDEM_EXPERIMENT_ESTIMATE_H
#define TANDEM_EXPERIMENT_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "experiment/timetable.h"
#include "experiment/toll.h"
#include "model/spec.h"

/* How much may be run to find out. */
struct estimate_effort {
    double cpu_s;         /* CPU time, of all policies at all points together; about */
    double most_cpu_s;    /* ... of one policy at one point */
    uint64_t most_events; /* ... likewise; 0 = any number */
};

/* The usual: about a second on two processors, and one that nobody notices. */
extern const struct estimate_effort estimate_thorough, estimate_quick;

/* Of one policy, in all tasks that are to be done, at all points. */
struct estimate_policy {
    const char *name;        /* borrowed from the first spec */
    size_t tasks, found;     /* to be done; not to be done, as the journal has them */
    double events, requests; /* of the tasks to be done, as what follows */
    double cpu_s;
    double bytes; /* of memory: the most that one replication takes */
    double share; /* of a replication that was run to find out: the least of the points where one was */
    bool grows;   /* at one point at least: what is open does, and with it the memory */
};

struct estimate {
    struct toll *tolls;               /* owned; of one replication: spec by spec, policy by policy */
    size_t *first;                    /* owned; of each spec: the place of its first policy among them */
    struct estimate_policy *policies; /* owned */
    size_t n_policies;
    struct estimate_policy all; /* sums, and the greatest; without a name */
    size_t n_points, n_measured;
    size_t pilots;      /* of all.tasks, those that look for the end of warm-ups */
    unsigned threads;   /* that have something to do */
    double hurdle;      /* at least 1: how many times longer all takes at present, as others compute, too */
    double wall_s;      /* until all is done, if the threads have processors of their own */
    double most_wall_s; /* ... if a precision asks for all the replications that it may */
    double bytes;       /* of memory, at the most */
    struct timetable timetable; /* work is in seconds of CPU time */
};

/* Estimates experiments_run(specs, n, options). The specs are the points of a grid whose axes have
 * `lengths[n_axes]` values, the last one moving fastest (n is their product; n_axes = 0: there is one spec).
 * They have the same policies. Nothing is written. Of a precision only the first replications count. With
 * options->stop it comes to nothing that should be looked at. */
bool estimate_make(struct spec *const *specs, size_t n, const size_t *lengths, size_t n_axes,
                   const struct experiment_options *options, const struct estimate_effort *effort,
                   struct estimate *ret_estimate, struct error *error);
void estimate_finish(struct estimate *estimate);

/* What a replication of spec `spec` under policy `policy` counts for: CPU time in seconds, above 0. */
double estimate_work(const struct estimate *estimate, size_t spec, uint32_t policy);

#endif
