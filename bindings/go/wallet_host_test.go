package escrowdb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// A safe wraps keys as a key service would, and fails as it is told.
type safe struct {
	key   byte
	fail  error
	panic any
	exit  bool
	calls int
}

func (s *safe) turn(bytes []byte) ([]byte, error) {
	s.calls++
	if s.panic != nil {
		panic(s.panic)
	}
	if s.exit {
		runtime.Goexit()
	}
	turned := make([]byte, len(bytes))
	for i := range bytes {
		turned[i] = bytes[i] ^ s.key
	}
	return turned, s.fail
}

func (s *safe) Wrap(key []byte) ([]byte, error) {
	wrapped, err := s.turn(key)
	return append(wrapped, s.key), err
}

func (s *safe) Unwrap(wrapped []byte) ([]byte, error) {
	if wrapped[32] != s.key {
		return nil, fmt.Errorf("the safe: %w", escrowdb.ErrWrongMasterKey)
	}
	return s.turn(wrapped[:32])
}

// loose is a wrapper that would print its key.
type loose struct {
	*safe
	key string
}

func TestTheMasterKeyIsTheRightOne(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.do(w.Wallets.Close())
	for name, key := range map[string]escrowdb.MasterKey{
		"bytes": escrowdb.MasterKeyOf([32]byte{9}), "safe": escrowdb.MasterKeyBy(&safe{key: 9}),
	} {
		_, err := w.store.Wallets(key, "none")
		if !errors.Is(err, escrowdb.ErrWrongMasterKey) && name == "bytes" {
			t.Errorf("%s: %v", name, err)
		} else if err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	w = w.reopen(policy("article", nil))
	equal(t, "reopened", must(w.LogIn(email, loginText)), personOf(1))
}

func TestKeysInASafe(t *testing.T) {
	store, _ := openShop(t)
	cheap := policy("article", nil)
	broken := errors.New("the line to the safe is down")
	for _, test := range []struct {
		safe *safe
		want string
	}{
		{&safe{fail: broken}, broken.Error()},
		{&safe{panic: "some secret"}, "Wrap of the host panicked with a string"},
		{&safe{panic: errors.New("some secret")}, "Wrap of the host panicked with a *errors.errorString"},
		{&safe{exit: true}, "Wrap of the host ended its goroutine"},
	} {
		_, err := store.Wallets(escrowdb.MasterKeyBy(test.safe), cheap)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "some secret") {
			t.Errorf("%v, not %s", err, test.want)
		}
		equal(t, "is found", errors.Is(err, broken), test.safe.fail != nil)
		var panicked *escrowdb.CallbackPanic
		equal(t, "is found", errors.As(err, &panicked), test.safe.fail == nil)
		equal(t, "code", errors.Is(err, escrowdb.ErrIO), true)
		equal(t, "asked", test.safe.calls, 1)
	}
	wallets := must(store.Wallets(escrowdb.MasterKeyBy(&safe{key: 5}), cheap))
	w := &world{wallets, t, store, ""}
	w.anna()
	w.do(wallets.Close())
	_, err := store.Wallets(escrowdb.MasterKeyBy(&safe{key: 6}), cheap)
	equal(t, "another safe", errors.Is(err, escrowdb.ErrWrongMasterKey), true)
	_, err = store.Wallets(escrowdb.MasterKeyBy(&safe{key: 5, fail: broken}), cheap)
	equal(t, "down", errors.Is(err, broken), true)
	_, err = store.Wallets(escrowdb.MasterKeyBy(&safe{key: 5, panic: 7}), cheap)
	equal(t, "down", strings.Contains(err.Error(), "Unwrap of the host panicked with a int"), true)
	w.Wallets = must(store.Wallets(escrowdb.MasterKeyBy(&safe{key: 5}), cheap))
	equal(t, "the right one", must(w.LogIn(email, loginText)), personOf(1))
}

