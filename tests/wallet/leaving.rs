//! Leaving a wallet: what is left in it is given up in writing, or waits for its owner.

use crate::clerks::details;
use crate::closed_loop::redeeming;
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::Inactivity;
use escrowdb::wallet::*;
use escrowdb::*;

fn waiver(market: &Market, by: Customer, units: u32) -> Waiver<'static> {
    let (id, wallet, amount_max) = (market.fresh(), by.wallet, amount(units));
    Waiver { id, wallet, amount_max, version: "2026-03" }
}

fn told(market: &Market, kind: LetterKind) -> usize {
    market.letters().iter().filter(|letter| letter.kind == kind).count()
}

/// The policy of a shop that asks after a year, and waits for three months.
pub(crate) fn asking(policy: Policy) -> Policy {
    let inactivity = Inactivity { notice_after_days: Some(365), wait_days: 90 };
    Policy { inactivity, ..policy }
}

fn after_days(market: &Market, days: u64) {
    market.at(START + days * DAY);
}

/// Anna moves abroad. She spends what she can; 3.40 are left, which she gives up: she was shown
/// 5.00 at most, and types her payment password. Then her wallet is closed.
#[test]
fn an_owner_gives_up_what_is_left() {
    let market = Market::with_waiver_account(Policy::article());
    let (anna, wallets, eve) = (market.customer(3_40), &market.wallets, staff("eve"));
    let waived = waiver(&market, anna, 5_00);
    let wrong = wallets.waive(&waived, "000001").unwrap();
    assert_eq!(verdict(wrong), Err(W::CREDENTIALS_MUST_MATCH));
    assert_eq!(wallets.payment_password_failures(anna.wallet).unwrap().unwrap().0, 1);
    for _ in 0..2 {
        assert_eq!(wallets.waive(&waived, PAYMENT).unwrap(), Ok(amount(3_40)), "or a retry");
    }
    assert_eq!((market.available(anna.account), market.available(id(WAIVED))), (0, 3_40));
    assert_eq!(told(&market, LetterKind::BALANCE_WAIVED), 2, "by each channel");
    let detail = format!("USD 3.40 of USD 5.00 at most to account {WAIVED}; text 2026-03");
    assert_eq!(details(&market, anna.wallet, Command::WAIVE_BALANCE), [detail]);
    let export = wallets.export_person(anna.person, &Actor::Customer).unwrap().unwrap();
    let export: serde_json::Value = serde_json::from_str(export.as_json()).unwrap();
    let part = &export["wallets"][0]["waivers"][0];
    assert_eq!(
        (&part["amount"], &part["amount_max"], &part["version"]),
        (&"3.40".into(), &"5.00".into(), &"2026-03".into())
    );
    market.freeze(anna);
    wallets.close_wallet(anna.wallet, &eve).unwrap().unwrap();
    market.verify();
}

/// She gives up no more than she was shown, and nothing that is on its way to a seller.
#[test]
fn no_more_is_given_up_than_stated() {
    let market = Market::with_waiver_account(Policy::article());
    let anna = market.customer(50_00);
    market.pays(anna, 20_00).unwrap();
    let waive = |units| market.wallets.waive(&waiver(&market, anna, units), PAYMENT).unwrap();
    assert_eq!(waive(10_00), Ok(amount(10_00)));
    assert_eq!(waive(10_000_00), Ok(amount(20_00)), "what is in escrow stays");
    assert_eq!(waive(1).map_err(|refusal| refusal.status), Err(W::WALLET_IS_EMPTY));
    assert_eq!(market.balances(anna.account).debits_pending, amount(20_00));
    market.verify();
}

