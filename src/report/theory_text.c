#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "report/markdown.h"
#include "report/theory_view.h"
#include "report/unit.h"
#include "report/wrap.h"

enum { DIGITS = 4, HALF_WIDTH_DIGITS = 2, MOST_AGREEING = 8, INDENT = 2, GAP = 2, MOST_METRIC = 28 };

/* ---- cells ---- */

struct cell {
    char chars[120];
};

static struct cell theory_cell(const struct theory_row *row, bool utf8)
{
    static const char *const signs[][2] = {
        [THEORY_EQUALS] = {"", ""}, [THEORY_AT_MOST] = {"<= ", "≤ "}, [THEORY_AT_LEAST] = {">= ", "≥ "}};
    struct cell cell;
    snprintf(cell.chars, sizeof cell.chars, "%s%s", signs[row->value->relation][utf8],
             unit_metric_text(row->unit, row->value->value, DIGITS).chars);
    return cell;
}

static struct cell measured_cell(const struct theory_row *row, bool utf8)
{
    struct cell cell;
    struct units_text half = row->unit == METRIC_PER_SECOND
                                 ? units_format_rate_beside(row->half_width, row->measured, HALF_WIDTH_DIGITS)
                                 : unit_metric_text(row->unit, row->half_width, HALF_WIDTH_DIGITS);
    if (row->half_width > 0.0)
        snprintf(cell.chars, sizeof cell.chars, "%s %s %s",
                 unit_metric_text(row->unit, row->measured, DIGITS).chars, utf8 ? "±" : "+-", half.chars);
    else
        snprintf(cell.chars, sizeof cell.chars, "%s",
                 unit_metric_text(row->unit, row->measured, DIGITS).chars);
    return cell;
}

/* "kept (96 %)": how close the run comes to a bound. */
static struct cell bound_cell(const struct theory_row *row, const char *verdict)
{
    struct cell cell;
    double ratio = row->measured / row->value->value;
    if (row->value->relation == THEORY_AT_MOST)
        snprintf(cell.chars, sizeof cell.chars, "%s (%s)", verdict,
                 units_format_share(ratio, UNITS_DIGITS).chars);
    else
        snprintf(cell.chars, sizeof cell.chars, "%s (%s x)", verdict,
                 units_format_number(ratio, UNITS_DIGITS).chars);
    return cell;
}

static struct cell verdict_cell(const struct theory_row *row)
{
    struct cell cell;
    switch (row->verdict) {
    case THEORY_KEPT: return bound_cell(row, "kept");
    case THEORY_BROKEN: return bound_cell(row, "BROKEN");
    case THEORY_AGREES: snprintf(cell.chars, sizeof cell.chars, "agrees"); return cell;
    case THEORY_DIFFERS:
        if (isfinite(row->off))
            snprintf(cell.chars, sizeof cell.chars, "DIFFERS: %s half-widths",
                     units_format_number(row->off, 2).chars);
        else
            snprintf(cell.chars, sizeof cell.chars, "DIFFERS");
        return cell;
    case THEORY_UNDECIDED: break;
    }
    snprintf(cell.chars, sizeof cell.chars, "%s", isnan(row->measured) ? "nothing measured" : "no interval");
    return cell;
}

struct theory_cells theory_row_cells(const struct theory_row *row)
{
    struct theory_cells cells;
    snprintf(cells.theory, sizeof cells.theory, "%s", theory_cell(row, true).chars);
    snprintf(cells.measured, sizeof cells.measured, "%s", measured_cell(row, true).chars);
    snprintf(cells.verdict, sizeof cells.verdict, "%s", verdict_cell(row).chars);
    return cells;
}

/* ---- what is shown ---- */

/* A bound that the run does not come near to tells nothing. */
static bool is_far(const struct theory_row *row)
{
    enum { FAR = 10 };
    double ratio = row->measured / row->value->value;
    if (row->value->relation == THEORY_AT_MOST)
        return ratio * FAR < 1.0;
    return row->value->relation == THEORY_AT_LEAST && ratio > FAR;
}

