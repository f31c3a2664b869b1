#include <math.h>

#include "experiment/metric_sheet.h"

/* What followed from the events of a spec. */

/* NAN for what never happened. */
static double seconds(int64_t ns)
{
    return ns < 0 ? (double)NAN : (double)ns / 1e9;
}

static double noticed_after(const struct disturbance *d)
{
    return seconds(d->noticed_ns);
}

static double grew_after(const struct disturbance *d)
{
    return seconds(d->grew_ns);
}

static double gone_after(const struct disturbance *d)
{
    return seconds(d->gone_ns);
}

static double hidden_for(const struct disturbance *d)
{
    int64_t end_ns = d->noticed_ns >= 0 ? d->noticed_ns : d->gone_ns;
    if (d->grew_ns < 0 || end_ns < 0)
        return (double)NAN;
    /* From those who notice before anything piles up, nothing was hidden. */
    return end_ns > d->grew_ns ? seconds(end_ns - d->grew_ns) : 0.0;
}

static double noticed(const struct disturbance *d)
{
    return d->noticed_ns >= 0;
}

static double grew(const struct disturbance *d)
{
    return d->grew_ns >= 0;
}

static double gone(const struct disturbance *d)
{
    return d->gone_ns >= 0;
}

static double backlog_most(const struct disturbance *d)
{
    return (double)d->backlog_most;
}

static double backlog_before(const struct disturbance *d)
{
    return d->backlog_before;
}

static double notice_at(const struct disturbance *d)
{
    return seconds(d->notice_ns);
}

/* A mean over replications is over those in which the thing happened: the shares tell how many did. */
static const struct kind {
    const char *name;
    enum metric_unit unit;
    const char *meaning;
    double (*value)(const struct disturbance *disturbance);
} kinds[] = {
    {"noticed_after", METRIC_SECONDS, "time until users noticed", noticed_after},
    {"noticed.share", METRIC_SHARE, "replications in which users noticed", noticed},
    {"grew_after", METRIC_SECONDS, "time until the backlog was greater than ever before", grew_after},
    {"grew.share", METRIC_SHARE, "replications in which the backlog grew so", grew},
    {"gone_after", METRIC_SECONDS, "time until it was over and the backlog as before", gone_after},
    {"gone.share", METRIC_SHARE, "replications in which that came about", gone},
    {"hidden_for", METRIC_SECONDS, "time from the backlog's growth until users noticed, or it was gone",
     hidden_for},
    {"backlog_most", METRIC_COUNT, "greatest backlog from then on", backlog_most},
    {"backlog_before", METRIC_COUNT, "mean backlog before", backlog_before},
    {"notice_at", METRIC_SECONDS, "response time that counts as noticed", notice_at},
};

void sheet_put_event(struct sheet *sheet, const struct event_spec *event,
                     const struct disturbance *disturbance)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        sheet_put(sheet, kinds[i].name, kinds[i].unit,
                  disturbance ? kinds[i].value(disturbance) : (double)NAN, event->name, kinds[i].meaning);
}
