#include "report/page/draw_figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TICK_PX = 10, LEAST_LEFT = 26 };

struct plot_source drawing_plots(const struct drawing_source *source)
{
    return (struct plot_source){.spec = source->spec, .experiment = source->experiment};
}

size_t drawing_policies(const struct drawing_source *source)
{
    struct plot_source plots = drawing_plots(source);
    return plot_shown_policies(&plots);
}

/* ---- figures ---- */

void drawing_begin(struct text *html, const char *name)
{
    text_addf(html, "<figure class=\"drawing\" id=\"draw-%s\">\n", name);
}

void drawing_add_key(struct text *html, const struct drawing_key *entries, size_t n)
{
    text_add(html, "<ul class=\"key\">");
    for (size_t i = 0; i < n; i++) {
        text_addf(html, "<li><span class=\"swatch %s\"></span>", entries[i].classes);
        svg_add_escaped(html, entries[i].text);
        text_add(html, "</li>");
    }
    text_add(html, "</ul>\n");
}

void drawing_begin_panels(struct text *html)
{
    text_add(html, "<div class=\"panels\">\n");
}

void drawing_end(struct text *html, const struct drawing_source *source, const char *caption)
{
    text_add(html, "</div>\n<figcaption>");
    svg_add_escaped(html, caption);
    if (drawing_policies(source) < source->experiment->n_policies)
        text_addf(html, " The first %zu of %zu policies are shown.", drawing_policies(source),
                  source->experiment->n_policies);
    text_add(html, "</figcaption>\n</figure>\n");
}

void drawing_panel(struct text *html, double height, const char *description)
{
    text_addf(html,
              "<svg class=\"panel\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d ",
              PANEL_WIDTH);
    svg_add_number(html, height);
    text_add(html, "\"");
    svg_add_text_attribute(html, "aria-label", description);
}

void drawing_panel_open(struct text *html)
{
    text_add(html, ">\n");
}

void drawing_panel_end(struct text *html)
{
    text_add(html, "</svg>\n");
}

struct drawing_style drawing_color(size_t policy)
{
    struct drawing_style style;
    snprintf(style.chars, sizeof style.chars, "--c:var(--policy-%zu)", policy);
    return style;
}

void drawing_add_head(struct text *html, const struct drawing_source *source, size_t policy,
                      const char *remark)
{
    struct drawing_style style = drawing_color(policy);
    svg_add_label(html,
                  (struct svg_label){.x = 2.0,
                                     .y = 13.0,
                                     .size = 13.0,
                                     .room = PANEL_WIDTH - 130,
                                     .classes = "name",
                                     .style = style.chars},
                  source->experiment->policies[policy].name);
    svg_add_label(html, (struct svg_label){.x = 2.0, .y = 28.0, .room = PANEL_WIDTH - 4, .classes = "note"},
                  remark);
}

/* ---- ticks ---- */

/* Where a logarithmic axis of time has its ticks, in seconds: powers of ten of the units people use. */
static const double log_ticks[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5,  1e-4,   1e-3,    1e-2,    0.1,
                                   1.0,  10.0, 60.0, 600., 3600., 36000., 86400.0, 864000., 8640000.};
enum { N_LOG_TICKS = sizeof log_ticks / sizeof *log_ticks };

/* The most ticks of an axis: more would be a mistake of ours. */
enum { MOST_TICKS = 40 };

struct ticks {
    double at[MOST_TICKS];
    size_t n;
};

static struct ticks ticks_of(struct plot_axis axis, bool logarithmic)
{
    struct ticks ticks = {.n = 0};
    for (size_t i = 0; logarithmic && i < N_LOG_TICKS; i++)
        if (log_ticks[i] >= axis.from * 0.999 && log_ticks[i] <= axis.to * 1.001)
            ticks.at[ticks.n++] = log_ticks[i];
    if (logarithmic || !(axis.step > 0.0))
        return ticks;
    double first = ceil(axis.from / axis.step * (1.0 - 1e-9));
    for (; ticks.n < MOST_TICKS && axis.step * (first + (double)ticks.n) <= axis.to * (1.0 + 1e-9);)
        ticks.at[ticks.n] = axis.step * (first + (double)ticks.n), ticks.n++;
    return ticks;
}

static char *tick_text(struct plot_axis axis, bool logarithmic, double value)
{
    if (logarithmic)
        return text_copy(units_format_duration(value, 1).chars);
    double unit = axis.unit > 0.0 ? axis.unit : 1.0;
    int decimals = (int)fmax(0.0, fmin(9.0, ceil(-log10(axis.step / unit) - 1e-9)));
    struct text text = {0};
    svg_add_fixed(&text, value / unit, decimals);
    if (axis.suffix && value != 0.0)
        text_add(&text, axis.suffix);
    return text_take(&text);
}

