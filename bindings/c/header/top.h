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
