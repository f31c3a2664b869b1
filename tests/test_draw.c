#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/draw.h"
#include "report/page/graph_layout.h"
#include "report/page/svg.h"
#include "report/page/system_graph.h"
#include "small_run.h"

/* ---- SVG ---- */

static void expect_number(double value, const char *expected)
{
    struct text text = {0};
    svg_add_number(&text, value);
    cr_expect_str_eq(text_string(&text), expected, "%g: %s", value, text_string(&text));
    text_finish(&text);
}

Test(svg, numbers_are_short_and_of_no_locale)
{
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is none, the C locale stays: no harm */
    expect_number(12.0, "12");
    expect_number(12.34, "12.3");
    expect_number(-0.56, "-0.6");
    expect_number(-0.04, "0");
    expect_number(0.95, "1");
    expect_number(-3.0, "-3");
    expect_number(340.049, "340");
    expect_number((double)NAN, "0");
    expect_number((double)INFINITY, "0");
    expect_number(-1e300, "0");
}

Test(svg, more_decimals_keep_their_zeros_in_the_middle)
{
    struct text text = {0};
    svg_add_fixed(&text, 1.0502, 3);
    svg_add_fixed(&text, 0.007, 3);
    svg_add_fixed(&text, 25000.0, 0);
    cr_expect_str_eq(text_string(&text), "1.050.00725000");
    text_finish(&text);
}

