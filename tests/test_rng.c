#include "des/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "base/int128.h"
#include "des/exponential_table.h"

/* The chance that a right generator fails a test of chance here. The seeds are fixed, so it fails always or
 * never. */
#define LEVEL 1e-4

static struct draw draw_named(const char *purpose, uint64_t a, uint64_t b)
{
    struct stream stream = stream_make(20260101, 0, purpose);
    return draw_make(&stream, a, b);
}

/* ---- the bits ---- */

struct known_answer {
    uint64_t counter[2], key[2], block[2];
};

/* Random123's own kat_vectors, the lines "threefry2x64 13". */
static const struct known_answer known_answers[] = {
    {{0, 0}, {0, 0}, {0xf167b032c3b480bdU, 0xe91f9fee4b7a6fb5U}},
    {{UINT64_MAX, UINT64_MAX}, {UINT64_MAX, UINT64_MAX}, {0xccdec5c917a874b1U, 0x4df53abca26ceb01U}},
    {{0x243f6a8885a308d3U, 0x13198a2e03707344U},
     {0xa4093822299f31d0U, 0x082efa98ec4e6c89U},
     {0xc3aac71561042993U, 0x3fe7ae8801aff316U}},
};

Test(rng, blocks_are_those_that_random123_publishes)
{
    for (size_t i = 0; i < sizeof known_answers / sizeof known_answers[0]; i++) {
        const struct known_answer *known = &known_answers[i];
        struct stream stream = {.key = {known->key[0], known->key[1]}};
        struct draw draw = draw_make(&stream, known->counter[0], known->counter[1]);
        cr_assert_eq(draw_bits(&draw), known->block[0]);
        cr_assert_eq(draw_bits(&draw), known->block[1]);
        uint64_t third = draw_bits(&draw);
        cr_assert(third != known->block[0] && third != known->block[1], "a new block begins");
    }
}

/* ---- names ---- */

Test(rng, the_same_name_draws_the_same)
{
    struct draw a = draw_named("shop.buy[0].work", 4711, 3), b = draw_named("shop.buy[0].work", 4711, 3);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(draw_bits(&a), draw_bits(&b));
}

Test(rng, every_part_of_a_name_counts)
{
    struct stream streams[] = {
        stream_make(0, 0, "work"), stream_make(1, 0, "work"),          stream_make(2, 0, "work"),
        stream_make(1, 1, "work"), stream_make(0, 1, "work"),          stream_make(1, 0, "walk"),
        stream_make(1, 0, ""),     stream_make(UINT64_MAX, 0, "work"), stream_make(1ULL << 32, 0, "work"),
    };
    enum { STREAMS = sizeof streams / sizeof streams[0] };
    uint64_t firsts[3 * STREAMS];
    size_t n = 0;
    for (size_t i = 0; i < STREAMS; i++)
        for (uint64_t name = 0; name < 3; name++) {
            struct draw draw = draw_make(&streams[i], name == 1, name == 2);
            firsts[n] = draw_bits(&draw);
            for (size_t j = 0; j < n; j++)
                cr_assert_neq(firsts[n], firsts[j]);
            n++;
        }
}

