#include "des/sim.h"

#include <signal.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "des/rng.h"

/* What happened, in order. */
struct journal {
    struct sim *sim;
    intptr_t numbers[100];
    int64_t at_ns[100];
    size_t n;
};

static void write_down(void *context, void *subject)
{
    struct journal *journal = context;
    journal->numbers[journal->n] = (intptr_t)subject;
    journal->at_ns[journal->n++] = journal->sim->now_ns;
}

static event_id schedule(struct sim *sim, int64_t at_ns, intptr_t number)
{
    return sim_schedule(sim, at_ns, write_down, (void *)number);
}

static void assert_numbers(const struct journal *journal, const char *expected)
{
    size_t n = 0;
    for (; expected[n]; n++) {
        cr_assert_lt(n, journal->n, "only %zu events happened", journal->n);
        cr_assert_eq(journal->numbers[n], expected[n] - '0', "event %zu is %d, not %c", n,
                     (int)journal->numbers[n], expected[n]);
    }
    cr_assert_eq(journal->n, n);
}

Test(sim, time_orders_events)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    schedule(&sim, 30, 3);
    schedule(&sim, 10, 1);
    schedule(&sim, 20, 2);
    cr_assert(sim_step(&sim, 100));
    assert_numbers(&journal, "123");
    cr_assert_eq(journal.at_ns[0], 10);
    cr_assert_eq(journal.at_ns[1], 20);
    cr_assert_eq(journal.at_ns[2], 30);
    cr_assert_eq(sim.now_ns, 100);
    cr_assert_eq(sim.n_happened, 3);
    sim_finish(&sim);
}

Test(sim, ties_go_in_the_order_of_scheduling)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    schedule(&sim, 5, 1);
    schedule(&sim, 4, 0);
    schedule(&sim, 5, 2);
    event_id gone = schedule(&sim, 5, 9);
    schedule(&sim, 5, 3);
    sim_cancel(&sim, gone);
    schedule(&sim, 5, 4); /* may take the cancelled one's slot, not its place */
    sim_step(&sim, 5);
    assert_numbers(&journal, "01234");
    sim_finish(&sim);
}

static void schedule_now(void *context, void *subject)
{
    struct journal *journal = context;
    write_down(context, subject);
    if ((intptr_t)subject < 5)
        sim_schedule(journal->sim, journal->sim->now_ns, schedule_now, (void *)((intptr_t)subject + 2));
}

Test(sim, what_is_scheduled_for_now_comes_after_what_was_there)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    sim_schedule(&sim, 7, schedule_now, (void *)1);
    sim_schedule(&sim, 7, schedule_now, (void *)2);
    sim_step(&sim, 7);
    assert_numbers(&journal, "123456");
    cr_assert_eq(journal.at_ns[5], 7);
    sim_finish(&sim);
}

Test(sim, steps_take_what_is_due_and_no_more)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    schedule(&sim, 10, 1);
    schedule(&sim, 11, 2);
    sim_step(&sim, 9);
    assert_numbers(&journal, "");
    cr_assert_eq(sim.now_ns, 9);
    sim_step(&sim, 10);
    assert_numbers(&journal, "1");
    sim_step(&sim, 10);
    assert_numbers(&journal, "1");
    cr_assert_eq(sim_pending(&sim), 1);
    sim_step(&sim, 11);
    assert_numbers(&journal, "12");
    sim_finish(&sim);
}

Test(sim, a_step_into_the_past_leaves_the_clock)
{
    struct sim sim;
    sim_init(&sim, NULL);
    sim_step(&sim, 50);
    sim_step(&sim, 20);
    cr_assert_eq(sim.now_ns, 50);
    sim_finish(&sim);
}

