/* The kernel's workloads, without a model: what an event costs by itself.
 *
 * usage: bench hold SHAPE PENDING EVENTS    the event list: take the earliest, push it again later
 *        bench events SHAPE PENDING EVENTS  the same with a function called at each event
 *        bench in-turn PENDING COMPLETIONS  timeouts of calls that complete in the order in which they began
 *        bench in-any PENDING COMPLETIONS   timeouts of calls that complete in any order
 *        bench drawn PENDING COMPLETIONS    the same with timeouts of different lengths
 *        bench lindley CUSTOMERS            M/M/1 by its recursion: no events at all
 *        bench mm1 CUSTOMERS                M/M/1 with two events a customer
 *        bench uniform DRAWS                random numbers, each by a name of its own
 *        bench exponential DRAWS
 *        bench taus2 DRAWS                  exponential ones from GSL's fastest generator, in a row
 *        bench mt19937 DRAWS                and from the one that most use
 *        bench steps STEPS                  the processor: multiplications that need each other
 *        bench loads LOADS                  the memory: loads from 64 MiB that need each other
 *
 * Each prints what it did, the user CPU seconds of that alone, and a mean by which to see that it did it
 * right. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <sys/resource.h>

#include "des/event_list.h"
#include "des/rng.h"
#include "des/sim.h"

static const double NS_PER_S = 1e9;

/* What a workload reports. */
struct outcome {
    uint64_t n; /* 0 = memory ran out */
    double user_s;
    double mean; /* of gaps or responses in seconds; the share of calls that gave up */
};

static double user_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

/* ---- how long until the next event: shapes with a mean of 1 ---- */

static double shape_exponential(struct draw *draw)
{
    return draw_exponential(draw);
}

static double shape_uniform(struct draw *draw)
{
    return 2.0 * draw_uniform(draw);
}

static double shape_constant(struct draw *draw)
{
    (void)draw;
    return 1.0;
}

/* Mostly short, one in ten much longer: Jones, CACM 29(4), 1986, scaled to a mean of 1. */
static double shape_bimodal(struct draw *draw)
{
    double near = draw_uniform(draw) * 2.0 / 3.0;
    return draw_uniform(draw) < 0.1 ? near + 20.0 / 3.0 : near;
}

/* Pareto with a tail exponent of 1.5, whose variance is infinite. */
static double shape_pareto(struct draw *draw)
{
    return pow(1.0 - draw_uniform(draw), -1.0 / 1.5) / 3.0;
}

struct shape {
    const char *name;
    double (*gap)(struct draw *draw);
    bool together; /* all begin at the same instant, and stay tied */
};

static const struct shape shapes[] = {
    {"exponential", shape_exponential, false}, {"uniform", shape_uniform, false},
    {"constant", shape_constant, false},       {"bimodal", shape_bimodal, false},
    {"pareto", shape_pareto, false},           {"ties", shape_constant, true},
};

static const struct shape *find_shape(const char *name)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i];
    return NULL;
}

/* Gaps in nanoseconds, drawn before the clock runs and used in turn: few enough to stay in the cache. */
enum { GAPS = 1 << 13 };

struct gaps {
    int64_t ns[GAPS];
    double mean_s; /* that it came to */
};

static void gaps_draw(struct gaps *gaps, const struct shape *shape)
{
    struct stream stream = stream_make(1, 0, shape->name);
    struct draw draw = draw_make(&stream, 0, 0);
    double sum_ns = 0.0;
    for (size_t i = 0; i < GAPS; i++) {
        gaps->ns[i] = (int64_t)(NS_PER_S * shape->gap(&draw));
        sum_ns += (double)gaps->ns[i];
    }
    gaps->mean_s = sum_ns / NS_PER_S / GAPS;
}

/* When the pending events begin: spread over the first second, or all at once. */
static int64_t first_ns(const struct shape *shape, struct draw *draw)
{
    return (int64_t)(NS_PER_S * (shape->together ? 1.0 : draw_uniform(draw)));
}

/* ---- hold: Jones, CACM 29(4), 1986 ---- */

static bool hold_some(struct event_list *list, const struct gaps *gaps, uint64_t n, int64_t *ret_now_ns)
{
    struct event_entry entry = {0};
    for (uint64_t i = 0; i < n; i++)
        if (!event_list_take(list, event_last_key(SIM_TIME_MAX), &entry) ||
            !event_list_push(list, event_entry_ns(&entry) + gaps->ns[i % GAPS], 0, 1))
            return false;
    *ret_now_ns = event_entry_ns(&entry);
    return true;
}

