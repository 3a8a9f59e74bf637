//! Money in a wallet is spent, and does not leave by another door.

use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::WalletOperation;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;

pub(crate) fn redeeming() -> Policy {
    let mut policy = Policy::article();
    policy.redemption.allowed = true;
    policy.tiers[1].operations.push(WalletOperation::Redeem);
    policy
}

/// Off by default; where it is on, the tier must allow it and the payment password confirm it, and
/// the money goes to an account of the host's own.
#[test]
fn money_is_taken_out_where_the_policy_allows_it_alone() {
    let take_out = |market: &Market, anna: Customer, to: u128| {
        let payment = market.payment(anna, 10_00);
        let operation =
            Operation::transfer(market.fresh(), anna.account, id(to), LEDGER, amount(10_00));
        let payment = Payment { operation, order: anna.wallet, ..payment };
        let authorisation = Some(market.authorise(&payment.purchase(), false).unwrap());
        Payment { authorisation, ..payment }
    };
    let market = Market::new(Policy::article());
    let anna = market.customer(100_00);
    let payment = take_out(&market, anna, SUSPENSE);
    assert_eq!(verdict(market.wallets.redeem(&payment).unwrap()), Err(W::REDEMPTION_IS_OFF));

    let market = Market::new(redeeming());
    let anna = market.customer(100_00);
    let redeem = |payment: &Payment| verdict(market.wallets.redeem(payment).unwrap());
    assert_eq!(redeem(&take_out(&market, anna, SUSPENSE)), Err(W::OPERATION_IS_NOT_ALLOWED));
    market.approve(anna, Timestamp::NONE);
    let payment = take_out(&market, anna, SUSPENSE);
    let bare = Payment { authorisation: None, ..payment };
    assert_eq!(redeem(&bare), Err(W::PAYMENT_PASSWORD_IS_NEEDED));
    let hold = Operation { kind: Kind::HOLD, ..payment.operation };
    assert_eq!(redeem(&Payment { operation: hold, ..payment }), Err(W::PAYMENT_MUST_BE_PLAIN));
    let outside = market.wallets.redeem(&take_out(&market, anna, BANK)).unwrap().unwrap_err();
    assert_eq!(outside.ledger, Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE);
    assert_eq!(redeem(&payment), Ok(()));
    assert_eq!(redeem(&payment), Ok(()), "a retry");
    assert_eq!((market.available(anna.account), market.available(id(SUSPENSE))), (90_00, 10_00));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Whatever a host asks of the ledger and of the wallets: what left through the external
    /// account is never more than was reversed to where it came from.
    #[test]
    fn no_path_leads_wallet_money_out(
        steps in prop::collection::vec((0u8..8, 1u32..50_00, any::<bool>()), 1..40),
    ) {
        let mut policy = Policy::none();
        policy.payments.to_wallets = true;
        let market = Market::new(policy);
        let (anna, ben) = (market.customer(100_00), market.customer(0));
        let (mut came_in, mut reversed) = (vec![], 0u128);
        let mut holds = vec![];
        for (now, (what, units, to_bank)) in (START..).step_by(301).zip(steps) {
            // Authorisations of what was refused are forgotten.
            market.at(now);
            let to = if to_bank { id(BANK) } else { ben.account };
            let units = amount(units);
            let plain = |kind| {
                let (id, payer) = (market.fresh(), anna.account);
                Operation { kind, ..Operation::transfer(id, payer, to, LEDGER, units) }
            };
            let pay = |operation| {
                let (wallet, order) = (anna.wallet, id(9));
                let payment = Payment { wallet, order, authorisation: None, operation };
                let authorisation = Some(market.authorise(&payment.purchase(), true).unwrap());
                (market.wallets.pay(&Payment { authorisation, ..payment }).unwrap(), payment)
            };
            match what {
                0 => drop(market.submit(plain(Kind::TRANSFER))),
                1 => drop(pay(plain(Kind::TRANSFER))),
                2 | 3 => {
                    let payee = if what == 2 { to } else { id(SELLER) };
                    let (id, payer) = (market.fresh(), anna.account);
                    let hold = Operation::hold(id, payer, payee, LEDGER, units);
                    holds.extend(pay(hold).0.is_ok().then_some(hold.id));
                }
                4 => {
                    let Some(&hold) = holds.last() else { continue };
                    let release = Operation::release(market.fresh(), hold, units);
                    market.submit(Operation { credit_account: to, ..release });
                }
                5 => {
                    let (own, bank) = (market.fresh(), id(BANK));
                    let top_up = Operation::transfer(own, bank, anna.account, LEDGER, units);
                    let done = market.wallets.top_up(anna.wallet, top_up).unwrap();
                    came_in.extend(done.is_ok().then_some(top_up.id));
                }
                6 => {
                    let Some(&source) = came_in.last() else { continue };
                    let outcome = market.submit(Operation::reverse(market.fresh(), source, units));
                    if outcome.status == Status::APPLIED {
                        reversed += outcome.amount.minor_units();
                    }
                }
                _ => {
                    let (_, payment) = pay(plain(Kind::TRANSFER));
                    let refused = market.wallets.redeem(&payment).unwrap();
                    prop_assert_eq!(verdict(refused), Err(W::REDEMPTION_IS_OFF));
                }
            }
            prop_assert_eq!(market.balances(id(BANK)).credits_posted.minor_units(), reversed);
            prop_assert_eq!(market.balances(id(BANK)).credits_pending, Amount::ZERO);
        }
        prop_assert!(market.is_balanced());
    }
}
