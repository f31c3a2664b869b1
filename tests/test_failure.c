/* Components that crash, stand still, become slow, or get other workers: to the nanosecond. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/system.h"

enum { MS = 1000000 };

static const int64_t second_ns = 1000000000;

/* c0 calls c1, 100 ms away; c1 works for 1 s with one worker. One request at 1 s, and another each second
 * after it: `requests` of them. */
static struct spec scene(uint64_t requests)
{
    struct spec spec = {.name = text_copy("scene"), .about = text_copy("")};
    spec.run = (struct run_spec){.duration_ns = 100 * second_ns, .seed = 1, .replications = 1};
    spec.n_components = spec.n_endpoints = 2;
    spec.components = calloc(2, sizeof *spec.components);
    spec.endpoints = calloc(2, sizeof *spec.endpoints);
    for (uint32_t i = 0; i < 2; i++) {
        spec.components[i] = (struct component_spec){.name = text_format("c%u", (unsigned)i),
                                                     .replicas = 1,
                                                     .workers = i == 0 ? 10 : 1,
                                                     .cores = SPEC_UNLIMITED,
                                                     .inbox.capacity = SPEC_UNLIMITED,
                                                     .max_in_flight = SPEC_UNLIMITED,
                                                     .shed_after_ns = INT64_MAX};
        spec.endpoints[i] = (struct endpoint_spec){.name = text_format("c%u.do", (unsigned)i),
                                                   .component = i,
                                                   .n_steps = 1,
                                                   .steps = calloc(1, sizeof(struct step_spec))};
    }
    spec.endpoints[0].steps[0] = (struct step_spec){
        .kind = STEP_CALL, .n_calls = 1, .need = 1, .calls = calloc(1, sizeof(struct call_spec))};
    spec.endpoints[0].steps[0].calls[0] =
        (struct call_spec){.endpoint = 1, .times = 1, .chance = 1.0, .priority = SPEC_SAME_PRIORITY};
    spec.endpoints[1].steps[0] = (struct step_spec){.kind = STEP_WORK, .duration = distribution_always(1e9)};
    spec.n_links = 1;
    spec.links = calloc(1, sizeof *spec.links);
    spec.links[0] = (struct link_spec){.name = text_copy("wire"),
                                       .between = {0, 1},
                                       .delay = distribution_always(100e6),
                                       .bytes_per_s = (double)INFINITY,
                                       .ordered = true};
    spec.n_loads = 1;
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.loads[0] = (struct load_spec){.name = text_copy("users"),
                                       .kind = LOAD_OPEN,
                                       .arrival = ARRIVAL_CONSTANT,
                                       .per_s = 1.0,
                                       .until_ns = ((int64_t)requests + 1) * second_ns,
                                       .batch_mean = 1.0};
    spec.n_policies = 1;
    spec.policies = calloc(1, sizeof *spec.policies);
    spec.policies[0] = (struct policy_spec){.name = text_copy("sync"), .wait_blocks = true};
    spec.events = calloc(4, sizeof *spec.events);
    return spec;
}

static struct event_spec *add_event(struct spec *spec, enum event_kind kind, int64_t from_ms,
                                    int64_t until_ms)
{
    struct event_spec *e = &spec->events[spec->n_events++];
    *e = (struct event_spec){.name = text_copy("event"),
                             .kind = kind,
                             .from_ns = from_ms * MS,
                             .until_ns = until_ms * MS,
                             .component = 1,
                             .link = SPEC_NONE,
                             .replica = SPEC_NONE,
                             .load = SPEC_NONE,
                             .factor = 1.0};
    return e;
}

static struct result run(struct spec *spec)
{
    struct error error = {0};
    struct result r = {0};
    struct system *s = system_create(spec, 0, 0, NULL, &error);
    cr_assert_not_null(s, "%s", error_text(&error));
    cr_assert(system_step(s, spec->run.duration_ns, &error));
    cr_assert(system_close(s, &r, &error), "%s", error_text(&error));
    system_destroy(s);
    spec_finish(spec);
    return r;
}

static void expect_response_ms(const struct result *r, uint64_t n, int64_t total_ms)
{
    cr_assert_eq(r->outcomes[OUTCOME_OK], n, "%llu answered", (unsigned long long)r->outcomes[OUTCOME_OK]);
    cr_assert(r->response.sum == (int128)total_ms * MS, "%lld ns in all", (long long)r->response.sum);
}

