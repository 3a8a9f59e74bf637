//! No card number gets into a store: each disguise of one, through every text of every command.

use crate::acts::{
    Act, CARD, CASE, CHARGEBACK, CORRECTION, NOBODY, RECOVERY, acts, evidence, market, notice,
    reference,
};
use crate::cards::charge;
use crate::disguises::{DISGUISES, LIKE_A_LICENCE};
use crate::market::passport;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// A text of a command, and the command with that text, everything else as it should be.
type Text = (&'static str, Box<dyn Fn(&Wallets, String) -> Result<(), Refusal>>);

/// Texts of which nothing is kept but a slow or a keyed hash, or that are only compared: a
/// customer's secrets, what the host counts letters of one requester by, the address of a login, a
/// name that is looked up.
const NOT_KEPT: [&str; 27] = [
    "authorise.password",
    "authorise_card.password",
    "authorise_order.password",
    "change_login_password.new",
    "change_login_password.present",
    "change_payment_password.new",
    "change_payment_password.present",
    "check_code.code",
    "check_payment_password.password",
    "check_security_answer.answer",
    "confirm_address.token",
    "confirm_email_change.token",
    "confirm_phone_change.code",
    "create_payment_password.password",
    "latest_staff_acts.name",
    "log_in.email",
    "log_in.password",
    "reset_login_password.new",
    "reset_login_password.token",
    "reset_payment_password.new",
    "reset_payment_password.token",
    "send_login_reset.requester",
    "set_login_password.password",
    "staff_acts.name",
    "staff_member.name",
    "stop_contact_change_by_link.token",
    "waive.password",
];

/// A clerk copies a customer's card number out of a mail, a shop puts one where its processor's
/// reference belongs, a customer types one into the field for the name. Whatever it looks like and
/// wherever it stands, it is refused, and the store holds nothing of it: no row, no entry of the
/// trail.
#[test]
fn no_text_of_any_command_holds_a_card_number() {
    let market = market();
    for (text, act) in texts() {
        for disguise in DISGUISES {
            let expected = match text {
                "set_profile.profile.citizenship"
                | "set_profile.profile.document_country"
                | "open_correction.correction.citizenship"
                | "open_correction.correction.document_country" => Some(W::COUNTRY_MUST_BE_VALID),
                "set_profile.profile.document_number"
                | "open_correction.correction.document_number"
                    if *disguise == LIKE_A_LICENCE =>
                {
                    None
                }
                _ => Some(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            };
            let refused = act(&market.wallets, (*disguise).into()).err();
            assert_eq!(refused.map(|one| one.status), expected, "{text} {disguise:?}");
        }
    }
    for (name, bytes) in market.files() {
        for disguise in DISGUISES {
            assert!(!holds(&bytes, disguise.as_bytes()), "{disguise:?} is in {name}");
        }
    }
    market.verify();
}

/// If you add a text to a command, put it into the table above, or say why it needs no guard.
#[test]
fn the_table_has_every_text_of_every_command() {
    let mut known: BTreeSet<String> = texts().into_iter().map(|(text, _)| text.into()).collect();
    known.extend(NOT_KEPT.map(String::from));
    let sources = sources();
    let kinds = text_kinds(&sources);
    assert_eq!(kinds["CardCharge"], ["reference"]);
    assert_eq!(kinds["Actor"], ["name", "reason"]);
    let found: BTreeSet<String> = parameters(&sources)
        .into_iter()
        .flat_map(|(parameter, of)| {
            let fields = words(of).filter_map(|word| kinds.get(word)).flatten();
            let mut texts: Vec<_> = fields.map(|field| format!("{parameter}.{field}")).collect();
            texts.extend(words(of).any(is_text).then_some(parameter));
            texts
        })
        .collect();
    assert_eq!(known, found);
}

fn texts() -> Vec<Text> {
    let mut texts = acts().into_iter().flat_map(by_actor).collect::<Vec<_>>();
    texts.extend(of_customers());
    texts.extend(of_profiles());
    texts.extend(of_cards());
    texts.extend(of_corrections());
    let mut put = |name, act: fn(&Wallets, &str) -> Result<(), Refusal>| {
        texts.push((name, Box::new(move |w, text| act(w, &text))));
    };
    put("register_staff.name", |w, text| {
        w.register_staff(text, StaffRoles::SUPPORT, &staff(OPERATOR)).unwrap()
    });
    put("grant_roles.name", |w, text| {
        w.grant_roles(text, StaffRoles::SUPPORT, &staff(OPERATOR)).unwrap()
    });
    put("revoke_roles.name", |w, text| {
        w.revoke_roles(text, StaffRoles::SUPPORT, &staff(OPERATOR)).unwrap()
    });
    put("deactivate_staff.name", |w, text| w.deactivate_staff(text, &staff(OPERATOR)).unwrap());
    put("leave_note.text", |w, text| w.leave_note(person(1), text, &staff("eve")).unwrap());
    put("add_recovery_evidence.evidence.reference", |w, text| {
        w.add_recovery_evidence(id(RECOVERY), &evidence(text), &staff("eve")).unwrap()
    });
    put("add_correction_evidence.evidence.reference", |w, text| {
        w.add_correction_evidence(id(CORRECTION), &evidence(text), &staff("eve")).unwrap()
    });
    put("submit_evidence.evidence.reference", |w, text| {
        let scan = CaseEvidence { reference: text.into(), ..passport() };
        w.submit_evidence(id(CASE), &[passport(), scan], &Actor::Customer).unwrap()
    });
    put("chargeback_notified.notice.reference", |w, reference| {
        let notice = ChargebackNotice { reference: reference.into(), ..notice() };
        w.chargeback_notified(&notice, &Actor::System).unwrap().map(drop)
    });
    put("chargeback_notified.notice.reason", |w, reason| {
        let notice = ChargebackNotice { reason: reason.into(), ..notice() };
        w.chargeback_notified(&notice, &Actor::System).unwrap().map(drop)
    });
    put("chargeback_represented.evidence", |w, text| {
        w.chargeback_represented(id(CHARGEBACK), text, &Actor::System).unwrap().map(drop)
    });
    put("card_charged.charge.reference", |w, text| {
        let operation = Operation::put(Id::new(), 5, 4, 0);
        let payment = Payment { wallet: wallet(1), order: id(7), authorisation: None, operation };
        w.card_charged(&charge(&payment, text, 10_00)).unwrap().map(drop)
    });
    texts
}

/// The two texts of an actor: who, and why.
fn by_actor((command, act): Act) -> [Text; 2] {
    let leaked = |field: &str| &*format!("{command}.actor.{field}").leak();
    [
        (leaked("name"), Box::new(move |w, text| act(w, &Actor::staff(text, "why")))),
        (leaked("reason"), Box::new(move |w, text| act(w, &Actor::staff("eve", text)))),
    ]
}

fn of_customers() -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let mut put = |name, act: fn(&Wallets, &str) -> Result<(), Refusal>| {
        texts.push((name, Box::new(move |w, text| act(w, &text))));
    };
    put("begin_registration.email", |w, text| {
        w.begin_registration(person(NOBODY + 1), text, true).unwrap().map(drop)
    });
    put("correct_address.email", |w, text| w.correct_address(person(NOBODY), text).unwrap());
    put("send_login_reset.email", |w, text| w.send_login_reset(text, HOME).unwrap());
    put("begin_contact_change.new", |w, text| {
        w.begin_contact_change(person(1), Channel::PHONE, text).unwrap()
    });
    put("find_persons.email", |w, text| w.find_persons(text, &staff("eve")).unwrap().map(drop));
    put("set_consent.kind", |w, text| w.set_consent(person(1), text, "1", true).unwrap());
    put("set_consent.version", |w, text| w.set_consent(person(1), "terms", text, true).unwrap());
    put("waive.waiver.version", |w, version| {
        let waiver =
            Waiver { id: id(5), wallet: wallet(1), amount_max: Amount::from(1u32), version };
        w.waive(&waiver, PAYMENT).unwrap().map(drop)
    });
    put("set_security_answers.answers", |w, text| {
        w.set_security_answers(person(NOBODY), &[(1, text)]).unwrap()
    });
    texts
}

fn of_profiles() -> impl Iterator<Item = Text> {
    type Change = fn(&mut Profile, String);
    let fields: [(&str, Change); 7] = [
        ("set_profile.profile.name", |profile, text| profile.name = text),
        ("set_profile.profile.citizenship", |profile, text| profile.citizenship = text),
        ("set_profile.profile.document_country", |profile, text| profile.document_country = text),
        ("set_profile.profile.document_number", |profile, text| profile.document_number = text),
        ("set_profile.profile.postal_address", |profile, text| profile.postal_address = text),
        ("set_profile.profile.phone", |profile, text| profile.phone = text),
        ("set_profile.profile.birth_date", |profile, text| profile.birth_date = text),
    ];
    fields.into_iter().map(|(name, change)| {
        let act = move |w: &Wallets, text| {
            let mut changed = profile(NOBODY);
            change(&mut changed, text);
            w.set_profile(person(NOBODY), &changed).unwrap()
        };
        (name, Box::new(act) as _)
    })
}

fn of_corrections() -> impl Iterator<Item = Text> {
    type Change = fn(&mut Correction, String);
    let fields: [(&str, Change); 8] = [
        ("open_correction.correction.name", |one, text| one.name = text),
        ("open_correction.correction.citizenship", |one, text| one.citizenship = text),
        ("open_correction.correction.document_country", |one, text| {
            (one.document_kind, one.document_number) = (Some(DocumentKind::Passport), "X".into());
            one.document_country = text;
        }),
        ("open_correction.correction.document_number", |one, text| {
            (one.document_kind, one.document_country) = (Some(DocumentKind::Passport), "RU".into());
            one.document_number = text;
        }),
        ("open_correction.correction.postal_address", |one, text| one.postal_address = text),
        ("open_correction.correction.email", |one, text| one.email = text),
        ("open_correction.correction.phone", |one, text| one.phone = text),
        ("open_correction.correction.birth_date", |one, text| one.birth_date = text),
    ];
    fields.into_iter().map(|(name, change)| {
        let act = move |w: &Wallets, text| {
            let mut changed = Correction::default();
            change(&mut changed, text);
            w.open_correction(Id::new(), person(1), &changed, &staff("eve")).unwrap()
        };
        (name, Box::new(act) as _)
    })
}

fn of_cards() -> impl Iterator<Item = Text> {
    type Change = fn(&mut CardReference, String);
    let fields: [(&str, Change); 4] = [
        ("propose_card.reference.token", |card, text| card.token = text),
        ("propose_card.reference.brand", |card, text| card.brand = text),
        ("propose_card.reference.last_four", |card, text| card.last_four = text),
        ("propose_card.reference.fingerprint", |card, text| card.fingerprint = text),
    ];
    fields.into_iter().map(|(name, change)| {
        let act = move |w: &Wallets, text| {
            let mut changed = reference();
            change(&mut changed, text);
            w.propose_card(wallet(1), id(CARD + 10), &changed, &Actor::Customer).unwrap()
        };
        (name, Box::new(act) as _)
    })
}

/// The sources of the commands, and of what they take. Not the door for measuring: it is no
/// command.
fn sources() -> String {
    let mut sources = String::new();
    let mut folders: Vec<PathBuf> =
        ["src/wallets/commands", "src/wallets/rules"].map(Into::into).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let has_commands = folder.ends_with("commands") && !path.ends_with("tests");
            if path.is_dir() && has_commands {
                folders.push(path);
                continue;
            }
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            if is_source && !path.ends_with("bench_internals.rs") {
                sources += &fs::read_to_string(path).unwrap();
            }
        }
    }
    sources
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric())
}

