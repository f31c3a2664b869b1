#include "model/waitlist.h"

#include <criterion/criterion.h>

#include "des/rng.h"

static struct activation a, b, c, d;

static struct waitlist list_of_three(enum waitlist_order order)
{
    struct waitlist list = {.order = order};
    cr_assert_null(waitlist_take(&list));
    cr_assert_null(waitlist_oldest(&list));
    cr_assert(waitlist_push(&list, &a, 2));
    cr_assert(waitlist_push(&list, &b, 1));
    cr_assert(waitlist_push(&list, &c, 2));
    cr_assert_eq(list.n, 3);
    cr_assert_eq(waitlist_oldest(&list), &a);
    return list;
}

static void expect(struct waitlist *list, struct activation *next)
{
    cr_assert_eq(waitlist_take(list), next);
}

static void expect_no_more(struct waitlist *list)
{
    cr_assert_eq(list->n, 0);
    cr_assert_null(waitlist_take(list));
    waitlist_finish(list);
}

Test(waitlist, orders)
{
    struct waitlist fifo = list_of_three(WAITLIST_FIFO);
    expect(&fifo, &a);
    expect(&fifo, &b);
    expect(&fifo, &c);
    expect_no_more(&fifo);
    struct waitlist lifo = list_of_three(WAITLIST_LIFO);
    expect(&lifo, &c);
    expect(&lifo, &b);
    expect(&lifo, &a);
    expect_no_more(&lifo);
    struct waitlist by_key = list_of_three(WAITLIST_BY_KEY);
    expect(&by_key, &b);
    cr_assert_eq(waitlist_oldest(&by_key), &a);
    expect(&by_key, &a);
    expect(&by_key, &c);
    expect_no_more(&by_key);
}

/* What comes back counts as the oldest, and is next as far as its key lets it. */
Test(waitlist, coming_back)
{
    struct waitlist fifo = list_of_three(WAITLIST_FIFO);
    cr_assert(waitlist_push_front(&fifo, &d, 2));
    cr_assert_eq(waitlist_oldest(&fifo), &d);
    expect(&fifo, &d);
    expect(&fifo, &a);
    waitlist_finish(&fifo);
    struct waitlist by_key = list_of_three(WAITLIST_BY_KEY);
    cr_assert(waitlist_push_front(&by_key, &d, 2));
    cr_assert_eq(waitlist_oldest(&by_key), &d);
    expect(&by_key, &b);
    expect(&by_key, &d);
    expect(&by_key, &a);
    expect(&by_key, &c);
    expect_no_more(&by_key);
    struct waitlist lifo = list_of_three(WAITLIST_LIFO);
    cr_assert(waitlist_push_front(&lifo, &d, 2));
    expect(&lifo, &d);
    expect(&lifo, &c);
    waitlist_finish(&lifo);
}

Test(waitlist, a_negative_key_comes_before_zero)
{
    struct waitlist list = {.order = WAITLIST_BY_KEY};
    cr_assert(waitlist_push(&list, &a, INT64_MAX));
    cr_assert(waitlist_push(&list, &b, 0));
    cr_assert(waitlist_push(&list, &c, -1));
    cr_assert(waitlist_push(&list, &d, INT64_MIN));
    expect(&list, &d);
    expect(&list, &c);
    expect(&list, &b);
    expect(&list, &a);
    expect_no_more(&list);
}

/* ---- against a plain array ---- */

enum { MANY = 60 };

struct model {
    struct activation *waiting[MANY];
    int64_t keys[MANY];
    size_t n;
};

static void insert(struct model *m, size_t at, struct activation *x, int64_t key)
{
    for (size_t i = m->n++; i > at; i--) {
        m->waiting[i] = m->waiting[i - 1];
        m->keys[i] = m->keys[i - 1];
    }
    m->waiting[at] = x;
    m->keys[at] = key;
}

static void drop(struct model *m, size_t at)
{
    m->n--;
    for (size_t i = at; i < m->n; i++) {
        m->waiting[i] = m->waiting[i + 1];
        m->keys[i] = m->keys[i + 1];
    }
}

/* Which one is next: they stand in order of coming. */
static size_t next_of(const struct model *m, enum waitlist_order order)
{
    size_t next = order == WAITLIST_LIFO ? m->n - 1 : 0;
    for (size_t i = 0; order == WAITLIST_BY_KEY && i < m->n; i++)
        if (m->keys[i] < m->keys[next])
            next = i;
    return next;
}

static void try_at_random(enum waitlist_order order, struct draw *draw)
{
    static struct activation all[MANY];
    struct waitlist list = {.order = order};
    struct model m = {.n = 0};
    bool in[MANY] = {false};
    for (int step = 0; step < 4000; step++) {
        size_t i = draw_below(draw, MANY);
        int64_t key = (int64_t)draw_below(draw, 5) - 2;
        uint64_t what = draw_below(draw, 4);
        if (!in[i] && what < 3) {
            bool back = what == 2 && order != WAITLIST_LIFO;
            cr_assert(back ? waitlist_push_front(&list, &all[i], key) : waitlist_push(&list, &all[i], key));
            insert(&m, back ? 0 : m.n, &all[i], key);
            in[i] = true;
        } else if (m.n > 0 && what % 2 == 0) {
            size_t at = draw_below(draw, m.n);
            in[m.waiting[at] - all] = false;
            waitlist_remove(&list, m.waiting[at]);
            drop(&m, at);
        } else if (m.n > 0) {
            size_t at = next_of(&m, order);
            in[m.waiting[at] - all] = false;
            expect(&list, m.waiting[at]);
            drop(&m, at);
        }
        cr_assert_eq(list.n, m.n);
        cr_assert_eq(waitlist_oldest(&list), m.n > 0 ? m.waiting[0] : NULL);
    }
    waitlist_finish(&list);
}

Test(waitlist, any_can_leave_at_any_time)
{
    struct stream stream = stream_make(1, 0, "waitlist");
    struct draw draw = draw_make(&stream, 0, 0);
    try_at_random(WAITLIST_FIFO, &draw);
    try_at_random(WAITLIST_LIFO, &draw);
    try_at_random(WAITLIST_BY_KEY, &draw);
}
