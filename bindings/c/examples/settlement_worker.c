/* Settles delivered orders with many threads: each takes some of the open holds and releases them in
 * batches. What the threads submit at the same time shares a sync.
 *
 *     cc -pthread settlement_worker.c $(pkg-config --cflags --libs escrowdb) -o settlement_worker
 */
#include "shop.h"
#include <pthread.h>

enum { ORDERS = 1000, WORKERS = 4, BATCH = 64 };

typedef struct worker {
    escrow_store *store;
    const escrow_u128 *orders;
    size_t count;
    uint64_t released_cents;
} worker;

static void *settle(void *argument) {
    worker *self = argument;
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_operation batch[BATCH];
    escrow_outcome outcomes[BATCH];
    for (size_t start = 0; start < self->count; start += BATCH) {
        size_t count = self->count - start < BATCH ? self->count - start : BATCH;
        for (size_t i = 0; i < count; i++) {
            batch[i] = new_operation(ESCROW_KIND_RELEASE);
            batch[i].target = self->orders[start + i];
            batch[i].flags = ESCROW_OPERATION_REST;
        }
        must(escrow_store_submit(self->store, batch, count, NULL, 0, outcomes, &error), &error);
        for (size_t i = 0; i < count; i++) {
            /* Somebody else may have settled or disputed the order since it was looked up. */
            if (outcomes[i].status == ESCROW_OUTCOME_APPLIED)
                self->released_cents += outcomes[i].amount.lo;
        }
    }
    return NULL;
}

static void take_orders(escrow_store *store) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_operation *batch = calloc(2 * ORDERS, sizeof *batch);
    escrow_outcome *outcomes = calloc(2 * ORDERS, sizeof *outcomes);
    if (batch == NULL || outcomes == NULL) exit(1);
    for (uint64_t i = 0; i < ORDERS; i++) {
        batch[2 * i] = new_transfer(ESCROW_KIND_TRANSFER, BANK, CUSTOMER, 100 + i);
        batch[2 * i + 1] = new_transfer(ESCROW_KIND_HOLD, CUSTOMER, MERCHANT, 100 + i);
    }
    must(escrow_store_submit(store, batch, 2 * ORDERS, NULL, 0, outcomes, &error), &error);
    for (int i = 0; i < 2 * ORDERS; i++) must_be_done(&outcomes[i]);
    free(batch);
    free(outcomes);
}

static size_t find_orders(escrow_store *store, escrow_u128 *orders, size_t capacity) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_hold_query query = ESCROW_HOLD_QUERY_INIT;
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_hold holds[128];
    size_t found = 0, count = 0;
    query.account = id_of(MERCHANT);
    query.disputed = ESCROW_DISPUTED_NOT;
    query.limit = capacity;
    must(escrow_store_snapshot(store, &snapshot, &error), &error);
    must(escrow_snapshot_open_holds(snapshot, &query, &cursor, &error), &error);
    do {
        must(escrow_cursor_holds(cursor, holds, 128, &count, &error), &error);
        for (size_t i = 0; i < count; i++) orders[found++] = holds[i].id;
    } while (count > 0);
    escrow_cursor_free(cursor);
    escrow_snapshot_free(snapshot);
    return found;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "settlement.escrow";
    static escrow_u128 orders[ORDERS];
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_store *store = NULL;
    pthread_t threads[WORKERS];
    worker workers[WORKERS];
    uint64_t released = 0;
    size_t found, share;
    must(escrow_store_open(path, strlen(path), NULL, &store, &error), &error);
    set_up(store);
    take_orders(store);
    found = find_orders(store, orders, ORDERS);
    share = (found + WORKERS - 1) / WORKERS;
    for (size_t i = 0; i < WORKERS; i++) {
        size_t start = i * share < found ? i * share : found;
        workers[i].store = store;
        workers[i].orders = orders + start;
        workers[i].count = found - start < share ? found - start : share;
        workers[i].released_cents = 0;
        if (pthread_create(&threads[i], NULL, settle, &workers[i]) != 0) return 1;
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        released += workers[i].released_cents;
    }
    printf("%zu orders settled, %llu cents released\n", found, (unsigned long long)released);
    must(escrow_store_close(store, &error), &error);
    escrow_store_free(store);
    return released == 599500 ? 0 : 1;
}
