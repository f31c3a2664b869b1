/* Quantities as people write them, "20ms", "100/s", "1.5kB", and as people like to read them, "370 ms".
 *
 * What is parsed is a number as in JSON (no sign, at most 18 digits) and directly behind it a unit, nothing
 * before or after. Nothing here depends on the locale. On failure the error says what was expected, `expected
 * a duration such as "5ms"`, so that it can stand behind what was found. */
#ifndef TANDEM_BASE_UNITS_H
#define TANDEM_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* Units: ns us ms s min h d. Exact in decimal, then rounded to whole nanoseconds; fails beyond INT64_MAX. */
bool units_parse_duration(const char *text, int64_t *ret_ns, struct error *error);

/* The same without the rounding, for the parameters of distributions: "0.5ns" is a fine mean. */
bool units_parse_duration_real(const char *text, double *ret_ns, struct error *error);

/* Units: /s /min /h /d. */
bool units_parse_rate(const char *text, double *ret_per_s, struct error *error);

/* Units: B kB MB GB KiB MiB GiB. Fails where that is not a whole number of bytes, or beyond INT64_MAX. */
bool units_parse_size(const char *text, int64_t *ret_bytes, struct error *error);

/* Units: bit/s kbit/s Mbit/s Gbit/s, and each unit of size with /s. */
bool units_parse_bandwidth(const char *text, double *ret_bytes_per_s, struct error *error);

/* From 0 to 1, or from "0%" to "100%". */
bool units_parse_share(const char *text, double *ret_share, struct error *error);

/* The names of a quantity's units, with `between` between them: "ns|us|ms|s|min|h|d". */
enum units_quantity { UNITS_DURATION, UNITS_RATE, UNITS_SIZE, UNITS_BANDWIDTH };

void units_add_names(struct text *text, enum units_quantity quantity, const char *between);

/* Are the `length` bytes at `name` one of them? */
bool units_is_name(enum units_quantity quantity, const char *name, size_t length);

/* Example spellings, with the quotation marks, for messages and the manual: "\"5ms\"". */
extern const char units_duration_example[], units_rate_example[], units_size_example[],
    units_bandwidth_example[], units_share_example[];

/* A short text by value: `printf("%s", units_format_rate(x, 3).chars)` needs no buffer. */
struct units_text {
    char chars[32];
};

/* What tables and messages use as `digits` below: significant digits, 1 to 15. */
enum { UNITS_DIGITS = 3 };

/* All of these: digits before the decimal point are never rounded away; a fraction of zeros only is left out;
 * NAN is "-", an infinity "inf"; numbers below 0.0001 or from 1e15 on are written as 1.23e-05. */

/* "250 us", "370 ms", "1.25 s", "90 s", "1 min", "20 min": the greatest unit that fits; min, h and d only
 * from two of them on, or for exactly one. */
struct units_text units_format_duration(double seconds, int digits);

/* "2.70/s", "120/s", "5/min", "4/h": in the unit of units_of_rate(). */
struct units_text units_format_rate(double per_s, int digits);

/* In the unit of another: "0.0073/s" beside 0.75/s. */
struct units_text units_format_rate_beside(double per_s, double other_per_s, int digits);

/* What a rate is shown in. */
struct units_rate {
    const char *name, *period; /* "/min", "a minute" */
    double scale;              /* what a rate per second is multiplied by */
};

/* The unit for rates of this size: a second from 0.1 per second on, which is what scenarios are mostly
 * written in, and for 0; a minute from one per minute on; else an hour. */
struct units_rate units_of_rate(double per_s);

/* "97.3 %" */
struct units_text units_format_share(double share, int digits);

/* "2.70", "12" */
struct units_text units_format_number(double number, int digits);

/* The number of so many significant digits that is nearest to `number`; an infinity or NAN as it is. */
double units_round(double number, int digits);

/* The power of ten with as many digits as `number` > 0 has, rounded to 15 significant ones: 100 for 250, 0.1
 * for 0.1. The nearest double, where pow() and log10() leave it to the library. */
double units_decade(double number);

#endif
