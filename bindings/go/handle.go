package escrowdb

import (
	"sync"
	"unsafe"
)

// A handle is one of the library's, and keeps it from being used after it was freed: uses share the
// lock, and the end of the handle waits for them. What came from a handle ends with it.
type handle struct {
	lock     sync.RWMutex
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

// end frees the handle and all that came from it, after the uses under way. It answers ErrClosed if
// that was done before.
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
		_ = kid.end() // it may have ended by itself meanwhile
	}
	h.free(pointer)
	if h.parent != nil {
		h.parent.lockKids.Lock()
		delete(h.parent.kids, h)
		h.parent.lockKids.Unlock()
	}
	return nil
}
