/* What happens at given times. */
#include <stdlib.h>
#include <string.h>

#include "scenario/read.h"

enum {
    LONGEST_EVENT_NAME = 100, /* as written; those that are made may be a little longer */
    MOST_NAMED = 4,           /* of a partition's group, in a name that is made */
};

static const char *key_of(enum event_kind kind)
{
    unsigned n = 0;
    for (const struct field *field = event_type.fields; field->name; field++)
        if (field->alternative && n++ == (unsigned)kind)
            return field->name;
    return "";
}

/* ---- keys of some kinds only ---- */

static bool check_keys(struct reader *reader, const cJSON *item, const struct path *path,
                       enum event_kind kind)
{
    static const struct {
        const char *key;
        unsigned kinds; /* bits, by enum event_kind */
        const char *names;
        bool required;
    } belongings[] = {
        {"factor", 1u << EVENT_SLOW, "\"slow\"", true},
        {"chance", 1u << EVENT_LOSS, "\"loss\"", true},
        {"count", 1u << EVENT_WORKERS, "\"workers\"", true},
        {"load", 1u << EVENT_RATE, "\"rate\"", false},
        {"replica", 1u << EVENT_DOWN | 1u << EVENT_PAUSE, "\"down\" and \"pause\"", false},
    };
    bool good = true;
    for (size_t i = 0; i < sizeof belongings / sizeof *belongings; i++) {
        const char *key = belongings[i].key;
        bool fits = belongings[i].kinds >> kind & 1u, there = read_get(item, key);
        struct path at = {path, key, 0};
        if (there && !fits)
            good = read_error(reader, &at, AT_KEY, NULL, "is for %s events", belongings[i].names);
        if (!there && fits && belongings[i].required)
            good = read_error(reader, path, AT_VALUE, NULL, "\"%s\" is missing (%s)", key,
                              object_type_field(&event_type, key)->doc);
    }
    return good;
}

/* ---- what it happens to ---- */

static uint32_t find_link(const struct reader *reader, const char *name)
{
    if (reader->spec.default_link && strcmp(name, "default") == 0)
        return (uint32_t)reader->spec.n_links;
    return name_index_find(&reader->links, name);
}

static const char *word_of(const cJSON *item)
{
    return cJSON_IsString(item) ? item->valuestring : "";
}

static bool read_link_named(struct reader *reader, const cJSON *item, const struct path *path,
                            struct event_spec *event)
{
    const char *name = word_of(item);
    event->link = find_link(reader, name);
    return event->link != SPEC_NONE ||
           read_expected(reader, path, item, read_hint(reader, &reader->links, name),
                         "expected a link that there is");
}

static bool read_place(struct reader *reader, const cJSON *item, const struct path *path,
                       struct event_spec *event)
{
    const char *name = word_of(item);
    event->component = name_index_find(&reader->components, name);
    event->link = find_link(reader, name);
    if (event->component != SPEC_NONE && event->link != SPEC_NONE)
        return read_error(reader, path, AT_VALUE, NULL,
                          "\"%s\" is the name of a component and of a link, expected one of another name",
                          name);
    if (event->component != SPEC_NONE || event->link != SPEC_NONE)
        return true;
    const char *hint = read_hint(reader, &reader->components, name);
    hint = hint ? hint : read_hint(reader, &reader->links, name);
    return read_expected(reader, path, item, hint, "expected a component or a link that there is");
}

