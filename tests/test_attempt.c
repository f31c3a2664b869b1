/* Calls that time out and are made again, and the pauses between: against closed forms. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "des/sim.h"
#include "model/policy/backoff.h"
#include "model/policy/breaker.h"
#include "model/system.h"

/* A right simulator fails a check at 4.5 standard deviations in 7 of a million runs. */
static const double sigmas = 4.5;

enum { REQUESTS = 200000 };

/* Users call a server that takes no time, over a link that loses requests and answers. One request a second,
 * and timeouts far below that: the calls do not meet. */
static struct spec lossy_call(double there, double back, uint32_t attempts)
{
    struct spec spec = {.name = text_copy("lossy"), .about = text_copy("")};
    spec.run =
        (struct run_spec){.duration_ns = (REQUESTS + 10LL) * 1000000000, .seed = 11, .replications = 1};
    spec.components = calloc(1, sizeof *spec.components);
    spec.endpoints = calloc(1, sizeof *spec.endpoints);
    spec.links = calloc(1, sizeof *spec.links);
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.policies = calloc(1, sizeof *spec.policies);
    spec.n_components = spec.n_endpoints = spec.n_links = spec.n_loads = spec.n_policies = 1;
    spec.components[0] = (struct component_spec){.name = text_copy("server"),
                                                 .replicas = 1,
                                                 .workers = SPEC_UNLIMITED,
                                                 .cores = SPEC_UNLIMITED,
                                                 .inbox.capacity = SPEC_UNLIMITED,
                                                 .max_in_flight = SPEC_UNLIMITED,
                                                 .shed_after_ns = INT64_MAX};
    spec.endpoints[0] =
        (struct endpoint_spec){.name = text_copy("server.do"), .steps = calloc(1, sizeof(struct step_spec))};
    spec.links[0] = (struct link_spec){.name = text_copy("wire"),
                                       .between = {SPEC_USERS, 0},
                                       .delay = distribution_always(1e6),
                                       .bytes_per_s = (double)INFINITY,
                                       .loss.good = {there, back}};
    spec.loads[0] = (struct load_spec){.name = text_copy("users"),
                                       .kind = LOAD_OPEN,
                                       .arrival = ARRIVAL_CONSTANT,
                                       .per_s = 1.0,
                                       .until_ns = (REQUESTS + 1LL) * 1000000000 - 1,
                                       .batch_mean = 1.0,
                                       .control = {.timeout = distribution_always(100e6),
                                                   .retries = attempts - 1,
                                                   .retry_on = FAILURE_TIMEOUT,
                                                   .backoff = {.base_ns = 10000000, .cap_ns = 10000000}}};
    spec.policies[0] = (struct policy_spec){.name = text_copy("sync"), .wait_blocks = true};
    return spec;
}

static void expect_share(const char *what, uint64_t count, double expected)
{
    double measured = (double)count / REQUESTS, sd = sqrt(expected * (1.0 - expected) / REQUESTS);
    cr_expect(fabs(measured - expected) <= sigmas * sd, "%s: expected %.5f +- %.5f, measured %.5f", what,
              expected, sigmas * sd, measured);
}

/* For means of small counts: their variance is of the order of 1. */
static void expect_mean(const char *what, uint64_t sum, double expected)
{
    double measured = (double)sum / REQUESTS;
    cr_expect(fabs(measured - expected) <= sigmas / sqrt(REQUESTS), "%s: expected %.5f, measured %.5f", what,
              expected, measured);
}

static uint64_t sum(const uint64_t truths[TRUTHS])
{
    return truths[0] + truths[1] + truths[2];
}

/* With s = 1 - (1-p)(1-q), n attempts: success 1 - s^n; attempts (1-s^n)/(1-s); executions (1-p) attempts;
 * caller gives up although the work was done s^n - p^n. Birrell and Nelson, ACM TOCS 2(1), 1984, for the
 * dilemma. */
