#include "report/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/choice.h"

/* Shares below this are not worth a line. */
static const double least_share = 0.0005;

/* ---- growing ---- */

static struct comparison_section *add_section(struct comparison *c, char *title)
{
    if (c->n_sections == c->capacity) {
        size_t capacity = c->capacity ? 2 * c->capacity : 8;
        struct comparison_section *sections = realloc(c->sections, capacity * sizeof *sections);
        c->failed |= !sections;
        if (sections) {
            c->sections = sections;
            c->capacity = capacity;
        }
    }
    if (c->failed || !title) {
        c->failed = true;
        free(title);
        return NULL;
    }
    c->sections[c->n_sections] = (struct comparison_section){.title = title};
    return &c->sections[c->n_sections++];
}

static bool reserve_row(struct comparison_section *section)
{
    if (section->n_rows < section->capacity)
        return true;
    size_t capacity = section->capacity ? 2 * section->capacity : 8;
    struct comparison_row *rows = realloc(section->rows, capacity * sizeof *rows);
    if (!rows)
        return false;
    section->rows = rows;
    section->capacity = capacity;
    return true;
}

/* When a row is shown. */
enum shown { ALWAYS, IF_ANY /* not 0 in some policy */, IF_SHARE /* worth a line in some policy */ };

static bool worth_showing(const struct comparison_row *row, size_t n, enum shown shown)
{
    double least = shown == IF_SHARE ? least_share : 0.0;
    for (size_t p = 0; p < n; p++)
        if (row->cells[p] && (shown == ALWAYS || row->cells[p]->value > least))
            return true;
    return false;
}

static void row_finish(struct comparison_row *row)
{
    free(row->label);
    free(row->cells);
    free(row->words);
}

/* An empty row; without its arrays when memory is gone. */
static struct comparison_row make_row(struct comparison *c, int depth, const char *label)
{
    size_t n = c->experiment->n_policies;
    struct comparison_row row = {.label = text_copy(label), .depth = depth};
    row.cells = calloc(n, sizeof *row.cells);
    row.words = calloc(n, sizeof *row.words);
    c->failed |= !row.label || !row.cells || !row.words;
    return row;
}

static void set_cell(struct comparison_row *row, size_t policy, const struct metric *metric)
{
    row->cells[policy] = metric;
    row->unit = metric ? metric->unit : row->unit;
}

/* Takes the row over; true when it was added. */
static bool place_row(struct comparison *c, struct comparison_section *section, struct comparison_row *row,
                      enum shown shown)
{
    bool wanted = !c->failed && worth_showing(row, c->experiment->n_policies, shown);
    if (wanted && reserve_row(section)) {
        section->rows[section->n_rows++] = *row;
        return true;
    }
    c->failed |= wanted;
    row_finish(row);
    return false;
}

/* Adds the row of a metric of that name (freed here); true when it was added. */
static bool add_row(struct comparison *c, struct comparison_section *section, int depth, const char *label,
                    char *metric, enum shown shown)
{
    struct comparison_row row = make_row(c, depth, label);
    c->failed |= !section || !metric;
    for (size_t p = 0; !c->failed && p < c->experiment->n_policies; p++)
        set_cell(&row, p, metric_find(&c->experiment->policies[p].metrics, metric));
    free(metric);
    return place_row(c, section, &row, shown);
}

void comparison_finish(struct comparison *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_sections; i++) {
        for (size_t k = 0; k < c->sections[i].n_rows; k++)
            row_finish(&c->sections[i].rows[k]);
        free(c->sections[i].rows);
        free(c->sections[i].title);
    }
    free(c->sections);
    free(c->difference_cells);
    free(c->left_out);
    differences_finish(&c->differences);
    *c = (struct comparison){0};
}

/* ---- what is shown ---- */

enum growth { GROWTH_BACKLOG, GROWTH_UNANSWERED };

static const char grows[] = "grows";

static bool is_growing(const struct comparison *c, size_t policy, enum growth growth)
{
    const struct policy_run *run = &c->experiment->policies[policy];
    const struct steadiness *s = growth == GROWTH_BACKLOG ? &run->backlog : &run->unanswered;
    return s->verdict == STEADINESS_GROWS;
}

