/* How a call travels: one table of modes, each in a file of its own. */
#ifndef TANDEM_MODEL_CALL_H
#define TANDEM_MODEL_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "des/rng.h"
#include "model/link.h"
#include "model/result.h"
#include "model/spec.h"
#include "model/split.h"

struct system;
struct activation;
struct component;
struct program;
struct queue;

struct call_type {
    const char *name;
    const char *doc; /* one line */
    /* In a gather, waits for the answer of each call before it makes the next. */
    bool one_by_one;
    /* Sends the message `call` on its way. False: it cannot go yet, and its sender is now held until it can.
     */
    bool (*send)(struct system *s, struct activation *call);
    /* The caller has nothing to do before an answer comes: what becomes of its worker. */
    void (*await)(struct system *s, struct activation *caller);
    /* The answer that the caller awaited is there and accounted for. */
    void (*resume)(struct system *s, struct activation *caller);
};

extern const struct call_type call_sync;
extern const struct call_type call_async;
extern const struct call_type call_queue;

/* Indexed by enum call_mode. */
extern const struct call_type *const call_types[];

/* One place in the scenario from which calls are made, bound to the policy. */
struct site {
    /* What is looked at before chance decides that the call is made: a line of the cache. */
    double chance;
    uint64_t name; /* for naming random numbers */
    struct stream chances;
    const struct call_type *type;
    uint32_t copies; /* calls side by side */
    bool awaits;     /* the result is awaited */
    bool plain;      /* it asks for nothing but timeouts and retries: calls go straight out */
    /* The callee remembers what it has done: calls that are idempotent, messages that are done exactly once.
     */
    bool once;

    uint32_t caller; /* endpoint, or SPEC_USERS */
    uint32_t callee;
    struct component *component;   /* the callee's */
    const struct program *program; /* what it executes */
    struct queue *queue;           /* where the message goes; NULL = straight to the component */
    struct wire *out[2];  /* caller to callee; with a queue: publisher to broker, broker to consumer */
    struct wire *back[2]; /* callee to caller; with a queue: consumer to broker, broker to publisher */
    int64_t bytes, reply_bytes;
    int32_t priority;                   /* or SPEC_SAME_PRIORITY */
    unsigned timeout_line;              /* system_timer_line() of the timeout */
    int64_t timeout_ns;                 /* of each attempt: INT64_MAX = none, -1 = drawn */
    struct call_result *counts;         /* borrowed from the system: of the callee */
    struct split_sum *blame;            /* owned; what callers' workers were blocked for here */
    const struct control_spec *control; /* borrowed */
    struct guard *guards;               /* one a replica of the caller; NULL = none; borrowed */
    struct stream timeouts, backoffs;
};

/* Binds `site` (zeroed) for the call `call` of endpoint `caller`, which `name` names. Its queue is made if it
 * is the first to need it. `users_control` holds for users' calls that the policy has no rule for. */
bool site_init(struct system *s, struct site *site, uint32_t caller, const struct call_spec *call,
               const struct control_spec *users_control, const char *name, struct error *error);
void site_finish(struct site *site);

/* Sends the answer of `a`, whose stretch STRETCH_WIRE_BACK begins now, back to whoever awaits it; the record
 * travels and ends there. */
void call_answer(struct system *s, struct activation *a);

/* Sends `a` over `wire` and lets `arrive` happen when it is there. */
void call_travel(struct system *s, struct activation *a, struct wire *wire, int64_t bytes, enum wire_use use,
                 void (*arrive)(void *system, void *activation));

#endif
