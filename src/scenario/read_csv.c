/* The two kinds of files that a scenario refers to: measured durations, and arrivals. */
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/units.h"
#include "des/sim.h"
#include "scenario/file.h"
#include "scenario/read.h"

enum { LONGEST_FIELD = 128 };

struct csv {
    struct reader *reader;
    const struct path *path; /* of the value that names the file */
    const char *name;
    char *text; /* owned */
    size_t length, at;
};

/* A stretch of the text. */
struct span {
    const char *begin, *end;
};

static bool csv_open(struct csv *csv, struct reader *reader, const cJSON *item, const struct path *path)
{
    struct error error = {0};
    if (!cJSON_IsString(item) || !*item->valuestring)
        return read_expected(reader, path, item, NULL, "expected the name of a CSV file");
    *csv = (struct csv){.reader = reader, .path = path, .name = item->valuestring};
    bool absolute = item->valuestring[0] == '/' || !reader->folder;
    char *file =
        text_format("%s%s%s", absolute ? "" : reader->folder, absolute ? "" : "/", item->valuestring);
    if (!file)
        return read_failed(reader);
    bool good = file_read(file, &csv->text, &csv->length, &error);
    if (good) {
        text_add(&reader->files, sha256(csv->text, csv->length).chars);
        reader->file_bytes += csv->length;
    } else if (error_is_memory(&error)) {
        read_failed(reader);
    } else {
        read_expected(reader, path, item, NULL, "which cannot be read: %s", error_text(&error));
    }
    error_finish(&error);
    free(file);
    return good;
}

static void csv_close(struct csv *csv)
{
    free(csv->text);
}

static bool csv_error(const struct csv *csv, struct span at, const char *expected)
{
    size_t n = (size_t)(at.end - at.begin);
    return read_error_in_file(csv->reader, csv->path, csv->name, csv->text, csv->length,
                              (size_t)(at.begin - csv->text), "found \"%.*s\", %s",
                              (int)(n < LONGEST_FIELD ? n : LONGEST_FIELD), at.begin, expected);
}

static struct span trim(struct span span)
{
    while (span.begin < span.end && (*span.begin == ' ' || *span.begin == '\t'))
        span.begin++;
    while (span.begin < span.end && (span.end[-1] == ' ' || span.end[-1] == '\t' || span.end[-1] == '\r'))
        span.end--;
    return span;
}

/* The next line that is not empty; false at the end of the file. */
static bool next_line(struct csv *csv, struct span *ret_line)
{
    while (csv->at < csv->length) {
        const char *begin = csv->text + csv->at;
        const char *end = memchr(begin, '\n', csv->length - csv->at);
        csv->at = end ? (size_t)(end + 1 - csv->text) : csv->length;
        struct span line = trim((struct span){begin, end ? end : csv->text + csv->length});
        if (line.begin < line.end) {
            *ret_line = line;
            return true;
        }
    }
    return false;
}

/* The next field of a line, without the quotation marks around it; false behind the last one. */
static bool next_field(struct span *line, struct span *ret_field)
{
    if (!line->begin)
        return false;
    const char *comma = memchr(line->begin, ',', (size_t)(line->end - line->begin));
    struct span field = trim((struct span){line->begin, comma ? comma : line->end});
    line->begin = comma ? comma + 1 : NULL;
    if (field.end - field.begin >= 2 && field.begin[0] == '"' && field.end[-1] == '"')
        field = (struct span){field.begin + 1, field.end - 1};
    *ret_field = field;
    return true;
}

static bool span_is(struct span span, const char *string)
{
    size_t n = strlen(string);
    return (size_t)(span.end - span.begin) == n && memcmp(span.begin, string, n) == 0;
}

/* The field with a unit behind it, as a string of its own; "" when it is longer than any good one. */
static void with_unit(struct span field, const char *unit, char text[LONGEST_FIELD + 8])
{
    size_t n = (size_t)(field.end - field.begin);
    if (n > LONGEST_FIELD)
        n = 0;
    memcpy(text, field.begin, n);
    memcpy(text + n, unit, strlen(unit) + 1);
}

