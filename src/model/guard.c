#include "model/guard.h"

#include <stdlib.h>

#include "model/state.h"

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
    for (size_t i = 0; i < s->n_guard_sets; i++)
        if (s->guard_sets[i].caller == caller && s->guard_sets[i].callee == callee &&
            s->guard_sets[i].control == control)
            return s->guard_sets[i].guards;
    struct guard_set *sets = realloc(s->guard_sets, (s->n_guard_sets + 1) * sizeof *sets);
    if (!sets)
        return NULL;
    s->guard_sets = sets;
    struct guard_set *set = &sets[s->n_guard_sets++];
    uint32_t replicas = caller == SPEC_USERS ? 1 : s->spec->components[caller].replicas;
    *set = (struct guard_set){.caller = caller, .callee = callee, .control = control, .n = replicas};
    return guards_init(set, control) ? set->guards : NULL;
}

void guard_sets_finish(struct system *s)
{
    for (size_t i = 0; i < s->n_guard_sets; i++) {
        for (uint32_t k = 0; s->guard_sets[i].guards && k < s->guard_sets[i].n; k++)
            breaker_finish(&s->guard_sets[i].guards[k].breaker);
        free(s->guard_sets[i].guards);
    }
    free(s->guard_sets);
}
