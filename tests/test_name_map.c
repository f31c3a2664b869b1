#include "base/name_map.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

Test(name_map, empty)
{
    struct name_map map = {0};
    cr_assert_eq(name_map_find(&map, "shop", 4), NAME_MAP_NONE);
    name_map_finish(&map);
    name_map_finish(NULL);
}

Test(name_map, a_name_is_as_long_as_is_said)
{
    struct name_map map = {0};
    *name_map_at(&map, "shop.buy", 4) = 7;
    *name_map_at(&map, "", 0) = 8;
    cr_expect_eq(name_map_find(&map, "shop", 4), 7);
    cr_expect_eq(name_map_find(&map, "shopping", 4), 7);
    cr_expect_eq(name_map_find(&map, "shopping", 5), NAME_MAP_NONE);
    cr_expect_eq(name_map_find(&map, "sho", 3), NAME_MAP_NONE);
    cr_expect_eq(name_map_find(&map, "any", 0), 8);
    cr_expect_eq(*name_map_at(&map, "shop", 4), 7, "what is there stays");
    cr_expect_eq(map.n, 2);
    name_map_finish(&map);
}

Test(name_map, many_names)
{
    enum { MANY = 50000 };
    static char names[MANY][8];
    struct name_map map = {0};
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "c%u", (unsigned)i);
        uint32_t *number = name_map_at(&map, names[i], strlen(names[i]));
        cr_assert_eq(*number, NAME_MAP_NONE);
        *number = i;
    }
    cr_assert_eq(map.n, MANY);
    for (uint32_t i = 0; i < MANY; i++)
        cr_assert_eq(name_map_find(&map, names[i], strlen(names[i])), i);
    cr_assert_eq(name_map_find(&map, "c50000", 6), NAME_MAP_NONE);
    name_map_finish(&map);
}
