/* Two axes of a sweep, in rows and columns: how many times more of a metric there is under each policy than
 * under the first; of a single policy, the metric itself. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/plot/plot_figure.h"
#include "report/plot/sweep_chart.h"
#include "report/plot/sweep_heat.h"
#include "report/plot/sweep_plots.h"
#include "report/sweep/sweep_title.h"
#include "report/unit.h"

enum {
    MOST_VALUES = 200, /* of an axis */
    WIDEST_CELL = 190,
    HIGHEST_CELL = 100,
    LEAST_TEXT_PX = 15,
    BAR_PX = 100,
    BAR_STEPS = 20,
    HEADING_ROOM = 78, /* above a panel: heading, and the name of the rows' axis */
    FOOT_ROOM = 92,    /* below: values, and the name of the columns' axis */
    MOST_LABEL = 260,
};

#define COLOR_TIC "#444444"

bool plot_heat_wanted(const struct sweep_view *view)
{
    const struct sweep *sweep = view->sweep;
    if (sweep->n_points == 0 || sweep->n_axes != 2)
        return false;
    size_t rows = sweep->axes[0].n, columns = sweep->axes[1].n;
    return rows > 1 && columns > 1 && rows <= MOST_VALUES && columns <= MOST_VALUES;
}

/* ---- shades ---- */

static void add_mix(struct figure *figure)
{
    text_addf(
        &figure->script,
        "mix(r, g, b, t) = 65536*int(%d+(r-%d)*t+0.5) + 256*int(%d+(g-%d)*t+0.5) + int(%d+(b-%d)*t+0.5)\n\n",
        heat_paper.red, heat_paper.red, heat_paper.green, heat_paper.green, heat_paper.blue, heat_paper.blue);
}

static void add_shades(struct figure *figure, const struct heat *heat, size_t panel)
{
    struct rgb less = heat_end(heat, panel, true), more = heat_end(heat, panel, false);
    text_addf(&figure->script,
              "shade(t) = t < 0 ? mix(%d, %d, %d, -t) : t > 1 ? mix(%d, %d, %d, 1) : "
              "mix(%d, %d, %d, t)\n",
              less.red, less.green, less.blue, heat_growth.red, heat_growth.green, heat_growth.blue, more.red,
              more.green, more.blue);
}

/* ---- data ---- */

static void add_data(struct text *data, const struct heat *heat)
{
    const struct sweep *sweep = heat->view->sweep;
    chart_add_axes(data, sweep);
    text_addf(data, ",policy,column,row,%s,shade,who_has_more\n", heat->ratios ? "ratio" : "value");
    for (size_t k = 0; k < heat->n_panels; k++)
        for (size_t i = 0; i < heat->n_rows * heat->n_columns; i++) {
            size_t row = i / heat->n_columns, column = i % heat->n_columns;
            const struct heat_cell *cell = heat_cell(heat, k, row, column);
            chart_add_values(data, sweep, heat_point(heat, row, column));
            chart_add_word(data, sweep_policy_name(sweep, heat_policy(heat, k)));
            text_addf(data, ",%zu,%zu,%.6g,%.4g,%d\n", column, row, cell->value, cell->shade, cell->sign);
        }
}

/* ---- layout ---- */

struct grid {
    struct panel body; /* of all panels, with the rooms around each */
    int rows, columns; /* of panels */
    int label;         /* room for the rows' values, before the first column of panels */
    int cell_width, cell_height;
    int height; /* of the page */
};

static int label_room(const struct heat *heat)
{
    int room = 0;
    for (size_t i = 0; i < heat->n_rows; i++) {
        char *text = sweep_value_text(heat->view, 0, i);
        int width = gnuplot_text_width(text ? text : "", GNUPLOT_PLAIN, TICS_PX) + 16;
        room = width > room ? width : room;
        free(text);
    }
    return room > MOST_LABEL ? MOST_LABEL : room;
}