/* Each event is held twice or so before the clock runs: then it no longer matters when they began. */
static struct outcome hold(const struct shape *shape, uint64_t pending, uint64_t n)
{
    static struct gaps gaps;
    struct stream stream = stream_make(1, 0, "begin");
    struct draw draw = draw_make(&stream, 0, 0);
    struct event_list list;
    struct outcome outcome = {0};
    int64_t before_ns = 0, after_ns = 0;
    gaps_draw(&gaps, shape);
    bool ok = true;
    event_list_init(&list);
    for (uint64_t i = 0; ok && i < pending; i++)
        ok = event_list_push(&list, first_ns(shape, &draw), 0, 1);
    ok = ok && hold_some(&list, &gaps, 2 * pending, &before_ns);
    double begin_s = user_seconds();
    if (ok && hold_some(&list, &gaps, n, &after_ns))
        outcome =
            (struct outcome){.n = n,
                             .user_s = user_seconds() - begin_s,
                             .mean = (double)(after_ns - before_ns) / NS_PER_S * (double)pending / (double)n};
    event_list_finish(&list);
    return outcome;
}

/* ---- the same through the simulator: an event is a function that is called, and schedules itself again ----
 */

struct holder {
    struct sim sim;
    struct gaps gaps;
    uint64_t n_happened;
};

static void hold_again(void *context, void *subject)
{
    struct holder *holder = context;
    int64_t gap_ns = holder->gaps.ns[holder->n_happened++ % GAPS];
    sim_schedule(&holder->sim, holder->sim.now_ns + gap_ns, hold_again, subject);
}

static struct outcome events(const struct shape *shape, uint64_t pending, uint64_t n)
{
    static struct holder holder;
    struct stream stream = stream_make(1, 0, "begin");
    struct draw draw = draw_make(&stream, 0, 0);
    struct outcome outcome = {0};
    gaps_draw(&holder.gaps, shape);
    sim_init(&holder.sim, &holder);
    for (uint64_t i = 0; i < pending; i++)
        sim_schedule(&holder.sim, first_ns(shape, &draw), hold_again, NULL);
    int64_t warm_ns = (int64_t)(2.0 * NS_PER_S);
    int64_t length_ns = (int64_t)(NS_PER_S * (double)n / (double)pending);
    bool ok = sim_step(&holder.sim, warm_ns);
    uint64_t before = holder.n_happened;
    double begin_s = user_seconds();
    if (ok && sim_step(&holder.sim, warm_ns + length_ns)) {
        outcome = (struct outcome){.n = holder.n_happened - before, .user_s = user_seconds() - begin_s};
        outcome.mean = (double)length_ns / NS_PER_S * (double)pending / (double)outcome.n;
    }
    sim_finish(&holder.sim);
    return outcome;
}

/* ---- timeouts ---- */

static void give_up(void *context, void *subject)
{
    uint64_t *n_given_up = context;
    ++*n_given_up;
    (void)subject;
}

enum { COMPLETION_NS = 1000, TIMEOUT_COMPLETIONS = 4 };

struct calls {
    struct sim sim;
    event_id *timeouts; /* of each call under way; owned */
    uint64_t pending, n_completed, n_given_up, random;
    enum completions { IN_TURN, IN_ANY_ORDER, OF_ANY_LENGTH } how;
    int64_t timeout_ns;
    unsigned line; /* for timeouts of one length */
};

/* Which call completes. */
static uint64_t next_call(struct calls *calls)
{
    if (calls->how == IN_TURN)
        return calls->n_completed % calls->pending;
    calls->random = calls->random * 6364136223846793005 + 1442695040888963407;
    return (calls->random >> 32) * calls->pending >> 32;
}

static event_id arm(struct calls *calls)
{
    struct sim *sim = &calls->sim;
    if (calls->how != OF_ANY_LENGTH)
        return sim_schedule_in_line(sim, calls->line, give_up, NULL);
    int64_t more_ns = (int64_t)((calls->random >> 32) * (uint64_t)calls->timeout_ns >> 32); /* up to twice */
    return sim_schedule(sim, sim->now_ns + calls->timeout_ns / 2 + more_ns, give_up, NULL);
}

/* A call completes each microsecond: its timeout is cancelled, and the next call arms one, four times as long
 * as calls take in the mean. In any order one in fifty or so gives up before. */
static bool complete_some(struct calls *calls, uint64_t n)
{
    bool ok = calls->timeouts != NULL;
    for (uint64_t i = 0; ok && i < n; i++, calls->n_completed++) {
        event_id *timeout = &calls->timeouts[next_call(calls)];
        sim_cancel(&calls->sim, *timeout);
        *timeout = arm(calls);
        ok = sim_step(&calls->sim, calls->sim.now_ns + COMPLETION_NS);
    }
    return ok;
}

