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

} // namespace

int main(int argc, char **argv) {
    const std::string path = argc > 1 ? argv[1] : "store";
    assignment_frees_what_was_there(path);
    a_list_of_operations_is_a_batch(path);
    names_have_the_ids_of_every_language();
    a_refusal_says_why();
    a_clock_never_goes_back(path);
    return 0;
}
