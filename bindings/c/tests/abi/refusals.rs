//! What may be refused: stated once, in the comment of the function, which other languages copy.
//!
//! The paragraph begins with `Refused:` and ends at the next empty line. It names laws and, after
//! `as`, other functions whose laws are meant too. `generate.py` and `go generate` turn it into the
//! words of Python and Go.

use crate::header::{self, here};
use crate::houses::sources;
use escrow::Status;
use escrow::order::OrderStatus;
use escrow::wallet::WalletStatus;
use std::collections::{BTreeMap, BTreeSet};

/// The names in the paragraph `Refused:` of a comment, if it has one.
fn refused(comment: &str) -> Option<BTreeSet<String>> {
    let (_, rest) = comment.split_once("Refused: ")?;
    let lines = rest.lines().map(|line| line.trim().trim_start_matches(['/', '*']).trim());
    let paragraph: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    Some(names(&paragraph.join(" ")))
}

/// What stands in code quotes in a text.
fn names(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The names that each function of the header says.
fn stated() -> BTreeMap<String, BTreeSet<String>> {
    let functions = header::functions(&header::committed());
    functions.into_iter().filter_map(|(name, text)| Some((name, refused(&text)?))).collect()
}

/// The laws that a function may refuse by, with those of the functions that it names.
fn laws(stated: &BTreeMap<String, BTreeSet<String>>, function: &str) -> BTreeSet<String> {
    let names = stated.get(function).cloned().unwrap_or_default();
    let (functions, mut found): (BTreeSet<_>, BTreeSet<_>) =
        names.into_iter().partition(|name| name.starts_with("escrow_"));
    for one in functions {
        found.extend(laws(stated, &one));
    }
    found
}

/// A house whose commands can be refused.
struct House {
    /// Its folder in `src`, here and in the library, and what its methods are called on.
    name: &'static str,
    /// What its commands come to.
    outcome: &'static str,
    is_law: fn(&str) -> bool,
    /// Methods that name laws, at least.
    methods: usize,
}

const HOUSES: [House; 2] = [
    House {
        name: "wallets",
        outcome: "escrow_wallet_outcome *",
        is_law: |name| WalletStatus::ALL.iter().any(|status| status.name() == name),
        methods: 16,
    },
    House {
        name: "orders",
        outcome: "escrow_order_outcome *",
        is_law: |name| OrderStatus::ALL.iter().any(|status| status.name() == name),
        methods: 7,
    },
];

#[test]
fn every_command_says_by_which_laws_it_is_refused() {
    let stated = stated();
    for prototype in header::prototypes(&header::committed()) {
        if HOUSES.iter().any(|house| prototype.contains(house.outcome)) {
            let name =
                prototype.split('(').next().and_then(|start| start.rsplit([' ', '*']).next());
            assert!(stated.contains_key(name.unwrap()), "{prototype} does not say: Refused:");
        }
    }
    assert!(stated.len() > 60, "only {} functions say what they refuse", stated.len());
}

#[test]
fn refusals_are_known() {
    let stated = stated();
    for (function, names) in &stated {
        for name in names {
            let is_known = if name.starts_with("escrow_") {
                stated.contains_key(name)
            } else {
                HOUSES.iter().any(|house| (house.is_law)(name))
                    || Status::ALL.iter().any(|status| status.name() == name)
            };
            assert!(is_known, "{function} says that it is refused by {name}, which is no law");
        }
    }
}

/// A law that the library's own documentation of a method names is also said of its function.
#[test]
fn the_library_names_no_other_refusals() {
    HOUSES.iter().for_each(names_no_other_refusals);
}

fn names_no_other_refusals(house: &House) {
    let stated = stated();
    let methods = methods(house);
    assert!(methods.len() >= house.methods, "only {} methods name laws", methods.len());
    let mut said = BTreeMap::<&str, BTreeSet<String>>::new();
    let binding = sources(&here().join("src").join(house.name));
    for block in binding.split("extern \"C\" fn ").skip(1) {
        let (function, rest) = block.split_once('(').unwrap();
        let body = rest.split("\n}\n").next().unwrap();
        let calls = body.split(house.name).skip(1);
        for call in calls.filter_map(|call| call.trim_start().strip_prefix('.')) {
            let method = call.split('(').next().unwrap();
            said.entry(method).or_default().extend(laws(&stated, function));
        }
    }
    let mut unsaid = Vec::new();
    for (method, names) in methods {
        // A method that no function calls is for Rust alone.
        let Some(said) = said.get(&*method) else { continue };
        unsaid.extend(names.difference(said).map(|name| format!("{method}: {name}")));
    }
    assert_eq!(unsaid, Vec::<String>::new(), "the functions of the header do not say these");
}

/// The laws that the documentation of the library's methods names.
fn methods(house: &House) -> BTreeMap<String, BTreeSet<String>> {
    let mut methods = BTreeMap::new();
    let text = sources(&here().join("../../src").join(house.name).join("commands"));
    for block in text.split("    pub fn ").collect::<Vec<_>>().windows(2) {
        let comment: String = block[0].lines().rev().take_while(is_comment).collect();
        let name = block[1].split(['(', '<']).next().unwrap();
        let laws: BTreeSet<_> =
            names(&comment).into_iter().filter(|name| (house.is_law)(name)).collect();
        if !laws.is_empty() {
            methods.insert(name.to_owned(), laws);
        }
    }
    methods
}

fn is_comment(line: &&str) -> bool {
    line.trim_start().starts_with("///")
}
