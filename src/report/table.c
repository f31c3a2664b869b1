#include "report/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/disturbances.h"
#include "report/notes.h"
#include "report/verdict.h"
#include "report/wrap.h"

/* ---- cells ---- */

enum { DIGITS = 3 };

/* Decimals that show `digits` significant digits of the value as rounded to them, or `most_decimals`. */
static int decimals_for(double value, int digits, int most_decimals)
{
    char rounded[40];
    if (value == 0.0 || !isfinite(value))
        return 0;
    snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
    int exponent = (int)strtol(strchr(rounded, 'e') + 1, NULL, 10);
    int decimals = digits - 1 - exponent;
    return decimals < 0 ? 0 : decimals > most_decimals ? most_decimals : decimals;
}

struct table_cell table_cell(const struct metric *metric, double scale, int most_decimals)
{
    struct table_cell cell = {"-", ""};
    if (!metric || isnan(metric->value))
        return cell;
    double value = scale * metric->value, half = scale * metric->half_width;
    bool whole = metric->unit == METRIC_COUNT && value == floor(value);
    int decimals = whole ? 0 : decimals_for(value, DIGITS, most_decimals);
    snprintf(cell.value, sizeof cell.value, "%.*f", decimals, value);
    bool always_none = value == 0.0 && half == 0.0;
    if (half >= 0.0 && !always_none) {
        int needed = decimals_for(half, 1, most_decimals);
        snprintf(cell.half_width, sizeof cell.half_width, "%.*f", needed > decimals ? needed : decimals,
                 half);
    }
    return cell;
}

struct table_cell table_row_cell(const struct comparison_row *row, size_t policy, double scale,
                                 int most_decimals)
{
    struct table_cell cell = {"", ""};
    if (!row->words[policy])
        return table_cell(row->cells[policy], scale, most_decimals);
    snprintf(cell.value, sizeof cell.value, "%s", row->words[policy]);
    return cell;
}

/* ---- layout ---- */

/* How far the numbers of one policy and one kind of unit in one section reach: they are aligned on the
 * decimal point. */
struct extent {
    int before;     /* the point */
    int from_point; /* on */
    int half_width; /* with the sign before it; 0 = none */
};

enum {
    GAP = 2,
    UNIT_GAP = 1,
    UNIT_WIDTH = 2, /* at least */
    MOST_LABEL = 30,
    LEAST_LABEL = 6,
    MOST_HEADING = 20,
    SIGN_WIDTH = 3,
    INDENT = 2
};

struct layout {
    const struct comparison *comparison;
    const struct table_style *style;
    size_t n_policies;
    int decimals;           /* at most */
    int label;              /* width of the labels */
    int unit;               /* width of the units */
    int *columns;           /* owned; width of each policy's */
    struct extent *extents; /* owned; see extent_at() */
};

static int most(int a, int b)
{
    return a > b ? a : b;
}

static struct table_cell cell_of(const struct layout *layout, const struct comparison_row *row, size_t policy)
{
    const char *unit;
    double scale = comparison_row_scale(row, layout->n_policies, &unit);
    return table_row_cell(row, policy, scale, layout->decimals);
}

static struct extent *extent_at(const struct layout *layout, size_t section, enum metric_unit unit,
                                size_t policy)
{
    return &layout->extents[(section * METRIC_UNITS + unit) * layout->n_policies + policy];
}

static int before_point(const char *number)
{
    return (int)strcspn(number, ".");
}

static int measure_section(const struct layout *layout, size_t section, size_t policy)
{
    const struct comparison_section *s = &layout->comparison->sections[section];
    int widest = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        struct extent *extent = extent_at(layout, section, s->rows[i].unit, policy);
        struct table_cell cell = cell_of(layout, &s->rows[i], policy);
        int before = before_point(cell.value), half = (int)strlen(cell.half_width);
        extent->before = most(extent->before, before);
        extent->from_point = most(extent->from_point, (int)strlen(cell.value) - before);
        extent->half_width = most(extent->half_width, half ? half + SIGN_WIDTH : 0);
        widest = most(widest, extent->before + extent->from_point + extent->half_width);
    }
    return widest;
}

