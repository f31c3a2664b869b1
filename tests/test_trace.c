#include "trace/trace.h"

#include <criterion/criterion.h>

/* ---- the log ---- */

Test(trace, a_log_keeps_everything_in_order)
{
    struct trace_log log = {0};
    struct trace_sink sink = trace_log_sink(&log, 17);
    cr_assert_eq(sink.n_traced, 17);
    cr_assert_null(sink.request);
    for (uint64_t i = 0; i < 5000; i++) {
        sink.span(sink.data, &(struct trace_span){.kind = SPAN_INBOX, .request = i, .to_ns = (int64_t)i});
        sink.arrow(sink.data, &(struct trace_arrow){.kind = ARROW_REPLY, .request = 2 * i});
    }
    cr_assert_not(log.failed);
    cr_assert_eq(log.n_spans, 5000);
    cr_assert_eq(log.n_arrows, 5000);
    for (uint64_t i = 0; i < 5000; i++) {
        cr_assert_eq(log.spans[i].request, i);
        cr_assert_eq(log.spans[i].kind, SPAN_INBOX);
        cr_assert_eq(log.arrows[i].request, 2 * i);
        cr_assert_eq(log.arrows[i].kind, ARROW_REPLY);
    }
    trace_log_finish(&log);
    cr_assert_null(log.spans);
    trace_log_finish(NULL);
}

/* ---- the sample ---- */

static void offer(struct request_sample *sample, uint32_t load, uint64_t number, int64_t offered_ns)
{
    int64_t split_ns[3] = {(int64_t)number, (int64_t)load, offered_ns};
    struct trace_request request = {
        .load = load, .number = number, .offered_ns = offered_ns, .split_ns = split_ns, .n_split = 3};
    request_sample_add(sample, &request); /* split_ns is gone afterwards */
}

Test(trace, a_sample_of_few_keeps_all_in_the_order_of_offer)
{
    struct request_sample sample;
    request_sample_init(&sample, 100);
    for (uint64_t number = 0; number < 50; number++)
        offer(&sample, (uint32_t)(number % 2), number, 1000 - (int64_t)(number / 4));
    request_sample_sort(&sample);
    cr_assert_eq(sample.n, 50);
    cr_assert_not(sample.failed);
    for (size_t i = 0; i < sample.n; i++) {
        const struct trace_request *now = &sample.rows[i].request;
        cr_assert_eq(now->split_ns[0], (int64_t)now->number);
        cr_assert_eq(now->split_ns[1], (int64_t)now->load);
        cr_assert_eq(now->split_ns[2], now->offered_ns);
        if (i == 0)
            continue;
        const struct trace_request *last = &sample.rows[i - 1].request;
        cr_assert_leq(last->offered_ns, now->offered_ns);
        if (last->offered_ns == now->offered_ns)
            cr_assert(last->load < now->load || (last->load == now->load && last->number < now->number));
    }
    request_sample_finish(&sample);
    request_sample_finish(NULL);
}

static bool holds(const struct request_sample *sample, uint32_t load, uint64_t number)
{
    for (size_t i = 0; i < sample->n; i++)
        if (sample->rows[i].request.load == load && sample->rows[i].request.number == number)
            return true;
    return false;
}

/* Another policy answers the same requests at other times and in another order. */
Test(trace, a_sample_is_the_same_whatever_the_order)
{
    struct request_sample one, other;
    request_sample_init(&one, 200);
    request_sample_init(&other, 200);
    for (uint64_t i = 0; i < 10000; i++) {
        offer(&one, (uint32_t)(i % 3), i, (int64_t)i);
        uint64_t elsewhere = i * 7919 % 10000;
        offer(&other, (uint32_t)(elsewhere % 3), elsewhere, -(int64_t)i);
    }
    cr_assert_eq(one.n, 200);
    cr_assert_eq(other.n, 200);
    cr_assert_leq(one.capacity, 200);
    for (size_t i = 0; i < one.n; i++)
        cr_assert(holds(&other, one.rows[i].request.load, one.rows[i].request.number));
    request_sample_finish(&one);
    request_sample_finish(&other);
}

/* A smaller sample is a part of a greater one: those of the lowest ranks. */
Test(trace, a_sample_keeps_the_lowest_ranks)
{
    struct request_sample few, many;
    request_sample_init(&few, 10);
    request_sample_init(&many, 1000);
    for (uint64_t i = 0; i < 1000; i++) {
        offer(&few, 0, i, (int64_t)i);
        offer(&many, 0, i, (int64_t)i);
    }
    uint64_t highest = 0;
    for (size_t i = 0; i < few.n; i++)
        highest = few.rows[i].rank > highest ? few.rows[i].rank : highest;
    for (size_t i = 0; i < many.n; i++)
        cr_assert_eq(many.rows[i].rank <= highest, holds(&few, 0, many.rows[i].request.number));
    request_sample_finish(&few);
    request_sample_finish(&many);
}

/* Each request alike: the numbers kept lie evenly in the run. Mean of 1000 of 0..99999: sd 100000 /
 * sqrt(12000). */
Test(trace, a_sample_is_not_biased_in_time)
{
    struct request_sample sample;
    request_sample_init(&sample, 1000);
    for (uint64_t i = 0; i < 100000; i++)
        offer(&sample, 0, i, (int64_t)i);
    double mean = 0.0;
    for (size_t i = 0; i < sample.n; i++)
        mean += (double)sample.rows[i].request.number / 1000.0;
    cr_assert_float_eq(mean, 50000.0, 4.0 * 913.0);
    request_sample_finish(&sample);
}

Test(trace, a_sample_of_none)
{
    struct request_sample sample;
    request_sample_init(&sample, 0);
    offer(&sample, 0, 0, 0);
    request_sample_sort(&sample);
    cr_assert_eq(sample.n, 0);
    request_sample_finish(&sample);
}

Test(trace, an_unanswered_request_has_no_split)
{
    struct request_sample sample;
    request_sample_init(&sample, 5);
    request_sample_add(&sample, &(struct trace_request){.answered_ns = -1, .completed_ns = -1});
    request_sample_sort(&sample);
    cr_assert_null(sample.rows[0].request.split_ns);
    cr_assert_eq(sample.rows[0].request.answered_ns, -1);
    request_sample_finish(&sample);
}
