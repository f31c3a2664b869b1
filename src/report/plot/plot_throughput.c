/* Requests over time: how many are answered, and how many are completed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/plot/plot_kinds.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_shade.h"

enum {
    LABEL_ROOM = 270,
    ROW_GAP = 72,
    MOST_RATE_WINDOWS = 150,
    FEWEST_RATE_WINDOWS = 20,
    MOST_COUNT_WINDOWS = 600,
    EVENTS_A_WINDOW = 20, /* so that a window's rate means something */
    FEW = 100,            /* with fewer requests, they are counted, as a rate means nothing */
};

enum flow { FLOW_ANSWERED, FLOW_COMPLETED, FLOWS };

static const char *const flow_names[] = {"answered", "completed"};

/* How a run is shown. */
struct view {
    const struct plot_source *source;
    bool counts; /* how many until now, not how many per second */
    struct windows windows;
};

static const struct series *series_of(const struct plot_source *source, size_t policy)
{
    return &source->experiment->policies[policy].series;
}

static uint64_t flow_count(const struct series *series, size_t sample, enum flow flow)
{
    if (sample >= series->n)
        return 0;
    return flow == FLOW_ANSWERED ? series->samples[sample].answered : series->samples[sample].completed;
}

static struct view view_make(const struct plot_source *source)
{
    uint64_t most = 0;
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        for (int f = 0; f < FLOWS; f++) {
            const struct series *series = series_of(source, p);
            uint64_t here = flow_count(series, series->n - 1, (enum flow)f);
            most = here > most ? here : most;
        }
    uint64_t n = most / EVENTS_A_WINDOW;
    n = n < FEWEST_RATE_WINDOWS ? FEWEST_RATE_WINDOWS : n > MOST_RATE_WINDOWS ? MOST_RATE_WINDOWS : n;
    bool counts = most < FEW;
    return (struct view){.source = source,
                         .counts = counts,
                         .windows =
                             windows_make(series_of(source, 0), counts ? MOST_COUNT_WINDOWS : (size_t)n)};
}

/* The rate within a window; or the count at its start, and at the end of the run for the window behind the
 * last. */
static double window_value(const struct view *view, size_t policy, size_t window, enum flow flow)
{
    const struct series *series = series_of(view->source, policy);
    size_t first = window < view->windows.n ? window_first(view->windows, window) : view->windows.stretches;
    size_t last = window_last(view->windows, window);
    if (view->counts)
        return (double)flow_count(series, first, flow);
    double seconds = (double)(series->samples[last].at_ns - series->samples[first].at_ns) * 1e-9;
    uint64_t count = flow_count(series, last, flow) - flow_count(series, first, flow);
    return seconds > 0.0 ? (double)count / seconds : 0.0;
}

/* After the warm-up; or, of counts, of the whole run. */
static double whole_value(const struct view *view, size_t policy, enum flow flow)
{
    const struct policy_run *run = &view->source->experiment->policies[policy];
    if (view->counts)
        return (double)flow_count(&run->series, run->series.n - 1, flow);
    uint64_t count = flow == FLOW_ANSWERED ? run->first.answered : run->first.completed;
    return run->first.window_ns > 0 ? (double)count / ((double)run->first.window_ns * 1e-9) : 0.0;
}

/* ---- data ---- */

static void add_header(struct figure *figure, const struct view *view)
{
    text_add(&figure->data, "time_s");
    for (size_t p = 0; p < plot_shown_policies(view->source); p++)
        for (int f = 0; f < FLOWS; f++)
            text_addf(&figure->data, ",%s.%s%s", view->source->experiment->policies[p].name, flow_names[f],
                      view->counts ? "" : "_per_s");
    text_add(&figure->data, "\n");
}

static void add_row(struct figure *figure, const struct view *view, size_t window, int64_t at_ns)
{
    plot_add_seconds(&figure->data, at_ns);
    for (size_t p = 0; p < plot_shown_policies(view->source); p++)
        for (int f = 0; f < FLOWS; f++)
            text_addf(&figure->data, ",%.6g", window_value(view, p, window, (enum flow)f));
    text_add(&figure->data, "\n");
}

