/* Many threads on one handle of wallets: those who guess a password cannot pass the lock, those who
 * pay together cannot pass the limit, and one authorisation pays once. */
#include "shopper.h"
#include <pthread.h>

enum { THREADS = 8, GUESSES = 3, GUESSED = 1, LIMITED = 2, SINGLE = 3 };

/* The article's policy lets an unverified customer pay 1,000.00 a month. */
enum { PRICE = 15000, WITHIN_LIMIT = 6 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static escrow_u128 single_authorisation = {90000, 0};

/* What came of a thread's calls. */
typedef struct {
    uint64_t thread;
    int wrong, locked, paid, needs_tier, used, again;
} result;

/* Each thread checks with an error struct of its own. */
#define MINE(call)                                                                                 \
    do {                                                                                           \
        if ((call) != ESCROW_OK) {                                                                 \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, mine.message);           \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* Counts an outcome, of which no other kind may come. */
static void count(result *of, escrow_wallet_outcome found, int is_again) {
    switch (found.status) {
    case ESCROW_WALLET_DONE: ++*(is_again ? &of->again : &of->paid); break;
    case ESCROW_WALLET_CREDENTIALS_MUST_MATCH: of->wrong++; break;
    case ESCROW_WALLET_CREDENTIAL_IS_LOCKED: of->locked++; break;
    case ESCROW_WALLET_AUTHORISATION_NOT_FOUND: of->used++; break;
    case ESCROW_WALLET_NEEDS_TIER:
        TRUE(found.tier == 1);
        of->needs_tier++;
        break;
    default:
        fprintf(stderr, "unexpected: %s\n", escrow_wallet_outcome_name(found.status));
        exit(1);
    }
}

static escrow_payment payment(uint64_t customer, uint64_t id, uint64_t order, uint64_t cents) {
    escrow_payment made;
    memset(&made, 0, sizeof made);
    made.wallet = wallet_of(customer);
    made.order = number(order);
    made.operation = transfer(id, 0, BOB, cents);
    made.operation.kind = ESCROW_KIND_HOLD;
    made.operation.debit_account = account_of(customer);
    return made;
}

static escrow_purchase purchase_of(escrow_payment of) {
    escrow_purchase made;
    memset(&made, 0, sizeof made);
    made.wallet = of.wallet;
    made.order = of.order;
    made.payee = of.operation.credit_account;
    made.amount = of.operation.amount;
    made.ledger = of.operation.ledger;
    return made;
}

/* All threads begin together: whoever opens the gate has made the last of them. */
static void wait_at_gate(void) {
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}

/* Guesses, by each call that takes a payment password. */
static void *guess(void *argument) {
    result *mine_is = argument;
    escrow_error mine = ESCROW_ERROR_INIT;
    escrow_wallet_outcome found;
    escrow_purchase purchase = purchase_of(payment(GUESSED, 1, 1, 100));
    escrow_u128 wallet = wallet_of(GUESSED);
    uint64_t until;
    char text[8];
    wait_at_gate();
    for (uint64_t i = 0; i < GUESSES; i++) {
        uint64_t place = mine_is->thread * GUESSES + i;
        snprintf(text, sizeof text, "%06u", (unsigned)(200001 + 17 * place));
        switch (place % 3) {
        case 0:
            MINE(escrow_wallet_check_payment_password(wallets, wallet, TEXT(text), &found, &mine));
            break;
        case 1:
            MINE(escrow_wallet_authorise(wallets, number(80000 + place), &purchase, TEXT(text), 0,
                                         &until, &found, &mine));
            break;
        default:
            MINE(escrow_wallet_change_payment_password(wallets, wallet, TEXT(text),
                                                       TEXT("730164"), &found, &mine));
        }
        count(mine_is, found, 0);
    }
    return NULL;
}

/* Confirms and pays an order of its own, alone or in a batch. */
static void *pay_own(void *argument) {
    result *mine_is = argument;
    escrow_error mine = ESCROW_ERROR_INIT;
    escrow_wallet_outcome found;
    escrow_outcome paid;
    uint64_t until, id = 10000 + mine_is->thread;
    escrow_payment order = payment(LIMITED, id, id, PRICE);
    escrow_purchase purchase = purchase_of(order);
    order.authorisation = number(id + 10000);
    wait_at_gate();
    MINE(escrow_wallet_authorise(wallets, order.authorisation, &purchase, TEXT(PAYMENT), 0, &until,
                                 &found, &mine));
    if (found.status == ESCROW_WALLET_DONE) {
        if (mine_is->thread % 2) {
            MINE(escrow_wallet_pay_many(wallets, &order, 1, &paid, &found, &mine));
        } else {
            MINE(escrow_wallet_pay(wallets, &order, &paid, &found, &mine));
        }
    }
    count(mine_is, found, 0);
    return NULL;
}

/* Pays by the one authorisation that all share, each with an operation of its own; and again. */
static void *pay_shared(void *argument) {
    result *mine_is = argument;
    escrow_error mine = ESCROW_ERROR_INIT;
    escrow_wallet_outcome found;
    escrow_outcome paid;
    escrow_payment order = payment(SINGLE, 30000 + mine_is->thread, 90001, 4000);
    order.authorisation = single_authorisation;
    wait_at_gate();
    for (int i = 0; i < 2; i++) {
        int is_again = mine_is->paid > 0;
        MINE(escrow_wallet_pay(wallets, &order, &paid, &found, &mine));
        count(mine_is, found, is_again);
        if (found.status == ESCROW_WALLET_DONE)
            TRUE(paid.status == (is_again ? ESCROW_OUTCOME_EXISTS : ESCROW_OUTCOME_APPLIED));
    }
    return NULL;
}

static void join(pthread_t *threads, result *results, result *sum) {
    memset(sum, 0, sizeof *sum);
    for (int i = 0; i < THREADS; i++) {
        TRUE(pthread_join(threads[i], NULL) == 0);
        sum->wrong += results[i].wrong;
        sum->locked += results[i].locked;
        sum->paid += results[i].paid;
        sum->needs_tier += results[i].needs_tier;
        sum->used += results[i].used;
        sum->again += results[i].again;
    }
}

static void customer(uint64_t which, const char *email, const char *document) {
    escrow_operation pay_in = transfer(40000 + which, BANK, 0, 200000);
    escrow_outcome paid;
    pay_in.credit_account = account_of(which);
    confirm_address(which, email);
    finish_registration(which, document);
    DONE(escrow_wallet_top_up(wallets, wallet_of(which), &pay_in, &paid, &outcome, &error));
}

/* What of a customer's money is in escrow. */
static uint64_t held(escrow_store *store, uint64_t which) {
    escrow_snapshot *snapshot = NULL;
    escrow_u128 id = account_of(which);
    escrow_account account;
    size_t found = 0;
    OK(escrow_store_snapshot(store, &snapshot, &error));
    OK(escrow_snapshot_accounts(snapshot, &id, 1, &account, &found, &error));
    escrow_snapshot_free(snapshot);
    TRUE(found == 1);
    return account.balances.debits_pending.lo;
}

int main(int argc, char **argv) {
    static const uint8_t key[ESCROW_KEY_BYTES] = {1};
    void *(*const roles[3])(void *) = {guess, pay_own, pay_shared};
    pthread_t threads[3][THREADS];
    result results[3][THREADS], guessed, limited, single;
    escrow_store *store = open_shop(argc > 1 ? argv[1] : "wallet_threads.escrow");
    escrow_wallet_options options = options_with(key);
    escrow_purchase purchase = purchase_of(payment(SINGLE, 1, 90001, 4000));
    uint64_t settled, now, until;
    uint32_t failures = 0;

    OK(escrow_store_advance(store, START, &settled, &now, &error));
    OK(escrow_wallets_open(store, &options, &wallets, &error));
    customer(GUESSED, "anna@example.com", "4509 000001");
    customer(LIMITED, "bella@example.com", "4509 000002");
    customer(SINGLE, "carla@example.com", "4509 000003");
    DONE(escrow_wallet_authorise(wallets, single_authorisation, &purchase, TEXT(PAYMENT), 0, &until,
                                 &outcome, &error));

    memset(results, 0, sizeof results);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < THREADS; i++) {
        for (int role = 0; role < 3; role++) {
            results[role][i].thread = (uint64_t)i;
            TRUE(pthread_create(&threads[role][i], NULL, roles[role], &results[role][i]) == 0);
        }
    }
    pthread_mutex_unlock(&gate);
    join(threads[0], results[0], &guessed);
    join(threads[1], results[1], &limited);
    join(threads[2], results[2], &single);

    /* Five were judged, whoever was first; nothing was authorised, and the right one is late. */
    TRUE(guessed.wrong == 5 && guessed.locked == THREADS * GUESSES - 5 && guessed.paid == 0);
    OK(escrow_wallet_payment_password_failures(wallets, wallet_of(GUESSED), &failures, &until,
                                               &error));
    TRUE(failures == 5 && until > START);
    REFUSED(CREDENTIAL_IS_LOCKED,
            escrow_wallet_check_payment_password(wallets, wallet_of(GUESSED), TEXT(PAYMENT),
                                                 &outcome, &error));
    TRUE(held(store, GUESSED) == 0);

    TRUE(limited.paid == WITHIN_LIMIT && limited.needs_tier == THREADS - WITHIN_LIMIT);
    TRUE(held(store, LIMITED) == WITHIN_LIMIT * PRICE);

    TRUE(single.paid == 1 && single.again == 1 && single.used == 2 * THREADS - 2);
    TRUE(held(store, SINGLE) == 4000);

    escrow_wallets_free(wallets);
    escrow_store_free(store);
    puts("wallet_threads: done");
    return 0;
}
