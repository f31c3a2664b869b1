/* What a page consists of: a section a row of the table in page.c. */
#ifndef TANDEM_REPORT_PAGE_SECTIONS_H
#define TANDEM_REPORT_PAGE_SECTIONS_H

#include <stdbool.h>

#include "report/comparison.h"
#include "report/notes.h"
#include "report/page/draw.h"
#include "report/page/page.h"
#include "report/theory_view.h"

/* What all sections look at. */
struct page {
    const struct spec *spec;
    const struct experiment *experiment;
    const struct report_source *source;
    struct comparison comparison;
    struct notes notes;
    struct theory_view theory;
};

struct page_section {
    const char *id, *title;
    bool (*wanted)(const struct page *page); /* NULL = always */
    void (*add)(struct text *html, const struct page *page);
};

void page_add_answer(struct text *html, const struct page *page);

bool page_has_drawings(const struct page *page);
void page_add_drawings(struct text *html, const struct page *page);

void page_add_comparison(struct text *html, const struct page *page);

bool page_has_ledgers(const struct page *page);
void page_add_ledgers(struct text *html, const struct page *page);

bool page_has_theory(const struct page *page);
void page_add_theory(struct text *html, const struct page *page);

bool page_has_claims(const struct page *page);
void page_add_claims(struct text *html, const struct page *page);

void page_add_scenario(struct text *html, const struct page *page);
void page_add_reproduction(struct text *html, const struct page *page);
void page_add_words(struct text *html, const struct page *page);

#endif
