#include <math.h>
#include <stdlib.h>

#include "experiment/study.h"
#include "stats/interval.h"
#include "stats/warmup.h"

/* Of the interval that must not hold 0 for a series to be said to drift. */
static const double drift_level = 0.99;

/* The mean over the replications of value i of their numbers; NAN where none has it. */
static double mean_at(const struct study_part *part, size_t policy, size_t i)
{
    double sum = 0.0, n = 0.0;
    for (size_t r = 0; r < PILOT_REPLICATIONS; r++) {
        double value = part->pilots[r * part->spec->n_policies + policy].values[i];
        if (!isnan(value)) {
            sum += value;
            n++;
        }
    }
    return n > 0.0 ? sum / n : (double)NAN;
}

/* The mean series that begins at value `from` of the numbers. What is missing repeats what was before. */
static void average(const struct study_part *part, size_t policy, size_t from, double series[PILOT_STRETCHES])
{
    double last = 0.0;
    for (size_t k = 0; k < PILOT_STRETCHES; k++) {
        double mean = mean_at(part, policy, from + k);
        series[k] = last = isnan(mean) ? last : mean;
    }
}

/* The mean of values from..to of one replication's numbers; NAN where there are none. */
static double mean_over(const struct numbers *numbers, size_t from, size_t to)
{
    double sum = 0.0, n = 0.0;
    for (size_t i = from; i < to; i++)
        if (!isnan(numbers->values[i])) {
            sum += numbers->values[i];
            n++;
        }
    return n > 0.0 ? sum / n : (double)NAN;
}

/* Does what is left of the series still go somewhere: do its halves differ, from replication to replication?
 */
static bool drifts(const struct study_part *part, size_t policy, size_t from, size_t deleted)
{
    double early[PILOT_REPLICATIONS], late[PILOT_REPLICATIONS];
    size_t middle = from + (deleted + PILOT_STRETCHES) / 2;
    for (size_t r = 0; r < PILOT_REPLICATIONS; r++) {
        const struct numbers *numbers = &part->pilots[r * part->spec->n_policies + policy];
        early[r] = mean_over(numbers, from + deleted, middle);
        late[r] = mean_over(numbers, middle, from + PILOT_STRETCHES);
    }
    struct interval change = interval_of_differences(late, early, 1, 1, PILOT_REPLICATIONS, drift_level);
    return !(fabs(change.mean) <= change.half_width);
}

/* The stretches to leave out for the sake of one policy: the backlog and the response time must both have
 * settled. Where MSER-5 would leave out more than half, chance may have misled it: that the rest drifts is
 * what counts. */
static size_t settle(const struct study_part *part, size_t policy, bool *trusted)
{
    size_t longest = 0;
    for (size_t from = 0; from <= PILOT_STRETCHES; from += PILOT_STRETCHES) {
        double series[PILOT_STRETCHES];
        size_t deleted;
        average(part, policy, from, series);
        *trusted &= warmup_mser5(series, PILOT_STRETCHES, &deleted) || !drifts(part, policy, from, deleted);
        longest = deleted > longest ? deleted : longest;
    }
    return longest;
}

static bool is_whole(const struct study_part *part)
{
    bool whole = true;
    for (size_t i = 0; i < PILOT_REPLICATIONS * part->spec->n_policies; i++)
        whole &= part->pilots[i].values != NULL;
    return whole;
}

/* All policies are measured over the same time: else their differences would not be of the same requests. */
static void decide(struct study_part *part)
{
    struct run_spec *run = &part->spec->run;
    size_t longest = 0;
    bool trusted = true;
    for (size_t p = 0; p < part->spec->n_policies; p++) {
        size_t stretches = settle(part, p, &trusted);
        longest = stretches > longest ? stretches : longest;
    }
    part->warmup = (struct warmup_search){true, trusted, PILOT_REPLICATIONS};
    run->warmup_ns = (int64_t)((int128)run->duration_ns * (int128)longest / PILOT_STRETCHES);
    run->warmup_auto = false;
}

static bool add_pilots_of(struct study *study, size_t i)
{
    struct study_part *part = &study->parts[i];
    part->pilots = calloc(PILOT_REPLICATIONS * part->spec->n_policies, sizeof *part->pilots);
    bool ok = part->pilots != NULL;
    for (uint32_t r = 0; ok && r < PILOT_REPLICATIONS; r++)
        for (uint32_t p = 0; ok && p < part->spec->n_policies; p++)
            ok = study_add(study, &(struct study_task){i, p, r, true}, true);
    return ok;
}

bool study_add_pilots(struct study *study)
{
    bool ok = true;
    for (size_t i = 0; ok && i < study->n_parts; i++)
        if (study->parts[i].spec->run.warmup_auto)
            ok = add_pilots_of(study, i);
    return ok;
}

void study_settle_warmups(struct study *study)
{
    for (size_t i = 0; i < study->n_parts; i++)
        if (study->parts[i].pilots && is_whole(&study->parts[i]))
            decide(&study->parts[i]);
}

bool study_find_warmups(struct study *study, struct error *error)
{
    if (!study_add_pilots(study))
        return error_set(error, "out of memory");
    if (study->n_tasks && !study_perform(study, error))
        return false;
    study_settle_warmups(study);
    return true;
}
