#include "scenario/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "base/text.h"
#include "scenario/fields.h"

enum { LONGEST_SHOWN = 80, MOST_STEPS = JSON_DEEPEST };

/* One override at work. */
struct setting {
    cJSON *root;
    struct set set;
    const char *value; /* behind the = */
    struct problem_list *problems;
};

static void set_finish(struct set *set)
{
    for (size_t i = 0; i < set->n_steps; i++)
        free((char *)set->steps[i].key);
    free(set->steps);
    free(set->shown);
}

static bool same_step(const struct json_step *a, const struct json_step *b)
{
    if (!a->key || !b->key)
        return !a->key && !b->key && a->index == b->index;
    return strcmp(a->key, b->key) == 0;
}

const struct set *set_find(const struct set_list *list, const struct json_step *steps, size_t n_steps)
{
    for (size_t i = list->n; i-- > 0;) {
        const struct set *set = &list->sets[i];
        size_t same = 0;
        while (same < set->n_steps && same < n_steps && same_step(&set->steps[same], &steps[same]))
            same++;
        if (same == set->n_steps || (same == n_steps && n_steps > set->n_there))
            return set;
    }
    return NULL;
}

void set_list_finish(struct set_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        set_finish(&list->sets[i]);
    free(list->sets);
    *list = (struct set_list){0};
}

/* ---- telling ---- */

/* Tells an error at the first `n_steps` steps of the path. Always returns false. */
static bool tell(const struct setting *s, size_t n_steps, const char *hint, const char *message)
{
    struct text path = {0};
    for (size_t i = 0; i < n_steps; i++)
        json_path_add(&path, &s->set.steps[i]);
    struct problem_site site = {.name = s->set.shown};
    struct remark remark = {.path = text_string(&path), .message = message, .hint = hint};
    problem_list_add(s->problems, &site, &remark, 0, 0);
    text_finish(&path);
    return false;
}

/* Of the keys that stand in the object, which may be NULL, and those that could. */
static const char *nearest_key(const cJSON *object, const struct object_type *type, const char *word)
{
    size_t n = (size_t)cJSON_GetArraySize(object); /* 0 if there is none */
    for (const struct object_type *part = type; part; part = part->beside)
        for (const struct field *field = part->fields; field->name; field++)
            n++;
    const char **keys = malloc((n + 1) * sizeof *keys);
    if (!keys)
        return NULL;
    n = 0;
    for (const cJSON *item = object ? object->child : NULL; item; item = item->next)
        keys[n++] = item->string;
    for (const struct object_type *part = type; part; part = part->beside)
        for (const struct field *field = part->fields; field->name; field++)
            keys[n++] = field->name;
    const char *nearest = text_nearest(word, keys, n);
    free(keys);
    return nearest && strcmp(nearest, word) == 0 ? NULL
                                                 : nearest; /* it could stand, but its name is not enough */
}

/* ---- the path ---- */

static bool add_step(struct setting *s, const char *key, size_t length, size_t index)
{
    char *copy = key ? text_format("%.*s", (int)length, key) : NULL;
    if (key && !copy)
        return false;
    s->set.steps[s->set.n_steps++] = (struct json_step){copy, index};
    return true;
}

/* `["key"]` or `[0]` at `at`. NULL when it is not well written. */
static const char *scan_bracket(struct setting *s, const char *at)
{
    const char *begin = at + 1;
    if (*begin == '"') {
        const char *end = strstr(++begin, "\"]");
        return end && add_step(s, begin, (size_t)(end - begin), 0) ? end + 2 : NULL;
    }
    size_t n = strspn(begin, "0123456789");
    if (n == 0 || n > 9 || begin[n] != ']')
        return NULL;
    return add_step(s, NULL, 0, strtoul(begin, NULL, 10)) ? begin + n + 1 : NULL;
}

