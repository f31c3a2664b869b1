#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "des/sim.h"
#include "scenario/read.h"

/* Beyond these a value is a slip, and sums of it would lose exactness or overflow. */
#define LARGEST_RATE_PER_S 1e9
#define LARGEST_PRIORITY   1000000000

/* Fields that hold an enum are written as what gcc and clang make of one without negative values. */
_Static_assert(sizeof(enum call_mode) == sizeof(unsigned), "an enum is as wide as an unsigned");

/* One value that is being read. */
struct reading {
    struct reader *reader;
    const cJSON *item;
    const struct path *path;
    const struct field *field;
    void *to;
};

static bool is_string(const struct reading *r, const char *string)
{
    return cJSON_IsString(r->item) && strcmp(r->item->valuestring, string) == 0;
}

static bool expected(const struct reading *r, const char *what)
{
    return read_expected(r->reader, r->path, r->item, NULL, "%s", what);
}

static bool refused(const struct reading *r, const struct error *error)
{
    return read_refused(r->reader, r->path, r->item, error);
}

/* ---- texts and words ---- */

static bool read_string(const struct reading *r, bool is_name)
{
    if (!cJSON_IsString(r->item))
        return expected(r, is_name ? "expected a name in double quotes" : "expected a text in double quotes");
    if (is_name && !name_is_good(r->item->valuestring))
        return expected(
            r, "expected a name: letters, digits, _ and -, beginning with a letter or digit, at most 63");
    char *copy = read_copy(r->reader, r->item->valuestring), **to = r->to;
    if (!copy)
        return false;
    free(*to);
    *to = copy;
    return true;
}

/* The place of the word among the choices, or -1 after an error. */
static int read_choice(const struct reading *r)
{
    const char *const *choices = r->field->choices;
    size_t n = 0;
    for (; choices[n]; n++)
        if (is_string(r, choices[n]))
            return (int)n;
    struct text list = {0};
    for (size_t i = 0; i < n; i++)
        text_addf(&list, "%s\"%s\"", i == 0 ? "" : i + 1 < n ? ", " : " or ", choices[i]);
    const char *hint = cJSON_IsString(r->item) ? text_nearest(r->item->valuestring, choices, n) : NULL;
    read_expected(r->reader, r->path, r->item, hint, "expected %s", text_string(&list));
    text_finish(&list);
    return -1;
}

static bool read_choices(const struct reading *r)
{
    uint32_t bits = 0;
    bool good = true;
    size_t i = 0;
    if (!cJSON_IsArray(r->item) || !r->item->child) {
        struct text list = {0};
        for (size_t n = 0; r->field->choices[n]; n++)
            text_addf(&list, "%s\"%s\"", n ? ", " : "", r->field->choices[n]);
        read_expected(r->reader, r->path, r->item, NULL, "expected an array with some of %s",
                      text_string(&list));
        text_finish(&list);
        return false;
    }
    for (const cJSON *item = r->item->child; item; item = item->next, i++) {
        struct path at = {r->path, NULL, i};
        struct reading one = {r->reader, item, &at, r->field, NULL};
        int place = read_choice(&one);
        if (place >= 0 && bits & 1u << place)
            good = read_error(r->reader, &at, AT_VALUE, NULL, "\"%s\" stands twice", item->valuestring);
        good &= place >= 0;
        bits |= place >= 0 ? 1u << place : 0;
    }
    if (good)
        *(uint32_t *)r->to = bits;
    return good;
}

static bool read_switch(const struct reading *r)
{
    if (!cJSON_IsBool(r->item))
        return expected(r, "expected true or false");
    *(bool *)r->to = cJSON_IsTrue(r->item);
    return true;
}

/* ---- numbers ---- */

static bool is_whole(const cJSON *item, double min, double max)
{
    double value = cJSON_IsNumber(item) ? item->valuedouble : NAN;
    return value >= min && value <= max && value == floor(value);
}

static bool read_whole(const struct reading *r, double min, double max, double *ret_value)
{
    if (!is_whole(r->item, min, max))
        return read_expected(r->reader, r->path, r->item, NULL, "expected a whole number from %.0f to %.0f",
                             min, max);
    *ret_value = r->item->valuedouble;
    return true;
}

