//! Samples of payments, cards, and money in suspense.

use super::{Sampled, at, from_stored, id, sealed};
use crate::model::{Id, Timestamp};
use crate::wallets::rules::card_payment::{
    CardPaymentRow, CardRefundRow, ChargeRow, ReferenceRow, RefundRow,
};
use crate::wallets::rules::cards::{CardReference, CardRow, CardsRow};
use crate::wallets::rules::chargeback::{ChargebackReferenceRow, ChargebackRow, Contested};
use crate::wallets::rules::limits::Counted;
use crate::wallets::rules::order_terms::OrderAuthorisation;
use crate::wallets::rules::payment::{Authorisation, PaymentRow, SpendingRow};
use crate::wallets::rules::suspense::SuspenseRow;

impl Sampled for SpendingRow {
    fn samples() -> Vec<Self> {
        // Period, sum and number of the day, the month and the year, the sum of all, small
        // payments.
        let windows = [[1, 2, 3], [4, 5, 6], [7, 8, 9]].concat();
        let counters = from_stored(&[&windows[..], &[10, 11, 12]].concat());
        let authorisation = |card, has_second_factor| Authorisation {
            id: id(1),
            order: id(2),
            payee: id(3),
            amount: 1 << 70,
            card,
            times_set: 4,
            has_second_factor,
            expires_at: at(5),
        };
        let authorisations = vec![authorisation(id(6), true), authorisation(Id::ZERO, false)];
        let orders = vec![OrderAuthorisation {
            id: id(7),
            terms: [8; 32],
            used: 5,
            times_set: 4,
            has_second_factor: true,
            expires_at: at(9),
        }];
        let refunds_until = at(10);
        vec![Self { counters, authorisations, orders, refunds_until }, Self::default()]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { orders: Vec::new(), ..self.written_in(2) },
            2 => Self { refunds_until: Timestamp::NONE, ..self },
            _ => self,
        }
    }
}

impl Sampled for PaymentRow {
    fn samples() -> Vec<Self> {
        vec![Self { command: 300, wallet: id(1), order: id(2) }]
    }
}

impl Sampled for CardsRow {
    fn samples() -> Vec<Self> {
        let card = |number, state, reference| CardRow {
            id: id(number),
            state,
            reference,
            fingerprint: [1; 32],
            valid_until: at(2),
            changed_at: at(3),
        };
        let cards = vec![card(1, 2, Some(sealed(3))), card(4, 5, None)];
        vec![Self { cards, default: id(1), held: vec![[6; 32], [7; 32]] }, Self::default()]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { held: Vec::new(), ..self },
            _ => self,
        }
    }
}

impl Sampled for CardReference {
    fn samples() -> Vec<Self> {
        vec![Self {
            token: "a token".into(),
            brand: "Visa".into(),
            last_four: "1111".into(),
            expiry_year: 2090,
            expiry_month: 12,
            fingerprint: "a fingerprint".into(),
        }]
    }
}

impl Sampled for CardPaymentRow {
    fn samples() -> Vec<Self> {
        let refund = |reversal| RefundRow { refund: id(1), amount: 1 << 70, reversal };
        let row = |counted| Self {
            wallet: id(1),
            card: id(2),
            order: id(3),
            payee: id(4),
            amount: 1 << 71,
            ledger: 300,
            state: 2,
            operation: vec![5, 6, 7],
            charge: id(8),
            refunds: vec![refund(id(9)), refund(Id::ZERO)],
            begun_at: at(10),
            changed_at: at(11),
            counted,
            pass: id(12),
            paid_by: id(13),
            with_amount: vec![id(14)],
            buyer: id(15),
            authentication: 2,
            from_wallet: 1 << 72,
            contested: contested(),
            given_back: 1 << 73,
        };
        // What is added to them is added to the samples. The periods are a day, a month and a year.
        let _: fn(&Counted) = |one| match one {
            Counted::Unknown | Counted::Nothing | Counted::In(_) => (),
        };
        let periods = Counted::In(from_stored(&[1, 2, 3]));
        [periods, Counted::Nothing, Counted::Unknown].map(row).into()
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { counted: Counted::Unknown, ..self.written_in(2) },
            2 => Self { pass: Id::ZERO, ..self.written_in(3) },
            3 => Self { paid_by: Id::ZERO, ..self.written_in(4) },
            4 => Self { with_amount: Vec::new(), ..self.written_in(5) },
            5 => Self { buyer: Id::ZERO, authentication: 0, from_wallet: 0, ..self.written_in(6) },
            6 => Self { contested: Contested::default(), ..self.written_in(7) },
            7 => Self { given_back: 0, ..self },
            _ => self,
        }
    }
}

impl Sampled for CardRefundRow {
    fn samples() -> Vec<Self> {
        let (payment, amount, failed_by) = (id(1), 1 << 70, id(4));
        let row = |done_at| Self { payment, amount, ledger: 300, since: at(2), done_at, failed_by };
        vec![row(at(3)), row(Timestamp::NONE)]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { failed_by: Id::ZERO, ..self },
            _ => self,
        }
    }
}

impl Sampled for ChargeRow {
    fn samples() -> Vec<Self> {
        vec![Self { transfer: id(1), suspense: 2, amount: 1 << 70 }]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { amount: 0, ..self },
            _ => self,
        }
    }
}

impl Sampled for ReferenceRow {
    fn samples() -> Vec<Self> {
        vec![Self { payment: id(1) }]
    }
}

impl Sampled for SuspenseRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            payment: id(1),
            wallet: id(2),
            amount: 1 << 70,
            ledger: 300,
            account: id(3),
            reason: 4,
            resolved_by: id(5),
            came_at: at(6),
            proposed: vec![7, 8],
            proposed_by: "eve".into(),
            proposed_at: at(9),
            resolved_to: vec![10, 11],
            contested: contested(),
        }]
    }

    fn written_in(self, version: u8) -> Self {
        match version {
            1 => Self { proposed: Vec::new(), ..self.written_in(2) },
            2 => Self { proposed_by: String::new(), ..self.written_in(3) },
            3 => Self { proposed_at: Timestamp::NONE, ..self.written_in(4) },
            4 => Self { resolved_to: Vec::new(), ..self.written_in(5) },
            5 => Self { contested: Contested::default(), ..self },
            _ => self,
        }
    }
}

impl Sampled for ChargebackRow {
    fn samples() -> Vec<Self> {
        vec![Self {
            payment: id(1),
            money: id(2),
            subject: id(3),
            reference: "cb_1".into(),
            reason: "10.4".into(),
            evidence: "a parcel's receipt".into(),
            amount: 1 << 70,
            of_payment: 1 << 69,
            lost: 1 << 68,
            ledger: 300,
            external: id(4),
            state: 6,
            answer_by: at(5),
            notified_at: at(6),
            changed_at: at(7),
            taken_at: at(8),
            fronted: 1 << 67,
            loss: id(9),
            due: 1 << 66,
        }]
    }
}

impl Sampled for ChargebackReferenceRow {
    fn samples() -> Vec<Self> {
        vec![Self { chargeback: id(1) }]
    }
}

/// What is contested of a payment.
fn contested() -> Contested {
    Contested {
        sum: 1 << 71,
        covered: 1 << 70,
        open: 300,
        is_stopped: true,
        chargebacks: vec![id(21), id(22)],
    }
}
