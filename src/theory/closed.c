/* Closed networks with product form. */
#include <math.h>
#include <stdlib.h>

#include "theory/formulas.h"

/* Everything below is by the number of customers, from 0 to all of them, and up to a factor of its own. */
struct convolution {
    size_t n;      /* stations */
    size_t length; /* customers + 1 */
    double *alone; /* owned; of each station: the weight of so many at it */
    double *ahead; /* owned; of the first k stations together: that of so many at them; k from 0 to n */
    double *rest;  /* owned; of the stations from k on, likewise */
    double *other; /* owned; of all but one */
};

/* Weights are powers of the throughput: with one near the true one they stay within what a double can hold.
 */
static double bound(const struct closed_station *stations, size_t n, uint32_t customers)
{
    double round_s = 0.0, most = INFINITY;
    for (size_t k = 0; k < n; k++) {
        round_s += stations[k].demand_s;
        most = fmin(most, stations[k].servers / stations[k].demand_s);
    }
    return fmin(most, customers / round_s);
}

static void weigh(const struct closed_station *station, double per_s, double *weights, size_t length)
{
    double offered = log(station->demand_s * per_s), weight = 0.0, most = 0.0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0)
            weight += offered - log(fmin((double)i, station->servers));
        weights[i] = weight;
        most = fmax(most, weight);
    }
    for (size_t i = 0; i < length; i++)
        weights[i] = exp(weights[i] - most);
}

static void convolve(const double *a, const double *b, double *sums, size_t length)
{
    double most = 0.0;
    for (size_t i = 0; i < length; i++) {
        double sum = 0.0;
        for (size_t j = 0; j <= i; j++)
            sum += a[j] * b[i - j];
        sums[i] = sum;
        most = fmax(most, sum);
    }
    for (size_t i = 0; most > 0.0 && i < length; i++)
        sums[i] /= most;
}

static void convolve_all(struct convolution *c)
{
    c->ahead[0] = c->rest[c->n * c->length] = 1.0; /* no stations, no customers */
    for (size_t k = 0; k < c->n; k++)
        convolve(c->ahead + k * c->length, c->alone + k * c->length, c->ahead + (k + 1) * c->length,
                 c->length);
    for (size_t k = c->n; k-- > 0;)
        convolve(c->rest + (k + 1) * c->length, c->alone + k * c->length, c->rest + k * c->length, c->length);
}

static double present_at(const struct convolution *c, size_t k)
{
    const double *alone = c->alone + k * c->length;
    double sum = 0.0, times = 0.0;
    convolve(c->ahead + k * c->length, c->rest + (k + 1) * c->length, c->other, c->length);
    for (size_t i = 0; i < c->length; i++) {
        double chance = alone[i] * c->other[c->length - 1 - i];
        sum += chance;
        times += (double)i * chance;
    }
    return times / sum;
}

bool formula_closed(struct closed_station *stations, size_t n, uint32_t customers, double *ret_per_s)
{
    struct convolution c = {.n = n, .length = (size_t)customers + 1};
    double per_s = bound(stations, n, customers);
    c.alone = calloc(n * c.length, sizeof *c.alone);
    c.ahead = calloc((n + 1) * c.length, sizeof *c.ahead);
    c.rest = calloc((n + 1) * c.length, sizeof *c.rest);
    c.other = calloc(c.length, sizeof *c.other);
    bool good = c.alone && c.ahead && c.rest && c.other;
    if (good) {
        for (size_t k = 0; k < n; k++)
            weigh(&stations[k], per_s, c.alone + k * c.length, c.length);
        convolve_all(&c);
        const double *all = c.ahead + n * c.length;
        *ret_per_s = per_s * all[customers - 1] / all[customers];
        for (size_t k = 0; k < n; k++)
            stations[k].present = present_at(&c, k);
    }
    free(c.alone);
    free(c.ahead);
    free(c.rest);
    free(c.other);
    return good;
}

bool formula_closed_is_small(size_t n, uint32_t customers)
{
    double stations = (double)n + 1.0, length = customers + 1.0;
    return stations * length <= 4e6 && stations * length * length <= 2e8;
}
