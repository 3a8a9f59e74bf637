package escrowdb

// #include <escrowdb.h>
//
// static void escrow_go_free_wallets(void *wallets) { escrow_wallets_free(wallets); }
import "C"

import (
	"runtime"
	"unsafe"
)

// Wallets are those of a store: the part of it that a shopper meets. Persons register, open wallets,
// show who they are, and pay by a password of the wallet's; all of it is judged by a policy.
//
// A command that the policy does not allow is refused: its error is a *Refused, and errors.Is finds
// which law it would have broken, such as ErrNeedsTier or ErrCredentialsMustMatch. What was answered
// is durable. Passwords are hashed on the caller's thread, some at a time: see HashesInParallel.
//
// Any number of goroutines may use wallets at the same time; those that wait for their turn do so in
// Go. No call takes a context: none can be left once it is begun, and after an error it would not be
// known what was done.
type Wallets struct {
	handle *handle
	store  *Store // not to be collected before
	// What a handle for known devices came from: not to be collected before, either.
	parent *Wallets
	host   *host
	// Calls within the library at a time keep a thread each; those that hash must not keep the others
	// waiting.
	calls  chan struct{}
	hashes chan struct{}
}

const (
	// callsMax is how many calls beside those that hash are in the library at a time.
	callsMax = 128
	// hashesDefault is how many passwords are hashed at a time unless the host says otherwise.
	hashesDefault = 4
	// hashCallsPerHash is how many calls are in the library for each that hashes: the others judge and
	// write meanwhile.
	hashCallsPerHash = 4
)

// A WalletOption is one of Store.Wallets.
type WalletOption func(*walletOptions)

type walletOptions struct {
	pepper    *[C.ESCROW_KEY_BYTES]byte
	replaces  bool
	operator  string
	isBlocked func(password string) bool
	hashes    uint32
	losses    []C.escrow_loss_account
	waivers   []C.escrow_waiver_account
}

// Pepper is mixed into every password hash: 32 random bytes. Keep it apart from the store; without it no
// password matches any more. The store knows it again by a keyed hash of a constant: another one, or none
// where there was one, is ErrWrongPepper.
func Pepper(pepper [32]byte) WalletOption {
	return func(o *walletOptions) {
		kept := pepper
		o.pepper = &kept
	}
}

// ReplacePepper takes the pepper that is given, or that there is none, though the store remembers another,
// which is lost or was wrong: all passwords that were made with that one are to be reset.
func ReplacePepper() WalletOption {
	return func(o *walletOptions) { o.replaces = true }
}

// FirstOperator names who registers all other members of staff: see RegisterStaff. Until one is named, no
// command of staff is carried out. In a store that has one, another name is ErrInvalidArgument, and the same
// one changes nothing.
func FirstOperator(name string) WalletOption {
	return func(o *walletOptions) { o.operator = name }
}

// BlockList has isBlocked say whether a password is too common to be taken: one that was found in
// breaches, the name of the shop. It is called whenever one is set, by several goroutines at a time,
// and must not use the same wallets. If it panics, no password is set, and the error of the command
// is a *CallbackPanic.
func BlockList(isBlocked func(password string) bool) WalletOption {
	return func(o *walletOptions) { o.isBlocked = isBlocked }
}

// HashesInParallel is how many passwords are hashed at a time, each of which takes the memory that
// the policy says; 4 unless this says otherwise.
func HashesInParallel(count uint32) WalletOption {
	return func(o *walletOptions) { o.hashes = count }
}

// LossAccount names the account that bears what chargebacks take of payments of its ledger: in advance while
// one is open, and for good where neither escrow nor what is owed to the buyer covers it. One for each ledger;
// the last one named counts. It is neither external nor spend-only nor managed, and best without limits: where
// none is named, or it cannot pay, money that was taken is due until Upkeep can book it.
func LossAccount(ledger uint32, account ID) WalletOption {
	return func(o *walletOptions) {
		one := C.escrow_loss_account{account: account.c(), ledger: C.uint32_t(ledger)}
		o.losses = append(o.losses, one)
	}
}

// WaiverAccount names the account that what owners of wallets of its ledger give up goes to: see
// Wallets.Waive. One for each ledger; the last one named counts. It is neither external nor spend-only nor
// managed. Where none is named, waivers are refused.
func WaiverAccount(ledger uint32, account ID) WalletOption {
	return func(o *walletOptions) {
		one := C.escrow_waiver_account{account: account.c(), ledger: C.uint32_t(ledger)}
		o.waivers = append(o.waivers, one)
	}
}

// PolicyJSON gives a policy that comes with the library as JSON, for a host to begin its own with:
// limits by tier, evidence, throttles, what password hashes cost. There are "article", "eu_amld5",
// "cn_pboc" and "none". A policy with a field that does not exist is refused, so that a misspelt
// limit is not silently none.
func PolicyJSON(name string) (string, error) {
	begin, length := chars(name)
	return longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
		return C.escrow_policy_json(begin, length, text, room, needed, e)
	})
}

