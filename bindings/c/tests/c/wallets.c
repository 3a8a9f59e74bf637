/* A shopper's way through all flows: registration, login, verification, payments, cards, recovery,
 * support, closing, erasing, and the keys of it all. */
#include "shopper.h"

static const uint8_t first_key[ESCROW_KEY_BYTES] = {1};
static const uint8_t second_key[ESCROW_KEY_BYTES] = {2};
static uint64_t now = START;

static void wait(escrow_store *store, uint64_t time) {
    uint64_t settled, shown;
    now += time;
    OK(escrow_store_advance(store, now, &settled, &shown, &error));
    TRUE(shown == now);
}

static void registration(escrow_store *store) {
    escrow_u128 anna = person_of(1), found = number(0), ids[4];
    escrow_wallet_view view = ESCROW_WALLET_VIEW_INIT;
    escrow_rows *rows = NULL;
    const char *token;
    size_t count = 0;

    REFUSED(CAPTCHA_MUST_BE_SOLVED,
            escrow_registration_begin(wallets, anna, TEXT("anna@example.com"), 0, &outcome, &error));
    DONE(escrow_registration_begin(wallets, anna, TEXT("ana@example.com"), 1, &outcome, &error));
    REFUSED(TOO_SOON, escrow_registration_resend(wallets, anna, &outcome, &error));
    TRUE(outcome.until > now && outcome.until <= now + 61 * SECOND);
    wait(store, 61 * SECOND);
    DONE(escrow_registration_resend(wallets, anna, &outcome, &error));
    wait(store, 61 * SECOND);
    DONE(escrow_registration_correct_address(wallets, anna, TEXT("anna@example.com"), &outcome,
                                             &error));
    REFUSED(TOKEN_MUST_BE_VALID,
            escrow_registration_confirm(wallets, TEXT("no token"), &found, &outcome, &error));
    TRUE(is_number(found, 0));
    token = secret_of(ESCROW_LETTER_KIND_CONFIRM_ADDRESS);
    DONE(escrow_registration_confirm(wallets, TEXT(token), &found, &outcome, &error));
    TRUE(is_number(found, 1001));
    REFUSED(SECURITY_ANSWERS_ARE_OFF,
            escrow_person_set_security_answers(wallets, anna, NULL, 0, &outcome, &error));
    REFUSED(PASSWORD_TOO_SHORT,
            escrow_person_set_login_password(wallets, anna, TEXT("short"), 0, &outcome, &error));
    REFUSED(PASSWORD_TOO_COMMON, escrow_person_set_login_password(
                                     wallets, anna, TEXT("the name of the shop"), 0, &outcome,
                                     &error));
    finish_registration(1, "45 09 000001");

    /* Nobody registers twice, by address or by document; who tries is not told. */
    DONE(escrow_registration_begin(wallets, person_of(9), TEXT("Anna@Example.com"), 1, &outcome,
                                   &error));
    TRUE(secret_of(ESCROW_LETTER_KIND_CONFIRM_ADDRESS)[0] == 0);
    confirm_address(2, "bella@example.com");
    {
        escrow_profile profile = profile_of("4509 000-001");
        /* Whose document it is is told at the end alone: see the tests of the library. */
        DONE(escrow_person_set_profile(wallets, person_of(2), &profile, &outcome, &error));
    }
    finish_registration(2, "45 09 000002");

    OK(escrow_wallet_find(wallets, wallet_of(1), &view, &error));
    TRUE(view.state == ESCROW_STATE_ACTIVE && view.tier == 0 && view.ledger == 1);
    TRUE(is_number(view.person, 1001) && is_number(view.account, 3001));
    TRUE(view.has_payment_password == 1 && view.refunds_to_wallet == 0);
    CHECK(ESCROW_NOT_FOUND, escrow_wallet_find(wallets, number(7), &view, &error));
    OK(escrow_person_wallets(wallets, anna, ids, 4, &count, &error));
    TRUE(count == 1 && is_number(ids[0], 2001));
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_person_wallets(wallets, anna, NULL, 0, &count, &error));
    TRUE(count == 1);
    {
        escrow_new_wallet second = {
            .wallet = number(2101), .account = number(3101), .ledger = 1, .code = 200};
        REFUSED(WALLET_EXISTS_IN_LEDGER,
                escrow_person_open_wallet(wallets, anna, &second, &outcome, &error));
        second.ledger = 9;
        REFUSED(REFUSED_BY_LEDGER,
                escrow_person_open_wallet(wallets, anna, &second, &outcome, &error));
        CHECK(ESCROW_NULL_ARGUMENT,
              escrow_person_open_wallet(wallets, anna, NULL, &outcome, &error));
    }
    OK(escrow_letters_of(wallets, anna, &rows, &error));
    {
        escrow_letter_status status = ESCROW_LETTER_STATUS_INIT;
        OK(escrow_letter_status_at(rows, 0, &status, &error));
        TRUE(status.kind == ESCROW_LETTER_KIND_CONFIRM_ADDRESS && status.attempts == 1);
        TRUE(status.channel == ESCROW_CHANNEL_EMAIL && status.created_at >= START);
    }
    TRUE(count_of(rows) > 3);
}

