#include "report/plot/sweep_heat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/plot/plot_figure.h"
#include "report/sweep/sweep_finding.h"
#include "report/unit.h"

size_t heat_policy(const struct heat *heat, size_t panel)
{
    return heat->ratios ? panel + 1 : 0;
}

size_t heat_point(const struct heat *heat, size_t row, size_t column)
{
    const struct sweep *sweep = heat->view->sweep;
    size_t from_first = sweep->axes[0].numbers ? row : heat->n_rows - 1 - row;
    return heat->view->order[0][from_first] * heat->n_columns + heat->view->order[1][column];
}

static double ratio_of(double value, double first)
{
    return value == first ? 1.0 : value / first;
}

static double value_in(const struct heat *heat, size_t point, size_t policy)
{
    const char *name = heat->view->metrics[heat->metric].name;
    const struct metric *metric = sweep_metric(heat->view->sweep, point, policy, name);
    if (sweep_grows(heat->view->sweep, point, policy, name))
        return (double)INFINITY;
    return metric ? metric->value : (double)NAN;
}

const struct heat_cell *heat_cell(const struct heat *heat, size_t panel, size_t row, size_t column)
{
    return &heat->cells[(panel * heat->n_rows + row) * heat->n_columns + column];
}

/* ---- making ---- */

static struct heat_cell read_cell(const struct heat *heat, size_t panel, size_t row, size_t column)
{
    size_t point = heat_point(heat, row, column), policy = heat_policy(heat, panel);
    double value = value_in(heat, point, policy), first = value_in(heat, point, 0);
    if (!heat->ratios)
        return (struct heat_cell){.value = value, .grows = isinf(value)};
    bool both = isinf(value) && isinf(first);
    return (struct heat_cell){.value = both ? (double)NAN : ratio_of(value, first),
                              .sign = sweep_who_has_more(heat->view, point, policy, 0, heat->metric),
                              .grows = isinf(value) || isinf(first)};
}

static size_t count_cells(const struct heat *heat)
{
    return heat->n_panels * heat->n_rows * heat->n_columns;
}

static void find_range(struct heat *heat)
{
    static const double least_ratio = 1.25, most_ratio = 1000.0, apart = 30.0;
    double low = (double)INFINITY, high = 0.0, most = log(least_ratio);
    for (size_t i = 0; i < count_cells(heat); i++) {
        double value = heat->cells[i].value;
        if (!isfinite(value))
            continue;
        low = fmin(low, value);
        high = fmax(high, value);
        most = value > 0.0 ? fmax(most, fabs(log(value))) : most;
    }
    most = fmin(most, log(most_ratio));
    heat->low = heat->ratios ? -most : isfinite(low) ? low : 0.0;
    heat->high = heat->ratios ? most : high;
    heat->logarithmic = !heat->ratios && low > 0.0 && high > apart * low;
}

static double shade_of(const struct heat *heat, double value)
{
    if (isnan(value))
        return value;
    if (heat->ratios)
        return fmin(fmax(log(value) / heat->high, -1.0), 1.0);
    if (isinf(value))
        return 2.0;
    if (!(heat->high > heat->low))
        return 0.5;
    double share = heat->logarithmic ? log(value / heat->low) / log(heat->high / heat->low)
                                     : (value - heat->low) / (heat->high - heat->low);
    return fmin(fmax(share, 0.0), 1.0);
}

bool heat_init(struct heat *heat, const struct sweep_view *view, size_t metric)
{
    const struct sweep *sweep = view->sweep;
    size_t policies = sweep_policies(sweep) < FIGURE_POLICIES ? sweep_policies(sweep) : FIGURE_POLICIES;
    *heat = (struct heat){.view = view,
                          .metric = metric,
                          .n_rows = sweep->axes[0].n,
                          .n_columns = sweep->axes[1].n,
                          .ratios = policies > 1,
                          .n_panels = policies > 1 ? policies - 1 : 1};
    heat->cells = calloc(count_cells(heat) + 1, sizeof *heat->cells);
    if (!heat->cells)
        return false;
    size_t n = heat->n_rows * heat->n_columns;
    for (size_t i = 0; i < count_cells(heat); i++)
        heat->cells[i] = read_cell(heat, i / n, i % n / heat->n_columns, i % heat->n_columns);
    find_range(heat);
    for (size_t i = 0; i < count_cells(heat); i++)
        heat->cells[i].shade = shade_of(heat, heat->cells[i].value);
    return true;
}

void heat_finish(struct heat *heat)
{
    free(heat->cells);
    *heat = (struct heat){0};
}

/* ---- words ---- */

/* "2.7", "0.31", "1/12": two digits are enough to compare by; three where they tell a certain difference. */
static struct units_text ratio_text(const struct heat_cell *cell)
{
    struct units_text text;
    double ratio = cell->value;
    bool great = ratio >= 9.95, small = ratio < 0.105;
    if (great || small)
        snprintf(text.chars, sizeof text.chars, "%s%.20s", small ? "1/" : "",
                 plot_short_count(round(small ? 1.0 / ratio : ratio)).chars);
    else
        snprintf(text.chars, sizeof text.chars, "%.*f", ratio < 0.95 || (ratio < 1.05 && cell->sign) ? 2 : 1,
                 ratio);
    return text;
}

struct units_text heat_cell_text(const struct heat *heat, const struct heat_cell *cell)
{
    static const struct units_text unknown = {"–"}, none = {"0"}, infinite = {"∞"}, grows = {"grows"};
    if (isnan(cell->value))
        return unknown;
    if (!heat->ratios)
        return cell->grows
                   ? grows
                   : unit_metric_text(heat->view->metrics[heat->metric].unit, cell->value, UNITS_DIGITS);
    return isinf(cell->value) ? infinite : cell->value == 0.0 ? none : ratio_text(cell);
}

struct units_text heat_range_text(const struct heat *heat, bool high)
{
    struct units_text text;
    if (!heat->ratios)
        return unit_metric_text(heat->view->metrics[heat->metric].unit, high ? heat->high : heat->low,
                                UNITS_DIGITS - 1);
    snprintf(text.chars, sizeof text.chars, high ? "%s×" : "1/%s",
             units_format_number(exp(heat->high), 2).chars);
    return text;
}

/* ---- colours ---- */

const struct rgb heat_paper = {247, 247, 247}, heat_growth = {68, 68, 68};

static int mixed(int a, int b, double share)
{
    return (int)(a + (b - a) * share + 0.5);
}

struct rgb heat_end(const struct heat *heat, size_t panel, bool first)
{
    const char *color =
        plot_policy_color(sweep_spec(heat->view->sweep), first ? 0 : heat_policy(heat, panel));
    unsigned long bits = strtoul(color + 1, NULL, 16);
    return (struct rgb){(int)(bits >> 16), (int)(bits >> 8 & 255), (int)(bits & 255)};
}

struct rgb heat_color(const struct heat *heat, size_t panel, double shade)
{
    if (shade > 1.0)
        return heat_growth;
    struct rgb end = heat_end(heat, panel, shade < 0.0);
    double share = fabs(shade);
    return (struct rgb){mixed(heat_paper.red, end.red, share), mixed(heat_paper.green, end.green, share),
                        mixed(heat_paper.blue, end.blue, share)};
}

const char *heat_ink(struct rgb color)
{
    return 0.299 * color.red + 0.587 * color.green + 0.114 * color.blue < 140.0 ? "#FFFFFF" : COLOR_INK;
}
