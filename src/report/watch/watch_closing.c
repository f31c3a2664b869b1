#include "report/watch/watch_closing.h"

#include <inttypes.h>

#include "base/units.h"
#include "report/wrap.h"

enum { LEAST_WIDTH = 16 };

/* The component whose workers spent the greatest share of their time blocked, under any policy. */
static size_t most_blocked(const struct live *live, double *ret_share)
{
    size_t found = 0;
    *ret_share = 0.0;
    for (size_t i = 0; i < live->n_lanes; i++)
        for (size_t c = 0; c < live->spec->n_components; c++) {
            double share = live_share(live, i, c, WORKER_BLOCKED);
            if (share > *ret_share) {
                *ret_share = share;
                found = c;
            }
        }
    return found;
}

void watch_closing_add(struct text *text, const struct live *live, int width)
{
    struct text line = {0};
    double share;
    size_t blocked = most_blocked(live, &share);
    if (width < LEAST_WIDTH)
        return; /* nobody could read it */
    text_add(&line, "Most users waiting at once:");
    for (size_t i = 0; i < live->n_lanes; i++)
        text_addf(&line, "%s %s %" PRId64, i ? "," : "", live->spec->policies[i].name,
                  live->lanes[i].most_waiting);
    text_add(&line, ".");
    wrap_add(text, text_string(&line), width, 2);
    text->failed |= line.failed;
    text_finish(&line);
    if (share <= 0.0)
        return;
    text_addf(&line, "Workers of %s waiting, on average:", live->spec->components[blocked].name);
    for (size_t i = 0; i < live->n_lanes; i++)
        text_addf(&line, "%s %s %s", i ? "," : "", live->spec->policies[i].name,
                  units_format_share(live_share(live, i, blocked, WORKER_BLOCKED), 2).chars);
    text_add(&line, ".");
    wrap_add(text, text_string(&line), width, 2);
    text->failed |= line.failed;
    text_finish(&line);
}
