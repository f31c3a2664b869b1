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
};

/* Of a load that is no trace; borrows all. False when memory is gone. */
bool journey_init(struct journey *journey, const struct anatomy *anatomy, const struct load_spec *load);
void journey_finish(struct journey *journey);

/* Executions of an endpoint for one request, whether or not the user waits for them. */
double journey_executions(const struct journey *journey, uint32_t endpoint);

/* The endpoint that users call, and what there is to know of it. */
const struct endpoint_anatomy *journey_entry(const struct journey *journey);

#endif
