//! What a wallet may do, as data: tiers, limits, evidence, approval, payments.
//!
//! A policy is one of the presets ([`Policy::article`], [`Policy::eu_amld5`], [`Policy::cn_pboc`],
//! [`Policy::none`]), changed field by field, or read from a JSON file ([`Policy::from_json`]),
//! whose JSON Schema is [`Policy::SCHEMA`]. It is checked as a whole before it is used
//! ([`Policy::check`]), so that the rules can rely on it.
//!
//! A policy is an argument of every rule, and not part of the store: the host gives it at each
//! opening, and payments under an older policy stay counted. The store remembers its hash
//! ([`Policy::hash`]), and records in its own trail when it is opened under another policy.
#![doc = include_str!("schema/fields.md")]

mod check;
mod evidence;
mod exchange;
mod file;
mod hash;
mod identity;
mod inactivity;
mod presets;
mod schema;

pub use crate::model::policy_hash::PolicyHash;
pub use check::PolicyError;
pub use evidence::EvidenceKind;
pub use exchange::{ExchangeRate, OverAllWallets, Worth};
pub(crate) use identity::{CONSENT_BYTES_MAX, CONSENTS_MAX};
pub use identity::{
    CodePolicy, ConsentNeeded, ContactChanges, Credentials, HashCost, Identity, LoginPasswords,
    Outbox, PaymentPasswords, Recovery, Registration, Retention, SecurityAnswers, ThrottlePolicy,
};
pub use inactivity::Inactivity;

use crate::model::Amount;
use serde::{Deserialize, Serialize};

/// The greatest number of tiers.
pub const TIERS_MAX: usize = 16;
/// The greatest number of currencies that a policy has limits for.
pub const CURRENCIES_MAX: usize = 64;
/// The greatest number of pieces of evidence that a tier can demand.
pub const EVIDENCE_LISTS_MAX: usize = 8;
/// The greatest number of bytes of a policy's text: many times what the longest sensible one takes.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// What wallets may do. The documentation of the module says where a policy comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called, for people.
    pub name: String,
    /// The tiers, from 0 (nothing verified) up. At least one.
    pub tiers: Vec<Tier>,
    /// The limits in each currency.
    #[serde(default)]
    pub currencies: Vec<Currency>,
    /// The rule for ledgers of other currencies.
    #[serde(default)]
    pub other_currencies: OtherCurrencies,
    /// Limits over all wallets of a person; absent if each wallet has limits of its own.
    #[serde(default)]
    pub over_all_wallets: Option<OverAllWallets>,
    /// Minutes from UTC to the clock by whose midnights days, months and years begin: 480 for
    /// Beijing. There is no summer time: a day has 24 hours.
    #[serde(default)]
    pub utc_offset_minutes: i16,
    /// How customers are verified.
    #[serde(default)]
    pub verification: Verification,
    /// How payments are authorised, and which payees they may go to.
    #[serde(default)]
    pub payments: Payments,
    /// Registration, passwords, letters, recovery and erasure.
    #[serde(default)]
    pub identity: Identity,
    /// Whether wallet money may be paid out.
    #[serde(default)]
    pub redemption: Redemption,
    /// When money that nobody uses is set aside for its owner.
    #[serde(default)]
    pub inactivity: Inactivity,
}

/// One tier of verification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// What it is called, for people.
    pub name: String,
    /// What a wallet of this tier may do.
    pub operations: Vec<WalletOperation>,
    /// What it takes to be approved: one kind out of each list. Empty for tier 0.
    #[serde(default)]
    pub evidence: Vec<Vec<EvidenceKind>>,
    /// Days after which an approval ends at the latest, and the wallet falls back to tier 0; absent
    /// for ever.
    #[serde(default)]
    pub approval_days: Option<u32>,
}

/// What a wallet may be used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WalletOperation {
    /// Pay from the wallet, at once or into escrow.
    Pay,
    /// Pay with a bound card.
    PayByCard,
    /// Put money into the wallet.
    TopUp,
    /// Have refunds credited to the wallet.
    RefundToWallet,
    /// Take money out, where [`Redemption::allowed`] says so too.
    Redeem,
}

/// The limits in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Currency {
    /// The code of the ledgers that they hold in: `EUR`.
    pub code: String,
    /// The scale that their minor units are of. A ledger of this code with another scale has no
    /// limits here: 15,000 would be 150.00 in one and 15,000 in the other.
    pub scale: u8,
    /// For each tier of the policy, from 0 up.
    pub tiers: Vec<Limits>,
    /// Lower limits that apply for a while after a recovered password.
    #[serde(default)]
    pub cooldown: Limits,
    /// The small payments that need no password.
    #[serde(default)]
    pub small_payments: Option<SmallPayments>,
    /// When a payment needs a second factor beside the password.
    #[serde(default)]
    pub second_factor: SecondFactor,
}

