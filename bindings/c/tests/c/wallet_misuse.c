/* Bad input of every sort to the functions about wallets: each has its status and its line. */
#include "shopper.h"

static const uint8_t key[ESCROW_KEY_BYTES] = {1};

/* What a host's functions are to do: 0 to work, else to answer this. */
struct host {
    int wrap, unwrap;
    size_t length;
};

/* Wrapping, as bad as it gets: the key the other way round. */
static int wrap(void *context, const uint8_t *clear, size_t clear_length, uint8_t *wrapped,
                size_t capacity, size_t *wrapped_length) {
    struct host *host = context;
    if (host->wrap != 0) return host->wrap;
    TRUE(clear_length == ESCROW_KEY_BYTES && capacity == ESCROW_WRAPPED_KEY_BYTES_MAX);
    for (size_t i = 0; i < clear_length; i++) wrapped[i] = (uint8_t)~clear[i];
    *wrapped_length = host->length;
    return 0;
}

static int unwrap(void *context, const uint8_t *wrapped, size_t wrapped_length, uint8_t *clear,
                  size_t clear_length) {
    struct host *host = context;
    if (host->unwrap != 0) return host->unwrap;
    TRUE(wrapped_length == ESCROW_KEY_BYTES && clear_length == ESCROW_KEY_BYTES);
    for (size_t i = 0; i < clear_length; i++) clear[i] = (uint8_t)~wrapped[i];
    return 0;
}

static void bad_openings(escrow_store *store) {
    escrow_wallet_options options = options_with(key);
    escrow_wallets *none = NULL, *second = NULL;
    struct { escrow_wallet_options known; uint64_t later; } longer = {ESCROW_WALLET_OPTIONS_INIT, 1};

    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallets_open(NULL, &options, &none, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallets_open(store, NULL, &none, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallets_open(store, &options, NULL, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_wallets_open((escrow_store *)&options, &options, &none,
                                                     &error));
    options.struct_size = 3;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.struct_size = 8; /* Without a policy, and without a key. */
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.struct_size = sizeof options;
    longer.known = options;
    longer.known.struct_size = sizeof longer;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &longer.known, &none, &error));
    options.first_operator = text_of("...");
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.first_operator = text_of("olga");
    options.policy = text_of("nothing of the kind");
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.policy = text_of("{\"name\": \"mine\"}");
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.policy = text_of("\xff");
    CHECK(ESCROW_INVALID_TEXT, escrow_wallets_open(store, &options, &none, &error));
    options.policy.bytes = NULL;
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.policy = cheap_policy();
    options.master_key.bytes = NULL;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.master_key.wrap = wrap;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    options.master_key.bytes = key;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &none, &error));
    TRUE(none == NULL);

    /* They are open once at a time, until they are freed. */
    options = options_with(key);
    longer.known = options;
    longer.known.struct_size = sizeof longer;
    longer.later = 0;
    OK(escrow_wallets_open(store, &longer.known, &wallets, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &second, &error));
    {
        escrow_rows *rows = NULL;
        size_t count = 9;
        OK(escrow_letters_take(wallets, 1, &rows, &error));
        escrow_wallets_free(wallets);
        CHECK(ESCROW_INVALID_HANDLE, escrow_letters_take(wallets, 1, &rows, &error));
        OK(escrow_wallets_open(store, &options, &wallets, &error));
        OK(escrow_rows_count(rows, &count, &error));
        TRUE(count == 0);
        escrow_rows_free(rows);
        CHECK(ESCROW_INVALID_HANDLE, escrow_rows_count(rows, &count, &error));
        escrow_rows_free(rows);
        escrow_rows_free(NULL);
    }
    escrow_wallets_free(wallets);
    escrow_wallets_free(wallets);
    escrow_wallets_free(NULL);
    wallets = NULL;
    options.master_key.bytes = (const uint8_t *)"another key of thirty-two bytes.";
    CHECK(ESCROW_WRONG_MASTER_KEY, escrow_wallets_open(store, &options, &wallets, &error));
    TRUE(strstr(error.message, "another") == NULL);
}

