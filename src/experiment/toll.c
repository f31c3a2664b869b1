#include "experiment/toll.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "experiment/machine.h"
#include "experiment/metrics.h"
#include "experiment/outlook.h"
#include "experiment/pace.h"
#include "experiment/replication.h"
#include "model/system.h"

/* The first look is after duration / 2^DOUBLINGS. */
enum { DOUBLINGS = 20 };

/* Of this thread: others' work does not count. */
static double cpu_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- running the beginning ---- */

/* How things stand at some time of the run. */
struct moment {
    double at_ns;
    double cpu_s;                                             /* of the running alone */
    double events, offered, ended, completed, backlog, bytes; /* ended: for the user */
};

static bool note(const struct system *system, struct moment *moment, struct error *error)
{
    struct system_sample sample = {0};
    struct system_usage usage = system_usage(system);
    bool ok = system_look(system, &sample);
    if (ok) {
        *moment = (struct moment){.at_ns = (double)sample.at_ns,
                                  .cpu_s = moment->cpu_s,
                                  .events = (double)usage.events,
                                  .offered = (double)sample.offered,
                                  .ended = (double)sample.answered + (double)sample.failed,
                                  .completed = (double)sample.completed,
                                  .bytes = (double)usage.bytes};
        for (int i = 0; i < PLACES; i++)
            moment->backlog += i == PLACE_DEAD ? 0.0 : (double)sample.places[i];
    }
    system_sample_finish(&sample);
    return ok || error_set(error, "out of memory");
}

static bool step(struct pace *pace, int64_t until_ns, struct moment *moment, struct error *error)
{
    double begin_s = cpu_now_s();
    bool there;
    if (!pace_step(pace, until_ns, &there, error))
        return false;
    moment->cpu_s += cpu_now_s() - begin_s;
    return note(pace->system, moment, error);
}

/* What was run: the last doubling lies between `before` and `now`, the one before it between `earlier` and
 * `before`. */
struct beginning {
    struct moment earlier, before, now;
};

/* The share of the effort. */
static double spent(const struct toll_effort *effort, const struct moment *from, const struct moment *to)
{
    double time = (to->cpu_s - from->cpu_s) / effort->cpu_s;
    double events = effort->most_events ? (to->events - from->events) / (double)effort->most_events : 0.0;
    return fmax(time, events);
}

/* The last doubling has spent the effort alone, many times as much as all before it: it has brought something
 * that does not come again, such as a burst. */
static bool is_jump(const struct toll_effort *effort, const struct beginning *run)
{
    static const double times = 5.0;
    return spent(effort, &run->before, &run->now) > 0.5 && run->now.cpu_s > times * run->before.cpu_s;
}

/* Events a request; without requests, in the time. */
static double pace(const struct moment *from, const struct moment *to, bool by_requests)
{
    return (to->events - from->events) /
           (by_requests ? to->offered - from->offered : to->at_ns - from->at_ns);
}

/* Is a request as dear as in the stretch before? Not while the system fills, and users wait for those who
 * come last at places that the first have not reached yet. */
static bool is_settled(const struct beginning *run)
{
    static const double tolerance = 0.1;
    bool asked = run->now.offered > run->before.offered && run->before.offered > run->earlier.offered;
    double earlier = pace(&run->earlier, &run->before, asked), now = pace(&run->before, &run->now, asked);
    return fabs(now - earlier) <= tolerance * now;
}

/* Half of the effort, as the next step takes as long as all before it; more of it while it is worth it. */
static bool is_enough(const struct toll_effort *effort, const struct beginning *run,
                      const struct moment *since)
{
    return spent(effort, since, &run->now) >= (is_settled(run) ? 0.5 : 2.0);
}

/* Who has no memory for the beginning, or never comes to an end of it, has no estimate. */
static bool tell_limit(const struct pace *pace, struct error *error)
{
    struct text text = {0};
    limit_add(&text, pace->limit, pace->limits, pace->why);
    error_set(error, "a replication %s", text_string(&text));
    text_finish(&text);
    return false;
}

