/* How long users wait, and how long until everything they asked for is done, from the fastest to the slowest.
 */
#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "report/plot/plot_duration.h"
#include "report/plot/plot_kinds.h"

enum { POINTS_A_DECADE = 40, MOST_DECADES = 5, LABEL_ROOM = 290, MOST_CURVES = 2 * FIGURE_POLICIES };

struct curve {
    const struct histogram *histogram;
    size_t policy;
    bool completion;
    bool twin; /* the other curve of the policy is the same */
};

struct curves {
    struct curve of[MOST_CURVES];
    size_t n;
    uint64_t count;   /* the most values that one has */
    double low, high; /* seconds, of what is drawn */
};

static bool are_alike(const struct histogram *a, const struct histogram *b)
{
    static const double shares[] = {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double at_a = histogram_quantile(a, shares[i]), at_b = histogram_quantile(b, shares[i]);
        if (fabs(at_a - at_b) > 0.01 * fmax(at_a, at_b))
            return false;
    }
    return a->count > 0 && b->count > 0;
}

/* How many decades of the share that is slower the greatest count can tell of. */
static int decades(const struct curves *curves)
{
    int n = 1;
    for (uint64_t ten = 100; ten <= curves->count && n < MOST_DECADES; ten *= 10)
        n++;
    return n;
}

/* The share that is faster at the i-th point: 1 - 10^(-i / 40). */
static double share_at(int i)
{
    return -expm1(-(double)i / POINTS_A_DECADE * log(10.0));
}

static double seconds_at(const struct histogram *histogram, double share)
{
    return histogram_quantile(histogram, share) * 1e-9;
}

static void add_curve(struct curves *curves, struct curve curve)
{
    if (curve.histogram->count == 0)
        return;
    curves->of[curves->n++] = curve;
    curves->count = curve.histogram->count > curves->count ? curve.histogram->count : curves->count;
}

static struct curves curves_collect(const struct plot_source *source)
{
    struct curves curves = {.low = INFINITY};
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct result *result = &source->experiment->policies[p].first;
        bool twin = are_alike(&result->response, &result->completion);
        add_curve(&curves, (struct curve){&result->response, p, false, twin});
        if (!twin)
            add_curve(&curves, (struct curve){&result->completion, p, true, false});
    }
    double last = share_at(decades(&curves) * POINTS_A_DECADE);
    for (size_t i = 0; i < curves.n; i++) {
        curves.low = fmin(curves.low, (double)curves.of[i].histogram->min * 1e-9);
        curves.high = fmax(curves.high, seconds_at(curves.of[i].histogram, last));
    }
    return curves;
}

static void add_data(struct figure *figure, const struct plot_source *source, const struct curves *curves)
{
    text_add(&figure->data, "quantile");
    for (size_t i = 0; i < curves->n; i++)
        text_addf(&figure->data, ",%s.%s_s", source->experiment->policies[curves->of[i].policy].name,
                  curves->of[i].completion ? "completion" : "response");
    text_add(&figure->data, "\n");
    for (int point = 0; point <= decades(curves) * POINTS_A_DECADE; point++) {
        text_addf(&figure->data, "%.8g", share_at(point));
        for (size_t i = 0; i < curves->n; i++)
            text_addf(&figure->data, ",%.6g", seconds_at(curves->of[i].histogram, share_at(point)));
        text_add(&figure->data, "\n");
    }
}

/* ---- axes ---- */

static void add_x_tics(struct text *script, int n_decades)
{
    /* gnuplot takes even these for formats. */
    static const char *const names[] = {"90 %%", "99 %%", "99.9 %%", "99.99 %%", "99.999 %%"};
    text_add(script, "set logscale x\nset xtics ('0 %%' 1, '50 %%' 2, '75 %%' 4");
    double at = 10.0;
    for (int i = 0; i < n_decades; i++, at *= 10.0)
        text_addf(script, ", '%s' %g", names[i], at);
    text_add(script, ")\n");
}

/* ---- the figure ---- */

static void label_curves(struct figure *figure, const struct plot_source *source, const struct curves *curves,
                         struct panel panel, struct duration_axis y)
{
    double ends[MOST_CURVES], last = share_at(decades(curves) * POINTS_A_DECADE);
    for (size_t i = 0; i < curves->n; i++)
        ends[i] = duration_axis_pixel(y, panel, seconds_at(curves->of[i].histogram, last));
    plot_spread(ends, curves->n, LINE_PX, panel.top, panel.bottom);
    for (size_t i = 0; i < curves->n; i++) {
        const struct curve *curve = &curves->of[i];
        const char *what = curve->twin ? "" : curve->completion ? ": completed" : ": answered";
        int room = LABEL_ROOM - 24 - gnuplot_text_width(what, GNUPLOT_PLAIN, TICS_PX);
        char *name =
            gnuplot_fit(source->experiment->policies[curve->policy].name, GNUPLOT_PLAIN, TICS_PX, room);
        char *text = name ? text_format("%s%s", name, what) : NULL;
        figure_label(figure,
                     (struct label){.x = panel.right + 16,
                                    .y = (int)ends[i],
                                    .size = TICS_PX,
                                    .color = plot_policy_color(source->spec, curve->policy)},
                     text);
        figure->script.failed |= !text;
        free(name);
        free(text);
    }
}

