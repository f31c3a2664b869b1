#include "report/watch/watch_frame.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/watch/watch_cells.h"
#include "report/watch/watch_rows.h"
#include "report/wrap.h"

enum { LEAST_LABEL = 16, MOST_LABEL = 24, LEAST_CELL = 14, GOOD_CELL = 18 };

/* A frame while it is composed. */
struct page {
    const struct live *live;
    bool failed; /* memory is gone, and a text with it */
    struct watch_screen screen;
    int label;      /* columns of what stands before the cells */
    int cell;       /* columns of a policy, with the blank behind it */
    size_t n_lanes; /* policies that find room */
    int y;
    bool brief; /* a component has a line alone, with the inbox at its end */
};

static struct page page_make(const struct live *live, const struct watch_style *style)
{
    struct page page = {.live = live};
    int n = (int)(live->n_lanes < 1000 ? live->n_lanes : 1000);
    page.label = style->width - n * GOOD_CELL;
    if (page.label > MOST_LABEL)
        page.label = MOST_LABEL;
    if (page.label < LEAST_LABEL)
        page.label = LEAST_LABEL < style->width / 3 ? LEAST_LABEL : style->width / 3;
    int room = (style->width - page.label) / LEAST_CELL;
    if (n > room)
        n = room < 1 ? 1 : room;
    page.n_lanes = (size_t)n;
    page.cell = (style->width - page.label) / n;
    return page;
}

/* Where the cell of a policy is, in the present row. */
static struct watch_place place_of(const struct page *page, size_t lane)
{
    return (struct watch_place){page->label + (int)lane * page->cell, page->y, page->cell - 1};
}

static void put_label(struct page *page, enum watch_ink ink, const char *label)
{
    watch_screen_put(&page->screen, 0, page->y, page->label - 1, ink, label);
}

static const struct system_sample *now_of(const struct page *page, size_t lane)
{
    return live_now(page->live, lane);
}

static const struct system_sample *before_of(const struct page *page, size_t lane)
{
    return live_before(page->live, lane);
}

/* ---- the clock ---- */

static void put_title(struct page *page)
{
    const struct spec *spec = page->live->spec;
    int64_t all_ns = spec->run.duration_ns;
    int width = page->screen.style.width;
    struct text clock = {0};
    text_addf(&clock, "%s of %s", watch_clock(page->live->now_ns, all_ns).chars,
              watch_clock(all_ns, all_ns).chars);
    int x = width - columns_of(text_string(&clock));
    watch_screen_put(&page->screen, 0, page->y, x - 2, INK_BOLD, spec->name);
    watch_screen_put(&page->screen, x < 0 ? 0 : x, page->y, width, INK_BOLD, text_string(&clock));
    page->failed |= clock.failed;
    text_finish(&clock);
    page->y++;
}

/* The way through the run, and where on it the events lie. */
static void put_timeline(struct page *page)
{
    const struct spec *spec = page->live->spec;
    double all_ns = (double)spec->run.duration_ns;
    int width = page->screen.style.width, cells = width - 2;
    watch_put_progress(&page->screen, (struct watch_place){0, page->y, width},
                       (double)page->live->now_ns / all_ns);
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        int from = (int)((double)event->from_ns / all_ns * cells);
        int until = (int)ceil(fmin((double)event->until_ns / all_ns, 1.0) * cells);
        if (from < cells)
            watch_screen_fill(&page->screen, 1 + from, page->y, until > from ? until - from : 1, INK_ALARM,
                              "!");
    }
    int done = (int)((double)page->live->now_ns / all_ns * cells);
    if (done > 0)
        watch_screen_put(&page->screen, done, page->y, 1, INK_BOLD, ">");
    page->y++;
}

/* ---- what happens ---- */

static bool can_fail_by_itself(const struct spec *spec)
{
    bool can = spec->default_link && spec->default_link->failures.up.type;
    for (size_t i = 0; i < spec->n_components; i++)
        can |= spec->components[i].failures.up.type != NULL;
    for (size_t i = 0; i < spec->n_links; i++)
        can |= spec->links[i].failures.up.type != NULL;
    return can;
}

/* By itself, or by an event. */
static bool can_be_down(const struct spec *spec)
{
    bool can = can_fail_by_itself(spec);
    for (size_t i = 0; i < spec->n_events; i++)
        can |= spec->events[i].kind == EVENT_DOWN || spec->events[i].kind == EVENT_PAUSE;
    return can;
}

static void add_clause(struct text *line, const char *clause)
{
    text_add(line, line->length ? "; " : "");
    text_add(line, clause);
}