/* A window has two lines, one for its start and one for its end: plain lines through all points are the
 * steps. */
static void add_data(struct figure *figure, const struct view *view)
{
    const struct series *series = series_of(view->source, 0);
    add_header(figure, view);
    for (size_t w = 0; w < view->windows.n; w++) {
        add_row(figure, view, w, series->samples[window_first(view->windows, w)].at_ns);
        add_row(figure, view, w, series->samples[window_last(view->windows, w)].at_ns);
    }
    if (view->counts)
        add_row(figure, view, view->windows.n, series->samples[view->windows.stretches].at_ns);
}

static struct plot_axis value_axis(const struct view *view)
{
    double most = 0.0;
    for (size_t w = 0; w < view->windows.n + view->counts; w++)
        for (size_t p = 0; p < plot_shown_policies(view->source); p++)
            for (int f = 0; f < FLOWS; f++) {
                double here = window_value(view, p, w, (enum flow)f);
                most = here > most ? here : most;
            }
    return view->counts ? axis_up_to(most, 4, true) : axis_of_rate(most, 4);
}

/* ---- drawing ---- */

/* "120", "120/s", "4/min" */
static struct units_text value_text(const struct view *view, double value)
{
    if (!view->counts && value < 1000.0)
        return units_format_rate(value, UNITS_DIGITS);
    struct units_text text = plot_short_count(value);
    size_t length = strlen(text.chars);
    snprintf(text.chars + length, sizeof text.chars - length, "%s", view->counts ? "" : "/s");
    return text;
}

/* Where the axis has another unit than the second, it tells it itself. */
static void add_heading(struct figure *figure, const struct view *view, struct plot_axis y, enum flow flow,
                        struct label label)
{
    bool per_second = !view->counts && y.unit >= 1.0;
    char *heading = text_format("%s%s%s", flow_names[flow],
                                per_second     ? " per second"
                                : view->counts ? " until then"
                                               : "",
                                flow == FLOW_COMPLETED ? " (all effects done)" : "");
    figure_label(figure, label, heading);
    figure->script.failed |= !heading;
    free(heading);
}

static void label_flow(struct figure *figure, const struct view *view, struct panel panel, struct plot_axis y,
                       enum flow flow, int heading_y)
{
    struct end_label labels[FIGURE_POLICIES];
    struct units_text values[FIGURE_POLICIES];
    size_t n = plot_shown_policies(view->source);
    for (size_t p = 0; p < n; p++) {
        values[p] = value_text(view, whole_value(view, p, flow));
        labels[p] = (struct end_label){
            .at = axis_pixel(y, panel, window_value(view, p, view->windows.n - !view->counts, flow)),
            .name = view->source->experiment->policies[p].name,
            .value = values[p].chars,
            .color = plot_policy_color(view->source->spec, p)};
    }
    add_heading(figure, view, y, flow, (struct label){.x = panel.left, .y = heading_y, .face = GNUPLOT_BOLD});
    figure_label_ends(figure, panel, labels, n, LABEL_ROOM);
}

static void draw_flow(struct figure *figure, const struct view *view, struct panel panel, struct plot_axis x,
                      struct plot_axis y, enum flow flow)
{
    struct shade shade = shade_of_run(view->source);
    int names = flow == 0 ? shade_names_height(view->source, panel.left, panel.right, shade) : 0;
    label_flow(figure, view, panel, y, flow, panel.top - 30 - names);
    figure_shade(figure, view->source, panel, shade);
    if (flow == 0)
        figure_shade_names(figure, view->source, panel, shade);
    panel_begin(figure, panel, x, y);
    figure_warmup(figure, panel, view->source->spec);
    for (size_t p = 0; p < plot_shown_policies(view->source); p++)
        panel_curve(figure, "using (t($1)):%zu with lines linewidth %g linecolor rgb '%s'",
                    2 + p * FLOWS + (size_t)flow, plot_line_width(p),
                    plot_policy_color(view->source->spec, p));
    panel_end(figure);
}

