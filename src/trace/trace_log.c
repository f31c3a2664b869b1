#include "trace/trace.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 256 };

/* Room for one more item of `size` bytes; NULL when memory is gone, and `items` still stands. */
static void *with_room(void *items, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return items;
    size_t more = *capacity ? 2 * *capacity : FIRST_CAPACITY;
    void *grown = realloc(items, more * size);
    if (grown)
        *capacity = more;
    return grown;
}

static void add_span(void *data, const struct trace_span *span)
{
    struct trace_log *log = data;
    struct trace_span *spans = with_room(log->spans, log->n_spans, &log->spans_capacity, sizeof *spans);
    if (!spans) {
        log->failed = true;
        return;
    }
    log->spans = spans;
    log->spans[log->n_spans++] = *span;
}

static void add_arrow(void *data, const struct trace_arrow *arrow)
{
    struct trace_log *log = data;
    struct trace_arrow *arrows = with_room(log->arrows, log->n_arrows, &log->arrows_capacity, sizeof *arrows);
    if (!arrows) {
        log->failed = true;
        return;
    }
    log->arrows = arrows;
    log->arrows[log->n_arrows++] = *arrow;
}

struct trace_sink trace_log_sink(struct trace_log *log, uint64_t n_traced)
{
    return (struct trace_sink){.data = log, .span = add_span, .arrow = add_arrow, .n_traced = n_traced};
}

void trace_log_finish(struct trace_log *log)
{
    if (!log)
        return;
    free(log->spans);
    free(log->arrows);
    *log = (struct trace_log){0};
}