static void login(void) {
    escrow_u128 found = number(0);
    const char *next = "another rather long phrase", *token;
    REFUSED(CREDENTIALS_MUST_MATCH, escrow_person_log_in(wallets, TEXT("anna@example.com"),
                                                         TEXT("wrong"), &found, &outcome, &error));
    TRUE(is_number(found, 0));
    DONE(escrow_person_log_in(wallets, TEXT("anna@example.com"), TEXT(LOGIN), &found, &outcome,
                              &error));
    TRUE(is_number(found, 1001));
    DONE(escrow_person_change_login_password(wallets, found, TEXT(LOGIN), TEXT(next), 0, &outcome,
                                             &error));
    REFUSED(TEXT_MUST_BE_VALID, escrow_person_send_login_reset(wallets, TEXT("anna@example.com"),
                                                               TEXT(""), &outcome, &error));
    DONE(escrow_person_send_login_reset(wallets, TEXT("anna@example.com"), TEXT("192.0.2.7"),
                                        &outcome, &error));
    token = secret_of(ESCROW_LETTER_KIND_RESET_LOGIN_PASSWORD);
    DONE(escrow_person_reset_login_password(wallets, TEXT(token), TEXT(LOGIN), 0, &outcome, &error));
    {
        /* Strangers who guess lock strangers out; her own device goes on. */
        escrow_wallets *known = NULL;
        OK(escrow_wallets_known_device(wallets, &known, &error));
        for (int guess = 0; guess < 5; guess++) {
            REFUSED(CREDENTIALS_MUST_MATCH,
                    escrow_person_log_in(wallets, TEXT("anna@example.com"), TEXT("wrong"), &found,
                                         &outcome, &error));
        }
        REFUSED(CREDENTIAL_IS_LOCKED,
                escrow_person_log_in(wallets, TEXT("anna@example.com"), TEXT(LOGIN), &found,
                                     &outcome, &error));
        DONE(escrow_person_log_in(known, TEXT("anna@example.com"), TEXT(LOGIN), &found, &outcome,
                                  &error));
        escrow_wallets_free(known);
        CHECK(ESCROW_INVALID_HANDLE, escrow_wallets_known_device(known, &known, &error));
    }
    DONE(escrow_code_send(wallets, found, 7, ESCROW_CHANNEL_PHONE, &outcome, &error));
    {
        char code[64];
        strcpy(code, secret_of(ESCROW_LETTER_KIND_CODE));
        TRUE(strlen(code) == 8);
        REFUSED(CODE_MUST_MATCH, escrow_code_check(wallets, found, 8, TEXT(code), &outcome, &error));
        DONE(escrow_code_check(wallets, found, 7, TEXT(code), &outcome, &error));
        REFUSED(CODE_MUST_MATCH, escrow_code_check(wallets, found, 7, TEXT(code), &outcome, &error));
    }
}

static void verification(void) {
    escrow_actor anna = somebody(ESCROW_ACTOR_CUSTOMER), eve = staff("eve");
    escrow_wallet_view view = ESCROW_WALLET_VIEW_INIT;
    escrow_verification shown = ESCROW_VERIFICATION_INIT;
    escrow_evidence passport;
    escrow_u128 found = number(0);
    escrow_rows *rows = NULL;
    uint32_t state = 0;

    memset(&passport, 0, sizeof passport);
    passport.kind = ESCROW_EVIDENCE_KIND_PASSPORT;
    passport.reference = text_of("scans/anna-passport");
    passport.hash[0] = 3;
    DONE(escrow_verification_open(wallets, number(500), wallet_of(1), 1, &anna, &outcome, &error));
    REFUSED(EVIDENCE_MUST_BE_GIVEN, escrow_verification_submit(wallets, number(500), NULL, 0, &anna,
                                                               &outcome, &error));
    DONE(escrow_verification_submit(wallets, number(500), &passport, 1, &anna, &outcome, &error));
    OK(escrow_verification_of_wallet(wallets, wallet_of(1), &found, &error));
    TRUE(is_number(found, 500));
    OK(escrow_verification_waiting(wallets, number(500), 10, &rows, &error));
    TRUE(count_of(rows) == 0);
    OK(escrow_verification_waiting(wallets, number(0), 10, &rows, &error));
    OK(escrow_verification_at(rows, 0, &shown, &error));
    TRUE(is_number(shown.id, 500) && shown.evidence == 1 && shown.tier == 1);
    TRUE(shown.state == ESCROW_VERIFICATION_STATE_SUBMITTED && shown.reviewer.length == 0);
    {
        escrow_evidence read;
        DONE(escrow_audit_disclosure(wallets, person_of(1), number(500), &eve, &outcome, &error));
        OK(escrow_verification_evidence_at(rows, 0, 0, &read, &error));
        TRUE(is_text(read.reference, "scans/anna-passport") && read.hash[0] == 3);
        CHECK(ESCROW_INVALID_ARGUMENT, escrow_verification_evidence_at(rows, 0, 1, &read, &error));
    }
    escrow_rows_free(rows);
    REFUSED(ACTOR_MUST_BE_NAMED,
            escrow_verification_review(wallets, number(500), &anna, &outcome, &error));
    DONE(escrow_verification_review(wallets, number(500), &eve, &outcome, &error));
    DONE(escrow_verification_approve(wallets, number(500), 0, &eve, &state, &outcome, &error));
    TRUE(state == ESCROW_VERIFICATION_STATE_APPROVED);
    OK(escrow_verification_find(wallets, number(500), &rows, &error));
    OK(escrow_verification_at(rows, 0, &shown, &error));
    TRUE(is_text(shown.reviewer, "eve") && shown.reason == 0);
    escrow_rows_free(rows);
    OK(escrow_wallet_find(wallets, wallet_of(1), &view, &error));
    TRUE(view.tier == 1);

    DONE(escrow_verification_open(wallets, number(501), wallet_of(2), 1, &anna, &outcome, &error));
    DONE(escrow_verification_withdraw(wallets, number(501), &anna, &outcome, &error));
    DONE(escrow_verification_open(wallets, number(502), wallet_of(2), 1, &anna, &outcome, &error));
    DONE(escrow_verification_submit(wallets, number(502), &passport, 1, &anna, &outcome, &error));
    DONE(escrow_verification_review(wallets, number(502), &eve, &outcome, &error));
    DONE(escrow_verification_refuse(wallets, number(502), ESCROW_VERIFICATION_REASON_UNREADABLE,
                                    &eve, &outcome, &error));
    CHECK(ESCROW_NOT_FOUND, escrow_verification_of_wallet(wallets, wallet_of(2), &found, &error));
    OK(escrow_verification_find(wallets, number(7), &rows, &error));
    TRUE(count_of(rows) == 0);
}

