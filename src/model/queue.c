#include "model/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/list.h"
#include "model/state.h"

/* ---- making ---- */

static uint32_t broker_of(const struct spec *spec, uint32_t caller, uint32_t callee,
                          const struct queue_rule *rule)
{
    switch (rule->at) {
    case BROKER_AT_RECEIVER: return spec->endpoints[callee].component;
    case BROKER_AT_SENDER: return caller == SPEC_USERS ? SPEC_USERS : spec->endpoints[caller].component;
    case BROKER_AT_COMPONENT: return rule->broker;
    }
    return SPEC_NONE;
}

static uint32_t times(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;
    return product < INT32_MAX ? (uint32_t)product : INT32_MAX;
}

static bool consumers_init(struct system *s, struct queue *queue)
{
    struct component *c = &s->components[queue->component];
    uint32_t each = queue->rule->consumers == SPEC_UNLIMITED ? c->spec->workers : queue->rule->consumers;
    queue->consumers = calloc(c->spec->replicas, sizeof *queue->consumers);
    if (!queue->consumers)
        return false;
    queue->n_consumers = c->spec->replicas;
    uint32_t credit = times(each, queue->rule->prefetch);
    for (uint32_t i = 0; i < queue->n_consumers; i++)
        queue->consumers[i] =
            (struct consumer){.queue = queue, .instance = &c->instances[i], .credit = credit, .most = each};
    queue->credit = times(credit, queue->n_consumers);
    return true;
}

static struct queue *queue_create(struct system *s, uint32_t broker, uint32_t callee,
                                  const struct queue_rule *rule)
{
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    queue->name = text_copy(rule->name ? rule->name : s->spec->endpoints[callee].name);
    queue->rule = rule;
    queue->component = s->spec->endpoints[callee].component;
    queue->broker = broker;
    queue->waiting.type = rule->order == QUEUE_PRIORITY ? &waitlist_by_key : &waitlist_fifo;
    if (!queue->name || !consumers_init(s, queue)) {
        queue_destroy(queue);
        return NULL;
    }
    return queue;
}

void queue_destroy(struct queue *queue)
{
    if (!queue)
        return;
    free(queue->name);
    free(queue->consumers);
    waitlist_finish(&queue->waiting);
    histogram_finish(&queue->wait);
    free(queue);
}

/* Two queues of one name stand at different senders: the name says which. */
static bool tell_apart(const struct system *s, struct queue *queue)
{
    for (size_t i = 0; i < s->n_queues; i++) {
        if (strcmp(s->queues[i]->name, queue->name) != 0)
            continue;
        char *name =
            text_format("%s@%s", queue->name,
                        queue->broker == SPEC_USERS ? "users" : s->spec->components[queue->broker].name);
        if (!name)
            return false;
        free(queue->name);
        queue->name = name;
        return true;
    }
    return true;
}

static bool add_queue(struct system *s, struct queue *queue)
{
    struct queue **queues = realloc(s->queues, (s->n_queues + 1) * sizeof *queues);
    if (!queues)
        return false;
    s->queues = queues;
    if (!tell_apart(s, queue))
        return false;
    s->queues[s->n_queues++] = queue;
    return true;
}

static struct queue *find(const struct system *s, const char *name, uint32_t broker)
{
    for (size_t i = 0; i < s->n_queues; i++) {
        size_t length = strlen(name);
        const char *other = s->queues[i]->name;
        bool same = strncmp(other, name, length) == 0 && (other[length] == '\0' || other[length] == '@');
        if (same && s->queues[i]->broker == broker)
            return s->queues[i];
    }
    return NULL;
}

bool queue_for(struct system *s, uint32_t caller, uint32_t callee, const struct queue_rule *rule,
               struct queue **ret_queue, struct error *error)
{
    uint32_t broker = broker_of(s->spec, caller, callee, rule);
    const char *name = rule->name ? rule->name : s->spec->endpoints[callee].name;
    struct queue *queue = find(s, name, broker);
    if (queue && queue->component != s->spec->endpoints[callee].component)
        return error_set(error, "queue \"%s\" has consumers in two components, \"%s\" and \"%s\"", name,
                         s->spec->components[queue->component].name,
                         s->spec->components[s->spec->endpoints[callee].component].name);
    if (rule->batch > 1 && rule->reply)
        return error_set(
            error, "queue \"%s\": messages worked off in batches cannot be replied to one by one", name);
    if (!queue) {
        queue = queue_create(s, broker, callee, rule);
        if (!queue || !add_queue(s, queue)) {
            queue_destroy(queue);
            return error_set(error, "out of memory");
        }
    }
    *ret_queue = queue;
    return true;
}