static void measure_labels(struct layout *layout)
{
    const struct comparison *c = layout->comparison;
    const char *unit;
    layout->unit = UNIT_WIDTH;
    for (size_t s = 0; s < c->n_sections; s++)
        for (size_t i = 0; i < c->sections[s].n_rows; i++) {
            const struct comparison_row *row = &c->sections[s].rows[i];
            layout->label = most(layout->label, INDENT * row->depth + columns_of(row->label));
            comparison_row_scale(row, layout->n_policies, &unit);
            layout->unit = most(layout->unit, columns_of(unit));
        }
    layout->label = layout->label > MOST_LABEL ? MOST_LABEL : layout->label;
}

static size_t count_extents(const struct layout *layout)
{
    return layout->comparison->n_sections * METRIC_UNITS * layout->n_policies;
}

static void measure_columns(struct layout *layout, int decimals)
{
    const struct comparison *c = layout->comparison;
    layout->decimals = decimals;
    for (size_t i = 0; i < count_extents(layout); i++)
        layout->extents[i] = (struct extent){0};
    for (size_t p = 0; p < layout->n_policies; p++) {
        int heading = columns_of(c->experiment->policies[p].name);
        layout->columns[p] = heading > MOST_HEADING ? MOST_HEADING : heading;
        for (size_t s = 0; s < c->n_sections; s++)
            layout->columns[p] = most(layout->columns[p], measure_section(layout, s, p));
    }
}

/* One beyond the last policy that still fits beside `first`. */
static size_t block_end(const struct layout *layout, size_t first)
{
    int width = INDENT + layout->label + UNIT_GAP + UNIT_WIDTH;
    size_t end = first;
    while (end < layout->n_policies &&
           (end == first || width + GAP + layout->columns[end] <= layout->style->width))
        width += GAP + layout->columns[end++];
    return end;
}

static bool layout_init(struct layout *layout, const struct comparison *comparison,
                        const struct table_style *style)
{
    size_t n = comparison->experiment->n_policies;
    *layout = (struct layout){.comparison = comparison, .style = style, .n_policies = n};
    layout->columns = calloc(n, sizeof *layout->columns);
    layout->extents = calloc(count_extents(layout) + 1, sizeof *layout->extents);
    if (!layout->columns || !layout->extents)
        return false;
    measure_labels(layout);
    measure_columns(layout, TABLE_DECIMALS);
    if (block_end(layout, 0) < n) {
        measure_columns(layout, TABLE_FEWER_DECIMALS);
        if (block_end(layout, 0) < n)
            measure_columns(layout, TABLE_DECIMALS);
    }
    return true;
}

static void layout_finish(struct layout *layout)
{
    free(layout->columns);
    free(layout->extents);
}

/* ---- lines ---- */

static const char *bold(const struct layout *layout)
{
    return layout->style->bold ? "\033[1m" : "";
}

static const char *plain(const struct layout *layout)
{
    return layout->style->bold ? "\033[0m" : "";
}

static void add_headings(struct text *text, const struct layout *layout, size_t first, size_t end)
{
    text_add(text, bold(layout));
    pad_right(text, "", INDENT + layout->label + UNIT_GAP + UNIT_WIDTH);
    for (size_t p = first; p < end; p++) {
        pad_right(text, "", GAP);
        pad_fitting(text, layout->comparison->experiment->policies[p].name, layout->columns[p], true);
    }
    text_add(text, plain(layout));
    line_end(text);
}

