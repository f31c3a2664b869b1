#include "report/plot/sweep_marks.h"

#include <stdlib.h>

enum { MOST_ROWS = 6, NO_ROW = -1, GAP = 10 };

void marks_finish(struct marks *marks)
{
    for (size_t i = 0; i < marks->n; i++)
        free(marks->of[i].text);
}

/* Who changes places is left out where it is plain, and where panels are small. */
static char *mark_text(const struct sweep_chart *chart, const struct sweep_finding *finding)
{
    struct units_text number = sweep_crossing_text(chart->view, finding);
    const struct sweep *sweep = chart->view->sweep;
    if (chart->n_policies == 2 || chart->n_panels > 1)
        return text_copy(number.chars);
    return text_format("%s = %s: %s", sweep_policy_name(sweep, finding->less),
                       sweep_policy_name(sweep, finding->more), number.chars);
}

/* Kept in the order of x. */
static void add_mark(struct marks *marks, const struct sweep_chart *chart, struct panel panel,
                     const struct sweep_finding *finding)
{
    struct mark mark = {.x = chart_x(chart, panel, finding->x),
                        .y = chart_y(chart, panel, finding->y),
                        .seen = finding->y >= chart->y.axis.from && finding->y <= chart->y.axis.to,
                        .text = mark_text(chart, finding)};
    if (!mark.text)
        return;
    mark.width = gnuplot_text_width(mark.text, GNUPLOT_PLAIN, TICS_PX);
    size_t at = marks->n++;
    for (; at > 0 && marks->of[at - 1].x > mark.x; at--)
        marks->of[at] = marks->of[at - 1];
    marks->of[at] = mark;
}

/* Texts stand to the right of their lines, like flags, each higher than those whose lines it passes over. */
static void find_rows(struct marks *marks)
{
    for (size_t i = marks->n; i-- > 0;) {
        struct mark *mark = &marks->of[i];
        for (size_t k = i + 1; k < marks->n; k++)
            if (marks->of[k].x < mark->x + mark->width + GAP && marks->of[k].row >= mark->row)
                mark->row = marks->of[k].row + 1;
        if (mark->row >= MOST_ROWS)
            mark->row = NO_ROW;
        marks->rows = mark->row >= marks->rows ? mark->row + 1 : marks->rows;
    }
}

struct marks marks_make(const struct sweep_chart *chart, struct panel panel,
                        const struct sweep_findings *findings)
{
    struct marks marks = {.n = 0};
    for (size_t i = 0; i < findings->n && marks.n < MOST_MARKS; i++) {
        const struct sweep_finding *finding = &findings->of[i];
        if (finding->kind == FINDING_CROSSING && finding->more < chart->n_policies &&
            finding->less < chart->n_policies)
            add_mark(&marks, chart, panel, finding);
    }
    find_rows(&marks);
    return marks;
}

static void draw_mark_text(struct figure *figure, struct panel panel, const struct mark *mark)
{
    text_addf(&figure->script,
              "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '#888888' "
              "linewidth 0.7 dashtype (2,3) back\n",
              mark->x, panel.top - mark->row * MARKS_ROW - 24, mark->x, mark->seen ? mark->y : panel.bottom);
    figure_label(figure,
                 (struct label){.x = mark->x + 6,
                                .y = panel.top - 14 - mark->row * MARKS_ROW,
                                .size = TICS_PX,
                                .color = COLOR_SOFT},
                 mark->text);
}

void marks_draw(struct figure *figure, struct panel panel, const struct marks *marks)
{
    enum { RING = 6 };
    for (size_t i = 0; i < marks->n; i++) {
        const struct mark *mark = &marks->of[i];
        if (mark->row != NO_ROW)
            draw_mark_text(figure, panel, mark);
        if (mark->seen)
            figure_point(figure, mark->x, mark->y, RING, COLOR_INK);
    }
}
