#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/units.h"

enum { BAR_CELLS = 30 };

/* Two drawings are at least this far apart. */
static const double redraw_s = 0.1;

/* A run that is shorter is over before its time left could be read. */
static const double least_s = 1.0;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_init(struct progress *progress, const char *name)
{
    *progress = (struct progress){.name = name, .shown = isatty(STDERR_FILENO) == 1, .began_s = now_s()};
}

static void add_time_left(struct text *line, double elapsed_s, double share)
{
    if (elapsed_s < least_s || share <= 0.0)
        return;
    double left_s = elapsed_s * (1.0 - share) / share;
    text_addf(line, "  %s left", units_format_duration(left_s < 10.0 ? ceil(left_s) : left_s, 2).chars);
}

void progress_show(void *data, double share)
{
    struct progress *progress = data;
    double now = progress->shown ? now_s() : 0.0;
    progress->share = share > progress->share ? share : progress->share;
    if (!progress->shown || now - progress->drawn_s < redraw_s)
        return;
    struct text line = {0};
    int filled = (int)(BAR_CELLS * progress->share);
    text_addf(&line, "\r%s  [%.*s%*s] %3d %%", progress->name, filled,
              "==============================", BAR_CELLS - filled, "", (int)(100.0 * progress->share));
    add_time_left(&line, now - progress->began_s, progress->share);
    text_add(&line, "\033[K");
    if (!line.failed)
        fputs(text_string(&line), stderr);
    text_finish(&line);
    progress->drawn_s = now;
}

void progress_clear(struct progress *progress)
{
    if (progress->drawn_s > 0.0)
        fputs("\r\033[K", stderr);
    progress->drawn_s = 0.0;
}
