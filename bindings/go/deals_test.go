package escrowdb_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	escrowdb "escrowdb.dev/go"
)

const dealPolicy = `{
	"name": "market", "payment": {"hours": 1}, "processing": {"days": 3},
	"protection": {"days": 30}, "inspection": {"days": 2},
	"claims": {
		"answer": {"days": 5}, "refused": {"days": 4}, "after_refusal": "escalate",
		"send_back": {"days": 10}, "receive_back": {"days": 6},
		"decision": {"days": 7}, "undecided": "claim", "appeal": {"days": 8}
	}
}`

var (
	card, promotion, commission = escrowdb.IDOf(901), escrowdb.IDOf(902), escrowdb.IDOf(903)
	anna, belle, carla          = escrowdb.IDOf(11), escrowdb.IDOf(21), escrowdb.IDOf(22)
)

// A market has two sellers, and a clock that is the test's.
type market struct {
	*escrowdb.Orders
	t      testing.TB
	store  *escrowdb.Store
	policy escrowdb.PolicyHash
	now    escrowdb.Timestamp
}

func newMarket(t testing.TB) *market {
	t.Helper()
	store, _ := openShop(t, escrowdb.ManualClock())
	m := &market{must(store.Orders()), t, store, escrowdb.PolicyHash{}, 365 * day}
	must(store.Advance(m.now))
	liability := escrowdb.AccountDebitsMustNotExceedCredits
	must(store.CreateAccounts(
		escrowdb.NewAccount(card, usd, 100, escrowdb.AccountExternal),
		escrowdb.NewAccount(promotion, usd, 101, liability),
		escrowdb.NewAccount(commission, usd, 102, liability),
	))
	submit(t, store, escrowdb.Transfer(escrowdb.NewID(), card, promotion, usd, escrowdb.Units(1_000_000)))
	m.do(m.RegisterBuyer(anna, usd))
	m.do(m.RegisterSeller(belle, usd))
	m.do(m.RegisterSeller(carla, usd))
	m.policy = must(m.KeepPolicy(dealPolicy))
	return m
}

