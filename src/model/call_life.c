/* The life of a controlled call: from its begin through attempts and pauses to its end for the caller. */
#include "model/attempt_parts.h"
#include "model/policy/backoff.h"
#include "model/policy/deadline.h"
#include "model/state.h"

static void resume(void *system, void *subject);
static void refused_here(void *system, void *subject);
static void expired_here(void *system, void *subject);
static void waited_in_vain(void *system, void *subject);

struct call_result *call_counts(struct system *s, const struct call *call)
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

/* ---- death ---- */

static void count_belief(struct call_result *result, const struct call *call)
{
    result->calls++;
    result->executions += call->executions;
    result->belief[call->belief][call->executions < TRUTHS ? call->executions : TRUTHS - 1]++;
}

static bool is_lost(const struct activation *a)
{
    return !a || a->stretch == STRETCH_LOST;
}

/* Nobody will ever answer, and the caller's patience has no end. */
static bool is_hung(const struct call *call)
{
    uint32_t kept = (call->current ? 1U : 0U) + (call->hedge ? 1U : 0U);
    bool waits = call->belief == BELIEF_WAITING && call->site->awaits && call->stage == CALL_TRYING;
    return waits && !call->timer && !call->hedge_timer && is_lost(call->current) && is_lost(call->hedge) &&
           call->records == kept;
}

void call_count_open(void *item, void *data)
{
    struct call *call = item;
    struct call_result *results = data;
    if (!call->request || !call->request->measured)
        return;
    count_belief(&results[call->site->callee], call);
    if (is_hung(call)) {
        results[call->site->callee].hung++;
        call->request->hung = true;
    }
}

void call_release_if_over(struct system *s, struct call *call)
{
    struct request *request = call->request;
    if (call->belief == BELIEF_WAITING || call->records > 0)
        return;
    if (request->measured)
        count_belief(call_counts(s, call), call);
    if (call->belief == BELIEF_ABANDONED && call->executions == 0)
        effect_waive(s, request, call->effect);
    call->request = NULL;
    pool_give(&s->calls, call);
    request_effect_ended(s, request);
    request->records--;
    request_release(s, request);
}

void call_release(struct system *s, struct call *call)
{
    call->records--;
    call_release_if_over(s, call);
}

/* ---- where its time goes ---- */

void call_account(struct system *s, struct call *call, int64_t split_ns[CAUSES])
{
    split_fit(split_ns, s->sim.now_ns - call->since_ns);
    for (int c = 0; c < CAUSES; c++)
        call->split_ns[c] += split_ns[c];
    call->since_ns = s->sim.now_ns;
}

void call_spent(struct system *s, struct call *call, enum cause cause)
{
    call->split_ns[cause] += s->sim.now_ns - call->since_ns;
    call->since_ns = s->sim.now_ns;
}

bool call_is_held(struct system *s, struct call *call, event_function *happen, void *subject,
                  const event_id *timer)
{
    return call->link && instance_holds(s, call->caller->instance, happen, subject, timer);
}

/* ---- before an attempt ---- */

/* It is not let out: its caller is told when it waits for the answer. */
static void fail_soon(struct system *s, struct call *call, enum rank rank, event_function *happen)
{
    call->stage = CALL_FAILING;
    call->timer = sim_schedule_ranked(&s->sim, rank, s->sim.now_ns, happen, call);
}

static void wait_for_place(struct system *s, struct call *call)
{
    int64_t until_ns = s->sim.now_ns + call->site->control->pool.wait_ns;
    if (until_ns > call->deadline_ns)
        until_ns = call->deadline_ns;
    call->stage = CALL_QUEUING;
    guard_wait(call);
    call->timer = sim_schedule_ranked(&s->sim, RANK_TIMER, until_ns, waited_in_vain, call);
}

/* False as struct call_type's send(). */
static bool begin_attempt(struct system *s, struct call *call)
{
    if (deadline_is_over(call->deadline_ns, s->sim.now_ns)) {
        fail_soon(s, call, RANK_TIMER, expired_here);
    } else if (!guard_lets_out(s, call)) {
        call_counts(s, call)->short_circuited += call->request->measured;
        fail_soon(s, call, RANK_HAPPENS, refused_here);
    } else if (!guard_take_place(call, COPY_FIRST)) {
        wait_for_place(s, call);
    } else {
        return attempt_launch(s, call, COPY_FIRST);
    }
    return true;
}

void call_got_place(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(s, call, call_got_place, call, &call->timer))
        return;
    call_spent(s, call, CAUSE_POOL);
    call->timer = 0;
    if (!deadline_is_over(call->deadline_ns, s->sim.now_ns)) {
        attempt_launch(s, call, COPY_FIRST);
        return;
    }
    guard_give_back(s, call, COPY_FIRST);
    guard_withdraw(call);
    fail_soon(s, call, RANK_TIMER, expired_here);
}

