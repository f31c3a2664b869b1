/* A component at the users' door, behind which nobody ever waits: whatever it calls has a worker at once, so
 * that the time for which its own worker is held is that of one station's service. */
#ifndef TANDEM_THEORY_FRONT_H
#define TANDEM_THEORY_FRONT_H

#include "theory/recognise.h"

struct front {
    const struct component_spec *component;
    const double *visited; /* one a component: > 0 = behind the front, or the front itself; borrowed */
    struct span service;   /* for which a worker is held */
    double stations;       /* that requests are spread over by chance, all alike */
    double servers;        /* of each; may be INFINITY */
    double places;         /* of each, those at servers included; may be INFINITY */
    double way_s;          /* on the users' wires: there, and where they wait for it back */
    const char *queue;     /* through which requests come, borrowed; NULL = they come to the inbox */
};

/* False where it is none. `most` requests are there at once, or INFINITY: closed loads know. */
bool front_find(const struct situation *situation, double most, struct front *ret_front);

/* Adds how long requests take and wait, `wait_s` on average of all that are let in: `per_s` of them, of which
 * a share `waits` waits at all. */
void front_add_wait(struct values *values, const struct situation *situation, const struct front *front,
                    double per_s, double wait_s, double waits, const char *law);

#endif
