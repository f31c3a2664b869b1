#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_finish(struct text *text)
{
    if (!text)
        return;
    free(text->bytes);
    *text = (struct text){0};
}

enum { DRAINED_BYTES = 1 << 20 };

/* The last byte stays: whoever adds may look at it. */
static void drain(struct text *text)
{
    size_t drained = text->length - 1;
    text->failed = !text->drain(text->drain_data, text->bytes, drained);
    memmove(text->bytes, text->bytes + drained, 2);
    text->length = 1;
}

static bool reserve(struct text *text, size_t more)
{
    if (text->drain && text->length >= DRAINED_BYTES && !text->failed)
        drain(text);
    if (text->failed)
        return false;
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return true;
    size_t capacity = text->capacity ? text->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    char *bytes = realloc(text->bytes, capacity);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    if (!reserve(text, length))
        return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0)
        text->failed = true;
    else if (reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

char *text_take(struct text *text)
{
    char *bytes = text->failed ? NULL : text->bytes ? text->bytes : text_copy("");
    if (text->failed)
        free(text->bytes);
    *text = (struct text){0};
    return bytes;
}

const char *text_string(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

char *text_format(const char *format, ...)
{
    char room[256]; /* for most it is enough, so that they are formatted once */
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(room, sizeof room, format, arguments);
    char *string = length < 0 ? NULL : malloc((size_t)length + 1);
    if (string && (size_t)length < sizeof room)
        memcpy(string, room, (size_t)length + 1);
    else if (string)
        vsnprintf(string, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return string;
}

char *text_copy(const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = malloc(size);
    if (copy)
        memcpy(copy, string, size);
    return copy;
}

enum { LONGEST_NAME = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours count 1. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[3][LONGEST_NAME + 1];
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

const char *text_nearest(const char *word, const char *const *names, size_t n_names)
{
    size_t n = strlen(word);
    if (n == 0 || n > LONGEST_NAME)
        return NULL;
    const char *nearest = NULL;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < n_names; i++) {
        size_t m = strlen(names[i]);
        if (m > LONGEST_NAME)
            continue;
        size_t d = distance(word, n, names[i], m);
        size_t longer = n > m ? n : m;
        if (d < best && d * 3 <= longer + 1 && d < longer) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
