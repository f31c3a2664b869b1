#include "base/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include <criterion/criterion.h>

struct item {
    void *link; /* the pool's while the item is given back */
    uint64_t number;
    char more[24];
};

Test(pool, allocates_nothing_before_it_must)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    cr_assert_eq(pool.n_chunks, 0);
    pool_finish(&pool);
    pool_finish(NULL);
    pool_finish(&(struct pool){0});
}

Test(pool, items_do_not_overlap_and_stay_where_they_are)
{
    enum { MANY = 20000 };
    static struct item *items[MANY];
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    for (uint64_t i = 0; i < MANY; i++) {
        items[i] = pool_take(&pool);
        cr_assert_eq((uintptr_t)items[i] % alignof(struct item), 0);
        memset(items[i], 0xee, sizeof *items[i]);
        items[i]->number = i;
    }
    for (uint64_t i = 0; i < MANY; i++)
        cr_assert_eq(items[i]->number, i);
    cr_assert_eq(pool.live, MANY);
    pool_finish(&pool);
}

Test(pool, what_is_given_back_is_taken_again)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    struct item *a = pool_take(&pool), *b = pool_take(&pool);
    pool_give(&pool, a);
    pool_give(&pool, b);
    cr_assert_eq(pool.live, 0);
    struct item *c = pool_take(&pool), *d = pool_take(&pool);
    cr_assert((c == a && d == b) || (c == b && d == a));
    pool_finish(&pool);
}

Test(pool, memory_is_bounded_by_the_most_in_use_at_once)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    void *in_use[1000];
    for (size_t i = 0; i < 1000; i++)
        in_use[i] = pool_take(&pool);
    size_t n_chunks = pool.n_chunks;
    for (size_t i = 0; i < 1000000; i++) {
        pool_give(&pool, in_use[i * 7919 % 1000]);
        in_use[i * 7919 % 1000] = pool_take(&pool);
    }
    cr_assert_eq(pool.n_chunks, n_chunks);
    cr_assert_eq(pool.live, 1000);
    pool_finish(&pool);
}

Test(pool, odd_and_great_sizes)
{
    struct pool odd, great;
    pool_init(&odd, 13);
    pool_init(&great, 100000);
    for (size_t i = 0; i < 100; i++) {
        char *a = pool_take(&odd), *b = pool_take(&great);
        cr_assert_eq((uintptr_t)a % sizeof(void *), 0);
        memset(a, 1, 13);
        memset(b, 1, 100000);
    }
    pool_finish(&odd);
    pool_finish(&great);
}

static void count(void *item, void *data)
{
    uint64_t *seen = data;
    seen[((struct item *)item)->number]++;
}

Test(pool, each_visits_all_ever_handed_out_once)
{
    enum { MANY = 5000 };
    static uint64_t seen[MANY];
    static struct item *items[MANY];
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    pool_each(&pool, count, seen);
    for (uint64_t i = 0; i < MANY; i++) {
        items[i] = pool_take(&pool);
        items[i]->number = i;
    }
    for (uint64_t i = 0; i < MANY; i += 2)
        pool_give(&pool, items[i]); /* keeps all but its first pointer */
    pool_each(&pool, count, seen);
    for (uint64_t i = 0; i < MANY; i++)
        cr_assert_eq(seen[i], 1);
    pool_finish(&pool);
}