Test(sim, cancelled_events_do_not_happen)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    schedule(&sim, 10, 1);
    event_id second = schedule(&sim, 20, 2);
    schedule(&sim, 30, 3);
    cr_assert_eq(sim_pending(&sim), 3);
    cr_assert(sim_cancel(&sim, second));
    cr_assert_eq(sim_pending(&sim), 2);
    cr_assert_not(sim_cancel(&sim, second), "it was cancelled before");
    sim_step(&sim, 100);
    assert_numbers(&journal, "13");
    cr_assert_eq(sim.n_happened, 2);
    cr_assert_eq(sim_pending(&sim), 0);
    sim_finish(&sim);
}

Test(sim, stale_ids_do_no_harm)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    cr_assert_not(sim_cancel(&sim, 0));
    cr_assert_not(sim_cancel(&sim, 12345), "no such event ever was");
    event_id first = schedule(&sim, 1, 1);
    cr_assert_neq(first, 0);
    sim_step(&sim, 1);
    cr_assert_not(sim_cancel(&sim, first), "it has happened");
    event_id second = schedule(&sim, 2, 2);
    cr_assert_neq(first, second);
    cr_assert_not(sim_cancel(&sim, first), "its slot is another's now");
    sim_step(&sim, 2);
    assert_numbers(&journal, "12");
    sim_finish(&sim);
}

Test(sim, ranks_order_an_instant)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    for (intptr_t i = 0; i < 3; i++)
        for (unsigned rank = EVENT_RANKS; rank-- > 0;)
            sim_schedule_ranked(&sim, rank, 10, write_down, (void *)(rank + i));
    sim_schedule_ranked(&sim, 3, 9, write_down, (void *)7);
    sim_step(&sim, 10);
    assert_numbers(&journal, "7012123234345");
    sim_finish(&sim);
}

static void schedule_lower(void *context, void *subject)
{
    struct journal *journal = context;
    write_down(context, subject);
    intptr_t rank = (intptr_t)subject;
    if (rank > 0)
        sim_schedule_ranked(journal->sim, (unsigned)rank - 1, journal->sim->now_ns, schedule_lower,
                            (void *)(rank - 1));
}

Test(sim, a_lower_rank_of_the_same_instant_comes_next)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    sim_schedule_ranked(&sim, 3, 10, schedule_lower, (void *)3);
    sim_schedule_ranked(&sim, 3, 10, schedule_lower, (void *)3);
    sim_step(&sim, 10);
    assert_numbers(&journal, "32103210");
    sim_finish(&sim);
}

Test(sim, what_lies_beyond_all_runs_never_happens)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    schedule(&sim, SIM_TIME_MAX, 1);
    schedule(&sim, SIM_TIME_MAX + 1, 2);
    event_id latest = schedule(&sim, INT64_MAX, 3);
    sim_step(&sim, SIM_TIME_MAX);
    assert_numbers(&journal, "1");
    cr_assert_eq(journal.at_ns[0], SIM_TIME_MAX);
    sim_step(&sim, INT64_MAX);
    assert_numbers(&journal, "1");
    cr_assert_eq(sim_pending(&sim), 2);
    cr_assert(sim_cancel(&sim, latest));
    sim_finish(&sim);
}

struct self_canceller {
    struct sim *sim;
    event_id id;
    bool cancelled;
};

static void cancel_itself(void *context, void *subject)
{
    (void)context;
    struct self_canceller *self = subject;
    self->cancelled = sim_cancel(self->sim, self->id);
}

Test(sim, an_event_that_happens_can_no_longer_be_cancelled)
{
    struct sim sim;
    sim_init(&sim, NULL);
    struct self_canceller self = {.sim = &sim};
    self.id = sim_schedule(&sim, 1, cancel_itself, &self);
    sim_step(&sim, 1);
    cr_assert_not(self.cancelled);
    cr_assert_eq(sim_pending(&sim), 0);
    sim_finish(&sim);
    sim_finish(NULL);
}

/* ---- against the oracle: an unsorted array that is searched from end to end ---- */

enum { MOST = 400 };

struct plan {
    int64_t at_ns;
    uint64_t number; /* rank, then rising with each scheduling */
    event_id id;
    bool pending;
};

