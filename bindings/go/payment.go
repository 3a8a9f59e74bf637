package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// Purchase gives what the payment pays.
func (p *Payment) Purchase() Purchase {
	return Purchase{
		Wallet: p.Wallet,
		Order:  p.Order,
		Payee:  p.Operation.CreditAccount,
		Amount: p.Operation.Amount,
		Ledger: p.Operation.Ledger,
	}
}

func (p *Purchase) c() *C.escrow_purchase { return (*C.escrow_purchase)(unsafe.Pointer(p)) }
func (p *Payment) c() *C.escrow_payment   { return (*C.escrow_payment)(unsafe.Pointer(p)) }

func (o *Outcome) c() *C.escrow_outcome { return (*C.escrow_outcome)(unsafe.Pointer(o)) }

// Needs says what a purchase needs beside the customer's order.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrWalletHasAnotherLedger, ErrNeedsTier with
// the tier that would allow it, ErrOperationIsNotAllowed, ErrExceedsLimitPerPayment and the like,
// ErrExceedsCooldownLimit, ErrLedgerHasNoLimits, ErrExchangeRateIsMissing where the policy counts
// all wallets of a person and has no rate for one; for a payee that could not be paid
// ErrRefusedByLedger, with what the ledger would say of one that is not there, of another ledger,
// frozen or closed, ErrPayeeMustNotBeAWallet, and ErrPayeeCannotReceive for a wallet that is not
// active.
func (w *Wallets) Needs(purchase Purchase) (Needs, error) {
	var needs C.uint32_t
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_needs(wallets, purchase.c(), &needs, outcome, e)
	})
	return Needs(needs), err
}

// Authorise authorises one payment from the money in the wallet: the customer showed the payment
// password for just this order, payee, amount and ledger. Good for the time that the policy says (five
// minutes), for one payment, and until the password changes; until is when it ends. secondFactor says
// that the host checked one. Failed passwords are counted before the answer is given, and lock the
// password after a few. An order whose id is the wallet's stands for a redemption: Redeem takes it, Pay
// does not.
//
// Refused: as CheckPaymentPassword and Needs; ErrIDMustBeValid, ErrAmountMustBeValid,
// ErrAuthorisationExists, ErrSecondFactorIsNeeded, ErrTooMany.
func (w *Wallets) Authorise(
	authorisation ID, purchase Purchase, password string, secondFactor bool,
) (until Timestamp, err error) {
	begin, length := chars(password)
	var ends C.uint64_t
	err = w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_authorise(wallets, authorisation.c(), purchase.c(), begin, length,
			flag(secondFactor), &ends, outcome, e)
	})
	return Timestamp(ends), err
}

// Pay uses the authorisation up, counts the payment and places the hold or transfer, all or nothing.
// The outcome is what the ledger said: sent again with the same operation, a payment that was made is
// answered StatusExists, and nothing is charged. The hold is one like any other then: it is shipped,
// released, refunded and disputed by Store.Submit. What the ledger refused, such as for want of money, has
// used up the operation's id and not the authorisation: for another attempt it takes a new id.
//
// Refused: ErrAuthorisationNotFound, ErrAuthorisationHasExpired, ErrAuthorisationMustMatch if it is
// for anything else, ErrPaymentPasswordIsNeeded without an authorisation, ErrSecondFactorIsNeeded,
// ErrPaymentMustBePlain, ErrNeedsTier with the tier that would allow it, ErrOperationIsNotAllowed,
// ErrExceedsLimitPerPayment and the like, ErrExceedsCooldownLimit, ErrLedgerHasNoLimits,
// ErrExchangeRateIsMissing where the policy counts all wallets of a person and has no rate for one;
// for a small payment, which needs no authorisation, ErrCredentialIsLocked while the payment
// password is, and ErrPaymentPasswordMustBeSet if there is none yet; ErrPayeeMustNotBeAWallet
// unless the policy lets wallets pay each other (its payments.to_wallets), and then
// ErrPayeeCannotReceive if the limits of that wallet do not allow the top-up that it is;
// ErrRefusedByLedger, also for a payment that is archived.
//
// A payment that is refunded, by a deadline, the shop or staff, goes on counting against every limit of
// its periods, against the number of payments and for the lifetime.
func (w *Wallets) Pay(payment Payment) (Outcome, error) {
	var paid Outcome
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_pay(wallets, payment.c(), paid.c(), outcome, e)
	})
	return paid, err
}

