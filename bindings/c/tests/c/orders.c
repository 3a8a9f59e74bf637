/* A market: carts of two sellers that take different ways, each as a shop would tell it. */
#include "market.h"

static uint8_t policy[32];

static uint64_t available(escrow_store *store, escrow_u128 id) {
    escrow_snapshot *snapshot = NULL;
    escrow_account account;
    escrow_u128 amount;
    size_t found = 0;
    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_snapshot_accounts(snapshot, &id, 1, &account, &found, &error));
    escrow_snapshot_free(snapshot);
    TRUE(found == 1);
    OK(escrow_balances_available(&account.balances, &amount, &error));
    return amount.lo;
}

static uint64_t earned(escrow_store *store, uint64_t seller) {
    escrow_u128 account;
    OK(escrow_orders_seller_account(number(seller), 1, &account, &error));
    return available(store, account);
}

static void policies(void) {
    char text[16384];
    uint8_t again[32], none[32] = {0};
    size_t length = 0;
    OK(escrow_order_policy_check(TEXT(POLICY), &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_order_policy_check(TEXT("{\"name\": \"x\"}"), &error));
    TRUE(strstr(error.message, "payment") != NULL);
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_keep_policy(orders, TEXT("no policy"), again, &error));
    OK(escrow_orders_keep_policy(orders, TEXT(POLICY), again, &error));
    TRUE(memcmp(policy, again, sizeof policy) == 0);
    OK(escrow_orders_policy(orders, policy, text, sizeof text, &length, &error));
    TRUE(length > 100 && memchr(text, '{', length) == text);
    OK(escrow_order_policy_check(text, length, &error));
    CHECK(ESCROW_NOT_FOUND, escrow_orders_policy(orders, none, text, sizeof text, &length, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_order_policy_preset(TEXT("bazaar"), text, sizeof text, &length, &error));
    OK(escrow_order_policy_preset(TEXT("vinted"), text, sizeof text, &length, &error));
    OK(escrow_order_policy_check(text, length, &error));
    text[length] = 0;
    TRUE(strstr(text, "\"business_days\": 5") != NULL);
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_order_policy_schema(NULL, 0, &length, &error));
    TRUE(length > 1000 && length < sizeof text);
    OK(escrow_order_policy_schema(text, sizeof text, &length, &error));
    text[length] = 0;
    TRUE(strstr(text, "\"inspection\"") != NULL);
}

/* Nobody is paid before all money is there; then one seller's parcel is confirmed, and of the other
 * one's the buyer says nothing until its time is over. */
