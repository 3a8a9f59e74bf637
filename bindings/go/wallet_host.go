package escrowdb

// #include <escrowdb.h>
//
// extern int escrowGoWrap(uintptr_t context, uintptr_t call, uint8_t *key, size_t key_length,
//                         uint8_t *wrapped, size_t capacity, size_t *wrapped_length);
// extern int escrowGoUnwrap(uintptr_t context, uintptr_t call, uint8_t *wrapped,
//                           size_t wrapped_length, uint8_t *key, size_t key_length);
// extern int escrowGoIsBlocked(uintptr_t context, uintptr_t call, char *password, size_t length);
//
// // The call that this thread is in, for what goes wrong in the host's functions.
// static __thread uintptr_t escrow_go_call;
//
// static void escrow_go_enter(uintptr_t call) { escrow_go_call = call; }
//
// static int escrow_go_wrap(void *context, const uint8_t *key, size_t key_length, uint8_t *wrapped,
//                           size_t capacity, size_t *wrapped_length) {
//     return escrowGoWrap((uintptr_t)context, escrow_go_call, (uint8_t *)key, key_length, wrapped,
//                         capacity, wrapped_length);
// }
//
// static int escrow_go_unwrap(void *context, const uint8_t *wrapped, size_t wrapped_length,
//                             uint8_t *key, size_t key_length) {
//     return escrowGoUnwrap((uintptr_t)context, escrow_go_call, (uint8_t *)wrapped, wrapped_length,
//                           key, key_length);
// }
//
// static int escrow_go_is_blocked(void *context, const char *password, size_t length) {
//     return escrowGoIsBlocked((uintptr_t)context, escrow_go_call, (char *)password, length);
// }
//
// static void escrow_go_lend_key(escrow_master_key *key, uintptr_t context) {
//     key->wrap = escrow_go_wrap;
//     key->unwrap = escrow_go_unwrap;
//     key->context = (void *)context;
// }
//
// static void escrow_go_answer_blocked(escrow_wallet_options *options, uintptr_t context) {
//     options->is_blocked = escrow_go_is_blocked;
//     options->is_blocked_context = (void *)context;
// }
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"runtime/debug"
	"sync"
	"unsafe"
)

// A KeyWrapper wraps the key of a store's wallets by a master key that is kept elsewhere: in a key
// service or a hardware module. Both methods are given bytes that they must not keep, and must not
// use the same wallets.
type KeyWrapper interface {
	// Wrap wraps a key of 32 bytes, into 512 bytes at most.
	Wrap(key []byte) (wrapped []byte, err error)
	// Unwrap gives the key back. Its error is ErrWrongMasterKey if another master key wrapped it.
	Unwrap(wrapped []byte) (key []byte, err error)
}

// A MasterKey is what wraps the keys of a store's wallets. Keep it apart from the store; whoever loses
// it has lost all personal data. It prints as "escrowdb.MasterKey".
type MasterKey struct {
	reveal func() *masterKey // functions alone are never printed, whatever holds them; nil for none
}

type masterKey struct {
	bytes   [C.ESCROW_KEY_BYTES]byte
	wrapper KeyWrapper // nil if the bytes are the key
}

// MasterKeyOf is a master key of 32 random bytes.
func MasterKeyOf(key [32]byte) MasterKey {
	return keep(&masterKey{bytes: key})
}

// MasterKeyBy is a master key that is kept elsewhere. If wrapper fails or panics, the call fails, and
// errors.Is and errors.As find why.
func MasterKeyBy(wrapper KeyWrapper) MasterKey {
	if wrapper == nil {
		return MasterKey{}
	}
	return keep(&masterKey{wrapper: wrapper})
}

func keep(key *masterKey) MasterKey { return MasterKey{func() *masterKey { return key }} }

// Format prints the name of the type, and nothing of the key.
func (m MasterKey) Format(f fmt.State, _ rune) { fmt.Fprint(f, "escrowdb.MasterKey") }

// A CallbackPanic is a function of the host's that panicked, or ended its goroutine, when the library
// called it. The call that it was part of failed.
type CallbackPanic struct {
	// Function is which one: "Wrap", "Unwrap" or "BlockList".
	Function string
	// Value is what it panicked with; nil if it ended its goroutine. It is not part of the message, as
	// it might hold a secret.
	Value any
	// Stack is where.
	Stack []byte
}

// Error says which function it was.
func (p *CallbackPanic) Error() string {
	switch value := p.Value.(type) {
	case nil:
		return "escrowdb: " + p.Function + " of the host ended its goroutine"
	case runtime.Error:
		return "escrowdb: " + p.Function + " of the host panicked: " + value.Error()
	}
	return fmt.Sprintf("escrowdb: %s of the host panicked with a %T", p.Function, p.Value)
}

// Format prints the message alone.
func (p CallbackPanic) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.Error()) }

// MarshalText gives the message alone, so that encoders and loggers reveal no more either.
func (p CallbackPanic) MarshalText() ([]byte, error) { return printed(p), nil }

// A host is the functions of the host's that a store's wallets call.
type host struct {
	lock      sync.Mutex
	handles   map[cgo.Handle]struct{}
	watched   int  // calls under way, which may call them
	forgotten bool // the wallets were freed
}

// forget is for when the wallets are freed. Calls that one of the functions is called within may go on.
func (h *host) forget() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.forgotten = true
	h.forgetUnwatched()
}

func (h *host) forgetUnwatched() {
	if !h.forgotten || h.watched > 0 {
		return
	}
	for handle := range h.handles {
		handle.Delete()
	}
	h.handles = nil
}

