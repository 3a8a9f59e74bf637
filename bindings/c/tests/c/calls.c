/* Target of fuzzing: any calls in any order, with any handles, structs and lengths in memory that is
 * the caller's. Each call has a status that the header names, and none is ESCROW_PANIC.
 *
 * `calls STORE CORPUS SECONDS` runs the inputs of a folder, and then mutations of them for a while.
 * With LIBFUZZER defined, `tests/fuzz/coverage/run calls` runs it guided by coverage. */
#define _GNU_SOURCE
#include "shopper.h"
#include <dirent.h>
#include <ftw.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HANDLES = 8, ROWS = 16, BYTES = 1024, CALLS_MAX = 96 };

static const uint8_t *input, *input_end;
static char store_path[512];
/* Handles of every kind, freed ones among them, and what is no handle at all. */
static void *handles[HANDLES];

static uint8_t byte(void) { return input < input_end ? *input++ : 0; }

static uint64_t any_number(void) {
    static const uint64_t edges[] = {0, 1, 0x7f, 0xffff, 0xffffffff, UINT64_MAX >> 1, UINT64_MAX};
    uint8_t how = byte();
    uint64_t made = 0;
    if (how < 200) return how % 40;
    if (how < 240) return edges[how % 7];
    for (int i = 0; i < 8; i++) made = made << 8 | byte();
    return made;
}

static escrow_u128 any_id(void) {
    escrow_u128 made = number(any_number());
    if (byte() > 240) made.hi = any_number();
    return made;
}

/* Bytes of the input as they come, over what was there. */
static void any_bytes(void *room, size_t size) {
    uint8_t *bytes = room;
    size_t edits = byte() % 8;
    for (size_t i = 0; i < edits; i++) bytes[((size_t)byte() << 8 | byte()) % size] = byte();
}

static void *any_handle(void) { return handles[byte() % HANDLES]; }

/* The length of an array: within it, or one that no array has, be it of bytes. */
static size_t any_count(size_t room) {
    uint8_t how = byte();
    return how > 250 ? SIZE_MAX : (size_t)how % (room + 1);
}

static void *or_null(void *pointer) { return byte() > 250 ? NULL : pointer; }

static void any_operation(escrow_operation *made) {
    *made = operation(byte() % 20, any_number());
    made->debit_account = number(byte() % 6);
    made->credit_account = number(byte() % 6);
    made->fee_account = number(byte() % 6);
    made->target = number(byte() % 40);
    made->amount = number(byte());
    made->ledger = byte() % 8 ? 1 : 2;
    made->flags = byte() < 128 ? 0 : (uint16_t)any_number();
    made->timeout_seconds = byte() % 4;
    made->at_deadline = byte() % 3;
    if (byte() > 200) any_bytes(made, sizeof *made);
}

static void judge(escrow_status status, escrow_error *error) {
    if (status == ESCROW_PANIC || strcmp(escrow_status_name(status), "unknown") == 0) abort();
    if (error == NULL || error->struct_size != sizeof *error) return;
    if (error->status != status || (status == 0) != (error->message[0] == 0)) abort();
    if (memchr(error->message, 0, sizeof error->message) == NULL) abort();
    if (strchr(error->message, '\n') != NULL) abort();
}

/* All that a run has made: what is kept elsewhere may take its place among the handles. */
static void *made[2 * CALLS_MAX];
static size_t made_count;

static void keep(void *handle) {
    TRUE(made_count < sizeof made / sizeof *made);
    made[made_count++] = handle;
    handles[byte() % HANDLES] = handle;
}

static void free_as_any(void *handle) {
    escrow_store_free(handle), escrow_snapshot_free(handle), escrow_cursor_free(handle);
    escrow_queue_free(handle), escrow_rows_free(handle), escrow_wallets_free(handle);
}

