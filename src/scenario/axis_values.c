#include "scenario/axis_values.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"

/* ---- one quantity ---- */

enum { LONGEST_QUANTITY = 60 };

/* A number as in JSON: what could stand before the unit of a rate, or that behind a minus sign. */
static bool read_plain(const char *text, double *ret_number)
{
    char rate[LONGEST_QUANTITY + 8];
    bool minus = *text == '-';
    size_t n = strlen(text + minus);
    if (n > LONGEST_QUANTITY)
        return false;
    memcpy(rate, text + minus, n);
    memcpy(rate + n, "/s", sizeof "/s");
    if (!units_parse_rate(rate, ret_number, NULL))
        return false;
    *ret_number = minus ? -*ret_number : *ret_number;
    return true;
}

static bool read_seconds(const char *text, double *ret_number)
{
    double ns;
    if (!units_parse_duration_real(text, &ns, NULL))
        return false;
    *ret_number = ns / 1e9;
    return true;
}

static bool read_bytes(const char *text, double *ret_number)
{
    int64_t bytes;
    if (!units_parse_size(text, &bytes, NULL))
        return false;
    *ret_number = (double)bytes;
    return true;
}

bool quantity_read(const char *text, enum axis_kind *ret_kind, double *ret_number)
{
    if (read_plain(text, ret_number))
        *ret_kind = AXIS_NUMBER;
    else if (read_seconds(text, ret_number))
        *ret_kind = AXIS_SECONDS;
    else if (units_parse_rate(text, ret_number, NULL))
        *ret_kind = AXIS_PER_SECOND;
    else if (read_bytes(text, ret_number))
        *ret_kind = AXIS_BYTES;
    else if (units_parse_bandwidth(text, ret_number, NULL))
        *ret_kind = AXIS_BYTES_PER_SECOND;
    else if (units_parse_share(text, ret_number, NULL))
        *ret_kind = AXIS_SHARE;
    else
        return false;
    return true;
}

/* ---- lists ---- */

static bool grow(struct value_list *list)
{
    size_t capacity = list->capacity ? 2 * list->capacity : 16;
    char **texts = realloc(list->texts, capacity * sizeof *texts);
    if (!texts)
        return false;
    list->texts = texts;
    list->capacity = capacity;
    return true;
}

bool value_list_add(struct value_list *list, char *text, struct error *error)
{
    bool full = list->n == AXIS_MOST_VALUES;
    if (!full && text && (list->n < list->capacity || grow(list))) {
        list->texts[list->n++] = text;
        return true;
    }
    free(text);
    return full ? error_set(error, "expected at most %d values", AXIS_MOST_VALUES)
                : error_set(error, "out of memory");
}

void value_list_finish(struct value_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->texts[i]);
    free(list->texts);
    *list = (struct value_list){0};
}

/* ---- units ---- */

enum { MOST_UNITS = 8 };

