#include "experiment/study.h"

#include <stdlib.h>
#include <string.h>

#include "experiment/estimate.h"
#include "experiment/machine.h"
#include "experiment/threads.h"

/* ---- making and unmaking ---- */

bool study_init(struct study *study, struct spec *const *specs, size_t n, struct experiment *experiments,
                const struct experiment_options *options)
{
    *study = (struct study){.parts = calloc(n + 1, sizeof *study->parts),
                            .n_parts = n,
                            .options = options,
                            .began_s = machine_now_s(),
                            .lock = PTHREAD_MUTEX_INITIALIZER};
    for (size_t i = 0; study->parts && i < n; i++) {
        study->parts[i].spec = specs[i];
        study->parts[i].runs = experiments[i].policies;
        study->parts[i].reached_ns = INT64_MAX;
    }
    return study->parts != NULL;
}

static void numbers_finish(struct numbers *numbers, size_t n)
{
    for (size_t i = 0; numbers && i < n; i++)
        free(numbers[i].values);
    free(numbers);
}

void study_part_finish(struct study_part *part)
{
    numbers_finish(part->pilots, PILOT_REPLICATIONS * part->spec->n_policies);
    numbers_finish(part->numbers, part->replications * part->spec->n_policies);
    part->pilots = part->numbers = NULL;
    part->replications = 0;
}

void study_finish(struct study *study)
{
    for (size_t i = 0; study->parts && i < study->n_parts; i++) {
        study_part_finish(&study->parts[i]);
        free(study->parts[i].cut.why);
    }
    free(study->parts);
    free(study->tasks);
    error_finish(&study->error);
    pthread_mutex_destroy(&study->lock);
}

bool study_reserve(struct study *study, size_t part, uint32_t replications)
{
    struct study_part *p = &study->parts[part];
    size_t before = p->replications * p->spec->n_policies, n = replications * p->spec->n_policies;
    struct numbers *numbers = realloc(p->numbers, n * sizeof *numbers);
    if (!numbers)
        return false;
    memset(numbers + before, 0, (n - before) * sizeof *numbers);
    p->numbers = numbers;
    p->replications = replications;
    return true;
}

bool study_add(struct study *study, const struct study_task *task, bool mine)
{
    if (!mine)
        return true;
    if (study->n_tasks == study->capacity) {
        size_t capacity = study->capacity ? 2 * study->capacity : 64;
        struct study_task *tasks = realloc(study->tasks, capacity * sizeof *tasks);
        if (!tasks)
            return false;
        study->tasks = tasks;
        study->capacity = capacity;
    }
    study->tasks[study->n_tasks++] = *task;
    return true;
}

/* ---- a task ---- */

struct sha256_text study_task_id(const struct spec *spec, const struct study_task *task)
{
    struct journal_task name = {.fingerprint = spec->fingerprint,
                                .asked = spec->asked,
                                .policy = spec->policies[task->policy].name,
                                .warmup_ns = task->pilot ? 0 : spec->run.warmup_ns,
                                .replication = task->replication,
                                .kind = task->pilot ? "pilot" : "replication"};
    return journal_id(&name);
}

double study_work(const struct study *study, size_t part, uint32_t policy)
{
    const struct estimate *estimate = study->options->estimate;
    return estimate ? estimate_work(estimate, part, policy) : 1.0;
}

static void tell_progress(struct study *study, double done, double found)
{
    pthread_mutex_lock(&study->lock);
    study->progress.done += done;
    study->progress.found += found;
    if (study->options->progress)
        study->options->progress(study->options->progress_data, &study->progress);
    pthread_mutex_unlock(&study->lock);
}

/* A task that is being done. */
struct doing {
    struct study *study;
    double work;
    double untold; /* progress */
};

static void tell_share(void *data, double share)
{
    struct doing *doing = data;
    doing->untold += share * doing->work;
    if (doing->untold < doing->study->least_told)
        return;
    tell_progress(doing->study, doing->untold, 0.0);
    doing->untold = 0.0;
}

/* The task's numbers from the journal; without values where it does not have them. */
static struct numbers look_up(const struct study *study, const struct study_task *task)
{
    const struct experiment_options *options = study->options;
    bool recorded = !task->pilot && task->replication == 0 && !options->numbers_only;
    struct numbers numbers = {0};
    if (!options->journal || recorded || study->again)
        return numbers;
    struct sha256_text id = study_task_id(study->parts[task->part].spec, task);
    numbers.values = journal_find(options->journal, &id, &numbers.n);
    return numbers;
}

