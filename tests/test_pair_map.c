#include "base/pair_map.h"

#include <criterion/criterion.h>

Test(pair_map, empty)
{
    struct pair_map map = {0};
    cr_assert_eq(pair_map_find(&map, 0, 0), PAIR_MAP_NONE);
    pair_map_finish(&map);
    pair_map_finish(NULL);
}

Test(pair_map, the_order_of_a_pair_matters)
{
    struct pair_map map = {0};
    *pair_map_at(&map, 1, 2) = 12;
    *pair_map_at(&map, 0, 0) = 0;
    *pair_map_at(&map, UINT32_MAX, UINT32_MAX - 1) = 5;
    cr_expect_eq(pair_map_find(&map, 1, 2), 12);
    cr_expect_eq(pair_map_find(&map, 2, 1), PAIR_MAP_NONE);
    cr_expect_eq(pair_map_find(&map, 0, 0), 0);
    cr_expect_eq(pair_map_find(&map, UINT32_MAX, UINT32_MAX - 1), 5);
    cr_expect_eq(*pair_map_at(&map, 1, 2), 12, "what is there stays");
    cr_expect_eq(map.n, 3);
    pair_map_finish(&map);
}

Test(pair_map, many_pairs)
{
    enum { SIDE = 250 };
    struct pair_map map = {0};
    for (uint32_t a = 0; a < SIDE; a++)
        for (uint32_t b = 0; b < SIDE; b++) {
            uint32_t *number = pair_map_at(&map, a, b);
            cr_assert_eq(*number, PAIR_MAP_NONE);
            *number = SIDE * a + b;
        }
    cr_assert_eq(map.n, SIDE * SIDE);
    for (uint32_t a = 0; a < SIDE; a++)
        for (uint32_t b = 0; b < SIDE; b++)
            cr_assert_eq(pair_map_find(&map, a, b), SIDE * a + b);
    cr_assert_eq(pair_map_find(&map, SIDE, 0), PAIR_MAP_NONE);
    pair_map_finish(&map);
}
