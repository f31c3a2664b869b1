/* The live view: what is looked at, against the model's own ledgers; and what is shown of it, letter by
 * letter.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/live.h"
#include "model/state.h"
#include "random_spec.h"
#include "report/watch/watch_cells.h"
#include "report/watch/watch_closing.h"
#include "report/watch/watch_frame.h"
#include "report/watch/watch_rows.h"

enum { SPECS = 60, LOOKS = 40 };

/* ---- looking ---- */

static uint64_t under_way(const struct live_lane *lane, size_t n_links)
{
    uint64_t n = 0;
    for (size_t l = 0; l < n_links; l++)
        n += lane->links[l].under_way[0] + lane->links[l].under_way[1];
    return n;
}

static bool can_stand_still(const struct spec *spec)
{
    bool can = false;
    for (size_t c = 0; c < spec->n_components; c++)
        can |= spec->components[c].failures.up.type && spec->components[c].failures.pause;
    for (size_t e = 0; e < spec->n_events; e++)
        can |= spec->events[e].kind == EVENT_PAUSE;
    return can;
}

static bool confirms(const struct policy_spec *policy)
{
    bool confirms = policy->rule.queue.confirm != CONFIRM_NONE;
    for (size_t i = 0; i < policy->n_overrides; i++)
        confirms |= policy->overrides[i].rule.queue.confirm != CONFIRM_NONE;
    return confirms;
}

/* What reaches a replica that stands still is kept for it, and what a broker has not confirmed is kept by its
 * publisher: both count as on their way, on a link or not. */
static void check_links(const struct live *live, uint64_t seed, uint64_t *seen)
{
    for (size_t i = 0; i < live->n_lanes; i++) {
        bool may_be_kept = can_stand_still(live->spec) || confirms(&live->spec->policies[i]);
        uint64_t n = under_way(&live->lanes[i], live->n_links);
        uint64_t all = (uint64_t)live_now(live, i)->places[PLACE_LINK];
        cr_assert(n == all || (n < all && may_be_kept), "seed %llu, lane %zu: %llu of %llu",
                  (unsigned long long)seed, i, (unsigned long long)n, (unsigned long long)all);
        *seen += may_be_kept ? 0 : n;
    }
}

/* What is on each link is all that is on links. */
Test(watch, links_hold_what_the_ledger_says)
{
    uint64_t seen = 0;
    for (uint64_t seed = 1; seed <= SPECS; seed++) {
        struct spec spec = random_spec(seed);
        struct live live;
        cr_assert(live_init(&live, &spec, 1, NULL));
        for (int k = 1; k <= LOOKS; k++) {
            cr_assert(live_step(&live, spec.run.duration_ns * k / LOOKS, NULL) && live_look(&live, NULL));
            check_links(&live, seed, &seen);
        }
        live_finish(&live);
        spec_finish(&spec);
    }
    cr_assert_gt(seen, 1000);
}

/* Looking in must change nothing. */
Test(watch, looking_does_not_disturb)
{
    for (uint64_t seed = 1; seed <= SPECS; seed++) {
        struct spec spec = random_spec(seed);
        struct live looked, left;
        cr_assert(live_init(&looked, &spec, LIVE_WINDOW, NULL) && live_init(&left, &spec, 1, NULL));
        for (int k = 1; k <= LOOKS; k++)
            cr_assert(live_step(&looked, spec.run.duration_ns * k / LOOKS, NULL) && live_look(&looked, NULL));
        cr_assert(live_step(&left, spec.run.duration_ns, NULL));
        for (size_t i = 0; i < looked.n_lanes; i++) {
            struct result a = {0}, b = {0};
            cr_assert(system_close(looked.lanes[i].system, &a, NULL));
            cr_assert(system_close(left.lanes[i].system, &b, NULL));
            cr_assert_eq(a.n_events, b.n_events);
            cr_assert_eq(a.answered, b.answered);
            cr_assert(a.response.sum == b.response.sum && a.response.max == b.response.max);
            result_finish(&a);
            result_finish(&b);
        }
        live_finish(&looked);
        live_finish(&left);
        spec_finish(&spec);
    }
}

static bool changes_workers(const struct spec *spec)
{
    for (size_t e = 0; e < spec->n_events; e++)
        if (spec->events[e].kind == EVENT_WORKERS)
            return true;
    return false;
}

