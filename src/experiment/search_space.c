#include "experiment/search_space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/percentiles.h"

/* ---- values as texts ---- */

enum { MOST_UNITS = 4, MOST_DIGITS = 15 };

struct unit {
    const char *name;
    double size;
};

/* The greatest first. */
static const struct unit units[][MOST_UNITS] = {
    [AXIS_WORDS] = {{"", 1.0}},
    [AXIS_SECONDS] = {{"s", 1.0}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}},
    [AXIS_PER_SECOND] = {{"/s", 1.0}},
    [AXIS_BYTES] = {{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1.0}},
    [AXIS_BYTES_PER_SECOND] = {{"Gbit/s", 1.25e8}, {"Mbit/s", 1.25e5}, {"kbit/s", 125.0}, {"bit/s", 0.125}},
    [AXIS_SHARE] = {{"%", 0.01}},
    [AXIS_NUMBER] = {{"", 1.0}},
};

static struct unit unit_for(enum axis_kind kind, double x)
{
    const struct unit *unit = units[kind];
    while (fabs(x) < unit->size * (1.0 - 1e-12) && unit - units[kind] + 1 < MOST_UNITS && unit[1].name)
        unit++;
    return *unit;
}

static double round_to(double x, int digits)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", digits - 1, x);
    return strtod(text, NULL);
}

/* The number with the fewest digits, in the unit that it would be written in, that is within `room` of x. */
static double shortest(enum axis_kind kind, double x, double room)
{
    struct unit unit = unit_for(kind, x);
    for (int digits = 1; digits < MOST_DIGITS; digits++) {
        double rounded = round_to(x / unit.size, digits) * unit.size;
        if (fabs(rounded - x) <= room)
            return rounded;
    }
    return x;
}

struct units_text search_value(const struct search_space *space, double x)
{
    struct unit unit = unit_for(space->axis.kind, x);
    struct units_text text;
    double number = x / unit.size;
    int digits = 1;
    while (digits < MOST_DIGITS - 1 && fabs(round_to(number, digits) - number) > 1e-12 * fabs(number))
        digits++;
    number = round_to(number, digits);
    int decimals = number == 0.0 ? 0 : digits - 1 - (int)floor(log10(fabs(number)) + 1e-9);
    if (decimals > 18 || fabs(number) >= 1e15)
        snprintf(text.chars, sizeof text.chars, "%.*e%s", digits - 1, number, unit.name);
    else
        snprintf(text.chars, sizeof text.chars, "%.*f%s", decimals > 0 ? decimals : 0, number, unit.name);
    return text;
}

/* ---- reading a document ---- */

static char *refusal_of(const struct problem_list *problems)
{
    for (size_t i = 0; i < problems->n; i++)
        if (!problems->problems[i].warning)
            return text_copy(problems->problems[i].brief);
    return NULL;
}

/* The sets of the document, then those of the value (owned, from `n_before` on). */
struct sets {
    const char **of;
    size_t n, n_before;
};

static void sets_finish(struct sets *sets)
{
    for (size_t i = sets->n_before; sets->of && i < sets->n; i++)
        free((char *)sets->of[i]);
    free(sets->of);
}

static bool sets_init(struct sets *sets, const struct search_space *space, const struct search_source *source,
                      double x)
{
    const struct scenario_source *document = &source->document;
    struct units_text value = search_value(space, x);
    *sets = (struct sets){.of = calloc(document->n_sets + space->axis.n_paths, sizeof *sets->of),
                          .n = document->n_sets,
                          .n_before = document->n_sets};
    if (!sets->of)
        return false;
    for (size_t i = 0; i < document->n_sets; i++)
        sets->of[i] = document->sets[i];
    for (size_t i = 0; i < space->axis.n_paths; i++)
        if (!(sets->of[sets->n++] = text_format("%s=%s", space->axis.paths[i], value.chars)))
            return false;
    return true;
}

