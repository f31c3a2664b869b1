#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "base/json_locate.h"
#include "scenario/blank.h"
#include "scenario/problems.h"
#include "scenario/scenario.h"
#include "scenario/set.h"

enum { MOST_STEPS = 4 }; /* to an array, which stands not deep */

static const char byte_order_mark[] = "\xEF\xBB\xBF";

/* One character of a string as it stands in the text: how many bytes it takes there, and how many it means.
 */
static size_t take_character(const char *at, const char *end, size_t *ret_bytes)
{
    unsigned long code = 0;
    if (*at != '\\') {
        size_t n = json_utf8(at, end, &code);
        *ret_bytes = n ? n : 1;
        return *ret_bytes;
    }
    *ret_bytes = 1;
    if (at + 1 >= end || at[1] != 'u')
        return 2;
    long unit = json_hex_four(at + 2, end);
    bool pair = unit >= 0xD800 && unit < 0xE000;
    *ret_bytes = pair ? 4 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    return pair ? 12 : 6;
}

/* Where the byte `offset` of a string's meaning stands in the text whose opening quotation mark is at
 * `begin`. */
static size_t offset_inside(const char *text, size_t length, size_t begin, size_t offset)
{
    const char *at = text + begin, *end = text + length;
    if (at >= end || *at != '"')
        return begin;
    at++;
    for (size_t passed = 0, bytes; passed < offset && at < end && *at != '"'; passed += bytes)
        at += take_character(at, end, &bytes);
    return (size_t)(at - text);
}

/* The override that made the text, by name (free() it); NULL when the file did. */
static char *override_of(const struct scenario_source *source, const char *blanked, size_t length,
                         const struct json_step *steps, size_t n)
{
    struct set_list list = {0};
    struct problem_list ignored = {0};
    cJSON *root = source->n_sets ? cJSON_ParseWithLength(blanked, length) : NULL;
    char *shown = NULL;
    if (root && set_apply(root, source->sets, source->n_sets, &list, &ignored)) {
        const struct set *set = set_find(&list, steps, n);
        shown = set ? text_copy(set->shown) : NULL;
    }
    problem_list_finish(&ignored);
    set_list_finish(&list);
    cJSON_Delete(root);
    return shown;
}

/* The steps of "run.precision_of", at most MOST_STEPS; the keys are cut from `keys`. */
static size_t split_keys(char *keys, struct json_step *steps)
{
    size_t n = 0;
    for (char *key = keys; key && n < MOST_STEPS; n++) {
        char *point = strchr(key, '.');
        if (point)
            *point = '\0';
        steps[n] = (struct json_step){key, 0};
        key = point ? point + 1 : NULL;
    }
    return n;
}

void scenario_tell(const struct scenario_source *source, const char *array, size_t index, const char *key,
                   size_t offset, const char *message, const char *hint, struct problem_list *problems)
{
    if (problem_list_is_full(problems)) {
        problem_list_count(problems, false);
        return;
    }
    size_t mark = source->length >= 3 && memcmp(source->text, byte_order_mark, 3) == 0 ? 3 : 0;
    char *keys = text_copy(array);
    struct json_step steps[MOST_STEPS + 2] = {{0}};
    size_t n_steps = split_keys(keys, steps);
    steps[n_steps++] = (struct json_step){NULL, index};
    if (key)
        steps[n_steps++] = (struct json_step){key, 0};
    struct problem_site site = {.name = strcmp(source->file, "-") == 0 ? "<stdin>" : source->file,
                                .text = source->text + mark,
                                .length = source->length - mark};
    struct json_place place = {0, 0};
    struct text path = {0};
    char *blanked = malloc(site.length + 1), *override = NULL;
    struct error error = {0};
    size_t fault;
    if (blanked) {
        memcpy(blanked, site.text, site.length);
        blanked[site.length] = '\0';
        if (blank_comments(blanked, site.length, &fault, &error)) {
            override = override_of(source, blanked, site.length, steps, n_steps);
            if (json_locate(blanked, site.length, steps, n_steps, &place))
                site.offset = offset_inside(blanked, site.length, place.value, offset);
        }
    }
    if (override)
        site = (struct problem_site){.name = override};
    for (size_t i = 0; i < n_steps; i++)
        json_path_add(&path, &steps[i]);
    struct json_position at = {0, 0};
    if (site.text)
        at = json_position(site.text, site.length, site.offset);
    struct remark remark = {.path = text_string(&path), .message = message, .hint = hint};
    problem_list_add(problems, &site, &remark, at.line, at.column);
    problems->failed |= path.failed || !blanked || !keys;
    error_finish(&error);
    text_finish(&path);
    free(override);
    free(blanked);
    free(keys);
}
