/* What users and backlogs were like through the dated events: three strips over the same time. */
#include <math.h>
#include <stdlib.h>

#include "report/disturbance_view.h"
#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/plot/plot_duration.h"
#include "report/plot/plot_series.h"

enum { STRIPS = 3, HEIGHT = 62, STRIP_GAP = 30, NAMES = 28 };

enum strip { STRIP_RESPONSE, STRIP_BACKLOG, STRIP_ERRORS };

static const char *const strip_names[STRIPS] = {"response time, mean", "backlog, messages",
                                                "requests that failed"};

struct strips {
    const struct drawing_source *source;
    struct disturbance_view view;
    struct drawing_time time;
    struct drawing_frame frames[STRIPS];
    size_t n; /* without errors where there is none */
};

static const struct series *series_of(const struct drawing_source *source, size_t policy)
{
    return &source->experiment->policies[policy].series;
}

static struct drawing_frame strip_frame(const struct strips *strips, enum strip strip)
{
    double top = PANEL_HEAD + (double)NAMES + (HEIGHT + STRIP_GAP) * (double)strip;
    struct plot_axis x = drawing_time_axis(strips->time), y = {.to = 1.0, .step = 0.5};
    bool logarithmic = false;
    if (strip == STRIP_RESPONSE) {
        const struct disturbance_view *view = &strips->view;
        double high = view->high > 0.0 ? view->high : 1.0;
        struct duration_axis axis = duration_axis_make(view->low < high ? view->low : high, high, 2);
        y = axis.axis;
        logarithmic = axis.logarithmic;
    } else if (strip == STRIP_BACKLOG) {
        y = axis_up_to(strips->view.most_backlog, 2, true);
    } else {
        y = axis_up_to(100.0 * strips->view.most_errors, 2, false);
        y.suffix = " %";
    }
    struct drawing_frame frame = drawing_frame_make(top, HEIGHT, x, y, logarithmic);
    frame.left = 48.0;
    return frame;
}

static struct strips strips_make(const struct drawing_source *source, const struct plot_source *plots)
{
    struct strips strips = {.source = source, .view = disturbance_view_make(plots)};
    strips.time = (struct drawing_time){strips.view.unit, strips.view.from_ns, strips.view.to_ns};
    strips.n = strips.view.most_errors > 0.0 ? STRIPS : STRIPS - 1;
    for (size_t i = 0; i < strips.n; i++)
        strips.frames[i] = strip_frame(&strips, (enum strip)i);
    return strips;
}

/* NAN where nothing is known. Of a backlog the greatest: no peak is lost. */
static double value_of(const struct strips *strips, const struct series *series, enum strip strip,
                       size_t from, size_t to)
{
    if (strip == STRIP_RESPONSE)
        return response_between(&series->samples[from], &series->samples[to]);
    if (strip == STRIP_ERRORS)
        return 100.0 * errors_between(&series->samples[from], &series->samples[to]);
    (void)strips;
    int64_t most = 0;
    for (size_t i = from; i <= to; i++) {
        int64_t here = backlog_at(&series->samples[i], NULL);
        most = here > most ? here : most;
    }
    return (double)most;
}

static struct units_text value_text(enum strip strip, double value)
{
    if (isnan(value))
        return (struct units_text){""};
    return strip == STRIP_RESPONSE ? units_format_duration(value, UNITS_DIGITS)
           : strip == STRIP_ERRORS ? units_format_share(value / 100.0, 2)
                                   : units_format_number(value, UNITS_DIGITS);
}

static double middle_x(const struct strips *strips, const struct series *series, size_t from, size_t to)
{
    int64_t a = series->samples[from].at_ns, b = series->samples[to].at_ns;
    return frame_x_of_ns(&strips->frames[0], strips->time, a + (b - a) / 2);
}

static void add_line(struct text *html, const struct strips *strips, size_t policy, enum strip strip)
{
    const struct series *series = series_of(strips->source, policy);
    struct svg_path path = {.svg = html};
    text_addf(html, "<path class=\"line\" style=\"%s\" d=\"", drawing_color(policy).chars);
    for (size_t from = 0; from + 1 < series->n; from += strips->view.bucket) {
        size_t to = view_stretch_end(&strips->view, series, from);
        double value = value_of(strips, series, strip, from, to);
        if (!view_shows(&strips->view, series, from, to))
            continue;
        if (isnan(value))
            svg_path_gap(&path);
        else
            svg_path_point(&path, middle_x(strips, series, from, to), frame_y(&strips->frames[strip], value));
    }
    text_add(html, "\"");
    svg_add_text_attribute(html, "data-name", strip_names[strip]);
    text_add(html, " data-v=\"");
    bool first = true;
    for (size_t from = 0; from + 1 < series->n; from += strips->view.bucket) {
        size_t to = view_stretch_end(&strips->view, series, from);
        if (!view_shows(&strips->view, series, from, to))
            continue;
        text_addf(html, "%s%s", first ? "" : "|",
                  value_text(strip, value_of(strips, series, strip, from, to)).chars);
        first = false;
    }
    text_add(html, "\"/>\n");
}

