#include "cli/choose.h"

#include <stdlib.h>
#include <string.h>

#include "cli/print.h"

/* ---- policies ---- */

static const struct policy_spec *find_policy(const struct spec *spec, const char *name)
{
    for (size_t p = 0; p < spec->n_policies; p++)
        if (strcmp(spec->policies[p].name, name) == 0)
            return &spec->policies[p];
    return NULL;
}

void complain_policy(const char *file, const struct spec *spec, const char *name)
{
    const char **names = calloc(spec->n_policies + 1, sizeof *names);
    for (size_t p = 0; names && p < spec->n_policies; p++)
        names[p] = spec->policies[p].name;
    const char *nearest = names ? text_nearest(name, names, spec->n_policies) : NULL;
    if (nearest)
        complain("%s: no policy \"%s\"; did you mean \"%s\"?", file, name, nearest);
    else
        complain("%s: no policy \"%s\"", file, name);
    free(names);
}

enum exit_code choose_policies(const struct arguments *arguments, const struct loaded *loaded,
                               struct spec *ret_spec)
{
    const struct spec *spec = &loaded->spec;
    struct spec chosen = *spec;
    bool all = !arguments_have(arguments, "policy");
    const char *name;
    for (size_t at = 0; (name = arguments_next(arguments, "policy", &at)) != NULL;)
        if (!find_policy(spec, name)) {
            complain_policy(loaded->path, spec, name);
            return EXIT_USAGE;
        }
    chosen.n_policies = 0;
    chosen.policies = calloc(spec->n_policies, sizeof *chosen.policies);
    if (!chosen.policies) {
        complain("out of memory");
        return EXIT_IO;
    }
    for (size_t p = 0; p < spec->n_policies; p++) {
        bool wanted = all;
        for (size_t at = 0; (name = arguments_next(arguments, "policy", &at)) != NULL;)
            wanted |= strcmp(name, spec->policies[p].name) == 0;
        if (wanted)
            chosen.policies[chosen.n_policies++] = spec->policies[p];
    }
    *ret_spec = chosen;
    return EXIT_OK;
}

/* ---- threads ---- */

bool choose_threads(const struct arguments *arguments, const char *command, unsigned *ret_threads)
{
    const char *value = arguments_value(arguments, "threads");
    char *end;
    unsigned long n = value ? strtoul(value, &end, 10) : 0;
    if (value && (n < 1 || n > 1024 || *end || *value == '-')) {
        complain_usage(command, "--threads needs a number from 1 to 1024, not \"%s\"", value);
        return false;
    }
    *ret_threads = (unsigned)n;
    return true;
}
