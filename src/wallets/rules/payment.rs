//! Paying from a wallet: authorisations that are bound to one payment, and what they allow.
//!
//! An authorisation is made by the payment password for one order, payee, amount and ledger. It is
//! used once, within minutes, and becomes void when the password changes. Using it up, counting the
//! payment and placing the hold are one chain of the ledger.
//!
//! What the ledger already knows is not judged here again: whether the money is there, whether the
//! payee's account is frozen, whether the id of the hold was used.

use super::WalletStatus;
use super::audit::Command;
use super::card_authentication::CardAuthentication;
use super::limits::{Against, Counters, Excess, Intent, Limit, Rules};
use super::order_terms::OrderAuthorisation;
use super::policy::WalletOperation;
use super::refusal::{ExceededLimit, Refusal, refuse_if};
use super::rows::{Row, RowKey, RowTable, Space, Step, WalletRow, WalletState};
use crate::model::{Amount, Id, Kind, Operation, OperationFlags, Status, Timestamp};
use serde::{Deserialize, Serialize};

/// Authorisations of one wallet and ledger that wait to be used. Forgotten ones expire.
pub const AUTHORISATIONS_MAX: usize = 16;

/// What is to be paid: the values that an authorisation is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purchase {
    /// The wallet that pays.
    pub wallet: Id,
    /// The host's order that is paid.
    pub order: Id,
    /// The account that is paid.
    pub payee: Id,
    /// How much.
    pub amount: Amount,
    /// The ledger of both accounts.
    pub ledger: u32,
}

/// What a payment needs beside the customer's order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Needs {
    /// Nothing: it is small.
    Nothing,
    /// The payment password.
    Password,
    /// The payment password, and a second factor.
    SecondFactor,
}

/// What the customer showed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shown {
    /// The payment password, right; `false` for a small payment that is exempt.
    pub(crate) password: bool,
    /// A second factor, which the host attests.
    pub(crate) second_factor: bool,
}

/// What a wallet paid in one ledger, and what it may pay next.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SpendingRow {
    pub(crate) counters: Counters,
    pub(crate) authorisations: Vec<Authorisation>,
    /// Authorisations of whole orders.
    pub(crate) orders: Vec<OrderAuthorisation>,
    /// Up to when refunds are taken out of the counters; [`Timestamp::NONE`] where the policy does
    /// not say so.
    pub(crate) refunds_until: Timestamp,
}

/// A wallet and a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SpendingKey {
    pub(crate) wallet: Id,
    pub(crate) ledger: u32,
}

impl Row for SpendingRow {
    const TABLE: RowTable =
        RowTable::new(Space::Spending).after(&[Step::Appended(&[0]), Step::Appended(&[0])]);
    type Key = SpendingKey;
}

impl RowKey for SpendingKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.wallet.to_bytes()[..], &self.ledger.to_be_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (wallet, ledger) = bytes.split_at_checked(16)?;
        let ledger = u32::from_be_bytes(ledger.try_into().ok()?);
        Some(Self { wallet: Id::from_row_key(wallet)?, ledger })
    }
}

/// What a wallet did by an operation, to tell a repetition from another command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PaymentRow {
    /// The number of the command.
    pub(crate) command: u16,
    pub(crate) wallet: Id,
    /// The order; zero for a top-up.
    pub(crate) order: Id,
}

impl Row for PaymentRow {
    const TABLE: RowTable = RowTable::new(Space::Payment);
    /// The operation.
    type Key = Id;
}

impl PaymentRow {
    /// Refuses anything that is not exactly this again, naming the field that differs.
    pub(crate) fn check_repeated(&self, wanted: &Self) -> Result<(), Refusal> {
        if self.wallet != wanted.wallet {
            let is_top_up = wanted.command == Command::TOP_UP.number();
            return Err(Refusal::by_ledger(match is_top_up {
                true => Status::EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT,
                false => Status::EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT,
            }));
        }
        refuse_if(self != wanted, WalletStatus::AUTHORISATION_MUST_MATCH)
    }
}

