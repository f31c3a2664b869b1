/* What the guarantees promise, on random scenarios in which components crash, links fail and lose, and queues
 * deliver again. Seeds are printed. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/system.h"
#include "random_spec.h"

/* Under a sanitizer or valgrind each takes many times as long, and it is not the claims that these are asked
 * about. */
#ifdef FEWER_SEEDS
enum { SEEDS = 120 };
#else
enum { SEEDS = 600 };
#endif
enum { QUEUE_POLICY = 2 };

static const int64_t second_ns = 1000000000;

static struct result run(const struct spec *spec, uint32_t policy)
{
    struct error error = {0};
    struct result result = {0};
    struct system *s = system_create(spec, policy, 0, NULL, &error);
    cr_assert_not_null(s, "%s: %s", spec->name, error_text(&error));
    cr_assert(system_step(s, spec->run.duration_ns, &error));
    cr_assert(system_close(s, &result, &error), "%s: %s", spec->name, error_text(&error));
    system_destroy(s);
    return result;
}

/* ---- scenarios made by chance, made stricter ---- */

/* Calls `change` for the rule of every call, which a random policy has in several places. */
static void each_rule(struct spec *spec, void (*change)(struct call_rule *rule))
{
    for (size_t p = 0; p < spec->n_policies; p++) {
        struct policy_spec *policy = &spec->policies[p];
        change(&policy->rule);
        for (size_t i = 0; i < policy->n_overrides; i++)
            change(&policy->overrides[i].rule);
    }
}

/* A rule for users' calls to each load's endpoint, as for all other calls. */
static void users_publish(struct spec *spec)
{
    struct policy_spec *policy = &spec->policies[QUEUE_POLICY];
    cr_assert_eq(policy->n_overrides, 0);
    policy->overrides = calloc(spec->n_loads, sizeof *policy->overrides);
    for (size_t i = 0; i < spec->n_loads; i++)
        policy->overrides[policy->n_overrides++] = (struct call_override){
            .caller = SPEC_USERS, .callee = spec->loads[i].endpoint, .rule = policy->rule};
    for (size_t i = 0; i < policy->n_overrides; i++) {
        policy->overrides[i].rule.control.timeout = (struct distribution){0};
        policy->overrides[i].rule.queue.persist = (struct distribution){0};
        policy->overrides[i].rule.queue.name = NULL;
    }
}

/* What never ends would keep messages for ever. */
static void end_all_events(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_events; i++)
        if (spec->events[i].until_ns == INT64_MAX)
            spec->events[i].until_ns = spec->events[i].from_ns + second_ns;
}

/* The load ends after a second, and then there is time enough for everything. */
static void wait_for_the_end(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_loads; i++)
        spec->loads[i].until_ns = second_ns;
    spec->run.warmup_ns = 0;
    spec->run.duration_ns = 100 * second_ns;
}

/* ---- at least once: nothing is lost ---- */

static void keep(struct call_rule *rule)
{
    struct queue_rule *queue = &rule->queue;
    queue->durable = true;
    queue->flush_ns = 0;
    queue->confirm = CONFIRM_WAIT;
    queue->confirm_timeout_ns = second_ns;
    queue->delivery = DELIVERY_AT_LEAST_ONCE;
    queue->retention_ns = INT64_MAX;
    queue->max_deliveries = SPEC_UNLIMITED;
    queue->capacity = SPEC_UNLIMITED;
    queue->reply = false;
    queue->batch = 1; /* a batch calls on account of its first message, which may be another one next time */
    queue->visibility_timeout_ns = INT64_MAX;
}

