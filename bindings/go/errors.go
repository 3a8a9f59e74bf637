package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"
)

// Error gives the name of the code, such as "escrowdb: locked".
func (c Code) Error() string { return "escrowdb: " + c.String() }

// ErrOutcomeUnknown is what errors.Is finds in the error of a submission that may or may not have
// been applied: the wait ended before the answer came, or the store failed over it. Submit the same
// operations again, with the same ids: what was applied is answered StatusExists with the first
// outcome, and nothing happens twice.
var ErrOutcomeUnknown = errors.New("escrowdb: it is not known whether the batch was applied")

// ErrWithinCallback is what errors.Is finds in the error of a Close that did not wait for a call in
// which a function of the host's was being called, a KeyWrapper's or a BlockList: that function may be
// what closes. All is closed nevertheless. The call goes on to its end, which is ErrClosed if it needs
// more of the store, and then frees what it holds, such as the directory.
var ErrWithinCallback = errors.New("escrowdb: closed, but a function of the host's is being called")

// An Error is a call that could not be carried out. It wraps its Code.
//
// A refused operation is no Error: it stands in its Outcome.
type Error struct {
	// Code is why.
	Code Code
	// Message is one line for people, in lower case.
	Message string

	outcomeUnknown bool
}

// Error gives the message.
func (e *Error) Error() string { return "escrowdb: " + e.Message }

// Unwrap gives the code, so that errors.Is(err, ErrLocked) finds it.
func (e *Error) Unwrap() error { return e.Code }

// Is makes errors.Is find ErrOutcomeUnknown where a store failed over a batch.
func (e *Error) Is(target error) bool { return e.outcomeUnknown && target == ErrOutcomeUnknown }

func fail(code Code, format string, arguments ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

var errClosed error = &Error{Code: ErrClosed, Message: "it was closed"}

// A Refusal is an operation that was refused, as an error: see Outcome.Err.
type Refusal struct {
	// Status is the law that the operation would have broken.
	Status Status
	// First is what the operation was answered the first time, where Status is StatusExists or
	// StatusIDAlreadyFailed; otherwise it equals Status.
	First Status
}

// Error names the law.
func (r *Refusal) Error() string {
	if r.First != r.Status {
		return fmt.Sprintf("escrowdb: refused: %s (%s)", r.Status, r.First)
	}
	return "escrowdb: refused: " + r.Status.String()
}

// Is makes errors.Is(err, &Refusal{Status: StatusExceedsCredits}) find a refusal by its status.
func (r *Refusal) Is(target error) bool {
	other, ok := target.(*Refusal)
	return ok && other.Status == r.Status && (other.First == 0 || other.First == r.First)
}

var errorStructs = sync.Pool{New: func() any { return new(C.escrow_error) }}

// check makes a call with an error struct of its own: goroutines change threads, and share none.
func check(call func(*C.escrow_error) C.escrow_status) error {
	e := errorStructs.Get().(*C.escrow_error)
	e.struct_size = C.sizeof_escrow_error
	status := call(e)
	var err error
	if status != C.ESCROW_OK {
		err = newError(Code(status), &e.message)
	}
	errorStructs.Put(e)
	return err
}

func newError(code Code, message *[248]C.char) *Error {
	text := textOf(message[:])
	if text == "" {
		text = code.String()
	}
	return &Error{Code: code, Message: text}
}

// textOf copies a text that ends with a zero.
func textOf(chars []C.char) string {
	bytes := make([]byte, 0, len(chars))
	for _, char := range chars {
		if char == 0 {
			break
		}
		bytes = append(bytes, byte(char))
	}
	return string(bytes)
}

// chars gives a text as C takes it: where it begins, and its length beside it.
func chars(text string) (*C.char, C.size_t) {
	return (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text))
}

// start gives where a slice begins: nil for an empty one.
func start[T any](slice []T) *T {
	if len(slice) == 0 {
		return nil
	}
	return &slice[0]
}
