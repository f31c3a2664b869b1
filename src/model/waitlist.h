/* Activations that wait for something, in the order in which they will get it. One table of orders; the inbox
 * of a component and a broker's queue both use it. */
#ifndef TANDEM_MODEL_WAITLIST_H
#define TANDEM_MODEL_WAITLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/activation.h"

struct waitlist;

struct waitlist_type {
    const char *name;
    const char *doc;
    /* Takes `a` in; `key` is for orders that compare. False when memory is gone. */
    bool (*push)(struct waitlist *list, struct activation *a, int64_t key);
    /* The same for one that comes back: before all others, as far as `key` lets it. */
    bool (*push_front)(struct waitlist *list, struct activation *a, int64_t key);
    struct activation *(*first)(const struct waitlist *list);    /* NULL when empty */
    struct activation *(*take)(struct waitlist *list);           /* the first, out; NULL when empty */
    struct activation *(*oldest)(const struct waitlist *list);   /* who waits longest; NULL when empty */
    void (*remove)(struct waitlist *list, struct activation *a); /* which is in it; O(those before it) */
};

struct waitlist_entry {
    int64_t key; /* the least comes first */
    int64_t order;
    struct activation *activation;
};

struct waitlist {
    const struct waitlist_type *type;
    struct list list;            /* fifo, lifo */
    struct waitlist_entry *heap; /* by key, then order of coming; owned */
    size_t n, capacity;          /* n: those waiting, whatever the order */
    int64_t next_order, first_order;
};

extern const struct waitlist_type waitlist_fifo;
extern const struct waitlist_type waitlist_lifo;
extern const struct waitlist_type waitlist_by_key;

void waitlist_finish(struct waitlist *list);

/* Takes the one that waits longest out; NULL when empty. */
struct activation *waitlist_take_oldest(struct waitlist *list);

#endif