/* `components.shop.workers` or `load[0].request`, up to the =. False: it is not a path. */
static bool scan_path(struct setting *s, const char *text)
{
    const char *at = text;
    s->set.steps = calloc(MOST_STEPS, sizeof *s->set.steps);
    while (s->set.steps && s->set.n_steps < MOST_STEPS && *at && *at != '=') {
        if (*at == '[') {
            at = scan_bracket(s, at);
            if (!at)
                return false;
            continue;
        }
        at += s->set.n_steps > 0;
        size_t n = strcspn(at, ".[=");
        if ((s->set.n_steps > 0 && at[-1] != '.') || n == 0 || !add_step(s, at, n, 0))
            return false;
        at += n;
    }
    s->value = at + 1;
    return *at == '=' && s->set.n_steps > 0;
}

/* In an array `load.0` means `load[0]`. */
static void settle_step(const cJSON *parent, struct json_step *step)
{
    if (!cJSON_IsArray(parent) || !step->key)
        return;
    size_t n = strspn(step->key, "0123456789");
    if (n == 0 || n > 9 || step->key[n])
        return;
    step->index = strtoul(step->key, NULL, 10);
    free((char *)step->key);
    step->key = NULL;
}

static cJSON *step_down(const cJSON *parent, const struct json_step *step)
{
    if (step->key)
        return cJSON_IsObject(parent) ? cJSON_GetObjectItemCaseSensitive(parent, step->key) : NULL;
    return cJSON_IsArray(parent) ? cJSON_GetArrayItem(parent, (int)step->index) : NULL;
}

/* What the tables know of an object or array on the way. */
struct shape {
    const struct object_type *type;    /* of an object with given keys, else NULL */
    const struct object_type *members; /* of what a list or an object with names for keys holds, else NULL */
};

static struct shape shape_below(struct shape shape, const struct json_step *step)
{
    if (shape.members)
        return (struct shape){.type = shape.members};
    const struct field *field = shape.type && step->key ? object_type_field(shape.type, step->key) : NULL;
    if (!field)
        return (struct shape){0};
    if (field->kind == FIELD_LIST || field->kind == FIELD_NAMED)
        return (struct shape){.members = field->of};
    return (struct shape){.type = field->of};
}

static bool tell_no_step(const struct setting *s, const cJSON *parent, struct shape shape, size_t i)
{
    const struct json_step *step = &s->set.steps[i];
    if (step->key && (!parent || cJSON_IsObject(parent)))
        return tell(s, i + 1, nearest_key(parent, shape.type, step->key), "there is no such key");
    if (cJSON_IsArray(parent) && !step->key)
        return tell(s, i + 1, NULL, "there are not so many elements");
    return tell(s, i, NULL, step->key ? "holds no keys" : "holds no elements");
}

/* Could the objects from step `first` on be made, around the value? Only such as the tables know: names of
 * components and the like are not made up. `parent` holds the first, as `shape` tells. */
static bool can_make(const struct setting *s, const cJSON *parent, struct shape shape, size_t first)
{
    size_t last = s->set.n_steps - 1;
    for (size_t i = first; i < last; i++, parent = NULL) {
        const struct json_step *step = &s->set.steps[i];
        const struct field *field = shape.type && step->key ? object_type_field(shape.type, step->key) : NULL;
        if ((parent && !cJSON_IsObject(parent)) || !field || shape_below(shape, step).members)
            return tell_no_step(s, parent, shape, i);
        if (!field->of)
            return tell(s, i + 1, NULL, "holds no keys");
        shape = shape_below(shape, step);
    }
    return s->set.steps[last].key || tell(s, last, NULL, "holds no elements");
}

/* The innermost object or array around the value that stands in the document, at n_there steps, or NULL after
 * an error. */
static cJSON *find_parent(struct setting *s)
{
    cJSON *parent = s->root;
    struct shape shape = {.type = &document_type};
    size_t i = 0, last = s->set.n_steps - 1;
    for (;; i++) {
        settle_step(parent, &s->set.steps[i]);
        cJSON *child = i < last ? step_down(parent, &s->set.steps[i]) : NULL;
        if (!child)
            break;
        shape = shape_below(shape, &s->set.steps[i]);
        parent = child;
    }
    const struct json_step *step = &s->set.steps[i];
    bool good = step->key ? cJSON_IsObject(parent) : step_down(parent, step) != NULL;
    s->set.n_there = i;
    if (i < last)
        good = can_make(s, parent, shape, i);
    else if (!good)
        tell_no_step(s, parent, shape, i);
    return good ? parent : NULL;
}