static void add_cell(struct text *text, const struct layout *layout, const struct comparison_row *row,
                     size_t section, size_t policy)
{
    const struct extent *extent = extent_at(layout, section, row->unit, policy);
    struct table_cell cell = cell_of(layout, row, policy);
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

static void add_line(struct text *text, const struct layout *layout, size_t section,
                     const struct comparison_row *row, size_t first, size_t end)
{
    const char *unit;
    comparison_row_scale(row, layout->n_policies, &unit);
    int indent = INDENT * row->depth;
    pad_right(text, "", INDENT + indent);
    pad_fitting(text, row->label, layout->label - indent, false);
    pad_right(text, "", UNIT_GAP);
    pad_right(text, unit, layout->unit);
    for (size_t p = first; p < end; p++)
        add_cell(text, layout, row, section, p);
    line_end(text);
}

/* Whether a policy from `first` to `end` has the row's number at all. */
static bool concerns(const struct comparison_row *row, size_t first, size_t end)
{
    for (size_t p = first; p < end; p++)
        if (row->cells[p])
            return true;
    return false;
}

static void add_section(struct text *text, const struct layout *layout, size_t section, size_t first,
                        size_t end)
{
    const struct comparison_section *s = &layout->comparison->sections[section];
    bool titled = false;
    for (size_t i = 0; i < s->n_rows; i++) {
        if (!concerns(&s->rows[i], first, end))
            continue;
        if (!titled) {
            pad_right(text, s->title, 0);
            text_add(text, "\n");
        }
        titled = true;
        add_line(text, layout, section, &s->rows[i], first, end);
    }
}

static void add_block(struct text *text, const struct layout *layout, size_t first, size_t end)
{
    add_headings(text, layout, first, end);
    for (size_t s = 0; s < layout->comparison->n_sections; s++)
        add_section(text, layout, s, first, end);
    text_add(text, "\n");
}

/* ---- what followed from events ---- */

/* A line for each event and policy, below the name of the event. */
struct events {
    const struct spec *spec;
    const struct layout *layout;
    size_t n; /* of the spec's events: those that are shown */
    int label;
    int columns[DISTURBANCE_COLUMNS];
    struct disturbance_cells *cells; /* owned; of event e and policy p: [e * n_policies + p] */
};

static bool events_read(struct events *events)
{
    const struct layout *layout = events->layout;
    const struct policy_run *policies = layout->comparison->experiment->policies;
    struct disturbance_cells *cells = calloc(events->n * layout->n_policies + 1, sizeof *cells);
    events->cells = cells;
    for (size_t e = 0; cells && e < events->n; e++)
        for (size_t p = 0; p < layout->n_policies; p++)
            if (!disturbance_cells(&policies[p].metrics, events->spec->events[e].name, cells++))
                return false;
    return cells != NULL;
}

/* The policies' names get what the numbers leave. */
static void events_measure(struct events *events)
{
    const struct layout *layout = events->layout;
    int rest = layout->style->width;
    for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++) {
        events->columns[i] = columns_of(disturbance_headings[i]);
        for (size_t k = 0; k < events->n * layout->n_policies; k++)
            events->columns[i] = most(events->columns[i], columns_of(events->cells[k].chars[i]));
        rest -= GAP + events->columns[i];
    }
    for (size_t p = 0; p < layout->n_policies; p++)
        events->label =
            most(events->label, INDENT + columns_of(layout->comparison->experiment->policies[p].name));
    rest = most(rest, INDENT + LEAST_LABEL);
    events->label = events->label < rest ? events->label : rest;
}

static void add_event_line(struct text *text, const struct events *events, size_t event, size_t policy)
{
    const struct layout *layout = events->layout;
    const struct disturbance_cells *cells = &events->cells[event * layout->n_policies + policy];
    pad_right(text, "", INDENT);
    pad_fitting(text, layout->comparison->experiment->policies[policy].name, events->label - INDENT, false);
    for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++)
        pad_left(text, cells->chars[i], GAP + events->columns[i]);
    line_end(text);
}

static void add_event_lines(struct text *text, const struct events *events)
{
    const struct layout *layout = events->layout;
    text_add(text, bold(layout));
    pad_right(text, "events", events->label);
    for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++)
        pad_left(text, disturbance_headings[i], GAP + events->columns[i]);
    text_add(text, plain(layout));
    line_end(text);
    for (size_t e = 0; e < events->n; e++) {
        wrap_add(text, events->spec->events[e].name, layout->style->width, INDENT);
        for (size_t p = 0; p < layout->n_policies; p++)
            add_event_line(text, events, e, p);
    }
    text_add(text, "\n");
}

