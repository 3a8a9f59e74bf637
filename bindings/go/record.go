package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// A Timestamp is nanoseconds since the Unix epoch, 0 for none. The timestamps of a store are unique
// and rise strictly: they are also the sequence numbers of its events.
type Timestamp uint64

// TimestampOf turns a time into a timestamp; none for times before the epoch.
func TimestampOf(t time.Time) Timestamp {
	if t.IsZero() || t.Unix() < 0 {
		return 0
	}
	return Timestamp(t.Unix())*1_000_000_000 + Timestamp(t.Nanosecond())
}

// Time turns a timestamp into a time, in UTC; the zero time for none.
func (t Timestamp) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.Unix(int64(t/1_000_000_000), int64(t%1_000_000_000)).UTC()
}

// String gives the time as RFC 3339 with nanoseconds, in UTC; "none" for none.
func (t Timestamp) String() string {
	if t == 0 {
		return "none"
	}
	return t.Time().Format(time.RFC3339Nano)
}

// inJSON is RFC 3339 with all nine decimals, as the command writes it.
const inJSON = "2006-01-02T15:04:05.000000000Z07:00"

// MarshalJSON gives the time as RFC 3339 with nine decimals, in UTC, as the numbers of many readers of
// JSON are floats; null for none.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + t.Time().Format(inJSON) + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes, any time as RFC 3339 from 1970 to 2554, and nanoseconds
// since the Unix epoch as a number.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*t = 0
		return nil
	}
	if nanoseconds, err := strconv.ParseUint(string(text), 10, 64); err == nil {
		*t = Timestamp(nanoseconds)
		return nil
	}
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return fail(ErrInvalidArgument, "no time: neither RFC 3339 nor null")
	}
	return t.UnmarshalText(text[1 : len(text)-1])
}

// MarshalText gives the time as RFC 3339 with nine decimals, in UTC; "none" for none.
func (t Timestamp) MarshalText() ([]byte, error) {
	if t == 0 {
		return []byte("none"), nil
	}
	return []byte(t.Time().Format(inJSON)), nil
}

// UnmarshalText reads what MarshalText writes, and any time as RFC 3339 from 1970 to 2554.
func (t *Timestamp) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*t = 0
		return nil
	}
	given, err := time.Parse(time.RFC3339Nano, string(text))
	read := TimestampOf(given)
	if err != nil || !read.Time().Equal(given) {
		return fail(ErrInvalidArgument, "no time: written as in 2024-05-01T12:00:00Z, from 1970 to 2554")
	}
	*t = read
	return nil
}

// A Status is what became of an operation: StatusApplied, or the law that it would have broken.
// More will be added: treat one that you do not know as a refusal.
type Status uint32

// String gives the name of the status: "exceeds_credits"; "unknown" for a number that has none.
func (s Status) String() string { return nameOf(s, statusNames, libraryStatus) }

// MarshalText gives the name; the number where it has none.
func (s Status) MarshalText() ([]byte, error) { return writeName(s, statusNames), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Status) UnmarshalText(text []byte) error { return readName(s, text, statusNames) }

// Kind is a kind of operation.
type Kind uint16

// String gives the name of the kind: "top_up"; "unknown" for a number that has none.
func (k Kind) String() string { return nameOf(k, kindNames, libraryKind) }

