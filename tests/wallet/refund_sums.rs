//! Refunds and chargebacks of card payments by any way and in any order, against a plain sum: what
//! a customer has back, in her wallet, at her card and by her bank, is at most what she paid, and
//! no cent lies where it is not owed.

use crate::chargebacks::notice;
use crate::first_cards::paid_by_new_card;
use crate::market::*;
use crate::world::*;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;

/// Minor units of each payment.
const PRICE: u32 = 100_00;
const PAYMENTS: usize = 3;
/// The most that may lie in a wallet.
const ROOM: u32 = 120_00;

/// What a shop, a clerk, a customer and time may do to a payment.
#[derive(Clone, Copy, Debug)]
enum Step {
    Release(usize, u32),
    Refund(usize, u32),
    RefundByStore(usize, u32),
    TakeBack(usize, u32),
    ToCard(usize, u32),
    Agree(bool),
    Freeze(bool),
    Contest(usize, u32),
    /// The processor takes the money of the oldest chargeback that is open.
    Take(usize),
    /// The oldest one that is open is decided: so many halves of it are lost.
    Decide(usize, u32),
    /// Upkeep at once, which finds only what was contested until now.
    Upkeep,
    /// A day, and upkeep.
    Day,
}

fn step() -> impl Strategy<Value = Step> {
    let of = || (0..PAYMENTS, prop_oneof![1..40_00u32, Just(PRICE)]);
    prop_oneof![
        of().prop_map(|(payment, units)| Step::Release(payment, units)),
        of().prop_map(|(payment, units)| Step::Refund(payment, units)),
        of().prop_map(|(payment, units)| Step::RefundByStore(payment, units)),
        of().prop_map(|(payment, units)| Step::TakeBack(payment, units)),
        of().prop_map(|(payment, units)| Step::ToCard(payment, units)),
        any::<bool>().prop_map(Step::Agree),
        any::<bool>().prop_map(Step::Freeze),
        of().prop_map(|(payment, units)| Step::Contest(payment, units)),
        (0..PAYMENTS).prop_map(Step::Take),
        (0..PAYMENTS, 0..3u32).prop_map(|(payment, halves)| Step::Decide(payment, halves)),
        (0..PAYMENTS, 0..3u32).prop_map(|(payment, halves)| Step::Decide(payment, halves)),
        Just(Step::Upkeep),
        Just(Step::Day),
    ]
}

/// What the model knows of one payment: where its money is.
#[derive(Clone, Debug, Default)]
struct Where {
    held: u32,
    seller: u32,
    owed: u32,
    wallet: u32,
    card: u32,
    /// What chargebacks took of it, and open ones may take.
    contested: u32,
    /// What of that came from here.
    covered: u32,
    open: Vec<Contest>,
    /// Whether upkeep finds at once what is owed.
    is_prompt: bool,
}

impl Where {
    /// What can still go back to the customer, by whatever way.
    fn left(&self) -> u32 {
        (PRICE - self.wallet - self.card).saturating_sub(self.contested)
    }
}

/// A chargeback that is open.
#[derive(Clone, Debug)]
struct Contest {
    id: Id,
    units: u32,
    of_payment: u32,
    is_taken: bool,
}

struct Model {
    payments: [Where; PAYMENTS],
    agrees: bool,
    is_frozen: bool,
    /// What left by the bank for chargebacks, whether or not it came back.
    taken: u32,
    /// What the loss account bears.
    loss: i64,
}

impl Model {
    fn in_wallet(&self) -> u32 {
        self.payments.iter().map(|payment| payment.wallet).sum()
    }

    /// Gives money that came back to the wallet and the card.
    fn share(&mut self, payment: usize, units: u32) {
        let room = ROOM.saturating_sub(self.in_wallet());
        let to_wallet = if self.agrees && !self.is_frozen { units.min(room) } else { 0 };
        self.payments[payment].wallet += to_wallet;
        self.payments[payment].card += units - to_wallet;
    }

    /// Gives what is owed to the wallet and the card, unless it is contested.
    fn pass_on(&mut self, of: usize) {
        let here = &mut self.payments[of];
        here.is_prompt = false;
        if here.open.is_empty() {
            let owed = std::mem::take(&mut here.owed);
            self.share(of, owed);
        }
    }

