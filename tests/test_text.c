#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

Test(text, empty)
{
    struct text text = {0};
    cr_assert_str_eq(text_string(&text), "");
    char *taken = text_take(&text);
    cr_assert_str_eq(taken, "");
    free(taken);
    text_finish(&text);
    text_finish(NULL);
}

Test(text, pieces_join)
{
    struct text text = {0};
    text_add(&text, "a");
    text_addf(&text, "%03d", 7);
    text_add_bytes(&text, "xyz", 2);
    text_add(&text, "");
    cr_assert_str_eq(text_string(&text), "a007xy");
    cr_assert_eq(text.length, 6);
    text_finish(&text);
    cr_assert_str_eq(text_string(&text), "");
}

/* ---- a text that goes on its way ---- */

struct drained {
    struct text all;
    size_t n_times;
    bool full;
};

static bool take(void *data, const char *bytes, size_t length)
{
    struct drained *drained = data;
    drained->n_times++;
    if (!drained->full)
        text_add_bytes(&drained->all, bytes, length);
    return !drained->full;
}

Test(text, a_long_one_goes_on_its_way)
{
    enum { LINES = 500000 };
    struct drained drained = {0};
    struct text text = {.drain = take, .drain_data = &drained}, whole = {0};
    for (int i = 0; i < LINES; i++) {
        text_addf(&text, "%d\n", i);
        cr_assert_eq(text.bytes[text.length - 1], '\n', "the last byte is always there");
        text_addf(&whole, "%d\n", i);
    }
    cr_assert_gt(drained.n_times, 1);
    cr_assert_lt(text.capacity, whole.capacity);
    text_add(&drained.all, text_string(&text));
    cr_assert_str_eq(text_string(&drained.all), text_string(&whole));
    cr_assert_not(text.failed);
    text_finish(&text);
    text_finish(&whole);
    text_finish(&drained.all);
}

Test(text, one_that_cannot_go_on_has_failed)
{
    struct drained drained = {.full = true};
    struct text text = {.drain = take, .drain_data = &drained};
    for (int i = 0; i < 500000; i++)
        text_add(&text, "more and ");
    cr_assert(text.failed);
    cr_assert_eq(drained.n_times, 1, "it is not asked again");
    text_finish(&text);
}

Test(text, grows_past_every_size)
{
    struct text text = {0};
    for (int i = 0; i < 10000; i++)
        text_addf(&text, "%d,", i % 10);
    cr_assert_not(text.failed);
    cr_assert_eq(text.length, 20000);
    for (size_t i = 0; i < text.length; i++)
        cr_assert_eq(text.bytes[i], i % 2 ? ',' : (char)('0' + i / 2 % 10));
    char *taken = text_take(&text);
    cr_assert_eq(strlen(taken), 20000);
    cr_assert_eq(text.length, 0);
    free(taken);
}

Test(text, a_failed_text_gives_nothing)
{
    struct text text = {0};
    text_add(&text, "half");
    text.failed = true;
    text_add(&text, " and half");
    cr_assert_str_eq(text_string(&text), "half");
    cr_assert_null(text_take(&text));
}

Test(text, copies_and_formats)
{
    char *copy = text_copy("some"), *formatted = text_format("%s-%.1f", copy, 2.5);
    cr_assert_str_eq(copy, "some");
    cr_assert_str_eq(formatted, "some-2.5");
    free(copy);
    free(formatted);
}

/* ---- the nearest name ---- */

static const char *const names[] = {"delay", "loss", "bandwidth", "between", "retries", "up", "timeout"};

struct slip {
    char word[80];
    char nearest[16]; /* "" = none */
};

ParameterizedTestParameters(text, nearest)
{
    static struct slip slips[] = {
        {"dealy", "delay"}, /* two letters swapped */
        {"delya", "delay"},
        {"delays", "delay"}, /* one too many */
        {"dela", "delay"},   /* one too few */
        {"deley", "delay"},  /* one wrong */
        {"delay", "delay"},  /* none wrong */
        {"bandwith", "bandwidth"},
        {"badnwidht", "bandwidth"},
        {"timout", "timeout"},
        {"Timeout", "timeout"},
        {"lossy", "loss"},
        {"queue", ""},
        {"x", ""},
        {"", ""},
        {"xx", ""},
        {"workers", ""},
        {"a word far longer than any name could be, with more than sixty-three letters", ""},
    };
    return cr_make_param_array(struct slip, slips, sizeof slips / sizeof slips[0]);
}

ParameterizedTest(struct slip *slip, text, nearest)
{
    const char *nearest = text_nearest(slip->word, names, sizeof names / sizeof names[0]);
    cr_assert_str_eq(nearest ? nearest : "", slip->nearest, "\"%s\" is taken for \"%s\", not \"%s\"",
                     slip->word, nearest ? nearest : "", slip->nearest);
}

Test(text, nearest_of_two_is_the_nearer_then_the_first)
{
    const char *const pair[] = {"retried", "retries"};
    cr_assert_str_eq(text_nearest("retriex", pair, 2), "retried");
    cr_assert_str_eq(text_nearest("retriess", pair, 2), "retries");
    cr_assert_null(text_nearest("retries", pair, 0));
}

Test(text, nearest_passes_over_names_too_long)
{
    char longest[100];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const pair[] = {longest, "aaaa"};
    cr_assert_str_eq(text_nearest("aaab", pair, 2), "aaaa");
}
