/* The pending events in order of (time, rank, order of pushing): a monotone
 * multi-level bucket queue, in the line of radix heaps (Ahuja, Mehlhorn, Orlin,
 * Tarjan, J. ACM 37(2), 1990). It costs the same for all distributions of
 * times, and for ties, as nothing in it adapts to them; it needs that no entry
 * is pushed into the past.
 *
 * The earliest entries stand in order in a small array, the bottom. All from
 * `limit` on are in the ladder: its level L has a bucket for each value of the
 * L-th digit of a key (to the base 64), and an entry is in the bucket of the
 * highest digit in which its key differs from `reference`, a key that no later
 * push lies before. So a lower level comes before a higher one, a lower bucket
 * before a higher one, and in a bucket entries stand as they were pushed. When
 * the bottom is used up, the lowest bucket becomes the new one if it is small;
 * else its entries move to lower levels. An entry moves at most once a level.
 */
#ifndef TANDEM_DES_EVENT_LIST_H
#define TANDEM_DES_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum {
    EVENT_RANKS = 4,
    EVENT_BOTTOM = 64, /* a power of two */
    EVENT_DIGIT_BITS = 6,
    EVENT_BUCKETS = 1 << EVENT_DIGIT_BITS, /* a bit of a word each */
    EVENT_LEVELS = 11,                     /* 66 bits: all of a key */
};

/* What is later than this never comes: for ever is long enough in 73 years. */
#define EVENT_TIME_MAX (INT64_MAX / 4)

struct event_entry {
    uint64_t key;              /* time and rank in one */
    uint32_t slot, generation; /* the owner's business */
};

struct event_chunk;

/* Chunks with the entries in the order in which they were pushed; none if it is
 * empty. */
struct event_bucket {
    struct event_chunk *first, *last;
};

struct event_list {
    size_t n;
    bool failed;         /* memory ran out, and entries are lost */
    uint32_t begin, end; /* of the bottom: they count on, an entry stands at its
                            number modulo EVENT_BOTTOM */
    uint64_t limit;      /* above all keys in the bottom, not above any in the ladder */
    uint64_t last;       /* the key that was taken last */
    struct event_entry bottom[EVENT_BOTTOM];

    uint64_t reference;
    uint32_t levels;             /* a bit for each level with entries */
    uint64_t full[EVENT_LEVELS]; /* of each level, a bit for each bucket with
                                    entries */
    struct event_bucket buckets[EVENT_LEVELS][EVENT_BUCKETS];
    struct pool chunks;
};

/* Starts empty and allocates nothing. 12 kB; an entry needs about 17 bytes
 * more. */
void event_list_init(struct event_list *list);
void event_list_finish(struct event_list *list);

static inline int64_t event_entry_ns(const struct event_entry *entry)
{
    return (int64_t)(entry->key / EVENT_RANKS);
}

static inline uint64_t event_key(int64_t at_ns, unsigned rank)
{
    return (uint64_t)(at_ns <= EVENT_TIME_MAX ? at_ns : EVENT_TIME_MAX + 1) * EVENT_RANKS + rank;
}

/* For event_list_push(): an entry that is not the bottom's, or finds it full.
 */
bool event_list_put(struct event_list *list, struct event_entry entry);

/* For event_list_take(): fills the empty bottom from the ladder; false if all
 * is later than `until`, or memory is gone. */
bool event_list_refill(struct event_list *list, uint64_t until);

/* Puts an entry into the bottom, which has room, behind all that are not later.
 * It moves the fewer of those before it and those behind it. */
static inline void event_list_insert(struct event_list *list, struct event_entry entry)
{
    struct event_entry *bottom = list->bottom;
    uint32_t begin = list->begin, end = list->end;
    if (begin != end && entry.key < bottom[(begin + (end - begin) / 2) % EVENT_BOTTOM].key) {
        uint32_t i = list->begin = begin - 1;
        for (; bottom[(i + 1) % EVENT_BOTTOM].key <= entry.key; i++)
            bottom[i % EVENT_BOTTOM] = bottom[(i + 1) % EVENT_BOTTOM];
        bottom[i % EVENT_BOTTOM] = entry;
    } else {
        uint32_t i = end;
        list->end = end + 1;
        for (; i != begin && entry.key < bottom[(i - 1) % EVENT_BOTTOM].key; i--)
            bottom[i % EVENT_BOTTOM] = bottom[(i - 1) % EVENT_BOTTOM];
        bottom[i % EVENT_BOTTOM] = entry;
    }
}

/* Entries of one time stand by `rank` (below EVENT_RANKS), then in the order in
 * which they were pushed. `at_ns` is at least 0, and must not lie before what
 * was taken last nor before what was last asked for. False when memory is gone.
 */
static inline bool event_list_push(struct event_list *list, int64_t at_ns, unsigned rank, uint32_t slot,
                                   uint32_t generation)
{
    struct event_entry entry = {.key = event_key(at_ns, rank), .slot = slot, .generation = generation};
    if (entry.key >= list->limit || list->end - list->begin == EVENT_BOTTOM)
        return event_list_put(list, entry);
    list->n++;
    event_list_insert(list, entry);
    return true;
}

/* Takes the earliest entry if it is due up to and including `until_ns`, from 0.
 * False if none is, or when memory ran out: see `failed`. */
static inline bool event_list_take(struct event_list *list, int64_t until_ns, struct event_entry *ret_entry)
{
    uint64_t until = event_key(until_ns <= EVENT_TIME_MAX ? until_ns : EVENT_TIME_MAX, EVENT_RANKS - 1);
    if (list->begin == list->end && !event_list_refill(list, until))
        return false;
    const struct event_entry *first = &list->bottom[list->begin % EVENT_BOTTOM];
    if (first->key > until)
        return false;
    /* Field by field: a load of 16 bytes would wait for the two stores of 8 of a
     * push just before. */
    ret_entry->key = list->last = first->key;
    ret_entry->slot = first->slot;
    ret_entry->generation = first->generation;
    list->begin++;
    list->n--;
    return true;
}

/* The entry that many places behind the earliest one, if the bottom knows it
 * already, or some older one: a hint of what to fetch into the cache. */
static inline const struct event_entry *event_list_ahead(const struct event_list *list, uint32_t places)
{
    return &list->bottom[(list->begin + places) % EVENT_BOTTOM];
}

/* Keeps only the entries for which `keep` is true, in O(n). */
void event_list_filter(struct event_list *list, bool (*keep)(const struct event_entry *entry, void *data),
                       void *data);

#endif
