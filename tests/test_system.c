/* What must hold in every run, whatever the scenario. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "des/rng.h"
#include "model/activity.h"
#include "model/state.h"
#include "random_spec.h"

enum { SPECS = 400 };

static struct result run_in_steps(const struct spec *spec, uint32_t policy, int64_t step_ns,
                                  const struct trace_sink *sink)
{
    struct error error = {0};
    struct result result = {0};
    struct system *s = system_create(spec, policy, 0, sink, &error);
    cr_assert_not_null(s, "%s", error_text(&error));
    for (int64_t t = step_ns; t < spec->run.duration_ns; t += step_ns)
        cr_assert(system_step(s, t, &error));
    cr_assert(system_step(s, spec->run.duration_ns, &error));
    cr_assert(system_close(s, &result, &error), "%s, policy %s: %s", spec->name, spec->policies[policy].name,
              error_text(&error));
    system_destroy(s);
    return result;
}

static struct result run(const struct spec *spec, uint32_t policy)
{
    return run_in_steps(spec, policy, spec->run.duration_ns, NULL);
}

static uint64_t mix_histogram(uint64_t h, const struct histogram *histogram)
{
    h = rng_mix(h, histogram->count);
    h = rng_mix(h, (uint64_t)histogram->sum);
    return rng_mix(h, (uint64_t)histogram->max);
}

/* Two results with the same fingerprint are the same, but for luck of one in 2^64. */
static uint64_t fingerprint(const struct result *r)
{
    uint64_t h = rng_mix(r->n_events, r->answered);
    h = mix_histogram(mix_histogram(h, &r->response), &r->completion);
    for (size_t i = 0; i < r->n_components; i++) {
        for (int w = 0; w < WORKER_STATES; w++)
            h = rng_mix(h, (uint64_t)r->components[i].worker_ns[w]);
        h = rng_mix(mix_histogram(h, &r->components[i].wait), (uint64_t)r->components[i].inbox_ns);
    }
    for (size_t i = 0; i < r->n_queues; i++)
        h = rng_mix(mix_histogram(h, &r->queues[i].wait), r->queues[i].consumed);
    return h;
}

/* system_close() checks every ledger. */
Test(system, ledgers_close_on_random_scenarios, .timeout = 300)
{
    for (uint64_t seed = 1; seed <= SPECS; seed++) {
        struct spec spec = random_spec(seed);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct result result = run(&spec, p);
            result_finish(&result);
        }
        spec_finish(&spec);
    }
}

Test(system, two_runs_are_the_same_however_they_are_stepped, .timeout = 300)
{
    for (uint64_t seed = 1; seed <= SPECS / 8; seed++) {
        struct spec spec = random_spec(seed);
        for (uint32_t p = 0; p < spec.n_policies; p++) {
            struct result once = run(&spec, p), stepped = run_in_steps(&spec, p, 777777, NULL);
            cr_assert_eq(fingerprint(&once), fingerprint(&stepped), "seed %llu policy %u",
                         (unsigned long long)seed, p);
            result_finish(&once);
            result_finish(&stepped);
        }
        spec_finish(&spec);
    }
}

/* Looking in must change nothing. */
Test(system, a_trace_does_not_disturb, .timeout = 300)
{
    for (uint64_t seed = 1; seed <= SPECS / 8; seed++) {
        struct spec spec = random_spec(seed);
        struct trace_log log = {0};
        struct trace_sink sink = trace_log_sink(&log, 50);
        struct result bare = run(&spec, 0), traced = run_in_steps(&spec, 0, spec.run.duration_ns, &sink);
        cr_assert_eq(fingerprint(&bare), fingerprint(&traced));
        result_finish(&bare);
        result_finish(&traced);
        trace_log_finish(&log);
        spec_finish(&spec);
    }
}

/* ---- a chain c1 -> c2 -> c3 with random work and wires ---- */

