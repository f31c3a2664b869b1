/* A sweep as it is shown: in which metrics, and its values in words. */
#ifndef TANDEM_REPORT_SWEEP_VIEW_H
#define TANDEM_REPORT_SWEEP_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/units.h"
#include "experiment/sweep.h"

struct shown_metric {
    const char *name; /* borrowed from the sweep, as all here */
    enum metric_unit unit;
    const char *meaning;
};

struct sweep_view {
    const struct sweep *sweep;    /* borrowed */
    struct shown_metric *metrics; /* owned */
    size_t n_metrics;
    double level;   /* of intervals of differences; see sweep_level() */
    size_t **order; /* owned; of each axis, its values by growing numbers; words as they stand */
    int *digits;    /* owned; that tell an axis's values apart, one an axis */
};

/* Shows the metrics of these names, without the policy, or where n_names = 0 those that a person would ask
 * for first. A metric that no policy has at any point is left out. False when memory is gone. */
bool sweep_view_init(struct sweep_view *view, const struct sweep *sweep, const char *const *names,
                     size_t n_names);
void sweep_view_finish(struct sweep_view *view);

/* How many policies there are, and what they are called. */
size_t sweep_policies(const struct sweep *sweep);
const char *sweep_policy_name(const struct sweep *sweep, size_t policy);

/* Of the name and the rest, at some point; the points differ in the varied values alone. */
const struct spec *sweep_spec(const struct sweep *sweep);

/* The least and the greatest number of replications of a point that has any, and how many points have. */
struct sweep_replications {
    uint32_t least, most;
    size_t n_points;
};

struct sweep_replications sweep_replications(const struct sweep *sweep);

/* More comes in at this point than the policy gets done, so that the metric, a time, would only tell how long
 * the run was. */
bool sweep_grows(const struct sweep *sweep, size_t point, size_t policy, const char *metric);

/* The axis that moves fastest, which figures have from left to right. */
size_t sweep_last_axis(const struct sweep *sweep);

/* The index of each axis at a point; `ret_indices` has one an axis. */
void sweep_indices(const struct sweep *sweep, size_t point, size_t *ret_indices);

/* "30 ms", "120/s", "8"; of an axis of words the value as it was given. free() it; NULL when memory is gone.
 */
char *sweep_value_text(const struct sweep_view *view, size_t axis, size_t value);

/* A number on an axis of numbers, with so many digits. */
struct units_text sweep_number_text(const struct sweep_view *view, size_t axis, double number, int digits);

/* "s", "per_s", "bytes", "bytes_per_s", "share"; "" of plain numbers and words. */
const char *sweep_axis_unit(const struct axis *axis);

/* "links.wire.delay_s": an axis's name in a file; its first path, and the unit of its numbers. free() it. */
char *sweep_axis_column(const struct axis *axis);

#endif
