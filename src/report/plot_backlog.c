/* Messages over time that wait in inboxes and queues. */
#include <stdlib.h>

#include "report/plot_kinds.h"
#include "report/plot_series.h"

enum { LABEL_ROOM = 270, ROW_GAP = 72 };

static double run_seconds(const struct plot_source *source)
{
    return (double)source->spec->run.duration_ns * 1e-9;
}

enum { MOST_BACKLOG_BUCKETS = 400 };

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

/* Where it is worth showing: a component where never more than a hundredth of the greatest backlog waits is
 * left out. */
struct backlog {
    uint32_t components[FIGURE_COMPONENTS];
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
    return backlog;
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
    text_add(&figure->data, "\n");
}

/* What waits in the bucket of samples from `from` to `to` when least or greatest, whichever was `second` or
 * not. */
static void add_backlog_row(struct figure *figure, const struct plot_source *source,
                            const struct backlog *backlog, int64_t at_ns, size_t from, size_t to, bool second)
{
    plot_add_seconds(&figure->data, at_ns);
    for (size_t i = 0; i < backlog->n; i++)
        for (size_t p = 0; p < plot_shown_policies(source); p++) {
            struct place_of_waiting place = {&source->experiment->policies[p], backlog->components[i]};
            struct extremes extremes = extremes_find(&place.run->series, from, to, waiting_at, &place);
            const struct system_sample *sample =
                &place.run->series.samples[second ? extremes.second : extremes.first];
            text_addf(&figure->data, ",%lld,%lld", (long long)sample->components[place.component].inbox,
                      (long long)queued_at(sample, &place));
        }
    text_add(&figure->data, "\n");
}

/* A sample stands until the next: a line for the start of its time and one for the end, so that plain lines
 * through all points are the steps. Of a bucket of many samples two stand, for half of its time each. */
static void add_backlog_data(struct figure *figure, const struct plot_source *source,
                             const struct backlog *backlog)
{
    const struct series *series = &source->experiment->policies[0].series;
    size_t n = series->n, most = 2 * MOST_BACKLOG_BUCKETS;
    size_t bucket = n > most ? (n + MOST_BACKLOG_BUCKETS - 1) / MOST_BACKLOG_BUCKETS : 1;
    add_backlog_header(figure, source, backlog);
    for (size_t from = 0; from < n; from += bucket) {
        size_t to = from + bucket - 1 < n - 1 ? from + bucket - 1 : n - 1, half = from + (to - from + 1) / 2;
        int64_t ends = series->samples[to + 1 < n ? to + 1 : to].at_ns;
        for (int second = 0; second <= (to > from); second++) {
            size_t at = second ? half : from;
            int64_t until = to > from && !second ? series->samples[half].at_ns : ends;
            add_backlog_row(figure, source, backlog, series->samples[at].at_ns, from, to, second);
            if (until > series->samples[at].at_ns)
                add_backlog_row(figure, source, backlog, until, from, to, second);
        }
    }
}

static void label_backlog(struct figure *figure, const struct plot_source *source, uint32_t component,
                          struct panel panel, struct axis y)
{
    double ends[FIGURE_POLICIES];
    char *values[FIGURE_POLICIES],
        *heading = text_format("waiting for %s", source->spec->components[component].name);
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct policy_run *run = &source->experiment->policies[p];
        struct place_of_waiting place = {run, component};
        ends[p] = axis_pixel(y, panel, (double)waiting_at(&run->series.samples[run->series.n - 1], &place));
        values[p] = text_format("(max %lld)", (long long)most_waiting(run, component));
    }
    figure_label(figure,
                 (struct label){.x = panel.left,
                                .y = panel.top - 30,
                                .face = GNUPLOT_BOLD,
                                .room = panel.right - panel.left + LABEL_ROOM},
                 heading);
    figure_label_ends(figure, source, panel, ends, values, LABEL_ROOM);
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        free(values[p]);
    free(heading);
}

static void draw_backlog(struct figure *figure, const struct plot_source *source,
                         const struct backlog *backlog, size_t i, struct panel panel, struct axis x)
{
    int64_t most = most_waiting_of_all(source, backlog->components[i]);
    struct axis y = axis_up_to((double)most, panel.bottom - panel.top > 200 ? 4 : 2, true);
    label_backlog(figure, source, backlog->components[i], panel, y);
    panel_begin(figure, panel, x, y);
    figure_warmup(figure, panel, source->spec);
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

static void draw_backlogs(struct figure *figure, const struct plot_source *source,
                          const struct backlog *backlog)
{
    struct panel body = {.left = PAGE_LEFT, .right = PAGE_RIGHT, .top = PAGE_BODY + 50, .bottom = 806};
    int columns = backlog->n > 3 ? 2 : 1, rows = ((int)backlog->n + columns - 1) / columns;
    struct time_unit unit = plot_time_unit(run_seconds(source));
    figure_time_unit(figure, unit);
    add_backlog_data(figure, source, backlog);
    for (int i = 0; i < (int)backlog->n; i++) {
        struct panel panel = panel_at(body, rows, columns, i / columns, i % columns, 40, ROW_GAP);
        panel.left += numbers_width(source, backlog);
        panel.right -= LABEL_ROOM;
        struct axis x = axis_of_time(run_seconds(source), unit, panel.right - panel.left);
        x.labels = i + columns >= (int)backlog->n;
        if (x.labels)
            figure_time_title(figure, panel, "time", unit);
        draw_backlog(figure, source, backlog, (size_t)i, panel, x);
    }
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
        text_add(&subtitle, " · messages in inboxes and queues; shaded: in a queue");
        if (backlog.elsewhere > 0)
            text_addf(&subtitle, " · elsewhere at most %lld", (long long)backlog.elsewhere);
        plot_add_shown(&subtitle, backlog.n, backlog.n_all, "components");
        figure_begin(figure, 900, text_string(&title), text_string(&subtitle));
        draw_backlogs(figure, source, &backlog);
        figure_end(figure);
    } else {
        figure_empty(figure, "Nothing is ever found waiting", text_string(&subtitle),
                     "no inbox and no queue held a message at any sample");
    }
    text_finish(&title);
    text_finish(&subtitle);
}
