// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.

package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// A Ledger is a currency book. Accounts of one ledger trade with each other only.
type Ledger struct {
	// The number that accounts and operations name it by; not 0.
	Number uint32
	// Digits behind the decimal point, 0 to 18, fixed for ever.
	Scale uint32
	// The currency: an ISO 4217 code or one of your own, such as USD or POINTS.
	Code [16]byte
	// When it was registered; zero on the way in.
	CreatedAt Timestamp
	// The sum of DebitsPosted of its accounts, which equals that of CreditsPosted; zero on the way in.
	Posted Amount
	// The sum of DebitsPending of its accounts, which equals that of CreditsPending; zero on the way
	// in.
	Pending  Amount
	reserved [4]uint64
}

// Balances are the four balances of an account, in minor units.
//
// A customer's wallet is a liability of the operator: paying in credits it, spending debits it.
type Balances struct {
	// Held for others: the rest of its open holds as payer.
	DebitsPending Amount
	// All that ever left it.
	DebitsPosted Amount
	// Held for it: the rest of its open holds as payee. Nobody can spend it yet.
	CreditsPending Amount
	// All that ever came in.
	CreditsPosted Amount
}

// An Account is an account of one ledger.
//
// To open one, fill ID, Ledger, Code, Flags and the user data; the store keeps the rest.
type Account struct {
	// Chosen by the caller; not 0, not the maximum.
	ID ID
	// What it owes and owns; zero on the way in.
	Balances Balances
	// The caller's own key: a customer's number, a UUID.
	UserData128 ID
	// The caller's own.
	UserData64 uint64 `json:",string"`
	// When it was opened; zero on the way in unless AccountImported.
	CreatedAt Timestamp
	// The ledger it belongs to.
	Ledger uint32
	// What it may do.
	Flags AccountFlags
	// Open holds in which it is payer, payee or fee account; zero on the way in.
	OpenHolds uint32
	// The caller's chart of accounts; not 0.
	Code     uint16
	reserved uint16
}

// An Operation is one operation of a batch.
//
// One record for all kinds, so that a batch can mix them and chain them atomically. A field that a
// kind does not use must be zero.
type Operation struct {
	// The idempotency key; not 0, not the maximum. The id of a hold is that of its KindHold, or of the
	// KindDivide that made it.
	ID ID
	// KindTransfer: where the money comes from. KindHold: the payer.
	DebitAccount ID
	// KindTransfer: where the money goes. KindHold: the payee. KindRelease: another receiver than the
	// payee (a split, which takes no commission: see the flag OperationNoFee), or zero.
	CreditAccount ID
	// What the operation is about: the hold (KindShip ... KindWithdrawDispute, KindDivide); what is to
	// be undone (KindReverse): a transfer, a release, or a hold, whose id stands for all that its
	// payee was paid and has not given back, by releases and deadlines together; or the account
	// (KindFreeze, KindUnfreeze, KindClose, KindReopen).
	Target ID
	// Minor units of the ledger. KindDispute: what is claimed for the payer, or zero. KindDivide: the
	// part that becomes a hold of its own.
	Amount Amount
	// KindHold: who receives the commission, or zero.
	FeeAccount ID
	// The caller's own: an order's number, a UUID.
	UserData128 ID
	// The caller's own.
	UserData64 uint64 `json:",string"`
	// Zero; with OperationImported, when it happened.
	Timestamp Timestamp
	// KindPut, KindDelete with OperationIfVersion: the version that the document must have; 0 for
	// none.
	ExpectedVersion uint64 `json:",string"`
	// KindHold, KindShip, KindDeliver, KindExtend, KindDispute: the deadline, in seconds from the
	// operation's timestamp; 0 for none (KindHold, KindDispute) or no change (KindShip, KindDeliver).
	TimeoutSeconds uint32
	// KindHold: the commission in parts per million of what the payee gets, beside FeeFixed.
	FeePPM uint32
	// KindTransfer, KindHold: the ledger of both accounts.
	Ledger uint32
	// How it is to be carried out.
	Flags OperationFlags
	// KindPut, KindDelete: where space, key and value start in the batch's side buffer, one after the
	// other.
	DataOffset uint32
	// KindPut: bytes of the value.
	ValueLength uint32
	// KindPut, KindDelete: bytes of the key.
	KeyLength uint16
	// KindPut, KindDelete: bytes of the space's name.
	SpaceLength uint16
	// KindTransfer, KindHold: the caller's reason for it; not 0.
	Code uint16
	// What it does.
	Kind Kind
	// KindHold, KindShip, KindDeliver, KindDispute: what happens at the deadline.
	AtDeadline AtDeadline
	reserved   [3]uint16
	// KindHold: the fixed part of the commission, taken once out of what the payee gets first.
	FeeFixed     Amount
	reservedMore [4]uint16
	// KindTransfer, KindHold, KindRelease, KindTopUp, KindRefund, KindReverse: when it counts, where
	// that is another time than that of the booking, earlier or later; zero for the same. It is
	// written down and shown, and changes nothing else: balances, deadlines and limits go by the
	// booking alone.
	ValueDate Timestamp
}

// An OperationRecord is an operation as it was decided, and what became of it since. All zero if
// there is none.
type OperationRecord struct {
	// The operation as it was asked for; its Timestamp is the assigned one.
	Operation Operation
	// When it was decided.
	Timestamp Timestamp
	// StatusApplied, or the refusal that used up its id.
	Status   Status
	reserved [3]uint32
	// What it moved.
	Amount Amount
	// The commission out of Amount.
	Fee Amount
	// A final release: what went back to the payer beside Amount.
	Rest Amount
	// What was reversed of it until now.
	Reversed Amount
}

// An Outcome is the answer to one operation.
//
// Carries the balances after the operation, so that no second call is needed to learn them. For an
// operation that was refused they are the balances that it met, where its accounts exist.
type Outcome struct {
	// When it was decided: unique, and its sequence number in the event feed. For StatusExists and
	// StatusIDAlreadyFailed the first time. Zero if the operation left no trace.
	Timestamp Timestamp
	// What became of it; StatusApplied or the law that it would have broken.
	Status Status
	// For StatusExists and StatusIDAlreadyFailed: what became of it the first time. Otherwise Status.
	FirstStatus Status
	// What really moved; for OperationFinal releases without the part that went back to the payer.
	Amount Amount
	// The commission that was taken out of Amount, or given back by a reversal.
	Fee Amount
	// What is left in the hold.
	Held Amount
	// KindPut, KindDelete: the version that the document now has, or the one that stood in the way;
	// zero if there is no document.
	Version  uint64 `json:",string"`
	reserved uint64
	// The debit account or payer. For operations on an account: that account.
	Debit Balances
	// The credit account, payee or other receiver.
	Credit Balances
}

