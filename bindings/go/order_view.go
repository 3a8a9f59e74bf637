package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// listedMax is how many rows a list gives at most.
const listedMax = 1_000

// String gives the step in words.
func (s OrderStep) String() string { return s.Words }

// Order gives an order as it is now, with its tenders and parts, all of it as of one moment.
//
// Refused: ErrOrderNotFound.
func (o *Orders) Order(order ID) (OrderView, error) {
	view, _, err := first(askOrders(o, func(
		orders *C.escrow_orders, rows **C.escrow_rows, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_find(orders, order.c(), rows, outcome, e)
	}, showOrder))
	return view, err
}

// Timeline gives all steps of an order, in the order in which they were taken.
//
// Refused: ErrOrderNotFound.
func (o *Orders) Timeline(order ID) ([]OrderStep, error) {
	return askOrders(o, func(
		orders *C.escrow_orders, rows **C.escrow_rows, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_timeline(orders, order.c(), rows, outcome, e)
	}, showStep)
}

// Events gives what happened to orders after a time of the feed, in at most limit steps, and how far the feed was
// looked at: each with its order, part and stage, and each part that a deadline has ended, which is a step of no
// timeline. So a shop sends letters and keeps its pages: acknowledge until by Store.Acknowledge when they
// are dealt with, and begin there. All is seen when until is after; a page without steps may be followed by
// others. With a limit of 0 nothing is looked at.
func (o *Orders) Events(after Timestamp, limit int) (steps []OrderStep, until Timestamp, err error) {
	rows, until64 := new(*C.escrow_rows), new(C.uint64_t)
	err = o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_events(orders, C.uint64_t(after), C.size_t(max(limit, 0)), until64, rows, e)
	})
	if err != nil {
		return nil, 0, err
	}
	steps, err = take(*rows, showStep)
	return steps, Timestamp(*until64), err
}

// OrdersOfBuyer gives the orders of a buyer, the oldest first, at most limit and at most 1,000; after the row
// that was listed last, nil to begin.
func (o *Orders) OrdersOfBuyer(buyer ID, after *ListedOrder, limit int) ([]ListedOrder, error) {
	return o.list(limit, func(
		orders *C.escrow_orders, listed *C.escrow_listed_order, room C.size_t, count *C.size_t,
		e *C.escrow_error,
	) C.escrow_status {
		from := (*C.escrow_listed_order)(unsafe.Pointer(after))
		return C.escrow_orders_of_buyer(orders, buyer.c(), from, listed, room, count, e)
	})
}

// OrdersOfSeller gives the parts of orders of a seller, the oldest first, at most limit and at most 1,000;
// after the row that was listed last, nil to begin.
func (o *Orders) OrdersOfSeller(seller ID, after *ListedOrder, limit int) ([]ListedOrder, error) {
	return o.list(limit, func(
		orders *C.escrow_orders, listed *C.escrow_listed_order, room C.size_t, count *C.size_t,
		e *C.escrow_error,
	) C.escrow_status {
		from := (*C.escrow_listed_order)(unsafe.Pointer(after))
		return C.escrow_orders_of_seller(orders, seller.c(), from, listed, room, count, e)
	})
}

// OpenParts gives the parts of all orders that are open, those first that are due next, at most limit and at
// most 1,000; after the row that was listed last, nil to begin. In this stage alone, 0 for all; those alone that
// are due before a time, 0 for all. So staff find what is escalated, and what will end soon. Each call looks at
// the orders as they are then: what was done meanwhile may stand elsewhere.
func (o *Orders) OpenParts(stage Stage, dueBefore Timestamp, after *OpenPart, limit int) ([]OpenPart, error) {
	listed := make([]OpenPart, min(max(limit, 0), listedMax))
	var count C.size_t
	err := o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_open_parts(orders, C.uint32_t(stage), C.uint64_t(dueBefore),
			(*C.escrow_open_part)(unsafe.Pointer(after)),
			(*C.escrow_open_part)(unsafe.Pointer(start(listed))), C.size_t(len(listed)), &count, e)
	})
	if err != nil {
		return nil, err
	}
	return listed[:count], nil
}

func (o *Orders) list(limit int, f func(
	*C.escrow_orders, *C.escrow_listed_order, C.size_t, *C.size_t, *C.escrow_error,
) C.escrow_status) ([]ListedOrder, error) {
	listed := make([]ListedOrder, min(max(limit, 0), listedMax))
	var count C.size_t
	err := o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return f(orders, (*C.escrow_listed_order)(unsafe.Pointer(start(listed))), C.size_t(len(listed)),
			&count, e)
	})
	if err != nil {
		return nil, err
	}
	return listed[:count], nil
}

func showOrder(rows *C.escrow_rows, at C.size_t, order *OrderView, e *C.escrow_error) C.escrow_status {
	row := new(C.escrow_order_view)
	row.struct_size = C.sizeof_escrow_order_view
	if status := C.escrow_order_view_at(rows, at, row, e); status != C.ESCROW_OK {
		return status
	}
	*order = orderViewFrom(row)
	tender := new(C.escrow_tender_view)
	tender.struct_size = C.sizeof_escrow_tender_view
	for i := range order.Tenders {
		if status := C.escrow_tender_view_at(rows, at, C.size_t(i), tender, e); status != C.ESCROW_OK {
			return status
		}
		order.Tenders[i] = tenderViewFrom(tender)
	}
	part := new(C.escrow_part_view)
	part.struct_size = C.sizeof_escrow_part_view
	for i := range order.Parts {
		if status := C.escrow_part_view_at(rows, at, C.size_t(i), part, e); status != C.ESCROW_OK {
			return status
		}
		order.Parts[i] = partViewFrom(part)
		for j := range order.Parts[i].Items {
			item := (*C.escrow_item_view)(unsafe.Pointer(&order.Parts[i].Items[j]))
			status := C.escrow_item_view_at(rows, at, C.size_t(i), C.size_t(j), item, e)
			if status != C.ESCROW_OK {
				return status
			}
		}
	}
	return C.ESCROW_OK
}

func showStep(rows *C.escrow_rows, at C.size_t, step *OrderStep, e *C.escrow_error) C.escrow_status {
	row := new(C.escrow_order_step)
	row.struct_size = C.sizeof_escrow_order_step
	if status := C.escrow_order_step_at(rows, at, row, e); status != C.ESCROW_OK {
		return status
	}
	*step = orderStepFrom(row)
	for i := range step.Refunds {
		refund := (*C.escrow_tender_refund)(unsafe.Pointer(&step.Refunds[i]))
		if status := C.escrow_tender_refund_at(rows, at, C.size_t(i), refund, e); status != C.ESCROW_OK {
			return status
		}
	}
	return C.ESCROW_OK
}
