/* Settings of queues that mean something only together with others. */
#include "scenario/read.h"

void read_queue_confirm(const cJSON *item, const cJSON *policy, struct queue_rule *queue)
{
    static const char key[] = "confirm";
    if (!read_get(item, key) && !read_get(policy, key))
        queue->confirm = queue->durable ? CONFIRM_ASYNC : CONFIRM_NONE;
}

unsigned read_queue_traits(const struct queue_rule *queue)
{
    return (queue->durable ? QUEUE_IS_DURABLE : 0u) |
           (queue->delivery != DELIVERY_AT_MOST_ONCE ? QUEUE_IS_ACKNOWLEDGED : 0u) |
           (queue->confirm != CONFIRM_NONE ? QUEUE_IS_CONFIRMED : 0u);
}

bool read_check_queue(struct reader *reader, const cJSON *item, const struct path *path, unsigned traits)
{
    static const char durable[] = "is for queues that are \"durable\"";
    static const char acknowledged[] =
        "is for messages that are acknowledged after the work, but the \"delivery\" is at_most_once";
    static const struct {
        const char *key;
        unsigned trait;
        const char *message;
    } needs[] = {
        {"persist", QUEUE_IS_DURABLE, durable},
        {"flush", QUEUE_IS_DURABLE, durable},
        {"visibility_timeout", QUEUE_IS_ACKNOWLEDGED, acknowledged},
        {"max_deliveries", QUEUE_IS_ACKNOWLEDGED, acknowledged},
        {"redelivery_delay", QUEUE_IS_ACKNOWLEDGED, acknowledged},
    };
    struct path timeout = {path, "confirm_timeout", 0};
    bool good = true;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        struct path at = {path, needs[i].key, 0};
        if (!(traits & needs[i].trait) && read_get(item, needs[i].key))
            good = read_error(reader, &at, AT_KEY, NULL, "%s", needs[i].message);
    }
    if (!(traits & QUEUE_IS_CONFIRMED) && read_get(item, timeout.key))
        read_warning(reader, &timeout, AT_KEY, "has no effect where \"confirm\" is \"none\"");
    return good;
}

void read_queue_settle(struct queue_rule *queue)
{
    if (!queue->durable || !(queue->persist.mean_ns > 0.0))
        distribution_finish(&queue->persist);
    if (!queue->durable)
        queue->flush_ns = 0;
}
