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
        free(spec->expects[i]);
    free(spec->expects);
    *spec = (struct spec){0};
}

const struct call_rule *policy_user_rule(const struct policy_spec *policy, uint32_t callee)
{
    for (size_t i = policy->n_overrides; i-- > 0;)
        if (policy->overrides[i].caller == SPEC_USERS && policy->overrides[i].callee == callee)
            return &policy->overrides[i].rule;
    return NULL;
}

static const struct call_rule user_rule = {.mode = CALL_SYNC};

const struct call_rule *policy_rule(const struct policy_spec *policy, uint32_t caller, uint32_t callee)
{
    const struct call_rule *rule = caller == SPEC_USERS ? &user_rule : &policy->rule;
    bool named = false;
    for (size_t i = 0; i < policy->n_overrides; i++) {
        const struct call_override *o = &policy->overrides[i];
        /* An override for anyone's calls means components' calls: users wait unless they are named. */
        bool anyone = o->caller == SPEC_NONE && caller != SPEC_USERS;
        if (o->callee == callee && (o->caller == caller || (anyone && !named))) {
            rule = &o->rule;
            named = o->caller == caller;
        }
    }
    return rule;
}

const struct link_spec *spec_link(const struct spec *spec, uint32_t a, uint32_t b)
{
    if (a == b)
        return NULL;
    for (size_t i = 0; i < spec->n_links; i++) {
        const struct link_spec *link = &spec->links[i];
        if ((link->between[0] == a && link->between[1] == b) ||
            (link->between[0] == b && link->between[1] == a))
            return link;
    }
    return a == SPEC_USERS || b == SPEC_USERS ? NULL : spec->default_link;
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
