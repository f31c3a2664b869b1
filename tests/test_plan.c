#include "experiment/plan.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "base/text.h"
#include "base/version.h"
#include "scenario/file.h"

/* ---- a folder for each test ---- */

static char folder[] = "/tmp/tandem-plan-XXXXXX";
static char path[sizeof folder + 9];

static void make_folder(void)
{
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/plan.txt", folder);
}

static void remove_folder(void)
{
    remove(path);
    cr_assert_eq(rmdir(folder), 0, "nothing else may be left in %s", folder);
}

TestSuite(plan, .init = make_folder, .fini = remove_folder);

static void add(struct plan *plan, enum plan_key key, const char *value)
{
    struct error error = {0};
    cr_assert(plan_add(plan, key, value, &error), "%s", error_text(&error));
}

static struct plan example(void)
{
    struct plan plan = {0};
    add(&plan, PLAN_SCENARIO, "shop.json");
    add(&plan, PLAN_FOLDER, "/home/me");
    add(&plan, PLAN_TEXT, "{\n  \"name\": \"a \xC3\xA4\"\n}\n");
    add(&plan, PLAN_VARY, "load.0.rate=1/s,2/s");
    add(&plan, PLAN_VARY, "links.wire.delay=1ms..5ms:1ms");
    add(&plan, PLAN_SET, "run.seed=3");
    return plan;
}

/* Its file, but for the version and the seal. */
static const char example_file[] = "scenario 9 shop.json\n"
                                   "folder 8 /home/me\n"
                                   "text 21 {\n  \"name\": \"a \xC3\xA4\"\n}\n\n"
                                   "set 10 run.seed=3\n"
                                   "vary 19 load.0.rate=1/s,2/s\n"
                                   "vary 29 links.wire.delay=1ms..5ms:1ms\n";

static void write_bytes(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
}

static void read_bytes(char **ret_bytes, size_t *ret_length)
{
    struct error error = {0};
    cr_assert(file_read(path, ret_bytes, ret_length, &error), "%s", error_text(&error));
}

static void write_example(void)
{
    struct plan plan = example();
    struct error error = {0};
    cr_assert(plan_write(&plan, folder, &error), "%s", error_text(&error));
    plan_finish(&plan);
}

Test(plan, comes_back_as_it_was)
{
    struct plan read, plan = example();
    struct error error = {0};
    cr_expect_not(plan_is_there(folder));
    write_example();
    cr_expect(plan_is_there(folder));
    cr_assert(plan_read(folder, &read, &error), "%s", error_text(&error));
    cr_expect(plan_same(&plan, &read, &error), "%s", error_text(&error));
    for (size_t k = 0; k < PLAN_KEYS; k++) {
        cr_assert_eq(read.values[k].n, plan.values[k].n);
        for (size_t i = 0; i < plan.values[k].n; i++)
            cr_expect_str_eq(read.values[k].strings[i], plan.values[k].strings[i]);
    }
    cr_expect_str_eq(plan_value(&read, PLAN_FOLDER), "/home/me");
    cr_expect_null(plan_value(&read, PLAN_VARY));
    plan_finish(&read);
    plan_finish(&plan);
}

Test(plan, the_file_is_as_the_header_has_it)
{
    char *bytes;
    size_t length;
    write_example();
    read_bytes(&bytes, &length);
    struct text expected = {0};
    text_addf(&expected, "tandem plan 1\nversion %s\n%s", tandem_version, example_file);
    text_addf(&expected, "sha256 %s\n", sha256(expected.bytes, expected.length).chars);
    cr_expect_str_eq(bytes, text_string(&expected));
    text_finish(&expected);
    free(bytes);
}

static void expect_refused(const char *why)
{
    struct plan read;
    struct error error = {0};
    cr_expect_not(plan_read(folder, &read, &error));
    cr_expect(strstr(error_text(&error), path) && strstr(error_text(&error), why), "%s", error_text(&error));
    error_finish(&error);
}

Test(plan, one_that_is_not_there_is_told)
{
    expect_refused("No such file");
}

