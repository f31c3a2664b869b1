#include "experiment/estimate.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "experiment/study.h"
#include "experiment/threads.h"

/* Of a sweep's points, that are measured. */
enum { MOST_POINTS = 16 };

const struct estimate_effort estimate_thorough = {.cpu_s = 2.0, .most_cpu_s = 0.2},
                             estimate_quick = {.cpu_s = 0.06, .most_cpu_s = 0.02};

/* An estimate in the making. */
struct making {
    struct estimate *estimate;
    struct spec *const *specs;
    size_t n;
    const size_t *lengths; /* of the axes */
    size_t *counts;        /* owned; how many values of each axis are measured */
    size_t n_axes;
    const struct experiment_options *options;
    const struct estimate_effort *effort;
    struct measuring *jobs; /* owned */
    size_t n_jobs;
    pthread_mutex_t lock;
    double spent_s;     /* guarded by the lock, as the error */
    struct error error; /* the first one */
};

/* A point under a policy that is to be measured. */
struct measuring {
    size_t spec;
    uint32_t policy;
};

static bool no_memory(struct error *error)
{
    return error_set(error, "out of memory");
}

static struct toll *toll_at(const struct estimate *estimate, size_t spec, size_t policy)
{
    return &estimate->tolls[estimate->first[spec] + policy];
}

/* ---- which points are measured ---- */

/* As many values of each axis as of the others, as far as it has them. */
static void choose_counts(struct making *making)
{
    size_t points = 1;
    bool more = true;
    for (size_t a = 0; a < making->n_axes; a++)
        making->counts[a] = 1;
    while (more) {
        more = false;
        for (size_t a = 0; a < making->n_axes; a++) {
            size_t count = making->counts[a], would_be = points / count * (count + 1);
            if (count == making->lengths[a] || would_be > MOST_POINTS)
                continue;
            making->counts[a]++;
            points = would_be;
            more = true;
        }
    }
}

/* The k-th of them: evenly spaced from end to end; one alone stands in the middle. */
static size_t chosen(const struct making *making, size_t axis, size_t k)
{
    size_t last = making->lengths[axis] - 1, count = making->counts[axis];
    return count == 1 ? last / 2 : k * last / (count - 1);
}

/* Which of them is the last up to `index`; the first where there is none. */
static size_t chosen_before(const struct making *making, size_t axis, size_t index)
{
    size_t k = 0;
    while (k + 1 < making->counts[axis] && chosen(making, axis, k + 1) <= index)
        k++;
    return k;
}

static size_t index_of(const struct making *making, size_t point, size_t axis)
{
    for (size_t a = making->n_axes - 1; a > axis; a--)
        point /= making->lengths[a];
    return point % making->lengths[axis];
}

static bool is_chosen(const struct making *making, size_t point)
{
    for (size_t a = 0; a < making->n_axes; a++) {
        size_t index = index_of(making, point, a);
        if (chosen(making, a, chosen_before(making, a, index)) != index)
            return false;
    }
    return true;
}

static bool choose_jobs(struct making *making)
{
    size_t most = 0;
    for (size_t i = 0; i < making->n; i++)
        most += is_chosen(making, i) ? making->specs[i]->n_policies : 0;
    making->jobs = calloc(most + 1, sizeof *making->jobs);
    for (size_t i = 0; making->jobs && i < making->n; i++) {
        making->estimate->n_measured += is_chosen(making, i);
        for (uint32_t p = 0; is_chosen(making, i) && p < making->specs[i]->n_policies; p++)
            making->jobs[making->n_jobs++] = (struct measuring){i, p};
    }
    return making->jobs != NULL;
}

/* ---- measuring them ---- */

/* Where the mere making of systems takes so long that there is no end to it, some are left out. */
static bool may_begin(struct making *making)
{
    const volatile sig_atomic_t *stop = making->options->stop;
    pthread_mutex_lock(&making->lock);
    bool may = making->spent_s < making->effort->cpu_s && !(stop && *stop);
    pthread_mutex_unlock(&making->lock);
    return may;
}

static void note_spent(struct making *making, double spent_s, struct error *error)
{
    pthread_mutex_lock(&making->lock);
    making->spent_s += spent_s;
    if (error_text(error)[0] && !error_text(&making->error)[0])
        making->error = *error;
    else
        error_finish(error);
    pthread_mutex_unlock(&making->lock);
}