/// An authorisation that waits to be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Authorisation {
    pub(crate) id: Id,
    pub(crate) order: Id,
    pub(crate) payee: Id,
    pub(crate) amount: u128,
    /// The card; zero for the money in the wallet.
    pub(crate) card: Id,
    /// How many times the payment password had been set when the authorisation was made.
    pub(crate) times_set: u32,
    pub(crate) has_second_factor: bool,
    pub(crate) expires_at: Timestamp,
}

/// Where the money comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// The wallet.
    Wallet,
    /// A card of it.
    Card(Id),
}

impl Source {
    fn operation(self) -> WalletOperation {
        match self {
            Self::Wallet => WalletOperation::Pay,
            Self::Card(_) => WalletOperation::PayByCard,
        }
    }

    fn card(self) -> Id {
        match self {
            Self::Wallet => Id::ZERO,
            Self::Card(card) => card,
        }
    }
}

/// The wallet that pays, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payer<'row> {
    pub(crate) wallet: &'row WalletRow,
    pub(crate) now: Timestamp,
}

impl Payer<'_> {
    /// Whether the wallet can be used at all.
    pub(crate) fn check_active(&self) -> Result<(), Refusal> {
        let is_active = self.wallet.state == WalletState::Active;
        refuse_if(!is_active, WalletStatus::WALLET_MUST_BE_ACTIVE)
    }

    /// What the limits are asked about.
    pub(crate) fn intent(&self, operation: WalletOperation, amount: Amount) -> Intent {
        Intent {
            operation,
            amount,
            tier: tier_at(self.wallet, self.now),
            in_cooldown: self.now < self.wallet.cooldown_until,
            now: self.now,
        }
    }

    /// The counters with a payment, if the limits allow it.
    fn counts(
        &self,
        rules: &Rules<'_>,
        counters: &Counters,
        intent: &Intent,
    ) -> Result<Counters, Refusal> {
        rules.pay(counters, intent).map_err(|excess| {
            let against = rules.against(counters, intent, excess);
            with_limit(self.refusal(excess), against)
        })
    }

    /// Whether so much may lie in the wallet after what comes in.
    pub(crate) fn may_hold(
        &self,
        rules: &Rules<'_>,
        balance: Amount,
        intent: &Intent,
    ) -> Result<(), Refusal> {
        rules.top_up(balance, intent).map_err(|excess| {
            let against = rules.against_balance(balance, intent, excess);
            with_limit(self.refusal(excess), against)
        })
    }

    /// Turns an excess into a refusal.
    pub(crate) fn refusal(&self, excess: Excess) -> Refusal {
        match excess {
            Excess::NeedsTier(tier) => Refusal { tier, ..Refusal::of(WalletStatus::NEEDS_TIER) },
            Excess::NoTier(None) => Refusal::of(WalletStatus::OPERATION_IS_NOT_ALLOWED),
            Excess::NoTier(Some(limit)) => Refusal::of(exceeded(limit)),
            Excess::Cooldown(_) => {
                Refusal::until(WalletStatus::EXCEEDS_COOLDOWN_LIMIT, self.wallet.cooldown_until)
            }
            Excess::NoCurrency => Refusal::of(WalletStatus::LEDGER_HAS_NO_LIMITS),
        }
    }
}

/// The refusal, which says what counted against the limit.
fn with_limit(refusal: Refusal, against: Option<Against>) -> Refusal {
    let exceeded = against.map(|Against { limit, most, counted, elsewhere }| {
        let limit = exceeded(limit);
        ExceededLimit { limit, most, counted, elsewhere }
    });
    Refusal { exceeded, ..refusal }
}