// A Hold is money in escrow: it has left the payer's available balance and is not the payee's yet.
//
// Amount = Held + Released + Refunded always, and the hold is closed exactly when Held is zero.
type Hold struct {
	// The id of the KindHold operation that opened it.
	ID ID
	// Whose money it is until it is settled.
	Payer ID
	// Who gets it when the deal goes well.
	Payee ID
	// Who gets the commission, or zero.
	FeeAccount ID
	// All that was paid in, top-ups included, less what was divided off.
	Amount Amount
	// What is still in escrow.
	Held Amount
	// What was released, to payee, splits and commission together.
	Released Amount
	// What went back to the payer while in escrow.
	Refunded Amount
	// The part of Released that went to the payee, commission included, less what was reversed of it
	// since: what the commission is computed on.
	Paid Amount
	// The commission on Paid.
	Fee Amount
	// What reversals gave back to the payer out of Released.
	Reversed Amount
	// From the KindHold operation.
	UserData128 ID
	// From the KindHold operation.
	UserData64 uint64 `json:",string"`
	// When it was opened.
	CreatedAt Timestamp
	// When it last changed.
	ChangedAt Timestamp
	// When its default settles it; zero for never, and while disputed without a time-out.
	Deadline Timestamp
	// Since when it is disputed, or zero; of a dispute that was sent again, the first time.
	DisputedAt Timestamp
	// While disputed: nanoseconds that were left to the deadline from before; zero if it had none.
	TimeLeft uint64 `json:",string"`
	// The ledger of its accounts.
	Ledger uint32
	// The commission in parts per million.
	FeePPM uint32
	// From the KindHold operation.
	Code uint16
	// How far the deal has come, or how it ended.
	Phase Phase
	// What happens at the deadline.
	AtDeadline AtDeadline
	// While disputed with a time-out: what would have happened at the deadline from before.
	DefaultBefore AtDeadline
	// While disputed: what is claimed for the payer and was not refunded since, or zero.
	Claimed Amount
	// The fixed part of the commission.
	FeeFixed Amount
	// Of a part that was divided off: the sum that comes before its own in the commission of the
	// whole. Zero for any other hold.
	FeeBase  Amount
	reserved [2]uint64
}

// A Head is how far a store's journal has come: everything up to its last durable block, in one
// hash. Each block's hash covers the one before, so that two stores with the same head have the
// same history.
type Head struct {
	// The number of the last durable block; 0 if there is none yet.
	Block uint64
	// The timestamp of the last event or acknowledgement in it, in nanoseconds since the epoch.
	Timestamp Timestamp
	// The hash that the journal's chain has come to; of a store without blocks, a hash of its id.
	Hash [32]byte
}

// A TrialBalanceRow is the sums over the accounts of one code.
type TrialBalanceRow struct {
	// The sums of their balances.
	Balances Balances
	// How many accounts they are.
	Accounts uint64
	// The code of the accounts.
	Code     uint32
	reserved uint32
}

// A StatementLine is one line of a statement: how one operation changed the account.
type StatementLine struct {
	// When it happened.
	Timestamp Timestamp
	// Which side of the account changed.
	Side     Side
	reserved [3]uint32
	// When it counts: the operation's ValueDate, or else Timestamp.
	ValueDate Timestamp
	// Change of that side's pending balance, in minor units; 0 for an account without AccountHistory.
	Pending Change
	// Change of that side's posted balance, in minor units.
	Posted Change
	// The balances after it; the pending ones zero for an account without AccountHistory.
	Balances Balances
	// The operation, with its kind, parties and user data. What an operation on a hold, a deadline or
	// a reversal names by its Target alone stands in it as in the hold or operation that is meant:
	// payer and payee (of a split the receiver; of a reversal who gives back and who gets it), ledger,
	// code, and the user data unless the operation has its own.
	Operation Operation
	// What it moved.
	Amount Amount
	// The commission out of Amount.
	Fee Amount
	// A final release: what went back to the payer beside Amount.
	Rest Amount
}

// A documentRecord is a document of a scan. Its key and then its value lie in the caller's data
// buffer.
type documentRecord struct {
	// The timestamp of the operation that wrote it: no version ever comes back.
	Version uint64 `json:",string"`
	// Where its key starts in the data buffer. Its value follows at once.
	DataOffset uint64
	// Bytes of the key.
	KeyLength uint32
	// Bytes of the value.
	ValueLength uint32
	reserved    uint64
}

// An eventRecord is something that happened. What its kind does not concern is zero.
type eventRecord struct {
	// Unique and strictly rising: also the sequence number of the event.
	Timestamp Timestamp
	// What it is about.
	Kind EventKind
	// Of an operation: StatusApplied, or the refusal that used up its id.
	Status Status
	// The operation as it was asked for; its Timestamp is the assigned one, and its DataOffset counts
	// from the beginning of the data buffer.
	Operation Operation
	// What the operation moved.
	Amount Amount
	// The commission out of Amount.
	Fee Amount
	// A final release: what went back to the payer beside Amount.
	Rest Amount
	// The account as it was opened.
	Account Account
	// The ledger as it was registered.
	Ledger Ledger
	// Where its bytes start in the data buffer: space, key and value of a document, one after the
	// other.
	DataOffset uint64
	// How many bytes they are.
	DataLength uint64
	reserved   [3]uint64
}

// A NewWallet is a wallet to be opened. The ids are the host's, so that a retry opens no second
// one.
type NewWallet struct {
	// The wallet's id.
	Wallet ID
	// The id of its account in the ledger, which is opened too: spend-only.
	Account ID
	// The ledger: its currency.
	Ledger uint32
	// The account's code in the host's chart of accounts; not 0.
	Code     uint16
	reserved uint16
}

// A Purchase is what is to be paid: the values that an authorisation is bound to.
type Purchase struct {
	// Who pays.
	Wallet ID
	// What for: the host's order.
	Order ID
	// The account that is paid.
	Payee ID
	// How much.
	Amount Amount
	// The ledger of both accounts.
	Ledger   uint32
	reserved uint32
}

// A Payment is a payment from a wallet.
type Payment struct {
	// Who pays.
	Wallet ID
	// What for: the host's order.
	Order ID
	// What allows it; zero for a small payment, which the policy exempts.
	Authorisation ID
	// A KindHold or a KindTransfer from the wallet's account, without flags. Its id makes the payment
	// idempotent; fee, deadline, code and user data are up to the host.
	Operation Operation
}

// An Order is what an order is: together with its parts the terms that an authorisation is bound
// to.
type Order struct {
	// The buyer's wallet.
	Wallet ID
	// The host's order.
	Order ID
	// The ledger of all accounts.
	Ledger   uint32
	reserved [3]uint32
}

// An OrderPart is what one payee of an order gets from one source.
type OrderPart struct {
	// The account that is paid.
	Payee ID
	// How much.
	Amount Amount
	// The bound card that it comes from; zero for the money in the wallet.
	Card ID
}

// A ChargeResult is what became of the money of a card.
type ChargeResult struct {
	// The item in suspense; zero if the order was paid.
	Item ID
	// Whether it paid the order or lies in suspense.
	Kind ChargeKind
	// Why it lies in suspense; 0 if the order was paid.
	Reason   SuspenseReason
	reserved uint64
}

// A NewCardPayment is a payment by a card that is not bound.
type NewCardPayment struct {
	// The wallet of the customer who pays, which need not have a payment password.
	Wallet ID
	// What for: the host's order.
	Order ID
	// A KindHold or a KindTransfer without flags. It debits the wallet's account or none: in its place
	// stands the buyer's purchase account. Its id makes the payment idempotent; fee, deadline, code
	// and user data are up to the host.
	Operation Operation
	// What 3-D Secure said of the card, by the host's word.
	Authentication CardAuthentication
	reserved       uint32
}

