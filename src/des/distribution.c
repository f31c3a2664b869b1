#include "des/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

static bool given(const struct distribution *d, int i)
{
    return !isnan(d->parameters[i]);
}

static bool need_all(const struct distribution *d, struct error *error)
{
    for (int i = 0; i < DISTRIBUTION_PARAMETERS && d->type->parameters[i].name; i++)
        if (!given(d, i))
            return error_set(error, "%s needs \"%s\"", d->type->name, d->type->parameters[i].name);
    return true;
}

static bool need_positive(const struct distribution *d, int i, struct error *error)
{
    if (!(d->parameters[i] > 0.0) || !isfinite(d->parameters[i]))
        return error_set(error, "%s needs a positive \"%s\"", d->type->name, d->type->parameters[i].name);
    return true;
}

/* Beyond these the samplers lose their digits, and nobody measured such a thing. */
#define LEAST_CV    1e-6
#define MOST_CV     1e3
#define LEAST_ALPHA 1e-6
#define MOST_ALPHA  1e6

static bool need_cv(const struct distribution *d, int i, struct error *error)
{
    if (!need_positive(d, i, error))
        return false;
    if (d->parameters[i] < LEAST_CV || d->parameters[i] > MOST_CV)
        return error_set(error, "%s needs a \"cv\" from 0.000001 to 1000", d->type->name);
    return true;
}

static bool set_moments(struct distribution *d, double mean_ns, double sd_ns)
{
    d->mean_ns = mean_ns;
    d->sd_ns = sd_ns;
    return true;
}

/* ---- constant ---- */

static bool constant_prepare(struct distribution *d, struct error *error)
{
    return need_all(d, error) && set_moments(d, d->parameters[0], 0.0);
}

static double constant_sample(const struct distribution *d, struct draw *draw)
{
    (void)draw;
    return d->parameters[0];
}

const struct distribution_type distribution_constant = {
    .name = "constant",
    .doc = "always the same; a bare duration means this",
    .parameters = {{"value", PARAMETER_DURATION, "the duration"}},
    .prepare = constant_prepare,
    .sample = constant_sample,
};

/* ---- exponential ---- */

static bool exponential_prepare(struct distribution *d, struct error *error)
{
    return need_all(d, error) && set_moments(d, d->parameters[0], d->parameters[0]);
}

static double exponential_sample(const struct distribution *d, struct draw *draw)
{
    return d->parameters[0] * draw_exponential(draw);
}

const struct distribution_type distribution_exponential = {
    .name = "exponential",
    .doc = "without memory; cv 1",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean"}},
    .prepare = exponential_prepare,
    .sample = exponential_sample,
};

/* ---- uniform ---- */

static bool uniform_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error))
        return false;
    double low = d->parameters[0], high = d->parameters[1];
    if (low > high)
        return error_set(error, "uniform needs \"min\" <= \"max\"");
    return set_moments(d, (low + high) / 2.0, (high - low) / sqrt(12.0));
}

static double uniform_sample(const struct distribution *d, struct draw *draw)
{
    return d->parameters[0] + (d->parameters[1] - d->parameters[0]) * draw_uniform(draw);
}

static const struct distribution_type uniform = {
    .name = "uniform",
    .doc = "anything between two durations alike",
    .parameters = {{"min", PARAMETER_DURATION, "the least"}, {"max", PARAMETER_DURATION, "the most"}},
    .prepare = uniform_prepare,
    .sample = uniform_sample,
};

/* ---- normal ---- */

static double draw_normal(struct draw *draw)
{
    gsl_rng rng = draw_as_gsl(draw);
    return gsl_ran_gaussian_ratio_method(&rng, 1.0);
}

