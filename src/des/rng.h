/* Random numbers named by what they are for, not by when they are drawn.
 *
 * A counter-based generator (Threefry-2x64 with 13 rounds: Salmon, Moraes, Dror and Shaw, Parallel Random
 * Numbers: As Easy as 1, 2, 3, SC 2011) is a keyed function of a counter. The key is the purpose (seed,
 * replication, a name such as "shop.buy[0].work"), the counter is which draw of that purpose (request, place
 * in the request's tree). So a draw's value depends on nothing that happened before it in the run. */
#ifndef TANDEM_DES_RNG_H
#define TANDEM_DES_RNG_H

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
    int has_spare;
};

struct stream stream_make(uint64_t seed, uint64_t replication, const char *purpose);

/* The draw of `stream` that is named (a, b). */
static inline struct draw draw_make(const struct stream *stream, uint64_t a, uint64_t b)
{
    return (struct draw){.key = {stream->key[0], stream->key[1]}, .counter = {a, b}};
}

/* 64 random bits. */
uint64_t draw_bits(struct draw *draw);

/* Uniform on [0, 1) with 53 bits. */
double draw_uniform(struct draw *draw);

/* Exponential with mean 1, by ziggurat. */
double draw_exponential(struct draw *draw);

/* A uniform integer in [0, n), n > 0, without bias (Lemire, ACM TOMACS 29(1), 2019). */
uint64_t draw_below(struct draw *draw, uint64_t n);

/* Geometric from 1 on: throws until the first success, `mean` >= 1 of them in the mean. */
uint64_t draw_geometric(struct draw *draw, double mean);

/* `draw` as a generator for GSL's distributions: 32 bits an integer, 53 a uniform double. The result borrows
 * `draw`. */
gsl_rng draw_as_gsl(struct draw *draw);

/* A name for naming draws, made from a string (FNV-1a, 64 bits). */
uint64_t rng_name(const char *string);

/* A name made from two: a permutation of 64 bits in each argument, for naming draws within a tree. */
uint64_t rng_mix(uint64_t a, uint64_t b);

#endif
