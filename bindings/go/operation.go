package escrowdb

import "time"

// Transfer moves amount from the debit to the credit account at once, with code 1.
func Transfer(id, debit, credit ID, ledger uint32, amount Amount) Operation {
	return Operation{
		Kind: KindTransfer, ID: id, DebitAccount: debit, CreditAccount: credit, Ledger: ledger,
		Amount: amount, Code: 1,
	}
}

// OpenHold pays amount from payer into escrow for payee, with code 1. The operation's id becomes
// that of the hold. See WithDeadline and WithFee for its terms.
func OpenHold(id, payer, payee ID, ledger uint32, amount Amount) Operation {
	operation := Transfer(id, payer, payee, ledger, amount)
	operation.Kind = KindHold
	return operation
}

// Ship marks the hold as shipped.
func Ship(id, hold ID) Operation { return about(KindShip, id, hold) }

// Deliver marks the hold as delivered.
func Deliver(id, hold ID) Operation { return about(KindDeliver, id, hold) }

// Extend moves the deadline of the hold to timeoutSeconds from now, which must be later.
func Extend(id, hold ID, timeoutSeconds uint32) Operation {
	operation := about(KindExtend, id, hold)
	operation.TimeoutSeconds = timeoutSeconds
	return operation
}

// Release releases amount of the hold to the payee.
func Release(id, hold ID, amount Amount) Operation {
	return some(KindRelease, id, hold, amount)
}

// ReleaseRest releases all that is left of the hold to the payee.
func ReleaseRest(id, hold ID) Operation { return rest(KindRelease, id, hold) }

// TopUp raises the hold by amount.
func TopUp(id, hold ID, amount Amount) Operation { return some(KindTopUp, id, hold, amount) }

// Refund returns amount of the hold to the payer.
func Refund(id, hold ID, amount Amount) Operation { return some(KindRefund, id, hold, amount) }

// RefundRest returns all that is left of the hold to the payer.
func RefundRest(id, hold ID) Operation { return rest(KindRefund, id, hold) }

// Dispute stops the clock of the hold: until it is withdrawn, only an arbitrated release or refund
// settles it (OperationArbitrated). WithDeadline gives it a clock of its own, so that it ends by itself
// and may be sent again while the hold is disputed; Claiming says what is in dispute.
func Dispute(id, hold ID) Operation { return about(KindDispute, id, hold) }

// Claiming is the same dispute, which claims amount for the payer: what goes back at its deadline with
// AtDeadlineClaim.
func (o Operation) Claiming(amount Amount) Operation {
	o.Amount = amount
	return o
}

// Divide makes amount of the hold a hold of its own, whose id is id, with the same parties and terms. No
// money moves, and both together pay the commission that the whole would.
func Divide(id, hold ID, amount Amount) Operation { return some(KindDivide, id, hold, amount) }

// WithdrawDispute restarts the clock of the hold with the time that was left, and the default from before.
func WithdrawDispute(id, hold ID) Operation { return about(KindWithdrawDispute, id, hold) }

// Reverse undoes amount of a transfer, of a release, or of all that the payee of a hold was paid and
// has not given back, by releases and deadlines together: target is the id of either. Commission comes
// back pro rata.
func Reverse(id, target ID, amount Amount) Operation {
	return some(KindReverse, id, target, amount)
}

// ReverseRest is Reverse of all that is not undone yet.
func ReverseRest(id, target ID) Operation { return rest(KindReverse, id, target) }

// FreezeAccount stops new business of the account; open holds are still settled.
func FreezeAccount(id, account ID) Operation { return about(KindFreeze, id, account) }

// UnfreezeAccount undoes FreezeAccount.
func UnfreezeAccount(id, account ID) Operation { return about(KindUnfreeze, id, account) }

// CloseAccount takes an account without open holds out of use.
func CloseAccount(id, account ID) Operation { return about(KindClose, id, account) }

// ReopenAccount undoes CloseAccount.
func ReopenAccount(id, account ID) Operation { return about(KindReopen, id, account) }

// WithFlags is the same operation with these flags too.
func (o Operation) WithFlags(flags OperationFlags) Operation {
	o.Flags |= flags
	return o
}

// Linked is the same operation, chained to the next one of its batch: all of the chain, up to and
// including the first operation that is not Linked, succeed or none does.
func (o Operation) Linked() Operation { return o.WithFlags(OperationLinked) }

// WithDeadline is the same operation with a deadline, in seconds from the operation's timestamp, and
// what happens then. For holds, Ship, Deliver and Dispute.
func (o Operation) WithDeadline(timeoutSeconds uint32, then AtDeadline) Operation {
	o.TimeoutSeconds, o.AtDeadline = timeoutSeconds, then
	return o
}

// WithFee is the same hold with a commission: so many parts per million of what the payee gets go to
// the account.
func (o Operation) WithFee(account ID, ppm uint32) Operation {
	o.FeeAccount, o.FeePPM = account, ppm
	return o
}

