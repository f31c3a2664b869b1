/* The section "sweep": what is varied, and over which values. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/axis_values.h"
#include "scenario/read.h"
#include "scenario/route.h"

enum {
    MOST_TRIED_BYTES = 1 << 20 /* of documents that are read to try the values: some 0.1 s */
};

/* ---- one axis ---- */

static bool read_path(struct reader *reader, const cJSON *item, const struct path *path, struct axis *axis)
{
    struct route route = {0};
    bool failed = false;
    const char *end = cJSON_IsString(item) ? route_read(item->valuestring, "=,", &route, &failed) : NULL;
    bool good = end && !*end;
    route_finish(&route);
    if (failed)
        return read_failed(reader);
    if (!good)
        return read_expected(reader, path, item, NULL,
                             "expected the path of a value, such as \"components.shop.workers\"");
    return axis_add_path(axis, item->valuestring, strlen(item->valuestring)) || read_failed(reader);
}

static bool read_paths(struct reader *reader, const cJSON *item, const struct path *path, struct axis *axis)
{
    if (!cJSON_IsArray(item))
        return read_path(reader, item, path, axis);
    int n = cJSON_GetArraySize(item);
    double most = object_type_field(&sweep_type, "vary")->max;
    if (n < 1 || n > most)
        return read_expected(reader, path, item, NULL, "expected from 1 to %.0f paths in it", most);
    bool good = true;
    size_t i = 0;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, NULL, i++};
        good &= read_path(reader, child, &at, axis);
    }
    return good;
}

static bool read_over(struct reader *reader, const cJSON *item, const struct path *path,
                      struct value_list *list)
{
    struct error error = {0};
    if (!cJSON_IsArray(item) || !item->child)
        return read_expected(reader, path, item, NULL,
                             "expected an array of values, such as [\"1ms\", \"5ms\"]");
    bool good = true;
    for (const cJSON *child = item->child; good && child; child = child->next)
        good = value_list_add(list, set_text(child), &error);
    if (!good)
        read_refused(reader, path, NULL, &error);
    error_finish(&error);
    return good;
}

/* Which of the keys belong together. */
static bool check_range_keys(struct reader *reader, const cJSON *item, const struct path *path)
{
    static const char *const belongings[] = {"to", "step", "count", "spacing"};
    bool good = true, range = read_get(item, "from");
    for (size_t i = 0; i < sizeof belongings / sizeof *belongings; i++) {
        struct path at = {path, belongings[i], 0};
        if (!range && read_get(item, belongings[i]))
            good = read_error(reader, &at, AT_KEY, NULL, "is for \"from\"");
    }
    if (!range || !good)
        return good;
    struct path count = {path, "count", 0}, spacing = {path, "spacing", 0};
    bool steps = read_get(item, "step"), counts = read_get(item, "count");
    if (!read_get(item, "to"))
        good = read_error(reader, path, AT_VALUE, NULL, "\"to\" is missing (the last value)");
    if (!steps && !counts)
        good = read_error(reader, path, AT_VALUE, NULL,
                          "\"step\" is missing (of one value to the next), or \"count\" (how many values)");
    if (steps && counts)
        good = read_error(reader, &count, AT_KEY, NULL, "beside \"step\", expected only one of the two");
    else if (steps && read_get(item, "spacing"))
        good = read_error(reader, &spacing, AT_KEY, NULL, "is for \"count\"");
    return good;
}

/* The text of a quantity (free() it), or NULL after an error. */
static char *read_quantity(struct reader *reader, const cJSON *item, const struct path *path)
{
    if (!cJSON_IsNumber(item) && !cJSON_IsString(item)) {
        read_expected(reader, path, item, NULL, "expected a number, or one with a unit, such as \"5ms\"");
        return NULL;
    }
    char *text = set_text(item);
    if (!text)
        read_failed(reader);
    return text;
}

