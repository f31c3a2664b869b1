#include "stats/interval.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include <gsl/gsl_cdf.h>

#include "base/units.h"

enum { DIGITS = 9 };

/* Welford, Technometrics 4(3), 1962 */
struct moments {
    size_t n;
    double mean, m2;
};

static void moments_add(struct moments *moments, double x)
{
    if (isnan(x))
        return;
    double delta = x - moments->mean;
    moments->mean += delta / (double)++moments->n;
    moments->m2 += delta * (x - moments->mean);
}

static double quantile(struct interval_quantile *known, double level, size_t n)
{
    if (known->n != n || known->level != level)
        *known = (struct interval_quantile){level, n, interval_t(level, n)};
    return known->t;
}

static struct interval interval_from(const struct moments *moments, double level,
                                     struct interval_quantile *known)
{
    struct interval interval = {(double)NAN, (double)NAN, (double)NAN, moments->n};
    if (moments->n > 0)
        interval.mean = moments->mean;
    if (moments->n > 1) {
        double n = (double)moments->n;
        interval.variance = moments->m2 / (n - 1.0);
        double half_width = quantile(known, level, moments->n) * sqrt(interval.variance / n);
        interval.half_width = half_width > 0.0 ? units_round(half_width, DIGITS) : half_width;
    }
    return interval;
}

struct interval interval_of_one(const double *values, size_t stride, size_t n, double level,
                                struct interval_quantile *known)
{
    struct moments moments = {0};
    for (size_t i = 0; i < n; i++)
        moments_add(&moments, values[i * stride]);
    return interval_from(&moments, level, known);
}

struct interval interval_of(const double *values, size_t stride, size_t n, double level)
{
    struct interval_quantile none = {0};
    return interval_of_one(values, stride, n, level, &none);
}

struct interval interval_of_differences(const double *a, const double *b, size_t stride_a, size_t stride_b,
                                        size_t n, double level)
{
    struct moments moments = {0};
    for (size_t i = 0; i < n; i++)
        moments_add(&moments, a[i * stride_a] - b[i * stride_b]);
    struct interval_quantile none = {0};
    return interval_from(&moments, level, &none);
}

double interval_pairing_gain(const double *a, const double *b, size_t stride_a, size_t stride_b, size_t n)
{
    struct moments of_a = {0}, of_b = {0}, of_difference = {0};
    double greatest = 0.0;
    for (size_t i = 0; i < n; i++) {
        double x = a[i * stride_a], y = b[i * stride_b];
        if (isnan(x - y))
            continue;
        moments_add(&of_a, x);
        moments_add(&of_b, y);
        moments_add(&of_difference, x - y);
        greatest = fmax(greatest, fmax(fabs(x), fabs(y)));
    }
    double apart = of_a.m2 + of_b.m2, together = of_difference.m2;
    if (of_difference.n < 2 || apart <= 0.0)
        return (double)NAN;
    /* 1.1 - 1.0 and 2.1 - 2.0 differ by what was rounded away, and by nothing else. */
    double dust = greatest * DBL_EPSILON;
    return together > (double)of_difference.n * dust * dust ? apart / together : (double)INFINITY;
}

double interval_t(double level, size_t n)
{
    return gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, (double)n - 1.0);
}

double interval_bonferroni(double level, size_t n)
{
    return 1.0 - (1.0 - level) / (double)n;
}

/* The half-width that is narrow enough, as a share of the mean. */
static double share_of(double relative)
{
    return relative / (1.0 + relative);
}

bool interval_is_precise(const struct interval *interval, double relative)
{
    return interval->half_width <= share_of(relative) * fabs(interval->mean);
}

size_t interval_observations_needed(const struct interval *interval, double relative, double level)
{
    if (interval_is_precise(interval, relative))
        return interval->n;
    double sigmas = sqrt(interval->variance) / (share_of(relative) * fabs(interval->mean));
    if (!isfinite(sigmas))
        return SIZE_MAX;
    /* t falls with n: what today's t asks for is enough. */
    double enough = ceil(pow(interval_t(level, interval->n) * sigmas, 2.0));
    if (enough >= (double)(SIZE_MAX / 2))
        return SIZE_MAX;
    size_t too_few = interval->n, high = (size_t)fmax(enough, (double)interval->n + 1.0);
    while (high - too_few > 1) {
        size_t middle = too_few + (high - too_few) / 2;
        if (interval_t(level, middle) * sigmas <= sqrt((double)middle))
            high = middle;
        else
            too_few = middle;
    }
    return high;
}
