/* A shopper's wallet: Anna registers by the link of a letter, chooses her passwords, and pays for an
 * order with the payment password, at the second attempt, once she has topped the wallet up. The letters
 * are what a real shop would mail.
 *
 *     cc wallet.c $(pkg-config --cflags --libs escrowdb) -o wallet && ./wallet shop.escrow
 */
#include "shop.h"

#define TEXT(text) (text), strlen(text)

static escrow_error error = ESCROW_ERROR_INIT;

static escrow_text text_of(const char *text) {
    escrow_text made = {NULL, 0};
    made.bytes = text;
    made.length = strlen(text);
    return made;
}

/* A refused command is no failed call: the outcome says so, and must be looked at. */
static int is_done(const char *what, const escrow_wallet_outcome *outcome) {
    printf("%-28s %s\n", what, escrow_wallet_outcome_name(outcome->status));
    return outcome->status == ESCROW_WALLET_DONE;
}

static void must_do(const char *what, const escrow_wallet_outcome *outcome) {
    if (!is_done(what, outcome)) exit(1);
}

/* Opens the wallets by the policy of a shop in which small purchases are free and large ones need a
 * verified customer. The key belongs into a key service, or at least into a file of its own. */
static escrow_wallets *open_wallets(escrow_store *store) {
    static const uint8_t key[ESCROW_KEY_BYTES] = "32 random bytes that nobody has";
    escrow_wallet_options options = ESCROW_WALLET_OPTIONS_INIT;
    escrow_wallets *wallets = NULL;
    options.policy = text_of("article");
    options.master_key.bytes = key;
    must(escrow_wallets_open(store, &options, &wallets, &error), &error);
    return wallets;
}

/* Sends the letters that wait in the outbox. Copies the token of the last one that confirms an
 * address, which here stands for the customer's click on its link. */
