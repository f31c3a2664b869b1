/* What is under way on links, for those who look in: nothing is kept for it while nobody does. */
#include <string.h>

#include "model/call.h"
#include "model/state.h"

/* The wire that a message on a link is on; NULL where it takes no time. */
static const struct wire *wire_of(const struct activation *a)
{
    const struct site *site = a->site;
    if (a->stretch == STRETCH_WIRE_BACK)
        return site->back[site->queue && a->passed_on];
    return site->out[site->queue && a->consumer];
}

static void count_message(void *item, void *data)
{
    const struct activation *a = item;
    struct link_sample *samples = data;
    if (!a->request || a->place != PLACE_LINK)
        return;
    const struct wire *wire = wire_of(a);
    if (wire)
        samples[wire->link].under_way[wire->way]++;
}

void system_look_at_links(const struct system *s, struct link_sample *samples)
{
    size_t n = s->spec->n_links + (s->spec->default_link ? 1 : 0);
    memset(samples, 0, n * sizeof *samples);
    pool_each(&s->activations, count_message, samples);
    for (size_t i = 0; i < s->wires.capacity; i++) {
        struct wire *wire = s->wires.slots[i];
        if (wire && wire_is_cut(s, wire, s->sim.now_ns))
            samples[wire->link].cut = true;
    }
}
