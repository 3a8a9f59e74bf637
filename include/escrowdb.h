/*
 * escrowdb: an embedded, transactional, on-disk escrow store. Balances, escrow holds and
 * double-entry transfers in one library.
 *
 * This header is the specification. It is generated: see bindings/c in the source.
 *
 * A PROGRAM
 *
 * Opens a shop's store, pays 50 dollars into Alice's wallet, and puts 20 of them into escrow for
 * Bob until the goods arrive:
 *
 *     #include <escrowdb.h>
 *     #include <stdio.h>
 *     #include <string.h>
 *
 *     static int fail(const char *what, const escrow_error *error) {
 *         fprintf(stderr, "%s: %s\n", what, error->message);
 *         return 1;
 *     }
 *
 *     int main(int argc, char **argv) {
 *         const char *path = argc > 1 ? argv[1] : "shop.escrow";
 *         escrow_error error = ESCROW_ERROR_INIT;
 *         escrow_store *store = NULL;
 *         if (escrow_store_open(path, strlen(path), NULL, &store, &error))
 *             return fail("open", &error);
 *
 *         escrow_outcome outcomes[3];
 *         escrow_ledger usd = {1, 2, "USD", 0, {0, 0}, {0, 0}, {0}};
 *         escrow_u128 bank = {1, 0}, alice = {2, 0}, bob = {3, 0};
 *         escrow_account accounts[3];
 *         memset(accounts, 0, sizeof accounts);
 *         for (int i = 0; i < 3; i++) {
 *             accounts[i].id.lo = (uint64_t)i + 1;
 *             accounts[i].ledger = 1;
 *             accounts[i].code = 100;
 *             accounts[i].flags =
 *                 i ? ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS : ESCROW_ACCOUNT_EXTERNAL;
 *         }
 *         if (escrow_store_create_ledgers(store, &usd, 1, outcomes, &error) ||
 *             escrow_store_create_accounts(store, accounts, 3, outcomes, &error))
 *             return fail("create", &error);
 *
 *         escrow_operation batch[2];
 *         memset(batch, 0, sizeof batch);
 *         batch[0].kind = ESCROW_KIND_TRANSFER;
 *         batch[0].debit_account = bank;
 *         batch[0].credit_account = alice;
 *         batch[0].amount.lo = 5000;
 *         batch[1].kind = ESCROW_KIND_HOLD;
 *         batch[1].debit_account = alice;
 *         batch[1].credit_account = bob;
 *         batch[1].amount.lo = 2000;
 *         batch[1].timeout_seconds = 30 * 86400;
 *         batch[1].at_deadline = ESCROW_AT_DEADLINE_REFUND;
 *         // An attempt to pay has an id of its own, and the order stands in its user data.
 *         escrow_id_named("orders", 6, "A-1001", 6, &batch[1].user_data_128, NULL);
 *         for (int i = 0; i < 2; i++) {
 *             batch[i].ledger = 1;
 *             batch[i].code = 1;
 *             escrow_id_new(&batch[i].id, 1, NULL);
 *         }
 *         if (escrow_store_submit(store, batch, 2, NULL, 0, outcomes, &error))
 *             return fail("submit", &error);
 *         for (int i = 0; i < 2; i++)
 *             printf("%s\n", escrow_outcome_name(outcomes[i].status));
 *
 *         if (escrow_store_close(store, &error))
 *             return fail("close", &error);
 *         escrow_store_free(store);
 *         return 0;
 *     }
 *
 * CONVENTIONS
 *
 * 1. Names. Functions are escrow_<noun>_<verb>, types escrow_<noun>, constants ESCROW_*. The
 *    library is libescrowdb. In comments, lower-case names of kinds and flags such as `hold` and
 *    `imported` stand for ESCROW_KIND_HOLD and ESCROW_OPERATION_IMPORTED.
 *
 * 2. Handles (escrow_store, escrow_snapshot, escrow_cursor, escrow_queue, escrow_wallets,
 *    escrow_orders, escrow_rows) are opaque. Free each one once, with the function of its name that
 *    ends in _free; NULL and freed handles are ignored. What comes from a handle keeps it alive, so
 *    you may free them in any order. A failed call returns no handle.
 *
 * 3. Calls return an escrow_status: ESCROW_OK, which is 0, or why the call could not be carried
 *    out. Arguments are the handle, inputs, outputs, and last an escrow_error, which may be NULL;
 *    it is yours, so no other thread can overwrite it. Outputs are written on success only, except
 *    the lengths that ESCROW_BUFFER_TOO_SMALL reports and the outcomes of escrow_store_submit:
 *    when it fails, they all have a status that you do not know.
 *
 * 4. Statuses (ESCROW_*), outcomes (ESCROW_OUTCOME_*) and all other constants are plain integers.
 *    More will be added: treat one that you do not know as a failure. A refused operation is not a
 *    failed call: its outcome says which law it would have broken, and escrow_outcome_name gives
 *    the name. 0 is `applied`. Outcomes come in bands: 1 the chain, 100 the record itself,
 *    200 idempotency, 300 existence, 400 terms, 500 closed loop, 600 overflow, 700 balances; an
 *    operation that breaks several laws gets the lowest number. Convention 10 is about wallet
 *    commands, 11 about operations that are sent again, 12 about order commands.
 *
 * 5. Records (operations, outcomes, accounts, holds, ledgers) have a fixed size and no padding on
 *    every platform. Fill them from zero: reserved fields, and fields that a kind does not use,
 *    must be zero. They travel in arrays that are the caller's. Structs that begin with
 *    struct_size may grow: start from their ESCROW_*_INIT. A program that was compiled with a
 *    shorter one works on, its missing fields being zero; one that sets fields which this library
 *    does not know is refused with ESCROW_INVALID_ARGUMENT.
 *
 * 6. Texts and bytes go in as pointer and length; texts are UTF-8 and need no zero at their end.
 *    They come out in the caller's buffer; if it is too small, the call answers
 *    ESCROW_BUFFER_TOO_SMALL and says how much is needed. An array of no elements may be NULL.
 *    Within structs a text is an escrow_text. Texts of rows are not copied: they lie in the rows.
 *
 *    What does not exist: a look-up of one thing of the ledger by its id, number, name or key
 *    succeeds, with a record that is all zero, version 0, or `found` 0; of a wallet, a case or a
 *    payment it is ESCROW_NOT_FOUND. Asking about an account or a ledger that is
 *    not there, for its statement, balances in the past, open holds or trial balance, is
 *    ESCROW_INVALID_ARGUMENT: a mistyped id must not look like an account without money. What is
 *    filtered or walked through may be empty.
 *
 * 7. Threads. Stores, snapshots, queues, wallets, orders and rows: any number of threads at the same
 *    time.
 *    Cursors: one thread at a time. No handle belongs to a thread. Arrays belong to the call while
 *    it lasts.
 *
 * 8. Misuse and accidents. Every function may return these, where they apply:
 *    ESCROW_NULL_ARGUMENT for a NULL where none is allowed; ESCROW_INVALID_HANDLE for a handle
 *    that was freed or never was one (found out without touching its memory; the address of a
 *    freed handle is used again after a thousand others were freed); ESCROW_INVALID_ARGUMENT for a
 *    pointer that is not aligned; ESCROW_FORKED for handles from before a fork, in the child,
 *    except for stores, which go on there as guests of the parent, wallets and orders; ESCROW_CLOSED
 *    for what belongs to a closed store; ESCROW_HOST_ENDED for what came from a process that hosted
 *    the store and has ended; ESCROW_HOST_UNRESPONSIVE for a host that is stopped, or whose disk hangs;
 *    ESCROW_READ_ONLY for writing to a store that was opened to be read;
 *    ESCROW_CLOCK_MUST_BE_CONFIRMED for work on a store whose clock is not believed (see
 *    escrow_store_clock); ESCROW_POISONED after a failed write or sync; ESCROW_PANIC for a bug in
 *    the library, which is contained and poisons the store; ESCROW_LIMIT_EXCEEDED for more than
 *    sixty million handles at once. None of these ends the process.
 *
 * 9. Versions. Within one ESCROW_ABI_VERSION nothing that was released is renumbered, renamed or
 *    removed. The name of the shared library carries that number.
 *
 * 10. Wallets. A wallet command is judged by the policy that the wallets were opened with. A
 *    refused one is not a failed call: it answers ESCROW_OK, and its escrow_wallet_outcome, which
 *    must not be NULL, says which law it would have broken: ESCROW_WALLET_*, of which 0 is `done`;
 *    escrow_wallet_outcome_name gives the name, which comments use in lower case. Look at it: a
 *    wrong password is an outcome. Outputs other than the outcome are written only when the command
 *    was done. Bands: 1000 the request itself, 1100 persons and wallets, 1200 passwords, tokens and
 *    codes, 1300 cases and evidence, 1400 tiers and limits, 1500 authorisations and payments, 1600
 *    cards, 1700 letters, 1800 freezing, closing and erasing, 1900 the ledger.
 *
 *    Commands of staff take an escrow_actor: who acts, and why. Ids of persons, wallets, cards and
 *    cases are chosen by the caller, so that a command that is sent again opens nothing twice.
 *    Queries give escrow_rows: escrow_rows_count says how many; the function of the row's name that
 *    ends in _at shows one in a struct of the caller's; texts in it live until escrow_rows_free.
 *    Passwords and tokens are only read during the call. No message of an escrow_error holds one.
 *
 *    The errors of wallets, beside those of 8: ESCROW_CONTENDED; ESCROW_INVALID_TEXT;
 *    ESCROW_LIMIT_EXCEEDED; ESCROW_CLOSED; ESCROW_CORRUPT; ESCROW_IO. After ESCROW_IO,
 *    ESCROW_POISONED and ESCROW_PANIC it is not known whether a command was carried out: open the
 *    store again and send it again.
 *
 * 11. Ids, retries and attempts. Ids are the caller's; 0 and the maximum are reserved. The id of an
 *    operation is its idempotency key: make it before you send, keep it, and after a time-out or a
 *    crash send the same operation with the same id again. What was applied is answered
 *    ESCROW_OUTCOME_EXISTS, with the first outcome, and nothing happens twice.
 *
 *    A refusal from 300 on uses up the id, so that a late retry cannot succeed behind your back:
 *    sent again, it is answered ESCROW_OUTCOME_ID_ALREADY_FAILED, with the first reason in
 *    first_status (of a wallet command: in ledger_first_outcome). So a new attempt, such as after
 *    ESCROW_OUTCOME_EXCEEDS_CREDITS, needs a new id; a refusal below 300 leaves no trace. That is
 *    why a hold must not have its order's id: after one "not enough money" the order could never be
 *    paid. Each attempt has an id of its own, from escrow_id_new, and the order goes into
 *    user_data_128, by which its attempts are found (escrow_snapshot_open_holds,
 *    escrow_snapshot_operations_by_user_data); escrow_id_named makes an id from an order's number.
 *    If one attempt alone may succeed, chain it to a `put` of the order's document with `if_version`
 *    and expected_version 0: the second one is refused.
 *
 *    An id that was used in a part of the journal that was archived is never applied again either,
 *    whatever became of it: it is answered ESCROW_OUTCOME_ORIGINAL_IS_ARCHIVED, with the timestamp at
 *    which the first outcome stands in the archive.
 *
 * 12. Orders. An order is a deal over holds: the legs of several sellers, paid by several tenders,
 *    all of them or none. Register buyers and sellers, keep a policy, place the order, and report
 *    each tender when its money is there; with the last one the legs are paid, and each becomes a
 *    part that is shipped, delivered, confirmed, complained about, and that ends in any case. What is
 *    done about a part is one escrow_part_command. The host attests who acts: ESCROW_PARTY_*.
 *
 *    A refused command is not a failed call: it answers ESCROW_OK, and its escrow_order_outcome, which
 *    must not be NULL, says which law it would have broken: ESCROW_ORDER_*, of which 0 is `done`;
 *    escrow_order_outcome_name gives the name, which comments use in lower case. It also says in which
 *    stage the part is, and what this actor can do in it. Outputs other than the outcome are written
 *    only when the command was done. Bands: 2000 the request itself, 2100 what it is about, 2200 who
 *    may do what and when, 2900 the ledger. The id of an order and of each command is the caller's:
 *    sent again with it, it does nothing twice, and something else with it is refused. Of a refused
 *    command nothing is left: its id may be used again.
 *
 *    The errors of orders, beside those of 8: ESCROW_CONTENDED; ESCROW_CLOSED; ESCROW_CORRUPT;
 *    ESCROW_NEWER_FORMAT; ESCROW_IO. After ESCROW_IO, ESCROW_POISONED and ESCROW_PANIC it is not known
 *    whether a command was carried out: open the store again and send it again.
 *
 * Times are nanoseconds since the Unix epoch, 0 for none. Amounts are unsigned minor units (cents)
 * of their ledger, at most 2^96 - 1.
 *
 * Each function says what it does; Ownership: who owns and frees what; Threads: from which it may
 * be called; Errors: which statuses it answers beyond those of convention 8; Since: the version
 * that brought it.
 */
#ifndef ESCROWDB_H
#define ESCROWDB_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Versions -------------------------------------------------------------------------------- */

/** The version of this header. */
#define ESCROW_VERSION_MAJOR 0
#define ESCROW_VERSION_MINOR 1
#define ESCROW_VERSION_PATCH 0
#define ESCROW_VERSION_TEXT "0.1.0"
#define ESCROW_VERSION_NUMBER \
    (ESCROW_VERSION_MAJOR * 1000000 + ESCROW_VERSION_MINOR * 1000 + ESCROW_VERSION_PATCH)

/**
 * The number of the ABI that this header describes. Compare it with `escrow_abi_version()` after
 * loading the library at run time: within one number nothing is renumbered, renamed or removed.
 */
#define ESCROW_ABI_VERSION 1

/**
 * Gives the version of the library that is loaded, as a number: major * 1,000,000 + minor * 1,000
 * + patch. Compare it with `ESCROW_VERSION_NUMBER`, that of the header.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
uint32_t escrow_version_number(void);

/**
 * Gives the version of the library that is loaded, as text such as `0.1.0`.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_version_text(void);

/**
 * Gives the number of the ABI of the library that is loaded. A program that was compiled with
 * another `ESCROW_ABI_VERSION` must not go on.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
uint32_t escrow_abi_version(void);

/* ---- Statuses and errors --------------------------------------------------------------------- */

/** The call was carried out. */
#define ESCROW_OK 0

/** A pointer that must not be NULL is. */
#define ESCROW_NULL_ARGUMENT 1

/**
 * An argument makes no sense: misaligned, out of range, an unknown option, a reserved field that
 * is not zero.
 */
#define ESCROW_INVALID_ARGUMENT 2

/** No handle of this kind: it was freed, or never came from this library. */
#define ESCROW_INVALID_HANDLE 3

/** A text is not UTF-8. */
#define ESCROW_INVALID_TEXT 4

/**
 * The caller's buffer is too small; the length output says how large it must be. Nothing else was
 * written, and the call can be repeated.
 */
#define ESCROW_BUFFER_TOO_SMALL 5

/** More than one of the `ESCROW_*_MAX` limits allows. */
#define ESCROW_LIMIT_EXCEEDED 6

/** Nothing came within the time that the caller was ready to wait. */
#define ESCROW_TIMED_OUT 7

/**
 * Others changed the same wallet again and again while a command was judged. Nothing was done:
 * send it again.
 */
#define ESCROW_CONTENDED 8

/**
 * A consumer of events cannot acknowledge this position: it has acknowledged more already, or nothing
 * has happened there yet.
 */
#define ESCROW_INVALID_POSITION 9

/** There is no store at the path; or nothing that has the id that was asked for. */
#define ESCROW_NOT_FOUND 100

/** There is a store where one was to be created. */
#define ESCROW_ALREADY_EXISTS 101

/** The directory is not empty and is no escrow store. */
#define ESCROW_NOT_A_STORE 102

/**
 * The store is open elsewhere, and nobody can be its guest: there or here it is `exclusive` or opened
 * to be read, or what is asked for needs the store for itself, as to verify does.
 */
#define ESCROW_LOCKED 103

/** A later version of escrowdb wrote the store, a file of it, or a row of its wallets. */
#define ESCROW_NEWER_FORMAT 104

/**
 * Something stands where something is to be written: a destination that is not empty, the rest of
 * an interrupted copy, a segment of another store.
 */
#define ESCROW_IN_THE_WAY 105

/** The master key is not the one by which the keys of this store's wallets are wrapped. */
#define ESCROW_WRONG_MASTER_KEY 106

/** The store was opened by `ESCROW_OPEN_READ_ONLY`, and this would write. */
#define ESCROW_READ_ONLY 107

/**
 * The system clock is further from the store's last event than `clock_gap_max_seconds`. Nothing was
 * done, and nothing is settled or written until `escrow_store_confirm_clock`.
 */
#define ESCROW_CLOCK_MUST_BE_CONFIRMED 108

/**
 * The pepper, or the lack of one, is not what the passwords of this store were hashed with: by it none
 * would match, and each that is tried would count as wrong.
 */
#define ESCROW_WRONG_PEPPER 109

/**
 * The process that hosts the store has another version of escrowdb, which speaks otherwise with its
 * guests. Let it close the store, so that a process of the new version takes its place.
 */
#define ESCROW_VERSION_MISMATCH 110

/** The store was closed. */
#define ESCROW_CLOSED 200

/**
 * What the handle stands for was its parent's, and this process was forked since: take another one
 * from the store, which goes on in the child by itself, as do wallets.
 */
#define ESCROW_FORKED 201

/**
 * A write or sync failed, or a bug was met: the store takes no more. Free its handles and open it
 * again: everything that was answered is there.
 */
#define ESCROW_POISONED 202

/** A bug in the library was met and contained. The store is poisoned. */
#define ESCROW_PANIC 203

/**
 * The process that hosted the store has ended, and with it what it kept for this one: a snapshot, a
 * cursor, a backup that was under way. Take a new one. What was submitted is sent again by itself.
 */
#define ESCROW_HOST_ENDED 204

/**
 * The process that hosts the store has not answered for `takeover_wait_seconds`: it is stopped, or its
 * disk hangs. Whether what was asked for was done is not known: send it again under the same ids.
 */
#define ESCROW_HOST_UNRESPONSIVE 205

/** The disk failed or refused. */
#define ESCROW_IO 300

/** The files hold something that no crash explains: rot, a lost file, or tampering. */
#define ESCROW_CORRUPT 301

/**
 * What is asked for is in a part of the journal that was archived. The message names the segment
 * and the time up to which all is.
 */
#define ESCROW_ARCHIVED 302

/**
 * The file `state.redb` is that of another store, of a copy that went on otherwise, or of a later time
 * than the journal. Move it away and open the store, which builds it again.
 */
#define ESCROW_MISMATCHED_STATE 303

/**
 * What a call answers: `ESCROW_OK` or why it could not be carried out. An operation that is
 * refused is no failed call: see `escrow_outcome`.
 */
typedef uint32_t escrow_status;

/**
 * What went wrong, for people. The caller's own: give the address of one that was initialised with
 * `ESCROW_ERROR_INIT`, or NULL. It is overwritten by each call that it is given to.
 */
typedef struct escrow_error {
    /** `sizeof(escrow_error)`; what is beyond it is never written. */
    uint32_t struct_size;
    /** What the call answered. */
    escrow_status status;
    /** One line of UTF-8 in lower case, zero-terminated; empty after `ESCROW_OK`. */
    char message[248];
} escrow_error;

/** The initial value of `escrow_error`. */
#define ESCROW_ERROR_INIT {sizeof(escrow_error), 0, {0}}

/* ---- Handles --------------------------------------------------------------------------------- */

/**
 * Rows that are read as they are asked for. From the functions of `escrow_snapshot` that name one,
 * freed by `escrow_cursor_free`.
 *
 * One thread at a time may use it; which one does not matter.
 */
typedef struct escrow_cursor escrow_cursor;

/**
 * The orders of a store: deals over its holds. From `escrow_orders_open`, freed by
 * `escrow_orders_free`.
 *
 * Any number of threads may use it at the same time.
 */
typedef struct escrow_orders escrow_orders;

/**
 * Completions of batches that were submitted without waiting. From `escrow_queue_new`, freed by
 * `escrow_queue_free`.
 *
 * Any number of threads may use it at the same time.
 */
typedef struct escrow_queue escrow_queue;

/**
 * What a query about wallets or orders found: rows that do not change. From the functions of either
 * that name one, freed by `escrow_rows_free`, which wipes what is personal or secret in them.
 *
 * Any number of threads may use it at the same time. Texts that its rows point to live as long.
 */
typedef struct escrow_rows escrow_rows;

/**
 * The store as of one moment. From `escrow_store_snapshot`, freed by `escrow_snapshot_free`.
 *
 * It never changes and never waits for writers. Any number of threads may use it at the same time.
 * While it lives, the store keeps old versions for it: free it when done.
 */
typedef struct escrow_snapshot escrow_snapshot;

/**
 * An open store. From `escrow_store_open`, freed by `escrow_store_free`.
 *
 * Any number of threads may use it at the same time. Until it and everything that came from it is
 * freed, it hosts the store, or is a guest of the handle that does.
 */
typedef struct escrow_store escrow_store;

/**
 * The wallets of a store: persons, passwords, cards and cases. From `escrow_wallets_open`, freed by
 * `escrow_wallets_free`.
 *
 * Any number of threads may use it at the same time. A store has one at a time.
 */
typedef struct escrow_wallets escrow_wallets;

/* ---- Numbers --------------------------------------------------------------------------------- */

/**
 * An unsigned number of 128 bits: an id or an amount in minor units. The value is
 * hi * 2^64 + lo. Two `uint64_t` on every platform, whatever its compiler calls 128 bits.
 */
typedef struct escrow_u128 {
    /** The low half. */
    uint64_t lo;
    /** The high half. */
    uint64_t hi;
} escrow_u128;

/**
 * A signed number of 128 bits in two's complement: a change of a balance. The value is
 * hi * 2^64 + lo.
 */
typedef struct escrow_i128 {
    /** The low half. */
    uint64_t lo;
    /** The high half, with the sign. */
    int64_t hi;
} escrow_i128;

/* ---- Limits ---------------------------------------------------------------------------------- */

/** Operations in one batch. */
#define ESCROW_BATCH_OPERATIONS_MAX 65536
/** Bytes of documents (spaces, keys and values) in one batch. */
#define ESCROW_BATCH_DATA_BYTES_MAX 67108864
/** Bytes of a document's key. */
#define ESCROW_DOCUMENT_KEY_BYTES_MAX 511
/** Bytes of the name of a space of documents. */
#define ESCROW_DOCUMENT_SPACE_BYTES_MAX 63
/** Bytes of a document's value. */
#define ESCROW_DOCUMENT_VALUE_BYTES_MAX 65536
/** The greatest scale of a ledger: digits behind the decimal point. */
#define ESCROW_LEDGER_SCALE_MAX 18
/** Bytes of a ledger's code. */
#define ESCROW_LEDGER_CODE_BYTES_MAX 16
/** Ledgers of one store; all of them are kept in memory. */
#define ESCROW_LEDGERS_MAX 4096
/** Bytes of the name of an event consumer. */
#define ESCROW_CONSUMER_NAME_BYTES_MAX 63
/** Event consumers of one store. */
#define ESCROW_CONSUMERS_MAX 1024
/** A rate of one, in parts per million. */
#define ESCROW_RATE_PPM_MAX 1000000

/* ---- Ledgers --------------------------------------------------------------------------------- */

/**
 * A currency book. Accounts of one ledger trade with each other only.
 *
 * 96 bytes, no padding.
 */
typedef struct escrow_ledger {
    /** The number that accounts and operations name it by; not 0. */
    uint32_t number;
    /** Digits behind the decimal point, 0 to 18, fixed for ever. */
    uint32_t scale;
    /** The currency: an ISO 4217 code or one of your own, such as `USD` or `POINTS`. */
    char code[16];
    /** When it was registered; zero on the way in. */
    uint64_t created_at;
    /**
     * The sum of `debits_posted` of its accounts, which equals that of `credits_posted`; zero on
     * the way in.
     */
    escrow_u128 posted;
    /**
     * The sum of `debits_pending` of its accounts, which equals that of `credits_pending`; zero on
     * the way in.
     */
    escrow_u128 pending;
    /** Must be zero. */
    uint64_t reserved[4];
} escrow_ledger;

/**
 * Fills a ledger for a currency of ISO 4217, to be registered: `USD` has a scale of 2, `JPY` one
 * of 0. For a currency of your own, fill `number`, `scale` and `code` yourself.
 *
 * Ownership: `code` is only read; it need not be zero-terminated.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the code is not a current one, or has no minor unit.
 * Since: 0.1.0
 */
escrow_status escrow_ledger_iso(uint32_t number,
                                const char *code,
                                size_t code_length,
                                escrow_ledger *ledger,
                                escrow_error *error);

/* ---- Accounts -------------------------------------------------------------------------------- */

/** A liability (wallet, merchant): never spends more than it has. */
#define ESCROW_ACCOUNT_DEBITS_MUST_NOT_EXCEED_CREDITS 1
/** An asset: never gives more than was put in. Excludes the flag above. */
#define ESCROW_ACCOUNT_CREDITS_MUST_NOT_EXCEED_DEBITS 2
/** The boundary of the system: a bank, a card acquirer, cash. */
#define ESCROW_ACCOUNT_EXTERNAL 4
/**
 * A closed-loop wallet: no operation moves its money to an `EXTERNAL` account, save a refund
 * to where it came from. Excludes `EXTERNAL`.
 */
#define ESCROW_ACCOUNT_SPEND_ONLY 8
/**
 * Its statement also shows changes of the pending balances, and its balances at any past time
 * can be asked for. Without it a statement shows changes of the posted balances.
 */
#define ESCROW_ACCOUNT_HISTORY 16
/** No new business; open holds are still settled. Set by `freeze`. */
#define ESCROW_ACCOUNT_FROZEN 32
/** Out of use. Set by `close`. */
#define ESCROW_ACCOUNT_CLOSED 64
/** On the way in: `created_at` is the caller's, for moving a history in. */
#define ESCROW_ACCOUNT_IMPORTED 128
/**
 * Kept by the library: the host's operations neither debit nor credit it, and touch no hold
 * in which it is payer, payee or fee account. Deadlines settle such holds all the same.
 */
#define ESCROW_ACCOUNT_MANAGED 256

/**
 * The four balances of an account, in minor units. 64 bytes.
 *
 * A customer's wallet is a liability of the operator: paying in credits it, spending debits it.
 */
typedef struct escrow_balances {
    /** Held for others: the rest of its open holds as payer. */
    escrow_u128 debits_pending;
    /** All that ever left it. */
    escrow_u128 debits_posted;
    /** Held for it: the rest of its open holds as payee. Nobody can spend it yet. */
    escrow_u128 credits_pending;
    /** All that ever came in. */
    escrow_u128 credits_posted;
} escrow_balances;

/**
 * An account of one ledger. 128 bytes, no padding.
 *
 * To open one, fill `id`, `ledger`, `code`, `flags` and the user data; the store keeps the rest.
 */
typedef struct escrow_account {
    /** Chosen by the caller; not 0, not the maximum. */
    escrow_u128 id;
    /** What it owes and owns; zero on the way in. */
    escrow_balances balances;
    /** The caller's own key: a customer's number, a UUID. */
    escrow_u128 user_data_128;
    /** The caller's own. */
    uint64_t user_data_64;
    /** When it was opened; zero on the way in unless `imported`. */
    uint64_t created_at;
    /** The ledger it belongs to. */
    uint32_t ledger;
    /** What it may do: `ESCROW_ACCOUNT_*`. */
    uint32_t flags;
    /** Open holds in which it is payer, payee or fee account; zero on the way in. */
    uint32_t open_holds;
    /** The caller's chart of accounts; not 0. */
    uint16_t code;
    /** Must be zero. */
    uint16_t reserved;
} escrow_account;

/* ---- Operations ------------------------------------------------------------------------------ */

/** Moves `amount` from the debit to the credit account at once. */
#define ESCROW_KIND_TRANSFER 1
/**
 * The payer (debit account) pays into escrow for the payee (credit account). Freezes fee
 * account, fee rate, deadline and what happens at the deadline.
 */
#define ESCROW_KIND_HOLD 2
/** The goods are on their way; may set a new deadline and a new default. */
#define ESCROW_KIND_SHIP 3
/** The goods are with the payer; may set a new deadline and a new default. */
#define ESCROW_KIND_DELIVER 4
/** Moves the deadline, later only. */
#define ESCROW_KIND_EXTEND 5
/** Settles part or all of a hold: to the payee, or to another account of its ledger. */
#define ESCROW_KIND_RELEASE 6
/** Raises the amount of an open hold. */
#define ESCROW_KIND_TOP_UP 7
/** Returns part or all of a hold to the payer. */
#define ESCROW_KIND_REFUND 8
/**
 * Stops the clock of a hold, or gives it another: with a time-out and a default, and what
 * is claimed. Until it is withdrawn, only an arbitrated release or refund settles the
 * hold, or that deadline.
 */
#define ESCROW_KIND_DISPUTE 9
/** Restarts the clock of a hold with the time that was left, and the default from before. */
#define ESCROW_KIND_WITHDRAW_DISPUTE 10
/**
 * Undoes part or all of an earlier transfer or release, or of what the payee of a hold was
 * paid, fee pro rata.
 */
#define ESCROW_KIND_REVERSE 11
/** Stops new business of an account. */
#define ESCROW_KIND_FREEZE 12
/** Undoes `FREEZE`. */
#define ESCROW_KIND_UNFREEZE 13
/** Takes an account without open holds out of use. */
#define ESCROW_KIND_CLOSE 14
/** Undoes `CLOSE`. */
#define ESCROW_KIND_REOPEN 15
/** Writes a document of the host's own. */
#define ESCROW_KIND_PUT 16
/** Deletes a document of the host's own. */
#define ESCROW_KIND_DELETE 17
/** Made by the store alone: a deadline came and the hold was settled by its default. */
#define ESCROW_KIND_EXPIRE 18
/**
 * Makes a part of a hold a hold of its own, which has the id of the operation, with the
 * same parties and terms. No money moves.
 */
#define ESCROW_KIND_DIVIDE 19

/**
 * Chained to the next operation of the batch: all of the chain, up to and including the first
 * operation without this flag, succeed or none does.
 */
#define ESCROW_OPERATION_LINKED 1
/**
 * `transfer`, `top_up`: move up to `amount`, as much as the debit account's limit allows.
 * Refused where that account has no limit, which is the flag `debits_must_not_exceed_credits`.
 */
#define ESCROW_OPERATION_BALANCING_DEBIT 2
/**
 * `transfer`: move up to `amount`, as much as the credit account's limit allows. Refused where
 * that account has no limit, which is the flag `credits_must_not_exceed_debits`.
 */
#define ESCROW_OPERATION_BALANCING_CREDIT 4
/** `release`: the rest of the hold goes back to the payer. */
#define ESCROW_OPERATION_FINAL 8
/** `release`, `refund`: by the arbiter of a dispute; needed while disputed, refused otherwise. */
#define ESCROW_OPERATION_ARBITRATED 16
/** The caller sets the timestamp, for moving a history in. All of a batch or none. */
#define ESCROW_OPERATION_IMPORTED 32
/** `release`, `refund`, `reverse`: all that is left; `amount` must be zero. */
#define ESCROW_OPERATION_REST 64
/** `put`, `delete`: only if the document has `expected_version` (0: only if there is none). */
#define ESCROW_OPERATION_IF_VERSION 128
/**
 * `release` to another receiver than the payee: nobody takes a commission on it. Needed where
 * the hold has a rate; refused on any other release, where it would have no effect.
 */
#define ESCROW_OPERATION_NO_FEE 256

/** No deadline, or no change. */
#define ESCROW_AT_DEADLINE_NONE 0
/** The payer gets the rest back. */
#define ESCROW_AT_DEADLINE_REFUND 1
/** The payee gets the rest, less the commission. */
#define ESCROW_AT_DEADLINE_RELEASE 2
/**
 * Of a dispute alone: the payer gets back what it claims, and the payee the rest, less the
 * commission.
 */
#define ESCROW_AT_DEADLINE_CLAIM 3

/**
 * One operation of a batch. 208 bytes, no padding.
 *
 * One record for all kinds, so that a batch can mix them and chain them atomically. A field that
 * a kind does not use must be zero.
 */
typedef struct escrow_operation {
    /**
     * The idempotency key; not 0, not the maximum. The id of a hold is that of its `hold`, or of
     * the `divide` that made it.
     */
    escrow_u128 id;
    /** `transfer`: where the money comes from. `hold`: the payer. */
    escrow_u128 debit_account;
    /**
     * `transfer`: where the money goes. `hold`: the payee. `release`: another receiver than the
     * payee (a split, which takes no commission: see the flag `no_fee`), or zero.
     */
    escrow_u128 credit_account;
    /**
     * What the operation is about: the hold (`ship` ... `withdraw_dispute`, `divide`); what is to be
     * undone (`reverse`): a transfer, a release, or a hold, whose id stands for all that its payee
     * was paid and has not given back, by releases and deadlines together; or the account
     * (`freeze`, `unfreeze`, `close`, `reopen`).
     */
    escrow_u128 target;
    /**
     * Minor units of the ledger. `dispute`: what is claimed for the payer, or zero. `divide`: the
     * part that becomes a hold of its own.
     */
    escrow_u128 amount;
    /** `hold`: who receives the commission, or zero. */
    escrow_u128 fee_account;
    /** The caller's own: an order's number, a UUID. */
    escrow_u128 user_data_128;
    /** The caller's own. */
    uint64_t user_data_64;
    /** Zero; with `imported`, when it happened. */
    uint64_t timestamp;
    /** `put`, `delete` with `if_version`: the version that the document must have; 0 for none. */
    uint64_t expected_version;
    /**
     * `hold`, `ship`, `deliver`, `extend`, `dispute`: the deadline, in seconds from the
     * operation's timestamp; 0 for none (`hold`, `dispute`) or no change (`ship`, `deliver`).
     */
    uint32_t timeout_seconds;
    /** `hold`: the commission in parts per million of what the payee gets, beside `fee_fixed`. */
    uint32_t fee_ppm;
    /** `transfer`, `hold`: the ledger of both accounts. */
    uint32_t ledger;
    /** How it is to be carried out: `ESCROW_OPERATION_*`. */
    uint32_t flags;
    /**
     * `put`, `delete`: where space, key and value start in the batch's side buffer, one after the
     * other.
     */
    uint32_t data_offset;
    /** `put`: bytes of the value. */
    uint32_t value_length;
    /** `put`, `delete`: bytes of the key. */
    uint16_t key_length;
    /** `put`, `delete`: bytes of the space's name. */
    uint16_t space_length;
    /** `transfer`, `hold`: the caller's reason for it; not 0. */
    uint16_t code;
    /** What it does: `ESCROW_KIND_*`. */
    uint16_t kind;
    /** `hold`, `ship`, `deliver`, `dispute`: what happens at the deadline. */
    uint16_t at_deadline;
    /** Must be zero. */
    uint16_t reserved[3];
    /** `hold`: the fixed part of the commission, taken once out of what the payee gets first. */
    escrow_u128 fee_fixed;
    /** Must be zero. */
    uint16_t reserved_more[4];
    /**
     * `transfer`, `hold`, `release`, `top_up`, `refund`, `reverse`: when it counts, where that is
     * another time than that of the booking, earlier or later; zero for the same. It is written
     * down and shown, and changes nothing else: balances, deadlines and limits go by the booking
     * alone.
     */
    uint64_t value_date;
} escrow_operation;

/** An operation as it was decided, and what became of it since. All zero if there is none. */
typedef struct escrow_operation_record {
    /** The operation as it was asked for; its `timestamp` is the assigned one. */
    escrow_operation operation;
    /** When it was decided. */
    uint64_t timestamp;
    /** `ESCROW_OUTCOME_APPLIED`, or the refusal that used up its id. */
    uint32_t status;
    /** Zero. */
    uint32_t reserved[3];
    /** What it moved. */
    escrow_u128 amount;
    /** The commission out of `amount`. */
    escrow_u128 fee;
    /** A final release: what went back to the payer beside `amount`. */
    escrow_u128 rest;
    /** What was reversed of it until now. */
    escrow_u128 reversed;
} escrow_operation_record;

/* ---- Outcomes -------------------------------------------------------------------------------- */

/** Carried out. */
#define ESCROW_OUTCOME_APPLIED 0
/** Another operation of the same chain was refused. */
#define ESCROW_OUTCOME_LINKED_EVENT_FAILED 1
/** The batch ends inside a chain. */
#define ESCROW_OUTCOME_LINKED_EVENT_CHAIN_OPEN 2
/** An id stands twice in one chain. */
#define ESCROW_OUTCOME_LINKED_EVENT_REPEATS_ID 3
/** No such kind, or one that only the store makes. */
#define ESCROW_OUTCOME_KIND_MUST_BE_KNOWN 100
/** A reserved field is not zero. */
#define ESCROW_OUTCOME_RESERVED_FIELD_MUST_BE_ZERO 101
/** A flag that does not exist. */
#define ESCROW_OUTCOME_FLAGS_MUST_BE_KNOWN 102
/** A flag that this kind does not take. */
#define ESCROW_OUTCOME_FLAG_NOT_ALLOWED_FOR_KIND 103
/** Two flags that exclude each other. */
#define ESCROW_OUTCOME_FLAGS_ARE_MUTUALLY_EXCLUSIVE 104
/** A field that this kind does not use is not zero. */
#define ESCROW_OUTCOME_UNUSED_FIELD_MUST_BE_ZERO 105
/** The batch has imported operations, and this one is not. */
#define ESCROW_OUTCOME_IMPORTED_EXPECTED 106
/** The batch has operations that are not imported, and this one is. */
#define ESCROW_OUTCOME_IMPORTED_NOT_EXPECTED 107
/** Only an imported operation has a timestamp on the way in. */
#define ESCROW_OUTCOME_TIMESTAMP_MUST_BE_ZERO 108
/** An imported operation needs a timestamp. */
#define ESCROW_OUTCOME_IMPORTED_TIMESTAMP_MUST_NOT_BE_ZERO 109
/** Id 0 means none. */
#define ESCROW_OUTCOME_ID_MUST_NOT_BE_ZERO 110
/** The greatest id is reserved. */
#define ESCROW_OUTCOME_ID_MUST_NOT_BE_MAX 111
/** The debit account is missing. */
#define ESCROW_OUTCOME_DEBIT_ACCOUNT_MUST_NOT_BE_ZERO 112
/** The greatest id is reserved. */
#define ESCROW_OUTCOME_DEBIT_ACCOUNT_MUST_NOT_BE_MAX 113
/** The credit account is missing. */
#define ESCROW_OUTCOME_CREDIT_ACCOUNT_MUST_NOT_BE_ZERO 114
/** The greatest id is reserved. */
#define ESCROW_OUTCOME_CREDIT_ACCOUNT_MUST_NOT_BE_MAX 115
/** An account cannot trade with itself, nor take the commission on its own deal. */
#define ESCROW_OUTCOME_ACCOUNTS_MUST_BE_DIFFERENT 116
/** The operation does not say what it is about. */
#define ESCROW_OUTCOME_TARGET_MUST_NOT_BE_ZERO 117
/** The greatest id is reserved. */
#define ESCROW_OUTCOME_TARGET_MUST_NOT_BE_MAX 118
/** A commission needs an account that receives it. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_MUST_NOT_BE_ZERO 119
/** The greatest id is reserved. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_MUST_NOT_BE_MAX 120
/** A rate is at most 1,000,000 parts per million. */
#define ESCROW_OUTCOME_FEE_RATE_MUST_NOT_EXCEED_ONE 121
/** The ledger is missing. */
#define ESCROW_OUTCOME_LEDGER_MUST_NOT_BE_ZERO 122
/** The code is missing. */
#define ESCROW_OUTCOME_CODE_MUST_NOT_BE_ZERO 123
/** There is nothing to move. */
#define ESCROW_OUTCOME_AMOUNT_MUST_NOT_BE_ZERO 124
/** With `rest` the store finds the amount itself. */
#define ESCROW_OUTCOME_AMOUNT_MUST_BE_ZERO 125
/** The greatest amount is 2^96 - 1. */
#define ESCROW_OUTCOME_AMOUNT_MUST_NOT_EXCEED_MAX 126
/** What happens at the deadline is none of the known ways. */
#define ESCROW_OUTCOME_AT_DEADLINE_MUST_BE_KNOWN 127
/** A hold has both a deadline and what happens then, or neither. */
#define ESCROW_OUTCOME_DEADLINE_NEEDS_TIMEOUT_AND_DEFAULT 128
/** `extend` needs a time. */
#define ESCROW_OUTCOME_TIMEOUT_MUST_NOT_BE_ZERO 129
/** The document reaches beyond the side buffer. */
#define ESCROW_OUTCOME_DATA_OUT_OF_BOUNDS 130
/** A space is named by 1 to 63 bytes of UTF-8 without a zero byte. */
#define ESCROW_OUTCOME_SPACE_MUST_BE_VALID 131
/** A key is 1 to 511 bytes. */
#define ESCROW_OUTCOME_KEY_MUST_BE_VALID 132
/** A value is at most 64 KiB. */
#define ESCROW_OUTCOME_VALUE_TOO_LONG 133
/** A ledger's code is 1 to 16 of A-Z, 0-9, `_` and `-`. */
#define ESCROW_OUTCOME_LEDGER_CODE_MUST_BE_VALID 134
/** A scale is 0 to 18. */
#define ESCROW_OUTCOME_SCALE_MUST_NOT_EXCEED_MAX 135
/** A new account has no balances and no open holds. */
#define ESCROW_OUTCOME_BALANCES_MUST_BE_ZERO 136
/** A space whose name begins with a control character is the library's own. */
#define ESCROW_OUTCOME_SPACE_IS_RESERVED 137
/** Only at the deadline of a dispute can what it claims go back. */
#define ESCROW_OUTCOME_CLAIM_NEEDS_DISPUTE 138
/** The same id with the same content was carried out before; the first outcome is given. */
#define ESCROW_OUTCOME_EXISTS 200
/** The same id was used with another kind. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_KIND 201
/** The same id was used with other flags. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_FLAGS 202
/** The same id was used with another debit account. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT 203
/** The same id was used with another credit account. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT 204
/** The same id was used with another target. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_TARGET 205
/** The same id was used with another amount. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_AMOUNT 206
/** The same id was used with another fee account. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_FEE_ACCOUNT 207
/** The same id was used with another fee rate. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_FEE_RATE 208
/** The same id was used with other user data (128 bits). */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_USER_DATA_128 209
/** The same id was used with other user data (64 bits). */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_USER_DATA_64 210
/** The same id was imported with another timestamp. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_TIMESTAMP 211
/** The same id was used with another time-out. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_TIMEOUT 212
/** The same id was used with another default at the deadline. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_AT_DEADLINE 213
/** The same id was used with another ledger. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_LEDGER 214
/** The same id was used with another code. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_CODE 215
/** The same id was used with another expected version. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_EXPECTED_VERSION 216
/** The same id was used with another document space or key. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_KEY 217
/** The same id was used with another document value. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_VALUE 218
/** The same ledger number has another scale. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_SCALE 219
/** The id was used up by a refusal; `first_status` tells which. */
#define ESCROW_OUTCOME_ID_ALREADY_FAILED 220
/**
 * The id was used before, in a part of the journal that was archived: nothing is done, and
 * what became of it the first time stands there, at the outcome's timestamp.
 */
#define ESCROW_OUTCOME_ORIGINAL_IS_ARCHIVED 221
/** The id was used with another value date. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_VALUE_DATE 222
/** The id was used with another fixed part of the commission. */
#define ESCROW_OUTCOME_EXISTS_WITH_DIFFERENT_FIXED_FEE 223
/** No such ledger. */
#define ESCROW_OUTCOME_LEDGER_NOT_FOUND 300
/** No such debit account. */
#define ESCROW_OUTCOME_DEBIT_ACCOUNT_NOT_FOUND 301
/** No such credit account. */
#define ESCROW_OUTCOME_CREDIT_ACCOUNT_NOT_FOUND 302
/** No such fee account. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_NOT_FOUND 303
/** No such hold. */
#define ESCROW_OUTCOME_HOLD_NOT_FOUND 304
/** No such operation to be reversed. */
#define ESCROW_OUTCOME_OPERATION_NOT_FOUND 305
/** No such account. */
#define ESCROW_OUTCOME_ACCOUNT_NOT_FOUND 306
/** Only a transfer or a release that was applied can be reversed. */
#define ESCROW_OUTCOME_OPERATION_MUST_BE_REVERSIBLE 307
/** Accounts of two ledgers cannot trade with each other. */
#define ESCROW_OUTCOME_ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER 308
/** The operation names another ledger than its accounts belong to. */
#define ESCROW_OUTCOME_OPERATION_MUST_HAVE_THE_LEDGER_OF_ITS_ACCOUNTS 309
/** The receiver of a split cannot be the payer: that is a refund. */
#define ESCROW_OUTCOME_RECEIVER_MUST_NOT_BE_PAYER 310
/** A fee account whose credits are limited could make a deadline fail. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_MUST_NOT_LIMIT_CREDITS 311
/** The store has as many ledgers as it can have. */
#define ESCROW_OUTCOME_TOO_MANY_LEDGERS 312
/**
 * The operation to be reversed is in a part of the journal that was archived. Holds can be
 * reversed by their own id even then.
 */
#define ESCROW_OUTCOME_OPERATION_IS_ARCHIVED 313
/**
 * A `managed` account is the library's to debit and credit, and so are the holds in which
 * it takes part.
 */
#define ESCROW_OUTCOME_ACCOUNT_IS_MANAGED 314
/** An imported operation must be later than everything in the store. */
#define ESCROW_OUTCOME_IMPORTED_TIMESTAMP_MUST_NOT_REGRESS 400
/**
 * An imported operation must be in the past: not later than the system clock, or, by a
 * manual clock, than nine minutes before the end of time in 2554.
 */
#define ESCROW_OUTCOME_IMPORTED_TIMESTAMP_MUST_BE_IN_THE_PAST 401
/** A deadline falls between the members of a chain. */
#define ESCROW_OUTCOME_CHAIN_MUST_NOT_SPAN_A_DEADLINE 402
/** All of the hold was released. */
#define ESCROW_OUTCOME_HOLD_ALREADY_SETTLED 410
/** All of the hold was refunded. */
#define ESCROW_OUTCOME_HOLD_ALREADY_REFUNDED 411
/** The hold was released in part and refunded in part, and is closed. */
#define ESCROW_OUTCOME_HOLD_ALREADY_SPLIT 412
/**
 * Only an arbitrated release or refund, a withdrawal, or a dispute with a time-out touches
 * a disputed hold.
 */
#define ESCROW_OUTCOME_HOLD_IS_DISPUTED 413
/** There is no dispute to withdraw, or to arbitrate. */
#define ESCROW_OUTCOME_HOLD_IS_NOT_DISPUTED 414
/** The hold was shipped before, or delivered. */
#define ESCROW_OUTCOME_HOLD_ALREADY_SHIPPED 415
/** The hold was delivered before. */
#define ESCROW_OUTCOME_HOLD_ALREADY_DELIVERED 416
/** A hold without a deadline cannot be extended. */
#define ESCROW_OUTCOME_HOLD_HAS_NO_DEADLINE 417
/** `extend` moves a deadline later only. */
#define ESCROW_OUTCOME_DEADLINE_MUST_BE_LATER 418
/** A default needs a deadline. */
#define ESCROW_OUTCOME_DEFAULT_NEEDS_DEADLINE 419
/** The debit account or payer is frozen. */
#define ESCROW_OUTCOME_DEBIT_ACCOUNT_FROZEN 420
/** The debit account or payer is closed. */
#define ESCROW_OUTCOME_DEBIT_ACCOUNT_CLOSED 421
/** The credit account or payee is frozen. */
#define ESCROW_OUTCOME_CREDIT_ACCOUNT_FROZEN 422
/** The credit account, payee or other receiver is closed. */
#define ESCROW_OUTCOME_CREDIT_ACCOUNT_CLOSED 423
/** The fee account is frozen. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_FROZEN 424
/** The fee account is closed. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_CLOSED 425
/** The account is frozen already. */
#define ESCROW_OUTCOME_ACCOUNT_ALREADY_FROZEN 426
/** The account is not frozen. */
#define ESCROW_OUTCOME_ACCOUNT_IS_NOT_FROZEN 427
/** The account is closed already. */
#define ESCROW_OUTCOME_ACCOUNT_ALREADY_CLOSED 428
/** The account is not closed. */
#define ESCROW_OUTCOME_ACCOUNT_IS_NOT_CLOSED 429
/** An account with open holds cannot be closed. */
#define ESCROW_OUTCOME_ACCOUNT_HAS_OPEN_HOLDS 430
/** More than is left in the hold. */
#define ESCROW_OUTCOME_EXCEEDS_HELD 431
/** More than is left of the operation after earlier reversals. */
#define ESCROW_OUTCOME_EXCEEDS_REVERSIBLE 432
/** The document has another version than expected; the outcome carries it. */
#define ESCROW_OUTCOME_VERSION_MUST_MATCH 433
/** There is no such document to delete. */
#define ESCROW_OUTCOME_DOCUMENT_NOT_FOUND 434
/** A hold that never had a deadline needs a default together with its first one. */
#define ESCROW_OUTCOME_DEADLINE_NEEDS_DEFAULT 435
/**
 * A release to another receiver than the payee takes no commission, and must say so with
 * `no_fee` where the hold has a rate.
 */
#define ESCROW_OUTCOME_SPLIT_NEEDS_NO_FEE 436
/** `no_fee` has no effect on a release to the payee, whose commission the hold fixed. */
#define ESCROW_OUTCOME_NO_FEE_NEEDS_SPLIT 437
/**
 * `balancing_debit` has no effect on a debit account without the flag
 * `debits_must_not_exceed_credits`.
 */
#define ESCROW_OUTCOME_BALANCING_DEBIT_NEEDS_LIMIT 438
/**
 * `balancing_credit` has no effect on a credit account without the flag
 * `credits_must_not_exceed_debits`.
 */
#define ESCROW_OUTCOME_BALANCING_CREDIT_NEEDS_LIMIT 439
/** What is divided off a hold leaves something in it. */
#define ESCROW_OUTCOME_PART_MUST_BE_LESS_THAN_HELD 440
/** Closed-loop money must not reach an external account. */
#define ESCROW_OUTCOME_SPEND_ONLY_MONEY_MUST_NOT_LEAVE 500
/** total debits_pending of the debit account would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_DEBITS_PENDING 600
/** total credits_pending of the credit account would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_CREDITS_PENDING 601
/** total debits_posted of a debited account would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_DEBITS_POSTED 602
/** total credits_posted of a credited account would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_CREDITS_POSTED 603
/** Pending and posted debits of an account together would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_DEBITS 604
/** Pending and posted credits of an account together would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_CREDITS 605
/** All that the hold ever held would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_HOLD 606
/** All debits of the ledger together would exceed 2^96 - 1. */
#define ESCROW_OUTCOME_OVERFLOWS_LEDGER 607
/** The deadline would be after the year 2554. */
#define ESCROW_OUTCOME_OVERFLOWS_DEADLINE 608
/** The account takes part in more than 2^32 - 1 open holds. */
#define ESCROW_OUTCOME_OVERFLOWS_OPEN_HOLDS 609
/** The debit account has not enough available. */
#define ESCROW_OUTCOME_EXCEEDS_CREDITS 700
/** The credit account was not debited enough. */
#define ESCROW_OUTCOME_EXCEEDS_DEBITS 701
/** The fee account has not enough available to give its commission back. */
#define ESCROW_OUTCOME_FEE_ACCOUNT_EXCEEDS_CREDITS 702

/**
 * The answer to one operation. 208 bytes, no padding.
 *
 * Carries the balances after the operation, so that no second call is needed to learn them. For
 * an operation that was refused they are the balances that it met, where its accounts exist.
 */
typedef struct escrow_outcome {
    /**
     * When it was decided: unique, and its sequence number in the event feed. For `exists` and
     * `id_already_failed` the first time. Zero if the operation left no trace.
     */
    uint64_t timestamp;
    /** What became of it; `ESCROW_OUTCOME_APPLIED` or the law that it would have broken. */
    uint32_t status;
    /**
     * For `exists` and `id_already_failed`: what became of it the first time. Otherwise `status`.
     */
    uint32_t first_status;
    /** What really moved; for `final` releases without the part that went back to the payer. */
    escrow_u128 amount;
    /** The commission that was taken out of `amount`, or given back by a reversal. */
    escrow_u128 fee;
    /** What is left in the hold. */
    escrow_u128 held;
    /**
     * `put`, `delete`: the version that the document now has, or the one that stood in the way;
     * zero if there is no document.
     */
    uint64_t version;
    /** Zero. */
    uint64_t reserved;
    /** The debit account or payer. For operations on an account: that account. */
    escrow_balances debit;
    /** The credit account, payee or other receiver. */
    escrow_balances credit;
} escrow_outcome;

/* ---- Holds ----------------------------------------------------------------------------------- */

/** Paid for; the payee sees it. */
#define ESCROW_PHASE_FUNDED 1
/** On its way. */
#define ESCROW_PHASE_SHIPPED 2
/** With the payer. */
#define ESCROW_PHASE_DELIVERED 3
/** Closed: all of it was released. */
#define ESCROW_PHASE_SETTLED 4
/** Closed: all of it was refunded. */
#define ESCROW_PHASE_REFUNDED 5
/** Closed: part was released, part refunded. */
#define ESCROW_PHASE_SPLIT 6

/**
 * Money in escrow: it has left the payer's available balance and is not the payee's yet.
 *
 * `amount = held + released + refunded` always, and the hold is closed exactly when `held` is
 * zero. 320 bytes, no padding.
 */
typedef struct escrow_hold {
    /** The id of the `hold` operation that opened it. */
    escrow_u128 id;
    /** Whose money it is until it is settled. */
    escrow_u128 payer;
    /** Who gets it when the deal goes well. */
    escrow_u128 payee;
    /** Who gets the commission, or zero. */
    escrow_u128 fee_account;
    /** All that was paid in, top-ups included, less what was divided off. */
    escrow_u128 amount;
    /** What is still in escrow. */
    escrow_u128 held;
    /** What was released, to payee, splits and commission together. */
    escrow_u128 released;
    /** What went back to the payer while in escrow. */
    escrow_u128 refunded;
    /**
     * The part of `released` that went to the payee, commission included, less what was reversed
     * of it since: what the commission is computed on.
     */
    escrow_u128 paid;
    /** The commission on `paid`. */
    escrow_u128 fee;
    /** What reversals gave back to the payer out of `released`. */
    escrow_u128 reversed;
    /** From the `hold` operation. */
    escrow_u128 user_data_128;
    /** From the `hold` operation. */
    uint64_t user_data_64;
    /** When it was opened. */
    uint64_t created_at;
    /** When it last changed. */
    uint64_t changed_at;
    /** When its default settles it; zero for never, and while disputed without a time-out. */
    uint64_t deadline;
    /** Since when it is disputed, or zero; of a dispute that was sent again, the first time. */
    uint64_t disputed_at;
    /**
     * While disputed: nanoseconds that were left to the deadline from before; zero if it had none.
     */
    uint64_t time_left;
    /** The ledger of its accounts. */
    uint32_t ledger;
    /** The commission in parts per million. */
    uint32_t fee_ppm;
    /** From the `hold` operation. */
    uint16_t code;
    /** How far the deal has come, or how it ended. */
    uint16_t phase;
    /** What happens at the deadline. */
    uint16_t at_deadline;
    /** While disputed with a time-out: what would have happened at the deadline from before. */
    uint16_t default_before;
    /** While disputed: what is claimed for the payer and was not refunded since, or zero. */
    escrow_u128 claimed;
    /** The fixed part of the commission. */
    escrow_u128 fee_fixed;
    /**
     * Of a part that was divided off: the sum that comes before its own in the commission of the
     * whole. Zero for any other hold.
     */
    escrow_u128 fee_base;
    /** Zero. */
    uint64_t reserved[2];
} escrow_hold;

/* ---- Names ----------------------------------------------------------------------------------- */

/**
 * Gives the name of a status: `buffer_too_small`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_status_name(escrow_status status);

/**
 * Gives the name of an outcome: `exceeds_credits`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_outcome_name(uint32_t outcome);

/**
 * Gives the name of a kind of operation: `top_up`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_kind_name(uint32_t kind);

/**
 * Gives the name of the phase of a hold: `shipped`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_phase_name(uint32_t phase);

/**
 * Gives the name of what happens at a deadline: `refund`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_at_deadline_name(uint32_t at_deadline);

/**
 * Gives the name of the outcome of a wallet command: `credentials_must_match`; `done` for
 * `ESCROW_WALLET_DONE`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_wallet_outcome_name(uint32_t outcome);

/**
 * Gives the name of what a letter says: `confirm_address`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_letter_kind_name(uint32_t kind);

/**
 * Gives the name of a command in the audit trail: `approve_verification`; `unknown` for a number
 * that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_audit_command_name(uint32_t command);

/**
 * Gives the name of the outcome of an order command: `not_in_this_stage`; `done` for
 * `ESCROW_ORDER_DONE`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_order_outcome_name(uint32_t outcome);

/**
 * Gives the name of the stage of a part of an order: `shipped`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_stage_name(uint32_t stage);

/**
 * Gives the name of who acts in an order: `buyer`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_party_name(uint32_t party);

/**
 * Gives the name of what can be done about a part of an order: `ship`; `unknown` for a number that
 * has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_action_name(uint32_t action);

/**
 * Gives the name of what happens if nobody acts: `release`; `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_silence_name(uint32_t silence);

/**
 * Gives the name of a kind of step of an order: `placed`; `acted` for whatever somebody did;
 * `unknown` for a number that has none.
 *
 * Ownership: static, zero-terminated; never freed.
 * Threads: any.
 * Errors: none.
 * Since: 0.1.0
 */
const char *escrow_step_name(uint32_t step);

/* ---- Ids ------------------------------------------------------------------------------------- */

/**
 * Makes `count` new ids. They are UUIDs of version 7: unique, ordered by time, and rising strictly
 * within the process, which makes them the fast ones.
 *
 * Ownership: `ids` is the caller's room for `count` ids.
 * Threads: any.
 * Errors: `ESCROW_PANIC` if the operating system has no random bytes.
 * Since: 0.1.0
 */
escrow_status escrow_id_new(escrow_u128 *ids, size_t count, escrow_error *error);

/**
 * Reads an id from 16 bytes in the order of a UUID's, most significant first.
 *
 * Ownership: `bytes` is only read.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_id_from_bytes(const uint8_t *bytes, escrow_u128 *id, escrow_error *error);

/**
 * Writes an id as 16 bytes in the order of a UUID's, most significant first.
 *
 * Ownership: `bytes` is the caller's room for 16 bytes.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_id_to_bytes(escrow_u128 id, uint8_t *bytes, escrow_error *error);

/**
 * Makes the id of a name that the host has already, such as an order's number `A-1001`, in a space of
 * names of its own, such as `orders`: the same wherever and in whatever language it is made. Two
 * spaces share no ids. It is no secret.
 *
 * The id is the first 16 bytes, most significant first, of a BLAKE3 hash in key derivation mode
 * (context `escrowdb 2025-01-01 id of a name in a space, version 1`) over the length of the space
 * (8 bytes, little-endian), the space and the text. Such ids are in no order: accounts and
 * `user_data_128` may well have one; as ids of operations and holds they are slower than those of
 * `escrow_id_new`.
 *
 * Ownership: `space` and `text` are only read; they need not be zero-terminated, and are taken as the
 * bytes that they are: UTF-8 if the other languages are to find the same.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_id_named(const char *space,
                              size_t space_length,
                              const char *text,
                              size_t text_length,
                              escrow_u128 *id,
                              escrow_error *error);

/* ---- Amounts --------------------------------------------------------------------------------- */

/**
 * Reads an amount from text such as `35.61`, as minor units of a ledger whose `scale` is its
 * digits behind the point. Exact: no sign, no spaces, no exponent, no grouping; a digit that the
 * scale has no room for is refused unless it is zero.
 *
 * Ownership: `text` is only read; it need not be zero-terminated.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if it is no amount of this scale; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_amount_parse(const char *text,
                                  size_t text_length,
                                  uint32_t scale,
                                  escrow_u128 *amount,
                                  escrow_error *error);

/**
 * Writes an amount as text with exactly `scale` decimals, zero-terminated: `35.61`.
 *
 * Ownership: `buffer` is the caller's room for `capacity` bytes; 64 are always enough. `length`
 * gets the length of the text without its final zero; with `ESCROW_BUFFER_TOO_SMALL` the capacity
 * that is needed.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_INVALID_ARGUMENT` if the scale is above
 * `ESCROW_LEDGER_SCALE_MAX`.
 * Since: 0.1.0
 */
escrow_status escrow_amount_format(escrow_u128 amount,
                                   uint32_t scale,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   escrow_error *error);

/**
 * Writes a signed number of minor units as text with exactly `scale` decimals, zero-terminated:
 * `-0.05`. For net balances and changes of balances.
 *
 * Ownership: as `escrow_amount_format`.
 * Threads: any.
 * Errors: as `escrow_amount_format`.
 * Since: 0.1.0
 */
escrow_status escrow_amount_format_signed(escrow_i128 amount,
                                          uint32_t scale,
                                          char *buffer,
                                          size_t capacity,
                                          size_t *length,
                                          escrow_error *error);

/**
 * Computes the commission on an amount at a rate in parts per million, rounded half to even to the
 * minor unit, as a hold does.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the amount is above 2^96 - 1 or the rate above one.
 * Since: 0.1.0
 */
escrow_status escrow_amount_fee(escrow_u128 amount,
                                uint32_t rate_ppm,
                                escrow_u128 *fee,
                                escrow_error *error);

/**
 * Splits an amount over weights, exactly: the parts add up to the whole. The minor units that are
 * left after rounding down go to the largest remainders, ties to the earlier position.
 *
 * Ownership: `parts` is the caller's room for `count` amounts, one for each weight.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if no weight is above zero, or the amount is above 2^96 - 1.
 * Since: 0.1.0
 */
escrow_status escrow_amount_split(escrow_u128 amount,
                                  const uint32_t *weights,
                                  size_t count,
                                  escrow_u128 *parts,
                                  escrow_error *error);

/**
 * Reads a rate in parts per million from text: a fraction such as `0.029`, or a percentage such as
 * `2.9%`.
 *
 * Ownership: `text` is only read; it need not be zero-terminated.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if it is no whole number of parts per million from 0 to one;
 * `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_rate_parse(const char *text,
                                size_t text_length,
                                uint32_t *rate_ppm,
                                escrow_error *error);

/**
 * Writes a rate in parts per million as a percentage, zero-terminated: `2.9%`.
 *
 * Ownership: as `escrow_amount_format`.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_rate_format(uint32_t rate_ppm,
                                 char *buffer,
                                 size_t capacity,
                                 size_t *length,
                                 escrow_error *error);

/**
 * Computes what a credit-normal account (a wallet, a merchant) can spend: `credits_posted` -
 * `debits_posted` - `debits_pending`, zero where that is negative.
 *
 * Ownership: `balances` is only read.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_balances_available(const escrow_balances *balances,
                                        escrow_u128 *available,
                                        escrow_error *error);

/**
 * Computes what a debit-normal account (cash, a receivable) can give: `debits_posted` -
 * `credits_posted` - `credits_pending`, zero where that is negative.
 *
 * Ownership: `balances` is only read.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_balances_available_debit(const escrow_balances *balances,
                                              escrow_u128 *available,
                                              escrow_error *error);

/**
 * Computes the posted balance as a credit-normal account reads it: `credits_posted` -
 * `debits_posted`. Negative for an external account that money came from.
 *
 * Ownership: `balances` is only read.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_balances_net(const escrow_balances *balances,
                                  escrow_i128 *net,
                                  escrow_error *error);

/* ---- Stores ---------------------------------------------------------------------------------- */

/** Open the store, or create it if there is nothing. */
#define ESCROW_OPEN_OR_CREATE 0

/** Create the store; there must be none. */
#define ESCROW_OPEN_CREATE_NEW 1

/** Open the store; it must be there. */
#define ESCROW_OPEN_EXISTING 2

/**
 * Open the store to read it; it must be there. Nothing is written, so that it works on a medium that
 * cannot be written to, and without the right to. Many may read at a time. Beside a process that
 * writes the store, this is a guest that reads; whoever comes to write a store that others have
 * open to read it is answered `ESCROW_LOCKED`. What a crash left is recovered in memory, deadlines
 * are not settled, and all that would write is `ESCROW_READ_ONLY`, also to open wallets. A backup can
 * be made.
 */
#define ESCROW_OPEN_READ_ONLY 3

/** Answers are given after the sync: an answered operation survives a power cut. */
#define ESCROW_DURABLE 0

/**
 * Answers are given after the write: an answered operation survives the end of the process, but
 * not that of the machine. For tests, simulations and imports that can be repeated.
 */
#define ESCROW_DURABLE_PROCESS 1

/** The system clock says what time it is. Deadlines are settled when they come, traffic or not. */
#define ESCROW_CLOCK_SYSTEM 0

/** The caller alone says what time it is, by `escrow_store_advance` and imported operations. */
#define ESCROW_CLOCK_MANUAL 1

/**
 * Only the user that the process runs as may use the files of the store: 0600, directories 0700.
 */
#define ESCROW_FILES_OF_OWNER 0

/** The group of the files may read them, to make copies of them: 0640 and 0750. */
#define ESCROW_FILES_READ_BY_GROUP 1

/** The group of the files may use the store as the owner does: 0660 and 0770. */
#define ESCROW_FILES_OF_GROUP 2

/**
 * How to open a store. Begin with `ESCROW_OPEN_OPTIONS_INIT`; a field that stays zero is the
 * default.
 */
typedef struct escrow_open_options {
    /** `sizeof(escrow_open_options)`. */
    uint32_t struct_size;
    /** What to expect at the path: `ESCROW_OPEN_*`. */
    uint32_t mode;
    /** When an answer is given: `ESCROW_DURABLE*`. */
    uint32_t durability;
    /** Who says what time it is: `ESCROW_CLOCK_*`. */
    uint32_t clock;
    /**
     * Bytes of memory that the store may use, roughly, at least 4 MiB; 0 for 384 MiB. Memory in
     * which callers' batches and snapshots live is not counted.
     */
    uint64_t cache_bytes;
    /**
     * The size that a file of the journal does not outgrow, unless for a single block that is
     * larger; 0 for 64 MiB.
     */
    uint64_t segment_bytes;
    /** How much room is made at once ahead in the journal; 0 for 8 MiB. */
    uint64_t preallocate_bytes;
    /**
     * 1 if operations are to be found by their `user_data_128`. Decided when the store is created: a
     * store that has the index keeps it, whatever is said here. Asked of a store without it, opening is
     * `ESCROW_INVALID_ARGUMENT`. To get it, close the store, put back what was archived, move
     * `state.redb` away, and open the store with this.
     */
    uint32_t index_user_data;
    /**
     * Who may use the files that the store creates, also as backups and archives, whatever the umask
     * is: `ESCROW_FILES_*`. Those that are there already keep their rights.
     */
    uint32_t file_access;
    /**
     * The id of the store: a store that is created gets it, and one that is there must have it.
     * Zero for random bytes, and for any store. Two stores with the same id that are sent the same,
     * a call at a time and by a manual clock, have the same journal, byte for byte.
     */
    escrow_u128 store_id;
    /**
     * Bytes of memory for batches that were submitted without waiting and are not answered yet, with
     * their outcomes; 0 for 256 MiB. `escrow_store_submit_async` answers `ESCROW_LIMIT_EXCEEDED` beyond
     * that, takes nothing and never waits. A batch that is alone is always taken.
     */
    uint64_t submissions_bytes_max;
    /** Must be zero. */
    uint64_t reserved;
    /**
     * How far the system clock may step, either way, while the store is open, summed since it was
     * opened or last confirmed; 0 for one hour, `UINT64_MAX` for any step. Beyond that the
     * store goes on by a clock that nobody sets, until `escrow_store_confirm_clock`.
     */
    uint64_t clock_step_max_seconds;
    /**
     * How long after its last event a store may be opened by the system clock; 0 for 30 days,
     * `UINT64_MAX` for any time. Later, nothing is settled, and every write is
     * `ESCROW_CLOCK_MUST_BE_CONFIRMED` until `escrow_store_confirm_clock`.
     */
    uint64_t clock_gap_max_seconds;
    /**
     * 1 if this handle alone may have the store open: opening it is `ESCROW_LOCKED` if another one has,
     * and so is theirs while this one has it.
     */
    uint32_t exclusive;
    /**
     * 1 if, as a guest, the store's clock and durability are taken as its host has them, whatever is
     * said of them here: for tools that look at any store. Otherwise to open a store whose host has
     * others is `ESCROW_INVALID_ARGUMENT`.
     */
    uint32_t follow_host;
    /**
     * How many other handles may be guests of this one at a time, while it hosts the store; 0 for 256.
     * One more is answered `ESCROW_LIMIT_EXCEEDED` when it opens the store.
     */
    uint32_t guests_max;
    /**
     * For how long a call of a guest waits for a host that does not answer, or for somebody to take the
     * place of one that ended; 0 for 30 s. Then it is `ESCROW_HOST_UNRESPONSIVE`.
     */
    uint32_t takeover_wait_seconds;
} escrow_open_options;

/** The initial value of `escrow_open_options`. */
#define ESCROW_OPEN_OPTIONS_INIT \
    {sizeof(escrow_open_options), 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0}

/**
 * Opens the store in the directory `path`, and recovers what a crash left.
 *
 * Any number of processes of a machine may have it open, and any number of handles in each: the first
 * one hosts the store, and every other is its guest, with the same functions. When the host ends, a
 * guest takes its place; what was not answered is sent again under the same ids, so that the answer may
 * be `ESCROW_OUTCOME_EXISTS`, and snapshots and cursors of guests are `ESCROW_HOST_ENDED`. All must be
 * opened with the same clock and durability. Threads share a handle: it is faster than one for each.
 *
 * In a forked child the handle is a guest of its parent from its first use on, which opens the store
 * again by the same path and options. One that is `exclusive` is `ESCROW_FORKED` there.
 *
 * Ownership: `*store` is the caller's, to be freed by `escrow_store_free`. `path` and `options`
 * are only read during the call; `options` may be NULL for the defaults. On Unix a path is any
 * bytes but zero ones, elsewhere UTF-8; it need not be zero-terminated.
 * Threads: any.
 * Errors: `ESCROW_LOCKED` if it is open elsewhere and there or here `exclusive`, or to be read;
 * `ESCROW_HOST_UNRESPONSIVE`, `ESCROW_VERSION_MISMATCH`, `ESCROW_NOT_FOUND`,
 * `ESCROW_ALREADY_EXISTS`, `ESCROW_NOT_A_STORE`, `ESCROW_NEWER_FORMAT`, `ESCROW_CORRUPT`,
 * `ESCROW_MISMATCHED_STATE`, `ESCROW_IO`; `ESCROW_INVALID_ARGUMENT` for an empty path, for options
 * that make no sense or are not the host's, and if the store has another id than they say;
 * `ESCROW_LIMIT_EXCEEDED` above the host's `guests_max`. No handle is given then.
 * Since: 0.1.0
 */
escrow_status escrow_store_open(const char *path,
                                size_t path_length,
                                const escrow_open_options *options,
                                escrow_store **store,
                                escrow_error *error);

/**
 * Takes no more work, waits until all that was submitted is answered, and writes a checkpoint, so that
 * the next opening is instant. When this returns, the directory is free, unless snapshots, cursors,
 * wallets or orders keep it, which go on until they are freed, or a call that another thread is in,
 * until that ends. Every later call on the store answers `ESCROW_CLOSED`, and so does
 * `escrow_queue_take` to threads that wait for what does not come. The handle remains to be freed. A
 * store that is freed or whose process ends without this has lost nothing that was answered.
 *
 * Ownership: unchanged.
 * Threads: any. Batches that other threads have submitted, waiting or not, are answered first.
 * Errors: `ESCROW_POISONED`, `ESCROW_CLOSED`.
 * Since: 0.1.0
 */
escrow_status escrow_store_close(escrow_store *store,
                                 escrow_error *error);

/**
 * Frees a store. What was submitted is carried out. The directory is free at once, unless snapshots,
 * cursors, wallets, orders or queues keep it: then when they are freed too, in whatever order. A
 * store that was closed is not kept by queues.
 *
 * Ownership: `store` is no handle any more. NULL is let be, and so is what was freed before.
 * Threads: any. A call on the store that another thread is in goes on to its end.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_store_free(escrow_store *store);

/**
 * Registers ledgers: currency books with a fixed scale. Sent again, a ledger is answered
 * `ESCROW_OUTCOME_EXISTS`.
 *
 * Ownership: `ledgers` is only read; `outcomes` is the caller's room for `count` outcomes.
 * Threads: any.
 * Errors: as `escrow_store_submit`.
 * Since: 0.1.0
 */
escrow_status escrow_store_create_ledgers(escrow_store *store,
                                          const escrow_ledger *ledgers,
                                          size_t count,
                                          escrow_outcome *outcomes,
                                          escrow_error *error);

/**
 * Opens accounts. Sent again, an account is answered `ESCROW_OUTCOME_EXISTS`.
 *
 * Ownership: `accounts` is only read; `outcomes` is the caller's room for `count` outcomes.
 * Threads: any.
 * Errors: as `escrow_store_submit`.
 * Since: 0.1.0
 */
escrow_status escrow_store_create_accounts(escrow_store *store,
                                           const escrow_account *accounts,
                                           size_t count,
                                           escrow_outcome *outcomes,
                                           escrow_error *error);

/**
 * Applies a batch of operations, waits until it is durable, and gives an outcome for each. An
 * operation that breaks a law is refused in its outcome, and the others go on; the call succeeds.
 * Batches of several threads share a sync.
 *
 * Ownership: `operations` is only read, and so is `data`, in which documents lie (see
 * `escrow_operation.data_offset`; NULL and 0 if there are none). `outcomes` is the caller's room
 * for `count` outcomes, which are written there as they are decided: only when the call returns
 * `ESCROW_OK` do they say what is durable. If it fails, none has a status that is known.
 * Threads: any.
 * Errors: `ESCROW_LIMIT_EXCEEDED` above `ESCROW_BATCH_OPERATIONS_MAX` operations or
 * `ESCROW_BATCH_DATA_BYTES_MAX` bytes; `ESCROW_CLOSED`. `ESCROW_POISONED`, `ESCROW_PANIC`,
 * `ESCROW_IO`: it is not known whether the batch was applied. Open the store again and send the
 * same batch: what was applied is answered `ESCROW_OUTCOME_EXISTS`.
 * Since: 0.1.0
 */
escrow_status escrow_store_submit(escrow_store *store,
                                  const escrow_operation *operations,
                                  size_t count,
                                  const void *data,
                                  size_t data_length,
                                  escrow_outcome *outcomes,
                                  escrow_error *error);

/**
 * Settles all holds whose deadline is at or before `to`, in nanoseconds since the Unix epoch. A
 * manual clock moves to `to`, and stays where it is if it shows a later time: it never goes back.
 *
 * Ownership: `settled` gets the number of holds that were settled, `now` what the clock shows after
 * that.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if `to` is later than the system clock that the store goes by;
 * as `escrow_store_submit`.
 * Since: 0.1.0
 */
escrow_status escrow_store_advance(escrow_store *store,
                                   uint64_t to,
                                   uint64_t *settled,
                                   uint64_t *now,
                                   escrow_error *error);

/**
 * Remembers that `consumer` has dealt with all events up to and including the timestamp
 * `position`. Durable when it returns; `escrow_snapshot_consumer` gives it back. The position that it
 * has already changes nothing. An acknowledgement is no event.
 *
 * Ownership: `consumer` is only read; it need not be zero-terminated.
 * Threads: any.
 * Errors: `ESCROW_INVALID_POSITION` if the consumer has acknowledged more already, or if nothing has
 * happened at `position` yet; `ESCROW_INVALID_ARGUMENT` if the name is empty or longer than
 * `ESCROW_CONSUMER_NAME_BYTES_MAX`; `ESCROW_INVALID_TEXT`; `ESCROW_LIMIT_EXCEEDED` above
 * `ESCROW_CONSUMERS_MAX` consumers; as `escrow_store_submit`.
 * Since: 0.1.0
 */
escrow_status escrow_store_acknowledge(escrow_store *store,
                                       const char *consumer,
                                       size_t consumer_length,
                                       uint64_t position,
                                       escrow_error *error);

/**
 * Forgets a consumer of the event feed: it holds back no archive any more, and its name may begin
 * again. `removed` gets 1, or 0 if there was none.
 *
 * Ownership: `consumer` is only read; it need not be zero-terminated.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the name is empty or longer than
 * `ESCROW_CONSUMER_NAME_BYTES_MAX`; `ESCROW_INVALID_TEXT`; as `escrow_store_submit`.
 * Since: 0.1.0
 */
escrow_status escrow_store_remove_consumer(escrow_store *store,
                                           const char *consumer,
                                           size_t consumer_length,
                                           uint32_t *removed,
                                           escrow_error *error);

/**
 * Takes a snapshot: what is durable now, to be read. Costs next to nothing.
 *
 * Ownership: `*snapshot` is the caller's, to be freed by `escrow_snapshot_free`. It keeps the store
 * alive.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_store_snapshot(escrow_store *store,
                                    escrow_snapshot **snapshot,
                                    escrow_error *error);

/**
 * Writes what is durable into the state file now, so that the next opening has less to do. The
 * store does so by itself now and then.
 *
 * Ownership: unchanged.
 * Threads: any.
 * Errors: `ESCROW_IO`, `ESCROW_POISONED`: the store is poisoned.
 * Since: 0.1.0
 */
escrow_status escrow_store_checkpoint(escrow_store *store, escrow_error *error);

/** This process writes the store, and lets others in. */
#define ESCROW_ROLE_HOST 1

/** Another process, or another handle of this one, writes the store; this one has it do so. */
#define ESCROW_ROLE_GUEST 2

/**
 * Tells whether this handle hosts its store or is a guest of whoever does: `ESCROW_ROLE_*`. It does
 * not change but from guest to host, when the process that was the host has ended.
 *
 * Ownership: `role` gets the answer.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_store_role(escrow_store *store, uint32_t *role, escrow_error *error);

/**
 * Tells which process hosts the store, and how many guests it has, each handle counted.
 *
 * Ownership: `process` gets the number of the process, `guests` how many they are.
 * Threads: any.
 * Errors: `ESCROW_HOST_UNRESPONSIVE`.
 * Since: 0.1.0
 */
escrow_status escrow_store_host_process(escrow_store *store,
                                        uint32_t *process,
                                        uint32_t *guests,
                                        escrow_error *error);

/**
 * How far a store's journal has come: everything up to its last durable block, in one hash. Each
 * block's hash covers the one before, so that two stores with the same head have the same history.
 */
typedef struct escrow_head {
    /** The number of the last durable block; 0 if there is none yet. */
    uint64_t block;
    /** The timestamp of the last event or acknowledgement in it, in nanoseconds since the epoch. */
    uint64_t timestamp;
    /**
     * The hash that the journal's chain has come to; of a store without blocks, a hash of its id.
     */
    uint8_t hash[32];
} escrow_head;

/**
 * Tells which block was made durable last, and the hash that stands for all history up to it.
 *
 * Ownership: `head` is the caller's.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_store_head(escrow_store *store, escrow_head *head, escrow_error *error);

/** A state that this version has no name for. */
#define ESCROW_CLOCK_STATE_UNKNOWN 0

/** The caller alone says what time it is. */
#define ESCROW_CLOCK_STATE_MANUAL 1

/** The store goes by the system clock. */
#define ESCROW_CLOCK_STATE_TRUSTED 2

/**
 * The system clock was set while the store was open, by more than `clock_step_max_seconds`. The
 * store goes on from the time before by a clock that nobody sets, until the time is confirmed.
 */
#define ESCROW_CLOCK_STATE_STEPPED 3

/**
 * When the store was opened, the system clock was later than `clock_gap_max_seconds` after the last
 * event, or beyond the end of time, in the year 2554. Nothing is settled or written until the time is
 * confirmed.
 */
#define ESCROW_CLOCK_STATE_UNCONFIRMED 4

/**
 * What a store's clock shows. Begin with `ESCROW_CLOCK_READING_INIT`; what is beyond `struct_size` is
 * not written. Times are nanoseconds since the Unix epoch.
 */
typedef struct escrow_clock_reading {
    /** `sizeof(escrow_clock_reading)`. */
    uint32_t struct_size;
    /** How far the clock is believed: `ESCROW_CLOCK_STATE_*`. */
    uint32_t state;
    /** The time that operations are judged by; never before the last event. */
    uint64_t now;
    /** What the system clock shows, believed or not; zero where the clock is manual. */
    uint64_t system;
    /** When the last event was; zero in an empty store. */
    uint64_t last_event;
} escrow_clock_reading;

/**
 * Tells what the store's clock shows, a manual one too, and how far it is believed.
 *
 * Ownership: `reading` is the caller's, with its `struct_size`.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if `struct_size` makes no sense.
 * Since: 0.1.0
 */
escrow_status escrow_store_clock(escrow_store *store,
                                 escrow_clock_reading *reading,
                                 escrow_error *error);

/**
 * Says that it is `now`, in nanoseconds since the Unix epoch, from a source other than the system
 * clock: a person, another machine. Where the system clock agrees, to within an hour, it is believed
 * from now on, and what is due is settled. It is remembered, so that the store can be opened again
 * although nothing happens until then.
 *
 * Ownership: `confirmed` gets what the system clock shows.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the system clock does not agree, or the store's clock is
 * manual; `ESCROW_IO`, and then nothing was confirmed.
 * Since: 0.1.0
 */
escrow_status escrow_store_confirm_clock(escrow_store *store,
                                         uint64_t now,
                                         uint64_t *confirmed,
                                         escrow_error *error);

/** The initial value of `escrow_clock_reading`. */
#define ESCROW_CLOCK_READING_INIT {sizeof(escrow_clock_reading), 0, 0, 0, 0}

/**
 * What a store has done since it was opened, and how large it is. Begin with `ESCROW_STATS_INIT`;
 * what is beyond `struct_size` is not written.
 */
typedef struct escrow_stats {
    /** `sizeof(escrow_stats)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Blocks made durable since the store was opened. */
    uint64_t blocks;
    /** Events in them: operations, settled deadlines, new accounts and ledgers. */
    uint64_t events;
    /** Calls of `fdatasync` since the store was opened, of all files. */
    uint64_t syncs;
    /** Bytes of blocks since the store was opened. */
    uint64_t journal_bytes_written;
    /** Checkpoints since the store was opened. */
    uint64_t checkpoints;
    /** Bytes of the journal's files, with the room made ahead. */
    uint64_t journal_bytes;
    /** Bytes of the state file. */
    uint64_t state_bytes;
    /** Records in memory that operations are judged by. */
    uint64_t records_in_memory;
    /** The timestamp of the last durable event, in nanoseconds since the Unix epoch. */
    uint64_t last_timestamp;
    /** The number of the last durable block. */
    uint64_t last_block;
    /**
     * The number of the last block that the state file includes: those after it are carried out
     * again when the store is opened after a crash.
     */
    uint64_t checkpoint_block;
    /** The hash that the journal's chain has come to, in hexadecimal digits, zero-terminated. */
    char chain_hash[72];
} escrow_stats;

/**
 * Tells what the store has done since it was opened, and how large it is.
 *
 * Ownership: `stats` is the caller's, with its `struct_size`.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if `struct_size` makes no sense.
 * Since: 0.1.0
 */
escrow_status escrow_store_stats(escrow_store *store,
                                 escrow_stats *stats,
                                 escrow_error *error);

/** The initial value of `escrow_stats`. */
#define ESCROW_STATS_INIT {sizeof(escrow_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0}}

/**
 * Is told how a verification goes on, on the thread that called it. It must return; a C++ exception
 * must not leave it.
 */
typedef void (*escrow_progress)(void *context, uint64_t blocks_done, uint64_t blocks);

/**
 * What a verification has seen. Begin with `ESCROW_VERIFY_REPORT_INIT`; what is beyond
 * `struct_size` is not written.
 */
typedef struct escrow_verify_report {
    /** `sizeof(escrow_verify_report)`. */
    uint32_t struct_size;
    /** 1 if the store is in order. */
    uint32_t is_sound;
    /** Blocks of the journal, all with their checksums, hashes and links in the chain. */
    uint64_t blocks;
    /** Events in them. */
    uint64_t events;
    /** Accounts whose balances were added up from their entries and holds. */
    uint64_t accounts;
    /** Holds that were looked at. */
    uint64_t holds;
    /** The hash that the journal's chain has come to, in hexadecimal digits, zero-terminated. */
    char chain_hash[72];
    /** The hash over all records of the state, in hexadecimal digits, zero-terminated. */
    char state_hash[72];
    /** The first fault, on one line, zero-terminated; empty if the store is in order. */
    char fault[248];
    /**
     * Blocks that were archived and not looked at. Unless it is 0, the state was not compared
     * with a replay of the whole journal.
     */
    uint64_t blocks_archived;
} escrow_verify_report;

/**
 * Reads a store completely: every checksum, the chain of the journal, the state against a replay
 * of the journal from its beginning, and all laws of the ledger. Nothing of the store is changed.
 * A fault that is found is in the report; the call succeeds.
 *
 * Ownership: `path` is only read; as in `escrow_store_open`. `progress` may be NULL; `context` is
 * handed to it. `report` is the caller's, with its `struct_size`.
 * Threads: any. The store may be open: its host copies the state as of one block, and goes on.
 * Errors: `ESCROW_LOCKED`, `ESCROW_NOT_FOUND`, `ESCROW_NOT_A_STORE`, `ESCROW_NEWER_FORMAT`,
 * `ESCROW_IO`; `ESCROW_INVALID_ARGUMENT` if `struct_size` makes no sense.
 * Since: 0.1.0
 */
escrow_status escrow_store_verify(const char *path,
                                  size_t path_length,
                                  escrow_progress progress,
                                  void *context,
                                  escrow_verify_report *report,
                                  escrow_error *error);

/**
 * As `escrow_store_verify`, against what was noted or moved elsewhere. The store must have
 * `head` or have gone on from it, which proves that nothing up to it was changed and nothing of
 * it lost; and the segments in `archive`, the directory into which `escrow_store_archive` moved
 * them, are read as if they were in the store.
 *
 * Ownership: as `escrow_store_verify`. `head` is only read, and may be NULL; a `timestamp` of 0
 * in it is any. `archive` is only read, a path as in `escrow_store_open`; NULL with the length 0
 * for none.
 * Threads: any. The store may be open: its host copies the state as of one block, and goes on.
 * Errors: as `escrow_store_verify`; `ESCROW_INVALID_ARGUMENT` if `head` is in a part that is
 * archived and no archive is given.
 * Since: 0.1.0
 */
escrow_status escrow_store_verify_against(const char *path,
                                          size_t path_length,
                                          const escrow_head *head,
                                          const char *archive,
                                          size_t archive_length,
                                          escrow_progress progress,
                                          void *context,
                                          escrow_verify_report *report,
                                          escrow_error *error);

/** The initial value of `escrow_verify_report`. */
#define ESCROW_VERIFY_REPORT_INIT {sizeof(escrow_verify_report), 0, 0, 0, 0, 0, {0}, {0}, {0}, 0}

/**
 * What was backed up. Begin with `ESCROW_BACKUP_REPORT_INIT`; what is beyond `struct_size` is not
 * written.
 */
typedef struct escrow_backup_report {
    /** `sizeof(escrow_backup_report)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** The last block in the backup. Keep it elsewhere, for `escrow_store_verify_against`. */
    escrow_head head;
    /** Segments of the journal that were copied. */
    uint64_t segments;
    /** Bytes of the journal that were copied. */
    uint64_t journal_bytes;
} escrow_backup_report;

/**
 * What was archived. Begin with `ESCROW_ARCHIVE_REPORT_INIT`; what is beyond `struct_size` is not
 * written.
 */
typedef struct escrow_archive_report {
    /** `sizeof(escrow_archive_report)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Segments of the journal that this call moved. */
    uint64_t segments;
    /** Their bytes. */
    uint64_t bytes;
    /**
     * The last block that is archived by now; block 0 if none is. Events later than its
     * timestamp can be read from the store.
     */
    escrow_head archived;
    /**
     * The consumer of events that has not acknowledged the next segment, which was held back for
     * it although it is old enough; zero-terminated, empty if there is none.
     */
    char held_back_by[64];
} escrow_archive_report;

/**
 * Copies the store into a directory of its own while it goes on: all that was answered before
 * this call, as of one block. To restore it is to open it, or see `escrow_store_restore`.
 *
 * The destination must not be there, or be an empty directory. It is written under its name with
 * `.partial` behind it, and renamed when all of it is durable. Writers and checkpoints go on
 * meanwhile; `escrow_store_archive` waits. The copy is read again before this returns: it reaches
 * the head that is reported, or this fails. It remembers that head in a file `COPY`, by which
 * `escrow_store_verify` and `escrow_store_restore` find a copy that was cut later.
 *
 * Ownership: `destination` is only read, a path as in `escrow_store_open`. `report` is the
 * caller's, with its `struct_size`.
 * Threads: any.
 * Errors: `ESCROW_IN_THE_WAY` if something is there, or the rest of an earlier backup, which may
 * be removed; `ESCROW_CORRUPT` if rot is found, or files of the store are missing; `ESCROW_IO`.
 * Since: 0.1.0
 */
escrow_status escrow_store_backup(escrow_store *store,
                                  const char *destination,
                                  size_t destination_length,
                                  escrow_backup_report *report,
                                  escrow_error *error);

/**
 * Restores a backup into a directory of its own: copies it, verifies the copy completely, and
 * gives it its name only if it is in order. The store that was backed up must not be used any
 * more: both would be the same store with two histories.
 *
 * Ownership: `backup` and `destination` are only read, paths as in `escrow_store_open`. `head`,
 * `archive`, `progress`, `context` and `report` as in `escrow_store_verify_against`. `file_access` says
 * who may use the files of the copy: `ESCROW_FILES_*`, whoever may use those of the backup.
 * Threads: any. The backup must not be open.
 * Errors: `ESCROW_CORRUPT` with the first fault; `ESCROW_IN_THE_WAY` if the destination is there
 * and no empty directory, or the rest of an earlier attempt; as `escrow_store_verify_against`,
 * of the backup.
 * Since: 0.1.0
 */
escrow_status escrow_store_restore(const char *backup,
                                   size_t backup_length,
                                   const char *destination,
                                   size_t destination_length,
                                   const escrow_head *head,
                                   const char *archive,
                                   size_t archive_length,
                                   uint32_t file_access,
                                   escrow_progress progress,
                                   void *context,
                                   escrow_verify_report *report,
                                   escrow_error *error);

/**
 * Moves whole segments of the journal into the folder `journal` of the directory `destination`,
 * oldest first: those all whose events are before the time `before`, but for what recovery needs
 * and for what some consumer of events has not acknowledged. The store goes on meanwhile. What
 * was moved is copied, read again and made durable before anything is removed from the store.
 *
 * Balances now and in the past, holds, documents and deadlines remain. What is read out of the
 * journal is answered `ESCROW_ARCHIVED` from then on: operations as they were asked for, the
 * lines of statements and the events of that time. An id that was used there is answered
 * `ESCROW_OUTCOME_ORIGINAL_IS_ARCHIVED` and never applied again; a transfer or release cannot be
 * reversed any more (`ESCROW_OUTCOME_OPERATION_IS_ARCHIVED`), a hold can. Segments that are
 * copied back into the folder `journal` of the closed store, without a gap, can be read again
 * once it is opened.
 *
 * Ownership: `destination` is only read, a path as in `escrow_store_open`; it may hold earlier
 * archives of this store. `report` is the caller's, with its `struct_size`.
 * Threads: any.
 * Errors: `ESCROW_IN_THE_WAY` if the destination has another segment of that name, or is a store;
 * `ESCROW_CORRUPT` if a segment to be moved does not hold together: nothing is moved then;
 * `ESCROW_IO`, `ESCROW_POISONED`.
 * Since: 0.1.0
 */
escrow_status escrow_store_archive(escrow_store *store,
                                   const char *destination,
                                   size_t destination_length,
                                   uint64_t before,
                                   escrow_archive_report *report,
                                   escrow_error *error);

/** The initial value of `escrow_backup_report`. */
#define ESCROW_BACKUP_REPORT_INIT {sizeof(escrow_backup_report), 0, {0, 0, {0}}, 0, 0}

/** The initial value of `escrow_archive_report`. */
#define ESCROW_ARCHIVE_REPORT_INIT {sizeof(escrow_archive_report), 0, 0, 0, {0, 0, {0}}, {0}}

/* ---- Submitting without waiting -------------------------------------------------------------- */

/** Wait as long as it takes. */
#define ESCROW_WAIT_FOREVER 4294967295

/** Batches of one queue that are under way or not taken yet. */
#define ESCROW_QUEUE_BATCHES_MAX 65536

/** The end of a batch that was submitted without waiting. */
typedef struct escrow_completion {
    /** What the caller called the batch. */
    uint64_t tag;
    /** How many outcomes it has: one for each operation, none if it failed. */
    uint64_t outcomes;
    /** `ESCROW_OK`, or why it could not be carried out: as from `escrow_store_submit`. */
    escrow_status status;
    /** Zero. */
    uint32_t reserved;
    /** What went wrong, on one line, zero-terminated; empty after `ESCROW_OK`. */
    char message[248];
} escrow_completion;

/**
 * Makes a completion queue for a store.
 *
 * Ownership: `*queue` is the caller's, to be freed by `escrow_queue_free`. It keeps the store
 * alive.
 * Threads: any.
 * Errors: `ESCROW_IO` if there are no more descriptors or threads.
 * Since: 0.1.0
 */
escrow_status escrow_queue_new(escrow_store *store, escrow_queue **queue, escrow_error *error);

/**
 * Frees a queue. Batches that are under way are carried out all the same; their completions are
 * dropped. A thread that waits in `escrow_queue_take` is answered `ESCROW_CLOSED`.
 *
 * Ownership: `queue` is no handle any more, and its descriptor is closed soon after. NULL is let
 * be, and so is what was freed before.
 * Threads: any.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_queue_free(escrow_queue *queue);

/**
 * Gives a descriptor that is readable as long as there are completions to take: for `poll`,
 * `epoll`, `kqueue` and event loops. Wait for it to be readable, and do not read it.
 *
 * Ownership: the descriptor is the queue's; the caller does not close it.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` on systems without such descriptors.
 * Since: 0.1.0
 */
escrow_status escrow_queue_descriptor(escrow_queue *queue, int *descriptor, escrow_error *error);

/**
 * Submits a batch without waiting: its completion comes into `queue` when it is durable. Batches
 * are applied in the order in which they were submitted, and complete in it.
 *
 * Ownership: `operations` and `data` are only read during the call. `tag` is the caller's name for
 * the batch, which its completion carries.
 * Threads: any.
 * Errors: `ESCROW_LIMIT_EXCEEDED` also above `ESCROW_QUEUE_BATCHES_MAX` batches that were not
 * taken, and above `submissions_bytes_max` of `escrow_open_options` of batches that are not answered:
 * take completions, and try again; `ESCROW_INVALID_ARGUMENT` also if the queue is another store's; as
 * `escrow_store_submit`. After an error no completion comes.
 * Since: 0.1.0
 */
escrow_status escrow_store_submit_async(escrow_store *store,
                                        const escrow_operation *operations,
                                        size_t count,
                                        const void *data,
                                        size_t data_length,
                                        escrow_queue *queue,
                                        uint64_t tag,
                                        escrow_error *error);

/**
 * Takes the oldest completion. Waits for one up to `timeout_milliseconds`: 0 to look only,
 * `ESCROW_WAIT_FOREVER` for as long as it takes.
 *
 * Ownership: `outcomes` is the caller's room for `capacity` outcomes, in the order of the batch.
 * With `ESCROW_BUFFER_TOO_SMALL` the completion stays, and `completion->outcomes` says how many
 * outcomes it has.
 * Threads: any. Each completion is given once.
 * Errors: `ESCROW_TIMED_OUT` if there is none; `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_CLOSED` as soon as
 * another thread has closed the store and all completions were taken, or has freed the queue.
 * That a batch could not be carried out stands in `completion->status`; the call succeeds.
 * Since: 0.1.0
 */
escrow_status escrow_queue_take(escrow_queue *queue,
                                uint32_t timeout_milliseconds,
                                escrow_completion *completion,
                                escrow_outcome *outcomes,
                                size_t capacity,
                                escrow_error *error);

/* ---- Snapshots ------------------------------------------------------------------------------- */

/** A consumer of the event feed. */
typedef struct escrow_consumer {
    /** The timestamp that it acknowledged last. */
    uint64_t position;
    /** Bytes of its name. */
    uint32_t name_length;
    /** Zero. */
    uint32_t reserved;
    /** Its name, and zeros behind it. */
    char name[64];
} escrow_consumer;

/**
 * Frees a snapshot. Its cursors live on.
 *
 * Ownership: `snapshot` is no handle any more. NULL is let be, and so is what was freed before.
 * Threads: any. A call on the snapshot that another thread is in goes on to its end.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_snapshot_free(escrow_snapshot *snapshot);

/**
 * Gives the timestamp of the last event or acknowledgement that the snapshot includes, in
 * nanoseconds since the Unix epoch.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_timestamp(escrow_snapshot *snapshot,
                                        uint64_t *timestamp,
                                        escrow_error *error);

/**
 * Looks up the ledgers of these numbers. A number without a ledger leaves its record all zero.
 *
 * Ownership: `numbers` is only read; `ledgers` is the caller's room for `count` records, in the
 * order of the numbers; `found` gets how many there are.
 * Threads: any.
 * Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_ledgers(escrow_snapshot *snapshot,
                                      const uint32_t *numbers,
                                      size_t count,
                                      escrow_ledger *ledgers,
                                      size_t *found,
                                      escrow_error *error);

/**
 * Lists all ledgers by number.
 *
 * Ownership: `ledgers` is the caller's room for `capacity` records; `count` gets how many there
 * are, also with `ESCROW_BUFFER_TOO_SMALL`. `ESCROW_LEDGERS_MAX` is always enough.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`, `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_all_ledgers(escrow_snapshot *snapshot,
                                          escrow_ledger *ledgers,
                                          size_t capacity,
                                          size_t *count,
                                          escrow_error *error);

/**
 * Looks up the accounts of these ids. An id without an account leaves its record all zero.
 *
 * Ownership: `ids` is only read; `accounts` is the caller's room for `count` records, in the order
 * of the ids; `found` gets how many there are.
 * Threads: any.
 * Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_accounts(escrow_snapshot *snapshot,
                                       const escrow_u128 *ids,
                                       size_t count,
                                       escrow_account *accounts,
                                       size_t *found,
                                       escrow_error *error);

/**
 * Looks up the holds of these ids, open or closed. An id without a hold leaves its record all
 * zero.
 *
 * Ownership: `ids` is only read; `holds` is the caller's room for `count` records, in the order of
 * the ids; `found` gets how many there are.
 * Threads: any.
 * Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_holds(escrow_snapshot *snapshot,
                                    const escrow_u128 *ids,
                                    size_t count,
                                    escrow_hold *holds,
                                    size_t *found,
                                    escrow_error *error);

/**
 * Looks up the operations of these ids, applied or refused with their id used up. An id without an
 * operation leaves its record all zero.
 *
 * Ownership: `ids` is only read; `operations` is the caller's room for `count` records, in the
 * order of the ids; `found` gets how many there are.
 * Threads: any.
 * Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_operations(escrow_snapshot *snapshot,
                                         const escrow_u128 *ids,
                                         size_t count,
                                         escrow_operation_record *operations,
                                         size_t *found,
                                         escrow_error *error);

/**
 * Gives the balances of an account after everything up to and including the timestamp `at`; all
 * zero before it was opened.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such account, or it was opened without
 * `ESCROW_ACCOUNT_HISTORY`; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_balances_at(escrow_snapshot *snapshot,
                                          escrow_u128 account,
                                          uint64_t at,
                                          escrow_balances *balances,
                                          escrow_error *error);

/**
 * Looks up how far a consumer of the event feed has come: the timestamp that it acknowledged last.
 *
 * Ownership: `consumer` is only read; it need not be zero-terminated. `found` gets 1, or 0 if there is
 * no such consumer, and `position` is 0 then.
 * Threads: any.
 * Errors: `ESCROW_INVALID_TEXT`, `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_consumer(escrow_snapshot *snapshot,
                                       const char *consumer,
                                       size_t consumer_length,
                                       uint64_t *position,
                                       uint32_t *found,
                                       escrow_error *error);

/**
 * Lists all consumers of the event feed by name.
 *
 * Ownership: `consumers` is the caller's room for `capacity` records; `count` gets how many there
 * are, also with `ESCROW_BUFFER_TOO_SMALL`. `ESCROW_CONSUMERS_MAX` is always enough.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`, `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_consumers(escrow_snapshot *snapshot,
                                        escrow_consumer *consumers,
                                        size_t capacity,
                                        size_t *count,
                                        escrow_error *error);

/** The sums over the accounts of one ledger. */
typedef struct escrow_trial_balance {
    /** Which ledger. */
    escrow_ledger ledger;
    /** The sums over all its accounts. */
    escrow_balances totals;
    /**
     * 1 if debits equal credits, posted and pending, and agree with the sums that the ledger itself
     * keeps.
     */
    uint32_t is_balanced;
    /** Zero. */
    uint32_t reserved;
} escrow_trial_balance;

/** The sums over the accounts of one code. */
typedef struct escrow_trial_balance_row {
    /** The sums of their balances. */
    escrow_balances balances;
    /** How many accounts they are. */
    uint64_t accounts;
    /** The code of the accounts. */
    uint32_t code;
    /** Zero. */
    uint32_t reserved;
} escrow_trial_balance_row;

/**
 * Draws the trial balance of a ledger: do the books balance? One row for each code of the caller's
 * chart of accounts, by code. Reads every account.
 *
 * Ownership: `rows` is the caller's room for `capacity` records; `count` gets how many there are,
 * also with `ESCROW_BUFFER_TOO_SMALL`. `balance` gets the totals.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such ledger; `ESCROW_BUFFER_TOO_SMALL`,
 * `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_trial_balance(escrow_snapshot *snapshot,
                                            uint32_t ledger,
                                            escrow_trial_balance *balance,
                                            escrow_trial_balance_row *rows,
                                            size_t capacity,
                                            size_t *count,
                                            escrow_error *error);

/* ---- Cursors --------------------------------------------------------------------------------- */

/**
 * Frees a cursor.
 *
 * Ownership: `cursor` is no handle any more. NULL is let be, and so is what was freed before.
 * Threads: any.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_cursor_free(escrow_cursor *cursor);

/**
 * Walks through all accounts by id, behind the id `after`; 0 for all. Read them with
 * `escrow_cursor_accounts`.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. It keeps the snapshot
 * alive.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_all_accounts(escrow_snapshot *snapshot,
                                           escrow_u128 after,
                                           escrow_cursor **cursor,
                                           escrow_error *error);

/**
 * Walks through all holds by id, open and closed, behind the id `after`; 0 for all. Read them with
 * `escrow_cursor_holds`.
 *
 * Ownership: as `escrow_snapshot_all_accounts`.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_all_holds(escrow_snapshot *snapshot,
                                        escrow_u128 after,
                                        escrow_cursor **cursor,
                                        escrow_error *error);

/**
 * Walks through the applied operations with this `user_data_128`, oldest first. Read them with
 * `escrow_cursor_operations`.
 *
 * Ownership: as `escrow_snapshot_all_accounts`.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the store is without the index: see
 * `escrow_open_options.index_user_data`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_operations_by_user_data(escrow_snapshot *snapshot,
                                                      escrow_u128 user_data_128,
                                                      escrow_cursor **cursor,
                                                      escrow_error *error);

/**
 * Reads the next accounts of a cursor.
 *
 * Ownership: `accounts` is the caller's room for `capacity` records; `count` gets how many were
 * written: 0 when there are no more.
 * Threads: one at a time.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_cursor_accounts(escrow_cursor *cursor,
                                     escrow_account *accounts,
                                     size_t capacity,
                                     size_t *count,
                                     escrow_error *error);

/**
 * Reads the next holds of a cursor.
 *
 * Ownership: `holds` is the caller's room for `capacity` records; `count` gets how many were
 * written: 0 when there are no more.
 * Threads: one at a time.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_cursor_holds(escrow_cursor *cursor,
                                  escrow_hold *holds,
                                  size_t capacity,
                                  size_t *count,
                                  escrow_error *error);

/**
 * Reads the next operations of a cursor.
 *
 * Ownership: `operations` is the caller's room for `capacity` records; `count` gets how many were
 * written: 0 when there are no more.
 * Threads: one at a time.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_cursor_operations(escrow_cursor *cursor,
                                       escrow_operation_record *operations,
                                       size_t capacity,
                                       size_t *count,
                                       escrow_error *error);

/* ---- Statements and queries for holds -------------------------------------------------------- */

/** The debit side: what leaves a wallet. */
#define ESCROW_SIDE_DEBIT 0

/** The credit side: what comes into a wallet. */
#define ESCROW_SIDE_CREDIT 1

/** Disputed holds only. */
#define ESCROW_DISPUTED_ONLY 1

/** Undisputed holds only. */
#define ESCROW_DISPUTED_NOT 2

/**
 * Which lines of a statement. Begin with `ESCROW_STATEMENT_QUERY_INIT`; all zero is every line,
 * oldest first.
 */
typedef struct escrow_statement_query {
    /** `sizeof(escrow_statement_query)`. */
    uint32_t struct_size;
    /** 1 for the newest line first. */
    uint32_t newest_first;
    /** The first time, included. */
    uint64_t from;
    /** The last time, included; 0 for no bound. */
    uint64_t to;
    /** How many lines at most; 0 for no bound. */
    uint64_t limit;
} escrow_statement_query;

/**
 * Which open holds. Begin with `ESCROW_HOLD_QUERY_INIT`; all zero is every open hold, and each
 * field that is not zero narrows them down.
 */
typedef struct escrow_hold_query {
    /** `sizeof(escrow_hold_query)`. */
    uint32_t struct_size;
    /** In this phase: `ESCROW_PHASE_*`. */
    uint32_t phase;
    /** In which this account is payer, payee or fee account. */
    escrow_u128 account;
    /** With this user data. */
    escrow_u128 user_data_128;
    /** With this user data. */
    uint64_t user_data_64;
    /** With a deadline at or after this time. */
    uint64_t due_from;
    /** With a deadline at or before this time. */
    uint64_t due_to;
    /** How many at most. */
    uint64_t limit;
    /** `ESCROW_DISPUTED_ONLY` or `ESCROW_DISPUTED_NOT`. */
    uint32_t disputed;
    /** Must be zero. */
    uint32_t reserved;
} escrow_hold_query;

/** One line of a statement: how one operation changed the account. */
typedef struct escrow_statement_line {
    /** When it happened. */
    uint64_t timestamp;
    /** Which side of the account changed: `ESCROW_SIDE_*`. */
    uint32_t side;
    /** Zero. */
    uint32_t reserved[3];
    /** When it counts: the operation's `value_date`, or else `timestamp`. */
    uint64_t value_date;
    /**
     * Change of that side's pending balance, in minor units; 0 for an account without
     * `ESCROW_ACCOUNT_HISTORY`.
     */
    escrow_i128 pending;
    /** Change of that side's posted balance, in minor units. */
    escrow_i128 posted;
    /**
     * The balances after it; the pending ones zero for an account without
     * `ESCROW_ACCOUNT_HISTORY`.
     */
    escrow_balances balances;
    /**
     * The operation, with its kind, parties and user data. What an operation on a hold, a deadline or
     * a reversal names by its `target` alone stands in it as in the hold or operation that is meant:
     * payer and payee (of a split the receiver; of a reversal who gives back and who gets it),
     * ledger, code, and the user data unless the operation has its own.
     */
    escrow_operation operation;
    /** What it moved. */
    escrow_u128 amount;
    /** The commission out of `amount`. */
    escrow_u128 fee;
    /** A final release: what went back to the payer beside `amount`. */
    escrow_u128 rest;
} escrow_statement_line;

/**
 * Draws the statement of an account: one line for each operation that changed its balances. Read
 * them with `escrow_cursor_lines`.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. `query` is only read;
 * NULL for every line, oldest first.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such account or the query makes no sense;
 * `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_statement(escrow_snapshot *snapshot,
                                        escrow_u128 account,
                                        const escrow_statement_query *query,
                                        escrow_cursor **cursor,
                                        escrow_error *error);

/**
 * Finds open holds, all or those that the query narrows them to: by deadline if the query gives a
 * range of deadlines and no account, else by id. Read them with `escrow_cursor_holds`.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. `query` is only read;
 * NULL for every open hold.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the query makes no sense, or names an account that is not
 * there; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_open_holds(escrow_snapshot *snapshot,
                                         const escrow_hold_query *query,
                                         escrow_cursor **cursor,
                                         escrow_error *error);

/**
 * Finds open holds that no deadline will settle: without a deadline, or disputed since before the
 * time `disputed_before`. Read them with `escrow_cursor_holds`.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_holds_needing_attention(escrow_snapshot *snapshot,
                                                      uint64_t disputed_before,
                                                      escrow_cursor **cursor,
                                                      escrow_error *error);

/**
 * Reads the next lines of a statement.
 *
 * Ownership: `lines` is the caller's room for `capacity` records; `count` gets how many were
 * written: 0 when there are no more.
 * Threads: one at a time.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_cursor_lines(escrow_cursor *cursor,
                                  escrow_statement_line *lines,
                                  size_t capacity,
                                  size_t *count,
                                  escrow_error *error);

/** The initial value of `escrow_statement_query`. */
#define ESCROW_STATEMENT_QUERY_INIT {sizeof(escrow_statement_query), 0, 0, 0, 0}

/** The initial value of `escrow_hold_query`. */
#define ESCROW_HOLD_QUERY_INIT {sizeof(escrow_hold_query), 0, {0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0}

/* ---- Documents ------------------------------------------------------------------------------- */

/** A document of a scan. Its key and then its value lie in the caller's data buffer. */
typedef struct escrow_document {
    /** The timestamp of the operation that wrote it: no version ever comes back. */
    uint64_t version;
    /** Where its key starts in the data buffer. Its value follows at once. */
    uint64_t data_offset;
    /** Bytes of the key. */
    uint32_t key_length;
    /** Bytes of the value. */
    uint32_t value_length;
    /** Zero. */
    uint64_t reserved;
} escrow_document;

/**
 * Reads the document `key` of `space`. Written by operations of the kinds `ESCROW_KIND_PUT` and
 * `ESCROW_KIND_DELETE`.
 *
 * Ownership: `space` and `key` are only read. `value` is the caller's room for `capacity` bytes,
 * `ESCROW_DOCUMENT_VALUE_BYTES_MAX` are always enough; `length` gets the length of the value, also
 * with `ESCROW_BUFFER_TOO_SMALL`; `version` gets its version, 0 if there is no such document.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_INVALID_ARGUMENT` if space and key can name no
 * document; `ESCROW_INVALID_TEXT`, `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_document(escrow_snapshot *snapshot,
                                       const char *space,
                                       size_t space_length,
                                       const void *key,
                                       size_t key_length,
                                       void *value,
                                       size_t capacity,
                                       size_t *length,
                                       uint64_t *version,
                                       escrow_error *error);

/**
 * Scans the documents of `space` whose keys are at or above `lower` and below `upper`, by key
 * bytes. A bound of length 0 is no bound. Read them with `escrow_cursor_documents`.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. The rest is only read
 * during the call.
 * Threads: any.
 * Errors: `ESCROW_INVALID_TEXT`; `ESCROW_INVALID_ARGUMENT` if no document can be in a space of that
 * name: it is empty, too long, or has a zero byte.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_documents(escrow_snapshot *snapshot,
                                        const char *space,
                                        size_t space_length,
                                        const void *lower,
                                        size_t lower_length,
                                        const void *upper,
                                        size_t upper_length,
                                        escrow_cursor **cursor,
                                        escrow_error *error);

/**
 * Scans the documents of `space` whose keys begin with `prefix`, by key bytes; length 0 for all.
 * Read them with `escrow_cursor_documents`.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. The rest is only read
 * during the call.
 * Threads: any.
 * Errors: as `escrow_snapshot_documents`.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_documents_with_prefix(escrow_snapshot *snapshot,
                                                    const char *space,
                                                    size_t space_length,
                                                    const void *prefix,
                                                    size_t prefix_length,
                                                    escrow_cursor **cursor,
                                                    escrow_error *error);

/**
 * Reads the next documents of a cursor, as many as fit both buffers.
 *
 * Ownership: `documents` is the caller's room for `capacity` records, `data` for `data_capacity`
 * bytes of keys and values. `count` gets how many were written: 0 when there are no more.
 * `data_needed` gets how many bytes of `data` were written; with `ESCROW_BUFFER_TOO_SMALL` how many
 * the next document needs alone.
 * Threads: one at a time.
 * Errors: `ESCROW_BUFFER_TOO_SMALL` if not even one document fits; `ESCROW_INVALID_ARGUMENT` if the
 * cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_cursor_documents(escrow_cursor *cursor,
                                      escrow_document *documents,
                                      size_t capacity,
                                      void *data,
                                      size_t data_capacity,
                                      size_t *count,
                                      size_t *data_needed,
                                      escrow_error *error);

/* ---- Events ---------------------------------------------------------------------------------- */

/** A ledger was registered: see `ledger`. */
#define ESCROW_EVENT_LEDGER 1

/** An account was opened: see `account`. */
#define ESCROW_EVENT_ACCOUNT 2

/** An operation was applied, or refused with its id used up: see `operation`. */
#define ESCROW_EVENT_OPERATION 3

/** Something that happened. What its kind does not concern is zero. */
typedef struct escrow_event {
    /** Unique and strictly rising: also the sequence number of the event. */
    uint64_t timestamp;
    /** What it is about: `ESCROW_EVENT_*`. */
    uint32_t kind;
    /** Of an operation: `ESCROW_OUTCOME_APPLIED`, or the refusal that used up its id. */
    uint32_t status;
    /**
     * The operation as it was asked for; its `timestamp` is the assigned one, and its
     * `data_offset` counts from the beginning of the data buffer.
     */
    escrow_operation operation;
    /** What the operation moved. */
    escrow_u128 amount;
    /** The commission out of `amount`. */
    escrow_u128 fee;
    /** A final release: what went back to the payer beside `amount`. */
    escrow_u128 rest;
    /** The account as it was opened. */
    escrow_account account;
    /** The ledger as it was registered. */
    escrow_ledger ledger;
    /**
     * Where its bytes start in the data buffer: space, key and value of a document, one after the
     * other.
     */
    uint64_t data_offset;
    /** How many bytes they are. */
    uint64_t data_length;
    /** Zero. */
    uint64_t reserved[3];
} escrow_event;

/**
 * Follows everything that happened later than the timestamp `after`, oldest first, up to the
 * snapshot; 0 for all. Read it with `escrow_cursor_events`. To go on, take a new snapshot and start
 * after the last event's timestamp: `escrow_store_acknowledge` remembers it, and is no event.
 *
 * Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_snapshot_events(escrow_snapshot *snapshot,
                                     uint64_t after,
                                     escrow_cursor **cursor,
                                     escrow_error *error);

/**
 * Reads the next events of a cursor, as many as fit both buffers.
 *
 * Ownership: `events` is the caller's room for `capacity` records, `data` for `data_capacity` bytes
 * of documents; NULL and 0 in a store that has neither. `count` gets how many were
 * written: 0 when there are no more. `data_needed` gets how many bytes of `data` were written; with
 * `ESCROW_BUFFER_TOO_SMALL` how many the next event needs alone.
 * Threads: one at a time.
 * Errors: `ESCROW_BUFFER_TOO_SMALL` if not even one event fits; `ESCROW_INVALID_ARGUMENT` if the
 * cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
 * Since: 0.1.0
 */
escrow_status escrow_cursor_events(escrow_cursor *cursor,
                                   escrow_event *events,
                                   size_t capacity,
                                   void *data,
                                   size_t data_capacity,
                                   size_t *count,
                                   size_t *data_needed,
                                   escrow_error *error);

/* ---- Wallets --------------------------------------------------------------------------------- */

/**
 * A text in a struct: UTF-8, without a zero at its end. An empty one may be all zero. What a
 * function fills in points into the rows that it was asked of, and lives as long as they do; an
 * empty one is all zero.
 */
typedef struct escrow_text {
    /** Where it begins. */
    const char *bytes;
    /** How many bytes it has. */
    size_t length;
} escrow_text;

/** Bytes of a master key, of a pepper, and of the key that the host wraps. */
#define ESCROW_KEY_BYTES 32

/** Bytes of a wrapped key, at most. */
#define ESCROW_WRAPPED_KEY_BYTES_MAX 512

/** What `escrow_key_unwrap` answers for a key that was wrapped by another master key. */
#define ESCROW_KEY_IS_ANOTHER 1

/**
 * A host's function that wraps a key, by a key service or a hardware module: reads the
 * `key_length` bytes at `key`, writes at most `capacity` bytes to `wrapped` and their number to
 * `wrapped_length`. Answers 0, or anything else if it failed. `context` is the host's own.
 *
 * Called within the call that needs it, on its thread. It must return and must keep no pointer. It may
 * use the store, and even close it, but not open its wallets: that is `ESCROW_INVALID_ARGUMENT` while
 * they are being opened.
 */
typedef int (*escrow_key_wrap)(void *context,
                               const uint8_t *key,
                               size_t key_length,
                               uint8_t *wrapped,
                               size_t capacity,
                               size_t *wrapped_length);

/**
 * A host's function that unwraps what `escrow_key_wrap` wrapped: reads `wrapped_length` bytes at
 * `wrapped` and writes the `key_length` bytes of the key to `key`. Answers 0;
 * `ESCROW_KEY_IS_ANOTHER` if it was wrapped by another master key; anything else if it failed.
 *
 * Called as `escrow_key_wrap` is.
 */
typedef int (*escrow_key_unwrap)(void *context,
                                 const uint8_t *wrapped,
                                 size_t wrapped_length,
                                 uint8_t *key,
                                 size_t key_length);

/**
 * A host's function that says whether a password is too common to be taken: one that was found in
 * breaches, the name of the shop. Answers 0 for one that may be taken. The password is UTF-8,
 * `length` bytes, and must not be kept.
 *
 * Called within the call that sets a password, on its thread, and from several threads at a time.
 * It must return, and must not call functions of the same wallets.
 */
typedef int (*escrow_password_is_blocked)(void *context, const char *password, size_t length);

/**
 * What wraps the keys of a store's wallets. The host keeps it; whoever loses it has lost all
 * personal data. Either `bytes`, or both functions.
 */
typedef struct escrow_master_key {
    /** `ESCROW_KEY_BYTES` random bytes, which are copied; NULL if the functions are given. */
    const uint8_t *bytes;
    /** Wraps a key; NULL if the bytes are given. */
    escrow_key_wrap wrap;
    /** Unwraps it again; NULL if the bytes are given. */
    escrow_key_unwrap unwrap;
    /** What both functions are given as `context`, from whichever thread. */
    void *context;
} escrow_master_key;

/**
 * The account that bears what chargebacks take of payments of a ledger: neither external nor
 * spend-only nor managed, and best without limits.
 */
typedef struct escrow_loss_account {
    /** The account. */
    escrow_u128 account;
    /** Its ledger. */
    uint32_t ledger;
    /** Zero. */
    uint32_t reserved[3];
} escrow_loss_account;

/**
 * The account that what owners of a ledger's wallets give up goes to: neither external nor
 * spend-only nor managed.
 */
typedef struct escrow_waiver_account {
    /** The account. */
    escrow_u128 account;
    /** Its ledger. */
    uint32_t ledger;
    /** Zero. */
    uint32_t reserved[3];
} escrow_waiver_account;

/** How to open the wallets of a store. Begin with `ESCROW_WALLET_OPTIONS_INIT`. */
typedef struct escrow_wallet_options {
    /** `sizeof(escrow_wallet_options)`. */
    uint32_t struct_size;
    /**
     * Password hashes that are computed at a time, each of which takes the memory that the policy
     * says; further callers wait. 0 for 4.
     */
    uint32_t hashes_in_parallel;
    /**
     * The name of a policy that comes with the library (`article`, `eu_amld5`, `cn_pboc`, `none`),
     * or a policy of the host's own as JSON: begin it with `escrow_policy_json`.
     */
    escrow_text policy;
    /** What the keys are wrapped by. */
    escrow_master_key master_key;
    /**
     * `ESCROW_KEY_BYTES` random bytes that are mixed into every password hash; NULL for none. The host
     * keeps them apart from the store; without them no password matches any more. The store knows them
     * again by a keyed hash of a constant: other ones are `ESCROW_WRONG_PEPPER`.
     */
    const uint8_t *pepper;
    /** Says whether a password is too common; NULL if none is. */
    escrow_password_is_blocked is_blocked;
    /** What `is_blocked` is given as `context`, from whichever thread. */
    void *is_blocked_context;
    /**
     * 1 to take `pepper`, or that it is NULL, though the store remembers another, which is lost or was
     * wrong: all passwords that were made with that one are to be reset. 0 otherwise.
     */
    uint32_t replaces_pepper;
    /** Zero. */
    uint32_t reserved;
    /**
     * The accounts that bear what chargebacks take, one for each ledger; NULL if there are none.
     * They are copied. Where none is named, money that was taken is due: see
     * `escrow_chargeback_taken`.
     */
    const escrow_loss_account *loss_accounts;
    /** How many there are. */
    size_t loss_accounts_count;
    /**
     * The name of the first operator, who registers all other members of staff: see
     * `escrow_staff_register`. Until one is named, no command of staff is carried out. In a store that
     * has one, another name is `ESCROW_INVALID_ARGUMENT`, and the same one changes nothing. Empty to
     * name none.
     */
    escrow_text first_operator;
    /**
     * The accounts that what owners give up goes to, one for each ledger; NULL if there are none.
     * They are copied. Where none is named, waivers are refused: see `escrow_wallet_waive`.
     */
    const escrow_waiver_account *waiver_accounts;
    /** How many there are. */
    size_t waiver_accounts_count;
} escrow_wallet_options;

/**
 * Says whether a policy makes sense, without opening wallets with it: a host's own as JSON, or the
 * name of one that comes with the library. What does not is refused with a message that names the
 * field or the line.
 *
 * Ownership: `policy` is only read.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the policy makes no sense; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_policy_check(const char *policy, size_t policy_length, escrow_error *error);

/**
 * Gives a policy that comes with the library as JSON, for a host to begin its own with: limits by
 * tier, evidence, throttles, what password hashes cost. A policy with a field that does not exist
 * is refused, so that a misspelt limit is not silently none.
 *
 * Ownership: `name` is only read. `text` is the caller's room for `capacity` bytes; `length` gets
 * how many there are, also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if no policy has this name; `ESCROW_BUFFER_TOO_SMALL`,
 * `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_policy_json(const char *name,
                                 size_t name_length,
                                 char *text,
                                 size_t capacity,
                                 size_t *length,
                                 escrow_error *error);

/**
 * Gives the JSON Schema (draft 2020-12) of policies, by which editors and other programs complete
 * and check one: every field with what it means, its unit as `x-unit`, and its default. What binds
 * several fields is seen by `escrow_policy_check` alone.
 *
 * Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are,
 * also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_policy_schema(char *text,
                                   size_t capacity,
                                   size_t *length,
                                   escrow_error *error);

/** The initial value of `escrow_wallet_options`. */
#define ESCROW_WALLET_OPTIONS_INIT \
    {sizeof(escrow_wallet_options), 0, {0, 0}, {0, 0, 0, 0}, 0, 0, 0, 0, 0, 0, 0, {0, 0}, 0, 0}

/** What an upkeep has done. Begin with `ESCROW_UPKEEP_INIT`. */
typedef struct escrow_upkeep {
    /** `sizeof(escrow_upkeep)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Registrations that were never submitted in time, and are gone with all they held. */
    uint64_t registrations;
    /** Letters whose fate was known for long enough. */
    uint64_t letters;
    /** Addresses of nobody that were looked at. */
    uint64_t addresses;
    /** Payments by card of which a refund by a deadline was passed on. */
    uint64_t refunds;
    /** Changes of addresses or numbers that were never confirmed, or stand now. */
    uint64_t contact_changes;
    /** Chargebacks of which what was due was booked. */
    uint64_t chargebacks;
    /** Owners who were told that the money of a wallet that nobody uses will be set aside. */
    uint64_t notices;
    /** Wallets whose money was set aside. */
    uint64_t set_aside;
} escrow_upkeep;

/**
 * Opens the wallets of a store. The file of their keys is made when they are opened for the first
 * time; erasures that a crash interrupted are finished. A store's wallets are open once at a time:
 * threads share the handle.
 *
 * The store remembers the policy by its hash, which is BLAKE3 of its JSON with all fields ordered by
 * their names and without white space. Opened under another one, as when a new version of the host
 * brings it, the store's own trail says so: see `escrow_audit_trail`.
 *
 * In a forked child the handle opens the wallets again on its first use, by the same options, on the
 * store's handle, which must not have been freed; the host's functions are called in the child then.
 *
 * Ownership: `*wallets` is the caller's, to be freed by `escrow_wallets_free`. It keeps the store
 * alive. `options`, the keys and the texts in it are only read during the call, which copies what
 * it needs; the host's functions and their contexts must live as long as the wallets.
 * Threads: any.
 * Errors: `ESCROW_WRONG_MASTER_KEY`; `ESCROW_WRONG_PEPPER`; `ESCROW_INVALID_ARGUMENT` if the policy
 * makes no sense, the options have no master key, or the wallets of this store are open already;
 * `ESCROW_CORRUPT` if the file of keys is damaged, or is missing although there are persons;
 * `ESCROW_NEWER_FORMAT`; `ESCROW_IO`, also if the host's own wrapping fails; those of
 * `escrow_store_submit` if there is something to remember.
 * Since: 0.1.0
 */
escrow_status escrow_wallets_open(escrow_store *store,
                                  const escrow_wallet_options *options,
                                  escrow_wallets **wallets,
                                  escrow_error *error);

/**
 * Gives the same wallets for callers at a device that the host attests as known: one that this very
 * customer has logged in from before, which the host recognises by a cookie or key of its own. So it
 * is to be chosen for each call; the two handles share all else.
 *
 * Wrong passwords from unknown devices count apart, and lock unknown devices alone: a stranger who
 * guesses does not lock the customer out. Links to set a new login password are counted apart too.
 * A handle from `escrow_wallets_open` is for unknown devices.
 *
 * Ownership: `*known` is the caller's, to be freed by `escrow_wallets_free`. The wallets are open
 * until both handles are freed, in any order.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_wallets_known_device(escrow_wallets *wallets,
                                          escrow_wallets **known,
                                          escrow_error *error);

/**
 * Frees wallets, and wipes their keys from memory. What came from them lives on.
 *
 * Ownership: `wallets` is no handle any more. NULL is let be, and so is what was freed before.
 * Threads: any. A call on the wallets that another thread is in goes on to its end.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_wallets_free(escrow_wallets *wallets);

/**
 * Gives the policy that the wallets were opened with, as JSON.
 *
 * Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are,
 * also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_wallets_policy(escrow_wallets *wallets,
                                    char *text,
                                    size_t capacity,
                                    size_t *length,
                                    escrow_error *error);

/**
 * Gives how many password hashes were computed since the wallets were opened. A wrong password
 * takes as many as a person or wallet that does not exist.
 *
 * Ownership: `count` gets their number.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_wallets_password_hashes(escrow_wallets *wallets,
                                             uint64_t *count,
                                             escrow_error *error);

/**
 * Removes what is past its time, up to about a thousand of each kind: registrations that were
 * never submitted, old letters, addresses of nobody. Passes on what deadlines have refunded of
 * payments by card: into the wallet, if its owner agrees and as far as there is room, else to the
 * card (`escrow_card_refund_waiting`). Books what chargebacks took while no loss account could bear
 * it. Where the policy says so, tells owners of wallets that nobody uses, and sets their money aside
 * (`escrow_unclaimed_waiting`), a thousand wallets each time. To be called now and then, every
 * minute say, by whom is all the same; what is left waits for the next call.
 *
 * Ownership: `done` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallets_upkeep(escrow_wallets *wallets,
                                    escrow_upkeep *done,
                                    escrow_error *error);

/** The initial value of `escrow_upkeep`. */
#define ESCROW_UPKEEP_INIT {sizeof(escrow_upkeep), 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* ---- Wallets: outcomes, actors, rows --------------------------------------------------------- */

/** An id is 0 or the greatest one. */
#define ESCROW_WALLET_ID_MUST_BE_VALID 1000
/** A staff command says who acts, in 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`. */
#define ESCROW_WALLET_ACTOR_MUST_BE_NAMED 1001
/** A staff command says why, in 1 to 200 bytes of which something is seen. */
#define ESCROW_WALLET_REASON_MUST_BE_GIVEN 1002
/** The host did not attest that the captcha was solved, and the policy demands one. */
#define ESCROW_WALLET_CAPTCHA_MUST_BE_SOLVED 1003
/**
 * An e-mail address is one alone: a name, an `@` and a domain, in 3 to 254 bytes, without
 * quotes, comments and invisible characters.
 */
#define ESCROW_WALLET_ADDRESS_MUST_BE_VALID 1004
/**
 * A text is empty or invisible where it must not be, too long, or has control characters;
 * or a name has others than letters, digits, `.`, `_` and `-`.
 */
#define ESCROW_WALLET_TEXT_MUST_BE_VALID 1005
/** A text holds what looks like the number of a payment card. */
#define ESCROW_WALLET_TEXT_MUST_NOT_HOLD_A_CARD_NUMBER 1006
/** A country is two letters A to Z. */
#define ESCROW_WALLET_COUNTRY_MUST_BE_VALID 1007
/** More of these than one wallet, person or case may have. */
#define ESCROW_WALLET_TOO_MANY 1008
/** Others changed the same again and again: nothing of it was carried out, send it again. */
#define ESCROW_WALLET_CONTENDED 1009
/**
 * What is stored of this wallet or person cannot be read: the page on repair says what to
 * do.
 */
#define ESCROW_WALLET_DATA_IS_DAMAGED 1010
/** No member of staff is registered under this name, or that one is deactivated. */
#define ESCROW_WALLET_STAFF_MUST_BE_REGISTERED 1011
/** The member of staff is not of support. */
#define ESCROW_WALLET_STAFF_MUST_HAVE_SUPPORT_ROLE 1012
/** The member of staff is no reviewer. */
#define ESCROW_WALLET_STAFF_MUST_HAVE_REVIEWER_ROLE 1013
/** The member of staff is no approver. */
#define ESCROW_WALLET_STAFF_MUST_HAVE_APPROVER_ROLE 1014
/** The member of staff is no operator. */
#define ESCROW_WALLET_STAFF_MUST_HAVE_OPERATOR_ROLE 1015
/** This name, or one that looks like it, is registered already. */
#define ESCROW_WALLET_STAFF_NAME_IS_TAKEN 1016
/** There is no such member of staff, or that one is deactivated. */
#define ESCROW_WALLET_STAFF_NOT_FOUND 1017
/** No role is given, or one that there is not. */
#define ESCROW_WALLET_ROLES_MUST_BE_GIVEN 1018
/** The last active operator stays one. */
#define ESCROW_WALLET_AN_OPERATOR_MUST_REMAIN 1019
/** An amount is 1 to 2^96 - 1 minor units. */
#define ESCROW_WALLET_AMOUNT_MUST_BE_VALID 1020
/**
 * The only operator registers a second one alone, but not within a week after another one
 * was deactivated or lost the role.
 */
#define ESCROW_WALLET_SOLE_OPERATOR_MUST_WAIT 1021
/** There is no such registration, or it is over. */
#define ESCROW_WALLET_REGISTRATION_NOT_FOUND 1100
/** The address is not confirmed yet. */
#define ESCROW_WALLET_ADDRESS_MUST_BE_CONFIRMED 1101
/** The address is confirmed already. */
#define ESCROW_WALLET_ADDRESS_ALREADY_CONFIRMED 1102
/** The profile is not filled in yet. */
#define ESCROW_WALLET_PROFILE_MUST_BE_SET 1103
/** The login password is not chosen yet. */
#define ESCROW_WALLET_PASSWORD_MUST_BE_SET 1104
/** The policy asks for more security answers. */
#define ESCROW_WALLET_SECURITY_ANSWERS_MUST_BE_SET 1105
/** The policy asks for a consent that was not given in its present version. */
#define ESCROW_WALLET_CONSENT_MUST_BE_GIVEN 1106
/** This document, or this address, belongs to another person of the store. */
#define ESCROW_WALLET_PERSON_EXISTS 1107
/** There is no such person, or it was erased. */
#define ESCROW_WALLET_PERSON_NOT_FOUND 1108
/** The person's registration is not complete. */
#define ESCROW_WALLET_PERSON_MUST_BE_ACTIVE 1109
/** There is no such wallet. */
#define ESCROW_WALLET_WALLET_NOT_FOUND 1110
/** The wallet's id is taken. */
#define ESCROW_WALLET_WALLET_EXISTS 1111
/** The wallet is frozen or closed. */
#define ESCROW_WALLET_WALLET_MUST_BE_ACTIVE 1112
/** The account is taken, or is not a spend-only account of that ledger. */
#define ESCROW_WALLET_ACCOUNT_MUST_FIT 1113
/** The person's id is taken. */
#define ESCROW_WALLET_PERSON_ID_EXISTS 1114
/** Security questions are not asked by this policy. */
#define ESCROW_WALLET_SECURITY_ANSWERS_ARE_OFF 1115
/**
 * An address or number was changed, and until the time given that can be stopped: no link
 * for a new password is sent before, and nothing else is changed.
 */
#define ESCROW_WALLET_CHANGE_IS_UNDER_WAY 1116
/** No address or number is being changed, or the change stands already. */
#define ESCROW_WALLET_CHANGE_NOT_FOUND 1117
/** The person has a wallet in this ledger, open or closed. */
#define ESCROW_WALLET_WALLET_EXISTS_IN_LEDGER 1118
/**
 * A birth date is a day of the calendar, as in `1990-02-28`, neither ahead nor more than
 * 150 years ago.
 */
#define ESCROW_WALLET_BIRTH_DATE_MUST_BE_VALID 1119
/** The policy has a minimum age, and the birth date is not known. */
#define ESCROW_WALLET_BIRTH_DATE_MUST_BE_GIVEN 1120
/** The customer is younger than the policy wants. */
#define ESCROW_WALLET_PERSON_IS_UNDERAGE 1121
/**
 * The password is wrong, or there is no such person, wallet or password: which of them
 * is not told.
 */
#define ESCROW_WALLET_CREDENTIALS_MUST_MATCH 1200
/** Too many failures: locked until the time given. */
#define ESCROW_WALLET_CREDENTIAL_IS_LOCKED 1201
/** Far too many failures: locked until the credential is recovered. */
#define ESCROW_WALLET_CREDENTIAL_IS_LOCKED_FOR_GOOD 1202
/** The password is shorter than the policy allows. */
#define ESCROW_WALLET_PASSWORD_TOO_SHORT 1203
/** The password is longer than 1,024 bytes. */
#define ESCROW_WALLET_PASSWORD_TOO_LONG 1204
/** The password is on the block list, or is trivial. */
#define ESCROW_WALLET_PASSWORD_TOO_COMMON 1205
/** Login and payment password must differ. */
#define ESCROW_WALLET_PASSWORDS_MUST_DIFFER 1206
/** The password is set already: it is changed, or recovered. */
#define ESCROW_WALLET_PASSWORD_ALREADY_SET 1207
/** The token is unknown, used, expired, or for something else: which of them is not told. */
#define ESCROW_WALLET_TOKEN_MUST_BE_VALID 1208
/** The code is wrong, used, expired, or was tried too often. */
#define ESCROW_WALLET_CODE_MUST_MATCH 1209
/** Not before the time given. */
#define ESCROW_WALLET_TOO_SOON 1210
/** No more of this today: again at the time given. */
#define ESCROW_WALLET_TOO_MANY_TODAY 1211
/** There is no such case. */
#define ESCROW_WALLET_CASE_NOT_FOUND 1300
/** The id of the case is taken. */
#define ESCROW_WALLET_CASE_EXISTS 1301
/** The case is not at the step at which this can be done. */
#define ESCROW_WALLET_CASE_MUST_BE_AT_THIS_STEP 1302
/** The case has no evidence. */
#define ESCROW_WALLET_EVIDENCE_MUST_BE_GIVEN 1303
/** The evidence has expired. */
#define ESCROW_WALLET_EVIDENCE_HAS_EXPIRED 1304
/**
 * The decision is for somebody else than who opened the case, or ordered the same first;
 * by a name that differs in letters or digits.
 */
#define ESCROW_WALLET_REVIEWER_MUST_BE_ANOTHER 1305
/** The wallet has an open case of this kind. */
#define ESCROW_WALLET_CASE_IS_OPEN 1306
/** There is no such kind of evidence. */
#define ESCROW_WALLET_EVIDENCE_KIND_MUST_BE_KNOWN 1307
/** The evidence is not what the policy demands for the tier. */
#define ESCROW_WALLET_EVIDENCE_MUST_SUFFICE 1320
/** An approval cannot have ended already. */
#define ESCROW_WALLET_APPROVAL_MUST_END_LATER 1321
/** A correction that changes nothing is none. */
#define ESCROW_WALLET_CORRECTION_MUST_CHANGE_SOMETHING 1322
/** The wallet's tier does not allow it; the refusal names the smallest tier that does. */
#define ESCROW_WALLET_NEEDS_TIER 1400
/** No tier of the policy allows this operation. */
#define ESCROW_WALLET_OPERATION_IS_NOT_ALLOWED 1401
/** No tier allows a payment that large. */
#define ESCROW_WALLET_EXCEEDS_LIMIT_PER_PAYMENT 1402
/** No tier allows that much in a day. */
#define ESCROW_WALLET_EXCEEDS_LIMIT_PER_DAY 1403
/** No tier allows that much in a month. */
#define ESCROW_WALLET_EXCEEDS_LIMIT_PER_MONTH 1404
/** No tier allows that much in a year. */
#define ESCROW_WALLET_EXCEEDS_LIMIT_PER_YEAR 1405
/** No tier allows that much in the life of a wallet. */
#define ESCROW_WALLET_EXCEEDS_LIFETIME_LIMIT 1406
/** No tier allows that many payments in a day. */
#define ESCROW_WALLET_EXCEEDS_PAYMENTS_PER_DAY 1407
/** No tier allows that many payments in a month. */
#define ESCROW_WALLET_EXCEEDS_PAYMENTS_PER_MONTH 1408
/** No tier allows that much in a wallet. */
#define ESCROW_WALLET_EXCEEDS_BALANCE_LIMIT 1409
/** Lower limits hold until the time given, because the payment password was recovered. */
#define ESCROW_WALLET_EXCEEDS_COOLDOWN_LIMIT 1410
/** The policy has no limits for the ledger's currency and scale, and so no payments. */
#define ESCROW_WALLET_LEDGER_HAS_NO_LIMITS 1411
/** The policy has no such tier above 0. */
#define ESCROW_WALLET_TIER_MUST_EXIST 1412
/** The wallet is in a higher tier. */
#define ESCROW_WALLET_TIER_ALREADY_REACHED 1413
/** The policy does not allow money to be taken out. */
#define ESCROW_WALLET_REDEMPTION_IS_OFF 1414
/** The wallet is in tier 0: there is nothing to revoke. */
#define ESCROW_WALLET_TIER_MUST_BE_REACHED 1415
/**
 * The policy counts all wallets of a person, and has no exchange rate for the currency of
 * one of them.
 */
#define ESCROW_WALLET_EXCHANGE_RATE_IS_MISSING 1416
/** There is no such authorisation, or it was used. */
#define ESCROW_WALLET_AUTHORISATION_NOT_FOUND 1500
/** The authorisation is too old, or the payment password has changed since. */
#define ESCROW_WALLET_AUTHORISATION_HAS_EXPIRED 1501
/** The authorisation is for another order, payee, amount, ledger or card. */
#define ESCROW_WALLET_AUTHORISATION_MUST_MATCH 1502
/** The id of the authorisation is taken. */
#define ESCROW_WALLET_AUTHORISATION_EXISTS 1503
/** It is no small payment that could do without: authorise it. */
#define ESCROW_WALLET_PAYMENT_PASSWORD_IS_NEEDED 1504
/** The policy demands a second factor, and the host attested none. */
#define ESCROW_WALLET_SECOND_FACTOR_IS_NEEDED 1505
/**
 * A payment is one hold or transfer without flags; what stands alongside an order is a
 * transfer, a hold or a document.
 */
#define ESCROW_WALLET_PAYMENT_MUST_BE_PLAIN 1506
/** The wallet's money is in another ledger. */
#define ESCROW_WALLET_WALLET_HAS_ANOTHER_LEDGER 1507
/** The customer must create a payment password first. */
#define ESCROW_WALLET_PAYMENT_PASSWORD_MUST_BE_SET 1508
/**
 * The account of a wallet is paid by a top-up, unless the policy lets wallets pay each
 * other.
 */
#define ESCROW_WALLET_PAYEE_MUST_NOT_BE_A_WALLET 1509
/** The wallet that is to be paid may not have that much; why is its owner's affair. */
#define ESCROW_WALLET_PAYEE_CANNOT_RECEIVE 1510
/** An order has 1 to 32 parts, and an id that is not the wallet's. */
#define ESCROW_WALLET_ORDER_MUST_BE_VALID 1511
/** There is no such card, or no default one. */
#define ESCROW_WALLET_CARD_NOT_FOUND 1600
/** The id is taken, or the wallet has this card. */
#define ESCROW_WALLET_CARD_EXISTS 1601
/** The card is not in the state in which this can be done. */
#define ESCROW_WALLET_CARD_MUST_BE_AT_THIS_STATE 1602
/** The card's month is over. */
#define ESCROW_WALLET_CARD_HAS_EXPIRED 1603
/** The card is not confirmed, suspended or removed. */
#define ESCROW_WALLET_CARD_MUST_BE_ACTIVE 1604
/** A card has a token, a brand, four last digits, a month and a fingerprint. */
#define ESCROW_WALLET_CARD_MUST_BE_VALID 1605
/** There is no such card payment. */
#define ESCROW_WALLET_CARD_PAYMENT_NOT_FOUND 1606
/** The id of the payment was used for another one. */
#define ESCROW_WALLET_CARD_PAYMENT_EXISTS 1607
/** The card payment is not at the step at which this can be done. */
#define ESCROW_WALLET_CARD_PAYMENT_MUST_BE_AT_THIS_STEP 1608
/** There is no such item in suspense. */
#define ESCROW_WALLET_SUSPENSE_ITEM_NOT_FOUND 1609
/** The item was resolved before. */
#define ESCROW_WALLET_SUSPENSE_ITEM_IS_RESOLVED 1610
/** More than was paid by card and not returned yet. */
#define ESCROW_WALLET_EXCEEDS_CARD_PAYMENT 1611
/**
 * The money of a card comes from an external account of the payment's ledger that is
 * neither frozen nor closed.
 */
#define ESCROW_WALLET_EXTERNAL_ACCOUNT_MUST_FIT 1612
/**
 * Suspense is an account of the payment's ledger that is neither external, nor a wallet's,
 * nor frozen, nor closed.
 */
#define ESCROW_WALLET_SUSPENSE_ACCOUNT_MUST_FIT 1613
/** The processor's reference was reported for another payment before, whose it stays. */
#define ESCROW_WALLET_CHARGE_IS_OF_ANOTHER_PAYMENT 1614
/** The processor's reference was reported with another amount before. */
#define ESCROW_WALLET_CHARGE_HAS_ANOTHER_AMOUNT 1615
/**
 * It is not what the payment was to pay: another member of staff must order the same
 * within a week.
 */
#define ESCROW_WALLET_RESOLUTION_NEEDS_A_SECOND_PERSON 1616
/** Staff suspended this card: staff alone resume it. */
#define ESCROW_WALLET_CARD_IS_HELD_BY_STAFF 1617
/**
 * The order is paid to this payee, and that was not given back in full: it is not paid
 * twice.
 */
#define ESCROW_WALLET_ORDER_IS_PAID 1618
/** 3-D Secure failed, or its result is none that there is. */
#define ESCROW_WALLET_CARD_AUTHENTICATION_MUST_SUCCEED 1619
/** There is no such refund to a card. */
#define ESCROW_WALLET_CARD_REFUND_NOT_FOUND 1620
/** There is no such chargeback. */
#define ESCROW_WALLET_CHARGEBACK_NOT_FOUND 1621
/** The id of the chargeback was used for another one. */
#define ESCROW_WALLET_CHARGEBACK_EXISTS 1622
/** The processor's reference was reported for another payment before, whose it stays. */
#define ESCROW_WALLET_CHARGEBACK_IS_OF_ANOTHER_PAYMENT 1623
/** The processor's reference was reported with another amount before. */
#define ESCROW_WALLET_CHARGEBACK_HAS_ANOTHER_AMOUNT 1624
/**
 * The cardholder contests the payment, or money in suspense: until that is decided, none
 * of it is given back or away.
 */
#define ESCROW_WALLET_CHARGEBACK_IS_OPEN 1625
/** It was decided before, and otherwise. */
#define ESCROW_WALLET_CHARGEBACK_IS_DECIDED 1626
/** More than the chargeback takes. */
#define ESCROW_WALLET_EXCEEDS_CHARGEBACK 1627
/**
 * The payment is not paid: report the charge first, and if its money lies in suspense,
 * name the item.
 */
#define ESCROW_WALLET_CHARGE_MUST_BE_REPORTED 1628
/** The processor could not carry it out, and its money came back. */
#define ESCROW_WALLET_CARD_REFUND_HAS_FAILED 1629
/** There is no such letter. */
#define ESCROW_WALLET_LETTER_NOT_FOUND 1700
/** The letter is not handed over, or its fate is known already. */
#define ESCROW_WALLET_LETTER_MUST_BE_HANDED_OVER 1701
/** The wallet is frozen already. */
#define ESCROW_WALLET_WALLET_ALREADY_FROZEN 1800
/** The wallet is not frozen. */
#define ESCROW_WALLET_WALLET_IS_NOT_FROZEN 1801
/**
 * A wallet with money cannot be closed: it is spent, redeemed, given up or set aside
 * first.
 */
#define ESCROW_WALLET_WALLET_MUST_BE_EMPTY 1802
/** A person with open wallets cannot be erased. */
#define ESCROW_WALLET_WALLETS_MUST_BE_CLOSED 1803
/** A legal hold forbids erasure. */
#define ESCROW_WALLET_LEGAL_HOLD_FORBIDS 1804
/** The data must be kept until the time given. */
#define ESCROW_WALLET_RETENTION_FORBIDS 1805
/** The wallet is closed already. */
#define ESCROW_WALLET_WALLET_ALREADY_CLOSED 1806
/**
 * It needs a second member of staff: that one wants it is remembered for a week, and when
 * another one orders just the same, it is done. The same one is answered this again.
 */
#define ESCROW_WALLET_SECOND_PERSON_MUST_AGREE 1807
/** A card of the wallet is being charged: wait for what the processor says. */
#define ESCROW_WALLET_WALLET_HAS_OPEN_PAYMENTS 1808
/**
 * Money of the wallet or of its owner's card payments is in escrow, or a payment is
 * authorised until the time given: settle the orders first.
 */
#define ESCROW_WALLET_WALLET_HAS_OPEN_ORDERS 1809
/**
 * Money of card payments came back and was not passed on yet, or is to be refunded to a
 * card: wait for upkeep and the processor.
 */
#define ESCROW_WALLET_WALLET_HAS_OPEN_REFUNDS 1810
/** Money of its cards lies in suspense: resolve that first. */
#define ESCROW_WALLET_WALLET_HAS_MONEY_IN_SUSPENSE 1811
/** A payment by its cards is contested: wait for the decision. */
#define ESCROW_WALLET_WALLET_HAS_OPEN_CHARGEBACKS 1812
/** No account was named for what owners give up in this ledger. */
#define ESCROW_WALLET_WAIVER_IS_OFF 1813
/** No money lies in the wallet that could be taken out. */
#define ESCROW_WALLET_WALLET_IS_EMPTY 1814
/** There is no such item of unclaimed money. */
#define ESCROW_WALLET_UNCLAIMED_MONEY_NOT_FOUND 1815
/** It was claimed or paid out before. */
#define ESCROW_WALLET_UNCLAIMED_MONEY_IS_RESOLVED 1816
/** It is claimed into a wallet of the person whose it is. */
#define ESCROW_WALLET_UNCLAIMED_MONEY_IS_OF_ANOTHER 1817
/** Unclaimed money waits for the person: without their data nobody could claim it. */
#define ESCROW_WALLET_PERSON_HAS_UNCLAIMED_MONEY 1818
/** The ledger refused; its own status tells the law. */
#define ESCROW_WALLET_REFUSED_BY_LEDGER 1900

/** The command was carried out, and is durable. */
#define ESCROW_WALLET_DONE 0

/**
 * What a wallet command came to. The caller's own; written whenever the call answers `ESCROW_OK`.
 */
typedef struct escrow_wallet_outcome {
    /** `ESCROW_WALLET_DONE`, or which law the command would have broken: `ESCROW_WALLET_*`. */
    uint32_t status;
    /** For `ESCROW_WALLET_REFUSED_BY_LEDGER`: what the ledger said, `ESCROW_OUTCOME_*`. */
    uint32_t ledger_outcome;
    /** When it can be tried again; 0 where time does not help. */
    uint64_t until;
    /** The tier of verification that would allow it; 0 where none would. */
    uint32_t tier;
    /**
     * Where `ledger_outcome` is about an operation that was sent before, such as
     * `ESCROW_OUTCOME_ID_ALREADY_FAILED`: what became of it the first time. Otherwise as
     * `ledger_outcome`.
     */
    uint32_t ledger_first_outcome;
    /**
     * The limit that stood in the way of a payment, a top-up or a refund, where that is why: as a
     * refusal that no tier lifts, `ESCROW_WALLET_EXCEEDS_LIMIT_PER_DAY` say; 0 for none.
     */
    uint32_t limit;
    /** Zero. */
    uint32_t reserved;
    /**
     * That limit, in minor units of the wallet's ledger or as a number of payments: of the
     * wallet's tier; of the highest tier, if none allows it; or the lower one that holds after a
     * recovery.
     */
    escrow_u128 limit_most;
    /**
     * What counted against it before, of the owner's other wallets too where the policy counts
     * them all.
     */
    escrow_u128 limit_counted;
    /** The part of that which the owner's other wallets paid or hold. */
    escrow_u128 limit_elsewhere;
} escrow_wallet_outcome;

/** The customer, whom the host has authenticated. */
#define ESCROW_ACTOR_CUSTOMER 1

/** The host by itself: a deadline, a clean-up. */
#define ESCROW_ACTOR_SYSTEM 2

/** A member of staff, who says their name and why. */
#define ESCROW_ACTOR_STAFF 3

/** Who gives a command, and why: what the audit trail remembers. Begin with `ESCROW_ACTOR_INIT`. */
typedef struct escrow_actor {
    /** `sizeof(escrow_actor)`. */
    uint32_t struct_size;
    /** Who it is: `ESCROW_ACTOR_*`. */
    uint32_t kind;
    /**
     * Of a member of staff: the name that they are registered under (`escrow_staff_register`), 1 to
     * 64 of a-z, 0-9, `.`, `_`, `@` and `-`; upper case counts as lower, any other is refused with
     * `actor_must_be_named`. Names whose letters and digits are the same, or look it, are one
     * person's, and one of them can be registered: `eve.` or `eve`, `b0b` or `bob`. Empty for others.
     */
    escrow_text name;
    /**
     * Of a member of staff: why they do it, 1 to 200 bytes; no personal data of the customer.
     * Empty for others.
     */
    escrow_text reason;
} escrow_actor;

/** The initial value of `escrow_actor`. */
#define ESCROW_ACTOR_INIT {sizeof(escrow_actor), 0, {0, 0}, {0, 0}}

/**
 * Gives how many rows there are.
 *
 * Ownership: `count` gets their number.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_rows_count(escrow_rows *rows, size_t *count, escrow_error *error);

/**
 * Frees rows, and wipes what is personal or secret in them.
 *
 * Ownership: `rows` is no handle any more, and no text of its rows may be read. NULL is let be,
 * and so is what was freed before.
 * Threads: any, when no thread reads the texts.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_rows_free(escrow_rows *rows);

/* ---- Wallets: registration ------------------------------------------------------------------- */

/** A wallet to be opened. The ids are the host's, so that a retry opens no second one. */
typedef struct escrow_new_wallet {
    /** The wallet's id. */
    escrow_u128 wallet;
    /** The id of its account in the ledger, which is opened too: spend-only. */
    escrow_u128 account;
    /** The ledger: its currency. */
    uint32_t ledger;
    /** The account's code in the host's chart of accounts; not 0. */
    uint16_t code;
    /** Must be zero. */
    uint16_t reserved;
} escrow_new_wallet;

/**
 * Begins the registration of a person at an e-mail address: a letter with a link goes into the
 * outbox. The answer is the same whether or not the address has a wallet already; if so, its owner
 * is told by the letter. Sent again with the same id and address, it changes nothing. `captcha_ok`
 * is 1 if the host had a captcha solved.
 * Refused: `id_must_be_valid`, `captcha_must_be_solved`, `address_must_be_valid`,
 * `person_id_exists`, `too_many_today`.
 *
 * Ownership: `email` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_registration_begin(escrow_wallets *wallets,
                                        escrow_u128 person,
                                        const char *email,
                                        size_t email_length,
                                        uint32_t captcha_ok,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Sends the letter again, with a new link that ends the old one: after a minute at the earliest,
 * five times a day, unless the policy says otherwise.
 * Refused: `registration_not_found`, `address_already_confirmed`, `too_soon` and `too_many_today`
 * with the time until which to wait.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_registration_resend(escrow_wallets *wallets,
                                         escrow_u128 person,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Corrects the address before it is confirmed, and sends the letter there; within the same limits
 * as sending it again.
 * Refused: `address_must_be_valid`; as `escrow_registration_resend`.
 *
 * Ownership: `email` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_registration_correct_address(escrow_wallets *wallets,
                                                  escrow_u128 person,
                                                  const char *email,
                                                  size_t email_length,
                                                  escrow_wallet_outcome *outcome,
                                                  escrow_error *error);

/**
 * Confirms an address by the token of the link; gives the person whose registration goes on.
 * Refused: `token_must_be_valid`, `person_exists`.
 *
 * Ownership: `token` is only read. `person` gets the id.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_registration_confirm(escrow_wallets *wallets,
                                          const char *token,
                                          size_t token_length,
                                          escrow_u128 *person,
                                          escrow_wallet_outcome *outcome,
                                          escrow_error *error);

/**
 * Submits a registration: the person becomes active and the wallet is opened, in tier 0, with its
 * account in the ledger. Sent again, it answers as before; `account_must_fit` with another code or
 * ledger.
 * Refused: `registration_not_found`, `address_must_be_confirmed`, `profile_must_be_set`,
 * `birth_date_must_be_given` and `person_is_underage` by a policy with a minimum age,
 * `password_must_be_set`, `security_answers_must_be_set`, `consent_must_be_given`,
 * `person_exists`, `wallet_exists`, `account_must_fit`, `refused_by_ledger`.
 *
 * Ownership: `wallet` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_registration_submit(escrow_wallets *wallets,
                                         escrow_u128 person,
                                         const escrow_new_wallet *wallet,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Opens a further wallet for a person who has one, in another ledger; nothing is registered anew.
 * It begins in tier 0, has a payment password and cards of its own, and the lower limits that hold
 * in the person's other wallets, if any. The customer is told. Sent again, it answers as before.
 * Refused: `id_must_be_valid`, `person_not_found`, `person_must_be_active`,
 * `wallet_must_be_active` while another wallet of the person is frozen, or if all are closed,
 * `consent_must_be_given`, `wallet_exists_in_ledger`, `wallet_exists`, `account_must_fit`,
 * `exchange_rate_is_missing` if the policy counts all wallets of a person and has no rate for the
 * currency of one of them, `birth_date_must_be_given` and `person_is_underage` by a policy with a
 * minimum age, `refused_by_ledger`.
 *
 * Ownership: `wallet` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_open_wallet(escrow_wallets *wallets,
                                        escrow_u128 person,
                                        const escrow_new_wallet *wallet,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * A registration that is under way: what is there, what is missing, and until when it can be
 * completed. Begin with `ESCROW_REGISTRATION_VIEW_INIT`.
 */
typedef struct escrow_registration_view {
    /** `sizeof(escrow_registration_view)`. */
    uint32_t struct_size;
    /** 1 if the address is confirmed: nothing else can be filled in before. */
    uint32_t address_is_confirmed;
    /** Whose it is. */
    escrow_u128 person;
    /** When it was begun. */
    uint64_t begun_at;
    /**
     * From when on the confirmation can be sent again (`escrow_registration_resend`); 0 for now.
     */
    uint64_t resend_from;
    /** When it is removed unless it is submitted. */
    uint64_t until;
    /** 1 if the profile is filled in. */
    uint32_t has_profile;
    /** 1 if the login password is set. */
    uint32_t has_login_password;
    /** How many more security answers the policy asks for. */
    uint32_t answers_missing;
    /**
     * How many consents are missing that the policy asks for: see
     * `escrow_registration_missing_consents`.
     */
    uint32_t consents_missing;
    /** 1 if it is over, because it was refused with `person_exists`: only a new one can succeed. */
    uint32_t is_over;
    /** 1 if nothing is missing: it may be submitted. The age is judged then. */
    uint32_t is_complete;
} escrow_registration_view;

/** A consent that is missing. Begin with `ESCROW_CONSENT_INIT`. */
typedef struct escrow_consent {
    /** `sizeof(escrow_consent)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** What the customer is to agree to, such as `terms`. */
    escrow_text kind;
    /** The version of the text. */
    escrow_text version;
} escrow_consent;

/**
 * Says how far a registration has come, for the page of it. It does not tell whether the address or
 * the document belongs to somebody already.
 *
 * Ownership: `view` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is none, or it was submitted.
 * Since: 0.1.0
 */
escrow_status escrow_registration_find(escrow_wallets *wallets,
                                       escrow_u128 person,
                                       escrow_registration_view *view,
                                       escrow_error *error);

/**
 * Gives the consents that the policy asks for and a registration lacks: none if there is no such
 * registration. Read them with `escrow_consent_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_registration_missing_consents(escrow_wallets *wallets,
                                                   escrow_u128 person,
                                                   escrow_rows **rows,
                                                   escrow_error *error);

/**
 * Reads a consent that is missing.
 *
 * Ownership: `consent` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_consent_at(escrow_rows *rows,
                                size_t index,
                                escrow_consent *consent,
                                escrow_error *error);

/** The initial value of `escrow_registration_view`. */
#define ESCROW_REGISTRATION_VIEW_INIT \
    {sizeof(escrow_registration_view), 0, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/** The initial value of `escrow_consent`. */
#define ESCROW_CONSENT_INIT {sizeof(escrow_consent), 0, {0, 0}, {0, 0}}

/** A passport. */
#define ESCROW_DOCUMENT_KIND_PASSPORT 1

/** A driver's licence. */
#define ESCROW_DOCUMENT_KIND_DRIVER_LICENCE 2

/**
 * Who a customer is. Sealed before it is stored; staff read it by `escrow_person_show`. Begin with
 * `ESCROW_PROFILE_INIT`.
 */
typedef struct escrow_profile {
    /** `sizeof(escrow_profile)`. */
    uint32_t struct_size;
    /** What the customer is identified by: `ESCROW_DOCUMENT_KIND_*`. */
    uint32_t document_kind;
    /** The full name. */
    escrow_text name;
    /** The country of which the customer is a citizen: two letters A to Z. */
    escrow_text citizenship;
    /** The country that issued the document: two letters A to Z. */
    escrow_text document_country;
    /**
     * Its number. Spaces, hyphens and case do not count. It is refused as a card number only if it
     * begins as a network's cards do, and has their 14 to 19 digits with a right Luhn digit: no
     * passport has, and the owner of a licence that does by chance registers with a passport.
     */
    escrow_text document_number;
    /** The postal address, of one line or several. */
    escrow_text postal_address;
    /** The telephone number. */
    escrow_text phone;
    /**
     * The birth date, as in `1990-02-28`; empty if it is not known. A policy with a minimum age
     * asks for it.
     */
    escrow_text birth_date;
} escrow_profile;

/** A note of support. Begin with `ESCROW_NOTE_INIT`. */
typedef struct escrow_note {
    /** `sizeof(escrow_note)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** When it was left. */
    uint64_t at;
    /** By whom. */
    escrow_text author;
    /** What it says; empty while the person's key is damaged. */
    escrow_text text;
} escrow_note;

/**
 * Fills in who the customer is, once the address is confirmed; again until the registration is
 * submitted.
 * Refused: `registration_not_found`, `address_must_be_confirmed`, `country_must_be_valid`,
 * `text_must_be_valid`, `text_must_not_hold_a_card_number`, `birth_date_must_be_valid`,
 * `birth_date_must_be_given` by a policy with a minimum age, `person_exists` if the document
 * belongs to somebody else.
 *
 * Ownership: `profile` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_set_profile(escrow_wallets *wallets,
                                        escrow_u128 person,
                                        const escrow_profile *profile,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Remembers what the customer agrees to (`is_given` 1), or no longer does (0): `kind` and
 * `version` are the host's own, such as `terms` and `2026-01`: 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and
 * `-`, for they stand in the trail in clear. The kind `refunds_to_wallet` has refunds of card payments
 * credited to the wallet.
 * Refused: `person_not_found`, `registration_not_found`, `address_must_be_confirmed`,
 * `text_must_be_valid`, `text_must_not_hold_a_card_number`, `too_many`.
 *
 * Ownership: `kind` and `version` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_set_consent(escrow_wallets *wallets,
                                        escrow_u128 person,
                                        const char *kind,
                                        size_t kind_length,
                                        const char *version,
                                        size_t version_length,
                                        uint32_t is_given,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Gives the wallets of a person, in the order in which they were opened: none if there is no such
 * person.
 *
 * Ownership: `ids` is the caller's room for `capacity` ids; `count` gets how many there are, also
 * with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_person_wallets(escrow_wallets *wallets,
                                    escrow_u128 person,
                                    escrow_u128 *ids,
                                    size_t capacity,
                                    size_t *count,
                                    escrow_error *error);

/**
 * Leaves a note of support on a person: sealed, up to 2,000 bytes.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
 * `reason_must_be_given`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
 * `person_not_found`, `too_many`.
 *
 * Ownership: `note` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_leave_note(escrow_wallets *wallets,
                                       escrow_u128 person,
                                       const char *note,
                                       size_t note_length,
                                       const escrow_actor *actor,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/**
 * Gives the notes of support on a person, oldest first. Read them with `escrow_note_at`.
 * Refused: `person_not_found`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_notes(escrow_wallets *wallets,
                                  escrow_u128 person,
                                  escrow_rows **rows,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Reads a note.
 *
 * Ownership: `note` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_note_at(escrow_rows *rows,
                             size_t index,
                             escrow_note *note,
                             escrow_error *error);

/** The initial value of `escrow_profile`. */
#define ESCROW_PROFILE_INIT \
    {sizeof(escrow_profile), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** The initial value of `escrow_note`. */
#define ESCROW_NOTE_INIT {sizeof(escrow_note), 0, 0, {0, 0}, {0, 0}}

/** Somebody who was looked for by an address. Begin with `ESCROW_FOUND_PERSON_INIT`. */
typedef struct escrow_found_person {
    /** `sizeof(escrow_found_person)`. */
    uint32_t struct_size;
    /** 1 if the registration is not submitted yet. */
    uint32_t is_registering;
    /** Who. */
    escrow_u128 person;
    /** 1 if the address is confirmed, and so nobody else's. */
    uint32_t address_is_confirmed;
    /** Zero. */
    uint32_t reserved;
} escrow_found_person;

/** Who a person is. Begin with `ESCROW_PERSON_VIEW_INIT`. */
typedef struct escrow_person_view {
    /** `sizeof(escrow_person_view)`. */
    uint32_t struct_size;
    /** 1 if the registration is not submitted yet. */
    uint32_t is_registering;
    /** Who. */
    escrow_u128 person;
    /** When the registration was begun. */
    uint64_t created_at;
    /** Until when the data must be kept; 0 for no date. */
    uint64_t retain_until;
    /** 1 if a legal hold forbids erasure. */
    uint32_t legal_hold;
    /**
     * What the customer is identified by: `ESCROW_DOCUMENT_KIND_*`, or 0 until the profile is
     * filled in: all its texts are empty then.
     */
    uint32_t document_kind;
    /** Where letters go. */
    escrow_text email;
    /** The full name. */
    escrow_text name;
    /** The country of which the customer is a citizen. */
    escrow_text citizenship;
    /** The country that issued the document. */
    escrow_text document_country;
    /** Its number. */
    escrow_text document_number;
    /** The postal address. */
    escrow_text postal_address;
    /** The telephone number. */
    escrow_text phone;
    /** The birth date, as in `1990-02-28`; empty if it is not known. */
    escrow_text birth_date;
} escrow_person_view;

/** All that is known of a person. Begin with `ESCROW_PERSON_EXPORT_INIT`. */
typedef struct escrow_person_export {
    /** `sizeof(escrow_person_export)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** One JSON document. */
    escrow_text json;
} escrow_person_export;

/**
 * Looks for persons by an e-mail address, for a member of staff: first whose address it is, then
 * registrations under way that were begun with it, oldest first. Their trails say who looked and why;
 * that nobody was found stands in the store's own. Read them with `escrow_found_person_at`.
 * Refused: `person_not_found`, `address_must_be_valid`, `text_must_not_hold_a_card_number`,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `email` and `actor` are only read. `*rows` is the caller's, to be freed by
 * `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_find(escrow_wallets *wallets,
                                 const char *email,
                                 size_t email_length,
                                 const escrow_actor *actor,
                                 escrow_rows **rows,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Reads somebody who was found.
 *
 * Ownership: `found` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_found_person_at(escrow_rows *rows,
                                     size_t index,
                                     escrow_found_person *found,
                                     escrow_error *error);

/**
 * Shows who a person is to a member of staff, beside the evidence of a case of hers, or (zero) of
 * none, in one row. The trail remembers it before it is shown. Read it with `escrow_person_view_at`.
 * Refused: `person_not_found`, `case_not_found` if the case is not the person's, `data_is_damaged`
 * while the person's key is damaged, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_show(escrow_wallets *wallets,
                                 escrow_u128 person,
                                 escrow_u128 about,
                                 const escrow_actor *actor,
                                 escrow_rows **rows,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Reads who a person is.
 *
 * Ownership: `view` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_person_view_at(escrow_rows *rows,
                                    size_t index,
                                    escrow_person_view *view,
                                    escrow_error *error);

/**
 * Gives all that is known of a person as one JSON document, in one row: for her right of access
 * (GDPR, Article 15). It is ordered by the customer, whom the host has authenticated, or by staff; the
 * trail remembers it. Its schema is what `escrow_person_export_schema` gives. Never in it are
 * passwords, answers, codes, links, tokens of processors or hashes of these, and no names of staff.
 * Read it with `escrow_person_export_at`.
 * Refused: `person_not_found`, `data_is_damaged` while the person's key is damaged,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_export_all(escrow_wallets *wallets,
                                       escrow_u128 person,
                                       const escrow_actor *actor,
                                       escrow_rows **rows,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/**
 * Reads an export.
 *
 * Ownership: `document` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_person_export_at(escrow_rows *rows,
                                      size_t index,
                                      escrow_person_export *document,
                                      escrow_error *error);

/**
 * Writes the JSON Schema (draft 2020-12) of what `escrow_person_export_all` gives, with what each
 * field means.
 *
 * Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are, also
 * with `ESCROW_BUFFER_TOO_SMALL`. No zero is added.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_person_export_schema(char *text,
                                          size_t capacity,
                                          size_t *length,
                                          escrow_error *error);

/** The initial value of `escrow_found_person`. */
#define ESCROW_FOUND_PERSON_INIT {sizeof(escrow_found_person), 0, {0, 0}, 0, 0}

/** The initial value of `escrow_person_view`. */
#define ESCROW_PERSON_VIEW_INIT \
    {sizeof(escrow_person_view), 0, {0, 0}, 0, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, \
     {0, 0}, {0, 0}, {0, 0}}

/** The initial value of `escrow_person_export`. */
#define ESCROW_PERSON_EXPORT_INIT {sizeof(escrow_person_export), 0, {0, 0}}

/**
 * Sets the login password of a person who is registering, once the address is confirmed; again
 * until the registration is submitted. It may be shorter if the host checks a second factor at
 * each login (`has_second_factor` 1).
 * Refused: `password_too_short`, `password_too_long`, `password_too_common`,
 * `registration_not_found`, `address_must_be_confirmed`.
 *
 * Ownership: `password` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_set_login_password(escrow_wallets *wallets,
                                               escrow_u128 person,
                                               const char *password,
                                               size_t password_length,
                                               uint32_t has_second_factor,
                                               escrow_wallet_outcome *outcome,
                                               escrow_error *error);

/**
 * Checks a login; gives the person. The answer does not tell whether the address or the password
 * was wrong, and takes the same work. Failures are counted by address, before the answer is given,
 * those from unknown devices apart: see `escrow_wallets_known_device`. They count until a login
 * succeeds, a new password is set, or 30 days pass without another one; what they have locked for
 * good stays so.
 * Refused: `credentials_must_match`; `credential_is_locked` until the time given;
 * `credential_is_locked_for_good`, for unknown devices alone, until a new password is set.
 *
 * Ownership: `email` and `password` are only read. `person` gets the id.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_log_in(escrow_wallets *wallets,
                                   const char *email,
                                   size_t email_length,
                                   const char *password,
                                   size_t password_length,
                                   escrow_u128 *person,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Changes the login password of a person who knows the present one. Failures count as failed
 * logins; that the new one was compared with the payment passwords counts as a failure of those.
 * Refused: `credentials_must_match`, `credential_is_locked`, `password_too_short`,
 * `password_too_long`, `password_too_common`, `passwords_must_differ`.
 *
 * Ownership: `present` and `replacement` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_change_login_password(escrow_wallets *wallets,
                                                  escrow_u128 person,
                                                  const char *present,
                                                  size_t present_length,
                                                  const char *replacement,
                                                  size_t replacement_length,
                                                  uint32_t has_second_factor,
                                                  escrow_wallet_outcome *outcome,
                                                  escrow_error *error);

/**
 * Asks for a link to set a new login password. Answer and work are the same whether or not the
 * address has a wallet; nothing is locked by asking. The letter is written when letters are taken
 * the next time, to the address as it is stored. `requester` is the host's name for who asks, 1 to
 * 255 bytes: the network address, say; only a keyed hash of it is remembered. A requester and an
 * address have a few letters a day; those from known devices are counted apart.
 * Refused: `address_must_be_valid`, `text_must_be_valid`, `too_many_today`.
 *
 * Ownership: `email` and `requester` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_send_login_reset(escrow_wallets *wallets,
                                             const char *email,
                                             size_t email_length,
                                             const char *requester,
                                             size_t requester_length,
                                             escrow_wallet_outcome *outcome,
                                             escrow_error *error);

/**
 * Sets a new login password by the token of a link.
 * Refused: `token_must_be_valid`, `password_too_short`, `password_too_long`,
 * `password_too_common`, `passwords_must_differ`.
 *
 * Ownership: `token` and `replacement` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_reset_login_password(escrow_wallets *wallets,
                                                 const char *token,
                                                 size_t token_length,
                                                 const char *replacement,
                                                 size_t replacement_length,
                                                 uint32_t has_second_factor,
                                                 escrow_wallet_outcome *outcome,
                                                 escrow_error *error);

/** An e-mail address. */
#define ESCROW_CHANNEL_EMAIL 1
/** A telephone number. */
#define ESCROW_CHANNEL_PHONE 2

/** An answer to a security question. */
typedef struct escrow_security_answer {
    /** What the customer answers. */
    escrow_text answer;
    /** The host's number of the question, up to 65,535. */
    uint32_t question;
    /** Must be zero. */
    uint32_t reserved;
} escrow_security_answer;

/**
 * Sets the answers to security questions, which the host numbers, while the person is registering.
 * Compared exactly, unless the policy folds case.
 * Refused: `security_answers_are_off` unless the policy asks for them,
 * `security_answers_must_be_set` if they are too few or one question is answered twice,
 * `too_many`, `text_must_be_valid`, `registration_not_found`, `address_must_be_confirmed`.
 *
 * Ownership: `answers`, of which there are `count`, are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_set_security_answers(escrow_wallets *wallets,
                                                 escrow_u128 person,
                                                 const escrow_security_answer *answers,
                                                 size_t count,
                                                 escrow_wallet_outcome *outcome,
                                                 escrow_error *error);

/**
 * Checks the answer to one security question for a member of staff: one input among others. After
 * a wrong answer no other question is taken until this one is answered.
 * Refused: `security_answers_are_off`, `credentials_must_match`, `credential_is_locked`,
 * `credential_is_locked_for_good`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `answer` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_check_security_answer(escrow_wallets *wallets,
                                                  escrow_u128 person,
                                                  uint32_t question,
                                                  const char *answer,
                                                  size_t answer_length,
                                                  const escrow_actor *actor,
                                                  escrow_wallet_outcome *outcome,
                                                  escrow_error *error);

/**
 * Sends a person a short code of eight digits by a channel, `ESCROW_CHANNEL_*`. `purpose` is the
 * host's own number, up to 65,535, for what it is for: a code for one purpose is not good for
 * another, and a new one ends the one before. Two for one purpose come a minute apart, and a person
 * gets ten within 24 hours, whatever they are for, unless the policy says otherwise.
 * Refused: `person_not_found`, `profile_must_be_set` for a code by telephone, `text_must_be_valid`
 * for an unknown channel, `too_soon` and `too_many_today` with the time until which to wait,
 * `too_many` while too many letters of the person wait for the host.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_code_send(escrow_wallets *wallets,
                               escrow_u128 person,
                               uint32_t purpose,
                               uint32_t channel,
                               escrow_wallet_outcome *outcome,
                               escrow_error *error);

/**
 * Checks a short code, which is used up by it. Spaces and hyphens between its digits are
 * overlooked. Five tries, ten minutes, unless the policy says otherwise; why a code is not good is
 * not told.
 * Refused: `code_must_match`.
 *
 * Ownership: `code` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_code_check(escrow_wallets *wallets,
                                escrow_u128 person,
                                uint32_t purpose,
                                const char *code,
                                size_t code_length,
                                escrow_wallet_outcome *outcome,
                                escrow_error *error);

/** The new one is not confirmed yet. */
#define ESCROW_CONTACT_CHANGE_STATE_BEGUN 1
/**
 * The new one is in force. Until the cool-down ends, limits are lower, no link for a new
 * password is sent, and the change can be stopped from where the customer was reached
 * before.
 */
#define ESCROW_CONTACT_CHANGE_STATE_COOLING_DOWN 2
/** Over: it stands, was stopped, or was never confirmed. */
#define ESCROW_CONTACT_CHANGE_STATE_ENDED 3

/**
 * The change of an address or number that waits for its confirmation, or can still be stopped. Begin
 * with `ESCROW_CONTACT_CHANGE_INIT`.
 */
typedef struct escrow_contact_change {
    /** `sizeof(escrow_contact_change)`. */
    uint32_t struct_size;
    /** Where it is: `ESCROW_CONTACT_CHANGE_STATE_*`. */
    uint32_t state;
    /** Whose. */
    escrow_u128 person;
    /** The correction that it is part of; zero if the customer wanted it. */
    escrow_u128 correction;
    /** When the letter was sent. */
    uint64_t begun_at;
    /** When the link or code ends, or the cool-down. */
    uint64_t until;
    /** An e-mail address or a telephone number: `ESCROW_CHANNEL_*`. */
    uint32_t channel;
    /** Zero. */
    uint32_t reserved;
} escrow_contact_change;

/**
 * Begins to change the e-mail address or the telephone number of a customer whom the host has
 * authenticated: a letter goes to the new one, with a link for `escrow_contact_confirm_email`, or a
 * code for `escrow_contact_confirm_phone`. Until it is confirmed all stays as it is. A new letter ends
 * the one before. The answer is the same whether or not the address belongs to another person, who is
 * told by the letter then. `channel` is `ESCROW_CHANNEL_*`.
 * Refused: `address_must_be_valid`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
 * `person_not_found`, `person_must_be_active`, `data_is_damaged`, `address_already_confirmed` if it is
 * the present one, `change_is_under_way` while the last one cools down, `too_soon`, `too_many_today`,
 * `too_many`.
 *
 * Ownership: `contact` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_contact_begin(escrow_wallets *wallets,
                                   escrow_u128 person,
                                   uint32_t channel,
                                   const char *contact,
                                   size_t contact_length,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Confirms a new e-mail address by the token of the link, and gives the person. From now on letters
 * go there; links for a new password to nobody before the cool-down is over, and limits are lower until
 * then. A notice with a link for `escrow_contact_stop_by_link` goes to the former address and to the
 * telephone.
 * Refused: `token_must_be_valid`, `person_exists` if somebody else has confirmed the address
 * meanwhile.
 *
 * Ownership: `token` is only read. `person` gets the id.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_contact_confirm_email(escrow_wallets *wallets,
                                           const char *token,
                                           size_t token_length,
                                           escrow_u128 *person,
                                           escrow_wallet_outcome *outcome,
                                           escrow_error *error);

/**
 * Confirms a new telephone number by the code that was sent there. Limits are lower until the
 * cool-down is over; a notice with a link for `escrow_contact_stop_by_link` goes to the former number
 * and to the e-mail address.
 * Refused: `code_must_match`, whatever is wrong with it.
 *
 * Ownership: `code` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_contact_confirm_phone(escrow_wallets *wallets,
                                           escrow_u128 person,
                                           const char *code,
                                           size_t code_length,
                                           escrow_wallet_outcome *outcome,
                                           escrow_error *error);

/**
 * Stops the change of an address or number, for the customer whom the host has authenticated or for
 * a member of staff: one that is not confirmed is dropped, and one that cools down is taken back. The
 * customer is told by every channel. `channel` is `ESCROW_CHANNEL_*`.
 * Refused: `person_not_found`, `change_not_found` if there is none, or it stands already,
 * `data_is_damaged`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_contact_stop(escrow_wallets *wallets,
                                  escrow_u128 person,
                                  uint32_t channel,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * The same by the link of the notice, for whoever is reached where the customer was; gives the
 * person, whose sessions the host ends.
 * Refused: `token_must_be_valid`.
 *
 * Ownership: `token` is only read. `person` gets the id.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_contact_stop_by_link(escrow_wallets *wallets,
                                          const char *token,
                                          size_t token_length,
                                          escrow_u128 *person,
                                          escrow_wallet_outcome *outcome,
                                          escrow_error *error);

/**
 * Gives the changes of addresses and numbers of a person that wait for their confirmation, or can
 * still be stopped. Read them with `escrow_contact_change_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_contact_changes(escrow_wallets *wallets,
                                     escrow_u128 person,
                                     escrow_rows **rows,
                                     escrow_error *error);

/**
 * Reads the change of an address or number.
 *
 * Ownership: `change` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_contact_change_at(escrow_rows *rows,
                                       size_t index,
                                       escrow_contact_change *change,
                                       escrow_error *error);

/** The initial value of `escrow_contact_change`. */
#define ESCROW_CONTACT_CHANGE_INIT {sizeof(escrow_contact_change), 0, {0, 0}, {0, 0}, 0, 0, 0, 0}

/* ---- Wallets: letters ------------------------------------------------------------------------ */

/** Confirm this address: carries the token of the link. */
#define ESCROW_LETTER_KIND_CONFIRM_ADDRESS 1
/** Somebody tried to register with this address, which has a wallet already. */
#define ESCROW_LETTER_KIND_ADDRESS_IS_KNOWN 2
/** Set a new payment password: carries the token of the link. */
#define ESCROW_LETTER_KIND_RESET_PAYMENT_PASSWORD 3
/** The payment password was changed or reset. */
#define ESCROW_LETTER_KIND_PAYMENT_PASSWORD_CHANGED 4
/** A short code. */
#define ESCROW_LETTER_KIND_CODE 5
/** A recovery case was opened for this wallet. */
#define ESCROW_LETTER_KIND_RECOVERY_OPENED 6
/** A recovery case was refused. */
#define ESCROW_LETTER_KIND_RECOVERY_REFUSED 7
/** The login password was changed or reset. */
#define ESCROW_LETTER_KIND_LOGIN_PASSWORD_CHANGED 8
/** Set a new login password: carries the token of the link. */
#define ESCROW_LETTER_KIND_RESET_LOGIN_PASSWORD 9
/** The wallet is open. */
#define ESCROW_LETTER_KIND_WELCOME 10
/** The wallet was frozen. */
#define ESCROW_LETTER_KIND_WALLET_FROZEN 11
/** Wrong payment passwords locked it, for a while or until it is recovered. */
#define ESCROW_LETTER_KIND_PAYMENT_PASSWORD_LOCKED 12
/** A recovery case was stopped. */
#define ESCROW_LETTER_KIND_RECOVERY_STOPPED 13
/**
 * Confirm this address, to which a customer wants letters to come: carries the token of
 * the link.
 */
#define ESCROW_LETTER_KIND_CONFIRM_NEW_ADDRESS 14
/** A customer wanted letters to come to this address, which is another customer's. */
#define ESCROW_LETTER_KIND_NEW_ADDRESS_IS_TAKEN 15
/** Confirm this telephone number: carries a short code. */
#define ESCROW_LETTER_KIND_CONFIRM_NEW_PHONE 16
/**
 * The e-mail address or telephone number was changed: goes to where the customer was
 * reached before, and carries the token of the link that stops it.
 */
#define ESCROW_LETTER_KIND_CONTACT_CHANGED 17
/** That change was stopped. */
#define ESCROW_LETTER_KIND_CONTACT_CHANGE_STOPPED 18
/** Staff corrected the name, the document or another part of the profile. */
#define ESCROW_LETTER_KIND_PROFILE_CORRECTED 19
/** A further wallet is open, in another ledger. */
#define ESCROW_LETTER_KIND_WALLET_OPENED 20
/** A verification was approved. */
#define ESCROW_LETTER_KIND_VERIFICATION_APPROVED 40
/** A verification was refused: the case tells why. */
#define ESCROW_LETTER_KIND_VERIFICATION_REFUSED 41
/** A card was bound. */
#define ESCROW_LETTER_KIND_CARD_BOUND 42
/** Money of a card that could not be booked was given where it belongs. */
#define ESCROW_LETTER_KIND_SUSPENSE_RESOLVED 43
/** The tier that was approved was revoked. */
#define ESCROW_LETTER_KIND_TIER_REVOKED 44
/**
 * Nothing was done with the wallet for long: unless its owner acts, its money is set
 * aside.
 */
#define ESCROW_LETTER_KIND_WALLET_IS_INACTIVE 60
/** The money of the wallet was set aside, and can be claimed. */
#define ESCROW_LETTER_KIND_BALANCE_SET_ASIDE 61
/** Money that was set aside came into a wallet, or was paid out. */
#define ESCROW_LETTER_KIND_UNCLAIMED_RESOLVED 62
/** The owner gave up what was left in the wallet. */
#define ESCROW_LETTER_KIND_BALANCE_WAIVED 63

/** It waits for the host. */
#define ESCROW_LETTER_STATE_QUEUED 1
/** The host took it and said nothing yet; after a while it is given again. */
#define ESCROW_LETTER_STATE_HANDED_OVER 2
/** It arrived, or the host sent it and will hear no more. */
#define ESCROW_LETTER_STATE_DELIVERED 3
/** It did not arrive, or was given up. */
#define ESCROW_LETTER_STATE_BOUNCED 4
/** Its recipient's key is damaged: it waits until that is mended. */
#define ESCROW_LETTER_STATE_AWAITS_KEY 5

/** It was sent, and the host will hear no more, or knows that it arrived. */
#define ESCROW_LETTER_FATE_DELIVERED 1

/** It came back: the address does not exist, or refuses. */
#define ESCROW_LETTER_FATE_BOUNCED 2

/** It could not be sent now: it is to be given again. */
#define ESCROW_LETTER_FATE_FAILED 3

/** A letter for the host to send. Begin with `ESCROW_LETTER_INIT`. */
typedef struct escrow_letter {
    /** `sizeof(escrow_letter)`. */
    uint32_t struct_size;
    /** What it says: `ESCROW_LETTER_KIND_*`. */
    uint32_t kind;
    /** Whom it goes to. */
    escrow_u128 person;
    /** Which of their letters. */
    escrow_u128 letter;
    /** The wallet or case that it is about; zero for none. */
    escrow_u128 about;
    /** When it was written. */
    uint64_t created_at;
    /** How it is sent: `ESCROW_CHANNEL_*`. */
    uint32_t channel;
    /** How often it was handed over, with this time. */
    uint32_t attempts;
    /** The e-mail address or telephone number. */
    escrow_text address;
    /**
     * The token of its link, or its code; empty for none. The host puts it into the letter, and
     * nowhere else.
     */
    escrow_text secret;
} escrow_letter;

/** What support sees of a letter: not what it says. Begin with `ESCROW_LETTER_STATUS_INIT`. */
typedef struct escrow_letter_status {
    /** `sizeof(escrow_letter_status)`. */
    uint32_t struct_size;
    /** What it says: `ESCROW_LETTER_KIND_*`. */
    uint32_t kind;
    /** Whom it goes to. */
    escrow_u128 person;
    /** Which of their letters. */
    escrow_u128 letter;
    /** When it was written. */
    uint64_t created_at;
    /** When it is handed over (again), or forgotten. */
    uint64_t due;
    /** How it is sent: `ESCROW_CHANNEL_*`. */
    uint32_t channel;
    /** Where it is: `ESCROW_LETTER_STATE_*`. */
    uint32_t state;
    /** How often it was handed over. */
    uint32_t attempts;
    /** Zero. */
    uint32_t reserved;
} escrow_letter_status;

/**
 * Takes the letters that wait, oldest first, up to `limit`, and at most 256. Each is given again
 * after a while, unless the host says what became of it by `escrow_letter_report`; after too many
 * times it counts as bounced. Letters of a person whose key is damaged wait in the state
 * `ESCROW_LETTER_STATE_AWAITS_KEY` until it is mended, or the person erased: also those of what the
 * person is told meanwhile. Links and codes that are asked for meanwhile are not made up for. Read
 * them with `escrow_letter_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_letters_take(escrow_wallets *wallets,
                                  size_t limit,
                                  escrow_rows **rows,
                                  escrow_error *error);

/**
 * Reads a letter.
 *
 * Ownership: `letter` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_letter_at(escrow_rows *rows,
                               size_t index,
                               escrow_letter *letter,
                               escrow_error *error);

/**
 * Says what became of a letter that was handed over: `fate` is one of `ESCROW_LETTER_FATE_*`.
 * `actor` is the member of staff who says so, or NULL for the host by itself.
 * Refused: `letter_not_found`, `letter_must_be_handed_over`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_letter_report(escrow_wallets *wallets,
                                   escrow_u128 person,
                                   escrow_u128 letter,
                                   uint32_t fate,
                                   const escrow_actor *actor,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Has a letter handed over once more, whatever became of it: it waits again, is due at once, and
 * its hand-overs are counted anew. While the key of whom it goes to is damaged it is
 * `ESCROW_LETTER_STATE_AWAITS_KEY` then. A link or code in it is as old as before. For a member of
 * staff.
 * Refused: `letter_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_letter_retry(escrow_wallets *wallets,
                                  escrow_u128 person,
                                  escrow_u128 letter,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Gives what support sees of a person's letters, oldest first. Read it with
 * `escrow_letter_status_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_letters_of(escrow_wallets *wallets,
                                escrow_u128 person,
                                escrow_rows **rows,
                                escrow_error *error);

/**
 * Gives the letters whose fate is not known yet, the one that is due first before all others, at
 * most `limit`. To go on, give the `due` and `letter` of the last one; 0 and zero to begin. Read
 * them with `escrow_letter_status_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_letters_waiting(escrow_wallets *wallets,
                                     uint64_t after_due,
                                     escrow_u128 after_letter,
                                     size_t limit,
                                     escrow_rows **rows,
                                     escrow_error *error);

/**
 * Reads where a letter is.
 *
 * Ownership: `status` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_letter_status_at(escrow_rows *rows,
                                      size_t index,
                                      escrow_letter_status *status,
                                      escrow_error *error);

/** The initial value of `escrow_letter`. */
#define ESCROW_LETTER_INIT \
    {sizeof(escrow_letter), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, {0, 0}, {0, 0}}

/** The initial value of `escrow_letter_status`. */
#define ESCROW_LETTER_STATUS_INIT \
    {sizeof(escrow_letter_status), 0, {0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0}

/* ---- Wallets: one wallet --------------------------------------------------------------------- */

/** Everything that its tier allows. */
#define ESCROW_STATE_ACTIVE 1

/** No new business; what is in escrow is still settled. */
#define ESCROW_STATE_FROZEN 2

/** Nothing more, ever. */
#define ESCROW_STATE_CLOSED 3

/** What the host sees of a wallet. Begin with `ESCROW_WALLET_VIEW_INIT`. */
typedef struct escrow_wallet_view {
    /** `sizeof(escrow_wallet_view)`. */
    uint32_t struct_size;
    /** What may be done with it: `ESCROW_STATE_*`. */
    uint32_t state;
    /** The wallet. */
    escrow_u128 wallet;
    /** Whose it is. */
    escrow_u128 person;
    /** Its account in the ledger, which is spend-only. */
    escrow_u128 account;
    /** The ledger: its currency. */
    uint32_t ledger;
    /** How far its owner is verified, as it was written: see `tier_until`. */
    uint32_t tier;
    /** When the tier ends; 0 for never. */
    uint64_t tier_until;
    /** After a recovery lower limits apply until then. */
    uint64_t cooldown_until;
    /** 1 if refunds of card payments are credited to it. */
    uint32_t refunds_to_wallet;
    /** 1 if it has a payment password. */
    uint32_t has_payment_password;
    /**
     * 1 if the key of its owner is damaged or gone: until it is mended, what is sealed under it
     * cannot be read. All that stands here needs no key. Not so of an owner who was erased.
     */
    uint32_t key_is_damaged;
    /** Zero. */
    uint32_t reserved;
} escrow_wallet_view;

/**
 * What a wallet paid so far, in minor units, and where it stands. Begin with
 * `ESCROW_SPENDING_INIT`.
 */
typedef struct escrow_spending {
    /** `sizeof(escrow_spending)`. */
    uint32_t struct_size;
    /** The tier that holds now. */
    uint32_t tier;
    /** What was paid today. */
    escrow_u128 day;
    /** What was paid this month. */
    escrow_u128 month;
    /** What was paid this year. */
    escrow_u128 year;
    /** What was ever paid. */
    escrow_u128 lifetime;
    /** Authorisations that wait to be used. */
    uint64_t authorisations;
} escrow_spending;

/**
 * Looks up a wallet.
 *
 * Ownership: `view` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such wallet.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_find(escrow_wallets *wallets,
                                 escrow_u128 wallet,
                                 escrow_wallet_view *view,
                                 escrow_error *error);

/**
 * Gives what a wallet paid in its ledger, and the tier that holds now.
 *
 * Ownership: `spending` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such wallet.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_spending(escrow_wallets *wallets,
                                     escrow_u128 wallet,
                                     escrow_spending *spending,
                                     escrow_error *error);

/**
 * Freezes a wallet and its account: no new business; what is in escrow is still settled. The
 * customer is told. For a member of staff.
 * Refused: `wallet_not_found`, `wallet_already_frozen`, `wallet_already_closed`,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_freeze(escrow_wallets *wallets,
                                   escrow_u128 wallet,
                                   const escrow_actor *actor,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Makes a frozen wallet and its account usable again. For a member of staff.
 * Refused: `wallet_not_found`, `wallet_is_not_frozen`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_unfreeze(escrow_wallets *wallets,
                                     escrow_u128 wallet,
                                     const escrow_actor *actor,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Closes a frozen, empty wallet and its account for good, once all its business is over. Its
 * owner's data is kept for as long as the policy says. What is left in it is spent, redeemed or
 * given up (`escrow_wallet_waive`) before it is frozen, or set aside for its owner
 * (`escrow_unclaimed_set_aside`). For a member of staff.
 * Refused: `wallet_not_found`, `wallet_is_not_frozen`, `wallet_already_closed`,
 * `wallet_must_be_empty`, `wallet_has_open_orders` until the time given if a payment is authorised,
 * `wallet_has_open_payments`, `wallet_has_open_chargebacks`, `wallet_has_money_in_suspense`,
 * `wallet_has_open_refunds`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_close(escrow_wallets *wallets,
                                  escrow_u128 wallet,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/** The initial value of `escrow_wallet_view`. */
#define ESCROW_WALLET_VIEW_INIT \
    {sizeof(escrow_wallet_view), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0}

/** The initial value of `escrow_spending`. */
#define ESCROW_SPENDING_INIT {sizeof(escrow_spending), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0}

/**
 * Creates the payment password of a wallet that has none: six digits or more, or a phrase, unless
 * the policy says otherwise. It must differ from the login password.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `password_already_set`,
 * `password_too_short`, `password_too_long`, `password_too_common`, `passwords_must_differ`.
 *
 * Ownership: `password` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_create_payment_password(escrow_wallets *wallets,
                                                    escrow_u128 wallet,
                                                    const char *password,
                                                    size_t password_length,
                                                    escrow_wallet_outcome *outcome,
                                                    escrow_error *error);

/**
 * Checks a payment password. Failures are counted before the answer is given; five lock it for 15
 * minutes, each further one for twice as long, twenty until recovery, unless the policy says
 * otherwise.
 * Refused: `credentials_must_match`, `credential_is_locked`, `credential_is_locked_for_good`.
 *
 * Ownership: `password` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_check_payment_password(escrow_wallets *wallets,
                                                   escrow_u128 wallet,
                                                   const char *password,
                                                   size_t password_length,
                                                   escrow_wallet_outcome *outcome,
                                                   escrow_error *error);

/**
 * Changes the payment password of a wallet whose present one is known. Failures count.
 * Refused: as `escrow_wallet_check_payment_password`; `password_too_short`, `password_too_long`,
 * `password_too_common`, `passwords_must_differ`, `wallet_must_be_active`.
 *
 * Ownership: `present` and `replacement` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_change_payment_password(escrow_wallets *wallets,
                                                    escrow_u128 wallet,
                                                    const char *present,
                                                    size_t present_length,
                                                    const char *replacement,
                                                    size_t replacement_length,
                                                    escrow_wallet_outcome *outcome,
                                                    escrow_error *error);

/**
 * Sets a new payment password by the token of the link that an approved recovery sent. Failures
 * are forgotten and locks end; for a while lower limits apply; every channel of the customer is
 * told.
 * Refused: `token_must_be_valid`, `password_too_short`, `password_too_long`,
 * `password_too_common`, `passwords_must_differ`, `data_is_damaged`.
 *
 * Ownership: `token` and `replacement` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_reset_payment_password(escrow_wallets *wallets,
                                                   const char *token,
                                                   size_t token_length,
                                                   const char *replacement,
                                                   size_t replacement_length,
                                                   escrow_wallet_outcome *outcome,
                                                   escrow_error *error);

/**
 * Gives how often the payment password of a wallet was wrong since it last matched, and when its
 * lock ends; for support. From unknown devices, or from known ones with a handle of
 * `escrow_wallets_known_device`.
 *
 * Ownership: `failures` gets how often; `locked_until` gets the time, 0 for no lock, the greatest
 * number for one that ends by recovery alone.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such password.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_payment_password_failures(escrow_wallets *wallets,
                                                      escrow_u128 wallet,
                                                      uint32_t *failures,
                                                      uint64_t *locked_until,
                                                      escrow_error *error);

/* ---- Wallets: payments ----------------------------------------------------------------------- */

/** It is small: nothing. */
#define ESCROW_NEEDS_NOTHING 0

/** The payment password. */
#define ESCROW_NEEDS_PASSWORD 1

/** The payment password, and a second factor. */
#define ESCROW_NEEDS_SECOND_FACTOR 2

/** Payments of one call of `escrow_wallet_pay_many`. */
#define ESCROW_PAYMENTS_MAX 4096

/** What is to be paid: the values that an authorisation is bound to. */
typedef struct escrow_purchase {
    /** Who pays. */
    escrow_u128 wallet;
    /** What for: the host's order. */
    escrow_u128 order;
    /** The account that is paid. */
    escrow_u128 payee;
    /** How much. */
    escrow_u128 amount;
    /** The ledger of both accounts. */
    uint32_t ledger;
    /** Must be zero. */
    uint32_t reserved;
} escrow_purchase;

/** A payment from a wallet. */
typedef struct escrow_payment {
    /** Who pays. */
    escrow_u128 wallet;
    /** What for: the host's order. */
    escrow_u128 order;
    /** What allows it; zero for a small payment, which the policy exempts. */
    escrow_u128 authorisation;
    /**
     * A `hold` or a `transfer` from the wallet's account, without flags. Its id makes the payment
     * idempotent; fee, deadline, code and user data are up to the host.
     */
    escrow_operation operation;
} escrow_payment;

/**
 * Says what a purchase needs beside the customer's order: one of `ESCROW_NEEDS_*`.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `wallet_has_another_ledger`, `needs_tier`
 * with the tier that would allow it, `operation_is_not_allowed`, `exceeds_limit_per_payment` and
 * the like, `exceeds_cooldown_limit`, `ledger_has_no_limits`, `exchange_rate_is_missing` where the
 * policy counts all wallets of a person and has no rate for one; for a payee that could not be paid
 * `refused_by_ledger`, with what the ledger would say of one that is not there, of another ledger,
 * frozen or closed, `payee_must_not_be_a_wallet`, and `payee_cannot_receive` for a wallet that is not
 * active.
 *
 * Ownership: `purchase` is only read. `needs` gets the number.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_needs(escrow_wallets *wallets,
                                  const escrow_purchase *purchase,
                                  uint32_t *needs,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Authorises one payment from the money in the wallet: the customer showed the payment password
 * for just this order, payee, amount and ledger. Good for the time that the policy says (five
 * minutes), for one payment, and until the password changes; gives when it ends. `second_factor`
 * is 1 if the host checked one. Failed passwords are counted before the answer is given, and lock
 * the password after a few.
 * Refused: as `escrow_wallet_check_payment_password` and `escrow_wallet_needs`;
 * `id_must_be_valid`, `amount_must_be_valid`, `authorisation_exists`, `second_factor_is_needed`,
 * `too_many`.
 *
 * Ownership: `purchase` and `password` are only read. `until` gets the time.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_authorise(escrow_wallets *wallets,
                                      escrow_u128 authorisation,
                                      const escrow_purchase *purchase,
                                      const char *password,
                                      size_t password_length,
                                      uint32_t second_factor,
                                      uint64_t *until,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/**
 * Pays: uses the authorisation up, counts the payment and places the hold or transfer, all or
 * nothing. Sent again with the same operation, for the same wallet and order, a payment that was
 * made is answered `ESCROW_OUTCOME_EXISTS` in `paid`, and nothing is charged. The hold is one like
 * any other then: it is shipped, released, refunded and disputed by `escrow_store_submit`. What the
 * ledger refused, such as for want of money, has used up the operation's id and not the
 * authorisation: for another attempt it takes a new id.
 * Refused: `authorisation_not_found`, `authorisation_has_expired`, `authorisation_must_match` if
 * it is for anything else, `payment_password_is_needed` without an authorisation,
 * `second_factor_is_needed`, `payment_must_be_plain`, `needs_tier` with the tier that would allow
 * it, `operation_is_not_allowed`, `exceeds_limit_per_payment` and the like,
 * `exceeds_cooldown_limit`, `ledger_has_no_limits`, `exchange_rate_is_missing` where the policy
 * counts all wallets of a person and has no rate for one; for a small payment, which needs no
 * authorisation, `credential_is_locked` while the payment password is, and
 * `payment_password_must_be_set` if there is none yet; `payee_must_not_be_a_wallet` unless the policy
 * lets wallets pay each other (its payments.to_wallets), and then `payee_cannot_receive` if the limits
 * of that wallet do not allow the top-up that it is; `refused_by_ledger`, also for a payment that
 * is archived.
 *
 * An operation that exists is refused for another order with `authorisation_must_match`, and by the
 * ledger for another wallet (`exists_with_different_debit_account`) and if no payment made it
 * (`exists`).
 *
 * A payment that is refunded, by a deadline, the shop or staff, goes on counting against every
 * limit of its periods, against the number of payments and for the lifetime; what comes back
 * counts no longer in its day, month and year if the policy says so (its
 * payments.refunds_give_back).
 *
 * Ownership: `payment` is only read. `paid` gets what the ledger said.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_pay(escrow_wallets *wallets,
                                const escrow_payment *payment,
                                escrow_outcome *paid,
                                escrow_wallet_outcome *outcome,
                                escrow_error *error);

/**
 * Makes many payments in one batch, of as many wallets as you like: what the disk takes longest
 * for is done once. Each stands and falls for itself. If the call itself fails, send all of them
 * again: what was paid is not paid twice.
 * Refused: as `escrow_wallet_pay`; where that would fail, `contended` if others changed the same
 * wallet again and again, and `data_is_damaged` if its rows cannot be read: others are paid all the
 * same.
 *
 * Ownership: `payments` is only read. `paid` is the caller's room for `count` outcomes of the
 * ledger, of which those are written whose payment was done; `outcomes` is the caller's room for
 * `count` outcomes, all of which are written.
 * Threads: any.
 * Errors: `ESCROW_LIMIT_EXCEEDED` above `ESCROW_PAYMENTS_MAX` payments; those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_pay_many(escrow_wallets *wallets,
                                     const escrow_payment *payments,
                                     size_t count,
                                     escrow_outcome *paid,
                                     escrow_wallet_outcome *outcomes,
                                     escrow_error *error);

/**
 * Puts money into a wallet by a `transfer` without flags from an external account to the wallet's,
 * within the limits of its tier. Sent again, it is answered `ESCROW_OUTCOME_EXISTS` in `paid`.
 * Money that comes in by other operations of the store is not limited.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `payment_must_be_plain`,
 * `exceeds_balance_limit`, `needs_tier` with the tier that would allow it,
 * `operation_is_not_allowed`, `exceeds_limit_per_payment` and the like, `exceeds_cooldown_limit`,
 * `ledger_has_no_limits`, `exchange_rate_is_missing`, `refused_by_ledger`.
 *
 * A transfer that exists is refused by the ledger, with `exists_with_different_credit_account` if it
 * topped up another wallet, with `exists` if it was no top-up.
 *
 * With a bound card too: the host charges it and reports the money here, from the account that
 * card money comes from. `escrow_card_payment_begin` is for orders alone, asks for the password
 * and counts as a payment; a top-up is none, takes no authorisation, and is no card payment that
 * `escrow_card_payment_refund` could give back to its card.
 *
 * Ownership: `operation` is only read. `paid` gets what the ledger said.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_top_up(escrow_wallets *wallets,
                                   escrow_u128 wallet,
                                   const escrow_operation *operation,
                                   escrow_outcome *paid,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Takes money out of a wallet, where the policy allows it: a `transfer` without flags from its
 * account to one that the host pays out from, authorised like any payment with the wallet itself
 * as the order: an authorisation for an order is refused with `authorisation_must_match`, and so is
 * `escrow_wallet_pay` by one for a redemption. The account must neither be external nor another
 * wallet's: wallet money leaves through the host's books.
 * Refused: `redemption_is_off`, `operation_is_not_allowed`, `payee_must_not_be_a_wallet`; as
 * `escrow_wallet_pay`.
 *
 * Ownership: `payment` is only read. `paid` gets what the ledger said.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_redeem(escrow_wallets *wallets,
                                   const escrow_payment *payment,
                                   escrow_outcome *paid,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/* ---- Wallets: cards -------------------------------------------------------------------------- */

/** The customer has not confirmed it yet. */
#define ESCROW_CARD_STATE_PROPOSED 1
/** It can be paid with. */
#define ESCROW_CARD_STATE_ACTIVE 2
/** It cannot be paid with until somebody resumes it. */
#define ESCROW_CARD_STATE_SUSPENDED 3
/** Its month is over. */
#define ESCROW_CARD_STATE_EXPIRED 4
/** It was removed, and its token forgotten. */
#define ESCROW_CARD_STATE_REMOVED 5

/** Cards of one wallet, with those that were removed and are not forgotten yet. */
#define ESCROW_CARDS_MAX 16

/**
 * What the host knows of a card that is to be bound: a reference, never its number. Begin with
 * `ESCROW_CARD_REFERENCE_INIT`.
 */
typedef struct escrow_card_reference {
    /** `sizeof(escrow_card_reference)`. */
    uint32_t struct_size;
    /** The year to the end of which month it is valid, of four digits. */
    uint16_t expiry_year;
    /** That month, 1 to 12. */
    uint16_t expiry_month;
    /** The processor's token: what the host charges. 1 to 255 bytes. */
    escrow_text token;
    /** Visa, UnionPay: 1 to 32 bytes. */
    escrow_text brand;
    /** The last four digits, for the customer to recognise it. */
    escrow_text last_four;
    /** The processor's fingerprint: the same for the same card. 1 to 255 bytes. */
    escrow_text fingerprint;
} escrow_card_reference;

/** A card that is bound to a wallet, or was. Begin with `ESCROW_CARD_INIT`. */
typedef struct escrow_card {
    /** `sizeof(escrow_card)`. */
    uint32_t struct_size;
    /** Whether it can be paid with: `ESCROW_CARD_STATE_*`. */
    uint32_t state;
    /** Its id. */
    escrow_u128 id;
    /** The first moment at which it is no longer valid. */
    uint64_t valid_until;
    /** 1 if it is paid with unless another is named. */
    uint32_t is_default;
    /**
     * 1 if the rest is there: not once the card is removed, or the person was erased, and not while
     * the person's key is damaged.
     */
    uint32_t has_reference;
    /** The year to the end of which month it is valid. */
    uint32_t expiry_year;
    /** That month. */
    uint32_t expiry_month;
    /** The processor's token. */
    escrow_text token;
    /** Its brand. */
    escrow_text brand;
    /** The last four digits. */
    escrow_text last_four;
    /** The processor's fingerprint. */
    escrow_text fingerprint;
} escrow_card;

/**
 * Proposes to bind a card, after a payment with it. The customer has it confirmed by
 * `escrow_card_confirm`. The same card is bound to a wallet once.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `id_must_be_valid`, `card_must_be_valid`,
 * `card_has_expired`, `person_not_found`, `text_must_not_hold_a_card_number`, `card_exists`,
 * `too_many`, `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `reference` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_propose(escrow_wallets *wallets,
                                  escrow_u128 wallet,
                                  escrow_u128 card,
                                  const escrow_card_reference *reference,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * The customer confirms a proposed card. Without a payment password it is refused: create one, and
 * confirm again.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `payment_password_must_be_set`,
 * `card_not_found`, `card_must_be_at_this_state`, `card_has_expired`.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_confirm(escrow_wallets *wallets,
                                  escrow_u128 wallet,
                                  escrow_u128 card,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Stops payments with a card for now.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`,
 * `card_must_be_at_this_state`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_suspend(escrow_wallets *wallets,
                                  escrow_u128 wallet,
                                  escrow_u128 card,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Allows payments with a suspended card again.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`,
 * `card_must_be_at_this_state`, `card_is_held_by_staff` for others if staff suspended it,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_resume(escrow_wallets *wallets,
                                 escrow_u128 wallet,
                                 escrow_u128 card,
                                 const escrow_actor *actor,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Removes a card: its token is forgotten by the present state of the store.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`,
 * `card_must_be_at_this_state`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_remove(escrow_wallets *wallets,
                                 escrow_u128 wallet,
                                 escrow_u128 card,
                                 const escrow_actor *actor,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Makes an active card the one that is paid with unless another is named.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`, `card_must_be_active`,
 * `card_has_expired`.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_set_default(escrow_wallets *wallets,
                                      escrow_u128 wallet,
                                      escrow_u128 card,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/**
 * Gives the cards of a wallet, in the order in which they were proposed. Read them with
 * `escrow_card_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_cards(escrow_wallets *wallets,
                                  escrow_u128 wallet,
                                  escrow_rows **rows,
                                  escrow_error *error);

/**
 * Reads a card.
 *
 * Ownership: `card` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_card_at(escrow_rows *rows,
                             size_t index,
                             escrow_card *card,
                             escrow_error *error);

/** The initial value of `escrow_card_reference`. */
#define ESCROW_CARD_REFERENCE_INIT \
    {sizeof(escrow_card_reference), 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** The initial value of `escrow_card`. */
#define ESCROW_CARD_INIT \
    {sizeof(escrow_card), 0, {0, 0}, 0, 0, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** The host charges the card. */
#define ESCROW_CARD_PAYMENT_STATE_CHARGING 1
/** The money came, and lies in escrow or with the payee. */
#define ESCROW_CARD_PAYMENT_STATE_PAID 2
/** The card was not charged. */
#define ESCROW_CARD_PAYMENT_STATE_FAILED 3
/** The money came and could not be booked: see the suspense item. */
#define ESCROW_CARD_PAYMENT_STATE_IN_SUSPENSE 4

/** It paid the order: the hold or transfer is placed. */
#define ESCROW_CHARGE_PAID 1

/** It lies in suspense. */
#define ESCROW_CHARGE_IN_SUSPENSE 2

/**
 * What the host asks the processor for: charge this card. Begin with
 * `ESCROW_CHARGE_INSTRUCTION_INIT`.
 */
typedef struct escrow_charge_instruction {
    /** `sizeof(escrow_charge_instruction)`. */
    uint32_t struct_size;
    /** Of which ledger the amount is. */
    uint32_t ledger;
    /** The payment: use it as the processor's idempotency key. */
    escrow_u128 payment;
    /** How much. */
    escrow_u128 amount;
    /** The year to the end of which month the card is valid. */
    uint32_t expiry_year;
    /** That month. */
    uint32_t expiry_month;
    /** The processor's token of the card. */
    escrow_text token;
    /** Its brand. */
    escrow_text brand;
    /** Its last four digits. */
    escrow_text last_four;
    /** The processor's fingerprint. */
    escrow_text fingerprint;
} escrow_charge_instruction;

/** A processor's report that a card was charged. Begin with `ESCROW_CARD_CHARGE_INIT`. */
typedef struct escrow_card_charge {
    /** `sizeof(escrow_card_charge)`. */
    uint32_t struct_size;
    /** Must be zero. */
    uint32_t reserved;
    /** The payment that it was charged for. */
    escrow_u128 payment;
    /** What was charged. */
    escrow_u128 amount;
    /** The external account that card money comes from. */
    escrow_u128 external;
    /** The account for money that cannot be booked: neither external nor a wallet's. */
    escrow_u128 suspense;
    /** The processor's own name for this charge: 1 to 255 bytes. The same twice is one charge. */
    escrow_text reference;
} escrow_card_charge;

/** What became of the money of a card. */
typedef struct escrow_charge_result {
    /** The item in suspense; zero if the order was paid. */
    escrow_u128 item;
    /** Whether it paid the order or lies in suspense: `ESCROW_CHARGE_*`. */
    uint32_t kind;
    /** Why it lies in suspense: `ESCROW_SUSPENSE_REASON_*`; 0 if the order was paid. */
    uint32_t reason;
    /** Zero. */
    uint64_t reserved;
} escrow_charge_result;

/**
 * As `escrow_wallet_authorise`, for a payment with a bound card: see `escrow_card_payment_begin`.
 * `card` zero is the default one.
 * Refused: as `escrow_wallet_authorise`; `card_not_found`, `card_must_be_active`,
 * `card_has_expired`.
 *
 * Ownership: `purchase` and `password` are only read. `until` gets when it ends.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_authorise(escrow_wallets *wallets,
                                    escrow_u128 authorisation,
                                    const escrow_purchase *purchase,
                                    escrow_u128 card,
                                    const char *password,
                                    size_t password_length,
                                    uint32_t second_factor,
                                    uint64_t *until,
                                    escrow_wallet_outcome *outcome,
                                    escrow_error *error);

/**
 * Begins a payment by bound card: uses up an authorisation that was made for the card, counts the
 * payment, and tells the host what to charge, in one row that `escrow_charge_instruction_at`
 * reads. No money moves until `escrow_card_payment_charged`. Sent again while the card is being
 * charged, it gives the same instruction, if wallet and card may still pay. `card` zero is the
 * default one. The payee is never a wallet. The operation debits the wallet's account or none: in
 * its place stands the purchase account of the wallet's owner (`escrow_purchase_account`), through
 * which the money of all cards passes, and which the first payment opens.
 * Refused: as `escrow_wallet_pay`; `card_not_found`, `card_must_be_active`, `card_has_expired`,
 * `card_payment_exists`; `card_payment_must_be_at_this_step` if it was charged or has failed;
 * `order_is_paid` if money in suspense has paid its order since it began.
 *
 * Ownership: `payment` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_begin(escrow_wallets *wallets,
                                        const escrow_payment *payment,
                                        escrow_u128 card,
                                        escrow_rows **rows,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Reads what is to be charged.
 *
 * Ownership: `instruction` is the caller's struct, which is filled as far as its `struct_size`
 * says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_charge_instruction_at(escrow_rows *rows,
                                           size_t index,
                                           escrow_charge_instruction *instruction,
                                           escrow_error *error);

/**
 * Books the money of a card: it pays the order, or lands in suspense if it came late, twice, with
 * another amount, if money in suspense paid the order since the payment began, or if the ledger
 * refuses the payment. The same report again is answered alike, and books nothing.
 * Refused: `card_payment_not_found`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
 * `amount_must_be_valid`, `external_account_must_fit`, `suspense_account_must_fit`;
 * `charge_is_of_another_payment` and `charge_has_another_amount` if the reference was reported so
 * before, which stands in the trail then: a reference belongs to one payment for ever;
 * `refused_by_ledger` if not even the suspense account takes it: report it again.
 *
 * Ownership: `charge` is only read. `result` gets what became of the money.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_charged(escrow_wallets *wallets,
                                          const escrow_card_charge *charge,
                                          escrow_charge_result *result,
                                          escrow_wallet_outcome *outcome,
                                          escrow_error *error);

/**
 * The processor did not charge the card: the payment is over, and no longer counts against the
 * limits. If the money comes after all it lands in suspense. Sent again, it changes nothing.
 * Refused: `card_payment_not_found`, `card_payment_must_be_at_this_step`.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_failed(escrow_wallets *wallets,
                                         escrow_u128 payment,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Says where a card payment is.
 *
 * Ownership: `state` gets one of `ESCROW_CARD_PAYMENT_STATE_*`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such card payment.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_find(escrow_wallets *wallets,
                                       escrow_u128 payment,
                                       uint32_t *state,
                                       escrow_error *error);

/** The initial value of `escrow_charge_instruction`. */
#define ESCROW_CHARGE_INSTRUCTION_INIT \
    {sizeof(escrow_charge_instruction), 0, {0, 0}, {0, 0}, 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** The initial value of `escrow_card_charge`. */
#define ESCROW_CARD_CHARGE_INIT \
    {sizeof(escrow_card_charge), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** Nobody asked. */
#define ESCROW_CARD_AUTHENTICATION_NOT_ASKED 1
/** The issuer authenticated the cardholder. */
#define ESCROW_CARD_AUTHENTICATION_AUTHENTICATED 2
/** Tried, and the issuer or its scheme stands in for it. */
#define ESCROW_CARD_AUTHENTICATION_ATTEMPTED 3
/** The issuer or the acquirer exempted the payment. */
#define ESCROW_CARD_AUTHENTICATION_EXEMPT 4
/** The issuer could not be asked. */
#define ESCROW_CARD_AUTHENTICATION_UNAVAILABLE 5
/** The issuer rejected it, or the cardholder failed: nothing is paid. */
#define ESCROW_CARD_AUTHENTICATION_FAILED 6

/** A payment by a card that is not bound. */
typedef struct escrow_new_card_payment {
    /** The wallet of the customer who pays, which need not have a payment password. */
    escrow_u128 wallet;
    /** What for: the host's order. */
    escrow_u128 order;
    /**
     * A `hold` or a `transfer` without flags. It debits the wallet's account or none: in its place
     * stands the buyer's purchase account. Its id makes the payment idempotent; fee, deadline, code
     * and user data are up to the host.
     */
    escrow_operation operation;
    /** What 3-D Secure said of the card, by the host's word: `ESCROW_CARD_AUTHENTICATION_*`. */
    uint32_t authentication;
    /** Must be zero. */
    uint32_t reserved;
} escrow_new_card_payment;

/**
 * Begins a payment by a card that is not bound, the first one say: counts it against the limits of the
 * wallet's tier; after that the host has the processor charge the card, with the operation's id as its
 * idempotency key. It takes no payment password. No money moves until `escrow_card_payment_charged`;
 * from there on it is a payment by card like any other, and the card can be bound. Sent again while the
 * card is being charged, it changes nothing, if the wallet may still pay.
 * Refused: `wallet_not_found`, `wallet_must_be_active`, `wallet_has_another_ledger`;
 * `card_authentication_must_succeed` if 3-D Secure failed; `second_factor_is_needed` where the policy
 * wants one and the cardholder was not authenticated; `needs_tier` with the tier that would allow it,
 * `operation_is_not_allowed`, `exceeds_limit_per_payment` and the like, `exceeds_cooldown_limit`,
 * `ledger_has_no_limits`; `amount_must_be_valid`, `payment_must_be_plain`, `authorisation_must_match`
 * if the operation debits another account; `card_payment_exists`, `card_payment_must_be_at_this_step`
 * if it was charged or has failed, `order_is_paid` if money in suspense has paid its order since it
 * began; `payee_must_not_be_a_wallet`, also of a purchase account; `refused_by_ledger`.
 *
 * Ownership: `payment` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_begin_new(escrow_wallets *wallets,
                                            const escrow_new_card_payment *payment,
                                            escrow_wallet_outcome *outcome,
                                            escrow_error *error);

/**
 * Gives the account through which the money of all card payments of a buyer, a person, passes in a
 * ledger; the first payment opens it, with the code 65001. What is available in it is owed to the
 * buyer: leave its money to the functions of wallets, although the ledger does not keep the host
 * from it.
 *
 * Ownership: `account` gets its id.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_purchase_account(escrow_u128 buyer,
                                      uint32_t ledger,
                                      escrow_u128 *account,
                                      escrow_error *error);

/** Into the wallet, as its owner agreed and its tier allows. */
#define ESCROW_REFUNDED_TO_WALLET 1

/** Out again to the card: the host has the processor refund it. */
#define ESCROW_REFUNDED_TO_CARD 2

/** Into the wallet as much as there was room for, and the rest out again to the card. */
#define ESCROW_REFUNDED_SPLIT 3

/** Into the wallet, as its owner agreed and its tier allows. */
#define ESCROW_REFUND_RETURNED_TO_WALLET 1

/** In suspense, until staff resolve it. */
#define ESCROW_REFUND_RETURNED_IN_SUSPENSE 2

/** A refund to a card that the processor is to carry out. */
typedef struct escrow_card_refund {
    /** The reversal by which the money left: use it as the processor's idempotency key. */
    escrow_u128 id;
    /** The payment that it is of, by the id under which the card was charged. */
    escrow_u128 payment;
    /** How much. */
    escrow_u128 amount;
    /** Since when it is to be carried out. */
    uint64_t since;
    /** Of which ledger. */
    uint32_t ledger;
    /** Zero. */
    uint32_t reserved;
} escrow_card_refund;

/** What became of the money of a refund that the processor could not carry out. */
typedef struct escrow_refund_returned {
    /** The item in suspense; zero if it went into the wallet. */
    escrow_u128 item;
    /** Where it went: `ESCROW_REFUND_RETURNED_*`. */
    uint32_t kind;
    /** Zero. */
    uint32_t reserved[3];
} escrow_refund_returned;

/**
 * Refunds a payment by card, all or part of it: into the wallet as much as its limits have room
 * for, if its owner agrees to that, it is active and its tier allows it, and the rest out to the
 * card it came from, in the same chain; `escrow_card_refund_waiting` tells how much goes to the
 * card. `operation` names the payment as its `target`. While the money is in escrow it
 * is a `refund`, without flags but `arbitrated` and `rest`; what the payee was paid, by releases, a
 * deadline or a transfer, a `reverse` takes back, without flags but `rest`. With `rest` and no
 * amount it is all that there is of it. Sent again, it changes nothing. What a deadline refunds is
 * passed on by `escrow_wallets_upkeep`. What was paid out of suspense is refunded by the id of the
 * hold or transfer that paid then.
 * Refused: `card_payment_not_found`, `card_payment_must_be_at_this_step`, `payment_must_be_plain`,
 * `exceeds_card_payment` if nothing is left, `chargeback_is_open`, `too_many`, `refused_by_ledger`.
 *
 * The ledger says `exists_with_different_amount` or `exists_with_different_kind` if another refund
 * has this id.
 *
 * The money of a payment that an older version began passes through the wallet's account, and goes
 * one of the two ways as a whole. While that is frozen or closed, what would go to the card is
 * refused by the ledger, with `debit_account_frozen`, as is what the payee gives back, with
 * `credit_account_frozen` (`credit_account_closed`): unfreeze the wallet for it. The refund goes on
 * counting as paid.
 *
 * Ownership: `operation` is only read. `refunded` gets one of `ESCROW_REFUNDED_*`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_refund(escrow_wallets *wallets,
                                         escrow_u128 payment,
                                         const escrow_operation *operation,
                                         uint32_t *refunded,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Takes money of a card payment that its owner has back to the card: what a deadline refunded and
 * nobody has passed on yet, and what lies in the wallet, which must still have it. At most what
 * came back and is not at the card yet; `id` is that of the reversal. Sent again, it changes
 * nothing.
 * Refused: `card_payment_not_found`, `card_payment_must_be_at_this_step`, `exceeds_card_payment`,
 * `wallet_not_found` if the owner has none any more, `chargeback_is_open`, `too_many`,
 * `refused_by_ledger`.
 *
 * The ledger says `exists_with_different_amount` or `exists_with_different_kind` if another refund
 * has this id.
 *
 * Ownership: `refunded` gets one of `ESCROW_REFUNDED_*`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_payment_return(escrow_wallets *wallets,
                                         escrow_u128 payment,
                                         escrow_u128 id,
                                         escrow_u128 amount,
                                         uint32_t *refunded,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Gives the refunds to cards that the processor is to carry out, the oldest first; behind the refund
 * `after`, zero to begin. Every refund to a card stands here, whoever ordered it, until the host says
 * that it is done: `escrow_card_refund_done`.
 *
 * Ownership: `refunds` is the caller's room for `capacity` of them; `count` gets how many were
 * written.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no refund `after`.
 * Since: 0.1.0
 */
escrow_status escrow_card_refund_waiting(escrow_wallets *wallets,
                                         escrow_u128 after,
                                         escrow_card_refund *refunds,
                                         size_t capacity,
                                         size_t *count,
                                         escrow_error *error);

/**
 * The processor has refunded a card: the refund is waited for no more. Sent again, it changes
 * nothing.
 * Refused: `card_refund_not_found`; `card_refund_has_failed` after `escrow_card_refund_failed`.
 *
 * Ownership: nothing to free.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_refund_done(escrow_wallets *wallets,
                                      escrow_u128 refund,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/**
 * The processor could not refund a card: the money came back from the account `external`. It goes
 * into the wallet as a whole, if its owner agrees to refunds there and there is room for it;
 * otherwise it lies in suspense, due to the customer until staff resolve it. There it goes too if
 * the payment is or was charged back. The refund is waited for no more, also if it was said to be
 * carried out before. Sent again, it changes nothing.
 * Refused: `card_refund_not_found`, `external_account_must_fit`, `suspense_account_must_fit`,
 * `card_payment_not_found`, `refused_by_ledger`.
 *
 * Ownership: `returned` gets what became of the money.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_card_refund_failed(escrow_wallets *wallets,
                                        escrow_u128 refund,
                                        escrow_u128 external,
                                        escrow_u128 suspense,
                                        escrow_refund_returned *returned,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/** Parts of one order. */
#define ESCROW_ORDER_PARTS_MAX 32

/** What an order is: together with its parts the terms that an authorisation is bound to. */
typedef struct escrow_order {
    /** The buyer's wallet. */
    escrow_u128 wallet;
    /** The host's order. */
    escrow_u128 order;
    /** The ledger of all accounts. */
    uint32_t ledger;
    /** Must be zero. */
    uint32_t reserved[3];
} escrow_order;

/** What one payee of an order gets from one source. */
typedef struct escrow_order_part {
    /** The account that is paid. */
    escrow_u128 payee;
    /** How much. */
    escrow_u128 amount;
    /** The bound card that it comes from; zero for the money in the wallet. */
    escrow_u128 card;
} escrow_order_part;

/**
 * Gives the hash of an order's terms, by which the trail knows them: BLAKE3 of the buyer, the
 * order, the ledger, and each part's payee, amount and source, in their order.
 *
 * Ownership: `order` and `parts` are only read. `hash` is the caller's room for 32 bytes.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT`.
 * Since: 0.1.0
 */
escrow_status escrow_order_terms_hash(const escrow_order *order,
                                      const escrow_order_part *parts,
                                      size_t part_count,
                                      uint8_t *hash,
                                      escrow_error *error);

/**
 * Says what paying an order needs beside the customer's order: one of `ESCROW_NEEDS_*`. What comes
 * from the wallet is one payment of its sum.
 * Refused: as `escrow_wallet_needs`; `order_must_be_valid`, `too_many`,
 * `payee_must_not_be_a_wallet`.
 *
 * Ownership: `order` and `parts` are only read. `needs` gets the number.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_order_needs(escrow_wallets *wallets,
                                 const escrow_order *order,
                                 const escrow_order_part *parts,
                                 size_t part_count,
                                 uint32_t *needs,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Authorises a whole order: the customer showed the payment password for just these terms: the
 * buyer, the ledger, each payee and amount, each source and amount. Good for each part once, for
 * the time that the policy says (five minutes), and until the password changes; void for any other
 * terms; gives when it ends. `second_factor` is 1 if the host checked one. The trail knows the
 * terms by their hash.
 * Refused: as `escrow_wallet_authorise`; `order_must_be_valid`, `too_many` parts,
 * `payee_must_not_be_a_wallet`; for a card `card_not_found`, `card_must_be_active`,
 * `card_has_expired`.
 *
 * Ownership: `order`, `parts` and `password` are only read. `until` gets the time.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_order_authorise(escrow_wallets *wallets,
                                     escrow_u128 authorisation,
                                     const escrow_order *order,
                                     const escrow_order_part *parts,
                                     size_t part_count,
                                     const char *password,
                                     size_t password_length,
                                     uint32_t second_factor,
                                     uint64_t *until,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Pays all parts of an order that come from the wallet, and does what the host has alongside, in
 * one chain: all of it is done, or nothing. The first `payment_count` operations are a `hold` or a
 * `transfer` for each part from the wallet, in their order, each as in `escrow_payment.operation`;
 * those after them are the host's own, as for `escrow_store_submit`, with their documents in
 * `data`. They need no flag `linked`. The parts are one payment for the limits, of their sum. Sent
 * again with the same operations, each is answered `ESCROW_OUTCOME_EXISTS`, and nothing is charged
 * or done. `authorisation` is zero for a small payment, which the policy exempts.
 *
 * With one part and something alongside, it is how a payment from the wallet stands in one chain
 * with the host's own documents and transfers.
 * Refused: as `escrow_wallet_pay`; `authorisation_must_match` if the authorisation is for other
 * terms, or the operations are not one for each part from the wallet; `payment_must_be_plain` if
 * something of the host's own is neither a transfer, a hold nor a document;
 * `payee_must_not_be_a_wallet`, whatever the policy says; `order_must_be_valid`. What the ledger
 * refuses of the operations alongside is `refused_by_ledger` too, with what it said:
 * `version_must_match`, say.
 *
 * Ownership: `order`, `parts`, `operations` and `data` are only read. `paid` is the caller's room
 * for `count` outcomes of the ledger, which are written if it is done.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if `payment_count` is above `count`; those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_order_pay(escrow_wallets *wallets,
                               const escrow_order *order,
                               const escrow_order_part *parts,
                               size_t part_count,
                               escrow_u128 authorisation,
                               const escrow_operation *operations,
                               size_t count,
                               size_t payment_count,
                               const void *data,
                               size_t data_length,
                               escrow_outcome *paid,
                               escrow_wallet_outcome *outcome,
                               escrow_error *error);

/**
 * Begins the payment of one part of an order that comes from a card, by the authorisation of the
 * order: as `escrow_card_payment_begin`. `part` is the place of the part among the parts, and
 * `operation` its hold or transfer.
 * Refused: as `escrow_card_payment_begin`; `authorisation_must_match` if the authorisation is for
 * other terms, or the part does not come from a card.
 *
 * Ownership: `order`, `parts` and `operation` are only read. `*rows` is the caller's, to be freed
 * by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_order_begin_card_payment(escrow_wallets *wallets,
                                              const escrow_order *order,
                                              const escrow_order_part *parts,
                                              size_t part_count,
                                              escrow_u128 authorisation,
                                              size_t part,
                                              const escrow_operation *operation,
                                              escrow_rows **rows,
                                              escrow_wallet_outcome *outcome,
                                              escrow_error *error);

/** The payment had failed before. */
#define ESCROW_SUSPENSE_REASON_LATE 1
/** The payment was paid before, or its order was out of suspense. */
#define ESCROW_SUSPENSE_REASON_TWICE 2
/** Another amount than was to be charged. */
#define ESCROW_SUSPENSE_REASON_ANOTHER_AMOUNT 3
/** The ledger refused the payment: an account is frozen or closed, say. */
#define ESCROW_SUSPENSE_REASON_REFUSED_BY_LEDGER 4
/** The processor could not refund it to its card. */
#define ESCROW_SUSPENSE_REASON_REFUND_FAILED 5

/** Money of a card in suspense, until staff say where it belongs. */
typedef struct escrow_suspense_item {
    /** The transfer that brought it in. */
    escrow_u128 id;
    /** The payment that it was charged for. */
    escrow_u128 payment;
    /** The wallet whose card it came from. */
    escrow_u128 wallet;
    /** The order that the payment was for. */
    escrow_u128 order;
    /** The account that the payment was to pay. */
    escrow_u128 payee;
    /** How much came, less what chargebacks took; if they took all of it, how much came. */
    escrow_u128 amount;
    /** How much the payment was to be. */
    escrow_u128 expected;
    /** The operation that resolved it; zero while it is open. */
    escrow_u128 resolved_by;
    /** When it came. */
    uint64_t came_at;
    /** Of which ledger. */
    uint32_t ledger;
    /** Why it lies there: `ESCROW_SUSPENSE_REASON_*`. */
    uint32_t reason;
    /**
     * 1 if the order is paid, by this payment or another of the wallet, and not given back: no money
     * in suspense pays it then. 0 if not.
     */
    uint32_t order_is_paid;
    /** Zero. */
    uint32_t reserved[3];
} escrow_suspense_item;

/**
 * Looks up money in suspense, open or resolved.
 *
 * Ownership: `found` gets the item.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such item.
 * Since: 0.1.0
 */
escrow_status escrow_suspense_find(escrow_wallets *wallets,
                                   escrow_u128 item,
                                   escrow_suspense_item *found,
                                   escrow_error *error);

/**
 * Gives the money in suspense that waits for staff, the oldest first; behind the item `after`,
 * zero to begin.
 *
 * Ownership: `items` is the caller's room for `capacity` items; `count` gets how many were
 * written.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no item `after`.
 * Since: 0.1.0
 */
escrow_status escrow_suspense_waiting(escrow_wallets *wallets,
                                      escrow_u128 after,
                                      escrow_suspense_item *items,
                                      size_t capacity,
                                      size_t *count,
                                      escrow_error *error);

/**
 * Gives the operation of the id `id` by which money in suspense pays its order as the payment was
 * to, for `escrow_suspense_to_order`: with payee, fee, kind, deadline, code and user data of the
 * payment's, of the whole amount.
 *
 * Ownership: `operation` gets the operation.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such item.
 * Since: 0.1.0
 */
escrow_status escrow_suspense_order(escrow_wallets *wallets,
                                    escrow_u128 item,
                                    escrow_u128 id,
                                    escrow_operation *operation,
                                    escrow_error *error);

/**
 * Gives money in suspense to the wallet, by a transfer of the id `id`, within the limits of its
 * tier: what does not fit goes back to the card. Its owner is told. Sent again with the same id, it
 * changes nothing. For a member of staff.
 * Refused: `suspense_item_not_found`, `suspense_item_is_resolved`, `chargeback_is_open`,
 * `refused_by_ledger`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`; `needs_tier` with the tier that would
 * allow it, `exceeds_balance_limit`, `operation_is_not_allowed`, `ledger_has_no_limits`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_suspense_to_wallet(escrow_wallets *wallets,
                                        escrow_u128 item,
                                        escrow_u128 id,
                                        const escrow_actor *actor,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Gives money in suspense back to the card, by a reversal of the id `id`: the host has the
 * processor refund it. Its owner is told. Sent again with the same id, it changes nothing. For a
 * member of staff.
 * Refused: `suspense_item_not_found`, `suspense_item_is_resolved`, `chargeback_is_open`,
 * `refused_by_ledger`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_suspense_to_card(escrow_wallets *wallets,
                                      escrow_u128 item,
                                      escrow_u128 id,
                                      const escrow_actor *actor,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/**
 * Gives money in suspense to the order: through the wallet, and on by this `hold` or `transfer`
 * from its account, of the whole amount and without flags: see `escrow_suspense_order`. No limit
 * stops it, and it counts. Its owner is told. While a card is being charged for the same order,
 * what comes of that lies in suspense. The operation's id is that of a card payment then, which
 * can be refunded to its card. Sent again with the same operation, it changes nothing. For a
 * member of staff.
 * Refused: `order_is_paid` if the order is paid, by this payment or another of the wallet, and was
 * not given back in full: no number of staff pays it twice; `resolution_needs_a_second_person` if
 * anything but id and amount is not as the payment has it, which is remembered for a week: another
 * member of staff orders just the same, and then it is done; the same one is answered as before,
 * and `reviewer_must_be_another` by a name that only looks like another one's;
 * `payee_must_not_be_a_wallet`, `card_payment_exists`, `suspense_item_not_found`,
 * `suspense_item_is_resolved`, `chargeback_is_open`, `refused_by_ledger`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_operator_role`, `reason_must_be_given`,
 * `authorisation_must_match` if the order is paid another amount or from another account,
 * `payment_must_be_plain`.
 *
 * Ownership: `operation` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_suspense_to_order(escrow_wallets *wallets,
                                       escrow_u128 item,
                                       const escrow_operation *operation,
                                       const escrow_actor *actor,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/** The processor told of it; the money is still here. */
#define ESCROW_CHARGEBACK_STATE_NOTIFIED 1
/** The processor took the money. */
#define ESCROW_CHARGEBACK_STATE_TAKEN 2
/** It was answered with evidence. */
#define ESCROW_CHARGEBACK_STATE_REPRESENTED 3
/** Decided: the money stays, or came back. */
#define ESCROW_CHARGEBACK_STATE_WON 4
/** Decided: all of it is gone. */
#define ESCROW_CHARGEBACK_STATE_LOST 5
/** Decided: a part of it is gone. */
#define ESCROW_CHARGEBACK_STATE_PARTLY 6

/** Chargebacks of one payment. */
#define ESCROW_CHARGEBACKS_MAX 64

/**
 * A processor's report that a cardholder contests a payment. Begin with
 * `ESCROW_CHARGEBACK_NOTICE_INIT`.
 */
typedef struct escrow_chargeback_notice {
    /** `sizeof(escrow_chargeback_notice)`. */
    uint32_t struct_size;
    /** Must be zero. */
    uint32_t reserved;
    /** The host's id of it, which makes the report idempotent. */
    escrow_u128 id;
    /** The payment that is contested. If its money lies in suspense, or lay there, the item. */
    escrow_u128 payment;
    /** What is contested, which may be more than the payment. */
    escrow_u128 amount;
    /** The external account by which the money leaves. */
    escrow_u128 external;
    /** Until when it must be answered; 0 if the processor does not say. */
    uint64_t answer_by;
    /** The processor's own name for it: 1 to 255 bytes. The same twice is one chargeback. */
    escrow_text reference;
    /** The reason code of the card network: 1 to 32 letters, digits, `.`, `_` and `-`. */
    escrow_text reason;
} escrow_chargeback_notice;

/** A chargeback. Begin with `ESCROW_CHARGEBACK_INIT`. */
typedef struct escrow_chargeback {
    /** `sizeof(escrow_chargeback)`. */
    uint32_t struct_size;
    /** Where it is: `ESCROW_CHARGEBACK_STATE_*`. */
    uint32_t state;
    /** The host's id of it. */
    escrow_u128 id;
    /** The payment that is contested, or the item in suspense, as it was reported. */
    escrow_u128 payment;
    /** The wallet that paid, or the buyer who has none. */
    escrow_u128 wallet;
    /** What is contested. */
    escrow_u128 amount;
    /**
     * What of that the payment had left when it was reported: what is above falls on the loss
     * account.
     */
    escrow_u128 of_payment;
    /** What is gone for good; zero before it is decided. */
    escrow_u128 lost;
    /** What the processor took while no loss account could bear it: it is not in the books. */
    escrow_u128 due;
    /** Until when it must be answered; 0 if the processor does not say. */
    uint64_t answer_by;
    /** When it was reported. */
    uint64_t notified_at;
    /** When the processor took the money; 0 before. */
    uint64_t taken_at;
    /** When it last changed. */
    uint64_t changed_at;
    /** Of which ledger. */
    uint32_t ledger;
    /** Zero. */
    uint32_t reserved;
    /** The processor's name for it. */
    escrow_text reference;
    /** The reason code of the card network. */
    escrow_text reason;
    /** The host's name for the evidence that it was answered with; empty before. */
    escrow_text evidence;
} escrow_chargeback;

/**
 * A cardholder contests a payment. From now on none of it is refunded, by name, and
 * its hold is disputed: no time releases or refunds it. Gives the chargeback in one row, which
 * `escrow_chargeback_at` reads. Sent again, with the same id or the same reference, it changes
 * nothing and gives what is known by now. At most what the payment has left counts against it;
 * what is contested above that falls on the loss account alone. Nothing of it ever comes out of a
 * wallet.
 * Refused: `card_payment_not_found`; `charge_must_be_reported` if the payment is not paid: report
 * the charge, and if that lies in suspense, name the item; `chargeback_exists` if the id is that
 * of another one; `chargeback_is_of_another_payment` and `chargeback_has_another_amount` if the
 * reference was reported so before, which stands in the trail then; `external_account_must_fit`,
 * `id_must_be_valid`, `amount_must_be_valid`, `text_must_be_valid`,
 * `text_must_not_hold_a_card_number`, `too_many`, `chargeback_not_found`, `refused_by_ledger`,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `notice` and `actor` are only read. `*rows` is the caller's, to be freed by
 * `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_notified(escrow_wallets *wallets,
                                         const escrow_chargeback_notice *notice,
                                         const escrow_actor *actor,
                                         escrow_rows **rows,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * The processor has taken the money of a chargeback: it leaves by the external account. The loss
 * account of the ledger bears it until the chargeback is decided; where there is none, or it
 * cannot pay, the money is `due`, which `escrow_wallets_upkeep` books when one can. Gives the
 * chargeback in one row. Sent again, it changes nothing.
 * Refused: `chargeback_not_found`, `chargeback_is_decided`; `refused_by_ledger` if the external
 * account is frozen or closed; `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_taken(escrow_wallets *wallets,
                                      escrow_u128 chargeback,
                                      const escrow_actor *actor,
                                      escrow_rows **rows,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/**
 * A chargeback was answered with evidence, which the host keeps under this name: 1 to 255 bytes.
 * Another name adds to what was sent before; the same one again changes nothing. Gives the
 * chargeback in one row.
 * Refused: `chargeback_not_found`, `chargeback_is_decided`, `text_must_be_valid`,
 * `text_must_not_hold_a_card_number`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `evidence` and `actor` are only read. `*rows` is the caller's, to be freed by
 * `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_represented(escrow_wallets *wallets,
                                            escrow_u128 chargeback,
                                            const char *evidence,
                                            size_t evidence_length,
                                            const escrow_actor *actor,
                                            escrow_rows **rows,
                                            escrow_wallet_outcome *outcome,
                                            escrow_error *error);

/**
 * A chargeback is decided: `lost` is gone for good, nothing of it if it is won, all of it if it
 * is lost. What the processor had taken beyond that comes back to the loss account; what is gone
 * comes out of what a deadline refunded and nobody has passed on, then out of escrow, as far as
 * the payment bears it; the loss account bears the rest. When none of the payment's chargebacks
 * is open any more, what is left in escrow goes on as before. Without a loss account the money
 * leaves the payment by the external account at once, and what the payment cannot bear is `due`.
 * Gives the chargeback in one row. Sent again, it changes nothing.
 * Refused: `chargeback_not_found`, `exceeds_chargeback`; `chargeback_is_decided` if it was decided
 * otherwise; `refused_by_ledger` while an account that is concerned is frozen, or if there is no
 * loss account and the charge is archived; `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_decided(escrow_wallets *wallets,
                                        escrow_u128 chargeback,
                                        escrow_u128 lost,
                                        const escrow_actor *actor,
                                        escrow_rows **rows,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Gives a chargeback in one row, open or decided, in none if there is no such chargeback.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_find(escrow_wallets *wallets,
                                     escrow_u128 chargeback,
                                     escrow_rows **rows,
                                     escrow_error *error);

/**
 * Gives the chargebacks that are open, or whose money is due, at most `limit`; behind the
 * chargeback `after`, zero to begin. The one that must be answered first comes first; one that
 * the processor set no deadline stands where it was reported.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no chargeback `after`.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_waiting(escrow_wallets *wallets,
                                        escrow_u128 after,
                                        size_t limit,
                                        escrow_rows **rows,
                                        escrow_error *error);

/**
 * Gives all chargebacks of a payment, or of an item in suspense, oldest first.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_of_payment(escrow_wallets *wallets,
                                           escrow_u128 payment,
                                           escrow_rows **rows,
                                           escrow_error *error);

/**
 * Reads a chargeback.
 *
 * Ownership: `chargeback` is the caller's struct, which is filled as far as its `struct_size`
 * says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_chargeback_at(escrow_rows *rows,
                                   size_t index,
                                   escrow_chargeback *chargeback,
                                   escrow_error *error);

/** The initial value of `escrow_chargeback_notice`. */
#define ESCROW_CHARGEBACK_NOTICE_INIT \
    {sizeof(escrow_chargeback_notice), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, {0, 0}, {0, 0}}

/** The initial value of `escrow_chargeback`. */
#define ESCROW_CHARGEBACK_INIT \
    {sizeof(escrow_chargeback), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, \
     {0, 0}, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}}

/* ---- Wallets: leaving ------------------------------------------------------------------------ */

/** Staff took it out of a wallet that is to be closed. */
#define ESCROW_UNCLAIMED_REASON_LEFT 1
/** The owner did nothing for as long as the policy says, nor after a notice. */
#define ESCROW_UNCLAIMED_REASON_INACTIVE 2

/** Money that was set aside for its owner. */
typedef struct escrow_unclaimed_item {
    /** The transfer that brought it there. */
    escrow_u128 id;
    /** Whose it is. */
    escrow_u128 person;
    /** The wallet that it came from. */
    escrow_u128 wallet;
    /** How much. */
    escrow_u128 amount;
    /** The transfer by which it left; zero while it waits. */
    escrow_u128 resolved_by;
    /** The account that it went to; zero while it waits. */
    escrow_u128 resolved_to;
    /** Since when it is there. */
    uint64_t came_at;
    /** When it left; 0 while it waits. */
    uint64_t resolved_at;
    /** Of which ledger. */
    uint32_t ledger;
    /** Why it is there: `ESCROW_UNCLAIMED_REASON_*`. */
    uint32_t reason;
    /** Zero. */
    uint32_t reserved[2];
} escrow_unclaimed_item;

/**
 * Gives up what is left in a wallet: its owner states by her payment password that she does, up to
 * `amount_max`. What lies there, or that much if it is more, goes by a transfer of the id
 * `transfer` to the account that was named when the wallets were opened
 * (`escrow_wallet_options.waiver_accounts`); money in escrow is not touched. `version` is that of
 * the text that she was shown, 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`. She is told by every
 * channel. Sent again, it changes nothing.
 * Refused: `credentials_must_match`, `credential_is_locked`, `credential_is_locked_for_good`,
 * `waiver_is_off`, `wallet_must_be_active`, `wallet_is_empty`, `amount_must_be_valid`,
 * `text_must_be_valid`, `text_must_not_hold_a_card_number`, `id_must_be_valid`;
 * `refused_by_ledger`, also if the id stands for something else.
 *
 * Ownership: `version` and `password` are only read. `waived` gets how much it was.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_waive(escrow_wallets *wallets,
                                  escrow_u128 transfer,
                                  escrow_u128 wallet,
                                  escrow_u128 amount_max,
                                  const char *version,
                                  size_t version_length,
                                  const char *password,
                                  size_t password_length,
                                  escrow_u128 *waived,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Gives the account in which a ledger's unclaimed money lies; it is opened when it is needed
 * first, with the code 65002, and managed: no operation of the host debits or credits it.
 *
 * Ownership: `account` gets its id.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_account(uint32_t ledger, escrow_u128 *account, escrow_error *error);

/**
 * Sets aside all that lies in a frozen wallet, so that it can be closed, by a transfer of the id
 * `item`: it becomes unclaimed money of its owner, who is told by every channel. Money in escrow is
 * not touched. Sent again, it changes nothing. For a member of staff.
 * Refused: `wallet_not_found`, `wallet_is_not_frozen`, `wallet_already_closed`, `wallet_is_empty`,
 * `account_must_fit`, `id_must_be_valid`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`; `refused_by_ledger`, also if the id
 * stands for something else.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_set_aside(escrow_wallets *wallets,
                                         escrow_u128 item,
                                         escrow_u128 wallet,
                                         const escrow_actor *actor,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Gives unclaimed money back, all of the item, by a transfer of the id `transfer`: into an active
 * wallet of the person whose it is, in the same ledger. By the customer, whom the host has
 * authenticated as the owner of the wallet, or by a member of staff. No limit of the tier stops it.
 * Its owner is told. Sent again, it changes nothing.
 * Refused: `unclaimed_money_not_found`, `unclaimed_money_is_resolved`,
 * `unclaimed_money_is_of_another`, `wallet_not_found`, `wallet_must_be_active`,
 * `wallet_has_another_ledger`, `refused_by_ledger`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_claim(escrow_wallets *wallets,
                                     escrow_u128 item,
                                     escrow_u128 transfer,
                                     escrow_u128 wallet,
                                     const escrow_actor *actor,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Pays unclaimed money out, all of the item, by a transfer of the id `transfer` to an account that
 * the host pays out from, where the policy allows redemption: to its owner, or to the state where
 * the law has it so. The account is neither external nor a wallet's. Its owner is told. It takes
 * two members of staff who order the same account within a week. Sent again, it changes nothing.
 * Refused: `second_person_must_agree` for the first of them, which is remembered;
 * `reviewer_must_be_another` by a name that only looks like another one's; `redemption_is_off`,
 * `unclaimed_money_not_found`, `unclaimed_money_is_resolved`, `payee_must_not_be_a_wallet`,
 * `refused_by_ledger`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_pay_out(escrow_wallets *wallets,
                                       escrow_u128 item,
                                       escrow_u128 transfer,
                                       escrow_u128 account,
                                       const escrow_actor *actor,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/**
 * Looks up unclaimed money, waiting or gone.
 *
 * Ownership: `found` gets the item.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such item.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_find(escrow_wallets *wallets,
                                    escrow_u128 item,
                                    escrow_unclaimed_item *found,
                                    escrow_error *error);

/**
 * Gives the unclaimed money that waits for its owners, the oldest first; behind the item `after`,
 * zero to begin.
 *
 * Ownership: `items` is the caller's room for `capacity` items; `count` gets how many were
 * written.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no item `after`.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_waiting(escrow_wallets *wallets,
                                       escrow_u128 after,
                                       escrow_unclaimed_item *items,
                                       size_t capacity,
                                       size_t *count,
                                       escrow_error *error);

/**
 * Gives all that was ever set aside of a person's wallets, the oldest first: none if there is no
 * such person.
 *
 * Ownership: `items` is the caller's room for `capacity` items; `count` gets how many there are,
 * also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_unclaimed_of_person(escrow_wallets *wallets,
                                         escrow_u128 person,
                                         escrow_unclaimed_item *items,
                                         size_t capacity,
                                         size_t *count,
                                         escrow_error *error);

/* ---- Wallets: verification and recovery ------------------------------------------------------ */

/** A passport. */
#define ESCROW_EVIDENCE_KIND_PASSPORT 1
/** A driver's licence. */
#define ESCROW_EVIDENCE_KIND_DRIVER_LICENCE 2
/** A national identity card. */
#define ESCROW_EVIDENCE_KIND_IDENTITY_CARD 3
/** A picture of the person, with the document in hand. */
#define ESCROW_EVIDENCE_KIND_SELFIE 4
/** A bill or a letter from an authority that shows the address. */
#define ESCROW_EVIDENCE_KIND_PROOF_OF_ADDRESS 5
/** Where the money comes from. */
#define ESCROW_EVIDENCE_KIND_PROOF_OF_FUNDS 6
/**
 * An external source confirmed the identity: a bank, a telephone company, a register. Each
 * list of a tier that names it wants one more source.
 */
#define ESCROW_EVIDENCE_KIND_EXTERNAL_SOURCE 7
/** The person came in person. */
#define ESCROW_EVIDENCE_KIND_IN_PERSON 8

/** Pieces of evidence of one case. */
#define ESCROW_EVIDENCE_MAX 16

/** A piece of evidence: the host keeps the scan. */
typedef struct escrow_evidence {
    /**
     * Where the host finds it: 1 to 255 bytes, for a recovery up to 500. Sealed; empty when the
     * person was erased.
     */
    escrow_text reference;
    /** When the document itself ends; 0 for never. */
    uint64_t expires_at;
    /** Of evidence of a recovery that is read: when it was added. Otherwise zero. */
    uint64_t added_at;
    /** The hash of the scan, so that nobody changes it later unnoticed. */
    uint8_t hash[32];
    /** What it is: `ESCROW_EVIDENCE_KIND_*`. */
    uint32_t kind;
    /** Must be zero. */
    uint32_t reserved;
} escrow_evidence;

/**
 * Reads a piece of evidence of a recovery.
 *
 * Ownership: `evidence` is the caller's record.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_evidence_at(escrow_rows *rows,
                                 size_t index,
                                 escrow_evidence *evidence,
                                 escrow_error *error);

/** Opened; evidence is awaited. */
#define ESCROW_VERIFICATION_STATE_CREATED 1
/** Evidence is there; a reviewer is awaited. */
#define ESCROW_VERIFICATION_STATE_SUBMITTED 2
/** A member of staff reviews it. */
#define ESCROW_VERIFICATION_STATE_IN_REVIEW 3
/** One member of staff approved; another one must. */
#define ESCROW_VERIFICATION_STATE_AWAITS_SECOND 4
/** Approved. */
#define ESCROW_VERIFICATION_STATE_APPROVED 5
/** Refused. */
#define ESCROW_VERIFICATION_STATE_REFUSED 6
/** The customer withdrew it. */
#define ESCROW_VERIFICATION_STATE_WITHDRAWN 7

/** The evidence was tampered with. */
#define ESCROW_VERIFICATION_REASON_FALSIFIED 1
/** The document has expired. */
#define ESCROW_VERIFICATION_REASON_EXPIRED 2
/** Not a document that is accepted. */
#define ESCROW_VERIFICATION_REASON_NOT_ACCEPTED 3
/** The scan cannot be read. */
#define ESCROW_VERIFICATION_REASON_UNREADABLE 4
/** Something is missing. */
#define ESCROW_VERIFICATION_REASON_INCOMPLETE 5
/** It does not match the profile. */
#define ESCROW_VERIFICATION_REASON_MISMATCH 6
/** The customer is too young. */
#define ESCROW_VERIFICATION_REASON_UNDERAGE 7

/** A verification case. Begin with `ESCROW_VERIFICATION_INIT`. */
typedef struct escrow_verification {
    /** `sizeof(escrow_verification)`. */
    uint32_t struct_size;
    /** Where it is: `ESCROW_VERIFICATION_STATE_*`. */
    uint32_t state;
    /** Its id. */
    escrow_u128 id;
    /** Whose wallet it is about. */
    escrow_u128 wallet;
    /** The tier that is asked for. */
    uint32_t tier;
    /** Why it was refused: `ESCROW_VERIFICATION_REASON_*`; 0 otherwise. */
    uint32_t reason;
    /** Until when the approval lasts; 0 for ever. */
    uint64_t until;
    /** When it was opened. */
    uint64_t opened_at;
    /** When it last moved. */
    uint64_t changed_at;
    /** How many pieces of evidence it has: see `escrow_verification_evidence_at`. */
    uint64_t evidence;
    /** The member of staff who reviews it; empty for nobody yet. */
    escrow_text reviewer;
    /** Who approved first, where two must. */
    escrow_text first_approver;
} escrow_verification;

/**
 * Opens a case: the wallet asks for `tier`, which is its own (to renew it) or a higher one. A
 * wallet has one open case at a time. Sent again with the same id, it changes nothing.
 * Refused: `case_exists`, `wallet_not_found`, `case_is_open`, `id_must_be_valid`,
 * `wallet_must_be_active`, `tier_must_exist`, `tier_already_reached`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_open(escrow_wallets *wallets,
                                       escrow_u128 verification,
                                       escrow_u128 wallet,
                                       uint32_t tier,
                                       const escrow_actor *actor,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/**
 * Adds evidence to a case that is not reviewed yet. Staff find the case by
 * `escrow_verification_waiting` from now on. One scan, by its hash, counts once for the tier, however
 * often it is shown. Evidence of kind `ESCROW_EVIDENCE_KIND_IN_PERSON` is taken from staff alone,
 * who saw the customer.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_must_be_given`,
 * `evidence_kind_must_be_known`, `evidence_has_expired`, `person_not_found`, `text_must_be_valid`,
 * `text_must_not_hold_a_card_number`, `too_many`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `evidence`, of which there are `count` pieces, and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_submit(escrow_wallets *wallets,
                                         escrow_u128 verification,
                                         const escrow_evidence *evidence,
                                         size_t count,
                                         const escrow_actor *actor,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Takes a submitted case into review. For a member of staff.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_reviewer_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_review(escrow_wallets *wallets,
                                         escrow_u128 verification,
                                         const escrow_actor *actor,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * Approves a case, until a time or for as long as the policy allows (0). `state` gets
 * `ESCROW_VERIFICATION_STATE_APPROVED`, or `ESCROW_VERIFICATION_STATE_AWAITS_SECOND` where the
 * policy wants another member of staff to approve too, and so whenever the first one approves again.
 * The wallet is in its new tier at once, and its owner is told.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `tier_must_exist`,
 * `evidence_must_suffice`, `evidence_has_expired`, `approval_must_end_later`,
 * `reviewer_must_be_another`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_reviewer_role`, `staff_must_have_approver_role`, `reason_must_be_given`.
 *
 * Ownership: `state` gets the number; `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_approve(escrow_wallets *wallets,
                                          escrow_u128 verification,
                                          uint64_t until,
                                          const escrow_actor *actor,
                                          uint32_t *state,
                                          escrow_wallet_outcome *outcome,
                                          escrow_error *error);

/**
 * Refuses a case, for one of `ESCROW_VERIFICATION_REASON_*`; the customer is told. For a member of
 * staff.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_reviewer_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_refuse(escrow_wallets *wallets,
                                         escrow_u128 verification,
                                         uint32_t reason,
                                         const escrow_actor *actor,
                                         escrow_wallet_outcome *outcome,
                                         escrow_error *error);

/**
 * The customer withdraws an open case.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_withdraw(escrow_wallets *wallets,
                                           escrow_u128 verification,
                                           const escrow_actor *actor,
                                           escrow_wallet_outcome *outcome,
                                           escrow_error *error);

/**
 * Gives the cases of other persons that the scans of a case were shown in too, at most 64. To be
 * shown to whoever reviews it: to approve it takes two members of staff then, whatever the tier.
 *
 * Ownership: `ids` is the caller's room for `capacity` ids; `count` gets how many there are, also
 * with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_NOT_FOUND` if there is no such
 * case.
 * Since: 0.1.0
 */
escrow_status escrow_verification_same_scans(escrow_wallets *wallets,
                                             escrow_u128 verification,
                                             escrow_u128 *ids,
                                             size_t capacity,
                                             size_t *count,
                                             escrow_error *error);

/**
 * Takes the tier of a wallet back, for a member of staff: the evidence that it stands on turned out
 * false, say. The wallet is in tier 0 at once, and its owner is told. Cases of the same person that
 * await their second approval are in review again.
 * Refused: `wallet_not_found`, `tier_must_be_reached`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_reviewer_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_wallet_revoke_tier(escrow_wallets *wallets,
                                        escrow_u128 wallet,
                                        const escrow_actor *actor,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Gives a verification case in one row, in none if there is no such case. Read it with
 * `escrow_verification_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_verification_find(escrow_wallets *wallets,
                                       escrow_u128 verification,
                                       escrow_rows **rows,
                                       escrow_error *error);

/**
 * Gives the cases that wait for staff, the one that was opened first before all others, at most
 * `limit`; behind the case `after`, zero to begin. Read them with `escrow_verification_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no case `after`.
 * Since: 0.1.0
 */
escrow_status escrow_verification_waiting(escrow_wallets *wallets,
                                          escrow_u128 after,
                                          size_t limit,
                                          escrow_rows **rows,
                                          escrow_error *error);

/**
 * Gives the verification case of a wallet that is open.
 *
 * Ownership: `verification` gets its id.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_NOT_FOUND` if the wallet has no open case.
 * Since: 0.1.0
 */
escrow_status escrow_verification_of_wallet(escrow_wallets *wallets,
                                            escrow_u128 wallet,
                                            escrow_u128 *verification,
                                            escrow_error *error);

/**
 * Reads a verification case.
 *
 * Ownership: `verification` is the caller's struct, which is filled as far as its `struct_size`
 * says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_verification_at(escrow_rows *rows,
                                     size_t index,
                                     escrow_verification *verification,
                                     escrow_error *error);

/**
 * Reads a piece of evidence of a verification case: the one of this number, from 0 on.
 *
 * Ownership: `evidence` is the caller's record.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or evidence, or the rows are of
 * another kind.
 * Since: 0.1.0
 */
escrow_status escrow_verification_evidence_at(escrow_rows *rows,
                                              size_t index,
                                              size_t number,
                                              escrow_evidence *evidence,
                                              escrow_error *error);

/** The initial value of `escrow_verification`. */
#define ESCROW_VERIFICATION_INIT \
    {sizeof(escrow_verification), 0, {0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}}

/** Opened by support; evidence is awaited. */
#define ESCROW_RECOVERY_STATE_OPENED 1
/** Evidence is there. */
#define ESCROW_RECOVERY_STATE_SUBMITTED 2
/** A member of staff reviews it. */
#define ESCROW_RECOVERY_STATE_IN_REVIEW 3
/** Approved: the link was sent. */
#define ESCROW_RECOVERY_STATE_APPROVED 4
/** Refused. */
#define ESCROW_RECOVERY_STATE_REFUSED 5
/** The new password is set. */
#define ESCROW_RECOVERY_STATE_DONE 6
/** Stopped: by the customer, or because the password was changed by a customer who knew it. */
#define ESCROW_RECOVERY_STATE_STOPPED 7
/** One member of staff has approved it, and another one must too. */
#define ESCROW_RECOVERY_STATE_AWAITS_SECOND 8

/** The customer is who they say: a link is sent. */
#define ESCROW_RECOVERY_APPROVE 1

/** Not so, or not shown. */
#define ESCROW_RECOVERY_REFUSE 2

/** A recovery case as staff see it. Begin with `ESCROW_RECOVERY_INIT`. */
typedef struct escrow_recovery {
    /** `sizeof(escrow_recovery)`. */
    uint32_t struct_size;
    /** Where it is: `ESCROW_RECOVERY_STATE_*`. */
    uint32_t state;
    /** Its id. */
    escrow_u128 id;
    /** The wallet that is recovered. */
    escrow_u128 wallet;
    /** When it was opened. */
    uint64_t opened_at;
    /** When it last changed. */
    uint64_t changed_at;
    /** How many pieces of evidence it has: see `escrow_recovery_evidence`. */
    uint64_t evidence;
    /** Who opened it. */
    escrow_text opened_by;
    /** Who reviews it, or decided it; empty for nobody yet. */
    escrow_text reviewer;
    /** Who approved it first, where another one must too; empty for nobody. */
    escrow_text first_approver;
} escrow_recovery;

/**
 * Opens the recovery of a wallet's payment password, for a member of staff. It locks nothing; the
 * customer is told by every channel. Sent again with the same id, it answers as before. While the
 * customer's key is damaged, a case can be opened, reviewed, refused and stopped; to add evidence, to
 * approve it and to use its link takes the key.
 * Refused: `case_exists`, `wallet_not_found`, `wallet_must_be_active`, `case_is_open`,
 * `id_must_be_valid`, `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_open(escrow_wallets *wallets,
                                   escrow_u128 recovery,
                                   escrow_u128 wallet,
                                   const escrow_actor *actor,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Adds a piece of evidence to a case.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_kind_must_be_known`,
 * `evidence_has_expired`, `text_must_be_valid`, `text_must_not_hold_a_card_number`, `too_many`,
 * `data_is_damaged`, `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `evidence` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_add_evidence(escrow_wallets *wallets,
                                           escrow_u128 recovery,
                                           const escrow_evidence *evidence,
                                           const escrow_actor *actor,
                                           escrow_wallet_outcome *outcome,
                                           escrow_error *error);

/**
 * Takes a case into review, by another member of staff than who opened it.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `reviewer_must_be_another`,
 * `evidence_must_be_given`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_reviewer_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_review(escrow_wallets *wallets,
                                     escrow_u128 recovery,
                                     const escrow_actor *actor,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Decides a case, by the member of staff who reviews it: `ESCROW_RECOVERY_APPROVE` or
 * `ESCROW_RECOVERY_REFUSE`. If it is approved, a link to set a new payment password goes to the
 * customer's address; staff never see it. Where scans of it were shown for another person too it takes
 * two: the reviewer is refused `second_person_must_agree`, which is remembered
 * (`ESCROW_RECOVERY_STATE_AWAITS_SECOND`), and so whenever that one approves again; when a third one
 * approves, who did not open it, it is done.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `reviewer_must_be_another`,
 * `second_person_must_agree`, `evidence_has_expired`, `person_not_found`, `data_is_damaged` if it
 * is to be approved, `change_is_under_way` while a new e-mail address cools down,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_reviewer_role`,
 * `staff_must_have_approver_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_decide(escrow_wallets *wallets,
                                     escrow_u128 recovery,
                                     uint32_t decision,
                                     const escrow_actor *actor,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Stops a recovery that is under way, for the customer whom the host has authenticated, or for a
 * member of staff: the link of an approved one is good no more. The customer is told by every
 * channel. Sent again, it changes nothing.
 * Refused: `case_not_found`, `case_must_be_at_this_step` if it was refused or is done,
 * `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_stop(escrow_wallets *wallets,
                                   escrow_u128 id,
                                   const escrow_actor *actor,
                                   escrow_wallet_outcome *outcome,
                                   escrow_error *error);

/**
 * Gives a recovery case in one row, in none if there is no such case. Read it with
 * `escrow_recovery_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_find(escrow_wallets *wallets,
                                   escrow_u128 recovery,
                                   escrow_rows **rows,
                                   escrow_error *error);

/**
 * Gives the last recovery case of a wallet, unless it ended in a new password or was stopped, in
 * one row, in none if there is no such case. Read it with `escrow_recovery_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_of_wallet(escrow_wallets *wallets,
                                        escrow_u128 wallet,
                                        escrow_rows **rows,
                                        escrow_error *error);

/**
 * Gives the cases that wait for staff, oldest first, at most `limit`; behind the case `after`,
 * zero to begin. Read them with `escrow_recovery_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no case `after`.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_waiting(escrow_wallets *wallets,
                                      escrow_u128 after,
                                      size_t limit,
                                      escrow_rows **rows,
                                      escrow_error *error);

/**
 * Reads a recovery case.
 *
 * Ownership: `recovery` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_at(escrow_rows *rows,
                                 size_t index,
                                 escrow_recovery *recovery,
                                 escrow_error *error);

/**
 * Gives the evidence of a case, with the host's references, for a member of staff. Read it with
 * `escrow_evidence_at`.
 * Refused: `case_not_found`, `person_not_found`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_recovery_evidence(escrow_wallets *wallets,
                                       escrow_u128 recovery,
                                       escrow_rows **rows,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/** The initial value of `escrow_recovery`. */
#define ESCROW_RECOVERY_INIT \
    {sizeof(escrow_recovery), 0, {0, 0}, {0, 0}, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}}

/** Opened by staff; evidence is awaited. */
#define ESCROW_CORRECTION_STATE_OPENED 1
/** Evidence is there. */
#define ESCROW_CORRECTION_STATE_SUBMITTED 2
/** Approved: the profile is changed; a new address or number is to be confirmed. */
#define ESCROW_CORRECTION_STATE_APPROVED 3
/** Refused, or given up. */
#define ESCROW_CORRECTION_STATE_REFUSED 4

/**
 * What is to be changed of a person; what is zero or empty stays. Begin with
 * `ESCROW_CORRECTION_INIT`.
 */
typedef struct escrow_correction {
    /** `sizeof(escrow_correction)`. */
    uint32_t struct_size;
    /**
     * What the customer is identified by, if the document changes, with its country and number:
     * `ESCROW_DOCUMENT_KIND_*`; 0 otherwise.
     */
    uint32_t document_kind;
    /**
     * Of a correction that is read: how many pieces of evidence it has, see
     * `escrow_correction_evidence_at`. Otherwise zero.
     */
    uint64_t evidence;
    /** The full name. */
    escrow_text name;
    /** The country of which the customer is a citizen: two letters A to Z. */
    escrow_text citizenship;
    /** The country that issued the document: two letters A to Z. */
    escrow_text document_country;
    /** Its number. */
    escrow_text document_number;
    /** The postal address, of one line or several. */
    escrow_text postal_address;
    /** A new e-mail address, which is to be confirmed. */
    escrow_text email;
    /** A new telephone number, which is to be confirmed. */
    escrow_text phone;
    /** The birth date, as in `1990-02-28`. */
    escrow_text birth_date;
} escrow_correction;

/**
 * A correction as staff see it in a list: which fields it changes, not to what. Begin with
 * `ESCROW_CORRECTION_CASE_INIT`.
 */
typedef struct escrow_correction_case {
    /** `sizeof(escrow_correction_case)`. */
    uint32_t struct_size;
    /** Where it is: `ESCROW_CORRECTION_STATE_*`. */
    uint32_t state;
    /** Its id. */
    escrow_u128 id;
    /** Whose. */
    escrow_u128 person;
    /** When it was opened. */
    uint64_t opened_at;
    /** When it last changed. */
    uint64_t changed_at;
    /** How many pieces of evidence it has. */
    uint64_t evidence;
    /** What it changes, such as `name, document`. */
    escrow_text changes;
    /** Who opened it. */
    escrow_text opened_by;
    /** Who decided it; empty before. */
    escrow_text reviewer;
} escrow_correction_case;

/**
 * Opens the correction of a person's name, document, citizenship, address, birth date, e-mail
 * address or telephone number, for a member of staff. It takes evidence, and unless it is the
 * postal address alone another member of staff who approves it. So who lost her mailbox and her
 * telephone has a way back: approved, it has letters go to the new ones, which count once she has
 * confirmed them. Sent again with the same id, it answers as before.
 * Refused: `id_must_be_valid`, `case_exists`, `correction_must_change_something`,
 * `person_not_found`, `person_must_be_active`, `data_is_damaged`, `country_must_be_valid`,
 * `text_must_be_valid`, `text_must_not_hold_a_card_number`, `birth_date_must_be_valid`,
 * `address_must_be_valid`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `wanted` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_correction_open(escrow_wallets *wallets,
                                     escrow_u128 correction,
                                     escrow_u128 person,
                                     const escrow_correction *wanted,
                                     const escrow_actor *actor,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Adds a piece of evidence to a correction, for a member of staff.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_kind_must_be_known`,
 * `evidence_has_expired`, `text_must_be_valid`, `text_must_not_hold_a_card_number`, `too_many`,
 * `data_is_damaged`, `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `evidence` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_correction_add_evidence(escrow_wallets *wallets,
                                             escrow_u128 correction,
                                             const escrow_evidence *evidence,
                                             const escrow_actor *actor,
                                             escrow_wallet_outcome *outcome,
                                             escrow_error *error);

/**
 * Approves a correction: the profile is changed at once, and the customer told by every channel; to a
 * new e-mail address or telephone number a letter goes, as by `escrow_contact_begin`. Unless it is the
 * postal address alone, by another member of staff than who opened it; also for an address whose scans
 * were shown for another person.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_must_be_given`,
 * `evidence_has_expired`, `reviewer_must_be_another`, `person_exists` if the document is another
 * person's, `data_is_damaged`, `person_not_found`, and as `escrow_contact_begin`;
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_approver_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_correction_approve(escrow_wallets *wallets,
                                        escrow_u128 correction,
                                        const escrow_actor *actor,
                                        escrow_wallet_outcome *outcome,
                                        escrow_error *error);

/**
 * Refuses a correction, or gives it up; for any member of staff.
 * Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_correction_refuse(escrow_wallets *wallets,
                                       escrow_u128 correction,
                                       const escrow_actor *actor,
                                       escrow_wallet_outcome *outcome,
                                       escrow_error *error);

/**
 * Shows what a correction is to change, with its evidence, to a member of staff who decides it, in one
 * row. The trail remembers it before it is shown. Read it with `escrow_correction_at` and
 * `escrow_correction_evidence_at`.
 * Refused: `case_not_found`, `person_not_found`, `data_is_damaged`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_correction_show(escrow_wallets *wallets,
                                     escrow_u128 correction,
                                     const escrow_actor *actor,
                                     escrow_rows **rows,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Reads what a correction is to change.
 *
 * Ownership: `correction` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_correction_at(escrow_rows *rows,
                                   size_t index,
                                   escrow_correction *correction,
                                   escrow_error *error);

/**
 * Reads a piece of evidence of a correction: the one of this number, from 0 on.
 *
 * Ownership: `evidence` is the caller's record.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or evidence, or the rows are of
 * another kind.
 * Since: 0.1.0
 */
escrow_status escrow_correction_evidence_at(escrow_rows *rows,
                                            size_t index,
                                            size_t number,
                                            escrow_evidence *evidence,
                                            escrow_error *error);

/**
 * Gives a correction in one row, in none if there is no such case: what it changes, not to what. Read
 * it with `escrow_correction_case_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_correction_find(escrow_wallets *wallets,
                                     escrow_u128 correction,
                                     escrow_rows **rows,
                                     escrow_error *error);

/**
 * Gives the corrections that wait for staff, oldest first, at most `limit`; behind the case `after`,
 * zero to begin. Read them with `escrow_correction_case_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no case `after`.
 * Since: 0.1.0
 */
escrow_status escrow_correction_waiting(escrow_wallets *wallets,
                                        escrow_u128 after,
                                        size_t limit,
                                        escrow_rows **rows,
                                        escrow_error *error);

/**
 * Reads a correction as it is listed.
 *
 * Ownership: `found` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_correction_case_at(escrow_rows *rows,
                                        size_t index,
                                        escrow_correction_case *found,
                                        escrow_error *error);

/** The initial value of `escrow_correction`. */
#define ESCROW_CORRECTION_INIT \
    {sizeof(escrow_correction), 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, \
     {0, 0}}

/** The initial value of `escrow_correction_case`. */
#define ESCROW_CORRECTION_CASE_INIT \
    {sizeof(escrow_correction_case), 0, {0, 0}, {0, 0}, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}}

/* ---- Wallets: the trail, erasing, keys ------------------------------------------------------- */

/** A registration was begun. */
#define ESCROW_AUDIT_BEGIN_REGISTRATION 1
/** The confirmation letter was sent again. */
#define ESCROW_AUDIT_RESEND_LETTER 2
/** The address was corrected before it was confirmed. */
#define ESCROW_AUDIT_CORRECT_ADDRESS 3
/** The address was confirmed. */
#define ESCROW_AUDIT_CONFIRM_ADDRESS 4
/** The profile was filled in. */
#define ESCROW_AUDIT_SET_PROFILE 5
/** The login password was set. */
#define ESCROW_AUDIT_SET_LOGIN_PASSWORD 6
/** The login password was changed. */
#define ESCROW_AUDIT_CHANGE_LOGIN_PASSWORD 7
/** The security answers were set. */
#define ESCROW_AUDIT_SET_SECURITY_ANSWERS 8
/** A consent was given or withdrawn. */
#define ESCROW_AUDIT_SET_CONSENT 9
/** The registration was submitted and the wallet opened. */
#define ESCROW_AUDIT_SUBMIT_REGISTRATION 10
/** Support left a note. */
#define ESCROW_AUDIT_NOTE 11
/** A registration that was never confirmed, or never submitted, was removed. */
#define ESCROW_AUDIT_PURGE_REGISTRATION 12
/** A login succeeded. */
#define ESCROW_AUDIT_LOG_IN 13
/** A login failed. */
#define ESCROW_AUDIT_LOG_IN_FAILED 14
/** The payment password was created. */
#define ESCROW_AUDIT_CREATE_PAYMENT_PASSWORD 15
/** The payment password was changed. */
#define ESCROW_AUDIT_CHANGE_PAYMENT_PASSWORD 16
/** A payment password was right. */
#define ESCROW_AUDIT_PAYMENT_PASSWORD_MATCHED 17
/** A payment password was wrong. */
#define ESCROW_AUDIT_PAYMENT_PASSWORD_FAILED 18
/** Security answers were checked. */
#define ESCROW_AUDIT_CHECK_SECURITY_ANSWERS 19
/** A short code was sent. */
#define ESCROW_AUDIT_SEND_CODE 20
/** A short code was right. */
#define ESCROW_AUDIT_CODE_MATCHED 21
/** A short code was wrong. */
#define ESCROW_AUDIT_CODE_FAILED 22
/** A recovery case was opened. */
#define ESCROW_AUDIT_OPEN_RECOVERY 23
/** Evidence was added to a recovery case. */
#define ESCROW_AUDIT_ADD_RECOVERY_EVIDENCE 24
/** A recovery case was taken into review. */
#define ESCROW_AUDIT_REVIEW_RECOVERY 25
/** A recovery was approved, and the link sent. */
#define ESCROW_AUDIT_APPROVE_RECOVERY 26
/** A recovery was refused. */
#define ESCROW_AUDIT_REFUSE_RECOVERY 27
/** The payment password was set by the link of a recovery. */
#define ESCROW_AUDIT_RESET_PAYMENT_PASSWORD 28
/** A wallet was frozen. */
#define ESCROW_AUDIT_FREEZE_WALLET 29
/** A wallet was unfrozen. */
#define ESCROW_AUDIT_UNFREEZE_WALLET 30
/** A wallet was closed. */
#define ESCROW_AUDIT_CLOSE_WALLET 31
/** Erasing a person was ordered. */
#define ESCROW_AUDIT_ERASE_PERSON 32
/** The person's key was destroyed. */
#define ESCROW_AUDIT_PERSON_ERASED 33
/** A legal hold was set or lifted. */
#define ESCROW_AUDIT_SET_LEGAL_HOLD 34
/** The retention date was set. */
#define ESCROW_AUDIT_SET_RETENTION 35
/** The person's data was indexed under a new key. */
#define ESCROW_AUDIT_REINDEX 36
/** A letter was delivered, bounced or failed, or is to be handed over once more. */
#define ESCROW_AUDIT_LETTER 37
/** The login password was reset by a link. */
#define ESCROW_AUDIT_RESET_LOGIN_PASSWORD 38
/** A link to reset the login password was sent. */
#define ESCROW_AUDIT_SEND_LOGIN_RESET 39
/** Personal data of a case was shown to a member of staff. */
#define ESCROW_AUDIT_DISCLOSE 40
/** A second master key was let in. */
#define ESCROW_AUDIT_ADD_MASTER_KEY 41
/** All master keys but one were shut out. */
#define ESCROW_AUDIT_KEEP_MASTER_KEY 42
/** The keys of persons were wrapped by a new key-encryption key. */
#define ESCROW_AUDIT_ROTATE_KEY_ENCRYPTION_KEY 43
/** A new key of indexes came into use. */
#define ESCROW_AUDIT_BEGIN_INDEX_ROTATION 44
/** The former key of indexes was forgotten. */
#define ESCROW_AUDIT_END_INDEX_ROTATION 45
/** A recovery was stopped. */
#define ESCROW_AUDIT_STOP_RECOVERY 46
/**
 * A password that was to be set was compared with the other one, which counts as a
 * failure.
 */
#define ESCROW_AUDIT_COMPARE_PASSWORDS 47
/** The wallets were opened under another policy than before. */
#define ESCROW_AUDIT_CHANGE_POLICY 48
/** The wallets were opened with another pepper than before. */
#define ESCROW_AUDIT_CHANGE_PEPPER 49
/** The first operator was named when the wallets were opened. */
#define ESCROW_AUDIT_NAME_FIRST_OPERATOR 50
/** A member of staff was registered. */
#define ESCROW_AUDIT_REGISTER_STAFF 51
/** A member of staff was granted roles. */
#define ESCROW_AUDIT_GRANT_ROLES 52
/** Roles of a member of staff were revoked. */
#define ESCROW_AUDIT_REVOKE_ROLES 53
/** A member of staff was deactivated. */
#define ESCROW_AUDIT_DEACTIVATE_STAFF 54
/** All that is known of a person was exported. */
#define ESCROW_AUDIT_EXPORT_PERSON 60
/** A person was looked for by an address. */
#define ESCROW_AUDIT_FIND_PERSON 61
/** A letter went to a new address or number. */
#define ESCROW_AUDIT_BEGIN_CONTACT_CHANGE 62
/** A new address or number was confirmed. */
#define ESCROW_AUDIT_CONFIRM_CONTACT_CHANGE 63
/** The change of an address or number was stopped. */
#define ESCROW_AUDIT_STOP_CONTACT_CHANGE 64
/** The change of an address or number was never confirmed, or stands now. */
#define ESCROW_AUDIT_END_CONTACT_CHANGE 65
/** A correction of what is known of a person was opened. */
#define ESCROW_AUDIT_OPEN_CORRECTION 66
/** Evidence was added to a correction. */
#define ESCROW_AUDIT_ADD_CORRECTION_EVIDENCE 67
/** A correction was approved, and carried out. */
#define ESCROW_AUDIT_APPROVE_CORRECTION 68
/** A correction was refused, or given up. */
#define ESCROW_AUDIT_REFUSE_CORRECTION 69
/** A verification case was opened. */
#define ESCROW_AUDIT_OPEN_VERIFICATION 100
/** Evidence was added to a verification case. */
#define ESCROW_AUDIT_SUBMIT_EVIDENCE 101
/** A verification case was taken into review. */
#define ESCROW_AUDIT_REVIEW_VERIFICATION 102
/** A verification was approved, by the first of two where two must. */
#define ESCROW_AUDIT_APPROVE_VERIFICATION 103
/** A verification was refused. */
#define ESCROW_AUDIT_REFUSE_VERIFICATION 104
/** The customer withdrew a verification. */
#define ESCROW_AUDIT_WITHDRAW_VERIFICATION 105
/** A tier was revoked. */
#define ESCROW_AUDIT_REVOKE_TIER 106
/** A payment was authorised. */
#define ESCROW_AUDIT_AUTHORISE_PAYMENT 110
/** A payment was made. */
#define ESCROW_AUDIT_PAY 111
/** Money was put in. */
#define ESCROW_AUDIT_TOP_UP 112
/** Money was taken out. */
#define ESCROW_AUDIT_REDEEM 113
/** Another wallet paid this one. */
#define ESCROW_AUDIT_RECEIVE 114
/** A card was proposed. */
#define ESCROW_AUDIT_PROPOSE_CARD 120
/** A card was confirmed. */
#define ESCROW_AUDIT_CONFIRM_CARD 121
/** A card was suspended. */
#define ESCROW_AUDIT_SUSPEND_CARD 122
/** A card was resumed. */
#define ESCROW_AUDIT_RESUME_CARD 123
/** A card was removed. */
#define ESCROW_AUDIT_REMOVE_CARD 124
/** Another card became the default. */
#define ESCROW_AUDIT_SET_DEFAULT_CARD 125
/** A payment by card was begun. */
#define ESCROW_AUDIT_BEGIN_CARD_PAYMENT 126
/** A card was charged. */
#define ESCROW_AUDIT_CARD_CHARGED 127
/** A card could not be charged. */
#define ESCROW_AUDIT_CARD_PAYMENT_FAILED 128
/** A payment by card was refunded. */
#define ESCROW_AUDIT_REFUND_CARD_PAYMENT 129
/** Money in suspense was given where it belongs. */
#define ESCROW_AUDIT_RESOLVE_SUSPENSE 130
/** Giving money in suspense to another payee than its payment's was proposed. */
#define ESCROW_AUDIT_PROPOSE_RESOLUTION 131
/** A report of the processor was refused: its reference is another report's. */
#define ESCROW_AUDIT_REFUSE_CHARGE 132
/** A payment by a card that is not bound was begun. */
#define ESCROW_AUDIT_BEGIN_NEW_CARD_PAYMENT 133
/** What a deadline refunded of a payment by card was passed on. */
#define ESCROW_AUDIT_PASS_ON_REFUND 134
/** The processor refunded a card. */
#define ESCROW_AUDIT_CARD_REFUNDED 135
/** The processor told of a chargeback. */
#define ESCROW_AUDIT_CHARGEBACK_NOTIFIED 136
/** The processor took the money of a chargeback. */
#define ESCROW_AUDIT_CHARGEBACK_TAKEN 137
/** A chargeback was answered with evidence. */
#define ESCROW_AUDIT_CHARGEBACK_REPRESENTED 138
/** A chargeback was won, lost, or lost in part. */
#define ESCROW_AUDIT_CHARGEBACK_DECIDED 139
/** A report of a chargeback was refused: its reference is another report's. */
#define ESCROW_AUDIT_REFUSE_CHARGEBACK 140
/** What a chargeback took and was due was booked. */
#define ESCROW_AUDIT_BOOK_CHARGEBACK 141
/** The processor could not refund a card. */
#define ESCROW_AUDIT_CARD_REFUND_FAILED 142
/** A further wallet was opened, in another ledger. */
#define ESCROW_AUDIT_OPEN_WALLET 150
/** The owner gave up what was left in a wallet. */
#define ESCROW_AUDIT_WAIVE_BALANCE 160
/** What was left in a wallet was set aside for its owner, as unclaimed money. */
#define ESCROW_AUDIT_SET_ASIDE 161
/** Unclaimed money went into a wallet of its owner. */
#define ESCROW_AUDIT_CLAIM_UNCLAIMED 162
/** Unclaimed money was paid out. */
#define ESCROW_AUDIT_PAY_OUT_UNCLAIMED 163
/** Paying out unclaimed money was proposed. */
#define ESCROW_AUDIT_PROPOSE_PAYOUT 164
/** The owner of a wallet that nobody uses was told that its money will be set aside. */
#define ESCROW_AUDIT_GIVE_NOTICE 165
/** That notice ended, because the owner acted or there is nothing to set aside. */
#define ESCROW_AUDIT_END_NOTICE 166

/** An entry of the audit trail. Begin with `ESCROW_AUDIT_ENTRY_INIT`. */
typedef struct escrow_audit_entry {
    /** `sizeof(escrow_audit_entry)`. */
    uint32_t struct_size;
    /** What was done: `ESCROW_AUDIT_*`. */
    uint32_t command;
    /** The entry's own id, to go on behind. */
    escrow_u128 id;
    /** The person or wallet whose trail it is in; zero for the store's own. */
    escrow_u128 subject;
    /** The case, letter or wallet that it was about; zero for none. */
    escrow_u128 about;
    /** When, by the store's clock. */
    uint64_t at;
    /** Who did it: `ESCROW_ACTOR_*`. */
    uint32_t actor;
    /** Zero. */
    uint32_t reserved;
    /** The name of the member of staff; empty for others. */
    escrow_text name;
    /** Why they did it. */
    escrow_text reason;
    /**
     * What exactly, in words, where the command does not say it: amounts in minor units, ids, times.
     * Empty where there is no more to say.
     */
    escrow_text detail;
} escrow_audit_entry;

/**
 * Gives what was done with a person or a wallet, oldest first, at most `limit` entries; behind the
 * entry `after`, zero to begin. What was done with the keys of the store is in the trail of the
 * subject zero, and so is each change of the policy that its wallets were opened under
 * (`ESCROW_AUDIT_CHANGE_POLICY`), with both hashes. Read it with `escrow_audit_entry_at`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_audit_trail(escrow_wallets *wallets,
                                 escrow_u128 subject,
                                 escrow_u128 after,
                                 size_t limit,
                                 escrow_rows **rows,
                                 escrow_error *error);

/**
 * Reads an entry of the audit trail.
 *
 * Ownership: `entry` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_audit_entry_at(escrow_rows *rows,
                                    size_t index,
                                    escrow_audit_entry *entry,
                                    escrow_error *error);

/**
 * Writes into the trail of a person or wallet that personal data, of a case or (zero) of none, was
 * shown to a member of staff: to be called before it is shown.
 * Refused: `wallet_not_found` if there is neither, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_audit_disclosure(escrow_wallets *wallets,
                                      escrow_u128 subject,
                                      escrow_u128 about,
                                      const escrow_actor *actor,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/** The initial value of `escrow_audit_entry`. */
#define ESCROW_AUDIT_ENTRY_INIT \
    {sizeof(escrow_audit_entry), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}}

/**
 * Erases a person whose wallets are closed: the key is destroyed, so that profile, evidence,
 * letters and password hashes are unreadable, in the journal too. The ledger's history stays: it
 * knows ids alone. Backups of the file `KEYS` that the host keeps are for the host to destroy. For
 * a member of staff; for two of them before the term is over that the policy set when the last wallet
 * was closed: see `escrow_person_set_legal_hold`.
 * Refused: `person_not_found`, `person_must_be_active`, `wallets_must_be_closed`,
 * `person_has_unclaimed_money`, `legal_hold_forbids`, `retention_forbids` until the time given,
 * `second_person_must_agree` and `reviewer_must_be_another` where it takes two, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_erase(escrow_wallets *wallets,
                                  escrow_u128 person,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Sets (`is_held` 1) or lifts (0) a legal hold: a person under one cannot be erased. For a member
 * of staff. To lift one takes two of them: the first is refused `second_person_must_agree`, which is
 * remembered for a week, and so whenever that one orders it again; `reviewer_must_be_another` by a name
 * that only looks like another one's (see `escrow_actor`); when another one orders it, it is done.
 * Whoever sets the hold or the date of retention in between, to what it is
 * already too, ends what the first one wanted.
 * Refused: `second_person_must_agree`, `reviewer_must_be_another`, `person_not_found`,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_set_legal_hold(escrow_wallets *wallets,
                                           escrow_u128 person,
                                           uint32_t is_held,
                                           const escrow_actor *actor,
                                           escrow_wallet_outcome *outcome,
                                           escrow_error *error);

/**
 * Sets until when the data of a person must be kept. For a member of staff; to set an earlier time
 * takes two of them, as `escrow_person_set_legal_hold` says.
 * Refused: `second_person_must_agree`, `reviewer_must_be_another`, `person_not_found`,
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_person_set_retention(escrow_wallets *wallets,
                                          escrow_u128 person,
                                          uint64_t until,
                                          const escrow_actor *actor,
                                          escrow_wallet_outcome *outcome,
                                          escrow_error *error);

/**
 * Lets a new master key open the store beside the present one. Once the host has put the new one
 * in place everywhere, `escrow_key_keep_master` ends the present one. For a member of staff, or
 * `ESCROW_ACTOR_SYSTEM`; it stands in the store's own trail before it is carried out. To add one of
 * two again changes nothing.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `master_key`, its bytes and `actor` are only read; functions of the host's are not
 * called after the call.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if two other keys open the store already:
 * keep one of them first; also if another one changes the keys at the same time. `ESCROW_IO` also
 * if the host's own wrapping fails, or does not unwrap to the same what it wrapped. Nothing has
 * changed then.
 * Since: 0.1.0
 */
escrow_status escrow_key_add_master(escrow_wallets *wallets,
                                    const escrow_master_key *master_key,
                                    const escrow_actor *actor,
                                    escrow_wallet_outcome *outcome,
                                    escrow_error *error);

/**
 * Lets this master key alone open the store from now on. It must open it already: the present one,
 * or one that was added. For a member of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the store's
 * own trail before it is carried out.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: as `escrow_key_add_master`.
 * Threads: any.
 * Errors: as `escrow_key_add_master`; `ESCROW_WRONG_MASTER_KEY` if it does not open the store.
 * Since: 0.1.0
 */
escrow_status escrow_key_keep_master(escrow_wallets *wallets,
                                     const escrow_master_key *master_key,
                                     const escrow_actor *actor,
                                     escrow_wallet_outcome *outcome,
                                     escrow_error *error);

/**
 * Wraps the keys of all persons by a new key-encryption key, while others use them. A rotation
 * that was interrupted goes on. For a member of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the
 * store's own trail before it is carried out.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `count` gets how many were wrapped anew; `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_key_rotate(escrow_wallets *wallets,
                                const escrow_actor *actor,
                                uint64_t *count,
                                escrow_wallet_outcome *outcome,
                                escrow_error *error);

/**
 * Begins to index addresses and documents by a new key. What was indexed before is found as long
 * as `escrow_key_end_index_rotation` was not called; `escrow_key_reindex` moves it. For a member
 * of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the store's own trail before it is carried out.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_key_begin_index_rotation(escrow_wallets *wallets,
                                              const escrow_actor *actor,
                                              escrow_wallet_outcome *outcome,
                                              escrow_error *error);

/**
 * Moves the next persons behind `after`, up to `limit`, to the present key of indexes; zero to
 * begin. `last` gets the one to go on behind; zero when all are done. Who was moved has it in
 * their trail.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `last` gets the id; `actor` is only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_key_reindex(escrow_wallets *wallets,
                                 escrow_u128 after,
                                 size_t limit,
                                 const escrow_actor *actor,
                                 escrow_u128 *last,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Forgets the former key of indexes. Addresses of nobody that it indexed are forgotten with it.
 * For a member of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the store's own trail before it is
 * carried out.
 * Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `actor` is only read.
 * Threads: any.
 * Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if somebody is still indexed by it:
 * `escrow_key_reindex` first.
 * Since: 0.1.0
 */
escrow_status escrow_key_end_index_rotation(escrow_wallets *wallets,
                                            const escrow_actor *actor,
                                            escrow_wallet_outcome *outcome,
                                            escrow_error *error);

/* ---- Wallets: staff -------------------------------------------------------------------------- */

/** An operator wants to have them registered, and another one must, too. */
#define ESCROW_STAFF_STATE_PROPOSED 1
/** Registered. */
#define ESCROW_STAFF_STATE_ACTIVE 2
/** Was registered, and does nothing any more. */
#define ESCROW_STAFF_STATE_DEACTIVATED 3

/**
 * Helps customers: freezes, unfreezes and closes wallets, leaves notes, sends letters again, suspends
 * cards, opens cases and adds evidence to them, looks personal data up.
 */
#define ESCROW_STAFF_ROLE_SUPPORT 1

/**
 * Takes cases into review, refuses them, approves first where two must approve, takes a tier back.
 */
#define ESCROW_STAFF_ROLE_REVIEWER 2

/** Approves cases: alone, or as the second of two. */
#define ESCROW_STAFF_ROLE_APPROVER 4

/** Runs the wallets: staff, keys, the policy, legal holds and erasure, money in suspense. */
#define ESCROW_STAFF_ROLE_OPERATOR 8

/** A member of staff. Begin with `ESCROW_STAFF_MEMBER_INIT`. */
typedef struct escrow_staff_member {
    /** `sizeof(escrow_staff_member)`. */
    uint32_t struct_size;
    /** Where they stand: `ESCROW_STAFF_STATE_*`. */
    uint32_t state;
    /** What they may do now: `ESCROW_STAFF_ROLE_*`. Nothing unless they are active. */
    uint32_t roles;
    /**
     * What one operator wants, and another one must want, too, within a week, to register them or
     * to grant roles: `ESCROW_AUDIT_*`; 0 for nothing.
     */
    uint32_t proposed_command;
    /** The roles that are wanted: `ESCROW_STAFF_ROLE_*`. */
    uint32_t proposed_roles;
    /** Zero. */
    uint32_t reserved;
    /** Since when they are registered, for the last time; while they are proposed, since when. */
    uint64_t registered_at;
    /** When state or roles last changed. */
    uint64_t changed_at;
    /** Since when it is wanted; 0 if nothing is. */
    uint64_t proposed_at;
    /** The name, in lower case. */
    escrow_text name;
    /** The operator who wants it; empty if nothing is. */
    escrow_text proposed_by;
} escrow_staff_member;

/**
 * Registers a member of staff under a name, with `roles`, several of `ESCROW_STAFF_ROLE_*`. For an
 * operator; it takes two: the first is refused `second_person_must_agree`, which is remembered for a
 * week, and when another operator orders just the same, it is done. Who was deactivated is registered
 * again in the same way, under the same name. The only active operator there is registers a second
 * one, with that role alone, without anybody else.
 * Refused: `text_must_be_valid` and `text_must_not_hold_a_card_number` for a name that
 * no actor can have, or without letter and digit; `staff_name_is_taken` if it, or one that looks
 * like it, is registered; `roles_must_be_given`; `second_person_must_agree` to the first of two
 * operators; `sole_operator_must_wait` to the only operator within a week after another one was
 * deactivated or lost the role;
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `name` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_register(escrow_wallets *wallets,
                                    const char *name,
                                    size_t name_length,
                                    uint32_t roles,
                                    const escrow_actor *actor,
                                    escrow_wallet_outcome *outcome,
                                    escrow_error *error);

/**
 * Grants roles to a member of staff, who keeps those that they have. Takes two operators as
 * `escrow_staff_register` does, with the same exception. Who has them already has them.
 * Refused: `staff_not_found`, also for who is deactivated; `roles_must_be_given`,
 * `second_person_must_agree`, `sole_operator_must_wait`, `actor_must_be_named`,
 * `staff_must_be_registered`, `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `name` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_grant(escrow_wallets *wallets,
                                 const char *name,
                                 size_t name_length,
                                 uint32_t roles,
                                 const escrow_actor *actor,
                                 escrow_wallet_outcome *outcome,
                                 escrow_error *error);

/**
 * Takes roles from a member of staff at once, and what one operator wanted for them. For one operator,
 * who may be the same. Who has none of them has none of them.
 * Refused: `an_operator_must_remain` of the last active operator; `staff_not_found`,
 * `roles_must_be_given`; `actor_must_be_named`, `staff_must_be_registered`,
 * `staff_must_have_operator_role`, `reason_must_be_given`.
 *
 * Ownership: `name` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_revoke(escrow_wallets *wallets,
                                  const char *name,
                                  size_t name_length,
                                  uint32_t roles,
                                  const escrow_actor *actor,
                                  escrow_wallet_outcome *outcome,
                                  escrow_error *error);

/**
 * Deactivates a member of staff at once: every command of theirs is refused from then on, one that is
 * under way either took effect before or is refused. What they did can be listed as before, and nobody
 * else gets the name. For one operator. Who is deactivated already stays so.
 * Refused: `an_operator_must_remain` of the last active operator; `staff_not_found`;
 * `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
 * `reason_must_be_given`.
 *
 * Ownership: `name` and `actor` are only read.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_deactivate(escrow_wallets *wallets,
                                      const char *name,
                                      size_t name_length,
                                      const escrow_actor *actor,
                                      escrow_wallet_outcome *outcome,
                                      escrow_error *error);

/**
 * Gives the members of staff, also those who were deactivated or are proposed, by the letters and
 * digits of their names, at most `limit`; behind the one of the name `after`, empty to begin. Read
 * them with `escrow_staff_member_at`.
 *
 * Ownership: `after` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_list(escrow_wallets *wallets,
                                const char *after,
                                size_t after_length,
                                size_t limit,
                                escrow_rows **rows,
                                escrow_error *error);

/**
 * Gives the member of staff of a name, or no row if nobody is registered or proposed under it. Read it
 * with `escrow_staff_member_at`.
 *
 * Ownership: `name` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_find(escrow_wallets *wallets,
                                const char *name,
                                size_t name_length,
                                escrow_rows **rows,
                                escrow_error *error);

/**
 * Reads a member of staff.
 *
 * Ownership: `member` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_staff_member_at(escrow_rows *rows,
                                     size_t index,
                                     escrow_staff_member *member,
                                     escrow_error *error);

/**
 * Gives what a member of staff did, in all trails, at most `limit` entries: oldest first, or newest
 * first if `newest_first` is 1. To go on, give the `at` and `id` of the last one; 0 and zero to begin.
 * Also what they were refused, and what somebody tried who is not registered under that name. What an
 * earlier version of the library wrote stands in the trails alone. Read them with
 * `escrow_audit_entry_at`.
 *
 * Ownership: `name` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of wallets.
 * Since: 0.1.0
 */
escrow_status escrow_staff_acts(escrow_wallets *wallets,
                                const char *name,
                                size_t name_length,
                                uint32_t newest_first,
                                uint64_t from_at,
                                escrow_u128 from_entry,
                                size_t limit,
                                escrow_rows **rows,
                                escrow_error *error);

/** The initial value of `escrow_staff_member`. */
#define ESCROW_STAFF_MEMBER_INIT \
    {sizeof(escrow_staff_member), 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}}

/* ---- Orders ---------------------------------------------------------------------------------- */

/** An id is 0 or the greatest one. */
#define ESCROW_ORDER_ID_MUST_BE_VALID 2000
/** An amount is 1 to 2^96 - 1 minor units. */
#define ESCROW_ORDER_AMOUNT_MUST_BE_VALID 2001
/**
 * An order has 1 to 16 legs, and 1 to 32 tenders, one of each wallet; a leg has no lines,
 * or up to 64 of which one is an item at least.
 */
#define ESCROW_ORDER_COUNT_MUST_BE_VALID 2002
/** All tenders together are just what all legs are together. */
#define ESCROW_ORDER_TENDERS_MUST_EQUAL_LEGS 2003
/**
 * A commission is at most a million parts per million, its fixed part at most the leg, and
 * it goes to an account.
 */
#define ESCROW_ORDER_COMMISSION_MUST_BE_VALID 2004
/** A member of staff has a name: 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`. */
#define ESCROW_ORDER_STAFF_MUST_BE_NAMED 2005
/** What is referred to, such as evidence or tracking, has a reference that is not 0. */
#define ESCROW_ORDER_REFERENCE_MUST_BE_GIVEN 2006
/** An extension is 1 second to ten years from now on, and ends later than the window. */
#define ESCROW_ORDER_EXTENSION_MUST_BE_VALID 2007
/**
 * Evidence is asked of the buyer or the seller, for 1 second or more, until the time to
 * decide ends at the latest.
 */
#define ESCROW_ORDER_QUESTION_MUST_BE_VALID 2010
/**
 * A line has a quantity, 1 of shipping and tax, and a minor unit at least for each; of an
 * item it has a reference.
 */
#define ESCROW_ORDER_LINE_MUST_BE_VALID 2015
/** All lines of a leg together are just what the leg is. */
#define ESCROW_ORDER_LINES_MUST_EQUAL_LEG 2016
/** Items are 1 to 64, each of another line, and a quantity of 1 at least of each. */
#define ESCROW_ORDER_ITEMS_MUST_BE_VALID 2017
/** There is no such order. */
#define ESCROW_ORDER_ORDER_NOT_FOUND 2100
/** There is an order with this id, and other terms. */
#define ESCROW_ORDER_ORDER_EXISTS_WITH_OTHER_TERMS 2101
/** The order has no such part. */
#define ESCROW_ORDER_PART_NOT_FOUND 2102
/** The order has no such tender. */
#define ESCROW_ORDER_TENDER_NOT_FOUND 2103
/** The store keeps no policy with this hash. */
#define ESCROW_ORDER_POLICY_NOT_FOUND 2104
/** The buyer is not registered in this ledger. */
#define ESCROW_ORDER_BUYER_MUST_BE_REGISTERED 2105
/** A seller is not registered in this ledger. */
#define ESCROW_ORDER_SELLER_MUST_BE_REGISTERED 2106
/** An account is not fit for what it is to be used for. */
#define ESCROW_ORDER_ACCOUNT_MUST_FIT 2107
/** No refund with this number waits to be carried out. */
#define ESCROW_ORDER_REFUND_NOT_FOUND 2108
/** The command's id was given to another command of this order, or is the order's own. */
#define ESCROW_ORDER_COMMAND_ID_IS_TAKEN 2200
/** Not in this stage: the refusal says what is possible in it. */
#define ESCROW_ORDER_NOT_IN_THIS_STAGE 2201
/** In this stage others may do it, but not this actor. */
#define ESCROW_ORDER_NOT_BY_THIS_ACTOR 2202
/** The order is not paid yet. */
#define ESCROW_ORDER_ORDER_MUST_BE_PAID 2203
/** More than is left of the part in escrow. */
#define ESCROW_ORDER_AMOUNT_EXCEEDS_PART 2206
/** The other side has proposed nothing. */
#define ESCROW_ORDER_NOTHING_IS_PROPOSED 2207
/** What is not shipped can be given back as a whole alone, and there is nothing to return. */
#define ESCROW_ORDER_CLAIM_MUST_BE_WHOLE 2208
/** What is claimed or proposed is not, or no longer, what this actor agrees to. */
#define ESCROW_ORDER_AMOUNT_MUST_MATCH 2209
/** Less came than was asked for: the refusal says what is missing. */
#define ESCROW_ORDER_TENDER_FALLS_SHORT 2210
/** The order is paid. */
#define ESCROW_ORDER_ORDER_IS_PAID 2211
/** The buyer has cancelled the order. */
#define ESCROW_ORDER_ORDER_IS_CANCELLED 2212
/** The time to pay the order is not over yet. */
#define ESCROW_ORDER_PAYMENT_WINDOW_IS_OPEN 2213
/** The time to pay the order is over. The buyer can pay it again, from the beginning. */
#define ESCROW_ORDER_PAYMENT_WINDOW_IS_OVER 2214
/** This tender has come already. */
#define ESCROW_ORDER_TENDER_HAS_COME 2215
/** A tender from a wallet is paid by its owner, and every other is reported. */
#define ESCROW_ORDER_TENDER_KIND_MUST_FIT 2216
/** It is too early to claim that a parcel on its way did not come. */
#define ESCROW_ORDER_CLAIM_IS_TOO_EARLY 2220
/** By the policy nothing is sent back. */
#define ESCROW_ORDER_RETURN_IS_NOT_POSSIBLE 2221
/** So much is in escrow that two members of staff decide: this one has decided. */
#define ESCROW_ORDER_SECOND_MUST_DECIDE 2222
/** No evidence of this side is awaited, or no longer. */
#define ESCROW_ORDER_NO_EVIDENCE_IS_ASKED_FOR 2223
/** The leg has no lines, so that nobody can act on some of its items. */
#define ESCROW_ORDER_LEG_HAS_NO_LINES 2230
/** An item is not in this part: it is no line of an item, or in another part of the leg. */
#define ESCROW_ORDER_ITEM_NOT_IN_PART 2231
/** The part has fewer of an item. */
#define ESCROW_ORDER_QUANTITY_EXCEEDS_PART 2232
/** The buyer complains about all of the part: nobody can act on some of its items. */
#define ESCROW_ORDER_PART_HAS_COMPLAINT 2233
/** The order has as many parts as it can have: 128. */
#define ESCROW_ORDER_TOO_MANY_PARTS 2234
/** The ledger refused it: the refusal says why. */
#define ESCROW_ORDER_REFUSED_BY_LEDGER 2900
/** The wallet refused to pay: the refusal says why. */
#define ESCROW_ORDER_REFUSED_BY_WALLET 2901

/** The money is in escrow; the seller ships. */
#define ESCROW_STAGE_PAID 1
/** On its way. */
#define ESCROW_STAGE_SHIPPED 2
/** With the buyer, who looks at it. */
#define ESCROW_STAGE_DELIVERED 3
/** The buyer complained; the seller answers. */
#define ESCROW_STAGE_CLAIMED 4
/** The seller refused the claim. */
#define ESCROW_STAGE_REFUSED 5
/** The seller agreed to take the goods back. */
#define ESCROW_STAGE_RETURN_AGREED 6
/** The goods are on their way back. */
#define ESCROW_STAGE_SENT_BACK 7
/** Staff decide. */
#define ESCROW_STAGE_ESCALATED 8
/** Staff decided, and it will be carried out unless somebody appeals. */
#define ESCROW_STAGE_DECIDED 9
/** A window has run out, and what ends it is being carried out. */
#define ESCROW_STAGE_ENDING 10
/** Nothing is in escrow any more. */
#define ESCROW_STAGE_DONE 11

/** Who pays. */
#define ESCROW_PARTY_BUYER 1
/** Who gets the money of the part. */
#define ESCROW_PARTY_SELLER 2
/** The platform's. */
#define ESCROW_PARTY_STAFF 3
/** The host itself, such as for a carrier. */
#define ESCROW_PARTY_SYSTEM 4

/** The goods are on their way. */
#define ESCROW_ACTION_SHIP 1
/** The carrier attests that they arrived. */
#define ESCROW_ACTION_DELIVER 2
/** The buyer is content: the seller is paid. */
#define ESCROW_ACTION_CONFIRM 3
/** The seller gives up: the buyer gets all back. */
#define ESCROW_ACTION_CANCEL 4
/** The other side is given more time. */
#define ESCROW_ACTION_EXTEND 5
/** The buyer complains, or asks to cancel before it is shipped. */
#define ESCROW_ACTION_CLAIM 6
/** The buyer claims another amount. */
#define ESCROW_ACTION_AMEND 7
/** The buyer takes the claim back. */
#define ESCROW_ACTION_WITHDRAW 8
/** One side says what it would settle for. */
#define ESCROW_ACTION_PROPOSE 9
/** One side accepts what the other one proposed. */
#define ESCROW_ACTION_ACCEPT 10
/** The seller gives what is claimed. */
#define ESCROW_ACTION_GRANT 11
/** The seller refuses it, with evidence. */
#define ESCROW_ACTION_REFUSE 12
/** The buyer has staff decide. */
#define ESCROW_ACTION_ESCALATE 13
/** The buyer sends the goods back. */
#define ESCROW_ACTION_SEND_BACK 14
/** The seller has them again. */
#define ESCROW_ACTION_CONFIRM_RETURN 15
/** The seller says that they did not come back as they were. */
#define ESCROW_ACTION_CONTEST_RETURN 16
/** Staff decide how much the buyer gets back. */
#define ESCROW_ACTION_DECIDE 17
/** One side asks staff to decide again. */
#define ESCROW_ACTION_APPEAL 18
/** Staff ask one side for evidence. */
#define ESCROW_ACTION_ASK_EVIDENCE 19
/** That side gives it. */
#define ESCROW_ACTION_GIVE_EVIDENCE 20

/** The buyer gets all back. */
#define ESCROW_SILENCE_REFUND 1
/** The seller is paid all. */
#define ESCROW_SILENCE_RELEASE 2
/** The buyer gets what was claimed, after a return if that was asked for. */
#define ESCROW_SILENCE_GRANT 3
/** Staff decide. */
#define ESCROW_SILENCE_ESCALATE 4
/** The deal goes on with the time that was left of it. */
#define ESCROW_SILENCE_RESUME 5
/** What staff decided is carried out. */
#define ESCROW_SILENCE_CARRY_OUT 6

/** The command was carried out, and is durable. */
#define ESCROW_ORDER_DONE 0

/**
 * What an order command came to. The caller's own; written whenever the call answers `ESCROW_OK`.
 */
typedef struct escrow_order_outcome {
    /** `ESCROW_ORDER_DONE`, or which law the command would have broken: `ESCROW_ORDER_*`. */
    uint32_t status;
    /** For `ESCROW_ORDER_REFUSED_BY_LEDGER`: what the ledger said, `ESCROW_OUTCOME_*`. */
    uint32_t ledger_outcome;
    /** The stage of the part, where that is why: `ESCROW_STAGE_*`; 0 otherwise. */
    uint32_t stage;
    /**
     * For `ESCROW_ORDER_REFUSED_BY_WALLET`: which law of wallets, `ESCROW_WALLET_*`; 0 otherwise.
     */
    uint32_t wallet_status;
    /**
     * What this actor can do in that stage: for each action the bit `1 << ESCROW_ACTION_*`, so that
     * `possible >> ESCROW_ACTION_CLAIM & 1` is 1 if a claim is possible.
     */
    uint64_t possible;
    /** For `ESCROW_ORDER_TENDER_FALLS_SHORT`: how much more was asked for; 0 otherwise. */
    escrow_u128 missing;
    /** Zero. */
    uint64_t reserved_more[3];
} escrow_order_outcome;

/** What was due of orders. Begin with `ESCROW_ORDER_WORK_INIT`. */
typedef struct escrow_order_work {
    /** `sizeof(escrow_order_work)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Parts that were due, and are carried out; an order that was not paid in time is one, too. */
    uint64_t parts;
    /**
     * Parts of which something stays due, because an account is closed say: each is tried again an
     * hour later.
     */
    uint64_t refused;
} escrow_order_work;

/**
 * Gives the orders of a store. Nothing is opened, there may be none, and a store can have any
 * number of these handles at the same time, in any number of processes.
 *
 * In a forked child the handle is that of the store's handle there, which must not have been freed.
 *
 * Ownership: `*orders` is the caller's, to be freed by `escrow_orders_free`. It keeps the store
 * alive.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_orders_open(escrow_store *store, escrow_orders **orders, escrow_error *error);

/**
 * Frees a handle of orders. The orders themselves are the store's, and what came from the handle
 * lives on.
 *
 * Ownership: `orders` is no handle any more. NULL is let be, and so is what was freed before.
 * Threads: any. A call on the orders that another thread is in goes on to its end.
 * Errors: none. In a forked child nothing is done.
 * Since: 0.1.0
 */
void escrow_orders_free(escrow_orders *orders);

/**
 * Carries out what time alone leaves to be done, of up to `limit` parts: windows of complaints that
 * have run out, and refunds by deadlines on their way to the sources of their tenders; and tells
 * what went back of orders that were not paid in time. To be called every second or so, by any
 * process: nothing is done twice, wherever one ends meanwhile. Without it everything is still done
 * before the next command about the part.
 *
 * Ownership: `done` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_work(escrow_orders *orders,
                                 size_t limit,
                                 escrow_order_work *done,
                                 escrow_error *error);

/** The initial value of `escrow_order_work`. */
#define ESCROW_ORDER_WORK_INIT {sizeof(escrow_order_work), 0, 0, 0}

/* ---- Orders: parties, policies, terms -------------------------------------------------------- */

/**
 * Opens the account of a buyer in a ledger. Again, it changes nothing. The id is the host's own for
 * who buys.
 * Refused: `id_must_be_valid`; `refused_by_ledger` if there is no such ledger; `account_must_fit`
 * if the host has opened an account with that id.
 *
 * Ownership: nothing is kept.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_register_buyer(escrow_orders *orders,
                                           escrow_u128 buyer,
                                           uint32_t ledger,
                                           escrow_order_outcome *outcome,
                                           escrow_error *error);

/**
 * Opens the account of a seller in a ledger. Again, it changes nothing. The id is the host's own
 * for who sells.
 * Refused: as `escrow_orders_register_buyer`.
 *
 * Ownership: nothing is kept.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_register_seller(escrow_orders *orders,
                                            escrow_u128 seller,
                                            uint32_t ledger,
                                            escrow_order_outcome *outcome,
                                            escrow_error *error);

/**
 * Gives the account through which the money of a buyer's orders passes in a ledger, registered or
 * not. What it has available is due to the sources of that money. Its code is 65010, and it is
 * managed: no operation of the host debits or credits it.
 *
 * Ownership: `account` gets its id.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_orders_buyer_account(escrow_u128 buyer,
                                          uint32_t ledger,
                                          escrow_u128 *account,
                                          escrow_error *error);

/**
 * Gives the account that the earnings of a seller come to in a ledger, registered or not. Its money
 * is the host's to pay out. Its code is 65011.
 *
 * Ownership: `account` gets its id.
 * Threads: any.
 * Errors: none beyond the conventions.
 * Since: 0.1.0
 */
escrow_status escrow_orders_seller_account(escrow_u128 seller,
                                           uint32_t ledger,
                                           escrow_u128 *account,
                                           escrow_error *error);

/**
 * Says whether a policy of orders makes sense, without keeping it. What does not is refused with a
 * message that names the field and the fault.
 *
 * Ownership: `policy` is only read: JSON, of at most 64 KiB.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if the policy makes no sense; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_order_policy_check(const char *policy,
                                        size_t policy_length,
                                        escrow_error *error);

/**
 * Gives the JSON Schema (draft 2020-12) of policies of orders, by which editors and other programs
 * complete and check one: every field with what it means.
 *
 * Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are,
 * also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_order_policy_schema(char *text,
                                         size_t capacity,
                                         size_t *length,
                                         escrow_error *error);

/**
 * Gives a policy of orders that comes with the library as JSON, as a start for one of your own:
 * `aliexpress`, `taobao`, `vinted`, `escrow_com` or `digital_goods`. It says itself where its
 * figures come from.
 *
 * Ownership: `name` is only read. `text` is the caller's room for `capacity` bytes; `length` gets
 * how many there are, also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if none has this name, with the names of all;
 * `ESCROW_BUFFER_TOO_SMALL`, `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_order_policy_preset(const char *name,
                                         size_t name_length,
                                         char *text,
                                         size_t capacity,
                                         size_t *length,
                                         escrow_error *error);

/**
 * Keeps a policy for ever, under its hash, which the terms of orders name: BLAKE3 of it in JSON
 * without white space, its fields in the order in which `escrow_orders_policy` gives them, and one
 * that is absent left out. Kept again, it changes nothing.
 *
 * Ownership: `policy` is only read: JSON, of at most 64 KiB. `hash` is the caller's room for 32
 * bytes.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if the policy makes no sense, as
 * `escrow_order_policy_check` says it; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_orders_keep_policy(escrow_orders *orders,
                                        const char *policy,
                                        size_t policy_length,
                                        uint8_t *hash,
                                        escrow_error *error);

/**
 * Gives the policy that the store keeps under this hash, as JSON.
 *
 * Ownership: `hash` is only read: 32 bytes. `text` is the caller's room for `capacity` bytes;
 * `length` gets how many there are, also with `ESCROW_BUFFER_TOO_SMALL`.
 * Threads: any.
 * Errors: those of orders; `ESCROW_NOT_FOUND` if the store keeps none under it;
 * `ESCROW_BUFFER_TOO_SMALL`.
 * Since: 0.1.0
 */
escrow_status escrow_orders_policy(escrow_orders *orders,
                                   const uint8_t *hash,
                                   char *text,
                                   size_t capacity,
                                   size_t *length,
                                   escrow_error *error);

/**
 * Of a card, a transfer or a voucher: the source is an external account, and the host carries
 * out what goes back to it.
 */
#define ESCROW_TENDER_EXTERNAL 1
/** Of the platform's own promotion. */
#define ESCROW_TENDER_PROMOTION 2
/** The money in a wallet: the source is the wallet's account, and its owner authorises it. */
#define ESCROW_TENDER_WALLET 3

/** Something that is sold, so many times. */
#define ESCROW_LINE_ITEM 1
/** What sending it costs the buyer. */
#define ESCROW_LINE_SHIPPING 2
/** A tax on the items, which goes with each of them. */
#define ESCROW_LINE_TAX 3

/** Legs of one order. */
#define ESCROW_LEGS_MAX 16

/** Tenders of one order. */
#define ESCROW_TENDERS_MAX 32

/** Lines of one leg. */
#define ESCROW_LEG_LINES_MAX 64

/** One seller's part of an order. A fee that the buyer pays is a leg of the platform. */
typedef struct escrow_leg {
    /** Who is registered as a seller. */
    escrow_u128 seller;
    /** All of it: items, shipping and tax. */
    escrow_u128 amount;
    /**
     * What is taken once as commission, out of what is released to the seller first; at most
     * `amount`. Where all of it is refunded nothing is taken. Frozen when it is placed.
     */
    escrow_u128 commission_fixed;
    /**
     * The commission beside that, in parts per million of what is released to the seller, of which
     * it is a part; frozen when it is placed.
     */
    uint32_t commission_ppm;
    /** Must be zero. */
    uint32_t reserved[19];
} escrow_leg;

/** Where money of an order comes from. */
typedef struct escrow_tender {
    /** The account that it is taken from, and goes back to. */
    escrow_u128 source;
    /** How much. */
    escrow_u128 amount;
    /** What kind of money it is: `ESCROW_TENDER_*`. */
    uint32_t kind;
    /** Must be zero. */
    uint32_t reserved[23];
} escrow_tender;

/** A line of a leg. The number of a line is its place among those of its leg. */
typedef struct escrow_leg_line {
    /** The host's reference to what is sold; it may be zero of shipping and tax. */
    escrow_u128 reference;
    /** For all of them together: at least 1 minor unit for each. */
    escrow_u128 amount;
    /** The place of its leg in the terms. */
    uint32_t leg;
    /** What it is: `ESCROW_LINE_*`. */
    uint32_t kind;
    /** How many of an item, at least 1; of shipping and tax 1. */
    uint32_t quantity;
    /** Must be zero. */
    uint32_t reserved[5];
} escrow_leg_line;

/** The terms of an order, which never change. Begin with `ESCROW_TERMS_INIT`. */
typedef struct escrow_terms {
    /** `sizeof(escrow_terms)`. */
    uint32_t struct_size;
    /** The ledger of all accounts. */
    uint32_t ledger;
    /** Who is registered as a buyer. */
    escrow_u128 buyer;
    /** The hash of a policy that the store keeps: see `escrow_orders_keep_policy`. */
    uint8_t policy[32];
    /** Where commission goes; zero if no leg has one. */
    escrow_u128 commission_account;
    /** The legs. The number of a leg's part is its place here. */
    const escrow_leg *legs;
    /** How many there are, 1 to `ESCROW_LEGS_MAX`. */
    size_t legs_count;
    /** The tenders, together as much as all legs. */
    const escrow_tender *tenders;
    /** How many there are, 1 to `ESCROW_TENDERS_MAX`. */
    size_t tenders_count;
    /**
     * An account of the buyer's, spend-only: what is paid above the price goes there with the
     * buyer's consent; zero if it goes back to its source. What comes too late or a second time, and
     * what has come of an order that is not paid, goes back all the same.
     */
    escrow_u128 keeping_account;
    /** 1 if refunds go there, too, of any tender that does not come from a wallet. */
    uint32_t keeps_refunds;
    /** Must be zero. */
    uint32_t reserved;
    /**
     * What legs consist of, the lines of each leg in their order. All lines of a leg together are
     * just its amount, and one of them is an item at least. A leg without lines is one thing, of
     * which nobody acts on a part alone.
     */
    const escrow_leg_line *lines;
    /** How many there are of all legs, at most `ESCROW_LEG_LINES_MAX` of each. */
    size_t lines_count;
} escrow_terms;

/**
 * Places an order; its id is its own for ever, and with the same terms it is placed once. From now
 * on until the end of the policy's window for it, it is paid by `escrow_orders_tender_came` and
 * `escrow_orders_pay_from_wallet`.
 * Refused: `id_must_be_valid`, `count_must_be_valid`, `amount_must_be_valid`,
 * `line_must_be_valid`, `lines_must_equal_leg`, `tenders_must_equal_legs`,
 * `commission_must_be_valid`, `policy_not_found`,
 * `buyer_must_be_registered`, `seller_must_be_registered`; `account_must_fit` if a source is not an
 * account of this ledger, is not external as a tender from outside has to be, is external, or a
 * seller's earnings, as promotion cannot be; or if the commission account is none of this ledger
 * that can take it: not external, not managed, not spend-only, without a limit of what comes in,
 * and not that of a seller who pays it; or if what the buyer keeps goes to none that is spend-only
 * and can take it; `order_exists_with_other_terms`.
 *
 * Ownership: `terms` and what it points to are only read.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if a kind of tender or line is unknown, a line is
 * of no leg, something is not zero that must be, or refunds are to be kept without an account.
 * Since: 0.1.0
 */
escrow_status escrow_orders_place(escrow_orders *orders,
                                  escrow_u128 order,
                                  const escrow_terms *terms,
                                  escrow_order_outcome *outcome,
                                  escrow_error *error);

/**
 * Reports that the money of a tender is there: `tender` is its place in the terms. It comes into
 * escrow, and goes back by itself if the order is not paid in time. With the last one all legs are
 * paid, in the same chain, or, if one of them cannot be, this tender did not come. What comes too
 * late or a second time is taken in and goes back at once, as a step of the timeline. `command` is
 * an id of the report's own: sent again with it, it changes nothing.
 * Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `tender_not_found`,
 * `tender_kind_must_fit` if it comes from a wallet: see `escrow_orders_pay_from_wallet`;
 * `refused_by_ledger` if the source has not got it, say.
 *
 * Ownership: `is_paid` gets 1 if the order is paid by it, else 0, which does not say that the tender
 * was taken: `escrow_orders_tender_came_with` does.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_tender_came(escrow_orders *orders,
                                        escrow_u128 order,
                                        uint32_t tender,
                                        escrow_u128 command,
                                        uint32_t *is_paid,
                                        escrow_order_outcome *outcome,
                                        escrow_error *error);

/** The initial value of `escrow_terms`. */
#define ESCROW_TERMS_INIT \
    {sizeof(escrow_terms), 0, {0, 0}, {0}, {0, 0}, 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0}

/** What became of a tender that came. Begin with `ESCROW_TENDER_CAME_INIT`. */
typedef struct escrow_tender_came {
    /** `sizeof(escrow_tender_came)`. */
    uint32_t struct_size;
    /**
     * 1 if it was taken for the order. Otherwise it came too late, or a second time, and all of it
     * went back to its source.
     */
    uint32_t is_taken;
    /** 1 if it was the last one, and the legs are paid. */
    uint32_t has_paid;
    /** Zero. */
    uint32_t reserved;
    /**
     * What went back to sources by it, of all tenders if it paid the order: see
     * `escrow_orders_timeline`.
     */
    escrow_u128 back;
    /** What the buyer keeps, of all tenders, if it paid the order. */
    escrow_u128 kept;
} escrow_tender_came;

/**
 * Reports that so much money of a tender is there, as `escrow_orders_tender_came` does of what was
 * asked for. What is above that goes back to its source when the order is paid, or to the buyer's
 * own account if the terms say so. What comes too late, for a cancelled order, or a second time is
 * taken in and goes back to its source at once: the host has the acquirer carry out what the
 * timeline shows.
 * Refused: `id_must_be_valid`, `amount_must_be_valid`, `command_id_is_taken`, `order_not_found`,
 * `tender_not_found`, `tender_kind_must_fit` if it comes from a wallet, `tender_falls_short`, with
 * how much more is asked for; `refused_by_ledger` if the source has not got it, say.
 *
 * Ownership: `came` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_tender_came_with(escrow_orders *orders,
                                             escrow_u128 order,
                                             uint32_t tender,
                                             escrow_u128 amount,
                                             escrow_u128 command,
                                             escrow_tender_came *came,
                                             escrow_order_outcome *outcome,
                                             escrow_error *error);

/**
 * Gives what the owner of a wallet authorises to pay a tender of an order from it, by
 * `escrow_order_authorise`: its `order` stands for this tender and all terms of the order, so that
 * for any other ones it is void. `escrow_order_needs` says what it takes.
 * Refused: `order_not_found`, `tender_not_found`, `tender_kind_must_fit` if it does not come from a
 * wallet.
 *
 * Ownership: `terms` and `part` get the terms, which have this one part.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_wallet_terms(escrow_orders *orders,
                                         escrow_u128 order,
                                         uint32_t tender,
                                         escrow_order *terms,
                                         escrow_order_part *part,
                                         escrow_order_outcome *outcome,
                                         escrow_error *error);

/**
 * Pays a tender of an order from the wallet that it is to come from, as its owner authorised for
 * `escrow_orders_wallet_terms`: using the authorisation up, counting the payment against the
 * wallet's limits, and taking the tender are one chain; with the last tender all legs are paid in
 * it, too. `authorisation` is zero for a small payment, which the policy of the wallets exempts.
 * What is refunded goes back to the wallet. `command` is an id of its own: sent again with it, it
 * changes nothing.
 * Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `tender_not_found`,
 * `tender_kind_must_fit`, `order_is_paid`, `order_is_cancelled`, `payment_window_is_over`,
 * `tender_has_come`; `refused_by_wallet`, and why in the outcome, as of `escrow_order_pay`;
 * `refused_by_ledger` for want of money, say.
 *
 * Ownership: `wallets` are opened of the same `escrow_store` handle. `came` is the caller's struct,
 * which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of orders and wallets.
 * Since: 0.1.0
 */
escrow_status escrow_orders_pay_from_wallet(escrow_orders *orders,
                                            escrow_wallets *wallets,
                                            escrow_u128 order,
                                            uint32_t tender,
                                            escrow_u128 authorisation,
                                            escrow_u128 command,
                                            escrow_tender_came *came,
                                            escrow_order_outcome *outcome,
                                            escrow_error *error);

/**
 * The buyer cancels an order that is not paid. What has come goes back, and the order can never be
 * paid. `command` is an id of its own: sent again with it, it changes nothing.
 * Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `order_is_paid`,
 * `order_is_cancelled`; `refused_by_ledger` if a source is closed, say: it gets its money back when
 * the window ends.
 *
 * Ownership: `back` gets what went back by it.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_cancel_unpaid(escrow_orders *orders,
                                          escrow_u128 order,
                                          escrow_u128 command,
                                          escrow_u128 *back,
                                          escrow_order_outcome *outcome,
                                          escrow_error *error);

/**
 * The buyer pays an order again whose window for it is over: it begins anew, and all tenders are
 * awaited. What came before is back at its source. `command` is an id of its own: sent again with
 * it, it changes nothing.
 * Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `order_is_paid`,
 * `order_is_cancelled`, `payment_window_is_open`.
 *
 * Ownership: `pay_until` gets until when the order can be paid.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_pay_again(escrow_orders *orders,
                                      escrow_u128 order,
                                      escrow_u128 command,
                                      uint64_t *pay_until,
                                      escrow_order_outcome *outcome,
                                      escrow_error *error);

/** The initial value of `escrow_tender_came`. */
#define ESCROW_TENDER_CAME_INIT {sizeof(escrow_tender_came), 0, 0, 0, {0, 0}, {0, 0}}

/**
 * A refund to a tender from outside that the host has to carry out, such as to a card. In the
 * ledger it is with the source of the tender already.
 */
typedef struct escrow_order_refund {
    /**
     * Its number: the operation in the ledger that took it there. A processor that is told twice
     * knows it again by this.
     */
    escrow_u128 reversal;
    /** Of which order. */
    escrow_u128 order;
    /** The account that the tender came from. */
    escrow_u128 source;
    /** How much. */
    escrow_u128 amount;
    /** Since when. */
    uint64_t at;
    /** The ledger of the amount. */
    uint32_t ledger;
    /** The place of the tender in the terms of the order. */
    uint32_t tender;
} escrow_order_refund;

/**
 * Gives refunds that the host has to carry out, and has neither confirmed nor said to have failed, by
 * their numbers; those after the number `after`, zero to begin. Look through all of them each time: a
 * new one may stand before those that were seen.
 *
 * Ownership: `refunds` is the caller's room for `capacity` records; `count` gets how many were
 * written.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_open_refunds(escrow_orders *orders,
                                         escrow_u128 after,
                                         escrow_order_refund *refunds,
                                         size_t capacity,
                                         size_t *count,
                                         escrow_error *error);

/**
 * The host has carried a refund out: it is no longer open. `command` is an id of its own: sent again
 * with it, it changes nothing.
 * Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `refund_not_found`.
 *
 * Ownership: nothing changes hands.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_refund_confirmed(escrow_orders *orders,
                                             escrow_u128 order,
                                             escrow_u128 reversal,
                                             escrow_u128 command,
                                             escrow_order_outcome *outcome,
                                             escrow_error *error);

/**
 * A refund could not be carried out: the card is closed, say, and its money is with the platform
 * again. It goes to the account in which the buyer keeps what comes back, if the terms have one that
 * can take it, and else to `suspense`, until the host has found the buyer. `command` is an id of its
 * own: sent again with it, it changes nothing, and is answered as the first time.
 * Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `refund_not_found`;
 * `account_must_fit` if that account is none of the order's ledger, is external, managed,
 * spend-only or has a limit of what comes in; `refused_by_ledger` if it is closed, say.
 *
 * Ownership: `account` gets the account that has it now.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_refund_failed(escrow_orders *orders,
                                          escrow_u128 order,
                                          escrow_u128 reversal,
                                          escrow_u128 suspense,
                                          escrow_u128 command,
                                          escrow_u128 *account,
                                          escrow_order_outcome *outcome,
                                          escrow_error *error);

/* ---- Orders: acting -------------------------------------------------------------------------- */

/** It did not come. */
#define ESCROW_CLAIM_REASON_NOT_RECEIVED 1
/** It came, and is not what was offered. */
#define ESCROW_CLAIM_REASON_NOT_AS_DESCRIBED 2
/** Anything else, such as a change of mind. */
#define ESCROW_CLAIM_REASON_OTHER 3

/** Money back, and to keep what came. */
#define ESCROW_REMEDY_REFUND 1
/** To send it back for the money. */
#define ESCROW_REMEDY_RETURN 2

/**
 * What is done about a part. Begin with `ESCROW_PART_COMMAND_INIT`. A field that an action does not
 * use must be zero.
 */
typedef struct escrow_part_command {
    /** `sizeof(escrow_part_command)`. */
    uint32_t struct_size;
    /** What: `ESCROW_ACTION_*`. */
    uint32_t action;
    /**
     * Of a claim, an amended one, a proposal and a decision: how much is to go back to the buyer. Of
     * who accepts, grants or confirms a return: how much that was, as this side has seen it.
     */
    escrow_u128 amount;
    /**
     * The host's reference: to the evidence of a claim, an amended one, a refusal, a contested
     * return and an appeal, and what is given when asked for; to the tracking of what is sent back.
     */
    escrow_u128 reference;
    /**
     * Of an extension: how long from now on, later than the window ends. Of evidence that is asked
     * for: until the time to decide ends at the latest.
     */
    uint32_t seconds;
    /** Of a claim: what is wrong, `ESCROW_CLAIM_REASON_*`. */
    uint32_t reason;
    /** Of a claim: what is asked for, `ESCROW_REMEDY_*`. */
    uint32_t remedy;
    /** Of evidence that is asked for: of whom, `ESCROW_PARTY_BUYER` or `ESCROW_PARTY_SELLER`. */
    uint32_t party;
} escrow_part_command;

/** What a command about a part has done. Begin with `ESCROW_ACTED_INIT`. */
typedef struct escrow_acted {
    /** `sizeof(escrow_acted)`. */
    uint32_t struct_size;
    /** The stage of the part after it: `ESCROW_STAGE_*`. */
    uint32_t stage;
    /**
     * What went back to the sources of the tenders by it, or to the buyer's own account; what one of
     * them did not take is due.
     */
    escrow_u128 refunded;
    /** When it was judged. */
    uint64_t at;
    /** The part that it was about: the new one, if items were divided off another part for it. */
    uint32_t part;
    /** Zero. */
    uint32_t reserved;
} escrow_acted;

/**
 * What a party can do about a part, and what happens if nobody does anything. Begin with
 * `ESCROW_PART_OPTIONS_INIT`.
 */
typedef struct escrow_part_options {
    /** `sizeof(escrow_part_options)`. */
    uint32_t struct_size;
    /** How far it has come: `ESCROW_STAGE_*`. */
    uint32_t stage;
    /** What this party can do: for each action the bit `1 << ESCROW_ACTION_*`. */
    uint64_t possible;
    /** Until when; 0 if it is done. */
    uint64_t until;
    /** What happens then: `ESCROW_SILENCE_*`; 0 if it is done. */
    uint32_t if_nobody_acts;
    /** Zero. */
    uint32_t reserved;
    /**
     * From when on it can be claimed that it did not come, where that is not yet possible; 0
     * otherwise.
     */
    uint64_t not_received_from;
    /** Until when staff await evidence of this party; 0 if they do not. */
    uint64_t asked_until;
    /** 1 if staff have decided, while it can be appealed against or was. */
    uint32_t is_decided;
    /** 1 if a first member of staff has decided, and a second one is to decide, too. */
    uint32_t is_half_decided;
    /** What goes back to the buyer if it is decided or half decided; 0 otherwise. */
    escrow_u128 decision;
} escrow_part_options;

/**
 * Does something about a part of a paid order; `part` is the place of its leg in the terms, or the
 * number that a part had when it was divided off another one. The host attests who acts: `party` is
 * one of `ESCROW_PARTY_*`, and `staff` the name of a member of staff, 1 to 64 of a-z, 0-9, `.`, `_`,
 * `@` and `-`, which nobody else has. What is due of the part is carried out first: see
 * `escrow_orders_work`. `command` is an id of its own: sent again with it, it changes nothing, and
 * is answered as the first time.
 *
 * A refusal says what the actor can do instead: see `escrow_order_outcome`.
 * Refused: `id_must_be_valid`, `staff_must_be_named`, `command_id_is_taken`, `order_not_found`,
 * `part_not_found`, `order_must_be_paid`; `not_in_this_stage` and `not_by_this_actor`, with what
 * the actor can do; `amount_must_be_valid`, `amount_exceeds_part`, `amount_must_match`,
 * `claim_must_be_whole`, `claim_is_too_early`, `return_is_not_possible`, `reference_must_be_given`,
 * `extension_must_be_valid`, `nothing_is_proposed`, `question_must_be_valid`,
 * `no_evidence_is_asked_for`, `second_must_decide`; `refused_by_ledger`.
 *
 * Ownership: `what` and `staff` are only read. `acted` is the caller's struct, which is filled as
 * far as its `struct_size` says.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if the action, the party, the reason or the
 * remedy is unknown, a field is not zero that the action does not use, or somebody else than staff
 * has a name; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_orders_act(escrow_orders *orders,
                                escrow_u128 order,
                                uint32_t part,
                                uint32_t party,
                                const char *staff,
                                size_t staff_length,
                                const escrow_part_command *what,
                                escrow_u128 command,
                                escrow_acted *acted,
                                escrow_order_outcome *outcome,
                                escrow_error *error);

/**
 * Gives what a party (`ESCROW_PARTY_*`) can do about a part now, until when, and what happens if
 * nobody does anything: a page of a shop is drawn from that.
 * Refused: `order_not_found`, `part_not_found`, `order_must_be_paid`.
 *
 * Ownership: `options` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_options(escrow_orders *orders,
                                    escrow_u128 order,
                                    uint32_t part,
                                    uint32_t party,
                                    escrow_part_options *options,
                                    escrow_order_outcome *outcome,
                                    escrow_error *error);

/** The initial value of `escrow_part_command`. */
#define ESCROW_PART_COMMAND_INIT {sizeof(escrow_part_command), 0, {0, 0}, {0, 0}, 0, 0, 0, 0}

/** The initial value of `escrow_acted`. */
#define ESCROW_ACTED_INIT {sizeof(escrow_acted), 0, {0, 0}, 0, 0, 0}

/** The initial value of `escrow_part_options`. */
#define ESCROW_PART_OPTIONS_INIT {sizeof(escrow_part_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}}

/** Parts of one order, those of its legs among them. */
#define ESCROW_PARTS_MAX 128

/** So many of an item of a part. */
typedef struct escrow_item {
    /** The place of its line among the lines of its leg. */
    uint32_t line;
    /** How many, at least 1. */
    uint32_t quantity;
} escrow_item;

/**
 * Does something about some items of a part that has no complaint: they become a part of their own,
 * which `acted` names, in the same chain, and the rest of the part stays as it is. If they are all
 * of the part, it is done about the part itself. An amount, of a claim say, is one of the new part.
 * All else is as of `escrow_orders_act`.
 *
 * A part that was divided off has the part's seller, stage and time; the tax of its items, by their
 * price; of the shipping what the policy says; and of each tender its share.
 * Refused: as `escrow_orders_act`; `items_must_be_valid`, `leg_has_no_lines`, `item_not_in_part`,
 * `quantity_exceeds_part`, `part_has_complaint`, `too_many_parts`.
 *
 * Ownership: `items`, `what` and `staff` are only read. `acted` is the caller's struct, which is
 * filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: as `escrow_orders_act`.
 * Since: 0.1.0
 */
escrow_status escrow_orders_act_on_items(escrow_orders *orders,
                                         escrow_u128 order,
                                         uint32_t part,
                                         const escrow_item *items,
                                         size_t items_count,
                                         uint32_t party,
                                         const char *staff,
                                         size_t staff_length,
                                         const escrow_part_command *what,
                                         escrow_u128 command,
                                         escrow_acted *acted,
                                         escrow_order_outcome *outcome,
                                         escrow_error *error);

/**
 * Gives what some items of a part would come to, in escrow, if this (`ESCROW_ACTION_*`) were done
 * about them alone: with their taxes, and of the shipping what the policy says of it. Who claims all
 * of it, or asks to cancel, names just that.
 * Refused: `items_must_be_valid`, `order_not_found`, `part_not_found`, `order_must_be_paid`,
 * `part_has_complaint`, `not_in_this_stage`, `leg_has_no_lines`, `item_not_in_part`,
 * `quantity_exceeds_part`.
 *
 * Ownership: `items` are only read. `amount` gets it.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if the action is unknown.
 * Since: 0.1.0
 */
escrow_status escrow_orders_amount_of_items(escrow_orders *orders,
                                            escrow_u128 order,
                                            uint32_t part,
                                            const escrow_item *items,
                                            size_t items_count,
                                            uint32_t action,
                                            escrow_u128 *amount,
                                            escrow_order_outcome *outcome,
                                            escrow_error *error);

/**
 * A member of staff gives the buyer of an order a sum from an account of the platform to a
 * `spend_only` account of the buyer's, at once: a transfer of its own, whose `user_data_128` is the
 * order. It stands beside the money of the order, and is no refund of it: in any state of the order,
 * and as often as it is given. Sent again with the same `command`, it changes nothing.
 * Refused: `id_must_be_valid`, `staff_must_be_named`, `amount_must_be_valid`, `command_id_is_taken`,
 * `order_not_found`; `account_must_fit` if the first account is none of the platform in this ledger,
 * being external, managed, spend-only or a seller's, or the second none of a buyer's;
 * `refused_by_ledger` if the platform's account has not got it, say.
 *
 * Ownership: `staff` is only read.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_TEXT`.
 * Since: 0.1.0
 */
escrow_status escrow_orders_give_goodwill(escrow_orders *orders,
                                          escrow_u128 order,
                                          const char *staff,
                                          size_t staff_length,
                                          escrow_u128 from,
                                          escrow_u128 to,
                                          escrow_u128 amount,
                                          escrow_u128 command,
                                          escrow_order_outcome *outcome,
                                          escrow_error *error);

/* ---- Orders: looking at them ----------------------------------------------------------------- */

/** Not all tenders have come. */
#define ESCROW_ORDER_STATE_UNPAID 1
/** It was not paid in time: what has come goes back. */
#define ESCROW_ORDER_STATE_LAPSED 2
/** The buyer cancelled it before it was paid. */
#define ESCROW_ORDER_STATE_CANCELLED 5
/** Something of it is in escrow, or on its way back. */
#define ESCROW_ORDER_STATE_OPEN 3
/** All parts are done, and nothing is due. */
#define ESCROW_ORDER_STATE_DONE 4

/** An order as it is now. Begin with `ESCROW_ORDER_VIEW_INIT`. */
typedef struct escrow_order_view {
    /** `sizeof(escrow_order_view)`. */
    uint32_t struct_size;
    /** How far it has come: `ESCROW_ORDER_STATE_*`. */
    uint32_t state;
    /** Who buys. */
    escrow_u128 buyer;
    /** The hash of the policy that it was placed under. */
    uint8_t policy[32];
    /** When it was placed. */
    uint64_t placed_at;
    /** Until when it can be paid. */
    uint64_t pay_until;
    /** The ledger of all amounts. */
    uint32_t ledger;
    /** Zero. */
    uint32_t reserved;
    /** How many tenders it has: see `escrow_tender_view_at`. */
    uint64_t tenders;
    /**
     * How many parts it has, one of each leg and those that were divided off others, none before it
     * is paid: see `escrow_part_view_at`.
     */
    uint64_t parts;
    /** What the platform gave the buyer of its own money, beside that of the order. */
    escrow_u128 goodwill;
} escrow_order_view;

/** A tender as it is now. Begin with `ESCROW_TENDER_VIEW_INIT`. */
typedef struct escrow_tender_view {
    /** `sizeof(escrow_tender_view)`. */
    uint32_t struct_size;
    /** What kind of money it is: `ESCROW_TENDER_*`. */
    uint32_t kind;
    /** The account that it is taken from, and goes back to. */
    escrow_u128 source;
    /** How much. */
    escrow_u128 amount;
    /** The hold by which it came; zero if it did not, or if that attempt to pay has ended. */
    escrow_u128 hold;
    /**
     * What of the refunds of all legs went back to its source; not what was above the price. A refund
     * that the host could not carry out went there, too: the timeline says what came of it.
     */
    escrow_u128 back;
    /** What of them went to the buyer's own account instead. */
    escrow_u128 kept;
} escrow_tender_view;

/**
 * A part as it is now. What is held, paid, taken as commission and refunded of all parts of a leg is
 * the leg's amount. Begin with `ESCROW_PART_VIEW_INIT`.
 */
typedef struct escrow_part_view {
    /** `sizeof(escrow_part_view)`. */
    uint32_t struct_size;
    /** How far it has come: `ESCROW_STAGE_*`. */
    uint32_t stage;
    /** Who sells. */
    escrow_u128 seller;
    /** The hold that it is in escrow by. */
    escrow_u128 hold;
    /** Until when it is in this stage if nobody acts; 0 if it is done. */
    uint64_t until;
    /** What is claimed, while that is open; 0 otherwise. */
    escrow_u128 claimed;
    /** What the buyer would settle for, while that stands; 0 otherwise. */
    escrow_u128 buyer_proposal;
    /** What the seller would; 0 otherwise. */
    escrow_u128 seller_proposal;
    /** What is in escrow. */
    escrow_u128 held;
    /** What the seller got, without the commission. */
    escrow_u128 paid;
    /** The commission. */
    escrow_u128 commission;
    /** What was refunded, due or not. */
    escrow_u128 refunded;
    /** What of it is neither with the sources nor with the buyer yet. */
    escrow_u128 due;
    /** What of the leg's shipping is in it. */
    escrow_u128 shipping;
    /** The taxes of its items. */
    escrow_u128 tax;
    /**
     * How many items are in it, of different lines; 0 if its leg has no lines: see
     * `escrow_item_view_at`.
     */
    uint64_t items;
    /** The place of its leg in the terms. */
    uint32_t leg;
    /** What is wrong, as the buyer says: `ESCROW_CLAIM_REASON_*`; 0 while nothing is claimed. */
    uint32_t reason;
    /**
     * What staff decided to give back to the buyer, while it can be appealed against or was; 0
     * otherwise.
     */
    escrow_u128 decided;
    /** What a first member of staff decided, for a second one to decide, too; 0 otherwise. */
    escrow_u128 first_decision;
    /** 1 if staff have decided. */
    uint32_t is_decided;
    /** 1 if a first member of staff has decided. */
    uint32_t is_half_decided;
    /** Until when staff await evidence of the buyer; 0 if they do not. */
    uint64_t buyer_asked_until;
    /** The same, of the seller. */
    uint64_t seller_asked_until;
    /**
     * The host's reference that was given last, by whichever side: evidence, or the tracking of what
     * is sent back; zero while nothing is claimed.
     */
    escrow_u128 evidence;
    /** What the buyer asks for: `ESCROW_REMEDY_*`; 0 while nothing is claimed. */
    uint32_t remedy;
    /** Zero. */
    uint32_t reserved[3];
} escrow_part_view;

/** Items of a part. */
typedef struct escrow_item_view {
    /** The host's reference. */
    escrow_u128 reference;
    /** What they come to, without tax and shipping. */
    escrow_u128 amount;
    /** The place of their line among the lines of the leg. */
    uint32_t line;
    /** How many are in the part. */
    uint32_t quantity;
    /** Zero. */
    uint32_t reserved[6];
} escrow_item_view;

/**
 * Gives an order as it is now, with its tenders and parts, all of it as of one moment, in one row.
 * Read it with `escrow_order_view_at`.
 * Refused: `order_not_found`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_find(escrow_orders *orders,
                                 escrow_u128 order,
                                 escrow_rows **rows,
                                 escrow_order_outcome *outcome,
                                 escrow_error *error);

/**
 * Reads an order.
 *
 * Ownership: `order` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_order_view_at(escrow_rows *rows,
                                   size_t index,
                                   escrow_order_view *order,
                                   escrow_error *error);

/**
 * Reads a tender of an order: the one of this number, from 0 on, as in the terms.
 *
 * Ownership: `tender` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or tender, or the rows are of another
 * kind.
 * Since: 0.1.0
 */
escrow_status escrow_tender_view_at(escrow_rows *rows,
                                    size_t index,
                                    size_t number,
                                    escrow_tender_view *tender,
                                    escrow_error *error);

/**
 * Reads a part of an order: the one of this number, from 0 on, which is the place of its leg in the
 * terms, or what it had when it was divided off another one.
 *
 * Ownership: `part` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or part, or the rows are of another
 * kind.
 * Since: 0.1.0
 */
escrow_status escrow_part_view_at(escrow_rows *rows,
                                  size_t index,
                                  size_t number,
                                  escrow_part_view *part,
                                  escrow_error *error);

/**
 * Reads items of a part: those of this number, from 0 on, in the order of the leg's lines.
 *
 * Ownership: `item` is the caller's record.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, part or item, or the rows are of another
 * kind.
 * Since: 0.1.0
 */
escrow_status escrow_item_view_at(escrow_rows *rows,
                                  size_t index,
                                  size_t part,
                                  size_t number,
                                  escrow_item_view *item,
                                  escrow_error *error);

/** The initial value of `escrow_order_view`. */
#define ESCROW_ORDER_VIEW_INIT {sizeof(escrow_order_view), 0, {0, 0}, {0}, 0, 0, 0, 0, 0, 0, {0, 0}}

/** The initial value of `escrow_tender_view`. */
#define ESCROW_TENDER_VIEW_INIT \
    {sizeof(escrow_tender_view), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** The initial value of `escrow_part_view`. */
#define ESCROW_PART_VIEW_INIT \
    {sizeof(escrow_part_view), 0, {0, 0}, {0, 0}, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, \
     {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, {0, 0}, {0, 0}, 0, 0, 0, 0, {0, 0}, 0, {0}}

/** The order was placed. */
#define ESCROW_STEP_PLACED 101
/** A tender came. */
#define ESCROW_STEP_TENDER_CAME 102
/** The last one came, and the legs were paid. */
#define ESCROW_STEP_PAID 103
/** Somebody did this. */
#define ESCROW_STEP_ACTED 100
/** A window of a complaint ran out. */
#define ESCROW_STEP_WINDOW_ENDED 104
/** What a deadline gave back went to the sources. */
#define ESCROW_STEP_REFUNDS_PASSED_ON 105
/** A tender came too late, or a second time, and went back. */
#define ESCROW_STEP_TENDER_RETURNED 106
/** The order was not paid in time: what had come went back. */
#define ESCROW_STEP_LAPSED 107
/** The buyer cancelled the order before it was paid. */
#define ESCROW_STEP_CANCELLED 108
/** The buyer pays again; what had come before went back. */
#define ESCROW_STEP_PAYMENT_REOPENED 109
/** The host has carried a refund out. */
#define ESCROW_STEP_REFUND_CONFIRMED 116
/** A refund could not be carried out, and its money came in again. */
#define ESCROW_STEP_REFUND_FAILED 117
/** The platform gave the buyer of its own money. */
#define ESCROW_STEP_GOODWILL 110
/** The deadline of its hold paid the seller: only among events. */
#define ESCROW_STEP_RELEASED_BY_DEADLINE 118
/**
 * The deadline of its hold gave the buyer all back: only among events. That it goes on to the
 * sources is a step of its own.
 */
#define ESCROW_STEP_REFUNDED_BY_DEADLINE 119

/**
 * A step of an order: a command that was carried out, or what time has done. Begin with
 * `ESCROW_ORDER_STEP_INIT`.
 */
typedef struct escrow_order_step {
    /** `sizeof(escrow_order_step)`. */
    uint32_t struct_size;
    /** What it was: `ESCROW_STEP_*`. */
    uint32_t kind;
    /**
     * The command's id; for what time has done, an id of the library's own; zero for what a
     * deadline has ended.
     */
    escrow_u128 command;
    /** When. */
    uint64_t at;
    /** 1 if it was about a part, 0 if about the whole order. */
    uint32_t is_of_part;
    /** Which part it was about; 0 if it was about the whole order. */
    uint32_t part;
    /** What somebody did: `ESCROW_ACTION_*`; 0 if it was another kind of step. */
    uint32_t action;
    /** Who: `ESCROW_PARTY_*`. */
    uint32_t by;
    /** The stage of the part after it: `ESCROW_STAGE_*`; 0 if it was about the whole order. */
    uint32_t stage;
    /** 1 if the part was divided off another one by it, else 0. */
    uint32_t is_divided;
    /**
     * How much went back to how many sources of tenders by it, or, of a refund that was carried out or
     * has failed, which one it was: see `escrow_tender_refund_at`.
     */
    uint64_t refunds;
    /** The name of a member of staff; empty for others. */
    escrow_text staff;
    /**
     * The same in words, for people: when, about which part, what, by whom, and the stage after it.
     * Amounts are in minor units.
     */
    escrow_text words;
    /** What went to the buyer's own account instead of back. */
    escrow_u128 kept;
    /** Of which part it was divided off; 0 if it was not. */
    uint32_t divided_from;
    /** 1 if an amount was named. */
    uint32_t has_amount;
    /** What a claim was about: `ESCROW_CLAIM_REASON_*`; 0 of anything else. */
    uint32_t reason;
    /** What a claim asked for: `ESCROW_REMEDY_*`; 0 of anything else. */
    uint32_t remedy;
    /**
     * The amount that was named: claimed, proposed, accepted, granted, decided or given; of a
     * refund that was carried out or has failed, its own; what a deadline paid out,
     * commission included, or gave back; 0 if none was.
     */
    escrow_u128 amount;
    /**
     * The host's reference that came with it: evidence, or the tracking of what is sent back; zero if
     * none did.
     */
    escrow_u128 reference;
    /** The order that it is of. */
    escrow_u128 order;
    /**
     * Its place in the feed of events, if it was found there (`escrow_orders_events`); 0 in a
     * timeline.
     */
    uint64_t position;
} escrow_order_step;

/**
 * What went back to the source of a tender. For a card, this is what the host has the acquirer
 * carry out.
 */
typedef struct escrow_tender_refund {
    /** The operation in the ledger that took it there. */
    escrow_u128 reversal;
    /** How much. */
    escrow_u128 amount;
    /** The place of the tender in the terms. */
    uint32_t tender;
    /** Zero. */
    uint32_t reserved[7];
} escrow_tender_refund;

/**
 * Gives all steps of an order, in the order in which they were taken. Read them with
 * `escrow_order_step_at`.
 * Refused: `order_not_found`.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
 * Threads: any.
 * Errors: those of orders.
 * Since: 0.1.0
 */
escrow_status escrow_orders_timeline(escrow_orders *orders,
                                     escrow_u128 order,
                                     escrow_rows **rows,
                                     escrow_order_outcome *outcome,
                                     escrow_error *error);

/**
 * Gives what happened to orders after a time of the feed of events, in at most `limit` steps: each
 * with its order, part and stage, and each part that a deadline has ended, which is a step of no
 * timeline. Read them with `escrow_order_step_at`. So a shop sends letters and keeps its pages:
 * acknowledge `*until` by `escrow_acknowledge` when they are dealt with, and begin there. All is
 * seen when `*until` is `after`; a page without steps may be followed by others. With a limit of 0
 * nothing is looked at.
 *
 * Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`. `until` is the caller's
 * number.
 * Threads: any.
 * Errors: those of orders; `ESCROW_ARCHIVED` if the feed does not reach back so far any more.
 * Since: 0.1.0
 */
escrow_status escrow_orders_events(escrow_orders *orders,
                                   uint64_t after,
                                   size_t limit,
                                   uint64_t *until,
                                   escrow_rows **rows,
                                   escrow_error *error);

/**
 * Reads a step of a timeline.
 *
 * Ownership: `step` is the caller's struct, which is filled as far as its `struct_size` says.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
 * Since: 0.1.0
 */
escrow_status escrow_order_step_at(escrow_rows *rows,
                                   size_t index,
                                   escrow_order_step *step,
                                   escrow_error *error);

/**
 * Reads what went back to the source of a tender by a step: the refund of this number, from 0 on.
 *
 * Ownership: `refund` is the caller's record.
 * Threads: any.
 * Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or refund, or the rows are of another
 * kind.
 * Since: 0.1.0
 */
escrow_status escrow_tender_refund_at(escrow_rows *rows,
                                      size_t index,
                                      size_t number,
                                      escrow_tender_refund *refund,
                                      escrow_error *error);

/** The initial value of `escrow_order_step`. */
#define ESCROW_ORDER_STEP_INIT \
    {sizeof(escrow_order_step), 0, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}, \
     {0, 0}, 0, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}, 0}

/** An order in a list. */
typedef struct escrow_listed_order {
    /** Its id. */
    escrow_u128 order;
    /** When it was placed. */
    uint64_t placed_at;
    /** In a list of a seller's: which part of it; otherwise 0. */
    uint32_t part;
    /** Zero. */
    uint32_t reserved;
} escrow_listed_order;

/** A part in a list of those that are open. */
typedef struct escrow_open_part {
    /** Its order. */
    escrow_u128 order;
    /**
     * By which the list is ordered: when its window ends, or, of what was to be done already, when
     * that was, or is tried again.
     */
    uint64_t due_at;
    /** Its number in the order. */
    uint32_t part;
    /**
     * How far it has come: `ESCROW_STAGE_*`; done while what a deadline gave back is on its way.
     */
    uint32_t stage;
} escrow_open_part;

/**
 * Gives the orders of a buyer, the oldest first; those after the row `after`, which is the last one
 * that was listed, NULL to begin.
 *
 * Ownership: `after` is only read. `listed` is the caller's room for `capacity` rows; `count` gets
 * how many were written.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if `after` is of a part, as rows of sellers
 * are.
 * Since: 0.1.0
 */
escrow_status escrow_orders_of_buyer(escrow_orders *orders,
                                     escrow_u128 buyer,
                                     const escrow_listed_order *after,
                                     escrow_listed_order *listed,
                                     size_t capacity,
                                     size_t *count,
                                     escrow_error *error);

/**
 * Gives the parts of orders of a seller, the oldest first; those after the row `after`, which is
 * the last one that was listed, NULL to begin.
 *
 * Ownership: `after` is only read. `listed` is the caller's room for `capacity` rows; `count` gets
 * how many were written.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if `after` is no row of a list: what is
 * reserved in it is not zero.
 * Since: 0.1.0
 */
escrow_status escrow_orders_of_seller(escrow_orders *orders,
                                      escrow_u128 seller,
                                      const escrow_listed_order *after,
                                      escrow_listed_order *listed,
                                      size_t capacity,
                                      size_t *count,
                                      escrow_error *error);

/**
 * Gives the parts of all orders that are open, those first that are due next; those after the row
 * `after`, which is the last one that was listed, NULL to begin. In the stage `stage`
 * (`ESCROW_STAGE_*`) alone, 0 for all; those alone that are due before `due_before`, 0 for all. So
 * staff find what is escalated, and what will end soon. Each call looks at the orders as they are
 * then: what was done meanwhile may stand elsewhere.
 *
 * Ownership: `after` is only read. `listed` is the caller's room for `capacity` rows; `count` gets
 * how many were written.
 * Threads: any.
 * Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if a stage is unknown.
 * Since: 0.1.0
 */
escrow_status escrow_orders_open_parts(escrow_orders *orders,
                                       uint32_t stage,
                                       uint64_t due_before,
                                       const escrow_open_part *after,
                                       escrow_open_part *listed,
                                       size_t capacity,
                                       size_t *count,
                                       escrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
