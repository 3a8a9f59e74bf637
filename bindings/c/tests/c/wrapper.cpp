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
        escrowdb::Store again(path + ".second");
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

} // namespace

int main(int argc, char **argv) {
    const std::string path = argc > 1 ? argv[1] : "store";
    assignment_frees_what_was_there(path);
    a_list_of_operations_is_a_batch(path);
    return 0;
}
