#include "experiment/threads.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct crew {
    pthread_mutex_t lock;
    size_t next, n_tasks; /* guarded by the lock, as is `ok` */
    bool ok;
    bool (*task)(void *data, size_t i);
    void *data;
};

unsigned threads_available(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

/* False: nothing is left to do. */
static bool take_task(struct crew *crew, size_t *ret_i)
{
    pthread_mutex_lock(&crew->lock);
    bool taken = crew->ok && crew->next < crew->n_tasks;
    if (taken)
        *ret_i = crew->next++;
    pthread_mutex_unlock(&crew->lock);
    return taken;
}

static void *work(void *data)
{
    struct crew *crew = data;
    for (size_t i; take_task(crew, &i);) {
        if (crew->task(crew->data, i))
            continue;
        pthread_mutex_lock(&crew->lock);
        crew->ok = false;
        pthread_mutex_unlock(&crew->lock);
    }
    return NULL;
}

bool threads_run(size_t n_tasks, unsigned n_threads, bool (*task)(void *data, size_t i), void *data)
{
    size_t n = n_threads ? n_threads : threads_available();
    size_t n_helpers = (n < n_tasks ? n : n_tasks ? n_tasks : 1) - 1;
    struct crew crew = {
        .lock = PTHREAD_MUTEX_INITIALIZER, .n_tasks = n_tasks, .ok = true, .task = task, .data = data};
    pthread_t *helpers = n_helpers ? calloc(n_helpers, sizeof *helpers) : NULL;
    size_t started = 0;
    while (helpers && started < n_helpers && pthread_create(&helpers[started], NULL, work, &crew) == 0)
        started++;
    work(&crew);
    for (size_t i = 0; i < started; i++)
        pthread_join(helpers[i], NULL);
    free(helpers);
    pthread_mutex_destroy(&crew.lock);
    return crew.ok;
}