static void add_hover(struct text *html, const struct strips *strips, size_t policy)
{
    const struct series *series = series_of(strips->source, policy);
    struct drawing_frame whole = strips->frames[0];
    whole.bottom = strips->frames[strips->n - 1].bottom;
    frame_add_plot_attributes(html, &whole, whole.x.from, whole.x.to, strips->time.unit.name);
    text_add(html, " data-x=\"");
    bool first = true;
    for (size_t from = 0; from + 1 < series->n; from += strips->view.bucket) {
        size_t to = view_stretch_end(&strips->view, series, from);
        if (!view_shows(&strips->view, series, from, to))
            continue;
        text_add(html, first ? "" : " ");
        svg_add_number(html, middle_x(strips, series, from, to));
        first = false;
    }
    text_add(html, "\"");
}

/* ---- words ---- */

/* Of the first event: "bank down: noticed after 1.2 s, backlog gone after 40 s" */
static char *remark_of(const struct strips *strips, size_t policy)
{
    struct plot_source plots = drawing_plots(strips->source);
    const struct disturbance *d = disturbance_of(&plots, policy, 0);
    struct text text = {0};
    if (!d)
        return text_copy("");
    if (d->noticed_ns >= 0)
        text_addf(&text, "users notice after %s; ",
                  units_format_duration((double)d->noticed_ns * 1e-9, UNITS_DIGITS).chars);
    else
        text_add(&text, "users notice nothing; ");
    if (d->grew_ns < 0)
        text_add(&text, "no backlog");
    else if (d->gone_ns < 0)
        text_add(&text, "the backlog never goes");
    else
        text_addf(&text, "backlog gone after %s",
                  units_format_duration((double)d->gone_ns * 1e-9, UNITS_DIGITS).chars);
    return text_take(&text);
}

static void add_strip(struct text *html, const struct strips *strips, size_t policy, enum strip strip,
                      const char *title)
{
    const struct drawing_frame *frame = &strips->frames[strip];
    frame_add_events(html, strips->source, policy, frame, strips->time);
    frame_add(html, frame, (size_t)strip + 1 == strips->n ? title : NULL);
    add_line(html, strips, policy, strip);
}

static void add_panel(struct text *html, const struct strips *strips, size_t policy)
{
    char *remark = remark_of(strips, policy);
    char *title = text_format("time (%s)", strips->time.unit.name);
    char *description = text_format("Response time, backlog and failures through the events under %s: %s.",
                                    strips->source->experiment->policies[policy].name, remark ? remark : "");
    drawing_panel(html, strips->frames[strips->n - 1].bottom + PANEL_FOOT, description ? description : "");
    add_hover(html, strips, policy);
    drawing_panel_open(html);
    drawing_add_head(html, strips->source, policy, remark ? remark : "");
    frame_name_events(html, strips->source->spec, &strips->frames[0], strips->time);
    for (size_t i = 0; i < strips->n; i++) {
        add_strip(html, strips, policy, (enum strip)i, title ? title : "");
        svg_add_label(html,
                      (struct svg_label){.x = 2.0,
                                         .y = strips->frames[i].top - (i == 0 ? 16.0 : 9.0),
                                         .size = 10.0,
                                         .classes = "label"},
                      strip_names[i]);
    }
    drawing_panel_end(html);
    html->failed |= !remark || !description || !title;
    free(remark);
    free(description);
    free(title);
}

bool draw_disturbance_wanted(const struct drawing_source *source)
{
    return source->spec->n_events > 0 && draw_series_wanted(source);
}

void draw_disturbance(struct text *html, const struct drawing_source *source)
{
    struct plot_source plots = drawing_plots(source);
    struct strips strips = strips_make(source, &plots);
    drawing_begin(html, "disturbance");
    drawing_begin_panels(html);
    for (size_t p = 0; p < drawing_policies(source); p++)
        add_panel(html, &strips, p);
    char *caption =
        text_format("The time around the dated events, which are shaded%s%s. A backlog that goes "
                    "on after the shade is what the event left behind. Replication 1.",
                    source->spec->n_events == 1 ? ": " : "; what is told on top is of the first, ",
                    source->spec->events[0].name);
    drawing_end(html, source, caption ? caption : "");
    html->failed |= !caption;
    free(caption);
}
