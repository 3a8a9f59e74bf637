/* Whole orders, for wallets.c: it has what this one needs before it includes it. */

/* A cart of two sellers: one password, one chain, with what the shop writes down. */
static void orders(void) {
    escrow_order order;
    escrow_order_part parts[2], changed[2];
    escrow_operation operations[3];
    escrow_outcome paid[3];
    escrow_rows *rows = NULL;
    uint8_t hash[32], other[32];
    uint32_t needs = 9;
    uint64_t until = 0;

    memset(&order, 0, sizeof order);
    memset(parts, 0, sizeof parts);
    order.wallet = wallet_of(1);
    order.order = number(9000);
    order.ledger = 1;
    parts[0].payee = number(BOB);
    parts[0].amount = number(200);
    parts[1].payee = number(FEES);
    parts[1].amount = number(100);
    memcpy(changed, parts, sizeof parts);
    changed[1].amount = number(99);
    OK(escrow_order_terms_hash(&order, parts, 2, hash, &error));
    OK(escrow_order_terms_hash(&order, changed, 2, other, &error));
    TRUE(memcmp(hash, other, sizeof hash) != 0);
    DONE(escrow_order_needs(wallets, &order, parts, 2, &needs, &outcome, &error));
    TRUE(needs == ESCROW_NEEDS_PASSWORD);
    REFUSED(ORDER_MUST_BE_VALID,
            escrow_order_needs(wallets, &order, parts, 0, &needs, &outcome, &error));
    DONE(escrow_order_authorise(wallets, number(20090), &order, parts, 2, TEXT(PAYMENT), 0, &until,
                                &outcome, &error));
    TRUE(until > now);
    operations[0] = payment(1, 10090, 200).operation;
    operations[1] = payment(1, 10091, 100).operation;
    operations[1].credit_account = number(FEES);
    operations[2] = operation(ESCROW_KIND_PUT, 10092);
    operations[2].target = number(0);
    operations[2].space_length = 6;
    operations[2].key_length = 3;
    operations[2].value_length = 4;
    REFUSED(AUTHORISATION_MUST_MATCH,
            escrow_order_pay(wallets, &order, changed, 2, number(20090), operations, 3, 2,
                             "ordersA-1paid", 13, paid, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_order_pay(wallets, &order, parts, 2, number(20090), operations, 3, 4,
                           "ordersA-1paid", 13, paid, &outcome, &error));
    for (uint32_t i = 0; i < 2; i++) {
        DONE(escrow_order_pay(wallets, &order, parts, 2, number(20090), operations, 3, 2,
                              "ordersA-1paid", 13, paid, &outcome, &error));
        for (int j = 0; j < 3; j++)
            TRUE(paid[j].status == (i ? ESCROW_OUTCOME_EXISTS : ESCROW_OUTCOME_APPLIED));
    }
    REFUSED(AUTHORISATION_MUST_MATCH,
            escrow_order_begin_card_payment(wallets, &order, parts, 2, number(20090), 0, operations,
                                            &rows, &outcome, &error));
    TRUE(rows == NULL);
    order.reserved[2] = 1;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_order_terms_hash(&order, parts, 2, hash, &error));
}