bool search_read(const struct search_space *space, const struct search_source *source, double x,
                 struct spec *ret_spec, char **ret_refusal)
{
    const struct scenario_source *document = &source->document;
    struct problem_list problems = {0};
    struct sets sets;
    *ret_refusal = NULL;
    bool ok = sets_init(&sets, space, source, x) &&
              scenario_read(document->text, document->length, document->file, source->folder, sets.of, sets.n,
                            ret_spec, &problems);
    if (!ok)
        *ret_refusal = problems.failed ? NULL : refusal_of(&problems);
    else if (!percentiles_ask_spec(ret_spec) ||
             (source->names && !percentiles_ask(ret_spec, source->names))) {
        spec_finish(ret_spec);
        ok = false;
    }
    problem_list_finish(&problems);
    sets_finish(&sets);
    return ok;
}

/* ---- reading the question ---- */

/* The values of the axis: the ends of the range, or the value that the document has. */
static char *values_of(const char *path, size_t path_length, const char *range,
                       const struct search_source *source, struct error *error)
{
    char *first, *value = NULL, *text = NULL;
    if (range) {
        const char *dots = strstr(range, "..");
        if (!dots || dots == range || !dots[2]) {
            error_set(error, "expected PATH=LOW..HIGH, found \"%s\" behind the =", range);
            return NULL;
        }
        text = text_format("%.*s=%.*s,%s", (int)path_length, path, (int)(dots - range), range, dots + 2);
    } else if ((first = text_format("%.*s", (int)strcspn(path, ","), path)) != NULL) {
        if (!scenario_value(&source->document, first, &value, error)) {
            free(first);
            return NULL;
        }
        text = value ? text_format("%s=%s", path, value) : NULL;
        free(first);
        free(value);
    }
    if (!text)
        error_set(error, "out of memory");
    return text;
}

static bool is_whole(double x)
{
    return x == floor(x);
}

/* False: memory is gone. */
static bool try_value(const struct search_space *space, const struct search_source *source, double x,
                      bool *accepted)
{
    struct spec spec;
    char *refusal = NULL;
    if (*accepted || x <= 0.0)
        return true;
    *accepted = search_read(space, source, x, &spec, &refusal);
    bool known = *accepted || refusal;
    if (*accepted)
        spec_finish(&spec);
    free(refusal);
    return known;
}

/* Where whole numbers are all that is accepted, nothing between two of them is. */
static bool find_whole(struct search_space *space, const struct search_source *source, struct error *error)
{
    enum axis_kind kind = space->axis.kind;
    double x = space->ranged ? space->low : space->start;
    bool accepted = false;
    space->whole = kind == AXIS_BYTES;
    if (kind != AXIS_NUMBER || !is_whole(x) || (space->ranged && !is_whole(space->high)))
        return true;
    if (!try_value(space, source, x + 0.5, &accepted) || !try_value(space, source, x - 0.5, &accepted))
        return error_set(error, "out of memory");
    space->whole = !accepted;
    return true;
}

static bool check_end(const struct search_space *space, const struct search_source *source, double x,
                      struct error *error)
{
    struct spec spec;
    char *refusal;
    if (search_read(space, source, x, &spec, &refusal)) {
        spec_finish(&spec);
        return true;
    }
    error_set(error, "%s: %s", search_value(space, x).chars, refusal ? refusal : "out of memory");
    free(refusal);
    return false;
}

