/* A terminal that is drawn on and read from, key by key, and that is given back as it was. */
#ifndef TANDEM_CLI_WATCH_TERMINAL_H
#define TANDEM_CLI_WATCH_TERMINAL_H

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

#include "base/text.h"

struct watch_terminal {
    bool has_keys; /* somebody can press some */
    struct termios before;
    sigset_t signals; /* that were held back before */
};

/* What came while waiting. */
enum watch_news {
    NEWS_NONE,
    NEWS_KEY,
    NEWS_INTERRUPT, /* whatever wants it to end */
    NEWS_REDRAW     /* the terminal has another size, or somebody else wrote on it */
};

/* Whether standard output is a terminal that can move its cursor. */
bool watch_terminal_possible(void);

/* Takes it: an empty page to draw on (what was there is scrolled away, not lost), and keys that come at once
 * and are not shown. From here to the close, signals that end or stop the program are held back, so that the
 * terminal is never left as it is now. */
void watch_terminal_open(struct watch_terminal *terminal);
void watch_terminal_close(struct watch_terminal *terminal);

/* Columns and rows, now. */
void watch_terminal_size(int *ret_columns, int *ret_rows);

/* Waits for something, at most so long. *ret_key is set with NEWS_KEY alone. A wish to be stopped (Ctrl-Z) is
 * obeyed in here, and the terminal given back for that time. */
enum watch_news watch_terminal_wait(struct watch_terminal *terminal, int milliseconds, char *ret_key);

/* Draws `page`, lines that end in line feeds, from the upper left corner on, and clears what is below: in one
 * piece, so that nothing flickers. Empties the text. False when it cannot be written, or memory is gone. */
bool watch_terminal_draw(struct text *page);

#endif
