/* What callers do about slow answers: deadlines that travel along, calling off, second copies; and what it
 * takes to open a connection. To the nanosecond, or against closed forms. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/system.h"

static const double sigmas = 4.5;

enum { MS = 1000000, MOST = 4, LOOKED_AT = 2000 };

static struct distribution constant_ms(double ms)
{
    return distribution_always(ms * 1e6);
}

static struct distribution exponential_ms(double mean_ms)
{
    struct distribution d = {.type = &distribution_exponential,
                             .parameters = {mean_ms * 1e6, (double)NAN, (double)NAN}};
    cr_assert(distribution_prepare(&d, NULL));
    return d;
}

static struct link_spec plain_link(const char *name, uint32_t a, uint32_t b, double ms)
{
    return (struct link_spec){.name = text_copy(name),
                              .between = {a, b},
                              .delay = constant_ms(ms),
                              .bytes_per_s = (double)INFINITY,
                              .ordered = true};
}

static void plain_component(struct spec *spec, uint32_t i)
{
    spec->components[i] = (struct component_spec){.name = text_format("c%u", (unsigned)i),
                                                  .replicas = 1,
                                                  .workers = SPEC_UNLIMITED,
                                                  .cores = SPEC_UNLIMITED,
                                                  .inbox.capacity = SPEC_UNLIMITED,
                                                  .max_in_flight = SPEC_UNLIMITED,
                                                  .shed_after_ns = INT64_MAX};
    spec->endpoints[i] = (struct endpoint_spec){.name = text_format("c%u.do", (unsigned)i),
                                                .component = i,
                                                .steps = calloc(MOST, sizeof(struct step_spec))};
}

/* Components c0, c1, ... of unlimited workers; users at the door of c0 send `requests` at 1 s, 2 s, ...; a
 * rule of its own for the calls of each. */
static struct spec scene(uint32_t n, uint64_t requests)
{
    struct spec spec = {.name = text_copy("scene"), .about = text_copy("")};
    spec.run =
        (struct run_spec){.duration_ns = ((int64_t)requests + 10) * 1000 * MS, .seed = 3, .replications = 1};
    spec.components = calloc(MOST, sizeof *spec.components);
    spec.endpoints = calloc(MOST, sizeof *spec.endpoints);
    spec.links = calloc(1, sizeof *spec.links);
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.policies = calloc(1, sizeof *spec.policies);
    spec.n_components = spec.n_endpoints = n;
    spec.n_loads = spec.n_policies = 1;
    for (uint32_t i = 0; i < n; i++)
        plain_component(&spec, i);
    spec.loads[0] = (struct load_spec){.name = text_copy("users"),
                                       .kind = LOAD_OPEN,
                                       .arrival = ARRIVAL_CONSTANT,
                                       .per_s = 1.0,
                                       .until_ns = ((int64_t)requests + 1) * 1000 * MS - 1,
                                       .batch_mean = 1.0};
    spec.policies[0] = (struct policy_spec){
        .name = text_copy("sync"), .wait_blocks = true, .overrides = calloc(n, sizeof(struct call_override))};
    spec.policies[0].n_overrides = n;
    for (uint32_t i = 0; i < n; i++)
        spec.policies[0].overrides[i] =
            (struct call_override){.caller = i == 0 ? SPEC_USERS : SPEC_NONE, .callee = i};
    return spec;
}

static struct step_spec *add_step(struct spec *spec, uint32_t endpoint, struct step_spec step)
{
    struct endpoint_spec *e = &spec->endpoints[endpoint];
    e->steps[e->n_steps++] = step;
    return &e->steps[e->n_steps - 1];
}

static struct control_spec *control_of(struct spec *spec, uint32_t callee)
{
    return &spec->policies[0].overrides[callee].rule.control;
}

static struct step_spec work(struct distribution duration)
{
    return (struct step_spec){.kind = STEP_WORK, .duration = duration};
}

static struct step_spec call_to(uint32_t callee)
{
    struct step_spec step = {
        .kind = STEP_CALL, .calls = calloc(1, sizeof *step.calls), .n_calls = 1, .need = 1};
    step.calls[0] =
        (struct call_spec){.endpoint = callee, .times = 1, .chance = 1.0, .priority = SPEC_SAME_PRIORITY};
    return step;
}

