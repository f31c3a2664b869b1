#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_locate.h"

static bool is_json(const char *text)
{
    return json_check(text, strlen(text), NULL, NULL, NULL, NULL);
}

Test(json_locate, good_texts)
{
    static const char *const good[] = {"{}",
                                       "[]",
                                       " [ ] ",
                                       "null",
                                       "true",
                                       "false",
                                       "0",
                                       "-0",
                                       "1.5e-3",
                                       "1E+5",
                                       "\"\"",
                                       "\"\\u0041\\n\\\\\\/\"",
                                       "\"\\ud83d\\ude00\"",
                                       "\"h\xC3\xA9\"",
                                       "{\"a\":{\"b\":[1,2,{}]},\"\":[]}",
                                       "9007199254740992",
                                       "-9007199254740992",
                                       "1e307",
                                       "1e-999",
                                       "\r\n\t[1]\n"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_expect(is_json(good[i]), "%s", good[i]);
}

Test(json_locate, faults_are_placed)
{
    static const struct {
        const char *text;
        size_t offset;
    } bad[] = {
        {"", 0},
        {"  ", 2},
        {"{", 1},
        {"[1,]", 3},
        {"[1 2]", 3},
        {"{\"a\"}", 4},
        {"{\"a\":}", 5},
        {"{a:1}", 1},
        {"{\"a\":1,}", 7},
        {"[1]]", 3},
        {"tru", 0},
        {"nul", 0},
        {"True", 0},
        {"+1", 0},
        {".5", 0},
        {"1.", 2},
        {"1e", 2},
        {"-", 1},
        {"01", 0},
        {"[1e400]", 1},
        {"1e308", 0},
        {"9007199254740993", 0},
        {"\"", 0},
        {"[\"a\nb\"]", 1},
        {"\"\\x\"", 1},
        {"\"\\u12\"", 1},
        {"\"\\u0000\"", 1},
        {"\"\\udc00\"", 1},
        {"\"\\ud800x\"", 1},
        {"\"\x01\"", 1},
        {"\"\xFF\"", 1},
        {"\"\xC0\xAF\"", 1},
        {"\"\xED\xA0\x80\"", 1},
        {"\"\xF4\x90\x80\x80\"", 1},
        {"\"\xE2\x82", 1},
        {"0.00000000000000000000000000000000000000001", 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        size_t offset = 99;
        cr_expect(!json_check(bad[i].text, strlen(bad[i].text), NULL, NULL, &offset, &error), "%s",
                  bad[i].text);
        cr_expect(offset == bad[i].offset, "%s: %zu", bad[i].text, offset);
        cr_expect(*error_text(&error));
        error_finish(&error);
    }
    cr_expect(!json_check("[1\0]", 4, NULL, NULL, NULL, NULL));
}

Test(json_locate, nesting_has_a_limit)
{
    char text[2 * JSON_DEEPEST + 3];
    memset(text, '[', JSON_DEEPEST);
    memset(text + JSON_DEEPEST, ']', JSON_DEEPEST);
    text[2 * JSON_DEEPEST] = '\0';
    cr_expect(is_json(text));
    memset(text, '[', JSON_DEEPEST + 1);
    memset(text + JSON_DEEPEST + 1, ']', JSON_DEEPEST + 1);
    text[2 * JSON_DEEPEST + 2] = '\0';
    cr_expect(!is_json(text));
}

Test(json_locate, a_hundred_megabytes_of_brackets, .timeout = 5)
{
    size_t length = 100000000;
    char *text = malloc(length);
    struct error error = {0};
    cr_assert_not_null(text);
    memset(text, '[', length);
    cr_expect(!json_check(text, length, NULL, NULL, NULL, &error));
    cr_expect_str_eq(error_text(&error), "nested more than 64 levels deep");
    error_finish(&error);
    free(text);
}

/* ---- keys that stand twice ---- */

struct told {
    char text[256];
};

static void tell(void *data, const char *path, const char *key, size_t offset, size_t first_offset)
{
    struct told *told = data;
    size_t n = strlen(told->text);
    snprintf(told->text + n, sizeof told->text - n, "%s:%s:%zu:%zu;", path, key, offset, first_offset);
}

static struct told twice(const char *text)
{
    struct told told = {""};
    cr_expect(json_check(text, strlen(text), tell, &told, NULL, NULL), "%s", text);
    return told;
}

Test(json_locate, keys_that_stand_twice)
{
    cr_expect_str_eq(twice("{\"a\":1,\"b\":2}").text, "");
    cr_expect_str_eq(twice("{\"a\":{\"a\":1}}").text, "");
    cr_expect_str_eq(twice("{\"a\":1,\"a\":2}").text, ":a:7:1;");
    cr_expect_str_eq(twice("{\"a\":1,\"A\":2}").text, "");
    cr_expect_str_eq(twice("{\"a\":1,\"\\u0061\":2,\"a\":3}").text, ":a:7:1;:a:18:1;");
    cr_expect_str_eq(twice("{\"x\":[0,{\"y.z\":{\"b\":1,\"a\":2,\"b\":3}}]}").text, "x[1][\"y.z\"]:b:28:16;");
    cr_expect_str_eq(twice("{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}").text, ":\xF0\x9F\x98\x80:18:1;");
}

/* ---- places ---- */

static const char document[] = "{\n"
                               "  \"a\": [1, {\"b\\n\": 2}],\n"
                               "  \"h\xC3\xA9\": {\"\": true, \"a\": 3, \"a\": 4}\n"
                               "}\n";

static struct json_position at(const struct json_step *path, size_t n, bool key)
{
    struct json_place place = {0, 0};
    struct json_position none = {0, 0};
    if (!json_locate(document, strlen(document), path, n, &place))
        return none;
    return json_position(document, strlen(document), key ? place.key : place.value);
}

#define EXPECT_AT(line_, column_, key, ...)                                                     \
    do {                                                                                        \
        struct json_step path[] = {__VA_ARGS__};                                                \
        struct json_position position = at(path, sizeof path / sizeof *path, key);              \
        cr_expect(position.line == line_ && position.column == column_, "%d:%d", position.line, \
                  position.column);                                                             \
    } while (0)

Test(json_locate, places)
{
    struct json_position root = at(NULL, 0, false);
    cr_expect(root.line == 1 && root.column == 1);
    EXPECT_AT(2, 8, false, {"a", 0});
    EXPECT_AT(2, 3, true, {"a", 0});
    EXPECT_AT(2, 9, false, {"a", 0}, {NULL, 0});
    EXPECT_AT(2, 12, true, {"a", 0}, {NULL, 1});
    EXPECT_AT(2, 20, false, {"a", 0}, {NULL, 1}, {"b\n", 0});
    EXPECT_AT(2, 13, true, {"a", 0}, {NULL, 1}, {"b\n", 0});
    EXPECT_AT(3, 9, false, {"h\xC3\xA9", 0});
    EXPECT_AT(3, 14, false, {"h\xC3\xA9", 0}, {"", 0});
    EXPECT_AT(3, 25, false, {"h\xC3\xA9", 0}, {"a", 0}); /* the first of two */
    EXPECT_AT(0, 0, false, {"A", 0});
    EXPECT_AT(0, 0, false, {"a", 0}, {NULL, 2});
    EXPECT_AT(0, 0, false, {"a", 0}, {"b", 0});
    EXPECT_AT(0, 0, false, {NULL, 0});
    EXPECT_AT(0, 0, false, {"h\xC3\xA9", 0}, {"a", 0}, {"x", 0});
}

Test(json_locate, positions)
{
    struct json_position end = json_position("ab\ncd", 5, 99);
    cr_expect(end.line == 2 && end.column == 3);
    struct json_position tab = json_position("\t\xC3\xA9x", 4, 3);
    cr_expect(tab.line == 1 && tab.column == 3);
}

Test(json_locate, paths)
{
    static const struct json_step steps[] = {
        {"load", 0}, {NULL, 3}, {"open", 0}, {"a.b -> \"c\"", 0}, {"x", 0}};
    struct text path = {0};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        json_path_add(&path, &steps[i]);
    cr_expect_str_eq(text_string(&path), "load[3].open[\"a.b -> \\\"c\\\"\"].x");
    text_finish(&path);
}
