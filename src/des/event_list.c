#include "des/event_list.h"

#include <assert.h>
#include <string.h>

#include "base/apart.h"

/* A bottom of FEW is made at once; it is full with twice as many, so that to fill it takes many pushes. */
enum { FEW = EVENT_BOTTOM / 2 };

/* Where the bottom begins when it is made or moved: from there it can grow to both sides. */
enum { FIRST = 1 + EVENT_BOTTOM };

/* A chunk has 752 bytes: were it a power of two, the heads of all would meet in few sets of the cache. */
enum { CHUNK_ENTRIES = 46 };

struct event_chunk {
    struct event_chunk *next;
    uint32_t taken, n; /* those from `taken` to `n` are there */
    struct event_entry entries[CHUNK_ENTRIES];
};

/* A bucket of the ladder. */
struct place {
    unsigned level, digit;
};

/* Empties the bottom; `last_key` is that of the time taken last. */
static void clear_bottom(struct event_list *list, uint64_t last_key)
{
    list->begin = list->end = &list->bottom[FIRST];
    list->begin[-1].key = last_key;
    list->room = EVENT_BOTTOM;
}

void event_list_init(struct event_list *list)
{
    *list = (struct event_list){.limit = UINT64_MAX};
    clear_bottom(list, 0);
    pool_init(&list->chunks, sizeof(struct event_chunk));
}

void event_list_finish(struct event_list *list)
{
    if (list)
        pool_finish(&list->chunks);
}

/* ---- the ladder ---- */

static inline struct place place_of(const struct event_list *list, uint64_t key)
{
    unsigned highest_bit = 63 - (unsigned)__builtin_clzll((key ^ list->reference) | 1);
    unsigned level = highest_bit / EVENT_DIGIT_BITS;
    return (struct place){level, key >> (level * EVENT_DIGIT_BITS) & (EVENT_BUCKETS - 1)};
}

/* The bucket with the earliest entries of the ladder, which is not empty. */
static inline struct place lowest_place(const struct event_list *list)
{
    unsigned level = (unsigned)__builtin_ctz(list->levels);
    return (struct place){level, (unsigned)__builtin_ctzll(list->full[level])};
}

/* The least key that belongs there. */
static inline uint64_t base_of(const struct event_list *list, struct place place)
{
    unsigned shift = place.level * EVENT_DIGIT_BITS;
    uint64_t digits = list->reference >> shift;
    return (digits / EVENT_BUCKETS * EVENT_BUCKETS + place.digit) << shift;
}

/* Puts an entry into a new chunk at the end of the bucket. As climb(). */
static APART uint64_t climb_to_new(struct event_list *list, struct place place, struct event_entry entry)
{
    struct event_bucket *bucket = &list->buckets[place.level][place.digit];
    struct event_chunk *chunk = pool_take(&list->chunks);
    if (!chunk) {
        list->failed = true;
        return 0;
    }
    chunk->next = NULL;
    chunk->taken = 0;
    chunk->n = 1;
    chunk->entries[0] = entry;
    if (bucket->last)
        bucket->last->next = chunk;
    else
        bucket->first = chunk;
    bucket->last = chunk;
    list->full[place.level] |= (uint64_t)1 << place.digit;
    list->levels |= 1U << place.level;
    return entry.id;
}

/* Puts an entry into the ladder. Returns its id, or 0 when memory is gone: then the list has failed. */
static inline uint64_t climb(struct event_list *list, struct event_entry entry)
{
    struct place place = place_of(list, entry.key);
    struct event_chunk *chunk = list->buckets[place.level][place.digit].last;
    if (!chunk || chunk->n == CHUNK_ENTRIES)
        return climb_to_new(list, place, entry);
    chunk->entries[chunk->n++] = entry;
    return entry.id;
}

/* Leaves the bucket empty; its chunks are the caller's. */
static inline struct event_chunk *take_bucket(struct event_list *list, struct place place)
{
    struct event_bucket *bucket = &list->buckets[place.level][place.digit];
    struct event_chunk *first = bucket->first;
    *bucket = (struct event_bucket){0};
    list->full[place.level] &= ~((uint64_t)1 << place.digit);
    if (!list->full[place.level])
        list->levels &= ~(1U << place.level);
    return first;
}

/* Puts a bucket's entries to where they belong now that the reference is in its range: on lower levels. */
static void spread(struct event_list *list, struct event_chunk *chunk)
{
    while (chunk) {
        struct event_chunk *next = chunk->next;
        if (next)
            __builtin_prefetch(next); /* it was written long ago */
        for (uint32_t i = chunk->taken; i < chunk->n; i++)
            climb(list, chunk->entries[i]);
        pool_give(&list->chunks, chunk);
        chunk = next;
    }
}

/* ---- between bottom and ladder ---- */

/* Moves the bottom to where it has room to both sides: as many can come before it as there can be in it. */
static void settle(struct event_list *list)
{
    size_t n = (size_t)(list->end - list->begin);
    memmove(&list->bottom[FIRST - 1], list->begin - 1, (1 + n) * sizeof list->bottom[0]);
    list->begin = &list->bottom[FIRST];
    list->end = list->begin + n;
    list->room = EVENT_BOTTOM - (int32_t)n;
}

/* Moves the later half of the bottom to the ladder. Entries of one key stay together: a later push of that
 * key goes to the end of its bucket, and would come before those that were moved there after it. */
static void halve(struct event_list *list)
{
    struct event_entry *cut = list->begin + (list->end - list->begin) / 2;
    while (cut != list->begin && cut[-1].key == cut[0].key)
        cut--;
    for (const struct event_entry *entry = cut; entry != list->end; entry++)
        climb(list, *entry);
    list->n_climbed += (size_t)(list->end - cut);
    list->limit = cut[0].key;
    list->end = cut;
}