static void cart_of_two_sellers(escrow_store *store) {
    struct cart cart;
    escrow_order_view view = ESCROW_ORDER_VIEW_INIT;
    escrow_tender_view tender = ESCROW_TENDER_VIEW_INIT;
    escrow_part_view part = ESCROW_PART_VIEW_INIT;
    escrow_part_options options = ESCROW_PART_OPTIONS_INIT;
    escrow_rows *rows = NULL;
    uint32_t is_paid = 9;

    fill_cart(&cart, policy);
    cart.tenders[1].amount = number(2999);
    REFUSED(TENDERS_MUST_EQUAL_LEGS,
            escrow_orders_place(orders, number(CART), &cart.terms, &outcome, &error));
    fill_cart(&cart, policy);
    DONE(escrow_orders_place(orders, number(CART), &cart.terms, &outcome, &error));
    DONE(escrow_orders_place(orders, number(CART), &cart.terms, &outcome, &error));
    cart.legs[0].commission_fixed = number(6001);
    REFUSED(COMMISSION_MUST_BE_VALID,
            escrow_orders_place(orders, number(CART), &cart.terms, &outcome, &error));
    cart.legs[0].commission_fixed = number(6000);
    REFUSED(ORDER_EXISTS_WITH_OTHER_TERMS,
            escrow_orders_place(orders, number(CART), &cart.terms, &outcome, &error));
    fill_cart(&cart, policy);
    cart.legs[0].commission_ppm = 1;
    REFUSED(ORDER_EXISTS_WITH_OTHER_TERMS,
            escrow_orders_place(orders, number(CART), &cart.terms, &outcome, &error));
    REFUSED(ORDER_MUST_BE_PAID, escrow_orders_options(orders, number(CART), 0, ESCROW_PARTY_BUYER,
                                                      &options, &outcome, &error));
    DONE(escrow_orders_tender_came(orders, number(CART), 1, number(1), &is_paid, &outcome, &error));
    TRUE(is_paid == 0);
    DONE(escrow_orders_tender_came(orders, number(CART), 1, number(1), &is_paid, &outcome, &error));
    REFUSED(COMMAND_ID_IS_TAKEN, escrow_orders_tender_came(orders, number(CART), 0, number(1),
                                                           &is_paid, &outcome, &error));
    REFUSED(TENDER_NOT_FOUND, escrow_orders_tender_came(orders, number(CART), 65536, number(2),
                                                        &is_paid, &outcome, &error));
    OK(escrow_orders_find(orders, number(CART), &rows, &outcome, &error));
    OK(escrow_order_view_at(rows, 0, &view, &error));
    TRUE(view.state == ESCROW_ORDER_STATE_UNPAID && view.tenders == 2 && view.parts == 0);
    TRUE(view.pay_until == view.placed_at + 3600 * SECOND);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_part_view_at(rows, 0, 0, &part, &error));
    escrow_rows_free(rows);
    DONE(escrow_orders_tender_came(orders, number(CART), 0, number(2), &is_paid, &outcome, &error));
    TRUE(is_paid == 1);

    DONE(escrow_orders_options(orders, number(CART), 0, ESCROW_PARTY_SELLER, &options, &outcome,
                               &error));
    TRUE(options.stage == ESCROW_STAGE_PAID && options.if_nobody_acts == ESCROW_SILENCE_REFUND);
    TRUE(options.possible == (BIT(ESCROW_ACTION_SHIP) | BIT(ESCROW_ACTION_CANCEL)));
    TRUE(NEAR(options.until, now + 3 * DAY));
    TRUE(act(CART, 0, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_SHIP)) == ESCROW_STAGE_SHIPPED);
    TRUE(act(CART, 1, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_SHIP)) == ESCROW_STAGE_SHIPPED);
    TRUE(act(CART, 0, ESCROW_PARTY_SYSTEM, command(ESCROW_ACTION_DELIVER)) ==
         ESCROW_STAGE_DELIVERED);
    TRUE(act(CART, 0, ESCROW_PARTY_BUYER, command(ESCROW_ACTION_CONFIRM)) == ESCROW_STAGE_DONE);
    TRUE(earned(store, BELLE) == 5400 && earned(store, CARLA) == 0);
    part = part_of(CART, 0);
    TRUE(is_number(part.paid, 5400) && is_number(part.commission, 600) && is_number(part.held, 0));
    TRUE(part.until == 0 && is_number(part.seller, BELLE));

    pass(store, 31 * DAY);
    TRUE(earned(store, CARLA) == 3600 && available(store, number(COMMISSION)) == 1000);
    OK(escrow_orders_find(orders, number(CART), &rows, &outcome, &error));
    OK(escrow_order_view_at(rows, 0, &view, &error));
    TRUE(view.state == ESCROW_ORDER_STATE_DONE && view.parts == 2 && view.ledger == 1);
    TRUE(is_number(view.buyer, ANNA) && memcmp(view.policy, policy, 32) == 0);
    OK(escrow_tender_view_at(rows, 0, 1, &tender, &error));
    TRUE(tender.kind == ESCROW_TENDER_PROMOTION && is_number(tender.source, PROMOTION));
    TRUE(is_number(tender.amount, 3000) && is_number(tender.back, 0) && tender.hold.hi != 0);
    escrow_rows_free(rows);
}

