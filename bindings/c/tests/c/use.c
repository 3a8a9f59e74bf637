/* A deal from funding to payout, read back by every function there is. */
#include "check.h"
#include <sys/stat.h>

static void deal(escrow_store *store) {
    escrow_operation batch[6];
    escrow_outcome outcomes[6];
    uint64_t settled = 0, now = 0;
    batch[0] = transfer(10, BANK, ALICE, 5000);
    batch[1] = transfer(11, ALICE, BOB, 2005);
    batch[1].kind = ESCROW_KIND_HOLD;
    batch[1].fee_account = number(FEES);
    batch[1].fee_ppm = 100000;
    batch[1].timeout_seconds = 60;
    batch[1].at_deadline = ESCROW_AT_DEADLINE_REFUND;
    batch[2] = transfer(12, ALICE, BOB, 2996);
    batch[3] = operation(ESCROW_KIND_RELEASE, 13);
    batch[3].target = number(11);
    batch[3].flags = ESCROW_OPERATION_REST;
    batch[4] = transfer(14, ALICE, BOB, 100);
    batch[4].kind = ESCROW_KIND_HOLD;
    batch[4].user_data_128 = number(4711);
    batch[4].timeout_seconds = 60;
    batch[4].at_deadline = ESCROW_AT_DEADLINE_REFUND;
    batch[5] = operation(ESCROW_KIND_PUT, 15);
    batch[5].space_length = 6, batch[5].key_length = 2, batch[5].value_length = 5;
    OK(escrow_store_submit(store, batch, 6, "ordersk1hello", 13, outcomes, &error));
    for (int i = 0; i < 6; i++)
        TRUE(outcomes[i].status == (i == 2 ? ESCROW_OUTCOME_EXCEEDS_CREDITS : 0u));
    TRUE(outcomes[3].fee.lo == 200 && outcomes[5].version == outcomes[5].timestamp);
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_EXISTS);
    TRUE(submit_one(store, batch[2]) == ESCROW_OUTCOME_ID_ALREADY_FAILED);
    OK(escrow_store_advance(store, 61000000000u, &settled, &now, &error));
    TRUE(settled == 1 && now == 61000000000u);
    /* A clock never goes back, and says so. */
    OK(escrow_store_advance(store, 60000000000u, &settled, &now, &error));
    TRUE(settled == 0 && now == 61000000000u);
    OK(escrow_store_acknowledge(store, "mailer", 6, 42, &error));
    OK(escrow_store_checkpoint(store, &error));
}

static void lookups(escrow_snapshot *snapshot) {
    escrow_u128 ids[3] = {{ALICE, 0}, {99, 0}, {BOB, 0}}, operations[2] = {{11, 0}, {12, 0}}, free_;
    uint32_t numbers[2] = {1, 2};
    escrow_account accounts[3];
    escrow_hold holds[2];
    escrow_ledger ledgers[2];
    escrow_operation_record records[2];
    escrow_balances balances;
    escrow_i128 net;
    escrow_consumer consumer;
    escrow_trial_balance trial;
    escrow_trial_balance_row rows[4];
    uint64_t timestamp = 0, position = 0, version = 0;
    uint32_t known = 0;
    size_t found = 0, length = 0;
    char text[64];

    OK(escrow_snapshot_timestamp(snapshot, &timestamp, &error));
    TRUE(timestamp > 0);
    OK(escrow_snapshot_accounts(snapshot, ids, 3, accounts, &found, &error));
    TRUE(found == 2 && accounts[1].id.lo == 0 && accounts[2].balances.credits_posted.lo == 1805);
    OK(escrow_balances_available(&accounts[0].balances, &free_, &error));
    OK(escrow_amount_format(free_, 2, text, sizeof text, &length, &error));
    TRUE(strcmp(text, "29.95") == 0 && length == 5);
    OK(escrow_balances_available_debit(&accounts[0].balances, &free_, &error));
    OK(escrow_snapshot_ledgers(snapshot, numbers, 2, ledgers, &found, &error));
    TRUE(found == 1 && memcmp(ledgers[0].code, "USD", 4) == 0 && ledgers[1].number == 0);
    OK(escrow_snapshot_holds(snapshot, operations, 2, holds, &found, &error));
    TRUE(found == 1 && holds[0].phase == ESCROW_PHASE_SETTLED && holds[0].fee.lo == 200);
    OK(escrow_snapshot_operations(snapshot, operations, 2, records, &found, &error));
    TRUE(found == 2 && records[1].status == ESCROW_OUTCOME_EXCEEDS_CREDITS);
    OK(escrow_snapshot_balances_at(snapshot, ids[0], records[0].timestamp, &balances, &error));
    TRUE(balances.debits_pending.lo == 2005);
    OK(escrow_balances_net(&balances, &net, &error));
    TRUE(net.lo == 5000 && net.hi == 0);
    OK(escrow_snapshot_consumer(snapshot, "mailer", 6, &position, &known, &error));
    TRUE(position == 42 && known == 1);
    OK(escrow_snapshot_consumers(snapshot, &consumer, 1, &found, &error));
    TRUE(found == 1 && strcmp(consumer.name, "mailer") == 0 && consumer.name_length == 6);
    OK(escrow_snapshot_trial_balance(snapshot, 1, &trial, rows, 4, &found, &error));
    TRUE(found == 4 && trial.is_balanced == 1 && rows[1].code == 200 && rows[1].accounts == 1);
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_snapshot_document(snapshot, "orders", 6, "k1", 2, text, 4, &length, &version,
                                   &error));
    TRUE(length == 5);
    OK(escrow_snapshot_document(snapshot, "orders", 6, "k1", 2, text, 5, &length, &version, &error));
    TRUE(memcmp(text, "hello", 5) == 0 && version > 0);
}

