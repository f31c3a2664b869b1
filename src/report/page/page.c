#include "report/page/page.h"

#include <string.h>

#include "base/embedded.h"
#include "base/version.h"
#include "report/page/html.h"
#include "report/page/page_sections.h"

static const struct page_section sections[] = {
    {"answer", "Answer", NULL, page_add_answer},
    {"drawings", "In pictures", page_has_drawings, page_add_drawings},
    {"comparison", "Comparison", NULL, page_add_comparison},
    {"ledgers", "The books", page_has_ledgers, page_add_ledgers},
    {"theory", "Theory", page_has_theory, page_add_theory},
    {"claims", "Expected", page_has_claims, page_add_claims},
    {"scenario", "Scenario", NULL, page_add_scenario},
    {"reproduce", "Do it again", NULL, page_add_reproduction},
    {"words", "What the words mean", NULL, page_add_words},
};

enum { SECTIONS = sizeof sections / sizeof *sections };

static bool is_wanted(const struct page *page, size_t i)
{
    return !sections[i].wanted || sections[i].wanted(page);
}

/* ---- head ---- */

extern const struct embedded_file page_files[];
extern const size_t n_page_files;

static void add_file(struct text *html, const char *name)
{
    for (size_t i = 0; i < n_page_files; i++)
        if (strcmp(page_files[i].name, name) == 0)
            text_add_bytes(html, page_files[i].text, page_files[i].length);
}

/* The policy forbids whatever is not in the file. */
static void add_head(struct text *html, const struct page *page)
{
    text_add(html, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                   "<meta name=\"generator\" content=\"tandem ");
    html_add(html, tandem_version);
    text_add(html, "\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
    html_add(html, page->spec->name);
    text_add(html, " · tandem</title>\n<style>\n");
    add_file(html, "draw.css");
    add_file(html, "page.css");
    drawing_add_palette(html, page->spec);
    text_add(html, "</style>\n</head>\n");
}

static void add_navigation(struct text *html, const struct page *page)
{
    text_add(html, "<nav class=\"contents\" aria-label=\"Contents\"><ul>\n");
    for (size_t i = 0; i < SECTIONS; i++)
        if (is_wanted(page, i))
            text_addf(html, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].title);
    text_add(html, "</ul></nav>\n");
}

static void add_top(struct text *html, const struct page *page)
{
    text_add(html, "<body>\n<a class=\"skip\" href=\"#main\">To the contents</a>\n"
                   "<header class=\"top\"><p><b>tandem</b> <span class=\"run\">");
    html_add(html, page->spec->name);
    text_add(html, "</span></p></header>\n<div class=\"frame\">\n");
    add_navigation(html, page);
    text_add(html, "<main id=\"main\">\n");
}

/* ---- body ---- */

static void add_section(struct text *html, const struct page *page, const struct page_section *section)
{
    text_addf(html, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n", section->id, section->id);
    if (section != sections) /* the first one has the heading of the page */
        text_addf(html, "<h2 id=\"%s-title\">%s</h2>\n", section->id, section->title);
    section->add(html, page);
    text_add(html, "</section>\n");
}

static void add_end(struct text *html)
{
    text_add(html, "</main>\n</div>\n<footer><p>Written by tandem ");
    html_add(html, tandem_version);
    text_add(html, ". This page is one file: it loads nothing, and sends nothing.</p></footer>\n<script>\n");
    add_file(html, "page.js");
    text_add(html, "</script>\n</body>\n</html>\n");
}

static bool page_init(struct page *page)
{
    bool ok = comparison_init(&page->comparison, page->spec, page->experiment);
    ok &= notes_init(&page->notes, page->spec, page->experiment, &page->comparison.differences);
    return theory_view_init(&page->theory, page->spec, page->experiment) && ok;
}

static void page_finish(struct page *page)
{
    theory_view_finish(&page->theory);
    notes_finish(&page->notes);
    comparison_finish(&page->comparison);
}

void page_add(struct text *html, const struct spec *spec, const struct experiment *experiment,
              const struct report_source *source)
{
    struct page page = {.spec = spec, .experiment = experiment, .source = source};
    if (page_init(&page)) {
        add_head(html, &page);
        add_top(html, &page);
        for (size_t i = 0; i < SECTIONS; i++)
            if (is_wanted(&page, i))
                add_section(html, &page, &sections[i]);
        add_end(html);
    } else {
        html->failed = true;
    }
    page_finish(&page);
}

/* ---- drawings ---- */

static struct drawing_source drawings_of(const struct page *page)
{
    return (struct drawing_source){.spec = page->spec, .experiment = page->experiment};
}

bool page_has_drawings(const struct page *page)
{
    struct drawing_source source = drawings_of(page);
    bool any = false;
    for (size_t i = 0; i < n_drawing_types; i++)
        any |= drawing_types[i].wanted(&source);
    return any;
}

void page_add_drawings(struct text *html, const struct page *page)
{
    struct drawing_source source = drawings_of(page);
    text_add(html, "<p class=\"lead\">One panel for each policy. How to read them stands below; what you "
                   "point at tells its "
                   "numbers.</p>\n");
    for (size_t i = 0; i < n_drawing_types; i++) {
        const struct drawing_type *type = &drawing_types[i];
        if (!type->wanted(&source))
            continue;
        html_element(html, "h3", NULL, type->title);
        text_add(html, "\n");
        type->add(html, &source);
    }
}