/* Each worker is in some state at each time, the warm-up included; one nanosecond, at its end, is not seen.
 */
Test(watch, workers_time_adds_up)
{
    for (uint64_t seed = 1; seed <= SPECS; seed++) {
        struct spec spec = random_spec(seed);
        struct live live;
        cr_assert(live_init(&live, &spec, 1, NULL));
        for (int k = 1; k <= LOOKS; k++) {
            cr_assert(live_step(&live, spec.run.duration_ns * k / LOOKS, NULL) && live_look(&live, NULL));
            for (size_t i = 0; i < live.n_lanes * (size_t)!changes_workers(&spec); i++)
                for (size_t c = 0; c < spec.n_components; c++) {
                    int128 all = 0,
                           workers = (int128)spec.components[c].replicas * spec.components[c].workers;
                    for (int w = 0; w < WORKER_STATES; w++)
                        all += live_now(&live, i)->components[c].worker_ns[w];
                    int128 missing = workers * live.now_ns - all;
                    bool whole = missing == 0 || (missing == workers && live.now_ns >= spec.run.warmup_ns);
                    cr_assert(whole || spec.components[c].workers == SPEC_UNLIMITED, "seed %llu",
                              (unsigned long long)seed);
                }
        }
        live_finish(&live);
        spec_finish(&spec);
    }
}

/* ---- a sample made by hand ---- */

/* A shop with four workers and a bank without a limit, under two policies, seen at 30 s and at 60 s of ten
 * minutes. */
struct hand_made {
    struct component_spec components[2];
    struct link_spec links[1];
    struct policy_spec policies[2];
    struct event_spec events[1];
    struct spec spec;
    struct component_sample samples[2][2][2]; /* lane, look, component */
    struct queue_sample depths[2][2][1];
    struct link_sample under_way[2][1];
    char *queue_names[1];
    double loads[2][2];
    bool suspends[2];
    struct live_lane lanes[2];
    struct live live;
};

static const int64_t second_ns = 1000000000;

static void fill_spec(struct hand_made *h)
{
    h->components[0] =
        (struct component_spec){.name = (char *)"shop", .replicas = 2, .workers = 2, .cores = SPEC_UNLIMITED};
    h->components[1] = (struct component_spec){
        .name = (char *)"bank", .replicas = 1, .workers = SPEC_UNLIMITED, .cores = SPEC_UNLIMITED};
    h->links[0] = (struct link_spec){.name = (char *)"wire"};
    h->policies[0] = (struct policy_spec){.name = (char *)"sync"};
    h->policies[1] = (struct policy_spec){.name = (char *)"queue"};
    h->events[0] = (struct event_spec){.name = (char *)"the wire is cut",
                                       .kind = EVENT_CUT,
                                       .from_ns = 50 * second_ns,
                                       .until_ns = 80 * second_ns,
                                       .component = SPEC_NONE};
    h->spec = (struct spec){.name = (char *)"corner shop",
                            .run = {.duration_ns = 600 * second_ns},
                            .components = h->components,
                            .n_components = 2,
                            .links = h->links,
                            .n_links = 1,
                            .policies = h->policies,
                            .n_policies = 2,
                            .events = h->events,
                            .n_events = 1};
}

/* Half a minute of four workers are 120 s of work. */
static void fill_workers(struct hand_made *h)
{
    static const int64_t sync_s[WORKER_STATES] = {
        [WORKER_BUSY] = 30, [WORKER_BLOCKED] = 60, [WORKER_IDLE] = 30};
    static const int64_t queue_s[WORKER_STATES] = {
        [WORKER_BUSY] = 30, [WORKER_DOWN] = 30, [WORKER_IDLE] = 60};
    for (int w = 0; w < WORKER_STATES; w++) {
        h->samples[0][1][0].worker_ns[w] = (int128)sync_s[w] * second_ns;
        h->samples[1][1][0].worker_ns[w] = (int128)queue_s[w] * second_ns;
    }
    h->samples[0][1][1].worker_ns[WORKER_BUSY] = (int128)360 * second_ns; /* twelve at a time */
    h->samples[0][1][0].inbox = 340;
    h->samples[1][1][1].suspended = 3;
    h->suspends[1] = true;
}

