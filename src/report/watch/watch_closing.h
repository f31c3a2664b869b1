/* What a live view has seen, when it is over. */
#ifndef TANDEM_REPORT_WATCH_CLOSING_H
#define TANDEM_REPORT_WATCH_CLOSING_H

#include "base/text.h"
#include "experiment/live.h"

/* Adds what was seen in all looks, in one sentence or two, lines of at most `width` columns. */
void watch_closing_add(struct text *text, const struct live *live, int width);

#endif