/* Where this grows as long as the run lasts, the number just put would only tell how long that was. */
static void mark_growth(struct comparison *c, const struct comparison_section *section, enum growth growth)
{
    const struct comparison_row *row = &section->rows[section->n_rows - 1];
    for (size_t p = 0; p < c->experiment->n_policies; p++)
        if (is_growing(c, p, growth) && row->cells[p])
            row->words[p] = grows;
}

/* The same of a place whose greatest filling is the metric `most` (freed here): where most of the growing
 * backlog is. */
static void mark_filling(struct comparison *c, const struct comparison_section *section, char *most)
{
    const struct comparison_row *row = &section->rows[section->n_rows - 1];
    c->failed |= !most;
    for (size_t p = 0; most && p < c->experiment->n_policies; p++) {
        const struct policy_run *run = &c->experiment->policies[p];
        if (is_growing(c, p, GROWTH_BACKLOG) && row->cells[p] &&
            metric_value(&run->metrics, most) > run->backlog.end / 2.0)
            row->words[p] = grows;
    }
    free(most);
}

static void add_times(struct comparison *c, const char *title, const char *metric, enum growth growth)
{
    static const char *const rows[] = {"mean", "p50", "p95", "p99", "max"};
    struct comparison_section *section = add_section(c, text_copy(title));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (add_row(c, section, 0, rows[i], text_format("%s.%s", metric, rows[i]), ALWAYS))
            mark_growth(c, section, growth);
}

/* A metric is greater than 0 under some policy. */
static bool is_any(struct comparison *c, const char *prefix, const char *metric)
{
    char *name = text_format("%s%s", prefix, metric);
    bool any = false;
    c->failed |= !name;
    for (size_t p = 0; name && p < c->experiment->n_policies; p++)
        any |= metric_value(&c->experiment->policies[p].metrics, name) > 0.0;
    free(name);
    return any;
}