static struct distribution exponential(double mean_ns)
{
    struct distribution d = {.type = &distribution_exponential,
                             .parameters = {mean_ns, (double)NAN, (double)NAN}};
    cr_assert(distribution_prepare(&d, NULL));
    return d;
}

static struct component_spec plain_component(const char *name)
{
    return (struct component_spec){.name = text_copy(name),
                                   .replicas = 1,
                                   .workers = 2,
                                   .cores = SPEC_UNLIMITED,
                                   .inbox.capacity = SPEC_UNLIMITED,
                                   .max_in_flight = SPEC_UNLIMITED,
                                   .shed_after_ns = INT64_MAX};
}

static void add_endpoint(struct spec *spec, const char *component, uint32_t callee)
{
    uint32_t i = (uint32_t)spec->n_components++;
    spec->n_endpoints++;
    spec->components[i] = plain_component(component);
    struct endpoint_spec *e = &spec->endpoints[i];
    *e = (struct endpoint_spec){.name = text_format("%s.do", component), .component = i, .n_steps = 1};
    e->steps = calloc(2, sizeof *e->steps);
    e->steps[0] = (struct step_spec){.kind = STEP_WORK, .duration = exponential(5e6)};
    if (callee == SPEC_NONE)
        return;
    e->n_steps = 2;
    e->steps[1] =
        (struct step_spec){.kind = STEP_CALL, .n_calls = 1, .calls = calloc(1, sizeof(struct call_spec))};
    e->steps[1].calls[0] =
        (struct call_spec){.endpoint = callee, .times = 1, .chance = 1.0, .priority = SPEC_SAME_PRIORITY};
}

static void add_load(struct spec *spec, uint32_t endpoint, double per_s)
{
    spec->loads[spec->n_loads++] = (struct load_spec){
        .name = text_copy(spec->endpoints[endpoint].name),
        .kind = LOAD_OPEN,
        .endpoint = endpoint,
        .arrival = ARRIVAL_POISSON,
        .per_s = per_s,
        .until_ns = INT64_MAX,
        .batch_mean = 1.0,
    };
}

static struct spec chain(void)
{
    enum { ROOM = 8 };
    static const char *const names[] = {"sync", "async", "queue"};
    struct spec spec = {.name = text_copy("chain"), .about = text_copy("")};
    spec.run = (struct run_spec){.duration_ns = 20000000000, .seed = 7, .replications = 1, .samples = 1};
    spec.components = calloc(ROOM, sizeof *spec.components);
    spec.endpoints = calloc(ROOM, sizeof *spec.endpoints);
    spec.links = calloc(ROOM, sizeof *spec.links);
    spec.loads = calloc(ROOM, sizeof *spec.loads);
    spec.default_link = calloc(1, sizeof *spec.default_link);
    *spec.default_link = (struct link_spec){.name = text_copy("default"),
                                            .between = {SPEC_NONE, SPEC_NONE},
                                            .delay = exponential(3e6),
                                            .bytes_per_s = (double)INFINITY};
    add_endpoint(&spec, "c1", 1);
    add_endpoint(&spec, "c2", 2);
    add_endpoint(&spec, "c3", SPEC_NONE);
    add_load(&spec, 0, 100.0);
    spec.n_policies = 3;
    spec.policies = calloc(spec.n_policies, sizeof *spec.policies);
    for (uint32_t p = 0; p < spec.n_policies; p++)
        spec.policies[p] = (struct policy_spec){.name = text_copy(names[p]),
                                                .wait_blocks = p != CALL_ASYNC,
                                                .rule = {.mode = (enum call_mode)p,
                                                         .queue = {.capacity = SPEC_UNLIMITED,
                                                                   .consumers = SPEC_UNLIMITED,
                                                                   .prefetch = 1,
                                                                   .batch = 1}}};
    return spec;
}

/* ---- random numbers are named by what they are for ---- */

enum { LOOKED_AT = 200, STATIONS = 3 };