Test(guarantees, what_is_durable_and_confirmed_is_done_at_least_once, .timeout = 600)
{
    uint64_t done = 0, open = 0;
    for (uint64_t seed = 1; seed <= SEEDS / 4; seed++) {
        struct spec spec = random_spec(seed);
        each_rule(&spec, keep);
        users_publish(&spec);
        end_all_events(&spec);
        wait_for_the_end(&spec);
        spec.default_link->bytes_per_s = (double)INFINITY;
        struct result r = run(&spec, QUEUE_POLICY);
        cr_assert_eq(r.lost, 0, "seed %llu: %llu lost", (unsigned long long)seed, (unsigned long long)r.lost);
        cr_assert_eq(r.effects[EFFECTS_PARTLY] + r.effects[EFFECTS_NONE], 0, "seed %llu",
                     (unsigned long long)seed);
        for (size_t q = 0; q < r.n_queues;
             q++) { /* copies that were not safe yet may go: they are sent again */
            const struct queue_result *queue = &r.queues[q];
            uint64_t here = queue->waiting + queue->delivered + queue->in_flight;
            uint64_t gone = queue->lost + queue->rejected + queue->lost_in_crash;
            cr_assert_eq(queue->consumed + here + gone, queue->published, "seed %llu: %s",
                         (unsigned long long)seed, queue->name);
        }
        done += r.effects[EFFECTS_DONE] + r.effects[EFFECTS_TWICE];
        open += r.effects[EFFECTS_OPEN];
        result_finish(&r);
        spec_finish(&spec);
    }
    cr_assert_lt(open, done / 2); /* what crashes faster than it works is still at it */
}

/* ---- once ---- */

static void exactly_once(struct call_rule *rule)
{
    rule->queue.delivery = DELIVERY_EXACTLY_ONCE;
    rule->control.idempotent = true;
}

/* Nobody sends anything twice: what is executed twice was delivered twice. */
static void at_most_once(struct call_rule *rule)
{
    rule->queue.delivery = DELIVERY_AT_MOST_ONCE;
    rule->queue.confirm = CONFIRM_NONE;
    rule->control.retries = 0;
    rule->control.hedge_ns = 0;
}

static void no_doubles(struct spec *spec)
{
    spec->default_link->duplicate = 0.0;
    for (size_t i = 0; i < spec->n_links; i++)
        spec->links[i].duplicate = 0.0;
    for (size_t i = 0; i < spec->n_loads; i++) {
        spec->loads[i].control.retries = 0;
        spec->loads[i].control.hedge_ns = 0;
    }
}

static void expect_never_twice(const struct spec *spec, uint64_t seed, bool users_too)
{
    for (uint32_t p = 0; p < spec->n_policies; p++) {
        struct result r = run(spec, p);
        for (uint32_t e = 0; e < spec->n_endpoints; e++)
            for (int b = 0; b < BELIEFS; b++) {
                bool users = false;
                for (size_t i = 0; i < spec->n_loads; i++)
                    users |= spec->loads[i].endpoint == e;
                cr_assert(r.calls[e].belief[b][TRUTHS - 1] == 0 || (users && !users_too),
                          "seed %llu, policy %u, endpoint %u: %s", (unsigned long long)seed, p, e,
                          belief_names[b]);
            }
        result_finish(&r);
    }
}

/* The loads' own control says nothing of idempotency. */
Test(guarantees, exactly_once_and_idempotent_calls_are_never_done_twice, .timeout = 600)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct spec spec = random_spec(seed);
        each_rule(&spec, exactly_once);
        expect_never_twice(&spec, seed, false);
        spec_finish(&spec);
    }
}

static void one_by_one(struct call_rule *rule)
{
    rule->queue.batch = 1;
}

/* Nor do the calls of one who is executed again bring about twice what they are to bring about. */
Test(guarantees, what_idempotent_calls_bring_about_is_there_once, .timeout = 600)
{
    for (uint64_t seed = 1; seed <= SEEDS / 4; seed++) {
        struct spec spec = random_spec(seed);
        each_rule(&spec, exactly_once);
        each_rule(&spec, one_by_one);
        no_doubles(&spec);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct result r = run(&spec, p);
            cr_assert_eq(r.effects[EFFECTS_TWICE], 0, "seed %llu, policy %u", (unsigned long long)seed, p);
            result_finish(&r);
        }
        spec_finish(&spec);
    }
}

