/* What ends before its time: that the numbers are right as far as they go, and that it is known why. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/pool.h"
#include "experiment/experiment.h"
#include "experiment/live.h"
#include "experiment/machine.h"
#include "experiment/pace.h"
#include "scenario/scenario.h"

/* Five times what b can do: whoever waits for it piles up, in a's inbox or in its queue. */
static const char flood[] =
    "{\"name\": \"flood\", \"run\": {\"duration\": \"100s\", \"replications\": 3},"
    " \"components\": {"
    "   \"a\": {\"workers\": 10, \"endpoints\": {\"x\": [{\"call\": \"b.y\"}]}},"
    "   \"b\": {\"workers\": 2, \"endpoints\": {\"y\": [{\"work\": \"10ms\"}]}}},"
    " \"links\": {\"default\": {}},"
    " \"load\": [{\"name\": \"users\", \"request\": \"a.x\", \"open\": {\"poisson\": \"1000/s\"}}],"
    " \"policies\": {\"sync\": {\"mode\": \"sync\"}, \"queue\": {\"mode\": \"queue\"}}}";

static struct spec read_with(const char *text, const char *const *sets, size_t n_sets)
{
    struct spec spec;
    struct problem_list problems = {0};
    bool ok = scenario_read(text, strlen(text), "test", ".", sets, n_sets, &spec, &problems);
    cr_assert(ok, "%s", problems.n ? problems.problems[0].text : "");
    problem_list_finish(&problems);
    return spec;
}

static struct experiment run_within(struct spec *spec, const struct limits *limits, unsigned threads)
{
    struct experiment experiment;
    struct error error = {0};
    struct experiment_options options = {.limits = limits, .threads = threads};
    cr_assert(experiment_run(spec, &options, &experiment, &error), "%s", error_text(&error));
    return experiment;
}

static void assert_same(const struct experiment *a, const struct experiment *b)
{
    cr_assert_eq(a->replications, b->replications);
    for (size_t p = 0; p < a->n_policies; p++) {
        const struct metric_table *one = &a->policies[p].metrics, *other = &b->policies[p].metrics;
        cr_assert_eq(one->n, other->n);
        cr_assert_eq(memcmp(one->values, other->values, one->n * one->n_replications * sizeof(double)), 0);
        cr_assert_eq(a->policies[p].series.n, b->policies[p].series.n);
    }
}

static void assert_same_cut(const struct cut *a, const struct cut *b)
{
    cr_assert_eq(a->limit, b->limit);
    cr_assert_eq(a->policy, b->policy);
    cr_assert_eq(a->replication, b->replication);
    cr_assert_eq(a->at_ns, b->at_ns);
    cr_assert_str_eq(a->why, b->why);
}

/* ---- what there is so far ---- */

/* Cut short, a run has the numbers of a run that was never meant to be longer; on any number of threads. */
static void check_shortened(const char *const *sets, size_t n_sets, const struct limits *limits,
                            enum limit limit)
{
    struct spec cut = read_with(flood, sets, n_sets), again = read_with(flood, sets, n_sets);
    struct experiment experiment = run_within(&cut, limits, 1), threaded = run_within(&again, limits, 4);
    cr_assert_eq(experiment.cut.limit, limit);
    cr_assert(experiment.cut.shortened);
    cr_assert_eq(experiment.cut.wanted_ns, INT64_C(100000000000));
    cr_assert_eq(experiment.replications, 1);
    cr_assert_lt(cut.run.duration_ns, experiment.cut.at_ns);
    cr_assert_gt(cut.run.duration_ns, experiment.cut.at_ns / 100 * 98, "%" PRId64 " of %" PRId64,
                 cut.run.duration_ns, experiment.cut.at_ns);
    char duration[64];
    snprintf(duration, sizeof duration, "run.duration=%" PRId64 "ns", cut.run.duration_ns);
    const char *shorter[4] = {duration, "run.replications=1"};
    for (size_t i = 0; i < n_sets; i++)
        shorter[2 + i] = sets[i];
    struct spec brief = read_with(flood, shorter, 2 + n_sets);
    struct experiment meant = run_within(&brief, NULL, 1);
    cr_assert_eq(meant.cut.limit, LIMIT_NONE);
    assert_same(&experiment, &meant);
    assert_same(&experiment, &threaded);
    assert_same_cut(&experiment.cut, &threaded.cut);
    cr_assert_eq(cut.run.duration_ns, again.run.duration_ns);
    experiment_finish(&experiment);
    experiment_finish(&threaded);
    experiment_finish(&meant);
    spec_finish(&cut);
    spec_finish(&again);
    spec_finish(&brief);
}

Test(limits, of_events)
{
    check_shortened(NULL, 0, &(struct limits){.events = 50000}, LIMIT_EVENTS);
}

