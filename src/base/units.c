#include "base/units.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/int128.h"
#include "base/text.h"

struct unit {
    const char *name;
    uint64_t factor, divisor; /* one of it is factor / divisor of the base unit */
};

struct quantity {
    const char *noun; /* "duration" */
    const char *example;
    const struct unit *units; /* ended by a NULL name */
};

const char units_duration_example[] = "\"5ms\"";
const char units_rate_example[] = "\"100/s\"";
const char units_size_example[] = "\"2kB\"";
const char units_bandwidth_example[] = "\"100Mbit/s\"";
const char units_share_example[] = "0.02 or \"2%\"";

static const struct unit durations[] = {
    {"ns", 1, 1},
    {"us", 1000, 1},
    {"ms", 1000000, 1},
    {"s", 1000000000, 1},
    {"min", 60000000000, 1},
    {"h", 3600000000000, 1},
    {"d", 86400000000000, 1},
    {0},
};

static const struct unit rates[] = {{"/s", 1, 1}, {"/min", 1, 60}, {"/h", 1, 3600}, {"/d", 1, 86400}, {0}};

static const struct unit sizes[] = {
    {"B", 1, 1},      {"kB", 1000, 1},     {"MB", 1000000, 1},     {"GB", 1000000000, 1},
    {"KiB", 1024, 1}, {"MiB", 1048576, 1}, {"GiB", 1073741824, 1}, {0},
};

static const struct unit bandwidths[] = {
    {"bit/s", 1, 8},    {"kbit/s", 1000, 8},   {"Mbit/s", 1000000, 8},   {"Gbit/s", 1000000000, 8},
    {"B/s", 1, 1},      {"kB/s", 1000, 1},     {"MB/s", 1000000, 1},     {"GB/s", 1000000000, 1},
    {"KiB/s", 1024, 1}, {"MiB/s", 1048576, 1}, {"GiB/s", 1073741824, 1}, {0},
};

static const struct unit shares[] = {{"", 1, 1}, {"%", 1, 100}, {0}};

static const struct quantity duration = {"duration", units_duration_example, durations};
static const struct quantity rate = {"rate", units_rate_example, rates};
static const struct quantity size = {"size", units_size_example, sizes};
static const struct quantity bandwidth = {"bandwidth", units_bandwidth_example, bandwidths};
static const struct quantity share = {"share", units_share_example, shares};

static void add_names(struct text *text, const struct quantity *quantity, const char *between)
{
    const char *joint = "";
    for (const struct unit *unit = quantity->units; unit->name; unit++) {
        if (!*unit->name)
            continue;
        text_addf(text, "%s%s", joint, unit->name);
        joint = between;
    }
}

static const struct quantity *const quantities[] = {
    [UNITS_DURATION] = &duration,
    [UNITS_RATE] = &rate,
    [UNITS_SIZE] = &size,
    [UNITS_BANDWIDTH] = &bandwidth,
};

void units_add_names(struct text *text, enum units_quantity quantity, const char *between)
{
    add_names(text, quantities[quantity], between);
}

bool units_is_name(enum units_quantity quantity, const char *name, size_t length)
{
    for (const struct unit *unit = quantities[quantity]->units; unit->name; unit++)
        if (strlen(unit->name) == length && strncmp(unit->name, name, length) == 0)
            return true;
    return false;
}

static bool fail_expected(const struct quantity *quantity, struct error *error)
{
    return error_set(error, "expected a %s such as %s", quantity->noun, quantity->example);
}

/* ---- decimal numbers ---- */

/* digits / 10^scale, exactly. The limits keep all products below within 128 bits. */
struct decimal {
    uint64_t digits;
    int scale;
};

