/* When the requests of an open load come. Each arrival draws from the stream of its load by its number alone.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_math.h>

#include "des/sim.h"
#include "model/workload.h"

/* ---- tempo ---- */

static bool changes(const struct event_spec *event, const struct load *load)
{
    bool ours = event->load == load->index || event->load == SPEC_NONE;
    return event->kind == EVENT_RATE && ours && load->spec->kind == LOAD_OPEN &&
           event->from_ns < event->until_ns;
}

static double factor_at(const struct spec *spec, const struct load *load, int64_t at_ns)
{
    double factor = 1.0;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        if (changes(event, load) && event->from_ns <= at_ns && at_ns < event->until_ns)
            factor *= event->factor;
    }
    return factor;
}

static int by_time(const void *left, const void *right)
{
    const struct tempo *a = left, *b = right;
    return (a->from_ns > b->from_ns) - (a->from_ns < b->from_ns);
}

/* Two of one time are alike. */
static void add_tempo(struct load *load, const struct spec *spec, int64_t from_ns)
{
    load->tempos[load->n_tempos++] = (struct tempo){from_ns, factor_at(spec, load, from_ns)};
}

bool arrival_prepare(struct load *load, const struct spec *spec)
{
    size_t n = 0;
    for (size_t i = 0; i < spec->n_events; i++)
        n += changes(&spec->events[i], load);
    if (n == 0)
        return true;
    load->tempos = calloc(2 * n + 1, sizeof *load->tempos);
    if (!load->tempos)
        return false;
    add_tempo(load, spec, 0);
    for (size_t i = 0; i < spec->n_events; i++) {
        if (!changes(&spec->events[i], load))
            continue;
        add_tempo(load, spec, spec->events[i].from_ns);
        if (spec->events[i].until_ns < SIM_TIME_MAX)
            add_tempo(load, spec, spec->events[i].until_ns);
    }
    qsort(load->tempos, load->n_tempos, sizeof *load->tempos, by_time);
    load->end_ns =
        spec->run.duration_ns < load->spec->until_ns ? spec->run.duration_ns : load->spec->until_ns;
    return true;
}

/* The factor at `at_ns`, and until when it holds. */
static double tempo_at(const struct load *load, int64_t at_ns, int64_t *ret_until_ns)
{
    *ret_until_ns = SIM_TIME_MAX;
    if (!load->tempos)
        return 1.0;
    size_t i = load->n_tempos - 1;
    for (; load->tempos[i].from_ns > at_ns; i--)
        *ret_until_ns = load->tempos[i].from_ns;
    return load->tempos[i].factor;
}

/* Nothing that comes then is of interest any more. */
static bool is_over(const struct load *load, int64_t at_ns)
{
    return at_ns >= SIM_TIME_MAX || (load->tempos && at_ns > load->end_ns);
}

/* When the load's own time, which runs by the tempo, has gone on by `own_ns` since `at_ns`. */
static int64_t after_own(const struct load *load, int64_t at_ns, double own_ns)
{
    while (!is_over(load, at_ns)) {
        int64_t until_ns;
        double factor = tempo_at(load, at_ns, &until_ns);
        double left_ns = factor * (double)(until_ns - at_ns);
        if (own_ns <= left_ns)
            return at_ns + (own_ns > 0.0 ? (int64_t)(own_ns / factor + 0.5) : 0);
        own_ns -= left_ns;
        at_ns = until_ns;
    }
    return INT64_MAX;
}

/* ---- kinds ---- */

/* `last` + `gap`, or never. */
static int64_t after(const struct load *load, double gap_ns)
{
    double at = (double)load->last_ns + gap_ns;
    if (!(at < (double)SIM_TIME_MAX))
        return INT64_MAX;
    return load->last_ns + (gap_ns > 0.0 ? (int64_t)(gap_ns + 0.5) : 0);
}

static int64_t next_poisson(struct load *load)
{
    double gap_ns = stream_exponential(&load->arrivals, load->n_arrivals, 0) / load->spec->per_s * 1e9;
    return load->tempos ? after_own(load, load->last_ns, gap_ns) : after(load, gap_ns);
}

/* The k-th comes at k / rate: rounding does not add up. */
static int64_t next_constant(struct load *load)
{
    double own_ns = (double)(load->n_arrivals + 1) * 1e9 / load->spec->per_s;
    if (load->tempos)
        return after_own(load, load->spec->from_ns, own_ns);
    double at_ns = (double)load->spec->from_ns + own_ns;
    return at_ns < (double)SIM_TIME_MAX ? (int64_t)(at_ns + 0.5) : INT64_MAX;
}

static int64_t next_renewal(struct load *load)
{
    int64_t gap_ns = distribution_draw(&load->spec->between, &load->arrivals, load->n_arrivals, 0);
    if (load->tempos)
        return after_own(load, load->last_ns, (double)gap_ns);
    int64_t at_ns = load->last_ns + gap_ns;
    return at_ns < SIM_TIME_MAX ? at_ns : INT64_MAX;
}

