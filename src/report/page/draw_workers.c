/* Where the time of the workers goes: a bar for each component, blocked time by what it is waited for. */
#include <math.h>
#include <stdlib.h>

#include "report/choice.h"
#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"

enum { ROW = 38, BAR = 15, BAR_DOWN = 17, LABEL_SIDE = 4 };

static const struct {
    enum worker_state state;
    const char *classes, *meaning;
} stack[] = {
    {WORKER_BUSY, "s-busy", "busy"},
    {WORKER_READY, "s-ready", "waits for a core"},
    {WORKER_BLOCKED, "s-blocked", "blocked: holds its place and waits for others"},
    {WORKER_DOWN, "s-down", "down"},
    {WORKER_IDLE, "s-idle", "idle"},
};
enum { N_STACK = sizeof stack / sizeof *stack };

/* Of one component under one policy: means over the replications. */
struct worker_shares {
    double of[WORKER_STATES];
    double causes[CAUSES]; /* of what is blocked */
    bool known;
};

static struct worker_shares shares_of(const struct metric_table *table, const char *component)
{
    struct worker_shares shares = {.known = true};
    for (int s = 0; s < WORKER_STATES; s++) {
        shares.of[s] = metric_value_at(table, component, metric_word(worker_state_names[s]).chars);
        shares.known = shares.known && shares.of[s] >= 0.0;
    }
    size_t n = 0;
    const struct metric *groups = metric_callees(table, component, &n);
    for (size_t g = 0; g < n; g++)
        for (size_t c = 0; c < CAUSES; c++) {
            double value = groups[g * (1 + CAUSES) + 1 + c].value;
            shares.causes[c] += value > 0.0 ? value : 0.0;
        }
    return shares;
}

static struct units_text percent(double share)
{
    return units_format_share(share, share < 0.0995 ? 1 : 2);
}

/* What a text takes at least to be in a bar. */
static void add_bar(struct text *html, struct svg_box box, const char *state, const char *label,
                    const char *tip)
{
    char *classes = text_format("bar %s", state);
    svg_add_box(html, box, classes ? classes : "", NULL, tip);
    html->failed |= !classes;
    free(classes);
    if (svg_text_width(label, 10.0, false) + 2.0 * LABEL_SIDE > box.width)
        return;
    classes = text_format("mid in-%s", state);
    svg_add_label(
        html,
        (struct svg_label){
            .x = box.x + box.width / 2.0, .y = box.y + 11.0, .size = 10.0, .classes = classes ? classes : ""},
        label);
    html->failed |= !classes;
    free(classes);
}

/* Parts of the blocked stretch by cause, a line's width apart; what no cause explains is a part, too. */
static void add_blocked(struct text *html, struct svg_box box, const struct worker_shares *shares)
{
    double explained = 0.0, all = shares->of[WORKER_BLOCKED], width = box.width;
    for (int c = 0; c <= CAUSES; c++) {
        double part = c < CAUSES ? shares->causes[c] : all - explained;
        part = fmin(part, all - explained);
        if (!(part > 1e-6))
            continue;
        explained += part;
        const char *cause = c < CAUSES ? cause_names[c] : "other";
        char *tip = text_format("blocked %s of the time for: %s\n(all in all blocked %s)",
                                percent(part).chars, cause, percent(all).chars);
        double here = width * part / all;
        struct svg_box bar = {box.x, box.y, here > 2.0 ? here - 0.8 : here, box.height};
        add_bar(html, bar, "s-blocked", cause, tip);
        html->failed |= !tip;
        free(tip);
        box.x += here;
    }
}

static void add_stack(struct text *html, const struct worker_shares *shares, double y)
{
    double x = 0.0, sum = 0.0;
    for (int s = 0; s < WORKER_STATES; s++)
        sum += shares->of[s];
    for (size_t i = 0; i < N_STACK && sum > 0.0; i++) {
        double share = shares->of[stack[i].state], width = PANEL_WIDTH * share / sum;
        struct svg_box box = {x, y, fmin(width, PANEL_WIDTH - x), BAR};
        char *tip = text_format("%s %s", stack[i].meaning, percent(share).chars);
        if (stack[i].state == WORKER_BLOCKED)
            add_blocked(html, box, shares);
        else
            add_bar(html, box, stack[i].classes, worker_state_names[stack[i].state], tip);
        html->failed |= !tip;
        free(tip);
        x += width;
    }
}

/* "busy 8 %, blocked 92 %": idle time is what is left. */
static char *shares_text(const struct worker_shares *shares)
{
    struct text text = {0};
    if (!shares->known)
        text_add(&text, "has no worker here");
    for (size_t i = 0; shares->known && i < N_STACK; i++) {
        enum worker_state state = stack[i].state;
        bool always = state == WORKER_BUSY || state == WORKER_BLOCKED;
        if (state == WORKER_IDLE || (shares->of[state] < 0.0005 && !always))
            continue;
        text_addf(&text, "%s%s %s", text.length > 0 ? ", " : "", worker_state_names[state],
                  percent(shares->of[state]).chars);
    }
    return text_take(&text);
}

