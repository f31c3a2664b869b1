/* What is to be simulated, as plain data with all names resolved to indices: what a scenario says, without
 * how it was written. The scenario floor fills it; the model only reads it. */
#ifndef TANDEM_MODEL_SPEC_H
#define TANDEM_MODEL_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pair_map.h"
#include "des/distribution.h"

/* "No such index", "no limit". */
#define SPEC_NONE      UINT32_MAX
#define SPEC_UNLIMITED UINT32_MAX

/* Where a user stands when a link or a caller is named by component index. */
#define SPEC_USERS (UINT32_MAX - 1)

/* ---- failures that come by themselves ---- */

/* Up for a while, down for a while, and so on, from up at the start. */
struct failure_spec {
    struct distribution up, down; /* owned; no type = never fails */
    bool working;                 /* components: `up` counts only while a worker of the replica is busy */
    bool pause;                   /* components: it stops, and goes on where it was; else it crashes */
};

/* ---- components ---- */

enum inbox_order { INBOX_FIFO, INBOX_LIFO, INBOX_PRIORITY, INBOX_SHORTEST, INBOX_PROCESSOR_SHARING };
enum inbox_overflow { INBOX_REJECT, INBOX_DROP };
enum continuations { CONTINUATIONS_FIRST, CONTINUATIONS_FIFO };
enum balance {
    BALANCE_ROUND_ROBIN,
    BALANCE_RANDOM,
    BALANCE_LEAST_OUTSTANDING,
    BALANCE_POWER_OF_TWO,
    BALANCE_POWER_OF_TWO_REPEATS
};

/* What callers learn of a crash, and of being down. */
enum on_crash { ON_CRASH_SILENCE, ON_CRASH_RESET };

struct inbox_spec {
    uint32_t capacity; /* waiting places of each replica; SPEC_UNLIMITED = no limit */
    enum inbox_order order;
    enum inbox_overflow overflow;
};

struct component_spec {
    char *name;        /* owned */
    uint32_t replicas; /* >= 1 */
    uint32_t workers;  /* of each replica, >= 1, or SPEC_UNLIMITED */
    uint32_t cores;    /* of each replica, >= 1, or SPEC_UNLIMITED = one for each worker */
    struct inbox_spec inbox;
    uint32_t max_in_flight; /* requests let in and not finished, per replica; or SPEC_UNLIMITED */
    int64_t shed_after_ns;  /* a request that waited longer is refused; INT64_MAX = never */
    enum continuations continuations;
    enum balance balance;
    struct failure_spec failures; /* of each replica */
    enum on_crash on_crash;
};

/* ---- endpoints: what is done ---- */

enum step_kind {
    STEP_WORK,
    STEP_WAIT,
    STEP_CALL,
    STEP_GATHER,
    STEP_CHOOSE,
    STEP_REPEAT,
    STEP_REPLY,
    STEP_FAIL
};

struct call_spec {
    uint32_t endpoint;   /* the callee */
    uint32_t times;      /* >= 1: one after another in a call, side by side in a gather */
    double chance;       /* that it is made at all, 0 to 1 */
    int64_t bytes;       /* of the request; 0 = takes no time on the wire */
    int64_t reply_bytes; /* of the answer */
    int32_t priority;    /* greater is more urgent; SPEC_SAME_PRIORITY = as the caller's */
};

#define SPEC_SAME_PRIORITY INT32_MIN

struct branch_spec {
    double chance; /* the branches' chances sum to 1 */
    struct step_spec *steps;
    size_t n_steps;
};

struct step_spec {
    enum step_kind kind;
    struct distribution duration; /* work, wait; owned */
    struct call_spec *calls;      /* call: one; gather: some; owned */
    size_t n_calls;
    uint32_t need;                /* gather: answers needed to go on; from 1 to the sum of `times` */
    struct branch_spec *branches; /* choose: some; repeat: one; owned */
    size_t n_branches;
    uint32_t times; /* repeat: at most */
    double chance;  /* fail; repeat: of each further time */
};

struct endpoint_spec {
    char *name; /* owned, "component.endpoint" */
    uint32_t component;
    struct step_spec *steps; /* owned */
    size_t n_steps;
};

/* ---- links ---- */

enum link_on_loss { LINK_DROP, LINK_RETRANSMIT };

/* How messages get lost on a link, each way: with a probability, or as a chain of two states that moves after
 * each message (Gilbert, Bell Syst. Tech. J. 39(5), 1960; Elliott, 42(5), 1963). */
struct loss_spec {
    double good[2]; /* chance to be lost, [from the first end to the second, back]; in the good state */
    double bad;     /* in the bad state */
    double to_bad;  /* chance to move from good to bad after a message; 0 = it is always good */
    double to_good;
};

