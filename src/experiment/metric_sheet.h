/* The sheet that a result's numbers, and if wanted their names, are put on, one after another. Of metrics.c
 * alone. */
#ifndef TANDEM_EXPERIMENT_METRIC_SHEET_H
#define TANDEM_EXPERIMENT_METRIC_SHEET_H

#include "base/text.h"
#include "experiment/metric_index.h"
#include "experiment/metrics.h"

/* A meaning that was made of two texts. */
struct sheet_phrase {
    const char *about, *joint, *meaning; /* NULL, all of them = the place is free */
    const char *text;
};

/* Zeroed: empty, and only numbers are wanted: naming takes longer than computing. */
struct sheet {
    double *values;              /* owned; NULL when there are names */
    struct metric_index *naming; /* owned; NULL = no names are wanted */
    struct metric *metrics;      /* owned; NULL without names */
    size_t n, capacity;
    bool failed;
    struct text prefix;           /* "shop.wait." */
    size_t top;                   /* length of the first part of the prefix, "shop" */
    bool begun;                   /* the present section has a metric */
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
    if (!sheet->naming && sheet->n < sheet->capacity)
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

/* Puts every number of a result, in an order that depends on the spec and on how many queues there are alone.
 * False when memory is gone. */
bool sheet_put_result(struct sheet *sheet, const struct spec *spec, const struct result *result);

/* What the workers of each component were blocked on, and for. */
struct callees;
struct callees *callees_create(const struct spec *spec); /* NULL when memory is gone */
void callees_destroy(struct callees *callees);
void sheet_put_blames(struct sheet *sheet, const struct spec *spec, struct callees *callees,
                      uint32_t component, const struct component_result *result);

/* The calls of every endpoint that is called at all; `calls` has one an endpoint, or is NULL. False when
 * memory is gone. */
bool sheet_put_calls(struct sheet *sheet, const struct spec *spec, const struct call_result *calls);

/* What followed from each event of the spec; where the result does not know of it, nothing has a value. */
void sheet_put_events(struct sheet *sheet, const struct spec *spec, const struct result *result);

/* A share of a whole; NAN of nothing. */
double metric_share(int128 part, int128 whole);

#endif
