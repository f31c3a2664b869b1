#include "scenario/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MOST_STEPS = JSON_DEEPEST };

void route_finish(struct route *route)
{
    for (size_t i = 0; i < route->n_steps; i++)
        free((char *)route->steps[i].key);
    free(route->steps);
    *route = (struct route){0};
}

/* ---- reading ---- */

/* A path that is being read. */
struct reading {
    struct route route;
    bool failed; /* memory is gone */
};

static bool add_step(struct reading *reading, const char *key, size_t length, size_t index)
{
    char *copy = key ? text_format("%.*s", (int)length, key) : NULL;
    reading->failed = key && !copy;
    if (!reading->failed)
        reading->route.steps[reading->route.n_steps++] = (struct json_step){copy, index};
    return !reading->failed;
}

/* `["key"]` or `[0]` at `at`. NULL when it is not well written. */
static const char *scan_bracket(struct reading *reading, const char *at)
{
    const char *begin = at + 1;
    if (*begin == '"') {
        const char *end = strstr(++begin, "\"]");
        return end && add_step(reading, begin, (size_t)(end - begin), 0) ? end + 2 : NULL;
    }
    size_t n = strspn(begin, "0123456789");
    if (n == 0 || n > 9 || begin[n] != ']')
        return NULL;
    return add_step(reading, NULL, 0, strtoul(begin, NULL, 10)) ? begin + n + 1 : NULL;
}

static size_t key_length(const char *at, const char *stops)
{
    size_t n = 0;
    while (at[n] && at[n] != '.' && at[n] != '[' && !strchr(stops, at[n]))
        n++;
    return n;
}

const char *route_read(const char *text, const char *stops, struct route *ret_route, bool *ret_failed)
{
    struct reading reading = {.route = {.steps = calloc(MOST_STEPS, sizeof *reading.route.steps)}};
    struct route *route = &reading.route;
    const char *at = route->steps ? text : NULL;
    reading.failed = !route->steps;
    while (at && *at && !strchr(stops, *at)) {
        if (route->n_steps == MOST_STEPS) {
            at = NULL;
        } else if (*at == '[') {
            at = scan_bracket(&reading, at);
        } else {
            at += route->n_steps > 0;
            size_t n = key_length(at, stops);
            bool good = (route->n_steps == 0 || at[-1] == '.') && n > 0 && add_step(&reading, at, n, 0);
            at = good ? at + n : NULL;
        }
    }
    *ret_failed = reading.failed;
    if (at && route->n_steps > 0) {
        *ret_route = *route;
        return at;
    }
    route_finish(route);
    return NULL;
}

/* ---- finding ---- */

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

static const struct field *field_at(struct shape shape, const struct json_step *step)
{
    return shape.type && step->key ? object_type_field(shape.type, step->key) : NULL;
}