func (m *market) do(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// wait lets time pass, and a little more.
func (m *market) wait(nanoseconds escrowdb.Timestamp) {
	m.now += nanoseconds + 1_000_000_000
	must(m.store.Advance(m.now))
}

// cart is what Belle sells for 60 and Carla for 40; Anna pays 70 by card, and 30 come from the promotion.
func (m *market) cart() escrowdb.Terms {
	return escrowdb.Terms{
		Buyer: anna, Ledger: usd, Policy: m.policy, CommissionAccount: commission,
		Legs: []escrowdb.Leg{
			{Seller: belle, Amount: escrowdb.Units(6_000), CommissionPPM: 100_000},
			{Seller: carla, Amount: escrowdb.Units(4_000), CommissionPPM: 100_000},
		},
		Tenders: []escrowdb.Tender{
			{Kind: escrowdb.TenderExternal, Source: card, Amount: escrowdb.Units(7_000)},
			{Kind: escrowdb.TenderPromotion, Source: promotion, Amount: escrowdb.Units(3_000)},
		},
	}
}

// buy places a cart and pays it.
func (m *market) buy(number uint64) escrowdb.ID {
	m.t.Helper()
	order := escrowdb.IDOf(number)
	m.do(m.Place(order, m.cart()))
	equal(m.t, "paid by one", must(m.TenderCame(order, 0, escrowdb.NewID())), false)
	equal(m.t, "paid by both", must(m.TenderCame(order, 1, escrowdb.NewID())), true)
	return order
}

// act does something, whose stage after it is expected.
func (m *market) act(
	order escrowdb.ID, part int, party escrowdb.Party, what escrowdb.PartCommand, stage escrowdb.Stage,
) {
	m.t.Helper()
	var acted escrowdb.Acted
	var err error
	if party == escrowdb.PartyStaff {
		acted, err = m.ActAsStaff(order, part, "eve", what, escrowdb.NewID())
	} else {
		acted, err = m.Act(order, part, party, what, escrowdb.NewID())
	}
	m.do(err)
	equal(m.t, what.Action.String(), acted.Stage, stage)
}

// refused does what is refused by this law.
func (m *market) refused(
	order escrowdb.ID, part int, party escrowdb.Party, what escrowdb.PartCommand, law escrowdb.OrderStatus,
) *escrowdb.OrderRefused {
	m.t.Helper()
	_, err := m.Act(order, part, party, what, escrowdb.NewID())
	var refused *escrowdb.OrderRefused
	if !errors.Is(err, law) || !errors.As(err, &refused) {
		m.t.Fatalf("%v, not %v", err, law)
	}
	return refused
}

func (m *market) available(account escrowdb.ID) escrowdb.Amount {
	m.t.Helper()
	snapshot := must(m.store.Snapshot())
	defer snapshot.Close()
	found, _, err := snapshot.Account(account)
	m.do(err)
	return found.Balances.Available()
}

func simply(action escrowdb.Action) escrowdb.PartCommand { return escrowdb.PartCommand{Action: action} }

func worth(action escrowdb.Action, minorUnits uint64) escrowdb.PartCommand {
	return escrowdb.PartCommand{Action: action, Amount: escrowdb.Units(minorUnits)}
}

func claim(minorUnits uint64, remedy escrowdb.Remedy) escrowdb.PartCommand {
	return escrowdb.PartCommand{
		Action: escrowdb.ActionClaim, Amount: escrowdb.Units(minorUnits), Reference: escrowdb.IDOf(77),
		Reason: escrowdb.ClaimReasonNotAsDescribed, Remedy: remedy,
	}
}

// Nobody is paid before all money is there; of one parcel the buyer says nothing.
func TestDealOfACartOfTwoSellers(t *testing.T) {
	m := newMarket(t)
	order := escrowdb.IDOf(1001)
	m.do(m.Place(order, m.cart()))
	m.do(m.Place(order, m.cart())) // sent again, it happens once
	equal(t, "paid", must(m.TenderCame(order, 1, escrowdb.IDOf(1))), false)
	equal(t, "paid again", must(m.TenderCame(order, 1, escrowdb.IDOf(1))), false)
	view := must(m.Order(order))
	equal(t, "state", view.State, escrowdb.OrderStateUnpaid)
	equal(t, "parts", len(view.Parts), 0)
	equal(t, "paid by both", must(m.TenderCame(order, 0, escrowdb.IDOf(2))), true)

	options := must(m.Options(order, 0, escrowdb.PartySeller))
	equal(t, "stage", options.Stage, escrowdb.StagePaid)
	equal(t, "silence", options.IfNobodyActs, escrowdb.SilenceRefund)
	if !slices.Equal(options.Possible, []escrowdb.Action{escrowdb.ActionShip, escrowdb.ActionCancel}) {
		t.Error(options.Possible)
	}
	for part := range view.Tenders {
		m.act(order, part, escrowdb.PartySeller, simply(escrowdb.ActionShip), escrowdb.StageShipped)
	}
	m.act(order, 0, escrowdb.PartySystem, simply(escrowdb.ActionDeliver), escrowdb.StageDelivered)
	m.act(order, 0, escrowdb.PartyBuyer, simply(escrowdb.ActionConfirm), escrowdb.StageDone)
	equal(t, "Belle's", m.available(escrowdb.SellerAccount(belle, usd)), escrowdb.Units(5_400))

	m.wait(31 * day)
	equal(t, "Carla's", m.available(escrowdb.SellerAccount(carla, usd)), escrowdb.Units(3_600))
	equal(t, "commission", m.available(commission), escrowdb.Units(1_000))
	view = must(m.Order(order))
	equal(t, "state", view.State, escrowdb.OrderStateDone)
	equal(t, "policy", view.Policy, m.policy)
	equal(t, "paid", view.Parts[1].Paid, escrowdb.Units(3_600))
	equal(t, "tender", view.Tenders[1].Kind, escrowdb.TenderPromotion)
	if text := string(must(json.Marshal(view.Parts[0]))); !strings.Contains(text, `"Stage":"done"`) {
		t.Error(text)
	}
}

// Both say what they would settle for; the seller accepts what the buyer proposed, as it was seen.
func TestDealWithAFixedCommission(t *testing.T) {
	m := newMarket(t)
	cart := m.cart()
	cart.Legs[1].CommissionFixed = escrowdb.Units(4_001)
	if err := m.Place(escrowdb.IDOf(1_001), cart); !errors.Is(err, escrowdb.ErrOrderCommissionMustBeValid) {
		t.Fatalf("%v", err)
	}
	cart.Legs[1].CommissionFixed = escrowdb.Units(25)
	order := escrowdb.IDOf(1_001)
	m.do(m.Place(order, cart))
	for tender := 0; tender < 2; tender++ {
		must(m.TenderCame(order, tender, escrowdb.NewID()))
	}
	m.act(order, 1, escrowdb.PartySeller, simply(escrowdb.ActionShip), escrowdb.StageShipped)
	m.act(order, 1, escrowdb.PartyBuyer, simply(escrowdb.ActionConfirm), escrowdb.StageDone)
	part := must(m.Order(order)).Parts[1]
	equal(t, "commission", part.Commission, escrowdb.Units(425))
	equal(t, "paid", part.Paid, escrowdb.Units(3_575))
}

func TestDealByProposal(t *testing.T) {
	m := newMarket(t)
	order := m.buy(1002)
	m.act(order, 0, escrowdb.PartySeller, simply(escrowdb.ActionShip), escrowdb.StageShipped)
	m.act(order, 0, escrowdb.PartyBuyer, claim(6_000, escrowdb.RemedyRefund), escrowdb.StageClaimed)
	m.act(order, 0, escrowdb.PartySeller, worth(escrowdb.ActionPropose, 1_000), escrowdb.StageClaimed)
	m.act(order, 0, escrowdb.PartyBuyer, worth(escrowdb.ActionPropose, 2_000), escrowdb.StageClaimed)
	part := must(m.Order(order)).Parts[0]
	equal(t, "claimed", part.Claimed, escrowdb.Units(6_000))
	equal(t, "the buyer's", part.BuyerProposal, escrowdb.Units(2_000))
	equal(t, "the seller's", part.SellerProposal, escrowdb.Units(1_000))
	m.refused(order, 0, escrowdb.PartySeller, worth(escrowdb.ActionAccept, 1_999), escrowdb.ErrOrderAmountMustMatch)
	for i := 0; i < 2; i++ {
		acted := must(m.Act(order, 0, escrowdb.PartySeller, worth(escrowdb.ActionAccept, 2_000), escrowdb.IDOf(7)))
		equal(t, "stage", acted.Stage, escrowdb.StageDone)
		equal(t, "refunded", acted.Refunded, escrowdb.Units(2_000))
	}
	_, err := m.Act(order, 0, escrowdb.PartySeller, worth(escrowdb.ActionAccept, 1), escrowdb.IDOf(7))
	if !errors.Is(err, escrowdb.ErrOrderCommandIDIsTaken) {
		t.Error(err)
	}
	equal(t, "back to the card", must(m.Order(order)).Tenders[0].Back, escrowdb.Units(1_400))
}

// The deadline gives the money back, and work passes it on by the shares.
func TestDealOfASilentSeller(t *testing.T) {
	m := newMarket(t)
	order := m.buy(1003)
	m.act(order, 1, escrowdb.PartySeller, simply(escrowdb.ActionCancel), escrowdb.StageDone)
	m.wait(3 * day)
	purchase := escrowdb.BuyerAccount(anna, usd)
	equal(t, "due", must(m.Order(order)).Parts[0].Due, escrowdb.Units(6_000))
	equal(t, "there", m.available(purchase), escrowdb.Units(6_000))
	equal(t, "work", must(m.Work(100)), escrowdb.OrderWork{Parts: 1})
	equal(t, "due after it", must(m.Order(order)).Parts[0].Due, escrowdb.Units(0))
	equal(t, "there after it", m.available(purchase), escrowdb.Units(0))

	told, until, err := m.Events(0, 1_000)
	m.do(err)
	last := told[len(told)-1]
	equal(t, "last", last.Kind, escrowdb.StepRefundsPassedOn)
	equal(t, "of", last.Order, order)
	equal(t, "its part", last.Part, 0)
	ended := told[len(told)-2]
	equal(t, "ended", ended.Kind, escrowdb.StepRefundedByDeadline)
	equal(t, "stage", ended.Stage, escrowdb.StageDone)
	rest, end, err := m.Events(until, 1)
	m.do(err)
	equal(t, "rest", len(rest), 0)
	equal(t, "end", end, until)

	steps := must(m.Timeline(order))
	var kinds []escrowdb.StepKind
	for _, step := range steps {
		kinds = append(kinds, step.Kind)
	}
	if !slices.Equal(kinds, []escrowdb.StepKind{
		escrowdb.StepPlaced, escrowdb.StepTenderCame, escrowdb.StepPaid, escrowdb.StepActed,
		escrowdb.StepRefundsPassedOn,
	}) {
		t.Fatal(kinds)
	}
	equal(t, "the order", steps[0].Command, order)
	equal(t, "of a part", steps[0].IsOfPart, false)
	equal(t, "what", steps[3].Action, escrowdb.ActionCancel)
	equal(t, "by", steps[3].By, escrowdb.PartySeller)
	equal(t, "refunds", len(steps[4].Refunds), 2)
	equal(t, "to the card", steps[4].Refunds[0].Amount, escrowdb.Units(4_200))
	equal(t, "to the promotion", steps[4].Refunds[1].Tender, 1)
	if !strings.HasSuffix(steps[3].String(), "part 1: cancel by seller, then done, 2800 back to tender 0, "+
		"1200 back to tender 1") {
		t.Error(steps[3])
	}
}

// Refused, escalated by nobody's word, decided by staff, appealed against, and carried out at last.
func TestDealThatStaffDecide(t *testing.T) {
	m := newMarket(t)
	order := m.buy(1004)
	evidence := func(action escrowdb.Action) escrowdb.PartCommand {
		return escrowdb.PartCommand{Action: action, Reference: escrowdb.IDOf(78)}
	}
	m.act(order, 0, escrowdb.PartySeller, simply(escrowdb.ActionShip), escrowdb.StageShipped)
	m.act(order, 0, escrowdb.PartyBuyer, claim(3_000, escrowdb.RemedyReturn), escrowdb.StageClaimed)
	m.act(order, 0, escrowdb.PartySeller, evidence(escrowdb.ActionRefuse), escrowdb.StageRefused)
	m.wait(4 * day)
	must(m.Work(100))
	ask := escrowdb.PartCommand{Action: escrowdb.ActionAskEvidence, Party: escrowdb.PartySeller, Seconds: 3_600}
	m.act(order, 0, escrowdb.PartyStaff, ask, escrowdb.StageEscalated)
	m.act(order, 0, escrowdb.PartySeller, evidence(escrowdb.ActionGiveEvidence), escrowdb.StageEscalated)
	m.act(order, 0, escrowdb.PartyStaff, worth(escrowdb.ActionDecide, 2_500), escrowdb.StageDecided)
	equal(t, "decided", must(m.Order(order)).Parts[0].Decided, escrowdb.Units(2_500))
	m.act(order, 0, escrowdb.PartySeller, evidence(escrowdb.ActionAppeal), escrowdb.StageEscalated)
	equal(t, "silence", must(m.Options(order, 0, escrowdb.PartyStaff)).IfNobodyActs, escrowdb.SilenceCarryOut)
	m.wait(7 * day)
	must(m.Work(100))
	equal(t, "refunded", must(m.Order(order)).Parts[0].Refunded, escrowdb.Units(2_500))
	var staff []string
	for _, step := range must(m.Timeline(order)) {
		if step.Staff != "" {
			staff = append(staff, step.Staff)
		}
	}
	equal(t, "staff", strings.Join(staff, " "), "eve eve")
}

// Staff give a buyer of the platform's own money, at once.
func TestDealGoodwill(t *testing.T) {
	m := newMarket(t)
	order, own := m.buy(1006), escrowdb.IDOf(41)
	flags := escrowdb.AccountSpendOnly | escrowdb.AccountDebitsMustNotExceedCredits
	must(m.store.CreateAccounts(escrowdb.NewAccount(own, 1, 9, flags)))
	for range []int{1, 2} {
		m.do(m.GiveGoodwill(order, "eve", promotion, own, escrowdb.Units(7), escrowdb.IDOf(60)))
	}
	equal(t, "goodwill", must(m.Order(order)).Goodwill, escrowdb.Units(7))
	err := m.GiveGoodwill(order, "eve", own, own, escrowdb.Units(7), escrowdb.IDOf(61))
	if !errors.Is(err, escrowdb.ErrOrderAccountMustFit) {
		t.Error(err)
	}
}

// Each refusal has its law, and where the stage is why, that and what can be done.
func TestDealRefusals(t *testing.T) {
	m := newMarket(t)
	order := m.buy(1005)
	seller, buyer := escrowdb.PartySeller, escrowdb.PartyBuyer
	refused := m.refused(order, 0, seller, simply(escrowdb.ActionConfirm), escrowdb.ErrOrderNotInThisStage)
	equal(t, "text", refused.Error(),
		"escrowdb: refused: not_in_this_stage: the part is paid, and this actor can ship, cancel")
	refused = m.refused(order, 0, buyer, simply(escrowdb.ActionShip), escrowdb.ErrOrderNotByThisActor)
	if !slices.Equal(refused.Possible, []escrowdb.Action{escrowdb.ActionExtend, escrowdb.ActionClaim}) {
		t.Error(refused.Possible)
	}
	none := claim(6_000, escrowdb.RemedyRefund)
	none.Reference = escrowdb.ID{}
	m.refused(order, 0, buyer, none, escrowdb.ErrOrderReferenceMustBeGiven)
	m.refused(order, 0, buyer, claim(6_001, escrowdb.RemedyRefund), escrowdb.ErrOrderAmountExceedsPart)
	m.refused(order, 0, buyer, claim(5_999, escrowdb.RemedyRefund), escrowdb.ErrOrderClaimMustBeWhole)
	soon := escrowdb.PartCommand{Action: escrowdb.ActionExtend, Seconds: 1}
	m.refused(order, 0, buyer, soon, escrowdb.ErrOrderExtensionMustBeValid)
	m.refused(order, 2, buyer, soon, escrowdb.ErrOrderPartNotFound)
	m.refused(order, -1, buyer, soon, escrowdb.ErrOrderPartNotFound)
	m.refused(escrowdb.IDOf(1999), 0, buyer, soon, escrowdb.ErrOrderNotFound)
	fails := func(err error, law error) {
		t.Helper()
		if !errors.Is(err, law) {
			t.Errorf("%v, not %v", err, law)
		}
	}
	_, err := m.Order(escrowdb.IDOf(1999))
	fails(err, escrowdb.ErrOrderNotFound)
	_, err = m.Timeline(escrowdb.IDOf(1999))
	fails(err, escrowdb.ErrOrderNotFound)
	_, err = m.ActAsStaff(order, 0, "E!", worth(escrowdb.ActionDecide, 1), escrowdb.NewID())
	fails(err, escrowdb.ErrOrderStaffMustBeNamed)
	terms := m.cart()
	terms.Tenders = nil
	fails(m.Place(escrowdb.NewID(), terms), escrowdb.ErrOrderCountMustBeValid)
	terms = m.cart()
	terms.Policy = escrowdb.PolicyHash{}
	fails(m.Place(escrowdb.NewID(), terms), escrowdb.ErrOrderPolicyNotFound)
	fails(m.RegisterSeller(belle, 9), &escrowdb.Refusal{Status: escrowdb.StatusLedgerNotFound})

	// What makes no sense is no refusal, and nothing that was given is dropped.
	_, err = m.Act(order, 0, seller, worth(escrowdb.ActionShip, 1), escrowdb.NewID())
	fails(err, escrowdb.ErrInvalidArgument)
	_, err = m.Act(order, 0, 9, simply(escrowdb.ActionShip), escrowdb.NewID())
	fails(err, escrowdb.ErrInvalidArgument)
	_, err = m.KeepPolicy("no policy")
	fails(err, escrowdb.ErrInvalidArgument)
	fails(escrowdb.CheckOrderPolicy("{}"), escrowdb.ErrInvalidArgument)
	equal(t, "stage", must(m.Order(order)).Parts[0].Stage, escrowdb.StagePaid)
}

// A tender that falls short says what is missing; an order that was cancelled takes nothing in any more, and one
// whose time is over begins anew.
func TestDealThatIsPaidByAttempts(t *testing.T) {
	m := newMarket(t)
	order := escrowdb.IDOf(1008)
	m.do(m.Place(order, m.cart()))
	_, err := m.TenderCameWith(order, 0, escrowdb.Units(6_999), escrowdb.NewID())
	var refused *escrowdb.OrderRefused
	if !errors.As(err, &refused) || !errors.Is(err, escrowdb.ErrOrderTenderFallsShort) {
		t.Fatal(err)
	}
	equal(t, "missing", refused.Missing, escrowdb.Units(1))
	came := must(m.TenderCameWith(order, 0, escrowdb.Units(7_000), escrowdb.NewID()))
	equal(t, "came", came, escrowdb.TenderCame{IsTaken: true})
	_, err = m.PayAgain(order, escrowdb.NewID())
	if !errors.Is(err, escrowdb.ErrOrderPaymentWindowIsOpen) {
		t.Error(err)
	}
	m.wait(day)
	must(m.Work(100))
	equal(t, "state", must(m.Order(order)).State, escrowdb.OrderStateLapsed)
	if until := must(m.PayAgain(order, escrowdb.NewID())); until <= m.now {
		t.Error(until)
	}
	must(m.TenderCame(order, 0, escrowdb.NewID()))
	equal(t, "back", must(m.CancelUnpaid(order, escrowdb.NewID())), escrowdb.Units(7_000))
	late := must(m.TenderCameWith(order, 1, escrowdb.Units(3_000), escrowdb.NewID()))
	equal(t, "late", late, escrowdb.TenderCame{Back: escrowdb.Units(3_000)})
	equal(t, "state", must(m.Order(order)).State, escrowdb.OrderStateCancelled)
}

// Two of three are sent, and the third is cancelled; the shipping went with what was sent.
func TestDealOfSomeItems(t *testing.T) {
	m := newMarket(t)
	order, terms := escrowdb.IDOf(1009), m.cart()
	terms.Legs[0].Lines = []escrowdb.Line{
		{Kind: escrowdb.LineItem, Reference: escrowdb.IDOf(71), Quantity: 3, Amount: escrowdb.Units(4_500)},
		{Kind: escrowdb.LineShipping, Quantity: 1, Amount: escrowdb.Units(600)},
		{Kind: escrowdb.LineTax, Quantity: 1, Amount: escrowdb.Units(900)},
	}
	m.do(m.Place(order, terms))
	must(m.TenderCame(order, 0, escrowdb.NewID()))
	must(m.TenderCame(order, 1, escrowdb.NewID()))
	two, seller := []escrowdb.Item{{Line: 0, Quantity: 2}}, escrowdb.PartySeller
	equal(t, "amount", must(m.AmountOfItems(order, 0, two, escrowdb.ActionShip)), escrowdb.Units(4_200))
	ship := simply(escrowdb.ActionShip)
	acted := must(m.ActOnItems(order, 0, two, seller, ship, escrowdb.NewID()))
	equal(t, "part", acted.Part, 2)
	m.act(order, 0, seller, simply(escrowdb.ActionCancel), escrowdb.StageDone)
	m.act(order, 2, escrowdb.PartyBuyer, simply(escrowdb.ActionConfirm), escrowdb.StageDone)
	part := must(m.Order(order)).Parts[2]
	equal(t, "items", len(part.Items), 1)
	item := part.Items[0]
	equal(t, "reference", item.Reference, escrowdb.IDOf(71))
	equal(t, "quantity", item.Quantity, 2)
	equal(t, "price", item.Amount, escrowdb.Units(3_000))
	equal(t, "shipping", part.Shipping, escrowdb.Units(600))
	equal(t, "tax", part.Tax, escrowdb.Units(600))
	step := must(m.Timeline(order))[3]
	equal(t, "divided", step.IsDivided && step.DividedFrom == 0 && step.Part == 2, true)
	for _, refused := range []struct {
		part  int
		items []escrowdb.Item
		law   escrowdb.OrderStatus
	}{
		{0, nil, escrowdb.ErrOrderItemsMustBeValid},
		{1, two, escrowdb.ErrOrderLegHasNoLines},
	} {
		_, err := m.ActOnItems(order, refused.part, refused.items, seller, ship, escrowdb.NewID())
		if !errors.Is(err, refused.law) {
			t.Errorf("%v, not %v", err, refused.law)
		}
	}
	terms.Legs[0].Lines[0].Amount = escrowdb.Units(4_501)
	if err := m.Place(escrowdb.NewID(), terms); !errors.Is(err, escrowdb.ErrOrderLinesMustEqualLeg) {
		t.Error(err)
	}
}

func TestDealPolicies(t *testing.T) {
	m := newMarket(t)
	m.do(escrowdb.CheckOrderPolicy(dealPolicy))
	equal(t, "hash", must(m.KeepPolicy(dealPolicy)), m.policy)
	kept, found, err := m.Policy(m.policy)
	m.do(err)
	if !found || !strings.Contains(kept, "after_refusal") {
		t.Error(kept)
	}
	var read escrowdb.PolicyHash
	m.do(read.UnmarshalText(must(m.policy.MarshalText())))
	equal(t, "hash in words", read, m.policy)
	for _, bad := range []string{"", m.policy.String()[1:], strings.Repeat("g", 64)} {
		if err := read.UnmarshalText([]byte(bad)); !errors.Is(err, escrowdb.ErrInvalidArgument) {
			t.Error(bad, err)
		}
	}
	_, found, err = m.Policy(escrowdb.PolicyHash{})
	m.do(err)
	equal(t, "found", found, false)
	vinted := must(escrowdb.OrderPolicyPreset("vinted"))
	m.do(escrowdb.CheckOrderPolicy(vinted))
	if !strings.Contains(vinted, `"business_days": 5`) {
		t.Error(vinted)
	}
	if _, err := escrowdb.OrderPolicyPreset("bazaar"); !errors.Is(err, escrowdb.ErrInvalidArgument) {
		t.Error(err)
	}
	if !strings.Contains(must(escrowdb.OrderPolicySchema()), "inspection") {
		t.Error("the schema has no inspection")
	}
}

// What goes back to a card is listed until the processor has carried it out, or could not.
func TestDealRefundsAreCarriedOut(t *testing.T) {
	m := newMarket(t)
	order := m.buy(1)
	m.act(order, 1, escrowdb.PartySeller, escrowdb.PartCommand{Action: escrowdb.ActionCancel}, escrowdb.StageDone)
	open := must(m.OpenRefunds(escrowdb.ID{}, 9))
	equal(t, "refunds", len(open), 1)
	refund := open[0]
	equal(t, "amount", refund.Amount, escrowdb.Units(2_800))
	equal(t, "source", refund.Source, card)
	equal(t, "after it", len(must(m.OpenRefunds(refund.Reversal, 9))), 0)
	_, err := m.RefundFailed(order, refund.Reversal, card, escrowdb.IDOf(50))
	equal(t, "no suspense", errors.Is(err, escrowdb.ErrOrderAccountMustFit), true)
	for range []int{1, 2} {
		equal(t, "where it is", must(m.RefundFailed(order, refund.Reversal, commission, escrowdb.IDOf(50))), commission)
	}
	err = m.RefundConfirmed(order, refund.Reversal, escrowdb.IDOf(51))
	equal(t, "is over", errors.Is(err, escrowdb.ErrOrderRefundNotFound), true)
	other := m.buy(2)
	m.act(other, 0, escrowdb.PartySeller, escrowdb.PartCommand{Action: escrowdb.ActionCancel}, escrowdb.StageDone)
	refund = must(m.OpenRefunds(escrowdb.ID{}, 9))[0]
	for range []int{1, 2} {
		m.do(m.RefundConfirmed(other, refund.Reversal, escrowdb.IDOf(52)))
	}
	equal(t, "all carried out", len(must(m.OpenRefunds(escrowdb.ID{}, 9))), 0)
}

func TestDealLists(t *testing.T) {
	m := newMarket(t)
	for number := uint64(0); number < 5; number++ {
		m.do(m.Place(escrowdb.IDOf(number+1), m.cart()))
	}
	var listed []escrowdb.ListedOrder
	for page := must(m.OrdersOfBuyer(anna, nil, 2)); len(page) > 0; {
		listed = append(listed, page...)
		page = must(m.OrdersOfBuyer(anna, &page[len(page)-1], 2))
	}
	equal(t, "orders", len(listed), 5)
	equal(t, "the last", listed[4].Order, escrowdb.IDOf(5))
	page := must(m.OrdersOfSeller(carla, nil, 3))
	equal(t, "part", page[2].Part, 1)
	equal(t, "the next", must(m.OrdersOfSeller(carla, &page[2], 3))[0].Order, escrowdb.IDOf(4))
	order := m.buy(9)
	m.act(order, 0, escrowdb.PartySeller, simply(escrowdb.ActionShip), escrowdb.StageShipped)
	open := must(m.OpenParts(0, 0, nil, 1))
	equal(t, "open", open[0].Part, 1)
	equal(t, "stage", open[0].Stage, escrowdb.StagePaid)
	open = must(m.OpenParts(0, 0, &open[0], 9))
	equal(t, "the next open", len(open), 1)
	equal(t, "its order", open[0].Order, order)
	equal(t, "shipped", len(must(m.OpenParts(escrowdb.StageShipped, 0, nil, 9))), 1)
	equal(t, "due soon", len(must(m.OpenParts(0, m.now+4*day, nil, 9))), 1)
	equal(t, "of nobody", len(must(m.OrdersOfBuyer(belle, nil, 9))), 0)
}

// One wins, and the other one is told what is possible then.
func TestDealOfTwoGoroutinesAtOnce(t *testing.T) {
	m := newMarket(t)
	const orders = 8
	for number := uint64(1); number <= orders; number++ {
		m.buy(number)
	}
	var told [2]int
	var wait sync.WaitGroup
	for number := uint64(1); number <= orders; number++ {
		for worker := range told {
			order, worker := escrowdb.IDOf(number), worker
			wait.Add(1)
			go func() {
				defer wait.Done()
				_, err := m.Act(order, 0, escrowdb.PartySeller, simply(escrowdb.ActionShip),
					escrowdb.NewID())
				var refused *escrowdb.OrderRefused
				if !errors.As(err, &refused) {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if refused.Status != escrowdb.ErrOrderNotInThisStage || refused.Stage != escrowdb.StageShipped ||
					!slices.Equal(refused.Possible, []escrowdb.Action{escrowdb.ActionExtend}) {
					t.Error(err)
				}
				told[worker]++
			}()
		}
		wait.Wait()
	}
	equal(t, "told", told[0]+told[1], orders)
}

func TestDealsOfAClosedStore(t *testing.T) {
	m := newMarket(t)
	second := must(m.store.Orders())
	m.do(second.Close())
	if err := second.Close(); !errors.Is(err, escrowdb.ErrClosed) {
		t.Error(err)
	}
	m.do(m.store.Close())
	for _, orders := range []*escrowdb.Orders{m.Orders, second, nil, {}} {
		if _, err := orders.Work(1); !errors.Is(err, escrowdb.ErrClosed) {
			t.Error(err)
		}
		if _, _, err := orders.Policy(m.policy); !errors.Is(err, escrowdb.ErrClosed) {
			t.Error(err)
		}
	}
	if _, err := m.store.Orders(); !errors.Is(err, escrowdb.ErrClosed) {
		t.Error(err)
	}
}
