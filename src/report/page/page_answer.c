#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "model/call.h"
#include "report/choice.h"
#include "report/number.h"
#include "report/page/answer.h"
#include "report/page/html.h"
#include "report/page/page_sections.h"
#include "report/table.h"
#include "report/verdict.h"

/* ---- the question ---- */

/* "10 min simulated, the first 1 min not counted; means of 20 replications ..." */
static void add_circumstances(struct text *html, const struct page *page)
{
    const struct run_spec *run = &page->spec->run;
    const struct experiment *e = page->experiment;
    text_addf(html, "<p class=\"circumstances\">%s simulated",
              units_format_duration((double)run->duration_ns / 1e9, UNITS_DIGITS).chars);
    if (run->warmup_ns)
        text_addf(html, ", the first %s not counted",
                  units_format_duration((double)run->warmup_ns / 1e9, UNITS_DIGITS).chars);
    text_addf(html, ". Seed %" PRIu64 ". ", run->seed);
    if (e->replications > 1)
        text_addf(html, "Means of %" PRIu32 " replications, ± the half-width of the %g %% interval.",
                  e->replications, 100.0 * e->policies[0].metrics.level);
    else
        text_add(html,
                 "A single run: where no ± stands behind a number, nothing says how much of it is chance.");
    text_add(html, "</p>\n");
}

/* ---- the answer ---- */

static const struct answer_voice voice = {html_sentence, html_policy};

static void add_answer(struct text *html, const struct page *page)
{
    text_add(html, "<div class=\"answer\">\n");
    for (int i = 0; i < ANSWER_PARTS; i++) {
        if (!answer_is_wanted(page->spec, (enum answer_part)i))
            continue;
        text_addf(html, "<div><h3>%s</h3><p>", answer_questions[i]);
        answer_add(html, page->spec, page->experiment, (enum answer_part)i, &voice);
        text_add(html, "</p></div>\n");
    }
    text_add(html, "</div>\n");
}

static void add_notes(struct text *html, const struct page *page)
{
    if (page->notes.n == 0)
        return;
    text_add(html, "<div class=\"notes\" role=\"note\"><h3>How far to trust these numbers</h3><ul>\n");
    for (size_t i = 0; i < page->notes.n; i++) {
        text_add(html, "<li>");
        html_sentence(html, page->notes.sentences[i]);
        text_add(html, "</li>\n");
    }
    text_add(html, "</ul></div>\n");
}

/* ---- facts: a row a policy ---- */

/* A column; its numbers and words are those of the comparison's row of that metric, and where that has none
 * there is no column. */
struct fact {
    const char *heading, *metric; /* "%s" at the beginning of either is the first component */
};

static const struct fact facts[] = {
    {"%s blocked", "%s.blocked"},
    {"%s busy", "%s.busy"},
    {"answered", "throughput"},
    {"answered ok", "ok.share"},
    {"response, mean", "response.mean"},
    {"response, p99", "response.p99"},
    {"all done, mean", "completion.mean"},
    {"lost", "lost.share"},
    {"done twice", "effects.twice.share"},
};

enum { FACTS = sizeof facts / sizeof *facts };

struct column {
    char *heading; /* owned */
    const struct comparison_row *row;
    double scale;
    const char *unit;
};

static const char *first_component(const struct page *page)
{
    return page->spec->components[choice_first_component(page->spec)].name;
}

static char *fill_in(const char *pattern, const char *component)
{
    return pattern[0] == '%' ? text_format("%s%s", component, pattern + 2) : text_copy(pattern);
}

/* The comparison borrows its cells from the experiment: it has the metric where it has the pointer. */
static const struct comparison_row *find_row(const struct page *page, const char *metric)
{
    const struct metric *wanted = metric_find(&page->experiment->policies[0].metrics, metric);
    for (size_t s = 0; wanted && s < page->comparison.n_sections; s++)
        for (size_t i = 0; i < page->comparison.sections[s].n_rows; i++)
            if (page->comparison.sections[s].rows[i].cells[0] == wanted)
                return &page->comparison.sections[s].rows[i];
    return NULL;
}

