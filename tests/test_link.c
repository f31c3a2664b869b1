/* Links in bad weather: what gets through, and when. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/state.h"
#include "model/weather.h"

enum { A, B, C, MS = 1000000 };

static const int64_t second = 1000000000;

/* Three components; a link between A and B, the default one between the others. Both take 10 ms. */
static struct link_spec link_of_10_ms(const char *name, uint32_t a, uint32_t b)
{
    return (struct link_spec){.name = text_copy(name),
                              .between = {a, b},
                              .delay = distribution_always(10e6),
                              .bytes_per_s = (double)INFINITY,
                              .rto_ns = second,
                              .max_rto_ns = 8 * second};
}

static struct spec three(void)
{
    static const char *const names[] = {"a", "b", "c"};
    struct spec spec = {.name = text_copy("three"), .about = text_copy("")};
    spec.run = (struct run_spec){.duration_ns = 1000000 * second, .seed = 5, .replications = 1};
    spec.n_components = 3;
    spec.components = calloc(3, sizeof *spec.components);
    for (int i = 0; i < 3; i++)
        spec.components[i] =
            (struct component_spec){.name = text_copy(names[i]), .replicas = 1, .workers = 1, .cores = 1};
    spec.n_links = 1;
    spec.links = calloc(1, sizeof *spec.links);
    spec.links[0] = link_of_10_ms("a-b", A, B);
    spec.default_link = calloc(1, sizeof *spec.default_link);
    *spec.default_link = link_of_10_ms("default", SPEC_NONE, SPEC_NONE);
    spec.n_policies = 1;
    spec.policies = calloc(1, sizeof *spec.policies);
    spec.policies[0] = (struct policy_spec){.name = text_copy("sync")};
    spec.events = calloc(4, sizeof *spec.events);
    return spec;
}

static struct event_spec *add_event(struct spec *spec, enum event_kind kind, int64_t from_ns,
                                    int64_t until_ns)
{
    struct event_spec *event = &spec->events[spec->n_events++];
    *event = (struct event_spec){.name = text_copy("event"),
                                 .kind = kind,
                                 .from_ns = from_ns,
                                 .until_ns = until_ns,
                                 .component = SPEC_NONE,
                                 .replica = SPEC_NONE,
                                 .load = SPEC_NONE};
    return event;
}

static struct system *start(const struct spec *spec)
{
    struct system *s = system_create(spec, 0, 0, NULL, NULL);
    cr_assert(s);
    return s;
}

static void stop(struct system *s, struct spec *spec)
{
    system_destroy(s);
    spec_finish(spec);
}

static struct wire *wire(struct system *s, uint32_t from, uint32_t to)
{
    struct wire *found;
    cr_assert(wire_between(s, from, to, &found) && found);
    return found;
}

static struct passage send_as(struct system *s, struct wire *w, int64_t at_ns, uint64_t number,
                              enum wire_use use, const struct queue_rule *rule)
{
    struct request request = {.number = number};
    struct queue queue = {.rule = rule};
    struct site site = {.queue = rule ? &queue : NULL};
    struct activation a = {.request = &request, .site = &site, .path = 3};
    s->sim.now_ns = at_ns;
    return wire_send(s, w, 0, &a, use);
}

static struct passage send(struct system *s, struct wire *w, int64_t at_ns)
{
    return send_as(s, w, at_ns, 0, WIRE_REQUEST, NULL);
}

static bool is_lost(struct system *s, struct wire *w, int64_t at_ns)
{
    return send(s, w, at_ns).lost;
}

static int64_t arrival(struct system *s, struct wire *w, int64_t at_ns)
{
    struct passage passage = send(s, w, at_ns);
    cr_assert(!passage.lost);
    return passage.arrival_ns;
}

/* ---- cuts ---- */

Test(link, cut)
{
    struct spec spec = three();
    add_event(&spec, EVENT_CUT, 10 * second, 20 * second)->link = 0;
    struct system *s = start(&spec);
    struct wire *there = wire(s, A, B), *back = wire(s, B, A);
    cr_expect_not(is_lost(s, there, 10 * second - 10 * MS), "arrives in the instant in which the cut begins");
    cr_expect(is_lost(s, there, 10 * second - 10 * MS + 1), "under way");
    cr_expect(is_lost(s, there, 10 * second));
    cr_expect(is_lost(s, back, 15 * second), "both ways");
    cr_expect(is_lost(s, there, 20 * second - 1));
    cr_expect_not(is_lost(s, there, 20 * second));
    cr_expect_null(wire(s, A, C)->weather, "another link");
    stop(s, &spec);
}

