/* Runs scenarios whose results theory knows, and tells in TAP which of them came out right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "case_table.h"
#include "self_test.h"
#include "simulation.h"

static const char usage[] = "usage: theory [--long] [--only ID] [--seed N] [--threads N] [--times] FOLDER\n"
                            "       theory --self-test FOLDER\n"
                            "\n"
                            "FOLDER has cases.csv, left-out.csv, ids.txt and the scenarios.\n"
                            "  --long       also the cases that take a minute or so each\n"
                            "  --only ID    only cases whose id begins so\n"
                            "  --seed N     other random numbers than the files say\n"
                            "  --threads N  0 (one a processor) unless said\n"
                            "  --times      the processor time of each simulation, and what its intervals "
                            "use of the half-width allowed\n"
                            "  --self-test  are the judges just, and do they see an error of 2 %?\n";

struct options {
    bool is_long, self_test, times;
    const char *only, *folder;
    uint64_t seed;
    unsigned threads;
};

static bool is_wanted(const struct options *options, const struct theory_case *c)
{
    return strncmp(c->id, options->only, strlen(options->only)) == 0;
}

static bool is_left_for_later(const struct options *options, const struct theory_case *c)
{
    return c->is_long && !options->is_long;
}

/* ---- one case ---- */

static void print_interval(const struct theory_case *c, const struct verdict *v)
{
    printf(" +- %.2g (99.9 %%, %zu replications", v->half_width, v->n);
    if (c->judge.most_half_width != JUDGE_USUAL_HALF_WIDTH)
        printf("; at most +- %g %%", 100.0 * c->judge.most_half_width);
    if (c->judge.kind == JUDGE_WITHIN)
        printf("; known to +- %g", c->judge.tolerance);
    printf(")");
}

static void print_verdict(const struct theory_case *c, const struct verdict *v)
{
    printf("%s  expected %.7g measured %.7g", c->id, c->expected, v->mean);
    if (c->judge.kind == JUDGE_EXACT)
        printf(" (exact)");
    else
        print_interval(c, v);
    printf("%s%s\n", v->why ? ": " : "", v->why ? v->why : "");
}

/* 0.8 used: the interval could be wider by a quarter. */
static void print_room(const struct theory_case *c, const struct verdict *v)
{
    double most = c->judge.most_half_width * c->expected;
    if (c->judge.kind != JUDGE_EXACT)
        printf("#   uses %.2f of its half-width, off by %+.2f of it\n", v->half_width / most,
               v->half_width > 0.0 ? (v->mean - c->expected) / v->half_width : 0.0);
}

static bool tell_case(const struct options *options, const struct theory_case *c,
                      const struct simulation *simulation, size_t number)
{
    struct error error = {0};
    size_t n;
    bool is_time, ok = false;
    double *values = simulation_values(simulation, c->policies, c->expression, &n, &is_time, &error);
    if (values) {
        struct verdict verdict = judge_values(&c->judge, c->expected, is_time, values, n);
        ok = !verdict.why;
        printf("%s %zu - ", ok ? "ok" : "not ok", number);
        print_verdict(c, &verdict);
        if (options->times)
            print_room(c, &verdict);
    } else {
        printf("not ok %zu - %s  %s\n", number, c->id, error_text(&error));
    }
    error_finish(&error);
    free(values);
    return ok;
}

/* ---- cases that share a simulation ---- */

static bool same_simulation(const struct theory_case *a, const struct theory_case *b)
{
    return strcmp(a->scenario, b->scenario) == 0 && strcmp(a->settings, b->settings) == 0 &&
           a->is_long == b->is_long;
}

struct group {
    size_t *members; /* indices of cases */
    size_t n;
    struct text policies; /* of all members */
};

static void gather(const struct options *options, const struct case_table *table, size_t first, bool *taken,
                   struct group *group)
{
    group->n = 0;
    for (size_t i = first; i < table->n_cases; i++) {
        const struct theory_case *c = &table->cases[i];
        if (taken[i] || !is_wanted(options, c) || !same_simulation(&table->cases[first], c))
            continue;
        taken[i] = true;
        group->members[group->n++] = i;
        text_addf(&group->policies, "%s ", c->policies);
    }
}

