#include "report/expectations.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "report/unit.h"
#include "report/wrap.h"

enum { MOST_DIGITS = 9, HALF_WIDTH_DIGITS = 2, INDENT = 2 };

static const char *const verdicts[] = {
    [EXPECTATION_HOLDS] = "holds",
    [EXPECTATION_FAILS] = "FAILS",
    [EXPECTATION_SKIPPED] = "skipped",
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
        text_addf(text, " %s %s", plus_minus, unit_text(side.half_width, e->unit, HALF_WIDTH_DIGITS).chars);
}

/* "61.2 ms ± 0.3 ms against 50 ms", or why there are none. */
static void add_numbers(struct text *text, const struct expectation *e, const char *plus_minus)
{
    if (e->reason) {
        text_add(text, e->reason);
        return;
    }
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

/* ---- lines ---- */

static void add_line(struct text *text, const struct expectation *e, const struct table_style *style)
{
    struct text line = {0};
    text_addf(&line, "%s %s: ", verdicts[e->verdict], e->text);
    add_numbers(&line, e, style->utf8 ? "±" : "+-");
    pad_right(text, "", INDENT);
    wrap_add(text, text_string(&line), style->width - INDENT, 2 * INDENT);
    text->failed |= line.failed;
    text_finish(&line);
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
        if (list->expectations[i].verdict == EXPECTATION_FAILS)
            add_line(text, &list->expectations[i], style);
}

/* A code span, so that nothing in the claim has a meaning in markdown; it holds no backquote itself. */
void expectations_add_markdown(struct text *text, const struct expectation_list *list)
{
    if (list->n)
        text_add(text, "\nExpected:\n\n");
    for (size_t i = 0; i < list->n; i++) {
        const struct expectation *e = &list->expectations[i];
        const char *mark = e->verdict == EXPECTATION_FAILS ? "**" : "";
        text_addf(text, "- %s%s%s `", mark, verdicts[e->verdict], mark);
        pad_right(text, e->text, 0);
        text_add(text, "`: ");
        add_numbers(text, e, "±");
        text_add(text, "\n");
    }
}

/* ---- JSON ---- */

static void add_object(struct json *json, const struct expectation *e)
{
    json_open_flat(json, NULL, '{');
    json_string(json, "text", e->text);
    json_number(json, "left", e->left.mean);
    json_number(json, "right", e->right.mean);
    json_number(json, "half_width", e->difference.half_width);
    json_string(json, "unit", unit_name(e->unit).chars);
    if (e->verdict == EXPECTATION_SKIPPED)
        json_null(json, "holds");
    else
        json_switch(json, "holds", e->verdict == EXPECTATION_HOLDS);
    if (e->reason)
        json_string(json, "reason", e->reason);
    else
        json_null(json, "reason");
    json_close(json, '}');
}

void expectations_add_json(struct json *json, const struct expectation_list *list)
{
    json_open(json, "expect", '[');
    for (size_t i = 0; i < list->n; i++)
        add_object(json, &list->expectations[i]);
    json_close(json, ']');
}
