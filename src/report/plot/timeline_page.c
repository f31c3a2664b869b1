#include "report/plot/timeline_page.h"

enum {
    MOST_BARS = 300,     /* of one policy: more cannot be told apart */
    MOST_LANES = 42,     /* of all policies */
    MOST_REQUESTS = 100, /* tried */
    MOST_TIMES = 12,     /* the longest policy over the shortest, before it is cut off */
    FINE_TIMES = 6,      /* and what is sought by showing fewer requests */
};

static const double least_coverage = 0.25; /* less, and the picture would be mostly empty */

void page_finish(struct page *page)
{
    for (size_t p = 0; p < page->n_policies; p++)
        timeline_finish(&page->timelines[p]);
}

static void share_rows(struct page *page)
{
    for (size_t r = 0; r <= page->source->spec->n_components; r++) {
        bool shown = false;
        for (size_t p = 0; p < page->n_policies; p++)
            shown |= page->timelines[p].rows[r].shown;
        for (size_t p = 0; p < page->n_policies; p++)
            page->timelines[p].rows[r].shown = shown;
    }
}

/* Ends with the longest policy, unless that one would squeeze the shortest into a corner. */
static void share_time(struct page *page)
{
    int64_t longest = 0, shortest = INT64_MAX;
    bool any = false;
    for (size_t p = 0; p < page->n_policies; p++) {
        const struct timeline *timeline = &page->timelines[p];
        if (timeline->to_ns > timeline->from_ns && (!any || timeline->from_ns < page->from_ns))
            page->from_ns = timeline->from_ns;
        any |= timeline->to_ns > timeline->from_ns;
    }
    for (size_t p = 0; p < page->n_policies; p++) {
        int64_t lasts = page->timelines[p].to_ns - page->from_ns;
        if (page->timelines[p].to_ns == page->timelines[p].from_ns)
            continue;
        longest = lasts > longest ? lasts : longest;
        shortest = lasts < shortest ? lasts : shortest;
    }
    page->longest = longest;
    page->shortest = shortest < longest ? shortest : longest;
    bool cut = longest / MOST_TIMES > shortest;
    page->to_ns = page->from_ns + (cut ? shortest * MOST_TIMES : longest);
}

/* False when memory is gone. */
static bool page_make(const struct plot_source *source, size_t n_policies, size_t n_requests,
                      struct page *ret_page)
{
    struct page page = {.source = source, .n_requests = n_requests};
    for (; page.n_policies < n_policies; page.n_policies++)
        if (!timeline_make(&source->experiment->policies[page.n_policies].trace, source->spec->n_components,
                           n_requests, &page.timelines[page.n_policies])) {
            page_finish(&page);
            return false;
        }
    share_rows(&page);
    share_time(&page);
    for (size_t p = 0; p < n_policies; p++) {
        timeline_place(&page.timelines[p]);
        page.lanes += page.timelines[p].height;
    }
    *ret_page = page;
    return true;
}

static bool is_readable(const struct page *page)
{
    double coverage = 0.0;
    for (size_t p = 0; p < page->n_policies; p++) {
        double here = timeline_coverage(&page->timelines[p]);
        coverage = here > coverage ? here : coverage;
        if (page->timelines[p].n_bars > MOST_BARS)
            return false;
    }
    return page->lanes <= MOST_LANES && page->longest / FINE_TIMES <= page->shortest &&
           coverage >= least_coverage;
}

bool page_choose(const struct plot_source *source, struct page *ret_page)
{
    size_t n_policies = plot_shown_policies(source), wanted = source->spec->run.timeline_requests, there = 0;
    for (size_t p = 0; p < n_policies; p++) {
        size_t n;
        if (!timeline_count(&source->experiment->policies[p].trace, &n))
            return false;
        there = n > there ? n : there;
    }
    wanted = wanted < there ? wanted : there;
    for (size_t n = wanted < MOST_REQUESTS ? wanted : MOST_REQUESTS;; n--) {
        if (!page_make(source, n_policies, n, ret_page))
            return false;
        if (n <= 1 || is_readable(ret_page))
            return true;
        page_finish(ret_page);
    }
}

