#include "experiment/experiment.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"
#include "experiment/threads.h"

/* ---- what replication 0 keeps besides its numbers ---- */

struct recorder {
    struct trace_sink log;
    struct request_sample *requests;
};

static void record_span(void *data, const struct trace_span *span)
{
    const struct recorder *recorder = data;
    recorder->log.span(recorder->log.data, span);
}

static void record_arrow(void *data, const struct trace_arrow *arrow)
{
    const struct recorder *recorder = data;
    recorder->log.arrow(recorder->log.data, arrow);
}

static void record_request(void *data, const struct trace_request *request)
{
    const struct recorder *recorder = data;
    request_sample_add(recorder->requests, request);
}

static bool series_init(struct series *series, const struct system *system, size_t stretches)
{
    *series = (struct series){.n = stretches + 1, .n_queues = system_queue_count(system)};
    series->samples = calloc(series->n, sizeof *series->samples);
    series->queue_names = calloc(series->n_queues + 1, sizeof *series->queue_names);
    bool ok = series->samples && series->queue_names;
    for (size_t i = 0; ok && i < series->n_queues; i++)
        ok = (series->queue_names[i] = text_copy(system_queue_name(system, i))) != NULL;
    return ok;
}

static void series_finish(struct series *series)
{
    for (size_t i = 0; series->samples && i < series->n; i++)
        system_sample_finish(&series->samples[i]);
    for (size_t i = 0; series->queue_names && i < series->n_queues; i++)
        free(series->queue_names[i]);
    free(series->samples);
    free(series->queue_names);
}

static void policy_run_finish(struct policy_run *run)
{
    metric_table_finish(&run->metrics);
    result_finish(&run->first);
    series_finish(&run->series);
    trace_log_finish(&run->trace);
    request_sample_finish(&run->requests);
}

void experiment_finish(struct experiment *experiment)
{
    if (!experiment)
        return;
    for (size_t i = 0; experiment->policies && i < experiment->n_policies; i++)
        policy_run_finish(&experiment->policies[i]);
    free(experiment->policies);
    expectation_list_finish(&experiment->expectations);
    *experiment = (struct experiment){0};
}

/* ---- one replication ---- */

struct job {
    const struct spec *spec;
    const struct experiment_options *options;
    struct policy_run *runs;
    double **values;    /* [policy * replications + replication]: each from metrics_measure() */
    uint32_t stretches; /* of each replication */
    pthread_mutex_t lock;
    uint64_t stretches_done; /* guarded by the lock, as what follows */
    size_t failed_task;
    struct error error; /* of the failed task that comes first, whichever thread was faster */
};

static void tell_progress(struct job *job)
{
    const struct run_spec *run = &job->spec->run;
    if (!job->options->progress)
        return;
    double all = (double)job->stretches * run->replications * (double)job->spec->n_policies;
    pthread_mutex_lock(&job->lock);
    job->options->progress(job->options->progress_data, (double)++job->stretches_done / all);
    pthread_mutex_unlock(&job->lock);
}

static uint32_t count_stretches(const struct spec *spec)
{
    size_t most = SERIES_MOST_STATES / (spec->n_components + 1) + 1;
    return spec->run.samples < most ? spec->run.samples : (uint32_t)most;
}

/* The end of stretch k; exact, and the last one is the run's end. */
static int64_t stretch_end_ns(const struct job *job, size_t k)
{
    return (int64_t)((int128)job->spec->run.duration_ns * (int128)k / job->stretches);
}

/* Steps to the end; `series` may be NULL. */
static bool run_through(struct job *job, struct system *system, struct series *series, struct error *error)
{
    bool ok = !series || system_look(system, &series->samples[0]);
    for (size_t k = 1; ok && k <= job->stretches; k++) {
        if (!system_step(system, stretch_end_ns(job, k), error))
            return false;
        ok = !series || system_look(system, &series->samples[k]);
        tell_progress(job);
    }
    return ok || error_set(error, "out of memory");
}

static bool measure(const struct job *job, const struct result *result, size_t slot, struct error *error)
{
    size_t n;
    job->values[slot] = metrics_measure(job->spec, result, &n);
    return job->values[slot] || error_set(error, "out of memory");
}

static bool run_later_replication(struct job *job, uint32_t policy, uint32_t replication, size_t slot,
                                  struct error *error)
{
    struct result result = {0};
    struct system *system = system_create(job->spec, policy, replication, NULL, error);
    bool ok = system && run_through(job, system, NULL, error) && system_close(system, &result, error) &&
              measure(job, &result, slot, error);
    result_finish(&result);
    system_destroy(system);
    return ok;
}

