/* What the programs about orders share: a market with two sellers, and a cart of both. */
#ifndef MARKET_H
#define MARKET_H

#include "check.h"

#define SECOND UINT64_C(1000000000)
#define DAY (86400 * SECOND)
/* 2026-03-10 12:00:00 UTC. */
#define START (1773144000 * SECOND)
#define TEXT(text) (text), (strlen(text))
/* The clock of a store goes on by a little with each event. */
#define NEAR(time, expected) ((time) >= (expected) && (time) < (expected) + SECOND)
#define BIT(action) (UINT64_C(1) << (action))

enum { CARD = 1, PROMOTION = 2, COMMISSION = 3, ANNA = 11, BELLE = 21, CARLA = 22, CART = 1001 };

static const char *const POLICY =
    "{\"name\": \"market\", \"payment\": {\"hours\": 1}, \"processing\": {\"days\": 3},"
    " \"protection\": {\"days\": 30}, \"inspection\": {\"days\": 2},"
    " \"claims\": {\"answer\": {\"days\": 5}, \"refused\": {\"days\": 4},"
    " \"after_refusal\": \"escalate\", \"send_back\": {\"days\": 10}, \"receive_back\": {\"days\": 6},"
    " \"decision\": {\"days\": 7}, \"undecided\": \"claim\", \"appeal\": {\"days\": 8}}}";

static escrow_orders *orders;
static escrow_order_outcome outcome;
static uint64_t now = START;
static uint64_t commands = 5000;

