#include "experiment/percentiles.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/text.h"

enum { MOST_DIGITS = 2, MOST_DECIMALS = 6 };

/* ---- names ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n]))
        n++;
    return n;
}

/* Can a name of a metric go on here? */
static bool goes_on(const char *text)
{
    return isalnum((unsigned char)*text) || *text == '_' || *text == '-' ||
           (*text == '.' && (isalnum((unsigned char)text[1]) || text[1] == '_'));
}

/* How long the name of a percentile at the beginning of the text is, "p97.5"; 0 = there is none. */
static size_t name_length(const char *text)
{
    size_t digits = *text == 'p' ? count_digits(text + 1) : 0;
    if (digits == 0 || digits > MOST_DIGITS || (digits > 1 && text[1] == '0'))
        return 0;
    size_t length = 1 + digits, decimals = text[length] == '.' ? count_digits(text + length + 1) : 0;
    if (decimals > MOST_DECIMALS)
        return 0;
    length += decimals ? 1 + decimals : 0;
    return goes_on(text + length) ? 0 : length;
}

/* The same digits in any locale. */
static double quantile_of(const char *name, size_t length)
{
    double number = 0.0, unit = 1.0;
    bool behind = false;
    for (size_t i = 1; i < length; i++) {
        behind |= name[i] == '.';
        if (name[i] == '.')
            continue;
        number = 10.0 * number + (name[i] - '0');
        unit *= behind ? 10.0 : 1.0;
    }
    return number / (100.0 * unit);
}

/* ---- the list ---- */

static int by_quantile(const void *a, const void *b)
{
    const struct percentile_spec *left = a, *right = b;
    int order = (left->quantile > right->quantile) - (left->quantile < right->quantile);
    return order ? order : strcmp(left->name, right->name);
}

/* The numbers of a replication are as many as were asked for: tasks that differ in that are not the same. */
static bool note(struct spec *spec)
{
    struct text text = {0};
    for (size_t i = 0; i < spec->n_percentiles; i++)
        text_addf(&text, "%s\n", spec->percentiles[i].name);
    if (!text.failed)
        snprintf(spec->asked, sizeof spec->asked, "%s", sha256(text.bytes, text.length).chars);
    bool good = !text.failed;
    text_finish(&text);
    return good;
}

static bool is_there(const struct spec *spec, const char *name, size_t length)
{
    for (size_t i = 0; i < spec->n_percentiles; i++)
        if (strlen(spec->percentiles[i].name) == length &&
            strncmp(spec->percentiles[i].name, name, length) == 0)
            return true;
    return false;
}

static bool add(struct spec *spec, const char *name, size_t length)
{
    struct percentile_spec *percentiles =
        realloc(spec->percentiles, (spec->n_percentiles + 1) * sizeof *percentiles);
    if (!percentiles)
        return false;
    struct percentile_spec *new = &percentiles[spec->n_percentiles++];
    spec->percentiles = percentiles;
    new->quantile = quantile_of(name, length);
    snprintf(new->name, sizeof new->name, "%.*s", (int)length, name);
    snprintf(new->meaning, sizeof new->meaning, "%.*s %% lie below", (int)length - 1, name + 1);
    qsort(percentiles, spec->n_percentiles, sizeof *percentiles, by_quantile);
    return note(spec);
}

bool percentiles_are_too_many(const struct spec *spec)
{
    return spec->n_percentiles > PERCENTILES_MOST;
}

bool percentiles_ask(struct spec *spec, const char *text)
{
    bool good = true;
    for (const char *point = strchr(text, '.'); good && point; point = strchr(point + 1, '.')) {
        size_t length = name_length(point + 1);
        bool wanted = length && quantile_of(point + 1, length) > 0.0 &&
                      !percentiles_are_usual(point + 1, length) && !is_there(spec, point + 1, length);
        good = !wanted || percentiles_are_too_many(spec) || add(spec, point + 1, length);
    }
    return good;
}

bool percentiles_ask_spec(struct spec *spec)
{
    bool good = true;
    for (size_t i = 0; good && i < spec->n_expects; i++)
        good = percentiles_ask(spec, spec->expects[i].claim);
    for (size_t i = 0; good && i < spec->n_precise; i++)
        good = percentiles_ask(spec, spec->precise[i]);
    return good;
}
