/* Threads that act at once about the same part: one wins, and the others are told what is possible
 * then. */
#include "market.h"
#include <pthread.h>

enum { ORDERS = 8 };

static uint8_t policy[32];
static pthread_barrier_t start;

/* What came of a thread's calls. */
typedef struct {
    uint32_t party;
    uint64_t command;
    uint64_t won, told;
} result;

/* The buyer asks for the money back while two of the seller's people ship. */
static void *act_at_once(void *argument) {
    result *mine_is = argument;
    escrow_error mine = ESCROW_ERROR_INIT;
    for (uint64_t order = 1; order <= ORDERS; order++) {
        int is_buyer = mine_is->party == ESCROW_PARTY_BUYER;
        escrow_part_command what =
            is_buyer ? claim(6000, ESCROW_REMEDY_REFUND) : command(ESCROW_ACTION_SHIP);
        escrow_order_outcome found;
        escrow_acted acted = ESCROW_ACTED_INIT;
        pthread_barrier_wait(&start);
        if (escrow_orders_act(orders, number(order), 0, mine_is->party, NULL, 0, &what,
                              number(mine_is->command + order), &acted, &found, &mine)) {
            fprintf(stderr, "%s\n", mine.message);
            exit(1);
        }
        if (found.status == ESCROW_ORDER_DONE) {
            mine_is->won++;
            continue;
        }
        /* Whoever ships too late is told why, and can answer the claim, or give more time. */
        TRUE(!is_buyer && found.status == ESCROW_ORDER_NOT_IN_THIS_STAGE);
        if (found.stage == ESCROW_STAGE_SHIPPED)
            TRUE(found.possible == BIT(ESCROW_ACTION_EXTEND));
        else
            TRUE(found.stage == ESCROW_STAGE_CLAIMED &&
                 found.possible == (BIT(ESCROW_ACTION_PROPOSE) | BIT(ESCROW_ACTION_GRANT) |
                                    BIT(ESCROW_ACTION_REFUSE)));
        mine_is->told++;
    }
    return NULL;
}

int main(int argc, char **argv) {
    escrow_store *store = open_market(argc > 1 ? argv[1] : "order_threads.escrow", policy);
    pthread_t threads[3];
    result results[3] = {{ESCROW_PARTY_BUYER, 20000, 0, 0},
                         {ESCROW_PARTY_SELLER, 30000, 0, 0},
                         {ESCROW_PARTY_SELLER, 40000, 0, 0}};
    for (uint64_t order = 1; order <= ORDERS; order++) buy(order, policy);
    TRUE(pthread_barrier_init(&start, NULL, 3) == 0);
    for (int i = 0; i < 3; i++)
        TRUE(pthread_create(&threads[i], NULL, act_at_once, &results[i]) == 0);
    for (int i = 0; i < 3; i++) TRUE(pthread_join(threads[i], NULL) == 0);
    TRUE(results[0].won == ORDERS);
    TRUE(results[1].won + results[2].won <= ORDERS);
    for (int i = 1; i < 3; i++) TRUE(results[i].won + results[i].told == ORDERS);
    for (uint64_t order = 1; order <= ORDERS; order++)
        TRUE(part_of(order, 0).stage == ESCROW_STAGE_CLAIMED);
    escrow_orders_free(orders);
    escrow_store_free(store);
    puts("order_threads: done");
    return 0;
}
