#include "des/event_list.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "des/rng.h"

/* ---- the oracle: a 4-ary heap of (time, rank, order of pushing) ---- */

enum { ARITY = 4, RANK_SHIFT = 62 };

struct oracle_entry {
    int64_t at_ns;
    uint64_t order; /* unique: rank, then rising with each push */
    uint32_t slot;
};

struct oracle {
    struct oracle_entry *entries;
    size_t n, capacity;
    uint64_t next_order;
};

static bool is_before(const struct oracle_entry *a, const struct oracle_entry *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void sift_down(struct oracle *oracle, size_t hole, struct oracle_entry entry)
{
    struct oracle_entry *entries = oracle->entries;
    for (;;) {
        size_t child = hole * ARITY + 1;
        if (child >= oracle->n)
            break;
        size_t end = child + ARITY < oracle->n ? child + ARITY : oracle->n;
        size_t least = child;
        while (++child < end)
            if (is_before(&entries[child], &entries[least]))
                least = child;
        if (!is_before(&entries[least], &entry))
            break;
        entries[hole] = entries[least];
        hole = least;
    }
    entries[hole] = entry;
}

static void oracle_push(struct oracle *oracle, int64_t at_ns, unsigned rank, uint32_t slot)
{
    if (oracle->n == oracle->capacity) {
        oracle->capacity = oracle->capacity ? 2 * oracle->capacity : 64;
        oracle->entries = realloc(oracle->entries, oracle->capacity * sizeof *oracle->entries);
        cr_assert_not_null(oracle->entries);
    }
    uint64_t order = (uint64_t)rank << RANK_SHIFT | oracle->next_order++;
    struct oracle_entry entry = {.at_ns = at_ns, .order = order, .slot = slot};
    size_t hole = oracle->n++;
    while (hole > 0) {
        size_t parent = (hole - 1) / ARITY;
        if (!is_before(&entry, &oracle->entries[parent]))
            break;
        oracle->entries[hole] = oracle->entries[parent];
        hole = parent;
    }
    oracle->entries[hole] = entry;
}

static void oracle_pop(struct oracle *oracle)
{
    struct oracle_entry last = oracle->entries[--oracle->n];
    if (oracle->n)
        sift_down(oracle, 0, last);
}

static void oracle_filter(struct oracle *oracle, bool (*keep)(uint32_t slot))
{
    size_t kept = 0;
    for (size_t i = 0; i < oracle->n; i++)
        if (keep(oracle->entries[i].slot))
            oracle->entries[kept++] = oracle->entries[i];
    oracle->n = kept;
    for (size_t i = kept / ARITY + 1; i-- > 0;)
        if (i < kept)
            sift_down(oracle, i, oracle->entries[i]);
}

/* ---- how far ahead of now an entry is pushed ---- */

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

static int64_t ahead_uniform(struct draw *draw)
{
    return (int64_t)draw_below(draw, 2000000);
}

static int64_t ahead_exponential(struct draw *draw)
{
    return (int64_t)(1e6 * draw_exponential(draw));
}

static int64_t ahead_pareto(struct draw *draw)
{
    return (int64_t)(1000.0 / pow(draw_uniform(draw) + 1e-12, 1.0 / 1.1));
}

/* All magnitudes alike, up to beyond the end of time. */
static int64_t ahead_any(struct draw *draw)
{
    return (int64_t)1 << draw_below(draw, 62);
}

static int64_t ahead_two_scales(struct draw *draw)
{
    return draw_below(draw, 10) ? (int64_t)draw_below(draw, 100) : 1000000000;
}

static int64_t ahead_now_or_far(struct draw *draw)
{
    return draw_below(draw, 20) ? 0 : 30 * (int64_t)draw_below(draw, 50);
}

static int64_t (*const aheads[])(struct draw *) = {ahead_constant, ahead_none,        ahead_few_values,
                                                   ahead_uniform,  ahead_exponential, ahead_pareto,
                                                   ahead_any,      ahead_two_scales,  ahead_now_or_far};

enum { AHEADS = sizeof aheads / sizeof aheads[0] };

/* ---- a world: both lists, and a clock ---- */

struct world {
    struct event_list list;
    struct oracle oracle;
    struct draw draw;
    int64_t (*ahead)(struct draw *draw);
    int64_t now_ns;
    uint64_t ranks;
    uint32_t n_pushed;
};

static void world_init(struct world *world, uint64_t number)
{
    struct stream stream = stream_make(1, number, "world");
    *world = (struct world){.draw = draw_make(&stream, 0, 0), .ahead = aheads[number % AHEADS]};
    world->ranks = draw_below(&world->draw, 2) ? 1 : EVENT_RANKS;
    event_list_init(&world->list);
}

static void world_finish(struct world *world)
{
    event_list_finish(&world->list);
    free(world->oracle.entries);
}

static uint64_t id_of(uint32_t slot)
{
    return (uint64_t)(slot * 40503U | 1) << 32 | slot;
}

static uint32_t slot_of(const struct event_entry *entry)
{
    return (uint32_t)entry->id;
}

static void push_one(struct world *world)
{
    uint32_t slot = world->n_pushed++;
    int64_t at_ns = world->now_ns + world->ahead(&world->draw);
    unsigned rank = (unsigned)draw_below(&world->draw, world->ranks);
    cr_assert(event_list_push(&world->list, at_ns, rank, id_of(slot)));
    oracle_push(&world->oracle, at_ns, rank, slot);
}

/* Takes what comes first, or finds that there is nothing up to then: the clock is there in any case. */
static void take_one(struct world *world, int64_t until_ns)
{
    struct event_entry entry = {0};
    const struct oracle_entry *first = world->oracle.n ? &world->oracle.entries[0] : NULL;
    bool due = first && first->at_ns <= until_ns;
    cr_assert_eq(event_list_take(&world->list, event_last_key(until_ns), &entry), due);
    if (!due) {
        world->now_ns = until_ns;
        return;
    }
    cr_assert_eq(entry.id, id_of(first->slot));
    cr_assert_eq(event_entry_ns(&entry), first->at_ns);
    world->now_ns = first->at_ns;
    oracle_pop(&world->oracle);
}

/* Sometimes up to shortly after now, so that it may be refused, and pushes follow from there. */
static int64_t some_until(struct world *world)
{
    if (draw_below(&world->draw, 4))
        return EVENT_TIME_MAX;
    int64_t until_ns =
        world->now_ns + (int64_t)draw_below(&world->draw, 1 + (uint64_t)world->ahead(&world->draw));
    return until_ns < EVENT_TIME_MAX ? until_ns : EVENT_TIME_MAX;
}

static bool keep_most(uint32_t slot)
{
    return slot * 2654435761U >> 28 != 0;
}

static bool keep_few(uint32_t slot)
{
    return !keep_most(slot);
}

struct keeper {
    bool (*keep)(uint32_t slot);
    size_t asked;
};

static bool keep_entry(const struct event_entry *entry, void *data)
{
    struct keeper *keeper = data;
    keeper->asked++;
    cr_assert_eq(entry->id, id_of(slot_of(entry)));
    return keeper->keep(slot_of(entry));
}

static void filter(struct world *world)
{
    struct keeper keeper = {.keep = draw_below(&world->draw, 2) ? keep_most : keep_few};
    size_t n = world->oracle.n;
    event_list_filter(&world->list, keep_entry, &keeper);
    cr_assert_eq(keeper.asked, n, "each is asked once");
    oracle_filter(&world->oracle, keeper.keep);
}

static void take_all(struct world *world)
{
    while (world->oracle.n && world->oracle.entries[0].at_ns <= EVENT_TIME_MAX)
        take_one(world, EVENT_TIME_MAX);
    cr_assert_eq(event_list_n(&world->list), world->oracle.n, "only what never comes is left");
    struct event_entry entry;
    cr_assert_not(event_list_take(&world->list, event_last_key(INT64_MAX), &entry));
}

/* Up to about `most` pending, then down to none. */
static void live(uint64_t number, size_t most, size_t steps)
{
    struct world world;
    world_init(&world, number);
    for (size_t step = 0; step < steps && world.now_ns < EVENT_TIME_MAX; step++) {
        bool growing = world.n_pushed < 2 * most;
        if (world.oracle.n < most && draw_below(&world.draw, 10) < (growing ? 7 : 5))
            push_one(&world);
        else if (world.oracle.n)
            take_one(&world, some_until(&world));
        if (draw_below(&world.draw, most + 100) == 0)
            for (uint64_t k = draw_below(&world.draw, 300); k > 0; k--) /* a burst */
                push_one(&world);
        if (draw_below(&world.draw, most + 300) == 0)
            filter(&world);
        cr_assert_eq(event_list_n(&world.list), world.oracle.n);
    }
    take_all(&world);
    world_finish(&world);
}

Test(event_list, order_is_that_of_a_heap)
{
    for (uint64_t number = 0; number < 4000; number++)
        live(number, 1 + number % 3 * 60 + number % 7, 500);
    for (uint64_t number = 0; number < 300; number++)
        live(number, 2000, 6000);
}

Test(event_list, order_is_that_of_a_heap_with_100000_pending)
{
    for (uint64_t number = 0; number < AHEADS; number++)
        live(number, 100000, 400000);
}

Test(event_list, a_million_ties_leave_in_the_order_they_came)
{
    struct event_list list;
    struct event_entry entry;
    event_list_init(&list);
    for (uint32_t i = 0; i < 1000000; i++)
        cr_assert(event_list_push(&list, 42, 0, id_of(i)));
    for (uint32_t i = 0; i < 1000000; i++) {
        cr_assert(event_list_take(&list, event_last_key(42), &entry));
        cr_assert_eq(entry.id, id_of(i));
    }
    cr_assert_not(event_list_take(&list, event_last_key(42), &entry));
    event_list_finish(&list);
}

/* While many of one instant and rank come, others of the same instant and a lower rank come between them. */
Test(event_list, a_lower_rank_overtakes_ties)
{
    enum { TIES = 500 };
    struct event_list list;
    struct event_entry entry;
    event_list_init(&list);
    for (uint32_t i = 0; i < TIES; i++)
        event_list_push(&list, 1000, 2, id_of(i));
    for (uint32_t i = 0; i < TIES; i++) {
        cr_assert(event_list_take(&list, event_last_key(1000), &entry));
        cr_assert_eq(entry.id, id_of(i));
        event_list_push(&list, 1000, 2, id_of(TIES + i));
        for (uint32_t k = 0; k < 100; k++)
            event_list_push(&list, 1000, k % 2, id_of(k));
        for (uint32_t k = 0; k < 100; k++) {
            cr_assert(event_list_take(&list, event_last_key(1000), &entry));
            cr_assert_eq(entry.id, id_of(k % 50 * 2 + k / 50), "even ones have the lower rank");
        }
    }
    cr_assert_eq(event_list_n(&list), TIES);
    event_list_finish(&list);
}

Test(event_list, extremes_of_time)
{
    struct event_list list;
    struct event_entry entry;
    event_list_init(&list);
    event_list_push(&list, 2 * EVENT_TIME_MAX, 0, 5);
    event_list_push(&list, EVENT_TIME_MAX, 3, 3);
    event_list_push(&list, 0, 0, 1);
    event_list_push(&list, EVENT_TIME_MAX + 1, 0, 4);
    event_list_push(&list, EVENT_TIME_MAX - 1, 0, 2);
    for (uint32_t expected = 1; expected <= 3; expected++) {
        cr_assert(event_list_take(&list, event_last_key(INT64_MAX), &entry));
        cr_assert_eq(entry.id, expected);
    }
    cr_assert_eq(event_entry_ns(&entry), EVENT_TIME_MAX);
    cr_assert_not(event_list_take(&list, event_last_key(INT64_MAX), &entry), "what is later never comes");
    cr_assert_eq(event_list_n(&list), 2);
    event_list_finish(&list);
    event_list_finish(NULL);
}

Test(event_list, nothing_is_taken_before_its_time)
{
    struct event_list list;
    struct event_entry entry;
    event_list_init(&list);
    for (uint32_t i = 0; i < 1000; i++)
        event_list_push(&list, 1000000 + 1000 * (int64_t)i, 0, id_of(i));
    for (int64_t until_ns = 0; until_ns < 1000000; until_ns += 999)
        cr_assert_not(event_list_take(&list, event_last_key(until_ns), &entry));
    for (uint32_t i = 0; i < 999; i++)
        event_list_push(&list, 999999 - i, 0, id_of(i));
    for (int64_t at_ns = 999001; at_ns <= 1000000; at_ns++) {
        cr_assert(event_list_take(&list, event_last_key(1000000), &entry),
                  "pushed later, but earlier than all that were there");
        cr_assert_eq(event_entry_ns(&entry), at_ns);
    }
    event_list_finish(&list);
}

static bool keep_last(const struct event_entry *entry, void *data)
{
    return slot_of(entry) == *(uint32_t *)data;
}

/* Each push lies before all that are there: the bottom grows to the front, also after most of it went. */
Test(event_list, ever_earlier_pushes_between_filters)
{
    struct event_list list;
    struct event_entry entry;
    event_list_init(&list);
    uint32_t slot = 0;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < EVENT_BOTTOM - 1; i++, slot++)
            event_list_push(&list, 1000000 - slot, 0, id_of(slot));
        uint32_t last = slot - 1;
        event_list_filter(&list, keep_last, &last);
        cr_assert_eq(event_list_n(&list), 1);
    }
    cr_assert(event_list_take(&list, event_last_key(1000000), &entry));
    cr_assert_eq(entry.id, id_of(slot - 1));
    event_list_finish(&list);
}