struct link_spec {
    char *name;                /* owned */
    uint32_t between[2];       /* component index or SPEC_USERS */
    struct distribution delay; /* owned */
    double bytes_per_s;        /* INFINITY = no limit */
    bool ordered;
    struct loss_spec loss;
    enum link_on_loss on_loss;
    int64_t rto_ns, max_rto_ns;   /* retransmit: first and longest wait for a lost message's resending */
    double duplicate;             /* chance that a message arrives twice */
    struct failure_spec failures; /* both ways at once */
};

/* ---- when calls go wrong ---- */

enum backoff_kind { BACKOFF_FIXED, BACKOFF_EXPONENTIAL, BACKOFF_DRAWN };
enum jitter { JITTER_NONE, JITTER_FULL, JITTER_EQUAL, JITTER_DECORRELATED };

/* The pause before a retry. */
struct backoff_spec {
    enum backoff_kind kind;
    int64_t base_ns;
    double factor;  /* exponential: of one pause to the next, >= 1 */
    int64_t cap_ns; /* longest pause */
    enum jitter jitter;
    struct distribution drawn; /* of the pause, where kind = BACKOFF_DRAWN; owned */
};

/* How a call can go wrong: bits of `retry_on`. */
enum failure { FAILURE_TIMEOUT = 1, FAILURE_REFUSED = 2, FAILURE_ERROR = 4 };

/* A caller stops calling a callee that fails too often, and tries it again later. */
struct breaker_spec {
    double failure_rate; /* that opens it, > 0 */
    uint32_t window;     /* attempts that it looks back on; 0 = there is no breaker */
    uint32_t minimum;    /* attempts below which it never opens */
    int64_t open_ns;     /* how long it stays open */
    uint32_t probes;     /* attempts that it lets through when half-open */
};

/* Retries only as long as few attempts fail: a bucket of tokens, as gRPC's retry throttling. */
struct budget_spec {
    double tokens; /* that it holds; a failure takes one, and no retry below half; 0 = there is no budget */
    double ratio;  /* tokens that a good attempt puts back */
};

/* The most attempts at once of a caller's replica at one callee. */
struct pool_spec {
    uint32_t size;   /* 0 = there is no pool */
    int64_t wait_ns; /* longest wait for a place in it; 0 = fail at once */
};

/* What it takes before the first byte of a call can go out. */
struct connect_spec {
    uint32_t round_trips; /* 0 = nothing */
    bool keep_alive;      /* a connection is used again by later calls; else each call opens its own */
};

/* What a caller does about a call that goes wrong. */
struct control_spec {
    struct distribution timeout; /* of each attempt; owned; no type = none */
    uint32_t retries;            /* attempts after the first */
    uint32_t retry_on;           /* enum failure, or-ed */
    struct backoff_spec backoff;
    struct budget_spec budget;
    struct breaker_spec breaker;
    struct pool_spec pool;
    bool deadline;    /* the callee learns how long its caller still waits, and begins nothing after that */
    bool cancel;      /* the callee is told when its caller has given up, and stops */
    bool idempotent;  /* the callee remembers what it has done, and answers again without doing it again */
    int64_t hedge_ns; /* a second copy goes out when there is no answer by then; 0 = none */
    struct connect_spec connect;
};

/* ---- load ---- */

enum load_kind { LOAD_OPEN, LOAD_CLOSED, LOAD_BURST, LOAD_TRACE };
enum arrival_kind {
    ARRIVAL_POISSON,
    ARRIVAL_CONSTANT,
    ARRIVAL_RENEWAL,
    ARRIVAL_MMPP,
    ARRIVAL_PIECEWISE,
    ARRIVAL_SINUSOIDAL
};
enum batch_kind { BATCH_FIXED, BATCH_GEOMETRIC };

/* A stretch of a piecewise rate, or a state of a Markov-modulated Poisson process. */
struct rate_spec {
    double per_s;
    int64_t from_ns; /* piecewise: since when (the first is 0, then rising) */
    double mean_ns;  /* mmpp: mean stay in the state, exponential */
};

/* One line of a trace. */
struct arrival_spec {
    int64_t at_ns; /* not falling */
    uint32_t endpoint;
    int64_t bytes;
};

