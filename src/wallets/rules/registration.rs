//! Registration: from an address to an active wallet.
//!
//! An address that has a wallet already is answered like any other: a stand-in is registered, which
//! gets the same rows and leads nowhere, and the owner of the address is told by letter.

use super::contact::Profile;
use super::policy::{ConsentNeeded, Identity, Registration};
use super::refusal::{Refusal, refuse_if};
use super::rows::{
    AccountRow, AddressRow, Agenda, AgendaKey, AgendaList, Consent, CredentialRow, DocumentRow,
    PersonRow, PersonState, RegistrationRow, TokenRow, WalletRow, WalletState,
};
use super::{WalletStatus, WriteSet, birth_date};
use crate::model::{Id, Timestamp};
use subtle::ConstantTimeEq;

/// The consent by which refunds are credited to the wallet.
pub const REFUNDS_TO_WALLET: &str = "refunds_to_wallet";

/// Where a registration stands on the agenda.
pub(crate) fn agenda_key(person: Id, row: &RegistrationRow) -> AgendaKey {
    AgendaKey { list: AgendaList::REGISTRATIONS, due: row.purge_at, about: person }
}

/// A letter to this address may go out now, on behalf of strangers too.
pub(crate) fn may_write_to(
    address: &AddressRow,
    now: Timestamp,
    policy: &Registration,
) -> Result<(), Refusal> {
    address.letters.check(now, 0, policy.letters_per_day)
}

/// The registration, if it can still be confirmed or corrected.
pub(crate) fn unconfirmed(row: Option<RegistrationRow>) -> Result<RegistrationRow, Refusal> {
    let row = row.ok_or(WalletStatus::REGISTRATION_NOT_FOUND)?;
    refuse_if(!row.confirmed_at.is_none(), WalletStatus::ADDRESS_ALREADY_CONFIRMED)?;
    Ok(row)
}

/// The registration, if its address is confirmed.
pub(crate) fn confirmed(row: Option<RegistrationRow>) -> Result<RegistrationRow, Refusal> {
    let row = row.ok_or(WalletStatus::REGISTRATION_NOT_FOUND)?;
    refuse_if(row.confirmed_at.is_none(), WalletStatus::ADDRESS_MUST_BE_CONFIRMED)?;
    Ok(row)
}

/// A token that is good now. The answer does not tell why one is not.
pub(crate) fn token(row: Option<TokenRow>, now: Timestamp) -> Result<TokenRow, Refusal> {
    let row = row.ok_or(WalletStatus::TOKEN_MUST_BE_VALID)?;
    refuse_if(now >= row.expires_at, WalletStatus::TOKEN_MUST_BE_VALID)?;
    Ok(row)
}

/// The registration that this token confirms, sent to the address that the person has now.
pub(crate) fn confirm(
    registration: Option<RegistrationRow>,
    token: &TokenRow,
    hash: &[u8; 32],
    address: &[u8; 32],
    now: Timestamp,
) -> Result<RegistrationRow, Refusal> {
    let row = unconfirmed(registration).map_err(|_| WalletStatus::TOKEN_MUST_BE_VALID)?;
    let latest = bool::from(row.token.ct_eq(hash) & token.address.ct_eq(address));
    refuse_if(!latest || row.is_decoy, WalletStatus::TOKEN_MUST_BE_VALID)?;
    Ok(RegistrationRow { token: [0; 32], confirmed_at: now, ..row })
}

/// A consent that is given, or withdrawn.
pub(crate) fn set_consent(person: &mut PersonRow, consent: Consent) -> Result<(), Refusal> {
    match person.consents.iter_mut().find(|known| known.kind == consent.kind) {
        Some(known) => *known = consent,
        None => {
            let full = person.consents.len() >= super::policy::CONSENTS_MAX;
            refuse_if(full, WalletStatus::TOO_MANY)?;
            person.consents.push(consent);
        }
    }
    Ok(())
}

/// Whether the person agrees that refunds are credited to the wallet, in the version that counts.
pub(crate) fn refunds_to_wallet(person: &PersonRow, policy: &Registration) -> bool {
    let counts = |version: &str| {
        policy.refunds_to_wallet_version.as_ref().is_none_or(|needed| needed == version)
    };
    person.consents.iter().any(|consent| {
        consent.kind == REFUNDS_TO_WALLET && consent.is_given && counts(&consent.version)
    })
}

