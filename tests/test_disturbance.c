/* What follows from the events of a spec: by hand, and against a reading of the same numbers that looks at
 * each event at each change. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "des/rng.h"
#include "model/state.h"

enum { MOST_EVENTS = 40, MOST_CHANGES = 500 };

static const int64_t ms = 1000000;

/* Only the clock, the events and the watches of it are meant. */
static void begin(struct system *s)
{
    sim_init(&s->sim, s);
    cr_assert(watches_init(s));
    watches_begin(s);
}

static void backlog_at(struct system *s, int64_t at_ns, int64_t delta)
{
    cr_assert(sim_step(&s->sim, at_ns));
    watches_backlog(s, delta);
}

static void answer_at(struct system *s, int64_t at_ns, int64_t ns, bool well)
{
    cr_assert(sim_step(&s->sim, at_ns));
    struct request request = {.offered_ns = at_ns - ns, .outcome = well ? OUTCOME_OK : OUTCOME_ERROR};
    watches_answered(s, &request);
}

static struct disturbance *end_at(struct system *s, int64_t at_ns)
{
    cr_assert(sim_step(&s->sim, at_ns));
    struct disturbance *results = watches_close(s);
    cr_assert_not_null(results);
    watches_finish(s);
    sim_finish(&s->sim);
    return results;
}

/* 2 wait until 100 ms, when the event begins; from 110 ms on 5 do, which is more than twice as many, from 120
 * ms on 9. It ends at 150 ms; at 170 ms 2 wait again. */
Test(disturbance, backlog_by_hand)
{
    struct event_spec event = {.kind = EVENT_CUT, .from_ns = 100 * ms, .until_ns = 150 * ms};
    struct spec spec = {.events = &event, .n_events = 1};
    struct system s = {.spec = &spec};
    begin(&s);
    backlog_at(&s, 0, 2);
    backlog_at(&s, 110 * ms, 3);
    backlog_at(&s, 120 * ms, 4);
    backlog_at(&s, 140 * ms, -7); /* too early to be gone */
    backlog_at(&s, 145 * ms, 2);
    backlog_at(&s, 170 * ms, -2);
    backlog_at(&s, 180 * ms, 1);
    struct disturbance *r = end_at(&s, 200 * ms);
    cr_assert_eq(r->grew_ns, 10 * ms);
    cr_assert_eq(r->gone_ns, 70 * ms);
    cr_assert_eq(r->backlog_most, 9);
    cr_assert_float_eq(r->backlog_before, 2.0, 1e-12);
    free(r);
}

/* What changes twice within an instant was never there. */
Test(disturbance, an_instant_does_not_count)
{
    struct event_spec event = {.kind = EVENT_CUT, .from_ns = 100 * ms, .until_ns = 150 * ms};
    struct spec spec = {.events = &event, .n_events = 1};
    struct system s = {.spec = &spec};
    begin(&s);
    backlog_at(&s, 120 * ms, 1000);
    backlog_at(&s, 120 * ms, -1000);
    struct disturbance *r = end_at(&s, 200 * ms);
    cr_assert_eq(r->grew_ns, -1);
    cr_assert_eq(r->backlog_most, 0);
    free(r);
}

/* Where all was well, the first bad answer is noticed: here one that takes longer than the spec's limit. */
Test(disturbance, users_notice)
{
    struct event_spec events[] = {
        {.kind = EVENT_CUT, .from_ns = 100 * ms, .until_ns = 150 * ms, .notice_ns = 20 * ms},
        {.kind = EVENT_CUT, .from_ns = 100 * ms, .until_ns = 150 * ms, .notice_ns = 40 * ms},
        {.kind = EVENT_CUT, .from_ns = 900 * ms, .until_ns = 950 * ms, .notice_ns = 1 * ms}};
    struct spec spec = {.events = events, .n_events = 3};
    struct system s = {.spec = &spec};
    begin(&s);
    for (int64_t t = 50; t < 100; t++)
        answer_at(&s, t * ms, 10 * ms, true);
    answer_at(&s, 110 * ms, 20 * ms, true); /* just in time */
    answer_at(&s, 125 * ms, 21 * ms, true);
    answer_at(&s, 130 * ms, 39 * ms, true);
    answer_at(&s, 160 * ms, 5 * ms, false);
    struct disturbance *r = end_at(&s, 1000 * ms);
    cr_assert_eq(r[0].noticed_ns, 25 * ms);
    cr_assert_eq(r[1].noticed_ns, 60 * ms);
    cr_assert_eq(r[2].noticed_ns, -1);
    free(r);
}

