/* A metric along the last axis of a sweep: a line for each policy, within the band of its interval. */
#include <math.h>
#include <stdlib.h>

#include "report/plot/sweep_chart.h"
#include "report/plot/sweep_marks.h"
#include "report/plot/sweep_plots.h"
#include "report/sweep/sweep_finding.h"
#include "report/sweep/sweep_title.h"
#include "report/unit.h"

enum {
    MOST_PANELS = 6,
    LABEL_ROOM = 300, /* for names and numbers at the ends of lines */
    LEAST_ROOM = 60,  /* for names alone, where there are several panels */
    MOST_ROOM = 150,
    MOST_POINTS = 60, /* more are not marked on a line */
    HEADING = 30,     /* from a heading to its panel */
    ROW_GAP = 100,    /* between panels */
    LEAST_APART = 64, /* of points whose values stand above them */
    SMALL_PX = 18,
    KEY_ROW = 44,
};

bool plot_sweep_wanted(const struct sweep_view *view)
{
    const struct sweep *sweep = view->sweep;
    return sweep->n_points > 0 && sweep->axes[sweep_last_axis(sweep)].n > 1 &&
           sweep_panels(sweep) <= MOST_PANELS;
}

/* ---- what grows ---- */

/* The line leaves the panel upwards: a triangle where it does, and dots on the way from the last value. */
static void draw_growth(struct figure *figure, const struct sweep_chart *chart, struct panel panel, size_t k,
                        size_t policy)
{
    enum { TRIANGLE = 9 };
    for (size_t i = 0; i < chart->x->n; i++) {
        if (!chart_grows(chart, k, i, policy))
            continue;
        int x = chart_x(chart, panel, chart_number(chart, i, policy));
        const struct metric *last = i > 0 && chart->x->numbers ? chart_metric(chart, k, i - 1, policy) : NULL;
        if (last)
            text_addf(&figure->script,
                      "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '%s' "
                      "linewidth 1 dashtype (2,3)\n",
                      chart_x(chart, panel, chart_number(chart, i - 1, policy)),
                      chart_y(chart, panel, last->value), x, panel.top, chart_color(chart, policy));
        figure_point(figure, x, panel.top, TRIANGLE, chart_color(chart, policy));
    }
}

static bool any_growth(const struct sweep_chart *chart)
{
    for (size_t k = 0; k < chart->n_panels; k++)
        for (size_t i = 0; i < chart->x->n; i++)
            for (size_t p = 0; p < chart->n_policies; p++)
                if (chart_grows(chart, k, i, p))
                    return true;
    return false;
}

/* ---- lines ---- */

static void draw_bands(struct figure *figure, const struct sweep_chart *chart, size_t first, size_t last)
{
    for (size_t p = 0; p < chart->n_policies; p++) {
        size_t column = chart_column(chart, p);
        panel_curve(
            figure,
            "every ::%zu::%zu using %zu:(clip($%zu)):(clip($%zu)) with filledcurves fillcolor rgb '%s' "
            "fillstyle transparent solid 0.22 noborder",
            first, last, chart_column(chart, 0) - 1, column + 1, column + 2, chart_color(chart, p));
    }
}

/* Lines that lie on each other show all the same: the first is the widest. */
static double line_width(size_t policy)
{
    return 2.6 * pow(0.72, (double)policy);
}

static void draw_lines(struct figure *figure, const struct sweep_chart *chart, size_t first, size_t last)
{
    bool marked = chart->x->n <= MOST_POINTS;
    for (size_t p = 0; p < chart->n_policies; p++)
        panel_curve(figure,
                    "every ::%zu::%zu using %zu:%zu with %s linewidth %.3g pointsize %.3g linecolor rgb '%s'",
                    first, last, chart_column(chart, 0) - 1, chart_column(chart, p),
                    marked ? "linespoints pointtype 7" : "lines", line_width(p), 1.1 * pow(0.8, (double)p),
                    chart_color(chart, p));
}

