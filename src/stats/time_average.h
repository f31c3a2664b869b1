/* A whole number that changes over time (a queue's depth, the busy workers): its exact integral and its most.
 */
#ifndef TANDEM_STATS_TIME_AVERAGE_H
#define TANDEM_STATS_TIME_AVERAGE_H

#include <stdint.h>

#include "base/int128.h"

/* Zeroed: the value 0 since time 0.
 *
 * A change by d at time t raises the integral up to any later T by d (T - t), so the sum of -d t and the
 * value as it stands tell it: area + value T. At each moment this sum is the integral less value t, neither
 * of which exceeds the greatest value times t: it cannot overflow while values lie below 2^62. */
struct time_average {
    int64_t value;
    int64_t max;
    int128 area;
};

/* The value changes by `delta` at `now_ns`, which must not lie before the last change. */
static inline void time_average_add(struct time_average *t, int64_t now_ns, int64_t delta)
{
    t->area -= (int128)delta * now_ns;
    t->value += delta;
    if (delta > 0 && t->value > t->max)
        t->max = t->value;
}

/* The integral up to `now_ns`. */
static inline int128 time_average_area(const struct time_average *t, int64_t now_ns)
{
    return t->area + (int128)t->value * now_ns;
}

/* Begins anew at `now_ns` with the value as it stands: what came before is forgotten. */
static inline void time_average_restart(struct time_average *t, int64_t now_ns)
{
    t->area = -(int128)t->value * now_ns;
    t->max = t->value;
}

#endif