Test(limits, of_memory)
{
    check_shortened(NULL, 0, &(struct limits){.bytes = 5000000}, LIMIT_MEMORY);
}

Test(limits, behind_a_warm_up)
{
    static const char *const sets[] = {"run.warmup=2s"};
    check_shortened(sets, 1, &(struct limits){.events = 50000}, LIMIT_EVENTS);
}

/* Where all of its memory went is told: 800 more each second, and few elsewhere. */
Test(limits, where_the_memory_is)
{
    struct spec spec = read_with(flood, NULL, 0);
    const char *only[] = {"queue"};
    spec_keep_policies(&spec, only, 1);
    struct experiment experiment = run_within(&spec, &(struct limits){.bytes = 5000000}, 1);
    const struct cut *cut = &experiment.cut;
    double waiting = 0.0;
    char where[32] = "";
    cr_assert_eq(cut->limit, LIMIT_MEMORY);
    cr_assert_eq(sscanf(cut->why, "%lf in %31[^;]", &waiting, where), 2, "%s", cut->why);
    cr_assert_str_eq(where, "queue b.y");
    cr_assert_float_eq(waiting / ((double)cut->at_ns / 1e9), 800.0, 40.0);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(limits, before_the_warm_up_is_over)
{
    static const char *const sets[] = {"run.warmup=90s"};
    struct spec spec = read_with(flood, sets, 1);
    struct experiment experiment = run_within(&spec, &(struct limits){.events = 50000}, 2);
    cr_assert_eq(experiment.cut.limit, LIMIT_EVENTS);
    cr_assert_not(experiment.cut.shortened);
    cr_assert_eq(experiment.replications, 0);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(limits, while_the_warm_up_is_looked_for)
{
    static const char *const sets[] = {"run.warmup=auto"};
    struct spec spec = read_with(flood, sets, 1);
    struct experiment experiment = run_within(&spec, &(struct limits){.events = 50000}, 2);
    cr_assert_eq(experiment.cut.limit, LIMIT_EVENTS);
    cr_assert(experiment.cut.pilot);
    cr_assert(experiment.cut.shortened);
    cr_assert(experiment.warmup.made);
    cr_assert_not(experiment.warmup.trusted);
    cr_assert_eq(spec.run.warmup_ns, 0);
    cr_assert_eq(experiment.replications, 1);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* ---- a replication that is not the first ---- */

static double events_of(const struct experiment *experiment, size_t policy, size_t replication)
{
    const struct metric_table *table = &experiment->policies[policy].metrics;
    const struct metric *events = metric_find(table, "events");
    return table->values[replication * table->n + (size_t)(events - table->metrics)];
}

/* The replications before the one that needs too much are what counts, whichever threads did them. */
Test(limits, of_a_later_replication)
{
    static const char *const sets[] = {"run.replications=12", "run.duration=2s"};
    struct spec spec = read_with(flood, sets, 2);
    struct experiment whole = run_within(&spec, NULL, 2);
    double most =
        events_of(&whole, 0, 0) > events_of(&whole, 1, 0) ? events_of(&whole, 0, 0) : events_of(&whole, 1, 0);
    uint32_t first = 1;
    while (first < 12 && events_of(&whole, 0, first) <= most + 1.0 &&
           events_of(&whole, 1, first) <= most + 1.0)
        first++;
    cr_assert_lt(first, 12);
    struct limits limits = {.events = (uint64_t)most + 1};
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct spec cut = read_with(flood, sets, 2);
        struct experiment experiment = run_within(&cut, &limits, threads);
        cr_assert_eq(experiment.cut.limit, LIMIT_EVENTS);
        cr_assert_eq(experiment.cut.replication, first);
        cr_assert_not(experiment.cut.shortened);
        cr_assert_eq(experiment.replications, first);
        cr_assert_eq(experiment.wanted, 12);
        for (uint32_t r = 0; r < first; r++)
            cr_assert_eq(events_of(&experiment, 0, r), events_of(&whole, 0, r));
        experiment_finish(&experiment);
        spec_finish(&cut);
    }
    experiment_finish(&whole);
    spec_finish(&spec);
}

/* ---- time ---- */

Test(limits, of_time_that_is_up)
{
    struct spec spec = read_with(flood, NULL, 0);
    struct experiment experiment = run_within(&spec, &(struct limits){.wall_until_s = machine_now_s()}, 2);
    cr_assert_eq(experiment.cut.limit, LIMIT_WALL);
    cr_assert_eq(experiment.replications, 0);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(limits, that_are_not_reached)
{
    struct spec spec = read_with(flood, NULL, 0), free_of_them = read_with(flood, NULL, 0);
    struct limits limits = {
        .events = UINT64_C(1) << 60, .bytes = SIZE_MAX, .wall_until_s = machine_now_s() + 1e6};
    struct experiment experiment = run_within(&spec, &limits, 2), other = run_within(&free_of_them, NULL, 2);
    cr_assert_eq(experiment.cut.limit, LIMIT_NONE);
    assert_same(&experiment, &other);
    experiment_finish(&experiment);
    experiment_finish(&other);
    spec_finish(&spec);
    spec_finish(&free_of_them);
}

/* ---- a clock that stands still ---- */

#define ROOM(STEPS, LOAD, CONTROL)                                                                    \
    "{\"name\": \"still\", \"run\": {\"duration\": \"10s\"}, \"links\": {\"default\": {}},"           \
    " \"components\": {\"a\": {\"workers\": \"unlimited\", \"endpoints\": {\"x\": [" STEPS "]}},"     \
    "   \"full\": {\"workers\": 1, \"inbox\": {\"capacity\": 0}, \"endpoints\": {\"y\": [{\"work\": " \
    "\"1h\"}]}}},"                                                                                    \
    " \"load\": [" LOAD "], \"policies\": {\"sync\": {\"mode\": \"sync\"" CONTROL "}}}"

static void check_standstill(const char *text, int64_t at_ns, const char *most)
{
    struct spec spec = read_with(text, NULL, 0);
    struct experiment experiment = run_within(&spec, NULL, 1);
    cr_assert_eq(experiment.cut.limit, LIMIT_STANDSTILL);
    cr_assert_eq(experiment.cut.at_ns, at_ns);
    cr_assert(experiment.cut.why && strncmp(experiment.cut.why, most, strlen(most)) == 0, "%s",
              experiment.cut.why);
    cr_assert_eq(experiment.replications, at_ns > 0 ? 1 : 0);
    cr_assert_eq(spec.run.duration_ns<at_ns, at_ns> 0);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* Nobody thinks, nothing takes time. */
Test(limits, users_who_ask_again_at_once)
{
    check_standstill(
        ROOM("", "{\"name\": \"restless\", \"request\": \"a.x\", \"closed\": {\"users\": 3}}", ""), 0,
        "requests of load restless");
}

/* They come when others have been there for a while. */
Test(limits, from_some_time_on)
{
    check_standstill(
        ROOM("",
             "{\"request\": \"a.x\", \"open\": {\"poisson\": \"100/s\"}}, {\"name\": \"restless\", "
             "\"request\": \"a.x\", \"from\": \"2s\", \"closed\": {\"users\": 3}}",
             ""),
        INT64_C(2000000000), "requests of load restless");
}

/* The one place is taken for an hour. */
Test(limits, calls_that_are_tried_again_at_once)
{
    check_standstill(ROOM("{\"call\": \"full.y\"}",
                          "{\"request\": \"a.x\", \"burst\": {\"at\": \"1s\", \"requests\": 30}}",
                          ", \"retries\": 1000000, \"backoff\": \"0s\""),
                     INT64_C(1000000000), "calls of component full");
}

/* Whoever watches is told, too. */
Test(limits, of_a_run_that_is_watched)
{
    struct spec spec = read_with(ROOM("", "{\"request\": \"a.x\", \"closed\": {\"users\": 3}}", ""), NULL, 0);
    struct live live;
    struct error error = {0};
    cr_assert(live_init(&live, &spec, 1, &error));
    cr_assert_not(live_step(&live, 1000, &error));
    cr_assert(strstr(error_text(&error), "no time passes"), "%s", error_text(&error));
    error_finish(&error);
    live_finish(&live);
    spec_finish(&spec);
}

/* Much at one instant is no standstill: two events for each of many that come at once. */
Test(limits, a_burst_is_none)
{
    static const char *const sets[] = {"components.b.endpoints.y=[{\"work\": \"0s\"}]",
                                       "load=[{\"request\": \"a.x\", \"burst\": {\"requests\": 600000}}]",
                                       "run.replications=1"};
    struct spec spec = read_with(flood, sets, 3);
    struct experiment experiment = run_within(&spec, NULL, 1);
    cr_assert_eq(experiment.cut.limit, LIMIT_NONE);
    cr_assert_gt(events_of(&experiment, 0, 0), 1.1e6);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* ---- memory ---- */

Test(limits, a_pool_stays_within_its_allowance)
{
    struct allowance allowance = {.bytes = 200000};
    struct pool pool;
    pool_init(&pool, 100);
    pool.allowance = &allowance;
    size_t n = 0;
    while (pool_take(&pool))
        n++;
    cr_assert(allowance.exceeded);
    cr_assert_leq(pool_bytes(&pool), 200000);
    cr_assert_eq(pool_bytes(&pool) + allowance.bytes, 200000);
    cr_assert_geq(n, 1000);
    pool_finish(&pool);
}