#[test]
fn waivers_that_are_refused() {
    let market = Market::with_waiver_account(Policy::article());
    let (anna, ben) = (market.customer(50_00), market.customer(50_00));
    let wallets = &market.wallets;
    let waive = |one: &Waiver<'_>| verdict(wallets.waive(one, PAYMENT).unwrap());
    let good = waiver(&market, anna, 5_00);
    for (waiver, expected) in [
        (Waiver { id: Id::ZERO, ..good }, W::ID_MUST_BE_VALID),
        (Waiver { amount_max: amount(0), ..good }, W::AMOUNT_MUST_BE_VALID),
        (Waiver { version: "", ..good }, W::TEXT_MUST_BE_VALID),
        (Waiver { version: "of 2026", ..good }, W::TEXT_MUST_BE_VALID),
        (Waiver { wallet: id(404), ..good }, W::CREDENTIALS_MUST_MATCH),
    ] {
        assert_eq!(waive(&waiver), Err(expected), "{waiver:?}");
    }
    assert_eq!(waive(&good), Ok(()));
    // An id stands for one waiver, and one operation of the ledger.
    let paid = market.pays(ben, 1_00).unwrap();
    assert!(paid.is_done());
    let top_up = Operation::transfer(market.fresh(), id(BANK), ben.account, LEDGER, amount(1));
    wallets.top_up(ben.wallet, top_up).unwrap().unwrap();
    for waiver in [
        Waiver { amount_max: amount(6_00), ..good },
        Waiver { wallet: ben.wallet, ..good },
        Waiver { version: "2026-04", ..good },
        Waiver { id: top_up.id, ..good },
    ] {
        assert_eq!(waive(&waiver), Err(W::REFUSED_BY_LEDGER), "{waiver:?}");
    }
    market.freeze(ben);
    assert_eq!(waive(&waiver(&market, ben, 1_00)), Err(W::WALLET_MUST_BE_ACTIVE));

    let market = Market::new(Policy::article());
    let anna = market.customer(50_00);
    let waived = market.wallets.waive(&waiver(&market, anna, 5_00), PAYMENT).unwrap();
    assert_eq!(verdict(waived), Err(W::WAIVER_IS_OFF));
}

/// A waiver account that is none: the wallets do not open.
#[test]
fn a_waiver_account_is_the_shops_own() {
    for (of, ledger) in [(id(BANK), LEDGER), (id(404), LEDGER), (id(SELLER), 2)] {
        let (world, policy) = (World::new(), policy());
        let seller = Account::new(id(SELLER), LEDGER, 300, AccountFlags::NONE);
        world.store.create_accounts(&[seller]).unwrap();
        let World { store, wallets, .. } = world;
        drop(wallets);
        let options = WalletOptions::new(master(1), policy).waiver_account(ledger, of);
        let Err(Error::InvalidArgument(what)) = store.wallets(options) else { panic!("{of}") };
        assert!(what.contains("cannot take what owners of ledger"), "{what}");
    }
}

