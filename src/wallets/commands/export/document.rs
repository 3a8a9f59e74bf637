//! The document of an export. Its schema is part of what the library promises: fields are added,
//! never taken away or given another meaning.
//!
//! Members of staff are nobody's data but their own: the trail says that staff acted, when and why,
//! not who (Court of Justice of the European Union, C-579/21).

use super::text::{AmountText, Count, HashText, IdText, Name, Numeral, TimeText};
use serde::Serialize;

/// All that is known of a person.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct PersonDocument {
    /// The store that it is from.
    pub(super) store: IdText,
    /// The store's last event before the export: all is as of then.
    pub(super) as_of: Option<TimeText>,
    pub(super) person: IdText,
    /// registering or active.
    pub(super) state: Name,
    pub(super) created_at: Option<TimeText>,
    /// Where letters go.
    pub(super) email: Option<String>,
    /// Null until it is filled in.
    pub(super) profile: Option<ProfilePart>,
    pub(super) consents: Vec<ConsentPart>,
    /// Whether the person cannot be erased for the time being.
    pub(super) legal_hold: bool,
    /// Until when the data must be kept.
    pub(super) retain_until: Option<TimeText>,
    /// What one member of staff wants, and another one must want too.
    pub(super) proposed: Option<ProposedPart>,
    /// Changes of the address or the telephone number that are under way, or were within a day.
    pub(super) contact_changes: Vec<ContactChangePart>,
    /// Corrections by staff, oldest first.
    pub(super) corrections: Vec<CorrectionPart>,
    /// While the registration is under way.
    pub(super) registration: Option<RegistrationPart>,
    /// What is counted for the confirmed address.
    pub(super) addresses: Vec<AddressPart>,
    /// Never the passwords, nor their hashes.
    pub(super) passwords: Vec<PasswordPart>,
    /// Never the answers, nor their hashes.
    pub(super) security_questions: Option<QuestionsPart>,
    /// Short codes that were sent, never the codes.
    pub(super) codes: Vec<CodePart>,
    /// Letters that are remembered, oldest first.
    pub(super) letters: Vec<LetterPart>,
    /// What support noted, oldest first.
    pub(super) notes: Vec<NotePart>,
    /// Scans that were shown as evidence.
    pub(super) scans: Vec<ScanPart>,
    /// In the order in which they were opened.
    pub(super) wallets: Vec<WalletPart>,
    /// Accounts of wallets, and those that the money of cards passes through.
    pub(super) accounts: Vec<AccountPart>,
    /// What was done with the person and the wallets, each oldest first.
    pub(super) trail: Vec<TrailPart>,
    /// Money that was set aside for her, oldest first.
    pub(super) unclaimed: Vec<UnclaimedPart>,
    /// Tables that nothing is exported from, and why.
    pub(super) left_out: Vec<LeftOutPart>,
}

/// Who a customer said to be.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ProfilePart {
    pub(super) name: String,
    pub(super) citizenship: String,
    pub(super) document_kind: Name,
    pub(super) document_country: String,
    pub(super) document_number: String,
    pub(super) postal_address: String,
    pub(super) phone: String,
    /// As in `1990-02-28`; null if it is not known.
    pub(super) birth_date: Option<String>,
}

/// What a customer agreed to, or no longer does.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ConsentPart {
    pub(super) kind: String,
    pub(super) version: String,
    pub(super) is_given: bool,
    pub(super) at: Option<TimeText>,
}

/// A command that awaits a second member of staff.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ProposedPart {
    pub(super) command: Name,
    pub(super) at: Option<TimeText>,
}

/// The change of an address or number.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ContactChangePart {
    pub(super) channel: Name,
    pub(super) state: Name,
    /// Null once it is over.
    pub(super) new: Option<String>,
    /// What it replaced.
    pub(super) former: Option<String>,
    /// The correction that it is part of.
    pub(super) case: Option<IdText>,
    pub(super) begun_at: Option<TimeText>,
    /// When it ends, or is forgotten.
    pub(super) until: Option<TimeText>,
}