// A CardRefund is a refund to a card that the processor is to carry out.
type CardRefund struct {
	// The reversal by which the money left: use it as the processor's idempotency key.
	ID ID
	// The payment that it is of, by the id under which the card was charged.
	Payment ID
	// How much.
	Amount Amount
	// Since when it is to be carried out.
	Since Timestamp
	// Of which ledger.
	Ledger   uint32
	reserved uint32
}

// A RefundReturned is what became of the money of a refund that the processor could not carry out.
type RefundReturned struct {
	// The item in suspense; zero if it went into the wallet.
	Item ID
	// Where it went.
	Kind     RefundReturnedKind
	reserved [3]uint32
}

// A SuspenseItem is money of a card in suspense, until staff say where it belongs.
type SuspenseItem struct {
	// The transfer that brought it in.
	ID ID
	// The payment that it was charged for.
	Payment ID
	// The wallet whose card it came from.
	Wallet ID
	// The order that the payment was for.
	Order ID
	// The account that the payment was to pay.
	Payee ID
	// How much came, less what chargebacks took; if they took all of it, how much came.
	Amount Amount
	// How much the payment was to be.
	Expected Amount
	// The operation that resolved it; zero while it is open.
	ResolvedBy ID
	// When it came.
	CameAt Timestamp
	// Of which ledger.
	Ledger uint32
	// Why it lies there.
	Reason SuspenseReason
	// Whether the order is paid, by this payment or another of the wallet, and not given back: no
	// money in suspense pays it then.
	OrderIsPaid bool
	_           [3]byte // C has 32 bits for it
	reserved    [3]uint32
}

// An UnclaimedItem is money that was set aside for its owner.
type UnclaimedItem struct {
	// The transfer that brought it there.
	ID ID
	// Whose it is.
	Person ID
	// The wallet that it came from.
	Wallet ID
	// How much.
	Amount Amount
	// The transfer by which it left; zero while it waits.
	ResolvedBy ID
	// The account that it went to; zero while it waits.
	ResolvedTo ID
	// Since when it is there.
	CameAt Timestamp
	// When it left; 0 while it waits.
	ResolvedAt Timestamp
	// Of which ledger.
	Ledger uint32
	// Why it is there.
	Reason   UnclaimedReason
	reserved [2]uint32
}

// A legRecord is one seller's part of an order. A fee that the buyer pays is a leg of the platform.
type legRecord struct {
	// Who is registered as a seller.
	Seller ID
	// All of it: items, shipping and tax.
	Amount Amount
	// What is taken once as commission, out of what is released to the seller first; at most Amount.
	// Where all of it is refunded nothing is taken. Frozen when it is placed.
	CommissionFixed Amount
	// The commission beside that, in parts per million of what is released to the seller, of which it
	// is a part; frozen when it is placed.
	CommissionPPM uint32
	reserved      [19]uint32
}

// A legLineRecord is a line of a leg. The number of a line is its place among those of its leg.
type legLineRecord struct {
	// The host's reference to what is sold; it may be zero of shipping and tax.
	Reference ID
	// For all of them together: at least 1 minor unit for each.
	Amount Amount
	// The place of its leg in the terms.
	Leg uint32
	// What it is.
	Kind LineKind
	// How many of an item, at least 1; of shipping and tax 1.
	Quantity uint32
	reserved [5]uint32
}

// A Tender is where money of an order comes from.
type Tender struct {
	// The account that it is taken from, and goes back to.
	Source ID
	// How much.
	Amount Amount
	// What kind of money it is.
	Kind     TenderKind
	reserved [23]uint32
}

// An Item is so many of an item of a part.
type Item struct {
	// The place of its line among the lines of its leg.
	Line uint32
	// How many, at least 1.
	Quantity uint32
}

// An ItemView is items of a part.
type ItemView struct {
	// The host's reference.
	Reference ID
	// What they come to, without tax and shipping.
	Amount Amount
	// The place of their line among the lines of the leg.
	Line uint32
	// How many are in the part.
	Quantity uint32
	reserved [6]uint32
}

// A TenderRefund is what went back to the source of a tender. For a card, this is what the host has
// the acquirer carry out.
type TenderRefund struct {
	// The operation in the ledger that took it there.
	Reversal ID
	// How much.
	Amount Amount
	// The place of the tender in the terms.
	Tender   uint32
	reserved [7]uint32
}

// A ListedOrder is an order in a list.
type ListedOrder struct {
	// Its id.
	Order ID
	// When it was placed.
	PlacedAt Timestamp
	// In a list of a seller's: which part of it; otherwise 0.
	Part     uint32
	reserved uint32
}

// An OpenPart is a part in a list of those that are open.
type OpenPart struct {
	// Its order.
	Order ID
	// By which the list is ordered: when its window ends, or, of what was to be done already, when
	// that was, or is tried again.
	DueAt Timestamp
	// Its number in the order.
	Part uint32
	// How far it has come; done while what a deadline gave back is on its way.
	Stage Stage
}

// An OrderRefund is a refund to a tender from outside that the host has to carry out, such as to a
// card. In the ledger it is with the source of the tender already.
type OrderRefund struct {
	// Its number: the operation in the ledger that took it there. A processor that is told twice knows
	// it again by this.
	Reversal ID
	// Of which order.
	Order ID
	// The account that the tender came from.
	Source ID
	// How much.
	Amount Amount
	// Since when.
	At Timestamp
	// The ledger of the amount.
	Ledger uint32
	// The place of the tender in the terms of the order.
	Tender uint32
}