/* Both say what they would settle for; the seller accepts what the buyer proposed, as it was seen. */
static void proposal_is_accepted(void) {
    escrow_part_view part;
    escrow_acted acted = ESCROW_ACTED_INIT;
    escrow_part_command accept = of_amount(ESCROW_ACTION_ACCEPT, 2000);
    buy(1002, policy);
    act(1002, 0, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_SHIP));
    act(1002, 0, ESCROW_PARTY_SYSTEM, command(ESCROW_ACTION_DELIVER));
    TRUE(act(1002, 0, ESCROW_PARTY_BUYER, claim(6000, ESCROW_REMEDY_REFUND)) ==
         ESCROW_STAGE_CLAIMED);
    act(1002, 0, ESCROW_PARTY_SELLER, of_amount(ESCROW_ACTION_PROPOSE, 1000));
    act(1002, 0, ESCROW_PARTY_BUYER, of_amount(ESCROW_ACTION_PROPOSE, 2000));
    part = part_of(1002, 0);
    TRUE(is_number(part.claimed, 6000));
    TRUE(is_number(part.buyer_proposal, 2000) && is_number(part.seller_proposal, 1000));
    act(1002, 0, ESCROW_PARTY_SELLER, of_amount(ESCROW_ACTION_ACCEPT, 1999));
    TRUE(outcome.status == ESCROW_ORDER_AMOUNT_MUST_MATCH);
    for (int i = 0; i < 2; i++) {
        DONE(escrow_orders_act(orders, number(1002), 0, ESCROW_PARTY_SELLER, NULL, 0, &accept,
                               number(7001), &acted, &outcome, &error));
        TRUE(acted.stage == ESCROW_STAGE_DONE && is_number(acted.refunded, 2000));
        TRUE(NEAR(acted.at, now));
    }
    accept.amount = number(1);
    REFUSED(COMMAND_ID_IS_TAKEN,
            escrow_orders_act(orders, number(1002), 0, ESCROW_PARTY_SELLER, NULL, 0, &accept,
                              number(7001), &acted, &outcome, &error));
    TRUE(is_number(part_of(1002, 0).refunded, 2000));
}

