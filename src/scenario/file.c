#include "scenario/file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* False when memory is gone. */
static bool grow(char **text, size_t *capacity)
{
    size_t larger = *capacity ? 2 * *capacity : 1 << 16;
    char *bytes = realloc(*text, larger);
    if (!bytes)
        return false;
    *text = bytes;
    *capacity = larger;
    return true;
}

static bool read_stream(FILE *stream, char **ret_text, size_t *ret_length, struct error *error)
{
    char *text = NULL;
    size_t length = 0, capacity = 0;
    bool good = true;
    do { /* once at least: standard input may be at its end already */
        if (length + 1 >= capacity && !grow(&text, &capacity))
            good = error_set(error, "out of memory");
        else
            length += fread(text + length, 1, capacity - length - 1, stream);
        if (good && ferror(stream))
            good = error_set(error, "%s", strerror(errno));
    } while (good && !feof(stream) && length <= FILE_MOST_BYTES);
    if (good && length > FILE_MOST_BYTES)
        good = error_set(error, "more than %d MiB", FILE_MOST_BYTES >> 20);
    if (!good) {
        free(text);
        return false;
    }
    assert(text);
    text[length] = '\0';
    *ret_text = text;
    *ret_length = length;
    return true;
}

bool file_read(const char *path, char **ret_text, size_t *ret_length, struct error *error)
{
    if (strcmp(path, "-") == 0)
        return read_stream(stdin, ret_text, ret_length, error);
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set(error, "%s", strerror(errno));
    bool good = read_stream(stream, ret_text, ret_length, error);
    fclose(stream);
    return good;
}