static struct result run(struct spec *spec, const struct trace_sink *sink)
{
    struct error error = {0};
    struct system *system = system_create(spec, 0, 0, sink, &error);
    struct result result = {0};
    cr_assert(system_step(system, spec->run.duration_ns, &error));
    cr_assert(system_close(system, &result, &error), "%s", error_text(&error));
    system_destroy(system);
    spec_finish(spec);
    return result;
}

static int64_t blocked_ns(const struct result *result, uint32_t component)
{
    return (int64_t)result->components[component].worker_ns[WORKER_BLOCKED];
}

/* ---- deadlines ---- */

/* Users wait 100 ms. c0 works 30 ms and calls c1, which works 20 ms and calls c2, which takes 1 s; 5 ms for
 * each wire. */
static struct spec three_deep(void)
{
    struct spec spec = scene(3, 1);
    spec.default_link = calloc(1, sizeof *spec.default_link);
    *spec.default_link = plain_link("default", SPEC_NONE, SPEC_NONE, 5.0);
    spec.n_links = 1;
    spec.links[0] = plain_link("door", SPEC_USERS, 0, 0.0);
    add_step(&spec, 0, work(constant_ms(30.0)));
    add_step(&spec, 0, call_to(1));
    add_step(&spec, 1, work(constant_ms(20.0)));
    add_step(&spec, 1, call_to(2));
    add_step(&spec, 2, work(constant_ms(1000.0)));
    control_of(&spec, 0)->timeout = constant_ms(100.0);
    for (uint32_t i = 0; i < 3; i++)
        control_of(&spec, i)->deadline = true;
    return spec;
}

Test(deadline, all_stop_waiting_at_the_users_deadline)
{
    struct spec spec = three_deep();
    struct result r = run(&spec, NULL);
    cr_expect_eq(blocked_ns(&r, 0), 70 * MS);
    cr_expect_eq(blocked_ns(&r, 1), 45 * MS);
    cr_expect_eq(r.calls[1].timeouts, 1);
    cr_expect_eq(r.calls[2].timeouts, 1);
    cr_expect_eq(r.calls[2].belief[BELIEF_TIMED_OUT][1], 1, "it was executed to its end all the same");
    result_finish(&r);
}

Test(deadline, a_callers_own_timeout_is_nearer)
{
    struct spec spec = three_deep();
    control_of(&spec, 1)->timeout = constant_ms(40.0); /* from 30 ms on */
    struct result r = run(&spec, NULL);
    cr_expect_eq(blocked_ns(&r, 0), 40 * MS);
    cr_expect_eq(blocked_ns(&r, 1), 15 * MS);
    result_finish(&r);
}

Test(deadline, a_rule_without_it_does_not_hand_on)
{
    struct spec spec = three_deep();
    control_of(&spec, 1)->deadline = false;
    struct result r = run(&spec, NULL);
    cr_expect_eq(blocked_ns(&r, 0), 1040 * MS);
    cr_expect_eq(blocked_ns(&r, 1), 1010 * MS, "c2 inherits nothing");
    result_finish(&r);
}

/* At 155 ms there is no time left for the call to c2. */
Test(deadline, over_before_the_call)
{
    struct spec spec = three_deep();
    spec.endpoints[1].steps[0].duration = constant_ms(120.0);
    struct result r = run(&spec, NULL);
    cr_expect_eq(r.calls[2].attempts, 0);
    cr_expect_eq(r.components[2].started, 0);
    cr_expect_eq(r.calls[2].belief[BELIEF_TIMED_OUT][0], 1);
    cr_expect_eq(r.calls[2].timeouts, 1);
    cr_expect_eq(blocked_ns(&r, 0), 70 * MS);
    cr_expect_eq(blocked_ns(&r, 1), 0);
    result_finish(&r);
}

/* One worker, 1.5 s of work, users who wait 400 ms: the second comes to the worker 100 ms after its deadline.
 */
