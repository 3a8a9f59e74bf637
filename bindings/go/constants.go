// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.

package escrowdb

// #include <escrowdb.h>
import "C"

// The limits of the store.
const (
	// Operations in one batch.
	BatchOperationsMax = 65536
	// Bytes of documents (spaces, keys and values) in one batch.
	BatchDataBytesMax = 67108864
	// Bytes of a document's key.
	DocumentKeyBytesMax = 511
	// Bytes of the name of a space of documents.
	DocumentSpaceBytesMax = 63
	// Bytes of a document's value.
	DocumentValueBytesMax = 65536
	// The greatest scale of a ledger: digits behind the decimal point.
	LedgerScaleMax = 18
	// Bytes of a ledger's code.
	LedgerCodeBytesMax = 16
	// Ledgers of one store; all of them are kept in memory.
	LedgersMax = 4096
	// Bytes of the name of an event consumer.
	ConsumerNameBytesMax = 63
	// Event consumers of one store.
	ConsumersMax = 1024
	// A rate of one, in parts per million.
	RatePpmMax = 1000000
	// Bytes of a wrapped key, at most.
	WrappedKeyBytesMax = 512
	// Payments of one call of escrow_wallet_pay_many.
	PaymentsMax = 4096
	// Cards of one wallet, with those that were removed and are not forgotten yet.
	CardsMax = 16
	// Parts of one order.
	OrderPartsMax = 32
	// Chargebacks of one payment.
	ChargebacksMax = 64
	// Pieces of evidence of one case.
	EvidenceMax = 16
	// Legs of one order.
	LegsMax = 16
	// Tenders of one order.
	TendersMax = 32
	// Lines of one leg.
	LegLinesMax = 64
	// Parts of one order, those of its legs among them.
	PartsMax = 128
)

// A Status is what became of an operation: StatusApplied, or the law that it would have broken.
// More will be added: treat one that you do not know as a refusal.
type Status uint32

const (
	// Carried out.
	StatusApplied Status = 0
	// Another operation of the same chain was refused.
	StatusLinkedEventFailed Status = 1
	// The batch ends inside a chain.
	StatusLinkedEventChainOpen Status = 2
	// An id stands twice in one chain.
	StatusLinkedEventRepeatsID Status = 3
	// No such kind, or one that only the store makes.
	StatusKindMustBeKnown Status = 100
	// A reserved field is not zero.
	StatusReservedFieldMustBeZero Status = 101
	// A flag that does not exist.
	StatusFlagsMustBeKnown Status = 102
	// A flag that this kind does not take.
	StatusFlagNotAllowedForKind Status = 103
	// Two flags that exclude each other.
	StatusFlagsAreMutuallyExclusive Status = 104
	// A field that this kind does not use is not zero.
	StatusUnusedFieldMustBeZero Status = 105
	// The batch has imported operations, and this one is not.
	StatusImportedExpected Status = 106
	// The batch has operations that are not imported, and this one is.
	StatusImportedNotExpected Status = 107
	// Only an imported operation has a timestamp on the way in.
	StatusTimestampMustBeZero Status = 108
	// An imported operation needs a timestamp.
	StatusImportedTimestampMustNotBeZero Status = 109
	// Id 0 means none.
	StatusIDMustNotBeZero Status = 110
	// The greatest id is reserved.
	StatusIDMustNotBeMax Status = 111
	// The debit account is missing.
	StatusDebitAccountMustNotBeZero Status = 112
	// The greatest id is reserved.
	StatusDebitAccountMustNotBeMax Status = 113
	// The credit account is missing.
	StatusCreditAccountMustNotBeZero Status = 114
	// The greatest id is reserved.
	StatusCreditAccountMustNotBeMax Status = 115
	// An account cannot trade with itself, nor take the commission on its own deal.
	StatusAccountsMustBeDifferent Status = 116
	// The operation does not say what it is about.
	StatusTargetMustNotBeZero Status = 117
	// The greatest id is reserved.
	StatusTargetMustNotBeMax Status = 118
	// A commission needs an account that receives it.
	StatusFeeAccountMustNotBeZero Status = 119
	// The greatest id is reserved.
	StatusFeeAccountMustNotBeMax Status = 120
	// A rate is at most 1,000,000 parts per million.
	StatusFeeRateMustNotExceedOne Status = 121
	// The ledger is missing.
	StatusLedgerMustNotBeZero Status = 122
	// The code is missing.
	StatusCodeMustNotBeZero Status = 123
	// There is nothing to move.
	StatusAmountMustNotBeZero Status = 124
	// With rest the store finds the amount itself.
	StatusAmountMustBeZero Status = 125
	// The greatest amount is 2^96 - 1.
	StatusAmountMustNotExceedMax Status = 126
	// What happens at the deadline is none of the known ways.
	StatusAtDeadlineMustBeKnown Status = 127
	// A hold has both a deadline and what happens then, or neither.
	StatusDeadlineNeedsTimeoutAndDefault Status = 128
	// extend needs a time.
	StatusTimeoutMustNotBeZero Status = 129
	// The document reaches beyond the side buffer.
	StatusDataOutOfBounds Status = 130
	// A space is named by 1 to 63 bytes of UTF-8 without a zero byte.
	StatusSpaceMustBeValid Status = 131
	// A key is 1 to 511 bytes.
	StatusKeyMustBeValid Status = 132
	// A value is at most 64 KiB.
	StatusValueTooLong Status = 133
	// A ledger's code is 1 to 16 of A-Z, 0-9, _ and -.
	StatusLedgerCodeMustBeValid Status = 134
	// A scale is 0 to 18.
	StatusScaleMustNotExceedMax Status = 135
	// A new account has no balances and no open holds.
	StatusBalancesMustBeZero Status = 136
	// A space whose name begins with a control character is the library's own.
	StatusSpaceIsReserved Status = 137
	// Only at the deadline of a dispute can what it claims go back.
	StatusClaimNeedsDispute Status = 138
	// The same id with the same content was carried out before; the first outcome is given.
	StatusExists Status = 200
	// The same id was used with another kind.
	StatusExistsWithDifferentKind Status = 201
	// The same id was used with other flags.
	StatusExistsWithDifferentFlags Status = 202
	// The same id was used with another debit account.
	StatusExistsWithDifferentDebitAccount Status = 203
	// The same id was used with another credit account.
	StatusExistsWithDifferentCreditAccount Status = 204
	// The same id was used with another target.
	StatusExistsWithDifferentTarget Status = 205
	// The same id was used with another amount.
	StatusExistsWithDifferentAmount Status = 206
	// The same id was used with another fee account.
	StatusExistsWithDifferentFeeAccount Status = 207
	// The same id was used with another fee rate.
	StatusExistsWithDifferentFeeRate Status = 208
	// The same id was used with other user data (128 bits).
	StatusExistsWithDifferentUserData128 Status = 209
	// The same id was used with other user data (64 bits).
	StatusExistsWithDifferentUserData64 Status = 210
	// The same id was imported with another timestamp.
	StatusExistsWithDifferentTimestamp Status = 211
	// The same id was used with another time-out.
	StatusExistsWithDifferentTimeout Status = 212
	// The same id was used with another default at the deadline.
	StatusExistsWithDifferentAtDeadline Status = 213
	// The same id was used with another ledger.
	StatusExistsWithDifferentLedger Status = 214
	// The same id was used with another code.
	StatusExistsWithDifferentCode Status = 215
	// The same id was used with another expected version.
	StatusExistsWithDifferentExpectedVersion Status = 216
	// The same id was used with another document space or key.
	StatusExistsWithDifferentKey Status = 217
	// The same id was used with another document value.
	StatusExistsWithDifferentValue Status = 218
	// The same ledger number has another scale.
	StatusExistsWithDifferentScale Status = 219
	// The id was used up by a refusal; first_status tells which.
	StatusIDAlreadyFailed Status = 220
	// The id was used before, in a part of the journal that was archived: nothing is done, and
	// what became of it the first time stands there, at the outcome's timestamp.
	StatusOriginalIsArchived Status = 221
	// The id was used with another value date.
	StatusExistsWithDifferentValueDate Status = 222
	// The id was used with another fixed part of the commission.
	StatusExistsWithDifferentFixedFee Status = 223
	// No such ledger.
	StatusLedgerNotFound Status = 300
	// No such debit account.
	StatusDebitAccountNotFound Status = 301
	// No such credit account.
	StatusCreditAccountNotFound Status = 302
	// No such fee account.
	StatusFeeAccountNotFound Status = 303
	// No such hold.
	StatusHoldNotFound Status = 304
	// No such operation to be reversed.
	StatusOperationNotFound Status = 305
	// No such account.
	StatusAccountNotFound Status = 306
	// Only a transfer or a release that was applied can be reversed.
	StatusOperationMustBeReversible Status = 307
	// Accounts of two ledgers cannot trade with each other.
	StatusAccountsMustHaveTheSameLedger Status = 308
	// The operation names another ledger than its accounts belong to.
	StatusOperationMustHaveTheLedgerOfItsAccounts Status = 309
	// The receiver of a split cannot be the payer: that is a refund.
	StatusReceiverMustNotBePayer Status = 310
	// A fee account whose credits are limited could make a deadline fail.
	StatusFeeAccountMustNotLimitCredits Status = 311
	// The store has as many ledgers as it can have.
	StatusTooManyLedgers Status = 312
	// The operation to be reversed is in a part of the journal that was archived. Holds can be
	// reversed by their own id even then.
	StatusOperationIsArchived Status = 313
	// A managed account is the library's to debit and credit, and so are the holds in which
	// it takes part.
	StatusAccountIsManaged Status = 314
	// An imported operation must be later than everything in the store.
	StatusImportedTimestampMustNotRegress Status = 400
	// An imported operation must be in the past: not later than the system clock, or, by a
	// manual clock, than nine minutes before the end of time in 2554.
	StatusImportedTimestampMustBeInThePast Status = 401
	// A deadline falls between the members of a chain.
	StatusChainMustNotSpanADeadline Status = 402
	// All of the hold was released.
	StatusHoldAlreadySettled Status = 410
	// All of the hold was refunded.
	StatusHoldAlreadyRefunded Status = 411
	// The hold was released in part and refunded in part, and is closed.
	StatusHoldAlreadySplit Status = 412
	// Only an arbitrated release or refund, a withdrawal, or a dispute with a time-out touches
	// a disputed hold.
	StatusHoldIsDisputed Status = 413
	// There is no dispute to withdraw, or to arbitrate.
	StatusHoldIsNotDisputed Status = 414
	// The hold was shipped before, or delivered.
	StatusHoldAlreadyShipped Status = 415
	// The hold was delivered before.
	StatusHoldAlreadyDelivered Status = 416
	// A hold without a deadline cannot be extended.
	StatusHoldHasNoDeadline Status = 417
	// extend moves a deadline later only.
	StatusDeadlineMustBeLater Status = 418
	// A default needs a deadline.
	StatusDefaultNeedsDeadline Status = 419
	// The debit account or payer is frozen.
	StatusDebitAccountFrozen Status = 420
	// The debit account or payer is closed.
	StatusDebitAccountClosed Status = 421
	// The credit account or payee is frozen.
	StatusCreditAccountFrozen Status = 422
	// The credit account, payee or other receiver is closed.
	StatusCreditAccountClosed Status = 423
	// The fee account is frozen.
	StatusFeeAccountFrozen Status = 424
	// The fee account is closed.
	StatusFeeAccountClosed Status = 425
	// The account is frozen already.
	StatusAccountAlreadyFrozen Status = 426
	// The account is not frozen.
	StatusAccountIsNotFrozen Status = 427
	// The account is closed already.
	StatusAccountAlreadyClosed Status = 428
	// The account is not closed.
	StatusAccountIsNotClosed Status = 429
	// An account with open holds cannot be closed.
	StatusAccountHasOpenHolds Status = 430
	// More than is left in the hold.
	StatusExceedsHeld Status = 431
	// More than is left of the operation after earlier reversals.
	StatusExceedsReversible Status = 432
	// The document has another version than expected; the outcome carries it.
	StatusVersionMustMatch Status = 433
	// There is no such document to delete.
	StatusDocumentNotFound Status = 434
	// A hold that never had a deadline needs a default together with its first one.
	StatusDeadlineNeedsDefault Status = 435
	// A release to another receiver than the payee takes no commission, and must say so with
	// no_fee where the hold has a rate.
	StatusSplitNeedsNoFee Status = 436
	// no_fee has no effect on a release to the payee, whose commission the hold fixed.
	StatusNoFeeNeedsSplit Status = 437
	// balancing_debit has no effect on a debit account without the flag
	// debits_must_not_exceed_credits.
	StatusBalancingDebitNeedsLimit Status = 438
	// balancing_credit has no effect on a credit account without the flag
	// credits_must_not_exceed_debits.
	StatusBalancingCreditNeedsLimit Status = 439
	// What is divided off a hold leaves something in it.
	StatusPartMustBeLessThanHeld Status = 440
	// Closed-loop money must not reach an external account.
	StatusSpendOnlyMoneyMustNotLeave Status = 500
	// total debits_pending of the debit account would exceed 2^96 - 1.
	StatusOverflowsDebitsPending Status = 600
	// total credits_pending of the credit account would exceed 2^96 - 1.
	StatusOverflowsCreditsPending Status = 601
	// total debits_posted of a debited account would exceed 2^96 - 1.
	StatusOverflowsDebitsPosted Status = 602
	// total credits_posted of a credited account would exceed 2^96 - 1.
	StatusOverflowsCreditsPosted Status = 603
	// Pending and posted debits of an account together would exceed 2^96 - 1.
	StatusOverflowsDebits Status = 604
	// Pending and posted credits of an account together would exceed 2^96 - 1.
	StatusOverflowsCredits Status = 605
	// All that the hold ever held would exceed 2^96 - 1.
	StatusOverflowsHold Status = 606
	// All debits of the ledger together would exceed 2^96 - 1.
	StatusOverflowsLedger Status = 607
	// The deadline would be after the year 2554.
	StatusOverflowsDeadline Status = 608
	// The account takes part in more than 2^32 - 1 open holds.
	StatusOverflowsOpenHolds Status = 609
	// The debit account has not enough available.
	StatusExceedsCredits Status = 700
	// The credit account was not debited enough.
	StatusExceedsDebits Status = 701
	// The fee account has not enough available to give its commission back.
	StatusFeeAccountExceedsCredits Status = 702
)

