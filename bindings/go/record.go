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
		return fail(ErrInvalidArgument, "not a time: neither RFC 3339 nor null")
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
		return fail(ErrInvalidArgument, "not a time: write it as in 2024-05-01T12:00:00Z, from 1970 to 2554")
	}
	*t = read
	return nil
}

// IsOpen tells whether something is held.
func (p Phase) IsOpen() bool { return p == PhaseFunded || p == PhaseShipped || p == PhaseDelivered }

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

// NewAccount is an account to be opened.
func NewAccount(id ID, ledger uint32, code uint16, flags AccountFlags) Account {
	return Account{ID: id, Ledger: ledger, Code: code, Flags: flags}
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