/* What does not exist is answered in one way: see CONVENTIONS. */
static void nothing(escrow_snapshot *snapshot) {
    escrow_u128 nobody = number(99);
    uint32_t none = 99, known = 1;
    uint64_t position = 77, version = 77;
    size_t found = 77, length = 77;
    escrow_ledger ledger;
    escrow_account account;
    escrow_hold hold;
    escrow_operation_record record;
    escrow_balances balances;
    escrow_trial_balance trial;
    escrow_cursor *cursor = NULL;
    escrow_hold_query of_nobody = ESCROW_HOLD_QUERY_INIT;

    /* Looked up by what names it. */
    OK(escrow_snapshot_ledgers(snapshot, &none, 1, &ledger, &found, &error));
    TRUE(found == 0 && ledger.number == 0);
    OK(escrow_snapshot_accounts(snapshot, &nobody, 1, &account, &found, &error));
    TRUE(found == 0 && account.id.lo == 0);
    OK(escrow_snapshot_holds(snapshot, &nobody, 1, &hold, &found, &error));
    TRUE(found == 0 && hold.id.lo == 0);
    OK(escrow_snapshot_operations(snapshot, &nobody, 1, &record, &found, &error));
    TRUE(found == 0 && record.timestamp == 0);
    OK(escrow_snapshot_document(snapshot, "orders", 6, "k2", 2, NULL, 0, &length, &version, &error));
    TRUE(length == 0 && version == 0);
    OK(escrow_snapshot_consumer(snapshot, "nobody", 6, &position, &known, &error));
    TRUE(position == 0 && known == 0);
    /* Asked about money of an account or a ledger. */
    of_nobody.account = nobody;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_statement(snapshot, nobody, NULL, &cursor, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_balances_at(snapshot, nobody, UINT64_MAX, &balances, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_open_holds(snapshot, &of_nobody, &cursor, &error));
    TRUE(strcmp(error.message, "there is no account 99") == 0);
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_trial_balance(snapshot, 99, &trial, NULL, 0, &found, &error));
    TRUE(strcmp(error.message, "there is no ledger 99") == 0 && cursor == NULL);
}

