/* What must hold in every run, however brokers, consumers and publishers come and go: seeds are printed. */
#include <criterion/criterion.h>

#include <math.h>

#include "des/rng.h"
#include "model/state.h"
#include "random_spec.h"

static const int64_t second = 1000000000;

static void step(struct system *s, int64_t at_ns)
{
    cr_assert(system_step(s, at_ns, NULL));
}

enum { SPECS = 300 };

static bool is_idle(const struct system *s, const struct instance *instance)
{
    for (size_t i = 0; i < s->n_queues; i++)
        if (s->queues[i]->component == instance->component->index &&
            s->queues[i]->consumers[instance->index].executing > 0)
            return false;
    return true;
}

/* Something goes down or comes back. */
static void disturb(struct system *s, struct draw *draw)
{
    struct component *c = &s->components[draw_below(draw, s->spec->n_components)];
    struct instance *instance = &c->instances[draw_below(draw, c->spec->replicas)];
    switch (draw_below(draw, 6)) {
    case 0: queues_broker_down(s, c->index); break;
    case 1:
    case 2: queues_broker_up(s, c->index); break;
    case 3:
        if (is_idle(s, instance))
            queues_consumer_down(s, instance);
        break;
    case 4: queues_consumer_up(s, instance); break;
    default: queues_publisher_down(s, instance); break;
    }
}

static struct result run_disturbed(const struct spec *spec, uint32_t policy, struct draw *draw)
{
    struct error error = {0};
    struct result r = {0};
    struct system *s = system_create(spec, policy, 0, NULL, &error);
    cr_assert_not_null(s);
    s->controlled = true;
    for (int64_t t = 0; t < spec->run.duration_ns; t += (int64_t)draw_below(draw, 100000000)) {
        step(s, t);
        disturb(s, draw);
    }
    step(s, spec->run.duration_ns);
    cr_assert(system_close(s, &r, &error), "%s, policy %u: %s", spec->name, policy, error_text(&error));
    system_destroy(s);
    return r;
}

Test(broker, ledgers_close_when_brokers_crash, .timeout = 600)
{
    for (uint64_t seed = 1; seed <= SPECS; seed++) {
        struct spec spec = random_spec(seed);
        struct stream stream = stream_make(seed, 0, "disturbances");
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct draw draw = draw_make(&stream, p, 0);
            struct result r = run_disturbed(&spec, p, &draw);
            result_finish(&r);
        }
        spec_finish(&spec);
    }
}

static void each_queue(struct spec *spec, void (*change)(struct queue_rule *rule))
{
    for (size_t p = 0; p < spec->n_policies; p++) {
        struct policy_spec *policy = &spec->policies[p];
        change(&policy->rule.queue);
        for (size_t i = 0; i < policy->n_overrides; i++)
            change(&policy->overrides[i].rule.queue);
    }
}

static void exactly_once(struct queue_rule *rule)
{
    rule->delivery = DELIVERY_EXACTLY_ONCE;
}

static void at_most_once(struct queue_rule *rule)
{
    rule->delivery = DELIVERY_AT_MOST_ONCE;
    rule->confirm = CONFIRM_NONE;
}

/* What fails by itself would be in the way of what the test lets fail; what never ends, in that of all. */
static void no_crashes(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++) {
        distribution_finish(&spec->components[i].failures.up);
        distribution_finish(&spec->components[i].failures.down);
    }
    for (size_t i = 0; i < spec->n_events; i++)
        if (spec->events[i].kind == EVENT_DOWN || spec->events[i].kind == EVENT_PAUSE ||
            spec->events[i].until_ns == INT64_MAX)
            spec->events[i].kind = EVENT_RATE;
}

static void try_once(struct control_spec *control)
{
    control->retries = 0;
    control->hedge_ns = 0;
}

static void no_doubles(struct spec *spec)
{
    spec->default_link->duplicate = 0.0;
    for (size_t i = 0; i < spec->n_links; i++)
        spec->links[i].duplicate = 0.0;
    for (size_t p = 0; p < spec->n_policies; p++) {
        try_once(&spec->policies[p].rule.control);
        for (size_t i = 0; i < spec->policies[p].n_overrides; i++)
            try_once(&spec->policies[p].overrides[i].rule.control);
    }
    for (size_t i = 0; i < spec->n_loads; i++)
        try_once(&spec->loads[i].control);
}

