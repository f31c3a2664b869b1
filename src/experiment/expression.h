/* Arithmetic over named quantities with units: "1 - sync.shop.idle", "2 * queue.throughput", "3 * (5ms +
 * 20ms)".
 *
 * + - * / and parentheses; numbers with the units of scenarios ("50ms", "100/s", "97.3%") or bare; names of
 * letters, digits and . _ -, so a minus between names needs spaces around it. */
#ifndef TANDEM_EXPERIMENT_EXPRESSION_H
#define TANDEM_EXPERIMENT_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What a number without seconds is of. A plain one fits to any other: a bare literal, a ratio. */
enum expression_kind { EXPRESSION_PLAIN, EXPRESSION_SHARE, EXPRESSION_COUNT };

struct expression_unit {
    int seconds; /* the power of a second: 1 a duration, -1 a rate */
    enum expression_kind kind;
};

/* A mistake, unless error_is_memory() of its error. */
struct expression_fault {
    size_t offset; /* of the byte in the text */
    struct error error;
    char *hint; /* owned; what was perhaps meant, or NULL */
};

/* Tells that memory ran out; always returns false. */
bool expression_fault_memory(struct expression_fault *fault);

void expression_fault_finish(struct expression_fault *fault);

/* Finds out which quantity a name means: a number that expression_value() will ask for, and its unit.
 * False after setting the fault's error, and perhaps its hint. */
typedef bool expression_resolve(void *data, const char *name, size_t *ret_quantity,
                                struct expression_unit *ret_unit, struct expression_fault *fault);

struct expression_source {
    const char *text;
    size_t at; /* the next byte */
    expression_resolve *resolve;
    void *data;
};

struct expression {
    struct expression_step *steps; /* owned; in reverse Polish order */
    size_t n, capacity;
    struct expression_unit unit;
    bool is_constant; /* names nothing */
};

/* Reads as much as is an expression, up to a byte that cannot go on with one, blanks left out. */
bool expression_read(struct expression_source *source, struct expression *ret_expression,
                     struct expression_fault *fault);
void expression_finish(struct expression *expression);

/* The value of a quantity; false, and why, where there is none. */
typedef bool expression_measure(void *data, size_t quantity, double *ret_value, struct error *error);

/* In seconds and their powers; shares from 0 to 1. False, and why, when a quantity has no value, a divisor is
 * 0 or the value is too great. `text` is what was read. */
bool expression_value(const struct expression *expression, const char *text, expression_measure *measure,
                      void *data, double *ret_value, struct error *error);

/* May the two be compared, or added? `ret_unit`, which may be NULL, gets what the sum is then. */
bool expression_units_fit(struct expression_unit a, struct expression_unit b,
                          struct expression_unit *ret_unit);

/* "a duration", "a share"; by value. */
struct expression_noun {
    char chars[40];
};

struct expression_noun expression_noun(struct expression_unit unit);

/* Moves over blanks. */
void expression_skip(struct expression_source *source);

#endif
