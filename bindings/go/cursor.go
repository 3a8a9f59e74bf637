package escrowdb

// #include <escrowdb.h>
//
// static void escrow_go_free_cursor(void *cursor) { escrow_cursor_free(cursor); }
import "C"

import (
	"runtime"
	"sync"
	"unsafe"
)

// A Cursor walks through rows, which are read as they are asked for:
//
//	for cursor.Next() {
//		use(cursor.Value())
//	}
//	if err := cursor.Err(); err != nil {
//		return err
//	}
//
// It closes itself at the end of the rows; close it when leaving earlier. It is safe for several
// goroutines, but they would share the rows: one at a time makes sense.
type Cursor[T any] struct {
	handle *handle
	parent *Snapshot // not to be collected before
	fill   func(cursor *C.escrow_cursor, room []T) (int, error)
	lock   sync.Mutex
	chunk  []T
	room   []T
	row    T
	err    error
	done   bool
}

// Rows are read in chunks that grow, so that few rows are cheap and many are fast.
const (
	chunkRowsFirst = 16
	chunkRowsMax   = 512
)

// Next goes to the next row, and tells whether there is one. After false, Err tells why.
func (c *Cursor[T]) Next() bool {
	if c == nil {
		return false
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if len(c.chunk) == 0 && !c.done {
		c.more()
	}
	if len(c.chunk) == 0 {
		return false
	}
	c.row, c.chunk = c.chunk[0], c.chunk[1:]
	return true
}

// Value gives the row that Next went to. It is the caller's own.
func (c *Cursor[T]) Value() (row T) {
	if c == nil {
		return row
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.row
}

// Err gives why the rows ended early; nil if they did not. After Close of the cursor, its snapshot
// or its store it is ErrClosed, unless the rows had ended.
func (c *Cursor[T]) Err() error {
	if c == nil {
		return errClosed
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.err
}

// Close ends the rows. It may be called at any time, and more than once.
func (c *Cursor[T]) Close() error {
	if c == nil {
		return errClosed
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if !c.done {
		c.end(errClosed)
	}
	c.chunk = nil
	return nil
}

// Rest reads all rows that are left, and closes the cursor.
func (c *Cursor[T]) Rest() ([]T, error) {
	var rows []T
	for c.Next() {
		rows = append(rows, c.Value())
	}
	return rows, c.Err()
}

func (c *Cursor[T]) more() {
	if size := 4 * len(c.room); size < chunkRowsMax {
		c.room = make([]T, max(size, chunkRowsFirst))
	} else if size > 4*chunkRowsMax || len(c.room) != chunkRowsMax {
		c.room = make([]T, chunkRowsMax)
	}
	var count int
	err := c.handle.use(func(pointer unsafe.Pointer) (err error) {
		count, err = c.fill((*C.escrow_cursor)(pointer), c.room)
		return err
	})
	c.chunk = c.room[:count]
	if err != nil || count == 0 {
		c.end(err)
	}
}

func (c *Cursor[T]) end(err error) {
	c.done, c.err = true, err
	runtime.SetFinalizer(c, nil)
	_ = c.handle.end() // it may have ended with its snapshot
}

type opener func(*C.escrow_snapshot, **C.escrow_cursor, *C.escrow_error) C.escrow_status

func newCursor[T any](
	s *Snapshot, open opener, fill func(*C.escrow_cursor, []T) (int, error),
) (*Cursor[T], error) {
	var cursor *Cursor[T]
	err := s.self().use(func(snapshot unsafe.Pointer) error {
		var opened *C.escrow_cursor
		err := check(func(e *C.escrow_error) C.escrow_status {
			return open((*C.escrow_snapshot)(snapshot), &opened, e)
		})
		if err != nil {
			return err
		}
		cursor = &Cursor[T]{
			handle: newHandle(s.handle, unsafe.Pointer(opened), freeCursor),
			parent: s,
			fill:   fill,
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(cursor, func(c *Cursor[T]) { go c.Close() })
	return cursor, nil
}

func freeCursor(pointer unsafe.Pointer) { C.escrow_go_free_cursor(pointer) }

type filler func(
	*C.escrow_cursor, unsafe.Pointer, C.size_t, *C.size_t, *C.escrow_error,
) C.escrow_status

// rows gives the fill of a cursor whose rows are records.
func rows[T any](f filler) func(*C.escrow_cursor, []T) (int, error) {
	return func(cursor *C.escrow_cursor, room []T) (int, error) {
		var count C.size_t
		err := check(func(e *C.escrow_error) C.escrow_status {
			return f(cursor, unsafe.Pointer(unsafe.SliceData(room)), C.size_t(len(room)), &count, e)
		})
		return int(count), err
	}
}

func fillAccounts(
	cursor *C.escrow_cursor, room unsafe.Pointer, size C.size_t, count *C.size_t, e *C.escrow_error,
) C.escrow_status {
	return C.escrow_cursor_accounts(cursor, (*C.escrow_account)(room), size, count, e)
}

func fillHolds(
	cursor *C.escrow_cursor, room unsafe.Pointer, size C.size_t, count *C.size_t, e *C.escrow_error,
) C.escrow_status {
	return C.escrow_cursor_holds(cursor, (*C.escrow_hold)(room), size, count, e)
}

func fillOperations(
	cursor *C.escrow_cursor, room unsafe.Pointer, size C.size_t, count *C.size_t, e *C.escrow_error,
) C.escrow_status {
	return C.escrow_cursor_operations(cursor, (*C.escrow_operation_record)(room), size, count, e)
}

func fillLines(
	cursor *C.escrow_cursor, room unsafe.Pointer, size C.size_t, count *C.size_t, e *C.escrow_error,
) C.escrow_status {
	return C.escrow_cursor_lines(cursor, (*C.escrow_statement_line)(room), size, count, e)
}

// AllAccounts walks through all accounts by id, behind the id after; the zero ID for all.
func (s *Snapshot) AllAccounts(after ID) (*Cursor[Account], error) {
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_all_accounts(snapshot, after.c(), cursor, e)
	}, rows[Account](fillAccounts))
}

// AllHolds walks through all holds by id, open and closed, behind the id after; the zero ID for all.
func (s *Snapshot) AllHolds(after ID) (*Cursor[Hold], error) {
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_all_holds(snapshot, after.c(), cursor, e)
	}, rows[Hold](fillHolds))
}

// OperationsByUserData walks through the applied operations with this UserData128, oldest first. The
// store must have been created with IndexUserData.
func (s *Snapshot) OperationsByUserData(key ID) (*Cursor[OperationRecord], error) {
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_operations_by_user_data(snapshot, key.c(), cursor, e)
	}, rows[OperationRecord](fillOperations))
}

// A StatementQuery says which lines of a statement. The zero query is every line, oldest first.
type StatementQuery struct {
	// From is the first time, included.
	From Timestamp
	// To is the last time, included; 0 for no bound.
	To Timestamp
	// Limit is how many lines at most; 0 for no bound.
	Limit uint64
	// NewestFirst turns the order.
	NewestFirst bool
}

// Statement draws the statement of an account: one line for each operation that changed its
// balances.
func (s *Snapshot) Statement(account ID, query StatementQuery) (*Cursor[StatementLine], error) {
	which := C.escrow_statement_query{
		struct_size: C.sizeof_escrow_statement_query,
		from:        C.uint64_t(query.From),
		to:          C.uint64_t(query.To),
		limit:       C.uint64_t(query.Limit),
	}
	if query.NewestFirst {
		which.newest_first = 1
	}
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_statement(snapshot, account.c(), &which, cursor, e)
	}, rows[StatementLine](fillLines))
}