static void cursors(escrow_snapshot *snapshot) {
    escrow_cursor *cursor = NULL;
    escrow_statement_query query = ESCROW_STATEMENT_QUERY_INIT;
    escrow_hold_query open = ESCROW_HOLD_QUERY_INIT;
    escrow_statement_line lines[8];
    escrow_account account;
    escrow_hold hold;
    escrow_operation_record record;
    size_t count = 0, seen = 0;

    OK(escrow_snapshot_statement(snapshot, number(ALICE), NULL, &cursor, &error));
    OK(escrow_cursor_lines(cursor, lines, 8, &count, &error));
    TRUE(count == 5 && lines[4].operation.kind == ESCROW_KIND_EXPIRE);
    TRUE(lines[4].side == ESCROW_SIDE_DEBIT && lines[4].pending.hi == -1);
    OK(escrow_cursor_lines(cursor, lines, 8, &count, &error));
    TRUE(count == 0);
    escrow_cursor_free(cursor);
    query.newest_first = 1, query.limit = 1;
    OK(escrow_snapshot_statement(snapshot, number(ALICE), &query, &cursor, &error));
    OK(escrow_cursor_lines(cursor, lines, 8, &count, &error));
    TRUE(count == 1 && lines[0].operation.kind == ESCROW_KIND_EXPIRE);
    escrow_cursor_free(cursor);

    OK(escrow_snapshot_all_accounts(snapshot, number(1), &cursor, &error));
    for (;;) {
        OK(escrow_cursor_accounts(cursor, &account, 1, &count, &error));
        if (count == 0) break;
        TRUE(account.id.lo == ++seen + 1);
    }
    TRUE(seen == 3);
    escrow_cursor_free(cursor);
    open.account = number(ALICE), open.disputed = ESCROW_DISPUTED_NOT, open.limit = 5;
    OK(escrow_snapshot_open_holds(snapshot, &open, &cursor, &error));
    OK(escrow_cursor_holds(cursor, &hold, 1, &count, &error));
    TRUE(count == 0);
    escrow_cursor_free(cursor);
    OK(escrow_snapshot_all_holds(snapshot, number(0), &cursor, &error));
    OK(escrow_cursor_holds(cursor, &hold, 1, &count, &error));
    TRUE(count == 1 && hold.id.lo == 11);
    escrow_cursor_free(cursor);
    OK(escrow_snapshot_holds_needing_attention(snapshot, UINT64_MAX, &cursor, &error));
    escrow_cursor_free(cursor);
    OK(escrow_snapshot_operations_by_user_data(snapshot, number(4711), &cursor, &error));
    OK(escrow_cursor_operations(cursor, &record, 1, &count, &error));
    TRUE(count == 1 && record.operation.id.lo == 14);
    escrow_cursor_free(cursor);
}

static void feeds(escrow_snapshot *snapshot) {
    escrow_cursor *cursor = NULL;
    escrow_event events[32];
    escrow_document document;
    char data[64];
    size_t count = 0, needed = 0;

    OK(escrow_snapshot_events(snapshot, 0, &cursor, &error));
    OK(escrow_cursor_events(cursor, events, 32, NULL, 0, &count, &needed, &error));
    TRUE(count == 10 && needed == 0 && events[0].kind == ESCROW_EVENT_LEDGER);
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_cursor_events(cursor, events, 32, data, 12, &count, &needed, &error));
    TRUE(needed == 13);
    OK(escrow_cursor_events(cursor, events, 32, data, sizeof data, &count, &needed, &error));
    TRUE(count == 2 && needed == 13 && memcmp(data, "ordersk1hello", 13) == 0);
    TRUE(events[0].operation.kind == ESCROW_KIND_PUT && events[0].data_length == 13);
    escrow_cursor_free(cursor);

    OK(escrow_snapshot_documents(snapshot, "orders", 6, "k", 1, "l", 1, &cursor, &error));
    CHECK(ESCROW_BUFFER_TOO_SMALL,
          escrow_cursor_documents(cursor, &document, 1, data, 6, &count, &needed, &error));
    TRUE(needed == 7);
    OK(escrow_cursor_documents(cursor, &document, 1, data, 7, &count, &needed, &error));
    TRUE(count == 1 && document.key_length == 2 && memcmp(data, "k1hello", 7) == 0);
    escrow_cursor_free(cursor);
    OK(escrow_snapshot_documents_with_prefix(snapshot, "orders", 6, NULL, 0, &cursor, &error));
    OK(escrow_cursor_documents(cursor, &document, 1, data, sizeof data, &count, &needed, &error));
    TRUE(count == 1 && document.value_length == 5);
    escrow_cursor_free(cursor);
}

