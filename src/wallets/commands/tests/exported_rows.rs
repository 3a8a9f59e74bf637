//! The export of a person has every row of hers: the tables are counted against the exports of all
//! who are in them.
//!
//! What could go wrong: a new table holds something of customers, and nobody thinks of the export.
//! Her right is to all of it.

use super::*;
use crate::model::Timestamp;
use crate::wallets::commands::export::{Share, share};
use crate::wallets::rules::inactivity::InactivityRow;
use crate::wallets::rules::rows::{AddressRow, AnswerRow, AnswersRow, Space};
use crate::wallets::rules::secrets::Field;
use crate::wallets::rules::{Channel, Decision, Waiver, WriteSet};
use serde_json::Value;

const SUSPENSE: Id = Id::from_u128(3);
/// What stands in no export.
const SECRETS: [&str; 7] =
    [LOGIN, PASSWORD, "token 1", "fingerprint 1", "$argon2", "mallory", "trudy"];

fn done<T>(judged: Result<Result<T, crate::wallets::rules::Refusal>>) -> T {
    judged.expect("it can be carried out").expect("no refusal")
}

/// How many rows of a table an export has; `None` of a table that is left out.
fn rows_in(export: &Value, space: Space) -> Option<usize> {
    let there = |part: &Value| usize::from(!part.is_null());
    let list = |part: &Value| part.as_array().map_or(0, Vec::len);
    let wallets = || export["wallets"].as_array().into_iter().flatten();
    let in_wallets = |name: &str| wallets().map(|wallet| list(&wallet[name])).sum();
    let in_payments = |count: fn(&Value) -> usize| {
        let payments = wallets().flat_map(|wallet| wallet["card_payments"].as_array());
        payments.flatten().map(count).sum()
    };
    Some(match space {
        Space::Person => there(&export["person"]),
        Space::Registration => there(&export["registration"]),
        Space::Address => list(&export["addresses"]),
        Space::Wallet => list(&export["wallets"]),
        Space::Account => {
            let accounts = export["accounts"].as_array().into_iter().flatten();
            accounts.filter(|account| account["kind"] == "wallet").count()
        }
        Space::Credential => list(&export["passwords"]),
        Space::Answers => there(&export["security_questions"]),
        Space::Code => list(&export["codes"]),
        Space::Letter => list(&export["letters"]),
        Space::Recovery => in_wallets("recoveries"),
        Space::Note => list(&export["notes"]),
        Space::Verification => in_wallets("verifications"),
        Space::ScanOf => list(&export["scans"]),
        Space::OpenCase => wallets().map(|wallet| there(&wallet["open_verification"])).sum(),
        Space::Spending => in_wallets("spending"),
        Space::Payment => in_wallets("payments"),
        Space::Cards => wallets().map(|wallet| there(&wallet["cards"])).sum(),
        Space::CardPayment => in_wallets("card_payments"),
        Space::Charge => in_payments(|payment| payment["charges"].as_array().map_or(0, Vec::len)),
        Space::Suspense => in_payments(|payment| {
            let charges = payment["charges"].as_array().into_iter().flatten();
            let refunds = payment["refunds"].as_array().into_iter().flatten();
            let returned = refunds.filter(|refund| !refund["to_card"]["suspense"].is_null());
            charges.filter(|charge| !charge["suspense"].is_null()).count() + returned.count()
        }),
        Space::Chargeback => in_payments(|payment| {
            let list = |part: &Value| part["chargebacks"].as_array().map_or(0, Vec::len);
            let charges = payment["charges"].as_array().into_iter().flatten();
            let items: usize = charges.map(|charge| list(&charge["suspense"])).sum();
            list(payment) + items
        }),
        Space::CardRefund => in_payments(|payment| {
            let refunds = payment["refunds"].as_array().into_iter().flatten();
            refunds.filter(|refund| !refund["to_card"]["since"].is_null()).count()
        }),
        Space::Correction => list(&export["corrections"]),
        Space::ContactChange => list(&export["contact_changes"]),
        Space::Audit => list(&export["trail"]),
        Space::Unclaimed => list(&export["unclaimed"]),
        Space::Waiver => in_wallets("waivers"),
        Space::Inactivity => wallets().map(|wallet| there(&wallet["inactivity"])).sum(),
        Space::Requester
        | Space::Document
        | Space::Token
        | Space::Scan
        | Space::Agenda
        | Space::ChargeReference
        | Space::ChargebackReference
        | Space::Staff
        | Space::Operators
        | Space::StaffAct
        | Space::UnclaimedOf
        | Space::Sweep
        | Space::Policy
        | Space::Pepper
        | Space::Upgrade => return None,
    })
}

