/* The system as a graph: components with their workers, who calls whom over which link, queues, and how busy
 * all of it is. */
#include <stdlib.h>

#include "report/page/draw_edge.h"
#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/page/draw_node.h"
#include "report/page/topology.h"

/* What a picture says at a glance, in words. */
static char *describe(const struct topology *topology, size_t policy, char **ret_remark)
{
    enum { MOST = 12 };
    struct text text = {0};
    double fullest = -1.0;
    struct node_state most = {0};
    const char *name = NULL;
    text_addf(&text, "The system under %s.", topology->source->experiment->policies[policy].name);
    for (size_t i = 0, told = 0; i < topology->graph.n_nodes; i++) {
        const struct graph_node *node = &topology->graph.nodes[i];
        if (node->kind != GRAPH_COMPONENT)
            continue;
        struct node_state state = node_state_of(topology->source, node->index, policy);
        const char *component = topology->source->spec->components[node->index].name;
        if (told++ < MOST)
            text_addf(&text, " %s: busy %s, blocked %s.", component, node_percent(state.busy).chars,
                      node_percent(state.blocked).chars);
        if (state.busy + state.blocked > fullest) {
            fullest = state.busy + state.blocked;
            most = state;
            name = component;
        }
    }
    struct units_text busy = node_percent(most.busy), blocked = node_percent(most.blocked);
    *ret_remark = !name ? text_copy("")
                  : most.blocked > 0.005
                      ? text_format("fullest: busy %s, blocked %s, %s", busy.chars, blocked.chars, name)
                      : text_format("fullest: busy %s, %s", busy.chars, name);
    return text_take(&text);
}

static void add_panel(struct text *html, const struct topology *topology, size_t policy)
{
    struct taken taken = {.n = 0};
    char *remark = NULL, *description = describe(topology, policy, &remark);
    drawing_panel(html, topology_height(topology), description ? description : "");
    drawing_panel_open(html);
    drawing_add_head(html, topology->source, policy, remark ? remark : "");
    html->failed |= !description || !remark;
    free(description);
    free(remark);
    for (size_t i = 0; i < topology->graph.n_nodes; i++)
        taken.boxes[taken.n++] = topology_box(topology, i);
    for (size_t e = 0; e < topology->graph.n_edges; e++)
        edge_add(html, topology, e, policy, &taken);
    for (size_t i = 0; i < topology->graph.n_nodes; i++)
        node_add(html, topology->source, &topology->graph.nodes[i], policy, topology_box(topology, i));
    drawing_panel_end(html);
}

bool draw_topology_wanted(const struct drawing_source *source)
{
    return source->spec->n_components > 0 && source->experiment->replications > 0;
}

/* What the key has only where it is there. */
struct marks {
    bool down, crashes, inbox, queue;
};

static struct marks find_marks(const struct topology *topology)
{
    struct marks marks = {.down = false};
    for (size_t i = 0; i < topology->graph.n_nodes; i++)
        for (size_t p = 0; p < drawing_policies(topology->source); p++) {
            if (topology->graph.nodes[i].kind != GRAPH_COMPONENT)
                continue;
            struct node_state state = node_state_of(topology->source, topology->graph.nodes[i].index, p);
            marks.down |= state.down > 0.0;
            marks.crashes |= state.crashes > 0;
            marks.queue |= state.n_queues > 0;
            marks.inbox |= node_shows_inbox(&state);
        }
    return marks;
}

static void add_key(struct text *html, struct marks marks)
{
    const struct {
        struct drawing_key key;
        bool shown;
    } all[] = {{{"u0", "not busy"}, true},
               {{"u2", "half busy"}, true},
               {{"u4", "busy all the time"}, true},
               {{"s-busy", "busy worker"}, true},
               {{"s-blocked", "blocked"}, true},
               {{"s-down", "down"}, marks.down},
               {{"s-inbox", "waits in an inbox"}, marks.inbox},
               {{"s-queue", "waits in a queue"}, marks.queue},
               {{"s-wrong", "crashes"}, marks.crashes},
               {{"stroke wide", "the caller waits for the answer"}, true},
               {{"stroke", "it does not"}, true},
               {{"stroke dashed", "through a queue"}, marks.queue}};
    struct drawing_key entries[sizeof all / sizeof *all];
    size_t n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].shown)
            entries[n++] = all[i].key;
    drawing_add_key(html, entries, n);
}

static void add_caption(struct text *caption, const struct topology *topology)
{
    const struct spec *spec = topology->source->spec;
    text_add(caption,
             "Arrows point from caller to callee. Each small cell in a box is a worker, filled by what "
             "it does on average; a box with a thick rim is full of workers that wait for others. "
             "Above a box: how many messages wait for it, on average, in a queue or in its inbox. "
             "Means over all replications.");
    if (topology->all_links)
        text_addf(caption, " Each link: %s.", topology->all_links);
    if (topology->graph.left_out > 0)
        text_addf(caption,
                  " %zu of %zu components are shown: those with the most to do, and who stands beside "
                  "them.",
                  spec->n_components - topology->graph.left_out, spec->n_components);
}

void draw_topology(struct text *html, const struct drawing_source *source)
{
    struct topology topology;
    struct text caption = {0};
    bool made = topology_make(source, &topology) && edges_all_alike(&topology, &topology.all_links);
    drawing_begin(html, "topology");
    add_key(html, find_marks(&topology));
    drawing_begin_panels(html);
    for (size_t p = 0; made && p < drawing_policies(source); p++)
        add_panel(html, &topology, p);
    add_caption(&caption, &topology);
    drawing_end(html, source, text_string(&caption));
    html->failed |= !made || caption.failed;
    text_finish(&caption);
    topology_finish(&topology);
}
