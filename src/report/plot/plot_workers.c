/* Where the time of the workers goes: over time, and over the whole run. */
#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "report/plot/plot_kinds.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_shade.h"

/* From the bottom of a stack to its top. */
static const struct {
    enum worker_state state;
    const char *color;
    const char *ink; /* of numbers on it */
} stack[WORKER_STATES] = {
    {WORKER_BUSY, COLOR_BUSY, "#FFFFFF"},       {WORKER_READY, COLOR_READY, COLOR_INK},
    {WORKER_BLOCKED, COLOR_BLOCKED, COLOR_INK}, {WORKER_IDLE, COLOR_IDLE, COLOR_INK},
    {WORKER_DOWN, COLOR_DOWN, "#FFFFFF"},
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t shown_components(const struct plot_source *source)
{
    return least(source->spec->n_components, FIGURE_COMPONENTS);
}

/* Of the whole window; NAN where there was no worker. */
static double share_of(const struct policy_run *run, size_t component, enum worker_state state)
{
    if (component >= run->first.n_components || run->first.components[component].total_ns <= 0)
        return (double)NAN;
    const struct component_result *result = &run->first.components[component];
    return (double)result->worker_ns[state] / (double)result->total_ns;
}

static struct units_text percent(double share)
{
    return units_format_share(share, share < 0.0995 ? 1 : 2);
}

struct corner {
    size_t policy, component;
    double share;
};

/* Unlimited workers are there only while they have something to do: their shares compare with no others'. */
static struct corner greatest_share(const struct plot_source *source, enum worker_state state, bool limited)
{
    struct corner greatest = {0};
    for (size_t p = 0; p < source->experiment->n_policies; p++)
        for (size_t c = 0; c < source->spec->n_components; c++) {
            if (limited && source->spec->components[c].workers == SPEC_UNLIMITED)
                continue;
            double share = share_of(&source->experiment->policies[p], c, state);
            if (share > greatest.share)
                greatest = (struct corner){p, c, share};
        }
    return greatest;
}

/* The policy under which the same component has the least of it. */
static struct corner least_share(const struct plot_source *source, struct corner greatest,
                                 enum worker_state state)
{
    struct corner lowest = greatest;
    for (size_t p = 0; p < source->experiment->n_policies; p++) {
        double share = share_of(&source->experiment->policies[p], greatest.component, state);
        if (share < lowest.share)
            lowest = (struct corner){p, greatest.component, share};
    }
    return lowest;
}

static void add_contrast(struct text *title, const struct plot_source *source, struct corner most,
                         enum worker_state state)
{
    struct corner lowest = least_share(source, most, state);
    if (lowest.share >= most.share - 0.005)
        return;
    text_add(title, ", under ");
    plot_add_name(title, source->experiment->policies[lowest.policy].name);
    text_addf(title, " %s", percent(lowest.share).chars);
}

static void add_blocked_title(struct text *title, const struct plot_source *source)
{
    struct corner most = greatest_share(source, WORKER_BLOCKED, false);
    if (most.share < 0.0005) {
        text_add(title, "No worker is ever blocked");
        return;
    }
    text_add(title, "Under ");
    plot_add_name(title, source->experiment->policies[most.policy].name);
    text_add(title, " the workers of ");
    plot_add_name(title, source->spec->components[most.component].name);
    text_addf(title, " are blocked %s of the time", percent(most.share).chars);
    add_contrast(title, source, most, WORKER_BLOCKED);
}

/* Where no component with a number of workers computes. */
static void add_idle_title(struct text *title, const struct plot_source *source)
{
    if (greatest_share(source, WORKER_BUSY, false).share > 0.0 ||
        greatest_share(source, WORKER_BLOCKED, false).share > 0.0)
        add_blocked_title(title, source);
    else
        text_add(title, "No worker does anything");
}

static void add_busy_title(struct text *title, const struct plot_source *source)
{
    struct corner most = greatest_share(source, WORKER_BUSY, true);
    if (most.share < 0.0005) {
        add_idle_title(title, source);
        return;
    }
    text_add(title, "The workers of ");
    plot_add_name(title, source->spec->components[most.component].name);
    text_addf(title, " compute the most: %s of the time under ", percent(most.share).chars);
    plot_add_name(title, source->experiment->policies[most.policy].name);
    add_contrast(title, source, most, WORKER_BUSY);
}

/* Only states that occur are explained. */
static void add_state_key(struct figure *figure, const struct plot_source *source)
{
    struct key_entry entries[WORKER_STATES];
    size_t n = 0;
    for (int s = 0; s < WORKER_STATES; s++)
        if (greatest_share(source, stack[s].state, false).share > 0.0)
            entries[n++] =
                (struct key_entry){worker_state_names[stack[s].state], stack[s].color, SWATCH_FILL};
    figure_key(figure, PAGE_LEFT, PAGE_BODY, entries, n);
}

/* ---- over time ---- */

struct grid {
    struct panel body;
    int rows, columns;
    int names; /* room for the names of events above the first row */
    double seconds;
    struct time_unit unit;
};

enum { GRID_GAP_X = 48, GRID_GAP_Y = 58, MOST_WINDOWS = 200 };

static void add_time_header(struct figure *figure, const struct plot_source *source)
{
    text_add(&figure->data, "time_s");
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        for (size_t c = 0; c < shown_components(source); c++)
            for (int s = 0; s < WORKER_STATES; s++)
                text_addf(&figure->data, ",%s.%s.%s_share", source->experiment->policies[p].name,
                          source->spec->components[c].name, worker_state_names[s]);
    text_add(&figure->data, "\n");
}

/* A window of which nothing is known shows what the one before it showed. */
static void add_time_row(struct figure *figure, const struct plot_source *source, struct windows windows,
                         size_t window, int64_t at_ns, double (*shares)[WORKER_STATES])
{
    size_t n_components = shown_components(source);
    plot_add_seconds(&figure->data, at_ns);
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        for (size_t c = 0; c < n_components; c++) {
            double *here = shares[p * n_components + c];
            series_worker_shares(&source->experiment->policies[p].series, c, window_first(windows, window),
                                 window_last(windows, window), source->spec->run.warmup_ns, here);
            for (int s = 0; s < WORKER_STATES; s++)
                text_addf(&figure->data, ",%.6g", here[s]);
        }
    text_add(&figure->data, "\n");
}

/* A window has two lines, one for its start and one for its end: plain lines through all points are the
 * steps. */
static void add_time_data(struct figure *figure, const struct plot_source *source)
{
    double shares[FIGURE_POLICIES * FIGURE_COMPONENTS][WORKER_STATES] = {{0}};
    const struct series *series = &source->experiment->policies[0].series;
    int width = (PAGE_RIGHT - PAGE_LEFT) / (int)plot_shown_policies(source);
    struct windows windows = windows_make(series, least((size_t)width / 4, MOST_WINDOWS));
    add_time_header(figure, source);
    for (size_t w = 0; w < windows.n; w++) {
        add_time_row(figure, source, windows, w, series->samples[window_first(windows, w)].at_ns, shares);
        add_time_row(figure, source, windows, w, series->samples[window_last(windows, w)].at_ns, shares);
    }
}

/* In a narrow panel the name is worth more than the number. */
static void label_time_panel(struct figure *figure, const struct plot_source *source, struct panel panel,
                             size_t p, size_t c, int names)
{
    struct units_text blocked = percent(share_of(&source->experiment->policies[p], c, WORKER_BLOCKED));
    char *text = text_format("blocked %s", blocked.chars);
    int width = gnuplot_text_width(text ? text : "", GNUPLOT_PLAIN, TICS_PX) + 20;
    int name_width = gnuplot_text_width(source->spec->components[c].name, GNUPLOT_BOLD, TICS_PX);
    bool both = plot_shown_policies(source) <= 4 || name_width + width <= panel.right - panel.left;
    int room = panel.right - panel.left - (both ? width : 0);
    if (c == 0)
        figure_label(figure,
                     (struct label){.x = panel.left,
                                    .y = panel.top - 60 - names,
                                    .face = GNUPLOT_BOLD,
                                    .size = HEADING_PX,
                                    .color = plot_policy_color(source->spec, p),
                                    .room = panel.right - panel.left},
                     source->experiment->policies[p].name);
    figure_label(figure,
                 (struct label){.x = panel.left,
                                .y = panel.top - 22 - names,
                                .face = GNUPLOT_BOLD,
                                .size = TICS_PX,
                                .room = room},
                 source->spec->components[c].name);
    if (both)
        figure_label(figure,
                     (struct label){.x = panel.right,
                                    .y = panel.top - 22 - names,
                                    .anchor = ANCHOR_RIGHT,
                                    .size = TICS_PX,
                                    .color = COLOR_SOFT},
                     text);
    free(text);
}

/* Painted from the whole stack down to its lowest layer, each over the ones before: no seams between layers.
 */
static void add_stack(struct figure *figure, size_t first_column)
{
    for (int top = WORKER_STATES - 1; top >= 0; top--) {
        struct text sum = {0};
        for (int s = 0; s <= top; s++)
            text_addf(&sum, "%s$%zu", s ? "+" : "", first_column + (size_t)stack[s].state);
        panel_curve(figure, "using (t($1)):(100*(%s)) with filledcurves y1=0 linecolor rgb '%s'",
                    text_string(&sum), stack[top].color);
        figure->script.failed |= sum.failed;
        text_finish(&sum);
    }
}

static struct panel time_panel(const struct grid *grid, size_t p, size_t c)
{
    return panel_at(grid->body, grid->rows, grid->columns, (int)c, (int)p, GRID_GAP_X, GRID_GAP_Y);
}

static void shade_time_panel(struct figure *figure, const struct plot_source *source, struct panel panel,
                             size_t p, size_t c)
{
    struct shade shade = shade_of_run(source);
    shade.policy = p;
    shade.component = (uint32_t)c;
    shade.front = true;
    figure_shade(figure, source, panel, shade);
    if (p == 0 && c == 0)
        figure_shade_names(figure, source, panel, shade);
}

static void draw_time_panel(struct figure *figure, const struct plot_source *source, const struct grid *grid,
                            size_t p, size_t c)
{
    struct panel panel = time_panel(grid, p, c);
    struct plot_axis x = axis_of_time(grid->seconds, grid->unit, panel.right - panel.left);
    struct plot_axis y = {.to = 100.0, .step = 50.0, .labels = p == 0, .suffix = " %"};
    x.labels = (int)c == grid->rows - 1;
    label_time_panel(figure, source, panel, p, c, c == 0 ? grid->names : 0);
    if (x.labels)
        figure_time_title(figure, panel, "time", grid->unit);
    shade_time_panel(figure, source, panel, p, c);
    panel_begin(figure, panel, x, y);
    figure_warmup(figure, panel, source->spec);
    add_stack(figure, 2 + (p * shown_components(source) + c) * WORKER_STATES);
    panel_end(figure);
}

static struct grid grid_make(const struct plot_source *source)
{
    static const int row_heights[] = {0, 420, 260, 170, 150, 130, 120};
    struct grid grid = {.rows = (int)shown_components(source), .columns = (int)plot_shown_policies(source)};
    grid.body = (struct panel){.left = PAGE_LEFT + 76, .right = PAGE_RIGHT, .top = PAGE_BODY + 114};
    struct panel first = time_panel(&grid, 0, 0);
    grid.names = shade_names_height(source, first.left, first.right, shade_of_run(source));
    grid.body.top += grid.names;
    grid.body.bottom = grid.body.top + grid.rows * row_heights[grid.rows] + (grid.rows - 1) * GRID_GAP_Y;
    grid.seconds = (double)source->spec->run.duration_ns * 1e-9;
    grid.unit = plot_time_unit(grid.seconds);
    return grid;
}

static void draw_grid(struct figure *figure, const struct plot_source *source, const struct grid *grid)
{
    figure_time_unit(figure, grid->unit);
    add_state_key(figure, source);
    add_time_data(figure, source);
    for (size_t c = 0; c < shown_components(source); c++)
        for (size_t p = 0; p < plot_shown_policies(source); p++)
            draw_time_panel(figure, source, grid, p, c);
}

void plot_worker_time(const struct plot_source *source, struct figure *figure)
{
    struct text title = {0}, subtitle = {0};
    add_blocked_title(&title, source);
    plot_add_run(&subtitle, source);
    text_add(&subtitle, " · share of worker time by state");
    if (source->experiment->policies[0].series.n > 1) {
        struct grid grid = grid_make(source);
        plot_add_warmup_note(&subtitle, source);
        shade_add_note(&subtitle, source, shade_of_run(source));
        plot_add_shown(&subtitle, shown_components(source), source->spec->n_components, "components");
        plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
        figure_begin(figure, grid.body.bottom + 96, text_string(&title), text_string(&subtitle));
        draw_grid(figure, source, &grid);
        figure_end(figure);
    } else {
        figure_empty(figure, text_string(&title), text_string(&subtitle), "nothing was sampled");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}

/* ---- over the whole run ---- */

enum { BAR_PITCH = 42, GROUP_HEAD = 58, BAR_LEFT = 300 };

/* The middle of a bar, in pixels below the panel's upper edge. */
static int bar_y(const struct plot_source *source, size_t p, size_t c)
{
    int group = GROUP_HEAD + (int)plot_shown_policies(source) * BAR_PITCH;
    return (int)c * group + GROUP_HEAD + (int)p * BAR_PITCH + BAR_PITCH / 2;
}

static void add_bar_numbers(struct figure *figure, const double shares[WORKER_STATES], struct panel panel,
                            int y)
{
    double from = 0.0;
    for (int s = 0; s < WORKER_STATES; s++) {
        double share = shares[stack[s].state];
        struct units_text text = percent(share);
        double width = share * (panel.right - panel.left);
        if (width > gnuplot_text_width(text.chars, GNUPLOT_PLAIN, TICS_PX) + 8)
            figure_label(
                figure,
                (struct label){.x = panel.left + (int)(from * (panel.right - panel.left) + width / 2),
                               .y = y,
                               .anchor = ANCHOR_CENTER,
                               .size = TICS_PX,
                               .color = stack[s].ink},
                text.chars);
        from += share;
    }
}

static void draw_bar(struct figure *figure, const struct plot_source *source, struct panel panel, size_t p,
                     size_t c)
{
    const struct policy_run *run = &source->experiment->policies[p];
    double shares[WORKER_STATES];
    int y = bar_y(source, p, c);
    text_addf(&figure->data, "%s,%s,%d", source->spec->components[c].name, run->name, y);
    for (int s = 0; s < WORKER_STATES; s++) {
        double share = share_of(run, c, (enum worker_state)s);
        shares[s] = isnan(share) ? 0.0 : share;
        text_addf(&figure->data, ",%.6g", shares[s]);
    }
    text_add(&figure->data, "\n");
    figure_label(figure,
                 (struct label){.x = BAR_LEFT - 14,
                                .y = panel.top + y,
                                .anchor = ANCHOR_RIGHT,
                                .color = plot_policy_color(source->spec, p),
                                .room = BAR_LEFT - 14 - PAGE_LEFT},
                 run->name);
    add_bar_numbers(figure, shares, panel, panel.top + y);
}

static void add_bars(struct figure *figure)
{
    struct text before = {0};
    text_add(&before, "0");
    for (int s = 0; s < WORKER_STATES; s++) {
        struct text after = {0};
        text_addf(&after, "%s+$%d", text_string(&before), 4 + (int)stack[s].state);
        panel_curve(figure,
                    "using (0):3:(100*(%s)):(100*(%s)):($3-16):($3+16) with boxxyerror linecolor rgb '%s'",
                    text_string(&before), text_string(&after), stack[s].color);
        figure->script.failed |= before.failed || after.failed;
        text_finish(&before);
        before = after;
    }
    text_finish(&before);
}

static void draw_bars(struct figure *figure, const struct plot_source *source, struct panel panel)
{
    text_add(&figure->data, "component,policy,y");
    for (int s = 0; s < WORKER_STATES; s++)
        text_addf(&figure->data, ",%s_share", worker_state_names[s]);
    text_add(&figure->data, "\n");
    for (size_t c = 0; c < shown_components(source); c++) {
        figure_label(figure,
                     (struct label){.x = BAR_LEFT,
                                    .y = panel.top + bar_y(source, 0, c) - 40,
                                    .face = GNUPLOT_BOLD,
                                    .size = HEADING_PX,
                                    .room = panel.right - panel.left},
                     source->spec->components[c].name);
        for (size_t p = 0; p < plot_shown_policies(source); p++)
            draw_bar(figure, source, panel, p, c);
    }
    text_add(&figure->script, "set border 0; unset ytics; set grid noytics\n");
    panel_begin(figure, panel, (struct plot_axis){.to = 100.0, .step = 25.0, .labels = true, .suffix = " %"},
                (struct plot_axis){.from = panel.bottom - panel.top});
    add_bars(figure);
    panel_end(figure);
}

void plot_workers_summary(const struct plot_source *source, struct figure *figure)
{
    int group = GROUP_HEAD + (int)plot_shown_policies(source) * BAR_PITCH;
    struct panel panel = {.left = BAR_LEFT, .right = PAGE_RIGHT - 20, .top = PAGE_BODY + 10};
    panel.bottom = panel.top + (int)shown_components(source) * group + 12;
    struct text title = {0}, subtitle = {0};
    add_busy_title(&title, source);
    plot_add_run(&subtitle, source);
    text_addf(&subtitle, " · share of worker time by state%s",
              source->spec->run.warmup_ns > 0 ? ", after the warm-up" : "");
    plot_add_shown(&subtitle, shown_components(source), source->spec->n_components, "components");
    plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
    figure_begin(figure, panel.bottom + 70, text_string(&title), text_string(&subtitle));
    add_state_key(figure, source);
    draw_bars(figure, source, panel);
    figure_end(figure);
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