/* What request r met: its work in each component, and its wire to each. */
struct meeting {
    int64_t work_ns[LOOKED_AT][STATIONS];
    int64_t wire_ns[LOOKED_AT][STATIONS];
};

static void note_span(void *data, const struct trace_span *span)
{
    struct meeting *meeting = data;
    if (span->kind == SPAN_BUSY && span->load == 0 && span->request < LOOKED_AT)
        meeting->work_ns[span->request][span->endpoint] += span->to_ns - span->from_ns;
}

static void note_arrow(void *data, const struct trace_arrow *arrow)
{
    struct meeting *meeting = data;
    bool there = arrow->kind == ARROW_REQUEST || arrow->kind == ARROW_PUBLISH;
    if (there && arrow->load == 0 && arrow->request < LOOKED_AT)
        meeting->wire_ns[arrow->request][arrow->to] = arrow->arrived_ns - arrow->sent_ns;
}

static struct meeting meet(const struct spec *spec, uint32_t policy)
{
    struct meeting meeting = {0};
    struct trace_sink sink = {
        .data = &meeting, .span = note_span, .arrow = note_arrow, .n_traced = UINT64_MAX};
    struct result result = run_in_steps(spec, policy, spec->run.duration_ns, &sink);
    result_finish(&result);
    return meeting;
}

Test(random_numbers, a_request_meets_the_same_under_every_policy)
{
    struct spec spec = chain();
    struct meeting sync = meet(&spec, CALL_SYNC);
    cr_assert_gt(sync.work_ns[LOOKED_AT - 1][STATIONS - 1], 0);
    cr_assert_neq(sync.work_ns[0][0], sync.work_ns[1][0]);
    for (uint32_t p = CALL_ASYNC; p <= CALL_QUEUE; p++) {
        struct meeting other = meet(&spec, p);
        cr_assert_arr_eq(&sync, &other, sizeof sync, "policy %u", p);
    }
    spec_finish(&spec);
}

Test(random_numbers, adding_a_component_disturbs_no_other)
{
    struct spec spec = chain();
    struct meeting before = meet(&spec, CALL_SYNC);
    struct result alone = run(&spec, CALL_ASYNC);
    add_endpoint(&spec, "c4", SPEC_NONE);
    add_load(&spec, 3, 50.0);
    struct meeting after = meet(&spec, CALL_SYNC);
    struct result beside = run(&spec, CALL_ASYNC);
    cr_assert_arr_eq(&before, &after, sizeof before);
    cr_assert_eq(mix_histogram(0, &alone.loads[0].response), mix_histogram(0, &beside.loads[0].response));
    cr_assert_eq(alone.components[2].worker_ns[WORKER_BUSY], beside.components[2].worker_ns[WORKER_BUSY]);
    result_finish(&alone);
    result_finish(&beside);
    spec_finish(&spec);
}

Test(random_numbers, replications_differ)
{
    struct spec spec = chain();
    struct system *first = system_create(&spec, 0, 0, NULL, NULL),
                  *second = system_create(&spec, 0, 1, NULL, NULL);
    struct result a = {0}, b = {0};
    cr_assert(system_step(first, spec.run.duration_ns, NULL) && system_close(first, &a, NULL));
    cr_assert(system_step(second, spec.run.duration_ns, NULL) && system_close(second, &b, NULL));
    cr_assert_neq(fingerprint(&a), fingerprint(&b));
    system_destroy(first);
    system_destroy(second);
    result_finish(&a);
    result_finish(&b);
    spec_finish(&spec);
}

/* ---- a fault in a ledger is seen, and named ---- */

static void expect_broken(void (*tamper)(struct system *s), enum call_mode policy, const char *named)
{
    struct spec spec = chain();
    struct error error = {0};
    struct result result = {0};
    struct system *s = system_create(&spec, policy, 0, NULL, &error);
    cr_assert(system_step(s, spec.run.duration_ns / 2, &error));
    tamper(s);
    cr_assert(system_step(s, spec.run.duration_ns, &error));
    cr_assert_not(system_close(s, &result, &error), "the ledger of %s closed", named);
    cr_assert_not_null(strstr(error_text(&error), named), "%s", error_text(&error));
    error_finish(&error);
    system_destroy(s);
    spec_finish(&spec);
}

