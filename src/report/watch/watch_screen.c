#include "report/watch/watch_screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- characters ---- */

struct rune {
    char bytes[5];
    int columns; /* 1 or 2 */
};

/* East Asian wide and emoji, about as terminals have it (Unicode, UAX #11). */
static bool is_wide(uint32_t code)
{
    return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf && code != 0x303f) ||
           (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
           (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
           (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) ||
           (code >= 0x20000 && code <= 0x3fffd);
}

/* What moves the cursor, turns the direction of writing, or takes no column of its own. */
static bool is_odd(uint32_t code)
{
    return code < ' ' || (code >= 0x7f && code < 0xa0) || code == 0xad || (code >= 0x300 && code <= 0x36f) ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || (code >= 0xfe00 && code <= 0xfe0f) || code == 0xfeff ||
           code > 0x10ffff;
}

static size_t rune_length(unsigned char first)
{
    return first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
}

/* The character at *at, which moves on behind it. */
static struct rune take_rune(const char **at, bool utf8)
{
    static const struct rune unknown = {"?", 1};
    const unsigned char *p = (const unsigned char *)*at;
    size_t length = rune_length(p[0]), taken = 1;
    uint32_t code = length <= 1 ? p[0] : p[0] & (0x7fU >> length);
    for (; taken < length && (p[taken] & 0xc0) == 0x80; taken++)
        code = code << 6 | (p[taken] & 0x3fU);
    *at += taken;
    if (taken != length || is_odd(code) || (code >= 0x80 && !utf8))
        return unknown;
    struct rune rune = {.columns = is_wide(code) ? 2 : 1};
    memcpy(rune.bytes, p, length);
    return rune;
}

static int columns_left(const char *string, bool utf8)
{
    int n = 0;
    while (*string)
        n += take_rune(&string, utf8).columns;
    return n;
}

/* ---- the page ---- */

static struct watch_cell *cell_at(const struct watch_screen *screen, int x, int y)
{
    return &screen->cells[(size_t)y * (size_t)screen->style.width + (size_t)x];
}

bool watch_screen_init(struct watch_screen *screen, struct watch_style style)
{
    size_t n = (size_t)style.width * (size_t)style.height;
    *screen = (struct watch_screen){.style = style, .cells = calloc(n, sizeof *screen->cells)};
    for (size_t i = 0; screen->cells && i < n; i++)
        screen->cells[i].bytes[0] = ' ';
    return screen->cells != NULL;
}

void watch_screen_finish(struct watch_screen *screen)
{
    free(screen->cells);
    *screen = (struct watch_screen){0};
}

static void set_cell(struct watch_screen *screen, int x, int y, enum watch_ink ink, const char *bytes)
{
    struct watch_cell *cell = cell_at(screen, x, y);
    size_t length = strnlen(bytes, sizeof cell->bytes - 1);
    memcpy(cell->bytes, bytes, length);
    cell->bytes[length] = '\0';
    cell->ink = (uint8_t)ink;
}

static bool begin_row(struct watch_screen *screen, int x, int y)
{
    if (y < 0 || y >= screen->style.height || x < 0)
        return false;
    if (y >= screen->n_rows)
        screen->n_rows = y + 1;
    return true;
}

int watch_screen_put(struct watch_screen *screen, int x, int y, int room, enum watch_ink ink,
                     const char *string)
{
    bool utf8 = screen->style.utf8;
    int end = x + room < screen->style.width ? x + room : screen->style.width;
    if (!begin_row(screen, x, y))
        return x;
    bool cut = columns_left(string, utf8) > end - x;
    while (*string && x < end) {
        struct rune rune = take_rune(&string, utf8);
        if (cut && x + rune.columns > end - 1)
            break;
        set_cell(screen, x, y, ink, rune.bytes);
        if (rune.columns == 2)
            set_cell(screen, x + 1, y, ink, "");
        x += rune.columns;
    }
    if (cut && x < end)
        set_cell(screen, x++, y, ink, ".");
    return x;
}

int watch_screen_putf(struct watch_screen *screen, int x, int y, int room, enum watch_ink ink,
                      const char *format, ...)
{
    char string[251];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(string, sizeof string, format, arguments);
    va_end(arguments);
    return watch_screen_put(screen, x, y, room, ink, string);
}

int watch_screen_fill(struct watch_screen *screen, int x, int y, int n, enum watch_ink ink,
                      const char *character)
{
    if (!begin_row(screen, x, y))
        return x;
    for (; n > 0 && x < screen->style.width; n--)
        set_cell(screen, x++, y, ink, character);
    return x;
}

/* ---- as text ---- */

/* The eight colours that every terminal knows, on whatever ground it has. */
static const char *const escapes[WATCH_INKS] = {
    [INK_PLAIN] = "\033[m",     [INK_BOLD] = "\033[1m",     [INK_BUSY] = "\033[36m",
    [INK_READY] = "\033[35m",   [INK_BLOCKED] = "\033[33m", [INK_DOWN] = "\033[1;31m",
    [INK_ALARM] = "\033[1;31m",
};

static void add_row(struct text *text, const struct watch_screen *screen, int y)
{
    int width = screen->style.width;
    enum watch_ink ink = INK_PLAIN;
    while (width > 0 && strcmp(cell_at(screen, width - 1, y)->bytes, " ") == 0)
        width--;
    for (int x = 0; x < width; x++) {
        const struct watch_cell *cell = cell_at(screen, x, y);
        if (screen->style.color && cell->ink != ink) {
            if (ink != INK_PLAIN && cell->ink != INK_PLAIN)
                text_add(text, escapes[INK_PLAIN]);
            text_add(text, escapes[cell->ink]);
        }
        ink = cell->ink;
        text_add(text, cell->bytes);
    }
    if (screen->style.color && ink != INK_PLAIN)
        text_add(text, escapes[INK_PLAIN]);
    text_add(text, "\n");
}

void watch_screen_add(struct text *text, const struct watch_screen *screen)
{
    for (int y = 0; y < screen->n_rows; y++)
        add_row(text, screen, y);
}