static void draw_flows(struct figure *figure, const struct view *view)
{
    struct panel body = {.right = PAGE_RIGHT - LABEL_ROOM, .top = PAGE_BODY + 50, .bottom = 806};
    double seconds = (double)view->source->spec->run.duration_ns * 1e-9;
    struct time_unit unit = plot_time_unit(seconds);
    struct plot_axis y = value_axis(view);
    body.left = PAGE_LEFT + axis_width(y);
    body.top += shade_names_height(view->source, body.left, body.right, shade_of_run(view->source));
    struct plot_axis x = axis_of_time(seconds, unit, body.right - body.left);
    add_data(figure, view);
    figure_time_unit(figure, unit);
    figure_time_title(figure, body, "time", unit);
    x.labels = false;
    draw_flow(figure, view, panel_at(body, 2, 1, 0, 0, 0, ROW_GAP), x, y, FLOW_ANSWERED);
    x.labels = true;
    draw_flow(figure, view, panel_at(body, 2, 1, 1, 0, 0, ROW_GAP), x, y, FLOW_COMPLETED);
}

/* ---- words ---- */

struct range {
    size_t lowest, highest; /* policies */
    double low, high;
};

static struct range range_of(const struct view *view, enum flow flow)
{
    double first = whole_value(view, 0, flow);
    struct range range = {.low = first, .high = first};
    for (size_t p = 1; p < plot_shown_policies(view->source); p++) {
        double here = whole_value(view, p, flow);
        if (here < range.low)
            range = (struct range){p, range.highest, here, range.high};
        if (here > range.high)
            range = (struct range){range.lowest, p, range.low, here};
    }
    return range;
}

static bool differ(struct range range)
{
    return range.low < range.high * 0.98;
}

/* "queue answers 120 requests per second, sync only 70.4" */
static void add_title(struct text *title, const struct view *view)
{
    const struct policy_run *runs = view->source->experiment->policies;
    struct range answered = range_of(view, FLOW_ANSWERED), completed = range_of(view, FLOW_COMPLETED);
    if (answered.high <= 0.0 && completed.high <= 0.0) {
        text_add(title, "No request is answered");
        return;
    }
    if (differ(answered))
        plot_add_name(title, runs[answered.highest].name);
    else
        text_add(title, view->source->experiment->n_policies == 1 ? runs[0].name : "Every policy");
    double most = answered.high > 0.0 ? answered.high : completed.high;
    struct units_rate unit = view->counts ? units_of_rate(1.0) : units_of_rate(most);
    text_addf(title, " answers %s request%s%s%s", plot_short_count(answered.high * unit.scale).chars,
              view->counts && answered.high == 1.0 ? "" : "s", view->counts ? "" : " ",
              view->counts ? "" : unit.period);
    if (!differ(answered) && !differ(completed))
        return;
    struct range range = differ(answered) ? answered : completed;
    text_add(title, ", ");
    plot_add_name(title, runs[range.lowest].name);
    text_addf(title, "%s only %s", differ(answered) ? "" : " completes",
              plot_short_count(range.low * unit.scale).chars);
}

void plot_throughput(const struct plot_source *source, struct figure *figure)
{
    struct text title = {0}, subtitle = {0};
    plot_add_run(&subtitle, source);
    if (series_of(source, 0)->n > 1) {
        struct view view = view_make(source);
        add_title(&title, &view);
        text_addf(&subtitle, " · numbers: %s",
                  view.counts                       ? "in the whole run"
                  : source->spec->run.warmup_ns > 0 ? "mean after the warm-up"
                                                    : "mean");
        plot_add_warmup_note(&subtitle, source);
        shade_add_note(&subtitle, source, shade_of_run(source));
        plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
        figure_begin(figure, 900, text_string(&title), text_string(&subtitle));
        draw_flows(figure, &view);
        figure_end(figure);
    } else {
        figure_empty(figure, "No request is answered", text_string(&subtitle), "nothing was sampled");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
