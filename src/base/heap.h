/* Things with a key, of which the least is at hand and any can be taken out: a binary heap, whose entries
 * have a seat each that stays the same while they move. */
#ifndef TANDEM_BASE_HEAP_H
#define TANDEM_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/int128.h"

struct heap_entry {
    uint128 key;
    uint64_t order; /* the least first among equals */
    uint32_t seat;
};

struct heap_seat {
    void *item;     /* not owned */
    uint32_t place; /* of its entry; of a free seat: the next free one */
};

/* Zeroed: empty. */
struct heap {
    struct heap_entry *entries; /* owned */
    struct heap_seat *seats;    /* owned; as many as there were entries at once */
    uint32_t n, capacity, n_seats;
    uint32_t free_seat; /* meant only while some of the seats are free: n < n_seats */
};

void heap_finish(struct heap *heap);

/* Takes `item` in; it is to remember its seat. False when memory is gone. O(log n). */
bool heap_push(struct heap *heap, uint128 key, uint64_t order, void *item, uint32_t *ret_seat);

/* Takes out what has `seat`. O(log n). */
void *heap_remove(struct heap *heap, uint32_t seat);

/* The seat of the least; there must be one. */
static inline uint32_t heap_least(const struct heap *heap)
{
    return heap->entries[0].seat;
}

static inline void *heap_item(const struct heap *heap, uint32_t seat)
{
    return heap->seats[seat].item;
}

static inline uint128 heap_key(const struct heap *heap, uint32_t seat)
{
    return heap->entries[heap->seats[seat].place].key;
}

#endif