Test(guarantees, at_most_once_is_never_twice, .timeout = 600)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct spec spec = random_spec(seed);
        each_rule(&spec, at_most_once);
        no_doubles(&spec);
        expect_never_twice(&spec, seed, true);
        spec_finish(&spec);
    }
}

/* ---- without faults ---- */

static void remove_steps_that_fail(struct step_spec *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (steps[i].kind == STEP_FAIL)
            steps[i].chance = 0.0;
        for (size_t b = 0; b < steps[i].n_branches; b++)
            remove_steps_that_fail(steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
}

/* Nobody is turned away for want of room. */
static void make_room(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++) {
        struct component_spec *c = &spec->components[i];
        c->inbox.capacity = c->max_in_flight = SPEC_UNLIMITED;
        c->shed_after_ns = INT64_MAX;
    }
    for (size_t i = 0; i < spec->n_endpoints; i++)
        remove_steps_that_fail(spec->endpoints[i].steps, spec->endpoints[i].n_steps);
}

static void have_patience(struct call_rule *rule)
{
    struct control_spec *control = &rule->control;
    distribution_finish(&control->timeout);
    control->breaker.window = 0;
    control->pool.size = 0;
    control->cancel = false; /* what is called off is not done */
    rule->queue.capacity = SPEC_UNLIMITED;
    rule->queue.retention_ns = INT64_MAX;
}

static void remove_crashes(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++) {
        distribution_finish(&spec->components[i].failures.up);
        distribution_finish(&spec->components[i].failures.down);
    }
    for (size_t i = 0; i < spec->n_events; i++)
        if (spec->events[i].kind == EVENT_DOWN)
            spec->events[i].kind = EVENT_RATE;
}

static void calm_link(struct link_spec *link)
{
    link->loss = (struct loss_spec){0};
    distribution_finish(&link->failures.up);
    distribution_finish(&link->failures.down);
}

static void remove_losses(struct spec *spec)
{
    calm_link(spec->default_link);
    for (size_t i = 0; i < spec->n_links; i++)
        calm_link(&spec->links[i]);
    for (size_t i = 0; i < spec->n_events; i++) {
        enum event_kind kind = spec->events[i].kind;
        if (kind == EVENT_CUT || kind == EVENT_LOSS || kind == EVENT_PARTITION)
            spec->events[i].kind = EVENT_RATE;
    }
}

static struct spec patient_spec(uint64_t seed)
{
    struct spec spec = random_spec(seed);
    make_room(&spec);
    each_rule(&spec, have_patience);
    for (size_t i = 0; i < spec.n_loads; i++) {
        distribution_finish(&spec.loads[i].control.timeout);
        spec.loads[i].control.breaker.window = spec.loads[i].control.pool.size = 0;
    }
    end_all_events(&spec);
    return spec;
}

static uint64_t undone(const struct result *r)
{
    return r->effects[EFFECTS_PARTLY] + r->effects[EFFECTS_NONE] + r->effects[EFFECTS_OPEN];
}

/* Each fault that is taken away leaves less undone; when the last one is, nothing at all is lost. One
 * scenario alone may gain by a fault that thins the load for another, so the claim is about all of them. */
Test(guarantees, removing_a_fault_loses_less, .timeout = 600)
{
    uint64_t with = 0, without_crashes = 0;
    for (uint64_t seed = 1; seed <= SEEDS / 2; seed++) {
        struct spec spec = patient_spec(seed);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct result r = run(&spec, p);
            with += undone(&r);
            result_finish(&r);
        }
        remove_crashes(&spec);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct result r = run(&spec, p);
            without_crashes += undone(&r);
            result_finish(&r);
        }
        remove_losses(&spec);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct result r = run(&spec, p);
            uint64_t never = r.effects[EFFECTS_PARTLY] + r.effects[EFFECTS_NONE];
            cr_assert_eq(never, 0, "seed %llu, policy %u: %llu never done", (unsigned long long)seed, p,
                         (unsigned long long)never);
            cr_assert_eq(r.lost, 0, "seed %llu, policy %u", (unsigned long long)seed, p);
            result_finish(&r);
        }
        spec_finish(&spec);
    }
    cr_assert_lt(without_crashes, with);
}