/* Only where effects are missing or were done again: else all has been said. */
static void add_effects(struct comparison *c)
{
    static const struct {
        const char *label, *metric;
    } rows[] = {
        {"all effects done", "effects.done"}, {"some done, some never", "effects.partly"},
        {"none done", "effects.none"},        {"some done twice or more", "effects.twice"},
        {"not yet decided", "effects.open"},  {"lost, and nobody was told", "lost"},
    };
    if (!is_any(c, "", "effects.partly") && !is_any(c, "", "effects.none") &&
        !is_any(c, "", "effects.twice") && !is_any(c, "", "lost"))
        return;
    struct comparison_section *section = add_section(c, text_copy("what became of the requests"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_row(c, section, 0, rows[i].label, text_format("%s.share", rows[i].metric),
                i == 0 ? ALWAYS : IF_ANY);
}

static void add_requests(struct comparison *c)
{
    struct comparison_section *section = add_section(c, text_copy("throughput"));
    add_row(c, section, 0, "offered", text_copy("offered.rate"), ALWAYS);
    add_row(c, section, 0, "answered", text_copy("throughput"), ALWAYS);
    add_row(c, section, 0, "completed", text_copy("completions"), ALWAYS);
    add_times(c, "response time: until the user has an answer", "response", GROWTH_UNANSWERED);
    add_times(c, "completion time: until all effects are done", "completion", GROWTH_BACKLOG);
    section = add_section(c, text_copy("how requests ended"));
    for (int i = 0; i < OUTCOMES; i++) {
        add_row(c, section, 0, outcome_names[i], text_format("%s.share", metric_word(outcome_names[i]).chars),
                i == OUTCOME_OK ? ALWAYS : IF_ANY);
    }
    add_effects(c);
}

/* Whether the states of its workers say anything: unlimited ones are there as long as they compute, so that
 * they are always busy unless something stops them. */
static bool has_worker_states(struct comparison *c, const struct component_spec *component)
{
    static const enum worker_state states[] = {WORKER_BLOCKED, WORKER_READY, WORKER_DOWN};
    char *prefix = text_format("%s.", component->name);
    bool any = component->workers != SPEC_UNLIMITED;
    c->failed |= !prefix;
    for (size_t i = 0; prefix && i < sizeof states / sizeof *states; i++)
        any |= is_any(c, prefix, worker_state_names[states[i]]);
    free(prefix);
    return any;
}

static char *component_title(const struct component_spec *component, bool states)
{
    if (!states)
        return text_copy(component->name);
    if (component->workers == SPEC_UNLIMITED)
        return text_format("%s: its workers' time", component->name);
    uint64_t n = (uint64_t)component->workers * component->replicas;
    return n == 1 ? text_format("%s: its worker's time", component->name)
                  : text_format("%s: the time of its %llu workers", component->name, (unsigned long long)n);
}

static void add_component(struct comparison *c, const struct component_spec *component)
{
    bool states = has_worker_states(c, component);
    struct comparison_section *section = add_section(c, component_title(component, states));
    for (int i = 0; states && i < WORKER_STATES; i++) {
        enum shown shown = i == WORKER_READY ? IF_SHARE : i == WORKER_DOWN ? IF_ANY : ALWAYS;
        add_row(c, section, 0, worker_state_names[i],
                text_format("%s.%s", component->name, worker_state_names[i]), shown);
    }
    if (add_row(c, section, 0, "inbox, mean", text_format("%s.inbox.mean", component->name), IF_SHARE))
        mark_filling(c, section, text_format("%s.inbox.max", component->name));
    add_row(c, section, 0, "inbox, most", text_format("%s.inbox.max", component->name), IF_ANY);
    add_row(c, section, 0, "refused", text_format("%s.rejected", component->name), IF_ANY);
    add_row(c, section, 0, "dropped", text_format("%s.dropped", component->name), IF_ANY);
    add_row(c, section, 0, "crashes", text_format("%s.crashes", component->name), IF_ANY);
    add_row(c, section, 0, "lost in crashes", text_format("%s.lost_in_crash", component->name), IF_ANY);
    add_row(c, section, 0, "came while it was down", text_format("%s.met_down", component->name), IF_ANY);
}

/* The row of a metric that stands `offset` metrics behind the first of each policy's `callees`: there may be
 * more than it takes to look each up by its name. */
static bool add_callee_row(struct comparison *c, struct comparison_section *section, int depth,
                           const char *label, const struct metric *const *callees, size_t offset)
{
    struct comparison_row row = make_row(c, depth, label);
    c->failed |= !section;
    for (size_t p = 0; !c->failed && p < c->experiment->n_policies; p++)
        set_cell(&row, p, callees[p] + offset);
    return place_row(c, section, &row, IF_SHARE);
}

/* A callee's line is followed by one for each cause; an I/O wait has no other cause than itself. */
static void add_callee(struct comparison *c, struct comparison_section *section, const char *component,
                       const struct metric *const *callees, size_t offset)
{
    const char *callee = metric_callee_name(callees[0] + offset, component);
    bool io = strcmp(callee, "io") == 0;
    bool shown = add_callee_row(c, section, 0, io ? "I/O wait" : callee, callees, offset);
    for (size_t k = 0; shown && !io && k < CAUSES; k++)
        add_callee_row(c, section, 1, cause_names[k], callees, offset + 1 + k);
}

static void add_blocked_on(struct comparison *c, const struct component_spec *component)
{
    const struct experiment *e = c->experiment;
    struct comparison_section *section =
        add_section(c, text_format("what %s was blocked for", component->name));
    const struct metric **callees = calloc(e->n_policies, sizeof *callees);
    size_t n = 0;
    c->failed |= !callees;
    /* The same callees under each policy: they come from the spec. */
    for (size_t p = 0; callees && p < e->n_policies; p++)
        callees[p] = metric_callees(&e->policies[p].metrics, component->name, &n);
    for (size_t i = 0; i < n; i++)
        add_callee(c, section, component->name, callees, i * (1 + CAUSES));
    free(callees);
}

static void add_queue(struct comparison *c, const char *queue)
{
    struct comparison_section *section = add_section(c, text_format("queue %s", queue));
    if (add_row(c, section, 0, "depth, mean", text_format("%s.depth.mean", queue), ALWAYS))
        mark_filling(c, section, text_format("%s.depth.max", queue));
    add_row(c, section, 0, "depth, most", text_format("%s.depth.max", queue), ALWAYS);
    if (add_row(c, section, 0, "wait, mean", text_format("%s.wait.mean", queue), IF_ANY))
        mark_filling(c, section, text_format("%s.depth.max", queue));
    add_row(c, section, 0, "oldest message", text_format("%s.oldest.max", queue), IF_ANY);
    add_row(c, section, 0, "dropped", text_format("%s.dropped", queue), IF_ANY);
    add_row(c, section, 0, "refused", text_format("%s.rejected", queue), IF_ANY);
    add_row(c, section, 0, "lost on the way there", text_format("%s.lost", queue), IF_ANY);
    add_row(c, section, 0, "lost in crashes", text_format("%s.lost_in_crash", queue), IF_ANY);
    add_row(c, section, 0, "expired", text_format("%s.expired", queue), IF_ANY);
    add_row(c, section, 0, "dead-lettered", text_format("%s.dead_lettered", queue), IF_ANY);
    add_row(c, section, 0, "published again", text_format("%s.resent", queue), IF_ANY);
    if (add_row(c, section, 0, "delivered again", text_format("%s.redelivered", queue), IF_ANY))
        add_row(c, section, 0, "deliveries per message", text_format("%s.deliveries_per_message", queue),
                ALWAYS);
    add_row(c, section, 0, "known, not done again", text_format("%s.deduplicated", queue), IF_ANY);
    add_row(c, section, 0, "left waiting", text_format("%s.waiting", queue), IF_ANY);
    add_row(c, section, 0, "L / (lambda W)", text_format("%s.little", queue), IF_ANY);
}

/* A row of an endpoint's calls. A policy under which they cannot go wrong does not count them: that is not 0.
 */
static void add_call_row(struct comparison *c, struct comparison_section *section, int depth,
                         const char *label, const char *endpoint, const char *metric)
{
    char *calls = text_format("%s.calls", endpoint);
    c->failed |= !calls;
    if (add_row(c, section, depth, label, text_format("%s.%s", endpoint, metric), IF_ANY)) {
        struct comparison_row *row = &section->rows[section->n_rows - 1];
        for (size_t p = 0; calls && p < c->experiment->n_policies; p++)
            if (!(metric_value(&c->experiment->policies[p].metrics, calls) > 0.0))
                row->cells[p] = NULL;
    }
    free(calls);
}

/* Each belief with each truth has a row; what was executed more often is one row for all beliefs: so the
 * shares sum to 100 %. */
static void add_calls(struct comparison *c, struct comparison_section *section, const char *endpoint)
{
    static const struct {
        const char *label, *metric;
    } rows[] = {
        {"believed ok, executed once", "believed.ok.executed_1"},
        {"believed ok, not executed", "believed.ok.executed_0"},
        {"timed out, executed once", "believed.timed_out.executed_1"},
        {"timed out, not executed", "believed.timed_out.executed_0"},
        {"error, executed once", "believed.error.executed_1"},
        {"error, not executed", "believed.error.executed_0"},
        {"accepted, executed once", "believed.accepted.executed_1"},
        {"accepted, not executed", "believed.accepted.executed_0"},
        {"abandoned, executed once", "believed.abandoned.executed_1"},
        {"abandoned, not executed", "believed.abandoned.executed_0"},
        {"still waiting, executed once", "believed.still_waiting.executed_1"},
        {"still waiting, not executed", "believed.still_waiting.executed_0"},
        {"executed twice or more", "executed_2"},
        {"attempts per call", "amplification"},
        {"messages lost", "messages_lost"},
        {"late answers", "late"},
        {"stopped by open breakers", "short_circuited"},
        {"without a place in pools", "pool_full"},
        {"retries over the budget", "over_budget"},
        {"hedges", "hedges"},
        {"called off", "cancelled"},
        {"came after their deadline", "past_deadline"},
        {"known, not done again", "answered_again"},
        {"connections opened", "connections"},
        {"waiting for ever", "hung"},
    };
    char *label = text_format("calls to %s", endpoint);
    add_call_row(c, section, 0, label ? label : "", endpoint, "calls");
    c->failed |= !label;
    free(label);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_call_row(c, section, 1, rows[i].label, endpoint, rows[i].metric);
}

static void add_beliefs(struct comparison *c, const struct choice *endpoints)
{
    struct comparison_section *section =
        add_section(c, text_copy("what callers believed, and what was true"));
    for (size_t i = 0; i < endpoints->n; i++)
        add_calls(c, section, endpoints->chosen[i].name);
    add_row(c, section, 0, "wasted work", text_copy("wasted"), IF_ANY);
}

/* ---- the few of many ---- */

static void tell_left_out(struct comparison *c, const struct choice *components, const struct choice *queues,
                          const struct choice *endpoints)
{
    struct text chosen = {0};
    choice_tell(&chosen, components, "components",
                "those with the least idle workers and the most that wait for them");
    choice_tell(&chosen, queues, "queues", "the longest");
    choice_tell(&chosen, endpoints, "endpoints whose callers were left in doubt",
                "where that was most often");
    c->failed |= chosen.failed;
    if (chosen.length > 0) {
        c->left_out = text_format("Shown are %s. All are in summary.csv, and --get.", text_string(&chosen));
        c->failed |= !c->left_out;
    }
    text_finish(&chosen);
}

static void add_places(struct comparison *c, const struct spec *spec)
{
    struct choice components = {0}, queues = {0}, endpoints = {0};
    c->failed |= !choice_of_components(spec, c->experiment, &components) ||
                 !choice_of_queues(c->experiment, &queues) ||
                 !choice_of_endpoints(spec, c->experiment, &endpoints);
    for (size_t i = 0; i < components.n; i++)
        add_component(c, &spec->components[components.chosen[i].index]);
    add_blocked_on(c, &spec->components[choice_first_component(spec)]);
    for (size_t i = 0; i < queues.n; i++)
        add_queue(c, queues.chosen[i].name);
    add_beliefs(c, &endpoints);
    tell_left_out(c, &components, &queues, &endpoints);
}

/* Whether one of the two numbers of a difference has no mean. */
static bool has_grown(const struct comparison *c, size_t i, size_t policy)
{
    const char *metric = c->differences.rows[i].metric;
    bool response = strncmp(metric, "response.", 9) == 0,
         completion = strncmp(metric, "completion.", 11) == 0;
    enum growth growth = response ? GROWTH_UNANSWERED : GROWTH_BACKLOG;
    return (response || completion) && (is_growing(c, 0, growth) || is_growing(c, policy, growth));
}

/* A policy's cell is the difference as a metric; the first one's stays empty. */
static void set_difference(struct comparison *c, const struct comparison_row *row, size_t i, size_t policy)
{
    const struct difference *d = &c->differences.rows[i].policies[policy];
    struct metric *cell = &c->difference_cells[i * c->differences.n_policies + policy];
    *cell = (struct metric){.unit = row->unit, .value = d->mean, .half_width = d->half_width};
    row->cells[policy] = cell;
    row->words[policy] = has_grown(c, i, policy) ? grows : d->none ? "none" : NULL;
}

static void add_difference(struct comparison *c, struct comparison_section *section, size_t i)
{
    const struct difference_row *from = &c->differences.rows[i];
    if (!add_row(c, section, 0, from->label, text_copy(from->metric), ALWAYS))
        return;
    struct comparison_row *row = &section->rows[section->n_rows - 1];
    for (size_t p = 0; p < c->differences.n_policies; p++)
        row->minuend = fmax(row->minuend, metric_value(&c->experiment->policies[p].metrics, from->metric));
    row->cells[0] = NULL;
    row->words[0] = "";
    for (size_t p = 1; p < c->differences.n_policies; p++)
        set_difference(c, row, i, p);
}

static void add_differences(struct comparison *c, const struct spec *spec)
{
    struct differences *d = &c->differences;
    if (!differences_init(d, spec, c->experiment)) {
        c->failed = true;
        return;
    }
    struct comparison_section *section =
        add_section(c, text_format("difference to %s (%g %% %s)", c->experiment->policies[0].name,
                                   100.0 * d->confidence, d->at_once ? "all at once" : "each"));
    c->difference_cells = calloc(d->n_rows * d->n_policies + 1, sizeof *c->difference_cells);
    c->failed |= !c->difference_cells;
    for (size_t i = 0; !c->failed && i < d->n_rows; i++)
        add_difference(c, section, i);
}

static void drop_empty_sections(struct comparison *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->n_sections; i++) {
        if (c->sections[i].n_rows) {
            c->sections[kept++] = c->sections[i];
            continue;
        }
        free(c->sections[i].title);
        free(c->sections[i].rows);
    }
    c->n_sections = kept;
}

bool comparison_init(struct comparison *c, const struct spec *spec, const struct experiment *experiment)
{
    *c = (struct comparison){.experiment = experiment};
    add_requests(c);
    add_places(c, spec);
    add_differences(c, spec);
    drop_empty_sections(c);
    for (size_t p = 0; p < experiment->n_policies; p++)
        c->failed |= metric_table_failed(&experiment->policies[p].metrics);
    return !c->failed;
}
