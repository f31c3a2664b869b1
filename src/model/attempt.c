/* The attempts of a controlled call: each goes out, perhaps in two copies, and is answered, lost or given up.
 */
#include "model/attempt_parts.h"
#include "model/blame.h"
#include "model/policy/cancel.h"
#include "model/policy/connection.h"
#include "model/policy/deadline.h"
#include "model/policy/hedge.h"
#include "model/state.h"

static const enum copy copies[] = {COPY_FIRST, COPY_SECOND};

/* ---- which is which ---- */

enum copy attempt_copy(const struct activation *a)
{
    uint32_t after = a->attempt - a->call->first; /* far beyond 1 if it is of an earlier attempt */
    return after == 0 ? COPY_FIRST : after == 1 ? COPY_SECOND : COPY_NONE;
}

bool attempt_is_current(const struct activation *a)
{
    return (a->call->under_way & attempt_copy(a)) != 0;
}

static struct activation **record_of(struct call *call, enum copy copy)
{
    return copy == COPY_FIRST ? &call->current : &call->hedge;
}

void attempt_handed_on(struct activation *a, struct activation *heir)
{
    for (int i = 0; i < 2; i++)
        if (*record_of(a->call, copies[i]) == a)
            *record_of(a->call, copies[i]) = heir;
}

void attempt_released(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    attempt_handed_on(a, NULL);
    call->records--;
    call_release_if_over(s, call);
}

/* ---- going out ---- */

static struct activation *create(struct system *s, struct call *call, enum copy copy)
{
    uint64_t path = call->attempt ? rng_mix(call->path, call->attempt) : call->path;
    if (copy == COPY_SECOND)
        path = hedge_path(path);
    struct activation *a = activation_create(s, call->request, call->site, call->caller, path);
    if (!a)
        return NULL;
    a->call = call;
    a->attempt = call->sent++;
    a->bytes = call->bytes;
    call->records++;
    call->under_way |= (uint32_t)copy;
    *record_of(call, copy) = a;
    if (copy == COPY_FIRST) {
        call->first = a->attempt;
        call->stage = CALL_TRYING;
    }
    call_counts(s, call)->attempts += call->request->measured;
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
    call_account(s, call, split_ns);
    call_counts(s, call)->timeouts += call->request->measured;
    attempt_give_up(s, call);
    guard_record(s, call, true);
    call_failed(s, call, FAILURE_TIMEOUT);
}

/* The time of the present attempt, with `a` as its first copy, runs from now on. */
static void begin_patience(struct system *s, struct call *call, struct activation *a)
{
    const struct distribution *timeout = &call->site->control->timeout;
    call->patience_ns = call->deadline_ns;
    if (timeout->type) {
        struct draw draw = draw_make(&call->site->timeouts, call->request->number, a->path);
        int64_t at_ns = s->sim.now_ns + distribution_sample(timeout, &draw);
        if (at_ns < call->patience_ns)
            call->patience_ns = at_ns;
    }
    if (call->patience_ns == INT64_MAX)
        return;
    int64_t at_ns = call->patience_ns > s->sim.now_ns ? call->patience_ns : s->sim.now_ns;
    call->timer = sim_schedule_ranked(&s->sim, RANK_TIMER, at_ns, time_out, call);
}

bool attempt_launch(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = create(s, call, copy);
    if (!a)
        return false;
    if (connection_is_ready(s, call, copy))
        return call->site->type->send(s, a);
    if (copy == COPY_FIRST) {
        call->stage = CALL_CONNECTING;
        begin_patience(s, call, a);
    }
    connection_open(s, a);
    return true;
}

void attempt_connected(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    if (attempt_copy(a) == COPY_FIRST) {
        call->stage = CALL_TRYING;
        call_spent(s, call, CAUSE_WIRE_OUT);
    } else {
        call->hedge_connected_ns = call->hedge_sent_ns = s->sim.now_ns;
    }
    a->since_ns = s->sim.now_ns; /* what went before is the call's time, not the message's */
    activation_move(s, a, PLACES);
    call->site->type->send(s, a);
}

static void accept(struct call *call)
{
    call->belief = BELIEF_ACCEPTED;
    call->current = NULL;
    call->under_way = 0;
}

static void first_sent(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    call_spent(s, call, CAUSE_BACKPRESSURE);
    if (!call->site->awaits) {
        accept(call);
        return;
    }
    if (!call->timer)
        begin_patience(s, call, a);
    hedge_plan(s, call);
}

void attempt_sent(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    if (!attempt_is_current(a))
        return; /* its caller gave up while it waited for room */
    if (attempt_copy(a) == COPY_FIRST)
        first_sent(s, a);
    else
        call->hedge_sent_ns = s->sim.now_ns;
    if (call->site->control->deadline)
        a->deadline_ns = call->patience_ns;
}

/* ---- where the time goes ---- */

/* Of two copies the first one stands for the wait, unless only the other can still be answered. */
static const struct activation *standing(const struct call *call)
{
    const struct activation *first = call->current, *second = call->hedge;
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
    if (a == call->hedge)
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
static struct activation *let_go(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = *record_of(call, copy);
    *record_of(call, copy) = NULL;
    call->under_way &= ~(uint32_t)copy;
    guard_give_back(s, call, copy);
    return a;
}

static void give_up(struct system *s, struct call *call, enum copy copy)
{
    struct activation *a = let_go(s, call, copy);
    call->connected &= ~(uint32_t)copy; /* closed: the answer would be taken for that of the next */
    if (a && (call->connecting & copy)) {
        connection_abandon(s, a);
    } else if (a) {
        cancel_send(s, a);
        forget_lost(s, a);
    }
}

void attempt_give_up(struct system *s, struct call *call)
{
    sim_cancel(&s->sim, call->timer);
    sim_cancel(&s->sim, call->hedge_timer);
    call->timer = call->hedge_timer = 0;
    for (int i = 0; i < 2; i++)
        give_up(s, call, copies[i]);
}

/* The answer `a` of a copy ends it, also where that had doubled and the other one got lost. */
static void finish(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    enum copy copy = attempt_copy(a);
    connection_keep(call, copy);
    struct activation *kept = let_go(s, call, copy);
    if (kept != a)
        forget_lost(s, kept);
    activation_destroy(s, a);
}

static void answered_in_time(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    enum failure failure = a->refused ? FAILURE_REFUSED : FAILURE_ERROR;
    bool well = !a->failed;
    if (attempt_copy(a) == COPY_SECOND)
        hedge_add_wait(call, a->frame->split_ns);
    call_account(s, call, a->frame->split_ns);
    finish(s, a);
    attempt_give_up(s, call);
    guard_record(s, call, !well);
    if (well)
        call_succeeded(s, call);
    else
        call_failed(s, call, failure);
}

void attempt_answered(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    activation_turn(s, a, STRETCH_WIRE_BACK);
    if (!attempt_is_current(a)) {
        call_counts(s, call)->late += call->request->measured;
        activation_destroy(s, a);
    } else if (a->failed && call->under_way != (uint32_t)attempt_copy(a)) {
        finish(s, a); /* the other copy may do better */
    } else {
        answered_in_time(s, a);
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