static bool run_beginning(struct pace *pace, const struct toll_effort *effort, struct beginning *ret_run,
                          struct error *error)
{
    struct beginning run = {0};
    if (!note(pace->system, &run.now, error))
        return false;
    struct moment since = run.before = run.now;
    for (int k = DOUBLINGS; k >= 0; k--) {
        run.earlier = run.before;
        run.before = run.now;
        if (!step(pace, pace->spec->run.duration_ns >> k, &run.now, error))
            return false;
        if (pace->limit != LIMIT_NONE)
            return tell_limit(pace, error);
        if (pace->stopped)
            break;
        if (is_jump(effort, &run))
            since = run.now;
        else if (is_enough(effort, &run, &since))
            break;
    }
    *ret_run = run;
    return true;
}

/* ---- the rest of it ---- */

/* The last stretch, and what will come behind it. */
struct rest {
    double stretch_ns, ns;
    double events, came, moved; /* in the stretch; moved: what the backlog has grown by */
    double coming;              /* requests, in the rest */
    double joined, joining;     /* in the stretch and the rest, those that only come to wait: an event each */
    double growth;              /* for how many such stretches the backlog moves on, if it does */
    bool trend;                 /* it moves for good, and not to and fro ... */
    bool bounded;               /* ... though not to the end */
};

/* By how much a backlog moves to and fro: a walk with a step for each request that comes or goes. What grows
 * for good grows twice as much in twice the time; what fills or gets used to its load, less. */
static bool is_trend(const struct beginning *run)
{
    static const double deviations = 4.0, least_share = 0.02, least_growth = 1.5;
    const struct moment *earlier = &run->earlier, *before = &run->before, *now = &run->now;
    double steps = now->offered - before->offered + now->completed - before->completed;
    double moved = now->backlog - before->backlog, earlier_moved = before->backlog - earlier->backlog;
    return fabs(moved) > deviations * sqrt(steps) && fabs(moved) > least_share * steps &&
           (moved < 0.0 || moved >= least_growth * earlier_moved);
}

/* Of closed loads as many come as get answers. While more come, they are those who have not asked yet: as
 * many as there are, and no more, can be waiting. */
static void look_at_users(const struct spec *spec, const struct beginning *run, struct rest *rest)
{
    const struct moment *before = &run->before, *now = &run->now;
    double opened = outlook_requests(spec, (int64_t)before->at_ns, (int64_t)now->at_ns);
    double ended = now->ended - before->ended, closed = fmin(rest->came - opened, ended);
    double waited = rest->came - ended, users = outlook_users(spec), stretches = rest->ns / rest->stretch_ns;
    if (users <= 0.0)
        return;
    rest->coming += fmax(closed, 0.0) * stretches;
    rest->growth = stretches;
    if (opened > 0.0 || !rest->trend || waited <= 0.0 || waited < rest->moved / 2.0)
        return;
    rest->growth = fmin(stretches, fmax(users - now->offered + now->ended, 0.0) / waited);
    rest->bounded = rest->growth < stretches;
    rest->joined = waited;
    rest->joining = rest->growth * waited;
}

static struct rest look_ahead(const struct spec *spec, const struct beginning *run)
{
    const struct moment *before = &run->before, *now = &run->now;
    struct rest rest = {.stretch_ns = now->at_ns - before->at_ns,
                        .ns = (double)spec->run.duration_ns - now->at_ns,
                        .events = now->events - before->events,
                        .came = now->offered - before->offered,
                        .moved = now->backlog - before->backlog,
                        .coming = outlook_requests(spec, (int64_t)now->at_ns, spec->run.duration_ns)};
    rest.growth = rest.came > 0.0 ? rest.coming / rest.came : 0.0;
    rest.trend = is_trend(run);
    look_at_users(spec, run, &rest);
    return rest;
}