    /// The oldest chargeback of a payment that is open, or is not taken yet.
    fn oldest(&self, of: usize, is_to_be_taken: bool) -> Option<Id> {
        let mut open = self.payments[of].open.iter();
        open.find(|one| !is_to_be_taken || !one.is_taken).map(|one| one.id)
    }

    /// Whether the step can be done; if so, it is.
    fn carry_out(&mut self, step: Step) -> bool {
        if let Step::Release(of, _) | Step::RefundByStore(of, _) = step
            && !self.payments[of].open.is_empty()
        {
            return false;
        }
        if let Step::Refund(of, units) | Step::TakeBack(of, units) | Step::ToCard(of, units) = step
        {
            let here = &self.payments[of];
            // What went from the wallet to the card goes back once.
            let room = match step {
                Step::ToCard(..) => here.left() + here.wallet,
                _ => here.left(),
            };
            if !here.open.is_empty() || units > room {
                return false;
            }
        }
        match step {
            Step::Release(of, units) if units <= self.payments[of].held => {
                self.payments[of].held -= units;
                self.payments[of].seller += units;
            }
            Step::Refund(of, units) if units <= self.payments[of].held => {
                self.payments[of].held -= units;
                self.share(of, units);
            }
            Step::RefundByStore(of, units) if units <= self.payments[of].held => {
                self.payments[of].held -= units;
                self.payments[of].owed += units;
            }
            Step::TakeBack(of, units) if units <= self.payments[of].seller => {
                self.payments[of].seller -= units;
                self.share(of, units);
            }
            Step::ToCard(of, units) => {
                let here = &mut self.payments[of];
                let from_wallet = units.saturating_sub(here.owed);
                if from_wallet > here.wallet || from_wallet > 0 && self.is_frozen {
                    return false;
                }
                here.owed -= units - from_wallet;
                here.wallet -= from_wallet;
                here.card += units;
            }
            Step::Day => {
                for of in 0..PAYMENTS {
                    self.pass_on(of);
                }
            }
            Step::Upkeep => {
                for of in 0..PAYMENTS {
                    if self.payments[of].is_prompt {
                        self.pass_on(of);
                    }
                }
            }
            Step::Take(of) => {
                let one = self.payments[of].open.iter_mut().find(|one| !one.is_taken).unwrap();
                one.is_taken = true;
                self.taken += one.units;
                self.loss += i64::from(one.units);
            }
            Step::Decide(of, halves) => {
                let here = &mut self.payments[of];
                let one = here.open.remove(0);
                let lost = one.units * halves / 2;
                if one.is_taken {
                    self.loss -= i64::from(one.units - lost);
                } else {
                    self.taken += lost;
                    self.loss += i64::from(lost);
                }
                let borne = lost.min(one.of_payment);
                let owed = borne.min(here.owed);
                let held = (borne - owed).min(here.held);
                (here.owed, here.held) = (here.owed - owed, here.held - held);
                here.contested -= one.of_payment - borne;
                here.covered += owed + held;
                self.loss -= i64::from(owed + held);
                here.is_prompt |= here.open.is_empty() && here.held == 0;
            }
            Step::Agree(agrees) => self.agrees = agrees,
            Step::Freeze(is_frozen) if is_frozen != self.is_frozen => self.is_frozen = is_frozen,
            _ => return false,
        }
        true
    }
}

