/* Files that are either there whole or not at all. */
#ifndef TANDEM_EXPERIMENT_FILES_H
#define TANDEM_EXPERIMENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Writes `length` bytes to a temporary name beside `path`, then renames it: a reader never sees half a file,
 * and a full disk leaves an older file as it was. */
bool file_write(const char *path, const char *bytes, size_t length, struct error *error);

/* Makes the folder and those it stands in (mkdir -p); one that is there already is fine. */
bool folder_make(const char *path, struct error *error);

/* "folder/name" (free() it), or NULL. */
char *path_join(const char *folder, const char *name);

/* The folder that it stands in, going by its name (free() it), or NULL: "out" of "out/chain", "." of "chain",
 * "../.." of "..". */
char *path_above(const char *path);

#endif
