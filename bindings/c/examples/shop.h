/* What the examples share: a shop with a bank, a customer, a merchant and a marketplace. */
#ifndef SHOP_H
#define SHOP_H

#include <escrowdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USD = 1, BANK = 1, CUSTOMER = 2, MERCHANT = 3, MARKETPLACE = 4 };

static inline escrow_u128 id_of(uint64_t number) {
    escrow_u128 id = {0, 0};
    id.lo = number;
    return id;
}

/* Ends the program if a call could not be carried out. A real one would log and answer. */
static inline void must(escrow_status status, const escrow_error *error) {
    if (status == ESCROW_OK) return;
    fprintf(stderr, "%s: %s\n", escrow_status_name(status), error->message);
    exit(1);
}

/* Ends the program if an operation was refused. `exists` is a retry of what is done. */
static inline void must_be_done(const escrow_outcome *outcome) {
    if (outcome->status == ESCROW_OUTCOME_APPLIED || outcome->status == ESCROW_OUTCOME_EXISTS)
        return;
    fprintf(stderr, "refused: %s\n", escrow_outcome_name(outcome->status));
    exit(1);
}

static inline escrow_operation new_operation(uint16_t kind) {
    escrow_operation operation;
    escrow_error error = ESCROW_ERROR_INIT;
    memset(&operation, 0, sizeof operation);
    operation.kind = kind;
    must(escrow_id_new(&operation.id, 1, &error), &error);
    return operation;
}

static inline escrow_operation new_transfer(uint16_t kind, uint64_t from, uint64_t to,
                                            uint64_t cents) {
    escrow_operation operation = new_operation(kind);
    operation.debit_account = id_of(from);
    operation.credit_account = id_of(to);
    operation.amount = id_of(cents);
    operation.ledger = USD;
    operation.code = 1;
    return operation;
}

/* Registers the ledger and the accounts; a second time it changes nothing. */
static inline void set_up(escrow_store *store) {
    static const uint32_t flags[] = {
        ESCROW_ACCOUNT_EXTERNAL,
        ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS | ESCROW_ACCOUNT_HISTORY,
        ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS | ESCROW_ACCOUNT_HISTORY,
        0,
    };
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_ledger dollars;
    escrow_account accounts[4];
    escrow_outcome outcomes[4];
    must(escrow_ledger_iso(USD, "USD", 3, &dollars, &error), &error);
    must(escrow_store_create_ledgers(store, &dollars, 1, outcomes, &error), &error);
    must_be_done(&outcomes[0]);
    memset(accounts, 0, sizeof accounts);
    for (int i = 0; i < 4; i++) {
        accounts[i].id = id_of((uint64_t)i + 1);
        accounts[i].ledger = USD;
        accounts[i].code = (uint16_t)(100 + i);
        accounts[i].flags = flags[i];
    }
    must(escrow_store_create_accounts(store, accounts, 4, outcomes, &error), &error);
    for (int i = 0; i < 4; i++) must_be_done(&outcomes[i]);
}

#endif
