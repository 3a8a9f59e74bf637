/* Bytes that change on the disk, seen through the C ABI: a named error, or no effect. Never a panic, a
 * crash, a hang or a wrong answer. `rot STORE STEP` flips each STEP-th byte of each file in turn. */
#define _GNU_SOURCE
#include "shopper.h"
#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

enum { FILES_MAX = 16, WALLETS = 2 };

static const uint8_t key[ESCROW_KEY_BYTES] = {1};
/* Events up to this time were moved into an archive. */
static uint64_t archived;

static struct file {
    char name[300];
    unsigned char *bytes;
    size_t size;
} files[FILES_MAX];
static int file_count;

static void read_files(const char *store, const char *folder) {
    char path[1500];
    snprintf(path, sizeof path, "%.1000s/%.20s", store, folder);
    DIR *open = opendir(path);
    TRUE(open != NULL);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        struct stat found;
        snprintf(path, sizeof path, "%.1000s/%.20s%.255s", store, folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &found) != 0 || !S_ISREG(found.st_mode)) continue;
        if (strcmp(entry->d_name, "LOCK") == 0) continue;
        TRUE(file_count < FILES_MAX);
        struct file *file = &files[file_count++];
        snprintf(file->name, sizeof file->name, "%.20s%.255s", folder, entry->d_name);
        file->size = (size_t)found.st_size;
        file->bytes = malloc(file->size + 1);
        FILE *stream = fopen(path, "rb");
        TRUE(stream != NULL && file->bytes != NULL);
        TRUE(fread(file->bytes, 1, file->size, stream) == file->size);
        fclose(stream);
    }
    closedir(open);
}

static void write_files(const char *store) {
    char path[1500];
    snprintf(path, sizeof path, "%.1000s/journal", store);
    mkdir(store, 0700), mkdir(path, 0700);
    for (int i = 0; i < file_count; i++) {
        snprintf(path, sizeof path, "%.1000s/%.299s", store, files[i].name);
        FILE *stream = fopen(path, "wb");
        TRUE(stream != NULL);
        TRUE(fwrite(files[i].bytes, 1, files[i].size, stream) == files[i].size);
        fclose(stream);
    }
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *where) {
    (void)found, (void)kind, (void)where;
    return remove(path);
}

/* What is known of a store: of its last batch, nothing is promised if it looks unfinished. */
struct shown {
    escrow_account wallets[WALLETS];
    uint64_t timestamp, holds, events;
};

static int is_named(escrow_status status) {
    TRUE(status != ESCROW_PANIC && error.status == status && strchr(error.message, '\n') == NULL);
    TRUE((status == ESCROW_OK) == (error.message[0] == 0));
    TRUE(status == ESCROW_OK || status == ESCROW_CORRUPT || status == ESCROW_NEWER_FORMAT ||
         (status == ESCROW_POISONED && strstr(error.message, "corrupt") != NULL));
    return status != ESCROW_OK;
}

/* Opens a store and reads it; 1 if it is refused with a name. */
static int show(const char *path, struct shown *shown) {
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL;
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_u128 ids[WALLETS] = {{ALICE, 0}, {BOB, 0}};
    escrow_hold holds[8];
    escrow_event events[8];
    char data[4096];
    size_t count = 0, needed = 0;
    int named = 0;
    options.mode = ESCROW_OPEN_EXISTING, options.clock = ESCROW_CLOCK_MANUAL;
    options.durability = ESCROW_DURABLE_PROCESS;
    memset(shown, 0, sizeof *shown);
    named = is_named(escrow_store_open(path, strlen(path), &options, &store, &error));
    if (!named) named = is_named(escrow_store_snapshot(store, &snapshot, &error));
    if (!named) named = is_named(escrow_snapshot_timestamp(snapshot, &shown->timestamp, &error));
    if (!named)
        named = is_named(escrow_snapshot_accounts(snapshot, ids, WALLETS, shown->wallets, &count, &error));
    if (!named) named = is_named(escrow_snapshot_all_holds(snapshot, number(0), &cursor, &error));
    for (count = 1; !named && count > 0; shown->holds += count)
        named = is_named(escrow_cursor_holds(cursor, holds, 8, &count, &error));
    escrow_cursor_free(cursor);
    cursor = NULL;
    if (!named) named = is_named(escrow_snapshot_events(snapshot, archived, &cursor, &error));
    for (count = 1; !named && count > 0; shown->events += count)
        named = is_named(escrow_cursor_events(cursor, events, 8, data,
                                              sizeof data, &count, &needed, &error));
    if (!named) named = is_named(escrow_store_checkpoint(store, &error));
    escrow_cursor_free(cursor), escrow_snapshot_free(snapshot), escrow_store_free(store);
    return named;
}

/* Opens the wallets of a store and reads a note; 1 if they are refused with a name. */
static int show_note(const char *path) {
    escrow_store *store = open_manual(path);
    escrow_wallet_options options = options_with(key);
    escrow_rows *rows = NULL;
    escrow_note note = ESCROW_NOTE_INIT;
    int named;
    wallets = NULL;
    named = is_named(escrow_wallets_open(store, &options, &wallets, &error));
    if (!named)
        named = is_named(escrow_person_notes(wallets, person_of(1), &rows, &outcome, &error));
    if (!named) {
        TRUE(outcome.status == ESCROW_WALLET_DONE);
        OK(escrow_note_at(rows, 0, &note, &error));
        TRUE(is_text(note.text, "she called"));
    }
    escrow_rows_free(rows), escrow_wallets_free(wallets), escrow_store_free(store);
    return named;
}

