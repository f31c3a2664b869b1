/* The steps of an endpoint, executed. */
#ifndef TANDEM_MODEL_EXECUTE_H
#define TANDEM_MODEL_EXECUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/activation.h"
#include "model/program.h"

/* Executes `a`, which holds a worker, on from its present step until it has to wait or ends. */
void activation_run(struct system *s, struct activation *a);

/* The present work step of `a` is done. */
void activation_worked(void *system, void *activation);

/* The duration of the first step of `a` if that is work, else 0: what the order "shortest first" goes by. */
int64_t activation_first_work(const struct activation *a);

/* A name for step `i` of `a`, and the turn of the loops around it, below `root`. */
uint64_t execute_place_name(uint64_t root, const struct activation *a, const struct instruction *i);

/* Names what `a` draws at `i`: the activation, and which time round the loops about it. */
uint64_t execute_draw_name(const struct activation *a, const struct instruction *i);

/* Moves on to the next step; returns true. */
static inline bool execute_next(struct activation *a)
{
    a->frame->pc++;
    return true;
}

#endif
