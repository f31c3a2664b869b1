/* Messages over time that wait in inboxes and queues. */
#include <stdlib.h>

#include "report/plot/plot_kinds.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_shade.h"

enum { LABEL_ROOM = 270, ROW_GAP = 72, BODY_BOTTOM = 806, QUEUES_MOST = 6 };

static double run_seconds(const struct plot_source *source)
{
    return (double)source->spec->run.duration_ns * 1e-9;
}

enum { MOST_BACKLOG_LINES = 800 };

/* Where messages wait: the inbox of a component, and the queues that its workers consume from. */
struct place_of_waiting {
    const struct policy_run *run;
    uint32_t component;
};

static int64_t queued_at(const struct system_sample *sample, const struct place_of_waiting *place)
{
    int64_t queued = 0;
    for (size_t q = 0; q < place->run->series.n_queues && q < place->run->first.n_queues; q++)
        if (place->run->first.queues[q].component == place->component)
            queued += sample->queues[q].depth;
    return queued;
}

static int64_t waiting_at(const struct system_sample *sample, const void *data)
{
    const struct place_of_waiting *place = data;
    return sample->components[place->component].inbox + queued_at(sample, place);
}

static int64_t most_waiting(const struct policy_run *run, uint32_t component)
{
    struct place_of_waiting place = {run, component};
    int64_t most = 0;
    for (size_t i = 0; i < run->series.n; i++) {
        int64_t waiting = waiting_at(&run->series.samples[i], &place);
        most = waiting > most ? waiting : most;
    }
    return most;
}

static int64_t most_waiting_of_all(const struct plot_source *source, uint32_t component)
{
    int64_t most = 0;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        int64_t here = most_waiting(&source->experiment->policies[p], component);
        most = here > most ? here : most;
    }
    return most;
}

/* One of several queues before a component. */
struct queue_curve {
    size_t policy, queue;
    int64_t most;
};

struct queue_curves {
    struct queue_curve of[QUEUES_MOST];
    size_t n;
};

/* Where it is worth showing: a component where never more than a hundredth of the greatest backlog waits is
 * left out. */
struct backlog {
    uint32_t components[FIGURE_COMPONENTS];
    struct queue_curves queues[FIGURE_COMPONENTS];
    size_t n, n_all;
    int64_t greatest;
    size_t greatest_policy;
    uint32_t greatest_component;
    int64_t elsewhere; /* the most that waited for one that was left out */
};

static void find_greatest(const struct plot_source *source, struct backlog *backlog)
{
    for (uint32_t c = 0; c < source->spec->n_components; c++)
        for (size_t p = 0; p < plot_shown_policies(source); p++) {
            int64_t most = most_waiting(&source->experiment->policies[p], c);
            if (most > backlog->greatest) {
                backlog->greatest = most;
                backlog->greatest_policy = p;
                backlog->greatest_component = c;
            }
        }
}

static int64_t deepest(const struct policy_run *run, size_t queue)
{
    int64_t most = 0;
    for (size_t i = 0; i < run->series.n; i++) {
        int64_t depth = run->series.samples[i].queues[queue].depth;
        most = depth > most ? depth : most;
    }
    return most;
}

/* Keeps the greatest, the greatest first. */
static void keep_queue(struct queue_curves *curves, struct queue_curve curve, size_t room)
{
    size_t at = curves->n;
    while (at > 0 && curves->of[at - 1].most < curve.most)
        at--;
    if (at >= room)
        return;
    curves->n += curves->n < room;
    for (size_t i = curves->n - 1; i > at; i--)
        curves->of[i] = curves->of[i - 1];
    curves->of[at] = curve;
}

static size_t count_queues(const struct policy_run *run, uint32_t component)
{
    size_t n = 0;
    for (size_t q = 0; q < run->series.n_queues && q < run->first.n_queues; q++)
        n += run->first.queues[q].component == component;
    return n;
}

/* Where a component has one queue only, that is the shaded part of its curve already. */
static struct queue_curves find_queues(const struct plot_source *source, uint32_t component, size_t room)
{
    struct queue_curves curves = {0};
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct policy_run *run = &source->experiment->policies[p];
        if (count_queues(run, component) < 2)
            continue;
        for (size_t q = 0; q < run->series.n_queues && q < run->first.n_queues; q++) {
            struct queue_curve curve = {p, q, deepest(run, q)};
            if (run->first.queues[q].component == component && curve.most > 0)
                keep_queue(&curves, curve, room);
        }
    }
    return curves;
}

