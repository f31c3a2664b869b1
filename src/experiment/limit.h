/* How much a replication may cost, and how it is told that one cost more. */
#ifndef TANDEM_EXPERIMENT_LIMIT_H
#define TANDEM_EXPERIMENT_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Zeroed: what it needs, on the machine that there is. */
struct limits {
    uint64_t events;     /* 0 = any */
    size_t bytes;        /* of memory, 0 = any */
    double wall_until_s; /* by machine_now_s(), 0 = any */
};

/* Why one ended before its time. */
enum limit {
    LIMIT_NONE,
    LIMIT_EVENTS,
    LIMIT_MEMORY,
    LIMIT_WALL,
    LIMIT_STANDSTILL, /* event after event happened, and no time passed */
};

/* For programs: "events", "memory", "time", "standstill". */
extern const char *const limit_names[];

/* For a person, what it did, as the rest of a clause: "needs more than 64 MB of memory; by then there are
 * 120000 in queue jobs". `why` tells what there was most of; NULL = not known. */
void limit_add(struct text *text, enum limit limit, const struct limits *limits, const char *why);

#endif
