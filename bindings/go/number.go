package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"encoding/hex"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"
)

// An ID is a 128-bit identifier that the caller chooses: of an account, an operation or a hold. Zero
// means none, and the maximum is reserved. The id of an operation is its idempotency key, and the id
// of a hold is that of the operation that opened it.
//
// NewID makes ids that are the fast ones. A UUID of your own is an id too: see IDFromBytes, ParseID.
type ID struct {
	// Lo is the low half.
	Lo uint64
	// Hi is the high half.
	Hi uint64
}

// NewID makes a UUID of version 7: unique, ordered by time, and rising strictly within the process.
// It panics only if the operating system has no random bytes.
func NewID() ID {
	var id [1]ID
	NewIDs(id[:])
	return id[0]
}

// NewIDs fills ids with new ones, at the price of one call.
func NewIDs(ids []ID) {
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_id_new((*C.escrow_u128)(unsafe.Pointer(start(ids))), C.size_t(len(ids)), e)
	})
	if err != nil {
		panic(err)
	}
}

// NamedID is the id of a name that you have already, such as an order's number A-1001, in a space of
// names of its own, such as orders: the same wherever and in whatever language it is made. Two spaces
// share no ids. It is no secret.
//
// Such ids are in no order: accounts and UserData128 may well have one; as ids of operations and holds
// they are slower than those of NewID.
func NamedID(space, text string) ID {
	var id ID
	begin, length := chars(space)
	name, bytes := chars(text)
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_id_named(begin, length, name, bytes, (*C.escrow_u128)(unsafe.Pointer(&id)), e)
	})
	if err != nil {
		panic(err)
	}
	return id
}

// IDOf is the id with this number, for small ids of one's own.
func IDOf(number uint64) ID { return ID{Lo: number} }

// IDFromBytes is the id of 16 bytes in the order of a UUID's, most significant first.
func IDFromBytes(b [16]byte) ID {
	var id ID
	for i := 0; i < 8; i++ {
		id.Hi = id.Hi<<8 | uint64(b[i])
		id.Lo = id.Lo<<8 | uint64(b[i+8])
	}
	return id
}

// Bytes gives the id as 16 bytes in the order of a UUID's, most significant first.
func (id ID) Bytes() [16]byte {
	var b [16]byte
	for i := 0; i < 8; i++ {
		b[i] = byte(id.Hi >> (56 - 8*i))
		b[i+8] = byte(id.Lo >> (56 - 8*i))
	}
	return b
}

// ParseID reads an id: a UUID in its usual form, a decimal number of up to 20 digits, or 32 hexadecimal
// digits, if a letter is among them: without one they could be a decimal number.
func ParseID(text string) (ID, error) {
	digits := text
	if len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' {
		digits = text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	}
	if len(text) == 32 && strings.Trim(text, "0123456789") == "" {
		return ID{}, fail(ErrInvalidArgument, "not an id: 32 digits can be decimal or hexadecimal, write a UUID")
	}
	if len(digits) == 32 {
		var b [16]byte
		if _, err := hex.Decode(b[:], []byte(digits)); err != nil {
			return ID{}, fail(ErrInvalidArgument, "not an id: neither a UUID nor a number")
		}
		return IDFromBytes(b), nil
	}
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || text[0] == '+' {
		return ID{}, fail(ErrInvalidArgument, "not an id: neither a UUID nor a number")
	}
	return ID{Lo: number}, nil
}

// MustParseID is ParseID for constants: it panics on an error.
func MustParseID(text string) ID {
	id, err := ParseID(text)
	if err != nil {
		panic(err)
	}
	return id
}

// IsZero tells whether the id is none.
func (id ID) IsZero() bool { return id == ID{} }

// Compare orders ids as the numbers that they are: -1, 0 or +1.
func (id ID) Compare(other ID) int { return compare(id.Hi, id.Lo, other.Hi, other.Lo) }

