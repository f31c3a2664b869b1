#include "tally.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

static const double tail = 0.5e-4;

void tally_add(struct tally *tally, const struct interval *interval, double exact)
{
    double off = interval->mean - exact;
    tally->n++;
    tally->hits += fabs(off) <= interval->half_width;
    tally->sum += off;
    tally->sum_squares += off * off;
    tally->half_widths += interval->half_width;
}

double tally_bias(const struct tally *tally)
{
    return tally->sum / tally->n;
}

double tally_sd(const struct tally *tally)
{
    double bias = tally_bias(tally);
    return sqrt(fmax(tally->sum_squares / tally->n - bias * bias, 0.0));
}

struct tally_bounds tally_bounds_of(unsigned n)
{
    if (n >= 1000)
        return (struct tally_bounds){(unsigned)ceil(0.93 * n), (unsigned)floor(0.97 * n)};
    struct tally_bounds b = {0, n};
    while (gsl_cdf_binomial_P(b.least, TALLY_LEVEL, n) < tail)
        b.least++;
    while (b.most > 0 && gsl_cdf_binomial_Q(b.most - 1, TALLY_LEVEL, n) < tail)
        b.most--;
    return b;
}
