#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "scenario/axis.h"
#include "scenario/scenario.h"

/* The values with a space between them. */
static char *values_of(const struct axis *axis)
{
    struct text text = {0};
    for (size_t i = 0; i < axis->n; i++)
        text_addf(&text, "%s%s", i ? " " : "", axis->values[i]);
    return text_take(&text);
}

/* ---- values ---- */

struct values_case {
    const char *text, *values;
    enum axis_kind kind;
    bool logarithmic;
};

static void expect_values(const struct values_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *text = text_format("a.b=%s", cases[i].text);
        struct axis axis = {0};
        struct error error = {0};
        cr_assert(axis_read(text, &axis, &error), "%s: %s", text, error_text(&error));
        char *values = values_of(&axis);
        cr_expect_str_eq(values, cases[i].values, "%s gives %s", text, values);
        cr_expect(axis.kind == cases[i].kind, "%s", text);
        cr_expect(axis.logarithmic == cases[i].logarithmic, "%s", text);
        cr_expect((axis.numbers == NULL) == (axis.kind == AXIS_WORDS), "%s", text);
        free(values);
        axis_finish(&axis);
        free(text);
    }
}

#define EXPECT_VALUES(cases) expect_values(cases, sizeof(cases) / sizeof *(cases))

Test(axis, lists)
{
    static const struct values_case cases[] = {
        {"5ms", "5ms", AXIS_SECONDS, false},
        {"1ms,5ms,20ms", "1ms 5ms 20ms", AXIS_SECONDS, true},
        {" 1ms , 2s", "1ms 2s", AXIS_SECONDS, false},
        {"10/s,600/min", "10/s 600/min", AXIS_PER_SECOND, false},
        {"1kB,1MiB", "1kB 1MiB", AXIS_BYTES, false},
        {"8Mbit/s,1MB/s", "8Mbit/s 1MB/s", AXIS_BYTES_PER_SECOND, false},
        {"1%,2%", "1% 2%", AXIS_SHARE, false},
        {"0,0.5%,0.01", "0 0.5% 0.01", AXIS_SHARE, false},
        {"0.01,0.02", "0.01 0.02", AXIS_NUMBER, false},
        {"-3,0,3", "-3 0 3", AXIS_NUMBER, false},
        {"1,2,4,8", "1 2 4 8", AXIS_NUMBER, true},
        {"1,2,5,10,20,50,100", "1 2 5 10 20 50 100", AXIS_NUMBER, true},
        {"1ms,3ms,10ms,30ms", "1ms 3ms 10ms 30ms", AXIS_SECONDS, true},
        {"100,10,1", "100 10 1", AXIS_NUMBER, true},
        {"100,110,120", "100 110 120", AXIS_NUMBER, false},
        {"1,10", "1 10", AXIS_NUMBER, false},
        {"0ms,10ms,100ms", "0ms 10ms 100ms", AXIS_SECONDS, false},
        {"1,100,10", "1 100 10", AXIS_NUMBER, false},
    };
    EXPECT_VALUES(cases);
}

Test(axis, words)
{
    static const struct values_case cases[] = {
        {"fifo,lifo", "fifo lifo", AXIS_WORDS, false},
        {"1,2,unlimited", "1 2 unlimited", AXIS_WORDS, false},
        {"1ms,5/s", "1ms 5/s", AXIS_WORDS, false},
        {"true,false", "true false", AXIS_WORDS, false},
        {"0,1ms", "0 1ms", AXIS_WORDS, false},
        {"200%", "200%", AXIS_WORDS, false},
        {"../a.csv,b..c", "../a.csv b..c", AXIS_WORDS, false},
        {"{\"exponential\":\"1ms\"},{\"uniform\":[\"1ms\",\"3ms\"]},5ms",
         "{\"exponential\":\"1ms\"} {\"uniform\":[\"1ms\",\"3ms\"]} 5ms", AXIS_WORDS, false},
        {"\"a,b\",\"c\\\",d\"", "\"a,b\" \"c\\\",d\"", AXIS_WORDS, false},
        {"[\"timeout\",\"error\"],[\"error\"]", "[\"timeout\",\"error\"] [\"error\"]", AXIS_WORDS, false},
    };
    EXPECT_VALUES(cases);
}

