/* Random numbers named by what they are for, not by when they are drawn.
 *
 * A counter-based generator (Threefry-2x64 with 13 rounds: Salmon, Moraes, Dror and Shaw, Parallel Random
 * Numbers: As Easy as 1, 2, 3, SC 2011) is a keyed function of a counter. The key is the purpose (seed,
 * replication, a name such as "shop.buy[0].work"), the counter is which draw of that purpose (request, place
 * in the request's tree). So a draw's value depends on nothing that happened before it in the run. */
#ifndef TANDEM_DES_RNG_H
#define TANDEM_DES_RNG_H

#include <stdbool.h>
#include <stdint.h>

#include <gsl/gsl_rng.h>

/* The purpose of a family of draws. */
struct stream {
    uint64_t key[2];
};

/* One draw, as many random words as it needs. */
struct draw {
    uint64_t key[2];
    uint64_t counter[2];
    uint64_t spare; /* the second half of the last block */
    bool has_spare;
};

struct stream stream_make(uint64_t seed, uint64_t replication, const char *purpose);

/* The draw of `stream` that is named (a, b). */
static inline struct draw draw_make(const struct stream *stream, uint64_t a, uint64_t b)
{
    return (struct draw){.key = {stream->key[0], stream->key[1]}, .counter = {a, b}};
}

/* What the generator makes of one counter. By value, as all here is that most draws need: a draw that is made
 * where it is used stays in registers. */
struct rng_block {
    uint64_t words[2];
};

struct rng_block rng_block(uint64_t key_0, uint64_t key_1, uint64_t counter_0, uint64_t counter_1);

/* 64 random bits. */
static inline uint64_t draw_bits(struct draw *draw)
{
    if (draw->has_spare) {
        draw->has_spare = false;
        return draw->spare;
    }
    struct rng_block block = rng_block(draw->key[0], draw->key[1], draw->counter[0], draw->counter[1]);
    /* An odd stride through the second name: other draws' names are hashes, so to meet one takes 2^64 luck.
     */
    draw->counter[1] += 0x9e3779b97f4a7c15U;
    draw->spare = block.words[1];
    draw->has_spare = true;
    return block.words[0];
}

/* The upper 53 bits as a number in [0, 1). They fit a signed integer, which most machines convert in one
 * step.
 */
static inline double rng_unit(uint64_t bits)
{
    return (double)(int64_t)(bits >> 11) * 0x1p-53;
}

/* Uniform on [0, 1) with 53 bits. */
static inline double draw_uniform(struct draw *draw)
{
    return rng_unit(draw_bits(draw));
}

/* Exponential with mean 1, by ziggurat. */
double draw_exponential(struct draw *draw);

/* draw_exponential() of draw_make(stream, a, b), for a draw that is used for nothing else. */
double stream_exponential(const struct stream *stream, uint64_t a, uint64_t b);

/* A uniform integer in [0, n), n > 0, without bias (Lemire, ACM TOMACS 29(1), 2019). */
uint64_t draw_below(struct draw *draw, uint64_t n);

/* Geometric from 1 on: throws until the first success, `mean` >= 1 of them in the mean. */
uint64_t draw_geometric(struct draw *draw, double mean);

/* `draw` as a generator for GSL's distributions: 32 bits an integer, 53 a uniform double. The result borrows
 * `draw`. */
gsl_rng draw_as_gsl(struct draw *draw);

/* A name for naming draws, made from a string (FNV-1a, 64 bits). */
uint64_t rng_name(const char *string);

/* The finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static inline uint64_t rng_scramble(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

/* A name made from two: a permutation of 64 bits in each argument, for naming draws within a tree. */
static inline uint64_t rng_mix(uint64_t a, uint64_t b)
{
    return rng_scramble(a + rng_scramble(b + 0x9e3779b97f4a7c15U));
}

#endif
