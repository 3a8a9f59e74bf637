//! Many payments in one call, and somebody who is in the way of one of them.
//!
//! What went wrong: a shop paid 70 orders of one customer in one call, and was answered `contended`
//! for all of them, though 69 were paid; it took the goods off the shelves again. The rounds were
//! counted, of which many payments from one wallet need one each, and a single row that changed
//! meanwhile was one too few. Now what is counted is how often each payment was judged, and each
//! has its own answer.

use super::*;
use crate::wallets::commands::payments::refusal_for;
use crate::wallets::rules::rows::WalletRow;
use crate::wallets::rules::{AuditEntry, Command, Decision, Refusal, WalletStatus, WriteSet};

/// What each of many commands came to that rely on the row of their wallet; `meanwhile` happens
/// between a judgement and its chain.
fn many(
    wallets: &Wallets,
    by: &[Customer],
    mut meanwhile: impl FnMut(usize) -> Result<()>,
) -> Vec<Result<Result<(), Refusal>>> {
    let locks: Vec<_> = by.iter().map(|one| [one.wallet; 2]).collect();
    let done = wallets.transact_many(&locks, |place, reading| {
        let wallet = by[place].wallet;
        reading.get::<WalletRow>(&wallet)?;
        meanwhile(place)?;
        let entry = AuditEntry::new(wallet, Command::NOTE, &Actor::System, reading.now());
        Ok(Decision::done(WriteSet::of(entry), ()))
    });
    let done = done.expect("answers").into_iter();
    done.map(|one| one.map(|judged| judged.map(|done| done.answer))).collect()
}

/// Something that writes the row of a wallet.
fn write(wallets: &Wallets, of: Customer, number: u32) {
    let (kind, version) = (crate::wallets::rules::REFUNDS_TO_WALLET, number.to_string());
    let written = wallets.set_consent(of.person, kind, &version, true);
    written.expect("a consent").expect("a consent");
}

#[test]
fn one_late_row_costs_one_payment_one_more_round() {
    run(|| {
        let wallets = open();
        let anna = register(&wallets, 1);
        let mut times = 0;
        let answers = many(&wallets, &[anna; 70], |_| {
            times += 1;
            if times == 1 {
                write(&wallets, anna, times);
            }
            Ok(())
        });
        assert_eq!(answers.iter().filter(|one| matches!(one, Ok(Ok(())))).count(), 70);
        assert_eq!(times, 71);
    });
}

#[test]
fn who_is_always_in_the_way_is_in_the_way_of_one() {
    run(|| {
        let wallets = open();
        let (anna, boris, clara) =
            (register(&wallets, 1), register(&wallets, 2), register(&wallets, 3));
        let mut times = 0;
        let answers = many(&wallets, &[anna, boris, clara, boris], |place| match place {
            0 => {
                times += 1;
                write(&wallets, anna, times);
                Ok(())
            }
            // Her row is rotten: nobody else is to do without.
            2 => Err(Error::Corrupt("a row".into())),
            _ => Ok(()),
        });
        let refused = |place: usize| answers[place].as_ref().err().map(refusal_for);
        assert_eq!(refused(0), Some(WalletStatus::CONTENDED), "{:?}", answers[0]);
        assert_eq!(refused(2), Some(WalletStatus::DATA_IS_DAMAGED), "{:?}", answers[2]);
        for paid in [1, 3] {
            assert!(matches!(answers[paid], Ok(Ok(()))), "{:?}", answers[paid]);
        }
        assert_eq!(times, 64);
    });
}
