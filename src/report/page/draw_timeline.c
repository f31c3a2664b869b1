/* The first requests: who works, who waits and which messages travel meanwhile. */
#include <math.h>
#include <stdlib.h>

#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/plot/timeline_page.h"

enum { NAMES = 70, LEAST_LANE = 10, MOST_LANE = 17, HEIGHT = 190, TOP = PANEL_HEAD - 2 };

static const struct {
    const char *classes, *meaning;
} kinds[] = {
    [SPAN_BUSY] = {"s-busy", "busy"},           [SPAN_READY] = {"s-ready", "waits for a core"},
    [SPAN_BLOCKED] = {"s-blocked", "blocked"},  [SPAN_SUSPENDED] = {"s-suspended", "waits without a worker"},
    [SPAN_INBOX] = {"s-inbox", "in the inbox"}, [SPAN_QUEUE] = {"s-queue", "in a queue"},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static const struct drawing_key messages[MESSAGES] = {
    [MESSAGE_OUT] = {"stroke s-message", "message"},
    [MESSAGE_BACK] = {"stroke s-reply", "reply"},
    [MESSAGE_ERROR] = {"stroke s-error", "error"},
    [MESSAGE_LOST] = {"stroke s-lost", "lost"},
};

static const char *const message_classes[MESSAGES] = {"message s-message", "message s-reply",
                                                      "message s-error", "message s-lost"};

/* One panel while it is drawn. */
struct lanes {
    struct text *html;
    const struct page *page;
    struct drawing_frame frame;
    struct drawing_time time; /* since the first request */
    double lane;              /* px */
};

static double x_of(const struct lanes *lanes, int64_t at_ns)
{
    return frame_x_of_ns(&lanes->frame, lanes->time, at_ns - lanes->page->from_ns);
}

static double y_of(const struct lanes *lanes, double height)
{
    return lanes->frame.top + height * lanes->lane;
}

static struct units_text duration(int64_t ns)
{
    return units_format_duration((double)ns * 1e-9, UNITS_DIGITS);
}

/* ---- rows ---- */

static void add_track(const struct lanes *lanes, double middle, double height)
{
    svg_add_box(lanes->html,
                (struct svg_box){lanes->frame.left, y_of(lanes, middle - height / 2.0),
                                 lanes->frame.right - lanes->frame.left, height * lanes->lane},
                "track", NULL, NULL);
}

static void add_rows(const struct lanes *lanes, const struct timeline *timeline)
{
    for (size_t r = 0; r <= timeline->n_components; r++) {
        const struct timeline_row *row = &timeline->rows[r];
        bool users = r == timeline->n_components;
        if (!row->shown)
            continue;
        unsigned n = row->lanes > 0 ? row->lanes : 1;
        double middle = row->top + (users ? timeline_users_height : n) / 2.0;
        svg_add_label(lanes->html,
                      (struct svg_label){.x = lanes->frame.left - 5.0,
                                         .y = y_of(lanes, middle) + 4.0,
                                         .room = NAMES - 10,
                                         .classes = "label end"},
                      users ? "users" : lanes->page->source->spec->components[r].name);
        if (users)
            add_track(lanes, middle, 0.08);
        for (unsigned i = 0; !users && i < n; i++)
            add_track(lanes, row->top + i + 0.5, 1.0 - 2.0 * timeline_bar_margin);
    }
}

/* ---- bars ---- */

static void add_bar(const struct lanes *lanes, const struct timeline_bar *bar)
{
    const struct trace_span *span = &bar->span;
    double left = x_of(lanes, span->from_ns), right = x_of(lanes, span->to_ns);
    if (span->from_ns >= lanes->page->to_ns)
        return;
    double width = fmax(right - left, 0.6);
    const char *component = span->component < lanes->page->source->spec->n_components
                                ? lanes->page->source->spec->components[span->component].name
                                : "users";
    char *classes = text_format("bar %s", kinds[span->kind].classes);
    char *tip = text_format(
        "%s: %s for %s\nfrom %s to %s, request %llu", component, kinds[span->kind].meaning,
        duration(span->to_ns - span->from_ns).chars, duration(span->from_ns - lanes->page->from_ns).chars,
        duration(span->to_ns - lanes->page->from_ns).chars, (unsigned long long)span->request);
    svg_add_box(lanes->html,
                (struct svg_box){fmin(left, lanes->frame.right - 0.6), y_of(lanes, bar->top),
                                 width > 3.0 ? width - 0.5 : width, (bar->bottom - bar->top) * lanes->lane},
                classes ? classes : "", NULL, tip);
    lanes->html->failed |= !classes || !tip;
    free(classes);
    free(tip);
}

static void add_down(void *data, const struct page *page, size_t policy, const struct down *down)
{
    (void)policy;
    const struct lanes *lanes = data;
    double left = x_of(lanes, down->from_ns), right = x_of(lanes, down->to_ns);
    char *tip = text_format("%s: down from %s to %s", page->source->spec->components[down->component].name,
                            duration(down->from_ns - page->from_ns).chars,
                            duration(down->to_ns - page->from_ns).chars);
    svg_add_box(lanes->html,
                (struct svg_box){left, y_of(lanes, down->top), right - left,
                                 (down->bottom - down->top) * lanes->lane},
                "bar s-down", NULL, tip);
    lanes->html->failed |= !tip;
    free(tip);
}

/* ---- arrows ---- */

/* A small triangle whose tip is at (x, y), coming from (x0, y0). */
static void add_arrowhead(struct text *html, double x0, double y0, double x, double y)
{
    const double length = 4.5, half = 2.0;
    double dx = x - x0, dy = y - y0, distance = hypot(dx, dy);
    if (!(distance > length))
        return;
    dx /= distance, dy /= distance;
    struct svg_path path = {.svg = html};
    svg_path_point(&path, x - dx * length - dy * half, y - dy * length + dx * half);
    svg_path_point(&path, x, y);
    svg_path_point(&path, x - dx * length + dy * half, y - dy * length - dx * half);
}

static void add_cross(struct text *html, double x, double y)
{
    const double arm = 3.0;
    struct svg_path path = {.svg = html};
    svg_path_point(&path, x - arm, y - arm);
    svg_path_point(&path, x + arm, y + arm);
    svg_path_gap(&path);
    svg_path_point(&path, x - arm, y + arm);
    svg_path_point(&path, x + arm, y - arm);
}

/* What does not arrive within the time shown has no head, what is lost ends midway in a cross. */
static void add_arrow(const struct lanes *lanes, const struct timeline_arrow *arrow)
{
    const struct trace_arrow *message = &arrow->arrow;
    int64_t end_ns = lanes->page->to_ns, arrived_ns = message->arrived_ns;
    if (message->sent_ns >= end_ns)
        return;
    double part = message->lost ? 0.5 : 1.0, flight = (double)(arrived_ns - message->sent_ns);
    bool cut = (double)message->sent_ns + part * flight > (double)end_ns;
    if (cut && flight > 0.0)
        part = (double)(end_ns - message->sent_ns) / flight;
    double x0 = x_of(lanes, message->sent_ns), y0 = y_of(lanes, arrow->sent_y);
    double x = x_of(lanes, message->sent_ns + (int64_t)(part * flight));
    double y = y_of(lanes, arrow->sent_y + part * (arrow->arrived_y - arrow->sent_y));
    text_addf(lanes->html, "<path class=\"%s\" d=\"", message_classes[message_of(message)]);
    struct svg_path path = {.svg = lanes->html};
    svg_path_point(&path, x0, y0);
    svg_path_point(&path, x, y);
    if (!cut && message->lost)
        add_cross(lanes->html, x, y);
    else if (!cut)
        add_arrowhead(lanes->html, x0, y0, x, y);
    text_add(lanes->html, "\"");
    char *tip = message_is_again(message) ? text_format("attempt %u", message->attempt + 1) : NULL;
    svg_end_with_tip(lanes->html, "path", tip);
    lanes->html->failed |= message_is_again(message) && !tip;
    free(tip);
}

/* ---- words ---- */

/* "done after 6.2 s; waits 5.6 s of 6 s: shop": the name comes last, so that it is what is cut. */
static char *remark_of(const struct page *page, size_t policy)
{
    const struct timeline *timeline = &page->timelines[policy];
    uint32_t first = page_first_component(page, policy);
    if (first >= page->source->spec->n_components)
        return text_copy("nobody works");
    const char *name = page->source->spec->components[first].name;
    struct units_text done = duration(timeline->to_ns - page->from_ns);
    int64_t held = 0, blocked = 0;
    timeline_held(timeline, first, &held, &blocked);
    if (blocked > 0)
        return text_format("done after %s; waits %s of %s: %s", done.chars, duration(blocked).chars,
                           duration(held).chars, name);
    return text_format("done after %s; works %s, never waits: %s", done.chars, duration(held).chars, name);
}

/* ---- panels ---- */

static void add_panel(struct text *html, const struct drawing_source *source, const struct page *page,
                      size_t policy, double lane)
{
    const struct timeline *timeline = &page->timelines[policy];
    double seconds = (double)(page->to_ns - page->from_ns) * 1e-9;
    struct lanes lanes = {.html = html, .page = page, .lane = lane};
    lanes.time = (struct drawing_time){.unit = plot_time_unit(seconds), .to_ns = page->to_ns - page->from_ns};
    lanes.frame = (struct drawing_frame){.left = NAMES,
                                         .right = PANEL_WIDTH - PANEL_PAD,
                                         .top = TOP,
                                         .bottom = TOP + lane * timeline->height,
                                         .x = drawing_time_axis(lanes.time),
                                         .y = {.to = 1.0}};
    char *remark = remark_of(page, policy);
    char *description = text_format("The first requests under %s as bars and arrows over time: %s.",
                                    source->experiment->policies[policy].name, remark ? remark : "");
    char *title = text_format("time since the first request (%s)", lanes.time.unit.name);
    drawing_panel(html, lanes.frame.bottom + PANEL_FOOT, description ? description : "");
    drawing_panel_open(html);
    drawing_add_head(html, source, policy, remark ? remark : "");
    add_rows(&lanes, timeline);
    frame_add(html, &lanes.frame, title ? title : "");
    for (int k = N_KINDS - 1; k >= 0; k--)
        for (size_t i = 0; i < timeline->n_bars; i++)
            if ((int)timeline->bars[i].span.kind == k)
                add_bar(&lanes, &timeline->bars[i]);
    page_visit_downs(page, policy, add_down, &lanes);
    for (size_t i = 0; i < timeline->n_arrows; i++)
        add_arrow(&lanes, &timeline->arrows[i]);
    drawing_panel_end(html);
    html->failed |= !remark || !description || !title;
    free(remark);
    free(description);
    free(title);
}

/* Only what is there is explained. */
static void add_key(struct text *html, const struct page *page)
{
    bool bars[N_KINDS] = {false}, arrows[MESSAGES] = {false}, down = false;
    struct drawing_key entries[N_KINDS + MESSAGES + 1];
    size_t n = 0;
    for (size_t p = 0; p < page->n_policies; p++) {
        for (size_t i = 0; i < page->timelines[p].n_bars; i++)
            bars[page->timelines[p].bars[i].span.kind] = true;
        for (size_t i = 0; i < page->timelines[p].n_arrows; i++)
            arrows[message_of(&page->timelines[p].arrows[i].arrow)] = true;
        down |= page_anything_down(page, p);
    }
    for (int k = 0; k < N_KINDS; k++)
        if (bars[k])
            entries[n++] = (struct drawing_key){kinds[k].classes, kinds[k].meaning};
    if (down)
        entries[n++] = (struct drawing_key){"s-down", "down"};
    for (int m = 0; m < MESSAGES; m++)
        if (arrows[m])
            entries[n++] = messages[m];
    drawing_add_key(html, entries, n);
}

bool draw_timeline_wanted(const struct drawing_source *source)
{
    bool any = false;
    for (size_t p = 0; p < drawing_policies(source); p++)
        any |= source->experiment->policies[p].trace.n_spans > 0;
    return any;
}

void draw_timeline(struct text *html, const struct drawing_source *source)
{
    struct plot_source plots = drawing_plots(source);
    struct page page;
    drawing_begin(html, "timeline");
    if (!page_choose(&plots, &page)) {
        html->failed = true;
        return;
    }
    double highest = 1.0;
    for (size_t p = 0; p < page.n_policies; p++)
        highest = fmax(highest, page.timelines[p].height);
    double lane = fmin(fmax(HEIGHT / highest, LEAST_LANE), MOST_LANE);
    add_key(html, &page);
    drawing_begin_panels(html);
    for (size_t p = 0; page.to_ns > page.from_ns && p < page.n_policies; p++)
        add_panel(html, source, &page, p, lane);
    char *caption = text_format(
        "The first %zu request%s: a lane for each worker in use, an arrow for each message. A thin bar is "
        "somebody who waits without keeping a worker from other work.",
        page.n_requests, page.n_requests == 1 ? "" : "s");
    drawing_end(html, source, caption ? caption : "");
    html->failed |= !caption;
    free(caption);
    page_finish(&page);
}
