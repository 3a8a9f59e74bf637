//! Money in a wallet is spent, and does not leave by another door.

use super::world::*;
use crate::store::Payment;
use crate::wallet::WalletStatus as W;
use crate::wallet::policy::{Policy, WalletOperation};
use crate::*;
use proptest::prelude::*;

fn redeeming() -> Policy {
    let mut policy = Policy::article();
    policy.redemption.allowed = true;
    policy.tiers[1].operations.push(WalletOperation::Redeem);
    policy
}

/// Off by default; where it is on, the tier must allow it and the payment password confirm it, and the
/// money goes to an account of the host's own.
#[test]
fn money_is_taken_out_where_the_policy_allows_it_alone() {
    let take_out = |world: &World, anna: Id, to: u128| {
        let payment = world.payment(anna, 10_00);
        let operation = Operation::transfer(world.id(), anna, id(to), USD, amount(10_00));
        let payment = Payment { operation, ..payment };
        let authorisation = Some(world.authorise(&payment.purchase(), Id::ZERO, false).unwrap());
        Payment { authorisation, ..payment }
    };
    let world = World::new(Policy::article());
    let anna = world.wallet(100_00);
    let payment = take_out(&world, anna, SUSPENSE);
    assert_eq!(status(world.wallets.redeem(&payment).unwrap()), Err(W::REDEMPTION_IS_OFF));

    let world = World::new(redeeming());
    let anna = world.wallet(100_00);
    let redeem = |payment: &Payment| status(world.wallets.redeem(payment).unwrap());
    assert_eq!(redeem(&take_out(&world, anna, SUSPENSE)), Err(W::OPERATION_IS_NOT_ALLOWED));
    world.alter(anna, |row, _| row.tier = 1);
    let payment = take_out(&world, anna, SUSPENSE);
    let bare = Payment { authorisation: None, ..payment };
    assert_eq!(redeem(&bare), Err(W::PAYMENT_PASSWORD_IS_NEEDED));
    let hold = Operation { kind: Kind::HOLD, ..payment.operation };
    assert_eq!(redeem(&Payment { operation: hold, ..payment }), Err(W::PAYMENT_MUST_BE_PLAIN));
    let outside = world.wallets.redeem(&take_out(&world, anna, BANK)).unwrap().unwrap_err();
    assert_eq!(outside.ledger, Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE);
    assert_eq!(redeem(&payment), Ok(()));
    assert_eq!(redeem(&payment), Ok(()), "a retry");
    assert_eq!((world.available(anna), world.available(id(SUSPENSE))), (90_00, 10_00));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Whatever a host asks of the ledger and of the wallets: what left through the external account
    /// is never more than was reversed to where it came from.
    #[test]
    fn no_path_leads_wallet_money_out(
        steps in prop::collection::vec((0u8..8, 1u32..50_00, any::<bool>()), 1..40),
    ) {
        let world = World::new(Policy::none());
        let (anna, ben) = (world.wallet(100_00), world.wallet(0));
        let (mut came_in, mut reversed) = (vec![], 0u128);
        let mut holds = vec![];
        for (now, (what, units, to_bank)) in (START..).step_by(301).zip(steps) {
            // Authorisations of what was refused are forgotten.
            world.at(now);
            let to = if to_bank { id(BANK) } else { ben };
            let units = amount(units);
            let plain = |kind| {
                let operation = Operation::transfer(world.id(), anna, to, USD, units);
                Operation { kind, ..operation }
            };
            let pay = |operation| {
                let payment = Payment { wallet: anna, order: id(9), authorisation: None, operation };
                let authorised = world.authorise(&payment.purchase(), Id::ZERO, true);
                let authorisation = Some(authorised.unwrap());
                (world.wallets.pay(&Payment { authorisation, ..payment }).unwrap(), payment)
            };
            match what {
                0 => drop(world.submit(plain(Kind::TRANSFER))),
                1 => drop(pay(plain(Kind::TRANSFER))),
                2 => holds.extend(pay(plain(Kind::HOLD)).0.is_ok().then_some(world.id())),
                3 => {
                    let hold = Operation::hold(world.id(), anna, id(SELLER), USD, units);
                    holds.extend(pay(hold).0.is_ok().then_some(hold.id));
                }
                4 => {
                    let Some(&hold) = holds.last() else { continue };
                    let release = Operation::release(world.id(), hold, units);
                    world.submit(Operation { credit_account: to, ..release });
                }
                5 => {
                    let top_up = Operation::transfer(world.id(), id(BANK), anna, USD, units);
                    let done = world.wallets.top_up(anna, top_up).unwrap();
                    came_in.extend(done.is_ok().then_some(top_up.id));
                }
                6 => {
                    let Some(&source) = came_in.last() else { continue };
                    let outcome = world.submit(Operation::reverse(world.id(), source, units));
                    if outcome.status == Status::APPLIED {
                        reversed += outcome.amount.minor_units();
                    }
                }
                _ => {
                    let (_, payment) = pay(plain(Kind::TRANSFER));
                    let refused = world.wallets.redeem(&payment).unwrap();
                    prop_assert_eq!(status(refused), Err(W::REDEMPTION_IS_OFF));
                }
            }
            prop_assert_eq!(world.balances(id(BANK)).credits_posted.minor_units(), reversed);
            prop_assert_eq!(world.balances(id(BANK)).credits_pending, Amount::ZERO);
        }
        prop_assert!(world.is_balanced());
    }
}
