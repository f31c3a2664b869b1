/* Which components, queues and links a live view has lines for: those with most to do so far, where there are
 * more than lines. */
#ifndef TANDEM_REPORT_WATCH_ROWS_H
#define TANDEM_REPORT_WATCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/live.h"

/* A queue; each policy has its own under that name, or none. */
struct watch_queue {
    const char *name; /* borrowed */
    double load;      /* of all policies */
};

enum { WATCH_MOST_ROWS = 200, WATCH_COMPONENT_LINES = 3 };

struct watch_rows {
    size_t components[WATCH_MOST_ROWS], links[WATCH_MOST_ROWS]; /* indices, rising */
    struct watch_queue queues[WATCH_MOST_ROWS];
    size_t n_components, n_queues, n_links;
    size_t more_components, more_queues, more_links; /* not shown */
    int component_lines; /* for each of them, at most: 1 to WATCH_COMPONENT_LINES */
    int gaps;            /* empty lines between kinds: 0 or 1 */
};

/* For so many lines, the one included that tells what is not shown; queues of the first `n_lanes` policies
 * alone. */
struct watch_rows watch_rows_choose(const struct live *live, size_t n_lanes, int lines);

/* How many lines component `component` has. */
int watch_rows_of(const struct watch_rows *rows, const struct live *live, size_t component);

/* Whether something is not shown. */
bool watch_rows_hide(const struct watch_rows *rows);

/* The index of the queue of that name in a lane; its n_queues = there is none. */
size_t watch_queue_in(const struct live_lane *lane, const char *name);

#endif
