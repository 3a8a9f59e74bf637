/* Leaving a wallet, for wallets.c: it has what this one needs before it includes it. */

/* Bella gives up a part of what she has; the rest is set aside, claimed, and given up too. */
static void leaving(void) {
    escrow_actor eve = staff("eve"), bella = somebody(ESCROW_ACTOR_CUSTOMER);
    escrow_u128 wallet = wallet_of(2), waived = number(0), there = number(0);
    escrow_operation pay_in = transfer(12700, BANK, 0, 500);
    escrow_unclaimed_item items[2], item;
    escrow_outcome paid;
    size_t count = 9;

    pay_in.credit_account = account_of(2);
    DONE(escrow_wallet_top_up(wallets, wallet, &pay_in, &paid, &outcome, &error));
    REFUSED(CREDENTIALS_MUST_MATCH,
            escrow_wallet_waive(wallets, number(12701), wallet, number(200), TEXT("2026-03"),
                                TEXT("000000"), &waived, &outcome, &error));
    for (int i = 0; i < 2; i++) {
        DONE(escrow_wallet_waive(wallets, number(12701), wallet, number(200), TEXT("2026-03"),
                                 TEXT(PAYMENT), &waived, &outcome, &error));
        TRUE(is_number(waived, 200));
    }

    REFUSED(WALLET_IS_NOT_FROZEN, escrow_unclaimed_set_aside(wallets, number(12702), wallet, &eve,
                                                             &outcome, &error));
    DONE(escrow_wallet_freeze(wallets, wallet, &eve, &outcome, &error));
    REFUSED(WALLET_MUST_BE_EMPTY, escrow_wallet_close(wallets, wallet, &eve, &outcome, &error));
    DONE(escrow_unclaimed_set_aside(wallets, number(12702), wallet, &eve, &outcome, &error));
    DONE(escrow_wallet_unfreeze(wallets, wallet, &eve, &outcome, &error));
    OK(escrow_unclaimed_waiting(wallets, number(0), items, 2, &count, &error));
    TRUE(count == 1 && is_number(items[0].id, 12702) && is_number(items[0].amount, 300));
    TRUE(items[0].reason == ESCROW_UNCLAIMED_REASON_LEFT && is_number(items[0].person, 1002));
    OK(escrow_unclaimed_waiting(wallets, items[0].id, items, 2, &count, &error));
    TRUE(count == 0);
    CHECK(ESCROW_NOT_FOUND, escrow_unclaimed_find(wallets, number(7), &item, &error));

    REFUSED(REDEMPTION_IS_OFF,
            escrow_unclaimed_pay_out(wallets, number(12702), number(12703), number(FEES), &eve,
                                     &outcome, &error));
    REFUSED(UNCLAIMED_MONEY_IS_OF_ANOTHER,
            escrow_unclaimed_claim(wallets, number(12702), number(12704), wallet_of(1), &bella,
                                   &outcome, &error));
    DONE(escrow_unclaimed_claim(wallets, number(12702), number(12704), wallet, &bella, &outcome,
                                &error));
    OK(escrow_unclaimed_find(wallets, number(12702), &item, &error));
    TRUE(is_number(item.resolved_by, 12704) && is_number(item.resolved_to, 3002));
    TRUE(item.resolved_at > 0 && item.came_at > 0 && item.ledger == 1);
    OK(escrow_unclaimed_of_person(wallets, person_of(2), items, 2, &count, &error));
    TRUE(count == 1 && is_number(items[0].resolved_by, 12704));
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_unclaimed_of_person(wallets, person_of(2), items, 0, &count, &error));
    TRUE(count == 1);
    OK(escrow_unclaimed_account(1, &there, &error));
    TRUE(there.hi != 0);
    DONE(escrow_wallet_waive(wallets, number(12706), wallet, number(1000), TEXT("2026-03"),
                             TEXT(PAYMENT), &waived, &outcome, &error));
    TRUE(is_number(waived, 300));
}
