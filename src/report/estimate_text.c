#include "report/estimate_text.h"

#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/plot/grid.h"
#include "report/wrap.h"

/* An estimate has no more of them to give. */
enum { DIGITS = 2 };

/* ---- numbers ---- */

/* "950", "12 k", "3.1 M", "2.5 G"; of bytes with `unit` "B": "12 kB" */
static char *scaled(double value, const char *unit)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    size_t i = 0;
    while (i + 1 < sizeof prefixes / sizeof *prefixes && units_round(value, DIGITS) >= 1000.0) {
        value /= 1000.0;
        i++;
    }
    const char *space = *prefixes[i] || *unit ? " " : "";
    return text_format("%s%s%s%s", units_format_number(units_round(value, DIGITS), DIGITS).chars, space,
                       prefixes[i], unit);
}

static char *quotient(double a, double b)
{
    return b > 0.0 ? text_copy(units_format_number(units_round(a / b, DIGITS), DIGITS).chars)
                   : text_copy("-");
}

static char *seconds(double s)
{
    return text_copy(units_format_duration(units_round(s, DIGITS), DIGITS).chars);
}

/* ---- the table ---- */

enum {
    COLUMN_POLICY,
    COLUMN_TASKS,
    COLUMN_REQUESTS,
    COLUMN_EVENTS,
    COLUMN_EACH,
    COLUMN_NS,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMNS
};

static bool fill_line(struct grid *grid, size_t line, const char *name, const struct estimate_policy *policy)
{
    return grid_put(grid, line, COLUMN_POLICY, text_copy(name)) &&
           grid_put(grid, line, COLUMN_TASKS, text_format("%zu", policy->tasks)) &&
           grid_put(grid, line, COLUMN_REQUESTS, scaled(policy->requests, "")) &&
           grid_put(grid, line, COLUMN_EVENTS, scaled(policy->events, "")) &&
           grid_put(grid, line, COLUMN_EACH, quotient(policy->events, policy->requests)) &&
           grid_put(grid, line, COLUMN_NS, quotient(policy->cpu_s * 1e9, policy->events)) &&
           grid_put(grid, line, COLUMN_CPU, seconds(policy->cpu_s)) &&
           grid_put(grid, line, COLUMN_MEMORY, scaled(policy->bytes, "B"));
}

static bool fill_grid(struct grid *grid, const struct estimate *estimate)
{
    static const char *const headings[COLUMNS] = {"policy",      "tasks",       "requests", "events",
                                                  "per request", "ns an event", "CPU time", "memory"};
    size_t n = estimate->n_policies;
    bool ok = grid_init(grid, n + 2, COLUMNS);
    for (size_t c = 0; ok && c < COLUMNS; c++) {
        ok = grid_put(grid, 0, c, text_copy(headings[c]));
        grid->to_the_right[c] = c != COLUMN_POLICY;
    }
    for (size_t p = 0; ok && p < n; p++)
        ok = fill_line(grid, p + 1, estimate->policies[p].name, &estimate->policies[p]);
    return ok && fill_line(grid, n + 1, "all", &estimate->all);
}

/* ---- the sentences ---- */

static void add_title(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    const struct run_spec *run = &spec->run;
    text_addf(text, "%s: ", spec->name);
    if (estimate->n_points > 1)
        text_addf(text, "%zu points, ", estimate->n_points);
    text_addf(text, "%zu %s, %u %s of %s", estimate->n_policies,
              estimate->n_policies == 1 ? "policy" : "policies", (unsigned)run->replications,
              run->replications == 1 ? "replication" : "replications",
              units_format_duration((double)run->duration_ns / 1e9, UNITS_DIGITS).chars);
}

static void add_answer(struct text *text, const struct estimate *estimate)
{
    char *cpu = seconds(estimate->all.cpu_s), *wall = seconds(estimate->wall_s),
         *memory = scaled(estimate->bytes, "B");
    bool several = estimate->threads != 1;
    if (estimate->all.tasks == 0)
        text_add(text, "Nothing is left to be done.");
    else if (cpu && wall && memory)
        text_addf(text, "About %s on %u %s%s%s%s, and %s of memory.", wall, estimate->threads,
                  several ? "threads" : "thread", several ? ", " : "", several ? cpu : "",
                  several ? " of CPU time" : "", memory);
    text->failed |= !cpu || !wall || !memory;
    free(cpu);
    free(wall);
    free(memory);
}

static void add_precision(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    char *wall = seconds(estimate->most_wall_s);
    if (spec->run.precision > 0.0 && wall)
        text_addf(text,
                  " At least: with up to %u replications, which the precision may ask for, it is about %s.",
                  (unsigned)spec->run.max_replications, wall);
    text->failed |= !wall;
    free(wall);
}

/* Told when it matters. */
static void add_hurdle(struct text *text, const struct estimate *estimate)
{
    static const double least = 1.3;
    char *wall = seconds(estimate->hurdle * estimate->wall_s);
    if (estimate->hurdle > least && estimate->all.tasks && wall)
        text_addf(text, " Others keep the processors busy, too: so it would be %s now.", wall);
    text->failed |= !wall;
    free(wall);
}

