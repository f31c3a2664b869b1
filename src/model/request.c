#include "model/request.h"

#include <string.h>

#include "base/apart.h"
#include "model/state.h"

/* A tale for those whom somebody wants to hear of. */
static bool begin_tale(struct system *s, struct request *r)
{
    const struct trace_sink *sink = s->sink;
    r->traced = s->ledger.offered < sink->n_traced;
    if (!sink->request || (sink->wants && !sink->wants(sink->data, r->load->index, r->number)))
        return true;
    r->tale = pool_take(&s->tales);
    if (!r->tale)
        return false;
    *r->tale = (struct tale){.answered_ns = -1, .completed_ns = -1};
    return true;
}

struct request *request_create(struct system *s, struct load *load, struct user *user, uint64_t number)
{
    struct request *r = pool_take(&s->requests);
    if (!r) {
        system_fail(s);
        return NULL;
    }
    /* Field by field: to clear all first takes twice as long. */
    r->number = number;
    r->load = load;
    r->user = user;
    r->offered_ns = r->last_effect_ns = s->sim.now_ns;
    r->held_ns = 0;
    r->tale = NULL;
    r->effects = NULL;
    r->done = r->undone = r->open = r->records = 0;
    r->outcome = OUTCOME_OPEN;
    r->answered = r->traced = r->hung = false;
    r->measured = s->sim.now_ns >= s->measured_from_ns;
    if (s->sink && !begin_tale(s, r)) {
        system_fail(s);
        return NULL;
    }
    s->ledger.offered++;
    load->result.offered += r->measured;
    return r;
}

void request_effects_over(struct system *s, struct request *request)
{
    if (effects_count(request).undone > 0)
        return;
    int64_t ns = request->last_effect_ns - request->offered_ns;
    if (request->tale)
        request->tale->completed_ns = request->last_effect_ns;
    s->ledger.completed++;
    if (request->measured)
        histogram_add(&request->load->result.completion, ns);
}

static inline void count_ok(struct system *s, struct request *request, const int64_t split_ns[CAUSES])
{
    int64_t ns = s->sim.now_ns - request->offered_ns;
    s->ledger.answered++;
    s->ledger.response_ns += ns;
    if (request->tale) {
        request->tale->has_split = true;
        memcpy(request->tale->split_ns, split_ns, sizeof request->tale->split_ns);
    }
    if (!request->measured)
        return;
    histogram_add(&request->load->result.response, ns);
    ledger_split(s, ns, split_ns);
}

/* With the time before its message could go. */
static APART void count_held(struct system *s, struct request *request, const int64_t *call_split_ns)
{
    int64_t split_ns[CAUSES] = {0};
    if (call_split_ns)
        split_add(split_ns, call_split_ns);
    split_ns[CAUSE_BACKPRESSURE] += request->held_ns;
    count_ok(s, request, split_ns);
}

void request_answered(struct system *s, struct request *request, enum outcome outcome,
                      const int64_t *split_ns)
{
    request->answered = true;
    if (request->tale)
        request->tale->answered_ns = s->sim.now_ns;
    request->outcome = (uint8_t)outcome;
    if (request->measured)
        request->load->result.outcomes[request->outcome]++;
    if (request->outcome != OUTCOME_OK)
        s->ledger.failed++;
    else if (!split_ns || request->held_ns > 0)
        count_held(s, request, split_ns);
    else
        count_ok(s, request, split_ns);
    if (s->watches.list)
        watches_answered(s, request);
    if (request->user)
        load_user_thinks(s, request->user);
}

void request_tell(struct system *s, const struct request *request)
{
    const struct tale *tale = request->tale;
    if (!tale)
        return;
    s->sink->request(s->sink->data, &(struct trace_request){
                                        .load = request->load->index,
                                        .number = request->number,
                                        .offered_ns = request->offered_ns,
                                        .answered_ns = tale->answered_ns,
                                        .completed_ns = tale->completed_ns,
                                        .outcome = request->outcome,
                                        .split_ns = tale->has_split ? tale->split_ns : NULL,
                                        .n_split = tale->has_split ? CAUSES : 0,
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

static void count_effects(const struct request *request)
{
    struct load_result *result = &request->load->result;
    struct effect_count count = effects_count(request);
    /* Somebody who was told of a failure knows; the others believe in it, or cannot know. */
    bool told = request->outcome == OUTCOME_ERROR || request->outcome == OUTCOME_REJECTED;
    result->effects[effects_of(count)]++;
    result->lost += count.undone > 0 && !told;
    request->load->n_hung += request->hung;
}

void request_over(struct system *s, struct request *request)
{
    request_tell(s, request);
    if (request->measured)
        count_effects(request);
    effects_forget(s, request);
    if (request->tale)
        pool_give(&s->tales, request->tale);
    request->load = NULL;
    pool_give(&s->requests, request);
}