static bool settle(struct search_space *space, const struct search_source *source, struct error *error)
{
    const struct axis *axis = &space->axis;
    if (!axis->numbers)
        return error_set(error,
                         space->ranged ? "expected two numbers of the same kind, found %s and %s"
                                       : "%s is no number to begin with: say where to search, PATH=LOW..HIGH",
                         axis->values[0], space->ranged ? axis->values[1] : "");
    space->start = axis->numbers[0];
    space->low = fmin(axis->numbers[0], axis->numbers[axis->n - 1]);
    space->high = fmax(axis->numbers[0], axis->numbers[axis->n - 1]);
    if (space->ranged && !(space->low < space->high))
        return error_set(error, "expected two different ends");
    if (space->low < 0.0)
        return error_set(error, "expected numbers of at least 0");
    if (!space->ranged && space->start == 0.0)
        return error_set(error, "%s is nothing to begin with: say where to search, PATH=LOW..HIGH",
                         axis->values[0]);
    if (space->ranged &&
        (!check_end(space, source, space->low, error) || !check_end(space, source, space->high, error)))
        return false;
    return find_whole(space, source, error);
}

bool search_space_read(const char *text, enum search_direction direction, double resolution,
                       const struct search_source *source, struct search_space *ret_space,
                       struct error *error)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    struct search_space space = {.direction = direction, .ranged = equals, .resolution = resolution};
    char *values = values_of(text, length, equals ? equals + 1 : NULL, source, error);
    bool ok = values && axis_read(values, &space.axis, error) && settle(&space, source, error);
    free(values);
    if (ok)
        *ret_space = space;
    else
        search_space_finish(&space);
    return ok;
}

void search_space_finish(struct search_space *space)
{
    axis_finish(&space->axis);
    *space = (struct search_space){0};
}

/* ---- what the tries say ---- */

static bool is_easier(const struct search_space *space, double a, double b)
{
    return space->direction == SEARCH_MAX ? a < b : a > b;
}

/* The try of that verdict that is the easiest, or the hardest, of those harder than `above` and easier than
 * `below`, which are tries or SEARCH_NONE. */
static int pick(const struct search_space *space, const struct search_try *tries, size_t n,
                enum goal_verdict verdict, bool easiest, int above, int below)
{
    int found = SEARCH_NONE;
    for (int i = 0; i < (int)n; i++) {
        bool fits = !tries[i].refused && tries[i].verdict == verdict &&
                    (above == SEARCH_NONE || is_easier(space, tries[above].x, tries[i].x)) &&
                    (below == SEARCH_NONE || is_easier(space, tries[i].x, tries[below].x));
        if (fits && (found == SEARCH_NONE || is_easier(space, tries[i].x, tries[found].x) == easiest))
            found = i;
    }
    return found;
}

struct search_bracket search_bracket(const struct search_space *space, const struct search_try *tries,
                                     size_t n)
{
    struct search_bracket b;
    b.missed = pick(space, tries, n, GOAL_MISSED, true, SEARCH_NONE, SEARCH_NONE);
    b.met = pick(space, tries, n, GOAL_MET, false, SEARCH_NONE, b.missed);
    b.easiest_undecided = pick(space, tries, n, GOAL_UNDECIDED, true, b.met, b.missed);
    b.hardest_undecided = pick(space, tries, n, GOAL_UNDECIDED, false, b.met, b.missed);
    b.contradiction =
        b.missed == SEARCH_NONE ? SEARCH_NONE : pick(space, tries, n, GOAL_MET, false, b.missed, SEARCH_NONE);
    return b;
}

/* ---- between two values ---- */

/* A short number about half way; NAN where the two are as near as they shall come. */
static double between(const struct search_space *space, double a, double b)
{
    double low = fmin(a, b), high = fmax(a, b);
    if (space->whole ? high - low <= 1.0 : high - low <= space->resolution * high)
        return (double)NAN;
    double middle = low > 0.0 && high > 2.0 * low ? sqrt(low * high) : low + (high - low) / 2.0;
    double room = fmin(middle - low, high - middle) / 4.0;
    double x = space->whole ? fmin(fmax(floor(middle), low + 1.0), high - 1.0) : middle;
    x = shortest(space->axis.kind, x, room);
    if (space->whole)
        x = round(x);
    else if (space->axis.kind == AXIS_SECONDS)
        x = round(x * 1e9) / 1e9;
    return x > low && x < high ? x : (double)NAN;
}

