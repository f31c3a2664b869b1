#include "model/weather.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/state.h"

/* ---- making ---- */

static bool in_group(const struct event_spec *event, uint32_t end)
{
    for (size_t i = 0; i < event->n_group; i++)
        if (event->group[i] == end)
            return true;
    return false;
}

static bool touches(const struct event_spec *event, uint32_t link, uint32_t a, uint32_t b)
{
    switch (event->kind) {
    case EVENT_CUT:
    case EVENT_LOSS:
    case EVENT_SLOW: return event->link == link;
    case EVENT_PARTITION: return in_group(event, a) != in_group(event, b);
    default: return false;
    }
}

static bool collect_events(struct weather *weather, const struct spec *spec, uint32_t a, uint32_t b)
{
    weather->events = calloc(spec->n_events + 1, sizeof *weather->events);
    if (!weather->events)
        return false;
    for (size_t i = 0; i < spec->n_events; i++)
        if (touches(&spec->events[i], weather->link, a, b))
            weather->events[weather->n_events++] = &spec->events[i];
    return true;
}

static int64_t sum(int64_t a_ns, int64_t b_ns)
{
    return a_ns < SIM_TIME_MAX - b_ns ? a_ns + b_ns : SIM_TIME_MAX;
}

static void next_failure(struct failure_clock *clock)
{
    struct draw up = draw_make(&clock->stream, clock->k, 0), down = draw_make(&clock->stream, clock->k, 1);
    int64_t up_ns = distribution_sample(&clock->spec->up, &up);
    clock->from_ns = sum(clock->until_ns, up_ns > 0 ? up_ns : 1); /* so that time goes on in any case */
    clock->until_ns = sum(clock->from_ns, distribution_sample(&clock->spec->down, &down));
    clock->k++;
}

static struct failure_clock clock_begin(const struct failure_spec *spec, struct stream stream)
{
    struct failure_clock clock = {.spec = spec, .stream = stream};
    next_failure(&clock);
    return clock;
}

static const char *end_name(const struct spec *spec, uint32_t end)
{
    return end == SPEC_USERS ? "users" : spec->components[end].name;
}

/* Named by the ends in order of their names, as both ways fail at once. */
static bool start_failures(struct weather *weather, const struct system *s, const struct failure_spec *spec,
                           uint32_t a, uint32_t b)
{
    const char *first = end_name(s->spec, a), *second = end_name(s->spec, b);
    bool sorted = strcmp(first, second) <= 0;
    char *pair = text_format("%s<>%s", sorted ? first : second, sorted ? second : first);
    struct stream stream;
    bool made = pair && system_stream(s, "failures", pair, &stream);
    if (made)
        weather->failures = clock_begin(spec, stream);
    free(pair);
    return made;
}

static bool ever_fails(const struct link_spec *link)
{
    return link->failures.up.type && link->failures.down.type;
}

bool weather_create(const struct system *s, const struct link_spec *link, uint32_t index, uint32_t a,
                    uint32_t b, struct weather **ret_weather)
{
    struct weather *weather = calloc(1, sizeof *weather);
    if (!weather)
        return false;
    weather->link = index;
    bool made = collect_events(weather, s->spec, a, b) &&
                (!ever_fails(link) || start_failures(weather, s, &link->failures, a, b));
    bool fair = made && weather->n_events == 0 && !weather->failures.spec;
    if (!made || fair) {
        weather_destroy(weather);
        weather = NULL;
    }
    *ret_weather = weather;
    return made;
}

void weather_destroy(struct weather *weather)
{
    if (!weather)
        return;
    free(weather->events);
    free(weather);
}

/* ---- cuts ---- */

static bool overlap(int64_t from_ns, int64_t until_ns, int64_t begin_ns, int64_t end_ns)
{
    return from_ns < until_ns && from_ns < end_ns && until_ns > begin_ns;
}

/* The end of the longest dated cut in [from_ns, to_ns), -1 = there is none. */
static int64_t dated_cut(const struct weather *weather, int64_t from_ns, int64_t to_ns)
{
    int64_t until_ns = -1;
    for (size_t i = 0; i < weather->n_events && weather->events[i]->from_ns < to_ns; i++) {
        const struct event_spec *event = weather->events[i];
        bool cuts = event->kind == EVENT_CUT || event->kind == EVENT_PARTITION;
        if (cuts && event->until_ns > until_ns && overlap(event->from_ns, event->until_ns, from_ns, to_ns))
            until_ns = event->until_ns;
    }
    return until_ns;
}

