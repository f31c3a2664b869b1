#include "experiment/plan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"
#include "experiment/files.h"
#include "experiment/seal.h"
#include "scenario/file.h"

static const char heading[] = "tandem plan 1\n", version[] = "version ";

static const struct key {
    const char *name;  /* in the file */
    const char *about; /* in messages; NULL: of the asking, not of what was asked for */
    bool once;
} keys[PLAN_KEYS] = {
    {"scenario", NULL, true}, /* in the order of enum plan_key */
    {"folder", NULL, true},   {"text", "the scenario", true}, {"shards", NULL, false},
    {"set", "--set", false},  {"vary", "--vary", false},      {"policy", "--policy", false},
    {"get", "--get", false},
};

/* ---- values ---- */

static bool add_bytes(struct plan_values *values, const char *bytes, size_t length, struct error *error)
{
    char **strings = realloc(values->strings, (values->n + 1) * sizeof *strings);
    if (strings)
        values->strings = strings;
    char *copy = strings ? malloc(length + 1) : NULL;
    if (!copy)
        return error_set(error, "out of memory");
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    values->strings[values->n++] = copy;
    return true;
}

bool plan_add(struct plan *plan, enum plan_key key, const char *value, struct error *error)
{
    return add_bytes(&plan->values[key], value, strlen(value), error);
}

const char *plan_value(const struct plan *plan, enum plan_key key)
{
    return plan->values[key].n == 1 ? plan->values[key].strings[0] : NULL;
}

void plan_finish(struct plan *plan)
{
    for (size_t k = 0; plan && k < PLAN_KEYS; k++) {
        for (size_t i = 0; i < plan->values[k].n; i++)
            free(plan->values[k].strings[i]);
        free(plan->values[k].strings);
        plan->values[k] = (struct plan_values){0};
    }
}

/* ---- writing ---- */

static char *plan_path(const char *folder, struct error *error)
{
    char *path = path_join(folder, "plan.txt");
    if (!path)
        error_set(error, "%s: out of memory", folder);
    return path;
}

static void add_plan(struct text *text, const struct plan *plan)
{
    text_addf(text, "%s%s%s\n", heading, version, tandem_version);
    for (size_t k = 0; k < PLAN_KEYS; k++)
        for (size_t i = 0; i < plan->values[k].n; i++) {
            const char *value = plan->values[k].strings[i];
            text_addf(text, "%s %zu %s\n", keys[k].name, strlen(value), value);
        }
    seal_add(text);
}

bool plan_write(const struct plan *plan, const char *folder, struct error *error)
{
    char *path = plan_path(folder, error);
    struct text text = {0};
    if (!path)
        return false;
    add_plan(&text, plan);
    bool ok = !text.failed ? folder_make(folder, error) && file_write(path, text.bytes, text.length, error)
                           : error_set(error, "%s: out of memory", path);
    text_finish(&text);
    free(path);
    return ok;
}

/* ---- reading ---- */

static bool not_a_plan(struct error *error)
{
    return error_set(error, "not a plan that this version of tandem can read");
}

/* Reads "LENGTH VALUE" and its line's end at *at, which it moves behind it. `end` is where the seal begins,
 * into which no number can reach. */
static bool read_value(const char **at, const char *end, struct plan_values *values, struct error *error)
{
    char *stop;
    unsigned long long length = strtoull(*at, &stop, 10);
    const char *value = stop + 1;
    if (*stop != ' ' || length >= (size_t)(end - value) || value[length] != '\n')
        return not_a_plan(error);
    *at = value + length + 1;
    return add_bytes(values, value, (size_t)length, error);
}

/* Reads the values of a key, which stand one behind the other. */
static bool read_values(const char **at, const char *end, const struct key *key, struct plan_values *values,
                        struct error *error)
{
    size_t length = strlen(key->name);
    while (strncmp(*at, key->name, length) == 0 && (*at)[length] == ' ') {
        *at += length + 1;
        if (!read_value(at, end, values, error))
            return false;
    }
    return values->n == 1 || !key->once || not_a_plan(error);
}

/* Moves *at behind the first two lines. */
static bool read_heading(const char **at, struct error *error)
{
    if (strncmp(*at, heading, sizeof heading - 1) != 0)
        return not_a_plan(error);
    *at += sizeof heading - 1;
    if (strncmp(*at, version, sizeof version - 1) != 0)
        return not_a_plan(error);
    *at += sizeof version - 1;
    size_t length = strcspn(*at, "\n");
    if (strlen(tandem_version) != length || strncmp(*at, tandem_version, length) != 0)
        return error_set(error, "made by tandem %.*s: tandem %s cannot go on with it", (int)length, *at,
                         tandem_version);
    *at += length + 1;
    return true;
}

static bool read_plan(const char *bytes, size_t length, struct plan *plan, struct error *error)
{
    size_t end;
    const char *at = bytes;
    if (!seal_check(bytes, length, &end))
        return error_set(error, "cut short or damaged");
    if (!read_heading(&at, error))
        return false;
    for (size_t k = 0; k < PLAN_KEYS; k++)
        if (!read_values(&at, bytes + end, &keys[k], &plan->values[k], error))
            return false;
    return at == bytes + end || not_a_plan(error);
}

bool plan_read(const char *folder, struct plan *ret_plan, struct error *error)
{
    char *path = plan_path(folder, error), *bytes = NULL;
    size_t length;
    struct plan plan = {0};
    if (!path)
        return false;
    bool ok = file_read(path, &bytes, &length, error) && read_plan(bytes, length, &plan, error);
    if (ok) {
        *ret_plan = plan;
    } else {
        error_prefix(error, "%s", path);
        plan_finish(&plan);
    }
    free(bytes);
    free(path);
    return ok;
}

bool plan_is_there(const char *folder)
{
    char *path = plan_path(folder, NULL);
    bool there = !path || access(path, F_OK) == 0; /* where memory is gone, reading it tells so */
    free(path);
    return there;
}

/* ---- comparing ---- */

static bool differ(const struct key *key, const char *here, const char *there, struct error *error)
{
    if (!here || !there)
        return error_set(error, "%s \"%s\" is only %s", key->about, here ? here : there,
                         here ? "here" : "there");
    return error_set(error, "%s is \"%s\" here and \"%s\" there", key->about, here, there);
}

static bool same_values(enum plan_key k, const struct plan_values *here, const struct plan_values *there,
                        struct error *error)
{
    size_t n = here->n > there->n ? here->n : there->n;
    for (size_t i = 0; i < n; i++) {
        const char *one = i < here->n ? here->strings[i] : NULL;
        const char *other = i < there->n ? there->strings[i] : NULL;
        if (one && other && strcmp(one, other) == 0)
            continue;
        if (k == PLAN_TEXT) /* too long to be shown */
            return error_set(error, "the scenario is not the same here and there");
        return differ(&keys[k], one, other, error);
    }
    return true;
}

bool plan_same(const struct plan *here, const struct plan *there, struct error *error)
{
    for (size_t k = 0; k < PLAN_KEYS; k++)
        if (keys[k].about && !same_values((enum plan_key)k, &here->values[k], &there->values[k], error))
            return false;
    return true;
}
