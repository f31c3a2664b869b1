#include "experiment/limit.h"

#include <inttypes.h>

const char *const limit_names[] = {
    [LIMIT_NONE] = "none", [LIMIT_EVENTS] = "events",         [LIMIT_MEMORY] = "memory",
    [LIMIT_WALL] = "time", [LIMIT_STANDSTILL] = "standstill",
};

static void add_bytes(struct text *text, size_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double n = (double)bytes;
    size_t unit = 0;
    for (; n >= 1000.0 && unit + 1 < sizeof units / sizeof *units; unit++)
        n /= 1000.0;
    text_addf(text, "%.3g %s", n, units[unit]);
}

void limit_add(struct text *text, enum limit limit, const struct limits *limits, const char *why)
{
    switch (limit) {
    case LIMIT_NONE: text_add(text, "was stopped"); break;
    case LIMIT_EVENTS: text_addf(text, "takes more than %" PRIu64 " events", limits->events); break;
    case LIMIT_MEMORY:
        text_add(text, "needs more than ");
        add_bytes(text, limits->bytes);
        text_add(text, " of memory");
        break;
    case LIMIT_WALL: text_add(text, "was not finished in time"); break;
    case LIMIT_STANDSTILL: text_add(text, "stands still: events go on and on, and no time passes"); break;
    }
    if (why)
        text_addf(text, limit == LIMIT_STANDSTILL ? "; most are %s" : "; by then there are %s", why);
}
