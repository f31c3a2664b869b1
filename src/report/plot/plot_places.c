/* Where everything is: the state of the whole system at each moment, spread over its places. */

#include "base/units.h"
#include "report/plot/plot_kinds.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_shade.h"

enum { ROW_GAP = 86, COLUMN_GAP = 30, MOST_STRETCHES = 160 };

/* From the bottom of a stack to its top. */
static const struct {
    enum place place;
    const char *color;
} stack[PLACES] = {
    {PLACE_EXECUTING, COLOR_BUSY}, {PLACE_BLOCKED, COLOR_BLOCKED}, {PLACE_SUSPENDED, "#F2D9A0"},
    {PLACE_LINK, COLOR_REPLY},     {PLACE_INBOX, "#999999"},       {PLACE_QUEUE, "#8FD3BC"},
    {PLACE_RETRY, "#D55E00"},      {PLACE_DEAD, "#222222"},
};

static int64_t everywhere(const struct system_sample *sample, const void *data)
{
    (void)data;
    int64_t sum = 0;
    for (int p = 0; p < PLACES; p++)
        sum += sample->places[p];
    return sum;
}

/* The sample of a policy in which the most messages are under way; 0 where there never are any. */
static size_t fullest(const struct series *series)
{
    size_t fullest = 0;
    for (size_t i = 1; i < series->n; i++)
        if (everywhere(&series->samples[i], NULL) > everywhere(&series->samples[fullest], NULL))
            fullest = i;
    return fullest;
}

static int64_t most_of(const struct series *series)
{
    return series->n > 0 ? everywhere(&series->samples[fullest(series)], NULL) : 0;
}

static int64_t most_of_all(const struct plot_source *source)
{
    int64_t most = 0;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        int64_t here = most_of(&source->experiment->policies[p].series);
        most = here > most ? here : most;
    }
    return most;
}

/* ---- data ---- */

/* So many samples are shown by their mean: single ones of a busy system would be a thicket. */
static size_t bucket_of(const struct series *series)
{
    return (series->n + MOST_STRETCHES - 1) / MOST_STRETCHES;
}

static double mean_at(const struct series *series, size_t from, size_t to, int place)
{
    double sum = 0.0;
    for (size_t i = from; i <= to; i++)
        sum += (double)series->samples[i].places[place];
    return sum / (double)(to - from + 1);
}

static double greatest_mean(const struct plot_source *source)
{
    double greatest = 0.0;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct series *series = &source->experiment->policies[p].series;
        size_t bucket = bucket_of(series);
        for (size_t from = 0; from < series->n; from += bucket) {
            size_t to = from + bucket < series->n ? from + bucket - 1 : series->n - 1;
            double sum = 0.0;
            for (int s = 0; s < PLACES; s++)
                sum += mean_at(series, from, to, s);
            greatest = sum > greatest ? sum : greatest;
        }
    }
    return greatest;
}

struct lines {
    struct figure *figure;
    const struct plot_source *source;
};

static void add_header(struct figure *figure, const struct plot_source *source)
{
    text_add(&figure->data, "time_s");
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        for (int s = 0; s < PLACES; s++)
            text_addf(&figure->data, ",%s.%s", source->experiment->policies[p].name, place_names[s]);
    text_add(&figure->data, "\n");
}

static void add_line(void *data, int64_t at_ns, size_t from, size_t to, bool second)
{
    (void)second;
    const struct lines *lines = data;
    struct text *csv = &lines->figure->data;
    plot_add_seconds(csv, at_ns);
    for (size_t p = 0; p < plot_shown_policies(lines->source); p++)
        for (int s = 0; s < PLACES; s++)
            text_addf(csv, ",%.6g", mean_at(&lines->source->experiment->policies[p].series, from, to, s));
    text_add(csv, "\n");
}

/* ---- words ---- */

static enum place greatest_place(const struct system_sample *sample)
{
    enum place greatest = PLACE_EXECUTING;
    for (int p = 0; p < PLACES; p++)
        if (sample->places[p] > sample->places[greatest])
            greatest = (enum place)p;
    return greatest;
}

