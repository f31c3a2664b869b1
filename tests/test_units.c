#include <criterion/criterion.h>

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

/* ---- durations ---- */

Test(units, durations)
{
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"0s", 0},
        {"0.0d", 0},
        {"1ns", 1},
        {"250us", 250000},
        {"20ms", 20000000},
        {"1.5s", 1500000000},
        {"10min", 600000000000},
        {"2h", 7200000000000},
        {"3d", 259200000000000},
        {"0.1s", 100000000},
        {"0.3s", 300000000},
        {"1.000000001s", 1000000001},
        {"0.000001d", 86400000},
        {"1e3ms", 1000000000},
        {"1.5E-3s", 1500000},
        {"2e+1us", 20000},
        {"0.4ns", 0},
        {"0.5ns", 1},
        {"1.49ns", 1},
        {"9223372036.85477580s", 9223372036854775800},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ns = -1;
        cr_expect(units_parse_duration(cases[i].text, &ns, NULL), "%s", cases[i].text);
        cr_expect(ns == cases[i].ns, "%s gives %" PRId64, cases[i].text, ns);
    }
}

Test(units, durations_need_not_be_whole_nanoseconds)
{
    double ns = 0.0;
    cr_assert(units_parse_duration_real("0.25ns", &ns, NULL));
    cr_expect(ns == 0.25);
    cr_assert(units_parse_duration_real("0.1ms", &ns, NULL));
    cr_expect(ns == 100000.0);
}

Test(units, junk_is_refused)
{
    static const char *const junk[] = {"",       " ",
                                       "ms",     "5",
                                       "5 ms",   " 5ms",
                                       "5ms ",   "5Ms",
                                       "5ms5",   "+5ms",
                                       "-5ms",   "-0s",
                                       "05ms",   ".5s",
                                       "5.s",    "5,5s",
                                       "1.2.3s", "0x10s",
                                       "infs",   "nans",
                                       "1e s",   "1es",
                                       "5m",     "5sec",
                                       "5µs",    "1e99s",
                                       "5ms\n",  "1e-31s",
                                       "5msms",  "１s",
                                       "1e999s", "--5s",
                                       "1_000s", "9223372036.85477581s" /* INT64_MAX and 3 ns */};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
        int64_t ns = -7;
        struct error error = {0};
        cr_expect(!units_parse_duration(junk[i], &ns, &error), "\"%s\"", junk[i]);
        cr_expect(ns == -7);
        cr_expect(strncmp(error_text(&error), "expected ", 9) == 0, "\"%s\": %s", junk[i],
                  error_text(&error));
        error_finish(&error);
    }
}

static void expect_error(bool good, const char *expected, struct error *error)
{
    cr_expect(!good);
    cr_expect_str_eq(error_text(error), expected);
    error_finish(error);
}

Test(units, errors_say_what_was_expected)
{
    struct error error = {0};
    int64_t whole = 0;
    double real = 0.0;
    expect_error(units_parse_duration("5", &whole, &error), "expected a duration such as \"5ms\"", &error);
    expect_error(units_parse_duration("-5s", &whole, &error), "expected a duration of 0 or more", &error);
    expect_error(units_parse_duration("300000000h", &whole, &error), "expected a duration below 292 years",
                 &error);
    expect_error(units_parse_rate("5/m", &real, &error),
                 "expected a rate such as \"100/s\" (units: /s, /min, /h, /d)", &error);
    expect_error(units_parse_size("0.3B", &whole, &error), "expected a whole number of bytes", &error);
    expect_error(units_parse_share("101%", &real, &error),
                 "expected a share from 0 to 1, or from \"0%\" to \"100%\"", &error);
}

/* Whole and fraction written apart, so that the expectation is integer arithmetic only. */
Test(units, every_decimal_is_exact)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 100000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        uint64_t seconds = state % 100000000, fraction = (state >> 32) % 1000000000;
        char text[64];
        int64_t ns = 0;
        snprintf(text, sizeof text, "%" PRIu64 ".%09" PRIu64 "s", seconds, fraction);
        cr_assert(units_parse_duration(text, &ns, NULL), "%s", text);
        cr_assert(ns == (int64_t)(seconds * 1000000000 + fraction), "%s", text);
    }
}

