package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"fmt"
	"strings"
)

// Error gives the name of the status, such as "escrowdb: needs_tier".
func (s WalletStatus) Error() string { return "escrowdb: " + s.String() }

// Refused is a wallet command that was refused. It wraps its Status, and what the ledger said where
// that is why.
type Refused struct {
	// Status is the law that the command would have broken.
	Status WalletStatus
	// Until is when it can be tried again; 0 where time does not help.
	Until Timestamp
	// Tier of verification that would allow it; 0 where none would.
	Tier uint32
	// Ledger is what the ledger said, where Status is ErrRefusedByLedger.
	Ledger Status
	// LedgerFirst is, where Ledger is about an operation that was sent before, such as
	// StatusIDAlreadyFailed, what became of it the first time; otherwise it equals Ledger.
	LedgerFirst Status
	// Exceeded is the limit that stood in the way of a payment, a top-up or a refund, and what
	// counted against it, where that is why; otherwise its Limit is 0.
	Exceeded ExceededLimit
}

// ExceededLimit is a limit that stood in the way, and what counted against it: in minor units of
// the wallet's ledger, or as a number of payments.
type ExceededLimit struct {
	// Limit says which one, as a refusal that no tier lifts: ErrExceedsLimitPerDay, say.
	Limit WalletStatus
	// Most is the limit: of the wallet's tier; of the highest tier, if none allows it; or the lower
	// one that holds after a recovery.
	Most Amount
	// Counted is what counted before, of the owner's other wallets too where the policy counts them
	// all.
	Counted Amount
	// Elsewhere is the part of Counted that the owner's other wallets paid or hold.
	Elsewhere Amount
}

// advices say what to do, where the name of a status does not.
var advices = map[WalletStatus]string{
	ErrActorMustBeNamed: "it takes a member of staff, whose name is 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'",
	ErrWalletNotFound:   "no wallet has this id; that of its owner, its account or a case is another one",
}

// Error names the law, and what would help.
func (r *Refused) Error() string {
	var text strings.Builder
	text.WriteString("escrowdb: refused: " + r.Status.String())
	if advice, isThere := advices[r.Status]; isThere {
		text.WriteString(": " + advice)
	}
	if r.Ledger != 0 {
		fmt.Fprintf(&text, " (%s)", r.Ledger)
	}
	if r.LedgerFirst != r.Ledger {
		fmt.Fprintf(&text, " (%s)", r.LedgerFirst)
	}
	if r.Tier != 0 {
		fmt.Fprintf(&text, " (tier %d)", r.Tier)
	}
	if r.Until == lockedForGood {
		text.WriteString(" (for good)")
	} else if r.Until != 0 {
		fmt.Fprintf(&text, " (until %s)", r.Until)
	}
	return text.String()
}

// Unwrap gives the status, so that errors.Is(err, ErrNeedsTier) finds it, and the refusal of the
// ledger if there is one.
func (r *Refused) Unwrap() []error {
	if r.Ledger != 0 {
		return []error{r.Status, &Refusal{Status: r.Ledger, First: r.LedgerFirst}}
	}
	return []error{r.Status}
}

// lockedForGood is the end of a lock that recovery alone ends.
const lockedForGood = ^Timestamp(0)

// refused makes an error of an outcome, unless the command was done.
func refused(outcome *C.escrow_wallet_outcome) error {
	if refused := refusedOf(outcome); refused != nil {
		return refused
	}
	return nil
}

func refusedOf(outcome *C.escrow_wallet_outcome) *Refused {
	if outcome.status == C.ESCROW_WALLET_DONE {
		return nil
	}
	return &Refused{
		Status: WalletStatus(outcome.status),
		Until:  Timestamp(outcome.until),
		Tier:   uint32(outcome.tier),
		Ledger: Status(outcome.ledger_outcome),

		LedgerFirst: Status(outcome.ledger_first_outcome),
		Exceeded: ExceededLimit{
			Limit:     WalletStatus(outcome.limit),
			Most:      amountFrom(outcome.limit_most),
			Counted:   amountFrom(outcome.limit_counted),
			Elsewhere: amountFrom(outcome.limit_elsewhere),
		},
	}
}
