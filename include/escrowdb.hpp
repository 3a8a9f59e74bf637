/*
 * escrowdb for C++17: a thin, header-only wrapper around escrowdb.h.
 *
 * Handles are owned by objects that are moved, not copied, and freed in any order. A call that could
 * not be carried out throws escrowdb::Error; a refused operation is an outcome, as in C; a refused
 * wallet command throws escrowdb::Refused, an order command escrowdb::OrderRefused. Records are C's
 * own structs. Batches are escrowdb::Span, which any contiguous container turns into.
 *
 *     escrowdb::Store store("shop.escrow");
 *     auto outcomes = store.submit(operations);
 */
#ifndef ESCROWDB_HPP
#define ESCROWDB_HPP

#include "escrowdb.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace escrowdb {

/* A call that could not be carried out: its status, and one line for people. */
class Error : public std::runtime_error {
public:
    Error(escrow_status status, const char *message) : std::runtime_error(message), status_(status) {}
    escrow_status status() const noexcept { return status_; }
    const char *name() const noexcept { return escrow_status_name(status_); }

private:
    escrow_status status_;
};

/* Elements that lie one after the other and are somebody else's. */
template <class T>
class Span {
public:
    Span() = default;
    Span(T *data, std::size_t size) : data_(data), size_(size) {}
    template <class C, class = std::enable_if_t<std::is_convertible_v<
                           decltype(std::declval<C &>().data()), T *>>>
    Span(C &&container) : data_(container.data()), size_(container.size()) {}
    template <std::size_t N>
    Span(T (&array)[N]) : data_(array), size_(N) {}