Test(deadline, what_comes_to_a_worker_too_late_is_not_begun)
{
    struct spec spec = scene(1, 3);
    spec.components[0].workers = 1;
    add_step(&spec, 0, work(constant_ms(1500.0)));
    control_of(&spec, 0)->timeout = constant_ms(400.0);
    control_of(&spec, 0)->deadline = true;
    struct result r = run(&spec, NULL);
    cr_expect_eq(r.calls[0].expired, 1);
    cr_expect_eq(r.calls[0].timeouts, 3);
    cr_expect_eq(r.calls[0].belief[BELIEF_TIMED_OUT][0], 1);
    cr_expect_eq(r.calls[0].belief[BELIEF_TIMED_OUT][1], 2);
    cr_expect(r.components[0].worker_ns[WORKER_BUSY] == (int128)3000 * MS);
    result_finish(&r);
}

/* c1 fails at once, each time: tries at 0, `pause_ms`, 2 `pause_ms` ... as long as the pause ends before
 * 100 ms. */
static void expect_tries(int64_t pause_ms, uint64_t attempts)
{
    struct spec spec = scene(2, 1);
    add_step(&spec, 0, call_to(1));
    add_step(&spec, 1, (struct step_spec){.kind = STEP_FAIL, .chance = 1.0});
    control_of(&spec, 0)->timeout = constant_ms(100.0);
    control_of(&spec, 0)->deadline = true;
    struct control_spec *control = control_of(&spec, 1);
    control->deadline = true;
    control->retries = 100;
    control->retry_on = FAILURE_ERROR;
    control->backoff = (struct backoff_spec){.base_ns = pause_ms * MS, .cap_ns = pause_ms * MS};
    struct result r = run(&spec, NULL);
    cr_expect_eq(r.calls[1].attempts, attempts, "%llu", (unsigned long long)r.calls[1].attempts);
    cr_expect_eq(r.calls[1].belief[BELIEF_TIMED_OUT][0], 1);
    cr_expect_eq(blocked_ns(&r, 0), (int64_t)(attempts - 1) * pause_ms * MS);
    cr_expect_eq(r.outcomes[OUTCOME_ERROR], 1, "c0 gives up before its user does");
    result_finish(&r);
}

Test(deadline, no_retry_beyond)
{
    expect_tries(30, 4);
    expect_tries(25, 4);
    expect_tries(24, 5);
    expect_tries(100, 1);
}

/* ---- second copies ---- */

struct race {
    int64_t work_ns[LOOKED_AT][2]; /* of the first and of the second copy */
    int64_t response_ns[LOOKED_AT];
    int64_t backoff_ns[LOOKED_AT];
    uint64_t first[LOOKED_AT]; /* the activation */
};

static void note_span(void *data, const struct trace_span *span)
{
    struct race *race = data;
    uint64_t i = span->request;
    if (i >= LOOKED_AT || span->kind != SPAN_BUSY)
        return;
    /* A span is told at its end; the first copy was made first. */
    bool second = race->first[i] && span->activation > race->first[i];
    if (race->first[i] && span->activation < race->first[i])
        race->work_ns[i][1] = race->work_ns[i][0];
    else if (!second)
        race->first[i] = span->activation;
    race->work_ns[i][second] = span->to_ns - span->from_ns;
}

static void note_request(void *data, const struct trace_request *request)
{
    struct race *race = data;
    if (request->number >= LOOKED_AT)
        return;
    race->response_ns[request->number] = request->answered_ns - request->offered_ns;
    race->backoff_ns[request->number] = request->split_ns[CAUSE_BACKOFF];
}

/* Exponential work of 20 ms, wires of 2 ms, a second copy after 15 ms. */
Test(hedge, the_first_good_answer_wins)
{
    static struct race race;
    struct trace_sink sink = {
        .data = &race, .span = note_span, .request = note_request, .n_traced = LOOKED_AT};
    struct spec spec = scene(1, LOOKED_AT);
    spec.n_links = 1;
    spec.links[0] = plain_link("door", SPEC_USERS, 0, 2.0);
    add_step(&spec, 0, work(exponential_ms(20.0)));
    control_of(&spec, 0)->hedge_ns = 15 * MS;
    struct result r = run(&spec, &sink);
    uint64_t hedges = 0;
    for (int i = 0; i < LOOKED_AT; i++) {
        int64_t first_ns = race.work_ns[i][0] + 4 * MS, second_ns = race.work_ns[i][1] + 19 * MS;
        bool hedged = first_ns > 15 * MS, wins = hedged && second_ns < first_ns;
        hedges += hedged;
        cr_assert_eq(race.work_ns[i][1] > 0, hedged, "request %d", i);
        cr_assert_eq(race.response_ns[i], wins ? second_ns : first_ns, "request %d", i);
        cr_assert_eq(race.backoff_ns[i], wins ? 15 * MS : 0, "request %d", i);
    }
    cr_expect_eq(r.calls[0].hedges, hedges);
    cr_expect_eq(r.calls[0].attempts, LOOKED_AT + hedges);
    cr_expect_eq(r.calls[0].late, hedges, "each loser's answer comes late");
    cr_expect_eq(r.calls[0].belief[BELIEF_OK][2], hedges);
    result_finish(&r);
}

