/* The life of a controlled call: from its begin through attempts and pauses to its end for the caller. */
#include "model/attempt_parts.h"
#include "model/policy/backoff.h"
#include "model/policy/deadline.h"
#include "model/state.h"

static void resume(void *system, void *subject);
static void refused_here(void *system, void *subject);
static void expired_here(void *system, void *subject);
static void waited_in_vain(void *system, void *subject);

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
    const struct activation *first = call->current, *second = call_hedge(call);
    uint32_t kept = (first ? 1U : 0U) + (second ? 1U : 0U);
    bool waits = call->belief == BELIEF_WAITING && call->site->awaits && call->stage == CALL_TRYING;
    bool plans = call->timer || (call->extra && call->extra->hedge_timer);
    return waits && !plans && is_lost(first) && is_lost(second) && call->records == kept;
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

void call_over(struct system *s, struct call *call)
{
    struct request *request = call->request;
    if (request->measured)
        count_belief(call_counts(call), call);
    if (call->belief == BELIEF_ABANDONED && call->executions == 0)
        effect_waive(request, call->effect);
    if (call->extra)
        pool_give(&s->call_extras, call->extra);
    call->request = NULL;
    pool_give(&s->calls, call);
    request_effect_ended(s, request);
    request->records--;
    request_release(s, request);
}

/* ---- what few need ---- */

static struct call_extra *make_extra(struct system *s)
{
    struct call_extra *extra = pool_take(&s->call_extras);
    if (extra)
        *extra = (struct call_extra){.deadline_ns = INT64_MAX, .patience_ns = INT64_MAX};
    else
        system_fail(s);
    return extra;
}

/* NULL when memory is gone. */
static struct call_extra *extra_of(struct system *s, struct call *call)
{
    if (call->extra)
        return call->extra;
    call->extra = make_extra(s);
    if (call->extra)
        call->extra->sent = 1; /* those who made none before have it from the beginning */
    return call->extra;
}

/* ---- where its time goes ---- */

void call_spent(struct system *s, struct call *call, enum cause cause)
{
    int64_t ns = s->sim.now_ns - call->since_ns;
    struct call_extra *extra = ns > 0 ? extra_of(s, call) : NULL;
    if (extra)
        extra->split_ns[cause] += ns;
    call->since_ns = s->sim.now_ns;
}

bool call_is_held(struct system *s, struct call *call, event_function *happen, void *subject,
                  const event_id *timer)
{
    return call->link && instance_stands_still(call->caller->instance) &&
           instance_holds(s, call->caller->instance, happen, subject, timer);
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
    if (until_ns > call_deadline(call))
        until_ns = call_deadline(call);
    call->stage = CALL_QUEUING;
    guard_wait(call);
    call->timer = sim_schedule_ranked(&s->sim, RANK_TIMER, until_ns, waited_in_vain, call);
}

