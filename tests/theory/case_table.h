/* The tables: what theory says about which scenario, which results are left out and why, and all their ids.
 */
#ifndef TANDEM_TESTS_CASE_TABLE_H
#define TANDEM_TESTS_CASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "judge.h"

/* One result of theory. Strings belong to the table. */
struct theory_case {
    const char *id;         /* "A04b.mmc.Wq"; behind a / follows which of several tests of one result it is */
    const char *scenario;   /* file */
    const char *settings;   /* "PATH=VALUE; PATH=VALUE" over the file's values */
    const char *policies;   /* those needed; names in the expression are the first one's unless they say */
    const char *expression; /* over metrics */
    double expected;
    struct judge judge;
    const char *judge_text;
    bool is_long;       /* takes a minute or so: only run when asked for */
    const char *source; /* of the expected value */
};

struct left_out {
    const char *id, *reason;
};

struct case_table {
    struct theory_case *cases; /* owned, as all below */
    size_t n_cases;
    struct left_out *left_out;
    size_t n_left_out;
    const char **ids;
    size_t n_ids;
    char *texts[3];
};

/* Reads FOLDER/`cases_file`, and unless `cases_only` FOLDER/left-out.csv and FOLDER/ids.txt, and checks that
 * each id is either in a case or left out. */
bool case_table_read(const char *folder, const char *cases_file, bool cases_only,
                     struct case_table *ret_table, struct error *error);
void case_table_finish(struct case_table *table);

#endif
