/* Two Rust libraries in one program: each opens, panics and catches by itself. */
#include <escrowdb.h>

#include <stdio.h>
#include <string.h>

int beside_panics(void);

int main(int argc, char **argv) {
    escrow_error error = ESCROW_ERROR_INIT;
    escrow_open_options options = ESCROW_OPEN_OPTIONS_INIT;
    escrow_store *store = NULL;
    if (argc < 2 || beside_panics() != 7) return 1;
    if (escrow_store_open(argv[1], strlen(argv[1]), &options, &store, &error) != ESCROW_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    if (beside_panics() != 7) return 3;
    if (escrow_store_close(store, &error) != ESCROW_OK) return 4;
    escrow_store_free(store);
    return beside_panics() == 7 ? 0 : 5;
}
