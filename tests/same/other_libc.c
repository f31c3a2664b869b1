/* To be loaded before the C library and GSL (LD_PRELOAD): another machine, as far as results could notice.
 *
 * Each result of a function that libraries may round differently is one unit in the last place more or less,
 * or as it is, by its bits. (Those with few digits, as pow(10, 3), are exact everywhere.) And qsort() leaves
 * what compares equal in the reverse of its order. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static double shaken(double y)
{
    uint64_t bits;
    memcpy(&bits, &y, sizeof bits);
    if (!isfinite(y) || y == 0.0 || (bits & 0xfffffff) == 0)
        return y;
    switch ((bits * 0x9e3779b97f4a7c15U >> 32) % 3) {
    case 0: return nextafter(y, (double)INFINITY);
    case 1: return nextafter(y, (double)-INFINITY);
    default: return y;
    }
}

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

#define OF_ONE(name)                       \
    double name(double x);                 \
    double name(double x)                  \
    {                                      \
        static double (*real)(double);     \
        if (!real)                         \
            *(void **)&real = next(#name); \
        return shaken(real(x));            \
    }

#define OF_TWO(name)                           \
    double name(double x, double y);           \
    double name(double x, double y)            \
    {                                          \
        static double (*real)(double, double); \
        if (!real)                             \
            *(void **)&real = next(#name);     \
        return shaken(real(x, y));             \
    }

OF_ONE(exp)
OF_ONE(expm1)
OF_ONE(log)
OF_ONE(log1p)
OF_ONE(log2)
OF_ONE(log10)
OF_ONE(sin)
OF_ONE(cos)
OF_ONE(tan)
OF_TWO(pow)
OF_TWO(hypot)
OF_ONE(gsl_sf_gamma)
OF_ONE(gsl_cdf_ugaussian_P)
OF_ONE(gsl_cdf_ugaussian_Pinv)
OF_ONE(gsl_ran_ugaussian_pdf)
OF_TWO(gsl_cdf_tdist_Pinv)

static void swap(char *a, char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char byte = a[i];
        a[i] = b[i];
        b[i] = byte;
    }
}

/* The order is turned round first, and merging keeps it. */
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    char *from = base, *to = malloc(n * size + 1), *spare = to;
    if (!to)
        abort();
    for (size_t i = 0; i < n / 2; i++)
        swap(from + i * size, from + (n - 1 - i) * size, size);
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t first = 0; first < n; first += 2 * width) {
            size_t middle = first + width < n ? first + width : n;
            size_t end = first + 2 * width < n ? first + 2 * width : n;
            for (size_t a = first, b = middle, k = first; k < end; k++) {
                bool left = b >= end || (a < middle && compare(from + a * size, from + b * size) <= 0);
                memcpy(to + k * size, from + (left ? a++ : b++) * size, size);
            }
        }
        char *merged = to;
        to = from;
        from = merged;
    }
    if (from != (char *)base)
        memcpy(base, from, n * size);
    free(spare);
}
