/* What befalls the two wires between a pair of ends, both alike: dated events, and failures that come by
 * themselves. All of it depends on time alone, so that the sender of a message can see what it will meet. */
#ifndef TANDEM_MODEL_WEATHER_H
#define TANDEM_MODEL_WEATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "des/rng.h"
#include "model/result.h"
#include "model/spec.h"

struct system;

/* Goes through the failures of a link, one after another. A copy of it can look ahead. */
struct failure_clock {
    const struct failure_spec *spec; /* NULL = none */
    struct stream stream;
    uint64_t k;                /* failures so far, with the present one */
    int64_t from_ns, until_ns; /* the present one */
};

struct weather {
    struct weather *next; /* of the same system */
    uint32_t link;
    const struct event_spec **events; /* those that touch it, in order of from_ns; the array is owned */
    size_t n_events;
    struct failure_clock failures; /* at the first that is not over */
};

/* The weather between two ends (components or SPEC_USERS), `link` being the index of their link's result.
 * *ret_weather is NULL where nothing ever touches them. False when memory is gone. */
bool weather_create(const struct system *s, const struct link_spec *link, uint32_t index, uint32_t a,
                    uint32_t b, struct weather **ret_weather);
void weather_destroy(struct weather *weather);

/* Whether it is cut at some time in [from_ns, to_ns), which is not empty. Then *ret_end_ns is the end of that
 * cut, INT64_MAX = never; else untouched. `from_ns` must not lie before `now_ns`, nor now_ns before that of
 * an earlier call. */
bool weather_cuts(struct weather *weather, int64_t now_ns, int64_t from_ns, int64_t to_ns,
                  int64_t *ret_end_ns);

/* The chance of loss at `at_ns`: what the event says that began last, else `usual`. It is surely this until
 * *ret_until_ns where an event says so; else that is untouched. */
double weather_loss(const struct weather *weather, int64_t at_ns, double usual, int64_t *ret_until_ns);

/* How long a message that is sent at `at_ns` takes that usually takes `delay_ns`. */
int64_t weather_delay(const struct weather *weather, int64_t at_ns, int64_t delay_ns);

/* Adds the failures that began in [0, now_ns] to `list` (owned by the caller), none of them longer than that,
 * and keeps it in order of from_ns, the first OUTAGES_MOST. False when memory is gone. */
bool weather_tell_outages(const struct weather *weather, int64_t now_ns, struct outage **list, size_t *n);

/* Whether there is anything in `spec` that can keep messages from arriving, besides the links' usual loss. */
bool weather_can_lose(const struct spec *spec);

#endif
