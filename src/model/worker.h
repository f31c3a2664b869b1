/* Workers and cores of a replica: who has them, and what happens to them when it stops or crashes. */
#ifndef TANDEM_MODEL_WORKER_H
#define TANDEM_MODEL_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/activation.h"
#include "model/result.h"

struct system;
struct instance;

/* One is free, and the replica is up. */
bool worker_is_free(const struct instance *instance);

/* A free one begins to compute for somebody, whose frame is to say so. */
void worker_take(struct system *s, struct instance *instance);

/* The worker that `a` holds changes its state. */
void worker_turn(struct system *s, struct activation *a, enum worker_state state);

/* `a` gives its worker back; instance_pull() must follow. */
void worker_release(struct system *s, struct activation *a);

/* `a`, which holds a worker, computes for frame->demand_ns (> 0); activation_worked() happens at the end. */
void worker_compute(struct system *s, struct activation *a);

/* `a`, which computes or waits for a core, does so no longer. */
void worker_stop(struct system *s, struct activation *a);

/* The replica has another number of workers from now on; those too many go when they are free. */
void workers_employ(struct system *s, struct instance *instance, uint32_t workers);

/* The replica crashed, and none of its workers is in use any more; or it is back. */
void workers_down(struct system *s, struct instance *instance);
void workers_up(struct system *s, struct instance *instance);

/* The replica stands still: who computes or waits for a core is stopped. Or it goes on where it was. */
void workers_freeze(struct system *s, struct instance *instance);
void workers_thaw(struct system *s, struct instance *instance);

#endif