static int count_columns(const struct backlog *backlog)
{
    return backlog->n > 3 ? 2 : 1;
}

static int count_rows(const struct backlog *backlog)
{
    return ((int)backlog->n + count_columns(backlog) - 1) / count_columns(backlog);
}

/* As many as there is room for their labels, below those of the policies. */
static void find_all_queues(const struct plot_source *source, struct backlog *backlog)
{
    int rows = count_rows(backlog), policies = (int)plot_shown_policies(source);
    int height = rows > 0 ? (BODY_BOTTOM - PAGE_BODY - 50 - (rows - 1) * ROW_GAP) / rows : 0;
    int room = height / LINE_PX - policies;
    room = room < 0 ? 0 : room < QUEUES_MOST ? room : QUEUES_MOST;
    for (size_t i = 0; i < backlog->n; i++)
        backlog->queues[i] = find_queues(source, backlog->components[i], (size_t)room);
}

static struct backlog backlog_survey(const struct plot_source *source)
{
    struct backlog backlog = {0};
    find_greatest(source, &backlog);
    for (uint32_t c = 0; c < source->spec->n_components; c++) {
        int64_t most = most_waiting_of_all(source, c);
        bool shown = most > backlog.greatest / 100;
        if (!shown && most > backlog.elsewhere)
            backlog.elsewhere = most;
        if (shown && backlog.n < FIGURE_COMPONENTS)
            backlog.components[backlog.n++] = c;
        backlog.n_all += shown;
    }
    find_all_queues(source, &backlog);
    return backlog;
}

/* ---- data ---- */

static const char *queue_name(const struct plot_source *source, struct queue_curve curve)
{
    return source->experiment->policies[curve.policy].first.queues[curve.queue].name;
}

static void add_queue_headers(struct figure *figure, const struct plot_source *source,
                              const struct backlog *backlog, size_t i)
{
    for (size_t q = 0; q < backlog->queues[i].n; q++) {
        struct queue_curve curve = backlog->queues[i].of[q];
        text_addf(&figure->data, ",%s.%s.queue %s_depth", source->experiment->policies[curve.policy].name,
                  source->spec->components[backlog->components[i]].name, queue_name(source, curve));
    }
}

static void add_backlog_header(struct figure *figure, const struct plot_source *source,
                               const struct backlog *backlog)
{
    text_add(&figure->data, "time_s");
    for (size_t i = 0; i < backlog->n; i++)
        for (size_t p = 0; p < plot_shown_policies(source); p++) {
            const char *policy = source->experiment->policies[p].name;
            const char *component = source->spec->components[backlog->components[i]].name;
            text_addf(&figure->data, ",%s.%s.inbox_depth,%s.%s.queue_depth", policy, component, policy,
                      component);
        }
    for (size_t i = 0; i < backlog->n; i++)
        add_queue_headers(figure, source, backlog, i);
    text_add(&figure->data, "\n");
}

struct backlog_lines {
    struct figure *figure;
    const struct plot_source *source;
    const struct backlog *backlog;
};

/* The sample that stands for a bucket: where least or where most waits for the component. */
static const struct system_sample *standing(const struct place_of_waiting *place, size_t from, size_t to,
                                            bool second)
{
    struct extremes extremes = extremes_find(&place->run->series, from, to, waiting_at, place);
    return &place->run->series.samples[second ? extremes.second : extremes.first];
}

static void add_backlog_line(void *data, int64_t at_ns, size_t from, size_t to, bool second)
{
    const struct backlog_lines *lines = data;
    const struct backlog *backlog = lines->backlog;
    const struct policy_run *runs = lines->source->experiment->policies;
    struct text *csv = &lines->figure->data;
    plot_add_seconds(csv, at_ns);
    for (size_t i = 0; i < backlog->n; i++)
        for (size_t p = 0; p < plot_shown_policies(lines->source); p++) {
            struct place_of_waiting place = {&runs[p], backlog->components[i]};
            const struct system_sample *sample = standing(&place, from, to, second);
            text_addf(csv, ",%lld,%lld", (long long)sample->components[place.component].inbox,
                      (long long)queued_at(sample, &place));
        }
    for (size_t i = 0; i < backlog->n; i++)
        for (size_t q = 0; q < backlog->queues[i].n; q++) {
            struct queue_curve curve = backlog->queues[i].of[q];
            struct place_of_waiting place = {&runs[curve.policy], backlog->components[i]};
            const struct system_sample *sample = standing(&place, from, to, second);
            text_addf(csv, ",%lld", (long long)sample->queues[curve.queue].depth);
        }
    text_add(csv, "\n");
}

