/* Comments out of a JSON text. */
#ifndef TANDEM_SCENARIO_BLANK_H
#define TANDEM_SCENARIO_BLANK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Overwrites each comment, from // to the end of the line or between the usual two pairs of signs, with
 * spaces, so that what is left keeps its place. Strings are left alone. False, with the comment's offset in
 * `fault_offset`, when one is never closed. */
bool blank_comments(char *text, size_t length, size_t *fault_offset, struct error *error);

#endif