/// The rows of a table that belong to somebody.
fn rows_of_somebody(wallets: &Wallets, space: Space) -> usize {
    let reading = wallets.read().expect("a look");
    let rows = reading.snapshot().rows_with_prefix(space.name(), &[], None);
    let rows = rows.filter(|row| {
        let (key, row) = row.as_ref().expect("a row");
        match space {
            Space::Address => {
                let row = AddressRow::from_bytes(&row.value).expect("an address");
                !row.owner.is_zero()
            }
            Space::Audit => !key.key().starts_with(&AuditEntry::STORE.to_bytes()),
            _ => true,
        }
    });
    rows.count()
}

fn charge(wallets: &Wallets, payment: Id, reference: &str) -> ChargeResult {
    let (reference, amount) = (reference.to_owned(), Amount::from(100u32));
    let charge = CardCharge { payment, reference, amount, external: BANK, suspense: SUSPENSE };
    done(wallets.card_charged(&charge))
}

/// Has a row of every table come to be for a customer.
fn live(wallets: &Wallets, by: Customer) {
    let mallory = Actor::staff("mallory", "she called");
    done(wallets.leave_note(by.person, "wants the blue chair", &mallory));
    done(wallets.send_code(by.person, 7, Channel::PHONE));
    done(wallets.set_consent(by.person, "news", "1", true));
    let mut correction = crate::wallets::rules::Correction::default();
    correction.name = "Anna Petrova".into();
    done(wallets.open_correction(id(240 + by.number), by.person, &correction, &mallory));
    done(wallets.begin_contact_change(by.person, Channel::PHONE, "+7 900 000 00 01"));
    let (paid, late) = (authorised(wallets, by, false), authorised(wallets, by, true));
    done(wallets.pay(&paid));
    authorised(wallets, by, false);
    let [case, recovery] = [220, 230].map(|from| id(from + by.number));
    let hash = [by.number; 32];
    let (kind, reference) = (EvidenceKind::PASSPORT, "scans/passport");
    let expires_at = Timestamp::NONE;
    let shown = CaseEvidence { kind, hash, reference: reference.into(), expires_at };
    done(wallets.open_verification(case, by.wallet, 1, &Actor::Customer));
    done(wallets.submit_evidence(case, &[shown], &Actor::Customer));
    done(wallets.open_recovery(recovery, by.wallet, &mallory));
    let kind = EvidenceKind::SELFIE;
    let piece =
        Evidence { kind, hash: [by.number + 100; 32], reference: "scans/selfie", expires_at };
    done(wallets.add_recovery_evidence(recovery, &piece, &mallory));
    // One payment by card is refunded and charged twice; one is charged late, and paid after all.
    let card = authorised(wallets, by, true);
    let payment = card.operation.id;
    done(wallets.begin_card_payment(&card, by.card));
    charge(wallets, payment, &format!("{}-1", by.number));
    let part = Amount::from(40u32);
    done(wallets.refund_card_payment(payment, Operation::refund(Id::new(), payment, part)));
    let second = charge(wallets, payment, &format!("{}-2", by.number));
    let ChargeResult::InSuspense(contested, _) = second else { panic!("a second charge") };
    let [to_card] = wallets.open_card_refunds(None, 9).expect("a look")[..] else { panic!("one") };
    let failed = FailedCardRefund { refund: to_card.id, external: BANK, suspense: SUSPENSE };
    done(wallets.card_refund_failed(&failed));
    for (number, payment) in [(1, payment), (2, contested)] {
        let notice = ChargebackNotice {
            id: Id::new(),
            payment,
            reference: format!("cb-{}-{number}", by.number),
            amount: part,
            reason: "10.4".into(),
            answer_by: Timestamp::NONE,
            external: BANK,
        };
        done(wallets.chargeback_notified(&notice, &Actor::System));
    }
    done(wallets.begin_card_payment(&late, by.card));
    done(wallets.card_payment_failed(late.operation.id));
    let ChargeResult::InSuspense(item, _) =
        charge(wallets, late.operation.id, &format!("{}-3", by.number))
    else {
        panic!("a charge that came late");
    };
    let order = wallets.order_from_suspense(item, Id::new()).expect("a look").expect("an item");
    done(wallets.resolve_suspense(item, &Resolution::ToOrder(order), &mallory));
    // She gives some up, and the rest is set aside and claimed.
    let waiver = Waiver { id: Id::new(), wallet: by.wallet, amount_max: part, version: "2026-03" };
    done(wallets.waive(&waiver, PASSWORD));
    let item = Id::new();
    done(wallets.freeze_wallet(by.wallet, &mallory));
    done(wallets.set_aside(item, by.wallet, &mallory));
    done(wallets.unfreeze_wallet(by.wallet, &mallory));
    done(wallets.claim_unclaimed(item, (Id::new(), by.wallet), &mallory));
    // The policy of these tests asks no questions and gives no notices: an earlier one did.
    let answered = wallets.transact(by.person, |reading| {
        let (_, key) = done(wallets.person(reading, by.person));
        let hash = key.seal(by.person, Field::ANSWER_HASH, b"$argon2")?;
        let answers = vec![AnswerRow { question: 3, hash }];
        let mut changes = WriteSet::default();
        changes.put(&by.person, &AnswersRow { answers, ..AnswersRow::default() });
        let (noticed_at, set_aside_at) = (reading.now(), Timestamp::MAX);
        changes.put(&by.wallet, &InactivityRow { noticed_at, set_aside_at });
        Ok(Decision::done(changes, ()))
    });
    done(answered);
}

