#include "experiment/metric_sheet.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct sheet *sheet)
{
    if (sheet->failed || sheet->n < sheet->capacity)
        return !sheet->failed;
    size_t capacity = sheet->capacity ? 2 * sheet->capacity : 128;
    double *values = realloc(sheet->values, capacity * sizeof *values);
    sheet->failed = !values;
    if (sheet->failed)
        return false;
    sheet->values = values;
    sheet->capacity = capacity;
    return true;
}

/* ---- meanings: few of them are of many metrics ---- */

static struct sheet_phrase *find_phrase(struct sheet_phrase *phrases, size_t n_places,
                                        const struct sheet_phrase *sought)
{
    uint64_t key = (uintptr_t)sought->about * UINT64_C(31) + (uintptr_t)sought->meaning;
    /* Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4. */
    size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (n_places - 1);
    while (phrases[i].text && (phrases[i].about != sought->about || phrases[i].meaning != sought->meaning ||
                               phrases[i].joint != sought->joint))
        i = (i + 1) & (n_places - 1);
    return &phrases[i];
}

static bool grow_phrases(struct sheet *sheet)
{
    size_t n_places = sheet->phrase_places ? 2 * sheet->phrase_places : 256;
    struct sheet_phrase *phrases = calloc(n_places, sizeof *phrases);
    if (!phrases)
        return false;
    for (size_t i = 0; i < sheet->phrase_places; i++)
        if (sheet->phrases[i].text)
            *find_phrase(phrases, n_places, &sheet->phrases[i]) = sheet->phrases[i];
    free(sheet->phrases);
    sheet->phrases = phrases;
    sheet->phrase_places = n_places;
    return true;
}

/* Kept; NULL when memory is gone. */
static const char *text_of(struct sheet *sheet, const struct sheet_phrase *phrase)
{
    const char *parts[] = {phrase->about, phrase->joint, phrase->meaning};
    size_t lengths[] = {strlen(parts[0]), strlen(parts[1]), strlen(parts[2])};
    char *text = text_store_take(&sheet->texts, lengths[0] + lengths[1] + lengths[2]), *at = text;
    for (size_t i = 0; text && i < sizeof parts / sizeof *parts; at += lengths[i++])
        memcpy(at, parts[i], lengths[i]);
    return text;
}

const char *sheet_phrase(struct sheet *sheet, const char *about, const char *joint, const char *meaning)
{
    struct sheet_phrase phrase = {.about = about, .joint = joint, .meaning = meaning};
    if (!sheet->naming || sheet->failed)
        return "";
    sheet->failed = 2 * (sheet->n_phrases + 1) > sheet->phrase_places && !grow_phrases(sheet);
    if (sheet->failed)
        return "";
    struct sheet_phrase *place = find_phrase(sheet->phrases, sheet->phrase_places, &phrase);
    if (!place->text) {
        phrase.text = text_of(sheet, &phrase);
        sheet->failed = !phrase.text;
        if (sheet->failed)
            return "";
        *place = phrase;
        sheet->n_phrases++;
    }
    return place->text;
}

/* ---- names ---- */

static const char colon[] = ": ";

/* As metric_word(). */
static void make_word(char *name)
{
    for (; *name; name++)
        *name = *name == ' ' || *name == '-' ? '_' : *name;
}

/* The prefix and the name; "" when memory is gone. */
static const char *name_of(struct sheet *sheet, const char *name, bool word)
{
    size_t length = strlen(name), before = sheet->prefix.length;
    char *whole = sheet->failed ? NULL : text_store_take(&sheet->texts, before + length);
    sheet->failed = !whole;
    if (!whole)
        return "";
    memcpy(whole, text_string(&sheet->prefix), before);
    memcpy(whole + before, name, length + 1);
    if (word)
        make_word(whole + before);
    return whole;
}

void sheet_add(struct sheet *sheet, const struct sheet_entry *entry)
{
    if (sheet->naming) {
        struct metric *metric = &sheet->naming[sheet->n++];
        metric->unit = entry->unit;
        metric->meaning =
            entry->about ? sheet_phrase(sheet, entry->about, colon, entry->meaning) : entry->meaning;
        metric->name = name_of(sheet, entry->name, entry->word);
    } else if (reserve(sheet)) {
        sheet->values[sheet->n++] = entry->value;
    }
}

size_t sheet_enter(struct sheet *sheet, const char *name)
{
    size_t mark = sheet->prefix.length;
    if (!sheet->naming)
        return mark;
    text_add(&sheet->prefix, name);
    text_add(&sheet->prefix, ".");
    sheet->failed |= sheet->prefix.failed;
    return mark;
}

size_t sheet_enter_word(struct sheet *sheet, const char *name)
{
    return sheet_enter(sheet, sheet->naming ? metric_word(name).chars : name);
}

void sheet_leave(struct sheet *sheet, size_t mark)
{
    sheet->prefix.length = mark;
    if (sheet->prefix.bytes)
        sheet->prefix.bytes[mark] = '\0';
}

void sheet_finish(struct sheet *sheet)
{
    free(sheet->values);
    free(sheet->phrases);
    text_store_finish(&sheet->texts);
    text_finish(&sheet->prefix);
}
