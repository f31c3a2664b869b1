#include "report/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Most numbers of a large scenario are 0 or counts: printf takes ten times as long for them. */
static bool add_whole(struct text *text, double value)
{
    char digits[20], *end = digits + sizeof digits, *at = end;
    if (!(fabs(value) < 1e15) || value != floor(value) || (value == 0.0 && signbit(value)))
        return false;
    uint64_t left = (uint64_t)fabs(value);
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0.0)
        *--at = '-';
    text_add_bytes(text, at, (size_t)(end - at));
    return true;
}

/* 17 significant digits tell every double apart; most need fewer. */
void number_add(struct text *text, double value)
{
    char digits[40];
    if (add_whole(text, value))
        return;
    if (isnan(value)) { /* printf would tell the sign */
        text_add(text, "nan");
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    text_add(text, digits);
}

void number_add_seconds(struct text *text, int64_t ns)
{
    char digits[40];
    uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    int length = snprintf(digits, sizeof digits, "%s%" PRIu64 ".%09" PRIu64, ns < 0 ? "-" : "",
                          size / UINT64_C(1000000000), size % UINT64_C(1000000000));
    while (digits[length - 1] == '0')
        length--;
    if (digits[length - 1] == '.')
        length--;
    text_add_bytes(text, digits, (size_t)length);
}