/* A payment of a customer to Bob into escrow, without an authorisation. */
static escrow_payment payment(uint64_t customer, uint64_t id, uint64_t cents) {
    escrow_payment made;
    memset(&made, 0, sizeof made);
    made.wallet = wallet_of(customer);
    made.order = number(id + 5000);
    made.operation = transfer(id, 0, BOB, cents);
    made.operation.kind = ESCROW_KIND_HOLD;
    made.operation.debit_account = account_of(customer);
    return made;
}

static escrow_purchase purchase_of(escrow_payment of) {
    escrow_purchase made;
    memset(&made, 0, sizeof made);
    made.wallet = of.wallet;
    made.order = of.order;
    made.payee = of.operation.credit_account;
    made.amount = of.operation.amount;
    made.ledger = of.operation.ledger;
    return made;
}

static void payments(void) {
    escrow_payment order = payment(1, 10000, 3000), many[3], large = payment(2, 10001, 50000);
    escrow_purchase purchase = purchase_of(order);
    escrow_wallet_outcome outcomes[3];
    escrow_spending spending = ESCROW_SPENDING_INIT;
    escrow_operation pay_in = transfer(10002, BANK, 0, 10000);
    escrow_outcome paid[3];
    uint32_t needs = 9;
    uint64_t until = 0;

    pay_in.credit_account = account_of(1);
    DONE(escrow_wallet_top_up(wallets, wallet_of(1), &pay_in, paid, &outcome, &error));
    TRUE(paid[0].status == ESCROW_OUTCOME_APPLIED);
    DONE(escrow_wallet_top_up(wallets, wallet_of(1), &pay_in, paid, &outcome, &error));
    TRUE(paid[0].status == ESCROW_OUTCOME_EXISTS);
    DONE(escrow_wallet_needs(wallets, &purchase, &needs, &outcome, &error));
    TRUE(needs == ESCROW_NEEDS_PASSWORD);
    REFUSED(PAYMENT_PASSWORD_IS_NEEDED, escrow_wallet_pay(wallets, &order, paid, &outcome, &error));
    REFUSED(CREDENTIALS_MUST_MATCH,
            escrow_wallet_authorise(wallets, number(20000), &purchase, TEXT("000000"), 0, &until,
                                    &outcome, &error));
    TRUE(until == 0);
    DONE(escrow_wallet_authorise(wallets, number(20000), &purchase, TEXT(PAYMENT), 0, &until,
                                 &outcome, &error));
    TRUE(until > now && until <= now + 301 * SECOND);
    order.authorisation = number(20000);
    DONE(escrow_wallet_pay(wallets, &order, paid, &outcome, &error));
    TRUE(paid[0].status == ESCROW_OUTCOME_APPLIED && is_number(paid[0].held, 3000));
    DONE(escrow_wallet_pay(wallets, &order, paid, &outcome, &error));
    TRUE(paid[0].status == ESCROW_OUTCOME_EXISTS);

    /* Above what tier 0 may: the refusal names the tier that may. */
    purchase = purchase_of(large);
    REFUSED(NEEDS_TIER, escrow_wallet_needs(wallets, &purchase, &needs, &outcome, &error));
    TRUE(outcome.tier == 1);

    /* Three at a time, of which one is not authorised and one is more than there is. */
    many[0] = payment(1, 10010, 1000);
    many[1] = payment(1, 10011, 1000);
    many[2] = payment(1, 10012, 7000);
    for (uint64_t i = 0; i < 3; i += 2) {
        purchase = purchase_of(many[i]);
        many[i].authorisation = number(20010 + i);
        DONE(escrow_wallet_authorise(wallets, many[i].authorisation, &purchase, TEXT(PAYMENT), 0,
                                     &until, &outcome, &error));
    }
    memset(paid, 0xee, sizeof paid);
    OK(escrow_wallet_pay_many(wallets, many, 3, paid, outcomes, &error));
    TRUE(outcomes[0].status == ESCROW_WALLET_DONE && paid[0].status == ESCROW_OUTCOME_APPLIED);
    TRUE(outcomes[1].status == ESCROW_WALLET_PAYMENT_PASSWORD_IS_NEEDED);
    TRUE(outcomes[2].status == ESCROW_WALLET_REFUSED_BY_LEDGER);
    TRUE(outcomes[2].ledger_outcome == ESCROW_OUTCOME_EXCEEDS_CREDITS);
    TRUE(outcomes[2].ledger_first_outcome == ESCROW_OUTCOME_EXCEEDS_CREDITS);
    TRUE(paid[1].status == 0xeeeeeeee && paid[2].status == 0xeeeeeeee);
    /* Its id is used up: sent again, it is told why. With another id the authorisation is still good. */
    REFUSED(REFUSED_BY_LEDGER, escrow_wallet_pay(wallets, &many[2], paid, &outcome, &error));
    TRUE(outcome.ledger_outcome == ESCROW_OUTCOME_ID_ALREADY_FAILED);
    TRUE(outcome.ledger_first_outcome == ESCROW_OUTCOME_EXCEEDS_CREDITS);
    many[2].operation.id = number(30012);
    REFUSED(REFUSED_BY_LEDGER, escrow_wallet_pay(wallets, &many[2], paid, &outcome, &error));
    TRUE(outcome.ledger_outcome == ESCROW_OUTCOME_EXCEEDS_CREDITS);

    OK(escrow_wallet_spending(wallets, wallet_of(1), &spending, &error));
    TRUE(spending.tier == 1 && is_number(spending.day, 4000) && is_number(spending.lifetime, 4000));
    TRUE(spending.authorisations == 1);
    REFUSED(REDEMPTION_IS_OFF, escrow_wallet_redeem(wallets, many, paid, &outcome, &error));
}

#include "orders.h"

