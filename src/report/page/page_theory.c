#include "report/expectations.h"
#include "report/page/html.h"
#include "report/page/page_sections.h"

/* ---- theory beside simulation ---- */

static bool is_shown(const struct theory_section *section)
{
    bool any = false;
    for (size_t i = 0; i < section->n_rows; i++)
        any |= theory_row_is_shown(section, i);
    return any;
}

bool page_has_theory(const struct page *page)
{
    bool any = false;
    for (size_t s = 0; s < page->theory.n_sections; s++)
        any |= is_shown(&page->theory.sections[s]);
    return any;
}

static const char *class_of(enum theory_verdict verdict)
{
    switch (verdict) {
    case THEORY_AGREES:
    case THEORY_KEPT: return "good";
    case THEORY_DIFFERS:
    case THEORY_BROKEN: return "bad";
    case THEORY_UNDECIDED: break;
    }
    return "unsure";
}

static void add_row(struct text *html, const struct theory_row *row)
{
    struct theory_cells cells = theory_row_cells(row);
    text_add(html, "<tr><th scope=\"row\">");
    html_add(html, row->value->metric);
    text_add(html, "</th>");
    html_element(html, "td", NULL, cells.theory);
    html_element(html, "td", NULL, cells.measured);
    text_addf(html, "<td><span class=\"%s\">", class_of(row->verdict));
    html_add(html, cells.verdict);
    text_add(html, "</span></td><td class=\"words\">");
    html_add(html, row->value->law);
    if (row->value->where) {
        text_add(html, ": ");
        html_add(html, row->value->where);
    }
    text_add(html, "</td></tr>\n");
}

/* The policy's name, the model that fits, and where that stands in the books. */
static void add_section_title(struct text *html, const struct page *page, size_t policy,
                              const struct theory_section *section)
{
    text_add(html, "<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"5\"><span>");
    html_policy(html, page->spec, policy);
    text_add(html, " ");
    html_element(html, "span", "model", theory_section_title(section));
    if (section->theory.source)
        html_element(html, "span", "half", section->theory.source);
    text_add(html, "</span></th></tr>\n");
}

static void add_section(struct text *html, const struct page *page, const struct theory_section *section)
{
    size_t policy = 0;
    while (policy + 1 < page->experiment->n_policies &&
           &page->experiment->policies[policy].metrics != section->metrics)
        policy++;
    add_section_title(html, page, policy, section);
    for (size_t i = 0; i < section->n_rows; i++)
        if (theory_row_is_shown(section, i))
            add_row(html, &section->rows[i]);
    if (theory_section_hidden(section) > 0)
        text_addf(html, "<tr><th scope=\"row\">and %zu more that agree</th><td colspan=\"4\"></td></tr>\n",
                  theory_section_hidden(section));
    text_add(html, "</tbody>\n");
}

void page_add_theory(struct text *html, const struct page *page)
{
    struct text level = {0};
    theory_view_add_level(&level, &page->theory);
    text_add(html,
             "<p class=\"lead\">What queueing theory says, and what the simulation measured. Where no exact "
             "model fits, theory still gives bounds that nothing can pass.");
    if (level.length > 0) {
        text_add(html, " ");
        html_add(html, text_string(&level));
        text_add(html, ".");
    }
    text_add(html, "</p>\n");
    html->failed |= level.failed;
    text_finish(&level);
    html_table_open(html, "numbers theory", "Theory beside simulation");
    text_add(html,
             "<tr><th scope=\"col\">metric</th><th scope=\"col\">theory</th><th scope=\"col\">simulated</th>"
             "<th scope=\"col\">verdict</th><th scope=\"col\" class=\"words\">by</th></tr></thead>\n");
    for (size_t s = 0; s < page->theory.n_sections; s++)
        if (is_shown(&page->theory.sections[s]))
            add_section(html, page, &page->theory.sections[s]);
    html_table_close(html);
}

/* ---- what the scenario claims ---- */

bool page_has_claims(const struct page *page)
{
    return page->experiment->expectations.n > 0;
}

/* How a verdict is marked; whoever does not see colours reads it. */
static const struct {
    const char *class, *word;
} marks[] = {
    [EXPECTATION_HOLDS] = {"good", "holds"},
    [EXPECTATION_FAILS] = {"bad", "fails"},
    [EXPECTATION_UNDECIDED] = {"unsure", "cannot tell"},
    [EXPECTATION_SKIPPED] = {"unsure", "skipped"},
};

static void add_remark(struct text *html, const char *classes, const char *remark)
{
    if (remark)
        html_element(html, "p", classes, remark);
}

static void add_claim(struct text *html, const struct expectation *claim)
{
    struct text numbers = {0};
    expectation_add_numbers(&numbers, claim, "±");
    text_addf(html, "<li><p><span class=\"%s\">%s</span> <code>", marks[claim->verdict].class,
              marks[claim->verdict].word);
    html_add(html, claim->text);
    text_add(html, "</code></p>");
    html_element(html, "p", "measured", text_string(&numbers));
    add_remark(html, "reason", expectation_reason(claim));
    add_remark(html, "hint", expectation_hint(claim));
    text_add(html, "</li>\n");
    html->failed |= numbers.failed;
    text_finish(&numbers);
}

void page_add_claims(struct text *html, const struct page *page)
{
    const struct expectation_list *list = &page->experiment->expectations;
    size_t held = 0;
    for (size_t i = 0; i < list->n; i++)
        held += list->expectations[i].verdict == EXPECTATION_HOLDS;
    text_addf(html,
              "<p class=\"lead\">What the scenario claims of its results: %zu of %zu hold.</p>\n<ul "
              "class=\"claims\">\n",
              held, list->n);
    for (size_t i = 0; i < list->n; i++)
        add_claim(html, &list->expectations[i]);
    text_add(html, "</ul>\n");
}