// A PaymentResult is what became of one of many payments.
type PaymentResult struct {
	// Outcome is what the ledger said, unless the payment was refused.
	Outcome Outcome
	// Refused is why it was refused; nil if it was not.
	Refused *Refused
}

// Err gives the refusal as an error; nil if there is none.
func (r *PaymentResult) Err() error {
	if r.Refused == nil {
		return nil
	}
	return r.Refused
}

// PayMany makes many payments in one batch, of as many wallets as you like, PaymentsMax at most: what
// the disk takes longest for is done once. Each stands and falls for itself, and has a result as Pay
// would give it. If the call itself fails, send all of them again: what was paid is not paid twice.
//
// Refused: as Pay; where that would fail, ErrWalletContended if others changed the same wallet
// again and again, and ErrDataIsDamaged if its rows cannot be read: others are paid all the same.
func (w *Wallets) PayMany(payments []Payment) ([]PaymentResult, error) {
	paid := make([]Outcome, len(payments))
	outcomes := make([]C.escrow_wallet_outcome, len(payments))
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallet_pay_many(wallets,
			(*C.escrow_payment)(unsafe.Pointer(start(payments))), C.size_t(len(payments)),
			(*C.escrow_outcome)(unsafe.Pointer(start(paid))), start(outcomes), e)
	})
	if err != nil {
		return nil, err
	}
	results := make([]PaymentResult, len(payments))
	for i := range results {
		results[i] = PaymentResult{paid[i], refusedOf(&outcomes[i])}
	}
	return results, nil
}

// TopUp puts money into a wallet by a Transfer without flags from an external account to the wallet's,
// within the limits of its tier. Sent again, it is answered StatusExists. Money that comes in by other
// operations of the store is not limited.
//
// With a bound card too: the host charges it and reports the money here, from the account that card money
// comes from. BeginCardPayment is for orders alone, asks for the password and counts as a payment; a top-up
// is none, takes no authorisation, and is no card payment that RefundCardPayment could give back.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrPaymentMustBePlain, ErrExceedsBalanceLimit,
// ErrNeedsTier with the tier that would allow it, ErrOperationIsNotAllowed,
// ErrExceedsLimitPerPayment and the like, ErrExceedsCooldownLimit, ErrLedgerHasNoLimits,
// ErrExchangeRateIsMissing, ErrRefusedByLedger.
func (w *Wallets) TopUp(wallet ID, operation Operation) (Outcome, error) {
	var paid Outcome
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_top_up(wallets, wallet.c(), operation.c(), paid.c(), outcome, e)
	})
	return paid, err
}

func (o *Operation) c() *C.escrow_operation { return (*C.escrow_operation)(unsafe.Pointer(o)) }

// Redeem takes money out of a wallet, where the policy allows it: a Transfer without flags from its
// account to one that the host pays out from, authorised like any payment with the wallet itself as
// the order: an authorisation for an order is refused with ErrAuthorisationMustMatch, and so is Pay by one
// for a redemption. The account must neither be external nor another wallet's: wallet money leaves
// through the host's books.
//
// Refused: ErrRedemptionIsOff, ErrOperationIsNotAllowed, ErrPayeeMustNotBeAWallet; as Pay.
func (w *Wallets) Redeem(payment Payment) (Outcome, error) {
	var paid Outcome
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_redeem(wallets, payment.c(), paid.c(), outcome, e)
	})
	return paid, err
}
