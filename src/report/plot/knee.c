#include "report/plot/knee.h"

#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "report/csv.h"
#include "report/sweep/sweep_view.h"
#include "report/unit.h"

enum { MOST_TICS = 16 };

const struct goal_claim *knee_claim(const struct knee *knee)
{
    return &knee->search->goal->claims[0];
}

const char *knee_color(const struct knee *knee, size_t policy)
{
    return plot_policy_color(knee->spec, policy);
}

/* ---- points ---- */

static int by_value(const void *left, const void *right)
{
    const struct search_probe *one = *(const struct search_probe *const *)left;
    const struct search_probe *other = *(const struct search_probe *const *)right;
    double a = one->try.x, b = other->try.x;
    return a != b ? (a > b) - (a < b) : (one > other) - (one < other);
}

double knee_mean(const struct search_probe *probe)
{
    return probe->grows ? (double)NAN : probe->judgement.findings[0].shown.mean;
}

double knee_half_width(const struct search_probe *probe)
{
    double half = probe->judgement.findings[0].shown.half_width;
    return half > 0.0 ? half : 0.0;
}

static bool line_init(struct knee_line *line, const struct search *search, size_t policy, size_t first)
{
    const struct search_policy *p = &search->policies[policy];
    *line = (struct knee_line){.policy = policy, .first = first};
    line->points = calloc(p->n_probes + 1, sizeof *line->points);
    for (size_t i = 0; line->points && i < p->n_probes; i++)
        if (!p->probes[i].refusal)
            line->points[line->n++] = &p->probes[i];
    if (line->points && line->n)
        qsort(line->points, line->n, sizeof *line->points, by_value);
    return line->points != NULL;
}

bool knee_find_lines(struct knee *knee)
{
    size_t rows = 0;
    for (size_t p = 0; p < knee->search->n_policies && knee->n_lines < FIGURE_POLICIES; p++) {
        struct knee_line *line = &knee->lines[knee->n_lines];
        if (!line_init(line, knee->search, p, rows))
            return false;
        rows += line->n;
        knee->n_lines += line->n > 0;
        if (line->n == 0)
            free(line->points);
    }
    return true;
}

/* ---- axes ---- */

struct range {
    double low, high;
};

static struct range value_range(const struct knee *knee)
{
    struct range range = {(double)INFINITY, 0.0};
    for (size_t l = 0; l < knee->n_lines; l++) {
        const struct knee_line *line = &knee->lines[l];
        range.low = fmin(range.low, line->points[0]->try.x);
        range.high = fmax(range.high, line->points[line->n - 1]->try.x);
    }
    return range;
}

/* From 0 where that is not far away. */
static void find_values(struct knee *knee)
{
    static const double near_zero = 0.35, wide = 20.0;
    struct range range = value_range(knee);
    knee->logarithmic = range.low > 0.0 && range.high > wide * range.low;
    knee->from = !knee->logarithmic && range.low <= near_zero * range.high ? 0.0 : range.low;
    knee->to = range.high > knee->from ? range.high : knee->from + 1.0;
    if (knee->from > 0.0 && !knee->logarithmic)
        knee->from -= 0.05 * (knee->to - knee->from);
    knee->to = knee->logarithmic ? knee->to * pow(knee->to / knee->from, 0.03)
                                 : knee->to + 0.03 * (knee->to - knee->from);
}

/* What is far beyond the goal needs no room where the axis is linear. */
static struct range number_range(const struct knee *knee)
{
    static const double beyond = 4.0;
    double limit = knee_claim(knee)->limit;
    struct range range = {(double)INFINITY, 0.0};
    for (size_t l = 0; l < knee->n_lines; l++)
        for (size_t i = 0; i < knee->lines[l].n; i++) {
            const struct search_probe *probe = knee->lines[l].points[i];
            double mean = knee_mean(probe);
            if (isnan(mean))
                continue;
            range.low = fmin(range.low, mean);
            range.high = fmax(range.high, mean + knee_half_width(probe));
        }
    bool is_time = knee_claim(knee)->claim.unit.seconds == 1;
    if (limit > 0.0) {
        range.high = is_time ? fmax(range.high, limit) : fmax(fmin(range.high, beyond * limit), limit);
        range.low = fmin(range.low, limit);
    }
    return range;
}

static struct duration_axis number_axis(const struct knee *knee)
{
    struct expression_unit unit = knee_claim(knee)->claim.unit;
    struct range range = number_range(knee);
    if (unit.seconds == 1)
        return duration_axis_make(range.low, range.high, 6);
    struct duration_axis axis = {.logarithmic = false};
    if (unit.seconds == -1)
        axis.axis = axis_of_rate(range.high, 6);
    else if (unit.seconds == 0 && unit.kind == EXPRESSION_SHARE)
        axis.axis = axis_in_unit(range.high, 6, 100.0, " %");
    else
        axis.axis = axis_up_to(range.high, 6, false);
    return axis;
}

