/* Where the queues of a system are found: by what calls know them by and where they stand, and by the
 * component that they lose when it crashes. */
#ifndef TANDEM_MODEL_QUEUE_INDEX_H
#define TANDEM_MODEL_QUEUE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/name_map.h"
#include "base/pair_map.h"

struct queue;

/* Queues in order of making, linked by a `next` for each kind of list. */
struct queue_list {
    struct queue *first, **end; /* end: where the next one goes; NULL = it is the first */
};

/* Zeroed: empty. */
struct queue_index {
    struct queue **queues; /* owned; the numbers below are places in it; the queues are borrowed */
    size_t n, capacity;
    struct name_map names;       /* to the first queue of a name */
    struct pair_map places;      /* of that one and a broker: to the queue of the name at the broker */
    struct queue_list *consumed; /* by component: it is the consumers'; owned */
    struct queue_list *standing; /* by component: the broker is there; owned */
    struct queue_list blocking;  /* those that hold publishers back when they are full */
};

void queue_index_finish(struct queue_index *index);

/* The queue of that name at that broker (SPEC_NONE: the first of the name); NULL = there is none. */
struct queue *queue_index_find(const struct queue_index *index, const char *name, uint32_t broker);

/* Enters `queue`, which calls know by `name`, which must stay where it is; there are `n_components`. False
 * when memory is gone. */
bool queue_index_add(struct queue_index *index, struct queue *queue, const char *name, size_t n_components);

#endif
