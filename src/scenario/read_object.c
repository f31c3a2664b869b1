#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/problems.h"
#include "scenario/read.h"

const cJSON *read_get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const cJSON *read_first(const cJSON *object, const char *key)
{
    const cJSON *item = read_get(object, key);
    return cJSON_IsObject(item) || cJSON_IsArray(item) ? item->child : NULL;
}

size_t read_count(const cJSON *object, const char *key)
{
    size_t n = 0;
    for (const cJSON *item = read_first(object, key); item; item = item->next)
        n++;
    return n;
}

int read_alternative(const cJSON *object, const struct object_type *type)
{
    int n = 0;
    for (const struct field *field = type->fields; field->name; field++) {
        if (field->alternative && read_get(object, field->name))
            return n;
        n += field->alternative;
    }
    return -1;
}

/* ---- keys ---- */

enum {
    MOST_KEYS = 64,
    MOST_SLIPS = 100, /* unknown keys that are looked at for what was meant */
};

static size_t known_keys(const struct object_type *type, const char *keys[MOST_KEYS])
{
    size_t n = 0;
    for (; type; type = type->beside)
        for (const struct field *field = type->fields; field->name && n < MOST_KEYS; field++)
            keys[n++] = field->name;
    return n;
}

static bool tell_unknown(struct reader *reader, const char *key, const struct path *path,
                         const struct object_type *type)
{
    const char *keys[MOST_KEYS] = {0};
    size_t n = known_keys(type, keys);
    bool full = problem_list_is_full(reader->problems);
    const char *hint = full ? NULL : text_nearest(key, keys, n);
    struct text known = {0};
    for (size_t i = 0; i < n && !hint && !full; i++)
        text_addf(&known, "%s\"%s\"", i == 0 ? "; known here: " : ", ", keys[i]);
    read_error(reader, path, AT_KEY, hint, "unknown key%s", text_string(&known));
    text_finish(&known);
    return false;
}

static bool check_keys(struct reader *reader, const cJSON *object, const struct path *path,
                       const struct object_type *type)
{
    bool good = true;
    for (const cJSON *item = object->child; item; item = item->next) {
        struct path at = {path, item->string, 0};
        if (!object_type_field(type, item->string))
            good = tell_unknown(reader, item->string, &at, type);
    }
    return good;
}

static void list_alternatives(const struct object_type *type, struct text *list)
{
    int n = 0, i = 0;
    for (const struct field *field = type->fields; field->name; field++)
        n += field->alternative;
    for (const struct field *field = type->fields; field->name; field++) {
        if (!field->alternative)
            continue;
        text_addf(list, "%s\"%s\"", i == 0 ? "" : i + 1 < n ? ", " : " or ", field->name);
        i++;
    }
}

/* Is there an unknown key that was told to be perhaps this one? Then this one is not missing. */
static bool is_misspelt(const cJSON *object, const struct object_type *type, const char *name)
{
    const char *keys[MOST_KEYS] = {0};
    size_t n = known_keys(type, keys), n_slips = 0;
    for (const cJSON *item = object ? object->child : NULL; item && n_slips < MOST_SLIPS; item = item->next) {
        if (object_type_field(type, item->string))
            continue;
        const char *meant = text_nearest(item->string, keys, n);
        if (meant && strcmp(meant, name) == 0)
            return true;
        n_slips++;
    }
    return false;
}

static void tell_alternatives(struct reader *reader, const struct path *path, const struct object_type *type,
                              const char *first, const char *second)
{
    struct path at = {path, second, 0};
    struct text list = {0};
    list_alternatives(type, &list);
    if (second)
        read_error(reader, &at, AT_KEY, NULL, "beside \"%s\", expected only one of %s", first,
                   text_string(&list));
    else
        read_error(reader, path, AT_VALUE, NULL, "expected one of %s", text_string(&list));
    text_finish(&list);
}

/* Exactly one of the alternatives, where a type has some. */
static bool check_alternatives(struct reader *reader, const cJSON *object, const struct path *path,
                               const struct object_type *type)
{
    const char *first = NULL, *second = NULL;
    bool any = false, misspelt = false;
    for (const struct field *field = type->fields; field->name; field++) {
        if (!field->alternative)
            continue;
        any = true;
        misspelt |= is_misspelt(object, type, field->name);
        if (!read_get(object, field->name))
            continue;
        if (!first)
            first = field->name;
        else if (!second)
            second = field->name;
    }
    if (!any || (first && !second))
        return true;
    if (second || !misspelt)
        tell_alternatives(reader, path, type, first, second);
    return false;
}

