#include <stdlib.h>
#include <string.h>

#include "scenario/read.h"

static const char *const mode_names[] = {
    [CALL_SYNC] = "sync", [CALL_ASYNC] = "async", [CALL_QUEUE] = "queue"};

/* ---- rules ---- */

static bool read_broker(struct reader *reader, const cJSON *item, const struct path *path,
                        struct queue_rule *queue)
{
    static const char *const words[] = {"receiver", "sender"};
    queue->at = BROKER_AT_RECEIVER;
    queue->broker = SPEC_NONE;
    if (cJSON_IsString(item) && strcmp(item->valuestring, words[0]) == 0)
        return true;
    if (cJSON_IsString(item) && strcmp(item->valuestring, words[1]) == 0) {
        queue->at = BROKER_AT_SENDER;
        return true;
    }
    queue->at = BROKER_AT_COMPONENT;
    queue->broker = read_component_named(reader, item, path,
                                         "\"receiver\", \"sender\" or a component that there is", words, 2);
    return queue->broker != SPEC_NONE;
}

static bool read_at(struct reader *reader, const cJSON *item, const struct path *path,
                    struct queue_rule *queue)
{
    struct path at = {path, "at", 0};
    const cJSON *broker = read_get(item, "at");
    return !broker || read_broker(reader, broker, &at, queue);
}

/* ---- exceptions ---- */

static char *trimmed(const char *begin, const char *end)
{
    while (begin < end && *begin == ' ')
        begin++;
    while (begin < end && end[-1] == ' ')
        end--;
    return text_format("%.*s", (int)(end - begin), begin);
}

static bool find_endpoint(struct reader *reader, const struct path *path, const char *name, const char *role,
                          uint32_t *ret_endpoint)
{
    uint32_t endpoint = name_index_find(&reader->endpoints, name);
    if (endpoint == SPEC_NONE)
        return read_error(reader, path, AT_KEY, read_hint(reader, &reader->endpoints, name),
                          "\"%s\" is no endpoint, expected the %s as in \"shop.buy -> bank.pay\"", name,
                          role);
    *ret_endpoint = endpoint;
    return true;
}

/* "CALLEE" or "CALLER -> CALLEE". */
static bool find_call(struct reader *reader, const struct path *path, const char *key,
                      struct call_override *override)
{
    const char *arrow = strstr(key, "->");
    char *caller = arrow ? trimmed(key, arrow) : NULL;
    char *callee = trimmed(arrow ? arrow + 2 : key, key + strlen(key));
    bool good = callee && (caller || !arrow);
    if (!good)
        read_failed(reader);
    if (caller && strcmp(caller, "users") == 0)
        override->caller = SPEC_USERS;
    else if (caller)
        good &= find_endpoint(reader, path, caller, "caller", &override->caller);
    if (callee)
        good &= find_endpoint(reader, path, callee, "callee", &override->callee);
    free(callee);
    free(caller);
    return good;
}

/* Settings of a queue where there is none would do nothing, silently. */
static bool check_queue_keys(struct reader *reader, const cJSON *item, const struct path *path,
                             const struct call_rule *rule)
{
    if (rule->mode == CALL_QUEUE)
        return true;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, child->string, 0};
        if (strcmp(child->string, "mode") != 0 && object_type_field(&rule_type, child->string) &&
            !object_type_field(&control_type, child->string))
            return read_error(reader, &at, AT_KEY, NULL, "is for queues, but the mode of these calls is %s%s",
                              mode_names[rule->mode], read_get(item, "mode") ? "" : ", as of the policy");
    }
    return true;
}

/* Nor would control of calls that nobody awaits; a policy's own is for its other calls. */
static bool check_control_keys(struct reader *reader, const cJSON *item, const struct path *path,
                               const struct call_rule *rule)
{
    struct path cancel = {path, "cancel", 0};
    if (rule->mode != CALL_QUEUE)
        return true;
    if (rule->queue.reply && read_get(item, "cancel"))
        return read_error(reader, &cancel, AT_KEY, NULL,
                          "is for direct calls, but these go through a queue, which keeps what it has");
    if (rule->queue.reply)
        return true;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, child->string, 0};
        if (object_type_field(&control_type, child->string))
            return read_error(
                reader, &at, AT_KEY, NULL,
                "is for calls that are awaited, but these go through a queue without \"reply\"");
    }
    return true;
}

/* Metrics of both begin with the name. */
static bool check_queue_name(struct reader *reader, const cJSON *item, const struct path *path)
{
    struct path at = {path, "queue", 0};
    const cJSON *name = read_get(item, "queue");
    if (!cJSON_IsString(name) || name_index_find(&reader->components, name->valuestring) == SPEC_NONE)
        return true;
    return read_error(reader, &at, AT_VALUE, NULL,
                      "\"%s\" is the name of a component too, expected another for the queue",
                      name->valuestring);
}

