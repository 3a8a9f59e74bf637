/* Whole orders, for wallets.c: it has what this one needs before it includes it. */

static const char SHOP[] =
    "{\"name\": \"shop\", \"payment\": {\"hours\": 1}, \"processing\": {\"days\": 3}, "
    "\"protection\": {\"days\": 30}, \"inspection\": {\"days\": 2}, \"claims\": {"
    "\"answer\": {\"days\": 5}, \"refused\": {\"days\": 5}, \"after_refusal\": \"escalate\", "
    "\"send_back\": {\"days\": 10}, \"receive_back\": {\"days\": 10}, "
    "\"decision\": {\"days\": 7}, \"undecided\": \"claim\"}}";

/* An order of the store that is paid from the wallet, as its owner has authorised. */
static void order_from_wallet(escrow_store *store) {
    escrow_tender_came came = ESCROW_TENDER_CAME_INIT;
    escrow_terms agreed = ESCROW_TERMS_INIT;
    escrow_order_outcome judged;
    escrow_part_command cancel = ESCROW_PART_COMMAND_INIT;
    escrow_acted acted = ESCROW_ACTED_INIT;
    escrow_u128 owner = wallet_of(1);
    escrow_orders *deals = NULL;
    escrow_tender tender;
    escrow_order terms;
    escrow_order_part part;
    escrow_leg leg;
    uint32_t is_paid = 9;
    uint64_t until = 0;

    memset(&tender, 0, sizeof tender);
    memset(&leg, 0, sizeof leg);
    leg.seller = number(9101);
    tender.kind = ESCROW_TENDER_WALLET;
    tender.source = account_of(1);
    tender.amount = leg.amount = number(150);
    agreed.buyer = number(9102);
    agreed.ledger = 1;
    agreed.legs = &leg;
    agreed.tenders = &tender;
    agreed.legs_count = agreed.tenders_count = 1;
    OK(escrow_orders_open(store, &deals, &error));
    OK(escrow_orders_register_buyer(deals, agreed.buyer, 1, &judged, &error));
    OK(escrow_orders_register_seller(deals, leg.seller, 1, &judged, &error));
    OK(escrow_orders_keep_policy(deals, SHOP, strlen(SHOP), agreed.policy, &error));
    OK(escrow_orders_place(deals, number(9100), &agreed, &judged, &error));
    TRUE(judged.status == ESCROW_ORDER_DONE);
    OK(escrow_orders_tender_came(deals, number(9100), 0, number(9103), &is_paid, &judged, &error));
    TRUE(judged.status == ESCROW_ORDER_TENDER_KIND_MUST_FIT);
    OK(escrow_orders_wallet_terms(deals, number(9100), 1, &terms, &part, &judged, &error));
    TRUE(judged.status == ESCROW_ORDER_TENDER_NOT_FOUND);
    OK(escrow_orders_wallet_terms(deals, number(9100), 0, &terms, &part, &judged, &error));
    TRUE(judged.status == ESCROW_ORDER_DONE && memcmp(&terms.wallet, &owner, sizeof owner) == 0);
    OK(escrow_orders_pay_from_wallet(deals, wallets, number(9100), 0, number(9104), number(9103),
                                     &came, &judged, &error));
    TRUE(judged.status == ESCROW_ORDER_REFUSED_BY_WALLET);
    TRUE(judged.wallet_status == ESCROW_WALLET_AUTHORISATION_NOT_FOUND);
    CHECK(ESCROW_NULL_ARGUMENT, escrow_orders_pay_from_wallet(deals, NULL, number(9100), 0,
                                number(9104), number(9103), &came, &judged, &error));
    DONE(escrow_order_authorise(wallets, number(9104), &terms, &part, 1, TEXT(PAYMENT), 0, &until,
                                &outcome, &error));
    for (int i = 0; i < 2; i++) {
        OK(escrow_orders_pay_from_wallet(deals, wallets, number(9100), 0, number(9104),
                                         number(9103), &came, &judged, &error));
        TRUE(judged.status == ESCROW_ORDER_DONE && came.is_taken == 1 && came.has_paid == 1);
    }
    cancel.action = ESCROW_ACTION_CANCEL;
    OK(escrow_orders_act(deals, number(9100), 0, ESCROW_PARTY_SELLER, NULL, 0, &cancel, number(9105),
                         &acted, &judged, &error));
    TRUE(judged.status == ESCROW_ORDER_DONE && is_number(acted.refunded, 150));
    escrow_orders_free(deals);
}

/* A cart of two sellers: one password, one chain, with what the shop writes down. */
static void orders(escrow_store *store) {
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
    order_from_wallet(store);
}
