/* What a request should bring about, and how often it was done.
 *
 * A call is made again when its caller is executed again, by a retry or a redelivery: that is another call,
 * but the same effect. So effects are named by their place in the request's tree, whatever the attempt.
 *
 * Where nothing can be executed twice, each call is an effect of its own, and they need only be counted: in
 * the request's `done` and `undone`. The pointer to the effect is then NULL. */
#ifndef TANDEM_MODEL_EFFECT_H
#define TANDEM_MODEL_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/request.h"
#include "model/spec.h"

struct system;
struct activation;

/* The effects of a request that is not over: `next` links them all, and `below` makes them a search tree,
 * with the request's first one as its root. It needs no balancing: the bits of names are random. */
struct effect {
    struct effect
        *below[2]; /* by the next bit of the name, from the lowest; first, as the pool overwrites it */
    struct effect *next;
    const struct effect *parent; /* the effect whose execution asked for it; NULL = a user did */
    uint64_t name;
    uint64_t asked_by;    /* which execution of the parent, the last one: an activation's id */
    uint64_t executed_by; /* the last one of its own that ended well */
    uint32_t executions;  /* to the good end */
    bool waived;          /* nobody wants it any more */
};

/* Whether anything can be executed a second time under this policy. */
bool effects_repeat(const struct spec *spec, const struct policy_spec *policy);

/* Where it cannot: one more is to be brought about. */
static inline void effect_expect_one(struct request *request)
{
    request->undone++;
}

/* Where it can: a call or message that is to bring about `name` goes out; `caller` is NULL for a user. The
 * same effect as before if the request has one of that name; NULL when memory is gone. Borrowed until the
 * request is over. */
struct effect *effect_expect(struct system *s, struct request *request, uint64_t name,
                             const struct activation *caller);

/* ... or was never executed before its caller had enough without it, or had died: if the caller is executed
 * again, it will ask again. */
static inline void effect_waive(struct request *request, struct effect *effect)
{
    if (effect)
        effect->waived = true;
    else
        request->undone--;
}

/* ... and was executed to its good end by the activation `id`. */
static inline void effect_done(struct request *request, struct effect *effect, uint64_t id)
{
    if (effect) {
        effect->executions++;
        effect->executed_by = id;
    } else {
        request->undone--;
        request->done++;
    }
}

/* How many of them were done once, never, more often. What was asked for by an execution that was not the one
 * that counts in the end, and was never done, is no loss: the other one has chosen anew. */
struct effect_count {
    uint32_t done, undone, twice;
};
struct effect_count effects_count(const struct request *request);

/* The request is over. */
void effects_forget(struct system *s, struct request *request);

#endif
