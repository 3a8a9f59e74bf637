/* Many threads on one store, one snapshot and one queue. Money is neither made nor lost. */
#include "check.h"
#include <pthread.h>

enum { THREADS = 8, ROUNDS = 40, BATCH = 16 };

static escrow_store *store;
static escrow_snapshot *shared;
static escrow_queue *queue;

/* Each thread checks with an error struct of its own. */
#define MINE(call)                                                                                 \
    do {                                                                                           \
        if ((call) != ESCROW_OK) {                                                                 \
            fprintf(stderr, "%s: %s\n", #call, mine.message);                                      \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static void *work(void *argument) {
    uint64_t thread = *(uint64_t *)argument;
    escrow_error mine = ESCROW_ERROR_INIT;
    escrow_operation batch[BATCH];
    escrow_outcome outcomes[BATCH];
    for (uint64_t round = 0; round < ROUNDS; round++) {
        escrow_snapshot *snapshot = NULL;
        escrow_cursor *cursor = NULL;
        escrow_account accounts[8];
        size_t count = 0;
        uint64_t debits = 0, credits = 0, timestamp;
        for (uint64_t i = 0; i < BATCH; i++)
            batch[i] = transfer(1000 + (thread * ROUNDS + round) * BATCH + i, BANK,
                                i % 2 ? ALICE : BOB, 1);
        if (round % 4 == 3) {
            MINE(escrow_store_submit_async(store, batch, BATCH, NULL, 0, queue, thread, &mine));
        } else {
            MINE(escrow_store_submit(store, batch, BATCH, NULL, 0, outcomes, &mine));
            for (int i = 0; i < BATCH; i++) TRUE(outcomes[i].status == 0);
        }
        MINE(escrow_store_snapshot(store, &snapshot, &mine));
        MINE(escrow_snapshot_all_accounts(snapshot, number(0), &cursor, &mine));
        escrow_snapshot_free(snapshot);
        MINE(escrow_cursor_accounts(cursor, accounts, 8, &count, &mine));
        escrow_cursor_free(cursor);
        for (size_t i = 0; i < count; i++) {
            debits += accounts[i].balances.debits_posted.lo;
            credits += accounts[i].balances.credits_posted.lo;
        }
        TRUE(count == 4 && debits == credits);
        MINE(escrow_snapshot_timestamp(shared, &timestamp, &mine));
    }
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    uint64_t numbers[THREADS];
    escrow_completion completion;
    escrow_outcome outcomes[BATCH];
    store = open_shop(argc > 1 ? argv[1] : "threads.escrow");
    OK(escrow_store_snapshot(store, &shared, &error));
    OK(escrow_queue_new(store, &queue, &error));
    for (uint64_t i = 0; i < THREADS; i++) {
        numbers[i] = i;
        TRUE(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS * ROUNDS / 4; i++) {
        OK(escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, outcomes, BATCH, &error));
        TRUE(completion.status == 0 && completion.outcomes == BATCH);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    CHECK(ESCROW_TIMED_OUT, escrow_queue_take(queue, 0, &completion, outcomes, BATCH, &error));
    escrow_store_free(store);
    escrow_queue_free(queue);
    escrow_snapshot_free(shared);
    puts("threads: done");
    return 0;
}
