#include "des/event_fifo.h"

#include <criterion/criterion.h>

static void push(struct event_fifo *fifo, uint64_t key)
{
    cr_assert(fifo->n < fifo->capacity || event_fifo_grow(fifo));
    event_fifo_push(fifo, (struct event_entry){.key = key, .id = key + 1});
}

static void expect_dropped(struct event_fifo *fifo, uint64_t key)
{
    cr_assert_gt(fifo->n, 0);
    cr_assert_eq(event_fifo_at(fifo, 0)->key, key);
    cr_assert_eq(event_fifo_at(fifo, 0)->id, key + 1);
    cr_assert_eq(event_fifo_at(fifo, fifo->n - 1)->key, key + fifo->n - 1);
    event_fifo_drop(fifo);
}

Test(event_fifo, empty)
{
    struct event_fifo fifo = {0};
    cr_assert_eq(fifo.n, 0);
    event_fifo_finish(&fifo);
    event_fifo_finish(NULL);
}

/* It grows while what is first stands anywhere in the ring. */
Test(event_fifo, what_came_first_goes_first)
{
    for (uint64_t ahead = 0; ahead < 130; ahead++) {
        struct event_fifo fifo = {0};
        uint64_t pushed = 0, dropped = 0;
        while (pushed < ahead) {
            push(&fifo, pushed++);
            expect_dropped(&fifo, dropped++);
        }
        while (pushed < ahead + 1000)
            push(&fifo, pushed++);
        while (dropped < pushed)
            expect_dropped(&fifo, dropped++);
        cr_assert_eq(fifo.n, 0);
        event_fifo_finish(&fifo);
    }
}
