//! Tables of events and the statuses that they are answered, as text.
//!
//! A line is an event, `=>`, and its status. `advance` and `reopen` have none. Each operation is a
//! batch of its own, unless it is `linked` to the next one or followed by `and`; a line with `end`
//! ends the batch in any case. Accounts are capital letters, `#7` is what operation 7 is about.
//! After the status numbers of the outcome may follow. `see` looks at the balances of an account
//! (debits pending and posted, credits pending and posted) or at a hold (held, released, refunded,
//! paid, fee, reversed, and its phase).
//!
//! ```text
//! hold 7 A>M 50 fee=F ppm=100000 timeout=10 default=release => applied
//! advance 10
//! release 8 #7 50                                           => hold_already_settled
//! ```

use crate::system::{Dump, Known, System, Time};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Id, Kind, Ledger, LedgerCode, Operation,
    OperationFlags, Outcome, Status, Timestamp,
};

/// Ledger 1 with the outside `X`, the wallets `A`, `B`, `S` (closed loop), the unlimited `M`, `N`,
/// `P` (closed loop), the asset `D`, the fee account `F`, and ledger 2 with `J`.
const WORLD: &str = "
    ledger 1 USD 2                      => applied
    ledger 2 JPY 0                      => applied
    account X external                  => applied
    account A limited                   => applied
    account B limited                   => applied
    account S limited spend_only        => applied
    account P spend_only                => applied
    account M                           => applied
    account N                           => applied
    account D asset                     => applied
    account F                           => applied
    account J ledger=2                  => applied
    transfer 9001 X>A 1000              => applied
    transfer 9002 X>S 1000              => applied
";

/// Where tables begin: seconds after the epoch.
const START: u64 = 1_000;

/// Plays a table, in the world above, with the time of the caller.
pub(crate) fn check<S: System>(table: &str) {
    play_in_world(&mut S::open(Time::Manual), table);
}

/// Plays a table on a new store, after building the world above.
pub(crate) fn play_in_world<S: System>(store: &mut S, table: &str) {
    store.advance(Timestamp::from_nanoseconds(START * Timestamp::SECOND));
    play(store, WORLD);
    play(store, table);
}

/// The same with the time of the machine.
pub(crate) fn check_by_machine_time<S: System>(table: &str) {
    let mut store = S::open(Time::Machine);
    play(&mut store, WORLD);
    play(&mut store, table);
}

/// Every status that a table expects.
pub(crate) fn statuses(table: &str) -> Vec<Status> {
    let events = table.lines().filter(|line| !line.trim().starts_with("see"));
    let expected = events.filter_map(|line| line.split_once("=>"));
    let words = expected.filter_map(|(_, expected)| expected.split_whitespace().next());
    words.flat_map(|statuses| statuses.split('/')).map(status).collect()
}

fn play<S: System>(store: &mut S, table: &str) {
    let mut batch = Batch::default();
    let mut seconds = START;
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (event, expected) = line.split_once("=>").unwrap_or((line, ""));
        let words: Vec<&str> = event.split_whitespace().collect();
        match words[0] {
            "advance" => {
                seconds += words[1].parse::<u64>().expect("seconds");
                store.advance(Timestamp::from_nanoseconds(seconds * Timestamp::SECOND));
            }
            // With more words it is the operation.
            "reopen" if words.len() == 1 => store.reopen(),
            "see" => see(&store.dump(&Known::default()), words[1], expected),
            "ledger" => {
                let outcomes = store.create_ledgers(&[ledger(&words[1..])]);
                compare(&[line], &outcomes, &[expected]);
            }
            "account" => {
                batch.accounts.push(account(&words[1..]));
                batch.add(line, expected);
                if words.last() != Some(&"and") {
                    let outcomes = store.create_accounts(&batch.accounts);
                    std::mem::take(&mut batch).compare(&outcomes);
                }
            }
            _ => {
                batch.add_operation(&words);
                batch.add(line, expected);
                let goes_on = words.contains(&"linked") || words.last() == Some(&"and");
                if !goes_on || words.last() == Some(&"end") {
                    let outcomes = store.submit(&batch.operations, &batch.data);
                    std::mem::take(&mut batch).compare(&outcomes);
                }
            }
        }
    }
    assert!(batch.lines.is_empty(), "the table ends inside a batch: {:?}", batch.lines);
}

/// A batch in the making.
#[derive(Default)]
struct Batch<'a> {
    lines: Vec<&'a str>,
    expected: Vec<&'a str>,
    operations: Vec<Operation>,
    accounts: Vec<Account>,
    data: Vec<u8>,
}

impl<'a> Batch<'a> {
    fn add(&mut self, line: &'a str, expected: &'a str) {
        self.lines.push(line);
        self.expected.push(expected);
    }

