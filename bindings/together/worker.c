/* Pays one unit after the other until its input ends, and says what was answered; see together.py.
 *
 *     worker STORE NUMBER
 */
#define _POSIX_C_SOURCE 200809L
#include <escrowdb.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static escrow_error error = ESCROW_ERROR_INIT;

static void must(escrow_status status) {
    if (status != ESCROW_OK) {
        fprintf(stderr, "C: %s\n", error.message);
        exit(1);
    }
}

static int goes_on(void) {
    struct pollfd input = {.fd = 0, .events = POLLIN};
    return poll(&input, 1, 0) == 0;
}

/* What the account has; a host that ends meanwhile is asked no more. */
static uint64_t balance(escrow_store *store, escrow_u128 account) {
    for (;;) {
        escrow_snapshot *snapshot = NULL;
        escrow_account record;
        size_t found = 0;
        escrow_status status = escrow_store_snapshot(store, &snapshot, &error);
        if (status == ESCROW_OK) {
            status = escrow_snapshot_accounts(snapshot, &account, 1, &record, &found, &error);
        }
        escrow_snapshot_free(snapshot);
        if (status == ESCROW_OK) {
            return found == 1 ? record.balances.credits_posted.lo : 0;
        }
        if (status != ESCROW_HOST_ENDED) {
            must(status);
        }
    }
}

int main(int argc, char **argv) {
    escrow_store *store = NULL;
    uint64_t number = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    if (number == 0) {
        fprintf(stderr, "usage: worker STORE NUMBER\n");
        return 2;
    }
    must(escrow_store_open(argv[1], strlen(argv[1]), NULL, &store, &error));
    printf("open\n");
    fflush(stdout);
    for (uint64_t count = 1; goes_on(); count++) {
        escrow_operation pay = {.kind = ESCROW_KIND_TRANSFER, .ledger = 1, .code = 1};
        escrow_outcome outcome;
        pay.id.hi = number;
        pay.id.lo = count;
        pay.debit_account.lo = 1;
        pay.credit_account.lo = 1000 + number;
        pay.amount.lo = 1;
        must(escrow_store_submit(store, &pay, 1, NULL, 0, &outcome, &error));
        if (outcome.status != ESCROW_OUTCOME_APPLIED && outcome.status != ESCROW_OUTCOME_EXISTS) {
            fprintf(stderr, "C: %s\n", escrow_outcome_name(outcome.status));
            return 1;
        }
        if (count % 16 == 0 && balance(store, pay.credit_account) != count) {
            fprintf(stderr, "C: the balance is not what was paid\n");
            return 1;
        }
        printf("%" PRIu64 " %" PRIu64 "\n", count, outcome.timestamp);
        fflush(stdout);
    }
    must(escrow_store_close(store, &error));
    escrow_store_free(store);
    return 0;
}
