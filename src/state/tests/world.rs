//! Random blocks: changes such as an engine would make, without its rules.

use super::oracle::{Oracle, after};
use crate::engine::{Changes, Entry, Stored};
use crate::model::{
    Account, AccountFlags, Amount, DocumentKey, Hold, Id, Ledger, LedgerCode, Side, Timestamp,
};
use crate::state::{BlockPlace, Published, Tip};
use bytemuck::Zeroable;
use std::collections::BTreeMap;

/// A small generator of numbers (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not zero.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// One block as it is published.
#[derive(Clone)]
pub(super) struct Block {
    pub(super) changes: Changes,
    pub(super) published: Published,
}

/// What is true after all blocks so far, and where the next numbers come from.
pub(super) struct World {
    pub(super) oracle: Oracle,
    accounts_max: usize,
    now: u64,
    operations: u64,
}

/// The changes of the block that is being made, by key.
#[derive(Default)]
struct Draft {
    changes: Changes,
    accounts: BTreeMap<Id, Account>,
    /// With the accounts that they are of.
    entries: Vec<(Id, Entry)>,
    holds: BTreeMap<Id, Hold>,
    documents: BTreeMap<DocumentKey, Option<Stored>>,
}

impl World {
    /// Nothing yet; later up to so many accounts.
    pub(super) fn new(accounts_max: usize) -> Self {
        Self { oracle: Oracle::default(), accounts_max, now: 0, operations: 0 }
    }

    /// One more block of `events` events.
    pub(super) fn block(&mut self, dice: &mut Dice, events: usize) -> Block {
        let mut draft = Draft::default();
        let mut first = None;
        for _ in 0..events {
            self.now += 1 + dice.next() % 1_000;
            first.get_or_insert(self.now);
            match dice.below(8) {
                0 => self.account(dice, &mut draft),
                1 | 2 => self.hold(dice, &mut draft),
                3 => self.document(dice, &mut draft),
                4 => self.rare(dice, &mut draft),
                _ => self.transfer(dice, &mut draft),
            }
        }
        let mut changes = draft.changes;
        changes.timestamp = Timestamp::from_nanoseconds(self.now);
        changes.accounts = draft.accounts.into_values().collect();
        changes.holds = draft.holds.into_values().collect();
        changes.documents = draft.documents.into_iter().collect();
        if dice.one_in(2) {
            changes.accounts.reverse();
            changes.holds.reverse();
            changes.documents.reverse();
        }
        let before = |hold: &Hold| self.oracle.holds.get(&hold.id).copied();
        let before = (0..).zip(&changes.holds).filter_map(|(at, hold)| Some((at, before(hold)?)));
        changes.holds_before = before.collect();
        for (account, mut entry) in draft.entries {
            let place = changes.accounts.iter().position(|changed| changed.id == account);
            entry.account = place.expect("whoever has entries has changed") as u32;
            changes.entries.push(entry);
        }
        self.finish(dice, changes, first.unwrap_or(self.now))
    }

    /// Makes `changes` a block.
    pub(super) fn finish(&mut self, dice: &mut Dice, changes: Changes, first: u64) -> Block {
        let number = self.oracle.tip.block + 1;
        let place = BlockPlace {
            first_timestamp: Timestamp::from_nanoseconds(first),
            number,
            hint: dice.next(),
        };
        let hash = [dice.next() as u8; 32];
        let tip = Tip { timestamp: changes.timestamp, block: number, hash };
        let published = Published { place, bytes: dice.next() % 50_000, tip };
        self.oracle.publish(&changes, published);
        Block { changes, published }
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_nanoseconds(self.now)
    }

    fn account(&mut self, dice: &mut Dice, draft: &mut Draft) {
        let id = Id::from_u128(u128::from(dice.next()) << dice.below(60));
        let accounts = self.oracle.accounts.len() + draft.accounts.len();
        let is_known = self.oracle.accounts.contains_key(&id);
        if is_known || id.is_zero() || accounts >= self.accounts_max {
            return;
        }
        let flags = match dice.below(2) {
            0 => AccountFlags::HISTORY,
            _ => AccountFlags::NONE,
        };
        draft.accounts.entry(id).or_insert(Account::new(id, 1, 1, flags));
    }

    /// Any account as of now.
    fn any(&self, dice: &mut Dice, draft: &Draft) -> Option<Account> {
        let all = self.oracle.accounts.len();
        let account = match dice.below((all + draft.accounts.len()).max(1)) {
            at if at < all => self.oracle.accounts.values().nth(at),
            at => draft.accounts.values().nth(at - all),
        }?;
        Some(*draft.accounts.get(&account.id).unwrap_or(account))
    }

