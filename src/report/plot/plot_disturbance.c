/* Hidden latency: what users feel of a disturbance, and what piles up meanwhile. */
#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "report/disturbance_view.h"
#include "report/plot/plot_duration.h"
#include "report/plot/plot_kinds.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_shade.h"

enum {
    LABEL_ROOM = 330,
    ROW_GAP = 72,
    EVENT_ROOM = 560, /* for its name in the title */
};

enum curve { CURVE_RESPONSE, CURVE_ERRORS, CURVE_BACKLOG, CURVES };

static const char *const headings[CURVES] = {
    "mean response time of those answered then", "share of requests that failed, of those that ended then",
    "backlog: messages in queues, inboxes and pauses before a retry"};

enum mark { MARK_NOTICED, MARK_GREW, MARK_GONE, MARKS };

static const struct {
    const char *text;
    int point; /* gnuplot's number of the symbol */
    enum curve curve;
} marks[MARKS] = {
    {"users notice", 11, CURVE_RESPONSE},
    {"backlog begins to grow", 6, CURVE_BACKLOG},
    {"backlog is gone", 7, CURVE_BACKLOG},
};

/* More or fewer workers are no trouble that anybody would notice or that would have to pass. */
static bool is_trouble(const struct spec *spec, size_t event)
{
    return spec->events[event].kind != EVENT_WORKERS;
}

static size_t count_troubles(const struct spec *spec)
{
    size_t n = 0;
    for (size_t e = 0; e < spec->n_events; e++)
        n += is_trouble(spec, e);
    return n;
}

bool plot_disturbance_wanted(const struct plot_source *source)
{
    return count_troubles(source->spec) > 0;
}

static const struct policy_run *run_of(const struct plot_source *source, size_t policy)
{
    return &source->experiment->policies[policy];
}

static struct shade shade_of(const struct disturbance_view *view)
{
    struct shade shade = shade_of_run(view->source);
    shade.from_ns = view->from_ns;
    shade.to_ns = view->to_ns;
    return shade;
}

/* ---- data ---- */

struct lines {
    struct figure *figure;
    const struct disturbance_view *view;
};

static void add_header(struct figure *figure, const struct disturbance_view *view)
{
    text_add(&figure->data, "time_s");
    for (size_t p = 0; p < plot_shown_policies(view->source); p++) {
        const char *name = run_of(view->source, p)->name;
        text_addf(&figure->data, ",%s.response_s,%s.error_share,%s.backlog", name, name, name);
    }
    text_add(&figure->data, "\n");
}

static void add_number(struct text *csv, double number)
{
    if (isnan(number))
        text_add(csv, ",NaN");
    else
        text_addf(csv, ",%.6g", number);
}

static void add_line(void *data, int64_t at_ns, size_t from, size_t to, bool second)
{
    const struct lines *lines = data;
    const struct plot_source *source = lines->view->source;
    struct text *csv = &lines->figure->data;
    size_t end = view_stretch_end(lines->view, &run_of(source, 0)->series, from);
    if (!view_shows(lines->view, &run_of(source, 0)->series, from, end))
        return;
    plot_add_seconds(csv, at_ns);
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct series *series = &run_of(source, p)->series;
        struct extremes extremes = extremes_find(series, from, to, backlog_at, NULL);
        const struct system_sample *sample = &series->samples[second ? extremes.second : extremes.first];
        add_number(csv, response_between(&series->samples[from], &series->samples[end]));
        add_number(csv, errors_between(&series->samples[from], &series->samples[end]));
        text_addf(csv, ",%lld", (long long)backlog_at(sample, NULL));
    }
    text_add(csv, "\n");
}

/* ---- marks ---- */

/* When, in nanoseconds of the run; -1 = never, or not to be seen. */
static int64_t mark_time(const struct disturbance_view *view, size_t policy, size_t event, enum mark mark)
{
    const struct disturbance *d = disturbance_of(view->source, policy, event);
    int64_t after_ns = !d                     ? -1
                       : mark == MARK_NOTICED ? d->noticed_ns
                       : mark == MARK_GREW    ? d->grew_ns
                                              : d->gone_ns;
    int64_t from_ns = view->source->spec->events[event].from_ns;
    if (after_ns < 0 || after_ns > view->to_ns - from_ns)
        return -1;
    return from_ns + after_ns;
}

