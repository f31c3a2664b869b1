/* The effects of requests: kept one by one, or only counted. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "des/rng.h"
#include "model/state.h"
#include "random_spec.h"

enum { NAMES = 3000, SEEDS = 60 };

/* ---- kept ---- */

/* What effect_expect() needs of a system. */
static struct system *keeper(void)
{
    struct system *s = calloc(1, sizeof *s);
    cr_assert(s);
    pool_init(&s->effects, sizeof(struct effect));
    return s;
}

static void dismiss(struct system *s, struct request *request)
{
    effects_forget(s, request);
    cr_expect_null(request->effects);
    cr_expect_eq(s->effects.live, 0);
    pool_finish(&s->effects);
    free(s);
}

/* Asks for `n` names twice, and expects to be given the same the second time. */
static void expect_same(struct system *s, struct request *request, const uint64_t *names, size_t n)
{
    struct effect **first = calloc(n, sizeof(struct effect *));
    cr_assert(first);
    for (size_t i = 0; i < n; i++) {
        first[i] = effect_expect(s, request, names[i], NULL);
        cr_assert(first[i] && first[i]->name == names[i]);
    }
    for (size_t i = 0; i < n; i++)
        cr_expect_eq(effect_expect(s, request, names[i], NULL), first[i]);
    cr_expect_eq(s->effects.live, n);
    free(first);
}

Test(effect, one_of_each_name)
{
    struct system *s = keeper();
    struct request request = {0};
    static uint64_t names[NAMES];
    for (uint64_t i = 0; i < NAMES; i++)
        names[i] = rng_mix(7, i);
    expect_same(s, &request, names, NAMES);
    cr_expect_eq(effects_count(&request).undone, NAMES);
    dismiss(s, &request);
}

/* Names that are as alike as can be: 0, and a single bit. */
Test(effect, alike_names)
{
    struct system *s = keeper();
    struct request request = {0};
    uint64_t names[65] = {0};
    for (int bit = 0; bit < 64; bit++)
        names[bit + 1] = UINT64_C(1) << bit;
    expect_same(s, &request, names, 65);
    dismiss(s, &request);
}

Test(effect, counted_by_what_became_of_them)
{
    struct system *s = keeper();
    struct request request = {0};
    struct effect *root = effect_expect(s, &request, 1, NULL);
    struct call call = {.effect = root};
    struct activation first = {.id = 10, .call = &call}, second = {.id = 20, .call = &call};
    struct effect *left = effect_expect(s, &request, 2, &first);
    struct effect *waived = effect_expect(s, &request, 3, &first);
    struct effect *twice = effect_expect(s, &request, 4, &second);
    effect_done(&request, twice, 30);
    effect_done(&request, twice, 31);
    effect_waive(&request, waived);
    struct effect_count before = effects_count(&request);
    cr_expect(before.done == 0 && before.undone == 2 && before.twice == 1, "the root and `left` are owed");
    effect_done(&request, root, second.id);
    struct effect_count after = effects_count(&request);
    cr_expect(after.done == 1 && after.undone == 0 && after.twice == 1, "the second one did without `left`");
    cr_expect_eq(left->executions, 0);
    dismiss(s, &request);
}

/* ---- what can be done twice ---- */

/* A policy with two overrides, a load, a link and a default one, of which nothing repeats. */
struct setting {
    struct call_override overrides[2];
    struct load_spec load;
    struct link_spec link, default_link;
    struct policy_spec policy;
    struct spec spec;
};

static bool repeats(struct setting *t)
{
    t->policy.n_overrides = 2;
    t->policy.overrides = t->overrides;
    t->spec.n_loads = t->spec.n_links = 1;
    t->spec.loads = &t->load;
    t->spec.links = &t->link;
    t->spec.default_link = &t->default_link;
    return effects_repeat(&t->spec, &t->policy);
}

/* Whatever sends something again is enough, wherever it stands. */
Test(effect, what_repeats)
{
    struct setting none = {.policy.rule.mode = CALL_ASYNC}, t = none;
    cr_expect_not(repeats(&t));
    t.policy.rule.mode = CALL_QUEUE;
    cr_expect(repeats(&t));
    t = none;
    t.policy.rule.control.retries = 1;
    cr_expect(repeats(&t));
    t = none;
    t.policy.rule.control.hedge_ns = 1;
    cr_expect(repeats(&t));
    for (int i = 0; i < 2; i++) {
        t = none;
        t.overrides[i].rule.control.retries = 1;
        cr_expect(repeats(&t), "override %d", i);
    }
    t = none;
    t.load.control.retries = 1;
    cr_expect(repeats(&t));
    t = none;
    t.load.control.hedge_ns = 1;
    cr_expect(repeats(&t));
    t = none;
    t.link.duplicate = 0.01;
    cr_expect(repeats(&t));
    t = none;
    t.default_link.duplicate = 0.01;
    cr_expect(repeats(&t));
    repeats(&none);
    none.spec.default_link = NULL;
    cr_expect_not(effects_repeat(&none.spec, &none.policy));
}

/* ---- only counted ---- */

/* Takes away all that can have something executed twice. */
static void once_only(struct spec *spec)
{
    for (size_t p = 0; p < spec->n_policies; p++)
        spec->policies[p].rule.control.retries = 0, spec->policies[p].rule.control.hedge_ns = 0;
    for (size_t i = 0; i < spec->n_loads; i++)
        spec->loads[i].control.retries = 0, spec->loads[i].control.hedge_ns = 0;
    for (size_t i = 0; i < spec->n_links; i++)
        spec->links[i].duplicate = 0.0;
    if (spec->default_link)
        spec->default_link->duplicate = 0.0;
}

static struct result run(const struct spec *spec, uint32_t policy, bool keep, bool *ret_kept)
{
    struct result result = {0};
    struct system *s = system_create(spec, policy, 0, NULL, NULL);
    cr_assert(s);
    *ret_kept = s->repeats || !s->controlled;
    s->repeats |= keep;
    cr_assert(system_step(s, spec->run.duration_ns, NULL) && system_close(s, &result, NULL));
    system_destroy(s);
    return result;
}

/* Where nothing is done twice, it is all the same. */
Test(effect, counting_is_keeping)
{
    int compared = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct spec spec = random_spec(seed);
        once_only(&spec);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            bool kept;
            struct result counted = run(&spec, p, false, &kept), other = run(&spec, p, true, &kept);
            compared += !kept;
            cr_expect(memcmp(counted.effects, other.effects, sizeof other.effects) == 0, "seed %d",
                      (int)seed);
            cr_expect(counted.lost == other.lost && counted.completed == other.completed, "seed %d",
                      (int)seed);
            result_finish(&counted);
            result_finish(&other);
        }
        spec_finish(&spec);
    }
    cr_expect_gt(compared, SEEDS / 4, "%d only", compared);
}
