/* A string that grows. */
#ifndef TANDEM_BASE_TEXT_H
#define TANDEM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes; /* owned, always ends in a NUL when not NULL */
    size_t length;
    size_t capacity;
    bool failed; /* memory ran out: later additions are ignored, so check once at the end */
    /* NULL, or where a text that gets longer than memory has room for goes on its way: takes now and then all
     * that is there but the last byte, which then is not there any more. False: it cannot; then the text has
     * failed. */
    bool (*drain)(void *data, const char *bytes, size_t length);
    void *drain_data;
};

/* A zeroed struct text is an empty one. */
void text_finish(struct text *text);

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands the string over (free() it) and leaves `text` empty. NULL when memory ran out. */
char *text_take(struct text *text);

/* Always a string, "" for an empty text. */
const char *text_string(const struct text *text);

/* A printf-style string of its own (free() it), or NULL. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A copy of `string` (free() it), or NULL. */
char *text_copy(const char *string);

/* The name in `names` nearest to `word` by edit distance (optimal string alignment), or NULL when none is
 * near enough to be a slip of the finger: about a third of the word's letters may differ. */
const char *text_nearest(const char *word, const char *const *names, size_t n_names);

#endif
