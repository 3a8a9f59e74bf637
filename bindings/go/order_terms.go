package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"encoding/hex"
	"errors"
	"unsafe"
)

// A PolicyHash is the hash of a policy of orders, which a store keeps it under.
type PolicyHash [32]byte

// String gives 64 hexadecimal digits.
func (p PolicyHash) String() string { return hex.EncodeToString(p[:]) }

// MarshalText gives String.
func (p PolicyHash) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *PolicyHash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(p)) {
		return fail(ErrInvalidArgument, "the hash of a policy has 64 hexadecimal digits")
	}
	var hash PolicyHash
	if _, err := hex.Decode(hash[:], text); err != nil {
		return fail(ErrInvalidArgument, "the hash of a policy has hexadecimal digits alone")
	}
	*p = hash
	return nil
}

// Terms are the terms of an order, which never change.
type Terms struct {
	// Buyer is who is registered as one.
	Buyer ID
	// Ledger of all accounts.
	Ledger uint32
	// Policy is the hash of one that the store keeps: see KeepPolicy.
	Policy PolicyHash
	// CommissionAccount is where commission goes; zero if no leg has one.
	CommissionAccount ID
	// KeepingAccount is one of the buyer's, spend-only: what is paid above the price goes there with the
	// buyer's consent; zero if it goes back to its source. What comes too late or a second time, and what has
	// come of an order that is not paid, goes back all the same.
	KeepingAccount ID
	// KeepsRefunds says that refunds go there, too, of any tender that does not come from a wallet.
	KeepsRefunds bool
	// Legs are 1 to LegsMax. The number of a leg's part is its place here.
	Legs []Leg
	// Tenders are 1 to TendersMax, together as much as all legs.
	Tenders []Tender
}

// A Leg is one seller's part of an order. A fee that the buyer pays is a leg of the platform.
type Leg struct {
	// Seller is who is registered as one.
	Seller ID
	// Amount is all of it: items, shipping and tax.
	Amount Amount
	// CommissionFixed is taken once as commission, out of what is released to the seller first; at most Amount.
	// Where all of it is refunded nothing is taken. Frozen when it is placed.
	CommissionFixed Amount
	// CommissionPPM is the commission beside that, in parts per million of what is released to the seller, of
	// which it is a part; frozen when it is placed.
	CommissionPPM uint32
	// Lines are what it consists of, together just its amount, at most LegLinesMax of which one is an item at
	// least; none if it is one thing, of which nobody acts on a part alone.
	Lines []Line
}

// A Line is one of a leg. The number of a line is its place among those of its leg.
type Line struct {
	// Kind is what it is.
	Kind LineKind
	// Reference is the host's to what is sold; it may be zero of shipping and tax.
	Reference ID
	// Quantity is how many of an item, at least 1; of shipping and tax 1.
	Quantity uint32
	// Amount is for all of them together: at least 1 minor unit for each.
	Amount Amount
}

func (t *Terms) c(pins *pins) *C.escrow_terms {
	lent := &C.escrow_terms{
		struct_size:        C.sizeof_escrow_terms,
		ledger:             C.uint32_t(t.Ledger),
		buyer:              t.Buyer.c(),
		commission_account: t.CommissionAccount.c(),
		keeping_account:    t.KeepingAccount.c(),
		keeps_refunds:      flag(t.KeepsRefunds),
		legs_count:         C.size_t(len(t.Legs)),
		tenders_count:      C.size_t(len(t.Tenders)),
	}
	*(*PolicyHash)(unsafe.Pointer(&lent.policy)) = t.Policy
	legs := make([]legRecord, len(t.Legs))
	var lines []legLineRecord
	for i, leg := range t.Legs {
		legs[i] = legRecord{
			Seller: leg.Seller, Amount: leg.Amount,
			CommissionFixed: leg.CommissionFixed, CommissionPPM: leg.CommissionPPM,
		}
		for _, line := range leg.Lines {
			lines = append(lines, legLineRecord{
				Reference: line.Reference, Amount: line.Amount, Leg: uint32(i), Kind: line.Kind,
				Quantity: line.Quantity,
			})
		}
	}
	if len(legs) > 0 {
		pins.pinner.Pin(&legs[0])
		lent.legs = (*C.escrow_leg)(unsafe.Pointer(&legs[0]))
	}
	if len(lines) > 0 {
		pins.pinner.Pin(&lines[0])
		lent.lines = (*C.escrow_leg_line)(unsafe.Pointer(&lines[0]))
		lent.lines_count = C.size_t(len(lines))
	}
	if len(t.Tenders) > 0 {
		pins.pinner.Pin(&t.Tenders[0])
		lent.tenders = (*C.escrow_tender)(unsafe.Pointer(&t.Tenders[0]))
	}
	return lent
}

