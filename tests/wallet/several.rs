//! Wallets that are open more than once, as in several processes: each with its own keys, and none
//! knows what the other has done.

use crate::world::*;
use escrowdb::wallet::*;
use escrowdb::*;
use std::sync::Barrier;

/// A store in a folder, and the wallets of its host.
struct Shop {
    world: World,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Shop {
    fn new(options: WalletOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.escrow");
        Self { world: World::at(&path, options), path, _folder: folder }
    }

    /// A guest of the store.
    fn guest(&self) -> Store {
        let guest = Store::open(&self.path, store_options()).unwrap();
        assert_eq!(guest.role(), Role::Guest);
        guest
    }

    /// All of it is in order, once nobody has it open.
    fn verify(self) {
        let Self { world, path, _folder } = self;
        drop(world);
        assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
    }

    /// The wallets as a guest has them.
    fn beside(&self) -> Wallets {
        self.guest().wallets(WalletOptions::new(master(1), policy())).unwrap()
    }
}

/// What the host's wallets are opened with.
fn usual() -> WalletOptions {
    WalletOptions::new(master(1), policy())
}

fn email(number: u128) -> String {
    format!("{number}@example.com")
}

/// The store's keys, made by each of those who open its wallets first, are those of one of them.
#[test]
fn whoever_opens_at_the_same_time_has_the_same_keys() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.escrow");
        let _host = Store::open(&path, store_options()).unwrap();
        let together = Barrier::new(4);
        let opened: Vec<_> = std::thread::scope(|scope| {
            let open = || {
                let store = Store::open(&path, store_options()).unwrap();
                together.wait();
                store.wallets(usual().first_operator(OPERATOR)).unwrap()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        hire(&opened[0]);
        opened[0].begin_registration(person(1), EMAIL, true).unwrap().unwrap();
        for wallets in &opened {
            // It can be read by all of them: the same address again is no error.
            wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
            let eve = staff("eve");
            wallets.leave_note(person(1), "a note", &eve).unwrap().unwrap();
            assert_eq!(wallets.notes_on(person(1)).unwrap().unwrap()[0].text, "a note");
        }
    }
}

/// One rotates what the other one has read.
#[test]
fn keys_that_were_changed_elsewhere_are_noticed() {
    let shop = Shop::new(usual());
    let world = &shop.world;
    world.anna();
    let (here, there, eve) = (&world.wallets, shop.beside(), staff("eve"));
    let logs_in = |wallets: &Wallets, who: &str, number| {
        assert_eq!(wallets.log_in(who, LOGIN).unwrap(), Ok(person(number)));
    };
    logs_in(&there, EMAIL, 1);
    here.rotate_key_encryption_key(&eve).unwrap().unwrap();
    logs_in(&there, EMAIL, 1);
    // Hers is wrapped by the new key, though the other one made it.
    there.begin_registration(person(2), &email(2), true).unwrap().unwrap();
    assert_eq!(here.rotate_key_encryption_key(&eve).unwrap(), Ok(2));
    here.begin_registration(person(2), &email(2), true).unwrap().unwrap();

    here.begin_index_rotation(&eve).unwrap().unwrap();
    // Whom the other one registers now is indexed by the new key, and whoever was is found.
    there.begin_registration(person(3), &email(3), true).unwrap().unwrap();
    logs_in(&there, EMAIL, 1);
    assert_eq!(here.reindex(None, 100, &eve).unwrap(), Ok(None));
    assert!(!world.trail(person(3)).contains(&Command::REINDEX), "it was the former key");
    there.end_index_rotation(&eve).unwrap().unwrap();
    for wallets in [here, &there] {
        logs_in(wallets, EMAIL, 1);
    }
    // Nobody has the address a second time.
    world.deliver();
    there.begin_registration(person(4), EMAIL, true).unwrap().unwrap();
    assert_eq!(world.letters().last().unwrap().kind, LetterKind::ADDRESS_IS_KNOWN);

    // The master key that both were opened with is no longer one, and both go on.
    there.add_master_key(&master(2), &eve).unwrap().unwrap();
    here.keep_master_key(&master(2), &eve).unwrap().unwrap();
    for wallets in [here, &there] {
        logs_in(wallets, EMAIL, 1);
    }
    let refused = there.keep_master_key(&master(1), &eve);
    assert!(matches!(refused, Err(Error::WrongMasterKey)), "{refused:?}");
    drop(there);
    shop.verify();
}

const CUSTOMERS: u128 = 12;

/// Two threads with wallets of their own do all at the same time that changes keys, and then each
/// finds everybody who is there, and nobody else.
#[test]
fn two_work_on_one_store() {
    let shop = Shop::new(usual());
    let world = &shop.world;
    let (here, there) = (&world.wallets, shop.beside());
    world.anna();
    // Some never go on with it, and are removed.
    for number in 100..100 + CUSTOMERS {
        here.begin_registration(person(number), &email(number), true).unwrap().unwrap();
    }
    world.wait(8 * DAY);
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        let work = |wallets: Wallets, first: u128| {
            let (shop, together) = (&shop, &together);
            scope.spawn(move || {
                let eve = staff("eve");
                together.wait();
                for number in first..first + CUSTOMERS {
                    wallets.begin_registration(person(number), &email(number), true)??;
                    match number % 4 {
                        0 => drop(wallets.rotate_key_encryption_key(&eve)??),
                        1 => drop(wallets.upkeep()?),
                        2 => {
                            wallets.begin_index_rotation(&eve)??;
                            let mut after = None;
                            loop {
                                after = wallets.reindex(after, 4, &eve)??;
                                if after.is_none() {
                                    break;
                                }
                            }
                            // Another one may have come to be indexed by the former key.
                            let _ = wallets.end_index_rotation(&eve);
                        }
                        _ => drop(shop.beside()),
                    }
                    wallets.leave_note(person(number), "a note", &eve)??;
                }
                Ok::<(), Trouble>(())
            })
        };
        let (one, two) = (work(here.clone(), 200), work(there.clone(), 300));
        one.join().unwrap().unwrap();
        two.join().unwrap().unwrap();
    });
    let eve = staff("eve");
    for wallets in [here, &there] {
        for number in (200..200 + CUSTOMERS).chain(300..300 + CUSTOMERS) {
            wallets.begin_registration(person(number), &email(number), true).unwrap().unwrap();
            let notes = wallets.notes_on(person(number)).unwrap().unwrap();
            assert_eq!(notes[0].text, "a note");
        }
        assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
        wallets.rotate_key_encryption_key(&eve).unwrap().unwrap();
    }
    for number in 100..100 + CUSTOMERS {
        let trail = world.trail(person(number));
        let erased = trail.iter().filter(|one| **one == Command::PERSON_ERASED).count();
        assert_eq!(erased, 1, "{number}: {trail:?}");
    }
    drop(there);
    shop.verify();
}