static bool normal_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, 1, error))
        return false;
    /* Moments of max(0, X): Greene, Econometric Analysis, 7e, theorem 19.3. */
    double mean = d->parameters[0], sd = d->parameters[1], a = mean / sd;
    double cut_mean = mean * gsl_cdf_ugaussian_P(a) + sd * gsl_ran_ugaussian_pdf(a);
    double square = (mean * mean + sd * sd) * gsl_cdf_ugaussian_P(a) + mean * sd * gsl_ran_ugaussian_pdf(a);
    return set_moments(d, cut_mean, sqrt(fmax(0.0, square - cut_mean * cut_mean)));
}

static double normal_sample(const struct distribution *d, struct draw *draw)
{
    return d->parameters[0] + d->parameters[1] * draw_normal(draw);
}

static const struct distribution_type normal = {
    .name = "normal",
    .doc = "the bell curve; what falls below 0 counts as 0",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean before the cut at 0"},
                   {"sd", PARAMETER_DURATION, "the standard deviation before the cut at 0"}},
    .prepare = normal_prepare,
    .sample = normal_sample,
};

/* ---- lognormal ---- */

enum { LOGNORMAL_MEAN, LOGNORMAL_CV };
enum { LOGNORMAL_MU, LOGNORMAL_SIGMA };

static bool lognormal_finish_prepare(struct distribution *d, double mu, double sigma)
{
    d->constants[LOGNORMAL_MU] = mu;
    d->constants[LOGNORMAL_SIGMA] = sigma;
    double mean = exp(mu + sigma * sigma / 2.0);
    return set_moments(d, mean, mean * sqrt(expm1(sigma * sigma)));
}

static bool lognormal_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, LOGNORMAL_MEAN, error) || !need_cv(d, LOGNORMAL_CV, error))
        return false;
    double cv = d->parameters[LOGNORMAL_CV], variance = log1p(cv * cv);
    return lognormal_finish_prepare(d, log(d->parameters[LOGNORMAL_MEAN]) - variance / 2.0, sqrt(variance));
}

static double lognormal_sample(const struct distribution *d, struct draw *draw)
{
    return exp(d->constants[LOGNORMAL_MU] + d->constants[LOGNORMAL_SIGMA] * draw_normal(draw));
}

static const struct distribution_type lognormal = {
    .name = "lognormal",
    .doc = "skewed, as many response times are; by mean and cv, or by median and p99",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean"},
                   {"cv", PARAMETER_NUMBER, "standard deviation over mean"}},
    .prepare = lognormal_prepare,
    .sample = lognormal_sample,
};

static bool lognormal_quantiles_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, 0, error) || !need_positive(d, 1, error))
        return false;
    if (d->parameters[1] <= d->parameters[0])
        return error_set(error, "lognormal needs \"median\" < \"p99\"");
    double sigma = log(d->parameters[1] / d->parameters[0]) / gsl_cdf_ugaussian_Pinv(0.99);
    return lognormal_finish_prepare(d, log(d->parameters[0]), sigma);
}

/* The second spelling of the same kind: found by its parameters' names (see distribution_type_find). */
static const struct distribution_type lognormal_quantiles = {
    .name = "lognormal",
    .doc = "skewed, by median and p99",
    .parameters = {{"median", PARAMETER_DURATION, "half of the values lie below"},
                   {"p99", PARAMETER_DURATION, "99 % of the values lie below"}},
    .prepare = lognormal_quantiles_prepare,
    .sample = lognormal_sample,
};

/* ---- gamma and erlang ---- */

static double gamma_sample(const struct distribution *d, struct draw *draw)
{
    gsl_rng rng = draw_as_gsl(draw);
    return gsl_ran_gamma(&rng, d->constants[0], d->constants[1]);
}

static bool gamma_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, 0, error) || !need_cv(d, 1, error))
        return false;
    double mean = d->parameters[0], cv = d->parameters[1];
    d->constants[0] = 1.0 / (cv * cv); /* shape */
    d->constants[1] = mean * cv * cv;  /* scale */
    return set_moments(d, mean, mean * cv);
}