static bool read_group(struct reader *reader, const cJSON *item, const struct path *path,
                       struct event_spec *event)
{
    size_t n_all = reader->spec.n_components + 1; /* and users */
    if (!cJSON_IsArray(item) || !item->child)
        return read_expected(reader, path, item, NULL,
                             "expected an array of components and \"users\", such as [\"bank\"]");
    event->group = read_allocate(reader, (size_t)cJSON_GetArraySize(item), sizeof *event->group);
    bool *stands = read_allocate(reader, n_all, sizeof *stands), good = event->group && stands;
    size_t n = 0;
    for (const cJSON *child = good ? item->child : NULL; child; child = child->next, n++) {
        struct path at = {path, NULL, n};
        uint32_t *end = &event->group[n];
        bool known = read_end(reader, child, &at, end);
        size_t place = *end == SPEC_USERS ? n_all - 1 : *end;
        if (known && stands[place])
            known = read_error(reader, &at, AT_VALUE, NULL, "\"%s\" stands twice", child->valuestring);
        if (known)
            stands[place] = true;
        good &= known;
    }
    free(stands);
    event->n_group = n;
    return good &&
           (n < n_all || read_error(reader, path, AT_VALUE, NULL,
                                    "all components and \"users\" are in it, expected some of them, whom it "
                                    "parts from the others"));
}

static bool any_open(const struct spec *spec)
{
    for (size_t i = 0; i < spec->n_loads; i++)
        if (spec->loads[i].kind == LOAD_OPEN)
            return true;
    return spec->n_loads == 0; /* which is an error by itself */
}

static bool check_open(struct reader *reader, const cJSON *item, const struct path *path,
                       struct event_spec *event)
{
    struct path rate = {path, key_of(EVENT_RATE), 0}, at = {path, "load", 0};
    const cJSON *load = read_get(item, at.key);
    if (!load)
        return any_open(&reader->spec) ||
               read_error(reader, &rate, AT_KEY, NULL, "there is no open load whose rate could change");
    event->load = name_index_find(&reader->loads, word_of(load));
    if (event->load == SPEC_NONE)
        return read_expected(reader, &at, load, read_hint(reader, &reader->loads, word_of(load)),
                             "expected the name of an open load");
    return reader->spec.loads[event->load].kind == LOAD_OPEN ||
           read_expected(reader, &at, load, NULL, "which is not open, expected the name of an open load");
}

static bool read_target(struct reader *reader, const cJSON *item, const struct path *path,
                        struct event_spec *event)
{
    struct path at = {path, key_of(event->kind), 0};
    const cJSON *target = read_get(item, at.key);
    switch (event->kind) {
    case EVENT_SLOW: return read_place(reader, target, &at, event);
    case EVENT_CUT:
    case EVENT_LOSS: return read_link_named(reader, target, &at, event);
    case EVENT_PARTITION: return read_group(reader, target, &at, event);
    case EVENT_RATE: return check_open(reader, item, path, event);
    case EVENT_DOWN:
    case EVENT_PAUSE:
    case EVENT_WORKERS: break;
    }
    event->component = read_component_named(reader, target, &at, "a component that there is", NULL, 0);
    return event->component != SPEC_NONE;
}

/* ---- one event ---- */

static bool check_replica(struct reader *reader, const struct path *path, const struct event_spec *event,
                          const struct component_spec *component)
{
    struct path at = {path, "replica", 0};
    if (event->replica == SPEC_NONE || event->replica < component->replicas || component->replicas == 0)
        return true;
    return read_error(reader, &at, AT_VALUE, NULL, "found %u, expected a replica of \"%s\", from 0 to %u",
                      event->replica, component->name, component->replicas - 1);
}

static bool check_workers(struct reader *reader, const struct path *path, const struct event_spec *event,
                          const struct component_spec *component)
{
    struct path at = {path, key_of(EVENT_WORKERS), 0}, count = {path, "count", 0};
    if (component->workers == SPEC_UNLIMITED)
        return read_error(reader, &at, AT_VALUE, NULL,
                          "\"%s\" has unlimited workers, expected a component that has a number of them",
                          component->name);
    if ((double)component->replicas * (double)event->workers > caps[CAP_WORKERS].most)
        return read_error(reader, &count, AT_VALUE, NULL,
                          "found %u replicas with %u workers each, expected at most %.0f workers",
                          component->replicas, event->workers, caps[CAP_WORKERS].most);
    return true;
}