static bool read_count32(const struct reading *r)
{
    double value = 0.0;
    if (!read_whole(r, r->field->min, r->field->max, &value))
        return false;
    *(uint32_t *)r->to = (uint32_t)value;
    return true;
}

static bool read_limit(const struct reading *r)
{
    static const char *const unlimited = "unlimited";
    const char *word = cJSON_IsString(r->item) ? r->item->valuestring : "";
    if (strcmp(word, unlimited) == 0)
        *(uint32_t *)r->to = SPEC_UNLIMITED;
    else if (is_whole(r->item, r->field->min, r->field->max))
        *(uint32_t *)r->to = (uint32_t)r->item->valuedouble;
    else
        return read_expected(r->reader, r->path, r->item, text_nearest(word, &unlimited, 1),
                             "expected a whole number from %.0f to %.0f or \"unlimited\"", r->field->min,
                             r->field->max);
    return true;
}

static bool read_whole64(const struct reading *r)
{
    double value = 0.0;
    if (!read_whole(r, r->field->min, r->field->max, &value))
        return false;
    *(uint64_t *)r->to = (uint64_t)value;
    return true;
}

static bool read_priority(const struct reading *r)
{
    double value = 0.0;
    if (!read_whole(r, -LARGEST_PRIORITY, LARGEST_PRIORITY, &value))
        return false;
    *(int32_t *)r->to = (int32_t)value;
    return true;
}

static bool read_number(const struct reading *r)
{
    double value = cJSON_IsNumber(r->item) ? r->item->valuedouble : NAN;
    if (!(value >= r->field->min && value <= r->field->max) || (r->field->positive && value == 0.0))
        return read_expected(r->reader, r->path, r->item, NULL, "expected a number %s %.15g, at most %.15g",
                             r->field->positive ? "above" : "from", r->field->min, r->field->max);
    *(double *)r->to = value;
    return true;
}

/* ---- quantities ---- */

typedef bool parse_function(const char *text, double *ret_value, struct error *error);

/* A string with a unit; a number without one is what people write first, so the spelling is shown. */
static bool parse_real(const struct reading *r, parse_function *parse, const char *noun, const char *example,
                       double *ret_value)
{
    struct error error = {0};
    if (!cJSON_IsString(r->item))
        return read_expected(r->reader, r->path, r->item, NULL, "expected a %s such as %s", noun, example);
    bool good = parse(r->item->valuestring, ret_value, &error) || refused(r, &error);
    error_finish(&error);
    return good;
}

static bool read_share(const struct reading *r)
{
    double value = 0.0;
    if (cJSON_IsNumber(r->item)) {
        value = r->item->valuedouble;
        if (!(value >= 0.0 && value <= 1.0))
            return expected(r, "expected a share from 0 to 1, or from \"0%\" to \"100%\"");
    } else if (!parse_real(r, units_parse_share, "share", units_share_example, &value)) {
        return false;
    }
    if (r->field->positive && value == 0.0)
        return expected(r, "expected a share above 0");
    *(double *)r->to = value;
    return true;
}

static bool read_duration(const struct reading *r)
{
    struct error error = {0};
    int64_t ns = 0;
    if (!cJSON_IsString(r->item))
        return read_expected(r->reader, r->path, r->item, NULL, "expected a duration such as %s",
                             units_duration_example);
    bool good = units_parse_duration(r->item->valuestring, &ns, &error) || refused(r, &error);
    error_finish(&error);
    if (!good)
        return false;
    if (ns == 0 && r->field->positive)
        return expected(r, "expected a duration above 0");
    if (ns > SIM_TIME_MAX)
        return expected(r, "expected a duration of at most 73 years");
    *(int64_t *)r->to = ns;
    return true;
}

static bool read_pause(const struct reading *r)
{
    if (!is_string(r, "none"))
        return read_duration(r);
    *(int64_t *)r->to = 0;
    return true;
}

