/* What the calls from one replica (or the users) to one endpoint have in common: circuit breaker, retry
 * budget, pool, and the connections that are kept. */
#ifndef TANDEM_MODEL_GUARD_H
#define TANDEM_MODEL_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "model/attempt.h"
#include "model/call.h"
#include "model/component.h"
#include "model/policy/breaker.h"
#include "model/policy/budget.h"
#include "model/spec.h"

struct system;

struct guard {
    struct breaker breaker;
    struct budget budget;
    uint32_t in_use;           /* places of the pool */
    struct call *first, *last; /* who wait for one, linked by their next_waiting */
    uint32_t idle;             /* connections that are kept, and that nobody uses */
};

/* One for each replica of a caller. */
struct guard_set {
    uint32_t older;  /* another set of the same caller and callee; PAIR_MAP_NONE = there is none */
    uint32_t caller; /* component, or SPEC_USERS */
    uint32_t callee; /* endpoint */
    const struct control_spec *control; /* borrowed */
    struct guard *guards;               /* owned */
    uint32_t n;
};

/* The guards for calls from `caller` (component or SPEC_USERS) to endpoint `callee`; made when first asked
 * for, under `control`. NULL when memory is gone. Borrowed from the system; the pointer stays true. */
struct guard *guards_for(struct system *s, uint32_t caller, uint32_t callee,
                         const struct control_spec *control);

/* A replica of `caller` crashed: what its memory held of its callees is gone. */
void guards_forget(struct system *s, uint32_t caller, uint32_t replica);
void guard_sets_finish(struct system *s);

/* ---- for a call that has a guard; one that has none goes where it likes ---- */

/* NULL = none. */
static inline struct guard *guard_of(const struct call *call)
{
    struct guard *guards = call->site->guards;
    return guards ? &guards[call->from ? call->from->index : 0] : NULL;
}

/* An attempt may go out as far as the breaker is concerned. It must be told of its end: by guard_record(),
 * guard_withdraw() or guard_not_tried(). */
bool guard_lets_out(struct system *s, struct call *call);

/* An attempt ended, well or not. */
void guard_record(struct system *s, struct call *call, bool failed);

/* It found no place in the pool: that counts as a failure. */
void guard_not_tried(struct system *s, struct call *call);

/* Nobody will know how it ends. */
void guard_withdraw(struct call *call);

/* A place in the pool for a copy of the present attempt; false when there is none now. */
bool guard_take_place(struct call *call, enum copy copy);

/* The copy's place, if it has one, goes to who waits longest: call_got_place() happens to that one. */
void guard_give_back(struct system *s, struct call *call, enum copy copy);

/* Waits for a place behind all others, or does so no longer. */
void guard_wait(struct call *call);
void guard_stop_waiting(struct call *call);

#endif