static void open_store(escrow_error *error) {
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL;
    options.durability = ESCROW_DURABLE_PROCESS;
    options.clock = byte() % 2;
    options.index_user_data = 1;
    options.segment_bytes = 65536, options.preallocate_bytes = 4096, options.cache_bytes = 1 << 22;
    if (byte() > 200) any_bytes(&options, sizeof options);
    options.cache_bytes &= 0xffffff, options.preallocate_bytes &= 0xfffff;
    judge(escrow_store_open(store_path, any_count(0) ? 1 : strlen(store_path), or_null(&options),
                            &store, error),
          error);
    if (store != NULL) keep(store);
}

static void write_something(uint8_t what, escrow_error *error) {
    escrow_operation batch[ROWS];
    escrow_outcome outcomes[ROWS];
    escrow_account accounts[ROWS];
    escrow_ledger ledgers[2];
    uint8_t data[BYTES];
    uint64_t settled = 0, now = 0;
    void *store = any_handle();
    size_t count = any_count(ROWS), used = count > ROWS ? 0 : count;
    memset(data, 'a', sizeof data);
    memset(accounts, 0, sizeof accounts);
    memset(batch, 0, sizeof batch);
    memset(ledgers, 0, sizeof ledgers);
    switch (what % 7) {
    case 0:
        judge(escrow_ledger_iso(1, "USD", 3, &ledgers[0], error), error);
        if (byte() > 200) any_bytes(ledgers, sizeof ledgers);
        judge(escrow_store_create_ledgers(store, ledgers, 1 + byte() % 2, outcomes, error), error);
        break;
    case 1:
        for (size_t i = 0; i < ROWS; i++) {
            accounts[i].id = number(byte() % 6), accounts[i].ledger = 1;
            accounts[i].code = 1, accounts[i].flags = byte() % 32;
            if (byte() > 220) any_bytes(&accounts[i], sizeof accounts[i]);
        }
        judge(escrow_store_create_accounts(store, accounts, count, outcomes, error), error);
        break;
    case 2:
    case 3:
        for (size_t i = 0; i < used; i++) any_operation(&batch[i]);
        judge(escrow_store_submit(store, or_null(batch), count, data, any_count(BYTES - 1),
                                  or_null(outcomes), error),
              error);
        break;
    case 4:
        for (size_t i = 0; i < used; i++) any_operation(&batch[i]);
        judge(escrow_store_submit_async(store, batch, count, data, any_count(BYTES - 1),
                                        any_handle(), any_number(), error),
              error);
        break;
    case 5:
        judge(escrow_store_advance(store, any_number(), or_null(&settled), or_null(&now), error),
              error);
        break;
    default:
        judge(escrow_store_acknowledge(store, (char *)data, any_count(80), any_number(), error),
              error);
    }
}

static void manage(uint8_t what, escrow_error *error) {
    void *handle = any_handle();
    escrow_snapshot *snapshot = NULL;
    escrow_queue *queue = NULL;
    escrow_stats stats = ESCROW_STATS_INIT;
    escrow_verify_report report = ESCROW_VERIFY_REPORT_INIT;
    escrow_completion completion;
    escrow_outcome outcomes[ROWS];
    int descriptor;
    switch (what % 11) {
    case 0:
    case 1:
        judge(escrow_store_snapshot(handle, &snapshot, error), error);
        if (snapshot != NULL) keep(snapshot);
        break;
    case 2:
        judge(escrow_queue_new(handle, &queue, error), error);
        if (queue != NULL) keep(queue);
        break;
    case 3: judge(escrow_store_checkpoint(handle, error), error); break;
    case 4: judge(escrow_store_close(handle, error), error); break;
    case 5: escrow_store_free(handle); break;
    case 6: escrow_snapshot_free(handle), escrow_cursor_free(handle); break;
    case 7: escrow_queue_free(handle); break;
    case 8:
        if (byte() > 200) stats.struct_size = (uint32_t)any_number();
        judge(escrow_store_stats(handle, or_null(&stats), error), error);
        break;
    case 9:
        if (byte() > 240)
            judge(escrow_store_verify(store_path, strlen(store_path), NULL, NULL, &report, error),
                  error);
        judge(escrow_queue_descriptor(handle, &descriptor, error), error);
        break;
    default:
        judge(escrow_queue_take(handle, byte() % 3, &completion, outcomes, any_count(ROWS), error),
              error);
    }
}

