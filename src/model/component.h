/* Components: replicas with workers, cores, and an inbox in front of them. */
#ifndef TANDEM_MODEL_COMPONENT_H
#define TANDEM_MODEL_COMPONENT_H

#include <stdbool.h>
#include <stdint.h>

#include "des/rng.h"
#include "model/activation.h"
#include "model/result.h"
#include "model/spec.h"
#include "model/waitlist.h"
#include "stats/time_average.h"

struct system;
struct sharing;

/* One replica. */
struct instance {
    struct component *component;
    uint32_t index;
    uint32_t workers_free; /* not counted when unlimited */
    uint32_t cores_free;   /* likewise */
    uint32_t in_flight;    /* let in and not finished */
    struct waitlist inbox;
    uint32_t
        n_new; /* of those in the inbox, requests that came straight to the door: these fill its capacity */
    struct list continuations; /* async calls that have their answer and wait for a worker */
    struct list ready;         /* wait for a core */
    struct sharing *sharing; /* of the cores among all that compute; NULL = first come, first served; owned */
    bool pulling;
};

struct component {
    const struct component_spec *spec;
    uint32_t index;
    struct instance *instances; /* owned, spec->replicas of them */
    uint32_t next;              /* round robin */
    struct stream balance;
    bool cores_limited;
    struct time_average workers[WORKER_STATES];
    struct time_average inbox;   /* waiting for a worker */
    struct time_average present; /* let in and not finished */
    int64_t suspended;
    struct histogram wait;
    uint64_t started, finished, rejected, dropped;
};

bool component_init(struct system *s, struct component *component, uint32_t index);
void component_finish(struct component *component);

/* A request is at the door: picks a replica and lets it in or refuses it. */
void component_admit(struct system *s, struct component *component, struct activation *a);

/* A message from a queue has reached its consumer: it is let in. */
void instance_deliver(struct system *s, struct instance *instance, struct activation *a);

/* `a` has its answer and no worker: it goes on as soon as it gets one. */
void instance_continue(struct system *s, struct instance *instance, struct activation *a);

/* `a` has ended: it leaves the replica. */
void instance_leave(struct system *s, struct activation *a);

/* Gives free workers to those who wait. */
void instance_pull(struct system *s, struct instance *instance);

/* The worker that `a` holds changes its state. */
void worker_turn(struct system *s, struct activation *a, enum worker_state state);

/* `a` gives its worker back; instance_pull() must follow. */
void worker_release(struct system *s, struct activation *a);

/* `a`, which holds a worker, computes for frame->demand_ns (> 0); activation_worked() happens at the end. */
void worker_compute(struct system *s, struct activation *a);

#endif