/* Neither ships: the deadline gives the money back, and work passes it on by the shares. */
static void silent_seller(escrow_store *store) {
    escrow_order_work work = ESCROW_ORDER_WORK_INIT;
    escrow_tender_view tender = ESCROW_TENDER_VIEW_INIT;
    escrow_tender_refund refund;
    escrow_order_step step = ESCROW_ORDER_STEP_INIT;
    escrow_rows *rows = NULL;
    escrow_u128 purchase;
    size_t count = 0;
    uint64_t until = 0;
    buy(1003, policy);
    TRUE(act(1003, 1, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_CANCEL)) == ESCROW_STAGE_DONE);
    pass(store, 3 * DAY + SECOND);
    OK(escrow_orders_buyer_account(number(ANNA), 1, &purchase, &error));
    /* Together with what Carla never sent of the order before. */
    TRUE(is_number(part_of(1003, 0).due, 6000) && is_number(part_of(1002, 1).due, 4000));
    TRUE(available(store, purchase) == 10000);
    OK(escrow_orders_work(orders, 100, &work, &error));
    TRUE(work.parts >= 2 && work.refused == 0);
    TRUE(is_number(part_of(1003, 0).due, 0) && available(store, purchase) == 0);
    OK(escrow_orders_find(orders, number(1003), &rows, &outcome, &error));
    OK(escrow_tender_view_at(rows, 0, 0, &tender, &error));
    TRUE(is_number(tender.back, 7000));
    escrow_rows_free(rows);

    /* The last thing that happened: what the deadlines gave back goes on. */
    OK(escrow_orders_events(orders, 0, 1000, &until, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count > 10 && until > 0);
    OK(escrow_order_step_at(rows, count - 1, &step, &error));
    TRUE(step.kind == ESCROW_STEP_REFUNDS_PASSED_ON && step.position > 0);
    TRUE(step.position <= until && is_number(step.order, 1003));
    escrow_rows_free(rows);
    OK(escrow_orders_events(orders, until, 1000, &until, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count == 0);
    escrow_rows_free(rows);

    DONE(escrow_orders_timeline(orders, number(1003), &rows, &outcome, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count == 5);
    OK(escrow_order_step_at(rows, 0, &step, &error));
    TRUE(step.kind == ESCROW_STEP_PLACED && step.is_of_part == 0 && step.action == 0);
    TRUE(is_number(step.command, 1003) && step.by == ESCROW_PARTY_BUYER && step.stage == 0);
    OK(escrow_order_step_at(rows, 3, &step, &error));
    TRUE(step.kind == ESCROW_STEP_ACTED && step.action == ESCROW_ACTION_CANCEL);
    TRUE(step.is_of_part == 1 && step.part == 1 && step.refunds == 2);
    OK(escrow_order_step_at(rows, 4, &step, &error));
    TRUE(step.kind == ESCROW_STEP_REFUNDS_PASSED_ON && step.by == ESCROW_PARTY_SYSTEM);
    TRUE(step.is_of_part == 1 && step.part == 0 && step.stage == ESCROW_STAGE_DONE);
    TRUE(NEAR(step.at, now) && step.refunds == 2 && step.staff.bytes == NULL);
    TRUE(step.words.length > 20 && memcmp(step.words.bytes, "2026-", 5) == 0);
    OK(escrow_tender_refund_at(rows, 4, 1, &refund, &error));
    TRUE(refund.tender == 1 && is_number(refund.amount, 1800) && refund.reversal.hi != 0);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_tender_refund_at(rows, 4, 2, &refund, &error));
    escrow_rows_free(rows);
}

/* A claim is refused, escalated by nobody's word, decided by staff, appealed against, and at last
 * carried out because nobody decides again. */
static void staff_decide(escrow_store *store) {
    escrow_part_command refuse = command(ESCROW_ACTION_REFUSE), appeal = command(ESCROW_ACTION_APPEAL);
    escrow_part_command ask = command(ESCROW_ACTION_ASK_EVIDENCE);
    escrow_part_command give = command(ESCROW_ACTION_GIVE_EVIDENCE);
    escrow_part_options options = ESCROW_PART_OPTIONS_INIT;
    escrow_order_work work = ESCROW_ORDER_WORK_INIT;
    refuse.reference = appeal.reference = number(78);
    buy(1004, policy);
    act(1004, 0, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_SHIP));
    act(1004, 0, ESCROW_PARTY_BUYER, claim(3000, ESCROW_REMEDY_RETURN));
    TRUE(act(1004, 0, ESCROW_PARTY_SELLER, refuse) == ESCROW_STAGE_REFUSED);
    pass(store, 4 * DAY + SECOND);
    OK(escrow_orders_work(orders, 100, &work, &error));
    TRUE(part_of(1004, 0).stage == ESCROW_STAGE_ESCALATED);
    ask.party = ESCROW_PARTY_SELLER;
    ask.seconds = 3600;
    give.reference = number(79);
    TRUE(act(1004, 0, ESCROW_PARTY_STAFF, ask) == ESCROW_STAGE_ESCALATED);
    TRUE(NEAR(part_of(1004, 0).seller_asked_until, now + 3600 * SECOND));
    TRUE(act(1004, 0, ESCROW_PARTY_SELLER, give) == ESCROW_STAGE_ESCALATED);
    TRUE(part_of(1004, 0).seller_asked_until == 0 && part_of(1004, 0).is_decided == 0);
    TRUE(act(1004, 0, ESCROW_PARTY_STAFF, of_amount(ESCROW_ACTION_DECIDE, 2500)) ==
         ESCROW_STAGE_DECIDED);
    TRUE(part_of(1004, 0).is_decided == 1 && is_number(part_of(1004, 0).decided, 2500));
    TRUE(act(1004, 0, ESCROW_PARTY_SELLER, appeal) == ESCROW_STAGE_ESCALATED);
    DONE(escrow_orders_options(orders, number(1004), 0, ESCROW_PARTY_STAFF, &options, &outcome,
                               &error));
    TRUE(options.possible == (BIT(ESCROW_ACTION_DECIDE) | BIT(ESCROW_ACTION_ASK_EVIDENCE)));
    TRUE(options.is_decided == 1 && is_number(options.decision, 2500));
    TRUE(options.if_nobody_acts == ESCROW_SILENCE_CARRY_OUT);
    TRUE(NEAR(options.until, now + 7 * DAY));
    pass(store, 7 * DAY + SECOND);
    OK(escrow_orders_work(orders, 100, &work, &error));
    TRUE(part_of(1004, 0).stage == ESCROW_STAGE_DONE);
    TRUE(is_number(part_of(1004, 0).refunded, 2500));
}

