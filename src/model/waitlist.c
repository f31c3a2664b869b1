#include "model/waitlist.h"

#include <stdlib.h>

#include "model/list.h"

void waitlist_finish(struct waitlist *list)
{
    if (!list)
        return;
    free(list->heap);
    *list = (struct waitlist){0};
}

/* ---- fifo and lifo: a list ---- */

static bool fifo_push(struct waitlist *list, struct activation *a, int64_t key)
{
    (void)key;
    list_append(&list->list, a);
    list->n++;
    return true;
}

static bool lifo_push(struct waitlist *list, struct activation *a, int64_t key)
{
    (void)key;
    list_prepend(&list->list, a);
    list->n++;
    return true;
}

static void remove_from_list(struct waitlist *list, struct activation *a)
{
    list->n -= list_remove(&list->list, a);
}

static struct activation *list_first(const struct waitlist *list)
{
    return list->list.first;
}

static struct activation *list_last(const struct waitlist *list)
{
    return list->list.last;
}

static struct activation *list_take_first(struct waitlist *list)
{
    struct activation *a = list_take(&list->list);
    list->n -= a != NULL;
    return a;
}

const struct waitlist_type waitlist_fifo = {
    .name = "fifo",
    .doc = "first come, first served",
    .push = fifo_push,
    .push_front = lifo_push,
    .first = list_first,
    .take = list_take_first,
    .oldest = list_first,
    .remove = remove_from_list,
};

const struct waitlist_type waitlist_lifo = {
    .name = "lifo",
    .doc = "last come, first served",
    .push = lifo_push,
    .push_front = lifo_push,
    .first = list_first,
    .take = list_take_first,
    .oldest = list_last,
    .remove = remove_from_list,
};

/* ---- by key: a binary heap ---- */

static bool before(const struct waitlist_entry *a, const struct waitlist_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static bool heap_insert(struct waitlist *list, struct waitlist_entry entry)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        struct waitlist_entry *heap = realloc(list->heap, capacity * sizeof *heap);
        if (!heap)
            return false;
        list->heap = heap;
        list->capacity = capacity;
    }
    size_t hole = list->n++;
    for (; hole > 0 && before(&entry, &list->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
        list->heap[hole] = list->heap[(hole - 1) / 2];
    list->heap[hole] = entry;
    return true;
}

static bool heap_push(struct waitlist *list, struct activation *a, int64_t key)
{
    return heap_insert(list, (struct waitlist_entry){key, list->next_order++, a});
}

static bool heap_push_front(struct waitlist *list, struct activation *a, int64_t key)
{
    return heap_insert(list, (struct waitlist_entry){key, --list->first_order, a});
}

static struct activation *heap_first(const struct waitlist *list)
{
    return list->n ? list->heap[0].activation : NULL;
}

static void heap_fill(struct waitlist *list, size_t hole, struct waitlist_entry entry)
{
    for (; hole > 0 && before(&entry, &list->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
        list->heap[hole] = list->heap[(hole - 1) / 2];
    for (size_t child; (child = 2 * hole + 1) < list->n; hole = child) {
        if (child + 1 < list->n && before(&list->heap[child + 1], &list->heap[child]))
            child++;
        if (!before(&list->heap[child], &entry))
            break;
        list->heap[hole] = list->heap[child];
    }
    list->heap[hole] = entry;
}

static struct activation *heap_take_at(struct waitlist *list, size_t i)
{
    struct activation *a = list->heap[i].activation;
    struct waitlist_entry last = list->heap[--list->n];
    if (i < list->n)
        heap_fill(list, i, last);
    return a;
}

static struct activation *heap_take(struct waitlist *list)
{
    return list->n ? heap_take_at(list, 0) : NULL;
}

static void heap_remove(struct waitlist *list, struct activation *a)
{
    size_t i = 0;
    while (list->heap[i].activation != a)
        i++;
    heap_take_at(list, i);
}

static size_t heap_oldest_index(const struct waitlist *list)
{
    size_t oldest = 0;
    for (size_t i = 1; i < list->n; i++)
        if (list->heap[i].order < list->heap[oldest].order)
            oldest = i;
    return oldest;
}

static struct activation *heap_oldest(const struct waitlist *list)
{
    return list->n ? list->heap[heap_oldest_index(list)].activation : NULL;
}

const struct waitlist_type waitlist_by_key = {
    .name = "by key",
    .doc = "the least key first, first come, first served among equals",
    .push = heap_push,
    .push_front = heap_push_front,
    .first = heap_first,
    .take = heap_take,
    .oldest = heap_oldest,
    .remove = heap_remove,
};

struct activation *waitlist_take_oldest(struct waitlist *list)
{
    if (list->type == &waitlist_by_key)
        return list->n ? heap_take_at(list, heap_oldest_index(list)) : NULL;
    /* Only a fifo is ever asked: a queue's order is fifo or by key. */
    return list->type->take(list);
}
