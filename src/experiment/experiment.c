#include "experiment/experiment.h"

#include <stdlib.h>

#include "experiment/precision.h"
#include "experiment/study.h"

static void policy_run_finish(struct policy_run *run)
{
    struct recording kept = {run->first, run->series, run->trace, run->requests};
    metric_table_finish(&run->metrics);
    recording_finish(&kept);
}

void experiment_finish(struct experiment *experiment)
{
    if (!experiment)
        return;
    for (size_t i = 0; experiment->policies && i < experiment->n_policies; i++)
        policy_run_finish(&experiment->policies[i]);
    free(experiment->policies);
    expectation_list_finish(&experiment->expectations);
    free(experiment->cut.why);
    *experiment = (struct experiment){0};
}

static bool experiment_init(struct experiment *experiment, const struct spec *spec)
{
    *experiment = (struct experiment){.policies = calloc(spec->n_policies + 1, sizeof *experiment->policies),
                                      .n_policies = spec->n_policies};
    for (size_t p = 0; experiment->policies && p < spec->n_policies; p++)
        experiment->policies[p].name = spec->policies[p].name;
    return experiment->policies != NULL;
}

/* ---- the tasks ---- */

size_t experiment_tasks(struct spec *const *specs, size_t n)
{
    size_t tasks = 0;
    for (size_t i = 0; i < n; i++)
        tasks += specs[i]->n_policies * specs[i]->run.replications;
    return tasks;
}

/* Tasks go through the specs, then the replications, then the policies, so that what is done at any time can
 * be compared. */
bool experiment_next_task(struct spec *const *specs, size_t n, struct experiment_task *task)
{
    struct experiment_task next = {.number = task->number + 1, .spec = task->spec};
    size_t place = 0;
    if (task->number > 0)
        place = task->replication * specs[task->spec]->n_policies + task->policy + 1;
    while (next.spec < n && place >= experiment_tasks(specs + next.spec, 1)) {
        next.spec++;
        place = 0;
    }
    if (next.spec == n)
        return false;
    const struct spec *spec = specs[next.spec];
    next.policy = (uint32_t)(place % spec->n_policies);
    next.replication = (uint32_t)(place / spec->n_policies);
    if (!spec->run.warmup_auto)
        next.id = study_task_id(spec, &(struct study_task){next.spec, next.policy, next.replication, false});
    *task = next;
    return true;
}

/* Of each block of as many tasks as there are shards every shard gets one: which one changes from block to
 * block (Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4), else a shard would get the same
 * policy again and again where their numbers have a common factor. */
uint32_t experiment_shard_of(size_t t, uint32_t shards)
{
    uint64_t turn = (uint64_t)(t / shards) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    return (uint32_t)((t + turn) % shards);
}

/* ---- running them ---- */

static bool is_known(const struct study_part *part)
{
    return !part->spec->run.warmup_auto || part->warmup.made;
}

static bool is_mine(const struct experiment_options *options, size_t t)
{
    return !options->shards || experiment_shard_of(t, options->shards) == options->shard;
}

bool study_add_replications(struct study *study)
{
    bool ok = true;
    size_t t = 0;
    for (size_t i = 0; ok && i < study->n_parts; i++) {
        const struct spec *spec = study->parts[i].spec;
        ok = study_reserve(study, i, spec->run.replications);
        for (uint32_t r = 0; ok && r < spec->run.replications; r++)
            for (uint32_t p = 0; ok && p < spec->n_policies; p++, t++) {
                bool mine = is_mine(study->options, t);
                ok = study_add(study, &(struct study_task){i, p, r, false},
                               mine && is_known(&study->parts[i]));
            }
    }
    return ok;
}

static double count_all(const struct study *study)
{
    double all = 0.0;
    size_t t = 0;
    for (size_t i = 0; i < study->n_parts; i++) {
        const struct spec *spec = study->parts[i].spec;
        for (uint32_t p = 0; p < spec->n_policies; p++)
            all += spec->run.warmup_auto ? PILOT_REPLICATIONS * study_work(study, i, p) : 0.0;
        for (uint32_t r = 0; r < spec->run.replications; r++)
            for (uint32_t p = 0; p < spec->n_policies; p++, t++)
                all += is_mine(study->options, t) ? study_work(study, i, p) : 0.0;
    }
    return all;
}

static bool conclude(struct study_part *part, struct experiment *experiment, struct error *error)
{
    experiment->wanted = part->replications;
    experiment->replications = study_replications(part);
    experiment->warmup = part->warmup;
    experiment->cut = part->cut;
    experiment->cut.shortened &= experiment->replications > 0;
    part->cut.why = NULL;
    if (!study_combine(part, experiment->replications, error))
        return false;
    experiment->precise = part->spec->run.precision > 0.0 && experiment->replications &&
                          precision_reached(part->spec, part->runs, NULL);
    study_part_finish(part); /* the tables have the numbers: of thousands of specs they are many */
    return true;
}

static bool run_study(struct study *study, struct experiment *experiments, struct error *error)
{
    study->progress.all = count_all(study);
    bool ok = study_find_warmups(study, error) &&
              (study_add_replications(study) || error_set(error, "out of memory")) &&
              study_perform(study, error) && study_reach_precision(study, error) &&
              study_shorten(study, error);
    for (size_t i = 0; ok && i < study->n_parts; i++)
        ok = conclude(&study->parts[i], &experiments[i], error);
    return ok;
}

bool experiments_run(struct spec *const *specs, size_t n, const struct experiment_options *options,
                     struct experiment *ret_experiments, struct error *error)
{
    static const struct experiment_options usual = {0};
    struct experiment *experiments = calloc(n + 1, sizeof *experiments);
    struct study study;
    bool ok = experiments != NULL;
    for (size_t i = 0; ok && i < n; i++)
        ok = experiment_init(&experiments[i], specs[i]);
    ok = ok && study_init(&study, specs, n, experiments, options ? options : &usual);
    if (ok) {
        ok = run_study(&study, experiments, error);
        study_finish(&study);
    } else {
        error_set(error, "out of memory");
    }
    for (size_t i = 0; experiments && i < n; i++)
        if (ok)
            ret_experiments[i] = experiments[i];
        else
            experiment_finish(&experiments[i]);
    free(experiments);
    return ok;
}

bool experiment_run(struct spec *spec, const struct experiment_options *options,
                    struct experiment *ret_experiment, struct error *error)
{
    return experiments_run(&spec, 1, options, ret_experiment, error);
}

bool experiment_outline(const struct spec *spec, struct experiment *ret_experiment, struct error *error)
{
    struct experiment outline;
    bool ok = experiment_init(&outline, spec) || error_set(error, "out of memory");
    for (uint32_t p = 0; ok && p < spec->n_policies; p++) {
        struct policy_run *run = &outline.policies[p];
        ok = replication_outline(spec, p, &run->first, error) &&
             metrics_compute(spec, &run->first, 1, &run->metrics, error);
    }
    if (ok)
        *ret_experiment = outline;
    else
        experiment_finish(&outline);
    return ok;
}
