/* Policies in the order of a number, those together whose numbers do not differ beyond doubt. */
#ifndef TANDEM_REPORT_RANKING_H
#define TANDEM_REPORT_RANKING_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/experiment.h"

enum { QUANTITY_TERMS = 3 };

/* A number of a run: the sum of these metrics. */
struct quantity {
    const char *metrics[QUANTITY_TERMS]; /* those that are not NULL */
    enum metric_unit unit;
};

struct standing {
    size_t policy;
    double value, half_width; /* NAN: there is no interval */
    size_t group;             /* from 0; those of one group stand together */
};

struct ranking {
    struct standing *all; /* owned */
    size_t n, n_groups;
};

/* Those policies that have the number and that `left_out` (may be NULL) does not leave out; the greatest
 * first, or the least. A group ends where the next number differs from each in it: by more than the interval
 * of their difference on the same random numbers (of a single run: by more than both their intervals, if
 * there are any), and by more than a hundredth. False when memory is gone; there is nothing to finish then.
 */
bool ranking_init(struct ranking *ranking, const struct experiment *experiment,
                  const struct quantity *quantity, bool greatest_first,
                  bool (*left_out)(const struct policy_run *run));
void ranking_finish(struct ranking *ranking);

/* One beyond the last standing of the group that begins with standing `first`. */
size_t ranking_group_end(const struct ranking *ranking, size_t first);

#endif
