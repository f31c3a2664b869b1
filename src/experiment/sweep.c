#include "experiment/sweep.h"

#include <math.h>
#include <stdlib.h>

/* How many points there are from one value of the axis to the next. */
static size_t stride_of(const struct sweep *sweep, size_t axis)
{
    size_t stride = 1;
    for (size_t i = axis + 1; i < sweep->n_axes; i++)
        stride *= sweep->axes[i].n;
    return stride;
}

size_t sweep_index(const struct sweep *sweep, size_t point, size_t axis)
{
    return point / stride_of(sweep, axis) % sweep->axes[axis].n;
}

size_t sweep_at(const struct sweep *sweep, const size_t *indices)
{
    size_t point = 0;
    for (size_t i = 0; i < sweep->n_axes; i++)
        point = point * sweep->axes[i].n + indices[i];
    return point;
}

static const struct metric_table *table_of(const struct sweep *sweep, size_t point, size_t policy)
{
    if (point >= sweep->n_points)
        return NULL;
    const struct experiment *experiment = &sweep->points[point].experiment;
    return experiment->replications > 0 && policy < experiment->n_policies
               ? &experiment->policies[policy].metrics
               : NULL;
}

const struct metric *sweep_metric(const struct sweep *sweep, size_t point, size_t policy, const char *name)
{
    const struct metric_table *table = table_of(sweep, point, policy);
    return table ? metric_find(table, name) : NULL;
}

double sweep_level(const struct sweep *sweep, size_t n_metrics)
{
    static const double usual = 0.95;
    if (sweep->n_points == 0)
        return usual;
    const struct run_spec *run = &sweep->points[0].spec.run;
    size_t policies = sweep->points[0].experiment.n_policies;
    size_t n = policies * (policies - 1) / 2 * sweep->n_points * n_metrics;
    double level = run->confidence > 0.0 ? run->confidence : usual;
    return run->bonferroni && n > 0 ? interval_bonferroni(level, n) : level;
}

struct interval sweep_difference(const struct sweep *sweep, size_t point, size_t a, size_t b,
                                 const char *metric, double level)
{
    const struct metric_table *one = table_of(sweep, point, a), *other = table_of(sweep, point, b);
    if (!one || !other)
        return (struct interval){.mean = (double)NAN, .half_width = (double)NAN, .variance = (double)NAN};
    return metrics_difference(one, other, metric, level, NULL);
}

size_t sweep_count_cut(const struct sweep *sweep)
{
    size_t n = 0;
    for (size_t i = 0; i < sweep->n_points; i++)
        n += sweep->points[i].experiment.cut.limit != LIMIT_NONE;
    return n;
}

void sweep_finish(struct sweep *sweep)
{
    if (!sweep)
        return;
    for (size_t i = 0; sweep->points && i < sweep->n_points; i++) {
        experiment_finish(&sweep->points[i].experiment);
        spec_finish(&sweep->points[i].spec);
    }
    free(sweep->points);
    *sweep = (struct sweep){0};
}