static struct grid grid_make(const struct heat *heat)
{
    static const int heights[] = {0, 620, 400};
    struct grid grid = {.rows = heat->n_panels > 3 ? 2 : 1, .label = label_room(heat)};
    grid.columns = ((int)heat->n_panels + grid.rows - 1) / grid.rows;
    int width = (PAGE_RIGHT - PAGE_LEFT - grid.label - (grid.columns - 1) * 48) / grid.columns;
    grid.cell_width = width / (int)heat->n_columns;
    grid.cell_width = grid.cell_width > WIDEST_CELL ? WIDEST_CELL : grid.cell_width;
    grid.cell_height = heights[grid.rows] / (int)heat->n_rows;
    grid.cell_height = grid.cell_height > HIGHEST_CELL ? HIGHEST_CELL : grid.cell_height;
    grid.cell_height = grid.cell_height < 3 ? 3 : grid.cell_height;
    grid.height =
        PAGE_BODY + 20 + grid.rows * (HEADING_ROOM + (int)heat->n_rows * grid.cell_height + FOOT_ROOM);
    return grid;
}

/* Whole pixels a cell, so that no seams show between them. */
static struct panel panel_of(const struct heat *heat, const struct grid *grid, size_t k)
{
    int width = (int)heat->n_columns * grid->cell_width, height = (int)heat->n_rows * grid->cell_height;
    int row = (int)k / grid->columns, column = (int)k % grid->columns;
    struct panel panel = {.left = PAGE_LEFT + grid->label + column * (width + 48),
                          .top = PAGE_BODY + 20 + HEADING_ROOM + row * (HEADING_ROOM + height + FOOT_ROOM)};
    panel.right = panel.left + width;
    panel.bottom = panel.top + height;
    return panel;
}

/* ---- drawing ---- */

/* The greatest size at which every cell has room for its text; 0 = they are left empty. */
static int text_size(const struct heat *heat, const struct grid *grid)
{
    int size = TICS_PX;
    for (size_t i = 0; i < heat->n_panels * heat->n_rows * heat->n_columns; i++) {
        size_t in_panel = i % (heat->n_rows * heat->n_columns);
        const struct heat_cell *cell = heat_cell(heat, i / (heat->n_rows * heat->n_columns),
                                                 in_panel / heat->n_columns, in_panel % heat->n_columns);
        struct units_text text = heat_cell_text(heat, cell);
        while (size >= LEAST_TEXT_PX &&
               (gnuplot_text_width(text.chars, GNUPLOT_PLAIN, size) > grid->cell_width - 6 ||
                size > grid->cell_height - 4))
            size--;
    }
    return size >= LEAST_TEXT_PX ? size : 0;
}

static void write_cells(struct figure *figure, const struct heat *heat, const struct grid *grid, size_t k)
{
    struct panel panel = panel_of(heat, grid, k);
    int size = text_size(heat, grid);
    for (size_t i = 0; size > 0 && i < heat->n_rows * heat->n_columns; i++) {
        int row = (int)(i / heat->n_columns), column = (int)(i % heat->n_columns);
        const struct heat_cell *cell = heat_cell(heat, k, (size_t)row, (size_t)column);
        struct rgb color = heat_color(heat, k, isnan(cell->shade) ? 0.0 : cell->shade);
        figure_label(figure,
                     (struct label){.x = panel.left + column * grid->cell_width + grid->cell_width / 2,
                                    .y = panel.bottom - row * grid->cell_height - grid->cell_height / 2,
                                    .anchor = ANCHOR_CENTER,
                                    .size = size,
                                    .color = heat_ink(color)},
                     heat_cell_text(heat, cell).chars);
    }
}

static void add_line(struct figure *figure, int x1, int y1, int x2, int y2)
{
    text_addf(&figure->script,
              "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '" COLOR_INK
              "' linewidth 1.2 front\n",
              x1, y1, x2, y2);
}

static int sign_at(const struct heat *heat, size_t k, size_t row, size_t column)
{
    return heat_cell(heat, k, row, column)->sign;
}

/* Between cells where not the same policy has more; neighbouring pieces are one line. */
static void draw_borders(struct figure *figure, const struct heat *heat, const struct grid *grid, size_t k)
{
    struct panel panel = panel_of(heat, grid, k);
    for (size_t column = 1; column < heat->n_columns; column++)
        for (size_t row = 0, end; row < heat->n_rows; row = end + 1) {
            for (end = row;
                 end < heat->n_rows && sign_at(heat, k, end, column) != sign_at(heat, k, end, column - 1);)
                end++;
            int x = panel.left + (int)column * grid->cell_width;
            if (end > row)
                add_line(figure, x, panel.bottom - (int)row * grid->cell_height, x,
                         panel.bottom - (int)end * grid->cell_height);
        }
    for (size_t row = 1; row < heat->n_rows; row++)
        for (size_t column = 0, end; column < heat->n_columns; column = end + 1) {
            for (end = column;
                 end < heat->n_columns && sign_at(heat, k, row, end) != sign_at(heat, k, row - 1, end);)
                end++;
            int y = panel.bottom - (int)row * grid->cell_height;
            if (end > column)
                add_line(figure, panel.left + (int)column * grid->cell_width, y,
                         panel.left + (int)end * grid->cell_width, y);
        }
}