static bool measure(void *data, size_t i)
{
    struct making *making = data;
    const struct measuring *job = &making->jobs[i];
    struct toll *toll = toll_at(making->estimate, job->spec, job->policy);
    double fair_s = making->effort->cpu_s / (double)making->n_jobs, most_s = making->effort->most_cpu_s;
    struct toll_effort effort = {fair_s < most_s ? fair_s : most_s, making->effort->most_events,
                                 making->options->stop};
    struct error error = {0};
    if (!may_begin(making))
        return true;
    bool ok = toll_measure(making->specs[job->spec], job->policy, &effort, toll, &error);
    if (!ok)
        error_prefix(&error, "policy %s", making->specs[job->spec]->policies[job->policy].name);
    note_spent(making, ok ? toll->spent_s : 0.0, &error);
    return ok;
}

/* ---- what lies between them ---- */

/* a + share x (b - a), of what can be so. */
static struct toll mix(const struct toll *a, const struct toll *b, double share)
{
    return (struct toll){.events = a->events + share * (b->events - a->events),
                         .requests = a->requests + share * (b->requests - a->requests),
                         .cpu_s = a->cpu_s + share * (b->cpu_s - a->cpu_s),
                         .bytes = a->bytes + share * (b->bytes - a->bytes),
                         .kept_bytes = a->kept_bytes + share * (b->kept_bytes - a->kept_bytes),
                         .grows = a->grows || b->grows};
}

/* Where none of a policy was measured, the mean of all that were. */
static struct toll mean_toll(const struct making *making, uint32_t policy, bool any)
{
    struct toll mean = {0};
    double n = 0.0;
    for (size_t i = 0; i < making->n_jobs; i++) {
        const struct toll *toll = toll_at(making->estimate, making->jobs[i].spec, making->jobs[i].policy);
        if (toll->share > 0.0 && (any || making->jobs[i].policy == policy))
            mean = mix(&mean, toll, 1.0 / ++n);
    }
    return n > 0.0 || any ? mean : mean_toll(making, policy, true);
}

static void fill_gaps(const struct making *making)
{
    for (size_t i = 0; i < making->n_jobs; i++) {
        struct toll *toll = toll_at(making->estimate, making->jobs[i].spec, making->jobs[i].policy);
        if (toll->share <= 0.0)
            *toll = mean_toll(making, making->jobs[i].policy, false);
    }
}

/* Linear between the measured points around it, axis by axis; `base` is the point's place as far as the axes
 * before `axis` go. */
static struct toll interpolate(const struct making *making, size_t point, uint32_t policy, size_t axis,
                               size_t base)
{
    if (axis == making->n_axes) {
        uint32_t last = (uint32_t)making->specs[base]->n_policies - 1;
        return *toll_at(making->estimate, base, policy < last ? policy : last);
    }
    size_t index = index_of(making, point, axis), k = chosen_before(making, axis, index);
    size_t before = chosen(making, axis, k), from = base * making->lengths[axis];
    struct toll low = interpolate(making, point, policy, axis + 1, from + before);
    if (index <= before || k + 1 == making->counts[axis])
        return low;
    size_t behind = chosen(making, axis, k + 1);
    struct toll high = interpolate(making, point, policy, axis + 1, from + behind);
    return mix(&low, &high, (double)(index - before) / (double)(behind - before));
}

static void fill_between(const struct making *making)
{
    for (size_t i = 0; i < making->n; i++)
        for (uint32_t p = 0; !is_chosen(making, i) && p < making->specs[i]->n_policies; p++)
            *toll_at(making->estimate, i, p) = interpolate(making, i, p, 0, 0);
}

/* ---- what is to be done ---- */

static void add_toll(struct estimate_policy *sum, const struct toll *toll)
{
    sum->tasks++;
    sum->events += toll->events;
    sum->requests += toll->requests;
    sum->cpu_s += toll->cpu_s;
    sum->bytes = toll->bytes > sum->bytes ? toll->bytes : sum->bytes;
    sum->grows |= toll->grows;
}