Test(svg, texts_cannot_leave_their_place)
{
    struct text text = {0};
    svg_add_escaped(&text, "<b a=\"1\" c='2'>&\x01\n\xff\xc3\xa9");
    cr_expect_str_eq(text_string(&text), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp; &#10;?\xc3\xa9");
    text_finish(&text);
}

Test(svg, long_labels_are_cut_and_told_whole)
{
    struct text text = {0};
    svg_add_label(&text, (struct svg_label){.room = 40.0, .classes = "label"}, "a very long name & more");
    cr_expect(strstr(text_string(&text), "<title>a very long name &amp; more</title>"));
    cr_expect(strstr(text_string(&text), "data-tip=\"a very long name &amp; more\""));
    text_finish(&text);
    svg_add_label(&text, (struct svg_label){.room = 40.0, .classes = "label"}, "short");
    cr_expect_null(strstr(text_string(&text), "<title>"));
    text_finish(&text);
}

Test(svg, boxes_without_a_size_are_not_drawn)
{
    struct text text = {0};
    svg_add_box(&text, (struct svg_box){1.0, 1.0, 0.0, 5.0}, "bar", NULL, NULL);
    svg_add_box(&text, (struct svg_box){1.0, 1.0, (double)NAN, 5.0}, "bar", NULL, NULL);
    cr_expect_eq(text.length, 0U);
    text_finish(&text);
}

/* ---- layout ---- */

enum { NODES = 18, EDGES = 40, MOST = 4, ROOM = 340 };

struct picture {
    struct layout_node nodes[NODES];
    struct layout_edge edges[EDGES];
    struct graph_layout layout;
};

/* minstd, so that each graph is always the same. */
static uint32_t draw_next(uint32_t *state, uint32_t below)
{
    *state = (uint32_t)((uint64_t)*state * 48271U % 2147483647U);
    return *state % below;
}

static void make_picture(struct picture *picture, uint32_t seed, bool circles)
{
    uint32_t state = seed + 1;
    *picture = (struct picture){
        .layout = {.most_in_layer = MOST, .across_most = ROOM, .gap_across = 6.0, .gap_along = 40.0}};
    picture->layout.nodes = picture->nodes;
    picture->layout.edges = picture->edges;
    picture->layout.n_nodes = 1 + draw_next(&state, NODES);
    picture->layout.n_edges = draw_next(&state, EDGES);
    for (size_t i = 0; i < picture->layout.n_nodes; i++)
        picture->nodes[i] = (struct layout_node){.across = 80.0, .along = 30.0 + draw_next(&state, 40)};
    for (size_t e = 0; e < picture->layout.n_edges; e++) {
        uint32_t n = (uint32_t)picture->layout.n_nodes;
        uint32_t a = draw_next(&state, n), b = draw_next(&state, n);
        picture->edges[e].from = circles || a < b ? a : b;
        picture->edges[e].to = circles || a < b ? b : a;
    }
    cr_assert(graph_layout_make(&picture->layout));
}

static bool overlap(const struct layout_node *a, const struct layout_node *b)
{
    return fabs(a->across_at - b->across_at) < (a->across + b->across) / 2.0 - 1e-6 &&
           fabs(a->along_at - b->along_at) < (a->along + b->along) / 2.0 - 1e-6;
}

static void check_boxes(const struct picture *picture, uint32_t seed)
{
    for (size_t i = 0; i < picture->layout.n_nodes; i++) {
        const struct layout_node *node = &picture->nodes[i];
        cr_assert_geq(node->across_at - node->across / 2.0, -1e-6, "graph %u", seed);
        cr_assert_leq(node->across_at + node->across / 2.0, ROOM + 1e-6, "graph %u", seed);
        cr_assert_leq(node->along_at + node->along / 2.0, picture->layout.along + 1e-6);
        cr_assert_lt(node->layer, picture->layout.n_layers);
        for (size_t j = 0; j < i; j++)
            cr_assert_not(overlap(node, &picture->nodes[j]), "graph %u: %zu and %zu", seed, i, j);
    }
}

/* Arrows lead to a later layer, or are turned; their routes go from box to box, layer by layer. */
static void check_edges(const struct picture *picture, uint32_t seed, bool circles)
{
    for (size_t e = 0; e < picture->layout.n_edges; e++) {
        const struct layout_edge *edge = &picture->edges[e];
        const struct layout_node *from = &picture->nodes[edge->from], *to = &picture->nodes[edge->to];
        if (edge->from == edge->to) {
            cr_assert_eq(edge->n_route, 0U);
            continue;
        }
        cr_assert(edge->turned ? from->layer > to->layer : from->layer < to->layer, "graph %u", seed);
        cr_assert(circles || !edge->turned, "graph %u has no circle", seed);
        const struct layout_node *upper = edge->turned ? to : from, *lower = edge->turned ? from : to;
        const struct layout_point *points = picture->layout.points + edge->route;
        cr_assert_eq(edge->n_route, lower->layer - upper->layer + 1U);
        cr_assert_float_eq(points[0].across, upper->across_at, 1e-9);
        cr_assert_float_eq(points[edge->n_route - 1].across, lower->across_at, 1e-9);
        for (size_t i = 1; i < edge->n_route; i++)
            cr_assert_gt(points[i].along, points[i - 1].along);
    }
}

Test(layout, boxes_stand_apart_and_arrows_point_onwards)
{
    for (uint32_t seed = 0; seed < 400; seed++) {
        struct picture picture;
        make_picture(&picture, seed, seed % 2 == 0);
        check_boxes(&picture, seed);
        check_edges(&picture, seed, seed % 2 == 0);
        graph_layout_finish(&picture.layout);
    }
}

Test(layout, no_route_leads_through_a_box)
{
    for (uint32_t seed = 0; seed < 100; seed++) {
        struct picture picture;
        make_picture(&picture, seed, true);
        for (size_t e = 0; e < picture.layout.n_edges; e++)
            for (size_t i = 1; i + 1 < picture.edges[e].n_route; i++) {
                struct layout_point point = picture.layout.points[picture.edges[e].route + i];
                for (size_t n = 0; n < picture.layout.n_nodes; n++)
                    cr_assert(picture.nodes[n].along_at != point.along ||
                                  fabs(picture.nodes[n].across_at - point.across) >= 40.0 - 1e-6,
                              "graph %u", seed);
            }
        graph_layout_finish(&picture.layout);
    }
}

Test(layout, the_same_graph_is_the_same_picture)
{
    struct picture a, b;
    make_picture(&a, 7, true);
    make_picture(&b, 7, true);
    for (size_t i = 0; i < a.layout.n_nodes; i++) {
        cr_expect_eq(a.nodes[i].across_at, b.nodes[i].across_at);
        cr_expect_eq(a.nodes[i].along_at, b.nodes[i].along_at);
    }
    graph_layout_finish(&a.layout);
    graph_layout_finish(&b.layout);
}

/* 0 and 1 call 3 and 2: side by side as they are numbered, the arrows would cross. */
Test(layout, arrows_do_not_cross_where_they_need_not)
{
    struct layout_node nodes[5];
    for (size_t i = 0; i < 5; i++)
        nodes[i] = (struct layout_node){.across = 50.0, .along = 30.0};
    struct layout_edge edges[] = {
        {.from = 4, .to = 0}, {.from = 4, .to = 1}, {.from = 0, .to = 3}, {.from = 1, .to = 2}};
    struct graph_layout layout = {.nodes = nodes,
                                  .n_nodes = 5,
                                  .edges = edges,
                                  .n_edges = 4,
                                  .most_in_layer = 4,
                                  .across_most = 340.0,
                                  .gap_across = 10.0,
                                  .gap_along = 40.0};
    cr_assert(graph_layout_make(&layout));
    cr_expect_eq(nodes[0].across_at < nodes[1].across_at, nodes[3].across_at < nodes[2].across_at);
    cr_expect_geq(fabs(nodes[0].across_at - nodes[1].across_at), 60.0 - 1e-6, "no gap");
    cr_expect_eq(layout.n_layers, 3U);
    cr_expect_float_eq(nodes[4].across_at, (nodes[0].across_at + nodes[1].across_at) / 2.0, 1.0);
    graph_layout_finish(&layout);
}

Test(layout, nothing_at_all_is_a_picture_too)
{
    struct graph_layout layout = {.most_in_layer = 4};
    cr_assert(graph_layout_make(&layout));
    cr_expect_eq(layout.n_layers, 0U);
    graph_layout_finish(&layout);
}

/* ---- who calls whom ---- */

Test(graph, has_the_calls_inside_of_choices_and_the_users)
{
    struct spec spec = small_spec();
    struct experiment experiment = small_experiment(&spec);
    struct system_graph graph;
    cr_assert(system_graph_make(&spec, &experiment, &graph));
    cr_assert_eq(graph.n_nodes, 3U);
    cr_assert_eq(graph.n_edges, 2U);
    cr_expect_eq(graph.nodes[2].kind, GRAPH_LOAD);
    cr_expect_eq(graph.edges[0].from, (uint32_t)SMALL_SHOP);
    cr_expect_eq(graph.edges[0].to, (uint32_t)SMALL_BANK);
    cr_expect_eq(graph.calls[graph.edges[0].first].callee, (uint32_t)SMALL_PAY);
    cr_expect_eq(graph.edges[1].from, 2U);
    cr_expect_eq(graph.edges[1].to, (uint32_t)SMALL_SHOP);
    cr_expect_eq(graph.calls[graph.edges[1].first].caller, SPEC_USERS);
    system_graph_finish(&graph);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* ---- drawings of a run known by heart ---- */

static char *drawing(const char *name, const struct drawing_source *source)
{
    for (size_t i = 0; i < n_drawing_types; i++)
        if (strcmp(drawing_types[i].name, name) == 0) {
            struct text text = {0};
            drawing_types[i].add(&text, source);
            cr_assert_not(text.failed);
            return text_take(&text);
        }
    cr_assert(false, "no drawing \"%s\"", name);
    return NULL;
}

static void expect_in(const char *html, const char *part)
{
    cr_expect(strstr(html, part), "\"%s\" is not in\n%s", part, html);
}

/* Two workers for 10 s, 4 s of the 20 busy and 12 blocked; under queue never blocked. */
Test(draw, worker_time_is_told_in_shares)
{
    struct spec spec = small_spec();
    struct experiment experiment = small_experiment(&spec);
    experiment.replications = 1;
    struct drawing_source source = {&spec, &experiment};
    char *html = drawing("workers", &source);
    expect_in(html, "shop (2)");
    expect_in(html, "busy 20 %, ready 5 %, blocked 60 %");
    expect_in(html, "most blocked: 60 % of the time, shop");
    expect_in(html, "no worker is ever blocked");
    expect_in(html, "blocked 30 % of the time for: work");
    expect_in(html, "blocked 10 % of the time for: wire out");
    free(html);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(draw, topology_shows_what_waits)
{
    struct spec spec = small_spec();
    struct experiment experiment = small_experiment(&spec);
    experiment.replications = 1;
    struct drawing_source source = {&spec, &experiment};
    char *html = drawing("topology", &source);
    expect_in(html, "class=\"box u0 stuck\"");
    expect_in(html, "class=\"edge waiting\"");
    expect_in(html, "class=\"edge queued\"");
    expect_in(html, "2 waiting in queue, on average");
    expect_in(html, "0.50 waiting in inbox, on average");
    free(html);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(draw, names_are_escaped)
{
    struct spec spec = small_spec();
    free(spec.components[SMALL_SHOP].name);
    spec.components[SMALL_SHOP].name = text_copy("<img src=x onerror='alert(1)'>");
    free(spec.policies[0].name);
    spec.policies[0].name = text_copy("\"><script>");
    struct experiment experiment = small_experiment(&spec);
    experiment.replications = 1;
    struct drawing_source source = {&spec, &experiment};
    struct text html = {0};
    for (size_t i = 0; i < n_drawing_types; i++)
        if (drawing_types[i].wanted(&source))
            drawing_types[i].add(&html, &source);
    cr_expect_null(strstr(text_string(&html), "<img"));
    cr_expect_null(strstr(text_string(&html), "<script"));
    text_finish(&html);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(draw, palette_has_a_color_for_each_policy)
{
    struct spec spec = small_spec();
    struct text css = {0};
    drawing_add_palette(&css, &spec);
    cr_expect_str_eq(text_string(&css),
                     ":root{--policy-0:#D55E00;--policy-1:#009E73;}\n"
                     "@media screen and (prefers-color-scheme:dark){:root{--policy-0:#F28B3C;"
                     "--policy-1:#34C79B;}}\n");
    text_finish(&css);
    spec_finish(&spec);
}
