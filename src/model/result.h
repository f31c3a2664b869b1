/* What one replication of one policy measured, in the window from the end of the warm-up to the end of the
 * run. */
#ifndef TANDEM_MODEL_RESULT_H
#define TANDEM_MODEL_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/int128.h"
#include "stats/histogram.h"

/* The states of a worker (MODEL: Components). */
enum worker_state { WORKER_BUSY, WORKER_READY, WORKER_BLOCKED, WORKER_IDLE, WORKER_DOWN, WORKER_STATES };

/* What a nanosecond of waiting, or of a response, was spent on. */
enum cause {
    CAUSE_WORK,         /* computing */
    CAUSE_READY,        /* waiting for a core */
    CAUSE_INBOX,        /* waiting for a worker */
    CAUSE_QUEUE,        /* waiting in a broker's queue */
    CAUSE_WIRE_OUT,     /* the request on a link */
    CAUSE_WIRE_BACK,    /* the answer on a link */
    CAUSE_IO,           /* an I/O wait */
    CAUSE_BACKPRESSURE, /* waiting for room in a full queue */
    CAUSE_POOL,         /* waiting for a place in the caller's pool */
    CAUSE_BACKOFF,      /* the pause before a retry */
    CAUSE_LOST,         /* waiting for an answer that will never come */
    CAUSES
};

/* Where a message (a request with its activation) can be. */
enum place {
    PLACE_LINK,      /* on a link, either way */
    PLACE_INBOX,     /* waiting for a worker, new or to be continued */
    PLACE_QUEUE,     /* in a broker's queue */
    PLACE_EXECUTING, /* busy, or ready and waiting for a core */
    PLACE_BLOCKED,   /* holding a worker, waiting for something elsewhere */
    PLACE_SUSPENDED, /* its worker given back, waiting for something elsewhere */
    PLACE_RETRY,     /* no message, but a call that pauses before its next attempt */
    PLACES
};

/* Short names ("busy", "wire out", "on links") for tables and metrics, indexed by the enums above. */
extern const char *const worker_state_names[WORKER_STATES];
extern const char *const cause_names[CAUSES];
extern const char *const place_names[PLACES];

/* How a user's request ended. */
enum outcome { OUTCOME_OK, OUTCOME_ERROR, OUTCOME_REJECTED, OUTCOME_TIMED_OUT, OUTCOME_OPEN, OUTCOMES };
extern const char *const outcome_names[OUTCOMES];

/* What the caller of a call believes. */
enum belief {
    BELIEF_OK,
    BELIEF_ERROR,
    BELIEF_TIMED_OUT,
    BELIEF_ACCEPTED,
    BELIEF_ABANDONED,
    BELIEF_WAITING,
    BELIEFS
};
extern const char *const belief_names[BELIEFS];

/* How often the call was executed, to its good end: never, once, more often. */
enum { TRUTHS = 3 };

/* What a component's workers were blocked for: one call (or I/O wait) of one endpoint. */
struct blame {
    uint32_t caller; /* endpoint */
    uint32_t callee; /* endpoint; SPEC_NONE = an I/O wait */
    int128 ns[CAUSES];
};

struct component_result {
    int128 worker_ns[WORKER_STATES]; /* sums to `total_ns` */
    int128 total_ns;                 /* workers x window; with unlimited workers: those in use x time */
    int128 inbox_ns;                 /* depth of the inbox x time; continuations count */
    int64_t inbox_max;
    int128 present_ns;     /* requests in the component (inbox, executing, blocked or suspended) x time */
    struct histogram wait; /* ns in the inbox of each request that reached a worker; owned */
    uint64_t started;      /* requests that reached a worker */
    uint64_t finished;     /* executions that ended */
    uint64_t rejected;     /* refused at the door or shed, told so */
    uint64_t dropped;      /* refused in silence */
    struct blame *blames;  /* owned */
    size_t n_blames;
};

struct queue_result {
    char *name;         /* owned */
    uint32_t component; /* of its consumers */
    int128 depth_ns;    /* messages waiting x time */
    int64_t depth_max;
    int64_t oldest_max_ns; /* the greatest age a message reached while waiting */
    struct histogram wait; /* ns from entering the queue to leaving it for a consumer; owned */
    /* published + before = consumed + dropped + rejected + lost + in_flight + waiting + delivered, all since
     * the warm-up; `before` were in the system when it ended */
    uint64_t before, published, consumed, dropped, rejected, lost, in_flight, waiting, delivered;
};

struct link_result {
    uint64_t messages[2]; /* sent each way */
    int128 flight_ns[2];  /* messages under way x time */
    int128 sending_ns[2]; /* time the wire was being written to */
};

/* The calls of one endpoint (users' requests are calls, too), each counted when nothing of it is under way
 * any more or at the end of the run. */
struct call_result {
    uint64_t calls, attempts, executions, timeouts, retries;
    uint64_t lost;            /* messages, requests and answers */
    uint64_t short_circuited; /* attempts that an open circuit breaker did not let out */
    uint64_t pool_full;       /* attempts that found no place in the caller's pool in time */
    uint64_t over_budget;     /* retries that the budget did not allow */
    uint64_t late;            /* answers that nobody awaited any more */
    uint64_t belief[BELIEFS][TRUTHS];
};

struct load_result {
    uint64_t offered;
    uint64_t outcomes[OUTCOMES]; /* sums to offered */
    struct histogram response;   /* ns, of requests offered after the warm-up and answered ok; owned */
    struct histogram completion; /* ns until all effects were done, likewise; owned */
};

struct result {
    int64_t window_ns;
    uint64_t answered;           /* ok answers within the window, whenever the request was offered */
    uint64_t completed;          /* requests whose effects were all done within the window, likewise */
    uint64_t offered;            /* after the warm-up */
    uint64_t outcomes[OUTCOMES]; /* of those offered after the warm-up */
    struct histogram response, completion; /* over all loads; owned */
    double response_split_ns[CAUSES];      /* the mean response time, split; sums to it */
    double slow_split_ns[CAUSES];          /* the mean of the slowest 1 %, split */
    struct component_result *components;   /* owned, one a component of the spec */
    struct queue_result *queues;           /* owned */
    size_t n_queues;
    struct link_result *links; /* owned, one a link of the spec, then the default one if any */
    struct load_result *loads; /* owned, one a load of the spec */
    struct call_result *calls; /* owned, one an endpoint of the spec, as callee */
    int128 wasted_ns;          /* work done for callers who had given up */
    size_t n_components, n_links, n_loads;
    int128 place_ns[PLACES];   /* messages there x time */
    int64_t place_now[PLACES]; /* at the end */
    uint64_t n_events;         /* that the kernel let happen, warm-up included */
};

void result_finish(struct result *result);

#endif
