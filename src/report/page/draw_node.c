#include "report/page/draw_node.h"

#include <math.h>
#include <stdlib.h>

enum {
    BOX = 58,   /* height of a component's box */
    STRIP = 15, /* of what waits above it */
    LOAD = 34,  /* height of a load's */
    MOST_CELLS = 20,
    SLOTS = 4,
    SLOT = 7,
    INSET = 5,
};

static const double worth_telling = 0.05; /* messages that wait on average */

struct units_text node_percent(double share)
{
    return units_format_share(share, share < 0.0995 ? 1 : 2);
}

/* ---- numbers ---- */

static double value_of(const struct policy_run *run, const char *place, const char *metric)
{
    double value = metric_value_at(&run->metrics, place, metric);
    return value >= 0.0 ? value : 0.0;
}

struct node_state node_state_of(const struct drawing_source *source, uint32_t component, size_t policy)
{
    const struct policy_run *run = &source->experiment->policies[policy];
    const char *name = source->spec->components[component].name;
    struct node_state state = {
        .busy = value_of(run, name, metric_word(worker_state_names[WORKER_BUSY]).chars),
        .ready = value_of(run, name, metric_word(worker_state_names[WORKER_READY]).chars),
        .blocked = value_of(run, name, metric_word(worker_state_names[WORKER_BLOCKED]).chars),
        .down = value_of(run, name, metric_word(worker_state_names[WORKER_DOWN]).chars),
        .inbox = value_of(run, name, "inbox.mean"),
    };
    for (size_t q = 0; q < run->first.n_queues; q++)
        if (run->first.queues[q].component == component) {
            state.queued += value_of(run, run->first.queues[q].name, "depth.mean");
            state.n_queues++;
        }
    if (component < run->first.n_components && run->first.components)
        state.crashes = run->first.components[component].crashes;
    return state;
}

bool node_shows_inbox(const struct node_state *state)
{
    return state->inbox >= worth_telling;
}

/* What has a strip above the box, under any policy. */
static void find_strips(const struct drawing_source *source, uint32_t component, bool *ret_queue,
                        bool *ret_inbox)
{
    *ret_queue = *ret_inbox = false;
    for (size_t p = 0; p < drawing_policies(source); p++) {
        struct node_state state = node_state_of(source, component, p);
        *ret_queue |= state.n_queues > 0;
        *ret_inbox |= node_shows_inbox(&state);
    }
}

double node_height(const struct drawing_source *source, const struct graph_node *node)
{
    bool queue, inbox;
    if (node->kind != GRAPH_COMPONENT)
        return LOAD;
    find_strips(source, node->index, &queue, &inbox);
    return BOX + STRIP * ((queue ? 1.0 : 0.0) + (inbox ? 1.0 : 0.0));
}

static unsigned shown_strips(const struct node_state *state)
{
    return (state->n_queues > 0 ? 1U : 0U) + (node_shows_inbox(state) ? 1U : 0U);
}

struct node_door node_door_of(const struct drawing_source *source, const struct graph_node *node,
                              size_t policy, double width)
{
    if (node->kind != GRAPH_COMPONENT)
        return (struct node_door){0.0, width};
    struct node_state state = node_state_of(source, node->index, policy);
    unsigned n = shown_strips(&state);
    return (struct node_door){node_height(source, node) - BOX - STRIP * (double)n,
                              n > 0 ? SLOTS * SLOT - 4.0 : width};
}

/* ---- what waits ---- */

static struct units_text waiting_text(double n)
{
    return n < worth_telling ? units_format_number(0.0, 1)
           : n < 1000.0      ? units_format_number(n, 2)
                             : plot_short_count(n);
}

/* Places of a queue, the last ones full first, as it is seen by whoever takes from it. */
static void add_slots(struct text *html, struct svg_box box, double n, const char *state, const char *style,
                      const char *words, const char *tip)
{
    char *full = text_format("bar %s", state);
    for (int i = 0; i < SLOTS; i++) {
        struct svg_box slot = {box.x + i * SLOT, box.y, SLOT, 10.0};
        double part = fmin(fmax(n - (SLOTS - 1 - i), 0.0), 1.0);
        svg_add_box(html, slot, "slot", style, tip);
        slot.x += slot.width * (1.0 - part) + 0.75;
        slot.width = slot.width * part - 1.5;
        slot.y += 0.75;
        slot.height -= 1.5;
        svg_add_box(html, slot, full ? full : "", NULL, tip);
    }
    svg_add_label(html,
                  (struct svg_label){.x = box.x + SLOTS * SLOT + 4.0,
                                     .y = box.y + 9.0,
                                     .size = 10.0,
                                     .room = box.width - SLOTS * SLOT - 4.0,
                                     .classes = "note halo"},
                  words);
    html->failed |= !full;
    free(full);
}

