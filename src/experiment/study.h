/* The tasks of an experiment under way: which there are, doing them side by side, what came of them. Private
 * to this folder. */
#ifndef TANDEM_EXPERIMENT_STUDY_H
#define TANDEM_EXPERIMENT_STUDY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "experiment/replication.h"
#include "model/spec.h"

/* The replications that look for the end of the warm-up. */
enum { PILOT_REPLICATIONS = 10 };

/* One spec of a study. */
struct study_part {
    struct spec *spec;
    struct policy_run *runs; /* borrowed: of its experiment */
    struct warmup_search warmup;
    struct numbers *pilots;  /* owned; [replication * n_policies + policy], as those below */
    struct numbers *numbers; /* owned */
    uint32_t replications;   /* that there is room for */
    struct cut cut;          /* guarded by the study's lock, as is: */
    int64_t reached_ns;      /* by all that came to a limit and that nothing can be told without */
};

struct study_task {
    size_t part;
    uint32_t policy, replication;
    bool pilot;
};

struct study {
    struct study_part *parts; /* owned */
    size_t n_parts;
    const struct experiment_options *options;
    struct study_task *tasks; /* owned; those of the present phase */
    size_t n_tasks, capacity;
    struct limits limits; /* of a replication */
    double began_s;       /* by machine_now_s() */
    bool again;           /* what came to a limit is done again up to there */
    double least_told;    /* progress below this is not told at once, for the sake of the lock */
    pthread_mutex_t lock;
    struct experiment_progress progress; /* guarded by the lock, as what follows */
    size_t failed_task;
    struct error error; /* of the failed task that comes first, whichever thread was faster */
};

bool study_init(struct study *study, struct spec *const *specs, size_t n, struct experiment *experiments,
                const struct experiment_options *options);
void study_finish(struct study *study);

/* Gives up the numbers of a part, once its tables are made. */
void study_part_finish(struct study_part *part);

/* Makes room for the numbers of that many replications of a part. False when memory is gone. */
bool study_reserve(struct study *study, size_t part, uint32_t replications);

/* Adds a task to the phase; one that is another shard's is left out. */
bool study_add(struct study *study, const struct study_task *task, bool mine);

/* Does the tasks of the phase, and empties it. */
bool study_perform(struct study *study, struct error *error);

/* What a replication of the part under the policy counts for in the progress. */
double study_work(const struct study *study, size_t part, uint32_t policy);

/* The task's place in the journal. */
struct sha256_text study_task_id(const struct spec *spec, const struct study_task *task);

/* Is it not to be done, because the journal has it? */
bool study_has(const struct study *study, const struct study_task *task);

/* How many of a part's first replications are done under every policy. */
uint32_t study_replications(const struct study_part *part);

/* Finds the end of the warm-up of every part that asks for it (pilot.c): adds the pilots to the phase, does
 * them, and settles it where all of them are done. */
bool study_find_warmups(struct study *study, struct error *error);
bool study_add_pilots(struct study *study);
void study_settle_warmups(struct study *study);

/* Adds the replications that were asked for to the phase, of all parts whose warm-up is known; false when
 * memory is gone (experiment.c). */
bool study_add_replications(struct study *study);

/* Goes on with parts that have not reached the precision they ask for (precision.c). */
bool study_reach_precision(struct study *study, struct error *error);

/* Gives those parts that came to a limit before any replication was finished the numbers of the time before
 * (shorten.c). */
bool study_shorten(struct study *study, struct error *error);

/* Notes that the task came to a limit; takes `end` over. Other threads may be at work. */
void study_note_end(struct study *study, const struct study_task *task, struct replication_end *end);

/* The limits of the replications of the phase. */
void study_set_limits(struct study *study);

/* Need the task not be done, because of a limit that another one came to? */
bool study_is_cut(struct study *study, const struct study_task *task);

/* The metrics of a part's policies over its first `replications` (combine.c). */
bool study_combine(const struct study_part *part, uint32_t replications, struct error *error);

#endif