    T *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    T *begin() const noexcept { return data_; }
    T *end() const noexcept { return data_ + size_; }
    T &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

/* Calls with an error struct, and throws what it says. */
template <class F>
void call(F &&function) {
    escrow_error error = ESCROW_ERROR_INIT;
    if (escrow_status status = function(&error)) throw Error(status, error.message);
}

/* Owns a handle. */
template <class T, void (*Free)(T *)>
class Handle {
public:
    Handle() = default;
    explicit Handle(T *handle) : handle_(handle) {}
    Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    /* What was owned before is freed at once, so that a store is closed when another takes its place. */
    Handle &operator=(Handle &&other) noexcept {
        if (this != &other) {
            Free(handle_);
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    ~Handle() { Free(handle_); }

    /* The handle for functions of C. It remains this object's. */
    T *get() const noexcept { return handle_; }

private:
    T *handle_ = nullptr;
};

} // namespace detail

/* --- Values -------------------------------------------------------------------------------- */

using Id = escrow_u128;
using Amount = escrow_u128;

inline Id id(std::uint64_t low, std::uint64_t high = 0) { return Id{low, high}; }

inline Id new_id() {
    Id made;
    detail::call([&](escrow_error *error) { return escrow_id_new(&made, 1, error); });
    return made;
}

/* The id of a name that the host has already, such as an order's number, in a space of names of its own:
 * the same in every language. */
inline Id named_id(std::string_view space, std::string_view text) {
    Id made;
    detail::call([&](escrow_error *error) {
        return escrow_id_named(space.data(), space.size(), text.data(), text.size(), &made, error);
    });
    return made;
}

inline Amount parse_amount(std::string_view text, std::uint32_t scale) {
    Amount amount;
    detail::call([&](escrow_error *error) {
        return escrow_amount_parse(text.data(), text.size(), scale, &amount, error);
    });
    return amount;
}

inline std::string format_amount(Amount amount, std::uint32_t scale) {
    char text[64];
    std::size_t length = 0;
    detail::call([&](escrow_error *error) {
        return escrow_amount_format(amount, scale, text, sizeof text, &length, error);
    });
    return std::string(text, length);
}

inline Amount available(const escrow_balances &balances) {
    Amount amount;
    detail::call([&](escrow_error *error) {
        return escrow_balances_available(&balances, &amount, error);
    });
    return amount;
}

/* Whether an operation is done: now, or by an earlier submission of the same id. */
inline bool is_done(const escrow_outcome &outcome) noexcept {
    return outcome.status == ESCROW_OUTCOME_APPLIED || outcome.status == ESCROW_OUTCOME_EXISTS;
}

inline std::string_view name(const escrow_outcome &outcome) noexcept {
    return escrow_outcome_name(outcome.status);
}

/* --- Operations ---------------------------------------------------------------------------- */

/* An operation of this kind about `target`, with a new id. */
inline escrow_operation operation(std::uint16_t kind, Id target = {}) {
    escrow_operation made{};
    made.id = new_id();
    made.kind = kind;
    made.target = target;
    return made;
}

inline escrow_operation transfer(Id debit, Id credit, std::uint32_t ledger, Amount amount) {
    escrow_operation made = operation(ESCROW_KIND_TRANSFER);
    made.debit_account = debit;
    made.credit_account = credit;
    made.ledger = ledger;
    made.amount = amount;
    made.code = 1;
    return made;
}

inline escrow_operation hold(Id payer, Id payee, std::uint32_t ledger, Amount amount) {
    escrow_operation made = transfer(payer, payee, ledger, amount);
    made.kind = ESCROW_KIND_HOLD;
    return made;
}

/* All that is left of a hold goes to its payee. */
inline escrow_operation release_rest(Id hold) {
    escrow_operation made = operation(ESCROW_KIND_RELEASE, hold);
    made.flags = ESCROW_OPERATION_REST;
    return made;
}

/* All that is left of a hold goes back to its payer. */
inline escrow_operation refund_rest(Id hold) {
    escrow_operation made = operation(ESCROW_KIND_REFUND, hold);
    made.flags = ESCROW_OPERATION_REST;
    return made;
}

/* All that the payee of a hold was paid and has not given back, or all of a transfer or release that is
 * not undone yet, goes back. */
inline escrow_operation reverse_rest(Id target) {
    escrow_operation made = operation(ESCROW_KIND_REVERSE, target);
    made.flags = ESCROW_OPERATION_REST;
    return made;
}

/* --- Reading ------------------------------------------------------------------------------- */

/* Rows that are read as they are asked for. One thread at a time. */
template <class Row, escrow_status (*Read)(escrow_cursor *, Row *, std::size_t, std::size_t *,
                                           escrow_error *)>
class Cursor {
public:
    explicit Cursor(escrow_cursor *cursor) : handle_(cursor) {}

    /* The next rows, `most` of them or fewer; none at the end. */
    std::vector<Row> next(std::size_t most = 128) {
        std::vector<Row> rows(most);
        std::size_t count = 0;
        detail::call([&](escrow_error *error) {
            return Read(handle_.get(), rows.data(), most, &count, error);
        });
        rows.resize(count);
        return rows;
    }

    /* Calls `visit` for each row that is left. */
    template <class F>
    void for_each(F &&visit) {
        for (std::vector<Row> rows = next(); !rows.empty(); rows = next())
            for (const Row &row : rows) visit(row);
    }

private:
    detail::Handle<escrow_cursor, escrow_cursor_free> handle_;
};

using Statement = Cursor<escrow_statement_line, escrow_cursor_lines>;
using Holds = Cursor<escrow_hold, escrow_cursor_holds>;
using Accounts = Cursor<escrow_account, escrow_cursor_accounts>;

/* The store as of one moment. */
class Snapshot {
public:
    explicit Snapshot(escrow_snapshot *snapshot) : handle_(snapshot) {}
    escrow_snapshot *get() const noexcept { return handle_.get(); }

