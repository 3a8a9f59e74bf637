package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	escrowdb "escrowdb.dev/go"
)

// The books of the shop.
const (
	ledger     = 1
	scale      = 2
	feePPM     = 29_000
	refundDays = 30

	codeBank     = 100
	codeCustomer = 200
	codeMerchant = 300
	codeFees     = 400
)

var (
	bank = escrowdb.IDOf(1)
	fees = escrowdb.IDOf(2)
)

// A shop answers these requests, all with JSON:
//
//	PUT  /customers/{uuid}             opens a customer's wallet
//	PUT  /merchants/{uuid}             opens a merchant's account
//	GET  /accounts/{uuid}              {"available": "50.00", "held": "0.00"}
//	PUT  /deposits/{uuid}              {"customer": uuid, "amount": "50.00"}
//	PUT  /payments/{uuid}              {"order": "A-1001", "customer": uuid, "merchant": uuid, "amount": "20.00"}
//	GET  /orders/{order}               {"phase": "funded", "held": "20.00", ...}
//	POST /orders/{order}/ship          by the merchant
//	POST /orders/{order}/confirm       by the customer: the merchant gets the money
//	POST /orders/{order}/cancel        the customer gets the money back
//
// Clients choose the ids, so that every request can be sent again when its answer was lost: it
// happens once, and is answered as before.
//
// A payment is one attempt to pay for an order, and its id is that of its hold: after a refusal, such
// as for want of money, the customer tries again with a new one. A document of the order, written with
// the hold or not at all, says which attempt has paid, and lets no second one do so.
type shop struct {
	store   *escrowdb.Store
	batcher *escrowdb.Batcher
}

func newShop(store *escrowdb.Store) (*shop, error) {
	usd, err := escrowdb.ISOLedger(ledger, "USD")
	if err != nil {
		return nil, err
	}
	ledgers, err := store.CreateLedgers(usd)
	if err != nil {
		return nil, err
	}
	accounts, err := store.CreateAccounts(
		escrowdb.NewAccount(bank, ledger, codeBank, escrowdb.AccountExternal),
		escrowdb.NewAccount(fees, ledger, codeFees, 0),
	)
	if err != nil {
		return nil, err
	}
	for _, outcome := range append(ledgers, accounts...) {
		if err := outcome.Err(); err != nil {
			return nil, err
		}
	}
	return &shop{store, store.NewBatcher()}, nil
}

// A problem is an answer that is not 200.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.serve(r)
	status := http.StatusOK
	if err != nil {
		var message string
		status, message = statusOf(err)
		answer = map[string]string{"error": message}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client may have gone
}

// statusOf says what went wrong in HTTP's terms.
func statusOf(err error) (int, string) {
	var known *problem
	var refusal *escrowdb.Refusal
	switch {
	case errors.As(err, &known):
		return known.status, known.message
	case errors.As(err, &refusal):
		law := refusal.Status
		if law == escrowdb.StatusIDAlreadyFailed {
			law = refusal.First
		}
		switch {
		case law == escrowdb.StatusExceedsCredits:
			return http.StatusPaymentRequired, law.String()
		case law == escrowdb.StatusVersionMustMatch:
			return http.StatusConflict, "order_is_paid"
		case law < 200:
			return http.StatusBadRequest, law.String()
		case law >= 300 && law < 307:
			return http.StatusNotFound, law.String()
		}
		return http.StatusConflict, law.String()
	case errors.Is(err, escrowdb.ErrInvalidArgument):
		return http.StatusBadRequest, err.Error()
	case errors.Is(err, escrowdb.ErrOutcomeUnknown):
		return http.StatusServiceUnavailable, "not known: send the same request again"
	}
	return http.StatusServiceUnavailable, err.Error()
}

func (s *shop) serve(r *http.Request) (any, error) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) < 2 {
		return nil, &problem{http.StatusNotFound, "no such page"}
	}
	var id escrowdb.ID // of an order: of the attempt that has paid for it
	var err error
	if parts[0] == "orders" {
		id, err = s.paidBy(parts[1])
	} else if id, err = escrowdb.ParseID(parts[1]); err == nil && id.Hi == 0 {
		err = &problem{http.StatusBadRequest, "the id must be a UUID"}
	}
	if err != nil {
		return nil, err
	}
	switch r.Method + " " + strings.Join(append(parts[:1:1], parts[2:]...), "/") {
	case "PUT customers":
		return s.open(id, codeCustomer)
	case "PUT merchants":
		return s.open(id, codeMerchant)
	case "GET accounts":
		return s.account(id)
	case "PUT deposits":
		var deposit struct {
			Customer escrowdb.ID `json:"customer"`
			Amount   string      `json:"amount"`
		}
		amount, err := body(r, &deposit, &deposit.Amount)
		if err != nil {
			return nil, err
		}
		return s.submit(r.Context(), escrowdb.Transfer(id, bank, deposit.Customer, ledger, amount))
	case "PUT payments":
		var payment struct {
			Order    string      `json:"order"`
			Customer escrowdb.ID `json:"customer"`
			Merchant escrowdb.ID `json:"merchant"`
			Amount   string      `json:"amount"`
		}
		amount, err := body(r, &payment, &payment.Amount)
		if err != nil {
			return nil, err
		}
		if payment.Order == "" {
			return nil, &problem{http.StatusBadRequest, "the payment must be for an order"}
		}
		hold := escrowdb.OpenHold(id, payment.Customer, payment.Merchant, ledger, amount).
			WithFee(fees, feePPM).
			WithDeadline(refundDays*86400, escrowdb.AtDeadlineRefund).
			WithUserData(escrowdb.NamedID("orders", payment.Order))
		return s.pay(r.Context(), hold, payment.Order)
	case "GET orders":
		return s.order(id)
	case "POST orders/ship":
		return s.submit(r.Context(), escrowdb.Ship(step(id, "ship"), id))
	case "POST orders/confirm":
		return s.submit(r.Context(), escrowdb.ReleaseRest(step(id, "confirm"), id))
	case "POST orders/cancel":
		return s.submit(r.Context(), escrowdb.RefundRest(step(id, "cancel"), id))
	}
	return nil, &problem{http.StatusNotFound, "no such page"}
}