var statusNames = map[Status]string{
	0:   "applied",
	1:   "linked_event_failed",
	2:   "linked_event_chain_open",
	3:   "linked_event_repeats_id",
	100: "kind_must_be_known",
	101: "reserved_field_must_be_zero",
	102: "flags_must_be_known",
	103: "flag_not_allowed_for_kind",
	104: "flags_are_mutually_exclusive",
	105: "unused_field_must_be_zero",
	106: "imported_expected",
	107: "imported_not_expected",
	108: "timestamp_must_be_zero",
	109: "imported_timestamp_must_not_be_zero",
	110: "id_must_not_be_zero",
	111: "id_must_not_be_max",
	112: "debit_account_must_not_be_zero",
	113: "debit_account_must_not_be_max",
	114: "credit_account_must_not_be_zero",
	115: "credit_account_must_not_be_max",
	116: "accounts_must_be_different",
	117: "target_must_not_be_zero",
	118: "target_must_not_be_max",
	119: "fee_account_must_not_be_zero",
	120: "fee_account_must_not_be_max",
	121: "fee_rate_must_not_exceed_one",
	122: "ledger_must_not_be_zero",
	123: "code_must_not_be_zero",
	124: "amount_must_not_be_zero",
	125: "amount_must_be_zero",
	126: "amount_must_not_exceed_max",
	127: "at_deadline_must_be_known",
	128: "deadline_needs_timeout_and_default",
	129: "timeout_must_not_be_zero",
	130: "data_out_of_bounds",
	131: "space_must_be_valid",
	132: "key_must_be_valid",
	133: "value_too_long",
	134: "ledger_code_must_be_valid",
	135: "scale_must_not_exceed_max",
	136: "balances_must_be_zero",
	137: "space_is_reserved",
	138: "claim_needs_dispute",
	200: "exists",
	201: "exists_with_different_kind",
	202: "exists_with_different_flags",
	203: "exists_with_different_debit_account",
	204: "exists_with_different_credit_account",
	205: "exists_with_different_target",
	206: "exists_with_different_amount",
	207: "exists_with_different_fee_account",
	208: "exists_with_different_fee_rate",
	209: "exists_with_different_user_data_128",
	210: "exists_with_different_user_data_64",
	211: "exists_with_different_timestamp",
	212: "exists_with_different_timeout",
	213: "exists_with_different_at_deadline",
	214: "exists_with_different_ledger",
	215: "exists_with_different_code",
	216: "exists_with_different_expected_version",
	217: "exists_with_different_key",
	218: "exists_with_different_value",
	219: "exists_with_different_scale",
	220: "id_already_failed",
	221: "original_is_archived",
	222: "exists_with_different_value_date",
	223: "exists_with_different_fixed_fee",
	300: "ledger_not_found",
	301: "debit_account_not_found",
	302: "credit_account_not_found",
	303: "fee_account_not_found",
	304: "hold_not_found",
	305: "operation_not_found",
	306: "account_not_found",
	307: "operation_must_be_reversible",
	308: "accounts_must_have_the_same_ledger",
	309: "operation_must_have_the_ledger_of_its_accounts",
	310: "receiver_must_not_be_payer",
	311: "fee_account_must_not_limit_credits",
	312: "too_many_ledgers",
	313: "operation_is_archived",
	314: "account_is_managed",
	400: "imported_timestamp_must_not_regress",
	401: "imported_timestamp_must_be_in_the_past",
	402: "chain_must_not_span_a_deadline",
	410: "hold_already_settled",
	411: "hold_already_refunded",
	412: "hold_already_split",
	413: "hold_is_disputed",
	414: "hold_is_not_disputed",
	415: "hold_already_shipped",
	416: "hold_already_delivered",
	417: "hold_has_no_deadline",
	418: "deadline_must_be_later",
	419: "default_needs_deadline",
	420: "debit_account_frozen",
	421: "debit_account_closed",
	422: "credit_account_frozen",
	423: "credit_account_closed",
	424: "fee_account_frozen",
	425: "fee_account_closed",
	426: "account_already_frozen",
	427: "account_is_not_frozen",
	428: "account_already_closed",
	429: "account_is_not_closed",
	430: "account_has_open_holds",
	431: "exceeds_held",
	432: "exceeds_reversible",
	433: "version_must_match",
	434: "document_not_found",
	435: "deadline_needs_default",
	436: "split_needs_no_fee",
	437: "no_fee_needs_split",
	438: "balancing_debit_needs_limit",
	439: "balancing_credit_needs_limit",
	440: "part_must_be_less_than_held",
	500: "spend_only_money_must_not_leave",
	600: "overflows_debits_pending",
	601: "overflows_credits_pending",
	602: "overflows_debits_posted",
	603: "overflows_credits_posted",
	604: "overflows_debits",
	605: "overflows_credits",
	606: "overflows_hold",
	607: "overflows_ledger",
	608: "overflows_deadline",
	609: "overflows_open_holds",
	700: "exceeds_credits",
	701: "exceeds_debits",
	702: "fee_account_exceeds_credits",
}

// libraryStatus asks the library, which may be a later one and know more numbers.
func libraryStatus(value Status) string {
	return C.GoString(C.escrow_outcome_name(C.uint32_t(value)))
}

// String gives the name, such as "applied"; "unknown" for a number that has none.
func (s Status) String() string {
	return nameOf(s, statusNames, libraryStatus)
}

