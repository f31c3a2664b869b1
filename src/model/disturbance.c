#include "model/disturbance.h"

#include <math.h>
#include <stdlib.h>

#include "model/state.h"

/* No event goes on, and what the earlier ones left is gone. */
static bool is_calm(const struct watches *w, int64_t now_ns)
{
    return now_ns > w->until_ns && !w->grown;
}

/* ---- the backlog ---- */

static void see_peak(struct watches *w)
{
    size_t n = w->n_peaks;
    while (n > 0 && w->peaks[n - 1].backlog < w->backlog)
        n--;
    if (n < w->n_peaks) { /* the first of those that it tops stands for all of them */
        w->peaks[n].backlog = w->backlog;
        w->n_peaks = n + 1;
    }
}

static int64_t peak_since(const struct watches *w, size_t turn)
{
    size_t low = 0, high = w->n_peaks;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (w->peaks[middle].first <= turn)
            low = middle;
        else
            high = middle;
    }
    return w->peaks[low].backlog;
}

static int64_t growth_bound(const struct watch *watch)
{
    return 2 * watch->most_before;
}

static void see_growth(struct watches *w)
{
    w->grown_from = INT64_MAX;
    for (struct watch **link = &w->small, *watch; (watch = *link);) {
        if (w->backlog <= growth_bound(watch)) {
            if (growth_bound(watch) < w->grown_from)
                w->grown_from = growth_bound(watch);
            link = &watch->next;
            continue;
        }
        watch->result.grew_ns = w->since_ns - watch->event->from_ns;
        if (!w->grown || watch->result.backlog_before > w->gone_from)
            w->gone_from = watch->result.backlog_before;
        *link = watch->next;
        watch->next = w->grown;
        w->grown = watch;
    }
}

static void see_end(struct watches *w, int64_t now_ns)
{
    w->gone_from = 0.0;
    for (struct watch **link = &w->grown, *watch; (watch = *link);) {
        struct disturbance *r = &watch->result;
        int64_t until_ns = watch->event->until_ns;
        if (now_ns > until_ns && (double)w->backlog <= r->backlog_before) {
            r->gone_ns = (w->since_ns > until_ns ? w->since_ns : until_ns) - watch->event->from_ns;
            *link = watch->next;
            continue;
        }
        if (r->backlog_before > w->gone_from)
            w->gone_from = r->backlog_before;
        link = &watch->next;
    }
}

/* The backlog is looked at when it is about to change: so what passes through within an instant never counts.
 */
static void see(struct system *s)
{
    struct watches *w = &s->watches;
    int64_t ns = s->sim.now_ns - w->since_ns;
    if (ns == 0)
        return;
    if (is_calm(w, s->sim.now_ns)) {
        w->most = w->backlog > w->most ? w->backlog : w->most;
        w->area += (int128)w->backlog * ns;
        w->calm_ns += ns;
    }
    see_peak(w);
    if (w->backlog > w->grown_from)
        see_growth(w);
    if (w->grown && (double)w->backlog <= w->gone_from)
        see_end(w, s->sim.now_ns);
    w->since_ns = s->sim.now_ns;
}

void watches_backlog(struct system *s, int64_t delta)
{
    see(s);
    s->watches.backlog += delta;
}

/* ---- what users notice ---- */

static void note_usual(struct watches *w, bool failed, int64_t ns)
{
    w->n++;
    w->failed += failed;
    if (!failed)
        histogram_add(&w->response, ns);
}

/* INT64_MAX: users would wait for ever. */
static int64_t notice_bound(const struct watch *watch)
{
    return watch->result.notice_ns >= 0 ? watch->result.notice_ns : INT64_MAX;
}

/* More than three standard deviations above what is usual; three at least, where some are usual. Good answers
 * alone never make it so. */
static bool is_unusual(const struct watch *watch, uint64_t answers)
{
    double usual = watch->usual_share * (double)answers;
    double least = watch->usual_share > 0.0 ? 3.0 : 1.0;
    return (double)watch->bad >= least + usual + 3.0 * sqrt(usual);
}

