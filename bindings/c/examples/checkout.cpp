// A storefront's checkout in C++17: pay, top up and pay again, ship, confirm, refund, statement.
//
//     c++ -std=c++17 checkout.cpp $(pkg-config --cflags --libs escrowdb) -o checkout
#include <escrowdb.hpp>

#include <array>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace {

constexpr std::uint32_t usd = 1;
const escrowdb::Id bank{1, 0}, customer{2, 0}, merchant{3, 0}, marketplace{4, 0};

void must_be_done(const escrow_outcome &outcome) {
    if (!escrowdb::is_done(outcome))
        throw std::runtime_error("refused: " + std::string(escrowdb::name(outcome)));
}

void must_be(bool is_so, const char *what) {
    if (!is_so) throw std::logic_error(what);
}

void set_up(escrowdb::Store &store) {
    escrow_ledger dollars{};
    dollars.number = usd;
    dollars.scale = 2;
    std::string_view("USD").copy(dollars.code, 3);
    must_be_done(store.create_ledgers({&dollars, 1}).front());

    std::array<escrow_account, 4> accounts{};
    for (std::size_t i = 0; i < accounts.size(); i++) {
        accounts[i].id = escrowdb::id(i + 1);
        accounts[i].ledger = usd;
        accounts[i].code = 1;
        accounts[i].flags = i == 0   ? ESCROW_ACCOUNT_EXTERNAL
                            : i == 3 ? 0
                                     : ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS;
    }
    for (const escrow_outcome &outcome : store.create_accounts(accounts)) must_be_done(outcome);
}

void top_up(escrowdb::Store &store, std::string_view amount) {
    const escrowdb::Amount cents = escrowdb::parse_amount(amount, 2);
    must_be_done(store.submit(escrowdb::transfer(bank, customer, usd, cents)));
}

// An attempt to pay for an order. A refusal uses up an id, so each attempt has one of its own, and the
// order stands in the user data.
escrow_operation new_attempt(std::string_view order, std::string_view price) {
    const escrowdb::Amount amount = escrowdb::parse_amount(price, 2);
    escrow_operation attempt = escrowdb::hold(customer, merchant, usd, amount);
    attempt.user_data_128 = escrowdb::named_id("orders", order);
    attempt.fee_account = marketplace;
    attempt.fee_ppm = 29'000;
    return attempt;
}

} // namespace

int main(int argc, char **argv) try {
    escrowdb::Store store(argc > 1 ? argv[1] : "shop.escrow");
    set_up(store);

    // The customer does not have enough, which is refused, not thrown, and not forgotten.
    top_up(store, "20.00");
    const escrow_operation lacking = new_attempt("A-1001", "20.05");
    std::cout << escrowdb::name(store.submit(lacking)) << '\n';
    top_up(store, "30.00");
    const escrow_outcome late = store.submit(lacking);
    must_be(late.status == ESCROW_OUTCOME_ID_ALREADY_FAILED &&
                late.first_status == ESCROW_OUTCOME_EXCEEDS_CREDITS,
            "nothing was refused: was this store used before?");

    // A second attempt pays for the same order.
    const escrow_operation attempt = new_attempt("A-1001", "20.05");
    must_be_done(store.submit(attempt));
    const escrowdb::Id first = attempt.id;
    must_be_done(store.submit(escrowdb::operation(ESCROW_KIND_SHIP, first)));
    const escrow_outcome released = store.submit(escrowdb::release_rest(first));
    must_be_done(released);
    std::cout << "commission " << escrowdb::format_amount(released.fee, 2) << '\n';

    const escrow_operation other = new_attempt("A-1002", "9.99");
    must_be_done(store.submit(other));
    const escrowdb::Id second = other.id;
    must_be_done(store.submit(escrowdb::refund_rest(second)));

    // What cannot be carried out is thrown.
    try {
        escrow_open_options alone = ESCROW_OPEN_OPTIONS_INIT;
        alone.exclusive = 1;
        escrowdb::Store twice(argc > 1 ? argv[1] : "shop.escrow", alone);
        must_be(false, "a store was opened alone that was open");
    } catch (const escrowdb::Error &error) {
        std::cout << error.name() << '\n';
    }

    const escrowdb::Snapshot snapshot = store.snapshot();
    snapshot.statement(customer).for_each([](const escrow_statement_line &line) {
        std::cout << escrow_kind_name(line.operation.kind) << ' '
                  << escrowdb::format_amount(line.amount, 2) << '\n';
    });
    must_be(snapshot.hold(second)->phase == ESCROW_PHASE_REFUNDED, "the second is refunded");
    must_be(!snapshot.account(escrowdb::id(99)), "there is no account 99");
    store.close();
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
}
