/* How far a run is. */
#ifndef TANDEM_CLI_PROGRESS_H
#define TANDEM_CLI_PROGRESS_H

#include <stdbool.h>

#include "experiment/estimate.h"
#include "experiment/experiment.h"

/* A bar on standard error that says how far something is and how much time is left, when that is a terminal.
 *
 * The time left is that of an estimate, which says what it takes until so much of the work is done, and the
 * clock corrects it. Without an estimate all threads are taken to be at work until the end. */
struct progress {
    const char *name; /* of what runs; borrowed */
    bool shown;
    bool has_estimate;
    struct estimate estimate;
    double began_s, drawn_s; /* on the monotonic clock; drawn_s = 0: never */
    double share;            /* the greatest so far */
};

void progress_init(struct progress *progress, const char *name);

/* Estimates, when the bar is shown, what experiments_run() with these specs and options will take (as
 * estimate_make() has it), and has them weigh their progress by it. */
void progress_estimate(struct progress *progress, struct spec *const *specs, size_t n, const size_t *lengths,
                       size_t n_axes, struct experiment_options *options);

/* For struct experiment_options, with the struct progress as its data. */
void progress_show(void *progress, const struct experiment_progress *now);

/* Takes the bar away, and frees what was estimated. */
void progress_finish(struct progress *progress);

#endif
