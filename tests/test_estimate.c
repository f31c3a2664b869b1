#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "experiment/estimate.h"
#include "experiment/metrics.h"
#include "experiment/outlook.h"
#include "minstd.h"
#include "model/system.h"
#include "scenario/scenario.h"

static const double pi = 3.14159265358979323846;

/* Enough for a look, whatever the machine is like. */
static const struct estimate_effort brief = {INFINITY, INFINITY, 20000};

/* ---- scenarios ---- */

/* Two components and a wire, 100 requests a second for 200 s: some 900 events a second under each policy. The
 * load can be exchanged. */
static const char head[] =
    "{\"name\": \"pair\", \"run\": {\"duration\": \"200s\", \"warmup\": \"10s\", \"replications\": 3},"
    " \"components\": {"
    "   \"shop\": {\"workers\": 4, \"endpoints\": {\"buy\": [{\"work\": {\"exponential\": \"10ms\"}},"
    "                                                    {\"call\": \"bank.pay\"}]}},"
    "   \"bank\": {\"workers\": 2, \"endpoints\": {\"pay\": [{\"work\": {\"exponential\": \"5ms\"}}]}}},"
    " \"links\": {\"wire\": {\"between\": [\"shop\", \"bank\"], \"delay\": \"1ms\"}},"
    " \"policies\": {\"sync\": {\"mode\": \"sync\"}, \"async\": {\"mode\": \"async\"},"
    "               \"queue\": {\"mode\": \"queue\"}},";
static const char usual_load[] =
    "\"load\": [{\"request\": \"shop.buy\", \"open\": {\"poisson\": \"100/s\"}}]";

static struct spec read_with(const char *load, const char *const *sets, size_t n_sets)
{
    struct spec spec;
    struct problem_list problems = {0};
    char text[4000];
    snprintf(text, sizeof text, "%s %s}", head, load);
    bool ok = scenario_read(text, strlen(text), "pair", ".", sets, n_sets, &spec, &problems);
    cr_assert(ok, "%s", problems.n ? problems.problems[0].text : "");
    problem_list_finish(&problems);
    return spec;
}

static struct spec read_usual(const char *set)
{
    return read_with(usual_load, &set, set ? 1 : 0);
}

static void assert_near(double value, double expected, double share)
{
    cr_assert_leq(fabs(value - expected), share * fabs(expected), "%g, not %g", value, expected);
}

/* ---- the timetable ---- */

/* Three tasks of 3 on two threads, then one of 2 and one of 4: 9 of work until 6, of which 6 until 3; then 4
 * until 8, when one thread is left with 2. */