/* Ends the program if it computes for so long. Not by the clock on the wall, which goes on while the
 * machine stands still; that one has an hour. */
static void limit_time(void) {
    struct itimerval limit;
    memset(&limit, 0, sizeof limit);
    limit.it_value.tv_sec = 60;
    TRUE(setitimer(ITIMER_PROF, &limit, NULL) == 0);
    alarm(3600);
}

int main(int argc, char **argv) {
    TRUE(argc == 3);
    const char *path = argv[1];
    char copy[1100];
    size_t step = (size_t)atoi(argv[2]);
    struct shown whole, cut, found;
    unsigned counts[3] = {0, 0, 0};
    uint64_t half = 0;

    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    options.clock = ESCROW_CLOCK_MANUAL, options.segment_bytes = 4096;
    options.preallocate_bytes = 512, options.index_user_data = 1;
    escrow_store *store = NULL;
    OK(escrow_store_open(path, strlen(path), &options, &store, &error));
    escrow_store_free(store);
    escrow_store_free(open_shop(path));
    OK(escrow_store_open(path, strlen(path), &options, &store, &error));
    for (uint64_t i = 0; i < 20; i++) {
        escrow_operation hold = transfer(200 + i, ALICE, BOB, 5);
        hold.kind = ESCROW_KIND_HOLD;
        TRUE(submit_one(store, transfer(100 + i, BANK, ALICE, 50)) == ESCROW_OUTCOME_APPLIED);
        TRUE(submit_one(store, hold) == ESCROW_OUTCOME_APPLIED);
        if (i == 9) {
            escrow_snapshot *snapshot = NULL;
            OK(escrow_store_checkpoint(store, &error));
            OK(escrow_store_snapshot(store, &snapshot, &error));
            OK(escrow_snapshot_timestamp(snapshot, &half, &error));
            escrow_snapshot_free(snapshot);
        }
    }
    escrow_wallet_options people = options_with(key);
    escrow_actor eve = staff("eve");
    OK(escrow_wallets_open(store, &people, &wallets, &error));
    hire();
    DONE(escrow_registration_begin(wallets, person_of(1), TEXT("anna@example.com"), 1, &outcome,
                                   &error));
    DONE(escrow_person_leave_note(wallets, person_of(1), TEXT("she called"), &eve, &outcome, &error));
    escrow_wallets_free(wallets);
    escrow_archive_report moved = ESCROW_ARCHIVE_REPORT_INIT;
    snprintf(copy, sizeof copy, "%.1000s-archive", path);
    OK(escrow_store_archive(store, copy, strlen(copy), half, &moved, &error));
    TRUE(moved.segments > 0);
    archived = moved.archived.timestamp;
    escrow_store_free(store);
    /* In memory if possible: what is synced here is of no account. */
    if (access("/dev/shm", W_OK) == 0)
        snprintf(copy, sizeof copy, "/dev/shm/escrowdb-rot-%ld", (long)getpid());
    else
        snprintf(copy, sizeof copy, "%.1000s-rotten", path);
    TRUE(show(path, &cut) == 0 && show_note(path) == 0);
    store = open_manual(path);
    TRUE(submit_one(store, transfer(300, ALICE, BOB, 1)) == ESCROW_OUTCOME_APPLIED);
    escrow_store_free(store);
    read_files(path, "");
    read_files(path, "journal/");
    TRUE(show(path, &whole) == 0 && whole.holds == 20 && whole.events > cut.events);

    for (int i = 0; i < file_count; i++) {
        for (size_t at = 0; at < files[i].size; at += files[i].size < 200 ? 1 : step) {
            unsigned char flip = at / step % 2 ? 0xff : (unsigned char)(1 << at % 8);
            escrow_verify_report report = ESCROW_VERIFY_REPORT_INIT;
            int what;
            limit_time();
            files[i].bytes[at] ^= flip;
            write_files(copy);
            files[i].bytes[at] ^= flip;
            if (escrow_store_verify(copy, strlen(copy), NULL, NULL, &report, &error) != ESCROW_OK)
                TRUE(error.status == ESCROW_NEWER_FORMAT && error.message[0] != 0);
            else
                TRUE(report.is_sound == (report.fault[0] == 0));
            /* Who opens wallets computes a hash: only for the file that is about them. */
            if (strcmp(files[i].name, "KEYS") == 0 && show_note(copy)) what = 0;
            else if (show(copy, &found)) what = 0;
            else if (memcmp(&found, &whole, sizeof found) == 0) what = 1;
            else what = memcmp(&found, &cut, sizeof found) == 0 ? 2 : 3;
            if (what == 3) fprintf(stderr, "%s, byte %zu, flipped by %d\n", files[i].name, at, flip);
            TRUE(what != 3);
            counts[what]++;
            nftw(copy, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        }
    }
    printf("rot: %u named, %u without effect, %u without the last batch\n", counts[0], counts[1],
           counts[2]);
    TRUE(counts[0] > 0 && counts[1] > 0);
    return 0;
}
