#include "cli/watch_terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* How long a signal may wait for its answer. */
enum { SLICE_MS = 40 };

bool watch_terminal_possible(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDOUT_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0;
}

static int positive(const char *variable, int otherwise)
{
    const char *value = getenv(variable);
    long n = value ? strtol(value, NULL, 10) : 0;
    return n > 0 && n <= 10000 ? (int)n : otherwise;
}

void watch_terminal_size(int *ret_columns, int *ret_rows)
{
    struct winsize size = {0};
    bool told = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    *ret_columns = told && size.ws_col > 0 ? size.ws_col : positive("COLUMNS", 80);
    *ret_rows = told && size.ws_row > 0 ? size.ws_row : positive("LINES", 24);
}

/* ---- writing ---- */

static bool write_all(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, SLICE_MS);
        else if (n < 0 && errno != EINTR)
            return false;
        bytes += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Line feeds down to a new page, and up to its corner. */
static void begin_page(void)
{
    struct text text = {0};
    int columns, rows;
    watch_terminal_size(&columns, &rows);
    for (int i = 0; i < rows; i++)
        text_add(&text, "\r\n");
    text_add(&text, "\033[H");
    write_all(text_string(&text), text.length);
    text_finish(&text);
}

bool watch_terminal_draw(struct text *page)
{
    struct text out = {0};
    text_add(&out, "\033[H");
    for (const char *line = text_string(page); *line;) {
        size_t length = strcspn(line, "\n");
        text_add_bytes(&out, line, length);
        text_add(&out, line[length] ? "\033[K\r\n" : "\033[K");
        line += length + (line[length] == '\n');
    }
    text_add(&out, "\033[J");
    bool written = !page->failed && !out.failed && write_all(text_string(&out), out.length);
    text_finish(&out);
    text_finish(page);
    return written;
}

/* ---- keys and signals ---- */

/* The most urgent first. */
static const int held_back[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

static void take_keys(struct watch_terminal *terminal)
{
    bool in_front = isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
    terminal->has_keys = in_front && tcgetattr(STDIN_FILENO, &terminal->before) == 0;
    if (!terminal->has_keys)
        return;
    struct termios raw = terminal->before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

static void give_keys(struct watch_terminal *terminal)
{
    if (terminal->has_keys)
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal->before);
    terminal->has_keys = false;
}

void watch_terminal_open(struct watch_terminal *terminal)
{
    sigset_t ours;
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof held_back / sizeof *held_back; i++)
        sigaddset(&ours, held_back[i]);
    sigprocmask(SIG_BLOCK, &ours, &terminal->signals);
    take_keys(terminal);
    begin_page();
}

void watch_terminal_close(struct watch_terminal *terminal)
{
    give_keys(terminal);
    sigprocmask(SIG_SETMASK, &terminal->signals, NULL);
}

/* Takes the signal off those that wait to be asked for; false: it is not among them. */
static bool take(int number)
{
    sigset_t pending, one;
    int taken;
    sigemptyset(&pending);
    if (sigpending(&pending) != 0 || !sigismember(&pending, number))
        return false;
    sigemptyset(&one);
    sigaddset(&one, number);
    return sigwait(&one, &taken) == 0;
}

/* The most urgent of those that came, or 0. */
static int take_signal(void)
{
    for (size_t i = 0; i < sizeof held_back / sizeof *held_back; i++)
        if (take(held_back[i]))
            return held_back[i];
    return 0;
}

static void stop_for_a_while(struct watch_terminal *terminal)
{
    sigset_t stop;
    give_keys(terminal);
    write_all("\r\n", 2);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* it happens here */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    take(SIGCONT);
    take_keys(terminal);
    begin_page();
}

/* Who let it go on after a stop that cannot be held back has used the terminal in the meantime. */
static void come_back(struct watch_terminal *terminal)
{
    give_keys(terminal);
    take_keys(terminal);
    begin_page();
}

static enum watch_news obey(struct watch_terminal *terminal, int number)
{
    switch (number) {
    case 0: return NEWS_NONE;
    case SIGTSTP: stop_for_a_while(terminal); return NEWS_REDRAW;
    case SIGCONT: come_back(terminal); return NEWS_REDRAW;
    case SIGWINCH: write_all("\033[2J", 4); return NEWS_REDRAW;
    default: return NEWS_INTERRUPT;
    }
}

static enum watch_news wait_slice(struct watch_terminal *terminal, int milliseconds, char *ret_key)
{
    enum watch_news news = obey(terminal, take_signal());
    if (news != NEWS_NONE)
        return news;
    struct pollfd keys = {.fd = terminal->has_keys ? STDIN_FILENO : -1, .events = POLLIN};
    if (poll(&keys, 1, milliseconds) <= 0 || !terminal->has_keys)
        return NEWS_NONE;
    if (read(STDIN_FILENO, ret_key, 1) == 1)
        return NEWS_KEY;
    give_keys(terminal); /* nobody is there any more */
    return NEWS_NONE;
}

enum watch_news watch_terminal_wait(struct watch_terminal *terminal, int milliseconds, char *ret_key)
{
    enum watch_news news = NEWS_NONE;
    do {
        int slice = milliseconds < SLICE_MS ? milliseconds : SLICE_MS;
        news = wait_slice(terminal, slice > 0 ? slice : 0, ret_key);
        milliseconds -= SLICE_MS;
    } while (news == NEWS_NONE && milliseconds > 0);
    return news;
}
