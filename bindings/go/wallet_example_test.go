package escrowdb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"

	escrowdb "escrowdb.dev/go"
)

// exampleWallets opens the wallets of a shop, with Anna's (id 2001) and 100 dollars in it. Her payment
// password is 491827.
func exampleWallets() (wallets *escrowdb.Wallets, remove func()) {
	store, remove := exampleShop()
	key, olga := escrowdb.MasterKeyOf([32]byte{1}), escrowdb.FirstOperator("olga")
	wallets = must(store.Wallets(key, policy("article", nil), olga))
	hire(wallets)
	for _, err := range []error{
		wallets.BeginRegistration(personOf(1), "anna@example.com", true),
		func() error {
			_, err := wallets.ConfirmAddress(must(wallets.TakeLetters(1))[0].Secret.Reveal())
			return err
		}(),
		wallets.SetProfile(personOf(1), profileOf(1)),
		wallets.SetLoginPassword(personOf(1), "a rather long login phrase", false),
		wallets.SetConsent(personOf(1), "terms", "1", true),
		wallets.SubmitRegistration(personOf(1), newWallet(1)),
		wallets.CreatePaymentPassword(walletOf(1), "491827"),
	} {
		if err != nil {
			log.Fatal(err)
		}
	}
	for _, letter := range must(wallets.TakeLetters(100)) {
		if err := wallets.ReportLetter(letter.ID, escrowdb.FateDelivered); err != nil {
			log.Fatal(err)
		}
	}
	must(wallets.TopUp(walletOf(1),
		escrowdb.Transfer(escrowdb.NewID(), bank, accountOf(1), usd, escrowdb.MustParseAmount("100.00", 2))))
	return wallets, remove
}

// A policy of the host's own begins with one that comes with the library.
func ExampleStore_Wallets() {
	store, remove := exampleShop()
	defer remove()

	text, err := escrowdb.PolicyJSON("article")
	if err != nil {
		log.Fatal(err)
	}
	var policy map[string]any
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		log.Fatal(err)
	}
	policy["name"] = "ours"
	policy["utc_offset_minutes"] = 180 // days begin in Moscow
	own, err := json.Marshal(policy)
	if err != nil {
		log.Fatal(err)
	}
	var master [32]byte // from where you keep keys
	wallets, err := store.Wallets(escrowdb.MasterKeyOf(master), string(own),
		escrowdb.BlockList(func(password string) bool { return strings.Contains(password, "shop") }))
	if err != nil {
		log.Fatal(err)
	}
	// Another key opens nothing.
	if err := wallets.Close(); err != nil {
		log.Fatal(err)
	}
	_, err = store.Wallets(escrowdb.MasterKeyOf([32]byte{9}), "article")
	fmt.Println(errors.Is(err, escrowdb.ErrWrongMasterKey))
	// Output: true
}

// A worker of the host's sends the letters that wait, and says what became of each.
func ExampleWallets_TakeLetters() {
	wallets, remove := exampleWallets()
	defer remove()
	if err := wallets.SendLoginReset("anna@example.com", "192.0.2.7"); err != nil {
		log.Fatal(err)
	}

	send := func(address string, kind escrowdb.LetterKind, secret string) bool {
		fmt.Println("to", address+":", kind, len(secret) > 0)
		return true
	}
	letters, err := wallets.TakeLetters(100)
	if err != nil {
		log.Fatal(err)
	}
	for _, letter := range letters {
		fate := escrowdb.FateFailed // it is given again
		if send(letter.Address, letter.Kind, letter.Secret.Reveal()) {
			fate = escrowdb.FateDelivered
		}
		if err := wallets.ReportLetter(letter.ID, fate); err != nil {
			log.Fatal(err)
		}
	}
	// Output: to anna@example.com: reset_login_password true
}

