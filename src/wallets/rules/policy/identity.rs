//! The figures of identity: registration, passwords, letters, recovery, erasure.
//!
//! The defaults are what today's standards ask for; `standards.md` says which rule follows which
//! standard.

use crate::wallets::rules::contact::check_name;
use crate::wallets::rules::device::Device;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// The rules for registration, passwords, letters, recovery and erasure.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// Passwords, security answers and codes.
    pub credentials: Credentials,
    /// Registration.
    pub registration: Registration,
    /// Letters.
    pub outbox: Outbox,
    /// The recovery of a payment password.
    pub recovery: Recovery,
    /// Changes of e-mail addresses and telephone numbers.
    pub contact: ContactChanges,
    /// How long data is kept.
    pub retention: Retention,
}

/// Passwords, security answers and codes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Credentials {
    /// What a hash costs.
    pub hash: HashCost,
    /// The password of the person.
    pub login: LoginPasswords,
    /// The password of the wallet.
    pub payment: PaymentPasswords,
    /// Security questions.
    pub security_answers: SecurityAnswers,
    /// Short codes.
    pub codes: CodePolicy,
}

/// What Argon2id costs. At least 19,456 KiB, two passes and one lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HashCost {
    /// Memory in KiB; what an attacker needs for each guess.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl HashCost {
    /// The least that is accepted: what OWASP asks for.
    pub const LEAST: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
    /// The most memory that is accepted: 4 GiB.
    const MEMORY_KIB_MAX: u32 = 4 << 20;
    const PASSES_MAX: u32 = 64;
    const LANES_MAX: u32 = 16;
}

impl Default for HashCost {
    /// 64 MiB, three passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 65_536, passes: 3, lanes: 1 }
    }
}

/// The password by which a person logs in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LoginPasswords {
    /// Characters at least.
    pub characters_min: u32,
    /// Characters at least where the host attests a second factor.
    pub characters_min_with_second_factor: u32,
    /// Failed logins, counted by address, and separately for devices that the host knows and for
    /// all others.
    pub throttle: ThrottlePolicy,
    /// This many failures from unknown devices lock it for unknown devices, until a new password is
    /// set; 0 for never.
    pub unknown_device_hard_lock_at: u32,
    /// How long a link to set a new one is good for.
    pub link_seconds: u32,
    /// Links that one requester can have sent within 24 hours.
    pub resets_per_requester: u32,
}

impl LoginPasswords {
    /// What failures from such devices lead to.
    pub(crate) fn throttle(&self, device: Device) -> ThrottlePolicy {
        match device {
            Device::Known => self.throttle,
            Device::Unknown => {
                let hard_lock_at = self.unknown_device_hard_lock_at;
                ThrottlePolicy { hard_lock_at, ..self.throttle }
            }
        }
    }
}

impl Default for LoginPasswords {
    fn default() -> Self {
        let throttle = ThrottlePolicy { hard_lock_at: 0, ..ThrottlePolicy::payment() };
        Self {
            characters_min: 15,
            characters_min_with_second_factor: 8,
            throttle,
            unknown_device_hard_lock_at: 20,
            link_seconds: 30 * MINUTE,
            resets_per_requester: 3,
        }
    }
}

/// The password that confirms payments.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PaymentPasswords {
    /// Digits at least, if it has digits alone.
    pub digits_min: u32,
    /// Characters at least, if it is a phrase.
    pub characters_min: u32,
    /// Wrong payment passwords, counted by wallet, and separately for devices that the host knows
    /// and for all others.
    pub throttle: ThrottlePolicy,
}

impl Default for PaymentPasswords {
    fn default() -> Self {
        Self { digits_min: 6, characters_min: 8, throttle: ThrottlePolicy::payment() }
    }
}

/// What failures lead to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ThrottlePolicy {
    /// This many failures lock for the first time; each further one for twice as long.
    pub failures_before_lock: u32,
    /// How long the first lock lasts.
    pub first_lock_seconds: u32,
    /// How long a lock lasts at most.
    pub lock_seconds_max: u32,
    /// This many failures lock until recovery; 0 for never.
    pub hard_lock_at: u32,
}

