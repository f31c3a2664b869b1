/* Files that are either there whole or not at all. What is not a file (a device, a pipe, /dev/stdout) cannot
 * be: it is written as it stands. */
#ifndef TANDEM_EXPERIMENT_FILES_H
#define TANDEM_EXPERIMENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Writes `length` bytes to a temporary name beside `path`, then renames it: a reader never sees half a file,
 * and a full disk leaves an older file as it was. */
bool file_write(const char *path, const char *bytes, size_t length, struct error *error);

/* The same, but what is there already stays as it is, even if it came this very moment: that is an error. */
bool file_write_new(const char *path, const char *bytes, size_t length, struct error *error);

/* One that is not there is fine. */
bool file_remove(const char *path, struct error *error);

/* A file that is written piece by piece under its temporary name. Pieces should be large. */
struct file_part {
    char *path, *temporary; /* owned; no temporary: what is not a file */
    int file;               /* owned */
    int reason;             /* why it is not good any more: an errno; 0 = it is */
};

bool file_part_open(const char *path, struct file_part *ret_part, struct error *error);

/* False: it is not good any more; file_part_close() will tell why. */
bool file_part_add(struct file_part *part, const char *bytes, size_t length);

/* Renames it where it is good and `whole`, else removes it. True when it was renamed; `error` is set where it
 * is not good. */
bool file_part_close(struct file_part *part, bool whole, struct error *error);

/* Makes a new folder beside `path` under a temporary name (free() it), to be renamed to `path` when it is
 * whole. */
bool folder_part_make(const char *path, char **ret_part, struct error *error);

/* Removes it, and the files in it. */
void folder_part_remove(const char *part);

/* Makes the folder and those it stands in (mkdir -p); one that is there already is fine. */
bool folder_make(const char *path, struct error *error);

/* "folder/name" (free() it), or NULL. */
char *path_join(const char *folder, const char *name);

/* The folder that it stands in, going by its name (free() it), or NULL: "out" of "out/chain", "." of "chain",
 * "../.." of "..". */
char *path_above(const char *path);

#endif