struct world {
    struct sim *sim;
    struct plan plans[20000];
    uint64_t n, n_pending;
    int64_t last_ns; /* of the last one that happened */
    uint64_t last;   /* its number, if nothing was scheduled since */
    uint64_t n_happened;
};

static void happen(void *context, void *subject)
{
    struct world *world = context;
    struct plan *plan = subject;
    cr_assert(plan->pending);
    cr_assert_eq(world->sim->now_ns, plan->at_ns);
    cr_assert(plan->at_ns > world->last_ns || (plan->at_ns == world->last_ns && plan->number >= world->last));
    world->last = plan->number;
    world->last_ns = plan->at_ns;
    world->n_happened++;
    plan->pending = false;
    world->n_pending--;
}

/* When the next event is due, and how many are due then. */
static uint64_t count_due(const struct world *world, int64_t *ret_at_ns)
{
    uint64_t n = 0;
    for (uint64_t i = 0; i < world->n; i++) {
        const struct plan *plan = &world->plans[i];
        if (!plan->pending || (n && plan->at_ns > *ret_at_ns))
            continue;
        n = n && plan->at_ns == *ret_at_ns ? n + 1 : 1;
        *ret_at_ns = plan->at_ns;
    }
    return n;
}

static void plan_one(struct world *world, struct draw *draw, uint64_t spread)
{
    struct plan *plan = &world->plans[world->n];
    uint64_t rank = draw_below(draw, EVENT_RANKS);
    int64_t line_ns = 1 + (int64_t)draw_below(draw, 3) * (int64_t)spread; /* more lines than there can be */
    unsigned line = draw_below(draw, 2) ? sim_line(world->sim, (unsigned)rank, line_ns) : SIM_LINES;
    int64_t ns = line < SIM_LINES ? line_ns : (int64_t)draw_below(draw, spread);
    *plan = (struct plan){.at_ns = world->sim->now_ns + ns, .number = rank << 32 | world->n};
    plan->pending = true;
    world->n++;
    world->n_pending++;
    plan->id = line < SIM_LINES ? sim_schedule_in_line(world->sim, line, happen, plan)
                                : sim_schedule_ranked(world->sim, (unsigned)rank, plan->at_ns, happen, plan);
    cr_assert_neq(plan->id, 0);
    world->last = 0; /* it may be of a lower rank */
}

static void cancel_any(struct world *world, struct draw *draw)
{
    struct plan *plan = &world->plans[draw_below(draw, world->n)];
    cr_assert_eq(sim_cancel(world->sim, plan->id), plan->pending);
    world->n_pending -= plan->pending;
    plan->pending = false;
}

/* In one step, or in several of some events each: no difference may be seen, whatever was cancelled. */
static void step_to(struct sim *sim, int64_t at_ns, struct draw *draw)
{
    uint64_t n = draw_below(draw, 4);
    bool reached = n == 0;
    if (reached)
        cr_assert(sim_step(sim, at_ns));
    while (!reached) {
        uint64_t n_happened = sim->n_happened;
        cr_assert(sim_step_some(sim, at_ns, n, &reached));
        cr_assert_leq(sim->n_happened - n_happened, n);
        cr_assert_leq(sim->now_ns, at_ns);
    }
    cr_assert_eq(sim->now_ns, at_ns);
}

static void live(uint64_t seed, uint64_t spread)
{
    static struct world world;
    struct sim sim;
    sim_init(&sim, &world);
    world = (struct world){.sim = &sim, .last_ns = -1};
    struct stream stream = stream_make(seed, 0, "a world");
    struct draw draw = draw_make(&stream, 0, 0);
    for (int step = 0; step < 3000; step++) {
        uint64_t dice = draw_below(&draw, 10);
        if (dice < 5 && world.n_pending < MOST) {
            plan_one(&world, &draw, spread);
        } else if (dice < 8 && world.n) {
            cancel_any(&world, &draw);
        } else {
            int64_t at_ns = sim.now_ns;
            uint64_t due = count_due(&world, &at_ns), n_happened = world.n_happened;
            int64_t before_ns = sim.now_ns + (int64_t)draw_below(&draw, (uint64_t)(at_ns - sim.now_ns) + 1);
            if (draw_below(&draw, 2) && before_ns < at_ns)
                at_ns = before_ns, due = 0;
            step_to(&sim, at_ns, &draw);
            cr_assert_eq(world.n_happened, n_happened + due);
        }
        cr_assert_eq(sim_pending(&sim), world.n_pending);
    }
    sim_finish(&sim);
}