bool theory_row_is_shown(const struct theory_section *section, size_t i)
{
    const struct theory_row *row = &section->rows[i];
    switch (row->verdict) {
    case THEORY_AGREES: return i < MOST_AGREEING;
    case THEORY_KEPT: return !is_far(row);
    case THEORY_UNDECIDED: return row->value->relation == THEORY_EQUALS;
    case THEORY_DIFFERS:
    case THEORY_BROKEN: break;
    }
    return true;
}

static bool any_is_shown(const struct theory_section *section)
{
    bool any = false;
    for (size_t i = 0; i < section->n_rows; i++)
        any |= theory_row_is_shown(section, i);
    return any;
}

static bool any_section_is_shown(const struct theory_view *view)
{
    bool any = false;
    for (size_t s = 0; s < view->n_sections; s++)
        any |= any_is_shown(&view->sections[s]);
    return any;
}

size_t theory_section_hidden(const struct theory_section *section)
{
    size_t n = 0;
    for (size_t i = 0; i < section->n_rows; i++)
        n += section->rows[i].verdict == THEORY_AGREES && !theory_row_is_shown(section, i);
    return n;
}

void theory_view_add_level(struct text *text, const struct theory_view *view)
{
    if (view->n_judged == 0)
        return;
    if (view->n_judged == 1)
        text_addf(text, "1 value, an interval of %s", units_format_share(view->level, UNITS_DIGITS).chars);
    else
        text_addf(text, "%zu values, intervals of %s each, %s for all at once (Bonferroni)", view->n_judged,
                  units_format_share(view->level, DIGITS).chars,
                  units_format_share(view->confidence, UNITS_DIGITS).chars);
}

const char *theory_section_title(const struct theory_section *section)
{
    return section->theory.model ? section->theory.model : "no exact model; bounds";
}

/* ---- the table ---- */

struct widths {
    int metric, theory, measured;
};

static int wider(int width, const char *string)
{
    int columns = columns_of(string);
    return columns > width ? columns : width;
}

static struct widths measure(const struct theory_view *view, bool utf8)
{
    struct widths widths = {0};
    for (size_t s = 0; s < view->n_sections; s++) {
        const struct theory_section *section = &view->sections[s];
        for (size_t i = 0; i < section->n_rows; i++) {
            if (!theory_row_is_shown(section, i))
                continue;
            widths.metric = wider(widths.metric, section->rows[i].value->metric);
            widths.theory = wider(widths.theory, theory_cell(&section->rows[i], utf8).chars);
            widths.measured = wider(widths.measured, measured_cell(&section->rows[i], utf8).chars);
        }
    }
    widths.metric = widths.metric > MOST_METRIC ? MOST_METRIC : widths.metric;
    return widths;
}

static void add_row(struct text *text, const struct theory_row *row, const struct widths *widths,
                    const struct table_style *style)
{
    struct text verdict = {0};
    int used = INDENT + widths->metric + GAP + widths->theory + GAP + widths->measured + GAP;
    text_add(&verdict, verdict_cell(row).chars);
    if (row->value->where)
        text_addf(&verdict, ": %s", row->value->where);
    pad_right(text, "", INDENT);
    pad_fitting(text, row->value->metric, widths->metric, false);
    pad_left(text, theory_cell(row, style->utf8).chars, GAP + widths->theory);
    pad_right(text, "", GAP);
    pad_right(text, measured_cell(row, style->utf8).chars, widths->measured + GAP);
    int room = style->width - used, all = columns_of(text_string(&verdict));
    int least = columns_of(verdict_cell(row).chars); /* a name can be cut, a verdict cannot */
    pad_fitting(text, text_string(&verdict), all <= room ? all : room > least ? room : least, false);
    line_end(text);
    text->failed |= verdict.failed;
    text_finish(&verdict);
}

static void add_section(struct text *text, const struct theory_section *section, const struct widths *widths,
                        const struct table_style *style)
{
    struct text title = {0};
    text_addf(&title, "%s: %s", section->policy, theory_section_title(section));
    wrap_add(text, text_string(&title), style->width, INDENT);
    text->failed |= title.failed;
    text_finish(&title);
    for (size_t i = 0; i < section->n_rows; i++)
        if (theory_row_is_shown(section, i))
            add_row(text, &section->rows[i], widths, style);
    if (theory_section_hidden(section) > 0)
        text_addf(text, "%*sand %zu more that agree\n", INDENT, "", theory_section_hidden(section));
}

