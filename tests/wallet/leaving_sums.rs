//! All ways by which money leaves wallets, in any order, against a plain sum: every cent is where
//! the model has it, nothing leaves twice, and a claim gives back just what was set aside.

use crate::closed_loop::redeeming;
use crate::leaving::asking;
use crate::market::*;
use crate::world::*;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;

const OWNERS: usize = 2;
/// Days without an act after which an owner is told, and days until the money is set aside.
const QUIET: u64 = 365;
const WAIT: u64 = 90;

/// What a shop, its owners, its staff and time may do.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Her own act.
    TopUp(usize, u32),
    /// The shop's.
    Spend(usize, u32),
    Waive(usize, u32),
    Freeze(usize, bool),
    SetAside(usize),
    /// The nth item, into the wallet of an owner, by a fresh transfer.
    Claim(usize, usize),
    PayOut(usize),
    /// Hundreds of days, so that no border is met, and upkeep.
    Days(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let of = || (0..OWNERS, 1..40_00u32);
    prop_oneof![
        of().prop_map(|(of, units)| Step::TopUp(of, units)),
        of().prop_map(|(of, units)| Step::Spend(of, units)),
        of().prop_map(|(of, units)| Step::Waive(of, units)),
        (0..OWNERS, any::<bool>()).prop_map(|(of, on)| Step::Freeze(of, on)),
        (0..OWNERS).prop_map(Step::SetAside),
        (0..4usize, 0..OWNERS).prop_map(|(item, of)| Step::Claim(item, of)),
        (0..4usize).prop_map(Step::PayOut),
        (1..5u64).prop_map(|hundreds| Step::Days(hundreds * 100)),
    ]
}

#[derive(Clone, Copy, Debug, Default)]
struct Owner {
    money: u32,
    is_frozen: bool,
    /// The day of her last act.
    acted: u64,
    /// When the money goes, if she was told.
    notice: Option<u64>,
    /// Whether she acted after she was told, be it on the same day.
    has_answered: bool,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    of: usize,
    units: u32,
    is_open: bool,
}

#[derive(Default)]
struct Model {
    owners: [Owner; OWNERS],
    items: Vec<Item>,
    paid_in: u32,
    spent: u32,
    waived: u32,
    paid_out: u32,
    day: u64,
}

impl Owner {
    fn acts(&mut self, day: u64) {
        (self.acted, self.has_answered) = (day, true);
    }
}

impl Model {
    fn set_aside(&mut self, of: usize) {
        let units = std::mem::take(&mut self.owners[of].money);
        self.items.push(Item { of, units, is_open: true });
    }

    /// Whether the step can be done; if so, it is.
    fn carry_out(&mut self, step: Step) -> bool {
        let day = self.day;
        match step {
            Step::TopUp(of, units) if !self.owners[of].is_frozen => {
                self.owners[of].money += units;
                self.owners[of].acts(day);
                self.paid_in += units;
            }
            Step::Spend(of, units)
                if !self.owners[of].is_frozen && units <= self.owners[of].money =>
            {
                self.owners[of].money -= units;
                self.spent += units;
            }
            Step::Waive(of, units) => {
                // Who types the right password acts, whatever comes of it.
                self.owners[of].acts(day);
                let here = &mut self.owners[of];
                if here.is_frozen || here.money == 0 {
                    return false;
                }
                let units = units.min(here.money);
                here.money -= units;
                self.waived += units;
            }
            Step::Freeze(of, is_frozen) if is_frozen != self.owners[of].is_frozen => {
                self.owners[of].is_frozen = is_frozen;
                if !is_frozen {
                    self.owners[of].acts(day);
                }
            }
            Step::SetAside(of) if self.owners[of].is_frozen && self.owners[of].money > 0 => {
                self.set_aside(of);
            }
            Step::Claim(item, of) => {
                let Some(item) = self.items.get_mut(item) else { return false };
                if item.of != of || !item.is_open || self.owners[of].is_frozen {
                    return false;
                }
                item.is_open = false;
                self.owners[of].money += item.units;
            }
            Step::PayOut(item) => {
                let Some(item) = self.items.get_mut(item) else { return false };
                if !item.is_open {
                    return false;
                }
                item.is_open = false;
                self.paid_out += item.units;
            }
            Step::Days(days) => {
                self.day += days;
                (0..OWNERS).for_each(|of| self.look_at(of));
            }
            _ => return false,
        }
        true
    }

    /// What upkeep does with a wallet.
    fn look_at(&mut self, of: usize) {
        let (here, day) = (&mut self.owners[of], self.day);
        let is_quiet = here.money > 0 && !here.is_frozen && day >= here.acted + QUIET;
        match here.notice {
            None if is_quiet => {
                (here.notice, here.has_answered) = (Some(day + WAIT), false);
            }
            Some(_) if !is_quiet || here.has_answered => here.notice = None,
            Some(goes) if day >= goes => {
                here.notice = None;
                self.set_aside(of);
            }
            _ => (),
        }
    }
}

