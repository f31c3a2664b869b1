#include "experiment/metric_sheet.h"

#include <math.h>
#include <stdlib.h>

static bool reserve(struct sheet *sheet)
{
    if (sheet->failed || sheet->n < sheet->capacity)
        return !sheet->failed;
    size_t capacity = sheet->capacity ? 2 * sheet->capacity : 128;
    double *values = realloc(sheet->values, capacity * sizeof *values);
    if (values)
        sheet->values = values;
    struct metric *metrics =
        values && sheet->naming ? realloc(sheet->metrics, capacity * sizeof *metrics) : NULL;
    if (metrics)
        sheet->metrics = metrics;
    sheet->failed = !values || (sheet->naming && !metrics);
    sheet->capacity = sheet->failed ? sheet->capacity : capacity;
    return !sheet->failed;
}

void sheet_put(struct sheet *sheet, const char *name, enum metric_unit unit, double value, const char *about,
               const char *meaning)
{
    if (!reserve(sheet))
        return;
    sheet->values[sheet->n] = value;
    if (sheet->naming) {
        struct metric metric = {.unit = unit, .value = value, .half_width = (double)NAN};
        metric.name = text_format("%s%s", text_string(&sheet->prefix), name);
        metric.meaning = about ? text_format("%s: %s", about, meaning) : text_copy(meaning);
        sheet->failed = !metric.name || !metric.meaning;
        sheet->metrics[sheet->n] = metric;
    }
    sheet->n++;
}

size_t sheet_enter(struct sheet *sheet, const char *name)
{
    size_t mark = sheet->prefix.length;
    if (sheet->naming)
        text_addf(&sheet->prefix, "%s.", name);
    sheet->failed |= sheet->prefix.failed;
    return mark;
}

void sheet_leave(struct sheet *sheet, size_t mark)
{
    sheet->prefix.length = mark;
    if (sheet->prefix.bytes)
        sheet->prefix.bytes[mark] = '\0';
}

void sheet_finish(struct sheet *sheet)
{
    for (size_t i = 0; sheet->metrics && i < sheet->n; i++) {
        free(sheet->metrics[i].name);
        free(sheet->metrics[i].meaning);
    }
    free(sheet->metrics);
    free(sheet->values);
    text_finish(&sheet->prefix);
}
