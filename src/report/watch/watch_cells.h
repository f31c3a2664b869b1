/* What a live view shows in one place: bars, depths, rates, what is on a link. */
#ifndef TANDEM_REPORT_WATCH_CELLS_H
#define TANDEM_REPORT_WATCH_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"
#include "model/system.h"
#include "report/watch/watch_screen.h"

/* A stretch of a row. */
struct watch_place {
    int x, y, width;
};

/* Depths are shown on a logarithmic scale that ends here: a bar never jumps because another grew. */
enum { WATCH_FULL = 10000 };

/* The character that stands for a worker's state. */
const char *watch_state_glyph(enum worker_state state, bool utf8);

/* The character that bars of depths are made of. */
const char *watch_depth_glyph(bool utf8);

/* "812", "45k", "1.2M": at most 5 characters. */
struct units_text watch_count(double count);

/* "2.7/s", "120/s", "13M/s" */
struct units_text watch_rate(double per_s);

/* "4:12.4" of ten minutes, "1:04:12" of two hours, "12.340 s" of fifteen seconds: a time of a run that lasts
 * `all_ns`. */
struct units_text watch_clock(int64_t ns, int64_t all_ns);

/* Workers: how their time between two looks was shared out. With unlimited workers their mean number goes
 * before the bar. */
void watch_put_workers(struct watch_screen *screen, struct watch_place place,
                       const struct component_sample *before, const struct component_sample *now,
                       int64_t between_ns, bool unlimited);

/* A number and a bar of it. */
void watch_put_depth(struct watch_screen *screen, struct watch_place place, double depth);

/* A number alone, as watch_put_depth() has it. */
void watch_put_count(struct watch_screen *screen, struct watch_place place, double count);

/* How many are under way on a link, there and back, and whether it is cut. */
void watch_put_link(struct watch_screen *screen, struct watch_place place, const struct link_sample *link);

/* How far the run is. */
void watch_put_progress(struct watch_screen *screen, struct watch_place place, double share);

#endif