enum { TAIL_REQUESTS = 200000 };

/* Work is exponential with mean 5 ms, or one time in a hundred 1 s. */
static struct result run_tail(int64_t hedge_ns)
{
    struct spec spec = scene(1, TAIL_REQUESTS);
    struct step_spec *choose = add_step(&spec, 0,
                                        (struct step_spec){.kind = STEP_CHOOSE,
                                                           .branches = calloc(2, sizeof(struct branch_spec)),
                                                           .n_branches = 2});
    for (int b = 0; b < 2; b++) {
        choose->branches[b] =
            (struct branch_spec){.chance = b ? 0.01 : 0.99, .steps = calloc(1, sizeof *choose), .n_steps = 1};
        choose->branches[b].steps[0] = work(b ? constant_ms(1000.0) : exponential_ms(5.0));
    }
    control_of(&spec, 0)->hedge_ns = hedge_ns;
    return run(&spec, NULL);
}

static void expect_near(const char *what, double measured, double expected, double tolerance)
{
    cr_expect(fabs(measured - expected) <= tolerance, "%s: expected %.4f +- %.4f, measured %.4f", what,
              expected, tolerance, measured);
}

/* P(T > t) = S(t) up to the second copy at h, and S(t) S(t - h) after, S(t) = 0.99 exp(-t / 5 ms) + 0.01. The
 * copy goes out at the 95th percentile. */
Test(hedge, the_tail_at_scale, .timeout = 300)
{
    struct result plain = run_tail(0), hedged = run_tail(16044127);
    double sd = sqrt(0.99 * 50.0 + 0.01 * 1e6 - 14.95 * 14.95);
    expect_near("mean", histogram_mean(&plain.response) / MS, 14.95, sigmas * sd / sqrt(TAIL_REQUESTS));
    expect_near("p99", histogram_quantile(&hedged.response, 0.99) / MS, 20.796, 0.02 * 20.796);
    expect_near("p99.9", histogram_quantile(&hedged.response, 0.999) / MS, 29.409, 0.02 * 29.409);
    double share = 0.99 * exp(-16.044127 / 5.0) + 0.01;
    expect_near("hedged", (double)hedged.calls[0].hedges / TAIL_REQUESTS, share,
                sigmas * sqrt(share * (1.0 - share) / TAIL_REQUESTS));
    result_finish(&plain);
    result_finish(&hedged);
}

/* One place in the pool: no second copy ever; two: each slow call has one, and gives both places back. */
Test(hedge, takes_a_place_in_the_pool)
{
    for (uint32_t size = 1; size <= 2; size++) {
        struct spec spec = scene(1, 100);
        add_step(&spec, 0, work(constant_ms(50.0)));
        control_of(&spec, 0)->hedge_ns = 10 * MS;
        control_of(&spec, 0)->pool.size = size;
        struct result r = run(&spec, NULL);
        cr_expect_eq(r.calls[0].hedges, size == 1 ? 0 : 100);
        cr_expect_eq(r.outcomes[OUTCOME_OK], 100);
        result_finish(&r);
    }
}

/* An error of one copy is nobody's answer while the other is under way; that of both is. */
Test(hedge, an_error_counts_when_both_failed)
{
    struct spec spec = scene(1, LOOKED_AT);
    add_step(&spec, 0, work(constant_ms(30.0)));
    add_step(&spec, 0, (struct step_spec){.kind = STEP_FAIL, .chance = 0.5});
    control_of(&spec, 0)->hedge_ns = 10 * MS;
    struct result r = run(&spec, NULL);
    double share = (double)r.outcomes[OUTCOME_ERROR] / LOOKED_AT;
    expect_near("both failed", share, 0.25, sigmas * sqrt(0.25 * 0.75 / LOOKED_AT));
    cr_expect_eq(r.response.min, 30 * MS);
    cr_expect_eq(r.response.max, 40 * MS);
    result_finish(&r);
}

