/* What each policy changes against the first one, replication by replication on the same random numbers. */
#ifndef TANDEM_REPORT_DIFFERENCES_H
#define TANDEM_REPORT_DIFFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/experiment.h"
#include "model/spec.h"

/* A policy's value minus the first policy's. */
struct difference {
    double mean, half_width; /* NAN: they cannot be compared */
    bool none;               /* the interval holds 0 */
    double gain;             /* of the same random numbers: interval_pairing_gain() */
};

struct difference_row {
    char *label;        /* owned; "response, mean" */
    const char *metric; /* borrowed from the experiment */
    enum metric_unit unit;
    struct difference *policies; /* owned; one a policy, the first of no use */
};

struct differences {
    struct difference_row *rows; /* owned */
    size_t n_rows;
    size_t n_policies;
    double level;      /* of each interval */
    double confidence; /* that the spec asks for */
    bool at_once;      /* Bonferroni: the intervals hold all at once with that confidence */
};

/* Those that a person would ask for first; none where there are fewer than two policies or replications.
 * Borrows the experiment. False when memory is gone. */
bool differences_init(struct differences *differences, const struct spec *spec,
                      const struct experiment *experiment);
void differences_finish(struct differences *differences);

/* One policy's difference from the first in any metric, at a level; what they do not both have is NAN. */
struct difference difference_of(const struct experiment *experiment, size_t policy, const char *metric,
                                double level);

#endif
