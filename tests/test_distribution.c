#include "des/distribution.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "des/sim.h"

/* The chance that a right sampler fails a test of chance here. The seeds are fixed, so it fails always or
 * never. */
#define LEVEL 1e-4

#define MS 1e6 /* ns */

static struct distribution make(const char *name, const char *first, double a, double b, double c)
{
    struct distribution d = {.type = distribution_type_find(name, first), .parameters = {a, b, c}};
    cr_assert_not_null(d.type, "no distribution %s", name);
    return d;
}

/* ---- a table of all kinds: against the textbook's distribution function, mean and standard deviation ----
 */

struct textbook {
    char name[20];
    char first[10]; /* the name of the first parameter: it tells spellings apart */
    double parameters[3];
    double mean_ns, sd_ns;
    double (*share_below)(const double *parameters, double x_ns); /* NULL: not continuous */
};

static double exponential_cdf(const double *p, double x)
{
    return gsl_cdf_exponential_P(x, p[0]);
}

static double uniform_cdf(const double *p, double x)
{
    return gsl_cdf_flat_P(x, p[0], p[1]);
}

static double normal_cdf(const double *p, double x)
{
    return x < 0.0 ? 0.0 : gsl_cdf_gaussian_P(x - p[0], p[1]);
}

static double lognormal_cdf(const double *p, double x)
{
    double variance = log(1.0 + p[1] * p[1]);
    return gsl_cdf_lognormal_P(x, log(p[0]) - variance / 2.0, sqrt(variance));
}

/* The 99 % point of the standard normal, from a printed table. */
#define NORMAL_P99 2.3263478740408408

static double lognormal_quantiles_cdf(const double *p, double x)
{
    return gsl_cdf_lognormal_P(x, log(p[0]), log(p[1] / p[0]) / NORMAL_P99);
}

static double gamma_cdf(const double *p, double x)
{
    return gsl_cdf_gamma_P(x, 1.0 / (p[1] * p[1]), p[0] * p[1] * p[1]);
}

static double erlang_cdf(const double *p, double x)
{
    return gsl_cdf_gamma_P(x, p[1], p[0] / p[1]);
}

/* cv 2: p = (1 + sqrt(3/5)) / 2 of the values come from the shorter branch; either gives half of the mean. */
static double hyperexponential_cdf(const double *p, double x)
{
    double share = (1.0 + sqrt(0.6)) / 2.0;
    return share * gsl_cdf_exponential_P(x, p[0] / (2.0 * share)) +
           (1.0 - share) * gsl_cdf_exponential_P(x, p[0] / (2.0 * (1.0 - share)));
}

/* Shape 0.5: the mean is twice the scale. */
static double weibull_cdf(const double *p, double x)
{
    return gsl_cdf_weibull_P(x, p[0] / 2.0, p[1]);
}

static double weibull_scale_cdf(const double *p, double x)
{
    return gsl_cdf_weibull_P(x, p[0], p[1]);
}

static double pareto_cdf(const double *p, double x)
{
    return gsl_cdf_pareto_P(x, p[1], p[0]);
}

static double pareto_cut_cdf(const double *p, double x)
{
    return gsl_cdf_pareto_P(x, p[1], p[0]) / gsl_cdf_pareto_P(p[2], p[1], p[0]);
}