/* "1/5 [shades] 5×", its right end at `right`. */
static void draw_bar(struct figure *figure, const struct heat *heat, size_t k, int right, int y)
{
    struct units_text low = heat_range_text(heat, false), high = heat_range_text(heat, true);
    int left = right - gnuplot_text_width(high.chars, GNUPLOT_PLAIN, TICS_PX) - 8 - BAR_PX;
    for (int i = 0; i < BAR_STEPS; i++) {
        double share = ((double)i + 0.5) / BAR_STEPS;
        struct rgb color = heat_color(heat, k, heat->ratios ? 2.0 * share - 1.0 : share);
        int x = left + i * (BAR_PX / BAR_STEPS);
        text_addf(&figure->script,
                  "set object rectangle from screen X(%d), Y(%d) to screen X(%d), Y(%d) fillcolor rgb "
                  "'#%02X%02X%02X' fillstyle solid 1 noborder\n",
                  x, y - 9, x + BAR_PX / BAR_STEPS, y + 9, color.red, color.green, color.blue);
    }
    figure_label(figure, (struct label){.x = left + BAR_PX + 8, .y = y, .size = TICS_PX, .color = COLOR_SOFT},
                 high.chars);
    figure_label(
        figure,
        (struct label){.x = left - 8, .y = y, .anchor = ANCHOR_RIGHT, .size = TICS_PX, .color = COLOR_SOFT},
        low.chars);
}

/* What stands before a row; free() it. */
static char *row_text(const struct heat *heat, size_t value)
{
    char *text = sweep_value_text(heat->view, 0, value);
    char *fitting = text ? gnuplot_fit(text, GNUPLOT_PLAIN, TICS_PX, MOST_LABEL - 16) : NULL;
    free(text);
    return fitting;
}

static void label_rows(struct figure *figure, const struct heat *heat, const struct grid *grid,
                       struct panel panel)
{
    int end = panel.bottom + TICS_PX;
    for (size_t i = 0; i < heat->n_rows; i++) {
        int y = panel.bottom - (int)i * grid->cell_height - grid->cell_height / 2;
        size_t value = sweep_index(heat->view->sweep, heat_point(heat, i, 0), 0);
        char *text = row_text(heat, value);
        if (end - y >= TICS_PX + 2) {
            figure_label(figure,
                         (struct label){.x = panel.left - 14,
                                        .y = y,
                                        .anchor = ANCHOR_RIGHT,
                                        .size = TICS_PX,
                                        .color = COLOR_TIC},
                         text);
            end = y;
        }
        figure->script.failed |= !text;
        free(text);
    }
    figure_label(figure,
                 (struct label){.x = PAGE_LEFT, .y = panel.top - 20, .size = TICS_PX, .color = COLOR_SOFT},
                 axis_label(&heat->view->sweep->axes[0]));
}

/* The greatest size at which all values of the columns have room, or the usual one where none is. */
static int column_size(const struct heat *heat, const struct grid *grid)
{
    for (int size = TICS_PX; size >= LEAST_TEXT_PX; size--) {
        bool fit = true;
        for (size_t i = 0; fit && i < heat->n_columns; i++) {
            char *text = sweep_value_text(heat->view, 1, i);
            fit = gnuplot_text_width(text ? text : "", GNUPLOT_PLAIN, size) <= grid->cell_width - 6;
            free(text);
        }
        if (fit)
            return size;
    }
    return TICS_PX;
}