/// Symptom: a store in which nothing was wrong did not pass its verification, as a person who was
/// erased had a key. Cause: somebody clicked twice, two processes made a key each, and the one that
/// no row named was destroyed with nobody. Now whoever was slower destroys it.
#[test]
fn a_registration_that_was_sent_twice_leaves_one_key() {
    let shop = Shop::new(usual());
    let world = &shop.world;
    let there = shop.beside();
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        for wallets in [&world.wallets, &there] {
            let together = &together;
            scope.spawn(move || {
                for number in 0..50 {
                    together.wait();
                    wallets
                        .begin_registration(person(number), &email(number), true)
                        .unwrap()
                        .unwrap();
                }
            });
        }
    });
    world.wait(8 * DAY);
    assert_eq!(world.wallets.upkeep().unwrap().registrations, 50);
    drop(there);
    shop.verify();
}

/// An error, or a refusal.
#[derive(Debug)]
#[expect(dead_code, reason = "a test that fails shows it")]
enum Trouble {
    Failed(Error),
    Refused(Refusal),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A shop changed its pepper while a process with the former one went on: whoever typed the right
/// password there was counted as wrong, until everybody was locked out.
#[test]
fn a_pepper_that_was_replaced_elsewhere_is_noticed() {
    let shop = Shop::new(usual().pepper([1; 32]));
    let world = &shop.world;
    world.anna();
    let options = WalletOptions::new(master(1), policy()).pepper([2; 32]);
    let there = shop.guest().wallets(options.replace_pepper()).unwrap();
    let refused = world.wallets.log_in(EMAIL, LOGIN);
    assert!(matches!(refused, Err(Error::WrongPepper)), "{refused:?}");
    let refused = world.wallets.check_payment_password(wallet(1), PAYMENT);
    assert!(matches!(refused, Err(Error::WrongPepper)), "{refused:?}");
    assert!(there.log_in(EMAIL, LOGIN).unwrap().is_err(), "each is to be reset");
}

/// What a tool may do alone is said by the policy that the store remembers: also once that is
/// another one.
#[test]
fn a_policy_that_was_changed_elsewhere_is_noticed_by_whoever_keeps_it() {
    let shop = Shop::new(usual());
    let world = &shop.world;
    world.anna();
    let tool = WalletOptions::new(master(1), policy()).keep_policy();
    let tool = shop.guest().wallets(tool).unwrap();
    tool.leave_note(person(1), "a note", &staff("eve")).unwrap().unwrap();
    let mut other = policy();
    other.name = "another one".into();
    let options = WalletOptions::new(master(1), other.clone());
    drop(shop.guest().wallets(options).unwrap());
    let refused = tool.leave_note(person(1), "a note", &staff("eve"));
    let given = policy().hash().unwrap();
    let Err(Error::WrongPolicy { remembered, given: found }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((remembered, found), (Some(other.hash().unwrap()), given));
    // A shop goes by the one that it brings.
    world.wallets.leave_note(person(1), "a note", &staff("eve")).unwrap().unwrap();
}

/// Money for an account that the library keeps comes by a command of wallets, also of a guest's.
/// The same guest's own operations are the host's, not the library's.
#[test]
fn what_the_library_keeps_is_closed_to_guests_too() {
    let shop = Shop::new(usual());
    let world = &shop.world;
    world.anna();
    world.pay_in(1, 5_000);
    let (guest, kept, ten) = (shop.guest(), id(70), Amount::from(10_u32));
    let managed = Account::new(kept, 1, 300, AccountFlags::MANAGED);
    guest.create_accounts(&[managed, Account::new(id(71), 1, 300, AccountFlags::NONE)]).unwrap();

    let hold = Operation::hold(id(800), account(1), kept, 1, ten);
    let hold = hold.with_deadline(60, AtDeadline::RELEASE);
    let wallets = guest.wallets(usual()).unwrap();
    let authorisation = Some(id(901));
    let payment = Payment { wallet: wallet(1), order: id(900), authorisation, operation: hold };
    wallets.authorise(id(901), &payment.purchase(), PAYMENT, false).unwrap().unwrap();
    wallets.pay(&payment).unwrap().unwrap();

    for (place, store) in [&guest, &world.store].into_iter().enumerate() {
        let number = |more| id(810 + 10 * place as u128 + more);
        for operation in [
            Operation::transfer(number(0), account(1), kept, 1, ten),
            Operation::hold(number(1), kept, id(71), 1, ten),
            Operation::release_rest(number(2), hold.id),
            Operation::refund_rest(number(3), hold.id),
            Operation::dispute(number(4), hold.id),
        ] {
            let outcome = store.submit(&[operation]).unwrap()[0];
            assert_eq!(outcome.status, Status::ACCOUNT_IS_MANAGED, "{operation:?}");
        }
        let ticket = store.submit_async(vec![Operation::ship(number(5), hold.id)], Vec::new());
        assert_eq!(ticket.unwrap().wait().unwrap()[0].status, Status::ACCOUNT_IS_MANAGED);
    }
    world.wait(61);
    let snapshot = guest.snapshot().unwrap();
    assert_eq!(snapshot.hold(hold.id).unwrap().unwrap().phase, Phase::SETTLED);
    assert_eq!(snapshot.account(kept).unwrap().unwrap().balances.available(), ten);
    drop((wallets, snapshot, guest));
    shop.verify();
}
