/* What the files about controlled calls share; for nobody else. A call's life is in call_life.c, its attempts
 * are in attempt.c, what it shares with other calls in guard.c, what a caller may do besides in policy/. */
#ifndef TANDEM_MODEL_ATTEMPT_PARTS_H
#define TANDEM_MODEL_ATTEMPT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/attempt.h"
#include "model/call.h"
#include "model/result.h"
#include "model/spec.h"

/* ---- the call ---- */

/* The counters of the calls of its callee. */
static inline struct call_result *call_counts(const struct call *call)
{
    return call->site->counts;
}

/* Which attempt is the present one, from 0. */
static inline uint32_t call_attempt(const struct call *call)
{
    return call->extra ? call->extra->attempt : 0;
}

/* No attempt goes on after that; INT64_MAX = whatever its own timeout says. */
static inline int64_t call_deadline(const struct call *call)
{
    return call->extra ? call->extra->deadline_ns : INT64_MAX;
}

static inline struct activation *call_hedge(const struct call *call)
{
    return call->extra ? call->extra->hedge : NULL;
}

/* Its caller stands still, and will let happen(system, subject) when it goes on, if `timer` is the same then.
 */
bool call_is_held(struct system *s, struct call *call, event_function *happen, void *subject,
                  const event_id *timer);

/* The time since `since_ns` went to one cause, before the present attempt; the next stretch begins now. */
void call_spent(struct system *s, struct call *call, enum cause cause);

/* The present attempt is over: the caller has its good answer. The last stretch went to `split_ns`, which is
 * used up. */
void call_succeeded(struct system *s, struct call *call, int64_t split_ns[CAUSES]);

/* ... or the call pauses before the next one, or has failed. */
void call_failed(struct system *s, struct call *call, enum failure failure, int64_t split_ns[CAUSES]);

/* A place in the pool is now its own. For sim_schedule. */
void call_got_place(void *system, void *call);

/* ---- its attempts ---- */

/* The present attempt goes out, or opens its connection first. False as struct call_type's send(). */
bool attempt_launch(struct system *s, struct call *call);

/* It goes out a second time. */
void attempt_double(struct system *s, struct call *call);

/* The connection of `a` is open: the message goes out. */
void attempt_connected(struct system *s, struct activation *a);

/* Nobody waits for the present attempt any more. */
void attempt_give_up(struct system *s, struct call *call);

#endif
