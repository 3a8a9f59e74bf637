package escrowdb

// #include <escrowdb.h>
//
// static void escrow_go_free_store(void *store) { escrow_store_free(store); }
// static void escrow_go_free_snapshot(void *snapshot) { escrow_snapshot_free(snapshot); }
import "C"

import (
	"runtime"
	"time"
	"unsafe"
)

// A Store is an open store. Any number of goroutines may use it at the same time.
//
// Close it when done. A store that is not closed has lost nothing that was answered, but opens more
// slowly the next time, and stays locked until the garbage collector finds it.
type Store struct {
	handle *handle
	queue  *queue
}

func (s *Store) self() *handle {
	if s == nil {
		return nil
	}
	return s.handle
}

// An Option of Open.
type Option func(*options)

type options struct{ c C.escrow_open_options }

// CreateNew makes Open create the store: there must be none (ErrAlreadyExists).
func CreateNew() Option {
	return func(o *options) { o.c.mode = C.ESCROW_OPEN_CREATE_NEW }
}

// OpenExisting makes Open expect a store (ErrNotFound).
func OpenExisting() Option {
	return func(o *options) { o.c.mode = C.ESCROW_OPEN_EXISTING }
}

// ReadOnly makes Open expect a store (ErrNotFound) and write nothing, so that it works on a medium that
// cannot be written to, and without the right to. Many may read at a time, also as guests of a process that
// writes; to write a store that others have open to read it is ErrLocked. What a crash left is recovered in
// memory, deadlines are not settled, and all that would write is ErrReadOnly, also to open wallets. A
// backup can be made.
func ReadOnly() Option {
	return func(o *options) { o.c.mode = C.ESCROW_OPEN_READ_ONLY }
}

// ProcessDurable makes answers come after the write instead of the sync: an answered operation
// survives the end of the process, but not that of the machine. For tests, simulations and imports
// that can be repeated.
func ProcessDurable() Option {
	return func(o *options) { o.c.durability = C.ESCROW_DURABLE_PROCESS }
}

// ManualClock makes the caller alone say what time it is, by Advance and imported operations.
// Without it, the system clock does, and deadlines are settled when they come, traffic or not.
func ManualClock() Option {
	return func(o *options) { o.c.clock = C.ESCROW_CLOCK_MANUAL }
}

// CacheBytes is how much memory the store may use, roughly, at least 4 MiB; 384 MiB by default.
func CacheBytes(bytes uint64) Option {
	return func(o *options) { o.c.cache_bytes = C.uint64_t(bytes) }
}

// SubmissionsBytesMax bounds the memory for batches that are under way and not answered yet, of Submit
// with a context that can end and of a Batcher: 256 MiB by default. Beyond that they answer
// ErrLimitExceeded, and nothing was submitted; a batch that is alone is always taken.
func SubmissionsBytesMax(bytes uint64) Option {
	return func(o *options) { o.c.submissions_bytes_max = C.uint64_t(bytes) }
}

// SegmentBytes is the size that a file of the journal does not outgrow; 64 MiB by default.
func SegmentBytes(bytes uint64) Option {
	return func(o *options) { o.c.segment_bytes = C.uint64_t(bytes) }
}

// PreallocateBytes is how much room is made at once ahead in the journal; 8 MiB by default.
func PreallocateBytes(bytes uint64) Option {
	return func(o *options) { o.c.preallocate_bytes = C.uint64_t(bytes) }
}

// IndexUserData makes operations be found by their UserData128. It is decided when the store is created:
// a store that has the index keeps it, and of one without it Open is ErrInvalidArgument, which says how to
// get it.
func IndexUserData() Option {
	return func(o *options) { o.c.index_user_data = 1 }
}

// ClockStepMax is how far the system clock may step, either way, while the store is open, summed since
// it was opened or last confirmed: one hour without this option; 0 for any step. Beyond that the store
// goes on by a clock that nobody sets, until Store.ConfirmClock; so a clock that jumps a year settles
// no hold before its time. It is rounded up to seconds.
func ClockStepMax(step time.Duration) Option {
	return func(o *options) { o.c.clock_step_max_seconds = clockBound(step) }
}

