/* A disk that takes no more: the store is poisoned, says so, and is whole when it is opened again. */
#include "check.h"
#include <signal.h>
#include <sys/resource.h>

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "poison.escrow";
    escrow_store *store = open_shop(path);
    struct rlimit limit, tight;
    escrow_operation batch[256];
    escrow_outcome outcomes[256];
    escrow_status status = ESCROW_OK;
    uint64_t next = 100, answered = 0;
    escrow_snapshot *snapshot = NULL;
    escrow_account alice;
    escrow_u128 id = number(ALICE);
    size_t found = 0;

    signal(SIGXFSZ, SIG_IGN);
    TRUE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    tight = limit;
    tight.rlim_cur = 256 << 10;
    TRUE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    for (int round = 0; round < 100 && status == ESCROW_OK; round++) {
        for (int i = 0; i < 256; i++) batch[i] = transfer(next++, BANK, ALICE, 1);
        status = escrow_store_submit(store, batch, 256, NULL, 0, outcomes, &error);
        if (status == ESCROW_OK) answered += 256;
    }
    TRUE(status == ESCROW_IO || status == ESCROW_POISONED);
    TRUE(error.message[0] != 0 && strchr(error.message, '\n') == NULL);
    for (int i = 0; i < 256; i++)
        TRUE(strcmp(escrow_outcome_name(outcomes[i].status), "unknown") == 0);
    TRUE(setrlimit(RLIMIT_FSIZE, &limit) == 0);

    CHECK(ESCROW_POISONED, escrow_store_submit(store, batch, 1, NULL, 0, outcomes, &error));
    CHECK(ESCROW_POISONED, escrow_store_checkpoint(store, &error));
    CHECK(ESCROW_POISONED, escrow_store_close(store, &error));
    escrow_store_free(store);

    store = open_manual(path);
    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_snapshot_accounts(snapshot, &id, 1, &alice, &found, &error));
    TRUE(found == 1 && alice.balances.credits_posted.lo >= answered && answered > 0);
    /* What was not answered is sent again. */
    OK(escrow_store_submit(store, batch, 256, NULL, 0, outcomes, &error));
    for (int i = 0; i < 256; i++)
        TRUE(outcomes[i].status == ESCROW_OUTCOME_APPLIED ||
             outcomes[i].status == ESCROW_OUTCOME_EXISTS);
    escrow_snapshot_free(snapshot);
    escrow_store_free(store);
    puts("poison: done");
    return 0;
}