static void check_lossy_call(double p, double q, uint32_t n)
{
    struct spec spec = lossy_call(p, q, n);
    struct system *system = system_create(&spec, 0, 0, NULL, NULL);
    struct result result = {0};
    cr_assert(system_step(system, spec.run.duration_ns, NULL) && system_close(system, &result, NULL));
    const struct call_result *calls = &result.calls[0];
    double s = 1.0 - (1.0 - p) * (1.0 - q), fails = pow(s, n), attempts = (1.0 - fails) / (1.0 - s);
    cr_assert_eq(calls->calls, REQUESTS);
    expect_share("success", sum(calls->belief[BELIEF_OK]), 1.0 - fails);
    expect_share("unknown", calls->belief[BELIEF_TIMED_OUT][1] + calls->belief[BELIEF_TIMED_OUT][2],
                 fails - pow(p, n));
    expect_share("never executed, and given up", calls->belief[BELIEF_TIMED_OUT][0], pow(p, n));
    expect_mean("attempts", calls->attempts, attempts);
    expect_mean("executions", calls->executions, (1.0 - p) * attempts);
    cr_expect_eq(calls->belief[BELIEF_OK][0], 0, "nobody is told what was not done");
    cr_expect_eq(calls->lost, calls->timeouts, "each loss is found by timeout, and nothing else times out");
    cr_expect_eq(result.outcomes[OUTCOME_TIMED_OUT], sum(calls->belief[BELIEF_TIMED_OUT]));
    result_finish(&result);
    system_destroy(system);
    spec_finish(&spec);
}

Test(attempt, lossy_link)
{
    check_lossy_call(0.05, 0.05, 1);
    check_lossy_call(0.2, 0.1, 3);
    check_lossy_call(0.0, 0.3, 4);
}

/* A call that succeeds at the second attempt takes a timeout, a pause and a round trip. */
Test(attempt, time_goes_where_it_went)
{
    struct spec spec = lossy_call(0.5, 0.0, 2);
    struct system *system = system_create(&spec, 0, 0, NULL, NULL);
    struct result result = {0};
    cr_assert(system_step(system, spec.run.duration_ns, NULL) && system_close(system, &result, NULL));
    cr_expect_eq(result.response.min, 2000000);
    cr_expect_eq(result.response.max, 100000000 + 10000000 + 2000000);
    double second =
        result.response_split_ns[CAUSE_BACKOFF] / 10e6; /* share of answers at the second attempt */
    cr_expect_float_eq(second, 1.0 / 3.0, 0.01);
    cr_expect_float_eq(result.response_split_ns[CAUSE_LOST] / 100e6, second, 1e-9);
    cr_expect_float_eq(result.response_split_ns[CAUSE_WIRE_OUT], 1e6, 1e-3);
    result_finish(&result);
    system_destroy(system);
    spec_finish(&spec);
}

/* A transport that resends: nothing is lost, the way takes longer. Each way the delay grows by 0, 1, 1+2,
 * 1+2+4, 1+2+4+4, ... s with the chances of losing so many copies in a row. */
Test(attempt, retransmitting_transport)
{
    double p = 0.2, mean = 0.0, pause = 1.0, all = 0.0;
    for (int losses = 0; losses < 60; losses++) {
        mean += all * pow(p, losses) * (1.0 - p);
        all += pause;
        pause = pause < 4.0 ? 2.0 * pause : 4.0;
    }
    struct spec spec = lossy_call(p, p, 1);
    spec.links[0].on_loss = LINK_RETRANSMIT;
    spec.links[0].rto_ns = 1000000000;
    spec.links[0].max_rto_ns = 4000000000;
    distribution_finish(&spec.loads[0].control.timeout);
    spec.run.duration_ns += 200000000000;
    struct system *system = system_create(&spec, 0, 0, NULL, NULL);
    struct result result = {0};
    cr_assert(system_step(system, spec.run.duration_ns, NULL) && system_close(system, &result, NULL));
    cr_expect_eq(result.outcomes[OUTCOME_OK], REQUESTS);
    cr_expect_float_eq(histogram_mean(&result.response) / 1e9, 0.002 + 2.0 * mean, 0.02);
    result_finish(&result);
    system_destroy(system);
    spec_finish(&spec);
}

/* ---- breaker, budget and pool ---- */

static struct result run(struct spec *spec)
{
    struct system *system = system_create(spec, 0, 0, NULL, NULL);
    struct result result = {0};
    cr_assert(system_step(system, spec->run.duration_ns, NULL) && system_close(system, &result, NULL));
    system_destroy(system);
    spec_finish(spec);
    return result;
}

/* Nothing gets through for 60 s; a call comes each 10 ms and times out after 0.5 s. The breaker opens at the
 * 5th failure: 54 calls are out by then. It lets one out after each 10 s, which fails 0.5 s later: 5 more. */
