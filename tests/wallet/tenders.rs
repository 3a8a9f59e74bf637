//! An order that is paid from a wallet, by itself or beside a card: its owner authorises all of its
//! terms, and limits, authorisation and order are one chain.

use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::order::{
    Actor as By, ClaimReason, Keeping, Leg, OrderStatus, PartCommand, Refusal as OrderRefusal,
    Remedy, Tender, TenderKind, Terms,
};
use escrowdb::wallet::*;
use escrowdb::*;
use std::sync::Barrier;

const ORDER: Id = Id::from_u128(70_001);
const BUYER: Id = Id::from_u128(70_002);
const BOOKS: Id = Id::from_u128(70_003);
const LAMPS: Id = Id::from_u128(70_004);
/// Of Anna's, where she keeps what comes from outside.
const KEPT: Id = Id::from_u128(70_005);

const SHOP: &str = r#"{
    "name": "shop", "payment": {"hours": 1}, "processing": {"days": 3},
    "protection": {"days": 30}, "inspection": {"days": 2},
    "claims": {
        "answer": {"days": 5}, "refused": {"days": 5}, "after_refusal": "escalate",
        "send_back": {"days": 10}, "receive_back": {"days": 10},
        "decision": {"days": 7}, "undecided": "claim"
    }
}"#;

struct Shop {
    market: Market,
    orders: Orders,
    anna: Customer,
}

/// A shop of two sellers, and Anna with 500.00 in her wallet.
fn shop() -> Shop {
    shop_with(500_00)
}

fn shop_with(units: u32) -> Shop {
    let market = Market::new(Policy::article());
    let anna = market.customer(units);
    let orders = Orders::of(&market.store);
    orders.register_buyer(BUYER, LEDGER).unwrap().unwrap();
    for seller in [BOOKS, LAMPS] {
        orders.register_seller(seller, LEDGER).unwrap().unwrap();
    }
    let kept = Account::new(KEPT, LEDGER, 210, AccountFlags::SPEND_ONLY);
    assert!(market.store.create_accounts(&[kept]).unwrap()[0].is_done());
    Shop { market, orders, anna }
}

impl Shop {
    /// Books for 60.00 and a lamp for 40.00: 30.00 from Anna's wallet, and 70.00 by a card.
    fn terms(&self) -> Terms {
        let leg = |seller, units| Leg::new(seller, amount(units));
        let shop = order::Policy::from_json(SHOP).unwrap();
        Terms {
            buyer: BUYER,
            ledger: LEDGER,
            policy: self.orders.keep_policy(&shop).unwrap(),
            commission_account: Id::ZERO,
            legs: vec![leg(BOOKS, 60_00), leg(LAMPS, 40_00)],
            tenders: vec![
                Tender {
                    kind: TenderKind::Wallet,
                    source: self.anna.account,
                    amount: amount(30_00),
                },
                Tender { kind: TenderKind::External, source: id(BANK), amount: amount(70_00) },
            ],
            keeping: None,
        }
    }

    fn place(&self, order: Id, terms: &Terms) -> Result<(), OrderRefusal> {
        self.orders.place(order, terms).unwrap()
    }

    fn placed() -> Self {
        let shop = shop();
        shop.place(ORDER, &shop.terms()).unwrap();
        shop
    }

    /// Anna types her payment password for what the shop shows her of an order.
    fn authorise(&self, order: Id) -> Id {
        let terms = self.orders.wallet_terms(order, 0).unwrap().unwrap();
        assert_eq!(terms.wallet, self.anna.wallet);
        assert_eq!(self.market.wallets.needs_for_order(&terms).unwrap(), Ok(Needs::Password));
        let authorisation = self.market.fresh();
        let judged = self.market.wallets.authorise_order(authorisation, &terms, PAYMENT, false);
        judged.unwrap().unwrap();
        authorisation
    }

    fn pay(&self, order: Id, by: Option<Id>, command: u128) -> Result<TenderCame, OrderRefusal> {
        let wallets = &self.market.wallets;
        self.orders.pay_from_wallet(wallets, order, 0, by, id(command)).unwrap()
    }

    fn act(&self, part: u16, by: By<'_>, what: &PartCommand) {
        self.orders.act(ORDER, part, by, what, Id::new()).unwrap().unwrap();
    }

    fn claim_whole(&self, part: u16, units: u32) {
        self.act(
            part,
            By::Buyer,
            &PartCommand::Claim {
                reason: ClaimReason::Other,
                remedy: Remedy::Refund,
                minor_units: units.into(),
                evidence: id(5),
            },
        );
        self.act(part, By::Seller, &PartCommand::Grant { minor_units: units.into() });
    }

