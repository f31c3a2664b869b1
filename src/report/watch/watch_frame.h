/* A frame of a live view: the policies side by side on the same clock. */
#ifndef TANDEM_REPORT_WATCH_FRAME_H
#define TANDEM_REPORT_WATCH_FRAME_H

#include "base/text.h"
#include "experiment/live.h"
#include "report/watch/watch_screen.h"

/* Adds what the last look saw: at most style->height lines, none wider than style->width. The same looks give
 * the same bytes. */
void watch_frame_add(struct text *text, const struct live *live, const struct watch_style *style);

#endif