static escrow_card_charge charge_of(uint64_t id, const char *reference, uint64_t cents) {
    escrow_card_charge made = ESCROW_CARD_CHARGE_INIT;
    made.payment = number(id);
    made.amount = number(cents);
    made.external = number(BANK);
    made.suspense = number(FEES);
    made.reference = text_of(reference);
    return made;
}

/* Begins a payment by the default card. */
static void begin_by_card(uint64_t id, uint64_t cents) {
    escrow_payment order = payment(1, id, cents);
    escrow_purchase purchase = purchase_of(order);
    escrow_charge_instruction instruction = ESCROW_CHARGE_INSTRUCTION_INIT;
    escrow_rows *rows = NULL;
    uint64_t until = 0;
    order.authorisation = number(id + 10000);
    DONE(escrow_card_authorise(wallets, order.authorisation, &purchase, number(0), TEXT(PAYMENT), 0,
                               &until, &outcome, &error));
    for (int i = 0; i < 2; i++) {
        DONE(escrow_card_payment_begin(wallets, &order, number(0), &rows, &outcome, &error));
        OK(escrow_charge_instruction_at(rows, 0, &instruction, &error));
        TRUE(is_text(instruction.token, "tok_planted") && is_number(instruction.amount, cents));
        TRUE(instruction.expiry_year == 2030 && is_number(instruction.payment, id));
        escrow_rows_free(rows);
    }
}

/* A card that is typed in pays, and what is refunded waits for the processor. */
static void new_card(void) {
    escrow_new_card_payment typed;
    escrow_card_charge charge = charge_of(11500, "ch_new", 900);
    escrow_charge_result result;
    escrow_card_refund refunds[4];
    escrow_operation refund = operation(ESCROW_KIND_REFUND, 12500);
    escrow_payment like = payment(1, 11500, 900);
    escrow_u128 account = number(0);
    uint32_t refunded = 0;
    size_t count = 0;

    memset(&typed, 0, sizeof typed);
    typed.wallet = like.wallet;
    typed.order = like.order;
    typed.operation = like.operation;
    typed.operation.debit_account = number(0);
    typed.authentication = ESCROW_CARD_AUTHENTICATION_FAILED;
    REFUSED(CARD_AUTHENTICATION_MUST_SUCCEED,
            escrow_card_payment_begin_new(wallets, &typed, &outcome, &error));
    typed.authentication = ESCROW_CARD_AUTHENTICATION_AUTHENTICATED;
    DONE(escrow_card_payment_begin_new(wallets, &typed, &outcome, &error));
    DONE(escrow_card_payment_charged(wallets, &charge, &result, &outcome, &error));
    TRUE(result.kind == ESCROW_CHARGE_PAID);
    refund.target = number(11500);
    refund.amount = number(900);
    DONE(escrow_card_payment_refund(wallets, number(11500), &refund, &refunded, &outcome, &error));
    TRUE(refunded == ESCROW_REFUNDED_TO_CARD);
    OK(escrow_card_refund_waiting(wallets, number(0), refunds, 4, &count, &error));
    TRUE(count == 2 && is_number(refunds[0].payment, 11000));
    TRUE(is_number(refunds[1].payment, 11500) && is_number(refunds[1].amount, 900));
    OK(escrow_card_refund_waiting(wallets, refunds[0].id, refunds, 4, &count, &error));
    TRUE(count == 1 && is_number(refunds[0].payment, 11500));
    DONE(escrow_card_refund_done(wallets, refunds[0].id, &outcome, &error));
    REFUSED(CARD_REFUND_NOT_FOUND,
            escrow_card_refund_done(wallets, number(7), &outcome, &error));
    OK(escrow_card_refund_waiting(wallets, number(0), refunds, 4, &count, &error));
    TRUE(count == 1);
    OK(escrow_purchase_account(person_of(1), 1, &account, &error));
    TRUE(!is_number(account, 0));
}

#include "chargebacks.h"

