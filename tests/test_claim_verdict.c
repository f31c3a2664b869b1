#include "experiment/claim_verdict.h"

#include <criterion/criterion.h>
#include <math.h>

#include "stats/interval.h"

static const double level = 0.95;

/* Rows whose right side is `right`, and whose differences are given. */
static void make_rows(double *rows, const double *differences, size_t n, double right)
{
    for (size_t r = 0; r < n; r++, rows += CLAIM_COLUMNS) {
        rows[CLAIM_LEFT] = right + differences[r];
        rows[CLAIM_RIGHT] = right;
        rows[CLAIM_DIFFERENCE] = differences[r];
    }
}

/* ---- an interval around every place ---- */

/* t(0.975, 2) / sqrt(3), the half-width of the mean of three values with a standard deviation of 1; t as in
 * any table, 4.302653. */
static double half_width(void)
{
    const double values[] = {-1.0, 0.0, 1.0};
    double found = interval_of(values, 1, 3, level).half_width;
    cr_assert_float_eq(found, 4.302653 / sqrt(3.0), 1e-6);
    return found;
}

/* What is said of three replications whose differences have the mean `mean` and the standard deviation 1. */
static struct claim_ruling ruling_at(const struct claim *claim, double mean)
{
    double rows[3 * CLAIM_COLUMNS];
    const double differences[] = {mean - 1.0, mean, mean + 1.0};
    make_rows(rows, differences, 3, 100.0);
    return claim_judge(claim, rows, 3, level);
}

#define YES CLAIM_HOLDS
#define NO  CLAIM_FAILS
#define MAY CLAIM_UNDECIDED

enum { SPOTS = 7 };

/* Where the interval lies: left of 0, touching it from the left, around it (with its middle left, at and
 * right of it), touching it from the right, right of it. */
static const struct {
    enum relation relation;
    enum claim_verdict verdicts[SPOTS];
} orders[] = {
    {RELATION_LESS, {YES, MAY, MAY, MAY, MAY, NO, NO}},
    {RELATION_AT_MOST, {YES, YES, MAY, MAY, MAY, MAY, NO}},
    {RELATION_GREATER, {NO, NO, MAY, MAY, MAY, MAY, YES}},
    {RELATION_AT_LEAST, {NO, MAY, MAY, MAY, MAY, YES, YES}},
};

Test(claim_verdict, an_interval_on_either_side_and_touching)
{
    double h = half_width(), slip = 1e-6;
    const double means[SPOTS] = {-h - slip, -h, -h / 2.0, 0.0, h / 2.0, h, h + slip};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        for (size_t k = 0; k < SPOTS; k++) {
            const struct claim claim = {.relation = orders[i].relation};
            struct claim_ruling ruling = ruling_at(&claim, means[k]);
            cr_expect_eq(ruling.verdict, orders[i].verdicts[k], "relation %d, place %zu: %d",
                         (int)claim.relation, k, (int)ruling.verdict);
            cr_expect_eq(ruling.needed > 0.0, ruling.verdict == CLAIM_UNDECIDED);
        }
}

