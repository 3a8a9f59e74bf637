package escrowdb_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// A shop that sells to those of 18 and more asks for the birth date. It is 1 January 1971 there.
func TestAMinimumAgeIsJudgedByTheBirthDate(t *testing.T) {
	w := newWorldBy(t, policy("article", func(policy map[string]any) {
		at(policy, "identity", "registration")["minimum_age"] = 18
	}))
	w.confirm(1, email)
	profile := profileOf(1)
	w.refused(w.SetProfile(personOf(1), profile), escrowdb.ErrBirthDateMustBeGiven)
	profile.BirthDate = "28.02.1950"
	w.refused(w.SetProfile(personOf(1), profile), escrowdb.ErrBirthDateMustBeValid)
	profile.BirthDate = "1953-01-02"
	w.do(w.SetProfile(personOf(1), profile))
	w.do(w.SetLoginPassword(personOf(1), loginText, false))
	w.do(w.SetConsent(personOf(1), "terms", "1", true))
	submit := func() error { return w.SubmitRegistration(personOf(1), newWallet(1)) }
	w.refused(submit(), escrowdb.ErrPersonIsUnderage)
	// Her birthday is the next day.
	w.wait(day)
	w.do(submit())
	equal(t, "born", must(w.ShowPerson(personOf(1), escrowdb.ID{}, staff("eve"))).BirthDate, "1953-01-02")
}

// Staff correct a birth date by evidence; the customer has it in what is known of her.
func TestABirthDateIsCorrectedByEvidence(t *testing.T) {
	w := newWorld(t)
	w.anna()
	const born = "1950-02-28"
	id, eve, bob := escrowdb.IDOf(900), staff("eve"), staff("bob")
	ahead := escrowdb.Correction{BirthDate: "1971-01-03"}
	w.refused(w.OpenCorrection(id, personOf(1), ahead, eve), escrowdb.ErrBirthDateMustBeValid)
	wanted := escrowdb.Correction{BirthDate: born}
	w.do(w.OpenCorrection(id, personOf(1), wanted, eve))
	w.do(w.AddCorrectionEvidence(id, passport(9), eve))
	shown, _, err := w.ShowCorrection(id, bob)
	w.do(err)
	equal(t, "wanted", shown, wanted)
	w.do(w.ApproveCorrection(id, bob))
	view := must(w.ShowPerson(personOf(1), escrowdb.ID{}, eve))
	equal(t, "born", view.BirthDate, born)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, view); strings.Contains(text, born) {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	var document struct {
		Profile struct {
			BirthDate string `json:"birth_date"`
		}
	}
	w.do(json.Unmarshal([]byte(must(w.ExportPerson(personOf(1), escrowdb.Customer()))), &document))
	equal(t, "exported", document.Profile.BirthDate, born)
}
