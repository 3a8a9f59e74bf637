//! The commands of orders: what a host calls.
//!
//! Every command reads the rows and holds that it needs, is judged by the rules, and becomes one
//! linked chain: see `transaction`. What is answered is durable.
//!
//! It does not know carts, pages, carriers, and where evidence is stored.

mod acting;
mod attempts;
mod due;
mod events;
mod from_wallet;
mod goodwill;
mod items;
mod open_parts;
mod opening;
mod paying;
mod payment;
mod placing;
mod policies;
mod refunds;
mod steps;
mod transaction;
mod views;

pub use acting::Acted;
pub use due::OrderWork;
pub use events::OrderEvents;
pub use goodwill::Goodwill;
pub use open_parts::OpenPart;
pub use paying::TenderCame;
pub use refunds::OpenRefund;
pub use steps::{OrderStep, StepKind, TenderRefund};
pub use views::{ItemView, ListedOrder, OrderState, OrderView, PartOptions, PartView, TenderView};

use crate::store::Store;
use crate::store::house::Chains;
use policies::Policies;
use std::fmt;
use std::sync::Arc;
use transaction::WORDS;

/// The orders of a store. Clones share them; use them from as many threads as you like.
///
/// Methods give `Result<Result<T, Refusal>>`: an [`Error`](crate::Error) if the command could not
/// be carried out, else its answer or a [`Refusal`](crate::order::Refusal), which names the law
/// that it would have broken, and what this actor can do instead. Every error is one of
/// [`Store::submit`], [`Error::Corrupt`](crate::Error::Corrupt) or
/// [`Error::NewerFormat`](crate::Error::NewerFormat) if a row cannot be read, or
/// [`Error::Contended`](crate::Error::Contended) if others changed the same again and again.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use escrowdb::order::*;
/// use escrowdb::*;
/// # let directory = tempfile::tempdir()?;
/// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
/// store.create_ledgers(&[money::iso_ledger(1, "USD")?])?;
/// let (card, fees) = (Id::from_u128(1), Id::from_u128(2));
/// let fees_flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
/// store.create_accounts(&[
///     Account::new(card, 1, 100, AccountFlags::EXTERNAL),
///     Account::new(fees, 1, 101, fees_flags),
/// ])?;
///
/// let orders = Orders::of(&store);
/// let (anna, bob) = (Id::named("people", "anna"), Id::named("shops", "bob"));
/// orders.register_buyer(anna, 1)??;
/// orders.register_seller(bob, 1)??;
/// let policy = Policy::from_json(r#"{
///     "name": "my shop",
///     "payment": {"hours": 1}, "processing": {"days": 3},
///     "protection": {"days": 30}, "inspection": {"days": 2},
///     "claims": {
///         "answer": {"days": 5}, "refused": {"days": 5}, "after_refusal": "escalate",
///         "send_back": {"days": 10}, "receive_back": {"days": 10},
///         "decision": {"days": 7}, "undecided": "claim", "appeal": {"days": 7}
///     }
/// }"#)?;
///
/// let order = Id::named("orders", "A-1001");
/// let price = Amount::from(5_000u32);
/// orders.place(order, &Terms {
///     buyer: anna,
///     ledger: 1,
///     policy: orders.keep_policy(&policy)?,
///     commission_account: fees,
///     legs: vec![Leg { commission_ppm: 100_000, ..Leg::new(bob, price) }],
///     tenders: vec![Tender { kind: TenderKind::External, source: card, amount: price }],
///     keeping: None,
/// })??;
/// // The card was charged: all has come, so the leg is paid. The processor may tell so twice.
/// orders.tender_came(order, 0, Id::named("charges", "ch_1001"))??;
/// let shipped = orders.act(order, 0, Actor::Seller, &PartCommand::Ship, Id::new())??;
/// assert_eq!(shipped.stage, Stage::Shipped);
///
/// let options = orders.options(order, 0, Party::Buyer)??;
/// assert_eq!(options.possible, [Action::Confirm, Action::Claim]);
/// assert_eq!(options.if_nobody_acts, Some(Silence::Release));
///
/// orders.act(order, 0, Actor::Buyer, &PartCommand::Confirm, Id::new())??;
/// let earned = store.snapshot()?.account(Orders::seller_account(bob, 1))?;
/// assert_eq!(earned.map(|bob| bob.balances.available()), Some(Amount::from(4_500u32)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Orders {
    shared: Arc<Shared>,
}

/// What the handles of one store's orders share.
struct Shared {
    store: Store,
    chains: Chains,
    policies: Policies,
}

impl fmt::Debug for Orders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Orders").finish_non_exhaustive()
    }
}

impl Orders {
    /// The orders of this store. Nothing is opened, and there may be none.
    #[must_use]
    pub fn of(store: &Store) -> Self {
        let (store, chains) = (store.clone(), Chains::new(store.clone(), WORDS));
        Self { shared: Arc::new(Shared { store, chains, policies: Policies::default() }) }
    }
}