/* At words there is nothing in between. */
static void draw_points(struct figure *figure, const struct sweep_chart *chart, size_t first, size_t last)
{
    for (size_t p = 0; p < chart->n_policies; p++) {
        size_t column = chart_column(chart, p);
        panel_curve(
            figure,
            "every ::%zu::%zu using ($%zu%+.3g):%zu:(clip($%zu)):(clip($%zu)) with yerrorbars pointtype 7 "
            "pointsize 1.5 linewidth 1.3 linecolor rgb '%s'",
            first, last, chart_column(chart, 0) - 1, chart_number(chart, 0, p) - 1.0, column, column + 1,
            column + 2, chart_color(chart, p));
    }
}

/* Where there is room between policies. */
static void write_values(struct figure *figure, const struct sweep_chart *chart, struct panel panel, size_t k)
{
    int apart =
        chart_x(chart, panel, chart_number(chart, 0, 1)) - chart_x(chart, panel, chart_number(chart, 0, 0));
    for (size_t i = 0; apart >= LEAST_APART && i < chart->x->n; i++)
        for (size_t p = 0; p < chart->n_policies; p++) {
            const struct metric *metric = chart_metric(chart, k, i, p);
            if (!metric)
                continue;
            double high = metric->value + (metric->half_width > 0.0 ? metric->half_width : 0.0);
            figure_label(figure,
                         (struct label){.x = chart_x(chart, panel, chart_number(chart, i, p)),
                                        .y = chart_y(chart, panel, high) - 24,
                                        .anchor = ANCHOR_CENTER,
                                        .size = SMALL_PX,
                                        .color = chart_color(chart, p)},
                         unit_metric_text(chart->view->metrics[chart->metric].unit, metric->value, 2).chars);
        }
}

/* ---- the ends of lines ---- */

/* Where a policy's line ends, and its number there; false where it has none. */
static bool find_end(const struct sweep_chart *chart, struct panel panel, size_t k, size_t policy, bool named,
                     struct end_label *ret_label, struct units_text *ret_value)
{
    *ret_label = (struct end_label){.name = sweep_policy_name(chart->view->sweep, policy),
                                    .color = chart_color(chart, policy)};
    for (size_t i = chart->x->n; i-- > 0;) {
        const struct metric *metric = chart_metric(chart, k, i, policy);
        bool grows = chart_grows(chart, k, i, policy);
        if (!metric && !grows)
            continue;
        struct units_text word = {"grows"}, none = {""};
        ret_label->at = grows ? panel.top : chart_y(chart, panel, metric->value);
        *ret_value =
            named   ? none
            : grows ? word
                    : unit_metric_text(chart->view->metrics[chart->metric].unit, metric->value, UNITS_DIGITS);
        return true;
    }
    return false;
}

static void label_ends(struct figure *figure, const struct sweep_chart *chart, struct panel panel, size_t k,
                       int room)
{
    struct end_label labels[FIGURE_POLICIES];
    struct units_text values[FIGURE_POLICIES];
    size_t n = 0;
    for (size_t p = 0; p < chart->n_policies; p++)
        if (find_end(chart, panel, k, p, chart->n_panels > 1, &labels[n], &values[n])) {
            labels[n].value = values[n].chars;
            n++;
        }
    figure_label_ends(figure, panel, labels, n, room);
}

/* ---- panels ---- */

struct page {
    struct panel body;
    int height, rows, columns;
    int room;  /* for labels, at the right of each panel */
    int names; /* room for crossings above each panel */
};

static int name_room(const struct sweep_chart *chart)
{
    int room = LEAST_ROOM;
    for (size_t p = 0; p < chart->n_policies; p++) {
        int width = gnuplot_text_width(sweep_policy_name(chart->view->sweep, p), GNUPLOT_PLAIN, TICS_PX) + 34;
        room = width > room ? width : room;
    }
    return room > MOST_ROOM ? MOST_ROOM : room;
}