/// Ben left without a word, and his wallet is closed. What lay in it waits for him where no
/// operation of the shop reaches it; a year later he registers no second time, but has another
/// wallet, and claims it.
#[test]
fn what_was_left_waits_for_its_owner() {
    let market = Market::new(redeeming());
    let (ben, wallets, eve) = (market.customer(12_50), &market.wallets, staff("eve"));
    let item = market.fresh();
    let aside = || wallets.set_aside(item, ben.wallet, &eve).unwrap();
    assert_eq!(verdict(aside()), Err(W::WALLET_IS_NOT_FROZEN));
    market.freeze(ben);
    let close = || verdict(wallets.close_wallet(ben.wallet, &eve).unwrap());
    assert_eq!(close(), Err(W::WALLET_MUST_BE_EMPTY));
    let made = aside().unwrap();
    assert_eq!(aside().unwrap(), made, "the answer was lost");
    assert_eq!((made.amount, made.reason), (amount(12_50), UnclaimedReason::LEFT));
    assert_eq!((made.person, made.wallet, made.ledger), (ben.person, ben.wallet, LEDGER));
    assert!(made.resolved_by.is_zero());
    assert_eq!(told(&market, LetterKind::BALANCE_SET_ASIDE), 2);
    assert!(market.world().account(1).has(AccountFlags::FROZEN), "frozen again");
    let again = wallets.set_aside(market.fresh(), ben.wallet, &eve).unwrap();
    assert_eq!(verdict(again), Err(W::WALLET_IS_EMPTY));

    // No operation of the shop takes it, nor puts anything there.
    let there = Wallets::unclaimed_account(LEDGER);
    for operation in [
        Operation::transfer(market.fresh(), there, id(SELLER), LEDGER, amount(1)),
        Operation::transfer(market.fresh(), id(BANK), there, LEDGER, amount(1)),
        Operation::reverse(market.fresh(), item, amount(1)),
    ] {
        assert_eq!(market.submit(operation).status, Status::ACCOUNT_IS_MANAGED);
    }
    // His data stay while the money waits, and nobody else claims it.
    let anna = market.customer(0);
    let claim = |into: Customer| {
        verdict(wallets.claim_unclaimed(item, (id(7_777), into.wallet), &Actor::Customer).unwrap())
    };
    assert_eq!(claim(anna), Err(W::UNCLAIMED_MONEY_IS_OF_ANOTHER));
    assert_eq!(claim(ben), Err(W::WALLET_MUST_BE_ACTIVE));
    market.unfreeze(ben);
    let open = wallets.open_unclaimed(None, 9).unwrap();
    assert_eq!(open, [made]);
    assert_eq!((claim(ben), claim(ben)), (Ok(()), Ok(())), "or a retry");
    assert_eq!((market.available(ben.account), market.available(there)), (12_50, 0));
    let gone = wallets.unclaimed_item(item).unwrap().unwrap();
    assert_eq!((gone.resolved_by, gone.resolved_to), (id(7_777), ben.account));
    assert_eq!(wallets.unclaimed_of(ben.person).unwrap(), [gone]);
    assert!(wallets.open_unclaimed(None, 9).unwrap().is_empty());
    assert_eq!(told(&market, LetterKind::UNCLAIMED_RESOLVED), 2);

    let said = |command| details(&market, ben.wallet, command);
    assert_eq!(said(Command::SET_ASIDE)[1], format!("USD 12.50 to account {there}: left"));
    let claimed = format!("USD 12.50 to account {}", ben.account);
    assert_eq!(said(Command::CLAIM_UNCLAIMED).last(), Some(&claimed));

    // It leaves once.
    let other = wallets.claim_unclaimed(item, (id(7_778), ben.wallet), &eve).unwrap();
    assert_eq!(verdict(other), Err(W::UNCLAIMED_MONEY_IS_RESOLVED));
    let out = wallets.pay_out_unclaimed(item, (id(7_779), id(FEES)), &eve).unwrap();
    assert_eq!(verdict(out), Err(W::UNCLAIMED_MONEY_IS_RESOLVED));
    market.verify();
}

