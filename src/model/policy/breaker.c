#include "model/policy/breaker.h"

#include <stdlib.h>

bool breaker_init(struct breaker *breaker, const struct breaker_spec *spec)
{
    *breaker = (struct breaker){0};
    if (spec->window > 0)
        breaker->failed = calloc(spec->window, sizeof *breaker->failed);
    return spec->window == 0 || breaker->failed;
}

void breaker_finish(struct breaker *breaker)
{
    if (breaker)
        free(breaker->failed);
}

static void forget(struct breaker *breaker)
{
    breaker->n = breaker->next = breaker->n_failed = breaker->trials = breaker->ended = 0;
}

void breaker_reset(struct breaker *breaker)
{
    forget(breaker);
    breaker->state = BREAKER_CLOSED;
}

static void open_up(struct breaker *breaker, const struct breaker_spec *spec, int64_t now_ns)
{
    forget(breaker);
    breaker->state = BREAKER_OPEN;
    breaker->open_until_ns = now_ns + spec->open_ns;
}

bool breaker_permits(struct breaker *breaker, const struct breaker_spec *spec, int64_t now_ns)
{
    if (breaker->state == BREAKER_OPEN) {
        if (now_ns < breaker->open_until_ns)
            return false;
        breaker->state = BREAKER_HALF_OPEN;
    }
    if (breaker->state == BREAKER_HALF_OPEN)
        return breaker->trials < spec->probes ? (breaker->trials++, true) : false;
    return true;
}

static void remember(struct breaker *breaker, const struct breaker_spec *spec, bool failed)
{
    if (breaker->n == spec->window)
        breaker->n_failed -= breaker->failed[breaker->next];
    else
        breaker->n++;
    breaker->failed[breaker->next] = failed;
    breaker->n_failed += failed;
    breaker->next = (breaker->next + 1) % spec->window;
}

static bool too_many(const struct breaker *breaker, const struct breaker_spec *spec, uint32_t of)
{
    return breaker->n_failed >= spec->failure_rate * of;
}

void breaker_record(struct breaker *breaker, const struct breaker_spec *spec, enum breaker_state state,
                    bool failed, int64_t now_ns)
{
    if (breaker->state != state || state == BREAKER_OPEN)
        return; /* it went out before the state changed: it says nothing of the callee as it is now */
    if (state == BREAKER_CLOSED) {
        remember(breaker, spec, failed);
        uint32_t minimum = spec->minimum < spec->window ? spec->minimum : spec->window;
        if (breaker->n >= minimum && too_many(breaker, spec, breaker->n))
            open_up(breaker, spec, now_ns);
        return;
    }
    breaker->n_failed += failed;
    if (++breaker->ended < spec->probes)
        return;
    if (too_many(breaker, spec, spec->probes)) {
        open_up(breaker, spec, now_ns);
    } else {
        forget(breaker);
        breaker->state = BREAKER_CLOSED;
    }
}

void breaker_withdraw(struct breaker *breaker, enum breaker_state state)
{
    if (state == BREAKER_HALF_OPEN && breaker->state == BREAKER_HALF_OPEN)
        breaker->trials--;
}
