/* The picture of phone calls against a group text: who works, who waits, and what is under way meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/plot_kinds.h"
#include "report/timeline.h"

enum {
    MOST_BARS = 300,     /* of one policy: more cannot be told apart */
    MOST_LANES = 42,     /* of all policies */
    MOST_REQUESTS = 100, /* tried */
    MOST_TIMES = 12,     /* the longest policy over the shortest, before it is cut off */
    FINE_TIMES = 6,      /* and what is sought by showing fewer requests */
    LANES_LEFT = 250,
    HEADER = 74, /* above each panel */
};

static const double least_coverage = 0.25; /* less, and the picture would be mostly empty */

static const struct {
    const char *name, *color;
} kinds[] = {
    [SPAN_BUSY] = {"busy", COLOR_BUSY},          [SPAN_READY] = {"ready", COLOR_READY},
    [SPAN_BLOCKED] = {"blocked", COLOR_BLOCKED}, [SPAN_SUSPENDED] = {"suspended", "#F2D9A0"},
    [SPAN_INBOX] = {"inbox", "#BDBDBD"},         [SPAN_QUEUE] = {"queue", "#8FD3BC"},
};

static const char *const kind_meanings[] = {
    [SPAN_BUSY] = "busy",          [SPAN_READY] = "waits for a core",
    [SPAN_BLOCKED] = "blocked",    [SPAN_SUSPENDED] = "waits without a worker",
    [SPAN_INBOX] = "in the inbox", [SPAN_QUEUE] = "in a queue",
};

enum { N_KINDS = sizeof kinds / sizeof *kinds };

enum message { MESSAGE_OUT, MESSAGE_BACK, MESSAGE_ERROR, MESSAGE_LOST, MESSAGES };

static const struct key_entry messages[] = {
    [MESSAGE_OUT] = {"message", "#444444", SWATCH_ARROW},
    [MESSAGE_BACK] = {"reply", COLOR_REPLY, SWATCH_ARROW},
    [MESSAGE_ERROR] = {"error", "#B2182B", SWATCH_ARROW},
    [MESSAGE_LOST] = {"lost", "#D4006A", SWATCH_CROSS},
};

static enum message message_of(const struct trace_arrow *arrow)
{
    if (arrow->lost)
        return MESSAGE_LOST;
    return arrow->kind == ARROW_REPLY   ? MESSAGE_BACK
           : arrow->kind == ARROW_ERROR ? MESSAGE_ERROR
                                        : MESSAGE_OUT;
}

/* One timeline a policy, all with the same rows and the same origin of time. */
struct page {
    const struct plot_source *source;
    struct timeline timelines[FIGURE_POLICIES];
    size_t n_policies;
    size_t n_requests;
    int64_t from_ns, to_ns;
    int64_t longest, shortest; /* policy, ns */
    double lanes;              /* of all panels */
};

static void page_finish(struct page *page)
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

/* The page of as many first requests as can be read, one at the least. */
static bool page_choose(const struct plot_source *source, struct page *ret_page)
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

/* ---- data ---- */

static const char *component_name(const struct spec *spec, uint32_t component)
{
    return component == SPEC_USERS ? "users" : spec->components[component].name;
}

static void add_line(struct figure *figure, const struct page *page, size_t p, const char *what,
                     uint32_t from, uint32_t to, const int64_t times_ns[2], const double ys[2])
{
    const struct spec *spec = page->source->spec;
    text_addf(&figure->data, "%s,%s,%s,%s,", page->source->experiment->policies[p].name, what,
              component_name(spec, from), component_name(spec, to));
    plot_add_seconds(&figure->data, times_ns[0] - page->from_ns);
    text_add(&figure->data, ",");
    plot_add_seconds(&figure->data, times_ns[1] - page->from_ns);
    text_addf(&figure->data, ",%.4g,%.4g\n", ys[0], ys[1]);
}

static void add_data(struct figure *figure, const struct page *page)
{
    text_add(&figure->data, "policy,what,from,to,start_s,end_s,start_y,end_y\n");
    for (size_t p = 0; p < page->n_policies; p++) {
        const struct timeline *timeline = &page->timelines[p];
        for (size_t i = 0; i < timeline->n_bars; i++) {
            const struct timeline_bar *bar = &timeline->bars[i];
            add_line(figure, page, p, kinds[bar->span.kind].name, bar->span.component, bar->span.component,
                     (int64_t[]){bar->span.from_ns, bar->span.to_ns}, (double[]){bar->top, bar->bottom});
        }
        for (size_t i = 0; i < timeline->n_arrows; i++) {
            const struct timeline_arrow *arrow = &timeline->arrows[i];
            add_line(figure, page, p, messages[message_of(&arrow->arrow)].text, arrow->arrow.from,
                     arrow->arrow.to, (int64_t[]){arrow->arrow.sent_ns, arrow->arrow.arrived_ns},
                     (double[]){arrow->sent_y, arrow->arrived_y});
        }
    }
}

