/* Inside the reader: from the parsed document to the spec. Private to src/scenario. */
#ifndef TANDEM_SCENARIO_READ_H
#define TANDEM_SCENARIO_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "base/json_locate.h"
#include "base/text.h"
#include "model/spec.h"
#include "scenario/caps.h"
#include "scenario/fields.h"
#include "scenario/names.h"
#include "scenario/scenario.h"
#include "scenario/set.h"

/* Where the reader is in the document: a chain on its stack, up to the root, which is NULL. */
struct path {
    const struct path *up;
    const char *key; /* NULL: an element of an array */
    size_t index;
};

enum where { AT_VALUE, AT_KEY };

/* Of a message: beyond it a size is a slip. */
#define READ_LARGEST_BYTES INT64_C(1000000000000000)

/* A link by the pair that it joins, lesser component first. */
struct link_pair {
    uint32_t a, b;
    uint32_t link;
};

struct reader {
    struct scenario_source source; /* its text without a byte order mark, its file as it is shown */
    const char *folder;
    char *blanked;        /* owned; without comments, as long as the text */
    struct set_list sets; /* owned */
    struct problem_list *problems;
    size_t errors_before; /* that the list held already */
    struct text files;    /* owned; a fingerprint of each file that was read */
    size_t file_bytes;    /* of all of them */
    size_t n_rows;        /* lines of files and values of empirical distributions; see CAP_ROWS */
    size_t n_calls;       /* that steps make, so far */
    struct spec spec;
    struct name_index components, endpoints; /* by name */
    struct name_index links, loads;          /* likewise, once they are read; without the link "default" */
    struct link_pair *pairs;                 /* owned, sorted */
    size_t n_pairs;
    bool links_unknown; /* a link could not be read, so a missing one may be that */
    bool failed;        /* memory is gone */
};

/* ---- opening (scenario.c) ---- */

/* Begins to read a source, whose text and sets are borrowed: parses it and makes the overrides. What is wrong
 * is told to `problems`; NULL then. Either way to be closed; the tree, cJSON_Delete() it, is the caller's. */
cJSON *reader_open(struct reader *reader, const struct scenario_source *source,
                   struct problem_list *problems);
void reader_close(struct reader *reader);

/* Reads a document once more, with other values set in a copy of it, and without its section "sweep". False:
 * *ret_brief (free() it) is the first error; NULL: memory is gone. *ret_leads: the paths of the sets all lead
 * somewhere. */
bool read_trial(const struct reader *reader, const cJSON *root, const char *const *sets, size_t n_sets,
                bool *ret_leads, char **ret_brief);

/* ---- telling (read_report.c) ---- */

