#include "des/event_list.h"

#include <stdlib.h>

enum { ARITY = 4, FIRST_CAPACITY = 64, RANK_SHIFT = 62 };

/* The total order of events is said here and nowhere else. */
static inline bool before(const struct event_entry *a, const struct event_entry *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

void event_list_finish(struct event_list *list)
{
    if (!list)
        return;
    free(list->entries);
    *list = (struct event_list){0};
}

static void sift_down(struct event_list *list, size_t hole, struct event_entry entry)
{
    struct event_entry *entries = list->entries;
    for (;;) {
        size_t child = hole * ARITY + 1;
        if (child >= list->n)
            break;
        size_t end = child + ARITY < list->n ? child + ARITY : list->n;
        size_t least = child;
        while (++child < end)
            if (before(&entries[child], &entries[least]))
                least = child;
        if (!before(&entries[least], &entry))
            break;
        entries[hole] = entries[least];
        hole = least;
    }
    entries[hole] = entry;
}

bool event_list_push(struct event_list *list, int64_t at_ns, unsigned rank, uint32_t slot)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : FIRST_CAPACITY;
        struct event_entry *entries = realloc(list->entries, capacity * sizeof *entries);
        if (!entries)
            return false;
        list->entries = entries;
        list->capacity = capacity;
    }
    uint64_t order = (uint64_t)rank << RANK_SHIFT | list->next_order++;
    struct event_entry entry = {.at_ns = at_ns, .order = order, .slot = slot};
    size_t hole = list->n++;
    while (hole > 0) {
        size_t parent = (hole - 1) / ARITY;
        if (!before(&entry, &list->entries[parent]))
            break;
        list->entries[hole] = list->entries[parent];
        hole = parent;
    }
    list->entries[hole] = entry;
    return true;
}

void event_list_pop(struct event_list *list)
{
    struct event_entry last = list->entries[--list->n];
    if (list->n)
        sift_down(list, 0, last);
}

void event_list_filter(struct event_list *list, bool (*keep)(uint32_t slot, void *data), void *data)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->n; i++)
        if (keep(list->entries[i].slot, data))
            list->entries[kept++] = list->entries[i];
    list->n = kept;
    for (size_t i = kept / ARITY + 1; i-- > 0;)
        if (i < kept)
            sift_down(list, i, list->entries[i]);
}