/* Events that go on, or went on since the first look of the window. */
static void add_events(struct text *line, const struct page *page)
{
    const struct spec *spec = page->live->spec;
    int64_t all_ns = spec->run.duration_ns, now_ns = page->live->now_ns;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        if (event->from_ns > now_ns || event->until_ns <= before_of(page, 0)->at_ns)
            continue;
        add_clause(line, event->name);
        if (event->until_ns <= now_ns)
            text_add(line, " (over)");
        else if (event->until_ns < all_ns)
            text_addf(line, " (until %s)", watch_clock(event->until_ns, all_ns).chars);
    }
}

static bool is_down(const struct page *page, size_t lane, size_t component)
{
    return now_of(page, lane)->components[component].worker_ns[WORKER_DOWN] >
           before_of(page, lane)->components[component].worker_ns[WORKER_DOWN];
}

/* Is there an event that has it down now? Then that says so. */
static bool event_tells(const struct page *page, size_t component)
{
    const struct spec *spec = page->live->spec;
    bool tells = false;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        tells |= (event->kind == EVENT_DOWN || event->kind == EVENT_PAUSE) && event->component == component &&
                 event->from_ns <= page->live->now_ns && event->until_ns > before_of(page, 0)->at_ns;
    }
    return tells;
}

enum { MOST_DOWN = 5 };

/* "bank down (sync, async)": which failures come by themselves can differ from policy to policy. */
static void add_failures(struct text *line, const struct page *page)
{
    size_t n = 0;
    for (size_t c = 0; c < page->live->spec->n_components && n < MOST_DOWN; c++) {
        size_t n_down = 0;
        for (size_t i = 0; i < page->live->n_lanes; i++)
            n_down += is_down(page, i, c);
        if (n_down == 0 || event_tells(page, c))
            continue;
        n++;
        add_clause(line, page->live->spec->components[c].name);
        text_add(line, " down");
        const char *before = " (";
        for (size_t i = 0; n_down < page->live->n_lanes && i < page->live->n_lanes; i++)
            if (is_down(page, i, c)) {
                text_addf(line, "%s%s", before, page->live->spec->policies[i].name);
                before = ", ";
            }
        text_add(line, n_down < page->live->n_lanes ? ")" : "");
    }
}

static void add_next(struct text *line, const struct page *page)
{
    const struct spec *spec = page->live->spec;
    for (size_t i = 0; i < spec->n_events; i++)
        if (spec->events[i].from_ns > page->live->now_ns && spec->events[i].from_ns < spec->run.duration_ns) {
            text_addf(line, "next: %s at %s", spec->events[i].name,
                      watch_clock(spec->events[i].from_ns, spec->run.duration_ns).chars);
            return;
        }
}

static void put_happening(struct page *page)
{
    struct text line = {0};
    int width = page->screen.style.width;
    if (page->live->spec->n_events == 0 && !can_fail_by_itself(page->live->spec))
        return;
    add_events(&line, page);
    add_failures(&line, page);
    bool happens = line.length > 0;
    if (!happens)
        add_next(&line, page);
    int x = watch_screen_put(&page->screen, 0, page->y, width, INK_ALARM, happens ? "! " : "");
    watch_screen_put(&page->screen, x, page->y, width - x, happens ? INK_ALARM : INK_PLAIN,
                     text_string(&line));
    page->failed |= line.failed;
    text_finish(&line);
    page->y++;
}

/* ---- users ---- */

static void put_policies(struct page *page)
{
    size_t more = page->live->n_lanes - page->n_lanes;
    if (more > 0)
        watch_screen_putf(&page->screen, 0, page->y, page->label - 1, INK_PLAIN, "+%zu polic%s", more,
                          more == 1 ? "y" : "ies");
    for (size_t i = 0; i < page->n_lanes; i++) {
        struct watch_place place = place_of(page, i);
        watch_screen_put(&page->screen, place.x, place.y, place.width, INK_BOLD,
                         page->live->spec->policies[i].name);
    }
    page->y++;
}

static void put_waiting(struct page *page)
{
    put_label(page, INK_BOLD, "users waiting");
    for (size_t i = 0; i < page->n_lanes; i++)
        watch_put_depth(&page->screen, place_of(page, i), (double)live_waiting(now_of(page, i)));
    page->y++;
}

/* How many so far, and how fast they are coming. */
static void put_counter(struct page *page, size_t lane, uint64_t now, uint64_t before)
{
    struct watch_place place = place_of(page, lane);
    double seconds = (double)(now_of(page, lane)->at_ns - before_of(page, lane)->at_ns) / 1e9;
    double per_s = seconds > 0.0 ? (double)(now - before) / seconds : 0.0;
    watch_screen_putf(&page->screen, place.x, place.y, place.width, INK_PLAIN, "%5s %8s",
                      watch_count((double)now).chars, watch_rate(per_s).chars);
}

