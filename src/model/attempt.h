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
struct effect;
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

/* What few calls need: made at once for those whose rules will ask for it, for others when an attempt fails.
 */
struct call_extra {
    int64_t split_ns[CAUSES]; /* of the time before the present attempt or pause */
    int64_t pause_ns;         /* the last one */
    int64_t deadline_ns;      /* the caller's own, which no attempt outlives; INT64_MAX = none */
    int64_t patience_ns;      /* when the present attempt times out; INT64_MAX = never */
    struct activation *hedge; /* the second copy of the present attempt; NULL = none, or ended */
    /* When that was made, had its connection, and was sent. */
    int64_t hedge_made_ns, hedge_connected_ns, hedge_sent_ns;
    event_id hedge_timer;
    struct call *next_waiting; /* for a place in the pool */
    uint32_t attempt;          /* the present one, from 0 */
    uint32_t sent;             /* messages made so far, second copies too: they number the activations */
    uint32_t first;            /* the number of the present attempt's first copy */
    uint32_t legs;             /* of the connection being opened: messages sent */
};

/* One call, as long as anything of it is under way: the caller may have given up long before. */
struct call {
    struct activation
        *current; /* the present attempt; NULL = pausing, or ended; first, as the pool overwrites it */
    struct request *request; /* NULL = a record not in use */
    const struct site *site;
    struct activation *caller; /* NULL = a user */
    struct call *next, **link; /* among those that the caller waits for; link = NULL: in no list */
    uint64_t path;             /* its name */
    struct effect *effect;     /* what it is to bring about; NULL = nothing is done twice, see effect.h */
    int64_t bytes;
    int64_t since_ns; /* begin of the present attempt or pause */
    event_id timer;
    struct instance *from;           /* that made it; NULL = a user */
    struct publication *publication; /* kept by its publisher until a broker has confirmed it; NULL = none */
    struct call_extra *extra;        /* owned; NULL = it is at its first attempt, and no time went before */
    uint32_t records;
    uint32_t executions;
    uint8_t stage;         /* enum call_stage */
    uint8_t breaker_state; /* in which the present attempt went out */
    uint8_t belief;        /* enum belief; BELIEF_WAITING until it has ended for its caller */
    /* Of the present attempt's copies (enum copy): those waited for, those with no connection yet, those on a
     * connection that can be kept, those with a place in the pool. */
    uint8_t under_way, connecting, connected, placed;
};

/* A call of `request` through `site`; `caller` is NULL for a user. Sends its first attempt: false as
 * struct call_type's send(). */
bool call_begin(struct system *s, struct request *request, const struct site *site, struct activation *caller,
                uint64_t path, uint64_t effect, int64_t bytes);

/* Which of the present attempt's copies `a` is a record of. */
static inline enum copy attempt_copy(const struct activation *a)
{
    const struct call_extra *extra = a->call->extra;
    uint32_t after =
        a->attempt - (extra ? extra->first : 0); /* far beyond 1 if it is of an earlier attempt */
    return after == 0 ? COPY_FIRST : after == 1 ? COPY_SECOND : COPY_NONE;
}

/* It still is what its caller waits for. */
static inline bool attempt_is_current(const struct activation *a)
{
    return (a->call->under_way & attempt_copy(a)) != 0;
}

/* The message of `a` has found room in its queue and is under way now: its time runs. */
void attempt_published(struct system *s, struct activation *a);

/* The answer of an attempt is at the caller's, who may stand still; then it happens later. */
void attempt_answered(struct system *s, struct activation *a);

/* The message or answer `a` got lost: nobody is told. */
void attempt_lost(struct system *s, struct activation *a);

/* From now on `heir`, a record of the same attempt, stands for what `a` stood for. */
static inline void attempt_handed_on(struct activation *a, struct activation *heir)
{
    struct call *call = a->call;
    if (call->current == a)
        call->current = heir;
    else if (call->extra && call->extra->hedge == a)
        call->extra->hedge = heir;
}

/* The call has ended for its caller, and nothing of it is under way: its record goes. */
void call_over(struct system *s, struct call *call);

/* Something that kept `call`, counted in its records, needs it no more. */
static inline void call_release(struct system *s, struct call *call)
{
    if (--call->records == 0 && call->belief != BELIEF_WAITING)
        call_over(s, call);
}

/* A record of its call is no more. */
static inline void attempt_released(struct system *s, struct activation *a)
{
    attempt_handed_on(a, NULL);
    call_release(s, a->call);
}

/* `caller` waits no longer: what it called goes on without it, or is called off. */
void call_abandon_all(struct system *s, struct activation *caller);

/* Where the time since call->since_ns went, to a split of zeros: sums to it exactly. */
void attempt_so_far(const struct system *s, const struct call *call, int64_t ret_split_ns[CAUSES]);

/* Adds the calls that are not over to `results` (one an endpoint) as they stand. For pool_each; `data` is the
 * array. */
void call_count_open(void *call, void *data);

#endif
