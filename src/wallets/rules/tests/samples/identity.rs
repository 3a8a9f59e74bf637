//! Samples of who a customer is, what they are known by, and what is done with them.

use super::{Sampled, at, daily, from_stored, id, index, sealed, throttle, variants};
use crate::model::{Id, Timestamp};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::contact::{DocumentKind, Profile};
use crate::wallets::rules::correction::Correction;
use crate::wallets::rules::rows::{
    AccountRow, AddressRow, Agenda, AnswerRow, AnswersRow, CodeRow, Consent, ContactChangeRow,
    CorrectionRow, CredentialRow, DocumentRow, EvidenceRow, LetterBody, LetterRow, NoteRow,
    PepperRow, PersonRow, PersonState, PolicyRow, Proposal, RecoveryRow, RegistrationRow,
    RequesterRow, ScanOfRow, ScanRow, TokenRow, UpgradeRow, WalletRow, WalletState,
};
use crate::wallets::rules::throttle::{Daily, Throttle};
use crate::wallets::rules::verification::{OpenCaseRow, VerificationRow};

impl Sampled for PersonRow {
    fn samples() -> Vec<Self> {
        let by = "eve".to_owned();
        let full = Self {
            state: PersonState::Registering,
            slot: 300,
            created_at: at(1),
            address: Some(sealed(1)),
            address_index: index(2),
            profile: Some(sealed(3)),
            document_index: Some(index(4)),
            consents: vec![
                Consent { kind: "terms".into(), version: "2".into(), is_given: true, at: at(2) },
                Consent { kind: "news".into(), version: "1".into(), is_given: false, at: at(3) },
            ],
            wallets: vec![id(5), id(6)],
            legal_hold: true,
            retain_until: at(7),
            notes: 8,
            proposed: Some(Proposal { command: 35, value: 9_000_000_000, by, at: at(10) }),
            term: at(11),
        };
        let states = variants!(PersonState: Registering, Active, Erasing, Erased);
        let mut samples: Vec<_> = states.map(|state| Self { state, ..full.clone() }).into();
        samples.push(Self {
            address: None,
            profile: None,
            document_index: None,
            consents: Vec::new(),
            wallets: Vec::new(),
            legal_hold: false,
            proposed: None,
            ..full
        });
        samples
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { proposed: None, term: Timestamp::NONE, ..self },
            _ => self,
        }
    }
}

impl Sampled for ContactChangeRow {
    fn samples() -> Vec<Self> {
        let full = Self {
            state: 2,
            is_decoy: false,
            case: id(1),
            new: sealed(2),
            former: Some(sealed(3)),
            former_index: Some(index(4)),
            secret: [5; 32],
            tries_left: 6,
            stop_token: [7; 32],
            letters: daily(8),
            begun_at: at(9),
            due: at(10),
        };
        let begun =
            Self { state: 1, is_decoy: true, former: None, former_index: None, ..full.clone() };
        vec![full, begun]
    }
}

impl Sampled for CorrectionRow {
    fn samples() -> Vec<Self> {
        let piece = EvidenceRow {
            kind: 1,
            hash: [2; 32],
            reference: sealed(3),
            expires_at: at(4),
            added_at: at(5),
        };
        vec![Self {
            person: id(1),
            state: 2,
            opened_by: "eve".into(),
            reviewer: "bob".into(),
            fields: 6,
            body: sealed(7),
            evidence: vec![piece],
            opened_at: at(8),
            changed_at: at(9),
        }]
    }
}

impl Sampled for Correction {
    fn samples() -> Vec<Self> {
        let mut full = Self::default();
        full.name = "Anna Petrova".into();
        full.citizenship = "RU".into();
        full.document_kind = Some(DocumentKind::DriverLicence);
        full.document_country = "PT".into();
        full.document_number = "X-1".into();
        full.postal_address = "Lenina 2".into();
        full.email = "anna@new.example".into();
        full.phone = "+7 1".into();
        full.birth_date = "1990-02-28".into();
        vec![full, Self::default()]
    }

    fn written_in(mut self, version: u8) -> Self {
        if version < 2 {
            self.birth_date.clear();
        }
        self
    }
}

impl Sampled for RegistrationRow {
    fn samples() -> Vec<Self> {
        let row = |is_decoy, is_over| Self {
            is_decoy,
            token: [1; 32],
            confirmed_at: at(2),
            letters: daily(3),
            purge_at: at(4),
            is_over,
        };
        vec![row(false, true), row(true, false)]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { is_over: false, ..self },
            _ => self,
        }
    }
}

impl Sampled for AddressRow {
    fn samples() -> Vec<Self> {
        let full = Self {
            owner: id(1),
            letters: daily(2),
            login: throttle(3),
            forget_at: at(4),
            known_login: throttle(10),
            resets: daily(5),
            known_resets: daily(6),
            login_failed_at: at(7),
            known_login_failed_at: at(8),
        };
        vec![full, Self::default()]
    }

    fn written_in(self, version: u8) -> Self {
        let none = Timestamp::NONE;
        match version {
            1 => Self {
                known_login: Throttle::default(),
                resets: Daily::default(),
                known_resets: Daily::default(),
                ..self.written_in(2)
            },
            2 | 3 => Self { login_failed_at: none, known_login_failed_at: none, ..self },
            _ => self,
        }
    }
}

impl Sampled for RequesterRow {
    fn samples() -> Vec<Self> {
        vec![Self { resets: daily(1) }]
    }
}

impl Sampled for DocumentRow {
    fn samples() -> Vec<Self> {
        vec![Self { owner: id(1) }]
    }
}