static bool read_range(struct reader *reader, const cJSON *item, const struct path *path,
                       const struct sweep_section *section, struct value_list *list)
{
    static const char *const keys[] = {
        [RANGE_FROM] = "from", [RANGE_TO] = "to", [RANGE_STEP] = "step", [RANGE_COUNT] = "count"};
    char *texts[RANGE_STEP + 1] = {0};
    bool good = check_range_keys(reader, item, path), steps = read_get(item, "step");
    for (int i = RANGE_FROM; good && i <= (steps ? RANGE_STEP : RANGE_TO); i++) {
        struct path at = {path, keys[i], 0};
        texts[i] = read_quantity(reader, read_get(item, keys[i]), &at);
        good = texts[i] != NULL;
    }
    struct range range = {.from = texts[RANGE_FROM],
                          .to = texts[RANGE_TO],
                          .spacing = steps                  ? RANGE_STEPS
                                     : section->logarithmic ? RANGE_FACTORS
                                                            : RANGE_EVEN,
                          .step = texts[RANGE_STEP],
                          .count = section->count};
    enum range_part part = RANGE_FROM;
    struct error error = {0};
    if (good && !range_expand(&range, list, &part, &error)) {
        struct path at = {path, keys[part], 0};
        good = read_refused(reader, &at, NULL, &error);
    }
    error_finish(&error);
    for (int i = RANGE_FROM; i <= RANGE_STEP; i++)
        free(texts[i]);
    return good;
}

static bool read_axis(struct reader *reader, const cJSON *item, const struct path *path, struct axis *axis)
{
    struct sweep_section section = {0};
    struct value_list list = {0};
    struct path vary = {path, "vary", 0}, over = {path, "over", 0};
    if (!read_object(reader, item, path, &sweep_type, &section, true))
        return false;
    bool good = read_paths(reader, read_get(item, "vary"), &vary, axis);
    bool over_there = read_get(item, "over");
    if (over_there)
        good &= check_range_keys(reader, item, path);
    good &= over_there ? read_over(reader, read_get(item, "over"), &over, &list)
                       : read_range(reader, item, path, &section, &list);
    axis->values = list.texts;
    axis->n = list.n;
    return good && (axis_settle(axis) || read_failed(reader));
}

/* ---- the section ---- */

void sweep_finish_axes(struct sweep_axes *axes)
{
    for (size_t i = 0; i < axes->n; i++)
        axis_finish(&axes->axes[i]);
    free(axes->axes);
    *axes = (struct sweep_axes){0};
}

/* The k-th axis of the section, and where it stands. */
static const cJSON *axis_item(const cJSON *section, size_t k)
{
    return cJSON_IsArray(section) ? cJSON_GetArrayItem(section, (int)k) : section;
}

static struct path axis_path(const cJSON *section, const struct path *top, size_t k)
{
    return cJSON_IsArray(section) ? (struct path){top, NULL, k} : *top;
}

/* Is a path of the k-th axis one of those before? */
static bool check_twice(struct reader *reader, const struct path *path, const struct sweep_axes *axes,
                        size_t k)
{
    struct path vary = {path, "vary", 0};
    for (size_t p = 0; p < axes->axes[k].n_paths; p++)
        for (size_t a = 0; a <= k; a++)
            for (size_t q = 0; q < (a == k ? p : axes->axes[a].n_paths); q++)
                if (strcmp(axes->axes[a].paths[q], axes->axes[k].paths[p]) == 0)
                    return read_error(reader, &vary, AT_VALUE, NULL, "%s is varied already",
                                      axes->axes[k].paths[p]);
    return true;
}

bool read_sweep(struct reader *reader, const cJSON *root, struct sweep_axes *ret_axes)
{
    const cJSON *section = read_get(root, "sweep");
    struct path top = {NULL, "sweep", 0};
    bool list = cJSON_IsArray(section), good = true;
    size_t n = list ? (size_t)cJSON_GetArraySize(section) : section != NULL;
    if (section && !list && !cJSON_IsObject(section))
        return read_expected(reader, &top, section, NULL, "expected an object, or an array of objects (%s)",
                             sweep_type.doc);
    if (!read_cap_list(reader, &top, &document_type, n))
        return false;
    struct sweep_axes axes = {.axes = read_allocate(reader, n, sizeof *axes.axes)};
    for (size_t k = 0; axes.axes && k < n; k++) {
        struct path path = axis_path(section, &top, k);
        axes.n++;
        good &= read_axis(reader, axis_item(section, k), &path, &axes.axes[k]) &&
                check_twice(reader, &path, &axes, k);
    }
    if (good && axes.axes) {
        *ret_axes = axes;
        return true;
    }
    sweep_finish_axes(&axes);
    return false;
}

