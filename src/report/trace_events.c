#include "report/trace_events.h"

#include <stdlib.h>

#include "report/json.h"
#include "report/plot/timeline.h"

/* Tracks are named by numbers: the users are process 1, component c is c + 2. A component's workers are its
 * threads 1, 2, ..., its waits come behind them. */
enum { USERS = 1, FIRST_COMPONENT = 2, FIRST_WORKER = 1, FIRST_WAIT = 1000001, FIRST_REQUEST = 1 };

struct track {
    uint64_t process, thread;
};

/* A user's request, from its first message to its last one. */
struct asking {
    uint32_t load;
    uint64_t request;
    int64_t from_ns, to_ns;
};

struct page {
    struct json json;
    const struct spec *spec;
    struct timeline timeline;
    const struct timeline_bar **bars; /* owned: those of the timeline, by load and request */
    struct asking *askings;           /* owned; likewise */
    size_t n_askings;
    uint64_t n_flows;
};

static const char *const states[] = {
    [SPAN_BUSY] = "busy",           [SPAN_READY] = "ready",        [SPAN_BLOCKED] = "blocked",
    [SPAN_SUSPENDED] = "suspended", [SPAN_INBOX] = "in the inbox", [SPAN_QUEUE] = "in the queue",
};

static const char *const messages[] = {
    [ARROW_REQUEST] = "request", [ARROW_REPLY] = "reply",       [ARROW_ERROR] = "error",
    [ARROW_PUBLISH] = "publish", [ARROW_DELIVERY] = "delivery",
};

static const char *place_name(const struct page *page, uint32_t component)
{
    return component == SPEC_USERS ? "users" : page->spec->components[component].name;
}

/* ---- events ---- */

static void begin(struct page *page, const char *phase, const char *name, struct track track)
{
    json_open_flat(&page->json, NULL, '{');
    json_string(&page->json, "ph", phase);
    json_string(&page->json, "name", name);
    json_integer(&page->json, "pid", track.process);
    json_integer(&page->json, "tid", track.thread);
}

static void add_time(struct page *page, const char *key, int64_t ns)
{
    json_number(&page->json, key, (double)ns / 1e3);
}

static void end(struct page *page)
{
    json_close(&page->json, '}');
}

/* What a track is called: `what` is "process_name" or "thread_name"; a number of 0 is none. */
static void name_track(struct page *page, const char *what, struct track track, const char *name,
                       uint64_t number)
{
    char *numbered = number ? text_format("%s %llu", name, (unsigned long long)number) : NULL;
    begin(page, "M", what, track);
    json_open(&page->json, "args", '{');
    json_string(&page->json, "name", numbered ? numbered : name);
    json_close(&page->json, '}');
    end(page);
    page->json.text->failed |= number && !numbered;
    free(numbered);
}

static void add_request(struct page *page, uint32_t load, uint64_t number)
{
    json_string(&page->json, "load", page->spec->loads[load].name);
    json_integer(&page->json, "request", number);
}

/* ---- components ---- */

static struct track track_of(const struct timeline_bar *bar)
{
    uint64_t first = timeline_holds(bar->span.kind) ? FIRST_WORKER : FIRST_WAIT;
    return (struct track){FIRST_COMPONENT + bar->span.component, first + bar->lane};
}

static void add_bar(struct page *page, const struct timeline_bar *bar)
{
    const struct trace_span *span = &bar->span;
    begin(page, "X", states[span->kind], track_of(bar));
    add_time(page, "ts", span->from_ns);
    add_time(page, "dur", span->to_ns - span->from_ns);
    json_open(&page->json, "args", '{');
    add_request(page, span->load, span->request);
    json_string(&page->json, "endpoint", page->spec->endpoints[span->endpoint].name);
    json_integer(&page->json, "replica", span->replica);
    json_integer(&page->json, "activation", span->activation);
    json_close(&page->json, '}');
    end(page);
}