static int compare_words(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Names as a model makes them: small numbers, hashed in a tree. Long draws must not run into one another. */
Test(rng, a_million_words_of_neighbouring_names_are_all_different)
{
    enum { NAMES = 1000, WORDS = 1000 };
    uint64_t *words = malloc((size_t)NAMES * WORDS * sizeof *words);
    struct stream stream = stream_make(1, 0, "work");
    for (uint64_t name = 0; name < NAMES; name++) {
        struct draw draw = draw_make(&stream, name / 10, name % 10);
        for (size_t i = 0; i < WORDS; i++)
            words[name * WORDS + i] = draw_bits(&draw);
    }
    qsort(words, (size_t)NAMES * WORDS, sizeof *words, compare_words);
    for (size_t i = 1; i < (size_t)NAMES * WORDS; i++)
        cr_assert_neq(words[i], words[i - 1]);
    free(words);
}

/* The first draws of 100,000 requests, one stream against another and each against its neighbour: a
 * correlation of n pairs has the standard deviation 1/sqrt(n). */
Test(rng, streams_and_neighbours_are_uncorrelated)
{
    enum { PAIRS = 100000 };
    struct stream one = stream_make(1, 0, "work"), other = stream_make(1, 0, "walk");
    double across = 0.0, along = 0.0, last = 0.5;
    for (uint64_t i = 0; i < PAIRS; i++) {
        struct draw a = draw_make(&one, i, 0), b = draw_make(&other, i, 0);
        double x = draw_uniform(&a), y = draw_uniform(&b);
        across += (x - 0.5) * (y - 0.5) * 12.0;
        along += (x - 0.5) * (last - 0.5) * 12.0;
        last = x;
    }
    double limit = gsl_cdf_ugaussian_Qinv(LEVEL / 2.0) * sqrt(PAIRS);
    cr_assert_lt(fabs(across), limit);
    cr_assert_lt(fabs(along), limit);
}

Test(rng, mixing_is_a_permutation_in_each_argument)
{
    enum { MANY = 100000 };
    static uint64_t words[2][MANY];
    for (uint64_t i = 0; i < MANY; i++) {
        words[0][i] = rng_mix(i, 42);
        words[1][i] = rng_mix(42, i);
    }
    for (int argument = 0; argument < 2; argument++) {
        qsort(words[argument], MANY, sizeof words[argument][0], compare_words);
        for (size_t i = 1; i < MANY; i++)
            cr_assert_neq(words[argument][i], words[argument][i - 1]);
    }
    cr_assert_neq(rng_mix(1, 2), rng_mix(2, 1));
}

/* ---- uniform ---- */

static double chi_square(const uint64_t *counts, size_t cells, double expected)
{
    double sum = 0.0;
    for (size_t i = 0; i < cells; i++)
        sum += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    return sum;
}

static void assert_even(const uint64_t *counts, size_t cells, double n)
{
    double statistic = chi_square(counts, cells, n / (double)cells);
    cr_assert_gt(gsl_cdf_chisq_Q(statistic, (double)(cells - 1)), LEVEL / 2.0, "too uneven: %g", statistic);
    cr_assert_gt(gsl_cdf_chisq_P(statistic, (double)(cells - 1)), LEVEL / 2.0, "too even: %g", statistic);
}

Test(rng, uniform_is_even_at_both_ends_of_its_bits)
{
    enum { CELLS = 1024, DRAWS = 1000000 };
    static uint64_t high[CELLS], low[CELLS];
    struct draw draw = draw_named("uniform", 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        double u = draw_uniform(&draw);
        cr_assert(u >= 0.0 && u < 1.0);
        high[(size_t)(u * CELLS)]++;
        low[(uint64_t)(u * 0x1p53) % CELLS]++;
    }
    assert_even(high, CELLS, DRAWS);
    assert_even(low, CELLS, DRAWS);
}

Test(rng, uniform_is_even_across_names)
{
    enum { CELLS = 1024, DRAWS = 1000000 };
    static uint64_t counts[CELLS];
    struct stream stream = stream_make(1, 0, "work");
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        counts[(size_t)(draw_uniform(&draw) * CELLS)]++;
    }
    assert_even(counts, CELLS, DRAWS);
}

Test(rng, below_is_even_for_any_n)
{
    static const uint64_t limits[] = {2, 3, 7, 10, 100, 1000};
    enum { DRAWS = 200000 };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        uint64_t counts[1000] = {0};
        struct draw draw = draw_named("below", i, 0);
        for (int k = 0; k < DRAWS; k++) {
            uint64_t value = draw_below(&draw, limits[i]);
            cr_assert_lt(value, limits[i]);
            counts[value]++;
        }
        assert_even(counts, limits[i], DRAWS);
    }
}

/* n = 3/4 of 2^64: without rejection every third value would come twice as often as its neighbours. */
Test(rng, below_is_even_for_great_n)
{
    uint64_t n = 3ULL << 62, quarters[3] = {0}, remainders[3] = {0};
    struct draw draw = draw_named("below", 0, 1);
    for (int i = 0; i < 100000; i++) {
        uint64_t value = draw_below(&draw, n);
        quarters[value >> 62]++;
        remainders[value % 3]++;
    }
    assert_even(quarters, 3, 100000);
    assert_even(remainders, 3, 100000);
    cr_assert_eq(draw_below(&draw, 1), 0);
    cr_assert_lt(draw_below(&draw, UINT64_MAX), UINT64_MAX);
}

/* Lemire's algorithm as he prints it. */
Test(rng, below_rejects_as_published)
{
    static const uint64_t limits[] = {1, 2, 3, 1000, 1ULL << 63, 3ULL << 62, UINT64_MAX};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        uint64_t n = limits[i];
        struct draw draw = draw_named("below", i, 2), same = draw;
        for (int k = 0; k < 1000; k++) {
            uint128 product = (uint128)draw_bits(&same) * n;
            if ((uint64_t)product < n)
                while ((uint64_t)product < -n % n)
                    product = (uint128)draw_bits(&same) * n;
            cr_assert_eq(draw_below(&draw, n), (uint64_t)(product >> 64));
        }
    }
}

/* ---- exponential ---- */

Test(rng, exponential_table_computed_again)
{
    double r = 7.697117470131050, v = (r + 1.0) * exp(-r);
    double x = r;
    cr_assert_float_eq(exponential_x[0], v / exp(-r), 1e-13);
    for (int i = 1; i < EXPONENTIAL_LAYERS; i++) {
        cr_assert_float_eq(exponential_x[i], x, 1e-9, "x[%d]", i);
        cr_assert_float_eq(exponential_y[i], exp(-x), 1e-9, "y[%d]", i);
        /* Exact within a rounding where it matters: each layer has the area v. */
        double top = i + 1 < EXPONENTIAL_LAYERS ? exponential_y[i + 1] : 1.0;
        cr_assert_float_eq(exponential_x[i] * (top - exponential_y[i]), v, 1e-13, "area %d", i);
        x = -log(exp(-x) + v / x);
    }
    cr_assert_eq(exponential_x[EXPONENTIAL_LAYERS], 0.0);
    cr_assert_eq(exponential_y[EXPONENTIAL_LAYERS], 1.0);
}

