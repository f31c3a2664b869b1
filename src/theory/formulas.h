/* The formulas themselves, as pure functions. Times are in seconds, rates per second; `servers` and `places`
 * are at least 1. */
#ifndef TANDEM_THEORY_FORMULAS_H
#define TANDEM_THEORY_FORMULAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The chance that an arrival finds all of so many servers busy and is turned away, `offered` erlangs being
 * offered: whatever the distribution of the service times. Erlang, Solution of some Problems in the Theory of
 * Probabilities of Significance in Automatic Telephone Exchanges, 1917; the recursion: Jagerman, Bell Syst.
 * Tech. J. 53(3), 1974. */
double formula_erlang_b(double offered, uint32_t servers);

/* The chance that an arrival has to wait; `offered` < `servers`. Erlang, as above; Kleinrock, Queueing
 * Systems I, 3.5. */
double formula_erlang_c(double offered, uint32_t servers);

/* A station in its steady state. */
struct station_numbers {
    double refused; /* share of the arrivals that find it full */
    double waits;   /* chance that one that is let in has to wait */
    double waiting; /* mean number */
    double busy;    /* mean number of servers */
};

/* M/M/c: `offered` < `servers`. */
struct station_numbers formula_mmc(double offered, uint32_t servers);

enum { FORMULA_MOST_PLACES = 1000000 };

/* M/M/c/K: `places` of them, those at servers included, from `servers` to FORMULA_MOST_PLACES. Any load.
 * Kleinrock, Queueing Systems I, 3.6. */
struct station_numbers formula_mmck(double offered, uint32_t servers, uint32_t places);

/* The mean wait before the one server of M/G/1: Pollaczek, Math. Z. 32, 1930; Khinchine, 1932; Kleinrock,
 * Queueing Systems I, 5.6. `per_s` x `mean_s` < 1. */
double formula_pollaczek_khinchine(double per_s, double mean_s, double variance_s2);

/* ---- closed networks with product form ---- */

/* A station that each customer comes to; `servers` INFINITY: it is a delay. */
struct closed_station {
    double demand_s; /* service for one customer's round, > 0 */
    double servers;
    double present; /* found: mean number at it */
};

/* Rounds per second of `customers` >= 1, and how many are where. Exact: the normalising constants by Buzen's
 * convolution (CACM 16(9), 1973), whose sums have no differences in them, so that no digits get lost with
 * several servers, as they do in mean value analysis (Reiser and Lavenberg, J. ACM 27(2), 1980), whose
 * numbers these are. False when memory is gone. */
bool formula_closed(struct closed_station *stations, size_t n, uint32_t customers, double *ret_per_s);

/* Whether that many are not too many: time grows as n x customers^2, memory as n x customers. */
bool formula_closed_is_small(size_t n, uint32_t customers);

#endif