/* Adds an error at a place: printf-style, with the nearest known name or NULL. Always returns false. */
bool read_error(struct reader *reader, const struct path *path, enum where where, const char *hint,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

void read_warning(struct reader *reader, const struct path *path, enum where where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for `found X, ` and then what was expected, printf-style. */
bool read_expected(struct reader *reader, const struct path *path, const cJSON *item, const char *hint,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Is `found` no more than the cap? If it is, that is told. */
bool read_cap(struct reader *reader, const struct path *path, enum where where, enum cap cap, double found);

/* The same for how many stand in a list that is a field of `type`; the path leads to it. */
bool read_cap_list(struct reader *reader, const struct path *path, const struct object_type *type, size_t n);

/* What a parser or a check said of a value: "found X, " first where `found` is not NULL. When it said that
 * memory is gone, that is noted instead. Always returns false. */
bool read_refused(struct reader *reader, const struct path *path, const cJSON *found,
                  const struct error *error);

/* Adds an error at an offset of another file, which `path` names. */
bool read_error_in_file(struct reader *reader, const struct path *path, const char *file, const char *text,
                        size_t length, size_t offset, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* The name most like `word`, for the hint of an error; NULL when there is none, or the error would not be
 * shown. */
const char *read_hint(const struct reader *reader, const struct name_index *names, const char *word);

/* Notes that memory is gone. Always returns false. */
bool read_failed(struct reader *reader);

/* ---- reading by tables (read_value.c, read_object.c) ---- */

/* Reads one value as its field says into target + field->offset. False: it could not, and that was told. */
bool read_value(struct reader *reader, const cJSON *item, const struct path *path, const struct field *field,
                void *target);

/* Reads an object by its table into `target`: tells unknown, missing and contradicting keys, fills in what is
 * absent if `fill`. What the table leaves to others is only checked for being an object or an array. False
 * when something was wrong. */
bool read_object(struct reader *reader, const cJSON *item, const struct path *path,
                 const struct object_type *type, void *target, bool fill);

/* The key's value, or NULL; case matters. */
const cJSON *read_get(const cJSON *object, const char *key);

/* The first of the values inside the key's array or object, so that ->next leads through all; NULL when there
 * is no such array or object. */
const cJSON *read_first(const cJSON *object, const char *key);
size_t read_count(const cJSON *object, const char *key);

/* Which of a type's alternatives stands in the object: its number in the table, or -1. */
int read_alternative(const cJSON *object, const struct object_type *type);

/* The same for what these read so far: users of all loads, replications of all policies, factors of events,
 * changes of an mmpp load's state, failures of a link. */
void read_cap_users(struct reader *reader, const struct path *path);
void read_cap_runs(struct reader *reader, const struct path *path);
bool read_cap_factors(struct reader *reader, const struct path *path);
bool read_cap_changes(struct reader *reader, const struct path *path, const struct load_spec *load);
bool read_cap_failures(struct reader *reader, const struct path *path, const struct failure_spec *failures);

/* Counts rows: see CAP_ROWS. */
bool read_cap_rows(struct reader *reader, const struct path *path, size_t n);

/* Zeroed memory for n items (never NULL for n = 0 alone); NULL notes that memory is gone. */
void *read_allocate(struct reader *reader, size_t n, size_t size);
char *read_copy(struct reader *reader, const char *string);

/* ---- topics ---- */

bool read_distribution(struct reader *reader, const cJSON *item, const struct path *path,
                       struct distribution *ret_distribution);

/* A copy that owns what it holds; on failure *ret_copy is empty. */
bool read_copy_distribution(struct reader *reader, const struct distribution *distribution,
                            struct distribution *ret_copy);

bool read_empirical_file(struct reader *reader, const cJSON *item, const struct path *path,
                         struct distribution *distribution);
bool read_trace_file(struct reader *reader, const cJSON *item, const struct path *path,
                     struct load_spec *load);

/* Objects that say more than a bare value could; what `timeout` held before is freed. */
bool read_loss(struct reader *reader, const cJSON *item, const struct path *path, struct loss_spec *ret_loss);
bool read_backoff(struct reader *reader, const cJSON *item, const struct path *path,
                  struct backoff_spec *backoff);
bool read_timeout(struct reader *reader, const cJSON *item, const struct path *path,
                  struct distribution *timeout);

/* What an absent "confirm" means in a rule, or in an exception from the rule `policy`, which may be NULL. */
void read_queue_confirm(const cJSON *item, const cJSON *policy, struct queue_rule *queue);

/* What some queues have, or-ed: settings that are about it are idle elsewhere. */
enum queue_trait { QUEUE_IS_DURABLE = 1, QUEUE_IS_ACKNOWLEDGED = 2, QUEUE_IS_CONFIRMED = 4 };
unsigned read_queue_traits(const struct queue_rule *queue);

/* Tells the settings in `item` that are idle where queues have just these traits. */
bool read_check_queue(struct reader *reader, const cJSON *item, const struct path *path, unsigned traits);

/* Drops what a queue that is not durable has inherited, so that rules that mean the same are the same. */
void read_queue_settle(struct queue_rule *queue);

/* Warns of what is said about retries in `item`, when there are none. */
void read_check_retries(struct reader *reader, const cJSON *item, const struct path *path,
                        const struct control_spec *control);

/* Texts, a list of `type`; `example` is shown where one is something else. */
void read_texts(struct reader *reader, const cJSON *item, const struct path *path, const char *example,
                const struct object_type *type, char ***texts, size_t *n_texts);

/* What the section "run" does not say, and how its values go together; once it was read by its table. */
void read_run(struct reader *reader, const cJSON *root);

/* All names first, so that references can be resolved in any order; then the rest. */
void read_names(struct reader *reader, const cJSON *root);
void read_links(struct reader *reader, const cJSON *root);
void read_components(struct reader *reader, const cJSON *root);
void read_loads(struct reader *reader, const cJSON *root);
void read_policies(struct reader *reader, const cJSON *root);
void read_events(struct reader *reader, const cJSON *root);
void read_expects(struct reader *reader, const cJSON *root);

/* What the section "sweep" is read into, by its table. */
struct sweep_section {
    uint32_t count;
    bool logarithmic;
};

struct axis;
struct sweep_axes {
    struct axis *axes; /* owned */
    size_t n;
};

bool read_sweep(struct reader *reader, const cJSON *root, struct sweep_axes *ret_axes);
void sweep_finish_axes(struct sweep_axes *axes);

/* Tries each value, one at a time, in a document that is good without them; of many or in long documents the
 * first ones. */
void read_check_sweep(struct reader *reader, const cJSON *root, const struct sweep_axes *axes);

/* Steps of endpoint `endpoint`, as far as they can be read: `steps` is filled, and owned by the spec, either
 * way. `repeats` is how often the steps around them have these done. */
bool read_steps(struct reader *reader, const cJSON *item, const struct path *path, uint32_t endpoint,
                double repeats, struct step_spec **steps, size_t *n_steps);

/* Checks a name that a key gives; `thing` is what it names. */
bool read_name_of_key(struct reader *reader, const struct path *path, const char *thing, const char *name);

/* Finds the component of that name; SPEC_NONE, and an error at `path`, when there is none. `words` could have
 * been meant too. */
uint32_t read_component_named(struct reader *reader, const cJSON *item, const struct path *path,
                              const char *what, const char *const *words, size_t n_words);

/* A component, or "users" = SPEC_USERS. */
bool read_end(struct reader *reader, const cJSON *item, const struct path *path, uint32_t *ret_end);

/* Is there a way between two components (or SPEC_USERS)? */
bool read_linked(const struct reader *reader, uint32_t a, uint32_t b);

/* The link between them, or NULL; once all links are read. Borrowed. */
const struct link_spec *read_link_between(const struct reader *reader, uint32_t a, uint32_t b);

/* Is there a state or a way in which nothing gets through the link? */
bool read_loses_all(const struct link_spec *link);

/* What only the whole shows; to be called when there were no errors. */
void read_check(struct reader *reader, const cJSON *root);

void read_check_links(struct reader *reader, const cJSON *root);

/* How much the windows of circuit breakers take. */
struct call_graph;
void read_check_windows(struct reader *reader, const struct call_graph *graph);
void read_check_rules(struct reader *reader, const cJSON *root, const struct call_graph *graph);

#endif