static double ticks_width(struct plot_axis axis, bool logarithmic)
{
    struct ticks ticks = ticks_of(axis, logarithmic);
    double widest = 0.0;
    for (size_t i = 0; i < ticks.n; i++) {
        char *text = tick_text(axis, logarithmic, ticks.at[i]);
        widest = fmax(widest, svg_text_width(text ? text : "", TICK_PX, false));
        free(text);
    }
    return widest;
}

/* ---- frames ---- */

struct drawing_frame drawing_frame_make(double top, double height, struct plot_axis x, struct plot_axis y,
                                        bool log_y)
{
    double left = fmax(LEAST_LEFT, ceil(ticks_width(y, log_y)) + 8.0);
    return (struct drawing_frame){.left = left,
                                  .right = PANEL_WIDTH - PANEL_PAD,
                                  .top = top,
                                  .bottom = top + height,
                                  .x = x,
                                  .y = y,
                                  .log_y = log_y};
}

/* From 0 to 1; what is not a number is 0. */
static double axis_share(struct plot_axis axis, bool logarithmic, double value)
{
    double share = logarithmic ? log(value / axis.from) / log(axis.to / axis.from)
                               : (value - axis.from) / (axis.to - axis.from);
    return share >= 0.0 ? fmin(share, 1.0) : 0.0;
}

double frame_x(const struct drawing_frame *frame, double value)
{
    return frame->left + axis_share(frame->x, frame->log_x, value) * (frame->right - frame->left);
}

double frame_y(const struct drawing_frame *frame, double value)
{
    return frame->bottom - axis_share(frame->y, frame->log_y, value) * (frame->bottom - frame->top);
}

static void add_tick_label(struct text *html, double x, double y, const char *classes, char *text)
{
    svg_add_label(html, (struct svg_label){.x = x, .y = y, .size = TICK_PX, .classes = classes},
                  text ? text : "");
    html->failed |= !text;
    free(text);
}

static void add_x_ticks(struct text *html, const struct drawing_frame *frame)
{
    struct ticks ticks = ticks_of(frame->x, frame->log_x);
    double free_from = 0.0;
    for (size_t i = 0; i < ticks.n; i++) {
        double x = frame_x(frame, ticks.at[i]);
        char *text = tick_text(frame->x, frame->log_x, ticks.at[i]);
        double half = svg_text_width(text ? text : "", TICK_PX, false) / 2.0;
        double middle = fmin(x, PANEL_WIDTH - half);
        svg_add_line(html, x, frame->bottom, x, frame->bottom + 3.0, "axis");
        if (middle - half >= free_from)
            add_tick_label(html, middle, frame->bottom + 14.0, "tick mid", text);
        else
            free(text);
        free_from = fmax(free_from, middle + half + 4.0);
    }
}

void frame_add(struct text *html, const struct drawing_frame *frame, const char *x_title)
{
    enum { LEAST_APART = 11 };
    struct ticks ticks = ticks_of(frame->y, frame->log_y);
    double last = frame->bottom + LEAST_APART;
    for (size_t i = 0; i < ticks.n; i++) {
        double y = frame_y(frame, ticks.at[i]);
        if (y < frame->bottom - 0.5)
            svg_add_line(html, frame->left, y, frame->right, y, "grid");
        if (last - y < LEAST_APART)
            continue;
        last = y;
        add_tick_label(html, frame->left - 4.0, y + 3.5, "tick end",
                       tick_text(frame->y, frame->log_y, ticks.at[i]));
    }
    svg_add_line(html, frame->left, frame->bottom, frame->right, frame->bottom, "axis");
    if (!x_title)
        return;
    add_x_ticks(html, frame);
    svg_add_label(html,
                  (struct svg_label){.x = (frame->left + frame->right) / 2.0,
                                     .y = frame->bottom + 28.0,
                                     .size = TICK_PX,
                                     .classes = "note mid"},
                  x_title);
}

/* ---- time ---- */

struct drawing_time drawing_time_of(const struct spec *spec)
{
    return (struct drawing_time){.unit = plot_time_unit((double)spec->run.duration_ns * 1e-9),
                                 .to_ns = spec->run.duration_ns};
}

struct plot_axis drawing_time_axis(struct drawing_time time)
{
    enum { SPACED = 450 }; /* so that there are about five ticks */
    double from = (double)time.from_ns * 1e-9 / time.unit.seconds;
    struct plot_axis axis = axis_of_time((double)(time.to_ns - time.from_ns) * 1e-9, time.unit, SPACED);
    axis.from = from;
    axis.to += from;
    return axis;
}

