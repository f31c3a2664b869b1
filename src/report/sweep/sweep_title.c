#include "report/sweep/sweep_title.h"
#include "report/unit.h"

#include <inttypes.h>
#include <stdlib.h>

static void capitalize(struct text *text)
{
    if (text->length && text->bytes[0] >= 'a' && text->bytes[0] <= 'z')
        text->bytes[0] = (char)(text->bytes[0] - 'a' + 'A');
}

void sweep_place_add(struct text *text, const struct sweep_chart *chart, size_t panel)
{
    const struct sweep *sweep = chart->view->sweep;
    for (size_t a = 0; a < sweep_last_axis(sweep); a++) {
        char *value = sweep_value_text(chart->view, a, sweep_index(sweep, chart_point(chart, panel, 0), a));
        text_addf(text, "%s%s %s", a > 0 ? ", " : "", axis_label(&sweep->axes[a]), value ? value : "");
        text->failed |= !value;
        free(value);
    }
}

static void add_value(struct text *text, const struct sweep_chart *chart, double value)
{
    text_add(text, unit_metric_text(chart->view->metrics[chart->metric].unit, value, UNITS_DIGITS).chars);
}

/* "100 ms"; of plain numbers "shop.workers 8" */
static void add_stop(struct text *text, const struct sweep_chart *chart, size_t stop)
{
    char *value = sweep_value_text(chart->view, sweep_last_axis(chart->view->sweep), chart->order[stop]);
    bool named = chart->x->kind == AXIS_NUMBER;
    text_addf(text, "%s%s%s", named ? axis_label(chart->x) : "", named ? " " : "", value ? value : "");
    text->failed |= !value;
    free(value);
}

/* ---- of a finding ---- */

/* ": 120/s against 70.3/s at 100 ms", in the order of the claim; nothing where one has no number. */
static void add_numbers(struct text *title, const struct sweep_chart *chart, size_t panel,
                        const struct sweep_finding *finding)
{
    size_t last = finding->kind == FINDING_MEETING ? 0 : chart->x->n - 1;
    bool less_first = sweep_claims_less(chart->view->metrics[chart->metric].name);
    const struct metric *first = chart_metric(chart, panel, last, less_first ? finding->less : finding->more),
                        *other = chart_metric(chart, panel, last, less_first ? finding->more : finding->less);
    if (!first || !other)
        return;
    text_add(title, ": ");
    add_value(title, chart, first->value);
    text_add(title, " against ");
    add_value(title, chart, other->value);
    text_add(title, " at ");
    add_stop(title, chart, last);
}

static void add_finding(struct text *title, const struct sweep_chart *chart, size_t panel,
                        const struct sweep_findings *findings)
{
    size_t finding = sweep_findings_greatest(findings);
    if (chart->n_panels > 1) {
        text_add(title, "at ");
        sweep_place_add(title, chart, panel);
        text_add(title, ", ");
    }
    sweep_finding_add_where(title, chart->view, &findings->of[finding]);
    text_add(title, " ");
    sweep_finding_add_claim(title, chart->view, chart->metric, findings, finding);
    add_numbers(title, chart, panel, &findings->of[finding]);
}

/* ---- where there is none ---- */

/* The values at one stop, or NULL. */
struct extremes {
    size_t lowest, highest; /* policies */
    const struct metric *low, *high;
};

static struct extremes extremes_at(const struct sweep_chart *chart, size_t panel, size_t stop)
{
    struct extremes extremes = {0};
    for (size_t p = 0; p < chart->n_policies; p++) {
        const struct metric *metric = chart_metric(chart, panel, stop, p);
        if (metric && (!extremes.low || metric->value < extremes.low->value)) {
            extremes.low = metric;
            extremes.lowest = p;
        }
        if (metric && (!extremes.high || metric->value > extremes.high->value)) {
            extremes.high = metric;
            extremes.highest = p;
        }
    }
    return extremes;
}