/* Above the panels: their common heading, and which colour is whose at words. */
static struct page page_make(const struct sweep_chart *chart)
{
    bool words = !chart->x->numbers;
    struct page page = {.rows = chart->n_panels > 3 ? 2 : 1, .height = chart->n_panels > 3 ? 1240 : 900};
    page.columns = ((int)chart->n_panels + page.rows - 1) / page.rows;
    page.room = words ? 20 : chart->n_panels > 1 ? name_room(chart) : LABEL_ROOM;
    page.body = (struct panel){.left = PAGE_LEFT + duration_axis_width(chart->y),
                               .right = PAGE_RIGHT - page.room,
                               .top = PAGE_BODY + 50 + (chart->n_panels > 1 ? 42 : 0) + (words ? KEY_ROW : 0),
                               .bottom = page.height - 94};
    return page;
}

static struct panel page_panel(const struct page *page, size_t k)
{
    int row = (int)k / page->columns, column = (int)k % page->columns;
    struct panel panel =
        panel_at(page->body, page->rows, page->columns, row, column, page->room + 26, ROW_GAP);
    panel.top += page->names;
    return panel;
}

/* "throughput (per second): requests answered ok"; where the axis has another unit, it tells it itself. */
static char *metric_heading(const struct sweep_chart *chart)
{
    const struct shown_metric *metric = &chart->view->metrics[chart->metric];
    bool per_second = metric->unit == METRIC_PER_SECOND && chart->y.axis.unit >= 1.0;
    return text_format("%s%s: %s", metric->name, per_second ? " (per second)" : "", metric->meaning);
}

static void add_panel_heading(struct figure *figure, const struct sweep_chart *chart, const struct page *page,
                              struct panel panel, size_t k)
{
    struct text place = {0};
    sweep_place_add(&place, chart, k);
    bool single = chart->n_panels == 1;
    char *heading = !single             ? text_copy(text_string(&place))
                    : chart->x->numbers ? metric_heading(chart)
                                        : text_copy("");
    figure_label(figure,
                 (struct label){.x = panel.left,
                                .y = panel.top - HEADING - page->names,
                                .face = GNUPLOT_BOLD,
                                .room = panel.right + page->room - panel.left},
                 heading);
    figure->script.failed |= place.failed || !heading;
    free(heading);
    text_finish(&place);
}

/* Under the lowest panel of each column. */
static void add_axis_title(struct figure *figure, const struct sweep_chart *chart, struct panel panel)
{
    figure_label(figure,
                 (struct label){.x = (panel.left + panel.right) / 2,
                                .y = panel.bottom + 62,
                                .anchor = ANCHOR_CENTER,
                                .size = TICS_PX,
                                .color = COLOR_SOFT,
                                .room = panel.right - panel.left},
                 axis_label(chart->x));
}

static void draw_panel(struct figure *figure, const struct sweep_chart *chart, const struct page *page,
                       size_t k, const struct sweep_findings *findings)
{
    struct panel panel = page_panel(page, k);
    struct marks marks = marks_make(chart, panel, findings);
    struct duration_axis y = chart->y;
    size_t first = k * chart->x->n, last = first + chart->x->n - 1;
    y.axis.labels = (int)k % page->columns == 0;
    add_panel_heading(figure, chart, page, panel, k);
    if (k + (size_t)page->columns >= chart->n_panels)
        add_axis_title(figure, chart, panel);
    marks_draw(figure, panel, &marks);
    for (size_t p = 0; p < chart->n_policies; p++)
        draw_growth(figure, chart, panel, k, p);
    chart_add_tics(figure, chart, panel);
    duration_axis_begin(figure, y);
    if (chart->x->numbers)
        label_ends(figure, chart, panel, k, page->room);
    else
        write_values(figure, chart, panel, k);
    panel_begin(figure, panel, (struct plot_axis){.from = chart->from, .to = chart->to}, y.axis);
    if (chart->x->numbers) {
        draw_bands(figure, chart, first, last);
        draw_lines(figure, chart, first, last);
    } else {
        draw_points(figure, chart, first, last);
    }
    panel_end(figure);
    duration_axis_end(figure, y);
    marks_finish(&marks);
}