    fn money(&self, of: Id) -> u128 {
        self.market.available(of)
    }

    fn spent(&self) -> u128 {
        self.market.wallets.spending(self.anna.wallet).unwrap().unwrap().day
    }

    fn verify(self) {
        self.market.verify();
    }
}

fn law(refusal: &OrderRefusal) -> OrderStatus {
    refusal.status
}

fn wallet_law(refused: Result<TenderCame, OrderRefusal>) -> WalletStatus {
    let refusal = refused.unwrap_err();
    assert_eq!(refusal.status, OrderStatus::REFUSED_BY_WALLET);
    assert!(refusal.to_string().starts_with("refused_by_wallet: "), "{refusal}");
    refusal.wallet.unwrap().status
}

/// The wallet pays its part by an authorisation of all terms, the card the rest; the lamp is given
/// back, and each gets its share of it.
#[test]
fn an_order_is_paid_from_a_wallet_and_a_card() {
    let shop = Shop::placed();
    let authorisation = shop.authorise(ORDER);
    let came = shop.pay(ORDER, Some(authorisation), 1).unwrap();
    assert_eq!((came.is_taken, came.has_paid), (true, false));
    assert_eq!((shop.money(shop.anna.account), shop.spent()), (470_00, 30_00));

    // Sent again, it changes nothing.
    assert_eq!(shop.pay(ORDER, Some(authorisation), 1), Ok(came));
    assert_eq!((shop.money(shop.anna.account), shop.spent()), (470_00, 30_00));

    assert!(shop.orders.tender_came(ORDER, 1, id(2)).unwrap().unwrap());
    shop.act(1, By::Seller, &PartCommand::Ship);
    shop.claim_whole(1, 40_00);
    let view = shop.orders.order(ORDER).unwrap().unwrap();
    let back: Vec<_> = view.tenders.iter().map(|tender| tender.back.minor_units()).collect();
    assert_eq!(back, [12_00, 28_00], "30 and 70 of a hundred");
    assert_eq!(shop.money(shop.anna.account), 482_00);
    shop.act(0, By::Seller, &PartCommand::Ship);
    shop.act(0, By::Buyer, &PartCommand::Confirm);
    assert_eq!(shop.money(Orders::seller_account(BOOKS, LEDGER)), 60_00);
    shop.verify();
}

/// Whoever changes the seller, an amount or anything else has another order, for which what the
/// customer has authorised is void.
#[test]
fn an_authorisation_is_for_the_terms_of_one_order() {
    let shop = Shop::placed();
    let other = id(70_010);
    let mut terms = shop.terms();
    terms.legs[1].seller = BOOKS;
    shop.place(other, &terms).unwrap();
    let authorisation = shop.authorise(ORDER);
    assert_eq!(wallet_law(shop.pay(other, Some(authorisation), 1)), W::AUTHORISATION_MUST_MATCH);
    let unknown = Some(shop.market.fresh());
    assert_eq!(wallet_law(shop.pay(ORDER, unknown, 1)), W::AUTHORISATION_NOT_FOUND);
    // Above what the article's policy lets go without a password.
    assert_eq!(wallet_law(shop.pay(ORDER, None, 1)), W::PAYMENT_PASSWORD_IS_NEEDED);
    assert_eq!((shop.money(shop.anna.account), shop.spent()), (500_00, 0));

    // The id of a refused command may be used again; the authorisation is used up by paying.
    shop.pay(ORDER, Some(authorisation), 1).unwrap();
    assert_eq!(law(&shop.pay(ORDER, None, 1).unwrap_err()), OrderStatus::COMMAND_ID_IS_TAKEN);
    assert_eq!(law(&shop.pay(ORDER, None, 2).unwrap_err()), OrderStatus::TENDER_HAS_COME);
    assert_eq!(wallet_law(shop.pay(other, Some(authorisation), 3)), W::AUTHORISATION_NOT_FOUND);

    let late = shop.authorise(other);
    shop.market.at(START + HOUR - 1);
    assert_eq!(wallet_law(shop.pay(other, Some(late), 4)), W::AUTHORISATION_HAS_EXPIRED);
    shop.market.at(START + HOUR + 1);
    let refusal = shop.pay(other, Some(late), 4).unwrap_err();
    assert_eq!(law(&refusal), OrderStatus::PAYMENT_WINDOW_IS_OVER);
}

