#include "experiment/timetable.h"

#include <assert.h>
#include <stdlib.h>

bool timetable_init(struct timetable *table, size_t threads)
{
    assert(threads > 0);
    *table = (struct timetable){.free_at = calloc(threads, sizeof *table->free_at),
                                .n_threads = threads,
                                .knots = calloc(1, sizeof *table->knots),
                                .n_knots = 1,
                                .capacity = 1};
    if (table->free_at && table->knots)
        return true;
    timetable_finish(table);
    return false;
}

void timetable_finish(struct timetable *table)
{
    free(table->free_at);
    free(table->knots);
    *table = (struct timetable){0};
}

void timetable_add(struct timetable *table, double work)
{
    double *heap = table->free_at, free_at = heap[0] + work;
    size_t i = 0;
    for (size_t child = 1; child < table->n_threads; child = 2 * i + 1) {
        child += child + 1 < table->n_threads && heap[child + 1] < heap[child];
        if (heap[child] >= free_at)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = free_at;
}

static int by_size(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static bool reserve(struct timetable *table, size_t more)
{
    if (table->n_knots + more <= table->capacity)
        return true;
    struct timetable_knot *knots = realloc(table->knots, (table->n_knots + more) * sizeof *knots);
    if (!knots)
        return false;
    table->knots = knots;
    table->capacity = table->n_knots + more;
    return true;
}

bool timetable_join(struct timetable *table)
{
    size_t n = table->n_threads;
    struct timetable_knot at = timetable_end(table);
    if (!reserve(table, n))
        return false;
    qsort(table->free_at, n, sizeof *table->free_at, by_size);
    for (size_t i = 0; i < n; i++) {
        at.work += (double)(n - i) * (table->free_at[i] - at.time);
        at.time = table->free_at[i];
        table->knots[table->n_knots++] = at;
    }
    for (size_t i = 0; i < n; i++)
        table->free_at[i] = at.time;
    return true;
}

/* The first knot at which so much is done, or the last of all. */
static size_t find(const struct timetable *table, double work)
{
    size_t low = 0, high = table->n_knots - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table->knots[middle].work < work)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double timetable_time(const struct timetable *table, double work)
{
    struct timetable_knot end = timetable_end(table);
    size_t i = find(table, work);
    if (work >= end.work)
        return end.time + (work - end.work) / (double)table->n_threads;
    if (i == 0)
        return 0.0;
    const struct timetable_knot *a = &table->knots[i - 1], *b = &table->knots[i];
    return a->time + (b->time - a->time) * (work - a->work) / (b->work - a->work);
}

struct timetable_knot timetable_end(const struct timetable *table)
{
    return table->knots[table->n_knots - 1];
}
