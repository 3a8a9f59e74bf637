//! The commands of the wallets: what a host calls.
//!
//! Every command reads the rows that it needs, is judged by the rules, and becomes one
//! linked chain: see `transaction`. Passwords are hashed on the caller's thread before that. What
//! is answered is durable.
//!
//! It does not know pages, sessions, mail servers, card networks, and where scans are stored.

mod addresses;
mod admission;
mod audit;
mod authorisation;
#[cfg(feature = "bench-internals")]
mod bench_internals;
mod card_payments;
mod card_refunds;
mod cards;
mod chargeback_money;
mod chargebacks;
mod closing;
mod codes;
mod contact_changes;
mod corrections;
mod counted;
mod erasure;
mod export;
mod failed_card_refunds;
mod further_wallets;
mod hashing;
mod inactivity;
mod letters;
mod login;
mod new_card_payments;
mod notes;
mod open_card_refunds;
mod opening;
mod options;
mod order_payments;
mod paid_orders;
mod passed_on_refunds;
mod payment_password;
mod payments;
mod person_view;
mod persons;
mod profile;
mod purchase_accounts;
mod recovery;
mod registration;
mod registration_view;
mod rotation;
mod security_answers;
mod staff;
mod staff_acts;
mod submission;
mod support;
mod suspense;
mod telling;
#[cfg(feature = "orders")]
mod tenders;
#[cfg(test)]
mod tests;
mod transaction;
mod unclaimed;
mod upgrade;
mod upkeep;
mod verification;
mod waivers;
mod words;

#[cfg(feature = "bench-internals")]
#[doc(hidden)]
pub use bench_internals::{Registered, SharedPasswords, Waiting};
pub use card_payments::{CardCharge, ChargeInstruction, ChargeResult};
pub use card_refunds::Refunded;
pub use cards::BoundCard;
pub use chargebacks::{Chargeback, ChargebackNotice};
pub use export::PersonExport;
pub use failed_card_refunds::{FailedCardRefund, RefundReturned};
pub use new_card_payments::NewCardPayment;
pub use notes::Note;
pub use open_card_refunds::CardRefund;
pub use options::WalletOptions;
pub use order_payments::OrderPayment;
pub use payments::{Payment, Spending};
pub use person_view::{FoundPerson, PersonView};
pub use recovery::{Evidence, StoredEvidence};
pub use registration_view::RegistrationView;
pub use staff::{ProposedRoles, StaffMember};
pub use staff_acts::StaffAct;
pub use submission::WalletView;
pub use suspense::{Resolution, SuspenseItem};
#[cfg(feature = "orders")]
pub(crate) use tenders::{Tendered, WalletTender};
pub use unclaimed::UnclaimedItem;
pub use upkeep::Upkeep;
pub use verification::{CaseEvidence, VerificationCase};

use crate::model::Id;
pub use crate::store::house::Alongside;
use crate::store::house::{Chains, KeysInUse, OpenKeys};
use crate::store::{Error, Result, Store};
use crate::wallets::keys::{Vault, VaultError};
use crate::wallets::rules::Policy;
use crate::wallets::rules::device::Device;
use crate::wallets::rules::policy::{Identity, PolicyHash};
use crate::wallets::rules::rows::{PersonRow, Row};
use hashing::Hashing;
use opening::Opening;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The wallets of a store. Clones share them; use them from as many threads as you like.
///
/// Commands that take an [`Actor`](crate::wallet::Actor) are given by members of staff, too. They
/// are registered ([`Wallets::register_staff`]) and have the role that the command takes:
/// [`StaffRoles`](crate::wallet::StaffRoles) says which. Who is not registered, or was deactivated,
/// is refused with `staff_must_be_registered`, who lacks the role with its name, as in
/// `staff_must_have_support_role`; the trail has the attempt. So it is with all commands, and not
/// said of each.
///
/// Methods give `Result<Result<T, Refusal>>`: an [`Error`] if the command could not be carried out,
/// else its answer or a [`Refusal`](crate::wallet::Refusal), which names the law that it would have
/// broken.
#[derive(Clone)]
pub struct Wallets {
    shared: Arc<Shared>,
    /// Where the attempts come from that are made through this handle.
    device: Device,
}

/// What the handles of one store's wallets share.
struct Shared {
    store: Store,
    vault: Vault,
    policy: Policy,
    hashing: Hashing,
    chains: Chains,
    block_list: Option<options::BlockList>,
    /// The account of each ledger that bears what chargebacks take.
    loss_accounts: BTreeMap<u32, Id>,
    /// The account of each ledger that what owners give up goes to.
    waiver_accounts: BTreeMap<u32, Id>,
    /// The policy that the store is to remember: under another one, commands are an error.
    kept_policy: Option<PolicyHash>,
    _open: OpenKeys,
}

