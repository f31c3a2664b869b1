#include "model/disturbance.h"

#include <math.h>
#include <stdlib.h>

#include "model/state.h"

static bool is_over(const struct watch *watch, const struct event_spec *event, int64_t now_ns)
{
    return now_ns > event->until_ns && (watch->result.grew_ns < 0 || watch->result.gone_ns >= 0);
}

static bool is_calm(const struct system *s)
{
    for (size_t i = 0; i < s->spec->n_events; i++)
        if (s->watches.list[i].begun && !is_over(&s->watches.list[i], &s->spec->events[i], s->sim.now_ns))
            return false;
    return true;
}

static void see_one(const struct system *s, struct watch *watch, const struct event_spec *event)
{
    const struct watches *w = &s->watches;
    struct disturbance *r = &watch->result;
    if (w->backlog > r->backlog_most)
        r->backlog_most = w->backlog;
    if (r->grew_ns < 0 && w->backlog > 2 * watch->most_before)
        r->grew_ns = w->since_ns - event->from_ns;
    bool small = (double)w->backlog <= r->backlog_before;
    if (r->gone_ns < 0 && r->grew_ns >= 0 && s->sim.now_ns > event->until_ns && small)
        r->gone_ns = (w->since_ns > event->until_ns ? w->since_ns : event->until_ns) - event->from_ns;
}

/* The backlog is looked at when it is about to change: so what passes through within an instant never counts.
 */
static void see(struct system *s)
{
    struct watches *w = &s->watches;
    int64_t ns = s->sim.now_ns - w->since_ns;
    if (ns == 0)
        return;
    if (is_calm(s)) {
        w->most = w->backlog > w->most ? w->backlog : w->most;
        w->area += (int128)w->backlog * ns;
        w->calm_ns += ns;
    }
    for (size_t i = 0; i < s->spec->n_events; i++)
        if (w->list[i].begun)
            see_one(s, &w->list[i], &s->spec->events[i]);
    w->since_ns = s->sim.now_ns;
}

void watches_backlog(struct system *s, int64_t delta)
{
    if (!s->watches.list)
        return;
    see(s);
    s->watches.backlog += delta;
}

/* ---- what users notice ---- */

/* More than three standard deviations above what is usual; three at least, where some are usual. */
static bool is_unusual(const struct watch *watch)
{
    double usual = watch->usual_share * (double)watch->n;
    double least = watch->usual_share > 0.0 ? 3.0 : 1.0;
    return (double)watch->bad >= least + usual + 3.0 * sqrt(usual);
}

static void note_usual(struct watches *w, bool failed, int64_t ns)
{
    w->n++;
    w->failed += failed;
    if (!failed)
        histogram_add(&w->response, ns);
}

static void watch_answer(struct watch *watch, const struct event_spec *event, bool failed, int64_t ns,
                         int64_t now_ns)
{
    int64_t limit_ns = watch->result.notice_ns;
    if (!watch->begun || watch->result.noticed_ns >= 0)
        return;
    watch->n++;
    watch->bad += failed || (limit_ns >= 0 && ns > limit_ns);
    if (is_unusual(watch))
        watch->result.noticed_ns = now_ns - event->from_ns;
}

void watches_answered(struct system *s, const struct request *request)
{
    struct watches *w = &s->watches;
    if (!w->list)
        return;
    int64_t ns = s->sim.now_ns - request->offered_ns;
    bool failed = request->outcome != OUTCOME_OK;
    if (is_calm(s))
        note_usual(w, failed, ns);
    for (size_t i = 0; i < s->spec->n_events; i++)
        watch_answer(&w->list[i], &s->spec->events[i], failed, ns, s->sim.now_ns);
}

/* ---- begin and end ---- */

/* The response time at which users notice, if the spec does not say: -1 = none. */
static int64_t usual_limit(const struct histogram *response)
{
    static const double factor = 2.0, share = 0.95;
    return response->count ? (int64_t)(factor * histogram_quantile(response, share)) : -1;
}

static void begin(void *system, void *subject)
{
    struct system *s = system;
    struct watch *watch = subject;
    struct watches *w = &s->watches;
    const struct event_spec *event = &s->spec->events[watch - w->list];
    struct disturbance *r = &watch->result;
    see(s);
    watch->begun = true;
    watch->most_before = w->most;
    r->backlog_before = w->calm_ns > 0 ? (double)w->area / (double)w->calm_ns : (double)w->backlog;
    r->notice_ns = event->notice_ns ? event->notice_ns : usual_limit(&w->response);
    double failed = w->n ? (double)w->failed / (double)w->n : 0.0;
    double slow = w->response.count ? histogram_share_above(&w->response, r->notice_ns) : 0.0;
    watch->usual_share = failed + (1.0 - failed) * slow;
}

bool watches_init(struct system *s)
{
    if (s->spec->n_events == 0)
        return true;
    s->watches.list = calloc(s->spec->n_events, sizeof *s->watches.list);
    for (size_t i = 0; s->watches.list && i < s->spec->n_events; i++)
        s->watches.list[i].result = (struct disturbance){.noticed_ns = -1, .grew_ns = -1, .gone_ns = -1};
    return s->watches.list != NULL;
}

void watches_finish(struct system *s)
{
    free(s->watches.list);
    histogram_finish(&s->watches.response);
    s->watches.list = NULL;
}

void watches_begin(struct system *s)
{
    for (size_t i = 0; i < s->spec->n_events; i++)
        sim_schedule(&s->sim, s->spec->events[i].from_ns, begin, &s->watches.list[i]);
}

void watches_restart(struct system *s)
{
    struct watches *w = &s->watches;
    w->since_ns = s->sim.now_ns;
    w->area = 0;
    w->most = w->calm_ns = 0;
    w->n = w->failed = 0;
    histogram_clear(&w->response);
}

struct disturbance *watches_close(struct system *s)
{
    struct disturbance *results = calloc(s->spec->n_events + 1, sizeof *results);
    if (!results)
        return NULL;
    if (!s->watches.list)
        return results;
    see(s);
    for (size_t i = 0; i < s->spec->n_events; i++)
        results[i] = s->watches.list[i].result;
    return results;
}
