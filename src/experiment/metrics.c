#include "experiment/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    text_finish(&sheet.prefix);
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

bool metrics_combine(const struct spec *spec, const struct result *result, double *const *replications,
                     size_t n_replications, struct metric_table *ret_table, struct error *error)
{
    struct sheet sheet = {.naming = true};
    double *values =
        sheet_put_result(&sheet, spec, result) ? calloc(sheet.n * n_replications, sizeof *values) : NULL;
    if (!values) {
        sheet_finish(&sheet);
        return error_set(error, "out of memory");
    }
    for (size_t r = 0; r < n_replications; r++)
        memcpy(values + r * sheet.n, replications[r], sheet.n * sizeof *values);
    double level = level_or_usual(spec->run.confidence);
    for (size_t m = 0; m < sheet.n; m++)
        metric_average(values + m, sheet.n, n_replications, level, &sheet.metrics[m].value,
                       &sheet.metrics[m].half_width);
    *ret_table = (struct metric_table){sheet.metrics, sheet.n, values, n_replications, level};
    free(sheet.values);
    text_finish(&sheet.prefix);
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
    for (size_t i = 0; i < table->n; i++) {
        free(table->metrics[i].name);
        free(table->metrics[i].meaning);
    }
    free(table->metrics);
    free(table->values);
    *table = (struct metric_table){0};
}

const struct metric *metric_find(const struct metric_table *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->metrics[i].name, name) == 0)
            return &table->metrics[i];
    return NULL;
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

const struct metric *metric_callees(const struct metric_table *table, const char *component, size_t *ret_n)
{
    size_t length = strlen(component), end = 0;
    /* An endpoint may be called "blocked_on", too: what is sought stands before the sums over all callees. */
    while (end < table->n && !is_of(&table->metrics[end], component, length, blocked_for))
        end++;
    size_t first = end;
    while (first > 0 && is_of(&table->metrics[first - 1], component, length, blocked_on))
        first--;
    *ret_n = (end - first) / (1 + CAUSES);
    return table->metrics + first;
}

const char *metric_callee_name(const struct metric *metric, const char *component)
{
    return metric->name + strlen(component) + sizeof blocked_on - 1;
}
