/* What the programs about wallets share: texts, staff, a shop whose wallets are open, its letters. */
#ifndef SHOPPER_H
#define SHOPPER_H

#include "check.h"

#define SECOND UINT64_C(1000000000)
#define DAY (86400 * SECOND)
/* 2026-03-10 12:00:00 UTC. */
#define START (1773144000 * SECOND)
#define TEXT(text) (text), (strlen(text))

static escrow_wallets *wallets;
static escrow_wallet_outcome outcome;

/* A command comes to this outcome. */
#define COMES_TO(expected, call)                                                                   \
    do {                                                                                           \
        OK(call);                                                                                  \
        if (outcome.status != (expected)) {                                                        \
            fprintf(stderr, "%s:%d: %s: %s, not %s\n", __FILE__, __LINE__, #call,                  \
                    escrow_wallet_outcome_name(outcome.status),                                    \
                    escrow_wallet_outcome_name(expected));                                         \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)
#define DONE(call) COMES_TO(ESCROW_WALLET_DONE, call)
#define REFUSED(name, call) COMES_TO(ESCROW_WALLET_##name, call)

static inline escrow_text text_of(const char *text) {
    escrow_text made = {NULL, 0};
    made.bytes = text;
    made.length = strlen(text);
    return made;
}

static inline int is_text(escrow_text text, const char *expected) {
    return text.length == strlen(expected) && memcmp(text.bytes, expected, text.length) == 0;
}

static inline int is_number(escrow_u128 id, uint64_t expected) {
    return id.hi == 0 && id.lo == expected;
}

static inline escrow_actor somebody(uint32_t kind) {
    escrow_actor actor = ESCROW_ACTOR_INIT;
    actor.kind = kind;
    return actor;
}

static inline escrow_actor staff(const char *name) {
    escrow_actor actor = somebody(ESCROW_ACTOR_STAFF);
    actor.name = text_of(name);
    actor.reason = text_of("asked for by the customer");
    return actor;
}

#define ALL_ROLES                                                                                  \
    (ESCROW_STAFF_ROLE_SUPPORT | ESCROW_STAFF_ROLE_REVIEWER | ESCROW_STAFF_ROLE_APPROVER |         \
     ESCROW_STAFF_ROLE_OPERATOR)

/* Olga, whom the options name, brings in Otto; together they register Eve and Bob, for everything. */
static inline void hire(void) {
    escrow_actor olga = staff("olga"), otto = staff("otto");
    const char *names[] = {"eve", "bob"};
    DONE(escrow_staff_register(wallets, TEXT("otto"), ESCROW_STAFF_ROLE_OPERATOR, &olga, &outcome,
                               &error));
    for (int i = 0; i < 2; i++) {
        REFUSED(SECOND_PERSON_MUST_AGREE, escrow_staff_register(wallets, TEXT(names[i]), ALL_ROLES,
                                                                &olga, &outcome, &error));
        DONE(escrow_staff_register(wallets, TEXT(names[i]), ALL_ROLES, &otto, &outcome, &error));
    }
}

/* The policy of the article with the cheapest password hashes that are accepted. */
static inline escrow_text cheap_policy(void) {
    static char policy[16384];
    size_t length = 0;
    char *place;
    escrow_text text;
    OK(escrow_policy_json(TEXT("article"), policy, sizeof policy - 1, &length, &error));
    policy[length] = 0;
    place = strstr(policy, "65536");
    TRUE(place != NULL);
    memcpy(place, "19456", 5);
    place = strstr(policy, "\"passes\": 3");
    TRUE(place != NULL);
    place[10] = '2';
    place = strstr(policy, "\"needed\": 2");
    TRUE(place != NULL);
    place[10] = '0';
    text.bytes = policy;
    text.length = length;
    return text;
}

static inline escrow_wallet_options options_with(const uint8_t *key) {
    escrow_wallet_options options = ESCROW_WALLET_OPTIONS_INIT;
    options.policy = cheap_policy();
    options.master_key.bytes = key;
    options.first_operator = text_of("olga");
    return options;
}

/* Takes all letters that wait, reports them sent, and gives the secret of the last of a kind. */
static inline const char *secret_of(uint32_t kind) {
    static char secret[64];
    escrow_rows *rows = NULL;
    size_t count = 0;
    secret[0] = 0;
    OK(escrow_letters_take(wallets, 100, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    for (size_t i = 0; i < count; i++) {
        escrow_letter letter = ESCROW_LETTER_INIT;
        OK(escrow_letter_at(rows, i, &letter, &error));
        TRUE(letter.address.length > 0 && letter.attempts == 1);
        if (letter.kind == kind) {
            TRUE(letter.secret.length < sizeof secret);
            memcpy(secret, letter.secret.bytes, letter.secret.length);
            secret[letter.secret.length] = 0;
        }
        DONE(escrow_letter_report(wallets, letter.person, letter.letter,
                                  ESCROW_LETTER_FATE_DELIVERED, NULL, &outcome, &error));
    }
    escrow_rows_free(rows);
    return secret;
}

#define LOGIN "a rather long login phrase"
#define PAYMENT "491827"

/* Ids of the person, wallet and account of a customer. */
static inline escrow_u128 person_of(uint64_t customer) { return number(1000 + customer); }
static inline escrow_u128 wallet_of(uint64_t customer) { return number(2000 + customer); }
static inline escrow_u128 account_of(uint64_t customer) { return number(3000 + customer); }

/* Registers a customer up to the confirmed address. */
static inline void confirm_address(uint64_t customer, const char *email) {
    escrow_u128 person = number(0);
    const char *token;
    DONE(escrow_registration_begin(wallets, person_of(customer), TEXT(email), 1, &outcome, &error));
    token = secret_of(ESCROW_LETTER_KIND_CONFIRM_ADDRESS);
    DONE(escrow_registration_confirm(wallets, TEXT(token), &person, &outcome, &error));
    TRUE(is_number(person, 1000 + customer));
}

static inline escrow_profile profile_of(const char *document) {
    escrow_profile profile = ESCROW_PROFILE_INIT;
    profile.document_kind = ESCROW_DOCUMENT_KIND_PASSPORT;
    profile.name = text_of("Anna Ivanova");
    profile.citizenship = text_of("RU");
    profile.document_country = text_of("RU");
    profile.document_number = text_of(document);
    profile.postal_address = text_of("Lenina 1\nMoscow");
    profile.phone = text_of("+7 900 000 00 00");
    return profile;
}

/* The rest of a registration: an active wallet in tier 0, with a payment password. */
static inline void finish_registration(uint64_t customer, const char *document) {
    escrow_u128 person = person_of(customer);
    escrow_profile profile = profile_of(document);
    escrow_new_wallet opened;
    memset(&opened, 0, sizeof opened);
    opened.wallet = wallet_of(customer);
    opened.account = account_of(customer);
    opened.ledger = 1;
    opened.code = 200;
    DONE(escrow_person_set_profile(wallets, person, &profile, &outcome, &error));
    DONE(escrow_person_set_login_password(wallets, person, TEXT(LOGIN), 0, &outcome, &error));
    DONE(escrow_person_set_consent(wallets, person, TEXT("terms"), TEXT("1"), 1, &outcome, &error));
    DONE(escrow_registration_submit(wallets, person, &opened, &outcome, &error));
    DONE(escrow_registration_submit(wallets, person, &opened, &outcome, &error));
    DONE(escrow_wallet_create_payment_password(wallets, opened.wallet, TEXT(PAYMENT), &outcome,
                                               &error));
    secret_of(0);
}

/* A count of rows, which are freed. */
static inline size_t count_of(escrow_rows *rows) {
    size_t count = 0;
    OK(escrow_rows_count(rows, &count, &error));
    escrow_rows_free(rows);
    return count;
}

#endif
