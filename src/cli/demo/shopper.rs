//! The story of one shopper: registration, a confirmed, a refused and a recovered payment, a card.
//!
//! Every step is checked: the story fails where a command answers otherwise than it is told.
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]

use super::stage::{Stage, cents, wrong};
use crate::cli::failure::Failure;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::{
    Actor, DocumentKind, LetterFate, LetterKind, NewWallet, Policy, Profile, REFUNDS_TO_WALLET,
    RecoveryDecision, Refusal, StaffRoles, WalletStatus,
};
use escrowdb::{
    Account, AccountFlags, CaseEvidence, Evidence, Id, MasterKey, Operation, Payment, Status,
    Timestamp, WalletOptions, Wallets, money,
};

const EUR: u32 = 978;
const BANK: Id = Id::from_u128(1);
const SHOP: Id = Id::from_u128(2);
const ANNA: Id = Id::from_u128(11);
const WALLET: Id = Id::from_u128(12);
const ACCOUNT: Id = Id::from_u128(13);
/// A shop keeps its key apart from the store; that of a story is no secret.
const MASTER_KEY: [u8; 32] = [1; 32];

const LOGIN_PASSWORD: &str = "tea from the blue teapot";
const PAYMENT_PASSWORD: &str = "491827";
const NEW_PASSWORD: &str = "730164";

/// Tells the story from beginning to end.
pub(super) fn tell(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let mut policy = Policy::article();
    for currency in &mut policy.currencies {
        currency.code = "EUR".into();
    }
    stage.later(0, 0)?;
    open_shop(stage)?;
    let options = WalletOptions::new(MasterKey::from_bytes(MASTER_KEY), policy);
    let wallets = stage.store().wallets(options.first_operator("olga"))?;
    hired(stage, &wallets)?;
    registration(stage, &wallets)?;
    confirmed(stage, &wallets)?;
    refused(stage, &wallets)?;
    verified(stage, &wallets)?;
    recovered(stage, &wallets)
}

/// Olga, whom the shop names, brings in Otto; together they let in all others.
fn hired(stage: &mut Stage<'_>, wallets: &Wallets) -> Result<(), Failure> {
    stage.chapter("Staff")?;
    let [olga, otto] = ["olga", "otto"].map(|name| Actor::staff(name, "the shop opens"));
    let second = wallets.register_staff("otto", StaffRoles::OPERATOR, &olga)?;
    done(stage, "Olga runs the wallets. She registers Otto as the second operator.", second)?;
    let decides = StaffRoles::REVIEWER | StaffRoles::APPROVER;
    let eve = || wallets.register_staff("eve", StaffRoles::SUPPORT | decides, &olga);
    let words = "She wants Eve for support, and to decide cases: another operator must, too.";
    refusal(stage, words, &eve()?, WalletStatus::SECOND_PERSON_MUST_AGREE)?;
    let agreed = wallets.register_staff("eve", StaffRoles::SUPPORT | decides, &otto)?;
    done(stage, "Otto wants her, too: she is registered.", agreed)?;
    let bob = wallets.register_staff("bob", decides, &otto)?;
    let words = "Otto wants Bob, to decide cases and nothing else.";
    refusal(stage, words, &bob, WalletStatus::SECOND_PERSON_MUST_AGREE)?;
    let agreed = wallets.register_staff("bob", decides, &olga)?;
    done(stage, "Olga wants him, too: he is registered.", agreed)
}

fn open_shop(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let euro = money::iso_ledger(EUR, "EUR").map_err(Failure::work)?;
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let mut outcomes = stage.store().create_ledgers(&[euro])?;
    outcomes.extend(stage.store().create_accounts(&[
        Account::new(BANK, EUR, 100, AccountFlags::EXTERNAL),
        Account::new(SHOP, EUR, 300, limited),
    ])?);
    match outcomes.iter().find(|outcome| outcome.status != Status::APPLIED) {
        Some(outcome) => Err(wrong(&format!("an account: {}", outcome.status))),
        None => Ok(()),
    }
}

