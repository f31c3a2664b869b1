#include "report/disturbance_view.h"

#include <math.h>

enum {
    MOST_STRETCHES = 160,
    ANSWERS_A_STRETCH = 20, /* so that its mean means something */
    LEAST_SAMPLES = 20,
};

const struct disturbance *disturbance_of(const struct plot_source *source, size_t policy, size_t event)
{
    const struct result *result = &source->experiment->policies[policy].first;
    return event < result->n_disturbances ? &result->disturbances[event] : NULL;
}

/* ---- numbers ---- */

int64_t backlog_at(const struct system_sample *sample, const void *data)
{
    (void)data;
    return sample->places[PLACE_QUEUE] + sample->places[PLACE_INBOX] + sample->places[PLACE_RETRY];
}

double response_between(const struct system_sample *a, const struct system_sample *b)
{
    uint64_t answers = b->answered - a->answered;
    return answers > 0 ? (double)(b->response_ns - a->response_ns) * 1e-9 / (double)answers : (double)NAN;
}

double errors_between(const struct system_sample *a, const struct system_sample *b)
{
    uint64_t answers = b->answered - a->answered, failures = b->failed - a->failed;
    return answers + failures > 0 ? (double)failures / (double)(answers + failures) : (double)NAN;
}

/* ---- what is shown ---- */

static int64_t later(int64_t at_ns, int64_t by_ns, int64_t limit_ns)
{
    return by_ns < limit_ns - at_ns ? at_ns + by_ns : limit_ns;
}

/* When the event is over and its backlog gone, under the policy where that takes longest. */
static int64_t end_of_event(const struct plot_source *source, size_t e)
{
    const struct event_spec *event = &source->spec->events[e];
    int64_t duration_ns = source->spec->run.duration_ns;
    int64_t end_ns = event->until_ns < duration_ns ? event->until_ns : duration_ns;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct disturbance *d = disturbance_of(source, p, e);
        if (!d)
            continue;
        int64_t gone_ns = d->gone_ns >= 0   ? later(event->from_ns, d->gone_ns, duration_ns)
                          : d->grew_ns >= 0 ? duration_ns
                                            : 0;
        end_ns = gone_ns > end_ns ? gone_ns : end_ns;
    }
    return end_ns;
}

/* However short the events, what is shown is a twentieth of the run, and so many samples that there is a
 * curve.
 */
static int64_t least_time(const struct disturbance_view *view)
{
    int64_t run_ns = view->source->spec->run.duration_ns;
    size_t n = view->source->experiment->policies[0].series.n;
    double share = fmax(0.05, LEAST_SAMPLES / (double)(n > 1 ? n - 1 : 1));
    return (int64_t)(fmin(share, 1.0) * (double)run_ns);
}

static void widen_time(struct disturbance_view *view)
{
    int64_t run_ns = view->source->spec->run.duration_ns;
    int64_t missing_ns = least_time(view) - (view->to_ns - view->from_ns);
    if (missing_ns <= 0)
        return;
    view->from_ns = view->from_ns > missing_ns / 4 ? view->from_ns - missing_ns / 4 : 0;
    view->to_ns = later(view->from_ns, least_time(view), run_ns);
    view->from_ns = view->to_ns - least_time(view);
}

/* From before the first event until all backlogs are gone, with a margin. */
static void choose_time(struct disturbance_view *view)
{
    const struct spec *spec = view->source->spec;
    int64_t from_ns = spec->run.duration_ns, to_ns = 0;
    for (size_t e = 0; e < spec->n_events; e++) {
        int64_t end_ns = end_of_event(view->source, e);
        from_ns = spec->events[e].from_ns < from_ns ? spec->events[e].from_ns : from_ns;
        to_ns = end_ns > to_ns ? end_ns : to_ns;
    }
    int64_t margin_ns = to_ns > from_ns ? (to_ns - from_ns) / 4 : spec->run.duration_ns / 8;
    view->from_ns = from_ns > margin_ns ? from_ns - margin_ns : 0;
    view->to_ns = later(to_ns, margin_ns, spec->run.duration_ns);
    if (view->from_ns >= view->to_ns)
        view->from_ns = 0;
    widen_time(view);
}

/* So many samples to a stretch that about twenty requests end in it, and yet there are twenty stretches. */
static size_t choose_bucket(const struct disturbance_view *view)
{
    const struct series *series = &view->source->experiment->policies[0].series;
    double share = (double)(view->to_ns - view->from_ns) / (double)view->source->spec->run.duration_ns;
    double shown = (double)series->n * share;
    uint64_t most = 0;
    for (size_t p = 0; p < plot_shown_policies(view->source); p++) {
        const struct series *here = &view->source->experiment->policies[p].series;
        uint64_t ended = here->samples[here->n - 1].answered + here->samples[here->n - 1].failed;
        most = ended > most ? ended : most;
    }
    double for_answers = ANSWERS_A_STRETCH * (double)series->n / (double)(most > 0 ? most : 1);
    double bucket = fmax(1.0, fmax(ceil(shown / MOST_STRETCHES), ceil(for_answers)));
    return (size_t)fmin(bucket, ceil(fmax(shown, 20.0) / 20.0));
}

bool view_shows(const struct disturbance_view *view, const struct series *series, size_t from, size_t to)
{
    return series->samples[to].at_ns >= view->from_ns && series->samples[from].at_ns <= view->to_ns;
}

size_t view_stretch_end(const struct disturbance_view *view, const struct series *series, size_t from)
{
    return from + view->bucket < series->n ? from + view->bucket : series->n - 1;
}

static void widen(struct disturbance_view *view, const struct series *series, size_t from, size_t to)
{
    const struct system_sample *a = &series->samples[from], *b = &series->samples[to];
    double response = response_between(a, b), errors = errors_between(a, b);
    view->low = fmin(view->low, response); /* passes over NAN */
    view->high = fmax(view->high, response);
    view->most_errors = fmax(view->most_errors, errors);
    for (size_t i = from; i <= to; i++)
        view->most_backlog = fmax(view->most_backlog, (double)backlog_at(&series->samples[i], NULL));
}

struct disturbance_view disturbance_view_make(const struct plot_source *source)
{
    struct disturbance_view view = {.source = source, .low = INFINITY};
    choose_time(&view);
    view.bucket = choose_bucket(&view);
    view.unit = plot_time_unit((double)view.to_ns * 1e-9);
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct series *series = &source->experiment->policies[p].series;
        for (size_t from = 0; from + 1 < series->n; from += view.bucket) {
            size_t to = view_stretch_end(&view, series, from);
            if (view_shows(&view, series, from, to))
                widen(&view, series, from, to);
        }
    }
    return view;
}