static void label_columns(struct figure *figure, const struct heat *heat, const struct grid *grid,
                          struct panel panel)
{
    static const int apart = 6;
    int end = panel.left - TICS_PX, size = column_size(heat, grid);
    for (size_t i = 0; i < heat->n_columns; i++) {
        int x = panel.left + (int)i * grid->cell_width + grid->cell_width / 2;
        char *text = sweep_value_text(heat->view, 1, heat->view->order[1][i]);
        char *fitting = text ? gnuplot_fit(text, GNUPLOT_PLAIN, size, WIDEST_CELL) : NULL;
        int half = gnuplot_text_width(fitting ? fitting : "", GNUPLOT_PLAIN, size) / 2;
        struct label label = {
            .x = x, .y = panel.bottom + 24, .anchor = ANCHOR_CENTER, .size = size, .color = COLOR_TIC};
        if (x - half >= end + apart) {
            figure_label(figure, label, fitting);
            end = x + half;
        }
        figure->script.failed |= !fitting;
        free(fitting);
        free(text);
    }
    figure_label(figure,
                 (struct label){.x = (panel.left + panel.right) / 2,
                                .y = panel.bottom + 58,
                                .anchor = ANCHOR_CENTER,
                                .size = TICS_PX,
                                .color = COLOR_SOFT},
                 axis_label(&heat->view->sweep->axes[1]));
}

/* "async / sync", and the shades. */
static void label_panel(struct figure *figure, const struct heat *heat, struct panel panel, size_t k)
{
    const struct sweep *sweep = heat->view->sweep;
    char *heading = heat->ratios ? text_format("%s / %s", sweep_policy_name(sweep, heat_policy(heat, k)),
                                               sweep_policy_name(sweep, 0))
                                 : text_copy(sweep_policy_name(sweep, 0));
    int least = panel.left + BAR_PX + 200;
    draw_bar(figure, heat, k, panel.right > least ? panel.right : least, panel.top - 20);
    figure_label(figure,
                 (struct label){.x = panel.left,
                                .y = panel.top - 52,
                                .face = GNUPLOT_BOLD,
                                .room = panel.right > least ? panel.right - panel.left : least - panel.left},
                 heading);
    figure->script.failed |= !heading;
    free(heading);
}

static void draw_panel(struct figure *figure, const struct heat *heat, const struct grid *grid, size_t k)
{
    struct panel panel = panel_of(heat, grid, k);
    size_t n = heat->n_rows * heat->n_columns;
    label_panel(figure, heat, panel, k);
    if ((int)k % grid->columns == 0)
        label_rows(figure, heat, grid, panel);
    label_columns(figure, heat, grid, panel);
    write_cells(figure, heat, grid, k);
    draw_borders(figure, heat, grid, k);
    add_shades(figure, heat, k);
    panel_begin(figure, panel, (struct plot_axis){.from = -0.5, .to = (double)heat->n_columns - 0.5},
                (struct plot_axis){.from = -0.5, .to = (double)heat->n_rows - 0.5});
    /* A little larger than they are: no seams show between them. */
    panel_curve(figure,
                "every ::%zu::%zu using 4:5:(%.3f):(%.3f):(valid(7) ? shade($7) : 0xE0E0E0) with boxxyerror "
                "linecolor rgb variable",
                k * n, (k + 1) * n - 1, 0.5 + 0.4 / grid->cell_width, 0.5 + 0.4 / grid->cell_height);
    panel_end(figure);
}

/* ---- words ---- */

struct corner {
    size_t panel, row, column;
    const struct heat_cell *cell;
};

/* Where policies are furthest apart, certainly; false where they nowhere are. */
static bool find_greatest(const struct heat *heat, struct corner *ret_corner)
{
    double most = 0.0;
    for (size_t k = 0; k < heat->n_panels; k++)
        for (size_t i = 0; i < heat->n_rows * heat->n_columns; i++) {
            struct corner here = {.panel = k, .row = i / heat->n_columns, .column = i % heat->n_columns};
            here.cell = heat_cell(heat, k, here.row, here.column);
            double apart = fabs(log(here.cell->value));
            if (here.cell->sign == 0 || !(apart > most))
                continue;
            most = apart;
            *ret_corner = here;
        }
    return most > 0.0;
}

static void add_place(struct text *title, const struct heat *heat, const struct corner *corner)
{
    size_t point = heat_point(heat, corner->row, corner->column);
    for (size_t a = 0; a < 2; a++) {
        char *value = sweep_value_text(heat->view, a, sweep_index(heat->view->sweep, point, a));
        text_addf(title, "%s%s", a == 0 ? " (at " : ", ", value ? value : "");
        title->failed |= !value;
        free(value);
    }
    text_add(title, ")");
}

