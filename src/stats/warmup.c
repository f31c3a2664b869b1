#include "stats/warmup.h"

#include <math.h>

/* The squared standard error over the last few batches is next to nothing where they happen to be alike. Five
 * of them at least have to be left: Hoad, Robinson and Davies, Automating warm-up length estimation, J. Oper.
 * Res. Soc. 61(9), 2010. */
enum { FEWEST = 20, LEFT = 5 };

static double batch(const double *values, size_t i)
{
    double sum = 0.0;
    for (size_t k = 0; k < WARMUP_BATCH; k++)
        sum += values[i * WARMUP_BATCH + k];
    return sum / WARMUP_BATCH;
}

bool warmup_mser5(const double *values, size_t n, size_t *ret_deleted)
{
    size_t batches = n / WARMUP_BATCH, half = batches / 2, best_in_half = 0, best = batches;
    double least_in_half = (double)INFINITY, least = (double)INFINITY, mean = 0.0, m2 = 0.0;
    *ret_deleted = 0;
    if (n < FEWEST)
        return false;
    /* From the end, so that all are found in one pass; of equals the first counts. */
    for (size_t d = batches; d-- > 0;) {
        double left = (double)(batches - d), z = batch(values, d), delta = z - mean;
        mean += delta / left;
        m2 += delta * (z - mean);
        double error = m2 / (left * left);
        if (error <= least && (d <= half || left >= LEFT)) {
            least = error;
            best = d;
        }
        if (error <= least_in_half && d <= half) {
            least_in_half = error;
            best_in_half = d;
        }
    }
    *ret_deleted = best_in_half * WARMUP_BATCH;
    return best <= half;
}
