/* The pending events in order of (time, rank, order of pushing): a monotone multi-level bucket queue, in the
 * line of radix heaps (Ahuja, Mehlhorn, Orlin, Tarjan, J. ACM 37(2), 1990). It costs about the same for all
 * distributions of times, and for ties, as nothing in it adapts to them; it needs that no entry is pushed
 * into the past.
 *
 * The earliest entries stand in order in a small array, the bottom; all from `limit` on are in the ladder.
 * Level L of the ladder has a bucket for each value of the L-th digit of a key, and an entry is in the bucket
 * of the highest digit in which its key differs from `reference`, a key that no later push lies before. So a
 * lower level comes before a higher one, a lower bucket before a higher one, and in a bucket entries stand as
 * they were pushed. When the bottom is used up, the lowest bucket becomes the new one if it is small; else
 * its entries move to lower levels. So an entry moves at most once a level. */
#ifndef TANDEM_DES_EVENT_LIST_H
#define TANDEM_DES_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum {
    EVENT_RANKS = 4,
    EVENT_BOTTOM = 64, /* entries in the bottom, at most */
    EVENT_AHEAD = 10,  /* for event_list_ahead() */
    EVENT_DIGIT_BITS = 6,
    EVENT_BUCKETS = 1 << EVENT_DIGIT_BITS, /* a bit of a word each */
    EVENT_LEVELS = 11,                     /* 66 bits: all of a key */
};

/* 73 years. What is later, up to twice as late, never comes. */
#define EVENT_TIME_MAX (INT64_MAX / 4)

struct event_entry {
    uint64_t key; /* time and rank in one */
    uint64_t id;  /* the owner's name for it, not 0 */
};

struct event_chunk;

/* Entries in the order in which they were pushed; no chunk if there are none. */
struct event_bucket {
    struct event_chunk *first, *last;
};

/* It points into itself: it must stay where it was made. */
struct event_list {
    struct event_entry *begin, *end; /* of those in the bottom; begin[-1].key is the time taken last */
    uint64_t limit;                  /* above the keys in the bottom, not above those in the ladder */
    int32_t room;                    /* at least so many pushes the bottom can take where it is */
    bool failed;                     /* memory ran out, and entries are lost */

    /* One that was taken, then room for a whole bottom before the first and behind it. */
    struct event_entry bottom[1 + 2 * EVENT_BOTTOM + EVENT_AHEAD + 1];

    uint64_t reference;
    size_t n_climbed;            /* entries in the ladder */
    uint32_t levels;             /* a bit for each level with entries */
    uint64_t full[EVENT_LEVELS]; /* for each level, a bit for each bucket with entries */
    struct event_bucket buckets[EVENT_LEVELS][EVENT_BUCKETS];
    struct pool chunks;
};

/* Starts empty and allocates nothing. The list itself has 14 kB; an entry needs about 17 bytes more. */
void event_list_init(struct event_list *list);
void event_list_finish(struct event_list *list);

/* Pending entries. */
static inline size_t event_list_n(const struct event_list *list)
{
    return list->n_climbed + (size_t)(list->end - list->begin);
}

static inline int64_t event_entry_ns(const struct event_entry *entry)
{
    return (int64_t)(entry->key / EVENT_RANKS);
}

static inline uint64_t event_key(int64_t at_ns, unsigned rank)
{
    return (uint64_t)at_ns * EVENT_RANKS + rank;
}

/* For event_list_push(): an entry that is not the bottom's, or for which the bottom has no room. */
uint64_t event_list_put(struct event_list *list, struct event_entry entry);

/* For event_list_take(): fills the empty bottom from the ladder; false if all there is later than `until`, or
 * memory is gone. */
bool event_list_refill(struct event_list *list, uint64_t until);

/* Puts an entry into the bottom, which has room, behind all that are not later. Either those before it move
 * or those behind it, about whichever are fewer: both what happens soon and what happens last cost little.
 * Neither search needs to look for the bottom's ends: the one stops at the middle, the other at what was
 * taken last. */
static inline void event_list_insert(struct event_list *list, struct event_entry entry)
{
    struct event_entry *begin = list->begin, *end = list->end, *hole;
    size_t n = (size_t)(end - begin);
    if (entry.key < (begin + n / 2)[-1].key) {
        list->begin = begin - 1;
        begin[-2].key = begin[-1].key;
        for (hole = begin - 1; hole[1].key <= entry.key; hole++)
            hole[0] = hole[1];
    } else {
        list->end = end + 1;
        for (hole = end; entry.key < hole[-1].key; hole--)
            hole[0] = hole[-1];
    }
    *hole = entry;
}

/* Entries of one time stand by `rank` (below EVENT_RANKS), then in the order in which they were pushed.
 * `at_ns`, from 0 to 2 * EVENT_TIME_MAX, must not lie before the time of what was taken last nor before the
 * latest that was asked for. Returns `id`, or 0 when memory is gone, which also sets `failed`. */
static inline uint64_t event_list_push(struct event_list *list, int64_t at_ns, unsigned rank, uint64_t id)
{
    struct event_entry entry = {.key = event_key(at_ns, rank), .id = id};
    if (entry.key >= list->limit || --list->room < 0)
        return event_list_put(list, entry);
    event_list_insert(list, entry);
    return id;
}

/* The last key of a time, from 0, or of the last time at which anything happens. */
static inline uint64_t event_last_key(int64_t until_ns)
{
    return event_key(until_ns <= EVENT_TIME_MAX ? until_ns : EVENT_TIME_MAX, EVENT_RANKS - 1);
}

/* The earliest entry if its key is not above `until`. NULL if there is none, or when memory ran out: see
 * `failed`. */
static inline struct event_entry *event_list_first(struct event_list *list, uint64_t until)
{
    if (list->begin == list->end && !event_list_refill(list, until))
        return NULL;
    return list->begin->key <= until ? list->begin : NULL;
}

/* Takes the earliest entry if its key is not above `until`; false as event_list_first(). */
static inline bool event_list_take(struct event_list *list, uint64_t until, struct event_entry *ret_entry)
{
    struct event_entry *first = event_list_first(list, until);
    if (!first)
        return false;
    /* Field by field: a load of all 16 bytes would have to wait for the two stores of a push just before. */
    ret_entry->key = first->key;
    ret_entry->id = first->id;
    first->key &= ~(uint64_t)(EVENT_RANKS - 1); /* lower ranks of the same time may still be pushed */
    list->begin = first + 1;
    return true;
}

/* The entry at most EVENT_AHEAD places behind the earliest one, if it is in the bottom, or else some earlier
 * one or none (zeros): a hint of what will soon be wanted in the cache. */
static inline const struct event_entry *event_list_ahead(const struct event_list *list, size_t places)
{
    return &list->begin[places];
}

/* Keeps only the entries for which `keep` is true, in O(n). */
void event_list_filter(struct event_list *list, bool (*keep)(const struct event_entry *entry, void *data),
                       void *data);

#endif