/// What is not paid in time, or cancelled, is back in the wallet; nothing is taken after that.
#[test]
fn an_order_that_is_not_paid_gives_the_wallet_its_money_back() {
    let shop = Shop::placed();
    shop.pay(ORDER, Some(shop.authorise(ORDER)), 1).unwrap();
    shop.market.at(START + HOUR + 2);
    assert_eq!(shop.money(shop.anna.account), 500_00);
    assert_eq!(shop.orders.work(10).unwrap().refused, 0);

    shop.orders.pay_again(ORDER, id(2)).unwrap().unwrap();
    shop.pay(ORDER, Some(shop.authorise(ORDER)), 3).unwrap();
    assert_eq!(shop.money(shop.anna.account), 470_00);
    assert_eq!(shop.orders.cancel_unpaid(ORDER, id(4)).unwrap(), Ok(amount(30_00)));
    assert_eq!(shop.money(shop.anna.account), 500_00);
    let refusal = shop.pay(ORDER, None, 5).unwrap_err();
    assert_eq!(law(&refusal), OrderStatus::ORDER_IS_CANCELLED);
    shop.verify();
}

/// A frozen wallet pays nothing, but is given back what is its own, and stays frozen.
#[test]
fn a_frozen_wallet_gets_its_refund_and_stays_frozen() {
    let shop = Shop::placed();
    let authorisation = shop.authorise(ORDER);
    shop.pay(ORDER, Some(authorisation), 1).unwrap();
    assert!(shop.orders.tender_came(ORDER, 1, id(2)).unwrap().unwrap());
    shop.market.wallets.freeze_wallet(shop.anna.wallet, &staff("boris")).unwrap().unwrap();

    shop.act(1, By::Seller, &PartCommand::Cancel);
    assert_eq!(shop.money(shop.anna.account), 482_00);
    let snapshot = shop.market.store.snapshot().unwrap();
    let account = snapshot.account(shop.anna.account).unwrap().unwrap();
    assert!(account.has(AccountFlags::FROZEN));
    let part = shop.orders.order(ORDER).unwrap().unwrap().parts[1].clone();
    assert_eq!((part.refunded, part.due), (amount(40_00), Amount::ZERO));

    let other = id(70_010);
    shop.place(other, &shop.terms()).unwrap();
    assert_eq!(wallet_law(shop.pay(other, None, 3)), W::WALLET_MUST_BE_ACTIVE);
    shop.verify();
}

/// What a buyer has agreed to keep is what came from outside; the wallet's share is the wallet's.
#[test]
fn what_came_from_a_wallet_is_never_kept_elsewhere() {
    let shop = shop();
    let keeping = Some(Keeping { account: KEPT, keeps_refunds: true });
    shop.place(ORDER, &Terms { keeping, ..shop.terms() }).unwrap();
    shop.pay(ORDER, Some(shop.authorise(ORDER)), 1).unwrap();
    assert!(shop.orders.tender_came(ORDER, 1, id(2)).unwrap().unwrap());
    shop.act(1, By::Seller, &PartCommand::Cancel);
    assert_eq!((shop.money(shop.anna.account), shop.money(KEPT)), (482_00, 28_00));
    let tenders = shop.orders.order(ORDER).unwrap().unwrap().tenders;
    let went = tenders.iter().map(|tender| (tender.back, tender.kept));
    let expected = [(amount(12_00), Amount::ZERO), (Amount::ZERO, amount(28_00))];
    assert_eq!(went.collect::<Vec<_>>(), expected);
    shop.verify();
}

/// Each kind of tender comes by its own way, and a wallet's source is a wallet.
#[test]
fn a_tender_comes_by_the_way_of_its_kind() {
    let shop = Shop::placed();
    let kind = OrderStatus::TENDER_KIND_MUST_FIT;
    let reported = shop.orders.tender_came(ORDER, 0, id(1)).unwrap();
    assert_eq!(law(&reported.unwrap_err()), kind);
    let wallets = &shop.market.wallets;
    let paid = shop.orders.pay_from_wallet(wallets, ORDER, 1, None, id(1)).unwrap();
    assert_eq!(law(&paid.unwrap_err()), kind);
    assert_eq!(law(&shop.orders.wallet_terms(ORDER, 1).unwrap().unwrap_err()), kind);
    let missing = shop.orders.wallet_terms(ORDER, 2).unwrap();
    assert_eq!(law(&missing.unwrap_err()), OrderStatus::TENDER_NOT_FOUND);
    let missing = shop.orders.wallet_terms(id(70_099), 0).unwrap();
    assert_eq!(law(&missing.unwrap_err()), OrderStatus::ORDER_NOT_FOUND);
    for source in [KEPT, id(BANK), id(SELLER), id(70_098)] {
        let mut terms = shop.terms();
        terms.tenders[0].source = source;
        let refusal = shop.place(id(70_010), &terms).unwrap_err();
        assert_eq!(law(&refusal), OrderStatus::ACCOUNT_MUST_FIT, "{source}");
    }
    // A wallet's money is not promotion, nor does it come from outside.
    for kind in [TenderKind::External, TenderKind::Promotion] {
        let mut terms = shop.terms();
        terms.tenders[0].kind = kind;
        let refusal = shop.place(id(70_010), &terms).unwrap_err();
        assert_eq!(law(&refusal), OrderStatus::ACCOUNT_MUST_FIT, "{kind:?}");
    }
    let elsewhere = Market::new(Policy::article());
    let error = shop.orders.pay_from_wallet(&elsewhere.wallets, ORDER, 0, None, id(1));
    assert!(matches!(error, Err(Error::InvalidArgument(_))), "{error:?}");
}

