//! What customers say about themselves: addresses, documents, profiles. They are checked, and
//! brought into the form by which they are found again.

use super::refusal::{Refusal, refuse_if};
use super::text_guard::{self, Field};
use super::{WalletStatus, birth_date};
use crate::model::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of an e-mail address.
const ADDRESS_BYTES_MAX: usize = 254;
/// Bytes of a name, a document number or a telephone number.
const SHORT_BYTES_MAX: usize = 200;
/// Bytes of a postal address, or of a note.
pub(crate) const LONG_BYTES_MAX: usize = 2_000;

/// A kind of identity document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A passport.
    Passport,
    /// A driver's licence.
    DriverLicence,
}

impl DocumentKind {
    /// Its name: `passport` or `driver_licence`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::DriverLicence => "driver_licence",
        }
    }
}

/// The identity of a customer. It is sealed before it is stored, and does not print itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Profile {
    /// The full name.
    pub name: String,
    /// The country of which the customer is a citizen: two letters A to Z.
    pub citizenship: String,
    /// What the customer is identified by.
    #[zeroize(skip)]
    pub document_kind: DocumentKind,
    /// The country that issued it: two letters A to Z.
    pub document_country: String,
    /// Its number. Spaces, hyphens and case do not count.
    ///
    /// A number that a card network would take for its own is refused with
    /// [`WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`]: the first digits of an issuer, as many
    /// digits (14 to 19) as its cards have, and a correct Luhn digit. No passport has such a number
    /// (ICAO 9303: nine characters). A few in a thousand driver's licences with 14 digits or more
    /// do by chance; their owners register with a passport.
    pub document_number: String,
    /// The postal address.
    pub postal_address: String,
    /// The telephone number.
    pub phone: String,
    /// The birth date, as in `1990-02-28`; empty if it is not known. A policy with a
    /// [minimum age](crate::wallet::policy::Registration::minimum_age) asks for it.
    pub birth_date: String,
}

impl fmt::Debug for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Profile(..)")
    }
}

impl Profile {
    /// Whether it may be one, at a time.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        for country in [&self.citizenship, &self.document_country] {
            let valid = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
            refuse_if(!valid, WalletStatus::COUNTRY_MUST_BE_VALID)?;
        }
        let document = Field::Document(&self.document_country);
        let fields = [
            (Field::Text, &self.name),
            (document, &self.document_number),
            (Field::Phone, &self.phone),
        ];
        for (field, short) in fields {
            check_field(field, short, SHORT_BYTES_MAX)?;
        }
        refuse_if(self.document_text().is_empty(), WalletStatus::TEXT_MUST_BE_VALID)?;
        check_text(&self.postal_address.replace('\n', " "), LONG_BYTES_MAX)?;
        check_birth_date(&self.birth_date, now)
    }

    /// The document in the form by which it is found, so that a person registers once.
    pub(crate) fn document(&self) -> String {
        let kind = self.document_kind.name();
        format!("{kind}|{}|{}", self.document_country, self.document_text())
    }

    fn document_text(&self) -> String {
        let kept = self.document_number.nfkc().filter(|letter| letter.is_alphanumeric());
        kept.flat_map(char::to_uppercase).collect()
    }
}

/// A text of 1 to `bytes_max` bytes that shows something, without control characters and card
/// numbers.
pub(crate) fn check_text(text: &str, bytes_max: usize) -> Result<(), Refusal> {
    check_field(Field::Text, text, bytes_max)
}

/// The same, of a text for something.
fn check_field(field: Field<'_>, text: &str, bytes_max: usize) -> Result<(), Refusal> {
    refuse_if(text.len() > bytes_max, WalletStatus::TEXT_MUST_BE_VALID)?;
    // What looks like a card number is called that, with line breaks between its digits too.
    let holds = text_guard::field_holds_card_number(field, text);
    refuse_if(holds, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
    let valid = text_guard::is_visible(text) && !text.chars().any(char::is_control);
    refuse_if(!valid, WalletStatus::TEXT_MUST_BE_VALID)
}

/// A name that hosts give to something: letters A to Z and a to z, digits, `.`, `_` and `-`, 1 to
/// `bytes_max` bytes. It stands in the trail in clear, so addresses and full names are kept out by
/// its characters.
pub(crate) fn check_name(text: &str, bytes_max: usize) -> Result<(), Refusal> {
    check_text(text, bytes_max)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    refuse_if(!text.bytes().all(is_plain), WalletStatus::TEXT_MUST_BE_VALID)
}

/// An e-mail address, in the form by which it is found and to which letters go.
///
/// Compatibility forms and the case of the domain do not make another address. A letter to
/// `ａlice@x` or `alice¹@x` could reach another mailbox than one to `alice@x` or `alice1@x`, so no
/// letter is ever addressed in such a spelling, and it finds nobody.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Email {
    /// In NFKC, with a domain in lower case: the only spelling that letters go to.
    pub(crate) letters_to: String,
    pub(crate) normal: String,
    /// Whether it was typed in compatibility forms: it is answered like an address that nobody has.
    pub(crate) is_variant: bool,
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(..)")
    }
}

