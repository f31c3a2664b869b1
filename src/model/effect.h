/* What a request should bring about, and how often it was done.
 *
 * A call is made again when its caller is executed again, by a retry or a redelivery: that is another call,
 * but the same effect. So effects are named by their place in the request's tree, whatever the attempt. */
#ifndef TANDEM_MODEL_EFFECT_H
#define TANDEM_MODEL_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct system;
struct request;
struct activation;

struct effect {
    struct effect *next;       /* in its bucket; first, as the pool overwrites it */
    struct effect *of_request; /* the next of the same request */
    struct request *request;
    uint64_t name;
    uint64_t parent;      /* the effect whose execution asked for it; 0 = none: a user did */
    uint64_t asked_by;    /* which execution of that, the last one: an activation's id */
    uint64_t executed_by; /* the last one of its own that ended well */
    uint32_t executions;  /* to the good end */
    bool waived;          /* nobody wants it any more */
};

/* All effects of the requests that are not over. Zeroed: empty. */
struct effect_table {
    struct effect **buckets; /* owned; a power of two of them */
    size_t n, n_buckets;
};

/* A call or message that is to bring about `name` goes out; `caller` is NULL for a user. */
void effect_expect(struct system *s, struct request *request, uint64_t name, const struct activation *caller);

/* ... or was never executed before its caller had enough without it, or had died: if the caller is executed
 * again, it will ask again. */
void effect_waive(struct system *s, struct request *request, uint64_t name);

/* ... and was executed to its good end, as `a`. */
void effect_done(struct system *s, const struct activation *a);

bool effect_is_done(const struct system *s, const struct request *request, uint64_t name);

/* How many of them were done once, never, more often. What was asked for by an execution that was not the one
 * that counts in the end, and was never done, is no loss: the other one has chosen anew. */
struct effect_count {
    uint32_t done, undone, twice;
};
struct effect_count effects_count(const struct system *s, const struct request *request);

/* The request is over. */
void effects_forget(struct system *s, struct request *request);

void effect_table_finish(struct effect_table *table);

#endif
