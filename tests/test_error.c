#include "base/error.h"

#include <string.h>

#include <criterion/criterion.h>

Test(error, starts_empty)
{
    struct error error = {0};
    cr_assert_str_eq(error_text(&error), "");
    cr_assert_str_eq(error_text(NULL), "");
    error_finish(&error);
    error_finish(NULL);
}

Test(error, set_formats_and_is_always_false)
{
    struct error error = {0};
    cr_assert_not(error_set(&error, "%s has %d legs", "the table", 3));
    cr_assert_str_eq(error_text(&error), "the table has 3 legs");
    error_finish(&error);
    cr_assert_str_eq(error_text(&error), "");
}

Test(error, nobody_need_listen)
{
    cr_assert_not(error_set(NULL, "unheard"));
    cr_assert_not(error_prefix(NULL, "unheard"));
}

Test(error, a_later_message_replaces_the_earlier)
{
    struct error error = {0};
    error_set(&error, "first");
    error_set(&error, "second");
    cr_assert_str_eq(error_text(&error), "second");
    error_finish(&error);
}

Test(error, the_old_message_may_be_an_argument)
{
    struct error error = {0};
    error_set(&error, "no room");
    error_set(&error, "%s, really %s", error_text(&error), error_text(&error));
    cr_assert_str_eq(error_text(&error), "no room, really no room");
    error_finish(&error);
}

Test(error, prefixes_pile_up_from_the_inside_out)
{
    struct error error = {0};
    error_set(&error, "no such file");
    cr_assert_not(error_prefix(&error, "%s", "delays.csv"));
    cr_assert_not(error_prefix(&error, "line %d", 12));
    cr_assert_str_eq(error_text(&error), "line 12: delays.csv: no such file");
    error_finish(&error);
}

Test(error, that_memory_is_gone_is_known_behind_prefixes)
{
    struct error error = {0};
    cr_assert_not(error_is_memory(&error));
    cr_assert_not(error_is_memory(NULL));
    error_set(&error, "out of memory");
    cr_assert(error_is_memory(&error));
    error_prefix(&error, "line %d", 12);
    cr_assert(error_is_memory(&error));
    error_set(&error, "found \"out of memory\"");
    cr_assert_not(error_is_memory(&error));
    error_set(&error, "no policy is out of memory");
    cr_assert_not(error_is_memory(&error));
    error_set(&error, " out of memory");
    cr_assert_not(error_is_memory(&error));
    error_finish(&error);
}

Test(error, long_messages_are_whole)
{
    struct error error = {0};
    char word[5000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    error_set(&error, "%s!", word);
    cr_assert_eq(strlen(error_text(&error)), sizeof word);
    error_finish(&error);
}