static bool run_first_replication(struct job *job, uint32_t policy, size_t slot, struct error *error)
{
    const struct run_spec *run_spec = &job->spec->run;
    struct policy_run *run = &job->runs[policy];
    struct recorder recorder = {.log = trace_log_sink(&run->trace, run_spec->timeline_requests),
                                .requests = &run->requests};
    struct trace_sink sink = {.data = &recorder,
                              .span = record_span,
                              .arrow = record_arrow,
                              .request = record_request,
                              .n_traced = recorder.log.n_traced};
    request_sample_init(&run->requests, run_spec->sample_requests);
    struct system *system = system_create(job->spec, policy, 0, &sink, error);
    if (!system)
        return false;
    bool ok = series_init(&run->series, system, job->stretches) || error_set(error, "out of memory");
    ok = ok && run_through(job, system, &run->series, error) && system_close(system, &run->first, error) &&
         measure(job, &run->first, slot, error);
    system_destroy(system);
    request_sample_sort(&run->requests);
    if (ok && (run->trace.failed || run->requests.failed))
        return error_set(error, "out of memory");
    return ok;
}

static void note_failure(struct job *job, size_t task, struct error *error)
{
    pthread_mutex_lock(&job->lock);
    if (task < job->failed_task) {
        struct error earlier = job->error;
        job->failed_task = task;
        job->error = *error;
        *error = earlier;
    }
    pthread_mutex_unlock(&job->lock);
    error_finish(error);
}

/* Tasks go through the policies first, then the replications, so that what is done at any time can be
 * compared. */
static bool run_task(void *data, size_t task)
{
    struct job *job = data;
    struct error error = {0};
    uint32_t policy = (uint32_t)(task % job->spec->n_policies);
    uint32_t replication = (uint32_t)(task / job->spec->n_policies);
    size_t slot = (size_t)policy * job->spec->run.replications + replication;
    bool ok = replication == 0 ? run_first_replication(job, policy, slot, &error)
                               : run_later_replication(job, policy, replication, slot, &error);
    if (!ok) {
        error_prefix(&error, "policy %s, replication %u", job->spec->policies[policy].name, replication);
        note_failure(job, task, &error);
    }
    return ok;
}

/* ---- all of them ---- */

static bool combine(const struct job *job, struct error *error)
{
    size_t n = job->spec->run.replications;
    bool ok = true;
    for (size_t p = 0; ok && p < job->spec->n_policies; p++)
        ok = metrics_combine(job->spec, &job->runs[p].first, job->values + p * n, n, &job->runs[p].metrics,
                             error);
    return ok;
}

static bool run_all(struct job *job, struct error *error)
{
    size_t n_tasks = job->spec->n_policies * job->spec->run.replications;
    for (size_t p = 0; p < job->spec->n_policies; p++)
        job->runs[p].name = job->spec->policies[p].name;
    if (threads_run(n_tasks, job->options->threads, run_task, job))
        return combine(job, error);
    error_set(error, "%s", error_text(&job->error));
    error_finish(&job->error);
    return false;
}

bool experiment_run(const struct spec *spec, const struct experiment_options *options,
                    struct experiment *ret_experiment, struct error *error)
{
    static const struct experiment_options usual = {0};
    size_t n_tasks = spec->n_policies * spec->run.replications;
    struct experiment experiment = {.policies = calloc(spec->n_policies, sizeof *experiment.policies),
                                    .n_policies = spec->n_policies};
    struct job job = {.spec = spec,
                      .options = options ? options : &usual,
                      .runs = experiment.policies,
                      .stretches = count_stretches(spec),
                      .values = calloc(n_tasks, sizeof *job.values),
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .failed_task = SIZE_MAX};
    bool ok = experiment.policies && job.values ? run_all(&job, error) : error_set(error, "out of memory");
    for (size_t i = 0; job.values && i < n_tasks; i++)
        free(job.values[i]);
    free(job.values);
    pthread_mutex_destroy(&job.lock);
    if (ok)
        *ret_experiment = experiment;
    else
        experiment_finish(&experiment);
    return ok;
}

bool experiment_outline(const struct spec *spec, struct experiment *ret_experiment, struct error *error)
{
    struct spec brief = *spec;
    brief.run.duration_ns = 1;
    brief.run.warmup_ns = 0;
    brief.run.replications = 1;
    brief.run.samples = 1;
    brief.run.sample_requests = 0;
    brief.run.timeline_requests = 0;
    return experiment_run(&brief, NULL, ret_experiment, error);
}
