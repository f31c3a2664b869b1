#include "report/sweep/sweep_table.h"

#include <stdlib.h>
#include <string.h>

#include "report/markdown.h"
#include "report/sweep/sweep_sentences.h"
#include "report/wrap.h"

enum { GAP = 2, INDENT = 2, MOST_LABEL = 24, LEAST_LABEL = 6, MOST_HEADING = 20, SIGN_WIDTH = 3 };

/* ---- layout ---- */

/* How far the numbers of one policy in one metric reach: they are aligned on the decimal point. */
struct extent {
    int before, from_point, half_width; /* the last with the sign before it; 0 = none */
};

/* The part of the table about one metric. */
struct layout {
    const struct sweep_view *view;
    const struct table_style *style;
    const struct shown_metric *metric;
    size_t n_points, n_policies;
    double scale;
    const char *unit;
    const struct metric *
        *cells;   /* owned; [point * n_policies + policy], each borrowed, NULL = there is none, or it grows */
    int *labels;  /* owned; width of each axis's column */
    int *columns; /* owned; of each policy's */
    struct extent *extents; /* owned; one a policy */
};

static int most(int a, int b)
{
    return a > b ? a : b;
}

static void read_cells(struct layout *layout)
{
    const struct sweep *sweep = layout->view->sweep;
    for (size_t i = 0; i < layout->n_points; i++)
        for (size_t p = 0; p < layout->n_policies; p++)
            if (!sweep_grows(sweep, i, p, layout->metric->name))
                layout->cells[i * layout->n_policies + p] = sweep_metric(sweep, i, p, layout->metric->name);
    struct comparison_row row = {.unit = layout->metric->unit, .cells = layout->cells};
    layout->scale = comparison_row_scale(&row, layout->n_points * layout->n_policies, &layout->unit);
}

static struct table_cell cell_at(const struct layout *layout, size_t point, size_t policy)
{
    if (sweep_grows(layout->view->sweep, point, policy, layout->metric->name))
        return (struct table_cell){"grows", ""};
    return table_cell(layout->cells[point * layout->n_policies + policy], layout->scale, TABLE_DECIMALS);
}

static int before_point(const char *number)
{
    return (int)strcspn(number, ".");
}

static void measure_policy(struct layout *layout, size_t policy)
{
    struct extent *extent = &layout->extents[policy];
    int heading = columns_of(sweep_policy_name(layout->view->sweep, policy));
    for (size_t i = 0; i < layout->n_points; i++) {
        struct table_cell cell = cell_at(layout, i, policy);
        int before = before_point(cell.value), half = (int)strlen(cell.half_width);
        extent->before = most(extent->before, before);
        extent->from_point = most(extent->from_point, (int)strlen(cell.value) - before);
        extent->half_width = most(extent->half_width, half ? half + SIGN_WIDTH : 0);
    }
    layout->columns[policy] = most(heading > MOST_HEADING ? MOST_HEADING : heading,
                                   extent->before + extent->from_point + extent->half_width);
}

/* Half of the width is for the axes. */
static int widest_label(const struct layout *layout)
{
    int share = layout->style->width / 2 / (int)layout->view->sweep->n_axes - GAP;
    share = share > MOST_LABEL ? MOST_LABEL : share;
    return share < LEAST_LABEL ? LEAST_LABEL : share;
}

static bool measure_labels(struct layout *layout)
{
    const struct sweep *sweep = layout->view->sweep;
    int widest = widest_label(layout);
    for (size_t a = 0; a < sweep->n_axes; a++) {
        layout->labels[a] = columns_of(axis_label(&sweep->axes[a]));
        for (size_t i = 0; i < sweep->axes[a].n; i++) {
            char *value = sweep_value_text(layout->view, a, i);
            if (!value)
                return false;
            layout->labels[a] = most(layout->labels[a], columns_of(value));
            free(value);
        }
        layout->labels[a] = layout->labels[a] > widest ? widest : layout->labels[a];
    }
    return true;
}

/* One beyond the last policy that still fits beside `first`. */
static size_t block_end(const struct layout *layout, size_t first)
{
    int width = INDENT;
    size_t end = first;
    for (size_t a = 0; a < layout->view->sweep->n_axes; a++)
        width += layout->labels[a] + (a > 0 ? GAP : 0);
    while (end < layout->n_policies &&
           (end == first || width + GAP + layout->columns[end] <= layout->style->width))
        width += GAP + layout->columns[end++];
    return end;
}

