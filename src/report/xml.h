/* Writing XML. */
#ifndef TANDEM_REPORT_XML_H
#define TANDEM_REPORT_XML_H

#include <stddef.h>

#include "base/text.h"

/* ' NAME="VALUE"', with what must not stand there written as a reference. What is not UTF-8, or cannot stand
 * in a document at all, becomes U+FFFD. */
void xml_add_attribute(struct text *text, const char *name, const char *value);

/* The same for what stands between tags, where ends of lines stay. */
void xml_add_text(struct text *text, const char *string);

/* ' NAME="12"' */
void xml_add_count(struct text *text, const char *name, size_t count);

#endif
