#include <math.h>

#include "base/units.h"
#include "report/comparison.h"

static double greatest(const struct comparison_row *row, size_t n)
{
    double most = 0.0;
    for (size_t p = 0; p < n; p++)
        if (row->cells[p] && fabs(row->cells[p]->value) > most) /* false for NAN */
            most = fabs(row->cells[p]->value);
    return most;
}

static double least_above_zero(const struct comparison_row *row, size_t n)
{
    double least = (double)INFINITY;
    for (size_t p = 0; p < n; p++)
        if (row->cells[p] && row->cells[p]->value != 0.0 && fabs(row->cells[p]->value) < least)
            least = fabs(row->cells[p]->value);
    return least;
}

/* The unit that shows the least time with a digit before the point, unless the greatest gets too long by
 * that; minutes and hours from two of them on. */
static double seconds_scale(double least, double most, const char **ret_unit)
{
    static const struct {
        const char *name;
        double per_s, from_s;
    } units[] = {{"ns", 1e9, 0.0}, {"us", 1e6, 1e-6},          {"ms", 1e3, 1e-3},
                 {"s", 1.0, 1.0},  {"min", 1.0 / 60.0, 120.0}, {"h", 1.0 / 3600.0, 7200.0}};
    const size_t last = sizeof units / sizeof *units - 1;
    size_t i = 0;
    while (i < last && (least >= units[i + 1].from_s || most * units[i].per_s >= 9999999.5))
        i++;
    *ret_unit = units[i].name;
    return units[i].per_s;
}

double comparison_row_scale(const struct comparison_row *row, size_t n_cells, const char **ret_unit)
{
    enum metric_unit unit = row->unit;
    double most = greatest(row, n_cells);
    if (unit == METRIC_SECONDS && most > 0.0)
        return seconds_scale(least_above_zero(row, n_cells), most, ret_unit);
    if (unit == METRIC_PER_SECOND) {
        struct units_rate rate = units_of_rate(fmax(most, row->minuend));
        *ret_unit = rate.name;
        return rate.scale;
    }
    *ret_unit = unit == METRIC_SECONDS ? "s" : unit == METRIC_SHARE ? "%" : "";
    return unit == METRIC_SHARE ? 100.0 : 1.0;
}
