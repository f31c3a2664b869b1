/* Queues: a broker between publishers and the consumers of one component. */
#ifndef TANDEM_MODEL_QUEUE_H
#define TANDEM_MODEL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "des/rng.h"
#include "des/sim.h"
#include "model/activation.h"
#include "model/spec.h"
#include "model/waitlist.h"
#include "stats/histogram.h"
#include "stats/time_average.h"

struct system;
struct site;
struct message;
struct receipt;
struct instance;

/* The consumers of one queue on one replica. */
struct consumer {
    struct queue *queue;
    struct instance *instance;
    int32_t credit;       /* deliveries that it would take now; 0 or less = none */
    uint32_t executing;   /* let in to the replica and not finished */
    uint32_t most;        /* at once */
    uint32_t incarnation; /* of its connection to the broker */
    bool down;
    struct list buffer;       /* delivered, for when one of the others is finished */
    struct receipt *receipts; /* of the batch that is being acknowledged */
};

struct queue {
    /* What every message looks at comes first. */
    const struct queue_rule *rule;
    int64_t retention_ns, visibility_ns;      /* the rule's; INT64_MAX = never */
    unsigned retention_line, visibility_line; /* system_timer_line() of these */
    bool bounded;                             /* by its capacity, where it does not hold publishers back */
    bool confirms;                            /* its publishers are told that it has a message */
    bool persists;                            /* a message is not safe at once */
    bool at_once;                             /* a message waits for nothing but a consumer */
    bool down;                                /* its broker */
    bool dispatching, again;
    uint32_t persisting;        /* accepted, and not safe yet */
    uint64_t coming;            /* on their way to the broker, or promised a place there */
    uint64_t credit;            /* of all consumers that would take a delivery */
    uint64_t delivered;         /* taken by consumers, or on the way back from them, and not settled */
    struct consumer *consumers; /* owned, one a replica */
    uint32_t n_consumers;
    uint32_t next;  /* whose turn it is */
    uint64_t *able; /* owned; a bit for each of them that would take a delivery */
    struct message *first,
        *last;           /* all that the broker has, in order of coming, where calls are controlled */
    struct list blocked; /* messages that wait at their publishers for room */
    struct time_average depth;
    uint64_t published, consumed, deliveries;
    struct waitlist waiting;
    int64_t oldest_max_ns;
    int128 stay_ns; /* of all that have left it, for a consumer or for good */
    struct histogram wait;
    struct waitlist granted; /* messages whose publisher has yet to learn that there is room */
    event_id linger;
    char *name;         /* owned */
    uint32_t component; /* of the consumers */
    uint32_t broker;    /* component at which it stands, or SPEC_USERS */
    struct stream persist_times;
    struct queue *next_consumed, *next_standing, *next_blocking; /* see queue_index.h */
    uint64_t before, dropped, rejected, lost, lost_in_crash, expired, dead_lettered;
    uint64_t redelivered, deduplicated, resent;
    uint64_t dead; /* dead-lettered since time 0 */
};

/* The queue for calls of endpoint `callee` from `caller` (endpoint or SPEC_USERS) under `rule`; made when
 * first asked for, borrowed from the system. */
bool queue_for(struct system *s, uint32_t caller, uint32_t callee, const struct queue_rule *rule,
               struct queue **ret_queue, struct error *error);
void queue_destroy(struct queue *queue);

/* What the queues of a system have in common. */
void queues_init(struct system *s);
void queues_finish(struct system *s);

/* Some queue of `policy` asks for what only calls that are controlled can do, or would have a message handed
 * back to it. */
bool queues_ask_for_control(const struct spec *spec, const struct policy_spec *policy);

/* For struct call_type: sends `call` to its queue, or holds its publisher until there is room or until the
 * broker has confirmed it. */
bool queue_publish(struct system *s, struct activation *call);

/* Messages that wait for a consumer, or to be safe first. */
static inline uint64_t queue_depth(const struct queue *queue)
{
    return (uint64_t)queue->waiting.n + queue->persisting;
}

/* The age of the oldest of them that consumers may see; 0 when there is none. */
int64_t queue_oldest_ns(const struct system *s, const struct queue *queue);

/* What a crash means to queues: the consumers on `instance` are gone or back ... */
void queues_consumer_down(struct system *s, struct instance *instance);
void queues_consumer_up(struct system *s, struct instance *instance);

/* ... what publishers on it had not handed over yet is lost ... */
void queues_publisher_down(struct system *s, struct instance *instance);

/* ... and the brokers that stand at component `component` are down, as all of its replicas are, or back. */
void queues_broker_down(struct system *s, uint32_t component);
void queues_broker_up(struct system *s, uint32_t component);

/* The number of workers of `instance` changed by `delta`, and so that of the consumers that follow it. */
void queues_workers_changed(struct system *s, struct instance *instance, int64_t delta);

/* The delivery `a`, one of a batch or not, ended in a crash of its consumer without being worked off. Its
 * record is about to go. */
void queue_delivery_died(struct system *s, struct activation *a);

/* The delivery `a`, with all of its batch, got lost on a link; `arrival_ns` is when it would have arrived.
 * Its record goes. */
void queue_delivery_lost(struct system *s, struct activation *a, int64_t arrival_ns);

/* What a consumer took is worked off, well or not (`a->failed`): it is acknowledged, or handed back. */
void queue_acknowledge(struct system *s, struct activation *a);

/* The same for `rider`, which was worked off together with `head`; comes before queue_acknowledge() of that
 * one, which stands for both. */
void queue_acknowledge_rider(struct system *s, struct activation *head, struct activation *rider);

#endif