static bool layout_init(struct layout *layout, const struct sweep_view *view, const struct table_style *style,
                        size_t metric)
{
    const struct sweep *sweep = view->sweep;
    size_t n = sweep->n_points < SWEEP_TABLE_MOST_POINTS ? sweep->n_points : SWEEP_TABLE_MOST_POINTS;
    *layout = (struct layout){.view = view,
                              .style = style,
                              .metric = &view->metrics[metric],
                              .n_points = n,
                              .n_policies = sweep_policies(sweep)};
    layout->cells = calloc(n * layout->n_policies + 1, sizeof *layout->cells);
    layout->labels = calloc(sweep->n_axes, sizeof *layout->labels);
    layout->columns = calloc(layout->n_policies + 1, sizeof *layout->columns);
    layout->extents = calloc(layout->n_policies + 1, sizeof *layout->extents);
    if (!layout->cells || !layout->labels || !layout->columns || !layout->extents || !measure_labels(layout))
        return false;
    read_cells(layout);
    for (size_t p = 0; p < layout->n_policies; p++)
        measure_policy(layout, p);
    return true;
}

static void layout_finish(struct layout *layout)
{
    free(layout->cells);
    free(layout->labels);
    free(layout->columns);
    free(layout->extents);
}

/* ---- lines ---- */

static const char *bold(const struct table_style *style)
{
    return style->bold ? "\033[1m" : "";
}

static const char *plain(const struct table_style *style)
{
    return style->bold ? "\033[0m" : "";
}

static void add_headings(struct text *text, const struct layout *layout, size_t first, size_t end)
{
    const struct sweep *sweep = layout->view->sweep;
    pad_right(text, "", INDENT);
    for (size_t a = 0; a < sweep->n_axes; a++) {
        pad_right(text, "", a > 0 ? GAP : 0);
        pad_fitting(text, axis_label(&sweep->axes[a]), layout->labels[a], sweep->axes[a].numbers != NULL);
    }
    for (size_t p = first; p < end; p++) {
        pad_right(text, "", GAP);
        pad_fitting(text, sweep_policy_name(sweep, p), layout->columns[p], true);
    }
    line_end(text);
}

static void add_cell(struct text *text, const struct layout *layout, size_t point, size_t policy)
{
    const struct extent *extent = &layout->extents[policy];
    struct table_cell cell = cell_at(layout, point, policy);
    int before = before_point(cell.value);
    int room = layout->columns[policy] - extent->before - extent->from_point - extent->half_width;
    pad_right(text, "", GAP + room + extent->before - before);
    pad_right(text, cell.value, before + extent->from_point);
    if (cell.half_width[0]) {
        text_add(text, layout->style->utf8 ? " ± " : " +-");
        pad_right(text, cell.half_width, extent->half_width - SIGN_WIDTH);
    } else {
        pad_right(text, "", extent->half_width);
    }
}

/* An outer axis's value stands where it changes. */
static bool is_repeated(const struct sweep *sweep, size_t point, size_t axis)
{
    if (point == 0 || axis == sweep_last_axis(sweep))
        return false;
    for (size_t a = 0; a <= axis; a++)
        if (sweep_index(sweep, point, a) != sweep_index(sweep, point - 1, a))
            return false;
    return true;
}

static void add_value(struct text *text, const struct layout *layout, size_t point, size_t axis)
{
    const struct sweep *sweep = layout->view->sweep;
    char *value = is_repeated(sweep, point, axis)
                      ? text_copy("")
                      : sweep_value_text(layout->view, axis, sweep_index(sweep, point, axis));
    pad_right(text, "", axis > 0 ? GAP : 0);
    pad_fitting(text, value ? value : "", layout->labels[axis], sweep->axes[axis].numbers != NULL);
    text->failed |= !value;
    free(value);
}

static void add_block(struct text *text, const struct layout *layout, size_t first, size_t end)
{
    add_headings(text, layout, first, end);
    for (size_t i = 0; i < layout->n_points; i++) {
        pad_right(text, "", INDENT);
        for (size_t a = 0; a < layout->view->sweep->n_axes; a++)
            add_value(text, layout, i, a);
        for (size_t p = first; p < end; p++)
            add_cell(text, layout, i, p);
        line_end(text);
    }
}

/* "throughput (/s): requests answered ok" */
static void add_metric_title(struct text *text, const struct layout *layout)
{
    struct text title = {0};
    text_addf(&title, layout->unit[0] ? "%s (%s): %s" : "%s%s: %s", layout->metric->name, layout->unit,
              layout->metric->meaning);
    text_add(text, bold(layout->style));
    wrap_add(text, text_string(&title), layout->style->width, INDENT);
    text_add(text, plain(layout->style));
    text->failed |= title.failed;
    text_finish(&title);
}

static void add_metric(struct text *text, const struct sweep_view *view, const struct table_style *style,
                       size_t metric)
{
    struct layout layout;
    if (layout_init(&layout, view, style, metric)) {
        add_metric_title(text, &layout);
        for (size_t first = 0, end; first < layout.n_policies; first = end) {
            end = block_end(&layout, first);
            add_block(text, &layout, first, end);
        }
        text_add(text, "\n");
    } else {
        text->failed = true;
    }
    layout_finish(&layout);
}

/* ---- the whole ---- */

/* "checkout: billing-bank.delay x customers.rate" */
static void add_name(struct text *title, const struct sweep *sweep, const char *times)
{
    text_addf(title, "%s: ", sweep_spec(sweep)->name);
    for (size_t a = 0; a < sweep->n_axes; a++)
        text_addf(title, "%s%s", a > 0 ? times : "", axis_label(&sweep->axes[a]));
}

