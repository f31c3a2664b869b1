/* A last line that says what all lines before it have for a checksum: a file that was cut short, or copied
 * badly, shows it. */
#ifndef TANDEM_EXPERIMENT_SEAL_H
#define TANDEM_EXPERIMENT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Adds the line "sha256 HEX" about all of the text, which ends in a line's end. */
void seal_add(struct text *text);

/* Is the last line the seal of what stands before it? `ret_length` is without it. */
bool seal_check(const char *bytes, size_t length, size_t *ret_length);

#endif