fn exceeded(limit: Limit) -> WalletStatus {
    match limit {
        Limit::PerPayment => WalletStatus::EXCEEDS_LIMIT_PER_PAYMENT,
        Limit::PerDay => WalletStatus::EXCEEDS_LIMIT_PER_DAY,
        Limit::PerMonth => WalletStatus::EXCEEDS_LIMIT_PER_MONTH,
        Limit::PerYear => WalletStatus::EXCEEDS_LIMIT_PER_YEAR,
        Limit::Lifetime => WalletStatus::EXCEEDS_LIFETIME_LIMIT,
        Limit::PaymentsPerDay => WalletStatus::EXCEEDS_PAYMENTS_PER_DAY,
        Limit::PaymentsPerMonth => WalletStatus::EXCEEDS_PAYMENTS_PER_MONTH,
        Limit::Balance => WalletStatus::EXCEEDS_BALANCE_LIMIT,
    }
}

/// The wallet's tier at a time: an approval that has ended does not count.
pub(crate) fn tier_at(wallet: &WalletRow, now: Timestamp) -> u8 {
    let is_over = !wallet.tier_until.is_none() && now >= wallet.tier_until;
    if is_over { 0 } else { wallet.tier }
}

impl SpendingRow {
    /// Makes an authorisation: the password was right. Expired ones are forgotten.
    pub(crate) fn authorise(
        &mut self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        purchase: &Purchase,
        new: Authorisation,
    ) -> Result<(), Refusal> {
        refuse_if(new.id.is_zero() || new.id.is_max(), WalletStatus::ID_MUST_BE_VALID)?;
        refuse_if(purchase.amount.is_zero(), WalletStatus::AMOUNT_MUST_BE_VALID)?;
        refuse_if(!purchase.amount.is_valid(), WalletStatus::AMOUNT_MUST_BE_VALID)?;
        self.admit_authorisation(payer, new.id)?;
        let shown = Shown { password: true, second_factor: new.has_second_factor };
        let source = if new.card.is_zero() { Source::Wallet } else { Source::Card(new.card) };
        // Only whether: the payment itself will count.
        self.counted(payer, rules, source, purchase.amount, shown)?;
        self.authorisations.push(new);
        Ok(())
    }

    /// Forgets expired authorisations, so that one of this id can be made, if there is none and few
    /// enough wait.
    pub(crate) fn admit_authorisation(&mut self, payer: &Payer<'_>, id: Id) -> Result<(), Refusal> {
        payer.check_active()?;
        self.authorisations.retain(|one| payer.now < one.expires_at);
        self.orders.retain(|one| payer.now < one.expires_at);
        let exists = self.authorisations.iter().any(|one| one.id == id)
            || self.orders.iter().any(|one| one.id == id);
        refuse_if(exists, WalletStatus::AUTHORISATION_EXISTS)?;
        let waiting = self.authorisations.len().saturating_add(self.orders.len());
        refuse_if(waiting >= AUTHORISATIONS_MAX, WalletStatus::TOO_MANY)
    }

    /// When the last authorisation that waits to be used ends; [`Timestamp::NONE`] if none waits.
    pub(crate) fn waits_until(&self, now: Timestamp) -> Timestamp {
        let single = self.authorisations.iter().map(|one| one.expires_at);
        let all = single.chain(self.orders.iter().map(|one| one.expires_at));
        all.filter(|&expires_at| now < expires_at).max().unwrap_or(Timestamp::NONE)
    }

    /// How many authorisations wait to be used.
    pub(crate) fn waiting(&self, now: Timestamp) -> usize {
        let single = self.authorisations.iter().filter(|one| now < one.expires_at);
        let orders = self.orders.iter().filter(|one| now < one.expires_at);
        single.count().saturating_add(orders.count())
    }

    /// Uses an authorisation up, if it is for exactly this, and counts the payment. Without one the
    /// payment must be a small one.
    pub(crate) fn pay(
        &mut self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        purchase: &Purchase,
        source: Source,
        used: Option<(Id, u32)>,
    ) -> Result<(), Refusal> {
        payer.check_active()?;
        let shown = match used {
            Some((id, times_set)) => self.used(payer.now, purchase, source, id, times_set)?,
            None => Shown { password: false, second_factor: false },
        };
        self.counters = self.counted(payer, rules, source, purchase.amount, shown)?;
        Ok(())
    }