/* c0 calls c1 at 1 s, a second time at 1.05 s, and still waits when the run ends at 2 s. */
static struct result still_waiting(bool first_is_lost)
{
    struct spec spec = scene(2, 1);
    spec.run.duration_ns = (int64_t)2000 * MS;
    spec.n_links = 1;
    spec.links[0] = plain_link("wire", 0, 1, 5.0);
    spec.components[0].workers = spec.components[1].workers = 1;
    add_step(&spec, 0, call_to(1));
    add_step(&spec, 1, work(constant_ms(1e6)));
    control_of(&spec, 1)->hedge_ns = 50 * MS;
    spec.n_events = first_is_lost;
    spec.events = calloc(1, sizeof *spec.events);
    spec.events[0] = (struct event_spec){.name = text_copy("cut"),
                                         .kind = EVENT_CUT,
                                         .until_ns = 1040 * MS,
                                         .component = SPEC_NONE,
                                         .replica = SPEC_NONE,
                                         .load = SPEC_NONE};
    if (!first_is_lost)
        free(spec.events[0].name);
    return run(&spec, NULL);
}

/* Of two copies the first stands for the wait, unless it is lost: then the second, and what was waited before
 * it. */
Test(hedge, one_copy_stands_for_the_wait)
{
    struct result r = still_waiting(false);
    const int128 *ns = r.components[0].blames[0].ns;
    cr_expect_eq(blocked_ns(&r, 0), 1000 * MS);
    cr_expect(ns[CAUSE_WIRE_OUT] == 5 * MS && ns[CAUSE_WORK] == 995 * MS && ns[CAUSE_INBOX] == 0);
    result_finish(&r);
    r = still_waiting(true);
    ns = r.components[0].blames[0].ns;
    cr_expect_eq(blocked_ns(&r, 0), 1000 * MS);
    cr_expect(ns[CAUSE_BACKOFF] == 50 * MS && ns[CAUSE_WIRE_OUT] == 5 * MS && ns[CAUSE_WORK] == 945 * MS);
    result_finish(&r);
}

/* ---- enough of several ---- */

/* c0 calls three at once and needs two; of these, which take 10, 20 and 100 ms, those with their bit set
 * fail. How long c0 is there. */
static struct result two_of_three(unsigned fail)
{
    static const double ms[] = {0.0, 10.0, 20.0, 100.0};
    struct spec spec = scene(4, 1);
    struct step_spec *step =
        add_step(&spec, 0, (struct step_spec){.kind = STEP_GATHER, .n_calls = 3, .need = 2});
    step->calls = calloc(3, sizeof *step->calls);
    spec.policies[0].wait_blocks = false;
    for (uint32_t i = 1; i <= 3; i++) {
        step->calls[i - 1] =
            (struct call_spec){.endpoint = i, .times = 1, .chance = 1.0, .priority = SPEC_SAME_PRIORITY};
        spec.policies[0].overrides[i].rule.mode = CALL_ASYNC;
        add_step(&spec, i, work(constant_ms(ms[i])));
        if (fail >> i & 1)
            add_step(&spec, i, (struct step_spec){.kind = STEP_FAIL, .chance = 1.0});
    }
    return run(&spec, NULL);
}

static void expect_after_ms(unsigned fail, enum outcome outcome, int64_t after_ms)
{
    struct result r = two_of_three(fail);
    cr_expect_eq(r.outcomes[outcome], 1, "with %u", fail);
    cr_expect(r.components[0].present_ns == (int128)after_ms * MS, "with %u", fail);
    result_finish(&r);
}

/* It goes on as soon as it has two, or cannot have them any more. */
Test(gather, ends_when_it_is_decided)
{
    expect_after_ms(0, OUTCOME_OK, 20);
    expect_after_ms(1U << 1, OUTCOME_OK, 100);
    expect_after_ms(1U << 2, OUTCOME_OK, 100);
    expect_after_ms(1U << 3, OUTCOME_OK, 20);
    expect_after_ms(1U << 1 | 1U << 2, OUTCOME_ERROR, 20);
    expect_after_ms(1U << 1 | 1U << 3, OUTCOME_ERROR, 100);
}