/* A command comes to this outcome. */
#define COMES_TO(expected, call)                                                                   \
    do {                                                                                           \
        OK(call);                                                                                  \
        if (outcome.status != (expected)) {                                                        \
            fprintf(stderr, "%s:%d: %s: %s, not %s\n", __FILE__, __LINE__, #call,                  \
                    escrow_order_outcome_name(outcome.status),                                     \
                    escrow_order_outcome_name(expected));                                          \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)
#define DONE(call) COMES_TO(ESCROW_ORDER_DONE, call)
#define REFUSED(name, call) COMES_TO(ESCROW_ORDER_##name, call)

static inline int is_number(escrow_u128 id, uint64_t expected) {
    return id.hi == 0 && id.lo == expected;
}

static inline int is_same(escrow_u128 one, escrow_u128 other) {
    return one.lo == other.lo && one.hi == other.hi;
}

static inline void pass(escrow_store *store, uint64_t time) {
    uint64_t settled, shown;
    now += time;
    OK(escrow_store_advance(store, now, &settled, &shown, &error));
    TRUE(shown == now);
}

/* A ledger, a card acquirer, a promotion with money, an account for commission; two sellers and a
 * buyer; the policy. */
static inline escrow_store *open_market(const char *path, uint8_t policy[32]) {
    escrow_store *store = open_manual(path);
    escrow_ledger usd;
    escrow_account accounts[3];
    escrow_outcome outcomes[3];
    pass(store, 0);
    OK(escrow_ledger_iso(1, "USD", 3, &usd, &error));
    OK(escrow_store_create_ledgers(store, &usd, 1, outcomes, &error));
    memset(accounts, 0, sizeof accounts);
    for (int i = 0; i < 3; i++) {
        accounts[i].id = number((uint64_t)i + 1);
        accounts[i].ledger = 1;
        accounts[i].code = (uint16_t)(100 + i);
        accounts[i].flags =
            i ? ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS : ESCROW_ACCOUNT_EXTERNAL;
    }
    OK(escrow_store_create_accounts(store, accounts, 3, outcomes, &error));
    TRUE(submit_one(store, transfer(900, CARD, PROMOTION, 1000000)) == ESCROW_OUTCOME_APPLIED);
    OK(escrow_orders_open(store, &orders, &error));
    DONE(escrow_orders_register_buyer(orders, number(ANNA), 1, &outcome, &error));
    DONE(escrow_orders_register_seller(orders, number(BELLE), 1, &outcome, &error));
    DONE(escrow_orders_register_seller(orders, number(CARLA), 1, &outcome, &error));
    OK(escrow_orders_keep_policy(orders, TEXT(POLICY), policy, &error));
    return store;
}

/* A cart: what is in it, and by what it is paid. */
struct cart {
    escrow_leg legs[2];
    escrow_tender tenders[2];
    escrow_terms terms;
};

/* Belle sells for 60, Carla for 40; Anna pays 70 by card, and 30 come from the promotion. */
static inline void fill_cart(struct cart *cart, const uint8_t policy[32]) {
    static const escrow_terms none = ESCROW_TERMS_INIT;
    memset(cart, 0, sizeof *cart);
    cart->legs[0].seller = number(BELLE);
    cart->legs[0].amount = number(6000);
    cart->legs[1].seller = number(CARLA);
    cart->legs[1].amount = number(4000);
    cart->legs[0].commission_ppm = cart->legs[1].commission_ppm = 100000;
    cart->tenders[0].source = number(CARD);
    cart->tenders[0].amount = number(7000);
    cart->tenders[0].kind = ESCROW_TENDER_EXTERNAL;
    cart->tenders[1].source = number(PROMOTION);
    cart->tenders[1].amount = number(3000);
    cart->tenders[1].kind = ESCROW_TENDER_PROMOTION;
    cart->terms = none;
    cart->terms.ledger = 1;
    cart->terms.buyer = number(ANNA);
    cart->terms.commission_account = number(COMMISSION);
    memcpy(cart->terms.policy, policy, 32);
    cart->terms.legs = cart->legs;
    cart->terms.legs_count = 2;
    cart->terms.tenders = cart->tenders;
    cart->terms.tenders_count = 2;
}

/* Places a cart and pays it. */
static inline void buy(uint64_t order, const uint8_t policy[32]) {
    struct cart cart;
    uint32_t is_paid = 9;
    fill_cart(&cart, policy);
    DONE(escrow_orders_place(orders, number(order), &cart.terms, &outcome, &error));
    for (uint32_t i = 0; i < 2; i++) {
        DONE(escrow_orders_tender_came(orders, number(order), i, number(commands++), &is_paid,
                                       &outcome, &error));
        TRUE(is_paid == i);
    }
}

static inline escrow_part_command command(uint32_t action) {
    escrow_part_command made = ESCROW_PART_COMMAND_INIT;
    made.action = action;
    return made;
}

static inline escrow_part_command claim(uint64_t cents, uint32_t remedy) {
    escrow_part_command made = command(ESCROW_ACTION_CLAIM);
    made.amount = number(cents);
    made.reference = number(77);
    made.reason = ESCROW_CLAIM_REASON_NOT_AS_DESCRIBED;
    made.remedy = remedy;
    return made;
}

static inline escrow_part_command of_amount(uint32_t action, uint64_t cents) {
    escrow_part_command made = command(action);
    made.amount = number(cents);
    return made;
}

/* Acts, whatever it comes to; the stage after it if it was done. */
static inline uint32_t act(uint64_t order, uint32_t part, uint32_t party, escrow_part_command what) {
    escrow_acted acted = ESCROW_ACTED_INIT;
    int is_staff = party == ESCROW_PARTY_STAFF;
    OK(escrow_orders_act(orders, number(order), part, party, is_staff ? "eve" : NULL,
                         is_staff ? 3 : 0, &what, number(commands++), &acted, &outcome, &error));
    return acted.stage;
}

static inline escrow_part_view part_of(uint64_t order, size_t part) {
    escrow_part_view view = ESCROW_PART_VIEW_INIT;
    escrow_rows *rows = NULL;
    DONE(escrow_orders_find(orders, number(order), &rows, &outcome, &error));
    OK(escrow_part_view_at(rows, 0, part, &view, &error));
    escrow_rows_free(rows);
    return view;
}

#endif