/* False as struct call_type's send(). */
static inline bool begin_attempt(struct system *s, struct call *call)
{
    if (call->site->plain)
        return attempt_launch(s, call);
    if (deadline_is_over(call_deadline(call), s->sim.now_ns)) {
        fail_soon(s, call, RANK_TIMER, expired_here);
    } else if (!guard_lets_out(s, call)) {
        call_counts(call)->short_circuited += call->request->measured;
        fail_soon(s, call, RANK_HAPPENS, refused_here);
    } else if (!guard_take_place(call, COPY_FIRST)) {
        wait_for_place(s, call);
    } else {
        return attempt_launch(s, call);
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
    if (!deadline_is_over(call_deadline(call), s->sim.now_ns)) {
        attempt_launch(s, call);
        return;
    }
    guard_give_back(s, call, COPY_FIRST);
    guard_withdraw(call);
    fail_soon(s, call, RANK_TIMER, expired_here);
}

/* NULL when memory is gone. */
static struct call *create(struct system *s, struct request *request, const struct site *site,
                           struct activation *caller, uint64_t path, int64_t bytes)
{
    struct call_extra *extra = site->plain ? NULL : make_extra(s);
    struct call *call = extra || site->plain ? pool_take(&s->calls) : NULL;
    if (!call) {
        system_fail(s);
        return NULL;
    }
    /* Field by field: to clear all first takes twice as long. */
    call->current = NULL;
    call->request = request;
    call->site = site;
    call->caller = caller;
    call->next = NULL;
    call->link = NULL;
    call->path = path;
    call->effect = NULL;
    call->bytes = bytes;
    call->since_ns = s->sim.now_ns;
    call->timer = 0;
    call->from = caller ? caller->instance : NULL;
    call->publication = NULL;
    call->extra = extra;
    call->records = call->executions = 0;
    call->stage = CALL_TRYING;
    call->breaker_state = 0;
    call->belief = BELIEF_WAITING;
    call->under_way = call->connecting = call->connected = call->placed = 0;
    if (extra)
        extra->deadline_ns = deadline_inherited(site, caller);
    return call;
}

bool call_begin(struct system *s, struct request *request, const struct site *site, struct activation *caller,
                uint64_t path, uint64_t effect, int64_t bytes)
{
    struct call *call = create(s, request, site, caller, path, bytes);
    if (!call)
        return false;
    if (!s->repeats)
        effect_expect_one(request);
    else if (!(call->effect = effect_expect(s, request, effect, caller)))
        return false;
    call_counts(call)->begun += request->measured;
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

/* `split_ns` is where the time of its last stretch went. */
static void end(struct system *s, struct call *call, enum belief belief, bool refused,
                int64_t split_ns[CAUSES])
{
    struct activation *caller = call->caller;
    unlink_call(call);
    if (call->extra)
        split_add(split_ns, call->extra->split_ns);
    call->belief = (uint8_t)belief;
    call->records++; /* it must not go while its caller is told */
    if (!caller)
        request_answered(s, call->request, outcome_of(belief, refused), split_ns);
    else
        gather_answer(s, caller, call->site, belief == BELIEF_OK, split_ns);
    call_release(s, call);
}

void call_succeeded(struct system *s, struct call *call, int64_t split_ns[CAUSES])
{
    end(s, call, BELIEF_OK, false, split_ns);
}

static void end_failed(struct system *s, struct call *call, enum failure failure, int64_t split_ns[CAUSES])
{
    end(s, call, failure == FAILURE_TIMEOUT ? BELIEF_TIMED_OUT : BELIEF_ERROR, failure == FAILURE_REFUSED,
        split_ns);
}

/* ---- between attempts ---- */

/* Whether the call is to be made once more after `failure`. */
static bool tries_again(const struct call *call, enum failure failure)
{
    const struct control_spec *control = call->site->control;
    if (call_attempt(call) >= control->retries || !(control->retry_on & failure))
        return false;
    const struct guard *guard = guard_of(call);
    bool may = !guard || budget_permits(&guard->budget, &control->budget);
    call_counts(call)->over_budget += !may && call->request->measured;
    return may;
}

static int64_t draw_pause(const struct call *call)
{
    const struct site *site = call->site;
    uint32_t attempt = call_attempt(call);
    struct draw draw = draw_make(&site->backoffs, call->request->number, rng_mix(call->path, attempt));
    return backoff_pause(&site->control->backoff, attempt + 1, call->extra->pause_ns, &draw);
}

static void pause(struct system *s, struct call *call)
{
    call->stage = CALL_PAUSING;
    call->timer = sim_schedule(&s->sim, s->sim.now_ns + call->extra->pause_ns, resume, call);
    ledger_place(s, PLACE_RETRY, 1);
}

void call_failed(struct system *s, struct call *call, enum failure failure, int64_t split_ns[CAUSES])
{
    struct call_extra *extra = tries_again(call, failure) ? extra_of(s, call) : NULL;
    if (!extra) {
        end_failed(s, call, failure, split_ns);
        return;
    }
    extra->pause_ns = draw_pause(call);
    if (deadline_is_over(extra->deadline_ns, s->sim.now_ns + extra->pause_ns)) {
        end_failed(s, call, FAILURE_TIMEOUT, split_ns); /* there would be no time left for it */
    } else {
        split_add(extra->split_ns, split_ns);
        pause(s, call);
    }
}

/* It failed before it went out; where its time went is known. */
static void not_sent(struct system *s, struct call *call, enum failure failure)
{
    int64_t nothing_ns[CAUSES] = {0};
    call_failed(s, call, failure, nothing_ns);
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
    call->extra->attempt++;
    call_counts(call)->retries += call->request->measured;
    begin_attempt(s, call);
}

static void refused_here(void *system, void *subject)
{
    struct call *call = subject;
    if (call_is_held(system, call, refused_here, call, &call->timer))
        return;
    call->timer = 0;
    not_sent(system, call, FAILURE_REFUSED);
}

static void expired_here(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(system, call, expired_here, call, &call->timer))
        return;
    call->timer = 0;
    call_counts(call)->timeouts += call->request->measured;
    not_sent(s, call, FAILURE_TIMEOUT);
}

static void waited_in_vain(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(system, call, waited_in_vain, call, &call->timer))
        return;
    bool expired = deadline_is_over(call_deadline(call), s->sim.now_ns);
    call->timer = 0;
    guard_stop_waiting(call);
    call_spent(s, call, CAUSE_POOL);
    call_counts(call)->pool_full += !expired && call->request->measured;
    call_counts(call)->timeouts += expired && call->request->measured;
    guard_not_tried(s, call);
    not_sent(s, call, expired ? FAILURE_TIMEOUT : FAILURE_REFUSED);
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
