/* A child of the process that opened a store goes on with it as a guest; snapshots, cursors and queues
 * are its parent's. It can free what it has, and can open a store of its own. The parent goes on
 * undisturbed. A child that outlives its parent keeps no store locked. */
#include "check.h"
#include <sys/types.h>
#include <signal.h>
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
    CHECK(ESCROW_FORKED, escrow_store_submit_async(store, &one, 1, NULL, 0, queue, 1, &error));
    TRUE(submit_one(store, one) == ESCROW_OUTCOME_APPLIED);
    OK(escrow_store_snapshot(store, &another, &error));
    OK(escrow_snapshot_timestamp(another, &timestamp, &error));
    OK(escrow_store_checkpoint(store, &error));
    escrow_snapshot_free(another);
    CHECK(ESCROW_FORKED, escrow_snapshot_timestamp(snapshot, &timestamp, &error));
    CHECK(ESCROW_FORKED, escrow_cursor_accounts(cursor, &account, 1, &count, &error));
    CHECK(ESCROW_FORKED, escrow_queue_take(queue, 0, &completion, &outcome, 1, &error));
    own = open_manual(path);
    escrow_store_free(own);
    OK(escrow_store_close(store, &error));
    CHECK(ESCROW_CLOSED, escrow_store_checkpoint(store, &error));
    escrow_cursor_free(cursor);
    escrow_snapshot_free(snapshot);
    escrow_queue_free(queue);
    escrow_store_free(store);
    snprintf(own_path, sizeof own_path, "%s-child", path);
    own = open_shop(own_path);
    TRUE(submit_one(own, one) == 0);
    escrow_store_free(own);
}

/* Symptom: a store whose process had been killed could not be opened again until the last of that
 * process's children had ended. Cause: a forked child has copies of all descriptors, and a lock ends with
 * the last of them. The library closes those in the child. */
static void orphan(const char *path) {
    char orphan_path[600];
    int ready[2], status = 0;
    pid_t parent, child;
    escrow_store *store = NULL;
    snprintf(orphan_path, sizeof orphan_path, "%s-orphan", path);
    TRUE(pipe(ready) == 0);
    parent = fork();
    TRUE(parent >= 0);
    if (parent == 0) {
        store = open_shop(orphan_path);
        child = fork();
        if (child == 0) {
            /* Said by the child: only when its fork has returned has it let go of the locks. */
            child = getpid();
            TRUE(write(ready[1], &child, sizeof child) == sizeof child);
        }
        for (;;) pause();
    }
    TRUE(read(ready[0], &child, sizeof child) == sizeof child);
    kill(parent, SIGKILL);
    TRUE(waitpid(parent, &status, 0) == parent && WIFSIGNALED(status));
    TRUE(kill(child, 0) == 0);
    OK(escrow_store_open(orphan_path, strlen(orphan_path), NULL, &store, &error));
    escrow_store_free(store);
    kill(child, SIGKILL);
    close(ready[0]);
    close(ready[1]);
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
    TRUE(submit_one(store, transfer(10, BANK, ALICE, 1)) == ESCROW_OUTCOME_EXISTS);
    OK(escrow_cursor_accounts(cursor, &account, 1, &count, &error));
    escrow_store_free(store);
    escrow_cursor_free(cursor);
    escrow_queue_free(queue);
    escrow_snapshot_free(snapshot);
    orphan(path);
    puts("fork: done");
    return 0;
}
