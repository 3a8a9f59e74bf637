/* Bad input of every sort: each has its status and its line, and nothing crashes. */
#include "check.h"
#include <stdint.h>

static void bad_openings(const char *path) {
    escrow_store *store = NULL, *second = NULL;
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    size_t length = strlen(path);
    char long_path[600];

    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_open(NULL, 5, NULL, &store, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_open(NULL, 0, NULL, &store, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_open(path, length, NULL, NULL, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, 0, NULL, &store, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open("a\0b", 3, NULL, &store, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, SIZE_MAX, NULL, &store, &error));
    CHECK(ESCROW_NOT_A_STORE, escrow_store_open("/dev/null", 9, NULL, &store, &error));
    CHECK(ESCROW_NOT_A_STORE, escrow_store_open("/", 1, NULL, &store, &error));
    memset(long_path, 'x', sizeof long_path);
    CHECK(ESCROW_IO, escrow_store_open(long_path, sizeof long_path, NULL, &store, &error));
    options.mode = ESCROW_OPEN_EXISTING;
    CHECK(ESCROW_NOT_FOUND, escrow_store_open(path, length, &options, &store, &error));
    options.mode = 9;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.mode = 0, options.durability = 9;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.durability = 0, options.clock = 9;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.clock = 0, options.index_user_data = 2;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.index_user_data = 0, options.file_access = 3;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.file_access = 0, options.struct_size = 3;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.struct_size = UINT32_MAX;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    TRUE(store == NULL);

    options.struct_size = sizeof options, options.index_user_data = 1;
    OK(escrow_store_open(path, length, &options, &store, &error));
    options.exclusive = 1;
    CHECK(ESCROW_LOCKED, escrow_store_open(path, length, &options, &second, &error));
    TRUE(second == NULL);
    escrow_store_free(store), options.exclusive = 0;
    options.store_id = number(7);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(path, length, &options, &store, &error));
    options.store_id = number(0), options.mode = ESCROW_OPEN_CREATE_NEW;
    CHECK(ESCROW_ALREADY_EXISTS, escrow_store_open(path, length, &options, &store, &error));
}

/* A path is any bytes: here a line break, a quote and what is no UTF-8. */
static void odd_path(const char *path) {
    char odd[600];
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL, *second = NULL;
    int length = snprintf(odd, sizeof odd, "%s-\xff\xfe\n'\x01", path);
    OK(escrow_store_open(odd, (size_t)length, NULL, &store, &error));
    OK(escrow_store_open(odd, (size_t)length, NULL, &second, &error));
    escrow_store_free(second), second = NULL;
    options.exclusive = 1;
    CHECK(ESCROW_LOCKED, escrow_store_open(odd, (size_t)length, &options, &second, &error));
    escrow_store_free(store);
}

/* An index of user data that is not there is refused, not ignored. */
static void plain_store(const char *path) {
    char plain[600];
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL;
    size_t length = (size_t)snprintf(plain, sizeof plain, "%s-plain", path);
    OK(escrow_store_open(plain, length, NULL, &store, &error));
    escrow_store_free(store), store = NULL;
    options.index_user_data = 1;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_open(plain, length, &options, &store, &error));
    TRUE(strstr(error.message, "move state.redb away") != NULL);
    TRUE(store == NULL);
}