static void add_left_out(struct text *facts, const struct sweep *sweep)
{
    if (sweep->n_points > SWEEP_TABLE_MOST_POINTS)
        text_addf(facts, " The first %d of them are shown.", (int)SWEEP_TABLE_MOST_POINTS);
}

static void add_headline(struct text *text, const struct sweep_view *view, const struct table_style *style)
{
    struct text title = {0}, facts = {0};
    add_name(&title, view->sweep, style->utf8 ? " × " : " x ");
    text_add(text, bold(style));
    wrap_add(text, text_string(&title), style->width, INDENT);
    text_add(text, plain(style));
    sweep_add_facts(&facts, view, style->utf8 ? "±" : "+-");
    add_left_out(&facts, view->sweep);
    wrap_add(text, text_string(&facts), style->width, 0);
    text_add(text, "\n");
    text->failed |= title.failed || facts.failed;
    text_finish(&title);
    text_finish(&facts);
}

struct wrapped {
    struct text *text;
    int width;
};

static void add_sentence(void *data, const char *sentence)
{
    struct wrapped *wrapped = data;
    wrap_add(wrapped->text, sentence, wrapped->width, INDENT);
}

void sweep_table_add(struct text *text, const struct sweep_view *view, const struct table_style *style)
{
    struct wrapped wrapped = {text, style->width};
    add_headline(text, view, style);
    for (size_t m = 0; m < view->n_metrics; m++)
        add_metric(text, view, style, m);
    if (sweep_any_grows(view))
        wrap_add(text, sweep_grows_note, style->width, INDENT);
    text->failed |= !sweep_tell(view, add_sentence, &wrapped);
}

/* ---- markdown ---- */

static void add_plain_cell(struct text *text, const char *string)
{
    text_add(text, " ");
    markdown_add_plain(text, string ? string : "");
    text_add(text, " |");
    text->failed |= !string;
}

static void add_markdown_headings(struct text *text, const struct sweep *sweep)
{
    text_add(text, "|");
    for (size_t a = 0; a < sweep->n_axes; a++)
        add_plain_cell(text, axis_label(&sweep->axes[a]));
    for (size_t p = 0; p < sweep_policies(sweep); p++)
        add_plain_cell(text, sweep_policy_name(sweep, p));
    text_add(text, "\n|");
    for (size_t a = 0; a < sweep->n_axes; a++)
        text_add(text, sweep->axes[a].numbers ? " --: |" : " :-- |");
    for (size_t p = 0; p < sweep_policies(sweep); p++)
        text_add(text, " --: |");
    text_add(text, "\n");
}

static void add_markdown_line(struct text *text, const struct layout *layout, size_t point)
{
    const struct sweep *sweep = layout->view->sweep;
    text_add(text, "|");
    for (size_t a = 0; a < sweep->n_axes; a++) {
        char *value = sweep_value_text(layout->view, a, sweep_index(sweep, point, a));
        add_plain_cell(text, value);
        free(value);
    }
    for (size_t p = 0; p < layout->n_policies; p++) {
        struct table_cell cell = cell_at(layout, point, p);
        text_addf(text, " %s%s%s |", cell.value, cell.half_width[0] ? " ± " : "", cell.half_width);
    }
    text_add(text, "\n");
}

static void add_markdown_metric(struct text *text, const struct sweep_view *view, size_t metric)
{
    static const struct table_style style = {.width = 80, .utf8 = true};
    struct layout layout;
    if (layout_init(&layout, view, &style, metric)) {
        text_add(text, "### ");
        markdown_add_plain(text, layout.metric->name);
        text_addf(text, layout.unit[0] ? " (%s): " : "%s: ", layout.unit);
        markdown_add_plain(text, layout.metric->meaning);
        text_add(text, "\n\n");
        add_markdown_headings(text, view->sweep);
        for (size_t i = 0; i < layout.n_points; i++)
            add_markdown_line(text, &layout, i);
        text_add(text, "\n");
    } else {
        text->failed = true;
    }
    layout_finish(&layout);
}

static void add_item(void *data, const char *sentence)
{
    struct text *text = data;
    text_add(text, "- ");
    markdown_add_plain(text, sentence);
    text_add(text, "\n");
}

void sweep_markdown_add(struct text *text, const struct sweep_view *view)
{
    struct text title = {0};
    add_name(&title, view->sweep, " × ");
    text_add(text, "## ");
    markdown_add_plain(text, text_string(&title));
    text_add(text, "\n\n");
    sweep_add_facts(text, view, "±");
    add_left_out(text, view->sweep);
    text_add(text, "\n\n");
    for (size_t m = 0; m < view->n_metrics; m++)
        add_markdown_metric(text, view, m);
    if (sweep_any_grows(view))
        add_item(text, sweep_grows_note);
    text->failed |= !sweep_tell(view, add_item, text) || title.failed;
    text_finish(&title);
}
