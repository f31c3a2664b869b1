/* Whole files. */
#ifndef TANDEM_SCENARIO_FILE_H
#define TANDEM_SCENARIO_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { FILE_MOST_BYTES = 128 << 20 };

/* The bytes of a file, "-" being standard input, with a NUL behind them. The caller frees the text. False:
 * the error says why, without the name. */
bool file_read(const char *path, char **ret_text, size_t *ret_length, struct error *error);

#endif