    std::optional<escrow_account> account(Id id) const {
        return find<escrow_account>(escrow_snapshot_accounts, id);
    }
    std::optional<escrow_hold> hold(Id id) const {
        return find<escrow_hold>(escrow_snapshot_holds, id);
    }
    std::optional<escrow_operation_record> operation(Id id) const {
        return find<escrow_operation_record>(escrow_snapshot_operations, id);
    }
    Statement statement(Id account, escrow_statement_query query = ESCROW_STATEMENT_QUERY_INIT) const {
        return Statement(cursor([&](escrow_cursor **cursor, escrow_error *error) {
            return escrow_snapshot_statement(get(), account, &query, cursor, error);
        }));
    }
    Holds open_holds(escrow_hold_query query = ESCROW_HOLD_QUERY_INIT) const {
        return Holds(cursor([&](escrow_cursor **cursor, escrow_error *error) {
            return escrow_snapshot_open_holds(get(), &query, cursor, error);
        }));
    }
    Accounts accounts(Id after = {}) const {
        return Accounts(cursor([&](escrow_cursor **cursor, escrow_error *error) {
            return escrow_snapshot_all_accounts(get(), after, cursor, error);
        }));
    }

private:
    template <class Row, class F>
    std::optional<Row> find(F look_up, Id id) const {
        Row row;
        std::size_t found = 0;
        detail::call([&](escrow_error *error) {
            return look_up(get(), &id, 1, &row, &found, error);
        });
        return found ? std::optional<Row>(row) : std::nullopt;
    }
    template <class F>
    escrow_cursor *cursor(F make) const {
        escrow_cursor *cursor = nullptr;
        detail::call([&](escrow_error *error) { return make(&cursor, error); });
        return cursor;
    }

    detail::Handle<escrow_snapshot, escrow_snapshot_free> handle_;
};

/* --- Store --------------------------------------------------------------------------------- */

using Outcomes = std::vector<escrow_outcome>;

/* How many holds were settled, and what the clock shows, in nanoseconds: it never goes back. */
struct Advanced {
    std::uint64_t settled, now;
};

/* An open store. Any number of threads may use it at the same time. */
class Store {
public:
    explicit Store(std::string_view path, escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT) {
        escrow_store *store = nullptr;
        detail::call([&](escrow_error *error) {
            return escrow_store_open(path.data(), path.size(), &options, &store, error);
        });
        handle_ = detail::Handle<escrow_store, escrow_store_free>(store);
    }
    escrow_store *get() const noexcept { return handle_.get(); }

    Outcomes create_ledgers(Span<const escrow_ledger> ledgers) {
        return outcomes(ledgers, escrow_store_create_ledgers);
    }
    Outcomes create_accounts(Span<const escrow_account> accounts) {
        return outcomes(accounts, escrow_store_create_accounts);
    }
    /* Waits until the batch is durable. Documents lie in `data`. */
    Outcomes submit(Span<const escrow_operation> operations, std::string_view data = {}) {
        Outcomes outcomes(operations.size());
        submit(operations, outcomes, data);
        return outcomes;
    }
    /* The same for operations that are listed: `submit({first, second})`; none with `submit({})`. */
    Outcomes submit(std::initializer_list<escrow_operation> operations, std::string_view data = {}) {
        return submit(Span<const escrow_operation>(operations.begin(), operations.size()), data);
    }
    /* The same without an allocation: `outcomes` has room for one of each. */
    void submit(Span<const escrow_operation> operations, Span<escrow_outcome> outcomes,
                std::string_view data = {}) {
        if (outcomes.size() < operations.size())
            throw Error(ESCROW_BUFFER_TOO_SMALL, "outcomes is too small");
        detail::call([&](escrow_error *error) {
            return escrow_store_submit(get(), operations.data(), operations.size(), data.data(),
                                       data.size(), outcomes.data(), error);
        });
    }
    escrow_outcome submit(const escrow_operation &operation) {
        return submit(Span<const escrow_operation>(&operation, 1)).front();
    }
    /* Settles what is due up to `to`, in nanoseconds. */
    Advanced advance(std::uint64_t to) {
        Advanced advanced{};
        detail::call([&](escrow_error *error) {
            return escrow_store_advance(get(), to, &advanced.settled, &advanced.now, error);
        });
        return advanced;
    }
    Snapshot snapshot() const {
        escrow_snapshot *snapshot = nullptr;
        detail::call([&](escrow_error *error) {
            return escrow_store_snapshot(get(), &snapshot, error);
        });
        return Snapshot(snapshot);
    }
    /* Writes a checkpoint and takes no more work. The destructor frees without one. */
    void close() {
        detail::call([&](escrow_error *error) { return escrow_store_close(get(), error); });
    }

private:
    template <class T, class F>
    Outcomes outcomes(Span<const T> records, F create) {
        Outcomes outcomes(records.size());
        detail::call([&](escrow_error *error) {
            return create(get(), records.data(), records.size(), outcomes.data(), error);
        });
        return outcomes;
    }