/* A host's functions that fail, lie, and know another key. */
static void bad_functions(const char *path) {
    char name[600];
    escrow_store *store;
    struct host host = {7, 0, ESCROW_KEY_BYTES};
    escrow_wallet_options options = options_with(NULL);
    snprintf(name, sizeof name, "%s-functions", path);
    store = open_shop(name);
    options.master_key.wrap = wrap;
    options.master_key.unwrap = unwrap;
    options.master_key.context = &host;
    CHECK(ESCROW_IO, escrow_wallets_open(store, &options, &wallets, &error));
    TRUE(strstr(error.message, "7") != NULL);
    host.wrap = 0, host.length = ESCROW_WRAPPED_KEY_BYTES_MAX + 1;
    CHECK(ESCROW_IO, escrow_wallets_open(store, &options, &wallets, &error));
    host.length = 0;
    CHECK(ESCROW_IO, escrow_wallets_open(store, &options, &wallets, &error));
    host.length = ESCROW_KEY_BYTES;
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    confirm_address(1, "anna@example.com");
    escrow_wallets_free(wallets);
    host.unwrap = ESCROW_KEY_IS_ANOTHER;
    CHECK(ESCROW_WRONG_MASTER_KEY, escrow_wallets_open(store, &options, &wallets, &error));
    host.unwrap = -1;
    CHECK(ESCROW_IO, escrow_wallets_open(store, &options, &wallets, &error));
    host.unwrap = 0;
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    escrow_wallets_free(wallets);
    escrow_store_free(store);
}

