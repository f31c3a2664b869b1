/* The figures of a run that letters are good enough for. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/plot/gnuplot.h"
#include "report/plot/plot_figure.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_terminal.h"

/* What the figures are made from. */
struct letter_source {
    const struct spec *spec;
    const struct experiment *experiment;
    const struct table_style *style;
    size_t n_policies; /* shown */
};

/* Points a curve has, when all take turns. */
static size_t points_of(const struct letter_source *source)
{
    size_t n = (size_t)letter_plot_columns(source->style) / source->n_policies;
    return n < 8 ? 8 : n;
}

static void plot_init(const struct letter_source *source, struct letter_plot *plot)
{
    const char *names[LETTER_CURVES];
    for (size_t p = 0; p < source->n_policies; p++)
        names[p] = source->experiment->policies[p].name;
    letter_plot_init(plot, names, source->n_policies);
}

/* ---- over time ---- */

static int64_t backlog_in(const struct system_sample *sample)
{
    return sample->places[PLACE_INBOX] + sample->places[PLACE_QUEUE];
}

/* The deepest of the samples that the point stands for: a peak is not lost. */
static void add_backlog(struct letter_plot *plot, size_t curve, const struct series *series, double x,
                        size_t from, size_t to)
{
    int64_t most = 0;
    for (size_t i = from; i <= to; i++)
        most = backlog_in(&series->samples[i]) > most ? backlog_in(&series->samples[i]) : most;
    letter_plot_point(plot, curve, x, (double)most);
}

static void add_throughput(struct letter_plot *plot, size_t curve, const struct series *series, double x,
                           size_t from, size_t to)
{
    const struct system_sample *first = &series->samples[from], *last = &series->samples[to];
    double seconds = (double)(last->at_ns - first->at_ns) / 1e9;
    letter_plot_point(plot, curve, x, (double)(last->answered - first->answered) / seconds);
}

typedef void add_point(struct letter_plot *plot, size_t curve, const struct series *series, double x,
                       size_t from, size_t to);

/* A point for each stretch of the run, at its turn in it; `unit_s` is what the axis counts in. */
static void add_over_time(struct letter_plot *plot, const struct letter_source *source, double unit_s,
                          add_point *add)
{
    size_t n = points_of(source);
    for (size_t p = 0; p < source->n_policies; p++) {
        const struct series *series = &source->experiment->policies[p].series;
        size_t stretches = series->n - 1, wanted = n < stretches ? n : stretches;
        for (size_t i = 0; i < wanted; i++) {
            size_t from = i * stretches / wanted, to = (i + 1) * stretches / wanted;
            double share = letter_plot_turn(plot, p, i, wanted);
            add(plot, p, series, share * (double)source->spec->run.duration_ns / 1e9 / unit_s, from, to);
        }
    }
}

static bool draw_over_time(struct text *text, const struct letter_source *source, const char *program,
                           const char *title, enum letter_unit unit, add_point *add, struct error *error)
{
    struct letter_plot plot;
    double seconds = (double)source->spec->run.duration_ns / 1e9;
    struct time_unit time = plot_time_unit(seconds);
    char x_title[40];
    snprintf(x_title, sizeof x_title, "time (%s)", time.name);
    plot_init(source, &plot);
    plot.title = title;
    plot.x_title = x_title;
    plot.x_to = seconds / time.seconds;
    plot.unit = unit;
    add_over_time(&plot, source, time.seconds, add);
    bool ok = letter_plot_add(text, &plot, program, source->style, error);
    letter_plot_finish(&plot);
    return ok;
}

/* ---- response times ---- */

enum { MOST_DECADES = 4 };

/* The axis counts decades of the share that is slower: 90 % is 1, 99 % is 2. As far as some policy has ten
 * requests beyond. */
static int decades_of(const struct letter_source *source)
{
    uint64_t most = 0;
    int n = 1;
    for (size_t p = 0; p < source->n_policies; p++) {
        uint64_t count = source->experiment->policies[p].first.response.count;
        most = count > most ? count : most;
    }
    for (uint64_t ten = 1000; ten <= most && n < MOST_DECADES; ten *= 10)
        n++;
    return n;
}

static void add_share_tics(struct text *tics, int decades)
{
    static const char *const names[] = {"90 %%", "99 %%", "99.9 %%", "99.99 %%"};
    text_addf(tics, "'0 %%%%' 0, '50 %%%%' %.9g", log10(2.0));
    for (int i = 0; i < decades; i++)
        text_addf(tics, ", '%s' %d", names[i], i + 1);
}

static bool draw_response(struct text *text, const struct letter_source *source, const char *program,
                          struct error *error)
{
    struct letter_plot plot;
    int decades = decades_of(source);
    size_t n = points_of(source);
    plot_init(source, &plot);
    plot.title = "time until the answer";
    plot.x_title = "share of requests that were faster";
    plot.x_to = decades;
    plot.unit = LETTER_TIME;
    add_share_tics(&plot.x_tics, decades);
    for (size_t p = 0; p < source->n_policies; p++) {
        const struct histogram *response = &source->experiment->policies[p].first.response;
        for (size_t i = 0; i < n && response->count > 0; i++) {
            double x = letter_plot_turn(&plot, p, i, n) * decades;
            letter_plot_point(&plot, p, x, histogram_quantile(response, 1.0 - pow(10.0, -x)) / 1e9);
        }
    }
    bool ok = letter_plot_add(text, &plot, program, source->style, error);
    letter_plot_finish(&plot);
    return ok;
}

/* ---- all of them ---- */

bool plots_add_letters(struct text *text, const struct spec *spec, const struct experiment *experiment,
                       const struct table_style *style, bool *ret_drawn, struct error *error)
{
    size_t n = experiment->n_policies < LETTER_CURVES ? experiment->n_policies : LETTER_CURVES;
    struct letter_source source = {spec, experiment, style, n};
    char *program = gnuplot_find();
    *ret_drawn = program != NULL;
    bool ok =
        !program || n == 0 ||
        (draw_over_time(text, &source, program, "messages that wait in inboxes and queues", LETTER_COUNT,
                        add_backlog, error) &&
         draw_over_time(text, &source, program, "requests answered", LETTER_RATE, add_throughput, error) &&
         draw_response(text, &source, program, error));
    free(program);
    return ok;
}
