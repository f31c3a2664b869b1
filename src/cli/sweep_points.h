/* The points of a sweep, read from its plan. */
#ifndef TANDEM_CLI_SWEEP_POINTS_H
#define TANDEM_CLI_SWEEP_POINTS_H

#include "cli/command.h"
#include "experiment/plan.h"
#include "experiment/sweep.h"
#include "scenario/axis.h"

/* The axes of a sweep, and its points with their specs; nothing has been run. */
struct sweep_points {
    struct axis *axes; /* owned */
    struct sweep sweep;
    struct spec **specs; /* owned; of the points, in their order */
};

/* Each point's scenario is read before the first run: that takes about 5 kB, and ten bytes for each of its
 * text. Each task, which is a replication of a policy at a point, takes some 100 bytes, besides its metrics.
 */
enum { SWEEP_MOST_POINTS = 100000, SWEEP_MOST_BYTES = 256 << 20, SWEEP_MOST_TASKS = 10000000 };

/* What is wrong is told on standard error. */
enum exit_code sweep_points_read(const struct plan *plan, struct sweep_points *ret_points);
void sweep_points_finish(struct sweep_points *points);

#endif