/// A wallet to be opened. The ids are the caller's, so that a retry opens no second one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewWallet {
    /// The wallet's id.
    pub wallet: Id,
    /// The id of its account in the ledger, which is opened too.
    pub account: Id,
    /// The ledger: its currency.
    pub ledger: u32,
    /// The account's code in the caller's chart of accounts; not 0.
    pub code: u16,
}

/// What submitting a registration depends on.
pub(crate) struct Submission {
    pub(crate) registration: Option<RegistrationRow>,
    pub(crate) person: PersonRow,
    pub(crate) login: Option<CredentialRow>,
    /// How many security answers are set.
    pub(crate) answers: usize,
    /// The person to whom the document belongs now.
    pub(crate) document: Option<DocumentRow>,
    pub(crate) wallet: Option<WalletRow>,
    pub(crate) account: Option<AccountRow>,
}

/// Consents that the policy asks for, and that are not given in the version that counts.
pub(crate) fn missing_consents<'p>(
    person: &PersonRow,
    policy: &'p Registration,
) -> impl Iterator<Item = &'p ConsentNeeded> {
    policy.consents.iter().filter(|needed| {
        let mut consents = person.consents.iter();
        !consents.any(|consent| {
            consent.is_given && consent.kind == needed.kind && consent.version == needed.version
        })
    })
}

/// Whether everything is there that the policy asks for.
pub(crate) fn may_submit(
    of: Id,
    found: &Submission,
    profile: Option<&Profile>,
    (policy, now): (&Identity, Timestamp),
) -> Result<(), Refusal> {
    confirmed(found.registration.clone())?;
    let profile = profile.ok_or(WalletStatus::PROFILE_MUST_BE_SET)?;
    birth_date::check_age(&profile.birth_date, policy.registration.minimum_age, now)?;
    refuse_if(found.login.is_none(), WalletStatus::PASSWORD_MUST_BE_SET)?;
    let needed = policy.credentials.security_answers.needed as usize;
    refuse_if(found.answers < needed, WalletStatus::SECURITY_ANSWERS_MUST_BE_SET)?;
    let is_missing = missing_consents(&found.person, &policy.registration).next().is_some();
    refuse_if(is_missing, WalletStatus::CONSENT_MUST_BE_GIVEN)?;
    let is_over = found.registration.as_ref().is_some_and(|registration| registration.is_over);
    let taken = found.document.as_ref().is_some_and(|document| document.owner != of);
    refuse_if(taken || is_over, WalletStatus::PERSON_EXISTS)?;
    refuse_if(found.wallet.is_some(), WalletStatus::WALLET_EXISTS)?;
    refuse_if(found.account.is_some(), WalletStatus::ACCOUNT_MUST_FIT)
}

/// Makes the person active and opens the wallet, tier 0.
pub(crate) fn submit(
    changes: &mut WriteSet,
    of: Id,
    found: Submission,
    (new, policy): (&NewWallet, &Registration),
    now: Timestamp,
) {
    let mut person = found.person;
    person.state = PersonState::Active;
    if let Some(document) = &person.document_index {
        changes.put(document, &DocumentRow { owner: of });
    }
    open(changes, (of, person), (new, policy), Timestamp::NONE, now);
    if let Some(registration) = found.registration {
        changes.delete::<Agenda>(&agenda_key(of, &registration));
        changes.delete::<RegistrationRow>(&of);
    }
}

/// Opens a wallet of a person, tier 0.
pub(crate) fn open(
    changes: &mut WriteSet,
    (of, mut person): (Id, PersonRow),
    (new, policy): (&NewWallet, &Registration),
    cooldown_until: Timestamp,
    now: Timestamp,
) {
    let wallet = WalletRow {
        person: of,
        account: new.account,
        ledger: new.ledger,
        state: WalletState::Active,
        tier: 0,
        tier_until: Timestamp::NONE,
        created_at: now,
        refunds_to_wallet: refunds_to_wallet(&person, policy),
        cooldown_until,
        recovery: Id::ZERO,
    };
    person.wallets.push(new.wallet);
    changes.put(&of, &person);
    changes.put(&new.wallet, &wallet);
    changes.put(&new.account, &AccountRow { wallet: new.wallet });
}