impl ThrottlePolicy {
    /// Five failures lock for 15 minutes, doubling up to a day; twenty lock for good.
    #[must_use]
    pub const fn payment() -> Self {
        Self {
            failures_before_lock: 5,
            first_lock_seconds: 15 * MINUTE,
            lock_seconds_max: DAY,
            hard_lock_at: 20,
        }
    }

    /// How long a failure locks, by how many failures it comes after the first that locks.
    pub(crate) fn lock_seconds(&self, beyond: u32) -> u32 {
        let factor = 1_u32.checked_shl(beyond).unwrap_or(u32::MAX);
        self.first_lock_seconds.saturating_mul(factor).min(self.lock_seconds_max)
    }

    fn check(&self, place: &str) -> Result<(), String> {
        demand((1..=100).contains(&self.failures_before_lock), || {
            format!("{place}: failures_before_lock must be 1 to 100")
        })?;
        demand(self.first_lock_seconds >= MINUTE, || {
            format!("{place}: first_lock_seconds must be at least {MINUTE}")
        })?;
        demand(self.lock_seconds_max >= self.first_lock_seconds, || {
            format!("{place}: lock_seconds_max must not be less than first_lock_seconds")
        })?;
        demand(self.hard_lock_at == 0 || self.hard_lock_at >= self.failures_before_lock, || {
            format!("{place}: hard_lock_at must be 0, or not less than failures_before_lock")
        })
    }
}

impl Default for ThrottlePolicy {
    fn default() -> Self {
        Self::payment()
    }
}

/// Security questions. Off by default: today's standards advise against them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SecurityAnswers {
    /// How many a registration must answer; 0 turns them off.
    pub needed: u32,
    /// Upper and lower case count as the same. Otherwise answers are compared exactly.
    pub fold_case: bool,
    /// Failed answers, counted by person.
    pub throttle: ThrottlePolicy,
}

/// Short codes that the host sends and the customer types.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CodePolicy {
    /// How often one code may be tried.
    pub tries: u32,
    /// How long a code is good for.
    pub lifetime_seconds: u32,
    /// Seconds between two codes for the same purpose.
    pub resend_after_seconds: u32,
    /// Codes of one person within 24 hours, whatever they are for.
    pub codes_per_day: u32,
}

impl Default for CodePolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            lifetime_seconds: 10 * MINUTE,
            resend_after_seconds: MINUTE,
            codes_per_day: 10,
        }
    }
}

/// Registration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Registration {
    /// Whether the host must attest that a captcha was solved.
    pub captcha: bool,
    /// Consents that must be given in this version: kind and version 1 to 64 of A–Z, a–z, 0–9, `.`,
    /// `_` and `-`.
    pub consents: Vec<ConsentNeeded>,
    /// The version of the consent [`REFUNDS_TO_WALLET`](crate::wallet::REFUNDS_TO_WALLET) that
    /// counts: who gave another one, or withdrew it, has refunds of a card go back to it. Absent
    /// for any version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunds_to_wallet_version: Option<String>,
    /// How long the link that confirms an address is good for.
    pub link_seconds: u32,
    /// Seconds between two letters of one registration.
    pub resend_after_seconds: u32,
    /// Letters of one registration, and registrations of one address, within 24 hours.
    pub letters_per_day: u32,
    /// How long a registration may take; then it is removed.
    pub purge_after_seconds: u32,
    /// How old a customer must be when the registration is submitted or a further wallet opened, in
    /// years, 1 to 120: by the birthdays that there were by that day in UTC, and by 1 March for
    /// whom there is none in a year. Absent for any age; otherwise no profile is taken without a
    /// birth date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<u8>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            captcha: true,
            consents: vec![ConsentNeeded { kind: "terms".into(), version: "1".into() }],
            refunds_to_wallet_version: None,
            link_seconds: DAY,
            resend_after_seconds: MINUTE,
            letters_per_day: 5,
            purge_after_seconds: 7 * DAY,
            minimum_age: None,
        }
    }
}

