/* One error, as text for a person. A caller that wants none passes NULL. */
#ifndef TANDEM_BASE_ERROR_H
#define TANDEM_BASE_ERROR_H

#include <stdbool.h>

struct error {
    char *message; /* owned; NULL = no error */
};

/* Sets the message, printf-style, replacing an earlier one. Always returns false, so that a failing function
 * can `return error_set(error, ...)`. When memory is gone the message is a fixed text. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts a printf-style prefix and ": " before the message. Always returns false. */
bool error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is it that memory is gone, and nobody's mistake? Such a message is "out of memory", behind prefixes or not.
 */
bool error_is_memory(const struct error *error);

/* The message, or "" when there is none. */
const char *error_text(const struct error *error);

void error_finish(struct error *error);

#endif