/* Goes through the tasks of a phase. */
static bool plan_phase(const struct study *study, struct estimate *estimate)
{
    for (size_t t = 0; t < study->n_tasks; t++) {
        const struct study_task *task = &study->tasks[t];
        bool found = study_has(study, task);
        estimate->policies[task->policy].found += found;
        estimate->all.found += found;
        if (found)
            continue;
        add_toll(&estimate->policies[task->policy], toll_at(estimate, task->part, task->policy));
        add_toll(&estimate->all, toll_at(estimate, task->part, task->policy));
        estimate->pilots += task->pilot;
        timetable_add(&estimate->timetable, estimate_work(estimate, task->part, task->policy));
    }
    return timetable_join(&estimate->timetable);
}

/* Warm-ups that are not known yet will be. */
static bool plan_replications(struct study *study, struct estimate *estimate)
{
    for (size_t i = 0; i < study->n_parts; i++)
        study->parts[i].warmup.made = true;
    return study_add_replications(study) && plan_phase(study, estimate);
}

static bool plan_study(struct study *study, struct estimate *estimate, struct error *error)
{
    if (!study_add_pilots(study) || !plan_phase(study, estimate))
        return no_memory(error);
    if (!study_perform(study, error))
        return false;
    study_settle_warmups(study);
    return plan_replications(study, estimate) || no_memory(error);
}

/* Of the same specs, but nothing is done that is not done already. */
static bool plan(const struct making *making, struct error *error)
{
    struct experiment_options options = *making->options;
    struct experiment *experiments = calloc(making->n, sizeof *experiments);
    struct spec *copies = calloc(making->n, sizeof *copies), **specs = calloc(making->n, sizeof *specs);
    struct study study;
    options.no_work = true;
    options.progress = NULL;
    options.estimate = NULL;
    for (size_t i = 0; copies && specs && i < making->n; i++) {
        copies[i] = *making->specs[i]; /* a warm-up that was found is written into it */
        specs[i] = &copies[i];
    }
    bool ok = experiments && copies && specs && study_init(&study, specs, making->n, experiments, &options);
    if (ok) {
        ok = plan_study(&study, making->estimate, error);
        study_finish(&study);
    } else {
        no_memory(error);
    }
    free(specs);
    free(copies);
    free(experiments);
    return ok;
}

/* ---- what it comes to ---- */

static double find_hurdle(const struct making *making)
{
    double spent_s = 0.0, elapsed_s = 0.0;
    for (size_t i = 0; i < making->n_jobs; i++) {
        const struct toll *toll = toll_at(making->estimate, making->jobs[i].spec, making->jobs[i].policy);
        spent_s += toll->spent_s;
        elapsed_s += toll->elapsed_s;
    }
    return elapsed_s > spent_s && spent_s > 0.0 ? elapsed_s / spent_s : 1.0;
}

static void find_shares(const struct making *making)
{
    struct estimate *estimate = making->estimate;
    for (size_t i = 0; i < making->n_jobs; i++) {
        struct estimate_policy *sum = &estimate->policies[making->jobs[i].policy];
        double share = toll_at(estimate, making->jobs[i].spec, making->jobs[i].policy)->share;
        sum->share = sum->share > 0.0 && sum->share < share ? sum->share : share;
        estimate->all.share =
            estimate->all.share > 0.0 && estimate->all.share < share ? estimate->all.share : share;
    }
}

/* What is kept of replication 0. */
static double recorded_bytes(const struct spec *spec)
{
    double sample =
        (double)(sizeof(struct system_sample) + spec->n_components * sizeof(struct component_sample));
    return (double)spec->n_policies * replication_stretches(spec) * sample;
}

static double kept_bytes(const struct making *making)
{
    double bytes = 0.0;
    for (size_t i = 0; i < making->n; i++) {
        const struct spec *spec = making->specs[i];
        bool traced = !making->options->numbers_only && !making->options->untraced;
        bytes += traced ? recorded_bytes(spec) : 0.0;
        for (size_t p = 0; p < spec->n_policies; p++)
            bytes += spec->run.replications * toll_at(making->estimate, i, p)->kept_bytes;
    }
    return bytes;
}

/* What this process has by now, as Linux tells it (proc(5): the second number, in pages); elsewhere 0. */
static double present_bytes(void)
{
    char line[200] = "", *resident = line;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fgets(line, sizeof line, file))
            strtoul(line, &resident, 10);
        fclose(file);
    }
    return strtod(resident, NULL) * (double)sysconf(_SC_PAGESIZE);
}

