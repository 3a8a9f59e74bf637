package escrowdb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

const (
	email     = "anna@example.com"
	loginText = "a rather long login phrase"
	payText   = "491827"

	day = 86_400 * 1_000_000_000
)

func personOf(number uint64) escrowdb.ID  { return escrowdb.IDOf(1_000 + number) }
func walletOf(number uint64) escrowdb.ID  { return escrowdb.IDOf(2_000 + number) }
func accountOf(number uint64) escrowdb.ID { return escrowdb.IDOf(3_000 + number) }

func newWallet(number uint64) escrowdb.NewWallet {
	return escrowdb.NewWallet{
		Wallet: walletOf(number), Account: accountOf(number), Ledger: usd, Code: 200,
	}
}

func profileOf(number uint64) escrowdb.Profile {
	return escrowdb.Profile{
		Name:            "Anna Ivanova",
		Citizenship:     "RU",
		DocumentKind:    escrowdb.DocumentPassport,
		DocumentCountry: "RU",
		DocumentNumber:  fmt.Sprintf("45 09 %06d", number),
		PostalAddress:   "Lenina 1\nMoscow",
		Phone:           "+7 900 000 00 00",
	}
}

func staff(name string) escrowdb.Actor { return escrowdb.Staff(name, "asked for by the customer") }

var testKey = [32]byte{1, 2, 3}

// policy gives a policy that comes with the library, with hashes that cost as little as they may, and
// whatever else a test changes.
func policy(name string, change func(map[string]any)) string {
	decoder := json.NewDecoder(strings.NewReader(must(escrowdb.PolicyJSON(name))))
	decoder.UseNumber()
	var policy map[string]any
	if err := decoder.Decode(&policy); err != nil {
		panic(err)
	}
	at(policy, "identity", "credentials")["hash"] = map[string]any{
		"memory_kib": 19_456, "passes": 2, "lanes": 1,
	}
	// Two hashes less for each customer; TestCodesAndSecurityAnswers has the questions.
	at(policy, "identity", "credentials", "security_answers")["needed"] = 0
	if change != nil {
		change(policy)
	}
	return string(must(json.Marshal(policy)))
}

// at gives the map within maps at a path, and makes it where it is not there.
func at(in map[string]any, path ...string) map[string]any {
	for _, name := range path {
		next, ok := in[name].(map[string]any)
		if !ok {
			next = make(map[string]any)
			in[name] = next
		}
		in = next
	}
	return in
}

// A world is a shop whose customers have wallets.
type world struct {
	*escrowdb.Wallets
	t     testing.TB
	store *escrowdb.Store
	path  string
}

func newWorld(t testing.TB, options ...escrowdb.WalletOption) *world {
	t.Helper()
	return newWorldBy(t, policy("article", nil), options...)
}

func newWorldBy(t testing.TB, policy string, options ...escrowdb.WalletOption) *world {
	t.Helper()
	store, path := openShop(t, escrowdb.ManualClock())
	if _, err := store.Advance(365 * day); err != nil {
		t.Fatal(err)
	}
	options = append(options, escrowdb.FirstOperator("olga"))
	wallets, err := store.Wallets(escrowdb.MasterKeyOf(testKey), policy, options...)
	if err != nil {
		t.Fatal(err)
	}
	hire(wallets)
	return &world{wallets, t, store, path}
}

// hire registers the staff of a shop: two operators, and clerks for everything.
func hire(wallets *escrowdb.Wallets) {
	const all = escrowdb.StaffRoleSupport | escrowdb.StaffRoleReviewer | escrowdb.StaffRoleApprover |
		escrowdb.StaffRoleOperator
	olga, otto := staff("olga"), staff("otto")
	if err := wallets.RegisterStaff("otto", escrowdb.StaffRoleOperator, olga); err != nil {
		panic(err)
	}
	for _, name := range []string{"adam", "bob", "eve"} {
		err := wallets.RegisterStaff(name, all, olga)
		if !errors.Is(err, escrowdb.ErrSecondPersonMustAgree) {
			panic(err)
		}
		if err := wallets.RegisterStaff(name, all, otto); err != nil {
			panic(err)
		}
	}
}

func (w *world) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// wait lets time pass.
func (w *world) wait(nanoseconds uint64) {
	w.t.Helper()
	// A clock that nothing happens by is remembered nowhere: something happens.
	submit(w.t, w.store, escrowdb.Transfer(escrowdb.NewID(), bank, fees, usd, escrowdb.Units(1)))
	_, err := w.store.Advance(w.now() + escrowdb.Timestamp(nanoseconds))
	w.do(err)
}