/* ---- words ---- */

/* The component that the first request goes to: the one that waits for all the others, or does not. */
static uint32_t first_component(const struct spec *spec, const struct timeline *timeline)
{
    const struct trace_span *first = NULL;
    for (size_t i = 0; i < timeline->n_bars; i++)
        if (!first || timeline->bars[i].span.from_ns < first->from_ns)
            first = &timeline->bars[i].span;
    if (!first)
        return SPEC_NONE;
    return first->load < spec->n_loads ? spec->endpoints[spec->loads[first->load].endpoint].component
                                       : first->component;
}

static struct units_text duration(int64_t ns)
{
    return units_format_duration((double)ns * 1e-9, 3);
}

/* "you: 5.6 s of 6 s spent waiting" */
static void add_sentence(struct text *text, const struct page *page, size_t p)
{
    const struct timeline *timeline = &page->timelines[p];
    uint32_t first = first_component(page->source->spec, timeline);
    int64_t held, blocked;
    if (first == SPEC_NONE) {
        text_add(text, "nobody works");
        return;
    }
    plot_add_name(text, page->source->spec->components[first].name);
    timeline_held(timeline, first, &held, &blocked);
    if (blocked > 0)
        text_addf(text, ": %s of %s spent waiting", duration(blocked).chars, duration(held).chars);
    else if (held > 0)
        text_addf(text, ": %s of work, never blocked", duration(held).chars);
    else
        text_add(text, ": free all the time");
    text_addf(text, "; all is done after %s", duration(timeline->to_ns - page->from_ns).chars);
}

static void add_timeline_title(struct text *title, const struct page *page)
{
    size_t slow = 0, fast = 0;
    for (size_t p = 1; p < page->n_policies; p++) {
        slow = page->timelines[p].to_ns > page->timelines[slow].to_ns ? p : slow;
        fast = page->timelines[p].to_ns < page->timelines[fast].to_ns ? p : fast;
    }
    const struct policy_run *runs = page->source->experiment->policies;
    struct units_text most = duration(page->timelines[slow].to_ns - page->from_ns);
    struct units_text least = duration(page->timelines[fast].to_ns - page->from_ns);
    if (page->n_requests == 1)
        text_add(title, "One request takes ");
    else
        text_addf(title, "The first %zu requests take ", page->n_requests);
    text_addf(title, "%s under ", most.chars);
    bool alike = strcmp(most.chars, least.chars) == 0;
    if (alike && page->n_policies > 1)
        text_add(title, "every policy");
    else
        plot_add_name(title, runs[slow].name);
    if (!alike) {
        text_addf(title, ", %s under ", least.chars);
        plot_add_name(title, runs[fast].name);
    }
}

/* ---- drawing ---- */

/* Only what is there is explained. */
static void add_timeline_key(struct figure *figure, const struct page *page)
{
    bool bars[N_KINDS] = {false}, arrows[MESSAGES] = {false};
    struct key_entry entries[N_KINDS + MESSAGES];
    size_t n = 0;
    for (size_t p = 0; p < page->n_policies; p++) {
        for (size_t i = 0; i < page->timelines[p].n_bars; i++)
            bars[page->timelines[p].bars[i].span.kind] = true;
        for (size_t i = 0; i < page->timelines[p].n_arrows; i++)
            arrows[message_of(&page->timelines[p].arrows[i].arrow)] = true;
    }
    for (int k = 0; k < N_KINDS; k++)
        if (bars[k])
            entries[n++] = (struct key_entry){kind_meanings[k], kinds[k].color, SWATCH_FILL};
    for (int m = 0; m < MESSAGES; m++)
        if (arrows[m])
            entries[n++] = messages[m];
    figure_key(figure, PAGE_LEFT, PAGE_BODY, entries, n);
}

/* A pale track for each worker: where it is empty, the worker is free. */
static void draw_track(struct figure *figure, double y, double height)
{
    text_addf(
        &figure->script,
        "set object rectangle from graph 0, first %.4g to graph 1, first %.4g behind fillcolor rgb '#F4F4F4' "
        "fillstyle solid 1 noborder\n",
        y - height / 2.0, y + height / 2.0);
}