fn registration(stage: &mut Stage<'_>, wallets: &Wallets) -> Result<(), Failure> {
    stage.chapter("Registration")?;
    let begun = wallets.begin_registration(ANNA, "anna@example.com", true)?;
    done(stage, "Anna gives her address and the code from the picture.", begun)?;
    let _lost = letter(wallets, LetterKind::CONFIRM_ADDRESS)?;
    stage.later(0, 0)?;
    stage.later(0, 0)?;
    let again = wallets.resend_confirmation(ANNA)?;
    done(stage, "The letter does not come. She has it sent again.", again)?;
    let token = letter(wallets, LetterKind::CONFIRM_ADDRESS)?;
    done(stage, "She follows the link in it.", wallets.confirm_address(&token)?)?;
    let profile = Profile {
        name: "Anna Ivanova".into(),
        citizenship: "DE".into(),
        document_kind: DocumentKind::Passport,
        document_country: "DE".into(),
        document_number: "C01X00T47".into(),
        postal_address: "Lindenstr. 1\nBerlin".into(),
        phone: "+49 30 901820".into(),
        birth_date: String::new(),
    };
    done(stage, "She fills in the form.", wallets.set_profile(ANNA, &profile)?)?;
    let login = wallets.set_login_password(ANNA, LOGIN_PASSWORD, false)?;
    done(stage, "She chooses a password.", login)?;
    let answers = wallets.set_security_answers(ANNA, &[(1, "Rex"), (2, "Rostock")])?;
    done(stage, "She answers two security questions.", answers)?;
    done(stage, "She agrees to the terms.", wallets.set_consent(ANNA, "terms", "1", true)?)?;
    let refunds = wallets.set_consent(ANNA, REFUNDS_TO_WALLET, "1", true)?;
    done(stage, "She ticks the box: refunds go to her wallet.", refunds)?;
    let new = NewWallet { wallet: WALLET, account: ACCOUNT, ledger: EUR, code: 200 };
    done(stage, "She submits, and has a wallet.", wallets.submit_registration(ANNA, &new)?)
}

fn confirmed(stage: &mut Stage<'_>, wallets: &Wallets) -> Result<(), Failure> {
    stage.chapter("A payment that is confirmed")?;
    let created = wallets.create_payment_password(WALLET, PAYMENT_PASSWORD)?;
    done(stage, "Anna creates a payment password, beside the one to log in.", created)?;
    let top_up = Operation::transfer(Id::new(), BANK, ACCOUNT, EUR, cents(1_000_00));
    done(stage, "She puts EUR 1,000.00 into her wallet.", wallets.top_up(WALLET, top_up)?)?;
    let (mut order, words) = (order(80_00), "She orders a teapot for EUR 80.00, and confirms it.");
    let authorised = authorise(wallets, &mut order, PAYMENT_PASSWORD)?;
    done(stage, words, authorised)?;
    let paid = wallets.pay(&order)?;
    done(stage, "The order is paid: the money is in escrow, and the shop sees it.", paid)?;
    let again = wallets.pay(&order)?.map(|outcome| outcome.status);
    if again != Ok(Status::EXISTS) {
        return Err(wrong("the repeated payment is not the first one"));
    }
    stage.tell("The reply was lost, and the shop sends it again: she is not charged twice.")?;
    stage.has("Anna can spend", ACCOUNT, cents(920_00))?;
    stage.later(5, 0)?;
    let hold = order.operation.id;
    stage.act("The shop ships.", Operation::ship(Id::new(), hold))?;
    let release = Operation::release_rest(Id::new(), hold);
    stage.act("The teapot is there: the shop is paid.", release)?;
    stage.has("The shop has", SHOP, cents(80_00))
}

fn refused(stage: &mut Stage<'_>, wallets: &Wallets) -> Result<(), Failure> {
    stage.chapter("Payments that are refused")?;
    let mut lamp = order(30_00);
    let guessed = authorise(wallets, &mut lamp, "000001")?;
    let words = "Somebody at Anna's desk guesses her payment password.";
    refusal(stage, words, &guessed, WalletStatus::CREDENTIALS_MUST_MATCH)?;
    authorised(wallets, &mut lamp)?;
    let mut dearer = lamp;
    dearer.operation.amount = cents(90_00);
    let words = "She confirms a lamp for EUR 30.00, and is charged 90.00 by a faulty page.";
    let changed = wallets.pay(&dearer)?;
    refusal(stage, words, &changed, WalletStatus::AUTHORISATION_MUST_MATCH)?;
    stage.later(1, 0)?;
    let late = wallets.pay(&lamp)?;
    let words = "The page comes back with the right price a day later.";
    refusal(stage, words, &late, WalletStatus::AUTHORISATION_HAS_EXPIRED)?;
    let mut chair = order(600_00);
    let large = authorise(wallets, &mut chair, PAYMENT_PASSWORD)?;
    let words = "She orders an armchair for EUR 600.00: who buys big is verified first.";
    refusal(stage, words, &large, WalletStatus::NEEDS_TIER)?;
    stage.has("Anna can spend", ACCOUNT, cents(920_00))
}

fn verified(stage: &mut Stage<'_>, wallets: &Wallets) -> Result<(), Failure> {
    stage.chapter("Verification")?;
    let (case, eve) = (Id::from_u128(51), Actor::staff("eve", "the scan is genuine"));
    let scan = CaseEvidence {
        kind: EvidenceKind::PASSPORT,
        hash: [7; 32],
        reference: "scans/51".into(),
        expires_at: Timestamp::NONE,
    };
    let opened = wallets.open_verification(case, WALLET, 1, &Actor::Customer)?;
    done(stage, "Anna asks to be verified.", opened)?;
    let sent = wallets.submit_evidence(case, &[scan], &Actor::Customer)?;
    done(stage, "She uploads a scan of her passport.", sent)?;
    stage.later(1, 0)?;
    done(stage, "Eve of the shop looks at it.", wallets.review_verification(case, &eve)?)?;
    let approved = wallets.approve_verification(case, Timestamp::NONE, &eve)?;
    done(stage, "She approves.", approved)?;
    let mut chair = order(600_00);
    authorised(wallets, &mut chair)?;
    done(stage, "Anna buys the armchair.", wallets.pay(&chair)?)?;
    stage.has("Anna can spend", ACCOUNT, cents(320_00))
}

