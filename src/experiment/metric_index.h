/* The way from a name to its metric, and the names, which are made only of those parts of a table that are
 * looked at: hundreds of thousands of components have tens of millions of metrics, and nobody reads them all.
 * Of metrics.c alone. */
#ifndef TANDEM_EXPERIMENT_METRIC_INDEX_H
#define TANDEM_EXPERIMENT_METRIC_INDEX_H

#include <stdbool.h>

#include "base/name_map.h"
#include "experiment/metric_sheet.h"
#include "experiment/metrics.h"

/* Metrics one after another whose names begin alike. */
struct metric_part {
    const char *name; /* "shop" of "shop.wait.mean"; borrowed, or among the texts */
    size_t first;     /* metric */
    struct part part;
    uint32_t next; /* part of that name, or NAME_MAP_NONE */
    bool named;    /* its metrics are complete */
};

struct metric_index {
    struct spec spec; /* a copy of the struct, as that may move; all that it points to is borrowed */
    struct parts parts;
    struct sheet sheet;        /* has the names */
    struct metric_part *order; /* owned; the first one is the whole's, and has no name */
    size_t n;
    struct name_map by_name; /* to one of the parts of that name */
    struct kind_names {
        size_t first_part;
        size_t n; /* so many metrics, the first ones, are called alike in all parts of the kind */
        struct name_map names; /* these, without the part's: "", ".wait.mean" */
    } kinds[PART_KINDS];
};

/* Fills in the table's metrics and index, without a name. The result tells which parts there are. False when
 * memory is gone; the table is then to be finished. */
bool metric_index_init(struct metric_table *table, const struct spec *spec, const struct result *result);
void metric_index_destroy(struct metric_index *index);

/* Makes the names that are alike, of a table that has its values. False when memory is gone. */
bool metric_index_begin(const struct metric_table *table);

struct metric_place {
    size_t part, metric;
};

/* Where the metric of that name is; false: there is none. Its part may have to be completed. */
bool metric_index_find(const struct metric_table *table, const char *name, struct metric_place *ret_place);

/* Where a component's metrics begin that tell what its workers were blocked on, and how many callees there
 * are; false: there is no such component. */
bool metric_index_callees(const struct metric_table *table, const char *component,
                          struct metric_place *ret_place, size_t *ret_n);

/* Completes the metrics of a part: their names, meanings and numbers. */
void metric_index_look(const struct metric_table *table, size_t part);

/* Mean and interval of a metric over the replications. */
struct interval metric_index_average(const struct metric_table *table, size_t metric,
                                     struct interval_quantile *known);

#endif
