/* Calling off: a caller that has given up tells its callee so. */
#ifndef TANDEM_MODEL_POLICY_CANCEL_H
#define TANDEM_MODEL_POLICY_CANCEL_H

#include <stdint.h>

struct system;
struct activation;

/* A message on its way that calls an attempt off. */
struct cancel {
    void *pool_next; /* the pool's, while the record is free */
    struct activation *attempt;
    uint64_t id; /* of the attempt: its record may be another's by then */
};

/* Nobody waits for `a` any more: sends word after it, if its rule says so. What is in a queue cannot be
 * called off. */
void cancel_send(struct system *s, struct activation *a);

#endif