fn is_text(word: &str) -> bool {
    word == "str" || word == "String"
}

/// The public structs and enums with texts in them, and which of their fields are texts.
fn text_kinds(sources: &str) -> BTreeMap<&str, Vec<&str>> {
    let items = sources.split("\npub struct ").chain(sources.split("\npub enum ")).skip(1);
    items
        .filter_map(|item| {
            let (head, rest) = item.split_once(" {\n")?;
            let name = head.split('<').next()?;
            let body = rest.split("\n}").next()?;
            let texts = body.lines().filter_map(|line| {
                let (field, of) = line.trim().trim_start_matches("pub ").split_once(": ")?;
                let is_field = field.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                (is_field && words(of).any(is_text)).then_some(field)
            });
            let texts: Vec<_> = texts.collect();
            (!texts.is_empty()).then_some((name, texts))
        })
        .collect()
}

/// The parameters of the commands, as `command.parameter`, with their types; without the rows that
/// a list goes on after.
fn parameters(sources: &str) -> Vec<(String, &str)> {
    let commands = sources.split("\n    pub fn ").skip(1).filter_map(|method| {
        let (name, rest) = method.split_once('(')?;
        let list = rest.split(") -> ").next()?.trim_start().strip_prefix("&self,")?;
        Some((name, list))
    });
    let parameters = commands.flat_map(|(name, list)| {
        // A type with a comma in it is read to the next name.
        let starts = list.match_indices(": ").map(|(colon, _)| colon);
        starts.map(move |colon| {
            let parameter = list[..colon].rsplit([' ', ',']).next().unwrap_or_default();
            let of = list[colon + 2..].split(": ").next().unwrap_or_default();
            (format!("{name}.{parameter}"), of)
        })
    });
    parameters.filter(|(parameter, _)| !parameter.ends_with(".after")).collect()
}