static const struct textbook books[] = {
    {"constant", "value", {5 * MS, NAN, NAN}, 5 * MS, 0.0, NULL},
    {"exponential", "mean", {5 * MS, NAN, NAN}, 5 * MS, 5 * MS, exponential_cdf},
    /* (b - a) / sqrt(12) */
    {"uniform", "min", {1 * MS, 9 * MS, NAN}, 5 * MS, 2.309401076758503 * MS, uniform_cdf},
    /* 5 sd from the cut, which does not show */
    {"normal", "mean", {50 * MS, 10 * MS, NAN}, 50 * MS, 10 * MS, normal_cdf},
    /* cut in the middle: mean sd/sqrt(2 pi), variance sd^2 (1/2 - 1/(2 pi)) */
    {"normal", "mean", {0.0, 10 * MS, NAN}, 3.989422804014327 * MS, 5.838193701035489 * MS, normal_cdf},
    {"lognormal", "mean", {40 * MS, 1.5, NAN}, 40 * MS, 60 * MS, lognormal_cdf},
    {"lognormal", "mean", {30 * MS, 0.3, NAN}, 30 * MS, 9 * MS, lognormal_cdf},
    /* sigma = ln(10) / 2.326..., mean = 10 exp(sigma^2 / 2), sd = mean sqrt(exp(sigma^2) - 1) */
    {"lognormal",
     "median",
     {10 * MS, 100 * MS, NAN},
     16.32051055520352 * MS,
     21.050236320184656 * MS,
     lognormal_quantiles_cdf},
    {"gamma", "mean", {20 * MS, 0.5, NAN}, 20 * MS, 10 * MS, gamma_cdf},
    {"gamma", "mean", {20 * MS, 2.0, NAN}, 20 * MS, 40 * MS, gamma_cdf},
    {"erlang", "mean", {20 * MS, 4.0, NAN}, 20 * MS, 10 * MS, erlang_cdf},
    {"erlang", "mean", {20 * MS, 1.0, NAN}, 20 * MS, 20 * MS, erlang_cdf},
    {"hyperexponential", "mean", {20 * MS, 2.0, NAN}, 20 * MS, 40 * MS, hyperexponential_cdf},
    /* shape 1/2: cv sqrt(5) */
    {"weibull", "mean", {20 * MS, 0.5, NAN}, 20 * MS, 44.721359549995796 * MS, weibull_cdf},
    /* shape 2 is Rayleigh: scale sqrt(pi)/2 and scale sqrt(1 - pi/4) */
    {"weibull",
     "scale",
     {20 * MS, 2.0, NAN},
     17.724538509055158 * MS,
     9.265027513109818 * MS,
     weibull_scale_cdf},
    /* alpha 3: mean 3/2 min, variance 3/4 min^2 */
    {"pareto", "min", {10 * MS, 3.0, NAN}, 15 * MS, 8.660254037844386 * MS, pareto_cdf},
    /* alpha 1 on [1, e^2]: mean 2 / (1 - e^-2), mean square e^2, from the integrals by hand */
    {"pareto",
     "min",
     {1 * MS, 1.0, 7.38905609893065 * MS},
     2.3130352854993312 * MS,
     1.4279089140998023 * MS,
     pareto_cut_cdf},
    /* alpha 2 on [1, 2]: mean 4/3, mean square (8/3) ln 2 */
    {"pareto",
     "min",
     {1 * MS, 2.0, 2 * MS},
     1.3333333333333333 * MS,
     0.2657342727527062 * MS,
     pareto_cut_cdf},
};
enum { BOOKS = sizeof books / sizeof books[0] };

/* A row's number: a test runs in a process of its own, where functions may lie elsewhere. */
ParameterizedTestParameters(distribution, textbook)
{
    static size_t rows[BOOKS];
    for (size_t i = 0; i < BOOKS; i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, BOOKS);
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

enum { DRAWS = 100000 };

/* The value of the draw of that name, by either way. */
static int64_t sample_of(const struct distribution *d, const struct stream *stream, uint64_t name)
{
    struct draw draw = draw_make(stream, name, 0);
    int64_t value = distribution_draw(d, stream, name, 0);
    cr_assert_eq(distribution_sample(d, &draw), value);
    return value;
}

/* One value of each of many draws, as a model takes them. */
static void sample_many(const struct distribution *d, double *values)
{
    struct stream stream = stream_make(20260101, 0, d->type->name);
    for (uint64_t i = 0; i < DRAWS; i++)
        values[i] = (double)sample_of(d, &stream, i);
}

/* Kolmogorov and Smirnov: P(sqrt(n) D > t) is near 2 exp(-2 t^2); less where values are cut to 0. */
static double critical_distance(double level, double n)
{
    return sqrt(log(2.0 / level) / 2.0 / n);
}

static void assert_follows(const double *sorted, const struct textbook *book)
{
    double worst = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        /* A value of n ns stands for [n - 1/2, n + 1/2). */
        double below = sorted[i] > 0.0 ? book->share_below(book->parameters, sorted[i] - 0.5) : 0.0;
        double up_to = book->share_below(book->parameters, sorted[i] + 0.5);
        worst = fmax(worst, fmax((double)i / DRAWS - up_to, below - (i + 1.0) / DRAWS));
    }
    double limit = critical_distance(LEVEL, DRAWS);
    cr_assert_lt(worst, limit, "%s: D = %g beyond %g", book->name, worst, limit);
}