static void add_backlog_data(struct figure *figure, const struct plot_source *source,
                             const struct backlog *backlog)
{
    const struct series *series = &source->experiment->policies[0].series;
    struct backlog_lines lines = {figure, source, backlog};
    add_backlog_header(figure, source, backlog);
    series_steps(series, series_bucket(series, MOST_BACKLOG_LINES), add_backlog_line, &lines);
}

/* The column of the first of the component's queues. */
static size_t queue_column(const struct plot_source *source, const struct backlog *backlog, size_t i)
{
    size_t column = 2 + 2 * backlog->n * plot_shown_policies(source);
    for (size_t before = 0; before < i; before++)
        column += backlog->queues[before].n;
    return column;
}

/* ---- drawing ---- */

static void add_end(struct end_label *labels, size_t *n, struct end_label label, int64_t most)
{
    label.value = text_format("(max %lld)", (long long)most);
    labels[(*n)++] = label;
}

static void label_ends(struct figure *figure, const struct plot_source *source, const struct backlog *backlog,
                       size_t component, struct panel panel, struct plot_axis y)
{
    struct end_label labels[FIGURE_POLICIES + QUEUES_MOST];
    size_t n = 0;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct policy_run *run = &source->experiment->policies[p];
        struct place_of_waiting place = {run, backlog->components[component]};
        double last = (double)waiting_at(&run->series.samples[run->series.n - 1], &place);
        add_end(labels, &n,
                (struct end_label){.at = axis_pixel(y, panel, last),
                                   .name = run->name,
                                   .color = plot_policy_color(source->spec, p)},
                most_waiting(run, backlog->components[component]));
    }
    for (size_t q = 0; q < backlog->queues[component].n; q++) {
        struct queue_curve curve = backlog->queues[component].of[q];
        const struct series *series = &source->experiment->policies[curve.policy].series;
        double last = (double)series->samples[series->n - 1].queues[curve.queue].depth;
        add_end(labels, &n,
                (struct end_label){.at = axis_pixel(y, panel, last),
                                   .name = queue_name(source, curve),
                                   .color = plot_policy_color(source->spec, curve.policy)},
                curve.most);
    }
    for (size_t i = 0; i < n; i++)
        figure->script.failed |= !labels[i].value;
    if (!figure->script.failed)
        figure_label_ends(figure, panel, labels, n, LABEL_ROOM);
    for (size_t i = 0; i < n; i++)
        free((char *)labels[i].value);
}

static void label_heading(struct figure *figure, const struct plot_source *source, uint32_t component,
                          struct panel panel, int y)
{
    char *heading = text_format("waiting for %s", source->spec->components[component].name);
    figure_label(
        figure,
        (struct label){
            .x = panel.left, .y = y, .face = GNUPLOT_BOLD, .room = panel.right - panel.left + LABEL_ROOM},
        heading);
    free(heading);
}

static void add_curves(struct figure *figure, const struct plot_source *source, const struct backlog *backlog,
                       size_t i)
{
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        size_t column = 2 + 2 * (i * plot_shown_policies(source) + p);
        const char *color = plot_policy_color(source->spec, p);
        if (source->experiment->policies[p].first.n_queues > 0)
            panel_curve(figure,
                        "using (t($1)):%zu with filledcurves y1=0 fillstyle transparent solid 0.18 linecolor "
                        "rgb '%s'",
                        column + 1, color);
        panel_curve(figure, "using (t($1)):($%zu+$%zu) with lines linewidth %g linecolor rgb '%s'", column,
                    column + 1, plot_line_width(p), color);
    }
    for (size_t q = 0; q < backlog->queues[i].n; q++)
        panel_curve(figure, "using (t($1)):%zu with lines linewidth 1.1 dashtype (%zu,4) linecolor rgb '%s'",
                    queue_column(source, backlog, i) + q, 4 * (q + 1),
                    plot_policy_color(source->spec, backlog->queues[i].of[q].policy));
}