static size_t find_columns(struct text *html, const struct page *page, struct column *columns)
{
    const char *component = first_component(page);
    size_t n = 0;
    for (size_t i = 0; i < FACTS; i++) {
        char *metric = fill_in(facts[i].metric, component);
        const struct comparison_row *row = metric ? find_row(page, metric) : NULL;
        html->failed |= !metric;
        free(metric);
        if (!row)
            continue;
        struct column *column = &columns[n++];
        *column = (struct column){.heading = fill_in(facts[i].heading, component), .row = row};
        column->scale = comparison_row_scale(row, page->experiment->n_policies, &column->unit);
        html->failed |= !column->heading;
    }
    return n;
}

/* What a script sorts by; a share has a bar, too. */
static void add_fact(struct text *html, const struct column *column, size_t policy)
{
    const struct metric *metric = column->row->cells[policy];
    struct table_cell cell = table_row_cell(column->row, policy, column->scale, TABLE_DECIMALS);
    double value = metric ? metric->value : (double)NAN;
    text_add(html, "<td");
    if (!column->row->words[policy] && isfinite(value)) {
        text_add(html, " data-v=\"");
        number_add(html, value);
        text_add(html, "\"");
        if (column->row->unit == METRIC_SHARE)
            text_addf(html, " class=\"bar\" style=\"--v:%.1f%%\"", 100.0 * fmin(fmax(value, 0.0), 1.0));
    }
    text_addf(html, ">%s", cell.value);
    if (cell.half_width[0])
        text_addf(html, "<span class=\"half\"> ± %s</span>", cell.half_width);
    text_add(html, "</td>");
}

static void add_mode(struct text *html, const struct policy_spec *policy)
{
    const char *mode = call_types[policy->rule.mode]->name;
    if (strcmp(mode, policy->name) != 0 || policy->n_overrides > 0)
        text_addf(html, "<br><span class=\"mode\">%s%s</span>", mode,
                  policy->n_overrides == 0   ? ""
                  : policy->n_overrides == 1 ? ", with an exception"
                                             : ", with exceptions");
}

static void add_facts(struct text *html, const struct page *page)
{
    struct column columns[FACTS];
    size_t n = find_columns(html, page, columns);
    html_table_open(html, "facts sortable", "Key figures of each policy");
    text_add(html, "<tr><th scope=\"col\">policy</th>");
    for (size_t i = 0; i < n; i++) {
        text_add(html, "<th scope=\"col\">");
        html_add(html, columns[i].heading ? columns[i].heading : "");
        text_addf(html, "<span class=\"unit\">%s</span></th>", columns[i].unit);
    }
    text_add(html, "</tr></thead>\n<tbody>\n");
    for (size_t p = 0; p < page->experiment->n_policies; p++) {
        text_add(html, "<tr><th scope=\"row\">");
        html_policy(html, page->spec, p);
        add_mode(html, &page->spec->policies[p]);
        text_add(html, "</th>");
        for (size_t i = 0; i < n; i++)
            add_fact(html, &columns[i], p);
        text_add(html, "</tr>\n");
    }
    text_add(html, "</tbody>");
    html_table_close(html);
    for (size_t i = 0; i < n; i++)
        free(columns[i].heading);
}

/* ---- policy by policy ---- */

static void add_verdict(struct text *html, const struct page *page, size_t policy)
{
    const struct policy_run *run = &page->experiment->policies[policy];
    struct text sentence = {0};
    size_t skip = strlen(run->name) + strlen(": "); /* the name stands there as a name */
    verdict_add(&sentence, page->spec, run);
    text_add(html, "<li>");
    html_policy(html, page->spec, policy);
    text_add(html, " ");
    html_sentence(html, sentence.length > skip ? text_string(&sentence) + skip : "");
    text_add(html, "</li>\n");
    html->failed |= sentence.failed;
    text_finish(&sentence);
}

void page_add_answer(struct text *html, const struct page *page)
{
    text_add(html, "<h1 id=\"answer-title\">");
    html_add(html, page->spec->name);
    text_add(html, "</h1>\n");
    if (page->spec->about[0]) {
        html_element(html, "p", "about", page->spec->about);
        text_add(html, "\n");
    }
    add_circumstances(html, page);
    text_add(html, "<h2>The answer</h2>\n");
    add_answer(html, page);
    add_notes(html, page);
    text_add(html, "<h2>Key figures</h2>\n");
    add_facts(html, page);
    text_add(html, "<h3>Where the time of ");
    html_add(html, first_component(page));
    text_add(html, " goes</h3>\n<ul class=\"verdicts\">\n");
    for (size_t p = 0; p < page->experiment->n_policies; p++)
        add_verdict(html, page, p);
    text_add(html, "</ul>\n");
}
