#include "report/plot/timeline.h"

#include <stdlib.h>

enum { MOST_STRIPS = 3 };

const double timeline_users_height = 0.9;

const double timeline_bar_margin = 0.16;
static const double strip_height = 0.22, strip_gap = 0.08, row_gap = 0.3;

bool timeline_holds(enum span_kind kind)
{
    return kind == SPAN_BUSY || kind == SPAN_READY || kind == SPAN_BLOCKED;
}

void timeline_finish(struct timeline *timeline)
{
    if (!timeline)
        return;
    free(timeline->bars);
    free(timeline->arrows);
    free(timeline->rows);
    *timeline = (struct timeline){0};
}

/* ---- which requests ---- */

struct mention {
    uint32_t load;
    uint64_t request;
    int64_t at_ns;
};

struct mentions {
    struct mention *all; /* owned */
    size_t n;
};

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int by_name(const void *left, const void *right)
{
    const struct mention *a = left, *b = right;
    if (a->load != b->load)
        return ORDER(a->load, b->load);
    return a->request != b->request ? ORDER(a->request, b->request) : ORDER(a->at_ns, b->at_ns);
}

static int by_time(const void *left, const void *right)
{
    const struct mention *a = left, *b = right;
    return a->at_ns != b->at_ns ? ORDER(a->at_ns, b->at_ns) : by_name(a, b);
}

static bool same_request(const struct mention *a, const struct mention *b)
{
    return a->load == b->load && a->request == b->request;
}

/* Every request that the log mentions, once, in the order in which they came. */
static bool mentions_collect(const struct trace_log *log, struct mentions *ret_mentions)
{
    size_t n = 0, kept = 0;
    struct mention *all = malloc((log->n_spans + log->n_arrows + 1) * sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < log->n_spans; i++)
        all[n++] = (struct mention){log->spans[i].load, log->spans[i].request, log->spans[i].from_ns};
    for (size_t i = 0; i < log->n_arrows; i++)
        all[n++] = (struct mention){log->arrows[i].load, log->arrows[i].request, log->arrows[i].sent_ns};
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !same_request(&all[kept - 1], &all[i]))
            all[kept++] = all[i];
    qsort(all, kept, sizeof *all, by_time);
    *ret_mentions = (struct mentions){all, kept};
    return true;
}

bool timeline_count(const struct trace_log *log, size_t *ret_requests)
{
    struct mentions mentions;
    if (!mentions_collect(log, &mentions))
        return false;
    *ret_requests = mentions.n;
    free(mentions.all);
    return true;
}

