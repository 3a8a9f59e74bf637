//! Rows as they are stored.

use super::*;
use crate::orders::rules::case::{CaseState, ClaimReason, FirstDecision, Remedy};
use std::fmt::Debug;
use std::path::Path;

fn id(number: u128) -> Id {
    Id::from_u128(number << 64 | 0xabcd)
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanoseconds(seconds)
}

/// What a released version wrote never changes, and is read.
///
/// `ESCROWDB_BLESS=1 cargo test --lib orders` writes `samples.txt`, as long as none is released.
fn check<R: Row + PartialEq + Debug>(stored: &mut Vec<String>, row: &R) {
    let bytes = row.to_bytes().expect("a row");
    stored.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    assert_eq!(R::from_bytes(&bytes).as_ref(), Ok(row));
}

fn case() -> Case {
    Case {
        state: CaseState::Escalated { decided: Some(200) },
        reason: ClaimReason::NotAsDescribed,
        remedy: Remedy::Return,
        amount: 300,
        was_sent_back: true,
        evidence: id(5),
        until: at(6),
        buyer_proposal: Some(7),
        seller_proposal: None,
        first_decision: Some(FirstDecision { amount: 8, by: [9; 16] }),
        buyer_asked: at(10),
        seller_asked: Timestamp::NONE,
    }
}

#[test]
fn rows_are_written_as_ever() {
    let mut all = Vec::new();
    let stored = &mut all;
    check(stored, &PolicyRow { rules: 1, json: "{}".into() });
    let line = |kind, quantity, amount| LineTerms { kind, reference: id(13), quantity, amount };
    let lines = vec![line(LineKind::Item, 3, 700), line(LineKind::Tax, 1, 100)];
    let terms = TermsRow {
        buyer: id(1),
        ledger: 2,
        policy: PolicyHash::new([3; 32]),
        commission_account: id(4),
        placed_at: at(5),
        legs: vec![LegTerms {
            seller: id(7),
            amount: 800,
            commission_fixed: 14,
            commission_ppm: 9,
            lines,
        }],
        tenders: vec![
            TenderTerms { kind: TenderKind::External, source: id(10), amount: 300 },
            TenderTerms { kind: TenderKind::Promotion, source: id(11), amount: 500 },
        ],
        keeping: Some(Keeping { account: id(12), keeps_refunds: true }),
    };
    check(stored, &terms);
    let payment = PaymentRow {
        holds: vec![id(1), Id::ZERO],
        paid_at: at(2),
        pay_until: at(600),
        due: at(3),
        is_cancelled: true,
        goodwill: 12,
    };
    check(stored, &payment);
    let part = PartRow {
        hold: id(1),
        leg: 5,
        items: vec![PartItem { line: 6, first: 7, quantity: 800 }],
        shipping: 900,
        left: vec![2, 300],
        owed: vec![0, 7],
        kept: Vec::new(),
        due: at(4),
        shipped_at: at(5),
        case: Some(case()),
    };
    check(stored, &part);
    let step = StepRow {
        at: at(1),
        part: 2,
        divided_from: Some(1),
        what: 3,
        reference: Some(id(11)),
        complaint: Some((ClaimReason::Other, Remedy::Return)),
        amount: Some(11),
        by: 4,
        staff: "eve".into(),
        stage: 5,
        content: [6; 16],
        refunds: vec![Back { tender: 1, amount: 700, reversal: id(8) }],
        kept: Some(Kept { amount: 9, operation: id(10) }),
    };
    check(stored, &step);
    check(stored, &ListedRow::<0>);
    check(stored, &RefundRow { order: id(1), tender: 2, amount: 300, at: at(4) });
    let text = all.join("\n") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/orders/rules/rows/samples.txt");
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        std::fs::write(&path, &text).expect("a file");
    }
    assert_eq!(std::fs::read_to_string(path).expect("samples"), text);
}

#[test]
fn keys_are_read_as_written_and_order_by_time() {
    let key = ListedKey { of: id(1), at: at(2), order: id(3), part: 4 };
    assert_eq!(ListedKey::from_bytes(&key.bytes()), Some(key));
    let later = ListedKey { at: at(300), order: id(0), ..key };
    assert!(later.bytes() > key.bytes());
    let step = StepKey { order: id(3), command: id(4) };
    assert_eq!(StepKey::from_bytes(&step.bytes()), Some(step));
    for bytes in [&[0; 15][..], &[0; 17], &[0; 19], &[0; 43]] {
        assert_eq!(PartKey::from_bytes(bytes), None);
        assert_eq!(ListedKey::from_bytes(bytes), None);
    }
}

/// The host has no access to spaces with this mark, and the page names each.
#[test]
fn every_table_is_of_this_house_and_on_the_page() {
    let page = include_str!("../orders.md");
    for table in TABLES {
        let name = table.space.strip_prefix('\u{2}').expect("the mark of orders");
        assert_eq!(page.matches(&format!("| `{name}` |")).count(), 1, "{name}");
    }
}