impl Sampled for WalletRow {
    fn samples() -> Vec<Self> {
        let row = |state| Self {
            person: id(1),
            account: id(2),
            ledger: 300,
            state,
            tier: 4,
            tier_until: at(5),
            created_at: at(6),
            refunds_to_wallet: state == WalletState::Active,
            cooldown_until: at(7),
            recovery: id(8),
        };
        variants!(WalletState: Active, Frozen, Closed).map(row).into()
    }
}

impl Sampled for AccountRow {
    fn samples() -> Vec<Self> {
        vec![Self { wallet: id(1) }]
    }
}

impl Sampled for CredentialRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            person: id(1),
            hash: sealed(2),
            times_set: 300,
            throttle: throttle(4),
            set_at: at(5),
            reset_token: [6; 32],
            known_throttle: throttle(10),
        }]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { known_throttle: Throttle::default(), ..self },
            _ => self,
        }
    }
}

impl Sampled for AnswersRow {
    fn samples() -> Vec<Self> {
        let answers =
            [(300, 1), (301, 2)].map(|(question, byte)| AnswerRow { question, hash: sealed(byte) });
        let full =
            Self { answers: answers.into(), failed_question: Some(300), throttle: throttle(3) };
        vec![full, Self::default()]
    }
}

impl Sampled for CodeRow {
    fn samples() -> Vec<Self> {
        vec![Self { mac: [1; 32], tries_left: 2, expires_at: at(3), sent: daily(4) }]
    }
}

impl Sampled for TokenRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            person: id(1),
            wallet: id(2),
            case: id(3),
            address: [4; 32],
            expires_at: at(5),
        }]
    }
}

impl Sampled for LetterRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            kind: 300,
            channel: 1,
            state: 2,
            about: id(3),
            body: sealed(4),
            created_at: at(5),
            attempts: 6,
            due: at(7),
        }]
    }
}

impl Sampled for LetterBody {
    fn samples() -> Vec<Self> {
        let body =
            |secret: &str| Self { address: "anna@example.com".into(), secret: secret.into() };
        vec![body("a token"), body("")]
    }
}

impl Sampled for Profile {
    fn samples() -> Vec<Self> {
        let profile = |document_kind| Self {
            name: "Anna Ivanova".into(),
            citizenship: "RU".into(),
            document_kind,
            document_country: "KZ".into(),
            document_number: "45 09 000001".into(),
            postal_address: "Lenina 1\nOmsk".into(),
            phone: "+7 900 000 00 00".into(),
            birth_date: "1990-02-28".into(),
        };
        variants!(DocumentKind: Passport, DriverLicence).map(profile).into()
    }

    fn written_in(mut self, version: u8) -> Self {
        if version < 2 {
            self.birth_date.clear();
        }
        self
    }
}

fn evidence() -> Vec<EvidenceRow> {
    let one = |kind| EvidenceRow {
        kind,
        hash: [1; 32],
        reference: sealed(2),
        expires_at: at(3),
        added_at: at(4),
    };
    [5, 300].map(one).into()
}

impl Sampled for RecoveryRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            wallet: id(1),
            person: id(2),
            state: 3,
            opened_by: "eve".into(),
            reviewer: "mallory".into(),
            evidence: evidence(),
            token: [4; 32],
            opened_at: at(5),
            changed_at: at(6),
            first_approver: "trent".into(),
        }]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { first_approver: String::new(), ..self },
            _ => self,
        }
    }
}

impl Sampled for VerificationRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            wallet: id(1),
            person: id(2),
            tier: 3,
            state: 4,
            reason: 5,
            evidence: evidence(),
            reviewer: "mallory".into(),
            first_approver: "trent".into(),
            until: at(6),
            opened_at: at(7),
            changed_at: at(8),
        }]
    }
}

impl Sampled for OpenCaseRow {
    fn samples() -> Vec<Self> {
        vec![Self { case: id(1) }]
    }
}

impl Sampled for ScanRow {
    fn samples() -> Vec<Self> {
        vec![Self { case: id(1) }]
    }
}

impl Sampled for ScanOfRow {
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

impl Sampled for NoteRow {
    fn samples() -> Vec<Self> {
        vec![Self { text: sealed(1), author: "eve".into(), at: at(2) }]
    }
}

impl Sampled for Agenda {
    fn samples() -> Vec<Self> {
        vec![Self::of(id(1)), Self { subject: Id::ZERO, address: Some(index(2)) }]
    }
}

impl Sampled for PolicyRow {
    fn samples() -> Vec<Self> {
        vec![Self { hash: from_stored(&[1; 32]), since: at(2) }]
    }
}

impl Sampled for PepperRow {
    fn samples() -> Vec<Self> {
        let some = [1; 33];
        vec![Self { check: from_stored(&some) }, Self { check: from_stored(&[0]) }]
    }
}

impl Sampled for UpgradeRow {
    fn samples() -> Vec<Self> {
        vec![Self { at: at(1) }]
    }
}

impl Sampled for AuditEntry {
    fn samples() -> Vec<Self> {
        let entry = |actor| Self {
            subject: id(1),
            command: Command::REFUSE_CHARGE,
            actor,
            about: id(2),
            at: at(3),
            detail: "tier: 1 -> 2".into(),
        };
        // Who is added to them is added to the samples.
        let _: fn(&Actor) = |one| match one {
            Actor::Customer | Actor::System | Actor::Staff { .. } => (),
        };
        [Actor::Customer, Actor::System, Actor::staff("eve", "she called")].map(entry).into()
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { detail: String::new(), ..self },
            _ => self,
        }
    }
}
