//! What rows are called in the store: ledgers, accounts, holds and operations by fixed rules.
//!
//! The same row has the same ids in every run and in every store, whatever comes after it in the
//! file: that is what makes running a file again harmless. Everything here is part of that promise
//! and must not change.
//!
//! * A **ledger** has the number that ISO 4217 gives to its currency: EUR is 978.
//! * An **account** is a role, a ledger and the name that the file knows it by, hashed: buyer and
//!   seller of one name are two accounts, and so are the dollars and the euros of one buyer.
//! * An **operation** is the second of its row, the kind of the row, the leg and a hash of the row:
//!   ids rise with time, which is what the store is fastest with. The id of a **hold** is that of
//!   the operation of its `paid` row.

use super::digits::hexadecimal;
use escrowdb::{AccountFlags, Id};

/// What an account is for. Its code is its place in the chart of accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Where money comes from: a card network, a bank.
    Method,
    /// A wallet to shop with; what is in it cannot be withdrawn.
    Buyer,
    /// What the seller has earned.
    Seller,
    /// The commission.
    Platform,
}

impl Role {
    /// In the order of the chart of accounts.
    pub(crate) const ALL: [Self; 4] = [Self::Method, Self::Buyer, Self::Seller, Self::Platform];

    /// The code of its accounts.
    pub(crate) const fn code(self) -> u16 {
        match self {
            Self::Method => 100,
            Self::Buyer => 200,
            Self::Seller => 300,
            Self::Platform => 400,
        }
    }

    /// As it is written in the name of an account.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Platform => "platform",
        }
    }

    /// As it is headed in a table.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::Method => "payment methods",
            Self::Buyer => "buyers",
            Self::Seller => "sellers",
            Self::Platform => "platform",
        }
    }

    /// What its accounts may do.
    pub(crate) fn flags(self) -> AccountFlags {
        let solvent = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        match self {
            Self::Method => AccountFlags::EXTERNAL,
            Self::Buyer => solvent | AccountFlags::SPEND_ONLY,
            Self::Seller | Self::Platform => solvent,
        }
    }
}

/// The reason of a `payment`, as the operation's code.
pub(crate) const CODE_PAYMENT: u16 = 1;
/// The reason of a hold, as the operation's code.
pub(crate) const CODE_ORDER: u16 = 2;
/// The name of the platform's account.
pub(crate) const PLATFORM: &str = "platform";

/// The account of `name` in `role`.
pub(crate) fn account(role: Role, ledger: u32, name: &str) -> Id {
    let ledger = ledger.to_be_bytes();
    valid(hash(&[b"account", role.name().as_bytes(), &ledger, name.as_bytes()]))
}

/// The number of an order, buyer or seller: its 32 hexadecimal digits, or a hash of another name.
pub(crate) fn number(name: &str) -> Id {
    let number = hexadecimal(name).filter(|&number| number > 0);
    number.map_or_else(|| valid(hash(&[b"number", name.as_bytes()])), Id::from_u128)
}

/// A hold that no row has opened: what a row is about whose order was never paid.
pub(crate) fn hold_of_unpaid(order: Id) -> Id {
    valid(hash(&[b"unpaid", &order.to_bytes()]))
}

/// The operation of one leg of a row. `rank` tells kinds of row apart, in the order in which they
/// mostly come; `row` is the row's [`fingerprint`]; `target` the hold that it is about, or zero.
pub(crate) fn operation(second: u64, rank: u8, leg: usize, row: u128, target: Id) -> Id {
    let hash = hash(&[b"operation", &row.to_be_bytes(), &target.to_bytes()]);
    let leg = u16::try_from(leg).unwrap_or(u16::MAX);
    // 40 bits hold every second up to the year 36812.
    let place = (u128::from(second) << 24) | (u128::from(rank) << 16) | u128::from(leg);
    valid((place << 64) | (hash & u128::from(u64::MAX)))
}

/// What tells a row from all others: its fields, and how many rows like it stand before it.
pub(crate) fn fingerprint(fields: &[&[u8]], repeats: u32) -> u128 {
    let mut parts: Vec<&[u8]> = vec![b"row"];
    parts.extend_from_slice(fields);
    let repeats = repeats.to_be_bytes();
    parts.push(&repeats);
    hash(&parts)
}

/// 128 bits of BLAKE3 over the parts, each with its length before it.
fn hash(parts: &[&[u8]]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        let length = part.len() as u64;
        hasher.update(&length.to_be_bytes());
        hasher.update(part);
    }
    let mut half = [0; 16];
    hasher.finalize_xof().fill(&mut half);
    u128::from_be_bytes(half)
}

/// The id with this number; its neighbour where no id can have it.
fn valid(number: u128) -> Id {
    Id::from_u128(number.clamp(1, u128::MAX - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_a_promise() {
        // A store of yesterday must know the rows of today: these never change.
        let row = fingerprint(&[b"a", b"b"], 0);
        let ids = [
            account(Role::Buyer, 978, "anna"),
            account(Role::Seller, 978, "anna"),
            number("anna"),
            number("00112233445566778899aabbccddeeff"),
            operation(1_714_564_800, 1, 0, row, Id::ZERO),
        ];
        assert_eq!(
            ids.map(Id::as_u128),
            [
                0x97fa_9aaa_b606_b9b2_bc43_ea73_bbf2_e18c,
                0x679a_3c04_6735_f8f4_86d1_f3f3_a1f8_6be9,
                0x8e8d_8cdf_e8c3_ce77_6d0c_ebdf_a37f_8551,
                0x0011_2233_4455_6677_8899_aabb_ccdd_eeff,
                0x0066_322e_c001_0000_646b_733f_aae8_55de,
            ]
        );
    }

    #[test]
    fn ids_tell_apart_what_differs() {
        let rows = [
            fingerprint(&[b"a", b"bc"], 0),
            fingerprint(&[b"ab", b"c"], 0),
            fingerprint(&[b"a", b"bc"], 1),
        ];
        let mut ids = vec![
            operation(9, 0, 0, rows[0], Id::ZERO),
            operation(9, 0, 1, rows[0], Id::ZERO),
            operation(9, 1, 0, rows[0], Id::ZERO),
            operation(10, 0, 0, rows[0], Id::ZERO),
        ];
        assert!(ids.is_sorted(), "ids rise with second, rank and leg");
        ids.extend(rows.map(|row| operation(9, 0, 0, row, Id::from_u128(1))));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 7);
    }
}
