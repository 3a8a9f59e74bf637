//! The queries of a snapshot, held against everything that can be read from it.

use crate::random::Random;
use crate::system::{Dump, Line};
use escrowdb::{AccountFlags, Error, Event, HoldQuery, Id, Record, Result, Snapshot, Timestamp};
use std::collections::BTreeSet;

/// Asks for parts of what the dump of the same snapshot shows, and compares.
pub(crate) fn check(snapshot: &Snapshot, dump: &Dump, random: &mut Random) -> Result<()> {
    let last = snapshot.timestamp().nanoseconds();
    let at = Timestamp::from_nanoseconds(random.below(last + 2));
    events(snapshot, dump, at)?;
    open_holds(snapshot, dump, at, random)?;
    past_balances(snapshot, dump, at)?;
    for ledger in dump.ledgers.values() {
        let trial = snapshot.trial_balance(ledger.number)?;
        assert!(trial.is_balanced());
        assert_eq!(trial.totals.debits_posted, ledger.posted);
        assert_eq!(trial.totals.debits_pending, ledger.pending);
    }
    Ok(())
}

/// The feed has everything that was decided after a time, in order, and once.
fn events(snapshot: &Snapshot, dump: &Dump, after: Timestamp) -> Result<()> {
    let events: Vec<Event> = snapshot.events(after).collect::<Result<_>>()?;
    let times: Vec<_> = events.iter().map(|event| event.timestamp).collect();
    assert!(times.is_sorted_by(|earlier, later| earlier < later));
    assert!(times.iter().all(|time| *time > after && *time <= snapshot.timestamp()));
    let decided: BTreeSet<(Timestamp, Id)> = events
        .iter()
        .filter_map(|event| match &event.record {
            Record::Operation(decision) => Some((event.timestamp, decision.operation.id)),
            _ => None,
        })
        .collect();
    for (id, judged) in dump.operations.iter().filter(|(_, judged)| judged.timestamp > after) {
        assert!(decided.contains(&(judged.timestamp, *id)), "an event is missing: {judged:?}");
    }
    Ok(())
}

fn open_holds(snapshot: &Snapshot, dump: &Dump, at: Timestamp, random: &mut Random) -> Result<()> {
    let account = Id::from(1 + u128::from(random.below(8)));
    let all = HoldQuery::default();
    let queries = [
        all,
        HoldQuery { account: Some(account), ..all },
        HoldQuery { due_to: Some(at), ..all },
        HoldQuery { due_from: Some(at), disputed: Some(false), ..all },
        HoldQuery { account: Some(account), disputed: Some(true), ..all },
    ];
    for query in queries {
        let holds = match snapshot.open_holds(&query) {
            Err(Error::InvalidArgument(words)) => {
                let account = query.account.expect("nothing else is wrong with the query");
                assert!(!dump.accounts.contains_key(&account), "{words}");
                continue;
            }
            holds => holds?,
        };
        let found = holds.map(|hold| Ok(hold?.id));
        let found: BTreeSet<Id> = found.collect::<Result<_>>()?;
        let fits = dump.holds.values().filter(|hold| {
            let due = hold.deadline;
            let parties = [hold.payer, hold.payee, hold.fee_account];
            hold.is_open()
                && query.account.is_none_or(|account| parties.contains(&account))
                && query.disputed.is_none_or(|disputed| hold.is_disputed() == disputed)
                && query.due_to.is_none_or(|to| !due.is_none() && due <= to)
                && query.due_from.is_none_or(|from| !due.is_none() && due >= from)
        });
        let expected: BTreeSet<Id> = fits.map(|hold| hold.id).collect();
        assert_eq!(found, expected, "{query:?}");
    }
    Ok(())
}

/// The balances at a time are those after the last line of the statement until then.
fn past_balances(snapshot: &Snapshot, dump: &Dump, at: Timestamp) -> Result<()> {
    for account in dump.accounts.values().filter(|account| account.has(AccountFlags::HISTORY)) {
        let is_before = |line: &&Line| line.account == account.id && line.timestamp <= at;
        let last = dump.lines.iter().rfind(is_before);
        if let Some(line) = last {
            assert_eq!(snapshot.balances_at(account.id, at)?, line.balances);
        }
    }
    Ok(())
}
