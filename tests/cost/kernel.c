/* Work for the kernel alone, to be counted in instructions.
 *
 * usage: kernel hold|timeouts|line PENDING EVENTS
 *
 * Prints how many events it made: beginning with PENDING ones costs the same however many follow. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "des/rng.h"
#include "des/sim.h"

enum { GAPS = 1 << 12 };
static const int64_t MEAN_GAP_NS = 1000000;

struct work {
    struct sim sim;
    int64_t gaps_ns[GAPS]; /* drawn ahead: to draw them is not the kernel's work */
    uint64_t n_happened;
};

static void work_init(struct work *work)
{
    struct stream stream = stream_make(1, 0, "kernel");
    struct draw draw = draw_make(&stream, 0, 0);
    *work = (struct work){0};
    sim_init(&work->sim, work);
    for (size_t i = 0; i < GAPS; i++)
        work->gaps_ns[i] = (int64_t)((double)MEAN_GAP_NS * draw_exponential(&draw));
}

/* The hold model (Jones, CACM 29(4), 1986): each event schedules its successor. */
static void hold(void *context, void *subject)
{
    struct work *work = context;
    int64_t gap_ns = work->gaps_ns[work->n_happened++ % GAPS];
    sim_schedule(&work->sim, work->sim.now_ns + gap_ns, hold, subject);
}

static bool run_hold(struct work *work, uint64_t pending, uint64_t events)
{
    for (uint64_t i = 0; i < pending; i++)
        sim_schedule(&work->sim, work->gaps_ns[i % GAPS] + (int64_t)i, hold, NULL);
    return sim_step(&work->sim, (int64_t)(events / pending) * MEAN_GAP_NS);
}

static void give_up(void *context, void *subject)
{
    (void)context;
    (void)subject;
}

/* Each completion cancels its timeout, and another one is armed: what calls with timeouts ask of the kernel.
 */
static bool run_timeouts(struct work *work, uint64_t pending, uint64_t events, bool in_line)
{
    unsigned line = sim_line(&work->sim, 0, (int64_t)(4 * pending));
    event_id *ids = calloc(pending, sizeof *ids);
    bool ok = ids != NULL;
    for (uint64_t i = 0; ok && i < events; i++) {
        sim_cancel(&work->sim, ids[i % pending]);
        int64_t at_ns = work->sim.now_ns + (int64_t)(4 * pending);
        ids[i % pending] = in_line ? sim_schedule_in_line(&work->sim, line, give_up, NULL)
                                   : sim_schedule(&work->sim, at_ns, give_up, NULL);
        ok = sim_step(&work->sim, (int64_t)i);
    }
    work->n_happened = events;
    free(ids);
    return ok;
}

int main(int n, char **arguments)
{
    uint64_t pending = n == 4 ? strtoull(arguments[2], NULL, 10) : 0;
    uint64_t events = n == 4 ? strtoull(arguments[3], NULL, 10) : 0;
    static struct work work;
    if (pending == 0 || events == 0)
        return 2;
    work_init(&work);
    bool holds = strcmp(arguments[1], "hold") == 0, in_line = strcmp(arguments[1], "line") == 0;
    bool ok = holds ? run_hold(&work, pending, events) : run_timeouts(&work, pending, events, in_line);
    printf("%" PRIu64 "\n", work.n_happened);
    sim_finish(&work.sim);
    return ok ? 0 : 1;
}
