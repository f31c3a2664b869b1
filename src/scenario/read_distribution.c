#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "des/sim.h"
#include "scenario/read.h"

static const char form[] =
    "expected a duration such as \"5ms\" or a distribution such as {\"exponential\": \"5ms\"}";

/* ---- parameters ---- */

static bool read_duration_parameter(struct reader *reader, const cJSON *item, const struct path *path,
                                    double *ret_ns)
{
    struct error error = {0};
    if (!cJSON_IsString(item))
        return read_expected(reader, path, item, NULL, "expected a duration such as %s",
                             units_duration_example);
    double ns = 0.0;
    bool good = units_parse_duration_real(item->valuestring, &ns, &error);
    if (!good)
        read_refused(reader, path, item, &error);
    else if (ns > (double)SIM_TIME_MAX)
        good = read_expected(reader, path, item, NULL, "expected a duration of at most 73 years");
    error_finish(&error);
    if (good)
        *ret_ns = ns;
    return good;
}

static bool read_parameter(struct reader *reader, const cJSON *item, const struct path *path,
                           const struct distribution_parameter *parameter, double *ret_value)
{
    if (parameter->kind == PARAMETER_DURATION)
        return read_duration_parameter(reader, item, path, ret_value);
    if (!cJSON_IsNumber(item))
        return read_expected(reader, path, item, NULL, "expected a number (%s)", parameter->doc);
    *ret_value = item->valuedouble;
    return true;
}

static size_t parameter_count(const struct distribution_type *type)
{
    size_t n = 0;
    while (n < DISTRIBUTION_PARAMETERS && type->parameters[n].name)
        n++;
    return n;
}

static void list_parameters(const struct distribution_type *type, struct text *list)
{
    for (size_t i = 0; i < parameter_count(type); i++)
        text_addf(list, "%s\"%s\"", i ? ", " : "", type->parameters[i].name);
}

/* {"uniform": ["1ms", "9ms"]}: by position. */
static bool read_array(struct reader *reader, const cJSON *item, const struct path *path,
                       struct distribution *d)
{
    bool good = true;
    size_t i = 0, n = parameter_count(d->type);
    for (const cJSON *child = item->child; child; child = child->next, i++) {
        struct path at = {path, NULL, i};
        if (i < n)
            good &= read_parameter(reader, child, &at, &d->type->parameters[i], &d->parameters[i]);
    }
    if (i <= n)
        return good;
    struct text list = {0};
    list_parameters(d->type, &list);
    read_error(reader, path, AT_VALUE, NULL, "found %zu values, expected at most %zu: %s", i, n,
               text_string(&list));
    text_finish(&list);
    return false;
}

static bool tell_unknown_parameter(struct reader *reader, const struct path *path, const char *key,
                                   const struct distribution_type *type)
{
    const char *names[DISTRIBUTION_PARAMETERS] = {0};
    size_t n = parameter_count(type);
    struct text list = {0};
    for (size_t i = 0; i < n; i++)
        names[i] = type->parameters[i].name;
    list_parameters(type, &list);
    read_error(reader, path, AT_KEY, text_nearest(key, names, n), "unknown key; %s has %s", type->name,
               text_string(&list));
    text_finish(&list);
    return false;
}

/* {"lognormal": {"mean": "40ms", "cv": 1.5}}: by name, and the names tell which spelling is meant. */
static bool read_named(struct reader *reader, const cJSON *item, const struct path *path,
                       struct distribution *d)
{
    bool good = true;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, child->string, 0};
        size_t i = 0, n = parameter_count(d->type);
        while (i < n && strcmp(d->type->parameters[i].name, child->string) != 0)
            i++;
        if (i < n)
            good &= read_parameter(reader, child, &at, &d->type->parameters[i], &d->parameters[i]);
        else
            good = tell_unknown_parameter(reader, &at, child->string, d->type);
    }
    return good;
}

/* ---- empirical and mixture ---- */

static bool read_values(struct reader *reader, const cJSON *item, const struct path *path,
                        struct distribution *d)
{
    bool good = true;
    size_t n = (size_t)cJSON_GetArraySize(item);
    d->values_ns = read_allocate(reader, n, sizeof *d->values_ns);
    if (!d->values_ns || !read_cap_rows(reader, path, n))
        return false;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, NULL, d->n_values};
        good &= read_duration_parameter(reader, child, &at, &d->values_ns[d->n_values++]);
    }
    return good;
}

static bool read_empirical(struct reader *reader, const cJSON *item, const struct path *path,
                           struct distribution *d)
{
    if (cJSON_IsString(item))
        return read_empirical_file(reader, item, path, d);
    if (cJSON_IsArray(item))
        return read_values(reader, item, path, d);
    return read_expected(reader, path, item, NULL,
                         "expected the name of a CSV file or an array of durations");
}

static bool read_mixture(struct reader *reader, const cJSON *item, const struct path *path,
                         struct distribution *d)
{
    bool good = true;
    if (!cJSON_IsArray(item))
        return read_expected(reader, path, item, NULL,
                             "expected an array such as [{\"weight\": 1, \"of\": \"5ms\"}, ...]");
    d->parts = read_allocate(reader, (size_t)cJSON_GetArraySize(item), sizeof *d->parts);
    if (!d->parts)
        return false;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, NULL, d->n_parts};
        good &= read_object(reader, child, &at, &mixture_part_type, &d->parts[d->n_parts++], true);
    }
    return good;
}