impl fmt::Debug for Wallets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Wallets").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the wallets of the store; the file of keys is made when they are opened for the first
    /// time. Erasures that a crash interrupted are finished, keys of erased persons that an older
    /// copy of that file brought back are destroyed again, and what an older version did not write
    /// is added once.
    ///
    /// The store remembers the hash of the policy. Opened under another one, as when a new version
    /// of the host brings it, it says so in its own trail
    /// ([`AuditEntry::STORE`](crate::wallet::AuditEntry)): `change_policy`, from which hash to
    /// which, when, and by whom.
    ///
    /// Several processes may have the wallets of one store open. Each goes by the policy that it
    /// brings, from its opening on, so that a new one is in force everywhere once all have been
    /// started again; only under [`WalletOptions::keep_policy`] are commands [`Error::WrongPolicy`]
    /// as soon as another one is remembered. Where the pepper was replaced meanwhile, passwords are
    /// [`Error::WrongPepper`].
    ///
    /// # Errors
    /// [`Error::WrongMasterKey`]; [`Error::InvalidArgument`] if the policy makes no sense, or the
    /// options together, if a loss or waiver account is none, if another first operator was named
    /// before, if a change is ascribed to a member of staff who is no operator, or if its wallets
    /// are open through this store already: clone the handle; [`Error::WrongPolicy`] with
    /// [`WalletOptions::keep_policy`] alone; [`Error::WrongPepper`]; [`Error::Corrupt`] if the file
    /// of keys is damaged, or missing although there are persons; [`Error::ReadOnly`];
    /// [`Error::Io`], also if the host's own wrapping fails or does not unwrap to the same what it
    /// wrapped; as [`Store::submit`] if there is something to remember.
    pub fn wallets(&self, options: WalletOptions) -> Result<Wallets> {
        self.check_writable()?;
        options.check()?;
        let refused = |what: &str| Err(Error::InvalidArgument(what.into()));
        let keys = match self.open_keys() {
            Ok(keys) => keys,
            Err(KeysInUse::Opening) => {
                return refused("the wallets of this store are already being opened");
            }
            Err(KeysInUse::Open) => {
                return refused(
                    "the wallets of this store are already open: use the handle that you have",
                );
            }
        };
        let persons = self.snapshot()?;
        let mut persons = persons.rows_with_prefix(PersonRow::TABLE.space, &[], None);
        let has_persons = persons.next().transpose()?.is_some();
        drop(persons);
        let store_id = self.id();
        // The host's functions are called here, and may do anything: so without a lock.
        let file = self.key_file()?;
        let vault = Vault::open(Arc::clone(&file), store_id, &options.master, has_persons)?;
        let cost = options.policy.identity.credentials.hash;
        let hashing = match options.has_passwords {
            true => Hashing::new(cost, options.pepper, options.hashes_in_parallel)?,
            false => Hashing::none(),
        };
        let hash = options.policy.hash();
        let hash = hash.map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let kept_policy = options.keeps_policy.then_some(hash);
        let opening = Opening {
            policy: hash,
            keeps_policy: options.keeps_policy,
            replaces_pepper: options.replaces_pepper,
            by: options.opened_by,
            first_operator: options.first_operator,
        };
        let shared = Arc::new(Shared {
            store: self.clone(),
            vault,
            kept_policy,
            policy: options.policy,
            hashing,
            chains: Chains::new(self.clone(), transaction::WORDS).with_keys(file),
            block_list: options.block_list,
            loss_accounts: options.loss_accounts,
            waiver_accounts: options.waiver_accounts,
            _open: keys.opened(),
        });
        let wallets = Wallets { shared, device: Device::Unknown };
        wallets.check_upgrades()?;
        wallets.check_loss_accounts()?;
        wallets.check_waiver_accounts()?;
        wallets.remember_opening(&opening)?;
        wallets.upgrade()?;
        wallets.align_keys()?;
        wallets.finish_erasures()?;
        Ok(wallets)
    }
}

impl Wallets {
    fn identity(&self) -> &Identity {
        &self.shared.policy.identity
    }

    /// The same wallets, for a caller at a device that the host attests as known: one that this
    /// very customer has logged in from before, which the host recognises by a cookie or key of its
    /// own. So for each customer anew; what the handle is used for is nobody else's.
    ///
    /// Wrong passwords that come from unknown devices count apart, and lock unknown devices alone:
    /// a stranger who guesses does not lock the customer out. Links to set a new login password are
    /// counted apart too. A host that attests nothing has unknown devices alone.
    #[must_use]
    pub fn known_device(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), device: Device::Known }
    }

    /// Whether they are the wallets of this store.
    #[cfg(feature = "orders")]
    pub(crate) fn are_of(&self, store: &Store) -> bool {
        self.shared.store.is_clone_of(store)
    }

    /// The policy that they were opened with.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.shared.policy
    }

    /// How many password hashes were computed since the wallets were opened, in this process. The
    /// same for a wrong password as for a person or wallet that does not exist.
    #[must_use]
    pub fn password_hashes(&self) -> u64 {
        self.shared.hashing.count()
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Io(error) => error.into(),
            VaultError::WrongMasterKey => Self::WrongMasterKey,
            VaultError::MasterKeys(what) => Self::InvalidArgument(what.into()),
            VaultError::NewerFormat(found) => {
                let supported = crate::wallets::keys::SUPPORTED_VERSION;
                Self::NewerFormat { what: "file KEYS".into(), found, supported }
            }
            VaultError::Wrapper(_) => std::io::Error::other(error.to_string()).into(),
            VaultError::Store(error) => error,
            VaultError::Corrupt(what) => Self::Corrupt(what),
        }
    }
}