static void draw_backlog(struct figure *figure, const struct plot_source *source,
                         const struct backlog *backlog, size_t i, struct panel panel, struct plot_axis x,
                         int names)
{
    int64_t most = most_waiting_of_all(source, backlog->components[i]);
    struct plot_axis y = axis_up_to((double)most, panel.bottom - panel.top > 200 ? 4 : 2, true);
    struct shade shade = shade_of_run(source);
    shade.component = backlog->components[i];
    label_heading(figure, source, backlog->components[i], panel, panel.top - 30 - names);
    label_ends(figure, source, backlog, i, panel, y);
    figure_shade(figure, source, panel, shade);
    if (i == 0)
        figure_shade_names(figure, source, panel, shade);
    panel_begin(figure, panel, x, y);
    figure_warmup(figure, panel, source->spec);
    add_curves(figure, source, backlog, i);
    panel_end(figure);
}

/* As much room for numbers as the greatest of them takes, in every panel alike. */
static int numbers_width(const struct plot_source *source, const struct backlog *backlog)
{
    int64_t most = 0;
    for (size_t i = 0; i < backlog->n; i++) {
        int64_t here = most_waiting_of_all(source, backlog->components[i]);
        most = here > most ? here : most;
    }
    return axis_width(axis_up_to((double)most, 4, true));
}

static struct panel backlog_panel(const struct backlog *backlog, struct panel body, int i, int numbers_px)
{
    int rows = count_rows(backlog), columns = count_columns(backlog);
    struct panel panel = panel_at(body, rows, columns, i / columns, i % columns, 40, ROW_GAP);
    panel.left += numbers_px;
    panel.right -= LABEL_ROOM;
    return panel;
}

static void draw_backlogs(struct figure *figure, const struct plot_source *source,
                          const struct backlog *backlog)
{
    struct panel body = {
        .left = PAGE_LEFT, .right = PAGE_RIGHT, .top = PAGE_BODY + 50, .bottom = BODY_BOTTOM};
    int columns = count_columns(backlog), numbers_px = numbers_width(source, backlog);
    struct panel first = backlog_panel(backlog, body, 0, numbers_px);
    int names = shade_names_height(source, first.left, first.right, shade_of_run(source));
    struct time_unit unit = plot_time_unit(run_seconds(source));
    figure_time_unit(figure, unit);
    add_backlog_data(figure, source, backlog);
    body.top += names;
    for (int i = 0; i < (int)backlog->n; i++) {
        struct panel panel = backlog_panel(backlog, body, i, numbers_px);
        struct plot_axis x = axis_of_time(run_seconds(source), unit, panel.right - panel.left);
        x.labels = i + columns >= (int)backlog->n;
        if (x.labels)
            figure_time_title(figure, panel, "time", unit);
        draw_backlog(figure, source, backlog, (size_t)i, panel, x, i < columns ? names : 0);
    }
}

static bool shows_queues(const struct backlog *backlog)
{
    for (size_t i = 0; i < backlog->n; i++)
        if (backlog->queues[i].n > 0)
            return true;
    return false;
}

static void add_backlog_title(struct text *title, const struct plot_source *source,
                              const struct backlog *backlog)
{
    text_add(title, "Under ");
    plot_add_name(title, source->experiment->policies[backlog->greatest_policy].name);
    if (backlog->greatest == 1)
        text_add(title, " 1 message at a time waits for ");
    else
        text_addf(title, " up to %s messages wait for ", plot_short_count((double)backlog->greatest).chars);
    plot_add_name(title, source->spec->components[backlog->greatest_component].name);
}

void plot_backlog(const struct plot_source *source, struct figure *figure)
{
    struct backlog backlog = backlog_survey(source);
    struct text title = {0}, subtitle = {0};
    plot_add_run(&subtitle, source);
    if (backlog.n > 0) {
        add_backlog_title(&title, source, &backlog);
        text_add(&subtitle, " · messages in inboxes and queues; filled: in queues");
        if (shows_queues(&backlog))
            text_add(&subtitle, "; dashed: each queue");
        if (backlog.elsewhere > 0)
            text_addf(&subtitle, " · elsewhere at most %lld", (long long)backlog.elsewhere);
        plot_add_shown(&subtitle, backlog.n, backlog.n_all, "components");
        shade_add_note(&subtitle, source, shade_of_run(source));
        figure_begin(figure, 900, text_string(&title), text_string(&subtitle));
        draw_backlogs(figure, source, &backlog);
        figure_end(figure);
    } else {
        figure_empty(figure, "Nothing is ever found waiting", text_string(&subtitle),
                     "no inbox and no queue held a message at any sample");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
