/* What callers do about calls that go wrong. */
#include <string.h>

#include "des/sim.h"
#include "scenario/read.h"

bool read_timeout(struct reader *reader, const cJSON *item, const struct path *path,
                  struct distribution *timeout)
{
    struct distribution distribution = {0};
    bool none = cJSON_IsString(item) && strcmp(item->valuestring, "none") == 0;
    if (!none && !read_distribution(reader, item, path, &distribution))
        return false;
    if (!none && !(distribution.mean_ns > 0.0)) {
        distribution_finish(&distribution);
        return read_error(reader, path, AT_VALUE, NULL,
                          "the mean is 0, expected a time to wait, or \"none\"");
    }
    distribution_finish(timeout);
    *timeout = distribution;
    return true;
}

/* ---- backoff ---- */

static bool check_foreign(struct reader *reader, const cJSON *item, const struct path *path,
                          enum backoff_kind kind)
{
    static const char *const foreign[] = {"factor", "cap", "jitter"};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        struct path at = {path, foreign[i], 0};
        if (read_get(item, foreign[i]))
            return read_error(reader, &at, AT_KEY, NULL,
                              "is for an \"exponential\" backoff, but this one is %s",
                              kind == BACKOFF_DRAWN ? "drawn" : "fixed");
    }
    return true;
}

static bool settle_cap(struct reader *reader, const cJSON *item, const struct path *path,
                       struct backoff_spec *backoff)
{
    static const int64_t caps_per_base = 10; /* as in Envoy's retry_back_off */
    struct path at = {path, "cap", 0};
    if (!read_get(item, "cap"))
        backoff->cap_ns =
            backoff->base_ns < SIM_TIME_MAX / caps_per_base ? caps_per_base * backoff->base_ns : SIM_TIME_MAX;
    if (backoff->cap_ns < backoff->base_ns)
        return read_error(reader, &at, AT_VALUE, NULL, "expected at least the first pause, \"%s\"",
                          read_get(item, "exponential")->valuestring);
    return true;
}

static bool settle_backoff(struct reader *reader, const cJSON *item, const struct path *path,
                           struct backoff_spec *backoff)
{
    if (backoff->kind == BACKOFF_EXPONENTIAL)
        return settle_cap(reader, item, path, backoff);
    backoff->factor = 1.0;
    backoff->cap_ns = backoff->base_ns;
    return check_foreign(reader, item, path, backoff->kind);
}

bool read_backoff(struct reader *reader, const cJSON *item, const struct path *path,
                  struct backoff_spec *backoff)
{
    struct backoff_spec read = {.kind = (enum backoff_kind)read_alternative(item, &backoff_type)};
    if (!read_object(reader, item, path, &backoff_type, &read, true) ||
        !settle_backoff(reader, item, path, &read)) {
        distribution_finish(&read.drawn);
        return false;
    }
    distribution_finish(&backoff->drawn);
    *backoff = read;
    return true;
}

/* ---- retries ---- */

void read_check_retries(struct reader *reader, const cJSON *item, const struct path *path,
                        const struct control_spec *control)
{
    static const char *const keys[] = {"retry_on", "backoff"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct path at = {path, keys[i], 0};
        if (control->retries == 0 && !read_get(item, "retries") && read_get(item, keys[i]))
            read_warning(reader, &at, AT_KEY, "has no effect without \"retries\"");
    }
}