/* ---- at random: every event at every change ---- */

struct change {
    int64_t at_ns, delta;
    int64_t answer_ns; /* response time; 0 = no answer comes then */
    bool well;
};

struct seen {
    struct disturbance r;
    int64_t most_before;
    double usual_share;
    uint64_t n, bad;
    bool begun;
};

/* The same as struct watches is for, one event after another. Times are whole ms, and events lie between. */
struct reader {
    const struct spec *spec;
    struct seen seen[MOST_EVENTS];
    int64_t backlog, since_ns, most, calm_ns, area;
    uint64_t answers, failed;
    struct histogram response;
};

static bool calm(const struct reader *reader, int64_t now_ns)
{
    for (size_t i = 0; i < reader->spec->n_events; i++) {
        const struct seen *seen = &reader->seen[i];
        bool over =
            now_ns > reader->spec->events[i].until_ns && (seen->r.grew_ns < 0 || seen->r.gone_ns >= 0);
        if (seen->begun && !over)
            return false;
    }
    return true;
}

static void read_event(struct reader *reader, size_t i, int64_t now_ns)
{
    const struct event_spec *event = &reader->spec->events[i];
    struct disturbance *r = &reader->seen[i].r;
    if (reader->backlog > r->backlog_most)
        r->backlog_most = reader->backlog;
    if (r->grew_ns < 0 && reader->backlog > 2 * reader->seen[i].most_before)
        r->grew_ns = reader->since_ns - event->from_ns;
    bool small = (double)reader->backlog <= r->backlog_before;
    if (r->grew_ns >= 0 && r->gone_ns < 0 && now_ns > event->until_ns && small)
        r->gone_ns =
            (reader->since_ns > event->until_ns ? reader->since_ns : event->until_ns) - event->from_ns;
}

static void read_to(struct reader *reader, int64_t now_ns)
{
    if (now_ns == reader->since_ns)
        return;
    if (calm(reader, now_ns)) {
        reader->most = reader->backlog > reader->most ? reader->backlog : reader->most;
        reader->area += reader->backlog * (now_ns - reader->since_ns);
        reader->calm_ns += now_ns - reader->since_ns;
    }
    for (size_t i = 0; i < reader->spec->n_events; i++)
        if (reader->seen[i].begun)
            read_event(reader, i, now_ns);
    reader->since_ns = now_ns;
}

static void read_begins(struct reader *reader, int64_t until_ns)
{
    for (size_t i = 0; i < reader->spec->n_events; i++) {
        const struct event_spec *event = &reader->spec->events[i];
        struct seen *seen = &reader->seen[i];
        if (seen->begun || event->from_ns > until_ns)
            continue;
        read_to(reader, event->from_ns);
        *seen = (struct seen){.begun = true, .most_before = reader->most};
        seen->r = (struct disturbance){.noticed_ns = -1, .grew_ns = -1, .gone_ns = -1};
        seen->r.backlog_before =
            reader->calm_ns > 0 ? (double)reader->area / (double)reader->calm_ns : (double)reader->backlog;
        seen->r.notice_ns = event->notice_ns;
        double failed = reader->answers ? (double)reader->failed / (double)reader->answers : 0.0;
        double slow =
            reader->response.count ? histogram_share_above(&reader->response, event->notice_ns) : 0.0;
        seen->usual_share = failed + (1.0 - failed) * slow;
    }
}

