/* What a goal is about, over the values that a search tried: a line for each policy, its points with their
 * intervals, what the goal allows as a line across, and the limits that were found. */
#include <math.h>
#include <stdlib.h>

#include "experiment/files.h"
#include "report/plot/figure_files.h"
#include "report/plot/knee.h"
#include "report/plot/search_plots.h"
#include "report/sweep/search_table.h"
#include "report/unit.h"

enum {
    HEIGHT = 900,
    LABEL_ROOM = 230,
    HEADING = 42,   /* from the heading to the panel, or to the names above it */
    NAMES_ROW = 28, /* of limits */
    DISC = 7,
    TRIANGLE = 9,
};

/* ---- limits ---- */

/* The last value that meets the goal; NULL where no limit was found. */
static const struct search_probe *limit_of(const struct search_policy *policy)
{
    return policy->bracket.missed == SEARCH_NONE ? NULL : search_probe_at(policy, policy->bracket.met);
}

/* The first row in which it does not run into another. */
static void find_row(const struct knee *knee, struct knee_mark *mark, int width)
{
    static const int apart = 18;
    bool clash = true;
    for (mark->row = -1; clash;) {
        mark->row++;
        clash = false;
        for (size_t i = 0; i < knee->n_marks; i++) {
            const struct knee_mark *other = &knee->marks[i];
            int end = other->left + gnuplot_text_width(other->text, GNUPLOT_PLAIN, TICS_PX);
            clash |= other->row == mark->row && mark->left < end + apart &&
                     other->left < mark->left + width + apart;
        }
    }
}

static bool add_mark(struct knee *knee, const struct knee_line *line)
{
    const struct search_policy *policy = &knee->search->policies[line->policy];
    const struct search_probe *met = limit_of(policy);
    if (!met)
        return true;
    double mean = knee_mean(met);
    struct knee_mark mark = {.x = knee_x(knee, met->try.x), .color = knee_color(knee, line->policy)};
    mark.y = isnan(mean) ? knee->panel.bottom : knee_y(knee, mean);
    mark.text = text_format("%s %s", policy->name, met->value.chars);
    if (!mark.text)
        return false;
    int width = gnuplot_text_width(mark.text, GNUPLOT_PLAIN, TICS_PX);
    int left = mark.x - width / 2, right = knee->panel.right - width;
    mark.left = left > right ? right : left;
    mark.left = mark.left < knee->panel.left ? knee->panel.left : mark.left;
    find_row(knee, &mark, width);
    knee->marks[knee->n_marks++] = mark;
    return true;
}

static bool find_marks(struct knee *knee)
{
    bool ok = true;
    for (size_t l = 0; ok && l < knee->n_lines; l++)
        ok = add_mark(knee, &knee->lines[l]);
    return ok;
}

static int mark_rows(const struct knee *knee)
{
    int rows = 0;
    for (size_t i = 0; i < knee->n_marks; i++)
        rows = knee->marks[i].row >= rows ? knee->marks[i].row + 1 : rows;
    return rows;
}

static void draw_marks(struct figure *figure, const struct knee *knee)
{
    for (size_t i = 0; i < knee->n_marks; i++) {
        const struct knee_mark *mark = &knee->marks[i];
        int top = knee->panel.top - 10 - mark->row * NAMES_ROW; /* above the triangles */
        text_addf(&figure->script,
                  "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '%s' "
                  "linewidth 0.9 dashtype (2,3) back\n",
                  mark->x, top, mark->x, knee->panel.bottom, mark->color);
        figure_point(figure, mark->x, mark->y, DISC, mark->color);
        figure_label(figure,
                     (struct label){.x = mark->left, .y = top - 14, .size = TICS_PX, .color = mark->color},
                     mark->text);
    }
}

/* ---- lines ---- */

/* A line leaves the panel upwards: a triangle where it does, and dots on the way from its neighbours. */
static void draw_growth_from(struct figure *figure, const struct knee *knee, const struct knee_line *line,
                             size_t point, size_t neighbour)
{
    const struct search_probe *grows = line->points[point], *from = line->points[neighbour];
    double mean = knee_mean(from);
    if (!isnan(mean))
        text_addf(&figure->script,
                  "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '%s' "
                  "linewidth 1 dashtype (2,3)\n",
                  knee_x(knee, from->try.x), knee_y(knee, mean), knee_x(knee, grows->try.x), knee->panel.top,
                  knee_color(knee, line->policy));
}

static void draw_growth(struct figure *figure, const struct knee *knee, const struct knee_line *line)
{
    for (size_t i = 0; i < line->n; i++) {
        if (!line->points[i]->grows)
            continue;
        if (i > 0)
            draw_growth_from(figure, knee, line, i, i - 1);
        if (i + 1 < line->n)
            draw_growth_from(figure, knee, line, i, i + 1);
        figure_point(figure, knee_x(knee, line->points[i]->try.x), knee->panel.top, TRIANGLE,
                     knee_color(knee, line->policy));
    }
}

