/* What one request of a load brings about: how often each endpoint is executed for it, by the traffic
 * equations over the calls. */
#ifndef TANDEM_THEORY_JOURNEY_H
#define TANDEM_THEORY_JOURNEY_H

#include <stdbool.h>
#include <stdint.h>

#include "theory/anatomy.h"

/* Executions of an endpoint for one request. */
struct visits {
    double mean, sure; /* the latter: in every request, whatever chance decides */
};

struct journey {
    const struct anatomy *anatomy;
    const struct load_spec *load;
    struct errand door;        /* the users' own call */
    struct visits *awaited;    /* owned, one an endpoint: those that the user's answer waits for */
    struct visits *beyond;     /* owned: the others */
    double *component_awaited; /* owned, one a component: sums of the means of its endpoints */
    double *component_beyond;  /* owned */
    bool settled;              /* as in struct anatomy */
    /* A request of one of many loads meets few of many endpoints: whoever looks at each load looks at these
     * alone. */
    uint32_t *endpoints; /* owned: all that have visits, rising */
    size_t n_endpoints;
    uint32_t *components; /* owned: theirs, rising */
    size_t n_components;
    size_t n_followed;  /* calls, of all loads so far */
    struct debt *debts; /* owned; what the endpoints still have to hand on */
    uint32_t *listed;   /* owned; those that do */
    struct hop *hops;   /* owned; one a call of the anatomy: where it leads, and how often */
};

/* Makes room; borrows the anatomy. False when memory is gone. */
bool journey_init(struct journey *journey, const struct anatomy *anatomy);
void journey_finish(struct journey *journey);

/* Goes on the way of a load that is no trace, and forgets that of the one before. Borrows it. */
void journey_follow(struct journey *journey, const struct load_spec *load);

/* Executions of an endpoint for one request, whether or not the user waits for them. */
double journey_executions(const struct journey *journey, uint32_t endpoint);

/* The endpoint that users call, and what there is to know of it. */
const struct endpoint_anatomy *journey_entry(const struct journey *journey);

#endif