// CheckOrderPolicy sees whether a policy of orders, as JSON, makes sense, without keeping it. What does not
// is ErrInvalidArgument, with a message that names the field and the fault.
func CheckOrderPolicy(policy string) error {
	begin, length := chars(policy)
	return check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_order_policy_check(begin, length, e)
	})
}

// OrderPolicyPreset gives a policy of orders that comes with the library as JSON, as a start for one of your
// own: aliexpress, taobao, vinted, escrow_com or digital_goods. It says itself where its figures come from.
// Another name is ErrInvalidArgument.
func OrderPolicyPreset(name string) (string, error) {
	begin, length := chars(name)
	return longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
		return C.escrow_order_policy_preset(begin, length, text, room, needed, e)
	})
}

// OrderPolicySchema gives the JSON Schema of policies of orders, by which editors and other programs
// complete and check one: every field with what it means.
func OrderPolicySchema() (string, error) {
	return longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
		return C.escrow_order_policy_schema(text, room, needed, e)
	})
}

// KeepPolicy keeps a policy, as JSON, for ever, under its hash, which the terms of orders name. Kept again,
// it changes nothing. One that makes no sense is ErrInvalidArgument.
func (o *Orders) KeepPolicy(policy string) (PolicyHash, error) {
	var hash PolicyHash
	begin, length := chars(policy)
	err := o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_keep_policy(orders, begin, length, (*C.uint8_t)(&hash[0]), e)
	})
	return hash, err
}

// Policy gives the policy that the store keeps under this hash, as JSON.
func (o *Orders) Policy(hash PolicyHash) (policy string, isFound bool, err error) {
	if o == nil {
		return "", false, errClosed
	}
	err = o.handle.use(func(orders unsafe.Pointer) error {
		policy, err = longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
			return C.escrow_orders_policy((*C.escrow_orders)(orders), (*C.uint8_t)(&hash[0]), text, room,
				needed, e)
		})
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return "", false, nil
	}
	return policy, err == nil, err
}

// Place places an order; its id is its own for ever, and with the same terms it is placed once. From now on
// until the end of the policy's window for it, it is paid by TenderCame and PayFromWallet.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCountMustBeValid, ErrOrderAmountMustBeValid,
// ErrOrderLineMustBeValid, ErrOrderLinesMustEqualLeg, ErrOrderTendersMustEqualLegs,
// ErrOrderCommissionMustBeValid, ErrOrderPolicyNotFound, ErrOrderBuyerMustBeRegistered,
// ErrOrderSellerMustBeRegistered; ErrOrderAccountMustFit if a source is not an account of this
// ledger, is not external as a tender from outside has to be, is external, or a seller's earnings,
// as promotion cannot be; or if the commission account is none of this ledger that can take it: not
// external, not managed, not spend-only, without a limit of what comes in, and not that of a seller
// who pays it; or if what the buyer keeps goes to none that is spend-only and can take it;
// ErrOrderExistsWithOtherTerms.
func (o *Orders) Place(order ID, terms Terms) error {
	var pins pins
	defer pins.Unpin()
	lent := terms.c(&pins)
	return o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_place(orders, order.c(), lent, outcome, e)
	})
}

// TenderCame reports that the money of a tender is there, and tells whether the order is paid by it. tender is
// its place in the terms. It comes into escrow, and goes back by itself if the order is not paid in time. With
// the last one all legs are paid, in the same chain, or, if one of them cannot be, this tender did not come.
// What comes too late or a second time is taken in and goes back at once: then isPaid is false, too, and
// TenderCameWith tells. Sent again with the same command id, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCommandIDIsTaken, ErrOrderNotFound,
// ErrOrderTenderNotFound, ErrOrderTenderKindMustFit if it comes from a wallet: see PayFromWallet;
// ErrOrderRefusedByLedger if the source has not got it, say.
func (o *Orders) TenderCame(order ID, tender int, command ID) (isPaid bool, err error) {
	var paid C.uint32_t
	err = o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_tender_came(orders, order.c(), place(tender), command.c(), &paid, outcome, e)
	})
	return paid == 1, err
}