/* To read is not to write, and readers keep writers out. */
static void read_only(const char *path) {
    char plain[600];
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *reader = NULL, *second = NULL, *writer = NULL;
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_ledger usd;
    escrow_outcome outcome;
    size_t length = (size_t)snprintf(plain, sizeof plain, "%s-plain", path);
    options.mode = ESCROW_OPEN_READ_ONLY;
    OK(escrow_store_open(plain, length, &options, &reader, &error));
    OK(escrow_store_open(plain, length, &options, &second, &error));
    CHECK(ESCROW_LOCKED, escrow_store_open(plain, length, NULL, &writer, &error));
    OK(escrow_ledger_iso(1, "USD", 3, &usd, &error));
    CHECK(ESCROW_READ_ONLY, escrow_store_create_ledgers(reader, &usd, 1, &outcome, &error));
    CHECK(ESCROW_READ_ONLY, escrow_store_checkpoint(reader, &error));
    OK(escrow_store_snapshot(reader, &snapshot, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_documents(snapshot, "a\0b", 3, NULL, 0, NULL, 0, &cursor, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_documents_with_prefix(snapshot, "a\0b", 3, NULL, 0, &cursor, &error));
    TRUE(cursor == NULL);
    escrow_snapshot_free(snapshot);
    OK(escrow_store_close(reader, &error));
    escrow_store_free(reader), escrow_store_free(second);
    OK(escrow_store_open(plain, length, NULL, &writer, &error));
    escrow_store_free(writer);
}

static void bad_batches(escrow_store *store) {
    escrow_operation batch[2] = {transfer(10, BANK, ALICE, 1), transfer(11, BANK, ALICE, 1)};
    escrow_outcome outcomes[2];
    uint64_t now;
    memset(outcomes, 0xee, sizeof outcomes);

    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_submit(NULL, batch, 1, NULL, 0, outcomes, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_submit(store, NULL, 1, NULL, 0, outcomes, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_submit(store, batch, 1, NULL, 0, NULL, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_submit(store, batch, 1, NULL, 7, outcomes, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_store_submit(store, (escrow_operation *)((char *)batch + 1), 1, NULL, 0, outcomes,
                              &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_store_submit(store, batch, SIZE_MAX / 8, NULL, 0, outcomes, &error));
    TRUE(outcomes[0].status == 0xeeeeeeee);
    OK(escrow_store_submit(store, NULL, 0, NULL, 0, NULL, &error));

    {
        size_t many = ESCROW_BATCH_OPERATIONS_MAX + 1;
        escrow_operation *large = calloc(many, sizeof *large);
        escrow_outcome *room = calloc(many, sizeof *room);
        TRUE(large != NULL && room != NULL);
        CHECK(ESCROW_LIMIT_EXCEEDED,
              escrow_store_submit(store, large, many, NULL, 0, room, &error));
        free(large);
        free(room);
    }

    batch[0].reserved[2] = 1;
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_RESERVED_FIELD_MUST_BE_ZERO);
    batch[0].reserved[2] = 0;
    batch[0].reserved_more[3] = 1;
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_RESERVED_FIELD_MUST_BE_ZERO);
    batch[0] = operation(999, 10);
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_KIND_MUST_BE_KNOWN);
    batch[0] = operation(ESCROW_KIND_EXPIRE, 10);
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_KIND_MUST_BE_KNOWN);
    batch[0] = transfer(10, BANK, ALICE, 1);
    batch[0].flags = 1u << 31;
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_FLAGS_MUST_BE_KNOWN);
    batch[0] = transfer(10, BANK, ALICE, 1);
    batch[0].amount.hi = UINT64_MAX;
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_AMOUNT_MUST_NOT_EXCEED_MAX);
    batch[0] = operation(ESCROW_KIND_PUT, 10);
    batch[0].data_offset = UINT32_MAX;
    batch[0].space_length = batch[0].key_length = 1;
    TRUE(submit_one(store, batch[0]) == ESCROW_OUTCOME_DATA_OUT_OF_BOUNDS);
    TRUE(strcmp(escrow_outcome_name(130), "data_out_of_bounds") == 0);
    TRUE(strcmp(escrow_outcome_name(UINT32_MAX), "unknown") == 0);
    TRUE(strcmp(escrow_status_name(UINT32_MAX), "unknown") == 0);

    CHECK(ESCROW_INVALID_TEXT, escrow_store_acknowledge(store, "\xff", 1, 1, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_acknowledge(store, "", 0, 1, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_acknowledge(store, NULL, 1, 1, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_advance(store, 1, NULL, &now, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_advance(store, 1, &now, NULL, &error));
}

static void bad_reads(escrow_store *store) {
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_account account;
    escrow_hold hold;
    escrow_balances balances;
    escrow_hold_query query = ESCROW_HOLD_QUERY_INIT;
    escrow_statement_query lines = ESCROW_STATEMENT_QUERY_INIT;
    escrow_stats stats = ESCROW_STATS_INIT;
    escrow_ledger ledger;
    size_t count = 77;
    uint64_t version = 77;
    char buffer[4];

    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_snapshot(store, NULL, &error));
    OK(escrow_store_snapshot(store, &snapshot, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_snapshot_accounts(snapshot, NULL, 1, &account, &count, &error));
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_snapshot_all_ledgers(snapshot, NULL, 0, &count, &error));
    TRUE(count == 1);
    OK(escrow_snapshot_all_ledgers(snapshot, &ledger, 1, &count, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_balances_at(snapshot, number(99), 1, &balances, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_balances_at(snapshot, number(BOB), 1, &balances, &error));
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_statement(snapshot, number(99), NULL, &cursor, &error));
    query.phase = 99;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_snapshot_open_holds(snapshot, &query, &cursor, &error));
    query.phase = 0, query.disputed = 3;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_snapshot_open_holds(snapshot, &query, &cursor, &error));
    query.disputed = 0, query.reserved = 3;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_snapshot_open_holds(snapshot, &query, &cursor, &error));
    lines.newest_first = 2;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_snapshot_statement(snapshot, number(ALICE), &lines, &cursor, &error));
    CHECK(ESCROW_INVALID_TEXT, escrow_snapshot_document(snapshot, "\xc3", 1, "k", 1, buffer, 4,
                                                        &count, &version, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_snapshot_document(snapshot, "", 0, "k", 1, buffer, 4,
                                                            &count, &version, &error));
    TRUE(version == 77 && cursor == NULL);

    OK(escrow_snapshot_open_holds(snapshot, NULL, &cursor, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_cursor_accounts(cursor, &account, 1, &count, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_cursor_holds(cursor, NULL, 1, &count, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_cursor_holds(cursor, &hold, 1, NULL, &error));
    OK(escrow_cursor_holds(cursor, NULL, 0, &count, &error));
    OK(escrow_cursor_holds(cursor, &hold, 1, &count, &error));
    TRUE(count == 0);
    stats.struct_size = 2;
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_store_stats(store, &stats, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_head(store, NULL, &error));
    escrow_cursor_free(cursor);
    escrow_snapshot_free(snapshot);
}

static void bad_texts(void) {
    escrow_u128 amount = number(5), huge = {0, UINT64_MAX};
    char buffer[8];
    size_t length = 0;
    uint32_t rate, weights[2] = {0, 0};

    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_parse("12.345", 6, 2, &amount, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_parse("-1", 2, 2, &amount, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_parse("1", 1, 19, &amount, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_parse(NULL, 0, 2, &amount, &error));
    CHECK(ESCROW_INVALID_TEXT, escrow_amount_parse("\xff", 1, 2, &amount, &error));
    TRUE(amount.lo == 5);
    CHECK(ESCROW_BUFFER_TOO_SMALL, escrow_amount_format(number(5), 2, buffer, 4, &length, &error));
    TRUE(length == 5);
    OK(escrow_amount_format(number(5), 2, buffer, 5, &length, &error));
    TRUE(length == 4 && strcmp(buffer, "0.05") == 0);
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_fee(huge, 1, &amount, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_fee(number(1), 1000001, &amount, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_amount_split(number(1), weights, 2, &amount, &error));
    CHECK(ESCROW_INVALID_ARGUMENT, escrow_rate_parse("10", 2, &rate, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_id_new(NULL, 1, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_id_from_bytes(NULL, &amount, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_ledger_iso(1, "USD", 3, NULL, &error));
    {
        escrow_ledger ledger;
        CHECK(ESCROW_INVALID_ARGUMENT, escrow_ledger_iso(1, "QQQ", 3, &ledger, &error));
    }
}

static void dead_handles(escrow_store *store) {
    escrow_snapshot *snapshot = NULL, *kept = NULL;
    escrow_cursor *cursor = NULL;
    escrow_queue *queue = NULL;
    escrow_account accounts[8];
    escrow_outcome outcome;
    escrow_operation one = transfer(20, BANK, ALICE, 1);
    uint64_t timestamp, junk[64] = {0};
    size_t count = 0;

    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_store_snapshot(store, &kept, &error));
    OK(escrow_snapshot_all_accounts(snapshot, number(0), &cursor, &error));
    OK(escrow_queue_new(store, &queue, &error));
    /* One kind of handle is not another. */
    CHECK(ESCROW_INVALID_HANDLE, escrow_snapshot_timestamp((void *)store, &timestamp, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_store_checkpoint((void *)cursor, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_store_checkpoint((void *)junk, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_store_checkpoint((void *)(uintptr_t)8, &error));
    escrow_store_free((void *)junk);
    escrow_cursor_free((void *)queue);
    /* The parents go first. */
    escrow_store_free(store);
    escrow_snapshot_free(snapshot);
    OK(escrow_cursor_accounts(cursor, accounts, 8, &count, &error));
    TRUE(count == 4);
    OK(escrow_snapshot_timestamp(kept, &timestamp, &error));
    /* Twice, in any order. */
    escrow_store_free(store);
    escrow_snapshot_free(snapshot);
    CHECK(ESCROW_INVALID_HANDLE, escrow_store_submit(store, &one, 1, NULL, 0, &outcome, &error));
    CHECK(ESCROW_INVALID_HANDLE, escrow_snapshot_timestamp(snapshot, &timestamp, &error));
    escrow_queue_free(queue);
    escrow_cursor_free(cursor);
    CHECK(ESCROW_INVALID_HANDLE, escrow_cursor_accounts(cursor, accounts, 8, &count, &error));
    escrow_snapshot_free(kept);
    escrow_store_free(NULL);
    escrow_snapshot_free(NULL);
    escrow_cursor_free(NULL);
    escrow_queue_free(NULL);
}

static void closed(const char *path) {
    escrow_store *store = open_shop(path);
    escrow_operation one = transfer(30, BANK, ALICE, 1);
    escrow_outcome outcome;
    OK(escrow_store_close(store, &error));
    CHECK(ESCROW_CLOSED, escrow_store_submit(store, &one, 1, NULL, 0, &outcome, &error));
    escrow_snapshot *snapshot = NULL;
    CHECK(ESCROW_CLOSED, escrow_store_snapshot(store, &snapshot, &error));
    escrow_queue *queue = NULL;
    CHECK(ESCROW_CLOSED, escrow_queue_new(store, &queue, &error));
    TRUE(!snapshot && !queue);
    /* Without an error struct, and with one too short for a message. */
    TRUE(escrow_store_submit(store, &one, 1, NULL, 0, &outcome, NULL) == ESCROW_CLOSED);
    error.struct_size = 8;
    memset(error.message, 'm', sizeof error.message);
    TRUE(escrow_store_submit(store, &one, 1, NULL, 0, &outcome, &error) == ESCROW_CLOSED);
    TRUE(error.status == ESCROW_CLOSED && error.message[0] == 'm');
    error.struct_size = sizeof error;
    escrow_store_free(store);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "misuse.escrow";
    bad_openings(path);
    odd_path(path);
    plain_store(path);
    read_only(path);
    {
        escrow_store *store = open_shop(path);
        bad_batches(store);
        bad_reads(store);
        bad_texts();
        dead_handles(store);
    }
    closed(path);
    puts("misuse: done");
    return 0;
}