func ExampleWallets_Pay() {
	wallets, remove := exampleWallets()
	defer remove()

	order, authorisation := escrowdb.NewID(), escrowdb.NewID()
	payment := escrowdb.Payment{
		Wallet: walletOf(1), Order: order, Authorisation: authorisation,
		Operation: escrowdb.OpenHold(order, accountOf(1), bob, usd, escrowdb.MustParseAmount("20.00", 2)),
	}
	if _, err := wallets.Authorise(authorisation, payment.Purchase(), "491827", false); err != nil {
		log.Fatal(err)
	}
	paid, err := wallets.Pay(payment)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(paid.Status, paid.Debit.Available().Format(2))
	// An authorisation is good for one payment.
	payment.Operation.ID = escrowdb.NewID()
	_, err = wallets.Pay(payment)
	fmt.Println(errors.Is(err, escrowdb.ErrAuthorisationNotFound))
	// Output:
	// applied 80.00
	// true
}

// Many payments share what the disk takes longest for, and each stands and falls for itself.
func ExampleWallets_PayMany() {
	wallets, remove := exampleWallets()
	defer remove()

	var payments []escrowdb.Payment
	for _, amount := range []string{"30.00", "95.00", "40.00"} {
		order, authorisation := escrowdb.NewID(), escrowdb.NewID()
		payment := escrowdb.Payment{
			Wallet: walletOf(1), Order: order, Authorisation: authorisation,
			Operation: escrowdb.OpenHold(order, accountOf(1), bob, usd, escrowdb.MustParseAmount(amount, 2)),
		}
		if _, err := wallets.Authorise(authorisation, payment.Purchase(), "491827", false); err != nil {
			log.Fatal(err)
		}
		payments = append(payments, payment)
	}
	results, err := wallets.PayMany(payments)
	if err != nil {
		log.Fatal(err)
	}
	for i := range results {
		fmt.Println(payments[i].Operation.Amount.Format(2), results[i].Err())
	}
	// Output:
	// 30.00 <nil>
	// 95.00 escrowdb: refused: refused_by_ledger (exceeds_credits)
	// 40.00 <nil>
}

func ExampleRefused() {
	wallets, remove := exampleWallets()
	defer remove()

	_, err := wallets.Needs(escrowdb.Purchase{
		Wallet: walletOf(1), Order: escrowdb.NewID(), Payee: bob, Ledger: usd,
		Amount: escrowdb.MustParseAmount("200.01", 2),
	})
	var refused *escrowdb.Refused
	switch {
	case err == nil:
		fmt.Println("go on")
	case errors.Is(err, escrowdb.ErrNeedsTier) && errors.As(err, &refused):
		fmt.Println("have the customer verified for tier", refused.Tier)
	case errors.As(err, &refused):
		fmt.Println("sorry:", refused.Status)
	default:
		fmt.Println("out of order:", err)
	}
	// Output: have the customer verified for tier 1
}

// A wallet reaches a tier when a member of staff has looked at evidence, which the host keeps.
func ExampleWallets_OpenVerification() {
	wallets, remove := exampleWallets()
	defer remove()

	verification, customer := escrowdb.NewID(), escrowdb.Customer()
	if err := wallets.OpenVerification(verification, walletOf(1), 1, customer); err != nil {
		log.Fatal(err)
	}
	err := wallets.SubmitEvidence(verification, []escrowdb.Evidence{{
		Kind: escrowdb.EvidencePassport, Reference: "scans/17", Hash: [32]byte{1, 2, 3},
	}}, customer)
	if err != nil {
		log.Fatal(err)
	}
	eve := escrowdb.Staff("eve", "the passport is that of the profile")
	if err := wallets.ReviewVerification(verification, eve); err != nil {
		log.Fatal(err)
	}
	state, err := wallets.ApproveVerification(verification, 0, eve)
	if err != nil {
		log.Fatal(err)
	}
	wallet, _, err := wallets.Wallet(walletOf(1))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(state, wallet.Tier)
	// Output: approved 1
}