static void one_ns_of_work(struct system *s)
{
    s->components[1].workers[WORKER_BUSY].area++;
}

static void one_ns_of_blame(struct system *s)
{
    s->programs[0].code[1].sites[0].blame->ns[CAUSE_WIRE_OUT]++;
}

static void one_request(struct system *s)
{
    s->loads[0].result.offered++;
}

static void one_message(struct system *s)
{
    s->queues[0]->consumed++;
}

static void one_message_moved(struct system *s)
{
    s->ledger.places[PLACE_QUEUE].value++;
}

static void one_ns_of_response(struct system *s)
{
    int64_t split_ns[CAUSES] = {[CAUSE_WORK] = 4};
    ledger_split(s, 5, split_ns);
}

static void one_effect(struct system *s)
{
    s->loads[0].result.effects[EFFECTS_TWICE]++;
}

static void one_call(struct system *s)
{
    s->calls_of[1].begun++;
}

static void one_execution(struct system *s)
{
    s->calls_of[2].done++;
}

static void one_belief(struct system *s)
{
    s->calls_of[1].belief[BELIEF_OK][1]++;
}

Test(ledgers, each_sees_a_fault)
{
    expect_broken(one_effect, CALL_SYNC, "effects of c1.do");
    expect_broken(one_call, CALL_SYNC, "calls of c2.do");
    expect_broken(one_execution, CALL_ASYNC, "calls of c3.do");
    expect_broken(one_belief, CALL_QUEUE, "calls of c2.do");
    expect_broken(one_ns_of_work, CALL_SYNC, "worker time of c2");
    expect_broken(one_ns_of_blame, CALL_SYNC, "blame of c1");
    expect_broken(one_request, CALL_ASYNC, "requests of c1.do");
    expect_broken(one_message, CALL_QUEUE, "messages of c2.do");
    expect_broken(one_message_moved, CALL_QUEUE, "places of in queues");
    expect_broken(one_ns_of_response, CALL_SYNC, "response time");
}

/* ---- to the nanosecond ---- */

static struct spec constant_chain(void)
{
    struct spec spec = chain();
    for (size_t i = 0; i < spec.n_components; i++) {
        spec.components[i].workers = 1;
        spec.endpoints[i].steps[0].duration = distribution_always(10e6);
    }
    spec.default_link->delay = distribution_always(40e6);
    struct load_spec *load = &spec.loads[0];
    load->kind = LOAD_CLOSED;
    load->users = 1;
    load->think = distribution_always(0.0);
    return spec;
}

/* Three components of s = 10 ms, two links of d = 40 ms: R = 3 s + 4 d = 190 ms (blocking chain, n s + 2
 * (n-1) d). */
Test(exact, chain)
{
    struct spec spec = constant_chain();
    spec.run.duration_ns = 190000000LL * 100;
    struct result sync = run(&spec, CALL_SYNC), queue = run(&spec, CALL_QUEUE);
    cr_assert_eq(sync.response.min, 190000000);
    cr_assert_eq(sync.response.max, 190000000);
    cr_assert_eq(sync.answered, 100);
    cr_assert_eq((int64_t)sync.components[0].worker_ns[WORKER_BUSY], 100 * 10000000LL);
    cr_assert_eq((int64_t)sync.components[0].worker_ns[WORKER_BLOCKED], 100 * 180000000LL);
    const struct blame *blame = &sync.components[0].blames[0];
    cr_assert_eq((int64_t)blame->ns[CAUSE_WORK], 100 * 20000000LL);
    cr_assert_eq((int64_t)blame->ns[CAUSE_WIRE_OUT], 100 * 80000000LL);
    cr_assert_eq((int64_t)blame->ns[CAUSE_WIRE_BACK], 100 * 80000000LL);
    cr_assert_eq((int64_t)queue.components[0].worker_ns[WORKER_BLOCKED], 0);
    cr_assert_eq((int64_t)queue.components[0].worker_ns[WORKER_IDLE], 0);
    cr_assert_eq(queue.completion.min, 110000000); /* 3 s + 2 d */
    cr_assert_eq(queue.completion.max, 110000000);
    result_finish(&sync);
    result_finish(&queue);
    spec_finish(&spec);
}

