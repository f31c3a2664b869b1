/* Components that fail, by themselves or at given times, and other things that happen to them. */
#ifndef TANDEM_MODEL_FAILURE_H
#define TANDEM_MODEL_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "des/rng.h"
#include "des/sim.h"
#include "model/component.h"
#include "model/result.h"
#include "model/spec.h"

struct system;

/* Failures of one replica that come by themselves. */
struct replica_clock {
    struct stream draws;
    uint64_t n;       /* failures so far */
    int64_t left_ns;  /* working: of its time until it fails */
    int64_t since_ns; /* working: it has been since then; failed: since then */
    event_id next;
    bool failed;
};

/* The outages so far that came by themselves. */
struct outage_log {
    struct outage *list; /* owned */
    size_t n, capacity;
};

/* The events of the spec that change the speed or the workers of a component: lists in order of index,
 * SPEC_NONE = the end. */
struct change_index {
    uint32_t *first; /* owned; one a component; NULL = there are no events */
    uint32_t *next;  /* owned; one an event */
};

/* Makes the clocks of all replicas whose component can fail. False when memory is gone. */
bool failures_init(struct system *s);
void failures_finish(struct system *s);

/* Schedules the first failures, and all events of the spec that concern components. */
void failures_begin(struct system *s);

/* Some worker of the replica, which has a clock, began to compute, or none does any more. */
void failure_busy_begins_or_ends(struct system *s, struct instance *instance);

/* `delta` more workers of the replica compute now. */
static inline void failure_busy_changed(struct system *s, struct instance *instance, int64_t delta)
{
    bool before = instance->busy > 0;
    instance->busy = (uint32_t)(instance->busy + delta);
    if (instance->clock && before != (instance->busy > 0))
        failure_busy_begins_or_ends(s, instance);
}

/* Ends those that are still going on, at the end of the run. */
void outages_close(struct system *s);

/* Can anything in the spec crash, or stand still? */
bool failures_possible(const struct spec *spec);

#endif
