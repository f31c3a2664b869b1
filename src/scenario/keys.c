#include "scenario/keys.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

/* ---- the ways to keys ---- */

/* A part of a path, from its end to its beginning. */
struct way {
    const struct way *up; /* NULL = the first one */
    const char *word;     /* "" = the number of an element */
    bool name;            /* the word stands for any name */
};

struct search {
    const char *word;
    size_t root; /* so many bytes at its beginning are a key of the document, where it has more parts */
    struct key_list *list;
};

static bool is_gap(char c)
{
    return c == '.' || c == '[' || c == ']' || c == '"';
}

/* Do the parts of word[0..length) stand in the way, one behind the other, the last one at its end? What the
 * word leaves out may stand between. */
static bool leads(const struct way *way, const char *word, size_t length, bool last)
{
    while (length > 0 && is_gap(word[length - 1]))
        length--;
    if (length == 0 || !way)
        return length == 0;
    size_t from = length;
    while (from > 0 && !is_gap(word[from - 1]))
        from--;
    bool number = strspn(word + from, "0123456789") >= length - from;
    bool same =
        way->name ? !last && *way->word == '\0' ? number : !last && !number
                  : strlen(way->word) == length - from && strncmp(way->word, word + from, length - from) == 0;
    return (same && leads(way->up, word, from, false)) || (!last && leads(way->up, word, length, false));
}

static void add_path(struct text *text, const struct way *way)
{
    if (!way)
        return;
    add_path(text, way->up);
    if (*way->word == '\0')
        text_add(text, "[N]");
    else
        text_addf(text, "%s%s", way->up ? "." : "", way->word);
}

static void add_place(struct search *search, const struct field *field, const struct way *way)
{
    struct key_list *list = search->list;
    struct key_place *more = realloc(list->places, (list->n + 1) * sizeof *more);
    struct text path = {0};
    if (more) {
        list->places = more;
        add_path(&path, way);
        more[list->n] = (struct key_place){field, text_take(&path)};
    }
    if (more && more[list->n].path)
        list->n++;
    else
        list->failed = true;
}

static void walk_object(struct search *search, const struct object_type *type, const struct way *way);

/* Steps within steps are like these. */
static void walk_steps(struct search *search, const struct way *way)
{
    struct way element = {way, "", true};
    for (size_t i = 0; step_types[i]; i++)
        walk_object(search, step_types[i], &element);
}

/* "COMPONENT" of what a component stands in. */
static void walk_named(struct search *search, const struct field *field, const struct way *way)
{
    char word[32] = "";
    for (size_t i = 0; field->of->name[i] && i + 1 < sizeof word; i++)
        word[i] = (char)toupper((unsigned char)field->of->name[i]);
    struct way name = {way, word, true};
    walk_object(search, field->of, &name);
}

static void walk_field(struct search *search, const struct field *field, const struct way *way)
{
    struct way element = {way, "", true}, endpoint = {way, "ENDPOINT", true};
    if (!way->up && search->root &&
        (strlen(way->word) != search->root || strncmp(way->word, search->word, search->root) != 0))
        return;
    if (leads(way, search->word, strlen(search->word), true))
        add_place(search, field, way);
    if (field->kind == FIELD_NAMED)
        walk_named(search, field, way);
    else if (field->kind == FIELD_LIST || field->kind == FIELD_CLAIMS)
        walk_object(search, field->of, &element);
    else if (field->kind == FIELD_BATCH)
        walk_object(search, &geometric_type, way);
    else if (field->kind == FIELD_ENDPOINTS)
        walk_steps(search, &endpoint);
    else if (field->of)
        walk_object(search, field->of, way);
}

static void walk_object(struct search *search, const struct object_type *type, const struct way *way)
{
    for (; type; type = type->beside)
        for (const struct field *field = type->fields; field->name; field++) {
            struct way key = {way, field->name, false};
            walk_field(search, field, &key);
        }
}

/* A path from the document on has no name of a component where a key of the document stands. */
static size_t root_length(const char *word)
{
    size_t length = strcspn(word, ".[");
    for (const struct field *field = document_type.fields; word[length] && field->name; field++)
        if (strlen(field->name) == length && strncmp(field->name, word, length) == 0)
            return length;
    return 0;
}

void keys_find(const char *word, struct key_list *ret_list)
{
    struct search search = {word, root_length(word), ret_list};
    struct way mixture = {NULL, "mixture", false}, part = {&mixture, "", true};
    walk_object(&search, &document_type, NULL);
    walk_object(&search, &mixture_part_type, &part);
}

void key_list_finish(struct key_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->places[i].path);
    free(list->places);
    *list = (struct key_list){0};
}

/* ---- names ---- */

const char *keys_nearest(const char *word)
{
    enum { MOST_KEYS = 512 };
    const char *names[MOST_KEYS] = {0};
    size_t n = 0;
    for (size_t i = 0; object_types[i]; i++)
        for (const struct object_type *type = object_types[i]; type; type = type->beside)
            for (const struct field *field = type->fields; field->name && n < MOST_KEYS; field++)
                names[n++] = field->name;
    return text_nearest(word, names, n);
}