/* ---- measured durations ---- */

/* The unit that a header's name ends in, "latency_ms"; "" when it names none. */
static const char *unit_of_header(struct span header)
{
    static const char *const endings[] = {"_ns", "_us", "_ms", "_s"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if ((size_t)(header.end - header.begin) > n && memcmp(header.end - n, endings[i], n) == 0)
            return endings[i] + 1;
    }
    return "";
}

static bool add_value(struct distribution *d, size_t *capacity, double ns)
{
    if (d->n_values == *capacity) {
        size_t larger = *capacity ? 2 * *capacity : 256;
        double *values = realloc(d->values_ns, larger * sizeof *values);
        if (!values)
            return false;
        d->values_ns = values;
        *capacity = larger;
    }
    d->values_ns[d->n_values++] = ns;
    return true;
}

static bool read_values(struct csv *csv, struct distribution *d)
{
    struct span line, field;
    const char *unit = "";
    size_t capacity = 0;
    for (size_t i = 0; next_line(csv, &line); i++) {
        char text[LONGEST_FIELD + 8];
        double ns;
        struct span rest = line;
        next_field(&rest, &field);
        if (i == 0 && !(*field.begin >= '0' && *field.begin <= '9') && *field.begin != '-') {
            unit = unit_of_header(field);
            continue;
        }
        with_unit(field, unit, text);
        if (rest.begin || !units_parse_duration_real(text, &ns, NULL) || ns > (double)SIM_TIME_MAX)
            return csv_error(csv, line,
                             *unit ? "expected a number of 0 or more"
                                   : "expected a duration such as \"5ms\" (for numbers without a unit, "
                                     "a header such as latency_ms)");
        if (!read_cap_rows(csv->reader, csv->path, 1))
            return false;
        if (!add_value(d, &capacity, ns))
            return read_failed(csv->reader);
    }
    return true;
}

bool read_empirical_file(struct reader *reader, const cJSON *item, const struct path *path,
                         struct distribution *distribution)
{
    struct csv csv = {0};
    if (!csv_open(&csv, reader, item, path))
        return false;
    bool good = read_values(&csv, distribution);
    if (good && distribution->n_values == 0)
        good = read_expected(reader, path, item, NULL, "which holds no durations");
    csv_close(&csv);
    return good;
}

/* ---- arrivals ---- */

enum column { COLUMN_TIME, COLUMN_ENDPOINT, COLUMN_BYTES, COLUMNS };

static const char *const column_names[] = {"time_s", "endpoint", "bytes"};

struct columns {
    enum column of[COLUMNS];
    size_t n;
};

static bool read_header(struct csv *csv, struct columns *ret_columns)
{
    struct span line = {0}, field = {csv->text, csv->text};
    struct columns columns = {.n = 0};
    bool has[COLUMNS] = {0};
    if (!next_line(csv, &line))
        return csv_error(csv, field, "expected a header with the column time_s");
    struct span rest = line;
    while (next_field(&rest, &field)) {
        int column = 0;
        while (column < COLUMNS && !span_is(field, column_names[column]))
            column++;
        if (column == COLUMNS || has[column])
            return csv_error(csv, field,
                             "expected a header of time_s, endpoint and bytes, each at most once");
        has[column] = true;
        columns.of[columns.n++] = (enum column)column;
    }
    if (!has[COLUMN_TIME])
        return csv_error(csv, line, "expected a column time_s too");
    *ret_columns = columns;
    return true;
}

static bool read_time(struct csv *csv, struct span field, const struct load_spec *load, int64_t *ret_ns)
{
    char text[LONGEST_FIELD + 8];
    int64_t ns = 0;
    with_unit(field, "s", text);
    if (!units_parse_duration(text, &ns, NULL) || ns > SIM_TIME_MAX)
        return csv_error(csv, field, "expected a time in seconds, of 0 or more");
    if (load->n_arrivals > 0 && ns < load->arrivals[load->n_arrivals - 1].at_ns)
        return csv_error(csv, field, "expected a time that is not before the one above");
    *ret_ns = ns;
    return true;
}

