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
struct event_spec;

/* One event of the spec, from its begin on. */
struct watch {
    const struct event_spec *event; /* borrowed */
    struct disturbance result;      /* but for backlog_most */
    int64_t most_before;            /* the backlog, since the warm-up */
    double usual_share;             /* of bad answers, before */
    uint64_t answers_before, bad;   /* answers before it began, and bad ones since */
    size_t turn;                    /* how many began before it */
    bool begun;
    struct watch *next;      /* of those whose backlog has not grown, or has grown and is not gone */
    struct watch *next_open; /* of those that users have not noticed */
};

/* The greatest backlog since the begin of the watches from turn `first` on, up to the next peak's: as those
 * that began later have seen less, the peaks fall. */
struct peak {
    int64_t backlog;
    size_t first;
};

struct watches {
    struct watch *list; /* owned; one an event of the spec; NULL = there are none */
    size_t n_list;
    int64_t backlog, since_ns; /* as it stands, and since when */
    /* What is usual: since the warm-up, but for the times of events and of what they left. */
    int64_t most;
    int128 area; /* of the backlog over `calm_ns` */
    int64_t calm_ns;
    uint64_t n, failed;        /* answers */
    struct histogram response; /* of the good ones, ns */
    /* Those that have begun. Each change of the backlog and each answer is held against the bounds below;
     * only what passes one of them is held against each watch. */
    size_t n_begun;
    int64_t until_ns;   /* the last of their events ends then */
    struct peak *peaks; /* owned; n_peaks of them */
    size_t n_peaks;
    struct watch *small; /* whose backlog has not grown */
    int64_t grown_from;  /* above this it has for one of them */
    struct watch *grown; /* whose backlog has, and is not gone */
    double gone_from;    /* up to this it may be for one of them */
    struct watch *open;  /* that users have not noticed */
    int64_t notice_ns;   /* above this an answer is too late for one of them */
    uint64_t answers;
};

/* False when memory is gone. */
bool watches_init(struct system *s);
void watches_finish(struct system *s);

/* Schedules the begin of each. */
void watches_begin(struct system *s);

/* The warm-up is over: what was usual before is forgotten. */
void watches_restart(struct system *s);

/* The backlog is about to change by `delta`: one message or call more or less that waits. Only where the spec
 * has events: s->watches.list. */
void watches_backlog(struct system *s, int64_t delta);

/* The user of a request has an answer or has given up. */
void watches_answered(struct system *s, const struct request *request);

/* Sees the last of them, and hands over one result for each event, which the caller owns. NULL when memory is
 * gone. */
struct disturbance *watches_close(struct system *s);

#endif
