#include "experiment/live.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/units.h"
#include "experiment/machine.h"

enum { RING = LIVE_WINDOW + 1 };

static bool no_memory(struct error *error)
{
    error_set(error, "out of memory");
    return false;
}

/* ---- making ---- */

static bool lane_init(struct live *live, uint32_t policy, struct error *error)
{
    struct live_lane *lane = &live->lanes[policy];
    size_t n_components = live->spec->n_components;
    lane->system = system_create(live->spec, policy, 0, NULL, error);
    if (!lane->system)
        return false;
    pace_begin(&lane->pace, lane->system, live->spec, &live->limits, NULL);
    lane->n_queues = system_queue_count(lane->system);
    lane->queue_names = calloc(lane->n_queues + 1, sizeof *lane->queue_names);
    lane->links = calloc(live->n_links + 1, sizeof *lane->links);
    lane->past_ns = calloc(n_components + 1, sizeof *lane->past_ns);
    lane->component_load = calloc(n_components + 1, sizeof *lane->component_load);
    lane->queue_load = calloc(lane->n_queues + 1, sizeof *lane->queue_load);
    lane->link_load = calloc(live->n_links + 1, sizeof *lane->link_load);
    bool whole = lane->queue_names && lane->links && lane->past_ns && lane->component_load &&
                 lane->queue_load && lane->link_load;
    for (size_t i = 0; whole && i < lane->n_queues; i++)
        whole = (lane->queue_names[i] = text_copy(system_queue_name(lane->system, i))) != NULL;
    return whole || no_memory(error);
}

static void lane_finish(struct live_lane *lane)
{
    system_destroy(lane->system);
    pace_finish(&lane->pace);
    for (size_t i = 0; i < RING; i++)
        system_sample_finish(&lane->looks[i]);
    for (size_t i = 0; lane->queue_names && i < lane->n_queues; i++)
        free(lane->queue_names[i]);
    free(lane->queue_names);
    free(lane->links);
    free(lane->past_ns);
    free(lane->component_load);
    free(lane->queue_load);
    free(lane->link_load);
}

bool live_init(struct live *live, const struct spec *spec, size_t window, struct error *error)
{
    *live = (struct live){.spec = spec,
                          .lanes = calloc(spec->n_policies + 1, sizeof *live->lanes),
                          .n_lanes = spec->n_policies,
                          .n_links = spec->n_links + (spec->default_link ? 1 : 0),
                          .window = window,
                          .limits = {.bytes = machine_memory_share(spec->n_policies)},
                          .warmed = spec->run.warmup_ns == 0};
    live->suspends = calloc(spec->n_components + 1, sizeof *live->suspends);
    bool ok = (live->lanes && live->suspends) || no_memory(error);
    for (uint32_t p = 0; ok && p < live->n_lanes; p++)
        ok = lane_init(live, p, error);
    ok = ok && live_look(live, error);
    if (!ok)
        live_finish(live);
    return ok;
}

void live_finish(struct live *live)
{
    for (size_t i = 0; live->lanes && i < live->n_lanes; i++)
        lane_finish(&live->lanes[i]);
    free(live->lanes);
    free(live->suspends);
    *live = (struct live){0};
}

/* ---- going ---- */

/* A lane whose clock stands still, or that takes all memory, ends them all. */
static bool lane_step(struct live_lane *lane, int64_t until_ns, struct error *error)
{
    bool there;
    struct text text = {0};
    if (!pace_step(&lane->pace, until_ns, &there, error))
        return false;
    if (there)
        return true;
    limit_add(&text, lane->pace.limit, lane->pace.limits, lane->pace.why);
    error_set(error, "at %s it %s",
              units_format_duration((double)system_now_ns(lane->system) / 1e9, UNITS_DIGITS).chars,
              text_string(&text));
    text_finish(&text);
    return false;
}

static bool step_all(struct live *live, int64_t until_ns, struct error *error)
{
    for (size_t i = 0; i < live->n_lanes; i++)
        if (!lane_step(&live->lanes[i], until_ns, error))
            return false;
    live->now_ns = until_ns;
    return true;
}

