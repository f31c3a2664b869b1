/* What a handful of independent observations says of a mean: Student-t intervals, paired differences, how
 * many observations a wanted precision takes. An observation that is NAN is absent. */
#ifndef TANDEM_STATS_INTERVAL_H
#define TANDEM_STATS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

struct interval {
    double mean;       /* NAN of no observation */
    double half_width; /* of the interval at the level asked for; NAN with fewer than two observations */
    double variance;   /* of one observation, with n - 1; NAN likewise */
    size_t n;          /* observations that were there */
};

/* Of values[0], values[stride], ... (n of them), at a level such as 0.95. Half-widths are rounded to 9
 * digits: the last ones of a t quantile depend on the C library, and files must not. */
struct interval interval_of(const double *values, size_t stride, size_t n, double level);

/* The quantile that the last of many intervals took: of most it is the same. Zeroed: none yet. */
struct interval_quantile {
    double level;
    size_t n;
    double t;
};

/* The same as interval_of(); `known` is used and kept up to date. */
struct interval interval_of_one(const double *values, size_t stride, size_t n, double level,
                                struct interval_quantile *known);

/* Of the differences a - b, observation by observation; a pair with an absent part is absent. */
struct interval interval_of_differences(const double *a, const double *b, size_t stride_a, size_t stride_b,
                                        size_t n, double level);

/* How many times smaller the variance of a - b is than that of a difference of independent observations,
 * (Var a + Var b) / Var (a - b), over the pairs that are whole; INFINITY when only the last is 0, NAN when
 * nothing varies or there are fewer than two pairs. */
double interval_pairing_gain(const double *a, const double *b, size_t stride_a, size_t stride_b, size_t n);

/* The quantile of Student's t for a two-sided interval at `level` with `n` >= 2 observations. */
double interval_t(double level, size_t n);

/* The level of each of `n` >= 1 intervals that hold all at once with at least `level` (Bonferroni). */
double interval_bonferroni(double level, size_t n);

/* Is the half-width at most a share of the mean such that the true relative error is at most `relative`:
 * half_width / |mean| <= relative / (1 + relative)? Law, Simulation Modeling and Analysis, 5e, 9.4.1. A
 * constant (half-width 0) is precise; no interval is not. */
bool interval_is_precise(const struct interval *interval, double relative);

/* How many observations that will take, by the variance seen so far: at least n + 1 while it is not precise,
 * SIZE_MAX when it cannot be said. */
size_t interval_observations_needed(const struct interval *interval, double relative, double level);

#endif