void knee_find_axes(struct knee *knee)
{
    find_values(knee);
    knee->y = number_axis(knee);
}

int knee_x(const struct knee *knee, double value)
{
    double share = knee->logarithmic ? log(value / knee->from) / log(knee->to / knee->from)
                                     : (value - knee->from) / (knee->to - knee->from);
    return knee->panel.left + (int)(share * (knee->panel.right - knee->panel.left) + 0.5);
}

int knee_y(const struct knee *knee, double number)
{
    double pixel = number > 0.0 || !knee->y.logarithmic ? duration_axis_pixel(knee->y, knee->panel, number)
                                                        : (double)knee->panel.bottom;
    return (int)(fmin(fmax(pixel, knee->panel.top), knee->panel.bottom) + 0.5);
}

/* ---- tics: values as people write them ---- */

static size_t find_log_tics(const struct knee *knee, double *tics)
{
    static const double factors[] = {1.0, 2.0, 5.0};
    size_t n = 0;
    for (double power = units_decade(knee->from); power <= knee->to; power *= 10.0)
        for (size_t i = 0; i < 3 && n < MOST_TICS; i++)
            if (factors[i] * power >= knee->from && factors[i] * power <= knee->to)
                tics[n++] = factors[i] * power;
    return n;
}

static size_t find_tics(const struct knee *knee, double *tics)
{
    if (knee->logarithmic && knee->to / knee->from < 1e5)
        return find_log_tics(knee, tics);
    size_t n = 0;
    if (knee->logarithmic) {
        for (double power = units_decade(knee->from); power <= knee->to && n < MOST_TICS; power *= 10.0)
            if (power >= knee->from)
                tics[n++] = power;
        return n;
    }
    struct plot_axis steps = axis_up_to(knee->to - knee->from, 6, knee->search->space->whole);
    for (double at = ceil(knee->from / steps.step - 1e-9) + 0.0; at * steps.step <= knee->to && n < MOST_TICS;
         at++)
        tics[n++] = at * steps.step;
    return n;
}

/* As many as there is room for. */
static void label_tics(struct figure *figure, const struct knee *knee, const double *tics, size_t n)
{
    static const int apart = 16;
    int end = -apart;
    for (size_t i = 0; i < n; i++) {
        struct units_text text = search_value(knee->search->space, tics[i]);
        int half = gnuplot_text_width(text.chars, GNUPLOT_PLAIN, TICS_PX) / 2, x = knee_x(knee, tics[i]);
        if (x - half < end + apart)
            continue;
        figure_label(figure,
                     (struct label){.x = x,
                                    .y = knee->panel.bottom + 28,
                                    .anchor = ANCHOR_CENTER,
                                    .size = TICS_PX,
                                    .color = "#444444"},
                     text.chars);
        end = x + half;
    }
}

void knee_add_tics(struct figure *figure, const struct knee *knee)
{
    double tics[MOST_TICS];
    size_t n = find_tics(knee, tics);
    label_tics(figure, knee, tics, n);
    text_addf(&figure->script, "%s logscale x\nset xtics (", knee->logarithmic ? "set" : "unset");
    for (size_t i = 0; i < n; i++)
        text_addf(&figure->script, "%s'' %.9g", i > 0 ? ", " : "", tics[i]);
    text_add(&figure->script, ")\n");
}

/* ---- data ---- */

void knee_add_data(struct figure *figure, const struct knee *knee)
{
    static const char *const verdicts[] = {
        [GOAL_UNDECIDED] = "undecided", [GOAL_MET] = "met", [GOAL_MISSED] = "missed"};
    char *value = sweep_axis_column(&knee->search->space->axis);
    char *shown =
        text_format("%s%s", knee_claim(knee)->shown, unit_suffix(knee_claim(knee)->claim.unit).chars);
    csv_string(&figure->data, "policy");
    csv_string(&figure->data, value ? value : "");
    csv_string(&figure->data, shown ? shown : "");
    text_add(&figure->data, ",low,high,verdict,grows\n");
    figure->data.failed |= !value || !shown;
    free(value);
    free(shown);
    for (size_t l = 0; l < knee->n_lines; l++)
        for (size_t i = 0; i < knee->lines[l].n; i++) {
            const struct search_probe *probe = knee->lines[l].points[i];
            double mean = knee_mean(probe), half = knee_half_width(probe);
            csv_string(&figure->data, knee->search->policies[knee->lines[l].policy].name);
            csv_number(&figure->data, probe->try.x);
            if (isnan(mean))
                text_add(&figure->data, ",NaN,NaN,NaN");
            else
                text_addf(&figure->data, ",%.6g,%.6g,%.6g", mean, mean - half, mean + half);
            csv_string(&figure->data, verdicts[probe->try.verdict]);
            csv_number(&figure->data, probe->grows);
            csv_end_line(&figure->data);
        }
}
