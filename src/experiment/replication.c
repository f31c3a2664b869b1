#include "experiment/replication.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/metrics.h"

/* A replication that keeps no series is looked after this many times. */
enum { UNSEEN_STRETCHES = 100 };

/* ---- what is kept ---- */

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

void recording_finish(struct recording *recording)
{
    result_finish(&recording->result);
    series_finish(&recording->series);
    trace_log_finish(&recording->trace);
    request_sample_finish(&recording->requests);
    *recording = (struct recording){0};
}

/* The sink that fills a recording. */
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

static bool wants_request(void *data, uint32_t load, uint64_t number)
{
    const struct recorder *recorder = data;
    return request_sample_wants(recorder->requests, load, number);
}

/* ---- letting time pass ---- */

/* A replication under way. */
struct run {
    const struct spec *spec;
    const struct replication_watch *watch;
    struct system *system;
    struct series *series; /* of `stretches` stretches; or NULL */
    uint32_t stretches;
    double looks[NUMBERS_METRICS];
    size_t n_looks; /* made, of each kind */
    struct pace pace;
    bool there; /* at the end of its time */
};

/* The instant k / n of the way from `from_ns` to the end; exact, and the last one is the end. */
static int64_t instant_ns(const struct spec *spec, int64_t from_ns, size_t k, size_t n)
{
    return from_ns + (int64_t)((int128)(spec->run.duration_ns - from_ns) * (int128)k / (int128)n);
}

/* Messages that are somewhere and will get on; those in dead-letter queues are not waiting for anything. */
static double backlog_in(const struct system_sample *sample)
{
    int64_t backlog = 0;
    for (int i = 0; i < PLACES; i++)
        backlog += i == PLACE_DEAD ? 0 : sample->places[i];
    return (double)backlog;
}

static void look(struct run *run)
{
    struct system_sample sample = {0};
    system_look_at_whole(run->system, &sample);
    run->looks[NUMBERS_BACKLOG + run->n_looks] = backlog_in(&sample);
    run->looks[NUMBERS_UNANSWERED + run->n_looks++] =
        (double)(sample.offered - sample.answered - sample.failed);
}

/* Steps to the instant, with the looks that are due on the way, or to where the run ends before its time. */
static bool step_to(struct run *run, int64_t until_ns, struct error *error)
{
    while (run->n_looks < STEADINESS_LOOKS) {
        int64_t due_ns = instant_ns(run->spec, run->spec->run.warmup_ns, run->n_looks + 1, STEADINESS_LOOKS);
        if (due_ns > until_ns)
            break;
        if (!pace_step(&run->pace, due_ns, &run->there, error))
            return false;
        if (!run->there)
            return true;
        look(run);
    }
    return pace_step(&run->pace, until_ns, &run->there, error);
}

static bool run_through(struct run *run, struct error *error)
{
    if (run->series && !system_look(run->system, &run->series->samples[0]))
        return error_set(error, "out of memory");
    for (size_t k = 1; k <= run->stretches; k++) {
        if (!step_to(run, instant_ns(run->spec, 0, k, run->stretches), error))
            return false;
        if (!run->there)
            return true;
        if (run->series && !system_look(run->system, &run->series->samples[k]))
            return error_set(error, "out of memory");
        if (run->watch->progress)
            run->watch->progress(run->watch->data, 1.0 / run->stretches);
    }
    return true;
}

static bool measure(const struct run *run, const struct result *result, struct numbers *ret_numbers,
                    struct error *error)
{
    size_t n = 0;
    double *metrics = metrics_measure(run->spec, result, &n);
    double *values = metrics ? realloc(metrics, (NUMBERS_METRICS + n) * sizeof *values) : NULL;
    if (!values) {
        free(metrics);
        return error_set(error, "out of memory");
    }
    memmove(values + NUMBERS_METRICS, values, n * sizeof *values);
    memcpy(values, run->looks, NUMBERS_METRICS * sizeof *values);
    *ret_numbers = (struct numbers){values, NUMBERS_METRICS + n};
    return true;
}

static void tell_end(struct pace *pace, struct replication_end *ret_end)
{
    if (ret_end)
        *ret_end = (struct replication_end){pace->limit, system_now_ns(pace->system), pace->why};
    else
        pace_finish(pace);
}

/* Lets the system go through its time and hands over its result, if it comes to the end of it. The numbers
 * may take the memory that the system had. */
static bool run_and_close(struct run *run, struct result *ret_result, struct numbers *ret_numbers,
                          struct replication_end *ret_end, struct error *error)
{
    *ret_numbers = (struct numbers){0};
    pace_begin(&run->pace, run->system, run->spec, run->watch->limits, run->watch->stop);
    if (!run_through(run, error)) {
        pace_finish(&run->pace);
        return false;
    }
    if (!run->there) {
        tell_end(&run->pace, ret_end);
        return true;
    }
    bool closed = system_close(run->system, ret_result, error);
    system_destroy(run->system);
    run->system = NULL;
    return closed && measure(run, ret_result, ret_numbers, error);
}

/* ---- a replication for its numbers ---- */

