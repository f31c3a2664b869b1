#include "report/sweep/sweep_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/choice.h"
#include "report/plot/plot_figure.h"

enum { MOST_DIGITS = 9, DEFAULTS = 5 };

/* ---- the sweep ---- */

size_t sweep_policies(const struct sweep *sweep)
{
    return sweep->n_points ? sweep->points[0].experiment.n_policies : 0;
}

const char *sweep_policy_name(const struct sweep *sweep, size_t policy)
{
    return sweep->points[0].experiment.policies[policy].name;
}

const struct spec *sweep_spec(const struct sweep *sweep)
{
    return &sweep->points[0].spec;
}

struct sweep_replications sweep_replications(const struct sweep *sweep)
{
    struct sweep_replications range = {0, 0, 0};
    for (size_t i = 0; i < sweep->n_points; i++) {
        uint32_t here = sweep->points[i].experiment.replications;
        if (here == 0)
            continue;
        range.least = range.n_points == 0 || here < range.least ? here : range.least;
        range.most = here > range.most ? here : range.most;
        range.n_points++;
    }
    return range;
}

bool sweep_grows(const struct sweep *sweep, size_t point, size_t policy, const char *metric)
{
    const struct experiment *experiment = &sweep->points[point].experiment;
    if (policy >= experiment->n_policies)
        return false;
    const struct policy_run *run = &experiment->policies[policy];
    if (strncmp(metric, "response.", strlen("response.")) == 0)
        return run->unanswered.verdict == STEADINESS_GROWS;
    return strncmp(metric, "completion.", strlen("completion.")) == 0 &&
           run->backlog.verdict == STEADINESS_GROWS;
}

size_t sweep_last_axis(const struct sweep *sweep)
{
    return sweep->n_axes - 1;
}

void sweep_indices(const struct sweep *sweep, size_t point, size_t *ret_indices)
{
    for (size_t i = 0; i < sweep->n_axes; i++)
        ret_indices[i] = sweep_index(sweep, point, i);
}

/* ---- which metrics ---- */

static const struct metric *find_somewhere(const struct sweep *sweep, const char *name)
{
    const struct metric *metric = NULL;
    for (size_t i = 0; !metric && i < sweep->n_points; i++)
        for (size_t p = 0; !metric && p < sweep_policies(sweep); p++)
            metric = sweep_metric(sweep, i, p, name);
    return metric;
}

static void show(struct sweep_view *view, const char *name)
{
    const struct metric *metric = find_somewhere(view->sweep, name);
    if (metric)
        view->metrics[view->n_metrics++] = (struct shown_metric){metric->name, metric->unit, metric->meaning};
}

static double value_at(const struct sweep *sweep, size_t point, size_t policy, const char *name)
{
    const struct metric *metric = sweep_metric(sweep, point, policy, name);
    return metric ? metric->value : (double)NAN;
}

/* Whether a metric is greater than 0 somewhere. */
static bool is_any(const struct sweep *sweep, const char *name)
{
    for (size_t i = 0; i < sweep->n_points; i++)
        for (size_t p = 0; p < sweep_policies(sweep); p++)
            if (value_at(sweep, i, p, name) > 0.0)
                return true;
    return false;
}

static bool differ(const struct sweep *sweep, const char *name, const char *other)
{
    for (size_t i = 0; i < sweep->n_points; i++)
        for (size_t p = 0; p < sweep_policies(sweep); p++) {
            double a = value_at(sweep, i, p, name), b = value_at(sweep, i, p, other);
            if (fabs(a - b) > 0.01 * fmax(fabs(a), fabs(b)))
                return true;
        }
    return false;
}

static bool show_usual(struct sweep_view *view)
{
    const struct sweep *sweep = view->sweep;
    const struct spec *spec = sweep_spec(sweep);
    char *blocked = text_format("%s.blocked", spec->components[choice_first_component(spec)].name);
    if (!blocked)
        return false;
    show(view, "throughput");
    show(view, "response.mean");
    show(view, "response.p99");
    if (differ(sweep, "response.p99", "completion.p99"))
        show(view, "completion.p99");
    if (is_any(sweep, blocked))
        show(view, blocked);
    free(blocked);
    return true;
}

/* As many digits as tell neighbours apart. */
static int digits_of(const struct axis *axis)
{
    struct sweep_view view = {.sweep = &(struct sweep){.axes = axis, .n_axes = 1}};
    int digits = UNITS_DIGITS;
    for (size_t i = 0; axis->numbers && i + 1 < axis->n; i++)
        while (digits < MOST_DIGITS && axis->numbers[i] != axis->numbers[i + 1] &&
               strcmp(sweep_number_text(&view, 0, axis->numbers[i], digits).chars,
                      sweep_number_text(&view, 0, axis->numbers[i + 1], digits).chars) == 0)
            digits++;
    return digits;
}

struct numbered {
    double number;
    size_t value;
};

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *one = a, *other = b;
    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return one->value < other->value ? -1 : 1;
}

static size_t *order_of(const struct axis *axis)
{
    struct numbered *values = calloc(axis->n + 1, sizeof *values);
    size_t *order = calloc(axis->n + 1, sizeof *order);
    for (size_t i = 0; values && i < axis->n; i++)
        values[i] = (struct numbered){axis->numbers ? axis->numbers[i] : 0.0, i};
    if (values)
        qsort(values, axis->n, sizeof *values, compare_numbered);
    for (size_t i = 0; values && order && i < axis->n; i++)
        order[i] = values[i].value;
    if (!values) {
        free(order);
        order = NULL;
    }
    free(values);
    return order;
}

