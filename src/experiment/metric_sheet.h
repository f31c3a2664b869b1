/* The sheet that a result's numbers, or the names of some of them, are put on, one after another. Of
 * metrics.c and metric_index.c alone. */
#ifndef TANDEM_EXPERIMENT_METRIC_SHEET_H
#define TANDEM_EXPERIMENT_METRIC_SHEET_H

#include "base/text.h"
#include "base/text_store.h"
#include "experiment/metrics.h"

/* A meaning that was made of two texts. */
struct sheet_phrase {
    const char *about, *joint, *meaning; /* NULL, all of them = the place is free */
    const char *text;
};

/* Zeroed: empty, and only numbers are wanted: naming takes longer than computing. */
struct sheet {
    double *values; /* owned; NULL where names are wanted */
    size_t n;
    size_t capacity; /* of the values */
    bool failed;
    struct metric *naming;        /* borrowed: has room for what is put; NULL = no names are wanted */
    const struct spec *spec;      /* borrowed; of the part that is being put */
    struct text prefix;           /* "shop.wait." */
    struct text_store texts;      /* names and meanings */
    struct sheet_phrase *phrases; /* owned; a hash table */
    size_t n_phrases, phrase_places;
};

/* A number that is put on the sheet. Its meaning is "about: meaning", or `meaning` alone where `about` is
 * NULL. Both stay where they are as long as the sheet; `meaning` alone for ever. */
struct sheet_entry {
    const char *name;
    bool word; /* the name is a name of the model, to be made a metric_word() */
    enum metric_unit unit;
    double value;
    const char *about, *meaning;
};

/* Of the two below alone: the same with names, or without room. */
void sheet_add(struct sheet *sheet, const struct sheet_entry *entry);

static inline void sheet_put_entry(struct sheet *sheet, const struct sheet_entry *entry)
{
    if (sheet->n < sheet->capacity)
        sheet->values[sheet->n++] = entry->value;
    else
        sheet_add(sheet, entry);
}

/* Adds a number. Inline, as large systems have tens of millions in each replication. */
static inline void sheet_put(struct sheet *sheet, const char *name, enum metric_unit unit, double value,
                             const char *about, const char *meaning)
{
    sheet_put_entry(sheet, &(struct sheet_entry){name, false, unit, value, about, meaning});
}

/* The same; the name is a name of the model. */
static inline void sheet_put_word(struct sheet *sheet, const char *name, enum metric_unit unit, double value,
                                  const char *about, const char *meaning)
{
    sheet_put_entry(sheet, &(struct sheet_entry){name, true, unit, value, about, meaning});
}

/* A text of both, with the joint between them, that stays as long as the names; "" when none are wanted. */
const char *sheet_phrase(struct sheet *sheet, const char *about, const char *joint, const char *meaning);

/* Names put from now on begin with `name` and a dot, until sheet_leave() is given what this returned. */
size_t sheet_enter(struct sheet *sheet, const char *name);
size_t sheet_enter_word(struct sheet *sheet, const char *name);
void sheet_leave(struct sheet *sheet, size_t mark);

void sheet_finish(struct sheet *sheet);

/* ---- the parts of a result, whose metrics stand one after another ---- */

enum part_kind {
    PART_WHOLE,
    PART_COMPONENT,
    PART_QUEUE,
    PART_LINK,
    PART_LOAD,
    PART_EVENT,
    PART_CALLS, /* of an endpoint */
    PART_KINDS
};

struct part {
    enum part_kind kind;
    uint32_t number; /* among those of its kind */
};

/* Which parts there are depends on the spec and on how many queues there are alone, so that every replication
 * has the same ones. */
struct parts {
    const struct spec *spec; /* borrowed */
    size_t n[PART_KINDS];
    struct callees *callees; /* owned */
    bool *called;            /* owned; of the endpoints */
};

bool parts_init(struct parts *parts, const struct spec *spec, const struct result *result);
void parts_finish(struct parts *parts);

/* Goes on to the part behind `part`; false: it was the last one. The first one is zeroed. */
bool parts_next(const struct parts *parts, struct part *part);

/* Puts what a part has; `result` may be NULL where the numbers do not matter. The prefix is the caller's. */
void sheet_put_part(struct sheet *sheet, const struct parts *parts, const struct part *part,
                    const struct result *result);

/* What the workers of each component were blocked on, and for. */
struct callees *callees_create(const struct spec *spec); /* NULL when memory is gone */
void callees_destroy(struct callees *callees);
size_t callees_count(const struct callees *callees, uint32_t component);

/* 1 + CAUSES metrics for each callee, then CAUSES for all of them. */
void sheet_put_blames(struct sheet *sheet, const struct spec *spec, struct callees *callees,
                      uint32_t component, const struct component_result *result);

/* Which endpoints are called at all (free() them); NULL when memory is gone. */
bool *calls_find(const struct spec *spec);

/* The calls of an endpoint. */
void sheet_put_calls(struct sheet *sheet, const struct call_result *calls);

/* What followed from an event of the spec; NULL: nothing is known of it, and nothing has a value. */
void sheet_put_event(struct sheet *sheet, const struct event_spec *event,
                     const struct disturbance *disturbance);

/* A share of a whole; NAN of nothing. */
double metric_share(int128 part, int128 whole);

#endif