bool call_begin(struct system *s, struct request *request, const struct site *site, struct activation *caller,
                uint64_t path, uint64_t effect, int64_t bytes)
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
        .effect = effect,
        .bytes = bytes,
        .since_ns = s->sim.now_ns,
        .deadline_ns = deadline_inherited(site, caller),
        .patience_ns = INT64_MAX,
        .guard = site->guards ? &site->guards[caller ? caller->instance->index : 0] : NULL,
        .from = caller ? caller->instance : NULL,
        .belief = BELIEF_WAITING,
    };
    call_counts(s, call)->begun += request->measured;
    effect_expect(s, request, effect, caller);
    request->open++;
    request->records++;
    if (caller && site->awaits)
        link_call(call);
    return begin_attempt(s, call);
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
    call_release(s, call);
}

void call_succeeded(struct system *s, struct call *call)
{
    end(s, call, BELIEF_OK, false);
}

static void end_failed(struct system *s, struct call *call, enum failure failure)
{
    end(s, call, failure == FAILURE_TIMEOUT ? BELIEF_TIMED_OUT : BELIEF_ERROR, failure == FAILURE_REFUSED);
}

/* ---- between attempts ---- */

/* Whether the call is to be made once more after `failure`. */
static bool tries_again(struct system *s, struct call *call, enum failure failure)
{
    const struct control_spec *control = call->site->control;
    if (call->attempt >= control->retries || !(control->retry_on & failure))
        return false;
    bool may = !call->guard || budget_permits(&call->guard->budget, &control->budget);
    call_counts(s, call)->over_budget += !may && call->request->measured;
    return may;
}

static void pause(struct system *s, struct call *call)
{
    call->stage = CALL_PAUSING;
    call->timer = sim_schedule(&s->sim, s->sim.now_ns + call->pause_ns, resume, call);
    ledger_place(s, PLACE_RETRY, 1);
}

void call_failed(struct system *s, struct call *call, enum failure failure)
{
    if (!tries_again(s, call, failure)) {
        end_failed(s, call, failure);
        return;
    }
    struct draw draw =
        draw_make(&call->site->backoffs, call->request->number, rng_mix(call->path, call->attempt));
    call->pause_ns = backoff_pause(&call->site->control->backoff, call->attempt + 1, call->pause_ns, &draw);
    if (deadline_is_over(call->deadline_ns, s->sim.now_ns + call->pause_ns))
        end_failed(s, call, FAILURE_TIMEOUT); /* there would be no time left for it */
    else
        pause(s, call);
}

static void resume(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(system, call, resume, call, &call->timer))
        return;
    ledger_place(s, PLACE_RETRY, -1);
    call_spent(s, call, CAUSE_BACKOFF);
    call->timer = 0;
    call->attempt++;
    call_counts(s, call)->retries += call->request->measured;
    begin_attempt(s, call);
}

static void refused_here(void *system, void *subject)
{
    struct call *call = subject;
    if (call_is_held(system, call, refused_here, call, &call->timer))
        return;
    call->timer = 0;
    call_failed(system, call, FAILURE_REFUSED);
}

static void expired_here(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(system, call, expired_here, call, &call->timer))
        return;
    call->timer = 0;
    call_counts(s, call)->timeouts += call->request->measured;
    call_failed(s, call, FAILURE_TIMEOUT);
}

static void waited_in_vain(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(system, call, waited_in_vain, call, &call->timer))
        return;
    bool expired = deadline_is_over(call->deadline_ns, s->sim.now_ns);
    call->timer = 0;
    guard_stop_waiting(call);
    call_spent(s, call, CAUSE_POOL);
    call_counts(s, call)->pool_full += !expired && call->request->measured;
    call_counts(s, call)->timeouts += expired && call->request->measured;
    guard_not_tried(s, call);
    call_failed(s, call, expired ? FAILURE_TIMEOUT : FAILURE_REFUSED);
}

/* ---- the caller waits no longer ---- */

static void abandon(struct system *s, struct call *call)
{
    unlink_call(call);
    if (call->stage == CALL_PAUSING)
        ledger_place(s, PLACE_RETRY, -1);
    else if (call->stage != CALL_FAILING)
        guard_withdraw(call);
    if (call->stage == CALL_QUEUING)
        guard_stop_waiting(call);
    call->belief = BELIEF_ABANDONED;
    call->records++;
    attempt_give_up(s, call);
    call_release(s, call);
}

void call_abandon_all(struct system *s, struct activation *caller)
{
    for (struct call *call; (call = caller->frame->calls);)
        abandon(s, call);
}