// String gives small ids as a decimal number and all others as UUIDs. ParseID reads both.
func (id ID) String() string {
	if id.Hi == 0 {
		return strconv.FormatUint(id.Lo, 10)
	}
	b := id.Bytes()
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// MarshalText gives String. It makes ids strings in JSON, and keys of its objects.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what ParseID reads.
func (id *ID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseID(string(text))
	return err
}

// An Amount is an unsigned number of minor units (cents) of a ledger. Amounts in a store are at most
// 2^96 - 1. There are no floats: text is read and written exactly, by the scale of the ledger.
type Amount struct {
	// Lo is the low half.
	Lo uint64
	// Hi is the high half.
	Hi uint64
}

// MaxAmount is the greatest amount and the greatest balance.
var MaxAmount = Amount{Lo: 1<<64 - 1, Hi: 1<<32 - 1}

// Units is the amount of so many minor units: Units(1999) is 19.99 in a ledger of scale 2.
func Units(minorUnits uint64) Amount { return Amount{Lo: minorUnits} }

// ParseAmount reads an amount from text such as "35.61", where scale is the number of digits behind
// the point. It is exact: no sign, no spaces, no exponent, no grouping; a digit that the scale has
// no room for is refused unless it is zero.
func ParseAmount(text string, scale uint32) (Amount, error) {
	var amount C.escrow_u128
	begin, length := chars(text)
	if length == 0 {
		return Amount{}, fail(ErrInvalidArgument, "an amount needs digits")
	}
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_amount_parse(begin, length, C.uint32_t(scale), &amount, e)
	})
	return Amount{uint64(amount.lo), uint64(amount.hi)}, err
}

// MustParseAmount is ParseAmount for constants: it panics on an error.
func MustParseAmount(text string, scale uint32) Amount {
	amount, err := ParseAmount(text, scale)
	if err != nil {
		panic(err)
	}
	return amount
}

// AmountFromBig is the amount of so many minor units. It fails below zero and above MaxAmount.
func AmountFromBig(minorUnits *big.Int) (Amount, error) {
	if minorUnits == nil || minorUnits.Sign() < 0 || minorUnits.BitLen() > 96 {
		return Amount{}, fail(ErrInvalidArgument, "an amount is from 0 to 2^96 - 1")
	}
	words := new(big.Int).Rsh(minorUnits, 64)
	low := new(big.Int).Sub(minorUnits, new(big.Int).Lsh(words, 64))
	return Amount{Lo: low.Uint64(), Hi: words.Uint64()}, nil
}

// Big gives the number of minor units.
func (a Amount) Big() *big.Int {
	n := new(big.Int).SetUint64(a.Hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(a.Lo))
}

// Uint64 gives the number of minor units, and whether it fits.
func (a Amount) Uint64() (minorUnits uint64, ok bool) { return a.Lo, a.Hi == 0 }

// IsZero tells whether the amount is nothing.
func (a Amount) IsZero() bool { return a == Amount{} }

// Compare orders amounts: -1, 0 or +1.
func (a Amount) Compare(other Amount) int { return compare(a.Hi, a.Lo, other.Hi, other.Lo) }

// Add gives the sum, and whether it is an amount: false above MaxAmount.
func (a Amount) Add(other Amount) (sum Amount, ok bool) {
	lo, carry := bits.Add64(a.Lo, other.Lo, 0)
	hi, over := bits.Add64(a.Hi, other.Hi, carry)
	sum = Amount{lo, hi}
	return sum, over == 0 && sum.Compare(MaxAmount) <= 0
}

// Sub gives the difference, and whether it is an amount: false below zero.
func (a Amount) Sub(other Amount) (difference Amount, ok bool) {
	lo, borrow := bits.Sub64(a.Lo, other.Lo, 0)
	hi, under := bits.Sub64(a.Hi, other.Hi, borrow)
	return Amount{lo, hi}, under == 0
}

// Fee computes the commission on the amount at a rate in parts per million, rounded half to even to
// the minor unit, as a hold does.
func (a Amount) Fee(ratePPM uint32) (Amount, error) {
	var fee C.escrow_u128
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_amount_fee(a.c(), C.uint32_t(ratePPM), &fee, e)
	})
	return Amount{uint64(fee.lo), uint64(fee.hi)}, err
}