static void draw(struct figure *figure, const struct plot_source *source, const struct curves *curves,
                 struct panel panel)
{
    add_data(figure, source, curves);
    add_x_tics(&figure->script, decades(curves));
    struct duration_axis y = duration_axis_make(curves->low, curves->high, 6);
    duration_axis_begin(figure, y);
    figure_label(figure,
                 (struct label){.x = (panel.left + panel.right) / 2,
                                .y = panel.bottom + 64,
                                .anchor = ANCHOR_CENTER,
                                .size = TICS_PX,
                                .color = COLOR_SOFT},
                 "share of requests that were faster");
    label_curves(figure, source, curves, panel, y);
    panel_begin(figure, panel, (struct plot_axis){.from = 1.0, .to = pow(10.0, decades(curves))}, y.axis);
    for (size_t i = 0; i < curves->n; i++) {
        const struct curve *curve = &curves->of[i];
        panel_curve(figure, "using (1/(1-$1)):%zu with lines linewidth %g linecolor rgb '%s'%s", 2 + i,
                    plot_line_width(curve->policy), plot_policy_color(source->spec, curve->policy),
                    curve->completion ? " dashtype (8,5)" : "");
    }
    panel_end(figure);
}

/* Of the requests offered. */
static double share_answered(const struct policy_run *run)
{
    const struct result *result = &run->first;
    return result->offered ? (double)result->response.count / (double)result->offered : 1.0;
}

/* The share answered where it is greatest or least. */
static const struct policy_run *answers(const struct plot_source *source, bool most)
{
    const struct policy_run *runs = source->experiment->policies, *found = &runs[0];
    for (size_t p = 1; p < source->experiment->n_policies; p++) {
        double here = share_answered(&runs[p]), there = share_answered(found);
        if (most ? here > there : here < there)
            found = &runs[p];
    }
    return found;
}

/* Being fast is easy for those who answer few: they are not compared. */
static bool answers_enough(const struct plot_source *source, const struct policy_run *run)
{
    static const double enough = 0.95;
    return share_answered(run) >= enough * share_answered(answers(source, true));
}

/* "; memory answers only 61 %" */
static void add_least_answered(struct text *title, const struct plot_source *source)
{
    const struct policy_run *worst = answers(source, false);
    if (answers_enough(source, worst))
        return;
    text_add(title, "; ");
    plot_add_name(title, worst->name);
    text_addf(title, " answers only %s", units_format_share(share_answered(worst), 2).chars);
}

static void add_title(struct text *title, const struct plot_source *source)
{
    const struct policy_run *slow = NULL, *fast = NULL;
    for (size_t p = 0; p < source->experiment->n_policies; p++) {
        const struct policy_run *run = &source->experiment->policies[p];
        if (run->first.response.count == 0 || !answers_enough(source, run))
            continue;
        double seconds = seconds_at(&run->first.response, 0.99);
        if (!slow || seconds > seconds_at(&slow->first.response, 0.99))
            slow = run;
        if (!fast || seconds < seconds_at(&fast->first.response, 0.99))
            fast = run;
    }
    if (!slow) {
        text_add(title, "No request is answered");
        return;
    }
    double most = seconds_at(&slow->first.response, 0.99), least = seconds_at(&fast->first.response, 0.99);
    text_addf(title, "99 %% of the answers come within %s under ", units_format_duration(least, 3).chars);
    plot_add_name(title, fast->name);
    if (most > least * 1.02) {
        text_addf(title, ", within %s under ", units_format_duration(most, 3).chars);
        plot_add_name(title, slow->name);
    }
    add_least_answered(title, source);
}

void plot_response_time(const struct plot_source *source, struct figure *figure)
{
    struct panel panel = {
        .left = PAGE_LEFT + 110, .right = PAGE_RIGHT - LABEL_ROOM, .top = PAGE_BODY + 30, .bottom = 804};
    struct curves curves = curves_collect(source);
    struct text title = {0}, subtitle = {0};
    add_title(&title, source);
    plot_add_run(&subtitle, source);
    if (curves.n > 0) {
        text_add(&subtitle,
                 " · time until the answer; dashed, where it is later: until all effects are done");
        plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
        figure_begin(figure, 900, text_string(&title), text_string(&subtitle));
        draw(figure, source, &curves, panel);
        figure_end(figure);
    } else {
        figure_empty(figure, text_string(&title), text_string(&subtitle),
                     "no request was answered or completed");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
