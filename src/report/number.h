/* Numbers for files: exact, the same on every machine and in every locale. */
#ifndef TANDEM_REPORT_NUMBER_H
#define TANDEM_REPORT_NUMBER_H

#include <stdint.h>

#include "base/text.h"

/* The shortest decimal that reads back as the same double: "0.1", "1e-09", "120"; "nan", "inf". */
void number_add(struct text *text, double value);

/* `ns` nanoseconds as seconds, exactly: "1.5", "0.000000001". */
void number_add_seconds(struct text *text, int64_t ns);

#endif