    fn compare(self, outcomes: &[Outcome]) {
        compare(&self.lines, outcomes, &self.expected);
    }

    fn add_operation(&mut self, words: &[&str]) {
        let mut operation = operation(words, self.data.len());
        for word in &words[2..] {
            let Some((name @ ("space" | "key" | "value"), text)) = word.split_once('=') else {
                continue;
            };
            let bytes = bytes(text);
            match name {
                "space" => operation.space_length = bytes.len() as u16,
                "key" => operation.key_length = bytes.len() as u16,
                _ => operation.value_length = bytes.len() as u32,
            }
            self.data.extend(bytes);
        }
        self.operations.push(operation);
    }
}

fn compare(lines: &[&str], outcomes: &[Outcome], expected: &[&str]) {
    assert_eq!(lines.len(), outcomes.len(), "{lines:?}");
    for ((line, outcome), expected) in lines.iter().zip(outcomes).zip(expected) {
        let mut words = expected.split_whitespace();
        let statuses = words.next().unwrap_or_else(|| panic!("{line}: a status is missing"));
        let (now, first) = statuses.split_once('/').unwrap_or((statuses, ""));
        assert_eq!(outcome.status, status(now), "{line}");
        if !first.is_empty() {
            assert_eq!(outcome.first_status, status(first), "{line}");
        }
        for word in words {
            let (name, number) = word.split_once('=').expect("a number of the outcome");
            let actual = match name {
                "amount" => outcome.amount,
                "fee" => outcome.fee,
                "held" => outcome.held,
                "debit" => outcome.debit.available(),
                "credit" => outcome.credit.available(),
                _ => panic!("{name}: an outcome has no such number"),
            };
            assert_eq!(actual, units(number), "{name} of {line}");
        }
    }
}

fn see(dump: &Dump, what: &str, expected: &str) {
    let expected: Vec<&str> = expected.split_whitespace().collect();
    let (sums, phase) = match what.strip_prefix('#') {
        Some(hold) => {
            let hold = &dump.holds[&id(hold)];
            let sums =
                [hold.held, hold.released, hold.refunded, hold.paid, hold.fee, hold.reversed];
            (sums.to_vec(), Some(hold.phase.to_string()))
        }
        None => {
            let sums = dump.accounts[&id(what)].balances;
            let debits = [sums.debits_pending, sums.debits_posted];
            let credits = [sums.credits_pending, sums.credits_posted];
            ([debits, credits].concat(), None)
        }
    };
    let actual: Vec<String> = sums.iter().map(Amount::to_string).chain(phase).collect();
    assert_eq!(actual, expected, "{what}");
}

fn status(name: &str) -> Status {
    let found = Status::ALL.iter().find(|status| status.name() == name);
    *found.unwrap_or_else(|| panic!("{name}: no such status"))
}

fn operation(words: &[&str], data_offset: usize) -> Operation {
    let kind = Kind::ALL.iter().find(|kind| kind.name() == words[0]);
    let kind = *kind.unwrap_or_else(|| panic!("{}: no such kind", words[0]));
    let mut operation = Operation { kind, ..Operation::freeze(id(words[1]), Id::ZERO) };
    if matches!(kind, Kind::TRANSFER | Kind::HOLD) {
        (operation.ledger, operation.code) = (1, 1);
    }
    if kind.is_about_document() {
        operation.data_offset = data_offset as u32;
    }
    for word in &words[2..] {
        if let Some((name, value)) = word.split_once('=') {
            set_field(&mut operation, name, value);
        } else if let Some((debit, credit)) = word.split_once('>') {
            (operation.debit_account, operation.credit_account) = (id(debit), id(credit));
        } else if let Some(target) = word.strip_prefix('#') {
            operation.target = id(target);
        } else if let Some(flag) = flag(word) {
            operation = operation.with_flags(flag);
        } else if word.chars().all(|letter| letter.is_ascii_uppercase()) {
            operation.target = id(word);
        } else if !matches!(*word, "and" | "end") {
            operation.amount = units(word);
        }
    }
    operation
}

fn flag(name: &str) -> Option<OperationFlags> {
    let flags = (0..9).map(|bit| OperationFlags::from_bits(1 << bit));
    flags.into_iter().find(|flag| flag.names().any(|own| own == name))
}

