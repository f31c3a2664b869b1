#include "stats/batch_means.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

enum { FEWEST_VALUES = 20 };

/* The means of `n_batches` batches of the last values. */
static bool average_batches(const double *values, const double *weights, size_t n, size_t n_batches,
                            double *means)
{
    size_t size = n / n_batches, i = n - n_batches * size;
    for (size_t b = 0; b < n_batches; b++) {
        double sum = 0.0, weight = 0.0;
        for (size_t k = 0; k < size; k++, i++) {
            sum += values[i];
            weight += weights ? weights[i] : 1.0;
        }
        if (!(weight > 0.0))
            return false;
        means[b] = sum / weight;
    }
    return true;
}

/* Von Neumann's ratio of the mean square successive difference to the variance, as Fishman (Principles of
 * Discrete Event Simulation, 1978) puts it: 1 - ratio / 2 is nearly normal with mean 0 and variance
 * (b - 2) / (b^2 - 1) when b batches are independent, and greater when one's mean goes with the next one's.
 */
static void judge_correlation(struct batch_means *found, const double *means)
{
    size_t b = found->n_batches;
    double products = 0.0, squares = 0.0, steps = 0.0;
    for (size_t i = 0; i < b; i++) {
        double x = means[i] - found->interval.mean;
        squares += x * x;
        if (i + 1 < b) {
            products += x * (means[i + 1] - found->interval.mean);
            steps += (means[i + 1] - means[i]) * (means[i + 1] - means[i]);
        }
    }
    double n = (double)b, limit = gsl_cdf_ugaussian_Pinv(0.95) * sqrt((n - 2.0) / (n * n - 1.0));
    found->correlation = squares > 0.0 ? products / squares : (double)NAN;
    found->independent = !(squares > 0.0 && 1.0 - steps / (2.0 * squares) > limit);
}

bool batch_means_in(const double *values, const double *weights, size_t n, size_t n_batches, double level,
                    struct batch_means *ret_means)
{
    double means[BATCH_MEANS_MOST];
    if (n < FEWEST_VALUES || n < n_batches || n_batches < 2 || n_batches > BATCH_MEANS_MOST ||
        !average_batches(values, weights, n, n_batches, means))
        return false;
    struct batch_means found = {.interval = interval_of(means, 1, n_batches, level), .n_batches = n_batches};
    judge_correlation(&found, means);
    *ret_means = found;
    return true;
}

bool batch_means_of(const double *values, const double *weights, size_t n, double level,
                    struct batch_means *ret_means)
{
    static const size_t tries[] = {30, 20, 10};
    bool found = false;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0] && !(found && ret_means->independent); i++)
        found |= batch_means_in(values, weights, n, tries[i], level, ret_means);
    return found;
}
