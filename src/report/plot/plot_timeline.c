/* The picture of phone calls against a group text: who works, who waits, and what is under way meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/plot/plot_kinds.h"
#include "report/plot/plot_shade.h"
#include "report/plot/timeline_page.h"

enum {
    LANES_LEFT = 250,
    LANES_RIGHT = PAGE_RIGHT - 20,
    HEADER = 74, /* above each panel */
    AIR = 100,   /* this part of the time is added at the end, so that the last arrow's head is not cut */
};

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

static const struct key_entry messages[] = {
    [MESSAGE_OUT] = {"message", "#444444", SWATCH_ARROW},
    [MESSAGE_BACK] = {"reply", COLOR_REPLY, SWATCH_ARROW},
    [MESSAGE_ERROR] = {"error", "#B2182B", SWATCH_ARROW},
    [MESSAGE_LOST] = {"lost", "#D4006A", SWATCH_CROSS},
};

static bool any_retry(const struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->n_arrows; i++)
        if (message_is_again(&timeline->arrows[i].arrow))
            return true;
    return false;
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
    text_addf(&figure->data, ",%.4g,%.4g,", ys[0], ys[1]);
}

static void add_down_line(void *data, const struct page *page, size_t p, const struct down *down)
{
    struct figure *figure = data;
    add_line(figure, page, p, "down", down->component, down->component,
             (int64_t[]){down->from_ns, down->to_ns}, (double[]){down->top, down->bottom});
    text_add(&figure->data, "\n");
}

static void add_data(struct figure *figure, const struct page *page)
{
    text_add(&figure->data, "policy,what,from,to,start_s,end_s,start_y,end_y,attempt\n");
    for (size_t p = 0; p < page->n_policies; p++) {
        const struct timeline *timeline = &page->timelines[p];
        for (size_t i = 0; i < timeline->n_bars; i++) {
            const struct timeline_bar *bar = &timeline->bars[i];
            add_line(figure, page, p, kinds[bar->span.kind].name, bar->span.component, bar->span.component,
                     (int64_t[]){bar->span.from_ns, bar->span.to_ns}, (double[]){bar->top, bar->bottom});
            text_add(&figure->data, "\n");
        }
        for (size_t i = 0; i < timeline->n_arrows; i++) {
            const struct timeline_arrow *arrow = &timeline->arrows[i];
            add_line(figure, page, p, messages[message_of(&arrow->arrow)].text, arrow->arrow.from,
                     arrow->arrow.to, (int64_t[]){arrow->arrow.sent_ns, arrow->arrow.arrived_ns},
                     (double[]){arrow->sent_y, arrow->arrived_y});
            text_addf(&figure->data, "%u\n", (unsigned)arrow->arrow.attempt + 1);
        }
        page_visit_downs(page, p, add_down_line, figure);
    }
}

/* ---- words ---- */

static struct units_text duration(int64_t ns)
{
    return units_format_duration((double)ns * 1e-9, 3);
}

