/* The wrapper of C++: what becomes of handles that are moved, and which call is meant. */
#include <escrowdb.hpp>

#include <string>
#include <utility>

#undef NDEBUG
#include <cassert>

namespace {

/* A store that took another's place stayed open, and its directory locked, for as long as the object
 * lived that had been moved from: assignment exchanged the two. */
void assignment_frees_what_was_there(const std::string &path) {
    escrowdb::Store store(path + ".first");
    escrowdb::Store second(path + ".second");
    store = std::move(second);
    assert(second.get() == nullptr);
    escrowdb::Store first(path + ".first"); // is free again
    bool refused = false;
    try {
        escrow_open_options alone = ESCROW_OPEN_OPTIONS_INIT;
        alone.exclusive = 1;
        escrowdb::Store again(path + ".second", alone);
    } catch (const escrowdb::Error &error) {
        refused = error.status() == ESCROW_LOCKED;
    }
    assert(refused);
    escrowdb::Store &same = store;
    store = std::move(same);
    assert(store.get() != nullptr);
    assert(store.submit({}).empty());
    escrowdb::Snapshot snapshot = store.snapshot();
    snapshot = first.snapshot();
    assert(!snapshot.account(escrowdb::id(1)));
}

/* `submit({})` was ambiguous: no operation, or one that is all zero? */
void a_list_of_operations_is_a_batch(const std::string &path) {
    escrowdb::Store store(path + ".list");
    assert(store.submit({}).empty());
    const escrow_operation unknown = escrowdb::release_rest(escrowdb::new_id());
    assert(store.submit({unknown, unknown}).size() == 2);
    assert(store.submit(unknown).status == ESCROW_OUTCOME_ID_ALREADY_FAILED);
}

/* As `tests/vectors/named_ids.txt` says for every language. */
void names_have_the_ids_of_every_language() {
    const escrowdb::Id order = escrowdb::named_id("orders", "A-1001");
    assert(order.hi == 0x710d859ff811f1b6 && order.lo == 0x792365dc46b07fbd);
}

/* Why the ledger refused was not told, and of an id that had failed before not why it had. */
void a_refusal_says_why() {
    escrow_wallet_outcome outcome{};
    outcome.status = ESCROW_WALLET_NEEDS_TIER;
    assert(std::string(escrowdb::Refused(outcome).what()) == "needs_tier");
    outcome.status = ESCROW_WALLET_REFUSED_BY_LEDGER;
    outcome.ledger_outcome = outcome.ledger_first_outcome = ESCROW_OUTCOME_EXCEEDS_CREDITS;
    assert(std::string(escrowdb::Refused(outcome).what()) == "refused_by_ledger: exceeds_credits");
    outcome.ledger_outcome = ESCROW_OUTCOME_ID_ALREADY_FAILED;
    assert(std::string(escrowdb::Refused(outcome).what()) ==
           "refused_by_ledger: id_already_failed: the first time it was exceeds_credits");
}

/* One that asks for a time that is over is told which time it is. */
void a_clock_never_goes_back(const std::string &path) {
    escrowdb::Store store(path + ".clock");
    const escrowdb::Advanced advanced = store.advance(1);
    assert(advanced.settled == 0 && advanced.now > 1);
}

/* An order is placed, looked at, and acted about too early: who does is told what is possible. */
void an_order_is_a_deal(const std::string &path) {
    escrowdb::Store store(path + ".orders");
    escrowdb::Orders orders(store);
    escrow_ledger usd{};
    assert(escrow_ledger_iso(1, "USD", 3, &usd, nullptr) == ESCROW_OK);
    store.create_ledgers({&usd, 1});
    escrow_account card{};
    card.id = escrowdb::id(1);
    card.ledger = card.code = 1;
    card.flags = ESCROW_ACCOUNT_EXTERNAL;
    store.create_accounts({&card, 1});
    const std::string policy =
        R"({"name": "mine", "payment": {"hours": 1}, "processing": {"days": 3},
            "protection": {"days": 30}, "inspection": {"days": 2},
            "claims": {"answer": {"days": 5}, "refused": {"days": 5}, "after_refusal": "resume",
                       "send_back": {"days": 10}, "receive_back": {"days": 10},
                       "decision": {"days": 7}, "undecided": "claim"}})";
    const escrowdb::Id anna = escrowdb::id(11), bob = escrowdb::id(21), order = escrowdb::id(1001);
    orders.command(escrow_orders_register_buyer, anna, 1u);
    orders.command(escrow_orders_register_seller, bob, 1u);
    escrow_leg leg{};
    leg.seller = bob;
    leg.amount = escrowdb::id(5000);
    escrow_tender tender{};
    tender.source = card.id;
    tender.amount = leg.amount;
    tender.kind = ESCROW_TENDER_EXTERNAL;
    escrow_terms terms = ESCROW_TERMS_INIT;
    terms.ledger = 1;
    terms.buyer = anna;
    terms.legs = &leg;
    terms.tenders = &tender;
    terms.legs_count = terms.tenders_count = 1;
    assert(escrow_orders_keep_policy(orders.get(), policy.data(), policy.size(), terms.policy,
                                     nullptr) == ESCROW_OK);
    orders.command(escrow_orders_place, order, &terms);
    std::uint32_t is_paid = 0;
    orders.command(escrow_orders_tender_came, order, 0u, escrowdb::new_id(), &is_paid);
    assert(is_paid == 1);
    const auto found = orders.query(escrow_orders_find, order);
    assert(found.at(0, escrow_order_view_at).state == ESCROW_ORDER_STATE_OPEN);
    escrow_part_command confirm = ESCROW_PART_COMMAND_INIT;
    confirm.action = ESCROW_ACTION_CONFIRM;
    escrow_acted acted = ESCROW_ACTED_INIT;
    bool refused = false;
    try {
        orders.command(escrow_orders_act, order, 0u, ESCROW_PARTY_BUYER, nullptr, std::size_t{0},
                       &confirm, escrowdb::new_id(), &acted);
    } catch (const escrowdb::OrderRefused &error) {
        refused = error.status() == ESCROW_ORDER_NOT_IN_THIS_STAGE;
        assert(std::string(error.what()) ==
               "not_in_this_stage: the part is paid, and this actor can extend, claim");
        assert(error.is_possible(ESCROW_ACTION_CLAIM) && !error.is_possible(ESCROW_ACTION_SHIP));
    }
    assert(refused);
}

} // namespace

int main(int argc, char **argv) {
    const std::string path = argc > 1 ? argv[1] : "store";
    assignment_frees_what_was_there(path);
    a_list_of_operations_is_a_batch(path);
    names_have_the_ids_of_every_language();
    a_refusal_says_why();
    a_clock_never_goes_back(path);
    an_order_is_a_deal(path);
    return 0;
}
