#include "des/event_fifo.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void event_fifo_finish(struct event_fifo *fifo)
{
    if (!fifo)
        return;
    free(fifo->ring);
    *fifo = (struct event_fifo){0};
}

bool event_fifo_grow(struct event_fifo *fifo)
{
    size_t capacity = fifo->capacity ? 2 * fifo->capacity : FIRST_CAPACITY;
    if (capacity > SIZE_MAX / sizeof *fifo->ring)
        return false;
    struct event_entry *ring = realloc(fifo->ring, capacity * sizeof *ring);
    if (!ring)
        return false;
    /* It is full: what stood before the first goes behind the last. */
    memcpy(&ring[fifo->capacity], ring, fifo->first * sizeof *ring);
    fifo->ring = ring;
    fifo->capacity = capacity;
    return true;
}