/* ---- copies ---- */

static bool copy_parts(struct reader *reader, const struct distribution *from, struct distribution *to)
{
    to->parts = read_allocate(reader, from->n_parts, sizeof *to->parts);
    if (!to->parts)
        return false;
    for (; to->n_parts < from->n_parts; to->n_parts++) {
        const struct mixture_part *part = &from->parts[to->n_parts];
        struct distribution *of = read_allocate(reader, 1, sizeof *of);
        if (of && !read_copy_distribution(reader, part->of, of)) {
            free(of);
            of = NULL;
        }
        if (!of)
            return false;
        to->parts[to->n_parts] = (struct mixture_part){part->weight, of};
    }
    return true;
}

static bool copy_values(struct reader *reader, const struct distribution *from, struct distribution *to)
{
    to->values_ns = read_allocate(reader, from->n_values, sizeof *to->values_ns);
    if (!to->values_ns || !read_cap_rows(reader, NULL, from->n_values))
        return false;
    memcpy(to->values_ns, from->values_ns, from->n_values * sizeof *to->values_ns);
    to->n_values = from->n_values;
    return true;
}

bool read_copy_distribution(struct reader *reader, const struct distribution *distribution,
                            struct distribution *ret_copy)
{
    struct distribution copy = *distribution;
    copy.values_ns = NULL;
    copy.parts = NULL;
    copy.n_values = copy.n_parts = 0;
    *ret_copy = (struct distribution){0};
    if ((distribution->values_ns && !copy_values(reader, distribution, &copy)) ||
        (distribution->parts && !copy_parts(reader, distribution, &copy))) {
        distribution_finish(&copy);
        return false;
    }
    *ret_copy = copy;
    return true;
}

/* ---- the whole ---- */

static size_t count_known(const cJSON *object, const struct distribution_type *type)
{
    size_t known = 0;
    for (size_t i = 0; i < parameter_count(type); i++)
        known += read_get(object, type->parameters[i].name) != NULL;
    return known;
}

/* Of a kind's spellings the one that knows most of the keys. */
static const struct distribution_type *find_type(const char *name, const cJSON *value)
{
    const struct distribution_type *best = distribution_type_find(name, NULL);
    if (!best || !cJSON_IsObject(value))
        return best;
    for (const cJSON *child = value->child; child; child = child->next) {
        const struct distribution_type *type = distribution_type_find(name, child->string);
        if (count_known(value, type) > count_known(value, best))
            best = type;
    }
    return best;
}

static bool tell_unknown_type(struct reader *reader, const struct path *path, const char *name)
{
    enum { MOST_TYPES = 32 };
    const char *names[MOST_TYPES] = {0};
    size_t n = 0;
    for (size_t i = 0; distribution_types[i] && n < MOST_TYPES; i++)
        if (n == 0 || strcmp(names[n - 1], distribution_types[i]->name) != 0)
            names[n++] = distribution_types[i]->name;
    const char *hint = text_nearest(name, names, n);
    struct text known = {0};
    for (size_t i = 0; i < n && !hint; i++)
        text_addf(&known, "%s\"%s\"", i == 0 ? "; known are: " : ", ", names[i]);
    read_error(reader, path, AT_KEY, hint, "unknown distribution%s", text_string(&known));
    text_finish(&known);
    return false;
}

static bool read_parameters(struct reader *reader, const cJSON *value, const struct path *path,
                            struct distribution *d)
{
    for (int i = 0; i < DISTRIBUTION_PARAMETERS; i++)
        d->parameters[i] = NAN;
    if (d->type == &distribution_empirical)
        return read_empirical(reader, value, path, d);
    if (d->type == &distribution_mixture)
        return read_mixture(reader, value, path, d);
    if (cJSON_IsArray(value))
        return read_array(reader, value, path, d);
    if (cJSON_IsObject(value))
        return read_named(reader, value, path, d);
    return read_parameter(reader, value, path, &d->type->parameters[0], &d->parameters[0]);
}

static bool read_kind(struct reader *reader, const cJSON *value, const struct path *path,
                      struct distribution *d)
{
    struct error error = {0};
    d->type = find_type(path->key, value);
    if (!d->type)
        return tell_unknown_type(reader, path, path->key);
    if (!read_parameters(reader, value, path, d))
        return false;
    bool good = distribution_prepare(d, &error);
    if (!good)
        read_refused(reader, path, NULL, &error);
    error_finish(&error);
    return good;
}

bool read_distribution(struct reader *reader, const cJSON *item, const struct path *path,
                       struct distribution *ret_distribution)
{
    double ns;
    if (cJSON_IsString(item)) {
        if (!read_duration_parameter(reader, item, path, &ns))
            return false;
        *ret_distribution = distribution_always(ns);
        return true;
    }
    if (!cJSON_IsObject(item))
        return read_expected(reader, path, item, NULL, "%s", form);
    if (cJSON_GetArraySize(item) != 1)
        return read_expected(
            reader, path, item, NULL,
            "expected one key in it, the name of a distribution, as in {\"exponential\": \"5ms\"}");
    struct distribution distribution = {0};
    struct path at = {path, item->child->string, 0};
    if (!read_kind(reader, item->child, &at, &distribution)) {
        distribution_finish(&distribution);
        return false;
    }
    *ret_distribution = distribution;
    return true;
}
