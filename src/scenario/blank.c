#include "scenario/blank.h"

/* The end of a string that begins at `at`: behind its quotation mark, or at the end of its line when it has
 * none. */
static size_t skip_string(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '\n'; at++) {
        if (text[at] == '"')
            return at + 1;
        if (text[at] == '\\' && at + 1 < length && text[at + 1] != '\n')
            at++;
    }
    return at;
}

static size_t line_comment_end(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] != '\n' && text[at] != '\r')
        at++;
    return at;
}

/* Behind the closing signs; 0 when there are none. */
static size_t block_comment_end(const char *text, size_t length, size_t at)
{
    for (at += 2; at + 1 < length; at++)
        if (text[at] == '*' && text[at + 1] == '/')
            return at + 2;
    return 0;
}

static void blank(char *text, size_t from, size_t to)
{
    for (; from < to; from++)
        if (text[from] != '\n' && text[from] != '\r')
            text[from] = ' ';
}

bool blank_comments(char *text, size_t length, size_t *fault_offset, struct error *error)
{
    size_t at = 0;
    while (at < length) {
        char next = at + 1 < length ? text[at + 1] : '\0';
        if (text[at] == '"') {
            at = skip_string(text, length, at);
        } else if (text[at] == '/' && (next == '/' || next == '*')) {
            size_t end =
                next == '/' ? line_comment_end(text, length, at) : block_comment_end(text, length, at);
            if (end == 0) {
                *fault_offset = at;
                return error_set(error, "a comment that is never closed");
            }
            blank(text, at, end);
            at = end;
        } else {
            at++;
        }
    }
    return true;
}
