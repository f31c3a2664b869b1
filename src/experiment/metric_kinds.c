#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/metric_sheet.h"
#include "experiment/percentiles.h"

#define TABLE(table) (table), sizeof(table) / sizeof *(table)

/* ---- counters: one line for every plain count ---- */

struct counter {
    const char *name;
    const char *meaning;
    size_t offset; /* of an uint64_t in what it belongs to */
};

static void put_counters(struct sheet *sheet, const struct counter *counters, size_t n, const void *of,
                         const char *about)
{
    for (size_t i = 0; i < n; i++) {
        const void *count = (const char *)of + counters[i].offset;
        sheet_put(sheet, counters[i].name, METRIC_COUNT, (double)*(const uint64_t *)count, about,
                  counters[i].meaning);
    }
}

/* ---- kinds: one line for every number that has a fixed place in a result ---- */

struct view {
    const struct spec *spec;
    const struct result *result;
    double window_ns;
    const struct component_result *component;
    const struct queue_result *queue;
    const struct link_result *link;
    int way;
};

struct kind {
    const char *name;
    enum metric_unit unit;
    const char *meaning;
    double (*value)(const struct view *view);
};

static double rate(const struct view *view, uint64_t count)
{
    return view->window_ns > 0.0 ? 1e9 * (double)count / view->window_ns : (double)NAN;
}

static double over_time(const struct view *view, int128 area)
{
    return view->window_ns > 0.0 ? (double)area / view->window_ns : (double)NAN;
}

static void put_kinds(struct sheet *sheet, const struct kind *kinds, size_t n, const struct view *view,
                      const char *about)
{
    for (size_t i = 0; i < n; i++)
        sheet_put(sheet, kinds[i].name, kinds[i].unit, kinds[i].value(view), about, kinds[i].meaning);
}

static double throughput(const struct view *v)
{
    return rate(v, v->result->answered);
}

static double completions(const struct view *v)
{
    return rate(v, v->result->completed);
}

static double offered_rate(const struct view *v)
{
    return rate(v, v->result->offered);
}

static double offered(const struct view *v)
{
    return (double)v->result->offered;
}

static double events(const struct view *v)
{
    return (double)v->result->n_events;
}

static double wasted(const struct view *v)
{
    int128 busy_ns = 0;
    for (size_t i = 0; i < v->result->n_components; i++)
        busy_ns += v->result->components[i].worker_ns[WORKER_BUSY];
    return metric_share(v->result->wasted_ns, busy_ns);
}

static double crashes(const struct view *v)
{
    uint64_t n = 0;
    for (size_t i = 0; i < v->result->n_components; i++)
        n += v->result->components[i].crashes;
    return (double)n;
}

static double hung(const struct view *v)
{
    uint64_t n = 0;
    for (size_t i = 0; v->result->calls && i < v->spec->n_endpoints; i++)
        n += v->result->calls[i].hung;
    return (double)n;
}

static double messages_lost(const struct view *v)
{
    uint64_t n = 0;
    for (size_t i = 0; v->result->calls && i < v->spec->n_endpoints; i++)
        n += v->result->calls[i].lost;
    return (double)n;
}

static const struct kind global_kinds[] = {
    {"throughput", METRIC_PER_SECOND, "requests answered ok", throughput},
    {"completions", METRIC_PER_SECOND, "requests whose effects were all done", completions},
    {"offered.rate", METRIC_PER_SECOND, "requests that users sent", offered_rate},
    {"offered", METRIC_COUNT, "requests that users sent after the warm-up", offered},
    {"wasted", METRIC_SHARE, "work done for callers who had given up, of all work", wasted},
    {"crashes", METRIC_COUNT, "crashes of replicas, of all components", crashes},
    {"hung", METRIC_COUNT, "callers and users that wait for ever, at the end of the run", hung},
    {"messages_lost", METRIC_COUNT, "requests and answers that got lost, of all calls", messages_lost},
    {"events", METRIC_COUNT, "events that the simulator let happen, warm-up included", events},
};

