//! Everything that can be read from a store, in the form in which the model shows it.

use crate::system::{Dump, Judged, Known, Line};
use escrowdb::{Result, Snapshot, StatementQuery};

/// Reads everything. What cannot be read is an error, never left out.
pub(crate) fn dump(snapshot: &Snapshot, known: &Known) -> Result<Dump> {
    let mut dump = dump_state(snapshot, known)?;
    for &account in dump.accounts.keys() {
        for line in snapshot.statement(account, &StatementQuery::default())? {
            let line = line?;
            dump.lines.push(Line {
                account,
                timestamp: line.timestamp,
                side: line.side,
                pending: line.pending,
                posted: line.posted,
                balances: line.balances,
            });
        }
    }
    for &id in &known.operations {
        if let Some(record) = snapshot.operation(id)? {
            let judged = Judged {
                operation: record.operation,
                status: record.status,
                timestamp: record.timestamp,
                moved: record.moved,
            };
            dump.operations.insert(id, judged);
        }
    }
    Ok(dump)
}

/// Reads what does not lie in the journal: everything but operations and the lines of statements.
pub(crate) fn dump_state(snapshot: &Snapshot, known: &Known) -> Result<Dump> {
    let mut dump = Dump::default();
    for ledger in snapshot.ledgers()? {
        dump.ledgers.insert(ledger.number, ledger);
    }
    for account in snapshot.all_accounts(None) {
        let account = account?;
        dump.accounts.insert(account.id, account);
    }
    for hold in snapshot.all_holds(None) {
        let hold = hold?;
        dump.holds.insert(hold.id, hold);
    }
    for name in &known.documents {
        if let Some(document) = snapshot.document(&name.0, &name.1)? {
            dump.documents.insert(name.clone(), (document.version, document.value.to_vec()));
        }
    }
    dump.consumers = snapshot.consumers()?.into_iter().collect();
    Ok(dump)
}