/* The model forgets the workers' time when the warm-up ends: kept just before. */
static bool keep_past(struct live_lane *lane, size_t n_components)
{
    struct system_sample sample = {0};
    bool ok = system_look(lane->system, &sample);
    for (size_t c = 0; ok && c < n_components; c++)
        for (int w = 0; w < WORKER_STATES; w++)
            lane->past_ns[c][w] = sample.components[c].worker_ns[w];
    system_sample_finish(&sample);
    return ok;
}

bool live_step(struct live *live, int64_t until_ns, struct error *error)
{
    int64_t warmup_ns = live->spec->run.warmup_ns;
    if (!live->warmed && until_ns >= warmup_ns) {
        if (!step_all(live, warmup_ns - 1, error))
            return false;
        for (size_t i = 0; i < live->n_lanes; i++)
            if (!keep_past(&live->lanes[i], live->spec->n_components))
                return no_memory(error);
        live->warmed = true;
    }
    return step_all(live, until_ns, error);
}

/* ---- looking ---- */

int64_t live_waiting(const struct system_sample *sample)
{
    return (int64_t)(sample->offered - sample->answered - sample->failed);
}

const struct system_sample *live_now(const struct live *live, size_t lane)
{
    return &live->lanes[lane].looks[(live->n_looks - 1) % RING];
}

const struct system_sample *live_before(const struct live *live, size_t lane)
{
    size_t back = live->n_looks - 1 < live->window ? live->n_looks - 1 : live->window;
    return &live->lanes[lane].looks[(live->n_looks - 1 - back) % RING];
}

static double total(const int128 *worker_ns)
{
    int128 sum = 0;
    for (int w = 0; w < WORKER_STATES; w++)
        sum += worker_ns[w];
    return (double)sum;
}

double live_share(const struct live *live, size_t lane, size_t component, enum worker_state state)
{
    const int128 *worker_ns = live_now(live, lane)->components[component].worker_ns;
    double all = total(worker_ns);
    return all > 0.0 ? (double)worker_ns[state] / all : (double)NAN;
}

/* Deep queues must not outweigh all else. */
static double weight(double n)
{
    return log2(1.0 + n);
}

static void weigh(struct live *live, size_t lane_index)
{
    struct live_lane *lane = &live->lanes[lane_index];
    const struct system_sample *now = live_now(live, lane_index), *before = live_before(live, lane_index);
    for (size_t c = 0; c < live->spec->n_components; c++) {
        const struct component_sample *sample = &now->components[c];
        double all = total(sample->worker_ns) - total(before->components[c].worker_ns);
        double idle = (double)(sample->worker_ns[WORKER_IDLE] - before->components[c].worker_ns[WORKER_IDLE]);
        live->suspends[c] |= sample->suspended > 0;
        lane->component_load[c] +=
            (all > 0.0 ? 1.0 - idle / all : 0.0) + weight((double)(sample->inbox + sample->suspended));
    }
    for (size_t q = 0; q < lane->n_queues; q++)
        lane->queue_load[q] += weight((double)now->queues[q].depth);
    for (size_t l = 0; l < live->n_links; l++) {
        const struct link_sample *link = &lane->links[l];
        lane->link_load[l] += weight((double)link->under_way[0] + (double)link->under_way[1]) + link->cut;
    }
}

static bool lane_look(struct live *live, size_t index)
{
    struct live_lane *lane = &live->lanes[index];
    struct system_sample *sample = &lane->looks[live->n_looks % RING];
    if (!system_look(lane->system, sample))
        return false;
    for (size_t c = 0; c < live->spec->n_components; c++)
        for (int w = 0; w < WORKER_STATES; w++)
            sample->components[c].worker_ns[w] += lane->past_ns[c][w];
    system_look_at_links(lane->system, lane->links);
    if (live_waiting(sample) > lane->most_waiting)
        lane->most_waiting = live_waiting(sample);
    return true;
}

bool live_look(struct live *live, struct error *error)
{
    for (size_t i = 0; i < live->n_lanes; i++)
        if (!lane_look(live, i))
            return no_memory(error);
    live->n_looks++;
    for (size_t i = 0; i < live->n_lanes; i++)
        weigh(live, i);
    return true;
}