Test(link, is_cut)
{
    struct spec spec = three();
    add_event(&spec, EVENT_CUT, 10 * second, 20 * second)->link = 1;
    struct system *s = start(&spec);
    struct wire *w = wire(s, C, A);
    cr_expect_not(wire_is_cut(s, w, 10 * second - 1));
    cr_expect(wire_is_cut(s, w, 10 * second));
    cr_expect(wire_is_cut(s, w, 20 * second - 1));
    cr_expect_not(wire_is_cut(s, w, 20 * second));
    cr_expect_not(wire_is_cut(s, wire(s, A, B), 15 * second));
    cr_expect_not(wire_is_cut(s, NULL, 15 * second));
    stop(s, &spec);
}

Test(link, partition_cuts_between_its_group_and_the_rest)
{
    struct spec spec = three();
    struct event_spec *event = add_event(&spec, EVENT_PARTITION, 10 * second, 20 * second);
    event->n_group = 2;
    event->group = calloc(2, sizeof *event->group);
    event->group[0] = C;
    event->group[1] = A;
    struct system *s = start(&spec);
    cr_expect(is_lost(s, wire(s, A, B), 15 * second), "out");
    cr_expect(is_lost(s, wire(s, B, C), 15 * second), "in");
    cr_expect_not(is_lost(s, wire(s, A, C), 15 * second), "both in");
    cr_expect_not(is_lost(s, wire(s, A, B), 20 * second), "over");
    stop(s, &spec);
}

/* What counts is when its first byte goes out. */
Test(link, cut_and_a_wire_that_is_busy)
{
    struct spec spec = three();
    spec.run.duration_ns = 1000 * second;
    spec.links[0].bytes_per_s = 1e9; /* else it is never busy */
    add_event(&spec, EVENT_CUT, 10 * second, 20 * second)->link = 0;
    spec.links[0].failures =
        (struct failure_spec){.up = distribution_always(500e9), .down = distribution_always(1e9)};
    struct system *s = start(&spec);
    struct wire *w = wire(s, A, B);
    w->free_ns = 10 * second;
    cr_expect(is_lost(s, w, 5 * second));
    w->free_ns = 20 * second;
    cr_expect_eq(arrival(s, w, 15 * second), 20 * second + 10 * MS);
    w->free_ns = SIM_TIME_MAX;
    cr_expect_geq(arrival(s, w, 15 * second), SIM_TIME_MAX, "long after the end of the run");
    stop(s, &spec);
}

Test(link, resends_until_the_cut_is_over)
{
    struct spec spec = three();
    spec.links[0].on_loss = LINK_RETRANSMIT;
    add_event(&spec, EVENT_CUT, 10 * second, 20 * second)->link = 0;
    struct system *s = start(&spec);
    struct wire *w = wire(s, A, B);
    int64_t way = 10 * MS;
    cr_expect_eq(arrival(s, w, 9 * second), 9 * second + way);
    /* Tries after 0, 1, 3, 7, 15, 23, 31, ... s: the pauses double up to 8 s. */
    cr_expect_eq(arrival(s, w, 10 * second), 25 * second + way);
    cr_expect_eq(arrival(s, w, 13 * second), 20 * second + way, "a try in the instant of the end");
    cr_expect_eq(arrival(s, w, 13 * second + 1), 20 * second + 1 + way);
    cr_expect_eq(arrival(s, w, 17 * second), 20 * second + way);
    cr_expect_eq(arrival(s, w, 19 * second), 20 * second + way);
    stop(s, &spec);
}

Test(link, resends_after_one_cut_into_the_next)
{
    struct spec spec = three();
    spec.links[0].on_loss = LINK_RETRANSMIT;
    add_event(&spec, EVENT_CUT, 10 * second, 100 * second)->link = 0;
    add_event(&spec, EVENT_CUT, 50 * second, 110 * second)->link = 0;
    add_event(&spec, EVENT_CUT, 112 * second, 120 * second)->link = 0;
    struct system *s = start(&spec);
    /* Under way when the cut begins; then after 15 s + k 8 s: 24.995, ..., 104.995, 112.995, 120.995. */
    int64_t sent = 10 * second - 5 * MS;
    cr_expect_eq(arrival(s, wire(s, A, B), sent), sent + 111 * second + 10 * MS);
    stop(s, &spec);
}

