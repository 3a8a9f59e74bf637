//! Refunds of card payments by any way and in any order, against a plain sum: what a customer has
//! back is at most what she paid, and no cent lies where it is not owed.

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
    /// Upkeep at once, which finds nothing yet.
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
        Just(Step::Upkeep),
        Just(Step::Day),
    ]
}

/// What the model knows of one payment: where its money is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Where {
    held: u32,
    seller: u32,
    owed: u32,
    wallet: u32,
    card: u32,
}

struct Model {
    payments: [Where; PAYMENTS],
    agrees: bool,
    is_frozen: bool,
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

    /// Whether the step can be done; if so, it is.
    fn carry_out(&mut self, step: Step) -> bool {
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
                    let owed = std::mem::take(&mut self.payments[of].owed);
                    self.share(of, owed);
                }
            }
            Step::Upkeep => (),
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
    let market = Market::new(policy);
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let paid = [(); PAYMENTS].map(|()| paid_by_new_card(&market, anna, PRICE).operation.id);
    let one = Where { held: PRICE, ..Where::default() };
    let mut model = Model { payments: [one; PAYMENTS], agrees: false, is_frozen: false };
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
            Step::Upkeep => wallets.upkeep().unwrap().refunds == 0,
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
    let (held, paid, owed) = (sum(|one| one.held), sum(|one| one.seller), sum(|one| one.owed));
    let (wallet, card) = (sum(|one| one.wallet), sum(|one| one.card));
    assert_eq!(found, [held, paid, owed, wallet, card, card], "{steps:?}");
    assert_eq!(held + paid + owed + wallet + card, 3 * u128::from(PRICE));
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