static void add_growing(struct text *text, const struct estimate *estimate)
{
    const char *between = " Under ";
    for (size_t p = 0; p < estimate->n_policies; p++)
        if (estimate->policies[p].grows) {
            text_addf(text, "%s%s", between, estimate->policies[p].name);
            between = ", ";
        }
    if (estimate->all.grows)
        text_addf(text, " the backlog grows as long as the run lasts%s, and memory with it.",
                  estimate->n_points > 1 ? " at some points" : "");
}

static void add_origin(struct text *text, const struct estimate *estimate)
{
    if (estimate->all.share >= 1.0)
        text_add(text, " Known from one whole replication under each policy");
    else
        text_addf(text, " Reckoned from %s of a replication under each policy",
                  units_format_share(units_round(estimate->all.share, DIGITS), DIGITS).chars);
    if (estimate->n_points > 1)
        text_addf(text, " at %zu of the points", estimate->n_measured);
    text_add(text, "; reports and figures come on top.");
}

static void add_sentences(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    add_answer(text, estimate);
    add_precision(text, spec, estimate);
    add_hurdle(text, estimate);
    if (estimate->all.found)
        text_addf(text, " %zu of %zu tasks are done already.", estimate->all.found,
                  estimate->all.found + estimate->all.tasks);
    if (estimate->pilots)
        text_addf(text, " %zu of the tasks are to find the end of the warm-up.", estimate->pilots);
    add_growing(text, estimate);
    add_origin(text, estimate);
}

/* ---- as text ---- */

/* The title, what is estimated, and what follows from it. */
struct pieces {
    struct text title, sentences;
    struct grid grid;
};

/* To be finished either way. False when memory is gone. */
static bool pieces_init(struct pieces *pieces, const struct spec *spec, const struct estimate *estimate)
{
    *pieces = (struct pieces){0};
    add_title(&pieces->title, spec, estimate);
    add_sentences(&pieces->sentences, spec, estimate);
    return fill_grid(&pieces->grid, estimate) && !pieces->title.failed && !pieces->sentences.failed;
}

static void pieces_finish(struct pieces *pieces)
{
    text_finish(&pieces->title);
    text_finish(&pieces->sentences);
    grid_finish(&pieces->grid);
}

void estimate_add_table(struct text *text, const struct spec *spec, const struct estimate *estimate,
                        const struct table_style *style)
{
    struct pieces pieces;
    if (pieces_init(&pieces, spec, estimate)) {
        wrap_add(text, text_string(&pieces.title), style->width, 2);
        grid_add(text, &pieces.grid, style);
        wrap_add(text, text_string(&pieces.sentences), style->width, 0);
    } else {
        text->failed = true;
    }
    pieces_finish(&pieces);
}

void estimate_add_markdown(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    struct pieces pieces;
    if (pieces_init(&pieces, spec, estimate)) {
        markdown_add_plain(text, text_string(&pieces.title));
        text_add(text, "\n\n");
        grid_add_markdown(text, &pieces.grid);
        text_add(text, "\n");
        markdown_add_plain(text, text_string(&pieces.sentences));
        text_add(text, "\n");
    } else {
        text->failed = true;
    }
    pieces_finish(&pieces);
}

/* ---- for programs ---- */

void estimate_add_csv(struct text *text, const struct estimate *estimate)
{
    text_add(text, "policy,tasks,found,requests,events,cpu_s,memory_bytes,share_run,grows\n");
    for (size_t p = 0; p < estimate->n_policies; p++) {
        const struct estimate_policy *policy = &estimate->policies[p];
        csv_string(text, policy->name);
        csv_number(text, (double)policy->tasks);
        csv_number(text, (double)policy->found);
        csv_number(text, round(policy->requests));
        csv_number(text, round(policy->events));
        csv_number(text, policy->cpu_s);
        csv_number(text, round(policy->bytes));
        csv_number(text, policy->share);
        csv_number(text, policy->grows);
        csv_end_line(text);
    }
}

static void add_members(struct json *json, const struct estimate_policy *policy)
{
    json_integer(json, "tasks", policy->tasks);
    json_integer(json, "found", policy->found);
    json_number(json, "requests", round(policy->requests));
    json_number(json, "events", round(policy->events));
    json_number(json, "cpu_s", policy->cpu_s);
    json_number(json, "memory_bytes", round(policy->bytes));
    json_number(json, "share_run", policy->share);
    json_switch(json, "grows", policy->grows);
}

void estimate_add_json(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    struct json json = {.text = text};
    json_open(&json, NULL, '{');
    json_string(&json, "name", spec->name);
    json_integer(&json, "points", estimate->n_points);
    json_integer(&json, "points_run", estimate->n_measured);
    json_integer(&json, "pilots", estimate->pilots);
    json_integer(&json, "threads", estimate->threads);
    json_number(&json, "hurdle", estimate->hurdle);
    json_number(&json, "wall_s", estimate->wall_s);
    json_number(&json, "most_wall_s", estimate->most_wall_s);
    json_number(&json, "memory_bytes", round(estimate->bytes));
    json_open(&json, "policies", '[');
    for (size_t p = 0; p < estimate->n_policies; p++) {
        json_open_flat(&json, NULL, '{');
        json_string(&json, "policy", estimate->policies[p].name);
        add_members(&json, &estimate->policies[p]);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_open_flat(&json, "all", '{');
    add_members(&json, &estimate->all);
    json_close(&json, '}');
    json_close(&json, '}');
}
