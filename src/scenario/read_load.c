#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/read.h"

enum { MOST_BATCH = 1000000 };

/* ---- open ---- */

static bool check_stretches(struct reader *reader, const struct path *path, const struct load_spec *load)
{
    for (size_t i = 0; i < load->n_rates; i++) {
        struct path stretch = {path, NULL, i}, at = {&stretch, "from", 0};
        if (i == 0 && load->rates[i].from_ns != 0)
            return read_error(reader, &at, AT_VALUE, NULL, "expected the first stretch to begin at \"0s\"");
        if (i > 0 && load->rates[i].from_ns <= load->rates[i - 1].from_ns)
            return read_error(reader, &at, AT_VALUE, NULL,
                              "expected a later time than that of the stretch before");
    }
    return true;
}

static bool read_rates(struct reader *reader, const cJSON *open, const struct path *path, const char *key,
                       struct load_spec *load)
{
    const struct object_type *type = strcmp(key, "mmpp") == 0 ? &rate_state_type : &rate_stretch_type;
    struct path list = {path, key, 0};
    bool good = true, some = false;
    load->rates = read_allocate(reader, read_count(open, key), sizeof *load->rates);
    if (!load->rates || !cJSON_IsArray(read_get(open, key)))
        return false;
    for (const cJSON *item = read_first(open, key); item; item = item->next) {
        struct path at = {&list, NULL, load->n_rates};
        struct rate_spec *rate = &load->rates[load->n_rates++];
        good &= read_object(reader, item, &at, type, rate, true);
        some |= rate->per_s > 0.0;
    }
    if (good && !some && load->n_rates > 0)
        return read_error(reader, &list, AT_VALUE, NULL, "all rates are 0, expected one above");
    if (!good)
        return false;
    return type == &rate_state_type ? read_cap_changes(reader, &list, load)
                                    : check_stretches(reader, &list, load);
}

static bool read_batch(struct reader *reader, const cJSON *item, const struct path *path,
                       struct load_spec *load)
{
    load->batch = cJSON_IsObject(item) ? BATCH_GEOMETRIC : BATCH_FIXED;
    if (cJSON_IsObject(item))
        return read_object(reader, item, path, &geometric_type, load, true);
    double size = cJSON_IsNumber(item) ? item->valuedouble : NAN;
    if (!(size >= 1.0 && size <= MOST_BATCH) || size != floor(size))
        return read_expected(reader, path, item, NULL,
                             "expected a whole number from 1 to %d, or random ones: {\"geometric\": 4}",
                             MOST_BATCH);
    load->batch_mean = size;
    return true;
}

static void read_open(struct reader *reader, const cJSON *open, const struct path *path,
                      struct load_spec *load)
{
    int arrival = read_alternative(open, &open_type);
    struct path batch = {path, "batch", 0}, renewal = {path, "renewal", 0};
    if (arrival < 0)
        return;
    load->arrival = (enum arrival_kind)arrival;
    if (load->arrival == ARRIVAL_MMPP)
        read_rates(reader, open, path, "mmpp", load);
    if (load->arrival == ARRIVAL_PIECEWISE)
        read_rates(reader, open, path, "piecewise", load);
    if (load->between.type && !(load->between.mean_ns > 0.0))
        read_error(reader, &renewal, AT_VALUE, NULL, "the mean is 0, expected a time between arrivals");
    else if (load->between.type && load->between.mean_ns < 1.0) /* time would stand still */
        read_error(reader, &renewal, AT_VALUE, NULL,
                   "the mean is below 1ns, expected at least that between arrivals");
    if (read_get(open, "batch"))
        read_batch(reader, read_get(open, "batch"), &batch, load);
}

/* ---- one load ---- */

static void read_trace(struct reader *reader, const cJSON *trace, const struct path *path,
                       struct load_spec *load)
{
    struct path at = {path, "file", 0};
    const cJSON *file = read_get(trace, "file");
    if (file && read_trace_file(reader, file, &at, load) && load->endpoint == SPEC_NONE)
        load->endpoint = load->arrivals[0].endpoint;
}

static void check_window(struct reader *reader, const struct path *path, const struct load_spec *load)
{
    struct path from = {path, "from", 0}, until = {path, "until", 0};
    if (load->until_ns <= load->from_ns)
        read_error(reader, &until, AT_VALUE, NULL, "expected a later time than \"from\"");
    else if (reader->spec.run.duration_ns > 0 && load->from_ns >= reader->spec.run.duration_ns)
        read_warning(reader, &from, AT_VALUE, "the run is over by then: nothing will arrive");
}

