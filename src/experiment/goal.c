#include "experiment/goal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/metric_lookup.h"

enum { DEEPEST = 64 };

struct parser {
    struct expression_source source;
    struct expression_fault *fault;
    const struct experiment *outline;
    struct goal *goal;
    int depth;
};

/* ---- names ---- */

static const struct metric *find_metric(const struct experiment *outline, const char *name)
{
    const struct metric *metric = NULL;
    for (size_t p = 0; !metric && p < outline->n_policies; p++)
        metric = metric_find(&outline->policies[p].metrics, name);
    return metric;
}

static bool is_metric(const void *outline, const char *name)
{
    return find_metric(outline, name) != NULL;
}

/* What stands behind a policy's name, where that is a metric. */
static const char *without_policy(const struct experiment *outline, const char *name)
{
    for (size_t p = 0; p < outline->n_policies; p++) {
        size_t length = strlen(outline->policies[p].name);
        if (strncmp(outline->policies[p].name, name, length) == 0 && name[length] == '.' &&
            find_metric(outline, name + length + 1))
            return name + length + 1;
    }
    return NULL;
}

static char *nearest_metric(const struct experiment *outline, const char *name)
{
    char *nearest = NULL;
    for (size_t p = 0; !nearest && p < outline->n_policies; p++) {
        const struct metric_table *table = &outline->policies[p].metrics;
        const char **names = calloc(table->n + 1, sizeof *names);
        bool named = names && metric_table_name(table);
        for (size_t i = 0; named && i < table->n; i++)
            names[i] = table->metrics[i].name;
        const char *near = named ? text_nearest(name, names, table->n) : NULL;
        nearest = near ? text_copy(near) : NULL;
        free(names);
    }
    return nearest;
}

static bool fail_name(const struct experiment *outline, const char *name, struct expression_fault *fault)
{
    const char *inner = without_policy(outline, name);
    if (inner) {
        fault->hint = text_copy(inner);
        return error_set(&fault->error, "a goal is for each policy: expected a metric without one");
    }
    if (claim_is_difference(name, is_metric, outline))
        return error_set(&fault->error,
                         "no metric \"%s\"; a minus needs a space on either side, since names may hold one",
                         name);
    fault->hint = nearest_metric(outline, name);
    return error_set(&fault->error,
                     fault->hint ? "no metric \"%s\""
                                 : "no metric \"%s\"; \"tandem list metrics\" names them, as POLICY.METRIC",
                     name);
}

static bool resolve(void *data, const char *name, size_t *ret_quantity, struct expression_unit *ret_unit,
                    struct expression_fault *fault)
{
    struct parser *parser = data;
    struct goal *goal = parser->goal;
    const struct metric *metric = find_metric(parser->outline, name);
    size_t at = 0;
    if (!metric && metric_lookup_failed(parser->outline))
        return expression_fault_memory(fault);
    if (!metric)
        return fail_name(parser->outline, name, fault);
    while (at < goal->n_metrics && strcmp(goal->metrics[at], name) != 0)
        at++;
    if (at == goal->n_metrics) {
        char **metrics = realloc(goal->metrics, (at + 1) * sizeof *metrics);
        goal->metrics = metrics ? metrics : goal->metrics;
        if (!metrics || !(metrics[at] = text_copy(name)))
            return expression_fault_memory(fault);
        goal->n_metrics++;
    }
    *ret_quantity = at;
    *ret_unit = claim_unit(metric);
    return true;
}

/* ---- reading ---- */

static bool fail(struct parser *parser, size_t offset, const char *message)
{
    parser->fault->offset = offset;
    return error_set(&parser->fault->error, "%s", message);
}

static bool fail_memory(struct parser *parser)
{
    return expression_fault_memory(parser->fault);
}

static bool emit(struct parser *parser, enum goal_operation operation, size_t claim)
{
    struct goal *goal = parser->goal;
    struct goal_step *steps = realloc(goal->steps, (goal->n_steps + 1) * sizeof *steps);
    if (!steps)
        return fail_memory(parser);
    goal->steps = steps;
    steps[goal->n_steps++] = (struct goal_step){operation, claim};
    return true;
}

/* The text from `begin` to `end` without the blanks around it (free() it), or NULL. */
static char *excerpt(const char *text, size_t begin, size_t end)
{
    static const char blanks[] = " \t\n\r";
    while (begin < end && strchr(blanks, text[begin]))
        begin++;
    while (end > begin && strchr(blanks, text[end - 1]))
        end--;
    return text_format("%.*s", (int)(end - begin), text + begin);
}

static const char relation_signs[] = "<>=!~";