// This does not compile unless every record has the size, and every field the place, that the
// header says: another index than 0 is out of range.
var _ = [...]struct{}{
	zero[unsafe.Sizeof(ID{})-C.sizeof_escrow_u128],
	zero[unsafe.Offsetof(ID{}.Lo)-unsafe.Offsetof(C.escrow_u128{}.lo)],
	zero[unsafe.Offsetof(ID{}.Hi)-unsafe.Offsetof(C.escrow_u128{}.hi)],
	zero[unsafe.Sizeof(Amount{})-C.sizeof_escrow_u128],
	zero[unsafe.Offsetof(Amount{}.Lo)-unsafe.Offsetof(C.escrow_u128{}.lo)],
	zero[unsafe.Offsetof(Amount{}.Hi)-unsafe.Offsetof(C.escrow_u128{}.hi)],
	zero[unsafe.Sizeof(Change{})-C.sizeof_escrow_i128],
	zero[unsafe.Offsetof(Change{}.Lo)-unsafe.Offsetof(C.escrow_i128{}.lo)],
	zero[unsafe.Offsetof(Change{}.Hi)-unsafe.Offsetof(C.escrow_i128{}.hi)],
	zero[unsafe.Sizeof(Ledger{})-C.sizeof_escrow_ledger],
	zero[unsafe.Offsetof(Ledger{}.Number)-unsafe.Offsetof(C.escrow_ledger{}.number)],
	zero[unsafe.Offsetof(Ledger{}.Scale)-unsafe.Offsetof(C.escrow_ledger{}.scale)],
	zero[unsafe.Offsetof(Ledger{}.Code)-unsafe.Offsetof(C.escrow_ledger{}.code)],
	zero[unsafe.Offsetof(Ledger{}.CreatedAt)-unsafe.Offsetof(C.escrow_ledger{}.created_at)],
	zero[unsafe.Offsetof(Ledger{}.Posted)-unsafe.Offsetof(C.escrow_ledger{}.posted)],
	zero[unsafe.Offsetof(Ledger{}.Pending)-unsafe.Offsetof(C.escrow_ledger{}.pending)],
	zero[unsafe.Offsetof(Ledger{}.reserved)-unsafe.Offsetof(C.escrow_ledger{}.reserved)],
	zero[unsafe.Sizeof(Balances{})-C.sizeof_escrow_balances],
	zero[unsafe.Offsetof(Balances{}.DebitsPending)-unsafe.Offsetof(C.escrow_balances{}.debits_pending)],
	zero[unsafe.Offsetof(Balances{}.DebitsPosted)-unsafe.Offsetof(C.escrow_balances{}.debits_posted)],
	zero[unsafe.Offsetof(Balances{}.CreditsPending)-unsafe.Offsetof(C.escrow_balances{}.credits_pending)],
	zero[unsafe.Offsetof(Balances{}.CreditsPosted)-unsafe.Offsetof(C.escrow_balances{}.credits_posted)],
	zero[unsafe.Sizeof(Account{})-C.sizeof_escrow_account],
	zero[unsafe.Offsetof(Account{}.ID)-unsafe.Offsetof(C.escrow_account{}.id)],
	zero[unsafe.Offsetof(Account{}.Balances)-unsafe.Offsetof(C.escrow_account{}.balances)],
	zero[unsafe.Offsetof(Account{}.UserData128)-unsafe.Offsetof(C.escrow_account{}.user_data_128)],
	zero[unsafe.Offsetof(Account{}.UserData64)-unsafe.Offsetof(C.escrow_account{}.user_data_64)],
	zero[unsafe.Offsetof(Account{}.CreatedAt)-unsafe.Offsetof(C.escrow_account{}.created_at)],
	zero[unsafe.Offsetof(Account{}.Ledger)-unsafe.Offsetof(C.escrow_account{}.ledger)],
	zero[unsafe.Offsetof(Account{}.Flags)-unsafe.Offsetof(C.escrow_account{}.flags)],
	zero[unsafe.Offsetof(Account{}.OpenHolds)-unsafe.Offsetof(C.escrow_account{}.open_holds)],
	zero[unsafe.Offsetof(Account{}.Code)-unsafe.Offsetof(C.escrow_account{}.code)],
	zero[unsafe.Offsetof(Account{}.reserved)-unsafe.Offsetof(C.escrow_account{}.reserved)],
	zero[unsafe.Sizeof(Operation{})-C.sizeof_escrow_operation],
	zero[unsafe.Offsetof(Operation{}.ID)-unsafe.Offsetof(C.escrow_operation{}.id)],
	zero[unsafe.Offsetof(Operation{}.DebitAccount)-unsafe.Offsetof(C.escrow_operation{}.debit_account)],
	zero[unsafe.Offsetof(Operation{}.CreditAccount)-unsafe.Offsetof(C.escrow_operation{}.credit_account)],
	zero[unsafe.Offsetof(Operation{}.Target)-unsafe.Offsetof(C.escrow_operation{}.target)],
	zero[unsafe.Offsetof(Operation{}.Amount)-unsafe.Offsetof(C.escrow_operation{}.amount)],
	zero[unsafe.Offsetof(Operation{}.FeeAccount)-unsafe.Offsetof(C.escrow_operation{}.fee_account)],
	zero[unsafe.Offsetof(Operation{}.UserData128)-unsafe.Offsetof(C.escrow_operation{}.user_data_128)],
	zero[unsafe.Offsetof(Operation{}.UserData64)-unsafe.Offsetof(C.escrow_operation{}.user_data_64)],
	zero[unsafe.Offsetof(Operation{}.Timestamp)-unsafe.Offsetof(C.escrow_operation{}.timestamp)],
	zero[unsafe.Offsetof(Operation{}.ExpectedVersion)-unsafe.Offsetof(C.escrow_operation{}.expected_version)],
	zero[unsafe.Offsetof(Operation{}.TimeoutSeconds)-unsafe.Offsetof(C.escrow_operation{}.timeout_seconds)],
	zero[unsafe.Offsetof(Operation{}.FeePPM)-unsafe.Offsetof(C.escrow_operation{}.fee_ppm)],
	zero[unsafe.Offsetof(Operation{}.Ledger)-unsafe.Offsetof(C.escrow_operation{}.ledger)],
	zero[unsafe.Offsetof(Operation{}.Flags)-unsafe.Offsetof(C.escrow_operation{}.flags)],
	zero[unsafe.Offsetof(Operation{}.DataOffset)-unsafe.Offsetof(C.escrow_operation{}.data_offset)],
	zero[unsafe.Offsetof(Operation{}.ValueLength)-unsafe.Offsetof(C.escrow_operation{}.value_length)],
	zero[unsafe.Offsetof(Operation{}.KeyLength)-unsafe.Offsetof(C.escrow_operation{}.key_length)],
	zero[unsafe.Offsetof(Operation{}.SpaceLength)-unsafe.Offsetof(C.escrow_operation{}.space_length)],
	zero[unsafe.Offsetof(Operation{}.Code)-unsafe.Offsetof(C.escrow_operation{}.code)],
	zero[unsafe.Offsetof(Operation{}.Kind)-unsafe.Offsetof(C.escrow_operation{}.kind)],
	zero[unsafe.Offsetof(Operation{}.AtDeadline)-unsafe.Offsetof(C.escrow_operation{}.at_deadline)],
	zero[unsafe.Offsetof(Operation{}.reserved)-unsafe.Offsetof(C.escrow_operation{}.reserved)],
	zero[unsafe.Offsetof(Operation{}.FeeFixed)-unsafe.Offsetof(C.escrow_operation{}.fee_fixed)],
	zero[unsafe.Offsetof(Operation{}.reservedMore)-unsafe.Offsetof(C.escrow_operation{}.reserved_more)],
	zero[unsafe.Offsetof(Operation{}.ValueDate)-unsafe.Offsetof(C.escrow_operation{}.value_date)],
	zero[unsafe.Sizeof(OperationRecord{})-C.sizeof_escrow_operation_record],
	zero[unsafe.Offsetof(OperationRecord{}.Operation)-unsafe.Offsetof(C.escrow_operation_record{}.operation)],
	zero[unsafe.Offsetof(OperationRecord{}.Timestamp)-unsafe.Offsetof(C.escrow_operation_record{}.timestamp)],
	zero[unsafe.Offsetof(OperationRecord{}.Status)-unsafe.Offsetof(C.escrow_operation_record{}.status)],
	zero[unsafe.Offsetof(OperationRecord{}.reserved)-unsafe.Offsetof(C.escrow_operation_record{}.reserved)],
	zero[unsafe.Offsetof(OperationRecord{}.Amount)-unsafe.Offsetof(C.escrow_operation_record{}.amount)],
	zero[unsafe.Offsetof(OperationRecord{}.Fee)-unsafe.Offsetof(C.escrow_operation_record{}.fee)],
	zero[unsafe.Offsetof(OperationRecord{}.Rest)-unsafe.Offsetof(C.escrow_operation_record{}.rest)],
	zero[unsafe.Offsetof(OperationRecord{}.Reversed)-unsafe.Offsetof(C.escrow_operation_record{}.reversed)],
	zero[unsafe.Sizeof(Outcome{})-C.sizeof_escrow_outcome],
	zero[unsafe.Offsetof(Outcome{}.Timestamp)-unsafe.Offsetof(C.escrow_outcome{}.timestamp)],
	zero[unsafe.Offsetof(Outcome{}.Status)-unsafe.Offsetof(C.escrow_outcome{}.status)],
	zero[unsafe.Offsetof(Outcome{}.FirstStatus)-unsafe.Offsetof(C.escrow_outcome{}.first_status)],
	zero[unsafe.Offsetof(Outcome{}.Amount)-unsafe.Offsetof(C.escrow_outcome{}.amount)],
	zero[unsafe.Offsetof(Outcome{}.Fee)-unsafe.Offsetof(C.escrow_outcome{}.fee)],
	zero[unsafe.Offsetof(Outcome{}.Held)-unsafe.Offsetof(C.escrow_outcome{}.held)],
	zero[unsafe.Offsetof(Outcome{}.Version)-unsafe.Offsetof(C.escrow_outcome{}.version)],
	zero[unsafe.Offsetof(Outcome{}.reserved)-unsafe.Offsetof(C.escrow_outcome{}.reserved)],
	zero[unsafe.Offsetof(Outcome{}.Debit)-unsafe.Offsetof(C.escrow_outcome{}.debit)],
	zero[unsafe.Offsetof(Outcome{}.Credit)-unsafe.Offsetof(C.escrow_outcome{}.credit)],
	zero[unsafe.Sizeof(Hold{})-C.sizeof_escrow_hold],
	zero[unsafe.Offsetof(Hold{}.ID)-unsafe.Offsetof(C.escrow_hold{}.id)],
	zero[unsafe.Offsetof(Hold{}.Payer)-unsafe.Offsetof(C.escrow_hold{}.payer)],
	zero[unsafe.Offsetof(Hold{}.Payee)-unsafe.Offsetof(C.escrow_hold{}.payee)],
	zero[unsafe.Offsetof(Hold{}.FeeAccount)-unsafe.Offsetof(C.escrow_hold{}.fee_account)],
	zero[unsafe.Offsetof(Hold{}.Amount)-unsafe.Offsetof(C.escrow_hold{}.amount)],
	zero[unsafe.Offsetof(Hold{}.Held)-unsafe.Offsetof(C.escrow_hold{}.held)],
	zero[unsafe.Offsetof(Hold{}.Released)-unsafe.Offsetof(C.escrow_hold{}.released)],
	zero[unsafe.Offsetof(Hold{}.Refunded)-unsafe.Offsetof(C.escrow_hold{}.refunded)],
	zero[unsafe.Offsetof(Hold{}.Paid)-unsafe.Offsetof(C.escrow_hold{}.paid)],
	zero[unsafe.Offsetof(Hold{}.Fee)-unsafe.Offsetof(C.escrow_hold{}.fee)],
	zero[unsafe.Offsetof(Hold{}.Reversed)-unsafe.Offsetof(C.escrow_hold{}.reversed)],
	zero[unsafe.Offsetof(Hold{}.UserData128)-unsafe.Offsetof(C.escrow_hold{}.user_data_128)],
	zero[unsafe.Offsetof(Hold{}.UserData64)-unsafe.Offsetof(C.escrow_hold{}.user_data_64)],
	zero[unsafe.Offsetof(Hold{}.CreatedAt)-unsafe.Offsetof(C.escrow_hold{}.created_at)],
	zero[unsafe.Offsetof(Hold{}.ChangedAt)-unsafe.Offsetof(C.escrow_hold{}.changed_at)],
	zero[unsafe.Offsetof(Hold{}.Deadline)-unsafe.Offsetof(C.escrow_hold{}.deadline)],
	zero[unsafe.Offsetof(Hold{}.DisputedAt)-unsafe.Offsetof(C.escrow_hold{}.disputed_at)],
	zero[unsafe.Offsetof(Hold{}.TimeLeft)-unsafe.Offsetof(C.escrow_hold{}.time_left)],
	zero[unsafe.Offsetof(Hold{}.Ledger)-unsafe.Offsetof(C.escrow_hold{}.ledger)],
	zero[unsafe.Offsetof(Hold{}.FeePPM)-unsafe.Offsetof(C.escrow_hold{}.fee_ppm)],
	zero[unsafe.Offsetof(Hold{}.Code)-unsafe.Offsetof(C.escrow_hold{}.code)],
	zero[unsafe.Offsetof(Hold{}.Phase)-unsafe.Offsetof(C.escrow_hold{}.phase)],
	zero[unsafe.Offsetof(Hold{}.AtDeadline)-unsafe.Offsetof(C.escrow_hold{}.at_deadline)],
	zero[unsafe.Offsetof(Hold{}.DefaultBefore)-unsafe.Offsetof(C.escrow_hold{}.default_before)],
	zero[unsafe.Offsetof(Hold{}.Claimed)-unsafe.Offsetof(C.escrow_hold{}.claimed)],
	zero[unsafe.Offsetof(Hold{}.FeeFixed)-unsafe.Offsetof(C.escrow_hold{}.fee_fixed)],
	zero[unsafe.Offsetof(Hold{}.FeeBase)-unsafe.Offsetof(C.escrow_hold{}.fee_base)],
	zero[unsafe.Offsetof(Hold{}.reserved)-unsafe.Offsetof(C.escrow_hold{}.reserved)],
	zero[unsafe.Sizeof(Head{})-C.sizeof_escrow_head],
	zero[unsafe.Offsetof(Head{}.Block)-unsafe.Offsetof(C.escrow_head{}.block)],
	zero[unsafe.Offsetof(Head{}.Timestamp)-unsafe.Offsetof(C.escrow_head{}.timestamp)],
	zero[unsafe.Offsetof(Head{}.Hash)-unsafe.Offsetof(C.escrow_head{}.hash)],
	zero[unsafe.Sizeof(TrialBalanceRow{})-C.sizeof_escrow_trial_balance_row],
	zero[unsafe.Offsetof(TrialBalanceRow{}.Balances)-unsafe.Offsetof(C.escrow_trial_balance_row{}.balances)],
	zero[unsafe.Offsetof(TrialBalanceRow{}.Accounts)-unsafe.Offsetof(C.escrow_trial_balance_row{}.accounts)],
	zero[unsafe.Offsetof(TrialBalanceRow{}.Code)-unsafe.Offsetof(C.escrow_trial_balance_row{}.code)],
	zero[unsafe.Offsetof(TrialBalanceRow{}.reserved)-unsafe.Offsetof(C.escrow_trial_balance_row{}.reserved)],
	zero[unsafe.Sizeof(StatementLine{})-C.sizeof_escrow_statement_line],
	zero[unsafe.Offsetof(StatementLine{}.Timestamp)-unsafe.Offsetof(C.escrow_statement_line{}.timestamp)],
	zero[unsafe.Offsetof(StatementLine{}.Side)-unsafe.Offsetof(C.escrow_statement_line{}.side)],
	zero[unsafe.Offsetof(StatementLine{}.reserved)-unsafe.Offsetof(C.escrow_statement_line{}.reserved)],
	zero[unsafe.Offsetof(StatementLine{}.ValueDate)-unsafe.Offsetof(C.escrow_statement_line{}.value_date)],
	zero[unsafe.Offsetof(StatementLine{}.Pending)-unsafe.Offsetof(C.escrow_statement_line{}.pending)],
	zero[unsafe.Offsetof(StatementLine{}.Posted)-unsafe.Offsetof(C.escrow_statement_line{}.posted)],
	zero[unsafe.Offsetof(StatementLine{}.Balances)-unsafe.Offsetof(C.escrow_statement_line{}.balances)],
	zero[unsafe.Offsetof(StatementLine{}.Operation)-unsafe.Offsetof(C.escrow_statement_line{}.operation)],
	zero[unsafe.Offsetof(StatementLine{}.Amount)-unsafe.Offsetof(C.escrow_statement_line{}.amount)],
	zero[unsafe.Offsetof(StatementLine{}.Fee)-unsafe.Offsetof(C.escrow_statement_line{}.fee)],
	zero[unsafe.Offsetof(StatementLine{}.Rest)-unsafe.Offsetof(C.escrow_statement_line{}.rest)],
	zero[unsafe.Sizeof(documentRecord{})-C.sizeof_escrow_document],
	zero[unsafe.Offsetof(documentRecord{}.Version)-unsafe.Offsetof(C.escrow_document{}.version)],
	zero[unsafe.Offsetof(documentRecord{}.DataOffset)-unsafe.Offsetof(C.escrow_document{}.data_offset)],
	zero[unsafe.Offsetof(documentRecord{}.KeyLength)-unsafe.Offsetof(C.escrow_document{}.key_length)],
	zero[unsafe.Offsetof(documentRecord{}.ValueLength)-unsafe.Offsetof(C.escrow_document{}.value_length)],
	zero[unsafe.Offsetof(documentRecord{}.reserved)-unsafe.Offsetof(C.escrow_document{}.reserved)],
	zero[unsafe.Sizeof(eventRecord{})-C.sizeof_escrow_event],
	zero[unsafe.Offsetof(eventRecord{}.Timestamp)-unsafe.Offsetof(C.escrow_event{}.timestamp)],
	zero[unsafe.Offsetof(eventRecord{}.Kind)-unsafe.Offsetof(C.escrow_event{}.kind)],
	zero[unsafe.Offsetof(eventRecord{}.Status)-unsafe.Offsetof(C.escrow_event{}.status)],
	zero[unsafe.Offsetof(eventRecord{}.Operation)-unsafe.Offsetof(C.escrow_event{}.operation)],
	zero[unsafe.Offsetof(eventRecord{}.Amount)-unsafe.Offsetof(C.escrow_event{}.amount)],
	zero[unsafe.Offsetof(eventRecord{}.Fee)-unsafe.Offsetof(C.escrow_event{}.fee)],
	zero[unsafe.Offsetof(eventRecord{}.Rest)-unsafe.Offsetof(C.escrow_event{}.rest)],
	zero[unsafe.Offsetof(eventRecord{}.Account)-unsafe.Offsetof(C.escrow_event{}.account)],
	zero[unsafe.Offsetof(eventRecord{}.Ledger)-unsafe.Offsetof(C.escrow_event{}.ledger)],
	zero[unsafe.Offsetof(eventRecord{}.DataOffset)-unsafe.Offsetof(C.escrow_event{}.data_offset)],
	zero[unsafe.Offsetof(eventRecord{}.DataLength)-unsafe.Offsetof(C.escrow_event{}.data_length)],
	zero[unsafe.Offsetof(eventRecord{}.reserved)-unsafe.Offsetof(C.escrow_event{}.reserved)],
	zero[unsafe.Sizeof(NewWallet{})-C.sizeof_escrow_new_wallet],
	zero[unsafe.Offsetof(NewWallet{}.Wallet)-unsafe.Offsetof(C.escrow_new_wallet{}.wallet)],
	zero[unsafe.Offsetof(NewWallet{}.Account)-unsafe.Offsetof(C.escrow_new_wallet{}.account)],
	zero[unsafe.Offsetof(NewWallet{}.Ledger)-unsafe.Offsetof(C.escrow_new_wallet{}.ledger)],
	zero[unsafe.Offsetof(NewWallet{}.Code)-unsafe.Offsetof(C.escrow_new_wallet{}.code)],
	zero[unsafe.Offsetof(NewWallet{}.reserved)-unsafe.Offsetof(C.escrow_new_wallet{}.reserved)],
	zero[unsafe.Sizeof(Purchase{})-C.sizeof_escrow_purchase],
	zero[unsafe.Offsetof(Purchase{}.Wallet)-unsafe.Offsetof(C.escrow_purchase{}.wallet)],
	zero[unsafe.Offsetof(Purchase{}.Order)-unsafe.Offsetof(C.escrow_purchase{}.order)],
	zero[unsafe.Offsetof(Purchase{}.Payee)-unsafe.Offsetof(C.escrow_purchase{}.payee)],
	zero[unsafe.Offsetof(Purchase{}.Amount)-unsafe.Offsetof(C.escrow_purchase{}.amount)],
	zero[unsafe.Offsetof(Purchase{}.Ledger)-unsafe.Offsetof(C.escrow_purchase{}.ledger)],
	zero[unsafe.Offsetof(Purchase{}.reserved)-unsafe.Offsetof(C.escrow_purchase{}.reserved)],
	zero[unsafe.Sizeof(Payment{})-C.sizeof_escrow_payment],
	zero[unsafe.Offsetof(Payment{}.Wallet)-unsafe.Offsetof(C.escrow_payment{}.wallet)],
	zero[unsafe.Offsetof(Payment{}.Order)-unsafe.Offsetof(C.escrow_payment{}.order)],
	zero[unsafe.Offsetof(Payment{}.Authorisation)-unsafe.Offsetof(C.escrow_payment{}.authorisation)],
	zero[unsafe.Offsetof(Payment{}.Operation)-unsafe.Offsetof(C.escrow_payment{}.operation)],
	zero[unsafe.Sizeof(Order{})-C.sizeof_escrow_order],
	zero[unsafe.Offsetof(Order{}.Wallet)-unsafe.Offsetof(C.escrow_order{}.wallet)],
	zero[unsafe.Offsetof(Order{}.Order)-unsafe.Offsetof(C.escrow_order{}.order)],
	zero[unsafe.Offsetof(Order{}.Ledger)-unsafe.Offsetof(C.escrow_order{}.ledger)],
	zero[unsafe.Offsetof(Order{}.reserved)-unsafe.Offsetof(C.escrow_order{}.reserved)],
	zero[unsafe.Sizeof(OrderPart{})-C.sizeof_escrow_order_part],
	zero[unsafe.Offsetof(OrderPart{}.Payee)-unsafe.Offsetof(C.escrow_order_part{}.payee)],
	zero[unsafe.Offsetof(OrderPart{}.Amount)-unsafe.Offsetof(C.escrow_order_part{}.amount)],
	zero[unsafe.Offsetof(OrderPart{}.Card)-unsafe.Offsetof(C.escrow_order_part{}.card)],
	zero[unsafe.Sizeof(ChargeResult{})-C.sizeof_escrow_charge_result],
	zero[unsafe.Offsetof(ChargeResult{}.Item)-unsafe.Offsetof(C.escrow_charge_result{}.item)],
	zero[unsafe.Offsetof(ChargeResult{}.Kind)-unsafe.Offsetof(C.escrow_charge_result{}.kind)],
	zero[unsafe.Offsetof(ChargeResult{}.Reason)-unsafe.Offsetof(C.escrow_charge_result{}.reason)],
	zero[unsafe.Offsetof(ChargeResult{}.reserved)-unsafe.Offsetof(C.escrow_charge_result{}.reserved)],
	zero[unsafe.Sizeof(NewCardPayment{})-C.sizeof_escrow_new_card_payment],
	zero[unsafe.Offsetof(NewCardPayment{}.Wallet)-unsafe.Offsetof(C.escrow_new_card_payment{}.wallet)],
	zero[unsafe.Offsetof(NewCardPayment{}.Order)-unsafe.Offsetof(C.escrow_new_card_payment{}.order)],
	zero[unsafe.Offsetof(NewCardPayment{}.Operation)-unsafe.Offsetof(C.escrow_new_card_payment{}.operation)],
	zero[unsafe.Offsetof(NewCardPayment{}.Authentication)-unsafe.Offsetof(C.escrow_new_card_payment{}.authentication)],
	zero[unsafe.Offsetof(NewCardPayment{}.reserved)-unsafe.Offsetof(C.escrow_new_card_payment{}.reserved)],
	zero[unsafe.Sizeof(CardRefund{})-C.sizeof_escrow_card_refund],
	zero[unsafe.Offsetof(CardRefund{}.ID)-unsafe.Offsetof(C.escrow_card_refund{}.id)],
	zero[unsafe.Offsetof(CardRefund{}.Payment)-unsafe.Offsetof(C.escrow_card_refund{}.payment)],
	zero[unsafe.Offsetof(CardRefund{}.Amount)-unsafe.Offsetof(C.escrow_card_refund{}.amount)],
	zero[unsafe.Offsetof(CardRefund{}.Since)-unsafe.Offsetof(C.escrow_card_refund{}.since)],
	zero[unsafe.Offsetof(CardRefund{}.Ledger)-unsafe.Offsetof(C.escrow_card_refund{}.ledger)],
	zero[unsafe.Offsetof(CardRefund{}.reserved)-unsafe.Offsetof(C.escrow_card_refund{}.reserved)],
	zero[unsafe.Sizeof(RefundReturned{})-C.sizeof_escrow_refund_returned],
	zero[unsafe.Offsetof(RefundReturned{}.Item)-unsafe.Offsetof(C.escrow_refund_returned{}.item)],
	zero[unsafe.Offsetof(RefundReturned{}.Kind)-unsafe.Offsetof(C.escrow_refund_returned{}.kind)],
	zero[unsafe.Offsetof(RefundReturned{}.reserved)-unsafe.Offsetof(C.escrow_refund_returned{}.reserved)],
	zero[unsafe.Sizeof(SuspenseItem{})-C.sizeof_escrow_suspense_item],
	zero[unsafe.Offsetof(SuspenseItem{}.ID)-unsafe.Offsetof(C.escrow_suspense_item{}.id)],
	zero[unsafe.Offsetof(SuspenseItem{}.Payment)-unsafe.Offsetof(C.escrow_suspense_item{}.payment)],
	zero[unsafe.Offsetof(SuspenseItem{}.Wallet)-unsafe.Offsetof(C.escrow_suspense_item{}.wallet)],
	zero[unsafe.Offsetof(SuspenseItem{}.Order)-unsafe.Offsetof(C.escrow_suspense_item{}.order)],
	zero[unsafe.Offsetof(SuspenseItem{}.Payee)-unsafe.Offsetof(C.escrow_suspense_item{}.payee)],
	zero[unsafe.Offsetof(SuspenseItem{}.Amount)-unsafe.Offsetof(C.escrow_suspense_item{}.amount)],
	zero[unsafe.Offsetof(SuspenseItem{}.Expected)-unsafe.Offsetof(C.escrow_suspense_item{}.expected)],
	zero[unsafe.Offsetof(SuspenseItem{}.ResolvedBy)-unsafe.Offsetof(C.escrow_suspense_item{}.resolved_by)],
	zero[unsafe.Offsetof(SuspenseItem{}.CameAt)-unsafe.Offsetof(C.escrow_suspense_item{}.came_at)],
	zero[unsafe.Offsetof(SuspenseItem{}.Ledger)-unsafe.Offsetof(C.escrow_suspense_item{}.ledger)],
	zero[unsafe.Offsetof(SuspenseItem{}.Reason)-unsafe.Offsetof(C.escrow_suspense_item{}.reason)],
	zero[unsafe.Offsetof(SuspenseItem{}.OrderIsPaid)-unsafe.Offsetof(C.escrow_suspense_item{}.order_is_paid)],
	zero[unsafe.Offsetof(SuspenseItem{}.reserved)-unsafe.Offsetof(C.escrow_suspense_item{}.reserved)],
	zero[unsafe.Sizeof(UnclaimedItem{})-C.sizeof_escrow_unclaimed_item],
	zero[unsafe.Offsetof(UnclaimedItem{}.ID)-unsafe.Offsetof(C.escrow_unclaimed_item{}.id)],
	zero[unsafe.Offsetof(UnclaimedItem{}.Person)-unsafe.Offsetof(C.escrow_unclaimed_item{}.person)],
	zero[unsafe.Offsetof(UnclaimedItem{}.Wallet)-unsafe.Offsetof(C.escrow_unclaimed_item{}.wallet)],
	zero[unsafe.Offsetof(UnclaimedItem{}.Amount)-unsafe.Offsetof(C.escrow_unclaimed_item{}.amount)],
	zero[unsafe.Offsetof(UnclaimedItem{}.ResolvedBy)-unsafe.Offsetof(C.escrow_unclaimed_item{}.resolved_by)],
	zero[unsafe.Offsetof(UnclaimedItem{}.ResolvedTo)-unsafe.Offsetof(C.escrow_unclaimed_item{}.resolved_to)],
	zero[unsafe.Offsetof(UnclaimedItem{}.CameAt)-unsafe.Offsetof(C.escrow_unclaimed_item{}.came_at)],
	zero[unsafe.Offsetof(UnclaimedItem{}.ResolvedAt)-unsafe.Offsetof(C.escrow_unclaimed_item{}.resolved_at)],
	zero[unsafe.Offsetof(UnclaimedItem{}.Ledger)-unsafe.Offsetof(C.escrow_unclaimed_item{}.ledger)],
	zero[unsafe.Offsetof(UnclaimedItem{}.Reason)-unsafe.Offsetof(C.escrow_unclaimed_item{}.reason)],
	zero[unsafe.Offsetof(UnclaimedItem{}.reserved)-unsafe.Offsetof(C.escrow_unclaimed_item{}.reserved)],
	zero[unsafe.Sizeof(legRecord{})-C.sizeof_escrow_leg],
	zero[unsafe.Offsetof(legRecord{}.Seller)-unsafe.Offsetof(C.escrow_leg{}.seller)],
	zero[unsafe.Offsetof(legRecord{}.Amount)-unsafe.Offsetof(C.escrow_leg{}.amount)],
	zero[unsafe.Offsetof(legRecord{}.CommissionFixed)-unsafe.Offsetof(C.escrow_leg{}.commission_fixed)],
	zero[unsafe.Offsetof(legRecord{}.CommissionPPM)-unsafe.Offsetof(C.escrow_leg{}.commission_ppm)],
	zero[unsafe.Offsetof(legRecord{}.reserved)-unsafe.Offsetof(C.escrow_leg{}.reserved)],
	zero[unsafe.Sizeof(legLineRecord{})-C.sizeof_escrow_leg_line],
	zero[unsafe.Offsetof(legLineRecord{}.Reference)-unsafe.Offsetof(C.escrow_leg_line{}.reference)],
	zero[unsafe.Offsetof(legLineRecord{}.Amount)-unsafe.Offsetof(C.escrow_leg_line{}.amount)],
	zero[unsafe.Offsetof(legLineRecord{}.Leg)-unsafe.Offsetof(C.escrow_leg_line{}.leg)],
	zero[unsafe.Offsetof(legLineRecord{}.Kind)-unsafe.Offsetof(C.escrow_leg_line{}.kind)],
	zero[unsafe.Offsetof(legLineRecord{}.Quantity)-unsafe.Offsetof(C.escrow_leg_line{}.quantity)],
	zero[unsafe.Offsetof(legLineRecord{}.reserved)-unsafe.Offsetof(C.escrow_leg_line{}.reserved)],
	zero[unsafe.Sizeof(Tender{})-C.sizeof_escrow_tender],
	zero[unsafe.Offsetof(Tender{}.Source)-unsafe.Offsetof(C.escrow_tender{}.source)],
	zero[unsafe.Offsetof(Tender{}.Amount)-unsafe.Offsetof(C.escrow_tender{}.amount)],
	zero[unsafe.Offsetof(Tender{}.Kind)-unsafe.Offsetof(C.escrow_tender{}.kind)],
	zero[unsafe.Offsetof(Tender{}.reserved)-unsafe.Offsetof(C.escrow_tender{}.reserved)],
	zero[unsafe.Sizeof(Item{})-C.sizeof_escrow_item],
	zero[unsafe.Offsetof(Item{}.Line)-unsafe.Offsetof(C.escrow_item{}.line)],
	zero[unsafe.Offsetof(Item{}.Quantity)-unsafe.Offsetof(C.escrow_item{}.quantity)],
	zero[unsafe.Sizeof(ItemView{})-C.sizeof_escrow_item_view],
	zero[unsafe.Offsetof(ItemView{}.Reference)-unsafe.Offsetof(C.escrow_item_view{}.reference)],
	zero[unsafe.Offsetof(ItemView{}.Amount)-unsafe.Offsetof(C.escrow_item_view{}.amount)],
	zero[unsafe.Offsetof(ItemView{}.Line)-unsafe.Offsetof(C.escrow_item_view{}.line)],
	zero[unsafe.Offsetof(ItemView{}.Quantity)-unsafe.Offsetof(C.escrow_item_view{}.quantity)],
	zero[unsafe.Offsetof(ItemView{}.reserved)-unsafe.Offsetof(C.escrow_item_view{}.reserved)],
	zero[unsafe.Sizeof(TenderRefund{})-C.sizeof_escrow_tender_refund],
	zero[unsafe.Offsetof(TenderRefund{}.Reversal)-unsafe.Offsetof(C.escrow_tender_refund{}.reversal)],
	zero[unsafe.Offsetof(TenderRefund{}.Amount)-unsafe.Offsetof(C.escrow_tender_refund{}.amount)],
	zero[unsafe.Offsetof(TenderRefund{}.Tender)-unsafe.Offsetof(C.escrow_tender_refund{}.tender)],
	zero[unsafe.Offsetof(TenderRefund{}.reserved)-unsafe.Offsetof(C.escrow_tender_refund{}.reserved)],
	zero[unsafe.Sizeof(ListedOrder{})-C.sizeof_escrow_listed_order],
	zero[unsafe.Offsetof(ListedOrder{}.Order)-unsafe.Offsetof(C.escrow_listed_order{}.order)],
	zero[unsafe.Offsetof(ListedOrder{}.PlacedAt)-unsafe.Offsetof(C.escrow_listed_order{}.placed_at)],
	zero[unsafe.Offsetof(ListedOrder{}.Part)-unsafe.Offsetof(C.escrow_listed_order{}.part)],
	zero[unsafe.Offsetof(ListedOrder{}.reserved)-unsafe.Offsetof(C.escrow_listed_order{}.reserved)],
	zero[unsafe.Sizeof(OpenPart{})-C.sizeof_escrow_open_part],
	zero[unsafe.Offsetof(OpenPart{}.Order)-unsafe.Offsetof(C.escrow_open_part{}.order)],
	zero[unsafe.Offsetof(OpenPart{}.DueAt)-unsafe.Offsetof(C.escrow_open_part{}.due_at)],
	zero[unsafe.Offsetof(OpenPart{}.Part)-unsafe.Offsetof(C.escrow_open_part{}.part)],
	zero[unsafe.Offsetof(OpenPart{}.Stage)-unsafe.Offsetof(C.escrow_open_part{}.stage)],
	zero[unsafe.Sizeof(OrderRefund{})-C.sizeof_escrow_order_refund],
	zero[unsafe.Offsetof(OrderRefund{}.Reversal)-unsafe.Offsetof(C.escrow_order_refund{}.reversal)],
	zero[unsafe.Offsetof(OrderRefund{}.Order)-unsafe.Offsetof(C.escrow_order_refund{}.order)],
	zero[unsafe.Offsetof(OrderRefund{}.Source)-unsafe.Offsetof(C.escrow_order_refund{}.source)],
	zero[unsafe.Offsetof(OrderRefund{}.Amount)-unsafe.Offsetof(C.escrow_order_refund{}.amount)],
	zero[unsafe.Offsetof(OrderRefund{}.At)-unsafe.Offsetof(C.escrow_order_refund{}.at)],
	zero[unsafe.Offsetof(OrderRefund{}.Ledger)-unsafe.Offsetof(C.escrow_order_refund{}.ledger)],
	zero[unsafe.Offsetof(OrderRefund{}.Tender)-unsafe.Offsetof(C.escrow_order_refund{}.tender)],
}

var zero [1]struct{}