static bool run_unseen(struct run *run, uint32_t policy, uint32_t replication, struct numbers *ret_numbers,
                       struct result *ret_result, struct replication_end *ret_end, struct error *error)
{
    run->system = system_create(run->spec, policy, replication, NULL, error);
    bool ok = run->system && run_and_close(run, ret_result, ret_numbers, ret_end, error);
    system_destroy(run->system);
    return ok;
}

/* ---- a replication that is kept ---- */

uint32_t replication_stretches(const struct spec *spec)
{
    size_t most = SERIES_MOST_STATES / (spec->n_components + 1) + 1;
    return spec->run.samples < most ? spec->run.samples : (uint32_t)most;
}

static bool run_recorded(struct run *run, uint32_t policy, uint32_t replication, struct numbers *ret_numbers,
                         struct recording *recording, struct replication_end *ret_end, struct error *error)
{
    const struct run_spec *how = &run->spec->run;
    struct recorder recorder = {.log = trace_log_sink(&recording->trace, how->timeline_requests),
                                .requests = &recording->requests};
    struct trace_sink sink = {.data = &recorder,
                              .span = record_span,
                              .arrow = record_arrow,
                              .request = record_request,
                              .wants = wants_request,
                              .n_traced = recorder.log.n_traced};
    request_sample_init(&recording->requests, how->sample_requests);
    run->stretches = replication_stretches(run->spec);
    run->series = &recording->series;
    run->system = system_create(run->spec, policy, replication, &sink, error);
    if (!run->system)
        return false;
    bool ok =
        series_init(&recording->series, run->system, run->stretches) || error_set(error, "out of memory");
    ok = ok && run_and_close(run, &recording->result, ret_numbers, ret_end, error);
    system_destroy(run->system);
    request_sample_sort(&recording->requests);
    if (ok && (recording->trace.failed || recording->requests.failed)) {
        free(ret_numbers->values);
        return error_set(error, "out of memory");
    }
    return ok;
}

bool replication_run(const struct spec *spec, uint32_t policy, uint32_t replication,
                     const struct replication_watch *watch, struct numbers *ret_numbers,
                     struct recording *ret_recording, struct replication_end *ret_end, struct error *error)
{
    struct run run = {.spec = spec, .watch = watch, .stretches = UNSEEN_STRETCHES};
    struct recording recording = {0};
    struct numbers numbers;
    bool ok = ret_recording && !watch->untraced
                  ? run_recorded(&run, policy, replication, &numbers, &recording, ret_end, error)
                  : run_unseen(&run, policy, replication, &numbers, &recording.result, ret_end, error);
    if (ok)
        *ret_numbers = numbers;
    if (ok && ret_recording)
        *ret_recording = recording;
    else
        recording_finish(&recording);
    return ok;
}

/* ---- a pilot ---- */

static bool pilot_through(const struct replication_watch *watch, struct pace *pace, double *values,
                          bool *ret_there, struct error *error)
{
    struct system_sample before = {0}, now = {0};
    *ret_there = true;
    for (size_t k = 0; k < PILOT_STRETCHES; k++) {
        before.answered = now.answered;
        before.response_ns = now.response_ns;
        if (!pace_step(pace, instant_ns(pace->spec, 0, k + 1, PILOT_STRETCHES), ret_there, error))
            return false;
        if (!*ret_there)
            return true;
        system_look_at_whole(pace->system, &now);
        uint64_t answered = now.answered - before.answered;
        values[k] = backlog_in(&now);
        values[PILOT_STRETCHES + k] =
            answered ? (double)(now.response_ns - before.response_ns) / 1e9 / (double)answered : (double)NAN;
        if (watch->progress)
            watch->progress(watch->data, 1.0 / PILOT_STRETCHES);
    }
    return true;
}

bool replication_pilot(const struct spec *spec, uint32_t policy, uint32_t replication,
                       const struct replication_watch *watch, struct numbers *ret_numbers,
                       struct replication_end *ret_end, struct error *error)
{
    struct spec unwarmed = *spec;
    unwarmed.run.warmup_ns = 0;
    struct numbers numbers = {calloc(2 * PILOT_STRETCHES, sizeof *numbers.values), 2 * PILOT_STRETCHES};
    /* With random numbers that no measured replication has: MSER-5 leaves out a beginning that stands out,
     * and would choose among the very numbers that the mean is then taken of. */
    if (!numbers.values)
        return error_set(error, "out of memory");
    struct system *system = system_create(&unwarmed, policy, UINT32_MAX - replication, NULL, error);
    struct pace pace = {0};
    bool there = false;
    if (system)
        pace_begin(&pace, system, &unwarmed, watch->limits, watch->stop);
    bool ok = system && pilot_through(watch, &pace, numbers.values, &there, error);
    if (ok && !there)
        tell_end(&pace, ret_end);
    else
        pace_finish(&pace);
    system_destroy(system);
    if (!ok || !there) {
        free(numbers.values);
        numbers = (struct numbers){0};
    }
    if (ok)
        *ret_numbers = numbers;
    return ok;
}

/* ---- an outline ---- */

bool replication_outline(const struct spec *spec, uint32_t policy, struct result *ret_result,
                         struct error *error)
{
    struct spec brief = *spec;
    brief.run.duration_ns = 1;
    brief.run.warmup_ns = 0;
    struct system *system = system_create(&brief, policy, 0, NULL, error);
    bool ok = system && system_close(system, ret_result, error);
    system_destroy(system);
    return ok;
}
