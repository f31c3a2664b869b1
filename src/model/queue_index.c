#include "model/queue_index.h"

#include <stdlib.h>
#include <string.h>

#include "model/queue.h"

void queue_index_finish(struct queue_index *index)
{
    free(index->queues);
    name_map_finish(&index->names);
    pair_map_finish(&index->places);
    free(index->consumed);
    free(index->standing);
    *index = (struct queue_index){0};
}

/* ---- by name ---- */

struct queue *queue_index_find(const struct queue_index *index, const char *name, uint32_t broker)
{
    uint32_t number = name_map_find(&index->names, name, strlen(name));
    if (number != NAME_MAP_NONE && broker != SPEC_NONE)
        number = pair_map_find(&index->places, number, broker);
    return number == PAIR_MAP_NONE ? NULL : index->queues[number];
}

static bool reserve(struct queue_index *index)
{
    if (index->n < index->capacity)
        return true;
    size_t capacity = index->capacity ? 2 * index->capacity : 8;
    struct queue **queues = realloc(index->queues, capacity * sizeof *queues);
    if (!queues)
        return false;
    index->queues = queues;
    index->capacity = capacity;
    return true;
}

/* The first one of a name stays what is found under it. */
static bool enter(struct queue_index *index, struct queue *queue, const char *name)
{
    uint32_t number = (uint32_t)index->n, *first, *here;
    if (!reserve(index) || !(first = name_map_at(&index->names, name, strlen(name))))
        return false;
    if (*first == NAME_MAP_NONE)
        *first = number;
    if (!(here = pair_map_at(&index->places, *first, queue->broker)))
        return false;
    if (*here == PAIR_MAP_NONE)
        *here = number;
    index->queues[index->n++] = queue;
    return true;
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
    if (!make_lists(index, n_components) || !enter(index, queue, name))
        return false;
    link_by_component(index, queue);
    return true;
}