/* `chosen` is sorted by name. */
static bool is_chosen(const struct mentions *chosen, uint32_t load, uint64_t request)
{
    size_t low = 0, high = chosen->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct mention *here = &chosen->all[middle];
        int order = here->load != load ? ORDER(here->load, load) : ORDER(here->request, request);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* ---- lanes ---- */

/* Bars of one activation that follow each other without a gap, all with a worker or all without: one worker's
 * work, or one wait, which must stay in its lane. */
struct stint {
    uint32_t component, replica;
    bool holds;
    uint64_t activation;
    int64_t from_ns, to_ns;
    size_t first_bar, n_bars;
};

static struct stint stint_of(const struct timeline_bar *bar, size_t index)
{
    const struct trace_span *span = &bar->span;
    bool holds = timeline_holds(span->kind);
    /* A replica has workers of its own; what waits is shown together. */
    return (struct stint){span->component, holds ? span->replica : 0,
                          holds,           span->activation,
                          span->from_ns,   span->to_ns,
                          index,           1};
}

static int by_place(const struct stint *a, const struct stint *b)
{
    if (a->component != b->component)
        return ORDER(a->component, b->component);
    return a->holds != b->holds ? ORDER(b->holds, a->holds) : ORDER(a->replica, b->replica);
}

static int bars_in_order(const void *left, const void *right)
{
    struct stint a = stint_of(left, 0), b = stint_of(right, 0);
    int place = by_place(&a, &b);
    if (place != 0)
        return place;
    if (a.activation != b.activation)
        return ORDER(a.activation, b.activation);
    if (a.from_ns != b.from_ns)
        return ORDER(a.from_ns, b.from_ns);
    const struct timeline_bar *one = left, *other = right;
    return a.to_ns != b.to_ns ? ORDER(a.to_ns, b.to_ns) : ORDER(one->span.kind, other->span.kind);
}

static int stints_in_order(const void *left, const void *right)
{
    const struct stint *a = left, *b = right;
    int place = by_place(a, b);
    if (place != 0)
        return place;
    if (a->from_ns != b->from_ns)
        return ORDER(a->from_ns, b->from_ns);
    return a->to_ns != b->to_ns ? ORDER(a->to_ns, b->to_ns) : ORDER(a->first_bar, b->first_bar);
}

/* The bars must be in order. Returns how many stints there are. */
static size_t join_bars(const struct timeline *timeline, struct stint *stints)
{
    size_t n = 0;
    for (size_t i = 0; i < timeline->n_bars; i++) {
        struct stint here = stint_of(&timeline->bars[i], i), *last = n > 0 ? &stints[n - 1] : NULL;
        if (last && by_place(last, &here) == 0 && last->activation == here.activation &&
            last->to_ns == here.from_ns) {
            last->to_ns = here.to_ns;
            last->n_bars++;
        } else {
            stints[n++] = here;
        }
    }
    return n;
}

/* Greedy by start: as few lanes as can be, since only stints that overlap in time need different ones.
 * `free_ns` has room for each. The stints are of one place, in order of their starts; returns the number of
 * lanes. */
static unsigned color_stints(struct timeline *timeline, const struct stint *stints, size_t n,
                             int64_t *free_ns, unsigned base)
{
    unsigned lanes = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned lane = 0;
        while (lane < lanes && free_ns[lane] > stints[i].from_ns)
            lane++;
        lanes += lane == lanes;
        free_ns[lane] = stints[i].to_ns;
        for (size_t b = 0; b < stints[i].n_bars; b++)
            timeline->bars[stints[i].first_bar + b].lane = base + lane;
    }
    return lanes;
}

static bool assign_lanes(struct timeline *timeline)
{
    struct stint *stints = malloc((timeline->n_bars + 1) * sizeof *stints);
    int64_t *free_ns = malloc((timeline->n_bars + 1) * sizeof *free_ns);
    bool done = stints && free_ns;
    size_t n = 0;
    if (done) {
        qsort(timeline->bars, timeline->n_bars, sizeof *timeline->bars, bars_in_order);
        n = join_bars(timeline, stints);
        qsort(stints, n, sizeof *stints, stints_in_order);
    }
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && by_place(&stints[first], &stints[end]) == 0;)
            end++;
        struct timeline_row *row = &timeline->rows[stints[first].component];
        if (stints[first].holds)
            row->lanes += color_stints(timeline, stints + first, end - first, free_ns, row->lanes);
        else
            row->strips = color_stints(timeline, stints + first, end - first, free_ns, 0);
        row->strips = row->strips < MOST_STRIPS ? row->strips : MOST_STRIPS;
    }
    free(stints);
    free(free_ns);
    return done;
}

/* ---- making ---- */

static void widen(struct timeline *timeline, int64_t from_ns, int64_t to_ns)
{
    bool first = timeline->n_bars + timeline->n_arrows == 0;
    if (first || from_ns < timeline->from_ns)
        timeline->from_ns = from_ns;
    if (first || to_ns > timeline->to_ns)
        timeline->to_ns = to_ns;
}

static size_t row_of(const struct timeline *timeline, uint32_t component)
{
    return component == SPEC_USERS ? timeline->n_components : component;
}

static void add_bars(struct timeline *timeline, const struct trace_log *log, const struct mentions *chosen)
{
    for (size_t i = 0; i < log->n_spans; i++) {
        const struct trace_span *span = &log->spans[i];
        bool has_lanes =
            span->component < timeline->n_components; /* not the users, with an outbox of theirs */
        if (!has_lanes || span->to_ns <= span->from_ns || !is_chosen(chosen, span->load, span->request))
            continue;
        widen(timeline, span->from_ns, span->to_ns);
        timeline->rows[span->component].shown = true;
        timeline->bars[timeline->n_bars++] = (struct timeline_bar){.span = *span};
    }
}

