/* What gets through: requests offered, answered and completed, over time. */
#include <math.h>
#include <stdlib.h>

#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/plot/plot_series.h"

enum {
    HEIGHT = 110,
    EVENTS_A_WINDOW = 20, /* so that a window's rate means something */
    FEWEST_WINDOWS = 20,
    FEW = 100, /* with fewer requests, they are counted, as a rate means nothing */
};

enum flow { FLOW_OFFERED, FLOW_COMPLETED, FLOW_ANSWERED, FLOWS };

static const char *const flow_names[FLOWS] = {"offered", "completed", "answered"};
static const char *const flow_classes[FLOWS] = {"line thin", "line second", "line"};

struct flow_view {
    const struct drawing_source *source;
    bool counts; /* how many until now, not how many per second */
    size_t most_windows;
    struct drawing_time time;
    struct drawing_frame frame;
};

static const struct series *series_of(const struct drawing_source *source, size_t policy)
{
    return &source->experiment->policies[policy].series;
}

static uint64_t count_at(const struct series *series, size_t sample, enum flow flow)
{
    const struct system_sample *at = &series->samples[sample];
    return flow == FLOW_OFFERED ? at->offered : flow == FLOW_ANSWERED ? at->answered : at->completed;
}

/* The rate within a window, or the count at its end. */
static double value_at(const struct flow_view *view, const struct series *series, struct windows windows,
                       size_t window, enum flow flow)
{
    size_t first = window_first(windows, window), last = window_last(windows, window);
    if (view->counts)
        return (double)count_at(series, last, flow);
    double seconds = (double)(series->samples[last].at_ns - series->samples[first].at_ns) * 1e-9;
    uint64_t count = count_at(series, last, flow) - count_at(series, first, flow);
    return seconds > 0.0 ? (double)count / seconds : 0.0;
}

static struct flow_view view_make(const struct drawing_source *source)
{
    struct flow_view view = {.source = source, .time = drawing_time_of(source->spec)};
    uint64_t most = 0;
    double highest = 0.0;
    for (size_t p = 0; p < drawing_policies(source); p++) {
        const struct series *series = series_of(source, p);
        for (int f = 0; series->n > 0 && f < FLOWS; f++) {
            uint64_t here = count_at(series, series->n - 1, (enum flow)f);
            most = here > most ? here : most;
        }
    }
    view.counts = most < FEW;
    view.most_windows = DRAW_POINTS;
    if (!view.counts && most / EVENTS_A_WINDOW < DRAW_POINTS)
        view.most_windows = most / EVENTS_A_WINDOW > FEWEST_WINDOWS ? most / EVENTS_A_WINDOW : FEWEST_WINDOWS;
    for (size_t p = 0; p < drawing_policies(source); p++) {
        const struct series *series = series_of(source, p);
        struct windows windows = windows_make(series, view.most_windows);
        for (size_t w = 0; w < windows.n; w++)
            for (int f = 0; f < FLOWS; f++)
                highest = fmax(highest, value_at(&view, series, windows, w, (enum flow)f));
    }
    view.frame =
        drawing_frame_make(PANEL_HEAD + 4, HEIGHT, drawing_time_axis(view.time),
                           view.counts ? axis_up_to(highest, 4, true) : axis_of_rate(highest, 4), false);
    return view;
}

static double window_edge(const struct flow_view *view, const struct series *series, size_t sample)
{
    return frame_x_of_ns(&view->frame, view->time, series->samples[sample].at_ns);
}

static void add_flow(struct text *html, const struct flow_view *view, size_t policy, enum flow flow)
{
    const struct series *series = series_of(view->source, policy);
    struct windows windows = windows_make(series, view->most_windows);
    text_addf(html, "<path class=\"%s\" style=\"%s\" d=\"", flow_classes[flow], drawing_color(policy).chars);
    struct svg_path path = {.svg = html};
    for (size_t w = 0; w < windows.n; w++) {
        double y = frame_y(&view->frame, value_at(view, series, windows, w, flow));
        if (!view->counts)
            svg_path_point(&path, window_edge(view, series, window_first(windows, w)), y);
        svg_path_point(&path, window_edge(view, series, window_last(windows, w)), y);
    }
    text_add(html, "\"");
    svg_add_text_attribute(html, "data-name", flow_names[flow]);
    text_add(html, " data-v=\"");
    for (size_t w = 0; w < windows.n; w++) {
        double value = value_at(view, series, windows, w, flow);
        text_addf(html, "%s%s", w > 0 ? "|" : "",
                  view->counts ? units_format_number(value, UNITS_DIGITS).chars
                               : units_format_rate(value, UNITS_DIGITS).chars);
    }
    text_add(html, "\"/>\n");
}

