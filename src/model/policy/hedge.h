/* Hedging: when an answer is long in coming, the request goes out a second time, and the first good answer
 * counts. Dean and Barroso, The Tail at Scale, CACM 56(2), 2013. */
#ifndef TANDEM_MODEL_POLICY_HEDGE_H
#define TANDEM_MODEL_POLICY_HEDGE_H

#include <stdint.h>

#include "model/result.h"

struct system;
struct call;

/* The first copy of the present attempt was sent now: plans the second one, if there is to be one. */
void hedge_plan(struct system *s, struct call *call);

/* The name of the second copy of an attempt: it draws its own work and its own wires. */
uint64_t hedge_path(uint64_t path);

/* Adds to the second copy's split what went before it was sent. */
void hedge_add_wait(const struct call *call, int64_t split_ns[CAUSES]);

#endif
