#include "experiment/metric_index.h"

#include <stdlib.h>

bool metric_index_begin(struct metric_index *index, const char *name, size_t length, size_t first)
{
    if (index->n == index->capacity) {
        size_t capacity = index->capacity ? 2 * index->capacity : 32;
        struct metric_section *sections = realloc(index->sections, capacity * sizeof *sections);
        if (!sections)
            return false;
        index->sections = sections;
        index->capacity = capacity;
    }
    uint32_t *newest = name_map_at(&index->by_name, name, length);
    if (!newest)
        return false;
    index->sections[index->n] = (struct metric_section){first, *newest};
    *newest = (uint32_t)index->n++;
    return true;
}

void metric_index_destroy(struct metric_index *index)
{
    if (!index)
        return;
    text_store_finish(&index->texts);
    free(index->sections);
    name_map_finish(&index->by_name);
    free(index);
}

static bool set_range(const struct metric_table *table, uint32_t section, struct metric_range *ret_range)
{
    if (section == NAME_MAP_NONE)
        return false;
    const struct metric_index *index = table->index;
    *ret_range = (struct metric_range){.first = index->sections[section].first, .section = section};
    ret_range->end = section + 1 < index->n ? index->sections[section + 1].first : table->n;
    return true;
}

bool metric_range_first(const struct metric_table *table, const char *name, size_t length,
                        struct metric_range *ret_range)
{
    if (table->index)
        return set_range(table, name_map_find(&table->index->by_name, name, length), ret_range);
    *ret_range = (struct metric_range){0, table->n, NAME_MAP_NONE};
    return true;
}

bool metric_range_next(const struct metric_table *table, struct metric_range *range)
{
    return table->index && set_range(table, table->index->sections[range->section].next, range);
}