/* Just where arrows end; the number stands alone where the box is narrow. */
static void add_strip(struct text *html, struct svg_box strip, double n, const char *what, const char *state,
                      const char *style)
{
    struct units_text number = waiting_text(n);
    char *words = text_format("%s in %s", number.chars, what);
    char *tip = text_format("%s waiting in %s, on average", number.chars, what);
    strip.x += strip.width / 2.0 - SLOTS * SLOT / 2.0;
    strip.width = (strip.width + SLOTS * SLOT) / 2.0 + 3.0;
    bool fits = words && svg_text_width(words, 10.0, false) <= strip.width - SLOTS * SLOT - 4.0;
    add_slots(html, strip, n, state, style, fits ? words : number.chars, tip);
    html->failed |= !words || !tip;
    free(words);
    free(tip);
}

/* From the box upwards: its inbox, then the queues. */
static void add_strips(struct text *html, size_t policy, const struct node_state *state, struct svg_box body)
{
    struct svg_box strip = {body.x, body.y - STRIP + 2.0, body.width, STRIP};
    if (node_shows_inbox(state)) {
        add_strip(html, strip, state->inbox, "inbox", "s-inbox", NULL);
        strip.y -= STRIP;
    }
    if (state->n_queues > 0)
        add_strip(html, strip, state->queued, state->n_queues > 1 ? "queues" : "queue", "s-queue",
                  drawing_color(policy).chars);
}

/* ---- workers ---- */

/* Of all workers side by side, the part of a state from `from` to `to`, of 0 to 1, as far as it falls into a
 * cell. */
static void add_state(struct text *html, struct svg_box cell, double cell_from, double cell_to, double from,
                      double to, const char *classes)
{
    double left = fmax(from, cell_from), right = fmin(to, cell_to);
    if (right - left < 1e-4)
        return;
    double scale = cell.width / (cell_to - cell_from);
    svg_add_box(
        html,
        (struct svg_box){cell.x + (left - cell_from) * scale, cell.y, (right - left) * scale, cell.height},
        classes, NULL, NULL);
}

static void add_cell(struct text *html, const struct node_state *state, struct svg_box cell, double from,
                     double to)
{
    double at = 0.0;
    const struct {
        double share;
        const char *classes;
    } parts[] = {{state->busy, "bar s-busy"},
                 {state->ready, "bar s-ready"},
                 {state->blocked, "bar s-blocked"},
                 {state->down, "bar s-down"}};
    svg_add_box(html, cell, "cell", NULL, NULL);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        add_state(html, cell, from, to, at, at + parts[i].share, parts[i].classes);
        at += parts[i].share;
    }
}

/* A cell a worker, those of a replica close together; many are one long cell. */
static void add_cells(struct text *html, const struct component_spec *component,
                      const struct node_state *state, struct svg_box room)
{
    uint64_t n = (uint64_t)component->workers * component->replicas;
    if (component->workers == SPEC_UNLIMITED)
        return;
    if (n > MOST_CELLS) {
        add_cell(html, state, room, 0.0, 1.0);
        return;
    }
    double gap = n > 10 ? 1.0 : 1.5, between = component->replicas > 1 ? 3.0 : 0.0;
    double free_width = room.width - between * (component->replicas - 1) - gap * (double)(n - 1);
    double width = fmin(free_width / (double)n, 16.0);
    double x = room.x;
    for (uint64_t i = 0; i < n; i++) {
        add_cell(html, state, (struct svg_box){x, room.y, width, room.height}, (double)i / (double)n,
                 (double)(i + 1) / (double)n);
        x += width + gap + ((i + 1) % component->workers == 0 ? between : 0.0);
    }
}

/* ---- boxes ---- */

static char *component_tip(const struct component_spec *component, const struct node_state *state)
{
    struct text text = {0};
    text_addf(&text, "%s: ", component->name);
    if (component->replicas > 1)
        text_addf(&text, "%u replicas, each with ", (unsigned)component->replicas);
    if (component->workers == SPEC_UNLIMITED)
        text_add(&text, "as many workers as it needs");
    else
        text_addf(&text, "%u worker%s", (unsigned)component->workers, component->workers == 1 ? "" : "s");
    text_addf(&text, "\nbusy %s, blocked %s", node_percent(state->busy).chars,
              node_percent(state->blocked).chars);
    if (state->ready > 0.0)
        text_addf(&text, ", waiting for a core %s", node_percent(state->ready).chars);
    if (state->down > 0.0)
        text_addf(&text, ", down %s", node_percent(state->down).chars);
    text_addf(&text, "\nin the inbox %s", waiting_text(state->inbox).chars);
    if (state->n_queues > 0)
        text_addf(&text, "\nin queues %s", waiting_text(state->queued).chars);
    if (state->crashes > 0)
        text_addf(&text, "\ncrashed %llu times in replication 1", (unsigned long long)state->crashes);
    return text_take(&text);
}

/* `room` 0 = it is short, or must not be cut because there are numbers in it. */
static void add_line(struct text *html, struct svg_box box, double y, double room, const char *classes,
                     const char *words)
{
    svg_add_label(html,
                  (struct svg_label){
                      .x = box.x + INSET, .y = box.y + y, .size = 10.0, .room = room, .classes = classes},
                  words);
}

