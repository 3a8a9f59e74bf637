//! Authorising a whole order, and paying its parts by the authorisation.
//!
//! What comes from the wallet is one payment for the limits, however many payees it has; what comes
//! from a card is one for each part.

use super::WalletStatus;
use super::limits::Rules;
use super::order_terms::{OrderAuthorisation, OrderPart, OrderTerms};
use super::payment::{Needs, Payer, Shown, Source, SpendingRow};
use super::refusal::{Refusal, refuse_if};
use crate::model::{Amount, Id, Timestamp};

/// Which authorisation is used, and how many times the password had been set.
pub(crate) type Used = Option<(Id, u32)>;

impl SpendingRow {
    /// Makes an authorisation for a whole order: the password was right. Expired ones are
    /// forgotten.
    pub(crate) fn authorise_order(
        &mut self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        terms: &OrderTerms,
        new: OrderAuthorisation,
    ) -> Result<(), Refusal> {
        refuse_if(new.id.is_zero() || new.id.is_max(), WalletStatus::ID_MUST_BE_VALID)?;
        terms.check()?;
        self.admit_authorisation(payer, new.id)?;
        let shown = Shown { password: true, second_factor: new.has_second_factor };
        // Only whether: the payments themselves will count.
        let mut all = self.clone();
        for (source, amount) in payments(terms)? {
            all.counters = all.counted(payer, rules, source, amount, shown)?;
        }
        self.orders.push(new);
        Ok(())
    }

    /// What paying an order would need now. A card needs the password, however little it pays.
    pub(crate) fn needs_for_order(
        &self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        terms: &OrderTerms,
    ) -> Result<Needs, Refusal> {
        let (mut all, mut most) = (self.clone(), Needs::Nothing);
        for (source, amount) in payments(terms)? {
            let least = if source == Source::Wallet { Needs::Nothing } else { Needs::Password };
            most = most.max(least).max(all.needs(payer, rules, source, amount)?);
            let shown = Shown { password: true, second_factor: true };
            all.counters = all.counted(payer, rules, source, amount, shown)?;
        }
        Ok(most)
    }

    /// Uses the authorisation up for these parts, if it is for just these terms, and counts them as
    /// one payment of `amount`. Without one it must be a small one.
    pub(crate) fn pay_order(
        &mut self,
        payer: &Payer<'_>,
        rules: &Rules<'_>,
        terms: &OrderTerms,
        (source, parts, amount): (Source, u32, Amount),
        used: Used,
    ) -> Result<(), Refusal> {
        payer.check_active()?;
        let shown = match used {
            Some(used) => self.used_for(payer.now, terms, parts, used)?,
            None => Shown { password: false, second_factor: false },
        };
        self.counters = self.counted(payer, rules, source, amount, shown)?;
        Ok(())
    }

    fn used_for(
        &mut self,
        now: Timestamp,
        terms: &OrderTerms,
        parts: u32,
        (id, times_set): (Id, u32),
    ) -> Result<Shown, Refusal> {
        let place = self.orders.iter().position(|one| one.id == id);
        let place = place.ok_or(WalletStatus::AUTHORISATION_NOT_FOUND)?;
        let found = &mut self.orders[place];
        let is_over = now >= found.expires_at || found.times_set != times_set;
        refuse_if(is_over, WalletStatus::AUTHORISATION_HAS_EXPIRED)?;
        refuse_if(found.terms != terms.hash(), WalletStatus::AUTHORISATION_MUST_MATCH)?;
        refuse_if(found.used & parts != 0, WalletStatus::AUTHORISATION_NOT_FOUND)?;
        found.used |= parts;
        let second_factor = found.has_second_factor;
        if found.used == terms.all_parts() {
            self.orders.remove(place);
        }
        Ok(Shown { password: true, second_factor })
    }
}

/// What the limits are asked about: the sum that comes from the wallet, and each part from a card.
fn payments(terms: &OrderTerms) -> Result<Vec<(Source, Amount)>, Refusal> {
    let from_wallet = Some((Source::Wallet, terms.wallet_sum()?));
    let from_wallet = from_wallet.filter(|(_, amount)| !amount.is_zero());
    let by_card = |part: &OrderPart| Some((Source::Card(part.card?), part.amount));
    Ok(from_wallet.into_iter().chain(terms.parts.iter().filter_map(by_card)).collect())
}