// An order is paid by a bound card: the host has the processor charge it, and reports what it did.
func ExampleWallets_BeginCardPayment() {
	wallets, remove := exampleWallets()
	defer remove()

	card := escrowdb.NewID()
	err := wallets.ProposeCard(walletOf(1), card, escrowdb.CardReference{
		Token: escrowdb.NewSecret("tok_17"), Fingerprint: "fp_17", Brand: "Visa", LastFour: "1111",
		ExpiryYear: 2099, ExpiryMonth: 12,
	}, escrowdb.System())
	if err != nil {
		log.Fatal(err)
	}
	if err := wallets.ConfirmCard(walletOf(1), card); err != nil {
		log.Fatal(err)
	}
	order, authorisation := escrowdb.NewID(), escrowdb.NewID()
	payment := escrowdb.Payment{
		Wallet: walletOf(1), Order: order, Authorisation: authorisation,
		Operation: escrowdb.OpenHold(order, accountOf(1), bob, usd, escrowdb.MustParseAmount("20.00", 2)),
	}
	_, err = wallets.AuthoriseCard(authorisation, payment.Purchase(), card, "491827", false)
	if err != nil {
		log.Fatal(err)
	}
	charge, err := wallets.BeginCardPayment(payment, card)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("charge", charge.Card, charge.Amount.Format(2))
	result, err := wallets.CardCharged(escrowdb.CardCharge{
		Payment: charge.Payment, Reference: "ch_17", Amount: charge.Amount, External: bank, Suspense: bob,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result)
	// Output:
	// charge {Visa ..1111} 20.00
	// paid
}

// Support helps a customer who forgot the payment password; no member of staff sees the link.
func ExampleWallets_OpenRecovery() {
	wallets, remove := exampleWallets()
	defer remove()

	recovery := escrowdb.NewID()
	eve, bob := escrowdb.Staff("eve", "called by the customer"), escrowdb.Staff("bob", "compared the scan")
	for _, err := range []error{
		wallets.OpenRecovery(recovery, walletOf(1), eve),
		wallets.AddRecoveryEvidence(recovery, escrowdb.Evidence{
			Kind: escrowdb.EvidenceSelfie, Reference: "scans/18", Hash: [32]byte{4, 5, 6},
		}, eve),
		wallets.ReviewRecovery(recovery, bob),
		wallets.DecideRecovery(recovery, escrowdb.RecoveryApprove, bob),
	} {
		if err != nil {
			log.Fatal(err)
		}
	}
	for _, letter := range must(wallets.TakeLetters(100)) {
		if letter.Kind == escrowdb.LetterResetPaymentPassword {
			// The customer follows the link.
			fmt.Println(wallets.ResetPaymentPassword(letter.Secret.Reveal(), "314159"))
		}
	}
	fmt.Println(wallets.CheckPaymentPassword(walletOf(1), "314159"))
	// Output:
	// <nil>
	// <nil>
}

// The operator whom the shop names registers a second one; together they let in all other staff.
func ExampleWallets_RegisterStaff() {
	store, remove := exampleShop()
	defer remove()
	wallets, err := store.Wallets(escrowdb.MasterKeyOf([32]byte{1}), "article", escrowdb.FirstOperator("olga"))
	if err != nil {
		log.Fatal(err)
	}
	olga, otto := escrowdb.Staff("olga", "the shop opens"), escrowdb.Staff("otto", "the shop opens")
	if err := wallets.RegisterStaff("otto", escrowdb.StaffRoleOperator, olga); err != nil {
		log.Fatal(err)
	}
	fmt.Println(wallets.RegisterStaff("eve", escrowdb.StaffRoleSupport, olga))
	fmt.Println(wallets.RegisterStaff("eve", escrowdb.StaffRoleSupport, otto))
	members, err := wallets.Staff("", 10)
	if err != nil {
		log.Fatal(err)
	}
	for _, member := range members {
		fmt.Println(member.Name, member.Roles)
	}
	// Output:
	// escrowdb: refused: second_person_must_agree
	// <nil>
	// eve support
	// olga operator
	// otto operator
}

func ExampleWallets_AuditTrail() {
	wallets, remove := exampleWallets()
	defer remove()

	if err := wallets.FreezeWallet(walletOf(1), escrowdb.Staff("eve", "the telephone was stolen")); err != nil {
		log.Fatal(err)
	}
	entries, err := wallets.AuditTrail(walletOf(1), escrowdb.ID{}, 100)
	if err != nil {
		log.Fatal(err)
	}
	last := entries[len(entries)-1]
	fmt.Println(last.Command, "by", last.Actor.Name+":", last.Actor.Reason)
	// Output: freeze_wallet by eve: the telephone was stolen
}
