package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"fmt"
	"strings"
)

// Error gives the name of the status, such as "escrowdb: not_in_this_stage".
func (s OrderStatus) Error() string { return "escrowdb: " + s.String() }

// OrderRefused is an order command that was refused. It wraps its Status, and what the ledger or the wallet
// said where that is why.
type OrderRefused struct {
	// Status is the law that the command would have broken.
	Status OrderStatus
	// Stage of the part, where that is why; otherwise 0.
	Stage Stage
	// Possible is what this actor can do in that stage.
	Possible []Action
	// Missing is how much more was asked for, where Status is ErrOrderTenderFallsShort.
	Missing Amount
	// Ledger is what the ledger said, where Status is ErrOrderRefusedByLedger.
	Ledger Status
	// Wallet is the law of wallets, where Status is ErrOrderRefusedByWallet; otherwise 0.
	Wallet WalletStatus
}

// Error names the law, and what is possible instead.
func (r *OrderRefused) Error() string {
	var text strings.Builder
	text.WriteString("escrowdb: refused: " + r.Status.String())
	if r.Ledger != 0 {
		fmt.Fprintf(&text, " (%s)", r.Ledger)
	}
	if r.Wallet != 0 {
		fmt.Fprintf(&text, " (%s)", r.Wallet)
	}
	if r.Missing != (Amount{}) {
		fmt.Fprintf(&text, " (%s missing)", r.Missing)
	}
	if r.Stage == 0 {
		return text.String()
	}
	fmt.Fprintf(&text, ": the part is %s", r.Stage)
	for i, action := range r.Possible {
		between := ", "
		if i == 0 {
			between = ", and this actor can "
		}
		text.WriteString(between + action.String())
	}
	return text.String()
}

// Unwrap gives the status, so that errors.Is(err, ErrOrderNotInThisStage) finds it, and the refusal of the
// ledger, or the law of wallets, if there is one.
func (r *OrderRefused) Unwrap() []error {
	if r.Ledger != 0 {
		return []error{r.Status, &Refusal{Status: r.Ledger, First: r.Ledger}}
	}
	if r.Wallet != 0 {
		return []error{r.Status, r.Wallet}
	}
	return []error{r.Status}
}

func orderRefusedOf(outcome *C.escrow_order_outcome) *OrderRefused {
	return &OrderRefused{
		Status:   OrderStatus(outcome.status),
		Stage:    Stage(outcome.stage),
		Possible: actionsOf(uint64(outcome.possible)),
		Missing:  amountFrom(outcome.missing),
		Ledger:   Status(outcome.ledger_outcome),
		Wallet:   WalletStatus(outcome.wallet_status),
	}
}

// actionsOf gives the actions that stand for bits.
func actionsOf(bits uint64) []Action {
	var actions []Action
	for number := Action(0); number < 64; number++ {
		if bits>>number&1 != 0 {
			actions = append(actions, number)
		}
	}
	return actions
}
