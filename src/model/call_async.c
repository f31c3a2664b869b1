/* Asynchronous calls: the caller gives its worker back; when the answer comes, the rest of it takes a worker
 * again. */
#include "model/state.h"
#include "model/worker.h"

static bool send(struct system *s, struct activation *call)
{
    return call_sync.send(s, call);
}

static void await(struct system *s, struct activation *caller)
{
    activation_turn(s, caller, STRETCH_CALL);
    worker_release(s, caller);
    caller->instance->component->suspended++;
    activation_move(s, caller, PLACE_SUSPENDED);
    instance_pull(s, caller->instance);
}

static void resume(struct system *s, struct activation *caller)
{
    instance_continue(s, caller->instance, caller);
}

const struct call_type call_async = {
    .name = "async",
    .doc = "the caller gives its worker back and goes on when the answer comes",
    .send = send,
    .await = await,
    .resume = resume,
};
