/* Bad input of every sort to the functions about orders: each has its status and its line. */
#include "market.h"

static uint8_t policy[32];

static void bad_handles(escrow_store *store) {
    escrow_orders *none = NULL;
    escrow_order_work work = ESCROW_ORDER_WORK_INIT;
    escrow_rows *rows = NULL;
    escrow_order_step step = ESCROW_ORDER_STEP_INIT;
    escrow_order_view view = ESCROW_ORDER_VIEW_INIT;
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_open(NULL, &none, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_open(store, NULL, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_orders_open((escrow_store *)orders, &none, &error));
    TRUE(none == NULL);
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_work(NULL, 1, &work, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_orders_work((escrow_orders *)store, 1, &work, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_work(orders, 1, NULL, &error));
    work.struct_size = 3;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_orders_work(orders, 1, &work, &error));

    buy(1, policy);
    DONE(escrow_orders_timeline(orders, number(1), &rows, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_order_view_at(rows, 0, &view, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_order_step_at(rows, 9, &step, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_order_step_at(rows, 0, NULL, &error));
    CHECK(ESCROW_INVALID_HANDLE,
          escrow_order_step_at((escrow_rows *)orders, 0, &step, &error));
    escrow_rows_free(rows);
    CHECK(ESCROW_INVALID_HANDLE, escrow_order_step_at(rows, 0, &step, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_find(orders, number(1), NULL, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_find(orders, number(1), &rows, NULL, &error));
}

static void bad_terms(void) {
    struct cart cart;
    struct { escrow_terms known; uint64_t later; } longer;
    uint8_t none[32] = {0};

    fill_cart(&cart, policy);
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_place(orders, number(2), NULL, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_place(orders, number(2), &cart.terms, NULL, &error));
    cart.terms.legs = NULL;
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    cart.terms.legs_count = 0;
    REFUSED(COUNT_MUST_BE_VALID,
            escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    fill_cart(&cart, policy);
    cart.legs[1].reserved[18] = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    fill_cart(&cart, policy);
    cart.tenders[0].reserved[0] = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    for (uint32_t kind = 0; kind < 300; kind += 257) {
        fill_cart(&cart, policy);
        cart.tenders[0].kind = kind;
        CHECK(ESCROW_INVALID_ARGUMENT,
              escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    }
    for (int bad = 0; bad < 4; bad++) {
        escrow_leg_line line;
        memset(&line, 0, sizeof line);
        line.kind = bad == 0 ? 4 : ESCROW_LINE_ITEM;
        line.leg = bad == 1 ? 2 : 0;
        line.reserved[4] = bad == 2;
        fill_cart(&cart, policy);
        cart.terms.lines = bad == 3 ? NULL : &line;
        cart.terms.lines_count = 1;
        CHECK(bad == 3 ? ESCROW_NULL_ARGUMENT : ESCROW_INVALID_ARGUMENT,
              escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    }
    fill_cart(&cart, policy);
    longer.known = cart.terms;
    longer.known.struct_size = sizeof longer;
    longer.later = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_place(orders, number(2), &longer.known, &outcome, &error));
    longer.later = 0;
    longer.known.buyer = number(99);
    REFUSED(BUYER_MUST_BE_REGISTERED,
            escrow_orders_place(orders, number(2), &longer.known, &outcome, &error));
    fill_cart(&cart, none);
    REFUSED(POLICY_NOT_FOUND,
            escrow_orders_place(orders, number(2), &cart.terms, &outcome, &error));
    fill_cart(&cart, policy);
    REFUSED(ID_MUST_BE_VALID,
            escrow_orders_place(orders, number(0), &cart.terms, &outcome, &error));
    REFUSED(ID_MUST_BE_VALID,
            escrow_orders_register_seller(orders, number(0), 1, &outcome, &error));
}

/* What a field says that an action does not use is not passed over in silence. */
static void bad_commands(void) {
    escrow_part_command ship = command(ESCROW_ACTION_SHIP), bad;
    escrow_acted acted = ESCROW_ACTED_INIT;
    escrow_part_options options = ESCROW_PART_OPTIONS_INIT;
    escrow_u128 amount;
    uint32_t is_paid = 0;
#define ACT(party, staff, length, what, acted)                                                     \
    escrow_orders_act(orders, number(1), 0, party, staff, length, what, number(3), acted, &outcome, \
                      &error)
#define BAD(field, value)                                                                          \
    bad = ship;                                                                                    \
    bad.field = value;                                                                             \
    CHECK(ESCROW_INVALID_ARGUMENT, ACT(ESCROW_PARTY_SELLER, NULL, 0, &bad, &acted));               \
    TRUE(strstr(error.message, #field) != NULL)
    BAD(amount, number(1));
    BAD(reference, number(1));
    BAD(seconds, 1);
    BAD(reason, ESCROW_CLAIM_REASON_OTHER);
    BAD(remedy, ESCROW_REMEDY_REFUND);
    BAD(party, 1);
    BAD(action, 0);
    BAD(action, 257);
    BAD(struct_size, 2);
    ship = claim(6000, ESCROW_REMEDY_REFUND);
    BAD(reason, 0);
    BAD(remedy, 3);
    BAD(seconds, 60);
    ship = command(ESCROW_ACTION_SHIP);
    CHECK(ESCROW_NULL_ARGUMENT, ACT(ESCROW_PARTY_SELLER, NULL, 0, NULL, &acted));
    CHECK(ESCROW_NULL_ARGUMENT, ACT(ESCROW_PARTY_SELLER, NULL, 0, &ship, NULL));
    CHECK(ESCROW_NULL_ARGUMENT, ACT(ESCROW_PARTY_STAFF, NULL, 3, &ship, &acted));
    CHECK(ESCROW_INVALID_TEXT, ACT(ESCROW_PARTY_STAFF, "\xff", 1, &ship, &acted));
    CHECK(ESCROW_INVALID_ARGUMENT, ACT(0, NULL, 0, &ship, &acted));
    CHECK(ESCROW_INVALID_ARGUMENT, ACT(258, NULL, 0, &ship, &acted));
    CHECK(ESCROW_INVALID_ARGUMENT, ACT(ESCROW_PARTY_SELLER, "eve", 3, &ship, &acted));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_orders_options(orders, number(1), 0, 9, &options,
                                                         &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_options(orders, number(1), 0, ESCROW_PARTY_BUYER,
                                                      NULL, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_tender_came(orders, number(1), 0, number(3), NULL,
                                                          &outcome, &error));
    REFUSED(ID_MUST_BE_VALID, escrow_orders_tender_came(orders, number(1), 0, number(0), &is_paid,
                                                        &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_act_on_items(orders, number(1), 0, NULL, 1, ESCROW_PARTY_SELLER, NULL, 0,
                                     &ship, number(3), &acted, &outcome, &error));
    REFUSED(ITEMS_MUST_BE_VALID,
            escrow_orders_act_on_items(orders, number(1), 0, NULL, 0, ESCROW_PARTY_SELLER, NULL, 0,
                                       &ship, number(3), &acted, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_amount_of_items(orders, number(1), 0, NULL, 0, 257, &amount, &outcome,
                                        &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_amount_of_items(orders, number(1), 0, NULL, 0, ESCROW_ACTION_SHIP, NULL,
                                        &outcome, &error));
    /* Nothing of all that was done. */
    TRUE(part_of(1, 0).stage == ESCROW_STAGE_PAID);
}

static void bad_queries(void) {
    escrow_listed_order row;
    escrow_u128 account;
    char text[8];
    size_t count = 0;
    memset(&row, 0, sizeof row);
    row.reserved = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_of_buyer(orders, number(ANNA), &row, &row, 1, &count, &error));
    row.reserved = 0;
    row.part = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_of_buyer(orders, number(ANNA), &row, &row, 1, &count, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_of_seller(orders, number(BELLE), NULL, NULL, 1, &count, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_of_seller(orders, number(BELLE), NULL, &row, 1, NULL, &error));
    OK(escrow_orders_of_seller(orders, number(BELLE), NULL, NULL, 0, &count, &error));
    TRUE(count == 0);
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_buyer_account(number(1), 1, NULL, &error));
    OK(escrow_orders_seller_account(number(1), 1, &account, &error));
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_orders_policy(orders, policy, text, sizeof text, &count, &error));
    TRUE(count > sizeof text);
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_policy(orders, NULL, text, sizeof text, &count, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_keep_policy(orders, TEXT(POLICY), NULL, &error));
    CHECK(ESCROW_INVALID_TEXT, escrow_order_policy_check("\xff", 1, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_order_policy_check(NULL, 1, &error));
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "order_misuse.escrow";
    escrow_order_work work = ESCROW_ORDER_WORK_INIT;
    escrow_rows *rows = NULL;
    escrow_order_view view = ESCROW_ORDER_VIEW_INIT;
    escrow_store *store = open_market(path, policy);
    bad_handles(store);
    bad_terms();
    bad_commands();
    bad_queries();

    /* Rows outlive what they came from; orders do not outlive the closing of their store. */
    DONE(escrow_orders_find(orders, number(1), &rows, &outcome, &error));
    OK(escrow_store_close(store, &error));
    CHECK(ESCROW_CLOSED, escrow_orders_work(orders, 1, &work, &error));
    escrow_orders_free(orders);
    escrow_orders_free(orders);
    escrow_orders_free(NULL);
    CHECK(ESCROW_INVALID_HANDLE, escrow_orders_work(orders, 1, &work, &error));
    OK(escrow_order_view_at(rows, 0, &view, &error));
    TRUE(is_number(view.buyer, ANNA));
    escrow_rows_free(rows);
    escrow_store_free(store);
    puts("order_misuse: done");
    return 0;
}
