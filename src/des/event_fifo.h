/* Pending events that are due in the order in which they are pushed: a ring. Where all come the same time
 * after they are pushed, nothing has to be sorted. */
#ifndef TANDEM_DES_EVENT_FIFO_H
#define TANDEM_DES_EVENT_FIFO_H

#include <stdbool.h>
#include <stddef.h>

#include "des/event_list.h"

/* Zeroed: empty. */
struct event_fifo {
    struct event_entry *ring; /* owned */
    size_t capacity;          /* 0, or a power of two */
    size_t first, n;
};

void event_fifo_finish(struct event_fifo *fifo);

/* The one that has `i` (below n) before it. */
static inline struct event_entry *event_fifo_at(const struct event_fifo *fifo, size_t i)
{
    return &fifo->ring[(fifo->first + i) & (fifo->capacity - 1)];
}

/* Makes room for more; false when memory is gone. */
bool event_fifo_grow(struct event_fifo *fifo);

/* There must be room: n < capacity. The entry must not be due before the one pushed last. */
static inline void event_fifo_push(struct event_fifo *fifo, struct event_entry entry)
{
    *event_fifo_at(fifo, fifo->n++) = entry;
}

/* Drops the earliest one. */
static inline void event_fifo_drop(struct event_fifo *fifo)
{
    fifo->first = (fifo->first + 1) & (fifo->capacity - 1);
    fifo->n--;
}

#endif
