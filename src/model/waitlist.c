#include "model/waitlist.h"

void waitlist_finish(struct waitlist *list)
{
    if (!list)
        return;
    heap_finish(&list->heap);
    *list = (struct waitlist){0};
}

/* Of the same order, without a sign. */
static uint64_t unsigned_of(int64_t x)
{
    return (uint64_t)x ^ UINT64_C(1) << 63;
}

bool waitlist_heap_push(struct waitlist *list, struct activation *a, int64_t key)
{
    return heap_push(&list->heap, unsigned_of(key), unsigned_of(list->next_turn++), a, &a->seat);
}

bool waitlist_heap_push_front(struct waitlist *list, struct activation *a, int64_t key)
{
    return heap_push(&list->heap, unsigned_of(key), unsigned_of(--list->first_turn), a, &a->seat);
}

void waitlist_heap_remove(struct waitlist *list, const struct activation *a)
{
    heap_remove(&list->heap, a->seat);
}