/* A window that cuts calls in two at both ends counts exactly what lies in it. */
Test(exact, blame_is_cut_at_the_ends_of_the_window)
{
    struct spec spec = constant_chain();
    spec.run.warmup_ns = 190000000 + 95000000; /* the reply of c2's call is on its way */
    spec.run.duration_ns = spec.run.warmup_ns + 190000000;
    struct result r = run(&spec, CALL_SYNC);
    /* One whole period, wherever it begins. */
    cr_assert_eq((int64_t)r.components[0].worker_ns[WORKER_BUSY], 10000000);
    cr_assert_eq((int64_t)r.components[0].worker_ns[WORKER_BLOCKED], 180000000);
    const struct blame *blame = &r.components[0].blames[0];
    cr_assert_eq((int64_t)blame->ns[CAUSE_WORK], 20000000);
    cr_assert_eq((int64_t)blame->ns[CAUSE_WIRE_OUT], 80000000);
    cr_assert_eq((int64_t)blame->ns[CAUSE_WIRE_BACK], 80000000);
    result_finish(&r);
    spec_finish(&spec);
}

/* c1 waits for c2, and c2 from 60 ms on for c3, which works from 61 ms on, and for c4, to which the call is
 * on its way: when the run ends after 1 s, who is c1's time charged to? */
static void expect_charged(uint32_t first, enum call_mode to_c3, int64_t work_ms, int64_t wire_ms)
{
    enum { C1, C2, C3, C4 };
    struct spec spec = constant_chain();
    add_endpoint(&spec, "c4", SPEC_NONE);
    spec.endpoints[C3].steps[0].duration = distribution_always(5e9);
    spec.run.duration_ns = 1000000000;
    for (uint32_t l = 0; l < 2; l++)
        spec.links[spec.n_links++] = (struct link_spec){.name = text_format("to c%u", 3 + l),
                                                        .between = {C2, C3 + l},
                                                        .delay = distribution_always(l ? 5e9 : 1e6),
                                                        .bytes_per_s = (double)INFINITY};
    struct step_spec *step = &spec.endpoints[C2].steps[1];
    step->n_calls = 2;
    step->calls = realloc(step->calls, 2 * sizeof *step->calls);
    step->calls[1] = step->calls[0];
    step->calls[0].endpoint = first;
    step->calls[1].endpoint = first == C3 ? C4 : C3;
    struct policy_spec *policy = &spec.policies[CALL_SYNC];
    policy->n_overrides = 2;
    policy->overrides = calloc(2, sizeof *policy->overrides);
    policy->overrides[0] = (struct call_override){C2, C3, {.mode = to_c3}};
    policy->overrides[1] = (struct call_override){C2, C4, {.mode = CALL_ASYNC}};
    struct result r = run(&spec, CALL_SYNC);
    const struct blame *blame = &r.components[C1].blames[0];
    cr_expect_eq((int64_t)blame->ns[CAUSE_WORK], work_ms * 1000000);
    cr_expect_eq((int64_t)blame->ns[CAUSE_WIRE_OUT], wire_ms * 1000000);
    result_finish(&r);
    spec_finish(&spec);
}

/* To the call that blocks c2's worker; where none does, to the last that was made. c2's own work and c1's
 * call to it take 10 and 40 ms. */