static struct outcome timeouts(uint64_t pending, uint64_t n, enum completions how)
{
    struct calls calls = {.pending = pending,
                          .how = how,
                          .timeout_ns = (int64_t)(TIMEOUT_COMPLETIONS * COMPLETION_NS * pending),
                          .timeouts = calloc(pending, sizeof *calls.timeouts)};
    struct outcome outcome = {0};
    sim_init(&calls.sim, &calls.n_given_up);
    calls.line = sim_line(&calls.sim, 0, calls.timeout_ns);
    bool ok = complete_some(&calls, 2 * TIMEOUT_COMPLETIONS * pending); /* until as many give up as always */
    uint64_t before = calls.n_given_up;
    double begin_s = user_seconds();
    if (ok && complete_some(&calls, n))
        outcome =
            (struct outcome){n, user_seconds() - begin_s, (double)(calls.n_given_up - before) / (double)n};
    sim_finish(&calls.sim);
    free(calls.timeouts);
    return outcome;
}

static struct outcome timeouts_in_turn(uint64_t pending, uint64_t n)
{
    return timeouts(pending, n, IN_TURN);
}

static struct outcome timeouts_in_any_order(uint64_t pending, uint64_t n)
{
    return timeouts(pending, n, IN_ANY_ORDER);
}

static struct outcome timeouts_of_any_length(uint64_t pending, uint64_t n)
{
    return timeouts(pending, n, OF_ANY_LENGTH);
}

/* ---- M/M/1: 100 customers a second, 8 ms each ---- */

static const double GAP_S = 0.010, WORK_S = 0.008;

static double drawn(const struct stream *stream, uint64_t customer)
{
    struct draw draw = draw_make(stream, customer, 0);
    return draw_exponential(&draw);
}

/* A customer waits for what is left of the work before (Lindley, Proc. Camb. Phil. Soc. 48(2), 1952). */
static struct outcome lindley(uint64_t n)
{
    struct stream arrivals = stream_make(1, 0, "arrivals"), work = stream_make(1, 0, "work");
    double wait_s = 0.0, sum_s = 0.0, begin_s = user_seconds();
    for (uint64_t i = 0; i < n; i++) {
        double response_s = wait_s + WORK_S * drawn(&work, i);
        sum_s += response_s;
        wait_s = fmax(0.0, response_s - GAP_S * drawn(&arrivals, i));
    }
    return (struct outcome){n, user_seconds() - begin_s, sum_s / (double)n};
}

struct server {
    struct sim sim;
    struct stream arrivals, work;
    uint64_t n_arrived, n_left, n_wanted;
    int64_t changed_ns; /* when a customer last came or left */
    double customer_s;  /* spent here by all until then */
};

static void server_count(struct server *server)
{
    server->customer_s += (double)(server->n_arrived - server->n_left) *
                          (double)(server->sim.now_ns - server->changed_ns) / NS_PER_S;
    server->changed_ns = server->sim.now_ns;
}

static void server_schedule(struct server *server, double after_s, event_function *happen)
{
    sim_schedule(&server->sim, server->sim.now_ns + (int64_t)(NS_PER_S * after_s), happen, NULL);
}

static void leave(void *context, void *subject)
{
    struct server *server = context;
    (void)subject;
    server_count(server);
    if (++server->n_left < server->n_arrived)
        server_schedule(server, WORK_S * drawn(&server->work, server->n_left), leave);
}

static void arrive(void *context, void *subject)
{
    struct server *server = context;
    (void)subject;
    server_count(server);
    if (server->n_arrived++ == server->n_left)
        server_schedule(server, WORK_S * drawn(&server->work, server->n_left), leave);
    if (server->n_arrived < server->n_wanted)
        server_schedule(server, GAP_S * drawn(&server->arrivals, server->n_arrived), arrive);
}

static struct outcome mm1(uint64_t n)
{
    struct server server = {
        .arrivals = stream_make(1, 0, "arrivals"), .work = stream_make(1, 0, "work"), .n_wanted = n};
    struct outcome outcome = {0};
    sim_init(&server.sim, &server);
    double begin_s = user_seconds();
    server_schedule(&server, 0.0, arrive);
    if (sim_step(&server.sim, SIM_TIME_MAX) && server.n_left == n)
        outcome = (struct outcome){n, user_seconds() - begin_s, server.customer_s / (double)n};
    sim_finish(&server.sim);
    return outcome;
}

/* ---- random numbers ---- */

static struct outcome draws(uint64_t n, double (*value)(struct draw *draw))
{
    struct stream stream = stream_make(1, 0, "draws");
    double sum = 0.0, begin_s = user_seconds();
    for (uint64_t i = 0; i < n; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        sum += value(&draw);
    }
    return (struct outcome){n, user_seconds() - begin_s, sum / (double)n};
}

