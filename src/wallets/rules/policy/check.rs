//! Whether a policy makes sense: nothing missing, nothing that contradicts itself.

use super::{
    CURRENCIES_MAX, Currency, EVIDENCE_LISTS_MAX, EvidenceKind, Limits, Policy, SmallPayments,
    TIERS_MAX, Tier,
};
use crate::model::{Amount, LedgerCode, limits};
use std::collections::BTreeSet;

/// A policy that makes no sense, in one line that says where and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the policy makes no sense: {reason}")]
pub struct PolicyError {
    reason: String,
}

impl PolicyError {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A day: after that the customer has forgotten what they authorised.
const AUTHORISATION_SECONDS_MAX: u32 = 86_400;
/// Beyond UTC−12 and UTC+14 there is no clock.
const UTC_OFFSET_MINUTES: std::ops::RangeInclusive<i16> = -12 * 60..=14 * 60;
/// Bytes of a name in a policy.
const NAME_BYTES_MAX: usize = 64;

impl Policy {
    /// Whether the policy makes sense.
    ///
    /// # Errors
    /// [`PolicyError`], which names the first fault.
    pub fn check(&self) -> Result<(), PolicyError> {
        check_name("the policy", &self.name)?;
        self.check_tiers()?;
        self.check_currencies()?;
        if let Some(over_all) = &self.over_all_wallets {
            let codes = self.currencies.iter().map(|currency| currency.code.as_str());
            let fault = |fault| PolicyError::new(format!("over_all_wallets: {fault}"));
            over_all.check(codes).map_err(fault)?;
        }
        self.identity.check().map_err(PolicyError::new)?;
        self.inactivity.check().map_err(PolicyError::new)?;
        let authorisation = self.payments.authorisation_seconds;
        demand((1..=AUTHORISATION_SECONDS_MAX).contains(&authorisation), || {
            format!("payments: authorisation_seconds must be 1 to {AUTHORISATION_SECONDS_MAX}")
        })?;
        demand(UTC_OFFSET_MINUTES.contains(&self.utc_offset_minutes), || {
            "utc_offset_minutes must be -720 to 840".into()
        })
    }

    fn check_tiers(&self) -> Result<(), PolicyError> {
        demand((1..=TIERS_MAX).contains(&self.tiers.len()), || {
            format!("a policy has 1 to {TIERS_MAX} tiers")
        })?;
        let mut names = BTreeSet::new();
        for (number, tier) in self.tiers.iter().enumerate() {
            check_name(&format!("tier {number}"), &tier.name)?;
            demand(names.insert(&tier.name), || {
                format!("tier {number}: the name of another tier")
            })?;
            check_evidence(number, tier)?;
        }
        for (number, pair) in self.tiers.windows(2).enumerate() {
            let [lower, upper] = pair else { continue };
            let lost = lower.operations.iter().find(|one| !upper.operations.contains(one));
            demand(lost.is_none(), || {
                format!("tier {number} allows an operation that the next tier does not")
            })?;
            demand(demands_more(&upper.evidence, &lower.evidence), || {
                let next = number.saturating_add(1);
                format!("tier {next}: evidence demands less than tier {number} does")
            })?;
        }
        let Some(from) = self.verification.second_person_from_tier else { return Ok(()) };
        demand((1..self.tiers.len()).contains(&usize::from(from)), || {
            "verification: second_person_from_tier must name a tier above 0".into()
        })
    }

