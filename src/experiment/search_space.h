/* What `tandem search` looks for, and the next value to try: bisection, with values that people would write.
 *
 * Of two values the easier one is that at which the goal is met if it is met at the other: the smaller when
 * the largest is sought (--max), the greater when the smallest is (--min). */
#ifndef TANDEM_EXPERIMENT_SEARCH_SPACE_H
#define TANDEM_EXPERIMENT_SEARCH_SPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/units.h"
#include "experiment/goal.h"
#include "scenario/axis.h"
#include "scenario/scenario.h"

enum search_direction { SEARCH_MAX, SEARCH_MIN };

struct search_space {
    enum search_direction direction;
    struct axis axis; /* owned; its values are the ends of the range, or where the search begins */
    bool whole;       /* only whole numbers (of bytes, too) make sense */
    bool ranged;      /* low and high were given */
    double low, high;
    double start;      /* without a range; > 0 */
    double resolution; /* how near a value that meets the goal comes to one that does not, relatively; of
                        * whole numbers: neighbours */
};

/* A document as scenario_read() is given it. */
struct search_source {
    struct scenario_source document; /* with the sets of the command line */
    const char *folder;
    const char *names; /* a text with the names of metrics that are wanted, percentiles perhaps; or NULL */
};

/* Reads "PATH" or "PATH=LOW..HIGH"; "PATH,PATH" varies several alike. Without a range the search begins at
 * the value that the document has. The error says what was found and what was expected. */
bool search_space_read(const char *text, enum search_direction direction, double resolution,
                       const struct search_source *source, struct search_space *ret_space,
                       struct error *error);
void search_space_finish(struct search_space *space);

/* The value as it stands behind PATH= : "67.5/s", "20ms", "8". */
struct units_text search_value(const struct search_space *space, double x);

/* Reads the document with the value set, under all its policies. False: `ret_refusal`, the first mistake in
 * one line, is the caller's to free(), and NULL when memory is gone. */
bool search_read(const struct search_space *space, const struct search_source *source, double x,
                 struct spec *ret_spec, char **ret_refusal);

/* A value that was tried. */
struct search_try {
    double x;
    enum goal_verdict verdict;
    bool refused;  /* the scenario makes no sense there: the search goes no further that way */
    double events; /* of one replication: how much work it is */
};

/* How far a search without a range goes: so many doublings or halvings, until it was undecided so many times
 * on the way, or until a replication has so many times the events of the first, or so many times fewer: it
 * takes long, or has too few requests for a percentile to mean anything. */
enum { SEARCH_MOST_DOUBLINGS = 40, SEARCH_MOST_UNDECIDED = 4, SEARCH_MOST_WORK = 100 };

enum search_work { SEARCH_WORK_FINE, SEARCH_WORK_MUCH, SEARCH_WORK_LITTLE };

enum search_work search_work(const struct search_try *try, const struct search_try *first);

enum { SEARCH_NONE = -1 };

/* What the tries say, as places in them; SEARCH_NONE where there is none. */
struct search_bracket {
    int missed; /* the easiest value that misses the goal */
    int met;    /* the hardest that meets it, easier than `missed` */
    /* Those that are undecided and lie between the two: */
    int easiest_undecided, hardest_undecided;
    int contradiction; /* a value that meets the goal though `missed` is easier: the goal is not monotonic */
};

struct search_bracket search_bracket(const struct search_space *space, const struct search_try *tries,
                                     size_t n);

/* The value to try next; NAN when there is none. */
double search_next(const struct search_space *space, const struct search_try *tries, size_t n);

#endif