static void small_things(void) {
    escrow_u128 ids[3], back, parts[3], fee;
    escrow_i128 change = {(uint64_t)-5, -1};
    uint32_t weights[3] = {1, 1, 1}, rate = 0;
    uint8_t bytes[16];
    char text[64];
    size_t length = 0;

    TRUE(escrow_version_number() == ESCROW_VERSION_NUMBER);
    TRUE(strcmp(escrow_version_text(), ESCROW_VERSION_TEXT) == 0);
    TRUE(escrow_abi_version() == ESCROW_ABI_VERSION);
    TRUE(strcmp(escrow_kind_name(ESCROW_KIND_TOP_UP), "top_up") == 0);
    TRUE(strcmp(escrow_phase_name(ESCROW_PHASE_SHIPPED), "shipped") == 0);
    TRUE(strcmp(escrow_at_deadline_name(ESCROW_AT_DEADLINE_RELEASE), "release") == 0);
    OK(escrow_id_new(ids, 3, &error));
    TRUE(ids[0].hi < ids[1].hi || (ids[0].hi == ids[1].hi && ids[0].lo < ids[1].lo));
    OK(escrow_id_to_bytes(ids[2], bytes, &error));
    TRUE(bytes[6] >> 4 == 7 && bytes[0] == ids[2].hi >> 56);
    OK(escrow_id_from_bytes(bytes, &back, &error));
    TRUE(back.lo == ids[2].lo && back.hi == ids[2].hi);
    OK(escrow_amount_split(number(100), weights, 3, parts, &error));
    TRUE(parts[0].lo == 34 && parts[1].lo == 33 && parts[2].lo == 33);
    OK(escrow_amount_format_signed(change, 2, text, sizeof text, &length, &error));
    TRUE(strcmp(text, "-0.05") == 0);
    OK(escrow_rate_parse("2.9%", 4, &rate, &error));
    TRUE(rate == 29000);
    OK(escrow_rate_format(rate, text, sizeof text, &length, &error));
    TRUE(strcmp(text, "2.9%") == 0);
    OK(escrow_amount_fee(number(25), 100000, &fee, &error));
    TRUE(fee.lo == 2);
    OK(escrow_amount_parse("35.6", 4, 2, &fee, &error));
    TRUE(fee.lo == 3560);
}

static void queues(escrow_store *store) {
    escrow_queue *queue = NULL;
    escrow_completion completion;
    escrow_outcome outcomes[2];
    escrow_operation batch[2] = {transfer(50, BANK, ALICE, 1), transfer(51, BANK, ALICE, 1)};
    int descriptor = -1;
    OK(escrow_queue_new(store, &queue, &error));
    OK(escrow_queue_descriptor(queue, &descriptor, &error));
    TRUE(descriptor >= 0);
    CHECK(ESCROW_TIMED_OUT, escrow_queue_take(queue, 1, &completion, outcomes, 2, &error));
    OK(escrow_store_submit_async(store, batch, 2, NULL, 0, queue, 7, &error));
    OK(escrow_store_submit_async(store, batch, 1, NULL, 0, queue, 8, &error));
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion,
                                                     outcomes, 1, &error));
    TRUE(completion.outcomes == 2 && completion.tag == 7);
    OK(escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, outcomes, 2, &error));
    TRUE(completion.tag == 7 && completion.status == 0 && outcomes[1].status == 0);
    OK(escrow_queue_take(queue, ESCROW_WAIT_FOREVER, &completion, outcomes, 2, &error));
    TRUE(completion.tag == 8 && outcomes[0].status == ESCROW_OUTCOME_EXISTS);
    escrow_queue_free(queue);
}

static void count_blocks(void *context, uint64_t done, uint64_t all) {
    TRUE(done <= all);
    ++*(int *)context;
}