/// A consent that must be given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentNeeded {
    /// What the customer agrees to, such as `terms`.
    pub kind: String,
    /// The version of the text.
    pub version: String,
}

/// Letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Outbox {
    /// A letter that was handed over is given again after this time, unless it is acknowledged.
    pub lease_seconds: u32,
    /// How often a letter is handed over; then it counts as bounced.
    pub attempts_max: u32,
    /// How long a letter is remembered after its fate is known.
    pub keep_seconds: u32,
    /// The greatest number of letters of one person that are remembered: beyond it, a code that is
    /// asked for replaces the oldest letter whose fate is known.
    pub letters_per_person_max: u32,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            lease_seconds: 15 * MINUTE,
            attempts_max: 8,
            keep_seconds: 30 * DAY,
            letters_per_person_max: 200,
        }
    }
}

/// The recovery of a payment password.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Recovery {
    /// How long the link is good for.
    pub link_seconds: u32,
    /// How long lower limits apply after it.
    pub cooldown_seconds: u32,
    /// Whether the member of staff who decides the case must not be the one who opened it.
    pub second_person: bool,
    /// Pieces of evidence of one case.
    pub evidence_max: u32,
}

impl Default for Recovery {
    fn default() -> Self {
        Self {
            link_seconds: 30 * MINUTE,
            cooldown_seconds: DAY,
            second_person: true,
            evidence_max: 16,
        }
    }
}

/// Changes of e-mail addresses and telephone numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ContactChanges {
    /// How long the link that confirms a new e-mail address is good for.
    pub link_seconds: u32,
    /// How long a change can be stopped from the former address: limits are lower until then, and
    /// no link for a new password is sent.
    pub cooldown_seconds: u32,
    /// Seconds between two letters to new addresses, or numbers, of one person.
    pub resend_after_seconds: u32,
    /// Letters to new addresses, or numbers, of one person within 24 hours.
    pub letters_per_day: u32,
}

impl Default for ContactChanges {
    fn default() -> Self {
        Self {
            link_seconds: DAY,
            cooldown_seconds: DAY,
            resend_after_seconds: MINUTE,
            letters_per_day: 5,
        }
    }
}

impl ContactChanges {
    fn check(&self) -> Result<(), String> {
        demand(self.link_seconds >= MINUTE, || {
            format!("contact: link_seconds must be at least {MINUTE}")
        })?;
        demand((HOUR..=COOLDOWN_SECONDS_MAX).contains(&self.cooldown_seconds), || {
            format!("contact: cooldown_seconds must be {HOUR} to {COOLDOWN_SECONDS_MAX}")
        })?;
        check_gap("contact", self.resend_after_seconds)?;
        demand(self.letters_per_day >= 1, || "contact: letters_per_day must be at least 1".into())
    }
}

/// How long data is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// How long after a wallet was closed its owner cannot be erased. The default is five years, as
    /// the law against money laundering demands in the European Union.
    pub after_closing_seconds: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { after_closing_seconds: 5 * 365 * DAY }
    }
}

impl Identity {
    /// Whether the figures make sense; otherwise the first that does not, in words.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.credentials.check()?;
        let registration = &self.registration;
        demand(registration.link_seconds >= MINUTE, || {
            format!("registration: link_seconds must be at least {MINUTE}")
        })?;
        demand(registration.letters_per_day >= 1, || {
            "registration: letters_per_day must be at least 1".into()
        })?;
        demand(registration.purge_after_seconds >= registration.link_seconds, || {
            "registration: purge_after_seconds must not be less than link_seconds".into()
        })?;
        demand(registration.minimum_age.is_none_or(|age| AGES.contains(&age)), || {
            format!("registration: minimum_age must be {} to {} years", AGES.start(), AGES.end())
        })?;
        registration.check_consents()?;
        let outbox = &self.outbox;
        demand(outbox.lease_seconds >= 1 && outbox.attempts_max >= 1, || {
            "outbox: lease_seconds and attempts_max must be at least 1".into()
        })?;
        demand((8..=LETTERS_MAX).contains(&outbox.letters_per_person_max), || {
            format!("outbox: letters_per_person_max must be 8 to {LETTERS_MAX}")
        })?;
        self.contact.check()?;
        demand((MINUTE..=DAY).contains(&self.recovery.link_seconds), || {
            format!("recovery: link_seconds must be {MINUTE} to {DAY}")
        })?;
        demand((1..=EVIDENCE_MAX).contains(&self.recovery.evidence_max), || {
            format!("recovery: evidence_max must be 1 to {EVIDENCE_MAX}")
        })
    }
}

