#include "scenario/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "base/text.h"
#include "scenario/route.h"

enum { LONGEST_SHOWN = 80 };

/* One override at work. */
struct setting {
    cJSON *root;
    char *shown; /* owned */
    struct route route;
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
        json_path_add(&path, &s->route.steps[i]);
    struct problem_site site = {.name = s->shown};
    struct remark remark = {.path = text_string(&path), .message = message, .hint = hint};
    problem_list_add(s->problems, &site, &remark, 0, 0);
    s->problems->failed |= path.failed;
    text_finish(&path);
    return false;
}

/* The same of that memory is gone. */
static bool fail_memory(const struct setting *s)
{
    s->problems->failed = true;
    s->problems->n_errors++;
    return false;
}

/* ---- the value ---- */

static void tell_twice(void *data, const char *path, const char *key, size_t offset, size_t first_offset)
{
    const struct setting *s = data;
    char *message = text_format("the key \"%s\" stands twice in the value", key);
    (void)path;
    (void)offset;
    (void)first_offset;
    tell(s, s->route.n_steps, NULL, message ? message : "a key stands twice in the value");
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
        return tell(s, s->route.n_steps, NULL, "the value is not UTF-8");
    bool json = json_check(s->value, strlen(s->value), tell_twice, s, NULL, &error);
    if (!json && error_is_memory(&error))
        good = fail_memory(s);
    else if (!json && *s->value && strchr("{[\"", *s->value)) /* surely meant as JSON */
        good = tell(s, s->route.n_steps, NULL, error_text(&error));
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

/* Makes the objects between what stands and the value; NULL when memory is gone. */
static cJSON *make_parents(const struct route *route)
{
    cJSON *parent = route->parent;
    for (size_t i = route->n_there; parent && i + 1 < route->n_steps; i++)
        parent = cJSON_AddObjectToObject(parent, route->steps[i].key);
    return parent;
}

/* Reads PATH=VALUE and finds the place; a mistake is told. */
static bool find(struct setting *s, const char *text)
{
    struct route_fault fault;
    bool failed;
    const char *end = route_read(text, "=", &s->route, &failed);
    if (failed)
        return fail_memory(s);
    if (!end || *end != '=')
        return tell(s, 0, NULL,
                    "expected PATH=VALUE, as in components.shop.workers=4 or load[0].open.poisson=100/s");
    s->value = end + 1;
    if (route_find(&s->route, s->root, &fault))
        return true;
    if (fault.failed)
        return fail_memory(s);
    return tell(s, fault.n_steps, fault.hint, fault.message);
}

/* False when memory is gone; a mistake is told, and then *ret_made is false. */
static bool apply(struct setting *s, const char *text, bool *ret_made)
{
    struct text shown = {0};
    bool json = false;
    *ret_made = false;
    text_add(&shown, "--set ");
    visible_add(&shown, text, strlen(text), LONGEST_SHOWN);
    s->shown = text_take(&shown);
    if (!s->shown)
        return false;
    if (!find(s, text) || !check_value(s, &json))
        return true;
    cJSON *value = json ? cJSON_Parse(s->value) : cJSON_CreateString(s->value);
    cJSON *parent = value ? make_parents(&s->route) : NULL;
    if (!parent) {
        cJSON_Delete(value);
        return false;
    }
    *ret_made = put(parent, &s->route.steps[s->route.n_steps - 1], value);
    return *ret_made;
}

static char *print(const cJSON *item)
{
    char *json = cJSON_PrintUnformatted(item);
    char *copy = json ? text_copy(json) : NULL;
    cJSON_free(json);
    return copy;
}

char *set_text(const cJSON *item)
{
    if (!cJSON_IsString(item))
        return print(item);
    const char *word = item->valuestring;
    bool plain = *word && !strchr("{[\"", *word) && !json_check(word, strlen(word), NULL, NULL, NULL, NULL);
    return plain ? text_copy(word) : print(item);
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
        struct set set = {setting.shown, setting.route.steps, setting.route.n_steps, setting.route.n_there};
        if (made)
            list.sets[list.n++] = set;
        else
            set_finish(&set);
    }
    if (good)
        *ret_list = list;
    else
        set_list_finish(&list);
    return good;
}
