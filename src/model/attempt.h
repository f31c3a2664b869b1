/* Controlled calls: a call is one or more attempts, each of which may time out, fail, or get lost, and pauses
 * between them. Where nothing can go wrong and no rule asks for control, calls go without. */
#ifndef TANDEM_MODEL_ATTEMPT_H
#define TANDEM_MODEL_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "des/sim.h"
#include "model/activation.h"
#include "model/result.h"

struct system;
struct site;
struct request;
struct guard;
struct instance;
struct publication;

/* What a call is doing while its caller waits for it. */
enum call_stage {
    CALL_TRYING,     /* an attempt is under way */
    CALL_CONNECTING, /* ... and has yet to open its connection */
    CALL_PAUSING,    /* before a retry */
    CALL_QUEUING,    /* for a place in the caller's pool */
    CALL_PLACED,     /* has a place now, and goes out next */
    CALL_FAILING,    /* it was not let out, and its caller is told at once */
};

/* An attempt goes out once, or a second time when its answer is long in coming. As bits. */
enum copy { COPY_NONE = 0, COPY_FIRST = 1, COPY_SECOND = 2 };

/* One call, as long as anything of it is under way: the caller may have given up long before. */
struct call {
    void *pool_next;         /* the pool's, while the record is free */
    struct request *request; /* NULL = a record not in use */
    const struct site *site;
    struct activation *caller; /* NULL = a user */
    struct call *next, **link; /* among those that the caller waits for; link = NULL: in no list */
    uint64_t path, effect;     /* its name, and that of what it is to bring about: see effect.h */
    int64_t bytes;
    int64_t since_ns;           /* begin of the present attempt or pause */
    int64_t split_ns[CAUSES];   /* of the time before */
    int64_t pause_ns;           /* the last one */
    int64_t deadline_ns;        /* the caller's own, which no attempt outlives; INT64_MAX = none */
    int64_t patience_ns;        /* when the present attempt times out; INT64_MAX = never */
    struct activation *current; /* the present attempt; NULL = pausing, or ended */
    struct activation *hedge;   /* its second copy, likewise */
    /* When the second copy was made, had its connection, and was sent. */
    int64_t hedge_made_ns, hedge_connected_ns, hedge_sent_ns;
    event_id timer, hedge_timer;
    struct guard *guard;             /* that it shares with others; NULL = none */
    struct call *next_waiting;       /* for a place in the pool */
    struct instance *from;           /* that made it; NULL = a user */
    struct publication *publication; /* kept by its publisher until a broker has confirmed it; NULL = none */
    uint32_t attempt;                /* the present one, from 0 */
    uint32_t sent;  /* messages made so far, second copies too: they number the activations */
    uint32_t first; /* the number of the present attempt's first copy */
    uint32_t legs;  /* of the connection being opened: messages sent */
    /* Of the present attempt's copies (enum copy): those waited for, those with no connection yet, those on a
     * connection that can be kept, those with a place in the pool. */
    uint32_t under_way, connecting, connected, placed;
    uint32_t records;
    uint32_t executions;
    uint8_t stage;         /* enum call_stage */
    uint8_t breaker_state; /* in which the present attempt went out */
    uint8_t belief;        /* enum belief; BELIEF_WAITING until it has ended for its caller */
};

/* A call of `request` through `site`; `caller` is NULL for a user. Sends its first attempt: false as
 * struct call_type's send(). */
bool call_begin(struct system *s, struct request *request, const struct site *site, struct activation *caller,
                uint64_t path, uint64_t effect, int64_t bytes);

/* The message of `a` is under way: its time runs. */
void attempt_sent(struct system *s, struct activation *a);

/* The answer of an attempt is at the caller's. */
void attempt_answered(struct system *s, struct activation *a);

/* The message or answer `a` got lost: nobody is told. */
void attempt_lost(struct system *s, struct activation *a);

/* From now on `heir`, a record of the same attempt, stands for what `a` stood for. */
void attempt_handed_on(struct activation *a, struct activation *heir);

/* A record of its call is no more. */
void attempt_released(struct system *s, struct activation *a);

/* Something that kept `call`, counted in its records, needs it no more. */
void call_release(struct system *s, struct call *call);

/* `caller` waits no longer: what it called goes on without it, or is called off. */
void call_abandon_all(struct system *s, struct activation *caller);

/* It still is what its caller waits for. */
bool attempt_is_current(const struct activation *a);

/* Where the time since call->since_ns went, to a split of zeros: sums to it exactly. */
void attempt_so_far(const struct system *s, const struct call *call, int64_t ret_split_ns[CAUSES]);

/* Adds the calls that are not over to `results` (one an endpoint) as they stand. For pool_each; `data` is the
 * array. */
void call_count_open(void *call, void *data);

#endif
