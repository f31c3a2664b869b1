/* Calls through a queue: the message is handed to a broker and the caller goes on at once. With `reply` the
 * result is awaited as in an asynchronous call. */
#include "model/state.h"

static bool send(struct system *s, struct activation *call)
{
    return queue_publish(s, call);
}

static void await(struct system *s, struct activation *caller)
{
    call_async.await(s, caller);
}

static void resume(struct system *s, struct activation *caller)
{
    call_async.resume(s, caller);
}

const struct call_type call_queue = {
    .name = "queue",
    .doc = "the message goes into a queue and the caller goes on at once",
    .send = send,
    .await = await,
    .resume = resume,
};
