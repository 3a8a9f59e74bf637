//! What the entries of the trail say: what was before each command, and what is after it.

use crate::acts;
use crate::cards::reference;
use crate::clerks::details;
use crate::market::{Market, passport};
use crate::world::*;
use escrowdb::wallet::*;
use escrowdb::*;

/// The trail said that consent was changed, not which, and of a closed wallet not until when.
#[test]
fn the_trail_says_which_consent_and_which_date() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    wallets.set_consent(person(1), "news", "2", true).unwrap().unwrap();
    wallets.set_consent(person(1), "news", "3", true).unwrap().unwrap();
    wallets.set_consent(person(1), "news", "3", false).unwrap().unwrap();
    let consents = details(&world, person(1), Command::SET_CONSENT);
    let expected = [
        "terms: never given -> 1 given",
        "news: never given -> 2 given",
        "news: 2 given -> 3 given",
        "news: 3 given -> 3 withdrawn",
    ];
    assert_eq!(consents, expected);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    wallets.close_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    let kept = details(&world, person(1), Command::SET_RETENTION);
    let until = world.wallets.audit_trail(person(1), None, 1_000).unwrap();
    let closed_at = until.last().unwrap().1.at;
    let term = world.wallets.policy().identity.retention.after_closing_seconds;
    let until = rfc3339(closed_at.plus_seconds(term));
    assert_eq!(kept, [format!("retention: none -> {until}")]);
}

/// Looks at what a command changes, has it carried out, looks again, and compares both with what
/// its entry says.
struct Walk<'m> {
    market: &'m Market,
    walked: std::cell::RefCell<Vec<Command>>,
}

impl Walk<'_> {
    fn step<S: std::fmt::Display>(
        &self,
        (subject, command, what): (Id, Command, &str),
        look: impl Fn(&Wallets) -> S,
        act: impl FnOnce(&Wallets),
    ) -> String {
        let wallets = &self.market.wallets;
        let before = look(wallets);
        act(wallets);
        let (said, after) = (details(self.market.world(), subject, command), look(wallets));
        let said = said.last().unwrap_or_else(|| panic!("no entry of {command}")).clone();
        let expected = format!("{what}: {before} -> {after}");
        assert!(said.contains(&expected), "{command} says {said:?}, not {expected:?}");
        self.walked.borrow_mut().push(command);
        said
    }
}

