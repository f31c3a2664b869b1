#include "report/plot/sweep_chart.h"

#include <math.h>
#include <stdlib.h>

#include "report/csv.h"

enum { MOST_TICS = 40 };

/* ---- data ---- */

size_t sweep_panels(const struct sweep *sweep)
{
    size_t n = sweep->axes[sweep_last_axis(sweep)].n;
    return n ? sweep->n_points / n : 0;
}

size_t chart_point(const struct sweep_chart *chart, size_t panel, size_t stop)
{
    return panel * chart->x->n + chart->order[stop];
}

const char *chart_color(const struct sweep_chart *chart, size_t policy)
{
    return plot_policy_color(sweep_spec(chart->view->sweep), policy);
}

bool chart_grows(const struct sweep_chart *chart, size_t panel, size_t stop, size_t policy)
{
    return sweep_grows(chart->view->sweep, chart_point(chart, panel, stop), policy,
                       chart->view->metrics[chart->metric].name);
}

const struct metric *chart_metric(const struct sweep_chart *chart, size_t panel, size_t stop, size_t policy)
{
    const char *name = chart->view->metrics[chart->metric].name;
    const struct metric *metric =
        sweep_metric(chart->view->sweep, chart_point(chart, panel, stop), policy, name);
    return metric && isfinite(metric->value) && !chart_grows(chart, panel, stop, policy) ? metric : NULL;
}

void chart_add_word(struct text *data, const char *word)
{
    char *copy = text_copy(word);
    for (char *c = copy; c && *c; c++)
        *c = *c == '"' ? '\'' : (unsigned char)*c < ' ' ? ' ' : *c;
    csv_string(data, copy ? copy : "");
    data->failed |= !copy;
    free(copy);
}

void chart_add_axes(struct text *data, const struct sweep *sweep)
{
    for (size_t a = 0; a < sweep->n_axes; a++) {
        char *column = sweep_axis_column(&sweep->axes[a]);
        chart_add_word(data, column ? column : "");
        data->failed |= !column;
        free(column);
    }
}

void chart_add_values(struct text *data, const struct sweep *sweep, size_t point)
{
    for (size_t a = 0; a < sweep->n_axes; a++) {
        size_t value = sweep_index(sweep, point, a);
        if (sweep->axes[a].numbers)
            csv_number(data, sweep->axes[a].numbers[value]);
        else
            chart_add_word(data, sweep->axes[a].values[value]);
    }
}

static void add_header(struct text *data, const struct sweep_chart *chart)
{
    static const char *const suffixes[] = {"_s", "_per_s", "_share", ""}, *const parts[] = {"", ".low",
                                                                                            ".high"};
    const struct shown_metric *metric = &chart->view->metrics[chart->metric];
    chart_add_axes(data, chart->view->sweep);
    if (!chart->x->numbers)
        csv_string(data, "place");
    for (size_t p = 0; p < chart->n_policies; p++)
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            char *column = text_format("%s.%s%s%s", sweep_policy_name(chart->view->sweep, p), metric->name,
                                       parts[i], suffixes[metric->unit]);
            chart_add_word(data, column ? column : "");
            data->failed |= !column;
            free(column);
        }
    csv_end_line(data);
}

static void add_values(struct text *data, const struct metric *metric)
{
    if (!metric) {
        text_add(data, ",NaN,NaN,NaN");
        return;
    }
    double half = isnan(metric->half_width) ? 0.0 : metric->half_width;
    text_addf(data, ",%.6g,%.6g,%.6g", metric->value, metric->value - half, metric->value + half);
}

static void add_line(struct text *data, const struct sweep_chart *chart, size_t panel, size_t stop)
{
    chart_add_values(data, chart->view->sweep, chart_point(chart, panel, stop));
    if (!chart->x->numbers)
        csv_number(data, (double)stop + 1.0);
    for (size_t p = 0; p < chart->n_policies; p++)
        add_values(data, chart_metric(chart, panel, stop, p));
    csv_end_line(data);
}

void chart_add_data(struct text *data, const struct sweep_chart *chart)
{
    add_header(data, chart);
    for (size_t k = 0; k < chart->n_panels; k++)
        for (size_t i = 0; i < chart->x->n; i++)
            add_line(data, chart, k, i);
}

size_t chart_column(const struct sweep_chart *chart, size_t policy)
{
    return chart->view->sweep->n_axes + (chart->x->numbers ? 1 : 2) + 3 * policy;
}

/* ---- axes ---- */

struct range {
    double low, high;
};

/* Where the values and their intervals lie; a wide interval does not push the lines to the ground. */
static struct range value_range(const struct sweep_chart *chart)
{
    static const double most_room = 1.25;
    struct range values = {(double)INFINITY, 0.0};
    double high = 0.0;
    for (size_t k = 0; k < chart->n_panels; k++)
        for (size_t i = 0; i < chart->x->n; i++)
            for (size_t p = 0; p < chart->n_policies; p++) {
                const struct metric *metric = chart_metric(chart, k, i, p);
                if (!metric)
                    continue;
                values.low = fmin(values.low, metric->value);
                values.high = fmax(values.high, metric->value);
                high = fmax(high, metric->value + fmax(metric->half_width, 0.0));
            }
    return (struct range){values.low, fmin(high, most_room * values.high)};
}