/// A correction by staff; what is null stays as it is.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct CorrectionPart {
    pub(super) case: IdText,
    pub(super) state: Name,
    pub(super) name: Option<String>,
    pub(super) citizenship: Option<String>,
    pub(super) document_kind: Option<Name>,
    pub(super) document_country: Option<String>,
    pub(super) document_number: Option<String>,
    pub(super) postal_address: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) birth_date: Option<String>,
    pub(super) opened_at: Option<TimeText>,
    pub(super) changed_at: Option<TimeText>,
    pub(super) evidence: Vec<EvidencePart>,
}

/// A registration that is under way.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct RegistrationPart {
    pub(super) address_confirmed_at: Option<TimeText>,
    /// Letters of the last day.
    pub(super) letters: Count,
    /// When it is removed unless it is submitted.
    pub(super) removed_at: Option<TimeText>,
}

/// What is counted for an address.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct AddressPart {
    /// From devices that are not known.
    pub(super) failed_logins: Count,
    pub(super) failed_logins_from_known_devices: Count,
    pub(super) last_failed_at: Option<TimeText>,
    pub(super) last_failed_from_known_device_at: Option<TimeText>,
    /// Registrations begun with it within a day.
    pub(super) registrations: Count,
    /// Links for a new login password asked for within a day.
    pub(super) resets: Count,
    pub(super) resets_from_known_devices: Count,
}

/// That there is a password.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct PasswordPart {
    /// login or payment.
    pub(super) kind: Name,
    /// The person or the wallet.
    pub(super) of: IdText,
    pub(super) set_at: Option<TimeText>,
    pub(super) times_set: Count,
    /// Since it last matched; of a login password see the addresses.
    pub(super) failures: Count,
    pub(super) failures_from_known_devices: Count,
}

/// The security questions that were answered.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct QuestionsPart {
    /// The shop's numbers for them: the shop has their texts.
    pub(super) questions: Vec<Numeral>,
    pub(super) failures: Count,
}

/// A short code that was sent.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct CodePart {
    /// The shop's number for what it is for.
    pub(super) purpose: Numeral,
    pub(super) sent_at: Option<TimeText>,
    pub(super) expires_at: Option<TimeText>,
}

/// A letter, and what became of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct LetterPart {
    pub(super) letter: IdText,
    pub(super) kind: Name,
    pub(super) channel: Name,
    pub(super) state: Name,
    /// The wallet or case that it is about.
    pub(super) about: Option<IdText>,
    pub(super) created_at: Option<TimeText>,
    /// How often it was handed over.
    pub(super) attempts: Count,
}

/// A note of support.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct NotePart {
    pub(super) at: Option<TimeText>,
    pub(super) text: String,
}

/// A scan that was shown.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ScanPart {
    pub(super) hash: HashText,
    /// The case in which it was shown last.
    pub(super) case: Option<IdText>,
}

/// A piece of evidence.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct EvidencePart {
    pub(super) kind: Name,
    pub(super) hash: HashText,
    /// Where the shop keeps the scan.
    pub(super) reference: String,
    /// When the document itself ends.
    pub(super) expires_at: Option<TimeText>,
    pub(super) added_at: Option<TimeText>,
}

/// A case that staff decide.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct CasePart {
    pub(super) case: IdText,
    pub(super) state: Name,
    /// Of a verification: the tier that was asked for.
    pub(super) tier: Option<Numeral>,
    /// Of a verification that was refused: why.
    pub(super) refused_for: Option<Name>,
    /// Of a verification: when the approval ends.
    pub(super) until: Option<TimeText>,
    pub(super) opened_at: Option<TimeText>,
    pub(super) changed_at: Option<TimeText>,
    pub(super) evidence: Vec<EvidencePart>,
}

