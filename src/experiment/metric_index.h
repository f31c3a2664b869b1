/* The names in a table of metrics, and the way from a name to its metric: hundreds of thousands of components
 * have tens of millions of metrics. Of metrics.c and metric_sheet.c alone.
 *
 * A table consists of sections: metrics one after another whose names begin alike, with the name of a
 * component, say, up to a point; or which have nothing before their own name. */
#ifndef TANDEM_EXPERIMENT_METRIC_INDEX_H
#define TANDEM_EXPERIMENT_METRIC_INDEX_H

#include <stdbool.h>

#include "base/name_map.h"
#include "base/text_store.h"
#include "experiment/metrics.h"

struct metric_section {
    size_t first;  /* metric; the section ends where the next one begins */
    uint32_t next; /* section of that name, or NAME_MAP_NONE */
};

struct metric_index {
    struct text_store texts;         /* names and meanings */
    struct metric_section *sections; /* owned */
    size_t n, capacity;
    struct name_map by_name; /* to one of the sections of that name */
};

/* Begins a section with metric number `first`; its name is that of `length` bytes, which stay where they are.
 * False when memory is gone. */
bool metric_index_begin(struct metric_index *index, const char *name, size_t length, size_t first);

void metric_index_destroy(struct metric_index *index);

/* Metrics one after another: numbers from `first` to `end` - 1. */
struct metric_range {
    size_t first, end;
    uint32_t section;
};

/* The first of the sections with the name of these `length` bytes; false: there is none. Of a table without
 * an index it is the whole. */
bool metric_range_first(const struct metric_table *table, const char *name, size_t length,
                        struct metric_range *ret_range);

/* The next one. */
bool metric_range_next(const struct metric_table *table, struct metric_range *range);

#endif
