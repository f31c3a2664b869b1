#include "des/rng.h"

#include <math.h>

#include <Random123/threefry.h>

#include "base/int128.h"
#include "des/exponential_table.h"

enum { ROUNDS = 13 };

struct rng_block rng_block(uint64_t key_0, uint64_t key_1, uint64_t counter_0, uint64_t counter_1)
{
    threefry2x64_ctr_t counter = {{counter_0, counter_1}};
    threefry2x64_key_t key = {{key_0, key_1}};
    threefry2x64_ctr_t r = threefry2x64_R(ROUNDS, counter, key);
    return (struct rng_block){{r.v[0], r.v[1]}};
}

uint64_t rng_name(const char *string)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (; *string; string++)
        h = (h ^ (unsigned char)*string) * 0x100000001b3U;
    return h;
}

struct stream stream_make(uint64_t seed, uint64_t replication, const char *purpose)
{
    struct rng_block block = rng_block(seed, 0, rng_name(purpose), replication);
    return (struct stream){.key = {block.words[0], block.words[1]}};
}

/* The ziggurat's point of `bits`, and whether it lies within its layer, as 99 of 100 do. rng_unit() does
 * not use the bits that tell the layer. */
static inline bool within_layer(uint64_t bits, unsigned *ret_layer, double *ret_x)
{
    *ret_layer = bits & (EXPONENTIAL_LAYERS - 1);
    *ret_x = rng_unit(bits) * exponential_x[*ret_layer];
    return *ret_x < exponential_x[*ret_layer + 1];
}

double draw_exponential(struct draw *draw)
{
    double beyond = 0.0, x;
    unsigned layer;
    while (!within_layer(draw_bits(draw), &layer, &x)) {
        if (layer == 0) { /* the tail is the same density again: no memory */
            beyond += exponential_x[1];
            continue;
        }
        double y =
            exponential_y[layer] + draw_uniform(draw) * (exponential_y[layer + 1] - exponential_y[layer]);
        if (y < exp(-x))
            break;
    }
    return beyond + x;
}

double stream_exponential(const struct stream *stream, uint64_t a, uint64_t b)
{
    double x;
    unsigned layer;
    if (within_layer(rng_block(stream->key[0], stream->key[1], a, b).words[0], &layer, &x))
        return x;
    struct draw draw = draw_make(stream, a, b);
    return draw_exponential(&draw);
}

uint64_t draw_below(struct draw *draw, uint64_t n)
{
    for (;;) {
        uint128 product = (uint128)draw_bits(draw) * n;
        uint64_t low = (uint64_t)product;
        if (low >= n || low >= -n % n) /* the threshold is below n: most draws need no division */
            return (uint64_t)(product >> 64);
    }
}

/* An exponential time, in whole throws: P(throws > k) = (1 - 1 / mean)^k. */
uint64_t draw_geometric(struct draw *draw, double mean)
{
    double more = draw_exponential(draw) / -log1p(-1.0 / mean);
    return more < 0x1p63 ? 1 + (uint64_t)more : UINT64_C(1) << 63;
}

/* GSL seeds through `set`; a draw has its name instead. */
static void ignore_seed(void *state, unsigned long seed)
{
    (void)state;
    (void)seed;
}

/* 32 bits also where unsigned long has 64, so that all platforms draw the same. */
static unsigned long gsl_bits(void *state)
{
    return (unsigned long)(draw_bits(state) >> 32);
}

static double gsl_uniform(void *state)
{
    return draw_uniform(state);
}

static const gsl_rng_type draw_type = {
    .name = "tandem-threefry2x64-13",
    .max = 0xffffffffUL,
    .min = 0,
    .size = sizeof(struct draw),
    .set = ignore_seed,
    .get = gsl_bits,
    .get_double = gsl_uniform,
};

gsl_rng draw_as_gsl(struct draw *draw)
{
    return (gsl_rng){.type = &draw_type, .state = draw};
}
