#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "base/units.h"
#include "experiment/machine.h"

enum { BAR_CELLS = 30 };

/* Two drawings are at least this far apart. */
static const double redraw_s = 0.1;

/* What takes less time is over before its time left could be read. */
static const double least_s = 2.0;

/* An estimate stands for as much experience as this time: less of it, and the first hiccup of the machine
 * would turn it around. */
static const double trusted_s = 1.0;

void progress_init(struct progress *progress, const char *name)
{
    *progress =
        (struct progress){.name = name, .shown = isatty(STDERR_FILENO) == 1, .began_s = machine_now_s()};
}

void progress_estimate(struct progress *progress, struct spec *const *specs, size_t n, const size_t *lengths,
                       size_t n_axes, struct experiment_options *options)
{
    if (!progress->shown || progress->has_estimate)
        return;
    progress->has_estimate =
        estimate_make(specs, n, lengths, n_axes, options, &estimate_quick, &progress->estimate, NULL);
    options->estimate = progress->has_estimate ? &progress->estimate : NULL;
    progress->began_s = machine_now_s();
}

/* ---- the time left ---- */

/* What the work left takes, and what was done took, by the estimate; then by how much the clock disagrees. */
static double left_by_estimate_s(const struct progress *progress, const struct experiment_progress *now,
                                 double elapsed_s)
{
    const struct timetable *timetable = &progress->estimate.timetable;
    double done_s = timetable_time(timetable, now->done);
    double all_s = timetable_time(timetable, now->all - now->found);
    return (all_s - done_s) * (progress->estimate.hurdle * trusted_s + elapsed_s) / (trusted_s + done_s);
}

/* Negative: not known yet. */
static double left_s(const struct progress *progress, const struct experiment_progress *now, double elapsed_s)
{
    if (progress->has_estimate)
        return left_by_estimate_s(progress, now, elapsed_s);
    return elapsed_s < trusted_s || now->done <= 0.0
               ? -1.0
               : elapsed_s * (now->all - now->found - now->done) / now->done;
}

static void add_time_left(struct text *line, double elapsed_s, double left_s)
{
    if (left_s < 0.0 || elapsed_s + left_s < least_s)
        return;
    text_addf(line, "  %s left", units_format_duration(left_s < 10.0 ? ceil(left_s) : left_s, 2).chars);
}

/* ---- the bar ---- */

static void draw(struct progress *progress, const struct experiment_progress *now, double elapsed_s)
{
    struct text line = {0};
    int filled = (int)(BAR_CELLS * progress->share);
    text_addf(&line, "\r%s  [%.*s%*s] %3d %%", progress->name, filled,
              "==============================", BAR_CELLS - filled, "", (int)(100.0 * progress->share));
    add_time_left(&line, elapsed_s, left_s(progress, now, elapsed_s));
    text_add(&line, "\033[K");
    if (!line.failed)
        fputs(text_string(&line), stderr);
    text_finish(&line);
}

void progress_show(void *data, const struct experiment_progress *now)
{
    struct progress *progress = data;
    double time_s = progress->shown ? machine_now_s() : 0.0;
    double share = now->all > 0.0 ? fmin((now->done + now->found) / now->all, 1.0) : 0.0;
    progress->share = fmax(share, progress->share);
    if (!progress->shown || time_s - progress->drawn_s < redraw_s)
        return;
    draw(progress, now, time_s - progress->began_s);
    progress->drawn_s = time_s;
}

void progress_finish(struct progress *progress)
{
    if (progress->drawn_s > 0.0)
        fputs("\r\033[K", stderr);
    progress->drawn_s = 0.0;
    if (progress->has_estimate)
        estimate_finish(&progress->estimate);
    progress->has_estimate = false;
}