// A Disputed narrows a query for holds to disputed or undisputed ones.
type Disputed uint32

const (
	// DisputedOrNot is all holds.
	DisputedOrNot Disputed = 0
	// DisputedOnly is disputed holds only.
	DisputedOnly Disputed = C.ESCROW_DISPUTED_ONLY
	// DisputedNot is undisputed holds only.
	DisputedNot Disputed = C.ESCROW_DISPUTED_NOT
)

// A HoldQuery says which open holds. The zero query is every open hold; each field that is not zero
// narrows them down.
type HoldQuery struct {
	// Phase is the one they are in.
	Phase Phase
	// Account is payer, payee or fee account.
	Account ID
	// UserData128 is theirs.
	UserData128 ID
	// UserData64 is theirs.
	UserData64 uint64
	// DueFrom is the earliest deadline.
	DueFrom Timestamp
	// DueTo is the latest deadline.
	DueTo Timestamp
	// Limit is how many at most.
	Limit uint64
	// Disputed is whether they are.
	Disputed Disputed
}

// OpenHolds finds open holds: by deadline if the query gives a range of deadlines and no account,
// else by id.
func (s *Snapshot) OpenHolds(query HoldQuery) (*Cursor[Hold], error) {
	which := C.escrow_hold_query{
		struct_size:   C.sizeof_escrow_hold_query,
		phase:         C.uint32_t(query.Phase),
		account:       query.Account.c(),
		user_data_128: query.UserData128.c(),
		user_data_64:  C.uint64_t(query.UserData64),
		due_from:      C.uint64_t(query.DueFrom),
		due_to:        C.uint64_t(query.DueTo),
		limit:         C.uint64_t(query.Limit),
		disputed:      C.uint32_t(query.Disputed),
	}
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_open_holds(snapshot, &which, cursor, e)
	}, rows[Hold](fillHolds))
}

// HoldsNeedingAttention finds open holds that no deadline will settle: without a deadline, or
// disputed since before the time disputedBefore.
func (s *Snapshot) HoldsNeedingAttention(disputedBefore Timestamp) (*Cursor[Hold], error) {
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_holds_needing_attention(snapshot, C.uint64_t(disputedBefore), cursor, e)
	}, rows[Hold](fillHolds))
}