struct load_spec {
    char *name; /* owned */
    enum load_kind kind;
    uint32_t endpoint;
    int64_t bytes, reply_bytes;
    int32_t priority;
    struct control_spec control; /* the users' patience, unless a policy has a rule for their calls */
    int64_t from_ns, until_ns;   /* arrivals only in [from, until); whole run: 0, INT64_MAX */
    /* open */
    enum arrival_kind arrival;
    double per_s;                /* poisson, constant; sinusoidal: the mean rate */
    struct distribution between; /* renewal; owned */
    struct rate_spec *rates;     /* mmpp, piecewise; owned */
    size_t n_rates;
    double amplitude; /* sinusoidal: share of the mean, 0 to 1 */
    int64_t period_ns;
    enum batch_kind batch; /* requests that come at each arrival */
    double batch_mean;     /* fixed: the whole number; geometric: the mean, >= 1 */
    /* closed */
    uint32_t users;
    struct distribution think; /* owned */
    /* burst */
    int64_t at_ns;
    uint64_t requests;
    /* trace */
    struct arrival_spec *arrivals; /* owned */
    size_t n_arrivals;
};

/* ---- policies: how a call travels ---- */

enum call_mode { CALL_SYNC, CALL_ASYNC, CALL_QUEUE };
enum broker_at { BROKER_AT_RECEIVER, BROKER_AT_SENDER, BROKER_AT_COMPONENT };
enum queue_overflow { QUEUE_REJECT, QUEUE_DROP_OLDEST, QUEUE_DROP_NEWEST, QUEUE_BLOCK };
enum queue_order { QUEUE_FIFO, QUEUE_PRIORITY };
enum queue_confirm { CONFIRM_NONE, CONFIRM_ASYNC, CONFIRM_WAIT };
enum queue_delivery { DELIVERY_AT_LEAST_ONCE, DELIVERY_AT_MOST_ONCE, DELIVERY_EXACTLY_ONCE };

struct queue_rule {
    char *name; /* owned; NULL = the callee endpoint's name */
    enum broker_at at;
    uint32_t broker;   /* component, where at = BROKER_AT_COMPONENT */
    uint32_t capacity; /* messages, or SPEC_UNLIMITED */
    enum queue_overflow overflow;
    enum queue_order order;
    uint32_t consumers;          /* of each replica; SPEC_UNLIMITED = as many as it has workers */
    uint32_t prefetch;           /* messages under way to or at a consumer, >= 1 */
    uint32_t batch;              /* most messages taken at once, >= 1 */
    int64_t linger_ns;           /* how long a batch that is not full waits for more */
    bool reply;                  /* the result is awaited, through a reply queue */
    bool durable;                /* the broker's crash does not lose what is safe */
    struct distribution persist; /* time until a publish is safe, and seen by consumers; owned; no type = 0 */
    int64_t flush_ns;            /* what came since the last of these instants is not safe; 0 = all is */
    enum queue_confirm confirm;
    int64_t confirm_timeout_ns; /* a publish that is not confirmed by then is sent again; > 0 */
    enum queue_delivery delivery;
    int64_t visibility_timeout_ns; /* after that a message that is not acknowledged is delivered again;
                                      INT64_MAX = only when its consumer crashes or gives it back */
    uint32_t max_deliveries;       /* then it is dead-lettered; SPEC_UNLIMITED = never */
    int64_t redelivery_delay_ns;
    int64_t retention_ns; /* a message that has waited longer is gone; INT64_MAX = never */
};

struct call_rule {
    struct control_spec control;
    enum call_mode mode;
    struct queue_rule queue; /* where mode = CALL_QUEUE */
};

/* The rule of some calls: those from `caller` (endpoint, SPEC_USERS, or SPEC_NONE = anyone) to `callee`. */
struct call_override {
    uint32_t caller;
    uint32_t callee;
    struct call_rule rule;
};

struct policy_spec {
    char *name; /* owned */
    struct call_rule rule;
    bool wait_blocks; /* an I/O `wait` holds the worker */
    struct call_override
        *overrides; /* owned; a later one wins, one that names the caller wins over one that does not */
    size_t n_overrides;
    struct pair_map index; /* by caller and callee to the last override for them; or empty */
};

/* ---- what happens at a given time ---- */

enum event_kind {
    EVENT_DOWN,      /* a component crashes and stays down */
    EVENT_PAUSE,     /* a component stops, and goes on where it was */
    EVENT_SLOW,      /* a component's `work` and `wait`, or a link's delay, take `factor` times as long */
    EVENT_CUT,       /* nothing gets through a link */
    EVENT_LOSS,      /* a link loses messages with this chance, whatever it loses otherwise */
    EVENT_PARTITION, /* nothing gets through between these components and all others */
    EVENT_RATE,      /* an open load comes `factor` times as fast */
    EVENT_WORKERS    /* each replica of a component has this many workers */
};