/* ---- connections ---- */

static struct result run_connect(uint32_t round_trips, bool keep_alive, double timeout_ms)
{
    struct spec spec = scene(1, 10);
    spec.n_links = 1;
    spec.links[0] = plain_link("far", SPEC_USERS, 0, 50.0);
    control_of(&spec, 0)->connect =
        (struct connect_spec){.round_trips = round_trips, .keep_alive = keep_alive};
    if (timeout_ms > 0.0)
        control_of(&spec, 0)->timeout = constant_ms(timeout_ms);
    return run(&spec, NULL);
}

Test(connect, each_call_its_own)
{
    struct result one = run_connect(1, false, 0.0), three = run_connect(3, false, 0.0);
    cr_expect_eq(one.response.min, 200 * MS);
    cr_expect_eq(one.response.max, 200 * MS);
    cr_expect_eq(one.calls[0].connections, 10);
    cr_expect_float_eq(one.response_split_ns[CAUSE_WIRE_OUT], 150e6, 1e-3);
    cr_expect_float_eq(one.response_split_ns[CAUSE_WIRE_BACK], 50e6, 1e-3);
    cr_expect_eq(three.response.min, 400 * MS);
    cr_expect_eq(three.response.max, 400 * MS);
    result_finish(&one);
    result_finish(&three);
}

Test(connect, kept_alive)
{
    struct result r = run_connect(1, true, 0.0);
    cr_expect_eq(r.response.min, 100 * MS);
    cr_expect_eq(r.response.max, 200 * MS);
    cr_expect_eq((int64_t)r.response.sum, (200 + 9 * 100) * (int64_t)MS);
    cr_expect_eq(r.calls[0].connections, 1);
    result_finish(&r);
}

/* The timeout counts from the first packet on; what timed out is closed. */
Test(connect, takes_from_the_timeout)
{
    struct result in_time = run_connect(1, true, 200.0), sent = run_connect(1, true, 199.0),
                  not_sent = run_connect(1, true, 99.0);
    cr_expect_eq(in_time.outcomes[OUTCOME_OK], 10);
    cr_expect_eq(sent.outcomes[OUTCOME_TIMED_OUT], 10);
    cr_expect_eq(sent.components[0].started, 10);
    cr_expect_eq(sent.calls[0].connections, 10);
    cr_expect_eq(not_sent.outcomes[OUTCOME_TIMED_OUT], 10);
    cr_expect_eq(not_sent.components[0].started, 0);
    result_finish(&in_time);
    result_finish(&sent);
    result_finish(&not_sent);
}

/* ---- calling off ---- */

/* Users wait 30 ms, wires take 10 ms: what works since 10 ms is called off at 40 ms. */
static struct result run_cancel(double work_ms, bool cancel)
{
    struct spec spec = scene(1, 1);
    spec.n_links = 1;
    spec.links[0] = plain_link("door", SPEC_USERS, 0, 10.0);
    add_step(&spec, 0, work(constant_ms(work_ms)));
    control_of(&spec, 0)->timeout = constant_ms(30.0);
    control_of(&spec, 0)->cancel = cancel;
    return run(&spec, NULL);
}

Test(cancel, comes_a_wire_after_the_timeout)
{
    struct result ended = run_cancel(30.0, true), working = run_cancel(30.000001, true),
                  silent = run_cancel(100.0, false);
    cr_expect_eq(ended.calls[0].cancelled, 0);
    cr_expect_eq(ended.calls[0].late, 1);
    cr_expect_eq(working.calls[0].cancelled, 1);
    cr_expect_eq(silent.calls[0].cancelled, 0);
    cr_expect_eq(working.links[0].messages[0], 2);
    result_finish(&ended);
    result_finish(&working);
    result_finish(&silent);
}

/* Both ways exponential with mean 50 ms and out of order; the word goes 1 ms after the call, and is there
 * first with chance exp(-1/50) / 2. */