impl Email {
    /// An address to write to: a single one, with a name and a domain, that a mail program reads as
    /// it stands, without quotes and comments. Only a letter can tell whether it exists.
    pub(crate) fn new(text: &str) -> Result<Self, Refusal> {
        let email = Self::known(text)?;
        refuse_if(!is_plain_address(&email.normal), WalletStatus::ADDRESS_MUST_BE_VALID)?;
        Ok(email)
    }

    /// An address that may be known: an older version accepted more than [`Email::new`] does, and
    /// customers with such an address must still be able to log in.
    pub(crate) fn known(text: &str) -> Result<Self, Refusal> {
        let given = text.trim();
        let fits = |text: &str| (3..=ADDRESS_BYTES_MAX).contains(&text.len());
        refuse_if(!fits(given), WalletStatus::ADDRESS_MUST_BE_VALID)?;
        let simple: String = given.nfkc().collect();
        let holds = text_guard::holds_card_number(given) || text_guard::holds_card_number(&simple);
        refuse_if(holds, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
        // Judged in the form that is written to: a compatibility form may hide a second `@`.
        let (name, domain) = simple.rsplit_once('@').unwrap_or_default();
        let valid = fits(&simple)
            && !simple.chars().any(|letter| letter.is_control() || letter.is_whitespace())
            && !name.is_empty()
            && is_domain(domain);
        refuse_if(!valid, WalletStatus::ADDRESS_MUST_BE_VALID)?;
        let is_variant = !given.nfc().eq(simple.chars());
        let normal = simple.chars().flat_map(char::to_lowercase).collect();
        let domain = domain.chars().flat_map(char::to_lowercase);
        let letters_to = name.chars().chain(['@']).chain(domain).collect();
        Ok(Self { letters_to, normal, is_variant })
    }

    /// An address as it is stored: letters go to just this spelling.
    pub(crate) fn stored(text: &str) -> Result<Self, Refusal> {
        Ok(Self { letters_to: text.to_owned(), ..Self::known(text)? })
    }
}

/// A birth date, or nothing.
pub(crate) fn check_birth_date(text: &str, now: Timestamp) -> Result<(), Refusal> {
    let holds = text_guard::field_holds_card_number(Field::Text, text);
    refuse_if(holds, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
    birth_date::check(text, now)
}

/// A telephone number.
pub(crate) fn check_phone(text: &str) -> Result<(), Refusal> {
    check_field(Field::Phone, text, SHORT_BYTES_MAX)
}

/// Whether a `To:` header with this address has one recipient, whose spelling shows what it is: no
/// second `@`, none of the characters that separate, quote or comment (RFC 5322), nothing
/// invisible.
fn is_plain_address(address: &str) -> bool {
    const SPECIALS: [char; 12] = ['@', ',', ';', ':', '<', '>', '(', ')', '[', ']', '\\', '"'];
    let Some((name, domain)) = address.split_once('@') else { return false };
    let is_dotted = |text: &str| text.split('.').all(|part| !part.is_empty());
    let is_plain = |text: &str| {
        is_dotted(text) && !text.contains(SPECIALS) && !text.chars().any(text_guard::is_invisible)
    };
    is_plain(name) && is_plain(domain)
}

fn is_domain(domain: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.contains(['@', '<', '>', ',', ';', '"']);
    domain.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use WalletStatus as W;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("Anna@Example.COM", Ok("anna@example.com")),
            ("  a@b  ", Ok("a@b")),
            ("o'neil+shop@b-c.d", Ok("o'neil+shop@b-c.d")),
            ("jos\u{e9}@b.c", Ok("jos\u{e9}@b.c")),
            ("a@b@c.d", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@@b.c", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@b.c,evil@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a;b@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a,b@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a(all)@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@x.y(all)", Err(W::ADDRESS_MUST_BE_VALID)),
            ("<a@x.y>", Err(W::ADDRESS_MUST_BE_VALID)),
            ("group:a@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("\"a\"@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a\\b@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@[192.0.2.7]", Err(W::ADDRESS_MUST_BE_VALID)),
            ("an\u{200b}na@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("anna@x\u{ad}.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("\u{202e}anna@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            (".anna@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("an..na@x.y", Err(W::ADDRESS_MUST_BE_VALID)),
            ("@b.c", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@b..c", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a b@c.d", Err(W::ADDRESS_MUST_BE_VALID)),
            ("a@b.c\nBcc: x@y.z", Err(W::ADDRESS_MUST_BE_VALID)),
            ("4111111111111111@b.c", Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)),
        ] {
            let found = Email::new(text).map(|email| email.normal);
            assert_eq!(found.map_err(|refusal| refusal.status), expected.map(str::to_owned));
        }
        assert!(Email::new(&format!("{}@b.c", "a".repeat(251))).is_err());
    }

    /// Customers whom an older version registered with such an address are found, and written to,
    /// as before.
    #[test]
    fn addresses_of_older_versions_are_known() {
        for text in ["a@b@c.d", "a,b@x.y", "an\u{200b}na@x.y"] {
            assert!(Email::new(text).is_err(), "{text:?}");
            let (known, stored) = (Email::known(text), Email::stored(text));
            assert_eq!(known.map(|email| email.normal), Ok(text.to_owned()));
            assert_eq!(stored.map(|email| email.letters_to), Ok(text.to_owned()));
        }
    }

    /// Symptom: a thief with the mailbox `ａlice@x` was sent the letter that resets the password of
    /// `alice@x`. Cause: the person was found by the name with compatibility forms folded, and the
    /// letter went to the spelling that the thief had typed. Now letters go to the folded spelling
    /// only.
    #[test]
    fn compatibility_forms_make_no_other_address() {
        for (text, letters_to, is_variant) in [
            ("Alice@Example.COM", "Alice@example.com", false),
            ("\u{ff41}lice@example.com", "alice@example.com", true),
            ("alice\u{b9}@example.com", "alice1@example.com", true),
            ("al\u{2170}ce@example.com", "alice@example.com", true),
            ("alice@example\u{ff0e}com", "alice@example.com", true),
            ("alice\u{ff20}example.com", "alice@example.com", true),
            ("alice@example.com\u{ff20}evil.com", "alice@example.com@evil.com", true),
            // Two ways to type an accent, and another alphabet, are no compatibility forms.
            ("jose\u{301}@example.com", "jos\u{e9}@example.com", false),
            ("\u{430}lice@example.com", "\u{430}lice@example.com", false),
        ] {
            let email = Email::known(text).expect("an address");
            assert_eq!((&*email.letters_to, email.is_variant), (letters_to, is_variant), "{text}");
            let again = Email::known(letters_to).expect("an address");
            assert_eq!(again.normal, email.normal, "{text}");
        }
        let status = |text| Email::new(text).map_err(|refusal| refusal.status).err();
        assert_eq!(status("alice\u{b4}@x.y"), Some(W::ADDRESS_MUST_BE_VALID), "a space, folded");
        let long = format!("{}@b.c", "\u{fdfa}".repeat(40));
        assert_eq!(status(&long), Some(W::ADDRESS_MUST_BE_VALID), "too long, folded");
    }

    fn profile() -> Profile {
        Profile {
            name: "Anna Ivanova".into(),
            citizenship: "RU".into(),
            document_kind: DocumentKind::Passport,
            document_country: "RU".into(),
            document_number: "45 09-123 456".into(),
            postal_address: "Lenina 1\nMoscow".into(),
            phone: "+7 900 000 00 00".into(),
            birth_date: "1990-02-28".into(),
        }
    }

    #[test]
    fn profiles() {
        let check = |change: fn(&mut Profile), expected: Result<(), W>| {
            let mut profile = profile();
            change(&mut profile);
            let now = Timestamp::from_seconds(1_773_144_000).expect("2026");
            assert_eq!(profile.check(now).map_err(|refusal| refusal.status), expected);
        };
        check(|_| (), Ok(()));
        check(|p| p.citizenship = "ru".into(), Err(W::COUNTRY_MUST_BE_VALID));
        check(|p| p.document_country = "RUS".into(), Err(W::COUNTRY_MUST_BE_VALID));
        check(|p| p.name = " ".into(), Err(W::TEXT_MUST_BE_VALID));
        check(|p| p.name = "\u{200b}\u{2060}".into(), Err(W::TEXT_MUST_BE_VALID));
        check(|p| p.document_number = "--".into(), Err(W::TEXT_MUST_BE_VALID));
        check(|p| p.phone = "1\t2".into(), Err(W::TEXT_MUST_BE_VALID));
        check(|p| p.birth_date.clear(), Ok(()));
        check(|p| p.birth_date = "2026-03-11".into(), Err(W::BIRTH_DATE_MUST_BE_VALID));
        check(|p| p.postal_address = "x".repeat(2_001), Err(W::TEXT_MUST_BE_VALID));
        check(
            |p| p.document_number = "4111 1111 1111 1111".into(),
            Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        );
    }

    #[test]
    fn a_document_is_one_however_it_is_typed() {
        let mut other = profile();
        assert_eq!(other.document(), "passport|RU|4509123456");
        other.document_number = "4509 123456".into();
        assert_eq!(other.document(), profile().document());
        other.document_kind = DocumentKind::DriverLicence;
        assert_ne!(other.document(), profile().document());
        assert_eq!(format!("{other:?}"), "Profile(..)");
    }
}