Test(breaker, dead_dependency)
{
    struct spec spec = lossy_call(1.0, 0.0, 1);
    spec.run.duration_ns = 60000000000;
    spec.loads[0].per_s = 100.0;
    spec.loads[0].until_ns = INT64_MAX;
    distribution_finish(&spec.loads[0].control.timeout);
    spec.loads[0].control.timeout = distribution_always(500e6);
    spec.loads[0].control.breaker = (struct breaker_spec){
        .failure_rate = 1.0, .window = 5, .minimum = 5, .open_ns = 10000000000, .probes = 1};
    struct result result = run(&spec);
    cr_expect_eq(result.calls[0].attempts, 59, "%llu", (unsigned long long)result.calls[0].attempts);
    cr_expect_eq(result.calls[0].short_circuited, 6000 - 59);
    cr_expect_eq(result.outcomes[OUTCOME_REJECTED], 6000 - 59);
    result_finish(&result);
}

/* Of the last four attempts, half: what is before them is forgotten. */
Test(breaker, looks_back_on_its_window_alone)
{
    struct breaker_spec spec = {.failure_rate = 0.5, .window = 4, .minimum = 4, .open_ns = 10, .probes = 1};
    static const bool failed[] = {true, false, false, false, true, false, false, false, true, true};
    struct breaker breaker;
    cr_assert(breaker_init(&breaker, &spec));
    for (int i = 0; i < 10; i++) {
        cr_expect_eq(breaker.state, BREAKER_CLOSED, "before attempt %d", i);
        breaker_record(&breaker, &spec, BREAKER_CLOSED, failed[i], i);
    }
    cr_expect_eq(breaker.state, BREAKER_OPEN);
    breaker_finish(&breaker);
}

/* Once the dependency is well again, one good trial closes the breaker. */
Test(breaker, closes_again)
{
    struct breaker_spec spec = {.failure_rate = 0.5, .window = 4, .minimum = 2, .open_ns = 10, .probes = 2};
    struct breaker breaker;
    cr_assert(breaker_init(&breaker, &spec));
    for (int i = 0; i < 2; i++) {
        cr_expect(breaker_permits(&breaker, &spec, i));
        breaker_record(&breaker, &spec, BREAKER_CLOSED, true, i);
    }
    cr_expect_eq(breaker.state, BREAKER_OPEN);
    cr_expect_not(breaker_permits(&breaker, &spec, 10));
    cr_expect(breaker_permits(&breaker, &spec, 11));
    cr_expect(breaker_permits(&breaker, &spec, 11));
    cr_expect_not(breaker_permits(&breaker, &spec, 11), "two trials and no more");
    breaker_record(&breaker, &spec, BREAKER_CLOSED, true, 11); /* from before: says nothing now */
    breaker_record(&breaker, &spec, BREAKER_HALF_OPEN, false, 12);
    cr_expect_eq(breaker.state, BREAKER_HALF_OPEN);
    breaker_record(&breaker, &spec, BREAKER_HALF_OPEN, false, 12);
    cr_expect_eq(breaker.state, BREAKER_CLOSED);
    breaker_finish(&breaker);
}

/* gRPC's: 10 tokens, a failure takes one, no retry unless more than half are left. So four retries and no
 * more. */
Test(budget, stops_retries)
{
    struct spec spec = lossy_call(1.0, 0.0, 20);
    spec.run.duration_ns = 1000000000000;
    spec.loads[0].until_ns = INT64_MAX;
    spec.loads[0].control.budget = (struct budget_spec){.tokens = 10.0, .ratio = 0.1};
    struct result result = run(&spec);
    cr_expect_eq(result.calls[0].retries, 4);
    cr_expect_gt(result.calls[0].over_budget, 900);
    result_finish(&result);
}

/* A pool in front of a server that takes anything is the waiting room of M/M/c. */
static struct spec pooled_call(double per_s, uint32_t size, int64_t wait_ns)
{
    struct spec spec = lossy_call(0.0, 0.0, 1);
    struct distribution work = {.type = &distribution_exponential,
                                .parameters = {1e9, (double)NAN, (double)NAN}};
    cr_assert(distribution_prepare(&work, NULL));
    spec.run.duration_ns = 100000000000000;
    spec.run.warmup_ns = 1000000000000;
    spec.endpoints[0].n_steps = 1;
    spec.endpoints[0].steps[0] = (struct step_spec){.kind = STEP_WORK, .duration = work};
    distribution_finish(&spec.links[0].delay);
    spec.links[0].delay = distribution_always(0.0);
    spec.loads[0].arrival = ARRIVAL_POISSON;
    spec.loads[0].per_s = per_s;
    spec.loads[0].until_ns = INT64_MAX;
    distribution_finish(&spec.loads[0].control.timeout);
    spec.loads[0].control = (struct control_spec){.pool = {.size = size, .wait_ns = wait_ns}};
    return spec;
}

