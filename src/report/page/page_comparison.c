#include <stdlib.h>

#include "report/disturbances.h"
#include "report/page/html.h"
#include "report/page/page_sections.h"
#include "report/table.h"

/* ---- numbers ---- */

static void add_cell(struct text *html, const struct comparison_row *row, size_t policy, double scale)
{
    struct table_cell cell = table_row_cell(row, policy, scale, TABLE_DECIMALS);
    if (row->words[policy] && row->words[policy][0])
        text_addf(html, "<td class=\"word\">%s</td><td></td>", row->words[policy]);
    else
        html_number(html, cell.value, cell.half_width);
}

static void add_row(struct text *html, const struct comparison_row *row, size_t n_policies)
{
    const char *unit;
    double scale = comparison_row_scale(row, n_policies, &unit);
    text_addf(html, "<tr><th scope=\"row\"%s>", row->depth ? " class=\"part\"" : "");
    html_add(html, row->label);
    if (unit[0])
        text_addf(html, "<span class=\"unit\">%s</span>", unit);
    text_add(html, "</th>");
    for (size_t p = 0; p < n_policies; p++)
        add_cell(html, row, p, scale);
    text_add(html, "</tr>\n");
}

static void add_table(struct text *html, const struct page *page)
{
    const struct comparison *c = &page->comparison;
    size_t n = page->experiment->n_policies;
    html_table_open(html, "numbers", "All numbers, policies side by side");
    html_policy_headings(html, page->spec, n, "");
    for (size_t s = 0; s < c->n_sections; s++) {
        html_group(html, c->sections[s].title, 1 + 2 * n);
        for (size_t i = 0; i < c->sections[s].n_rows; i++)
            add_row(html, &c->sections[s].rows[i], n);
        text_add(html, "</tbody>\n");
    }
    html_table_close(html);
}

/* ---- what followed from events ---- */

static void add_event(struct text *html, const struct page *page, const char *event)
{
    html_group(html, event, 1 + DISTURBANCE_COLUMNS);
    for (size_t p = 0; p < page->experiment->n_policies; p++) {
        struct disturbance_cells cells;
        if (!disturbance_cells(&page->experiment->policies[p].metrics, event, &cells)) {
            html->failed = true;
            break;
        }
        text_add(html, "<tr><th scope=\"row\">");
        html_policy(html, page->spec, p);
        text_add(html, "</th>");
        for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++)
            html_element(html, "td", NULL, cells.chars[i]);
        text_add(html, "</tr>\n");
    }
    text_add(html, "</tbody>\n");
}

static void add_events(struct text *html, const struct page *page)
{
    const struct spec *spec = page->spec;
    if (spec->n_events == 0)
        return;
    text_add(html,
             "<h3>What followed from the events</h3>\n"
             "<p>Times count from the beginning of the event: until users noticed it, until the backlog "
             "grew, and until it was gone again.</p>\n");
    html_table_open(html, "numbers", "What followed from the events");
    text_add(html, "<tr><th scope=\"col\"></th>");
    for (size_t i = 0; i < DISTURBANCE_COLUMNS; i++)
        text_addf(html, "<th scope=\"col\">%s</th>", disturbance_headings[i]);
    text_add(html, "</tr></thead>\n");
    for (size_t e = 0; e < spec->n_events && e < DISTURBANCES_MOST; e++)
        add_event(html, page, spec->events[e].name);
    html_table_close(html);
}

/* ---- the whole ---- */

void page_add_comparison(struct text *html, const struct page *page)
{
    const struct differences *d = &page->comparison.differences;
    text_add(
        html,
        "<p class=\"lead\">Every policy met the same random numbers: what differs is the policy's doing.");
    if (d->n_rows)
        text_add(html,
                 " Differences are at the end of the table; those whose interval holds 0 are \"none\".");
    text_add(html, "</p>\n");
    add_table(html, page);
    if (page->comparison.left_out) {
        html_element(html, "p", "small", page->comparison.left_out);
        text_add(html, "\n");
    }
    add_events(html, page);
}
