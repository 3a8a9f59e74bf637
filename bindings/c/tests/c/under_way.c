/* Batches that were submitted without waiting: how many there may be, and what becomes of them when the
 * store is closed.
 *
 * Symptoms: nothing bounded them but the memory of the machine, and a store that was closed with some of
 * them under way kept its directory. Beyond submissions_bytes_max they are refused by name; closing
 * carries out what was accepted, and frees the directory. */
#include "check.h"
#include <pthread.h>
#include <sched.h>

enum { SUBMITTERS = 64, BATCHES = 12, SIZE = 8, BYTES_MAX = 16 << 10 };

static escrow_store *store;

/* Waits for the oldest of a queue's batches, which was applied. */
static void take(escrow_queue *queue) {
    escrow_error error = ESCROW_ERROR_INIT; /* the thread's own */
    escrow_completion completion;
    escrow_outcome outcomes[SIZE];
    OK(escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, outcomes, SIZE, &error));
    TRUE(completion.status == ESCROW_OK && completion.outcomes == SIZE);
    for (int i = 0; i < SIZE; i++) TRUE(outcomes[i].status == ESCROW_OUTCOME_APPLIED);
}

/* Submits its batches and gives how often it was refused. */
static void *submit_all(void *argument) {
    const uint64_t first = (uint64_t)(uintptr_t)argument * 1000 + 1000;
    escrow_error error = ESCROW_ERROR_INIT; /* the thread's own */
    escrow_queue *queue = NULL;
    uintptr_t refused = 0;
    int sent = 0, taken = 0;
    OK(escrow_queue_new(store, &queue, &error));
    while (sent < BATCHES) {
        escrow_operation batch[SIZE];
        escrow_status status;
        for (int i = 0; i < SIZE; i++)
            batch[i] = transfer(first + (uint64_t)(sent * SIZE + i), BANK, ALICE, 1);
        status = escrow_store_submit_async(store, batch, SIZE, NULL, 0, queue, 1, &error);
        if (status == ESCROW_OK) {
            sent++;
            continue;
        }
        TRUE(status == ESCROW_LIMIT_EXCEEDED);
        TRUE(strstr(error.message, "16384") != NULL);
        refused++;
        /* Whoever waits for one that is under way can go on. */
        if (taken < sent) {
            take(queue);
            taken++;
        } else {
            sched_yield();
        }
    }
    for (; taken < sent; taken++) take(queue);
    escrow_queue_free(queue);
    return (void *)refused;
}

static uint64_t alices_cents(escrow_store *of) {
    escrow_snapshot *snapshot = NULL;
    escrow_account account;
    escrow_u128 alice = {ALICE, 0};
    size_t found = 0;
    OK(escrow_store_snapshot(of, &snapshot, &error));
    OK(escrow_snapshot_accounts(snapshot, &alice, 1, &account, &found, &error));
    TRUE(found == 1);
    escrow_snapshot_free(snapshot);
    return account.balances.credits_posted.lo;
}

static void many_submitters_meet_the_bound(const char *path) {
    enum { LARGE = 200 };
    static escrow_operation large[LARGE];
    static escrow_outcome outcomes[LARGE];
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_completion completion;
    escrow_queue *queue = NULL;
    pthread_t threads[SUBMITTERS];
    uintptr_t refused = 0;
    escrow_store_free(open_shop(path));
    options.clock = ESCROW_CLOCK_MANUAL;
    options.submissions_bytes_max = BYTES_MAX;
    OK(escrow_store_open(path, strlen(path), &options, &store, &error));
    for (uintptr_t i = 0; i < SUBMITTERS; i++)
        TRUE(pthread_create(&threads[i], NULL, submit_all, (void *)i) == 0);
    for (int i = 0; i < SUBMITTERS; i++) {
        void *often = NULL;
        TRUE(pthread_join(threads[i], &often) == 0);
        refused += (uintptr_t)often;
    }
    TRUE(refused > 0);
    TRUE(alices_cents(store) == SUBMITTERS * BATCHES * SIZE);

    /* There is room again: also for one that is larger than the bound, if it is alone. */
    for (int i = 0; i < LARGE; i++) large[i] = transfer(900000 + (uint64_t)i, BANK, ALICE, 1);
    OK(escrow_queue_new(store, &queue, &error));
    OK(escrow_store_submit_async(store, large, LARGE, NULL, 0, queue, 7, &error));
    OK(escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, outcomes, LARGE, &error));
    TRUE(completion.status == ESCROW_OK && completion.tag == 7 && completion.outcomes == LARGE);
    escrow_queue_free(queue);
}

/* The store's handle and the queue's are not freed yet. */
static void the_directory_is_free_at_once(const char *path) {
    enum { UNDER_WAY = 50 };
    const uint64_t before = alices_cents(store);
    escrow_completion completion;
    escrow_outcome outcome;
    escrow_queue *queue = NULL;
    escrow_store *again = NULL;
    OK(escrow_queue_new(store, &queue, &error));
    for (uint64_t i = 0; i < UNDER_WAY; i++) {
        escrow_operation one = transfer(950000 + i, BANK, ALICE, 1);
        escrow_status status;
        do {
            status = escrow_store_submit_async(store, &one, 1, NULL, 0, queue, i, &error);
        } while (status == ESCROW_LIMIT_EXCEEDED);
        OK(status);
    }
    OK(escrow_store_close(store, &error));
    OK(escrow_store_open(path, strlen(path), NULL, &again, &error));
    TRUE(alices_cents(again) == before + UNDER_WAY);
    for (uint64_t i = 0; i < UNDER_WAY; i++) {
        OK(escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, &outcome, 1, &error));
        TRUE(completion.tag == i && outcome.status == ESCROW_OUTCOME_APPLIED);
    }
    CHECK(ESCROW_CLOSED, escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, &outcome, 1, &error));
    escrow_queue_free(queue);
    escrow_store_free(store);
    escrow_store_free(again);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "under_way.escrow";
    many_submitters_meet_the_bound(path);
    the_directory_is_free_at_once(path);
    puts("under way: done");
    return 0;
}