/* Who cannot do it is told what can be done. */
static void refusals_say_what_is_possible(void) {
    escrow_part_command far = command(ESCROW_ACTION_EXTEND);
    escrow_acted acted = ESCROW_ACTED_INIT;
    escrow_part_command decide = of_amount(ESCROW_ACTION_DECIDE, 1);
    escrow_rows *rows = NULL;
    buy(1005, policy);
    act(1005, 0, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_CONFIRM));
    TRUE(outcome.status == ESCROW_ORDER_NOT_IN_THIS_STAGE && outcome.stage == ESCROW_STAGE_PAID);
    TRUE(outcome.possible == (BIT(ESCROW_ACTION_SHIP) | BIT(ESCROW_ACTION_CANCEL)));
    act(1005, 0, ESCROW_PARTY_BUYER, command(ESCROW_ACTION_SHIP));
    TRUE(outcome.status == ESCROW_ORDER_NOT_BY_THIS_ACTOR);
    TRUE(outcome.possible == (BIT(ESCROW_ACTION_CLAIM) | BIT(ESCROW_ACTION_EXTEND)));
    act(1005, 0, ESCROW_PARTY_BUYER, claim(6001, ESCROW_REMEDY_REFUND));
    TRUE(outcome.status == ESCROW_ORDER_AMOUNT_EXCEEDS_PART && outcome.stage == 0);
    act(1005, 0, ESCROW_PARTY_BUYER, claim(5999, ESCROW_REMEDY_REFUND));
    TRUE(outcome.status == ESCROW_ORDER_CLAIM_MUST_BE_WHOLE);
    act(1005, 0, ESCROW_PARTY_BUYER, claim(0, ESCROW_REMEDY_REFUND));
    TRUE(outcome.status == ESCROW_ORDER_AMOUNT_MUST_BE_VALID);
    far.seconds = 60;
    act(1005, 0, ESCROW_PARTY_BUYER, far);
    TRUE(outcome.status == ESCROW_ORDER_EXTENSION_MUST_BE_VALID);
    act(1005, 2, ESCROW_PARTY_BUYER, far);
    TRUE(outcome.status == ESCROW_ORDER_PART_NOT_FOUND);
    act(1009, 0, ESCROW_PARTY_BUYER, far);
    TRUE(outcome.status == ESCROW_ORDER_ORDER_NOT_FOUND);
    REFUSED(STAFF_MUST_BE_NAMED,
            escrow_orders_act(orders, number(1005), 0, ESCROW_PARTY_STAFF, TEXT("Eve!"), &decide,
                              number(7002), &acted, &outcome, &error));
    TRUE(acted.stage == 0);
    REFUSED(ORDER_NOT_FOUND, escrow_orders_find(orders, number(1009), &rows, &outcome, &error));
    REFUSED(ORDER_NOT_FOUND, escrow_orders_timeline(orders, number(1009), &rows, &outcome, &error));
    TRUE(rows == NULL);
    REFUSED(REFUSED_BY_LEDGER,
            escrow_orders_register_buyer(orders, number(ANNA), 9, &outcome, &error));
    TRUE(outcome.ledger_outcome == ESCROW_OUTCOME_LEDGER_NOT_FOUND);
}

