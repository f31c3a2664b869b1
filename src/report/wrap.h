/* Text for a terminal: columns, and lines no longer than a width. */
#ifndef TANDEM_REPORT_WRAP_H
#define TANDEM_REPORT_WRAP_H

#include <stdbool.h>

#include "base/text.h"

/* Columns that UTF-8 takes on a terminal, every character counted as one. */
int columns_of(const char *string);

/* Adds the words of `string` in lines of at most `width` columns, all but the first indented by `indent`; a
 * longer word has a line of its own. Control characters (an escape in a scenario's text) are shown as "?".
 * Ends the last line. */
void wrap_add(struct text *text, const char *string, int width, int indent);

/* Adds `string`, control characters shown as "?", then blanks up to `width` columns. */
void pad_right(struct text *text, const char *string, int width);

/* The same with the blanks first. */
void pad_left(struct text *text, const char *string, int width);

/* As one of these, but what is too long is cut and ends in a dot. */
void pad_fitting(struct text *text, const char *string, int width, bool to_the_right);

/* Ends a line, without the blanks at its end. */
void line_end(struct text *text);

#endif