/// When a payment needs a second factor, which the host asks for and attests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SecondFactor {
    /// If it is greater than this; 0 for every payment.
    #[serde(with = "file::OptionalUnits")]
    pub above_per_payment: Option<Amount>,
    /// If all payments of the day, with it, are greater than this.
    #[serde(with = "file::OptionalUnits")]
    pub above_per_day: Option<Amount>,
}

/// Limits, in minor units; an absent one does not limit. Days, months and years are those of the
/// calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// One payment.
    #[serde(with = "file::OptionalUnits")]
    pub per_payment: Option<Amount>,
    /// All payments of a day.
    #[serde(with = "file::OptionalUnits")]
    pub per_day: Option<Amount>,
    /// All payments of a month.
    #[serde(with = "file::OptionalUnits")]
    pub per_month: Option<Amount>,
    /// All payments of a year.
    #[serde(with = "file::OptionalUnits")]
    pub per_year: Option<Amount>,
    /// All payments ever.
    #[serde(with = "file::OptionalUnits")]
    pub lifetime: Option<Amount>,
    /// The number of payments of a day.
    pub payments_per_day: Option<u32>,
    /// The number of payments of a month.
    pub payments_per_month: Option<u32>,
    /// The balance after a top-up, a refund or any other command that puts money in, including
    /// money in escrow.
    #[serde(with = "file::OptionalUnits")]
    pub balance: Option<Amount>,
}

/// Payments that need no password. They are counted since the last payment with a password.
///
/// A payment that needs a second factor ([`Currency::second_factor`]) is exempt only if
/// [`SmallPayments::waive_second_factor`] says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SmallPayments {
    /// The greatest such payment.
    #[serde(with = "file::Units")]
    pub per_payment: Amount,
    /// The greatest sum of such payments in a row.
    #[serde(with = "file::Units")]
    pub in_a_row_sum: Amount,
    /// The greatest number of such payments in a row.
    pub in_a_row: u32,
    /// Whether they need no second factor either, where [`Currency::second_factor`] wants one, as
    /// Delegated Regulation (EU) 2018/389, Article 16, allows.
    #[serde(default)]
    pub waive_second_factor: bool,
}

/// The rule for ledgers that the policy has no limits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OtherCurrencies {
    /// Wallets pay nothing there.
    #[default]
    Refused,
    /// Wallets pay as much as they have.
    Unlimited,
}

/// How customers are verified.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Verification {
    /// The tier from which on an approval needs a second person; absent for never.
    pub second_person_from_tier: Option<u8>,
}

/// How payments are authorised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Payments {
    /// How long an authorisation is good for.
    pub authorisation_seconds: u32,
    /// Whether the payee may be another wallet. Such a payment is a top-up of that wallet: its tier
    /// must allow one, and its balance must stay within its limits. Off by default, because the law
    /// on payment services applies to payments between customers.
    pub to_wallets: bool,
    /// Whether payments by card count against the limits as those from the wallet do. If not, each
    /// of them must still be within the lower limits after a recovered password.
    pub limits_cover_cards: bool,
    /// Whether small payments need no password even if the customer never set one. If not, the
    /// customer sets one before the first of them.
    pub small_before_password: bool,
    /// Whether what is refunded of a payment counts no longer in the day, the month and the year of
    /// the payment, while these last. It goes on counting for the lifetime, and in the numbers of
    /// payments.
    pub refunds_give_back: bool,
}

impl Default for Payments {
    fn default() -> Self {
        Self {
            authorisation_seconds: 300,
            to_wallets: false,
            limits_cover_cards: true,
            small_before_password: false,
            refunds_give_back: false,
        }
    }
}

/// Whether wallet money may be paid out. Off by default: the wallet is a closed loop, whose money
/// is spent in the shop.
///
/// In some countries the law gives the customer a right to it: a holder of electronic money in the
/// European Union may have it redeemed at par at any time (Directive 2009/110/EC, Article 11), and
/// small balances of gift cards must be paid out in several states of the USA (California Civil
/// Code, § 1749.5). If you issue such money there, turn it on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Redemption {
    /// Whether redemption is possible at all; the wallet's tier must allow it too.
    pub allowed: bool,
}

impl Default for Policy {
    /// [`Policy::article`].
    fn default() -> Self {
        Self::article()
    }
}
