#include "report/markdown.h"

#include <string.h>

#include "report/disturbances.h"
#include "report/notes.h"
#include "report/table.h"
#include "report/verdict.h"

void markdown_add_plain(struct text *text, const char *string)
{
    for (; *string; string++) {
        if ((unsigned char)*string < ' ') {
            text_add(text, " ");
            continue;
        }
        if (strchr("\\`*_[]<>|#~", *string))
            text_add(text, "\\");
        text_add_bytes(text, string, 1);
    }
}

static void add_row(struct text *text, const struct comparison_row *row, size_t n_policies)
{
    const char *unit;
    double scale = comparison_row_scale(row, n_policies, &unit);
    text_add(text, row->depth ? "| – " : "| ");
    markdown_add_plain(text, row->label);
    text_addf(text, " | %s |", unit);
    for (size_t p = 0; p < n_policies; p++) {
        struct table_cell cell = table_row_cell(row, p, scale, TABLE_DECIMALS);
        text_addf(text, cell.half_width[0] ? " %s ± %s |" : " %s |", cell.value, cell.half_width);
    }
    text_add(text, "\n");
}

static void add_section(struct text *text, const struct comparison_section *section, size_t n_policies)
{
    text_add(text, "| **");
    markdown_add_plain(text, section->title);
    text_add(text, "** | |");
    for (size_t p = 0; p < n_policies; p++)
        text_add(text, " |");
    text_add(text, "\n");
    for (size_t i = 0; i < section->n_rows; i++)
        add_row(text, &section->rows[i], n_policies);
}

static void add_headings(struct text *text, const struct experiment *experiment)
{
    text_add(text, "| | |");
    for (size_t p = 0; p < experiment->n_policies; p++) {
        text_add(text, " ");
        markdown_add_plain(text, experiment->policies[p].name);
        text_add(text, " |");
    }
    text_add(text, "\n| :-- | :-- |");
    for (size_t p = 0; p < experiment->n_policies; p++)
        text_add(text, " --: |");
    text_add(text, "\n");
}

static void add_event(struct text *text, const char *event, const struct policy_run *run)
{
    struct disturbance_cells cells;
    text_add(text, "| ");
    markdown_add_plain(text, event);
    text_add(text, " | ");
    markdown_add_plain(text, run->name);
    text_add(text, " |");
    text->failed |= !disturbance_cells(&run->metrics, event, &cells);
    for (size_t i = 0; !text->failed && i < DISTURBANCE_COLUMNS; i++)
        text_addf(text, " %s |", cells.chars[i]);
    text_add(text, "\n");
}

static void add_events(struct text *text, const struct spec *spec, const struct experiment *experiment)
{
    if (spec->n_events == 0)
        return;
    text_add(text, "| event | policy |");
    for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++)
        text_addf(text, " %s |", disturbance_headings[i]);
    text_add(text, "\n| :-- | :-- |");
    for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++)
        text_add(text, " --: |");
    text_add(text, "\n");
    for (size_t e = 0; e < spec->n_events && e < DISTURBANCES_MOST; e++)
        for (size_t p = 0; p < experiment->n_policies; p++)
            add_event(text, spec->events[e].name, &experiment->policies[p]);
    text_add(text, "\n");
}

static void add_sentence(struct text *text, const char *sentence)
{
    text_add(text, "- ");
    markdown_add_plain(text, sentence);
    text_add(text, "\n");
}

void markdown_add(struct text *text, const struct spec *spec, const struct comparison *comparison)
{
    const struct experiment *experiment = comparison->experiment;
    text_add(text, "## ");
    markdown_add_plain(text, spec->name);
    text_add(text, "\n\n");
    if (spec->about[0]) {
        markdown_add_plain(text, spec->about);
        text_add(text, "\n\n");
    }
    add_headings(text, experiment);
    for (size_t s = 0; s < comparison->n_sections; s++)
        add_section(text, &comparison->sections[s], experiment->n_policies);
    text_add(text, "\n");
    add_events(text, spec, experiment);
    for (size_t p = 0; p < experiment->n_policies; p++) {
        struct text sentence = {0};
        verdict_add(&sentence, spec, &experiment->policies[p]);
        add_sentence(text, text_string(&sentence));
        text->failed |= sentence.failed;
        text_finish(&sentence);
    }
    struct notes notes;
    text->failed |= !notes_init(&notes, spec, experiment, &comparison->differences);
    for (size_t i = 0; i < notes.n; i++)
        add_sentence(text, notes.sentences[i]);
    notes_finish(&notes);
    if (comparison->left_out)
        add_sentence(text, comparison->left_out);
}