/* "you: 5.6 s of 6 s spent waiting" */
static void add_sentence(struct text *text, const struct page *page, size_t p)
{
    const struct timeline *timeline = &page->timelines[p];
    uint32_t first = page_first_component(page, p);
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
        text_add(title, "One request is done after ");
    else
        text_addf(title, "The first %zu requests are done after ", page->n_requests);
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

static struct shade page_shade(const struct page *page)
{
    struct shade shade = shade_of_run(page->source);
    shade.from_ns = page->from_ns;
    shade.to_ns = page->to_ns + (page->to_ns - page->from_ns) / AIR;
    return shade;
}

/* ---- drawing ---- */

/* Only what is there is explained. */
static void add_timeline_key(struct figure *figure, const struct page *page)
{
    bool bars[N_KINDS] = {false}, arrows[MESSAGES] = {false};
    struct key_entry entries[N_KINDS + MESSAGES + 1];
    size_t n = 0;
    bool down = false;
    for (size_t p = 0; p < page->n_policies; p++) {
        for (size_t i = 0; i < page->timelines[p].n_bars; i++)
            bars[page->timelines[p].bars[i].span.kind] = true;
        for (size_t i = 0; i < page->timelines[p].n_arrows; i++)
            arrows[message_of(&page->timelines[p].arrows[i].arrow)] = true;
        down |= page_anything_down(page, p);
    }
    for (int k = 0; k < N_KINDS; k++)
        if (bars[k])
            entries[n++] = (struct key_entry){kind_meanings[k], kinds[k].color, SWATCH_FILL};
    if (down)
        entries[n++] = (struct key_entry){"down", COLOR_DOWN, SWATCH_FILL};
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

/* A condition of gnuplot's: the line of the data is about this policy and this kind of bar or arrow. NULL:
 * memory is gone, and the figure has failed. */
static char *is_about(struct figure *figure, const char *policy, const char *what)
{
    struct text condition = {0};
    text_add(&condition, "is(");
    gnuplot_add_string(&condition, policy, GNUPLOT_PLAIN);
    text_addf(&condition, ",'%s')", what);
    figure->script.failed |= condition.failed;
    return text_take(&condition);
}

static void add_bar_curve(struct figure *figure, const struct timeline *timeline, const char *policy,
                          enum span_kind kind)
{
    bool any = false;
    for (size_t i = 0; i < timeline->n_bars; i++)
        any |= timeline->bars[i].span.kind == kind;
    char *condition = any ? is_about(figure, policy, kinds[kind].name) : NULL;
    if (condition)
        panel_curve(figure,
                    "using (%s ? t($5) : NaN):7:(t($5)):(t($6)):7:8 with boxxyerror "
                    "fillstyle solid 1 border rgb '%s' linewidth 0.3 fillcolor rgb '%s'",
                    condition, kinds[kind].color, kinds[kind].color);
    free(condition);
}

static void add_down_curve(struct figure *figure, const char *policy)
{
    char *condition = is_about(figure, policy, "down");
    panel_curve(figure, "using (%s ? t($5) : NaN):7:(t($5)):(t($6)):7:8 with boxxyerror fillcolor rgb '%s'",
                condition ? condition : "0", COLOR_DOWN);
    free(condition);
}

/* A second attempt or delivery, or a later one, has its number where it leaves. */
static void add_attempts(struct figure *figure, const char *policy)
{
    struct text name = {0};
    gnuplot_add_string(&name, policy, GNUPLOT_PLAIN);
    panel_curve(figure,
                "using (again(%s) ? t($5)+0.2*(t($6)-t($5)) : NaN):($7+0.2*($8-$7)) with points pointtype 7 "
                "pointsize 2.8 linecolor rgb '%s'",
                text_string(&name), messages[MESSAGE_OUT].color);
    panel_curve(figure,
                "using (again(%s) ? t($5)+0.2*(t($6)-t($5)) : NaN):($7+0.2*($8-$7)):9 with labels font ',17' "
                "textcolor rgb '#FFFFFF'",
                text_string(&name));
    figure->script.failed |= name.failed;
    text_finish(&name);
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
    char *condition = any ? is_about(figure, policy, messages[message].text) : NULL;
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
    figure->script.failed |= name.failed;
    text_finish(&name);
}

/* What waits lies at the back, messages in front. */
static void add_timeline_curves(struct figure *figure, const struct timeline *timeline, const char *policy,
                                double pixel_s, bool down)
{
    for (int k = N_KINDS - 1; k >= 0; k--)
        add_bar_curve(figure, timeline, policy, (enum span_kind)k);
    if (timeline->n_bars > 0)
        add_separators(figure, policy, pixel_s);
    if (down)
        add_down_curve(figure, policy);
    for (int m = 0; m < MESSAGES; m++)
        add_arrow_curve(figure, timeline, policy, (enum message)m);
    if (any_retry(timeline))
        add_attempts(figure, policy);
}

static void draw_panel(struct figure *figure, const struct page *page, size_t p, struct panel panel,
                       struct plot_axis x, int names)
{
    const struct plot_source *source = page->source;
    const struct timeline *timeline = &page->timelines[p];
    const char *name = source->experiment->policies[p].name;
    struct label label = {.x = panel.left,
                          .y = panel.top - 30 - names,
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
    figure->script.failed |= sentence.failed;
    text_finish(&sentence);
    draw_rows(figure, page, timeline, panel);
    struct shade shade = page_shade(page);
    shade.policy = p;
    figure_shade(figure, source, panel, shade);
    if (p == 0)
        figure_shade_names(figure, source, panel, shade);
    panel_begin(figure, panel, x, (struct plot_axis){.from = timeline->height > 0 ? timeline->height : 1.0});
    double seconds = (double)(page->to_ns - page->from_ns) * 1e-9;
    add_timeline_curves(figure, timeline, name, seconds / (panel.right - panel.left),
                        page_anything_down(page, p));
    panel_end(figure);
}

static void draw_panels(struct figure *figure, const struct page *page, int lane_px, struct time_unit unit,
                        int names)
{
    struct panel panel = {.left = LANES_LEFT, .right = LANES_RIGHT, .top = PAGE_BODY + 22 + names};
    struct plot_axis x =
        axis_of_time((double)(page->to_ns - page->from_ns) * 1e-9, unit, panel.right - panel.left);
    x.to *= 1.0 + 1.0 / AIR;
    figure_time_unit(figure, unit);
    text_add(&figure->script,
             "is(policy, what) = strcol(1) eq policy && strcol(2) eq what\n"
             "again(policy) = strcol(1) eq policy && strcol(9) ne '' && $9 > 1 && strcol(2) ne 'reply' && "
             "strcol(2) ne 'error'\n"
             "holds(policy) = is(policy, 'busy') || is(policy, 'ready') || is(policy, 'blocked')\n"
             "set border 1; unset ytics; set grid noytics xtics\n\n");
    for (size_t p = 0; p < page->n_policies; p++) {
        panel.top += HEADER;
        panel.bottom = panel.top + (int)(page->timelines[p].height * lane_px) + 8;
        x.labels = p + 1 == page->n_policies;
        if (x.labels)
            figure_time_title(figure, panel, "time since the first request", unit);
        draw_panel(figure, page, p, panel, x, p == 0 ? names : 0);
        panel.top = panel.bottom;
    }
}

static bool page_retries(const struct page *page)
{
    for (size_t p = 0; p < page->n_policies; p++)
        if (any_retry(&page->timelines[p]))
            return true;
    return false;
}

static void draw_page(struct figure *figure, const struct page *page)
{
    int lane_px = (int)(700.0 / page->lanes);
    lane_px = lane_px < 26 ? 26 : lane_px > 54 ? 54 : lane_px;
    int names = shade_names_height(page->source, LANES_LEFT, LANES_RIGHT, page_shade(page));
    int height =
        PAGE_BODY + 22 + names + (int)page->n_policies * (HEADER + 8) + (int)(page->lanes * lane_px) + 96;
    struct time_unit unit = plot_time_unit((double)(page->to_ns - page->from_ns) * 1e-9);
    struct text title = {0}, subtitle = {0};
    add_timeline_title(&title, page);
    plot_add_run(&subtitle, page->source);
    text_add(&subtitle, " · a lane for each worker in use; thin: waiting without one");
    if (page_retries(page))
        text_add(&subtitle, "; numbers: attempts");
    shade_add_note(&subtitle, page->source, page_shade(page));
    plot_add_shown(&subtitle, page->n_policies, page->source->experiment->n_policies, "policies");
    figure_begin(figure, height, text_string(&title), text_string(&subtitle));
    add_timeline_key(figure, page);
    draw_panels(figure, page, lane_px, unit, names);
    figure_end(figure);
    figure->script.failed |= title.failed || subtitle.failed;
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
        figure->script.failed |= subtitle.failed;
        text_finish(&subtitle);
    }
    page_finish(&page);
}
