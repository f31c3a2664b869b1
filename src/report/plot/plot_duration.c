#include "report/plot/plot_duration.h"

#include <math.h>

static const double whole_range = 30.0; /* times further apart than this need a logarithmic axis */

/* Where a logarithmic axis of time has its tics and may end, in seconds: powers of ten of the units people
 * use. */
static const double log_tics[] = {1e-9,    1e-8,    1e-7,     1e-6,      1e-5,      1e-4,  1e-3,
                                  1e-2,    0.1,     1.0,      10.0,      60.0,      600.0, 3600.0,
                                  36000.0, 86400.0, 864000.0, 8640000.0, 86400000.0};
enum { N_LOG_TICS = sizeof log_tics / sizeof *log_tics };

static struct plot_axis log_axis(double low, double high)
{
    int first = 0, last = N_LOG_TICS - 1;
    while (first + 1 < N_LOG_TICS && log_tics[first + 1] <= low * (1.0 + 1e-9))
        first++;
    while (last > first + 1 && log_tics[last - 1] >= high * (1.0 - 1e-9))
        last--;
    return (struct plot_axis){.from = log_tics[first], .to = log_tics[last], .labels = true};
}

static struct plot_axis linear_axis(double high, int tics)
{
    struct time_unit unit = plot_time_unit(high);
    struct plot_axis axis = axis_up_to(high / unit.seconds, tics, false);
    return (struct plot_axis){.to = axis.to * unit.seconds,
                              .step = axis.step * unit.seconds,
                              .labels = true,
                              .unit = unit.seconds,
                              .suffix = unit.suffix};
}

struct duration_axis duration_axis_make(double low, double high, int tics)
{
    if (low > 0.0 && high > whole_range * low)
        return (struct duration_axis){log_axis(low, high), true};
    return (struct duration_axis){linear_axis(high, tics), false};
}

void duration_axis_begin(struct figure *figure, struct duration_axis y)
{
    if (!y.logarithmic)
        return;
    text_add(&figure->script, "set logscale y\nset ytics (");
    for (int i = 0; i < N_LOG_TICS; i++)
        if (log_tics[i] >= y.axis.from && log_tics[i] <= y.axis.to)
            text_addf(&figure->script, "%s'%s' %.9g", log_tics[i] > y.axis.from ? ", " : "",
                      y.axis.labels ? units_format_duration(log_tics[i], 1).chars : "", log_tics[i]);
    text_add(&figure->script, ")\n");
}

int duration_axis_width(struct duration_axis y)
{
    static const int of_logarithmic = 110;
    return y.logarithmic ? of_logarithmic : axis_width(y.axis);
}

void duration_axis_end(struct figure *figure, struct duration_axis y)
{
    if (y.logarithmic)
        text_add(&figure->script, "unset logscale y\n\n");
}

double duration_axis_pixel(struct duration_axis y, struct panel panel, double seconds)
{
    if (!y.logarithmic)
        return axis_pixel(y.axis, panel, seconds);
    double share = log(seconds / y.axis.from) / log(y.axis.to / y.axis.from);
    return panel.bottom - share * (panel.bottom - panel.top);
}