/* ---- where nobody waits for anything ---- */

static void take_no_time(struct link_spec *link)
{
    distribution_finish(&link->delay);
    link->delay = distribution_always(0.0);
    link->bytes_per_s = (double)INFINITY;
    link->duplicate = 0.0;
}

/* Enough workers for all, wires that take no time, and each call the last step: then a request is done when
 * the works along its path are, however the calls travel. */
static void nobody_waits(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++) {
        struct component_spec *c = &spec->components[i];
        c->workers = c->cores = SPEC_UNLIMITED;
        c->inbox.order = INBOX_FIFO;
    }
    for (size_t i = 0; i < spec->n_loads; i++)
        if (spec->loads[i].kind == LOAD_CLOSED) /* who is answered sooner asks sooner again */
            spec->loads[i].kind = LOAD_OPEN;
    take_no_time(spec->default_link);
    for (size_t i = 0; i < spec->n_links; i++)
        take_no_time(&spec->links[i]);
    for (size_t i = 0; i < spec->n_endpoints; i++) {
        struct endpoint_spec *e = &spec->endpoints[i];
        for (size_t k = 0; k < e->n_steps; k++)
            if (e->steps[k].kind != STEP_WORK && e->steps[k].kind != STEP_WAIT)
                e->steps[k].kind = STEP_REPEAT, e->steps[k].times = 0;
    }
}

static void call_last(struct spec *spec)
{
    for (uint32_t i = 0; i + 1 < spec->n_endpoints; i++) {
        struct endpoint_spec *e = &spec->endpoints[i];
        e->steps = realloc(e->steps, (e->n_steps + 1) * sizeof *e->steps);
        e->steps[e->n_steps] =
            (struct step_spec){.kind = STEP_CALL, .n_calls = 1, .calls = calloc(1, sizeof(struct call_spec))};
        e->steps[e->n_steps++].calls[0] =
            (struct call_spec){.endpoint = i + 1, .times = 1, .chance = 1.0, .priority = SPEC_SAME_PRIORITY};
    }
}

static void plain(struct call_rule *rule)
{
    rule->queue.reply = false;
    rule->queue.batch = 1;
    rule->queue.consumers = SPEC_UNLIMITED;
    distribution_finish(&rule->queue.persist);
    rule->queue.confirm = CONFIRM_NONE;
    rule->queue.visibility_timeout_ns = INT64_MAX;
    rule->control.hedge_ns = 0;
}

Test(guarantees, sync_async_and_queue_are_the_same_where_nobody_waits, .timeout = 600)
{
    for (uint64_t seed = 4; seed <= SEEDS; seed += 4) { /* those without faults */
        struct spec spec = patient_spec(seed);
        each_rule(&spec, plain);
        nobody_waits(&spec);
        call_last(&spec);
        struct result sync = run(&spec, CALL_SYNC), async = run(&spec, CALL_ASYNC),
                      queue = run(&spec, CALL_QUEUE);
        cr_assert_eq(sync.response.count, async.response.count, "seed %llu", (unsigned long long)seed);
        cr_assert(sync.response.sum == async.response.sum, "seed %llu", (unsigned long long)seed);
        cr_assert_eq(sync.completion.count, queue.completion.count, "seed %llu", (unsigned long long)seed);
        cr_assert(sync.completion.sum == queue.completion.sum, "seed %llu", (unsigned long long)seed);
        cr_assert(async.completion.sum == queue.completion.sum, "seed %llu", (unsigned long long)seed);
        result_finish(&sync);
        result_finish(&async);
        result_finish(&queue);
        spec_finish(&spec);
    }
}
