#include "report/page/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "stats/interval.h"

/* What differs by less than this part is not worth telling apart, however sure it is. */
static const double least_part = 0.01;

/* ---- numbers ---- */

/* The sum in one replication; NAN where a term has no value. */
static double value_in(const struct metric_table *table, const struct metric *const *terms,
                       size_t replication)
{
    double sum = 0.0;
    for (size_t i = 0; i < QUANTITY_TERMS; i++)
        if (terms[i])
            sum += table->values[replication * table->n + (size_t)(terms[i] - table->metrics)];
    return sum;
}

/* False: the policy does not have it. */
static bool find_terms(const struct metric_table *table, const struct quantity *quantity,
                       const struct metric **ret_terms)
{
    bool all = true;
    for (size_t i = 0; i < QUANTITY_TERMS; i++) {
        ret_terms[i] = quantity->metrics[i] ? metric_find(table, quantity->metrics[i]) : NULL;
        all &= ret_terms[i] || !quantity->metrics[i];
    }
    return all;
}

/* The half-width that a single replication has by its batches; of a sum there is none. */
static double half_width_of(const struct metric *const *terms, double half_width)
{
    bool single = terms[0] && !terms[1] && !terms[2];
    return isnan(half_width) && single ? terms[0]->half_width : half_width;
}

/* A policy's numbers, replication by replication. */
struct sample {
    double *values; /* owned */
    size_t n;
};

static bool measure(const struct policy_run *run, const struct quantity *quantity, struct sample *sample,
                    struct standing *standing)
{
    const struct metric_table *table = &run->metrics;
    const struct metric *terms[QUANTITY_TERMS];
    *sample = (struct sample){.values = calloc(table->n_replications + 1, sizeof *sample->values)};
    standing->value = standing->half_width = (double)NAN;
    if (!sample->values)
        return false;
    if (!find_terms(table, quantity, terms))
        return true;
    sample->n = table->n_replications;
    for (size_t r = 0; r < sample->n; r++)
        sample->values[r] = value_in(table, terms, r);
    struct interval interval = interval_of(sample->values, 1, sample->n, table->level);
    standing->value = interval.mean;
    standing->half_width = half_width_of(terms, interval.half_width);
    return true;
}

/* ---- order ---- */

static double or_zero(double value)
{
    return isnan(value) ? 0.0 : value;
}

static bool differ(const struct standing *a, const struct standing *b, const struct sample *samples,
                   double level)
{
    double apart = fabs(a->value - b->value);
    if (apart <= least_part * fmax(fabs(a->value), fabs(b->value)))
        return false;
    const struct sample *x = &samples[a->policy], *y = &samples[b->policy];
    size_t n = x->n < y->n ? x->n : y->n;
    struct interval interval = interval_of_differences(x->values, y->values, 1, 1, n, level);
    if (!isnan(interval.half_width))
        return fabs(interval.mean) > interval.half_width;
    return apart > or_zero(a->half_width) + or_zero(b->half_width);
}

static void sort(struct ranking *ranking, bool greatest_first)
{
    for (size_t i = 1; i < ranking->n; i++) {
        struct standing moved = ranking->all[i];
        size_t at = i;
        for (; at > 0; at--) {
            double before = ranking->all[at - 1].value;
            if (greatest_first ? before >= moved.value : before <= moved.value)
                break;
            ranking->all[at] = ranking->all[at - 1];
        }
        ranking->all[at] = moved;
    }
}

static void group(struct ranking *ranking, const struct sample *samples, double level)
{
    size_t first = 0;
    for (size_t i = 0; i < ranking->n; i++) {
        bool apart = i > 0;
        for (size_t k = first; apart && k < i; k++)
            apart = differ(&ranking->all[k], &ranking->all[i], samples, level);
        first = apart ? i : first;
        ranking->n_groups += apart || i == 0;
        ranking->all[i].group = ranking->n_groups - 1;
    }
}

/* ---- the whole ---- */

static bool collect(struct ranking *ranking, const struct experiment *experiment,
                    const struct quantity *quantity, bool (*left_out)(const struct policy_run *),
                    struct sample *samples)
{
    bool ok = true;
    for (size_t p = 0; ok && p < experiment->n_policies; p++) {
        const struct policy_run *run = &experiment->policies[p];
        struct standing standing = {.policy = p};
        if (left_out && left_out(run))
            continue;
        ok = measure(run, quantity, &samples[p], &standing);
        if (ok && !isnan(standing.value))
            ranking->all[ranking->n++] = standing;
    }
    return ok;
}

bool ranking_init(struct ranking *ranking, const struct experiment *experiment,
                  const struct quantity *quantity, bool greatest_first,
                  bool (*left_out)(const struct policy_run *run))
{
    size_t n = experiment->n_policies;
    struct sample *samples = calloc(n + 1, sizeof *samples);
    *ranking = (struct ranking){.all = calloc(n + 1, sizeof *ranking->all)};
    bool ok = samples && ranking->all && collect(ranking, experiment, quantity, left_out, samples);
    if (ok) {
        sort(ranking, greatest_first);
        group(ranking, samples, experiment->policies[0].metrics.level);
    } else {
        ranking_finish(ranking);
    }
    for (size_t p = 0; samples && p < n; p++)
        free(samples[p].values);
    free(samples);
    return ok;
}

void ranking_finish(struct ranking *ranking)
{
    free(ranking->all);
    *ranking = (struct ranking){0};
}

size_t ranking_group_end(const struct ranking *ranking, size_t first)
{
    size_t end = first;
    while (end < ranking->n && ranking->all[end].group == ranking->all[first].group)
        end++;
    return end;
}