static void add_row(struct text *html, const struct component_spec *component,
                    const struct worker_shares *shares, double y)
{
    char *text = shares_text(shares), *name = NULL;
    double room = PANEL_WIDTH - svg_text_width(text ? text : "", 11.0, false) - 10.0;
    unsigned long long workers = (unsigned long long)component->workers * component->replicas;
    if (component->workers != SPEC_UNLIMITED)
        name = text_format("%s (%llu)", component->name, workers);
    else
        name = text_format("%s (no limit)", component->name);
    svg_add_label(html, (struct svg_label){.x = 0.0, .y = y + 12.0, .room = room, .classes = "label"},
                  name ? name : "");
    svg_add_label(html, (struct svg_label){.x = PANEL_WIDTH, .y = y + 12.0, .classes = "note end"},
                  text ? text : "");
    if (shares->known)
        add_stack(html, shares, y + BAR_DOWN);
    html->failed |= !text || !name;
    free(text);
    free(name);
}

static char *describe(const struct drawing_source *source, size_t policy, const struct choice *choice)
{
    const struct metric_table *table = &source->experiment->policies[policy].metrics;
    struct text text = {0};
    text_addf(&text, "Worker time under %s.", source->experiment->policies[policy].name);
    for (size_t i = 0; i < choice->n; i++) {
        struct worker_shares shares = shares_of(table, choice->chosen[i].name);
        char *words = shares_text(&shares);
        text_addf(&text, " %s: %s.", choice->chosen[i].name, words ? words : "");
        text.failed |= !words;
        free(words);
    }
    return text_take(&text);
}

/* The component with the most blocked time. */
static char *remark_of(const struct drawing_source *source, size_t policy, const struct choice *choice)
{
    const struct metric_table *table = &source->experiment->policies[policy].metrics;
    const char *stuck = NULL;
    double most = 0.0005;
    for (size_t i = 0; i < choice->n; i++) {
        struct worker_shares shares = shares_of(table, choice->chosen[i].name);
        if (shares.known && shares.of[WORKER_BLOCKED] > most) {
            most = shares.of[WORKER_BLOCKED];
            stuck = choice->chosen[i].name;
        }
    }
    return stuck ? text_format("most blocked: %s of the time, %s", percent(most).chars, stuck)
                 : text_format("no worker is ever blocked");
}

static void add_panel(struct text *html, const struct drawing_source *source, size_t policy,
                      const struct choice *choice)
{
    const struct metric_table *table = &source->experiment->policies[policy].metrics;
    char *description = describe(source, policy, choice), *remark = remark_of(source, policy, choice);
    drawing_panel(html, PANEL_HEAD + ROW * (double)choice->n, description ? description : "");
    drawing_panel_open(html);
    drawing_add_head(html, source, policy, remark ? remark : "");
    html->failed |= !description || !remark;
    free(description);
    free(remark);
    for (size_t i = 0; i < choice->n; i++) {
        struct worker_shares shares = shares_of(table, choice->chosen[i].name);
        add_row(html, &source->spec->components[choice->chosen[i].index], &shares,
                PANEL_HEAD - 6.0 + ROW * (double)i);
    }
    drawing_panel_end(html);
}

static void add_key(struct text *html, const struct drawing_source *source, const struct choice *choice)
{
    struct drawing_key entries[N_STACK];
    size_t n = 0;
    for (size_t s = 0; s < N_STACK; s++) {
        bool any = false;
        for (size_t p = 0; p < drawing_policies(source); p++)
            for (size_t i = 0; i < choice->n; i++) {
                struct worker_shares shares =
                    shares_of(&source->experiment->policies[p].metrics, choice->chosen[i].name);
                any |= shares.known && shares.of[stack[s].state] > 0.0;
            }
        if (any)
            entries[n++] = (struct drawing_key){stack[s].classes, stack[s].meaning};
    }
    drawing_add_key(html, entries, n);
}

bool draw_workers_wanted(const struct drawing_source *source)
{
    return source->spec->n_components > 0 && source->experiment->replications > 0;
}

void draw_workers(struct text *html, const struct drawing_source *source)
{
    struct choice choice;
    struct text caption = {0};
    drawing_begin(html, "workers");
    if (!choice_of_components(source->spec, source->experiment, &choice)) {
        html->failed = true;
        choice = (struct choice){0};
    }
    add_key(html, source, &choice);
    drawing_begin_panels(html);
    for (size_t p = 0; p < drawing_policies(source); p++)
        add_panel(html, source, p, &choice);
    text_add(&caption, "Each bar is all the time of a component's workers (how many stands in brackets). A "
                       "component whose bar is full but not with busy time is stuck, not overworked: more "
                       "speed would not help it. Means over all replications");
    choice_tell(&caption, &choice, "components", "those with the most to do");
    text_add(&caption, ".");
    drawing_end(html, source, text_string(&caption));
    html->failed |= caption.failed;
    text_finish(&caption);
}
