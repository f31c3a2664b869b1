/* Numbers with the units that expressions reckon in. */
#ifndef TANDEM_REPORT_UNIT_H
#define TANDEM_REPORT_UNIT_H

#include "base/units.h"
#include "experiment/expression.h"
#include "experiment/metrics.h"

/* "61.2 ms", "120/s", "97.3 %", "12" */
struct units_text unit_text(double value, struct expression_unit unit, int digits);

/* The same of a metric. */
struct units_text unit_metric_text(enum metric_unit unit, double value, int digits);

/* Behind the mean: a rate in the mean's unit. */
struct units_text unit_half_width_text(double half_width, double mean, struct expression_unit unit,
                                       int digits);

/* "s", "1/s", "share", "1", "s^2" */
struct units_text unit_name(struct expression_unit unit);

/* What the name of a CSV's column ends in: "_s", "_per_s", "_share", "", "_s^2" */
struct units_text unit_suffix(struct expression_unit unit);

#endif