// ClockGapMax is how long after its last event a store may be opened by the system clock: 30 days
// without this option; 0 for any time. Later, nothing is settled, and every write answers
// ErrClockMustBeConfirmed until Store.ConfirmClock. It is rounded up to seconds.
func ClockGapMax(gap time.Duration) Option {
	return func(o *options) { o.c.clock_gap_max_seconds = clockBound(gap) }
}

func clockBound(bound time.Duration) C.uint64_t {
	if bound <= 0 {
		return C.UINT64_MAX
	}
	return C.uint64_t((bound-1)/time.Second + 1)
}

// StoreID makes Open create the store with this id, or expect that it has it (ErrInvalidArgument).
// Without it a store is created with random bytes for an id, and any store is opened. Two stores with
// the same id that are sent the same, a call at a time and by a manual clock, have the same journal,
// byte for byte, and so the same Head.
func StoreID(id ID) Option {
	return func(o *options) { o.c.store_id = id.c() }
}

// FilesReadByGroup lets the group of the files read what the store creates, also as backups and archives,
// to make copies of it: 0640 and 0750. Without it, files are their owner's alone, whatever the umask is.
func FilesReadByGroup() Option {
	return func(o *options) { o.c.file_access = C.ESCROW_FILES_READ_BY_GROUP }
}

// FilesOfGroup lets the group of the files use the store as its owner does: 0660 and 0770.
func FilesOfGroup() Option {
	return func(o *options) { o.c.file_access = C.ESCROW_FILES_OF_GROUP }
}

// Exclusive makes this Store the only one that has the directory open: Open is ErrLocked if another one
// has, in this process or elsewhere, and so is theirs while this one has it.
func Exclusive() Option {
	return func(o *options) { o.c.exclusive = 1 }
}

// FollowHost makes a guest take the store's clock and durability as its host has them, whatever else is
// said of them: for tools that look at any store. Without it, to open a store whose host has others is
// ErrInvalidArgument.
func FollowHost() Option {
	return func(o *options) { o.c.follow_host = 1 }
}

// GuestsMax is how many others may be guests of this Store at a time, while it hosts; 256 by default. One
// more is answered ErrLimitExceeded.
func GuestsMax(guests uint32) Option {
	return func(o *options) { o.c.guests_max = C.uint32_t(guests) }
}

// TakeoverWait is for how long a call of a guest waits for a host that does not answer, or for somebody to
// take the place of one that ended: 30 seconds by default. Then it is ErrHostUnresponsive. It is rounded
// up to seconds, one at least.
func TakeoverWait(wait time.Duration) Option {
	seconds := uint64(1)
	if wait > time.Second {
		seconds = min(uint64((wait-1)/time.Second+1), 1<<32-1)
	}
	return func(o *options) { o.c.takeover_wait_seconds = C.uint32_t(seconds) }
}

// Open opens the store in the directory path, or creates it, and recovers what a crash left.
//
// Any number of processes may have it open: the first one hosts it, and every other Store is its guest,
// with the same methods. When the host ends, a guest takes its place; what was not answered is sent again
// under the same ids, so that the answer may be StatusExists, and snapshots are ErrHostEnded. Goroutines
// share a Store.
func Open(path string, opts ...Option) (*Store, error) {
	if version := uint32(C.escrow_abi_version()); version != C.ESCROW_ABI_VERSION {
		return nil, fail(ErrInvalidArgument, "the library that is loaded has ABI %d, not %d",
			version, C.ESCROW_ABI_VERSION)
	}
	var settings options
	settings.c.struct_size = C.sizeof_escrow_open_options
	for _, option := range opts {
		if option != nil {
			option(&settings)
		}
	}
	begin, length := chars(path)
	if length == 0 {
		return nil, fail(ErrInvalidArgument, "the path is empty")
	}
	var opened *C.escrow_store
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_store_open(begin, length, &settings.c, &opened, e)
	})
	if err != nil {
		return nil, err
	}
	handle := newHandle(nil, unsafe.Pointer(opened), freeStore)
	store := &Store{handle, newQueue(handle)}
	// The finalizer must not wait, and so not run the last calls itself.
	runtime.SetFinalizer(store, func(s *Store) { go s.abandon() })
	return store, nil
}