/* The same for failures. */
static int64_t failure(struct failure_clock *present, int64_t now_ns, int64_t from_ns, int64_t to_ns)
{
    int64_t until_ns = -1;
    if (!present->spec)
        return until_ns;
    while (present->until_ns <= now_ns)
        next_failure(present);
    struct failure_clock ahead = *present;
    while (ahead.from_ns < to_ns && ahead.from_ns < SIM_TIME_MAX) {
        if (overlap(ahead.from_ns, ahead.until_ns, from_ns, to_ns))
            until_ns = ahead.until_ns;
        next_failure(&ahead);
    }
    return until_ns;
}

bool weather_cuts(struct weather *weather, int64_t now_ns, int64_t from_ns, int64_t to_ns,
                  int64_t *ret_end_ns)
{
    int64_t dated_ns = dated_cut(weather, from_ns, to_ns);
    int64_t failure_ns = failure(&weather->failures, now_ns, from_ns, to_ns);
    int64_t end_ns = dated_ns > failure_ns ? dated_ns : failure_ns;
    if (end_ns < 0)
        return false;
    *ret_end_ns = end_ns < SIM_TIME_MAX ? end_ns : INT64_MAX;
    return true;
}

/* ---- loss and delay ---- */

static bool is_on(const struct event_spec *event, int64_t at_ns)
{
    return event->from_ns <= at_ns && at_ns < event->until_ns;
}

double weather_loss(const struct weather *weather, int64_t at_ns, double usual, int64_t *ret_until_ns)
{
    const struct event_spec *present = NULL;
    for (size_t i = 0; i < weather->n_events; i++) {
        const struct event_spec *event = weather->events[i];
        if (event->kind != EVENT_LOSS)
            continue;
        if (is_on(event, at_ns)) {
            present = event;
            *ret_until_ns = event->until_ns;
        } else if (present && event->from_ns > at_ns && event->from_ns < *ret_until_ns) {
            *ret_until_ns = event->from_ns;
        }
    }
    return present ? present->chance : usual;
}

int64_t weather_delay(const struct weather *weather, int64_t at_ns, int64_t delay_ns)
{
    double factor = 1.0;
    for (size_t i = 0; i < weather->n_events; i++)
        if (weather->events[i]->kind == EVENT_SLOW && is_on(weather->events[i], at_ns))
            factor *= weather->events[i]->factor;
    if (factor == 1.0)
        return delay_ns;
    return distribution_whole_ns((double)delay_ns * factor);
}

/* ---- telling ---- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_time(const void *left, const void *right)
{
    const struct outage *a = left, *b = right;
    int order = compare((uint64_t)a->from_ns, (uint64_t)b->from_ns);
    order = order ? order : compare((uint64_t)a->until_ns, (uint64_t)b->until_ns);
    order = order ? order : compare(a->component, b->component);
    order = order ? order : compare(a->replica, b->replica);
    return order ? order : compare(a->link, b->link);
}

static void keep_first(struct outage *list, size_t *n)
{
    if (*n > 0)
        qsort(list, *n, sizeof *list, by_time);
    if (*n > OUTAGES_MOST)
        *n = OUTAGES_MOST;
}

static struct outage outage_at(const struct failure_clock *clock, uint32_t link, int64_t now_ns)
{
    return (struct outage){.component = SPEC_NONE,
                           .link = link,
                           .from_ns = clock->from_ns,
                           .until_ns = clock->until_ns < now_ns ? clock->until_ns : now_ns};
}

bool weather_tell_outages(const struct weather *weather, int64_t now_ns, struct outage **list, size_t *n)
{
    if (!weather->failures.spec)
        return true;
    struct outage *longer = realloc(*list, (*n + OUTAGES_MOST) * sizeof *longer);
    if (!longer)
        return false;
    *list = longer;
    struct failure_clock clock = clock_begin(weather->failures.spec, weather->failures.stream);
    for (size_t told = 0; told < OUTAGES_MOST && clock.from_ns <= now_ns; next_failure(&clock)) {
        if (clock.until_ns == clock.from_ns)
            continue;
        told++;
        longer[(*n)++] = outage_at(&clock, weather->link, now_ns);
    }
    keep_first(longer, n);
    return true;
}

/* ---- asking the spec ---- */

bool weather_can_lose(const struct spec *spec)
{
    bool can = spec->default_link && ever_fails(spec->default_link);
    for (size_t i = 0; i < spec->n_links; i++)
        can |= ever_fails(&spec->links[i]);
    for (size_t i = 0; i < spec->n_events; i++) {
        enum event_kind kind = spec->events[i].kind;
        can |= kind == EVENT_CUT || kind == EVENT_PARTITION ||
               (kind == EVENT_LOSS && spec->events[i].chance > 0.0);
    }
    return can;
}
