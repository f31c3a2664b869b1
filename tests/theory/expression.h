/* Arithmetic over metrics: "1 - server.idle", "(open - 4)^2", "async.throughput / sync.throughput". */
#ifndef TANDEM_TESTS_EXPRESSION_H
#define TANDEM_TESTS_EXPRESSION_H

#include <stdbool.h>

#include "base/error.h"

/* What a name stands for. False: it stands for nothing. */
typedef bool expression_lookup(void *data, const char *name, double *ret_value);

/* Numbers, names (letters, digits, _ and points: response.p99.9), + - * / ^ (to the right first) and
 * parentheses. False with what is wrong. */
bool expression_evaluate(const char *text, expression_lookup *lookup, void *data, double *ret_value,
                         struct error *error);

#endif