Test(estimate, a_timetable_by_hand)
{
    struct timetable table;
    cr_assert(timetable_init(&table, 2));
    for (int i = 0; i < 3; i++)
        timetable_add(&table, 3.0);
    cr_assert(timetable_join(&table));
    timetable_add(&table, 2.0);
    timetable_add(&table, 4.0);
    cr_assert(timetable_join(&table));
    static const double expected[][2] = {{0, 0},  {2, 1},  {6, 3},  {7.5, 4.5}, {9, 6},
                                         {11, 7}, {13, 8}, {14, 9}, {15, 10},   {17, 11}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        cr_assert_float_eq(timetable_time(&table, expected[i][0]), expected[i][1], 1e-12, "%g: %g",
                           expected[i][0], timetable_time(&table, expected[i][0]));
    cr_assert_eq(timetable_end(&table).work, 15.0);
    cr_assert_eq(timetable_end(&table).time, 10.0);
    timetable_finish(&table);
}

static uint32_t next(uint32_t *state)
{
    return *state = minstd_next(*state);
}

/* Against a crew that is looked at by turns: what all its members have done by the time that is told for so
 * much work is so much work. */
Test(estimate, a_timetable_is_what_a_crew_does)
{
    uint32_t state = 1;
    for (int trial = 0; trial < 200; trial++) {
        enum { MOST_TASKS = 40, MOST_THREADS = 9 };
        size_t n = 1 + next(&state) % MOST_TASKS, threads = 1 + next(&state) % MOST_THREADS;
        double begin[MOST_TASKS], end[MOST_TASKS], free_at[MOST_THREADS] = {0}, all = 0.0;
        struct timetable table;
        cr_assert(timetable_init(&table, threads));
        for (size_t i = 0; i < n; i++) {
            double work = (double)(next(&state) % 1000);
            size_t first = 0;
            for (size_t k = 1; k < threads; k++)
                first = free_at[k] < free_at[first] ? k : first;
            begin[i] = free_at[first];
            end[i] = free_at[first] = begin[i] + work;
            all += work;
            timetable_add(&table, work);
        }
        cr_assert(timetable_join(&table));
        assert_near(timetable_end(&table).work, all, 1e-12);
        for (int k = 0; k <= 20; k++) {
            double time = timetable_time(&table, all * k / 20.0), done = 0.0;
            for (size_t i = 0; i < n; i++)
                done += fmax(fmin(end[i], time) - begin[i], 0.0);
            cr_assert_float_eq(done, all * k / 20.0, 1e-6);
        }
        timetable_finish(&table);
    }
}

/* ---- what loads bring ---- */

static double expect_requests(const char *load, double from_s, double to_s)
{
    struct spec spec = read_with(load, NULL, 0);
    double n = outlook_requests(&spec, (int64_t)(from_s * 1e9), (int64_t)(to_s * 1e9));
    spec_finish(&spec);
    return n;
}

#define OPEN(RATE) "\"load\": [{\"request\": \"shop.buy\", \"open\": {" RATE "}}]"

Test(estimate, loads_bring_the_integral_of_their_rates)
{
    static const struct {
        const char *load;
        double from_s, to_s, requests;
    } cases[] = {
        {OPEN("\"poisson\": \"100/s\""), 0, 200, 20000},
        {OPEN("\"constant\": \"100/s\""), 50, 60, 1000},
        {OPEN("\"poisson\": \"100/s\", \"batch\": 3"), 0, 10, 3000},
        {OPEN("\"renewal\": {\"uniform\": [\"10ms\", \"30ms\"]}"), 0, 100, 5000},
        /* a third of the time at 30/s, else at 120/s */
        {OPEN("\"mmpp\": [{\"rate\": \"30/s\", \"mean\": \"1s\"}, {\"rate\": \"120/s\", \"mean\": \"2s\"}]"),
         0, 100, 9000},
        {OPEN("\"piecewise\": [{\"from\": \"0s\", \"rate\": \"10/s\"}, {\"from\": \"50s\", \"rate\": "
              "\"20/s\"}]"),
         0, 100, 1500},
        /* over a quarter of a wave: rate x (T/4 + amplitude x T / (2 pi)) */
        {OPEN("\"sinusoidal\": {\"mean\": \"10/s\", \"amplitude\": 0.5, \"period\": \"100s\"}"), 0, 25,
         10 * (25 + 0.5 * 100 / (2 * pi))},
        {OPEN("\"sinusoidal\": {\"mean\": \"10/s\", \"amplitude\": 0.5, \"period\": \"1ms\"}"), 0, 25, 250},
        {"\"load\": [{\"request\": \"shop.buy\", \"burst\": {\"requests\": 70, \"at\": \"5s\"}}]", 4, 6, 70},
        {"\"load\": [{\"request\": \"shop.buy\", \"burst\": {\"requests\": 70, \"at\": \"5s\"}}]", 5, 6, 0},
        {"\"load\": [{\"request\": \"shop.buy\", \"closed\": {\"users\": 5, \"think\": \"1s\"}}]", 0, 200, 0},
        {OPEN("\"poisson\": \"10/s\"") ", \"events\": [{\"at\": \"20s\", \"for\": \"10s\", \"rate\": 5}]", 0,
         100, 1400},
        {"\"load\": [{\"request\": \"shop.buy\", \"from\": \"10s\", \"until\": \"40s\","
         " \"open\": {\"poisson\": \"10/s\"}}]",
         0, 100, 300},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near(expect_requests(cases[i].load, cases[i].from_s, cases[i].to_s), cases[i].requests, 2e-3);
}

/* ---- one replication ---- */

/* What a system comes to that runs to its end. */
struct truth {
    double events, requests, bytes;
};

static struct truth run_whole(const struct spec *spec, uint32_t policy)
{
    struct system_sample sample = {0};
    struct system *system = system_create(spec, policy, 0, NULL, NULL);
    cr_assert(system && system_step(system, spec->run.duration_ns, NULL) && system_look(system, &sample));
    struct system_usage usage = system_usage(system);
    struct truth truth = {(double)usage.events, (double)sample.offered, (double)usage.bytes};
    system_sample_finish(&sample);
    system_destroy(system);
    return truth;
}

static struct toll measure(const struct spec *spec, uint32_t policy, uint64_t most_events)
{
    struct toll_effort effort = {.cpu_s = INFINITY, .most_events = most_events};
    struct toll toll;
    cr_assert(toll_measure(spec, policy, &effort, &toll, NULL));
    return toll;
}

Test(estimate, what_is_run_to_its_end_is_exact)
{
    struct spec spec = read_usual(NULL);
    for (uint32_t p = 0; p < spec.n_policies; p++) {
        struct toll toll = measure(&spec, p, 0);
        struct truth truth = run_whole(&spec, p);
        cr_assert_eq(toll.share, 1.0);
        cr_assert_eq(toll.events, truth.events);
        cr_assert_eq(toll.requests, truth.requests);
        cr_assert_not(toll.grows);
    }
    spec_finish(&spec);
}

/* From 20,000 events at the most, where there are many times as many. */
static void assert_reckoned(const char *load, bool grows)
{
    struct spec spec = read_with(load, NULL, 0);
    for (uint32_t p = 0; p < spec.n_policies; p++) {
        struct toll toll = measure(&spec, p, 20000);
        struct truth truth = run_whole(&spec, p);
        cr_assert_lt(toll.share, 0.3, "%s: %g", load, toll.share);
        assert_near(toll.events, truth.events, 0.05);
        assert_near(toll.requests, truth.requests, 0.05);
        cr_assert(toll.bytes > truth.bytes / 2.0 && toll.bytes < truth.bytes * 2.0);
        cr_assert_eq(toll.grows, grows);
    }
    spec_finish(&spec);
}

Test(estimate, a_steady_load)
{
    assert_reckoned(usual_load, false);
}

Test(estimate, users_who_wait)
{
    assert_reckoned(
        "\"load\": [{\"request\": \"shop.buy\", \"closed\": {\"users\": 100, \"think\": \"1s\"}}]", false);
}

/* Many more users than can be served: all of them ask, and then wait, and those who are served ask again.
 * Their beginning is all that is seen, and of memory all that matters. */
Test(estimate, users_who_wait_for_each_other)
{
    struct spec spec = read_with("\"load\": [{\"request\": \"shop.buy\","
                                 " \"closed\": {\"users\": 50000, \"think\": {\"exponential\": \"20s\"}}}]",
                                 NULL, 0);
    struct toll toll = measure(&spec, 0, 20000);
    struct truth truth = run_whole(&spec, 0);
    cr_assert_lt(toll.share, 0.3);
    cr_assert(toll.events > truth.events / 2.0 && toll.events < truth.events * 2.0);
    cr_assert(toll.bytes > truth.bytes / 2.0 && toll.bytes < truth.bytes * 2.0);
    cr_assert_not(toll.grows);
    spec_finish(&spec);
}

Test(estimate, a_backlog_that_grows)
{
    assert_reckoned(OPEN("\"poisson\": \"1000/s\""), true);
}

/* Four times as much in the second half, which the beginning does not know of. */
Test(estimate, a_load_that_changes)
{
    assert_reckoned(OPEN("\"piecewise\": [{\"from\": \"0s\", \"rate\": \"50/s\"}, {\"from\": \"100s\", "
                         "\"rate\": \"190/s\"}]"),
                    false);
}

/* All of it is there at once, and is done long before the end. */
Test(estimate, a_burst_is_worked_off)
{
    struct spec spec = read_with(
        "\"load\": [{\"request\": \"shop.buy\", \"burst\": {\"requests\": 30000, \"at\": \"0s\"}}]", NULL, 0);
    for (uint32_t p = 0; p < spec.n_policies; p++) {
        struct toll toll = measure(&spec, p, 20000);
        struct truth truth = run_whole(&spec, p);
        cr_assert_lt(toll.share, 0.3);
        assert_near(toll.events, truth.events, 0.1);
        cr_assert_eq(toll.requests, 30000.0);
        cr_assert_not(toll.grows);
    }
    spec_finish(&spec);
}

/* ---- an experiment: its estimate has the work units that its progress counts ---- */

static void keep_progress(void *data, const struct experiment_progress *now)
{
    *(struct experiment_progress *)data = *now;
}

static struct estimate estimate(struct spec *const *specs, size_t n, const size_t *lengths, size_t n_axes,
                                const struct experiment_options *options)
{
    struct estimate estimate;
    struct error error = {0};
    cr_assert(estimate_make(specs, n, lengths, n_axes, options, &brief, &estimate, &error), "%s",
              error_text(&error));
    return estimate;
}

/* Runs it, and returns how far it said it was in the end. */
static struct experiment_progress run(struct spec *const *specs, size_t n, struct experiment_options options)
{
    struct experiment_progress last = {0};
    struct experiment *experiments = calloc(n, sizeof *experiments);
    options.progress = keep_progress;
    options.progress_data = &last;
    cr_assert(experiments_run(specs, n, &options, experiments, NULL));
    for (size_t i = 0; i < n; i++)
        experiment_finish(&experiments[i]);
    free(experiments);
    return last;
}

/* Returns what was estimated, finished: the numbers are left. */
static struct estimate_policy assert_agreement(struct spec *spec, struct experiment_options options)
{
    struct estimate expected = estimate(&spec, 1, NULL, 0, &options);
    struct estimate_policy all = expected.all;
    double work = timetable_end(&expected.timetable).work;
    options.estimate = &expected;
    struct experiment_progress last = run(&spec, 1, options);
    assert_near(last.done, work, 1e-6);
    assert_near(last.all - last.found, work, 1e-6);
    estimate_finish(&expected);
    return all;
}

Test(estimate, progress_counts_what_was_estimated)
{
    struct spec spec = read_usual(NULL);
    struct estimate_policy all = assert_agreement(&spec, (struct experiment_options){0});
    cr_assert_eq(all.tasks, 9);
    cr_assert_eq(all.found, 0);
    spec_finish(&spec);
}

Test(estimate, the_pilots_count)
{
    struct spec spec = read_usual("run.warmup=auto");
    struct estimate_policy all = assert_agreement(&spec, (struct experiment_options){.numbers_only = true});
    cr_assert_eq(all.tasks, 9 + 30);
    spec_finish(&spec);
}

Test(estimate, a_shard_is_a_part_of_it)
{
    size_t tasks = 0;
    for (uint32_t shard = 0; shard < 4; shard++) {
        struct spec spec = read_usual(NULL);
        struct experiment_options options = {.numbers_only = true, .shard = shard, .shards = 4};
        tasks += assert_agreement(&spec, options).tasks;
        spec_finish(&spec);
    }
    cr_assert_eq(tasks, 9);
}

/* Asked for more replications, those of before are there; also where the warm-up, which their names hold, has
 * been found by pilots that are there as well. */
static void assert_resumed(const char *warmup, size_t pilots)
{
    char folder[100];
    snprintf(folder, sizeof folder, "/tmp/tandem-test-%ld-estimate", (long)getpid());
    const char *folders[] = {folder}, *sets[] = {warmup, "run.replications=5"};
    struct journal journal = {folders, 1, false};
    struct experiment_options options = {.numbers_only = true, .journal = &journal};
    cr_assert(journal_clear(folder, NULL));
    struct spec few = read_usual(warmup), more = read_with(usual_load, sets, 2);
    struct spec *specs[] = {&few};
    run(specs, 1, options);
    struct estimate_policy all = assert_agreement(&more, options);
    cr_assert_eq(all.found, pilots + 9);
    cr_assert_eq(all.tasks, 6);
    cr_assert(journal_clear(folder, NULL));
    spec_finish(&few);
    spec_finish(&more);
}

Test(estimate, what_is_done_costs_nothing)
{
    assert_resumed("run.warmup=10s", 0);
    assert_resumed("run.warmup=auto", 30);
}

/* A replication that is recorded is never taken from the journal: the reports need more than its numbers. */
Test(estimate, the_first_replication_is_done_again)
{
    char folder[100];
    snprintf(folder, sizeof folder, "/tmp/tandem-test-%ld-recorded", (long)getpid());
    const char *folders[] = {folder};
    struct journal journal = {folders, 1, false};
    struct experiment_options options = {.journal = &journal};
    cr_assert(journal_clear(folder, NULL));
    struct spec spec = read_usual(NULL);
    struct spec *specs[] = {&spec};
    run(specs, 1, options);
    struct estimate_policy all = assert_agreement(&spec, options);
    cr_assert_eq(all.found, 6);
    cr_assert_eq(all.tasks, 3);
    cr_assert(journal_clear(folder, NULL));
    spec_finish(&spec);
}

Test(estimate, a_precision_may_need_more)
{
    const char *sets[] = {"run.precision=1%", "run.max_replications=50", "run.replications=5"};
    struct spec spec = read_with(usual_load, sets, 3);
    struct spec *specs[] = {&spec};
    struct estimate expected = estimate(specs, 1, NULL, 0, &(struct experiment_options){.threads = 1});
    cr_assert_eq(expected.all.tasks, 15);
    assert_near(expected.most_wall_s, 10.0 * expected.wall_s, 1e-6);
    estimate_finish(&expected);
    spec_finish(&spec);
}

/* ---- several policies at several points ---- */

/* On one thread the work is the time, whatever the threads are. */
Test(estimate, threads_share_the_work)
{
    struct spec spec = read_usual(NULL);
    struct spec *specs[] = {&spec};
    struct estimate one = estimate(specs, 1, NULL, 0, &(struct experiment_options){.threads = 1}),
                    many = estimate(specs, 1, NULL, 0, &(struct experiment_options){.threads = 100});
    assert_near(one.wall_s, one.all.cpu_s, 1e-9);
    cr_assert_eq(one.threads, 1);
    cr_assert_eq(many.threads, 9);
    double longest = 0.0;
    for (uint32_t p = 0; p < 3; p++)
        longest = fmax(longest, estimate_work(&many, 0, p));
    assert_near(many.wall_s, longest, 1e-9);
    estimate_finish(&one);
    estimate_finish(&many);
    spec_finish(&spec);
}

/* Of 5 x 41 points 16 or fewer are run. The number of events is linear along both axes, so that those of all
 * the others are known by the requests: rate x 200 s. */
Test(estimate, between_the_points_that_were_run)
{
    enum { RATES = 41, WORKERS = 5, POINTS = RATES * WORKERS };
    const size_t lengths[] = {WORKERS, RATES};
    struct spec *specs[POINTS];
    double requests = 0.0;
    for (size_t i = 0; i < POINTS; i++) {
        char rate[60], workers[60];
        double per_s = 10.0 + 2.0 * (double)(i % RATES);
        snprintf(rate, sizeof rate, "load.0.open.poisson=%g/s", per_s);
        snprintf(workers, sizeof workers, "components.shop.workers=%zu", 4 + i / RATES);
        const char *sets[] = {rate, workers};
        specs[i] = malloc(sizeof *specs[i]);
        *specs[i] = read_with(usual_load, sets, 2);
        requests += per_s * 200.0 * 3.0;
    }
    struct estimate expected = estimate(specs, POINTS, lengths, 2, &(struct experiment_options){0});
    cr_assert_leq(expected.n_measured, 16);
    cr_assert_geq(expected.n_measured, 9);
    cr_assert_eq(expected.all.tasks, POINTS * 9);
    for (size_t p = 0; p < 3; p++)
        assert_near(expected.policies[p].requests, requests, 0.03);
    for (size_t i = 0; i < POINTS; i++) {
        double here = (10.0 + 2.0 * (double)(i % RATES)) * 200.0;
        assert_near(expected.tolls[expected.first[i]].requests, here, 0.12);
        assert_near(expected.tolls[expected.first[i]].events,
                    expected.policies[0].events / expected.policies[0].requests * here, 0.12);
    }
    estimate_finish(&expected);
    for (size_t i = 0; i < POINTS; i++) {
        spec_finish(specs[i]);
        free(specs[i]);
    }
}

/* Stopped, it does not go on. */
Test(estimate, can_be_stopped)
{
    volatile sig_atomic_t stop = 1;
    struct spec spec = read_usual(NULL);
    struct spec *specs[] = {&spec};
    struct estimate expected = estimate(specs, 1, NULL, 0, &(struct experiment_options){.stop = &stop});
    cr_assert_eq(expected.all.share, 0.0);
    estimate_finish(&expected);
    spec_finish(&spec);
}
