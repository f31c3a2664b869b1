/* One value of a document, wherever it comes from. */
#include <stdlib.h>
#include <string.h>

#include "scenario/axis.h"
#include "scenario/read.h"
#include "scenario/route.h"

/* An exception of a policy says what is different: its other values are the policy's. */
static bool leave_exception(struct route *route)
{
    static const char *const keys[] = {"policies", NULL, "calls", NULL};
    enum { EXCEPTION = 2, BEHIND = 4 };
    if (route->n_steps <= BEHIND)
        return false;
    for (size_t i = 0; i < BEHIND; i++)
        if (!route->steps[i].key || (keys[i] && strcmp(route->steps[i].key, keys[i]) != 0))
            return false;
    for (size_t i = EXCEPTION; i < BEHIND; i++)
        free((char *)route->steps[i].key);
    route->n_steps -= BEHIND - EXCEPTION;
    memmove(route->steps + EXCEPTION, route->steps + BEHIND,
            (route->n_steps - EXCEPTION) * sizeof *route->steps);
    return true;
}

static bool fail(const char *path, const char *message, const char *hint, struct error *error)
{
    return hint ? error_set(error, "%s: %s; did you mean \"%s\"?", path, message, hint)
                : error_set(error, "%s: %s", path, message);
}

/* The value of an absent field as the tables say it. */
static bool value_of_absent(const struct route *route, const char *path, char **ret_value,
                            struct error *error)
{
    const struct field *field = route_field(route);
    if (!field)
        return fail(path, "there is no such key", route_hint(route), error);
    if (!field->fallback)
        return error_set(error, "%s: is absent (%s), expected a value there", path,
                         field->absent ? field->absent : "which means nothing");
    cJSON *item = cJSON_Parse(field->fallback);
    char *value = item ? set_text(item) : NULL;
    cJSON_Delete(item);
    if (!value)
        return error_set(error, "out of memory");
    *ret_value = value;
    return true;
}

static bool read_at(const char *path, cJSON *root, struct route *route, char **ret_value, struct error *error)
{
    struct route_fault fault;
    if (!route_find(route, root, &fault))
        return fail(path, fault.message, fault.hint, error);
    cJSON *item = route_value(route);
    if (!item)
        return leave_exception(route) ? read_at(path, root, route, ret_value, error)
                                      : value_of_absent(route, path, ret_value, error);
    char *value = set_text(item);
    if (!value)
        return error_set(error, "out of memory");
    *ret_value = value;
    return true;
}

static bool read_in(const char *path, cJSON *root, char **ret_value, struct error *error)
{
    struct route route = {0};
    bool failed;
    const char *end = route_read(path, "=,", &route, &failed);
    bool good = end && !*end ? read_at(path, root, &route, ret_value, error)
                : failed     ? error_set(error, "out of memory")
                             : error_set(error, "%s: expected a path, as in components.shop.workers", path);
    route_finish(&route);
    return good;
}

bool scenario_value(const struct scenario_source *source, const char *path, char **ret_value,
                    struct error *error)
{
    struct problem_list problems = {0};
    struct reader reader;
    cJSON *root = reader_open(&reader, source, &problems);
    reader_close(&reader);
    bool good = problems.n_errors == 0 && read_in(path, root, ret_value, error);
    if (problems.n_errors)
        error_set(error, "%s", problems.failed || !problems.n ? "out of memory" : problems.problems[0].brief);
    cJSON_Delete(root);
    problem_list_finish(&problems);
    return good;
}