// MarshalText gives the name; the number where it has none.
func (k Kind) MarshalText() ([]byte, error) { return writeName(k, kindNames), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error { return readName(k, text, kindNames) }

// Phase is how far a hold has come, or how it ended.
type Phase uint16

// String gives the name of the phase: "shipped"; "unknown" for a number that has none.
func (p Phase) String() string { return nameOf(p, phaseNames, libraryPhase) }

// MarshalText gives the name; the number where it has none.
func (p Phase) MarshalText() ([]byte, error) { return writeName(p, phaseNames), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Phase) UnmarshalText(text []byte) error { return readName(p, text, phaseNames) }

// IsOpen tells whether something is held.
func (p Phase) IsOpen() bool { return p == PhaseFunded || p == PhaseShipped || p == PhaseDelivered }

// AtDeadline is what happens to a hold at its deadline.
type AtDeadline uint16

// String gives the name: "refund"; "unknown" for a number that has none.
func (a AtDeadline) String() string { return nameOf(a, atDeadlineNames, libraryAtDeadline) }

// MarshalText gives the name; the number where it has none.
func (a AtDeadline) MarshalText() ([]byte, error) { return writeName(a, atDeadlineNames), nil }

// UnmarshalText reads what MarshalText writes.
func (a *AtDeadline) UnmarshalText(text []byte) error { return readName(a, text, atDeadlineNames) }

// Side is a side of an account: its debits or its credits.
type Side uint32

// String gives the name: "debit" or "credit".
func (s Side) String() string { return nameOf(s, sideNames, unnamed[Side]) }

// MarshalText gives the name; the number where it has none.
func (s Side) MarshalText() ([]byte, error) { return writeName(s, sideNames), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Side) UnmarshalText(text []byte) error { return readName(s, text, sideNames) }

// EventKind is what an event is about.
type EventKind uint32

// String gives the name: "operation"; "unknown" for a number that has none.
func (k EventKind) String() string { return nameOf(k, eventKindNames, unnamed[EventKind]) }

// MarshalText gives the name; the number where it has none.
func (k EventKind) MarshalText() ([]byte, error) { return writeName(k, eventKindNames), nil }

// UnmarshalText reads what MarshalText writes.
func (k *EventKind) UnmarshalText(text []byte) error { return readName(k, text, eventKindNames) }

// AccountFlags are flags of accounts, combined with |.
type AccountFlags uint32

// String names the flags, joined by "|"; "none" if there are none.
func (f AccountFlags) String() string { return flagNames(uint32(f), accountFlagsNames) }

// MarshalText gives String.
func (f AccountFlags) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (f *AccountFlags) UnmarshalText(text []byte) error {
	return readFlags(f, text, accountFlagsNames)
}

// OperationFlags are flags of operations, combined with |.
type OperationFlags uint32

// String names the flags, joined by "|"; "none" if there are none.
func (f OperationFlags) String() string { return flagNames(uint32(f), operationFlagsNames) }

// MarshalText gives String.
func (f OperationFlags) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (f *OperationFlags) UnmarshalText(text []byte) error {
	return readFlags(f, text, operationFlagsNames)
}

// A Ledger is a currency book. Accounts of one ledger trade with each other only.
type Ledger struct {
	// Number is what accounts and operations name it by; not 0.
	Number uint32
	// Scale is the number of digits behind the decimal point, 0 to 18, fixed for ever.
	Scale uint32
	// Code is the currency, zeros behind it: see Currency.
	Code [LedgerCodeBytesMax]byte
	// CreatedAt is when it was registered; zero on the way in.
	CreatedAt Timestamp
	// Posted is the sum of DebitsPosted of its accounts, which equals that of CreditsPosted; zero on
	// the way in.
	Posted Amount
	// Pending is the sum of DebitsPending of its accounts, which equals that of CreditsPending; zero
	// on the way in.
	Pending  Amount
	reserved [4]uint64
}

// NewLedger is a ledger of one's own currency, such as "POINTS". A code that is too long is cut.
func NewLedger(number uint32, currency string, scale uint32) Ledger {
	ledger := Ledger{Number: number, Scale: scale}
	copy(ledger.Code[:], currency)
	return ledger
}

// ISOLedger is a ledger of a currency of ISO 4217: "USD" has a scale of 2, "JPY" one of 0. It fails
// if the code is not a current one, or has no minor unit.
func ISOLedger(number uint32, currency string) (Ledger, error) {
	var ledger Ledger
	begin, length := chars(currency)
	if length == 0 {
		return ledger, fail(ErrInvalidArgument, "a currency needs a code")
	}
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_ledger_iso(C.uint32_t(number), begin, length,
			(*C.escrow_ledger)(unsafe.Pointer(&ledger)), e)
	})
	return ledger, err
}