func freeStore(pointer unsafe.Pointer) { C.escrow_go_free_store(pointer) }

// Close writes a checkpoint, so that the next opening is instant, and frees the store and every
// snapshot and cursor that came from it: using them answers ErrClosed, and so does a second Close.
// Submissions under way are answered first. When it returns, the directory is free. After an error the
// store is closed all the same; with ErrWithinCallback the directory is not free yet.
func (s *Store) Close() error {
	err := s.self().use(func(store unsafe.Pointer) error {
		return check(func(e *C.escrow_error) C.escrow_status {
			return C.escrow_store_close((*C.escrow_store)(store), e)
		})
	})
	if ended := s.abandon(); err == nil {
		err = ended
	}
	return err
}

// abandon frees the store as it is.
func (s *Store) abandon() error {
	if s == nil {
		return errClosed
	}
	runtime.SetFinalizer(s, nil)
	s.queue.end()
	return s.handle.end()
}

// call makes a call about the store.
func (s *Store) call(f func(*C.escrow_store, *C.escrow_error) C.escrow_status) error {
	return s.self().use(func(store unsafe.Pointer) error {
		return check(func(e *C.escrow_error) C.escrow_status {
			return f((*C.escrow_store)(store), e)
		})
	})
}

// CreateLedgers registers ledgers: currency books with a fixed scale. Sent again, a ledger is
// answered StatusExists.
func (s *Store) CreateLedgers(ledgers ...Ledger) ([]Outcome, error) {
	outcomes := make([]Outcome, len(ledgers))
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_create_ledgers(store,
			(*C.escrow_ledger)(unsafe.Pointer(start(ledgers))), C.size_t(len(ledgers)),
			(*C.escrow_outcome)(unsafe.Pointer(start(outcomes))), e)
	})
	return answered(outcomes, err)
}

// CreateAccounts opens accounts. Sent again, an account is answered StatusExists.
func (s *Store) CreateAccounts(accounts ...Account) ([]Outcome, error) {
	outcomes := make([]Outcome, len(accounts))
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_create_accounts(store,
			(*C.escrow_account)(unsafe.Pointer(start(accounts))), C.size_t(len(accounts)),
			(*C.escrow_outcome)(unsafe.Pointer(start(outcomes))), e)
	})
	return answered(outcomes, err)
}

func answered(outcomes []Outcome, err error) ([]Outcome, error) {
	if err != nil {
		return nil, unknown(err)
	}
	return outcomes, nil
}

// Role tells whether this Store hosts the store or is a guest of the one that does. It does not change but
// from guest to host, when the process that was the host has ended.
func (s *Store) Role() (Role, error) {
	var role C.uint32_t
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_role(store, &role, e)
	})
	return Role(role), err
}

// HostProcess gives the number of the process that hosts the store, and how many guests it has.
func (s *Store) HostProcess() (process, guests uint32, err error) {
	var number, count C.uint32_t
	err = s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_host_process(store, &number, &count, e)
	})
	return uint32(number), uint32(count), err
}

// Clock tells what the store's clock shows, a manual one too, and how far it is believed.
func (s *Store) Clock() (ClockReading, error) {
	var reading C.escrow_clock_reading
	reading.struct_size = C.sizeof_escrow_clock_reading
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_clock(store, &reading, e)
	})
	if err != nil {
		return ClockReading{}, err
	}
	return clockReadingFrom(&reading), nil
}