/* ---- trying the values ---- */

/* Does a set say a value that an axis varies? Then this is one of the sweep's points, and the others were
 * tried when the sweep itself was read. */
static bool is_point(const struct reader *reader, const struct axis *axis)
{
    for (size_t p = 0; p < axis->n_paths; p++) {
        size_t n = strlen(axis->paths[p]);
        for (size_t i = 0; i < reader->source.n_sets; i++)
            if (strncmp(reader->source.sets[i], axis->paths[p], n) == 0 && reader->source.sets[i][n] == '=')
                return true;
    }
    return false;
}

/* What became of an axis so far. */
struct trials {
    bool over;
    char *last; /* owned; what the last value that was refused was told */
};

static void tell_refused(struct reader *reader, const cJSON *root, const struct sweep_axes *axes, size_t k,
                         size_t value, const char *brief)
{
    const cJSON *section = read_get(root, "sweep");
    struct path top = {NULL, "sweep", 0}, path = axis_path(section, &top, k);
    struct path over = {&path, "over", 0}, at = {&over, NULL, value}, from = {&path, "from", 0};
    if (read_get(axis_item(section, k), "over"))
        read_error(reader, &at, AT_VALUE, NULL, "%s", brief);
    else
        read_error(reader, &from, AT_VALUE, NULL, "at %s, %s", axes->axes[k].values[value], brief);
}

static void tell_no_path(struct reader *reader, const cJSON *root, size_t k, const char *brief)
{
    struct path top = {NULL, "sweep", 0}, path = axis_path(read_get(root, "sweep"), &top, k);
    struct path vary = {&path, "vary", 0};
    read_error(reader, &vary, AT_VALUE, NULL, "%s", brief);
}

/* The sets of a value, one a path (free() each, and the array), or NULL. */
static char **sets_of(const struct axis *axis, size_t value)
{
    char **sets = calloc(axis->n_paths, sizeof *sets);
    bool good = sets != NULL;
    for (size_t p = 0; good && p < axis->n_paths; p++)
        good = (sets[p] = axis_set(axis, p, value)) != NULL;
    for (size_t p = 0; sets && !good && p < axis->n_paths; p++)
        free(sets[p]);
    if (!good)
        free(sets);
    return good ? sets : NULL;
}

/* Reads the document with one value of one axis set. */
static void try_value(struct reader *reader, const cJSON *root, const struct sweep_axes *axes, size_t k,
                      size_t value, struct trials *trials)
{
    const struct axis *axis = &axes->axes[k];
    char **sets = sets_of(axis, value), *brief = NULL;
    bool leads = false;
    if (!sets) {
        read_failed(reader);
        return;
    }
    if (!read_trial(reader, root, (const char *const *)sets, axis->n_paths, &leads, &brief)) {
        bool same = brief && trials->last && strcmp(brief, trials->last) == 0;
        trials->over = !leads;
        if (!brief)
            read_failed(reader);
        else if (!leads)
            tell_no_path(reader, root, k, brief);
        else if (!same)
            tell_refused(reader, root, axes, k, value, brief);
        free(trials->last);
        trials->last = brief;
    }
    for (size_t p = 0; p < axis->n_paths; p++)
        free(sets[p]);
    free(sets);
}

/* At least as many as the table of the document lets there be. */
enum { ROOM_FOR_AXES = 64 };

void read_check_sweep(struct reader *reader, const cJSON *root, const struct sweep_axes *axes)
{
    struct trials trials[ROOM_FOR_AXES] = {0};
    assert(axes->n <= ROOM_FOR_AXES);
    size_t cost = reader->source.length + reader->file_bytes + 1, most = 0;
    for (size_t k = 0; k < axes->n; k++) {
        trials[k].over = is_point(reader, &axes->axes[k]);
        most = axes->axes[k].n > most ? axes->axes[k].n : most;
    }
    for (size_t i = 0, left = MOST_TRIED_BYTES / cost; i < most && left > 0; i++)
        for (size_t k = 0; k < axes->n && left > 0; k++)
            if (i < axes->axes[k].n && !trials[k].over && !reader->failed) {
                try_value(reader, root, axes, k, i, &trials[k]);
                left--;
            }
    for (size_t k = 0; k < axes->n; k++)
        free(trials[k].last);
}
