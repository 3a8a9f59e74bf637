//! Wallets with what was counted for them, their cards, and what was paid from them.

use super::Gathering;
use super::document::{
    AuthorisationPart, CardPart, CardPaymentPart, CardsPart, ChargePart, ChargebackPart,
    PaymentPart, RefundPart, SpendingPart, SuspensePart, ToCardPart, WalletPart,
};
use super::text::{Count, Currency, IdText, Name, TimeText};
use crate::model::Id;
use crate::store::Result;
use crate::wallets::commands::cards::open_reference;
use crate::wallets::rules::card_payment::{CardPaymentRow, CardRefundRow, ChargeRow, RefundRow};
use crate::wallets::rules::cards::CardsRow;
use crate::wallets::rules::chargeback::{ChargebackRow, Contested};
use crate::wallets::rules::payment::{PaymentRow, SpendingRow};
use crate::wallets::rules::rows::{RowKey, WalletRow};
use crate::wallets::rules::suspense::SuspenseRow;
use crate::wallets::rules::verification::OpenCaseRow;
use crate::wallets::rules::{AuditEntry, CardAuthentication, Command, SuspenseReason};

/// Commands by which a card payment begins, or is made of what lay in suspense.
const CARD_COMMANDS: [Command; 3] =
    [Command::BEGIN_CARD_PAYMENT, Command::BEGIN_NEW_CARD_PAYMENT, Command::RESOLVE_SUSPENSE];

