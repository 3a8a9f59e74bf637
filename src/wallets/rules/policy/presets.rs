//! The policies that come with the library, each figure with its source.
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]

use super::{
    Currency, EvidenceKind, Identity, Inactivity, Limits, OtherCurrencies, Payments, Policy,
    Redemption, SecondFactor, Tier, Verification, WalletOperation,
};
use crate::model::Amount;

/// What an unrestricted wallet may do; taking money out is configured apart.
const SPENDING: [WalletOperation; 4] = [
    WalletOperation::Pay,
    WalletOperation::PayByCard,
    WalletOperation::TopUp,
    WalletOperation::RefundToWallet,
];
/// The kinds of evidence that show an identity.
const IDENTITY: [EvidenceKind; 3] =
    [EvidenceKind::PASSPORT, EvidenceKind::DRIVER_LICENCE, EvidenceKind::IDENTITY_CARD];

impl Policy {
    /// A shop as customers describe it: small purchases need nothing, large ones a verified
    /// identity.
    ///
    /// The descriptions name no figure. Ours are in US dollars: up to 200.00 a payment and 1,000.00
    /// a month without verification, no limit with it, and 50.00 a payment and 100.00 a day for as
    /// long as a recovered password is fresh. Payments by card count too.
    ///
    /// A registration answers security questions (two, which is our figure), and answers are
    /// compared letter by letter. The page on standards says what is weak about that; the other
    /// presets ask none.
    #[must_use]
    pub fn article() -> Self {
        let small =
            Limits { per_payment: units(200_00), per_month: units(1_000_00), ..Limits::default() };
        let cooldown =
            Limits { per_payment: units(50_00), per_day: units(100_00), ..Limits::default() };
        let tiers = vec![tier("registered", &[]), tier("verified", &[&IDENTITY])];
        let limits = vec![small, Limits::default()];
        let currency = Currency { cooldown, ..currency("USD", limits) };
        let mut article = Self { currencies: vec![currency], ..policy("article", tiers) };
        article.identity.credentials.security_answers.needed = 2;
        article
    }

    /// Anonymous electronic money in the European Union, in euros: Directive (EU) 2015/849,
    /// Article 12, as amended by Directive (EU) 2018/843 (the fifth on money laundering), Article
    /// 1(7). It lets member states waive the identification of customers below these figures:
    ///
    /// | figure | where it stands |
    /// | --- | --- |
    /// | 150.00 of payments a month, for a wallet that can be topped up again | Article 12(1)(a), which asks too that it can be used in one member state only |
    /// | 150.00 stored | Article 12(1)(b) |
    /// | 50.00 for one remote payment, which is what every payment in a shop on the network is | Article 12(2); "remote" is defined in Directive (EU) 2015/2366, Article 4(6) |
    ///
    /// Article 12(2) also wants an identity for cash above 50.00; no wallet gives cash. Points (c)
    /// to (e) are up to the host: goods and services only, no funding with anonymous electronic
    /// money, and monitored payments. Member states may set lower limits, or allow no such waiver;
    /// some do. With verification the article sets no limits. Payments by card are not payments of
    /// electronic money, and do not count. The limits after a recovered password are ours: 50.00 a
    /// payment and 100.00 a day.
    ///
    /// Not part of it: the second factor that Directive (EU) 2015/2366, Article 97, wants for
    /// remote payments (see [`Currency::second_factor`]; Delegated Regulation (EU) 2018/389,
    /// Article 16, exempts payments up to 30.00, five or 100.00 in a row, see
    /// [`Currency::small_payments`]), and the right to redemption (see [`Redemption`]).
    #[must_use]
    pub fn eu_amld5() -> Self {
        let anonymous = Limits {
            per_payment: units(50_00),
            per_month: units(150_00),
            balance: units(150_00),
            ..Limits::default()
        };
        let cooldown =
            Limits { per_payment: units(50_00), per_day: units(100_00), ..Limits::default() };
        let tiers = vec![tier("anonymous", &[]), tier("identified", &[&IDENTITY])];
        let currency = Currency { cooldown, ..currency("EUR", vec![anonymous, Limits::default()]) };
        Self {
            currencies: vec![currency],
            payments: Payments { limits_cover_cards: false, ..Payments::default() },
            ..policy("eu_amld5", tiers)
        }
    }

    /// Payment accounts in China, in yuan: Administrative Measures for the Online Payment Business
    /// of Non-Bank Payment Institutions (People's Bank of China, Announcement 2015 No. 43).
    ///
    /// Tier n is class n (Article 11). Class I: one external source confirmed the identity;
    /// 1,000.00 in total since the account was opened. Class II: three sources, or in person;
    /// 100,000.00 a year. Class III: five, or in person; 200,000.00 a year. A customer in no class
    /// (tier 0) cannot pay. With one factor at most 1,000.00 a day, with two at most 5,000.00
    /// (Article 24; more by agreement, if one of the two is a digital certificate or signature:
    /// raise `per_day` then). Years are those of Beijing. Payments from a bank card do not count
    /// (Article 11 speaks of the balance). Two rules are ours: the second person from class II on,
    /// and that for a while after a recovered password nobody pays more a day than with one factor.
    #[must_use]
    pub fn cn_pboc() -> Self {
        const SOURCE: [EvidenceKind; 2] = [EvidenceKind::EXTERNAL_SOURCE, EvidenceKind::IN_PERSON];
        let class = |name: &str, sources| tier(name, &[&SOURCE[..]; 5][..sources]);
        let nobody = Tier { operations: Vec::new(), ..tier("unverified", &[]) };
        let tiers = vec![nobody, class("I", 1), class("II", 3), class("III", 5)];
        let in_total = Limits { lifetime: units(1_000_00), ..Limits::default() };
        let a_year =
            |most| Limits { per_day: units(5_000_00), per_year: units(most), ..Limits::default() };
        let limits = vec![in_total, in_total, a_year(100_000_00), a_year(200_000_00)];
        let one_factor = units(1_000_00);
        let currency = Currency {
            cooldown: Limits { per_day: one_factor, ..Limits::default() },
            second_factor: SecondFactor { above_per_day: one_factor, above_per_payment: None },
            ..currency("CNY", limits)
        };
        Self {
            currencies: vec![currency],
            utc_offset_minutes: 8 * 60,
            verification: Verification { second_person_from_tier: Some(2) },
            payments: Payments { limits_cover_cards: false, ..Payments::default() },
            ..policy("cn_pboc", tiers)
        }
    }

