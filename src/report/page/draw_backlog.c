/* Where everything is: the messages of the whole system, spread over the places they can be at, over time. */
#include <math.h>
#include <stdlib.h>

#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/plot/plot_series.h"

enum { HEIGHT = 110 };

/* Panels share an axis, unless one has so little in it that nothing would be seen. */
static const double too_small = 0.05;

/* From the bottom of a stack to its top. */
static const struct {
    enum place place;
    const char *classes, *meaning;
} stack[PLACES] = {
    {PLACE_EXECUTING, "s-busy", "executing"},
    {PLACE_BLOCKED, "s-blocked", "blocked"},
    {PLACE_SUSPENDED, "s-suspended", "waiting without a worker"},
    {PLACE_LINK, "s-link", "on links"},
    {PLACE_INBOX, "s-inbox", "in inboxes"},
    {PLACE_QUEUE, "s-queue", "in queues"},
    {PLACE_RETRY, "s-retry", "waiting to be tried again"},
    {PLACE_DEAD, "s-dead", "dead letters"},
};

struct places_view {
    const struct drawing_source *source;
    struct drawing_time time;
    double most[FIGURE_POLICIES]; /* messages in any stretch */
    double most_of_all;
    bool occurs[PLACES];
};

static const struct series *series_of(const struct drawing_source *source, size_t policy)
{
    return &source->experiment->policies[policy].series;
}

/* So many samples are shown by their mean: single ones of a busy system would be a thicket. */
static size_t bucket_of(const struct series *series)
{
    return (series->n + DRAW_POINTS - 1) / DRAW_POINTS;
}

static size_t bucket_end(const struct series *series, size_t from)
{
    size_t to = from + bucket_of(series) - 1;
    return to < series->n ? to : series->n - 1;
}

/* Of the `levels` lowest places of the stack together. */
static double height_at(const struct series *series, size_t from, size_t levels)
{
    size_t to = bucket_end(series, from);
    double sum = 0.0;
    for (size_t i = from; i <= to; i++)
        for (size_t s = 0; s < levels; s++)
            sum += (double)series->samples[i].places[stack[s].place];
    return sum / (double)(to - from + 1);
}

static struct places_view view_make(const struct drawing_source *source)
{
    struct places_view view = {.source = source, .time = drawing_time_of(source->spec)};
    for (size_t p = 0; p < drawing_policies(source); p++) {
        const struct series *series = series_of(source, p);
        for (size_t i = 0; i < series->n; i++)
            for (size_t s = 0; s < PLACES; s++)
                view.occurs[s] |= series->samples[i].places[stack[s].place] > 0;
        for (size_t from = 0; from < series->n; from += bucket_of(series))
            view.most[p] = fmax(view.most[p], height_at(series, from, PLACES));
        view.most_of_all = fmax(view.most_of_all, view.most[p]);
    }
    return view;
}

static bool has_own_scale(const struct places_view *view, size_t policy)
{
    return view->most[policy] > 0.0 && view->most[policy] < too_small * view->most_of_all;
}

static struct drawing_frame frame_of(const struct places_view *view, size_t policy)
{
    double most = has_own_scale(view, policy) ? view->most[policy] : view->most_of_all;
    struct drawing_frame frame = drawing_frame_make(PANEL_HEAD + 4, HEIGHT, drawing_time_axis(view->time),
                                                    axis_up_to(most, 4, view->most_of_all >= 4.0), false);
    frame.left = fmax(frame.left, 36.0);
    return frame;
}

/* ---- areas ---- */

/* A stretch's mean stands over its whole time. */
static double stretch_edge(const struct drawing_frame *frame, const struct places_view *view,
                           const struct series *series, size_t sample)
{
    int64_t at_ns = sample < series->n ? series->samples[sample].at_ns : view->time.to_ns;
    return frame_x_of_ns(frame, view->time, at_ns);
}

static void add_outline(struct text *html, const struct places_view *view, const struct drawing_frame *frame,
                        const struct series *series, size_t level)
{
    struct svg_path path = {.svg = html};
    size_t bucket = bucket_of(series), n = (series->n + bucket - 1) / bucket;
    for (size_t b = 0; b < n; b++) {
        double y = frame_y(frame, height_at(series, b * bucket, level + 1));
        svg_path_point(&path, stretch_edge(frame, view, series, b * bucket), y);
        svg_path_point(&path, stretch_edge(frame, view, series, (b + 1) * bucket), y);
    }
    for (size_t b = n; b-- > 0;) {
        double y = frame_y(frame, height_at(series, b * bucket, level));
        svg_path_point(&path, stretch_edge(frame, view, series, (b + 1) * bucket), y);
        svg_path_point(&path, stretch_edge(frame, view, series, b * bucket), y);
    }
}

static bool any_at(const struct series *series, size_t level)
{
    for (size_t i = 0; i < series->n; i++)
        if (series->samples[i].places[stack[level].place] > 0)
            return true;
    return false;
}

