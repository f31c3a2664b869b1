/* An activation: one execution of an endpoint, from the sending of its request to the arrival of its answer.
 * While it travels or waits it is the message; when it gets a worker it receives a frame, its stack. */
#ifndef TANDEM_MODEL_ACTIVATION_H
#define TANDEM_MODEL_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "des/sim.h"
#include "model/result.h"
#include "model/split.h"
#include "trace/trace.h"

struct system;
struct instance;
struct request;
struct site;
struct consumer;
struct instruction;
struct call;
struct message;

struct list {
    struct activation *first, *last;
    size_t n;
};

enum { FRAME_LOOPS = 8 }; /* deepest nesting of `repeat` and `times` */

/* What the stretch of time since `since_ns` goes to. */
enum stretch {
    STRETCH_WIRE_OUT,
    STRETCH_QUEUE,
    STRETCH_INBOX,
    STRETCH_WORK,
    STRETCH_READY,
    STRETCH_IO,
    STRETCH_CALL, /* what the awaited call says */
    STRETCH_BACKPRESSURE,
    STRETCH_CONFIRM, /* waits for a broker to say that it has a message */
    STRETCH_WIRE_BACK,
    STRETCH_LOST,
    STRETCH_DOWN, /* computing, but its replica stands still */
};

struct activation {
    struct activation *next;   /* in a list; first, as the pool overwrites it */
    struct activation *before; /* in a waitlist */
    struct request *request;   /* NULL = a record not in use */
    const struct site *site;   /* the call that it answers */
    struct call *call;         /* that this is an attempt of; NULL = calls are not controlled in this run */
    struct activation
        *caller; /* who awaits the answer, if `caller_id` is still its id; NULL = a user or nobody */
    uint64_t caller_id;
    uint64_t id;                         /* unique in the run, from 1 */
    uint64_t path;                       /* its name within the request's tree, for random numbers */
    int64_t since_ns;                    /* begin of the present stretch */
    int64_t wire_ns, queue_ns, inbox_ns; /* before the execution began */
    struct instance *instance;           /* that it is on: let in, and not ended; else NULL */
    struct consumer *consumer;           /* who took it from a queue; NULL = it was a direct call */
    struct activation *riders; /* messages of its batch, worked off together with it; linked by their next */
    struct frame *frame;       /* from the start of the execution to the arrival of the answer */
    struct message *message;   /* that this is, once a broker has it, or is a delivery of; NULL = neither */
    uint32_t incarnation;      /* of its consumer when it was delivered */
    uint32_t seat;             /* in the heap that it is in: of a waitlist, or of those that share cores */
    event_id
        timer; /* what it waits for: the end of its work or I/O; as a message in a queue, what ends that */
    int64_t deadline_ns; /* nobody waits for the answer from then on; INT64_MAX = not known */
    int32_t priority;
    uint32_t attempt;  /* of its call, from 0 */
    uint32_t epoch;    /* which of the caller's waits it answers */
    uint8_t place;     /* enum place, or PLACES = nowhere any more */
    uint8_t stretch;   /* enum stretch */
    int64_t bytes;     /* of the request */
    bool awaited;      /* somebody waits for the answer */
    bool failed;       /* the answer is an error */
    bool holds_caller; /* its caller's worker is blocked until it can be sent */
    bool refused;      /* ... because it was not let in */
    bool called_off;   /* while it was on a link: nobody wants it any more */
    bool passed_on;    /* the answer has left the broker of its queue for its caller */
};

/* The stack of an activation. What is not said to be of something present is zero at first. */
struct frame {
    int64_t split_ns[CAUSES]; /* everything since the call was sent, by cause */
    struct activation
        *lost; /* calls of the present wait that will never be answered, where they are not controlled */
    struct call *calls;         /* controlled ones of the present wait, not ended */
    int64_t worked_ns;          /* by itself */
    int64_t demand_ns;          /* of the present work step, or what is left of it */
    int64_t ends_ns;            /* when it will be done, while it has a core of its own */
    int64_t stopped_ns;         /* how long its replica had stood still when it began to share cores */
    struct activation *awaited; /* at the end of the run: the call that stands for what it waits for */
    uint32_t pc;
    uint32_t loops[FRAME_LOOPS];
    uint32_t epoch; /* of the present wait: answers to an earlier one are late */
    uint32_t cursor, made, outstanding, answered, failed; /* of the present call or gather */
    uint8_t worker; /* enum worker_state while it holds one, WORKER_STATES when not */
    uint8_t phase;  /* of the present call or gather */
};

/* Its present stretch has lasted `ns` (> 0) now: tells the trace, and adds it to the split. For
 * activation_turn(), see turn.h. */
void activation_charge(struct system *s, struct activation *a, int64_t ns);

/* The end of the run cuts its present stretch off: told and charged, but for one that waits for an answer. */
void activation_cut(struct system *s, struct activation *a);

/* A new message of `request` through `site`, to be sent now; NULL when memory is gone. `caller` may be NULL.
 */
struct activation *activation_create(struct system *s, struct request *request, const struct site *site,
                                     struct activation *caller, uint64_t path);
void activation_destroy(struct system *s, struct activation *a);

/* It is not let in: its caller is told, or not. */
void activation_refuse(struct system *s, struct activation *a, bool in_silence);

/* It gets a worker of its replica, where one is free, for the first time. */
void activation_start(struct system *s, struct activation *a);

/* Ends it wherever it is on its replica, waiting or executing: its effect will not be done, and nobody is
 * told. What it has called goes on, or is called off. Its worker goes to the next; the record is no more. */
void activation_abort(struct system *s, struct activation *a);

/* It has ended and gives its worker back. */
void activation_finish(struct system *s, struct activation *a, bool well);

/* The message is at the door of its component: it is let in or refused. */
void activation_arrive(void *system, void *activation);

/* The messages of its batch move with it. For activation_move(), see turn.h. */
void activation_move_riders(struct system *s, struct activation *a, enum place place);

/* Gives it a stack, with what it has waited so far. False when memory is gone. */
bool activation_start_frame(struct system *s, struct activation *a);

/* Its caller still waits for it. */
bool activation_is_expected(const struct activation *a);

/* What its present stretch goes to, unless it waits for an answer. */
enum cause activation_cause(const struct activation *a);

#endif