double frame_x_of_ns(const struct drawing_frame *frame, struct drawing_time time, int64_t at_ns)
{
    return frame_x(frame, (double)at_ns * 1e-9 / time.unit.seconds);
}

static char *stretch_tip(const char *name, int64_t from_ns, int64_t until_ns, int64_t end_ns)
{
    struct units_text from = units_format_duration((double)from_ns * 1e-9, UNITS_DIGITS);
    struct units_text until = units_format_duration((double)until_ns * 1e-9, UNITS_DIGITS);
    return until_ns < end_ns ? text_format("%s: %s to %s", name, from.chars, until.chars)
                             : text_format("%s: from %s on", name, from.chars);
}

/* At least a pixel wide. */
static void add_stretch(struct text *html, const struct drawing_frame *frame, struct drawing_time time,
                        int64_t from_ns, int64_t until_ns, const char *name, const char *classes,
                        double height)
{
    if (from_ns >= time.to_ns || until_ns <= time.from_ns)
        return;
    double left = frame_x_of_ns(frame, time, from_ns), right = frame_x_of_ns(frame, time, until_ns);
    left = fmin(left, frame->right - 1.0);
    char *tip = stretch_tip(name, from_ns, until_ns, time.to_ns);
    svg_add_box(html, (struct svg_box){left, frame->top, fmax(right - left, 1.0), height}, classes, NULL,
                tip);
    html->failed |= !tip;
    free(tip);
}

/* Those that touch in the picture are one. */
static void add_outages(struct text *html, const struct drawing_source *source, size_t policy,
                        const struct drawing_frame *frame, struct drawing_time time)
{
    enum { STRIP = 4 };
    const struct result *result = &source->experiment->policies[policy].first;
    int64_t pixel_ns = (time.to_ns - time.from_ns) / PANEL_WIDTH;
    for (size_t i = 0; i < result->n_outages;) {
        int64_t from_ns = result->outages[i].from_ns, until_ns = result->outages[i].until_ns;
        size_t n = 0;
        for (; i < result->n_outages && (n == 0 || result->outages[i].from_ns - pixel_ns <= until_ns);
             i++, n++)
            until_ns = result->outages[i].until_ns > until_ns ? result->outages[i].until_ns : until_ns;
        add_stretch(html, frame, time, from_ns, until_ns, n > 1 ? "outages" : "outage", "bar s-down", STRIP);
    }
}

void frame_name_events(struct text *html, const struct spec *spec, const struct drawing_frame *frame,
                       struct drawing_time time)
{
    enum { GAP = 6, LEAST = 30 };
    double free_from = frame->left;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        if (event->from_ns >= time.to_ns || event->until_ns <= time.from_ns)
            continue;
        double width = svg_text_width(event->name, TICK_PX, false);
        double x = fmin(frame_x_of_ns(frame, time, event->from_ns), frame->right - fmin(width, 90.0));
        if (x < free_from || frame->right - x < LEAST)
            continue;
        svg_add_label(
            html,
            (struct svg_label){
                .x = x, .y = frame->top - 3.0, .size = TICK_PX, .room = frame->right - x, .classes = "note"},
            event->name);
        free_from = x + width + GAP;
    }
}

void frame_add_events(struct text *html, const struct drawing_source *source, size_t policy,
                      const struct drawing_frame *frame, struct drawing_time time)
{
    enum { MOST = 100 }; /* of the dated events */
    const struct spec *spec = source->spec;
    double height = frame->bottom - frame->top;
    if (spec->run.warmup_ns > time.from_ns)
        add_stretch(html, frame, time, 0, spec->run.warmup_ns, "warm-up, not counted", "warmup", height);
    for (size_t i = 0; i < spec->n_events && i < MOST; i++)
        add_stretch(html, frame, time, spec->events[i].from_ns, spec->events[i].until_ns,
                    spec->events[i].name, "event", height);
    add_outages(html, source, policy, frame, time);
}

void frame_add_plot_attributes(struct text *html, const struct drawing_frame *frame, double at_left,
                               double at_right, const char *unit)
{
    text_add(html, " data-plot=\"");
    const double sides[] = {frame->left, frame->top, frame->right, frame->bottom};
    for (size_t i = 0; i < 4; i++) {
        text_add(html, i > 0 ? " " : "");
        svg_add_number(html, sides[i]);
    }
    text_add(html, "\"");
    if (!unit)
        return;
    text_add(html, " data-at=\"");
    svg_add_fixed(html, at_left, 6);
    text_add(html, " ");
    svg_add_fixed(html, at_right, 6);
    text_addf(html, " %s\"", unit);
}
