/* What a scenario may say: one table for each kind of object in the document. The reader works from these
 * tables; whoever explains a key or writes a schema or a manual finds it here too. */
#ifndef TANDEM_SCENARIO_FIELDS_H
#define TANDEM_SCENARIO_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* What a value looks like, and what it is read into. */
enum field_kind {
    FIELD_IGNORED,      /* anything; not read */
    FIELD_TEXT,         /* char *, owned */
    FIELD_NAME,         /* char *, owned; see name_is_good() */
    FIELD_COUNT,        /* uint32_t */
    FIELD_LIMIT,        /* uint32_t; a count or "unlimited" */
    FIELD_WHOLE,        /* uint64_t */
    FIELD_PRIORITY,     /* int32_t */
    FIELD_SWITCH,       /* bool */
    FIELD_TRUE,         /* true, which is all that makes sense; not read */
    FIELD_SHARE,        /* double, 0 to 1 */
    FIELD_NUMBER,       /* double */
    FIELD_DURATION,     /* int64_t, ns */
    FIELD_PAUSE,        /* int64_t, ns: a duration above 0; or "none", which is 0 */
    FIELD_MEAN,         /* double, ns: a duration of at least 1 ns */
    FIELD_RATE,         /* double, per second */
    FIELD_SIZE,         /* int64_t, bytes */
    FIELD_BANDWIDTH,    /* double, bytes per second; or "unlimited" */
    FIELD_CHOICE,       /* an enum: the place of the word in `choices` */
    FIELD_CHOICES,      /* uint32_t: a bit for each word of an array, by its place in `choices` */
    FIELD_EITHER,       /* bool: the place of the word in `choices` */
    FIELD_DISTRIBUTION, /* struct distribution, owned */
    FIELD_PART,         /* struct distribution *, owned: the same on the heap */
    FIELD_TIMEOUT,      /* struct distribution, owned; or "none" */
    FIELD_WARMUP,       /* struct run_spec, its warm-up; a duration or "auto" */
    FIELD_BACKOFF,      /* struct backoff_spec; a duration, or an object as `of` says */
    FIELD_LOSS,         /* struct loss_spec; a share, or an object as `of` says */
    FIELD_REFERENCE,    /* uint32_t: an endpoint, written COMPONENT.ENDPOINT */
    FIELD_OBJECT,       /* an object as `of` says, read in place; if absent, filled in unless `absent` */
    /* Read by the code for the object around them: */
    FIELD_LIST,      /* an array of objects as `of` says */
    FIELD_TEXTS,     /* an array of texts */
    FIELD_CLAIMS,    /* an array of texts, and objects as `of` says */
    FIELD_NAMED,     /* an object that gives each object of kind `of` a name */
    FIELD_STEPS,     /* an array of steps */
    FIELD_ENDPOINTS, /* an object that gives each array of steps a name */
    FIELD_BETWEEN,   /* two components, or "users" and a component */
    FIELD_FILE,      /* the name of a file */
    FIELD_BATCH,     /* a count, or {"geometric": mean} */
    FIELD_BROKER,    /* "receiver", "sender" or a component */
    FIELD_COMPONENT, /* the name of a component */
    FIELD_LINK,      /* the name of a link */
    FIELD_PLACE,     /* the name of a component or a link */
    FIELD_GROUP,     /* an array of components and "users" */
    FIELD_LOAD,      /* the name of an open load */
    FIELD_SWEEP,     /* an object as `of` says, or an array of them */
    FIELD_PATHS,     /* the path of a value in the document, or an array of paths */
    FIELD_VALUES,    /* an array of values for these paths */
    FIELD_QUANTITY,  /* a number, or a text: a number with any unit */
};

struct object_type;

struct field {
    const char *name; /* NULL ends a table */
    enum field_kind kind;
    const char *doc;      /* one line */
    const char *fallback; /* what an absent one means, as JSON; NULL: `absent` says it in words */
    const char *absent;
    bool required;
    bool alternative;             /* exactly one of the alternatives of an object must stand */
    bool whole;                   /* an object: where it stands, nothing in it is inherited */
    bool positive;                /* 0 is not enough; distributions: nor is a mean of 0 */
    double min, max;              /* counts, whole numbers, numbers; max of lists: how long, 0 = any length */
    size_t offset;                /* into what the object is read into */
    const char *const *choices;   /* ended by NULL */
    const struct object_type *of; /* objects */
};

struct object_type {
    const char *name;
    const char *doc; /* one line */
    const struct field *fields;
    const struct object_type *beside; /* whose fields may stand in the same object, or NULL */
    size_t beside_offset;
};

extern const struct object_type document_type;
extern const struct object_type run_type;
extern const struct object_type component_type;
extern const struct object_type inbox_type;
extern const struct object_type failures_type;
extern const struct object_type link_failures_type;
extern const struct object_type link_type;
extern const struct object_type loss_type;
extern const struct object_type gilbert_elliott_type;
extern const struct object_type control_type; /* stands beside those of policies, calls and loads */
extern const struct object_type backoff_type;
extern const struct object_type breaker_type;
extern const struct object_type budget_type;
extern const struct object_type pool_type;
extern const struct object_type connect_type;
extern const struct object_type load_type;
extern const struct object_type open_type;
extern const struct object_type rate_state_type;
extern const struct object_type rate_stretch_type;
extern const struct object_type sinusoidal_type;
extern const struct object_type closed_type;
extern const struct object_type burst_type;
extern const struct object_type trace_type;
extern const struct object_type policy_type;
extern const struct object_type rule_type;
extern const struct object_type queue_batch_type;
extern const struct object_type event_type; /* its alternatives stand in the order of enum event_kind */
extern const struct object_type work_step_type;
extern const struct object_type wait_step_type;
extern const struct object_type call_step_type;
extern const struct object_type gather_step_type;
extern const struct object_type choose_step_type;
extern const struct object_type repeat_step_type;
extern const struct object_type reply_step_type;
extern const struct object_type fail_step_type;
extern const struct object_type branch_type;
extern const struct object_type claim_type;
extern const struct object_type sweep_type;
extern const struct object_type mixture_part_type;
extern const struct object_type geometric_type;

/* One for each enum step_kind, in its order; the first field is the key that tells the kind. Ended by NULL.
 */
extern const struct object_type *const step_types[];

/* All of the above and the steps, ended by NULL: for whoever wants to print or test them. */
extern const struct object_type *const object_types[];

/* Does it hold any number of things, which may have a greatest one? */
bool field_is_list(const struct field *field);

/* The field of that name, also one that stands beside, or NULL. */
const struct field *object_type_field(const struct object_type *type, const char *name);

#endif
