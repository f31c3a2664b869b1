/* Links. Each way is a wire: messages are put on it one after another, then they propagate. */
#ifndef TANDEM_MODEL_LINK_H
#define TANDEM_MODEL_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/int128.h"
#include "des/rng.h"
#include "model/spec.h"
#include "trace/trace.h"

struct system;
struct activation;

struct wire {
    const struct link_spec *spec;
    uint32_t link;     /* index of its result */
    uint32_t from, to; /* component or SPEC_USERS */
    struct stream delays, losses;
    bool bad; /* the state that it is in: see struct loss_spec */
    uint64_t n_messages;
    int64_t free_ns; /* until then it is being written to */
    int64_t last_ns; /* latest arrival so far */
};

/* All wires of a system, found by their ends. */
struct wire_table {
    struct wire **slots; /* owned, with the wires; open addressing, a power of two of them */
    size_t n, capacity;
};

/* Which of the messages that one call causes on a wire: names the draw of its delay. */
enum wire_use { WIRE_REQUEST, WIRE_DELIVERY, WIRE_ANSWER, WIRE_ACK, WIRE_GRANT, WIRE_COPY };

/* What becomes of a message that is sent. */
struct passage {
    int64_t arrival_ns; /* when it arrives, or would have */
    bool lost;
    bool duplicate; /* a copy is to be sent, too */
};

/* The wire between two components (or SPEC_USERS), made when first asked for. *ret_wire is NULL where no link
 * is needed. False when memory is gone. */
bool wire_between(struct system *s, uint32_t from, uint32_t to, struct wire **ret_wire);
void wire_table_finish(struct wire_table *table);

/* Sends a message on account of `a` now. A NULL wire takes no time and loses nothing. Only requests
 * (publishes, too) and answers get lost or double; brokers and their clients retransmit the rest. */
struct passage wire_send(struct system *s, struct wire *wire, int64_t bytes, const struct activation *a,
                         enum wire_use use);

#endif