static double inbox_mean(const struct view *v)
{
    return over_time(v, v->component->inbox_ns);
}

static double inbox_max(const struct view *v)
{
    return (double)v->component->inbox_max;
}

static double present(const struct view *v)
{
    return over_time(v, v->component->present_ns);
}

static double waited(const struct view *v)
{
    return histogram_share_above(&v->component->wait, 0);
}

static double finish_rate(const struct view *v)
{
    return rate(v, v->component->finished);
}

static const struct kind component_kinds[] = {
    {"throughput", METRIC_PER_SECOND, "executions that ended", finish_rate},
    {"inbox.mean", METRIC_COUNT, "mean number waiting for a worker", inbox_mean},
    {"inbox.max", METRIC_COUNT, "greatest number waiting for a worker", inbox_max},
    {"present", METRIC_COUNT, "mean number waiting, executing, blocked or suspended", present},
    {"wait.share", METRIC_SHARE, "requests that had to wait for a worker", waited},
};

static const struct counter component_counters[] = {
    {"started", "requests that reached a worker", offsetof(struct component_result, started)},
    {"finished", "executions that ended", offsetof(struct component_result, finished)},
    {"rejected", "requests refused, and told so", offsetof(struct component_result, rejected)},
    {"dropped", "requests refused in silence", offsetof(struct component_result, dropped)},
    {"crashes", "crashes of its replicas", offsetof(struct component_result, crashes)},
    {"lost_in_crash", "requests that were in a replica when it crashed",
     offsetof(struct component_result, lost_in_crash)},
    {"met_down", "requests that came to a replica that was down",
     offsetof(struct component_result, met_down)},
};

static double depth_mean(const struct view *v)
{
    return over_time(v, v->queue->depth_ns);
}

static double depth_max(const struct view *v)
{
    return (double)v->queue->depth_max;
}

static double oldest_max(const struct view *v)
{
    return (double)v->queue->oldest_max_ns / 1e9;
}

/* L / (lambda W), Little's law: 1 in the long run; far from 1 when the queue grew or shrank during the
 * window. Its lambda counts the stays of messages in the queue: one that is delivered again stayed again. */
static double little(const struct view *v)
{
    const struct queue_result *q = v->queue;
    return q->stay_ns > 0 ? (double)q->depth_ns / (double)q->stay_ns : (double)NAN;
}

static double deliveries_per_message(const struct view *v)
{
    uint64_t messages = v->queue->deliveries - v->queue->redelivered;
    return messages ? (double)v->queue->deliveries / (double)messages : (double)NAN;
}

static const struct kind queue_kinds[] = {
    {"depth.mean", METRIC_COUNT, "mean number of messages waiting", depth_mean},
    {"depth.max", METRIC_COUNT, "greatest number of messages waiting", depth_max},
    {"oldest.max", METRIC_SECONDS, "greatest age of a waiting message", oldest_max},
    {"little", METRIC_COUNT,
     "mean depth over (rate x mean stay) of those that left; 1 when Little's law holds", little},
    {"deliveries_per_message", METRIC_COUNT, "deliveries of each message that was delivered at all",
     deliveries_per_message},
};

static const struct counter queue_counters[] = {
    {"published", "messages published", offsetof(struct queue_result, published)},
    {"consumed", "messages consumed", offsetof(struct queue_result, consumed)},
    {"dropped", "messages dropped because the queue was full", offsetof(struct queue_result, dropped)},
    {"rejected", "messages refused because the queue was full", offsetof(struct queue_result, rejected)},
    {"lost", "messages that got lost on their way to the queue", offsetof(struct queue_result, lost)},
    {"lost_in_crash", "messages that were gone with a crash", offsetof(struct queue_result, lost_in_crash)},
    {"expired", "messages that waited longer than the queue keeps them",
     offsetof(struct queue_result, expired)},
    {"dead_lettered", "messages given up after too many deliveries",
     offsetof(struct queue_result, dead_lettered)},
    {"waiting", "messages still waiting at the end", offsetof(struct queue_result, waiting)},
    {"deliveries", "deliveries of messages to consumers", offsetof(struct queue_result, deliveries)},
    {"redelivered", "deliveries of messages that had been delivered before",
     offsetof(struct queue_result, redelivered)},
    {"deduplicated", "deliveries of what had been done already, and was not done again",
     offsetof(struct queue_result, deduplicated)},
    {"resent", "publishes once more, for want of a confirmation", offsetof(struct queue_result, resent)},
};