ParameterizedTest(const size_t *row, distribution, textbook)
{
    const struct textbook *book = &books[*row];
    struct distribution d =
        make(book->name, book->first, book->parameters[0], book->parameters[1], book->parameters[2]);
    struct error error = {0};
    cr_assert(distribution_prepare(&d, &error), "%s", error_text(&error));
    cr_assert_float_eq(d.mean_ns, book->mean_ns, 1e-6 * book->mean_ns, "%s: mean %.10g", book->name,
                       d.mean_ns);
    cr_assert_float_eq(d.sd_ns, book->sd_ns, 1e-6 * book->mean_ns, "%s: sd %.10g", book->name, d.sd_ns);
    double *values = malloc(DRAWS * sizeof *values), mean = 0.0;
    sample_many(&d, values);
    for (int i = 0; i < DRAWS; i++)
        mean += values[i] / DRAWS;
    double tolerance = gsl_cdf_ugaussian_Qinv(LEVEL / 2.0) * book->sd_ns / sqrt(DRAWS) + 0.5;
    cr_assert_float_eq(mean, book->mean_ns, tolerance, "%s: mean of the sample %g", book->name, mean);
    if (book->share_below) {
        qsort(values, DRAWS, sizeof *values, compare_doubles);
        assert_follows(values, book);
    }
    free(values);
}

/* D11.ks: Kolmogorov, Giorn. Ist. Ital. Attuari 4, 1933. Of right samples 5 % are off by more. */
Test(distribution, the_distance_of_kolmogorov_and_smirnov)
{
    enum { SAMPLES = 1000, SIZE = 10000 };
    double limit = critical_distance(0.05, SIZE);
    cr_assert_float_eq(limit, 0.013581015, 1e-9);
    struct distribution d = make("exponential", "mean", 5 * MS, NAN, NAN);
    cr_assert(distribution_prepare(&d, NULL));
    static double values[SIZE];
    int beyond = 0;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        struct stream stream = stream_make(1, s, "distance");
        double worst = 0.0;
        for (uint64_t i = 0; i < SIZE; i++)
            values[i] = (double)distribution_draw(&d, &stream, i, 0);
        qsort(values, SIZE, sizeof *values, compare_doubles);
        for (int i = 0; i < SIZE; i++) {
            double share = exponential_cdf(d.parameters, values[i]);
            worst = fmax(worst, fmax((i + 1.0) / SIZE - share, share - (double)i / SIZE));
        }
        beyond += worst > limit;
    }
    cr_assert_float_eq(beyond / (double)SAMPLES, 0.05, 4.0 * sqrt(0.05 * 0.95 / SAMPLES), "%d", beyond);
}

Test(distribution, every_kind_is_in_this_file_and_documented)
{
    static const char *const known =
        "constant exponential uniform normal lognormal gamma erlang hyperexponential "
        "weibull pareto empirical mixture";
    for (size_t i = 0; distribution_types[i]; i++) {
        const struct distribution_type *type = distribution_types[i];
        cr_assert_not_null(strstr(known, type->name), "%s has no test", type->name);
        cr_assert_gt(strlen(type->doc), 0);
        for (int p = 0; type->parameters[p].name; p++)
            cr_assert_gt(strlen(type->parameters[p].doc), 0);
    }
}

/* ---- finding ---- */

Test(distribution, kinds_are_found_by_name_and_spelling)
{
    cr_assert_eq(distribution_type_find("exponential", NULL), &distribution_exponential);
    cr_assert_null(distribution_type_find("exponentail", NULL));
    cr_assert_null(distribution_type_find("", NULL));
    const struct distribution_type *by_mean = distribution_type_find("lognormal", "cv");
    const struct distribution_type *by_median = distribution_type_find("lognormal", "p99");
    cr_assert_str_eq(by_mean->parameters[0].name, "mean");
    cr_assert_str_eq(by_median->parameters[0].name, "median");
    cr_assert_eq(distribution_type_find("lognormal", "no such parameter"), by_mean);
}

