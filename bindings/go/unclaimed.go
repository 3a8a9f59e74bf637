package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// unclaimedMax is how many items OpenUnclaimed gives at most.
const unclaimedMax = 1_000

// A Waiver is what an owner gives up of her wallet.
type Waiver struct {
	// The id of the transfer that it becomes. It makes the waiver idempotent.
	ID ID
	// The wallet.
	Wallet ID
	// The most that she gives up: what she was shown.
	AmountMax Amount
	// The version of the text that she agreed to, 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-".
	Version string
}

// Waive gives up what is left in a wallet: its owner states by her payment password that she does. What
// lies there, or AmountMax if it is more, goes to the account that was named when the wallets were opened
// (WaiverAccount); money in escrow is not touched. It gives how much it was. She is told by every channel.
// Sent again, it changes nothing.
//
// Refused: ErrCredentialsMustMatch, ErrCredentialIsLocked, ErrCredentialIsLockedForGood,
// ErrWaiverIsOff, ErrWalletMustBeActive, ErrWalletIsEmpty, ErrAmountMustBeValid,
// ErrTextMustBeValid, ErrTextMustNotHoldACardNumber, ErrIDMustBeValid; ErrRefusedByLedger, also if
// the id stands for something else.
func (w *Wallets) Waive(waiver Waiver, password string) (Amount, error) {
	var waived Amount
	version, versionLength := chars(waiver.Version)
	begin, length := chars(password)
	err := w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_waive(wallets, waiver.ID.c(), waiver.Wallet.c(), waiver.AmountMax.c(),
			version, versionLength, begin, length, (*C.escrow_u128)(unsafe.Pointer(&waived)), outcome, e)
	})
	return waived, err
}

// UnclaimedAccount gives the account in which a ledger's unclaimed money lies; it is opened when it is
// needed first, and managed: no operation of the host debits or credits it.
func UnclaimedAccount(ledger uint32) ID {
	var account ID
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_unclaimed_account(C.uint32_t(ledger),
			(*C.escrow_u128)(unsafe.Pointer(&account)), e)
	})
	if err != nil {
		panic(err)
	}
	return account
}

// SetAside sets aside all that lies in a frozen wallet, so that it can be closed, by a transfer of the id
// item: it becomes unclaimed money of its owner, who is told by every channel. Money in escrow is not
// touched. Sent again, it changes nothing. For a member of staff.
//
// Refused: ErrWalletNotFound, ErrWalletIsNotFrozen, ErrWalletAlreadyClosed, ErrWalletIsEmpty,
// ErrAccountMustFit, ErrIDMustBeValid, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven; ErrRefusedByLedger, also if the id stands for
// something else.
func (w *Wallets) SetAside(item, wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_unclaimed_set_aside(wallets, item.c(), wallet.c(), actor, outcome, e)
	})
}

// ClaimUnclaimed gives unclaimed money back, all of the item, by a transfer of this id: into an active
// wallet of the person whose it is, in the same ledger. By the customer, whom the host has authenticated as
// the owner of the wallet, or by a member of staff. No limit of the tier stops it. Its owner is told. Sent
// again, it changes nothing.
//
// Refused: ErrUnclaimedMoneyNotFound, ErrUnclaimedMoneyIsResolved, ErrUnclaimedMoneyIsOfAnother,
// ErrWalletNotFound, ErrWalletMustBeActive, ErrWalletHasAnotherLedger, ErrRefusedByLedger,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ClaimUnclaimed(item, transfer, wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_unclaimed_claim(wallets, item.c(), transfer.c(), wallet.c(), actor, outcome, e)
	})
}

// PayOutUnclaimed pays unclaimed money out, all of the item, by a transfer of this id to an account that the
// host pays out from, where the policy allows redemption: to its owner, or to the state where the law has
// it so. The account is neither external nor a wallet's. Its owner is told. It takes two members of staff
// who order the same account within a week. Sent again, it changes nothing.
//
// Refused: ErrSecondPersonMustAgree for the first of them, which is remembered;
// ErrReviewerMustBeAnother by a name that only looks like another one's; ErrRedemptionIsOff,
// ErrUnclaimedMoneyNotFound, ErrUnclaimedMoneyIsResolved, ErrPayeeMustNotBeAWallet,
// ErrRefusedByLedger, ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) PayOutUnclaimed(item, transfer, account ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_unclaimed_pay_out(wallets, item.c(), transfer.c(), account.c(), actor,
			outcome, e)
	})
}

// UnclaimedItem looks up unclaimed money, waiting or gone.
func (w *Wallets) UnclaimedItem(item ID) (one UnclaimedItem, isFound bool, err error) {
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_unclaimed_find(wallets, item.c(),
			(*C.escrow_unclaimed_item)(unsafe.Pointer(&one)), e)
	}))
	return one, isFound, err
}

// OpenUnclaimed gives the unclaimed money that waits for its owners, the oldest first, at most limit and at
// most 1,000; behind the item after, zero to begin.
func (w *Wallets) OpenUnclaimed(after ID, limit int) ([]UnclaimedItem, error) {
	items := make([]UnclaimedItem, min(max(limit, 0), unclaimedMax))
	var count C.size_t
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_unclaimed_waiting(wallets, after.c(),
			(*C.escrow_unclaimed_item)(unsafe.Pointer(start(items))), C.size_t(len(items)), &count, e)
	})
	if err != nil {
		return nil, err
	}
	return items[:count], nil
}

// UnclaimedOf gives all that was ever set aside of a person's wallets, the oldest first: none if there is
// no such person.
func (w *Wallets) UnclaimedOf(person ID) ([]UnclaimedItem, error) {
	items := make([]UnclaimedItem, 8)
	for {
		var count C.size_t
		tooSmall := false
		err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
			status := C.escrow_unclaimed_of_person(wallets, person.c(),
				(*C.escrow_unclaimed_item)(unsafe.Pointer(start(items))), C.size_t(len(items)), &count, e)
			if tooSmall = status == C.ESCROW_BUFFER_TOO_SMALL; tooSmall {
				return C.ESCROW_OK
			}
			return status
		})
		if err != nil {
			return nil, err
		}
		if !tooSmall {
			return items[:count], nil
		}
		items = make([]UnclaimedItem, count)
	}
}