Test(link, what_never_arrives_does_not_hold_up_others)
{
    struct spec spec = three();
    spec.links[0].on_loss = LINK_RETRANSMIT;
    spec.links[0].ordered = true;
    spec.links[0].max_rto_ns = spec.links[0].rto_ns = 1;
    add_event(&spec, EVENT_CUT, 10 * second, INT64_MAX)->link = 0;
    struct system *s = start(&spec);
    struct wire *w = wire(s, A, B);
    cr_expect_eq(arrival(s, w, 10 * second), SIM_TIME_MAX);
    cr_expect_eq(w->last_ns, 0);
    stop(s, &spec);
}

Test(link, a_long_cut_is_jumped_over)
{
    struct spec spec = three();
    spec.links[0].on_loss = LINK_RETRANSMIT;
    spec.links[0].max_rto_ns = spec.links[0].rto_ns = 7; /* 10^14 tries */
    add_event(&spec, EVENT_CUT, 0, 700000 * second)->link = 0;
    struct system *s = start(&spec);
    cr_expect_eq(arrival(s, wire(s, A, B), 0), 700000 * second + 10 * MS);
    cr_expect_eq(arrival(s, wire(s, A, B), 1), 700000 * second + 1 + 10 * MS);
    stop(s, &spec);
}

/* Grants, connections and copies are always resent; what a queue sends, unless it is not to or the broker
 * does it itself. */
Test(link, what_is_resent_though_the_link_drops)
{
    static const struct queue_rule kept = {.visibility_timeout_ns = INT64_MAX},
                                   repeated = {.visibility_timeout_ns = 5},
                                   once = {.visibility_timeout_ns = INT64_MAX,
                                           .delivery = DELIVERY_AT_MOST_ONCE};
    static const struct {
        enum wire_use use;
        const struct queue_rule *rule;
        bool lost;
    } cases[] = {
        {WIRE_REQUEST, NULL, true},       {WIRE_ANSWER, NULL, true},     {WIRE_CONFIRM, &kept, true},
        {WIRE_CANCEL, NULL, true},        {WIRE_GRANT, &kept, false},    {WIRE_CONNECT, NULL, false},
        {WIRE_COPY, NULL, false},         {WIRE_DELIVERY, &kept, false}, {WIRE_ACK, &kept, false},
        {WIRE_DELIVERY, &repeated, true}, {WIRE_ACK, &repeated, true},   {WIRE_DELIVERY, &once, true},
        {WIRE_ACK, &once, true},
    };
    struct spec spec = three();
    add_event(&spec, EVENT_CUT, 10 * second, 12 * second)->link = 0;
    struct system *s = start(&spec);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct passage passage = send_as(s, wire(s, A, B), 10 * second, 0, cases[i].use, cases[i].rule);
        cr_expect_eq(passage.lost, cases[i].lost, "case %zu", i);
        if (!passage.lost)
            cr_expect_eq(passage.arrival_ns, 13 * second + 10 * MS, "case %zu", i);
    }
    stop(s, &spec);
}

Test(link, nothing_is_doubled_on_a_cut_link)
{
    struct spec spec = three();
    spec.links[0].duplicate = 1.0;
    add_event(&spec, EVENT_CUT, 10 * second, 20 * second)->link = 0;
    struct system *s = start(&spec);
    cr_expect(send(s, wire(s, A, B), 5 * second).duplicate);
    cr_expect_not(send(s, wire(s, A, B), 10 * second).duplicate);
    stop(s, &spec);
}

/* ---- loss and delay ---- */

Test(link, loss_event_stands_in_for_the_usual_loss)
{
    struct spec spec = three();
    spec.links[0].loss.good[0] = 1.0;
    struct event_spec *all = add_event(&spec, EVENT_LOSS, 10 * second, 20 * second);
    struct event_spec *nothing = add_event(&spec, EVENT_LOSS, 15 * second, 16 * second);
    all->chance = 1.0;
    nothing->chance = 0.0;
    struct system *s = start(&spec);
    struct wire *there = wire(s, A, B), *back = wire(s, B, A);
    cr_expect_not(is_lost(s, back, 10 * second - 1), "judged when it is sent");
    cr_expect(is_lost(s, back, 10 * second));
    cr_expect_not(is_lost(s, there, 15 * second), "the event that began last");
    cr_expect(is_lost(s, back, 16 * second));
    cr_expect_not(is_lost(s, back, 20 * second));
    cr_expect(is_lost(s, there, 20 * second));
    stop(s, &spec);
}