/* Lanes are numbered without gaps: each has a bar. */
static void name_lanes(struct page *page, uint32_t component)
{
    unsigned lanes[2] = {0};
    for (size_t i = 0; i < page->timeline.n_bars; i++) {
        const struct timeline_bar *bar = &page->timeline.bars[i];
        bool waits = !timeline_holds(bar->span.kind);
        if (bar->span.component == component && bar->lane >= lanes[waits])
            lanes[waits] = bar->lane + 1;
    }
    uint64_t process = FIRST_COMPONENT + component;
    name_track(page, "process_name", (struct track){process, 0}, place_name(page, component), 0);
    for (unsigned i = 0; i < lanes[0]; i++)
        name_track(page, "thread_name", (struct track){process, FIRST_WORKER + i}, "worker", i + 1);
    for (unsigned i = 0; i < lanes[1]; i++)
        name_track(page, "thread_name", (struct track){process, FIRST_WAIT + i}, "waiting", i + 1);
}

static void add_components(struct page *page)
{
    for (uint32_t c = 0; c < page->spec->n_components; c++)
        if (page->timeline.rows[c].shown)
            name_lanes(page, c);
    for (size_t i = 0; i < page->timeline.n_bars; i++)
        add_bar(page, &page->timeline.bars[i]);
}

/* ---- users ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int by_name(const void *left, const void *right)
{
    const struct asking *a = left, *b = right;
    return a->load != b->load ? ORDER(a->load, b->load) : ORDER(a->request, b->request);
}

static struct asking *find_asking(const struct page *page, uint32_t load, uint64_t request)
{
    struct asking key = {.load = load, .request = request};
    return page->n_askings ? bsearch(&key, page->askings, page->n_askings, sizeof key, by_name) : NULL;
}

/* Those of the messages that come from users or go to them, one for each request. */
static bool find_askings(struct page *page)
{
    const struct timeline *timeline = &page->timeline;
    size_t n = 0, kept = 0;
    struct asking *all = page->askings = malloc((timeline->n_arrows + 1) * sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < timeline->n_arrows; i++) {
        const struct trace_arrow *a = &timeline->arrows[i].arrow;
        int64_t until_ns = a->lost ? a->sent_ns : a->arrived_ns;
        if (a->from == SPEC_USERS || a->to == SPEC_USERS)
            all[n++] =
                (struct asking){a->load, a->request, a->sent_ns, a->to == SPEC_USERS ? until_ns : a->sent_ns};
    }
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || by_name(&all[kept - 1], &all[i]) != 0) {
            all[kept++] = all[i];
            continue;
        }
        struct asking *one = &all[kept - 1];
        one->from_ns = all[i].from_ns < one->from_ns ? all[i].from_ns : one->from_ns;
        one->to_ns = all[i].to_ns > one->to_ns ? all[i].to_ns : one->to_ns;
    }
    page->n_askings = kept;
    return true;
}

static void add_users(struct page *page)
{
    if (page->n_askings)
        name_track(page, "process_name", (struct track){USERS, 0}, "users", 0);
    for (size_t i = 0; i < page->n_askings; i++) {
        const struct asking *asking = &page->askings[i];
        struct track track = {USERS, FIRST_REQUEST + i};
        name_track(page, "thread_name", track, page->spec->loads[asking->load].name, asking->request + 1);
        begin(page, "X", "request", track);
        add_time(page, "ts", asking->from_ns);
        add_time(page, "dur", asking->to_ns - asking->from_ns);
        json_open(&page->json, "args", '{');
        add_request(page, asking->load, asking->request);
        json_close(&page->json, '}');
        end(page);
    }
}

/* ---- messages ---- */

static int by_request(const void *left, const void *right)
{
    const struct timeline_bar *one = *(const struct timeline_bar *const *)left;
    const struct timeline_bar *other = *(const struct timeline_bar *const *)right;
    const struct trace_span *a = &one->span, *b = &other->span;
    if (a->load != b->load)
        return ORDER(a->load, b->load);
    return a->request != b->request ? ORDER(a->request, b->request) : ORDER(one, other);
}

static bool sort_bars(struct page *page)
{
    size_t n = page->timeline.n_bars;
    page->bars = malloc((n + 1) * sizeof(const struct timeline_bar *));
    for (size_t i = 0; page->bars && i < n; i++)
        page->bars[i] = &page->timeline.bars[i];
    if (page->bars)
        qsort(page->bars, n, sizeof(const struct timeline_bar *), by_request);
    return page->bars != NULL;
}