Test(exact, an_open_wait_is_charged_to_one_call)
{
    expect_charged(3, CALL_ASYNC, 10 + 939, 40 + 1);
    expect_charged(2, CALL_ASYNC, 10, 40 + 940);
    expect_charged(3, CALL_SYNC, 10 + 939, 40 + 1);
    expect_charged(2, CALL_SYNC, 10 + 939, 40 + 1);
}

/* ---- where calls need control ---- */

static void expect_controlled(const struct spec *spec, bool controlled, const char *because)
{
    struct system *s = system_create(spec, CALL_SYNC, 0, NULL, NULL);
    cr_assert_not_null(s);
    cr_expect_eq(s->controlled, controlled, "%s", because);
    system_destroy(s);
}

/* Where a message can be lost, nobody but its sender's timeout would end the wait for it. */
Test(control, each_way_to_lose_a_message_asks_for_it)
{
    struct spec spec = chain();
    spec.events = calloc(1, sizeof *spec.events);
    expect_controlled(&spec, false, "nothing can go wrong");

    struct loss_spec *loss = &spec.default_link->loss;
    *loss = (struct loss_spec){.good = {0.1, 0.0}};
    expect_controlled(&spec, true, "loss there");
    *loss = (struct loss_spec){.good = {0.0, 0.1}};
    expect_controlled(&spec, true, "loss back");
    *loss = (struct loss_spec){.bad = 1.0, .to_bad = 0.1};
    expect_controlled(&spec, true, "loss in the bad state");
    *loss = (struct loss_spec){.bad = 1.0};
    expect_controlled(&spec, false, "a bad state that never comes");
    *loss = (struct loss_spec){.to_bad = 0.1};
    expect_controlled(&spec, false, "a bad state without loss");
    *loss = (struct loss_spec){0};
    spec.default_link->duplicate = 0.1;
    expect_controlled(&spec, true, "copies");
    spec.default_link->duplicate = 0.0;

    spec.n_events = 1;
    struct event_spec *event = &spec.events[0];
    *event = (struct event_spec){.name = text_copy("event"),
                                 .from_ns = 1000000000,
                                 .until_ns = 2000000000,
                                 .component = SPEC_NONE,
                                 .link = 0,
                                 .replica = SPEC_NONE,
                                 .load = SPEC_NONE};
    event->kind = EVENT_CUT;
    expect_controlled(&spec, true, "a cut");
    event->kind = EVENT_PARTITION;
    expect_controlled(&spec, true, "a partition");
    event->kind = EVENT_LOSS;
    expect_controlled(&spec, false, "an event that loses none");
    event->chance = 0.1;
    expect_controlled(&spec, true, "an event that loses some");
    event->kind = EVENT_SLOW;
    event->factor = 2.0;
    expect_controlled(&spec, false, "a slow link");
    spec_finish(&spec);
}

/* ---- what it does, and what it holds ---- */

static double count_of(const struct activity *list, size_t n, const char *what, const char *name)
{
    const struct activity *found = NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].what, what) == 0 && strcmp(list[i].of, name) == 0)
            found = &list[i];
    cr_assert_not_null(found, "%s %s", what, name);
    return (double)found->n;
}

/* All but the few that are on their way at the end. */
Test(activities, are_told_of_each_load_queue_and_component)
{
    struct spec spec = chain();
    struct system *s = system_create(&spec, CALL_QUEUE, 0, NULL, NULL);
    cr_assert_not_null(s);
    cr_assert(system_step(s, spec.run.duration_ns, NULL));
    size_t n = 0;
    struct activity *list = system_activities(s, &n);
    cr_assert_eq(n, 1 + s->n_queues + 2 * spec.n_components);
    cr_assert_eq(s->n_queues, 2);
    double requests = count_of(list, n, "requests of load", spec.loads[0].name);
    cr_expect_float_eq(requests, 2000.0, 4.5 * sqrt(2000.0));
    for (size_t i = 0; i < s->n_queues; i++)
        cr_expect_float_eq(count_of(list, n, "deliveries from queue", s->queues[i]->name), requests, 20.0);
    for (size_t i = 0; i < spec.n_components; i++) {
        const char *name = spec.components[i].name;
        cr_expect_float_eq(count_of(list, n, "calls of component", name), requests, 20.0);
        cr_expect_float_eq(count_of(list, n, "crashes of component", name), 0.0, 0.0);
    }
    free(list);
    system_destroy(s);
    spec_finish(&spec);
}

