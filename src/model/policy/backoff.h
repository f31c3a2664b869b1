/* The pause before a retry. */
#ifndef TANDEM_MODEL_POLICY_BACKOFF_H
#define TANDEM_MODEL_POLICY_BACKOFF_H

#include <stdint.h>

#include "des/rng.h"
#include "model/spec.h"

/* The pause before the `retry`-th retry (from 1), in ns. `last_ns` is the pause before the one before, or 0:
 * only decorrelated jitter looks at it. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.
 */
int64_t backoff_pause(const struct backoff_spec *spec, uint32_t retry, int64_t last_ns, struct draw *draw);

#endif
