#include "report/plot/gnuplot.h"

#include <stdint.h>
#include <string.h>

enum { BAD_RUNE = '?', APOSTROPHE = 0x2019, ELLIPSIS = 0x2026 };

static bool is_shown(uint32_t rune)
{
    bool control = rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || rune == 0x2028 || rune == 0x2029;
    bool turns = (rune >= 0x202a && rune <= 0x202e) || (rune >= 0x2066 && rune <= 0x2069);
    return !control && !turns;
}

/* The character at *at, which moves on behind it. A quote becomes an apostrophe: doubled, as gnuplot's manual
 * has it, it would end the string where it is the first in it (5.4: `print '''; print ''b'`). Overlong forms,
 * surrogates and what XML cannot hold are bad. */
static uint32_t take_rune(const char **at)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)*at;
    unsigned more = p[0] < 0x80 ? 0 : p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : 1;
    uint32_t rune = more == 0 ? p[0] : p[0] & (0x3fU >> more);
    unsigned taken = 1;
    for (; taken <= more && (p[taken] & 0xc0) == 0x80; taken++)
        rune = rune << 6 | (p[taken] & 0x3fU);
    *at += taken;
    bool bad = taken <= more || rune < least[more] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000) ||
               (rune & 0xfffe) == 0xfffe || (p[0] >= 0x80 && p[0] < 0xc0) || p[0] >= 0xf8;
    return bad ? BAD_RUNE : rune == '\'' ? APOSTROPHE : is_shown(rune) ? rune : ' ';
}

static void add_rune(struct text *script, uint32_t rune, enum gnuplot_face face)
{
    char bytes[4];
    size_t n = 0;
    if (rune < 0x80 && face == GNUPLOT_BOLD && strchr("\\^_@&~{}", (int)rune))
        text_add(script, "\\");
    if (rune < 0x80) {
        bytes[n++] = (char)rune;
    } else if (rune < 0x800) {
        bytes[n++] = (char)(0xc0 | rune >> 6);
    } else if (rune < 0x10000) {
        bytes[n++] = (char)(0xe0 | rune >> 12);
        bytes[n++] = (char)(0x80 | (rune >> 6 & 0x3f));
    } else {
        bytes[n++] = (char)(0xf0 | rune >> 18);
        bytes[n++] = (char)(0x80 | (rune >> 12 & 0x3f));
        bytes[n++] = (char)(0x80 | (rune >> 6 & 0x3f));
    }
    if (rune >= 0x80)
        bytes[n++] = (char)(0x80 | (rune & 0x3f));
    text_add_bytes(script, bytes, n);
}

/* In shares of the size of the font. */
static double rune_width(uint32_t rune)
{
    if (rune >= 0x1100)
        return rune == ELLIPSIS ? 0.85 : rune >= 0x2000 && rune < 0x2100 ? 0.65 : 1.05;
    if (rune >= 0x80)
        return rune == 0xb7 ? 0.32 : 0.66;
    if (strchr("ijlI|.,:;'!", (int)rune))
        return 0.29;
    if (strchr("ftr()[]{}/\\-` ", (int)rune))
        return 0.37;
    if (strchr("mMwW@%", (int)rune))
        return 0.91;
    return (rune >= 'A' && rune <= 'Z') || (rune >= '0' && rune <= '9') ? 0.67 : 0.595;
}

static double face_width(enum gnuplot_face face)
{
    return face == GNUPLOT_BOLD ? 1.06 : 1.0;
}

static double width_of(const char *string, enum gnuplot_face face, int size_px)
{
    double width = 0.0;
    while (*string)
        width += rune_width(take_rune(&string));
    return width * size_px * face_width(face);
}

int gnuplot_text_width(const char *string, enum gnuplot_face face, int size_px)
{
    return (int)width_of(string, face, size_px) + 1;
}

char *gnuplot_fit(const char *string, enum gnuplot_face face, int size_px, int most_px)
{
    if (width_of(string, face, size_px) <= most_px)
        return text_copy(string);
    double room = most_px / (size_px * face_width(face)) - rune_width(ELLIPSIS);
    const char *end = string;
    for (const char *next = string; *next; end = next) {
        room -= rune_width(take_rune(&next));
        if (room < 0.0)
            break;
    }
    return text_format("%.*s…", (int)(end - string), string);
}

void gnuplot_add_string(struct text *script, const char *string, enum gnuplot_face face)
{
    text_add(script, face == GNUPLOT_BOLD ? "'{/:Bold " : "'");
    while (*string)
        add_rune(script, take_rune(&string), face);
    text_add(script, face == GNUPLOT_BOLD ? "}'" : "'");
}
