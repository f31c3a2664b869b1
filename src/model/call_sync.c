/* Synchronous calls: the caller's worker is blocked until the answer is there, as in RPC. */
#include "model/state.h"
#include "model/worker.h"

static bool send(struct system *s, struct activation *call)
{
    const struct site *site = call->site;
    if (site->caller == SPEC_USERS && !site->out[0])
        activation_arrive(s, call); /* a user at the door */
    else
        call_travel(s, call, site->out[0], call->bytes, WIRE_REQUEST, activation_arrive);
    return true;
}

static void await(struct system *s, struct activation *caller)
{
    activation_turn(s, caller, STRETCH_CALL);
    worker_turn(s, caller, WORKER_BLOCKED);
    activation_move(s, caller, PLACE_BLOCKED);
}

static void resume(struct system *s, struct activation *caller)
{
    worker_turn(s, caller, WORKER_BUSY);
    activation_move(s, caller, PLACE_EXECUTING);
    activation_run(s, caller);
}

const struct call_type call_sync = {
    .name = "sync",
    .doc = "the caller's worker is blocked until the answer comes",
    .one_by_one = true,
    .send = send,
    .await = await,
    .resume = resume,
};