static void send_letters(escrow_wallets *wallets, char token[64]) {
    escrow_wallet_outcome outcome;
    escrow_rows *rows = NULL;
    size_t count = 0;
    must(escrow_letters_take(wallets, 100, &rows, &error), &error);
    must(escrow_rows_count(rows, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        escrow_letter letter = ESCROW_LETTER_INIT;
        must(escrow_letter_at(rows, i, &letter, &error), &error);
        printf("%-28s %s to %.*s\n", "a letter", escrow_letter_kind_name(letter.kind),
               (int)letter.address.length, letter.address.bytes);
        if (letter.kind == ESCROW_LETTER_KIND_CONFIRM_ADDRESS && letter.secret.length < 64) {
            memcpy(token, letter.secret.bytes, letter.secret.length);
            token[letter.secret.length] = 0;
        }
        must(escrow_letter_report(wallets, letter.person, letter.letter,
                                  ESCROW_LETTER_FATE_DELIVERED, NULL, &outcome, &error),
             &error);
        must_do("the host mailed it", &outcome);
    }
    escrow_rows_free(rows);
}

/* From an address to a wallet in tier 0. Ids are the shop's own, so that each step can be sent
 * again. */
static escrow_new_wallet register_anna(escrow_wallets *wallets) {
    escrow_wallet_outcome outcome;
    escrow_profile profile = ESCROW_PROFILE_INIT;
    escrow_security_answer answers[2];
    escrow_new_wallet wallet;
    escrow_u128 person;
    char token[64] = "";

    must(escrow_id_new(&person, 1, &error), &error);
    must(escrow_registration_begin(wallets, person, TEXT("anna@example.com"), 1, &outcome, &error),
         &error);
    must_do("registration", &outcome);
    send_letters(wallets, token);
    must(escrow_registration_confirm(wallets, TEXT(token), &person, &outcome, &error), &error);
    must_do("the link was followed", &outcome);

    profile.document_kind = ESCROW_DOCUMENT_KIND_PASSPORT;
    profile.name = text_of("Anna Ivanova");
    profile.citizenship = profile.document_country = text_of("RU");
    profile.document_number = text_of("45 09 123456");
    profile.postal_address = text_of("Lenina 1\nMoscow");
    profile.phone = text_of("+7 900 000 00 00");
    must(escrow_person_set_profile(wallets, person, &profile, &outcome, &error), &error);
    must_do("profile", &outcome);
    must(escrow_person_set_login_password(wallets, person, TEXT("correct horse battery"), 0,
                                          &outcome, &error),
         &error);
    must_do("login password", &outcome);
    memset(answers, 0, sizeof answers);
    answers[0].question = 1;
    answers[0].answer = text_of("Rex");
    answers[1].question = 2;
    answers[1].answer = text_of("Rostock");
    must(escrow_person_set_security_answers(wallets, person, answers, 2, &outcome, &error), &error);
    must_do("answers to security questions", &outcome);
    must(escrow_person_set_consent(wallets, person, TEXT("terms"), TEXT("1"), 1, &outcome,
                                   &error),
         &error);
    must_do("consent to the terms", &outcome);

    memset(&wallet, 0, sizeof wallet);
    must(escrow_id_new(&wallet.wallet, 1, &error), &error);
    must(escrow_id_new(&wallet.account, 1, &error), &error);
    wallet.ledger = USD;
    wallet.code = 200;
    must(escrow_registration_submit(wallets, person, &wallet, &outcome, &error), &error);
    must_do("the wallet is open", &outcome);
    must(escrow_wallet_create_payment_password(wallets, wallet.wallet, TEXT("491827"), &outcome,
                                               &error),
         &error);
    must_do("payment password", &outcome);
    return wallet;
}

static void top_up(escrow_wallets *wallets, const escrow_new_wallet *wallet, uint64_t cents) {
    escrow_operation transfer = new_transfer(ESCROW_KIND_TRANSFER, BANK, 0, cents);
    escrow_wallet_outcome outcome;
    escrow_outcome paid;
    transfer.credit_account = wallet->account;
    must(escrow_wallet_top_up(wallets, wallet->wallet, &transfer, &paid, &outcome, &error), &error);
    must_do("top-up", &outcome);
}

/* An attempt to pay for an order. What the ledger refuses uses up the id of the hold, so that each
 * attempt has one of its own, and the order stands in the user data. */
static escrow_payment new_attempt(const escrow_new_wallet *wallet, const char *order, uint64_t cents) {
    escrow_payment payment;
    memset(&payment, 0, sizeof payment);
    payment.wallet = wallet->wallet;
    must(escrow_id_named("orders", 6, order, strlen(order), &payment.order, &error), &error);
    must(escrow_id_new(&payment.authorisation, 1, &error), &error);
    payment.operation = new_transfer(ESCROW_KIND_HOLD, 0, MERCHANT, cents);
    payment.operation.debit_account = wallet->account;
    payment.operation.user_data_128 = payment.order;
    return payment;
}

/* Has the password authorise just this purchase. Gives whether it did. */
static int authorise(escrow_wallets *wallets, escrow_payment payment, const char *password) {
    escrow_wallet_outcome outcome;
    escrow_purchase purchase;
    uint64_t until;
    memset(&purchase, 0, sizeof purchase);
    purchase.wallet = payment.wallet;
    purchase.order = payment.order;
    purchase.payee = payment.operation.credit_account;
    purchase.amount = payment.operation.amount;
    purchase.ledger = USD;
    must(escrow_wallet_authorise(wallets, payment.authorisation, &purchase, TEXT(password), 0,
                                 &until, &outcome, &error),
         &error);
    return is_done("authorisation", &outcome);
}

/* Pays into escrow, which uses the authorisation up. Gives why the ledger refused, if it did. */
static uint32_t pay(escrow_wallets *wallets, escrow_payment payment) {
    escrow_wallet_outcome outcome;
    escrow_outcome paid;
    must(escrow_wallet_pay(wallets, &payment, &paid, &outcome, &error), &error);
    if (is_done("payment", &outcome)) return ESCROW_OUTCOME_APPLIED;
    if (outcome.status != ESCROW_WALLET_REFUSED_BY_LEDGER) exit(1);
    /* If the same attempt is sent again, the first reason is what the customer wants to know. */
    printf("%-28s %s\n", "", escrow_outcome_name(outcome.ledger_first_outcome));
    return outcome.ledger_first_outcome;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "shop.escrow";
    escrow_store *store = NULL;
    escrow_wallets *wallets;
    escrow_new_wallet anna;
    escrow_payment attempt;
    int as_told;
    must(escrow_store_open(path, strlen(path), NULL, &store, &error), &error);
    set_up(store);
    wallets = open_wallets(store);
    anna = register_anna(wallets);
    /* A wrong password is refused. The right one authorises, and there is not enough money. */
    attempt = new_attempt(&anna, "A-1001", 4999);
    as_told = !authorise(wallets, attempt, "000000") && authorise(wallets, attempt, "491827");
    as_told = as_told && pay(wallets, attempt) == ESCROW_OUTCOME_EXCEEDS_CREDITS;
    /* Topped up, the same attempt is still refused. The order is authorised yet, for a second one. */
    top_up(wallets, &anna, 15000);
    as_told = as_told && pay(wallets, attempt) == ESCROW_OUTCOME_EXCEEDS_CREDITS;
    must(escrow_id_new(&attempt.operation.id, 1, &error), &error);
    as_told = as_told && pay(wallets, attempt) == ESCROW_OUTCOME_APPLIED;
    /* Too much for her tier is refused. */
    as_told = as_told && !authorise(wallets, new_attempt(&anna, "A-1002", 50000), "491827");
    escrow_wallets_free(wallets);
    must(escrow_store_close(store, &error), &error);
    escrow_store_free(store);
    return as_told ? 0 : 1;
}
