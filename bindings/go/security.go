package escrowdb

// #include <escrowdb.h>
import "C"

import "fmt"

// A SecurityAnswer is one to a security question. It prints without the answer.
type SecurityAnswer struct {
	// Question is the host's number of the question.
	Question uint16
	// Answer is what the customer answers.
	Answer string
}

// Format prints the number of the question.
func (a SecurityAnswer) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "{question %d}", a.Question) }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (a SecurityAnswer) MarshalText() ([]byte, error) { return printed(a), nil }

// SetSecurityAnswers sets the answers to security questions, which the host numbers, while the person
// is registering. Compared exactly, unless the policy folds case.
//
// Refused: ErrSecurityAnswersAreOff unless the policy asks for them, ErrSecurityAnswersMustBeSet if
// they are too few or one question is answered twice, ErrTooMany, ErrTextMustBeValid,
// ErrRegistrationNotFound, ErrAddressMustBeConfirmed.
func (w *Wallets) SetSecurityAnswers(person ID, answers []SecurityAnswer) error {
	var pins pins
	defer pins.Unpin()
	lent := make([]C.escrow_security_answer, len(answers))
	for i, one := range answers {
		lent[i].answer = pins.text(one.Answer)
		lent[i].question = C.uint32_t(one.Question)
	}
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_set_security_answers(wallets, person.c(), start(lent),
			C.size_t(len(lent)), outcome, e)
	})
}

// CheckSecurityAnswer checks the answer to one security question for a member of staff: one input among
// others. After a wrong answer no other question is taken until this one is answered.
//
// Refused: ErrSecurityAnswersAreOff, ErrCredentialsMustMatch, ErrCredentialIsLocked,
// ErrCredentialIsLockedForGood, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) CheckSecurityAnswer(person ID, question uint16, answer string, actor Actor) error {
	begin, length := chars(answer)
	return w.act(w.hashRoom(), actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_check_security_answer(wallets, person.c(), C.uint32_t(question),
			begin, length, actor, outcome, e)
	})
}

// SendCode sends a person a short code of eight digits by a channel. The purpose is the host's own
// number for what it is for: a code for one purpose is not good for another, and a new one ends the one
// before. Two for one purpose come a minute apart, and a person gets ten within 24 hours, whatever they are
// for, unless the policy says otherwise.
//
// Refused: ErrPersonNotFound, ErrProfileMustBeSet for a code by telephone, ErrTextMustBeValid for
// an unknown channel, ErrTooSoon and ErrTooManyToday with the time until which to wait, ErrTooMany
// while too many letters of the person wait for the host.
func (w *Wallets) SendCode(person ID, purpose uint16, channel Channel) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_code_send(wallets, person.c(), C.uint32_t(purpose), C.uint32_t(channel),
			outcome, e)
	})
}

// CheckCode checks a short code, which is used up by it. Spaces and hyphens between its digits are
// overlooked. Five tries, ten minutes, unless the policy says otherwise; why a code is not good is not
// told.
//
// Refused: ErrCodeMustMatch.
func (w *Wallets) CheckCode(person ID, purpose uint16, code string) error {
	begin, length := chars(code)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_code_check(wallets, person.c(), C.uint32_t(purpose), begin, length, outcome, e)
	})
}