// MarshalText gives the name; the number where it has none.
func (s Status) MarshalText() ([]byte, error) {
	return writeName(s, statusNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Status) UnmarshalText(text []byte) error {
	return readName(s, text, statusNames)
}

// Kind is a kind of operation.
type Kind uint16

const (
	// Moves amount from the debit to the credit account at once.
	KindTransfer Kind = 1
	// The payer (debit account) pays into escrow for the payee (credit account). Freezes fee
	// account, fee rate, deadline and what happens at the deadline.
	KindHold Kind = 2
	// The goods are on their way; may set a new deadline and a new default.
	KindShip Kind = 3
	// The goods are with the payer; may set a new deadline and a new default.
	KindDeliver Kind = 4
	// Moves the deadline, later only.
	KindExtend Kind = 5
	// Settles part or all of a hold: to the payee, or to another account of its ledger.
	KindRelease Kind = 6
	// Raises the amount of an open hold.
	KindTopUp Kind = 7
	// Returns part or all of a hold to the payer.
	KindRefund Kind = 8
	// Stops the clock of a hold, or gives it another: with a time-out and a default, and what
	// is claimed. Until it is withdrawn, only an arbitrated release or refund settles the
	// hold, or that deadline.
	KindDispute Kind = 9
	// Restarts the clock of a hold with the time that was left, and the default from before.
	KindWithdrawDispute Kind = 10
	// Undoes part or all of an earlier transfer or release, or of what the payee of a hold was
	// paid, fee pro rata.
	KindReverse Kind = 11
	// Stops new business of an account.
	KindFreeze Kind = 12
	// Undoes FREEZE.
	KindUnfreeze Kind = 13
	// Takes an account without open holds out of use.
	KindClose Kind = 14
	// Undoes CLOSE.
	KindReopen Kind = 15
	// Writes a document of the host's own.
	KindPut Kind = 16
	// Deletes a document of the host's own.
	KindDelete Kind = 17
	// Made by the store alone: a deadline came and the hold was settled by its default.
	KindExpire Kind = 18
	// Makes a part of a hold a hold of its own, which has the id of the operation, with the
	// same parties and terms. No money moves.
	KindDivide Kind = 19
)

var kindNames = map[Kind]string{
	1:  "transfer",
	2:  "hold",
	3:  "ship",
	4:  "deliver",
	5:  "extend",
	6:  "release",
	7:  "top_up",
	8:  "refund",
	9:  "dispute",
	10: "withdraw_dispute",
	11: "reverse",
	12: "freeze",
	13: "unfreeze",
	14: "close",
	15: "reopen",
	16: "put",
	17: "delete",
	18: "expire",
	19: "divide",
}

// libraryKind asks the library, which may be a later one and know more numbers.
func libraryKind(value Kind) string {
	return C.GoString(C.escrow_kind_name(C.uint32_t(value)))
}

// String gives the name, such as "transfer"; "unknown" for a number that has none.
func (k Kind) String() string {
	return nameOf(k, kindNames, libraryKind)
}

// MarshalText gives the name; the number where it has none.
func (k Kind) MarshalText() ([]byte, error) {
	return writeName(k, kindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error {
	return readName(k, text, kindNames)
}

// OperationFlags are flags of operations, combined with |.
type OperationFlags uint32

const (
	// Chained to the next operation of the batch: all of the chain, up to and including the first
	// operation without this flag, succeed or none does.
	OperationLinked OperationFlags = 1
	// transfer, top_up: move up to amount, as much as the debit account's limit allows.
	// Refused where that account has no limit, which is the flag debits_must_not_exceed_credits.
	OperationBalancingDebit OperationFlags = 2
	// transfer: move up to amount, as much as the credit account's limit allows. Refused where
	// that account has no limit, which is the flag credits_must_not_exceed_debits.
	OperationBalancingCredit OperationFlags = 4
	// release: the rest of the hold goes back to the payer.
	OperationFinal OperationFlags = 8
	// release, refund: by the arbiter of a dispute; needed while disputed, refused otherwise.
	OperationArbitrated OperationFlags = 16
	// The caller sets the timestamp, for moving a history in. All of a batch or none.
	OperationImported OperationFlags = 32
	// release, refund, reverse: all that is left; amount must be zero.
	OperationRest OperationFlags = 64
	// put, delete: only if the document has expected_version (0: only if there is none).
	OperationIfVersion OperationFlags = 128
	// release to another receiver than the payee: nobody takes a commission on it. Needed where
	// the hold has a rate; refused on any other release, where it would have no effect.
	OperationNoFee OperationFlags = 256
)

var operationFlagsNames = []string{
	"linked",
	"balancing_debit",
	"balancing_credit",
	"final",
	"arbitrated",
	"imported",
	"rest",
	"if_version",
	"no_fee",
}

// String names the flags, joined by "|"; "none" if there are none.
func (o OperationFlags) String() string {
	return flagNames(uint32(o), operationFlagsNames)
}

// MarshalText gives String.
func (o OperationFlags) MarshalText() ([]byte, error) {
	return []byte(o.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (o *OperationFlags) UnmarshalText(text []byte) error {
	return readFlags(o, text, operationFlagsNames)
}

// AccountFlags are flags of accounts, combined with |.
type AccountFlags uint32

const (
	// A liability (wallet, merchant): never spends more than it has.
	AccountDebitsMustNotExceedCredits AccountFlags = 1
	// An asset: never gives more than was put in. Excludes the flag above.
	AccountCreditsMustNotExceedDebits AccountFlags = 2
	// The boundary of the system: a bank, a card acquirer, cash.
	AccountExternal AccountFlags = 4
	// A closed-loop wallet: no operation moves its money to an EXTERNAL account, save a refund
	// to where it came from. Excludes EXTERNAL.
	AccountSpendOnly AccountFlags = 8
	// Its statement also shows changes of the pending balances, and its balances at any past time
	// can be asked for. Without it a statement shows changes of the posted balances.
	AccountHistory AccountFlags = 16
	// No new business; open holds are still settled. Set by freeze.
	AccountFrozen AccountFlags = 32
	// Out of use. Set by close.
	AccountClosed AccountFlags = 64
	// On the way in: created_at is the caller's, for moving a history in.
	AccountImported AccountFlags = 128
	// Kept by the library: the host's operations neither debit nor credit it, and touch no hold
	// in which it is payer, payee or fee account. Deadlines settle such holds all the same.
	AccountManaged AccountFlags = 256
)

var accountFlagsNames = []string{
	"debits_must_not_exceed_credits",
	"credits_must_not_exceed_debits",
	"external",
	"spend_only",
	"history",
	"frozen",
	"closed",
	"imported",
	"managed",
}

// String names the flags, joined by "|"; "none" if there are none.
func (a AccountFlags) String() string {
	return flagNames(uint32(a), accountFlagsNames)
}

// MarshalText gives String.
func (a AccountFlags) MarshalText() ([]byte, error) {
	return []byte(a.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (a *AccountFlags) UnmarshalText(text []byte) error {
	return readFlags(a, text, accountFlagsNames)
}

// AtDeadline is what happens to a hold at its deadline.
type AtDeadline uint16

const (
	// No deadline, or no change.
	AtDeadlineNone AtDeadline = 0
	// The payer gets the rest back.
	AtDeadlineRefund AtDeadline = 1
	// The payee gets the rest, less the commission.
	AtDeadlineRelease AtDeadline = 2
	// Of a dispute alone: the payer gets back what it claims, and the payee the rest, less the
	// commission.
	AtDeadlineClaim AtDeadline = 3
)

var atDeadlineNames = map[AtDeadline]string{
	0: "none",
	1: "refund",
	2: "release",
	3: "claim",
}

// libraryAtDeadline asks the library, which may be a later one and know more numbers.
func libraryAtDeadline(value AtDeadline) string {
	return C.GoString(C.escrow_at_deadline_name(C.uint32_t(value)))
}

// String gives the name, such as "none"; "unknown" for a number that has none.
func (a AtDeadline) String() string {
	return nameOf(a, atDeadlineNames, libraryAtDeadline)
}

// MarshalText gives the name; the number where it has none.
func (a AtDeadline) MarshalText() ([]byte, error) {
	return writeName(a, atDeadlineNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (a *AtDeadline) UnmarshalText(text []byte) error {
	return readName(a, text, atDeadlineNames)
}

// Phase is how far a hold has come, or how it ended.
type Phase uint16

const (
	// Paid for; the payee sees it.
	PhaseFunded Phase = 1
	// On its way.
	PhaseShipped Phase = 2
	// With the payer.
	PhaseDelivered Phase = 3
	// Closed: all of it was released.
	PhaseSettled Phase = 4
	// Closed: all of it was refunded.
	PhaseRefunded Phase = 5
	// Closed: part was released, part refunded.
	PhaseSplit Phase = 6
)

var phaseNames = map[Phase]string{
	1: "funded",
	2: "shipped",
	3: "delivered",
	4: "settled",
	5: "refunded",
	6: "split",
}

// libraryPhase asks the library, which may be a later one and know more numbers.
func libraryPhase(value Phase) string {
	return C.GoString(C.escrow_phase_name(C.uint32_t(value)))
}

// String gives the name, such as "funded"; "unknown" for a number that has none.
func (p Phase) String() string {
	return nameOf(p, phaseNames, libraryPhase)
}

// MarshalText gives the name; the number where it has none.
func (p Phase) MarshalText() ([]byte, error) {
	return writeName(p, phaseNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (p *Phase) UnmarshalText(text []byte) error {
	return readName(p, text, phaseNames)
}

// EventKind is what an event is about.
type EventKind uint32

const (
	// A ledger was registered: see ledger.
	EventLedger EventKind = 1
	// An account was opened: see account.
	EventAccount EventKind = 2
	// An operation was applied, or refused with its id used up: see operation.
	EventOperation EventKind = 3
)

var eventKindNames = map[EventKind]string{
	1: "ledger",
	2: "account",
	3: "operation",
}

// String gives the name, such as "ledger"; "unknown" for a number that has none.
func (e EventKind) String() string {
	return nameOf(e, eventKindNames, unnamed[EventKind])
}

// MarshalText gives the name; the number where it has none.
func (e EventKind) MarshalText() ([]byte, error) {
	return writeName(e, eventKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (e *EventKind) UnmarshalText(text []byte) error {
	return readName(e, text, eventKindNames)
}

// Side is a side of an account: its debits or its credits.
type Side uint32

const (
	// The debit side: what leaves a wallet.
	SideDebit Side = 0
	// The credit side: what comes into a wallet.
	SideCredit Side = 1
)

var sideNames = map[Side]string{
	0: "debit",
	1: "credit",
}

// String gives the name, such as "debit"; "unknown" for a number that has none.
func (s Side) String() string {
	return nameOf(s, sideNames, unnamed[Side])
}

// MarshalText gives the name; the number where it has none.
func (s Side) MarshalText() ([]byte, error) {
	return writeName(s, sideNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Side) UnmarshalText(text []byte) error {
	return readName(s, text, sideNames)
}

// A WalletStatus says which law a wallet command would have broken. The constants ErrNeedsTier,
// ErrCredentialsMustMatch and so on are errors themselves: compare with errors.Is.
type WalletStatus uint32

const (
	// An id is 0 or the greatest one.
	ErrIDMustBeValid WalletStatus = 1000
	// A staff command says who acts, in 1 to 64 of a-z, 0-9, ., _, @ and -.
	ErrActorMustBeNamed WalletStatus = 1001
	// A staff command says why, in 1 to 200 bytes of which something is seen.
	ErrReasonMustBeGiven WalletStatus = 1002
	// The host did not attest that the captcha was solved, and the policy demands one.
	ErrCaptchaMustBeSolved WalletStatus = 1003
	// An e-mail address is one alone: a name, an @ and a domain, in 3 to 254 bytes, without
	// quotes, comments and invisible characters.
	ErrAddressMustBeValid WalletStatus = 1004
	// A text is empty or invisible where it must not be, too long, or has control characters;
	// or a name has others than letters, digits, ., _ and -.
	ErrTextMustBeValid WalletStatus = 1005
	// A text holds what looks like the number of a payment card.
	ErrTextMustNotHoldACardNumber WalletStatus = 1006
	// A country is two letters A to Z.
	ErrCountryMustBeValid WalletStatus = 1007
	// More of these than one wallet, person or case may have.
	ErrTooMany WalletStatus = 1008
	// Others changed the same again and again: nothing of it was carried out, send it again.
	ErrWalletContended WalletStatus = 1009
	// What is stored of this wallet or person cannot be read: the page on repair says what to
	// do.
	ErrDataIsDamaged WalletStatus = 1010
	// No member of staff is registered under this name, or that one is deactivated.
	ErrStaffMustBeRegistered WalletStatus = 1011
	// The member of staff is not of support.
	ErrStaffMustHaveSupportRole WalletStatus = 1012
	// The member of staff is no reviewer.
	ErrStaffMustHaveReviewerRole WalletStatus = 1013
	// The member of staff is no approver.
	ErrStaffMustHaveApproverRole WalletStatus = 1014
	// The member of staff is no operator.
	ErrStaffMustHaveOperatorRole WalletStatus = 1015
	// This name, or one that looks like it, is registered already.
	ErrStaffNameIsTaken WalletStatus = 1016
	// There is no such member of staff, or that one is deactivated.
	ErrStaffNotFound WalletStatus = 1017
	// No role is given, or one that there is not.
	ErrRolesMustBeGiven WalletStatus = 1018
	// The last active operator stays one.
	ErrAnOperatorMustRemain WalletStatus = 1019
	// An amount is 1 to 2^96 - 1 minor units.
	ErrAmountMustBeValid WalletStatus = 1020
	// The only operator registers a second one alone, but not within a week after another one
	// was deactivated or lost the role.
	ErrSoleOperatorMustWait WalletStatus = 1021
	// There is no such registration, or it is over.
	ErrRegistrationNotFound WalletStatus = 1100
	// The address is not confirmed yet.
	ErrAddressMustBeConfirmed WalletStatus = 1101
	// The address is confirmed already.
	ErrAddressAlreadyConfirmed WalletStatus = 1102
	// The profile is not filled in yet.
	ErrProfileMustBeSet WalletStatus = 1103
	// The login password is not chosen yet.
	ErrPasswordMustBeSet WalletStatus = 1104
	// The policy asks for more security answers.
	ErrSecurityAnswersMustBeSet WalletStatus = 1105
	// The policy asks for a consent that was not given in its present version.
	ErrConsentMustBeGiven WalletStatus = 1106
	// This document, or this address, belongs to another person of the store.
	ErrPersonExists WalletStatus = 1107
	// There is no such person, or it was erased.
	ErrPersonNotFound WalletStatus = 1108
	// The person's registration is not complete.
	ErrPersonMustBeActive WalletStatus = 1109
	// There is no such wallet.
	ErrWalletNotFound WalletStatus = 1110
	// The wallet's id is taken.
	ErrWalletExists WalletStatus = 1111
	// The wallet is frozen or closed.
	ErrWalletMustBeActive WalletStatus = 1112
	// The account is taken, or is not a spend-only account of that ledger.
	ErrAccountMustFit WalletStatus = 1113
	// The person's id is taken.
	ErrPersonIDExists WalletStatus = 1114
	// Security questions are not asked by this policy.
	ErrSecurityAnswersAreOff WalletStatus = 1115
	// An address or number was changed, and until the time given that can be stopped: no link
	// for a new password is sent before, and nothing else is changed.
	ErrChangeIsUnderWay WalletStatus = 1116
	// No address or number is being changed, or the change stands already.
	ErrChangeNotFound WalletStatus = 1117
	// The person has a wallet in this ledger, open or closed.
	ErrWalletExistsInLedger WalletStatus = 1118
	// A birth date is a day of the calendar, as in 1990-02-28, neither ahead nor more than
	// 150 years ago.
	ErrBirthDateMustBeValid WalletStatus = 1119
	// The policy has a minimum age, and the birth date is not known.
	ErrBirthDateMustBeGiven WalletStatus = 1120
	// The customer is younger than the policy wants.
	ErrPersonIsUnderage WalletStatus = 1121
	// The password is wrong, or there is no such person, wallet or password: which of them
	// is not told.
	ErrCredentialsMustMatch WalletStatus = 1200
	// Too many failures: locked until the time given.
	ErrCredentialIsLocked WalletStatus = 1201
	// Far too many failures: locked until the credential is recovered.
	ErrCredentialIsLockedForGood WalletStatus = 1202
	// The password is shorter than the policy allows.
	ErrPasswordTooShort WalletStatus = 1203
	// The password is longer than 1,024 bytes.
	ErrPasswordTooLong WalletStatus = 1204
	// The password is on the block list, or is trivial.
	ErrPasswordTooCommon WalletStatus = 1205
	// Login and payment password must differ.
	ErrPasswordsMustDiffer WalletStatus = 1206
	// The password is set already: it is changed, or recovered.
	ErrPasswordAlreadySet WalletStatus = 1207
	// The token is unknown, used, expired, or for something else: which of them is not told.
	ErrTokenMustBeValid WalletStatus = 1208
	// The code is wrong, used, expired, or was tried too often.
	ErrCodeMustMatch WalletStatus = 1209
	// Not before the time given.
	ErrTooSoon WalletStatus = 1210
	// No more of this today: again at the time given.
	ErrTooManyToday WalletStatus = 1211
	// There is no such case.
	ErrCaseNotFound WalletStatus = 1300
	// The id of the case is taken.
	ErrCaseExists WalletStatus = 1301
	// The case is not at the step at which this can be done.
	ErrCaseMustBeAtThisStep WalletStatus = 1302
	// The case has no evidence.
	ErrEvidenceMustBeGiven WalletStatus = 1303
	// The evidence has expired.
	ErrEvidenceHasExpired WalletStatus = 1304
	// The decision is for somebody else than who opened the case, or ordered the same first;
	// by a name that differs in letters or digits.
	ErrReviewerMustBeAnother WalletStatus = 1305
	// The wallet has an open case of this kind.
	ErrCaseIsOpen WalletStatus = 1306
	// There is no such kind of evidence.
	ErrEvidenceKindMustBeKnown WalletStatus = 1307
	// The evidence is not what the policy demands for the tier.
	ErrEvidenceMustSuffice WalletStatus = 1320
	// An approval cannot have ended already.
	ErrApprovalMustEndLater WalletStatus = 1321
	// A correction that changes nothing is none.
	ErrCorrectionMustChangeSomething WalletStatus = 1322
	// The wallet's tier does not allow it; the refusal names the smallest tier that does.
	ErrNeedsTier WalletStatus = 1400
	// No tier of the policy allows this operation.
	ErrOperationIsNotAllowed WalletStatus = 1401
	// No tier allows a payment that large.
	ErrExceedsLimitPerPayment WalletStatus = 1402
	// No tier allows that much in a day.
	ErrExceedsLimitPerDay WalletStatus = 1403
	// No tier allows that much in a month.
	ErrExceedsLimitPerMonth WalletStatus = 1404
	// No tier allows that much in a year.
	ErrExceedsLimitPerYear WalletStatus = 1405
	// No tier allows that much in the life of a wallet.
	ErrExceedsLifetimeLimit WalletStatus = 1406
	// No tier allows that many payments in a day.
	ErrExceedsPaymentsPerDay WalletStatus = 1407
	// No tier allows that many payments in a month.
	ErrExceedsPaymentsPerMonth WalletStatus = 1408
	// No tier allows that much in a wallet.
	ErrExceedsBalanceLimit WalletStatus = 1409
	// Lower limits hold until the time given, because the payment password was recovered.
	ErrExceedsCooldownLimit WalletStatus = 1410
	// The policy has no limits for the ledger's currency and scale, and so no payments.
	ErrLedgerHasNoLimits WalletStatus = 1411
	// The policy has no such tier above 0.
	ErrTierMustExist WalletStatus = 1412
	// The wallet is in a higher tier.
	ErrTierAlreadyReached WalletStatus = 1413
	// The policy does not allow money to be taken out.
	ErrRedemptionIsOff WalletStatus = 1414
	// The wallet is in tier 0: there is nothing to revoke.
	ErrTierMustBeReached WalletStatus = 1415
	// The policy counts all wallets of a person, and has no exchange rate for the currency of
	// one of them.
	ErrExchangeRateIsMissing WalletStatus = 1416
	// There is no such authorisation, or it was used.
	ErrAuthorisationNotFound WalletStatus = 1500
	// The authorisation is too old, or the payment password has changed since.
	ErrAuthorisationHasExpired WalletStatus = 1501
	// The authorisation is for another order, payee, amount, ledger or card.
	ErrAuthorisationMustMatch WalletStatus = 1502
	// The id of the authorisation is taken.
	ErrAuthorisationExists WalletStatus = 1503
	// It is no small payment that could do without: authorise it.
	ErrPaymentPasswordIsNeeded WalletStatus = 1504
	// The policy demands a second factor, and the host attested none.
	ErrSecondFactorIsNeeded WalletStatus = 1505
	// A payment is one hold or transfer without flags; what stands alongside an order is a
	// transfer, a hold or a document.
	ErrPaymentMustBePlain WalletStatus = 1506
	// The wallet's money is in another ledger.
	ErrWalletHasAnotherLedger WalletStatus = 1507
	// The customer must create a payment password first.
	ErrPaymentPasswordMustBeSet WalletStatus = 1508
	// The account of a wallet is paid by a top-up, unless the policy lets wallets pay each
	// other.
	ErrPayeeMustNotBeAWallet WalletStatus = 1509
	// The wallet that is to be paid may not have that much; why is its owner's affair.
	ErrPayeeCannotReceive WalletStatus = 1510
	// An order has 1 to 32 parts, and an id that is not the wallet's.
	ErrOrderMustBeValid WalletStatus = 1511
	// There is no such card, or no default one.
	ErrCardNotFound WalletStatus = 1600
	// The id is taken, or the wallet has this card.
	ErrCardExists WalletStatus = 1601
	// The card is not in the state in which this can be done.
	ErrCardMustBeAtThisState WalletStatus = 1602
	// The card's month is over.
	ErrCardHasExpired WalletStatus = 1603
	// The card is not confirmed, suspended or removed.
	ErrCardMustBeActive WalletStatus = 1604
	// A card has a token, a brand, four last digits, a month and a fingerprint.
	ErrCardMustBeValid WalletStatus = 1605
	// There is no such card payment.
	ErrCardPaymentNotFound WalletStatus = 1606
	// The id of the payment was used for another one.
	ErrCardPaymentExists WalletStatus = 1607
	// The card payment is not at the step at which this can be done.
	ErrCardPaymentMustBeAtThisStep WalletStatus = 1608
	// There is no such item in suspense.
	ErrSuspenseItemNotFound WalletStatus = 1609
	// The item was resolved before.
	ErrSuspenseItemIsResolved WalletStatus = 1610
	// More than was paid by card and not returned yet.
	ErrExceedsCardPayment WalletStatus = 1611
	// The money of a card comes from an external account of the payment's ledger that is
	// neither frozen nor closed.
	ErrExternalAccountMustFit WalletStatus = 1612
	// Suspense is an account of the payment's ledger that is neither external, nor a wallet's,
	// nor frozen, nor closed.
	ErrSuspenseAccountMustFit WalletStatus = 1613
	// The processor's reference was reported for another payment before, whose it stays.
	ErrChargeIsOfAnotherPayment WalletStatus = 1614
	// The processor's reference was reported with another amount before.
	ErrChargeHasAnotherAmount WalletStatus = 1615
	// It is not what the payment was to pay: another member of staff must order the same
	// within a week.
	ErrResolutionNeedsASecondPerson WalletStatus = 1616
	// Staff suspended this card: staff alone resume it.
	ErrCardIsHeldByStaff WalletStatus = 1617
	// The order is paid to this payee, and that was not given back in full: it is not paid
	// twice.
	ErrOrderIsPaid WalletStatus = 1618
	// 3-D Secure failed, or its result is none that there is.
	ErrCardAuthenticationMustSucceed WalletStatus = 1619
	// There is no such refund to a card.
	ErrCardRefundNotFound WalletStatus = 1620
	// There is no such chargeback.
	ErrChargebackNotFound WalletStatus = 1621
	// The id of the chargeback was used for another one.
	ErrChargebackExists WalletStatus = 1622
	// The processor's reference was reported for another payment before, whose it stays.
	ErrChargebackIsOfAnotherPayment WalletStatus = 1623
	// The processor's reference was reported with another amount before.
	ErrChargebackHasAnotherAmount WalletStatus = 1624
	// The cardholder contests the payment, or money in suspense: until that is decided, none
	// of it is given back or away.
	ErrChargebackIsOpen WalletStatus = 1625
	// It was decided before, and otherwise.
	ErrChargebackIsDecided WalletStatus = 1626
	// More than the chargeback takes.
	ErrExceedsChargeback WalletStatus = 1627
	// The payment is not paid: report the charge first, and if its money lies in suspense,
	// name the item.
	ErrChargeMustBeReported WalletStatus = 1628
	// The processor could not carry it out, and its money came back.
	ErrCardRefundHasFailed WalletStatus = 1629
	// There is no such letter.
	ErrLetterNotFound WalletStatus = 1700
	// The letter is not handed over, or its fate is known already.
	ErrLetterMustBeHandedOver WalletStatus = 1701
	// The wallet is frozen already.
	ErrWalletAlreadyFrozen WalletStatus = 1800
	// The wallet is not frozen.
	ErrWalletIsNotFrozen WalletStatus = 1801
	// A wallet with money cannot be closed: it is spent, redeemed, given up or set aside
	// first.
	ErrWalletMustBeEmpty WalletStatus = 1802
	// A person with open wallets cannot be erased.
	ErrWalletsMustBeClosed WalletStatus = 1803
	// A legal hold forbids erasure.
	ErrLegalHoldForbids WalletStatus = 1804
	// The data must be kept until the time given.
	ErrRetentionForbids WalletStatus = 1805
	// The wallet is closed already.
	ErrWalletAlreadyClosed WalletStatus = 1806
	// It needs a second member of staff: that one wants it is remembered for a week, and when
	// another one orders just the same, it is done. The same one is answered this again.
	ErrSecondPersonMustAgree WalletStatus = 1807
	// A card of the wallet is being charged: wait for what the processor says.
	ErrWalletHasOpenPayments WalletStatus = 1808
	// Money of the wallet or of its owner's card payments is in escrow, or a payment is
	// authorised until the time given: settle the orders first.
	ErrWalletHasOpenOrders WalletStatus = 1809
	// Money of card payments came back and was not passed on yet, or is to be refunded to a
	// card: wait for upkeep and the processor.
	ErrWalletHasOpenRefunds WalletStatus = 1810
	// Money of its cards lies in suspense: resolve that first.
	ErrWalletHasMoneyInSuspense WalletStatus = 1811
	// A payment by its cards is contested: wait for the decision.
	ErrWalletHasOpenChargebacks WalletStatus = 1812
	// No account was named for what owners give up in this ledger.
	ErrWaiverIsOff WalletStatus = 1813
	// No money lies in the wallet that could be taken out.
	ErrWalletIsEmpty WalletStatus = 1814
	// There is no such item of unclaimed money.
	ErrUnclaimedMoneyNotFound WalletStatus = 1815
	// It was claimed or paid out before.
	ErrUnclaimedMoneyIsResolved WalletStatus = 1816
	// It is claimed into a wallet of the person whose it is.
	ErrUnclaimedMoneyIsOfAnother WalletStatus = 1817
	// Unclaimed money waits for the person: without their data nobody could claim it.
	ErrPersonHasUnclaimedMoney WalletStatus = 1818
	// The ledger refused; its own status tells the law.
	ErrRefusedByLedger WalletStatus = 1900
)

var walletStatusNames = map[WalletStatus]string{
	1000: "id_must_be_valid",
	1001: "actor_must_be_named",
	1002: "reason_must_be_given",
	1003: "captcha_must_be_solved",
	1004: "address_must_be_valid",
	1005: "text_must_be_valid",
	1006: "text_must_not_hold_a_card_number",
	1007: "country_must_be_valid",
	1008: "too_many",
	1009: "contended",
	1010: "data_is_damaged",
	1011: "staff_must_be_registered",
	1012: "staff_must_have_support_role",
	1013: "staff_must_have_reviewer_role",
	1014: "staff_must_have_approver_role",
	1015: "staff_must_have_operator_role",
	1016: "staff_name_is_taken",
	1017: "staff_not_found",
	1018: "roles_must_be_given",
	1019: "an_operator_must_remain",
	1020: "amount_must_be_valid",
	1021: "sole_operator_must_wait",
	1100: "registration_not_found",
	1101: "address_must_be_confirmed",
	1102: "address_already_confirmed",
	1103: "profile_must_be_set",
	1104: "password_must_be_set",
	1105: "security_answers_must_be_set",
	1106: "consent_must_be_given",
	1107: "person_exists",
	1108: "person_not_found",
	1109: "person_must_be_active",
	1110: "wallet_not_found",
	1111: "wallet_exists",
	1112: "wallet_must_be_active",
	1113: "account_must_fit",
	1114: "person_id_exists",
	1115: "security_answers_are_off",
	1116: "change_is_under_way",
	1117: "change_not_found",
	1118: "wallet_exists_in_ledger",
	1119: "birth_date_must_be_valid",
	1120: "birth_date_must_be_given",
	1121: "person_is_underage",
	1200: "credentials_must_match",
	1201: "credential_is_locked",
	1202: "credential_is_locked_for_good",
	1203: "password_too_short",
	1204: "password_too_long",
	1205: "password_too_common",
	1206: "passwords_must_differ",
	1207: "password_already_set",
	1208: "token_must_be_valid",
	1209: "code_must_match",
	1210: "too_soon",
	1211: "too_many_today",
	1300: "case_not_found",
	1301: "case_exists",
	1302: "case_must_be_at_this_step",
	1303: "evidence_must_be_given",
	1304: "evidence_has_expired",
	1305: "reviewer_must_be_another",
	1306: "case_is_open",
	1307: "evidence_kind_must_be_known",
	1320: "evidence_must_suffice",
	1321: "approval_must_end_later",
	1322: "correction_must_change_something",
	1400: "needs_tier",
	1401: "operation_is_not_allowed",
	1402: "exceeds_limit_per_payment",
	1403: "exceeds_limit_per_day",
	1404: "exceeds_limit_per_month",
	1405: "exceeds_limit_per_year",
	1406: "exceeds_lifetime_limit",
	1407: "exceeds_payments_per_day",
	1408: "exceeds_payments_per_month",
	1409: "exceeds_balance_limit",
	1410: "exceeds_cooldown_limit",
	1411: "ledger_has_no_limits",
	1412: "tier_must_exist",
	1413: "tier_already_reached",
	1414: "redemption_is_off",
	1415: "tier_must_be_reached",
	1416: "exchange_rate_is_missing",
	1500: "authorisation_not_found",
	1501: "authorisation_has_expired",
	1502: "authorisation_must_match",
	1503: "authorisation_exists",
	1504: "payment_password_is_needed",
	1505: "second_factor_is_needed",
	1506: "payment_must_be_plain",
	1507: "wallet_has_another_ledger",
	1508: "payment_password_must_be_set",
	1509: "payee_must_not_be_a_wallet",
	1510: "payee_cannot_receive",
	1511: "order_must_be_valid",
	1600: "card_not_found",
	1601: "card_exists",
	1602: "card_must_be_at_this_state",
	1603: "card_has_expired",
	1604: "card_must_be_active",
	1605: "card_must_be_valid",
	1606: "card_payment_not_found",
	1607: "card_payment_exists",
	1608: "card_payment_must_be_at_this_step",
	1609: "suspense_item_not_found",
	1610: "suspense_item_is_resolved",
	1611: "exceeds_card_payment",
	1612: "external_account_must_fit",
	1613: "suspense_account_must_fit",
	1614: "charge_is_of_another_payment",
	1615: "charge_has_another_amount",
	1616: "resolution_needs_a_second_person",
	1617: "card_is_held_by_staff",
	1618: "order_is_paid",
	1619: "card_authentication_must_succeed",
	1620: "card_refund_not_found",
	1621: "chargeback_not_found",
	1622: "chargeback_exists",
	1623: "chargeback_is_of_another_payment",
	1624: "chargeback_has_another_amount",
	1625: "chargeback_is_open",
	1626: "chargeback_is_decided",
	1627: "exceeds_chargeback",
	1628: "charge_must_be_reported",
	1629: "card_refund_has_failed",
	1700: "letter_not_found",
	1701: "letter_must_be_handed_over",
	1800: "wallet_already_frozen",
	1801: "wallet_is_not_frozen",
	1802: "wallet_must_be_empty",
	1803: "wallets_must_be_closed",
	1804: "legal_hold_forbids",
	1805: "retention_forbids",
	1806: "wallet_already_closed",
	1807: "second_person_must_agree",
	1808: "wallet_has_open_payments",
	1809: "wallet_has_open_orders",
	1810: "wallet_has_open_refunds",
	1811: "wallet_has_money_in_suspense",
	1812: "wallet_has_open_chargebacks",
	1813: "waiver_is_off",
	1814: "wallet_is_empty",
	1815: "unclaimed_money_not_found",
	1816: "unclaimed_money_is_resolved",
	1817: "unclaimed_money_is_of_another",
	1818: "person_has_unclaimed_money",
	1900: "refused_by_ledger",
}

// libraryWalletStatus asks the library, which may be a later one and know more numbers.
func libraryWalletStatus(value WalletStatus) string {
	return C.GoString(C.escrow_wallet_outcome_name(C.uint32_t(value)))
}

// String gives the name, such as "id_must_be_valid"; "unknown" for a number that has none.
func (w WalletStatus) String() string {
	return nameOf(w, walletStatusNames, libraryWalletStatus)
}

// MarshalText gives the name; the number where it has none.
func (w WalletStatus) MarshalText() ([]byte, error) {
	return writeName(w, walletStatusNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (w *WalletStatus) UnmarshalText(text []byte) error {
	return readName(w, text, walletStatusNames)
}

// A WalletState is what may be done with a wallet.
type WalletState uint32

const (
	// Everything that its tier allows.
	WalletActive WalletState = 1
	// No new business; what is in escrow is still settled.
	WalletFrozen WalletState = 2
	// Nothing more, ever.
	WalletClosed WalletState = 3
)

var walletStateNames = map[WalletState]string{
	1: "active",
	2: "frozen",
	3: "closed",
}

// String gives the name, such as "active"; "unknown" for a number that has none.
func (w WalletState) String() string {
	return nameOf(w, walletStateNames, unnamed[WalletState])
}

// MarshalText gives the name; the number where it has none.
func (w WalletState) MarshalText() ([]byte, error) {
	return writeName(w, walletStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (w *WalletState) UnmarshalText(text []byte) error {
	return readName(w, text, walletStateNames)
}

// A DocumentKind is what a customer is identified by.
type DocumentKind uint32

const (
	// A passport.
	DocumentPassport DocumentKind = 1
	// A driver's licence.
	DocumentDriverLicence DocumentKind = 2
)

var documentKindNames = map[DocumentKind]string{
	1: "passport",
	2: "driver_licence",
}

// String gives the name, such as "passport"; "unknown" for a number that has none.
func (d DocumentKind) String() string {
	return nameOf(d, documentKindNames, unnamed[DocumentKind])
}

// MarshalText gives the name; the number where it has none.
func (d DocumentKind) MarshalText() ([]byte, error) {
	return writeName(d, documentKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *DocumentKind) UnmarshalText(text []byte) error {
	return readName(d, text, documentKindNames)
}

// A LetterKind is what a letter says.
type LetterKind uint32

const (
	// Confirm this address: carries the token of the link.
	LetterConfirmAddress LetterKind = 1
	// Somebody tried to register with this address, which has a wallet already.
	LetterAddressIsKnown LetterKind = 2
	// Set a new payment password: carries the token of the link.
	LetterResetPaymentPassword LetterKind = 3
	// The payment password was changed or reset.
	LetterPaymentPasswordChanged LetterKind = 4
	// A short code.
	LetterCode LetterKind = 5
	// A recovery case was opened for this wallet.
	LetterRecoveryOpened LetterKind = 6
	// A recovery case was refused.
	LetterRecoveryRefused LetterKind = 7
	// The login password was changed or reset.
	LetterLoginPasswordChanged LetterKind = 8
	// Set a new login password: carries the token of the link.
	LetterResetLoginPassword LetterKind = 9
	// The wallet is open.
	LetterWelcome LetterKind = 10
	// The wallet was frozen.
	LetterWalletFrozen LetterKind = 11
	// Wrong payment passwords locked it, for a while or until it is recovered.
	LetterPaymentPasswordLocked LetterKind = 12
	// A recovery case was stopped.
	LetterRecoveryStopped LetterKind = 13
	// Confirm this address, to which a customer wants letters to come: carries the token of
	// the link.
	LetterConfirmNewAddress LetterKind = 14
	// A customer wanted letters to come to this address, which is another customer's.
	LetterNewAddressIsTaken LetterKind = 15
	// Confirm this telephone number: carries a short code.
	LetterConfirmNewPhone LetterKind = 16
	// The e-mail address or telephone number was changed: goes to where the customer was
	// reached before, and carries the token of the link that stops it.
	LetterContactChanged LetterKind = 17
	// That change was stopped.
	LetterContactChangeStopped LetterKind = 18
	// Staff corrected the name, the document or another part of the profile.
	LetterProfileCorrected LetterKind = 19
	// A further wallet is open, in another ledger.
	LetterWalletOpened LetterKind = 20
	// A verification was approved.
	LetterVerificationApproved LetterKind = 40
	// A verification was refused: the case tells why.
	LetterVerificationRefused LetterKind = 41
	// A card was bound.
	LetterCardBound LetterKind = 42
	// Money of a card that could not be booked was given where it belongs.
	LetterSuspenseResolved LetterKind = 43
	// The tier that was approved was revoked.
	LetterTierRevoked LetterKind = 44
	// Nothing was done with the wallet for long: unless its owner acts, its money is set
	// aside.
	LetterWalletIsInactive LetterKind = 60
	// The money of the wallet was set aside, and can be claimed.
	LetterBalanceSetAside LetterKind = 61
	// Money that was set aside came into a wallet, or was paid out.
	LetterUnclaimedResolved LetterKind = 62
	// The owner gave up what was left in the wallet.
	LetterBalanceWaived LetterKind = 63
)

var letterKindNames = map[LetterKind]string{
	1:  "confirm_address",
	2:  "address_is_known",
	3:  "reset_payment_password",
	4:  "payment_password_changed",
	5:  "code",
	6:  "recovery_opened",
	7:  "recovery_refused",
	8:  "login_password_changed",
	9:  "reset_login_password",
	10: "welcome",
	11: "wallet_frozen",
	12: "payment_password_locked",
	13: "recovery_stopped",
	14: "confirm_new_address",
	15: "new_address_is_taken",
	16: "confirm_new_phone",
	17: "contact_changed",
	18: "contact_change_stopped",
	19: "profile_corrected",
	20: "wallet_opened",
	40: "verification_approved",
	41: "verification_refused",
	42: "card_bound",
	43: "suspense_resolved",
	44: "tier_revoked",
	60: "wallet_is_inactive",
	61: "balance_set_aside",
	62: "unclaimed_resolved",
	63: "balance_waived",
}

// libraryLetterKind asks the library, which may be a later one and know more numbers.
func libraryLetterKind(value LetterKind) string {
	return C.GoString(C.escrow_letter_kind_name(C.uint32_t(value)))
}

// String gives the name, such as "confirm_address"; "unknown" for a number that has none.
func (l LetterKind) String() string {
	return nameOf(l, letterKindNames, libraryLetterKind)
}

// MarshalText gives the name; the number where it has none.
func (l LetterKind) MarshalText() ([]byte, error) {
	return writeName(l, letterKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (l *LetterKind) UnmarshalText(text []byte) error {
	return readName(l, text, letterKindNames)
}

// A LetterState is where a letter is.
type LetterState uint32

const (
	// It waits for the host.
	LetterQueued LetterState = 1
	// The host took it and said nothing yet; after a while it is given again.
	LetterHandedOver LetterState = 2
	// It arrived, or the host sent it and will hear no more.
	LetterDelivered LetterState = 3
	// It did not arrive, or was given up.
	LetterBounced LetterState = 4
	// Its recipient's key is damaged: it waits until that is mended.
	LetterAwaitsKey LetterState = 5
)

var letterStateNames = map[LetterState]string{
	1: "queued",
	2: "handed_over",
	3: "delivered",
	4: "bounced",
	5: "awaits_key",
}

// String gives the name, such as "queued"; "unknown" for a number that has none.
func (l LetterState) String() string {
	return nameOf(l, letterStateNames, unnamed[LetterState])
}

// MarshalText gives the name; the number where it has none.
func (l LetterState) MarshalText() ([]byte, error) {
	return writeName(l, letterStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (l *LetterState) UnmarshalText(text []byte) error {
	return readName(l, text, letterStateNames)
}

// A LetterFate is what became of a letter.
type LetterFate uint32

const (
	// It was sent, and the host will hear no more, or knows that it arrived.
	FateDelivered LetterFate = 1
	// It came back: the address does not exist, or refuses.
	FateBounced LetterFate = 2
	// It could not be sent now: it is to be given again.
	FateFailed LetterFate = 3
)

var letterFateNames = map[LetterFate]string{
	1: "delivered",
	2: "bounced",
	3: "failed",
}

// String gives the name, such as "delivered"; "unknown" for a number that has none.
func (l LetterFate) String() string {
	return nameOf(l, letterFateNames, unnamed[LetterFate])
}

// MarshalText gives the name; the number where it has none.
func (l LetterFate) MarshalText() ([]byte, error) {
	return writeName(l, letterFateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (l *LetterFate) UnmarshalText(text []byte) error {
	return readName(l, text, letterFateNames)
}

// A Channel is how a letter is sent.
type Channel uint32

const (
	// An e-mail address.
	ChannelEmail Channel = 1
	// A telephone number.
	ChannelPhone Channel = 2
)

var channelNames = map[Channel]string{
	1: "email",
	2: "phone",
}

// String gives the name, such as "email"; "unknown" for a number that has none.
func (c Channel) String() string {
	return nameOf(c, channelNames, unnamed[Channel])
}

// MarshalText gives the name; the number where it has none.
func (c Channel) MarshalText() ([]byte, error) {
	return writeName(c, channelNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *Channel) UnmarshalText(text []byte) error {
	return readName(c, text, channelNames)
}

// An ActorKind is what kind of actor gives a command.
type ActorKind uint32

const (
	// The customer, whom the host has authenticated.
	ActorCustomer ActorKind = 1
	// The host by itself: a deadline, a clean-up.
	ActorSystem ActorKind = 2
	// A member of staff, who says their name and why.
	ActorStaff ActorKind = 3
)

var actorKindNames = map[ActorKind]string{
	1: "customer",
	2: "system",
	3: "staff",
}

// String gives the name, such as "customer"; "unknown" for a number that has none.
func (a ActorKind) String() string {
	return nameOf(a, actorKindNames, unnamed[ActorKind])
}

// MarshalText gives the name; the number where it has none.
func (a ActorKind) MarshalText() ([]byte, error) {
	return writeName(a, actorKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (a *ActorKind) UnmarshalText(text []byte) error {
	return readName(a, text, actorKindNames)
}

// A CardState is whether a card can be paid with.
type CardState uint32

const (
	// The customer has not confirmed it yet.
	CardProposed CardState = 1
	// It can be paid with.
	CardActive CardState = 2
	// It cannot be paid with until somebody resumes it.
	CardSuspended CardState = 3
	// Its month is over.
	CardExpired CardState = 4
	// It was removed, and its token forgotten.
	CardRemoved CardState = 5
)

var cardStateNames = map[CardState]string{
	1: "proposed",
	2: "active",
	3: "suspended",
	4: "expired",
	5: "removed",
}

// String gives the name, such as "proposed"; "unknown" for a number that has none.
func (c CardState) String() string {
	return nameOf(c, cardStateNames, unnamed[CardState])
}

// MarshalText gives the name; the number where it has none.
func (c CardState) MarshalText() ([]byte, error) {
	return writeName(c, cardStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *CardState) UnmarshalText(text []byte) error {
	return readName(c, text, cardStateNames)
}

// A CardPaymentState is where a card payment is.
type CardPaymentState uint32

const (
	// The host charges the card.
	CardPaymentCharging CardPaymentState = 1
	// The money came, and lies in escrow or with the payee.
	CardPaymentPaid CardPaymentState = 2
	// The card was not charged.
	CardPaymentFailed CardPaymentState = 3
	// The money came and could not be booked: see the suspense item.
	CardPaymentInSuspense CardPaymentState = 4
)

var cardPaymentStateNames = map[CardPaymentState]string{
	1: "charging",
	2: "paid",
	3: "failed",
	4: "in_suspense",
}

// String gives the name, such as "charging"; "unknown" for a number that has none.
func (c CardPaymentState) String() string {
	return nameOf(c, cardPaymentStateNames, unnamed[CardPaymentState])
}

// MarshalText gives the name; the number where it has none.
func (c CardPaymentState) MarshalText() ([]byte, error) {
	return writeName(c, cardPaymentStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *CardPaymentState) UnmarshalText(text []byte) error {
	return readName(c, text, cardPaymentStateNames)
}

// A CardAuthentication is what 3-D Secure said of a card.
type CardAuthentication uint32

const (
	// Nobody asked.
	CardAuthenticationNotAsked CardAuthentication = 1
	// The issuer authenticated the cardholder.
	CardAuthenticationAuthenticated CardAuthentication = 2
	// Tried, and the issuer or its scheme stands in for it.
	CardAuthenticationAttempted CardAuthentication = 3
	// The issuer or the acquirer exempted the payment.
	CardAuthenticationExempt CardAuthentication = 4
	// The issuer could not be asked.
	CardAuthenticationUnavailable CardAuthentication = 5
	// The issuer rejected it, or the cardholder failed: nothing is paid.
	CardAuthenticationFailed CardAuthentication = 6
)

var cardAuthenticationNames = map[CardAuthentication]string{
	1: "not_asked",
	2: "authenticated",
	3: "attempted",
	4: "exempt",
	5: "unavailable",
	6: "failed",
}

// String gives the name, such as "not_asked"; "unknown" for a number that has none.
func (c CardAuthentication) String() string {
	return nameOf(c, cardAuthenticationNames, unnamed[CardAuthentication])
}

// MarshalText gives the name; the number where it has none.
func (c CardAuthentication) MarshalText() ([]byte, error) {
	return writeName(c, cardAuthenticationNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *CardAuthentication) UnmarshalText(text []byte) error {
	return readName(c, text, cardAuthenticationNames)
}

// A ChargeKind is what became of the money of a card.
type ChargeKind uint32

const (
	// It paid the order: the hold or transfer is placed.
	ChargePaid ChargeKind = 1
	// It lies in suspense.
	ChargeInSuspense ChargeKind = 2
)

var chargeKindNames = map[ChargeKind]string{
	1: "paid",
	2: "in_suspense",
}

// String gives the name, such as "paid"; "unknown" for a number that has none.
func (c ChargeKind) String() string {
	return nameOf(c, chargeKindNames, unnamed[ChargeKind])
}

// MarshalText gives the name; the number where it has none.
func (c ChargeKind) MarshalText() ([]byte, error) {
	return writeName(c, chargeKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *ChargeKind) UnmarshalText(text []byte) error {
	return readName(c, text, chargeKindNames)
}

// Refunded is where the money of a refund went.
type Refunded uint32

const (
	// Into the wallet, as its owner agreed and its tier allows.
	RefundedToWallet Refunded = 1
	// Out again to the card: the host has the processor refund it.
	RefundedToCard Refunded = 2
	// Into the wallet as much as there was room for, and the rest out again to the card.
	RefundedSplit Refunded = 3
)

var refundedNames = map[Refunded]string{
	1: "to_wallet",
	2: "to_card",
	3: "split",
}

// String gives the name, such as "to_wallet"; "unknown" for a number that has none.
func (r Refunded) String() string {
	return nameOf(r, refundedNames, unnamed[Refunded])
}

// MarshalText gives the name; the number where it has none.
func (r Refunded) MarshalText() ([]byte, error) {
	return writeName(r, refundedNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Refunded) UnmarshalText(text []byte) error {
	return readName(r, text, refundedNames)
}

// A SuspenseReason is why money lies in suspense.
type SuspenseReason uint32

const (
	// The payment had failed before.
	SuspenseLate SuspenseReason = 1
	// The payment was paid before, or its order was out of suspense.
	SuspenseTwice SuspenseReason = 2
	// Another amount than was to be charged.
	SuspenseAnotherAmount SuspenseReason = 3
	// The ledger refused the payment: an account is frozen or closed, say.
	SuspenseRefusedByLedger SuspenseReason = 4
	// The processor could not refund it to its card.
	SuspenseRefundFailed SuspenseReason = 5
)

var suspenseReasonNames = map[SuspenseReason]string{
	1: "late",
	2: "twice",
	3: "another_amount",
	4: "refused_by_ledger",
	5: "refund_failed",
}

// String gives the name, such as "late"; "unknown" for a number that has none.
func (s SuspenseReason) String() string {
	return nameOf(s, suspenseReasonNames, unnamed[SuspenseReason])
}

// MarshalText gives the name; the number where it has none.
func (s SuspenseReason) MarshalText() ([]byte, error) {
	return writeName(s, suspenseReasonNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *SuspenseReason) UnmarshalText(text []byte) error {
	return readName(s, text, suspenseReasonNames)
}

// A RefundReturnedKind is what became of a refund that no card took.
type RefundReturnedKind uint32

const (
	// Into the wallet, as its owner agreed and its tier allows.
	RefundReturnedToWallet RefundReturnedKind = 1
	// In suspense, until staff resolve it.
	RefundReturnedInSuspense RefundReturnedKind = 2
)

var refundReturnedKindNames = map[RefundReturnedKind]string{
	1: "to_wallet",
	2: "in_suspense",
}

// String gives the name, such as "to_wallet"; "unknown" for a number that has none.
func (r RefundReturnedKind) String() string {
	return nameOf(r, refundReturnedKindNames, unnamed[RefundReturnedKind])
}

// MarshalText gives the name; the number where it has none.
func (r RefundReturnedKind) MarshalText() ([]byte, error) {
	return writeName(r, refundReturnedKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *RefundReturnedKind) UnmarshalText(text []byte) error {
	return readName(r, text, refundReturnedKindNames)
}

// A ChargebackState is where a chargeback is.
type ChargebackState uint32

const (
	// The processor told of it; the money is still here.
	ChargebackNotified ChargebackState = 1
	// The processor took the money.
	ChargebackTaken ChargebackState = 2
	// It was answered with evidence.
	ChargebackRepresented ChargebackState = 3
	// Decided: the money stays, or came back.
	ChargebackWon ChargebackState = 4
	// Decided: all of it is gone.
	ChargebackLost ChargebackState = 5
	// Decided: a part of it is gone.
	ChargebackPartly ChargebackState = 6
)

var chargebackStateNames = map[ChargebackState]string{
	1: "notified",
	2: "taken",
	3: "represented",
	4: "won",
	5: "lost",
	6: "partly",
}

// String gives the name, such as "notified"; "unknown" for a number that has none.
func (c ChargebackState) String() string {
	return nameOf(c, chargebackStateNames, unnamed[ChargebackState])
}

// MarshalText gives the name; the number where it has none.
func (c ChargebackState) MarshalText() ([]byte, error) {
	return writeName(c, chargebackStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *ChargebackState) UnmarshalText(text []byte) error {
	return readName(c, text, chargebackStateNames)
}

// An UnclaimedReason is why money is unclaimed.
type UnclaimedReason uint32

const (
	// Staff took it out of a wallet that is to be closed.
	UnclaimedLeft UnclaimedReason = 1
	// The owner did nothing for as long as the policy says, nor after a notice.
	UnclaimedInactive UnclaimedReason = 2
)

var unclaimedReasonNames = map[UnclaimedReason]string{
	1: "left",
	2: "inactive",
}

// String gives the name, such as "left"; "unknown" for a number that has none.
func (u UnclaimedReason) String() string {
	return nameOf(u, unclaimedReasonNames, unnamed[UnclaimedReason])
}

// MarshalText gives the name; the number where it has none.
func (u UnclaimedReason) MarshalText() ([]byte, error) {
	return writeName(u, unclaimedReasonNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (u *UnclaimedReason) UnmarshalText(text []byte) error {
	return readName(u, text, unclaimedReasonNames)
}

// An EvidenceKind is what a piece of evidence is.
type EvidenceKind uint32

const (
	// A passport.
	EvidencePassport EvidenceKind = 1
	// A driver's licence.
	EvidenceDriverLicence EvidenceKind = 2
	// A national identity card.
	EvidenceIdentityCard EvidenceKind = 3
	// A picture of the person, with the document in hand.
	EvidenceSelfie EvidenceKind = 4
	// A bill or a letter from an authority that shows the address.
	EvidenceProofOfAddress EvidenceKind = 5
	// Where the money comes from.
	EvidenceProofOfFunds EvidenceKind = 6
	// An external source confirmed the identity: a bank, a telephone company, a register. Each
	// list of a tier that names it wants one more source.
	EvidenceExternalSource EvidenceKind = 7
	// The person came in person.
	EvidenceInPerson EvidenceKind = 8
)

var evidenceKindNames = map[EvidenceKind]string{
	1: "passport",
	2: "driver_licence",
	3: "identity_card",
	4: "selfie",
	5: "proof_of_address",
	6: "proof_of_funds",
	7: "external_source",
	8: "in_person",
}

// String gives the name, such as "passport"; "unknown" for a number that has none.
func (e EvidenceKind) String() string {
	return nameOf(e, evidenceKindNames, unnamed[EvidenceKind])
}

// MarshalText gives the name; the number where it has none.
func (e EvidenceKind) MarshalText() ([]byte, error) {
	return writeName(e, evidenceKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (e *EvidenceKind) UnmarshalText(text []byte) error {
	return readName(e, text, evidenceKindNames)
}

// A VerificationState is where a verification case is.
type VerificationState uint32

const (
	// Opened; evidence is awaited.
	VerificationCreated VerificationState = 1
	// Evidence is there; a reviewer is awaited.
	VerificationSubmitted VerificationState = 2
	// A member of staff reviews it.
	VerificationInReview VerificationState = 3
	// One member of staff approved; another one must.
	VerificationAwaitsSecond VerificationState = 4
	// Approved.
	VerificationApproved VerificationState = 5
	// Refused.
	VerificationRefused VerificationState = 6
	// The customer withdrew it.
	VerificationWithdrawn VerificationState = 7
)

var verificationStateNames = map[VerificationState]string{
	1: "created",
	2: "submitted",
	3: "in_review",
	4: "awaits_second",
	5: "approved",
	6: "refused",
	7: "withdrawn",
}

// String gives the name, such as "created"; "unknown" for a number that has none.
func (v VerificationState) String() string {
	return nameOf(v, verificationStateNames, unnamed[VerificationState])
}

// MarshalText gives the name; the number where it has none.
func (v VerificationState) MarshalText() ([]byte, error) {
	return writeName(v, verificationStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (v *VerificationState) UnmarshalText(text []byte) error {
	return readName(v, text, verificationStateNames)
}

// A VerificationReason is why a verification was refused.
type VerificationReason uint32

const (
	// The evidence was tampered with.
	ReasonFalsified VerificationReason = 1
	// The document has expired.
	ReasonExpired VerificationReason = 2
	// Not a document that is accepted.
	ReasonNotAccepted VerificationReason = 3
	// The scan cannot be read.
	ReasonUnreadable VerificationReason = 4
	// Something is missing.
	ReasonIncomplete VerificationReason = 5
	// It does not match the profile.
	ReasonMismatch VerificationReason = 6
	// The customer is too young.
	ReasonUnderage VerificationReason = 7
)

var verificationReasonNames = map[VerificationReason]string{
	1: "falsified",
	2: "expired",
	3: "not_accepted",
	4: "unreadable",
	5: "incomplete",
	6: "mismatch",
	7: "underage",
}

// String gives the name, such as "falsified"; "unknown" for a number that has none.
func (v VerificationReason) String() string {
	return nameOf(v, verificationReasonNames, unnamed[VerificationReason])
}

// MarshalText gives the name; the number where it has none.
func (v VerificationReason) MarshalText() ([]byte, error) {
	return writeName(v, verificationReasonNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (v *VerificationReason) UnmarshalText(text []byte) error {
	return readName(v, text, verificationReasonNames)
}

// A ContactChangeState is where the change of an address or number is.
type ContactChangeState uint32

const (
	// The new one is not confirmed yet.
	ContactChangeBegun ContactChangeState = 1
	// The new one is in force. Until the cool-down ends, limits are lower, no link for a new
	// password is sent, and the change can be stopped from where the customer was reached
	// before.
	ContactChangeCoolingDown ContactChangeState = 2
	// Over: it stands, was stopped, or was never confirmed.
	ContactChangeEnded ContactChangeState = 3
)

var contactChangeStateNames = map[ContactChangeState]string{
	1: "begun",
	2: "cooling_down",
	3: "ended",
}

// String gives the name, such as "begun"; "unknown" for a number that has none.
func (c ContactChangeState) String() string {
	return nameOf(c, contactChangeStateNames, unnamed[ContactChangeState])
}

// MarshalText gives the name; the number where it has none.
func (c ContactChangeState) MarshalText() ([]byte, error) {
	return writeName(c, contactChangeStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *ContactChangeState) UnmarshalText(text []byte) error {
	return readName(c, text, contactChangeStateNames)
}

// A RecoveryState is where a recovery case is.
type RecoveryState uint32

const (
	// Opened by support; evidence is awaited.
	RecoveryOpened RecoveryState = 1
	// Evidence is there.
	RecoverySubmitted RecoveryState = 2
	// A member of staff reviews it.
	RecoveryInReview RecoveryState = 3
	// Approved: the link was sent.
	RecoveryApproved RecoveryState = 4
	// Refused.
	RecoveryRefused RecoveryState = 5
	// The new password is set.
	RecoveryDone RecoveryState = 6
	// Stopped: by the customer, or because the password was changed by a customer who knew it.
	RecoveryStopped RecoveryState = 7
	// One member of staff has approved it, and another one must too.
	RecoveryAwaitsSecond RecoveryState = 8
)

var recoveryStateNames = map[RecoveryState]string{
	1: "opened",
	2: "submitted",
	3: "in_review",
	4: "approved",
	5: "refused",
	6: "done",
	7: "stopped",
	8: "awaits_second",
}

// String gives the name, such as "opened"; "unknown" for a number that has none.
func (r RecoveryState) String() string {
	return nameOf(r, recoveryStateNames, unnamed[RecoveryState])
}

// MarshalText gives the name; the number where it has none.
func (r RecoveryState) MarshalText() ([]byte, error) {
	return writeName(r, recoveryStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *RecoveryState) UnmarshalText(text []byte) error {
	return readName(r, text, recoveryStateNames)
}

// A CorrectionState is where a correction is.
type CorrectionState uint32

const (
	// Opened by staff; evidence is awaited.
	CorrectionOpened CorrectionState = 1
	// Evidence is there.
	CorrectionSubmitted CorrectionState = 2
	// Approved: the profile is changed; a new address or number is to be confirmed.
	CorrectionApproved CorrectionState = 3
	// Refused, or given up.
	CorrectionRefused CorrectionState = 4
)

var correctionStateNames = map[CorrectionState]string{
	1: "opened",
	2: "submitted",
	3: "approved",
	4: "refused",
}

// String gives the name, such as "opened"; "unknown" for a number that has none.
func (c CorrectionState) String() string {
	return nameOf(c, correctionStateNames, unnamed[CorrectionState])
}

// MarshalText gives the name; the number where it has none.
func (c CorrectionState) MarshalText() ([]byte, error) {
	return writeName(c, correctionStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *CorrectionState) UnmarshalText(text []byte) error {
	return readName(c, text, correctionStateNames)
}

// A RecoveryDecision is how a recovery case is decided.
type RecoveryDecision uint32

const (
	// The customer is who they say: a link is sent.
	RecoveryApprove RecoveryDecision = 1
	// Not so, or not shown.
	RecoveryRefuse RecoveryDecision = 2
)

var recoveryDecisionNames = map[RecoveryDecision]string{
	1: "approve",
	2: "refuse",
}

// String gives the name, such as "approve"; "unknown" for a number that has none.
func (r RecoveryDecision) String() string {
	return nameOf(r, recoveryDecisionNames, unnamed[RecoveryDecision])
}

// MarshalText gives the name; the number where it has none.
func (r RecoveryDecision) MarshalText() ([]byte, error) {
	return writeName(r, recoveryDecisionNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *RecoveryDecision) UnmarshalText(text []byte) error {
	return readName(r, text, recoveryDecisionNames)
}

// An AuditCommand is what was done.
type AuditCommand uint32

const (
	// A registration was begun.
	AuditBeginRegistration AuditCommand = 1
	// The confirmation letter was sent again.
	AuditResendLetter AuditCommand = 2
	// The address was corrected before it was confirmed.
	AuditCorrectAddress AuditCommand = 3
	// The address was confirmed.
	AuditConfirmAddress AuditCommand = 4
	// The profile was filled in.
	AuditSetProfile AuditCommand = 5
	// The login password was set.
	AuditSetLoginPassword AuditCommand = 6
	// The login password was changed.
	AuditChangeLoginPassword AuditCommand = 7
	// The security answers were set.
	AuditSetSecurityAnswers AuditCommand = 8
	// A consent was given or withdrawn.
	AuditSetConsent AuditCommand = 9
	// The registration was submitted and the wallet opened.
	AuditSubmitRegistration AuditCommand = 10
	// Support left a note.
	AuditNote AuditCommand = 11
	// A registration that was never confirmed, or never submitted, was removed.
	AuditPurgeRegistration AuditCommand = 12
	// A login succeeded.
	AuditLogIn AuditCommand = 13
	// A login failed.
	AuditLogInFailed AuditCommand = 14
	// The payment password was created.
	AuditCreatePaymentPassword AuditCommand = 15
	// The payment password was changed.
	AuditChangePaymentPassword AuditCommand = 16
	// A payment password was right.
	AuditPaymentPasswordMatched AuditCommand = 17
	// A payment password was wrong.
	AuditPaymentPasswordFailed AuditCommand = 18
	// Security answers were checked.
	AuditCheckSecurityAnswers AuditCommand = 19
	// A short code was sent.
	AuditSendCode AuditCommand = 20
	// A short code was right.
	AuditCodeMatched AuditCommand = 21
	// A short code was wrong.
	AuditCodeFailed AuditCommand = 22
	// A recovery case was opened.
	AuditOpenRecovery AuditCommand = 23
	// Evidence was added to a recovery case.
	AuditAddRecoveryEvidence AuditCommand = 24
	// A recovery case was taken into review.
	AuditReviewRecovery AuditCommand = 25
	// A recovery was approved, and the link sent.
	AuditApproveRecovery AuditCommand = 26
	// A recovery was refused.
	AuditRefuseRecovery AuditCommand = 27
	// The payment password was set by the link of a recovery.
	AuditResetPaymentPassword AuditCommand = 28
	// A wallet was frozen.
	AuditFreezeWallet AuditCommand = 29
	// A wallet was unfrozen.
	AuditUnfreezeWallet AuditCommand = 30
	// A wallet was closed.
	AuditCloseWallet AuditCommand = 31
	// Erasing a person was ordered.
	AuditErasePerson AuditCommand = 32
	// The person's key was destroyed.
	AuditPersonErased AuditCommand = 33
	// A legal hold was set or lifted.
	AuditSetLegalHold AuditCommand = 34
	// The retention date was set.
	AuditSetRetention AuditCommand = 35
	// The person's data was indexed under a new key.
	AuditReindex AuditCommand = 36
	// A letter was delivered, bounced or failed, or is to be handed over once more.
	AuditLetter AuditCommand = 37
	// The login password was reset by a link.
	AuditResetLoginPassword AuditCommand = 38
	// A link to reset the login password was sent.
	AuditSendLoginReset AuditCommand = 39
	// Personal data of a case was shown to a member of staff.
	AuditDisclose AuditCommand = 40
	// A second master key was let in.
	AuditAddMasterKey AuditCommand = 41
	// All master keys but one were shut out.
	AuditKeepMasterKey AuditCommand = 42
	// The keys of persons were wrapped by a new key-encryption key.
	AuditRotateKeyEncryptionKey AuditCommand = 43
	// A new key of indexes came into use.
	AuditBeginIndexRotation AuditCommand = 44
	// The former key of indexes was forgotten.
	AuditEndIndexRotation AuditCommand = 45
	// A recovery was stopped.
	AuditStopRecovery AuditCommand = 46
	// A password that was to be set was compared with the other one, which counts as a
	// failure.
	AuditComparePasswords AuditCommand = 47
	// The wallets were opened under another policy than before.
	AuditChangePolicy AuditCommand = 48
	// The wallets were opened with another pepper than before.
	AuditChangePepper AuditCommand = 49
	// The first operator was named when the wallets were opened.
	AuditNameFirstOperator AuditCommand = 50
	// A member of staff was registered.
	AuditRegisterStaff AuditCommand = 51
	// A member of staff was granted roles.
	AuditGrantRoles AuditCommand = 52
	// Roles of a member of staff were revoked.
	AuditRevokeRoles AuditCommand = 53
	// A member of staff was deactivated.
	AuditDeactivateStaff AuditCommand = 54
	// All that is known of a person was exported.
	AuditExportPerson AuditCommand = 60
	// A person was looked for by an address.
	AuditFindPerson AuditCommand = 61
	// A letter went to a new address or number.
	AuditBeginContactChange AuditCommand = 62
	// A new address or number was confirmed.
	AuditConfirmContactChange AuditCommand = 63
	// The change of an address or number was stopped.
	AuditStopContactChange AuditCommand = 64
	// The change of an address or number was never confirmed, or stands now.
	AuditEndContactChange AuditCommand = 65
	// A correction of what is known of a person was opened.
	AuditOpenCorrection AuditCommand = 66
	// Evidence was added to a correction.
	AuditAddCorrectionEvidence AuditCommand = 67
	// A correction was approved, and carried out.
	AuditApproveCorrection AuditCommand = 68
	// A correction was refused, or given up.
	AuditRefuseCorrection AuditCommand = 69
	// A verification case was opened.
	AuditOpenVerification AuditCommand = 100
	// Evidence was added to a verification case.
	AuditSubmitEvidence AuditCommand = 101
	// A verification case was taken into review.
	AuditReviewVerification AuditCommand = 102
	// A verification was approved, by the first of two where two must.
	AuditApproveVerification AuditCommand = 103
	// A verification was refused.
	AuditRefuseVerification AuditCommand = 104
	// The customer withdrew a verification.
	AuditWithdrawVerification AuditCommand = 105
	// A tier was revoked.
	AuditRevokeTier AuditCommand = 106
	// A payment was authorised.
	AuditAuthorisePayment AuditCommand = 110
	// A payment was made.
	AuditPay AuditCommand = 111
	// Money was put in.
	AuditTopUp AuditCommand = 112
	// Money was taken out.
	AuditRedeem AuditCommand = 113
	// Another wallet paid this one.
	AuditReceive AuditCommand = 114
	// A card was proposed.
	AuditProposeCard AuditCommand = 120
	// A card was confirmed.
	AuditConfirmCard AuditCommand = 121
	// A card was suspended.
	AuditSuspendCard AuditCommand = 122
	// A card was resumed.
	AuditResumeCard AuditCommand = 123
	// A card was removed.
	AuditRemoveCard AuditCommand = 124
	// Another card became the default.
	AuditSetDefaultCard AuditCommand = 125
	// A payment by card was begun.
	AuditBeginCardPayment AuditCommand = 126
	// A card was charged.
	AuditCardCharged AuditCommand = 127
	// A card could not be charged.
	AuditCardPaymentFailed AuditCommand = 128
	// A payment by card was refunded.
	AuditRefundCardPayment AuditCommand = 129
	// Money in suspense was given where it belongs.
	AuditResolveSuspense AuditCommand = 130
	// Giving money in suspense to another payee than its payment's was proposed.
	AuditProposeResolution AuditCommand = 131
	// A report of the processor was refused: its reference is another report's.
	AuditRefuseCharge AuditCommand = 132
	// A payment by a card that is not bound was begun.
	AuditBeginNewCardPayment AuditCommand = 133
	// What a deadline refunded of a payment by card was passed on.
	AuditPassOnRefund AuditCommand = 134
	// The processor refunded a card.
	AuditCardRefunded AuditCommand = 135
	// The processor told of a chargeback.
	AuditChargebackNotified AuditCommand = 136
	// The processor took the money of a chargeback.
	AuditChargebackTaken AuditCommand = 137
	// A chargeback was answered with evidence.
	AuditChargebackRepresented AuditCommand = 138
	// A chargeback was won, lost, or lost in part.
	AuditChargebackDecided AuditCommand = 139
	// A report of a chargeback was refused: its reference is another report's.
	AuditRefuseChargeback AuditCommand = 140
	// What a chargeback took and was due was booked.
	AuditBookChargeback AuditCommand = 141
	// The processor could not refund a card.
	AuditCardRefundFailed AuditCommand = 142
	// A further wallet was opened, in another ledger.
	AuditOpenWallet AuditCommand = 150
	// The owner gave up what was left in a wallet.
	AuditWaiveBalance AuditCommand = 160
	// What was left in a wallet was set aside for its owner, as unclaimed money.
	AuditSetAside AuditCommand = 161
	// Unclaimed money went into a wallet of its owner.
	AuditClaimUnclaimed AuditCommand = 162
	// Unclaimed money was paid out.
	AuditPayOutUnclaimed AuditCommand = 163
	// Paying out unclaimed money was proposed.
	AuditProposePayout AuditCommand = 164
	// The owner of a wallet that nobody uses was told that its money will be set aside.
	AuditGiveNotice AuditCommand = 165
	// That notice ended, because the owner acted or there is nothing to set aside.
	AuditEndNotice AuditCommand = 166
)

var auditCommandNames = map[AuditCommand]string{
	1:   "begin_registration",
	2:   "resend_letter",
	3:   "correct_address",
	4:   "confirm_address",
	5:   "set_profile",
	6:   "set_login_password",
	7:   "change_login_password",
	8:   "set_security_answers",
	9:   "set_consent",
	10:  "submit_registration",
	11:  "note",
	12:  "purge_registration",
	13:  "log_in",
	14:  "log_in_failed",
	15:  "create_payment_password",
	16:  "change_payment_password",
	17:  "payment_password_matched",
	18:  "payment_password_failed",
	19:  "check_security_answers",
	20:  "send_code",
	21:  "code_matched",
	22:  "code_failed",
	23:  "open_recovery",
	24:  "add_recovery_evidence",
	25:  "review_recovery",
	26:  "approve_recovery",
	27:  "refuse_recovery",
	28:  "reset_payment_password",
	29:  "freeze_wallet",
	30:  "unfreeze_wallet",
	31:  "close_wallet",
	32:  "erase_person",
	33:  "person_erased",
	34:  "set_legal_hold",
	35:  "set_retention",
	36:  "reindex",
	37:  "letter",
	38:  "reset_login_password",
	39:  "send_login_reset",
	40:  "disclose",
	41:  "add_master_key",
	42:  "keep_master_key",
	43:  "rotate_key_encryption_key",
	44:  "begin_index_rotation",
	45:  "end_index_rotation",
	46:  "stop_recovery",
	47:  "compare_passwords",
	48:  "change_policy",
	49:  "change_pepper",
	50:  "name_first_operator",
	51:  "register_staff",
	52:  "grant_roles",
	53:  "revoke_roles",
	54:  "deactivate_staff",
	60:  "export_person",
	61:  "find_person",
	62:  "begin_contact_change",
	63:  "confirm_contact_change",
	64:  "stop_contact_change",
	65:  "end_contact_change",
	66:  "open_correction",
	67:  "add_correction_evidence",
	68:  "approve_correction",
	69:  "refuse_correction",
	100: "open_verification",
	101: "submit_evidence",
	102: "review_verification",
	103: "approve_verification",
	104: "refuse_verification",
	105: "withdraw_verification",
	106: "revoke_tier",
	110: "authorise_payment",
	111: "pay",
	112: "top_up",
	113: "redeem",
	114: "receive",
	120: "propose_card",
	121: "confirm_card",
	122: "suspend_card",
	123: "resume_card",
	124: "remove_card",
	125: "set_default_card",
	126: "begin_card_payment",
	127: "card_charged",
	128: "card_payment_failed",
	129: "refund_card_payment",
	130: "resolve_suspense",
	131: "propose_resolution",
	132: "refuse_charge",
	133: "begin_new_card_payment",
	134: "pass_on_refund",
	135: "card_refunded",
	136: "chargeback_notified",
	137: "chargeback_taken",
	138: "chargeback_represented",
	139: "chargeback_decided",
	140: "refuse_chargeback",
	141: "book_chargeback",
	142: "card_refund_failed",
	150: "open_wallet",
	160: "waive_balance",
	161: "set_aside",
	162: "claim_unclaimed",
	163: "pay_out_unclaimed",
	164: "propose_payout",
	165: "give_notice",
	166: "end_notice",
}

// libraryAuditCommand asks the library, which may be a later one and know more numbers.
func libraryAuditCommand(value AuditCommand) string {
	return C.GoString(C.escrow_audit_command_name(C.uint32_t(value)))
}

// String gives the name, such as "begin_registration"; "unknown" for a number that has none.
func (a AuditCommand) String() string {
	return nameOf(a, auditCommandNames, libraryAuditCommand)
}

// MarshalText gives the name; the number where it has none.
func (a AuditCommand) MarshalText() ([]byte, error) {
	return writeName(a, auditCommandNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (a *AuditCommand) UnmarshalText(text []byte) error {
	return readName(a, text, auditCommandNames)
}

// A StaffState is where a member of staff stands.
type StaffState uint32

const (
	// An operator wants to have them registered, and another one must, too.
	StaffStateProposed StaffState = 1
	// Registered.
	StaffStateActive StaffState = 2
	// Was registered, and does nothing any more.
	StaffStateDeactivated StaffState = 3
)

var staffStateNames = map[StaffState]string{
	1: "proposed",
	2: "active",
	3: "deactivated",
}

// String gives the name, such as "proposed"; "unknown" for a number that has none.
func (s StaffState) String() string {
	return nameOf(s, staffStateNames, unnamed[StaffState])
}

// MarshalText gives the name; the number where it has none.
func (s StaffState) MarshalText() ([]byte, error) {
	return writeName(s, staffStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *StaffState) UnmarshalText(text []byte) error {
	return readName(s, text, staffStateNames)
}

// StaffRoles are what a member of staff may do, combined with |.
type StaffRoles uint32

const (
	// Helps customers: freezes, unfreezes and closes wallets, leaves notes, sends letters again, suspends
	// cards, opens cases and adds evidence to them, looks personal data up.
	StaffRoleSupport StaffRoles = 1
	// Takes cases into review, refuses them, approves first where two must approve, takes a tier back.
	StaffRoleReviewer StaffRoles = 2
	// Approves cases: alone, or as the second of two.
	StaffRoleApprover StaffRoles = 4
	// Runs the wallets: staff, keys, the policy, legal holds and erasure, money in suspense.
	StaffRoleOperator StaffRoles = 8
)

var staffRolesNames = []string{
	"support",
	"reviewer",
	"approver",
	"operator",
}

// String names the flags, joined by "|"; "none" if there are none.
func (s StaffRoles) String() string {
	return flagNames(uint32(s), staffRolesNames)
}

// MarshalText gives String.
func (s StaffRoles) MarshalText() ([]byte, error) {
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *StaffRoles) UnmarshalText(text []byte) error {
	return readFlags(s, text, staffRolesNames)
}

// A ClockState is how far a store's clock is believed.
type ClockState uint32

const (
	// A state that this version has no name for.
	ClockUnknown ClockState = 0
	// The caller alone says what time it is.
	ClockManual ClockState = 1
	// The store goes by the system clock.
	ClockTrusted ClockState = 2
	// The system clock was set while the store was open, by more than clock_step_max_seconds. The
	// store goes on from the time before by a clock that nobody sets, until the time is confirmed.
	ClockStepped ClockState = 3
	// When the store was opened, the system clock was later than clock_gap_max_seconds after the last
	// event, or beyond the end of time, in the year 2554. Nothing is settled or written until the time is
	// confirmed.
	ClockUnconfirmed ClockState = 4
)

var clockStateNames = map[ClockState]string{
	0: "unknown",
	1: "manual",
	2: "trusted",
	3: "stepped",
	4: "unconfirmed",
}

// String gives the name, such as "unknown"; "unknown" for a number that has none.
func (c ClockState) String() string {
	return nameOf(c, clockStateNames, unnamed[ClockState])
}

// MarshalText gives the name; the number where it has none.
func (c ClockState) MarshalText() ([]byte, error) {
	return writeName(c, clockStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *ClockState) UnmarshalText(text []byte) error {
	return readName(c, text, clockStateNames)
}

// A Role is what a handle is to its store.
type Role uint32

const (
	// This process writes the store, and lets others in.
	RoleHost Role = 1
	// Another process, or another handle of this one, writes the store; this one has it do so.
	RoleGuest Role = 2
)

var roleNames = map[Role]string{
	1: "host",
	2: "guest",
}

// String gives the name, such as "host"; "unknown" for a number that has none.
func (r Role) String() string {
	return nameOf(r, roleNames, unnamed[Role])
}

// MarshalText gives the name; the number where it has none.
func (r Role) MarshalText() ([]byte, error) {
	return writeName(r, roleNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Role) UnmarshalText(text []byte) error {
	return readName(r, text, roleNames)
}

// Needs is what a purchase needs beside the customer's order.
type Needs uint32

const (
	// It is small: nothing.
	NeedsNothing Needs = 0
	// The payment password.
	NeedsPassword Needs = 1
	// The payment password, and a second factor.
	NeedsSecondFactor Needs = 2
)

var needsNames = map[Needs]string{
	0: "nothing",
	1: "password",
	2: "second_factor",
}

// String gives the name, such as "nothing"; "unknown" for a number that has none.
func (n Needs) String() string {
	return nameOf(n, needsNames, unnamed[Needs])
}

// MarshalText gives the name; the number where it has none.
func (n Needs) MarshalText() ([]byte, error) {
	return writeName(n, needsNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (n *Needs) UnmarshalText(text []byte) error {
	return readName(n, text, needsNames)
}

// An OrderStatus says which law an order command would have broken. The constants ErrOrderNotFound,
// ErrOrderNotInThisStage and so on are errors themselves: compare with errors.Is.
type OrderStatus uint32

const (
	// An id is 0 or the greatest one.
	ErrOrderIDMustBeValid OrderStatus = 2000
	// An amount is 1 to 2^96 - 1 minor units.
	ErrOrderAmountMustBeValid OrderStatus = 2001
	// An order has 1 to 16 legs, and 1 to 32 tenders, one of each wallet; a leg has no lines,
	// or up to 64 of which one is an item at least.
	ErrOrderCountMustBeValid OrderStatus = 2002
	// All tenders together are just what all legs are together.
	ErrOrderTendersMustEqualLegs OrderStatus = 2003
	// A commission is at most a million parts per million, its fixed part at most the leg, and
	// it goes to an account.
	ErrOrderCommissionMustBeValid OrderStatus = 2004
	// A member of staff has a name: 1 to 64 of a-z, 0-9, ., _, @ and -.
	ErrOrderStaffMustBeNamed OrderStatus = 2005
	// What is referred to, such as evidence or tracking, has a reference that is not 0.
	ErrOrderReferenceMustBeGiven OrderStatus = 2006
	// An extension is 1 second to ten years from now on, and ends later than the window.
	ErrOrderExtensionMustBeValid OrderStatus = 2007
	// Evidence is asked of the buyer or the seller, for 1 second or more, until the time to
	// decide ends at the latest.
	ErrOrderQuestionMustBeValid OrderStatus = 2010
	// A line has a quantity, 1 of shipping and tax, and a minor unit at least for each; of an
	// item it has a reference.
	ErrOrderLineMustBeValid OrderStatus = 2015
	// All lines of a leg together are just what the leg is.
	ErrOrderLinesMustEqualLeg OrderStatus = 2016
	// Items are 1 to 64, each of another line, and a quantity of 1 at least of each.
	ErrOrderItemsMustBeValid OrderStatus = 2017
	// There is no such order.
	ErrOrderNotFound OrderStatus = 2100
	// There is an order with this id, and other terms.
	ErrOrderExistsWithOtherTerms OrderStatus = 2101
	// The order has no such part.
	ErrOrderPartNotFound OrderStatus = 2102
	// The order has no such tender.
	ErrOrderTenderNotFound OrderStatus = 2103
	// The store keeps no policy with this hash.
	ErrOrderPolicyNotFound OrderStatus = 2104
	// The buyer is not registered in this ledger.
	ErrOrderBuyerMustBeRegistered OrderStatus = 2105
	// A seller is not registered in this ledger.
	ErrOrderSellerMustBeRegistered OrderStatus = 2106
	// An account is not fit for what it is to be used for.
	ErrOrderAccountMustFit OrderStatus = 2107
	// No refund with this number waits to be carried out.
	ErrOrderRefundNotFound OrderStatus = 2108
	// The command's id was given to another command of this order, or is the order's own.
	ErrOrderCommandIDIsTaken OrderStatus = 2200
	// Not in this stage: the refusal says what is possible in it.
	ErrOrderNotInThisStage OrderStatus = 2201
	// In this stage others may do it, but not this actor.
	ErrOrderNotByThisActor OrderStatus = 2202
	// The order is not paid yet.
	ErrOrderMustBePaid OrderStatus = 2203
	// More than is left of the part in escrow.
	ErrOrderAmountExceedsPart OrderStatus = 2206
	// The other side has proposed nothing.
	ErrOrderNothingIsProposed OrderStatus = 2207
	// What is not shipped can be given back as a whole alone, and there is nothing to return.
	ErrOrderClaimMustBeWhole OrderStatus = 2208
	// What is claimed or proposed is not, or no longer, what this actor agrees to.
	ErrOrderAmountMustMatch OrderStatus = 2209
	// Less came than was asked for: the refusal says what is missing.
	ErrOrderTenderFallsShort OrderStatus = 2210
	// The order is paid.
	ErrOrderOrderIsPaid OrderStatus = 2211
	// The buyer has cancelled the order.
	ErrOrderIsCancelled OrderStatus = 2212
	// The time to pay the order is not over yet.
	ErrOrderPaymentWindowIsOpen OrderStatus = 2213
	// The time to pay the order is over. The buyer can pay it again, from the beginning.
	ErrOrderPaymentWindowIsOver OrderStatus = 2214
	// This tender has come already.
	ErrOrderTenderHasCome OrderStatus = 2215
	// A tender from a wallet is paid by its owner, and every other is reported.
	ErrOrderTenderKindMustFit OrderStatus = 2216
	// It is too early to claim that a parcel on its way did not come.
	ErrOrderClaimIsTooEarly OrderStatus = 2220
	// By the policy nothing is sent back.
	ErrOrderReturnIsNotPossible OrderStatus = 2221
	// So much is in escrow that two members of staff decide: this one has decided.
	ErrOrderSecondMustDecide OrderStatus = 2222
	// No evidence of this side is awaited, or no longer.
	ErrOrderNoEvidenceIsAskedFor OrderStatus = 2223
	// The leg has no lines, so that nobody can act on some of its items.
	ErrOrderLegHasNoLines OrderStatus = 2230
	// An item is not in this part: it is no line of an item, or in another part of the leg.
	ErrOrderItemNotInPart OrderStatus = 2231
	// The part has fewer of an item.
	ErrOrderQuantityExceedsPart OrderStatus = 2232
	// The buyer complains about all of the part: nobody can act on some of its items.
	ErrOrderPartHasComplaint OrderStatus = 2233
	// The order has as many parts as it can have: 128.
	ErrOrderTooManyParts OrderStatus = 2234
	// The ledger refused it: the refusal says why.
	ErrOrderRefusedByLedger OrderStatus = 2900
	// The wallet refused to pay: the refusal says why.
	ErrOrderRefusedByWallet OrderStatus = 2901
)

var orderStatusNames = map[OrderStatus]string{
	2000: "id_must_be_valid",
	2001: "amount_must_be_valid",
	2002: "count_must_be_valid",
	2003: "tenders_must_equal_legs",
	2004: "commission_must_be_valid",
	2005: "staff_must_be_named",
	2006: "reference_must_be_given",
	2007: "extension_must_be_valid",
	2010: "question_must_be_valid",
	2015: "line_must_be_valid",
	2016: "lines_must_equal_leg",
	2017: "items_must_be_valid",
	2100: "order_not_found",
	2101: "order_exists_with_other_terms",
	2102: "part_not_found",
	2103: "tender_not_found",
	2104: "policy_not_found",
	2105: "buyer_must_be_registered",
	2106: "seller_must_be_registered",
	2107: "account_must_fit",
	2108: "refund_not_found",
	2200: "command_id_is_taken",
	2201: "not_in_this_stage",
	2202: "not_by_this_actor",
	2203: "order_must_be_paid",
	2206: "amount_exceeds_part",
	2207: "nothing_is_proposed",
	2208: "claim_must_be_whole",
	2209: "amount_must_match",
	2210: "tender_falls_short",
	2211: "order_is_paid",
	2212: "order_is_cancelled",
	2213: "payment_window_is_open",
	2214: "payment_window_is_over",
	2215: "tender_has_come",
	2216: "tender_kind_must_fit",
	2220: "claim_is_too_early",
	2221: "return_is_not_possible",
	2222: "second_must_decide",
	2223: "no_evidence_is_asked_for",
	2230: "leg_has_no_lines",
	2231: "item_not_in_part",
	2232: "quantity_exceeds_part",
	2233: "part_has_complaint",
	2234: "too_many_parts",
	2900: "refused_by_ledger",
	2901: "refused_by_wallet",
}

// libraryOrderStatus asks the library, which may be a later one and know more numbers.
func libraryOrderStatus(value OrderStatus) string {
	return C.GoString(C.escrow_order_outcome_name(C.uint32_t(value)))
}

// String gives the name, such as "id_must_be_valid"; "unknown" for a number that has none.
func (o OrderStatus) String() string {
	return nameOf(o, orderStatusNames, libraryOrderStatus)
}

// MarshalText gives the name; the number where it has none.
func (o OrderStatus) MarshalText() ([]byte, error) {
	return writeName(o, orderStatusNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (o *OrderStatus) UnmarshalText(text []byte) error {
	return readName(o, text, orderStatusNames)
}

// An OrderState is how far an order has come.
type OrderState uint32

const (
	// Not all tenders have come.
	OrderStateUnpaid OrderState = 1
	// It was not paid in time: what has come goes back.
	OrderStateLapsed OrderState = 2
	// The buyer cancelled it before it was paid.
	OrderStateCancelled OrderState = 5
	// Something of it is in escrow, or on its way back.
	OrderStateOpen OrderState = 3
	// All parts are done, and nothing is due.
	OrderStateDone OrderState = 4
)

var orderStateNames = map[OrderState]string{
	1: "unpaid",
	2: "lapsed",
	5: "cancelled",
	3: "open",
	4: "done",
}

// String gives the name, such as "unpaid"; "unknown" for a number that has none.
func (o OrderState) String() string {
	return nameOf(o, orderStateNames, unnamed[OrderState])
}

// MarshalText gives the name; the number where it has none.
func (o OrderState) MarshalText() ([]byte, error) {
	return writeName(o, orderStateNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (o *OrderState) UnmarshalText(text []byte) error {
	return readName(o, text, orderStateNames)
}

// A Stage is how far the deal of one part of an order has come.
type Stage uint32

const (
	// The money is in escrow; the seller ships.
	StagePaid Stage = 1
	// On its way.
	StageShipped Stage = 2
	// With the buyer, who looks at it.
	StageDelivered Stage = 3
	// The buyer complained; the seller answers.
	StageClaimed Stage = 4
	// The seller refused the claim.
	StageRefused Stage = 5
	// The seller agreed to take the goods back.
	StageReturnAgreed Stage = 6
	// The goods are on their way back.
	StageSentBack Stage = 7
	// Staff decide.
	StageEscalated Stage = 8
	// Staff decided, and it will be carried out unless somebody appeals.
	StageDecided Stage = 9
	// A window has run out, and what ends it is being carried out.
	StageEnding Stage = 10
	// Nothing is in escrow any more.
	StageDone Stage = 11
)

var stageNames = map[Stage]string{
	1:  "paid",
	2:  "shipped",
	3:  "delivered",
	4:  "claimed",
	5:  "refused",
	6:  "return_agreed",
	7:  "sent_back",
	8:  "escalated",
	9:  "decided",
	10: "ending",
	11: "done",
}

// libraryStage asks the library, which may be a later one and know more numbers.
func libraryStage(value Stage) string {
	return C.GoString(C.escrow_stage_name(C.uint32_t(value)))
}

// String gives the name, such as "paid"; "unknown" for a number that has none.
func (s Stage) String() string {
	return nameOf(s, stageNames, libraryStage)
}

// MarshalText gives the name; the number where it has none.
func (s Stage) MarshalText() ([]byte, error) {
	return writeName(s, stageNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Stage) UnmarshalText(text []byte) error {
	return readName(s, text, stageNames)
}

// A Party is who acts in an order.
type Party uint32

const (
	// Who pays.
	PartyBuyer Party = 1
	// Who gets the money of the part.
	PartySeller Party = 2
	// The platform's.
	PartyStaff Party = 3
	// The host itself, such as for a carrier.
	PartySystem Party = 4
)

var partyNames = map[Party]string{
	1: "buyer",
	2: "seller",
	3: "staff",
	4: "system",
}

// libraryParty asks the library, which may be a later one and know more numbers.
func libraryParty(value Party) string {
	return C.GoString(C.escrow_party_name(C.uint32_t(value)))
}

// String gives the name, such as "buyer"; "unknown" for a number that has none.
func (p Party) String() string {
	return nameOf(p, partyNames, libraryParty)
}

// MarshalText gives the name; the number where it has none.
func (p Party) MarshalText() ([]byte, error) {
	return writeName(p, partyNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (p *Party) UnmarshalText(text []byte) error {
	return readName(p, text, partyNames)
}

// An Action is what can be done about a part of an order.
type Action uint32

const (
	// The goods are on their way.
	ActionShip Action = 1
	// The carrier attests that they arrived.
	ActionDeliver Action = 2
	// The buyer is content: the seller is paid.
	ActionConfirm Action = 3
	// The seller gives up: the buyer gets all back.
	ActionCancel Action = 4
	// The other side is given more time.
	ActionExtend Action = 5
	// The buyer complains, or asks to cancel before it is shipped.
	ActionClaim Action = 6
	// The buyer claims another amount.
	ActionAmend Action = 7
	// The buyer takes the claim back.
	ActionWithdraw Action = 8
	// One side says what it would settle for.
	ActionPropose Action = 9
	// One side accepts what the other one proposed.
	ActionAccept Action = 10
	// The seller gives what is claimed.
	ActionGrant Action = 11
	// The seller refuses it, with evidence.
	ActionRefuse Action = 12
	// The buyer has staff decide.
	ActionEscalate Action = 13
	// The buyer sends the goods back.
	ActionSendBack Action = 14
	// The seller has them again.
	ActionConfirmReturn Action = 15
	// The seller says that they did not come back as they were.
	ActionContestReturn Action = 16
	// Staff decide how much the buyer gets back.
	ActionDecide Action = 17
	// One side asks staff to decide again.
	ActionAppeal Action = 18
	// Staff ask one side for evidence.
	ActionAskEvidence Action = 19
	// That side gives it.
	ActionGiveEvidence Action = 20
)

var actionNames = map[Action]string{
	1:  "ship",
	2:  "deliver",
	3:  "confirm",
	4:  "cancel",
	5:  "extend",
	6:  "claim",
	7:  "amend",
	8:  "withdraw",
	9:  "propose",
	10: "accept",
	11: "grant",
	12: "refuse",
	13: "escalate",
	14: "send_back",
	15: "confirm_return",
	16: "contest_return",
	17: "decide",
	18: "appeal",
	19: "ask_evidence",
	20: "give_evidence",
}

// libraryAction asks the library, which may be a later one and know more numbers.
func libraryAction(value Action) string {
	return C.GoString(C.escrow_action_name(C.uint32_t(value)))
}

// String gives the name, such as "ship"; "unknown" for a number that has none.
func (a Action) String() string {
	return nameOf(a, actionNames, libraryAction)
}

// MarshalText gives the name; the number where it has none.
func (a Action) MarshalText() ([]byte, error) {
	return writeName(a, actionNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (a *Action) UnmarshalText(text []byte) error {
	return readName(a, text, actionNames)
}

// Silence is what happens at the end of a window if nobody does anything.
type Silence uint32

const (
	// The buyer gets all back.
	SilenceRefund Silence = 1
	// The seller is paid all.
	SilenceRelease Silence = 2
	// The buyer gets what was claimed, after a return if that was asked for.
	SilenceGrant Silence = 3
	// Staff decide.
	SilenceEscalate Silence = 4
	// The deal goes on with the time that was left of it.
	SilenceResume Silence = 5
	// What staff decided is carried out.
	SilenceCarryOut Silence = 6
)

var silenceNames = map[Silence]string{
	1: "refund",
	2: "release",
	3: "grant",
	4: "escalate",
	5: "resume",
	6: "carry_out",
}

// librarySilence asks the library, which may be a later one and know more numbers.
func librarySilence(value Silence) string {
	return C.GoString(C.escrow_silence_name(C.uint32_t(value)))
}

// String gives the name, such as "refund"; "unknown" for a number that has none.
func (s Silence) String() string {
	return nameOf(s, silenceNames, librarySilence)
}

// MarshalText gives the name; the number where it has none.
func (s Silence) MarshalText() ([]byte, error) {
	return writeName(s, silenceNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Silence) UnmarshalText(text []byte) error {
	return readName(s, text, silenceNames)
}

// A TenderKind is what kind of money a tender is.
type TenderKind uint32

const (
	// Of a card, a transfer or a voucher: the source is an external account, and the host carries
	// out what goes back to it.
	TenderExternal TenderKind = 1
	// Of the platform's own promotion.
	TenderPromotion TenderKind = 2
	// The money in a wallet: the source is the wallet's account, and its owner authorises it.
	TenderWallet TenderKind = 3
)

var tenderKindNames = map[TenderKind]string{
	1: "external",
	2: "promotion",
	3: "wallet",
}

// String gives the name, such as "external"; "unknown" for a number that has none.
func (t TenderKind) String() string {
	return nameOf(t, tenderKindNames, unnamed[TenderKind])
}

// MarshalText gives the name; the number where it has none.
func (t TenderKind) MarshalText() ([]byte, error) {
	return writeName(t, tenderKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (t *TenderKind) UnmarshalText(text []byte) error {
	return readName(t, text, tenderKindNames)
}

// A ClaimReason is what is wrong with what was bought.
type ClaimReason uint32

const (
	// It did not come.
	ClaimReasonNotReceived ClaimReason = 1
	// It came, and is not what was offered.
	ClaimReasonNotAsDescribed ClaimReason = 2
	// Anything else, such as a change of mind.
	ClaimReasonOther ClaimReason = 3
)

var claimReasonNames = map[ClaimReason]string{
	1: "not_received",
	2: "not_as_described",
	3: "other",
}

// String gives the name, such as "not_received"; "unknown" for a number that has none.
func (c ClaimReason) String() string {
	return nameOf(c, claimReasonNames, unnamed[ClaimReason])
}

// MarshalText gives the name; the number where it has none.
func (c ClaimReason) MarshalText() ([]byte, error) {
	return writeName(c, claimReasonNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *ClaimReason) UnmarshalText(text []byte) error {
	return readName(c, text, claimReasonNames)
}

// A LineKind is what a line of a leg is.
type LineKind uint32

const (
	// Something that is sold, so many times.
	LineItem LineKind = 1
	// What sending it costs the buyer.
	LineShipping LineKind = 2
	// A tax on the items, which goes with each of them.
	LineTax LineKind = 3
)

var lineKindNames = map[LineKind]string{
	1: "item",
	2: "shipping",
	3: "tax",
}

// String gives the name, such as "item"; "unknown" for a number that has none.
func (l LineKind) String() string {
	return nameOf(l, lineKindNames, unnamed[LineKind])
}

// MarshalText gives the name; the number where it has none.
func (l LineKind) MarshalText() ([]byte, error) {
	return writeName(l, lineKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (l *LineKind) UnmarshalText(text []byte) error {
	return readName(l, text, lineKindNames)
}

// A Remedy is what a buyer asks for.
type Remedy uint32

const (
	// Money back, and to keep what came.
	RemedyRefund Remedy = 1
	// To send it back for the money.
	RemedyReturn Remedy = 2
)

var remedyNames = map[Remedy]string{
	1: "refund",
	2: "return",
}

// String gives the name, such as "refund"; "unknown" for a number that has none.
func (r Remedy) String() string {
	return nameOf(r, remedyNames, unnamed[Remedy])
}

// MarshalText gives the name; the number where it has none.
func (r Remedy) MarshalText() ([]byte, error) {
	return writeName(r, remedyNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Remedy) UnmarshalText(text []byte) error {
	return readName(r, text, remedyNames)
}

// A StepKind is what a step of an order was.
type StepKind uint32

const (
	// The order was placed.
	StepPlaced StepKind = 101
	// A tender came.
	StepTenderCame StepKind = 102
	// The last one came, and the legs were paid.
	StepPaid StepKind = 103
	// Somebody did this.
	StepActed StepKind = 100
	// A window of a complaint ran out.
	StepWindowEnded StepKind = 104
	// What a deadline gave back went to the sources.
	StepRefundsPassedOn StepKind = 105
	// A tender came too late, or a second time, and went back.
	StepTenderReturned StepKind = 106
	// The order was not paid in time: what had come went back.
	StepLapsed StepKind = 107
	// The buyer cancelled the order before it was paid.
	StepCancelled StepKind = 108
	// The buyer pays again; what had come before went back.
	StepPaymentReopened StepKind = 109
	// The host has carried a refund out.
	StepRefundConfirmed StepKind = 116
	// A refund could not be carried out, and its money came in again.
	StepRefundFailed StepKind = 117
	// The platform gave the buyer of its own money.
	StepGoodwill StepKind = 110
	// The deadline of its hold paid the seller: only among events.
	StepReleasedByDeadline StepKind = 118
	// The deadline of its hold gave the buyer all back: only among events. That it goes on to the
	// sources is a step of its own.
	StepRefundedByDeadline StepKind = 119
)

var stepKindNames = map[StepKind]string{
	101: "placed",
	102: "tender_came",
	103: "paid",
	100: "acted",
	104: "window_ended",
	105: "refunds_passed_on",
	106: "tender_returned",
	107: "lapsed",
	108: "cancelled",
	109: "payment_reopened",
	116: "refund_confirmed",
	117: "refund_failed",
	110: "goodwill",
	118: "released_by_deadline",
	119: "refunded_by_deadline",
}

// libraryStepKind asks the library, which may be a later one and know more numbers.
func libraryStepKind(value StepKind) string {
	return C.GoString(C.escrow_step_name(C.uint32_t(value)))
}

// String gives the name, such as "placed"; "unknown" for a number that has none.
func (s StepKind) String() string {
	return nameOf(s, stepKindNames, libraryStepKind)
}

// MarshalText gives the name; the number where it has none.
func (s StepKind) MarshalText() ([]byte, error) {
	return writeName(s, stepKindNames), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *StepKind) UnmarshalText(text []byte) error {
	return readName(s, text, stepKindNames)
}

// A Code says why a call could not be carried out. The constants ErrLocked, ErrNotFound and so on
// are errors themselves: compare with errors.Is.
type Code uint32

const (
	// A pointer that must not be NULL is.
	ErrNullArgument Code = 1
	// An argument makes no sense: misaligned, out of range, an unknown option, a reserved field that
	// is not zero.
	ErrInvalidArgument Code = 2
	// No handle of this kind: it was freed, or never came from this library.
	ErrInvalidHandle Code = 3
	// A text is not UTF-8.
	ErrInvalidText Code = 4
	// The caller's buffer is too small; the length output says how large it must be. Nothing else was
	// written, and the call can be repeated.
	ErrBufferTooSmall Code = 5
	// More than one of the ESCROW_*_MAX limits allows.
	ErrLimitExceeded Code = 6
	// Nothing came within the time that the caller was ready to wait.
	ErrTimedOut Code = 7
	// Others changed the same wallet again and again while a command was judged. Nothing was done:
	// send it again.
	ErrContended Code = 8
	// A consumer of events cannot acknowledge this position: it has acknowledged more already, or nothing
	// has happened there yet.
	ErrInvalidPosition Code = 9
	// There is no store at the path; or nothing that has the id that was asked for.
	ErrNotFound Code = 100
	// There is a store where one was to be created.
	ErrAlreadyExists Code = 101
	// The directory is not empty and is no escrow store.
	ErrNotAStore Code = 102
	// The store is open elsewhere, and nobody can be its guest: there or here it is exclusive or opened
	// to be read, or what is asked for needs the store for itself, as to verify does.
	ErrLocked Code = 103
	// A later version of escrowdb wrote the store, a file of it, or a row of its wallets.
	ErrNewerFormat Code = 104
	// Something stands where something is to be written: a destination that is not empty, the rest of
	// an interrupted copy, a segment of another store.
	ErrInTheWay Code = 105
	// The master key is not the one by which the keys of this store's wallets are wrapped.
	ErrWrongMasterKey Code = 106
	// The store was opened by ESCROW_OPEN_READ_ONLY, and this would write.
	ErrReadOnly Code = 107
	// The system clock is further from the store's last event than clock_gap_max_seconds. Nothing was
	// done, and nothing is settled or written until escrow_store_confirm_clock.
	ErrClockMustBeConfirmed Code = 108
	// The pepper, or the lack of one, is not what the passwords of this store were hashed with: by it none
	// would match, and each that is tried would count as wrong.
	ErrWrongPepper Code = 109
	// The process that hosts the store has another version of escrowdb, which speaks otherwise with its
	// guests. Let it close the store, so that a process of the new version takes its place.
	ErrVersionMismatch Code = 110
	// The store was closed.
	ErrClosed Code = 200
	// What the handle stands for was its parent's, and this process was forked since: take another one
	// from the store, which goes on in the child by itself, as do wallets.
	ErrForked Code = 201
	// A write or sync failed, or a bug was met: the store takes no more. Free its handles and open it
	// again: everything that was answered is there.
	ErrPoisoned Code = 202
	// A bug in the library was met and contained. The store is poisoned.
	ErrPanic Code = 203
	// The process that hosted the store has ended, and with it what it kept for this one: a snapshot, a
	// cursor, a backup that was under way. Take a new one. What was submitted is sent again by itself.
	ErrHostEnded Code = 204
	// The process that hosts the store has not answered for takeover_wait_seconds: it is stopped, or its
	// disk hangs. Whether what was asked for was done is not known: send it again under the same ids.
	ErrHostUnresponsive Code = 205
	// The disk failed or refused.
	ErrIO Code = 300
	// The files hold something that no crash explains: rot, a lost file, or tampering.
	ErrCorrupt Code = 301
	// What is asked for is in a part of the journal that was archived. The message names the segment
	// and the time up to which all is.
	ErrArchived Code = 302
	// The file state.redb is that of another store, of a copy that went on otherwise, or of a later time
	// than the journal. Move it away and open the store, which builds it again.
	ErrMismatchedState Code = 303
)

var codeNames = map[Code]string{
	1:   "null_argument",
	2:   "invalid_argument",
	3:   "invalid_handle",
	4:   "invalid_text",
	5:   "buffer_too_small",
	6:   "limit_exceeded",
	7:   "timed_out",
	8:   "contended",
	9:   "invalid_position",
	100: "not_found",
	101: "already_exists",
	102: "not_a_store",
	103: "locked",
	104: "newer_format",
	105: "in_the_way",
	106: "wrong_master_key",
	107: "read_only",
	108: "clock_must_be_confirmed",
	109: "wrong_pepper",
	110: "version_mismatch",
	200: "closed",
	201: "forked",
	202: "poisoned",
	203: "panic",
	204: "host_ended",
	205: "host_unresponsive",
	300: "io",
	301: "corrupt",
	302: "archived",
	303: "mismatched_state",
}

// libraryCode asks the library, which may be a later one and know more numbers.
func libraryCode(value Code) string {
	return C.GoString(C.escrow_status_name(C.uint32_t(value)))
}

// String gives the name, such as "null_argument"; "unknown" for a number that has none.
func (c Code) String() string {
	return nameOf(c, codeNames, libraryCode)
}