/// Symptom: two tenders of one wallet were two payments for its limits, and so each below what both
/// together were above. What comes from a wallet is one payment.
#[test]
fn an_order_has_one_tender_of_a_wallet() {
    let shop = shop();
    let mut terms = shop.terms();
    terms.tenders[1] = Tender { amount: amount(70_00), ..terms.tenders[0] };
    let refusal = shop.place(ORDER, &terms).unwrap_err();
    assert_eq!(law(&refusal), OrderStatus::COUNT_MUST_BE_VALID);
}

/// A closed wallet's share stays due, and the card has its own at once.
#[test]
fn a_closed_wallet_keeps_no_card_waiting() {
    let shop = shop_with(30_00);
    shop.place(ORDER, &shop.terms()).unwrap();
    shop.pay(ORDER, Some(shop.authorise(ORDER)), 1).unwrap();
    assert!(shop.orders.tender_came(ORDER, 1, id(2)).unwrap().unwrap());
    let (wallets, eve) = (&shop.market.wallets, staff("eve"));
    wallets.freeze_wallet(shop.anna.wallet, &eve).unwrap().unwrap();
    wallets.close_wallet(shop.anna.wallet, &eve).unwrap().unwrap();
    shop.act(1, By::Seller, &PartCommand::Cancel);
    let part = shop.orders.order(ORDER).unwrap().unwrap().parts[1].clone();
    assert_eq!((part.refunded, part.due), (amount(40_00), amount(12_00)));
    let open = shop.orders.open_refunds(None, 9).unwrap();
    assert_eq!(open[0].amount, amount(28_00), "told to the processor");
    shop.verify();
}

/// A wallet without the money is refused by the ledger, and the authorisation is not used up.
#[test]
fn a_wallet_that_falls_short_can_pay_later() {
    let shop = shop_with(10_00);
    shop.place(ORDER, &shop.terms()).unwrap();
    let authorisation = shop.authorise(ORDER);
    let refusal = shop.pay(ORDER, Some(authorisation), 1).unwrap_err();
    assert_eq!(law(&refusal), OrderStatus::REFUSED_BY_LEDGER);
    assert_eq!(refusal.ledger, Status::EXCEEDS_CREDITS);
    assert_eq!(shop.spent(), 0);
    shop.market.pay_in(1, 40_00);
    shop.pay(ORDER, Some(authorisation), 1).unwrap();
    assert_eq!((shop.money(shop.anna.account), shop.spent()), (20_00, 30_00));
}

/// Two clicks at once, by two authorisations: one pays, the other is told so, and the limit counts
/// once.
#[test]
fn of_two_at_once_one_pays() {
    for round in 0..8 {
        let shop = Shop::placed();
        let by = [shop.authorise(ORDER), shop.authorise(ORDER)];
        let barrier = Barrier::new(2);
        let paid: Vec<_> = std::thread::scope(|scope| {
            let pay = |place: usize| {
                let (shop, barrier) = (&shop, &barrier);
                let (orders, wallets) = (shop.orders.clone(), shop.market.wallets.clone());
                let (by, command) = (by[place], id(100 + place as u128));
                scope.spawn(move || {
                    barrier.wait();
                    orders.pay_from_wallet(&wallets, ORDER, 0, Some(by), command).unwrap()
                })
            };
            let both = [pay(0), pay(1)];
            both.map(|one| one.join().unwrap()).into()
        });
        let (done, refused): (Vec<_>, Vec<_>) = paid.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (1, 1), "round {round}");
        let law = law(refused[0].as_ref().unwrap_err());
        assert_eq!(law, OrderStatus::TENDER_HAS_COME, "round {round}");
        assert_eq!((shop.money(shop.anna.account), shop.spent()), (470_00, 30_00));
    }
}
