/* How deliveries end: worked off, handed back, lost, or with their consumer. */
#ifndef TANDEM_MODEL_ACKNOWLEDGE_H
#define TANDEM_MODEL_ACKNOWLEDGE_H

#include <stdbool.h>
#include <stdint.h>

struct system;
struct activation;
struct consumer;
struct message;

/* An acknowledgement on its way to the broker. */
struct receipt {
    struct receipt *next; /* of the same batch; first, as the pool overwrites it */
    struct consumer *consumer;
    struct message *message; /* NULL = the broker has forgotten it, only the credit comes back */
    uint32_t incarnation;    /* of the consumer, when it took the delivery */
    uint32_t delivery;       /* which one of the message's it answers; 0 = one that timed out before */
    bool well;               /* worked off; else handed back */
    bool lost;               /* it will not arrive, and the consumer goes on all the same */
};

/* The delivery `a`, which is on no replica, ends, and its record with it: its consumer is down. */
void delivery_kill(struct system *s, struct activation *a);

#endif