static void add_heading(struct figure *figure, const struct sweep_chart *chart)
{
    struct key_entry entries[FIGURE_POLICIES];
    char *heading = metric_heading(chart);
    figure_label(
        figure,
        (struct label){.x = PAGE_LEFT, .y = PAGE_BODY, .face = GNUPLOT_BOLD, .room = PAGE_RIGHT - PAGE_LEFT},
        heading);
    figure->script.failed |= !heading;
    free(heading);
    for (size_t p = 0; p < chart->n_policies; p++)
        entries[p] =
            (struct key_entry){sweep_policy_name(chart->view->sweep, p), chart_color(chart, p), SWATCH_FILL};
    if (!chart->x->numbers)
        figure_key(figure, PAGE_LEFT, PAGE_BODY + KEY_ROW, entries, chart->n_policies);
}

/* ---- the whole ---- */

/* Of each panel; false when memory is gone. */
static bool find_all(const struct sweep_chart *chart, struct sweep_findings *findings)
{
    const struct sweep *sweep = chart->view->sweep;
    size_t *indices = calloc(sweep->n_axes, sizeof *indices);
    bool ok = indices != NULL;
    for (size_t k = 0; ok && k < chart->n_panels; k++) {
        sweep_indices(sweep, k * chart->x->n, indices);
        ok = sweep_findings_init(&findings[k], chart->view, chart->metric, indices);
    }
    free(indices);
    return ok;
}

static bool make_room_for_marks(struct page *page, const struct sweep_chart *chart,
                                const struct sweep_findings *findings)
{
    int rows = 0;
    for (size_t k = 0; k < chart->n_panels; k++) {
        struct marks marks = marks_make(chart, page_panel(page, k), &findings[k]);
        rows = marks.rows > rows ? marks.rows : rows;
        marks_finish(&marks);
    }
    page->names = rows * MARKS_ROW;
    return rows > 0;
}

static void draw(struct figure *figure, const struct sweep_chart *chart,
                 const struct sweep_findings *findings)
{
    struct page page = page_make(chart);
    struct text title = {0}, subtitle = {0};
    bool marked = make_room_for_marks(&page, chart, findings);
    sweep_title_add(&title, chart, findings);
    sweep_subtitle_add(&subtitle, chart->view);
    if (marked)
        text_add(&subtitle, " · ring: they change places");
    if (any_growth(chart))
        text_add(&subtitle, " · triangle: grows as long as the run lasts");
    plot_add_shown(&subtitle, chart->n_policies, sweep_policies(chart->view->sweep), "policies");
    chart_add_data(&figure->data, chart);
    figure_begin(figure, page.height, text_string(&title), text_string(&subtitle));
    text_add(&figure->script, "set errorbars 0\n");
    text_addf(&figure->script, "clip(y) = y < %.9g ? %.9g : y > %.9g ? %.9g : y\n\n", chart->y.axis.from,
              chart->y.axis.from, chart->y.axis.to, chart->y.axis.to);
    if (chart->n_panels > 1 || !chart->x->numbers)
        add_heading(figure, chart);
    for (size_t k = 0; k < chart->n_panels; k++)
        draw_panel(figure, chart, &page, k, &findings[k]);
    figure_end(figure);
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}

void plot_sweep(const struct sweep_view *view, size_t metric, struct figure *figure)
{
    struct sweep_chart chart = sweep_chart_make(view, metric);
    struct sweep_findings findings[MOST_PANELS] = {{0}};
    if (find_all(&chart, findings))
        draw(figure, &chart, findings);
    else
        figure->script.failed = true;
    for (size_t k = 0; k < chart.n_panels; k++)
        sweep_findings_finish(&findings[k]);
}
