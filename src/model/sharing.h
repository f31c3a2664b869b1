/* Processor sharing: all that compute on a replica share its cores evenly, as under a fine-grained scheduler.
 */
#ifndef TANDEM_MODEL_SHARING_H
#define TANDEM_MODEL_SHARING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/int128.h"
#include "des/sim.h"
#include "model/activation.h"

struct system;
struct instance;

struct sharing {
    struct instance *instance;
    uint32_t cores;
    uint128 virtual_time; /* core time that each has had, in 2^-32 ns */
    int64_t since_ns;     /* virtual_time was right then */
    int64_t stopped_ns;   /* how long the replica has stood still so far */
    struct heap jobs;     /* those who compute, by the virtual time at which they are done; owned */
    uint64_t next_order;
    int64_t ready; /* workers beyond the cores, counted as ready */
    event_id next; /* the next completion */
    bool frozen;   /* the replica stands still, since since_ns */
};

/* NULL when memory is gone. */
struct sharing *sharing_create(struct instance *instance, uint32_t cores);
void sharing_destroy(struct sharing *sharing);

/* `a` begins to compute for its frame's demand_ns; activation_worked() happens at the end. */
void sharing_join(struct system *s, struct sharing *sharing, struct activation *a);

/* `a` computes no longer, though it is not done. */
void sharing_leave(struct system *s, struct sharing *sharing, struct activation *a);

/* The replica stands still; it goes on where it was. */
void sharing_freeze(struct system *s, struct sharing *sharing);
void sharing_thaw(struct system *s, struct sharing *sharing);

#endif