static bool read_warmup(const struct reading *r)
{
    static const char *const automatic = "auto";
    struct run_spec *run = r->to;
    struct reading reading = *r;
    reading.to = &run->warmup_ns;
    const char *word = cJSON_IsString(r->item) ? r->item->valuestring : "";
    run->warmup_auto = strcmp(word, automatic) == 0;
    if (run->warmup_auto)
        return true;
    if (*word >= '0' && *word <= '9')
        return read_duration(&reading);
    return read_expected(r->reader, r->path, r->item, text_nearest(word, &automatic, 1),
                         "expected a duration such as %s or \"auto\"", units_duration_example);
}

static bool read_mean(const struct reading *r)
{
    double ns;
    if (!parse_real(r, units_parse_duration_real, "duration", units_duration_example, &ns))
        return false;
    /* What is mostly rounded to 0 would stop the clock. */
    if (!(ns >= 1.0) || ns > (double)SIM_TIME_MAX)
        return expected(r, "expected a duration of at least 1ns, and at most 73 years");
    *(double *)r->to = ns;
    return true;
}

static bool read_rate(const struct reading *r)
{
    double per_s;
    if (!parse_real(r, units_parse_rate, "rate", units_rate_example, &per_s))
        return false;
    if (r->field->positive && !(per_s > 0.0))
        return expected(r, "expected a rate above 0");
    if (per_s > LARGEST_RATE_PER_S)
        return expected(r, "expected a rate of at most \"1000000000/s\"");
    *(double *)r->to = per_s;
    return true;
}

static bool read_size(const struct reading *r)
{
    struct error error = {0};
    int64_t bytes = 0;
    if (!cJSON_IsString(r->item))
        return read_expected(r->reader, r->path, r->item, NULL, "expected a size such as %s",
                             units_size_example);
    bool good = units_parse_size(r->item->valuestring, &bytes, &error) || refused(r, &error);
    error_finish(&error);
    if (!good)
        return false;
    if (bytes > READ_LARGEST_BYTES)
        return expected(r, "expected a size of at most \"1000000GB\"");
    *(int64_t *)r->to = bytes;
    return true;
}

static bool read_bandwidth(const struct reading *r)
{
    double bytes_per_s = INFINITY;
    if (!is_string(r, "unlimited") &&
        !parse_real(r, units_parse_bandwidth, "bandwidth", units_bandwidth_example, &bytes_per_s))
        return false;
    if (!(bytes_per_s > 0.0))
        return expected(r, "expected a bandwidth above 0");
    *(double *)r->to = bytes_per_s;
    return true;
}

/* ---- quantities that an object can say more of ---- */

static bool read_loss_share(const struct reading *r)
{
    struct loss_spec *loss = r->to;
    double share = 0.0;
    struct reading reading = *r;
    reading.to = &share;
    if (cJSON_IsObject(r->item))
        return read_loss(r->reader, r->item, r->path, loss);
    if (!read_share(&reading))
        return false;
    *loss = (struct loss_spec){.good = {share, share}};
    return true;
}

static bool read_backoff_duration(const struct reading *r)
{
    struct backoff_spec *backoff = r->to;
    int64_t ns = 0;
    struct reading reading = *r;
    reading.to = &ns;
    if (cJSON_IsObject(r->item))
        return read_backoff(r->reader, r->item, r->path, backoff);
    if (!read_duration(&reading))
        return false;
    distribution_finish(&backoff->drawn);
    *backoff = (struct backoff_spec){.kind = BACKOFF_FIXED, .base_ns = ns, .factor = 1.0, .cap_ns = ns};
    return true;
}

/* ---- distributions ---- */

/* What stood there before, as in a rule that inherits, is freed. A mean of less than 1 ns could be 0 each
 * time.
 */
static bool read_durations(const struct reading *r)
{
    struct distribution distribution = {0};
    if (!read_distribution(r->reader, r->item, r->path, &distribution))
        return false;
    if (r->field->positive && distribution.mean_ns < 1.0) {
        distribution_finish(&distribution);
        return read_error(r->reader, r->path, AT_VALUE, NULL,
                          "the mean is below 1 ns, expected a longer time");
    }
    distribution_finish(r->to);
    *(struct distribution *)r->to = distribution;
    return true;
}

static bool read_part(const struct reading *r)
{
    struct distribution **to = r->to;
    *to = read_allocate(r->reader, 1, sizeof **to);
    return *to && read_distribution(r->reader, r->item, r->path, *to);
}