static double messages(const struct view *v)
{
    return rate(v, v->link->messages[v->way]);
}

static double sending(const struct view *v)
{
    return over_time(v, v->link->sending_ns[v->way]);
}

static double in_flight(const struct view *v)
{
    return over_time(v, v->link->flight_ns[v->way]);
}

static const struct kind link_kinds[] = {
    {"messages", METRIC_PER_SECOND, "messages sent", messages},
    {"utilisation", METRIC_SHARE, "time that the wire was being written to", sending},
    {"in_flight", METRIC_COUNT, "mean number of messages under way", in_flight},
};

/* ---- times, from histograms of nanoseconds ---- */

struct time_kind {
    const char *name;
    const char *meaning;
    double quantile; /* NAN: `value` tells */
    double (*value)(const struct histogram *times);
};

static double longest(const struct histogram *times)
{
    return times->count ? (double)times->max : (double)NAN;
}

static double shortest(const struct histogram *times)
{
    return times->count ? (double)times->min : (double)NAN;
}

static const struct time_kind time_kinds[] = {
    {"mean", "mean", 0.0, histogram_mean},
    {"sd", "standard deviation", 0.0, histogram_sd},
    {"p50", "median", 0.50, NULL},
    {"p90", "90 % lie below", 0.90, NULL},
    {"p95", "95 % lie below", 0.95, NULL},
    {"p99", "99 % lie below", 0.99, NULL},
    {"p99.9", "99.9 % lie below", 0.999, NULL},
    {"max", "longest", 0.0, longest},
    {"min", "shortest", 0.0, shortest},
};

static void put_times(struct sheet *sheet, const char *name, const char *about, const struct histogram *times)
{
    size_t mark = sheet_enter(sheet, name);
    for (size_t i = 0; i < sizeof time_kinds / sizeof *time_kinds; i++) {
        const struct time_kind *kind = &time_kinds[i];
        double ns = kind->value ? kind->value(times) : histogram_quantile(times, kind->quantile);
        sheet_put(sheet, kind->name, METRIC_SECONDS, ns / 1e9, about, kind->meaning);
    }
    for (size_t i = 0; i < sheet->spec->n_percentiles; i++) {
        const struct percentile_spec *asked = &sheet->spec->percentiles[i];
        sheet_put(sheet, asked->name, METRIC_SECONDS, histogram_quantile(times, asked->quantile) / 1e9, about,
                  asked->meaning);
    }
    sheet_leave(sheet, mark);
}

bool percentiles_are_usual(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof time_kinds / sizeof *time_kinds; i++)
        if (strlen(time_kinds[i].name) == length && strncmp(time_kinds[i].name, name, length) == 0)
            return true;
    return false;
}

/* ---- families: a number for each state, cause, outcome or place ---- */

/* A number of requests, and their share of those offered. */
static void put_part(struct sheet *sheet, const char *name, const char *about, uint64_t count,
                     uint64_t n_offered)
{
    sheet_put_word(sheet, name, METRIC_COUNT, (double)count, about,
                   "requests, of those offered after the warm-up");
    size_t mark = sheet_enter_word(sheet, name);
    sheet_put(sheet, "share", METRIC_SHARE, metric_share((int128)count, (int128)n_offered), about,
              "share of the requests offered after the warm-up");
    sheet_leave(sheet, mark);
}

