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
    CAUSE_DOWN,         /* at a replica or a broker that was down */
    CAUSE_CONFIRM,      /* waiting for the broker to say that it has the message */
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
    PLACE_RETRY,     /* a call that pauses before its next attempt, a message before its next delivery */
    PLACE_DEAD,      /* in a dead-letter queue */
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

/* What became of the effects of a request: of its own execution and of all calls and messages that it caused.
 */
enum effects { EFFECTS_DONE, EFFECTS_PARTLY, EFFECTS_NONE, EFFECTS_TWICE, EFFECTS_OPEN, EFFECTS };
extern const char *const effects_names[EFFECTS];

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
    int128 present_ns;      /* requests in the component (inbox, executing, blocked or suspended) x time */
    struct histogram wait;  /* ns in the inbox of each request that reached a worker; owned */
    uint64_t started;       /* requests that reached a worker */
    uint64_t finished;      /* executions that ended */
    uint64_t rejected;      /* refused at the door or shed, told so */
    uint64_t dropped;       /* refused in silence */
    uint64_t crashes;       /* of its replicas */
    uint64_t lost_in_crash; /* requests that were in a replica when it crashed */
    uint64_t met_down;      /* requests that came to a replica that was down */
    struct blame *blames;   /* owned */
    size_t n_blames;
};

struct queue_result {
    char *name;         /* owned */
    uint32_t component; /* of its consumers */
    int128 depth_ns;    /* messages waiting x time */
    int128 stay_ns;     /* of all that have left it, for a consumer or for good: how long they were in it */
    int64_t depth_max;
    int64_t oldest_max_ns; /* the greatest age a message reached while waiting */
    struct histogram wait; /* ns from entering the queue to leaving it for a consumer; owned */
    /* published + before = consumed + dropped + rejected + lost + lost_in_crash + expired + dead_lettered +
     * in_flight + waiting + delivered, all since the warm-up; `before` were in the system when it ended */
    uint64_t before, published, consumed, dropped, rejected, lost, lost_in_crash, expired, dead_lettered,
        in_flight, waiting, delivered;
    uint64_t deliveries;   /* of messages to consumers, each time */
    uint64_t redelivered;  /* of these, those of a message that was delivered before */
    uint64_t deduplicated; /* deliveries of what had been done already, and was not done again */
    uint64_t resent;       /* publishes once more, for want of a confirmation */
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
    uint64_t lost;            /* messages that got lost on links: requests, deliveries and answers */
    uint64_t short_circuited; /* attempts that an open circuit breaker did not let out */
    uint64_t pool_full;       /* attempts that found no place in the caller's pool in time */
    uint64_t over_budget;     /* retries that the budget did not allow */
    uint64_t late;            /* answers that nobody awaited any more */
    uint64_t hedges;          /* second copies sent */
    uint64_t cancelled;       /* executions and messages that were called off */
    uint64_t expired;         /* attempts that came to a worker after their deadline */
    uint64_t deduplicated;    /* attempts whose work had been done already, and was not done again */
    uint64_t connections;     /* opened */
    uint64_t hung;            /* callers that wait for ever, at the end of the run */
    uint64_t begun, done; /* calls and executions, counted when they happen: `calls` and `executions` again */
    uint64_t belief[BELIEFS][TRUTHS];
};

struct load_result {
    uint64_t offered;
    uint64_t outcomes[OUTCOMES]; /* sums to offered */
    uint64_t effects[EFFECTS];   /* likewise */
    /* of these, requests with an effect that will never be done and whose user was not told: answered ok,
     * timed out, or waiting for ever */
    uint64_t lost;
    struct histogram response;   /* ns, of requests offered after the warm-up and answered ok; owned */
    struct histogram completion; /* ns until all effects were done, likewise; owned */
};

/* A stretch of time in which something was not as usual: a failure that came by itself. */
struct outage {
    uint32_t component; /* or SPEC_NONE */
    uint32_t replica;
    uint32_t link; /* or SPEC_NONE */
    int64_t from_ns, until_ns;
};

/* What followed from an event of the spec, in this order. The backlog is all messages in queues and inboxes,
 * and calls that pause before a retry; what is usual is judged outside of events and of what they left. Times
 * count from the beginning of the event; -1 = never. */
struct disturbance {
    int64_t noticed_ns;    /* first answer that took too long, or failed, or request given up */
    int64_t grew_ns;       /* the backlog was first more than twice as great as ever before it */
    int64_t gone_ns;       /* the event was over, and the backlog no greater than its mean before it */
    int64_t backlog_most;  /* from the event on */
    int64_t notice_ns;     /* the response time that counted as too long; -1 = none */
    double backlog_before; /* mean */
};

struct result {
    int64_t window_ns;
    uint64_t answered;           /* ok answers within the window, whenever the request was offered */
    uint64_t completed;          /* requests whose effects were all done within the window, likewise */
    uint64_t offered;            /* after the warm-up */
    uint64_t outcomes[OUTCOMES]; /* of those offered after the warm-up */
    uint64_t effects[EFFECTS];   /* likewise */
    uint64_t lost;               /* of these, likewise as in struct load_result */
    struct histogram response, completion; /* over all loads; owned */
    double response_split_ns[CAUSES];      /* the mean response time, split; sums to it */
    double slow_split_ns[CAUSES];          /* the mean of the slowest 1 %, split */
    struct component_result *components;   /* owned, one a component of the spec */
    struct queue_result *queues;           /* owned */
    size_t n_queues;
    struct link_result *links;        /* owned, one a link of the spec, then the default one if any */
    struct load_result *loads;        /* owned, one a load of the spec */
    struct call_result *calls;        /* owned, one an endpoint of the spec, as callee */
    int128 wasted_ns;                 /* work done for callers who had given up */
    struct disturbance *disturbances; /* owned, one an event of the spec */
    struct outage *outages;           /* owned, in order of from_ns; the first OUTAGES_MOST of them */
    size_t n_components, n_links, n_loads, n_disturbances, n_outages;
    int128 place_ns[PLACES];   /* messages there x time */
    int64_t place_now[PLACES]; /* at the end */
    uint64_t n_events;         /* that the kernel let happen, warm-up included */
};

enum { OUTAGES_MOST = 10000 };

void result_finish(struct result *result);

#endif