static bool copy_rule(struct reader *reader, const struct call_rule *rule, struct call_rule *ret_copy)
{
    *ret_copy = *rule;
    ret_copy->queue.name = rule->queue.name ? read_copy(reader, rule->queue.name) : NULL;
    bool good = read_copy_distribution(reader, &rule->control.timeout, &ret_copy->control.timeout);
    good &= read_copy_distribution(reader, &rule->control.backoff.drawn, &ret_copy->control.backoff.drawn);
    return read_copy_distribution(reader, &rule->queue.persist, &ret_copy->queue.persist) && good;
}

/* `policy` is the policy in the document, and `base` its own rule. */
static bool read_override(struct reader *reader, const cJSON *item, const struct path *path,
                          const cJSON *policy, const struct call_rule *base, struct call_override *override)
{
    override->caller = override->callee = SPEC_NONE;
    bool good = copy_rule(reader, base, &override->rule);
    good &= find_call(reader, path, item->string, override);
    good &= read_object(reader, item, path, &rule_type, &override->rule, false);
    good &= read_at(reader, item, path, &override->rule.queue);
    good &= check_queue_name(reader, item, path);
    read_queue_confirm(item, policy, &override->rule.queue);
    good = good && check_queue_keys(reader, item, path, &override->rule) &&
           read_check_queue(reader, item, path, read_queue_traits(&override->rule.queue)) &&
           check_control_keys(reader, item, path, &override->rule);
    if (good)
        read_check_retries(reader, item, path, &override->rule.control);
    return good;
}

static void read_overrides(struct reader *reader, const cJSON *item, const struct path *path,
                           struct policy_spec *policy)
{
    struct path calls = {path, "calls", 0};
    size_t n = read_count(item, "calls");
    if (!read_cap_list(reader, &calls, &policy_type, n))
        return;
    policy->overrides = read_allocate(reader, n, sizeof *policy->overrides);
    if (!policy->overrides)
        return;
    for (const cJSON *child = read_first(item, "calls"); child && child->string; child = child->next) {
        struct path at = {&calls, child->string, 0};
        read_override(reader, child, &at, item, &policy->rule, &policy->overrides[policy->n_overrides++]);
    }
}

/* ---- policies ---- */

static bool any_retries(const struct policy_spec *policy)
{
    for (size_t i = 0; i < policy->n_overrides; i++)
        if (policy->overrides[i].rule.control.retries > 0)
            return true;
    return false;
}

static unsigned all_traits(const struct policy_spec *policy)
{
    unsigned traits = read_queue_traits(&policy->rule.queue);
    for (size_t i = 0; i < policy->n_overrides; i++)
        traits |= read_queue_traits(&policy->overrides[i].rule.queue);
    return traits;
}

static void settle_queues(struct policy_spec *policy)
{
    read_queue_settle(&policy->rule.queue);
    for (size_t i = 0; i < policy->n_overrides; i++)
        read_queue_settle(&policy->overrides[i].rule.queue);
}

static void read_policy(struct reader *reader, const cJSON *item, const struct path *path,
                        struct policy_spec *policy)
{
    policy->name = read_copy(reader, item->string);
    policy->rule.queue.broker = SPEC_NONE;
    policy->rule.queue.visibility_timeout_ns = policy->rule.queue.retention_ns = INT64_MAX;
    read_name_of_key(reader, path, "a policy", item->string);
    if (strcmp(item->string, "users") == 0)
        read_error(reader, path, AT_KEY, NULL, "the name \"users\" is taken: no policy can have it");
    bool good = read_object(reader, item, path, &policy_type, policy, true);
    good &= read_at(reader, item, path, &policy->rule.queue);
    good &= check_queue_name(reader, item, path);
    if (cJSON_IsObject(item) && !read_get(item, "mode"))
        good = read_error(reader, path, AT_VALUE, NULL,
                          "\"mode\" is missing (\"sync\", \"async\" or \"queue\")");
    if (!read_get(item, "wait"))
        policy->wait_blocks = policy->rule.mode != CALL_ASYNC;
    if (!good) { /* so that exceptions are not blamed for a mode that is not known */
        policy->rule.mode = CALL_QUEUE;
        policy->rule.queue.reply = policy->rule.queue.durable = true;
    }
    read_queue_confirm(item, NULL, &policy->rule.queue);
    read_overrides(reader, item, path, policy);
    if (good)
        read_check_queue(reader, item, path, all_traits(policy));
    settle_queues(policy);
    if (good && !any_retries(policy))
        read_check_retries(reader, item, path, &policy->rule.control);
}

void read_policies(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "policies", 0};
    struct spec *spec = &reader->spec;
    size_t n = read_count(root, "policies");
    if (!read_cap_list(reader, &path, &document_type, n))
        return;
    spec->policies = read_allocate(reader, n, sizeof *spec->policies);
    if (!spec->policies)
        return;
    for (const cJSON *item = read_first(root, "policies"); item && item->string; item = item->next) {
        struct path at = {&path, item->string, 0};
        read_policy(reader, item, &at, &spec->policies[spec->n_policies++]);
    }
    struct path run = {NULL, "run", 0}, replications = {&run, "replications", 0};
    read_cap_runs(reader, &replications);
}