// Currency gives the code as text.
func (l *Ledger) Currency() string {
	return strings.TrimRight(string(l.Code[:]), "\x00")
}

// Balances are the four balances of an account, in minor units.
//
// A customer's wallet is a liability of the operator: paying in credits it, spending debits it.
type Balances struct {
	// DebitsPending is held for others: the rest of its open holds as payer.
	DebitsPending Amount
	// DebitsPosted is all that ever left it.
	DebitsPosted Amount
	// CreditsPending is held for it: the rest of its open holds as payee. Nobody can spend it yet.
	CreditsPending Amount
	// CreditsPosted is all that ever came in.
	CreditsPosted Amount
}

// Available is what a credit-normal account (a wallet, a merchant) can spend: CreditsPosted -
// DebitsPosted - DebitsPending, zero where that is negative.
func (b *Balances) Available() Amount {
	return less(b.CreditsPosted, b.DebitsPosted, b.DebitsPending)
}

// AvailableDebit is what a debit-normal account (cash, a receivable) can give: DebitsPosted -
// CreditsPosted - CreditsPending, zero where that is negative.
func (b *Balances) AvailableDebit() Amount {
	return less(b.DebitsPosted, b.CreditsPosted, b.CreditsPending)
}

// Net is the posted balance as a credit-normal account reads it: CreditsPosted - DebitsPosted.
// Negative for an external account that money came from.
func (b *Balances) Net() Change {
	difference, _ := b.CreditsPosted.Sub(b.DebitsPosted)
	return Change{Lo: difference.Lo, Hi: int64(difference.Hi)}
}

func less(amount Amount, parts ...Amount) Amount {
	for _, part := range parts {
		var ok bool
		if amount, ok = amount.Sub(part); !ok {
			return Amount{}
		}
	}
	return amount
}

// An Account of one ledger. To open one, see NewAccount; the store keeps the rest.
type Account struct {
	// ID is chosen by the caller; not 0, not the maximum.
	ID ID
	// Balances are what it owes and owns; zero on the way in.
	Balances Balances
	// UserData128 is the caller's own key: a customer's number, a UUID.
	UserData128 ID
	// UserData64 is the caller's own.
	UserData64 uint64 `json:",string"`
	// CreatedAt is when it was opened; zero on the way in unless AccountImported.
	CreatedAt Timestamp
	// Ledger is the number of the ledger it belongs to.
	Ledger uint32
	// Flags are of the constants Account....
	Flags AccountFlags
	// OpenHolds is in how many open holds it is payer, payee or fee account; zero on the way in.
	OpenHolds uint32
	// Code is the caller's chart of accounts; not 0.
	Code     uint16
	reserved uint16
}

// NewAccount is an account to be opened.
func NewAccount(id ID, ledger uint32, code uint16, flags AccountFlags) Account {
	return Account{ID: id, Ledger: ledger, Code: code, Flags: flags}
}