static bool check_event(struct reader *reader, const struct path *path, const struct event_spec *event)
{
    struct path at = {path, "at", 0};
    if (reader->spec.run.duration_ns > 0 && event->from_ns >= reader->spec.run.duration_ns)
        read_warning(reader, &at, AT_VALUE, "the run is over by then: it will not happen");
    if (event->component == SPEC_NONE)
        return true;
    const struct component_spec *component = &reader->spec.components[event->component];
    return event->kind == EVENT_WORKERS ? check_workers(reader, path, event, component)
                                        : check_replica(reader, path, event, component);
}

static bool check_name(struct reader *reader, const struct path *path, const char *name)
{
    struct path at = {path, "name", 0};
    if (strlen(name) > LONGEST_EVENT_NAME)
        return read_error(reader, &at, AT_VALUE, NULL, "expected a name of at most %d characters",
                          LONGEST_EVENT_NAME);
    if (name[strspn(name, " ")] == '\0')
        return read_error(reader, &at, AT_VALUE, NULL, "found nothing, expected a name");
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == '\x7F')
            return read_error(reader, &at, AT_VALUE, NULL,
                              "expected a name without control characters, such as ends of lines");
    return true;
}

static bool read_event(struct reader *reader, const cJSON *item, const struct path *path,
                       struct event_spec *event)
{
    *event = (struct event_spec){
        .component = SPEC_NONE, .link = SPEC_NONE, .replica = SPEC_NONE, .load = SPEC_NONE};
    bool good = read_object(reader, item, path, &event_type, event, true);
    if (event->name)
        good &= check_name(reader, path, event->name);
    if (!good)
        return false;
    event->kind = (enum event_kind)read_alternative(item, &event_type);
    event->until_ns = read_get(item, "for") ? event->from_ns + event->until_ns : INT64_MAX;
    good = check_keys(reader, item, path, event->kind);
    good &= read_target(reader, item, path, event);
    return good && check_event(reader, path, event);
}

/* ---- names: different ones, even as parts of the names of metrics ---- */

struct word {
    char *chars;    /* owned */
    uint32_t event; /* which has it */
    uint32_t next;  /* to be tried behind a name that is made */
};

struct words {
    struct word *words; /* owned; sorted, with room for all */
    size_t n;
};

static void words_finish(struct words *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->words[i].chars);
    free(words->words);
}