/* For a bottom without room. What becomes room is at least as much as what moves. */
static APART uint64_t push_again(struct event_list *list, struct event_entry entry)
{
    if (list->end - list->begin > FEW)
        halve(list);
    settle(list);
    return list->failed ? 0
                        : event_list_push(list, event_entry_ns(&entry), entry.key % EVENT_RANKS, entry.id);
}

uint64_t event_list_put(struct event_list *list, struct event_entry entry)
{
    assert(entry.key >= list->reference);
    if (entry.key < list->limit)
        return push_again(list, entry);
    list->n_climbed++;
    return climb(list, entry);
}

static inline bool is_few(const struct event_chunk *chunk)
{
    uint32_t n = 0;
    for (; chunk && n <= FEW; chunk = chunk->next)
        n += chunk->n - chunk->taken;
    return n <= FEW;
}

/* Puts a bucket's entries, which are few, into the bottom. */
static inline void absorb(struct event_list *list, struct event_chunk *chunk)
{
    while (chunk) {
        struct event_chunk *next = chunk->next;
        list->n_climbed -= chunk->n - chunk->taken;
        list->room -= (int32_t)(chunk->n - chunk->taken);
        for (uint32_t i = chunk->taken; i < chunk->n; i++)
            event_list_insert(list, chunk->entries[i]);
        pool_give(&list->chunks, chunk);
        chunk = next;
    }
}

/* So that many small buckets do not mean many small bottoms, the next ones follow while all in all they are
 * few: an almost empty ladder ends up in the bottom as a whole. */
static void absorb_next(struct event_list *list)
{
    while (list->levels) {
        struct place place = lowest_place(list);
        const struct event_chunk *chunk = list->buckets[place.level][place.digit].first;
        if (chunk->next || list->end - list->begin + chunk->n - chunk->taken > FEW) {
            list->limit = base_of(list, place);
            return;
        }
        absorb(list, take_bucket(list, place));
    }
    list->limit = UINT64_MAX;
}

/* Of a long bucket of one key, puts only the first entry into the bottom: a push of that key must come behind
 * the others. */
static void absorb_one(struct event_list *list, struct event_bucket *bucket)
{
    struct event_chunk *chunk = bucket->first;
    list->n_climbed--;
    list->room--;
    event_list_insert(list, chunk->entries[chunk->taken++]);
    if (chunk->taken == chunk->n) {
        bucket->first = chunk->next;
        pool_give(&list->chunks, chunk);
    }
}

bool event_list_refill(struct event_list *list, uint64_t until)
{
    uint64_t last = list->begin[-1].key;
    clear_bottom(list, last);
    while (list->levels && !list->failed) {
        struct place place = lowest_place(list);
        struct event_bucket *bucket = &list->buckets[place.level][place.digit];
        uint64_t base = base_of(list, place);
        if (base > until) /* what is pushed next may lie before it: the reference must not */
            return false;
        /* Nor may it lie behind a lower rank of the instant that was taken last. */
        list->reference = (base > last ? base : last) / EVENT_RANKS * EVENT_RANKS;
        list->limit = base;
        if (place.level == 0 && bucket->first->next) {
            absorb_one(list, bucket);
            return true;
        }
        bool few = place.level == 0 || is_few(bucket->first);
        struct event_chunk *chunk = take_bucket(list, place);
        if (few) {
            absorb(list, chunk);
            absorb_next(list);
            return true;
        }
        spread(list, chunk);
    }
    return false;
}

/* ---- filtering ---- */

static void filter_bottom(struct event_list *list, bool (*keep)(const struct event_entry *entry, void *data),
                          void *data)
{
    struct event_entry *kept = list->begin;
    for (const struct event_entry *entry = kept; entry != list->end; entry++)
        if (keep(entry, data))
            *kept++ = *entry;
    list->end = kept;
    settle(list);
}

static void free_chunks(struct event_list *list, struct event_chunk *chunk)
{
    while (chunk) {
        struct event_chunk *next = chunk->next;
        pool_give(&list->chunks, chunk);
        chunk = next;
    }
}

/* Those kept move up, within the bucket's own chunks. */
static void filter_bucket(struct event_list *list, struct place place,
                          bool (*keep)(const struct event_entry *entry, void *data), void *data)
{
    struct event_bucket *bucket = &list->buckets[place.level][place.digit];
    struct event_chunk *from = bucket->first, *to = from;
    uint32_t n = 0; /* kept in `to` */
    do {
        uint32_t i = from->taken;
        from->taken = 0;
        for (; i < from->n; i++) {
            if (!keep(&from->entries[i], data)) {
                list->n_climbed--;
                continue;
            }
            if (n == CHUNK_ENTRIES) {
                to->n = n;
                to = to->next;
                n = 0;
            }
            to->entries[n++] = from->entries[i];
        }
    } while ((from = from->next));
    free_chunks(list, to->next);
    to->next = NULL;
    to->n = n;
    bucket->last = to;
    if (n == 0)
        free_chunks(list, take_bucket(list, place));
}

void event_list_filter(struct event_list *list, bool (*keep)(const struct event_entry *entry, void *data),
                       void *data)
{
    filter_bottom(list, keep, data);
    for (unsigned level = 0; level < EVENT_LEVELS; level++)
        for (uint64_t full = list->full[level]; full; full &= full - 1)
            filter_bucket(list, (struct place){level, (unsigned)__builtin_ctzll(full)}, keep, data);
}