/* Moves on to the next stretch of constant rate; false = there is none. */
typedef bool next_stretch(struct load *load);

/* A Poisson process whose rate is constant in stretches: the integral of the rate between two arrivals is
 * exponential with mean 1 (Law, Simulation Modeling and Analysis, 5e, 8.6.2). The tempo changes the rate, not
 * the stretches. */
static int64_t next_in_stretches(struct load *load, next_stretch *next)
{
    double integral = stream_exponential(&load->arrivals, load->n_arrivals, 0);
    int64_t at_ns = load->last_ns;
    for (;;) {
        int64_t end_ns;
        double per_ns = load->spec->rates[load->state].per_s * 1e-9 * tempo_at(load, at_ns, &end_ns);
        if (end_ns > load->state_end_ns)
            end_ns = load->state_end_ns;
        double left_ns = (double)(end_ns - at_ns);
        if (per_ns * left_ns > integral)
            return at_ns + (int64_t)(integral / per_ns + 0.5);
        integral -= per_ns * left_ns;
        at_ns = end_ns;
        if (is_over(load, at_ns) || (at_ns == load->state_end_ns && !next(load)))
            return INT64_MAX;
    }
}

static bool next_rate(struct load *load)
{
    const struct load_spec *spec = load->spec;
    load->state++;
    load->state_end_ns =
        load->state + 1 < spec->n_rates ? spec->rates[load->state + 1].from_ns : SIM_TIME_MAX;
    return true;
}

static int64_t next_piecewise(struct load *load)
{
    const struct load_spec *spec = load->spec;
    if (load->state_end_ns < 0)
        load->state_end_ns = spec->n_rates > 1 ? spec->rates[1].from_ns : SIM_TIME_MAX;
    while (load->state_end_ns <= load->last_ns && load->state + 1 < spec->n_rates)
        next_rate(load); /* stretches before the load begins */
    return next_in_stretches(load, next_rate);
}

static bool stay(struct load *load)
{
    double ns =
        load->spec->rates[load->state].mean_ns * stream_exponential(&load->states, load->n_states++, 0);
    int64_t begin = load->state_end_ns < 0 ? load->spec->from_ns : load->state_end_ns;
    load->state_end_ns = ns < (double)(SIM_TIME_MAX - begin) ? begin + (int64_t)(ns + 0.5) : SIM_TIME_MAX;
    return true;
}

static bool next_state(struct load *load)
{
    load->state = (load->state + 1) % (uint32_t)load->spec->n_rates;
    return stay(load);
}

static int64_t next_mmpp(struct load *load)
{
    if (load->state_end_ns < 0)
        stay(load);
    return next_in_stretches(load, next_state);
}

static double greatest_factor(const struct load *load)
{
    if (!load->tempos)
        return 1.0;
    double greatest = 0.0;
    for (size_t i = 0; i < load->n_tempos; i++)
        greatest = fmax(greatest, load->tempos[i].factor);
    return greatest;
}

/* By thinning: Lewis and Shedler, Naval Research Logistics 26(3), 1979. */
static int64_t next_sinusoidal(struct load *load)
{
    const struct load_spec *spec = load->spec;
    struct draw draw = draw_make(&load->arrivals, load->n_arrivals, 0);
    double greatest = (1.0 + spec->amplitude) * greatest_factor(load), gap_ns = 0.0;
    for (;;) {
        gap_ns += draw_exponential(&draw) / (spec->per_s * greatest) * 1e9;
        double at_ns = (double)load->last_ns + gap_ns;
        if (!(at_ns < (double)SIM_TIME_MAX) || is_over(load, (int64_t)at_ns))
            return INT64_MAX;
        int64_t until_ns;
        double factor = tempo_at(load, (int64_t)at_ns, &until_ns);
        double phase = 2.0 * M_PI * fmod(at_ns, (double)spec->period_ns) / (double)spec->period_ns;
        if (draw_uniform(&draw) * greatest < (1.0 + spec->amplitude * sin(phase)) * factor)
            return after(load, gap_ns);
    }
}

int64_t arrival_next(struct load *load)
{
    static int64_t (*const next[])(struct load *) = {
        [ARRIVAL_POISSON] = next_poisson,     [ARRIVAL_CONSTANT] = next_constant,
        [ARRIVAL_RENEWAL] = next_renewal,     [ARRIVAL_MMPP] = next_mmpp,
        [ARRIVAL_PIECEWISE] = next_piecewise, [ARRIVAL_SINUSOIDAL] = next_sinusoidal,
    };
    int64_t at_ns = next[load->spec->arrival](load);
    return at_ns > load->last_ns ? at_ns
                                 : load->last_ns; /* after 104 days doubles are rounded by more than 1 ns */
}

uint64_t arrival_batch(const struct load *load, uint64_t arrival)
{
    if (load->spec->batch == BATCH_FIXED)
        return (uint64_t)load->spec->batch_mean;
    struct draw draw = draw_make(&load->batches, arrival, 0);
    return draw_geometric(&draw, load->spec->batch_mean);
}
