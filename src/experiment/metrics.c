#include "experiment/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/metric_index.h"
#include "experiment/metric_sheet.h"
#include "stats/interval.h"

const char *const metric_unit_names[METRIC_UNITS] = {
    [METRIC_SECONDS] = "s",
    [METRIC_PER_SECOND] = "1/s",
    [METRIC_SHARE] = "share",
    [METRIC_COUNT] = "1",
};

struct metric_word metric_word(const char *name)
{
    struct metric_word word = {""};
    for (size_t i = 0; name[i] && i + 1 < sizeof word.chars; i++)
        word.chars[i] = name[i] == ' ' || name[i] == '-' ? '_' : name[i];
    return word;
}

/* ---- over the replications ---- */

double *metrics_measure(const struct spec *spec, const struct result *result, size_t *ret_n)
{
    struct sheet sheet = {0};
    struct parts parts;
    struct part part = {0};
    if (!parts_init(&parts, spec, result))
        return NULL;
    do
        sheet_put_part(&sheet, &parts, &part, result);
    while (parts_next(&parts, &part));
    parts_finish(&parts);
    if (sheet.failed) {
        sheet_finish(&sheet);
        return NULL;
    }
    *ret_n = sheet.n;
    return sheet.values;
}

static double level_or_usual(double level)
{
    return level > 0.0 ? level : 0.95;
}

void metric_average(const double *values, size_t stride, size_t n_replications, double level,
                    double *ret_mean, double *ret_half_width)
{
    struct interval interval = interval_of(values, stride, n_replications, level_or_usual(level));
    *ret_mean = interval.mean;
    *ret_half_width = interval.half_width;
}

static bool fill(struct metric_table *table, const struct spec *spec, const struct result *result,
                 double *const *replications, size_t n_replications)
{
    if (!metric_index_init(table, spec, result))
        return false;
    table->n_replications = n_replications;
    table->level = level_or_usual(spec->run.confidence);
    table->values = malloc(table->n * n_replications * sizeof *table->values);
    if (!table->values)
        return false;
    for (size_t r = 0; r < n_replications; r++)
        memcpy(table->values + r * table->n, replications[r], table->n * sizeof *table->values);
    return metric_index_begin(table);
}

bool metrics_combine(const struct spec *spec, const struct result *result, double *const *replications,
                     size_t n_replications, struct metric_table *ret_table, struct error *error)
{
    struct metric_table table = {0};
    if (!fill(&table, spec, result, replications, n_replications)) {
        metric_table_finish(&table);
        return error_set(error, "out of memory");
    }
    *ret_table = table;
    return true;
}

bool metrics_compute(const struct spec *spec, const struct result *results, size_t n_results,
                     struct metric_table *ret_table, struct error *error)
{
    double **replications = calloc(n_results, sizeof *replications);
    bool ok = replications != NULL;
    for (size_t r = 0, n; ok && r < n_results; r++)
        ok = (replications[r] = metrics_measure(spec, &results[r], &n)) != NULL;
    ok = ok ? metrics_combine(spec, &results[0], replications, n_results, ret_table, error)
            : error_set(error, "out of memory");
    for (size_t r = 0; replications && r < n_results; r++)
        free(replications[r]);
    free(replications);
    return ok;
}

struct interval metrics_difference(const struct metric_table *a, const struct metric_table *b,
                                   const char *name, double level, double *ret_gain)
{
    const struct metric *one = metric_find(a, name), *other = metric_find(b, name);
    size_t n = a->n_replications < b->n_replications ? a->n_replications : b->n_replications;
    n = one && other ? n : 0;
    const double *x = n ? a->values + (one - a->metrics) : NULL,
                 *y = n ? b->values + (other - b->metrics) : NULL;
    if (ret_gain)
        *ret_gain = interval_pairing_gain(x, y, a->n, b->n, n);
    return interval_of_differences(x, y, a->n, b->n, n, level);
}

void metric_table_finish(struct metric_table *table)
{
    if (!table)
        return;
    free(table->metrics);
    free(table->values);
    metric_index_destroy(table->index);
    *table = (struct metric_table){0};
}

bool metric_table_name(const struct metric_table *table)
{
    for (size_t part = 0; table->index && part < table->index->n; part++)
        metric_index_look(table, part);
    return !metric_table_failed(table);
}

bool metric_table_failed(const struct metric_table *table)
{
    return table->index && table->index->sheet.failed;
}

/* In a table without an index. */
static const struct metric *find_plain(const struct metric_table *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->metrics[i].name, name) == 0)
            return &table->metrics[i];
    return NULL;
}

const struct metric *metric_find(const struct metric_table *table, const char *name)
{
    struct metric_place place;
    if (!table->index)
        return find_plain(table, name);
    if (!metric_index_find(table, name, &place))
        return NULL;
    metric_index_look(table, place.part);
    return &table->metrics[place.metric];
}

double metric_value(const struct metric_table *table, const char *name)
{
    struct metric_place place;
    struct interval_quantile quantile = {0};
    const struct metric *metric = table->index ? NULL : find_plain(table, name);
    if (table->index && metric_index_find(table, name, &place)) {
        if (!table->index->order[place.part].named)
            return metric_index_average(table, place.metric, &quantile).mean;
        metric = &table->metrics[place.metric];
    }
    return metric ? metric->value : (double)NAN;
}

double metric_value_at(const struct metric_table *table, const char *place, const char *metric)
{
    char name[METRIC_NAME_LONGEST + 1]; /* names of scenarios are short */
    snprintf(name, sizeof name, "%s.%s", place, metric);
    return metric_value(table, name);
}

const struct metric *metric_callees(const struct metric_table *table, const char *component, size_t *ret_n)
{
    struct metric_place place;
    *ret_n = 0;
    if (!table->index || !metric_index_callees(table, component, &place, ret_n))
        return NULL;
    metric_index_look(table, place.part);
    if (metric_table_failed(table))
        *ret_n = 0;
    return table->metrics + place.metric;
}

const char *metric_callee_name(const struct metric *metric, const char *component)
{
    return metric->name + strlen(component) + strlen(".blocked_on.");
}
