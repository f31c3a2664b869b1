#include "model/queue_index.h"

#include <stdlib.h>
#include <string.h>

#include "des/rng.h"
#include "model/queue.h"

enum { FEWEST_SLOTS = 16 };

void queue_index_finish(struct queue_index *index)
{
    free(index->slots);
    free(index->consumed);
    free(index->standing);
    *index = (struct queue_index){0};
}

/* ---- by name ---- */

/* Where it is, or would be. */
static struct queue_slot *slot_of(struct queue_slot *slots, size_t capacity, const char *name,
                                  uint32_t broker)
{
    size_t i = (size_t)rng_mix(rng_name(name), broker) & (capacity - 1);
    while (slots[i].queue && (slots[i].broker != broker || strcmp(slots[i].name, name) != 0))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static bool grow(struct queue_index *index)
{
    size_t capacity = index->capacity ? 2 * index->capacity : FEWEST_SLOTS;
    struct queue_slot *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < index->capacity; i++) {
        const struct queue_slot *old = &index->slots[i];
        if (old->queue)
            *slot_of(slots, capacity, old->name, old->broker) = *old;
    }
    free(index->slots);
    index->slots = slots;
    index->capacity = capacity;
    return true;
}

struct queue *queue_index_find(const struct queue_index *index, const char *name, uint32_t broker)
{
    return index->n ? slot_of(index->slots, index->capacity, name, broker)->queue : NULL;
}

/* The first one of a name stays what is found under it. */
static void enter(struct queue_index *index, struct queue *queue, const char *name, uint32_t broker)
{
    struct queue_slot *slot = slot_of(index->slots, index->capacity, name, broker);
    if (slot->queue)
        return;
    *slot = (struct queue_slot){.queue = queue, .name = name, .broker = broker};
    index->n++;
}

/* ---- by component ---- */

static bool make_lists(struct queue_index *index, size_t n_components)
{
    if (!index->consumed)
        index->consumed = calloc(n_components, sizeof *index->consumed);
    if (!index->standing)
        index->standing = calloc(n_components, sizeof *index->standing);
    return index->consumed && index->standing;
}

static void append(struct queue_list *list, struct queue *queue, struct queue **next)
{
    *(list->end ? list->end : &list->first) = queue;
    list->end = next;
}

static void link_by_component(struct queue_index *index, struct queue *queue)
{
    append(&index->consumed[queue->component], queue, &queue->next_consumed);
    if (queue->broker != SPEC_USERS)
        append(&index->standing[queue->broker], queue, &queue->next_standing);
    if (queue->rule->overflow == QUEUE_BLOCK)
        append(&index->blocking, queue, &queue->next_blocking);
}

bool queue_index_add(struct queue_index *index, struct queue *queue, const char *name, size_t n_components)
{
    if (!make_lists(index, n_components) || (2 * (index->n + 2) > index->capacity && !grow(index)))
        return false;
    enter(index, queue, name, queue->broker);
    enter(index, queue, name, SPEC_NONE);
    link_by_component(index, queue);
    return true;
}
