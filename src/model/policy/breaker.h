/* A circuit breaker: closed, open, half-open. Nygard, Release It!, 2007; the terms are resilience4j's. */
#ifndef TANDEM_MODEL_POLICY_BREAKER_H
#define TANDEM_MODEL_POLICY_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/spec.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct breaker {
    enum breaker_state state;
    bool *failed;     /* owned; a ring of the last attempts' ends */
    uint32_t n, next; /* in the ring */
    uint32_t n_failed;
    uint32_t trials; /* half-open: attempts let through */
    uint32_t ended;  /* half-open: of these, those that have ended */
    int64_t open_until_ns;
};

/* False when memory is gone. */
bool breaker_init(struct breaker *breaker, const struct breaker_spec *spec);
void breaker_finish(struct breaker *breaker);

/* Closed, and without a memory. */
void breaker_reset(struct breaker *breaker);

/* Whether an attempt may go out now. One that may must be reported to breaker_record() when it has ended,
 * with the state in which it went out. */
bool breaker_permits(struct breaker *breaker, const struct breaker_spec *spec, int64_t now_ns);

/* An attempt that went out while the breaker was in `state` has ended, well or not. */
void breaker_record(struct breaker *breaker, const struct breaker_spec *spec, enum breaker_state state,
                    bool failed, int64_t now_ns);

/* An attempt that went out in `state` ends without anybody knowing how. */
void breaker_withdraw(struct breaker *breaker, enum breaker_state state);

#endif