Test(claim_verdict, within_a_tolerance)
{
    const struct claim claim = {.relation = RELATION_NEAR, .tolerance = 5.0};
    const double h = half_width(), slip = 1e-6;
    const struct {
        double mean;
        enum claim_verdict verdict;
    } cases[] = {
        {0.0, YES},           {5.0 - h - slip, YES},
        {5.0 - h, YES},       {5.0 - h + slip, MAY},
        {5.0, MAY},           {5.0 + h - slip, MAY},
        {5.0 + h, MAY}, /* touches what is still within */
        {5.0 + h + slip, NO}, {50.0, NO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(ruling_at(&claim, cases[i].mean).verdict, cases[i].verdict, "%g", cases[i].mean);
        cr_expect_eq(ruling_at(&claim, -cases[i].mean).verdict, cases[i].verdict, "%g", -cases[i].mean);
    }
}

/* The interval is wider than the tolerance, and so neither inside nor outside. */
Test(claim_verdict, a_tolerance_narrower_than_the_interval)
{
    const struct claim claim = {.relation = RELATION_NEAR, .tolerance = 1.0};
    cr_expect_eq(ruling_at(&claim, 0.0).verdict, MAY);
    cr_expect_eq(ruling_at(&claim, half_width() + 1.1).verdict, NO);
}

/* A left side that is always 9.9 % more than a right one that varies by a half is within 10 % of it, though
 * the interval of the differences, 9.9 +- 3.7, reaches beyond 10 % of the mean. */
Test(claim_verdict, a_share_is_one_in_each_replication)
{
    enum { N = 10 };
    static const struct {
        double ratio;
        enum claim_verdict verdict;
    } cases[] = {{1.099, YES}, {1.1, YES}, {1.101, NO}, {0.901, YES}, {0.899, NO}};
    const struct claim claim = {.relation = RELATION_NEAR, .tolerance = 0.1, .tolerance_is_share = true};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (double sign = -1.0; sign <= 1.0; sign += 2.0) {
            double rows[N * CLAIM_COLUMNS], *row = rows;
            for (size_t r = 0; r < N; r++, row += CLAIM_COLUMNS) {
                row[CLAIM_RIGHT] = sign * (r % 2 ? 50.0 : 150.0);
                row[CLAIM_LEFT] = cases[i].ratio * row[CLAIM_RIGHT];
                row[CLAIM_DIFFERENCE] = row[CLAIM_LEFT] - row[CLAIM_RIGHT];
            }
            cr_expect_eq(claim_judge(&claim, rows, N, level).verdict, cases[i].verdict, "%g", cases[i].ratio);
        }
}

/* ---- no interval ---- */

Test(claim_verdict, where_nothing_varies_the_value_decides)
{
    static const struct {
        enum relation relation;
        enum claim_verdict below, same, above;
    } cases[] = {
        {RELATION_LESS, YES, NO, NO},    {RELATION_AT_MOST, YES, YES, NO},
        {RELATION_GREATER, NO, NO, YES}, {RELATION_AT_LEAST, NO, YES, YES},
        {RELATION_EQUAL, NO, YES, NO},   {RELATION_DIFFERENT, YES, NO, YES},
        {RELATION_NEAR, NO, YES, NO},
    };
    static const double differences[3][3] = {{-0.5, -0.5, -0.5}, {0.0, 0.0, 0.0}, {0.5, 0.5, 0.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct claim claim = {.relation = cases[i].relation, .tolerance = 0.25};
        const enum claim_verdict verdicts[] = {cases[i].below, cases[i].same, cases[i].above};
        for (size_t k = 0; k < 3; k++)
            for (size_t n = 1; n <= 3; n++) { /* one replication, and several that are alike */
                double rows[3 * CLAIM_COLUMNS];
                make_rows(rows, differences[k], n, 1.0);
                cr_expect_eq(claim_judge(&claim, rows, n, level).verdict, verdicts[k], "%zu, %zu, %zu", i, k,
                             n);
            }
    }
}

/* 0.1 + 0.2 is 0.3, but for the slips of decimal fractions. */
Test(claim_verdict, slips_are_no_differences)
{
    const struct claim at_most = {.relation = RELATION_AT_MOST}, less = {.relation = RELATION_LESS};
    double rows[3 * CLAIM_COLUMNS], *row = rows;
    for (size_t r = 0; r < 3; r++, row += CLAIM_COLUMNS) {
        row[CLAIM_LEFT] = 0.1 + 0.2;
        row[CLAIM_RIGHT] = 0.3;
        row[CLAIM_DIFFERENCE] = row[CLAIM_LEFT] - row[CLAIM_RIGHT];
    }
    cr_expect_eq(claim_judge(&at_most, rows, 3, level).verdict, YES);
    cr_expect_eq(claim_judge(&less, rows, 3, level).verdict, NO);
}

Test(claim_verdict, equality_is_one_in_every_replication)
{
    static const double differences[] = {0.0, 1e-3, -1e-3}; /* their mean is 0 */
    const struct claim equal = {.relation = RELATION_EQUAL}, different = {.relation = RELATION_DIFFERENT};
    double rows[3 * CLAIM_COLUMNS];
    make_rows(rows, differences, 3, 1.0);
    cr_expect_eq(claim_judge(&equal, rows, 3, level).verdict, NO);
    cr_expect_eq(claim_judge(&different, rows, 3, level).verdict, YES);
}

/* ---- how many more ---- */

/* With a standard deviation of 1: t(0.975, n - 1) / sqrt(n) is 2.571 / 2.449 = 1.05 for 6 and 2.447 / 2.646 =
 * 0.92 for 7; 1.9847 / 9.8995 = 0.2005 for 98 and 1.9845 / 9.9499 = 0.1995 for 99. */
Test(claim_verdict, so_many_would_decide)
{
    const struct claim less = {.relation = RELATION_LESS};
    const struct claim near = {.relation = RELATION_NEAR, .tolerance = 2.0};
    cr_expect_eq(ruling_at(&less, -1.0).needed, 7.0);
    cr_expect_eq(ruling_at(&less, 1.0).needed, 7.0);
    cr_expect_eq(ruling_at(&less, -0.2).needed, 99.0);
    cr_expect_eq(ruling_at(&less, 0.0).needed, (double)INFINITY);
    cr_expect_eq(ruling_at(&less, -half_width()).needed, 4.0); /* at least one more */
    cr_expect_eq(ruling_at(&near, 1.0).needed, 7.0);           /* to be sure that it is within */
    cr_expect_eq(ruling_at(&near, 2.2).needed, 99.0);          /* to be sure that it is not */
    cr_expect_eq(ruling_at(&near, 2.0).needed, (double)INFINITY);
}