/// The store and the model, step by step.
fn play(steps: &[Step]) {
    let mut policy = Policy::article();
    let limits = &mut policy.currencies[0].tiers[0];
    (limits.balance, limits.per_month) = (Some(amount(ROOM)), None);
    let market = Market::with_loss_account(policy);
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let paid = [(); PAYMENTS].map(|()| paid_by_new_card(&market, anna, PRICE).operation.id);
    let one = Where { held: PRICE, ..Where::default() };
    let payments = [(); PAYMENTS].map(|()| one.clone());
    let mut model = Model { payments, agrees: false, is_frozen: false, taken: 0, loss: 0 };
    let mut days = 0;
    for step in steps {
        let id = market.fresh();
        let by_store = |operation: Operation| market.submit(operation).is_done();
        let is_done = match *step {
            Step::Release(of, units) => by_store(Operation::release(id, paid[of], amount(units))),
            Step::RefundByStore(of, units) => {
                by_store(Operation::refund(id, paid[of], amount(units)))
            }
            Step::Refund(of, units) => {
                let refund = Operation::refund(id, paid[of], amount(units));
                wallets.refund_card_payment(paid[of], refund).unwrap().is_ok()
            }
            Step::TakeBack(of, units) => {
                let reverse = Operation::reverse(id, paid[of], amount(units));
                wallets.refund_card_payment(paid[of], reverse).unwrap().is_ok()
            }
            Step::ToCard(of, units) => {
                wallets.return_to_card(paid[of], id, amount(units)).unwrap().is_ok()
            }
            Step::Agree(agrees) => {
                wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", agrees).unwrap().is_ok()
            }
            Step::Freeze(true) => {
                wallets.freeze_wallet(anna.wallet, &staff("eve")).unwrap().is_ok()
            }
            Step::Freeze(false) => {
                wallets.unfreeze_wallet(anna.wallet, &staff("eve")).unwrap().is_ok()
            }
            Step::Contest(of, units) => {
                let notice = notice(&market, paid[of], units);
                let host = Actor::System;
                let known = wallets.chargeback_notified(&notice, &host).unwrap().unwrap();
                let here = &mut model.payments[of];
                let of_payment = units.min(here.left());
                assert_eq!(known.of_payment, amount(of_payment), "{steps:?}");
                here.contested += of_payment;
                here.open.push(Contest { id: notice.id, units, of_payment, is_taken: false });
                check(&market, anna, &model, steps);
                continue;
            }
            Step::Take(of) => {
                let Some(id) = model.oldest(of, true) else { continue };
                wallets.chargeback_taken(id, &Actor::System).unwrap().is_ok()
            }
            Step::Decide(of, halves) => {
                let Some(id) = model.oldest(of, false) else { continue };
                let units = wallets.chargeback(id).unwrap().unwrap().amount.minor_units();
                let lost = Amount::new(units * u128::from(halves) / 2).unwrap();
                wallets.chargeback_decided(id, lost, &Actor::System).unwrap().is_ok()
            }
            Step::Upkeep => {
                let prompt = model.payments.iter().filter(|one| one.is_prompt && one.owed > 0);
                wallets.upkeep().unwrap().refunds == prompt.count()
            }
            Step::Day => {
                days += 1;
                market.at(START + days * (DAY + 60));
                wallets.upkeep().is_ok()
            }
        };
        assert_eq!(is_done, model.carry_out(*step), "{step:?} of {steps:?}");
        check(&market, anna, &model, steps);
    }
    market.verify();
}

/// Every cent is where the model has it.
fn check(market: &Market, anna: Customer, model: &Model, steps: &[Step]) {
    let sum = |part: fn(&Where) -> u32| -> u128 {
        model.payments.iter().map(|one| u128::from(part(one))).sum()
    };
    let through = Wallets::purchase_account(anna.person, LEDGER);
    let (seller, bank) = (market.balances(id(SELLER)), market.balances(id(BANK)));
    let refunds = market.wallets.open_card_refunds(None, 1_000).unwrap();
    let told: u128 = refunds.iter().map(|one| one.amount.minor_units()).sum();
    let found = [
        seller.credits_pending.minor_units(),
        seller.available().minor_units(),
        market.available(through),
        market.available(anna.account),
        bank.credits_posted.minor_units(),
        told,
    ];
    assert_eq!(-market.balances(id(LOSS)).net(), i128::from(model.loss), "{steps:?}");
    let (held, paid, owed) = (sum(|one| one.held), sum(|one| one.seller), sum(|one| one.owed));
    let (wallet, card) = (sum(|one| one.wallet), sum(|one| one.card));
    let out = card + u128::from(model.taken);
    assert_eq!(found, [held, paid, owed, wallet, out, card], "{steps:?}");
    let covered = sum(|one| one.covered);
    assert_eq!(held + paid + owed + wallet + card + covered, 3 * u128::from(PRICE));
    for one in &model.payments {
        assert!(one.wallet + one.card + one.contested <= PRICE, "{one:?} of {steps:?}");
    }
    assert!(market.is_balanced());
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn refunds_add_up_in_any_order(steps in prop::collection::vec(step(), 1..24)) {
        play(&steps);
    }
}