enum { MOST_DIGITS = 18, MOST_SCALE = 30 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_digit(struct decimal *decimal, char c)
{
    if (decimal->digits >= 100000000000000000) /* 10^17: one digit more would be the 19th */
        return false;
    decimal->digits = decimal->digits * 10 + (uint64_t)(c - '0');
    return true;
}

static bool scan_mantissa(const char **at, struct decimal *decimal)
{
    const char *p = *at;
    if (!is_digit(*p) || (p[0] == '0' && is_digit(p[1])))
        return false;
    while (is_digit(*p))
        if (!take_digit(decimal, *p++))
            return false;
    if (*p == '.') {
        if (!is_digit(*++p))
            return false;
        for (; is_digit(*p); decimal->scale++)
            if (!take_digit(decimal, *p++))
                return false;
    }
    *at = p;
    return true;
}

static bool scan_exponent(const char **at, struct decimal *decimal)
{
    const char *p = *at;
    if (*p != 'e' && *p != 'E')
        return true;
    bool minus = *++p == '-';
    if (*p == '-' || *p == '+')
        p++;
    int exponent = 0;
    if (!is_digit(*p))
        return false;
    for (; is_digit(*p); p++)
        exponent = exponent < 1000 ? exponent * 10 + (*p - '0') : exponent;
    decimal->scale += minus ? exponent : -exponent;
    *at = p;
    return true;
}

static bool scan_decimal(const char **at, struct decimal *ret_decimal)
{
    struct decimal decimal = {0};
    if (!scan_mantissa(at, &decimal) || !scan_exponent(at, &decimal))
        return false;
    while (decimal.scale > 0 && decimal.digits % 10 == 0 && decimal.digits > 0) {
        decimal.digits /= 10;
        decimal.scale--;
    }
    if (decimal.digits == 0)
        decimal.scale = 0;
    for (; decimal.scale < 0; decimal.scale++)
        if (!take_digit(&decimal, '0'))
            return false;
    if (decimal.scale > MOST_SCALE)
        return false;
    *ret_decimal = decimal;
    return true;
}

/* ---- parsing ---- */

/* A value of a quantity as numerator / denominator of its base unit. */
struct ratio {
    uint128 numerator, denominator;
};

static bool fail_unit(const struct quantity *quantity, const char *found, struct error *error)
{
    if (*found == '\0')
        return fail_expected(quantity, error);
    if (*found == ' ')
        return error_set(error, "expected the unit directly behind the number, as in %s", quantity->example);
    struct text list = {0};
    add_names(&list, quantity, ", ");
    error_set(error, "expected a %s such as %s (units: %s)", quantity->noun, quantity->example,
              text_string(&list));
    text_finish(&list);
    return false;
}

static bool parse(const struct quantity *quantity, const char *text, struct ratio *ret_ratio,
                  struct error *error)
{
    struct decimal decimal;
    if (text[0] == '-' && (is_digit(text[1]) || text[1] == '.'))
        return error_set(error, "expected a %s of 0 or more", quantity->noun);
    if (!scan_decimal(&text, &decimal))
        return fail_expected(quantity, error);
    const struct unit *unit = quantity->units;
    while (unit->name && strcmp(unit->name, text) != 0)
        unit++;
    if (!unit->name)
        return fail_unit(quantity, text, error);
    ret_ratio->numerator = (uint128)decimal.digits * unit->factor;
    ret_ratio->denominator = unit->divisor;
    for (int i = 0; i < decimal.scale; i++)
        ret_ratio->denominator *= 10;
    return true;
}

/* Correctly rounded as long as both sides are exact as doubles, which all but contrived spellings are. */
static double as_double(struct ratio ratio)
{
    return (double)ratio.numerator / (double)ratio.denominator;
}

bool units_parse_duration(const char *text, int64_t *ret_ns, struct error *error)
{
    struct ratio ratio;
    if (!parse(&duration, text, &ratio, error))
        return false;
    uint128 ns = (ratio.numerator + ratio.denominator / 2) / ratio.denominator;
    if (ns > INT64_MAX)
        return error_set(error, "expected a duration below 292 years");
    *ret_ns = (int64_t)ns;
    return true;
}

bool units_parse_duration_real(const char *text, double *ret_ns, struct error *error)
{
    struct ratio ratio;
    if (!parse(&duration, text, &ratio, error))
        return false;
    *ret_ns = as_double(ratio);
    return true;
}

bool units_parse_rate(const char *text, double *ret_per_s, struct error *error)
{
    struct ratio ratio;
    if (!parse(&rate, text, &ratio, error))
        return false;
    *ret_per_s = as_double(ratio);
    return true;
}

bool units_parse_size(const char *text, int64_t *ret_bytes, struct error *error)
{
    struct ratio ratio;
    if (!parse(&size, text, &ratio, error))
        return false;
    if (ratio.numerator % ratio.denominator != 0)
        return error_set(error, "expected a whole number of bytes");
    uint128 bytes = ratio.numerator / ratio.denominator;
    if (bytes > INT64_MAX)
        return error_set(error, "expected a size below 9e18 bytes");
    *ret_bytes = (int64_t)bytes;
    return true;
}

bool units_parse_bandwidth(const char *text, double *ret_bytes_per_s, struct error *error)
{
    struct ratio ratio;
    if (!parse(&bandwidth, text, &ratio, error))
        return false;
    *ret_bytes_per_s = as_double(ratio);
    return true;
}

bool units_parse_share(const char *text, double *ret_share, struct error *error)
{
    struct ratio ratio;
    if (!parse(&share, text, &ratio, error))
        return false;
    if (ratio.numerator > ratio.denominator)
        return error_set(error, "expected a share from 0 to 1, or from \"0%%\" to \"100%%\"");
    *ret_share = as_double(ratio);
    return true;
}

/* ---- formatting ---- */

/* The number's significant digits, taken from "%e" so that the C library does the rounding; its decimal
 * point, which the locale may change, is passed over. */
struct significant {
    char digits[16];
    int n;
    int exponent; /* of ten, of the first digit */
};

static struct significant significant_digits(double number, int digits)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", digits - 1, number);
    struct significant s = {.n = 0};
    const char *p = text;
    for (; *p != 'e'; p++)
        if (is_digit(*p) && s.n < (int)sizeof s.digits)
            s.digits[s.n++] = *p;
    s.exponent = (int)strtol(p + 1, NULL, 10);
    return s;
}

