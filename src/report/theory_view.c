#include "report/theory_view.h"

#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "stats/interval.h"

const char *const theory_verdict_names[] = {
    [THEORY_UNDECIDED] = "undecided", [THEORY_AGREES] = "agrees", [THEORY_DIFFERS] = "differs",
    [THEORY_KEPT] = "kept",           [THEORY_BROKEN] = "broken",
};

/* ---- intervals ---- */

/* Batch means of a single run do not tell how many batches there were: at least so many. */
enum { LEAST_BATCHES = 10, DIGITS = 9 };

/* The half-width of a metric's interval at `level`; NAN where there is none. */
static double half_width_at(const struct metric_table *table, const struct metric *metric, double level)
{
    const double *values = table->values + (metric - table->metrics);
    struct interval interval = interval_of(values, table->n, table->n_replications, level);
    if (!isnan(interval.half_width) || isnan(metric->half_width))
        return interval.half_width;
    double own_level = table->level > 0.0 ? table->level : level;
    double wider = interval_t(level, LEAST_BATCHES) / interval_t(own_level, LEAST_BATCHES);
    return units_round(metric->half_width * wider, DIGITS);
}

/* ---- verdicts ---- */

/* Sums of durations are rounded to nanoseconds, half-widths to nine digits. */
static const double dust = 1e-9;

static void judge_exact(struct theory_row *row)
{
    double off = fabs(row->measured - row->value->value);
    double slack = row->value->slack + dust * fabs(row->value->value);
    if (off <= slack) {
        row->verdict = THEORY_AGREES;
    } else if (!isnan(row->half_width)) {
        row->verdict = off <= row->half_width + slack ? THEORY_AGREES : THEORY_DIFFERS;
        row->off = row->half_width > 0.0 ? off / row->half_width : (double)INFINITY;
    }
}

static void judge_bound(struct theory_row *row)
{
    double over = row->measured - row->value->value;
    double doubt = isnan(row->half_width) ? 0.0 : row->half_width;
    if (row->value->relation == THEORY_AT_LEAST)
        over = -over;
    over -= row->value->slack + dust * fabs(row->value->value);
    row->verdict = over <= doubt ? THEORY_KEPT : THEORY_BROKEN;
    if (row->verdict == THEORY_BROKEN && isnan(row->half_width))
        row->verdict = THEORY_UNDECIDED;
}

static void judge(struct theory_row *row)
{
    row->verdict = THEORY_UNDECIDED;
    if (isnan(row->measured))
        return;
    if (row->value->relation == THEORY_EQUALS)
        judge_exact(row);
    else
        judge_bound(row);
}

/* ---- rows ---- */

/* How far the run is above a bound that it must reach. */
static double distance(const struct theory_value *value, const struct metric *metric)
{
    return isnan(metric->value) ? (double)INFINITY : metric->value / value->value;
}

/* Each load has its own bound on response times: the one that the run comes nearest to is enough. The first
 * of several; the end of the values where there is none. */
static size_t find_nearest(const struct theory *theory, const struct metric_table *metrics)
{
    size_t nearest = theory->n;
    double least = 0.0;
    for (size_t i = 0; i < theory->n; i++) {
        const struct theory_value *value = &theory->values[i];
        if (value->relation != THEORY_AT_LEAST)
            continue;
        const struct metric *metric = metric_find(metrics, value->metric);
        if (metric && (nearest == theory->n || distance(value, metric) < least)) {
            nearest = i;
            least = distance(value, metric);
        }
    }
    return nearest;
}

static void add_rows(struct theory_section *section)
{
    const struct theory *theory = &section->theory;
    const struct metric_table *metrics = section->metrics;
    size_t nearest = find_nearest(theory, metrics);
    for (size_t i = 0; i < theory->n; i++) {
        const struct theory_value *value = &theory->values[i];
        bool shown = value->relation != THEORY_AT_LEAST || i == nearest;
        const struct metric *metric = shown ? metric_find(metrics, value->metric) : NULL;
        if (!metric)
            continue;
        section->n_exact += value->relation == THEORY_EQUALS;
        section->rows[section->n_rows++] = (struct theory_row){
            .value = value,
            .unit = metric->unit,
            .measured = metric->value,
            .half_width = metric->half_width,
        };
    }
}

static bool add_section(struct theory_view *view, const struct spec *spec, uint32_t policy,
                        const struct policy_run *run)
{
    struct theory_section section = {.policy = run->name, .metrics = &run->metrics};
    if (!theory_of(spec, policy, &section.theory, NULL))
        return false;
    section.rows = calloc(section.theory.n + 1, sizeof *section.rows);
    if (!section.rows) {
        theory_finish(&section.theory);
        return false;
    }
    add_rows(&section);
    view->sections[view->n_sections] = section;
    if (section.n_rows > 0) {
        view->n_sections++;
    } else {
        theory_finish(&section.theory);
        free(section.rows);
    }
    return true;
}

/* ---- all policies ---- */

/* The more values are looked at, the wider each interval must be, so that chance has one of them outside no
 * oftener than in all. */
static void decide(struct theory_view *view)
{
    for (size_t s = 0; s < view->n_sections; s++)
        for (size_t i = 0; i < view->sections[s].n_rows; i++)
            view->n_judged += isnan(view->sections[s].rows[i].half_width) ? 0 : 1;
    view->level =
        view->n_judged > 0 ? interval_bonferroni(view->confidence, view->n_judged) : view->confidence;
    for (size_t s = 0; s < view->n_sections; s++) {
        struct theory_section *section = &view->sections[s];
        for (size_t i = 0; i < section->n_rows; i++) {
            struct theory_row *row = &section->rows[i];
            row->half_width = half_width_at(section->metrics,
                                            metric_find(section->metrics, row->value->metric), view->level);
            judge(row);
        }
    }
}

bool theory_view_init(struct theory_view *view, const struct spec *spec, const struct experiment *experiment)
{
    *view = (struct theory_view){.confidence = spec->run.confidence > 0.0 ? spec->run.confidence : 0.95};
    view->sections = calloc(experiment->n_policies + 1, sizeof *view->sections);
    if (!view->sections)
        return false;
    bool good = true;
    for (uint32_t p = 0; good && p < experiment->n_policies; p++)
        good = add_section(view, spec, p, &experiment->policies[p]);
    if (good)
        decide(view);
    else
        theory_view_finish(view);
    return good;
}

void theory_view_finish(struct theory_view *view)
{
    for (size_t s = 0; s < view->n_sections; s++) {
        theory_finish(&view->sections[s].theory);
        free(view->sections[s].rows);
    }
    free(view->sections);
    *view = (struct theory_view){0};
}