fn recovered(stage: &mut Stage<'_>, wallets: &Wallets) -> Result<(), Failure> {
    stage.chapter("A payment after a forgotten password")?;
    let (case, eve) = (Id::from_u128(61), Actor::staff("eve", "she called"));
    let bob = Actor::staff("bob", "the scan is hers");
    let opened = wallets.open_recovery(case, WALLET, &eve)?;
    done(stage, "Anna forgot her payment password. Support opens a case.", opened)?;
    let (kind, expires_at) = (EvidenceKind::PASSPORT, Timestamp::NONE);
    let scan = Evidence { kind, hash: [8; 32], reference: "scans/61", expires_at };
    let sent = wallets.add_recovery_evidence(case, &scan, &Actor::Customer)?;
    done(stage, "She uploads a scan again.", sent)?;
    done(stage, "Bob looks at it, for it was Eve's case.", wallets.review_recovery(case, &bob)?)?;
    let approved = wallets.decide_recovery(case, RecoveryDecision::Approve, &bob)?;
    done(stage, "He approves: a fresh link is sent.", approved)?;
    let token = letter(wallets, LetterKind::RESET_PAYMENT_PASSWORD)?;
    let reset = wallets.reset_payment_password(&token, NEW_PASSWORD)?;
    done(stage, "She follows it, and chooses a new payment password.", reset)?;
    let mut novel = order(60_00);
    let words = "For a day lower limits hold: EUR 60.00 for books have to wait.";
    let early = authorise(wallets, &mut novel, NEW_PASSWORD)?;
    refusal(stage, words, &early, WalletStatus::EXCEEDS_COOLDOWN_LIMIT)?;
    stage.later(1, 0)?;
    let mut novel = order(60_00);
    done(stage, "The next day she confirms them.", authorise(wallets, &mut novel, NEW_PASSWORD)?)?;
    done(stage, "The books are paid.", wallets.pay(&novel)?)?;
    stage.has("Anna can spend", ACCOUNT, cents(260_00))?;
    stage.expect(
        "She wants the rest on her bank account: what is in a wallet is spent in the shop.",
        Operation::transfer(Id::new(), ACCOUNT, BANK, EUR, cents(260_00)),
        Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE,
    )?;
    Ok(())
}

fn order(price: u32) -> Payment {
    let operation = Operation::hold(Id::new(), ACCOUNT, SHOP, EUR, cents(price));
    Payment { wallet: WALLET, order: Id::new(), authorisation: None, operation }
}

fn authorise(
    wallets: &Wallets,
    order: &mut Payment,
    password: &str,
) -> Result<Result<Timestamp, Refusal>, Failure> {
    let authorisation = Id::new();
    order.authorisation = Some(authorisation);
    Ok(wallets.authorise(authorisation, &order.purchase(), password, false)?)
}

/// Authorises what must be allowed.
fn authorised(wallets: &Wallets, order: &mut Payment) -> Result<(), Failure> {
    let judged = authorise(wallets, order, PAYMENT_PASSWORD)?;
    judged.map(drop).map_err(|refusal| wrong(&format!("authorising: {refusal}")))
}

/// The secret of a letter of this kind, which is reported delivered with all others.
fn letter(wallets: &Wallets, kind: LetterKind) -> Result<String, Failure> {
    let letters = wallets.take_letters(100)?;
    for letter in &letters {
        let reported = wallets.report_letter(letter.id, LetterFate::Delivered)?;
        reported.map_err(|refusal| wrong(&format!("a letter: {refusal}")))?;
    }
    let found = letters.iter().rev().find(|letter| letter.kind == kind);
    found.map(|letter| letter.secret.clone()).ok_or_else(|| wrong(&format!("no letter {kind}")))
}

/// Tells what was done.
fn done<A>(stage: &mut Stage<'_>, words: &str, judged: Result<A, Refusal>) -> Result<(), Failure> {
    judged.map_err(|refusal| wrong(&format!("{words}: {refusal}")))?;
    stage.tell(words)
}

/// Tells what was refused, and checks why.
fn refusal<A>(
    stage: &mut Stage<'_>,
    words: &str,
    judged: &Result<A, Refusal>,
    expected: WalletStatus,
) -> Result<(), Failure> {
    match judged {
        Err(refusal) if refusal.status == expected => {
            let tier = match refusal.tier {
                0 => String::new(),
                tier => format!(" {tier}"),
            };
            stage.remark(words, &format!("refused: {expected}{tier}"))
        }
        Err(refusal) => Err(wrong(&format!("{words}: {refusal} instead of {expected}"))),
        Ok(_) => Err(wrong(&format!("{words}: allowed instead of {expected}"))),
    }
}