/* The first of a request's bars. */
static size_t first_bar(const struct page *page, uint32_t load, uint64_t request)
{
    size_t low = 0, high = page->timeline.n_bars;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct trace_span *span = &page->bars[middle]->span;
        if (span->load < load || (span->load == load && span->request < request))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The bar of the arrow's request in which it leaves or arrives, one that holds a worker if there is one; or
 * NULL. */
static const struct timeline_bar *find_bar(const struct page *page, const struct trace_arrow *arrow,
                                           bool arrives)
{
    const struct timeline_bar *found = NULL;
    bool callee = timeline_callee_is_at(arrow, arrives);
    uint32_t component = arrives ? arrow->to : arrow->from;
    int64_t at_ns = arrives ? arrow->arrived_ns : arrow->sent_ns;
    for (size_t i = first_bar(page, arrow->load, arrow->request); i < page->timeline.n_bars; i++) {
        const struct trace_span *span = &page->bars[i]->span;
        if (span->load != arrow->load || span->request != arrow->request)
            break;
        if (span->component == component && (span->activation == arrow->activation) == callee &&
            span->from_ns <= at_ns && at_ns <= span->to_ns && (!found || timeline_holds(span->kind)))
            found = page->bars[i];
    }
    return found;
}

/* The slice that a message leaves or reaches; false: there is none at that time. */
static bool find_end(const struct page *page, const struct trace_arrow *arrow, bool arrives,
                     struct track *ret_track)
{
    uint32_t component = arrives ? arrow->to : arrow->from;
    if (component == SPEC_USERS) {
        int64_t at_ns = arrives ? arrow->arrived_ns : arrow->sent_ns;
        const struct asking *asking = find_asking(page, arrow->load, arrow->request);
        if (!asking || at_ns < asking->from_ns || at_ns > asking->to_ns)
            return false;
        *ret_track = (struct track){USERS, FIRST_REQUEST + (uint64_t)(asking - page->askings)};
        return true;
    }
    const struct timeline_bar *bar = find_bar(page, arrow, arrives);
    if (bar)
        *ret_track = track_of(bar);
    return bar != NULL;
}

static void add_flow_end(struct page *page, const char *phase, const char *name, struct track track,
                         int64_t at_ns)
{
    begin(page, phase, name, track);
    json_string(&page->json, "cat", "message");
    json_integer(&page->json, "id", page->n_flows);
    add_time(page, "ts", at_ns);
    if (phase[0] == 'f')
        json_string(&page->json, "bp", "e"); /* it ends at the slice around it, not at the next one */
    end(page);
}

static void add_lost(struct page *page, const struct trace_arrow *arrow, struct track track)
{
    begin(page, "i", "lost", track);
    add_time(page, "ts", arrow->sent_ns);
    json_string(&page->json, "s", "t");
    json_open(&page->json, "args", '{');
    json_string(&page->json, "message", messages[arrow->kind]);
    json_string(&page->json, "to", place_name(page, arrow->to));
    add_request(page, arrow->load, arrow->request);
    json_close(&page->json, '}');
    end(page);
}

static void add_message(struct page *page, const struct trace_arrow *arrow)
{
    struct track from, to;
    if (!find_end(page, arrow, false, &from))
        return;
    if (arrow->lost) {
        add_lost(page, arrow, from);
    } else if (find_end(page, arrow, true, &to)) {
        page->n_flows++;
        add_flow_end(page, "s", messages[arrow->kind], from, arrow->sent_ns);
        add_flow_end(page, "f", messages[arrow->kind], to, arrow->arrived_ns);
    }
}

/* ---- the file ---- */

static void add_page(struct page *page)
{
    struct json *json = &page->json;
    json_open(json, NULL, '{');
    json_string(json, "displayTimeUnit", "ms");
    json_open(json, "traceEvents", '[');
    add_users(page);
    add_components(page);
    for (size_t i = 0; i < page->timeline.n_arrows; i++)
        add_message(page, &page->timeline.arrows[i].arrow);
    json_close(json, ']');
    json_close(json, '}');
}

void trace_events_add(struct text *text, const struct spec *spec, const struct trace_log *log)
{
    struct page page = {.json = {.text = text, .first = true}, .spec = spec};
    bool made = !log->failed && timeline_make(log, spec->n_components, SIZE_MAX, &page.timeline);
    if (made && find_askings(&page) && sort_bars(&page))
        add_page(&page);
    else
        text->failed = true;
    free(page.askings);
    free(page.bars);
    timeline_finish(&page.timeline);
}