/* ---- crashes ---- */

/* The only request begins to be worked on at 1.1 s and is gone at 1.5 s: its caller is blocked for ever. */
Test(crash, silence_is_for_ever_without_a_timeout)
{
    struct spec spec = scene(1);
    add_event(&spec, EVENT_DOWN, 1500, 3500);
    struct result r = run(&spec);
    cr_assert_eq(r.outcomes[OUTCOME_OPEN], 1);
    cr_assert_eq(r.calls[1].hung, 1);
    cr_assert_eq(r.lost, 1);
    cr_assert_eq(r.components[1].crashes, 1);
    cr_assert_eq(r.components[1].lost_in_crash, 1);
    cr_assert(r.components[1].worker_ns[WORKER_DOWN] == 2 * second_ns);
    cr_assert(r.components[1].worker_ns[WORKER_BUSY] == 400 * MS);
    cr_assert(r.components[0].worker_ns[WORKER_BLOCKED] == 99 * second_ns);
    result_finish(&r);
}

/* Told after one link delay: 1.0 s + 100 ms there, 400 ms of work, 100 ms back. */
Test(crash, a_reset_is_known_one_link_delay_later)
{
    struct spec spec = scene(1);
    spec.components[1].on_crash = ON_CRASH_RESET;
    add_event(&spec, EVENT_DOWN, 1500, 3500);
    struct result r = run(&spec);
    cr_assert_eq(r.outcomes[OUTCOME_ERROR], 1);
    cr_assert_eq(r.calls[1].belief[BELIEF_ERROR][0], 1);
    cr_assert(r.components[0].worker_ns[WORKER_BLOCKED] == 600 * MS);
    cr_assert(r.wasted_ns == 400 * MS);
    result_finish(&r);
}

/* It comes to a replica that is down: refused after a round trip. */
Test(crash, who_comes_meanwhile_is_refused_after_a_round_trip)
{
    struct spec spec = scene(1);
    spec.components[1].on_crash = ON_CRASH_RESET;
    add_event(&spec, EVENT_DOWN, 500, 3500);
    struct result r = run(&spec);
    cr_assert_eq(r.outcomes[OUTCOME_ERROR], 1);
    cr_assert_eq(r.components[1].met_down, 1);
    cr_assert(r.components[0].worker_ns[WORKER_BLOCKED] == 200 * MS);
    result_finish(&r);
}

/* Two seconds after the crash a second attempt goes out, and is done: one response of 0.1 + 0.4 + ... */
Test(crash, a_retry_does_it_after_all)
{
    struct spec spec = scene(1);
    spec.policies[0].rule.control =
        (struct control_spec){.timeout = distribution_always(3e9), .retries = 1, .retry_on = FAILURE_TIMEOUT};
    add_event(&spec, EVENT_DOWN, 1500, 3500);
    struct result r = run(&spec);
    expect_response_ms(&r, 1, 3000 + 1200);
    cr_assert_eq(r.calls[1].attempts, 2);
    cr_assert_eq(r.effects[EFFECTS_DONE], 1);
    result_finish(&r);
}

/* The caller itself crashes while it is blocked: the work that it asked for is done for nobody. */
Test(crash, the_stack_of_a_caller_is_lost)
{
    struct spec spec = scene(1);
    add_event(&spec, EVENT_DOWN, 1500, 3500)->component = 0;
    struct result r = run(&spec);
    cr_assert_eq(r.outcomes[OUTCOME_OPEN], 1);
    cr_assert_eq(r.calls[1].belief[BELIEF_ABANDONED][1], 1);
    cr_assert(r.components[1].worker_ns[WORKER_BUSY] == second_ns);
    cr_assert(r.components[0].worker_ns[WORKER_BLOCKED] == 500 * MS);
    cr_assert(r.components[0].worker_ns[WORKER_DOWN] == 10 * 2 * second_ns);
    result_finish(&r);
}

/* ---- standing still ---- */

/* Work from 1.1 s on, cut in two by the pause from 1.5 s to 3.5 s: 1.2 s + 2 s. */
Test(pause, work_goes_on_where_it_was)
{
    struct spec spec = scene(1);
    add_event(&spec, EVENT_PAUSE, 1500, 3500);
    struct result r = run(&spec);
    expect_response_ms(&r, 1, 1200 + 2000);
    cr_assert(r.components[1].worker_ns[WORKER_DOWN] == 2 * second_ns);
    cr_assert(r.components[1].worker_ns[WORKER_BUSY] == second_ns);
    cr_assert(fabs(r.response_split_ns[CAUSE_DOWN] - 2e9) < 1.0);
    result_finish(&r);
}