// step is the id of what happens once after an attempt, so that a request that is sent again is found
// out.
func step(attempt escrowdb.ID, name string) escrowdb.ID {
	sum := sha256.Sum256([]byte(attempt.String() + "/" + name))
	return escrowdb.IDFromBytes([16]byte(sum[:16]))
}

// body reads the body of a request, and the amount in it.
func body(r *http.Request, into any, amount *string) (escrowdb.Amount, error) {
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 4096))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return escrowdb.Amount{}, &problem{http.StatusBadRequest, err.Error()}
	}
	return escrowdb.ParseAmount(*amount, scale)
}

func (s *shop) submit(ctx context.Context, operation escrowdb.Operation) (any, error) {
	outcome, err := s.batcher.Submit(ctx, operation)
	if err == nil {
		err = outcome.Err()
	}
	if err != nil {
		return nil, err
	}
	return done(operation.ID, outcome), nil
}

// pay opens the hold of an attempt, and notes that it has paid for the order: both or neither.
func (s *shop) pay(ctx context.Context, hold escrowdb.Operation, order string) (any, error) {
	var batch escrowdb.Batch
	attempt := hold.ID.Bytes()
	batch.Add(hold).Link().PutIf(step(hold.ID, "paid"), "orders", []byte(order), attempt[:], 0)
	outcomes, err := s.batcher.SubmitBatch(ctx, &batch)
	if err != nil {
		return nil, err
	}
	for _, outcome := range outcomes {
		if outcome.Status == escrowdb.StatusLinkedEventFailed {
			continue // the other one says why
		}
		if err := outcome.Err(); err != nil {
			return nil, err
		}
	}
	return done(hold.ID, outcomes[0]), nil
}

// done is the answer to what was done.
func done(id escrowdb.ID, outcome escrowdb.Outcome) map[string]string {
	return map[string]string{
		"id":        id.String(),
		"at":        outcome.Timestamp.String(),
		"amount":    outcome.Amount.Format(scale),
		"held":      outcome.Held.Format(scale),
		"available": outcome.Debit.Available().Format(scale),
	}
}

func (s *shop) open(id escrowdb.ID, code uint16) (any, error) {
	const wallet = escrowdb.AccountDebitsMustNotExceedCredits
	outcomes, err := s.store.CreateAccounts(escrowdb.NewAccount(id, ledger, code, wallet))
	if err == nil {
		err = outcomes[0].Err()
	}
	if err != nil {
		return nil, err
	}
	return map[string]string{"id": id.String()}, nil
}

func (s *shop) account(id escrowdb.ID) (any, error) {
	snapshot, err := s.store.Snapshot()
	if err != nil {
		return nil, err
	}
	defer snapshot.Close()
	account, found, err := snapshot.Account(id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &problem{http.StatusNotFound, "no such account"}
	}
	return map[string]string{
		"available": account.Balances.Available().Format(scale),
		"held":      account.Balances.DebitsPending.Format(scale),
	}, nil
}

// paidBy is the attempt that has paid for an order.
func (s *shop) paidBy(order string) (escrowdb.ID, error) {
	snapshot, err := s.store.Snapshot()
	if err != nil {
		return escrowdb.ID{}, err
	}
	defer snapshot.Close()
	attempt, version, err := snapshot.Document("orders", []byte(order))
	if err != nil {
		return escrowdb.ID{}, err
	}
	if version == 0 {
		return escrowdb.ID{}, &problem{http.StatusNotFound, "no such order"}
	}
	return escrowdb.IDFromBytes([16]byte(attempt)), nil
}

func (s *shop) order(id escrowdb.ID) (any, error) {
	snapshot, err := s.store.Snapshot()
	if err != nil {
		return nil, err
	}
	defer snapshot.Close()
	hold, found, err := snapshot.Hold(id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &problem{http.StatusNotFound, "no such order"}
	}
	return map[string]string{
		"phase":    hold.Phase.String(),
		"customer": hold.Payer.String(),
		"merchant": hold.Payee.String(),
		"held":     hold.Held.Format(scale),
		"released": hold.Released.Format(scale),
		"refunded": hold.Refunded.Format(scale),
		"fee":      hold.Fee.Format(scale),
		"deadline": hold.Deadline.String(),
	}, nil
}