static void cards(void) {
    escrow_actor system = somebody(ESCROW_ACTOR_SYSTEM), eve = staff("eve");
    escrow_card_reference visa = ESCROW_CARD_REFERENCE_INIT;
    escrow_card card = ESCROW_CARD_INIT;
    escrow_u128 anna = wallet_of(1), found = number(600);
    escrow_charge_result result;
    escrow_card_charge charge;
    escrow_operation refund = operation(ESCROW_KIND_REFUND, 12000);
    escrow_suspense_item items[2], item;
    escrow_rows *rows = NULL;
    uint32_t state = 0, refunded = 0;
    size_t count = 0;
    static const char *const late[] = {"ch_2", "ch_3", "ch_4"};

    visa.expiry_year = 2030;
    visa.expiry_month = 12;
    visa.token = text_of("4111111111111111");
    visa.brand = text_of("Visa");
    visa.last_four = text_of("1111");
    visa.fingerprint = text_of("fp");
    REFUSED(TEXT_MUST_NOT_HOLD_A_CARD_NUMBER,
            escrow_card_propose(wallets, anna, found, &visa, &system, &outcome, &error));
    visa.token = text_of("tok_planted");
    DONE(escrow_card_propose(wallets, anna, found, &visa, &system, &outcome, &error));
    DONE(escrow_card_confirm(wallets, anna, found, &outcome, &error));
    DONE(escrow_card_suspend(wallets, anna, found, &eve, &outcome, &error));
    REFUSED(CARD_MUST_BE_ACTIVE,
            escrow_card_set_default(wallets, anna, found, &outcome, &error));
    DONE(escrow_card_resume(wallets, anna, found, &eve, &outcome, &error));
    DONE(escrow_card_set_default(wallets, anna, found, &outcome, &error));
    OK(escrow_wallet_cards(wallets, anna, &rows, &error));
    OK(escrow_card_at(rows, 0, &card, &error));
    TRUE(is_number(card.id, 600) && card.state == ESCROW_CARD_STATE_ACTIVE && card.is_default);
    TRUE(card.has_reference && is_text(card.last_four, "1111") && card.expiry_month == 12);
    escrow_rows_free(rows);

    begin_by_card(11000, 2500);
    charge = charge_of(11000, "ch_1", 2500);
    DONE(escrow_card_payment_charged(wallets, &charge, &result, &outcome, &error));
    DONE(escrow_card_payment_charged(wallets, &charge, &result, &outcome, &error));
    TRUE(result.kind == ESCROW_CHARGE_PAID && is_number(result.item, 0));
    OK(escrow_card_payment_find(wallets, number(11000), &state, &error));
    TRUE(state == ESCROW_CARD_PAYMENT_STATE_PAID);
    refund.target = number(11000);
    refund.amount = number(500);
    DONE(escrow_card_payment_refund(wallets, number(11000), &refund, &refunded, &outcome, &error));
    TRUE(refunded == ESCROW_REFUNDED_TO_CARD);
    REFUSED(EXCEEDS_CARD_PAYMENT,
            escrow_card_payment_return(wallets, number(11000), number(12001), number(500), &refunded,
                                       &outcome, &error));
    new_card();
    chargebacks();

    /* Three that failed, and whose money comes after all. */
    for (uint64_t i = 1; i <= 3; i++) {
        begin_by_card(11000 + i, 700);
        DONE(escrow_card_payment_failed(wallets, number(11000 + i), &outcome, &error));
        charge = charge_of(11000 + i, late[i - 1], 700);
        DONE(escrow_card_payment_charged(wallets, &charge, &result, &outcome, &error));
        TRUE(result.kind == ESCROW_CHARGE_IN_SUSPENSE);
        TRUE(result.reason == ESCROW_SUSPENSE_REASON_LATE);
    }
    OK(escrow_suspense_waiting(wallets, number(0), items, 2, &count, &error));
    TRUE(count == 2 && is_number(items[0].payment, 11001) && is_number(items[1].amount, 700));
    OK(escrow_suspense_waiting(wallets, items[0].id, items, 2, &count, &error));
    TRUE(count == 2 && is_number(items[0].payment, 11002) && is_number(items[1].payment, 11003));
    OK(escrow_suspense_find(wallets, result.item, &item, &error));
    TRUE(is_number(item.payment, 11003) && is_number(item.resolved_by, 0));
    TRUE(is_number(item.amount, 700) && is_number(item.expected, 700));
    TRUE(is_number(item.order, 16003) && is_number(item.payee, BOB));
    DONE(escrow_suspense_to_wallet(wallets, items[0].id, number(12010), &eve, &outcome, &error));
    DONE(escrow_suspense_to_card(wallets, items[1].id, number(12011), &eve, &outcome, &error));
    OK(escrow_suspense_waiting(wallets, number(0), items, 2, &count, &error));
    TRUE(count == 1);
    {
        escrow_operation late;
        OK(escrow_suspense_order(wallets, items[0].id, number(12012), &late, &error));
        TRUE(is_number(late.id, 12012) && is_number(late.amount, 700));
        TRUE(late.kind == ESCROW_KIND_HOLD && is_number(late.credit_account, BOB));
        CHECK(ESCROW_NOT_FOUND,
              escrow_suspense_order(wallets, number(7), number(12013), &late, &error));
        DONE(escrow_suspense_to_order(wallets, items[0].id, &late, &eve, &outcome, &error));
    }
    REFUSED(SUSPENSE_ITEM_IS_RESOLVED,
            escrow_suspense_to_wallet(wallets, items[0].id, number(12013), &eve, &outcome, &error));
    DONE(escrow_card_remove(wallets, anna, found, &eve, &outcome, &error));
    OK(escrow_wallet_cards(wallets, anna, &rows, &error));
    OK(escrow_card_at(rows, 0, &card, &error));
    TRUE(card.state == ESCROW_CARD_STATE_REMOVED && !card.has_reference && card.token.length == 0);
    escrow_rows_free(rows);
}

static void recovery(void) {
    escrow_actor anna = somebody(ESCROW_ACTOR_CUSTOMER), eve = staff("eve"), bob = staff("bob");
    escrow_evidence passport, read;
    escrow_recovery shown = ESCROW_RECOVERY_INIT;
    escrow_u128 wallet = wallet_of(1), recovery = number(700);
    escrow_rows *rows = NULL;
    const char *token;
    uint32_t failures = 0;
    uint64_t until = 1;

    REFUSED(CREDENTIALS_MUST_MATCH, escrow_wallet_check_payment_password(
                                        wallets, wallet, TEXT("000001"), &outcome, &error));
    OK(escrow_wallet_payment_password_failures(wallets, wallet, &failures, &until, &error));
    TRUE(failures == 1 && until == 0);
    DONE(escrow_recovery_open(wallets, recovery, wallet, &eve, &outcome, &error));
    memset(&passport, 0, sizeof passport);
    passport.kind = ESCROW_EVIDENCE_KIND_SELFIE;
    passport.reference = text_of("scans/anna");
    DONE(escrow_recovery_add_evidence(wallets, recovery, &passport, &anna, &outcome, &error));
    REFUSED(REVIEWER_MUST_BE_ANOTHER,
            escrow_recovery_review(wallets, recovery, &eve, &outcome, &error));
    OK(escrow_recovery_waiting(wallets, number(0), 10, &rows, &error));
    TRUE(count_of(rows) == 1);
    OK(escrow_recovery_waiting(wallets, recovery, 10, &rows, &error));
    TRUE(count_of(rows) == 0);
    OK(escrow_recovery_of_wallet(wallets, wallet, &rows, &error));
    OK(escrow_recovery_at(rows, 0, &shown, &error));
    TRUE(is_number(shown.id, 700) && shown.evidence == 1 && is_text(shown.opened_by, "eve"));
    TRUE(shown.state == ESCROW_RECOVERY_STATE_SUBMITTED);
    TRUE(shown.reviewer.length == 0 && shown.reviewer.bytes == NULL);
    escrow_rows_free(rows);
    DONE(escrow_recovery_review(wallets, recovery, &bob, &outcome, &error));
    DONE(escrow_recovery_evidence(wallets, recovery, &rows, &outcome, &error));
    OK(escrow_evidence_at(rows, 0, &read, &error));
    TRUE(is_text(read.reference, "scans/anna") && read.added_at >= START);
    escrow_rows_free(rows);
    DONE(escrow_recovery_decide(wallets, recovery, ESCROW_RECOVERY_APPROVE, &bob, &outcome, &error));
    token = secret_of(ESCROW_LETTER_KIND_RESET_PAYMENT_PASSWORD);
    DONE(escrow_wallet_reset_payment_password(wallets, TEXT(token), TEXT("314159"), &outcome,
                                              &error));
    DONE(escrow_wallet_change_payment_password(wallets, wallet, TEXT("314159"), TEXT(PAYMENT),
                                               &outcome, &error));
    DONE(escrow_wallet_check_payment_password(wallets, wallet, TEXT(PAYMENT), &outcome, &error));
    OK(escrow_recovery_find(wallets, recovery, &rows, &error));
    OK(escrow_recovery_at(rows, 0, &shown, &error));
    TRUE(shown.state == ESCROW_RECOVERY_STATE_DONE && is_text(shown.reviewer, "bob"));
    escrow_rows_free(rows);
    REFUSED(CASE_MUST_BE_AT_THIS_STEP,
            escrow_recovery_stop(wallets, recovery, &anna, &outcome, &error));
}

