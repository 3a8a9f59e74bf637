/* Chargebacks, and refunds that no card takes, for wallets.c: it has what this one needs before it
 * includes it. */

/* What a call gives in one row is a chargeback at this state. */
static escrow_chargeback only_chargeback(escrow_rows *rows, uint32_t state) {
    escrow_chargeback one = ESCROW_CHARGEBACK_INIT;
    size_t count = 0;
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count == 1);
    OK(escrow_chargeback_at(rows, 0, &one, &error));
    TRUE(one.state == state && is_number(one.id, 12600) && is_text(one.reference, "cb_1"));
    escrow_rows_free(rows);
    return one;
}

/* A cardholder contests a payment at the bank, which takes a part of it; and a refund that no card takes. */
static void chargebacks(void) {
    escrow_chargeback_notice notice = ESCROW_CHARGEBACK_NOTICE_INIT;
    escrow_actor host = somebody(ESCROW_ACTOR_SYSTEM), eve = staff("eve");
    escrow_card_charge charge = charge_of(11600, "ch_contested", 900);
    escrow_charge_result result;
    escrow_refund_returned returned;
    escrow_card_refund refunds[4];
    escrow_new_card_payment typed;
    escrow_payment like = payment(1, 11600, 900);
    escrow_operation refund = operation(ESCROW_KIND_REFUND, 12601);
    escrow_chargeback one;
    escrow_rows *rows = NULL;
    uint32_t refunded = 0;
    size_t count = 0;

    memset(&typed, 0, sizeof typed);
    typed.wallet = like.wallet;
    typed.order = like.order;
    typed.operation = like.operation;
    typed.operation.debit_account = number(0);
    typed.authentication = ESCROW_CARD_AUTHENTICATION_AUTHENTICATED;
    DONE(escrow_card_payment_begin_new(wallets, &typed, &outcome, &error));
    notice.id = number(12600);
    notice.payment = number(11600);
    notice.amount = number(900);
    notice.external = number(BANK);
    notice.answer_by = 7;
    notice.reference = text_of("cb_1");
    notice.reason = text_of("10.4");
    REFUSED(CHARGE_MUST_BE_REPORTED,
            escrow_chargeback_notified(wallets, &notice, &host, &rows, &outcome, &error));
    DONE(escrow_card_payment_charged(wallets, &charge, &result, &outcome, &error));
    for (int i = 0; i < 2; i++) {
        DONE(escrow_chargeback_notified(wallets, &notice, &host, &rows, &outcome, &error));
        one = only_chargeback(rows, ESCROW_CHARGEBACK_STATE_NOTIFIED);
        TRUE(is_number(one.amount, 900) && is_number(one.of_payment, 900) && one.answer_by == 7);
    }
    refund.target = number(11600);
    refund.amount = number(100);
    REFUSED(CHARGEBACK_IS_OPEN,
            escrow_card_payment_refund(wallets, number(11600), &refund, &refunded, &outcome, &error));
    DONE(escrow_chargeback_taken(wallets, notice.id, &host, &rows, &outcome, &error));
    one = only_chargeback(rows, ESCROW_CHARGEBACK_STATE_TAKEN);
    TRUE(is_number(one.due, 900) && one.taken_at > 0);
    DONE(escrow_chargeback_represented(wallets, notice.id, TEXT("receipts/17"), &host, &rows, &outcome,
                                       &error));
    one = only_chargeback(rows, ESCROW_CHARGEBACK_STATE_REPRESENTED);
    OK(escrow_chargeback_waiting(wallets, number(0), 9, &rows, &error));
    only_chargeback(rows, ESCROW_CHARGEBACK_STATE_REPRESENTED);
    OK(escrow_chargeback_waiting(wallets, notice.id, 9, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count == 0);
    escrow_rows_free(rows);
    OK(escrow_chargeback_of_payment(wallets, number(11600), &rows, &error));
    only_chargeback(rows, ESCROW_CHARGEBACK_STATE_REPRESENTED);
    REFUSED(EXCEEDS_CHARGEBACK, escrow_chargeback_decided(wallets, notice.id, number(901), &host, &rows,
                                                          &outcome, &error));
    DONE(escrow_chargeback_decided(wallets, notice.id, number(400), &host, &rows, &outcome, &error));
    one = only_chargeback(rows, ESCROW_CHARGEBACK_STATE_PARTLY);
    TRUE(is_number(one.lost, 400) && is_number(one.due, 0));
    OK(escrow_chargeback_find(wallets, notice.id, &rows, &error));
    only_chargeback(rows, ESCROW_CHARGEBACK_STATE_PARTLY);

    DONE(escrow_card_payment_refund(wallets, number(11600), &refund, &refunded, &outcome, &error));
    OK(escrow_card_refund_waiting(wallets, number(0), refunds, 4, &count, &error));
    TRUE(count > 0 && is_number(refunds[count - 1].payment, 11600));
    DONE(escrow_card_refund_failed(wallets, refunds[count - 1].id, number(BANK), number(FEES), &returned,
                                   &outcome, &error));
    TRUE(returned.kind == ESCROW_REFUND_RETURNED_IN_SUSPENSE && !is_number(returned.item, 0));
    REFUSED(CARD_REFUND_HAS_FAILED,
            escrow_card_refund_done(wallets, refunds[count - 1].id, &outcome, &error));
    DONE(escrow_suspense_to_card(wallets, returned.item, number(12602), &eve, &outcome, &error));
}
