/* Nobody waits for completions that cannot come.
 *
 * Symptom: a thread in escrow_queue_take slept on when another had closed the store or freed the queue, and
 * the directory stayed locked. Cause: only a completion woke it. Closing and freeing do, too. */
#include "check.h"
#include <pthread.h>
#include <unistd.h>

static escrow_queue *queue;

/* Takes until there is nothing more to come; gives how many there were. */
static void *take_all(void *unused) {
    escrow_error mine = ESCROW_ERROR_INIT;
    escrow_completion completion;
    escrow_outcome outcome;
    escrow_status status;
    uintptr_t taken = 0;
    (void)unused;
    for (;;) {
        status = escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, &outcome, 1, &mine);
        if (status != ESCROW_OK) break;
        taken++;
    }
    TRUE(status == ESCROW_CLOSED);
    return (void *)taken;
}

/* Begins two threads that wait, ends the wait, and gives how many completions they took. */
static uintptr_t ended_by(escrow_store *store, int closes, int batches) {
    pthread_t threads[2];
    uintptr_t all = 0;
    OK(escrow_queue_new(store, &queue, &error));
    for (int i = 0; i < 2; i++) TRUE(pthread_create(&threads[i], NULL, take_all, NULL) == 0);
    for (int i = 0; i < batches; i++) {
        escrow_operation one = transfer(100 + (uint64_t)i, BANK, ALICE, 1);
        OK(escrow_store_submit_async(store, &one, 1, NULL, 0, queue, 1, &error));
    }
    /* Most likely they wait by then. */
    usleep(20000);
    if (closes)
        OK(escrow_store_close(store, &error));
    else
        escrow_queue_free(queue);
    for (int i = 0; i < 2; i++) {
        void *taken = NULL;
        TRUE(pthread_join(threads[i], &taken) == 0);
        all += (uintptr_t)taken;
    }
    return all;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "closing.escrow";
    escrow_completion completion;
    escrow_outcome outcome;
    escrow_store *store = open_shop(path);
    TRUE(ended_by(store, 0, 0) == 0);
    TRUE(ended_by(store, 1, 50) == 50);
    CHECK(ESCROW_CLOSED, escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, &outcome, 1, &error));
    escrow_queue_free(queue);
    /* None is made afterwards. */
    CHECK(ESCROW_CLOSED, escrow_queue_new(store, &queue, &error));
    escrow_store_free(store);
    store = NULL;
    OK(escrow_store_open(path, strlen(path), NULL, &store, &error));
    escrow_store_free(store);
    puts("closing: done");
    return 0;
}
