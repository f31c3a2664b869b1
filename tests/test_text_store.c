#include "base/text_store.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

Test(text_store, empty)
{
    struct text_store store = {0};
    text_store_finish(&store);
    text_store_finish(NULL);
}

Test(text_store, strings_stay_where_they_are)
{
    enum { MANY = 20000 };
    static char *strings[MANY];
    struct text_store store = {0};
    for (size_t i = 0; i < MANY; i++) {
        strings[i] = text_store_take(&store, i % 50);
        cr_assert_not_null(strings[i]);
        memset(strings[i], 'a' + (int)(i % 26), i % 50);
    }
    for (size_t i = 0; i < MANY; i++) {
        char expected[51] = "";
        memset(expected, 'a' + (int)(i % 26), i % 50);
        cr_assert_str_eq(strings[i], expected);
    }
    cr_assert_lt(store.n_blocks, 60, "few blocks");
    cr_assert_lt(store.all, 2 * 25 * MANY, "little is wasted");
    text_store_finish(&store);
}

Test(text_store, a_string_longer_than_any_block)
{
    enum { LONG = 3 << 20 };
    struct text_store store = {0};
    char *small = text_store_take(&store, 3), *large = text_store_take(&store, LONG);
    memcpy(small, "abc", 3);
    memset(large, 'x', LONG);
    cr_assert_str_eq(small, "abc");
    cr_assert_eq(strlen(large), LONG);
    text_store_finish(&store);
}
