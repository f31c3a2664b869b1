#include "model/attempt.h"

#include <string.h>

#include "model/blame.h"
#include "model/policy/backoff.h"
#include "model/state.h"

static void resume(void *system, void *subject);
static void time_out(void *system, void *subject);
static void refused_here(void *system, void *subject);
static void waited_in_vain(void *system, void *subject);
static void got_place(void *system, void *subject);

static struct call_result *counts(struct system *s, const struct call *call)
{
    return &s->calls_of[call->site->callee];
}

/* ---- the list of those that a caller waits for ---- */

static void link_call(struct call *call)
{
    struct call **first = &call->caller->frame->calls;
    call->next = *first;
    call->link = first;
    if (call->next)
        call->next->link = &call->next;
    *first = call;
}

static void unlink_call(struct call *call)
{
    if (!call->link)
        return;
    *call->link = call->next;
    if (call->next)
        call->next->link = call->link;
    call->link = NULL;
}

/* ---- birth and death ---- */

static void count_belief(struct call_result *result, const struct call *call)
{
    result->calls++;
    result->executions += call->executions;
    result->belief[call->belief][call->executions < TRUTHS ? call->executions : TRUTHS - 1]++;
}

void call_count_open(void *item, void *data)
{
    const struct call *call = item;
    struct call_result *results = data;
    if (call->request && call->request->measured)
        count_belief(&results[call->site->callee], call);
}

/* It has ended for its caller, and nothing of it is under way. */
static void release_if_over(struct system *s, struct call *call)
{
    struct request *request = call->request;
    if (call->belief == BELIEF_WAITING || call->records > 0)
        return;
    if (request->measured)
        count_belief(counts(s, call), call);
    request->failed |= call->executions == 0;
    call->request = NULL;
    pool_give(&s->calls, call);
    request_effect_ended(s, request);
    request->records--;
    request_release(s, request);
}

void attempt_released(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    if (call->current == a)
        call->current = NULL;
    call->records--;
    release_if_over(s, call);
}

bool attempt_is_current(const struct activation *a)
{
    return a->call->belief == BELIEF_WAITING && a->attempt == a->call->attempt && a->call->current;
}

/* ---- attempts ---- */

static bool send_attempt(struct system *s, struct call *call)
{
    uint64_t path = call->attempt ? rng_mix(call->path, call->attempt) : call->path;
    struct activation *a = activation_create(s, call->request, call->site, call->caller, path);
    if (!a)
        return false;
    a->call = call;
    a->attempt = call->attempt;
    a->bytes = call->bytes;
    call->records++;
    call->current = a;
    call->stage = CALL_TRYING;
    if (call->request->measured)
        counts(s, call)->attempts++;
    return call->site->type->send(s, a);
}

/* The time since the present attempt began went to `split_ns`, as far as that tells. */
static void account(struct system *s, struct call *call, int64_t split_ns[CAUSES])
{
    split_fit(split_ns, s->sim.now_ns - call->since_ns);
    for (int c = 0; c < CAUSES; c++)
        call->split_ns[c] += split_ns[c];
    call->since_ns = s->sim.now_ns;
}

/* ---- breaker, budget and pool ---- */

/* It is not let out: its caller is told when it waits for the answer. */
static void fail_soon(struct system *s, struct call *call)
{
    call->stage = CALL_FAILING;
    call->timer = sim_schedule(&s->sim, s->sim.now_ns, refused_here, call);
}

static void wait_for_place(struct system *s, struct call *call)
{
    struct guard *guard = call->guard;
    call->stage = CALL_QUEUING;
    call->next_waiting = NULL;
    if (guard->last)
        guard->last->next_waiting = call;
    else
        guard->first = call;
    guard->last = call;
    call->timer =
        sim_schedule(&s->sim, s->sim.now_ns + call->site->control->pool.wait_ns, waited_in_vain, call);
}

static void stop_waiting(struct call *call)
{
    struct guard *guard = call->guard;
    struct call *before = NULL;
    for (struct call *other = guard->first; other != call; other = other->next_waiting)
        before = other;
    if (before)
        before->next_waiting = call->next_waiting;
    else
        guard->first = call->next_waiting;
    if (guard->last == call)
        guard->last = before;
}

static void give_place_back(struct system *s, struct guard *guard)
{
    struct call *next = guard->first;
    if (!next) {
        guard->in_use--;
        return;
    }
    stop_waiting(next);
    sim_cancel(&s->sim, next->timer);
    next->stage = CALL_PLACED; /* an event of its own: a row of calls must not become a row of C calls */
    next->timer = sim_schedule(&s->sim, s->sim.now_ns, got_place, next);
}