/* A customer who has lost nothing stops what was opened in her name: its link is good no more. */
static void stopping(void) {
    escrow_actor anna = somebody(ESCROW_ACTOR_CUSTOMER), eve = staff("eve"), bob = staff("bob");
    escrow_evidence passport;
    escrow_recovery shown = ESCROW_RECOVERY_INIT;
    escrow_u128 wallet = wallet_of(1), recovery = number(701);
    escrow_rows *rows = NULL;
    const char *token;

    memset(&passport, 0, sizeof passport);
    passport.kind = ESCROW_EVIDENCE_KIND_SELFIE;
    passport.reference = text_of("scans/anna");
    DONE(escrow_recovery_open(wallets, recovery, wallet, &eve, &outcome, &error));
    DONE(escrow_recovery_add_evidence(wallets, recovery, &passport, &eve, &outcome, &error));
    DONE(escrow_recovery_review(wallets, recovery, &bob, &outcome, &error));
    DONE(escrow_recovery_decide(wallets, recovery, ESCROW_RECOVERY_APPROVE, &bob, &outcome, &error));
    token = secret_of(ESCROW_LETTER_KIND_RESET_PAYMENT_PASSWORD);
    for (int again = 0; again < 2; again++)
        DONE(escrow_recovery_stop(wallets, recovery, &anna, &outcome, &error));
    OK(escrow_recovery_find(wallets, recovery, &rows, &error));
    OK(escrow_recovery_at(rows, 0, &shown, &error));
    TRUE(shown.state == ESCROW_RECOVERY_STATE_STOPPED);
    escrow_rows_free(rows);
    REFUSED(TOKEN_MUST_BE_VALID, escrow_wallet_reset_payment_password(
                                     wallets, TEXT(token), TEXT("314159"), &outcome, &error));
    DONE(escrow_wallet_check_payment_password(wallets, wallet, TEXT(PAYMENT), &outcome, &error));
    REFUSED(CASE_NOT_FOUND, escrow_recovery_stop(wallets, number(7), &eve, &outcome, &error));
}

/* A scan that two persons have shown. */
static void same_scans(void) {
    escrow_actor anna = somebody(ESCROW_ACTOR_CUSTOMER), eve = staff("eve"), bob = staff("bob");
    escrow_recovery shown = ESCROW_RECOVERY_INIT;
    escrow_rows *rows = NULL;
    escrow_u128 ids[2] = {{0, 0}, {0, 0}};
    escrow_evidence scan;
    size_t count = 9;

    memset(&scan, 0, sizeof scan);
    scan.kind = ESCROW_EVIDENCE_KIND_SELFIE;
    scan.reference = text_of("scans/twice");
    memset(scan.hash, 7, sizeof scan.hash);
    for (uint64_t customer = 1; customer <= 2; customer++) {
        escrow_u128 verification = number(550 + customer);
        DONE(escrow_verification_open(wallets, verification, wallet_of(customer), 1, &anna, &outcome,
                                      &error));
        DONE(escrow_verification_submit(wallets, verification, &scan, 1, &anna, &outcome, &error));
    }
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_verification_same_scans(wallets, number(552), NULL, 0, &count, &error));
    TRUE(count == 1);
    OK(escrow_verification_same_scans(wallets, number(552), ids, 2, &count, &error));
    TRUE(count == 1 && is_number(ids[0], 551) && is_number(ids[1], 0));
    CHECK(ESCROW_NOT_FOUND,
          escrow_verification_same_scans(wallets, number(7), ids, 2, &count, &error));

    /* A recovery by that scan takes two, and shows that it awaits the second. */
    DONE(escrow_recovery_open(wallets, number(553), wallet_of(1), &eve, &outcome, &error));
    DONE(escrow_recovery_add_evidence(wallets, number(553), &scan, &eve, &outcome, &error));
    DONE(escrow_recovery_review(wallets, number(553), &bob, &outcome, &error));
    REFUSED(SECOND_PERSON_MUST_AGREE, escrow_recovery_decide(wallets, number(553),
                                                             ESCROW_RECOVERY_APPROVE, &bob,
                                                             &outcome, &error));
    OK(escrow_recovery_find(wallets, number(553), &rows, &error));
    OK(escrow_recovery_at(rows, 0, &shown, &error));
    TRUE(shown.state == ESCROW_RECOVERY_STATE_AWAITS_SECOND);
    TRUE(is_text(shown.first_approver, "bob"));
    escrow_rows_free(rows);
    DONE(escrow_recovery_stop(wallets, number(553), &eve, &outcome, &error));

    for (uint64_t customer = 1; customer <= 2; customer++)
        DONE(escrow_verification_withdraw(wallets, number(550 + customer), &anna, &outcome, &error));
}

