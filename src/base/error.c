#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char out_of_memory[] = "out of memory";

static void release(char *message)
{
    if (message != out_of_memory)
        free(message);
}

static char *format_message(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *message = length < 0 ? NULL : malloc((size_t)length + 1);
    if (message)
        vsnprintf(message, (size_t)length + 1, format, again);
    va_end(again);
    return message ? message : out_of_memory;
}

bool error_set(struct error *error, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    char *message = format_message(format, arguments);
    va_end(arguments);
    release(error->message); /* only now: the old message may be one of the arguments */
    error->message = message;
    return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    char *prefix = format_message(format, arguments);
    va_end(arguments);
    if (prefix == out_of_memory)
        error_set(error, "%s", out_of_memory);
    else
        error_set(error, "%s: %s", prefix, error_text(error));
    release(prefix);
    return false;
}

bool error_is_memory(const struct error *error)
{
    const char *text = error_text(error);
    size_t length = strlen(text), tail = sizeof out_of_memory - 1;
    if (length < tail || strcmp(text + length - tail, out_of_memory) != 0)
        return false;
    return length == tail || (length > tail + 1 && strncmp(text + length - tail - 2, ": ", 2) == 0);
}

const char *error_text(const struct error *error)
{
    return error && error->message ? error->message : "";
}

void error_finish(struct error *error)
{
    if (!error)
        return;
    release(error->message);
    error->message = NULL;
}
