#include "experiment/metric_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- which parts there are ---- */

static const char *keep(struct metric_index *index, const char *name)
{
    size_t length = strlen(name);
    char *kept = text_store_take(&index->sheet.texts, length);
    return kept ? memcpy(kept, name, length + 1) : NULL;
}

static const char *event_name(struct metric_index *index, const struct event_spec *event)
{
    char *word = spec_event_word(event->name), *whole = word ? text_format("event.%s", word) : NULL;
    const char *kept = whole ? keep(index, whole) : NULL;
    free(word);
    free(whole);
    return kept;
}

/* NULL when memory is gone. */
static const char *name_of(struct metric_index *index, const struct part *part, const struct result *result)
{
    const struct spec *spec = &index->spec;
    switch (part->kind) {
    case PART_COMPONENT: return spec->components[part->number].name;
    case PART_QUEUE: return keep(index, result->queues[part->number].name);
    case PART_LINK: return part->number < spec->n_links ? spec->links[part->number].name : "default";
    case PART_LOAD: return spec->loads[part->number].name;
    case PART_EVENT: return event_name(index, &spec->events[part->number]);
    case PART_CALLS: return spec->endpoints[part->number].name;
    case PART_WHOLE:
    case PART_KINDS: break;
    }
    return "";
}

/* What the component's metrics have besides those that all components have. */
static size_t count_blames(const struct metric_index *index, const struct part *part)
{
    if (part->kind != PART_COMPONENT)
        return 0;
    return callees_count(index->parts.callees, part->number) * (1 + CAUSES) + CAUSES;
}

/* The first part of a kind is put on a sheet to see how many metrics it has. */
static bool count_alike(struct metric_index *index, const struct part *part, size_t place)
{
    struct sheet sheet = {0};
    sheet_put_part(&sheet, &index->parts, part, NULL);
    index->kinds[part->kind].n = sheet.n - count_blames(index, part);
    index->kinds[part->kind].first_part = place;
    bool counted = !sheet.failed;
    sheet_finish(&sheet);
    return counted;
}

static bool add_part(struct metric_index *index, const struct part *part, const char *name, size_t first)
{
    index->order[index->n] =
        (struct metric_part){.name = name, .first = first, .part = *part, .next = NAME_MAP_NONE};
    if (part->kind != PART_WHOLE) {
        uint32_t *newest = name ? name_map_at(&index->by_name, name, strlen(name)) : NULL;
        if (!newest)
            return false;
        index->order[index->n].next = *newest;
        *newest = (uint32_t)index->n;
    }
    index->n++;
    return true;
}

static size_t count_parts(const struct parts *parts)
{
    size_t n = 0;
    for (int kind = 0; kind < PART_KINDS; kind++)
        n += parts->n[kind];
    return n;
}

static bool list_parts(struct metric_index *index, const struct result *result, size_t *ret_n)
{
    struct part part = {0};
    size_t n = 0;
    index->order = malloc(count_parts(&index->parts) * sizeof *index->order);
    bool good = index->order != NULL;
    do {
        if (good && index->kinds[part.kind].n == 0)
            good = count_alike(index, &part, index->n);
        good = good && add_part(index, &part, name_of(index, &part, result), n);
        n += index->kinds[part.kind].n + count_blames(index, &part);
    } while (good && parts_next(&index->parts, &part));
    *ret_n = n;
    return good;
}

bool metric_index_init(struct metric_table *table, const struct spec *spec, const struct result *result)
{
    struct metric_index *index = calloc(1, sizeof *index);
    table->index = index;
    if (!index)
        return false;
    index->spec = *spec;
    if (!parts_init(&index->parts, &index->spec, result) || !list_parts(index, result, &table->n))
        return false;
    /* Many zeroed bytes take no memory before they are written to. */
    table->metrics = calloc(table->n, sizeof *table->metrics);
    return table->metrics != NULL;
}

void metric_index_destroy(struct metric_index *index)
{
    if (!index)
        return;
    parts_finish(&index->parts);
    sheet_finish(&index->sheet);
    free(index->order);
    name_map_finish(&index->by_name);
    for (int kind = 0; kind < PART_KINDS; kind++)
        name_map_finish(&index->kinds[kind].names);
    free(index);
}

/* ---- looking at a part ---- */

static size_t end_of(const struct metric_table *table, size_t part)
{
    return part + 1 < table->index->n ? table->index->order[part + 1].first : table->n;
}

static void name_all(struct metric_index *index, const struct metric_part *part, struct metric *metrics)
{
    struct sheet *sheet = &index->sheet;
    sheet->naming = metrics;
    sheet->n = 0;
    size_t mark = part->name[0] ? sheet_enter(sheet, part->name) : 0;
    sheet_put_part(sheet, &index->parts, &part->part, NULL);
    sheet_leave(sheet, mark);
}

