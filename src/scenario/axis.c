#include "scenario/axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_locate.h"
#include "base/text.h"
#include "scenario/axis_values.h"
#include "scenario/fields.h"
#include "scenario/problems.h"
#include "scenario/route.h"

enum { MOST_PATHS = 64, LONGEST_SHOWN = 80 };

static const char form[] =
    "expected PATH=VALUES, as in links.wire.delay=0ms..100ms:20ms or components.shop.workers=1,2,4";

void axis_finish(struct axis *axis)
{
    if (!axis)
        return;
    for (size_t i = 0; i < axis->n_paths; i++)
        free(axis->paths[i]);
    for (size_t i = 0; i < axis->n; i++)
        free(axis->values[i]);
    free(axis->paths);
    free(axis->values);
    free(axis->numbers);
    *axis = (struct axis){0};
}

char *axis_set(const struct axis *axis, size_t path, size_t value)
{
    return text_format("%s=%s", axis->paths[path], axis->values[value]);
}

/* What a value is called in a collection of named things tells more than the collection's name. */
const char *axis_label(const struct axis *axis)
{
    const char *path = axis->paths[0];
    for (const struct field *field = document_type.fields; field->name; field++) {
        size_t n = strlen(field->name);
        bool holds = field->kind == FIELD_NAMED || field->kind == FIELD_OBJECT;
        if (holds && strncmp(path, field->name, n) == 0 && path[n] == '.')
            return path + n + 1;
    }
    return path;
}

/* ---- what the values are ---- */

/* How far the steps from value to value differ from the mean one, as a share of it. */
static double unevenness(const double *numbers, size_t n, bool factors)
{
    double first = factors ? log(numbers[0]) : numbers[0], worst = 0.0;
    double mean = ((factors ? log(numbers[n - 1]) : numbers[n - 1]) - first) / (double)(n - 1);
    for (size_t i = 1; i < n; i++) {
        double step = factors ? log(numbers[i] / numbers[i - 1]) : numbers[i] - numbers[i - 1];
        worst = fmax(worst, fabs(step - mean));
    }
    return mean == 0.0 ? INFINITY : worst / fabs(mean);
}

/* As 1, 2, 5, 10 are, and 1, 3, 10, 30. */
static bool is_logarithmic(const double *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(numbers[i] > 0.0))
            return false;
    double factors = n >= 3 ? unevenness(numbers, n, true) : INFINITY;
    return factors <= 0.25 && factors < unevenness(numbers, n, false);
}

/* Plain numbers may stand among shares: 0 is the same as 0%. */
static bool join_kinds(enum axis_kind *kind, enum axis_kind other)
{
    bool shares =
        (*kind == AXIS_NUMBER || *kind == AXIS_SHARE) && (other == AXIS_NUMBER || other == AXIS_SHARE);
    if (*kind != other && shares)
        *kind = AXIS_SHARE;
    return *kind == other || shares;
}

bool axis_settle(struct axis *axis)
{
    double *numbers = malloc(axis->n * sizeof *numbers);
    bool good = axis->n > 0 && numbers;
    for (size_t i = 0; good && i < axis->n; i++) {
        enum axis_kind kind = AXIS_WORDS;
        good = quantity_read(axis->values[i], &kind, &numbers[i]);
        if (good && i == 0)
            axis->kind = kind;
        good = good && join_kinds(&axis->kind, kind);
    }
    if (!good) {
        bool failed = !numbers;
        axis->kind = AXIS_WORDS;
        free(numbers);
        return !failed;
    }
    axis->numbers = numbers;
    axis->logarithmic = is_logarithmic(numbers, axis->n);
    return true;
}

/* ---- paths ---- */

bool axis_add_path(struct axis *axis, const char *path, size_t length)
{
    char *copy = text_format("%.*s", (int)length, path);
    char **paths = copy ? realloc(axis->paths, (axis->n_paths + 1) * sizeof *paths) : NULL;
    if (!paths) {
        free(copy);
        return false;
    }
    axis->paths = paths;
    paths[axis->n_paths++] = copy;
    return true;
}

/* The paths before the =; returns what is behind it. */
static const char *read_paths(const char *text, struct axis *axis, struct error *error)
{
    const char *at = text;
    for (;;) {
        struct route route;
        bool failed;
        at += strspn(at, " ");
        const char *end = route_read(at, ",=", &route, &failed);
        if (end)
            route_finish(&route);
        if (!end || !*end || axis->n_paths == MOST_PATHS) {
            error_set(error, "%s", failed ? "out of memory" : form);
            return NULL;
        }
        if (!axis_add_path(axis, at, (size_t)(end - at))) {
            error_set(error, "out of memory");
            return NULL;
        }
        at = end + 1;
        if (*end == '=')
            return at;
    }
}

