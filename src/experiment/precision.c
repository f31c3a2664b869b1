#include "experiment/precision.h"

#include <string.h>

#include "experiment/metric_lookup.h"
#include "experiment/study.h"
#include "stats/interval.h"

/* What has no mean gets no more precise by more replications. */
static bool has_means(const struct policy_run *run)
{
    return run->backlog.verdict != STEADINESS_GROWS;
}

/* The metric that `name`, with or without a policy, means under one policy; NULL: none. */
static const struct metric *find(const struct policy_run *run, const char *name)
{
    size_t length = strlen(run->name);
    bool prefixed = strncmp(name, run->name, length) == 0 && name[length] == '.';
    const struct metric *metric = prefixed ? metric_find(&run->metrics, name + length + 1) : NULL;
    return metric ? metric : metric_find(&run->metrics, name);
}

const char *precision_unknown(const struct spec *spec, const struct experiment *outline)
{
    for (size_t i = 0; i < spec->n_precise; i++) {
        bool known = false;
        for (size_t p = 0; p < outline->n_policies; p++)
            known |= find(&outline->policies[p], spec->precise[i]) != NULL;
        if (!known)
            return spec->precise[i];
    }
    return NULL;
}

static size_t needed_for(const struct spec *spec, const struct policy_run *run, const struct metric *metric)
{
    const struct metric_table *table = &run->metrics;
    size_t m = (size_t)(metric - table->metrics);
    struct interval interval = interval_of(table->values + m, table->n, table->n_replications, table->level);
    if (interval_is_precise(&interval, spec->run.precision))
        return table->n_replications;
    return interval_observations_needed(&interval, spec->run.precision, table->level);
}

bool precision_reached(const struct spec *spec, const struct policy_run *runs, size_t *ret_needed)
{
    size_t most = 0, have = runs[0].metrics.n_replications;
    for (size_t i = 0; i < spec->n_precise; i++)
        for (size_t p = 0; p < spec->n_policies; p++) {
            const struct metric *metric = has_means(&runs[p]) ? find(&runs[p], spec->precise[i]) : NULL;
            size_t needed = metric ? needed_for(spec, &runs[p], metric) : 0;
            most = needed > most ? needed : most;
        }
    if (ret_needed)
        *ret_needed = most;
    return most <= have;
}

/* ---- rounds ---- */

/* At most twice as many as there are: an estimate from few may be far off. */
static uint32_t next_goal(const struct run_spec *run, uint32_t have, size_t needed)
{
    size_t goal = needed < 2 * (size_t)have ? needed : 2 * (size_t)have;
    return goal < run->max_replications ? (uint32_t)goal : run->max_replications;
}

static bool add_round(struct study *study, size_t i, uint32_t from, uint32_t to)
{
    const struct study_part *part = &study->parts[i];
    bool ok = study_reserve(study, i, to);
    for (uint32_t r = from; ok && r < to; r++)
        for (uint32_t p = 0; ok && p < part->spec->n_policies; p++)
            ok = study_add(study, &(struct study_task){i, p, r, false}, true);
    for (uint32_t p = 0; p < part->spec->n_policies; p++)
        study->progress.all += (to - from) * study_work(study, i, p);
    return ok;
}

/* Adds what part i still needs. */
static bool extend(struct study *study, size_t i, struct error *error)
{
    const struct study_part *part = &study->parts[i];
    const struct run_spec *run = &part->spec->run;
    uint32_t have = study_replications(part);
    size_t needed;
    if (run->precision <= 0.0 || have < part->replications || have >= run->max_replications)
        return true;
    if (!study_combine(part, have, error))
        return false;
    if (precision_reached(part->spec, part->runs, &needed))
        return true;
    return add_round(study, i, have, next_goal(run, have, needed)) || error_set(error, "out of memory");
}

bool study_reach_precision(struct study *study, struct error *error)
{
    bool more = true;
    while (more) {
        for (size_t i = 0; i < study->n_parts; i++)
            if (!extend(study, i, error))
                return false;
        more = study->n_tasks > 0;
        if (more && !study_perform(study, error))
            return false;
    }
    return true;
}