    fn check_currencies(&self) -> Result<(), PolicyError> {
        demand(self.currencies.len() <= CURRENCIES_MAX, || {
            format!("a policy has at most {CURRENCIES_MAX} currencies")
        })?;
        let mut codes = BTreeSet::new();
        for currency in &self.currencies {
            let code = &currency.code;
            demand(LedgerCode::new(code).is_ok(), || {
                "a currency's code is 1 to 16 of A-Z, 0-9, _ and -".into()
            })?;
            demand(codes.insert(code), || format!("{code} stands there twice"))?;
            demand(currency.scale <= limits::LEDGER_SCALE_MAX, || {
                format!("{code}: scale must be 0 to {}", limits::LEDGER_SCALE_MAX)
            })?;
            demand(currency.tiers.len() == self.tiers.len(), || {
                let (given, expected) = (currency.tiers.len(), self.tiers.len());
                format!("{code} has limits for {given} tiers, the policy has {expected}")
            })?;
            check_currency(currency)?;
        }
        Ok(())
    }
}

fn check_evidence(number: usize, tier: &Tier) -> Result<(), PolicyError> {
    demand(number != 0 || tier.evidence.is_empty(), || {
        "tier 0 cannot demand evidence: it is what a wallet begins with".into()
    })?;
    demand(number == 0 || !tier.evidence.is_empty(), || {
        format!("tier {number} demands no evidence: nothing tells it from the tier below")
    })?;
    demand(tier.evidence.len() <= EVIDENCE_LISTS_MAX, || {
        format!("tier {number} demands too many pieces of evidence")
    })?;
    demand(tier.evidence.iter().all(|kinds| !kinds.is_empty()), || {
        format!("tier {number}: a list of evidence without a kind can never be met")
    })?;
    demand(tier.approval_days != Some(0), || format!("tier {number}: approval_days must not be 0"))
}

/// Whether evidence that meets all lists of `upper` meets all of `lower`: for each list of `lower`
/// there is a different list of `upper` that accepts no kind that it does not.
fn demands_more(upper: &[Vec<EvidenceKind>], lower: &[Vec<EvidenceKind>]) -> bool {
    let mut taken = vec![None; upper.len()];
    (0..lower.len())
        .all(|list| covers(list, (upper, lower), &mut taken, &mut vec![false; upper.len()]))
}

/// Finds a list of `upper` for one of `lower`, moving those of others along (an augmenting path).
fn covers(
    list: usize,
    lists: (&[Vec<EvidenceKind>], &[Vec<EvidenceKind>]),
    taken: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    let (upper, lower) = lists;
    for (place, kinds) in upper.iter().enumerate() {
        if seen[place] || !kinds.iter().all(|kind| lower[list].contains(kind)) {
            continue;
        }
        seen[place] = true;
        if taken[place].is_none_or(|other| covers(other, lists, taken, seen)) {
            taken[place] = Some(list);
            return true;
        }
    }
    false
}

fn check_currency(currency: &Currency) -> Result<(), PolicyError> {
    let code = &currency.code;
    for (number, limits) in currency.tiers.iter().enumerate() {
        check_limits(&format!("{code}, tier {number}"), limits)?;
    }
    check_limits(&format!("{code}, cooldown"), &currency.cooldown)?;
    for (number, pair) in currency.tiers.windows(2).enumerate() {
        let [lower, upper] = pair else { continue };
        for ((name, lower), (_, upper)) in effective(lower).into_iter().zip(effective(upper)) {
            demand(!is_below(upper, lower), || {
                format!("{code}: {name} of tier {number} is above that of the next tier")
            })?;
        }
    }
    let Some(small) = &currency.small_payments else { return Ok(()) };
    check_small_payments(code, small)?;
    let second_factor = &currency.second_factor;
    let limits = [
        ("above_per_payment", second_factor.above_per_payment, small.per_payment),
        ("above_per_day", second_factor.above_per_day, small.per_payment),
    ];
    for (name, limit, largest) in limits {
        let overrides = limit.is_some_and(|limit| largest > limit);
        demand(!overrides || small.waive_second_factor, || {
            format!(
                "{code}, small_payments: per_payment is above {name} of second_factor: lower it, \
                 or set waive_second_factor"
            )
        })?;
    }
    Ok(())
}

/// A longer time cannot have a lower limit.
fn check_limits(place: &str, limits: &Limits) -> Result<(), PolicyError> {
    for (name, limit) in amounts(limits) {
        demand(limit.is_none_or(|limit| !limit.is_zero()), || {
            format!("{place}: {name} must not be 0; take the operation from the tier instead")
        })?;
    }
    let [times @ .., _balance] = amounts(limits);
    let given: Vec<_> = times.into_iter().filter(|(_, limit)| limit.is_some()).collect();
    for pair in given.windows(2) {
        let [(shorter, low), (longer, high)] = pair else { continue };
        demand(!is_below(*high, *low), || format!("{place}: {longer} is below {shorter}"))?;
    }
    let counts = [limits.payments_per_day, limits.payments_per_month];
    for (name, count) in ["payments_per_day", "payments_per_month"].into_iter().zip(counts) {
        demand(count != Some(0), || format!("{place}: {name} must not be 0"))?;
    }
    let is_reversed = matches!(counts, [Some(day), Some(month)] if month < day);
    demand(!is_reversed, || format!("{place}: payments_per_month is below payments_per_day"))
}

fn check_small_payments(code: &str, small: &SmallPayments) -> Result<(), PolicyError> {
    demand(!small.per_payment.is_zero(), || {
        format!("{code}, small_payments: per_payment must not be 0; leave small_payments out")
    })?;
    demand(small.in_a_row > 0, || {
        format!("{code}, small_payments: in_a_row must not be 0; leave small_payments out")
    })?;
    demand(small.per_payment <= small.in_a_row_sum, || {
        format!("{code}, small_payments: in_a_row_sum is below per_payment")
    })
}

/// The limits that are amounts, from the shortest time to the longest, and last the balance.
fn amounts(limits: &Limits) -> [(&'static str, Option<Amount>); 6] {
    [
        ("per_payment", limits.per_payment),
        ("per_day", limits.per_day),
        ("per_month", limits.per_month),
        ("per_year", limits.per_year),
        ("lifetime", limits.lifetime),
        ("balance", limits.balance),
    ]
}

/// All limits, each lowered to those of longer times: a wallet that may pay 1,000 in its life may
/// not pay more in a day.
fn effective(limits: &Limits) -> [(&'static str, Option<Amount>); 8] {
    let [mut payment, mut day, mut month, mut year, lifetime, balance] = amounts(limits);
    year.1 = lowest(year.1, lifetime.1);
    month.1 = lowest(month.1, year.1);
    day.1 = lowest(day.1, month.1);
    payment.1 = lowest(payment.1, day.1);
    let a_month = count(limits.payments_per_month);
    let a_day = lowest(count(limits.payments_per_day), a_month);
    let counts = [("payments_per_day", a_day), ("payments_per_month", a_month)];
    [payment, day, month, year, lifetime, balance, counts[0], counts[1]]
}

fn lowest(limit: Option<Amount>, other: Option<Amount>) -> Option<Amount> {
    [limit, other].into_iter().flatten().min()
}

fn count(number: Option<u32>) -> Option<Amount> {
    number.map(Amount::from)
}

/// Whether a limit is stricter than another; an absent one is not.
fn is_below(limit: Option<Amount>, other: Option<Amount>) -> bool {
    match (limit, other) {
        (Some(limit), Some(other)) => limit < other,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn check_name(place: &str, name: &str) -> Result<(), PolicyError> {
    demand((1..=NAME_BYTES_MAX).contains(&name.len()), || {
        format!("{place}: a name is 1 to {NAME_BYTES_MAX} bytes")
    })
}

fn demand(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), PolicyError> {
    if holds { Ok(()) } else { Err(PolicyError::new(otherwise())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::rules::policy::{ExchangeRate, OverAllWallets, WalletOperation, Worth};

    /// Changes to a good policy, and the fault that each makes.
    type Fault = (fn(&mut Policy), &'static str);

    const FAULTS: [Fault; 31] = [
        (|p| p.name.clear(), "the policy: a name is 1 to 64 bytes"),
        (|p| p.tiers.clear(), "a policy has 1 to 16 tiers"),
        (|p| p.tiers[1].name = "registered".into(), "tier 1: the name of another tier"),
        (|p| p.tiers[0].evidence = p.tiers[1].evidence.clone(), "tier 0 cannot demand evidence"),
        (|p| p.tiers[1].evidence.clear(), "tier 1 demands no evidence"),
        (|p| p.tiers[1].evidence.push(vec![]), "without a kind can never be met"),
        (|p| p.tiers[1].approval_days = Some(0), "approval_days must not be 0"),
        (|p| p.tiers[0].operations.push(WalletOperation::Redeem), "that the next tier does not"),
        (|p| p.verification.second_person_from_tier = Some(2), "must name a tier above 0"),
        (|p| p.currencies[0].code = "usd".into(), "code is 1 to 16 of A-Z"),
        (|p| p.currencies.push(p.currencies[0].clone()), "USD stands there twice"),
        (|p| p.currencies[0].scale = 19, "USD: scale must be 0 to 18"),
        (|p| p.currencies[0].tiers.truncate(1), "USD has limits for 1 tiers, the policy has 2"),
        (|p| limit(p).per_day = Some(1u32.into()), "USD, tier 0: per_day is below per_payment"),
        (|p| limit(p).lifetime = Some(1u32.into()), "USD, tier 0: lifetime is below per_month"),
        (|p| limit(p).per_month = Some(0u32.into()), "USD, tier 0: per_month must not be 0"),
        (
            |p| (limit(p).payments_per_day, limit(p).payments_per_month) = (Some(2), Some(1)),
            "payments_per_month is below payments_per_day",
        ),
        (
            |p| p.currencies[0].tiers[1].per_payment = Some(1u32.into()),
            "USD: per_payment of tier 0 is above that of the next tier",
        ),
        // A proof of funds alone would lift the limits of somebody whose name nobody has seen.
        (
            |p| {
                let funds = vec![vec![EvidenceKind::PROOF_OF_FUNDS]];
                p.tiers.push(Tier { name: "rich".into(), evidence: funds, ..p.tiers[1].clone() });
            },
            "tier 2: evidence demands less than tier 1 does",
        ),
        // A clerk who asks for any of four documents where one of three was wanted.
        (
            |p| {
                let mut evidence = p.tiers[1].evidence.clone();
                evidence[0].push(EvidenceKind::PROOF_OF_ADDRESS);
                p.tiers.push(Tier { name: "rich".into(), evidence, ..p.tiers[1].clone() });
            },
            "tier 2: evidence demands less than tier 1 does",
        ),
        // "A second factor for all", and whoever steals a session pays without one.
        (|p| exempt(p).second_factor.above_per_payment = Some(0u32.into()), "waive_second_factor"),
        (
            |p| exempt(p).second_factor.above_per_day = Some(9_99u32.into()),
            "above_per_day of second",
        ),
        (|p| p.payments.authorisation_seconds = 0, "authorisation_seconds must be 1 to 86400"),
        (|p| p.utc_offset_minutes = 841, "utc_offset_minutes must be -720 to 840"),
        (|p| rates(p).rates_of = "1.12.2026".into(), "rates_of must be a day, as in 2026-12-01"),
        (|p| rates(p).rates_of = "2026-02-29".into(), "over_all_wallets: rates_of must be a day"),
        (|p| rates(p).rates[0].code = "usd".into(), "code is 1 to 16 of A-Z"),
        (|p| rates(p).rates.push(rate("USD", "2")), "over_all_wallets: USD stands there twice"),
        (|p| rates(p).rates[0].code = "EUR".into(), "USD has limits, and no rate"),
        (|p| p.inactivity.notice_after_days = Some(0), "notice_after_days must be 1 to 36500"),
        // Whoever is told must have the time to act.
        (|p| p.inactivity.wait_days = 0, "inactivity: wait_days must be 1 to 36500"),
    ];

    fn rate(code: &str, worth: &str) -> ExchangeRate {
        ExchangeRate { code: code.into(), worth: Worth::parse(worth).expect("a worth") }
    }

    fn rates(policy: &mut Policy) -> &mut OverAllWallets {
        let rates = vec![rate("USD", "1")];
        policy.over_all_wallets.insert(OverAllWallets { rates_of: "2026-12-01".into(), rates })
    }

    fn limit(policy: &mut Policy) -> &mut Limits {
        &mut policy.currencies[0].tiers[0]
    }

    /// Ten dollars are small.
    fn exempt(policy: &mut Policy) -> &mut Currency {
        let currency = &mut policy.currencies[0];
        currency.small_payments = Some(SmallPayments {
            per_payment: 10_00u32.into(),
            in_a_row_sum: 50_00u32.into(),
            in_a_row: 5,
            waive_second_factor: false,
        });
        currency
    }

    #[test]
    fn what_is_meant_is_allowed() {
        let mut policy = Policy::article();
        let currency = exempt(&mut policy);
        currency.second_factor.above_per_payment = Some(10_00u32.into());
        assert_eq!(policy.check(), Ok(()), "up to ten dollars nobody asks for one");
        let currency = exempt(&mut policy);
        currency.second_factor.above_per_payment = Some(0u32.into());
        if let Some(small) = &mut currency.small_payments {
            small.waive_second_factor = true;
        }
        assert_eq!(policy.check(), Ok(()), "as the European regulation has it");
        let (mut upper, mut policy) = (policy.tiers[1].clone(), Policy::article());
        upper.name = "rich".into();
        upper.evidence.push(vec![EvidenceKind::PROOF_OF_FUNDS]);
        policy.tiers.push(upper);
        policy.currencies[0].tiers.push(Limits::default());
        assert_eq!(policy.check(), Ok(()), "the same, and one thing more");
    }

    /// Symptom: a policy whose limits were written as lists had none: `[[], []]` was two tiers
    /// without a limit, and `[20000]` a limit on the first field that the struct happens to have.
    /// Cause: the reader takes a list for the fields in their order. A list of fields is refused by
    /// its place.
    #[test]
    fn fields_stand_by_their_names() {
        let mut policy = Policy::article();
        exempt(&mut policy);
        let whole: serde_json::Value = serde_json::from_str(&policy.to_json()).expect("JSON");
        for (pointer, list, place) in [
            ("/currencies/0/tiers/0", "[]", "currencies[0].tiers[0]: must"),
            ("/currencies/0/tiers/0", "[20000]", "currencies[0].tiers[0]: must"),
            ("/currencies/0/cooldown", "[]", "currencies[0].cooldown: must"),
            (
                "/currencies/0/small_payments",
                "[1000, 5000, 5]",
                "currencies[0].small_payments: must",
            ),
            ("/currencies/0/second_factor", "[null, 0]", "currencies[0].second_factor: must"),
            ("/currencies/0", "[\"USD\", 2, [{}, {}]]", "currencies[0]: must"),
            ("/tiers/0", "[\"registered\", []]", "tiers[0]: must"),
            ("/payments", "[300]", "payments: must"),
            ("/redemption", "[true]", "redemption: must"),
            ("/inactivity", "[365, 90]", "inactivity: must"),
            ("/verification", "[]", "verification: must"),
            ("/identity", "[]", "identity: must"),
            ("/identity/credentials/login/throttle", "[5, 900, 86400, 0]", "login.throttle: must"),
            ("/identity/registration/consents/0", "[\"terms\", \"1\"]", "consents[0]: must"),
        ] {
            let mut text = whole.clone();
            *text.pointer_mut(pointer).expect(pointer) = serde_json::from_str(list).expect(list);
            let error = Policy::from_json(&text.to_string()).expect_err(place).to_string();
            assert!(error.contains(place), "{error:?} is not {place:?}");
        }
        let all = format!("[{}]", whole["name"]);
        Policy::from_json(&all).expect_err("no policy is a list");
        assert_eq!(Policy::from_json(&whole.to_string()), Ok(policy));
    }

    #[test]
    fn every_fault_has_its_line() {
        for (fault, line) in FAULTS {
            let mut policy = Policy::article();
            fault(&mut policy);
            let error = policy.check().expect_err(line).to_string();
            assert!(error.contains(line) && !error.contains('\n'), "{error:?} is not {line:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_policy_has_its_line() {
        let text = Policy::article().to_json();
        for (wrong, line) in [
            (text.replace("20000", "-1"), "invalid value"),
            (text.replace("20000", "200.00"), "invalid type: floating point"),
            (text.replace("20000", "\"200\""), "invalid type: string"),
            (text.replace("pay_by_card", "pay_by_cash"), "unknown variant `pay_by_cash`"),
            (text.replace("\"tiers\"", "\"tears\""), "unknown field `tears`"),
            ("{".into(), "EOF while parsing"),
            ("{}".into(), "missing field `name`"),
            (" ".repeat(2 << 20), "above 1048576 bytes"),
            // An editor had put an invisible mark there: "expected value at line 1 column 1".
            (format!("\u{feff}{text}"), "begins with a byte order mark: save it as UTF-8 without"),
            // "invalid type: floating point `18446744073709551616.0`, expected u64": of which
            // field?
            (
                text.replace("20000", "18446744073709551616"),
                "currencies[0].tiers[0].per_payment: invalid type: floating point",
            ),
            (
                text.replace("20000", "18446744073709551616"),
                "expected a whole number from 0 to 18446744073709551615, or the digits of a \
                 greater",
            ),
            (
                text.replace("\"authorisation_seconds\": 300", "\"authorisation_seconds\": 1e99"),
                "payments.authorisation_seconds: invalid type: floating point",
            ),
            (format!("{text} {{}}"), "trailing characters"),
        ] {
            let error = Policy::from_json(&wrong).expect_err(line).to_string();
            assert!(error.contains(line) && !error.contains('\n'), "{error:?} is not {line:?}");
        }
    }
}
