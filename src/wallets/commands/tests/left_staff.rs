//! A member of staff who is deactivated between a judgement and its chain.

use super::*;
use crate::wallets::rules::rows::WalletRow;
use crate::wallets::rules::{Command, Decision, WalletStatus, WriteSet};

const DONE: &str = "an answer";

#[test]
fn what_a_clerk_began_who_left_meanwhile_is_refused() {
    run(|| {
        let wallets = open();
        let anna = register(&wallets, 1);
        let [olga, eve] = ["olga", "eve"].map(|name| Actor::staff(name, "she left"));
        let mut judgements = 0;
        let noted = wallets.transact_many(&[[anna.wallet; 2]], |_, reading| {
            judgements += 1;
            if judgements == 1 {
                wallets.deactivate_staff("eve", &olga).expect(DONE).expect(DONE);
            }
            reading.get::<WalletRow>(&anna.wallet)?;
            // It does not ask whether she may: the trail does.
            let entry = AuditEntry::new(anna.wallet, Command::NOTE, &eve, reading.now());
            Ok(Decision::done(WriteSet::of(entry), ()))
        });
        let refused = noted.expect(DONE).pop().expect("one answer").expect(DONE).map(drop);
        let refused = refused.map_err(|refusal| refusal.status);
        assert_eq!((refused, judgements), (Err(WalletStatus::STAFF_MUST_BE_REGISTERED), 2));
        assert!(wallets.staff_acts("eve", None, 10).expect(DONE).is_empty());
    });
}
