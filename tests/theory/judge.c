#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

static const double level = 0.999;
static const double exactly = 1e-9;    /* relative; absolute where 0 is expected */
static const double nanosecond = 1e-9; /* in seconds */
static const double rounding = 1e-12;  /* of the sums of doubles behind a mean without variance, relative */

bool judge_parse(const char *text, struct judge *ret_judge)
{
    struct judge judge = {.kind = JUDGE_EXACT, .most_half_width = JUDGE_USUAL_HALF_WIDTH};
    double percent = 100.0 * JUDGE_USUAL_HALF_WIDTH;
    int end = -1;
    sscanf(text, "exact%n", &end);
    if (end < 0) {
        judge.kind = JUDGE_INTERVAL;
        sscanf(text, "interval%n %lf%%%n", &end, &percent, &end);
    }
    if (end < 0) {
        judge.kind = JUDGE_WITHIN;
        sscanf(text, "within %lf%n %lf%%%n", &judge.tolerance, &end, &percent, &end);
    }
    if (end < 0 || text[end] || !(percent > 0.0) || judge.tolerance < 0.0)
        return false;
    judge.most_half_width = percent / 100.0;
    *ret_judge = judge;
    return true;
}

/* Welford, Technometrics 4(3), 1962. */
static void summarize(const double *values, size_t n, struct verdict *verdict)
{
    double mean = 0.0, m2 = 0.0;
    for (size_t i = 0; i < n; i++) {
        double delta = values[i] - mean;
        mean += delta / (double)(i + 1);
        m2 += delta * (values[i] - mean);
    }
    verdict->n = n;
    verdict->mean = mean;
    if (n > 1) {
        double degrees = (double)(n - 1);
        verdict->half_width =
            gsl_cdf_tdist_Qinv((1.0 - level) / 2.0, degrees) * sqrt(m2 / degrees / (double)n);
    }
}

static const char *judge_exactly(double expected, bool is_time, const double *values, size_t n)
{
    double most = expected == 0.0 ? exactly : exactly * fabs(expected);
    if (is_time && most > nanosecond)
        most = nanosecond;
    for (size_t i = 0; i < n; i++)
        if (!(fabs(values[i] - expected) <= most))
            return "not exactly what is expected";
    return NULL;
}

struct verdict judge_values(const struct judge *judge, double expected, bool is_time, const double *values,
                            size_t n)
{
    struct verdict verdict = {0};
    summarize(values, n, &verdict);
    double slack = judge->tolerance + rounding * fabs(expected);
    if (judge->kind == JUDGE_EXACT)
        verdict.why = judge_exactly(expected, is_time, values, n);
    else if (n < 2 || !isfinite(verdict.mean))
        verdict.why = "without a value in each of several replications";
    else if (!(verdict.half_width <= judge->most_half_width * fabs(expected)))
        verdict.why = "known too roughly";
    else if (!(fabs(verdict.mean - expected) <= verdict.half_width + slack))
        verdict.why = "outside the interval";
    return verdict;
}
