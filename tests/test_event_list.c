#include "des/event_list.h"

#include <criterion/criterion.h>

#include "des/rng.h"

/* The oracle: entries in one array, kept sorted by insertion after all that are not later. Nothing to get
 * wrong. */
struct oracle {
    struct event_entry entries[4096];
    size_t n;
};

static bool is_later(const struct event_entry *entry, int64_t at_ns, unsigned rank)
{
    return entry->at_ns > at_ns || (entry->at_ns == at_ns && entry->order > rank);
}

/* In the oracle `order` is the rank alone. */
static void oracle_push(struct oracle *oracle, int64_t at_ns, unsigned rank, uint32_t slot)
{
    size_t i = oracle->n++;
    for (; i > 0 && is_later(&oracle->entries[i - 1], at_ns, rank); i--)
        oracle->entries[i] = oracle->entries[i - 1];
    oracle->entries[i] = (struct event_entry){.at_ns = at_ns, .order = rank, .slot = slot};
}

static void oracle_pop(struct oracle *oracle)
{
    oracle->n--;
    for (size_t i = 0; i < oracle->n; i++)
        oracle->entries[i] = oracle->entries[i + 1];
}

static void assert_same_first(const struct event_list *list, const struct oracle *oracle)
{
    const struct event_entry *first = event_list_first(list);
    cr_assert_eq(list->n, oracle->n);
    if (oracle->n == 0) {
        cr_assert_null(first);
        return;
    }
    cr_assert_eq(first->at_ns, oracle->entries[0].at_ns);
    cr_assert_eq(first->slot, oracle->entries[0].slot);
}

/* How far ahead of now the k-th push of a schedule lies. */
static int64_t ahead_constant(struct draw *draw)
{
    (void)draw;
    return 1000;
}

static int64_t ahead_none(struct draw *draw)
{
    (void)draw;
    return 0;
}

static int64_t ahead_few_values(struct draw *draw)
{
    return (int64_t)draw_below(draw, 4);
}

static int64_t ahead_exponential(struct draw *draw)
{
    return (int64_t)(1e6 * draw_exponential(draw));
}

static int64_t ahead_heavy(struct draw *draw)
{
    return (int64_t)1 << draw_below(draw, 60);
}

static int64_t ahead_two_scales(struct draw *draw)
{
    return draw_below(draw, 10) ? (int64_t)draw_below(draw, 100) : 1000000000;
}

static int64_t (*const aheads[])(struct draw *) = {ahead_constant,    ahead_none,  ahead_few_values,
                                                   ahead_exponential, ahead_heavy, ahead_two_scales};

/* A random walk of pushes and pops that drifts up, then down to empty. */
static void walk(uint64_t schedule)
{
    static struct oracle oracle;
    oracle.n = 0;
    struct event_list list = {0};
    struct stream stream = stream_make(1, schedule, "schedule");
    struct draw draw = draw_make(&stream, 0, 0);
    int64_t (*ahead)(struct draw *) = aheads[schedule % (sizeof aheads / sizeof aheads[0])];
    uint64_t most = 1 + draw_below(&draw, 300);
    int64_t now_ns = 0;
    for (uint32_t step = 0; step < 3000; step++) {
        bool growing = step < 1500;
        bool push = list.n == 0 || (list.n < most && draw_below(&draw, 10) < (growing ? 6 : 4));
        if (push) {
            int64_t at_ns = now_ns + ahead(&draw) % (INT64_MAX / 8192);
            unsigned rank = (unsigned)draw_below(&draw, EVENT_RANKS);
            cr_assert(event_list_push(&list, at_ns, rank, step));
            oracle_push(&oracle, at_ns, rank, step);
        } else {
            now_ns = oracle.entries[0].at_ns;
            event_list_pop(&list);
            oracle_pop(&oracle);
        }
        assert_same_first(&list, &oracle);
    }
    while (oracle.n) {
        event_list_pop(&list);
        oracle_pop(&oracle);
        assert_same_first(&list, &oracle);
    }
    event_list_finish(&list);
}

Test(event_list, order_is_that_of_a_sorted_array)
{
    for (uint64_t schedule = 0; schedule < 300; schedule++)
        walk(schedule);
}

Test(event_list, a_million_ties_leave_in_the_order_they_came)
{
    struct event_list list = {0};
    for (uint32_t i = 0; i < 1000000; i++)
        cr_assert(event_list_push(&list, 42, 0, i));
    for (uint32_t i = 0; i < 1000000; i++) {
        cr_assert_eq(event_list_first(&list)->slot, i);
        event_list_pop(&list);
    }
    cr_assert_null(event_list_first(&list));
    event_list_finish(&list);
}

Test(event_list, extremes_of_time)
{
    struct event_list list = {0};
    event_list_push(&list, INT64_MAX, 0, 3);
    event_list_push(&list, 0, 0, 1);
    event_list_push(&list, INT64_MAX - 1, 0, 2);
    for (uint32_t expected = 1; expected <= 3; expected++) {
        cr_assert_eq(event_list_first(&list)->slot, expected);
        event_list_pop(&list);
    }
    event_list_finish(&list);
    event_list_finish(NULL);
}

static bool is_even(uint32_t slot, void *data)
{
    ++*(size_t *)data;
    return slot % 2 == 0;
}

Test(event_list, filter_asks_once_for_each_and_keeps_the_order)
{
    for (uint32_t n = 0; n < 200; n++) {
        struct event_list list = {0};
        for (uint32_t i = 0; i < n; i++)
            event_list_push(&list, (int64_t)(i * 7919 % 13), 0, i);
        size_t asked = 0;
        event_list_filter(&list, is_even, &asked);
        cr_assert_eq(asked, n);
        cr_assert_eq(list.n, (n + 1) / 2);
        int64_t last_ns = -1;
        uint32_t last = 0;
        for (; list.n; event_list_pop(&list)) {
            const struct event_entry *first = event_list_first(&list);
            cr_assert_eq(first->slot % 2, 0);
            cr_assert(first->at_ns > last_ns || (first->at_ns == last_ns && first->slot > last));
            last_ns = first->at_ns;
            last = first->slot;
        }
        event_list_finish(&list);
    }
}
