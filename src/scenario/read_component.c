#include <string.h>

#include "scenario/read.h"

static bool is_reserved(const char *name)
{
    return strcmp(name, "users") == 0 || strcmp(name, "receiver") == 0 || strcmp(name, "sender") == 0;
}

bool read_name_of_key(struct reader *reader, const struct path *path, const char *thing, const char *name)
{
    if (name_is_good(name))
        return true;
    return read_error(
        reader, path, AT_KEY, NULL,
        "the name of %s is made of letters, digits, _ and -, begins with a letter or digit, and has at "
        "most %d of them",
        thing, NAME_LONGEST);
}

/* ---- names ---- */

static void name_endpoints(struct reader *reader, const cJSON *component, const struct path *path,
                           uint32_t number)
{
    struct path endpoints = {path, "endpoints", 0};
    for (const cJSON *item = read_first(component, "endpoints"); item && item->string; item = item->next) {
        struct path at = {&endpoints, item->string, 0};
        struct endpoint_spec *endpoint = &reader->spec.endpoints[reader->spec.n_endpoints++];
        read_name_of_key(reader, &at, "an endpoint", item->string);
        endpoint->component = number;
        endpoint->name = text_format("%s.%s", component->string, item->string);
        if (!endpoint->name ||
            !name_index_add(&reader->endpoints, endpoint->name, (uint32_t)(reader->spec.n_endpoints - 1)))
            read_failed(reader);
    }
}

static void name_component(struct reader *reader, const cJSON *item, const struct path *path)
{
    uint32_t number = (uint32_t)reader->spec.n_components++;
    struct component_spec *component = &reader->spec.components[number];
    read_name_of_key(reader, path, "a component", item->string);
    if (is_reserved(item->string))
        read_error(reader, path, AT_KEY, NULL, "the name \"%s\" is taken: no component can have it",
                   item->string);
    component->name = read_copy(reader, item->string);
    if (!component->name || !name_index_add(&reader->components, component->name, number))
        read_failed(reader);
    else
        name_endpoints(reader, item, path, number);
}

static bool check_counts(struct reader *reader, const struct path *path, size_t n_components,
                         size_t n_endpoints)
{
    return read_cap_list(reader, path, &document_type, n_components) &&
           read_cap(reader, path, AT_VALUE, CAP_ENDPOINTS, (double)n_endpoints);
}

void read_names(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "components", 0};
    size_t n_endpoints = 0;
    for (const cJSON *item = read_first(root, "components"); item; item = item->next)
        n_endpoints += read_count(item, "endpoints");
    if (!check_counts(reader, &path, read_count(root, "components"), n_endpoints))
        return;
    reader->spec.components =
        read_allocate(reader, read_count(root, "components"), sizeof *reader->spec.components);
    reader->spec.endpoints = read_allocate(reader, n_endpoints, sizeof *reader->spec.endpoints);
    if (reader->failed)
        return;
    for (const cJSON *item = read_first(root, "components"); item && item->string; item = item->next) {
        struct path at = {&path, item->string, 0};
        name_component(reader, item, &at);
    }
}

/* ---- components ---- */

static void check_reply(struct reader *reader, const struct endpoint_spec *endpoint, const struct path *path)
{
    bool replied = false;
    for (size_t i = 0; i < endpoint->n_steps; i++) {
        struct path at = {path, NULL, i};
        if (endpoint->steps[i].kind == STEP_REPLY && replied)
            read_error(reader, &at, AT_VALUE, NULL, "a second \"reply\": the caller has its answer already");
        replied |= endpoint->steps[i].kind == STEP_REPLY;
    }
}

static void check_size(struct reader *reader, const struct component_spec *component, const struct path *path)
{
    if (component->workers != SPEC_UNLIMITED &&
        (double)component->replicas * (double)component->workers > caps[CAP_WORKERS].most)
        read_error(reader, path, AT_KEY, NULL,
                   "found %u replicas with %u workers each, expected at most %.0f workers",
                   component->replicas, component->workers, caps[CAP_WORKERS].most);
}

static void read_component(struct reader *reader, const cJSON *item, const struct path *path,
                           struct component_spec *component, struct endpoint_spec **endpoint)
{
    struct path endpoints = {path, "endpoints", 0};
    component->cores = SPEC_UNLIMITED;
    component->shed_after_ns = INT64_MAX;
    if (read_object(reader, item, path, &component_type, component, true))
        check_size(reader, component, path);
    for (const cJSON *steps = read_first(item, "endpoints"); steps && steps->string; steps = steps->next) {
        struct path at = {&endpoints, steps->string, 0};
        uint32_t number = (uint32_t)(*endpoint - reader->spec.endpoints);
        read_steps(reader, steps, &at, number, 1.0, &(*endpoint)->steps, &(*endpoint)->n_steps);
        check_reply(reader, *endpoint, &at);
        (*endpoint)++;
    }
}

void read_components(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "components", 0};
    struct endpoint_spec *endpoint = reader->spec.endpoints;
    double replicas = 0.0, accounts = 0.0;
    size_t i = 0;
    for (const cJSON *item = read_first(root, "components"); item && i < reader->spec.n_components;
         item = item->next, i++) {
        struct path at = {&path, item->string, 0};
        const struct endpoint_spec *first = endpoint;
        size_t calls_before = reader->n_calls;
        read_component(reader, item, &at, &reader->spec.components[i], &endpoint);
        uint32_t n = reader->spec.components[i].replicas;
        replicas += n;
        accounts += (double)n * (double)(endpoint - first + (ptrdiff_t)(reader->n_calls - calls_before));
    }
    if (read_cap(reader, &path, AT_KEY, CAP_REPLICAS, replicas))
        read_cap(reader, &path, AT_KEY, CAP_ACCOUNTS, accounts);
}
