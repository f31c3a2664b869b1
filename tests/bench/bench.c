/* What an event costs: in the kernel alone, and through the whole simulator.
 *
 * usage: bench [TANDEM SCENARIO]
 *
 * Times are medians of several runs of user CPU time; the table's last column says how many times the first
 * row's time a row takes, which drifts less from machine to machine than the times do. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "des/event_list.h"
#include "des/rng.h"
#include "des/sim.h"

enum { RUNS = 5 };

static double user_seconds(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The median over RUNS of what `run` returns. */
static double median(double (*run)(const void *what), const void *what)
{
    double values[RUNS];
    for (int i = 0; i < RUNS; i++)
        values[i] = run(what);
    qsort(values, RUNS, sizeof values[0], compare_doubles);
    return values[RUNS / 2];
}

static void print_row(const char *what, double ns)
{
    static double first;
    if (first == 0.0)
        first = ns;
    printf("%-44s %9.1f %9.2f\n", what, ns, ns / first);
}

/* ---- the kernel ---- */

/* The hold model (Jones, CACM 29(4), 1986): pop the earliest, push it again an exponential time later. */
static double hold(const void *what)
{
    size_t pending = *(const size_t *)what, holds = 2000000;
    struct event_list list = {0};
    struct stream stream = stream_make(1, 0, "hold");
    struct draw draw = draw_make(&stream, 0, 0);
    enum { GAPS = 1 << 16 }; /* drawn before the clock runs */
    static int64_t gaps[GAPS];
    for (size_t i = 0; i < GAPS; i++)
        gaps[i] = (int64_t)(1e6 * draw_exponential(&draw));
    for (size_t i = 0; i < pending; i++)
        event_list_push(&list, (int64_t)(1e6 * draw_exponential(&draw)), 0, 0);
    double begin = user_seconds(RUSAGE_SELF);
    for (size_t i = 0; i < holds; i++) {
        int64_t now_ns = event_list_first(&list)->at_ns;
        event_list_pop(&list);
        event_list_push(&list, now_ns + gaps[i % GAPS], 0, 0);
    }
    double ns = 1e9 * (user_seconds(RUSAGE_SELF) - begin) / (double)holds;
    event_list_finish(&list);
    return ns;
}

static void nothing(void *context, void *subject)
{
    (void)context;
    (void)subject;
}

/* Each completion cancels its timeout and arms another: the event list's load under a retry policy. */
static double timeouts(const void *what)
{
    size_t pending = *(const size_t *)what, completions = 2000000;
    event_id *ids = calloc(pending, sizeof *ids);
    struct sim sim;
    sim_init(&sim, NULL);
    double begin = user_seconds(RUSAGE_SELF);
    for (size_t i = 0; ids && i < completions; i++) {
        sim_cancel(&sim, ids[i % pending]);
        ids[i % pending] = sim_schedule(&sim, (int64_t)(i + 4 * pending), nothing, NULL);
        sim_step(&sim, (int64_t)i);
    }
    double ns = 1e9 * (user_seconds(RUSAGE_SELF) - begin) / (double)completions;
    sim_finish(&sim);
    free(ids);
    return ns;
}

static double exponentials(const void *what)
{
    size_t draws = *(const size_t *)what;
    struct stream stream = stream_make(1, 0, "exponentials");
    double begin = user_seconds(RUSAGE_SELF), sum = 0.0;
    for (size_t i = 0; i < draws; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        sum += draw_exponential(&draw);
    }
    double ns = 1e9 * (user_seconds(RUSAGE_SELF) - begin) / (double)draws;
    return sum > 0.0 ? ns : (double)NAN; /* so that the draws are not left out */
}

static void bench_kernel(void)
{
    static const size_t sizes[] = {100, 10000, 1000000};
    char what[64];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        snprintf(what, sizeof what, "hold, %zu pending", sizes[i]);
        print_row(what, median(hold, &sizes[i]));
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        snprintf(what, sizeof what, "timeout armed and cancelled, %zu pending", sizes[i]);
        print_row(what, median(timeouts, &sizes[i]));
    }
    print_row("exponential draw of its own name", median(exponentials, &sizes[2]));
}

/* ---- the command ---- */

struct command {
    const char *tandem;
    const char *scenario;
    const char *duration; /* "run.duration=5h" */
};

/* CPU seconds of one run in a process of its own; NAN when it fails. */
static double run_command(const struct command *command)
{
    double before = user_seconds(RUSAGE_CHILDREN);
    fflush(stdout); /* or the child would print it again */
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout))
            execl(command->tandem, command->tandem, "run", "--no-files", "--set", command->duration,
                  command->scenario, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return (double)NAN;
    return user_seconds(RUSAGE_CHILDREN) - before;
}

/* The difference between a long and a short run: start and end cost the same in both. */
static double customers(const void *what)
{
    struct command command = *(const struct command *)what;
    command.duration = "run.duration=1h";
    double hour = run_command(&command);
    command.duration = "run.duration=21h";
    return 1e9 * (run_command(&command) - hour) / (20.0 * 3600.0 * 100.0);
}

int main(int n, char **arguments)
{
    printf("%-44s %9s %9s\n", "", "ns", "ratio");
    bench_kernel();
    if (n == 3)
        print_row("M/M/1 from JSON, a request with its 2 events",
                  median(customers, &(struct command){.tandem = arguments[1], .scenario = arguments[2]}));
    return 0;
}
