/* An endpoint's steps as a list of instructions, bound to one policy. */
#ifndef TANDEM_MODEL_PROGRAM_H
#define TANDEM_MODEL_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/call.h"

enum op {
    OP_WORK,
    OP_WAIT,
    OP_GATHER, /* also a single call */
    OP_CHOOSE,
    OP_LOOP,  /* begins to count */
    OP_AGAIN, /* jumps back until counted to the end, or chance ends it */
    OP_JUMP,
    OP_REPLY,
    OP_FAIL,
    OP_END,
};

struct branch {
    double up_to; /* the sum of the chances up to and including this branch's */
    uint32_t target;
};

struct instruction {
    enum op op;
    uint32_t depth;        /* loops around it */
    uint32_t copies, need; /* gather: calls in all, answers needed */
    struct site *sites;    /* gather; owned */
    uint32_t n_sites;
    uint32_t n_branches;
    struct stream draws;
    const struct distribution *duration; /* work, wait; borrowed */
    double chance;                       /* fail; again: of each further time */
    struct split_sum *blame;             /* wait: what workers were blocked for here; owned */
    struct branch *branches;             /* choose; owned */
    uint32_t target;                     /* again, jump */
    uint32_t times;                      /* again */
};

struct program {
    struct instruction *code; /* owned; ends in OP_END */
    uint32_t n, capacity;
};

/* Compiles endpoint `endpoint` of the system's spec into `program` (zeroed). */
bool program_compile(struct system *s, uint32_t endpoint, struct program *program, struct error *error);
void program_finish(struct program *program);

#endif
