/* A page of character cells: nothing that is put on it can pass its edges. */
#ifndef TANDEM_REPORT_WATCH_SCREEN_H
#define TANDEM_REPORT_WATCH_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* What a cell is about; told by colour only where letters tell it, too. */
enum watch_ink { INK_PLAIN, INK_BOLD, INK_BUSY, INK_READY, INK_BLOCKED, INK_DOWN, INK_ALARM, WATCH_INKS };

struct watch_cell {
    char bytes[5]; /* one character and a NUL; "" = the second half of a wide one */
    uint8_t ink;
};

struct watch_style {
    int width, height; /* in cells; both at least 1 */
    bool utf8;         /* else ASCII alone */
    bool color;        /* ANSI colours */
};

struct watch_screen {
    struct watch_style style;
    struct watch_cell *cells; /* owned; blank at first */
    int n_rows;               /* that something was put on, blanks or not */
};

/* False when memory is gone. */
bool watch_screen_init(struct watch_screen *screen, struct watch_style style);
void watch_screen_finish(struct watch_screen *screen);

/* Puts `string` at column `x` of row `y`, in at most `room` columns; what is too long is cut and ends in a
 * dot. Control characters, broken UTF-8 and what the terminal cannot show are question marks. Returns the
 * column behind it. */
int watch_screen_put(struct watch_screen *screen, int x, int y, int room, enum watch_ink ink,
                     const char *string);

/* The same, printf-style, of at most 250 bytes. */
int watch_screen_putf(struct watch_screen *screen, int x, int y, int room, enum watch_ink ink,
                      const char *format, ...) __attribute__((format(printf, 6, 7)));

/* `n` times the same character. */
int watch_screen_fill(struct watch_screen *screen, int x, int y, int n, enum watch_ink ink,
                      const char *character);

/* Adds all rows down to the last that something was put on, each ended by a line feed and without the blanks
 * at its end. */
void watch_screen_add(struct text *text, const struct watch_screen *screen);

#endif
