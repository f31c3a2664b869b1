#include "cli/print.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool print_text(struct text *text)
{
    bool whole = !text->failed;
    errno = 0;
    bool written =
        whole && fwrite(text_string(text), 1, text->length, stdout) == text->length && fflush(stdout) == 0;
    text_finish(text);
    if (!whole)
        complain("out of memory");
    else if (!written && errno != EPIPE) /* who closed the pipe has seen enough */
        complain("standard output: %s", strerror(errno));
    return written;
}

static void complain_list(const char *format, va_list arguments)
{
    fputs("tandem: ", stderr);
    vfprintf(stderr, format, arguments);
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
    fprintf(stderr, "try \"tandem %s--help\"\n", command);
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