/* Units that go together, rising. */
static const struct family {
    enum axis_kind kind;
    const char *units[MOST_UNITS];
} families[] = {
    {AXIS_NUMBER, {""}},
    {AXIS_SECONDS, {"ns", "us", "ms", "s", "min", "h", "d"}},
    {AXIS_PER_SECOND, {"/d", "/h", "/min", "/s"}},
    {AXIS_BYTES, {"B", "kB", "MB", "GB"}},
    {AXIS_BYTES, {"B", "KiB", "MiB", "GiB"}},
    {AXIS_BYTES_PER_SECOND, {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"}},
    {AXIS_BYTES_PER_SECOND, {"B/s", "kB/s", "MB/s", "GB/s"}},
    {AXIS_BYTES_PER_SECOND, {"B/s", "KiB/s", "MiB/s", "GiB/s"}},
    {AXIS_SHARE, {"%"}},
};

enum { FAMILIES = sizeof families / sizeof *families };

/* The units in which the values of a range are written: those of its ends, and what lies between. */
struct scale {
    enum axis_kind kind;
    size_t n;
    const char *units[MOST_UNITS];
    double sizes[MOST_UNITS];
    bool failed; /* memory ran out: what was written since may not be the text that it should be */
};

static const char *unit_of(const char *quantity)
{
    return quantity + strspn(quantity, "+-0123456789.eE");
}

/* The place of the quantity's unit in the family, or -1. */
static int place_in(const struct family *family, const char *quantity)
{
    for (int i = 0; i < MOST_UNITS && family->units[i]; i++)
        if (strcmp(family->units[i], unit_of(quantity)) == 0)
            return i;
    return -1;
}

static double unit_size(const char *unit)
{
    enum axis_kind kind;
    double size = 1.0;
    char one[16];
    snprintf(one, sizeof one, "1%s", unit);
    quantity_read(one, &kind, &size);
    return size;
}

/* The first family that has the units of both, or else that of the second. */
static struct scale scale_of(const char *from, const char *to, enum axis_kind kind)
{
    const struct family *family = NULL;
    for (size_t i = 0; i < FAMILIES; i++) {
        bool fits = families[i].kind == kind && place_in(&families[i], to) >= 0;
        if (fits && (!family || (place_in(family, from) < 0 && place_in(&families[i], from) >= 0)))
            family = &families[i];
    }
    struct scale scale = {.kind = kind};
    if (!family)
        return scale;
    int first = place_in(family, from), last = place_in(family, to);
    first = first < 0 ? last : first;
    for (int i = first < last ? first : last; i <= first || i <= last; i++) {
        scale.units[scale.n] = family->units[i];
        scale.sizes[scale.n++] = unit_size(family->units[i]);
    }
    return scale;
}

/* ---- writing ---- */

/* The value in one unit with the fewest digits that read as it within `tolerance`, or NULL. */
static char *write_in(struct scale *scale, size_t unit, double value, int least, int most, double tolerance)
{
    for (int digits = least; digits <= most; digits++) {
        struct units_text number = units_format_number(value / scale->sizes[unit], digits);
        char *text = text_format("%s%s", number.chars, scale->units[unit]);
        enum axis_kind kind;
        double read = 0.0;
        scale->failed |= !text || !*number.chars;
        if (!text || (quantity_read(text, &kind, &read) && fabs(read - value) <= tolerance))
            return text;
        free(text);
    }
    return NULL;
}

/* The shortest text, with one digit at least before the decimal point where there is a unit for that. */
static char *write(struct scale *scale, double value, int least, int most, double tolerance)
{
    char *best = NULL;
    for (size_t i = 0; i < scale->n && (i == 0 || fabs(value) >= scale->sizes[i] * (1.0 - 1e-12)); i++) {
        char *text = write_in(scale, i, value, least, most, tolerance);
        bool better = text && (!best || strlen(text) <= strlen(best));
        free(better ? best : text);
        best = better ? text : best;
    }
    return best;
}

/* ---- ranges ---- */

enum { MOST_DIGITS = 15, EXACT_DIGITS = 9, ROUND_DIGITS = 4 };

struct expansion {
    const struct range *range;
    struct scale scale;
    double from, to, step; /* the step is signed */
    size_t n;
    bool meets; /* the last value is `to` */
};

static bool fail_quantity(const char *text, struct error *error)
{
    return error_set(
        error,
        "expected a number, or one with a unit, such as 5ms, 100/s, 2kB, 100Mbit/s or 2%% (found "
        "\"%s\")",
        text);
}

static bool is_plain(const char *quantity)
{
    return *unit_of(quantity) == '\0';
}

/* Reads a part whose kind must be that of `other`, another part. */
static bool read_part(const char *text, const char *other, enum axis_kind kind, double *ret_number,
                      struct error *error)
{
    enum axis_kind found;
    if (!quantity_read(text, &found, ret_number))
        return fail_quantity(text, error);
    if (found == kind)
        return true;
    if (is_plain(text) || is_plain(other)) {
        const char *bare = is_plain(text) ? text : other, *full = is_plain(text) ? other : text;
        return error_set(error, "expected a unit behind %s too, as in %s%s", bare, bare, unit_of(full));
    }
    return error_set(error, "expected %s and %s to be of the same kind", other, text);
}

static bool read_ends(struct expansion *x, enum range_part *fault, struct error *error)
{
    const struct range *range = x->range;
    enum axis_kind kind;
    *fault = RANGE_FROM;
    if (!quantity_read(range->from, &kind, &x->from))
        return fail_quantity(range->from, error);
    *fault = is_plain(range->from) && !is_plain(range->to) ? RANGE_FROM : RANGE_TO;
    if (!read_part(range->to, range->from, kind, &x->to, error))
        return false;
    if (x->from == x->to)
        return error_set(error, "expected two different ends");
    x->scale = scale_of(range->from, range->to, kind);
    return true;
}

static bool read_step(struct expansion *x, enum range_part *fault, struct error *error)
{
    double step = 0.0, way = fabs(x->to - x->from);
    *fault = RANGE_STEP;
    if (!read_part(x->range->step, x->range->to, x->scale.kind, &step, error))
        return false;
    if (!(step > 0.0))
        return error_set(error, "expected a step above 0");
    double steps = floor(way / step + 1e-9);
    if (steps < 1.0)
        return error_set(error, "expected a step that is not longer than the way from %s to %s",
                         x->range->from, x->range->to);
    if (steps >= AXIS_MOST_VALUES)
        return error_set(error, "expected a longer step: these would be more than %d values",
                         AXIS_MOST_VALUES);
    x->step = x->to > x->from ? step : -step;
    x->n = (size_t)steps + 1;
    x->meets = fabs(way - steps * step) <= 1e-9 * step;
    return true;
}

static bool read_count(struct expansion *x, enum range_part *fault, struct error *error)
{
    bool factors = x->range->spacing == RANGE_FACTORS;
    *fault = RANGE_COUNT;
    if (x->range->count < 2 || x->range->count > AXIS_MOST_VALUES)
        return error_set(error, "expected from 2 to %d values", AXIS_MOST_VALUES);
    *fault = x->from <= 0.0 ? RANGE_FROM : RANGE_TO;
    if (factors && (x->from <= 0.0 || x->to <= 0.0))
        return error_set(error, "expected ends above 0, as each value is a multiple of the one before");
    x->n = x->range->count;
    x->meets = true;
    return true;
}

static double value_at(const struct expansion *x, size_t i)
{
    if (x->range->spacing == RANGE_STEPS)
        return x->from + (double)i * x->step;
    double way = (double)i / (double)(x->n - 1);
    double value = x->range->spacing == RANGE_EVEN ? x->from + way * (x->to - x->from)
                                                   : x->from * pow(x->to / x->from, way);
    return x->scale.kind == AXIS_BYTES ? round(value) : value;
}

static char *text_at(struct expansion *x, size_t i)
{
    if (i == 0)
        return text_copy(x->range->from);
    if (i + 1 == x->n && x->meets)
        return text_copy(x->range->to);
    double value = value_at(x, i), slip = 1e-14 * fmax(fabs(x->from), fabs(x->to));
    if (x->range->spacing == RANGE_STEPS) {
        char *text = write(&x->scale, value, 1, MOST_DIGITS, slip);
        return text ? text : write(&x->scale, value, MOST_DIGITS, MOST_DIGITS, INFINITY);
    }
    double room = fmin(fabs(value_at(x, i + 1) - value), fabs(value - value_at(x, i - 1)));
    char *text = write(&x->scale, value, 1, EXACT_DIGITS, slip);
    text = text ? text : write(&x->scale, value, ROUND_DIGITS, MOST_DIGITS, fmax(room / 1000.0, slip));
    return text ? text : write(&x->scale, value, MOST_DIGITS, MOST_DIGITS, INFINITY);
}

/* Rounded to whole bytes, neighbours can be the same. */
static bool add_value(struct expansion *x, size_t i, struct value_list *list, struct error *error)
{
    char *text = text_at(x, i);
    if (x->scale.failed) {
        free(text);
        return error_set(error, "out of memory");
    }
    if (text && i > 0 && strcmp(list->texts[list->n - 1], text) == 0) {
        free(text);
        return error_set(error, "expected fewer values: there are not %zu different ones from %s to %s", x->n,
                         x->range->from, x->range->to);
    }
    return value_list_add(list, text, error);
}

bool range_expand(const struct range *range, struct value_list *list, enum range_part *ret_fault,
                  struct error *error)
{
    struct expansion x = {.range = range};
    bool steps = range->spacing == RANGE_STEPS;
    if (!read_ends(&x, ret_fault, error) ||
        !(steps ? read_step(&x, ret_fault, error) : read_count(&x, ret_fault, error)))
        return false;
    *ret_fault = steps ? RANGE_STEP : RANGE_COUNT;
    for (size_t i = 0; i < x.n; i++)
        if (!add_value(&x, i, list, error))
            return false;
    return true;
}

char *range_step_for(const struct range *range, struct error *error)
{
    struct expansion x = {.range = range};
    enum range_part fault;
    if (!read_ends(&x, &fault, error))
        return NULL;
    double step = fabs(x.to - x.from) / 9.0, ten = units_decade(step);
    char *text = write(&x.scale, round(step / ten) * ten, 1, MOST_DIGITS, 1e-9 * step);
    if (!text)
        error_set(error, "out of memory");
    return text;
}
