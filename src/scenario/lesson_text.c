/* Values written into the text of a scenario. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/blank.h"
#include "scenario/lesson.h"
#include "scenario/route.h"
#include "scenario/set.h"

/* A text without its comments (free() it), NULL: memory is gone, or a comment does not end. */
static char *blanked_copy(const char *text, size_t length, struct error *error)
{
    char *blanked = malloc(length + 1);
    size_t fault;
    if (!blanked) {
        error_set(error, "out of memory");
        return NULL;
    }
    memcpy(blanked, text, length);
    blanked[length] = '\0';
    if (blank_comments(blanked, length, &fault, error))
        return blanked;
    free(blanked);
    return NULL;
}

/* Behind the value that begins at `at`, in JSON that is good. */
static size_t value_end(const char *json, size_t at)
{
    int depth = 0;
    bool inside = false;
    size_t begin = at;
    for (; json[at]; at++) {
        char c = json[at];
        if (inside) {
            if (c == '\\')
                at++;
            else if (c == '"')
                inside = false;
        } else if (c == '"') {
            inside = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (depth == 0 && strchr(",]} \t\r\n", c)) {
            break;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        if (depth == 0 && !inside && strchr("\"]}", json[at]) && at > begin)
            return at + 1;
    }
    return at;
}

/* As --set takes it: what is JSON is that, all else a text. */
static char *value_json(const char *value)
{
    if (json_check(value, strlen(value), NULL, NULL, NULL, NULL))
        return text_copy(value);
    cJSON *string = cJSON_CreateString(value);
    char *json = string ? cJSON_PrintUnformatted(string) : NULL;
    char *copy = json ? text_copy(json) : NULL;
    cJSON_free(json);
    cJSON_Delete(string);
    return copy;
}

/* Where the value of the path stands, and the VALUE to be put there. */
static bool find(const char *blanked, size_t length, const char *set, struct route *route,
                 struct json_place *ret_place, const char **ret_value, struct error *error)
{
    struct route_fault fault;
    bool failed;
    const char *end = route_read(set, "=", route, &failed);
    if (!end || *end != '=')
        return failed ? error_set(error, "out of memory") : error_set(error, "%s: expected PATH=VALUE", set);
    cJSON *root = cJSON_ParseWithLength(blanked, length);
    bool is_json = root || json_check(blanked, length, NULL, NULL, NULL, NULL);
    bool good = root || error_set(error, is_json ? "out of memory" : "not JSON");
    if (good && !route_find(route, root, &fault))
        good = error_set(error, "%.*s: %s", (int)(end - set), set, fault.message);
    if (good && !json_locate(blanked, length, route->steps, route->n_steps, ret_place))
        good = error_set(error, "%.*s: the scenario does not say this value", (int)(end - set), set);
    cJSON_Delete(root);
    *ret_value = end + 1;
    return good;
}

static bool write_one(char **text, const char *set, struct error *error)
{
    size_t length = strlen(*text);
    struct route route = {0};
    struct json_place place;
    struct text written = {0};
    char *blanked = blanked_copy(*text, length, error);
    const char *value = NULL;
    bool good = blanked && find(blanked, length, set, &route, &place, &value, error);
    if (good && value) {
        char *json = value_json(value);
        text_add_bytes(&written, *text, place.value);
        text_add(&written, json ? json : "");
        text_add(&written, *text + value_end(blanked, place.value));
        char *result = text_take(&written);
        good = (json && result) || error_set(error, "out of memory");
        if (good) {
            free(*text);
            *text = result;
        } else {
            free(result);
        }
        free(json);
    }
    route_finish(&route);
    free(blanked);
    return good;
}

bool lesson_write_values(const char *text, size_t length, const char *const *sets, size_t n_sets,
                         char **ret_text, struct error *error)
{
    char *written = text_format("%.*s", (int)length, text);
    bool good = written != NULL;
    if (!good)
        error_set(error, "out of memory");
    for (size_t i = 0; good && i < n_sets; i++)
        good = write_one(&written, sets[i], error);
    if (good)
        *ret_text = written;
    else
        free(written);
    return good;
}
