/* Does what was measured agree with what theory says?
 *
 * exact            every replication within 1e-9 of the value (and a time within the nanosecond)
 * interval [X%]    the Student-t interval at 99.9 % over the replications holds the value, and its half-width
 *                  is at most X % (1 % unless said) of it: a right simulator passes in 999 of 1000 runs, and
 *                  one that is off by twice the X % fails in as many
 * within T [X%]    the same for a value that is itself known to +-T only: the interval is made wider by T
 */
#ifndef TANDEM_TESTS_JUDGE_H
#define TANDEM_TESTS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

/* Unless the table says another. */
#define JUDGE_USUAL_HALF_WIDTH 0.01

enum judge_kind { JUDGE_EXACT, JUDGE_INTERVAL, JUDGE_WITHIN };

struct judge {
    enum judge_kind kind;
    double most_half_width; /* as a share of the expected value */
    double tolerance;       /* of JUDGE_WITHIN, absolute */
};

struct verdict {
    double mean, half_width;
    size_t n;        /* replications */
    const char *why; /* it failed; NULL = it passed */
};

bool judge_parse(const char *text, struct judge *ret_judge);

/* `is_time`: the values are times in seconds. Which value a replication has, NAN included, is its own. */
struct verdict judge_values(const struct judge *judge, double expected, bool is_time, const double *values,
                            size_t n);

#endif
