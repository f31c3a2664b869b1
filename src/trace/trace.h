/* What a run tells while it goes: stretches of a worker's time, and messages between components. The model
 * calls a sink; what the sink does with it is its own business. */
#ifndef TANDEM_TRACE_TRACE_H
#define TANDEM_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum span_kind { SPAN_BUSY, SPAN_READY, SPAN_BLOCKED, SPAN_SUSPENDED, SPAN_INBOX, SPAN_QUEUE };

/* One activation in one state for a while. */
struct trace_span {
    enum span_kind kind;
    uint32_t component, replica;
    uint32_t endpoint;
    uint32_t load;
    uint64_t request;    /* number within its load */
    uint64_t activation; /* tells activations of the whole run apart */
    int64_t from_ns, to_ns;
};

enum arrow_kind { ARROW_REQUEST, ARROW_REPLY, ARROW_ERROR, ARROW_PUBLISH, ARROW_DELIVERY };

/* One message on a link. Components as in struct spec: SPEC_USERS for users. */
struct trace_arrow {
    enum arrow_kind kind;
    uint32_t from, to;
    uint32_t load;
    uint64_t request;
    uint64_t activation;         /* the callee's */
    int64_t sent_ns, arrived_ns; /* where it would have arrived, if it was lost */
    bool lost;
    uint32_t attempt; /* of its call, or delivery of its message, from 0 */
};

/* One user's request, when its last effect was done and it was answered, or the run ended. */
struct trace_request {
    uint32_t load;
    uint64_t number;
    int64_t offered_ns;
    int64_t answered_ns;  /* -1 = not */
    int64_t completed_ns; /* -1 = not */
    int outcome;          /* enum outcome of the model */
    const int64_t
        *split_ns; /* its response time by cause, as many as the model has; NULL when not answered ok */
    size_t n_split;
};

struct trace_sink {
    void *data;
    /* Each may be NULL. What they point to is valid during the call only. */
    void (*span)(void *data, const struct trace_span *span);
    void (*arrow)(void *data, const struct trace_arrow *arrow);
    void (*request)(void *data, const struct trace_request *request);
    /* Whether request() is to be told of this one, asked when it is offered; NULL = of every one. */
    bool (*wants)(void *data, uint32_t load, uint64_t number);
    uint64_t n_traced; /* spans and arrows of this many first requests, over all loads in order of arrival */
};

/* A sink that keeps everything in memory. */
struct trace_log {
    struct trace_span *spans; /* owned, in order of their ends */
    size_t n_spans, spans_capacity;
    struct trace_arrow *arrows; /* owned, in order of their starts */
    size_t n_arrows, arrows_capacity;
    bool failed; /* memory ran out: something is missing */
};

/* A sink that writes spans and arrows of the first `n_traced` requests into `log`, which it borrows. */
struct trace_sink trace_log_sink(struct trace_log *log, uint64_t n_traced);
void trace_log_finish(struct trace_log *log);

enum { REQUEST_SAMPLE_SPLITS = 16 };

/* A sample of requests that is the same under every policy: those whose names hash lowest, at most `most`. */
struct request_sample_row {
    struct trace_request request; /* its split_ns points to `split_ns` below */
    uint64_t rank;
    int64_t split_ns[REQUEST_SAMPLE_SPLITS];
};

struct request_sample {
    struct request_sample_row *rows; /* owned; ordered by request_sample_sort() */
    size_t n, capacity, most;
    bool failed;
};

void request_sample_init(struct request_sample *sample, size_t most);
/* Whether a request of that name could be in the sample in the end, as far as can be said by now. */
bool request_sample_wants(const struct request_sample *sample, uint32_t load, uint64_t number);
void request_sample_finish(struct request_sample *sample);
/* For struct trace_sink's `request`, with the sample as its data. At most REQUEST_SAMPLE_SPLITS causes. */
void request_sample_add(void *data, const struct trace_request *request);
/* Orders the rows by time of offer, then load and number, and mends their split pointers. Nothing can be
 * added afterwards. */
void request_sample_sort(struct request_sample *sample);

#endif