// CheckPolicy sees whether a policy makes sense, without opening wallets with it: the host's own as JSON,
// or the name of one that comes with the library. What does not is ErrInvalidArgument, with a message
// that names the field or the line.
func CheckPolicy(policy string) error {
	begin, length := chars(policy)
	return check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_policy_check(begin, length, e)
	})
}

// PolicySchema gives the JSON Schema of policies, by which editors and other programs complete and check
// one: every field with what it means, its unit as x-unit, and its default. What binds several fields is
// seen by CheckPolicy alone.
func PolicySchema() (string, error) {
	return longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
		return C.escrow_policy_schema(text, room, needed, e)
	})
}

// longText reads a text of which it is not known how long it is.
func longText(
	read func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status,
) (string, error) {
	room := make([]byte, 4096)
	for {
		var needed C.size_t
		tooSmall := false
		err := check(func(e *C.escrow_error) C.escrow_status {
			status := read((*C.char)(unsafe.Pointer(&room[0])), C.size_t(len(room)), &needed, e)
			if tooSmall = status == C.ESCROW_BUFFER_TOO_SMALL; tooSmall {
				return C.ESCROW_OK
			}
			return status
		})
		if err != nil {
			return "", err
		}
		if !tooSmall {
			return string(room[:needed]), nil
		}
		room = make([]byte, needed)
	}
}

// Wallets opens the wallets of the store, with the master key that wraps their keys, and a policy: the
// name of one that comes with the library ("article", "eu_amld5", "cn_pboc", "none"), or one of the
// host's own as JSON, begun with PolicyJSON. The file of keys is made when they are opened for the
// first time; erasures that a crash interrupted are finished.
//
// The store remembers the policy by its hash, which is BLAKE3 of its JSON with all fields ordered by their
// names and without white space. Opened under another one, as when a new version of the host brings it, the
// store's own trail says so: see AuditTrail.
//
// A store's wallets are open once at a time (ErrInvalidArgument); its goroutines share them. Closing
// the store closes them. Other errors are ErrWrongMasterKey; ErrWrongPepper; ErrInvalidArgument if the policy makes
// no sense; ErrCorrupt if the file of keys is damaged, or missing although there are persons.
func (s *Store) Wallets(master MasterKey, policy string, opts ...WalletOption) (*Wallets, error) {
	var settings walletOptions
	for _, option := range opts {
		if option != nil {
			option(&settings)
		}
	}
	host := new(host)
	var opened *C.escrow_wallets
	free := func(pointer unsafe.Pointer) {
		C.escrow_go_free_wallets(pointer)
		host.forget()
	}
	var kept *handle
	err := s.self().use(func(store unsafe.Pointer) error {
		var pins pins
		defer pins.Unpin()
		options := new(C.escrow_wallet_options)
		options.struct_size = C.sizeof_escrow_wallet_options
		options.hashes_in_parallel = C.uint32_t(settings.hashes)
		options.policy = pins.text(policy)
		if settings.pepper != nil {
			options.pepper = pins.key(settings.pepper)
		}
		options.first_operator = pins.text(settings.operator)
		if settings.replaces {
			options.replaces_pepper = 1
		}
		if len(settings.losses) > 0 {
			options.loss_accounts = &settings.losses[0]
			options.loss_accounts_count = C.size_t(len(settings.losses))
			pins.pinner.Pin(options.loss_accounts)
		}
		if len(settings.waivers) > 0 {
			options.waiver_accounts = &settings.waivers[0]
			options.waiver_accounts_count = C.size_t(len(settings.waivers))
			pins.pinner.Pin(options.waiver_accounts)
		}
		host.lendBlockList(options, settings.isBlocked)
		host.lendKey(&options.master_key, master, &pins)
		err := host.watch(s.handle, func() error {
			return check(func(e *C.escrow_error) C.escrow_status {
				return C.escrow_wallets_open((*C.escrow_store)(store), options, &opened, e)
			})
		})
		if err == nil {
			kept = newHandle(s.handle, unsafe.Pointer(opened), free)
		}
		return err
	})
	if err != nil {
		free(unsafe.Pointer(opened)) // a function of the host's may have failed without harm
		return nil, err
	}
	if settings.hashes == 0 {
		settings.hashes = hashesDefault
	}
	wallets := &Wallets{
		handle: kept,
		store:  s,
		host:   host,
		calls:  make(chan struct{}, callsMax),
		hashes: make(chan struct{}, hashCallsPerHash*int(min(settings.hashes, callsMax))),
	}
	runtime.SetFinalizer(wallets, func(w *Wallets) { go w.Close() })
	return wallets, nil
}