static void look(uint8_t what, escrow_error *error) {
    escrow_snapshot *snapshot = any_handle();
    escrow_cursor *cursor = NULL;
    escrow_statement_query lines = ESCROW_STATEMENT_QUERY_INIT;
    escrow_hold_query holds;
    uint8_t key[BYTES] = "aaaaaaaa";
    uint64_t time = any_number();
    uint32_t known = 0;
    size_t length = any_count(BYTES - 1), found = 0;
    escrow_u128 id = any_id();
    memset(&holds, 0, sizeof holds);
    holds.struct_size = sizeof holds;
    any_bytes(&lines, sizeof lines), any_bytes(&holds, sizeof holds);
    switch (what % 14) {
    case 0: judge(escrow_snapshot_all_accounts(snapshot, id, &cursor, error), error); break;
    case 1: judge(escrow_snapshot_all_holds(snapshot, id, &cursor, error), error); break;
    case 2: judge(escrow_snapshot_operations_by_user_data(snapshot, id, &cursor, error), error); break;
    case 3: judge(escrow_snapshot_statement(snapshot, id, or_null(&lines), &cursor, error), error); break;
    case 4: judge(escrow_snapshot_open_holds(snapshot, or_null(&holds), &cursor, error), error); break;
    case 5: judge(escrow_snapshot_holds_needing_attention(snapshot, time, &cursor, error), error); break;
    case 6:
        judge(escrow_snapshot_documents(snapshot, (char *)key, 1, key, length, key,
                                        any_count(BYTES - 1), &cursor, error),
              error);
        break;
    case 7:
        judge(escrow_snapshot_documents_with_prefix(snapshot, (char *)key, 1, key, length, &cursor, error),
              error);
        break;
    case 8: judge(escrow_snapshot_events(snapshot, time, &cursor, error), error); break;
    case 9: {
        escrow_account accounts[ROWS];
        escrow_u128 ids[ROWS] = {id, id};
        judge(escrow_snapshot_accounts(snapshot, ids, any_count(ROWS), accounts, &found, error), error);
        break;
    }
    case 10: {
        escrow_operation_record records[ROWS];
        escrow_u128 ids[ROWS] = {id, id};
        judge(escrow_snapshot_operations(snapshot, ids, any_count(ROWS), records, &found, error), error);
        break;
    }
    case 11: {
        escrow_balances balances;
        judge(escrow_snapshot_balances_at(snapshot, id, time, or_null(&balances), error), error);
        break;
    }
    case 12: {
        escrow_trial_balance balance;
        escrow_trial_balance_row rows[ROWS];
        judge(escrow_snapshot_trial_balance(snapshot, byte() % 3, &balance, rows, any_count(ROWS),
                                            &found, error),
              error);
        break;
    }
    default: {
        escrow_consumer consumers[ROWS];
        judge(escrow_snapshot_consumers(snapshot, consumers, any_count(ROWS), &found, error), error);
        judge(escrow_snapshot_consumer(snapshot, (char *)key, length, &time, or_null(&known), error),
              error);
    }
    }
    if (cursor != NULL) keep(cursor);
}

