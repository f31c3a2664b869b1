/* What follows from the events of the spec: when users notice, when the backlog grows, and when it is gone.
 *
 * A queue keeps its users content while work piles up behind it: the time between the two is the latency that
 * it hides. */
#ifndef TANDEM_MODEL_DISTURBANCE_H
#define TANDEM_MODEL_DISTURBANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/int128.h"
#include "model/result.h"
#include "stats/histogram.h"

struct system;
struct request;

/* One event of the spec, from its begin on. */
struct watch {
    struct disturbance result;
    int64_t most_before; /* the backlog, since the warm-up */
    double usual_share;  /* of bad answers, before */
    uint64_t n, bad;     /* answers since it began */
    bool begun;
};

struct watches {
    struct watch *list;        /* owned; one an event of the spec */
    int64_t backlog, since_ns; /* as it stands, and since when */
    /* What is usual: since the warm-up, but for the times of events and of what they left. */
    int64_t most;
    int128 area; /* of the backlog over `calm_ns` */
    int64_t calm_ns;
    uint64_t n, failed;        /* answers */
    struct histogram response; /* of the good ones, ns */
};

/* False when memory is gone. */
bool watches_init(struct system *s);
void watches_finish(struct system *s);

/* Schedules the begin of each. */
void watches_begin(struct system *s);

/* The warm-up is over: what was usual before is forgotten. */
void watches_restart(struct system *s);

/* The backlog is about to change by `delta`: one message or call more or less that waits. */
void watches_backlog(struct system *s, int64_t delta);

/* The user of a request has an answer or has given up. */
void watches_answered(struct system *s, const struct request *request);

/* Sees the last of them, and hands over one result for each event, which the caller owns. NULL when memory is
 * gone. */
struct disturbance *watches_close(struct system *s);

#endif