static void draw_line(struct figure *figure, const struct knee *knee, const struct knee_line *line)
{
    static const struct {
        const char *verdict;
        int point;
    } points[] = {{"met", DISC}, {"missed", 6}, {"undecided", 2}};
    const char *color = knee_color(knee, line->policy);
    size_t last = line->first + line->n - 1;
    panel_curve(figure, "every ::%zu::%zu using 2:3 with lines linewidth %g linecolor rgb '%s'", line->first,
                last, plot_line_width(line->policy), color);
    panel_curve(figure,
                "every ::%zu::%zu using 2:(clip($3)):(clip($4)):(clip($5)) with yerrorbars pointtype 0 "
                "linewidth 0.8 linecolor rgb '%s'",
                line->first, last, color);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        panel_curve(figure,
                    "every ::%zu::%zu using 2:(strcol(6) eq '%s' ? $3 : NaN) with points pointtype %d "
                    "pointsize 1 linewidth 1.2 linecolor rgb '%s'",
                    line->first, last, points[i].verdict, points[i].point, color);
}

/* Where the policy's line ends, or leaves the panel upwards. */
static double end_of(const struct knee *knee, const struct knee_line *line)
{
    for (size_t i = line->n; i-- > 0;) {
        double mean = knee_mean(line->points[i]);
        if (line->points[i]->grows)
            return knee->panel.top;
        if (!isnan(mean))
            return knee_y(knee, mean);
    }
    return knee->panel.bottom;
}

static void label_ends(struct figure *figure, const struct knee *knee)
{
    struct end_label labels[FIGURE_POLICIES + 1];
    const struct goal_claim *claim = knee_claim(knee);
    struct units_text limit = unit_text(claim->limit, claim->claim.unit, UNITS_DIGITS);
    size_t n = 0;
    for (; n < knee->n_lines; n++)
        labels[n] = (struct end_label){.at = end_of(knee, &knee->lines[n]),
                                       .name = knee->search->policies[knee->lines[n].policy].name,
                                       .value = "",
                                       .color = knee_color(knee, knee->lines[n].policy)};
    if (!isnan(claim->limit))
        labels[n++] = (struct end_label){
            .at = knee_y(knee, claim->limit), .name = "goal:", .value = limit.chars, .color = COLOR_INK};
    figure_label_ends(figure, knee->panel, labels, n, LABEL_ROOM);
}

static void draw_goal(struct figure *figure, const struct knee *knee)
{
    double limit = knee_claim(knee)->limit;
    if (!isnan(limit))
        text_addf(&figure->script,
                  "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '%s' "
                  "linewidth 0.9 dashtype (8,5) back\n",
                  knee->panel.left, knee_y(knee, limit), knee->panel.right, knee_y(knee, limit), COLOR_INK);
}

/* ---- words ---- */

static const struct search_policy *policy_of(const struct knee *knee, size_t line)
{
    return &knee->search->policies[knee->lines[line].policy];
}

static bool are_alike(const struct search_probe *a, const struct search_probe *b)
{
    return a && b && a->try.x == b->try.x;
}

/* "async, queue up to 398/s" of all policies with the limit of this line; nothing where an earlier one had
 * it.
 */
static bool add_limit(struct text *title, const struct knee *knee, size_t line, bool first)
{
    bool max = knee->search->space->direction == SEARCH_MAX, named = false;
    const struct search_probe *limit = limit_of(policy_of(knee, line));
    if (!limit)
        return false;
    for (size_t l = 0; l < line; l++)
        if (are_alike(limit, limit_of(policy_of(knee, l))))
            return false;
    text_add(title, first ? "" : "; ");
    for (size_t l = line; l < knee->n_lines; l++) {
        if (!are_alike(limit, limit_of(policy_of(knee, l))))
            continue;
        text_add(title, named ? ", " : "");
        plot_add_name(title, policy_of(knee, l)->name);
        named = true;
    }
    text_addf(title, "%s %s %s", first ? ": goal met" : "", max ? "up to" : "from", limit->value.chars);
    return true;
}

/* "; goal never met: sync, async" */
static bool add_others(struct text *title, const struct knee *knee, enum search_outcome outcome,
                       const char *word, bool first)
{
    bool any = false;
    for (size_t l = 0; l < knee->n_lines; l++) {
        if (search_outcome(policy_of(knee, l)) != outcome)
            continue;
        text_addf(title, "%s%s", any || first ? "" : "; ", any ? ", " : word);
        plot_add_name(title, policy_of(knee, l)->name);
        any = true;
    }
    return any;
}

/* "sync: goal met up to 67.5/s; async, queue up to 398/s; never: mixed" */
static void add_title(struct text *title, const struct knee *knee)
{
    bool any = false;
    for (size_t l = 0; l < knee->n_lines; l++)
        any |= add_limit(title, knee, l, !any);
    any |= add_others(title, knee, SEARCH_NEVER, any ? "never: " : "Goal never met: ", !any);
    any |= add_others(title, knee, SEARCH_NO_LIMIT, any ? "no limit: " : "No limit found: ", !any);
    if (!any)
        text_add(title, "No limit was found");
}