/* "busy 12 %, blocked 80 %" in one line where there is room, else the more important one of them. */
static void add_shares(struct text *html, const struct component_spec *component,
                       const struct node_state *state, struct svg_box box)
{
    char *both = text_format("busy %s, blocked %s", node_percent(state->busy).chars,
                             node_percent(state->blocked).chars);
    char *busy = text_format("busy %s", node_percent(state->busy).chars);
    char *blocked = text_format("blocked %s", node_percent(state->blocked).chars);
    if (component->workers == SPEC_UNLIMITED)
        add_line(html, box, box.height - 6.0, box.width - 2.0 * INSET, "note", "workers: no limit");
    if (state->blocked < 0.0005)
        add_line(html, box, 27.0, 0.0, "value", busy ? busy : "");
    else if (both && svg_text_width(both, 10.0, true) <= box.width - 2.0 * INSET)
        add_line(html, box, 27.0, 0.0, "value", both);
    else {
        add_line(html, box, 26.0, 0.0, "label", busy ? busy : "");
        add_line(html, box, 38.0, 0.0, "label", blocked ? blocked : "");
    }
    html->failed |= !both || !busy || !blocked;
    free(both);
    free(busy);
    free(blocked);
}

static void add_component(struct text *html, const struct drawing_source *source, uint32_t component,
                          size_t policy, struct svg_box box)
{
    const struct component_spec *spec = &source->spec->components[component];
    struct node_state state = node_state_of(source, component, policy);
    int level = (int)fmin(fmax(state.busy * 5.0 - 1e-9, 0.0), 4.0);
    struct svg_box body = {box.x, box.y + box.height - BOX, box.width, BOX};
    add_strips(html, policy, &state, body);
    char *tip = component_tip(spec, &state);
    char *classes = text_format("box u%d%s", level, state.blocked > 0.5 ? " stuck" : "");
    svg_add_box(html, body, classes ? classes : "", NULL, tip);
    html->failed |= !tip || !classes;
    free(tip);
    free(classes);
    struct svg_box inner = body;
    if (state.crashes > 0) {
        char *mark = text_format("×%llu", (unsigned long long)state.crashes);
        double width = svg_text_width(mark ? mark : "", 10.0, true) + 6.0;
        svg_add_box(html, (struct svg_box){body.x + body.width - width - 2.0, body.y + 2.0, width, 13.0},
                    "bar s-wrong", NULL, "crashes in replication 1");
        svg_add_label(html,
                      (struct svg_label){.x = body.x + body.width - width / 2.0 - 2.0,
                                         .y = body.y + 12.0,
                                         .size = 10.0,
                                         .classes = "value mid in-dark"},
                      mark ? mark : "");
        inner.width -= width;
        html->failed |= !mark;
        free(mark);
    }
    add_line(html, inner, 14.0, inner.width - 2.0 * INSET, "name", spec->name);
    add_shares(html, spec, &state, body);
    add_cells(html, spec, &state,
              (struct svg_box){body.x + INSET, body.y + body.height - 15.0, body.width - 2.0 * INSET, 10.0});
}

static char *load_words(const struct load_spec *load)
{
    switch (load->kind) {
    case LOAD_OPEN: {
        bool rated = load->arrival == ARRIVAL_POISSON || load->arrival == ARRIVAL_CONSTANT ||
                     load->arrival == ARRIVAL_SINUSOIDAL;
        double per_s = rated ? load->per_s : 1e9 / load->between.mean_ns;
        bool known = rated || (load->arrival == ARRIVAL_RENEWAL && load->between.mean_ns > 0.0);
        return known ? text_copy(units_format_rate(per_s, UNITS_DIGITS).chars) : text_copy("varying rate");
    }
    case LOAD_CLOSED: return text_format("%u users", (unsigned)load->users);
    case LOAD_BURST: return text_format("%s at once", plot_short_count((double)load->requests).chars);
    case LOAD_TRACE: return text_format("%s requests", plot_short_count((double)load->n_arrivals).chars);
    }
    return text_copy("");
}

static void add_load(struct text *html, const struct drawing_source *source, const struct graph_node *node,
                     struct svg_box box)
{
    bool single = node->kind == GRAPH_LOAD;
    const struct load_spec *load = &source->spec->loads[single ? node->index : 0];
    char *words = single ? load_words(load) : text_format("%zu loads", source->spec->n_loads);
    const char *name = single && load->name && *load->name ? load->name : "users";
    svg_add_box(html, box, "users", NULL, name);
    svg_add_label(html,
                  (struct svg_label){.x = box.x + box.width / 2.0,
                                     .y = box.y + 14.0,
                                     .size = 10.0,
                                     .room = box.width - 2.0 * INSET,
                                     .classes = "name mid"},
                  name);
    svg_add_label(html,
                  (struct svg_label){.x = box.x + box.width / 2.0,
                                     .y = box.y + 27.0,
                                     .size = 10.0,
                                     .room = box.width - 2.0 * INSET,
                                     .classes = "note mid"},
                  words ? words : "");
    html->failed |= !words;
    free(words);
}

void node_add(struct text *html, const struct drawing_source *source, const struct graph_node *node,
              size_t policy, struct svg_box box)
{
    if (node->kind == GRAPH_COMPONENT)
        add_component(html, source, node->index, policy, box);
    else
        add_load(html, source, node, box);
}
