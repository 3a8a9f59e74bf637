/* Several processes on one store. A forked child goes on with what its parent had open, as its guest, and
 * takes its place when it is killed; a second open is a guest, unless somebody wants to be alone. */
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that is forked while another thread allocates waits for ever for the lock of the sanitizer's
 * allocator; the C library's has none to wait for. */
#ifdef __SANITIZE_ADDRESS__
enum { MAY_FORK_WHILE_OTHERS_WORK = 0 };
#else
enum { MAY_FORK_WHILE_OTHERS_WORK = 1 };
#endif

enum { CHILDREN = 8, BATCHES = 40, CENTS = 2 };

static escrow_store *shared;
static volatile int is_over;

/* What each process pays has ids of its own. */
static void pay(uint64_t payer, uint64_t count) {
    uint32_t status = submit_one(shared, transfer(payer * 10000 + count, BANK, BOB, CENTS));
    TRUE(status == ESCROW_OUTCOME_APPLIED);
    /* Sent again, it is the same. */
    status = submit_one(shared, transfer(payer * 10000 + count, BANK, BOB, CENTS));
    TRUE(status == ESCROW_OUTCOME_EXISTS);
}

/* A snapshot ends with its host: a new one is taken. */
static uint64_t paid(escrow_store *store) {
    escrow_account account;
    escrow_u128 bob = number(BOB);
    escrow_status status;
    size_t found;
    do {
        escrow_snapshot *snapshot = NULL;
        OK(escrow_store_snapshot(store, &snapshot, &error));
        status = escrow_snapshot_accounts(snapshot, &bob, 1, &account, &found, &error);
        escrow_snapshot_free(snapshot);
    } while (status == ESCROW_HOST_ENDED);
    TRUE(status == ESCROW_OK && found == 1);
    return account.balances.credits_posted.lo;
}

static void *pay_in_a_thread(void *unused) {
    uint64_t count = 0;
    escrow_outcome outcome;
    escrow_error own = ESCROW_ERROR_INIT;
    while (!is_over) {
        escrow_operation one = transfer(990000 + count++, BANK, ALICE, 1);
        TRUE(escrow_store_submit(shared, &one, 1, NULL, 0, &outcome, &own) == ESCROW_OK);
        TRUE(outcome.status == ESCROW_OUTCOME_APPLIED);
    }
    return unused;
}

static void child(uint64_t payer, int said, int may_go_on) {
    char word = 'h';
    uint32_t role;
    uint64_t before = 0, now;
    for (uint64_t count = 1; count <= BATCHES; count++) {
        pay(payer, count);
        now = paid(shared);
        TRUE(now >= count * CENTS && now >= before);
        before = now;
    }
    OK(escrow_store_role(shared, &role, &error));
    TRUE(role == ESCROW_ROLE_GUEST);
    TRUE(write(said, &word, 1) == 1);
    TRUE(read(may_go_on, &word, 1) == 1);
    for (uint64_t count = BATCHES + 1; count <= 2 * BATCHES; count++) {
        uint32_t status = submit_one(shared, transfer(payer * 10000 + count, BANK, BOB, CENTS));
        /* The answer may have been lost with the host. */
        TRUE(status == ESCROW_OUTCOME_APPLIED || status == ESCROW_OUTCOME_EXISTS);
        TRUE(paid(shared) >= before + (count - BATCHES) * CENTS);
    }
    OK(escrow_store_close(shared, &error));
    escrow_store_free(shared);
    word = 'd';
    TRUE(write(said, &word, 1) == 1);
}

/* Opens, forks while another thread submits, and goes on until it is killed. */
static void parent(const char *path, int said, int may_go_on) {
    pthread_t thread;
    shared = open_shop(path);
    TRUE(pthread_create(&thread, NULL, pay_in_a_thread, NULL) == 0);
    for (uint64_t payer = 1; payer <= CHILDREN; payer++) {
        pid_t pid = fork();
        TRUE(pid >= 0);
        if (pid == 0) {
            alarm(60);
            child(payer, said, may_go_on);
            _exit(0);
        }
        pay(payer + 50, 1);
    }
    for (;;) pause();
}

static void expect_words(int said, char word, int count) {
    char read_word;
    while (count-- > 0) TRUE(read(said, &read_word, 1) == 1 && read_word == word);
}

/* Symptom: what was opened before a fork was good for nothing in the child, so that a server that loads
 * its application first and forks its workers then could not be written. */
