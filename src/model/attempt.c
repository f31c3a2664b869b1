/* The attempts of a controlled call: each goes out, perhaps in two copies, and is answered, lost or given up.
 */
#include <string.h>

#include "model/attempt_parts.h"
#include "model/blame.h"
#include "model/policy/cancel.h"
#include "model/policy/connection.h"
#include "model/policy/deadline.h"
#include "model/policy/hedge.h"
#include "model/state.h"

/* Where the record of a copy is kept; only those who have extras make second ones. */
static struct activation **record_of(struct call *call, enum copy copy)
{
    return copy == COPY_FIRST ? &call->current : &call->extra->hedge;
}

/* ---- going out ---- */

/* The name of a copy of the present attempt. */
static inline uint64_t path_of(const struct call *call, enum copy copy)
{
    uint32_t attempt = call_attempt(call);
    uint64_t path = attempt ? rng_mix(call->path, attempt) : call->path;
    return copy == COPY_SECOND ? hedge_path(path) : path;
}

static void number(struct call_extra *extra, struct activation *a, enum copy copy)
{
    a->attempt = extra->sent++;
    if (copy == COPY_FIRST)
        extra->first = a->attempt;
}

static inline struct activation *create(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = activation_create(s, call->request, call->site, call->caller, path_of(call, copy));
    if (!a)
        return NULL;
    a->call = call;
    a->bytes = call->bytes;
    if (call->extra)
        number(call->extra, a, copy);
    call->records++;
    call->under_way |= (uint8_t)copy;
    *record_of(call, copy) = a;
    if (copy == COPY_FIRST)
        call->stage = CALL_TRYING;
    call_counts(call)->attempts += call->request->measured;
    return a;
}

static void time_out(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    int64_t split_ns[CAUSES] = {0};
    if (call_is_held(s, call, time_out, call, &call->timer))
        return;
    call->timer = 0;
    attempt_so_far(s, call, split_ns);
    call->since_ns = s->sim.now_ns;
    call_counts(call)->timeouts += call->request->measured;
    attempt_give_up(s, call);
    guard_record(s, call, true);
    call_failed(s, call, FAILURE_TIMEOUT, split_ns);
}

/* How long its caller waits for the attempt whose first copy is `a`; INT64_MAX = for ever. */
static int64_t timeout_of(const struct call *call, const struct activation *a)
{
    const struct site *site = call->site;
    if (site->timeout_ns >= 0)
        return site->timeout_ns;
    return distribution_draw(&site->control->timeout, &site->timeouts, call->request->number, a->path);
}

/* The time of the present attempt, with `a` as its first copy, runs from now on. */
static inline void begin_patience(struct system *s, struct call *call, const struct activation *a)
{
    int64_t now_ns = s->sim.now_ns, timeout_ns = timeout_of(call, a), patience_ns = call_deadline(call);
    unsigned line = SIM_LINES;
    if (timeout_ns < INT64_MAX && now_ns + timeout_ns < patience_ns) {
        patience_ns = now_ns + timeout_ns;
        line = call->site->timeout_line;
    }
    if (call->extra)
        call->extra->patience_ns = patience_ns;
    if (patience_ns == INT64_MAX)
        return;
    int64_t ns = patience_ns > now_ns ? patience_ns - now_ns : 0;
    call->timer = system_plan_timer(s, line, ns, time_out, call);
}

static inline void accept(struct call *call)
{
    call->belief = BELIEF_ACCEPTED;
    call->current = NULL;
    call->under_way = 0;
}

static inline void first_sent(struct system *s, struct call *call, struct activation *a)
{
    if (call->since_ns < s->sim.now_ns)
        call_spent(s, call, CAUSE_BACKPRESSURE);
    if (!call->site->awaits) {
        accept(call);
        return;
    }
    if (!call->timer)
        begin_patience(s, call, a);
    if (!call->site->plain)
        hedge_plan(s, call);
}

static inline void copy_sent(struct system *s, struct call *call, struct activation *a, enum copy copy)
{
    if (copy == COPY_FIRST)
        first_sent(s, call, a);
    else
        call->extra->hedge_sent_ns = s->sim.now_ns;
    if (!call->site->plain && call->site->control->deadline)
        a->deadline_ns = call->extra->patience_ns;
}

void attempt_published(struct system *s, struct activation *a)
{
    enum copy copy = attempt_copy(a);
    if (a->call->under_way & copy) /* else its caller gave up while it waited for room */
        copy_sent(s, a->call, a, copy);
}

/* False as struct call_type's send(). */
static inline bool send(struct system *s, struct call *call, struct activation *a, enum copy copy)
{
    if (!call->site->queue) /* else it may have to wait for room: see attempt_published() */
        copy_sent(s, call, a, copy);
    return call->site->type->send(s, a);
}

/* The connection comes first. */
static void connect(struct system *s, struct call *call, struct activation *a, enum copy copy)
{
    if (copy == COPY_FIRST) {
        call->stage = CALL_CONNECTING;
        begin_patience(s, call, a);
    }
    connection_open(s, a);
}

/* Inlined into the two below, where `copy` is known. */
static inline bool launch(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = create(s, call, copy);
    if (!a)
        return false;
    if (call->site->plain || connection_is_ready(call, copy))
        return send(s, call, a, copy);
    connect(s, call, a, copy);
    return true;
}

bool attempt_launch(struct system *s, struct call *call)
{
    return launch(s, call, COPY_FIRST);
}

void attempt_double(struct system *s, struct call *call)
{
    launch(s, call, COPY_SECOND);
}

