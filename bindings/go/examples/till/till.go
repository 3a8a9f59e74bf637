package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	escrowdb "escrowdb.dev/go"
)

// The books of the shop.
const (
	ledger = 1
	scale  = 2
)

// A till answers one request, with JSON:
//
//	POST /payments   {"attempt": id, "order": "A-1001", "wallet": id, "payee": id,
//	                  "amount": "20.00", "password": "491827"}
//
// An attempt to pay is the id of its hold, and so the idempotency key: a request that is sent again,
// because its answer was lost, is answered as before. After a refusal, such as for want of money, the
// customer tries again with a new one. The order stands in the user data of its holds.
type till struct{ wallets *escrowdb.Wallets }

// A request to pay an order.
type request struct {
	Attempt  escrowdb.ID `json:"attempt"`
	Order    string      `json:"order"`
	Wallet   escrowdb.ID `json:"wallet"`
	Payee    escrowdb.ID `json:"payee"`
	Amount   string      `json:"amount"`
	Password string      `json:"password"`
}

// An answer says that the order is paid, or why not and what would help.
type answer struct {
	Error string     `json:"error,omitempty"`
	Paid  string     `json:"paid,omitempty"`
	Tier  uint32     `json:"tier,omitempty"`
	Until *time.Time `json:"until,omitempty"`
}

func (t *till) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/payments" {
		write(w, http.StatusNotFound, answer{Error: "no such page"})
		return
	}
	var asked request
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&asked)
	if err != nil || asked.Order == "" {
		write(w, http.StatusBadRequest, answer{Error: "the request is not as it should be"})
		return
	}
	paid, err := t.pay(&asked)
	if err != nil {
		status, answer := answerOf(err)
		if answer.Until != nil {
			seconds := int(time.Until(*answer.Until).Seconds()) + 1
			w.Header().Set("Retry-After", strconv.Itoa(max(seconds, 1)))
		}
		write(w, status, answer)
		return
	}
	write(w, http.StatusOK, answer{Paid: paid.Format(scale)})
}

// pay pays an order of the customer whom the host has authenticated by other means.
func (t *till) pay(asked *request) (escrowdb.Amount, error) {
	amount, err := escrowdb.ParseAmount(asked.Amount, scale)
	if err != nil {
		return escrowdb.Amount{}, err
	}
	wallet, found, err := t.wallets.Wallet(asked.Wallet)
	if err == nil && !found {
		err = escrowdb.ErrCredentialsMustMatch // who asks is not told which wallets there are
	}
	if err != nil {
		return escrowdb.Amount{}, err
	}
	order := escrowdb.NamedID("orders", asked.Order)
	payment := escrowdb.Payment{
		Wallet: asked.Wallet, Order: order, Authorisation: asked.Attempt,
		Operation: escrowdb.OpenHold(asked.Attempt, wallet.Account, asked.Payee, ledger, amount).
			WithUserData(order),
	}
	_, err = t.wallets.Authorise(payment.Authorisation, payment.Purchase(), asked.Password, false)
	// A request that is sent again may have authorised, and even paid, before: Pay tells.
	if err != nil && !errors.Is(err, escrowdb.ErrAuthorisationExists) {
		return escrowdb.Amount{}, err
	}
	outcome, err := t.wallets.Pay(payment)
	return outcome.Amount, err
}

// answerOf says what stands in the way, in HTTP's terms.
func answerOf(err error) (int, answer) {
	var refused *escrowdb.Refused
	status := escrowdb.ErrCredentialsMustMatch
	switch {
	case errors.As(err, &refused):
		status = refused.Status
	case errors.Is(err, status):
	case errors.Is(err, escrowdb.ErrInvalidArgument):
		return http.StatusBadRequest, answer{Error: "the request is not as it should be"}
	default:
		return http.StatusServiceUnavailable, answer{Error: "not known: send the same request again"}
	}
	said := answer{Error: status.String()}
	if refused != nil {
		said.Tier = refused.Tier
		if refused.Until != 0 && status != escrowdb.ErrCredentialIsLockedForGood {
			until := refused.Until.Time()
			said.Until = &until
		}
	}
	switch {
	case status == escrowdb.ErrCredentialsMustMatch:
		return http.StatusUnauthorized, said
	case status == escrowdb.ErrCredentialIsLocked:
		return http.StatusTooManyRequests, said
	case refused != nil && refused.LedgerFirst == escrowdb.StatusExceedsCredits:
		return http.StatusPaymentRequired, said // also when the request is sent again
	case status >= 1400 && status < 1500:
		return http.StatusForbidden, said // what the policy does not allow
	case status < 1100:
		return http.StatusBadRequest, said
	}
	return http.StatusConflict, said
}

func write(w http.ResponseWriter, status int, said answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // the client may have gone
}
