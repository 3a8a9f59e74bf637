//! What can be asked for of wallets.

use super::parsing::{
    Hash, parse_channel, parse_fault, parse_hash, parse_kind, parse_letter, parse_subject,
    parse_switch,
};
use super::terms::Terms;
use crate::cli::input::{Moment, parse_id, parse_time};
use clap::{ArgAction, Args, Subcommand};
use escrowdb::Id;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::{Actor, Channel, LetterId, Policy, StaffRoles, VerificationReason};
use std::path::PathBuf;

/// `wallet`: no command prints a password, a token, a link, a code or a key.
#[derive(Args)]
pub(crate) struct Wallet {
    #[command(flatten)]
    pub(crate) access: Access,
    #[command(subcommand)]
    pub(crate) command: WalletCommand,
}

/// How the wallets of a store are opened.
#[derive(Args)]
pub(crate) struct Access {
    /// The file of the master key: 32 bytes, or 64 hexadecimal digits. Nobody but its owner may
    /// have any right to it. Without this option, the file that ESCROWDB_MASTER_KEY_FILE names
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The policy that the shop opens its wallets with: article, eu_amld5, cn_pboc, none, or a JSON
    /// file. The store remembers it, and another one is refused
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// One JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum WalletCommand {
    /// Show a wallet: state, tier, limits used, locks, cards, open cases
    Show(OneWallet),
    /// Show who did what with a person or a wallet, when and why
    Audit(Audit),
    /// Show the policy in force, since when, and what it was before, or say that another one is
    /// from now on; check one in a file, or show one that comes with the library
    Policy(PolicyOf),
    /// List the verification cases that wait for staff
    Cases(List),
    /// Show, review, approve or refuse a verification case
    VerifyCase(VerifyCase),
    /// List cases of other persons that the scans of a verification or a recovery were shown in too
    SameScans(OneCase),
    /// Take the tier of a wallet back: what it stands on turned out false
    RevokeTier(Change),
    /// List, show, register and deactivate members of staff, say what they may do, and list what
    /// one of them did
    Staff(StaffOf),
    /// List recoveries of payment passwords, and carry them on
    Recovery(Recovery),
    /// List the letters that wait, and say what became of one; never what they say
    Outbox(Outbox),
    /// Stop all new business of a wallet; what is in escrow is still settled
    Freeze(Change),
    /// Make a frozen wallet usable again
    Unfreeze(Change),
    /// Close a frozen, empty wallet for good
    Close(Change),
    /// Find a person by an address, show who it is, or print all that is known of them
    Person(Person),
    /// List corrections of what is known of persons, and carry them on
    Correction(CorrectionOf),
    /// Show or leave notes on a person
    Notes(Notes),
    /// Forbid that a person is erased, or allow it again: for that a second member of staff orders
    /// the same
    LegalHold(LegalHold),
    /// Say until when the data of a person must be kept; for an earlier time a second member of
    /// staff orders the same
    Retention(Retention),
    /// Erase a person whose wallets are closed: the key to all that is known of them is destroyed.
    /// Before the policy's term a second member of staff orders the same
    Erase(OnePerson),
    /// List money of cards that could not be booked, with what its payment was to pay, and give it
    /// where it belongs
    Suspense(Suspense),
    /// List money that was set aside for its owners; set some aside, give it back, or pay it out:
    /// for that a second member of staff orders the same
    Unclaimed(Unclaimed),
    /// List refunds that the processor is to carry out to cards
    CardRefunds(List),
    /// List chargebacks that are open, or whose money is in no account's books, those first that
    /// must be answered first; write down what the processor says of one
    Chargebacks(Chargebacks),
}