/* Copies a running store, and tells copies by the head. */
static void copies(escrow_store *store, const char *path, const char *backup, const char *archive) {
    escrow_backup_report copied = ESCROW_BACKUP_REPORT_INIT;
    escrow_archive_report moved = ESCROW_ARCHIVE_REPORT_INIT;
    escrow_verify_report report = ESCROW_VERIFY_REPORT_INIT;
    escrow_head other;
    char restored[300];
    struct stat about;
    size_t length = strlen(backup);
    snprintf(restored, sizeof restored, "%s.restored", backup);

    OK(escrow_store_backup(store, backup, length, &copied, &error));
    TRUE(copied.head.block > 0 && copied.segments == 1 && copied.journal_bytes > 0);
    CHECK(ESCROW_IN_THE_WAY, escrow_store_backup(store, backup, length, &copied, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_backup(store, NULL, 0, &copied, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_backup(store, backup, length, NULL, &error));
    OK(escrow_store_verify_against(backup, length, &copied.head, NULL, 0, NULL, NULL, &report,
                                   &error));
    TRUE(report.is_sound == 1 && report.blocks == copied.head.block);
    other = copied.head;
    other.hash[7] ^= 1;
    OK(escrow_store_verify_against(backup, length, &other, NULL, 0, NULL, NULL, &report, &error));
    TRUE(report.is_sound == 0 && strstr(report.fault, "not the one of the expected head"));
    CHECK(ESCROW_CORRUPT, escrow_store_restore(backup, length, restored, strlen(restored), &other,
                                               NULL, 0, ESCROW_FILES_OF_OWNER, NULL, NULL, &report,
                                               &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_store_restore(backup, length, restored, strlen(restored), NULL, NULL, 0, 3, NULL,
                               NULL, &report, &error));
    OK(escrow_store_restore(backup, length, restored, strlen(restored), &copied.head, NULL, 0,
                            ESCROW_FILES_READ_BY_GROUP, NULL, NULL, &report, &error));
    TRUE(report.is_sound == 1);
    TRUE(stat(backup, &about) == 0 && (about.st_mode & 0777) == 0700);
    TRUE(stat(restored, &about) == 0 && (about.st_mode & 0777) == 0750);
    CHECK(ESCROW_LOCKED,
          escrow_store_restore(path, strlen(path), "none", 4, NULL, NULL, 0, ESCROW_FILES_OF_OWNER,
                               NULL, NULL, &report, &error));

    /* The one segment that there is is needed. */
    OK(escrow_store_archive(store, archive, strlen(archive), UINT64_MAX, &moved, &error));
    TRUE(moved.segments == 0 && moved.archived.block == 0 && moved.held_back_by[0] == 0);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "use.escrow";
    escrow_store *store = open_shop(path);
    escrow_snapshot *snapshot = NULL;
    escrow_stats stats = ESCROW_STATS_INIT;
    escrow_head head;
    escrow_verify_report report = ESCROW_VERIFY_REPORT_INIT;
    char backup[280], archive[280];
    int calls = 0;
    deal(store);
    OK(escrow_store_snapshot(store, &snapshot, &error));
    lookups(snapshot);
    nothing(snapshot);
    cursors(snapshot);
    feeds(snapshot);
    escrow_snapshot_free(snapshot);
    small_things();
    queues(store);
    OK(escrow_store_stats(store, &stats, &error));
    TRUE(stats.events >= 13 && strlen(stats.chain_hash) == 64);
    OK(escrow_store_head(store, &head, &error));
    TRUE(head.block == stats.last_block && head.timestamp == stats.last_timestamp);
    for (int i = 0; i < 32; i++) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", head.hash[i]);
        TRUE(strncmp(digits, stats.chain_hash + 2 * i, 2) == 0);
    }
    snprintf(backup, sizeof backup, "%s.backup", path);
    snprintf(archive, sizeof archive, "%s.archive", path);
    copies(store, path, backup, archive);
    /* Beside its host, too. */
    OK(escrow_store_verify(path, strlen(path), NULL, NULL, &report, &error));
    TRUE(report.is_sound == 1);
    OK(escrow_store_close(store, &error));
    escrow_store_free(store);
    OK(escrow_store_verify(path, strlen(path), count_blocks, &calls, &report, &error));
    TRUE(report.is_sound == 1 && calls > 0 && report.accounts == 4 && report.fault[0] == 0);
    puts("use: done");
    return 0;
}
