#include "case_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/scenario.h"

enum { MOST_FIELDS = 9 };

/* ---- CSV, as RFC 4180 has it, without line breaks in fields; lines that begin with # are remarks ---- */

/* Takes one field off the line in place: its text without quotes. NULL when the quotes do not match. */
static char *take_field(char **line, bool *ret_last)
{
    char *field = *line, *in = *line, *out = *line;
    bool quoted = *in == '"', open = quoted;
    for (in += quoted; *in && (quoted || *in != ','); in++) {
        if (quoted && *in == '"' && *++in != '"') {
            open = false;
            break;
        }
        *out++ = *in;
    }
    if (open || (*in && *in != ','))
        return NULL;
    *ret_last = !*in;
    *line = in + !*ret_last;
    *out = '\0';
    return field;
}

/* The next line that is no remark, or NULL. */
static char *take_line(char **text, int *number)
{
    while (**text) {
        char *line = *text;
        size_t n = strcspn(line, "\r\n");
        *text += n + strspn(*text + n, "\r");
        *text += **text == '\n';
        line[n] = '\0';
        ++*number;
        if (n > 0 && *line != '#')
            return line;
    }
    return NULL;
}

static bool split(char *line, char *fields[], size_t n_fields)
{
    bool last = false;
    for (size_t i = 0; i < n_fields; i++)
        if (last || !(fields[i] = take_field(&line, &last)))
            return false;
    return last;
}

typedef bool add_row(struct case_table *table, char *fields[], struct error *error);

/* Each line but the first, whose fields are names. */
static bool read_rows(const char *folder, const char *file, size_t n_fields, add_row *add,
                      struct case_table *table, char **text, struct error *error)
{
    char *path = text_format("%s/%s", folder, file), *fields[MOST_FIELDS];
    size_t length;
    bool ok = path ? scenario_load(path, text, &length, error) : error_set(error, "out of memory");
    free(path);
    if (!ok)
        return false;
    char *rest = *text, *line;
    for (int number = 0, n = 0; (line = take_line(&rest, &number)); n++) {
        ok = split(line, fields, n_fields) || error_set(error, "expected %zu fields", n_fields);
        if (!ok || (n > 0 && !add(table, fields, error)))
            return error_prefix(error, "%s:%d", file, number);
    }
    return true;
}

/* ---- rows ---- */

static bool add_case(struct case_table *table, char *fields[], struct error *error)
{
    struct theory_case *cases = realloc(table->cases, (table->n_cases + 1) * sizeof *cases);
    if (!cases)
        return error_set(error, "out of memory");
    table->cases = cases;
    struct theory_case *c = &cases[table->n_cases++];
    char *end;
    *c = (struct theory_case){
        .id = fields[0],
        .scenario = fields[1],
        .settings = fields[2],
        .policies = fields[3],
        .expression = fields[4],
        .expected = strtod(fields[5], &end),
        .judge_text = fields[6],
        .is_long = strcmp(fields[7], "long") == 0,
        .source = fields[8],
    };
    if (end == fields[5] || *end)
        return error_set(error, "expected a number, found \"%s\"", fields[5]);
    if (!judge_parse(c->judge_text, &c->judge))
        return error_set(error, "there is no judge \"%s\"", c->judge_text);
    if (!c->is_long && strcmp(fields[7], "always") != 0)
        return error_set(error, "expected \"always\" or \"long\", found \"%s\"", fields[7]);
    return true;
}

static bool add_left_out(struct case_table *table, char *fields[], struct error *error)
{
    struct left_out *left_out = realloc(table->left_out, (table->n_left_out + 1) * sizeof *left_out);
    if (!left_out)
        return error_set(error, "out of memory");
    table->left_out = left_out;
    left_out[table->n_left_out++] = (struct left_out){fields[0], fields[1]};
    return true;
}

static bool add_id(struct case_table *table, char *fields[], struct error *error)
{
    const char **ids = realloc(table->ids, (table->n_ids + 1) * sizeof *ids);
    if (!ids)
        return error_set(error, "out of memory");
    table->ids = ids;
    ids[table->n_ids++] = fields[0];
    return true;
}

/* ---- every id stands in exactly one of both tables ---- */

static bool is_case_of(const struct theory_case *c, const char *id)
{
    size_t n = strlen(id);
    return strncmp(c->id, id, n) == 0 && (c->id[n] == '\0' || c->id[n] == '/');
}

static bool check_id(const struct case_table *table, const char *id, struct error *error)
{
    size_t n_cases = 0, n_left_out = 0;
    for (size_t i = 0; i < table->n_cases; i++)
        n_cases += is_case_of(&table->cases[i], id);
    for (size_t i = 0; i < table->n_left_out; i++)
        n_left_out += strcmp(table->left_out[i].id, id) == 0;
    if ((n_cases > 0) + n_left_out == 1)
        return true;
    return error_set(error, "%s is in %zu cases and left out %zu times", id, n_cases, n_left_out);
}

static bool is_known(const struct case_table *table, const char *id)
{
    size_t length = strcspn(id, "/");
    for (size_t i = 0; i < table->n_ids; i++)
        if (strncmp(table->ids[i], id, length) == 0 && table->ids[i][length] == '\0')
            return true;
    return false;
}

static bool check_ids(const struct case_table *table, struct error *error)
{
    for (size_t i = 0; i < table->n_ids; i++)
        if (!check_id(table, table->ids[i], error))
            return false;
    for (size_t i = 0; i < table->n_cases; i++) {
        const char *id = table->cases[i].id;
        if (!is_known(table, id))
            return error_set(error, "the case %s is not in ids.txt", id);
        for (size_t k = 0; k < i; k++)
            if (strcmp(table->cases[k].id, id) == 0)
                return error_set(error, "the case %s stands twice", id);
    }
    for (size_t i = 0; i < table->n_left_out; i++)
        if (!is_known(table, table->left_out[i].id))
            return error_set(error, "%s is left out, but not in ids.txt", table->left_out[i].id);
    return true;
}

bool case_table_read(const char *folder, const char *cases_file, bool cases_only,
                     struct case_table *ret_table, struct error *error)
{
    struct case_table table = {0};
    bool ok = read_rows(folder, cases_file, MOST_FIELDS, add_case, &table, &table.texts[0], error);
    if (ok && !cases_only)
        ok = read_rows(folder, "left-out.csv", 2, add_left_out, &table, &table.texts[1], error) &&
             read_rows(folder, "ids.txt", 1, add_id, &table, &table.texts[2], error) &&
             check_ids(&table, error);
    if (ok)
        *ret_table = table;
    else
        case_table_finish(&table);
    return ok;
}

void case_table_finish(struct case_table *table)
{
    free(table->cases);
    free(table->left_out);
    free(table->ids);
    for (size_t i = 0; i < sizeof table->texts / sizeof *table->texts; i++)
        free(table->texts[i]);
    *table = (struct case_table){0};
}
