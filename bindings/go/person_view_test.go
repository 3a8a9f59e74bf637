package escrowdb_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// The page of a registration asks what is missing.
func TestARegistrationSaysWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	_, isFound, err := w.Registration(personOf(1))
	w.do(err)
	equal(t, "no registration", isFound, false)
	w.confirm(1, email)
	view, _, err := w.Registration(personOf(1))
	w.do(err)
	equal(t, "confirmed", view.AddressIsConfirmed, true)
	equal(t, "complete", view.IsComplete, false)
	missing := must(w.MissingConsents(personOf(1)))
	equal(t, "consents", missing[0], escrowdb.MissingConsent{Kind: "terms", Version: "1"})
	w.fillIn(1)
	view, _, err = w.Registration(personOf(1))
	w.do(err)
	equal(t, "complete", view.IsComplete, true)
}

// Support finds a person by an address, reads who she is, and gives her all that is known of her.
func TestSupportFindsReadsAndExportsAPerson(t *testing.T) {
	w := newWorld(t)
	w.anna()
	_, err := w.FindPersons("nobody@example.com", staff("eve"))
	w.refused(err, escrowdb.ErrPersonNotFound)
	found := must(w.FindPersons(strings.ToUpper(email), staff("eve")))
	equal(t, "found", found[0], escrowdb.FoundPerson{Person: personOf(1), AddressIsConfirmed: true})
	_, err = w.ShowPerson(personOf(1), escrowdb.IDOf(7), staff("eve"))
	w.refused(err, escrowdb.ErrCaseNotFound)
	shown := must(w.ShowPerson(personOf(1), escrowdb.ID{}, staff("eve")))
	equal(t, "email", shown.Email, email)
	equal(t, "phone", shown.Phone, profileOf(1).Phone)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, shown); strings.Contains(text, email) {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	var document struct {
		Email string
		Trail []struct{ By string }
	}
	w.do(json.Unmarshal([]byte(must(w.ExportPerson(personOf(1), escrowdb.Customer()))), &document))
	equal(t, "email", document.Email, email)
	_, err = w.ExportPerson(personOf(5), staff("eve"))
	w.refused(err, escrowdb.ErrPersonNotFound)
	equal(t, "a schema", strings.Contains(must(escrowdb.PersonExportSchema()), "PersonDocument"), true)
}

// A customer changes her address, which is taken back from the former one, and her number.
func TestACustomerChangesAddressAndNumber(t *testing.T) {
	w := newWorld(t)
	w.anna()
	const next = "anna@new.example"
	w.do(w.BeginContactChange(personOf(1), escrowdb.ChannelEmail, next))
	_, err := w.ConfirmEmailChange("no token")
	w.refused(err, escrowdb.ErrTokenMustBeValid)
	equal(t, "who", must(w.ConfirmEmailChange(w.secret(escrowdb.LetterConfirmNewAddress))), personOf(1))
	change := must(w.ContactChanges(personOf(1)))[0]
	equal(t, "state", change.State, escrowdb.ContactChangeCoolingDown)
	equal(t, "login", must(w.LogIn(next, loginText)), personOf(1))
	late := w.refused(w.BeginContactChange(personOf(1), escrowdb.ChannelEmail, "a@b.c"), escrowdb.ErrChangeIsUnderWay)
	equal(t, "until", late.Until, change.Until)
	stop := w.secret(escrowdb.LetterContactChanged)
	equal(t, "who", must(w.StopContactChangeByLink(stop)), personOf(1))
	equal(t, "email", must(w.ShowPerson(personOf(1), escrowdb.ID{}, staff("eve"))).Email, email)

	w.do(w.BeginContactChange(personOf(1), escrowdb.ChannelPhone, "+7 1"))
	code := w.secret(escrowdb.LetterConfirmNewPhone)
	w.refused(w.ConfirmPhoneChange(personOf(1), "1"), escrowdb.ErrCodeMustMatch)
	w.do(w.ConfirmPhoneChange(personOf(1), code))
	w.do(w.StopContactChange(personOf(1), escrowdb.ChannelPhone, staff("eve")))
	w.refused(w.StopContactChange(personOf(1), escrowdb.ChannelPhone, staff("eve")), escrowdb.ErrChangeNotFound)
}

// A customer lost her mailbox: two members of staff agree, and she confirms the new one.
func TestALostMailboxComesBack(t *testing.T) {
	w := newWorld(t)
	w.anna()
	const next = "anna@new.example"
	id, eve, bob := escrowdb.IDOf(900), staff("eve"), staff("bob")
	w.refused(w.OpenCorrection(id, personOf(1), escrowdb.Correction{}, eve),
		escrowdb.ErrCorrectionMustChangeSomething)
	wanted := escrowdb.Correction{Email: next}
	w.do(w.OpenCorrection(id, personOf(1), wanted, eve))
	w.refused(w.ApproveCorrection(id, bob), escrowdb.ErrEvidenceMustBeGiven)
	w.do(w.AddCorrectionEvidence(id, passport(9), eve))
	w.refused(w.ApproveCorrection(id, eve), escrowdb.ErrReviewerMustBeAnother)
	waiting := must(w.OpenCorrections(escrowdb.ID{}, 10))[0]
	equal(t, "case", waiting.ID, id)
	equal(t, "person", waiting.Person, personOf(1))
	equal(t, "changes", waiting.Changes, "email")
	equal(t, "state", waiting.State, escrowdb.CorrectionSubmitted)
	equal(t, "behind it", len(must(w.OpenCorrections(id, 10))), 0)

	shown, evidence, err := w.ShowCorrection(id, bob)
	w.do(err)
	equal(t, "wanted", shown, wanted)
	equal(t, "evidence", evidence[0].Reference, passport(9).Reference)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, shown); strings.Contains(text, next) {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	w.do(w.ApproveCorrection(id, bob))
	equal(t, "correction", must(w.ContactChanges(personOf(1)))[0].Correction, id)
	who := must(w.ConfirmEmailChange(w.secret(escrowdb.LetterConfirmNewAddress)))
	equal(t, "who", who, personOf(1))
	equal(t, "email", must(w.ShowPerson(personOf(1), escrowdb.ID{}, eve)).Email, next)
	one, _, err := w.CorrectionCase(id)
	w.do(err)
	equal(t, "state", one.State, escrowdb.CorrectionApproved)
	equal(t, "reviewer", one.Reviewer, "bob")
	w.refused(w.RefuseCorrection(id, eve), escrowdb.ErrCaseMustBeAtThisStep)
	_, isFound, err := w.CorrectionCase(escrowdb.IDOf(901))
	w.do(err)
	equal(t, "another", isFound, false)
}
