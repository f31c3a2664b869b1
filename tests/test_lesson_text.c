#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "scenario/lesson.h"

static const char scenario[] =
    "{ // \"workers\": 1\n"
    "  \"components\": {\n"
    "    \"shop\": {\"workers\": 1 /* one */, \"endpoints\": {\"buy\": [\n"
    "      {\"call\": \"bank.pay\"},\n"
    "      {\"work\": {\"erlang\": {\"k\": 2, \"mean\": \"1ms\"}}}\n"
    "    ]}},\n"
    "    \"a \\\"b\\\"\": {\"workers\":7}\n"
    "  },\n"
    "  \"load\": [{\"request\": \"shop.buy\", \"open\": {\"poisson\":\"120/s\"}}]\n"
    "}\n";

/* The scenario with `old` replaced by `new`. */
static char *replaced(const char *old, const char *new)
{
    const char *at = strstr(scenario, old);
    cr_assert_not_null(at);
    return text_format("%.*s%s%s", (int)(at - scenario), scenario, new, at + strlen(old));
}

static void check(const char *set, const char *old, const char *new)
{
    struct error error = {0};
    char *written = NULL, *wanted = replaced(old, new);
    cr_assert(lesson_write_values(scenario, strlen(scenario), &set, 1, &written, &error), "%s: %s", set,
              error_text(&error));
    cr_assert_str_eq(written, wanted);
    free(written);
    free(wanted);
}

Test(lesson_text, values_are_written_in_their_places)
{
    check("components.shop.workers=12", "\"workers\": 1 /", "\"workers\": 12 /");
    check("load.0.open.poisson=90/s", "\"120/s\"", "\"90/s\"");
    check("load[0].rate=90/s", "\"120/s\"", "\"90/s\"");
    check("load[0].request=bank.pay", "\"shop.buy\"", "\"bank.pay\"");
    check("components.shop.endpoints.buy[1].work=5ms", "{\"erlang\": {\"k\": 2, \"mean\": \"1ms\"}}",
          "\"5ms\"");
    check("components.shop.endpoints.buy[1].work={\"exponential\": \"5ms\"}",
          "{\"erlang\": {\"k\": 2, \"mean\": \"1ms\"}}", "{\"exponential\": \"5ms\"}");
    check("components.shop.endpoints.buy[1].work.erlang.k=3", "\"k\": 2", "\"k\": 3");
    check("components.shop.endpoints.buy[0]={\"work\": \"1ms\"}", "{\"call\": \"bank.pay\"}",
          "{\"work\": \"1ms\"}");
    check("load[0].request=a \"b\"", "\"shop.buy\"", "\"a \\\"b\\\"\"");
}

Test(lesson_text, several_values)
{
    static const char *const sets[] = {"components.shop.workers=100", "load.0.open.poisson=1/s"};
    char *written = NULL;
    struct error error = {0};
    cr_assert(lesson_write_values(scenario, strlen(scenario), sets, 2, &written, &error));
    cr_assert_not_null(strstr(written, "\"workers\": 100 /* one */"));
    cr_assert_not_null(strstr(written, "{\"poisson\":\"1/s\"}"));
    free(written);
}

static void check_fails(const char *set, const char *message)
{
    struct error error = {0};
    char *written = NULL;
    cr_assert_not(lesson_write_values(scenario, strlen(scenario), &set, 1, &written, &error));
    cr_assert_not_null(strstr(error_text(&error), message), "%s", error_text(&error));
    cr_assert_null(written);
    error_finish(&error);
}

Test(lesson_text, what_is_not_said_cannot_be_written)
{
    check_fails("components.shop.replicas=2", "does not say this value");
    check_fails("components.shop", "expected PATH=VALUE");
    check_fails("components.bank.workers=2", "components.bank.workers: ");
}

Test(lesson_text, a_students_value_never_changes)
{
    char one[] = "1", two[] = "2", three[] = "3", path[] = "components.shop.workers";
    char *values[] = {one, two, three};
    struct lesson_vary vary = {.path = path, .values = values, .n_values = 3};
    unsigned seen[3] = {0};
    /* printf 01-tiny/components.shop.workers/4711 | sha256sum: ebd90c36711b0fc..., 1 modulo 3 */
    cr_assert_str_eq(lesson_pick(&vary, "01-tiny", "4711"), "2");
    /* ... k-12: 68d911b36f5d62e..., 2 modulo 3 */
    cr_assert_str_eq(lesson_pick(&vary, "01-tiny", "k-12"), "3");
    for (unsigned i = 0; i < 3000; i++) {
        char *student = text_format("%u", i);
        const char *value = lesson_pick(&vary, "01-tiny", student);
        cr_assert_str_eq(value, lesson_pick(&vary, "01-tiny", student));
        seen[*value - '1']++;
        free(student);
    }
    for (int i = 0; i < 3; i++)
        cr_assert(seen[i] > 900 && seen[i] < 1100, "%u", seen[i]); /* 1000 +- 26: four of these */
}