static void add_arrows(struct timeline *timeline, const struct trace_log *log, const struct mentions *chosen)
{
    for (size_t i = 0; i < log->n_arrows; i++) {
        const struct trace_arrow *arrow = &log->arrows[i];
        if (arrow->arrived_ns < arrow->sent_ns || arrow->from == arrow->to ||
            !is_chosen(chosen, arrow->load, arrow->request))
            continue;
        widen(timeline, arrow->sent_ns, arrow->arrived_ns);
        timeline->rows[row_of(timeline, arrow->from)].shown = true;
        timeline->rows[row_of(timeline, arrow->to)].shown = true;
        timeline->arrows[timeline->n_arrows++] = (struct timeline_arrow){.arrow = *arrow};
    }
}

bool timeline_make(const struct trace_log *log, size_t n_components, size_t n_requests,
                   struct timeline *ret_timeline)
{
    struct timeline timeline = {.n_components = n_components};
    struct mentions chosen;
    if (!mentions_collect(log, &chosen))
        return false;
    chosen.n = chosen.n < n_requests ? chosen.n : n_requests;
    qsort(chosen.all, chosen.n, sizeof *chosen.all, by_name);
    timeline.bars = malloc((log->n_spans + 1) * sizeof *timeline.bars);
    timeline.arrows = malloc((log->n_arrows + 1) * sizeof *timeline.arrows);
    timeline.rows = calloc(n_components + 1, sizeof *timeline.rows);
    bool made = timeline.bars && timeline.arrows && timeline.rows;
    if (made) {
        add_bars(&timeline, log, &chosen);
        add_arrows(&timeline, log, &chosen);
        made = assign_lanes(&timeline);
    }
    free(chosen.all);
    if (made)
        *ret_timeline = timeline;
    else
        timeline_finish(&timeline);
    return made;
}

/* ---- heights ---- */

static double row_height(const struct timeline *timeline, size_t row)
{
    if (row == timeline->n_components)
        return timeline_users_height;
    unsigned lanes = timeline->rows[row].lanes;
    return (lanes > 0 ? lanes : 1) + timeline->rows[row].strips * strip_height + row_gap;
}

static void place_bar(const struct timeline *timeline, struct timeline_bar *bar)
{
    const struct timeline_row *row = &timeline->rows[bar->span.component];
    if (timeline_holds(bar->span.kind)) {
        bar->top = row->top + bar->lane + timeline_bar_margin;
        bar->bottom = row->top + bar->lane + 1.0 - timeline_bar_margin;
    } else {
        unsigned strip = bar->lane < MOST_STRIPS ? bar->lane : MOST_STRIPS - 1;
        bar->top = row->top + (row->lanes > 0 ? row->lanes : 1) + strip * strip_height - timeline_bar_margin +
                   strip_gap;
        bar->bottom = bar->top + strip_height - strip_gap;
    }
}

/* How badly a bar fits the end of an arrow: how far its time is from the arrow's; among equals one that holds
 * a worker fits better. */
static int64_t misfit(const struct timeline_bar *bar, int64_t at_ns)
{
    int64_t away = at_ns < bar->span.from_ns ? bar->span.from_ns - at_ns
                   : at_ns > bar->span.to_ns ? at_ns - bar->span.to_ns
                                             : 0;
    return 2 * away + !timeline_holds(bar->span.kind);
}

/* The bar of the arrow's request where it leaves or arrives: the callee's on its own side, on the other side
 * any but the callee's. NULL when there is none. */
static const struct timeline_bar *bar_at(const struct timeline *timeline, const struct trace_arrow *arrow,
                                         uint32_t component, bool callee, int64_t at_ns)
{
    const struct timeline_bar *best = NULL;
    for (size_t i = 0; i < timeline->n_bars; i++) {
        const struct timeline_bar *bar = &timeline->bars[i];
        if (bar->span.component != component || bar->span.load != arrow->load ||
            bar->span.request != arrow->request || (bar->span.activation == arrow->activation) != callee)
            continue;
        if (!best || misfit(bar, at_ns) < misfit(best, at_ns))
            best = bar;
    }
    return best;
}

