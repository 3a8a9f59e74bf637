/* An event loop that never blocks on the disk: batches are submitted without waiting, and poll tells
 * when some are durable.
 *
 *     cc event_loop.c $(pkg-config --cflags --libs escrowdb) -o event_loop && ./event_loop
 */
#include "shop.h"
#include <poll.h>

enum { REQUESTS = 200, UNDER_WAY_MAX = 16 };

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "event_loop.escrow";
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_store *store = NULL;
    escrow_queue *queue = NULL;
    struct pollfd watched;
    uint64_t sent = 0, answered = 0;
    must(escrow_store_open(path, strlen(path), NULL, &store, &error), &error);
    set_up(store);
    must(escrow_queue_new(store, &queue, &error), &error);
    watched.events = POLLIN;
    must(escrow_queue_descriptor(queue, &watched.fd, &error), &error);

    while (answered < REQUESTS) {
        /* Requests come in. A server would also watch its sockets here. */
        while (sent < REQUESTS && sent - answered < UNDER_WAY_MAX) {
            escrow_operation one = new_transfer(ESCROW_KIND_TRANSFER, BANK, CUSTOMER, 1 + sent);
            must(escrow_store_submit_async(store, &one, 1, NULL, 0, queue, sent, &error), &error);
            sent++;
        }
        if (poll(&watched, 1, -1) < 0) return 1;
        for (;;) {
            escrow_completion completion;
            escrow_outcome outcome;
            escrow_status status = escrow_queue_take(queue, 0, &completion, &outcome, 1, &error);
            if (status == ESCROW_TIMED_OUT) break;
            must(status, &error);
            if (completion.status != ESCROW_OK) {
                fprintf(stderr, "request %llu: %s\n", (unsigned long long)completion.tag,
                        completion.message);
                return 1;
            }
            must_be_done(&outcome);
            if (completion.tag != answered++) return 1; /* They complete in order. */
        }
    }
    printf("%llu requests answered\n", (unsigned long long)answered);
    escrow_queue_free(queue);
    must(escrow_store_close(store, &error), &error);
    escrow_store_free(store);
    return 0;
}
