#include "cli/print.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/harmless.h"

/* Where what is printed goes, and why it does no more: an errno. */
struct outlet {
    FILE *file;
    int reason;
};

static bool put(void *data, const char *bytes, size_t length)
{
    struct outlet *outlet = data;
    errno = 0;
    if (!outlet->reason && fwrite(bytes, 1, length, outlet->file) != length)
        outlet->reason = errno ? errno : EIO;
    return !outlet->reason;
}

/* False: it could not be written, or memory ran out, which leaves no reason. */
static bool put_harmless(struct outlet *outlet, const char *bytes, size_t length, bool bold)
{
    size_t n = harmless_length(bytes, length, bold);
    struct text rest = {.drain = put, .drain_data = outlet};
    bool whole = put(outlet, bytes, n);
    if (whole && n < length) {
        harmless_add(&rest, bytes + n, length - n, bold);
        whole = !rest.failed && put(outlet, text_string(&rest), rest.length);
    }
    text_finish(&rest);
    errno = 0;
    if (fflush(outlet->file) != 0 && !outlet->reason)
        outlet->reason = errno ? errno : EIO;
    return whole && !outlet->reason;
}

/* Who closed the pipe has seen enough: nothing is to be told. */
static void complain_output(int reason)
{
    if (reason == EINTR)
        complain("standard output: interrupted");
    else if (reason == EBADF)
        complain("standard output is closed");
    else if (reason && reason != EPIPE)
        complain("standard output: %s", strerror(reason));
    else if (!reason)
        complain("out of memory");
}

bool print_text(struct text *text)
{
    struct outlet outlet = {.file = stdout};
    bool written =
        !text->failed && put_harmless(&outlet, text_string(text), text->length, print_style().bold);
    text_finish(text);
    if (!written)
        complain_output(outlet.reason);
    return written;
}

/* A message of usual length needs no memory: it may be about that there is none. */
static void aside_list(const char *format, va_list arguments)
{
    struct outlet outlet = {.file = stderr};
    char room[1024], *message = room;
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(room, sizeof room, format, arguments);
    size_t size = length > 0 ? (size_t)length + 1 : 1;
    if (size > sizeof room && (message = malloc(size)) != NULL)
        vsnprintf(message, size, format, again);
    va_end(again);
    if (!message)
        message = room; /* the beginning */
    put_harmless(&outlet, message, strlen(message), false);
    if (message != room)
        free(message);
}

void print_aside(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    aside_list(format, arguments);
    va_end(arguments);
}

static void complain_list(const char *format, va_list arguments)
{
    fputs("tandem: ", stderr);
    aside_list(format, arguments);
    fputc('\n', stderr);
}

void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_list(format, arguments);
    va_end(arguments);
}

enum exit_code complain_usage(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_list(format, arguments);
    va_end(arguments);
    print_aside("try \"tandem %s--help\"\n", command);
    return EXIT_USAGE;
}

enum exit_code complain_unknown(const char *command, const char *what, const char *name,
                                const char *const *names, size_t n_names)
{
    const char *nearest = text_nearest(name, names, n_names);
    if (nearest)
        return complain_usage(command, "unknown %s \"%s\"; did you mean \"%s\"?", what, name, nearest);
    return complain_usage(command, "unknown %s \"%s\"", what, name);
}

static int terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    long wanted = columns ? strtol(columns, NULL, 10) : 0;
    struct winsize size;
    if (wanted > 0 && wanted <= 10000)
        return (int)wanted;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

struct table_style print_style(void)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool dumb = !terminal || strcmp(terminal, "dumb") == 0;
    return (struct table_style){
        .width = terminal_width(),
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .bold = isatty(STDOUT_FILENO) && !dumb && !(no_color && *no_color),
    };
}
