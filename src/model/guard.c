#include "model/guard.h"

#include <stdlib.h>

#include "model/attempt_parts.h"
#include "model/state.h"

/* ---- making ---- */

static bool guards_init(struct guard_set *set, const struct control_spec *control)
{
    set->guards = calloc(set->n, sizeof *set->guards);
    if (!set->guards)
        return false;
    for (uint32_t i = 0; i < set->n; i++) {
        budget_init(&set->guards[i].budget, &control->budget);
        if (!breaker_init(&set->guards[i].breaker, &control->breaker))
            return false;
    }
    return true;
}

struct guard *guards_for(struct system *s, uint32_t caller, uint32_t callee,
                         const struct control_spec *control)
{
    uint32_t *newest = pair_map_at(&s->guard_index, caller, callee);
    for (uint32_t i = newest ? *newest : PAIR_MAP_NONE; i != PAIR_MAP_NONE; i = s->guard_sets[i].older)
        if (s->guard_sets[i].control == control)
            return s->guard_sets[i].guards;
    struct guard_set *sets = newest ? realloc(s->guard_sets, (s->n_guard_sets + 1) * sizeof *sets) : NULL;
    if (!sets)
        return NULL;
    s->guard_sets = sets;
    struct guard_set *set = &sets[s->n_guard_sets];
    uint32_t replicas = caller == SPEC_USERS ? 1 : s->spec->components[caller].replicas;
    *set = (struct guard_set){
        .older = *newest, .caller = caller, .callee = callee, .control = control, .n = replicas};
    *newest = (uint32_t)s->n_guard_sets++;
    return guards_init(set, control) ? set->guards : NULL;
}

void guards_forget(struct system *s, uint32_t caller, uint32_t replica)
{
    for (size_t i = 0; i < s->n_guard_sets; i++) {
        struct guard_set *set = &s->guard_sets[i];
        if (set->caller != caller)
            continue;
        budget_init(&set->guards[replica].budget, &set->control->budget);
        breaker_reset(&set->guards[replica].breaker);
        set->guards[replica].idle = 0;
    }
}

void guard_sets_finish(struct system *s)
{
    for (size_t i = 0; i < s->n_guard_sets; i++) {
        for (uint32_t k = 0; s->guard_sets[i].guards && k < s->guard_sets[i].n; k++)
            breaker_finish(&s->guard_sets[i].guards[k].breaker);
        free(s->guard_sets[i].guards);
    }
    free(s->guard_sets);
    pair_map_finish(&s->guard_index);
}

/* ---- the breaker and the budget ---- */

static void tell_breaker(struct system *s, struct call *call, bool failed)
{
    const struct breaker_spec *spec = &call->site->control->breaker;
    if (spec->window)
        breaker_record(&guard_of(call)->breaker, spec, call->breaker_state, failed, s->sim.now_ns);
}

bool guard_lets_out(struct system *s, struct call *call)
{
    struct guard *guard = guard_of(call);
    if (!guard)
        return true;
    const struct breaker_spec *spec = &call->site->control->breaker;
    if (spec->window && !breaker_permits(&guard->breaker, spec, s->sim.now_ns))
        return false;
    call->breaker_state = (uint8_t)guard->breaker.state;
    return true;
}

void guard_record(struct system *s, struct call *call, bool failed)
{
    struct guard *guard = guard_of(call);
    if (!guard)
        return;
    budget_record(&guard->budget, &call->site->control->budget, failed);
    tell_breaker(s, call, failed);
}

void guard_not_tried(struct system *s, struct call *call)
{
    tell_breaker(s, call, true);
}

void guard_withdraw(struct call *call)
{
    if (guard_of(call) && call->site->control->breaker.window)
        breaker_withdraw(&guard_of(call)->breaker, call->breaker_state);
}

/* ---- the pool ---- */

bool guard_take_place(struct call *call, enum copy copy)
{
    struct guard *guard = guard_of(call);
    uint32_t size = call->site->control->pool.size;
    if (!guard || !size)
        return true;
    if (guard->in_use == size)
        return false;
    guard->in_use++;
    call->placed |= (uint8_t)copy;
    return true;
}

void guard_give_back(struct system *s, struct call *call, enum copy copy)
{
    if (!(call->placed & copy))
        return;
    call->placed &= (uint8_t)~copy;
    struct guard *guard = guard_of(call);
    struct call *next = guard->first;
    if (!next) {
        guard->in_use--;
        return;
    }
    guard_stop_waiting(next);
    sim_cancel(&s->sim, next->timer);
    next->stage = CALL_PLACED; /* an event of its own: a row of calls must not become a row of C calls */
    next->placed |= COPY_FIRST;
    next->timer = sim_schedule(&s->sim, s->sim.now_ns, call_got_place, next);
}

void guard_wait(struct call *call)
{
    struct guard *guard = guard_of(call);
    call->extra->next_waiting = NULL;
    if (guard->last)
        guard->last->extra->next_waiting = call;
    else
        guard->first = call;
    guard->last = call;
}

void guard_stop_waiting(struct call *call)
{
    struct guard *guard = guard_of(call);
    struct call *before = NULL;
    for (struct call *other = guard->first; other != call; other = other->extra->next_waiting)
        before = other;
    if (before)
        before->extra->next_waiting = call->extra->next_waiting;
    else
        guard->first = call->extra->next_waiting;
    if (guard->last == call)
        guard->last = before;
}