/* ---- the others ---- */

Test(units, rates_sizes_bandwidths_shares)
{
    double real = 0.0;
    int64_t bytes = 0;
    cr_expect(units_parse_rate("100/s", &real, NULL) && real == 100.0);
    cr_expect(units_parse_rate("6000/min", &real, NULL) && real == 100.0);
    cr_expect(units_parse_rate("2/h", &real, NULL) && real == 2.0 / 3600.0);
    cr_expect(units_parse_rate("0.1/s", &real, NULL) && real == 0.1);
    cr_expect(units_parse_size("1.5kB", &bytes, NULL) && bytes == 1500);
    cr_expect(units_parse_size("10MiB", &bytes, NULL) && bytes == 10485760);
    cr_expect(units_parse_size("200B", &bytes, NULL) && bytes == 200);
    cr_expect(units_parse_size("1GiB", &bytes, NULL) && bytes == 1073741824);
    cr_expect(units_parse_size("0.5KiB", &bytes, NULL) && bytes == 512);
    cr_expect(units_parse_bandwidth("100Mbit/s", &real, NULL) && real == 12.5e6);
    cr_expect(units_parse_bandwidth("1.5MB/s", &real, NULL) && real == 1.5e6);
    cr_expect(units_parse_bandwidth("1bit/s", &real, NULL) && real == 0.125);
    cr_expect(units_parse_bandwidth("1KiB/s", &real, NULL) && real == 1024.0);
    cr_expect(units_parse_share("2%", &real, NULL) && real == 0.02);
    cr_expect(units_parse_share("0.02", &real, NULL) && real == 0.02);
    cr_expect(units_parse_share("100%", &real, NULL) && real == 1.0);
    cr_expect(!units_parse_bandwidth("100Mbit", &real, NULL));
    cr_expect(!units_parse_size("1kb", &bytes, NULL));
    cr_expect(!units_parse_share("-1%", &real, NULL));
}

/* ---- formatting ---- */

Test(units, durations_for_people)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {0.0, "0 s"},          {0.37, "370 ms"},      {1.25, "1.25 s"},    {1200.0, "20 min"},
        {250e-6, "250 us"},    {1e-9, "1 ns"},        {1.5e-9, "1.50 ns"}, {0.9994e-3, "999 us"},
        {0.9996e-3, "1 ms"},   {1.0, "1 s"},          {60.0, "1 min"},     {90.0, "90 s"},
        {119.0, "119 s"},      {120.0, "2 min"},      {3600.0, "1 h"},     {5400.0, "90 min"},
        {86400.0, "1 d"},      {100000.0, "27.8 h"},  {1e6, "11.6 d"},     {-0.25, "-250 ms"},
        {2.0 / 3.0, "667 ms"}, {1e-12, "0.00100 ns"}, {INFINITY, "inf"},   {NAN, "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(units_format_duration(cases[i].seconds, UNITS_DIGITS).chars, cases[i].text);
    cr_expect_str_eq(units_format_duration(1.23456789, 6).chars, "1.23457 s");
    cr_expect_str_eq(units_format_duration(1.23456789, 1).chars, "1 s");
}