/* ---- examples ---- */

/* What an absent key means is no good example of those that are missing here. */
static const char *const examples[] = {
    [FIELD_TEXT] = "\"some words\"",
    [FIELD_NAME] = "\"checkout\"",
    [FIELD_TRUE] = "true",
    [FIELD_SHARE] = "0.02",
    [FIELD_NUMBER] = "2",
    [FIELD_DURATION] = units_duration_example,
    [FIELD_PAUSE] = units_duration_example,
    [FIELD_MEAN] = units_duration_example,
    [FIELD_RATE] = units_rate_example,
    [FIELD_SIZE] = units_size_example,
    [FIELD_BANDWIDTH] = units_bandwidth_example,
    [FIELD_DISTRIBUTION] = "{\"exponential\": \"5ms\"}",
    [FIELD_PART] = "{\"exponential\": \"5ms\"}",
    [FIELD_TIMEOUT] = units_duration_example,
    [FIELD_WARMUP] = units_duration_example,
    [FIELD_LOSS] = "0.02",
    [FIELD_REFERENCE] = "\"shop.buy\"",
    [FIELD_TEXTS] = "[\"response.mean\"]",
    [FIELD_CLAIMS] = "[\"sync.response.p99 < 50ms\"]",
    [FIELD_STEPS] = "[{\"work\": \"2ms\"}]",
    [FIELD_ENDPOINTS] = "{\"buy\": [{\"work\": \"2ms\"}]}",
    [FIELD_BETWEEN] = "[\"shop\", \"bank\"]",
    [FIELD_FILE] = "\"trace.csv\"",
    [FIELD_BATCH] = "4",
    [FIELD_BROKER] = "\"sender\"",
    [FIELD_COMPONENT] = "\"bank\"",
    [FIELD_LINK] = "\"shop-bank\"",
    [FIELD_PLACE] = "\"bank\"",
    [FIELD_GROUP] = "[\"bank\", \"users\"]",
    [FIELD_LOAD] = "\"shop-buy\"",
    [FIELD_PATHS] = "\"components.bank.workers\"",
    [FIELD_VALUES] = "[1, 2, 4]",
    [FIELD_QUANTITY] = "\"10ms\"",
};

static void add_least(struct text *text, const struct object_type *type);

/* Only what must stand in it, and the first of its alternatives. */
static void add_object(struct text *text, const struct object_type *type)
{
    text_add(text, "{");
    add_least(text, type);
    text_add(text, "}");
}

static void add_least(struct text *text, const struct object_type *type)
{
    /* What most of them need, though no table says so. */
    const char *most = type == &load_type                           ? "\"request\": \"shop.buy\""
                       : type == &policy_type || type == &rule_type ? "\"mode\": \"queue\""
                                                                    : "";
    const char *comma = *most ? ", " : "";
    bool chosen = false;
    text_add(text, most);
    for (; type; type = type->beside)
        for (const struct field *field = type->fields; field->name; field++) {
            if (!field->required && !(field->alternative && !chosen))
                continue;
            chosen |= field->alternative;
            text_addf(text, "%s\"%s\": ", comma, field->name);
            key_add_example(text, field);
            comma = ", ";
        }
}

/* A whole number that is not the one that an absent key means. */
static void add_whole(struct text *text, const struct field *field)
{
    double number = field->min > 4.0 || (field->max > 0.0 && field->max < 4.0) ? field->min : 4.0;
    text_addf(text, "%.0f", number);
}

/* The word that an absent key does not mean. */
static const char *other_choice(const struct field *field)
{
    const char *first = field->choices[0], *second = field->choices[1];
    return second && field->fallback && strstr(field->fallback, first) ? second : first;
}

void key_add_example(struct text *text, const struct field *field)
{
    switch (field->kind) {
    case FIELD_COUNT:
    case FIELD_LIMIT:
    case FIELD_WHOLE:
    case FIELD_PRIORITY: add_whole(text, field); break;
    case FIELD_SWITCH:
        text_add(text, field->fallback && strcmp(field->fallback, "true") == 0 ? "false" : "true");
        break;
    case FIELD_CHOICE:
    case FIELD_EITHER: text_addf(text, "\"%s\"", other_choice(field)); break;
    case FIELD_CHOICES: text_addf(text, "[\"%s\"]", field->choices[0]); break;
    case FIELD_BACKOFF:
    case FIELD_OBJECT:
    case FIELD_SWEEP: add_object(text, field->of); break;
    case FIELD_LIST:
        text_add(text, "[");
        add_object(text, field->of);
        text_add(text, "]");
        break;
    case FIELD_NAMED:
        text_addf(text, "{\"%s\": ", field->of == &rule_type ? "shop.buy" : "shop");
        add_object(text, field->of);
        text_add(text, "}");
        break;
    default: text_add(text, examples[field->kind] ? examples[field->kind] : "\"...\""); break;
    }
}