void attempt_connected(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    enum copy copy = attempt_copy(a);
    if (copy == COPY_FIRST) {
        call->stage = CALL_TRYING;
        call_spent(s, call, CAUSE_WIRE_OUT);
    } else {
        call->extra->hedge_connected_ns = call->extra->hedge_sent_ns = s->sim.now_ns;
    }
    a->since_ns = s->sim.now_ns; /* what went before is the call's time, not the message's */
    activation_move(s, a, PLACES);
    send(s, call, a, copy);
}

/* ---- where the time goes ---- */

/* Of two copies the first one stands for the wait, unless only the other can still be answered. */
static const struct activation *standing(const struct call *call)
{
    const struct activation *first = call->current, *second = call_hedge(call);
    bool in_vain = !first || (first->stretch == STRETCH_LOST && second && second->stretch != STRETCH_LOST);
    return in_vain ? second : first;
}

static void trying_so_far(const struct system *s, const struct call *call, int64_t split_ns[CAUSES])
{
    const struct activation *a = standing(call);
    if (!a) {
        split_ns[CAUSE_LOST] = 1;
        return;
    }
    blame_so_far(s, a, split_ns);
    if (a == call_hedge(call))
        hedge_add_wait(call, split_ns);
}

void attempt_so_far(const struct system *s, const struct call *call, int64_t ret_split_ns[CAUSES])
{
    switch ((enum call_stage)call->stage) {
    case CALL_TRYING: trying_so_far(s, call, ret_split_ns); break;
    case CALL_CONNECTING: ret_split_ns[CAUSE_WIRE_OUT] = 1; break;
    case CALL_QUEUING:
    case CALL_PLACED: ret_split_ns[CAUSE_POOL] = 1; break;
    case CALL_PAUSING:
    case CALL_FAILING: ret_split_ns[CAUSE_BACKOFF] = 1; break;
    }
    split_fit(ret_split_ns, s->sim.now_ns - call->since_ns);
}

/* ---- the end ---- */

/* What got lost was kept to know where the time went. */
static void forget_lost(struct system *s, struct activation *a)
{
    if (a && a->stretch == STRETCH_LOST)
        activation_destroy(s, a);
}

/* One copy is waited for no more; its record, if there is one, has become nobody's. */
static inline struct activation *let_go(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = *record_of(call, copy);
    *record_of(call, copy) = NULL;
    call->under_way &= (uint8_t)~copy;
    if (call->placed & copy)
        guard_give_back(s, call, copy);
    return a;
}

static void give_up(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = let_go(s, call, copy);
    call->connected &= (uint8_t)~copy; /* closed: the answer would be taken for that of the next */
    if (a && (call->connecting & copy)) {
        connection_abandon(s, a);
    } else if (a) {
        cancel_send(s, a);
        forget_lost(s, a);
    }
}

static inline void end_patience(struct system *s, struct call *call)
{
    if (call->timer)
        sim_cancel(&s->sim, call->timer);
    call->timer = 0;
}

void attempt_give_up(struct system *s, struct call *call)
{
    end_patience(s, call);
    give_up(s, call, COPY_FIRST);
    if (!call->extra)
        return;
    sim_cancel(&s->sim, call->extra->hedge_timer);
    call->extra->hedge_timer = 0;
    give_up(s, call, COPY_SECOND);
}

/* The answer `a` of a copy ends it, also where that had doubled and the other one got lost. */
static inline void finish(struct system *s, struct activation *a, enum copy copy)
{
    struct call *call = a->call;
    if (call->connected & copy)
        connection_keep(call, copy);
    struct activation *kept = let_go(s, call, copy);
    if (kept != a)
        forget_lost(s, kept);
    activation_destroy(s, a);
}

static void answered_in_time(struct system *s, struct activation *a, enum copy copy)
{
    struct call *call = a->call;
    enum failure failure = a->refused ? FAILURE_REFUSED : FAILURE_ERROR;
    bool well = !a->failed;
    int64_t split_ns[CAUSES];
    memcpy(split_ns, a->frame->split_ns, sizeof split_ns);
    if (copy == COPY_SECOND)
        hedge_add_wait(call, split_ns);
    split_fit(split_ns, s->sim.now_ns - call->since_ns);
    call->since_ns = s->sim.now_ns;
    finish(s, a, copy);
    end_patience(s, call);
    if (call->extra)
        attempt_give_up(s, call); /* the other copy, if there is one */
    if (!call->site->plain)
        guard_record(s, call, !well);
    if (well)
        call_succeeded(s, call, split_ns);
    else
        call_failed(s, call, failure, split_ns);
}

void attempt_answered(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    enum copy copy = attempt_copy(a);
    bool awaited = (call->under_way & copy) != 0;
    bool held = awaited && call->caller && instance_stands_still(call->caller->instance);
    if (held && instance_holds(s, call->caller->instance, activation_answered, a, &a->id))
        return;
    activation_turn(s, a, STRETCH_WIRE_BACK);
    if (!awaited) {
        call_counts(call)->late += call->request->measured;
        activation_destroy(s, a);
    } else if (a->failed && call->under_way != copy) {
        finish(s, a, copy); /* the other copy may do better */
    } else {
        answered_in_time(s, a, copy);
    }
}

void attempt_lost(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    bool waited_for = a->awaited && attempt_is_current(a) && *record_of(call, attempt_copy(a)) == a;
    activation_turn(s, a, STRETCH_LOST);
    activation_move(s, a, PLACES);
    if (!waited_for)
        activation_destroy(s, a);
    else if (!a->frame)
        activation_start_frame(s, a);
}
