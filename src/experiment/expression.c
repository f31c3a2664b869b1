#include "experiment/expression.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"

enum operation { PUSH_NUMBER, PUSH_QUANTITY, NEGATE, ADD, SUBTRACT, MULTIPLY, DIVIDE };

struct expression_step {
    enum operation operation;
    double number;
    size_t quantity;
    size_t begin, end; /* of a divisor, in the text */
};

enum {
    DEEPEST = 64,
    /* A level holds a sum, a product and what is next; a chain of signs is a level each. */
    HIGHEST_STACK = 3 * (DEEPEST + 1),
};

struct parser {
    struct expression_source *source;
    struct expression_fault *fault;
    struct expression *expression;
    int depth;
};

/* What was read last: where it stands, and of what it is. */
struct operand {
    size_t begin, end;
    struct expression_unit unit;
};

bool expression_fault_memory(struct expression_fault *fault)
{
    return error_set(&fault->error, "out of memory");
}

void expression_fault_finish(struct expression_fault *fault)
{
    error_finish(&fault->error);
    free(fault->hint);
    *fault = (struct expression_fault){0};
}

void expression_finish(struct expression *expression)
{
    free(expression->steps);
    *expression = (struct expression){0};
}

/* ---- units ---- */

bool expression_units_fit(struct expression_unit a, struct expression_unit b,
                          struct expression_unit *ret_unit)
{
    bool fit = a.seconds == b.seconds &&
               (a.kind == b.kind || a.kind == EXPRESSION_PLAIN || b.kind == EXPRESSION_PLAIN);
    if (fit && ret_unit)
        *ret_unit = a.kind == EXPRESSION_PLAIN ? b : a;
    return fit;
}

/* A share of a share is one; a multiple of a share can be anything: a number of workers, say. */
static struct expression_unit product(struct expression_unit a, struct expression_unit b)
{
    bool shares = a.kind == EXPRESSION_SHARE && b.kind == EXPRESSION_SHARE;
    return (struct expression_unit){a.seconds + b.seconds, shares ? EXPRESSION_SHARE : EXPRESSION_PLAIN};
}

static struct expression_unit quotient(struct expression_unit a, struct expression_unit b)
{
    return (struct expression_unit){a.seconds - b.seconds, EXPRESSION_PLAIN};
}

struct expression_noun expression_noun(struct expression_unit unit)
{
    static const char *const kinds[] = {"a number", "a share", "a count"};
    struct expression_noun noun;
    if (unit.seconds == 0)
        snprintf(noun.chars, sizeof noun.chars, "%s", kinds[unit.kind]);
    else if (unit.seconds == 1 || unit.seconds == -1)
        snprintf(noun.chars, sizeof noun.chars, "%s", unit.seconds == 1 ? "a duration" : "a rate");
    else
        snprintf(noun.chars, sizeof noun.chars, "s^%d", unit.seconds);
    return noun;
}

/* ---- faults and steps ---- */

static bool fail(struct parser *parser, size_t offset)
{
    parser->fault->offset = offset;
    return false;
}

static bool emit(struct parser *parser, struct expression_step step)
{
    struct expression *e = parser->expression;
    if (e->n == e->capacity) {
        size_t capacity = e->capacity ? 2 * e->capacity : 8;
        struct expression_step *steps = realloc(e->steps, capacity * sizeof *steps);
        if (!steps) {
            expression_fault_memory(parser->fault);
            return fail(parser, parser->source->at);
        }
        e->steps = steps;
        e->capacity = capacity;
    }
    e->steps[e->n++] = step;
    return true;
}

/* ---- words ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool may_begin_name(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool may_stand_in_name(char c)
{
    return may_begin_name(c) || c == '.' || c == '-';
}

void expression_skip(struct expression_source *source)
{
    while (is_blank(source->text[source->at]))
        source->at++;
}

static size_t word_end(const char *text, size_t at)
{
    while (may_stand_in_name(text[at]))
        at++;
    return at;
}

/* The end of the decimal number that begins at `at`. */
static size_t number_end(const char *text, size_t at)
{
    while (is_digit(text[at]))
        at++;
    if (text[at] == '.' && is_digit(text[at + 1]))
        for (at++; is_digit(text[at]);)
            at++;
    size_t exponent = at + 1;
    if (text[at] == 'e' || text[at] == 'E') {
        exponent += text[exponent] == '-' || text[exponent] == '+';
        if (is_digit(text[exponent]))
            for (at = exponent; is_digit(text[at]);)
                at++;
    }
    return at;
}

/* The end of a number with its unit: "50ms", "97.3%", "100/s". The slash of a rate has a unit directly behind
 * it, and that is all of the word. */
static size_t quantity_end(const char *text, size_t at)
{
    at = number_end(text, at);
    if (text[at] == '%')
        return at + 1;
    if (text[at] != '/')
        return word_end(text, at);
    size_t end = word_end(text, at + 1);
    return units_is_name(UNITS_RATE, text + at, end - at) ? end : at;
}