/* Memory was gone when a metric was looked at. */
static bool any_failed(const struct sweep *sweep)
{
    bool any = false;
    for (size_t i = 0; i < sweep->n_points; i++) {
        const struct experiment *experiment = &sweep->points[i].experiment;
        for (size_t p = 0; p < experiment->n_policies; p++)
            any |= metric_table_failed(&experiment->policies[p].metrics);
    }
    return any;
}

bool sweep_view_init(struct sweep_view *view, const struct sweep *sweep, const char *const *names,
                     size_t n_names)
{
    *view = (struct sweep_view){.sweep = sweep};
    view->metrics = calloc(n_names ? n_names : DEFAULTS, sizeof *view->metrics);
    view->digits = calloc(sweep->n_axes + 1, sizeof *view->digits);
    view->order = calloc(sweep->n_axes + 1, sizeof *view->order);
    bool ok = view->metrics && view->digits && view->order;
    for (size_t i = 0; ok && i < sweep->n_axes; i++) {
        view->digits[i] = digits_of(&sweep->axes[i]);
        ok = (view->order[i] = order_of(&sweep->axes[i])) != NULL;
    }
    for (size_t i = 0; ok && i < n_names; i++)
        show(view, names[i]);
    if (ok && n_names == 0 && sweep->n_points)
        ok = show_usual(view);
    view->level = sweep_level(sweep, view->n_metrics);
    ok = ok && !any_failed(sweep);
    if (!ok)
        sweep_view_finish(view);
    return ok;
}

void sweep_view_finish(struct sweep_view *view)
{
    if (!view)
        return;
    free(view->metrics);
    free(view->digits);
    for (size_t i = 0; view->order && i < view->sweep->n_axes; i++)
        free(view->order[i]);
    free(view->order);
    *view = (struct sweep_view){0};
}

/* ---- words ---- */

/* "1.5 MB", "100 Mbit/s" */
static struct units_text scaled(double number, const char *unit, int digits)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    size_t i = 0;
    for (; i + 1 < sizeof prefixes / sizeof *prefixes && fabs(number) >= 1000.0; i++)
        number /= 1000.0;
    struct units_text text = units_format_number(number, digits);
    size_t length = strlen(text.chars);
    snprintf(text.chars + length, sizeof text.chars - length, " %s%s", prefixes[i], unit);
    return text;
}

struct units_text sweep_number_text(const struct sweep_view *view, size_t axis, double number, int digits)
{
    switch (view->sweep->axes[axis].kind) {
    case AXIS_SECONDS: return units_format_duration(number, digits);
    case AXIS_PER_SECOND: return units_format_rate(number, digits);
    case AXIS_BYTES: return scaled(number, "B", digits);
    case AXIS_BYTES_PER_SECOND: return scaled(8.0 * number, "bit/s", digits);
    case AXIS_SHARE: return units_format_share(number, digits);
    case AXIS_WORDS:
    case AXIS_NUMBER: break;
    }
    return units_format_number(number, digits);
}

/* "1.5 s" of "1.50 s": a value that was asked for is exact. */
static struct units_text without_zeros(struct units_text text)
{
    char *point = strchr(text.chars, '.'), *end = point ? point + strspn(point, ".0123456789") : NULL;
    if (!point || *end == 'e')
        return text;
    char *last = end;
    while (last[-1] == '0')
        last--;
    last -= last[-1] == '.';
    memmove(last, end, strlen(end) + 1);
    return text;
}

/* " ms" where the least time but 0 is 10 ms. */
static const char *unit_of_least(const struct axis *axis)
{
    double least = (double)INFINITY;
    for (size_t i = 0; i < axis->n; i++)
        least = axis->numbers[i] > 0.0 ? fmin(least, axis->numbers[i]) : least;
    return isinf(least) ? " s" : plot_time_unit(least).suffix;
}

char *sweep_value_text(const struct sweep_view *view, size_t axis, size_t value)
{
    const struct axis *along = &view->sweep->axes[axis];
    if (!along->numbers)
        return text_copy(along->values[value]);
    double number = along->numbers[value];
    if (number == 0.0 && along->kind == AXIS_SECONDS)
        return text_format("0%s", unit_of_least(along));
    return text_copy(without_zeros(sweep_number_text(view, axis, number, view->digits[axis])).chars);
}

const char *sweep_axis_unit(const struct axis *axis)
{
    static const char *const units[] = {[AXIS_WORDS] = "",
                                        [AXIS_SECONDS] = "s",
                                        [AXIS_PER_SECOND] = "per_s",
                                        [AXIS_BYTES] = "bytes",
                                        [AXIS_BYTES_PER_SECOND] = "bytes_per_s",
                                        [AXIS_SHARE] = "share",
                                        [AXIS_NUMBER] = ""};
    return units[axis->kind];
}

char *sweep_axis_column(const struct axis *axis)
{
    const char *unit = sweep_axis_unit(axis);
    return text_format("%s%s%s", axis->paths[0], unit[0] ? "_" : "", unit);
}
