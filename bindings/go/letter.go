package escrowdb

// #include <escrowdb.h>
import "C"

import "fmt"

// A Secret is a text that is not to be printed by accident: it prints as "[secret]", and nothing that
// holds one prints more. Two of them are compared by what they Reveal.
type Secret struct{ text *string }

// NewSecret makes a secret of a text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal gives the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Format prints "[secret]"; nothing for an empty one.
func (s Secret) Format(f fmt.State, _ rune) {
	if s.Reveal() != "" {
		fmt.Fprint(f, "[secret]")
	}
}

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (s Secret) MarshalText() ([]byte, error) { return printed(s), nil }

// A LetterID names one of a person's letters.
type LetterID struct {
	// Person is whom it goes to.
	Person ID
	// Letter is which of their letters.
	Letter ID
}

// Format prints what is neither personal nor secret.
func (l Letter) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "{%s to %s by %s, letter %s, attempt %d}", l.Kind, l.ID.Person, l.Channel,
		l.ID.Letter, l.Attempts)
}

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (l Letter) MarshalText() ([]byte, error) { return printed(l), nil }

// TakeLetters takes the letters that wait, oldest first, up to limit, and at most 256. Each is given
// again after a while, unless the host says what became of it by ReportLetter; after too many times it
// counts as bounced. Letters of a person whose key is damaged wait in the state LetterAwaitsKey until it
// is mended, or the person erased: also those of what the person is told meanwhile. Links and codes that
// are asked for meanwhile are not made up for.
func (w *Wallets) TakeLetters(limit int) ([]Letter, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_letters_take(wallets, limitOf(limit), rows, e)
	}, showLetter)
}

// limitOf gives how many rows are wanted; a negative number wants none.
func limitOf(limit int) C.size_t { return C.size_t(max(limit, 0)) }

func showLetter(rows *C.escrow_rows, at C.size_t, letter *Letter, e *C.escrow_error) C.escrow_status {
	row := new(C.escrow_letter)
	row.struct_size = C.sizeof_escrow_letter
	status := C.escrow_letter_at(rows, at, row, e)
	*letter = letterFrom(row)
	return status
}

// ReportLetter says what became of a letter that was handed over. It is refused as ReportLetterBy is.
func (w *Wallets) ReportLetter(letter LetterID, fate LetterFate) error {
	return w.ReportLetterBy(letter, fate, System())
}

// ReportLetterBy is ReportLetter by a member of staff.
//
// Refused: ErrLetterNotFound, ErrLetterMustBeHandedOver, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ReportLetterBy(letter LetterID, fate LetterFate, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_letter_report(wallets, letter.Person.c(), letter.Letter.c(), C.uint32_t(fate),
			actor, outcome, e)
	})
}

// RetryLetter has a letter handed over once more, whatever became of it: it waits again, is due at
// once, and its hand-overs are counted anew. While the key of whom it goes to is damaged it is
// LetterAwaitsKey then. A link or code in it is as old as before. For a member of
// staff.
//
// Refused: ErrLetterNotFound, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) RetryLetter(letter LetterID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_letter_retry(wallets, letter.Person.c(), letter.Letter.c(), actor, outcome, e)
	})
}

// LettersOf gives what support sees of a person's letters, oldest first.
func (w *Wallets) LettersOf(person ID) ([]LetterStatus, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_letters_of(wallets, person.c(), rows, e)
	}, showLetterStatus)
}

// WaitingLetters gives the letters whose fate is not known yet, the one that is due first before all
// others, behind after (nil to begin), at most limit.
func (w *Wallets) WaitingLetters(after *LetterStatus, limit int) ([]LetterStatus, error) {
	if after == nil {
		return w.WaitingLettersBehind(0, ID{}, limit)
	}
	return w.WaitingLettersBehind(after.Due, after.ID.Letter, limit)
}

// WaitingLettersBehind is WaitingLetters behind a letter of which nothing is remembered but when it was
// due and its id.
func (w *Wallets) WaitingLettersBehind(due Timestamp, letter ID, limit int) ([]LetterStatus, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_letters_waiting(wallets, C.uint64_t(due), letter.c(), limitOf(limit), rows, e)
	}, showLetterStatus)
}

func showLetterStatus(
	rows *C.escrow_rows, at C.size_t, letter *LetterStatus, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_letter_status)
	row.struct_size = C.sizeof_escrow_letter_status
	status := C.escrow_letter_status_at(rows, at, row, e)
	*letter = letterStatusFrom(row)
	return status
}
