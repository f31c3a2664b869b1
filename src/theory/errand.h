/* What one call is under a policy: who waits for it, how long it is on its way, and what may become of it. */
#ifndef TANDEM_THEORY_ERRAND_H
#define TANDEM_THEORY_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "model/spec.h"
#include "theory/span.h"

struct errand {
    uint32_t callee; /* endpoint */
    bool awaited;    /* its caller goes on when there is an answer */
    bool holds;      /* the caller's worker is held until then */
    bool delays;     /* a caller that does not wait for an answer can be held up all the same: a full queue */
    bool fails;      /* it can be lost, refused on the way, or given up; or its answer be another copy's */
    bool at_door;    /* it comes straight to the callee's door, where it is refused when there is no room */
    bool lines_up;   /* in a queue that does nothing but that: first come first served, for every worker */
    struct span out, back;          /* on wires, there and with the answer back */
    uint32_t batch;                 /* messages that are worked off as one, at most */
    const struct queue_rule *queue; /* borrowed from the policy; NULL = none */
};

/* A call from endpoint `caller` (or SPEC_USERS, then under the `users` control unless the policy has a rule)
 * under `policy`. */
struct errand errand_of(const struct spec *spec, const struct policy_spec *policy, uint32_t caller,
                        const struct call_spec *call, const struct control_spec *users);

#endif