/* Half a layer a cell: fine enough to see a wedge that is drawn wrongly. Beyond r the tail is drawn by
 * another branch, and from the density itself. */
Test(rng, exponential_is_exponential_in_each_half_layer_and_in_the_tail)
{
    enum { CELLS = 2 * EXPONENTIAL_LAYERS + 2, DRAWS = 20000000 };
    static uint64_t counts[CELLS];
    double edges[CELLS] = {9.2, 8.7, 8.2, exponential_x[1]}; /* the least of each cell, falling to 0 */
    for (int i = 1; i < EXPONENTIAL_LAYERS; i++) {
        edges[2 * i + 2] = (exponential_x[i] + exponential_x[i + 1]) / 2.0;
        edges[2 * i + 3] = exponential_x[i + 1];
    }
    struct draw draw = draw_named("exponential", 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        double x = draw_exponential(&draw);
        size_t low = 0, high = CELLS - 1; /* the first edge that is not above x */
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (edges[middle] <= x)
                high = middle;
            else
                low = middle + 1;
        }
        counts[low]++;
    }
    double statistic = 0.0, above = 0.0;
    for (int i = 0; i < CELLS; i++) {
        double up_to_here = exp(-edges[i]), expected = DRAWS * (up_to_here - above);
        above = up_to_here;
        statistic += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    }
    cr_assert_gt(gsl_cdf_chisq_Q(statistic, CELLS - 1.0), LEVEL, "%g with %d cells", statistic, CELLS);
}

/* Among a million there are 11,000 whose first point lies outside of its layer. */
Test(rng, a_stream_s_exponential_is_that_of_its_draw)
{
    struct stream stream = stream_make(1, 0, "work");
    for (uint64_t i = 0; i < 1000000; i++) {
        struct draw draw = draw_make(&stream, i / 10, i % 10);
        cr_assert_eq(stream_exponential(&stream, i / 10, i % 10), draw_exponential(&draw));
    }
}

/* P(k) = p (1 - p)^(k - 1) for k = 1, 2, ...; the last cell holds all that is beyond. */
Test(rng, geometric_is_geometric)
{
    enum { CELLS = 12, DRAWS = 200000 };
    uint64_t counts[CELLS] = {0};
    struct draw draw = draw_named("geometric", 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t throws = draw_geometric(&draw, 4.0);
        cr_assert_geq(throws, 1);
        counts[throws < CELLS ? throws - 1 : CELLS - 1]++;
    }
    double statistic = 0.0, left = 1.0;
    for (int k = 1; k <= CELLS; k++) {
        double expected = DRAWS * (k < CELLS ? left / 4.0 : left);
        statistic += ((double)counts[k - 1] - expected) * ((double)counts[k - 1] - expected) / expected;
        left *= 0.75;
    }
    cr_assert_gt(gsl_cdf_chisq_Q(statistic, CELLS - 1), LEVEL);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(draw_geometric(&draw, 1.0), 1);
}

/* ---- as a generator of GSL's ---- */

Test(rng, gsl_draws_through_it)
{
    struct draw draw = draw_named("gsl", 0, 0), same = draw;
    gsl_rng rng = draw_as_gsl(&draw);
    cr_assert_eq(gsl_rng_min(&rng), 0);
    cr_assert_eq(gsl_rng_max(&rng), 0xffffffffUL);
    cr_assert_eq(gsl_rng_size(&rng), sizeof draw);
    gsl_rng_set(&rng, 99); /* its name is its seed: no effect */
    cr_assert_eq(gsl_rng_get(&rng), draw_bits(&same) >> 32);
    cr_assert_eq(gsl_rng_uniform(&rng), draw_uniform(&same));
}

Test(rng, gsl_normal_has_its_moments)
{
    enum { DRAWS = 1000000 };
    struct draw draw = draw_named("gsl", 0, 1);
    gsl_rng rng = draw_as_gsl(&draw);
    double sum = 0.0, squares = 0.0, cubes = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        double x = gsl_ran_gaussian_ratio_method(&rng, 1.0);
        sum += x;
        squares += x * x;
        cubes += x * x * x;
    }
    /* The variances of x, x^2 and x^3 are 1, 2 and 15. */
    double limit = gsl_cdf_ugaussian_Qinv(LEVEL / 2.0) * sqrt(DRAWS);
    cr_assert_lt(fabs(sum), limit);
    cr_assert_lt(fabs(squares - DRAWS), limit * sqrt(2.0));
    cr_assert_lt(fabs(cubes), limit * sqrt(15.0));
}

Test(rng, gsl_integers_are_even)
{
    enum { DRAWS = 1000000 };
    uint64_t counts[37] = {0};
    struct draw draw = draw_named("gsl", 0, 2);
    gsl_rng rng = draw_as_gsl(&draw);
    for (int i = 0; i < DRAWS; i++)
        counts[gsl_rng_uniform_int(&rng, 37)]++;
    assert_even(counts, 37, DRAWS);
}
