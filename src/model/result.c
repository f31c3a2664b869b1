#include "model/result.h"

#include <stdlib.h>

const char *const worker_state_names[WORKER_STATES] = {"busy", "ready", "blocked", "idle", "down"};

const char *const cause_names[CAUSES] = {
    [CAUSE_WORK] = "work",
    [CAUSE_READY] = "ready",
    [CAUSE_INBOX] = "inbox",
    [CAUSE_QUEUE] = "queue",
    [CAUSE_WIRE_OUT] = "wire out",
    [CAUSE_WIRE_BACK] = "wire back",
    [CAUSE_IO] = "io",
    [CAUSE_BACKPRESSURE] = "backpressure",
    [CAUSE_POOL] = "pool",
    [CAUSE_BACKOFF] = "backoff",
    [CAUSE_LOST] = "lost",
    [CAUSE_DOWN] = "down",
    [CAUSE_CONFIRM] = "confirm",
};

const char *const place_names[PLACES] = {
    [PLACE_LINK] = "on links",          [PLACE_INBOX] = "in inboxes",   [PLACE_QUEUE] = "in queues",
    [PLACE_EXECUTING] = "executing",    [PLACE_BLOCKED] = "blocked",    [PLACE_SUSPENDED] = "suspended",
    [PLACE_RETRY] = "waiting to retry", [PLACE_DEAD] = "dead-lettered",
};

const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_OK] = "ok",
    [OUTCOME_ERROR] = "error",
    [OUTCOME_REJECTED] = "rejected",
    [OUTCOME_TIMED_OUT] = "timed out",
    [OUTCOME_OPEN] = "open",
};

const char *const effects_names[EFFECTS] = {
    [EFFECTS_DONE] = "done",   [EFFECTS_PARTLY] = "partly", [EFFECTS_NONE] = "none",
    [EFFECTS_TWICE] = "twice", [EFFECTS_OPEN] = "open",
};

const char *const belief_names[BELIEFS] = {
    [BELIEF_OK] = "ok",
    [BELIEF_ERROR] = "error",
    [BELIEF_TIMED_OUT] = "timed out",
    [BELIEF_ACCEPTED] = "accepted",
    [BELIEF_ABANDONED] = "abandoned",
    [BELIEF_WAITING] = "still waiting",
};

void result_finish(struct result *result)
{
    if (!result)
        return;
    histogram_finish(&result->response);
    histogram_finish(&result->completion);
    for (size_t i = 0; i < result->n_components; i++) {
        histogram_finish(&result->components[i].wait);
        free(result->components[i].blames);
    }
    free(result->components);
    for (size_t i = 0; i < result->n_queues; i++) {
        histogram_finish(&result->queues[i].wait);
        free(result->queues[i].name);
    }
    free(result->queues);
    free(result->calls);
    free(result->links);
    for (size_t i = 0; i < result->n_loads; i++) {
        histogram_finish(&result->loads[i].response);
        histogram_finish(&result->loads[i].completion);
    }
    free(result->loads);
    free(result->disturbances);
    free(result->outages);
    *result = (struct result){0};
}