/// Consents that a policy can demand, and a person can have.
pub(crate) const CONSENTS_MAX: usize = 32;
/// Bytes of the name of a consent, or of its version.
pub(crate) const CONSENT_BYTES_MAX: usize = 64;
/// A change can be stopped for 30 days at most: so long the former address is nobody else's.
const COOLDOWN_SECONDS_MAX: u32 = 30 * DAY;
/// A lock that anybody can cause lasts a week at most.
const OPEN_LOCK_SECONDS_MAX: u32 = 7 * DAY;
/// Ages that a customer can be asked to have: without one, `minimum_age` is left out.
const AGES: RangeInclusive<u8> = 1..=120;
const LETTERS_MAX: u32 = 10_000;
const EVIDENCE_MAX: u32 = 64;

impl Registration {
    /// A consent that can never be given, or not together with the others, would let nobody in; nor
    /// would letters that come too late.
    fn check_consents(&self) -> Result<(), String> {
        check_gap("registration", self.resend_after_seconds)?;
        let version = self.refunds_to_wallet_version.as_deref().unwrap_or("any");
        demand(check_name(version, CONSENT_BYTES_MAX).is_ok(), || {
            format!(
                "registration: refunds_to_wallet_version must be 1 to {CONSENT_BYTES_MAX} of A-Z, \
                 a-z, 0-9, `.`, `_` and `-`"
            )
        })?;
        demand(self.consents.len() <= CONSENTS_MAX, || {
            format!("registration: at most {CONSENTS_MAX} consents")
        })?;
        let mut kinds = BTreeSet::new();
        for (number, consent) in self.consents.iter().enumerate() {
            for (field, text) in [("kind", &consent.kind), ("version", &consent.version)] {
                demand(check_name(text, CONSENT_BYTES_MAX).is_ok(), || {
                    format!(
                        "registration: consents[{number}].{field} must be 1 to {CONSENT_BYTES_MAX} \
                         of A-Z, a-z, 0-9, `.`, `_` and `-`"
                    )
                })?;
            }
            demand(kinds.insert(&consent.kind), || {
                format!(
                    "registration: consents[{number}].kind stands there before: one version each"
                )
            })?;
        }
        Ok(())
    }
}

