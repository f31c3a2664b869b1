#include "theory/span.h"

#include <math.h>
#include <string.h>

/* From this mean on the rounding to whole nanoseconds changes the mean of an exponential by less than 1 part
 * in 200,000. */
static const double least_random_ns = 100.0;

static double least_of_mixture(const struct distribution *d);

/* What no value falls below; 0 where that is not known. */
static double least_of(const struct distribution *d)
{
    if (d->type == &distribution_constant)
        return d->parameters[0];
    if (d->type == &distribution_mixture)
        return least_of_mixture(d);
    if (d->type->parameters[0].name && strcmp(d->type->parameters[0].name, "min") == 0)
        return d->parameters[0];
    double least = d->n_values > 0 ? d->values_ns[0] : 0.0;
    for (size_t i = 1; i < d->n_values; i++)
        least = fmin(least, d->values_ns[i]);
    return least;
}

static double least_of_mixture(const struct distribution *d)
{
    double least = INFINITY;
    for (size_t i = 0; i < d->n_parts; i++)
        least = fmin(least, least_of(d->parts[i].of));
    return d->n_parts > 0 ? least : 0.0;
}

static double rounded(double ns)
{
    return floor(ns + 0.5);
}

struct span span_constant(double ns)
{
    return (struct span){.mean_ns = ns, .least_ns = ns};
}

struct span span_of(const struct distribution *duration)
{
    if (!duration->type)
        return (struct span){0};
    if (duration->type == &distribution_constant)
        return span_constant(rounded(duration->parameters[0]));
    struct span span = {
        .mean_ns = duration->mean_ns,
        .variance_ns2 = duration->sd_ns * duration->sd_ns,
        .least_ns = rounded(least_of(duration)),
        .shape = duration->type == &distribution_exponential ? SPAN_EXPONENTIAL : SPAN_GENERAL,
    };
    if (!isfinite(span.mean_ns) || !isfinite(span.variance_ns2)) {
        span.mean_ns = span.least_ns;
        span.vague = true;
    } else if (span.mean_ns < least_random_ns) {
        span.mean_ns = fmax(span.least_ns, span.mean_ns - 0.5);
        span.vague = true;
    }
    return span;
}

static bool is_nothing(struct span span)
{
    return span.shape == SPAN_CONSTANT && span.mean_ns == 0.0 && !span.vague;
}

struct span span_then(struct span a, struct span b)
{
    if (is_nothing(a))
        return b;
    if (is_nothing(b))
        return a;
    bool constant = a.shape == SPAN_CONSTANT && b.shape == SPAN_CONSTANT;
    return (struct span){
        .mean_ns = a.mean_ns + b.mean_ns,
        .variance_ns2 = a.variance_ns2 + b.variance_ns2,
        .least_ns = a.least_ns + b.least_ns,
        .shape = constant ? SPAN_CONSTANT : SPAN_GENERAL,
        .vague = a.vague || b.vague,
    };
}

struct span span_maybe(struct span span, double chance)
{
    struct span_choice choice = {0};
    if (chance > 0.0)
        span_choice_add(&choice, span, chance);
    if (chance < 1.0)
        span_choice_add(&choice, (struct span){0}, 1.0 - chance);
    return span_choice_whole(&choice);
}

struct span span_times(struct span span, uint32_t times)
{
    return span_rounds(span, times, 1.0);
}

/* Moments of min(geometric, times), summed up from the far end: E N = sum P(N > n), E N^2 = sum (2 n + 1)
 * P(N > n). Beyond a chance of 1e-18 nothing is left to add. */
static void count_rounds(uint32_t times, double chance, double *ret_mean, double *ret_variance)
{
    double mean = 0.0, square = 0.0, goes_on = 1.0;
    for (uint32_t n = 0; n < times && goes_on > 1e-18; n++) {
        mean += goes_on;
        square += (2.0 * n + 1.0) * goes_on;
        goes_on *= chance;
    }
    *ret_mean = mean;
    *ret_variance = fmax(0.0, square - mean * mean);
}

/* Moments of a random sum: Ross, Introduction to Probability Models, 3.4 (Wald, Blackwell-Girshick). */
struct span span_rounds(struct span span, uint32_t times, double chance)
{
    double mean = times, variance = 0.0;
    if (times == 0)
        return (struct span){0};
    if (times == 1 || chance <= 0.0 || is_nothing(span))
        return span;
    if (chance < 1.0)
        count_rounds(times, chance, &mean, &variance);
    return (struct span){
        .mean_ns = mean * span.mean_ns,
        .variance_ns2 = mean * span.variance_ns2 + variance * span.mean_ns * span.mean_ns,
        .least_ns = (chance < 1.0 ? 1.0 : times) * span.least_ns,
        .shape = span.shape == SPAN_CONSTANT && chance >= 1.0 ? SPAN_CONSTANT : SPAN_GENERAL,
        .vague = span.vague,
    };
}

struct span span_beside(struct span a, struct span b)
{
    return (struct span){
        .mean_ns = fmax(a.mean_ns, b.mean_ns),
        .least_ns = fmax(a.least_ns, b.least_ns),
        .shape = SPAN_GENERAL,
        .vague = true,
    };
}

/* ---- a choice ---- */

void span_choice_add(struct span_choice *choice, struct span span, double chance)
{
    if (!(chance > 0.0))
        return;
    if (choice->n++ == 0) {
        choice->first = span;
        choice->least_ns = span.least_ns;
    }
    bool constant = choice->first.shape == SPAN_CONSTANT && span.shape == SPAN_CONSTANT;
    choice->differs |= choice->n > 1 && !(constant && span.mean_ns == choice->first.mean_ns);
    choice->chance += chance;
    choice->mean_ns += chance * span.mean_ns;
    choice->square_ns2 += chance * (span.variance_ns2 + span.mean_ns * span.mean_ns);
    choice->least_ns = fmin(choice->least_ns, span.least_ns);
    choice->vague |= span.vague;
}

struct span span_choice_whole(const struct span_choice *choice)
{
    if (!choice->differs) {
        struct span span = choice->first;
        span.vague |= choice->vague;
        return span;
    }
    double mean_ns = choice->mean_ns / choice->chance;
    return (struct span){
        .mean_ns = mean_ns,
        .variance_ns2 = fmax(0.0, choice->square_ns2 / choice->chance - mean_ns * mean_ns),
        .least_ns = choice->least_ns,
        .shape = SPAN_GENERAL,
        .vague = choice->vague,
    };
}