static void fill_lanes(struct hand_made *h)
{
    for (int i = 0; i < 2; i++) {
        h->lanes[i] = (struct live_lane){.links = h->under_way[i],
                                         .component_load = h->loads[i],
                                         .queue_load = h->loads[i],
                                         .link_load = h->loads[i]};
        for (int k = 0; k < 2; k++)
            h->lanes[i].looks[k] = (struct system_sample){
                .at_ns = 30 * (k + 1) * second_ns, .components = h->samples[i][k], .queues = h->depths[i][k]};
    }
    h->lanes[0].looks[1].offered = 3600;
    h->lanes[0].looks[1].answered = 3000;
    h->lanes[0].looks[1].failed = 60;
    h->lanes[0].looks[1].response_ns = (int128)1500 * second_ns;
    h->lanes[0].most_waiting = 540;
    h->lanes[1].looks[1].offered = h->lanes[1].looks[1].answered = 3600;
    h->lanes[1].looks[1].response_ns = (int128)7200 * second_ns / 1000;
    h->lanes[1].looks[1].completed = 1200;
    h->lanes[1].queue_names = h->queue_names;
    h->lanes[1].n_queues = 1;
    h->queue_names[0] = (char *)"orders";
    h->depths[1][1][0].depth = 123456;
    h->under_way[0][0] = (struct link_sample){{4, 8}, true};
}

static void make_by_hand(struct hand_made *h)
{
    memset(h, 0, sizeof *h);
    fill_spec(h);
    fill_workers(h);
    fill_lanes(h);
    h->live = (struct live){.spec = &h->spec,
                            .lanes = h->lanes,
                            .n_lanes = 2,
                            .n_links = 1,
                            .now_ns = 60 * second_ns,
                            .suspends = h->suspends,
                            .n_looks = 2,
                            .window = 1};
}

static char *frame(const struct live *live, struct watch_style style)
{
    struct text text = {0};
    watch_frame_add(&text, live, &style);
    return text_take(&text);
}

Test(watch, a_frame_by_hand)
{
    struct hand_made h;
    make_by_hand(&h);
    char *shown = frame(&h.live, (struct watch_style){.width = 80, .height = 21});
    static const char expected[] =
        "corner shop                                                    1:00.0 of 10:00.0\n"
        "[======>!!!!-------------------------------------------------------------------]\n"
        "! the wire is cut (until 1:20.0); shop down (queue)\n"
        "                        sync                        queue\n"
        "users waiting             540 ===============           0\n"
        "  answered               3000    100/s               3600    120/s\n"
        "  answer after            500 ms                        2 ms\n"
        "  failed                   60      2/s                  0      0/s\n"
        "  all work done             0      0/s               1200     40/s\n"
        "\n"
        "shop (4)                #######wwwwwwwwwwwww....... #######xxxxxxx.............\n"
        "  inbox                   340 ==============            0\n"
        "bank                       12 #####################     0\n"
        "  inbox                     0                           0\n"
        "  suspended                 0                           3 ====\n"
        "\n"
        "queue orders                -                        123k ====================>\n"
        "\n"
        "link wire                   4 > 8 < CUT                 0 > 0 <\n"
        "# busy  w waits  . idle  (8) workers  = log scale to 10000\n";
    cr_assert_str_eq(shown, expected, "%s", shown);
    free(shown);
}

Test(watch, the_end_by_hand)
{
    struct hand_made h;
    struct text text = {0};
    make_by_hand(&h);
    watch_closing_add(&text, &h.live, 80);
    cr_assert_str_eq(text_string(&text), "Most users waiting at once: sync 540, queue 0.\n"
                                         "Workers of shop waiting, on average: sync 50 %, queue 0 %.\n");
    text_finish(&text);
}

/* Whether all that is told in colour is told without. */
Test(watch, colours_add_nothing)
{
    struct hand_made h;
    make_by_hand(&h);
    char *plain = frame(&h.live, (struct watch_style){.width = 80, .height = 21, .utf8 = true});
    char *colored =
        frame(&h.live, (struct watch_style){.width = 80, .height = 21, .utf8 = true, .color = true});
    char *to = colored;
    for (const char *from = colored; *from;)
        if (*from == '\033')
            from += strcspn(from, "m") + 1;
        else
            *to++ = *from++;
    *to = '\0';
    cr_assert_str_eq(colored, plain);
    free(plain);
    free(colored);
}