/* ---- memory ---- */

static size_t bytes_of(const struct event_list *list)
{
    const struct pool *pool = &list->chunks;
    return sizeof *list + pool->n_chunks * (pool->item_size * pool->items_per_chunk + sizeof(char *));
}

static void hold(struct event_list *list, struct draw *draw, int64_t (*ahead)(struct draw *), size_t times)
{
    struct event_entry entry;
    for (size_t i = 0; i < times; i++) {
        cr_assert(event_list_take(list, event_last_key(EVENT_TIME_MAX), &entry));
        cr_assert(event_list_push(list, event_entry_ns(&entry) + ahead(draw), 0, entry.id));
    }
}

Test(event_list, an_entry_needs_17_bytes_and_the_empty_list_less_than_a_megabyte)
{
    enum { PENDING = 200000 };
    for (size_t i = 0; i < AHEADS; i++) {
        if (aheads[i] == ahead_any)
            continue; /* comes to the end of time */
        struct event_list list;
        struct stream stream = stream_make(2, i, "hold");
        struct draw draw = draw_make(&stream, 0, 0);
        event_list_init(&list);
        for (uint32_t k = 0; k < PENDING; k++)
            event_list_push(&list, aheads[i](&draw), 0, id_of(k));
        hold(&list, &draw, aheads[i], 2 * PENDING);
        cr_assert_leq(bytes_of(&list), 17 * PENDING + 1000000);
        event_list_finish(&list);
    }
}

