/* Structs of a program that was compiled earlier, or later, than the library. */
#include "check.h"

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "sizes.escrow";
    size_t length = strlen(path);
    escrow_store *store = NULL;
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_stats stats;
    /* The first version had the mode alone. */
    struct { uint32_t struct_size, mode; } old_options = {8, ESCROW_OPEN_EXISTING};
    struct { escrow_open_options known; uint64_t later[4]; } new_options = {
        ESCROW_OPEN_OPTIONS_INIT, {0, 0, 0, 0}};
    struct { uint32_t struct_size, newest_first; } old_query = {8, 1};
    struct { uint32_t struct_size, status; char message[16]; uint32_t mine; } old_error = {
        24, 0, {0}, 4711};

    TRUE(escrow_store_open(path, length, (void *)&old_options, &store, (void *)&old_error) ==
         ESCROW_NOT_FOUND);
    TRUE(old_error.status == ESCROW_NOT_FOUND && strlen(old_error.message) == 15);
    TRUE(old_error.mine == 4711);
    new_options.known.struct_size = sizeof new_options;
    new_options.later[3] = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_store_open(path, length, &new_options.known, &store, &error));
    new_options.later[3] = 0;
    new_options.known.index_user_data = 1;
    OK(escrow_store_open(path, length, &new_options.known, &store, &error));
    escrow_store_free(store);
    OK(escrow_store_open(path, length, (void *)&old_options, &store, &error));

    memset(&stats, 0x55, sizeof stats);
    stats.struct_size = 24;
    OK(escrow_store_stats(store, &stats, &error));
    TRUE(stats.struct_size == 24 && stats.events == 0 && stats.syncs == 0x5555555555555555u);
    escrow_store_free(store);

    store = open_shop(path);
    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_snapshot_statement(snapshot, number(ALICE), (void *)&old_query, &cursor, &error));
    escrow_cursor_free(cursor);
    escrow_snapshot_free(snapshot);
    escrow_store_free(store);
    puts("sizes: done");
    return 0;
}
