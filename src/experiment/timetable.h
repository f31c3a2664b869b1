/* When work is done that several threads share, each of them taking the next task whenever it has finished
 * one: how much of it is over at what time, before it has begun. Work and time are in the same unit, of one
 * thread's. */
#ifndef TANDEM_EXPERIMENT_TIMETABLE_H
#define TANDEM_EXPERIMENT_TIMETABLE_H

#include <stdbool.h>
#include <stddef.h>

/* From one to the next as many threads are at work; the first is 0, 0. */
struct timetable_knot {
    double work, time; /* all that is done, and when */
};

struct timetable {
    double *free_at; /* owned; when each thread has finished: a heap, the earliest first */
    size_t n_threads;
    struct timetable_knot *knots; /* owned */
    size_t n_knots, capacity;
};

/* Nothing to do yet. `threads` >= 1. False when memory is gone. */
bool timetable_init(struct timetable *table, size_t threads);
void timetable_finish(struct timetable *table);

/* The next task: the thread that is free first takes it. `work` >= 0. */
void timetable_add(struct timetable *table, double work);

/* What comes next begins when all that was added is done; comes last of all, too. False when memory is gone.
 */
bool timetable_join(struct timetable *table);

/* When so much of what was joined is done. Work beyond that, which nobody knew of, is done by all threads. */
double timetable_time(const struct timetable *table, double work);

/* What was joined: all of it, and when it is done. */
struct timetable_knot timetable_end(const struct timetable *table);

#endif
