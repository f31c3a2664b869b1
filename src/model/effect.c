#include "model/effect.h"

#include "model/state.h"

/* A message in a queue may be delivered again. */
static bool rule_repeats(const struct call_rule *rule)
{
    return rule->mode == CALL_QUEUE || rule->control.retries > 0 || rule->control.hedge_ns > 0;
}

bool effects_repeat(const struct spec *spec, const struct policy_spec *policy)
{
    bool repeat = rule_repeats(&policy->rule);
    for (size_t i = 0; i < policy->n_overrides; i++)
        repeat |= rule_repeats(&policy->overrides[i].rule);
    for (size_t i = 0; i < spec->n_loads; i++)
        repeat |= spec->loads[i].control.retries > 0 || spec->loads[i].control.hedge_ns > 0;
    for (size_t i = 0; i < spec->n_links; i++)
        repeat |= spec->links[i].duplicate > 0.0;
    return repeat || (spec->default_link && spec->default_link->duplicate > 0.0);
}

/* Where the pointer to the effect of that name is, or would be. */
static struct effect **find(struct request *request, uint64_t name)
{
    struct effect **place = &request->effects;
    for (uint64_t bits = name; *place && (*place)->name != name; bits >>= 1)
        place = &(*place)->below[bits & 1];
    return place;
}

static struct effect *add(struct system *s, struct request *request, uint64_t name)
{
    struct effect **place = find(request, name);
    if (*place)
        return *place;
    struct effect *e = pool_take(&s->effects);
    if (!e)
        return NULL;
    *e = (struct effect){.name = name};
    struct effect *first = request->effects;
    if (first) {
        e->next = first->next;
        first->next = e;
    }
    *place = e;
    return e;
}

struct effect *effect_expect(struct system *s, struct request *request, uint64_t name,
                             const struct activation *caller)
{
    struct effect *e = add(s, request, name);
    if (!e) {
        system_fail(s);
        return NULL;
    }
    e->waived = false;
    e->parent = caller ? caller->call->effect : NULL;
    e->asked_by = caller ? caller->id : 0;
    return e;
}

static bool is_owed(const struct effect *e)
{
    if (e->executions > 0 || e->waived)
        return false;
    const struct effect *parent = e->parent;
    return !parent || parent->executions == 0 || parent->executed_by == e->asked_by;
}

struct effect_count effects_count(const struct request *request)
{
    struct effect_count count = {.done = request->done, .undone = request->undone};
    for (const struct effect *e = request->effects; e; e = e->next) {
        count.done += e->executions == 1;
        count.undone += is_owed(e);
        count.twice += e->executions > 1;
    }
    return count;
}

void effects_forget(struct system *s, struct request *request)
{
    for (struct effect *e = request->effects, *next; e; e = next) {
        next = e->next;
        pool_give(&s->effects, e);
    }
    request->effects = NULL;
}