    detail::Handle<escrow_store, escrow_store_free> handle_;
};

/* --- Wallets -------------------------------------------------------------------------------- */

/* A text for the structs of C. What it views must outlive the call. */
inline escrow_text text(std::string_view view) { return escrow_text{view.data(), view.size()}; }

/* A wallet command that was refused: which law, and what would help. */
class Refused : public std::runtime_error {
public:
    explicit Refused(const escrow_wallet_outcome &outcome)
        : std::runtime_error(text_of(outcome)), outcome_(outcome) {}
    const escrow_wallet_outcome &outcome() const noexcept { return outcome_; }
    std::uint32_t status() const noexcept { return outcome_.status; }

private:
    /* The law, what the ledger said, and for an id that had failed before why it did. */
    static std::string text_of(const escrow_wallet_outcome &outcome) {
        std::string text = escrow_wallet_outcome_name(outcome.status);
        if (outcome.ledger_outcome != ESCROW_OUTCOME_APPLIED)
            text.append(": ").append(escrow_outcome_name(outcome.ledger_outcome));
        if (outcome.ledger_first_outcome != outcome.ledger_outcome)
            text.append(": the first time it was ")
                .append(escrow_outcome_name(outcome.ledger_first_outcome));
        return text;
    }

    escrow_wallet_outcome outcome_;
};

/* What a query about wallets or orders found. Texts of its rows live as long. */
class Rows {
public:
    explicit Rows(escrow_rows *rows) : handle_(rows) {}
    escrow_rows *get() const noexcept { return handle_.get(); }

    std::size_t size() const {
        std::size_t count = 0;
        detail::call([&](escrow_error *error) { return escrow_rows_count(get(), &count, error); });
        return count;
    }
    /* Reads a row by its function: `rows.at(0, escrow_letter_at)` gives an `escrow_letter`. */
    template <class Row>
    Row at(std::size_t index,
           escrow_status (*read)(escrow_rows *, std::size_t, Row *, escrow_error *)) const {
        Row row{};
        // Structs that begin with their size need it; the others are filled whole.
        set_size(row, 0);
        detail::call([&](escrow_error *error) { return read(get(), index, &row, error); });
        return row;
    }

private:
    template <class Row>
    static auto set_size(Row &row, int) -> decltype(row.struct_size, void()) {
        row.struct_size = sizeof row;
    }
    template <class Row>
    static void set_size(Row &, long) {}

    detail::Handle<escrow_rows, escrow_rows_free> handle_;
};

/* The wallets of a store. Any number of threads may use them at the same time.
 *
 * Functions of C are given with their arguments, but for the handle at the beginning, and for rows,
 * outcome and error at the end. */
class Wallets {
public:
    Wallets(const Store &store, const escrow_wallet_options &options) {
        escrow_wallets *wallets = nullptr;
        detail::call([&](escrow_error *error) {
            return escrow_wallets_open(store.get(), &options, &wallets, error);
        });
        handle_ = detail::Handle<escrow_wallets, escrow_wallets_free>(wallets);
    }
    escrow_wallets *get() const noexcept { return handle_.get(); }

