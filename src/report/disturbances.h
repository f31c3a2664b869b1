/* What followed from the events of a spec, as people read it: a line for each event and policy, which the
 * terminal table and the markdown report both show, each in its own form. */
#ifndef TANDEM_REPORT_DISTURBANCES_H
#define TANDEM_REPORT_DISTURBANCES_H

#include <stdbool.h>

#include "experiment/metrics.h"

enum { DISTURBANCES_MOST = 12 /* events that are shown */, DISTURBANCE_COLUMNS = 4 };

extern const char *const disturbance_headings[DISTURBANCE_COLUMNS];

struct disturbance_cells {
    char chars[DISTURBANCE_COLUMNS][80];
};

/* The means of a policy after the event of that name: "1.20 s", "never", "1.20 s (25 %)" where it happened in
 * that share of the replications, "-" where nothing is known. False when memory is gone. */
bool disturbance_cells(const struct metric_table *metrics, const char *event,
                       struct disturbance_cells *ret_cells);

#endif
