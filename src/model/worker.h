/* Workers and cores of a replica: who has them, and what happens to them when it stops or crashes. */
#ifndef TANDEM_MODEL_WORKER_H
#define TANDEM_MODEL_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/failure.h"
#include "model/state.h"

static inline bool workers_are_unlimited(const struct instance *instance)
{
    return instance->workers == SPEC_UNLIMITED;
}

/* One is free, and the replica is up. */
static inline bool worker_is_free(const struct instance *instance)
{
    return instance_is_up(instance) && (workers_are_unlimited(instance) || instance->workers_free > 0);
}

/* `delta` more of the replica's workers are in `state`: the account of the component. */
static inline void workers_count(struct system *s, struct instance *instance, enum worker_state state,
                                 int64_t delta)
{
    time_average_add(&instance->component->workers[state], s->sim.now_ns, delta);
    if (state == WORKER_BUSY)
        failure_busy_changed(s, instance, delta);
}

/* A free one begins to compute for somebody, whose frame is to say so. */
static inline void worker_take(struct system *s, struct instance *instance)
{
    if (!workers_are_unlimited(instance)) {
        instance->workers_free--;
        workers_count(s, instance, WORKER_IDLE, -1);
    }
    workers_count(s, instance, WORKER_BUSY, 1);
}

/* The worker that `a` holds changes its state. */
static inline void worker_turn(struct system *s, struct activation *a, enum worker_state state)
{
    enum worker_state old = a->frame->worker;
    if (old == state)
        return;
    workers_count(s, a->instance, old, -1);
    workers_count(s, a->instance, state, 1);
    a->frame->worker = (uint8_t)state;
}

/* The state of those that nobody uses. */
static inline enum worker_state worker_free_state(const struct instance *instance)
{
    return instance_is_up(instance) ? WORKER_IDLE : WORKER_DOWN;
}

/* `a` gives its worker back; instance_pull() must follow. */
static inline void worker_release(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    workers_count(s, instance, a->frame->worker, -1);
    a->frame->worker = WORKER_STATES;
    if (workers_are_unlimited(instance))
        return;
    if (instance->workers_free++ >= 0)
        workers_count(s, instance, worker_free_state(instance), 1);
    else /* one too many: it goes */
        time_average_add(&instance->component->employed, s->sim.now_ns, -1);
}

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