/* Only queues: no call is executed twice. */
static void expect_never_twice(void (*change)(struct queue_rule *rule), bool doubles)
{
    for (uint64_t seed = 1; seed <= SPECS; seed++) {
        struct spec spec = random_spec(seed);
        struct stream stream = stream_make(seed, 1, "disturbances");
        struct draw draw = draw_make(&stream, 0, 0);
        each_queue(&spec, change);
        no_crashes(&spec);
        if (!doubles)
            no_doubles(&spec);
        struct policy_spec *policy = &spec.policies[CALL_QUEUE];
        struct result r = run_disturbed(&spec, CALL_QUEUE, &draw);
        for (uint32_t e = 0; e < spec.n_endpoints; e++)
            for (int b = 0; b < BELIEFS && policy_rule(policy, SPEC_NONE, e)->mode == CALL_QUEUE; b++)
                if (!policy_user_rule(policy, e) && !(doubles && e == spec.loads[0].endpoint) &&
                    !(doubles && spec.n_loads > 1 && e == spec.loads[1].endpoint))
                    cr_assert_eq(r.calls[e].belief[b][TRUTHS - 1], 0, "seed %llu endpoint %u",
                                 (unsigned long long)seed, e);
        result_finish(&r);
        spec_finish(&spec);
    }
}

Test(broker, exactly_once_never_executes_twice, .timeout = 600)
{
    expect_never_twice(exactly_once, true);
}

Test(broker, at_most_once_never_executes_twice, .timeout = 600)
{
    expect_never_twice(at_most_once, false);
}

static void lose_nothing(struct queue_rule *rule)
{
    rule->durable = true;
    rule->flush_ns = 0;
    rule->delivery = DELIVERY_AT_LEAST_ONCE;
    rule->confirm = rule->confirm == CONFIRM_NONE ? CONFIRM_ASYNC : rule->confirm;
    rule->retention_ns = INT64_MAX;
    rule->capacity = SPEC_UNLIMITED;
    rule->max_deliveries = SPEC_UNLIMITED;
    rule->confirm_timeout_ns = second; /* too short ones flood the links and the consumers */
    if (rule->visibility_timeout_ns < INT64_MAX)
        rule->visibility_timeout_ns = 5 * second;
    rule->reply = false;
}

/* Brokers crash, links lose what they like: in the end everything that was published is done. */
static void expect_nothing_lost(struct spec *spec, struct draw *draw)
{
    struct error error = {0};
    struct result r = {0};
    for (size_t i = 0; i < spec->n_loads; i++)
        spec->loads[i].until_ns = second;
    spec->default_link->bytes_per_s = (double)INFINITY;
    struct system *s = system_create(spec, CALL_QUEUE, 0, NULL, &error);
    s->controlled = true;
    uint32_t n = (uint32_t)spec->n_components;
    for (int64_t t = 0; t < spec->run.duration_ns; t += (int64_t)draw_below(draw, 100000000)) {
        step(s, t);
        uint32_t component = (uint32_t)draw_below(draw, n);
        if (draw_below(draw, 2))
            queues_broker_down(s, component);
        else
            queues_broker_up(s, component);
    }
    step(s, spec->run.duration_ns);
    for (uint32_t c = 0; c < n; c++)
        queues_broker_up(s, c);
    step(s, 20000 * second);
    cr_assert(system_close(s, &r, &error), "%s: %s", spec->name, error_text(&error));
    for (size_t q = 0; q < r.n_queues; q++)
        cr_assert_eq(r.queues[q].waiting + r.queues[q].delivered + r.queues[q].in_flight, 0, "%s: %s",
                     spec->name, r.queues[q].name);
    for (uint32_t e = 0; e < spec->n_endpoints; e++)
        cr_assert_eq(r.calls[e].belief[BELIEF_ACCEPTED][0], 0, "%s: endpoint %u", spec->name, e);
    result_finish(&r);
    system_destroy(s);
}

Test(broker, what_is_durable_and_confirmed_is_done, .timeout = 600)
{
    for (uint64_t seed = 1; seed <= SPECS / 3; seed++) {
        struct spec spec = random_spec(seed);
        struct stream stream = stream_make(seed, 2, "disturbances");
        struct draw draw = draw_make(&stream, 0, 0);
        each_queue(&spec, lose_nothing);
        no_crashes(&spec);
        expect_nothing_lost(&spec, &draw);
        spec_finish(&spec);
    }
}
