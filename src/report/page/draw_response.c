/* How long it takes: the share of requests that take longer than a time, until the answer and until all is
 * done. */
#include <math.h>
#include <stdlib.h>

#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/plot/plot_duration.h"

enum { HEAD = 60, HEIGHT = 150, MOST_DECADES = 5, N_POINTS = 150 };

/* What all panels share. */
struct response_view {
    const struct drawing_source *source;
    struct duration_axis axis; /* x */
    int decades;               /* of the share, from 100 % down */
    struct drawing_frame frame;
};

static const struct result *result_of(const struct drawing_source *source, size_t policy)
{
    return &source->experiment->policies[policy].first;
}

static struct response_view view_make(const struct drawing_source *source)
{
    struct response_view view = {.source = source, .decades = 1};
    double low = (double)INFINITY, high = 0.0;
    uint64_t most = 0;
    for (size_t p = 0; p < drawing_policies(source); p++) {
        const struct histogram *both[] = {&result_of(source, p)->response, &result_of(source, p)->completion};
        for (size_t i = 0; i < 2; i++) {
            if (both[i]->count == 0)
                continue;
            most = both[i]->count > most ? both[i]->count : most;
            low = fmin(low, (double)both[i]->min * 1e-9);
            high = fmax(high, (double)both[i]->max * 1e-9);
        }
    }
    for (uint64_t ten = 100; ten <= most && view.decades < MOST_DECADES; ten *= 10)
        view.decades++;
    view.axis = duration_axis_make(low < high ? low : high, high > 0.0 ? high : 1.0, 4);
    struct plot_axis y = {.to = view.decades, .step = 0.0};
    view.frame = drawing_frame_make(HEAD, HEIGHT, view.axis.axis, y, false);
    view.frame.left = 44.0;
    view.frame.right = PANEL_WIDTH - 18.0;
    view.frame.log_x = view.axis.logarithmic;
    return view;
}

/* In seconds, of the i-th of the points that all curves have. */
static double time_at(const struct response_view *view, size_t i)
{
    struct plot_axis axis = view->frame.x;
    double share = (double)i / (double)(N_POINTS - 1);
    return view->frame.log_x ? axis.from * pow(axis.to / axis.from, share)
                             : axis.from + share * (axis.to - axis.from);
}

static double longer_at(const struct response_view *view, const struct histogram *h, size_t i)
{
    return histogram_share_above(h, (int64_t)(time_at(view, i) * 1e9 + 0.5));
}

/* 100 % at the top; each tenth as far below. */
static double y_of(const struct response_view *view, double share)
{
    double decades = share > 0.0 ? -log10(share) : view->decades;
    double part = fmin(fmax(decades / view->decades, 0.0), 1.0);
    return view->frame.top + part * (view->frame.bottom - view->frame.top);
}

static void add_curve(struct text *html, const struct response_view *view, const struct histogram *h,
                      const char *classes, size_t policy, const char *name)
{
    if (h->count == 0)
        return;
    text_addf(html, "<path class=\"%s\" style=\"%s\" d=\"", classes, drawing_color(policy).chars);
    struct svg_path path = {.svg = html};
    for (size_t i = 0; i < N_POINTS; i++) {
        double share = longer_at(view, h, i);
        svg_path_point(&path, frame_x(&view->frame, time_at(view, i)), y_of(view, share));
        if (!(share > pow(10.0, -view->decades)))
            break;
    }
    text_add(html, "\"");
    if (name) {
        svg_add_text_attribute(html, "data-name", name);
        text_add(html, " data-v=\"");
        for (size_t i = 0; i < N_POINTS; i++)
            text_addf(html, "%s%s", i > 0 ? "|" : "", units_format_share(longer_at(view, h, i), 2).chars);
        text_add(html, "\"");
    }
    text_add(html, "/>\n");
}