static void walk(uint8_t what, escrow_error *error) {
    union {
        escrow_account accounts[ROWS];
        escrow_hold holds[ROWS];
        escrow_operation_record operations[ROWS];
        escrow_statement_line lines[ROWS];
        escrow_document documents[ROWS];
        escrow_event events[ROWS];
    } room;
    uint8_t data[BYTES];
    void *cursor = any_handle();
    size_t rows = any_count(ROWS), bytes = any_count(BYTES), count = 0, needed = 0;
    switch (what % 6) {
    case 0: judge(escrow_cursor_accounts(cursor, room.accounts, rows, &count, error), error); break;
    case 1: judge(escrow_cursor_holds(cursor, room.holds, rows, &count, error), error); break;
    case 2: judge(escrow_cursor_operations(cursor, room.operations, rows, &count, error), error); break;
    case 3: judge(escrow_cursor_lines(cursor, room.lines, rows, &count, error), error); break;
    case 4:
        judge(escrow_cursor_documents(cursor, room.documents, rows, data, bytes, &count, &needed, error),
              error);
        break;
    default:
        judge(escrow_cursor_events(cursor, room.events, rows, data, bytes, &count, &needed, error), error);
    }
    if (count > ROWS) abort();
}

static void pure(uint8_t what, escrow_error *error) {
    char text[64];
    size_t length = 0, taken = 0;
    escrow_u128 amount = any_id(), parts[ROWS];
    uint32_t weights[ROWS] = {1, 2, 3}, scale = (uint32_t)any_number(), rate = 0;
    for (taken = 0; taken < 20; taken++) text[taken] = (char)byte();
    switch (what % 6) {
    case 0: judge(escrow_amount_parse(text, any_count(63), scale, &amount, error), error); break;
    case 1: judge(escrow_amount_format(amount, scale, text, any_count(64), &length, error), error); break;
    case 2: judge(escrow_amount_split(amount, weights, any_count(ROWS), parts, error), error); break;
    case 3: judge(escrow_rate_parse(text, any_count(20), &rate, error), error); break;
    case 4: judge(escrow_rate_format(scale, text, any_count(64), &length, error), error); break;
    default: judge(escrow_amount_fee(amount, scale, &amount, error), error);
    }
}

/* Registers Eve, for everything, unless she is, or the store takes nothing more. */
static void hired(escrow_wallets *opened) {
    escrow_actor olga = staff("olga"), otto = staff("otto");
    escrow_error own = ESCROW_ERROR_INIT;
    escrow_staff_register(opened, TEXT("otto"), ESCROW_STAFF_ROLE_OPERATOR, &olga, &outcome, &own);
    escrow_staff_register(opened, TEXT("eve"), ALL_ROLES, &olga, &outcome, &own);
    escrow_staff_register(opened, TEXT("eve"), ALL_ROLES, &otto, &outcome, &own);
}