Test(cancel, overtakes_the_message)
{
    struct spec spec = scene(1, 20000);
    spec.n_links = 1;
    spec.links[0] = plain_link("door", SPEC_USERS, 0, 0.0);
    spec.links[0].delay = exponential_ms(50.0);
    spec.links[0].ordered = false;
    control_of(&spec, 0)->timeout = constant_ms(1.0);
    control_of(&spec, 0)->cancel = true;
    struct result r = run(&spec, NULL);
    double expected = exp(-1.0 / 50.0) / 2.0, share = (double)r.calls[0].cancelled / 20000;
    expect_near("called off", share, expected, sigmas * sqrt(0.25 / 20000));
    cr_expect_eq(r.components[0].started, 20000 - r.calls[0].cancelled);
    result_finish(&r);
}

/* c0 needs one of two answers: c1 works 5 ms, c2 until it is called off, or for `slow_ms`. */
static uint64_t cancelled_by_gather(double slow_ms)
{
    struct spec spec = scene(3, 1);
    spec.default_link = calloc(1, sizeof *spec.default_link);
    *spec.default_link = plain_link("default", SPEC_NONE, SPEC_NONE, 10.0);
    struct step_spec *gather = add_step(
        &spec, 0,
        (struct step_spec){
            .kind = STEP_GATHER, .calls = calloc(2, sizeof(struct call_spec)), .n_calls = 2, .need = 1});
    for (uint32_t i = 0; i < 2; i++) {
        gather->calls[i] = (struct call_spec){.endpoint = i + 1, .times = 1, .chance = 1.0};
        spec.policies[0].overrides[i + 1].rule.mode = CALL_ASYNC;
        control_of(&spec, i + 1)->cancel = true;
    }
    add_step(&spec, 1, work(constant_ms(5.0)));
    add_step(&spec, 2, work(constant_ms(slow_ms)));
    struct result r = run(&spec, NULL);
    cr_expect_eq(r.calls[2].belief[BELIEF_ABANDONED][0] + r.calls[2].belief[BELIEF_ABANDONED][1], 1);
    cr_expect_eq(r.calls[1].cancelled, 0);
    uint64_t cancelled = r.calls[2].cancelled;
    result_finish(&r);
    return cancelled;
}

/* Enough at 25 ms; the word is there at 35 ms, when c2 has worked for 25 ms. */
Test(cancel, what_a_gather_needs_no_more)
{
    cr_expect_eq(cancelled_by_gather(25.0), 0);
    cr_expect_eq(cancelled_by_gather(25.000001), 1);
}

/* At the door the loser of two copies learns at once that it has lost. */
Test(cancel, the_copy_that_lost)
{
    struct spec spec = scene(1, LOOKED_AT);
    add_step(&spec, 0, work(exponential_ms(20.0)));
    control_of(&spec, 0)->hedge_ns = 15 * MS;
    control_of(&spec, 0)->cancel = true;
    struct result r = run(&spec, NULL);
    cr_expect_gt(r.calls[0].hedges, LOOKED_AT / 3);
    cr_expect_eq(r.calls[0].cancelled, r.calls[0].hedges);
    result_finish(&r);
}

/* ---- waiting for ever ---- */

static uint64_t hung(double there, double back, double timeout_ms, int64_t hedge_ns)
{
    struct spec spec = scene(2, 100);
    spec.n_links = 1;
    spec.links[0] = plain_link("wire", 0, 1, 1.0);
    spec.links[0].loss.good[0] = there;
    spec.links[0].loss.good[1] = back;
    add_step(&spec, 0, call_to(1));
    control_of(&spec, 1)->hedge_ns = hedge_ns;
    if (timeout_ms > 0.0)
        control_of(&spec, 1)->timeout = constant_ms(timeout_ms);
    struct result r = run(&spec, NULL);
    uint64_t n = r.calls[1].hung;
    cr_expect_eq(r.calls[0].hung, 0, "users wait for c0, which may answer yet");
    result_finish(&r);
    return n;
}

Test(hung, callers_that_nobody_will_answer)
{
    cr_expect_eq(hung(0.0, 0.0, 0.0, 0), 0);
    cr_expect_eq(hung(1.0, 0.0, 0.0, 0), 100);
    cr_expect_eq(hung(0.0, 1.0, 0.0, 0), 100);
    cr_expect_eq(hung(1.0, 0.0, 50.0, 0), 0);
    cr_expect_eq(hung(1.0, 0.0, 0.0, MS), 100, "the second copies got lost as well");
    cr_expect_eq(hung(1.0, 0.0, 0.0, INT64_C(1000000000000)), 0, "second copies are to come");
}
