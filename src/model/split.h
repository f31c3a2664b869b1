/* Splits: where a length of time went, by cause. */
#ifndef TANDEM_MODEL_SPLIT_H
#define TANDEM_MODEL_SPLIT_H

#include <stdint.h>

#include "base/int128.h"
#include "model/result.h"

/* Written out by the compiler: as memset() it would be a loop. */
static inline void split_clear(int64_t split_ns[CAUSES])
{
#pragma GCC unroll 16
    for (int c = 0; c < CAUSES; c++)
        split_ns[c] = 0;
}

/* The sum of a split's parts, none of which is negative. */
static inline int64_t split_total(const int64_t split_ns[CAUSES])
{
    int64_t total = 0;
    for (int c = 0; c < CAUSES; c++)
        total += split_ns[c];
    return total;
}

static inline void split_add(int64_t *restrict to_ns, const int64_t *restrict split_ns)
{
    for (int c = 0; c < CAUSES; c++)
        to_ns[c] += split_ns[c];
}

/* See split_fit(). */
void split_stretch(int64_t split_ns[CAUSES], int64_t total_ns, int64_t length_ns);

/* Makes a split of another length: in proportion, what rounding leaves goes to the greatest part. Most have
 * the right length. */
static inline void split_fit(int64_t split_ns[CAUSES], int64_t length_ns)
{
    int64_t total_ns = split_total(split_ns);
    if (total_ns != length_ns)
        split_stretch(split_ns, total_ns, length_ns);
}

/* The sum of any number of splits. Zeroed: of none. */
struct split_sum {
    int128 ns[CAUSES];         /* without the recent ones */
    int64_t recent_ns[CAUSES]; /* in half the width, which takes a third of the time */
    int64_t room_ns;           /* the lengths of splits that these surely have room for */
};

/* Takes the recent ones in. */
void split_sum_carry(struct split_sum *sum);

/* Adds a split that has this length. */
static inline void split_sum_add(struct split_sum *sum, const int64_t split_ns[CAUSES], int64_t length_ns)
{
    if (sum->room_ns < length_ns)
        split_sum_carry(sum);
    sum->room_ns -= length_ns;
    split_add(sum->recent_ns, split_ns);
}

#endif