/* What is open gets less: as before until nothing is, and from then on what comes. */
static double events_of_draining(const struct rest *rest, const struct moment *now)
{
    double drained_ns = fmin(rest->ns, rest->stretch_ns * now->backlog / -rest->moved);
    double each = rest->events / (rest->came - rest->moved);
    return rest->events * drained_ns / rest->stretch_ns + each * rest->coming * (1.0 - drained_ns / rest->ns);
}

static double events_to_come(const struct rest *rest, const struct moment *now)
{
    if (rest->trend && rest->moved < 0.0)
        return events_of_draining(rest, now);
    if (rest->came > rest->joined)
        return (rest->events - rest->joined) * rest->coming / (rest->came - rest->joined) + rest->joining;
    if (rest->coming > 0.0 && now->offered > 0.0)
        return now->events * rest->coming / now->offered;
    return rest->events * rest->ns / rest->stretch_ns;
}

static void reckon(const struct spec *spec, const struct beginning *run, struct toll *toll)
{
    const struct moment *before = &run->before, *now = &run->now;
    toll->share = now->at_ns / (double)spec->run.duration_ns;
    toll->events = now->events;
    toll->requests = now->offered;
    toll->cpu_s += now->cpu_s;
    toll->bytes = now->bytes;
    if (now->at_ns >= (double)spec->run.duration_ns || now->at_ns <= before->at_ns)
        return;
    struct rest rest = look_ahead(spec, run);
    double events = events_to_come(&rest, now);
    toll->events += events;
    toll->requests += rest.coming + rest.joining;
    toll->cpu_s += rest.events > 0.0 ? events * (now->cpu_s - before->cpu_s) / rest.events : 0.0;
    bool more = rest.trend && rest.moved > 0.0;
    toll->grows = more && !rest.bounded;
    toll->bytes += more ? (now->bytes - before->bytes) * rest.growth : 0.0;
}

/* ---- all of it ---- */

/* A system that is closed as soon as it is made: in a large one that is most of the cost. */
static bool measure_frame(const struct spec *spec, uint32_t policy, struct toll *toll, struct error *error)
{
    double begin_s = cpu_now_s();
    struct result result = {0};
    size_t n = 0;
    if (!replication_outline(spec, policy, &result, error))
        return false;
    double *numbers = metrics_measure(spec, &result, &n);
    result_finish(&result);
    toll->kept_bytes = (double)(n * sizeof *numbers);
    toll->cpu_s = cpu_now_s() - begin_s;
    bool ok = numbers || error_set(error, "out of memory");
    free(numbers);
    return ok;
}

/* What it takes to make and close a system is worth as much running, within reason. */
static struct toll_effort fair_effort(const struct toll_effort *effort, double frame_s)
{
    static const double most = 10.0;
    struct toll_effort fair = *effort;
    fair.cpu_s = fmin(fmax(effort->cpu_s, frame_s), most * effort->cpu_s);
    return fair;
}

bool toll_measure(const struct spec *spec, uint32_t policy, const struct toll_effort *effort,
                  struct toll *ret_toll, struct error *error)
{
    struct spec unwarmed = *spec;
    unwarmed.run.warmup_ns = 0;
    struct toll toll = {0};
    double begin_s = cpu_now_s(), began_s = machine_now_s();
    struct beginning run;
    if (!measure_frame(&unwarmed, policy, &toll, error))
        return false;
    struct toll_effort fair = fair_effort(effort, toll.cpu_s);
    struct system *system = system_create(&unwarmed, policy, 0, NULL, error);
    struct limits limits = {.bytes = machine_memory_share(1)};
    struct pace pace = {0};
    if (system)
        pace_begin(&pace, system, &unwarmed, &limits, effort->stop);
    bool ok = system && run_beginning(&pace, &fair, &run, error);
    pace_finish(&pace);
    system_destroy(system);
    if (!ok)
        return false;
    reckon(&unwarmed, &run, &toll);
    toll.spent_s = cpu_now_s() - begin_s;
    toll.elapsed_s = machine_now_s() - began_s;
    *ret_toll = toll;
    return true;
}
