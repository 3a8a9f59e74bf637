package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// pins are what a struct that is lent to C points to. They must be unpinned.
type pins struct {
	pinner runtime.Pinner
	copies [][]byte
}

// Unpin is for when C has been left.
func (p *pins) Unpin() {
	for _, text := range p.copies {
		clear(text)
	}
	p.pinner.Unpin()
}

// text lends a text. It lends a copy: not every version of Go pins what lies among the constants of a
// program.
func (p *pins) text(text string) C.escrow_text {
	if text == "" {
		return C.escrow_text{}
	}
	lent := []byte(text)
	p.copies = append(p.copies, lent)
	p.pinner.Pin(&lent[0])
	return C.escrow_text{bytes: (*C.char)(unsafe.Pointer(&lent[0])), length: C.size_t(len(lent))}
}

// key lends a key.
func (p *pins) key(key *[C.ESCROW_KEY_BYTES]byte) *C.uint8_t {
	p.pinner.Pin(key)
	return (*C.uint8_t)(unsafe.Pointer(key))
}

// readText copies a text of rows. It takes a pointer, as an empty text need not lie anywhere: such an
// address must not come onto Go's stack.
func readText(text *C.escrow_text) string {
	if text.length == 0 {
		return ""
	}
	return C.GoStringN(text.bytes, C.int(text.length))
}

func idFrom(id C.escrow_u128) ID { return ID{Lo: uint64(id.lo), Hi: uint64(id.hi)} }

func amountFrom(amount C.escrow_u128) Amount {
	return Amount{Lo: uint64(amount.lo), Hi: uint64(amount.hi)}
}

func flag(is bool) C.uint32_t {
	if is {
		return 1
	}
	return 0
}

// An asking is a call that gives rows.
type asking = func(*C.escrow_wallets, **C.escrow_rows, *C.escrow_error) C.escrow_status

// A showing reads one row: into a C struct on the heap, and from there.
type showing[T any] func(rows *C.escrow_rows, at C.size_t, row *T, e *C.escrow_error) C.escrow_status

// query gives all rows of a query.
func query[T any](w *Wallets, ask asking, show showing[T]) ([]T, error) {
	rows := new(*C.escrow_rows)
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return ask(wallets, rows, e)
	})
	if err != nil {
		return nil, err
	}
	return take(*rows, show)
}

// judgedQuery gives all rows of a query that may be refused.
func judgedQuery[T any](
	w *Wallets,
	ask func(*C.escrow_wallets, **C.escrow_rows, *C.escrow_wallet_outcome, *C.escrow_error) C.escrow_status,
	show showing[T],
) ([]T, error) {
	rows := new(*C.escrow_rows)
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return ask(wallets, rows, outcome, e)
	})
	if err != nil {
		return nil, err
	}
	return take(*rows, show)
}

// take copies rows and frees them, which wipes what is secret in them.
func take[T any](rows *C.escrow_rows, show showing[T]) ([]T, error) {
	defer C.escrow_rows_free(rows)
	var count C.size_t
	err := check(func(e *C.escrow_error) C.escrow_status { return C.escrow_rows_count(rows, &count, e) })
	if err != nil {
		return nil, err
	}
	found := make([]T, count)
	for i := range found {
		err := check(func(e *C.escrow_error) C.escrow_status {
			return show(rows, C.size_t(i), &found[i], e)
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// found tells whether something was found, of a call that answers ErrNotFound if not.
func found(err error) (bool, error) {
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// first is the only row of a query that gives one or none.
func first[T any](rows []T, err error) (row T, found bool, _ error) {
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}