/* Two of three are sent and the third is cancelled; the shipping went with what was sent. */
static void items_go_their_own_way(void) {
    struct cart cart;
    escrow_leg_line lines[3];
    const escrow_item two = {0, 2}, four = {0, 4}, none = {70000, 1};
    const escrow_part_command ship = command(ESCROW_ACTION_SHIP);
    const escrow_u128 order = number(8001);
    escrow_acted acted = ESCROW_ACTED_INIT;
    escrow_order_view view = ESCROW_ORDER_VIEW_INIT;
    escrow_part_view part;
    escrow_item_view item;
    escrow_order_step step = ESCROW_ORDER_STEP_INIT;
    escrow_rows *rows = NULL;
    escrow_u128 amount;
    uint32_t is_paid = 0;

    fill_cart(&cart, policy);
    memset(lines, 0, sizeof lines);
    for (uint32_t i = 0; i < 3; i++) {
        static const uint64_t amounts[3] = {4500, 600, 900};
        lines[i].kind = i == 0 ? ESCROW_LINE_ITEM : i == 1 ? ESCROW_LINE_SHIPPING : ESCROW_LINE_TAX;
        lines[i].quantity = i == 0 ? 3 : 1;
        lines[i].reference = number(71 + i);
        lines[i].amount = number(amounts[i]);
    }
    cart.terms.lines = lines;
    cart.terms.lines_count = 2;
    REFUSED(LINES_MUST_EQUAL_LEG,
            escrow_orders_place(orders, order, &cart.terms, &outcome, &error));
    cart.terms.lines_count = 3;
    DONE(escrow_orders_place(orders, order, &cart.terms, &outcome, &error));
    for (uint32_t i = 0; i < 2; i++)
        DONE(escrow_orders_tender_came(orders, order, i, number(commands++), &is_paid, &outcome,
                                       &error));
    DONE(escrow_orders_amount_of_items(orders, order, 0, &two, 1, ESCROW_ACTION_SHIP, &amount,
                                       &outcome, &error));
    TRUE(is_number(amount, 4200));
    REFUSED(QUANTITY_EXCEEDS_PART,
            escrow_orders_amount_of_items(orders, order, 0, &four, 1, ESCROW_ACTION_SHIP, &amount,
                                          &outcome, &error));
    REFUSED(ITEM_NOT_IN_PART,
            escrow_orders_act_on_items(orders, order, 0, &none, 1, ESCROW_PARTY_SELLER, NULL, 0,
                                       &ship, number(8), &acted, &outcome, &error));
    REFUSED(LEG_HAS_NO_LINES,
            escrow_orders_act_on_items(orders, order, 1, &two, 1, ESCROW_PARTY_SELLER, NULL, 0,
                                       &ship, number(8), &acted, &outcome, &error));
    for (int i = 0; i < 2; i++) {
        acted.part = 9;
        DONE(escrow_orders_act_on_items(orders, order, 0, &two, 1, ESCROW_PARTY_SELLER, NULL, 0,
                                        &ship, number(8), &acted, &outcome, &error));
        TRUE(acted.part == 2 && acted.stage == ESCROW_STAGE_SHIPPED);
    }
    part = part_of(8001, 2);
    TRUE(part.leg == 0 && part.items == 1 && is_number(part.held, 4200));
    TRUE(is_number(part.shipping, 600) && is_number(part.tax, 600));
    TRUE(act(8001, 0, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_CANCEL)) == ESCROW_STAGE_DONE);
    TRUE(act(8001, 2, ESCROW_PARTY_BUYER, command(ESCROW_ACTION_CONFIRM)) == ESCROW_STAGE_DONE);

    OK(escrow_orders_find(orders, order, &rows, &outcome, &error));
    OK(escrow_order_view_at(rows, 0, &view, &error));
    TRUE(view.parts == 3);
    OK(escrow_item_view_at(rows, 0, 2, 0, &item, &error));
    TRUE(is_number(item.reference, 71) && is_number(item.amount, 3000));
    TRUE(item.line == 0 && item.quantity == 2);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_item_view_at(rows, 0, 2, 1, &item, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_item_view_at(rows, 0, 1, 0, &item, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_item_view_at(rows, 0, 3, 0, &item, &error));
    escrow_rows_free(rows);
    OK(escrow_orders_timeline(orders, order, &rows, &outcome, &error));
    OK(escrow_order_step_at(rows, 3, &step, &error));
    TRUE(step.action == ESCROW_ACTION_SHIP && step.part == 2);
    TRUE(step.is_divided == 1 && step.divided_from == 0);
    OK(escrow_order_step_at(rows, 4, &step, &error));
    TRUE(step.is_divided == 0);
    escrow_rows_free(rows);
}

