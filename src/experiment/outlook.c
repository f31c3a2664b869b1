#include "experiment/outlook.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_math.h>

/* A rate that changes is taken as constant in each of so many pieces of the time. */
enum { PIECES = 2000 };

/* Waves as short as this many pieces are averaged out: pieces would meet them in always the same phase. */
enum { SHORT_WAVE = 8 };

/* ---- rates ---- */

/* The states weigh as long as they last. */
static double modulated_per_s(const struct load_spec *load)
{
    double requests = 0.0, time = 0.0;
    for (size_t i = 0; i < load->n_rates; i++) {
        requests += load->rates[i].per_s * load->rates[i].mean_ns;
        time += load->rates[i].mean_ns;
    }
    return time > 0.0 ? requests / time : 0.0;
}

static double piece_per_s(const struct load_spec *load, double at_ns)
{
    size_t i = 0;
    while (i + 1 < load->n_rates && (double)load->rates[i + 1].from_ns <= at_ns)
        i++;
    return load->n_rates ? load->rates[i].per_s : 0.0;
}

static double wave_per_s(const struct load_spec *load, double at_ns, double piece_ns)
{
    double period_ns = (double)load->period_ns;
    if (period_ns < SHORT_WAVE * piece_ns)
        return load->per_s;
    return load->per_s * (1.0 + load->amplitude * sin(2.0 * M_PI * fmod(at_ns, period_ns) / period_ns));
}

static double arrivals_per_s(const struct load_spec *load, double at_ns, double piece_ns)
{
    switch (load->arrival) {
    case ARRIVAL_POISSON:
    case ARRIVAL_CONSTANT: return load->per_s;
    case ARRIVAL_RENEWAL: return load->between.mean_ns > 0.0 ? 1e9 / load->between.mean_ns : 0.0;
    case ARRIVAL_MMPP: return modulated_per_s(load);
    case ARRIVAL_PIECEWISE: return piece_per_s(load, at_ns);
    case ARRIVAL_SINUSOIDAL: return wave_per_s(load, at_ns, piece_ns);
    }
    return 0.0;
}

/* What the spec's events make of the rate of load `index`. */
static double factor_at(const struct spec *spec, size_t index, double at_ns)
{
    double factor = 1.0;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        bool ours = event->load == index || event->load == SPEC_NONE;
        if (event->kind == EVENT_RATE && ours && (double)event->from_ns <= at_ns &&
            at_ns < (double)event->until_ns)
            factor *= event->factor;
    }
    return factor;
}

/* ---- loads ---- */

static bool changes(const struct spec *spec, const struct load_spec *load)
{
    bool changes = load->arrival == ARRIVAL_PIECEWISE || load->arrival == ARRIVAL_SINUSOIDAL;
    for (size_t i = 0; i < spec->n_events; i++)
        changes |= spec->events[i].kind == EVENT_RATE;
    return changes;
}

static double open_requests(const struct spec *spec, size_t index, int64_t from_ns, int64_t to_ns)
{
    const struct load_spec *load = &spec->loads[index];
    int pieces = changes(spec, load) ? PIECES : 1;
    double begin = (double)(from_ns > load->from_ns ? from_ns : load->from_ns);
    double end = (double)(to_ns < load->until_ns ? to_ns : load->until_ns);
    double piece_ns = (end - begin) / pieces, arrivals = 0.0;
    if (!(piece_ns > 0.0))
        return 0.0;
    for (int i = 0; i < pieces; i++) {
        double middle = begin + (i + 0.5) * piece_ns;
        arrivals += factor_at(spec, index, middle) * arrivals_per_s(load, middle, piece_ns) * piece_ns / 1e9;
    }
    return arrivals * load->batch_mean;
}

static bool brings(const struct load_spec *load, int64_t at_ns, int64_t from_ns, int64_t to_ns)
{
    return at_ns > from_ns && at_ns <= to_ns && at_ns >= load->from_ns && at_ns < load->until_ns;
}

static double traced_requests(const struct load_spec *load, int64_t from_ns, int64_t to_ns)
{
    double n = 0.0;
    for (size_t i = 0; i < load->n_arrivals; i++)
        n += brings(load, load->arrivals[i].at_ns, from_ns, to_ns);
    return n;
}

double outlook_requests(const struct spec *spec, int64_t from_ns, int64_t to_ns)
{
    double n = 0.0;
    for (size_t i = 0; i < spec->n_loads; i++) {
        const struct load_spec *load = &spec->loads[i];
        switch (load->kind) {
        case LOAD_OPEN: n += open_requests(spec, i, from_ns, to_ns); break;
        case LOAD_CLOSED: break;
        case LOAD_BURST: n += brings(load, load->at_ns, from_ns, to_ns) ? (double)load->requests : 0.0; break;
        case LOAD_TRACE: n += traced_requests(load, from_ns, to_ns); break;
        }
    }
    return n;
}

double outlook_users(const struct spec *spec)
{
    double users = 0.0;
    for (size_t i = 0; i < spec->n_loads; i++)
        users += spec->loads[i].kind == LOAD_CLOSED ? (double)spec->loads[i].users : 0.0;
    return users;
}