static void add_hover(struct text *html, const struct flow_view *view, size_t policy)
{
    const struct series *series = series_of(view->source, policy);
    struct windows windows = windows_make(series, view->most_windows);
    frame_add_plot_attributes(html, &view->frame, view->frame.x.from, view->frame.x.to, view->time.unit.name);
    text_add(html, " data-x=\"");
    for (size_t w = 0; w < windows.n; w++) {
        text_add(html, w > 0 ? " " : "");
        double from = window_edge(view, series, window_first(windows, w));
        double to = window_edge(view, series, window_last(windows, w));
        svg_add_number(html, view->counts ? to : (from + to) / 2.0);
    }
    text_add(html, "\"");
}

/* "answered 100/s, completed 99/s" of the whole window, or how many in all. */
static char *remark_of(const struct flow_view *view, size_t policy)
{
    const struct policy_run *run = &view->source->experiment->policies[policy];
    const struct series *series = series_of(view->source, policy);
    if (view->counts && series->n > 0) {
        size_t last = series->n - 1;
        return text_format("%llu offered, %llu answered, %llu completed",
                           (unsigned long long)count_at(series, last, FLOW_OFFERED),
                           (unsigned long long)count_at(series, last, FLOW_ANSWERED),
                           (unsigned long long)count_at(series, last, FLOW_COMPLETED));
    }
    double seconds = (double)run->first.window_ns * 1e-9;
    double scale = seconds > 0.0 ? 1.0 / seconds : 0.0;
    return text_format("offered %s, answered %s, completed %s",
                       units_format_rate((double)run->first.offered * scale, UNITS_DIGITS).chars,
                       units_format_rate((double)run->first.answered * scale, UNITS_DIGITS).chars,
                       units_format_rate((double)run->first.completed * scale, UNITS_DIGITS).chars);
}

static void add_panel(struct text *html, const struct flow_view *view, size_t policy)
{
    char *remark = remark_of(view, policy);
    char *description = text_format("Throughput under %s: %s.",
                                    view->source->experiment->policies[policy].name, remark ? remark : "");
    char *title = text_format("time (%s)", view->time.unit.name);
    drawing_panel(html, view->frame.bottom + PANEL_FOOT, description ? description : "");
    add_hover(html, view, policy);
    drawing_panel_open(html);
    drawing_add_head(html, view->source, policy, remark ? remark : "");
    frame_add_events(html, view->source, policy, &view->frame, view->time);
    frame_name_events(html, view->source->spec, &view->frame, view->time);
    frame_add(html, &view->frame, title ? title : "");
    for (int f = 0; f < FLOWS; f++)
        add_flow(html, view, policy, (enum flow)f);
    drawing_panel_end(html);
    html->failed |= !remark || !description || !title;
    free(remark);
    free(description);
    free(title);
}

bool draw_series_wanted(const struct drawing_source *source)
{
    for (size_t p = 0; p < drawing_policies(source); p++)
        if (series_of(source, p)->n < 2)
            return false;
    return source->experiment->n_policies > 0;
}

/* An axis in another unit than the second tells it itself. */
static const char *note_of(const struct flow_view *view)
{
    if (view->counts)
        return "Requests until then. Where lines lie below the dotted one, something waits or is lost. "
               "Shaded: warm-up and events. Replication 1.";
    if (view->frame.y.unit < 1.0)
        return "A line that stays below the dotted one tells of requests that wait, fail or are lost. "
               "Shaded: warm-up and events. Replication 1.";
    return "Requests per second. A line that stays below the dotted one tells of requests that wait, fail "
           "or are lost. Shaded: warm-up and events. Replication 1.";
}

void draw_throughput(struct text *html, const struct drawing_source *source)
{
    static const struct drawing_key entries[] = {{"stroke", "answered"},
                                                 {"stroke dashed", "completed: all effects done"},
                                                 {"stroke dotted s-message", "offered"}};
    struct flow_view view = view_make(source);
    drawing_begin(html, "throughput");
    drawing_add_key(html, entries, 3);
    drawing_begin_panels(html);
    for (size_t p = 0; p < drawing_policies(source); p++)
        add_panel(html, &view, p);
    drawing_end(html, source, note_of(&view));
}
