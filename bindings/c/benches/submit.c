/* Durable transfers a second in batches of 8,192, for bindings/compare.py. Everything is made before
 * the clock starts.
 *
 *     submit STORE OPERATIONS
 */
#define _POSIX_C_SOURCE 199309L
#include <escrowdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ACCOUNTS = 10000, BATCH = 8192 };

static escrow_error error = ESCROW_ERROR_INIT;

static void must(escrow_status status) {
    if (status != ESCROW_OK) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
}

static uint64_t below(uint64_t bound) {
    static uint64_t state = 42;
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % bound;
}

static void furnish(escrow_store *store, escrow_outcome *outcomes) {
    static escrow_account accounts[BATCH];
    escrow_ledger usd;
    must(escrow_ledger_iso(1, "USD", 3, &usd, &error));
    must(escrow_store_create_ledgers(store, &usd, 1, outcomes, &error));
    for (size_t made = 0; made < ACCOUNTS;) {
        size_t count = 0;
        for (; count < BATCH && made < ACCOUNTS; count++, made++) {
            accounts[count].id.lo = made + 1;
            accounts[count].ledger = accounts[count].code = 1;
            accounts[count].flags = ESCROW_ACCOUNT_HISTORY;
        }
        must(escrow_store_create_accounts(store, accounts, count, outcomes, &error));
    }
    must(escrow_store_checkpoint(store, &error));
}

int main(int argc, char **argv) {
    static escrow_outcome outcomes[BATCH];
    escrow_store *store = NULL;
    struct timespec begin, end;
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    escrow_operation *operations = calloc(count, sizeof *operations);
    if (count == 0 || operations == NULL) {
        fprintf(stderr, "usage: submit STORE OPERATIONS\n");
        return 2;
    }
    must(escrow_store_open(argv[1], strlen(argv[1]), NULL, &store, &error));
    furnish(store, outcomes);
    for (size_t i = 0; i < count; i++) {
        uint64_t debit = below(ACCOUNTS), credit = (debit + 1 + below(ACCOUNTS - 1)) % ACCOUNTS;
        operations[i].kind = ESCROW_KIND_TRANSFER;
        operations[i].id.lo = i + 1;
        operations[i].debit_account.lo = debit + 1;
        operations[i].credit_account.lo = credit + 1;
        operations[i].amount.lo = 1 + below(1000);
        operations[i].ledger = 1;
        operations[i].code = 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (size_t done = 0; done < count;) {
        size_t size = count - done < BATCH ? count - done : BATCH;
        must(escrow_store_submit(store, operations + done, size, NULL, 0, outcomes, &error));
        for (size_t i = 0; i < size; i++) {
            if (outcomes[i].status != ESCROW_OUTCOME_APPLIED) {
                fprintf(stderr, "%s\n", escrow_outcome_name(outcomes[i].status));
                return 1;
            }
        }
        done += size;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    escrow_store_free(store);
    free(operations);
    printf("%.0f a second\n", (double)count / ((double)(end.tv_sec - begin.tv_sec) +
                                              (double)(end.tv_nsec - begin.tv_nsec) * 1e-9));
    return 0;
}
