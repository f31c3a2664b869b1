#include "report/page/html.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/svg.h"

void html_add(struct text *html, const char *string)
{
    svg_add_escaped(html, string);
}

void html_add_bytes(struct text *html, const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    html->failed |= !copy;
    if (!copy)
        return;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    html_add(html, copy);
    free(copy);
}

/* Whether what begins here is a unit, as it stands behind a number. */
static bool is_unit(const char *at)
{
    static const char *const units[] = {"%", "ns", "us", "ms", "s", "min", "h", "d", "million"};
    size_t n = strcspn(at, " .,;:)");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i]) == n && strncmp(at, units[i], n) == 0)
            return true;
    return false;
}

void html_sentence(struct text *html, const char *sentence)
{
    const char *from = sentence;
    for (const char *at = sentence; *at; at++) {
        bool bound = *at == ' ' && at > sentence && at[-1] >= '0' && at[-1] <= '9' && is_unit(at + 1);
        if (!bound)
            continue;
        html_add_bytes(html, from, (size_t)(at - from));
        text_add(html, "&nbsp;");
        from = at + 1;
    }
    html_add(html, from);
}

void html_element(struct text *html, const char *element, const char *classes, const char *string)
{
    text_addf(html, "<%s", element);
    if (classes)
        text_addf(html, " class=\"%s\"", classes);
    text_add(html, ">");
    html_add(html, string);
    text_addf(html, "</%s>", element);
}

void html_policy(struct text *html, const struct spec *spec, size_t policy)
{
    enum { LONG = 20 }; /* letters; of such a name the parts may stand below each other */
    const char *name = spec->policies[policy].name;
    text_addf(html, "<span class=\"policy%s\" style=\"--c:var(--policy-%zu)\">",
              strlen(name) > LONG ? " long" : "", policy);
    html_add(html, name);
    text_add(html, "</span>");
}

void html_table_open(struct text *html, const char *classes, const char *label)
{
    text_add(html, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html_add(html, label);
    text_addf(html, "\"><table class=\"%s\">\n<thead>", classes);
}

void html_table_close(struct text *html)
{
    text_add(html, "</table></div>\n");
}

void html_policy_headings(struct text *html, const struct spec *spec, size_t n_policies, const char *corner)
{
    text_add(html, "<tr><th scope=\"col\">");
    html_add(html, corner);
    text_add(html, "</th>");
    for (size_t p = 0; p < n_policies; p++) {
        text_add(html, "<th scope=\"col\" colspan=\"2\">");
        html_policy(html, spec, p);
        text_add(html, "</th>");
    }
    text_add(html, "</tr></thead>\n");
}

void html_group(struct text *html, const char *title, size_t n_columns)
{
    text_addf(html, "<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%zu\"><span>", n_columns);
    html_add(html, title);
    text_add(html, "</span></th></tr>\n");
}

void html_number(struct text *html, const char *value, const char *half_width)
{
    html_element(html, "td", NULL, value);
    text_addf(html, half_width[0] ? "<td class=\"half\">± %s</td>" : "<td></td>", half_width);
}