    /// Counts a payment by a card that is not bound. What 3-D Secure said of it stands for the
    /// payment password, and for a second factor where the cardholder was authenticated.
    pub(crate) fn pay_by_new_card(
        &mut self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        amount: Amount,
        authentication: CardAuthentication,
    ) -> Result<(), Refusal> {
        payer.check_active()?;
        authentication.check()?;
        let intent = payer.intent(WalletOperation::PayByCard, amount);
        let paid = payer.counts(rules, &self.counters, &intent)?;
        let is_short = rules.needs_second_factor(&paid, amount)
            && authentication != CardAuthentication::AUTHENTICATED;
        refuse_if(is_short, WalletStatus::SECOND_FACTOR_IS_NEEDED)?;
        self.counters = paid;
        Ok(())
    }

    /// What a payment would need now.
    pub(crate) fn needs(
        &self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        source: Source,
        amount: Amount,
    ) -> Result<Needs, Refusal> {
        let intent = payer.intent(source.operation(), amount);
        let paid = payer.counts(rules, &self.counters, &intent)?;
        Ok(match rules.exempt(&paid, &intent) {
            Some(_) => Needs::Nothing,
            None if rules.needs_second_factor(&paid, amount) => Needs::SecondFactor,
            None => Needs::Password,
        })
    }

    /// Takes the authorisation out, if it is good for this purchase.
    fn used(
        &mut self,
        now: Timestamp,
        purchase: &Purchase,
        source: Source,
        id: Id,
        times_set: u32,
    ) -> Result<Shown, Refusal> {
        let place = self.authorisations.iter().position(|one| one.id == id);
        let place = place.ok_or(WalletStatus::AUTHORISATION_NOT_FOUND)?;
        let found = &self.authorisations[place];
        let is_over = now >= found.expires_at || found.times_set != times_set;
        refuse_if(is_over, WalletStatus::AUTHORISATION_HAS_EXPIRED)?;
        let is_bound = found.order == purchase.order
            && found.payee == purchase.payee
            && found.amount == purchase.amount.minor_units()
            && found.card == source.card();
        refuse_if(!is_bound, WalletStatus::AUTHORISATION_MUST_MATCH)?;
        let second_factor = found.has_second_factor;
        self.authorisations.remove(place);
        Ok(Shown { password: true, second_factor })
    }

    /// The counters with the payment, if limits and factors allow it.
    pub(crate) fn counted(
        &self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        source: Source,
        amount: Amount,
        shown: Shown,
    ) -> Result<Counters, Refusal> {
        let intent = payer.intent(source.operation(), amount);
        let paid = payer.counts(rules, &self.counters, &intent)?;
        if !shown.password {
            let exempt = rules.exempt(&paid, &intent);
            return exempt.ok_or(Refusal::of(WalletStatus::PAYMENT_PASSWORD_IS_NEEDED));
        }
        let is_short = rules.needs_second_factor(&paid, amount) && !shown.second_factor;
        refuse_if(is_short, WalletStatus::SECOND_FACTOR_IS_NEEDED)?;
        Ok(paid.with_password())
    }
}

/// Whether `operation` is the payment that was authorised: a hold or transfer from the wallet's
/// account to the payee, of just this amount. Fee, deadline, code and user data are the host's.
pub(crate) fn check_operation(
    operation: &Operation,
    account: Id,
    purchase: &Purchase,
) -> Result<(), Refusal> {
    let is_payment = matches!(operation.kind, Kind::HOLD | Kind::TRANSFER);
    let is_plain = operation.flags == OperationFlags::NONE;
    refuse_if(!is_payment || !is_plain, WalletStatus::PAYMENT_MUST_BE_PLAIN)?;
    let matches = operation.debit_account == account
        && operation.credit_account == purchase.payee
        && operation.amount == purchase.amount
        && operation.ledger == purchase.ledger;
    refuse_if(!matches, WalletStatus::AUTHORISATION_MUST_MATCH)
}