static void draw_rows(struct figure *figure, const struct page *page, const struct timeline *timeline,
                      struct panel panel)
{
    double lane = (panel.bottom - panel.top) / timeline->height;
    for (size_t r = 0; r <= timeline->n_components; r++) {
        const struct timeline_row *row = &timeline->rows[r];
        bool users = r == timeline->n_components;
        if (!row->shown)
            continue;
        unsigned lanes = row->lanes > 0 ? row->lanes : 1;
        double middle = row->top + (users ? timeline_users_height : lanes) / 2.0;
        figure_label(figure,
                     (struct label){.x = panel.left - 14,
                                    .y = panel.top + (int)(middle * lane),
                                    .anchor = ANCHOR_RIGHT,
                                    .size = TICS_PX,
                                    .room = panel.left - 14 - PAGE_LEFT},
                     users ? "users" : page->source->spec->components[r].name);
        if (users)
            draw_track(figure, middle, 0.06);
        for (unsigned i = 0; !users && i < lanes; i++)
            draw_track(figure, row->top + i + 0.5, 0.68);
    }
}

/* A condition of gnuplot's: the line of the data is about this policy and this kind of bar or arrow. */
static char *is_about(const char *policy, const char *what)
{
    struct text condition = {0};
    text_add(&condition, "is(");
    gnuplot_add_string(&condition, policy, GNUPLOT_PLAIN);
    text_addf(&condition, ",'%s')", what);
    return text_take(&condition);
}

static void add_bar_curve(struct figure *figure, const struct timeline *timeline, const char *policy,
                          enum span_kind kind)
{
    bool any = false;
    for (size_t i = 0; i < timeline->n_bars; i++)
        any |= timeline->bars[i].span.kind == kind;
    char *condition = any ? is_about(policy, kinds[kind].name) : NULL;
    if (condition)
        panel_curve(figure,
                    "using (%s ? t($5) : NaN):7:(t($5)):(t($6)):7:8 with boxxyerror "
                    "fillstyle solid 1 border rgb '%s' linewidth 0.3 fillcolor rgb '%s'",
                    condition, kinds[kind].color, kinds[kind].color);
    free(condition);
}

/* What got lost ends midway, in a cross. */
static void add_lost_curves(struct figure *figure, const char *condition)
{
    const char *color = messages[MESSAGE_LOST].color;
    panel_curve(figure,
                "using (%s ? t($5) : NaN):7:(0.5*(t($6)-t($5))):(0.5*($8-$7)) with vectors nohead "
                "linewidth 1.2 linecolor rgb '%s'",
                condition, color);
    panel_curve(figure,
                "using (%s ? 0.5*(t($5)+t($6)) : NaN):(0.5*($7+$8)) with points pointtype 2 pointsize 1.5 "
                "linewidth 1.5 linecolor rgb '%s'",
                condition, color);
}

static void add_arrow_curve(struct figure *figure, const struct timeline *timeline, const char *policy,
                            enum message message)
{
    bool any = false;
    for (size_t i = 0; i < timeline->n_arrows; i++)
        any |= message_of(&timeline->arrows[i].arrow) == message;
    char *condition = any ? is_about(policy, messages[message].text) : NULL;
    if (condition && message == MESSAGE_LOST)
        add_lost_curves(figure, condition);
    else if (condition)
        panel_curve(figure,
                    "using (%s ? t($5) : NaN):7:(t($6)-t($5)):($8-$7) with vectors head filled "
                    "size screen 0.007,20 fixed linewidth 0.9 linecolor rgb '%s'",
                    condition, messages[message].color);
    free(condition);
}

/* A white line where a bar begins, so that two of one colour are seen to be two; a bar of a few pixels would
 * drown in it. */
static void add_separators(struct figure *figure, const char *policy, double pixel_s)
{
    struct text name = {0};
    gnuplot_add_string(&name, policy, GNUPLOT_PLAIN);
    panel_curve(figure,
                "using (holds(%s) && $6-$5 > %.4g ? t($5) : NaN):7:(0):($8-$7) with vectors nohead "
                "linewidth 0.6 linecolor rgb '#FFFFFF'",
                text_string(&name), 5.0 * pixel_s);
    text_finish(&name);
}