/* ---- publishing ---- */

static void dispatch(struct system *s, struct queue *queue);

/* A waiting place that nobody has and nobody was promised, or a consumer that would take a message at once.
 */
static bool can_promise(const struct queue *queue)
{
    uint64_t taken = (uint64_t)queue->waiting.n + queue->coming;
    return queue->rule->capacity == SPEC_UNLIMITED || taken < (uint64_t)queue->rule->capacity + queue->credit;
}

/* While consumers are free, what waits only lingers for a batch of theirs to fill: that takes no waiting
 * place. */
static bool is_full(const struct queue *queue)
{
    const struct queue_rule *rule = queue->rule;
    uint64_t room = (uint64_t)rule->capacity + (uint64_t)queue->credit * rule->batch;
    return rule->capacity != SPEC_UNLIMITED && rule->overflow != QUEUE_BLOCK && queue->waiting.n >= room;
}

static int64_t queue_key(const struct queue *queue, const struct activation *a)
{
    return queue->rule->order == QUEUE_PRIORITY ? -(int64_t)a->priority : 0;
}

/* A message leaves the queue, for a consumer or for good. */
static void note_wait(struct system *s, struct queue *queue, const struct activation *a)
{
    int64_t ns = s->sim.now_ns - a->since_ns;
    time_average_add(&queue->depth, s->sim.now_ns, -1);
    if (ns > queue->oldest_max_ns)
        queue->oldest_max_ns = ns;
}

/* True: room was made for `newest`. False: it was turned away itself. */
static bool overflow(struct system *s, struct queue *queue, struct activation *newest)
{
    struct activation *oldest = NULL;
    if (queue->rule->overflow == QUEUE_DROP_OLDEST)
        oldest = waitlist_take_oldest(&queue->waiting);
    if (oldest)
        note_wait(s, queue, oldest);
    bool told = queue->rule->overflow == QUEUE_REJECT;
    if (told)
        queue->rejected++;
    else
        queue->dropped++;
    activation_refuse(s, oldest ? oldest : newest, !told);
    return oldest != NULL;
}

/* The message is at the broker. */
static void accept(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    struct queue *queue = a->site->queue;
    queue->coming--;
    activation_turn(s, a, STRETCH_QUEUE);
    if (is_full(queue) && !overflow(s, queue, a))
        return;
    activation_move(s, a, PLACE_QUEUE);
    time_average_add(&queue->depth, s->sim.now_ns, 1);
    if (!queue->waiting.type->push(&queue->waiting, a, queue_key(queue, a)))
        system_fail(s);
    else
        dispatch(s, queue);
}

static void publish(struct system *s, struct activation *call)
{
    const struct site *site = call->site;
    struct queue *queue = site->queue;
    queue->published++;
    if (!call->caller && !(call->call && site->awaits))
        call->request->held_ns += s->sim.now_ns - call->since_ns;
    call->since_ns = s->sim.now_ns; /* the wait for room was its publisher's, not its own */
    if (call->call)
        attempt_sent(s, call);
    struct request *request = call->request;
    bool answers = site->caller == SPEC_USERS && !site->awaits;
    if (answers)
        request->records++; /* the message may be lost at once, the request must not */
    call_travel(s, call, site->out[0], call->bytes, WIRE_REQUEST, accept);
    if (answers) {
        request_answered(s, request, OUTCOME_OK, NULL);
        request->records--;
        request_release(s, request);
    }
}

bool queue_publish(struct system *s, struct activation *call)
{
    struct queue *queue = call->site->queue;
    if (queue->rule->overflow == QUEUE_BLOCK && (queue->blocked.n > 0 || !can_promise(queue))) {
        struct activation *publisher = call->caller;
        list_append(&queue->blocked, call);
        /* One that waits for answers already is not held up by a call that was made later on its behalf. */
        if (publisher && publisher->frame->worker == WORKER_BUSY) {
            call->holds_caller = true;
            activation_turn(s, publisher, STRETCH_BACKPRESSURE);
            worker_turn(s, publisher, WORKER_BLOCKED);
            activation_move(s, publisher, PLACE_BLOCKED);
        }
        return false;
    }
    queue->coming++;
    publish(s, call);
    return true;
}

/* The publisher learns that there is room for its message. */
static void granted(void *system, void *activation)
{
    struct system *s = system;
    struct activation *call = activation, *publisher = call->holds_caller ? call->caller : NULL;
    call->site->queue->promised--;
    publish(s, call);
    if (publisher) {
        activation_turn(s, publisher, STRETCH_WORK);
        call_sync.resume(s, publisher);
    }
}