impl Credentials {
    fn check(&self) -> Result<(), String> {
        let (cost, least) = (self.hash, HashCost::LEAST);
        demand((least.memory_kib..=HashCost::MEMORY_KIB_MAX).contains(&cost.memory_kib), || {
            let most = HashCost::MEMORY_KIB_MAX;
            format!("credentials: memory_kib must be {} to {most}", least.memory_kib)
        })?;
        demand((least.passes..=HashCost::PASSES_MAX).contains(&cost.passes), || {
            format!("credentials: passes must be {} to {}", least.passes, HashCost::PASSES_MAX)
        })?;
        demand((least.lanes..=HashCost::LANES_MAX).contains(&cost.lanes), || {
            format!("credentials: lanes must be {} to {}", least.lanes, HashCost::LANES_MAX)
        })?;
        let login = &self.login;
        for (field, least) in [
            ("characters_min", login.characters_min),
            ("characters_min_with_second_factor", login.characters_min_with_second_factor),
        ] {
            demand((8..=64).contains(&least), || {
                format!("credentials: {field} of a login password must be 8 to 64")
            })?;
        }
        demand((MINUTE..=DAY).contains(&login.link_seconds), || {
            format!("credentials: login link_seconds must be {MINUTE} to {DAY}")
        })?;
        let payment = &self.payment;
        demand((6..=32).contains(&payment.digits_min), || {
            "credentials: digits_min must be 6 to 32".into()
        })?;
        demand((8..=64).contains(&payment.characters_min), || {
            "credentials: characters_min of payment passwords must be 8 to 64".into()
        })?;
        login.throttle.check("login")?;
        // Whoever knows an address can try passwords for it.
        demand(login.throttle.hard_lock_at == 0, || {
            "login: hard_lock_at must be 0: anybody could lock a customer out for good".into()
        })?;
        demand(login.throttle.lock_seconds_max <= OPEN_LOCK_SECONDS_MAX, || {
            format!(
                "login: lock_seconds_max must be at most {OPEN_LOCK_SECONDS_MAX}: anybody could \
                 lock a customer out"
            )
        })?;
        demand(login.throttle(Device::Unknown).check("login").is_ok(), || {
            "login: unknown_device_hard_lock_at must be 0, or not less than failures_before_lock"
                .into()
        })?;
        demand(login.resets_per_requester >= 1, || {
            "login: resets_per_requester must be at least 1".into()
        })?;
        payment.throttle.check("payment")?;
        self.security_answers.throttle.check("security_answers")?;
        demand(self.security_answers.needed <= 8, || {
            "security_answers: needed must be at most 8".into()
        })?;
        demand((1..=5).contains(&self.codes.tries), || "codes: tries must be 1 to 5".into())?;
        demand(self.codes.codes_per_day >= 1, || {
            "codes: codes_per_day must be at least 1: nobody would ever get one".into()
        })?;
        check_gap("codes", self.codes.resend_after_seconds)?;
        demand((MINUTE..=HOUR).contains(&self.codes.lifetime_seconds), || {
            format!("codes: lifetime_seconds must be {MINUTE} to {HOUR}")
        })
    }
}

/// Nobody waits for longer than a day for a letter that did not arrive.
fn check_gap(of: &str, resend_after_seconds: u32) -> Result<(), String> {
    demand(resend_after_seconds <= DAY, || {
        format!("{of}: resend_after_seconds must be at most {DAY}")
    })
}

