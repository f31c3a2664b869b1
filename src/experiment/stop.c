#include "experiment/stop.h"

volatile sig_atomic_t *stop_flag(void)
{
    static volatile sig_atomic_t flag;
    return &flag;
}
