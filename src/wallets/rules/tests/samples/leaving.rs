//! Samples of what is given up, set aside, or not used.

use super::{Sampled, at, id};
use crate::model::{Id, Timestamp};
use crate::wallets::rules::UnclaimedReason;
use crate::wallets::rules::inactivity::{InactivityRow, SweepRow};
use crate::wallets::rules::rows::{WalletRow, WalletState};
use crate::wallets::rules::unclaimed::{PayoutProposal, UnclaimedOfRow, UnclaimedRow};
use crate::wallets::rules::waiver::WaiverRow;

impl Sampled for UnclaimedRow {
    fn samples() -> Vec<Self> {
        let wallet = WalletRow {
            person: id(1),
            account: id(3),
            ledger: 300,
            state: WalletState::Frozen,
            tier: 0,
            tier_until: Timestamp::NONE,
            created_at: at(1),
            refunds_to_wallet: false,
            cooldown_until: Timestamp::NONE,
            recovery: Id::ZERO,
        };
        let amount = crate::model::Amount::new(1 << 70).expect("an amount");
        let open = Self::new((id(2), &wallet), amount, UnclaimedReason::LEFT, at(4));
        let proposed = PayoutProposal { account: id(5), by: "eve".into(), at: at(6) };
        let wanted = Self { proposed: Some(proposed), ..open.clone() };
        vec![Self { reason: 9, ..open.gone(id(7), id(8), at(9)) }, wanted]
    }
}

impl Sampled for UnclaimedOfRow {
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

impl Sampled for WaiverRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            wallet: id(1),
            ledger: 300,
            amount: 1 << 69,
            amount_max: 1 << 70,
            version: "2026-03".into(),
            account: id(2),
            at: at(3),
        }]
    }
}

impl Sampled for InactivityRow {
    fn samples() -> Vec<Self> {
        vec![Self { noticed_at: at(1), set_aside_at: at(2) }]
    }
}

impl Sampled for SweepRow {
    fn samples() -> Vec<Self> {
        vec![Self { after: id(1) }]
    }
}