/// A dormant balance tempts whoever can reach it: paying it out takes the policy and two members of
/// staff, who want the same account.
#[test]
fn two_members_of_staff_pay_unclaimed_money_out() {
    let market = Market::new(redeeming());
    let (ben, wallets) = (market.customer(12_50), &market.wallets);
    let (eve, bob) = (staff("eve"), staff("bob"));
    let item = market.fresh();
    market.freeze(ben);
    wallets.set_aside(item, ben.wallet, &eve).unwrap().unwrap();
    wallets.close_wallet(ben.wallet, &eve).unwrap().unwrap();
    let out = |transfer: u128, to: Id, by: &Actor| {
        wallets.pay_out_unclaimed(item, (id(transfer), to), by).unwrap()
    };
    let second = Err(W::SECOND_PERSON_MUST_AGREE);
    let none = wallets.pay_out_unclaimed(id(404), (id(1_001), id(FEES)), &eve).unwrap();
    assert_eq!(verdict(none), Err(W::UNCLAIMED_MONEY_NOT_FOUND));
    assert_eq!(verdict(out(7_701, ben.account, &eve)), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    let managed = out(7_702, Wallets::unclaimed_account(LEDGER), &eve).unwrap_err();
    assert_eq!(managed.ledger, Status::ACCOUNT_IS_MANAGED);
    assert_eq!(verdict(out(7_703, id(FEES), &eve)), second);
    assert_eq!(verdict(out(7_704, id(FEES), &eve)), second, "not twice the same one");
    assert_eq!(verdict(out(7_705, id(SUSPENSE), &bob)), second, "another account");
    assert_eq!(verdict(out(7_706, id(FEES), &eve)), second);
    let gone = out(7_707, id(FEES), &bob).unwrap();
    assert_eq!((gone.resolved_by, gone.resolved_to), (id(7_707), id(FEES)));
    assert_eq!(out(7_707, id(FEES), &bob).unwrap(), gone, "the answer was lost");
    assert_eq!(market.available(id(FEES)), 12_50);
    let wanted = details(&market, ben.wallet, Command::PROPOSE_PAYOUT);
    assert_eq!(wanted.len(), 3);
    let money = format!("USD 12.50 to account {FEES}");
    assert_eq!(wanted[0], format!("awaits a second member of staff: {money}"));
    assert_eq!(details(&market, ben.wallet, Command::PAY_OUT_UNCLAIMED).last(), Some(&money));

    // To the bank it goes through the shop's books, as with any redemption.
    let (anna, item) = (market.customer(1_00), market.fresh());
    market.freeze(anna);
    wallets.set_aside(item, anna.wallet, &eve).unwrap().unwrap();
    let to_bank =
        |by: &Actor| wallets.pay_out_unclaimed(item, (market.fresh(), id(BANK)), by).unwrap();
    assert_eq!(verdict(to_bank(&eve)), second);
    let refused = to_bank(&bob).unwrap_err();
    assert_eq!(refused.ledger, Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE);

    // A shop whose policy allows no redemption pays nothing out.
    let market = market.reopened(Policy::article());
    let out = market.wallets.pay_out_unclaimed(item, (market.fresh(), id(FEES)), &eve).unwrap();
    assert_eq!(verdict(out), Err(W::REDEMPTION_IS_OFF));
    market.verify();
}

/// Erased, he could not claim it any more.
#[test]
fn nobody_is_erased_whose_money_waits() {
    let market = Market::new(redeeming());
    let (ben, wallets) = (market.customer(12_50), &market.wallets);
    let (eve, bob) = (staff("eve"), staff("bob"));
    let item = market.fresh();
    market.freeze(ben);
    wallets.set_aside(item, ben.wallet, &eve).unwrap().unwrap();
    wallets.close_wallet(ben.wallet, &eve).unwrap().unwrap();
    after_days(&market, 10 * 365);
    let erase = || verdict(wallets.erase_person(ben.person, &eve).unwrap());
    assert_eq!(erase(), Err(W::PERSON_HAS_UNCLAIMED_MONEY));
    let out = |by: &Actor| {
        verdict(wallets.pay_out_unclaimed(item, (market.fresh(), id(FEES)), by).unwrap())
    };
    assert_eq!((out(&eve), out(&bob)), (Err(W::SECOND_PERSON_MUST_AGREE), Ok(())));
    assert_eq!(erase(), Ok(()));
    let of_nobody = wallets.unclaimed_item(item).unwrap().unwrap();
    assert_eq!(of_nobody.person, ben.person, "an id, by which the books stay whole");
    market.verify();
}

#[test]
fn what_is_no_item_is_refused() {
    let market = Market::new(Policy::article());
    let (anna, wallets, eve) = (market.customer(5_00), &market.wallets, staff("eve"));
    let ben = market.customer(5_00);
    market.freeze(anna);
    let aside = |item: Id, wallet: Id| verdict(wallets.set_aside(item, wallet, &eve).unwrap());
    assert_eq!(aside(Id::ZERO, anna.wallet), Err(W::ID_MUST_BE_VALID));
    assert_eq!(aside(id(1), id(404)), Err(W::WALLET_NOT_FOUND));
    let item = market.fresh();
    assert_eq!(aside(item, anna.wallet), Ok(()));
    market.freeze(ben);
    assert_eq!(aside(item, ben.wallet), Err(W::REFUSED_BY_LEDGER), "it stands for another");
    let claim = |item: Id, wallet: Id| {
        verdict(wallets.claim_unclaimed(item, (market.fresh(), wallet), &eve).unwrap())
    };
    assert_eq!(claim(id(404), anna.wallet), Err(W::UNCLAIMED_MONEY_NOT_FOUND));
    assert_eq!(claim(item, id(404)), Err(W::WALLET_NOT_FOUND));
    wallets.close_wallet(anna.wallet, &eve).unwrap().unwrap();
    assert_eq!(aside(market.fresh(), anna.wallet), Err(W::WALLET_ALREADY_CLOSED));
    market.verify();
}

/// A payment that is authorised could be made a minute later: until then the wallet is not closed.
#[test]
fn an_authorised_payment_ends_before_the_wallet_does() {
    let market = Market::new(Policy::article());
    let (anna, eve) = (market.customer(0), staff("eve"));
    market.authorised(anna, 10_00).unwrap();
    market.freeze(anna);
    let close = || market.wallets.close_wallet(anna.wallet, &eve).unwrap();
    let refused = close().unwrap_err();
    let until = Timestamp::from_seconds(START + 300).unwrap();
    assert_eq!((refused.status, refused.until), (W::WALLET_HAS_OPEN_ORDERS, until));
    market.at(START + 300);
    assert_eq!(close(), Ok(()));
}

/// Clara does nothing for a year. She is told, and has three months; then her money is set aside,
/// once, however often and by however many hosts upkeep is called. By default nothing of it.
#[test]
fn money_that_nobody_uses_is_set_aside_after_a_notice() {
    let plain = Market::new(Policy::article());
    plain.customer(20_00);
    after_days(&plain, 3_000);
    let done = plain.wallets.upkeep().unwrap();
    assert_eq!((done.notices, done.set_aside), (0, 0), "off by default");

    let market = Market::new(asking(Policy::article()));
    let (clara, poor, wallets) = (market.customer(20_00), market.customer(0), &market.wallets);
    let look = |days: u64| {
        after_days(&market, days);
        let done = wallets.upkeep().unwrap();
        (done.notices, done.set_aside)
    };
    assert_eq!(look(363), (0, 0));
    assert_eq!((look(366), look(366)), ((1, 0), (0, 0)));
    assert_eq!(told(&market, LetterKind::WALLET_IS_INACTIVE), 2, "by each channel");
    market.world().deliver();
    let until = Timestamp::from_seconds(START + 456 * DAY).unwrap();
    let noticed = details(&market, clara.wallet, Command::GIVE_NOTICE);
    assert_eq!(noticed, [format!("until {}", rfc3339(until))]);
    assert_eq!(details(&market, poor.wallet, Command::GIVE_NOTICE), [""; 0]);
    assert_eq!(look(455), (0, 0));
    after_days(&market, 456);
    let set_aside: usize = std::thread::scope(|scope| {
        let hosts = [0, 1, 2].map(|_| scope.spawn(|| wallets.upkeep().unwrap().set_aside));
        hosts.into_iter().map(|host| host.join().unwrap()).sum()
    });
    assert_eq!((set_aside, look(500)), (1, (0, 0)));
    let [item] = wallets.open_unclaimed(None, 9).unwrap()[..] else { panic!("one item") };
    assert_eq!((item.person, item.amount), (clara.person, amount(20_00)));
    assert_eq!(item.reason, UnclaimedReason::INACTIVE);
    // She comes back, and so does her money; the year begins anew.
    let back = (market.fresh(), clara.wallet);
    wallets.claim_unclaimed(item.id, back, &Actor::Customer).unwrap().unwrap();
    assert_eq!(market.available(clara.account), 20_00);
    assert_eq!(look(500 + 364), (0, 0));
    assert_eq!(look(500 + 366), (1, 0));
    market.verify();
}

/// Whatever she does ends it; what others do to her account does not, and no time runs while she
/// could not act.
#[test]
fn an_owner_who_acts_keeps_her_money_where_it_is() {
    type Act = fn(&Market, Customer);
    let acts: [(&str, bool, Act); 7] = [
        ("pays", true, |market, by| assert!(market.pays(by, 1_00).unwrap().is_done())),
        ("logs in", true, |market, _| {
            market.wallets.log_in("customer1@example.com", LOGIN).unwrap().unwrap();
        }),
        ("tops up", true, |market, by| {
            let id = market.fresh();
            let top_up =
                Operation::transfer(id, crate::world::id(BANK), by.account, LEDGER, amount(1));
            market.wallets.top_up(by.wallet, top_up).unwrap().unwrap();
        }),
        ("was frozen", true, |market, by| {
            market.freeze(by);
            market.unfreeze(by);
        }),
        ("is guessed at", false, |market, by| {
            market.wallets.check_payment_password(by.wallet, "000001").unwrap().unwrap_err();
            market.wallets.log_in("customer1@example.com", "a wrong phrase").unwrap().unwrap_err();
        }),
        ("is paid by the shop", false, |market, by| {
            let id = market.fresh();
            let paid =
                Operation::transfer(id, crate::world::id(BANK), by.account, LEDGER, amount(1));
            assert!(market.submit(paid).is_done());
        }),
        ("does nothing", false, |_, _| ()),
    ];
    for (what, ends_it, act) in acts {
        let mut policy = asking(Policy::article());
        policy.payments.authorisation_seconds = 300;
        let market = Market::new(policy);
        let anna = market.customer(20_00);
        after_days(&market, 366);
        assert_eq!(market.wallets.upkeep().unwrap().notices, 1, "{what}");
        after_days(&market, 400);
        act(&market, anna);
        // Nobody called upkeep for long: it counts all the same that she acted since.
        after_days(&market, 2_000);
        let done = market.wallets.upkeep().unwrap();
        assert_eq!(done.set_aside, usize::from(!ends_it), "{what}");
        let ended = details(&market, anna.wallet, Command::END_NOTICE).len();
        assert_eq!(ended, usize::from(ends_it), "{what}");
        market.verify();
    }
}

/// A frozen wallet is left alone, and so is one whose money is in escrow; a shop that no longer
/// asks ends the notices that it gave.
#[test]
fn a_notice_ends_where_nothing_can_be_set_aside() {
    let market = Market::new(asking(Policy::article()));
    let anna = market.customer(20_00);
    let look = |market: &Market, days: u64| {
        after_days(market, days);
        let done = market.wallets.upkeep().unwrap();
        (done.notices, done.set_aside)
    };
    let ended = |market: &Market| details(market, anna.wallet, Command::END_NOTICE).len();
    assert_eq!(look(&market, 366), (1, 0));
    market.freeze(anna);
    assert_eq!((look(&market, 500), ended(&market)), ((0, 0), 1));
    market.unfreeze(anna);
    assert_eq!(look(&market, 900), (1, 0));
    let hold = Operation::hold(market.fresh(), anna.account, id(SELLER), LEDGER, amount(1_00));
    assert!(market.submit(hold).is_done());
    assert_eq!((look(&market, 1_000), ended(&market)), ((0, 0), 2));
    assert!(market.submit(Operation::release_rest(market.fresh(), hold.id)).is_done());
    assert_eq!(look(&market, 1_001), (1, 0));
    let market = market.reopened(Policy::article());
    assert_eq!((look(&market, 1_200), ended(&market)), ((0, 0), 3));
    market.verify();
}

/// Upkeep is cut off after each call of the disk: what was not done is done by the next one, and
/// what was done is not done again.
#[test]
fn a_crash_loses_no_notice_and_repeats_none() {
    let market = Market::new(asking(Policy::article()));
    let anna = market.customer(20_00);
    after_days(&market, 366);
    let disk = market.disk.duplicate();
    let policy = market.wallets.policy().clone();
    drop(market);
    for calls in 1..60 {
        let cut = disk.duplicate();
        let open = || World::on(cut.clone(), WalletOptions::new(master(1), policy.clone()));
        let at = |world: &World, days: u64| {
            let time = Timestamp::from_seconds(START + days * DAY).unwrap();
            world.store.advance(time).unwrap();
        };
        let world = open();
        at(&world, 366);
        cut.fail_after(calls, std::io::ErrorKind::Other);
        let was_cut = world.wallets.upkeep().is_err();
        drop(world);
        cut.heal();
        let world = open();
        at(&world, 366);
        world.wallets.upkeep().unwrap();
        assert_eq!(details(&world, anna.wallet, Command::GIVE_NOTICE).len(), 1, "call {calls}");
        at(&world, 500);
        cut.fail_after(calls, std::io::ErrorKind::Other);
        let was_cut_again = world.wallets.upkeep().is_err();
        drop(world);
        cut.heal();
        let world = open();
        at(&world, 500);
        world.wallets.upkeep().unwrap();
        let [item] = world.wallets.open_unclaimed(None, 9).unwrap()[..] else { panic!("one") };
        assert_eq!(item.amount, amount(20_00), "call {calls}");
        if !was_cut && !was_cut_again {
            world.verify();
            return;
        }
    }
    panic!("upkeep was never whole");
}