static void put_outcomes(struct sheet *sheet, const uint64_t *outcomes, uint64_t n_offered)
{
    for (int i = 0; i < OUTCOMES; i++)
        put_part(sheet, outcome_names[i], outcome_names[i], outcomes[i], n_offered);
}

static void put_effects(struct sheet *sheet, const uint64_t *effects, uint64_t lost, uint64_t n_offered)
{
    static const char *const meanings[EFFECTS] = {
        [EFFECTS_DONE] = "all effects done, each once",
        [EFFECTS_PARTLY] = "some effects done, others never",
        [EFFECTS_NONE] = "no effect done, and none to come",
        [EFFECTS_TWICE] = "some effect done twice or more often",
        [EFFECTS_OPEN] = "effects still to come at the end",
    };
    size_t mark = sheet_enter(sheet, "effects");
    for (int i = 0; i < EFFECTS; i++)
        put_part(sheet, effects_names[i], meanings[i], effects[i], n_offered);
    sheet_leave(sheet, mark);
    put_part(sheet, "lost", "some effect will never be done, and the user was not told", lost, n_offered);
}

static void put_split(struct sheet *sheet, const char *name, const char *meaning, const double *split_ns,
                      bool any_answer)
{
    size_t mark = sheet_enter(sheet, name);
    for (int i = 0; i < CAUSES; i++) {
        sheet_put_word(sheet, cause_names[i], METRIC_SECONDS, any_answer ? split_ns[i] / 1e9 : (double)NAN,
                       cause_names[i], meaning);
    }
    sheet_leave(sheet, mark);
}

static void put_places(struct sheet *sheet, const struct view *view)
{
    size_t mark = sheet_enter(sheet, "places");
    for (int i = 0; i < PLACES; i++) {
        size_t inner = sheet_enter_word(sheet, place_names[i]);
        sheet_put(sheet, "mean", METRIC_COUNT, over_time(view, view->result->place_ns[i]), place_names[i],
                  "mean number of messages");
        sheet_leave(sheet, inner);
    }
    sheet_leave(sheet, mark);
}