// WithFixedFee is the same hold with a fixed part of the commission, taken once out of what the payee
// gets first, beside the rate of WithFee.
func (o Operation) WithFixedFee(amount Amount) Operation {
	o.FeeFixed = amount
	return o
}

// To is the same release for another receiver than the payee: a split. It takes no commission, and
// must say so with NoFee where the hold has a rate.
func (o Operation) To(account ID) Operation {
	o.CreditAccount = account
	return o
}

// NoFee is the same split, saying that nobody takes a commission on it.
func (o Operation) NoFee() Operation { return o.WithFlags(OperationNoFee) }

// WithUserData is the same operation with a key of the caller's own, such as an order's number.
func (o Operation) WithUserData(key ID) Operation {
	o.UserData128 = key
	return o
}

// WithCode is the same transfer or hold with the caller's reason for it.
func (o Operation) WithCode(code uint16) Operation {
	o.Code = code
	return o
}

// Valued is the same operation, which counts at another time than it is booked: see
// Operation.ValueDate.
func (o Operation) Valued(date Timestamp) Operation {
	o.ValueDate = date
	return o
}

// Imported is the same operation as it happened at a time in the past, for moving a history in. All
// operations of a batch are imported or none is.
func (o Operation) Imported(at Timestamp) Operation {
	o.Timestamp = at
	return o.WithFlags(OperationImported)
}

// Seconds turns a duration into whole seconds for deadlines, rounded up; 0 below zero, the maximum
// above about 136 years.
func Seconds(d time.Duration) uint32 {
	if d <= 0 {
		return 0
	}
	seconds := (d-1)/time.Second + 1
	if seconds > 1<<32-1 {
		return 1<<32 - 1
	}
	return uint32(seconds)
}

func about(kind Kind, id, target ID) Operation {
	return Operation{Kind: kind, ID: id, Target: target}
}

func some(kind Kind, id, target ID, amount Amount) Operation {
	return Operation{Kind: kind, ID: id, Target: target, Amount: amount}
}

func rest(kind Kind, id, target ID) Operation {
	return about(kind, id, target).WithFlags(OperationRest)
}

// A Batch is operations together with the documents that they write. The zero Batch is empty and
// ready; Reset empties it for the next use. A batch is not for several goroutines at a time.
type Batch struct {
	operations []Operation
	data       []byte
}

// Add appends operations. For documents see Put and Delete.
func (b *Batch) Add(operations ...Operation) *Batch {
	b.operations = append(b.operations, operations...)
	return b
}

// Put appends an operation that writes a document of the host's own: value under key in space. A key
// has 1 to DocumentKeyBytesMax bytes, a value up to DocumentValueBytesMax; the store refuses others.
func (b *Batch) Put(id ID, space string, key, value []byte) *Batch {
	return b.document(Operation{Kind: KindPut, ID: id}, space, key, value)
}

// PutIf is Put if the document has this version: 0 if there must be none.
func (b *Batch) PutIf(id ID, space string, key, value []byte, version uint64) *Batch {
	put := Operation{Kind: KindPut, ID: id, Flags: OperationIfVersion, ExpectedVersion: version}
	return b.document(put, space, key, value)
}

// Delete appends an operation that deletes a document.
func (b *Batch) Delete(id ID, space string, key []byte) *Batch {
	return b.document(Operation{Kind: KindDelete, ID: id}, space, key, nil)
}

// DeleteIf is Delete if the document has this version.
func (b *Batch) DeleteIf(id ID, space string, key []byte, version uint64) *Batch {
	remove := Operation{Kind: KindDelete, ID: id, Flags: OperationIfVersion, ExpectedVersion: version}
	return b.document(remove, space, key, nil)
}

// Link chains the last operation to the one that will be appended next: see Operation.Linked.
func (b *Batch) Link() *Batch {
	if n := len(b.operations); n > 0 {
		b.operations[n-1].Flags |= OperationLinked
	}
	return b
}

// Len is the number of operations.
func (b *Batch) Len() int { return len(b.operations) }

// Operations gives the operations, to look at or to change in place.
func (b *Batch) Operations() []Operation { return b.operations }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() { b.operations, b.data = b.operations[:0], b.data[:0] }

func (b *Batch) document(operation Operation, space string, key, value []byte) *Batch {
	operation.DataOffset = uint32(len(b.data))
	operation.SpaceLength = clip16(len(space))
	operation.KeyLength = clip16(len(key))
	operation.ValueLength = uint32(min32(len(value)))
	b.data = append(b.data, space[:operation.SpaceLength]...)
	b.data = append(b.data, key[:operation.KeyLength]...)
	b.data = append(b.data, value[:operation.ValueLength]...)
	b.operations = append(b.operations, operation)
	return b
}

// clip16 cuts what is far too long anyway, so that the store can name the law that it breaks.
func clip16(length int) uint16 {
	if length > 1<<16-1 {
		return 1<<16 - 1
	}
	return uint16(length)
}

// min32 cuts a value that is too long to one byte more than is allowed.
func min32(length int) int {
	if length > DocumentValueBytesMax {
		return DocumentValueBytesMax + 1
	}
	return length
}
