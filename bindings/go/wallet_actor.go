package escrowdb

// #include <escrowdb.h>
import "C"

// An Actor is who gives a command, and why: what the audit trail remembers. The zero Actor is the host
// by itself.
type Actor struct {
	kind         C.uint32_t
	name, reason string
}

// Staff is a member of staff: the host's own name for them, of 1 to 64 bytes, and why they do it, in 1
// to 200 bytes without personal data of the customer.
func Staff(name, reason string) Actor { return Actor{C.ESCROW_ACTOR_STAFF, name, reason} }

// Customer is the customer, whom the host has authenticated.
func Customer() Actor { return Actor{kind: C.ESCROW_ACTOR_CUSTOMER} }

// System is the host by itself: a deadline, a clean-up.
func System() Actor { return Actor{kind: C.ESCROW_ACTOR_SYSTEM} }

// String gives the name of a member of staff, and what else it is otherwise.
func (a Actor) String() string {
	switch a.kind {
	case C.ESCROW_ACTOR_STAFF:
		return a.name
	case C.ESCROW_ACTOR_CUSTOMER:
		return "customer"
	}
	return "system"
}

func (a Actor) c(pins *pins) *C.escrow_actor {
	actor := &C.escrow_actor{
		struct_size: C.sizeof_escrow_actor,
		kind:        a.kind,
		name:        pins.text(a.name),
		reason:      pins.text(a.reason),
	}
	if actor.kind == 0 {
		actor.kind = C.ESCROW_ACTOR_SYSTEM
	}
	return actor
}

// staffed gives a command that says who acts.
func (w *Wallets) staffed(
	actor Actor,
	f func(*C.escrow_wallets, *C.escrow_actor, *C.escrow_wallet_outcome, *C.escrow_error) C.escrow_status,
) error {
	var pins pins
	defer pins.Unpin()
	lent := actor.c(&pins)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return f(wallets, lent, outcome, e)
	})
}
