#include "cli/run_format.h"

#include <string.h>

#include "cli/print.h"
#include "report/comparison.h"
#include "report/expectations.h"
#include "report/markdown.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/theory_view.h"

static void add_theory(const struct arguments *arguments, const struct spec *spec,
                       const struct experiment *experiment, struct text *text, bool markdown)
{
    struct theory_view view;
    struct table_style style = print_style();
    if (arguments_have(arguments, "no-theory"))
        return;
    if (!theory_view_init(&view, spec, experiment)) {
        text->failed = true;
        return;
    }
    if (markdown)
        theory_view_add_markdown(text, &view);
    else
        theory_view_add_table(text, &view, &style);
    theory_view_finish(&view);
}

static void print_comparison(const struct arguments *arguments, const struct spec *spec,
                             const struct experiment *experiment, struct text *text, bool markdown)
{
    struct comparison comparison;
    struct table_style style = print_style();
    if (!comparison_init(&comparison, spec, experiment)) {
        text->failed = true;
    } else if (markdown) {
        markdown_add(text, spec, &comparison);
        add_theory(arguments, spec, experiment, text, true);
        expectations_add_markdown(text, &experiment->expectations);
    } else {
        table_add(text, spec, &comparison, &style);
        add_theory(arguments, spec, experiment, text, false);
        expectations_add_table(text, &experiment->expectations, &style);
    }
    comparison_finish(&comparison);
}

static void format_table(const struct arguments *arguments, const struct spec *spec,
                         const struct experiment *experiment, struct text *text)
{
    print_comparison(arguments, spec, experiment, text, false);
}

static void format_markdown(const struct arguments *arguments, const struct spec *spec,
                            const struct experiment *experiment, struct text *text)
{
    print_comparison(arguments, spec, experiment, text, true);
}

static void format_csv(const struct arguments *arguments, const struct spec *spec,
                       const struct experiment *experiment, struct text *text)
{
    (void)arguments;
    (void)spec;
    summary_add_csv(text, experiment);
}

static void format_json(const struct arguments *arguments, const struct spec *spec,
                        const struct experiment *experiment, struct text *text)
{
    (void)arguments;
    summary_add_json(text, spec, experiment);
}

/* Sorted. */
static const struct run_format formats[] = {
    {"csv", format_csv, false},
    {"json", format_json, true},
    {"markdown", format_markdown, true},
    {"table", format_table, true},
};

enum { FORMATS = sizeof formats / sizeof *formats };

const struct run_format *run_format_find(const char *name)
{
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(names[i], name) == 0)
            return &formats[i];
    }
    complain_unknown("run ", "format", name, names, FORMATS);
    return NULL;
}