static void put_answered(struct page *page)
{
    put_label(page, INK_PLAIN, "  answered");
    for (size_t i = 0; i < page->n_lanes; i++)
        put_counter(page, i, now_of(page, i)->answered, before_of(page, i)->answered);
    page->y++;
}

static void put_response(struct page *page)
{
    put_label(page, INK_PLAIN, "  answer after");
    for (size_t i = 0; i < page->n_lanes; i++) {
        struct watch_place place = place_of(page, i);
        const struct system_sample *now = now_of(page, i), *before = before_of(page, i);
        uint64_t n = now->answered - before->answered;
        double mean_s = n ? (double)(now->response_ns - before->response_ns) / 1e9 / (double)n : (double)NAN;
        watch_screen_putf(&page->screen, place.x, place.y, place.width, INK_PLAIN, "%8s",
                          units_format_duration(mean_s, UNITS_DIGITS).chars);
    }
    page->y++;
}

/* From the first failure on: where there is none, the line is worth more to others. */
static void put_failed(struct page *page)
{
    uint64_t any = 0;
    for (size_t i = 0; i < page->live->n_lanes; i++)
        any += now_of(page, i)->failed;
    if (!any)
        return;
    put_label(page, INK_PLAIN, "  failed");
    for (size_t i = 0; i < page->n_lanes; i++)
        put_counter(page, i, now_of(page, i)->failed, before_of(page, i)->failed);
    page->y++;
}

/* Where users are answered before all is done, the difference is what somebody still owes them. */
static void put_completed(struct page *page)
{
    size_t n_queues = 0;
    for (size_t i = 0; i < page->live->n_lanes; i++)
        n_queues += page->live->lanes[i].n_queues;
    if (!n_queues)
        return;
    put_label(page, INK_PLAIN, "  all work done");
    for (size_t i = 0; i < page->n_lanes; i++)
        put_counter(page, i, now_of(page, i)->completed, before_of(page, i)->completed);
    page->y++;
}

/* ---- components ---- */

/* "shop (8)" */
static void put_component_name(struct page *page, const struct component_spec *component)
{
    struct text label = {0};
    text_add(&label, component->name);
    if (component->workers != SPEC_UNLIMITED)
        text_addf(&label, " (%" PRIu64 ")", (uint64_t)component->replicas * component->workers);
    put_label(page, INK_BOLD, text_string(&label));
    page->failed |= label.failed;
    text_finish(&label);
}

static void put_workers(struct page *page, size_t component, bool with_inbox)
{
    const struct component_spec *spec = &page->live->spec->components[component];
    put_component_name(page, spec);
    for (size_t i = 0; i < page->n_lanes; i++) {
        struct watch_place place = place_of(page, i);
        const struct system_sample *now = now_of(page, i), *before = before_of(page, i);
        if (with_inbox) {
            watch_screen_putf(&page->screen, place.x + place.width - 5, place.y, 5, INK_PLAIN, "%5s",
                              watch_count((double)now->components[component].inbox).chars);
            place.width -= 5;
        }
        watch_put_workers(&page->screen, place, &before->components[component], &now->components[component],
                          now->at_ns - before->at_ns, spec->workers == SPEC_UNLIMITED);
    }
    page->y++;
}

static void put_inbox(struct page *page, size_t component)
{
    put_label(page, INK_PLAIN, "  inbox");
    for (size_t i = 0; i < page->n_lanes; i++)
        watch_put_depth(&page->screen, place_of(page, i),
                        (double)now_of(page, i)->components[component].inbox);
    page->y++;
}

static void put_suspended(struct page *page, size_t component)
{
    put_label(page, INK_PLAIN, "  suspended");
    for (size_t i = 0; i < page->n_lanes; i++)
        watch_put_depth(&page->screen, place_of(page, i),
                        (double)now_of(page, i)->components[component].suspended);
    page->y++;
}

static void put_component(struct page *page, size_t component, int lines)
{
    put_workers(page, component, lines == 1);
    if (lines > 1)
        put_inbox(page, component);
    if (lines > 2)
        put_suspended(page, component);
}

/* ---- queues and links ---- */

/* "queue orders", or "orders" where that does not fit. */
static void put_kind_label(struct page *page, const char *kind, const char *name)
{
    struct text label = {0};
    if (columns_of(kind) + 1 + columns_of(name) < page->label)
        text_addf(&label, "%s ", kind);
    text_add(&label, name);
    put_label(page, INK_PLAIN, text_string(&label));
    page->failed |= label.failed;
    text_finish(&label);
}

