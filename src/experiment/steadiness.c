#include "experiment/steadiness.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/interval.h"

enum { STEPS = STEADINESS_LOOKS - 1 };

static const double level = 0.999;

static bool is_constant(const struct load_spec *load)
{
    if (load->from_ns > 0 || load->until_ns < INT64_MAX)
        return false;
    bool open =
        load->kind == LOAD_OPEN && load->arrival != ARRIVAL_PIECEWISE && load->arrival != ARRIVAL_SINUSOIDAL;
    return open || load->kind == LOAD_CLOSED;
}

bool steadiness_is_due(const struct spec *spec)
{
    bool due = spec->n_events == 0 && spec->n_loads > 0;
    for (size_t l = 0; l < spec->n_loads; l++)
        due &= is_constant(&spec->loads[l]);
    return due;
}

/* From one look to the next, by least squares. */
static double slope_of(const double *looks)
{
    double sum = 0.0, squares = 0.0;
    for (int k = 0; k < STEADINESS_LOOKS; k++) {
        double from_middle = k - STEPS / 2.0;
        sum += from_middle * looks[k];
        squares += from_middle * from_middle;
    }
    return sum / squares;
}

/* By the slopes of n replications, which know nothing of one another, whatever one look knows of the next. */
static bool slopes_rise(const double *looks, size_t stride, size_t n)
{
    double mean = 0.0, m2 = 0.0;
    for (size_t r = 0; r < n; r++) {
        double slope = slope_of(looks + r * stride), delta = slope - mean;
        mean += delta / (double)(r + 1);
        m2 += delta * (slope - mean);
    }
    return mean > interval_t(level, n) * sqrt(m2 / (double)(n - 1) / (double)n);
}

/* By the steps from look to look: Wilcoxon's signed ranks, Biometrics Bulletin 1(6), 1945, with the normal
 * distribution, which is strict so far out. What goes along a random walk, as a queue at its capacity, goes
 * up as easily as down at each step; what has a level to come back to goes up and down in turn, and the ranks
 * say no more often than they have to. Trends of the looks themselves would be found in both. */
static bool steps_rise(const double *looks)
{
    double steps[STEPS], surplus = 0.0, squares = 0.0;
    for (int k = 0; k < STEPS; k++)
        steps[k] = looks[k + 1] - looks[k];
    for (int k = 0; k < STEPS; k++) {
        double rank = 0.5;
        for (int other = 0; other < STEPS; other++) {
            double apart = fabs(steps[k]) - fabs(steps[other]);
            rank += apart > 0.0 ? 1.0 : apart < 0.0 ? 0.0 : 0.5;
        }
        if (steps[k] != 0.0) {
            surplus += copysign(rank, steps[k]);
            squares += rank * rank;
        }
    }
    return surplus > gsl_cdf_ugaussian_Pinv((1.0 + level) / 2.0) * sqrt(squares);
}

/* Few slopes say little of how they scatter: t is 637 for two. */
static bool rises(const double *looks, size_t stride, size_t n, const double *means)
{
    enum { FEW = 10 };
    return n < FEW ? steps_rise(means) : slopes_rise(looks, stride, n);
}

/* What is significant need not matter: many replications see the last of a warm-up, too. Had it grown like
 * this from the beginning of the run, warm-up and all, that would have to be half of what there is. */
static bool matters(const struct spec *spec, double growth_per_s, double window_s, double end)
{
    static const double share = 0.5, messages = 10.0;
    double duration_s = (double)spec->run.duration_ns / 1e9;
    return growth_per_s * duration_s >= share * end && growth_per_s * window_s >= messages;
}

struct steadiness steadiness_of(const struct spec *spec, const double *looks, size_t stride, size_t n,
                                double window_s)
{
    double means[STEADINESS_LOOKS] = {0.0};
    for (size_t r = 0; r < n; r++)
        for (int k = 0; k < STEADINESS_LOOKS; k++)
            means[k] += looks[r * stride + (size_t)k] / (double)n;
    struct steadiness found = {.begin = means[0], .end = means[STEPS]};
    if (!steadiness_is_due(spec))
        return found;
    found.verdict = STEADINESS_STEADY;
    double growth_per_s = slope_of(means) * STEADINESS_LOOKS / window_s;
    if (matters(spec, growth_per_s, window_s, found.end) && rises(looks, stride, n, means)) {
        found.verdict = STEADINESS_GROWS;
        found.growth_per_s = growth_per_s;
    }
    return found;
}