/* One value alone is its own mean, and has no interval. */
struct interval metric_index_average(const struct metric_table *table, size_t metric,
                                     struct interval_quantile *known)
{
    const double *values = table->values + metric;
    if (table->n_replications == 1)
        return (struct interval){.mean = *values, .half_width = (double)NAN};
    return interval_of_one(values, table->n, table->n_replications, table->level, known);
}

void metric_index_look(const struct metric_table *table, size_t place)
{
    struct metric_part *part = &table->index->order[place];
    struct interval_quantile quantile = {0};
    if (part->named)
        return;
    name_all(table->index, part, table->metrics + part->first);
    for (size_t m = part->first; m < end_of(table, place); m++) {
        struct interval interval = metric_index_average(table, m, &quantile);
        table->metrics[m].value = interval.mean;
        table->metrics[m].half_width = interval.half_width;
    }
    part->named = true;
}

static bool map_alike(const struct metric_table *table, struct kind_names *kind)
{
    const struct metric_part *part = &table->index->order[kind->first_part];
    size_t before = strlen(part->name);
    metric_index_look(table, kind->first_part);
    for (size_t i = 0; i < kind->n && !table->index->sheet.failed; i++) {
        const char *rest = table->metrics[part->first + i].name + before;
        uint32_t *number = name_map_at(&kind->names, rest, strlen(rest));
        if (!number)
            return false;
        *number = *number == NAME_MAP_NONE ? (uint32_t)i : *number;
    }
    return !table->index->sheet.failed;
}

bool metric_index_begin(const struct metric_table *table)
{
    bool good = true;
    for (int kind = 0; good && kind < PART_KINDS; kind++)
        good = map_alike(table, &table->index->kinds[kind]);
    return good;
}

/* ---- from names to metrics ---- */

/* The metric for a component's callees that is called so, with `rest` behind the component's name; or the
 * table's end. */
static size_t find_blame(const struct metric_table *table, size_t place, const char *rest)
{
    static const char blames[] = ".blocked_"; /* on, or for */
    const struct metric_part *part = &table->index->order[place];
    if (part->part.kind != PART_COMPONENT || strncmp(rest, blames, sizeof blames - 1) != 0)
        return table->n;
    metric_index_look(table, place);
    size_t before = strlen(part->name), m = part->first + table->index->kinds[PART_COMPONENT].n;
    for (; m < end_of(table, place) && !table->index->sheet.failed; m++)
        if (strcmp(table->metrics[m].name + before, rest) == 0)
            return m;
    return table->n;
}

/* The same of all metrics of a part. */
static size_t find_in(const struct metric_table *table, size_t place, const char *rest)
{
    const struct metric_part *part = &table->index->order[place];
    uint32_t number = name_map_find(&table->index->kinds[part->part.kind].names, rest, strlen(rest));
    return number == NAME_MAP_NONE ? find_blame(table, place, rest) : part->first + number;
}

static uint32_t newest_part(const struct metric_index *index, const char *name, size_t length)
{
    return name_map_find(&index->by_name, name, length);
}

/* The first of the metrics of that name in the parts that are called as its first `length` bytes. */
static void find_among(const struct metric_table *table, const char *name, size_t length,
                       struct metric_place *place)
{
    const struct metric_index *index = table->index;
    for (uint32_t p = newest_part(index, name, length); p != NAME_MAP_NONE; p = index->order[p].next) {
        size_t metric = find_in(table, p, name + length);
        if (metric < place->metric)
            *place = (struct metric_place){p, metric};
    }
}

bool metric_index_find(const struct metric_table *table, const char *name, struct metric_place *ret_place)
{
    struct metric_place place = {0, find_in(table, 0, name)};
    for (size_t i = 0; name[i]; i++)
        if (name[i] == '.')
            find_among(table, name, i, &place);
    if (place.metric == table->n)
        return false;
    *ret_place = place;
    return true;
}

bool metric_index_callees(const struct metric_table *table, const char *component,
                          struct metric_place *ret_place, size_t *ret_n)
{
    const struct metric_index *index = table->index;
    uint32_t p = newest_part(index, component, strlen(component));
    while (p != NAME_MAP_NONE && index->order[p].part.kind != PART_COMPONENT)
        p = index->order[p].next;
    if (p == NAME_MAP_NONE)
        return false;
    *ret_place = (struct metric_place){p, index->order[p].first + index->kinds[PART_COMPONENT].n};
    *ret_n = callees_count(index->parts.callees, index->order[p].part.number);
    return true;
}