static void grant(struct system *s, struct queue *queue)
{
    while (queue->blocked.n > 0 && can_promise(queue)) {
        struct activation *call = list_take(&queue->blocked);
        queue->coming++;
        queue->promised++;
        sim_schedule(&s->sim, wire_send(s, call->site->back[1], 0, call, WIRE_GRANT).arrival_ns, granted,
                     call);
    }
}

/* ---- consuming ---- */

/* The next consumer, in turn, that would take a delivery; NULL when there is none. */
static struct consumer *next_consumer(struct queue *queue)
{
    for (uint32_t k = 0; k < queue->n_consumers; k++) {
        struct consumer *consumer = &queue->consumers[(queue->next + k) % queue->n_consumers];
        if (consumer->credit > 0) {
            queue->next = (queue->next + k + 1) % queue->n_consumers;
            return consumer;
        }
    }
    return NULL;
}

static void linger_over(void *system, void *subject)
{
    struct queue *queue = subject;
    queue->linger = 0;
    dispatch(system, queue);
}

/* A batch may go when it is full, or when its oldest message has lingered long enough. */
static bool batch_ready(struct system *s, struct queue *queue)
{
    const struct queue_rule *rule = queue->rule;
    if (queue->waiting.n >= rule->batch || rule->linger_ns == 0)
        return true;
    int64_t at_ns = queue->waiting.type->oldest(&queue->waiting)->since_ns + rule->linger_ns;
    if (at_ns <= s->sim.now_ns)
        return true;
    sim_cancel(&s->sim, queue->linger);
    queue->linger = sim_schedule(&s->sim, at_ns, linger_over, queue);
    return false;
}

static void let_in(struct system *s, struct consumer *consumer, struct activation *a)
{
    consumer->executing++;
    instance_deliver(s, consumer->instance, a);
}

/* The message has reached its consumer. */
static void delivered(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    struct consumer *consumer = a->consumer;
    activation_turn(s, a, STRETCH_INBOX);
    if (consumer->executing < consumer->most) {
        let_in(s, consumer, a);
    } else {
        activation_move(s, a, PLACE_INBOX);
        list_append(&consumer->buffer, a);
    }
}

static struct activation *take(struct system *s, struct queue *queue)
{
    struct activation *a = queue->waiting.type->take(&queue->waiting);
    note_wait(s, queue, a);
    if (a->request->measured)
        histogram_add(&queue->wait, s->sim.now_ns - a->since_ns);
    queue->delivered++;
    return a;
}

static void deliver(struct system *s, struct queue *queue, struct consumer *consumer)
{
    struct activation *a = take(s, queue);
    consumer->credit--;
    queue->credit--;
    a->consumer = consumer;
    activation_turn(s, a, STRETCH_WIRE_OUT);
    for (uint32_t n = 1; n < queue->rule->batch && queue->waiting.n > 0; n++) {
        struct activation *rider = take(s, queue);
        rider->next = a->riders;
        a->riders = rider;
    }
    struct wire *wire = a->site->out[1];
    if (wire)
        call_travel(s, a, wire, a->bytes, WIRE_DELIVERY, delivered);
    else
        delivered(s, a);
}

static void dispatch(struct system *s, struct queue *queue)
{
    if (queue->dispatching) { /* work that takes no time was acknowledged within the loop below */
        queue->again = true;
        return;
    }
    queue->dispatching = true;
    do {
        queue->again = false;
        while (queue->waiting.n > 0 && queue->credit > 0 && batch_ready(s, queue) && !system_failed(s))
            deliver(s, queue, next_consumer(queue));
        grant(s, queue);
    } while (queue->again && !system_failed(s));
    queue->dispatching = false;
}

/* ---- acknowledging ---- */

static void acknowledged(void *system, void *subject)
{
    struct consumer *consumer = subject;
    consumer->credit++;
    consumer->queue->credit++;
    dispatch(system, consumer->queue);
}

void queue_acknowledge(struct system *s, struct activation *a)
{
    struct consumer *consumer = a->consumer;
    struct queue *queue = consumer->queue;
    queue->consumed++;
    queue->delivered--;
    consumer->executing--;
    struct activation *next = consumer->executing < consumer->most ? list_take(&consumer->buffer) : NULL;
    if (next)
        let_in(s, consumer, next);
    struct wire *wire = a->site->back[0];
    if (wire)
        sim_schedule(&s->sim, wire_send(s, wire, 0, a, WIRE_ACK).arrival_ns, acknowledged, consumer);
    else
        acknowledged(s, consumer);
}

void queue_acknowledge_rider(struct activation *rider)
{
    rider->site->queue->consumed++;
    rider->site->queue->delivered--;
}