/* What goes back to a card is listed until the processor has carried it out. */
static void refunds(void) {
    escrow_order_refund open[64], last;
    escrow_u128 order = number(8101), account = number(0), own = number(1);
    size_t all = 0, count = 0;

    buy(8101, policy);
    TRUE(act(8101, 1, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_CANCEL)) == ESCROW_STAGE_DONE);
    OK(escrow_orders_open_refunds(orders, number(0), open, 64, &all, &error));
    TRUE(all > 1 && all < 64);
    last = open[all - 1];
    OK(escrow_orders_open_refunds(orders, open[all - 2].reversal, open, 2, &count, &error));
    TRUE(count == 1 && memcmp(open, &last, sizeof last) == 0);
    TRUE(is_number(last.order, 8101) && is_number(last.amount, 2800));
    TRUE(last.tender == 0 && last.ledger == 1 && last.at > 0);
    REFUSED(REFUND_NOT_FOUND,
            escrow_orders_refund_confirmed(orders, order, own, number(commands++), &outcome, &error));
    REFUSED(ACCOUNT_MUST_FIT,
            escrow_orders_refund_failed(orders, order, last.reversal, last.source, number(commands++),
                                        &account, &outcome, &error));
    for (int i = 0; i < 2; i++) {
        DONE(escrow_orders_refund_failed(orders, order, last.reversal, number(PROMOTION),
                                         number(8102), &account, &outcome, &error));
        TRUE(is_number(account, PROMOTION));
    }
    OK(escrow_orders_open_refunds(orders, number(0), open, 1, &count, &error));
    TRUE(count == 1);
    for (int i = 0; i < 2; i++)
        DONE(escrow_orders_refund_confirmed(orders, open[0].order, open[0].reversal, number(8103),
                                            &outcome, &error));
}

/* Orders are listed page by page. */
static void lists(void) {
    escrow_listed_order rows[3], after;
    size_t count = 0, all = 0;
    for (const escrow_listed_order *from = NULL;; from = &after) {
        OK(escrow_orders_of_buyer(orders, number(ANNA), from, rows, 3, &count, &error));
        for (size_t i = 0; i < count; i++)
            TRUE(is_number(rows[i].order, CART + all++) && rows[i].part == 0);
        if (count == 0) break;
        after = rows[count - 1];
    }
    TRUE(all == 5);
    all = 0;
    for (const escrow_listed_order *from = NULL;; from = &after) {
        OK(escrow_orders_of_seller(orders, number(CARLA), from, rows, 2, &count, &error));
        for (size_t i = 0; i < count; i++)
            TRUE(is_number(rows[i].order, CART + all++) && rows[i].part == 1);
        if (count == 0) break;
        after = rows[count - 1];
    }
    TRUE(all == 5);
    OK(escrow_orders_of_buyer(orders, number(BELLE), NULL, rows, 3, &count, &error));
    TRUE(count == 0);
}

/* Staff find what is due next, stage by stage and page by page. */
static void open_parts(void) {
    escrow_open_part rows[2], after;
    size_t count = 0;
    buy(9001, policy);
    act(9001, 0, ESCROW_PARTY_SELLER, command(ESCROW_ACTION_SHIP));
    OK(escrow_orders_open_parts(orders, ESCROW_STAGE_SHIPPED, 0, NULL, rows, 2, &count, &error));
    TRUE(count == 1 && is_number(rows[0].order, 9001) && rows[0].part == 0);
    TRUE(rows[0].stage == ESCROW_STAGE_SHIPPED && NEAR(rows[0].due_at, now + 30 * DAY));
    after = rows[0];
    OK(escrow_orders_open_parts(orders, ESCROW_STAGE_SHIPPED, 0, &after, rows, 2, &count, &error));
    TRUE(count == 0);
    OK(escrow_orders_open_parts(orders, ESCROW_STAGE_SHIPPED, now + DAY, NULL, rows, 2, &count,
                                &error));
    TRUE(count == 0);
    OK(escrow_orders_open_parts(orders, 0, now + 4 * DAY, NULL, rows, 1, &count, &error));
    TRUE(count == 1);
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_open_parts(orders, 99, 0, NULL, rows, 2, &count, &error));
    after.stage = 0;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_open_parts(orders, 0, 0, &after, rows, 2, &count, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_orders_open_parts(orders, 0, 0, NULL, NULL, 2, &count, &error));
}

