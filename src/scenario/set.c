#include "scenario/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "base/text.h"

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
        if (same == set->n_steps)
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

static const char *nearest_key(const cJSON *object, const char *word)
{
    size_t n = 0;
    const char **keys = malloc(((size_t)cJSON_GetArraySize(object) + 1) * sizeof *keys);
    if (!keys)
        return NULL;
    for (const cJSON *item = object->child; item; item = item->next)
        keys[n++] = item->string;
    const char *nearest = text_nearest(word, keys, n);
    free(keys);
    return nearest;
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

static bool tell_no_step(const struct setting *s, const cJSON *parent, size_t i)
{
    const struct json_step *step = &s->set.steps[i];
    if (step->key && cJSON_IsObject(parent))
        return tell(s, i + 1, nearest_key(parent, step->key), "there is no such key");
    if (cJSON_IsArray(parent) && !step->key)
        return tell(s, i + 1, NULL, "there are not so many elements");
    return tell(s, i, NULL, step->key ? "holds no keys" : "holds no elements");
}

/* The object or array that holds the value to be set, or NULL after an error. */
static cJSON *find_parent(struct setting *s)
{
    cJSON *parent = s->root;
    for (size_t i = 0; i < s->set.n_steps; i++) {
        settle_step(parent, &s->set.steps[i]);
        if (i + 1 == s->set.n_steps)
            break;
        cJSON *child = step_down(parent, &s->set.steps[i]);
        if (!child) {
            tell_no_step(s, parent, i);
            return NULL;
        }
        parent = child;
    }
    const struct json_step *last = &s->set.steps[s->set.n_steps - 1];
    bool fits = last->key ? cJSON_IsObject(parent) : step_down(parent, last) != NULL;
    if (!fits)
        tell_no_step(s, parent, s->set.n_steps - 1);
    return fits ? parent : NULL;
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
    if (!value)
        return false;
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
