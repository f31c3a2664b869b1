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
struct link_result;
struct outage;
struct weather;

struct wire {
    const struct link_spec *spec;
    struct link_result *result; /* borrowed from the system; its two ways are counted apart */
    uint32_t link;              /* index of it */
    uint32_t from, to;          /* component or SPEC_USERS */
    uint8_t way;                /* of the result */
    uint16_t steady;            /* enum wire_use as bits: all of its messages meet the same, but for loss */
    bool bad;                   /* the state that it is in: see struct loss_spec */
    double chance;              /* of loss while the state is good */
    int64_t delay_ns;           /* -1 = drawn for each message */
    struct weather *weather;    /* shared with the wire back; NULL = always fair */
    struct stream delays, losses;
    uint64_t n_messages; /* moved the chain of states on */
    int64_t free_ns;     /* where its bandwidth is limited: until then it is being written to */
    int64_t last_ns;     /* where it keeps messages in order: latest arrival so far */
};

/* All wires of a system, found by their ends. */
struct wire_table {
    struct wire **slots; /* owned, with the wires; open addressing, a power of two of them */
    size_t n, capacity;
    struct weather *weathers; /* owned; linked by their next */
};

/* Which of the messages that one call causes on a wire: names the draw of its delay. */
enum wire_use {
    WIRE_REQUEST,
    WIRE_DELIVERY,
    WIRE_ANSWER,
    WIRE_ACK,
    WIRE_GRANT,
    WIRE_COPY,
    WIRE_CONFIRM, /* the broker tells the publisher that it has the message */
    WIRE_CANCEL,  /* the caller tells the callee that it has given up */
    WIRE_CONNECT  /* a connection is opened */
};

/* What becomes of a message that is sent. */
struct passage {
    int64_t arrival_ns; /* when it arrives, or would have; SIM_TIME_MAX = never, though not lost */
    bool lost;
    bool duplicate; /* a copy is to be sent, too */
};

/* The wire between two components (or SPEC_USERS), made when first asked for. *ret_wire is NULL where no link
 * is needed. False when memory is gone. */
bool wire_between(struct system *s, uint32_t from, uint32_t to, struct wire **ret_wire);
void wire_table_finish(struct wire_table *table);

/* Sends a message on account of `a` now. A NULL wire takes no time and loses nothing. Where the link drops
 * what it loses, requests (publishes, too), answers, confirmations and cancellations get lost, and what a
 * queue sends that does not wait for an acknowledgement, or would send it again: all else is resent until it
 * is through. Only requests double. */
struct passage wire_send(struct system *s, struct wire *wire, int64_t bytes, const struct activation *a,
                         enum wire_use use);

/* Whether nothing gets through at `at_ns`, now or later. A NULL wire is never cut. */
bool wire_is_cut(const struct system *s, struct wire *wire, int64_t at_ns);

/* Adds the failures of links in [0, now] to `list`, which has *n and is owned by the caller, and keeps it in
 * order of from_ns: the first OUTAGES_MOST. One that goes on ends now. False when memory is gone. */
bool wires_tell_outages(const struct system *s, struct outage **list, size_t *n);

#endif