// Split splits the amount over weights, exactly: the parts add up to the whole. The minor units that
// are left after rounding down go to the largest remainders, ties to the earlier position.
func (a Amount) Split(weights ...uint32) ([]Amount, error) {
	parts := make([]Amount, len(weights))
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_amount_split(a.c(), (*C.uint32_t)(unsafe.Pointer(start(weights))),
			C.size_t(len(weights)), (*C.escrow_u128)(unsafe.Pointer(start(parts))), e)
	})
	if err != nil {
		return nil, err
	}
	return parts, nil
}

// Format writes the amount with exactly scale decimals: Units(3561).Format(2) is "35.61". A scale
// above LedgerScaleMax is taken for that.
func (a Amount) Format(scale uint32) string { return decimal(a.Big().String(), scale) }

// String gives the number of minor units: for text with a decimal point see Format.
func (a Amount) String() string {
	if a.Hi == 0 {
		return strconv.FormatUint(a.Lo, 10)
	}
	return a.Big().String()
}

// MarshalText gives the number of minor units in decimal. In JSON it is a string, because the
// numbers of many readers are floats.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads a number of minor units in decimal.
func (a *Amount) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAmount(string(text), 0)
	if err == nil && strings.ContainsRune(string(text), '.') {
		*a, err = Amount{}, fail(ErrInvalidArgument, "an amount of minor units has no decimals")
	}
	return err
}

// UnmarshalJSON reads a number of minor units: a string, or an integer.
func (a *Amount) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		text = text[1 : len(text)-1]
	}
	return a.UnmarshalText(text)
}

func (a Amount) c() C.escrow_u128 {
	return C.escrow_u128{lo: C.uint64_t(a.Lo), hi: C.uint64_t(a.Hi)}
}

func (id ID) c() C.escrow_u128 {
	return C.escrow_u128{lo: C.uint64_t(id.Lo), hi: C.uint64_t(id.Hi)}
}

// A Change is a signed number of minor units: a change of a balance, or a net balance.
type Change struct {
	// Lo is the low half of the number in two's complement.
	Lo uint64
	// Hi is the high half, with the sign.
	Hi int64
}

// Big gives the number of minor units.
func (c Change) Big() *big.Int {
	n := big.NewInt(c.Hi)
	return n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(c.Lo))
}

// Sign is -1, 0 or +1.
func (c Change) Sign() int {
	if c.Hi < 0 {
		return -1
	}
	if c.Hi == 0 && c.Lo == 0 {
		return 0
	}
	return 1
}

// Format writes the number with exactly scale decimals, such as "-0.05".
func (c Change) Format(scale uint32) string { return decimal(c.Big().String(), scale) }

// String gives the number of minor units.
func (c Change) String() string { return c.Big().String() }

// MarshalText gives the number of minor units in decimal.
func (c Change) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// decimal puts a point into an integer.
func decimal(digits string, scale uint32) string {
	if scale > LedgerScaleMax {
		scale = LedgerScaleMax
	}
	if scale == 0 {
		return digits
	}
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if missing := int(scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(scale)
	return sign + digits[:point] + "." + digits[point:]
}

func compare(aHi, aLo, bHi, bLo uint64) int {
	switch {
	case aHi < bHi || aHi == bHi && aLo < bLo:
		return -1
	case aHi == bHi && aLo == bLo:
		return 0
	}
	return 1
}

// ParseRate reads a rate in parts per million from text: a fraction such as "0.029", or a percentage
// such as "2.9%".
func ParseRate(text string) (ppm uint32, err error) {
	var rate C.uint32_t
	begin, length := chars(text)
	if length == 0 {
		return 0, fail(ErrInvalidArgument, "a rate needs digits")
	}
	err = check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_rate_parse(begin, length, &rate, e)
	})
	return uint32(rate), err
}

// FormatRate writes a rate in parts per million as a percentage: "2.9%".
func FormatRate(ppm uint32) string {
	var buffer [64]C.char
	var length C.size_t
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_rate_format(C.uint32_t(ppm), &buffer[0], C.size_t(len(buffer)), &length, e)
	})
	if err != nil {
		return strconv.FormatUint(uint64(ppm), 10) + "ppm"
	}
	return textOf(buffer[:])
}