static struct duration_axis value_axis(const struct sweep_chart *chart)
{
    int tics = chart->n_panels > 1 ? 4 : 6;
    struct range range = value_range(chart);
    enum metric_unit unit = chart->view->metrics[chart->metric].unit;
    if (unit == METRIC_SECONDS)
        return duration_axis_make(range.low, range.high, tics);
    if (unit == METRIC_PER_SECOND)
        return (struct duration_axis){axis_of_rate(range.high, tics), false};
    if (unit == METRIC_SHARE)
        return (struct duration_axis){axis_in_unit(range.high, tics, 100.0, " %"), false};
    return (struct duration_axis){axis_up_to(range.high, tics, false), false};
}

/* From 0 where that is not far away. */
static void find_range(struct sweep_chart *chart)
{
    static const double near_zero = 0.35;
    chart->from = chart_number(chart, 0, 0);
    chart->to = chart_number(chart, chart->x->n - 1, 0);
    if (!chart->x->numbers) {
        chart->from = 0.5;
        chart->to = (double)chart->x->n + 0.5;
    } else if (!chart->logarithmic && chart->from > 0.0 && chart->from <= near_zero * chart->to) {
        chart->from = 0.0;
    }
    if (!(chart->from < chart->to))
        chart->to = chart->from + (chart->from > 0.0 ? chart->from : 1.0);
}

struct sweep_chart sweep_chart_make(const struct sweep_view *view, size_t metric)
{
    const struct sweep *sweep = view->sweep;
    size_t last = sweep_last_axis(sweep), n = sweep_policies(sweep);
    struct sweep_chart chart = {.view = view,
                                .metric = metric,
                                .x = &sweep->axes[last],
                                .order = view->order[last],
                                .n_policies = n < FIGURE_POLICIES ? n : FIGURE_POLICIES,
                                .n_panels = sweep_panels(sweep)};
    chart.logarithmic = chart.x->numbers && chart.x->logarithmic;
    find_range(&chart);
    chart.y = value_axis(&chart);
    return chart;
}

double chart_number(const struct sweep_chart *chart, size_t stop, size_t policy)
{
    static const double widest = 0.22, most = 0.8;
    if (chart->x->numbers)
        return chart->x->numbers[chart->order[stop]];
    double n = (double)chart->n_policies;
    return (double)stop + 1.0 + ((double)policy - (n - 1.0) / 2.0) * fmin(widest, most / n);
}

int chart_x(const struct sweep_chart *chart, struct panel panel, double number)
{
    double share = chart->logarithmic ? log(number / chart->from) / log(chart->to / chart->from)
                                      : (number - chart->from) / (chart->to - chart->from);
    return panel.left + (int)(share * (panel.right - panel.left) + 0.5);
}

int chart_y(const struct sweep_chart *chart, struct panel panel, double value)
{
    double pixel = value > 0.0 || !chart->y.logarithmic ? duration_axis_pixel(chart->y, panel, value)
                                                        : (double)panel.bottom;
    return (int)(fmin(fmax(pixel, panel.top), panel.bottom) + 0.5);
}

/* ---- tics ---- */

/* What stands at a value; free() it. */
static char *tic_text(const struct sweep_chart *chart, struct panel panel, size_t stop)
{
    char *text = sweep_value_text(chart->view, sweep_last_axis(chart->view->sweep), chart->order[stop]);
    if (!text || chart->x->numbers)
        return text;
    char *fitting =
        gnuplot_fit(text, GNUPLOT_PLAIN, TICS_PX, (panel.right - panel.left) / (int)chart->x->n - 10);
    free(text);
    return fitting;
}

static double tic_number(const struct sweep_chart *chart, size_t stop)
{
    return chart->x->numbers ? chart_number(chart, stop, 0) : (double)stop + 1.0;
}

static void add_tic_labels(struct figure *figure, const struct sweep_chart *chart, struct panel panel)
{
    static const int apart = 16;
    int end = -apart;
    for (size_t i = 0; i < chart->x->n; i++) {
        char *text = tic_text(chart, panel, i);
        int half = gnuplot_text_width(text ? text : "", GNUPLOT_PLAIN, TICS_PX) / 2;
        int x = chart_x(chart, panel, tic_number(chart, i));
        if (x - half >= end + apart) {
            figure_label(figure,
                         (struct label){.x = x,
                                        .y = panel.bottom + 28,
                                        .anchor = ANCHOR_CENTER,
                                        .size = TICS_PX,
                                        .color = "#444444"},
                         text);
            end = x + half;
        }
        figure->script.failed |= !text;
        free(text);
    }
}

void chart_add_tics(struct figure *figure, const struct sweep_chart *chart, struct panel panel)
{
    size_t n = chart->x->n < MOST_TICS ? chart->x->n : 0;
    add_tic_labels(figure, chart, panel);
    text_addf(&figure->script, "%s logscale x\nset xtics (", chart->logarithmic ? "set" : "unset");
    for (size_t i = 0; i < n; i++)
        text_addf(&figure->script, "%s'' %.9g", i > 0 ? ", " : "", tic_number(chart, i));
    text_add(&figure->script, ")\n");
}
