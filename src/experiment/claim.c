#include "experiment/claim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- metrics ---- */

struct expression_unit claim_unit(const struct metric *metric)
{
    static const struct expression_unit units[METRIC_UNITS] = {
        [METRIC_SECONDS] = {1, EXPRESSION_PLAIN},
        [METRIC_PER_SECOND] = {-1, EXPRESSION_PLAIN},
        [METRIC_SHARE] = {0, EXPRESSION_SHARE},
        [METRIC_COUNT] = {0, EXPRESSION_COUNT},
    };
    return units[metric->unit];
}

const char *claim_why_absent(const char *metric)
{
    /* By a part of the name; what begins a name may lack a policy before it. */
    static const struct {
        const char *part, *why;
    } reasons[] = {
        {"response.", "no request was answered"},
        {"completion.", "no request was completed"},
        {".wait.", "none was there to wait"},
        {".noticed_after", "no user noticed"},
        {".grew_after", "the backlog did not grow"},
        {".gone_after", "the event or its backlog was there to the end"},
        {".hidden_for", "nothing piled up, or it was never noticed nor gone"},
        {".deliveries_per_message", "nothing was delivered"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const char *found = strstr(metric, reasons[i].part);
        if (found && (*found == '.' || found == metric || found[-1] == '.'))
            return reasons[i].why;
    }
    return "there was nothing to measure";
}

bool claim_is_difference(const char *name, bool (*is_metric)(const void *data, const char *name),
                         const void *data)
{
    bool found = false;
    for (const char *minus = strchr(name, '-'); minus && !found; minus = strchr(minus + 1, '-')) {
        char *left = text_format("%.*s", (int)(minus - name), name);
        found = left && is_metric(data, left);
        free(left);
    }
    return found;
}

/* ---- reading ---- */

static bool read_relation(struct expression_source *source, enum relation *ret_relation,
                          struct expression_fault *fault)
{
    /* The longer ones first. */
    static const struct {
        const char *sign;
        enum relation relation;
    } signs[] = {
        {"<=", RELATION_AT_MOST},   {">=", RELATION_AT_LEAST}, {"==", RELATION_EQUAL},
        {"!=", RELATION_DIFFERENT}, {"<", RELATION_LESS},      {">", RELATION_GREATER},
        {"~", RELATION_NEAR},
    };
    expression_skip(source);
    fault->offset = source->at;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i].sign);
        if (strncmp(source->text + source->at, signs[i].sign, length) == 0) {
            *ret_relation = signs[i].relation;
            source->at += length;
            return true;
        }
    }
    if (source->text[source->at] == '=')
        fault->hint = text_copy("==");
    return error_set(&fault->error, "expected a comparison: < <= > >= == != ~");
}

/* A constant: a share of the right side, or of the unit that both sides have. */
static bool read_tolerance(struct expression_source *source, struct claim *claim,
                           struct expression_fault *fault)
{
    static const char within[] = "within";
    struct expression tolerance = {0};
    expression_skip(source);
    fault->offset = source->at;
    if (strncmp(source->text + source->at, within, sizeof within - 1) != 0)
        return error_set(&fault->error,
                         "expected \"within\" and how far apart the sides may be, such as 2%%");
    source->at += sizeof within - 1;
    expression_skip(source);
    size_t at = source->at;
    if (!expression_read(source, &tolerance, fault))
        return false;
    fault->offset = at;
    bool is_share = tolerance.unit.seconds == 0 && tolerance.unit.kind == EXPRESSION_SHARE, good = true;
    if (!tolerance.is_constant)
        good = error_set(&fault->error, "expected a number, such as 2%% or 5ms");
    else if (!is_share && !expression_units_fit(tolerance.unit, claim->unit, NULL))
        good = error_set(&fault->error, "expected %s, or a share such as 2%%",
                         expression_noun(claim->unit).chars);
    good = good && expression_value(&tolerance, source->text, NULL, NULL, &claim->tolerance, &fault->error);
    if (good && claim->tolerance < 0.0)
        good = error_set(&fault->error, "expected 0 or more");
    claim->tolerance_is_share = is_share;
    expression_finish(&tolerance);
    return good;
}

static const char *example_of(struct expression_unit unit)
{
    return unit.seconds == 1 ? "50ms" : unit.seconds == -1 ? "100/s" : NULL;
}

static bool fail_units(const struct claim *claim, struct expression_fault *fault)
{
    const struct expression_unit left = claim->left.unit, right = claim->right.unit;
    const char *example = right.seconds == 0 && right.kind == EXPRESSION_PLAIN ? example_of(left)
                          : left.seconds == 0 && left.kind == EXPRESSION_PLAIN ? example_of(right)
                                                                               : NULL;
    return error_set(&fault->error, "%s cannot be compared with %s%s%s", expression_noun(left).chars,
                     expression_noun(right).chars,
                     example ? "; a number with its unit is written such as " : "", example ? example : "");
}

static bool read_all(struct expression_source *source, struct claim *claim, struct expression_fault *fault)
{
    if (!expression_read(source, &claim->left, fault) || !read_relation(source, &claim->relation, fault))
        return false;
    size_t sign_at = fault->offset;
    if (!expression_read(source, &claim->right, fault))
        return false;
    fault->offset = sign_at;
    if (!expression_units_fit(claim->left.unit, claim->right.unit, &claim->unit))
        return fail_units(claim, fault);
    return claim->relation != RELATION_NEAR || read_tolerance(source, claim, fault);
}

bool claim_read(struct expression_source *source, struct claim *ret_claim, struct expression_fault *fault)
{
    struct claim claim = {0};
    bool good = read_all(source, &claim, fault);
    if (good)
        *ret_claim = claim;
    else
        claim_finish(&claim);
    return good;
}

void claim_finish(struct claim *claim)
{
    expression_finish(&claim->left);
    expression_finish(&claim->right);
    *claim = (struct claim){0};
}

/* ---- deciding ---- */

bool claim_is_equal(double a, double b)
{
    static const double slack = 1e-12;
    return fabs(a - b) <= slack * fmax(fabs(a), fabs(b));
}

double claim_room(const struct claim *claim, double right)
{
    return claim->tolerance * (claim->tolerance_is_share ? fabs(right) : 1.0);
}

bool claim_holds(const struct claim *claim, double left, double right)
{
    bool equal = claim_is_equal(left, right);
    double room = claim_room(claim, right), apart = fabs(left - right);
    switch (claim->relation) {
    case RELATION_LESS: return left < right && !equal;
    case RELATION_AT_MOST: return left < right || equal;
    case RELATION_GREATER: return left > right && !equal;
    case RELATION_AT_LEAST: return left > right || equal;
    case RELATION_EQUAL: return equal;
    case RELATION_DIFFERENT: return !equal;
    case RELATION_NEAR: return equal || apart <= room || claim_is_equal(apart, room);
    }
    return false;
}