/* Where the curve is then; where it has no value, the last that it had. */
static double mark_value(const struct disturbance_view *view, size_t policy, int64_t at_ns, enum curve curve)
{
    const struct series *series = &run_of(view->source, policy)->series;
    double value = (double)NAN;
    size_t at = 0;
    for (size_t from = 0; from + 1 < series->n && series->samples[from].at_ns <= at_ns;
         from += view->bucket) {
        size_t to = view_stretch_end(view, series, from);
        double here = response_between(&series->samples[from], &series->samples[to]);
        value = isnan(here) ? value : here;
    }
    while (at + 1 < series->n && series->samples[at + 1].at_ns <= at_ns)
        at++;
    return curve == CURVE_BACKLOG ? (double)backlog_at(&series->samples[at], NULL) : value;
}

struct frame {
    struct panel panel;
    struct plot_axis x;
    struct duration_axis y;
};

static double pixel_of(const struct frame *frame, double value)
{
    double y = duration_axis_pixel(frame->y, frame->panel, value);
    return isnan(y) ? frame->panel.top : fmin(fmax(y, frame->panel.top), frame->panel.bottom);
}

static void add_mark(struct figure *figure, const struct disturbance_view *view, const struct frame *frame,
                     size_t policy, int64_t at_ns, enum mark mark)
{
    double share = (double)(at_ns - view->from_ns) / (double)(view->to_ns - view->from_ns);
    double x = frame->panel.left + share * (frame->panel.right - frame->panel.left);
    double y = pixel_of(frame, mark_value(view, policy, at_ns, marks[mark].curve));
    figure_point(figure, (int)lround(x), (int)lround(y), marks[mark].point,
                 plot_policy_color(view->source->spec, policy));
}

static void add_marks(struct figure *figure, const struct disturbance_view *view, const struct frame *frame,
                      enum curve curve)
{
    for (size_t e = 0; e < view->source->spec->n_events; e++)
        for (size_t p = 0; p < plot_shown_policies(view->source); p++)
            for (int m = 0; is_trouble(view->source->spec, e) && m < MARKS; m++) {
                int64_t at_ns = mark_time(view, p, e, (enum mark)m);
                if (marks[m].curve == curve && at_ns >= 0)
                    add_mark(figure, view, frame, p, at_ns, (enum mark)m);
            }
}

static void add_key(struct figure *figure)
{
    int x = PAGE_LEFT;
    for (int m = 0; m < MARKS; m++) {
        figure_point(figure, x + 11, PAGE_BODY, marks[m].point, COLOR_SOFT);
        figure_label(figure, (struct label){.x = x + 32, .y = PAGE_BODY, .size = TICS_PX}, marks[m].text);
        x += 68 + gnuplot_text_width(marks[m].text, GNUPLOT_PLAIN, TICS_PX);
    }
}

/* ---- words ---- */

/* The event that piled up the most; of several the first. */
static size_t chief_event(const struct plot_source *source)
{
    const struct spec *spec = source->spec;
    size_t chief = 0;
    double most = 0.0;
    while (chief + 1 < spec->n_events && !is_trouble(spec, chief))
        chief++;
    for (size_t e = 0; e < spec->n_events; e++)
        for (size_t p = 0; is_trouble(spec, e) && p < plot_shown_policies(source); p++) {
            const struct disturbance *d = disturbance_of(source, p, e);
            double grown = d ? (double)d->backlog_most - d->backlog_before : 0.0;
            if (grown > most * 1.05) {
                most = grown;
                chief = e;
            }
        }
    return chief;
}

static struct units_text after(int64_t ns)
{
    return units_format_duration((double)ns * 1e-9, 2);
}

/* The policy under which users notice first or last, or never. */
static size_t notices(const struct plot_source *source, size_t event, bool last)
{
    size_t found = 0;
    uint64_t bound = 0;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct disturbance *d = disturbance_of(source, p, event);
        uint64_t here = d ? (uint64_t)d->noticed_ns : UINT64_MAX; /* never is greatest */
        if (p == 0 || (last ? here > bound : here < bound)) {
            found = p;
            bound = here;
        }
    }
    return found;
}

