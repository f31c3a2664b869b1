/* Publishers that want to know that the broker has their message. */
#ifndef TANDEM_MODEL_CONFIRM_H
#define TANDEM_MODEL_CONFIRM_H

#include <stdbool.h>
#include <stdint.h>

#include "des/sim.h"
#include "model/activation.h"

struct system;
struct call;
struct instance;

/* What a publisher keeps in its memory of the message of a call, until the broker has confirmed one of its
 * copies. */
struct publication {
    void *next;                   /* the pool's, while the record is free */
    struct call *call;            /* NULL = confirmed, or given up */
    struct activation message;    /* as it was published */
    struct activation *publisher; /* whose worker is blocked until then; NULL = nobody's */
    uint64_t publisher_id;
    int64_t since_ns; /* of its first copy */
    event_id timer;
    uint32_t resent;
    uint32_t copies; /* on their way to the broker */
    uint32_t coming; /* confirmations on their way */
    bool missed;     /* no copy is on its way, and none has arrived: it waits to be sent again */
    bool arrived;
    bool answers; /* its user waits for it */
};

/* `a`, about to be published, is kept by its publisher if the rule of its queue wants that; NULL = it is not.
 */
struct publication *publication_begin(struct system *s, struct activation *a);

/* Blocks the worker of `publisher` (NULL = nobody's) until `p`, just published, is confirmed. False: it does
 * not have to wait. */
bool publication_holds(struct system *s, struct publication *p, struct activation *publisher);

/* The broker has `a`, or has decided what becomes of it: it tells the publisher so. */
void publication_confirm(struct system *s, const struct activation *a);

/* The copy `a` got lost before the broker had it. */
void publication_miss(struct system *s, const struct activation *a);

/* Counts those that wait to be sent again, for the ledger of places. */
int64_t publications_missed(struct system *s);

/* All that `instance` kept is lost. */
void publications_forget(struct system *s, const struct instance *instance);

#endif