static void read_answer(struct reader *reader, const struct change *change)
{
    if (calm(reader, change->at_ns)) {
        reader->answers++;
        reader->failed += !change->well;
        if (change->well)
            histogram_add(&reader->response, change->answer_ns);
    }
    for (size_t i = 0; i < reader->spec->n_events; i++) {
        struct seen *seen = &reader->seen[i];
        if (!seen->begun || seen->r.noticed_ns >= 0)
            continue;
        seen->n++;
        seen->bad += !change->well || change->answer_ns > seen->r.notice_ns;
        double usual = seen->usual_share * (double)seen->n;
        if ((double)seen->bad >= (seen->usual_share > 0.0 ? 3.0 : 1.0) + usual + 3.0 * sqrt(usual))
            seen->r.noticed_ns = change->at_ns - reader->spec->events[i].from_ns;
    }
}

/* In order of time; half a millisecond off the changes. */
static size_t make_events(struct draw *draw, struct event_spec events[MOST_EVENTS])
{
    size_t n = 1 + draw_below(draw, MOST_EVENTS);
    int64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        at += (int64_t)draw_below(draw, 60);
        bool for_ever = draw_below(draw, 20) == 0;
        int64_t until = at + 1 + (int64_t)draw_below(draw, 80);
        events[i] = (struct event_spec){.kind = EVENT_CUT,
                                        .from_ns = at * ms + ms / 2,
                                        .until_ns = for_ever ? INT64_MAX : until * ms + ms / 2,
                                        .notice_ns = (int64_t)(1 + draw_below(draw, 30)) * ms};
    }
    return n;
}

static struct change make_change(struct draw *draw, int64_t at_ns, int64_t backlog)
{
    struct change change = {.at_ns = at_ns, .well = draw_below(draw, 10) > 0};
    change.delta = (int64_t)draw_below(draw, 7) - 3;
    if (draw_below(draw, 30) == 0)
        change.delta = -backlog; /* it works itself out */
    if (change.delta < -backlog)
        change.delta = 0;
    if (draw_below(draw, 2))
        change.answer_ns = (int64_t)(1 + draw_below(draw, 25)) * ms;
    return change;
}

static void compare(uint64_t seed)
{
    struct stream stream = stream_make(seed, 0, "disturbance");
    struct draw draw = draw_make(&stream, 0, 0);
    struct event_spec events[MOST_EVENTS];
    struct spec spec = {.events = events, .n_events = make_events(&draw, events)};
    struct system s = {.spec = &spec};
    struct reader reader = {.spec = &spec};
    begin(&s);
    int64_t now_ns = 0;
    for (int i = 0; i < MOST_CHANGES; i++) {
        now_ns += (int64_t)draw_below(&draw, 8) * ms;
        struct change change = make_change(&draw, now_ns, reader.backlog);
        read_begins(&reader, now_ns);
        if (change.answer_ns) {
            read_answer(&reader, &change);
            answer_at(&s, now_ns, change.answer_ns, change.well);
        }
        read_to(&reader, now_ns);
        reader.backlog += change.delta;
        backlog_at(&s, now_ns, change.delta);
    }
    read_begins(&reader, now_ns + ms);
    read_to(&reader, now_ns + ms);
    struct disturbance *r = end_at(&s, now_ns + ms);
    for (size_t i = 0; i < spec.n_events; i++) {
        const struct disturbance *expected = &reader.seen[i].r;
        if (!reader.seen[i].begun)
            continue;
        cr_assert_eq(r[i].noticed_ns, expected->noticed_ns, "seed %llu, event %zu", (unsigned long long)seed,
                     i);
        cr_assert_eq(r[i].grew_ns, expected->grew_ns, "seed %llu, event %zu", (unsigned long long)seed, i);
        cr_assert_eq(r[i].gone_ns, expected->gone_ns, "seed %llu, event %zu", (unsigned long long)seed, i);
        cr_assert_eq(r[i].backlog_most, expected->backlog_most, "seed %llu, event %zu",
                     (unsigned long long)seed, i);
        cr_assert_float_eq(r[i].backlog_before, expected->backlog_before, 1e-9);
    }
    free(r);
    histogram_finish(&reader.response);
}

Test(disturbance, as_if_each_event_were_looked_at_each_time)
{
    for (uint64_t seed = 1; seed <= 300; seed++)
        compare(seed);
}