void theory_view_add_table(struct text *text, const struct theory_view *view, const struct table_style *style)
{
    struct text level = {0};
    struct widths widths = measure(view, style->utf8);
    if (!any_section_is_shown(view))
        return;
    text_addf(text, "\n%stheory%s\n", style->bold ? "\033[1m" : "", style->bold ? "\033[0m" : "");
    theory_view_add_level(&level, view);
    if (view->n_judged > 0)
        wrap_add(text, text_string(&level), style->width, 0);
    text->failed |= level.failed;
    text_finish(&level);
    for (size_t s = 0; s < view->n_sections; s++)
        if (any_is_shown(&view->sections[s]))
            add_section(text, &view->sections[s], &widths, style);
}

/* ---- markdown ---- */

static void add_markdown_row(struct text *text, const struct theory_row *row)
{
    text_add(text, "| ");
    markdown_add_plain(text, row->value->metric);
    text_addf(text, " | %s | %s | %s", theory_cell(row, true).chars, measured_cell(row, true).chars,
              verdict_cell(row).chars);
    text_addf(text, " | %s", row->value->law);
    if (row->value->where) {
        text_add(text, ": ");
        markdown_add_plain(text, row->value->where);
    }
    text_add(text, " |\n");
}

static void add_markdown_section(struct text *text, const struct theory_section *section)
{
    struct text title = {0};
    text_addf(&title, "%s: %s", section->policy, theory_section_title(section));
    if (section->theory.source)
        text_addf(&title, " (%s)", section->theory.source);
    text_add(text, "\n");
    markdown_add_plain(text, text_string(&title));
    text->failed |= title.failed;
    text_finish(&title);
    text_add(text, "\n\n| metric | theory | simulated | verdict | by |\n| :-- | --: | --: | :-- | :-- |\n");
    for (size_t i = 0; i < section->n_rows; i++)
        if (theory_row_is_shown(section, i))
            add_markdown_row(text, &section->rows[i]);
    if (theory_section_hidden(section) > 0)
        text_addf(text, "\nand %zu more that agree\n", theory_section_hidden(section));
}

void theory_view_add_markdown(struct text *text, const struct theory_view *view)
{
    if (!any_section_is_shown(view))
        return;
    text_add(text, "\nTheory");
    if (view->n_judged > 0)
        text_add(text, ": ");
    theory_view_add_level(text, view);
    text_add(text, "\n");
    for (size_t s = 0; s < view->n_sections; s++)
        if (any_is_shown(&view->sections[s]))
            add_markdown_section(text, &view->sections[s]);
}

/* ---- JSON ---- */

static void add_text(struct json *json, const char *key, const char *string)
{
    if (string)
        json_string(json, key, string);
    else
        json_null(json, key);
}

static void add_json_row(struct json *json, const struct theory_row *row)
{
    static const char *const relations[] = {
        [THEORY_EQUALS] = "=", [THEORY_AT_MOST] = "<=", [THEORY_AT_LEAST] = ">="};
    json_open_flat(json, NULL, '{');
    json_string(json, "metric", row->value->metric);
    json_string(json, "relation", relations[row->value->relation]);
    json_number(json, "value", row->value->value);
    json_string(json, "unit", metric_unit_names[row->unit]);
    json_number(json, "simulated", row->measured);
    json_number(json, "half_width", row->half_width);
    json_string(json, "verdict", theory_verdict_names[row->verdict]);
    json_string(json, "law", row->value->law);
    add_text(json, "where", row->value->where);
    json_close(json, '}');
}

void theory_view_add_json(struct json *json, const struct theory_view *view)
{
    json_open(json, "theory", '{');
    json_number(json, "confidence", view->confidence);
    json_number(json, "level", view->level);
    json_open(json, "policies", '{');
    for (size_t s = 0; s < view->n_sections; s++) {
        const struct theory_section *section = &view->sections[s];
        json_open(json, section->policy, '{');
        add_text(json, "model", section->theory.model);
        add_text(json, "source", section->theory.source);
        json_open(json, "values", '[');
        for (size_t i = 0; i < section->n_rows; i++)
            add_json_row(json, &section->rows[i]);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, '}');
    json_close(json, '}');
}
