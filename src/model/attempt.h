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

/* What a call is doing while its caller waits for it. */
enum call_stage {
    CALL_TRYING,  /* an attempt is under way */
    CALL_PAUSING, /* before a retry */
    CALL_QUEUING, /* for a place in the caller's pool */
    CALL_PLACED,  /* has a place now, and goes out next */
    CALL_FAILING, /* it was not let out, and its caller is told at once */
};

/* One call, as long as anything of it is under way: the caller may have given up long before. */
struct call {
    void *pool_next;         /* the pool's, while the record is free */
    struct request *request; /* NULL = a record not in use */
    const struct site *site;
    struct activation *caller; /* NULL = a user */
    struct call *next, **link; /* among those that the caller waits for; link = NULL: in no list */
    uint64_t path;
    int64_t bytes;
    int64_t since_ns;           /* begin of the present attempt or pause */
    int64_t split_ns[CAUSES];   /* of the time before */
    int64_t pause_ns;           /* the last one */
    struct activation *current; /* the present attempt; NULL = pausing, or ended */
    event_id timer;
    struct guard *guard;       /* that it shares with others; NULL = none */
    struct call *next_waiting; /* for a place in the pool */
    uint32_t attempt;          /* the present one, from 0 */
    uint32_t records;
    uint32_t executions;
    uint8_t stage;         /* enum call_stage */
    uint8_t breaker_state; /* in which the present attempt went out */
    uint8_t belief;        /* enum belief; BELIEF_WAITING until it has ended for its caller */
};

/* A call of `request` through `site`; `caller` is NULL for a user. Sends its first attempt: false as
 * struct call_type's send(). */
bool call_begin(struct system *s, struct request *request, const struct site *site, struct activation *caller,
                uint64_t path, int64_t bytes);

/* The message of `a` is under way: its time runs. */
void attempt_sent(struct system *s, struct activation *a);

/* The answer of an attempt is at the caller's. */
void attempt_answered(struct system *s, struct activation *a);

/* The message or answer `a` got lost: nobody is told. */
void attempt_lost(struct system *s, struct activation *a);

/* A record of its call is no more. */
void attempt_released(struct system *s, struct activation *a);

/* `caller` waits no longer: what it called goes on without it. */
void call_abandon_all(struct system *s, struct activation *caller);

/* It still is what its caller waits for. */
bool attempt_is_current(const struct activation *a);

/* Adds the calls that are not over to `results` (one an endpoint) as they stand. For pool_each; `data` is the
 * array. */
void call_count_open(void *call, void *data);

#endif
