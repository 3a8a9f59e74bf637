//! A payment that was judged by an authorisation, and a new payment password before it is carried
//! out.
//!
//! What could go wrong: the payment saw the number of the old password in its snapshot, the
//! password changed, and the payment's chain came after it, as none of its rows had changed.
//! Setting a password writes the wallet or puts it back, so the chain falls and the payment is
//! judged again.

use super::super::transaction::ReadTransaction;
use super::*;
use crate::wallets::rules::{Decision, RecoveryDecision, WalletStatus};

const NEW: &str = "730164";

/// Judges, and has `meanwhile` happen between the first judgement and its chain; gives what the
/// payment came to and how often it was judged.
fn interleaved<A>(
    wallets: &Wallets,
    by: Customer,
    judge: impl Fn(&mut ReadTransaction) -> Result<Decision<A>>,
    meanwhile: impl Fn(),
) -> (Result<(), WalletStatus>, u32) {
    let mut judgements = 0;
    // Many at a time hold no lock: whoever changes the password is not kept waiting.
    let done = wallets.transact_many(&[[by.wallet; 2]], |_, reading| {
        let decision = judge(reading)?;
        judgements += 1;
        if judgements == 1 {
            meanwhile();
        }
        Ok(decision)
    });
    let done = done.expect("an answer").pop().expect("one answer").expect("no error");
    (done.map(drop).map_err(|refusal| refusal.status), judgements)
}

fn change(wallets: &Wallets, by: Customer) {
    let changed = wallets.change_payment_password(by.wallet, PASSWORD, NEW);
    changed.expect("a change").expect("a change");
}

/// Recovers the password through support: the link is there already, and is used.
fn approved_recovery(wallets: &Wallets, by: Customer) -> String {
    let (case, done) = (Id::new(), "a recovery");
    let [adam, eve] = ["adam", "eve"].map(|name| Actor::staff(name, "she called"));
    wallets.open_recovery(case, by.wallet, &adam).expect(done).expect(done);
    let evidence = Evidence {
        kind: EvidenceKind::PASSPORT,
        // Of a scan that nobody else has shown.
        hash: *blake3::hash(&case.to_bytes()).as_bytes(),
        reference: "scan",
        expires_at: crate::model::Timestamp::NONE,
    };
    wallets.add_recovery_evidence(case, &evidence, &adam).expect(done).expect(done);
    wallets.review_recovery(case, &eve).expect(done).expect(done);
    wallets.decide_recovery(case, RecoveryDecision::Approve, &eve).expect(done).expect(done);
    let letters = wallets.take_letters(100).expect(done);
    let kind = LetterKind::RESET_PAYMENT_PASSWORD;
    letters.iter().find(|letter| letter.kind == kind).expect("a link").secret.clone()
}

#[test]
fn a_payment_comes_before_a_new_password_or_is_judged_by_it() {
    run(payments_and_new_passwords);
}

fn payments_and_new_passwords() {
    let wallets = open();
    let expired = (Err(WalletStatus::AUTHORISATION_HAS_EXPIRED), 2);
    for (number, by_card, by_recovery) in
        [(1, false, false), (2, true, false), (3, false, true), (4, true, true)]
    {
        let anna = register(&wallets, number);
        let link = by_recovery.then(|| approved_recovery(&wallets, anna));
        let meanwhile = || match &link {
            Some(link) => {
                let reset = wallets.reset_payment_password(link, NEW);
                reset.expect("a reset").expect("a reset");
            }
            None => change(&wallets, anna),
        };
        let payment = authorised(&wallets, anna, by_card);
        let found = match by_card {
            false => interleaved(
                &wallets,
                anna,
                |reading| wallets.judge_payment(reading, &payment),
                meanwhile,
            ),
            true => interleaved(
                &wallets,
                anna,
                |reading| wallets.judge_card_payment(reading, &payment, anna.card),
                meanwhile,
            ),
        };
        assert_eq!(found, expired, "by card {by_card}, by recovery {by_recovery}");
        let hold = wallets.shared.store.snapshot().expect("a snapshot").hold(payment.operation.id);
        assert_eq!(hold.expect("a look"), None);
    }
}

/// Without a change of its own password, the same way of asking pays.
#[test]
fn what_happens_to_others_disturbs_no_payment() {
    run(a_payment_and_a_new_password_of_another);
}

fn a_payment_and_a_new_password_of_another() {
    let wallets = open();
    let [anna, boris] = [1, 2].map(|number| register(&wallets, number));
    let payment = authorised(&wallets, anna, false);
    let judge = |reading: &mut ReadTransaction| wallets.judge_payment(reading, &payment);
    assert_eq!(interleaved(&wallets, anna, judge, || change(&wallets, boris)), (Ok(()), 1));
}
