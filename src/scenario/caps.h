/* How much a scenario may ask for in all. What one value may be stands in the tables of fields.h; here stands
 * what several of them make together, where a few characters would take all of the memory, or hours before
 * anything happens. Each is far above what an honest scenario asks for, and low enough for one replication of
 * what it allows to fit into 4 GB. */
#ifndef TANDEM_SCENARIO_CAPS_H
#define TANDEM_SCENARIO_CAPS_H

#include "base/text.h"

enum cap {
    CAP_BYTES,
    CAP_DEPTH,
    CAP_VALUES,
    CAP_ENDPOINTS,
    CAP_REPLICAS,
    CAP_WORKERS,
    CAP_ACCOUNTS,
    CAP_USERS,
    CAP_RUNS,
    CAP_ROWS,
    CAP_WINDOWS,
    CAP_REPEATS,
    CAP_FACTOR,
    CAP_CHANGES,
    CAP_FAILURES,
    CAPS
};

struct cap_type {
    double most;
    const char *what; /* as in "found 12 replicas in all" */
    const char *why;
};

extern const struct cap_type caps[CAPS];

/* A line of the list. */
void cap_add(struct text *text, double most, const char *what, const char *why);

/* All of them, then the lists of the tables that have a greatest length: a line each. */
void caps_list(struct text *text);

#endif