/* ---- what is refused ---- */

struct refusal {
    char name[20];
    char first[10];
    double parameters[3];
    char message[80];
};

ParameterizedTestParameters(distribution, refusals)
{
    static struct refusal refusals[] = {
        {"constant", "value", {NAN, NAN, NAN}, "constant needs \"value\""},
        {"constant", "value", {-1.0, NAN, NAN}, "constant needs a \"value\" of 0 or more"},
        {"constant", "value", {INFINITY, NAN, NAN}, "constant needs a \"value\" of 0 or more"},
        {"exponential", "mean", {NAN, NAN, NAN}, "exponential needs \"mean\""},
        {"uniform", "min", {1.0, NAN, NAN}, "uniform needs \"max\""},
        {"uniform", "min", {2.0, 1.0, NAN}, "uniform needs \"min\" <= \"max\""},
        {"normal", "mean", {1.0, 0.0, NAN}, "normal needs a positive \"sd\""},
        {"lognormal", "mean", {0.0, 1.0, NAN}, "lognormal needs a positive \"mean\""},
        {"lognormal", "mean", {1.0, NAN, NAN}, "lognormal needs \"cv\""},
        {"lognormal", "mean", {1.0, 0.0, NAN}, "lognormal needs a positive \"cv\""},
        {"lognormal", "mean", {1.0, 1e200, NAN}, "lognormal needs a \"cv\" from 0.000001 to 1000"},
        {"lognormal", "median", {1.0, NAN, NAN}, "lognormal needs \"p99\""},
        {"lognormal", "median", {0.0, 5.0, NAN}, "lognormal needs a positive \"median\""},
        {"lognormal", "median", {5.0, 5.0, NAN}, "lognormal needs \"median\" < \"p99\""},
        {"gamma", "mean", {1.0, 0.0, NAN}, "gamma needs a positive \"cv\""},
        {"gamma", "mean", {1.0, 1e-200, NAN}, "gamma needs a \"cv\" from 0.000001 to 1000"},
        {"erlang", "mean", {1.0, 0.0, NAN}, "erlang needs a whole number \"k\" from 1 to 1000000"},
        {"erlang", "mean", {1.0, 2.5, NAN}, "erlang needs a whole number \"k\" from 1 to 1000000"},
        {"erlang", "mean", {1.0, 1e7, NAN}, "erlang needs a whole number \"k\" from 1 to 1000000"},
        {"hyperexponential", "mean", {1.0, 0.5, NAN}, "hyperexponential needs a \"cv\" from 1 to 1000"},
        {"hyperexponential", "mean", {1.0, 1e9, NAN}, "hyperexponential needs a \"cv\" from 1 to 1000"},
        {"weibull", "mean", {1.0, 0.01, NAN}, "weibull needs a \"shape\" from 0.1 to 1000"},
        {"weibull", "scale", {0.0, 1.0, NAN}, "weibull needs a positive \"scale\""},
        {"pareto", "min", {NAN, 1.0, NAN}, "pareto needs \"min\""},
        {"pareto", "min", {1.0, NAN, NAN}, "pareto needs \"alpha\""},
        {"pareto", "min", {0.0, 1.0, NAN}, "pareto needs a positive \"min\""},
        {"pareto", "min", {2.0, 1.0, 2.0}, "pareto needs \"min\" < \"max\""},
        {"empirical", "", {NAN, NAN, NAN}, "empirical needs at least one value"},
        {"mixture", "", {NAN, NAN, NAN}, "mixture needs at least one part"},
    };
    return cr_make_param_array(struct refusal, refusals, sizeof refusals / sizeof refusals[0]);
}

ParameterizedTest(struct refusal *refusal, distribution, refusals)
{
    struct distribution d = make(refusal->name, refusal->first, refusal->parameters[0],
                                 refusal->parameters[1], refusal->parameters[2]);
    struct error error = {0};
    cr_assert_not(distribution_prepare(&d, &error), "should be refused: %s", refusal->message);
    cr_assert_str_eq(error_text(&error), refusal->message);
    cr_assert_not(distribution_prepare(&d, NULL));
    error_finish(&error);
}

/* ---- limits ---- */

static int64_t sample_once(const struct distribution *d, uint64_t name)
{
    struct stream stream = stream_make(1, 0, "once");
    return sample_of(d, &stream, name);
}