static struct outcome uniforms(uint64_t n)
{
    return draws(n, draw_uniform);
}

static struct outcome exponentials(uint64_t n)
{
    return draws(n, draw_exponential);
}

static struct outcome gsl_exponentials(uint64_t n, const gsl_rng_type *type)
{
    gsl_rng *rng = gsl_rng_alloc(type);
    double sum = 0.0, begin_s = user_seconds();
    for (uint64_t i = 0; rng && i < n; i++)
        sum += gsl_ran_exponential(rng, 1.0);
    double user_s = user_seconds() - begin_s;
    gsl_rng_free(rng);
    return (struct outcome){rng ? n : 0, user_s, sum / (double)n};
}

static struct outcome taus2(uint64_t n)
{
    return gsl_exponentials(n, gsl_rng_taus2);
}

static struct outcome mt19937(uint64_t n)
{
    return gsl_exponentials(n, gsl_rng_mt19937);
}

/* ---- the machine ---- */

/* Knuth's MMIX generator: a multiplication and an addition, and none can begin before the one before has
 * ended. */
static struct outcome steps(uint64_t n)
{
    uint64_t state = n;
    double begin_s = user_seconds();
    for (uint64_t i = 0; i < n; i++)
        state = state * 6364136223846793005 + 1442695040888963407;
    double user_s = user_seconds() - begin_s;
    return (struct outcome){n, user_s, state == 0 ? 1.0 : 0.0}; /* so that it is not left out */
}

/* Through all of 64 MiB on one random cycle (Sattolo, Inf. Process. Lett. 22(6), 1986). */
static struct outcome loads(uint64_t n)
{
    enum { PLACES = 1 << 23 };
    struct stream stream = stream_make(1, 0, "loads");
    struct draw draw = draw_make(&stream, 0, 0);
    struct outcome outcome = {0};
    uint64_t at = 0, *next = malloc(PLACES * sizeof *next);
    for (uint64_t i = 0; next && i < PLACES; i++)
        next[i] = i;
    for (uint64_t i = PLACES - 1; next && i > 0; i--) {
        uint64_t other = draw_below(&draw, i), held = next[i];
        next[i] = next[other];
        next[other] = held;
    }
    double begin_s = user_seconds();
    for (uint64_t i = 0; next && i < n; i++)
        at = next[at];
    if (next)
        outcome = (struct outcome){n, user_seconds() - begin_s, at == PLACES ? 1.0 : 0.0};
    free(next);
    return outcome;
}

/* ---- the command ---- */

static const struct workload {
    const char *name;
    struct outcome (*shaped)(const struct shape *shape, uint64_t pending, uint64_t n); /* one of these */
    struct outcome (*sized)(uint64_t pending, uint64_t n);
    struct outcome (*plain)(uint64_t n);
} workloads[] = {
    {"hold", .shaped = hold},
    {"events", .shaped = events},
    {"in-turn", .sized = timeouts_in_turn},
    {"in-any", .sized = timeouts_in_any_order},
    {"drawn", .sized = timeouts_of_any_length},
    {"lindley", .plain = lindley},
    {"mm1", .plain = mm1},
    {"uniform", .plain = uniforms},
    {"exponential", .plain = exponentials},
    {"taus2", .plain = taus2},
    {"mt19937", .plain = mt19937},
    {"steps", .plain = steps},
    {"loads", .plain = loads},
};

static uint64_t count(const char *argument)
{
    return argument ? strtoull(argument, NULL, 10) : 0;
}

/* Of the arguments behind the workload's name; nothing done where they make no sense. */
static struct outcome work(const struct workload *workload, char **arguments)
{
    if (workload->plain && count(arguments[0]) > 0)
        return workload->plain(count(arguments[0]));
    if (workload->sized && count(arguments[0]) > 0)
        return workload->sized(count(arguments[0]), count(arguments[1]));
    const struct shape *shape = workload->shaped && arguments[0] ? find_shape(arguments[0]) : NULL;
    if (shape && count(arguments[1]) > 0)
        return workload->shaped(shape, count(arguments[1]), count(arguments[2]));
    return (struct outcome){0};
}

int main(int n, char **arguments)
{
    for (size_t i = 0; n > 1 && i < sizeof workloads / sizeof workloads[0]; i++)
        if (strcmp(workloads[i].name, arguments[1]) == 0) {
            struct outcome outcome = work(&workloads[i], arguments + 2);
            printf("{\"n\": %" PRIu64 ", \"user_s\": %.9g, \"mean\": %.9g}\n", outcome.n, outcome.user_s,
                   outcome.mean);
            return outcome.n == 0;
        }
    fputs("bench: which workload? See tests/bench/bench.c\n", stderr);
    return 2;
}