/* Wallets: whoever has a person, a wallet and a card of a number below 40. */
static void shop(uint8_t what, escrow_error *error) {
    static const uint8_t key[ESCROW_KEY_BYTES] = {1};
    char text[64] = "anna@example.com";
    void *handle = any_handle();
    escrow_wallets *opened = NULL;
    escrow_rows *rows = NULL;
    escrow_wallet_options options = ESCROW_WALLET_OPTIONS_INIT;
    escrow_wallet_outcome outcomes[ROWS], *judged = or_null(&outcomes[0]);
    escrow_outcome paid[ROWS];
    escrow_actor actor = byte() % 4 ? staff("eve") : somebody(byte() % 5);
    escrow_payment payments[ROWS];
    escrow_purchase purchase;
    escrow_new_wallet wallet;
    escrow_evidence evidence;
    escrow_wallet_view view = ESCROW_WALLET_VIEW_INIT;
    escrow_u128 id = any_id(), other = any_id(), found = {0, 0};
    size_t length = any_count(63), count = 0;
    uint64_t time = any_number();
    uint32_t number_of = (uint32_t)any_number();
    memset(payments, 0, sizeof payments), memset(&purchase, 0, sizeof purchase);
    memset(&wallet, 0, sizeof wallet), memset(&evidence, 0, sizeof evidence);
    switch (what % 24) {
    case 0:
    case 1:
        options.policy = text_of("none");
        options.first_operator = text_of("olga");
        options.master_key.bytes = byte() % 8 ? key : (const uint8_t *)text;
        if (byte() > 240) options.struct_size = (uint32_t)any_count(200);
        judge(escrow_wallets_open(handle, or_null(&options), &opened, error), error);
        if (opened != NULL) keep(opened), hired(opened);
        break;
    case 2: escrow_wallets_free(handle); break;
    case 3: escrow_rows_free(handle); break;
    case 4:
        judge(escrow_registration_begin(handle, id, or_null(text), byte() % 2 ? 16 : length,
                                        byte() % 3, judged, error),
              error);
        break;
    case 5: judge(escrow_registration_resend(handle, id, judged, error), error); break;
    case 6:
        judge(escrow_registration_confirm(handle, text, length, or_null(&found), judged, error), error);
        break;
    case 7:
        wallet.wallet = id, wallet.account = other, wallet.ledger = 1, wallet.code = 1;
        any_bytes(&wallet, sizeof wallet);
        judge(escrow_registration_submit(handle, id, or_null(&wallet), judged, error), error);
        break;
    case 8: judge(escrow_letters_take(handle, any_count(ROWS), &rows, error), error); break;
    case 9: judge(escrow_letters_waiting(handle, time, id, any_count(ROWS), &rows, error), error); break;
    case 10:
        judge(escrow_letter_report(handle, id, other, number_of, or_null(&actor), judged, error), error);
        break;
    case 11: judge(escrow_person_notes(handle, id, &rows, judged, error), error); break;
    case 12:
        judge(escrow_person_leave_note(handle, id, text, length, or_null(&actor), judged, error), error);
        break;
    case 13:
        view.struct_size = byte() > 200 ? (uint32_t)any_count(200) % (sizeof view + 1) : sizeof view;
        judge(escrow_wallet_find(handle, id, or_null(&view), error), error);
        break;
    case 14:
        for (size_t i = 0; i < ROWS; i++) payments[i].wallet = id, any_operation(&payments[i].operation);
        any_bytes(payments, sizeof payments);
        judge(escrow_wallet_pay_many(handle, payments, any_count(ROWS), paid, outcomes, error), error);
        break;
    case 15:
        purchase.wallet = id, any_bytes(&purchase, sizeof purchase);
        judge(escrow_wallet_needs(handle, &purchase, &number_of, judged, error), error);
        break;
    case 16: judge(escrow_wallet_freeze(handle, id, or_null(&actor), judged, error), error); break;
    case 17:
        evidence.reference = text_of(text), evidence.kind = number_of;
        judge(escrow_verification_submit(handle, id, &evidence, byte() % 2, &actor, judged, error),
              error);
        break;
    case 18: judge(escrow_audit_trail(handle, id, other, any_count(ROWS), &rows, error), error); break;
    case 19: judge(escrow_key_rotate(handle, &actor, &time, judged, error), error); break;
    case 20: judge(escrow_person_erase(handle, id, &actor, judged, error), error); break;
    case 21:
        judge(escrow_staff_grant(handle, or_null(text), byte() % 2 ? 3 : length, number_of % 20, &actor,
                                 judged, error),
              error);
        break;
    case 22:
        judge(escrow_staff_acts(handle, byte() % 2 ? "eve" : text, 3, byte() % 3, time, id,
                                any_count(ROWS), &rows, error),
              error);
        break;
    default: {
        escrow_letter letter = ESCROW_LETTER_INIT;
        escrow_note note = ESCROW_NOTE_INIT;
        escrow_audit_entry entry = ESCROW_AUDIT_ENTRY_INIT;
        judge(escrow_rows_count(handle, &count, error), error);
        judge(escrow_letter_at(handle, length, or_null(&letter), error), error);
        judge(escrow_note_at(handle, length, &note, error), error);
        judge(escrow_audit_entry_at(handle, length, &entry, error), error);
        /* What a row points to is there. */
        for (size_t i = 0; i < letter.secret.length; i++)
            if (letter.secret.bytes[i] == 0) abort();
        for (size_t i = 0; i < entry.name.length; i++)
            if (entry.name.bytes[i] == 0) abort();
    }
    }
    if (rows != NULL) keep(rows);
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *where) {
    (void)found, (void)kind, (void)where;
    return remove(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (store_path[0] == 0) {
        const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        snprintf(store_path, sizeof store_path, "%s/escrowdb-calls-%ld", folder, (long)getpid());
    }
    escrow_error own = ESCROW_ERROR_INIT;
    input = bytes, input_end = bytes + size;
    memset(handles, 0, sizeof handles);
    handles[HANDLES - 1] = store_path;
    for (int calls = 0; input < input_end && calls < CALLS_MAX; calls++) {
        uint8_t what = byte(), how = byte();
        escrow_error *error = how > 250 ? NULL : &own;
        own.struct_size = (uint32_t)(how > 245 && how <= 250 ? (size_t)how - 240 : sizeof own);
        if (what >= 224) {
            shop(how, error);
            continue;
        }
        switch (what % 16) {
        case 0:
        case 1: open_store(error); break;
        case 2:
        case 3:
        case 4:
        case 5: write_something(how, error); break;
        case 6:
        case 7:
        case 8: manage(how, error); break;
        case 9:
        case 10:
        case 11: look(how, error); break;
        case 12:
        case 13:
        case 14: walk(how, error); break;
        default: pure(how, error);
        }
    }
    for (int i = 0; i < HANDLES; i++) free_as_any(handles[i]);
    while (made_count > 0) free_as_any(made[--made_count]);
    nftw(store_path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

#ifndef LIBFUZZER
enum { CORPUS_MAX = 1024, INPUT_MAX = 4096 };

static struct {
    uint8_t bytes[INPUT_MAX];
    size_t size;
} corpus[CORPUS_MAX], current;

static uint64_t random_state;

static uint64_t random_below(uint64_t bound) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 33) % bound;
}

/* The input that was running is kept, to be looked at. */
static void on_end(int signal) {
    FILE *file = fopen("calls-failed-input", "wb");
    if (file != NULL) fwrite(current.bytes, 1, current.size, file), fclose(file);
    _exit(128 + signal);
}

#include <signal.h>

int main(int argc, char **argv) {
    TRUE(argc == 4);
    snprintf(store_path, sizeof store_path, "%s", argv[1]);
    size_t inputs = 0, runs = 0;
    DIR *folder = opendir(argv[2]);
    TRUE(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && inputs < CORPUS_MAX;) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", argv[2], entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (file == NULL) continue;
        corpus[inputs].size = fread(corpus[inputs].bytes, 1, INPUT_MAX, file);
        inputs++;
        fclose(file);
    }
    closedir(folder);
    TRUE(inputs > 0);
    signal(SIGABRT, on_end), signal(SIGSEGV, on_end), signal(SIGALRM, on_end);
    for (size_t i = 0; i < inputs; i++) {
        current = corpus[i];
        alarm(60);
        LLVMFuzzerTestOneInput(current.bytes, current.size);
    }
    time_t end = time(NULL) + atoi(argv[3]);
    for (random_state = (uint64_t)time(NULL); time(NULL) < end; runs++) {
        current = corpus[random_below(inputs)];
        for (uint64_t edits = 1 + random_below(12); edits > 0; edits--) {
            size_t at = random_below(current.size + 1);
            if (at == current.size || random_below(4) == 0) {
                /* A piece of another input goes on here. */
                size_t other = random_below(inputs), from = random_below(corpus[other].size + 1);
                size_t count = corpus[other].size - from;
                if (count > INPUT_MAX - at) count = INPUT_MAX - at;
                memcpy(current.bytes + at, corpus[other].bytes + from, count);
                current.size = at + count;
            } else {
                current.bytes[at] = (uint8_t)random_below(256);
            }
        }
        alarm(60);
        LLVMFuzzerTestOneInput(current.bytes, current.size);
    }
    printf("calls: %zu inputs of the corpus, %zu mutations\n", inputs, runs);
    return 0;
}
#endif