static int without_zero_fraction(const struct significant *s, int whole)
{
    for (int i = whole; i < s->n; i++)
        if (s->digits[i] != '0')
            return s->n;
    return whole < s->n ? whole : s->n;
}

/* Needs no memory, so that a number is never left out. */
__attribute__((format(printf, 2, 3))) static void add(struct units_text *text, const char *format, ...)
{
    size_t n = strlen(text->chars);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text->chars + n, sizeof text->chars - n, format, arguments);
    va_end(arguments);
}

static void add_fixed(struct units_text *text, const struct significant *s, double number)
{
    int whole = s->exponent + 1; /* digits before the point; 0 or less: zeros behind it */
    if (whole >= s->n) {
        add(text, "%.0f", number);
        return;
    }
    if (whole <= 0)
        add(text, "0.");
    for (int i = whole; i < 0; i++)
        add(text, "0");
    int n = whole > 0 ? without_zero_fraction(s, whole) : s->n;
    for (int i = 0; i < n; i++)
        add(text, "%s%c", i > 0 && i == whole ? "." : "", s->digits[i]);
}

static void add_scientific(struct units_text *text, const struct significant *s)
{
    add(text, "%c%s%.*s", s->digits[0], s->n > 1 ? "." : "", s->n - 1, s->digits + 1);
    add(text, "e%+03d", s->exponent);
}

static struct units_text format(double number, int digits, const char *unit)
{
    struct units_text text = {""};
    digits = digits < 1 ? 1 : digits > 15 ? 15 : digits;
    if (isnan(number) || isinf(number)) {
        add(&text, "%s", isnan(number) ? "-" : number > 0.0 ? "inf" : "-inf");
    } else {
        struct significant s = significant_digits(fabs(number), digits);
        if (number < 0.0)
            add(&text, "-");
        if (number == 0.0)
            add(&text, "0");
        else if (s.exponent >= -4 && s.exponent < 15)
            add_fixed(&text, &s, fabs(number));
        else
            add_scientific(&text, &s);
        add(&text, "%s", unit);
    }
    return text;
}

double units_round(double number, int digits)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", digits - 1, number);
    return strtod(text, NULL);
}

double units_decade(double number)
{
    char text[40], power[16];
    snprintf(text, sizeof text, "%.14e", number);
    const char *exponent = strchr(text, 'e');
    snprintf(power, sizeof power, "1%s", exponent ? exponent : "");
    return strtod(power, NULL);
}

struct units_text units_format_duration(double seconds, int digits)
{
    static const struct {
        const char *name;
        double seconds, least; /* `least`: from how many seconds on it is used */
    } units[] = {
        {" d", 86400.0, 172800.0}, {" h", 3600.0, 7200.0}, {" min", 60.0, 120.0}, {" s", 1.0, 1.0},
        {" ms", 1e-3, 1e-3},       {" us", 1e-6, 1e-6},    {" ns", 1e-9, 0.0},
    };
    digits = digits < 1 ? 1 : digits > 15 ? 15 : digits;
    double size_s = isfinite(seconds) ? units_round(fabs(seconds), digits) : 0.0;
    size_t i = 0;
    while (size_s < units[i].least && size_s != units[i].seconds)
        i++;
    if (seconds == 0.0)
        return format(0.0, digits, " s");
    return format(seconds / units[i].seconds, digits, units[i].name);
}

struct units_rate units_of_rate(double per_s)
{
    static const double almost_one = 1.0 - 1e-9; /* 1/60 is no round number */
    double most = isnan(per_s) || per_s == 0.0 ? 1.0 : fabs(per_s);
    if (most >= 0.1 * almost_one)
        return (struct units_rate){"/s", "a second", 1.0};
    if (most * 60.0 >= almost_one)
        return (struct units_rate){"/min", "a minute", 60.0};
    return (struct units_rate){"/h", "an hour", 3600.0};
}

struct units_text units_format_rate_beside(double per_s, double other_per_s, int digits)
{
    struct units_rate unit = units_of_rate(other_per_s);
    return format(per_s * unit.scale, digits, unit.name);
}

struct units_text units_format_rate(double per_s, int digits)
{
    digits = digits < 1 ? 1 : digits > 15 ? 15 : digits;
    return units_format_rate_beside(per_s, isfinite(per_s) ? units_round(per_s, digits) : per_s, digits);
}

struct units_text units_format_share(double share_of_one, int digits)
{
    return format(share_of_one * 100.0, digits, " %");
}

struct units_text units_format_number(double number, int digits)
{
    return format(number, digits, "");
}