/* "async answers up to 5 times as much as sync (at 200 ms, 100/s)" */
static void add_contrast(struct text *title, const struct heat *heat, const struct corner *corner)
{
    const struct sweep *sweep = heat->view->sweep;
    const char *metric = heat->view->metrics[heat->metric].name;
    bool first_has_more = corner->cell->value < 1.0;
    const char *policy = sweep_policy_name(sweep, heat_policy(heat, corner->panel)),
               *first = sweep_policy_name(sweep, 0);
    const char *more = first_has_more ? first : policy, *less = first_has_more ? policy : first;
    double factor = first_has_more ? 1.0 / corner->cell->value : corner->cell->value;
    if (isfinite(factor) && strcmp(metric, "throughput") == 0)
        text_addf(title, "%s answers up to %s times as much as %s", more,
                  units_format_number(factor, 2).chars, less);
    else if (isfinite(factor))
        text_addf(title, "%s is up to %s times higher under %s than under %s", metric,
                  units_format_number(factor, 2).chars, more, less);
    else if (corner->cell->grows)
        text_addf(title, "%s grows without end under %s where it does not under %s", metric, more, less);
    else
        text_addf(title, "%s is 0 under %s where it is not under %s", metric, less, more);
    if (isfinite(factor))
        add_place(title, heat, corner);
}

/* Of ratios, none counts likewise. */
static bool any_infinite(const struct heat *heat)
{
    for (size_t i = 0; i < heat->n_panels * heat->n_rows * heat->n_columns; i++)
        if (isinf(heat->cells[i].value) || (heat->ratios && heat->cells[i].value == 0.0))
            return true;
    return false;
}

static void add_title(struct text *title, const struct heat *heat)
{
    const char *metric = heat->view->metrics[heat->metric].name;
    enum metric_unit unit = heat->view->metrics[heat->metric].unit;
    struct corner corner = {.cell = heat_cell(heat, 0, 0, 0)};
    if (!heat->ratios)
        text_addf(title, "%s lies between %s and %s%s", metric,
                  unit_metric_text(unit, heat->low, UNITS_DIGITS).chars,
                  unit_metric_text(unit, heat->high, UNITS_DIGITS).chars,
                  any_infinite(heat) ? ", or grows without end" : "");
    else if (find_greatest(heat, &corner))
        add_contrast(title, heat, &corner);
    else
        text_addf(title, "%s is the same under every policy, as far as can be told", metric);
}

static void add_subtitle(struct text *subtitle, const struct heat *heat)
{
    sweep_subtitle_add(subtitle, heat->view);
    if (heat->ratios)
        text_add(subtitle, " · line: where it becomes certain");
    if (heat->ratios && any_infinite(heat))
        text_add(subtitle, " · 0, ∞: one is 0, or grows");
    plot_add_shown(subtitle, heat->ratios ? heat->n_panels + 1 : 1, sweep_policies(heat->view->sweep),
                   "policies");
}

static void draw(struct figure *figure, const struct heat *heat)
{
    const struct shown_metric *metric = &heat->view->metrics[heat->metric];
    struct grid grid = grid_make(heat);
    struct text title = {0}, subtitle = {0};
    char *heading = text_format("%s: %s", metric->name, metric->meaning);
    add_title(&title, heat);
    add_subtitle(&subtitle, heat);
    add_data(&figure->data, heat);
    figure_begin(figure, grid.height, text_string(&title), text_string(&subtitle));
    text_add(&figure->script, "unset border; unset tics; unset grid\n");
    add_mix(figure);
    figure_label(
        figure,
        (struct label){.x = PAGE_LEFT, .y = PAGE_BODY, .face = GNUPLOT_BOLD, .room = PAGE_RIGHT - PAGE_LEFT},
        heading);
    for (size_t k = 0; k < heat->n_panels; k++)
        draw_panel(figure, heat, &grid, k);
    figure_end(figure);
    figure->script.failed |= title.failed || subtitle.failed || !heading;
    free(heading);
    text_finish(&title);
    text_finish(&subtitle);
}

void plot_heat(const struct sweep_view *view, size_t metric, struct figure *figure)
{
    struct heat heat;
    if (heat_init(&heat, view, metric))
        draw(figure, &heat);
    else
        figure->script.failed = true;
    heat_finish(&heat);
}