func TestBlockList(t *testing.T) {
	var panics any
	exits := false
	w := newWorld(t, escrowdb.Pepper([32]byte{3}), escrowdb.HashesInParallel(1),
		escrowdb.BlockList(func(password string) bool {
			if exits {
				runtime.Goexit()
			}
			if panics != nil {
				panic(panics)
			}
			return strings.Contains(password, "shop")
		}))
	w.confirm(1, email)
	blocked := func() error { return w.SetLoginPassword(personOf(1), "the name of the shop", false) }
	w.refused(blocked(), escrowdb.ErrPasswordTooCommon)
	for _, value := range []any{"the name of the shop", errors.New("x"), 7} {
		panics = value
		err := blocked()
		var panicked *escrowdb.CallbackPanic
		if !errors.As(err, &panicked) || panicked.Value != value || panicked.Function != "BlockList" {
			t.Error(err)
		}
		equal(t, "no verdict", errors.Is(err, escrowdb.ErrPasswordTooCommon), false)
		if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "shop") {
			t.Error(text)
		}
	}
	exits = true
	var panicked *escrowdb.CallbackPanic
	equal(t, "ended", errors.As(blocked(), &panicked), true)
	exits, panics = false, nil
	w.do(w.SetLoginPassword(personOf(1), loginText, false))
}

// written is a value as a verb of fmt, an encoder or a logger writes it.
func written(by string, value any) string {
	switch by {
	case "json":
		text, _ := json.Marshal(value) // what cannot be encoded is not revealed
		return string(text)
	case "slog":
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("", "value", value)
		return log.String()
	}
	return fmt.Sprintf(by, value)
}

// Whatever is printed, and however: neither secrets nor personal data.
func TestNothingSecretIsPrinted(t *testing.T) {
	w := newWorld(t)
	w.do(w.BeginRegistration(personOf(1), email, true))
	letters := must(w.TakeLetters(10))
	secret := letters[0].Secret.Reveal()
	w.do(w.ReportLetter(letters[0].ID, escrowdb.FateDelivered))
	_, err := w.ConfirmAddress(secret)
	w.do(err)
	w.fillIn(1)
	w.do(w.SubmitRegistration(personOf(1), newWallet(1)))
	w.do(w.LeaveNote(personOf(1), "likes tulips", staff("eve")))
	key := escrowdb.MasterKeyOf([32]byte{0xde, 0xad, 0xbe, 0xef})
	// Fields of other packages are printed without asking their types.
	type held struct {
		key    escrowdb.MasterKey
		secret escrowdb.Secret
	}
	const phrase = "quite a phrase to pay by" // whose letters are in no number
	refused := w.CheckPaymentPassword(walletOf(1), phrase)
	for _, value := range []any{
		letters, letters[0], &letters[0], letters[0].Secret, map[string]any{"a": letters[0]},
		profileOf(1), []escrowdb.Profile{profileOf(1)}, must(w.NotesOn(personOf(1))),
		key, &key, held{escrowdb.MasterKeyBy(loose{key: "deadbeef"}), escrowdb.Secret{}}, held{key, letters[0].Secret}, &held{key, letters[0].Secret},
		w.Wallets, *w.Wallets, refused, //nolint:govet // a copy is what is printed
		must(w.LettersOf(personOf(1))), staff("eve"),
		escrowdb.SecurityAnswer{Question: 1, Answer: "tulips"}, []escrowdb.SecurityAnswer{{1, "tulips"}},
		visa(), []escrowdb.BoundCard{{Reference: visa()}}, &escrowdb.ChargeInstruction{Card: visa()},
		escrowdb.Evidence{Reference: "tulips"},
		escrowdb.VerificationCase{Evidence: []escrowdb.Evidence{{Reference: "tulips"}}},
		escrowdb.CallbackPanic{Function: "BlockList", Value: "tulips", Stack: []byte("tulips")},
		&escrowdb.CallbackPanic{Function: "BlockList", Value: "tulips", Stack: []byte("tulips")},
		[]escrowdb.WalletOption{escrowdb.Pepper([32]byte{0xde, 0xad, 0xbe, 0xef})},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "json", "slog"} {
			text := strings.ToLower(written(verb, value))
			for _, leak := range []string{
				secret, email, loginText, phrase, "ivanova", "lenina", "45 09", "tulips", "deadbeef",
				"222, 173", "222 173", "0xde, 0xad", "planted", fmt.Sprintf("%x", secret), fmt.Sprintf("%x", email),
			} {
				if strings.Contains(text, strings.ToLower(leak)) {
					t.Errorf("%T by %s holds %q: %s", value, verb, leak, text)
				}
			}
		}
	}
}
