//! Ledgers, accounts, holds and trial balances.

use super::{AmountText, Count, IdText, Name, Numeral, SignedText, TimeText};
use crate::cli::output::Currency;
use escrowdb::{Account, Balances, Hold, Ledger, TrialBalance, TrialBalanceRow};
use schemars::JsonSchema;
use serde::Serialize;

/// The balances of an account, or of several together.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct BalanceFacts {
    debits_pending: AmountText,
    debits_posted: AmountText,
    credits_pending: AmountText,
    credits_posted: AmountText,
    /// What can be spent.
    available: AmountText,
    /// Credits less debits, posted.
    net: SignedText,
}

impl BalanceFacts {
    pub(crate) fn of(balances: &Balances, currency: &Currency) -> Self {
        let plain = |amount| AmountText::of(amount, currency);
        Self {
            debits_pending: plain(balances.debits_pending),
            debits_posted: plain(balances.debits_posted),
            credits_pending: plain(balances.credits_pending),
            credits_posted: plain(balances.credits_posted),
            available: plain(balances.available()),
            net: SignedText::of(balances.net(), currency),
        }
    }
}

/// An account.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct AccountFacts {
    id: IdText,
    /// The ledger's number.
    ledger: Numeral,
    /// The code of the ledger's currency.
    currency: String,
    /// Its place in the chart of accounts.
    code: Numeral,
    flags: Vec<Name>,
    balances: BalanceFacts,
    open_holds: Count,
    user_data_128: Option<IdText>,
    user_data_64: Numeral,
    created_at: Option<TimeText>,
}

impl AccountFacts {
    pub(crate) fn of(account: &Account, currency: &Currency) -> Self {
        Self {
            id: IdText::known(account.id),
            ledger: account.ledger.into(),
            currency: currency.code.clone(),
            code: account.code.into(),
            flags: account.flags.names().map(Name).collect(),
            balances: BalanceFacts::of(&account.balances, currency),
            open_holds: account.open_holds.into(),
            user_data_128: IdText::of(account.user_data_128),
            user_data_64: account.user_data_64.into(),
            created_at: TimeText::of(account.created_at),
        }
    }
}

/// A hold.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct HoldFacts {
    id: IdText,
    payer: IdText,
    payee: IdText,
    fee_account: Option<IdText>,
    ledger: Numeral,
    currency: String,
    code: Numeral,
    phase: Name,
    /// All that was paid in, less what was divided off.
    amount: AmountText,
    /// What is still in escrow.
    held: AmountText,
    released: AmountText,
    refunded: AmountText,
    /// The commission on what the payee got.
    fee: AmountText,
    reversed: AmountText,
    /// The commission's rate: so many millionths.
    fee_ppm: Count,
    /// The fixed part of the commission, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_fixed: Option<AmountText>,
    /// Of a part that was divided off: the sum that comes before its own in the commission.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_base: Option<AmountText>,
    created_at: Option<TimeText>,
    changed_at: Option<TimeText>,
    /// When its default settles it; null for never, and while disputed without a time-out.
    deadline: Option<TimeText>,
    at_deadline: Name,
    disputed_at: Option<TimeText>,
    /// What the dispute claims for the payer.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed: Option<AmountText>,
    user_data_128: Option<IdText>,
    user_data_64: Numeral,
}

impl HoldFacts {
    pub(crate) fn of(hold: &Hold, currency: &Currency) -> Self {
        let plain = |amount| AmountText::of(amount, currency);
        Self {
            id: IdText::known(hold.id),
            payer: IdText::known(hold.payer),
            payee: IdText::known(hold.payee),
            fee_account: IdText::of(hold.fee_account),
            ledger: hold.ledger.into(),
            currency: currency.code.clone(),
            code: hold.code.into(),
            phase: Name(hold.phase.name()),
            amount: plain(hold.amount),
            held: plain(hold.held),
            released: plain(hold.released),
            refunded: plain(hold.refunded),
            fee: plain(hold.fee),
            reversed: plain(hold.reversed),
            fee_ppm: hold.fee_ppm.into(),
            fee_fixed: AmountText::unless_zero(hold.fee_fixed, currency),
            fee_base: AmountText::unless_zero(hold.fee_base, currency),
            created_at: TimeText::of(hold.created_at),
            changed_at: TimeText::of(hold.changed_at),
            deadline: TimeText::of(hold.deadline),
            at_deadline: Name(hold.at_deadline.name()),
            disputed_at: TimeText::of(hold.disputed_at),
            claimed: AmountText::unless_zero(hold.claimed, currency),
            user_data_128: IdText::of(hold.user_data_128),
            user_data_64: hold.user_data_64.into(),
        }
    }
}

/// A ledger.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct LedgerFacts {
    number: Numeral,
    /// The currency.
    code: String,
    /// How many decimals its amounts have.
    scale: Count,
    posted: AmountText,
    pending: AmountText,
    created_at: Option<TimeText>,
}

impl LedgerFacts {
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let currency = Currency::of(ledger);
        Self {
            number: ledger.number.into(),
            scale: ledger.scale.into(),
            posted: AmountText::of(ledger.posted, &currency),
            pending: AmountText::of(ledger.pending, &currency),
            created_at: TimeText::of(ledger.created_at),
            code: currency.code,
        }
    }
}

/// A trial balance.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TrialBalanceFacts {
    ledger: Numeral,
    currency: String,
    rows: Vec<TrialRow>,
    totals: BalanceFacts,
    /// Whether debits equal credits.
    is_balanced: bool,
}

/// All accounts of one code together.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TrialRow {
    code: Numeral,
    accounts: Count,
    balances: BalanceFacts,
}

impl TrialBalanceFacts {
    pub(crate) fn of(trial: &TrialBalance) -> Self {
        let currency = Currency::of(&trial.ledger);
        let row = |row: &TrialBalanceRow| TrialRow {
            code: row.code.into(),
            accounts: row.accounts.into(),
            balances: BalanceFacts::of(&row.balances, &currency),
        };
        Self {
            ledger: trial.ledger.number.into(),
            rows: trial.rows.iter().map(row).collect(),
            totals: BalanceFacts::of(&trial.totals, &currency),
            is_balanced: trial.is_balanced(),
            currency: currency.code,
        }
    }
}
