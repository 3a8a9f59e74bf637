//! `wallet legal-hold`, `retention` and `erase`: what keeps a person's data, and what destroys it.

use super::access::{Opened, to_write};
use super::arguments::{Access, LegalHold, OnePerson, Retention};
use super::{awaits_second, ordered};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{IdText, TimeText};
use crate::cli::output::second;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Whether a person is under a legal hold.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct LegalHoldFacts {
    person: IdText,
    /// Whether the person is under one now.
    legal_hold: bool,
    /// Whether the person is to be under one.
    ordered: bool,
    /// Whether what was ordered awaits a second member of staff.
    awaits_second: bool,
}

/// Until when a person's data is kept.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RetentionFacts {
    person: IdText,
    /// Until when it is kept now; null while what was ordered awaits a second member of staff: the
    /// later date that was set before is in force then.
    retain_until: Option<TimeText>,
    /// Until when it is to be kept.
    ordered: Option<TimeText>,
    /// Whether what was ordered awaits a second member of staff.
    awaits_second: bool,
}

/// That a person was erased.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ErasedFacts {
    person: IdText,
    erased: bool,
    awaits_second: bool,
}

/// Forbids that a person is erased, or allows it again.
pub(super) fn legal_hold(
    arguments: &LegalHold,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let OnePerson { store, person, staff } = &arguments.of;
    let Opened { wallets, .. } = to_write(store, access)?;
    let ordered_hold = arguments.hold;
    let judged = wallets.set_legal_hold(*person, ordered_hold, &staff.actor())?;
    let awaits_second = awaits_second(judged, *person)?;
    let facts = LegalHoldFacts {
        person: IdText::known(*person),
        // It is lifting one that takes two.
        legal_hold: ordered_hold || awaits_second,
        ordered: ordered_hold,
        awaits_second,
    };
    let is = if arguments.hold { "is now" } else { "is no longer" };
    let words = format!("Person {person} {is} under a legal hold.");
    ordered(out, access.json, awaits_second, (&words, &facts))
}

/// Says until when a person's data must be kept.
pub(super) fn retention(
    arguments: &Retention,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let (OnePerson { store, person, staff }, until) = (&arguments.of, arguments.until);
    let Opened { wallets, .. } = to_write(store, access)?;
    let awaits_second =
        awaits_second(wallets.set_retention(*person, until, &staff.actor())?, *person)?;
    let facts = RetentionFacts {
        person: IdText::known(*person),
        retain_until: if awaits_second { None } else { TimeText::of(until) },
        ordered: TimeText::of(until),
        awaits_second,
    };
    let words = format!("The data of person {person} is kept until {}.", second(until));
    ordered(out, access.json, awaits_second, (&words, &facts))
}

/// Destroys the key to all that is known of a person.
pub(super) fn erase(
    arguments: &OnePerson,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let OnePerson { store, person, staff } = arguments;
    let Opened { wallets, .. } = to_write(store, access)?;
    let awaits_second = awaits_second(wallets.erase_person(*person, &staff.actor())?, *person)?;
    let person_id = IdText::known(*person);
    let facts = ErasedFacts { person: person_id, erased: !awaits_second, awaits_second };
    let words = format!("Person {person} is erased. Copies of the file KEYS are yours to destroy.");
    ordered(out, access.json, awaits_second, (&words, &facts))
}
