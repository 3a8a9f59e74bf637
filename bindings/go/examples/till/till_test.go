package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

var bank, bob = escrowdb.IDOf(1), escrowdb.IDOf(2)

// open opens a till, with one customer whose wallet has 50 dollars, and what tops it up.
func open(t *testing.T) (server *httptest.Server, wallet escrowdb.ID, topUp func(cents uint64)) {
	t.Helper()
	directory := t.TempDir()
	keyFile := filepath.Join(directory, "master.key")
	check(t, os.WriteFile(keyFile, []byte(strings.Repeat("k", 32)), 0o600))
	master, err := readKey(keyFile)
	check(t, err)
	store, err := escrowdb.Open(filepath.Join(directory, "shop.escrow"), escrowdb.ProcessDurable())
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	usd, err := escrowdb.ISOLedger(ledger, "USD")
	check(t, err)
	_, err = store.CreateLedgers(usd)
	check(t, err)
	_, err = store.CreateAccounts(
		escrowdb.NewAccount(bank, ledger, 100, escrowdb.AccountExternal),
		escrowdb.NewAccount(bob, ledger, 300, escrowdb.AccountDebitsMustNotExceedCredits),
	)
	check(t, err)
	wallets, err := store.Wallets(master, policy(t))
	check(t, err)
	wallet = escrowdb.NewID()
	person, account := escrowdb.NewID(), escrowdb.NewID()
	check(t, wallets.BeginRegistration(person, "anna@example.com", true))
	letters, err := wallets.TakeLetters(1)
	check(t, err)
	_, err = wallets.ConfirmAddress(letters[0].Secret.Reveal())
	check(t, err)
	check(t, wallets.SetProfile(person, escrowdb.Profile{
		Name: "Anna Ivanova", Citizenship: "RU", DocumentKind: escrowdb.DocumentPassport,
		DocumentCountry: "RU", DocumentNumber: "45 09 000001", PostalAddress: "Lenina 1, Moscow",
		Phone: "+7 900 000 00 00",
	}))
	check(t, wallets.SetLoginPassword(person, "a rather long login phrase", false))
	check(t, wallets.SetConsent(person, "terms", "1", true))
	check(t, wallets.SubmitRegistration(person, escrowdb.NewWallet{
		Wallet: wallet, Account: account, Ledger: ledger, Code: 200,
	}))
	check(t, wallets.CreatePaymentPassword(wallet, "491827"))
	topUp = func(cents uint64) {
		_, err := wallets.TopUp(wallet,
			escrowdb.Transfer(escrowdb.NewID(), bank, account, ledger, escrowdb.Units(cents)))
		check(t, err)
	}
	topUp(5_000)
	server = httptest.NewServer(&till{wallets})
	t.Cleanup(server.Close)
	return server, wallet, topUp
}

// policy gives the policy of customers' descriptions, with hashes that cost as little as they may.
func policy(t *testing.T) string {
	t.Helper()
	text, err := escrowdb.PolicyJSON("article")
	check(t, err)
	var policy map[string]any
	check(t, json.Unmarshal([]byte(text), &policy))
	credentials := policy["identity"].(map[string]any)["credentials"].(map[string]any)
	credentials["hash"] = map[string]any{"memory_kib": 19_456, "passes": 2, "lanes": 1}
	credentials["security_answers"].(map[string]any)["needed"] = 0
	changed, err := json.Marshal(policy)
	check(t, err)
	return string(changed)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func post(t *testing.T, server *httptest.Server, body string) (*http.Response, answer) {
	t.Helper()
	response, err := server.Client().Post(server.URL+"/payments", "application/json", strings.NewReader(body))
	check(t, err)
	defer response.Body.Close()
	var said answer
	check(t, json.NewDecoder(response.Body).Decode(&said))
	return response, said
}

func TestPayments(t *testing.T) {
	server, wallet, topUp := open(t)
	body := func(attempt escrowdb.ID, wallet escrowdb.ID, amount, password string) string {
		return fmt.Sprintf(`{"attempt": "%s", "order": "A-1001", "wallet": "%s", "payee": "%s",
			"amount": "%s", "password": "%s"}`, attempt, wallet, bob, amount, password)
	}
	id, attempt := escrowdb.NewID, escrowdb.NewID()
	for _, test := range []struct {
		status     int
		body, said string
	}{
		{200, body(attempt, wallet, "20.00", "491827"), ""},
		{200, body(attempt, wallet, "20.00", "491827"), ""}, // sent again, it happens once
		{409, body(attempt, wallet, "21.00", "491827"), "refused_by_ledger"},
		{401, body(id(), wallet, "20.00", "491828"), "credentials_must_match"},
		{401, body(id(), id(), "20.00", "491827"), "credentials_must_match"},
		{402, body(id(), wallet, "30.01", "491827"), "refused_by_ledger"},
		{403, body(id(), wallet, "200.01", "491827"), "needs_tier"},
		{400, body(id(), wallet, "1.005", "491827"), "the request is not as it should be"},
		{400, body(id(), wallet, "0", "491827"), "amount_must_be_valid"},
		{400, `{`, "the request is not as it should be"},
		{400, `{"amount": "1.00"}`, "the request is not as it should be"},
	} {
		response, said := post(t, server, test.body)
		if response.StatusCode != test.status || said.Error != test.said {
			t.Errorf("%s: %d %+v, not %d %s", test.body, response.StatusCode, said, test.status, test.said)
		}
	}
	// The money is not enough: the same answer when it is sent again, also when there is enough.
	lacking := body(id(), wallet, "40.00", "491827")
	for i := 0; i < 2; i++ {
		response, said := post(t, server, lacking)
		if response.StatusCode != 402 || said.Error != "refused_by_ledger" {
			t.Error(response.StatusCode, said)
		}
		topUp(1_000)
	}
	// A second attempt pays for the same order.
	if response, said := post(t, server, body(id(), wallet, "40.00", "491827")); response.StatusCode != 200 {
		t.Error(response.StatusCode, said)
	}
	for i := 0; i < 5; i++ {
		post(t, server, body(id(), wallet, "1.00", "000001"))
	}
	response, said := post(t, server, body(id(), wallet, "1.00", "491827"))
	if response.StatusCode != 429 || said.Until == nil || response.Header.Get("Retry-After") == "" {
		t.Error(response.StatusCode, said, response.Header)
	}
	response, err := server.Client().Get(server.URL + "/other")
	check(t, err)
	response.Body.Close()
	if response.StatusCode != 404 {
		t.Error(response.StatusCode)
	}
}