// TenderCameWith reports that so much money of a tender is there, as TenderCame does of what was asked for. What
// is above that goes back to its source when the order is paid, or to the buyer's own account if the terms say
// so. What comes too late, for a cancelled order, or a second time is taken in and goes back to its source at
// once: the host has the acquirer carry out what the timeline shows.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderAmountMustBeValid, ErrOrderCommandIDIsTaken,
// ErrOrderNotFound, ErrOrderTenderNotFound, ErrOrderTenderKindMustFit if it comes from a wallet,
// ErrOrderTenderFallsShort, with how much more is asked for; ErrOrderRefusedByLedger if the source
// has not got it, say.
func (o *Orders) TenderCameWith(order ID, tender int, amount Amount, command ID) (TenderCame, error) {
	came := new(C.escrow_tender_came)
	came.struct_size = C.sizeof_escrow_tender_came
	err := o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_tender_came_with(orders, order.c(), place(tender), amount.c(), command.c(), came,
			outcome, e)
	})
	if err != nil {
		return TenderCame{}, err
	}
	return tenderCameFrom(came), nil
}

// WalletTerms gives what the owner of a wallet authorises to pay a tender of an order from it, by
// AuthoriseOrder: its Order stands for this tender and all terms of the order, so that for any other ones it is
// void. NeedsForOrder says what it takes.
//
// Refused: ErrOrderNotFound, ErrOrderTenderNotFound, ErrOrderTenderKindMustFit if it does not come
// from a wallet.
func (o *Orders) WalletTerms(order ID, tender int) (OrderTerms, error) {
	terms := OrderTerms{Parts: make([]OrderPart, 1)}
	err := o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_wallet_terms(orders, order.c(), place(tender),
			(*C.escrow_order)(unsafe.Pointer(&terms.Order)),
			(*C.escrow_order_part)(unsafe.Pointer(&terms.Parts[0])), outcome, e)
	})
	if err != nil {
		return OrderTerms{}, err
	}
	return terms, nil
}

// PayFromWallet pays a tender of an order from the wallet that it is to come from, as its owner authorised for
// WalletTerms: using the authorisation up, counting the payment against the wallet's limits, and taking the
// tender are one chain; with the last tender all legs are paid in it, too. A zero authorisation is for a small
// payment, which the policy of the wallets exempts. What is refunded goes back to the wallet. Sent again with
// the same command id, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCommandIDIsTaken, ErrOrderNotFound,
// ErrOrderTenderNotFound, ErrOrderTenderKindMustFit, ErrOrderOrderIsPaid, ErrOrderIsCancelled,
// ErrOrderPaymentWindowIsOver, ErrOrderTenderHasCome; ErrOrderRefusedByWallet, and why in the
// outcome, as of PayOrder; ErrOrderRefusedByLedger for want of money, say.
func (o *Orders) PayFromWallet(
	wallets *Wallets, order ID, tender int, authorisation, command ID,
) (TenderCame, error) {
	came := new(C.escrow_tender_came)
	came.struct_size = C.sizeof_escrow_tender_came
	err := wallets.lend(func(from *C.escrow_wallets) error {
		return o.command(func(
			orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
		) C.escrow_status {
			return C.escrow_orders_pay_from_wallet(orders, from, order.c(), place(tender), authorisation.c(),
				command.c(), came, outcome, e)
		})
	})
	if err != nil {
		return TenderCame{}, err
	}
	return tenderCameFrom(came), nil
}

// CancelUnpaid is for the buyer, who cancels an order that is not paid. What has come goes back, and the order
// can never be paid. It gives what went back by it. Sent again with the same command id, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCommandIDIsTaken, ErrOrderNotFound, ErrOrderOrderIsPaid,
// ErrOrderIsCancelled; ErrOrderRefusedByLedger if a source is closed, say: it gets its money back
// when the window ends.
func (o *Orders) CancelUnpaid(order, command ID) (back Amount, err error) {
	err = o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_cancel_unpaid(orders, order.c(), command.c(),
			(*C.escrow_u128)(unsafe.Pointer(&back)), outcome, e)
	})
	return back, err
}

// PayAgain is for the buyer, who pays an order again whose window for it is over: it begins anew, and all
// tenders are awaited. What came before is back at its source. It gives until when the order can be paid. Sent
// again with the same command id, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCommandIDIsTaken, ErrOrderNotFound, ErrOrderOrderIsPaid,
// ErrOrderIsCancelled, ErrOrderPaymentWindowIsOpen.
func (o *Orders) PayAgain(order, command ID) (payUntil Timestamp, err error) {
	var until C.uint64_t
	err = o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_pay_again(orders, order.c(), command.c(), &until, outcome, e)
	})
	return Timestamp(until), err
}

// place is that of a tender or part; one that does not fit is none of an order's.
func place(number int) C.uint32_t {
	if number < 0 || number > 1<<16 {
		return 1 << 16
	}
	return C.uint32_t(number)
}