/* "throughput is 120/s at 1 ms, 23.1/s at 300 ms" */
static void add_course(struct text *title, const struct sweep_chart *chart, size_t panel)
{
    size_t ends[] = {0, chart->x->n - 1};
    text_addf(title, "%s", chart->view->metrics[chart->metric].name);
    for (size_t i = 0; i < 2; i++) {
        const struct metric *metric = chart_metric(chart, panel, ends[i], 0);
        text_add(title, i == 0 ? " " : ", ");
        text_add(title, i == 0 && metric ? "is " : "");
        if (metric)
            add_value(title, chart, metric->value);
        else
            text_add(title, chart_grows(chart, panel, ends[i], 0) ? "grows without end" : "has no number");
        text_add(title, " at ");
        add_stop(title, chart, ends[i]);
    }
}

/* "grows without end under sync"; nothing where it grows under no policy. */
static size_t add_growing(struct text *title, const struct sweep_chart *chart, size_t panel,
                          const char *before)
{
    size_t n = 0, first = 0;
    for (size_t p = chart->n_policies; p-- > 0;)
        if (chart_grows(chart, panel, chart->x->n - 1, p)) {
            first = p;
            n++;
        }
    if (n == 1)
        text_addf(title, "%sgrows without end under %s", before,
                  sweep_policy_name(chart->view->sweep, first));
    else if (n > 1)
        text_addf(title, "%sgrows without end under %zu policies", before, n);
    return n;
}

static void add_extreme(struct text *title, const struct sweep_chart *chart, const struct metric *metric,
                        size_t policy)
{
    add_value(title, chart, metric->value);
    text_addf(title, " under %s", sweep_policy_name(chart->view->sweep, policy));
}

/* "At 100 ms shop.blocked is 98 % under sync, 0 % under async" */
static void add_contrast(struct text *title, const struct sweep_chart *chart, size_t panel)
{
    size_t last = chart->x->n - 1;
    struct extremes extremes = extremes_at(chart, panel, last);
    text_add(title, "At ");
    add_stop(title, chart, last);
    text_addf(title, " %s ", chart->view->metrics[chart->metric].name);
    if (!extremes.low) {
        if (add_growing(title, chart, panel, "") == 0)
            text_add(title, "has no number");
        return;
    }
    text_add(title, "is ");
    add_extreme(title, chart, extremes.high, extremes.highest);
    if (extremes.low->value < 0.99 * extremes.high->value) {
        text_add(title, ", ");
        add_extreme(title, chart, extremes.low, extremes.lowest);
    } else if (extremes.lowest != extremes.highest) {
        text_add(title, " and others");
    }
    add_growing(title, chart, panel, "; it ");
}

/* ---- the whole ---- */

void sweep_title_add(struct text *title, const struct sweep_chart *chart,
                     const struct sweep_findings *findings)
{
    const struct sweep_finding *greatest = NULL;
    size_t panel = chart->n_panels - 1;
    for (size_t k = 0; k < chart->n_panels; k++) {
        size_t i = sweep_findings_greatest(&findings[k]);
        if (i < findings[k].n && (!greatest || findings[k].of[i].factor > greatest->factor)) {
            greatest = &findings[k].of[i];
            panel = k;
        }
    }
    if (greatest) {
        add_finding(title, chart, panel, &findings[panel]);
        capitalize(title);
    } else if (chart->n_policies == 1) {
        add_course(title, chart, panel);
    } else {
        add_contrast(title, chart, panel);
    }
}

void sweep_subtitle_add(struct text *subtitle, const struct sweep_view *view)
{
    const struct spec *spec = sweep_spec(view->sweep);
    struct sweep_replications replications = sweep_replications(view->sweep);
    double level = spec->run.confidence > 0.0 ? spec->run.confidence : 0.95;
    text_add(subtitle, spec->name);
    if (replications.most < 2)
        return;
    text_add(subtitle, " · means of ");
    if (replications.least < replications.most)
        text_addf(subtitle, "%" PRIu32 " to ", replications.least);
    text_addf(subtitle, "%" PRIu32 " replications with %s intervals", replications.most,
              units_format_share(level, UNITS_DIGITS).chars);
}