static double processor_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void tell_error(struct error *error)
{
    char *save = NULL;
    for (char *line = strtok_r(error->message, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        printf("# %s\n", line);
    error_finish(error);
}

/* Prints a line for each member; how many of them failed. */
static size_t tell_group(const struct options *options, const struct case_table *table,
                         const struct group *group, const struct simulation *simulation, size_t *number)
{
    size_t n_failed = 0;
    for (size_t i = 0; i < group->n; i++) {
        const struct theory_case *c = &table->cases[group->members[i]];
        ++*number;
        if (simulation)
            n_failed += !tell_case(options, c, simulation, *number);
        else
            printf("not ok %zu - %s  did not run\n", *number, c->id);
    }
    return simulation ? n_failed : group->n;
}

static size_t run_group(const struct options *options, const struct case_table *table,
                        const struct group *group, size_t *number)
{
    const struct theory_case *first = &table->cases[group->members[0]];
    struct simulation simulation = {0};
    struct error error = {0};
    double begin_s = processor_s();
    bool ok = simulation_run(options->folder, first->scenario, first->settings, text_string(&group->policies),
                             options->seed, options->threads, &simulation, &error);
    if (options->times)
        printf("# %.1f s: %s %s\n", processor_s() - begin_s, first->scenario, first->settings);
    size_t n_failed = tell_group(options, table, group, ok ? &simulation : NULL, number);
    if (!ok)
        tell_error(&error);
    simulation_finish(&simulation);
    fflush(stdout);
    return n_failed;
}

static size_t count_wanted(const struct options *options, const struct case_table *table)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n_cases; i++)
        n += is_wanted(options, &table->cases[i]);
    return n;
}

static bool run_table(const struct options *options, const struct case_table *table)
{
    size_t number = 0, n_failed = 0, n_later = 0;
    bool *taken = calloc(table->n_cases + 1, sizeof *taken);
    struct group group = {.members = calloc(table->n_cases + 1, sizeof *group.members)};
    if (!taken || !group.members)
        abort();
    printf("1..%zu\n", count_wanted(options, table));
    for (size_t i = 0; i < table->n_cases; i++) {
        const struct theory_case *c = &table->cases[i];
        if (taken[i] || !is_wanted(options, c))
            continue;
        if (is_left_for_later(options, c)) {
            printf("ok %zu - %s # SKIP takes long\n", ++number, c->id);
            n_later++;
            continue;
        }
        group.policies = (struct text){0};
        gather(options, table, i, taken, &group);
        n_failed += run_group(options, table, &group, &number);
        text_finish(&group.policies);
    }
    printf("# %zu cases ran, %zu failed, %zu wait for --long, %zu results left out (the reasons are in "
           "left-out.csv)\n",
           number - n_later, n_failed, n_later, table->n_left_out);
    free(group.members);
    free(taken);
    return n_failed == 0;
}

/* ---- the command ---- */

static bool read_options(int argc, char **argv, struct options *ret_options)
{
    struct options options = {.only = ""};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--long") == 0)
            options.is_long = true;
        else if (strcmp(argv[i], "--self-test") == 0)
            options.self_test = true;
        else if (strcmp(argv[i], "--times") == 0)
            options.times = true;
        else if (strcmp(argv[i], "--only") == 0 && value)
            options.only = argv[++i];
        else if (strcmp(argv[i], "--seed") == 0 && value)
            options.seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--threads") == 0 && value)
            options.threads = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (*argv[i] != '-' && !options.folder)
            options.folder = argv[i];
        else
            return false;
    }
    *ret_options = options;
    return options.folder != NULL;
}

int main(int argc, char **argv)
{
    struct options options;
    struct case_table table = {0};
    struct error error = {0};
    if (!read_options(argc, argv, &options)) {
        fputs(usage, stderr);
        return 2;
    }
    bool ok = case_table_read(options.folder, options.self_test ? "power.csv" : "cases.csv",
                              options.self_test, &table, &error);
    if (!ok)
        printf("Bail out! %s\n", error_text(&error));
    else
        ok = options.self_test ? self_test(options.folder, &table) : run_table(&options, &table);
    case_table_finish(&table);
    error_finish(&error);
    return ok ? 0 : 1;
}
