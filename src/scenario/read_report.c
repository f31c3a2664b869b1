#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/problems.h"
#include "scenario/read.h"

enum {
    DEEPEST_PATH = 2 * JSON_DEEPEST + 8, /* an override may be nested in the file's nesting */
    LONGEST_FOUND = 48,                  /* characters of a value that are shown */
};

/* The steps from the root; those too deep for `steps` are left out. */
static size_t collect(const struct path *path, struct json_step steps[DEEPEST_PATH])
{
    size_t depth = 0;
    for (const struct path *p = path; p; p = p->up)
        depth++;
    size_t n = depth < DEEPEST_PATH ? depth : DEEPEST_PATH;
    for (const struct path *p = path; p; p = p->up)
        if (depth-- <= n)
            steps[depth] = (struct json_step){p->key, p->index};
    return n;
}

static char *path_text(const struct json_step *steps, size_t n)
{
    struct text text = {0};
    for (size_t i = 0; i < n; i++)
        json_path_add(&text, &steps[i]);
    return text_take(&text);
}

/* Where it stands in the file; for what does not stand there, the nearest thing around it. */
static size_t offset_of(const struct reader *reader, const struct json_step *steps, size_t n,
                        enum where where)
{
    struct json_place place = {0, 0};
    for (size_t i = n;; i--) {
        if (json_locate(reader->blanked, reader->source.length, steps, i, &place))
            return where == AT_KEY && i == n ? place.key : place.value;
        if (i == 0)
            return 0;
    }
}

static void add(struct reader *reader, const struct path *path, enum where where, struct remark *remark)
{
    if (problem_list_is_full(reader->problems)) {
        problem_list_count(reader->problems, remark->warning);
        return;
    }
    struct json_step steps[DEEPEST_PATH];
    size_t n = collect(path, steps);
    const struct set *set = set_find(&reader->sets, steps, n);
    struct problem_site site = {
        .name = reader->source.file, .text = reader->source.text, .length = reader->source.length};
    struct json_position position = {0, 0};
    if (set) {
        site = (struct problem_site){.name = set->shown};
    } else {
        site.offset = offset_of(reader, steps, n, where);
        position = json_position(site.text, site.length, site.offset);
    }
    char *text = path_text(steps, n);
    remark->path = text ? text : "";
    problem_list_add(reader->problems, &site, remark, position.line, position.column);
    free(text);
}

static char *format_text(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

bool read_error(struct reader *reader, const struct path *path, enum where where, const char *hint,
                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = format_text(format, arguments);
    va_end(arguments);
    if (!message)
        return read_failed(reader);
    add(reader, path, where, &(struct remark){.message = message, .hint = hint});
    free(message);
    return false;
}

void read_warning(struct reader *reader, const struct path *path, enum where where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = format_text(format, arguments);
    va_end(arguments);
    if (message)
        add(reader, path, where, &(struct remark){.warning = true, .message = message});
    free(message);
}

/* A value as a message shows it. */
static char *found_text(const cJSON *item)
{
    struct text text = {0};
    if (cJSON_IsObject(item)) {
        text_add(&text, item->child ? "an object" : "an empty object");
    } else if (cJSON_IsArray(item)) {
        text_add(&text, item->child ? "an array" : "an empty array");
    } else if (cJSON_IsString(item)) {
        text_add(&text, "\"");
        visible_add(&text, item->valuestring, strlen(item->valuestring), LONGEST_FOUND);
        text_add(&text, "\"");
    } else {
        char *json = cJSON_PrintUnformatted(item);
        text_add(&text, json ? json : "something");
        cJSON_free(json);
    }
    return text_take(&text);
}

bool read_expected(struct reader *reader, const struct path *path, const cJSON *item, const char *hint,
                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *expected = format_text(format, arguments), *found = found_text(item);
    va_end(arguments);
    if (expected && found)
        read_error(reader, path, AT_VALUE, hint, "found %s, %s", found, expected);
    else
        read_failed(reader);
    free(found);
    free(expected);
    return false;
}

bool read_refused(struct reader *reader, const struct path *path, const cJSON *found,
                  const struct error *error)
{
    if (error_is_memory(error))
        return read_failed(reader);
    if (found)
        return read_expected(reader, path, found, NULL, "%s", error_text(error));
    return read_error(reader, path, AT_VALUE, NULL, "%s", error_text(error));
}

bool read_error_in_file(struct reader *reader, const struct path *path, const char *file, const char *text,
                        size_t length, size_t offset, const char *format, ...)
{
    struct json_step steps[DEEPEST_PATH];
    size_t n = collect(path, steps);
    size_t where = offset_of(reader, steps, n, AT_VALUE);
    struct json_position position = json_position(reader->source.text, reader->source.length, where);
    struct problem_site site = {file, text, length, offset};
    va_list arguments;
    va_start(arguments, format);
    char *message = format_text(format, arguments), *place = path_text(steps, n);
    va_end(arguments);
    if (message && place)
        problem_list_add(reader->problems, &site, &(struct remark){.path = place, .message = message},
                         position.line, position.column);
    else
        read_failed(reader);
    free(place);
    free(message);
    return false;
}

const char *read_hint(const struct reader *reader, const struct name_index *names, const char *word)
{
    return problem_list_is_full(reader->problems) ? NULL : name_index_nearest(names, word);
}

bool read_failed(struct reader *reader)
{
    reader->failed = true;
    return false;
}

void *read_allocate(struct reader *reader, size_t n, size_t size)
{
    void *items = calloc(n ? n : 1, size);
    if (!items)
        reader->failed = true;
    return items;
}

char *read_copy(struct reader *reader, const char *string)
{
    char *copy = text_copy(string);
    if (!copy)
        reader->failed = true;
    return copy;
}
