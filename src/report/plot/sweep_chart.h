/* A metric of a sweep along its last axis, as a figure shows it: the values' places on the page. */
#ifndef TANDEM_REPORT_SWEEP_CHART_H
#define TANDEM_REPORT_SWEEP_CHART_H

#include "report/plot/plot_duration.h"
#include "report/sweep/sweep_view.h"

struct sweep_chart {
    const struct sweep_view *view; /* borrowed */
    size_t metric;
    const struct axis *x;
    const size_t *order; /* of the axis's values; a place in it is a stop */
    size_t n_policies;   /* that are shown */
    size_t n_panels;     /* one for each value of the other axes, with each other */
    double from, to;     /* of the axis; words stand at 1, 2, 3, ... */
    bool logarithmic;
    struct duration_axis y; /* in the metric's unit */
};

struct sweep_chart sweep_chart_make(const struct sweep_view *view, size_t metric);

/* How many panels there would be. */
size_t sweep_panels(const struct sweep *sweep);

size_t chart_point(const struct sweep_chart *chart, size_t panel, size_t stop);
const char *chart_color(const struct sweep_chart *chart, size_t policy);

/* NULL: there is none, or it grows. */
const struct metric *chart_metric(const struct sweep_chart *chart, size_t panel, size_t stop, size_t policy);
bool chart_grows(const struct sweep_chart *chart, size_t panel, size_t stop, size_t policy);

/* On the axis; policies stand side by side at a word. */
double chart_number(const struct sweep_chart *chart, size_t stop, size_t policy);

/* On the page; a value beyond the panel is at its edge. */
int chart_x(const struct sweep_chart *chart, struct panel panel, double number);
int chart_y(const struct sweep_chart *chart, struct panel panel, double value);

/* A field of a figure's data. gnuplot knows no quotes within quotes, nor lines within them: such a quote
 * becomes an apostrophe, a control character a blank. */
void chart_add_word(struct text *data, const char *word);

/* The columns of the axes, and their values at a point. */
void chart_add_axes(struct text *data, const struct sweep *sweep);
void chart_add_values(struct text *data, const struct sweep *sweep, size_t point);

/* A line for each point: the axes' values, at words their numbers (1, 2, 3, ...), then of each policy the
 * value and its interval's ends. What does not exist, or grows, is NaN. */
void chart_add_data(struct text *data, const struct sweep_chart *chart);

/* The column, from 1, of a policy's value; the numbers on the axis are in the column before the first one's.
 */
size_t chart_column(const struct sweep_chart *chart, size_t policy);

/* Tics and what stands at them, as many values as there is room for, for the panel that is drawn next. */
void chart_add_tics(struct figure *figure, const struct sweep_chart *chart, struct panel panel);

#endif