// An Operation is one of a batch. There is one record for all kinds, so that a batch can mix them
// and chain them atomically; a field that a kind does not use must be zero. Make them with Transfer,
// OpenHold, Release and so on, and set what else the kind takes.
type Operation struct {
	// ID is the idempotency key; not 0, not the maximum. The id of a hold is that of the operation
	// that opened it.
	ID ID
	// DebitAccount is where the money of a transfer comes from, or the payer of a hold.
	DebitAccount ID
	// CreditAccount is where the money of a transfer goes, or the payee of a hold. Of a release:
	// another receiver than the payee, or zero.
	CreditAccount ID
	// Target is what the operation is about: the hold, what is to be undone (a transfer, a release, or
	// a hold: all that its payee was paid and has not given back), or the account.
	Target ID
	// Amount is in minor units of the ledger.
	Amount Amount
	// FeeAccount receives the commission of a hold, or is zero.
	FeeAccount ID
	// UserData128 is the caller's own: an order's number, a UUID.
	UserData128 ID
	// UserData64 is the caller's own.
	UserData64 uint64 `json:",string"`
	// Timestamp is zero; with OperationImported, when it happened.
	Timestamp Timestamp
	// ExpectedVersion is the version that a document must have, with OperationIfVersion; 0 for none.
	ExpectedVersion uint64 `json:",string"`
	// TimeoutSeconds is the deadline, from the operation's timestamp; 0 for none or no change.
	TimeoutSeconds uint32
	// FeePPM is the commission of a hold in parts per million of what the payee gets.
	FeePPM uint32
	// Ledger is that of both accounts, for transfers and holds.
	Ledger uint32
	// Flags are of the constants Operation....
	Flags OperationFlags
	// DataOffset is where space, key and value of a document start in the batch's data: see Batch.
	DataOffset uint32
	// ValueLength is the bytes of a document's value.
	ValueLength uint32
	// KeyLength is the bytes of a document's key.
	KeyLength uint16
	// SpaceLength is the bytes of the name of a document's space.
	SpaceLength uint16
	// Code is the caller's reason for a transfer or hold; not 0.
	Code uint16
	// Kind is one of the constants Kind....
	Kind Kind
	// AtDeadline is what happens at the deadline.
	AtDeadline AtDeadline
	reserved   [15]uint16
	// ValueDate is when an operation that moves money counts, where that is another time than that of
	// the booking, earlier or later; zero for the same. It is written down and shown, and changes
	// nothing else: balances, deadlines and limits go by the booking alone.
	ValueDate Timestamp
}

// An Outcome is the answer to one operation. It carries the balances after the operation, so that no
// second call is needed to learn them; for an operation that was refused they are the balances that
// it met, where its accounts exist.
type Outcome struct {
	// Timestamp is when it was decided: unique, and its sequence number in the event feed. For
	// StatusExists and StatusIDAlreadyFailed the first time. Zero if the operation left no trace.
	Timestamp Timestamp
	// Status is what became of it: StatusApplied, or the law that it would have broken.
	Status Status
	// FirstStatus is, for StatusExists and StatusIDAlreadyFailed, what became of it the first time.
	// Otherwise it equals Status.
	FirstStatus Status
	// Amount is what really moved; for final releases without what went back to the payer.
	Amount Amount
	// Fee is the commission that was taken out of Amount, or given back by a reversal.
	Fee Amount
	// Held is what is left in the hold.
	Held Amount
	// Version is the one that the document now has, or the one that stood in the way; zero if there
	// is no document.
	Version  uint64 `json:",string"`
	reserved uint64
	// Debit is the debit account or payer. For operations on an account: that account.
	Debit Balances
	// Credit is the credit account, payee or other receiver.
	Credit Balances
}

// Applied tells whether the operation was carried out, now or the first time it was sent.
func (o *Outcome) Applied() bool {
	return o.Status == StatusApplied || o.Status == StatusExists
}

// Err gives nil if the operation was carried out, now or the first time it was sent, else a
// *Refusal.
func (o *Outcome) Err() error {
	if o.Applied() {
		return nil
	}
	return &Refusal{o.Status, o.FirstStatus}
}