/// If you add a command, decide whether its name says it all, or the ledger's operation that its
/// entry names: one that is in no list fails. Of all others it is compared what was before, what is
/// after, and what the entry says.
#[test]
fn every_entry_says_what_changed() {
    use Command as C;
    let market = Market::new(Policy::article());
    let walk = Walk { market: &market, walked: Vec::new().into() };
    let (anna, card, eve, bob) = (market.customer(100_00), id(71), staff("eve"), staff("bob"));
    let (wallet, person, customer) = (anna.wallet, anna.person, Actor::Customer);
    let done = |judged: Result<(), Refusal>| judged.unwrap();

    let cards = |w: &Wallets| {
        let cards = w.cards(wallet).unwrap();
        let found = cards.iter().find(|one| one.id == card);
        found.map_or("none".to_owned(), |card| card.state.to_string())
    };
    let on_card = |command, act: &dyn Fn(&Wallets) -> Result<(), Refusal>| {
        walk.step((wallet, command, "card"), cards, |w| done(act(w)));
    };
    let to = reference("fp");
    on_card(C::PROPOSE_CARD, &|w| w.propose_card(wallet, card, &to, &customer).unwrap());
    let first = walk.step((wallet, C::CONFIRM_CARD, "card"), cards, |w| {
        done(w.confirm_card(wallet, card).unwrap());
    });
    assert!(first.ends_with(&format!("default card: none -> {card}")), "{first}");
    on_card(C::SUSPEND_CARD, &|w| w.suspend_card(wallet, card, &eve).unwrap());
    on_card(C::RESUME_CARD, &|w| w.resume_card(wallet, card, &eve).unwrap());
    let other = id(72);
    done(market.wallets.propose_card(wallet, other, &reference("other"), &customer).unwrap());
    done(market.wallets.confirm_card(wallet, other).unwrap());
    let default =
        |w: &Wallets| w.cards(wallet).unwrap().iter().find(|one| one.is_default).unwrap().id;
    for card in [card, other, card] {
        walk.step((wallet, C::SET_DEFAULT_CARD, "default card"), default, |w| {
            done(w.set_default_card(wallet, card).unwrap());
        });
    }

    // Money of the card: paid, and failed.
    let payment = |id: Id| {
        move |w: &Wallets| {
            w.card_payment(id).unwrap().map_or("none".to_owned(), |state| state.to_string())
        }
    };
    for is_charged in [true, false] {
        let order = market.payment(anna, 10_00);
        let authorisation = market.fresh();
        let purchase = order.purchase();
        let w = &market.wallets;
        w.authorise_card(authorisation, &purchase, card, PAYMENT, false).unwrap().unwrap();
        let order = Payment { authorisation: Some(authorisation), ..order };
        let of = order.operation.id;
        let said = walk.step((wallet, C::BEGIN_CARD_PAYMENT, "card payment"), payment(of), |w| {
            w.begin_card_payment(&order, card).unwrap().unwrap();
        });
        assert!(said.ends_with(&format!("USD 10.00 by card {card}")), "{said}");
        match is_charged {
            true => {
                let charge = crate::cards::charge(&order, "ch_1", 10_00);
                let step = (wallet, C::CARD_CHARGED, "card payment");
                let said = walk.step(step, payment(of), |w| {
                    w.card_charged(&charge).unwrap().unwrap();
                });
                let through = Wallets::purchase_account(anna.person, LEDGER);
                let route = format!("USD 10.00 from account {} to account {through}", id(BANK));
                assert!(said.ends_with(&route), "{said}");
            }
            false => {
                let step = (wallet, C::CARD_PAYMENT_FAILED, "card payment");
                walk.step(step, payment(of), |w| done(w.card_payment_failed(of).unwrap()));
            }
        }
    }
    let typed_in = crate::first_cards::typed_in(&market, anna, 10_00);
    let step = (wallet, C::BEGIN_NEW_CARD_PAYMENT, "card payment");
    let said = walk.step(step, payment(typed_in.operation.id), |w| {
        done(w.begin_new_card_payment(&typed_in).unwrap());
    });
    assert!(said.ends_with("USD 10.00, 3-D Secure authenticated"), "{said}");
    on_card(C::REMOVE_CARD, &|w| w.remove_card(wallet, card, &customer).unwrap());

    // Cases of support.
    let recovery = |case: Id| {
        move |w: &Wallets| {
            let found = w.recovery_case(case).unwrap();
            found.map_or("none".to_owned(), |case| case.state.to_string())
        }
    };
    let evidence = Evidence {
        kind: policy::EvidenceKind::PASSPORT,
        hash: [9; 32],
        reference: "scans/9",
        expires_at: Timestamp::NONE,
    };
    for (number, last) in [(81, C::REFUSE_RECOVERY), (82, C::APPROVE_RECOVERY)] {
        let case = id(number);
        let on_case = |command, act: &dyn Fn(&Wallets) -> Result<(), Refusal>| {
            walk.step((wallet, command, "case"), recovery(case), |w| done(act(w)));
        };
        on_case(C::OPEN_RECOVERY, &|w| w.open_recovery(case, wallet, &eve).unwrap());
        on_case(C::ADD_RECOVERY_EVIDENCE, &|w| {
            w.add_recovery_evidence(case, &evidence, &eve).unwrap()
        });
        on_case(C::REVIEW_RECOVERY, &|w| w.review_recovery(case, &bob).unwrap());
        let decision = match last {
            C::APPROVE_RECOVERY => RecoveryDecision::Approve,
            _ => RecoveryDecision::Refuse,
        };
        on_case(last, &|w| w.decide_recovery(case, decision, &bob).unwrap());
    }
    walk.step((wallet, C::STOP_RECOVERY, "case"), recovery(id(82)), |w| {
        done(w.stop_recovery(id(82), &customer).unwrap());
    });
    let verification = |case: Id| {
        move |w: &Wallets| {
            let found = w.verification(case).unwrap();
            found.map_or("none".to_owned(), |case| case.state.to_string())
        }
    };
    let ends = passport().expires_at;
    for (number, last) in [
        (91, C::WITHDRAW_VERIFICATION),
        (92, C::REFUSE_VERIFICATION),
        (93, C::APPROVE_VERIFICATION),
    ] {
        let case = id(number);
        let on_case = |command, act: &dyn Fn(&Wallets)| {
            walk.step((wallet, command, "case"), verification(case), |w| act(w))
        };
        let said = on_case(C::OPEN_VERIFICATION, &|w| {
            done(w.open_verification(case, wallet, 1, &customer).unwrap());
        });
        assert!(said.ends_with("tier 1 asked for"), "{said}");
        on_case(C::SUBMIT_EVIDENCE, &|w| {
            done(w.submit_evidence(case, &[passport()], &customer).unwrap());
        });
        if last == C::WITHDRAW_VERIFICATION {
            on_case(last, &|w| done(w.withdraw_verification(case, &customer).unwrap()));
            continue;
        }
        on_case(C::REVIEW_VERIFICATION, &|w| done(w.review_verification(case, &eve).unwrap()));
        let said = on_case(last, &|w| match last {
            C::REFUSE_VERIFICATION => {
                let reason = VerificationReason::UNREADABLE;
                done(w.refuse_verification(case, reason, &eve).unwrap());
            }
            _ => drop(w.approve_verification(case, Timestamp::NONE, &eve).unwrap().unwrap()),
        });
        let tier = format!("tier: 0 -> 1 until {}", rfc3339(ends));
        assert_eq!(said.contains(&tier), last == C::APPROVE_VERIFICATION, "{said}");
    }
    let tier = |w: &Wallets| w.wallet(wallet).unwrap().unwrap().tier;
    walk.step((wallet, C::REVOKE_TIER, "tier"), tier, |w| {
        done(w.revoke_tier(wallet, &eve).unwrap());
    });

    // Letters, each way that they go.
    for fate in [LetterFate::Failed, LetterFate::Delivered, LetterFate::Bounced] {
        market.world().wait(DAY);
        let of_anna = |one: &Letter| one.id.person == person;
        let letter = market.letters().into_iter().find(of_anna).unwrap().id;
        let state = |w: &Wallets| {
            let letters = w.letters_of(person).unwrap();
            letters.into_iter().find(|one| one.id == letter).unwrap().state
        };
        let step = (person, C::LETTER, "letter");
        walk.step(step, state, |w| done(w.report_letter(letter, fate).unwrap()));
        walk.step(step, state, |w| done(w.retry_letter(letter, &eve).unwrap()));
    }

    // A correction, each way that it goes.
    let correction = |number| {
        move |w: &Wallets| {
            let found = w.correction_case(id(number)).unwrap();
            found.map_or("none".to_owned(), |found| found.state.to_string())
        }
    };
    for (number, command) in [(191, C::APPROVE_CORRECTION), (192, C::REFUSE_CORRECTION)] {
        let look = correction(number);
        let step = |command| (person, command, "case");
        walk.step(step(C::OPEN_CORRECTION), look, |w| {
            let wanted = acts::correction();
            done(w.open_correction(id(number), person, &wanted, &eve).unwrap());
        });
        walk.step(step(C::ADD_CORRECTION_EVIDENCE), look, |w| {
            let evidence = acts::evidence("scans/9");
            done(w.add_correction_evidence(id(number), &evidence, &eve).unwrap());
        });
        walk.step(step(command), look, |w| {
            done(match command {
                C::APPROVE_CORRECTION => w.approve_correction(id(number), &bob).unwrap(),
                _ => w.refuse_correction(id(number), &bob).unwrap(),
            });
        });
    }

    // An address, each way that its change goes.
    let channel = Channel::PHONE;
    let state = |w: &Wallets| {
        let changes = w.contact_changes(person).unwrap();
        changes.first().map_or("none", |one| one.state.name())
    };
    let ended = |w: &Wallets| match state(w) {
        "none" => "ended",
        state => state,
    };
    let step = |command| (person, command, "phone change");
    let begin = |w: &Wallets| done(w.begin_contact_change(person, channel, "+7 1").unwrap());
    walk.step(step(C::BEGIN_CONTACT_CHANGE), state, begin);
    walk.step(step(C::CONFIRM_CONTACT_CHANGE), state, |w| {
        let code = market.world().secret(LetterKind::CONFIRM_NEW_PHONE);
        done(w.confirm_phone_change(person, &code).unwrap());
    });
    walk.step(step(C::STOP_CONTACT_CHANGE), ended, |w| {
        done(w.stop_contact_change(person, channel, &eve).unwrap());
    });
    market.world().wait(MINUTE);
    begin(&market.wallets);
    let is_over = std::cell::Cell::new(false);
    let state = |_: &Wallets| if is_over.get() { "ended" } else { "begun" };
    walk.step(step(C::END_CONTACT_CHANGE), state, |w| {
        market.world().wait(10 * MINUTE);
        assert_eq!(w.upkeep().unwrap().contact_changes, 1);
        is_over.set(true);
    });

    let state = |w: &Wallets| match w.wallet(wallet).unwrap().unwrap().state {
        WalletState::Active => "active",
        WalletState::Frozen => "frozen",
        _ => "closed",
    };
    let on_wallet = |command, act: &dyn Fn(&Wallets) -> Result<(), Refusal>| {
        walk.step((wallet, command, "wallet"), state, |w| done(act(w)));
    };
    on_wallet(C::FREEZE_WALLET, &|w| w.freeze_wallet(wallet, &eve).unwrap());
    on_wallet(C::UNFREEZE_WALLET, &|w| w.unfreeze_wallet(wallet, &eve).unwrap());
    let ben = market.customer(0);
    let (wallet, w) = (ben.wallet, &market.wallets);
    done(w.freeze_wallet(wallet, &eve).unwrap());
    done(w.close_wallet(wallet, &eve).unwrap());
    assert_eq!(details(market.world(), wallet, C::CLOSE_WALLET), ["wallet: frozen -> closed"]);

    // The tests beside this one, of suspense, openings, chargebacks and staff, compare these.
    let beside = [
        C::CLOSE_WALLET,
        C::SET_LEGAL_HOLD,
        C::SET_RETENTION,
        C::SET_CONSENT,
        C::RESOLVE_SUSPENSE,
        C::PROPOSE_RESOLUTION,
        C::REFUSE_CHARGE,
        C::RECEIVE,
        C::CHANGE_POLICY,
    ];
    // The entry names the operation, and the ledger has from where to where.
    let ledger_says = [
        C::AUTHORISE_PAYMENT,
        C::PAY,
        C::TOP_UP,
        C::REDEEM,
        C::REFUND_CARD_PAYMENT,
        C::PASS_ON_REFUND,
    ];
    // Of secrets, sealed fields and keys there is nothing more to say, and of what happens once
    // there is no before.
    let ranges = (1..=22).chain(38..=45).chain(49..=54);
    let name_says = ranges.chain([28, 32, 33, 36, 47, 60, 61, 135, 150]).map(C::from_number);
    let walked = walk.walked.into_inner();
    // Of chargebacks, refunds that failed, and what leaves a wallet, `chargebacks`,
    // `failed_refunds` and `leaving` compare all.
    let compared = [136..=142, 160..=166];
    let is_beside =
        |one: &C| beside.contains(one) || compared.iter().any(|some| some.contains(&one.number()));
    let is_walked = |command: &Command| walked.contains(command) || is_beside(command);
    let names: Vec<_> = name_says.filter(|command| !is_walked(command)).collect();
    for command in C::ALL {
        let is_decided = ledger_says.contains(command) || names.contains(command);
        assert!(is_walked(command) || is_decided, "what does the entry of {command} say?");
    }
    market.verify();
}