/* The present attempt is over, whether its caller waited for that or not. */
static void end_attempt(struct system *s, struct call *call, bool failed)
{
    const struct control_spec *control = call->site->control;
    if (!call->guard)
        return;
    budget_record(&call->guard->budget, &control->budget, failed);
    if (control->breaker.window)
        breaker_record(&call->guard->breaker, &control->breaker, call->breaker_state, failed, s->sim.now_ns);
    if (control->pool.size)
        give_place_back(s, call->guard);
}

/* Nobody waits for the present attempt any more: it says nothing of the callee. */
static void withdraw_attempt(struct system *s, struct call *call)
{
    const struct control_spec *control = call->site->control;
    if (call->stage == CALL_FAILING)
        return;
    if (control->breaker.window)
        breaker_withdraw(&call->guard->breaker, call->breaker_state);
    if (call->stage == CALL_QUEUING)
        stop_waiting(call);
    else if (control->pool.size)
        give_place_back(s, call->guard);
}

/* False as struct call_type's send(). */
static bool begin_attempt(struct system *s, struct call *call)
{
    const struct control_spec *control = call->site->control;
    struct guard *guard = call->guard;
    if (!guard)
        return send_attempt(s, call);
    if (control->breaker.window && !breaker_permits(&guard->breaker, &control->breaker, s->sim.now_ns)) {
        counts(s, call)->short_circuited += call->request->measured;
        fail_soon(s, call);
        return true;
    }
    call->breaker_state = (uint8_t)guard->breaker.state;
    if (control->pool.size && guard->in_use == control->pool.size) {
        wait_for_place(s, call);
        return true;
    }
    guard->in_use += control->pool.size > 0;
    return send_attempt(s, call);
}

static void got_place(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    int64_t split_ns[CAUSES] = {[CAUSE_POOL] = s->sim.now_ns - call->since_ns};
    account(s, call, split_ns);
    call->timer = 0;
    send_attempt(s, call);
}

bool call_begin(struct system *s, struct request *request, const struct site *site, struct activation *caller,
                uint64_t path, int64_t bytes)
{
    struct call *call = pool_take(&s->calls);
    if (!call) {
        system_fail(s);
        return false;
    }
    *call = (struct call){
        .request = request,
        .site = site,
        .caller = caller,
        .path = path,
        .bytes = bytes,
        .since_ns = s->sim.now_ns,
        .guard = site->guards ? &site->guards[caller ? caller->instance->index : 0] : NULL,
        .belief = BELIEF_WAITING,
    };
    request->open++;
    request->records++;
    if (caller && site->awaits)
        link_call(call);
    return begin_attempt(s, call);
}

void attempt_sent(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    const struct control_spec *control = call->site->control;
    int64_t split_ns[CAUSES] = {[CAUSE_BACKPRESSURE] = s->sim.now_ns - call->since_ns};
    account(s, call, split_ns);
    if (!call->site->awaits) {
        call->belief = BELIEF_ACCEPTED;
        call->current = NULL;
    } else if (attempt_is_current(a) && control->timeout.type) {
        struct draw draw = draw_make(&call->site->timeouts, call->request->number, a->path);
        int64_t ns = distribution_sample(&control->timeout, &draw);
        call->timer = sim_schedule(&s->sim, s->sim.now_ns + ns, time_out, call);
    }
}

/* What got lost was kept to know where the time went. */
static void forget_lost(struct system *s, struct call *call)
{
    struct activation *a = call->current;
    call->current = NULL;
    if (a && a->stretch == STRETCH_LOST)
        activation_destroy(s, a);
}

/* ---- the end for the caller ---- */

static enum outcome outcome_of(enum belief belief, bool refused)
{
    switch (belief) {
    case BELIEF_OK: return OUTCOME_OK;
    case BELIEF_TIMED_OUT: return OUTCOME_TIMED_OUT;
    default: return refused ? OUTCOME_REJECTED : OUTCOME_ERROR;
    }
}

static void end(struct system *s, struct call *call, enum belief belief, bool refused)
{
    struct activation *caller = call->caller;
    unlink_call(call);
    call->belief = (uint8_t)belief;
    call->records++; /* it must not go while its caller is told */
    if (!caller)
        request_answered(s, call->request, outcome_of(belief, refused), call->split_ns);
    else
        gather_answer(s, caller, call->site, belief == BELIEF_OK, call->split_ns);
    call->records--;
    release_if_over(s, call);
}

