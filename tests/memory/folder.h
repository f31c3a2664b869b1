/* A folder of what a command wrote. */
#ifndef TANDEM_TESTS_FOLDER_H
#define TANDEM_TESTS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Removes it with all that is in it; none is fine. */
void folder_remove(const char *path);

enum { FOLDER_MOST_FILES = 200 };

/* A number for each file that stands for its name and bytes. */
struct folder_digests {
    uint64_t of[FOLDER_MOST_FILES], sum;
    size_t n;
};

/* Without manifest.json, which tells the time, and what is kept for --resume, which is there only where
 * something went wrong. */
struct folder_digests folder_digests(const char *path);

/* Is each of `some` one of `all`? */
bool folder_digests_contain(const struct folder_digests *all, const struct folder_digests *some);

/* The number of one file. */
uint64_t file_digest(const char *path);

#endif
