#include "des/rng.h"

#include <math.h>

#include <Random123/threefry.h>

#include "base/int128.h"
#include "des/exponential_table.h"

enum { ROUNDS = 13 };

static inline threefry2x64_ctr_t block(const uint64_t key[2], const uint64_t counter[2])
{
    threefry2x64_ctr_t c = {{counter[0], counter[1]}};
    threefry2x64_key_t k = {{key[0], key[1]}};
    return threefry2x64_R(ROUNDS, c, k);
}

/* The finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static inline uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

uint64_t rng_mix(uint64_t a, uint64_t b)
{
    return scramble(a + scramble(b + 0x9e3779b97f4a7c15U));
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
    uint64_t name[2] = {rng_name(purpose), replication};
    uint64_t key[2] = {seed, 0};
    threefry2x64_ctr_t r = block(key, name);
    return (struct stream){.key = {r.v[0], r.v[1]}};
}

uint64_t draw_bits(struct draw *draw)
{
    if (draw->has_spare) {
        draw->has_spare = 0;
        return draw->spare;
    }
    threefry2x64_ctr_t r = block(draw->key, draw->counter);
    /* An odd stride through the second name: other draws' names are hashes, so to meet one takes 2^64 luck.
     */
    draw->counter[1] += 0x9e3779b97f4a7c15U;
    draw->spare = r.v[1];
    draw->has_spare = 1;
    return r.v[0];
}

static inline double to_unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

double draw_uniform(struct draw *draw)
{
    return to_unit(draw_bits(draw));
}

double draw_exponential(struct draw *draw)
{
    double beyond = 0.0;
    for (;;) {
        uint64_t bits = draw_bits(draw);
        unsigned layer = bits & (EXPONENTIAL_LAYERS - 1); /* to_unit() does not use these bits */
        double x = to_unit(bits) * exponential_x[layer];
        if (x < exponential_x[layer + 1])
            return beyond + x;
        if (layer == 0) { /* the tail is the same density again: no memory */
            beyond += exponential_x[1];
            continue;
        }
        double y = exponential_y[layer] +
                   to_unit(draw_bits(draw)) * (exponential_y[layer + 1] - exponential_y[layer]);
        if (y < exp(-x))
            return beyond + x;
    }
}

uint64_t draw_below(struct draw *draw, uint64_t n)
{
    uint64_t threshold = -n % n;
    for (;;) {
        uint128 product = (uint128)draw_bits(draw) * n;
        if ((uint64_t)product >= threshold)
            return (uint64_t)(product >> 64);
    }
}

/* An exponential time, in whole throws: P(throws > k) = (1 - 1 / mean)^k. */
uint64_t draw_geometric(struct draw *draw, double mean)
{
    return 1 + (uint64_t)(draw_exponential(draw) / -log1p(-1.0 / mean));
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