/// A wallet.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct WalletPart {
    pub(super) wallet: IdText,
    pub(super) account: IdText,
    pub(super) ledger: Numeral,
    pub(super) currency: String,
    pub(super) state: Name,
    pub(super) tier: Numeral,
    pub(super) tier_until: Option<TimeText>,
    pub(super) created_at: Option<TimeText>,
    pub(super) refunds_to_wallet: bool,
    /// Lower limits apply until then.
    pub(super) cooldown_until: Option<TimeText>,
    /// The verification case that is open.
    pub(super) open_verification: Option<IdText>,
    pub(super) verifications: Vec<CasePart>,
    /// Recoveries of the payment password.
    pub(super) recoveries: Vec<CasePart>,
    pub(super) spending: Vec<SpendingPart>,
    /// Null if no card was ever proposed.
    pub(super) cards: Option<CardsPart>,
    /// Payments and top-ups, oldest first: what each moved is in the statement of the account.
    pub(super) payments: Vec<PaymentPart>,
    /// Oldest first.
    pub(super) card_payments: Vec<CardPaymentPart>,
    /// What she gave up, oldest first.
    pub(super) waivers: Vec<WaiverPart>,
    /// That its money is to be set aside, because nobody uses it.
    pub(super) inactivity: Option<InactivityPart>,
}

/// What an owner gave up.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct WaiverPart {
    pub(super) transfer: IdText,
    pub(super) amount: AmountText,
    /// The most that she wanted to give up.
    pub(super) amount_max: AmountText,
    pub(super) currency: String,
    /// Of the text that she was shown.
    pub(super) version: String,
    pub(super) account: IdText,
    pub(super) at: Option<TimeText>,
}

/// That an owner was told.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct InactivityPart {
    pub(super) noticed_at: Option<TimeText>,
    /// When the money is set aside, unless she acts.
    pub(super) set_aside_at: Option<TimeText>,
}

/// Money that was set aside.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct UnclaimedPart {
    pub(super) transfer: IdText,
    /// The wallet that it came from.
    pub(super) wallet: IdText,
    pub(super) amount: AmountText,
    pub(super) currency: String,
    pub(super) why: Name,
    pub(super) came_at: Option<TimeText>,
    /// The transfer by which it left; null while it waits.
    pub(super) resolved_by: Option<IdText>,
    /// The account that it went to.
    pub(super) resolved_to: Option<IdText>,
    pub(super) resolved_at: Option<TimeText>,
}

/// What was counted against the limits of a wallet.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct SpendingPart {
    pub(super) ledger: Numeral,
    pub(super) currency: String,
    pub(super) day: AmountText,
    pub(super) month: AmountText,
    pub(super) year: AmountText,
    pub(super) lifetime: AmountText,
    /// Authorised and not paid yet, or forgotten.
    pub(super) authorisations: Vec<AuthorisationPart>,
}

/// A payment, or an order, that was authorised.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct AuthorisationPart {
    pub(super) authorisation: IdText,
    /// Null of a whole order, whose terms are known by their hash.
    pub(super) order: Option<IdText>,
    pub(super) payee: Option<IdText>,
    pub(super) amount: Option<AmountText>,
    pub(super) expires_at: Option<TimeText>,
}

/// The cards of a wallet.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct CardsPart {
    pub(super) cards: Vec<CardPart>,
    /// How many cards staff have suspended, whether or not they are bound now.
    pub(super) held_by_staff: Count,
}

/// A card, by what its owner knows it by: never the processor's token or fingerprint.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct CardPart {
    pub(super) card: IdText,
    /// Null once it is removed.
    pub(super) brand: Option<String>,
    pub(super) last_four: Option<String>,
    pub(super) state: Name,
    pub(super) is_default: bool,
    pub(super) valid_until: Option<TimeText>,
    pub(super) changed_at: Option<TimeText>,
}

/// What was paid from, or into, a wallet by an operation.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct PaymentPart {
    pub(super) operation: IdText,
    /// pay, top_up or redeem.
    pub(super) command: Name,
    /// Null of a top-up.
    pub(super) order: Option<IdText>,
}

/// A payment by card.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct CardPaymentPart {
    pub(super) payment: IdText,
    /// Null of a card that was not bound.
    pub(super) card: Option<IdText>,
    pub(super) order: Option<IdText>,
    pub(super) payee: IdText,
    pub(super) amount: AmountText,
    pub(super) currency: String,
    pub(super) state: Name,
    /// What 3-D Secure said, of a card that was not bound.
    pub(super) authentication: Option<Name>,
    pub(super) begun_at: Option<TimeText>,
    pub(super) changed_at: Option<TimeText>,
    pub(super) charges: Vec<ChargePart>,
    pub(super) refunds: Vec<RefundPart>,
    pub(super) chargebacks: Vec<ChargebackPart>,
}

