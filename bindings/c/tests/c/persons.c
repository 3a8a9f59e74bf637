/* A person is found, read and exported; a registration says what it lacks. */
#include "shopper.h"

static void registration(void) {
    escrow_u128 anna = person_of(1);
    escrow_registration_view under_way = ESCROW_REGISTRATION_VIEW_INIT;
    escrow_consent consent = ESCROW_CONSENT_INIT;
    escrow_rows *rows = NULL;

    confirm_address(1, "c1@example.com");
    OK(escrow_registration_find(wallets, anna, &under_way, &error));
    TRUE(under_way.address_is_confirmed && !under_way.has_profile && !under_way.is_complete);
    TRUE(under_way.until > START && under_way.consents_missing == 1);
    OK(escrow_registration_missing_consents(wallets, anna, &rows, &error));
    OK(escrow_consent_at(rows, 0, &consent, &error));
    TRUE(is_text(consent.kind, "terms") && is_text(consent.version, "1"));
    escrow_rows_free(rows);
    finish_registration(1, "45 09 000001");
    CHECK(ESCROW_NOT_FOUND, escrow_registration_find(wallets, anna, &under_way, &error));
}

static void persons_are_found(const escrow_actor *eve) {
    escrow_found_person found = ESCROW_FOUND_PERSON_INIT;
    escrow_person_view view = ESCROW_PERSON_VIEW_INIT;
    escrow_person_export export = ESCROW_PERSON_EXPORT_INIT;
    escrow_rows *rows = NULL;
    char schema[64];
    size_t length = 0;

    REFUSED(PERSON_NOT_FOUND, escrow_person_find(wallets, TEXT("nobody@example.com"), eve, &rows,
                                                 &outcome, &error));
    DONE(escrow_person_find(wallets, TEXT("C1@EXAMPLE.com"), eve, &rows, &outcome, &error));
    OK(escrow_found_person_at(rows, 0, &found, &error));
    TRUE(found.person.lo == person_of(1).lo && found.address_is_confirmed && !found.is_registering);
    escrow_rows_free(rows);
    REFUSED(CASE_NOT_FOUND, escrow_person_show(wallets, person_of(1), number(7), eve, &rows,
                                               &outcome, &error));
    DONE(escrow_person_show(wallets, person_of(1), number(0), eve, &rows, &outcome, &error));
    OK(escrow_person_view_at(rows, 0, &view, &error));
    TRUE(view.document_kind == ESCROW_DOCUMENT_KIND_PASSPORT && view.phone.length > 0);
    TRUE(view.person.lo == person_of(1).lo && view.name.length > 0 && view.email.length > 0);
    escrow_rows_free(rows);
    REFUSED(PERSON_NOT_FOUND, escrow_person_export_all(wallets, number(7), eve, &rows, &outcome,
                                                       &error));
    DONE(escrow_person_export_all(wallets, person_of(1), eve, &rows, &outcome, &error));
    OK(escrow_person_export_at(rows, 0, &export, &error));
    TRUE(export.json.length > 1000 && export.json.bytes[0] == '{');
    escrow_rows_free(rows);
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_person_export_schema(schema, sizeof schema, &length, &error));
    TRUE(length > sizeof schema);
}

/* Her address and her number, confirmed at the new ones and taken back from the old. */
static void contacts_change(const escrow_actor *eve) {
    escrow_contact_change change = ESCROW_CONTACT_CHANGE_INIT;
    escrow_u128 anna = person_of(1), found = number(0);
    escrow_rows *rows = NULL;
    const char *secret;

    CHECK(ESCROW_INVALID_ARGUMENT, escrow_contact_begin(wallets, anna, 256, TEXT("x"), &outcome, &error));
    DONE(escrow_contact_begin(wallets, anna, ESCROW_CHANNEL_EMAIL, TEXT("new@example.com"), &outcome,
                              &error));
    REFUSED(TOKEN_MUST_BE_VALID,
            escrow_contact_confirm_email(wallets, TEXT("no token"), &found, &outcome, &error));
    secret = secret_of(ESCROW_LETTER_KIND_CONFIRM_NEW_ADDRESS);
    DONE(escrow_contact_confirm_email(wallets, TEXT(secret), &found, &outcome, &error));
    TRUE(is_number(found, 1001));
    OK(escrow_contact_changes(wallets, anna, &rows, &error));
    OK(escrow_contact_change_at(rows, 0, &change, &error));
    TRUE(change.state == ESCROW_CONTACT_CHANGE_STATE_COOLING_DOWN);
    TRUE(change.channel == ESCROW_CHANNEL_EMAIL && change.until > START + DAY - 1);
    escrow_rows_free(rows);
    secret = secret_of(ESCROW_LETTER_KIND_CONTACT_CHANGED);
    DONE(escrow_contact_stop_by_link(wallets, TEXT(secret), &found, &outcome, &error));
    TRUE(is_number(found, 1001));

    DONE(escrow_contact_begin(wallets, anna, ESCROW_CHANNEL_PHONE, TEXT("+7 1"), &outcome, &error));
    secret = secret_of(ESCROW_LETTER_KIND_CONFIRM_NEW_PHONE);
    REFUSED(CODE_MUST_MATCH, escrow_contact_confirm_phone(wallets, anna, TEXT("1"), &outcome, &error));
    DONE(escrow_contact_confirm_phone(wallets, anna, TEXT(secret), &outcome, &error));
    DONE(escrow_contact_stop(wallets, anna, ESCROW_CHANNEL_PHONE, eve, &outcome, &error));
    REFUSED(CHANGE_NOT_FOUND, escrow_contact_stop(wallets, anna, ESCROW_CHANNEL_PHONE, eve, &outcome,
                                                  &error));
}

