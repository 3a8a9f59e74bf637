/* What the test programs share: a check for calls, and a store with some accounts. */
#ifndef CHECK_H
#define CHECK_H

#include <escrowdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static escrow_error error = ESCROW_ERROR_INIT;

static void fail(const char *file, int line, const char *what) {
    fprintf(stderr, "%s:%d: %s: %s: %s\n", file, line, what, escrow_status_name(error.status),
            error.message);
    exit(1);
}

/* A call answers this status, and says why on one line if it is not ESCROW_OK. */
#define CHECK(expected, call)                                                                      \
    do {                                                                                           \
        escrow_status status_ = (call);                                                            \
        if (status_ != (expected) || error.status != status_ ||                                    \
            (status_ == 0) != (error.message[0] == 0) || strchr(error.message, '\n') != NULL)      \
            fail(__FILE__, __LINE__, #call);                                                       \
    } while (0)
#define OK(call) CHECK(ESCROW_OK, call)
#define TRUE(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) fail(__FILE__, __LINE__, #condition);                                    \
    } while (0)

static escrow_u128 number(uint64_t lo) {
    escrow_u128 made = {0, 0};
    made.lo = lo;
    return made;
}

enum { BANK = 1, ALICE = 2, BOB = 3, FEES = 4 };

static escrow_store *open_manual(const char *path) {
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL;
    options.clock = ESCROW_CLOCK_MANUAL;
    options.index_user_data = 1;
    options.segment_bytes = 1 << 20;
    options.preallocate_bytes = 1 << 16;
    OK(escrow_store_open(path, strlen(path), &options, &store, &error));
    return store;
}

/* A ledger of dollars; a bank, two wallets and an account for fees. */
static inline escrow_store *open_shop(const char *path) {
    escrow_store *store = open_manual(path);
    escrow_ledger usd;
    escrow_account accounts[4];
    escrow_outcome outcomes[4];
    OK(escrow_ledger_iso(1, "USD", 3, &usd, &error));
    OK(escrow_store_create_ledgers(store, &usd, 1, outcomes, &error));
    memset(accounts, 0, sizeof accounts);
    for (int i = 0; i < 4; i++) {
        accounts[i].id = number((uint64_t)i + 1);
        accounts[i].ledger = 1;
        accounts[i].code = (uint16_t)(100 * (i + 1));
    }
    accounts[0].flags = ESCROW_ACCOUNT_EXTERNAL;
    accounts[1].flags = ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS | ESCROW_ACCOUNT_HISTORY;
    accounts[2].flags = ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS;
    OK(escrow_store_create_accounts(store, accounts, 4, outcomes, &error));
    for (int i = 0; i < 4; i++)
        TRUE(outcomes[i].status == ESCROW_OUTCOME_APPLIED ||
             outcomes[i].status == ESCROW_OUTCOME_EXISTS);
    return store;
}

static inline escrow_operation operation(uint16_t kind, uint64_t id) {
    escrow_operation made;
    memset(&made, 0, sizeof made);
    made.kind = kind;
    made.id = number(id);
    return made;
}

static inline escrow_operation transfer(uint64_t id, uint64_t from, uint64_t to, uint64_t cents) {
    escrow_operation made = operation(ESCROW_KIND_TRANSFER, id);
    made.debit_account = number(from);
    made.credit_account = number(to);
    made.amount = number(cents);
    made.ledger = 1;
    made.code = 1;
    return made;
}

static inline uint32_t submit_one(escrow_store *store, escrow_operation one) {
    escrow_outcome outcome;
    OK(escrow_store_submit(store, &one, 1, NULL, 0, &outcome, &error));
    return outcome.status;
}

#endif
