/* A storefront's checkout: the customer pays for an order into escrow, at the second attempt, as there
 * was not enough money; it is shipped and confirmed; another order is refunded. Then the customer's
 * statement.
 *
 *     cc checkout.c $(pkg-config --cflags --libs escrowdb) -o checkout && ./checkout shop.escrow
 */
#include "shop.h"

static escrow_outcome submit(escrow_store *store, escrow_operation operation) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_outcome outcome;
    must(escrow_store_submit(store, &operation, 1, NULL, 0, &outcome, &error), &error);
    must_be_done(&outcome);
    return outcome;
}

static void print_amount(const char *what, escrow_u128 amount) {
    char text[64];
    size_t length;
    if (escrow_amount_format(amount, 2, text, sizeof text, &length, NULL) == ESCROW_OK)
        printf("%-24s %10s\n", what, text);
}

/* The customer's card is charged. */
static void top_up(escrow_store *store, uint64_t cents) {
    escrow_operation charge = new_transfer(ESCROW_KIND_TRANSFER, BANK, CUSTOMER, cents);
    print_amount("topped up", submit(store, charge).amount);
}

/* An attempt to pay for an order. A refusal uses up an id, so that each attempt has one of its own,
 * which is that of its hold, and the order stands in the user data. */
static escrow_operation new_attempt(const char *order, uint64_t cents) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_operation hold = new_transfer(ESCROW_KIND_HOLD, CUSTOMER, MERCHANT, cents);
    must(escrow_id_named("orders", 6, order, strlen(order), &hold.user_data_128, &error), &error);
    hold.fee_account = id_of(MARKETPLACE);
    hold.fee_ppm = 100000; /* 10 % */
    hold.timeout_seconds = 14 * 86400;
    hold.at_deadline = ESCROW_AT_DEADLINE_REFUND;
    return hold;
}

/* Holds the money of an attempt, and notes in a document of the order, of which there must be none yet,
 * that this attempt has paid. Both happen or neither does, so that no second attempt can. */
static escrow_outcome pay(escrow_store *store, const char *order, escrow_operation hold) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_outcome outcomes[2];
    escrow_operation batch[2];
    char data[64]; /* the space, the key, and the value */
    int length = snprintf(data, sizeof data, "orders%s%016llx%016llx", order,
                          (unsigned long long)hold.id.hi, (unsigned long long)hold.id.lo);
    batch[0] = hold;
    batch[0].flags = ESCROW_OPERATION_LINKED;
    batch[1] = new_operation(ESCROW_KIND_PUT);
    batch[1].flags = ESCROW_OPERATION_IF_VERSION;
    batch[1].space_length = 6;
    batch[1].key_length = (uint16_t)strlen(order);
    batch[1].value_length = 32;
    must(escrow_store_submit(store, batch, 2, data, (size_t)length, outcomes, &error), &error);
    /* The one that failed alone says why. */
    return outcomes[outcomes[0].status == ESCROW_OUTCOME_LINKED_EVENT_FAILED ? 1 : 0];
}

static void ship(escrow_store *store, escrow_u128 hold) {
    escrow_operation operation = new_operation(ESCROW_KIND_SHIP);
    operation.target = hold;
    /* Three days after delivery should have been, the merchant wins by default. */
    operation.timeout_seconds = 10 * 86400;
    operation.at_deadline = ESCROW_AT_DEADLINE_RELEASE;
    submit(store, operation);
}

static void confirm(escrow_store *store, escrow_u128 hold) {
    escrow_operation operation = new_operation(ESCROW_KIND_RELEASE);
    escrow_outcome outcome;
    operation.target = hold;
    operation.flags = ESCROW_OPERATION_REST;
    outcome = submit(store, operation);
    print_amount("released", outcome.amount);
    print_amount("commission", outcome.fee);
}

static void refund(escrow_store *store, escrow_u128 hold) {
    escrow_operation operation = new_operation(ESCROW_KIND_REFUND);
    operation.target = hold;
    operation.flags = ESCROW_OPERATION_REST;
    print_amount("refunded", submit(store, operation).amount);
}

static void print_statement(escrow_store *store) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_statement_line lines[16];
    size_t count = 0;
    must(escrow_store_snapshot(store, &snapshot, &error), &error);
    must(escrow_snapshot_statement(snapshot, id_of(CUSTOMER), NULL, &cursor, &error), &error);
    puts("the customer's statement:");
    do {
        must(escrow_cursor_lines(cursor, lines, 16, &count, &error), &error);
        for (size_t i = 0; i < count; i++) {
            escrow_u128 available;
            must(escrow_balances_available(&lines[i].balances, &available, &error), &error);
            print_amount(escrow_kind_name(lines[i].operation.kind), available);
        }
    } while (count > 0);
    escrow_cursor_free(cursor);
    escrow_snapshot_free(snapshot);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "shop.escrow";
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_store *store = NULL;
    escrow_operation attempt;
    escrow_outcome outcome;
    must(escrow_store_open(path, strlen(path), NULL, &store, &error), &error);
    set_up(store);
    top_up(store, 2000);
    attempt = new_attempt("A-1001", 2005);
    outcome = pay(store, "A-1001", attempt);
    puts(escrow_outcome_name(outcome.status));
    if (outcome.status != ESCROW_OUTCOME_EXCEEDS_CREDITS) return 1;

    /* Sent again, as if the answer had been lost, it is refused although there is enough by now. */
    top_up(store, 3000);
    outcome = pay(store, "A-1001", attempt);
    if (outcome.status != ESCROW_OUTCOME_ID_ALREADY_FAILED ||
        outcome.first_status != ESCROW_OUTCOME_EXCEEDS_CREDITS)
        return 1;

    /* A second attempt pays for the same order, and a third one cannot. */
    attempt = new_attempt("A-1001", 2005);
    outcome = pay(store, "A-1001", attempt);
    must_be_done(&outcome);
    print_amount("paid into escrow", outcome.amount);
    outcome = pay(store, "A-1001", new_attempt("A-1001", 2005));
    if (outcome.status != ESCROW_OUTCOME_VERSION_MUST_MATCH) return 1;
    ship(store, attempt.id);
    confirm(store, attempt.id);

    attempt = new_attempt("A-1002", 999);
    outcome = pay(store, "A-1002", attempt);
    must_be_done(&outcome);
    refund(store, attempt.id);
    print_statement(store);
    must(escrow_store_close(store, &error), &error);
    escrow_store_free(store);
    return 0;
}