/* ---- references ---- */

static bool read_reference(const struct reading *r)
{
    const struct reader *reader = r->reader;
    if (!cJSON_IsString(r->item))
        return expected(r, "expected an endpoint, written \"COMPONENT.ENDPOINT\"");
    const char *name = r->item->valuestring;
    uint32_t endpoint = name_index_find(&reader->endpoints, name);
    if (endpoint == SPEC_NONE) {
        const char *hint = read_hint(reader, &reader->endpoints, name);
        return read_expected(r->reader, r->path, r->item, hint, "expected an endpoint that there is%s",
                             strchr(name, '.') ? "" : ", written \"COMPONENT.ENDPOINT\"");
    }
    *(uint32_t *)r->to = endpoint;
    return true;
}

uint32_t read_component_named(struct reader *reader, const cJSON *item, const struct path *path,
                              const char *what, const char *const *words, size_t n_words)
{
    const char *name = cJSON_IsString(item) ? item->valuestring : "";
    uint32_t component = name_index_find(&reader->components, name);
    const char *hint = NULL;
    if (component == SPEC_NONE) {
        hint = text_nearest(name, words, n_words);
        hint = hint ? hint : read_hint(reader, &reader->components, name);
        read_expected(reader, path, item, hint, "expected %s", what);
    }
    return component;
}

bool read_value(struct reader *reader, const cJSON *item, const struct path *path, const struct field *field,
                void *target)
{
    struct reading r = {reader, item, path, field, (char *)target + field->offset};
    int choice;
    switch (field->kind) {
    case FIELD_TEXT: return read_string(&r, false);
    case FIELD_NAME: return read_string(&r, true);
    case FIELD_COUNT: return read_count32(&r);
    case FIELD_LIMIT: return read_limit(&r);
    case FIELD_WHOLE: return read_whole64(&r);
    case FIELD_PRIORITY: return read_priority(&r);
    case FIELD_SWITCH: return read_switch(&r);
    case FIELD_TRUE: return cJSON_IsTrue(item) || expected(&r, "expected true");
    case FIELD_SHARE: return read_share(&r);
    case FIELD_NUMBER: return read_number(&r);
    case FIELD_DURATION: return read_duration(&r);
    case FIELD_PAUSE: return read_pause(&r);
    case FIELD_WARMUP: return read_warmup(&r);
    case FIELD_MEAN: return read_mean(&r);
    case FIELD_RATE: return read_rate(&r);
    case FIELD_SIZE: return read_size(&r);
    case FIELD_BANDWIDTH: return read_bandwidth(&r);
    case FIELD_REFERENCE: return read_reference(&r);
    case FIELD_DISTRIBUTION: return read_durations(&r);
    case FIELD_PART: return read_part(&r);
    case FIELD_TIMEOUT: return read_timeout(reader, item, path, r.to);
    case FIELD_BACKOFF: return read_backoff_duration(&r);
    case FIELD_LOSS: return read_loss_share(&r);
    case FIELD_CHOICES: return read_choices(&r);
    case FIELD_OBJECT: return read_object(reader, item, path, field->of, r.to, true);
    case FIELD_CHOICE:
        choice = read_choice(&r);
        if (choice >= 0)
            *(unsigned *)r.to = (unsigned)choice;
        return choice >= 0;
    case FIELD_EITHER:
        choice = read_choice(&r);
        if (choice >= 0)
            *(bool *)r.to = choice == 1;
        return choice >= 0;
    case FIELD_IGNORED:
    case FIELD_LIST:
    case FIELD_TEXTS:
    case FIELD_CLAIMS:
    case FIELD_NAMED:
    case FIELD_STEPS:
    case FIELD_ENDPOINTS:
    case FIELD_BETWEEN:
    case FIELD_FILE:
    case FIELD_BATCH:
    case FIELD_BROKER:
    case FIELD_COMPONENT:
    case FIELD_LINK:
    case FIELD_PLACE:
    case FIELD_GROUP:
    case FIELD_LOAD:
    case FIELD_SWEEP:
    case FIELD_PATHS:
    case FIELD_VALUES:
    case FIELD_QUANTITY: break;
    }
    return true;
}
