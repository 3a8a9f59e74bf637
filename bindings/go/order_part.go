package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// A PartCommand is what is done about a part. A field that an action does not use must be zero: otherwise it
// is ErrInvalidArgument.
type PartCommand struct {
	// Action is what.
	Action Action
	// Amount of a claim, an amended one, a proposal and a decision: how much is to go back to the buyer. Of
	// who accepts, grants or confirms a return: how much that was, as this side has seen it.
	Amount Amount
	// Reference is the host's: to the evidence of a claim, an amended one, a refusal, a contested return and
	// an appeal, and what is given when asked for; to the tracking of what is sent back.
	Reference ID
	// Seconds of an extension: from now on, later than the window ends. Of evidence that is asked for: from
	// now on, until the time to decide ends at the latest.
	Seconds uint32
	// Reason of a claim: what is wrong.
	Reason ClaimReason
	// Remedy of a claim: what is asked for.
	Remedy Remedy
	// Party of evidence that is asked for: PartyBuyer or PartySeller.
	Party Party
}

func (p *PartCommand) c() *C.escrow_part_command {
	return &C.escrow_part_command{
		struct_size: C.sizeof_escrow_part_command,
		action:      C.uint32_t(p.Action),
		amount:      p.Amount.c(),
		reference:   p.Reference.c(),
		seconds:     C.uint32_t(p.Seconds),
		reason:      C.uint32_t(p.Reason),
		remedy:      C.uint32_t(p.Remedy),
		party:       C.uint32_t(p.Party),
	}
}

// Act does something about a part of a paid order; part is the place of its leg in the terms, or the number
// that a part had when it was divided off another one. The host attests who acts; members of staff act by ActAsStaff. What is due of the part is carried out first: see Work. Sent
// again with the same command id, it changes nothing, and is answered as the first time.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderStaffMustBeNamed, ErrOrderCommandIDIsTaken,
// ErrOrderNotFound, ErrOrderPartNotFound, ErrOrderMustBePaid; ErrOrderNotInThisStage and
// ErrOrderNotByThisActor, with what the actor can do; ErrOrderAmountMustBeValid,
// ErrOrderAmountExceedsPart, ErrOrderAmountMustMatch, ErrOrderClaimMustBeWhole,
// ErrOrderClaimIsTooEarly, ErrOrderReturnIsNotPossible, ErrOrderReferenceMustBeGiven,
// ErrOrderExtensionMustBeValid, ErrOrderNothingIsProposed, ErrOrderQuestionMustBeValid,
// ErrOrderNoEvidenceIsAskedFor, ErrOrderSecondMustDecide; ErrOrderRefusedByLedger.
func (o *Orders) Act(order ID, part int, party Party, what PartCommand, command ID) (Acted, error) {
	return o.act(func(
		orders *C.escrow_orders, acted *C.escrow_acted, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_act(orders, order.c(), place(part), C.uint32_t(party), nil, 0, what.c(),
			command.c(), acted, outcome, e)
	})
}

// ActAsStaff is Act by a member of staff, of this name: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderStaffMustBeNamed, ErrOrderCommandIDIsTaken,
// ErrOrderNotFound, ErrOrderPartNotFound, ErrOrderMustBePaid; ErrOrderNotInThisStage and
// ErrOrderNotByThisActor, with what the actor can do; ErrOrderAmountMustBeValid,
// ErrOrderAmountExceedsPart, ErrOrderAmountMustMatch, ErrOrderClaimMustBeWhole,
// ErrOrderClaimIsTooEarly, ErrOrderReturnIsNotPossible, ErrOrderReferenceMustBeGiven,
// ErrOrderExtensionMustBeValid, ErrOrderNothingIsProposed, ErrOrderQuestionMustBeValid,
// ErrOrderNoEvidenceIsAskedFor, ErrOrderSecondMustDecide; ErrOrderRefusedByLedger.
func (o *Orders) ActAsStaff(
	order ID, part int, staff string, what PartCommand, command ID,
) (Acted, error) {
	begin, length := chars(staff)
	return o.act(func(
		orders *C.escrow_orders, acted *C.escrow_acted, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_act(orders, order.c(), place(part), C.ESCROW_PARTY_STAFF, begin, length,
			what.c(), command.c(), acted, outcome, e)
	})
}

// ActOnItems does something about some items of a part that has no complaint: they become a part of their own,
// which the answer names, in the same chain, and the rest of the part stays as it is. If they are all of the
// part, it is done about the part itself. An amount, of a claim say, is one of the new part. All else is as of
// Act.
//
// A part that was divided off has the part's seller, stage and time; the tax of its items, by their price; of
// the shipping what the policy says; and of each tender its share.
//
// Refused: as Act; ErrOrderItemsMustBeValid, ErrOrderLegHasNoLines, ErrOrderItemNotInPart,
// ErrOrderQuantityExceedsPart, ErrOrderPartHasComplaint, ErrOrderTooManyParts.
func (o *Orders) ActOnItems(
	order ID, part int, items []Item, party Party, what PartCommand, command ID,
) (Acted, error) {
	return o.act(func(
		orders *C.escrow_orders, acted *C.escrow_acted, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_act_on_items(orders, order.c(), place(part),
			(*C.escrow_item)(unsafe.Pointer(start(items))), C.size_t(len(items)), C.uint32_t(party), nil, 0,
			what.c(), command.c(), acted, outcome, e)
	})
}

// AmountOfItems gives what some items of a part would come to, in escrow, if this were done about them alone:
// with their taxes, and of the shipping what the policy says of it. Who claims all of it, or asks to cancel,
// names just that.
//
// Refused: ErrOrderItemsMustBeValid, ErrOrderNotFound, ErrOrderPartNotFound, ErrOrderMustBePaid,
// ErrOrderPartHasComplaint, ErrOrderNotInThisStage, ErrOrderLegHasNoLines, ErrOrderItemNotInPart,
// ErrOrderQuantityExceedsPart.
func (o *Orders) AmountOfItems(order ID, part int, items []Item, action Action) (amount Amount, err error) {
	err = o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_amount_of_items(orders, order.c(), place(part),
			(*C.escrow_item)(unsafe.Pointer(start(items))), C.size_t(len(items)), C.uint32_t(action),
			(*C.escrow_u128)(unsafe.Pointer(&amount)), outcome, e)
	})
	return amount, err
}

func (o *Orders) act(
	f func(*C.escrow_orders, *C.escrow_acted, *C.escrow_order_outcome, *C.escrow_error) C.escrow_status,
) (Acted, error) {
	acted := new(C.escrow_acted)
	acted.struct_size = C.sizeof_escrow_acted
	err := o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return f(orders, acted, outcome, e)
	})
	if err != nil {
		return Acted{}, err
	}
	return actedFrom(acted), nil
}

// Options gives what a party can do about a part now, until when, and what happens if nobody does anything: a
// page of a shop is drawn from that.
//
// Refused: ErrOrderNotFound, ErrOrderPartNotFound, ErrOrderMustBePaid.
func (o *Orders) Options(order ID, part int, party Party) (PartOptions, error) {
	options := new(C.escrow_part_options)
	options.struct_size = C.sizeof_escrow_part_options
	err := o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_options(orders, order.c(), place(part), C.uint32_t(party), options, outcome, e)
	})
	if err != nil {
		return PartOptions{}, err
	}
	return partOptionsFrom(options), nil
}
