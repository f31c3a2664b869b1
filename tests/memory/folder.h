/* A folder of what a command wrote. */
#ifndef TANDEM_TESTS_FOLDER_H
#define TANDEM_TESTS_FOLDER_H

#include <stdint.h>

/* Removes it with all that is in it; none is fine. */
void folder_remove(const char *path);

/* A number that stands for all names and bytes in it, but for manifest.json, which tells the time; 0 when
 * there is nothing. */
uint64_t folder_digest(const char *path);

/* The same of one file. */
uint64_t file_digest(const char *path);

#endif
