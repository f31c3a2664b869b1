#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>

#include "experiment/experiment.h"
#include "experiment/precision.h"
#include "scenario/scenario.h"

/* An M/M/1 queue of rho = 0.8 that starts empty, and the same with the caller given back: the mean response
 * time is 1 / (mu - lambda) = 5 s. */
static const char station[] =
    "{\"name\": \"station\", \"run\": {\"duration\": \"4000s\", \"replications\": 6, \"samples\": 200},"
    " \"components\": {\"server\": {\"workers\": 1,"
    "   \"endpoints\": {\"serve\": [{\"work\": {\"exponential\": \"1s\"}}]}}},"
    " \"load\": [{\"request\": \"server.serve\", \"open\": {\"poisson\": \"0.8/s\"}}],"
    " \"policies\": {\"sync\": {\"mode\": \"sync\"}, \"async\": {\"mode\": \"async\"}}}";

static struct spec read_station(const char *const *sets, size_t n_sets)
{
    struct spec spec;
    struct problem_list problems = {0};
    bool ok = scenario_read(station, strlen(station), "station", ".", sets, n_sets, &spec, &problems);
    cr_assert(ok, "%s", problems.n ? problems.problems[0].text : "");
    problem_list_finish(&problems);
    return spec;
}

static struct experiment run(struct spec *spec, const struct experiment_options *options)
{
    struct experiment experiment;
    struct error error = {0};
    cr_assert(experiment_run(spec, options, &experiment, &error), "%s", error_text(&error));
    return experiment;
}

/* All numbers of all replications. */
static void assert_same(const struct experiment *a, const struct experiment *b)
{
    cr_assert_eq(a->replications, b->replications);
    for (size_t p = 0; p < a->n_policies; p++) {
        const struct metric_table *one = &a->policies[p].metrics, *other = &b->policies[p].metrics;
        cr_assert_eq(one->n, other->n);
        cr_assert_eq(memcmp(one->values, other->values, one->n * one->n_replications * sizeof(double)), 0);
    }
}

/* A folder of this test's own, empty. */
static void fresh_folder(char *path, size_t size, const char *name)
{
    struct error error = {0};
    snprintf(path, size, "/tmp/tandem-test-%ld-%s", (long)getpid(), name);
    cr_assert(journal_clear(path, &error));
}

Test(experiment, the_threads_do_not_matter)
{
    struct spec spec = read_station(NULL, 0);
    struct experiment one = run(&spec, &(struct experiment_options){.threads = 1}),
                      five = run(&spec, &(struct experiment_options){.threads = 5});
    assert_same(&one, &five);
    experiment_finish(&one);
    experiment_finish(&five);
    spec_finish(&spec);
}

Test(experiment, numbers_only_are_the_same_numbers)
{
    struct spec spec = read_station(NULL, 0);
    struct experiment all = run(&spec, NULL),
                      bare = run(&spec, &(struct experiment_options){.numbers_only = true});
    assert_same(&all, &bare);
    cr_assert_gt(all.policies[0].series.n, 0);
    cr_assert_eq(bare.policies[0].series.n, 0);
    cr_assert(metric_table_name(&all.policies[1].metrics));
    cr_assert(metric_table_name(&bare.policies[1].metrics));
    cr_assert_str_eq(all.policies[1].metrics.metrics[3].name, bare.policies[1].metrics.metrics[3].name);
    experiment_finish(&all);
    experiment_finish(&bare);
    spec_finish(&spec);
}

/* Side by side with others as alone. */
Test(experiment, several_specs_are_each_as_alone)
{
    const char *sets[] = {"load[0].open.poisson=0.4/s"};
    struct spec a = read_station(NULL, 0), b = read_station(sets, 1);
    struct spec *specs[] = {&a, &b};
    struct experiment both[2], alone = run(&b, NULL);
    cr_assert(experiments_run(specs, 2, NULL, both, NULL));
    assert_same(&both[1], &alone);
    for (size_t i = 0; i < 2; i++)
        experiment_finish(&both[i]);
    experiment_finish(&alone);
    spec_finish(&a);
    spec_finish(&b);
}

/* ---- the journal ---- */

static void set_flag(void *data, const struct experiment_progress *now)
{
    if (now->done + now->found > 0.4 * now->all)
        *(volatile sig_atomic_t *)data = 1;
}

