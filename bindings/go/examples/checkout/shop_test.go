package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// A service under test, on a port of loopback.
type service struct {
	t      *testing.T
	url    string
	stop   context.CancelFunc
	ended  chan error
	client *http.Client
}

func start(t *testing.T, path string) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &service{t, "http://" + listener.Addr().String(), stop, make(chan error, 1), &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 100},
	}}
	go func() { s.ended <- run(ctx, listener, path) }()
	t.Cleanup(stop)
	return s
}

// end is what a signal does.
func (s *service) end() {
	s.t.Helper()
	s.stop()
	if err := <-s.ended; err != nil {
		s.t.Error(err)
	}
}

func (s *service) try(method, path, body string) (int, map[string]string, error) {
	request, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, err
	}
	var answer map[string]string
	if err := json.Unmarshal(text, &answer); err != nil {
		return 0, nil, fmt.Errorf("%q: %w", text, err)
	}
	return response.StatusCode, answer, nil
}

func (s *service) expect(status int, method, path, body string) map[string]string {
	s.t.Helper()
	got, answer, err := s.try(method, path, body)
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
	} else if got != status {
		s.t.Errorf("%s %s: %d %v, not %d", method, path, got, answer, status)
	}
	return answer
}

func deposit(customer escrowdb.ID, amount string) string {
	return fmt.Sprintf(`{"customer": "%s", "amount": "%s"}`, customer, amount)
}

func payment(order string, customer, merchant escrowdb.ID, amount string) string {
	return fmt.Sprintf(`{"order": "%s", "customer": "%s", "merchant": "%s", "amount": "%s"}`,
		order, customer, merchant, amount)
}

func TestOrders(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	s := start(t, path)
	id := escrowdb.NewID
	customer, merchant := id(), id()
	attempt := func() string { return "/payments/" + id().String() }
	deposited := "/deposits/" + id().String()
	s.expect(200, "PUT", "/customers/"+customer.String(), "")
	s.expect(200, "PUT", "/customers/"+customer.String(), "")
	s.expect(200, "PUT", "/merchants/"+merchant.String(), "")
	for i := 0; i < 3; i++ { // sent again, it happens once
		answer := s.expect(200, "PUT", deposited, deposit(customer, "50.00"))
		if answer["amount"] != "50.00" {
			t.Error(answer)
		}
	}
	first, second, third := "/orders/A-1001", "/orders/A-1002", "/orders/A-1003"
	paid := attempt()
	s.expect(200, "PUT", paid, payment("A-1001", customer, merchant, "20.00"))
	s.expect(200, "PUT", paid, payment("A-1001", customer, merchant, "20.00"))
	s.expect(200, "PUT", attempt(), payment("A-1002", customer, merchant, "10.00"))

	// The money is not enough: the same answer when it is sent again, also when there is enough.
	lacking := attempt()
	for _, charge := range []string{"5.00", "0.01"} {
		answer := s.expect(402, "PUT", lacking, payment("A-1003", customer, merchant, "20.01"))
		if answer["error"] != "exceeds_credits" {
			t.Error(answer)
		}
		s.expect(404, "GET", third, "")
		s.expect(200, "PUT", "/deposits/"+id().String(), deposit(customer, charge))
	}
	s.expect(402, "PUT", lacking, payment("A-1003", customer, merchant, "20.01"))
	// A second attempt pays for the same order, and a third one does not.
	s.expect(200, "PUT", attempt(), payment("A-1003", customer, merchant, "20.01"))
	again := attempt()
	for i := 0; i < 2; i++ {
		answer := s.expect(409, "PUT", again, payment("A-1003", customer, merchant, "1.00"))
		if answer["error"] != "order_is_paid" {
			t.Error(answer)
		}
	}
	s.expect(200, "POST", third+"/cancel", "")
	s.expect(200, "POST", first+"/ship", "")
	s.expect(200, "POST", first+"/confirm", "")
	s.expect(200, "POST", first+"/confirm", "")
	s.expect(409, "POST", first+"/cancel", "")
	s.expect(200, "POST", second+"/cancel", "")
	for path, want := range map[string]string{
		"/accounts/" + customer.String(): "35.01",
		"/accounts/" + merchant.String(): "19.42",
	} {
		if answer := s.expect(200, "GET", path, ""); answer["available"] != want {
			t.Error(path, answer)
		}
	}
	if answer := s.expect(200, "GET", first, ""); answer["phase"] != "settled" || answer["fee"] != "0.58" {
		t.Error(answer)
	}
	fresh := attempt()
	for _, wrong := range []struct {
		status             int
		method, path, body string
	}{
		{404, "GET", "/", ""},
		{404, "GET", "/nothing/" + id().String(), ""},
		{400, "GET", "/accounts/x", ""},
		{400, "GET", "/accounts/7", ""},
		{404, "GET", "/orders/x", ""},
		{404, "GET", fresh, ""},
		{404, "GET", "/accounts/" + id().String(), ""},
		{404, "POST", "/orders/x/ship", ""},
		{404, "POST", first + "/steal", ""},
		{400, "PUT", fresh, ""},
		{400, "PUT", fresh, `{"amount": 5}`},
		{400, "PUT", fresh, payment("", customer, merchant, "1")},
		{400, "PUT", fresh, payment("A-1004", customer, merchant, "1.005")},
		{400, "PUT", fresh, payment("A-1004", customer, merchant, "-1")},
		{400, "PUT", fresh, payment("A-1004", customer, merchant, "0")},
		{400, "PUT", fresh, payment("A-1004", customer, customer, "1")},
		{404, "PUT", attempt(), payment("A-1004", customer, id(), "1")},
		{409, "PUT", paid, payment("A-1001", customer, merchant, "21.00")},
	} {
		s.expect(wrong.status, wrong.method, wrong.path, wrong.body)
	}
	s.end()

	// After a restart everything is there.
	s = start(t, path)
	if answer := s.expect(200, "GET", first, ""); answer["phase"] != "settled" {
		t.Error(answer)
	}
	s.end()
}

