#include "model/effect.h"

#include <stdlib.h>

#include "model/state.h"

enum { FIRST_BUCKETS = 1024 };

static struct effect **bucket(struct effect **buckets, size_t n_buckets, const struct request *request,
                              uint64_t name)
{
    return &buckets[rng_mix(name, request->number) & (n_buckets - 1)];
}

static bool grow(struct effect_table *table)
{
    size_t n_buckets = table->n_buckets ? 2 * table->n_buckets : FIRST_BUCKETS;
    struct effect **buckets = calloc(n_buckets, sizeof(struct effect *));
    if (!buckets)
        return false;
    for (size_t i = 0; i < table->n_buckets; i++)
        for (struct effect *e = table->buckets[i], *next; e; e = next) {
            struct effect **home = bucket(buckets, n_buckets, e->request, e->name);
            next = e->next;
            e->next = *home;
            *home = e;
        }
    free(table->buckets);
    table->buckets = buckets;
    table->n_buckets = n_buckets;
    return true;
}

/* Where the pointer to it is, or would be. */
static struct effect **find(const struct effect_table *table, const struct request *request, uint64_t name)
{
    struct effect **place = bucket(table->buckets, table->n_buckets, request, name);
    while (*place && ((*place)->name != name || (*place)->request != request))
        place = &(*place)->next;
    return place;
}

static struct effect *add(struct system *s, struct request *request, uint64_t name)
{
    struct effect_table *table = &s->effects;
    if (table->n >= table->n_buckets && !grow(table))
        return NULL;
    struct effect **place = find(table, request, name);
    if (*place)
        return *place;
    struct effect *e = pool_take(&s->effect_pool);
    if (!e)
        return NULL;
    *e = (struct effect){.request = request, .name = name, .of_request = request->effects};
    request->effects = *place = e;
    table->n++;
    return e;
}

void effect_expect(struct system *s, struct request *request, uint64_t name, const struct activation *caller)
{
    struct effect *e = add(s, request, name);
    if (!e) {
        system_fail(s);
        return;
    }
    e->waived = false;
    e->parent = caller ? caller->call->effect : 0;
    e->asked_by = caller ? caller->id : 0;
}

void effect_waive(struct system *s, struct request *request, uint64_t name)
{
    (*find(&s->effects, request, name))->waived = true;
}

void effect_done(struct system *s, const struct activation *a)
{
    struct effect *e = *find(&s->effects, a->request, a->call->effect);
    e->executions++;
    e->executed_by = a->id;
}

bool effect_is_done(const struct system *s, const struct request *request, uint64_t name)
{
    return (*find(&s->effects, request, name))->executions > 0;
}

static bool is_owed(const struct system *s, const struct effect *e)
{
    if (e->executions > 0 || e->waived)
        return false;
    const struct effect *parent = e->parent ? *find(&s->effects, e->request, e->parent) : NULL;
    return !parent || parent->executions == 0 || parent->executed_by == e->asked_by;
}

struct effect_count effects_count(const struct system *s, const struct request *request)
{
    struct effect_count count = {.done = request->done, .undone = request->undone};
    for (const struct effect *e = request->effects; e; e = e->of_request) {
        count.done += e->executions == 1;
        count.undone += is_owed(s, e);
        count.twice += e->executions > 1;
    }
    return count;
}

void effects_forget(struct system *s, struct request *request)
{
    for (struct effect *e = request->effects, *next; e; e = next) {
        next = e->of_request;
        struct effect **place = find(&s->effects, request, e->name);
        *place = e->next;
        s->effects.n--;
        pool_give(&s->effect_pool, e);
    }
    request->effects = NULL;
}

void effect_table_finish(struct effect_table *table)
{
    free(table->buckets);
    *table = (struct effect_table){0};
}
