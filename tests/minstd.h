/* The process that warm-up and batch means are tried on: y_t = 10 - 8 * 0.98^t + 2 (u_t - 0.5), with u_t by
 * Park and Miller's minimal standard generator, Comm. ACM 31(10), 1988. */
#ifndef TANDEM_TESTS_MINSTD_H
#define TANDEM_TESTS_MINSTD_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

static inline uint32_t minstd_next(uint32_t x)
{
    return (uint32_t)((uint64_t)x * 16807U % 2147483647U);
}

static inline void minstd_process(double *values, size_t n)
{
    uint32_t x = 1;
    for (size_t t = 0; t < n; t++) {
        x = minstd_next(x);
        values[t] = 10.0 - 8.0 * pow(0.98, (double)t) + 2.0 * ((double)x / 2147483647.0 - 0.5);
    }
}

#endif
