/* Calls that time out and are made again, and the pauses between: against closed forms. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/policy/backoff.h"
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
