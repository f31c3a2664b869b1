/* A time as theory needs it: the moments of what is put together of independent times, and the least that it
 * can be. */
#ifndef TANDEM_THEORY_SPAN_H
#define TANDEM_THEORY_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "des/distribution.h"

enum span_shape { SPAN_CONSTANT, SPAN_EXPONENTIAL, SPAN_GENERAL };

/* Zeroed: no time at all. */
struct span {
    double mean_ns;
    double variance_ns2;
    double least_ns; /* it is never shorter */
    enum span_shape shape;
    bool vague; /* its moments are not known: mean_ns is only what its mean reaches at least */
};

/* A duration as it is drawn, in whole nanoseconds; one that has no type is none. What is random and so short
 * that the rounding matters, or has no finite variance, is vague. */
struct span span_of(const struct distribution *duration);

struct span span_constant(double ns);

/* First one, then the other, independent of it. */
struct span span_then(struct span a, struct span b);

/* With that chance, else no time at all. */
struct span span_maybe(struct span span, double chance);

/* `times` in a row, independent of each other. */
struct span span_times(struct span span, uint32_t times);

/* Once, and each further time with that chance, `times` at most; 0 times: none. */
struct span span_rounds(struct span span, uint32_t times, double chance);

/* Both at once, until the later one is over: vague. */
struct span span_beside(struct span a, struct span b);

/* One of several, by chance: add each, then take the whole. Zeroed: none yet. */
struct span_choice {
    double chance, mean_ns, square_ns2, least_ns;
    struct span first; /* that was added */
    unsigned n;
    bool differs; /* a further one is not the same constant */
    bool vague;
};

void span_choice_add(struct span_choice *choice, struct span span, double chance);
struct span span_choice_whole(const struct span_choice *choice);

#endif
