/* A storefront's checkout: the customer pays in, an order goes into escrow, is shipped and
 * confirmed; a second one is refunded. Then the customer's statement.
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

/* Pays for an order: what the customer lacks is charged to the card, and all of it is held. Both
 * happen or neither does. A refusal uses up an id, so that each attempt has one of its own, which is that
 * of its hold, and the order stands in the user data. Gives the attempt's id. */
static escrow_u128 pay(escrow_store *store, const char *order, uint64_t cents) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_outcome outcomes[2];
    escrow_operation batch[2];
    batch[0] = new_transfer(ESCROW_KIND_TRANSFER, BANK, CUSTOMER, cents);
    batch[0].flags = ESCROW_OPERATION_LINKED;
    batch[1] = new_transfer(ESCROW_KIND_HOLD, CUSTOMER, MERCHANT, cents);
    must(escrow_id_named("orders", 6, order, strlen(order), &batch[1].user_data_128, &error),
         &error);
    batch[1].fee_account = id_of(MARKETPLACE);
    batch[1].fee_ppm = 100000; /* 10 % */
    batch[1].timeout_seconds = 14 * 86400;
    batch[1].at_deadline = ESCROW_AT_DEADLINE_REFUND;
    must(escrow_store_submit(store, batch, 2, NULL, 0, outcomes, &error), &error);
    must_be_done(&outcomes[0]);
    must_be_done(&outcomes[1]);
    print_amount("paid into escrow", outcomes[1].amount);
    return batch[1].id;
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
    escrow_u128 hold;
    must(escrow_store_open(path, strlen(path), NULL, &store, &error), &error);
    set_up(store);
    hold = pay(store, "A-1001", 2005);
    ship(store, hold);
    confirm(store, hold);
    hold = pay(store, "A-1002", 999);
    refund(store, hold);
    print_statement(store);
    must(escrow_store_close(store, &error), &error);
    escrow_store_free(store);
    return 0;
}