/* Where the word stands, or would stand. */
static size_t place_of(const struct words *words, const char *word)
{
    size_t from = 0, to = words->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(words->words[middle].chars, word) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static const struct word *find_word(const struct words *words, const char *word)
{
    size_t place = place_of(words, word);
    return place < words->n && strcmp(words->words[place].chars, word) == 0 ? &words->words[place] : NULL;
}

static void add_word(struct words *words, char *word, uint32_t event)
{
    size_t place = place_of(words, word);
    memmove(words->words + place + 1, words->words + place, (words->n - place) * sizeof *words->words);
    words->words[place] = (struct word){word, event, 2};
    words->n++;
}

/* False, with the word still the caller's, when it is bad or taken. */
static bool take_word(struct reader *reader, const struct path *path, struct words *words, char *word,
                      uint32_t event)
{
    const struct word *other = find_word(words, word);
    struct path at = {path, "name", 0};
    if (other)
        return read_error(reader, &at, AT_VALUE, NULL,
                          "\"%s\" would be \"%s\" in the names of metrics, as \"%s\" of events[%u], expected "
                          "another name",
                          reader->spec.events[event].name, word, reader->spec.events[other->event].name,
                          other->event);
    add_word(words, word, event);
    return true;
}

static const char *end_name(const struct spec *spec, uint32_t end)
{
    return end == SPEC_USERS ? "users" : spec->components[end].name;
}

/* "cut billing-bank", "down bank replica 1" */
static char *describe(const struct spec *spec, const struct event_spec *event)
{
    struct text text = {0};
    text_add(&text, key_of(event->kind));
    if (event->component != SPEC_NONE)
        text_addf(&text, " %s", spec->components[event->component].name);
    if (event->replica != SPEC_NONE)
        text_addf(&text, " replica %u", event->replica);
    if (event->link != SPEC_NONE)
        text_addf(&text, " %s",
                  (event->link == spec->n_links ? spec->default_link : &spec->links[event->link])->name);
    if (event->load != SPEC_NONE)
        text_addf(&text, " %s", spec->loads[event->load].name);
    for (size_t i = 0; i < event->n_group && i < MOST_NAMED; i++)
        text_addf(&text, " %s", end_name(spec, event->group[i]));
    if (event->n_group > MOST_NAMED)
        text_addf(&text, " and %zu more", event->n_group - MOST_NAMED);
    return text_take(&text);
}

/* The first of "NAME", "NAME 2", "NAME 3" ... that is free. */
static bool number_name(struct words *words, const char *base, uint32_t event, char **ret_name)
{
    char *word = spec_event_word(base), *name = text_copy(base);
    size_t place = word ? place_of(words, word) : 0;
    while (word && name && find_word(words, word)) {
        uint32_t number = words->words[place].next++;
        free(word);
        free(name);
        name = text_format("%s %u", base, number);
        word = name ? spec_event_word(name) : NULL;
    }
    if (!word || !name) {
        free(word);
        free(name);
        return false;
    }
    add_word(words, word, event);
    *ret_name = name;
    return true;
}

/* As they are written in the document. */
static void check_names(struct reader *reader, const struct path *path, struct words *words)
{
    for (uint32_t i = 0; i < reader->spec.n_events; i++) {
        const char *name = reader->spec.events[i].name;
        struct path at = {path, NULL, i};
        char *word = name ? spec_event_word(name) : NULL;
        if (name && !word)
            read_failed(reader);
        if (word && !take_word(reader, &at, words, word, i))
            free(word);
    }
}

static void make_names(struct reader *reader, struct words *words)
{
    for (uint32_t i = 0; i < reader->spec.n_events; i++) {
        struct event_spec *event = &reader->spec.events[i];
        if (event->name)
            continue;
        char *base = describe(&reader->spec, event);
        if (!base || !number_name(words, base, i, &event->name))
            read_failed(reader);
        free(base);
    }
}

/* ---- all ---- */

static int by_time(const void *a, const void *b)
{
    const struct event_spec *const *left = a, *const *right = b;
    if ((*left)->from_ns != (*right)->from_ns)
        return (*left)->from_ns < (*right)->from_ns ? -1 : 1;
    return (*left > *right) - (*left < *right); /* in the order of the document */
}

static void sort_events(struct reader *reader)
{
    struct spec *spec = &reader->spec;
    const struct event_spec **order = read_allocate(reader, spec->n_events, sizeof *order);
    struct event_spec *sorted = read_allocate(reader, spec->n_events, sizeof *sorted);
    if (order && sorted) {
        for (size_t i = 0; i < spec->n_events; i++)
            order[i] = &spec->events[i];
        qsort(order, spec->n_events, sizeof *order, by_time);
        for (size_t i = 0; i < spec->n_events; i++)
            sorted[i] = *order[i];
        struct event_spec *unsorted = spec->events;
        spec->events = sorted;
        sorted = unsorted;
    }
    free(sorted);
    free(order);
}

void read_events(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "events", 0};
    struct spec *spec = &reader->spec;
    struct words words = {0};
    size_t n = read_count(root, path.key);
    bool good = true;
    if (!read_cap_list(reader, &path, &document_type, n))
        return;
    spec->events = read_allocate(reader, n, sizeof *spec->events);
    words.words = read_allocate(reader, n, sizeof *words.words);
    if (spec->events && words.words && cJSON_IsArray(read_get(root, path.key))) {
        for (const cJSON *item = read_first(root, path.key); item; item = item->next) {
            struct path at = {&path, NULL, spec->n_events};
            good &= read_event(reader, item, &at, &spec->events[spec->n_events++]);
        }
        check_names(reader, &path, &words);
        if (good && !reader->failed && read_cap_factors(reader, &path)) {
            make_names(reader, &words);
            sort_events(reader);
        }
    }
    words_finish(&words);
}
