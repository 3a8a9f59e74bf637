//! Passwords, security answers and codes: which are good enough, and what an attempt leads to.
//!
//! Nothing is hashed here: the hash was computed before, and compared in constant time. The result
//! is an argument.

use super::WalletStatus;
use super::device::Device;
use super::policy::{CodePolicy, LoginPasswords, PaymentPasswords, ThrottlePolicy};
use super::refusal::{Refusal, refuse_if};
use super::rows::{CodeRow, CredentialRow};
use super::secrets::{PASSWORD_BYTES_MAX, PasswordText, Sealed};
use super::throttle::{Daily, Throttle};
use crate::model::Timestamp;
use subtle::ConstantTimeEq;

/// What comparing a password with a hash has shown, before the command was judged.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) matches: bool,
    /// Which password it was compared with; 0 for none.
    pub(crate) times_set: u32,
    /// The same password hashed at the present cost, if the stored hash is outdated.
    pub(crate) rehashed: Option<Sealed>,
}

/// Whether the password may be chosen for logging in.
pub(crate) fn check_login_password(
    password: &PasswordText,
    has_second_factor: bool,
    policy: &LoginPasswords,
) -> Result<(), Refusal> {
    let least = match has_second_factor {
        true => policy.characters_min_with_second_factor,
        false => policy.characters_min,
    };
    check_length(password, least)
}

/// Whether the password may be chosen for payments: digits, or a phrase.
pub(crate) fn check_payment_password(
    password: &PasswordText,
    policy: &PaymentPasswords,
) -> Result<(), Refusal> {
    let text = password.expose();
    let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    check_length(password, if only_digits { policy.digits_min } else { policy.characters_min })?;
    refuse_if(is_trivial(text), WalletStatus::PASSWORD_TOO_COMMON)
}

fn check_length(password: &PasswordText, least: u32) -> Result<(), Refusal> {
    let long = password.expose().len() > PASSWORD_BYTES_MAX;
    refuse_if(long, WalletStatus::PASSWORD_TOO_LONG)?;
    refuse_if(password.characters() < least as usize, WalletStatus::PASSWORD_TOO_SHORT)
}

/// One character again and again, or characters that count up or down.
fn is_trivial(text: &str) -> bool {
    let steps = |step: i64| {
        let letters = text.chars().map(|letter| i64::from(u32::from(letter)));
        letters.clone().zip(letters.skip(1)).all(|(a, b)| b.saturating_sub(a) == step)
    };
    steps(0) || steps(1) || steps(-1)
}

/// What an attempt at a credential leads to: the counter to be written, and the answer.
///
/// While it is locked nothing is compared, and nothing counted. A password that was changed since
/// the comparison counts as wrong.
pub(crate) fn judge(
    throttle: &Throttle,
    present: u32,
    attempt: &Attempt,
    now: Timestamp,
    policy: &ThrottlePolicy,
) -> (Option<Throttle>, Result<(), Refusal>) {
    if let Err(locked) = throttle.check(now) {
        return (None, Err(locked));
    }
    if attempt.matches && attempt.times_set == present {
        return (Some(Throttle::default()), Ok(()));
    }
    let after = throttle.after_failure(now, policy);
    let until = if after.locked_until > now { after.locked_until } else { Timestamp::NONE };
    let wrong = Refusal::until(WalletStatus::CREDENTIALS_MUST_MATCH, until);
    (Some(after), Err(wrong))
}

/// The result of comparing a new password with another one, from which it must differ: the other
/// one's counter, `None` if nothing is to be written, and the answer.
///
/// The comparison is a guess at the other password, right or wrong, so it counts as a failure there
/// either way: a match in this place is no proof of knowing it. While the other one is locked,
/// nothing is compared and the new password is taken: an attacker who guesses must not be able to
/// keep the owner from changing it.
pub(crate) fn judge_comparison(
    throttle: &Throttle,
    matches: bool,
    now: Timestamp,
    policy: &ThrottlePolicy,
) -> (Option<Throttle>, Result<(), Refusal>) {
    if throttle.check(now).is_err() {
        return (None, Ok(()));
    }
    let after = throttle.after_failure(now, policy);
    (Some(after), refuse_if(matches, WalletStatus::PASSWORDS_MUST_DIFFER))
}

/// What an attempt at a payment password leads to. The row is changed; it is to be written whatever
/// the answer, unless nothing was counted.
pub(crate) fn judge_payment(
    row: &mut CredentialRow,
    device: Device,
    attempt: &Attempt,
    now: Timestamp,
    policy: &ThrottlePolicy,
) -> Result<(), Refusal> {
    let present = row.times_set;
    let throttle = row.throttle(device);
    let (after, judged) = judge(throttle, present, attempt, now, policy);
    *throttle = after.unwrap_or(*throttle);
    if judged.is_ok()
        && let Some(hash) = &attempt.rehashed
    {
        row.hash = hash.clone();
    }
    judged
}

