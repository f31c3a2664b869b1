/* Activations that wait for something, in the order in which they will get it; the inbox of a component and a
 * broker's queue both use it. Any of them can leave it at any time, in O(1), or O(log n) where a key orders.
 */
#ifndef TANDEM_MODEL_WAITLIST_H
#define TANDEM_MODEL_WAITLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "model/activation.h"

enum waitlist_order {
    WAITLIST_FIFO,  /* first come, first served */
    WAITLIST_LIFO,  /* last come, first served */
    WAITLIST_BY_KEY /* the least key first, first come, first served among equals */
};

/* Zeroed: an empty fifo. */
struct waitlist {
    enum waitlist_order order;
    struct activation *first, *last; /* linked both ways, in order of coming */
    size_t n;
    struct heap heap; /* by key: the same ones; owned */
    int64_t next_turn, first_turn;
};

void waitlist_finish(struct waitlist *list);

/* By key: the same as waitlist_push(), waitlist_push_front() and waitlist_remove(), but for the links. */
bool waitlist_heap_push(struct waitlist *list, struct activation *a, int64_t key);
bool waitlist_heap_push_front(struct waitlist *list, struct activation *a, int64_t key);
void waitlist_heap_remove(struct waitlist *list, const struct activation *a);

/* Takes `a` in; `key` is for orders that compare. False when memory is gone. */
static inline bool waitlist_push(struct waitlist *list, struct activation *a, int64_t key)
{
    if (list->order == WAITLIST_BY_KEY && !waitlist_heap_push(list, a, key))
        return false;
    a->before = list->last;
    a->next = NULL;
    if (list->last)
        list->last->next = a;
    else
        list->first = a;
    list->last = a;
    list->n++;
    return true;
}

/* The same for one that comes back: before all others, as far as `key` lets it. */
static inline bool waitlist_push_front(struct waitlist *list, struct activation *a, int64_t key)
{
    if (list->order == WAITLIST_LIFO)
        return waitlist_push(list, a, key);
    if (list->order == WAITLIST_BY_KEY && !waitlist_heap_push_front(list, a, key))
        return false;
    a->before = NULL;
    a->next = list->first;
    if (list->first)
        list->first->before = a;
    else
        list->last = a;
    list->first = a;
    list->n++;
    return true;
}

/* Takes `a`, which is in it, out. */
static inline void waitlist_remove(struct waitlist *list, struct activation *a)
{
    if (list->order == WAITLIST_BY_KEY)
        waitlist_heap_remove(list, a);
    if (a->before)
        a->before->next = a->next;
    else
        list->first = a->next;
    if (a->next)
        a->next->before = a->before;
    else
        list->last = a->before;
    list->n--;
}

/* The one whose turn it is, out; NULL when empty. */
static inline struct activation *waitlist_take(struct waitlist *list)
{
    struct activation *a = list->order == WAITLIST_LIFO ? list->last : list->first;
    if (list->order == WAITLIST_BY_KEY && a)
        a = heap_item(&list->heap, heap_least(&list->heap));
    if (a)
        waitlist_remove(list, a);
    return a;
}

/* In a long list, what belongs to the oldest one, which mostly leaves next, has left the caches since it
 * came: asked for now, it is back by then. */
static inline void waitlist_prefetch(const struct waitlist *list)
{
    const struct activation *next = list->first;
    if (!next)
        return;
    __builtin_prefetch(&next->since_ns);
    __builtin_prefetch(next->request);
    __builtin_prefetch(next->call);
    __builtin_prefetch(next->message);
}

/* Who waits longest; NULL when empty. What came back counts as longest of all. */
static inline struct activation *waitlist_oldest(const struct waitlist *list)
{
    return list->first;
}

#endif
