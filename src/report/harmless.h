/* Texts that do nothing to the terminal they are shown on. */
#ifndef TANDEM_REPORT_HARMLESS_H
#define TANDEM_REPORT_HARMLESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Adds the bytes as a terminal may have them: what would move its cursor, change its state or turn the order
 * of letters around is written out, as \x1b or \u202e, and so is what is not UTF-8. Ends of lines and tabs
 * stay; and, where `bold`, the two sequences by which our own tables begin and end bold letters. */
void harmless_add(struct text *text, const char *bytes, size_t length, bool bold);

/* How many bytes at the beginning stay as they are. */
size_t harmless_length(const char *bytes, size_t length, bool bold);

#endif