// KnownDevice gives the same wallets for callers at a device that the host attests as known: one that
// this very customer has logged in from before, which the host recognises by a cookie or key of its
// own. So it is to be chosen for each call. It is closed by itself, or with the wallets that it came
// from.
//
// Wrong passwords from unknown devices count apart, and lock unknown devices alone: a stranger who
// guesses does not lock the customer out. Links to set a new login password are counted apart too.
func (w *Wallets) KnownDevice() (*Wallets, error) {
	if w == nil {
		return nil, errClosed
	}
	var opened *C.escrow_wallets
	var kept *handle
	err := w.handle.use(func(wallets unsafe.Pointer) error {
		err := check(func(e *C.escrow_error) C.escrow_status {
			return C.escrow_wallets_known_device((*C.escrow_wallets)(wallets), &opened, e)
		})
		if err == nil {
			kept = newHandle(w.handle, unsafe.Pointer(opened), func(pointer unsafe.Pointer) {
				C.escrow_go_free_wallets(pointer)
			})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	known := &Wallets{handle: kept, host: w.host, calls: w.calls, hashes: w.hashes, store: w.store, parent: w}
	runtime.SetFinalizer(known, func(w *Wallets) { go w.Close() })
	return known, nil
}

// Close waits for the calls under way, wipes the keys from memory and frees the wallets: using them
// afterwards answers ErrClosed. The store goes on, and its wallets can be opened again; with
// ErrWithinCallback not yet.
func (w *Wallets) Close() error {
	if w == nil {
		return errClosed
	}
	runtime.SetFinalizer(w, nil)
	return w.handle.end()
}

// Policy gives the policy that the wallets were opened with, as JSON.
func (w *Wallets) Policy() (policy string, err error) {
	if w == nil {
		return "", errClosed
	}
	err = w.handle.use(func(wallets unsafe.Pointer) error {
		policy, err = longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
			return C.escrow_wallets_policy((*C.escrow_wallets)(wallets), text, room, needed, e)
		})
		return err
	})
	return policy, err
}

// PasswordHashes tells how many password hashes were computed since the wallets were opened. A wrong
// password takes as many as a person or wallet that does not exist.
func (w *Wallets) PasswordHashes() (uint64, error) {
	var count C.uint64_t
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallets_password_hashes(wallets, &count, e)
	})
	return uint64(count), err
}

// Upkeep removes what is past its time, up to about a thousand of each kind: registrations that were
// never submitted, old letters, addresses of nobody. To be called now and then, by whom is all the
// same; what is left waits for the next call.
func (w *Wallets) Upkeep() (Upkeep, error) {
	var done C.escrow_upkeep
	done.struct_size = C.sizeof_escrow_upkeep
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallets_upkeep(wallets, &done, e)
	})
	if err != nil {
		return Upkeep{}, err
	}
	return upkeepFrom(&done), nil
}

// call makes a call that hashes no password.
func (w *Wallets) call(f func(*C.escrow_wallets, *C.escrow_error) C.escrow_status) error {
	return w.enter(w.callRoom(), f)
}

// callRoom is where calls that hash no password wait; nil where wallets were never opened.
func (w *Wallets) callRoom() chan struct{} {
	if w == nil {
		return nil
	}
	return w.calls
}

// hashRoom is where calls that hash a password wait; nil where wallets were never opened.
func (w *Wallets) hashRoom() chan struct{} {
	if w == nil {
		return nil
	}
	return w.hashes
}

// enter makes a call when there is room for it among others.
func (w *Wallets) enter(
	room chan struct{}, f func(*C.escrow_wallets, *C.escrow_error) C.escrow_status,
) error {
	if room == nil {
		return errClosed // they were never opened
	}
	room <- struct{}{}
	defer func() { <-room }()
	return w.lend(func(wallets *C.escrow_wallets) error {
		return unknown(check(func(e *C.escrow_error) C.escrow_status { return f(wallets, e) }))
	})
}

// lend has f use the wallets, which may call functions of the host.
func (w *Wallets) lend(f func(*C.escrow_wallets) error) error {
	if w == nil || w.handle == nil {
		return errClosed // they were never opened
	}
	return w.handle.use(func(wallets unsafe.Pointer) error {
		return w.host.watch(w.handle, func() error { return f((*C.escrow_wallets)(wallets)) })
	})
}

// A wording is a call of a command.
type wording = func(*C.escrow_wallets, *C.escrow_wallet_outcome, *C.escrow_error) C.escrow_status

// command gives a command that hashes no password: its error is a *Refused if it was refused.
func (w *Wallets) command(f wording) error { return w.judge(w.callRoom(), f) }

// hash gives a command that hashes passwords.
func (w *Wallets) hash(f wording) error { return w.judge(w.hashRoom(), f) }

func (w *Wallets) judge(room chan struct{}, f wording) error {
	outcome := new(C.escrow_wallet_outcome)
	err := w.enter(room, func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return f(wallets, outcome, e)
	})
	if err != nil {
		return err
	}
	return refused(outcome)
}
