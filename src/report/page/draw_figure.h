/* What all drawings are made of: a figure, its panels of one size, their frames, curves and the stretches of
 * time behind them. */
#ifndef TANDEM_REPORT_DRAW_FIGURE_H
#define TANDEM_REPORT_DRAW_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/units.h"
#include "report/page/draw.h"
#include "report/page/svg.h"
#include "report/plot/plot_figure.h"

enum {
    PANEL_WIDTH = 340,
    PANEL_HEAD = 42,  /* the policy's name and a line about it */
    PANEL_FOOT = 34,  /* numbers below the time, and what they are */
    PANEL_PAD = 10,   /* free at the right */
    DRAW_POINTS = 150 /* at most so many stretches a series */
};

/* The same things, as the plots know them. */
struct plot_source drawing_plots(const struct drawing_source *source);

/* How many policies have a panel: the first ones. */
size_t drawing_policies(const struct drawing_source *source);

void drawing_begin(struct text *html, const char *name);

/* A row of swatches and what they mean; `classes` as of shapes. Between drawing_begin() and _panels(). */
struct drawing_key {
    const char *classes, *text;
};
void drawing_add_key(struct text *html, const struct drawing_key *entries, size_t n);

void drawing_begin_panels(struct text *html);

/* Ends the figure; `caption` is plain text, to which is added how many policies are shown if not all are. */
void drawing_end(struct text *html, const struct drawing_source *source, const char *caption);

/* `<svg ...` of a panel, with its description, still open for more attributes; then panel_open(). */
void drawing_panel(struct text *html, double height, const char *description);
void drawing_panel_open(struct text *html);
void drawing_panel_end(struct text *html);

/* "sync" in its colour and, below it, what is to be said of it. */
void drawing_add_head(struct text *html, const struct drawing_source *source, size_t policy,
                      const char *remark);

/* `--c:var(--policy-2)` */
struct drawing_style {
    char chars[40];
};
struct drawing_style drawing_color(size_t policy);

/* ---- frames ---- */

struct drawing_frame {
    double left, right, top, bottom;
    struct plot_axis x, y;
    bool log_x, log_y; /* of durations in seconds */
};

/* With room at the left for what stands at the y axis. */
struct drawing_frame drawing_frame_make(double top, double height, struct plot_axis x, struct plot_axis y,
                                        bool log_y);

/* Where a value stands; what is outside, at the edge. */
double frame_x(const struct drawing_frame *frame, double value);
double frame_y(const struct drawing_frame *frame, double value);

/* Lines and numbers; `x_title` below, or NULL: then there are no numbers either. */
void frame_add(struct text *html, const struct drawing_frame *frame, const char *x_title);

/* Of a time axis: 0 to the end of the run, in a unit that fits. */
struct drawing_time {
    struct time_unit unit;
    int64_t from_ns, to_ns;
};
struct drawing_time drawing_time_of(const struct spec *spec);
struct plot_axis drawing_time_axis(struct drawing_time time);
double frame_x_of_ns(const struct drawing_frame *frame, struct drawing_time time, int64_t at_ns);

/* The names of events, in a line above the frame, as many as there is room for. */
void frame_name_events(struct text *html, const struct spec *spec, const struct drawing_frame *frame,
                       struct drawing_time time);

/* Events, what went down by itself under this policy, and the warm-up, behind the curves. */
void frame_add_events(struct text *html, const struct drawing_source *source, size_t policy,
                      const struct drawing_frame *frame, struct drawing_time time);

/* ---- what a pointer finds ---- */

/* Adds data-plot and, with a unit, data-at to an open `<svg`; data-x and data-v are up to the drawing. */
void frame_add_plot_attributes(struct text *html, const struct drawing_frame *frame, double at_left,
                               double at_right, const char *unit);

#endif
