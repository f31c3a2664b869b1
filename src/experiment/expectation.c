#include "experiment/expectation.h"

#include <stdlib.h>

void expectation_list_finish(struct expectation_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->n; i++)
        free(list->expectations[i].problem);
    free(list->expectations);
    *list = (struct expectation_list){0};
}

bool expectation_is_open(const struct expectation *expectation)
{
    return expectation->verdict == EXPECTATION_FAILS || expectation->verdict == EXPECTATION_UNDECIDED;
}

size_t expectation_list_open(const struct expectation_list *list)
{
    return list->n_failed + list->n_undecided;
}
