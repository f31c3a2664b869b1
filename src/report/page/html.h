/* HTML as a language to write in: no text of a scenario means more than its letters. */
#ifndef TANDEM_REPORT_HTML_H
#define TANDEM_REPORT_HTML_H

#include <stddef.h>

#include "base/text.h"
#include "model/spec.h"

/* Escaped, fit for contents and for attributes in quotes; control characters are blanks, what is not UTF-8
 * is a question mark. */
void html_add(struct text *html, const char *string);

/* The same of `length` bytes, which hold no 0. */
void html_add_bytes(struct text *html, const char *bytes, size_t length);

/* The same; no line ends between a number and its unit. */
void html_sentence(struct text *html, const char *sentence);

/* <ELEMENT class="CLASSES">STRING</ELEMENT>; no classes where they are NULL. */
void html_element(struct text *html, const char *element, const char *classes, const char *string);

/* The name of a policy behind a swatch of its colour. */
void html_policy(struct text *html, const struct spec *spec, size_t policy);

/* A table in a box of its own that scrolls, and can be reached by keyboard; `label` says what is in it. */
void html_table_open(struct text *html, const char *classes, const char *label);
void html_table_close(struct text *html);

/* A row of headings: a corner of that text, then the policies, each above two columns; and the end of the
 * head. */
void html_policy_headings(struct text *html, const struct spec *spec, size_t n_policies, const char *corner);

/* A row across all columns of the table, above those that belong together; begins a <tbody>, which is to be
 * closed. */
void html_group(struct text *html, const char *title, size_t n_columns);

/* Two cells, a number and, if it is not "", its half-width behind a sign. */
void html_number(struct text *html, const char *value, const char *half_width);

#endif
