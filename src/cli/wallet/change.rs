//! `wallet freeze`, `unfreeze` and `close`.

use super::access::{Opened, to_write};
use super::arguments::{Access, Change};
use super::{answer, done};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{IdText, Name};
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

/// Freezes a wallet and its account.
pub(super) fn freeze(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    answer(wallets.freeze_wallet(arguments.wallet, &arguments.staff.actor())?)?;
    said(arguments, access, "frozen", out)
}

/// Makes a frozen wallet usable again.
pub(super) fn unfreeze(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    answer(wallets.unfreeze_wallet(arguments.wallet, &arguments.staff.actor())?)?;
    said(arguments, access, "active", out)
}

/// Closes a frozen, empty wallet and its account.
pub(super) fn close(
    arguments: &Change,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    answer(wallets.close_wallet(arguments.wallet, &arguments.staff.actor())?)?;
    said(arguments, access, "closed", out)
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
