/* What the calls from one replica (or the users) to one endpoint have in common: circuit breaker, retry
 * budget, pool. */
#ifndef TANDEM_MODEL_GUARD_H
#define TANDEM_MODEL_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "model/policy/breaker.h"
#include "model/policy/budget.h"
#include "model/spec.h"

struct system;
struct call;

struct guard {
    struct breaker breaker;
    struct budget budget;
    uint32_t in_use;           /* places of the pool */
    struct call *first, *last; /* who wait for one, linked by their next_waiting */
};

/* One for each replica of a caller. */
struct guard_set {
    uint32_t caller;                    /* component, or SPEC_USERS */
    uint32_t callee;                    /* endpoint */
    const struct control_spec *control; /* borrowed */
    struct guard *guards;               /* owned */
    uint32_t n;
};

/* The guards for calls from `caller` (component or SPEC_USERS) to endpoint `callee`; made when first asked
 * for, under `control`. NULL when memory is gone. Borrowed from the system; the pointer stays true. */
struct guard *guards_for(struct system *s, uint32_t caller, uint32_t callee,
                         const struct control_spec *control);
void guard_sets_finish(struct system *s);

#endif
