#include "report/harmless.h"

#include <criterion/criterion.h>
#include <string.h>

#include "report/csv.h"

/* ---- terminals ---- */

static void expect_shown(const char *string, bool bold, const char *shown)
{
    struct text text = {0};
    harmless_add(&text, string, strlen(string), bold);
    cr_expect_str_eq(text_string(&text), shown);
    cr_expect_eq(harmless_length(string, strlen(string), bold) == strlen(string), strcmp(string, shown) == 0);
    text_finish(&text);
}

Test(harmless, what_does_no_harm_stays)
{
    static const char *const fine[] = {"",     "a",    "two\nlines\tand a tab", "é ü 漢字 \xf0\x9f\x98\x80",
                                       "±·…’", "\\x1b"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        expect_shown(fine[i], false, fine[i]);
}

Test(harmless, controls_are_written_out)
{
    expect_shown("\x1b[2J", false, "\\x1b[2J");
    expect_shown("a\rb\a\b\x7f", false, "a\\x0db\\x07\\x08\\x7f");
    expect_shown("\xc2\x9b"
                 "2J\xc2\x85",
                 false, "\\u009b2J\\u0085");
    expect_shown("\x1b]0;title\x1b\\", true, "\\x1b]0;title\\x1b\\");
}

Test(harmless, marks_that_turn_letters_around_are_written_out)
{
    expect_shown("\xe2\x80\xae"
                 "live\xe2\x80\xac",
                 false, "\\u202elive\\u202c");
    expect_shown("\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8f\xd8\x9c", false, "\\u2066\\u2069\\u200f\\u061c");
}

Test(harmless, what_is_not_utf8_is_written_out)
{
    expect_shown("a\xff\xc0\x9b", false, "a\\xff\\xc0\\x9b");
    expect_shown("\xed\xa0\x80", false, "\\xed\\xa0\\x80");
    expect_shown("cut \xe2\x80", false, "cut \\xe2\\x80");
}

/* The two that our tables are made with, and no other. */
Test(harmless, bold_letters_stay_where_they_are_wanted)
{
    expect_shown("\033[1mtotal\033[0m", true, "\033[1mtotal\033[0m");
    expect_shown("\033[1mtotal\033[0m", false, "\\x1b[1mtotal\\x1b[0m");
    expect_shown("\033[8mhidden", true, "\\x1b[8mhidden");
    expect_shown("\033[1", true, "\\x1b[1");
}

/* ---- spreadsheets ---- */

static void expect_field(const char *value, const char *field)
{
    struct text text = {0};
    csv_string(&text, value);
    cr_expect_str_eq(text_string(&text), field);
    text_finish(&text);
}

Test(csv, formulas_get_an_apostrophe)
{
    expect_field("=1+1", "'=1+1");
    expect_field("@SUM(A1)", "'@SUM(A1)");
    expect_field("+x", "'+x");
    expect_field("-2+3", "'-2+3");
    expect_field("-", "'-");
    expect_field("  =1", "'  =1");
    expect_field("\t=1", "\"'\t=1\"");
    expect_field("\r=1", "\"'\r=1\"");
    expect_field("\xEF\xBC\x9D"
                 "1",
                 "'\xEF\xBC\x9D"
                 "1");
    expect_field("=\"a\"", "\"'=\"\"a\"\"\"");
    expect_field("-0x10", "'-0x10");
    expect_field("-inf", "'-inf");
    expect_field("+1e", "'+1e");
}

Test(csv, numbers_and_words_have_none)
{
    static const char *const same[] = {"-3.5", "+2e-9", "-.5", "7", "a=b", "sync", "a-b", "e", "1-1"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        expect_field(same[i], same[i]);
    expect_field("", "\"\"");
    expect_field("a;b", "\"a;b\"");
}
