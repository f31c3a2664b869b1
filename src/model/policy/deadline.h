/* Deadlines that travel along: who works for somebody waits no longer than that one does. As gRPC's. */
#ifndef TANDEM_MODEL_POLICY_DEADLINE_H
#define TANDEM_MODEL_POLICY_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/activation.h"
#include "model/call.h"
#include "model/spec.h"

/* The latest end of a call that `caller` (NULL = a user) makes through `site`; INT64_MAX = none. Where nobody
 * waits for an answer nobody's patience ends. */
static inline int64_t deadline_inherited(const struct site *site, const struct activation *caller)
{
    return caller && site->awaits && site->control->deadline ? caller->deadline_ns : INT64_MAX;
}

/* At `at_ns` there is no time left. */
static inline bool deadline_is_over(int64_t deadline_ns, int64_t at_ns)
{
    return deadline_ns <= at_ns;
}

#endif