static struct shape shape_below(struct shape shape, const struct json_step *step)
{
    if (shape.members)
        return (struct shape){.type = shape.members};
    const struct field *field = field_at(shape, step);
    if (!field)
        return (struct shape){0};
    if (field->kind == FIELD_LIST || field->kind == FIELD_NAMED)
        return (struct shape){.members = field->of};
    return (struct shape){.type = field->of};
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

static bool fail(struct route_fault *fault, size_t n_steps, const char *hint, const char *message)
{
    *fault = (struct route_fault){n_steps, message, hint, false};
    return false;
}

static bool fail_step(const struct route *route, const cJSON *parent, struct shape shape, size_t i,
                      struct route_fault *fault)
{
    const struct json_step *step = &route->steps[i];
    if (step->key && (!parent || cJSON_IsObject(parent)))
        return fail(fault, i + 1, nearest_key(parent, shape.type, step->key), "there is no such key");
    if (cJSON_IsArray(parent) && !step->key)
        return fail(fault, i + 1, NULL, "there are not so many elements");
    return fail(fault, i, NULL, step->key ? "holds no keys" : "holds no elements");
}

/* Could the objects from step n_there on be made, around the value? Only such as the tables know: names of
 * components and the like are not made up. `shape` tells what the parent is. */
static bool can_make(struct route *route, struct shape shape, struct route_fault *fault)
{
    const cJSON *parent = route->parent;
    size_t last = route->n_steps - 1;
    for (size_t i = route->n_there; i < last; i++, parent = NULL) {
        const struct json_step *step = &route->steps[i];
        const struct field *field = field_at(shape, step);
        if ((parent && !cJSON_IsObject(parent)) || !field || shape_below(shape, step).members)
            return fail_step(route, parent, shape, i, fault);
        if (!field->of)
            return fail(fault, i + 1, NULL, "holds no keys");
        shape = shape_below(shape, step);
    }
    route->type = shape.type;
    return route->steps[last].key || fail(fault, last, NULL, "holds no elements");
}

static bool key_is(const struct json_step *step, const char *key)
{
    return step->key && strcmp(step->key, key) == 0;
}

/* `load[0].rate`, as people say it. What is not there at all is told like that of any path. */
static bool settle_rate(struct route *route, const cJSON *root, struct route_fault *fault)
{
    struct json_step *steps = route->steps;
    if (route->n_steps != 3 || !key_is(&steps[0], "load") || !key_is(&steps[2], "rate"))
        return true;
    const cJSON *loads = step_down(root, &steps[0]);
    settle_step(loads, &steps[1]);
    const cJSON *load = step_down(loads, &steps[1]);
    if (!cJSON_IsObject(load))
        return true;
    const cJSON *open = cJSON_GetObjectItemCaseSensitive(load, "open");
    const char *kind = cJSON_GetObjectItemCaseSensitive(open, "poisson")    ? "poisson"
                       : cJSON_GetObjectItemCaseSensitive(open, "constant") ? "constant"
                                                                            : NULL;
    if (!kind)
        return fail(fault, 3, NULL, "means open.poisson or open.constant, and this load has neither");
    char *first = text_copy("open"), *second = text_copy(kind);
    if (!first || !second) {
        free(first);
        free(second);
        *fault = (struct route_fault){3, "out of memory", NULL, true};
        return false;
    }
    free((char *)steps[2].key);
    steps[2] = (struct json_step){first, 0};
    steps[route->n_steps++] = (struct json_step){second, 0};
    return true;
}

bool route_find(struct route *route, cJSON *root, struct route_fault *ret_fault)
{
    if (!settle_rate(route, root, ret_fault))
        return false;
    struct shape shape = {.type = &document_type};
    size_t i = 0, last = route->n_steps - 1;
    route->parent = root;
    for (;; i++) {
        settle_step(route->parent, &route->steps[i]);
        cJSON *child = i < last ? step_down(route->parent, &route->steps[i]) : NULL;
        if (!child)
            break;
        shape = shape_below(shape, &route->steps[i]);
        route->parent = child;
    }
    const struct json_step *step = &route->steps[i];
    route->n_there = i;
    if (i < last)
        return can_make(route, shape, ret_fault);
    route->type = shape.type;
    return (step->key ? cJSON_IsObject(route->parent) : step_down(route->parent, step) != NULL) ||
           fail_step(route, route->parent, shape, i, ret_fault);
}

cJSON *route_value(const struct route *route)
{
    bool stands = route->parent && route->n_there + 1 == route->n_steps;
    return stands ? step_down(route->parent, &route->steps[route->n_there]) : NULL;
}

const struct field *route_field(const struct route *route)
{
    const char *key = route->steps[route->n_steps - 1].key;
    return route->type && key ? object_type_field(route->type, key) : NULL;
}

const char *route_hint(const struct route *route)
{
    const char *key = route->steps[route->n_steps - 1].key;
    bool stands = route->n_there + 1 == route->n_steps;
    return key ? nearest_key(stands ? route->parent : NULL, route->type, key) : NULL;
}