Test(axis, steps)
{
    static const struct values_case cases[] = {
        {"0ms..100ms:20ms", "0ms 20ms 40ms 60ms 80ms 100ms", AXIS_SECONDS, false},
        {"10/s..50/s:10/s", "10/s 20/s 30/s 40/s 50/s", AXIS_PER_SECOND, false},
        {"0ms..100ms:30ms", "0ms 30ms 60ms 90ms", AXIS_SECONDS, false},
        {"100ms..0ms:25ms", "100ms 75ms 50ms 25ms 0ms", AXIS_SECONDS, false},
        {"0ms..1s:250ms", "0ms 250ms 500ms 750ms 1s", AXIS_SECONDS, false},
        {"800us..1.2ms:200us", "800us 1ms 1.2ms", AXIS_SECONDS, false},
        {"30s..2min:30s", "30s 60s 90s 2min", AXIS_SECONDS, false},
        {"0..1:0.1", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1", AXIS_NUMBER, false},
        {"0..0.3:0.1", "0 0.1 0.2 0.3", AXIS_NUMBER, false}, /* 3 x 0.1 is above 0.3 in doubles */
        {"-1..1:0.5", "-1 -0.5 0 0.5 1", AXIS_NUMBER, false},
        {"1..9:2", "1 3 5 7 9", AXIS_NUMBER, false},
        {"1%..5%:2%", "1% 3% 5%", AXIS_SHARE, false},
        {"0kB..1MB:250kB", "0kB 250kB 500kB 750kB 1MB", AXIS_BYTES, false},
        {"512KiB..1MiB:256KiB", "512KiB 768KiB 1MiB", AXIS_BYTES, false},
        {"400Mbit/s..1Gbit/s:200Mbit/s", "400Mbit/s 600Mbit/s 800Mbit/s 1Gbit/s", AXIS_BYTES_PER_SECOND,
         false},
        {"1000000.1..1000000.3:0.1", "1000000.1 1000000.2 1000000.3", AXIS_NUMBER, false},
        {"1ms..3ms:1ms,10ms", "1ms 2ms 3ms 10ms", AXIS_SECONDS, false},
    };
    EXPECT_VALUES(cases);
}

Test(axis, evenly_spaced)
{
    static const struct values_case cases[] = {
        {"1ms..1s/7", "1ms 167.5ms 334ms 500.5ms 667ms 833.5ms 1s", AXIS_SECONDS, false},
        {"10/s..50/s/5", "10/s 20/s 30/s 40/s 50/s", AXIS_PER_SECOND, false},
        {"0ms..1s/4", "0ms 333.3ms 666.7ms 1s", AXIS_SECONDS, false},
        {"0..1/9", "0 0.125 0.25 0.375 0.5 0.625 0.75 0.875 1", AXIS_NUMBER, false},
        {"1000..1001/5", "1000 1000.25 1000.5 1000.75 1001", AXIS_NUMBER, false},
        {"0B..10B/4", "0B 3B 7B 10B", AXIS_BYTES, false},
        {"5..1/2", "5 1", AXIS_NUMBER, false},
    };
    EXPECT_VALUES(cases);
}

Test(axis, evenly_spaced_by_factors)
{
    static const struct values_case cases[] = {
        {"1ms..1s*7", "1ms 3.162ms 10ms 31.62ms 100ms 316.2ms 1s", AXIS_SECONDS, true},
        {"1us..1s*7", "1us 10us 100us 1ms 10ms 100ms 1s", AXIS_SECONDS, true},
        {"1..64*7", "1 2 4 8 16 32 64", AXIS_NUMBER, true},
        {"1KiB..1MiB*6", "1KiB 4KiB 16KiB 64KiB 256KiB 1MiB", AXIS_BYTES, true},
        {"20/s..5/s*3", "20/s 10/s 5/s", AXIS_PER_SECOND, true},
        {"1%..100%*3", "1% 10% 100%", AXIS_SHARE, true},
    };
    EXPECT_VALUES(cases);
}

Test(axis, numbers_are_in_base_units)
{
    static const struct {
        const char *text;
        double numbers[3];
    } cases[] = {
        {"x=5ms,2min,0.5ns", {0.005, 120.0, 0.5e-9}}, {"x=100/s,6000/min,36/h", {100.0, 100.0, 0.01}},
        {"x=2kB,1KiB,3B", {2000.0, 1024.0, 3.0}},     {"x=8Mbit/s,1kB/s,1KiB/s", {1e6, 1000.0, 1024.0}},
        {"x=2%,0.5,100%", {0.02, 0.5, 1.0}},          {"x=-2,1e3,0.25", {-2.0, 1000.0, 0.25}},
        {"x=0ms..40ms:20ms", {0.0, 0.02, 0.04}},      {"x=1MB..4MB*3", {1e6, 2e6, 4e6}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct axis axis = {0};
        cr_assert(axis_read(cases[i].text, &axis, NULL), "%s", cases[i].text);
        cr_assert(axis.n == 3);
        for (size_t k = 0; k < 3; k++)
            cr_expect(axis.numbers[k] == cases[i].numbers[k], "%s: %.17g", cases[i].text, axis.numbers[k]);
        axis_finish(&axis);
    }
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* In whole microseconds: a range's values are what integers say, and read as that by the reader of durations.
 */
Test(axis, texts_of_steps_are_exact)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 2000; i++) {
        int64_t from = (int64_t)(next(&state) % 3000000), step = 1 + (int64_t)(next(&state) % 99999);
        int64_t n = 2 + (int64_t)(next(&state) % 30), rest = (int64_t)(next(&state) % (uint64_t)step);
        int64_t to = from + (n - 1) * step + rest;
        struct axis axis = {0};
        char *text = text_format("x=%.3fms..%.6fs:%ldus", (double)from / 1e3, (double)to / 1e6, (long)step);
        cr_assert(axis_read(text, &axis, NULL), "%s", text);
        cr_assert(axis.n == (size_t)n, "%s", text);
        for (int64_t k = 0; k < n; k++) {
            int64_t ns = -1;
            cr_assert(units_parse_duration(axis.values[k], &ns, NULL), "%s", axis.values[k]);
            cr_assert(ns == (from + k * step) * 1000, "%s: %s", text, axis.values[k]);
            cr_assert(fabs(axis.numbers[k] - (double)ns / 1e9) <= 1e-15 * (double)ns / 1e9);
        }
        axis_finish(&axis);
        free(text);
    }
}

Test(axis, factors_are_even)
{
    struct axis axis = {0};
    cr_assert(axis_read("x=3ms..700ms*1000", &axis, NULL));
    cr_assert(axis.n == 1000 && axis.logarithmic);
    for (size_t i = 0; i < 1000; i++) {
        double exact = 0.003 * pow(700.0 / 3.0, (double)i / 999.0), ns = 0.0;
        double neighbour = exact * (pow(700.0 / 3.0, 1.0 / 999.0) - 1.0);
        cr_assert(fabs(axis.numbers[i] - exact) <= 0.002 * neighbour);
        cr_assert(strlen(axis.values[i]) <= 11, "%s", axis.values[i]);
        cr_assert(units_parse_duration_real(axis.values[i], &ns, NULL) && ns / 1e9 == axis.numbers[i]);
    }
    axis_finish(&axis);
}

Test(axis, most_values)
{
    struct axis axis = {0};
    cr_assert(axis_read("x=1..100000:1", &axis, NULL));
    cr_expect(axis.n == AXIS_MOST_VALUES && axis.numbers[99999] == 100000.0);
    cr_expect_str_eq(axis.values[65535], "65536");
    axis_finish(&axis);
    struct error error = {0};
    cr_expect(!axis_read("x=1..99999:1,7,8", &axis, &error));
    cr_expect_str_eq(error_text(&error), "expected at most 100000 values");
    error_finish(&error);
}

/* ---- paths ---- */

Test(axis, paths)
{
    struct axis axis = {0};
    cr_assert(axis_read("components.a.workers, policies.p.calls[\"a.b,c=d -> e.f\"].capacity,load.0.bytes=7",
                        &axis, NULL));
    cr_assert(axis.n_paths == 3 && axis.n == 1);
    cr_expect_str_eq(axis.paths[0], "components.a.workers");
    cr_expect_str_eq(axis.paths[1], "policies.p.calls[\"a.b,c=d -> e.f\"].capacity");
    char *set = axis_set(&axis, 2, 0);
    cr_expect_str_eq(set, "load.0.bytes=7");
    free(set);
    axis_finish(&axis);
    axis_finish(NULL);
    cr_expect(axis.n == 0 && !axis.paths);
}

Test(axis, labels)
{
    static const char *const cases[][2] = {
        {"components.shop.workers=1", "shop.workers"},
        {"components.shop.inbox.capacity=1", "shop.inbox.capacity"},
        {"links.billing-bank.delay=1ms", "billing-bank.delay"},
        {"policies.mixed.calls[\"bank.pay\"].capacity=1", "mixed.calls[\"bank.pay\"].capacity"},
        {"load.0.rate=1/s", "load.0.rate"},
        {"load[0].closed.users=1", "load[0].closed.users"},
        {"run.duration=1s", "duration"},
        {"events[0].for=1s,2s", "events[0].for"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct axis axis = {0};
        cr_assert(axis_read(cases[i][0], &axis, NULL));
        cr_expect_str_eq(axis_label(&axis), cases[i][1]);
        axis_finish(&axis);
    }
}

/* ---- mistakes ---- */

#define FORM     "expected PATH=VALUES, as in links.wire.delay=0ms..100ms:20ms or components.shop.workers=1,2,4"
#define QUANTITY "expected a number, or one with a unit, such as 5ms, 100/s, 2kB, 100Mbit/s or 2% (found "

Test(axis, mistakes)
{
    static const char *const cases[][2] = {
        {"x=10ms..100ms", "10ms..100ms: expected a step behind it, as in 10ms..100ms:10ms"},
        {"x=0/s..50/s", "0/s..50/s: expected a step behind it, as in 0/s..50/s:6/s"},
        {"x=1..2", "1..2: expected a step behind it, as in 1..2:0.1"},
        {"x=1ms,10ms..100ms", "10ms..100ms: expected a step behind it, as in 10ms..100ms:10ms"},
        {"x=0..100ms:20ms", "0..100ms:20ms: expected a unit behind 0 too, as in 0ms"},
        {"x=0ms..100:20ms", "0ms..100:20ms: expected a unit behind 100 too, as in 100ms"},
        {"x=0ms..100ms:20", "0ms..100ms:20: expected a unit behind 20 too, as in 20ms"},
        {"x=1ms..5/s:1ms", "1ms..5/s:1ms: expected 1ms and 5/s to be of the same kind"},
        {"x=1ms..5ms:1/s", "1ms..5ms:1/s: expected 5ms and 1/s to be of the same kind"},
        {"x=1mss..5ms:1ms", "1mss..5ms:1ms: " QUANTITY "\"1mss\")"},
        {"x=1ms..5msec:1ms", "1ms..5msec:1ms: " QUANTITY "\"5msec\")"},
        {"x=1ms..5ms:", "1ms..5ms:: " QUANTITY "\"\")"},
        {"x=1ms..5ms*two", "1ms..5ms*two: " QUANTITY "\"5ms*two\")"},
        {"x=10%..200%:10%", "10%..200%:10%: " QUANTITY "\"200%\")"},
        {"x=1B..2B:0.5B", "1B..2B:0.5B: " QUANTITY "\"0.5B\")"},
        {"x=1ms...5ms:1ms", "1ms...5ms:1ms: " QUANTITY "\".5ms\")"},
        {"x=1ms..1ms:1ms", "1ms..1ms:1ms: expected two different ends"},
        {"x=1ms..2ms:0ms", "1ms..2ms:0ms: expected a step above 0"},
        {"x=2..1:-1", "2..1:-1: expected a step above 0"},
        {"x=1ms..2ms:3ms", "1ms..2ms:3ms: expected a step that is not longer than the way from 1ms to 2ms"},
        {"x=0s..1s:1ns", "0s..1s:1ns: expected a longer step: these would be more than 100000 values"},
        {"x=1..2*1", "1..2*1: expected from 2 to 100000 values"},
        {"x=1..2/100001", "1..2/100001: expected from 2 to 100000 values"},
        {"x=0ms..1s*4", "0ms..1s*4: expected ends above 0, as each value is a multiple of the one before"},
        {"x=-1..1*4", "-1..1*4: expected ends above 0, as each value is a multiple of the one before"},
        {"x=1B..3B*10", "1B..3B*10: expected fewer values: there are not 10 different ones from 1B to 3B"},
        {"x=1ms,,2ms", "expected a value before each comma, as in 1ms,5ms,20ms"},
        {"x=,2ms", "expected a value before each comma, as in 1ms,5ms,20ms"},
        {"x=1ms,", "expected a value behind the comma, as in 1ms,5ms,20ms"},
        {"x=", "expected a value behind the =, as in 1ms,5ms,20ms"},
        {"x", FORM},
        {"", FORM},
        {"=1", FORM},
        {"x,=1", FORM},
        {"x..y=1", FORM},
        {"x[=1", FORM},
        {"x[\"y]=1", FORM},
        {"x={\"a\" 1}", "{\"a\" 1}: found 1, expected a colon after the key"},
        {"x=\"a", "\"a: a string that is not closed on its line"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct axis axis = {.n = 4711};
        struct error error = {0};
        cr_expect(!axis_read(cases[i][0], &axis, &error), "%s", cases[i][0]);
        cr_expect_str_eq(error_text(&error), cases[i][1], "%s: %s", cases[i][0], error_text(&error));
        cr_expect(axis.n == 4711);
        error_finish(&error);
    }
}

Test(axis, what_is_shown_does_nothing_to_a_terminal)
{
    struct axis axis = {0};
    struct error error = {0};
    cr_expect(!axis_read("x={\x1b[2J", &axis, &error));
    cr_expect(!strchr(error_text(&error), '\x1b'), "%s", error_text(&error));
    error_finish(&error);
}

/* Whatever is written, nothing is read beyond it or lost (the sanitizers look). */
Test(axis, any_text_will_do)
{
    static const char letters[] = "x=.,:*/-01e5msB%{}[]\"\\ ";
    uint64_t state = 362436069362436069u;
    for (int i = 0; i < 20000; i++) {
        char text[24] = "x=1ms..9ms";
        size_t n = 2 + next(&state) % 20;
        for (size_t k = i % 2 ? 2 : 8; k < n; k++)
            text[k] = letters[next(&state) % (sizeof letters - 1)];
        struct axis axis = {0};
        if (axis_read(text, &axis, NULL))
            cr_assert(axis.n > 0 && axis.n_paths > 0, "%s", text);
        axis_finish(&axis);
    }
}

/* ---- of a document ---- */

#define DOCUMENT(sweep)                                                                                    \
    "{\"name\":\"n\",\"run\":{\"duration\":\"100s\"},\"components\":{\"a\":{\"workers\":3,\"endpoints\":{" \
    "\"e\":[{\"call\":\"b.f\"}]}},\"b\":{\"endpoints\":{\"f\":[{\"work\":{\"exponential\":\"1ms\"}}]}}},"  \
    "\"links\":{\"ab\":{\"between\":[\"a\",\"b\"],\"delay\":\"2ms\"}},\"load\":[{\"request\":\"a.e\","     \
    "\"open\":{\"constant\":\"10/s\"}},{\"request\":\"a.e\",\"open\":{\"poisson\":\"6/min\"}},"            \
    "{\"request\":\"a.e\",\"closed\":{\"users\":3}}],\"policies\":{\"p\":{\"mode\":\"sync\","              \
    "\"timeout\":\"5s\",\"calls\":{\"b.f\":{\"mode\":\"async\",\"retries\":2}}}}" sweep "}"

static struct scenario_source source_of(const char *text)
{
    return (struct scenario_source){.text = text, .length = strlen(text), .file = "test.json"};
}

struct axes {
    struct axis *axes;
    size_t n;
};

static struct axes axes_of(const char *text)
{
    struct scenario_source source = source_of(text);
    struct problem_list problems = {0};
    struct axes axes = {0};
    struct spec spec = {0};
    bool good = scenario_read(text, source.length, source.file, ".", NULL, 0, &spec, &problems);
    cr_expect(good && problems.n == 0, "%s", problems.n ? problems.problems[0].text : "");
    cr_assert(scenario_axes(&source, &axes.axes, &axes.n, &problems));
    spec_finish(&spec);
    problem_list_finish(&problems);
    return axes;
}

static void axes_finish(struct axes *axes)
{
    for (size_t i = 0; i < axes->n; i++)
        axis_finish(&axes->axes[i]);
    free(axes->axes);
}

static void expect_axis(const struct axis *axis, const char *path, const char *expected)
{
    char *values = values_of(axis);
    cr_expect_str_eq(axis->paths[0], path);
    cr_expect_str_eq(values, expected);
    free(values);
}

Test(axis, a_document_without_a_sweep)
{
    struct axes axes = axes_of(DOCUMENT(""));
    cr_expect(axes.n == 0);
    axes_finish(&axes);
    axes = axes_of(DOCUMENT(",\"sweep\":[]"));
    cr_expect(axes.n == 0);
    axes_finish(&axes);
}

Test(axis, a_document_with_one)
{
    struct axes axes = axes_of(DOCUMENT(",\"sweep\":{\"vary\":\"links.ab.delay\",\"over\":[\"0ms\",\"10ms\","
                                        "{\"exponential\":\"5ms\"}]}"));
    cr_assert(axes.n == 1 && axes.axes[0].kind == AXIS_WORDS && axes.axes[0].n_paths == 1);
    expect_axis(&axes.axes[0], "links.ab.delay", "0ms 10ms {\"exponential\":\"5ms\"}");
    axes_finish(&axes);
}

Test(axis, a_document_with_several)
{
    struct axes axes = axes_of(DOCUMENT(
        ",\"sweep\":[{\"vary\":[\"components.a.workers\",\"components[\\\"b\\\"].workers\"],\"over\":"
        "[1,2,4]},"
        "{\"vary\":\"load.0.rate\",\"from\":\"10/s\",\"to\":\"40/s\",\"step\":\"10/s\"},"
        "{\"vary\":\"load[1].rate\",\"from\":\"1/min\",\"to\":\"100/min\",\"count\":3,\"spacing\":"
        "\"log\"},"
        "{\"vary\":\"links.ab.loss\",\"from\":0,\"to\":0.5,\"count\":3}]"));
    cr_assert(axes.n == 4);
    expect_axis(&axes.axes[0], "components.a.workers", "1 2 4");
    cr_expect(axes.axes[0].n_paths == 2 && axes.axes[0].kind == AXIS_NUMBER && axes.axes[0].logarithmic);
    expect_axis(&axes.axes[1], "load.0.rate", "10/s 20/s 30/s 40/s");
    cr_expect(axes.axes[1].kind == AXIS_PER_SECOND && axes.axes[1].numbers[3] == 40.0);
    expect_axis(&axes.axes[2], "load[1].rate", "1/min 10/min 100/min");
    cr_expect(axes.axes[2].logarithmic);
    expect_axis(&axes.axes[3], "links.ab.loss", "0 0.25 0.5");
    axes_finish(&axes);
}

/* Texts that would be taken for JSON without their quotation marks keep them. */
Test(axis, texts_stay_texts)
{
    struct axes axes = axes_of(DOCUMENT(",\"sweep\":{\"vary\":\"about\",\"over\":[\"12\",\"true\",\"a b\","
                                        "\"[\",\"\",\"{}\",\"caf\xC3\xA9\",\"12a\"]}"));
    static const char *const texts[] = {"12", "true", "a b", "[", "", "{}", "caf\xC3\xA9", "12a"};
    cr_assert(axes.n == 1 && axes.axes[0].n == 8);
    expect_axis(&axes.axes[0], "about", "\"12\" \"true\" a b \"[\" \"\" \"{}\" caf\xC3\xA9 12a");
    for (size_t i = 0; i < 8; i++) {
        static const char text[] = DOCUMENT("");
        char *set = axis_set(&axes.axes[0], 0, i);
        const char *const sets[] = {set};
        struct problem_list problems = {0};
        struct spec spec = {0};
        cr_assert(scenario_read(text, sizeof text - 1, "x", ".", sets, 1, &spec, &problems));
        cr_expect_str_eq(spec.about, texts[i]);
        spec_finish(&spec);
        problem_list_finish(&problems);
        free(set);
    }
    axes_finish(&axes);
}

Test(axis, a_set_can_give_the_sweep)
{
    static const char *const sets[] = {"sweep.over=[7,8]"};
    struct scenario_source source =
        source_of(DOCUMENT(",\"sweep\":{\"vary\":\"components.a.workers\",\"over\":[1]}"));
    struct problem_list problems = {0};
    struct axes axes = {0};
    source.sets = sets;
    source.n_sets = 1;
    cr_assert(scenario_axes(&source, &axes.axes, &axes.n, &problems));
    cr_assert(axes.n == 1);
    expect_axis(&axes.axes[0], "components.a.workers", "7 8");
    axes_finish(&axes);
    problem_list_finish(&problems);
}

Test(axis, a_sweep_that_is_wrong)
{
    struct scenario_source source =
        source_of(DOCUMENT(",\"sweep\":{\"vary\":\"components.a.workers\",\"over\":7}"));
    struct problem_list problems = {0};
    struct axes axes = {0};
    cr_expect(!scenario_axes(&source, &axes.axes, &axes.n, &problems));
    cr_expect(problems.n_errors == 1 && axes.n == 0);
    problem_list_finish(&problems);
    source = source_of("{");
    cr_expect(!scenario_axes(&source, &axes.axes, &axes.n, &problems));
    cr_expect(problems.n_errors == 1 && axes.n == 0);
    problem_list_finish(&problems);
}

/* At a point of a sweep the other values are not tried again: these are wrong, and nobody minds. */
Test(axis, points_are_read_alone)
{
    static const char text[] = DOCUMENT(",\"sweep\":{\"vary\":\"components.a.workers\",\"over\":[1,0]}");
    static const char *const sets[] = {"components.a.workers=2"};
    for (size_t n = 0; n < 2; n++) {
        struct problem_list problems = {0};
        struct spec spec = {0};
        cr_expect(scenario_read(text, sizeof text - 1, "x", ".", sets, n, &spec, &problems) == (n == 1));
        spec_finish(&spec);
        problem_list_finish(&problems);
    }
}

Test(axis, flipped_bits_of_sweeps_do_no_harm, .timeout = 60)
{
    static const char original[] = DOCUMENT(
        ",\"sweep\":[{\"vary\":[\"components.a.workers\",\"run.seed\"],\"over\":[1,2]},"
        "{\"vary\":\"load.0.rate\",\"from\":\"10/s\",\"to\":\"40/s\",\"step\":\"15/s\"},"
        "{\"vary\":\"links.ab.delay\",\"from\":\"1ms\",\"to\":\"9ms\",\"count\":3,\"spacing\":\"log\"}]");
    static const char start[] = "\"sweep\"";
    char text[sizeof original];
    uint64_t state = 1234567890123u;
    size_t first = (size_t)(strstr(original, start) - original);
    for (int i = 0; i < 3000; i++) {
        memcpy(text, original, sizeof original);
        for (int flips = 1 + i % 3; flips > 0; flips--)
            text[first + next(&state) % (sizeof original - 1 - first)] ^= (char)(1 << next(&state) % 8);
        struct problem_list problems = {0};
        struct spec spec = {0};
        bool good = scenario_read(text, sizeof text - 1, "x", ".", NULL, 0, &spec, &problems);
        cr_assert(good == (problems.n_errors == 0));
        spec_finish(&spec);
        problem_list_finish(&problems);
    }
}

/* ---- present values ---- */

static void expect_value(const char *path, const char *expected, const char *expected_error)
{
    struct scenario_source source = source_of(DOCUMENT(""));
    struct error error = {0};
    char *value = NULL;
    bool good = scenario_value(&source, path, &value, &error);
    cr_expect(good == (expected != NULL), "%s: %s", path, error_text(&error));
    if (expected && value)
        cr_expect_str_eq(value, expected, "%s: %s", path, value);
    if (expected_error)
        cr_expect_str_eq(error_text(&error), expected_error, "%s", error_text(&error));
    error_finish(&error);
    free(value);
}

Test(axis, values_that_stand)
{
    expect_value("load.0.rate", "10/s", NULL);
    expect_value("load[1].rate", "6/min", NULL);
    expect_value("load.1.open.poisson", "6/min", NULL);
    expect_value("load[2].closed.users", "3", NULL);
    expect_value("components.a.workers", "3", NULL);
    expect_value("links.ab.delay", "2ms", NULL);
    expect_value("components.b.endpoints.f[0].work", "{\"exponential\":\"1ms\"}", NULL);
    expect_value("components.b.endpoints.f.0.work.exponential", "1ms", NULL);
    expect_value("policies.p.calls[\"b.f\"].retries", "2", NULL);
    expect_value("links.ab.between[1]", "b", NULL);
}

Test(axis, values_that_are_absent)
{
    expect_value("components.b.workers", "1", NULL);
    expect_value("components.b.inbox.capacity", "unlimited", NULL);
    expect_value("run.seed", "1", NULL);
    expect_value("links.ab.rto", "1s", NULL);
    expect_value("policies.p.pool.size", "25", NULL);
    expect_value("policies.p.retries", "0", NULL);
    expect_value("policies.p.calls[\"b.f\"].timeout", "5s", NULL); /* as in the policy */
    expect_value("policies.p.calls[\"b.f\"].capacity", "unlimited", NULL);
    expect_value("components.a.cores", NULL,
                 "components.a.cores: is absent (one for each worker), expected a value there");
}

Test(axis, values_that_are_nowhere)
{
    expect_value("load.2.rate", NULL,
                 "load.2.rate: means open.poisson or open.constant, and this load has neither");
    expect_value("load.3.rate", NULL, "load.3.rate: there are not so many elements");
    expect_value("components.a.wrkers", NULL,
                 "components.a.wrkers: there is no such key; did you mean \"workers\"?");
    expect_value("componets.a.workers", NULL,
                 "componets.a.workers: there is no such key; did you mean \"components\"?");
    expect_value("links.ab.delay.exponential", NULL, "links.ab.delay.exponential: holds no keys");
    expect_value("a..b", NULL, "a..b: expected a path, as in components.shop.workers");
    expect_value("run.seed=3", NULL, "run.seed=3: expected a path, as in components.shop.workers");
    expect_value("", NULL, ": expected a path, as in components.shop.workers");
}

Test(axis, values_that_are_set)
{
    static const char *const sets[] = {"load.0.rate=77/s", "components.a.cores=2"};
    struct scenario_source source = source_of(DOCUMENT(""));
    struct error error = {0};
    char *value = NULL;
    source.sets = sets;
    source.n_sets = 2;
    cr_assert(scenario_value(&source, "load[0].open.constant", &value, NULL));
    cr_expect_str_eq(value, "77/s");
    free(value);
    cr_assert(scenario_value(&source, "components.a.cores", &value, NULL));
    cr_expect_str_eq(value, "2");
    free(value);
    source.sets = (const char *const[]){"nowhere.x=1"};
    source.n_sets = 1;
    cr_expect(!scenario_value(&source, "run.seed", &value, &error));
    cr_expect_str_eq(error_text(&error), "nowhere: there is no such key");
    error_finish(&error);
}
