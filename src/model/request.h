/* A user's request: the tree of the activations that it causes, and how it ends. */
#ifndef TANDEM_MODEL_REQUEST_H
#define TANDEM_MODEL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "model/result.h"

struct system;
struct activation;
struct effect;
struct load;
struct user;

/* What the trace will be told of a request when it is over. */
struct tale {
    int64_t answered_ns;      /* -1 = not yet */
    int64_t completed_ns;     /* -1 = not yet, or never */
    int64_t split_ns[CAUSES]; /* of the response time */
    bool has_split;           /* only an ok answer has one */
};

struct request {
    uint64_t
        number; /* within its load; closed: user << 32 | how many-eth of the user. First: the pool uses it */
    struct load *load; /* NULL = a record not in use */
    struct user *user; /* of a closed load; else NULL */
    int64_t offered_ns;
    int64_t last_effect_ns; /* when the last execution ended well */
    int64_t held_ns;        /* before its message could go, for lack of room in a queue */
    struct tale *tale;      /* NULL = nobody wants to be told; owned */
    struct effect *effects; /* those that are: see effect.h */
    uint32_t done, undone;  /* effects that are not kept one by one */
    uint32_t open;          /* effects to come: activations that have not ended */
    uint32_t records;       /* messages and activations of it that exist */
    uint8_t outcome;        /* enum outcome */
    bool answered;
    bool measured; /* offered after the warm-up */
    bool traced;   /* its spans and arrows are told */
    bool hung;     /* nobody will ever answer */
};

/* The `number`-th request of `load` comes now. NULL when memory is gone. */
struct request *request_create(struct system *s, struct load *load, struct user *user, uint64_t number);

/* All its effects are over: it is complete if they were done. */
void request_effects_over(struct system *s, struct request *request);

/* One effect ended, well or not. */
static inline void request_effect_ended(struct system *s, struct request *request)
{
    if (--request->open == 0)
        request_effects_over(s, request);
}

/* The user has an answer, has given up, or has handed over a message that needs no answer. `split_ns`
 * [CAUSES] says where the time went to; NULL = there was none to spend. */
void request_answered(struct system *s, struct request *request, enum outcome outcome,
                      const int64_t *split_ns);

/* It is over: its record goes. */
void request_over(struct system *s, struct request *request);

/* Frees the request if it is over: answered (or hung), and none of its records exists. */
static inline void request_release(struct system *s, struct request *request)
{
    if (request->records == 0 && (request->answered || request->hung))
        request_over(s, request);
}

/* Tells the trace about a request that is over or that the end of the run found open. */
void request_tell(struct system *s, const struct request *request);

#endif
