#include "model/request.h"

#include <stdlib.h>
#include <string.h>

#include "model/state.h"

struct request *request_create(struct system *s, struct load *load, struct user *user, uint64_t number)
{
    struct request *r = pool_take(&s->requests);
    if (!r) {
        system_fail(s);
        return NULL;
    }
    *r = (struct request){
        .load = load,
        .user = user,
        .number = number,
        .offered_ns = s->sim.now_ns,
        .answered_ns = -1,
        .completed_ns = -1,
        .last_effect_ns = s->sim.now_ns,
        .outcome = OUTCOME_OPEN,
        .measured = s->sim.now_ns >= s->measured_from_ns,
        .traced = s->sink && s->n_requests < s->sink->n_traced,
    };
    s->n_requests++;
    s->ledger.offered++;
    load->result.offered += r->measured;
    return r;
}

void request_effect_ended(struct system *s, struct request *request)
{
    if (--request->open > 0 || effects_count(s, request).undone > 0)
        return;
    request->completed_ns = request->last_effect_ns;
    int64_t ns = request->completed_ns - request->offered_ns;
    s->ledger.completed++;
    s->ledger.window_completed++;
    if (request->measured) {
        histogram_add(&s->ledger.completion, ns);
        histogram_add(&request->load->result.completion, ns);
    }
}

/* For the trace, which is told when the request is over. */
static void keep_split(struct system *s, struct request *request, const int64_t split_ns[CAUSES])
{
    if (!s->sink || !s->sink->request)
        return;
    request->split_ns = malloc(CAUSES * sizeof *request->split_ns);
    if (request->split_ns)
        memcpy(request->split_ns, split_ns, CAUSES * sizeof *request->split_ns);
    else
        system_fail(s);
}

static void count_ok(struct system *s, struct request *request, const int64_t *call_split_ns)
{
    int64_t ns = s->sim.now_ns - request->offered_ns, split_ns[CAUSES] = {0};
    if (call_split_ns)
        memcpy(split_ns, call_split_ns, sizeof split_ns);
    split_ns[CAUSE_BACKPRESSURE] += request->held_ns;
    s->ledger.answered++;
    s->ledger.window_answered++;
    s->ledger.response_ns += ns;
    keep_split(s, request, split_ns);
    if (!request->measured)
        return;
    histogram_add(&s->ledger.response, ns);
    histogram_add(&request->load->result.response, ns);
    ledger_split(s, ns, split_ns);
}

void request_answered(struct system *s, struct request *request, enum outcome outcome,
                      const int64_t *split_ns)
{
    request->answered_ns = s->sim.now_ns;
    request->outcome = (uint8_t)outcome;
    if (request->measured)
        request->load->result.outcomes[request->outcome]++;
    if (request->outcome == OUTCOME_OK)
        count_ok(s, request, split_ns);
    else
        s->ledger.failed++;
    watches_answered(s, request);
    if (request->user)
        load_user_thinks(s, request->user);
}

void request_tell(struct system *s, const struct request *request)
{
    if (!s->sink || !s->sink->request)
        return;
    s->sink->request(s->sink->data, &(struct trace_request){
                                        .load = request->load->index,
                                        .number = request->number,
                                        .offered_ns = request->offered_ns,
                                        .answered_ns = request->answered_ns,
                                        .completed_ns = request->completed_ns,
                                        .outcome = request->outcome,
                                        .split_ns = request->split_ns,
                                        .n_split = request->split_ns ? CAUSES : 0,
                                    });
}

static enum effects effects_of(struct effect_count count)
{
    if (count.twice > 0)
        return EFFECTS_TWICE;
    if (count.undone == 0)
        return EFFECTS_DONE;
    return count.done > 0 ? EFFECTS_PARTLY : EFFECTS_NONE;
}

static void count_effects(const struct system *s, const struct request *request)
{
    struct load_result *result = &request->load->result;
    struct effect_count count = effects_count(s, request);
    /* Somebody who was told of a failure knows; the others believe in it, or cannot know. */
    bool told = request->outcome == OUTCOME_ERROR || request->outcome == OUTCOME_REJECTED;
    result->effects[effects_of(count)]++;
    result->lost += count.undone > 0 && !told;
    request->load->n_hung += request->hung;
}

void request_release(struct system *s, struct request *request)
{
    if (request->records > 0 || (request->answered_ns < 0 && !request->hung))
        return;
    request_tell(s, request);
    if (request->measured)
        count_effects(s, request);
    effects_forget(s, request);
    free(request->split_ns);
    request->split_ns = NULL;
    request->load = NULL;
    pool_give(&s->requests, request);
}
