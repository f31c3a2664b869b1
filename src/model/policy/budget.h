/* A retry budget: gRPC's retry throttling (gRFC A6, Throttling Retry Attempts and Hedged RPCs). */
#ifndef TANDEM_MODEL_POLICY_BUDGET_H
#define TANDEM_MODEL_POLICY_BUDGET_H

#include <stdbool.h>

#include "model/spec.h"

struct budget {
    double tokens;
};

static inline void budget_init(struct budget *budget, const struct budget_spec *spec)
{
    budget->tokens = spec->tokens;
}

/* An attempt has ended, well or not. */
static inline void budget_record(struct budget *budget, const struct budget_spec *spec, bool failed)
{
    double tokens = budget->tokens + (failed ? -1.0 : spec->ratio);
    budget->tokens = tokens < 0.0 ? 0.0 : tokens > spec->tokens ? spec->tokens : tokens;
}

/* Whether a retry may be made now. */
static inline bool budget_permits(const struct budget *budget, const struct budget_spec *spec)
{
    return spec->tokens == 0.0 || budget->tokens > spec->tokens / 2.0;
}

#endif