static struct units_text share_of(const struct system_sample *sample, enum place place)
{
    return units_format_share((double)sample->places[place] / (double)everywhere(sample, NULL), 2);
}

/* "812 at an instant, 97 % in queues": stretches are drawn by their means, which are less. */
static void add_peak(struct text *text, const struct system_sample *sample)
{
    int64_t all = everywhere(sample, NULL);
    enum place place = greatest_place(sample);
    text_addf(text, "%s at an instant", plot_short_count((double)all).chars);
    if (all > 1)
        text_addf(text, ", %s %s", share_of(sample, place).chars, place_names[place]);
}

static void add_title(struct text *title, const struct plot_source *source)
{
    const struct policy_run *runs = source->experiment->policies;
    size_t most = 0;
    for (size_t p = 1; p < plot_shown_policies(source); p++)
        most = most_of(&runs[p].series) > most_of(&runs[most].series) ? p : most;
    const struct series *series = &runs[most].series;
    const struct system_sample *peak = &series->samples[fullest(series)];
    enum place place = greatest_place(peak);
    text_add(title, "Under ");
    plot_add_name(title, runs[most].name);
    if (everywhere(peak, NULL) == 1)
        text_add(title, " there is never more than 1 message in the system");
    else
        text_addf(title, " up to %s messages are in the system at an instant, %s of them %s",
                  plot_short_count((double)everywhere(peak, NULL)).chars, share_of(peak, place).chars,
                  place_names[place]);
}

/* ---- drawing ---- */

/* Only places where anything ever is are explained. */
static void add_key(struct figure *figure, const struct plot_source *source)
{
    struct key_entry entries[PLACES];
    size_t n = 0;
    for (int s = 0; s < PLACES; s++) {
        bool any = false;
        for (size_t p = 0; p < plot_shown_policies(source); p++) {
            const struct series *series = &source->experiment->policies[p].series;
            for (size_t i = 0; !any && i < series->n; i++)
                any = series->samples[i].places[stack[s].place] > 0;
        }
        if (any)
            entries[n++] = (struct key_entry){place_names[stack[s].place], stack[s].color, SWATCH_FILL};
    }
    figure_key(figure, PAGE_LEFT, PAGE_BODY, entries, n);
}

/* Painted from the whole stack down to its lowest layer, each over the ones before: no seams between layers.
 */
static void add_stack(struct figure *figure, size_t first_column)
{
    for (int top = PLACES - 1; top >= 0; top--) {
        struct text sum = {0};
        for (int s = 0; s <= top; s++)
            text_addf(&sum, "%s$%zu", s ? "+" : "", first_column + (size_t)stack[s].place);
        panel_curve(figure, "using (t($1)):(%s) with filledcurves y1=0 linecolor rgb '%s'", text_string(&sum),
                    stack[top].color);
        figure->script.failed |= sum.failed;
        text_finish(&sum);
    }
}

static void label_panel(struct figure *figure, const struct plot_source *source, struct panel panel, size_t p,
                        int y)
{
    const struct policy_run *run = &source->experiment->policies[p];
    struct label label = {.x = panel.left,
                          .y = y,
                          .face = GNUPLOT_BOLD,
                          .color = plot_policy_color(source->spec, p),
                          .room = (panel.right - panel.left) / 2};
    int width = gnuplot_text_width(run->name, GNUPLOT_BOLD, TEXT_PX);
    struct text peak = {0};
    text_add(&peak, "up to ");
    add_peak(&peak, &run->series.samples[fullest(&run->series)]);
    figure_label(figure, label, run->name);
    label.face = GNUPLOT_PLAIN;
    label.size = TICS_PX;
    label.color = COLOR_SOFT;
    label.x += (width < label.room ? width : label.room) + 16;
    label.room = panel.right - label.x;
    figure_label(figure, label, text_string(&peak));
    figure->script.failed |= peak.failed;
    text_finish(&peak);
}

