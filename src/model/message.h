/* What a broker knows of a message, from when it has let it in until it is settled, where calls are
 * controlled. The message itself is an activation that stays at the broker; each delivery of it is a copy. */
#ifndef TANDEM_MODEL_MESSAGE_H
#define TANDEM_MODEL_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "des/sim.h"
#include "model/activation.h"

struct system;
struct queue;
struct consumer;

enum message_state {
    MESSAGE_PERSISTING, /* not safe yet, seen by no consumer */
    MESSAGE_WAITING,    /* for a consumer */
    MESSAGE_OUT,        /* delivered, and not acknowledged */
    MESSAGE_BACK,       /* handed back, for a while */
    MESSAGE_SETTLED     /* done, or given up: the broker has it no more */
};

struct message {
    struct message *next, *before; /* of its queue; first, as the pool overwrites it */
    struct activation *activation; /* the message itself; NULL = settled */
    struct queue *queue;
    struct activation *delivery; /* the present one; NULL = it has ended, or there is none */
    struct consumer *owed;       /* whose credit comes back when the delivery, which got lost, times out */
    uint32_t owed_incarnation;
    event_id timer;                    /* ends the present state */
    int64_t accepted_ns, delivered_ns; /* first, last */
    uint32_t deliveries;
    uint32_t records; /* deliveries and acknowledgements that know of it */
    uint8_t state;    /* enum message_state */
};

/* The broker lets `a` in: it waits from now on, or is not safe yet. False when memory is gone. */
bool message_accept(struct system *s, struct queue *queue, struct activation *a);

/* A consumer takes it, out of the queue's list: returns what travels, a copy of it or, where it is forgotten
 * on delivery, it itself. NULL when memory is gone. */
struct activation *message_deliver(struct system *s, struct message *m);

/* Both at once, where a consumer takes what needs no time to be safe. */
struct activation *message_pass(struct system *s, struct queue *queue, struct activation *a);

/* A copy of the message `a`, named `path`, that stands for the same call. NULL when memory is gone. */
struct activation *message_copy(struct system *s, const struct activation *a, uint64_t path);

/* It waits again, before all others, for another delivery, unless it was delivered too often or is too old.
 * queue_dispatch() must follow. */
void message_return(struct system *s, struct message *m);

/* The same later, at `at_ns`. */
void message_return_at(struct system *s, struct message *m, int64_t at_ns);

/* Its consumer has handed it back: the same after the pause that the rule asks for. */
void message_hand_back(struct system *s, struct message *m);

/* Its work is done. */
void message_settle(struct system *s, struct message *m);

/* The queue gives it up and tells nobody; `count` is where that is counted. */
void message_give_up(struct system *s, struct message *m, uint64_t *count);

/* Nobody works on it: it waits for its visibility timeout. */
void message_idle(struct system *s, struct message *m);

/* The delivery `d` came to nothing: whoever awaits its answer awaits that of another, present or to come. */
void message_leave(struct message *m, struct activation *d);

/* The broker forgets the message, which goes its own way from then on. */
void message_forget(struct system *s, struct message *m);

#endif