Test(sim, many_random_schedules)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        live(seed, 1);       /* everything at once */
        live(seed, 10);      /* many ties */
        live(seed, 1000000); /* hardly any */
    }
}

/* ---- memory ---- */

/* Timeouts in a line, and events that are not: both ask. */
Test(sim, a_simulation_stays_within_its_allowance)
{
    for (int in_line = 0; in_line < 2; in_line++) {
        struct allowance allowance = {.bytes = 1000000};
        struct sim sim;
        sim_init(&sim, NULL);
        sim_limit_memory(&sim, &allowance);
        unsigned line = sim_line(&sim, 0, 5);
        int64_t n = 0;
        while (in_line ? sim_schedule_in_line(&sim, line, write_down, NULL)
                       : sim_schedule(&sim, 1000 + n, write_down, NULL))
            n++;
        cr_assert(sim_failed(&sim));
        cr_assert(allowance.exceeded);
        cr_assert_gt(n, 10000); /* each takes about 40 bytes, and room doubles */
        cr_assert_lt(n, 40000);
        bool reached = true;
        cr_assert_not(sim_step_some(&sim, 2000000, 10, &reached));
        cr_assert_not(reached);
        sim_finish(&sim);
    }
}

/* A timeout for each of many calls, nearly all of them cancelled long before they would fire. */
Test(sim, cancelled_timeouts_do_not_pile_up)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    event_id timeouts[100] = {0};
    for (int64_t i = 0; i < 1000000; i++) {
        sim_cancel(&sim, timeouts[i % 100]);
        timeouts[i % 100] = schedule(&sim, i + 1000000000, 0);
        sim_step(&sim, i);
        cr_assert_eq(sim_pending(&sim), i < 100 ? (size_t)i + 1 : 100);
    }
    cr_assert_leq(event_list_n(&sim.list), 2048, "%zu entries for 100 events", event_list_n(&sim.list));
    cr_assert_leq(sim.n_slots, 4096, "%u slots for 100 events", sim.n_slots);
    cr_assert_eq(journal.n, 0);
    sim_finish(&sim);
}

Test(sim, cancelled_timeouts_do_not_pile_up_in_a_line)
{
    struct sim sim;
    struct journal journal = {.sim = &sim};
    sim_init(&sim, &journal);
    unsigned line = sim_line(&sim, 1, 1000000000);
    event_id timeouts[100] = {0};
    for (int64_t i = 0; i < 1000000; i++) {
        sim_cancel(&sim, timeouts[i % 100]);
        timeouts[i % 100] = sim_schedule_in_line(&sim, line, write_down, NULL);
        sim_step(&sim, i);
        cr_assert_eq(sim_pending(&sim), i < 100 ? (size_t)i + 1 : 100);
    }
    cr_assert_leq(sim.lines[line].fifo.capacity, 2048);
    cr_assert_eq(event_list_n(&sim.list), 0);
    sim_step(&sim, 999958 + 1000000000); /* the last was scheduled at 999998 */
    cr_assert_eq(journal.n, 60, "those of the last 100 that are due: %zu", journal.n);
    cr_assert_eq(journal.at_ns[0], 999899 + 1000000000);
    sim_finish(&sim);
}

Test(sim, a_line_is_for_all_of_its_kind)
{
    struct sim sim;
    sim_init(&sim, NULL);
    for (unsigned i = 0; i < SIM_LINES; i++)
        cr_expect_eq(sim_line(&sim, 1, 1 + i), i);
    cr_expect_eq(sim_line(&sim, 1, 3), 2);
    cr_expect_eq(sim_line(&sim, 0, 3), SIM_LINES, "there are no more");
    sim_finish(&sim);
}