static void add_y_axis(struct text *html, const struct response_view *view)
{
    static const char *const names[MOST_DECADES + 1] = {"100 %", "10 %", "1 %", "0.1 %", "0.01 %", "0.001 %"};
    for (int d = 0; d <= view->decades; d++) {
        double y = view->frame.top + (view->frame.bottom - view->frame.top) * d / view->decades;
        if (d < view->decades)
            svg_add_line(html, view->frame.left, y, view->frame.right, y, "grid");
        svg_add_label(html,
                      (struct svg_label){
                          .x = view->frame.left - 4.0, .y = y + 3.5, .size = 10.0, .classes = "tick end"},
                      names[d]);
    }
}

static void add_hover(struct text *html, const struct response_view *view)
{
    frame_add_plot_attributes(html, &view->frame, 0.0, 0.0, NULL);
    text_add(html, " data-x=\"");
    for (size_t i = 0; i < N_POINTS; i++) {
        text_add(html, i > 0 ? " " : "");
        svg_add_number(html, frame_x(&view->frame, time_at(view, i)));
    }
    text_add(html, "\" data-heads=\"");
    for (size_t i = 0; i < N_POINTS; i++)
        text_addf(html, "%slonger than %s", i > 0 ? "|" : "",
                  units_format_duration(time_at(view, i), 2).chars);
    text_add(html, "\"");
}

/* ---- words ---- */

static bool are_alike(const struct histogram *a, const struct histogram *b)
{
    static const double shares[] = {0.1, 0.5, 0.9, 0.99, 1.0};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double at_a = histogram_quantile(a, shares[i]), at_b = histogram_quantile(b, shares[i]);
        if (!(fabs(at_a - at_b) <= 0.01 * fmax(at_a, at_b)))
            return false;
    }
    return true;
}

/* "p50 98 ms · p95 232 ms · p99 355 ms" */
static void add_quantiles(struct text *text, const struct metric_table *table, const char *what)
{
    static const char *const words[] = {"p50", "p95", "p99"};
    size_t start = text->length;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *name = text_format("%s.%s", what, words[i]);
        double value = name ? metric_value(table, name) : (double)NAN;
        if (!isnan(value))
            text_addf(text, "%s%s %s", text->length > start ? " · " : "", words[i],
                      units_format_duration(value, UNITS_DIGITS).chars);
        text->failed |= !name;
        free(name);
    }
}

/* Where more comes in than gets done, quantiles only tell how long the run was. */
static char *remark_of(const struct response_view *view, size_t policy)
{
    const struct policy_run *run = &view->source->experiment->policies[policy];
    struct text text = {0};
    if (run->first.response.count == 0)
        text_add(&text, "no request was answered");
    else if (run->unanswered.verdict == STEADINESS_GROWS)
        text_add(&text, "grows as long as the run lasts: no typical time");
    else
        add_quantiles(&text, &run->metrics, "response");
    return text_take(&text);
}

static char *second_remark_of(const struct response_view *view, size_t policy)
{
    const struct policy_run *run = &view->source->experiment->policies[policy];
    struct text text = {0};
    if (run->first.completion.count == 0) {
        text_add(&text, "no request was completed");
    } else if (are_alike(&run->first.response, &run->first.completion)) {
        text_add(&text, "all is done when the answer is there");
    } else if (run->backlog.verdict == STEADINESS_GROWS) {
        text_add(&text, "done: later and later");
    } else {
        text_add(&text, "done: ");
        add_quantiles(&text, &run->metrics, "completion");
    }
    return text_take(&text);
}

/* Under the number of replication 1 the mean of all of them, with its interval; and, where it is not
 * negative, the longest of replication 1. */
static char *mark_tip(const struct response_view *view, size_t policy, const char *part, const char *metric,
                      double seconds, int64_t longest_ns)
{
    const struct metric *m = metric_find(&view->source->experiment->policies[policy].metrics, metric);
    struct text tip = {0};
    text_addf(&tip, "%s of the answers take no longer than %s", part,
              units_format_duration(seconds, UNITS_DIGITS).chars);
    if (m && isfinite(m->value) && isfinite(m->half_width))
        text_addf(&tip, "\nover all replications %s ± %s",
                  units_format_duration(m->value, UNITS_DIGITS).chars,
                  units_format_duration(m->half_width, 2).chars);
    if (longest_ns >= 0)
        text_addf(&tip, "\nthe slowest took %s",
                  units_format_duration((double)longest_ns * 1e-9, UNITS_DIGITS).chars);
    return text_take(&tip);
}

