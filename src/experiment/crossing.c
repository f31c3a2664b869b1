#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "experiment/sweep.h"

enum { DIGITS = 12 };

/* A value of the axis at which both policies have numbers. */
struct stop {
    size_t value;      /* of the axis */
    double x;          /* its number, or the logarithm of it */
    double y;          /* the mean under the first policy */
    double difference; /* the mean of the first policy's minus the second's */
    int sign;          /* of the difference; 0 = its interval holds 0 */
};

struct line {
    struct stop *stops; /* owned; by growing x */
    size_t n;
};

/* Two policies change places between the stops `from` and `to`. */
struct change {
    size_t from, to;
    double x, y; /* x as in struct stop */
    bool certain;
};

/* ---- the line ---- */

static int compare_stops(const void *a, const void *b)
{
    const struct stop *one = a, *other = b;
    if (one->x != other->x)
        return one->x < other->x ? -1 : 1;
    return one->value < other->value ? -1 : 1;
}

static int sign_of(double x)
{
    return (x > 0.0) - (x < 0.0);
}

static size_t point_at(const struct sweep *sweep, size_t axis, const size_t *indices, size_t value)
{
    size_t point = 0;
    for (size_t i = 0; i < sweep->n_axes; i++)
        point = point * sweep->axes[i].n + (i == axis ? value : indices[i]);
    return point;
}

static bool line_read(struct line *line, const struct sweep *sweep, size_t axis_index, const size_t *indices,
                      size_t a, size_t b, const char *metric, double level)
{
    const struct axis *axis = &sweep->axes[axis_index];
    line->stops = calloc(axis->n + 1, sizeof *line->stops);
    if (!line->stops)
        return false;
    for (size_t i = 0; i < axis->n; i++) {
        size_t point = point_at(sweep, axis_index, indices, i);
        struct interval difference = sweep_difference(sweep, point, a, b, metric, level);
        if (difference.n == 0)
            continue;
        bool certain = fabs(difference.mean) > difference.half_width; /* false without an interval */
        line->stops[line->n++] =
            (struct stop){.value = i,
                          .x = axis->logarithmic ? log(axis->numbers[i]) : axis->numbers[i],
                          .y = sweep_metric(sweep, point, a, metric)->value,
                          .difference = difference.mean,
                          .sign = certain ? sign_of(difference.mean) : 0};
    }
    qsort(line->stops, line->n, sizeof *line->stops, compare_stops);
    return true;
}

/* ---- changes of place ---- */

/* Between neighbours of opposite signs; or in the middle of the stops between them, where the policies are
 * equal. */
static struct change change_between(const struct line *line, size_t from, size_t to)
{
    struct change change = {.from = from, .to = to};
    bool neighbours = from + 1 == to;
    const struct stop *left = &line->stops[neighbours ? from : from + 1],
                      *right = &line->stops[neighbours ? to : to - 1];
    double share = neighbours ? left->difference / (left->difference - right->difference) : 0.5;
    change.x = left->x + share * (right->x - left->x);
    change.y = left->y + share * (right->y - left->y);
    return change;
}

static size_t find_changes(const struct line *line, struct change *changes)
{
    size_t n = 0, last = SIZE_MAX;
    for (size_t i = 0; i < line->n; i++) {
        int sign = sign_of(line->stops[i].difference);
        if (sign == 0)
            continue;
        if (last != SIZE_MAX && sign != sign_of(line->stops[last].difference))
            changes[n++] = change_between(line, last, i);
        last = i;
    }
    return n;
}

/* One change stands for those between two stops that are certain, and of opposite signs. */
static size_t replace_between(struct change *changes, size_t n, size_t from, size_t to)
{
    size_t first = 0, end;
    while (changes[first].from < from)
        first++;
    for (end = first; end < n && changes[end].to <= to; end++)
        ;
    struct change middle = changes[first + (end - first) / 2];
    changes[first] = (struct change){from, to, middle.x, middle.y, true};
    for (size_t i = end; i < n; i++)
        changes[first + 1 + i - end] = changes[i];
    return n - (end - first) + 1;
}

static size_t find_certain(const struct line *line, struct change *changes, size_t n)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < line->n; i++) {
        int sign = line->stops[i].sign;
        if (sign == 0)
            continue;
        if (last != SIZE_MAX && sign != line->stops[last].sign)
            n = replace_between(changes, n, last, i);
        last = i;
    }
    return n;
}

static struct sweep_crossing crossing_of(const struct line *line, const struct axis *axis,
                                         const struct change *change)
{
    bool rough = axis->logarithmic; /* not all libraries give the same last digits */
    return (struct sweep_crossing){.before = line->stops[change->from].value,
                                   .behind = line->stops[change->to].value,
                                   .x = rough ? units_round(exp(change->x), DIGITS) : change->x,
                                   .y = rough ? units_round(change->y, DIGITS) : change->y,
                                   .certain = change->certain};
}

bool sweep_crossings(const struct sweep *sweep, size_t axis, const size_t *indices, size_t a, size_t b,
                     const char *metric, double level, struct sweep_crossing **ret_crossings, size_t *ret_n)
{
    const struct axis *along = &sweep->axes[axis];
    struct line line = {0};
    size_t n = 0;
    if (along->numbers && !line_read(&line, sweep, axis, indices, a, b, metric, level))
        return false;
    struct change *changes = calloc(line.n + 1, sizeof *changes);
    struct sweep_crossing *crossings = calloc(line.n + 1, sizeof *crossings);
    bool ok = changes && crossings;
    if (ok) {
        n = find_certain(&line, changes, find_changes(&line, changes));
        for (size_t i = 0; i < n; i++)
            crossings[i] = crossing_of(&line, along, &changes[i]);
        *ret_crossings = crossings;
        *ret_n = n;
    } else {
        free(crossings);
    }
    free(changes);
    free(line.stops);
    return ok;
}