// Many clients order, ship and confirm for a while, and the service is told to end in the middle of
// it. Every request gets an answer or none at all; what was answered is in the store afterwards, and
// the books balance.
func TestLoadAndGracefulShutdown(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	s := start(t, path)
	merchant := escrowdb.NewID()
	s.expect(200, "PUT", "/merchants/"+merchant.String(), "")
	const clients, seconds = 64, 2
	var requests, ending atomic.Int64
	var lock sync.Mutex
	confirmed := make(map[escrowdb.ID]bool)
	var wait sync.WaitGroup
	begin := time.Now()
	for c := 0; c < clients; c++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			customer := escrowdb.NewID()
			do := func(method, path, body string) bool {
				status, answer, err := s.try(method, path, body)
				if err == nil && status == 200 {
					requests.Add(1)
					return true
				}
				// Only the end of the service may leave a request without its answer.
				if err == nil || ending.Load() == 0 {
					t.Errorf("%s %s: %d %v %v", method, path, status, answer, err)
				}
				return false
			}
			if !do("PUT", "/customers/"+customer.String(), "") ||
				!do("PUT", "/deposits/"+escrowdb.NewID().String(), deposit(customer, "1000000.00")) {
				return
			}
			for time.Since(begin) < 2*seconds*time.Second {
				id := escrowdb.NewID()
				order := "/orders/" + id.String()
				if !do("PUT", "/payments/"+id.String(), payment(id.String(), customer, merchant, "1.00")) ||
					!do("POST", order+"/ship", "") || !do("POST", order+"/confirm", "") {
					return
				}
				lock.Lock()
				confirmed[id] = true
				lock.Unlock()
			}
			t.Error("the service did not end")
		}()
	}
	time.Sleep(seconds * time.Second)
	answered := requests.Load()
	t.Logf("%.0f requests a second", float64(answered)/time.Since(begin).Seconds())
	if answered < clients*3 {
		t.Errorf("only %d requests in %d seconds", answered, seconds)
	}
	ending.Store(1)
	s.end()
	wait.Wait()

	store, err := escrowdb.Open(path, escrowdb.OpenExisting())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	snapshot, err := store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	ids := make([]escrowdb.ID, 0, len(confirmed))
	for id := range confirmed {
		ids = append(ids, id)
	}
	holds, err := snapshot.Holds(ids...)
	if err != nil {
		t.Fatal(err)
	}
	for _, hold := range holds {
		if hold.Phase != escrowdb.PhaseSettled {
			t.Errorf("an order that was confirmed is %v", hold.Phase)
		}
	}
	balance, err := snapshot.TrialBalance(ledger)
	if err != nil || !balance.IsBalanced {
		t.Error(balance.IsBalanced, err)
	}
}