static const struct distribution_type gamma_type = {
    .name = "gamma",
    .doc = "any cv; between constant (cv near 0) and burstier than exponential (cv > 1)",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean"},
                   {"cv", PARAMETER_NUMBER, "standard deviation over mean"}},
    .prepare = gamma_prepare,
    .sample = gamma_sample,
};

static bool erlang_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, 0, error))
        return false;
    double mean = d->parameters[0], k = d->parameters[1];
    if (k < 1.0 || k != floor(k) || k > 1e6)
        return error_set(error, "erlang needs a whole number \"k\" from 1 to 1000000");
    d->constants[0] = k;
    d->constants[1] = mean / k;
    return set_moments(d, mean, mean / sqrt(k));
}

static const struct distribution_type erlang = {
    .name = "erlang",
    .doc = "k exponential phases one after another; cv 1/sqrt(k)",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean of the whole"}, {"k", PARAMETER_NUMBER, "phases"}},
    .prepare = erlang_prepare,
    .sample = gamma_sample,
};

/* ---- hyperexponential ---- */

/* Two branches with balanced means: Sauer and Chandy, Computer Systems Performance Modeling, 1981. */
static bool hyperexponential_prepare(struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, 0, error))
        return false;
    double mean = d->parameters[0], square = d->parameters[1] * d->parameters[1];
    if (!(d->parameters[1] >= 1.0 && d->parameters[1] <= MOST_CV))
        return error_set(error, "hyperexponential needs a \"cv\" from 1 to 1000");
    double p = (1.0 + sqrt((square - 1.0) / (square + 1.0))) / 2.0;
    d->constants[0] = p;
    d->constants[1] = mean / (2.0 * p);
    d->constants[2] = mean / (2.0 * (1.0 - p));
    return set_moments(d, mean, mean * d->parameters[1]);
}

static double hyperexponential_sample(const struct distribution *d, struct draw *draw)
{
    double mean = draw_uniform(draw) < d->constants[0] ? d->constants[1] : d->constants[2];
    return mean * draw_exponential(draw);
}

static const struct distribution_type hyperexponential = {
    .name = "hyperexponential",
    .doc = "mostly short, sometimes long: two exponentials with balanced means; cv >= 1",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean"},
                   {"cv", PARAMETER_NUMBER, "standard deviation over mean, 1 or more"}},
    .prepare = hyperexponential_prepare,
    .sample = hyperexponential_sample,
};

/* ---- weibull ---- */

static bool weibull_set(struct distribution *d, double scale, double shape)
{
    d->constants[0] = scale;
    d->constants[1] = 1.0 / shape;
    double first = gsl_sf_gamma(1.0 + 1.0 / shape), second = gsl_sf_gamma(1.0 + 2.0 / shape);
    return set_moments(d, scale * first, scale * sqrt(fmax(0.0, second - first * first)));
}

static bool weibull_check(const struct distribution *d, struct error *error)
{
    if (!need_all(d, error) || !need_positive(d, 0, error))
        return false;
    if (!(d->parameters[1] >= 0.1 && d->parameters[1] <= 1000.0))
        return error_set(error, "weibull needs a \"shape\" from 0.1 to 1000");
    return true;
}

static bool weibull_prepare(struct distribution *d, struct error *error)
{
    if (!weibull_check(d, error))
        return false;
    return weibull_set(d, d->parameters[0] / gsl_sf_gamma(1.0 + 1.0 / d->parameters[1]), d->parameters[1]);
}

static bool weibull_scale_prepare(struct distribution *d, struct error *error)
{
    return weibull_check(d, error) && weibull_set(d, d->parameters[0], d->parameters[1]);
}

static double weibull_sample(const struct distribution *d, struct draw *draw)
{
    return d->constants[0] * pow(draw_exponential(draw), d->constants[1]);
}

static const struct distribution_type weibull = {
    .name = "weibull",
    .doc = "times to failure; shape < 1 has a heavy tail; by mean and shape, or by scale and shape",
    .parameters = {{"mean", PARAMETER_DURATION, "the mean"}, {"shape", PARAMETER_NUMBER, "1 is exponential"}},
    .prepare = weibull_prepare,
    .sample = weibull_sample,
};