/* The side that is no constant, or the left one of two. */
static bool choose_shown(struct parser *parser, struct goal_claim *claim, size_t begin, size_t end)
{
    const char *text = parser->source.text;
    const struct expression *other = &claim->claim.right;
    size_t sign = begin + strcspn(text + begin, relation_signs);
    size_t right = sign + strspn(text + sign, relation_signs);
    claim->left_shown = !claim->claim.left.is_constant;
    claim->limit = (double)NAN;
    claim->text = excerpt(text, begin, end);
    if (claim->left_shown) {
        claim->shown = excerpt(text, begin, sign);
    } else {
        other = &claim->claim.left;
        claim->shown = excerpt(text, right, end);
    }
    if (!claim->text || !claim->shown)
        return fail_memory(parser);
    return !other->is_constant ||
           expression_value(other, text, NULL, NULL, &claim->limit, &parser->fault->error);
}

static void claim_of_goal_finish(struct goal_claim *claim)
{
    claim_finish(&claim->claim);
    free(claim->text);
    free(claim->shown);
}

static bool read_claim(struct parser *parser)
{
    struct goal *goal = parser->goal;
    expression_skip(&parser->source);
    size_t begin = parser->source.at;
    struct goal_claim *claims = realloc(goal->claims, (goal->n_claims + 1) * sizeof *claims);
    if (!claims)
        return fail_memory(parser);
    goal->claims = claims;
    struct goal_claim claim = {0};
    if (!claim_read(&parser->source, &claim.claim, parser->fault))
        return false;
    parser->fault->offset = begin;
    claims[goal->n_claims++] = claim;
    if (claim.claim.left.is_constant && claim.claim.right.is_constant)
        return fail(parser, begin, "names no metric, so a run cannot tell");
    return choose_shown(parser, &claims[goal->n_claims - 1], begin, parser->source.at) &&
           emit(parser, GOAL_PUSH_CLAIM, goal->n_claims - 1);
}

/* Do the parentheses that open at `at` hold claims? Else they are a part of one. */
static bool holds_claims(const char *text, size_t at)
{
    int depth = 0;
    for (; text[at]; at++) {
        depth += (text[at] == '(') - (text[at] == ')');
        if (depth == 0)
            return false;
        if (strchr(relation_signs, text[at]))
            return true;
    }
    return false;
}

/* Moves over a word, if it is what comes next. */
static bool take_word(struct expression_source *source, const char *word)
{
    static const char in_names[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t length = strlen(word);
    expression_skip(source);
    const char *at = source->text + source->at;
    if (strncmp(at, word, length) != 0 || (at[length] && strchr(in_names, at[length])))
        return false;
    source->at += length;
    return true;
}

static bool read_alternatives(struct parser *parser);

static bool read_part(struct parser *parser)
{
    struct expression_source *source = &parser->source;
    expression_skip(source);
    if (source->text[source->at] != '(' || !holds_claims(source->text, source->at))
        return read_claim(parser);
    if (parser->depth == DEEPEST)
        return fail(parser, source->at, "nested too deeply");
    source->at++;
    parser->depth++;
    if (!read_alternatives(parser))
        return false;
    parser->depth--;
    expression_skip(source);
    if (source->text[source->at] != ')')
        return fail(parser, source->at, "expected an operator, \"and\", \"or\" or \")\"");
    source->at++;
    return true;
}

static bool read_conjunction(struct parser *parser)
{
    bool good = read_part(parser);
    while (good && take_word(&parser->source, "and"))
        good = read_part(parser) && emit(parser, GOAL_BOTH, 0);
    return good;
}

static bool read_alternatives(struct parser *parser)
{
    bool good = read_conjunction(parser);
    while (good && take_word(&parser->source, "or"))
        good = read_conjunction(parser) && emit(parser, GOAL_EITHER, 0);
    return good;
}

bool goal_read(const char *text, const struct experiment *outline, struct goal *ret_goal,
               struct expression_fault *fault)
{
    struct goal goal = {.text = text};
    struct parser parser = {.fault = fault, .outline = outline, .goal = &goal};
    parser.source = (struct expression_source){text, 0, resolve, &parser};
    bool good = read_alternatives(&parser);
    expression_skip(&parser.source);
    if (good && text[parser.source.at])
        good = fail(&parser, parser.source.at, "expected an operator, \"and\", \"or\" or the end");
    if (good)
        *ret_goal = goal;
    else
        goal_finish(&goal);
    return good;
}

void goal_finish(struct goal *goal)
{
    if (!goal)
        return;
    for (size_t i = 0; i < goal->n_claims; i++)
        claim_of_goal_finish(&goal->claims[i]);
    for (size_t i = 0; i < goal->n_metrics; i++)
        free(goal->metrics[i]);
    free(goal->claims);
    free(goal->steps);
    free(goal->metrics);
    *goal = (struct goal){0};
}

const char *goal_missing(const struct goal *goal, const struct metric_table *table)
{
    for (size_t i = 0; i < goal->n_metrics; i++)
        if (!metric_find(table, goal->metrics[i]))
            return goal->metrics[i];
    return NULL;
}