/* From the edge of a bar that looks at the other component. */
static double end_of_arrow(const struct timeline *timeline, const struct trace_arrow *arrow,
                           uint32_t component, bool callee, int64_t at_ns, bool downwards)
{
    const struct timeline_row *row = &timeline->rows[row_of(timeline, component)];
    const struct timeline_bar *bar = bar_at(timeline, arrow, component, callee, at_ns);
    if (bar)
        return downwards ? bar->bottom : bar->top;
    if (component == SPEC_USERS)
        return row->top + timeline_users_height / 2.0;
    return row->top + (downwards ? 1.0 - timeline_bar_margin : timeline_bar_margin);
}

static bool goes_back(const struct trace_arrow *arrow)
{
    return arrow->kind == ARROW_REPLY || arrow->kind == ARROW_ERROR;
}

bool timeline_callee_is_at(const struct trace_arrow *arrow, bool arrives)
{
    return arrives ? !goes_back(arrow) : goes_back(arrow) || arrow->kind == ARROW_DELIVERY;
}

static void place_arrow(const struct timeline *timeline, struct timeline_arrow *arrow)
{
    const struct trace_arrow *a = &arrow->arrow;
    bool down = timeline->rows[row_of(timeline, a->from)].top < timeline->rows[row_of(timeline, a->to)].top;
    arrow->sent_y = end_of_arrow(timeline, a, a->from, timeline_callee_is_at(a, false), a->sent_ns, down);
    arrow->arrived_y = end_of_arrow(timeline, a, a->to, timeline_callee_is_at(a, true), a->arrived_ns, !down);
}

void timeline_place(struct timeline *timeline)
{
    /* Users stand above the components. */
    size_t users = timeline->n_components;
    double top = timeline->rows[users].shown ? timeline_users_height : 0.0;
    for (size_t r = 0; r < timeline->n_components; r++) {
        timeline->rows[r].top = top;
        top += timeline->rows[r].shown ? row_height(timeline, r) : 0.0;
    }
    timeline->rows[users].top = 0.0;
    timeline->height = top;
    for (size_t i = 0; i < timeline->n_bars; i++)
        place_bar(timeline, &timeline->bars[i]);
    for (size_t i = 0; i < timeline->n_arrows; i++)
        place_arrow(timeline, &timeline->arrows[i]);
}

/* ---- what it shows ---- */

struct stretch {
    int64_t from_ns, to_ns;
};

static int by_start(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;
    return ORDER(a->from_ns, b->from_ns);
}

double timeline_coverage(const struct timeline *timeline)
{
    size_t n = 0;
    int64_t covered = 0, until = timeline->from_ns;
    struct stretch *all = malloc((timeline->n_bars + timeline->n_arrows + 1) * sizeof *all);
    if (!all || timeline->to_ns <= timeline->from_ns) {
        free(all);
        return 0.0;
    }
    for (size_t i = 0; i < timeline->n_bars; i++)
        all[n++] = (struct stretch){timeline->bars[i].span.from_ns, timeline->bars[i].span.to_ns};
    for (size_t i = 0; i < timeline->n_arrows; i++)
        all[n++] = (struct stretch){timeline->arrows[i].arrow.sent_ns, timeline->arrows[i].arrow.arrived_ns};
    qsort(all, n, sizeof *all, by_start);
    for (size_t i = 0; i < n; i++) {
        int64_t from = all[i].from_ns > until ? all[i].from_ns : until;
        covered += all[i].to_ns > from ? all[i].to_ns - from : 0;
        until = all[i].to_ns > until ? all[i].to_ns : until;
    }
    free(all);
    return (double)covered / (double)(timeline->to_ns - timeline->from_ns);
}

static int64_t sum(int64_t a_ns, int64_t b_ns)
{
    return a_ns <= INT64_MAX - b_ns ? a_ns + b_ns : INT64_MAX;
}

void timeline_held(const struct timeline *timeline, uint32_t component, int64_t *ret_held_ns,
                   int64_t *ret_blocked_ns)
{
    *ret_held_ns = *ret_blocked_ns = 0;
    for (size_t i = 0; i < timeline->n_bars; i++) {
        const struct trace_span *span = &timeline->bars[i].span;
        if (span->component != component || !timeline_holds(span->kind))
            continue;
        *ret_held_ns = sum(*ret_held_ns, span->to_ns - span->from_ns);
        if (span->kind == SPAN_BLOCKED)
            *ret_blocked_ns = sum(*ret_blocked_ns, span->to_ns - span->from_ns);
    }
}
