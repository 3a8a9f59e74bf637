package escrowdb

// #include <escrowdb.h>
//
// static void escrow_go_free_orders(void *orders) { escrow_orders_free(orders); }
import "C"

import (
	"runtime"
	"unsafe"
)

// Orders are those of a store: deals over its holds, from the cart to the last decision. An order has the
// legs of several sellers, paid by several tenders, all of them or none; each leg becomes a part that is
// shipped, delivered, confirmed, complained about, and that ends in any case, by time alone if nobody does
// anything.
//
// A command that the rules do not allow is refused: its error is an *OrderRefused, which says in which stage
// the part is and what this actor can do in it, and errors.Is finds which law it would have broken, such as
// ErrOrderNotInThisStage. What was answered is durable.
//
// Any number of goroutines may use orders at the same time; those that wait for their turn do so in Go. No
// call takes a context: none can be left once it is begun, and after an error it would not be known what
// was done.
type Orders struct {
	handle *handle
	store  *Store // not to be collected before
	// Calls within the library at a time keep a thread each.
	calls chan struct{}
}

// Orders gives the orders of the store. Nothing is opened, and there may be none. Closing the store closes
// them.
func (s *Store) Orders() (*Orders, error) {
	var opened *C.escrow_orders
	var kept *handle
	err := s.self().use(func(store unsafe.Pointer) error {
		err := check(func(e *C.escrow_error) C.escrow_status {
			return C.escrow_orders_open((*C.escrow_store)(store), &opened, e)
		})
		if err == nil {
			kept = newHandle(s.handle, unsafe.Pointer(opened), func(pointer unsafe.Pointer) {
				C.escrow_go_free_orders(pointer)
			})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	orders := &Orders{handle: kept, store: s, calls: make(chan struct{}, callsMax)}
	runtime.SetFinalizer(orders, func(o *Orders) { go o.Close() })
	return orders, nil
}

// Close waits for the calls under way and lets go of the orders, which remain in the store: using them
// afterwards answers ErrClosed.
func (o *Orders) Close() error {
	if o == nil {
		return errClosed
	}
	runtime.SetFinalizer(o, nil)
	return o.handle.end()
}

// RegisterBuyer opens the account of a buyer in a ledger. Again, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid; ErrOrderRefusedByLedger if there is no such ledger;
// ErrOrderAccountMustFit if the host has opened an account with that id.
func (o *Orders) RegisterBuyer(buyer ID, ledger uint32) error {
	return o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_register_buyer(orders, buyer.c(), C.uint32_t(ledger), outcome, e)
	})
}

// RegisterSeller opens the account of a seller in a ledger. Again, it changes nothing.
//
// Refused: as RegisterBuyer.
func (o *Orders) RegisterSeller(seller ID, ledger uint32) error {
	return o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_register_seller(orders, seller.c(), C.uint32_t(ledger), outcome, e)
	})
}

// GiveGoodwill has a member of staff give the buyer of an order a sum from an account of the platform to a
// spend-only account of the buyer's, at once: a transfer of its own, whose user data is the order. It stands
// beside the money of the order, and is no refund of it: in any state of the order, and as often as it is
// given. Sent again with the same command id, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderStaffMustBeNamed, ErrOrderAmountMustBeValid,
// ErrOrderCommandIDIsTaken, ErrOrderNotFound; ErrOrderAccountMustFit if the first account is none
// of the platform in this ledger, being external, managed, spend-only or a seller's, or the second
// none of a buyer's; ErrOrderRefusedByLedger if the platform's account has not got it, say.
func (o *Orders) GiveGoodwill(order ID, staff string, from, to ID, amount Amount, command ID) error {
	begin, length := chars(staff)
	return o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_give_goodwill(orders, order.c(), begin, length, from.c(), to.c(), amount.c(),
			command.c(), outcome, e)
	})
}

// BuyerAccount gives the account through which the money of a buyer's orders passes in a ledger, registered
// or not. What it has available is due to the sources of that money. It is managed: no operation of the host
// debits or credits it.
func BuyerAccount(buyer ID, ledger uint32) ID {
	var account ID
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_buyer_account(buyer.c(), C.uint32_t(ledger),
			(*C.escrow_u128)(unsafe.Pointer(&account)), e)
	})
	if err != nil {
		panic(err)
	}
	return account
}

// SellerAccount gives the account that the earnings of a seller come to in a ledger, registered or not. Its
// money is the host's to pay out.
func SellerAccount(seller ID, ledger uint32) ID {
	var account ID
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_seller_account(seller.c(), C.uint32_t(ledger),
			(*C.escrow_u128)(unsafe.Pointer(&account)), e)
	})
	if err != nil {
		panic(err)
	}
	return account
}

// Work carries out what time alone leaves to be done, of up to limit parts: windows of complaints that have
// run out, and refunds by deadlines on their way to the sources of their tenders; and tells what went back of
// orders that were not paid in time. To be called every second or so, by any process: nothing is done twice,
// wherever one ends meanwhile. Without it everything is still done before the next command about the part.
func (o *Orders) Work(limit int) (OrderWork, error) {
	done := new(C.escrow_order_work)
	done.struct_size = C.sizeof_escrow_order_work
	err := o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_work(orders, C.size_t(max(limit, 0)), done, e)
	})
	if err != nil {
		return OrderWork{}, err
	}
	return orderWorkFrom(done), nil
}

// call makes a call when there is room for it among others.
func (o *Orders) call(f func(*C.escrow_orders, *C.escrow_error) C.escrow_status) error {
	if o == nil || o.calls == nil {
		return errClosed // they were never opened
	}
	o.calls <- struct{}{}
	defer func() { <-o.calls }()
	return o.handle.use(func(orders unsafe.Pointer) error {
		return unknown(check(func(e *C.escrow_error) C.escrow_status {
			return f((*C.escrow_orders)(orders), e)
		}))
	})
}

// command gives a command: its error is an *OrderRefused if it was refused.
func (o *Orders) command(
	f func(*C.escrow_orders, *C.escrow_order_outcome, *C.escrow_error) C.escrow_status,
) error {
	outcome := new(C.escrow_order_outcome)
	err := o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return f(orders, outcome, e)
	})
	if err != nil {
		return err
	}
	if outcome.status != C.ESCROW_ORDER_DONE {
		return orderRefusedOf(outcome)
	}
	return nil
}

// askOrders gives all rows of a query that may be refused.
func askOrders[T any](
	o *Orders,
	ask func(*C.escrow_orders, **C.escrow_rows, *C.escrow_order_outcome, *C.escrow_error) C.escrow_status,
	show showing[T],
) ([]T, error) {
	rows := new(*C.escrow_rows)
	err := o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return ask(orders, rows, outcome, e)
	})
	if err != nil {
		return nil, err
	}
	return take(*rows, show)
}
