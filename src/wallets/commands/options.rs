//! How to open the wallets of a store.

use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::keys::MasterKey;
use crate::wallets::rules::secrets::SecretBytes;
use crate::wallets::rules::staff::check_name;
use crate::wallets::rules::{Actor, Policy};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Says whether a password is too common to be taken.
pub(super) type BlockList = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Password hashes that are computed at a time, unless the host says otherwise: 256 MiB of memory.
const HASHES_IN_PARALLEL: usize = 4;

/// How to open the wallets of a store.
#[derive(Clone)]
pub struct WalletOptions {
    pub(super) master: MasterKey,
    pub(super) policy: Policy,
    pub(super) pepper: Option<SecretBytes<32>>,
    pub(super) block_list: Option<BlockList>,
    pub(super) hashes_in_parallel: usize,
    pub(super) keeps_policy: bool,
    pub(super) replaces_pepper: bool,
    pub(super) has_passwords: bool,
    pub(super) opened_by: Actor,
    pub(super) loss_accounts: BTreeMap<u32, Id>,
    pub(super) waiver_accounts: BTreeMap<u32, Id>,
    pub(super) first_operator: Option<String>,
}

impl fmt::Debug for WalletOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WalletOptions")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl WalletOptions {
    /// Options with this master key and this policy.
    #[must_use]
    pub fn new(master: MasterKey, policy: Policy) -> Self {
        Self {
            master,
            policy,
            pepper: None,
            block_list: None,
            hashes_in_parallel: HASHES_IN_PARALLEL,
            keeps_policy: false,
            replaces_pepper: false,
            has_passwords: true,
            opened_by: Actor::System,
            loss_accounts: BTreeMap::new(),
            waiver_accounts: BTreeMap::new(),
            first_operator: None,
        }
    }

    /// Accepts no policy but the one that the store remembers: another one, or a store that
    /// remembers none, is [`Error::WrongPolicy`]. For tools whose users name the policy, because it
    /// says which commands take two of them.
    #[must_use]
    pub fn keep_policy(mut self) -> Self {
        self.keeps_policy = true;
        self
    }

    /// Names the first operator, who registers all other members of staff: see
    /// [`Wallets::register_staff`](super::Wallets::register_staff). Until one is named, no command
    /// of staff is carried out. In a store that has one, another name is
    /// [`Error::InvalidArgument`], and the same one changes nothing, whatever became of that one
    /// since; nor do later openings need it.
    #[must_use]
    pub fn first_operator(mut self, name: impl Into<String>) -> Self {
        let mut name = name.into();
        name.make_ascii_lowercase();
        self.first_operator = Some(name);
        self
    }

    /// The actor to whom the store's trail ascribes a change of policy or pepper; the system by
    /// default. A member of staff must be an operator.
    #[must_use]
    pub fn opened_by(mut self, actor: Actor) -> Self {
        self.opened_by = actor;
        self
    }

    /// The account that bears what chargebacks take, of payments of its ledger: in advance while a
    /// chargeback is open, and for good where neither escrow nor what is owed to the buyer covers
    /// it. One for each ledger; the last one named counts. It is neither external nor spend-only
    /// nor managed, and best without limits: where none is named, or it is frozen or limited to
    /// less, money that was taken is [due](super::Chargeback::due) until upkeep can book it.
    #[must_use]
    pub fn loss_account(mut self, ledger: u32, account: Id) -> Self {
        self.loss_accounts.insert(ledger, account);
        self
    }

    /// The account that what owners give up goes to ([`Wallets::waive`](super::Wallets::waive)).
    /// One for each ledger; the last one named counts. It is neither external nor spend-only nor
    /// managed. Where none is named, waivers are refused.
    #[must_use]
    pub fn waiver_account(mut self, ledger: u32, account: Id) -> Self {
        self.waiver_accounts.insert(ledger, account);
        self
    }

    /// Mixes these bytes into every password hash. They are a key: 32 random bytes, not a text that
    /// people choose. The host keeps them apart from the store; without them no password of the
    /// store matches any more.
    ///
    /// The store remembers a keyed hash of a constant, by which it recognises them. As soon as
    /// there is a password, opening with other bytes, or with none where there were some, is
    /// [`Error::WrongPepper`].
    #[must_use]
    pub fn pepper(mut self, pepper: [u8; 32]) -> Self {
        self.pepper = Some(SecretBytes::new(pepper));
        self
    }

    /// Accepts the given pepper, or none, although the store remembers another one, which is lost
    /// or was wrong. Passwords that were hashed with the old one no longer match, and each has to
    /// be reset. The store's trail records it.
    #[must_use]
    pub fn replace_pepper(mut self) -> Self {
        self.replaces_pepper = true;
        self
    }

    /// Opens without a pepper, for tools of staff that need not know it: a command that would set
    /// or compare a password or a security answer is [`Error::InvalidArgument`]. So is opening with
    /// [`WalletOptions::pepper`] or [`WalletOptions::replace_pepper`] as well.
    #[must_use]
    pub fn without_passwords(mut self) -> Self {
        self.has_passwords = false;
        self
    }

    /// Asks the host whether a password is too common: one that was found in breaches, the name of
    /// the shop. It gets the password and must not keep it.
    #[must_use]
    pub fn block_list(mut self, is_blocked: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.block_list = Some(Arc::new(is_blocked));
        self
    }

    /// How many password hashes are computed at a time in this process, at least 1; further callers
    /// wait. Each takes as much memory as the policy says.
    #[must_use]
    pub fn hashes_in_parallel(mut self, count: usize) -> Self {
        self.hashes_in_parallel = count.max(1);
        self
    }

    /// Whether the options make sense together: none is dropped silently.
    pub(super) fn check(&self) -> Result<()> {
        let refused = |what: String| Err(Error::InvalidArgument(what));
        if let Err(error) = self.policy.check() {
            return refused(error.to_string());
        }
        if let Err(refusal) = self.opened_by.check_host() {
            return refused(refusal.to_string());
        }
        if let Some(Err(refusal)) = self.first_operator.as_deref().map(check_name) {
            return refused(format!("first operator: {refusal}"));
        }
        let name = match (self.has_passwords, self.replaces_pepper) {
            (false, true) => "replace_pepper",
            (false, false) if self.pepper.is_some() => "pepper",
            _ => return Ok(()),
        };
        refused(format!(
            "wallets that are opened without passwords need no pepper: leave out {name} or \
             without_passwords"
        ))
    }
}