Test(link, resends_while_all_is_lost)
{
    struct spec spec = three();
    spec.links[0].on_loss = LINK_RETRANSMIT;
    struct event_spec *all = add_event(&spec, EVENT_LOSS, 10 * second, 100 * second);
    struct event_spec *nothing = add_event(&spec, EVENT_LOSS, 40 * second, 50 * second);
    struct event_spec *again = add_event(&spec, EVENT_LOSS, 200 * second, INT64_MAX);
    all->chance = again->chance = 1.0;
    nothing->chance = 0.0;
    struct system *s = start(&spec);
    cr_expect_eq(arrival(s, wire(s, A, B), 10 * second), 41 * second + 10 * MS,
                 "after 0, 1, 3, 7, 15, 23, 31");
    cr_expect_eq(arrival(s, wire(s, A, B), 60 * second), 107 * second + 10 * MS);
    cr_expect_eq(arrival(s, wire(s, A, B), 200 * second), SIM_TIME_MAX);
    stop(s, &spec);
}

/* The number of losses in a row is geometric. */
Test(link, loss_event_shares)
{
    enum { MESSAGES = 100000 };
    struct spec spec = three();
    add_event(&spec, EVENT_LOSS, 0, INT64_MAX)->chance = 0.3;
    spec.links[0].max_rto_ns = spec.links[0].rto_ns;
    struct system *s = start(&spec);
    int64_t lost = 0, pauses = 0;
    for (uint64_t i = 0; i < MESSAGES; i++) {
        lost += send_as(s, wire(s, A, B), second, i, WIRE_ANSWER, NULL).lost;
        pauses += (send_as(s, wire(s, A, B), second, i, WIRE_CONNECT, NULL).arrival_ns - second) / second;
    }
    double share = (double)lost / MESSAGES, mean = (double)pauses / MESSAGES;
    cr_expect(fabs(share - 0.3) < 4.5 * sqrt(0.3 * 0.7 / MESSAGES), "%.5f", share);
    cr_expect(fabs(mean - 0.3 / 0.7) < 4.5 * sqrt(0.3 / 0.49 / MESSAGES), "%.5f", mean);
    stop(s, &spec);
}