Test(distribution, constants_are_exact_and_rounded)
{
    struct distribution d = distribution_always(2e9);
    cr_assert_eq(sample_once(&d, 0), 2000000000);
    cr_assert_eq(d.mean_ns, 2e9);
    cr_assert_eq(d.sd_ns, 0.0);
    d = distribution_always(0.0);
    cr_assert_eq(sample_once(&d, 0), 0);
    cr_assert_eq(d.sd_ns, 0.0);
    d = distribution_always(2.4);
    cr_assert_eq(sample_once(&d, 0), 2);
    d = distribution_always(2.5);
    cr_assert_eq(sample_once(&d, 0), 3);
}

Test(distribution, values_stay_between_0_and_the_longest_time)
{
    struct distribution huge = distribution_always(1e300);
    cr_assert_eq(sample_once(&huge, 0), SIM_TIME_MAX);
    struct distribution cut = make("normal", "mean", 0.0, 1e9, NAN);
    struct distribution heavy = make("pareto", "min", 1.0, 0.01, NAN);
    cr_assert(distribution_prepare(&cut, NULL));
    cr_assert(distribution_prepare(&heavy, NULL));
    int zeros = 0, longest = 0;
    for (uint64_t i = 0; i < 10000; i++) {
        int64_t a = sample_once(&cut, i), b = sample_once(&heavy, i);
        cr_assert(a >= 0 && b >= 1 && b <= SIM_TIME_MAX);
        zeros += a == 0;
        longest += b == SIM_TIME_MAX;
    }
    /* Half; and (2.3e18)^-0.01 = 65 %: three standard deviations are 150. */
    cr_assert(zeros > 4850 && zeros < 5150, "%d", zeros);
    cr_assert(longest > 6400 && longest < 6700, "%d", longest);
}

/* The farthest that prepare() lets through still samples something near what it promises. */
Test(distribution, extreme_parameters_do_not_break_the_samplers)
{
    struct distribution narrow = make("gamma", "mean", 1e9, 1e-6, NAN);
    struct distribution narrow_lognormal = make("lognormal", "mean", 1e9, 1e-6, NAN);
    struct distribution phases = make("erlang", "mean", 1e9, 1e6, NAN);
    struct distribution steep = make("pareto", "min", 1e9, 1e6, NAN);
    struct distribution narrow_weibull = make("weibull", "mean", 1e9, 1000.0, NAN);
    struct distribution *all[] = {&narrow, &narrow_lognormal, &phases, &steep, &narrow_weibull};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        cr_assert(distribution_prepare(all[i], NULL));
        cr_assert_float_eq(all[i]->mean_ns, 1e9, 1e-5 * 1e9);
        cr_assert_lt(all[i]->sd_ns, 2e-3 * 1e9);
        for (uint64_t name = 0; name < 1000; name++)
            cr_assert_float_eq((double)sample_once(all[i], name), 1e9, 2e-2 * 1e9, "%s", all[i]->type->name);
    }
}

Test(distribution, moments_that_do_not_exist)
{
    struct distribution no_mean = make("pareto", "min", 1e6, 1.0, NAN),
                        no_sd = make("pareto", "min", 1e6, 2.0, NAN);
    cr_assert(distribution_prepare(&no_mean, NULL));
    cr_assert(isinf(no_mean.mean_ns) && isinf(no_mean.sd_ns));
    cr_assert(distribution_prepare(&no_sd, NULL));
    cr_assert_float_eq(no_sd.mean_ns, 2e6, 1.0);
    cr_assert(isinf(no_sd.sd_ns));
}

/* As alpha passes the moment's order the formula changes, the moment hardly does. */
Test(distribution, cut_pareto_has_no_jump_where_alpha_is_a_whole_number)
{
    for (int alpha = 1; alpha <= 2; alpha++) {
        struct distribution at = make("pareto", "min", 1e6, alpha, 1e9);
        struct distribution beside = make("pareto", "min", 1e6, alpha + 1e-12, 1e9);
        cr_assert(distribution_prepare(&at, NULL) && distribution_prepare(&beside, NULL));
        cr_assert_float_eq(at.mean_ns / beside.mean_ns, 1.0, 1e-10);
        cr_assert_float_eq(at.sd_ns / beside.sd_ns, 1.0, 1e-10);
    }
}

