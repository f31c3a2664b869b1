/* A sweep's metrics along its last axis, in letters. */
#include <math.h>
#include <stdlib.h>

#include "report/plot/gnuplot.h"
#include "report/plot/plot_terminal.h"
#include "report/plot/sweep_chart.h"
#include "report/wrap.h"

enum { MOST_PANELS = 6 };

static enum letter_unit unit_of(enum metric_unit unit)
{
    switch (unit) {
    case METRIC_SECONDS: return LETTER_TIME;
    case METRIC_PER_SECOND: return LETTER_RATE;
    case METRIC_SHARE: return LETTER_SHARE;
    default: return LETTER_COUNT;
    }
}

/* The column at which a value stands. Policies stand side by side. */
static double column_of(const struct sweep_chart *chart, const struct letter_plot *plot, int columns,
                        size_t stop, size_t policy)
{
    struct panel panel = {.left = 0, .right = columns};
    double number = chart->x->numbers ? chart_number(chart, stop, 0) : (double)stop + 1.0;
    return chart_x(chart, panel, number) + (double)policy - ((double)plot->n_curves - 1.0) / 2.0;
}

/* In what stands at tics gnuplot sees formats. */
static char *tic_word(const struct sweep_chart *chart, size_t stop)
{
    char *word = sweep_value_text(chart->view, sweep_last_axis(chart->view->sweep), chart->order[stop]);
    struct text doubled = {0};
    for (const char *c = word; c && *c; c++)
        if (*c == '%')
            text_add(&doubled, "%%");
        else
            text_add_bytes(&doubled, c, 1);
    bool whole = word != NULL;
    free(word);
    return whole ? text_take(&doubled) : NULL;
}

/* As many as have room beside each other. */
static void add_tics(struct letter_plot *plot, const struct sweep_chart *chart, int columns)
{
    double end = -100.0;
    size_t middle = plot->n_curves / 2;
    for (size_t i = 0; i < chart->x->n; i++) {
        char *word = tic_word(chart, i);
        double x = column_of(chart, plot, columns, i, middle), half = word ? columns_of(word) / 2.0 : 0.0;
        plot->x_tics.failed |= !word;
        if (word && x - half > end + 1.0) {
            text_add(&plot->x_tics, plot->x_tics.length ? ", " : "");
            gnuplot_add_string(&plot->x_tics, word, GNUPLOT_PLAIN);
            text_addf(&plot->x_tics, " %.9g", x);
            end = x + half;
        }
        free(word);
    }
}

/* "response.p99, load 0 = 10/s" */
static void add_title(struct text *title, const struct sweep_chart *chart, size_t panel)
{
    const struct sweep *sweep = chart->view->sweep;
    text_add(title, chart->view->metrics[chart->metric].name);
    for (size_t a = 0; a < sweep->n_axes; a++) {
        if (a == sweep_last_axis(sweep))
            continue;
        char *value = sweep_value_text(chart->view, a, sweep_index(sweep, chart_point(chart, panel, 0), a));
        text_addf(title, ", %s = %s", sweep->axes[a].paths[0], value ? value : "");
        title->failed |= !value;
        free(value);
    }
}

/* Panels that are compared have the same axis. */
static void set_range(struct letter_plot *plot, const struct sweep_chart *chart)
{
    for (size_t k = 0; k < chart->n_panels; k++)
        for (size_t i = 0; i < chart->x->n; i++)
            for (size_t p = 0; p < plot->n_curves; p++) {
                const struct metric *metric = chart_metric(chart, k, i, p);
                double value = metric ? metric->value : 0.0;
                plot->most = fmax(plot->most, value);
                if (value > 0.0)
                    plot->least = fmin(plot->least, value);
            }
}

/* Where there is more to do than a policy gets done, a mean would only tell how long the run was. */
static void add_note(struct text *text, const struct sweep_chart *chart, size_t panel)
{
    bool grows = false;
    for (size_t i = 0; i < chart->x->n; i++)
        for (size_t p = 0; p < chart->n_policies; p++)
            grows |= chart_grows(chart, panel, i, p);
    if (grows)
        text_add(text, "  no letter: it grows without end\n");
}

static bool draw(struct text *text, const struct sweep_chart *chart, size_t panel, const char *program,
                 const struct table_style *style, struct error *error)
{
    const char *names[LETTER_CURVES];
    size_t n = chart->n_policies < LETTER_CURVES ? chart->n_policies : LETTER_CURVES;
    int columns = letter_plot_columns(style);
    struct letter_plot plot;
    struct text title = {0};
    for (size_t p = 0; p < n; p++)
        names[p] = sweep_policy_name(chart->view->sweep, p);
    letter_plot_init(&plot, names, n);
    add_title(&title, chart, panel);
    plot.title = text_string(&title);
    plot.x_title = chart->x->paths[0];
    plot.x_from = -(double)n;
    plot.x_to = columns + (double)n;
    plot.unit = unit_of(chart->view->metrics[chart->metric].unit);
    add_tics(&plot, chart, columns);
    for (size_t p = 0; p < n; p++)
        for (size_t i = 0; i < chart->x->n; i++) {
            const struct metric *metric = chart_metric(chart, panel, i, p);
            if (metric)
                letter_plot_point(&plot, p, column_of(chart, &plot, columns, i, p), metric->value);
        }
    set_range(&plot, chart);
    bool ok = letter_plot_add(text, &plot, program, style, error);
    add_note(text, chart, panel);
    letter_plot_finish(&plot);
    text->failed |= title.failed;
    text_finish(&title);
    return ok;
}

bool sweep_plots_add_letters(struct text *text, const struct sweep_view *view,
                             const struct table_style *style, bool *ret_drawn, struct error *error)
{
    char *program = gnuplot_find();
    bool ok = true;
    *ret_drawn = program != NULL;
    for (size_t m = 0; program && ok && m < view->n_metrics; m++) {
        struct sweep_chart chart = sweep_chart_make(view, m);
        for (size_t k = 0; ok && k < chart.n_panels && k < MOST_PANELS; k++)
            ok = draw(text, &chart, k, program, style, error);
        if (ok && chart.n_panels > MOST_PANELS)
            text_addf(text, "  %zu more plots of %s are not shown\n", chart.n_panels - MOST_PANELS,
                      view->metrics[m].name);
    }
    free(program);
    return ok;
}