/* ---- operands ---- */

static bool parse_literal(const char *word, double *ret_value, struct expression_unit *ret_unit,
                          struct expression_fault *fault)
{
    double value;
    size_t length = strlen(word);
    if (word[length - 1] == '%') {
        /* Not units_parse_share(), which ends at 100 %. */
        char *number = text_format("%.*s/s", (int)length - 1, word);
        bool good = number ? units_parse_rate(number, &value, NULL) : expression_fault_memory(fault);
        free(number);
        *ret_unit = (struct expression_unit){0, EXPRESSION_SHARE};
        if (good)
            *ret_value = value / 100.0;
        return good;
    }
    if (units_parse_duration_real(word, &value, NULL)) {
        *ret_unit = (struct expression_unit){1, EXPRESSION_PLAIN};
        *ret_value = value / 1e9;
        return true;
    }
    if (units_parse_rate(word, &value, NULL)) {
        *ret_unit = (struct expression_unit){-1, EXPRESSION_PLAIN};
        *ret_value = value;
        return true;
    }
    char *number = text_format("%s/s", word);
    bool good = number ? units_parse_rate(number, &value, NULL) : expression_fault_memory(fault);
    free(number);
    *ret_unit = (struct expression_unit){0, EXPRESSION_PLAIN};
    if (good)
        *ret_value = value;
    return good;
}

static bool fail_literal(struct parser *parser, size_t begin, const char *word)
{
    struct error *error = &parser->fault->error;
    const char *minus = strchr(word, '-');
    if (error_is_memory(error))
        return fail(parser, begin);
    if (minus && minus > word && minus[-1] != 'e' && minus[-1] != 'E') {
        error_set(error, "a minus needs a space on either side, since names may hold one");
        return fail(parser, begin + (size_t)(minus - word));
    }
    error_set(error, "\"%s\" is no number: expected such as 0.5, 50ms, 100/s or 97.3%%", word);
    return fail(parser, begin);
}

static bool read_literal(struct parser *parser, size_t end, struct operand *operand)
{
    struct expression_source *source = parser->source;
    size_t begin = source->at, next = end;
    char *word = text_format("%.*s", (int)(end - begin), source->text + begin);
    double value = 0.0;
    if (!word) {
        expression_fault_memory(parser->fault);
        return fail(parser, begin);
    }
    bool good =
        parse_literal(word, &value, &operand->unit, parser->fault) || fail_literal(parser, begin, word);
    while (is_blank(source->text[next]))
        next++;
    size_t length = word_end(source->text, next) - next;
    if (good && is_digit(word[strlen(word) - 1]) &&
        units_is_name(UNITS_DURATION, source->text + next, length)) {
        error_set(&parser->fault->error, "expected the unit directly behind the number: \"%s%.*s\"", word,
                  (int)length, source->text + next);
        good = fail(parser, next);
    }
    free(word);
    source->at = end;
    return good && emit(parser, (struct expression_step){.operation = PUSH_NUMBER, .number = value});
}

static bool read_name(struct parser *parser, size_t end, struct operand *operand)
{
    struct expression_source *source = parser->source;
    size_t begin = source->at, quantity = 0;
    char *name = text_format("%.*s", (int)(end - begin), source->text + begin);
    bool good = name ? source->resolve(source->data, name, &quantity, &operand->unit, parser->fault)
                     : expression_fault_memory(parser->fault);
    free(name);
    source->at = end;
    parser->expression->is_constant = false;
    if (!good)
        return fail(parser, begin);
    return emit(parser, (struct expression_step){.operation = PUSH_QUANTITY, .quantity = quantity});
}

static bool is_name(const char *text, size_t begin, size_t end)
{
    bool letter = false, point = false;
    for (size_t i = begin; i < end; i++) {
        point |= text[i] == '.';
        /* "2phase.throughput" is a name, "1.5ms" is not: its letters come last */
        letter |= !point && !is_digit(text[i]) && text[i] != '-';
    }
    return !is_digit(text[begin]) || (letter && point);
}

static bool fail_operand(struct parser *parser)
{
    const struct expression_source *source = parser->source;
    if (source->text[source->at])
        error_set(&parser->fault->error, "expected a metric, a number or \"(\"");
    else
        error_set(&parser->fault->error, "expected a metric, a number or \"(\", found the end");
    return fail(parser, source->at);
}

static bool read_sum(struct parser *parser, struct operand *operand);

static bool read_group(struct parser *parser, struct operand *operand)
{
    struct expression_source *source = parser->source;
    size_t begin = source->at++;
    if (!read_sum(parser, operand))
        return false;
    expression_skip(source);
    if (source->text[source->at] != ')') {
        error_set(&parser->fault->error, "expected an operator or \")\"");
        return fail(parser, source->at);
    }
    source->at++;
    operand->begin = begin;
    operand->end = source->at;
    return true;
}

static bool read_operand(struct parser *parser, struct operand *operand);