/* ---- whatever the size and the names ---- */

/* Columns by hand: the wide characters below take two. */
static int columns(const char *line, size_t length)
{
    int n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)line[i] & 0xc0) != 0x80 ? 1 : 0;
    for (size_t i = 0; i + 3 <= length; i++)
        n += strncmp(line + i, "店", 3) == 0;
    return n;
}

Test(watch, nothing_passes_the_edges)
{
    static const char *const names[] = {"shop", "店店店店店店店店店店", "a\nb\033[2Jc", "broken \xff\xc3",
                                        ""};
    struct hand_made h;
    make_by_hand(&h);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        h.components[0].name = h.spec.name = h.events[0].name = h.queue_names[0] = (char *)names[i];
        for (int width = 1; width <= 130; width++)
            for (int height = 1; height <= 30; height += height < 8 ? 1 : 5) {
                struct watch_style style = {.width = width, .height = height, .utf8 = width % 2 == 0};
                char *shown = frame(&h.live, style), *line = shown;
                int lines = 0;
                for (; *line; lines++) {
                    size_t length = strcspn(line, "\n");
                    cr_assert_leq(columns(line, length), width, "%dx%d: %s", width, height, line);
                    line += length + 1;
                }
                cr_assert_leq(lines, height);
                cr_assert_null(strchr(shown, '\033'));
                free(shown);
            }
    }
}

Test(watch, more_components_than_lines)
{
    enum { MANY = 300, BUSY = 217 };
    struct hand_made h;
    make_by_hand(&h);
    struct component_spec *components = calloc(MANY, sizeof *components);
    struct component_sample *samples = calloc(MANY, sizeof *samples);
    double *loads = calloc(MANY, sizeof *loads);
    bool *suspends = calloc(MANY, sizeof *suspends);
    cr_assert(components && samples && loads && suspends);
    for (size_t i = 0; i < MANY; i++) {
        components[i] = h.components[0];
        components[i].name = text_format("c%zu", i);
    }
    loads[BUSY] = 1.0;
    h.spec.components = components;
    h.spec.n_components = MANY;
    h.live.suspends = suspends;
    for (int i = 0; i < 2; i++) {
        h.lanes[i].component_load = loads;
        h.lanes[i].looks[0].components = h.lanes[i].looks[1].components = samples;
    }
    char *shown = frame(&h.live, (struct watch_style){.width = 80, .height = 21});
    /* 21 lines: nine above, the legend, a queue, a link, and the line that tells; the others are components.
     */
    cr_assert_not_null(strstr(shown, "\nc217 (4) "), "%s", shown);
    cr_assert_not_null(strstr(shown, "\nc0 (4) "), "%s", shown);
    cr_assert_null(strstr(shown, "\nc7 (4) "), "%s", shown);
    cr_assert_not_null(strstr(shown, "\n292 more components with less to do\n"), "%s", shown);
    free(shown);
    for (size_t i = 0; i < MANY; i++)
        free(components[i].name);
    free(components);
    free(samples);
    free(loads);
    free(suspends);
}

/* ---- numbers ---- */

Test(watch, clocks)
{
    cr_assert_str_eq(watch_clock(252400 * (second_ns / 1000), 600 * second_ns).chars, "4:12.4");
    cr_assert_str_eq(watch_clock(3852 * second_ns, 7200 * second_ns).chars, "1:04:12");
    cr_assert_str_eq(watch_clock(1234 * (second_ns / 1000), 15 * second_ns).chars, "1.234 s");
    cr_assert_str_eq(watch_clock(250000, 1000000).chars, "0.250 ms");
    cr_assert_str_eq(watch_clock(500, 800).chars, "0.500 us");
}

Test(watch, counts_take_five_columns)
{
    cr_assert_str_eq(watch_count(0.0).chars, "0");
    cr_assert_str_eq(watch_count(99999.0).chars, "99999");
    cr_assert_str_eq(watch_count(99999.6).chars, "100k");
    cr_assert_str_eq(watch_count(999499.0).chars, "999k");
    cr_assert_str_eq(watch_count(999500.0).chars, "1.0M");
    for (double n = 1.0; n < 1e15; n *= 1.37)
        cr_assert_leq(strlen(watch_count(n).chars), 5, "%g", n);
}
