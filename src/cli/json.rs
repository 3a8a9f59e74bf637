//! What programs read. Ids, amounts and times are strings, because JSON numbers are often read as
//! floats: ids as the store writes them, amounts as decimals, times as RFC 3339 to the nanosecond.

use super::failure::Failure;
use super::output::Currency;
use escrowdb::{
    Account, Amount, Balances, Decision, Event, Hold, Id, Ledger, Moved, Operation, Record, Status,
    Timestamp, TrialBalance,
};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Writes one indented document.
pub(crate) fn document(out: &mut dyn Write, value: &Value) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

/// Writes one document on one line.
pub(crate) fn line(out: &mut dyn Write, value: &Value) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

/// RFC 3339 with all nine decimals, or null for no time.
pub(crate) fn time(time: Timestamp) -> Value {
    match jiff::Timestamp::from_nanosecond(i128::from(time.nanoseconds())) {
        Ok(known) if !time.is_none() => json!(format!("{known:.9}")),
        _ => Value::Null,
    }
}

/// The id, or null for none.
pub(crate) fn id(id: Id) -> Value {
    if id.is_zero() { Value::Null } else { json!(id.to_string()) }
}

/// The four balances, what is available and the net.
pub(crate) fn balances(balances: &Balances, currency: &Currency) -> Value {
    json!({
        "debits_pending": currency.plain(balances.debits_pending),
        "debits_posted": currency.plain(balances.debits_posted),
        "credits_pending": currency.plain(balances.credits_pending),
        "credits_posted": currency.plain(balances.credits_posted),
        "available": currency.plain(balances.available()),
        "net": currency.plain_signed(balances.net()),
    })
}

/// An account.
pub(crate) fn account(account: &Account, currency: &Currency) -> Value {
    json!({
        "id": id(account.id),
        "ledger": account.ledger,
        "currency": currency.code,
        "code": account.code,
        "flags": account.flags.names().collect::<Vec<_>>(),
        "balances": balances(&account.balances, currency),
        "open_holds": account.open_holds,
        "user_data_128": id(account.user_data_128),
        "user_data_64": account.user_data_64.to_string(),
        "created_at": time(account.created_at),
    })
}

/// A hold.
pub(crate) fn hold(hold: &Hold, currency: &Currency) -> Value {
    let plain = |amount| currency.plain(amount);
    json!({
        "id": id(hold.id),
        "payer": id(hold.payer),
        "payee": id(hold.payee),
        "fee_account": id(hold.fee_account),
        "ledger": hold.ledger,
        "currency": currency.code,
        "code": hold.code,
        "phase": hold.phase.name(),
        "amount": plain(hold.amount),
        "held": plain(hold.held),
        "released": plain(hold.released),
        "refunded": plain(hold.refunded),
        "fee": plain(hold.fee),
        "reversed": plain(hold.reversed),
        "fee_ppm": hold.fee_ppm,
        "created_at": time(hold.created_at),
        "changed_at": time(hold.changed_at),
        "deadline": time(hold.deadline),
        "at_deadline": hold.at_deadline.name(),
        "disputed_at": time(hold.disputed_at),
        "user_data_128": id(hold.user_data_128),
        "user_data_64": hold.user_data_64.to_string(),
    })
}

/// An operation as it was asked for; what it does not use is left out.
pub(crate) fn operation(operation: &Operation, currency: &Currency) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, value: Value, is_used: bool| {
        if is_used {
            map.insert(name.to_owned(), value);
        }
    };
    put("id", id(operation.id), !operation.id.is_zero());
    put("kind", json!(operation.kind.name()), true);
    for (name, other) in [
        ("debit_account", operation.debit_account),
        ("credit_account", operation.credit_account),
        ("target", operation.target),
        ("fee_account", operation.fee_account),
        ("user_data_128", operation.user_data_128),
    ] {
        put(name, id(other), !other.is_zero());
    }
    let amount = operation.amount;
    put("amount", json!(currency.plain(amount)), !amount.is_zero());
    for (name, number) in [
        ("ledger", operation.ledger),
        ("code", u32::from(operation.code)),
        ("fee_ppm", operation.fee_ppm),
        ("timeout_seconds", operation.timeout_seconds),
    ] {
        put(name, json!(number), number > 0);
    }
    let data = operation.user_data_64;
    put("user_data_64", json!(data.to_string()), data > 0);
    let value_date = operation.value_date;
    put("value_date", time(value_date), !value_date.is_none());
    let flags: Vec<_> = operation.flags.names().collect();
    put("flags", json!(flags), !flags.is_empty());
    let at_deadline = operation.at_deadline;
    put("at_deadline", json!(at_deadline.name()), at_deadline.number() > 0);
    Value::Object(map)
}

/// An event of the feed.
pub(crate) fn event(event: &Event, currency: &Currency) -> Value {
    let mut value = match &event.record {
        Record::Ledger(ledger) => json!({ "ledger": self::ledger(ledger) }),
        Record::Account(opened) => json!({ "account": account(opened, currency) }),
        Record::Operation(decision) => decided(decision, currency),
        Record::Consumer { name, position } => {
            json!({ "consumer": { "name": name, "position": time(*position) } })
        }
    };
    if let Value::Object(map) = &mut value {
        map.insert("timestamp".to_owned(), time(event.timestamp));
    }
    value
}

fn decided(decision: &Decision, currency: &Currency) -> Value {
    let Moved { amount, fee, rest } = decision.moved;
    let mut value = operation(&decision.operation, currency);
    if let Value::Object(map) = &mut value {
        if let Some(document) = &decision.document {
            map.insert("space".to_owned(), json!(document.key.space()));
            map.insert("key".to_owned(), text_or_hexadecimal(document.key.key()));
            map.insert("value_bytes".to_owned(), json!(document.value.len()));
        }
        for (name, moved) in [("moved", amount), ("fee", fee), ("rest", rest)] {
            if moved != Amount::ZERO {
                map.insert(name.to_owned(), json!(currency.plain(moved)));
            }
        }
        map.insert("status".to_owned(), json!(status(decision.status)));
    }
    json!({ "operation": value })
}

/// A status by its name.
pub(crate) fn status(status: Status) -> &'static str {
    status.name()
}

fn text_or_hexadecimal(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => {
            let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "hexadecimal": hexadecimal })
        }
    }
}

/// A ledger.
pub(crate) fn ledger(ledger: &Ledger) -> Value {
    let currency = Currency::of(ledger);
    json!({
        "number": ledger.number,
        "code": currency.code,
        "scale": ledger.scale,
        "posted": currency.plain(ledger.posted),
        "pending": currency.plain(ledger.pending),
        "created_at": time(ledger.created_at),
    })
}

/// A trial balance.
pub(crate) fn trial_balance(trial: &TrialBalance) -> Value {
    let currency = Currency::of(&trial.ledger);
    let rows = trial.rows.iter().map(|row| {
        json!({
            "code": row.code,
            "accounts": row.accounts,
            "balances": balances(&row.balances, &currency),
        })
    });
    json!({
        "ledger": trial.ledger.number,
        "currency": currency.code,
        "rows": rows.collect::<Vec<_>>(),
        "totals": balances(&trial.totals, &currency),
        "is_balanced": trial.is_balanced(),
    })
}