static void add_noticed(struct text *title, const struct plot_source *source, size_t policy, size_t event)
{
    const struct disturbance *d = disturbance_of(source, policy, event);
    plot_add_name(title, run_of(source, policy)->name);
    if (d && d->noticed_ns >= 0)
        text_addf(title, " notice after %s", after(d->noticed_ns).chars);
    else
        text_add(title, " never notice");
}

static void add_event_name(struct text *text, const struct plot_source *source)
{
    const char *name = source->spec->events[chief_event(source)].name;
    char *fitting = gnuplot_fit(name, GNUPLOT_BOLD, TITLE_PX, EVENT_ROOM);
    text_add(text, fitting ? fitting : "");
    text->failed |= !fitting;
    free(fitting);
}

/* "bank down: users of sync notice after 1.2 s, those of queue never notice"; where there are several events,
 * "bank down, 1 of 3 events: ..." */
static void add_title(struct text *title, const struct plot_source *source)
{
    size_t event = chief_event(source);
    size_t early = notices(source, event, false), late = notices(source, event, true);
    add_event_name(title, source);
    if (source->spec->n_events > 1)
        text_addf(title, ", 1 of %zu events", source->spec->n_events);
    text_add(title, ": users of ");
    add_noticed(title, source, early, event);
    if (late == early)
        return;
    text_add(title, ", those of ");
    add_noticed(title, source, late, event);
}

static char *end_text(const struct disturbance_view *view, size_t policy, enum curve curve, size_t event)
{
    const struct disturbance *d = disturbance_of(view->source, policy, event);
    if (curve == CURVE_RESPONSE)
        return !d || d->noticed_ns < 0 ? text_copy("never noticed")
                                       : text_format("noticed: %s", after(d->noticed_ns).chars);
    if (curve == CURVE_BACKLOG)
        return !d || d->grew_ns < 0 ? text_copy("no backlog")
               : d->gone_ns < 0     ? text_copy("never gone")
                                    : text_format("gone: %s", after(d->gone_ns).chars);
    const struct series *series = &run_of(view->source, policy)->series;
    double most = 0.0;
    for (size_t from = 0; from + 1 < series->n; from += view->bucket) {
        size_t to = view_stretch_end(view, series, from);
        if (view_shows(view, series, from, to))
            most = fmax(most, errors_between(&series->samples[from], &series->samples[to]));
    }
    return most > 0.0 ? text_format("up to %s", units_format_share(most, 2).chars) : text_copy("none");
}

/* ---- drawing ---- */

/* The curve's last value that is shown. */
static double end_value(const struct disturbance_view *view, size_t policy, enum curve curve)
{
    const struct series *series = &run_of(view->source, policy)->series;
    double value = (double)NAN;
    for (size_t from = 0; from + 1 < series->n; from += view->bucket) {
        size_t to = view_stretch_end(view, series, from);
        const struct system_sample *a = &series->samples[from], *b = &series->samples[to];
        if (!view_shows(view, series, from, to))
            continue;
        double here = curve == CURVE_RESPONSE ? response_between(a, b)
                      : curve == CURVE_ERRORS ? 100.0 * errors_between(a, b)
                                              : (double)backlog_at(b, NULL);
        value = isnan(here) ? value : here;
    }
    return value;
}

static void label_ends(struct figure *figure, const struct disturbance_view *view, const struct frame *frame,
                       enum curve curve)
{
    size_t event = chief_event(view->source), n = plot_shown_policies(view->source);
    struct end_label labels[FIGURE_POLICIES];
    char *values[FIGURE_POLICIES];
    for (size_t p = 0; p < n; p++) {
        values[p] = end_text(view, p, curve, event);
        labels[p] = (struct end_label){.at = pixel_of(frame, end_value(view, p, curve)),
                                       .name = run_of(view->source, p)->name,
                                       .value = values[p] ? values[p] : "",
                                       .color = plot_policy_color(view->source->spec, p)};
    }
    figure_label_ends(figure, frame->panel, labels, n, LABEL_ROOM);
    for (size_t p = 0; p < n; p++) {
        figure->script.failed |= !values[p];
        free(values[p]);
    }
}