/* As many at once that none are near one another in memory. Each that is not cancelled happens,
 * and at its time. */
struct call {
    struct sim *sim;
    event_id timeout;
    int64_t due_ns;
};

static void time_out(void *context, void *subject)
{
    struct call *call = subject;
    ++*(uint64_t *)context;
    cr_assert_eq(call->sim->now_ns, call->due_ns);
    call->timeout = 0;
}

Test(sim, many_timeouts)
{
    enum { CALLS = 50000, STEPS = 8 };
    struct call *calls = calloc(CALLS, sizeof *calls);
    struct sim sim;
    uint64_t fired = 0, armed = 0, cancelled = 0;
    sim_init(&sim, &fired);
    struct stream stream = stream_make(4, 0, "timeouts");
    struct draw draw = draw_make(&stream, 0, 0);
    for (size_t i = 0; i < (size_t)CALLS * STEPS; i++) {
        struct call *call = &calls[draw_below(&draw, CALLS)];
        cr_assert_eq(sim_cancel(&sim, call->timeout), call->timeout != 0);
        cancelled += call->timeout != 0;
        call->sim = &sim;
        call->due_ns = sim.now_ns + 1 + (int64_t)draw_below(&draw, 10 * CALLS);
        call->timeout = sim_schedule(&sim, call->due_ns, time_out, call);
        armed++;
        sim_step(&sim, (int64_t)i * 3);
        cr_assert_eq(sim_pending(&sim), armed - cancelled - fired);
        cr_assert_leq(event_list_n(&sim.list), 2 * sim_pending(&sim) + 2048);
    }
    cr_assert_gt(fired, CALLS);
    cr_assert_gt(cancelled, CALLS);
    sim_step(&sim, INT64_MAX / 8);
    cr_assert_eq(armed, cancelled + fired);
    cr_assert_leq(sim.n_used, CALLS);
    sim_finish(&sim);
    free(calls);
}

static void again(void *context, void *subject)
{
    struct sim *sim = context;
    sim_schedule(sim, sim->now_ns + 1 + (int64_t)(intptr_t)subject, again, subject);
}

Test(sim, a_steady_state_allocates_nothing)
{
    struct sim sim;
    sim_init(&sim, &sim);
    for (intptr_t i = 0; i < 1000; i++)
        sim_schedule(&sim, i, again, (void *)i);
    sim_step(&sim, 100000);
    const void *events = sim.events;
    size_t n_chunks = sim.list.chunks.n_chunks;
    uint32_t n_slots = sim.n_slots;
    uint64_t happened = sim.n_happened;
    sim_step(&sim, 300000);
    cr_assert_gt(sim.n_happened, happened + 1000000);
    cr_assert_eq(sim.list.chunks.n_chunks, n_chunks);
    cr_assert_eq(sim.n_slots, n_slots);
    cr_assert_eq(sim.events, events);
    cr_assert_eq(sim_pending(&sim), 1000);
    sim_finish(&sim);
}

/* ---- failure ---- */

/* Criterion hears of it by the signal. */
Test(sim, the_past_cannot_be_scheduled, .signal = SIGABRT)
{
    struct sim sim;
    sim_init(&sim, NULL);
    schedule(&sim, 5, 0);
    sim_step(&sim, 3);
    schedule(&sim, 2, 1);
}

static void run_out_of_memory(void *context, void *subject)
{
    (void)subject;
    sim_fail(context);
}

Test(sim, a_failed_run_does_not_go_on)
{
    struct sim sim;
    sim_init(&sim, &sim);
    sim_schedule(&sim, 1, run_out_of_memory, NULL);
    sim_schedule(&sim, 1, run_out_of_memory, NULL);
    cr_assert_not(sim_step(&sim, 10));
    cr_assert_eq(sim.n_happened, 1);
    cr_assert_not(sim_step(&sim, 20));
    cr_assert_eq(sim.n_happened, 1);
    sim_finish(&sim);
}
