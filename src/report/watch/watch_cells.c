#include "report/watch/watch_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_COLUMNS = 5 };

/* ---- glyphs ---- */

const char *watch_state_glyph(enum worker_state state, bool utf8)
{
    switch (state) {
    case WORKER_BUSY: return utf8 ? "█" : "#";
    case WORKER_READY: return "r";
    case WORKER_BLOCKED: return "w";
    case WORKER_DOWN: return "x";
    default: return utf8 ? "·" : ".";
    }
}

const char *watch_depth_glyph(bool utf8)
{
    return utf8 ? "━" : "=";
}

static enum watch_ink ink_of(enum worker_state state)
{
    switch (state) {
    case WORKER_BUSY: return INK_BUSY;
    case WORKER_READY: return INK_READY;
    case WORKER_BLOCKED: return INK_BLOCKED;
    case WORKER_DOWN: return INK_DOWN;
    default: return INK_PLAIN;
    }
}

/* ---- numbers ---- */

struct units_text watch_count(double count)
{
    static const char suffixes[] = " kMGTP";
    struct units_text text;
    size_t power = 0;
    double shown = count;
    if (count < 99999.5) {
        snprintf(text.chars, sizeof text.chars, "%.0f", count);
        return text;
    }
    while (shown >= 999.5 && suffixes[power + 1]) {
        shown /= 1000.0;
        power++;
    }
    snprintf(text.chars, sizeof text.chars, shown < 9.95 ? "%.1f%c" : "%.0f%c", shown, suffixes[power]);
    return text;
}

struct units_text watch_rate(double per_s)
{
    struct units_text text;
    if (per_s < 1000.0)
        return units_format_rate(per_s, 2);
    snprintf(text.chars, sizeof text.chars, "%.20s/s", watch_count(per_s).chars);
    return text;
}

static struct units_text clock_of_minutes(int64_t ns, bool hours)
{
    struct units_text text;
    int64_t tenths = ns / 100000000, seconds = tenths / 10;
    if (hours)
        snprintf(text.chars, sizeof text.chars, "%" PRId64 ":%02d:%02d", seconds / 3600,
                 (int)(seconds / 60 % 60), (int)(seconds % 60));
    else
        snprintf(text.chars, sizeof text.chars, "%" PRId64 ":%02d.%d", seconds / 60, (int)(seconds % 60),
                 (int)(tenths % 10));
    return text;
}

struct units_text watch_clock(int64_t ns, int64_t all_ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}};
    struct units_text text;
    size_t unit = 0;
    if (all_ns >= INT64_C(120000000000))
        return clock_of_minutes(ns, all_ns >= INT64_C(3600000000000));
    while (unit < 2 && (double)all_ns < units[unit].ns)
        unit++;
    snprintf(text.chars, sizeof text.chars, "%.3f %s", (double)ns / units[unit].ns, units[unit].name);
    return text;
}

/* ---- workers ---- */

/* One after another; each ends where the sum so far does, so that all of them fill the width. */
static void put_shares(struct watch_screen *screen, struct watch_place place,
                       const double shares[WORKER_STATES])
{
    static const enum worker_state order[] = {WORKER_BUSY, WORKER_READY, WORKER_BLOCKED, WORKER_DOWN,
                                              WORKER_IDLE};
    double sum = 0.0;
    int x = 0;
    for (int i = 0; i < WORKER_STATES; i++) {
        sum += shares[order[i]];
        int end = (int)lround(sum * place.width);
        watch_screen_fill(screen, place.x + x, place.y, end - x, ink_of(order[i]),
                          watch_state_glyph(order[i], screen->style.utf8));
        x = end;
    }
}

void watch_put_workers(struct watch_screen *screen, struct watch_place place,
                       const struct component_sample *before, const struct component_sample *now,
                       int64_t between_ns, bool unlimited)
{
    double shares[WORKER_STATES], all = 0.0;
    for (int w = 0; w < WORKER_STATES; w++) {
        shares[w] = (double)(now->worker_ns[w] - before->worker_ns[w]);
        all += shares[w];
    }
    for (int w = 0; w < WORKER_STATES; w++)
        shares[w] = all > 0.0 ? shares[w] / all : w == WORKER_IDLE && !unlimited;
    if (unlimited) {
        watch_put_count(screen, place, between_ns > 0 ? all / (double)between_ns : 0.0);
        place.x += NUMBER_COLUMNS + 1;
        place.width -= NUMBER_COLUMNS + 1;
    }
    put_shares(screen, place, shares);
}

/* ---- the others ---- */

void watch_put_count(struct watch_screen *screen, struct watch_place place, double count)
{
    watch_screen_putf(screen, place.x, place.y, place.width, INK_PLAIN, "%*s", NUMBER_COLUMNS,
                      watch_count(count).chars);
}

void watch_put_depth(struct watch_screen *screen, struct watch_place place, double depth)
{
    int cells = place.width - NUMBER_COLUMNS - 1;
    double share = log10(1.0 + depth) / log10(1.0 + WATCH_FULL);
    int filled = (int)ceil(fmin(share, 1.0) * cells);
    const char *glyph = watch_depth_glyph(screen->style.utf8);
    watch_put_count(screen, place, depth);
    int x = watch_screen_fill(screen, place.x + NUMBER_COLUMNS + 1, place.y, filled, INK_PLAIN, glyph);
    if (depth > WATCH_FULL && cells > 0)
        watch_screen_fill(screen, x - 1, place.y, 1, INK_PLAIN, ">");
}

void watch_put_link(struct watch_screen *screen, struct watch_place place, const struct link_sample *link)
{
    bool utf8 = screen->style.utf8;
    int end = place.x + place.width, x = place.x;
    x = watch_screen_putf(screen, x, place.y, end - x, INK_PLAIN, "%*s %s %s %s", NUMBER_COLUMNS,
                          watch_count((double)link->under_way[0]).chars, utf8 ? "→" : ">",
                          watch_count((double)link->under_way[1]).chars, utf8 ? "←" : "<");
    if (link->cut)
        watch_screen_put(screen, x + 1, place.y, end - x - 1, INK_ALARM, "CUT");
}

void watch_put_progress(struct watch_screen *screen, struct watch_place place, double share)
{
    int cells = place.width - 2, filled = (int)(share * cells);
    watch_screen_put(screen, place.x, place.y, 1, INK_PLAIN, "[");
    watch_screen_fill(screen, place.x + 1, place.y, filled, INK_PLAIN, "=");
    watch_screen_fill(screen, place.x + 1 + filled, place.y, cells - filled, INK_PLAIN, "-");
    watch_screen_put(screen, place.x + 1 + cells, place.y, 1, INK_PLAIN, "]");
}