static const struct distribution_type weibull_scale = {
    .name = "weibull",
    .doc = "times to failure, by scale and shape",
    .parameters = {{"scale", PARAMETER_DURATION, "63 % of the values lie below"},
                   {"shape", PARAMETER_NUMBER, "1 is exponential"}},
    .prepare = weibull_scale_prepare,
    .sample = weibull_sample,
};

/* ---- pareto ---- */

/* The k-th moment of the density proportional to x^(-alpha-1) on [min, max]. */
static double pareto_moment(double min, double alpha, double max, double k)
{
    double span = log(max / min), excess = alpha - k; /* expm1: near alpha = k nothing cancels */
    if (isinf(max) && excess <= 0.0)
        return INFINITY;
    double integral = excess == 0.0 ? span : -expm1(-excess * span) / excess;
    return alpha * pow(min, k) * integral / -expm1(-alpha * span);
}

static bool pareto_prepare(struct distribution *d, struct error *error)
{
    if (!given(d, 0) || !given(d, 1))
        return error_set(error, "pareto needs \"%s\"", given(d, 0) ? "alpha" : "min");
    if (!need_positive(d, 0, error) || !need_positive(d, 1, error))
        return false;
    if (d->parameters[1] < LEAST_ALPHA || d->parameters[1] > MOST_ALPHA)
        return error_set(error, "pareto needs an \"alpha\" from 0.000001 to 1000000");
    double min = d->parameters[0], alpha = d->parameters[1], max = given(d, 2) ? d->parameters[2] : INFINITY;
    if (!(max > min))
        return error_set(error, "pareto needs \"min\" < \"max\"");
    d->constants[0] = -expm1(-alpha * log(max / min)); /* the mass up to max of the uncut density */
    d->constants[1] = -1.0 / alpha;
    double mean = pareto_moment(min, alpha, max, 1.0), square = pareto_moment(min, alpha, max, 2.0);
    return set_moments(d, mean, isinf(square) ? INFINITY : sqrt(fmax(0.0, square - mean * mean)));
}

static double pareto_sample(const struct distribution *d, struct draw *draw)
{
    return d->parameters[0] * pow(1.0 - draw_uniform(draw) * d->constants[0], d->constants[1]);
}

static const struct distribution_type pareto = {
    .name = "pareto",
    .doc = "a power-law tail, from a least value on; cut at \"max\" if given",
    .parameters = {{"min", PARAMETER_DURATION, "the least"},
                   {"alpha", PARAMETER_NUMBER, "tail exponent; the mean is infinite up to 1"},
                   {"max", PARAMETER_DURATION, "the most; optional"}},
    .prepare = pareto_prepare,
    .sample = pareto_sample,
};

/* ---- empirical ---- */

static bool empirical_prepare(struct distribution *d, struct error *error)
{
    if (d->n_values == 0)
        return error_set(error, "empirical needs at least one value");
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < d->n_values; i++)
        mean += d->values_ns[i] / (double)d->n_values;
    for (size_t i = 0; i < d->n_values; i++)
        square += (d->values_ns[i] - mean) * (d->values_ns[i] - mean) / (double)d->n_values;
    return set_moments(d, mean, sqrt(square));
}

static double empirical_sample(const struct distribution *d, struct draw *draw)
{
    return d->values_ns[draw_below(draw, d->n_values)];
}

const struct distribution_type distribution_empirical = {
    .name = "empirical",
    .doc = "one of the measured values, each alike: a CSV file with one duration a line, or an array of "
           "durations",
    .prepare = empirical_prepare,
    .sample = empirical_sample,
};

/* ---- mixture ---- */

