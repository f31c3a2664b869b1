/* Is a run in a steady state while it is measured, or does its backlog grow as long as it lasts? */
#ifndef TANDEM_EXPERIMENT_STEADINESS_H
#define TANDEM_EXPERIMENT_STEADINESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/spec.h"

/* How many times a replication's backlog is looked at while it is measured, at equal distances, the last time
 * at its end. */
enum { STEADINESS_LOOKS = 20 };

enum steadiness_verdict {
    STEADINESS_UNKNOWN, /* the spec itself changes with time */
    STEADINESS_STEADY,
    STEADINESS_GROWS /* more comes in than gets done: means would only tell how long the run was */
};

struct steadiness {
    enum steadiness_verdict verdict;
    double growth_per_s; /* of the backlog, messages per second; where it grows */
    double begin, end;   /* the backlog at the first and the last look, means over the replications */
};

/* Whether the spec, but for chance, is the same at all times: open or closed loads of constant rates over the
 * whole run, no events. Failures that come by themselves are no change. */
bool steadiness_is_due(const struct spec *spec);

/* From the looks at each of n >= 1 replications (looks[r * stride + k]), taken over `window_s` seconds: it
 * grows when its slope is above 0 at the level 0.999 (over replications; by the ranks of the steps from look
 * to look where there are fewer than ten), by ten messages or more, and so fast that half of what there is at
 * the end would have come since the run began. A queue at its very capacity is not called growing by fewer
 * than ten replications, nor one that is loaded up to 0.95, unless the run is shorter than the queue needs to
 * settle. */
struct steadiness steadiness_of(const struct spec *spec, const double *looks, size_t stride, size_t n,
                                double window_s);

#endif