static void add_events(struct text *text, const struct spec *spec, const struct layout *layout)
{
    struct events events = {.spec = spec, .layout = layout, .n = spec->n_events};
    if (events.n == 0)
        return;
    events.n = events.n > DISTURBANCES_MOST ? DISTURBANCES_MOST : events.n;
    events.label = columns_of("events");
    if (events_read(&events)) {
        events_measure(&events);
        add_event_lines(text, &events);
    } else {
        text->failed = true;
    }
    free(events.cells);
}

/* ---- the whole ---- */

static void add_headline(struct text *text, const struct spec *spec, const struct layout *layout)
{
    const struct run_spec *run = &spec->run;
    const struct experiment *experiment = layout->comparison->experiment;
    double confidence = experiment->policies[0].metrics.level;
    int width = layout->style->width;
    text_add(text, bold(layout));
    wrap_add(text, spec->name, width, 0);
    text_add(text, plain(layout));
    if (spec->about[0])
        wrap_add(text, spec->about, width, 0);
    struct text facts = {0};
    text_addf(&facts, "%s simulated",
              units_format_duration((double)run->duration_ns / 1e9, UNITS_DIGITS).chars);
    if (run->warmup_ns)
        text_addf(&facts, ", the first %s not counted%s",
                  units_format_duration((double)run->warmup_ns / 1e9, UNITS_DIGITS).chars,
                  experiment->warmup.made ? " (MSER-5)" : "");
    else if (experiment->warmup.made)
        text_add(&facts, ", none of it left out (MSER-5)");
    text_addf(&facts, "; seed %" PRIu64, run->seed);
    if (experiment->replications > 1)
        text_addf(&facts, "; means of %" PRIu32 " replications %s the half-width of the %g %% interval",
                  experiment->replications, layout->style->utf8 ? "±" : "+-", 100.0 * confidence);
    text_add(&facts, ".");
    wrap_add(text, text_string(&facts), width, 0);
    text->failed |= facts.failed;
    text_finish(&facts);
    text_add(text, "\n");
}

static void add_verdicts(struct text *text, const struct spec *spec, const struct layout *layout)
{
    const struct experiment *e = layout->comparison->experiment;
    for (size_t p = 0; p < e->n_policies; p++) {
        struct text sentence = {0};
        verdict_add(&sentence, spec, &e->policies[p]);
        wrap_add(text, text_string(&sentence), layout->style->width, INDENT);
        text->failed |= sentence.failed;
        text_finish(&sentence);
    }
}

static void add_notes(struct text *text, const struct spec *spec, const struct layout *layout)
{
    struct notes notes;
    text->failed |=
        !notes_init(&notes, spec, layout->comparison->experiment, &layout->comparison->differences);
    for (size_t i = 0; i < notes.n; i++) {
        if (i == 0)
            text_add(text, "\n");
        wrap_add(text, notes.sentences[i], layout->style->width, INDENT);
    }
    if (layout->comparison->left_out) {
        text_add(text, notes.n == 0 ? "\n" : "");
        wrap_add(text, layout->comparison->left_out, layout->style->width, INDENT);
    }
    notes_finish(&notes);
}

void table_add(struct text *text, const struct spec *spec, const struct comparison *comparison,
               const struct table_style *style)
{
    struct layout layout;
    if (layout_init(&layout, comparison, style)) {
        add_headline(text, spec, &layout);
        for (size_t first = 0, end; first < layout.n_policies; first = end) {
            end = block_end(&layout, first);
            add_block(text, &layout, first, end);
        }
        add_events(text, spec, &layout);
        add_verdicts(text, spec, &layout);
        add_notes(text, spec, &layout);
    } else {
        text->failed = true;
    }
    layout_finish(&layout);
}