/* What waits lies at the back, messages in front. */
static void add_timeline_curves(struct figure *figure, const struct timeline *timeline, const char *policy,
                                double pixel_s)
{
    for (int k = N_KINDS - 1; k >= 0; k--)
        add_bar_curve(figure, timeline, policy, (enum span_kind)k);
    if (timeline->n_bars > 0)
        add_separators(figure, policy, pixel_s);
    for (int m = 0; m < MESSAGES; m++)
        add_arrow_curve(figure, timeline, policy, (enum message)m);
}

static void draw_panel(struct figure *figure, const struct page *page, size_t p, struct panel panel,
                       struct axis x)
{
    const struct plot_source *source = page->source;
    const struct timeline *timeline = &page->timelines[p];
    const char *name = source->experiment->policies[p].name;
    struct label label = {.x = panel.left,
                          .y = panel.top - 30,
                          .face = GNUPLOT_BOLD,
                          .color = plot_policy_color(source->spec, p),
                          .room = 360};
    int width = gnuplot_text_width(name, GNUPLOT_BOLD, TEXT_PX);
    struct text sentence = {0};
    add_sentence(&sentence, page, p);
    figure_label(figure, label, name);
    label.face = GNUPLOT_PLAIN;
    label.x += (width < label.room ? width : label.room) + 16;
    label.room = panel.right - label.x;
    figure_label(figure, label, text_string(&sentence));
    text_finish(&sentence);
    draw_rows(figure, page, timeline, panel);
    panel_begin(figure, panel, x, (struct axis){.from = timeline->height > 0 ? timeline->height : 1.0});
    double seconds = (double)(page->to_ns - page->from_ns) * 1e-9;
    add_timeline_curves(figure, timeline, name, seconds / (panel.right - panel.left));
    panel_end(figure);
}

static void draw_panels(struct figure *figure, const struct page *page, int lane_px, struct time_unit unit)
{
    struct panel panel = {.left = LANES_LEFT, .right = PAGE_RIGHT - 20, .top = PAGE_BODY + 22};
    struct axis x =
        axis_of_time((double)(page->to_ns - page->from_ns) * 1e-9, unit, panel.right - panel.left);
    x.to *= 1.01; /* so that the last arrow's head is not cut */
    figure_time_unit(figure, unit);
    text_add(&figure->script,
             "is(policy, what) = strcol(1) eq policy && strcol(2) eq what\n"
             "holds(policy) = is(policy, 'busy') || is(policy, 'ready') || is(policy, 'blocked')\n"
             "set border 1; unset ytics; set grid noytics xtics\n\n");
    for (size_t p = 0; p < page->n_policies; p++) {
        panel.top += HEADER;
        panel.bottom = panel.top + (int)(page->timelines[p].height * lane_px) + 8;
        x.labels = p + 1 == page->n_policies;
        if (x.labels)
            figure_time_title(figure, panel, "time since the first request", unit);
        draw_panel(figure, page, p, panel, x);
        panel.top = panel.bottom;
    }
}

static void draw_page(struct figure *figure, const struct page *page)
{
    int lane_px = (int)(700.0 / page->lanes);
    lane_px = lane_px < 26 ? 26 : lane_px > 54 ? 54 : lane_px;
    int height = PAGE_BODY + 22 + (int)page->n_policies * (HEADER + 8) + (int)(page->lanes * lane_px) + 96;
    struct time_unit unit = plot_time_unit((double)(page->to_ns - page->from_ns) * 1e-9);
    struct text title = {0}, subtitle = {0};
    add_timeline_title(&title, page);
    plot_add_run(&subtitle, page->source);
    text_add(&subtitle, " · a lane for each worker in use; thin bars: waiting without a worker");
    plot_add_shown(&subtitle, page->n_policies, page->source->experiment->n_policies, "policies");
    figure_begin(figure, height, text_string(&title), text_string(&subtitle));
    add_timeline_key(figure, page);
    draw_panels(figure, page, lane_px, unit);
    figure_end(figure);
    text_finish(&title);
    text_finish(&subtitle);
}

void plot_timeline(const struct plot_source *source, struct figure *figure)
{
    struct page page;
    if (!page_choose(source, &page)) {
        figure->data.failed = true;
        return;
    }
    add_data(figure, &page);
    if (page.to_ns > page.from_ns) {
        draw_page(figure, &page);
    } else {
        struct text subtitle = {0};
        plot_add_run(&subtitle, source);
        figure_empty(figure, "No request to follow", text_string(&subtitle), "no request was traced");
        text_finish(&subtitle);
    }
    page_finish(&page);
}