/* ---- values ---- */

/* Puts the value at fault before the error. Always returns false. */
static bool fail_at(const char *value, struct error *error)
{
    struct text shown = {0};
    visible_add(&shown, value, strlen(value), LONGEST_SHOWN);
    if (!error_is_memory(error))
        error_prefix(error, "%s", shown.failed ? value : text_string(&shown));
    text_finish(&shown);
    return false;
}

/* The comma behind a value or the end of the text; commas in brackets, braces and strings of JSON are its
 * own. */
static const char *value_end(const char *at)
{
    bool json = *at && strchr("{[\"", *at), string = false;
    size_t depth = 0;
    for (; *at && (*at != ',' || string || depth > 0); at++) {
        if (!json)
            continue;
        if (string && *at == '\\' && at[1])
            at++;
        else if (*at == '"')
            string = !string;
        else if (!string && (*at == '{' || *at == '['))
            depth++;
        else if (!string && (*at == '}' || *at == ']') && depth > 0)
            depth--;
    }
    return at;
}

static bool is_range(const char *value)
{
    const char *digits = value + (*value == '-');
    return *digits >= '0' && *digits <= '9' && strstr(value, "..");
}

/* The last sign that divides, where only digits follow: in 10/s..50/s/5 the third. */
static char *find_count(char *value, char sign)
{
    char *at = strrchr(value, sign);
    size_t n = at ? strspn(at + 1, "0123456789") : 0;
    return n > 0 && n < 10 && at[1 + n] == '\0' ? at : NULL;
}

/* Takes a range to pieces in place. */
static bool split_range(char *value, struct range *ret_range, struct error *error)
{
    char *dots = strstr(value, ".."), *rest = dots + 2, *sign;
    struct range range = {.from = value, .to = rest};
    *dots = '\0';
    if ((sign = strchr(rest, ':'))) {
        range.step = sign + 1;
    } else if ((sign = find_count(rest, '*'))) {
        range.spacing = RANGE_FACTORS;
        range.count = strtoul(sign + 1, NULL, 10);
    } else if ((sign = find_count(rest, '/'))) {
        range.spacing = RANGE_EVEN;
        range.count = strtoul(sign + 1, NULL, 10);
    } else {
        char *step = range_step_for(&range, error);
        if (step)
            error_set(error, "expected a step behind it, as in %s..%s:%s", value, rest, step);
        free(step);
        return false;
    }
    *sign = '\0';
    *ret_range = range;
    return true;
}

static bool add_range(const char *value, struct value_list *list, struct error *error)
{
    char *copy = text_copy(value);
    struct range range;
    enum range_part part;
    if (!copy)
        return error_set(error, "out of memory");
    bool good = split_range(copy, &range, error) && range_expand(&range, list, &part, error);
    free(copy);
    return good || fail_at(value, error);
}

/* Takes the value over. */
static bool add_value(char *value, struct value_list *list, struct error *error)
{
    if (is_range(value)) {
        bool good = add_range(value, list, error);
        free(value);
        return good;
    }
    if (strchr("{[\"", *value) && !json_check(value, strlen(value), NULL, NULL, NULL, error)) {
        fail_at(value, error);
        free(value);
        return false;
    }
    return value_list_add(list, value, error);
}

static bool read_values(const char *text, struct value_list *list, struct error *error)
{
    const char *end = text;
    for (const char *at = text;; at = end + 1) {
        at += strspn(at, " ");
        end = value_end(at);
        size_t n = (size_t)(end - at);
        while (n > 0 && at[n - 1] == ' ')
            n--;
        if (n == 0)
            return error_set(error, "expected a value %s, as in 1ms,5ms,20ms",
                             *end         ? "before each comma"
                             : at == text ? "behind the ="
                                          : "behind the comma");
        char *value = text_format("%.*s", (int)n, at);
        if (!value)
            return error_set(error, "out of memory");
        if (!add_value(value, list, error))
            return false;
        if (!*end)
            return true;
    }
}

bool axis_read(const char *text, struct axis *ret_axis, struct error *error)
{
    struct axis axis = {0};
    struct value_list list = {0};
    const char *values = read_paths(text, &axis, error);
    bool good = values && read_values(values, &list, error);
    axis.values = list.texts;
    axis.n = list.n;
    if (good && !axis_settle(&axis))
        good = error_set(error, "out of memory");
    if (good)
        *ret_axis = axis;
    else
        axis_finish(&axis);
    return good;
}
