/* Writing CSV: fields quoted as RFC 4180 has it, lines ended by a newline alone. */
#ifndef TANDEM_REPORT_CSV_H
#define TANDEM_REPORT_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* A field, with a comma before it where it is not the line's first. One that a spreadsheet would take for a
 * formula (it begins with = + - @, a tab or an end of line, and is no number) gets an apostrophe before it.
 */
void csv_string(struct text *text, const char *value);

/* The shortest decimal that reads back the same; an empty field for NAN. */
void csv_number(struct text *text, double value);

/* Exact, in seconds; an empty field for a negative time, which says "never". */
void csv_seconds(struct text *text, int64_t ns);

void csv_end_line(struct text *text);

#endif
