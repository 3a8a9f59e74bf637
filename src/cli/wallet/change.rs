//! `wallet freeze`, `unfreeze`, `close` and `revoke-tier`.

use super::access::{Opened, to_write};
use super::arguments::{Access, Change};
use super::{answer, done};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{IdText, Name, Numeral};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// The state of a wallet.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct WalletStateFacts {
    wallet: IdText,
    state: Name,
}

/// The tier of a wallet.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TierFacts {
    wallet: IdText,
    tier: Numeral,
}

/// Freezes a wallet and its account.
pub(super) fn freeze(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    answer(wallets.freeze_wallet(arguments.wallet, &arguments.staff.actor())?, arguments.wallet)?;
    said(arguments, access, "frozen", out)
}

/// Makes a frozen wallet usable again.
pub(super) fn unfreeze(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    answer(wallets.unfreeze_wallet(arguments.wallet, &arguments.staff.actor())?, arguments.wallet)?;
    said(arguments, access, "active", out)
}

/// Closes a frozen, empty wallet and its account.
pub(super) fn close(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    answer(wallets.close_wallet(arguments.wallet, &arguments.staff.actor())?, arguments.wallet)?;
    said(arguments, access, "closed", out)
}

/// Takes the tier of a wallet back.
pub(super) fn revoke_tier(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    let wallet = arguments.wallet;
    answer(wallets.revoke_tier(wallet, &arguments.staff.actor())?, wallet)?;
    let facts = TierFacts { wallet: IdText::known(wallet), tier: 0_u8.into() };
    done(out, access.json, &format!("Wallet {wallet} is in tier 0."), &facts)
}

fn said(
    arguments: &Change,
    access: &Access,
    state: &'static str,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let wallet = arguments.wallet;
    let facts = WalletStateFacts { wallet: IdText::known(wallet), state: Name(state) };
    done(out, access.json, &format!("Wallet {wallet} is {state}."), &facts)
}
