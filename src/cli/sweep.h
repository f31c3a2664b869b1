/* Doing a sweep, by whatever way it was asked for: the options of `tandem sweep`, or the plan that its shards
 * left for `tandem merge`. */
#ifndef TANDEM_CLI_SWEEP_H
#define TANDEM_CLI_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"
#include "experiment/limit.h"
#include "experiment/plan.h"

struct sweep_format;

struct sweep_order {
    const struct plan *plan;
    const char
        *out; /* DIR/NAME gets the reports and, in tasks/, what is finished; NULL: nothing is written */
    const char *const *done; /* folders with finished tasks, beside which none is done; NULL: tasks/ */
    size_t n_done;
    bool estimate;          /* nothing is done: what it would take is printed */
    bool resume;            /* what is finished in tasks/ is not done again; shards always go on so */
    uint32_t shard, shards; /* shards = 0: all tasks, and the report; else the tasks of one, from 0 */
    unsigned threads;       /* 0 = one a processor */
    struct limits limits;   /* of a replication */
    const struct sweep_format *format; /* of what is printed; NULL: nothing is */
    bool no_plots;                     /* among the files */
    bool letters;                      /* plots in letters, below the table */
    char *const *argv;                 /* the command line */
};

/* Runs what is to be run and reports it; what is wrong is told on standard error. EXIT_IO when tasks are
 * missing in the folders of `done`. */
enum exit_code sweep_perform(const struct sweep_order *order);

/* Prints the tasks of the plan, a line each: all, or those of the shard. */
enum exit_code sweep_list_tasks(const struct sweep_order *order);

/* Finds the format that --format names; NULL, and told, when there is none. `command` is as complain_usage()
 * wants it. */
const struct sweep_format *sweep_find_format(const char *name, const char *command);

#endif
