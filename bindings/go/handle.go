package escrowdb

import (
	"errors"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A handle is one of the library's, and keeps it from being used after it was freed: uses share the
// lock, and the end of the handle waits for them. What came from a handle ends with it.
//
// A use leaves the lock while a function of the host's is called within it: that function may be what
// ends the handle, or may wait for a goroutine that does. The library keeps what such a call needs.
type handle struct {
	lock     sync.RWMutex
	outside  atomic.Int32   // uses that have left the lock
	pointer  unsafe.Pointer // nil when freed
	free     func(unsafe.Pointer)
	parent   *handle
	lockKids sync.Mutex
	kids     map[*handle]struct{}
}

func newHandle(parent *handle, pointer unsafe.Pointer, free func(unsafe.Pointer)) *handle {
	h := &handle{pointer: pointer, free: free, parent: parent}
	if parent != nil {
		parent.lockKids.Lock()
		defer parent.lockKids.Unlock()
		if parent.kids == nil {
			parent.kids = make(map[*handle]struct{})
		}
		parent.kids[h] = struct{}{}
	}
	return h
}

// use calls f with the pointer, or answers ErrClosed.
func (h *handle) use(f func(unsafe.Pointer) error) error {
	if h == nil {
		return errClosed
	}
	h.lock.RLock()
	defer h.lock.RUnlock()
	if h.pointer == nil {
		return errClosed
	}
	return f(h.pointer)
}

// outsideOf calls f, a function of the host's, outside of the use that it is called within.
func (h *handle) outsideOf(f func()) {
	h.outside.Add(1)
	h.lock.RUnlock()
	defer func() {
		h.lock.RLock()
		h.outside.Add(-1)
	}()
	f()
}

// end frees the handle and all that came from it, after the uses under way. It answers ErrClosed if
// that was done before, and ErrWithinCallback if a use has left the lock, which it does not wait for.
//
// What the garbage collector finds must not end what came from it: so a Snapshot, Cursor or Wallets
// keeps its parent from being found for as long as it can be used itself.
func (h *handle) end() error {
	if h == nil {
		return errClosed
	}
	h.lock.Lock()
	pointer := h.pointer
	h.pointer = nil
	var err error
	if h.outside.Load() > 0 {
		err = ErrWithinCallback
	}
	h.lock.Unlock()
	if pointer == nil {
		return errClosed
	}
	// No child is made any more: that is a use.
	h.lockKids.Lock()
	kids := h.kids
	h.kids = nil
	h.lockKids.Unlock()
	for kid := range kids {
		// It may have ended by itself meanwhile.
		if ended := kid.end(); errors.Is(ended, ErrWithinCallback) {
			err = ended
		}
	}
	h.free(pointer)
	if h.parent != nil {
		h.parent.lockKids.Lock()
		delete(h.parent.kids, h)
		h.parent.lockKids.Unlock()
	}
	return err
}