struct event_spec {
    char *name; /* owned, never NULL */
    enum event_kind kind;
    int64_t from_ns, until_ns; /* INT64_MAX = to the end */
    uint32_t component;        /* down, pause, workers; slow: or SPEC_NONE */
    uint32_t link;             /* cut, loss; slow: or SPEC_NONE; n_links = the default one */
    uint32_t replica;          /* down, pause: which one; SPEC_NONE = all */
    uint32_t load;             /* rate: SPEC_NONE = all that are open */
    uint32_t workers;          /* >= 1 */
    double factor;             /* slow > 0; rate >= 0 */
    double chance;
    uint32_t *group; /* partition: components and SPEC_USERS; owned */
    size_t n_group;
    int64_t notice_ns; /* the response time at which users notice; 0 = twice the 95th percentile before */
};

/* ---- the whole ---- */

struct run_spec {
    int64_t duration_ns; /* > 0, includes the warm-up */
    int64_t warmup_ns;   /* >= 0, < duration */
    bool warmup_auto;    /* it is to be found out; until then warmup_ns is 0 */
    uint64_t seed;
    uint32_t replications;      /* >= 1; with a precision: at least */
    double precision;           /* wanted relative error of the metrics in spec.precise; 0 = none */
    uint32_t max_replications;  /* with a precision: at most */
    double confidence;          /* level of every interval, < 1; 0 = the usual 0.95 */
    bool batch_means;           /* of a single replication: the intervals come from batches */
    bool bonferroni;            /* all differences that are shown hold at once with that level */
    uint32_t samples;           /* points of each time series, >= 1 */
    uint32_t sample_requests;   /* lines of requests.csv, at most */
    uint32_t timeline_requests; /* requests drawn in the timeline */
};

/* A claim about the results, see experiment/expect.h; all owned. */
struct expect_spec {
    char *claim;
    char *reason; /* why it should be so, for people; or NULL */
    char *hint;   /* where to look when it is not; or NULL */
    bool bare;    /* it stood as a text alone */
};

/* A percentile of each time that is measured, besides the usual ones; see experiment/percentiles.h. */
struct percentile_spec {
    char name[16];    /* "p97.5" */
    char meaning[32]; /* "97.5 % lie below" */
    double quantile;
};

struct spec {
    char *name;  /* owned */
    char *about; /* owned, never NULL */
    /* SHA-256 of all that the numbers depend on: of the document as it was read, overrides made, without what
     * says how often to run and what to claim; and of the files that it names. "" = made by hand. */
    char fingerprint[65];
    struct run_spec run;
    struct component_spec *components; /* owned, as all below */
    size_t n_components;
    struct endpoint_spec *endpoints;
    size_t n_endpoints;
    struct link_spec *links;
    size_t n_links;
    struct link_spec *default_link; /* stands between any two that have no link of their own; NULL = none */
    struct load_spec *loads;
    size_t n_loads;
    struct policy_spec *policies;
    size_t n_policies;
    struct event_spec *events; /* in order of from_ns */
    size_t n_events;
    char **precise; /* names of metrics, with or without a policy, that shall reach run.precision; owned */
    size_t n_precise;
    struct expect_spec *expects; /* what is claimed of the results */
    size_t n_expects;
    struct percentile_spec *percentiles; /* that are asked for, rising; owned */
    size_t n_percentiles;
    char asked[65];             /* SHA-256 of their names; "" = none are */
    struct pair_map link_index; /* by their ends, the lesser one first, to `links`; or empty */
};

/* Frees what the spec owns; a zeroed or partly filled one is fine. */
void spec_finish(struct spec *spec);

/* Indexes links and overrides, so that one of many is found fast; they are not to be changed after that. A
 * spec without the indices is as good, but slow. False when memory is gone. */
bool spec_index(struct spec *spec);

/* Takes all policies out of the spec but those of these names; what is not there is no matter. */
void spec_keep_policies(struct spec *spec, const char *const *names, size_t n_names);

/* The rule of `policy` that names users' calls to endpoint `callee`, or NULL; borrowed. */
const struct call_rule *policy_user_rule(const struct policy_spec *policy, uint32_t callee);

/* The rule for calls from endpoint `caller` (or SPEC_USERS) to endpoint `callee` under `policy`; borrowed.
 * Users call synchronously unless an override says otherwise. */
const struct call_rule *policy_rule(const struct policy_spec *policy, uint32_t caller, uint32_t callee);

/* The link between two components (or SPEC_USERS): its own, else the default one; NULL when there is none, or
 * none is needed because both are the same. Users without any link are at the component's door: NULL too. */
const struct link_spec *spec_link(const struct spec *spec, uint32_t a, uint32_t b);

/* The name of an event as a part of a metric's name (free() it), or NULL when memory is gone: all but letters
 * and digits becomes one '-' a run, with none at the ends; "event" when nothing is left. */
char *spec_event_word(const char *name);

#endif