static void read_load(struct reader *reader, const cJSON *item, const struct path *path,
                      struct load_spec *load)
{
    *load = (struct load_spec){
        .endpoint = SPEC_NONE, .until_ns = INT64_MAX, .batch = BATCH_FIXED, .batch_mean = 1.0};
    int kind = read_alternative(item, &load_type);
    struct path open = {path, "open", 0}, trace = {path, "trace", 0};
    load->kind = kind < 0 ? LOAD_OPEN : (enum load_kind)kind;
    if (read_object(reader, item, path, &load_type, load, true)) {
        check_window(reader, path, load);
        read_check_retries(reader, item, path, &load->control);
    }
    if (read_get(item, "open"))
        read_open(reader, read_get(item, "open"), &open, load);
    if (load->kind == LOAD_TRACE)
        read_trace(reader, read_get(item, "trace"), &trace, load);
    else if (cJSON_IsObject(item) && !read_get(item, "request"))
        read_error(reader, path, AT_VALUE, NULL, "\"request\" is missing (the endpoint that users call)");
}

/* ---- names ---- */

/* "shop-buy" for the first, then "shop-buy-2", ...; NULL when memory is gone. */
static char *numbered_name(const struct reader *reader, const struct load_spec *load, uint32_t number)
{
    const char *request = load->kind == LOAD_TRACE || load->endpoint == SPEC_NONE
                              ? "trace"
                              : reader->spec.endpoints[load->endpoint].name;
    char *name = number == 1 ? text_copy(request) : text_format("%s-%u", request, (unsigned)number);
    for (char *point = name ? strchr(name, '.') : NULL; point; point = strchr(point, '.'))
        *point = '-';
    return name;
}

/* The first name that is free, from *number on, which is behind it then: many loads may have one request. */
static char *derive_name(const struct reader *reader, const struct load_spec *load, uint32_t *number)
{
    for (;;) {
        char *name = numbered_name(reader, load, (*number)++);
        if (!name || name_index_find(&reader->loads, name) == SPEC_NONE)
            return name;
        free(name);
    }
}

/* Those that the scenario gives. */
static void take_names(struct reader *reader, const struct path *path)
{
    const struct spec *spec = &reader->spec;
    for (uint32_t i = 0; i < spec->n_loads; i++) {
        const char *name = spec->loads[i].name;
        struct path load = {path, NULL, i}, at = {&load, "name", 0};
        if (!name)
            continue;
        if (name_index_find(&reader->loads, name) != SPEC_NONE)
            read_error(reader, &at, AT_VALUE, NULL, "\"%s\" is the name of another load too", name);
        else if (!name_index_add(&reader->loads, name, i))
            read_failed(reader);
    }
}

/* Loads without a name get one. */
static void derive_names(struct reader *reader)
{
    const struct spec *spec = &reader->spec;
    /* The next number of each endpoint's loads, and of those without one. */
    uint32_t *numbers = read_allocate(reader, spec->n_endpoints + 1, sizeof *numbers);
    if (!numbers)
        return;
    for (size_t e = 0; e <= spec->n_endpoints; e++)
        numbers[e] = 1;
    for (uint32_t i = 0; i < spec->n_loads && !reader->failed; i++) {
        struct load_spec *load = &spec->loads[i];
        bool trace = load->kind == LOAD_TRACE || load->endpoint == SPEC_NONE;
        if (load->name)
            continue;
        load->name = derive_name(reader, load, &numbers[trace ? spec->n_endpoints : load->endpoint]);
        if (!load->name || !name_index_add(&reader->loads, load->name, i))
            read_failed(reader);
    }
    free(numbers);
}

void read_loads(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "load", 0};
    struct spec *spec = &reader->spec;
    size_t n = read_count(root, "load");
    if (!read_cap_list(reader, &path, &document_type, n))
        return;
    spec->loads = read_allocate(reader, n, sizeof *spec->loads);
    if (!spec->loads || !cJSON_IsArray(read_get(root, "load")))
        return;
    for (const cJSON *item = read_first(root, "load"); item; item = item->next) {
        struct path at = {&path, NULL, spec->n_loads};
        read_load(reader, item, &at, &spec->loads[spec->n_loads++]);
    }
    read_cap_users(reader, &path);
    take_names(reader, &path);
    derive_names(reader);
}