/* The same where a shared processor stands still: two share it and are done at the same time. */
Test(pause, a_shared_processor_goes_on_where_it_was)
{
    struct spec spec = scene(1);
    spec.components[1].workers = 4;
    spec.components[1].cores = 1;
    spec.components[1].inbox.order = INBOX_PROCESSOR_SHARING;
    spec.loads[0].batch_mean = 2.0;
    add_event(&spec, EVENT_PAUSE, 1500, 3500);
    struct result r = run(&spec);
    expect_response_ms(&r, 2, 2 * (200 + 2000 + 2000));
    cr_assert(r.components[1].worker_ns[WORKER_DOWN] == 4 * 2 * second_ns);
    cr_assert(fabs(r.response_split_ns[CAUSE_DOWN] - 2e9) < 2.0);
    result_finish(&r);
}

/* The caller stands still when the answer comes, at 2.2 s: it takes it at 4 s. */
Test(pause, an_answer_waits_for_its_caller)
{
    struct spec spec = scene(1);
    add_event(&spec, EVENT_PAUSE, 2000, 4000)->component = 0;
    struct result r = run(&spec);
    expect_response_ms(&r, 1, 3000);
    result_finish(&r);
}

/* So does its patience, which would have ended at 2.1 s; the answer has come by then, and is taken first. */
Test(pause, so_does_its_patience)
{
    struct spec spec = scene(1);
    spec.policies[0].rule.control.timeout = distribution_always(1.3e9);
    add_event(&spec, EVENT_PAUSE, 2000, 4000)->component = 0;
    struct result r = run(&spec);
    expect_response_ms(&r, 1, 3000);
    cr_assert_eq(r.calls[1].timeouts, 0);
    result_finish(&r);
}

/* ---- failures by themselves ---- */

/* With "working" the 300 ms to the failure run only while it works: at 1.4, 1.7 and 2.0 s it stops for 1 s.
 */
Test(failures, while_working_only)
{
    struct spec spec = scene(1);
    spec.components[1].failures = (struct failure_spec){
        .up = distribution_always(300e6), .down = distribution_always(1e9), .working = true, .pause = true};
    struct result r = run(&spec);
    expect_response_ms(&r, 1, 1200 + 3000);
    cr_assert(r.components[1].worker_ns[WORKER_DOWN] == 3 * second_ns);
    cr_assert_eq(r.n_outages, 3);
    cr_assert_eq(r.outages[0].from_ns, 1400 * MS);
    cr_assert_eq(r.outages[0].until_ns, (int64_t)2400 * MS);
    cr_assert_eq(r.outages[1].from_ns, (int64_t)2700 * MS);
    result_finish(&r);
}

/* Always: up 3 s, down 1 s, whatever it does; down at 3, 7, 11, ... */
Test(failures, always)
{
    struct spec spec = scene(0);
    spec.components[1].failures =
        (struct failure_spec){.up = distribution_always(3e9), .down = distribution_always(1e9)};
    struct result r = run(&spec);
    cr_assert_eq(r.components[1].crashes, 25);
    cr_assert(r.components[1].worker_ns[WORKER_DOWN] == 25 * second_ns);
    result_finish(&r);
}

static double correlation(const double *x, const double *y, size_t n)
{
    double mean_x = 0.0, mean_y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean_x += x[i] / (double)n;
        mean_y += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        yy += (y[i] - mean_y) * (y[i] - mean_y);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    return xy / sqrt(xx * yy);
}

static struct distribution exponential(double mean_ns)
{
    struct distribution d = {.type = &distribution_exponential,
                             .parameters = {mean_ns, (double)NAN, (double)NAN}};
    cr_assert(distribution_prepare(&d, NULL));
    return d;
}

