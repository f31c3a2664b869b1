#include "experiment/metrics.h"

#include <math.h>
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
    if (!sheet_put_result(&sheet, spec, result)) {
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

/* One value alone is its own mean, and has no interval. */
static void copy_only(struct metric_table *table)
{
    for (size_t m = 0; m < table->n; m++) {
        table->metrics[m].value = table->values[m];
        table->metrics[m].half_width = (double)NAN;
    }
}

static void average_all(struct metric_table *table, double *const *replications)
{
    struct interval_quantile quantile = {0};
    for (size_t r = 0; r < table->n_replications; r++)
        memcpy(table->values + r * table->n, replications[r], table->n * sizeof *table->values);
    if (table->n_replications == 1) {
        copy_only(table);
        return;
    }
    for (size_t m = 0; m < table->n; m++) {
        struct interval interval =
            interval_of_one(table->values + m, table->n, table->n_replications, table->level, &quantile);
        table->metrics[m].value = interval.mean;
        table->metrics[m].half_width = interval.half_width;
    }
}

/* The metrics without their numbers. */
static bool name_all(const struct spec *spec, const struct result *result, struct metric_table *ret_table)
{
    struct sheet sheet = {.naming = calloc(1, sizeof *sheet.naming)};
    bool named = sheet.naming && sheet_put_result(&sheet, spec, result);
    if (named) {
        struct metric *fitting = realloc(sheet.metrics, (sheet.n + 1) * sizeof *fitting);
        ret_table->metrics = fitting ? fitting : sheet.metrics;
        ret_table->n = sheet.n;
        ret_table->index = sheet.naming;
        sheet.metrics = NULL;
        sheet.naming = NULL;
    }
    sheet_finish(&sheet);
    return named;
}

bool metrics_combine(const struct spec *spec, const struct result *result, double *const *replications,
                     size_t n_replications, struct metric_table *ret_table, struct error *error)
{
    struct metric_table table = {.n_replications = n_replications,
                                 .level = level_or_usual(spec->run.confidence)};
    if (name_all(spec, result, &table))
        table.values = malloc((table.n * n_replications + 1) * sizeof *table.values);
    if (!table.values) {
        metric_table_finish(&table);
        return error_set(error, "out of memory");
    }
    average_all(&table, replications);
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

/* The first metric in a section named by the first `length` bytes of `name`, which is its whole name; or
 * `other` where that comes before it. */
static const struct metric *find_in(const struct metric_table *table, const char *name, size_t length,
                                    const struct metric *other)
{
    struct metric_range range;
    bool more = metric_range_first(table, name, length, &range);
    for (; more; more = metric_range_next(table, &range)) {
        const struct metric *metric = table->metrics + range.first, *end = table->metrics + range.end;
        while (metric < end && strcmp(metric->name + length, name + length) != 0)
            metric++;
        if (metric < end && (!other || metric < other))
            other = metric;
    }
    return other;
}

const struct metric *metric_find(const struct metric_table *table, const char *name)
{
    const struct metric *metric = find_in(table, name, 0, NULL);
    for (size_t i = 0; table->index && name[i]; i++)
        if (name[i] == '.')
            metric = find_in(table, name, i, metric);
    return metric;
}

double metric_value(const struct metric_table *table, const char *name)
{
    const struct metric *metric = metric_find(table, name);
    return metric ? metric->value : (double)NAN;
}

static const char blocked_on[] = ".blocked_on.", blocked_for[] = ".blocked_for.";

static bool is_of(const struct metric *metric, const char *component, size_t length, const char *family)
{
    return strncmp(metric->name, component, length) == 0 &&
           strncmp(metric->name + length, family, strlen(family)) == 0;
}

/* The first metric that tells what the component was blocked for, over all callees; the end of the table
 * where there is none. */
static size_t first_cause(const struct metric_table *table, const char *component, size_t length)
{
    size_t found = table->n;
    struct metric_range range;
    bool more = metric_range_first(table, component, length, &range);
    for (; more; more = metric_range_next(table, &range)) {
        size_t i = range.first;
        while (i < range.end && !is_of(&table->metrics[i], component, length, blocked_for))
            i++;
        found = i < range.end && i < found ? i : found;
    }
    return found;
}

const struct metric *metric_callees(const struct metric_table *table, const char *component, size_t *ret_n)
{
    /* An endpoint may be called "blocked_on", too: what is sought stands before the sums over all callees. */
    size_t length = strlen(component), end = first_cause(table, component, length), first = end;
    while (first > 0 && is_of(&table->metrics[first - 1], component, length, blocked_on))
        first--;
    *ret_n = (end - first) / (1 + CAUSES);
    return table->metrics + first;
}

const char *metric_callee_name(const struct metric *metric, const char *component)
{
    return metric->name + strlen(component) + sizeof blocked_on - 1;
}