    /// No limits, in any currency: for points and play money, and for hosts that have rules of
    /// their own. Payments still need their password.
    #[must_use]
    pub fn none() -> Self {
        let tiers = vec![tier("everybody", &[])];
        Self { other_currencies: OtherCurrencies::Unlimited, ..policy("none", tiers) }
    }

    /// The policy of this name among those that come with the library.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "article" => Some(Self::article()),
            "eu_amld5" => Some(Self::eu_amld5()),
            "cn_pboc" => Some(Self::cn_pboc()),
            "none" => Some(Self::none()),
            _ => None,
        }
    }

    /// The names that [`Policy::preset`] knows.
    pub const PRESETS: [&'static str; 4] = ["article", "eu_amld5", "cn_pboc", "none"];
}

fn policy(name: &str, tiers: Vec<Tier>) -> Policy {
    Policy {
        name: name.into(),
        tiers,
        currencies: Vec::new(),
        other_currencies: OtherCurrencies::Refused,
        over_all_wallets: None,
        utc_offset_minutes: 0,
        verification: Verification::default(),
        payments: Payments::default(),
        identity: Identity::default(),
        redemption: Redemption::default(),
        inactivity: Inactivity::default(),
    }
}

fn tier(name: &str, evidence: &[&[EvidenceKind]]) -> Tier {
    Tier {
        name: name.into(),
        operations: SPENDING.to_vec(),
        evidence: evidence.iter().map(|kinds| kinds.to_vec()).collect(),
        approval_days: None,
    }
}

fn currency(code: &str, tiers: Vec<Limits>) -> Currency {
    Currency {
        code: code.into(),
        scale: 2,
        tiers,
        cooldown: Limits::default(),
        small_payments: None,
        second_factor: SecondFactor::default(),
    }
}

fn units(minor_units: u32) -> Option<Amount> {
    Some(Amount::from(minor_units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_make_sense_and_survive_their_text() {
        for name in Policy::PRESETS {
            let policy = Policy::preset(name).expect("a preset");
            assert_eq!(policy.name, name);
            assert_eq!(policy.check(), Ok(()), "{name}");
            assert_eq!(Policy::from_json(&policy.to_json()), Ok(policy), "{name}");
        }
        assert_eq!(Policy::preset("other"), None);
    }

    /// The figures of the laws, once more and in another form: whoever changes one changes both.
    #[test]
    fn presets_have_the_figures_of_their_laws() {
        let none = Limits::default();
        let total = Limits { lifetime: units(100_000), ..none };
        let year = |units_a_year| Limits {
            per_day: units(500_000),
            per_year: units(units_a_year),
            ..none
        };
        let anonymous = Limits {
            per_payment: units(5_000),
            per_month: units(15_000),
            balance: units(15_000),
            ..none
        };
        for (policy, code, expected) in [
            (Policy::eu_amld5(), "EUR", vec![anonymous, none]),
            (Policy::cn_pboc(), "CNY", vec![total, total, year(10_000_000), year(20_000_000)]),
        ] {
            let [currency] = &policy.currencies[..] else { panic!("one currency") };
            assert_eq!((currency.code.as_str(), currency.scale), (code, 2));
            assert_eq!(currency.tiers, expected, "{code}");
            assert!(policy.tiers.iter().all(|tier| tier.approval_days.is_none()));
        }
        let sources: Vec<_> =
            Policy::cn_pboc().tiers.iter().map(|tier| tier.evidence.len()).collect();
        assert_eq!(sources, [0, 1, 3, 5]);
        assert!(
            Policy::cn_pboc().tiers[0].operations.is_empty(),
            "who is in no class pays nothing"
        );
        assert_eq!(Policy::cn_pboc().currencies[0].second_factor.above_per_day, units(100_000));
        assert_eq!(Policy::cn_pboc().utc_offset_minutes, 480);
    }

    /// As those describe it who registered there; whoever follows today's standards does not.
    #[test]
    fn the_article_alone_asks_security_questions() {
        for name in Policy::PRESETS {
            let policy = Policy::preset(name).expect("a preset");
            let answers = policy.identity.credentials.security_answers;
            assert_eq!(answers.needed, if name == "article" { 2 } else { 0 }, "{name}");
            assert!(!answers.fold_case, "compared exactly");
        }
    }

    #[test]
    fn nobody_takes_money_out_by_default() {
        for policy in Policy::PRESETS.iter().filter_map(|name| Policy::preset(name)) {
            let redeems = |tier: &Tier| tier.operations.contains(&WalletOperation::Redeem);
            assert!(!policy.redemption.allowed && !policy.tiers.iter().any(redeems));
        }
    }
}