/* ---- values ---- */

enum { MOST_BARE = 32 }; /* characters of a fallback that is a bare value */

/* What the table leaves to others must at least have the right shape. */
static bool check_shape(struct reader *reader, const cJSON *item, const struct path *path,
                        const struct field *field)
{
    bool array = field->kind == FIELD_LIST || field->kind == FIELD_TEXTS || field->kind == FIELD_STEPS ||
                 field->kind == FIELD_CLAIMS;
    if (!array && field->kind != FIELD_NAMED && field->kind != FIELD_ENDPOINTS)
        return true;
    if (array && !cJSON_IsArray(item))
        return read_expected(reader, path, item, NULL, "expected an array (%s)", field->doc);
    if (!array && !cJSON_IsObject(item))
        return read_expected(reader, path, item, NULL, "expected an object with names for keys (%s)",
                             field->doc);
    if (!item->child && (field->required || field->alternative) && field->kind != FIELD_STEPS)
        return read_expected(reader, path, item, NULL, "expected at least one in it (%s)", field->doc);
    return true;
}

/* A fallback that is a bare value, as most are: large systems fill in so many that a tree for each would cost
 * more than all else. The string of *ret_item is in `room`. False: it is more than that. */
static bool bare_value(const char *json, char room[MOST_BARE], cJSON *ret_item)
{
    size_t length = strlen(json);
    *ret_item = (cJSON){.type = strcmp(json, "true") == 0    ? cJSON_True
                                : strcmp(json, "false") == 0 ? cJSON_False
                                : *json == '"'               ? cJSON_String
                                                             : cJSON_Number};
    if (cJSON_IsString(ret_item) && length < MOST_BARE && !strchr(json, '\\')) {
        memcpy(room, json + 1, length - 2);
        room[length - 2] = '\0';
        ret_item->valuestring = room;
        return true;
    }
    if (cJSON_IsNumber(ret_item)) {
        char *end;
        cJSON_SetNumberValue(ret_item, strtod(json, &end));
        return *end == '\0' && end > json;
    }
    return cJSON_IsBool(ret_item);
}

static bool read_fallback(struct reader *reader, const struct path *path, const struct field *field,
                          void *target)
{
    char room[MOST_BARE];
    cJSON bare;
    if (bare_value(field->fallback, room, &bare))
        return read_value(reader, &bare, path, field, target);
    cJSON *item = cJSON_Parse(field->fallback);
    if (!item)
        return read_failed(reader);
    bool good = read_value(reader, item, path, field, target);
    cJSON_Delete(item);
    return good;
}

static bool fill_in(struct reader *reader, const struct path *path, const struct field *field, void *target)
{
    if (field->kind == FIELD_OBJECT)
        return field->alternative || field->absent ||
               read_object(reader, NULL, path, field->of, (char *)target + field->offset, true);
    if (!field->fallback)
        return true;
    bool good = read_fallback(reader, path, field, target);
    assert(good || reader->failed);
    return good;
}

static bool read_field(struct reader *reader, const cJSON *object, const struct path *path,
                       const struct object_type *type, const struct field *field, void *target, bool fill)
{
    const cJSON *item = object ? read_get(object, field->name) : NULL;
    struct path at = {path, field->name, 0};
    if (item && field->kind == FIELD_OBJECT)
        return read_object(reader, item, &at, field->of, (char *)target + field->offset,
                           fill || field->whole);
    if (item)
        return check_shape(reader, item, &at, field) && read_value(reader, item, &at, field, target);
    if (field->required && is_misspelt(object, type, field->name))
        return false;
    if (field->required)
        return read_error(reader, path, AT_VALUE, NULL, "\"%s\" is missing (%s)", field->name, field->doc);
    return !fill || fill_in(reader, &at, field, target);
}

bool read_object(struct reader *reader, const cJSON *item, const struct path *path,
                 const struct object_type *type, void *target, bool fill)
{
    bool good = true;
    if (item && !cJSON_IsObject(item))
        return read_expected(reader, path, item, NULL, "expected an object (%s)", type->doc);
    if (item) {
        good = check_keys(reader, item, path, type);
        good &= check_alternatives(reader, item, path, type);
    }
    for (const struct object_type *part = type; part; part = part->beside) {
        for (const struct field *field = part->fields; field->name; field++)
            good &= read_field(reader, item, path, type, field, target, fill);
        target = (char *)target + part->beside_offset;
    }
    return good;
}
