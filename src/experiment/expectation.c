#include "experiment/expectation.h"

#include <stdlib.h>

void expectation_list_finish(struct expectation_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->n; i++)
        free(list->expectations[i].reason);
    free(list->expectations);
    *list = (struct expectation_list){0};
}