/* Makes the objects between `parent` and the value; NULL when memory is gone. */
static cJSON *make_parents(const struct setting *s, cJSON *parent)
{
    for (size_t i = s->set.n_there; parent && i + 1 < s->set.n_steps; i++)
        parent = cJSON_AddObjectToObject(parent, s->set.steps[i].key);
    return parent;
}

/* ---- the value ---- */

static void tell_twice(void *data, const char *path, const char *key, size_t offset, size_t first_offset)
{
    const struct setting *s = data;
    char *message = text_format("the key \"%s\" stands twice in the value", key);
    (void)path;
    (void)offset;
    (void)first_offset;
    tell(s, s->set.n_steps, NULL, message ? message : "a key stands twice in the value");
    free(message);
}

static bool is_utf8(const char *text)
{
    unsigned long code;
    const char *end = text + strlen(text);
    size_t n = 1;
    for (; text < end && n > 0; text += n)
        n = json_utf8(text, end, &code);
    return n > 0;
}

/* Is the value JSON, or a plain string? False when it is neither, which is told. */
static bool check_value(struct setting *s, bool *ret_json)
{
    struct error error = {0};
    bool good = true;
    if (!is_utf8(s->value))
        return tell(s, s->set.n_steps, NULL, "the value is not UTF-8");
    bool json = json_check(s->value, strlen(s->value), tell_twice, s, NULL, &error);
    if (!json && *s->value && strchr("{[\"", *s->value)) /* surely meant as JSON */
        good = tell(s, s->set.n_steps, NULL, error_text(&error));
    error_finish(&error);
    if (good)
        *ret_json = json;
    return good;
}

/* Hands `value` over to the document. False when memory is gone. */
static bool put(cJSON *parent, const struct json_step *step, cJSON *value)
{
    bool done;
    if (!step->key)
        done = cJSON_ReplaceItemInArray(parent, (int)step->index, value);
    else if (cJSON_GetObjectItemCaseSensitive(parent, step->key))
        done = cJSON_ReplaceItemInObjectCaseSensitive(parent, step->key, value);
    else
        done = cJSON_AddItemToObject(parent, step->key, value);
    if (!done)
        cJSON_Delete(value);
    return done && (!step->key || value->string); /* cJSON 1.7.15 replaces even when it cannot copy the key */
}

/* False when memory is gone; a mistake is told, and then *ret_made is false. */
static bool apply(struct setting *s, const char *text, bool *ret_made)
{
    struct text shown = {0};
    bool json = false;
    *ret_made = false;
    text_add(&shown, "--set ");
    visible_add(&shown, text, strlen(text), LONGEST_SHOWN);
    s->set.shown = text_take(&shown);
    if (!s->set.shown)
        return false;
    if (!scan_path(s, text)) {
        tell(s, 0, NULL,
             "expected PATH=VALUE, as in components.shop.workers=4 or load[0].open.poisson=100/s");
        return true;
    }
    cJSON *parent = find_parent(s);
    if (!parent || !check_value(s, &json))
        return true;
    cJSON *value = json ? cJSON_Parse(s->value) : cJSON_CreateString(s->value);
    parent = value ? make_parents(s, parent) : NULL;
    if (!parent) {
        cJSON_Delete(value);
        return false;
    }
    *ret_made = put(parent, &s->set.steps[s->set.n_steps - 1], value);
    return *ret_made;
}

bool set_apply(cJSON *root, const char *const *sets, size_t n_sets, struct set_list *ret_list,
               struct problem_list *problems)
{
    struct set_list list = {.sets = calloc(n_sets ? n_sets : 1, sizeof *list.sets)};
    bool good = list.sets != NULL;
    for (size_t i = 0; good && i < n_sets; i++) {
        struct setting setting = {.root = root, .problems = problems};
        bool made;
        good = apply(&setting, sets[i], &made);
        if (made)
            list.sets[list.n++] = setting.set;
        else
            set_finish(&setting.set);
    }
    if (good)
        *ret_list = list;
    else
        set_list_finish(&list);
    return good;
}