/* She lost her mailbox: two members of staff agree, and she confirms the new one. */
static void a_lost_mailbox_comes_back(const escrow_actor *eve) {
    escrow_correction wanted = ESCROW_CORRECTION_INIT, shown = ESCROW_CORRECTION_INIT;
    escrow_correction_case found = ESCROW_CORRECTION_CASE_INIT;
    escrow_actor bob = staff("bob");
    escrow_evidence scan, piece;
    escrow_u128 anna = person_of(1), confirmed = number(0);
    escrow_rows *rows = NULL;
    size_t count = 1;
    const char *secret;

    REFUSED(CORRECTION_MUST_CHANGE_SOMETHING,
            escrow_correction_open(wallets, number(9), anna, &wanted, eve, &outcome, &error));
    wanted.email = text_of("found@example.com");
    wanted.document_kind = 9;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_correction_open(wallets, number(9), anna, &wanted, eve, &outcome, &error));
    wanted.document_kind = 0;
    wanted.evidence = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_correction_open(wallets, number(9), anna, &wanted, eve, &outcome, &error));
    wanted.evidence = 0;
    DONE(escrow_correction_open(wallets, number(9), anna, &wanted, eve, &outcome, &error));
    memset(&scan, 0, sizeof scan);
    scan.kind = ESCROW_EVIDENCE_KIND_PASSPORT;
    scan.reference = text_of("scans/9");
    scan.hash[0] = 9;
    REFUSED(EVIDENCE_MUST_BE_GIVEN,
            escrow_correction_approve(wallets, number(9), &bob, &outcome, &error));
    DONE(escrow_correction_add_evidence(wallets, number(9), &scan, eve, &outcome, &error));
    REFUSED(REVIEWER_MUST_BE_ANOTHER,
            escrow_correction_approve(wallets, number(9), eve, &outcome, &error));

    OK(escrow_correction_waiting(wallets, number(0), 10, &rows, &error));
    OK(escrow_correction_case_at(rows, 0, &found, &error));
    TRUE(is_number(found.id, 9) && is_number(found.person, 1001) && found.evidence == 1);
    TRUE(found.state == ESCROW_CORRECTION_STATE_SUBMITTED && found.opened_at >= START);
    TRUE(is_text(found.changes, "email") && is_text(found.opened_by, "eve"));
    escrow_rows_free(rows);
    OK(escrow_correction_waiting(wallets, number(9), 10, &rows, &error));
    OK(escrow_rows_count(rows, &count, &error));
    TRUE(count == 0);
    escrow_rows_free(rows);
    DONE(escrow_correction_show(wallets, number(9), &bob, &rows, &outcome, &error));
    OK(escrow_correction_at(rows, 0, &shown, &error));
    TRUE(is_text(shown.email, "found@example.com") && shown.evidence == 1);
    TRUE(shown.name.length == 0 && shown.document_kind == 0);
    OK(escrow_correction_evidence_at(rows, 0, 0, &piece, &error));
    TRUE(is_text(piece.reference, "scans/9") && piece.hash[0] == 9);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_correction_evidence_at(rows, 0, 1, &piece, &error));
    escrow_rows_free(rows);

    DONE(escrow_correction_approve(wallets, number(9), &bob, &outcome, &error));
    secret = secret_of(ESCROW_LETTER_KIND_CONFIRM_NEW_ADDRESS);
    DONE(escrow_contact_confirm_email(wallets, TEXT(secret), &confirmed, &outcome, &error));
    TRUE(is_number(confirmed, 1001));
    OK(escrow_correction_find(wallets, number(9), &rows, &error));
    OK(escrow_correction_case_at(rows, 0, &found, &error));
    TRUE(found.state == ESCROW_CORRECTION_STATE_APPROVED && is_text(found.reviewer, "bob"));
    escrow_rows_free(rows);
    REFUSED(CASE_MUST_BE_AT_THIS_STEP,
            escrow_correction_refuse(wallets, number(9), eve, &outcome, &error));
}

int main(int argc, char **argv) {
    static const uint8_t key[ESCROW_KEY_BYTES] = {1};
    escrow_store *store = open_shop(argc > 1 ? argv[1] : "persons.escrow");
    escrow_wallet_options options = options_with(key);
    escrow_actor eve = staff("eve");
    uint64_t settled, shown;
    OK(escrow_store_advance(store, START, &settled, &shown, &error));
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    hire();
    registration();
    persons_are_found(&eve);
    contacts_change(&eve);
    OK(escrow_store_advance(store, START + DAY, &settled, &shown, &error));
    a_lost_mailbox_comes_back(&eve);
    escrow_wallets_free(wallets);
    escrow_store_free(store);
    puts("persons: done");
    return 0;
}
