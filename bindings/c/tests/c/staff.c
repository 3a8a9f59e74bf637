/* Staff are registered, trusted with more and with less, and leave; what they did is listed. */
#include "shopper.h"

static void staff_come_and_go(void) {
    escrow_actor olga = staff("olga"), otto = staff("otto"), ida = staff("Ida");
    escrow_staff_member member = ESCROW_STAFF_MEMBER_INIT;
    escrow_audit_entry first = ESCROW_AUDIT_ENTRY_INIT, last = ESCROW_AUDIT_ENTRY_INIT;
    const uint32_t support = ESCROW_STAFF_ROLE_SUPPORT, reviewer = ESCROW_STAFF_ROLE_REVIEWER;
    escrow_rows *rows = NULL;
    REFUSED(STAFF_MUST_BE_REGISTERED,
            escrow_wallet_freeze(wallets, wallet_of(1), &ida, &outcome, &error));
    REFUSED(STAFF_NAME_IS_TAKEN,
            escrow_staff_register(wallets, TEXT("e.v.e"), support, &olga, &outcome, &error));
    REFUSED(ROLES_MUST_BE_GIVEN,
            escrow_staff_register(wallets, TEXT("ida"), 16, &olga, &outcome, &error));
    REFUSED(SECOND_PERSON_MUST_AGREE,
            escrow_staff_register(wallets, TEXT("ida"), support, &olga, &outcome, &error));
    OK(escrow_staff_find(wallets, TEXT("ida"), &rows, &error));
    OK(escrow_staff_member_at(rows, 0, &member, &error));
    TRUE(member.state == ESCROW_STAFF_STATE_PROPOSED && member.roles == 0);
    TRUE(member.proposed_command == ESCROW_AUDIT_REGISTER_STAFF);
    TRUE(member.proposed_roles == support && is_text(member.proposed_by, "olga"));
    escrow_rows_free(rows);
    DONE(escrow_staff_register(wallets, TEXT("ida"), support, &otto, &outcome, &error));
    REFUSED(STAFF_MUST_HAVE_OPERATOR_ROLE,
            escrow_staff_grant(wallets, TEXT("ida"), reviewer, &ida, &outcome, &error));
    REFUSED(SECOND_PERSON_MUST_AGREE,
            escrow_staff_grant(wallets, TEXT("ida"), reviewer, &olga, &outcome, &error));
    DONE(escrow_staff_grant(wallets, TEXT("ida"), reviewer, &otto, &outcome, &error));
    DONE(escrow_staff_revoke(wallets, TEXT("ida"), support, &otto, &outcome, &error));
    REFUSED(STAFF_MUST_HAVE_SUPPORT_ROLE,
            escrow_wallet_freeze(wallets, wallet_of(1), &ida, &outcome, &error));
    DONE(escrow_staff_deactivate(wallets, TEXT("ida"), &olga, &outcome, &error));
    REFUSED(STAFF_NOT_FOUND,
            escrow_staff_deactivate(wallets, TEXT("nobody"), &olga, &outcome, &error));

    OK(escrow_staff_list(wallets, TEXT("bob"), 2, &rows, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_staff_member_at(rows, 2, &member, &error));
    OK(escrow_staff_member_at(rows, 0, &member, &error));
    TRUE(is_text(member.name, "eve") && member.roles == ALL_ROLES);
    OK(escrow_staff_member_at(rows, 1, &member, &error));
    TRUE(is_text(member.name, "ida") && member.state == ESCROW_STAFF_STATE_DEACTIVATED);
    TRUE(member.roles == 0 && member.proposed_command == 0 && member.proposed_by.length == 0);
    escrow_rows_free(rows);

    OK(escrow_staff_acts(wallets, TEXT("IDA"), 0, 0, number(0), 100, &rows, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_audit_entry_at(rows, 3, &first, &error));
    OK(escrow_audit_entry_at(rows, 0, &first, &error));
    TRUE(first.command == ESCROW_AUDIT_FREEZE_WALLET && is_number(first.subject, 2001));
    TRUE(is_text(first.detail, "refused: staff_must_be_registered"));
    escrow_rows_free(rows);
    OK(escrow_staff_acts(wallets, TEXT("ida"), 1, 0, number(0), 1, &rows, &error));
    OK(escrow_audit_entry_at(rows, 0, &last, &error));
    TRUE(is_text(last.detail, "refused: staff_must_have_support_role"));
    escrow_rows_free(rows);
    OK(escrow_staff_acts(wallets, TEXT("ida"), 1, last.at, last.id, 100, &rows, &error));
    TRUE(count_of(rows) == 2);
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_staff_acts(wallets, TEXT("ida"), 2, 0, number(0), 1, &rows, &error));
}

int main(int argc, char **argv) {
    static const uint8_t key[ESCROW_KEY_BYTES] = {1};
    escrow_store *store = open_shop(argc > 1 ? argv[1] : "staff.escrow");
    escrow_wallet_options options = options_with(key);
    escrow_wallets *again = NULL;
    uint64_t settled, now;
    OK(escrow_store_advance(store, START, &settled, &now, &error));
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    hire();
    confirm_address(1, "anna@example.com");
    finish_registration(1, "45 09 000001");
    staff_come_and_go();
    escrow_wallets_free(wallets);
    options.first_operator = text_of("otto");
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_wallets_open(store, &options, &again, &error));
    options.first_operator = text_of("");
    OK(escrow_wallets_open(store, &options, &again, &error));
    escrow_wallets_free(again);
    escrow_store_free(store);
    puts("staff: done");
    return 0;
}