/* What the points mean. */
static void add_legend(struct text *legend, const struct knee *knee)
{
    bool grows = false, undecided = false;
    for (size_t l = 0; l < knee->n_lines; l++)
        for (size_t i = 0; i < knee->lines[l].n; i++) {
            grows |= knee->lines[l].points[i]->grows;
            undecided |= knee->lines[l].points[i]->try.verdict == GOAL_UNDECIDED;
        }
    text_addf(legend, "ring: missed%s%s · bars: %s intervals", undecided ? " · cross: undecided" : "",
              grows ? " · triangle: the backlog grows" : "",
              units_format_share(knee->search->confidence, UNITS_DIGITS).chars);
}

/* ---- the whole ---- */

static void draw_headings(struct figure *figure, const struct knee *knee)
{
    struct text legend = {0};
    struct label label = {.x = knee->panel.left,
                          .y = knee->panel.top - HEADING - mark_rows(knee) * NAMES_ROW,
                          .face = GNUPLOT_BOLD};
    add_legend(&legend, knee);
    int width = gnuplot_text_width(text_string(&legend), GNUPLOT_PLAIN, TICS_PX);
    label.room = PAGE_RIGHT - width - 30 - knee->panel.left;
    figure_label(figure, label, knee_claim(knee)->shown);
    figure_label(
        figure,
        (struct label){
            .x = PAGE_RIGHT, .y = label.y, .anchor = ANCHOR_RIGHT, .size = TICS_PX, .color = COLOR_SOFT},
        text_string(&legend));
    figure->script.failed |= legend.failed;
    text_finish(&legend);
}

static void draw_panel(struct figure *figure, const struct knee *knee)
{
    const char *label = axis_label(&knee->search->space->axis);
    draw_headings(figure, knee);
    figure_label(figure,
                 (struct label){.x = (knee->panel.left + knee->panel.right) / 2,
                                .y = knee->panel.bottom + 62,
                                .anchor = ANCHOR_CENTER,
                                .size = TICS_PX,
                                .color = COLOR_SOFT,
                                .room = knee->panel.right - knee->panel.left},
                 label);
    draw_goal(figure, knee);
    draw_marks(figure, knee);
    for (size_t l = 0; l < knee->n_lines; l++)
        draw_growth(figure, knee, &knee->lines[l]);
    label_ends(figure, knee);
    knee_add_tics(figure, knee);
    duration_axis_begin(figure, knee->y);
    panel_begin(figure, knee->panel, (struct plot_axis){.from = knee->from, .to = knee->to}, knee->y.axis);
    for (size_t l = 0; l < knee->n_lines; l++)
        draw_line(figure, knee, &knee->lines[l]);
    panel_end(figure);
}

static void draw(struct figure *figure, struct knee *knee)
{
    struct text title = {0}, subtitle = {0};
    knee_find_axes(knee);
    knee->panel = (struct panel){.left = PAGE_LEFT + duration_axis_width(knee->y),
                                 .right = PAGE_RIGHT - LABEL_ROOM,
                                 .top = PAGE_BODY + 50,
                                 .bottom = HEIGHT - 94};
    figure->script.failed |= !find_marks(knee);
    knee->panel.top += mark_rows(knee) * NAMES_ROW;
    for (size_t i = 0; i < knee->n_marks; i++) /* the rows have made the panel lower */
        free(knee->marks[i].text);
    knee->n_marks = 0;
    figure->script.failed |= !find_marks(knee);
    add_title(&title, knee);
    text_addf(&subtitle, "%s · %s", knee->search->name, knee->search->goal->text);
    knee_add_data(figure, knee);
    figure_begin(figure, HEIGHT, text_string(&title), text_string(&subtitle));
    text_addf(&figure->script, "clip(y) = y < %.9g ? %.9g : y > %.9g ? %.9g : y\n\n", knee->y.axis.from,
              knee->y.axis.from, knee->y.axis.to, knee->y.axis.to);
    draw_panel(figure, knee);
    figure_end(figure);
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}

void plot_knee(const struct search *search, const struct spec *spec, struct figure *figure)
{
    struct knee knee = {.search = search, .spec = spec};
    if (!knee_find_lines(&knee))
        figure->script.failed = true;
    else if (knee.n_lines == 0)
        figure_empty(figure, "Nothing was tried", search->name, "no policy could be asked");
    else
        draw(figure, &knee);
    for (size_t l = 0; l < knee.n_lines; l++)
        free(knee.lines[l].points);
    for (size_t i = 0; i < knee.n_marks; i++)
        free(knee.marks[i].text);
}

bool search_plots_write(const struct search *search, const struct spec *spec, const char *folder,
                        bool *ret_drawn, struct error *error)
{
    struct figure figure = {.name = "knee"};
    char *plots = path_join(folder, "plots");
    bool ok = plots ? folder_make(plots, error) : error_set(error, "%s: out of memory", folder);
    if (ok) {
        figure_remove(figure.name, plots);
        plot_knee(search, spec, &figure);
        ok = figure_write(&figure, plots, error) && figures_draw(plots, &figure.name, 1, ret_drawn, error);
    }
    text_finish(&figure.data);
    text_finish(&figure.script);
    free(plots);
    return ok;
}