static void put_queue(struct page *page, const char *name)
{
    put_kind_label(page, "queue", name);
    for (size_t i = 0; i < page->n_lanes; i++) {
        size_t q = watch_queue_in(&page->live->lanes[i], name);
        struct watch_place place = place_of(page, i);
        if (q < page->live->lanes[i].n_queues)
            watch_put_depth(&page->screen, place, (double)now_of(page, i)->queues[q].depth);
        else
            watch_screen_putf(&page->screen, place.x, place.y, place.width, INK_PLAIN, "%5s", "-");
    }
    page->y++;
}

static void put_link(struct page *page, size_t link)
{
    const struct spec *spec = page->live->spec;
    put_kind_label(page, "link", link < spec->n_links ? spec->links[link].name : "(others)");
    for (size_t i = 0; i < page->n_lanes; i++)
        watch_put_link(&page->screen, place_of(page, i), &page->live->lanes[i].links[link]);
    page->y++;
}

static void add_hidden(struct text *line, size_t n, const char *noun)
{
    if (n > 0)
        text_addf(line, "%s%zu more %s%s", line->length ? ", " : "", n, noun, n == 1 ? "" : "s");
}

static void put_hidden(struct page *page, const struct watch_rows *rows)
{
    struct text line = {0};
    if (!watch_rows_hide(rows))
        return;
    add_hidden(&line, rows->more_components, "component");
    add_hidden(&line, rows->more_queues, "queue");
    add_hidden(&line, rows->more_links, "link");
    text_add(&line, " with less to do");
    watch_screen_put(&page->screen, 0, page->y++, page->screen.style.width, INK_PLAIN, text_string(&line));
    page->failed |= line.failed;
    text_finish(&line);
}

static void put_rows(struct page *page, int lines)
{
    struct watch_rows rows = watch_rows_choose(page->live, page->n_lanes, lines);
    page->brief = rows.component_lines == 1;
    page->y += rows.gaps;
    for (size_t i = 0; i < rows.n_components; i++)
        put_component(page, rows.components[i], watch_rows_of(&rows, page->live, rows.components[i]));
    page->y += rows.n_queues ? rows.gaps : 0;
    for (size_t i = 0; i < rows.n_queues; i++)
        put_queue(page, rows.queues[i].name);
    page->y += rows.n_links ? rows.gaps : 0;
    for (size_t i = 0; i < rows.n_links; i++)
        put_link(page, rows.links[i]);
    put_hidden(page, &rows);
}

/* ---- the legend ---- */

static int put_word(struct page *page, int x, enum watch_ink ink, const char *glyph, const char *word)
{
    int width = page->screen.style.width;
    x = watch_screen_put(&page->screen, x, page->y, width - x, ink, glyph);
    x = watch_screen_put(&page->screen, x + 1, page->y, width - x - 1, INK_PLAIN, word);
    return x + 2;
}

static void put_legend(struct page *page)
{
    bool utf8 = page->screen.style.utf8, ready = false;
    int x = 0;
    for (size_t c = 0; c < page->live->spec->n_components; c++)
        ready |= page->live->spec->components[c].cores != SPEC_UNLIMITED;
    x = put_word(page, x, INK_BUSY, watch_state_glyph(WORKER_BUSY, utf8), "busy");
    x = put_word(page, x, INK_BLOCKED, watch_state_glyph(WORKER_BLOCKED, utf8), "waits");
    if (ready)
        x = put_word(page, x, INK_READY, watch_state_glyph(WORKER_READY, utf8), "ready");
    x = put_word(page, x, INK_PLAIN, watch_state_glyph(WORKER_IDLE, utf8), "idle");
    if (can_be_down(page->live->spec))
        x = put_word(page, x, INK_DOWN, watch_state_glyph(WORKER_DOWN, utf8), "down");
    x = put_word(page, x, INK_PLAIN, "(8)", page->brief ? "workers, inbox last" : "workers");
    struct text scale = {0};
    text_addf(&scale, "log scale to %d", (int)WATCH_FULL);
    put_word(page, x, INK_PLAIN, watch_depth_glyph(utf8), text_string(&scale));
    page->failed |= scale.failed;
    text_finish(&scale);
    page->y++;
}

/* ---- the whole ---- */

void watch_frame_add(struct text *text, const struct live *live, const struct watch_style *style)
{
    struct page page = page_make(live, style);
    if (!watch_screen_init(&page.screen, *style)) {
        text->failed = true;
        return;
    }
    put_title(&page);
    put_timeline(&page);
    put_happening(&page);
    put_policies(&page);
    put_waiting(&page);
    put_answered(&page);
    put_response(&page);
    put_failed(&page);
    put_completed(&page);
    put_rows(&page, style->height - page.y - 1);
    put_legend(&page);
    watch_screen_add(text, &page.screen);
    text->failed |= page.failed;
    watch_screen_finish(&page.screen);
}
