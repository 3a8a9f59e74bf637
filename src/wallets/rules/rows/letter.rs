//! Letters of the outbox.

use super::{AgendaKey, AgendaList, Row, RowKey, RowTable, Space};
use crate::model::{Id, Timestamp, named_values};
use crate::wallets::rules::secrets::Sealed;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A letter, whose contents are sealed under its recipient's key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct LetterRow {
    pub(crate) kind: u16,
    pub(crate) channel: u8,
    pub(crate) state: u8,
    /// The wallet or case that it is about; zero for none.
    pub(crate) about: Id,
    /// A [`LetterBody`]; nothing while there is no key to seal one by.
    pub(crate) body: Sealed,
    pub(crate) created_at: Timestamp,
    /// How often it was handed over.
    pub(crate) attempts: u32,
    /// When it is handed over (again), or forgotten.
    pub(crate) due: Timestamp,
}

/// What is sealed in a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LetterBody {
    /// The e-mail address or telephone number.
    pub(crate) address: String,
    /// The token of its link, or its code, as text; empty for none.
    pub(crate) secret: String,
}

impl Drop for LetterBody {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

impl Row for LetterRow {
    const TABLE: RowTable = RowTable::new(Space::Letter);
    type Key = LetterKey;
}

/// Letters of one person in the order in which they were written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LetterKey {
    pub(crate) person: Id,
    /// A rising id.
    pub(crate) letter: Id,
}

impl RowKey for LetterKey {
    fn bytes(&self) -> Vec<u8> {
        [self.person.to_bytes(), self.letter.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (person, letter) = bytes.split_at_checked(16)?;
        Some(Self { person: Id::from_row_key(person)?, letter: Id::from_row_key(letter)? })
    }
}

named_values! {
    /// What a letter says. Numbers and names are never changed or used again.
    LetterKind(u16) {
        /// Confirm this address: carries the token of the link.
        CONFIRM_ADDRESS = 1, "confirm_address";
        /// Somebody tried to register with this address, which has a wallet already.
        ADDRESS_IS_KNOWN = 2, "address_is_known";
        /// Set a new payment password: carries the token of the link.
        RESET_PAYMENT_PASSWORD = 3, "reset_payment_password";
        /// The payment password was changed or reset.
        PAYMENT_PASSWORD_CHANGED = 4, "payment_password_changed";
        /// A short code.
        CODE = 5, "code";
        /// A recovery case was opened for this wallet.
        RECOVERY_OPENED = 6, "recovery_opened";
        /// A recovery case was refused.
        RECOVERY_REFUSED = 7, "recovery_refused";
        /// The login password was changed or reset.
        LOGIN_PASSWORD_CHANGED = 8, "login_password_changed";
        /// Set a new login password: carries the token of the link.
        RESET_LOGIN_PASSWORD = 9, "reset_login_password";
        /// The wallet is open.
        WELCOME = 10, "welcome";
        /// The wallet was frozen.
        WALLET_FROZEN = 11, "wallet_frozen";
        /// Wrong payment passwords locked it, for a while or until it is recovered.
        PAYMENT_PASSWORD_LOCKED = 12, "payment_password_locked";
        /// A recovery case was stopped.
        RECOVERY_STOPPED = 13, "recovery_stopped";
        /// Confirm this address, to which a customer wants letters to come: carries the token of
        /// the link.
        CONFIRM_NEW_ADDRESS = 14, "confirm_new_address";
        /// A customer wanted letters to come to this address, which is another customer's.
        NEW_ADDRESS_IS_TAKEN = 15, "new_address_is_taken";
        /// Confirm this telephone number: carries a short code.
        CONFIRM_NEW_PHONE = 16, "confirm_new_phone";
        /// The e-mail address or telephone number was changed: goes to where the customer was
        /// reached before, and carries the token of the link that stops it.
        CONTACT_CHANGED = 17, "contact_changed";
        /// That change was stopped.
        CONTACT_CHANGE_STOPPED = 18, "contact_change_stopped";
        /// Staff corrected the name, the document or another part of the profile.
        PROFILE_CORRECTED = 19, "profile_corrected";
        /// A further wallet is open, in another ledger.
        WALLET_OPENED = 20, "wallet_opened";
        /// A verification was approved.
        VERIFICATION_APPROVED = 40, "verification_approved";
        /// A verification was refused: the case tells why.
        VERIFICATION_REFUSED = 41, "verification_refused";
        /// A card was bound.
        CARD_BOUND = 42, "card_bound";
        /// Money of a card that could not be booked was given where it belongs.
        SUSPENSE_RESOLVED = 43, "suspense_resolved";
        /// The tier that was approved was revoked.
        TIER_REVOKED = 44, "tier_revoked";
        /// Nothing was done with the wallet for long: unless its owner acts, its money is set
        /// aside.
        WALLET_IS_INACTIVE = 60, "wallet_is_inactive";
        /// The money of the wallet was set aside, and can be claimed.
        BALANCE_SET_ASIDE = 61, "balance_set_aside";
        /// Money that was set aside came into a wallet, or was paid out.
        UNCLAIMED_RESOLVED = 62, "unclaimed_resolved";
        /// The owner gave up what was left in the wallet.
        BALANCE_WAIVED = 63, "balance_waived";
    }
}

impl LetterKind {
    /// Whether it carries a token or code, which is good for a while only.
    pub(crate) fn carries_secret(self) -> bool {
        matches!(
            self,
            Self::CONFIRM_ADDRESS
                | Self::RESET_PAYMENT_PASSWORD
                | Self::CODE
                | Self::RESET_LOGIN_PASSWORD
                | Self::CONFIRM_NEW_ADDRESS
                | Self::CONFIRM_NEW_PHONE
                | Self::CONTACT_CHANGED
        )
    }
}

named_values! {
    /// How a letter reaches the customer. Numbers and names are never changed or used again.
    Channel(u8) {
        /// An e-mail address.
        EMAIL = 1, "email";
        /// A telephone number.
        PHONE = 2, "phone";
    }
}

named_values! {
    /// Where a letter is. Numbers and names are never changed or used again.
    LetterState(u8) {
        /// It waits for the host.
        QUEUED = 1, "queued";
        /// The host took it and said nothing yet; after a while it is given again.
        HANDED_OVER = 2, "handed_over";
        /// It arrived, or the host sent it and will hear no more.
        DELIVERED = 3, "delivered";
        /// It did not arrive, or was given up.
        BOUNCED = 4, "bounced";
        /// Its recipient's key is damaged: it waits until that is mended.
        AWAITS_KEY = 5, "awaits_key";
    }
}

impl LetterRow {
    pub(crate) fn state(&self) -> LetterState {
        LetterState::from_number(self.state)
    }

    /// Whether nothing more happens to it.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.state(), LetterState::DELIVERED | LetterState::BOUNCED)
    }

    /// Where it stands on the agenda.
    pub(crate) fn agenda_key(&self, letter: Id) -> AgendaKey {
        let settled = self.is_settled();
        let list = if settled { AgendaList::OLD_LETTERS } else { AgendaList::LETTERS };
        AgendaKey { list, due: self.due, about: letter }
    }
}
