/* A whole number that changes over time (a queue's depth, the busy workers): its exact integral and its most.
 */
#ifndef TANDEM_STATS_TIME_AVERAGE_H
#define TANDEM_STATS_TIME_AVERAGE_H

#include <stdint.h>

#include "base/int128.h"

/* Zeroed: the value 0 since time 0. */
struct time_average {
    int64_t value;
    int64_t max;
    int64_t since_ns; /* of the last change */
    int128 area;      /* value x ns, up to since_ns */
};

/* The value changes by `delta` at `now_ns`, which must not lie before the last change. */
static inline void time_average_add(struct time_average *t, int64_t now_ns, int64_t delta)
{
    t->area += (int128)t->value * (now_ns - t->since_ns);
    t->since_ns = now_ns;
    t->value += delta;
    if (t->value > t->max)
        t->max = t->value;
}

/* The integral up to `now_ns`. */
static inline int128 time_average_area(const struct time_average *t, int64_t now_ns)
{
    return t->area + (int128)t->value * (now_ns - t->since_ns);
}

/* Begins anew at `now_ns` with the value as it stands: what came before is forgotten. */
static inline void time_average_restart(struct time_average *t, int64_t now_ns)
{
    t->area = 0;
    t->since_ns = now_ns;
    t->max = t->value;
}

#endif
