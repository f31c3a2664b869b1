/* The pending events in order: a 4-ary heap of (time, rank, order of scheduling). */
#ifndef TANDEM_DES_EVENT_LIST_H
#define TANDEM_DES_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_entry {
    int64_t at_ns;
    uint64_t order; /* unique: rank, then rising with each push */
    uint32_t slot;  /* the owner's business */
};

struct event_list {
    struct event_entry *entries; /* owned */
    size_t n;
    size_t capacity;
    uint64_t next_order;
};

void event_list_finish(struct event_list *list);

enum { EVENT_RANKS = 4 };

/* Entries of one time stand by `rank` (below EVENT_RANKS), then in the order in which they were pushed. False
 * when memory is gone. O(log n). */
bool event_list_push(struct event_list *list, int64_t at_ns, unsigned rank, uint32_t slot);

/* The earliest entry, or NULL. Valid until the list changes. */
static inline const struct event_entry *event_list_first(const struct event_list *list)
{
    return list->n ? list->entries : NULL;
}

/* Drops the earliest entry; the list must not be empty. O(log n). */
void event_list_pop(struct event_list *list);

/* Keeps only the entries for which `keep` is true, in O(n). */
void event_list_filter(struct event_list *list, bool (*keep)(uint32_t slot, void *data), void *data);

#endif
