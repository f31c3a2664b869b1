/* Components: replicas with workers, cores, and an inbox in front of them. */
#ifndef TANDEM_MODEL_COMPONENT_H
#define TANDEM_MODEL_COMPONENT_H

#include <stdbool.h>
#include <stdint.h>

#include "des/rng.h"
#include "des/sim.h"
#include "model/activation.h"
#include "model/result.h"
#include "model/spec.h"
#include "model/waitlist.h"
#include "stats/time_average.h"

struct system;
struct sharing;
struct replica_clock;

/* Something that reached a replica while it stood still, kept until it goes on. */
struct held {
    event_function *happen;
    void *subject;
    const uint64_t *watched; /* it is still wanted if this is `value` */
    uint64_t value;
};

/* One replica. */
struct instance {
    struct component *component;
    uint32_t index;
    uint32_t workers;     /* that it has now; SPEC_UNLIMITED */
    int64_t workers_free; /* not counted when unlimited; below 0 when it has fewer now than are in use */
    uint32_t cores_free;  /* not counted when unlimited */
    uint32_t busy;        /* workers that compute */
    uint32_t in_flight;   /* let in and not finished */
    struct waitlist inbox;
    uint32_t
        n_new; /* of those in the inbox, requests that came straight to the door: these fill its capacity */
    struct list continuations; /* async calls that have their answer and wait for a worker */
    struct list ready;         /* wait for a core */
    struct sharing *sharing; /* of the cores among all that compute; NULL = first come, first served; owned */
    bool pulling;
    uint32_t n_down;   /* reasons for which it is down: it crashed, and what was on it is lost */
    uint32_t n_paused; /* ... for which it stands still */
    struct held *held; /* owned */
    size_t n_held, held_capacity;
    struct replica_clock *clock; /* of the failures that come by themselves; NULL = none; owned */
};

struct component {
    const struct component_spec *spec;
    uint32_t index;
    uint32_t n_down;            /* replicas that are */
    double slowness;            /* factor of all that it does */
    struct instance *instances; /* owned, spec->replicas of them */
    uint32_t next;              /* round robin */
    struct stream balance;
    bool cores_limited;
    struct time_average workers[WORKER_STATES];
    struct time_average inbox;   /* waiting for a worker */
    struct time_average present; /* let in and not finished */
    int64_t suspended;
    struct histogram wait;
    uint64_t started, finished, rejected, dropped, crashes, lost_in_crash, met_down;
    struct time_average employed; /* workers that there are, or still are in use, on all replicas */
};

static inline bool instance_is_up(const struct instance *instance)
{
    return instance->n_down == 0 && instance->n_paused == 0;
}

static inline bool instance_stands_still(const struct instance *instance)
{
    return instance->n_down == 0 && instance->n_paused > 0;
}

bool component_init(struct system *s, struct component *component, uint32_t index);
void component_finish(struct component *component);

/* A request is at the door: picks a replica and lets it in or refuses it. */
void component_admit(struct system *s, struct component *component, struct activation *a);

/* A message from a queue has reached its consumer: it is let in. */
void instance_deliver(struct system *s, struct instance *instance, struct activation *a);

/* `a` has its answer and no worker: it goes on as soon as it gets one. */
void instance_continue(struct system *s, struct instance *instance, struct activation *a);

/* While it stands still, keeps what reached it for later: happen(system, subject), unless `watched` has
 * changed by then. False: it does not, go on. */
bool instance_holds(struct system *s, struct instance *instance, event_function *happen, void *subject,
                    const uint64_t *watched);

/* Ends all that is on it, as it crashed: its inbox, too. */
void instance_crash(struct system *s, struct instance *instance);

/* What was held while it stood still happens now. */
void instance_release_held(struct system *s, struct instance *instance);

/* Takes `a`, which waits there or computes, off the replica's lists and cores. */
void instance_take_out(struct system *s, struct activation *a);

/* Empties its lists of those who wait for a worker or a core, so that a long one need not be searched for
 * each: the replica is down, and each of them is ended by itself. */
void instance_forget_waiting(struct instance *instance);

/* Gives free workers to those who wait. */
void instance_pull(struct system *s, struct instance *instance);

#endif
