/* From a run's samples to the points of a plot: as many as can be told apart, and none that mislead. */
#ifndef TANDEM_REPORT_PLOT_SERIES_H
#define TANDEM_REPORT_PLOT_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment/experiment.h"

/* Stretches of a series joined to windows: window w holds the stretches from samples[first] to samples[last].
 */
struct windows {
    size_t n, group, stretches;
};

/* At most `most` windows of the same number of stretches each; the last one may have fewer. */
struct windows windows_make(const struct series *series, size_t most);
size_t window_first(struct windows windows, size_t window);
size_t window_last(struct windows windows, size_t window);

/* Shares of a component's worker time by state between two samples; they sum to 1. The samples' sums begin
 * anew at `warmup_ns`, so a stretch that holds that instant tells of its later part only. False when nothing
 * is known (no worker was there, or the second sample was taken at that very instant). */
bool series_worker_shares(const struct series *series, size_t component, size_t first, size_t last,
                          int64_t warmup_ns, double ret_shares[WORKER_STATES]);

/* Two samples that stand for a group of them: where a count was least and where it was greatest, in the order
 * in which they came. So no peak is lost, however many samples make one pixel. */
struct extremes {
    size_t first, second;
};

/* `count(samples[i], data)` for i from `first` to `last`, both included. */
struct extremes extremes_find(const struct series *series, size_t first, size_t last,
                              int64_t (*count)(const struct system_sample *sample, const void *data),
                              const void *data);

/* A line of a figure of steps: what stood at `at_ns`, by the samples `from` to `to`: of the two that stand
 * for these the first or the `second`. */
typedef void step_line(void *data, int64_t at_ns, size_t from, size_t to, bool second);

/* Lines for samples joined to buckets of `bucket` each. A sample stands until the next: a line for the start
 * of its time and one for the end, so that plain lines through all points are the steps. Of a bucket of many
 * samples two stand, for half of its time each. */
void series_steps(const struct series *series, size_t bucket, step_line *line, void *data);

/* So many samples in a bucket that there are no more than `most` lines, as long as each has to be two. */
size_t series_bucket(const struct series *series, size_t most);

#endif