fn set_field(operation: &mut Operation, name: &str, value: &str) {
    let number = || value.parse::<u64>().expect("a number");
    match name {
        "kind" => operation.kind = Kind::from_number(number() as u16),
        "reserved" => operation.reserved_more[3] = number() as u16,
        "flags" => operation.flags = OperationFlags::from_bits(number() as u32),
        "debit" => operation.debit_account = id(value),
        "credit" => operation.credit_account = id(value),
        "fee" => operation.fee_account = id(value),
        "ppm" => operation.fee_ppm = number() as u32,
        "fixed" => operation.fee_fixed = units(value),
        "ledger" => operation.ledger = number() as u32,
        "code" => operation.code = number() as u16,
        "timeout" => operation.timeout_seconds = number() as u32,
        "default" => {
            let known = AtDeadline::ALL.iter().find(|default| default.name() == value);
            operation.at_deadline = known.copied().unwrap_or(AtDeadline::from_number(9));
        }
        "data128" => operation.user_data_128 = id(value),
        "data64" => operation.user_data_64 = number(),
        "valued" => operation.value_date = timestamp(value),
        "at" => operation.timestamp = timestamp(value),
        "version" => operation.expected_version = number(),
        "offset" => operation.data_offset = number() as u32,
        "amount" => operation.amount = units(value),
        "space" | "key" | "value" => {}
        _ => panic!("{name}: no such field"),
    }
}

/// Seconds, or `ns` before the end of time.
fn timestamp(text: &str) -> Timestamp {
    match text.strip_prefix('-') {
        Some(seconds) => {
            let seconds: u64 = seconds.parse().expect("seconds");
            Timestamp::from_nanoseconds(u64::MAX - seconds * Timestamp::SECOND)
        }
        None => Timestamp::from_seconds(text.parse().expect("seconds")).expect("in range"),
    }
}

/// Text, or `*n`: so many bytes, or `invalid`: no UTF-8.
fn bytes(text: &str) -> Vec<u8> {
    match (text, text.strip_prefix('*')) {
        ("invalid", _) => vec![0xff],
        (_, Some(length)) => vec![b'x'; length.parse().expect("a length")],
        _ => text.as_bytes().to_vec(),
    }
}

/// A capital letter (an account), a number, or `max`.
fn id(text: &str) -> Id {
    match text.as_bytes() {
        b"max" => Id::MAX,
        [letter @ b'A'..=b'Z'] => Id::from_u128(u128::from(*letter)),
        _ => Id::from_u128(text.parse().unwrap_or_else(|_| panic!("{text}: no id"))),
    }
}

/// A number, `max`, or `max-n`, or `max+n`.
fn units(text: &str) -> Amount {
    let max = Amount::MAX.minor_units();
    let units = match text.strip_prefix("max") {
        Some("") => max,
        Some(more) if more.starts_with('+') => max + more[1..].parse::<u128>().expect("units"),
        Some(less) => max - less[1..].parse::<u128>().expect("units"),
        None => text.parse().unwrap_or_else(|_| panic!("{text}: no amount")),
    };
    bytemuck::cast([units as u64, (units >> 64) as u64])
}

fn ledger(words: &[&str]) -> Ledger {
    let scale: u32 = words[2].parse().expect("a scale");
    let code = LedgerCode::new(words[1]).unwrap_or(bytemuck::Zeroable::zeroed());
    let mut ledger = Ledger::new(words[0].parse().expect("a number"), code, 0);
    ledger.scale = scale;
    for word in &words[3..] {
        match word.split_once('=') {
            Some(("created", at)) => ledger.created_at = timestamp(at),
            Some(("posted", sum)) => ledger.posted = units(sum),
            _ => panic!("{word}: no such field"),
        }
    }
    ledger
}

fn account(words: &[&str]) -> Account {
    let mut account = Account::new(id(words[0]), 1, 1, AccountFlags::NONE);
    for word in &words[1..] {
        let flag = match *word {
            "limited" => AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS,
            "asset" => AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS,
            "external" => AccountFlags::EXTERNAL,
            "spend_only" => AccountFlags::SPEND_ONLY,
            "history" => AccountFlags::HISTORY,
            "frozen" => AccountFlags::FROZEN,
            "closed" => AccountFlags::CLOSED,
            "imported" => AccountFlags::IMPORTED,
            "managed" => AccountFlags::MANAGED,
            "unknown" => AccountFlags::from_bits(1 << 9),
            _ => AccountFlags::NONE,
        };
        account.flags = account.flags | flag;
        let number = |value: &str| value.parse::<u32>().expect("a number");
        match word.split_once('=') {
            Some(("ledger", value)) => account.ledger = number(value),
            Some(("code", value)) => account.code = number(value) as u16,
            Some(("reserved", value)) => account.reserved = number(value) as u16,
            Some(("holds", value)) => account.open_holds = number(value),
            Some(("posted", value)) => account.balances.credits_posted = units(value),
            Some(("data128", value)) => account.user_data_128 = id(value),
            Some(("data64", value)) => account.user_data_64 = number(value).into(),
            Some(("created", value)) => account.created_at = timestamp(value),
            Some(_) => panic!("{word}: no such field"),
            None => assert!(*word == "and" || flag != AccountFlags::NONE, "{word}: no such flag"),
        }
    }
    account
}