/// What was contested of a payment, or of money in suspense, at the bank of the card.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ChargebackPart {
    pub(super) chargeback: IdText,
    /// The processor's name for it.
    pub(super) reference: String,
    /// The reason code of the card network.
    pub(super) reason: String,
    pub(super) state: Name,
    pub(super) amount: AmountText,
    /// What the cardholder has of it for good.
    pub(super) lost: AmountText,
    /// The shop's name for what it was answered with; empty if it was not.
    pub(super) evidence: String,
    pub(super) answer_by: Option<TimeText>,
    pub(super) notified_at: Option<TimeText>,
    /// Null until the processor has taken the money.
    pub(super) taken_at: Option<TimeText>,
    pub(super) changed_at: Option<TimeText>,
}

/// That a card was charged.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ChargePart {
    pub(super) transfer: IdText,
    /// Zero in what an older version wrote.
    pub(super) amount: AmountText,
    /// If it could not be booked.
    pub(super) suspense: Option<SuspensePart>,
}

/// Money of a card that could not be booked.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct SuspensePart {
    pub(super) amount: AmountText,
    pub(super) why: Name,
    pub(super) came_at: Option<TimeText>,
    /// The operation that gave it where it belongs; null while it waits.
    pub(super) resolved_by: Option<IdText>,
    pub(super) chargebacks: Vec<ChargebackPart>,
}

/// A refund of a payment by card, or the part of it that went one of the two ways.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct RefundPart {
    pub(super) refund: IdText,
    pub(super) amount: AmountText,
    /// Null where it went to the wallet.
    pub(super) to_card: Option<ToCardPart>,
}

/// What the processor gives back to a card.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ToCardPart {
    pub(super) reversal: IdText,
    pub(super) since: Option<TimeText>,
    /// Null until the processor has carried it out.
    pub(super) done_at: Option<TimeText>,
    /// The transfer that brought it back, where the processor could not.
    pub(super) returned_by: Option<IdText>,
    /// If it could not go into the wallet then.
    pub(super) suspense: Option<SuspensePart>,
}

/// An account of the ledger, with its statement.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct AccountPart {
    pub(super) account: IdText,
    /// wallet, or purchase: what the money of cards passes through.
    pub(super) kind: Name,
    pub(super) ledger: Numeral,
    pub(super) currency: String,
    /// What can be spent.
    pub(super) available: AmountText,
    /// In escrow for others.
    pub(super) debits_pending: AmountText,
    /// In escrow for its owner.
    pub(super) credits_pending: AmountText,
    /// All that ever left it.
    pub(super) debits_posted: AmountText,
    /// All that ever came in.
    pub(super) credits_posted: AmountText,
    /// The lines until then lie in the archive of the journal, which the shop keeps elsewhere.
    pub(super) archived_until: Option<TimeText>,
    /// Oldest first.
    pub(super) statement: Vec<LinePart>,
}

/// A line of a statement.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct LinePart {
    pub(super) at: Option<TimeText>,
    pub(super) value_date: Option<TimeText>,
    /// Null where a deadline did it.
    pub(super) operation: Option<IdText>,
    /// The kind of the operation; deadline where a deadline did it.
    pub(super) kind: Name,
    /// The other account.
    pub(super) with: Option<IdText>,
    /// What came in or, below zero, left.
    pub(super) posted: AmountText,
    /// What went into escrow or, below zero, came out of it: for its owner if money came in, and
    /// for others if it left.
    pub(super) pending: AmountText,
    /// What could be spent after it.
    pub(super) available: AmountText,
}

/// An entry of the trail.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct TrailPart {
    /// The person or the wallet.
    pub(super) of: IdText,
    pub(super) at: Option<TimeText>,
    pub(super) command: Name,
    /// customer, system or staff.
    pub(super) by: Name,
    /// What staff gave as the reason.
    pub(super) reason: Option<String>,
    /// The case, letter, payment or wallet that it was about.
    pub(super) about: Option<IdText>,
    pub(super) detail: String,
}

/// A table that nothing is exported from.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct LeftOutPart {
    pub(super) table: String,
    pub(super) why: String,
}