Test(plan, damage_is_told)
{
    char *bytes;
    size_t length;
    write_example();
    read_bytes(&bytes, &length);
    for (size_t shorter = 0; shorter < length; shorter++) {
        write_bytes(bytes, shorter);
        expect_refused("cut short or damaged");
    }
    for (size_t bit = 0; bit < 8 * length; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        write_bytes(bytes, length);
        expect_refused("cut short or damaged");
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    free(bytes);
}

static void write_sealed(const char *content)
{
    char *file = text_format("%ssha256 %s\n", content, sha256(content, strlen(content)).chars);
    cr_assert(file);
    write_bytes(file, strlen(file));
    free(file);
}

Test(plan, another_version_is_told)
{
    write_sealed("tandem plan 1\nversion 0.0.99\nscenario 1 a\nfolder 1 /\ntext 2 {}\n");
    expect_refused("made by tandem 0.0.99: tandem");
}

static void expect_no_plan(const char *content)
{
    write_sealed(content);
    expect_refused("not a plan");
}

Test(plan, a_good_checksum_is_not_enough)
{
    static const char *const ends[] = {
        "",                           /* no text */
        "text 2 {}\ntext 2 {}\n",     /* two of them */
        "text 2 {}\nsets 3 a=b\n",    /* an unknown key */
        "text 2 {}\nset 4 a=b\n",     /* too long a length */
        "text 2 {}\nset 2 a=b\n",     /* too short a one */
        "text 2 {}\nset 99999 a=b\n", /* one beyond the end */
        "text 2 {}\nset 18446744073709551615 a=b\n",
        "text 2 {}\nset -1 a=b\n",
        "text 2 {}\nget 1 x\nset 3 a=b\n", /* another order */
        "text 2 {}\nset  a=b\n",
        "text 2 {}\nset\n",
        "text 2 {}\nset 3\n",
        "text 2 {}\nset 3 a=b",
        "text 2 {}\n\n",
    };
    expect_no_plan("");
    expect_no_plan("tandem plan 2\n");
    expect_no_plan("tandem plan 1\n");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *content =
            text_format("tandem plan 1\nversion %s\nscenario 1 a\nfolder 1 /\n%s", tandem_version, ends[i]);
        expect_no_plan(content);
        free(content);
    }
}

/* ---- comparing ---- */

static void expect_difference(enum plan_key key, const char *value, const char *message)
{
    struct plan here = example(), there = example();
    struct error error = {0};
    if (there.values[key].n) {
        free(there.values[key].strings[there.values[key].n - 1]);
        there.values[key].n--;
    }
    add(&there, key, value);
    cr_expect_not(plan_same(&here, &there, &error));
    cr_expect_str_eq(error_text(&error), message);
    error_finish(&error);
    plan_finish(&here);
    plan_finish(&there);
}

Test(plan, says_how_two_differ)
{
    expect_difference(PLAN_TEXT, "{}", "the scenario is not the same here and there");
    expect_difference(PLAN_SET, "run.seed=4", "--set is \"run.seed=3\" here and \"run.seed=4\" there");
    expect_difference(PLAN_VARY, "links.wire.delay=1ms",
                      "--vary is \"links.wire.delay=1ms..5ms:1ms\" here and \"links.wire.delay=1ms\" there");
    expect_difference(PLAN_POLICY, "sync", "--policy \"sync\" is only there");
    expect_difference(PLAN_GET, "throughput", "--get \"throughput\" is only there");
}

Test(plan, where_the_scenario_lay_and_how_it_is_divided_is_no_difference)
{
    struct plan here = example(), there = example();
    free(there.values[PLAN_FOLDER].strings[0]);
    free(there.values[PLAN_SCENARIO].strings[0]);
    there.values[PLAN_FOLDER].n = there.values[PLAN_SCENARIO].n = 0;
    add(&there, PLAN_FOLDER, "/elsewhere");
    add(&there, PLAN_SCENARIO, "../shop.json");
    add(&there, PLAN_SHARDS, "10");
    cr_expect(plan_same(&here, &there, NULL));
    plan_finish(&here);
    plan_finish(&there);
}
