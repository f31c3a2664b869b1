#include "model/queue_index.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "model/queue.h"

enum { NAMES = 300, BROKERS = 5, COMPONENTS = 6 };

static const struct queue_rule holds_back = {.overflow = QUEUE_BLOCK}, refuses = {.overflow = QUEUE_REJECT};

static struct queue queues[NAMES][BROKERS];
static char names[NAMES][16];

static void fill(struct queue_index *index)
{
    for (uint32_t i = 0; i < NAMES; i++) {
        snprintf(names[i], sizeof names[i], "c%u.do", (unsigned)i);
        for (uint32_t b = 0; b < BROKERS; b++) {
            queues[i][b] = (struct queue){.rule = b == 2 ? &holds_back : &refuses,
                                          .component = i % COMPONENTS,
                                          .broker = b == 4 ? SPEC_USERS : b};
            cr_assert(queue_index_add(index, &queues[i][b], names[i], COMPONENTS));
        }
    }
}

Test(queue_index, finds_by_name_and_broker)
{
    struct queue_index index = {0};
    cr_assert_null(queue_index_find(&index, "c7.do", 0));
    fill(&index);
    for (uint32_t i = 0; i < NAMES; i++) {
        for (uint32_t b = 0; b < BROKERS; b++)
            cr_assert_eq(queue_index_find(&index, names[i], b == 4 ? SPEC_USERS : b), &queues[i][b]);
        cr_assert_eq(queue_index_find(&index, names[i], SPEC_NONE), &queues[i][0]);
    }
    cr_assert_null(queue_index_find(&index, "c7.do", 4));
    cr_assert_null(queue_index_find(&index, "c7.d", 0));
    cr_assert_null(queue_index_find(&index, "c7.do2", SPEC_NONE));
    queue_index_finish(&index);
}

/* In order of making: name after name, broker after broker. */
Test(queue_index, lists_by_component)
{
    struct queue_index index = {0};
    fill(&index);
    for (uint32_t c = 0; c < COMPONENTS; c++) {
        const struct queue *consumed = index.consumed[c].first, *standing = index.standing[c].first;
        for (uint32_t i = c; i < NAMES; i += COMPONENTS)
            for (uint32_t b = 0; b < BROKERS; b++, consumed = consumed->next_consumed)
                cr_assert_eq(consumed, &queues[i][b]);
        cr_assert_null(consumed);
        for (uint32_t i = 0; c < 4 && i < NAMES; i++, standing = standing->next_standing)
            cr_assert_eq(standing, &queues[i][c]);
        cr_assert_null(standing);
    }
    const struct queue *blocking = index.blocking.first;
    for (uint32_t i = 0; i < NAMES; i++, blocking = blocking->next_blocking)
        cr_assert_eq(blocking, &queues[i][2]);
    cr_assert_null(blocking);
    queue_index_finish(&index);
}
