/* What the files about controlled calls share; for nobody else. A call's life is in call_life.c, its attempts
 * are in attempt.c, what it shares with other calls in guard.c, what a caller may do besides in policy/. */
#ifndef TANDEM_MODEL_ATTEMPT_PARTS_H
#define TANDEM_MODEL_ATTEMPT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/attempt.h"
#include "model/result.h"
#include "model/spec.h"

/* ---- the call ---- */

/* The counters of the calls of its callee. */
struct call_result *call_counts(struct system *s, const struct call *call);

/* Its caller stands still, and will let happen(system, subject) when it goes on, if `timer` is the same then.
 */
bool call_is_held(struct system *s, struct call *call, event_function *happen, void *subject,
                  const event_id *timer);

/* The time since `since_ns` went to `split_ns`, as far as that tells; the next stretch begins now. */
void call_account(struct system *s, struct call *call, int64_t split_ns[CAUSES]);

/* The same where all of it went to one cause. */
void call_spent(struct system *s, struct call *call, enum cause cause);

/* The present attempt is over: the caller has its good answer ... */
void call_succeeded(struct system *s, struct call *call);

/* ... or the call pauses before the next one, or has failed. */
void call_failed(struct system *s, struct call *call, enum failure failure);

/* A place in the pool is now its own. For sim_schedule. */
void call_got_place(void *system, void *call);

/* It has ended for its caller, and nothing of it is under way: its record goes. */
void call_release_if_over(struct system *s, struct call *call);

/* ---- its attempts ---- */

/* A copy of the present attempt goes out, or opens its connection first. False as struct call_type's send().
 */
bool attempt_launch(struct system *s, struct call *call, enum copy copy);

/* The connection of `a` is open: the message goes out. */
void attempt_connected(struct system *s, struct activation *a);

/* Which of the present attempt's copies `a` is a record of. */
enum copy attempt_copy(const struct activation *a);

/* Nobody waits for the present attempt any more. */
void attempt_give_up(struct system *s, struct call *call);

#endif