static bool mixture_prepare(struct distribution *d, struct error *error)
{
    if (d->n_parts == 0)
        return error_set(error, "mixture needs at least one part");
    double total = 0.0, mean = 0.0, square = 0.0;
    for (size_t i = 0; i < d->n_parts; i++) {
        if (!(d->parts[i].weight > 0.0) || !isfinite(d->parts[i].weight))
            return error_set(error, "mixture needs a positive \"weight\"");
        total += d->parts[i].weight;
    }
    for (size_t i = 0; i < d->n_parts; i++) {
        const struct distribution *of = d->parts[i].of;
        double share = d->parts[i].weight / total;
        if (!(share > 0.0))
            continue; /* so small that it is 0, which times an infinite mean would be no number */
        mean += share * of->mean_ns;
        square += share * (of->sd_ns * of->sd_ns + of->mean_ns * of->mean_ns);
    }
    d->constants[0] = total;
    return set_moments(d, mean, isinf(square) ? INFINITY : sqrt(fmax(0.0, square - mean * mean)));
}

static double mixture_sample(const struct distribution *d, struct draw *draw)
{
    double left = draw_uniform(draw) * d->constants[0];
    size_t i = 0;
    while (i + 1 < d->n_parts && left >= d->parts[i].weight)
        left -= d->parts[i++].weight;
    return d->parts[i].of->type->sample(d->parts[i].of, draw);
}

const struct distribution_type distribution_mixture = {
    .name = "mixture",
    .doc = "one of several distributions, chosen by weight",
    .prepare = mixture_prepare,
    .sample = mixture_sample,
};

/* ---- all ---- */

const struct distribution_type *const distribution_types[] = {
    &distribution_constant,
    &distribution_exponential,
    &uniform,
    &normal,
    &lognormal,
    &lognormal_quantiles,
    &gamma_type,
    &erlang,
    &hyperexponential,
    &weibull,
    &weibull_scale,
    &pareto,
    &distribution_empirical,
    &distribution_mixture,
    NULL,
};

static bool has_parameter(const struct distribution_type *type, const char *parameter)
{
    for (int i = 0; i < DISTRIBUTION_PARAMETERS && type->parameters[i].name; i++)
        if (strcmp(type->parameters[i].name, parameter) == 0)
            return true;
    return false;
}

const struct distribution_type *distribution_type_find(const char *name, const char *parameter)
{
    const struct distribution_type *first = NULL;
    for (size_t i = 0; distribution_types[i]; i++) {
        if (strcmp(distribution_types[i]->name, name) != 0)
            continue;
        if (parameter && has_parameter(distribution_types[i], parameter))
            return distribution_types[i];
        if (!first)
            first = distribution_types[i];
    }
    return first;
}

bool distribution_prepare(struct distribution *distribution, struct error *error)
{
    for (int i = 0; i < DISTRIBUTION_PARAMETERS && distribution->type->parameters[i].name; i++)
        if (distribution->parameters[i] < 0.0 || isinf(distribution->parameters[i]))
            return error_set(error, "%s needs a \"%s\" of 0 or more", distribution->type->name,
                             distribution->type->parameters[i].name);
    return distribution->type->prepare(distribution, error);
}

struct distribution distribution_always(double duration_ns)
{
    return (struct distribution){
        .type = &distribution_constant, .parameters = {duration_ns}, .mean_ns = duration_ns};
}

void distribution_finish(struct distribution *distribution)
{
    if (!distribution)
        return;
    for (size_t i = 0; i < distribution->n_parts; i++) {
        distribution_finish(distribution->parts[i].of);
        free(distribution->parts[i].of);
    }
    free(distribution->parts);
    free(distribution->values_ns);
    *distribution = (struct distribution){0};
}

int64_t distribution_sample(const struct distribution *distribution, struct draw *draw)
{
    return distribution_whole_ns(distribution->type->sample(distribution, draw));
}

double distribution_value(const struct distribution *distribution, const struct stream *stream, uint64_t a,
                          uint64_t b)
{
    struct draw draw = draw_make(stream, a, b);
    return distribution->type->sample(distribution, &draw);
}