/* Each up and each down time is drawn by itself: a renewal process. 4 standard errors are allowed. */
Test(failures, are_independent)
{
    enum { N = 1000 };
    static double up_s[N], down_s[N];
    struct spec spec = scene(0);
    spec.run.duration_ns = 10000 * second_ns;
    spec.components[1].failures = (struct failure_spec){.up = exponential(3e9), .down = exponential(1e9)};
    struct result r = run(&spec);
    cr_assert_gt(r.n_outages, N);
    double ups_s = 0.0, downs_s = 0.0, error = 4.0 / sqrt(N);
    for (size_t i = 0; i < N; i++) {
        const struct outage *outage = &r.outages[i];
        up_s[i] = (double)(outage->from_ns - (i ? outage[-1].until_ns : 0)) / 1e9;
        down_s[i] = (double)(outage->until_ns - outage->from_ns) / 1e9;
        ups_s += up_s[i];
        downs_s += down_s[i];
    }
    cr_expect_float_eq(ups_s / N, 3.0, 3.0 * error);
    cr_expect_float_eq(downs_s / N, 1.0, error);
    cr_expect_lt(fabs(correlation(up_s, down_s, N)), error);
    cr_expect_lt(fabs(correlation(up_s + 1, down_s, N - 1)), error);
    cr_expect_lt(fabs(correlation(up_s + 1, up_s, N - 1)), error);
    cr_expect_lt(fabs(correlation(down_s + 1, down_s, N - 1)), error);
    result_finish(&r);
}

/* c1 fails at once, and two failures open the breaker of c0: it is used for the requests at 1 and 2 s. After
 * a crash of c0 at 5.5 s it knows nothing of that any more, and lets through those at 6 and 7 s. */
Test(crash, a_caller_forgets_what_its_breaker_knew)
{
    for (int crashes = 0; crashes <= 1; crashes++) {
        struct spec spec = scene(10);
        spec.endpoints[1].steps[0] = (struct step_spec){.kind = STEP_FAIL, .chance = 1.0};
        spec.policies[0].rule.control.breaker = (struct breaker_spec){
            .failure_rate = 0.5, .window = 4, .minimum = 2, .open_ns = 1000 * second_ns, .probes = 1};
        if (crashes)
            add_event(&spec, EVENT_DOWN, 5500, 5600)->component = 0;
        struct result r = run(&spec);
        cr_assert_eq(r.calls[1].attempts, crashes ? 4 : 2);
        result_finish(&r);
    }
}

/* ---- a trace ---- */

/* Each arrival names its endpoint: c0.do answers after 1.2 s, c1.do after 1 s, one at a time. The first of
 * the five is before the load begins. */
Test(trace_load, calls_what_it_names)
{
    static const uint32_t endpoints[] = {1, 0, 1, 0, 0};
    enum { N = sizeof endpoints / sizeof endpoints[0] };
    struct spec spec = scene(0);
    spec.loads[0].kind = LOAD_TRACE;
    spec.loads[0].from_ns = 2 * second_ns + 1;
    spec.loads[0].until_ns = INT64_MAX;
    spec.loads[0].n_arrivals = N;
    spec.loads[0].arrivals = calloc(N, sizeof *spec.loads[0].arrivals);
    for (size_t i = 0; i < N; i++)
        spec.loads[0].arrivals[i] =
            (struct arrival_spec){.at_ns = (int64_t)(i + 1) * 2 * second_ns, .endpoint = endpoints[i]};
    struct result r = run(&spec);
    expect_response_ms(&r, N - 1, 1 * 1000 + 3 * 1200);
    cr_assert_eq(r.components[0].started, 3);
    cr_assert_eq(r.components[1].started, N - 1);
    result_finish(&r);
}

/* ---- links that double, inboxes that shed ---- */

/* Each request comes twice, and is done twice. */
Test(copies, are_worked_on)
{
    struct spec spec = scene(5);
    spec.components[1].workers = 2;
    spec.links[0].duplicate = 1.0;
    struct result r = run(&spec);
    expect_response_ms(&r, 5, 5 * 1200);
    cr_assert_eq(r.calls[1].executions, 10);
    cr_assert_eq(r.effects[EFFECTS_TWICE], 5);
    cr_assert(r.components[1].worker_ns[WORKER_BUSY] == 10 * second_ns);
    result_finish(&r);
}

/* Work of 2 s, one more each second from 1.1 s on: the third would begin at 5.1 s, 2 s late, and the fourth
 * begins then, 1 s late. */