/* ---- without a range ---- */

/* Twice or half the number; NAN where there is none such. */
static double doubled(const struct search_space *space, double x, bool up)
{
    double next = up ? 2.0 * x : x / 2.0;
    if (space->axis.kind == AXIS_SHARE)
        next = fmin(next, 1.0);
    next = space->whole ? floor(next) : shortest(space->axis.kind, next, next / 20.0);
    if (up && space->whole && next < 1.0)
        next = 1.0;
    return next != x && (next > 0.0 || space->whole) ? next : (double)NAN;
}

enum search_work search_work(const struct search_try *try, const struct search_try *first)
{
    if (try->events > SEARCH_MOST_WORK * first->events)
        return SEARCH_WORK_MUCH;
    return try->events < first->events / SEARCH_MOST_WORK ? SEARCH_WORK_LITTLE : SEARCH_WORK_FINE;
}

static bool is_undecided(const struct search_try *try)
{
    return !try->refused && try->verdict == GOAL_UNDECIDED;
}

/* One step further out from the tries to the easy or to the hard end; NAN where the search goes no further.
 */
static double further(const struct search_space *space, const struct search_try *tries, size_t n,
                      bool to_easy)
{
    size_t out = 0, steps = 0, undecided = is_undecided(&tries[0]);
    for (size_t i = 1; i < n; i++) {
        if (is_easier(space, tries[i].x, tries[0].x) != to_easy)
            continue;
        steps++;
        undecided += is_undecided(&tries[i]);
        if (is_easier(space, tries[i].x, tries[out].x) == to_easy)
            out = i;
    }
    if (tries[out].refused || steps >= SEARCH_MOST_DOUBLINGS || undecided >= SEARCH_MOST_UNDECIDED ||
        search_work(&tries[out], &tries[0]) != SEARCH_WORK_FINE)
        return (double)NAN;
    return doubled(space, tries[out].x, (space->direction == SEARCH_MAX) != to_easy);
}

static double next_end(const struct search_space *space, const struct search_try *tries, size_t n,
                       const struct search_bracket *b)
{
    double x = (double)NAN;
    if (space->ranged) {
        bool max = space->direction == SEARCH_MAX;
        double ends[] = {max ? space->low : space->high, max ? space->high : space->low};
        return n < 2 ? ends[n] : (double)NAN;
    }
    if (n == 0)
        return space->start;
    if (b->met == SEARCH_NONE)
        x = further(space, tries, n, true);
    if (isnan(x) && b->missed == SEARCH_NONE)
        x = further(space, tries, n, false);
    return x;
}

/* ---- the next one ---- */

/* Where the goal is first undecided, and where it is last, may be far apart: each end of that stretch is
 * looked for, the wider gap first. */
double search_next(const struct search_space *space, const struct search_try *tries, size_t n)
{
    struct search_bracket b = search_bracket(space, tries, n);
    double end = next_end(space, tries, n, &b), gaps[2] = {(double)NAN, (double)NAN}, widths[2] = {0.0, 0.0};
    if (!isnan(end))
        return end;
    int hard = b.easiest_undecided != SEARCH_NONE ? b.easiest_undecided : b.missed;
    if (b.met != SEARCH_NONE && hard != SEARCH_NONE) {
        gaps[0] = between(space, tries[b.met].x, tries[hard].x);
        widths[0] = fabs(tries[b.met].x - tries[hard].x);
    }
    if (b.missed != SEARCH_NONE && b.hardest_undecided != SEARCH_NONE) {
        gaps[1] = between(space, tries[b.hardest_undecided].x, tries[b.missed].x);
        widths[1] = fabs(tries[b.hardest_undecided].x - tries[b.missed].x);
    }
    bool second = isnan(gaps[0]) || (!isnan(gaps[1]) && widths[1] > widths[0]);
    return gaps[second];
}