/* ---- what is down ---- */

/* SPEC_NONE where nothing of the lane's replica is shown. */
static uint32_t replica_of_lane(const struct timeline *timeline, uint32_t component, unsigned lane)
{
    for (size_t i = 0; i < timeline->n_bars; i++) {
        const struct timeline_bar *bar = &timeline->bars[i];
        if (bar->span.component == component && bar->lane == lane && timeline_holds(bar->span.kind))
            return bar->span.replica;
    }
    return SPEC_NONE;
}

/* Each lane of a component of which `replica` (SPEC_NONE = all) is down from `from_ns` to `to_ns`, as far as
 * that is on the page. */
static void visit_down(const struct page *page, size_t p, struct outage outage, down_visit *visit, void *data)
{
    const struct timeline *timeline = &page->timelines[p];
    int64_t from_ns = outage.from_ns > page->from_ns ? outage.from_ns : page->from_ns;
    int64_t to_ns = outage.until_ns < page->to_ns ? outage.until_ns : page->to_ns;
    if (outage.component >= timeline->n_components || to_ns <= from_ns)
        return;
    const struct timeline_row *row = &timeline->rows[outage.component];
    bool alone = page->source->spec->components[outage.component].replicas == 1;
    for (unsigned lane = 0; row->shown && lane < (row->lanes > 0 ? row->lanes : 1); lane++) {
        struct down down = {outage.component, from_ns, to_ns, row->top + lane + timeline_bar_margin,
                            row->top + lane + 1.0 - timeline_bar_margin};
        if (outage.replica == SPEC_NONE || alone ||
            outage.replica == replica_of_lane(timeline, outage.component, lane))
            visit(data, page, p, &down);
    }
}

void page_visit_downs(const struct page *page, size_t p, down_visit *visit, void *data)
{
    const struct spec *spec = page->source->spec;
    const struct result *result = &page->source->experiment->policies[p].first;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        if (event->kind == EVENT_DOWN || event->kind == EVENT_PAUSE)
            visit_down(
                page, p,
                (struct outage){event->component, event->replica, SPEC_NONE, event->from_ns, event->until_ns},
                visit, data);
    }
    for (size_t i = 0; i < result->n_outages; i++)
        visit_down(page, p, result->outages[i], visit, data);
}

static void note_down(void *data, const struct page *page, size_t p, const struct down *down)
{
    (void)page, (void)p, (void)down;
    *(bool *)data = true;
}

bool page_anything_down(const struct page *page, size_t p)
{
    bool any = false;
    page_visit_downs(page, p, note_down, &any);
    return any;
}

uint32_t page_first_component(const struct page *page, size_t policy)
{
    const struct timeline *timeline = &page->timelines[policy];
    const struct spec *spec = page->source->spec;
    const struct trace_span *first = NULL;
    for (size_t i = 0; i < timeline->n_bars; i++)
        if (!first || timeline->bars[i].span.from_ns < first->from_ns)
            first = &timeline->bars[i].span;
    if (!first)
        return SPEC_NONE;
    return first->load < spec->n_loads ? spec->endpoints[spec->loads[first->load].endpoint].component
                                       : first->component;
}

enum message message_of(const struct trace_arrow *arrow)
{
    if (arrow->lost)
        return MESSAGE_LOST;
    return arrow->kind == ARROW_REPLY   ? MESSAGE_BACK
           : arrow->kind == ARROW_ERROR ? MESSAGE_ERROR
                                        : MESSAGE_OUT;
}

bool message_is_again(const struct trace_arrow *arrow)
{
    return arrow->attempt > 0 && arrow->kind != ARROW_REPLY && arrow->kind != ARROW_ERROR;
}
