#include "model/policy/backoff.h"

#include <math.h>

static double without_jitter(const struct backoff_spec *spec, uint32_t retry)
{
    double ns = (double)spec->base_ns;
    if (spec->kind == BACKOFF_EXPONENTIAL)
        ns *= pow(spec->factor, (double)retry - 1.0);
    return fmin(ns, (double)spec->cap_ns);
}

static double with_jitter(const struct backoff_spec *spec, uint32_t retry, int64_t last_ns, struct draw *draw)
{
    double ns = without_jitter(spec, retry), base = (double)spec->base_ns;
    switch (spec->jitter) {
    case JITTER_NONE: return ns;
    case JITTER_FULL: return ns * draw_uniform(draw);
    case JITTER_EQUAL: return ns / 2.0 * (1.0 + draw_uniform(draw));
    case JITTER_DECORRELATED: {
        double most = 3.0 * (last_ns > 0 ? (double)last_ns : base);
        return fmin((double)spec->cap_ns, base + (most - base) * draw_uniform(draw));
    }
    }
    return ns;
}

int64_t backoff_pause(const struct backoff_spec *spec, uint32_t retry, int64_t last_ns, struct draw *draw)
{
    if (spec->kind == BACKOFF_DRAWN)
        return distribution_sample(&spec->drawn, draw);
    return distribution_whole_ns(with_jitter(spec, retry, last_ns, draw));
}