    /* Carries out a command; throws Refused if a law stands in its way. */
    template <class F, class... A>
    void command(F function, A... arguments) const {
        escrow_wallet_outcome outcome{};
        detail::call([&](escrow_error *error) {
            return function(get(), arguments..., &outcome, error);
        });
        if (outcome.status != ESCROW_WALLET_DONE) throw Refused(outcome);
    }
    /* Answers a query. */
    template <class F, class... A>
    Rows query(F function, A... arguments) const {
        escrow_rows *rows = nullptr;
        detail::call([&](escrow_error *error) {
            return function(get(), arguments..., &rows, error);
        });
        return Rows(rows);
    }
    /* Answers a query that may be refused; throws Refused then. */
    template <class F, class... A>
    Rows judged_query(F function, A... arguments) const {
        escrow_rows *rows = nullptr;
        command(function, arguments..., &rows);
        return Rows(rows);
    }

private:
    detail::Handle<escrow_wallets, escrow_wallets_free> handle_;
};

/* --- Orders --------------------------------------------------------------------------------- */

/* An order command that was refused: which law, and what this actor can do instead. */
class OrderRefused : public std::runtime_error {
public:
    explicit OrderRefused(const escrow_order_outcome &outcome)
        : std::runtime_error(text_of(outcome)), outcome_(outcome) {}
    const escrow_order_outcome &outcome() const noexcept { return outcome_; }
    std::uint32_t status() const noexcept { return outcome_.status; }
    /* Whether this actor can do `action` in the stage that the part is in. */
    bool is_possible(std::uint32_t action) const noexcept {
        return action < 64 && (outcome_.possible >> action & 1) != 0;
    }

private:
    /* The law, what the ledger said, and where the stage is why, that and what is possible. */
    static std::string text_of(const escrow_order_outcome &outcome) {
        std::string text = escrow_order_outcome_name(outcome.status);
        if (outcome.ledger_outcome != ESCROW_OUTCOME_APPLIED)
            text.append(": ").append(escrow_outcome_name(outcome.ledger_outcome));
        if (outcome.stage == 0) return text;
        text.append(": the part is ").append(escrow_stage_name(outcome.stage));
        const char *between = ", and this actor can ";
        for (std::uint32_t action = 0; action < 64; action++) {
            if ((outcome.possible >> action & 1) == 0) continue;
            text.append(between).append(escrow_action_name(action));
            between = ", ";
        }
        return text;
    }

    escrow_order_outcome outcome_;
};

/* The orders of a store. Any number of threads may use them at the same time.
 *
 * Functions of C are given with their arguments, but for the handle at the beginning, and for rows,
 * outcome and error at the end. */
class Orders {
public:
    explicit Orders(const Store &store) {
        escrow_orders *orders = nullptr;
        detail::call([&](escrow_error *error) {
            return escrow_orders_open(store.get(), &orders, error);
        });
        handle_ = detail::Handle<escrow_orders, escrow_orders_free>(orders);
    }
    escrow_orders *get() const noexcept { return handle_.get(); }

    /* Carries out a command; throws OrderRefused if a law stands in its way. */
    template <class F, class... A>
    void command(F function, A... arguments) const {
        escrow_order_outcome outcome{};
        detail::call([&](escrow_error *error) {
            return function(get(), arguments..., &outcome, error);
        });
        if (outcome.status != ESCROW_ORDER_DONE) throw OrderRefused(outcome);
    }
    /* Answers a query; throws OrderRefused if there is no such order. */
    template <class F, class... A>
    Rows query(F function, A... arguments) const {
        escrow_rows *rows = nullptr;
        command(function, arguments..., &rows);
        return Rows(rows);
    }

private:
    detail::Handle<escrow_orders, escrow_orders_free> handle_;
};

} // namespace escrowdb

#endif
