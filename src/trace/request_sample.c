#include "trace/trace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "des/rng.h"

/* The rows are a heap with the greatest rank on top: the one that has to go when a lower one comes. */

enum { FIRST_CAPACITY = 64 };

void request_sample_init(struct request_sample *sample, size_t most)
{
    *sample = (struct request_sample){.most = most};
}

void request_sample_finish(struct request_sample *sample)
{
    if (!sample)
        return;
    free(sample->rows);
    *sample = (struct request_sample){0};
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct trace_request *a, const struct trace_request *b)
{
    int by_load = compare_u64(a->load, b->load);
    return by_load ? by_load : compare_u64(a->number, b->number);
}

static bool ranks_higher(const struct request_sample_row *a, const struct request_sample_row *b)
{
    int by_rank = compare_u64(a->rank, b->rank);
    return (by_rank ? by_rank : compare_names(&a->request, &b->request)) > 0;
}

static bool reserve_row(struct request_sample *sample)
{
    if (sample->n < sample->capacity)
        return true;
    size_t capacity = sample->capacity ? 2 * sample->capacity : FIRST_CAPACITY;
    if (capacity > sample->most)
        capacity = sample->most;
    struct request_sample_row *rows = realloc(sample->rows, capacity * sizeof *rows);
    if (!rows) {
        sample->failed = true;
        return false;
    }
    sample->rows = rows;
    sample->capacity = capacity;
    return true;
}

static void sift_up(struct request_sample *sample, const struct request_sample_row *row)
{
    size_t hole = sample->n++;
    while (hole > 0 && ranks_higher(row, &sample->rows[(hole - 1) / 2])) {
        sample->rows[hole] = sample->rows[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    sample->rows[hole] = *row;
}

/* `row` takes the place of the top one. */
static void sift_down(struct request_sample *sample, const struct request_sample_row *row)
{
    struct request_sample_row *rows = sample->rows;
    size_t hole = 0;
    for (size_t child; (child = 2 * hole + 1) < sample->n; hole = child) {
        if (child + 1 < sample->n && ranks_higher(&rows[child + 1], &rows[child]))
            child++;
        if (!ranks_higher(&rows[child], row))
            break;
        rows[hole] = rows[child];
    }
    rows[hole] = *row;
}

bool request_sample_wants(const struct request_sample *sample, uint32_t load, uint64_t number)
{
    return sample->n < sample->most || (sample->n > 0 && rng_mix(load, number) <= sample->rows[0].rank);
}

void request_sample_add(void *data, const struct trace_request *request)
{
    struct request_sample *sample = data;
    struct request_sample_row row = {.request = *request, .rank = rng_mix(request->load, request->number)};
    if (sample->most == 0 || (sample->n == sample->most && ranks_higher(&row, &sample->rows[0])))
        return;
    assert(request->n_split <= REQUEST_SAMPLE_SPLITS);
    if (request->split_ns)
        memcpy(row.split_ns, request->split_ns, request->n_split * sizeof *row.split_ns);
    if (sample->n == sample->most)
        sift_down(sample, &row);
    else if (reserve_row(sample))
        sift_up(sample, &row);
}

static int compare_offers(const void *left, const void *right)
{
    const struct trace_request *a = &((const struct request_sample_row *)left)->request;
    const struct trace_request *b = &((const struct request_sample_row *)right)->request;
    if (a->offered_ns != b->offered_ns)
        return a->offered_ns < b->offered_ns ? -1 : 1;
    return compare_names(a, b);
}

void request_sample_sort(struct request_sample *sample)
{
    if (sample->n)
        qsort(sample->rows, sample->n, sizeof *sample->rows, compare_offers);
    for (size_t i = 0; i < sample->n; i++) {
        struct request_sample_row *row = &sample->rows[i];
        row->request.split_ns = row->request.split_ns ? row->split_ns : NULL;
    }
}