/// What an attempt at a short code leads to: the row to be written, `None` if it is used up.
pub(crate) fn judge_code(
    row: &CodeRow,
    mac: Option<[u8; 32]>,
    now: Timestamp,
) -> (CodeRow, Result<(), Refusal>) {
    let mut after = row.clone();
    let wrong = Err(Refusal::of(WalletStatus::CODE_MUST_MATCH));
    if row.tries_left == 0 || now >= row.expires_at {
        return (after, wrong);
    }
    if mac.is_some_and(|mac| row.mac.ct_eq(&mac).into()) {
        after.tries_left = 0;
        return (after, Ok(()));
    }
    after.tries_left = after.tries_left.saturating_sub(1);
    (after, wrong)
}

/// A new code, which replaces the former one.
pub(crate) fn new_code(
    former: Option<&CodeRow>,
    all_sent: &[Daily],
    mac: [u8; 32],
    now: Timestamp,
    policy: &CodePolicy,
) -> Result<CodeRow, Refusal> {
    let sent = former.map(|former| former.sent).unwrap_or_default();
    sent.check(now, policy.resend_after_seconds, policy.codes_per_day)?;
    Daily::check_all(all_sent, now, policy.codes_per_day)?;
    let expires_at = now.plus_seconds(policy.lifetime_seconds);
    Ok(CodeRow { mac, tries_left: policy.tries, expires_at, sent: sent.and_now(now) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use WalletStatus as W;

    #[test]
    fn payment_passwords_are_digits_or_a_phrase() {
        for (text, expected) in [
            ("491827", Ok(())),
            ("49182", Err(W::PASSWORD_TOO_SHORT)),
            ("111111", Err(W::PASSWORD_TOO_COMMON)),
            ("123456", Err(W::PASSWORD_TOO_COMMON)),
            ("987654", Err(W::PASSWORD_TOO_COMMON)),
            ("blue cat", Ok(())),
            ("blue ca", Err(W::PASSWORD_TOO_SHORT)),
            ("abcdefgh", Err(W::PASSWORD_TOO_COMMON)),
        ] {
            let checked =
                check_payment_password(&PasswordText::new(text), &PaymentPasswords::default());
            assert_eq!(checked.map_err(|refusal| refusal.status), expected, "{text}");
        }
    }

    #[test]
    fn login_passwords_are_long_and_nothing_else_is_asked_of_them() {
        for (text, second_factor, expected) in [
            ("fifteen letters", false, Ok(())),
            ("fourteen char.", false, Err(W::PASSWORD_TOO_SHORT)),
            ("eight ch", true, Ok(())),
            ("seven c", true, Err(W::PASSWORD_TOO_SHORT)),
            ("пятнадцать букв", false, Ok(())),
            (&"w".repeat(1_024), false, Ok(())),
            (&"w".repeat(1_025), false, Err(W::PASSWORD_TOO_LONG)),
        ] {
            let password = PasswordText::new(text);
            let checked =
                check_login_password(&password, second_factor, &LoginPasswords::default());
            assert_eq!(checked.map_err(|refusal| refusal.status), expected, "{text}");
        }
    }

    #[test]
    fn a_password_that_was_changed_meanwhile_does_not_match() {
        let policy = ThrottlePolicy::payment();
        let attempt = Attempt { matches: true, times_set: 1, rehashed: None };
        let now = Timestamp::from_nanoseconds(1);
        assert!(judge(&Throttle::default(), 1, &attempt, now, &policy).1.is_ok());
        assert!(judge(&Throttle::default(), 2, &attempt, now, &policy).1.is_err());
    }

    #[test]
    fn a_code_has_five_tries_and_ten_minutes_and_is_used_once() {
        let policy = CodePolicy::default();
        let at = |seconds| Timestamp::from_nanoseconds(1).plus_seconds(seconds);
        let right = Some([7; 32]);
        let code = new_code(None, &[], [7; 32], at(0), &policy).expect("a code");
        assert!(judge_code(&code, right, at(599)).1.is_ok());
        assert!(judge_code(&code, right, at(600)).1.is_err(), "expired");
        let used = judge_code(&code, right, at(1)).0;
        assert!(judge_code(&used, right, at(2)).1.is_err(), "used");
        let mut tried = code.clone();
        for _ in 0..5 {
            tried = judge_code(&tried, Some([8; 32]), at(1)).0;
        }
        assert!(judge_code(&tried, right, at(1)).1.is_err(), "tried too often");
        assert!(new_code(Some(&code), &[], [1; 32], at(59), &policy).is_err(), "too soon");
        assert!(new_code(Some(&code), &[], [1; 32], at(60), &policy).is_ok());
    }
}