// A Hold is money in escrow: it has left the payer's available balance and is not the payee's yet.
// Amount = Held + Released + Refunded always, and the hold is closed exactly when Held is zero.
type Hold struct {
	// ID is that of the operation that opened it.
	ID ID
	// Payer is whose money it is until it is settled.
	Payer ID
	// Payee gets it when the deal goes well.
	Payee ID
	// FeeAccount gets the commission, or is zero.
	FeeAccount ID
	// Amount is all that was ever paid in, top-ups included.
	Amount Amount
	// Held is what is still in escrow.
	Held Amount
	// Released is what was released, to payee, splits and commission together.
	Released Amount
	// Refunded is what went back to the payer while in escrow.
	Refunded Amount
	// Paid is the part of Released that went to the payee, commission included, less what was
	// reversed of it since: what the commission is computed on.
	Paid Amount
	// Fee is the commission on Paid.
	Fee Amount
	// Reversed is what reversals gave back to the payer out of Released.
	Reversed Amount
	// UserData128 is from the operation that opened it.
	UserData128 ID
	// UserData64 is from the operation that opened it.
	UserData64 uint64 `json:",string"`
	// CreatedAt is when it was opened.
	CreatedAt Timestamp
	// ChangedAt is when it last changed.
	ChangedAt Timestamp
	// Deadline is when its default settles it; zero for never, and while disputed.
	Deadline Timestamp
	// DisputedAt is since when it is disputed, or zero.
	DisputedAt Timestamp
	// TimeLeft is, while disputed, the nanoseconds that were left to the deadline; zero if it had
	// none.
	TimeLeft uint64 `json:",string"`
	// Ledger is that of its accounts.
	Ledger uint32
	// FeePPM is the commission in parts per million.
	FeePPM uint32
	// Code is from the operation that opened it.
	Code uint16
	// Phase is how far the deal has come, or how it ended.
	Phase Phase
	// AtDeadline is what happens at the deadline.
	AtDeadline AtDeadline
	reserved   [33]uint16
}

// An OperationRecord is an operation as it was decided, and what became of it since.
type OperationRecord struct {
	// Operation is as it was asked for; its Timestamp is the assigned one.
	Operation Operation
	// Timestamp is when it was decided.
	Timestamp Timestamp
	// Status is StatusApplied, or the refusal that used up its id.
	Status   Status
	reserved [3]uint32
	// Amount is what it moved.
	Amount Amount
	// Fee is the commission out of Amount.
	Fee Amount
	// Rest is, of a final release, what went back to the payer beside Amount.
	Rest Amount
	// Reversed is what was reversed of it until now.
	Reversed Amount
}

// A StatementLine is how one operation changed an account.
type StatementLine struct {
	// Timestamp is when it happened.
	Timestamp Timestamp
	// Side is which side of the account changed.
	Side     Side
	reserved [3]uint32
	// ValueDate is when it counts: that of the operation, or else Timestamp.
	ValueDate Timestamp
	// Pending is the change of that side's pending balance; 0 for an account without AccountHistory.
	Pending Change
	// Posted is the change of that side's posted balance.
	Posted Change
	// Balances are those after it; the pending ones zero for an account without AccountHistory.
	Balances Balances
	// Operation is what did it, with its kind, parties and user data. What an operation on a hold, a
	// deadline or a reversal names by its Target alone stands in it as in the hold or operation that is
	// meant: payer and payee (of a split the receiver; of a reversal who gives back and who gets it),
	// ledger, code, and the user data unless the operation has its own.
	Operation Operation
	// Amount is what it moved.
	Amount Amount
	// Fee is the commission out of Amount.
	Fee Amount
	// Rest is, of a final release, what went back to the payer beside Amount.
	Rest Amount
}

// A TrialBalanceRow is the sums over the accounts of one code.
type TrialBalanceRow struct {
	// Balances are the sums of their balances.
	Balances Balances
	// Accounts is how many they are.
	Accounts uint64
	// Code is theirs.
	Code     uint32
	reserved uint32
}

// eventRecord is escrow_event: see Event.
type eventRecord struct {
	Timestamp         Timestamp
	Kind              EventKind
	Status            Status
	Operation         Operation
	Amount, Fee, Rest Amount
	Account           Account
	Ledger            Ledger
	DataOffset        uint64
	DataLength        uint64
	reserved          [3]uint64
}

// documentRecord is escrow_document: see Document.
type documentRecord struct {
	Version     uint64 `json:",string"`
	DataOffset  uint64
	KeyLength   uint32
	ValueLength uint32
	reserved    uint64
}
