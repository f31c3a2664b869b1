/* What one replication costs, found out by running the beginning of it.
 *
 * It is run up to a 2^20th of its time, then twice as far each time, until the effort is spent or it is over.
 * What is left is reckoned from the last doubling, in which the system has been filled: events by the
 * requests that are still to come (outlook.h; of closed loads, as many in the same time), CPU time by the
 * events, memory by what is open if that grows. Faults that are still to come are not known to it. */
#ifndef TANDEM_EXPERIMENT_TOLL_H
#define TANDEM_EXPERIMENT_TOLL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/spec.h"

/* How much may be run to find out; what it takes to make a system and to close it comes on top. While the
 * events a request still change from one doubling to the next, up to four times as much is run; and up to ten
 * times as much of a system that takes that long to make. */
struct toll_effort {
    double cpu_s;                      /* > 0 */
    uint64_t most_events;              /* 0 = any number */
    const volatile sig_atomic_t *stop; /* not 0: no more than has been run; or NULL */
};

struct toll {
    double share;            /* of the replication's time that was run; 1: nothing is reckoned */
    double events, requests; /* in the whole replication */
    double cpu_s;            /* of one thread, from the making of the system to its numbers */
    double bytes;            /* of memory, at the most, while it is under way */
    double kept_bytes;       /* ... of its numbers, until the end of the experiment */
    double spent_s;          /* CPU time that it took to find out, ... */
    double elapsed_s;        /* ... and real time: more, if others use the processors, too */
    bool grows;              /* what is open does as long as it lasts, and with it the memory */
};

/* Of replication 0 under one policy; the warm-up does not matter. */
bool toll_measure(const struct spec *spec, uint32_t policy, const struct toll_effort *effort,
                  struct toll *ret_toll, struct error *error);

#endif