impl Gathering<'_> {
    pub(super) fn wallets(&self) -> Result<Vec<WalletPart>> {
        let mut found = Vec::new();
        for &wallet in &self.row.wallets {
            let Some(row) = self.reading.peek::<WalletRow>(&wallet)? else { continue };
            let trail = self.trail_of(wallet)?;
            let open = self.reading.peek::<OpenCaseRow>(&wallet)?;
            found.push(WalletPart {
                wallet: IdText::known(wallet),
                account: IdText::known(row.account),
                ledger: row.ledger.into(),
                currency: self.currency(row.ledger)?.code(),
                state: Name(row.state.word()),
                tier: row.tier.into(),
                tier_until: TimeText::of(row.tier_until),
                created_at: TimeText::of(row.created_at),
                refunds_to_wallet: row.refunds_to_wallet,
                cooldown_until: TimeText::of(row.cooldown_until),
                open_verification: open.map(|row| IdText::known(row.case)),
                verifications: self.verifications(&trail)?,
                recoveries: self.recoveries(&trail)?,
                spending: self.spending(wallet)?,
                cards: self.cards(wallet)?,
                payments: self.payments(wallet, &trail)?,
                card_payments: self.card_payments(&trail)?,
                waivers: self.waivers(&trail)?,
                inactivity: self.inactivity(wallet)?,
            });
        }
        Ok(found)
    }

    fn spending(&self, wallet: Id) -> Result<Vec<SpendingPart>> {
        let now = self.reading.now();
        let spending = self.reading.scan::<SpendingRow>(&wallet.bytes(), None).map(|row| {
            let (key, row) = row?;
            let currency = self.currency(key.ledger)?;
            let spent = row.counters.spent(self.wallets.policy(), now);
            let [day, month, year, lifetime] = spent.map(|units| currency.units(units));
            Ok(SpendingPart {
                ledger: key.ledger.into(),
                currency: currency.code(),
                day,
                month,
                year,
                lifetime,
                authorisations: authorisations(&row, &currency),
            })
        });
        spending.collect()
    }

    fn cards(&self, wallet: Id) -> Result<Option<CardsPart>> {
        let Some(row) = self.reading.peek::<CardsRow>(&wallet)? else { return Ok(None) };
        let cards = row.cards.iter().map(|card| {
            let known = open_reference(Some(self.key), card.id, card.reference.as_ref())?;
            Ok(CardPart {
                card: IdText::known(card.id),
                brand: known.as_ref().map(|known| known.brand.clone()),
                last_four: known.as_ref().map(|known| known.last_four.clone()),
                state: Name(card.state_at(self.reading.now()).name()),
                is_default: card.id == row.default,
                valid_until: TimeText::of(card.valid_until),
                changed_at: TimeText::of(card.changed_at),
            })
        });
        let held_by_staff = Count(row.held.len() as u64);
        Ok(Some(CardsPart { cards: cards.collect::<Result<_>>()?, held_by_staff }))
    }

    fn payments(&self, wallet: Id, trail: &[AuditEntry]) -> Result<Vec<PaymentPart>> {
        let mut found = Vec::new();
        for operation in abouts(trail, &[Command::PAY, Command::TOP_UP, Command::REDEEM]) {
            let row = self.reading.peek::<PaymentRow>(&operation)?;
            found.extend(row.filter(|row| row.wallet == wallet).map(|row| PaymentPart {
                operation: IdText::known(operation),
                command: Name(Command::from_number(row.command).name()),
                order: IdText::of(row.order),
            }));
        }
        Ok(found)
    }

    fn card_payments(&self, trail: &[AuditEntry]) -> Result<Vec<CardPaymentPart>> {
        let mut found = Vec::new();
        for about in abouts(trail, &CARD_COMMANDS) {
            // What resolves suspense is about the item, and may have made a payment of it.
            let item = self.reading.peek::<SuspenseRow>(&about)?;
            let payment = item.map_or(about, |item| item.resolved_by);
            let Some(row) = self.reading.peek::<CardPaymentRow>(&payment)? else { continue };
            found.push(self.card_payment(payment, &row)?);
        }
        Ok(found)
    }

    fn card_payment(&self, payment: Id, row: &CardPaymentRow) -> Result<CardPaymentPart> {
        let currency = self.currency(row.ledger)?;
        let charges = self.reading.scan::<ChargeRow>(&payment.bytes(), None);
        let charges = charges.map(|charge| self.charge(&charge?.1, &currency));
        let refunds = row.refunds.iter().map(|refund| self.refund(refund, &currency));
        let said = CardAuthentication::from_number(row.authentication);
        Ok(CardPaymentPart {
            payment: IdText::known(payment),
            card: IdText::of(row.card),
            order: IdText::of(row.order),
            payee: IdText::known(row.payee),
            amount: currency.units(row.amount),
            currency: currency.code(),
            state: Name(row.state().name()),
            authentication: (row.authentication > 0).then(|| Name(said.name())),
            begun_at: TimeText::of(row.begun_at),
            changed_at: TimeText::of(row.changed_at),
            charges: charges.collect::<Result<_>>()?,
            refunds: refunds.collect::<Result<_>>()?,
            chargebacks: self.chargebacks(&row.contested, &currency)?,
        })
    }

    fn charge(&self, row: &ChargeRow, currency: &Currency) -> Result<ChargePart> {
        let item = self.reading.peek::<SuspenseRow>(&row.transfer)?;
        Ok(ChargePart {
            transfer: IdText::known(row.transfer),
            amount: currency.units(row.amount),
            suspense: item.map(|item| self.suspense(&item, currency)).transpose()?,
        })
    }

    fn suspense(&self, item: &SuspenseRow, currency: &Currency) -> Result<SuspensePart> {
        Ok(SuspensePart {
            amount: currency.units(item.amount),
            why: Name(SuspenseReason::from_number(item.reason).name()),
            came_at: TimeText::of(item.came_at),
            resolved_by: IdText::of(item.resolved_by),
            chargebacks: self.chargebacks(&item.contested, currency)?,
        })
    }

    fn chargebacks(
        &self,
        contested: &Contested,
        currency: &Currency,
    ) -> Result<Vec<ChargebackPart>> {
        let mut found = Vec::new();
        for id in &contested.chargebacks {
            let row = self.reading.peek::<ChargebackRow>(id)?;
            found.extend(row.map(|row| ChargebackPart {
                chargeback: IdText::known(*id),
                reference: row.reference.clone(),
                reason: row.reason.clone(),
                state: Name(row.state().name()),
                amount: currency.units(row.amount),
                lost: currency.units(row.lost),
                evidence: row.evidence.clone(),
                answer_by: TimeText::of(row.answer_by),
                notified_at: TimeText::of(row.notified_at),
                taken_at: TimeText::of(row.taken_at),
                changed_at: TimeText::of(row.changed_at),
            }));
        }
        Ok(found)
    }

    fn refund(&self, row: &RefundRow, currency: &Currency) -> Result<RefundPart> {
        let sent = self.reading.peek::<CardRefundRow>(&row.reversal)?;
        let returned_by = sent.as_ref().map_or(Id::ZERO, |sent| sent.failed_by);
        let item = self.reading.peek::<SuspenseRow>(&returned_by)?;
        let mut suspense = item.map(|item| self.suspense(&item, currency)).transpose()?;
        let to_card = IdText::of(row.reversal).map(|reversal| ToCardPart {
            reversal,
            since: sent.as_ref().and_then(|sent| TimeText::of(sent.since)),
            done_at: sent.as_ref().and_then(|sent| TimeText::of(sent.done_at)),
            returned_by: IdText::of(returned_by),
            suspense: suspense.take(),
        });
        let amount = currency.units(row.amount);
        Ok(RefundPart { refund: IdText::known(row.refund), amount, to_card })
    }
}

fn authorisations(row: &SpendingRow, currency: &Currency) -> Vec<AuthorisationPart> {
    let payments = row.authorisations.iter().map(|one| AuthorisationPart {
        authorisation: IdText::known(one.id),
        order: IdText::of(one.order),
        payee: IdText::of(one.payee),
        amount: Some(currency.units(one.amount)),
        expires_at: TimeText::of(one.expires_at),
    });
    let orders = row.orders.iter().map(|one| AuthorisationPart {
        authorisation: IdText::known(one.id),
        order: None,
        payee: None,
        amount: None,
        expires_at: TimeText::of(one.expires_at),
    });
    payments.chain(orders).collect()
}

/// What these commands were about; once each, and not what they were refused.
pub(super) fn abouts(trail: &[AuditEntry], commands: &[Command]) -> Vec<Id> {
    let mut found = Vec::new();
    for entry in trail.iter().filter(|entry| commands.contains(&entry.command)) {
        if !entry.is_refused() {
            found.push(entry.about);
        }
    }
    found
}
