#include "experiment/cut.h"

#include <inttypes.h>

#include "base/units.h"

void cut_add(struct text *text, const struct spec *spec, const struct cut *cut)
{
    text_addf(text, "policy %s, %s %" PRIu32, spec->policies[cut->policy].name,
              cut->pilot ? "pilot" : "replication", cut->replication);
    if (cut->at_ns > 0)
        text_addf(text, ", at %s", units_format_duration((double)cut->at_ns / 1e9, UNITS_DIGITS).chars);
    text_add(text, ": it ");
    limit_add(text, cut->limit, &cut->limits, cut->why);
}