fn export(wallets: &Wallets, person: Id) -> Value {
    let export = done(wallets.export_person(person, &Actor::Customer));
    for secret in SECRETS {
        assert!(!export.as_json().contains(secret), "{secret:?} in an export");
    }
    serde_json::from_str(export.as_json()).expect("JSON")
}

#[test]
fn every_row_of_hers_is_in_her_export() {
    run(|| {
        let wallets = open();
        let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let suspense = Account::new(SUSPENSE, LEDGER, 500, limited);
        wallets.shared.store.create_accounts(&[suspense]).expect("an account");
        let [anna, ben] = [1, 2].map(|number| register(&wallets, number));
        live(&wallets, anna);
        live(&wallets, ben);
        // Somebody who has not confirmed her address yet, and is exported as well.
        let clara = id(103);
        done(wallets.begin_registration(clara, "clara@example.com", false));
        let tables: Vec<_> =
            Space::ALL.iter().map(|&space| (space, rows_of_somebody(&wallets, space))).collect();
        let exports = [anna.person, ben.person, clara].map(|person| export(&wallets, person));
        for (space, stored) in tables {
            let exported: Option<usize> = exports.iter().map(|one| rows_in(one, space)).sum();
            let is_exported = share(space) == Share::Exported;
            assert_eq!(exported.is_some(), is_exported, "{space:?}");
            if let Some(exported) = exported {
                assert_eq!(exported, stored, "{space:?}");
                assert!(rows_in(&exports[0], space) > Some(0) || space == Space::Registration);
                assert!(stored > 0, "no {space:?}: this test has nothing to count");
            }
        }
        let left_out = exports[0]["left_out"].as_array().map_or(0, Vec::len);
        let expected = Space::ALL.iter().filter(|&&space| share(space) != Share::Exported);
        assert_eq!(left_out, expected.count());
    });
}

#[test]
fn an_export_has_what_is_sealed_and_nothing_of_others() {
    run(|| {
        let wallets = open();
        let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let suspense = Account::new(SUSPENSE, LEDGER, 500, limited);
        wallets.shared.store.create_accounts(&[suspense]).expect("an account");
        let [anna, ben] = [1, 2].map(|number| register(&wallets, number));
        live(&wallets, anna);
        live(&wallets, ben);
        let export = export(&wallets, anna.person);
        let profile = &export["profile"];
        assert_eq!(export["email"], email(1));
        assert_eq!(
            (&profile["name"], &profile["document_number"]),
            (&"Anna Ivanova".into(), &"45 09 000001".into())
        );
        assert_eq!(export["notes"][0]["text"], "wants the blue chair");
        assert_eq!(export["security_questions"]["questions"][0], "3");
        let wallet = &export["wallets"][0];
        let card = &wallet["cards"]["cards"][0];
        assert_eq!((&card["brand"], &card["last_four"]), (&"Visa".into(), &"1111".into()));
        let evidence = &wallet["verifications"][0]["evidence"][0];
        assert_eq!(evidence["reference"], "scans/passport");
        assert_eq!(wallet["recoveries"][0]["evidence"][0]["reference"], "scans/selfie");
        let text = export.to_string();
        for other in [ben.person, ben.wallet, ben.account, ben.card] {
            assert!(!text.contains(&format!("\"{other}\"")), "{other} in an export");
        }
        assert!(!text.contains(&email(2)));
        // Each line of the statement leads to the balance after it.
        let account = &export["accounts"][0];
        assert_eq!(account["kind"], "wallet");
        let lines = account["statement"].as_array().expect("lines");
        assert_eq!(lines[0]["posted"], "1000.00");
        let last = lines.last().expect("a line");
        assert_eq!(last["available"], account["available"]);
        assert_eq!(export["accounts"][1]["kind"], "purchase");
    });
}