Test(event_list, memory_is_used_again)
{
    struct event_list list;
    struct event_entry entry;
    struct stream stream = stream_make(3, 0, "waves");
    struct draw draw = draw_make(&stream, 0, 0);
    event_list_init(&list);
    int64_t now_ns = 0;
    for (int wave = 0; wave < 50; wave++) {
        for (uint32_t k = 0; k < 20000; k++)
            event_list_push(&list, now_ns + ahead_exponential(&draw), 0, id_of(k));
        while (event_list_n(&list) > 5) {
            cr_assert(event_list_take(&list, event_last_key(EVENT_TIME_MAX), &entry));
            now_ns = event_entry_ns(&entry);
        }
    }
    cr_assert_leq(bytes_of(&list), 17 * 20000 + 1000000);
    cr_assert_leq(list.chunks.live, 1, "the few that are left are in the bottom");
    event_list_finish(&list);
}

/* ---- where there is no memory ---- */

Test(event_list, a_push_without_memory_fails)
{
    struct event_list list;
    struct allowance none = {0};
    event_list_init(&list);
    list.chunks.allowance = &none;
    uint32_t n = 0;
    while (n < 1000000 && event_list_push(&list, 100000 - n, 0, id_of(n)))
        n++;
    cr_assert_lt(n, 1000000);
    cr_assert_geq(n, EVENT_BOTTOM, "the first ones need none");
    cr_assert(list.failed);
    event_list_finish(&list);
}

Test(event_list, a_take_without_memory_fails_and_says_so)
{
    struct event_list list;
    struct allowance none = {0};
    struct event_entry entry;
    event_list_init(&list);
    for (uint32_t i = 0; i < 10000; i++)
        event_list_push(&list, (int64_t)i << 40, 0, id_of(i));
    while (list.chunks.free_list || list.chunks.fresh < list.chunks.items_per_chunk)
        pool_take(&list.chunks);
    list.chunks.allowance = &none;
    uint32_t n = 0;
    while (n < 10000 && event_list_take(&list, event_last_key(EVENT_TIME_MAX), &entry) &&
           entry.id == id_of(n))
        n++;
    cr_assert_lt(n, 10000);
    cr_assert(list.failed);
    cr_assert_not(event_list_take(&list, event_last_key(EVENT_TIME_MAX), &entry));
    event_list_finish(&list);
}
