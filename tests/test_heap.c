#include "base/heap.h"

#include <stdlib.h>

#include <criterion/criterion.h>

#include "des/rng.h"

enum { MOST = 3000 };

struct item {
    uint128 key;
    uint64_t order;
    uint32_t seat;
    bool in;
};

static bool comes_before(const struct item *a, const struct item *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

/* By looking at all of them. */
static struct item *least_of(struct item *items, size_t n)
{
    struct item *least = NULL;
    for (size_t i = 0; i < n; i++)
        if (items[i].in && (!least || comes_before(&items[i], least)))
            least = &items[i];
    return least;
}

static void push(struct heap *heap, struct item *item, struct draw *draw, uint64_t order)
{
    item->key = (uint128)draw_below(draw, 50) << 90; /* many ties, and beyond 64 bits */
    item->order = order;
    item->in = true;
    cr_assert(heap_push(heap, item->key, order, item, &item->seat));
}

static void take_out(struct heap *heap, struct item *item)
{
    cr_assert_eq(heap_remove(heap, item->seat), item);
    item->in = false;
}

Test(heap, the_least_is_at_hand_whatever_is_taken_out)
{
    static struct item items[MOST];
    struct stream stream = stream_make(1, 0, "heap");
    struct draw draw = draw_make(&stream, 0, 0);
    struct heap heap = {0};
    for (uint64_t step = 0; step < 5 * MOST; step++) {
        struct item *any = &items[draw_below(&draw, MOST / 10)];
        if (any->in && draw_below(&draw, 2))
            take_out(&heap, any);
        else if (!any->in)
            push(&heap, any, &draw, step);
        struct item *least = least_of(items, MOST / 10);
        if (!least) {
            cr_assert_eq(heap.n, 0);
            continue;
        }
        uint32_t seat = heap_least(&heap);
        cr_assert_eq(seat, least->seat);
        cr_assert_eq(heap_item(&heap, seat), least);
        cr_assert(heap_key(&heap, seat) == least->key);
    }
    heap_finish(&heap);
}

Test(heap, sorts)
{
    static struct item items[MOST];
    struct stream stream = stream_make(2, 0, "heap");
    struct draw draw = draw_make(&stream, 0, 0);
    struct heap heap = {0};
    for (uint64_t i = 0; i < MOST; i++)
        push(&heap, &items[i], &draw, i);
    const struct item *last = NULL;
    for (uint64_t i = 0; i < MOST; i++) {
        const struct item *item = heap_remove(&heap, heap_least(&heap));
        cr_assert(!last || comes_before(last, item));
        last = item;
    }
    cr_assert_eq(heap.n, 0);
    heap_finish(&heap);
}

Test(heap, has_as_many_seats_as_were_taken_at_once)
{
    struct item items[100] = {0};
    struct stream stream = stream_make(3, 0, "heap");
    struct draw draw = draw_make(&stream, 0, 0);
    struct heap heap = {0};
    for (uint64_t round = 0; round < 100; round++) {
        for (size_t i = 0; i < 100; i++)
            push(&heap, &items[i], &draw, round);
        for (size_t i = 0; i < 100; i++)
            take_out(&heap, &items[(i * 37 + round) % 100]);
    }
    cr_assert_eq(heap.n_seats, 100);
    heap_finish(&heap);
    heap_finish(NULL);
}
