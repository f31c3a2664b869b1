/* What a request should bring about, and how often it was done.
 *
 * A call is made again when its caller is executed again, by a retry or a redelivery: that is another call,
 * but the same effect. So effects are named by their place in the request's tree, whatever the attempt. */
#ifndef TANDEM_MODEL_EFFECT_H
#define TANDEM_MODEL_EFFECT_H

#include <stddef.h>
#include <stdint.h>

struct system;
struct request;

struct effect {
    struct effect *next;       /* in its bucket; first, as the pool overwrites it */
    struct effect *of_request; /* the next of the same request */
    struct request *request;
    uint64_t name;
    uint32_t executions; /* to the good end */
};

/* All effects of the requests that are not over. Zeroed: empty. */
struct effect_table {
    struct effect **buckets; /* owned; a power of two of them */
    size_t n, n_buckets;
};

/* A call or message that is to bring about `name` goes out. */
void effect_expect(struct system *s, struct request *request, uint64_t name);

/* ... and was executed, to its good end. */
void effect_done(struct system *s, struct request *request, uint64_t name);

/* How many of them were done once, never, more often. */
struct effect_count {
    uint32_t done, undone, twice;
};
struct effect_count effects_count(const struct request *request);

/* The request is over. */
void effects_forget(struct system *s, struct request *request);

void effect_table_finish(struct effect_table *table);

#endif