static void support(void) {
    escrow_actor eve = staff("eve"), nobody = somebody(ESCROW_ACTOR_STAFF);
    escrow_letter_status status = ESCROW_LETTER_STATUS_INIT;
    escrow_note note = ESCROW_NOTE_INIT;
    escrow_audit_entry entry = ESCROW_AUDIT_ENTRY_INIT;
    escrow_rows *rows = NULL;
    size_t count = 0;

    REFUSED(ACTOR_MUST_BE_NAMED, escrow_person_leave_note(wallets, person_of(1), TEXT("called"),
                                                          &nobody, &outcome, &error));
    DONE(escrow_person_leave_note(wallets, person_of(1), TEXT("called\ntwice"), &eve, &outcome,
                                  &error));
    DONE(escrow_person_notes(wallets, person_of(1), &rows, &outcome, &error));
    OK(escrow_note_at(rows, 0, &note, &error));
    TRUE(is_text(note.text, "called\ntwice") && is_text(note.author, "eve"));
    escrow_rows_free(rows);
    REFUSED(PERSON_NOT_FOUND, escrow_person_notes(wallets, number(7), &rows, &outcome, &error));

    OK(escrow_letters_waiting(wallets, 0, number(0), 100, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count > 1);
    OK(escrow_letter_status_at(rows, 0, &status, &error));
    escrow_rows_free(rows);
    OK(escrow_letters_waiting(wallets, status.due, status.letter, 100, &rows, &error));
    TRUE(count_of(rows) == count - 1);
    DONE(escrow_letter_retry(wallets, status.person, status.letter, &eve, &outcome, &error));
    REFUSED(LETTER_MUST_BE_HANDED_OVER,
            escrow_letter_report(wallets, status.person, status.letter, ESCROW_LETTER_FATE_BOUNCED,
                                 &eve, &outcome, &error));
    secret_of(0);

    OK(escrow_audit_trail(wallets, person_of(1), number(0), 1, &rows, &error));
    OK(escrow_audit_entry_at(rows, 0, &entry, &error));
    TRUE(entry.command == ESCROW_AUDIT_BEGIN_REGISTRATION && entry.actor == ESCROW_ACTOR_CUSTOMER);
    TRUE(count_of(rows) == 1);
    OK(escrow_audit_trail(wallets, person_of(1), entry.id, 1, &rows, &error));
    OK(escrow_audit_entry_at(rows, 0, &entry, &error));
    TRUE(entry.command == ESCROW_AUDIT_RESEND_LETTER && is_number(entry.subject, 1001));
    escrow_rows_free(rows);
}

#include "leaving.h"

static void closing(escrow_store *store) {
    escrow_actor eve = staff("eve"), bob = staff("bob"), alias = staff("eve.");
    escrow_u128 bella = person_of(2), wallet = wallet_of(2);
    escrow_upkeep done = ESCROW_UPKEEP_INIT;
    uint64_t hashes = 0;

    REFUSED(WALLET_IS_NOT_FROZEN, escrow_wallet_close(wallets, wallet, &eve, &outcome, &error));
    DONE(escrow_wallet_freeze(wallets, wallet, &eve, &outcome, &error));
    DONE(escrow_wallet_unfreeze(wallets, wallet, &eve, &outcome, &error));
    DONE(escrow_wallet_freeze(wallets, wallet, &eve, &outcome, &error));
    DONE(escrow_wallet_close(wallets, wallet, &eve, &outcome, &error));
    DONE(escrow_person_set_legal_hold(wallets, bella, 1, &eve, &outcome, &error));
    REFUSED(LEGAL_HOLD_FORBIDS, escrow_person_erase(wallets, bella, &eve, &outcome, &error));
    REFUSED(SECOND_PERSON_MUST_AGREE,
            escrow_person_set_legal_hold(wallets, bella, 0, &eve, &outcome, &error));
    REFUSED(SECOND_PERSON_MUST_AGREE,
            escrow_person_set_legal_hold(wallets, bella, 0, &eve, &outcome, &error));
    REFUSED(STAFF_MUST_BE_REGISTERED,
            escrow_person_set_legal_hold(wallets, bella, 0, &alias, &outcome, &error));
    DONE(escrow_person_set_legal_hold(wallets, bella, 0, &bob, &outcome, &error));
    REFUSED(RETENTION_FORBIDS, escrow_person_erase(wallets, bella, &eve, &outcome, &error));
    TRUE(outcome.until > now + 4 * 365 * DAY);
    REFUSED(SECOND_PERSON_MUST_AGREE,
            escrow_person_set_retention(wallets, bella, now + DAY, &eve, &outcome, &error));
    DONE(escrow_person_set_retention(wallets, bella, now + DAY, &bob, &outcome, &error));
    REFUSED(TIER_MUST_BE_REACHED,
            escrow_wallet_revoke_tier(wallets, wallet, &eve, &outcome, &error));
    wait(store, 2 * DAY);
    REFUSED(SECOND_PERSON_MUST_AGREE,
            escrow_person_erase(wallets, bella, &eve, &outcome, &error));
    DONE(escrow_person_erase(wallets, bella, &bob, &outcome, &error));
    REFUSED(PERSON_NOT_FOUND, escrow_code_send(wallets, bella, 1, ESCROW_CHANNEL_EMAIL, &outcome,
                                               &error));
    wait(store, 60 * DAY);
    OK(escrow_wallets_upkeep(wallets, &done, &error));
    TRUE(done.registrations == 1 && done.letters > 10);
    OK(escrow_wallets_password_hashes(wallets, &hashes, &error));
    TRUE(hashes > 20);
}

static void keys(void) {
    escrow_actor system = somebody(ESCROW_ACTOR_SYSTEM), anna = somebody(ESCROW_ACTOR_CUSTOMER);
    escrow_master_key next = {second_key, NULL, NULL, NULL};
    escrow_u128 last = number(1);
    escrow_rows *rows = NULL;
    uint64_t count = 0;
    DONE(escrow_key_rotate(wallets, &system, &count, &outcome, &error));
    TRUE(count == 1);
    DONE(escrow_key_begin_index_rotation(wallets, &system, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_key_end_index_rotation(wallets, &system, &outcome, &error));
    DONE(escrow_key_reindex(wallets, number(0), 1, &system, &last, &outcome, &error));
    TRUE(is_number(last, 1001));
    DONE(escrow_key_reindex(wallets, last, 100, &system, &last, &outcome, &error));
    TRUE(is_number(last, 0));
    DONE(escrow_key_end_index_rotation(wallets, &system, &outcome, &error));
    REFUSED(ACTOR_MUST_BE_NAMED, escrow_key_add_master(wallets, &next, &anna, &outcome, &error));
    DONE(escrow_key_add_master(wallets, &next, &system, &outcome, &error));
    DONE(escrow_key_keep_master(wallets, &next, &system, &outcome, &error));
    OK(escrow_audit_trail(wallets, number(0), number(0), 100, &rows, &error));
    TRUE(count_of(rows) >= 5);
}

/* The name of the shop is no password. */
static int is_blocked(void *context, const char *password, size_t length) {
    ++*(int *)context;
    return length == 20 && memcmp(password, "the name of the shop", length) == 0;
}

/* Opened by a policy that asks a security question. */
static void security_answers(escrow_store *store, escrow_wallet_options *options) {
    static char policy[16384];
    escrow_actor anna = somebody(ESCROW_ACTOR_CUSTOMER), eve = staff("eve");
    escrow_audit_entry entry = ESCROW_AUDIT_ENTRY_INIT;
    escrow_security_answer answer;
    escrow_u128 carl = person_of(30);
    escrow_rows *rows;
    char *needed;

    memcpy(policy, options->policy.bytes, options->policy.length);
    needed = strstr(policy, "\"needed\": 0");
    TRUE(needed != NULL);
    needed[10] = '1';
    options->policy.bytes = policy;
    wallets = NULL;
    OK(escrow_wallets_open(store, options, &wallets, &error));
    /* It is another policy than before, and the trail says so. */
    entry.id = number(0);
    do {
        OK(escrow_audit_trail(wallets, number(0), entry.id, 1, &rows, &error));
        OK(escrow_audit_entry_at(rows, 0, &entry, &error));
        escrow_rows_free(rows);
        OK(escrow_audit_trail(wallets, number(0), entry.id, 1, &rows, &error));
    } while (count_of(rows) == 1);
    TRUE(entry.command == ESCROW_AUDIT_CHANGE_POLICY && entry.actor == ESCROW_ACTOR_SYSTEM);
    confirm_address(30, "carl@example.com");
    memset(&answer, 0, sizeof answer);
    answer.question = 4;
    answer.answer = text_of("Rex");
    DONE(escrow_person_set_security_answers(wallets, carl, &answer, 1, &outcome, &error));
    finish_registration(30, "45 09 000030");
    DONE(escrow_person_check_security_answer(wallets, carl, 4, TEXT("Rex"), &eve, &outcome, &error));
    REFUSED(CREDENTIALS_MUST_MATCH,
            escrow_person_check_security_answer(wallets, carl, 4, TEXT("Tom"), &eve, &outcome,
                                                &error));
    REFUSED(ACTOR_MUST_BE_NAMED,
            escrow_person_check_security_answer(wallets, carl, 4, TEXT("Rex"), &anna, &outcome,
                                                &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_person_check_security_answer(wallets, carl, 65536, TEXT("Rex"), &eve, &outcome,
                                              &error));
}

int main(int argc, char **argv) {
    escrow_store *store = open_shop(argc > 1 ? argv[1] : "wallets.escrow");
    escrow_wallet_options options = options_with(first_key);
    uint8_t pepper[ESCROW_KEY_BYTES] = {7};
    int asked = 0;
    char policy[16384];
    size_t length = 0;
    escrow_u128 found = number(0);
    escrow_waiver_account given_up = {number(FEES), 1, {0, 0, 0}};

    options.waiver_accounts = &given_up;
    options.waiver_accounts_count = 1;
    options.pepper = pepper;
    options.is_blocked = is_blocked;
    options.is_blocked_context = &asked;
    options.hashes_in_parallel = 1;
    wait(store, 0);
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    hire();
    memset(pepper, 0, sizeof pepper);
    OK(escrow_wallets_policy(wallets, policy, sizeof policy, &length, &error));
    TRUE(length == options.policy.length && memcmp(policy, options.policy.bytes, length) == 0);

    registration(store);
    TRUE(asked > 3);
    login();
    verification();
    payments();
    orders(store);
    cards();
    recovery();
    stopping();
    same_scans();
    support();
    leaving();
    closing(store);
    keys();

    /* Opened again, by the new key alone, with the pepper. */
    escrow_wallets_free(wallets);
    wallets = NULL;
    CHECK(ESCROW_WRONG_MASTER_KEY, escrow_wallets_open(store, &options, &wallets, &error));
    options.master_key.bytes = second_key;
    CHECK(ESCROW_WRONG_PEPPER, escrow_wallets_open(store, &options, &wallets, &error));
    options.pepper = NULL;
    CHECK(ESCROW_WRONG_PEPPER, escrow_wallets_open(store, &options, &wallets, &error));
    options.pepper = pepper;
    pepper[0] = 7;
    options.replaces_pepper = 2;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &wallets, &error));
    options.replaces_pepper = 0;
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    DONE(escrow_person_log_in(wallets, TEXT("anna@example.com"), TEXT(LOGIN), &found, &outcome,
                              &error));
    escrow_wallets_free(wallets);
    security_answers(store, &options);
    escrow_store_free(store);
    escrow_wallets_free(wallets);
    puts("wallets: done");
    return 0;
}