Test(shedding, of_what_waited_for_too_long)
{
    struct spec spec = scene(4);
    spec.endpoints[1].steps[0].duration = distribution_always(2e9);
    spec.components[1].shed_after_ns = 1500 * MS;
    struct result r = run(&spec);
    expect_response_ms(&r, 3, 2200 + 3200 + 3200);
    cr_assert_eq(r.components[1].rejected, 1);
    cr_assert(r.components[1].inbox_ns == (1 + 2 + 1) * second_ns);
    cr_assert_eq(r.components[1].inbox_max, 2);
    cr_assert_eq(r.components[1].wait.count, 3);
    cr_assert(r.components[1].wait.sum == (0 + 1 + 1) * second_ns);
    cr_assert_eq(r.components[1].finished, 3);
    cr_assert(r.components[1].worker_ns[WORKER_BUSY] == 6 * second_ns);
    result_finish(&r);
}

/* ---- slow, and other workers ---- */

/* What begins while it lasts takes three times as long, to its end. */
Test(events, slow)
{
    struct spec spec = scene(1);
    add_event(&spec, EVENT_SLOW, 1000, 1500)->factor = 3.0;
    struct result r = run(&spec);
    expect_response_ms(&r, 1, 200 + 3000);
    result_finish(&r);
}

static int64_t slow_response_ms(int64_t from_ms, int64_t until_ms)
{
    struct spec spec = scene(1);
    add_event(&spec, EVENT_SLOW, from_ms, until_ms)->factor = 3.0;
    struct result r = run(&spec);
    int64_t ms = r.response.max / MS;
    result_finish(&r);
    return ms;
}

/* The work begins at 1.1 s: with an event in its first instant, but no more with one that ends then. */
Test(events, last_from_their_first_instant_to_the_one_before_their_end)
{
    cr_assert_eq(slow_response_ms(1100, 1101), 3200);
    cr_assert_eq(slow_response_ms(1101, 2000), 1200);
    cr_assert_eq(slow_response_ms(1000, 1100), 1200);
    cr_assert_eq(slow_response_ms(1000, 1101), 3200);
}

/* What begins at 2.1 s takes until 5.1 s: the third request waits from 3.1 s on. What is on the wire, or
 * worked on, is no backlog. */
Test(events, what_waits_is_the_backlog)
{
    struct spec spec = scene(3);
    add_event(&spec, EVENT_SLOW, 2000, 2500)->factor = 3.0;
    struct result r = run(&spec);
    cr_assert_eq(r.n_disturbances, 1);
    cr_assert_eq(r.disturbances[0].backlog_before, 0.0);
    cr_assert_eq(r.disturbances[0].backlog_most, 1);
    cr_assert_eq(r.disturbances[0].grew_ns, 1100 * MS);
    cr_assert_eq(r.disturbances[0].gone_ns, (int64_t)3100 * MS);
    result_finish(&r);
}

/* Ten come at once to one worker; from 2.6 s on there are three. The second is worked on then, so two more
 * begin at 2.6 s; at 3.1, 3.6 and 3.6 s each is done and another begins, ... */
Test(events, more_workers_begin_at_once)
{
    struct spec spec = scene(1);
    spec.loads[0].batch_mean = 10.0;
    add_event(&spec, EVENT_WORKERS, 2600, 100000)->workers = 3;
    struct result r = run(&spec);
    /* ends of work at 2.1, 3.1, 3.6, 3.6, 4.1, 4.6, 4.6, 5.1, 5.6, 5.6 s; the answers 100 ms later */
    expect_response_ms(&r, 10, 1200 + 2200 + 2700 + 2700 + 3200 + 3700 + 3700 + 4200 + 4700 + 4700);
    result_finish(&r);
}

/* Of each of three replicas: one for 40 s, three for 60 s. */
Test(events, workers_are_those_of_every_replica)
{
    struct spec spec = scene(1);
    spec.components[1].replicas = 3;
    add_event(&spec, EVENT_WORKERS, 40000, 100000)->workers = 3;
    struct result r = run(&spec);
    cr_assert(r.components[1].total_ns == (int128)(3 * 40000 + 9 * 60000) * MS);
    result_finish(&r);
}

/* Three workers, and from 1.5 s on one: the three that work end first, at 2.1 s. Then one after another. */
Test(events, fewer_workers_end_what_they_do)
{
    struct spec spec = scene(1);
    spec.components[1].workers = 3;
    spec.loads[0].batch_mean = 5.0;
    add_event(&spec, EVENT_WORKERS, 1500, 100000)->workers = 1;
    struct result r = run(&spec);
    expect_response_ms(&r, 5, 3 * 1200 + 2200 + 3200);
    /* three until 2.1 s, one for the 97.9 s after */
    cr_assert(r.components[1].total_ns == (int128)(3 * 2100 + 97900) * MS);
    result_finish(&r);
}