double metric_share(int128 part, int128 whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

static void put_worker_states(struct sheet *sheet, const struct view *view)
{
    const struct component_result *c = view->component;
    for (int i = 0; i < WORKER_STATES; i++)
        sheet_put_word(sheet, worker_state_names[i], METRIC_SHARE, metric_share(c->worker_ns[i], c->total_ns),
                       worker_state_names[i], "share of the workers' time");
    size_t mark = sheet_enter(sheet, "workers");
    for (int i = 0; i < WORKER_STATES; i++)
        sheet_put_word(sheet, worker_state_names[i], METRIC_COUNT, over_time(view, c->worker_ns[i]),
                       worker_state_names[i], "mean number of workers");
    sheet_leave(sheet, mark);
}

/* ---- the parts of a result ---- */

static void put_whole(struct sheet *sheet, const struct view *view)
{
    const struct result *result = view->result;
    bool any_answer = result->response.count > 0;
    put_kinds(sheet, TABLE(global_kinds), view, NULL);
    put_outcomes(sheet, result->outcomes, result->offered);
    put_effects(sheet, result->effects, result->lost, result->offered);
    put_times(sheet, "response", "time until the user had an ok answer", &result->response);
    put_times(sheet, "completion", "time until all effects were done", &result->completion);
    put_split(sheet, "response.split", "part of the mean response time", result->response_split_ns,
              any_answer);
    put_split(sheet, "response.slow_split", "part of the mean response time of the slowest 1 %",
              result->slow_split_ns, any_answer);
    put_places(sheet, view);
}

static void put_component(struct sheet *sheet, const struct view *view)
{
    put_worker_states(sheet, view);
    put_kinds(sheet, TABLE(component_kinds), view, NULL);
    put_counters(sheet, TABLE(component_counters), view->component, NULL);
    put_times(sheet, "wait", "time in the inbox", &view->component->wait);
}

static void put_queue(struct sheet *sheet, const struct view *view)
{
    put_kinds(sheet, TABLE(queue_kinds), view, "queue");
    put_counters(sheet, TABLE(queue_counters), view->queue, "queue");
    put_times(sheet, "wait", "time in the queue", &view->queue->wait);
}

static void put_link(struct sheet *sheet, struct view *view)
{
    static const char *const ways[] = {"out", "back"};
    for (view->way = 0; view->way < 2; view->way++) {
        size_t mark = sheet_enter(sheet, ways[view->way]);
        put_kinds(sheet, TABLE(link_kinds), view,
                  view->way == 0 ? "link, from its first end" : "link, from its second end");
        sheet_leave(sheet, mark);
    }
}

static void put_load(struct sheet *sheet, const struct load_result *load)
{
    sheet_put(sheet, "offered", METRIC_COUNT, (double)load->offered, "load",
              "requests sent after the warm-up");
    put_outcomes(sheet, load->outcomes, load->offered);
    put_effects(sheet, load->effects, load->lost, load->offered);
    put_times(sheet, "response", "time until the user had an ok answer", &load->response);
    put_times(sheet, "completion", "time until all effects were done", &load->completion);
}

/* What a part has where nothing is known of it. */
static const struct result no_result;
static const struct component_result no_component;
static const struct queue_result no_queue;
static const struct link_result no_link;
static const struct load_result no_load;
static const struct call_result no_calls;

void sheet_put_part(struct sheet *sheet, const struct parts *parts, const struct part *part,
                    const struct result *result)
{
    const struct result *known = result ? result : &no_result;
    struct view view = {.spec = parts->spec, .result = known, .window_ns = (double)known->window_ns};
    uint32_t i = part->number;
    sheet->spec = parts->spec;
    switch (part->kind) {
    case PART_WHOLE: put_whole(sheet, &view); break;
    case PART_COMPONENT:
        view.component = result ? &result->components[i] : &no_component;
        put_component(sheet, &view);
        sheet_put_blames(sheet, parts->spec, parts->callees, i, view.component);
        break;
    case PART_QUEUE:
        view.queue = result ? &result->queues[i] : &no_queue;
        put_queue(sheet, &view);
        break;
    case PART_LINK:
        view.link = result ? &result->links[i] : &no_link;
        put_link(sheet, &view);
        break;
    case PART_LOAD: put_load(sheet, result ? &result->loads[i] : &no_load); break;
    case PART_EVENT:
        sheet_put_event(sheet, &parts->spec->events[i],
                        i < known->n_disturbances ? &known->disturbances[i] : NULL);
        break;
    case PART_CALLS: sheet_put_calls(sheet, known->calls ? &known->calls[i] : &no_calls); break;
    case PART_KINDS: break;
    }
}

/* ---- which parts there are ---- */

bool parts_init(struct parts *parts, const struct spec *spec, const struct result *result)
{
    *parts = (struct parts){.spec = spec,
                            .n = {[PART_WHOLE] = 1,
                                  [PART_COMPONENT] = result->n_components,
                                  [PART_QUEUE] = result->n_queues,
                                  [PART_LINK] = result->n_links,
                                  [PART_LOAD] = result->n_loads > 1 ? result->n_loads : 0,
                                  [PART_EVENT] = spec->n_events,
                                  [PART_CALLS] = spec->n_endpoints},
                            .callees = callees_create(spec),
                            .called = calls_find(spec)};
    if (parts->callees && parts->called)
        return true;
    parts_finish(parts);
    return false;
}

void parts_finish(struct parts *parts)
{
    callees_destroy(parts->callees);
    free(parts->called);
    *parts = (struct parts){0};
}

bool parts_next(const struct parts *parts, struct part *part)
{
    struct part next = {part->kind, part->number + 1};
    while (next.kind < PART_KINDS) {
        if (next.number >= parts->n[next.kind])
            next = (struct part){next.kind + 1, 0};
        else if (next.kind == PART_CALLS && !parts->called[next.number])
            next.number++;
        else
            break;
    }
    *part = next;
    return next.kind < PART_KINDS;
}
