package escrowdb

// #include <escrowdb.h>
import "C"

// An Actor is who gives a command, and why: what the audit trail remembers. Make one by Staff, Customer
// or System; the zero Actor is the host by itself.
type Actor struct {
	// Kind is what kind of actor it is.
	Kind ActorKind
	// Name is the host's own for a member of staff, as Staff takes it; empty for others.
	Name string
	// Reason is why a member of staff does it; empty for others.
	Reason string
}

// Staff is a member of staff: the host's own name for them, of 1 to 64 of a-z, 0-9, '.', '_', '@' and '-',
// upper case counting as lower, and why they do it, in 1 to 200 bytes without personal data of the
// customer. Any other name is refused by each command: ErrActorMustBeNamed. Where two must agree, names
// whose letters and digits are the same, or look it, are one person's: "eve." beside "eve".
func Staff(name, reason string) Actor { return Actor{ActorStaff, name, reason} }

// Customer is the customer, whom the host has authenticated.
func Customer() Actor { return Actor{Kind: ActorCustomer} }

// System is the host by itself: a deadline, a clean-up.
func System() Actor { return Actor{Kind: ActorSystem} }

func (a Actor) c(pins *pins) *C.escrow_actor {
	if a.Kind == 0 {
		a.Kind = ActorSystem
	}
	return &C.escrow_actor{
		struct_size: C.sizeof_escrow_actor,
		kind:        C.uint32_t(a.Kind),
		name:        pins.text(a.Name),
		reason:      pins.text(a.Reason),
	}
}

// An acting is a call of a command that says who acts.
type acting = func(
	*C.escrow_wallets, *C.escrow_actor, *C.escrow_wallet_outcome, *C.escrow_error,
) C.escrow_status

// staffed gives a command that says who acts.
func (w *Wallets) staffed(actor Actor, f acting) error { return w.act(w.callRoom(), actor, f) }

func (w *Wallets) act(room chan struct{}, actor Actor, f acting) error {
	var pins pins
	defer pins.Unpin()
	lent := actor.c(&pins)
	return w.judge(room, func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return f(wallets, lent, outcome, e)
	})
}
