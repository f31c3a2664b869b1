#include "base/heap.h"

#include <stdlib.h>

enum { FEWEST = 16 };

void heap_finish(struct heap *heap)
{
    if (!heap)
        return;
    free(heap->entries);
    free(heap->seats);
    *heap = (struct heap){0};
}

static bool grow(struct heap *heap)
{
    uint32_t capacity = heap->capacity ? 2 * heap->capacity : FEWEST;
    if (capacity <= heap->capacity)
        return false;
    struct heap_entry *entries = realloc(heap->entries, capacity * sizeof *entries);
    if (!entries)
        return false;
    heap->entries = entries;
    struct heap_seat *seats = realloc(heap->seats, capacity * sizeof *seats);
    if (!seats)
        return false;
    heap->seats = seats;
    heap->capacity = capacity;
    return true;
}

static inline bool before(const struct heap_entry *a, const struct heap_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static inline void put(struct heap *heap, uint32_t place, struct heap_entry entry)
{
    heap->entries[place] = entry;
    heap->seats[entry.seat].place = place;
}

static void sift_up(struct heap *heap, uint32_t hole, struct heap_entry entry)
{
    for (; hole > 0 && before(&entry, &heap->entries[(hole - 1) / 2]); hole = (hole - 1) / 2)
        put(heap, hole, heap->entries[(hole - 1) / 2]);
    put(heap, hole, entry);
}

static void sift_down(struct heap *heap, uint32_t hole, struct heap_entry entry)
{
    for (size_t child; (child = 2 * (size_t)hole + 1) < heap->n; hole = (uint32_t)child) {
        if (child + 1 < heap->n && before(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!before(&heap->entries[child], &entry))
            break;
        put(heap, hole, heap->entries[child]);
    }
    put(heap, hole, entry);
}

static uint32_t take_seat(struct heap *heap)
{
    if (heap->n == heap->n_seats)
        return heap->n_seats++;
    uint32_t seat = heap->free_seat;
    heap->free_seat = heap->seats[seat].place;
    return seat;
}

bool heap_push(struct heap *heap, uint128 key, uint64_t order, void *item, uint32_t *ret_seat)
{
    if (heap->n == heap->capacity && !grow(heap))
        return false;
    uint32_t seat = take_seat(heap);
    heap->seats[seat].item = item;
    sift_up(heap, heap->n++, (struct heap_entry){.key = key, .order = order, .seat = seat});
    *ret_seat = seat;
    return true;
}

void *heap_remove(struct heap *heap, uint32_t seat)
{
    uint32_t hole = heap->seats[seat].place;
    struct heap_entry last = heap->entries[--heap->n];
    if (hole < heap->n && hole > 0 && before(&last, &heap->entries[(hole - 1) / 2]))
        sift_up(heap, hole, last);
    else if (hole < heap->n)
        sift_down(heap, hole, last);
    heap->seats[seat].place = heap->free_seat;
    heap->free_seat = seat;
    return heap->seats[seat].item;
}