static struct duration_axis value_axis(const struct disturbance_view *view, enum curve curve)
{
    if (curve == CURVE_RESPONSE)
        return duration_axis_make(isfinite(view->low) ? view->low : 0.0, view->high, 3);
    if (curve == CURVE_BACKLOG)
        return (struct duration_axis){.axis = axis_up_to(view->most_backlog, 3, true)};
    struct plot_axis axis = axis_up_to(view->most_errors > 0.0 ? 100.0 * view->most_errors : 100.0, 2, false);
    axis.suffix = " %";
    return (struct duration_axis){.axis = axis};
}

/* From where the time shown begins, with tics at round numbers. */
static struct plot_axis time_axis(const struct disturbance_view *view, int width)
{
    double unit_ns = view->unit.seconds * 1e9;
    struct plot_axis axis = axis_of_time((double)(view->to_ns - view->from_ns) * 1e-9, view->unit, width);
    axis.from = (double)view->from_ns / unit_ns;
    axis.to = (double)view->to_ns / unit_ns;
    return axis;
}

static void draw_row(struct figure *figure, const struct disturbance_view *view, struct panel panel,
                     enum curve curve)
{
    struct shade shade = shade_of(view);
    shade.events_only = curve != 0;
    struct frame frame = {panel, time_axis(view, panel.right - panel.left), value_axis(view, curve)};
    int names = curve == 0 ? shade_names_height(view->source, panel.left, panel.right, shade) : 0;
    frame.x.labels = curve == CURVES - 1;
    duration_axis_begin(figure, frame.y);
    figure_label(figure, (struct label){.x = panel.left, .y = panel.top - 30 - names, .face = GNUPLOT_BOLD},
                 headings[curve]);
    label_ends(figure, view, &frame, curve);
    figure_shade(figure, view->source, panel, shade);
    if (curve == 0)
        figure_shade_names(figure, view->source, panel, shade);
    add_marks(figure, view, &frame, curve);
    panel_begin(figure, panel, frame.x, frame.y.axis);
    for (size_t p = 0; p < plot_shown_policies(view->source); p++)
        panel_curve(figure, "using (t($1)):(%s$%zu) with lines linewidth %g linecolor rgb '%s'",
                    curve == CURVE_ERRORS ? "100*" : "", 2 + p * CURVES + (size_t)curve, plot_line_width(p),
                    plot_policy_color(view->source->spec, p));
    panel_end(figure);
    duration_axis_end(figure, frame.y);
}

/* The same room for numbers in every row. */
static int numbers_width(const struct disturbance_view *view)
{
    int width = 90; /* of a logarithmic axis, "10 min" */
    for (int c = 0; c < CURVES; c++) {
        int here = axis_width(value_axis(view, (enum curve)c).axis);
        width = here > width ? here : width;
    }
    return width;
}

static void draw_rows(struct figure *figure, const struct disturbance_view *view)
{
    struct panel body = {.left = PAGE_LEFT + numbers_width(view),
                         .right = PAGE_RIGHT - LABEL_ROOM,
                         .top = PAGE_BODY + 84,
                         .bottom = 1104};
    const struct series *series = &run_of(view->source, 0)->series;
    struct lines lines = {figure, view};
    body.top += shade_names_height(view->source, body.left, body.right, shade_of(view));
    figure_time_unit(figure, view->unit);
    add_header(figure, view);
    series_steps(series, view->bucket, add_line, &lines);
    add_key(figure);
    figure_time_title(figure, body, "time", view->unit);
    for (int c = 0; c < CURVES; c++)
        draw_row(figure, view, panel_at(body, CURVES, 1, c, 0, 0, ROW_GAP), (enum curve)c);
}

void plot_disturbance(const struct plot_source *source, struct figure *figure)
{
    struct text title = {0}, subtitle = {0};
    add_title(&title, source);
    plot_add_run(&subtitle, source);
    if (run_of(source, 0)->series.n > 1) {
        struct disturbance_view view = disturbance_view_make(source);
        text_add(&subtitle, " · times count from the beginning of ");
        add_event_name(&subtitle, source);
        shade_add_note(&subtitle, source, shade_of(&view));
        plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
        figure_begin(figure, 1200, text_string(&title), text_string(&subtitle));
        draw_rows(figure, &view);
        figure_end(figure);
    } else {
        figure_empty(figure, text_string(&title), text_string(&subtitle), "nothing was sampled");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