/* ---- empirical, mixture ---- */

Test(distribution, empirical_draws_each_value_alike)
{
    double values_ns[] = {1.0, 2.0, 2.0, 7.0};
    struct distribution d = {.type = &distribution_empirical, .values_ns = values_ns, .n_values = 4};
    cr_assert(distribution_prepare(&d, NULL));
    cr_assert_eq(d.mean_ns, 3.0);
    cr_assert_float_eq(d.sd_ns, sqrt(22.0 / 4.0), 1e-12);
    int counts[8] = {0};
    for (uint64_t i = 0; i < 40000; i++)
        counts[sample_once(&d, i)]++;
    cr_assert_eq(counts[1] + counts[2] + counts[7], 40000);
    /* four standard deviations: 4 sqrt(40000 / 4 * 3 / 4), and sqrt(40000 / 4) */
    cr_assert_lt(abs(counts[1] - 10000), 350);
    cr_assert_lt(abs(counts[2] - 20000), 400);
    cr_assert_lt(abs(counts[7] - 10000), 350);
}

static struct distribution *make_constant(double ns)
{
    struct distribution *d = malloc(sizeof *d);
    *d = distribution_always(ns);
    return d;
}

Test(distribution, mixture_chooses_by_weight)
{
    struct mixture_part *parts = calloc(3, sizeof *parts);
    parts[0] = (struct mixture_part){.weight = 1.0, .of = make_constant(10.0)};
    parts[1] = (struct mixture_part){.weight = 2.0, .of = make_constant(20.0)};
    parts[2] = (struct mixture_part){.weight = 5.0, .of = make_constant(30.0)};
    struct distribution d = {.type = &distribution_mixture, .parts = parts, .n_parts = 3};
    cr_assert(distribution_prepare(&d, NULL));
    cr_assert_float_eq(d.mean_ns, 25.0, 1e-12);     /* (10 + 2 * 20 + 5 * 30) / 8 */
    cr_assert_float_eq(d.sd_ns, sqrt(50.0), 1e-12); /* (225 + 2 * 25 + 5 * 25) / 8 */
    int counts[4] = {0};
    for (uint64_t i = 0; i < 80000; i++)
        counts[sample_once(&d, i) / 10]++;
    cr_assert_lt(abs(counts[1] - 10000), 380);
    cr_assert_lt(abs(counts[2] - 20000), 490);
    cr_assert_lt(abs(counts[3] - 50000), 550);
    distribution_finish(&d);
    distribution_finish(NULL);
}

Test(distribution, mixture_of_unlike_parts_has_their_moments)
{
    struct mixture_part *parts = calloc(2, sizeof *parts);
    struct distribution *exponential = malloc(sizeof *exponential);
    *exponential = make("exponential", "mean", 10 * MS, NAN, NAN);
    cr_assert(distribution_prepare(exponential, NULL));
    parts[0] = (struct mixture_part){.weight = 0.5, .of = exponential};
    parts[1] = (struct mixture_part){.weight = 0.5, .of = make_constant(30 * MS)};
    struct distribution d = {.type = &distribution_mixture, .parts = parts, .n_parts = 2};
    cr_assert(distribution_prepare(&d, NULL));
    cr_assert_float_eq(d.mean_ns, 20 * MS, 1e-6);
    cr_assert_float_eq(d.sd_ns, sqrt(550.0 - 400.0) * MS, 1e-3); /* mean square (200 + 900) / 2 */
    distribution_finish(&d);
}

Test(distribution, mixture_refuses_weights_that_are_none)
{
    static const double weights[] = {0.0, -1.0, INFINITY, NAN};
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        struct mixture_part *parts = calloc(1, sizeof *parts);
        parts[0] = (struct mixture_part){.weight = weights[i], .of = make_constant(1.0)};
        struct distribution d = {.type = &distribution_mixture, .parts = parts, .n_parts = 1};
        struct error error = {0};
        cr_assert_not(distribution_prepare(&d, &error));
        cr_assert_str_eq(error_text(&error), "mixture needs a positive \"weight\"");
        error_finish(&error);
        distribution_finish(&d);
    }
}