    fn transfer(&mut self, dice: &mut Dice, draft: &mut Draft) {
        self.operation(dice, draft);
        for side in [Side::Debit, Side::Credit] {
            let Some(mut account) = self.any(dice, draft) else {
                return;
            };
            let pending = match side {
                Side::Debit => account.balances.debits_pending,
                Side::Credit => account.balances.credits_pending,
            };
            let pending = match dice.below(3) {
                0 => 0,
                1 => dice.below(1 << 20) as i128,
                _ => -(pending.minor_units() as i128 / 2),
            };
            let posted =
                if pending != 0 && dice.one_in(2) { 0 } else { dice.below(1 << 30) as i128 };
            account.balances = after(account.balances, side, pending, posted);
            draft.accounts.insert(account.id, account);
            if posted != 0 || account.has(AccountFlags::HISTORY) {
                let entry = Entry { account: 0, timestamp: self.time(), side, pending, posted };
                draft.entries.push((account.id, entry));
            }
        }
    }

    fn operation(&mut self, dice: &mut Dice, draft: &mut Draft) {
        self.operations += 1;
        let id = match dice.below(3) {
            0 => u128::from(dice.next()) << 64 | u128::from(self.operations),
            _ => u128::from(self.operations) << 20,
        };
        draft.changes.operations.push((Id::from_u128(id), self.time()));
        if dice.one_in(2) {
            let user_data = Id::from_u128(1 + dice.below(9) as u128);
            draft.changes.user_data.push((user_data, self.time()));
        }
    }

    fn hold(&mut self, dice: &mut Dice, draft: &mut Draft) {
        let all = self.oracle.holds.len();
        let old = match all {
            0 => None,
            _ => self.oracle.holds.values().nth(dice.below(all)),
        };
        let mut hold = match old {
            Some(old) if dice.one_in(2) => *draft.holds.get(&old.id).unwrap_or(old),
            _ => Hold {
                id: Id::from_u128(u128::from(dice.next())),
                created_at: self.time(),
                ..Hold::zeroed()
            },
        };
        if hold.payer.is_zero() {
            let parties = [(); 3].map(|()| self.any(dice, draft));
            let [Some(payer), Some(payee), Some(fee)] = parties else {
                return;
            };
            (hold.payer, hold.payee) = (payer.id, payee.id);
            hold.fee_account = if dice.one_in(2) { fee.id } else { Id::ZERO };
        }
        let is_new = hold.created_at == self.time();
        let held = if is_new || dice.one_in(2) { 1 + dice.next() % 9 } else { 0 };
        hold.held = Amount::from(held);
        let deadline = self.now + dice.next() % 9_000;
        let none = Timestamp::NONE;
        hold.deadline = if dice.one_in(3) { none } else { Timestamp::from_nanoseconds(deadline) };
        hold.disputed_at = if dice.one_in(4) { self.time() } else { none };
        if hold.is_disputed() && dice.one_in(2) {
            hold.deadline = none;
        }
        draft.holds.insert(hold.id, hold);
    }

    fn document(&mut self, dice: &mut Dice, draft: &mut Draft) {
        let space = ["a", "b", "ab"][dice.below(3)];
        let bytes = [0, 1, 0x61, 0xff];
        let key: Vec<u8> = (0..1 + dice.below(3)).map(|_| bytes[dice.below(4)]).collect();
        let key = DocumentKey::new(space.as_bytes(), &key).expect("a key");
        let stored =
            Stored { version: self.now, value: vec![dice.next() as u8; dice.below(90)].into() };
        let stored = if dice.one_in(4) { None } else { Some(stored) };
        draft.documents.insert(key, stored);
    }

    fn rare(&mut self, dice: &mut Dice, draft: &mut Draft) {
        let changes = &mut draft.changes;
        if changes.ledgers.is_empty() && dice.one_in(2) {
            let code = LedgerCode::new("USD").expect("a code");
            let number = 1 + dice.below(5) as u32;
            changes
                .ledgers
                .push(Ledger { posted: Amount::from(dice.next()), ..Ledger::new(number, code, 2) });
        }
        if changes.consumers.is_empty() {
            let name = format!("consumer {}", dice.below(4));
            let position = (!dice.one_in(4)).then(|| Timestamp::from_nanoseconds(self.now));
            changes.consumers.push((name, position));
        }
        if changes.reversals.is_empty() {
            let operation = Timestamp::from_nanoseconds(1 + dice.below(9) as u64);
            changes.reversals.push((operation, Amount::from(dice.next())));
        }
    }
}