// now is the time of the last event.
func (w *world) now() escrowdb.Timestamp {
	w.t.Helper()
	return must(w.store.Head()).Timestamp
}

// secret takes the letters that wait, reports them delivered, and gives what the last one of a kind
// holds.
func (w *world) secret(kind escrowdb.LetterKind) string {
	w.t.Helper()
	letters, err := w.TakeLetters(100)
	w.do(err)
	found := ""
	for _, letter := range letters {
		w.do(w.ReportLetter(letter.ID, escrowdb.FateDelivered))
		if letter.Kind == kind {
			found = letter.Secret.Reveal()
		}
	}
	if found == "" {
		w.t.Fatalf("no letter %s among %v", kind, letters)
	}
	return found
}

// confirm registers up to the confirmed address.
func (w *world) confirm(number uint64, email string) {
	w.t.Helper()
	w.do(w.BeginRegistration(personOf(number), email, true))
	person, err := w.ConfirmAddress(w.secret(escrowdb.LetterConfirmAddress))
	w.do(err)
	equal(w.t, "person", person, personOf(number))
}

// fillIn does what a registration needs after that.
func (w *world) fillIn(number uint64) {
	w.t.Helper()
	w.do(w.SetProfile(personOf(number), profileOf(number)))
	w.do(w.SetLoginPassword(personOf(number), loginText, false))
	w.do(w.SetConsent(personOf(number), "terms", "1", true))
}

// register registers all the way to an active wallet.
func (w *world) register(number uint64, email string) {
	w.t.Helper()
	w.confirm(number, email)
	w.fillIn(number)
	w.do(w.SubmitRegistration(personOf(number), newWallet(number)))
}

// anna is the first customer, with a payment password.
func (w *world) anna() {
	w.t.Helper()
	w.register(1, email)
	w.do(w.CreatePaymentPassword(walletOf(1), payText))
}

// topUp puts money into a wallet.
func (w *world) topUp(number, cents uint64) {
	w.t.Helper()
	paid, err := w.TopUp(walletOf(number),
		escrowdb.Transfer(escrowdb.NewID(), bank, accountOf(number), usd, escrowdb.Units(cents)))
	w.do(err)
	applied(w.t, paid)
}

// payIn puts money into a wallet that no limit holds for.
func (w *world) payIn(number, cents uint64) {
	w.t.Helper()
	submit(w.t, w.store,
		escrowdb.Transfer(escrowdb.NewID(), bank, accountOf(number), usd, escrowdb.Units(cents)))
}

// purchase is an order of Bob's goods.
func purchase(number uint64, order escrowdb.ID, cents uint64) escrowdb.Purchase {
	return escrowdb.Purchase{
		Wallet: walletOf(number), Order: order, Payee: bob, Ledger: usd, Amount: escrowdb.Units(cents),
	}
}

// payment pays an order into escrow.
func payment(number uint64, order, authorisation escrowdb.ID, cents uint64) escrowdb.Payment {
	return escrowdb.Payment{
		Wallet: walletOf(number), Order: order, Authorisation: authorisation,
		Operation: escrowdb.OpenHold(order, accountOf(number), bob, usd, escrowdb.Units(cents)),
	}
}

// authorise authorises an order by the payment password.
func (w *world) authorise(number uint64, order escrowdb.ID, cents uint64) escrowdb.ID {
	w.t.Helper()
	authorisation := escrowdb.NewID()
	_, err := w.Authorise(authorisation, purchase(number, order, cents), payText, false)
	w.do(err)
	return authorisation
}

// refused expects a refusal, and gives it.
func (w *world) refused(err error, status escrowdb.WalletStatus) *escrowdb.Refused {
	w.t.Helper()
	var refused *escrowdb.Refused
	if !errors.As(err, &refused) || !errors.Is(err, status) {
		w.t.Fatalf("%v, not %v", err, status)
	}
	return refused
}

// reopen closes the store and opens it and its wallets again, at the time that it was.
func (w *world) reopen(policy string) *world {
	w.t.Helper()
	now := w.now()
	w.do(w.store.Close())
	store, err := escrowdb.Open(w.path, escrowdb.ProcessDurable(), escrowdb.ManualClock())
	w.do(err)
	w.t.Cleanup(func() { _ = store.Close() })
	_, err = store.Advance(now)
	w.do(err)
	wallets, err := store.Wallets(escrowdb.MasterKeyOf(testKey), policy)
	w.do(err)
	return &world{wallets, w.t, store, w.path}
}