struct grid {
    struct panel body;
    int rows, columns;
    int names; /* room for the names of events above the first row */
    struct plot_axis x, y;
    struct time_unit unit;
};

static struct panel grid_panel(const struct grid *grid, int i)
{
    return panel_at(grid->body, grid->rows, grid->columns, i / grid->columns, i % grid->columns,
                    COLUMN_GAP + axis_width(grid->y), ROW_GAP);
}

static struct grid grid_make(const struct plot_source *source)
{
    int n = (int)plot_shown_policies(source);
    double seconds = (double)source->spec->run.duration_ns * 1e-9;
    struct grid grid = {.columns = n > 3 ? 2 : 1, .unit = plot_time_unit(seconds)};
    grid.rows = (n + grid.columns - 1) / grid.columns;
    grid.y = axis_up_to(greatest_mean(source), grid.rows > 2 ? 3 : 4, true);
    grid.body = (struct panel){
        .left = PAGE_LEFT + axis_width(grid.y), .right = PAGE_RIGHT - 20, .top = PAGE_BODY + 80};
    struct panel first = grid_panel(&grid, 0);
    grid.names = shade_names_height(source, first.left, first.right, shade_of_run(source));
    grid.body.top += grid.names;
    int height = grid.rows == 1 ? 480 : grid.rows == 2 ? 280 : 220;
    grid.body.bottom = grid.body.top + grid.rows * height + (grid.rows - 1) * ROW_GAP;
    grid.x = axis_of_time(seconds, grid.unit, first.right - first.left);
    return grid;
}

static void draw_panel(struct figure *figure, const struct plot_source *source, const struct grid *grid,
                       size_t p)
{
    struct panel panel = grid_panel(grid, (int)p);
    struct shade shade = shade_of_run(source);
    struct plot_axis x = grid->x;
    bool last = p + (size_t)grid->columns >= plot_shown_policies(source);
    shade.policy = p;
    x.labels = last;
    label_panel(figure, source, panel, p, panel.top - 30 - ((int)p < grid->columns ? grid->names : 0));
    if (last)
        figure_time_title(figure, panel, "time", grid->unit);
    figure_shade(figure, source, panel, shade);
    if (p == 0)
        figure_shade_names(figure, source, panel, shade);
    panel_begin(figure, panel, x, grid->y);
    figure_warmup(figure, panel, source->spec);
    add_stack(figure, 2 + p * PLACES);
    panel_end(figure);
}

static void draw_grid(struct figure *figure, const struct plot_source *source, const struct grid *grid)
{
    const struct series *series = &source->experiment->policies[0].series;
    struct lines lines = {figure, source};
    figure_time_unit(figure, grid->unit);
    add_header(figure, source);
    series_steps(series, bucket_of(series), add_line, &lines);
    add_key(figure, source);
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        draw_panel(figure, source, grid, p);
}

/* " · where all messages are, means of 7.5 s" */
static void add_resolution(struct text *subtitle, const struct plot_source *source)
{
    const struct series *series = &source->experiment->policies[0].series;
    text_add(subtitle, " · where all messages are");
    if (bucket_of(series) > 1 && bucket_of(series) < series->n)
        text_addf(subtitle, ", means of %s",
                  units_format_duration((double)series->samples[bucket_of(series)].at_ns * 1e-9, 2).chars);
}

void plot_places(const struct plot_source *source, struct figure *figure)
{
    struct text title = {0}, subtitle = {0};
    plot_add_run(&subtitle, source);
    if (most_of_all(source) > 0) {
        struct grid grid = grid_make(source);
        add_title(&title, source);
        add_resolution(&subtitle, source);
        plot_add_warmup_note(&subtitle, source);
        shade_add_note(&subtitle, source, shade_of_run(source));
        plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
        figure_begin(figure, grid.body.bottom + 96, text_string(&title), text_string(&subtitle));
        draw_grid(figure, source, &grid);
        figure_end(figure);
    } else {
        figure_empty(figure, "Nothing is ever found under way", text_string(&subtitle),
                     "no place held a message at any sample");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
