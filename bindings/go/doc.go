// Package escrowdb is an embedded, transactional, on-disk escrow store: balances, escrow holds and
// double-entry transfers in a directory of the program's own.
//
// # The model
//
// Accounts belong to ledgers, which are currency books. Operations move money between accounts of one
// ledger: at once (Transfer), or into escrow (OpenHold), from where it is released to the payee or
// refunded to the payer, by the parties or at a deadline. Operations are submitted in batches; each
// is answered with an Outcome, which is StatusApplied or the law that it would have broken, and with
// the balances after it. What was answered is durable.
//
// The id of an operation is its idempotency key, which the caller chooses: sent again with the same
// content it is answered StatusExists, and changes nothing.
//
// # Wallets
//
// Store.Wallets opens the part of the store that a shopper meets: persons who register and show who
// they are, wallets with a payment password, payments by a policy's limits, bound cards, letters,
// recovery and erasure. Personal data is sealed under a key of each person, which a master key of the
// host's wraps.
//
// # Errors and refusals
//
// A call that could not be carried out gives an *Error, for errors.Is with ErrLocked, ErrClosed and
// so on. An operation that was refused is no error: see Outcome.Status and Outcome.Err. A command of
// wallets that was refused is one: a *Refused, for errors.Is with ErrNeedsTier, ErrCredentialsMustMatch
// and so on.
//
// # Contexts
//
// Submitting waits until the batch is durable. A context that is cancelled ends this wait and not the
// work:
//
//   - Cancelled before the batch was handed over, nothing happens, and the error is the context's.
//   - Cancelled afterwards, the error is ErrOutcomeUnknown as well as the context's. The operations
//     may be applied or not. Snapshot.Operation tells, once they are decided; sending them again
//     with the same ids settles it in any case.
//
// Either way slices are the caller's again when the call returns. All other calls are short, or (the
// registration of ledgers and accounts, Advance, Acknowledge, Checkpoint, Verify, all of Wallets)
// cannot be left.
//
// # Goroutines
//
// Stores, batchers, snapshots and wallets are for any number of goroutines. Goroutines that wait for a
// batch, or for their turn at wallets, do so in Go and not in the library, so that thousands of them
// need few threads. Closing waits for the calls under way; calls after it answer ErrClosed.
//
// # Linking
//
// The package is linked with the static library in its folder lib, which build.sh puts there, or with
// the tag escrowdb_system with the installed library that pkg-config finds.
package escrowdb

//go:generate go run ./internal/generate