/// Who does it, and why; written into the trail.
#[derive(Args)]
pub(crate) struct Staff {
    /// The member of staff who does it: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'; upper case
    /// counts as lower
    #[arg(long, value_name = "NAME")]
    actor: String,
    /// Why; without personal data
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Staff {
    pub(crate) fn actor(&self) -> Actor {
        Actor::staff(&self.actor, &self.reason)
    }
}

/// Whether personal data is shown.
#[derive(Args)]
pub(crate) struct Reveal {
    /// Show too what is personal, such as where evidence lies; the trail remembers who asked and
    /// why
    #[arg(long, requires_all = ["actor", "reason"])]
    reveal: bool,
    /// The member of staff who asks, named as for the other commands
    #[arg(long, value_name = "NAME", requires = "reveal")]
    actor: Option<String>,
    /// Why; without personal data
    #[arg(long, value_name = "TEXT", requires = "reveal")]
    reason: Option<String>,
}

impl Reveal {
    /// Who asks for personal data; `None` if nobody does.
    pub(crate) fn actor(&self) -> Option<Actor> {
        let (name, reason) = self.actor.as_ref().zip(self.reason.as_ref())?;
        self.reveal.then(|| Actor::staff(name, reason))
    }
}

#[derive(Args)]
pub(crate) struct StaffOf {
    /// The store's directory
    pub(crate) store: PathBuf,
    #[command(subcommand)]
    pub(crate) step: StaffStep,
}

#[derive(Subcommand)]
pub(crate) enum StaffStep {
    /// List all members of staff, also those who were deactivated or are proposed
    List {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show one
    Show {
        /// The name
        name: String,
    },
    /// Name the first operator, in a store that has none
    First {
        /// The name
        name: String,
    },
    /// Register a member of staff: an operator orders it, and another one orders the same. The only
    /// operator registers a second one alone
    Register(OnRoles),
    /// Grant roles: an operator orders it, and another one orders the same
    Grant(OnRoles),
    /// Take roles away at once
    Revoke(OnRoles),
    /// Deactivate a member of staff at once
    Deactivate {
        /// The name
        name: String,
        #[command(flatten)]
        staff: Staff,
    },
    /// List what a member of staff did and was refused, newest first
    Acts(ActsOf),
}

#[derive(Args)]
pub(crate) struct OnRoles {
    /// The name of whom it is about
    pub(crate) name: String,
    /// What they may do, or no longer: support, reviewer, approver, operator; several with commas
    #[arg(long, value_name = "ROLE", required = true)]
    #[arg(value_parser = parse_role, value_delimiter = ',')]
    pub(crate) role: Vec<StaffRoles>,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct ActsOf {
    /// The name
    pub(crate) name: String,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// The oldest first
    #[arg(long)]
    pub(crate) oldest_first: bool,
}

fn parse_role(text: &str) -> Result<StaffRoles, String> {
    let unknown = "a role is support, reviewer, approver or operator";
    StaffRoles::from_name(text).ok_or_else(|| unknown.to_owned())
}

#[derive(Args)]
pub(crate) struct OneWallet {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The wallet
    #[arg(value_parser = parse_id)]
    pub(crate) wallet: Id,
}

#[derive(Args)]
pub(crate) struct OneCase {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The case
    #[arg(value_parser = parse_id)]
    pub(crate) case: Id,
}

#[derive(Args)]
pub(crate) struct Audit {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The person or the wallet; `store` for what was done with the keys of all and with the policy
    #[arg(value_name = "PERSON|WALLET|store", value_parser = parse_subject)]
    pub(crate) subject: Id,
    /// At most so many, the oldest; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
}

#[derive(Args)]
pub(crate) struct PolicyOf {
    /// The store's directory; a directory whose name is that of a command below is ./NAME
    pub(crate) store: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) step: Option<PolicyStep>,
}

#[derive(Subcommand)]
pub(crate) enum PolicyStep {
    /// Have the policy that --policy names in force from now on; the store's trail says who wanted
    /// it
    Adopt(Staff),
    /// See whether a policy makes sense, without a store or a key
    Check(CheckPolicy),
    /// Print a policy that comes with the library, as the JSON to begin one's own with; its JSON
    /// Schema is what escrowdb schema wallet policy show prints
    Show(ShowPolicy),
}

#[derive(Args)]
pub(crate) struct CheckPolicy {
    /// The policy: article, eu_amld5, cn_pboc, none, or a JSON file
    #[arg(value_name = "NAME|FILE")]
    pub(crate) named: PathBuf,
}

#[derive(Args)]
pub(crate) struct ShowPolicy {
    /// The policy
    #[arg(value_name = "PRESET", value_parser = Policy::PRESETS)]
    pub(crate) preset: String,
}

#[derive(Args)]
pub(crate) struct List {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
}

#[derive(Args)]
pub(crate) struct Change {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The wallet
    #[arg(value_parser = parse_id)]
    pub(crate) wallet: Id,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct OnePerson {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The person
    #[arg(value_parser = parse_id)]
    pub(crate) person: Id,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct LegalHold {
    #[command(flatten)]
    pub(crate) of: OnePerson,
    /// Whether there is to be one from now on
    #[arg(long, value_name = "on|off", value_parser = parse_switch, action = ArgAction::Set)]
    pub(crate) hold: bool,
}

#[derive(Args)]
pub(crate) struct Retention {
    #[command(flatten)]
    pub(crate) of: OnePerson,
    /// Until when
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Moment,
}

#[derive(Args)]
pub(crate) struct Person {
    /// The store's directory
    pub(crate) store: PathBuf,
    #[command(subcommand)]
    pub(crate) step: PersonStep,
}

#[derive(Subcommand)]
pub(crate) enum PersonStep {
    /// Find a person by an e-mail address: whose it is, and registrations under way
    Find {
        /// Where the address lies: what stands in a command, others can read
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        staff: Staff,
    },
    /// Show who a person is, beside the evidence of a case; the trail remembers who asked and why
    Show {
        #[command(flatten)]
        of: WhichPerson,
        /// The case of the person that it is for
        #[arg(long, value_name = "CASE", value_parser = parse_id)]
        case: Option<Id>,
    },
    /// Print all that is known of a person as one JSON document, for their right of access; its
    /// JSON Schema is what escrowdb schema wallet person export prints
    Export(WhichPerson),
    /// List changes of the address or the number that are under way
    Changes {
        /// The person
        #[arg(value_parser = parse_id)]
        person: Id,
    },
    /// Stop a change of the address or the number: the former one is in force again
    StopChange {
        #[command(flatten)]
        of: WhichPerson,
        /// Which: email or phone
        #[arg(long, value_name = "email|phone", value_parser = parse_channel)]
        channel: Channel,
    },
}

/// A person, and who asks.
#[derive(Args)]
pub(crate) struct WhichPerson {
    /// The person
    #[arg(value_parser = parse_id)]
    pub(crate) person: Id,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct Notes {
    /// The store's directory
    pub(crate) store: PathBuf,
    #[command(subcommand)]
    pub(crate) step: NotesStep,
}

#[derive(Subcommand)]
pub(crate) enum NotesStep {
    /// Show who left notes, and when
    List {
        /// The person
        #[arg(value_parser = parse_id)]
        person: Id,
        #[command(flatten)]
        reveal: Reveal,
    },
    /// Leave a note, which is sealed
    Leave {
        /// The person
        #[arg(value_parser = parse_id)]
        person: Id,
        /// Where its text lies, up to 2,000 bytes: what stands in a command, others can read
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        staff: Staff,
    },
}

#[derive(Args)]
pub(crate) struct VerifyCase {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The case
    #[arg(value_parser = parse_id)]
    pub(crate) case: Id,
    #[command(subcommand)]
    pub(crate) step: VerifyStep,
}

#[derive(Subcommand)]
pub(crate) enum VerifyStep {
    /// Show the case, and what evidence there is
    Show(Reveal),
    /// Take a submitted case into review
    Review(Staff),
    /// Approve it; where the policy wants two members of staff, the second approves again
    Approve {
        /// When the approval ends, if sooner than the policy says
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        until: Option<Moment>,
        #[command(flatten)]
        staff: Staff,
    },
    /// Refuse it
    Refuse {
        /// Why, for the customer: falsified, expired, not_accepted, unreadable, incomplete,
        /// mismatch or underage
        #[arg(long, value_name = "FAULT", value_parser = parse_fault)]
        fault: VerificationReason,
        #[command(flatten)]
        staff: Staff,
    },
}

#[derive(Args)]
pub(crate) struct Recovery {
    /// The store's directory
    pub(crate) store: PathBuf,
    #[command(subcommand)]
    pub(crate) step: RecoveryStep,
}

#[derive(Subcommand)]
pub(crate) enum RecoveryStep {
    /// List the cases that wait for staff
    List {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show a case, and what evidence there is
    Show {
        /// The case
        #[arg(value_parser = parse_id)]
        case: Id,
        #[command(flatten)]
        reveal: Reveal,
    },
    /// Open the recovery of a wallet's payment password; the customer is told
    Open {
        /// The wallet
        #[arg(value_parser = parse_id)]
        wallet: Id,
        /// The id of the new case, so that the command can be run again; otherwise a new one
        #[arg(long, value_name = "ID", value_parser = parse_id)]
        case: Option<Id>,
        #[command(flatten)]
        staff: Staff,
    },
    /// Add a piece of evidence
    Evidence(AddEvidence),
    /// Take a case into review, as another member of staff than who opened it
    Review(Decide),
    /// Approve a case: a link to set a new password goes to the customer, and to nobody else. Where
    /// its scans were shown for another person too, a third member of staff approves again
    Approve(Decide),
    /// Refuse a case; the customer is told
    Refuse(Decide),
    /// Stop a case: the link of an approved one is good no more; the customer is told
    Stop(Decide),
}

#[derive(Args)]
pub(crate) struct CorrectionOf {
    /// The store's directory
    pub(crate) store: PathBuf,
    #[command(subcommand)]
    pub(crate) step: CorrectionStep,
}

#[derive(Subcommand)]
pub(crate) enum CorrectionStep {
    /// List the corrections that wait for staff
    List {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show a correction, with what it changes and where the evidence lies; the trail remembers who
    /// asked and why
    Show(Decide),
    /// Open the correction of a person's name, document, citizenship, address, e-mail address or
    /// telephone number
    Open {
        /// The person
        #[arg(value_parser = parse_id)]
        person: Id,
        /// Where it lies what is to be changed: JSON with any of name, citizenship, document_kind,
        /// document_country, document_number, postal_address, email, phone and birth_date
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// The id of the new case, so that the command can be run again; otherwise a new one
        #[arg(long, value_name = "ID", value_parser = parse_id)]
        case: Option<Id>,
        #[command(flatten)]
        staff: Staff,
    },
    /// Add a piece of evidence
    Evidence(AddEvidence),
    /// Approve a correction; as another member of staff than who opened it, unless it is the postal
    /// address alone. To a new e-mail address or telephone number a letter goes, which the customer
    /// confirms
    Approve(Decide),
    /// Refuse a correction, or give it up
    Refuse(Decide),
}

#[derive(Args)]
pub(crate) struct Decide {
    /// The case
    #[arg(value_parser = parse_id)]
    pub(crate) case: Id,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct AddEvidence {
    /// The case
    #[arg(value_parser = parse_id)]
    pub(crate) case: Id,
    /// What it is: passport, driver_licence, identity_card, selfie, proof_of_address,
    /// proof_of_funds, external_source or in_person
    #[arg(long, value_parser = parse_kind)]
    pub(crate) kind: EvidenceKind,
    /// The hash of the scan: 64 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = parse_hash)]
    pub(crate) hash: Hash,
    /// Where the shop finds the scan; it is sealed
    #[arg(long, value_name = "TEXT")]
    pub(crate) reference: String,
    /// When the document itself ends
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) expires_at: Option<Moment>,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct Outbox {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// All letters of this person that are not forgotten yet, also those that arrived or came back
    #[arg(long, value_parser = parse_id)]
    pub(crate) person: Option<Id>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    #[command(subcommand)]
    pub(crate) step: Option<OutboxStep>,
}

#[derive(Subcommand)]
pub(crate) enum OutboxStep {
    /// A letter that was handed over has arrived
    Delivered(OneLetter),
    /// It came back: the address does not exist, or refuses
    Bounced(OneLetter),
    /// It could not be sent now, and is to be handed over again after a while
    Failed(OneLetter),
    /// Have it handed over once more at once, whatever became of it
    Retry(OneLetter),
}

#[derive(Args)]
pub(crate) struct OneLetter {
    /// The letter, as it is listed
    #[arg(value_name = "PERSON:LETTER", value_parser = parse_letter)]
    pub(crate) letter: LetterId,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct Unclaimed {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// All that was ever set aside of this person's wallets, not only what waits
    #[arg(long, value_name = "PERSON", value_parser = parse_id)]
    pub(crate) person: Option<Id>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    #[command(subcommand)]
    pub(crate) step: Option<UnclaimedStep>,
}

#[derive(Subcommand)]
pub(crate) enum UnclaimedStep {
    /// Set aside all that lies in a frozen wallet, so that it can be closed
    SetAside {
        /// The wallet
        #[arg(value_parser = parse_id)]
        wallet: Id,
        /// The id that the item gets, so that the command can be run again; a new one if it is left
        /// out
        #[arg(long, value_name = "ID", value_parser = parse_id)]
        item: Option<Id>,
        #[command(flatten)]
        staff: Staff,
    },
    /// Give it back into a wallet of the same person
    Claim {
        #[command(flatten)]
        of: OneUnclaimed,
        /// The wallet
        #[arg(long, value_name = "WALLET", value_parser = parse_id)]
        wallet: Id,
    },
    /// Pay it out, to its owner or to the state, by an account that the shop pays out from; a
    /// second member of staff orders the same
    PayOut {
        #[command(flatten)]
        of: OneUnclaimed,
        /// The account
        #[arg(long, value_name = "ACCOUNT", value_parser = parse_id)]
        account: Id,
    },
}

#[derive(Args)]
pub(crate) struct OneUnclaimed {
    /// The item
    #[arg(value_parser = parse_id)]
    pub(crate) item: Id,
    /// The id of the transfer, by which the command can be run again; left out, it follows from the
    /// item and where it goes
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) operation: Option<Id>,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct Suspense {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    #[command(subcommand)]
    pub(crate) step: Option<SuspenseStep>,
}

#[derive(Subcommand)]
pub(crate) enum SuspenseStep {
    /// Put the money into the wallet
    ToWallet(OneItem),
    /// Reverse the charge; the shop has the processor refund the card
    BackToCard(OneItem),
    /// Pay the order with it after all, as the payment was to: into escrow or at once, with its
    /// payee, fee and deadline. For other terms a second member of staff orders the same
    ToOrder {
        #[command(flatten)]
        item: OneItem,
        #[command(flatten)]
        terms: Terms,
    },
}

#[derive(Args)]
pub(crate) struct OneItem {
    /// The item, as it is listed
    #[arg(value_parser = parse_id)]
    pub(crate) item: Id,
    /// The id of the operation that moves the money; otherwise one that is the same each time that
    /// the item is sent there. What the ledger refused has used it up: give another one then
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) operation: Option<Id>,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args)]
pub(crate) struct Chargebacks {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    #[command(subcommand)]
    pub(crate) step: Option<ChargebackStep>,
}

#[derive(Subcommand)]
pub(crate) enum ChargebackStep {
    /// Show a chargeback, open or decided
    Show {
        /// The chargeback
        #[arg(value_parser = parse_id)]
        chargeback: Id,
    },
    /// A cardholder contests a payment: none of it is refunded until that is decided
    Notified(Notified),
    /// The processor has taken the money
    Taken {
        #[command(flatten)]
        of: OneChargeback,
        #[command(flatten)]
        bears: Bears,
    },
    /// It was answered with evidence
    Represented {
        #[command(flatten)]
        of: OneChargeback,
        /// What the shop calls the evidence, which it keeps
        #[arg(long, value_name = "TEXT")]
        evidence: String,
    },
    /// It is decided
    Decided {
        #[command(flatten)]
        of: OneChargeback,
        /// What is gone for good, as in 12.50: 0 if it is won, all of it if it is lost
        #[arg(long, value_name = "AMOUNT")]
        lost: String,
        #[command(flatten)]
        bears: Bears,
    },
}

#[derive(Args)]
pub(crate) struct OneChargeback {
    /// The chargeback
    #[arg(value_parser = parse_id)]
    pub(crate) chargeback: Id,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

/// Who bears what a chargeback takes.
#[derive(Args)]
pub(crate) struct Bears {
    /// The shop's loss account. Without it, money that was taken is due until the shop itself books
    /// it
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_id)]
    pub(crate) loss_account: Option<Id>,
}

#[derive(Args)]
pub(crate) struct Notified {
    /// The payment, or the item in suspense that its money is
    #[arg(value_parser = parse_id)]
    pub(crate) payment: Id,
    /// The id that the chargeback gets here, so that the command can be run again
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) chargeback: Id,
    /// The processor's own name for it
    #[arg(long, value_name = "TEXT")]
    pub(crate) reference: String,
    /// What is contested, as in 12.50
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) amount: String,
    /// The reason code of the card network
    #[arg(long, value_name = "CODE")]
    pub(crate) code: String,
    /// Until when it must be answered
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) answer_by: Option<Moment>,
    /// The external account by which the money leaves
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_id)]
    pub(crate) external: Id,
    #[command(flatten)]
    pub(crate) staff: Staff,
}