Test(link, slow_multiplies)
{
    struct spec spec = three();
    add_event(&spec, EVENT_SLOW, 10 * second, 20 * second)->factor = 2.5;
    add_event(&spec, EVENT_SLOW, 15 * second, 30 * second)->factor = 4.0;
    struct system *s = start(&spec);
    struct wire *w = wire(s, B, A);
    static const struct {
        int64_t at_s, way_ms;
    } cases[] = {{9, 10}, {10, 25}, {15, 100}, {20, 40}, {30, 10}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(arrival(s, w, cases[i].at_s * second), cases[i].at_s * second + cases[i].way_ms * MS,
                     "case %zu", i);
    cr_expect_eq(w->weather->n_events, 2);
    stop(s, &spec);
}

/* A slower message is under way for longer. */
Test(link, slow_and_cut)
{
    struct spec spec = three();
    add_event(&spec, EVENT_SLOW, 0, 20 * second)->factor = 100.0;
    add_event(&spec, EVENT_CUT, 10 * second, 11 * second)->link = 0;
    struct system *s = start(&spec);
    cr_expect_not(is_lost(s, wire(s, A, B), 9 * second));
    cr_expect(is_lost(s, wire(s, A, B), 9 * second + 1));
    stop(s, &spec);
}

/* ---- failures ---- */

static struct distribution exponential(double mean_ns)
{
    struct distribution d = {.type = &distribution_exponential, .parameters = {mean_ns}};
    cr_assert(distribution_prepare(&d, NULL));
    return d;
}

static struct spec failing(void)
{
    struct spec spec = three();
    struct link_spec *links[] = {&spec.links[0], spec.default_link};
    for (int i = 0; i < 2; i++) {
        links[i]->delay = distribution_always(0.0);
        links[i]->failures = (struct failure_spec){.up = exponential(100e9), .down = exponential(10e9)};
    }
    return spec;
}

/* Messages at the instants of a Poisson process see what there is in the mean (Wolff, Operations Research
 * 30(2), 1982): 10 of 110. The share of time in which an alternating process is down has the variance
 * 2 (u d)^2 / ((u + d)^3 t) over a long time t (Takacs, Acta Math. Acad. Sci. Hung. 8, 1957). */
Test(link, failures_are_met_as_often_as_they_last)
{
    enum { MESSAGES = 100000 };
    struct spec spec = failing();
    spec.run.duration_ns = 100 * MESSAGES * second;
    struct system *s = start(&spec);
    struct wire *there = wire(s, A, B), *back = wire(s, B, A);
    struct stream stream = stream_make(1, 2, "when");
    int64_t at_ns = 0, lost = 0, differ = 0;
    for (uint64_t i = 0; i < MESSAGES; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        at_ns += (int64_t)(draw_exponential(&draw) * 20e9);
        bool is = is_lost(s, there, at_ns);
        lost += is;
        differ += is != is_lost(s, back, at_ns);
    }
    double p = 10.0 / 110.0, t = 20.0 * MESSAGES;
    double variance = p * (1.0 - p) / MESSAGES + 2.0 * 1000.0 * 1000.0 / (110.0 * 110.0 * 110.0 * t);
    double share = (double)lost / MESSAGES;
    cr_expect(fabs(share - p) < 3.29 * sqrt(variance), "%.5f instead of %.5f", share, p);
    cr_expect_eq(differ, 0, "both ways see the same");
    stop(s, &spec);
}

/* What is told at the end is what messages met; the process is named by the ends, each pair has its own. */
Test(link, failures_are_told)
{
    struct spec spec = failing();
    struct system *s = start(&spec);
    wire(s, A, B);
    wire(s, A, C);
    wire(s, C, B);
    s->sim.now_ns = 10000 * second;
    struct outage *outages = NULL;
    size_t n = 0, of[2] = {0, 0}, met = 0;
    cr_assert(wires_tell_outages(s, &outages, &n));
    struct system *again = start(&spec);
    struct wire *w = wire(again, B, A);
    for (size_t i = 0; i < n; i++) {
        struct outage *o = &outages[i];
        cr_assert(o->component == SPEC_NONE && o->link < 2 && o->from_ns < o->until_ns);
        cr_assert(o->until_ns <= 10000 * second && (i == 0 || outages[i - 1].from_ns <= o->from_ns));
        of[o->link]++;
        if (o->link == 1)
            continue;
        again->sim.now_ns = o->from_ns - 1;
        cr_expect_not(wire_is_cut(again, w, o->from_ns - 1));
        cr_expect(wire_is_cut(again, w, o->from_ns) && wire_is_cut(again, w, o->until_ns - 1));
        cr_expect(o->until_ns == 10000 * second || !wire_is_cut(again, w, o->until_ns));
        met++;
    }
    cr_expect(met > 50 && of[0] == met && of[1] > 100 && of[1] != 2 * of[0]);
    free(outages);
    system_destroy(again);
    stop(s, &spec);
}

Test(link, outages_are_bounded)
{
    struct spec spec = failing();
    struct system *s = start(&spec);
    wire(s, A, B);
    wire(s, A, C);
    s->sim.now_ns = 1000000 * second; /* some 9100 each */
    struct outage *outages = NULL;
    size_t n = 0;
    cr_assert(wires_tell_outages(s, &outages, &n));
    cr_assert_eq(n, OUTAGES_MOST);
    cr_expect(outages[n - 1].from_ns < 600000 * second, "the first of both, not all of one");
    free(outages);
    stop(s, &spec);
}

Test(link, resends_until_the_failure_is_over)
{
    struct spec spec = three();
    spec.links[0].on_loss = LINK_RETRANSMIT;
    spec.links[0].failures =
        (struct failure_spec){.up = distribution_always(100e9), .down = distribution_always(10e9)};
    struct system *s = start(&spec);
    struct wire *w = wire(s, A, B);
    cr_expect_eq(arrival(s, w, 100 * second), 115 * second + 10 * MS);
    cr_expect_eq(arrival(s, w, 208 * second), 208 * second + 10 * MS);
    cr_expect_eq(arrival(s, w, 210 * second), 225 * second + 10 * MS);
    stop(s, &spec);
}

/* Up times that no message survives: it is given up at the end of the run, not of time. */
Test(link, never_up_for_long_enough)
{
    struct spec spec = three();
    spec.run.duration_ns = 1000 * second;
    spec.links[0].on_loss = LINK_RETRANSMIT;
    spec.links[0].failures =
        (struct failure_spec){.up = distribution_always(5e6), .down = distribution_always(0)};
    struct system *s = start(&spec);
    cr_expect_eq(arrival(s, wire(s, A, B), 0), 10 * MS, "a failure that takes no time is none");
    system_destroy(s);
    spec.links[0].failures.down = distribution_always(1e6);
    s = start(&spec);
    cr_expect_gt(arrival(s, wire(s, A, B), 0), spec.run.duration_ns);
    stop(s, &spec);
}

/* ---- losses in bursts ---- */

/* Gilbert and Elliott: all is lost while the state is bad, and nothing while it is good. Of the messages g /
 * (g + h) meet it bad, where g is the chance that it becomes bad and h that it becomes good, in bursts of 1 /
 * h; of what is in turn good and bad, with a correlation of r = 1 - g - h, a share varies (1 + r) / (1 - r)
 * times as much as of coins. */
Test(link, bursts_of_losses)
{
    enum { N = 40000 };
    double g = 0.05, h = 0.2, p = g / (g + h), r = 1.0 - g - h;
    struct spec spec = three();
    spec.links[0].loss = (struct loss_spec){.bad = 1.0, .to_bad = g, .to_good = h};
    struct system *s = start(&spec);
    struct wire *w = wire(s, A, B);
    uint64_t lost = 0, bursts = 0;
    bool before = false;
    for (int64_t i = 0; i < N; i++) {
        bool now = send_as(s, w, i * MS, (uint64_t)i, WIRE_REQUEST, NULL).lost;
        lost += now;
        bursts += now && !before;
        before = now;
    }
    cr_expect_float_eq((double)lost / N, p, 4.5 * sqrt(p * (1.0 - p) * (1.0 + r) / (1.0 - r) / N));
    cr_expect_float_eq((double)lost / (double)bursts, 1.0 / h,
                       4.5 * sqrt(1.0 - h) / h / sqrt((double)bursts));
    stop(s, &spec);
}

/* ---- what is measured ---- */

static void write_at(struct system *s, struct wire *w, int64_t at_ns, int64_t bytes)
{
    struct request request = {.number = 0};
    struct site site = {0};
    struct activation a = {.request = &request, .site = &site};
    s->sim.now_ns = at_ns;
    cr_assert_not(wire_send(s, w, bytes, &a, WIRE_REQUEST).lost);
}

/* 1000 bytes are written for 1 s, and arrive 10 ms later. Of what a window from 10 s to 20 s cuts in two, the
 * part inside counts; of messages, those that are sent in it. */
Test(link, what_a_window_cuts_counts_in_part)
{
    struct spec spec = three();
    spec.run.warmup_ns = 10 * second;
    spec.run.duration_ns = 20 * second;
    spec.links[0].bytes_per_s = 1000.0;
    struct system *s = start(&spec);
    struct wire *w = wire(s, A, B);
    const struct link_result *r = w->result;
    write_at(s, w, 8 * second, 1000);
    cr_expect(r->sending_ns[w->way] == 0 && r->flight_ns[w->way] == 0, "before the window");
    write_at(s, w, 9 * second + 500 * MS, 1000);
    cr_expect(r->sending_ns[w->way] == 500 * MS);
    cr_expect(r->flight_ns[w->way] == 510 * MS);
    cr_expect_eq(r->messages[w->way], 0);
    s->measured_from_ns = 10 * second;
    write_at(s, w, 15 * second, 1000);
    cr_expect(r->sending_ns[w->way] == 1500 * MS);
    cr_expect(r->flight_ns[w->way] == (510 + 1010) * MS);
    cr_expect_eq(r->messages[w->way], 1);
    write_at(s, w, 19 * second + 750 * MS, 1000);
    cr_expect(r->sending_ns[w->way] == 1750 * MS);
    cr_expect(r->flight_ns[w->way] == (510 + 1010 + 250) * MS);
    cr_expect_eq(r->messages[w->way], 2);
    cr_expect(r->sending_ns[!w->way] == 0 && r->messages[!w->way] == 0, "the other way");
    stop(s, &spec);
}

/* ---- what else ---- */

Test(link, fair_weather_is_no_weather)
{
    struct spec spec = three();
    add_event(&spec, EVENT_DOWN, 0, second)->component = A;
    add_event(&spec, EVENT_RATE, 0, second);
    struct event_spec *event = add_event(&spec, EVENT_SLOW, 0, second);
    event->component = A;
    event->link = SPEC_NONE;
    struct system *s = start(&spec);
    cr_expect_null(wire(s, A, B)->weather);
    cr_expect_not(weather_can_lose(&spec));
    add_event(&spec, EVENT_LOSS, 0, second)->chance = 0.5;
    cr_expect(weather_can_lose(&spec));
    stop(s, &spec);
}
