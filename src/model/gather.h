/* Calls: one, or several that do not need each other's results, and the answers to them. */
#ifndef TANDEM_MODEL_GATHER_H
#define TANDEM_MODEL_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/activation.h"
#include "model/program.h"

/* Executes the step OP_GATHER on. True: it is done, go on with the next step. */
bool gather_run(struct system *s, struct activation *a, const struct instruction *i);

/* The `cursor`-th call of a gather, counting copies. */
const struct site *gather_site(const struct instruction *gather, uint32_t cursor);

/* A call that `caller` awaits, made at `site`, has ended, well or not; `split_ns` says where its time went
 * to. */
void gather_answer(struct system *s, struct activation *caller, const struct site *site, bool well,
                   int64_t split_ns[CAUSES]);

/* The answer to `call` is there: it may be the one that its caller waits for. Ends `call`. For sim_schedule.
 */
void activation_answered(void *system, void *call);

#endif
