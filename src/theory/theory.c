#include "theory/theory.h"

#include <stdlib.h>

#include "theory/bounds.h"
#include "theory/recognise.h"

static const struct model_type *const models[] = {
    &open_network_model, &station_model,        &still_model,
    &saturated_model,    &closed_network_model, &held_time_model,
};

enum { MODELS = sizeof models / sizeof *models };

static bool add_exact(struct values *values, const struct anatomy *anatomy)
{
    const struct spec *spec = anatomy->spec;
    struct journey journey;
    if (spec->n_loads != 1 || !spec_is_steady(spec))
        return true;
    if (!journey_init(&journey, anatomy))
        return false;
    journey_follow(&journey, &spec->loads[0]);
    struct situation situation = {
        .spec = spec,
        .anatomy = anatomy,
        .journey = &journey,
        .load = &spec->loads[0],
        .window_s = (double)(spec->run.duration_ns - spec->run.warmup_ns) * 1e-9,
    };
    bool solved = false;
    for (size_t i = 0; i < MODELS && !solved && !values->failed; i++)
        solved = models[i]->solve(&situation, values);
    journey_finish(&journey);
    return true;
}

bool theory_of(const struct spec *spec, uint32_t policy, struct theory *ret_theory, struct error *error)
{
    struct anatomy anatomy;
    struct values values = {0};
    if (!anatomy_init(&anatomy, spec, &spec->policies[policy]))
        return error_set(error, "out of memory");
    bool good = true;
    if (!bounds_are_hopeless(&anatomy)) {
        anatomy_settle(&anatomy);
        good = add_exact(&values, &anatomy) && bounds_add(&values, &anatomy) && !values.failed;
    }
    anatomy_finish(&anatomy);
    if (!good) {
        theory_finish(&values.theory);
        return error_set(error, "out of memory");
    }
    *ret_theory = values.theory;
    return true;
}

void theory_finish(struct theory *theory)
{
    if (!theory)
        return;
    for (size_t i = 0; i < theory->n; i++)
        free(theory->values[i].metric);
    free(theory->values);
    *theory = (struct theory){0};
}