static bool read_endpoint(struct csv *csv, struct span field, uint32_t *ret_endpoint)
{
    char text[LONGEST_FIELD + 8];
    with_unit(field, "", text);
    uint32_t endpoint = *text ? name_index_find(&csv->reader->endpoints, text) : *ret_endpoint;
    if (endpoint == SPEC_NONE)
        return csv_error(csv, field, *text ? "expected an endpoint that there is" : "expected an endpoint");
    *ret_endpoint = endpoint;
    return true;
}

static bool read_bytes(struct csv *csv, struct span field, int64_t *ret_bytes)
{
    char text[LONGEST_FIELD + 8];
    with_unit(field, "B", text);
    if (field.begin < field.end && !units_parse_size(text, ret_bytes, NULL))
        return csv_error(csv, field, "expected a whole number of bytes");
    if (*ret_bytes > READ_LARGEST_BYTES)
        return csv_error(csv, field, "expected at most 1000000000000000 bytes");
    return true;
}

static bool read_arrival(struct csv *csv, struct span line, const struct columns *columns,
                         const struct load_spec *load, struct arrival_spec *ret_arrival)
{
    struct arrival_spec arrival = {.endpoint = load->endpoint, .bytes = load->bytes};
    struct span field, rest = line;
    size_t n = 0;
    bool good = true;
    for (; good && next_field(&rest, &field); n++) {
        if (n == columns->n)
            return csv_error(csv, line, "expected as many fields as in the header");
        switch (columns->of[n]) {
        case COLUMN_TIME: good = read_time(csv, field, load, &arrival.at_ns); break;
        case COLUMN_ENDPOINT: good = read_endpoint(csv, field, &arrival.endpoint); break;
        case COLUMN_BYTES: good = read_bytes(csv, field, &arrival.bytes); break;
        case COLUMNS: break;
        }
    }
    if (good && n < columns->n)
        good = csv_error(csv, line, "expected as many fields as in the header");
    if (good)
        *ret_arrival = arrival;
    return good;
}

static bool add_arrival(struct load_spec *load, size_t *capacity, const struct arrival_spec *arrival)
{
    if (load->n_arrivals == *capacity) {
        size_t larger = *capacity ? 2 * *capacity : 256;
        struct arrival_spec *arrivals = realloc(load->arrivals, larger * sizeof *arrivals);
        if (!arrivals)
            return false;
        load->arrivals = arrivals;
        *capacity = larger;
    }
    load->arrivals[load->n_arrivals++] = *arrival;
    return true;
}

static bool has_endpoints(const struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++)
        if (columns->of[i] == COLUMN_ENDPOINT)
            return true;
    return false;
}

static bool read_arrivals(struct csv *csv, const cJSON *item, struct load_spec *load)
{
    struct columns columns = {.n = 0};
    struct arrival_spec arrival;
    struct span line;
    size_t capacity = 0;
    if (!read_header(csv, &columns))
        return false;
    if (load->endpoint == SPEC_NONE && !has_endpoints(&columns))
        return read_expected(csv->reader, csv->path, item, NULL,
                             "which has no column \"endpoint\", expected that or a \"request\" in the load");
    while (next_line(csv, &line)) {
        if (!read_arrival(csv, line, &columns, load, &arrival))
            return false;
        if (!read_cap_rows(csv->reader, csv->path, 1))
            return false;
        if (!add_arrival(load, &capacity, &arrival))
            return read_failed(csv->reader);
    }
    return load->n_arrivals > 0 ||
           read_expected(csv->reader, csv->path, item, NULL, "which holds no arrivals");
}

bool read_trace_file(struct reader *reader, const cJSON *item, const struct path *path,
                     struct load_spec *load)
{
    struct csv csv = {0};
    bool good = csv_open(&csv, reader, item, path) && read_arrivals(&csv, item, load);
    csv_close(&csv);
    return good;
}
