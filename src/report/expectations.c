#include "report/expectations.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "report/markdown.h"
#include "report/unit.h"
#include "report/wrap.h"

enum { MOST_DIGITS = 9, HALF_WIDTH_DIGITS = 2, INDENT = 2 };

static const struct {
    const char *word, *shown;
} verdicts[] = {
    [EXPECTATION_HOLDS] = {"holds", "holds"},
    [EXPECTATION_FAILS] = {"fails", "FAILS"},
    [EXPECTATION_UNDECIDED] = {"undecided", "CANNOT TELL"},
    [EXPECTATION_SKIPPED] = {"skipped", "skipped"},
};

/* ---- numbers ---- */

/* As far as sums of decimal fractions can tell: such sides are shown by the same digits. */
static bool are_same(const struct expectation *e)
{
    static const double slack = 1e-12;
    double a = e->left.mean, b = e->right.mean;
    return fabs(a - b) <= slack * fmax(fabs(a), fabs(b));
}

/* As many digits as tell the sides apart. */
static int digits_for(const struct expectation *e)
{
    int digits = UNITS_DIGITS;
    while (digits < MOST_DIGITS && !are_same(e) &&
           strcmp(unit_text(e->left.mean, e->unit, digits).chars,
                  unit_text(e->right.mean, e->unit, digits).chars) == 0)
        digits++;
    return digits;
}

static void add_side(struct text *text, const struct expectation *e, struct expectation_side side,
                     const char *plus_minus)
{
    text_add(text, unit_text(side.mean, e->unit, digits_for(e)).chars);
    if (side.half_width > 0.0)
        text_addf(text, " %s %s", plus_minus,
                  unit_half_width_text(side.half_width, side.mean, e->unit, HALF_WIDTH_DIGITS).chars);
}

static void add_sides(struct text *text, const struct expectation *e, const char *plus_minus)
{
    struct expectation_side left = e->left;
    left.mean = are_same(e) ? e->right.mean : left.mean;
    add_side(text, e, left, plus_minus);
    text_add(text, " against ");
    add_side(text, e, e->right, plus_minus);
    if (!e->right_is_constant && e->difference.half_width > 0.0) {
        text_add(text, ", difference ");
        add_side(text, e, e->difference, plus_minus);
    }
}

/* Up to two digits: it is an estimate. */
static double round_up(double number)
{
    double unit = 1.0;
    while (number / unit > 99.0)
        unit *= 10.0;
    return ceil(number / unit) * unit;
}

static void add_advice(struct text *text, const struct expectation *e)
{
    text_add(text, "cannot tell at this precision: ");
    if (isfinite(e->needed))
        text_addf(text, "run about %.0f replications (%zu now)", round_up(e->needed), e->replications);
    else
        text_addf(text, "the sides are too close to tell apart (%zu replications)", e->replications);
}

void expectation_add_numbers(struct text *text, const struct expectation *e, const char *plus_minus)
{
    if (e->problem) {
        text_add(text, e->problem);
        return;
    }
    add_sides(text, e, plus_minus);
    if (e->replications == 1)
        text_add(text, "; one replication, no interval");
    if (e->verdict == EXPECTATION_UNDECIDED) {
        text_add(text, "; ");
        add_advice(text, e);
    }
    if (e->growing)
        text_addf(text, "; the backlog of %s grows: true of a run of just this length", e->growing);
}

const char *expectation_hint(const struct expectation *e)
{
    return expectation_is_open(e) && e->hint && e->hint[0] ? e->hint : NULL;
}

const char *expectation_reason(const struct expectation *e)
{
    return e->reason && e->reason[0] ? e->reason : NULL;
}

/* ---- lines ---- */

/* Below a line; nothing when `words` is NULL. */
static void add_words(struct text *text, const char *what, const char *words, const struct table_style *style)
{
    struct text line = {0};
    if (!words)
        return;
    text_addf(&line, "%s: %s", what, words);
    pad_right(text, "", 2 * INDENT);
    wrap_add(text, text_string(&line), style->width - 2 * INDENT, 3 * INDENT);
    text->failed |= line.failed;
    text_finish(&line);
}

static void add_line(struct text *text, const struct expectation *e, const struct table_style *style)
{
    struct text line = {0};
    text_addf(&line, "%s %s: ", verdicts[e->verdict].shown, e->text);
    expectation_add_numbers(&line, e, style->utf8 ? "±" : "+-");
    pad_right(text, "", INDENT);
    wrap_add(text, text_string(&line), style->width - INDENT, 2 * INDENT);
    text->failed |= line.failed;
    text_finish(&line);
    add_words(text, "why", expectation_reason(e), style);
    add_words(text, "hint", expectation_hint(e), style);
}

void expectations_add_table(struct text *text, const struct expectation_list *list,
                            const struct table_style *style)
{
    if (list->n)
        text_add(text, "\nexpected\n");
    for (size_t i = 0; i < list->n; i++)
        add_line(text, &list->expectations[i], style);
}

void expectations_add_failures(struct text *text, const struct expectation_list *list,
                               const struct table_style *style)
{
    for (size_t i = 0; i < list->n; i++)
        if (expectation_is_open(&list->expectations[i]))
            add_line(text, &list->expectations[i], style);
}

static void add_item(struct text *text, const char *what, const char *words)
{
    if (!words)
        return;
    text_addf(text, "  - %s: ", what);
    markdown_add_plain(text, words);
    text_add(text, "\n");
}

/* A code span, so that nothing in the claim has a meaning in markdown; it holds no backquote itself. */
void expectations_add_markdown(struct text *text, const struct expectation_list *list)
{
    if (list->n)
        text_add(text, "\nExpected:\n\n");
    for (size_t i = 0; i < list->n; i++) {
        const struct expectation *e = &list->expectations[i];
        const char *mark = expectation_is_open(e) ? "**" : "";
        text_addf(text, "- %s%s%s `", mark, verdicts[e->verdict].shown, mark);
        pad_right(text, e->text, 0);
        text_add(text, "`: ");
        expectation_add_numbers(text, e, "±");
        text_add(text, "\n");
        add_item(text, "why", expectation_reason(e));
        add_item(text, "hint", expectation_hint(e));
    }
}

/* ---- JSON ---- */

static void add_side_json(struct json *json, const char *key, struct expectation_side side)
{
    json_open_flat(json, key, '{');
    json_number(json, "mean", side.mean);
    json_number(json, "half_width", side.half_width);
    json_close(json, '}');
}

static void add_words_json(struct json *json, const char *key, const char *words)
{
    if (words)
        json_string(json, key, words);
    else
        json_null(json, key);
}

static void add_object(struct json *json, const struct expectation *e)
{
    json_open_flat(json, NULL, '{');
    json_string(json, "text", e->text);
    json_string(json, "verdict", verdicts[e->verdict].word);
    add_side_json(json, "left", e->left);
    add_side_json(json, "right", e->right);
    add_side_json(json, "difference", e->difference);
    json_string(json, "unit", unit_name(e->unit).chars);
    json_integer(json, "replications", e->replications);
    json_number(json, "needed_replications", e->verdict == EXPECTATION_UNDECIDED ? e->needed : (double)NAN);
    add_words_json(json, "problem", e->problem);
    add_words_json(json, "growing", e->growing);
    add_words_json(json, "reason", e->reason);
    add_words_json(json, "hint", e->hint);
    json_close(json, '}');
}

void expectations_add_json(struct json *json, const struct expectation_list *list)
{
    json_open(json, "expect", '[');
    for (size_t i = 0; i < list->n; i++)
        add_object(json, &list->expectations[i]);
    json_close(json, ']');
}