fn play(steps: &[Step]) {
    let mut policy = asking(redeeming());
    policy.currencies[0].tiers[0].balance = None;
    let market = Market::with_waiver_account(policy);
    let (wallets, eve, bob) = (&market.wallets, staff("eve"), staff("bob"));
    let owners = [(); OWNERS].map(|()| market.customer(0));
    let out = market.fresh();
    market.store.create_accounts(&[Account::new(out, LEDGER, 700, AccountFlags::NONE)]).unwrap();
    let (mut model, mut items) = (Model::default(), Vec::new());
    for step in steps {
        let id = market.fresh();
        // In the order in which the model has them: those of one call of upkeep by their owners.
        let all = all_items(&market, &owners);
        items.extend(
            all.iter().map(|item| item.id).filter(|id| !items.contains(id)).collect::<Vec<_>>(),
        );
        let item = |place: usize| items.get(place).copied().unwrap_or(Id::MAX);
        let is_done = match *step {
            Step::TopUp(of, units) => {
                let (bank, to) = (crate::world::id(BANK), owners[of].account);
                let top_up = Operation::transfer(id, bank, to, LEDGER, amount(units));
                wallets.top_up(owners[of].wallet, top_up).unwrap().is_ok()
            }
            Step::Spend(of, units) => {
                let (from, seller) = (owners[of].account, crate::world::id(SELLER));
                market
                    .submit(Operation::transfer(id, from, seller, LEDGER, amount(units)))
                    .is_done()
            }
            Step::Waive(of, units) => {
                let (wallet, amount_max) = (owners[of].wallet, amount(units));
                let waiver = Waiver { id, wallet, amount_max, version: "1" };
                let first = wallets.waive(&waiver, PAYMENT).unwrap();
                if first.is_ok() {
                    assert_eq!(wallets.waive(&waiver, PAYMENT).unwrap(), first, "a retry");
                }
                first.is_ok()
            }
            Step::Freeze(of, true) => {
                wallets.freeze_wallet(owners[of].wallet, &eve).unwrap().is_ok()
            }
            Step::Freeze(of, false) => {
                wallets.unfreeze_wallet(owners[of].wallet, &eve).unwrap().is_ok()
            }
            Step::SetAside(of) => {
                let set_aside = || wallets.set_aside(id, owners[of].wallet, &eve).unwrap();
                let first = set_aside();
                first.is_ok() && set_aside() == first
            }
            Step::Claim(place, of) => {
                let to = (id, owners[of].wallet);
                // By staff, whose acts are not hers.
                let claim = || wallets.claim_unclaimed(item(place), to, &eve).unwrap();
                let first = claim();
                first.is_ok() && claim() == first
            }
            Step::PayOut(place) => {
                let pay = |by| wallets.pay_out_unclaimed(item(place), (id, out), by).unwrap();
                let first = pay(&eve).map_err(|refusal| refusal.status);
                let wanted = first == Err(WalletStatus::SECOND_PERSON_MUST_AGREE);
                wanted && pay(&bob).is_ok()
            }
            Step::Days(days) => {
                market.at(START + (model.day + days) * DAY);
                wallets.upkeep().is_ok()
            }
        };
        assert_eq!(is_done, model.carry_out(*step), "{step:?} of {steps:?}");
        check(&market, &owners, out, &model, steps);
    }
    market.verify();
}

/// All items, by their owners.
fn all_items(market: &Market, owners: &[Customer]) -> Vec<UnclaimedItem> {
    let of = |owner: &Customer| market.wallets.unclaimed_of(owner.person).unwrap();
    owners.iter().flat_map(of).collect()
}

/// Every cent is where the model has it.
fn check(market: &Market, owners: &[Customer], out: Id, model: &Model, steps: &[Step]) {
    for (owner, expected) in owners.iter().zip(&model.owners) {
        assert_eq!(market.available(owner.account), expected.money.into(), "{steps:?}");
    }
    let key = |of: usize, units: u32, is_open: bool| (owners[of].person, units.into(), is_open);
    let mut expected: Vec<(Id, u128, bool)> =
        model.items.iter().map(|item| key(item.of, item.units, item.is_open)).collect();
    let mut found: Vec<(Id, u128, bool)> = all_items(market, owners)
        .iter()
        .map(|item| (item.person, item.amount.minor_units(), item.resolved_by.is_zero()))
        .collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "{steps:?}");
    let waits: u32 = model.items.iter().filter(|item| item.is_open).map(|item| item.units).sum();
    let there = market.store.snapshot().unwrap();
    let there = there.account(Wallets::unclaimed_account(LEDGER)).unwrap();
    let there = there.map_or(0, |account| account.balances.available().minor_units());
    let found = [there, market.available(id(WAIVED)), market.available(id(SELLER))];
    assert_eq!(found, [waits.into(), model.waived.into(), model.spent.into()], "{steps:?}");
    assert_eq!(market.available(out), model.paid_out.into());
    let in_wallets: u32 = model.owners.iter().map(|owner| owner.money).sum();
    let all = in_wallets + waits + model.waived + model.spent + model.paid_out;
    assert_eq!(all, model.paid_in, "{steps:?}");
    assert!(market.is_balanced());
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn money_that_leaves_wallets_adds_up(steps in prop::collection::vec(step(), 1..24)) {
        play(&steps);
    }
}

/// Who acts on the day on which she is told, after that, is told anew before her money goes.
#[test]
fn an_act_on_the_day_of_the_notice_answers_it() {
    let begin = [Step::TopUp(0, 639), Step::Days(400), Step::Waive(0, 638)];
    play(&[&begin[..], &[Step::Days(400), Step::Days(100)]].concat());
}