static void mark_quantiles(struct text *html, const struct response_view *view, size_t policy)
{
    static const struct {
        double share;
        const char *part, *metric;
    } marks[] = {
        {0.5, "half", "response.p50"}, {0.95, "95 %", "response.p95"}, {0.99, "99 %", "response.p99"}};
    enum { N_MARKS = sizeof marks / sizeof *marks };
    const struct histogram *h = &result_of(view->source, policy)->response;
    for (size_t i = 0; h->count > 0 && i < N_MARKS; i++) {
        double seconds = histogram_quantile(h, marks[i].share) * 1e-9;
        char *tip =
            mark_tip(view, policy, marks[i].part, marks[i].metric, seconds, i + 1 == N_MARKS ? h->max : -1);
        text_addf(html, "<circle class=\"dot\" style=\"%s\" r=\"3.5\"", drawing_color(policy).chars);
        svg_add_attribute(html, "cx", frame_x(&view->frame, seconds));
        svg_add_attribute(html, "cy", y_of(view, 1.0 - marks[i].share));
        svg_end_with_tip(html, "circle", tip ? tip : "");
        html->failed |= !tip;
        free(tip);
    }
}

/* ---- panels ---- */

static void add_panel(struct text *html, const struct response_view *view, size_t policy)
{
    const struct result *result = result_of(view->source, policy);
    char *remark = remark_of(view, policy), *second = second_remark_of(view, policy);
    char *description = text_format("Response time under %s: %s. Until all is done: %s.",
                                    view->source->experiment->policies[policy].name, remark ? remark : "",
                                    second ? second : "");
    drawing_panel(html, HEAD + HEIGHT + PANEL_FOOT, description ? description : "");
    add_hover(html, view);
    drawing_panel_open(html);
    drawing_add_head(html, view->source, policy, remark ? remark : "");
    svg_add_label(html, (struct svg_label){.x = 2.0, .y = 43.0, .room = PANEL_WIDTH - 4.0, .classes = "note"},
                  second ? second : "");
    html->failed |= !remark || !second || !description;
    free(description);
    free(remark);
    free(second);
    add_y_axis(html, view);
    frame_add(html, &view->frame, "time; the line: share of requests that take longer");
    for (size_t p = 0; p < drawing_policies(view->source); p++)
        if (p != policy)
            add_curve(html, view, &result_of(view->source, p)->response, "line other", p, NULL);
    if (!are_alike(&result->response, &result->completion))
        add_curve(html, view, &result->completion, "line second", policy, "not done");
    add_curve(html, view, &result->response, "line", policy, "not answered");
    mark_quantiles(html, view, policy);
    drawing_panel_end(html);
}

bool draw_response_wanted(const struct drawing_source *source)
{
    for (size_t p = 0; p < drawing_policies(source); p++)
        if (result_of(source, p)->response.count > 0 || result_of(source, p)->completion.count > 0)
            return true;
    return false;
}

void draw_response(struct text *html, const struct drawing_source *source)
{
    static const struct drawing_key entries[] = {
        {"stroke", "until the answer"}, {"stroke dashed", "until all effects are done, where that is later"}};
    struct response_view view = view_make(source);
    drawing_begin(html, "response");
    drawing_add_key(html, entries, 2);
    drawing_begin_panels(html);
    for (size_t p = 0; p < drawing_policies(source); p++)
        add_panel(html, &view, p);
    drawing_end(
        html, source,
        "Read it from a time upwards: the height is the share of the answered requests that took "
        "longer. The further left a line falls, the better. Dots: half of the answers, 95 % and 99 % are "
        "there. Pale lines: the other policies. The numbers on top are means over all replications, "
        "the lines are replication 1.");
}
