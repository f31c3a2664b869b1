#include "report/cut_text.h"

#include <inttypes.h>

#include "base/units.h"

static struct units_text duration(int64_t ns)
{
    return units_format_duration((double)ns / 1e9, UNITS_DIGITS);
}

void cut_text_add(struct text *text, const struct spec *spec, const struct experiment *experiment)
{
    const struct cut *cut = &experiment->cut;
    cut_add(text, spec, cut);
    if (cut->shortened)
        text_addf(text, ". What is shown is the first replication up to %s of %s",
                  duration(spec->run.duration_ns).chars, duration(cut->wanted_ns).chars);
    else if (experiment->replications)
        text_addf(text, ". What is shown are the %" PRIu32 " of %" PRIu32 " replications that were finished",
                  experiment->replications, experiment->wanted);
    else
        text_add(text, ". Nothing was measured by then");
}

void cut_add_json(struct json *json, const struct spec *spec, const struct cut *cut)
{
    if (cut->limit == LIMIT_NONE)
        return;
    json_open(json, "ended_at_limit", '{');
    json_string(json, "limit", limit_names[cut->limit]);
    json_string(json, "policy", spec->policies[cut->policy].name);
    json_integer(json, cut->pilot ? "pilot" : "replication", cut->replication);
    json_number(json, "at_s", (double)cut->at_ns / 1e9);
    if (cut->why)
        json_string(json, "most", cut->why);
    json_number(json, "wanted_duration_s", (double)cut->wanted_ns / 1e9);
    json_switch(json, "shortened", cut->shortened);
    json_close(json, '}');
}
