/* The vectors that all languages play. vectors.h is made of tests/vectors by tests/abi/vectors.rs. */
#include "check.h"

enum what { CREATE_LEDGERS, CREATE_ACCOUNTS, SUBMIT, ADVANCE, REOPEN };

struct bytes {
    const uint8_t *start;
    size_t length;
};

struct step {
    enum what what;
    const void *records; /* ledgers, accounts or operations */
    size_t count;
    struct bytes data;
    const escrow_outcome *outcomes;
    uint64_t to, settled;
    escrow_head head;
};

struct named {
    const char *space;
    size_t space_length;
    const char *text;
    size_t text_length;
    uint64_t high, low;
};

struct document {
    struct bytes space, key, value;
    uint64_t version;
};

struct vector {
    const char *name;
    escrow_u128 store_id;
    const struct step *steps;
    size_t step_count;
    /* What there is in the end. */
    const escrow_ledger *ledgers;
    size_t ledger_count;
    const escrow_account *accounts;
    size_t account_count;
    const escrow_hold *holds;
    size_t hold_count;
    const struct document *documents;
    size_t document_count;
    const char *state_hash;
};

#include "vectors.h"

enum { COUNT_MAX = 256, VALUE_MAX = 1 << 17 };

static char path[4096];

static escrow_store *open_store(const struct vector *vector) {
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL;
    options.clock = ESCROW_CLOCK_MANUAL;
    options.durability = ESCROW_DURABLE_PROCESS;
    options.store_id = vector->store_id;
    OK(escrow_store_open(path, strlen(path), &options, &store, &error));
    return store;
}

/* Takes one step; *store changes when it is opened again. */
static void take(const struct vector *vector, const struct step *step, escrow_store **store) {
    static escrow_outcome outcomes[COUNT_MAX];
    escrow_head head;
    uint64_t settled = 0, now = 0;
    TRUE(step->count <= COUNT_MAX);
    switch (step->what) {
    case CREATE_LEDGERS:
        OK(escrow_store_create_ledgers(*store, step->records, step->count, outcomes, &error));
        break;
    case CREATE_ACCOUNTS:
        OK(escrow_store_create_accounts(*store, step->records, step->count, outcomes, &error));
        break;
    case SUBMIT:
        OK(escrow_store_submit(*store, step->records, step->count, step->data.start,
                               step->data.length, outcomes, &error));
        break;
    case ADVANCE:
        OK(escrow_store_advance(*store, step->to, &settled, &now, &error));
        TRUE(now >= step->to);
        break;
    case REOPEN:
        escrow_store_free(*store);
        *store = open_store(vector);
        break;
    }
    TRUE(settled == step->settled);
    /* Records have no padding: they can be compared as bytes. */
    TRUE(step->count == 0 ||
         memcmp(outcomes, step->outcomes, step->count * sizeof *outcomes) == 0);
    OK(escrow_store_head(*store, &head, &error));
    TRUE(memcmp(&head, &step->head, sizeof head) == 0);
}

static void look(const struct vector *vector, escrow_store *store) {
    static escrow_ledger ledgers[COUNT_MAX];
    static escrow_account accounts[COUNT_MAX];
    static escrow_hold holds[COUNT_MAX];
    static uint8_t value[VALUE_MAX];
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_u128 none = {0, 0};
    size_t count = 0;
    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_snapshot_all_ledgers(snapshot, ledgers, COUNT_MAX, &count, &error));
    TRUE(count == vector->ledger_count);
    TRUE(memcmp(ledgers, vector->ledgers, count * sizeof *ledgers) == 0);
    OK(escrow_snapshot_all_accounts(snapshot, none, &cursor, &error));
    OK(escrow_cursor_accounts(cursor, accounts, COUNT_MAX, &count, &error));
    TRUE(count == vector->account_count);
    TRUE(memcmp(accounts, vector->accounts, count * sizeof *accounts) == 0);
    escrow_cursor_free(cursor);
    OK(escrow_snapshot_all_holds(snapshot, none, &cursor, &error));
    OK(escrow_cursor_holds(cursor, holds, COUNT_MAX, &count, &error));
    TRUE(count == vector->hold_count);
    TRUE(count == 0 || memcmp(holds, vector->holds, count * sizeof *holds) == 0);
    escrow_cursor_free(cursor);
    for (size_t i = 0; i < vector->document_count; i++) {
        const struct document *document = &vector->documents[i];
        uint64_t version = 0;
        OK(escrow_snapshot_document(snapshot, (const char *)document->space.start,
                                    document->space.length, document->key.start,
                                    document->key.length, value, sizeof value, &count, &version,
                                    &error));
        TRUE(version == document->version && count == document->value.length);
        TRUE(count == 0 || memcmp(value, document->value.start, count) == 0);
    }
    escrow_snapshot_free(snapshot);
}

static void play(const struct vector *vector) {
    escrow_verify_report report = ESCROW_VERIFY_REPORT_INIT;
    escrow_store *store = open_store(vector);
    for (size_t i = 0; i < vector->step_count; i++) {
        fprintf(stderr, "%s, step %zu\n", vector->name, i);
        take(vector, &vector->steps[i], &store);
    }
    look(vector, store);
    OK(escrow_store_close(store, &error));
    escrow_store_free(store);
    OK(escrow_store_verify(path, strlen(path), NULL, NULL, &report, &error));
    TRUE(report.is_sound == 1 && strcmp(report.state_hash, vector->state_hash) == 0);
}

static void name_ids(void) {
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        escrow_u128 id = {0, 0};
        OK(escrow_id_named(named[i].space, named[i].space_length, named[i].text,
                           named[i].text_length, &id, &error));
        TRUE(id.hi == named[i].high && id.lo == named[i].low);
    }
}

int main(int argc, char **argv) {
    name_ids();
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        snprintf(path, sizeof path, "%s.%s", argc > 1 ? argv[1] : "vectors", vectors[i].name);
        play(&vectors[i]);
    }
    puts("vectors: done");
    return 0;
}
