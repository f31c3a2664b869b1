/* A vertical axis of durations, logarithmic where they are far apart. */
#ifndef TANDEM_REPORT_PLOT_DURATION_H
#define TANDEM_REPORT_PLOT_DURATION_H

#include "report/plot/plot_figure.h"

struct duration_axis {
    struct plot_axis axis; /* in seconds */
    bool logarithmic;
};

/* For durations from `low` to `high`, in seconds; about `tics` tics where it is linear. */
struct duration_axis duration_axis_make(double low, double high, int tics);

/* Before panel_begin(), which takes the axis in it. */
void duration_axis_begin(struct figure *figure, struct duration_axis axis);

/* The room in pixels that its numbers take. */
int duration_axis_width(struct duration_axis axis);

/* After panel_end(), where other panels follow. */
void duration_axis_end(struct figure *figure, struct duration_axis axis);

/* Where a duration stands, in pixels from the page's upper edge. */
double duration_axis_pixel(struct duration_axis axis, struct panel panel, double seconds);

#endif