static bool read_negative(struct parser *parser, struct operand *operand)
{
    size_t begin = parser->source->at++;
    if (!read_operand(parser, operand))
        return false;
    operand->begin = begin;
    return emit(parser, (struct expression_step){.operation = NEGATE});
}

static bool read_inner(struct parser *parser, struct operand *operand)
{
    struct expression_source *source = parser->source;
    const char *text = source->text;
    size_t begin = source->at;
    if (text[begin] == '(')
        return read_group(parser, operand);
    if (text[begin] == '-')
        return read_negative(parser, operand);
    if (!may_begin_name(text[begin]))
        return fail_operand(parser);
    size_t end = word_end(text, begin);
    bool good = is_name(text, begin, end) ? read_name(parser, end, operand)
                                          : read_literal(parser, quantity_end(text, begin), operand);
    operand->begin = begin;
    operand->end = source->at;
    return good;
}

static bool read_operand(struct parser *parser, struct operand *operand)
{
    expression_skip(parser->source);
    if (parser->depth == DEEPEST) {
        error_set(&parser->fault->error, "nested more than %d levels deep", DEEPEST);
        return fail(parser, parser->source->at);
    }
    parser->depth++;
    bool good = read_inner(parser, operand);
    parser->depth--;
    return good;
}

/* ---- operators ---- */

static bool read_product(struct parser *parser, struct operand *operand)
{
    struct expression_source *source = parser->source;
    if (!read_operand(parser, operand))
        return false;
    for (;;) {
        struct operand right;
        expression_skip(source);
        char sign = source->text[source->at];
        if (sign != '*' && sign != '/')
            return true;
        source->at++;
        if (!read_operand(parser, &right))
            return false;
        bool times = sign == '*';
        operand->unit = times ? product(operand->unit, right.unit) : quotient(operand->unit, right.unit);
        operand->end = right.end;
        struct expression_step step = {
            .operation = times ? MULTIPLY : DIVIDE, .begin = right.begin, .end = right.end};
        if (!emit(parser, step))
            return false;
    }
}

static bool add(struct parser *parser, struct operand *left, const struct operand *right, bool plus,
                size_t operator_at)
{
    struct expression_unit unit;
    if (!expression_units_fit(left->unit, right->unit, &unit)) {
        error_set(&parser->fault->error, "%s and %s cannot be %s", expression_noun(left->unit).chars,
                  expression_noun(right->unit).chars, plus ? "added" : "subtracted");
        return fail(parser, operator_at);
    }
    left->unit = unit;
    left->end = right->end;
    return emit(parser, (struct expression_step){.operation = plus ? ADD : SUBTRACT});
}

static bool read_sum(struct parser *parser, struct operand *operand)
{
    struct expression_source *source = parser->source;
    if (!read_product(parser, operand))
        return false;
    for (;;) {
        struct operand right;
        expression_skip(source);
        size_t at = source->at;
        char sign = source->text[at];
        if (sign != '+' && sign != '-')
            return true;
        source->at++;
        if (!read_product(parser, &right) || !add(parser, operand, &right, sign == '+', at))
            return false;
    }
}

bool expression_read(struct expression_source *source, struct expression *ret_expression,
                     struct expression_fault *fault)
{
    struct expression expression = {.is_constant = true};
    struct parser parser = {source, fault, &expression, 0};
    struct operand operand;
    if (!read_sum(&parser, &operand)) {
        expression_finish(&expression);
        return false;
    }
    expression.unit = operand.unit;
    *ret_expression = expression;
    return true;
}

/* ---- evaluation ---- */

static bool divide(const struct expression_step *step, const char *text, double *left, double right,
                   struct error *error)
{
    if (right == 0.0)
        return error_set(error, "division by zero: %.*s is 0", (int)(step->end - step->begin),
                         text + step->begin);
    *left /= right;
    return true;
}

bool expression_value(const struct expression *expression, const char *text, expression_measure *measure,
                      void *data, double *ret_value, struct error *error)
{
    double stack[HIGHEST_STACK];
    size_t top = 0;
    for (size_t i = 0; i < expression->n; i++) {
        const struct expression_step *step = &expression->steps[i];
        assert(top < HIGHEST_STACK);
        switch (step->operation) {
        case PUSH_NUMBER: stack[top++] = step->number; break;
        case PUSH_QUANTITY:
            if (!measure(data, step->quantity, &stack[top++], error))
                return false;
            break;
        case NEGATE: stack[top - 1] = -stack[top - 1]; break;
        case ADD: top--, stack[top - 1] += stack[top]; break;
        case SUBTRACT: top--, stack[top - 1] -= stack[top]; break;
        case MULTIPLY: top--, stack[top - 1] *= stack[top]; break;
        case DIVIDE:
            top--;
            if (!divide(step, text, &stack[top - 1], stack[top], error))
                return false;
            break;
        }
    }
    assert(top == 1);
    if (!isfinite(stack[0]))
        return error_set(error, "the value is too great");
    *ret_value = stack[0];
    return true;
}
