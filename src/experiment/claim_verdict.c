#include "experiment/claim_verdict.h"

#include <math.h>
#include <stdbool.h>

#include "stats/interval.h"

/* Beyond these nobody will go (run.max_replications). */
#define MOST_REPLICATIONS 1e5

/* ---- how many replications it takes ---- */

/* The half-width shrinks with the root of n, and a little more, as the quantile of t does: the least n from
 * which on it is no more than `distance`. */
static double needed_for(const struct interval *interval, double distance, double level)
{
    double per_quantile = sqrt(interval->variance), low = (double)interval->n, high = MOST_REPLICATIONS;
    if (!(per_quantile * interval_t(level, (size_t)high) / sqrt(high) <= fabs(distance)))
        return (double)INFINITY;
    while (high - low > 1.0) {
        double middle = floor((low + high) / 2.0);
        if (per_quantile * interval_t(level, (size_t)middle) / sqrt(middle) <= fabs(distance))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* ---- on which side of 0 an interval lies ---- */

enum side { BELOW, TOUCHES_FROM_BELOW, AROUND, TOUCHES_FROM_ABOVE, ABOVE, EXACTLY_0 };

/* What is nearer to 0 than `slack` is 0, but for the slips of decimal fractions. */
static enum side side_of(const struct interval *interval, double slack)
{
    double low = interval->mean - interval->half_width, high = interval->mean + interval->half_width;
    bool low_is_0 = fabs(low) <= slack, high_is_0 = fabs(high) <= slack;
    if (low_is_0 && high_is_0)
        return EXACTLY_0;
    if (low_is_0)
        return TOUCHES_FROM_ABOVE;
    if (high_is_0)
        return TOUCHES_FROM_BELOW;
    return high < 0.0 ? BELOW : low > 0.0 ? ABOVE : AROUND;
}

/* Is it 0 or more, as far as the interval tells? `or_0` says whether 0 itself is enough. */
static enum claim_verdict judge_side(enum side side, bool or_0)
{
    switch (side) {
    case ABOVE: return CLAIM_HOLDS;
    case BELOW: return CLAIM_FAILS;
    case EXACTLY_0: return or_0 ? CLAIM_HOLDS : CLAIM_FAILS;
    case TOUCHES_FROM_ABOVE: return or_0 ? CLAIM_HOLDS : CLAIM_UNDECIDED;
    case TOUCHES_FROM_BELOW: return or_0 ? CLAIM_UNDECIDED : CLAIM_FAILS;
    case AROUND: break;
    }
    return CLAIM_UNDECIDED;
}

/* The same of a column of rows. */
static struct claim_ruling judge_column(const double *column, size_t n, double level, double slack, bool or_0)
{
    struct interval interval = interval_of(column, CLAIM_COLUMNS, n, level);
    struct claim_ruling ruling = {judge_side(side_of(&interval, slack), or_0), 0.0};
    if (ruling.verdict == CLAIM_UNDECIDED)
        ruling.needed = needed_for(&interval, interval.mean, level);
    return ruling;
}

/* ---- the relations ---- */

static double mean_of(const double *column, size_t n)
{
    double sum = 0.0;
    for (size_t r = 0; r < n; r++)
        sum += column[r * CLAIM_COLUMNS];
    return sum / (double)n;
}

/* Below this two sides are the same, as claim_is_equal() has it. */
static double slack_of(const double *rows, size_t n)
{
    static const double slack = 1e-12;
    return slack * fmax(fabs(mean_of(rows + CLAIM_LEFT, n)), fabs(mean_of(rows + CLAIM_RIGHT, n)));
}

/* A < B is what A >= B is not. */
static struct claim_ruling judge_order(const struct claim *claim, const double *rows, size_t n, double level)
{
    bool below = claim->relation == RELATION_LESS || claim->relation == RELATION_AT_MOST;
    bool or_0 = claim->relation == RELATION_LESS || claim->relation == RELATION_AT_LEAST;
    struct claim_ruling ruling = judge_column(rows + CLAIM_DIFFERENCE, n, level, slack_of(rows, n), or_0);
    if (below && ruling.verdict != CLAIM_UNDECIDED)
        ruling.verdict = ruling.verdict == CLAIM_HOLDS ? CLAIM_FAILS : CLAIM_HOLDS;
    return ruling;
}

/* What is left of the tolerance when the left side is greater than the right one, and when it is less. */
static void fill_rooms(const struct claim *claim, double *rows, size_t n)
{
    double right = mean_of(rows + CLAIM_RIGHT, n);
    double share = claim->tolerance_is_share ? copysign(claim->tolerance, right) : 0.0;
    double constant = claim->tolerance_is_share ? 0.0 : claim->tolerance;
    for (size_t r = 0; r < n; r++, rows += CLAIM_COLUMNS) {
        double room = constant + share * rows[CLAIM_RIGHT];
        rows[CLAIM_ROOM_ABOVE] = room - rows[CLAIM_DIFFERENCE];
        rows[CLAIM_ROOM_BELOW] = room + rows[CLAIM_DIFFERENCE];
    }
}

/* The claim is that neither room is below 0. */
static struct claim_ruling judge_nearness(const struct claim *claim, double *rows, size_t n, double level)
{
    double slack = slack_of(rows, n);
    fill_rooms(claim, rows, n);
    struct claim_ruling above = judge_column(rows + CLAIM_ROOM_ABOVE, n, level, slack, true);
    struct claim_ruling below = judge_column(rows + CLAIM_ROOM_BELOW, n, level, slack, true);
    struct claim_ruling both = {CLAIM_UNDECIDED, fmax(above.needed, below.needed)};
    if (above.verdict == CLAIM_FAILS || below.verdict == CLAIM_FAILS)
        return (struct claim_ruling){CLAIM_FAILS, 0.0};
    if (above.verdict == CLAIM_HOLDS && below.verdict == CLAIM_HOLDS)
        return (struct claim_ruling){CLAIM_HOLDS, 0.0};
    return both;
}

static bool are_equal(const double *rows, size_t n)
{
    bool equal = true;
    for (size_t r = 0; r < n; r++, rows += CLAIM_COLUMNS)
        equal &= claim_is_equal(rows[CLAIM_LEFT], rows[CLAIM_RIGHT]);
    return equal;
}

static struct claim_ruling rule(bool holds)
{
    return (struct claim_ruling){holds ? CLAIM_HOLDS : CLAIM_FAILS, 0.0};
}

struct claim_ruling claim_judge(const struct claim *claim, double *rows, size_t n, double level)
{
    if (n == 1)
        return rule(claim_holds(claim, rows[CLAIM_LEFT], rows[CLAIM_RIGHT]));
    switch (claim->relation) {
    case RELATION_LESS:
    case RELATION_AT_MOST:
    case RELATION_GREATER:
    case RELATION_AT_LEAST: return judge_order(claim, rows, n, level);
    case RELATION_NEAR: return judge_nearness(claim, rows, n, level);
    case RELATION_EQUAL: return rule(are_equal(rows, n));
    case RELATION_DIFFERENT: return rule(!are_equal(rows, n));
    }
    return rule(false);
}
