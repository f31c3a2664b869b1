#include "model/spec.h"

#include <stdlib.h>
#include <string.h>

static void steps_finish(struct step_spec *steps, size_t n);

static void step_finish(struct step_spec *step)
{
    distribution_finish(&step->duration);
    free(step->calls);
    for (size_t i = 0; i < step->n_branches; i++)
        steps_finish(step->branches[i].steps, step->branches[i].n_steps);
    free(step->branches);
}

static void steps_finish(struct step_spec *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        step_finish(&steps[i]);
    free(steps);
}

static void failures_finish(struct failure_spec *failures)
{
    distribution_finish(&failures->up);
    distribution_finish(&failures->down);
}

static void link_finish(struct link_spec *link)
{
    free(link->name);
    distribution_finish(&link->delay);
    failures_finish(&link->failures);
}

static void control_finish(struct control_spec *control)
{
    distribution_finish(&control->timeout);
    distribution_finish(&control->backoff.drawn);
}

static void load_spec_finish(struct load_spec *load)
{
    free(load->name);
    distribution_finish(&load->between);
    distribution_finish(&load->think);
    control_finish(&load->control);
    free(load->rates);
    free(load->arrivals);
}

static void call_rule_finish(struct call_rule *rule)
{
    control_finish(&rule->control);
    distribution_finish(&rule->queue.persist);
    free(rule->queue.name);
}

static void policy_finish(struct policy_spec *policy)
{
    free(policy->name);
    call_rule_finish(&policy->rule);
    for (size_t i = 0; i < policy->n_overrides; i++)
        call_rule_finish(&policy->overrides[i].rule);
    free(policy->overrides);
    pair_map_finish(&policy->index);
}

static bool is_among(const char *name, const char *const *names, size_t n_names)
{
    for (size_t i = 0; i < n_names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

void spec_keep_policies(struct spec *spec, const char *const *names, size_t n_names)
{
    size_t kept = 0;
    for (size_t i = 0; i < spec->n_policies; i++)
        if (is_among(spec->policies[i].name, names, n_names))
            spec->policies[kept++] = spec->policies[i];
        else
            policy_finish(&spec->policies[i]);
    spec->n_policies = kept;
}

static void expect_spec_finish(struct expect_spec *expect)
{
    free(expect->claim);
    free(expect->reason);
    free(expect->hint);
}

void spec_finish(struct spec *spec)
{
    if (!spec)
        return;
    free(spec->name);
    free(spec->about);
    for (size_t i = 0; i < spec->n_components; i++) {
        free(spec->components[i].name);
        failures_finish(&spec->components[i].failures);
    }
    free(spec->components);
    for (size_t i = 0; i < spec->n_endpoints; i++) {
        free(spec->endpoints[i].name);
        steps_finish(spec->endpoints[i].steps, spec->endpoints[i].n_steps);
    }
    free(spec->endpoints);
    for (size_t i = 0; i < spec->n_links; i++)
        link_finish(&spec->links[i]);
    free(spec->links);
    if (spec->default_link)
        link_finish(spec->default_link);
    free(spec->default_link);
    for (size_t i = 0; i < spec->n_loads; i++)
        load_spec_finish(&spec->loads[i]);
    free(spec->loads);
    for (size_t i = 0; i < spec->n_policies; i++)
        policy_finish(&spec->policies[i]);
    free(spec->policies);
    for (size_t i = 0; i < spec->n_events; i++) {
        free(spec->events[i].name);
        free(spec->events[i].group);
    }
    free(spec->events);
    for (size_t i = 0; i < spec->n_precise; i++)
        free(spec->precise[i]);
    free(spec->precise);
    for (size_t i = 0; i < spec->n_expects; i++)
        expect_spec_finish(&spec->expects[i]);
    free(spec->expects);
    free(spec->percentiles);
    pair_map_finish(&spec->link_index);
    *spec = (struct spec){0};
}

/* ---- who calls whom ---- */

static bool index_overrides(struct policy_spec *policy)
{
    for (size_t i = 0; i < policy->n_overrides; i++) {
        const struct call_override *o = &policy->overrides[i];
        uint32_t *number = pair_map_at(&policy->index, o->caller, o->callee);
        if (!number)
            return false;
        *number = (uint32_t)i;
    }
    return true;
}

/* The last override for just these, or NULL. */
static const struct call_rule *find_override(const struct policy_spec *policy, uint32_t caller,
                                             uint32_t callee)
{
    if (policy->index.n > 0) {
        uint32_t number = pair_map_find(&policy->index, caller, callee);
        return number == PAIR_MAP_NONE ? NULL : &policy->overrides[number].rule;
    }
    for (size_t i = policy->n_overrides; i-- > 0;)
        if (policy->overrides[i].caller == caller && policy->overrides[i].callee == callee)
            return &policy->overrides[i].rule;
    return NULL;
}

const struct call_rule *policy_user_rule(const struct policy_spec *policy, uint32_t callee)
{
    return find_override(policy, SPEC_USERS, callee);
}

static const struct call_rule user_rule = {.mode = CALL_SYNC};

const struct call_rule *policy_rule(const struct policy_spec *policy, uint32_t caller, uint32_t callee)
{
    const struct call_rule *rule = find_override(policy, caller, callee);
    /* An override for anyone's calls means components' calls: users wait unless they are named. */
    if (!rule && caller != SPEC_USERS)
        rule = find_override(policy, SPEC_NONE, callee);
    return rule ? rule : caller == SPEC_USERS ? &user_rule : &policy->rule;
}

/* ---- what is between them ---- */

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static bool index_links(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_links; i++) {
        const uint32_t *ends = spec->links[i].between;
        uint32_t first = lesser(ends[0], ends[1]);
        uint32_t *number = pair_map_at(&spec->link_index, first, first == ends[0] ? ends[1] : ends[0]);
        if (!number)
            return false;
        *number = lesser(*number, (uint32_t)i);
    }
    return true;
}

static const struct link_spec *find_link(const struct spec *spec, uint32_t a, uint32_t b)
{
    if (spec->link_index.n > 0) {
        uint32_t first = lesser(a, b), number = pair_map_find(&spec->link_index, first, first == a ? b : a);
        return number == PAIR_MAP_NONE ? NULL : &spec->links[number];
    }
    for (size_t i = 0; i < spec->n_links; i++) {
        const uint32_t *ends = spec->links[i].between;
        if ((ends[0] == a && ends[1] == b) || (ends[0] == b && ends[1] == a))
            return &spec->links[i];
    }
    return NULL;
}

const struct link_spec *spec_link(const struct spec *spec, uint32_t a, uint32_t b)
{
    if (a == b)
        return NULL;
    const struct link_spec *link = find_link(spec, a, b);
    return link || a == SPEC_USERS || b == SPEC_USERS ? link : spec->default_link;
}

bool spec_index(struct spec *spec)
{
    bool indexed = index_links(spec);
    for (size_t i = 0; i < spec->n_policies; i++)
        indexed = indexed && index_overrides(&spec->policies[i]);
    return indexed;
}

static bool stands_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

char *spec_event_word(const char *name)
{
    static const char nameless[] = "event";
    size_t n = 0;
    char *word = malloc(strlen(name) + sizeof nameless);
    for (; word && *name; name++) {
        if (stands_in_word(*name))
            word[n++] = *name;
        else if (n > 0 && word[n - 1] != '-')
            word[n++] = '-';
    }
    if (!word)
        return NULL;
    n -= n > 0 && word[n - 1] == '-';
    word[n] = '\0';
    return n > 0 ? word : memcpy(word, nameless, sizeof nameless);
}