static void bad_commands(void) {
    escrow_actor actor = ESCROW_ACTOR_INIT, eve = staff("eve"), anna = somebody(ESCROW_ACTOR_CUSTOMER);
    escrow_u128 id = number(1001), wallet = number(2001);
    escrow_profile profile = profile_of("1");
    escrow_wallet_view view = ESCROW_WALLET_VIEW_INIT;
    escrow_new_wallet opened;
    escrow_purchase purchase;
    escrow_payment payment;
    escrow_evidence evidence;
    escrow_card_charge charge = ESCROW_CARD_CHARGE_INIT;
    escrow_charge_result result;
    escrow_security_answer answer;
    escrow_outcome paid;
    uint32_t word = 9;
    uint64_t until;

    memset(&opened, 0, sizeof opened);
    memset(&purchase, 0, sizeof purchase);
    memset(&payment, 0, sizeof payment);
    memset(&evidence, 0, sizeof evidence);
    memset(&answer, 0, sizeof answer);
    memset(&outcome, 0xee, sizeof outcome);

    CHECK(ESCROW_NULL_ARGUMENT, escrow_registration_resend(NULL, id, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_registration_resend(wallets, id, NULL, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_registration_begin(wallets, id, NULL, 5, 1, &outcome, &error));
    CHECK(ESCROW_INVALID_TEXT,
          escrow_registration_begin(wallets, id, "\xff@b.c", 5, 1, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_registration_begin(wallets, id, "a@b.c", SIZE_MAX, 1, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_registration_begin(wallets, id, "a@b.c", 5, 2, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_registration_confirm(wallets, TEXT("x"), NULL, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_registration_submit(wallets, id, NULL, &outcome, &error));
    opened.reserved = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_registration_submit(wallets, id, &opened, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_person_set_profile(wallets, id, NULL, &outcome, &error));
    profile.document_kind = 9;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_person_set_profile(wallets, id, &profile, &outcome, &error));
    profile.document_kind = ESCROW_DOCUMENT_KIND_PASSPORT, profile.struct_size = 0;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_person_set_profile(wallets, id, &profile, &outcome, &error));
    answer.question = 65536;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_person_set_security_answers(wallets, id, &answer, 1, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_code_send(wallets, id, 65536, 1, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_code_send(wallets, id, 1, 256, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_letter_report(wallets, id, id, 4, NULL, &outcome, &error));

    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallet_freeze(wallets, wallet, NULL, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_wallet_freeze(wallets, wallet, &actor, &outcome, &error));
    anna.name = text_of("Anna");
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallet_freeze(wallets, wallet, &anna, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallet_find(wallets, wallet, NULL, &error));
    view.struct_size = 0;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallet_find(wallets, wallet, &view, &error));
    purchase.reserved = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_wallet_needs(wallets, &purchase, &word, &outcome, &error));
    purchase.reserved = 0;
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallet_authorise(wallets, id, &purchase, TEXT(PAYMENT), 0,
                                                        NULL, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallet_pay(wallets, &payment, NULL, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_wallet_pay_many(wallets, &payment, 1, &paid, NULL, &error));
    OK(escrow_wallet_pay_many(wallets, NULL, 0, NULL, NULL, &error));
    {
        size_t many = ESCROW_PAYMENTS_MAX + 1;
        escrow_payment *large = calloc(many, sizeof *large);
        escrow_outcome *room = calloc(many, sizeof *room);
        escrow_wallet_outcome *outcomes = calloc(many, sizeof *outcomes);
        TRUE(large != NULL && room != NULL && outcomes != NULL);
        CHECK(ESCROW_LIMIT_EXCEEDED,
              escrow_wallet_pay_many(wallets, large, many, room, outcomes, &error));
        free(large), free(room), free(outcomes);
    }
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_card_propose(wallets, wallet, id, NULL, &eve, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT,
          escrow_card_payment_charged(wallets, NULL, &result, &outcome, &error));
    charge.reserved = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_card_payment_charged(wallets, &charge, &result, &outcome, &error));
    evidence.reserved = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_verification_submit(wallets, id, &evidence, 1, &eve, &outcome, &error));
    evidence.reserved = 0, evidence.kind = 65536;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_recovery_add_evidence(wallets, id, &evidence, &eve, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_verification_open(wallets, id, wallet, 256, &eve, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_verification_refuse(wallets, id, 0, &eve, &outcome, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_recovery_decide(wallets, id, 0, &eve, &outcome, &error));
    CHECK(ESCROW_NOT_FOUND, escrow_card_payment_find(wallets, id, &word, &error));
    CHECK(ESCROW_NOT_FOUND,
          escrow_wallet_payment_password_failures(wallets, id, &word, &until, &error));
    TRUE(word == 9 && outcome.status == 0xeeeeeeee);
}

static void bad_rows(void) {
    escrow_rows *rows = NULL, *none = NULL;
    escrow_letter letter = ESCROW_LETTER_INIT;
    escrow_note note = ESCROW_NOTE_INIT;
    struct { uint32_t struct_size, kind; uint64_t mine; } older = {8, 0, 4711};
    size_t count = 0;
    DONE(escrow_registration_begin(wallets, number(1001), TEXT("a@b.c"), 1, &outcome, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_letters_take(wallets, 10, NULL, &error));
    OK(escrow_letters_take(wallets, 10, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count == 1);
    OK(escrow_letter_at(rows, 0, &letter, &error));
    TRUE(is_text(letter.address, "a@b.c") && letter.secret.length == 43);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_letter_at(rows, 1, &letter, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_letter_at(rows, SIZE_MAX, &letter, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_note_at(rows, 0, &note, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_letter_at(rows, 0, NULL, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_letter_at(NULL, 0, &letter, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_letter_at((escrow_rows *)wallets, 0, &letter, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_letters_take((escrow_wallets *)rows, 1, &none, &error));
    letter.struct_size = 0;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_letter_at(rows, 0, &letter, &error));
    OK(escrow_letter_at(rows, 0, (escrow_letter *)(void *)&older, &error));
    TRUE(older.kind == ESCROW_LETTER_KIND_CONFIRM_ADDRESS && older.mine == 4711);
    escrow_rows_free(rows);
    CHECK(ESCROW_INVALID_HANDLE, escrow_letter_at(rows, 0, &letter, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_recovery_waiting(wallets, number(7), 10, &none, &error));
    TRUE(none == NULL);
}

static void bad_texts(void) {
    char text[8];
    size_t length = 0;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_policy_json(TEXT("mine"), text, 8, &length, &error));
    CHECK(ESCROW_OK, escrow_policy_check(TEXT("article"), &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_policy_check(TEXT("mine"), &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_policy_check(TEXT("{\"limts\": 1}"), &error));
    TRUE(strstr(error.message, "limts") != NULL);
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_policy_json(TEXT("none"), text, 8, &length, &error));
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_policy_schema(text, 8, &length, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_policy_schema(text, 8, NULL, &error));
    TRUE(length > 500);
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_wallets_policy(wallets, NULL, 0, &length, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_wallets_policy(wallets, text, 8, NULL, &error));
    TRUE(strcmp(escrow_wallet_outcome_name(0), "done") == 0);
    TRUE(strcmp(escrow_wallet_outcome_name(ESCROW_WALLET_NEEDS_TIER), "needs_tier") == 0);
    TRUE(strcmp(escrow_wallet_outcome_name(1), "unknown") == 0);
    TRUE(strcmp(escrow_letter_kind_name(ESCROW_LETTER_KIND_CODE), "code") == 0);
    TRUE(strcmp(escrow_audit_command_name(ESCROW_AUDIT_PAY), "pay") == 0);
    TRUE(strcmp(escrow_status_name(ESCROW_WRONG_MASTER_KEY), "wrong_master_key") == 0);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "wallet_misuse.escrow";
    escrow_store *store = open_shop(path);
    escrow_wallet_options options = options_with(key);
    uint64_t settled, now;
    OK(escrow_store_advance(store, START, &settled, &now, &error));
    bad_openings(store);
    bad_functions(path);
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    hire();
    bad_commands();
    bad_rows();
    bad_texts();
    /* The store goes first; what came from it lives on, until it is closed. */
    OK(escrow_store_close(store, &error));
    CHECK(ESCROW_CLOSED, escrow_registration_begin(wallets, number(8), TEXT("c@d.e"), 1, &outcome,
                                                   &error));
    escrow_store_free(store);
    escrow_wallets_free(wallets);
    puts("wallet_misuse: done");
    return 0;
}
