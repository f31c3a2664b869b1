#include "expression.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 200 };

struct parser {
    const char *at;
    expression_lookup *lookup;
    void *data;
    struct error *error;
};

static bool parse_sum(struct parser *p, double *ret_value);

static bool eat(struct parser *p, char c)
{
    p->at += strspn(p->at, " ");
    bool found = *p->at == c;
    p->at += found;
    return found;
}

static bool parse_name(struct parser *p, double *ret_value)
{
    char name[LONGEST_NAME] = {0};
    size_t n = 0;
    while (n + 1 < sizeof name && (isalnum((unsigned char)p->at[n]) || p->at[n] == '_' || p->at[n] == '.'))
        n++;
    if (n == 0)
        return error_set(p->error, "expected a number, a metric or \"(\" before \"%s\"", p->at);
    memcpy(name, p->at, n);
    p->at += n;
    return p->lookup(p->data, name, ret_value) || error_set(p->error, "there is no metric \"%s\"", name);
}

static bool parse_atom(struct parser *p, double *ret_value)
{
    if (eat(p, '('))
        return parse_sum(p, ret_value) &&
               (eat(p, ')') || error_set(p->error, "expected \")\" before \"%s\"", p->at));
    if (!isdigit((unsigned char)*p->at))
        return parse_name(p, ret_value);
    char *end;
    *ret_value = strtod(p->at, &end);
    p->at = end;
    return true;
}

static bool parse_power(struct parser *p, double *ret_value)
{
    double exponent;
    if (eat(p, '-')) {
        if (!parse_power(p, ret_value))
            return false;
        *ret_value = -*ret_value;
        return true;
    }
    if (!parse_atom(p, ret_value))
        return false;
    if (eat(p, '^')) {
        if (!parse_power(p, &exponent))
            return false;
        *ret_value = pow(*ret_value, exponent);
    }
    return true;
}

static bool parse_product(struct parser *p, double *ret_value)
{
    double value, factor;
    if (!parse_power(p, &value))
        return false;
    for (;;) {
        bool times = eat(p, '*');
        if (!times && !eat(p, '/'))
            break;
        if (!parse_power(p, &factor))
            return false;
        value = times ? value * factor : value / factor;
    }
    *ret_value = value;
    return true;
}

static bool parse_sum(struct parser *p, double *ret_value)
{
    double value, term;
    if (!parse_product(p, &value))
        return false;
    for (;;) {
        bool plus = eat(p, '+');
        if (!plus && !eat(p, '-'))
            break;
        if (!parse_product(p, &term))
            return false;
        value = plus ? value + term : value - term;
    }
    *ret_value = value;
    return true;
}

bool expression_evaluate(const char *text, expression_lookup *lookup, void *data, double *ret_value,
                         struct error *error)
{
    struct parser parser = {text, lookup, data, error};
    double value;
    if (!parse_sum(&parser, &value))
        return false;
    if (!eat(&parser, '\0'))
        return error_set(error, "expected an operator before \"%s\"", parser.at);
    *ret_value = value;
    return true;
}