static void names(void) {
    TRUE(strcmp(escrow_order_outcome_name(ESCROW_ORDER_DONE), "done") == 0);
    TRUE(strcmp(escrow_stage_name(ESCROW_STAGE_SENT_BACK), "sent_back") == 0);
    TRUE(strcmp(escrow_party_name(ESCROW_PARTY_SELLER), "seller") == 0);
    TRUE(strcmp(escrow_action_name(ESCROW_ACTION_CONFIRM_RETURN), "confirm_return") == 0);
    TRUE(strcmp(escrow_silence_name(ESCROW_SILENCE_CARRY_OUT), "carry_out") == 0);
    TRUE(strcmp(escrow_step_name(ESCROW_STEP_ACTED), "acted") == 0);
    TRUE(strcmp(escrow_step_name(99), "unknown") == 0);
}

/* Money that comes late, twice, short or above the price, and an attempt that is cancelled. */
static void tenders_as_they_come(void) {
    struct cart cart;
    escrow_order_outcome outcome;
    escrow_tender_came came = ESCROW_TENDER_CAME_INIT;
    escrow_u128 back = {0, 0}, order = number(7777);
    uint64_t until = 0;
    fill_cart(&cart, policy);
    DONE(escrow_orders_place(orders, order, &cart.terms, &outcome, &error));
    REFUSED(PAYMENT_WINDOW_IS_OPEN,
            escrow_orders_pay_again(orders, order, number(1), &until, &outcome, &error));
    REFUSED(TENDER_FALLS_SHORT, escrow_orders_tender_came_with(orders, order, 1, number(2999),
                                                               number(2), &came, &outcome, &error));
    TRUE(is_number(outcome.missing, 1));
    DONE(escrow_orders_tender_came_with(orders, order, 1, number(3000), number(2), &came, &outcome,
                                        &error));
    TRUE(came.is_taken == 1 && came.has_paid == 0 && is_number(came.back, 0));
    DONE(escrow_orders_tender_came_with(orders, order, 1, number(3000), number(3), &came, &outcome,
                                        &error));
    TRUE(came.is_taken == 0 && is_number(came.back, 3000) && is_number(came.kept, 0));
    DONE(escrow_orders_cancel_unpaid(orders, order, number(4), &back, &outcome, &error));
    TRUE(is_number(back, 3000));
    REFUSED(ORDER_IS_CANCELLED,
            escrow_orders_pay_again(orders, order, number(1), &until, &outcome, &error));
    cart.terms.keeps_refunds = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_orders_place(orders, order, &cart.terms, &outcome, &error));
}

/* Staff give a buyer of the platform's own money, at once. */
static void goodwill_is_given(escrow_store *store) {
    escrow_order_view view = ESCROW_ORDER_VIEW_INIT;
    escrow_rows *rows = NULL;
    escrow_account own;
    escrow_outcome made;
    memset(&own, 0, sizeof own);
    own.id = number(41);
    own.ledger = 1;
    own.code = 9;
    own.flags = ESCROW_ACCOUNT_SPEND_ONLY | ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS;
    OK(escrow_store_create_accounts(store, &own, 1, &made, &error));
    for (int i = 0; i < 2; i++)
        DONE(escrow_orders_give_goodwill(orders, number(1005), TEXT("eve"), number(PROMOTION),
                                         own.id, number(7), number(8001), &outcome, &error));
    TRUE(available(store, own.id) == 7);
    REFUSED(ACCOUNT_MUST_FIT,
            escrow_orders_give_goodwill(orders, number(1005), TEXT("eve"), own.id, own.id,
                                        number(7), number(8002), &outcome, &error));
    OK(escrow_orders_find(orders, number(1005), &rows, &outcome, &error));
    OK(escrow_order_view_at(rows, 0, &view, &error));
    TRUE(is_number(view.goodwill, 7));
    escrow_rows_free(rows);
}

int main(int argc, char **argv) {
    escrow_store *store = open_market(argc > 1 ? argv[1] : "orders.escrow", policy);
    policies();
    cart_of_two_sellers(store);
    proposal_is_accepted();
    silent_seller(store);
    staff_decide(store);
    refusals_say_what_is_possible();
    lists();
    names();
    tenders_as_they_come();
    items_go_their_own_way();
    open_parts();
    refunds();
    goodwill_is_given(store);
    escrow_orders_free(orders);
    escrow_store_free(store);
    puts("orders: done");
    return 0;
}
