#include "report/unit.h"

#include <stdio.h>

struct units_text unit_text(double value, struct expression_unit unit, int digits)
{
    if (unit.seconds == 1)
        return units_format_duration(value, digits);
    if (unit.seconds == -1)
        return units_format_rate(value, digits);
    if (unit.seconds == 0 && unit.kind == EXPRESSION_SHARE)
        return units_format_share(value, digits);
    return units_format_number(value, digits);
}

struct units_text unit_metric_text(enum metric_unit unit, double value, int digits)
{
    switch (unit) {
    case METRIC_SECONDS: return units_format_duration(value, digits);
    case METRIC_PER_SECOND: return units_format_rate(value, digits);
    case METRIC_SHARE: return units_format_share(value, digits);
    case METRIC_COUNT:
    case METRIC_UNITS: break;
    }
    return units_format_number(value, digits);
}

struct units_text unit_half_width_text(double half_width, double mean, struct expression_unit unit,
                                       int digits)
{
    return unit.seconds == -1 ? units_format_rate_beside(half_width, mean, digits)
                              : unit_text(half_width, unit, digits);
}

struct units_text unit_name(struct expression_unit unit)
{
    struct units_text name;
    if (unit.seconds == 0)
        snprintf(name.chars, sizeof name.chars, "%s", unit.kind == EXPRESSION_SHARE ? "share" : "1");
    else if (unit.seconds == 1 || unit.seconds == -1)
        snprintf(name.chars, sizeof name.chars, "%s", unit.seconds == 1 ? "s" : "1/s");
    else
        snprintf(name.chars, sizeof name.chars, "s^%d", unit.seconds);
    return name;
}

struct units_text unit_suffix(struct expression_unit unit)
{
    struct units_text suffix;
    if (unit.seconds == 0)
        snprintf(suffix.chars, sizeof suffix.chars, "%s", unit.kind == EXPRESSION_SHARE ? "_share" : "");
    else if (unit.seconds == 1 || unit.seconds == -1)
        snprintf(suffix.chars, sizeof suffix.chars, "%s", unit.seconds == 1 ? "_s" : "_per_s");
    else
        snprintf(suffix.chars, sizeof suffix.chars, "_s^%d", unit.seconds);
    return suffix;
}
