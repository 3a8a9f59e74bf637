//! Customers by their numbers: the ids of all of one number follow from it.
//!
//! They are written by `Wallets::put_registered`, a door for measuring: the rows that a registration
//! leaves, with one password hash for all.

use crate::measure::Measured;
use escrowdb::wallet::{DocumentKind, Profile};
use escrowdb::{Amount, Id, Registered, Waiting, Wallets};
use std::ops::Range;

/// Customers of one batch: their rows fit into one.
const AT_A_TIME: u64 = 512;

/// What all of them share.
pub(crate) struct Population {
    /// The ledger of their accounts.
    pub(crate) ledger: u32,
    /// Their password to log in.
    pub(crate) login: &'static str,
    /// Their payment password.
    pub(crate) payment: &'static str,
    /// Whom each has authorised one payment to, and how much; `None` for no payment.
    pub(crate) authorised: Option<(Id, Amount)>,
}

/// Who is who, by number.
#[derive(Clone, Copy)]
pub(crate) struct Inhabitant(pub(crate) u64);

impl Inhabitant {
    fn id(self, kind: u128) -> Id {
        Id::from_u128(kind << 64 | u128::from(self.0))
    }

    pub(crate) fn person(self) -> Id {
        self.id(1)
    }

    pub(crate) fn wallet(self) -> Id {
        self.id(2)
    }

    pub(crate) fn account(self) -> Id {
        self.id(3)
    }

    pub(crate) fn order(self) -> Id {
        self.id(4)
    }

    pub(crate) fn authorisation(self) -> Id {
        self.id(5)
    }

    pub(crate) fn email(self) -> String {
        // In letters: one number in ten could be that of a card, which no text may hold.
        let letters =
            self.0.to_string().into_bytes().into_iter().map(|digit| char::from(digit + 49));
        format!("{}@example.com", letters.collect::<String>())
    }

    fn profile(self) -> Profile {
        Profile {
            name: "Anna Ivanova".into(),
            citizenship: "RU".into(),
            document_kind: DocumentKind::Passport,
            document_country: "RU".into(),
            document_number: format!("45 09 {}", self.0),
            postal_address: "Lenina 1\nMoscow".into(),
            phone: "+7 900 000 00 00".into(),
            birth_date: String::new(),
        }
    }
}

impl Population {
    /// Makes the customers of these numbers, of which none may exist. `progress` is told the number
    /// that it has come to.
    pub(crate) fn settle(
        &self,
        wallets: &Wallets,
        numbers: Range<u64>,
        progress: &dyn Fn(u64),
    ) -> Measured<()> {
        let passwords = wallets.shared_passwords(self.login, self.payment)?;
        let mut from = numbers.start;
        while from < numbers.end {
            let to = numbers.end.min(from.saturating_add(AT_A_TIME));
            let some: Vec<_> = (from..to).map(|number| self.registered(number)).collect();
            wallets.put_registered(self.ledger, &passwords, &some)?;
            progress(to);
            from = to;
        }
        Ok(())
    }

    fn registered(&self, number: u64) -> Registered {
        let one = Inhabitant(number);
        let waiting = |(payee, amount)| Waiting {
            authorisation: one.authorisation(),
            order: one.order(),
            payee,
            amount,
        };
        Registered {
            person: one.person(),
            wallet: one.wallet(),
            account: one.account(),
            email: one.email(),
            profile: one.profile(),
            authorised: self.authorised.map(waiting),
        }
    }
}
