//! The rules of wallets, pure: rows, a command and a time in, a decision or a refusal out.
//!
//! A command reads rows, is judged here, and becomes one linked chain of puts, deletes and
//! operations of the ledger, a decision. So it is applied whole or not at all, and it is replayed,
//! verified and fed to consumers like everything else.
//!
//! Time, random bytes and the policy are arguments. This floor knows no storage, no clock and no
//! randomness, and no decision contains a secret in clear.
#![doc = include_str!("rows.md")]
#![doc = include_str!("standards.md")]
#![warn(clippy::arithmetic_side_effects)]

pub(crate) mod audit;
pub(crate) mod birth_date;
pub(crate) mod card_authentication;
pub(crate) mod card_payment;
pub(crate) mod cards;
pub(crate) mod chargeback;
pub(crate) mod chinese;
pub(crate) mod closing;
pub(crate) mod contact;
pub(crate) mod contact_change;
pub(crate) mod correction;
pub(crate) mod credentials;
pub(crate) mod decision;
pub(crate) mod device;
pub(crate) mod further_wallet;
pub(crate) mod inactivity;
pub(crate) mod limits;
pub(crate) mod order_payment;
pub(crate) mod order_terms;
pub(crate) mod outbox;
pub(crate) mod payment;
pub mod policy;
pub(crate) mod purchase_account;
pub(crate) mod recovery;
pub(crate) mod refusal;
pub(crate) mod registration;
pub(crate) mod rows;
pub(crate) mod secrets;
pub(crate) mod staff;
mod staff_roles;
mod status;
pub(crate) mod suspense;
#[cfg(test)]
mod tests;
pub(crate) mod text_guard;
pub(crate) mod throttle;
pub(crate) mod unclaimed;
pub(crate) mod verification;
pub(crate) mod waiver;

pub use audit::{Actor, AuditEntry, Command};
pub use card_authentication::CardAuthentication;
pub use card_payment::{CardPaymentState, REFUNDS_MAX};
pub use cards::{CARDS_MAX, CardReference, CardState};
pub use chargeback::{CHARGEBACKS_MAX, ChargebackState};
pub use contact::{DocumentKind, Profile};
pub use contact_change::ContactChange;
pub use correction::{Correction, CorrectionCase};
pub use order_terms::{ORDER_PARTS_MAX, OrderPart, OrderTerms};
pub use outbox::{Letter, LetterFate, LetterId, LetterStatus};
pub use payment::{AUTHORISATIONS_MAX, Needs, Purchase};
pub use policy::{Policy, PolicyError};
pub use purchase_account::PURCHASE_CODE;
pub use recovery::{RecoveryCase, RecoveryDecision};
pub use refusal::{ExceededLimit, Refusal};
pub use registration::{NewWallet, REFUNDS_TO_WALLET};
pub use rows::{
    Channel, ContactChangeState, CorrectionState, LetterKind, LetterState, RecoveryState,
    WalletState,
};
pub use staff::StaffState;
pub use staff_roles::StaffRoles;
pub use status::WalletStatus;
pub use suspense::SuspenseReason;
pub use unclaimed::{UNCLAIMED_CODE, UnclaimedReason};
pub use verification::{EVIDENCE_MAX, VerificationReason, VerificationState};
pub use waiver::Waiver;

pub(crate) use decision::{Decision, WriteSet};