enum { MANY = 100000 };

/* Many requests at once, of which each waits: a request and an activation. */
static struct system *start_burst(struct spec *ret_spec)
{
    *ret_spec = chain();
    ret_spec->loads[0].kind = LOAD_BURST;
    ret_spec->loads[0].requests = MANY;
    struct system *s = system_create(ret_spec, CALL_SYNC, 0, NULL, NULL);
    cr_assert_not_null(s);
    return s;
}

static const double bytes_of_one = sizeof(struct request) + sizeof(struct activation);

Test(usage, counts_all_records)
{
    struct spec spec;
    struct system *s = start_burst(&spec);
    size_t before = system_usage(s).bytes;
    cr_assert(system_step(s, 100000000, NULL));
    double each = (double)(system_usage(s).bytes - before) / MANY;
    cr_expect(each > 0.99 * bytes_of_one && each < 2.0 * bytes_of_one, "%g", each);
    system_destroy(s);
    spec_finish(&spec);
}

/* Of what half of them take no more is taken. */
Test(usage, is_limited_for_all_records)
{
    struct spec spec;
    struct system *s = start_burst(&spec);
    size_t before = system_usage(s).bytes, limit = (size_t)(bytes_of_one * MANY / 2);
    system_limit_memory(s, limit);
    cr_expect_not(system_exceeds(s));
    cr_expect_not(system_step(s, 100000000, NULL));
    cr_expect(system_exceeds(s));
    cr_expect_leq(system_usage(s).bytes - before, limit);
    cr_expect_geq(system_usage(s).bytes - before, limit / 2);
    system_destroy(s);
    spec_finish(&spec);
}

/* ---- what a sink is told ---- */

struct told {
    uint64_t requests, spans;
    bool others; /* than those that it wants */
};

static bool is_fifth(void *data, uint32_t load, uint64_t number)
{
    (void)data;
    return load == 0 && number % 5 == 0;
}

static void count_request(void *data, const struct trace_request *request)
{
    struct told *told = data;
    told->requests++;
    told->others |= !is_fifth(NULL, request->load, request->number);
}

static void count_span(void *data, const struct trace_span *span)
{
    struct told *told = data;
    told->spans += span->kind == SPAN_BUSY;
}

/* Ten users' requests of three works each; of the first four the works are told. */
Test(sink, is_told_what_it_asks_for)
{
    struct spec spec = chain();
    spec.loads[0].kind = LOAD_BURST;
    spec.loads[0].requests = 10;
    struct told told = {0}, all = {0}, none = {0};
    struct trace_sink sink = {
        .data = &told, .span = count_span, .request = count_request, .wants = is_fifth, .n_traced = 4};
    struct result r = run_in_steps(&spec, CALL_SYNC, spec.run.duration_ns, &sink);
    cr_expect_eq(r.answered, 10);
    cr_expect_eq(told.requests, 2);
    cr_expect_not(told.others);
    cr_expect_eq(told.spans, 4 * 3);
    result_finish(&r);
    sink = (struct trace_sink){.data = &all, .request = count_request};
    r = run_in_steps(&spec, CALL_SYNC, spec.run.duration_ns, &sink);
    cr_expect_eq(all.requests, 10);
    cr_expect_eq(all.spans, 0);
    result_finish(&r);
    sink = (struct trace_sink){.data = &none, .wants = is_fifth};
    r = run_in_steps(&spec, CALL_SYNC, spec.run.duration_ns, &sink);
    cr_expect_eq(none.requests, 0);
    result_finish(&r);
    spec_finish(&spec);
}
