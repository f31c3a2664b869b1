/* First-in, first-out lists of activations, linked through their `next`. An activation is in at most one. */
#ifndef TANDEM_MODEL_LIST_H
#define TANDEM_MODEL_LIST_H

#include "model/activation.h"

static inline void list_append(struct list *list, struct activation *a)
{
    a->next = NULL;
    if (list->last)
        list->last->next = a;
    else
        list->first = a;
    list->last = a;
    list->n++;
}

static inline void list_prepend(struct list *list, struct activation *a)
{
    a->next = list->first;
    list->first = a;
    if (!list->last)
        list->last = a;
    list->n++;
}

/* The first one, taken out; NULL when empty. */
static inline struct activation *list_take(struct list *list)
{
    struct activation *a = list->first;
    if (!a)
        return NULL;
    list->first = a->next;
    if (!list->first)
        list->last = NULL;
    list->n--;
    return a;
}

/* Takes `a` out, wherever it stands; false when it is not in the list. O(n). */
static inline bool list_remove(struct list *list, struct activation *a)
{
    struct activation *before = NULL, *here = list->first;
    while (here && here != a) {
        before = here;
        here = here->next;
    }
    if (!here)
        return false;
    if (before)
        before->next = a->next;
    else
        list->first = a->next;
    if (list->last == a)
        list->last = before;
    list->n--;
    return true;
}

/* ---- last in, first out: a list that is its first one ---- */

static inline void list_push(struct activation **first, struct activation *a)
{
    a->next = *first;
    *first = a;
}

/* NULL when empty. */
static inline struct activation *list_pop(struct activation **first)
{
    struct activation *a = *first;
    if (a)
        *first = a->next;
    return a;
}

#endif