/* Erlang C, 4 a second, 5 places, 1 s each: mean wait 0.554 s (Kleinrock, Queueing Systems I, 1975, 3.5). */
Test(pool, waits_as_erlang_c)
{
    struct spec spec = pooled_call(4.0, 5, SIM_TIME_MAX / 2);
    struct result result = run(&spec);
    cr_expect_float_eq(result.response_split_ns[CAUSE_POOL] / 1e9, 0.554113, 0.03);
    cr_expect_float_eq(histogram_mean(&result.response) / 1e9, 1.554113, 0.03);
    cr_expect_eq(result.outcomes[OUTCOME_REJECTED], 0);
    result_finish(&result);
}

/* Erlang B, 8 erlangs, 10 places and no waiting: 12.17 % are turned away (same source, 3.6). */
Test(pool, turns_away_as_erlang_b)
{
    struct spec spec = pooled_call(8.0, 10, 0);
    struct result result = run(&spec);
    double share = (double)result.outcomes[OUTCOME_REJECTED] / (double)result.offered;
    cr_expect_float_eq(share, 0.121661, 0.003, "%.5f", share);
    cr_expect_eq(result.outcomes[OUTCOME_REJECTED], result.calls[0].pool_full);
    result_finish(&result);
}

/* ---- pauses: base 0.1 s, factor 2, cap 10 s ---- */

static struct backoff_spec doubling(enum jitter jitter)
{
    return (struct backoff_spec){.kind = BACKOFF_EXPONENTIAL,
                                 .base_ns = 100000000,
                                 .factor = 2.0,
                                 .cap_ns = 10000000000,
                                 .jitter = jitter};
}

/* The mean of the `retry`-th pause of a call, in s. */
static double mean_pause(enum jitter jitter, uint32_t retry)
{
    enum { CALLS = 100000 };
    struct backoff_spec spec = doubling(jitter);
    struct stream stream = stream_make(5, 0, "backoff");
    double total = 0.0;
    for (uint64_t call = 0; call < CALLS; call++) {
        int64_t ns = 0;
        for (uint32_t r = 1; r <= retry; r++) {
            struct draw draw = draw_make(&stream, call, r);
            ns = backoff_pause(&spec, r, ns, &draw);
        }
        total += (double)ns / 1e9 / CALLS;
    }
    return total;
}

Test(backoff, doubles_up_to_the_cap)
{
    static const double pauses[] = {0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0};
    for (uint32_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
        cr_expect_float_eq(mean_pause(JITTER_NONE, i + 1), pauses[i], 1e-9);
}

Test(backoff, fixed)
{
    struct backoff_spec spec = {.kind = BACKOFF_FIXED, .base_ns = 500, .cap_ns = 500};
    struct stream stream = stream_make(5, 0, "backoff");
    for (uint32_t retry = 1; retry < 5; retry++) {
        struct draw draw = draw_make(&stream, 0, retry);
        cr_expect_eq(backoff_pause(&spec, retry, 500, &draw), 500);
    }
}

/* Sums of ten: full jitter takes half of 42.7 s, equal jitter three quarters. Brooker, AWS Architecture Blog,
 * 2015. */
Test(backoff, jitter)
{
    double full = 0.0, equal = 0.0;
    for (uint32_t retry = 1; retry <= 10; retry++) {
        full += mean_pause(JITTER_FULL, retry);
        equal += mean_pause(JITTER_EQUAL, retry);
    }
    cr_expect_float_eq(full, 21.35, 0.1);
    cr_expect_float_eq(equal, 32.025, 0.1);
}

/* min(cap, uniform(base, 3 last)), the last one of the first being base: means by integrating the
 * distribution functions one after another on a fine grid. */
Test(backoff, decorrelated_jitter)
{
    cr_expect_float_eq(mean_pause(JITTER_DECORRELATED, 1), 0.2, 0.001);
    cr_expect_float_eq(mean_pause(JITTER_DECORRELATED, 3), 0.575, 0.005);
    cr_expect_float_eq(mean_pause(JITTER_DECORRELATED, 10), 3.9447, 0.06);
}
