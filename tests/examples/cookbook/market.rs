// What the pages of the cookbook of orders begin with; each of them includes it.
use escrowdb::disk::MemoryDisk;
use escrowdb::order::*;
use escrowdb::*;
use std::error::Error;
use std::sync::Arc;

const USD: u32 = 1;
/// Where card payments come from, as the processor settles them.
const CARD: Id = Id::from_u128(1);
/// What the platform gives away.
const COUPONS: Id = Id::from_u128(2);
const COMMISSION: Id = Id::from_u128(3);
const ANNA: Id = Id::from_u128(11);
const BOB: Id = Id::from_u128(21);
const CARLA: Id = Id::from_u128(22);
/// Anna's wallet, and the account that its money lies in.
const WALLET: Id = Id::from_u128(12);
const PURSE: Id = Id::from_u128(13);
/// The number of the order that a page tells of.
const ORDER: Id = Id::from_u128(1_001);
/// The host's reference to a photograph, a letter, a parcel.
const PHOTO: Id = Id::from_u128(31);
const PARCEL: Id = Id::from_u128(32);

/// A shop with a clock that the page sets.
struct Market {
    store: Store,
    orders: Orders,
    seconds: std::cell::Cell<u64>,
}

#[allow(dead_code)]
impl Market {
    fn open() -> Result<Self, Box<dyn Error>> {
        let options = Options::new().clock(ClockSource::Manual);
        let store = Store::open_on(Arc::new(MemoryDisk::new()), options)?;
        let market = Self {
            orders: Orders::of(&store),
            store,
            seconds: std::cell::Cell::new(1_800_000_000),
        };
        market.wait(0)?;
        market.store.create_ledgers(&[money::iso_ledger(USD, "USD")?])?;
        let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        market.store.create_accounts(&[
            Account::new(CARD, USD, 100, AccountFlags::EXTERNAL),
            Account::new(COUPONS, USD, 101, limited),
            Account::new(COMMISSION, USD, 102, limited),
        ])?;
        let given = Operation::transfer(Id::new(), CARD, COUPONS, USD, cents(1_000_00));
        market.store.submit(&[given])?;
        market.orders.register_buyer(ANNA, USD)??;
        for seller in [BOB, CARLA] {
            market.orders.register_seller(seller, USD)??;
        }
        Ok(market)
    }

    /// A policy like that of many shops.
    fn policy(&self) -> Result<PolicyHash, Box<dyn Error>> {
        Ok(self.orders.keep_policy(&Policy::from_json(
            r#"{
                "name": "our shop",
                "payment": {"hours": 1}, "processing": {"days": 3},
                "protection": {"days": 30}, "inspection": {"days": 2},
                "claims": {
                    "answer": {"days": 5}, "refused": {"days": 4}, "after_refusal": "escalate",
                    "send_back": {"days": 10}, "receive_back": {"days": 10},
                    "decision": {"days": 7}, "undecided": "claim", "appeal": {"days": 7}
                }
            }"#,
        )?)?)
    }

    /// Terms of Anna's, with a commission of ten per cent.
    fn terms(
        &self,
        legs: &[(Id, u32)],
        tenders: &[(TenderKind, Id, u32)],
    ) -> Result<Terms, Box<dyn Error>> {
        let leg =
            |&(seller, price)| Leg { commission_ppm: 100_000, ..Leg::new(seller, cents(price)) };
        let tender = |&(kind, source, price)| Tender { kind, source, amount: cents(price) };
        Ok(Terms {
            buyer: ANNA,
            ledger: USD,
            policy: self.policy()?,
            commission_account: COMMISSION,
            legs: legs.iter().map(leg).collect(),
            tenders: tenders.iter().map(tender).collect(),
            keeping: None,
        })
    }

    /// Anna has bought one thing of Bob's by card, and he has shipped it.
    fn shipped(&self, price: u32) -> Result<(), Box<dyn Error>> {
        let terms = self.terms(&[(BOB, price)], &[(TenderKind::External, CARD, price)])?;
        self.orders.place(ORDER, &terms)??;
        self.orders.tender_came(ORDER, 0, Id::new())??;
        self.orders.act(ORDER, 0, Actor::Seller, &PartCommand::Ship, Id::new())??;
        Ok(())
    }

    /// The wallets of the shop, of which Anna has one with 100.00 in it.
    fn wallets(&self) -> Result<Wallets, Box<dyn Error>> {
        let mut policy = wallet::Policy::none();
        policy.identity.credentials.hash = wallet::policy::HashCost::LEAST;
        policy.identity.registration.captcha = false;
        policy.identity.registration.consents = Vec::new();
        let master = MasterKey::from_bytes([1; 32]);
        let wallets = self.store.wallets(WalletOptions::new(master, policy))?;
        wallets.begin_registration(ANNA, "anna@example.com", false)??;
        for letter in wallets.take_letters(10)? {
            wallets.confirm_address(&letter.secret)??;
            wallets.report_letter(letter.id, wallet::LetterFate::Delivered)??;
        }
        let profile = wallet::Profile {
            name: "Anna Ivanova".into(),
            citizenship: "DE".into(),
            document_kind: wallet::DocumentKind::Passport,
            document_country: "DE".into(),
            document_number: "C01X00T47".into(),
            postal_address: "Lindenstr. 1, Berlin".into(),
            phone: "+49 30 901820".into(),
            birth_date: String::new(),
        };
        wallets.set_profile(ANNA, &profile)??;
        wallets.set_login_password(ANNA, "tea from the blue teapot", false)??;
        let new = wallet::NewWallet { wallet: WALLET, account: PURSE, ledger: USD, code: 200 };
        wallets.submit_registration(ANNA, &new)??;
        wallets.create_payment_password(WALLET, "491827")??;
        wallets.top_up(WALLET, Operation::transfer(Id::new(), CARD, PURSE, USD, cents(100_00)))??;
        Ok(wallets)
    }

    fn wait(&self, seconds: u64) -> Result<(), Box<dyn Error>> {
        self.seconds.set(self.seconds.get() + seconds);
        self.store.advance(Timestamp::from_seconds(self.seconds.get()).ok_or("a time")?)?;
        Ok(())
    }

    fn wait_days(&self, days: u64) -> Result<(), Box<dyn Error>> {
        self.wait(days * 86_400 + 1)?;
        self.orders.work(100)?;
        Ok(())
    }

    /// What somebody has, in cents.
    fn has(&self, account: Id) -> Result<u128, Box<dyn Error>> {
        let account = self.store.snapshot()?.account(account)?.ok_or("no such account")?;
        Ok(account.balances.available().minor_units())
    }

    fn earned(&self, seller: Id) -> Result<u128, Box<dyn Error>> {
        self.has(Orders::seller_account(seller, USD))
    }
}

fn cents(number: u32) -> Amount {
    Amount::from(number)
}
