/* A child of the process that opened a store is refused, can free what it has, and can open a store
 * of its own. The parent goes on undisturbed. */
#include "check.h"
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(escrow_store *store, escrow_snapshot *snapshot, escrow_cursor *cursor,
                  escrow_queue *queue, const char *path) {
    escrow_operation one = transfer(10, BANK, ALICE, 1);
    escrow_outcome outcome;
    escrow_account account;
    escrow_completion completion;
    escrow_snapshot *another = NULL;
    escrow_store *own = NULL;
    char own_path[600];
    size_t count;
    uint64_t timestamp;
    CHECK(ESCROW_FORKED, escrow_store_submit(store, &one, 1, NULL, 0, &outcome, &error));
    CHECK(ESCROW_FORKED, escrow_store_submit_async(store, &one, 1, NULL, 0, queue, 1, &error));
    CHECK(ESCROW_FORKED, escrow_store_snapshot(store, &another, &error));
    CHECK(ESCROW_FORKED, escrow_store_checkpoint(store, &error));
    CHECK(ESCROW_FORKED, escrow_store_close(store, &error));
    CHECK(ESCROW_FORKED, escrow_snapshot_timestamp(snapshot, &timestamp, &error));
    CHECK(ESCROW_FORKED, escrow_cursor_accounts(cursor, &account, 1, &count, &error));
    CHECK(ESCROW_FORKED, escrow_queue_take(queue, 0, &completion, &outcome, 1, &error));
    CHECK(ESCROW_LOCKED, escrow_store_open(path, strlen(path), NULL, &own, &error));
    escrow_cursor_free(cursor);
    escrow_snapshot_free(snapshot);
    escrow_queue_free(queue);
    escrow_store_free(store);
    snprintf(own_path, sizeof own_path, "%s-child", path);
    own = open_shop(own_path);
    TRUE(submit_one(own, one) == 0);
    escrow_store_free(own);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "fork.escrow";
    escrow_store *store = open_shop(path);
    escrow_snapshot *snapshot = NULL;
    escrow_cursor *cursor = NULL;
    escrow_queue *queue = NULL;
    escrow_account account;
    size_t count;
    int status = 0;
    pid_t pid;
    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_snapshot_all_accounts(snapshot, number(0), &cursor, &error));
    OK(escrow_queue_new(store, &queue, &error));
    pid = fork();
    TRUE(pid >= 0);
    if (pid == 0) {
        child(store, snapshot, cursor, queue, path);
        _exit(0);
    }
    TRUE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    TRUE(submit_one(store, transfer(10, BANK, ALICE, 1)) == 0);
    OK(escrow_cursor_accounts(cursor, &account, 1, &count, &error));
    escrow_store_free(store);
    escrow_cursor_free(cursor);
    escrow_queue_free(queue);
    escrow_snapshot_free(snapshot);
    puts("fork: done");
    return 0;
}
