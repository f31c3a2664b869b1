/* A scenario at many points: each value of each axis with each of the others, under every policy. */
#ifndef TANDEM_EXPERIMENT_SWEEP_H
#define TANDEM_EXPERIMENT_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/experiment.h"
#include "model/spec.h"
#include "scenario/axis.h"
#include "stats/interval.h"

struct sweep_point {
    struct spec spec; /* owned */
    struct experiment experiment;
};

struct sweep {
    const struct axis *axes;    /* borrowed */
    size_t n_axes;              /* >= 1 */
    struct sweep_point *points; /* owned; the last axis moves fastest */
    size_t n_points;            /* the product of the axes' n */
};

/* The value of axis `axis` at point `point`, as its place among the axis's values. */
size_t sweep_index(const struct sweep *sweep, size_t point, size_t axis);

/* The point with these indices, one an axis. */
size_t sweep_at(const struct sweep *sweep, const size_t *indices);

/* The metric of that name and policy (by its place) at a point; NULL where there is none, or no numbers. */
const struct metric *sweep_metric(const struct sweep *sweep, size_t point, size_t policy, const char *name);

/* The level of intervals of differences: that of the means; where the spec asks for Bonferroni's, such that
 * those of all pairs of policies at all points in `n_metrics` metrics hold at once. */
double sweep_level(const struct sweep *sweep, size_t n_metrics);

/* The metric under policy a minus that under b at a point, replication by replication, with an interval at
 * `level`; n = 0 where one of them is not there. */
struct interval sweep_difference(const struct sweep *sweep, size_t point, size_t a, size_t b,
                                 const char *metric, double level);

/* The points at which a replication came to a limit. */
size_t sweep_count_cut(const struct sweep *sweep);

void sweep_finish(struct sweep *sweep);

/* Where two policies change places along an axis: linearly between their means (along log x where the axis is
 * logarithmic) at the values on both sides; values where they are equal, or that have no numbers, are passed
 * over. It is certain when the paired differences on both sides have intervals (at `level`) without 0, of
 * opposite signs; where they do not at the neighbouring values, the sides are the nearest values where they
 * do, and of several changes of place between these the one in the middle stands for all. */
struct sweep_crossing {
    size_t before, behind; /* values of the axis, by their places in it; before is the smaller number */
    double x, y;           /* in the axis's and the metric's units */
    bool certain;
};

/* Crossings of policies a and b in a metric along `axis`, by growing numbers, with the other axes' indices as
 * in `indices` (one an axis; that of `axis` itself is passed over). An axis of words has none. The caller
 * frees *ret_crossings. False when memory is gone. */
bool sweep_crossings(const struct sweep *sweep, size_t axis, const size_t *indices, size_t a, size_t b,
                     const char *metric, double level, struct sweep_crossing **ret_crossings, size_t *ret_n);

#endif