Test(experiment, what_was_stopped_goes_on_from_its_journal)
{
    char folder[100];
    fresh_folder(folder, sizeof folder, "stopped");
    const char *folders[] = {folder};
    struct journal journal = {folders, 1, false};
    volatile sig_atomic_t stop = 0;
    struct spec spec = read_station(NULL, 0);
    struct experiment whole = run(&spec, NULL);
    struct experiment part = run(&spec, &(struct experiment_options){.threads = 1,
                                                                     .numbers_only = true,
                                                                     .journal = &journal,
                                                                     .stop = &stop,
                                                                     .progress = set_flag,
                                                                     .progress_data = (void *)&stop});
    cr_assert_gt(part.replications, 0);
    cr_assert_lt(part.replications, part.wanted);
    cr_assert_eq(part.policies[0].metrics.n_replications, part.replications);
    struct experiment rest =
        run(&spec, &(struct experiment_options){.numbers_only = true, .journal = &journal});
    assert_same(&rest, &whole);
    /* All of it is there now: no more work is needed. */
    struct experiment read =
        run(&spec, &(struct experiment_options){.numbers_only = true, .journal = &journal, .no_work = true});
    assert_same(&read, &whole);
    cr_assert(journal_clear(folder, NULL));
    cr_assert_neq(access(folder, F_OK), 0);
    experiment_finish(&whole);
    experiment_finish(&part);
    experiment_finish(&rest);
    experiment_finish(&read);
    spec_finish(&spec);
}

Test(experiment, shards_make_up_the_whole)
{
    char folder[100];
    fresh_folder(folder, sizeof folder, "shards");
    const char *folders[] = {folder};
    struct journal journal = {folders, 1, false};
    struct spec spec = read_station(NULL, 0);
    struct experiment whole = run(&spec, NULL);
    for (uint32_t shard = 0; shard < 5; shard++) {
        struct experiment_options options = {
            .numbers_only = true, .journal = &journal, .shard = shard, .shards = 5};
        struct experiment part = run(&spec, &options);
        cr_assert_lt(part.replications, 6);
        experiment_finish(&part);
    }
    struct experiment read =
        run(&spec, &(struct experiment_options){.numbers_only = true, .journal = &journal, .no_work = true});
    assert_same(&read, &whole);
    cr_assert(journal_clear(folder, NULL));
    experiment_finish(&whole);
    experiment_finish(&read);
    spec_finish(&spec);
}

/* Whatever the number of shards, each has as many tasks as the others and of every policy. */
Test(experiment, shards_are_alike)
{
    enum { POLICIES = 4, TASKS = 4800 };
    for (uint32_t shards = 1; shards <= 12; shards++) {
        unsigned tasks[12][POLICIES] = {{0}};
        for (size_t t = 0; t < TASKS; t++)
            tasks[experiment_shard_of(t, shards)][t % POLICIES]++;
        for (uint32_t i = 0; i < shards; i++)
            for (size_t p = 0; p < POLICIES; p++)
                cr_assert_float_eq(tasks[i][p], (double)TASKS / shards / POLICIES, 0.05 * TASKS / shards);
    }
}

static struct experiment_task task_at(struct spec *const *specs, size_t n, size_t number)
{
    struct experiment_task task = {0};
    while (task.number < number)
        cr_assert(experiment_next_task(specs, n, &task));
    return task;
}

Test(experiment, a_task_has_the_name_of_what_it_depends_on)
{
    const char *more[] = {"run.replications=9"}, *other[] = {"load[0].open.poisson=0.4/s"};
    struct spec a = read_station(NULL, 0), b = read_station(more, 1), c = read_station(other, 1);
    struct spec *specs[] = {&a, &b, &c};
    struct experiment_task first = task_at(specs, 3, 8);
    struct experiment_task second = task_at(specs, 3, 12 + 8);
    struct experiment_task third = task_at(specs, 3, 12 + 18 + 8);
    cr_assert_eq(experiment_tasks(specs, 3), 12 + 18 + 12);
    cr_assert_eq(first.policy, 1);
    cr_assert_eq(first.replication, 3);
    cr_assert_eq(third.spec, 2);
    struct experiment_task last = task_at(specs, 3, 12 + 18 + 12);
    cr_assert_not(experiment_next_task(specs, 3, &last));
    cr_assert_str_eq(first.id.chars, second.id.chars, "how often to run does not change what is run");
    cr_assert_str_neq(first.id.chars, third.id.chars);
    for (size_t i = 0; i < 3; i++)
        spec_finish(specs[i]);
}

/* ---- precision ---- */

