/* When the requests of an open load come. Each arrival draws from the stream of its load by its number alone.
 */
#include <math.h>

#include <gsl/gsl_math.h>

#include "des/sim.h"
#include "model/workload.h"

static struct draw arrival_draw(const struct load *load)
{
    return draw_make(&load->arrivals, load->n_arrivals, 0);
}

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
    struct draw draw = arrival_draw(load);
    return after(load, draw_exponential(&draw) / load->spec->per_s * 1e9);
}

/* The k-th comes at k / rate: rounding does not add up. */
static int64_t next_constant(struct load *load)
{
    double at_ns = (double)load->spec->from_ns + (double)(load->n_arrivals + 1) * 1e9 / load->spec->per_s;
    return at_ns < (double)SIM_TIME_MAX ? (int64_t)(at_ns + 0.5) : INT64_MAX;
}

static int64_t next_renewal(struct load *load)
{
    struct draw draw = arrival_draw(load);
    int64_t at_ns = load->last_ns + distribution_sample(&load->spec->between, &draw);
    return at_ns < SIM_TIME_MAX ? at_ns : INT64_MAX;
}

/* Moves on to the next stretch of constant rate; false = there is none. */
typedef bool next_stretch(struct load *load);

/* A Poisson process whose rate is constant in stretches: the integral of the rate between two arrivals is
 * exponential with mean 1 (Law, Simulation Modeling and Analysis, 5e, 8.6.2). */
static int64_t next_in_stretches(struct load *load, next_stretch *next)
{
    struct draw draw = arrival_draw(load);
    double integral = draw_exponential(&draw);
    int64_t at_ns = load->last_ns;
    for (;;) {
        double per_ns = load->spec->rates[load->state].per_s * 1e-9;
        double left_ns = (double)(load->state_end_ns - at_ns);
        if (per_ns * left_ns > integral)
            return at_ns + (int64_t)(integral / per_ns + 0.5);
        integral -= per_ns * left_ns;
        at_ns = load->state_end_ns;
        if (at_ns >= SIM_TIME_MAX || !next(load))
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
    struct draw draw = draw_make(&load->states, load->n_states++, 0);
    double ns = load->spec->rates[load->state].mean_ns * draw_exponential(&draw);
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

/* By thinning: Lewis and Shedler, Naval Research Logistics 26(3), 1979. */
static int64_t next_sinusoidal(struct load *load)
{
    const struct load_spec *spec = load->spec;
    struct draw draw = arrival_draw(load);
    double greatest = 1.0 + spec->amplitude, gap_ns = 0.0;
    for (;;) {
        gap_ns += draw_exponential(&draw) / (spec->per_s * greatest) * 1e9;
        if (!((double)load->last_ns + gap_ns < (double)SIM_TIME_MAX))
            return INT64_MAX;
        double phase = 2.0 * M_PI * fmod((double)load->last_ns + gap_ns, (double)spec->period_ns) /
                       (double)spec->period_ns;
        if (draw_uniform(&draw) * greatest < 1.0 + spec->amplitude * sin(phase))
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
    return next[load->spec->arrival](load);
}

uint64_t arrival_batch(const struct load *load, uint64_t arrival)
{
    if (load->spec->batch == BATCH_FIXED)
        return (uint64_t)load->spec->batch_mean;
    struct draw draw = draw_make(&load->batches, arrival, 0);
    return draw_geometric(&draw, load->spec->batch_mean);
}
