/* An interval from one long run: means of batches that are long enough to be nearly independent. */
#ifndef TANDEM_STATS_BATCH_MEANS_H
#define TANDEM_STATS_BATCH_MEANS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

enum { BATCH_MEANS_MOST = 1000 };

struct batch_means {
    struct interval interval; /* of the means of the batches */
    size_t n_batches;
    double correlation; /* of one batch's mean with the next: lag 1; NAN where they do not vary */
    bool independent;   /* von Neumann's test finds no correlation, at 5 % one-sided */
};

/* The n values are the sums of successive equal stretches; weights[i] (NULL = 1 each) is what stretch i's sum
 * is divided by: a batch's mean is the sum of its values over the sum of its weights. Tries 30, then 20, then
 * 10 batches of equal size, the values that do not fill them left out at the beginning, until they are
 * independent; the last try stands otherwise. Law, Simulation Modeling and Analysis, 5e, 9.5.3; von Neumann,
 * Ann. Math. Stat. 12(4), 1941. False when there are fewer than 20 values, or a batch weighs nothing. */
bool batch_means_of(const double *values, const double *weights, size_t n, double level,
                    struct batch_means *ret_means);

/* The same with a number of batches given, from 2 to BATCH_MEANS_MOST and at most n; else false. */
bool batch_means_in(const double *values, const double *weights, size_t n, size_t n_batches, double level,
                    struct batch_means *ret_means);

#endif