Test(units, rates_shares_numbers_for_people)
{
    cr_expect_str_eq(units_format_rate(2.7, 3).chars, "2.70/s");
    cr_expect_str_eq(units_format_rate(120.0, 3).chars, "120/s");
    cr_expect_str_eq(units_format_rate(123456.7, 3).chars, "123457/s");
    cr_expect_str_eq(units_format_rate(0.25, 3).chars, "0.250/s");
    cr_expect_str_eq(units_format_rate(0.1, 3).chars, "0.100/s");
    cr_expect_str_eq(units_format_rate(0.09996, 3).chars, "0.100/s");
    cr_expect_str_eq(units_format_rate(0.099, 3).chars, "5.94/min");
    cr_expect_str_eq(units_format_rate(1.0 / 30.0, 3).chars, "2/min");
    cr_expect_str_eq(units_format_rate(1.0 / 60.0, 3).chars, "1/min");
    cr_expect_str_eq(units_format_rate(0.004, 3).chars, "14.4/h");
    cr_expect_str_eq(units_format_rate(1e-5, 3).chars, "0.0360/h");
    cr_expect_str_eq(units_format_rate(0.0, 3).chars, "0/s");
    cr_expect_str_eq(units_format_rate(-0.05, 3).chars, "-3/min");
    cr_expect_str_eq(units_format_rate_beside(0.0073, 0.75, 2).chars, "0.0073/s");
    cr_expect_str_eq(units_format_rate((double)NAN, 3).chars, "-");
    cr_expect_str_eq(units_format_share(0.973, 3).chars, "97.3 %");
    cr_expect_str_eq(units_format_share(1.0, 3).chars, "100 %");
    cr_expect_str_eq(units_format_share(0.0, 3).chars, "0 %");
    cr_expect_str_eq(units_format_share(0.99995, 5).chars, "99.995 %");
    cr_expect_str_eq(units_format_number(12.0, 3).chars, "12");
    cr_expect_str_eq(units_format_number(1.23e-5, 3).chars, "1.23e-05");
    cr_expect_str_eq(units_format_number(-1e20, 3).chars, "-1.00e+20");
    cr_expect_str_eq(units_format_number(9.999, 3).chars, "10");
}

/* What is formatted with all digits and without the space is parsed as the same. */
Test(units, numbers_are_rounded_in_decimal)
{
    cr_expect_eq(units_round(1234.5678, 6), 1234.57);
    cr_expect_eq(units_round(-0.0012345, 3), -0.00123);
    cr_expect_eq(units_round(99.96, 3), 100.0);
    cr_expect_eq(units_round(0.0, 9), 0.0);
    cr_expect(isnan(units_round((double)NAN, 9)));
    cr_expect_eq(units_round(-INFINITY, 9), -INFINITY);
}

Test(units, decades_are_the_nearest_doubles)
{
    cr_expect_eq(units_decade(250.0), 100.0);
    cr_expect_eq(units_decade(0.1), 0.1);
    cr_expect_eq(units_decade(nextafter(0.1, 0.0)), 0.1);
    cr_expect_eq(units_decade(0.0999), 0.01);
    cr_expect_eq(units_decade(1e-6), 1e-6); /* which is less than a millionth */
    cr_expect_eq(units_decade(9.99e22), 1e22);
    cr_expect_eq(units_decade(1e23), 1e23);
    cr_expect_eq(units_decade(1e300), 1e300);
}

Test(units, round_trip)
{
    for (double seconds = 3.7e-7; seconds < 1e8; seconds *= 1.37) {
        struct units_text text = units_format_duration(seconds, 15);
        char *space = strchr(text.chars, ' ');
        double ns = 0.0;
        memmove(space, space + 1, strlen(space));
        cr_assert(units_parse_duration_real(text.chars, &ns, NULL), "%s", text.chars);
        cr_expect(fabs(ns * 1e-9 - seconds) <= 1e-13 * seconds, "%s", text.chars);
    }
}

Test(units, locale_changes_nothing)
{
    int64_t ns = 0;
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        cr_skip_test("there is no German locale");
    cr_expect(units_parse_duration("1.5s", &ns, NULL) && ns == 1500000000);
    cr_expect_str_eq(units_format_duration(1.25, 3).chars, "1.25 s");
}

Test(units, names)
{
    struct text text = {0};
    units_add_names(&text, UNITS_DURATION, " ");
    cr_expect_str_eq(text_string(&text), "ns us ms s min h d");
    text_finish(&text);
    units_add_names(&text, UNITS_RATE, "|");
    cr_expect_str_eq(text_string(&text), "/s|/min|/h|/d");
    text_finish(&text);
    cr_expect(units_is_name(UNITS_DURATION, "minutes", 3));
    cr_expect_not(units_is_name(UNITS_DURATION, "minutes", 2));
    cr_expect_not(units_is_name(UNITS_DURATION, "/s", 2));
    cr_expect(units_is_name(UNITS_BANDWIDTH, "KiB/s", 5));
}