static void pause_or_end(struct system *s, struct call *call, enum failure failure)
{
    const struct control_spec *control = call->site->control;
    bool wants = call->attempt < control->retries && (control->retry_on & failure);
    bool may = !call->guard || budget_permits(&call->guard->budget, &control->budget);
    if (wants && !may)
        counts(s, call)->over_budget += call->request->measured;
    if (!wants || !may) {
        end(s, call, failure == FAILURE_TIMEOUT ? BELIEF_TIMED_OUT : BELIEF_ERROR,
            failure == FAILURE_REFUSED);
        return;
    }
    struct draw draw =
        draw_make(&call->site->backoffs, call->request->number, rng_mix(call->path, call->attempt));
    call->pause_ns = backoff_pause(&control->backoff, call->attempt + 1, call->pause_ns, &draw);
    call->stage = CALL_PAUSING;
    call->timer = sim_schedule(&s->sim, s->sim.now_ns + call->pause_ns, resume, call);
    time_average_add(&s->ledger.places[PLACE_RETRY], s->sim.now_ns, 1);
}

static void resume(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    int64_t split_ns[CAUSES] = {[CAUSE_BACKOFF] = s->sim.now_ns - call->since_ns};
    time_average_add(&s->ledger.places[PLACE_RETRY], s->sim.now_ns, -1);
    account(s, call, split_ns);
    call->timer = 0;
    call->attempt++;
    if (call->request->measured)
        counts(s, call)->retries++;
    begin_attempt(s, call);
}

static void refused_here(void *system, void *subject)
{
    struct call *call = subject;
    call->timer = 0;
    pause_or_end(system, call, FAILURE_REFUSED);
}

static void waited_in_vain(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    const struct control_spec *control = call->site->control;
    int64_t split_ns[CAUSES] = {[CAUSE_POOL] = s->sim.now_ns - call->since_ns};
    call->timer = 0;
    stop_waiting(call);
    account(s, call, split_ns);
    counts(s, call)->pool_full += call->request->measured;
    if (control->breaker.window)
        breaker_record(&call->guard->breaker, &control->breaker, call->breaker_state, true, s->sim.now_ns);
    pause_or_end(s, call, FAILURE_REFUSED);
}

static void time_out(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    int64_t split_ns[CAUSES] = {0};
    call->timer = 0;
    if (call->current)
        blame_so_far(s, call->current, split_ns);
    account(s, call, split_ns);
    forget_lost(s, call);
    if (call->request->measured)
        counts(s, call)->timeouts++;
    end_attempt(s, call, true);
    pause_or_end(s, call, FAILURE_TIMEOUT);
}

void attempt_answered(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    activation_turn(s, a, STRETCH_WIRE_BACK);
    if (!attempt_is_current(a)) {
        if (call->request->measured)
            counts(s, call)->late++;
        activation_destroy(s, a);
        return;
    }
    enum failure failure = a->refused ? FAILURE_REFUSED : FAILURE_ERROR;
    bool well = !a->failed;
    sim_cancel(&s->sim, call->timer);
    call->timer = 0;
    account(s, call, a->frame->split_ns);
    if (call->current != a)
        forget_lost(s, call); /* one of two copies got lost, the other was answered */
    call->current = NULL;
    activation_destroy(s, a);
    end_attempt(s, call, !well);
    if (well)
        end(s, call, BELIEF_OK, false);
    else
        pause_or_end(s, call, failure);
}

void attempt_lost(struct system *s, struct activation *a)
{
    bool waited_for = a->awaited && attempt_is_current(a) && a->call->current == a;
    if (a->request->measured)
        counts(s, a->call)->lost++;
    activation_turn(s, a, STRETCH_LOST);
    activation_move(s, a, PLACES);
    if (!waited_for)
        activation_destroy(s, a);
    else if (!a->frame)
        activation_start_frame(s, a);
}

void call_abandon_all(struct system *s, struct activation *caller)
{
    for (struct call *call; (call = caller->frame->calls);) {
        unlink_call(call);
        sim_cancel(&s->sim, call->timer);
        call->timer = 0;
        if (call->stage == CALL_PAUSING)
            time_average_add(&s->ledger.places[PLACE_RETRY], s->sim.now_ns, -1);
        else if (call->guard)
            withdraw_attempt(s, call);
        call->belief = BELIEF_ABANDONED;
        call->records++;
        forget_lost(s, call);
        call->records--;
        release_if_over(s, call);
    }
}
