//! What accounts are called in plain-text accounting: `Liabilities:Wallets:Anna`.
//!
//! The root says what an account is to the operator. Below it stand the code of the caller's chart
//! and the account, by name or else by number. What is in escrow stands one level further down, as
//! `Pending`. Guaranteed: no two codes, and no two accounts of a currency, have one name.

use crate::cli::arguments::Dialect;
use crate::cli::failure::Failure;
use crate::cli::names::Names;
use crate::cli::output::Books;
use escrowdb::{AccountFlags, Id, Snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// Below an account: what is held of it, or for it.
pub(super) const PENDING: &str = "Pending";
/// Before the number of a code without a name.
const CODE: &str = "Code-";
/// What beancount knows, and the others understand.
const ROOTS: [&str; 5] = ["Assets", "Liabilities", "Equity", "Income", "Expenses"];

/// The names of accounts in one dialect.
pub(super) struct Chart {
    dialect: Dialect,
    accounts: BTreeMap<Id, String>,
    /// With the root, if the name begins with one.
    codes: BTreeMap<u16, String>,
}

impl Chart {
    /// The chart of a store, and how many names are of accounts that it does not have. A name that
    /// would not stand in the books as it was meant is refused.
    pub(super) fn of(
        dialect: Dialect,
        names: &Names,
        snapshot: &Snapshot,
        books: &Books,
    ) -> Result<(Self, u64), Failure> {
        let mut chart = Self { dialect, accounts: BTreeMap::new(), codes: BTreeMap::new() };
        for (code, name) in names.codes() {
            let path = chart.path_of_code(code, name).map_err(|reason| {
                Failure::input(format!("code:{code} cannot be called {name:?}: {reason}"))
            })?;
            chart.codes.insert(code, path);
        }
        let (mut taken, mut unknown) = (BTreeSet::new(), 0);
        for (id, name) in names.accounts() {
            let Some(account) = snapshot.account(id)? else {
                unknown += 1;
                continue;
            };
            let leaf = chart.component(name);
            let key = (books.currency(account.ledger).code, account.code, leaf.clone());
            let reason = match () {
                () if name.contains(':') => "the parts of a path are of its code",
                () if leaf.is_empty() => "the program cannot write any of it",
                () if leaf == PENDING => "that is what is in escrow",
                () if leaf.parse::<Id>().is_ok() => "it reads as an id",
                () if !taken.insert(key) => "another account of its code reads the same",
                () => {
                    chart.accounts.insert(id, leaf);
                    continue;
                }
            };
            return Err(Failure::input(format!("{id} cannot be called {name:?}: {reason}")));
        }
        Ok((chart, unknown))
    }

    /// What a code is called, with the root if its name has one.
    fn path_of_code(&self, code: u16, name: &str) -> Result<String, &'static str> {
        let parts: Vec<_> = name.split(':').map(|part| self.component(part)).collect();
        let first = parts.first().map_or("", String::as_str);
        let has_root = ROOTS.contains(&first);
        let path = parts.join(":");
        let number = path.strip_prefix(CODE).and_then(|number| number.parse::<u16>().ok());
        if parts.iter().any(String::is_empty) {
            return Err("a part of it is empty, or the program cannot write any of it");
        }
        if parts.iter().any(|part| part == PENDING) {
            return Err("Pending is what is in escrow");
        }
        if has_root != (parts.len() > 1) || ROOTS.iter().any(|root| is_nearly(root, first)) {
            return Err("what has a colon begins with Assets, Liabilities, Equity, Income or \
                        Expenses, and nothing else is called so");
        }
        if number.is_some_and(|number| number != code) {
            return Err("that is another code");
        }
        if self.codes.values().any(|known| *known == path) {
            return Err("another code reads the same");
        }
        Ok(path)
    }

    /// The full name of an account.
    pub(super) fn path(&self, id: Id, code: u16, flags: AccountFlags) -> String {
        let named = self.codes.get(&code);
        let code = named.cloned().unwrap_or_else(|| format!("{CODE}{code}"));
        let leaf = match self.accounts.get(&id) {
            Some(name) => name.clone(),
            None => self.component(&id.to_string()),
        };
        let first = code.split(':').next().unwrap_or_default();
        if ROOTS.contains(&first) {
            return format!("{code}:{leaf}");
        }
        let owes_us = AccountFlags::EXTERNAL | AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS;
        let is_asset = flags.intersects(owes_us);
        let root = if is_asset { "Assets" } else { "Liabilities" };
        format!("{root}:{code}:{leaf}")
    }

    /// A name as the dialect can write it: what it would take for something else is a hyphen.
    fn component(&self, name: &str) -> String {
        let is_kept = |letter: char| match self.dialect {
            Dialect::Beancount => letter.is_alphanumeric(),
            Dialect::Hledger | Dialect::Ledger => {
                letter.is_alphanumeric() || " -_.,&'+/@#".contains(letter)
            }
        };
        let mut component = String::with_capacity(name.len());
        for letter in name.chars() {
            let letter = if is_kept(letter) { letter } else { '-' };
            // Two spaces end the name of an account.
            let is_double = "- ".contains(letter) && component.ends_with(letter);
            if !is_double {
                component.push(letter);
            }
        }
        let component = component.trim_matches([' ', '-']);
        match (self.dialect, component.chars().next()) {
            (Dialect::Beancount, Some(first)) => {
                first.to_uppercase().chain(component.chars().skip(1)).collect()
            }
            _ => component.to_owned(),
        }
    }
}

/// Whether somebody meant this root and wrote something else, which would stand below another one.
fn is_nearly(root: &str, part: &str) -> bool {
    part != root && part.eq_ignore_ascii_case(root)
}