Test(experiment, goes_on_until_it_is_precise)
{
    const char *sets[] = {"run.precision=5%", "run.precision_of=[\"response.mean\"]",
                          "run.max_replications=400"};
    struct spec spec = read_station(sets, 3);
    struct experiment experiment = run(&spec, NULL);
    cr_assert(experiment.precise);
    cr_assert_gt(experiment.replications, 6);
    cr_assert_lt(experiment.replications, 400);
    for (size_t p = 0; p < 2; p++) {
        const struct metric *mean = metric_find(&experiment.policies[p].metrics, "response.mean");
        cr_assert_leq(mean->half_width / mean->value, 0.05 / 1.05);
    }
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(experiment, gives_up_at_the_most_replications)
{
    const char *sets[] = {"run.precision=0.1%", "run.max_replications=11"};
    struct spec spec = read_station(sets, 2);
    struct experiment experiment = run(&spec, NULL);
    cr_assert_not(experiment.precise);
    cr_assert_eq(experiment.replications, 11);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(experiment, does_not_wait_for_what_never_gets_precise)
{
    const char *sets[] = {"load[0].open.poisson=1.3/s", "run.precision=0.1%", "run.max_replications=40"};
    struct spec spec = read_station(sets, 3);
    struct experiment experiment = run(&spec, NULL);
    cr_assert_eq(experiment.policies[0].backlog.verdict, STEADINESS_GROWS);
    cr_assert_eq(experiment.replications, 6);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(experiment, knows_which_metric_is_none)
{
    const char *sets[] = {"run.precision=5%", "run.precision_of=[\"async.throughput\", \"speed\"]"};
    struct spec spec = read_station(sets, 2);
    struct experiment outline;
    cr_assert(experiment_outline(&spec, &outline, NULL));
    cr_assert_str_eq(precision_unknown(&spec, &outline), "speed");
    experiment_finish(&outline);
    spec_finish(&spec);
}

/* ---- warm-up ---- */

/* A machine shop that begins with all of its 2000 machines at work, each for 1000 s on average: the first
 * breakdowns come at 2/s, until nearly all wait for the only repairman, who mends one in 1 s. The backlog
 * then stands at 2000 - 1000 machines; the way there takes some 1000 s. */
Test(experiment, finds_the_end_of_the_warm_up)
{
    static const char machines[] = "load=[{\"request\":\"server.serve\",\"closed\":{\"users\":2000,"
                                   "\"think\":{\"exponential\":\"1000s\"}}}]";
    const char *sets[] = {machines, "run.warmup=auto", "run.duration=20000s", "run.replications=2"};
    struct spec spec = read_station(sets, 4);
    cr_assert(spec.run.warmup_auto);
    struct experiment experiment = run(&spec, NULL);
    cr_assert(experiment.warmup.made);
    cr_assert(experiment.warmup.trusted);
    cr_assert_gt(spec.run.warmup_ns, INT64_C(1000) * 1000000000);
    cr_assert_leq(spec.run.warmup_ns, INT64_C(10000) * 1000000000);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(experiment, says_that_there_is_no_end_of_the_warm_up)
{
    const char *sets[] = {"load[0].open.poisson=1.3/s", "run.warmup=auto", "run.replications=2"};
    struct spec spec = read_station(sets, 3);
    struct experiment experiment = run(&spec, NULL);
    cr_assert(experiment.warmup.made);
    cr_assert_not(experiment.warmup.trusted);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* ---- steadiness ---- */

Test(experiment, sees_that_too_much_comes_in)
{
    const char *sets[] = {"load[0].open.poisson=1.3/s"};
    struct spec spec = read_station(sets, 1), calm = read_station(NULL, 0);
    struct experiment flooded = run(&spec, NULL), fine = run(&calm, NULL);
    for (size_t p = 0; p < 2; p++) {
        const struct steadiness *s = &flooded.policies[p].backlog;
        cr_assert_eq(s->verdict, STEADINESS_GROWS);
        cr_assert_float_eq(s->growth_per_s, 0.3, 0.05); /* lambda - mu */
        cr_assert_eq(flooded.policies[p].unanswered.verdict, STEADINESS_GROWS);
        cr_assert_eq(fine.policies[p].backlog.verdict, STEADINESS_STEADY);
    }
    experiment_finish(&flooded);
    experiment_finish(&fine);
    spec_finish(&spec);
    spec_finish(&calm);
}

/* ---- batch means ---- */

/* A single long replication: the interval of its batches should be as wide as that of as many replications as
 * long as the batches would be. */
Test(experiment, one_replication_has_intervals_from_batches)
{
    const char *sets[] = {"run.replications=1", "run.duration=400000s", "run.warmup=1000s",
                          "run.batch_means=true"};
    struct spec spec = read_station(sets, 4);
    struct experiment experiment = run(&spec, NULL);
    const struct policy_run *sync = &experiment.policies[0];
    const struct metric *mean = metric_find(&sync->metrics, "response.mean"),
                        *busy = metric_find(&sync->metrics, "server.busy");
    cr_assert_gt(sync->batching.given, 3);
    /* Whitt, Planning queueing simulations, Mgmt. Sci. 35(11), 1989: the asymptotic variance of the number in
     * system is 2 rho (1 + rho) / (1 - rho)^4 / mu = 1800 s; by Little's law the mean response time's over n
     * customers is about that / lambda^2 / time. 95 %: 1.96 sigma = 0.16. */
    cr_assert_float_eq(mean->half_width, 0.16, 0.10);
    cr_assert_float_eq(mean->value, 5.0, 2.0 * mean->half_width);
    cr_assert_float_eq(busy->value, 0.8, 2.0 * busy->half_width);
    cr_assert(isnan(metric_find(&sync->metrics, "response.p99")->half_width));
    experiment_finish(&experiment);
    spec_finish(&spec);
}