static void add_area(struct text *html, const struct places_view *view, const struct drawing_frame *frame,
                     const struct series *series, size_t level)
{
    text_addf(html, "<path class=\"area %s\" d=\"", stack[level].classes);
    add_outline(html, view, frame, series, level);
    text_add(html, "Z\"");
    svg_add_text_attribute(html, "data-name", stack[level].meaning);
    text_add(html, " data-v=\"");
    for (size_t from = 0; from < series->n; from += bucket_of(series)) {
        double here = height_at(series, from, level + 1) - height_at(series, from, level);
        text_addf(html, "%s%s", from > 0 ? "|" : "",
                  here < 1e-9 ? "0" : units_format_number(here, here < 10.0 ? 2 : UNITS_DIGITS).chars);
    }
    text_add(html, "\"/>\n");
}

static void add_hover(struct text *html, const struct places_view *view, const struct drawing_frame *frame,
                      const struct series *series)
{
    frame_add_plot_attributes(html, frame, frame->x.from, frame->x.to, view->time.unit.name);
    text_add(html, " data-x=\"");
    for (size_t from = 0; from < series->n; from += bucket_of(series)) {
        text_add(html, from > 0 ? " " : "");
        svg_add_number(html, (stretch_edge(frame, view, series, from) +
                              stretch_edge(frame, view, series, bucket_end(series, from) + 1)) /
                                 2.0);
    }
    text_add(html, "\"");
}

/* ---- words ---- */

static int64_t all_of(const struct system_sample *sample)
{
    int64_t sum = 0;
    for (int p = 0; p < PLACES; p++)
        sum += sample->places[p];
    return sum;
}

/* "up to 812 at once, 97 % in queues" */
static char *remark_of(const struct places_view *view, size_t policy)
{
    const struct series *series = series_of(view->source, policy);
    const struct system_sample *fullest = &series->samples[0];
    size_t where = 0;
    for (size_t i = 1; i < series->n; i++)
        fullest = all_of(&series->samples[i]) > all_of(fullest) ? &series->samples[i] : fullest;
    if (all_of(fullest) == 0)
        return text_copy("nothing is ever under way");
    for (size_t s = 1; s < PLACES; s++)
        where = fullest->places[stack[s].place] > fullest->places[stack[where].place] ? s : where;
    double share = (double)fullest->places[stack[where].place] / (double)all_of(fullest);
    return text_format("up to %s at once, %s %s", plot_short_count((double)all_of(fullest)).chars,
                       units_format_share(share, 2).chars, stack[where].meaning);
}

/* ---- panels ---- */

static void add_scale_note(struct text *html)
{
    svg_add_label(
        html,
        (struct svg_label){.x = PANEL_WIDTH - PANEL_PAD, .y = 13.0, .size = 10.0, .classes = "note end"},
        "has a scale of its own");
}

static void add_panel(struct text *html, const struct places_view *view, size_t policy)
{
    const struct series *series = series_of(view->source, policy);
    struct drawing_frame frame = frame_of(view, policy);
    char *remark = remark_of(view, policy);
    char *description = text_format("Messages in the system under %s, over time: %s.",
                                    view->source->experiment->policies[policy].name, remark ? remark : "");
    char *title = text_format("time (%s)", view->time.unit.name);
    drawing_panel(html, frame.bottom + PANEL_FOOT, description ? description : "");
    add_hover(html, view, &frame, series);
    drawing_panel_open(html);
    drawing_add_head(html, view->source, policy, remark ? remark : "");
    frame_add(html, &frame, title ? title : "");
    for (size_t s = 0; s < PLACES; s++)
        if (any_at(series, s))
            add_area(html, view, &frame, series, s);
    frame_add_events(html, view->source, policy, &frame, view->time);
    frame_name_events(html, view->source->spec, &frame, view->time);
    if (has_own_scale(view, policy))
        add_scale_note(html);
    drawing_panel_end(html);
    html->failed |= !remark || !description || !title;
    free(remark);
    free(description);
    free(title);
}

void draw_backlog(struct text *html, const struct drawing_source *source)
{
    struct places_view view = view_make(source);
    struct drawing_key entries[PLACES];
    size_t n = 0;
    bool own = false;
    for (size_t s = 0; s < PLACES; s++)
        if (view.occurs[s])
            entries[n++] = (struct drawing_key){stack[s].classes, stack[s].meaning};
    drawing_begin(html, "backlog");
    drawing_add_key(html, entries, n);
    drawing_begin_panels(html);
    for (size_t p = 0; p < drawing_policies(source); p++) {
        add_panel(html, &view, p);
        own |= has_own_scale(&view, p);
    }
    drawing_end(
        html, source,
        own ? "The height is how many messages are in the system, its colours where they are: this is "
              "what its state is spread over. Mind the scales: where little is under way, they differ. "
              "Shaded: warm-up and events. Means of short stretches, replication 1."
            : "The height is how many messages are in the system, its colours where they are: this is "
              "what its state is spread over. Shaded: warm-up and events. Means of short stretches, "
              "replication 1.");
}