bool study_has(const struct study *study, const struct study_task *task)
{
    struct numbers numbers = look_up(study, task);
    bool found = numbers.values != NULL;
    free(numbers.values);
    return found;
}

static bool find_in_journal(struct study *study, const struct study_task *task, struct numbers *numbers)
{
    *numbers = look_up(study, task);
    if (numbers->values)
        tell_progress(study, 0.0, study_work(study, task->part, task->policy));
    return numbers->values != NULL;
}

static bool keep_in_journal(const struct study *study, const struct study_task *task,
                            const struct numbers *numbers, struct error *error)
{
    if (!study->options->journal || !numbers->values || study->again)
        return true;
    struct sha256_text id = study_task_id(study->parts[task->part].spec, task);
    return journal_keep(study->options->journal, &id, numbers->values, numbers->n, error);
}

static bool run_recorded(const struct study_part *part, const struct study_task *task,
                         const struct replication_watch *watch, struct numbers *numbers,
                         struct replication_end *end, struct error *error)
{
    struct policy_run *run = &part->runs[task->policy];
    struct recording recording;
    if (!replication_run(part->spec, task->policy, 0, watch, numbers, &recording, end, error))
        return false;
    run->first = recording.result;
    run->series = recording.series;
    run->trace = recording.trace;
    run->requests = recording.requests;
    return true;
}

static bool run_task(const struct study *study, const struct study_task *task,
                     const struct replication_watch *watch, struct numbers *numbers,
                     struct replication_end *end, struct error *error)
{
    const struct study_part *part = &study->parts[task->part];
    if (task->pilot)
        return replication_pilot(part->spec, task->policy, task->replication, watch, numbers, end, error);
    if (task->replication == 0 && !study->options->numbers_only)
        return run_recorded(part, task, watch, numbers, end, error);
    return replication_run(part->spec, task->policy, task->replication, watch, numbers, NULL, end, error);
}

/* Batch means are made of the series of the one replication that there is. */
static bool wants_series(const struct spec *spec)
{
    return spec->run.batch_means && spec->run.replications == 1;
}

static bool simulate(struct study *study, const struct study_task *task, struct numbers *numbers,
                     struct error *error)
{
    struct doing doing = {.study = study, .work = study_work(study, task->part, task->policy)};
    const struct replication_watch watch = {
        .stop = study->options->stop,
        .progress = tell_share,
        .data = &doing,
        .untraced = study->options->untraced && !wants_series(study->parts[task->part].spec),
        .limits = &study->limits,
    };
    struct replication_end end = {0};
    if (study->options->no_work || (study->options->stop && *study->options->stop))
        return true;
    bool ok = run_task(study, task, &watch, numbers, &end, error);
    if (ok && end.limit)
        study_note_end(study, task, &end);
    if (doing.untold > 0.0)
        tell_progress(study, doing.untold, 0.0);
    return ok;
}

static void note_failure(struct study *study, size_t t, struct error *error)
{
    pthread_mutex_lock(&study->lock);
    if (t < study->failed_task) {
        struct error earlier = study->error;
        study->failed_task = t;
        study->error = *error;
        *error = earlier;
    }
    pthread_mutex_unlock(&study->lock);
    error_finish(error);
}

static bool perform(void *data, size_t t)
{
    struct study *study = data;
    const struct study_task *task = &study->tasks[t];
    const struct study_part *part = &study->parts[task->part];
    struct numbers *numbers = (task->pilot ? part->pilots : part->numbers) +
                              (size_t)task->replication * part->spec->n_policies + task->policy;
    struct error error = {0};
    if (study_is_cut(study, task) || find_in_journal(study, task, numbers))
        return true;
    bool ok = simulate(study, task, numbers, &error) && keep_in_journal(study, task, numbers, &error);
    if (!ok) {
        error_prefix(&error, "policy %s, replication %u", part->spec->policies[task->policy].name,
                     task->replication);
        note_failure(study, t, &error);
    }
    return ok;
}

bool study_perform(struct study *study, struct error *error)
{
    enum { MOST_TOLD = 1000 };
    study->least_told = study->progress.all / MOST_TOLD;
    study->failed_task = SIZE_MAX;
    study_set_limits(study);
    bool ok = threads_run(study->n_tasks, study->options->threads, perform, study);
    study->n_tasks = 0;
    if (!ok)
        error_set(error, "%s", error_text(&study->error));
    return ok;
}

uint32_t study_replications(const struct study_part *part)
{
    size_t n = part->replications * part->spec->n_policies, done = 0;
    while (done < n && part->numbers[done].values)
        done++;
    return (uint32_t)(done / part->spec->n_policies);
}