static void children_go_on(const char *path) {
    int said[2], may_go_on[2], status = 0;
    uint32_t process, guests;
    escrow_store *store;
    pid_t pid;
    TRUE(pipe(said) == 0 && pipe(may_go_on) == 0);
    pid = fork();
    TRUE(pid >= 0);
    if (pid == 0) {
        close(said[0]), close(may_go_on[1]);
        alarm(60);
        parent(path, said[1], may_go_on[0]);
    }
    close(said[1]), close(may_go_on[0]);
    expect_words(said[0], 'h', CHILDREN);
    store = open_manual(path);
    OK(escrow_store_host_process(store, &process, &guests, &error));
    TRUE(process == (uint32_t)pid && guests == CHILDREN + 1);
    escrow_store_free(store);
    TRUE(write(may_go_on[1], "12345678", CHILDREN) == CHILDREN);
    kill(pid, SIGKILL);
    TRUE(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    expect_words(said[0], 'd', CHILDREN);
    store = open_manual(path);
    TRUE(paid(store) == (CHILDREN * 2 * BATCHES + CHILDREN) * CENTS);
    escrow_store_free(store);
    close(said[0]), close(may_go_on[1]);
}

/* What a child's parent has closed is closed there too, and so it is after the child has closed it. */
static void closed_is_closed(const char *path) {
    int status = 0;
    pid_t pid;
    shared = open_manual(path);
    OK(escrow_store_close(shared, &error));
    pid = fork();
    TRUE(pid >= 0);
    if (pid == 0) {
        CHECK(ESCROW_CLOSED, escrow_store_checkpoint(shared, &error));
        _exit(0);
    }
    TRUE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    escrow_store_free(shared);
}

/* Two handles of one process: the second one is a guest, and the host when the first one is gone. */
static void two_handles(const char *path) {
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *first = open_manual(path), *second = open_manual(path), *third = NULL;
    uint32_t role, process, guests;
    OK(escrow_store_role(first, &role, &error));
    TRUE(role == ESCROW_ROLE_HOST);
    OK(escrow_store_role(second, &role, &error));
    TRUE(role == ESCROW_ROLE_GUEST);
    OK(escrow_store_host_process(second, &process, &guests, &error));
    TRUE(process == (uint32_t)getpid() && guests == 1);
    OK(escrow_store_host_process(first, &process, &guests, &error));
    TRUE(process == (uint32_t)getpid() && guests == 1);
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_role(first, NULL, &error));
    CHECK(ESCROW_NULL_ARGUMENT, escrow_store_host_process(first, NULL, &guests, &error));

    /* The host's clock is manual. */
    options.index_user_data = 1;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_store_open(path, strlen(path), &options, &third, &error));
    options.follow_host = 1;
    OK(escrow_store_open(path, strlen(path), &options, &third, &error));
    escrow_store_free(third), third = NULL;
    options.exclusive = 1;
    CHECK(ESCROW_LOCKED, escrow_store_open(path, strlen(path), &options, &third, &error));
    options.exclusive = 2;
    CHECK(ESCROW_INVALID_ARGUMENT,
          escrow_store_open(path, strlen(path), &options, &third, &error));
    TRUE(third == NULL);

    TRUE(submit_one(second, transfer(77, BANK, ALICE, 1)) == ESCROW_OUTCOME_APPLIED);
    escrow_store_free(first);
    TRUE(submit_one(second, transfer(78, BANK, ALICE, 1)) == ESCROW_OUTCOME_APPLIED);
    OK(escrow_store_role(second, &role, &error));
    TRUE(role == ESCROW_ROLE_HOST);
    escrow_store_free(second);
}

/* A host says how many it takes, and one that wants to be alone stays alone, in its children too. */
static void limits(const char *path) {
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *host = NULL, *guest = NULL, *refused = NULL;
    int status = 0;
    pid_t pid;
    options.follow_host = 1, options.guests_max = 1, options.takeover_wait_seconds = 5;
    OK(escrow_store_open(path, strlen(path), &options, &host, &error));
    OK(escrow_store_open(path, strlen(path), &options, &guest, &error));
    OK(escrow_store_checkpoint(guest, &error));
    CHECK(ESCROW_LIMIT_EXCEEDED, escrow_store_open(path, strlen(path), &options, &refused, &error));
    escrow_store_free(guest), escrow_store_free(host);
    options.exclusive = 1;
    OK(escrow_store_open(path, strlen(path), &options, &host, &error));
    CHECK(ESCROW_LOCKED, escrow_store_open(path, strlen(path), NULL, &refused, &error));
    TRUE(refused == NULL);
    pid = fork();
    TRUE(pid >= 0);
    if (pid == 0) {
        CHECK(ESCROW_FORKED, escrow_store_checkpoint(host, &error));
        _exit(0);
    }
    TRUE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    escrow_store_free(host);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "processes.escrow";
    alarm(80);
    if (MAY_FORK_WHILE_OTHERS_WORK)
        children_go_on(path);
    else
        escrow_store_free(open_shop(path));
    closed_is_closed(path);
    two_handles(path);
    limits(path);
    puts("processes: done");
    return 0;
}