static void see_bad(struct watches *w, bool failed, int64_t ns, int64_t now_ns)
{
    w->notice_ns = INT64_MAX;
    for (struct watch **link = &w->open, *watch; (watch = *link);) {
        watch->bad += failed || ns > notice_bound(watch);
        if (is_unusual(watch, w->answers - watch->answers_before)) {
            watch->result.noticed_ns = now_ns - watch->event->from_ns;
            *link = watch->next_open;
            continue;
        }
        if (notice_bound(watch) < w->notice_ns)
            w->notice_ns = notice_bound(watch);
        link = &watch->next_open;
    }
}

void watches_answered(struct system *s, const struct request *request)
{
    struct watches *w = &s->watches;
    if (!w->list)
        return;
    int64_t ns = s->sim.now_ns - request->offered_ns;
    bool failed = request->outcome != OUTCOME_OK;
    if (is_calm(w, s->sim.now_ns))
        note_usual(w, failed, ns);
    w->answers++;
    if (failed || ns > w->notice_ns)
        see_bad(w, failed, ns, s->sim.now_ns);
}

/* ---- begin and end ---- */

/* The response time at which users notice, if the spec does not say: -1 = none. */
static int64_t usual_limit(const struct histogram *response)
{
    static const double factor = 2.0, share = 0.95;
    return response->count ? (int64_t)(factor * histogram_quantile(response, share)) : -1;
}

/* From now on the backlog and the answers are held against it. */
static void enter(struct watches *w, struct watch *watch)
{
    watch->begun = true;
    watch->answers_before = w->answers;
    watch->turn = w->n_begun++;
    if (watch->event->until_ns > w->until_ns)
        w->until_ns = watch->event->until_ns;
    if (w->n_peaks == 0 || w->peaks[w->n_peaks - 1].backlog > 0)
        w->peaks[w->n_peaks++] = (struct peak){.first = watch->turn};
    watch->next = w->small;
    w->small = watch;
    if (growth_bound(watch) < w->grown_from)
        w->grown_from = growth_bound(watch);
    watch->next_open = w->open;
    w->open = watch;
    if (notice_bound(watch) < w->notice_ns)
        w->notice_ns = notice_bound(watch);
}

static void begin(void *system, void *subject)
{
    struct system *s = system;
    struct watch *watch = subject;
    struct watches *w = &s->watches;
    struct disturbance *r = &watch->result;
    see(s);
    watch->most_before = w->most;
    r->backlog_before = w->calm_ns > 0 ? (double)w->area / (double)w->calm_ns : (double)w->backlog;
    r->notice_ns = watch->event->notice_ns ? watch->event->notice_ns : usual_limit(&w->response);
    double failed = w->n ? (double)w->failed / (double)w->n : 0.0;
    double slow = w->response.count ? histogram_share_above(&w->response, r->notice_ns) : 0.0;
    watch->usual_share = failed + (1.0 - failed) * slow;
    enter(w, watch);
}

bool watches_init(struct system *s)
{
    struct watches *w = &s->watches;
    size_t n = s->spec->n_events;
    if (n == 0)
        return true;
    w->list = calloc(n, sizeof *w->list);
    w->peaks = calloc(n, sizeof *w->peaks);
    if (!w->list || !w->peaks)
        return false;
    w->n_list = n;
    w->until_ns = -1;
    w->grown_from = w->notice_ns = INT64_MAX;
    for (size_t i = 0; i < n; i++)
        w->list[i] = (struct watch){.event = &s->spec->events[i],
                                    .result = {.noticed_ns = -1, .grew_ns = -1, .gone_ns = -1}};
    return true;
}

void watches_finish(struct system *s)
{
    free(s->watches.list);
    free(s->watches.peaks);
    histogram_finish(&s->watches.response);
    s->watches.list = NULL;
    s->watches.peaks = NULL;
}

void watches_begin(struct system *s)
{
    for (size_t i = 0; i < s->watches.n_list; i++)
        sim_schedule(&s->sim, s->watches.list[i].event->from_ns, begin, &s->watches.list[i]);
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
    const struct watches *w = &s->watches;
    struct disturbance *results = calloc(s->spec->n_events + 1, sizeof *results);
    if (!results || !w->list)
        return results;
    see(s);
    for (size_t i = 0; i < w->n_list; i++) {
        results[i] = w->list[i].result;
        if (w->list[i].begun)
            results[i].backlog_most = peak_since(w, w->list[i].turn);
    }
    return results;
}