/* What a precision may add. */
static double further_work(const struct making *making)
{
    double work = 0.0;
    for (size_t i = 0; i < making->n; i++) {
        const struct run_spec *run = &making->specs[i]->run;
        double more = run->precision > 0.0 ? (double)run->max_replications - run->replications : 0.0;
        for (uint32_t p = 0; more > 0.0 && p < making->specs[i]->n_policies; p++)
            work += more * estimate_work(making->estimate, i, p);
    }
    return work;
}

static void conclude(const struct making *making, double begin_bytes)
{
    struct estimate *estimate = making->estimate;
    struct timetable_knot end = timetable_end(&estimate->timetable);
    if (estimate->threads > estimate->all.tasks)
        estimate->threads = (unsigned)estimate->all.tasks;
    estimate->wall_s = end.time;
    estimate->most_wall_s = timetable_time(&estimate->timetable, end.work + further_work(making));
    estimate->bytes = begin_bytes + estimate->threads * estimate->all.bytes + kept_bytes(making);
    estimate->hurdle = find_hurdle(making);
    find_shares(making);
}

/* ---- all of it ---- */

static bool estimate_init(struct estimate *estimate, struct spec *const *specs, size_t n, unsigned threads)
{
    size_t tolls = 0;
    const struct spec *richest = specs[0];
    *estimate = (struct estimate){.n_points = n, .threads = threads ? threads : threads_available()};
    estimate->first = calloc(n, sizeof *estimate->first);
    for (size_t i = 0; estimate->first && i < n; i++) {
        estimate->first[i] = tolls;
        tolls += specs[i]->n_policies;
        richest = specs[i]->n_policies > richest->n_policies ? specs[i] : richest;
    }
    estimate->n_policies = richest->n_policies;
    estimate->tolls = calloc(tolls + 1, sizeof *estimate->tolls);
    estimate->policies = calloc(estimate->n_policies + 1, sizeof *estimate->policies);
    for (size_t p = 0; estimate->policies && p < estimate->n_policies; p++)
        estimate->policies[p].name = richest->policies[p].name;
    return estimate->first && estimate->tolls && estimate->policies &&
           timetable_init(&estimate->timetable, estimate->threads);
}

static bool make(struct making *making, struct error *error)
{
    double begin_bytes = present_bytes();
    making->counts = calloc(making->n_axes + 1, sizeof *making->counts);
    if (!making->counts)
        return no_memory(error);
    choose_counts(making);
    if (!choose_jobs(making))
        return no_memory(error);
    if (!threads_run(making->n_jobs, making->options->threads, measure, making))
        return error_set(error, "%s", error_text(&making->error));
    fill_gaps(making);
    fill_between(making);
    if (!plan(making, error))
        return false;
    conclude(making, begin_bytes);
    return true;
}

bool estimate_make(struct spec *const *specs, size_t n, const size_t *lengths, size_t n_axes,
                   const struct experiment_options *options, const struct estimate_effort *effort,
                   struct estimate *ret_estimate, struct error *error)
{
    struct estimate estimate;
    struct making making = {.estimate = &estimate,
                            .specs = specs,
                            .n = n,
                            .lengths = lengths,
                            .n_axes = n_axes,
                            .options = options,
                            .effort = effort,
                            .lock = PTHREAD_MUTEX_INITIALIZER};
    bool ok = estimate_init(&estimate, specs, n, options->threads) ? make(&making, error) : no_memory(error);
    free(making.counts);
    free(making.jobs);
    error_finish(&making.error);
    pthread_mutex_destroy(&making.lock);
    if (ok)
        *ret_estimate = estimate;
    else
        estimate_finish(&estimate);
    return ok;
}

void estimate_finish(struct estimate *estimate)
{
    if (!estimate)
        return;
    free(estimate->tolls);
    free(estimate->first);
    free(estimate->policies);
    timetable_finish(&estimate->timetable);
    *estimate = (struct estimate){0};
}

double estimate_work(const struct estimate *estimate, size_t spec, uint32_t policy)
{
    static const double least_s = 1e-6; /* so that there is something to divide by */
    double cpu_s = toll_at(estimate, spec, policy)->cpu_s;
    return cpu_s > least_s ? cpu_s : least_s;
}