// ConfirmClock says that it is now, from a source other than the system clock: a person, another
// machine. Where the system clock agrees, to within an hour, it is believed from now on, what is due
// is settled, and the time that it shows is given back. It is remembered, so that the store can be
// opened again although nothing happens until then. If the system clock does not agree, or the
// store's clock is manual, the error is ErrInvalidArgument.
func (s *Store) ConfirmClock(now Timestamp) (confirmed Timestamp, err error) {
	var shown C.uint64_t
	err = s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_confirm_clock(store, C.uint64_t(now), &shown, e)
	})
	return Timestamp(shown), err
}

// Advanced is what Advance has done.
type Advanced struct {
	// Settled is how many holds were settled, whose deadlines had come.
	Settled uint64
	// Now is what the clock shows. It is later than was asked for where it showed that before: a clock
	// never goes back.
	Now Timestamp
}

// Advance settles all holds whose deadline is at or before to, and tells how many, and what the clock
// shows. A manual clock moves to that time, and stays where it is if it shows a later one.
func (s *Store) Advance(to Timestamp) (Advanced, error) {
	var settled, now C.uint64_t
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_advance(store, C.uint64_t(to), &settled, &now, e)
	})
	return Advanced{uint64(settled), Timestamp(now)}, err
}

// Acknowledge remembers that the consumer has dealt with all events up to and including position.
// It is durable when it returns; Snapshot.Consumer gives it back. The position that it has already
// changes nothing. A position before that one, or at which nothing has happened yet, is
// ErrInvalidPosition. An acknowledgement is no event.
func (s *Store) Acknowledge(consumer string, position Timestamp) error {
	begin, length := chars(consumer)
	if length == 0 {
		return fail(ErrInvalidArgument, "a consumer needs a name")
	}
	return s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_acknowledge(store, begin, length, C.uint64_t(position), e)
	})
}

// RemoveConsumer forgets a consumer of the event feed, and says whether there was one: it holds back no
// archive any more, and its name may begin again.
func (s *Store) RemoveConsumer(consumer string) (bool, error) {
	begin, length := chars(consumer)
	if length == 0 {
		return false, fail(ErrInvalidArgument, "a consumer needs a name")
	}
	var removed C.uint32_t
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_remove_consumer(store, begin, length, &removed, e)
	})
	return removed != 0, err
}

// Checkpoint writes what is durable into the state file now, so that the next opening has less to
// do. The store does so by itself now and then.
func (s *Store) Checkpoint() error {
	return s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_checkpoint(store, e)
	})
}

// Head tells which block was made durable last, and the hash that stands for all history up to it.
func (s *Store) Head() (Head, error) {
	var head C.escrow_head
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_head(store, &head, e)
	})
	if err != nil {
		return Head{}, err
	}
	return *(*Head)(unsafe.Pointer(&head)), nil
}

// Stats tells what the store has done since it was opened, and how large it is.
func (s *Store) Stats() (Stats, error) {
	var stats C.escrow_stats
	stats.struct_size = C.sizeof_escrow_stats
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_stats(store, &stats, e)
	})
	if err != nil {
		return Stats{}, err
	}
	return statsFrom(&stats), nil
}

// Snapshot takes a snapshot: what is durable now, to be read. It costs next to nothing.
func (s *Store) Snapshot() (*Snapshot, error) {
	var snapshot *Snapshot
	err := s.self().use(func(store unsafe.Pointer) error {
		var taken *C.escrow_snapshot
		err := check(func(e *C.escrow_error) C.escrow_status {
			return C.escrow_store_snapshot((*C.escrow_store)(store), &taken, e)
		})
		if err != nil {
			return err
		}
		snapshot = &Snapshot{newHandle(s.handle, unsafe.Pointer(taken), freeSnapshot), s}
		return nil
	})
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(snapshot, func(s *Snapshot) { go s.Close() })
	return snapshot, nil
}

func freeSnapshot(pointer unsafe.Pointer) { C.escrow_go_free_snapshot(pointer) }

// Version is that of the library that is loaded, such as "0.1.0".
func Version() string { return C.GoString(C.escrow_version_text()) }