fn demand(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the documentation and the page on standards promise to a host that keeps the defaults.
    #[test]
    fn defaults_are_what_is_promised() {
        let Identity { credentials, registration, outbox, recovery, contact, retention } =
            Identity::default();
        assert_eq!(credentials.hash, HashCost { memory_kib: 64 * 1_024, passes: 3, lanes: 1 });
        assert_eq!(HashCost::LEAST, HashCost { memory_kib: 19_456, passes: 2, lanes: 1 });
        let (login, payment) = (credentials.login, credentials.payment);
        let minima = (login.characters_min, login.characters_min_with_second_factor);
        assert_eq!((minima, payment.digits_min), ((15, 8), 6));
        let throttle = ThrottlePolicy {
            failures_before_lock: 5,
            first_lock_seconds: 900,
            lock_seconds_max: 86_400,
            hard_lock_at: 20,
        };
        assert_eq!(payment.throttle, throttle);
        assert_eq!(login.throttle, ThrottlePolicy { hard_lock_at: 0, ..throttle });
        assert_eq!(login.throttle(Device::Unknown), throttle);
        assert!(login.resets_per_requester < registration.letters_per_day, "leaves some to others");
        assert_eq!(credentials.security_answers.needed, 0, "off");
        assert_eq!((credentials.codes.tries, credentials.codes.lifetime_seconds), (5, 600));
        assert!(registration.captcha);
        assert_eq!((registration.resend_after_seconds, registration.letters_per_day), (60, 5));
        let links = [registration.link_seconds, login.link_seconds, recovery.link_seconds];
        assert_eq!(links, [86_400, 1_800, 1_800]);
        assert_eq!((recovery.cooldown_seconds, recovery.second_person), (86_400, true));
        assert_eq!((contact.link_seconds, contact.cooldown_seconds), (86_400, 86_400));
        assert_eq!((outbox.lease_seconds, outbox.attempts_max), (900, 8));
        assert_eq!(retention.after_closing_seconds, 157_680_000);
        assert_eq!(crate::wallets::rules::policy::Payments::default().authorisation_seconds, 300);
    }

    #[test]
    fn figures_that_make_no_sense_are_refused() {
        let check = |change: fn(&mut Identity), word: &str| {
            let mut identity = Identity::default();
            change(&mut identity);
            let reason = identity.check().expect_err(word);
            assert!(reason.contains(word), "{reason}");
        };
        check(|identity| identity.contact.link_seconds = 59, "contact: link_seconds");
        check(|identity| identity.contact.cooldown_seconds = 3_599, "cooldown_seconds");
        check(|identity| identity.contact.cooldown_seconds = 31 * DAY, "cooldown_seconds");
        check(|identity| identity.contact.letters_per_day = 0, "contact: letters_per_day");
        assert_eq!(Identity::default().check(), Ok(()));
        check(|i| i.credentials.hash.memory_kib = 19_455, "memory_kib");
        check(|i| i.credentials.hash.passes = 1, "passes");
        check(|i| i.credentials.hash.lanes = 0, "lanes");
        check(|i| i.credentials.login.characters_min_with_second_factor = 7, "login password");
        check(|i| i.credentials.payment.digits_min = 5, "digits_min");
        check(|i| i.credentials.payment.throttle.failures_before_lock = 0, "failures_before_lock");
        check(|i| i.credentials.payment.throttle.lock_seconds_max = 1, "lock_seconds_max");
        check(|i| i.credentials.payment.throttle.hard_lock_at = 4, "hard_lock_at");
        check(|i| i.credentials.codes.tries = 6, "tries");
        check(|i| i.credentials.login.throttle.hard_lock_at = 20, "login: hard_lock_at");
        check(|i| i.credentials.login.throttle.lock_seconds_max = u32::MAX, "lock_seconds_max");
        let consent = |kind: &str, version: &str| ConsentNeeded {
            kind: kind.into(),
            version: version.into(),
        };
        for (version, is_fit) in [("1", true), ("2026-01", true), ("", false), ("a b", false)] {
            let mut identity = Identity::default();
            identity.registration.refunds_to_wallet_version = Some(version.into());
            let fault = identity.check().err().unwrap_or_default();
            assert_eq!(!fault.contains("refunds_to_wallet_version"), is_fit, "{fault}");
        }
        for (consents, word) in [
            // Nobody can agree to two versions: nobody could register.
            (vec![consent("terms", "1"), consent("terms", "2")], "consents[1].kind"),
            (vec![consent("", "1")], "consents[0].kind"),
            (vec![consent("terms", " ")], "consents[0].version"),
            (vec![consent(&"t".repeat(65), "1")], "consents[0].kind"),
            (vec![consent("terms", "a\nb")], "consents[0].version"),
            (vec![consent("terms of use", "1")], "consents[0].kind"),
        ] {
            let mut identity = Identity::default();
            identity.registration.consents = consents;
            let reason = identity.check().expect_err(word);
            assert!(reason.contains(word), "{reason}");
        }
        check(|i| i.credentials.login.unknown_device_hard_lock_at = 4, "unknown_device");
        check(|i| i.credentials.login.resets_per_requester = 0, "resets_per_requester");
        check(|i| i.registration.purge_after_seconds = 1, "purge_after_seconds");
        check(|i| i.registration.minimum_age = Some(0), "minimum_age must be 1 to 120 years");
        check(|i| i.registration.minimum_age = Some(121), "minimum_age must be 1 to 120 years");
        check(|i| i.outbox.attempts_max = 0, "attempts_max");
        check(|i| i.recovery.evidence_max = 0, "evidence_max");
    }
}