// lend keeps what C calls by a number, until the wallets are freed or release is called.
func (h *host) lend(value any) (number C.uintptr_t, release func()) {
	h.lock.Lock()
	defer h.lock.Unlock()
	handle := cgo.NewHandle(value)
	if h.handles == nil {
		h.handles = make(map[cgo.Handle]struct{})
	}
	h.handles[handle] = struct{}{}
	return C.uintptr_t(handle), func() {
		h.lock.Lock()
		defer h.lock.Unlock()
		if _, ok := h.handles[handle]; ok {
			handle.Delete()
			delete(h.handles, handle)
		}
	}
}

// lendKey puts a master key into what C is given, until the wallets are freed or release is called.
func (h *host) lendKey(c *C.escrow_master_key, master MasterKey, pins *pins) (release func()) {
	if master.reveal == nil {
		return func() {}
	}
	key := master.reveal()
	if key.wrapper == nil {
		c.bytes = pins.key(&key.bytes)
		return func() {}
	}
	number, release := h.lend(key.wrapper)
	C.escrow_go_lend_key(c, number)
	return release
}

func (h *host) lendBlockList(options *C.escrow_wallet_options, isBlocked func(string) bool) {
	if isBlocked != nil {
		number, _ := h.lend(isBlocked)
		C.escrow_go_answer_blocked(options, number)
	}
}

// A call is one that the host's functions may be called within.
type call struct {
	use *handle // what it is a use of
	err error
}

// add keeps the last error, or the first panic.
func (c *call) add(err error) {
	var panicked *CallbackPanic
	if !errors.As(c.err, &panicked) {
		c.err = err
	}
}

// watch makes a call, which is a use of a handle, and adds to its error what went wrong in the host's
// functions meanwhile, which the library calls on the thread of the call.
func (h *host) watch(use *handle, f func() error) error {
	h.lock.Lock()
	isAlone := len(h.handles) == 0
	if !isAlone {
		h.watched++
	}
	h.lock.Unlock()
	if isAlone {
		return f()
	}
	defer func() {
		h.lock.Lock()
		defer h.lock.Unlock()
		h.watched--
		h.forgetUnwatched()
	}()
	watched := &call{use: use}
	handle := cgo.NewHandle(watched)
	defer handle.Delete()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	C.escrow_go_enter(C.uintptr_t(handle))
	err := f()
	C.escrow_go_enter(0)
	switch {
	case watched.err == nil:
		return err
	case err != nil:
		return &hostFailed{err, watched.err}
	}
	// That it was asked in vain for a wrapped key, of which there are others, is no failure.
	var panicked *CallbackPanic
	if errors.As(watched.err, &panicked) {
		return watched.err
	}
	return nil
}

// hostFailed is a call that failed together with a function of the host's.
type hostFailed struct{ err, host error }

func (f *hostFailed) Error() string   { return f.err.Error() + ": " + f.host.Error() }
func (f *hostFailed) Unwrap() []error { return []error{f.err, f.host} }

// protect calls a function of the host's where neither a panic nor the end of the goroutine can leave
// it through C, and keeps what went wrong for the call.
func protect(within C.uintptr_t, name string, f func() error) C.int {
	ended := make(chan error)
	go func() {
		var err error = &CallbackPanic{Function: name} // if the goroutine ends within f
		defer func() { ended <- err }()
		defer func() {
			if value := recover(); value != nil {
				err = &CallbackPanic{name, value, debug.Stack()}
			}
		}()
		err = f()
	}()
	watched := cgo.Handle(within).Value().(*call)
	var err error
	watched.use.outsideOf(func() { err = <-ended })
	if err == nil {
		return 0
	}
	watched.add(err)
	if errors.Is(err, ErrWrongMasterKey) {
		return C.ESCROW_KEY_IS_ANOTHER
	}
	return C.ESCROW_KEY_IS_ANOTHER + 1
}

//export escrowGoWrap
func escrowGoWrap(context, within C.uintptr_t, key *C.uint8_t, keyLength C.size_t,
	wrapped *C.uint8_t, capacity C.size_t, wrappedLength *C.size_t,
) C.int {
	wrapper := cgo.Handle(context).Value().(KeyWrapper)
	return protect(within, "Wrap", func() error {
		lent := C.GoBytes(unsafe.Pointer(key), C.int(keyLength))
		defer clear(lent)
		made, err := wrapper.Wrap(lent)
		if err != nil {
			return err
		}
		if len(made) == 0 || len(made) > int(capacity) {
			return fmt.Errorf("escrowdb: the wrapped key has %d bytes, not 1 to %d", len(made), capacity)
		}
		*wrappedLength = C.size_t(copy(unsafe.Slice((*byte)(wrapped), capacity), made))
		return nil
	})
}

//export escrowGoUnwrap
func escrowGoUnwrap(context, within C.uintptr_t, wrapped *C.uint8_t, wrappedLength C.size_t,
	key *C.uint8_t, keyLength C.size_t,
) C.int {
	wrapper := cgo.Handle(context).Value().(KeyWrapper)
	return protect(within, "Unwrap", func() error {
		made, err := wrapper.Unwrap(C.GoBytes(unsafe.Pointer(wrapped), C.int(wrappedLength)))
		if err != nil {
			return err
		}
		if len(made) != int(keyLength) {
			return fmt.Errorf("escrowdb: the key has %d bytes, not %d", len(made), keyLength)
		}
		copy(unsafe.Slice((*byte)(key), keyLength), made)
		return nil
	})
}

//export escrowGoIsBlocked
func escrowGoIsBlocked(context, within C.uintptr_t, password *C.char, length C.size_t) C.int {
	isBlocked := cgo.Handle(context).Value().(func(string) bool)
	var answer C.int
	failed := protect(within, "BlockList", func() error {
		if isBlocked(C.GoStringN(password, C.int(length))) {
			answer = 1
		}
		return nil
	})
	return answer | failed
}
