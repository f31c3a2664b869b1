/* Queues: a broker between publishers and the consumers of one component. */
#ifndef TANDEM_MODEL_QUEUE_H
#define TANDEM_MODEL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "des/sim.h"
#include "model/activation.h"
#include "model/spec.h"
#include "model/waitlist.h"
#include "stats/histogram.h"
#include "stats/time_average.h"

struct system;
struct site;
struct wire;

/* The consumers of one queue on one replica. */
struct consumer {
    struct queue *queue;
    struct instance *instance;
    uint32_t credit;    /* deliveries that it would take now */
    uint32_t executing; /* let in to the replica and not finished */
    uint32_t most;      /* at once */
    struct list buffer; /* delivered, for when one of the others is finished */
};

struct queue {
    char *name; /* owned */
    const struct queue_rule *rule;
    uint32_t component;         /* of the consumers */
    uint32_t broker;            /* component at which it stands, or SPEC_USERS */
    struct consumer *consumers; /* owned, one a replica */
    uint32_t n_consumers;
    uint32_t next; /* whose turn it is */
    struct waitlist waiting;
    struct list blocked; /* messages that wait at their publishers for room */
    uint32_t coming;     /* on their way to the broker, or promised a place there */
    uint32_t promised;   /* of these, those whose publisher has yet to learn of it */
    uint32_t credit;     /* of all consumers */
    bool dispatching, again;
    event_id linger;
    struct time_average depth;
    struct histogram wait;
    int64_t oldest_max_ns;
    uint64_t before, published, consumed, dropped, rejected, lost, delivered;
};

/* The queue for calls of endpoint `callee` from `caller` (endpoint or SPEC_USERS) under `rule`; made when
 * first asked for, borrowed from the system. */
bool queue_for(struct system *s, uint32_t caller, uint32_t callee, const struct queue_rule *rule,
               struct queue **ret_queue, struct error *error);
void queue_destroy(struct queue *queue);

/* For struct call_type: sends `call` to its queue, or holds its publisher until there is room. */
bool queue_publish(struct system *s, struct activation *call);

/* A message that a consumer took is worked off: it is acknowledged. */
void queue_acknowledge(struct system *s, struct activation *a);

/* The same for one that was worked off together with another: the acknowledgement of that one stands for
 * both. */
void queue_acknowledge_rider(struct activation *a);

#endif
