// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.

package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// Stats are what a store has done since it was opened, and how large it is.
type Stats struct {
	// Blocks made durable since the store was opened.
	Blocks uint64
	// Events in them: operations, settled deadlines, new accounts and ledgers.
	Events uint64
	// Calls of fdatasync since the store was opened, of all files.
	Syncs uint64
	// Bytes of blocks since the store was opened.
	JournalBytesWritten uint64
	// Checkpoints since the store was opened.
	Checkpoints uint64
	// Bytes of the journal's files, with the room made ahead.
	JournalBytes uint64
	// Bytes of the state file.
	StateBytes uint64
	// Records in memory that operations are judged by.
	RecordsInMemory uint64
	// The timestamp of the last durable event, in nanoseconds since the Unix epoch.
	LastTimestamp Timestamp
	// The number of the last durable block.
	LastBlock uint64
	// The number of the last block that the state file includes: those after it are carried out again
	// when the store is opened after a crash.
	CheckpointBlock uint64
	// The hash that the journal's chain has come to, in hexadecimal digits.
	ChainHash string
}

func statsFrom(row *C.escrow_stats) Stats {
	return Stats{
		Blocks:              uint64(row.blocks),
		Events:              uint64(row.events),
		Syncs:               uint64(row.syncs),
		JournalBytesWritten: uint64(row.journal_bytes_written),
		Checkpoints:         uint64(row.checkpoints),
		JournalBytes:        uint64(row.journal_bytes),
		StateBytes:          uint64(row.state_bytes),
		RecordsInMemory:     uint64(row.records_in_memory),
		LastTimestamp:       Timestamp(row.last_timestamp),
		LastBlock:           uint64(row.last_block),
		CheckpointBlock:     uint64(row.checkpoint_block),
		ChainHash:           textOf(row.chain_hash[:]),
	}
}

// A VerifyReport is what a verification has seen.
type VerifyReport struct {
	// Whether the store is in order.
	IsSound bool
	// Blocks of the journal, all with their checksums, hashes and links in the chain.
	Blocks uint64
	// Events in them.
	Events uint64
	// Accounts whose balances were added up from their entries and holds.
	Accounts uint64
	// Holds that were looked at.
	Holds uint64
	// The hash that the journal's chain has come to, in hexadecimal digits.
	ChainHash string
	// The hash over all records of the state, in hexadecimal digits.
	StateHash string
	// The first fault, on one line; empty if the store is in order.
	Fault string
	// Blocks that were archived and not looked at. Unless it is 0, the state was not compared with a
	// replay of the whole journal.
	BlocksArchived uint64
}

func verifyReportFrom(row *C.escrow_verify_report) VerifyReport {
	return VerifyReport{
		IsSound:        row.is_sound == 1,
		Blocks:         uint64(row.blocks),
		Events:         uint64(row.events),
		Accounts:       uint64(row.accounts),
		Holds:          uint64(row.holds),
		ChainHash:      textOf(row.chain_hash[:]),
		StateHash:      textOf(row.state_hash[:]),
		Fault:          textOf(row.fault[:]),
		BlocksArchived: uint64(row.blocks_archived),
	}
}

// A BackupReport is what was backed up.
type BackupReport struct {
	// The last block in the backup. Keep it elsewhere, for escrow_store_verify_against.
	Head Head
	// Segments of the journal that were copied.
	Segments uint64
	// Bytes of the journal that were copied.
	JournalBytes uint64
}

func backupReportFrom(row *C.escrow_backup_report) BackupReport {
	return BackupReport{
		Head:         *(*Head)(unsafe.Pointer(&row.head)),
		Segments:     uint64(row.segments),
		JournalBytes: uint64(row.journal_bytes),
	}
}

// An ArchiveReport is what was archived.
type ArchiveReport struct {
	// Segments of the journal that this call moved.
	Segments uint64
	// Their bytes.
	Bytes uint64
	// The last block that is archived by now; block 0 if none is. Events later than its timestamp can
	// be read from the store.
	Archived Head
	// The consumer of events that has not acknowledged the next segment, which was held back for it
	// although it is old enough; empty if there is none.
	HeldBackBy string
}

func archiveReportFrom(row *C.escrow_archive_report) ArchiveReport {
	return ArchiveReport{
		Segments:   uint64(row.segments),
		Bytes:      uint64(row.bytes),
		Archived:   *(*Head)(unsafe.Pointer(&row.archived)),
		HeldBackBy: textOf(row.held_back_by[:]),
	}
}

// A ClockReading is what a store's clock shows. Times are nanoseconds since the Unix epoch.
type ClockReading struct {
	// How far the clock is believed.
	State ClockState
	// The time that operations are judged by; never before the last event.
	Now Timestamp
	// What the system clock shows, believed or not; zero where the clock is manual.
	System Timestamp
	// When the last event was; zero in an empty store.
	LastEvent Timestamp
}

func clockReadingFrom(row *C.escrow_clock_reading) ClockReading {
	return ClockReading{
		State:     ClockState(row.state),
		Now:       Timestamp(row.now),
		System:    Timestamp(row.system),
		LastEvent: Timestamp(row.last_event),
	}
}

// Upkeep is what an upkeep has done.
type Upkeep struct {
	// Registrations that were never submitted in time, and are gone with all they held.
	Registrations uint64
	// Letters whose fate was known for long enough.
	Letters uint64
	// Addresses of nobody that were looked at.
	Addresses uint64
	// Payments by card of which a refund by a deadline was passed on.
	Refunds uint64
	// Changes of addresses or numbers that were never confirmed, or stand now.
	ContactChanges uint64
	// Chargebacks of which what was due was booked.
	Chargebacks uint64
	// Owners who were told that the money of a wallet that nobody uses will be set aside.
	Notices uint64
	// Wallets whose money was set aside.
	SetAside uint64
}

func upkeepFrom(row *C.escrow_upkeep) Upkeep {
	return Upkeep{
		Registrations:  uint64(row.registrations),
		Letters:        uint64(row.letters),
		Addresses:      uint64(row.addresses),
		Refunds:        uint64(row.refunds),
		ContactChanges: uint64(row.contact_changes),
		Chargebacks:    uint64(row.chargebacks),
		Notices:        uint64(row.notices),
		SetAside:       uint64(row.set_aside),
	}
}

// A WalletView is what the host sees of a wallet.
type WalletView struct {
	// What may be done with it.
	State WalletState
	// The wallet.
	Wallet ID
	// Whose it is.
	Person ID
	// Its account in the ledger, which is spend-only.
	Account ID
	// The ledger: its currency.
	Ledger uint32
	// How far its owner is verified, as it was written: see TierUntil.
	Tier uint32
	// When the tier ends; 0 for never.
	TierUntil Timestamp
	// After a recovery lower limits apply until then.
	CooldownUntil Timestamp
	// Whether refunds of card payments are credited to it.
	RefundsToWallet bool
	// Whether it has a payment password.
	HasPaymentPassword bool
	// Whether the key of its owner is damaged or gone: until it is mended, what is sealed under it
	// cannot be read. All that stands here needs no key. Not so of an owner who was erased.
	KeyIsDamaged bool
}

func walletViewFrom(row *C.escrow_wallet_view) WalletView {
	return WalletView{
		State:              WalletState(row.state),
		Wallet:             idFrom(row.wallet),
		Person:             idFrom(row.person),
		Account:            idFrom(row.account),
		Ledger:             uint32(row.ledger),
		Tier:               uint32(row.tier),
		TierUntil:          Timestamp(row.tier_until),
		CooldownUntil:      Timestamp(row.cooldown_until),
		RefundsToWallet:    row.refunds_to_wallet == 1,
		HasPaymentPassword: row.has_payment_password == 1,
		KeyIsDamaged:       row.key_is_damaged == 1,
	}
}

// Spending is what a wallet paid so far, in minor units, and where it stands.
type Spending struct {
	// The tier that holds now.
	Tier uint32
	// What was paid today.
	Day Amount
	// What was paid this month.
	Month Amount
	// What was paid this year.
	Year Amount
	// What was ever paid.
	Lifetime Amount
	// Authorisations that wait to be used.
	Authorisations uint64
}

func spendingFrom(row *C.escrow_spending) Spending {
	return Spending{
		Tier:           uint32(row.tier),
		Day:            amountFrom(row.day),
		Month:          amountFrom(row.month),
		Year:           amountFrom(row.year),
		Lifetime:       amountFrom(row.lifetime),
		Authorisations: uint64(row.authorisations),
	}
}

// A Note is a note of support.
type Note struct {
	// When it was left.
	At Timestamp
	// By whom.
	Author string
	// What it says; empty while the person's key is damaged.
	Text string
}

func noteFrom(row *C.escrow_note) Note {
	return Note{
		At:     Timestamp(row.at),
		Author: readText(&row.author),
		Text:   readText(&row.text),
	}
}

// A FoundPerson is somebody who was looked for by an address.
type FoundPerson struct {
	// Whether the registration is not submitted yet.
	IsRegistering bool
	// Who.
	Person ID
	// Whether the address is confirmed, and so nobody else's.
	AddressIsConfirmed bool
}

func foundPersonFrom(row *C.escrow_found_person) FoundPerson {
	return FoundPerson{
		IsRegistering:      row.is_registering == 1,
		Person:             idFrom(row.person),
		AddressIsConfirmed: row.address_is_confirmed == 1,
	}
}

// A PersonView is who a person is.
type PersonView struct {
	// Whether the registration is not submitted yet.
	IsRegistering bool
	// Who.
	Person ID
	// When the registration was begun.
	CreatedAt Timestamp
	// Until when the data must be kept; 0 for no date.
	RetainUntil Timestamp
	// Whether a legal hold forbids erasure.
	LegalHold bool
	// What the customer is identified by, or 0 until the profile is filled in: all its texts are empty
	// then.
	DocumentKind DocumentKind
	// Where letters go.
	Email string
	// The full name.
	Name string
	// The country of which the customer is a citizen.
	Citizenship string
	// The country that issued the document.
	DocumentCountry string
	// Its number.
	DocumentNumber string
	// The postal address.
	PostalAddress string
	// The telephone number.
	Phone string
	// The birth date, as in 1990-02-28; empty if it is not known.
	BirthDate string
}

func personViewFrom(row *C.escrow_person_view) PersonView {
	return PersonView{
		IsRegistering:   row.is_registering == 1,
		Person:          idFrom(row.person),
		CreatedAt:       Timestamp(row.created_at),
		RetainUntil:     Timestamp(row.retain_until),
		LegalHold:       row.legal_hold == 1,
		DocumentKind:    DocumentKind(row.document_kind),
		Email:           readText(&row.email),
		Name:            readText(&row.name),
		Citizenship:     readText(&row.citizenship),
		DocumentCountry: readText(&row.document_country),
		DocumentNumber:  readText(&row.document_number),
		PostalAddress:   readText(&row.postal_address),
		Phone:           readText(&row.phone),
		BirthDate:       readText(&row.birth_date),
	}
}

// A RegistrationView is a registration that is under way: what is there, what is missing, and until
// when it can be completed.
type RegistrationView struct {
	// Whether the address is confirmed: nothing else can be filled in before.
	AddressIsConfirmed bool
	// Whose it is.
	Person ID
	// When it was begun.
	BegunAt Timestamp
	// From when on the confirmation can be sent again (ResendConfirmation); 0 for now.
	ResendFrom Timestamp
	// When it is removed unless it is submitted.
	Until Timestamp
	// Whether the profile is filled in.
	HasProfile bool
	// Whether the login password is set.
	HasLoginPassword bool
	// How many more security answers the policy asks for.
	AnswersMissing uint32
	// How many consents are missing that the policy asks for: see MissingConsents.
	ConsentsMissing uint32
	// Whether it is over, because it was refused with person_exists: only a new one can succeed.
	IsOver bool
	// Whether nothing is missing: it may be submitted. The age is judged then.
	IsComplete bool
}

func registrationViewFrom(row *C.escrow_registration_view) RegistrationView {
	return RegistrationView{
		AddressIsConfirmed: row.address_is_confirmed == 1,
		Person:             idFrom(row.person),
		BegunAt:            Timestamp(row.begun_at),
		ResendFrom:         Timestamp(row.resend_from),
		Until:              Timestamp(row.until),
		HasProfile:         row.has_profile == 1,
		HasLoginPassword:   row.has_login_password == 1,
		AnswersMissing:     uint32(row.answers_missing),
		ConsentsMissing:    uint32(row.consents_missing),
		IsOver:             row.is_over == 1,
		IsComplete:         row.is_complete == 1,
	}
}

// A MissingConsent is a consent that is missing.
type MissingConsent struct {
	// What the customer is to agree to, such as terms.
	Kind string
	// The version of the text.
	Version string
}

func missingConsentFrom(row *C.escrow_consent) MissingConsent {
	return MissingConsent{
		Kind:    readText(&row.kind),
		Version: readText(&row.version),
	}
}

// A ContactChange is the change of an address or number that waits for its confirmation, or can
// still be stopped. Begin with ESCROW_CONTACT_CHANGE_INIT.
type ContactChange struct {
	// Where it is.
	State ContactChangeState
	// Whose.
	Person ID
	// The correction that it is part of; zero if the customer wanted it.
	Correction ID
	// When the letter was sent.
	BegunAt Timestamp
	// When the link or code ends, or the cool-down.
	Until Timestamp
	// An e-mail address or a telephone number.
	Channel Channel
}

func contactChangeFrom(row *C.escrow_contact_change) ContactChange {
	return ContactChange{
		State:      ContactChangeState(row.state),
		Person:     idFrom(row.person),
		Correction: idFrom(row.correction),
		BegunAt:    Timestamp(row.begun_at),
		Until:      Timestamp(row.until),
		Channel:    Channel(row.channel),
	}
}

// A Letter is a letter for the host to send.
type Letter struct {
	// What it says.
	Kind LetterKind
	// Names it.
	ID LetterID
	// The wallet or case that it is about; zero for none.
	About ID
	// When it was written.
	CreatedAt Timestamp
	// How it is sent.
	Channel Channel
	// How often it was handed over, with this time.
	Attempts uint32
	// The e-mail address or telephone number.
	Address string
	// The token of its link, or its code; empty for none. The host puts it into the letter, and
	// nowhere else.
	Secret Secret
}

func letterFrom(row *C.escrow_letter) Letter {
	return Letter{
		Kind:      LetterKind(row.kind),
		ID:        LetterID{idFrom(row.person), idFrom(row.letter)},
		About:     idFrom(row.about),
		CreatedAt: Timestamp(row.created_at),
		Channel:   Channel(row.channel),
		Attempts:  uint32(row.attempts),
		Address:   readText(&row.address),
		Secret:    NewSecret(readText(&row.secret)),
	}
}

// A LetterStatus is what support sees of a letter: not what it says.
type LetterStatus struct {
	// What it says.
	Kind LetterKind
	// Names it.
	ID LetterID
	// When it was written.
	CreatedAt Timestamp
	// When it is handed over (again), or forgotten.
	Due Timestamp
	// How it is sent.
	Channel Channel
	// Where it is.
	State LetterState
	// How often it was handed over.
	Attempts uint32
}

func letterStatusFrom(row *C.escrow_letter_status) LetterStatus {
	return LetterStatus{
		Kind:      LetterKind(row.kind),
		ID:        LetterID{idFrom(row.person), idFrom(row.letter)},
		CreatedAt: Timestamp(row.created_at),
		Due:       Timestamp(row.due),
		Channel:   Channel(row.channel),
		State:     LetterState(row.state),
		Attempts:  uint32(row.attempts),
	}
}

// A BoundCard is a card that is bound to a wallet, or was.
type BoundCard struct {
	// Whether it can be paid with.
	State CardState
	// Its id.
	ID ID
	// The first moment at which it is no longer valid.
	ValidUntil Timestamp
	// Whether it is paid with unless another is named.
	IsDefault bool
	// Whether the rest is there: not once the card is removed, or the person was erased, and not while
	// the person's key is damaged.
	HasReference bool
	// What the host knows of it.
	Reference CardReference
}

func boundCardFrom(row *C.escrow_card) BoundCard {
	return BoundCard{
		State:        CardState(row.state),
		ID:           idFrom(row.id),
		ValidUntil:   Timestamp(row.valid_until),
		IsDefault:    row.is_default == 1,
		HasReference: row.has_reference == 1,
		Reference: CardReference{
			Token:       NewSecret(readText(&row.token)),
			Brand:       readText(&row.brand),
			LastFour:    readText(&row.last_four),
			Fingerprint: readText(&row.fingerprint),
			ExpiryYear:  uint16(row.expiry_year),
			ExpiryMonth: uint16(row.expiry_month),
		},
	}
}

// A ChargeInstruction is what the host asks the processor for: charge this card.
type ChargeInstruction struct {
	// Of which ledger the amount is.
	Ledger uint32
	// The payment: use it as the processor's idempotency key.
	Payment ID
	// How much.
	Amount Amount
	// The card, with its token.
	Card CardReference
}

func chargeInstructionFrom(row *C.escrow_charge_instruction) ChargeInstruction {
	return ChargeInstruction{
		Ledger:  uint32(row.ledger),
		Payment: idFrom(row.payment),
		Amount:  amountFrom(row.amount),
		Card: CardReference{
			Token:       NewSecret(readText(&row.token)),
			Brand:       readText(&row.brand),
			LastFour:    readText(&row.last_four),
			Fingerprint: readText(&row.fingerprint),
			ExpiryYear:  uint16(row.expiry_year),
			ExpiryMonth: uint16(row.expiry_month),
		},
	}
}

// A Chargeback is a chargeback.
type Chargeback struct {
	// Where it is.
	State ChargebackState
	// The host's id of it.
	ID ID
	// The payment that is contested, or the item in suspense, as it was reported.
	Payment ID
	// The wallet that paid, or the buyer who has none.
	Wallet ID
	// What is contested.
	Amount Amount
	// What of that the payment had left when it was reported: what is above falls on the loss account.
	OfPayment Amount
	// What is gone for good; zero before it is decided.
	Lost Amount
	// What the processor took while no loss account could bear it: it is not in the books.
	Due Amount
	// Until when it must be answered; 0 if the processor does not say.
	AnswerBy Timestamp
	// When it was reported.
	NotifiedAt Timestamp
	// When the processor took the money; 0 before.
	TakenAt Timestamp
	// When it last changed.
	ChangedAt Timestamp
	// Of which ledger.
	Ledger uint32
	// The processor's name for it.
	Reference string
	// The reason code of the card network.
	Reason string
	// The host's name for the evidence that it was answered with; empty before.
	Evidence string
}

func chargebackFrom(row *C.escrow_chargeback) Chargeback {
	return Chargeback{
		State:      ChargebackState(row.state),
		ID:         idFrom(row.id),
		Payment:    idFrom(row.payment),
		Wallet:     idFrom(row.wallet),
		Amount:     amountFrom(row.amount),
		OfPayment:  amountFrom(row.of_payment),
		Lost:       amountFrom(row.lost),
		Due:        amountFrom(row.due),
		AnswerBy:   Timestamp(row.answer_by),
		NotifiedAt: Timestamp(row.notified_at),
		TakenAt:    Timestamp(row.taken_at),
		ChangedAt:  Timestamp(row.changed_at),
		Ledger:     uint32(row.ledger),
		Reference:  readText(&row.reference),
		Reason:     readText(&row.reason),
		Evidence:   readText(&row.evidence),
	}
}

// Evidence is a piece of evidence: the host keeps the scan.
type Evidence struct {
	// Where the host finds it: 1 to 255 bytes, for a recovery up to 500. Sealed; empty when the person
	// was erased.
	Reference string
	// When the document itself ends; 0 for never.
	ExpiresAt Timestamp
	// Of evidence of a recovery that is read: when it was added. Otherwise zero.
	AddedAt Timestamp
	// The hash of the scan, so that nobody changes it later unnoticed.
	Hash [32]byte
	// What it is.
	Kind EvidenceKind
}

func evidenceFrom(row *C.escrow_evidence) Evidence {
	return Evidence{
		Reference: readText(&row.reference),
		ExpiresAt: Timestamp(row.expires_at),
		AddedAt:   Timestamp(row.added_at),
		Hash:      *(*[32]byte)(unsafe.Pointer(&row.hash)),
		Kind:      EvidenceKind(row.kind),
	}
}

// A VerificationCase is a verification case.
type VerificationCase struct {
	// Where it is.
	State VerificationState
	// Its id.
	ID ID
	// Whose wallet it is about.
	Wallet ID
	// The tier that is asked for.
	Tier uint32
	// Why it was refused; 0 otherwise.
	Reason VerificationReason
	// Until when the approval lasts; 0 for ever.
	Until Timestamp
	// When it was opened.
	OpenedAt Timestamp
	// When it last moved.
	ChangedAt Timestamp
	// What was shown, in the order in which it was submitted.
	Evidence []Evidence
	// The member of staff who reviews it; empty for nobody yet.
	Reviewer string
	// Who approved first, where two must.
	FirstApprover string
}

func verificationCaseFrom(row *C.escrow_verification) VerificationCase {
	return VerificationCase{
		State:         VerificationState(row.state),
		ID:            idFrom(row.id),
		Wallet:        idFrom(row.wallet),
		Tier:          uint32(row.tier),
		Reason:        VerificationReason(row.reason),
		Until:         Timestamp(row.until),
		OpenedAt:      Timestamp(row.opened_at),
		ChangedAt:     Timestamp(row.changed_at),
		Evidence:      make([]Evidence, row.evidence),
		Reviewer:      readText(&row.reviewer),
		FirstApprover: readText(&row.first_approver),
	}
}

// A RecoveryCase is a recovery case as staff see it.
type RecoveryCase struct {
	// Where it is.
	State RecoveryState
	// Its id.
	ID ID
	// The wallet that is recovered.
	Wallet ID
	// When it was opened.
	OpenedAt Timestamp
	// When it last changed.
	ChangedAt Timestamp
	// How many pieces of evidence it has: see RecoveryEvidence.
	Evidence uint64
	// Who opened it.
	OpenedBy string
	// Who reviews it, or decided it; empty for nobody yet.
	Reviewer string
	// Who approved it first, where another one must too; empty for nobody.
	FirstApprover string
}

func recoveryCaseFrom(row *C.escrow_recovery) RecoveryCase {
	return RecoveryCase{
		State:         RecoveryState(row.state),
		ID:            idFrom(row.id),
		Wallet:        idFrom(row.wallet),
		OpenedAt:      Timestamp(row.opened_at),
		ChangedAt:     Timestamp(row.changed_at),
		Evidence:      uint64(row.evidence),
		OpenedBy:      readText(&row.opened_by),
		Reviewer:      readText(&row.reviewer),
		FirstApprover: readText(&row.first_approver),
	}
}

// A CorrectionCase is a correction as staff see it in a list: which fields it changes, not to what.
type CorrectionCase struct {
	// Where it is.
	State CorrectionState
	// Its id.
	ID ID
	// Whose.
	Person ID
	// When it was opened.
	OpenedAt Timestamp
	// When it last changed.
	ChangedAt Timestamp
	// How many pieces of evidence it has.
	Evidence uint64
	// What it changes, such as Name, document.
	Changes string
	// Who opened it.
	OpenedBy string
	// Who decided it; empty before.
	Reviewer string
}

func correctionCaseFrom(row *C.escrow_correction_case) CorrectionCase {
	return CorrectionCase{
		State:     CorrectionState(row.state),
		ID:        idFrom(row.id),
		Person:    idFrom(row.person),
		OpenedAt:  Timestamp(row.opened_at),
		ChangedAt: Timestamp(row.changed_at),
		Evidence:  uint64(row.evidence),
		Changes:   readText(&row.changes),
		OpenedBy:  readText(&row.opened_by),
		Reviewer:  readText(&row.reviewer),
	}
}

// An AuditEntry is an entry of the audit trail.
type AuditEntry struct {
	// What was done.
	Command AuditCommand
	// The entry's own id, to go on behind.
	ID ID
	// The person or wallet whose trail it is in; zero for the store's own.
	Subject ID
	// The case, letter or wallet that it was about; zero for none.
	About ID
	// When, by the store's clock.
	At Timestamp
	// Who did it, and why.
	Actor Actor
	// What exactly, in words, where the command does not say it: amounts in minor units, ids, times.
	// Empty where there is no more to say.
	Detail string
}

func auditEntryFrom(row *C.escrow_audit_entry) AuditEntry {
	return AuditEntry{
		Command: AuditCommand(row.command),
		ID:      idFrom(row.id),
		Subject: idFrom(row.subject),
		About:   idFrom(row.about),
		At:      Timestamp(row.at),
		Actor:   Actor{ActorKind(row.actor), readText(&row.name), readText(&row.reason)},
		Detail:  readText(&row.detail),
	}
}

// A StaffMember is a member of staff.
type StaffMember struct {
	// Where they stand.
	State StaffState
	// What they may do now. Nothing unless they are active.
	Roles StaffRoles
	// What one operator wants, and another one must want, too, within a week, to register them or to
	// grant roles; 0 for nothing.
	ProposedCommand AuditCommand
	// The roles that are wanted.
	ProposedRoles StaffRoles
	// Since when they are registered, for the last time; while they are proposed, since when.
	RegisteredAt Timestamp
	// When state or roles last changed.
	ChangedAt Timestamp
	// Since when it is wanted; 0 if nothing is.
	ProposedAt Timestamp
	// The name, in lower case.
	Name string
	// The operator who wants it; empty if nothing is.
	ProposedBy string
}

func staffMemberFrom(row *C.escrow_staff_member) StaffMember {
	return StaffMember{
		State:           StaffState(row.state),
		Roles:           StaffRoles(row.roles),
		ProposedCommand: AuditCommand(row.proposed_command),
		ProposedRoles:   StaffRoles(row.proposed_roles),
		RegisteredAt:    Timestamp(row.registered_at),
		ChangedAt:       Timestamp(row.changed_at),
		ProposedAt:      Timestamp(row.proposed_at),
		Name:            readText(&row.name),
		ProposedBy:      readText(&row.proposed_by),
	}
}

// OrderWork is what was due of orders.
type OrderWork struct {
	// Parts that were due, and are carried out; an order that was not paid in time is one, too.
	Parts uint64
	// Parts of which something stays due, because an account is closed say: each is tried again an
	// hour later.
	Refused uint64
}

func orderWorkFrom(row *C.escrow_order_work) OrderWork {
	return OrderWork{
		Parts:   uint64(row.parts),
		Refused: uint64(row.refused),
	}
}

// Acted is what a command about a part has done.
type Acted struct {
	// The stage of the part after it.
	Stage Stage
	// What went back to the sources of the tenders by it, or to the buyer's own account; what one of
	// them did not take is due.
	Refunded Amount
	// When it was judged.
	At Timestamp
	// The part that it was about: the new one, if items were divided off another part for it.
	Part uint32
}

func actedFrom(row *C.escrow_acted) Acted {
	return Acted{
		Stage:    Stage(row.stage),
		Refunded: amountFrom(row.refunded),
		At:       Timestamp(row.at),
		Part:     uint32(row.part),
	}
}

// TenderCame is what became of a tender that came.
type TenderCame struct {
	// Whether it was taken for the order. Otherwise it came too late, or a second time, and all of it
	// went back to its source.
	IsTaken bool
	// Whether it was the last one, and the legs are paid.
	HasPaid bool
	// What went back to sources by it, of all tenders if it paid the order: see Timeline.
	Back Amount
	// What the buyer keeps, of all tenders, if it paid the order.
	Kept Amount
}

func tenderCameFrom(row *C.escrow_tender_came) TenderCame {
	return TenderCame{
		IsTaken: row.is_taken == 1,
		HasPaid: row.has_paid == 1,
		Back:    amountFrom(row.back),
		Kept:    amountFrom(row.kept),
	}
}

// PartOptions are what a party can do about a part, and what happens if nobody does anything.
type PartOptions struct {
	// How far it has come.
	Stage Stage
	// What this party can do.
	Possible []Action
	// Until when; 0 if it is done.
	Until Timestamp
	// What happens then; 0 if it is done.
	IfNobodyActs Silence
	// From when on it can be claimed that it did not come, where that is not yet possible; 0
	// otherwise.
	NotReceivedFrom Timestamp
	// Until when staff await evidence of this party; 0 if they do not.
	AskedUntil Timestamp
	// Whether staff have decided, while it can be appealed against or was.
	IsDecided bool
	// Whether a first member of staff has decided, and a second one is to decide, too.
	IsHalfDecided bool
	// What goes back to the buyer if it is decided or half decided; 0 otherwise.
	Decision Amount
}

func partOptionsFrom(row *C.escrow_part_options) PartOptions {
	return PartOptions{
		Stage:           Stage(row.stage),
		Possible:        actionsOf(uint64(row.possible)),
		Until:           Timestamp(row.until),
		IfNobodyActs:    Silence(row.if_nobody_acts),
		NotReceivedFrom: Timestamp(row.not_received_from),
		AskedUntil:      Timestamp(row.asked_until),
		IsDecided:       row.is_decided == 1,
		IsHalfDecided:   row.is_half_decided == 1,
		Decision:        amountFrom(row.decision),
	}
}

// An OrderView is an order as it is now.
type OrderView struct {
	// How far it has come.
	State OrderState
	// Who buys.
	Buyer ID
	// The hash of the policy that it was placed under.
	Policy PolicyHash
	// When it was placed.
	PlacedAt Timestamp
	// Until when it can be paid.
	PayUntil Timestamp
	// The ledger of all amounts.
	Ledger uint32
	// In the order of the terms.
	Tenders []TenderView
	// By their numbers: those of the legs, and then those that were divided off others; none before it
	// is paid.
	Parts []PartView
	// What the platform gave the buyer of its own money, beside that of the order.
	Goodwill Amount
}

func orderViewFrom(row *C.escrow_order_view) OrderView {
	return OrderView{
		State:    OrderState(row.state),
		Buyer:    idFrom(row.buyer),
		Policy:   *(*PolicyHash)(unsafe.Pointer(&row.policy)),
		PlacedAt: Timestamp(row.placed_at),
		PayUntil: Timestamp(row.pay_until),
		Ledger:   uint32(row.ledger),
		Tenders:  make([]TenderView, row.tenders),
		Parts:    make([]PartView, row.parts),
		Goodwill: amountFrom(row.goodwill),
	}
}

// A TenderView is a tender as it is now.
type TenderView struct {
	// What kind of money it is.
	Kind TenderKind
	// The account that it is taken from, and goes back to.
	Source ID
	// How much.
	Amount Amount
	// The hold by which it came; zero if it did not, or if that attempt to pay has ended.
	Hold ID
	// What of the refunds of all legs went back to its source; not what was above the price. A refund
	// that the host could not carry out went there, too: the timeline says what came of it.
	Back Amount
	// What of them went to the buyer's own account instead.
	Kept Amount
}

func tenderViewFrom(row *C.escrow_tender_view) TenderView {
	return TenderView{
		Kind:   TenderKind(row.kind),
		Source: idFrom(row.source),
		Amount: amountFrom(row.amount),
		Hold:   idFrom(row.hold),
		Back:   amountFrom(row.back),
		Kept:   amountFrom(row.kept),
	}
}

// A PartView is a part as it is now. What is held, paid, taken as commission and refunded of all
// parts of a leg is the leg's amount.
type PartView struct {
	// How far it has come.
	Stage Stage
	// Who sells.
	Seller ID
	// The hold that it is in escrow by.
	Hold ID
	// Until when it is in this stage if nobody acts; 0 if it is done.
	Until Timestamp
	// What is claimed, while that is open; 0 otherwise.
	Claimed Amount
	// What the buyer would settle for, while that stands; 0 otherwise.
	BuyerProposal Amount
	// What the seller would; 0 otherwise.
	SellerProposal Amount
	// What is in escrow.
	Held Amount
	// What the seller got, without the commission.
	Paid Amount
	// The commission.
	Commission Amount
	// What was refunded, due or not.
	Refunded Amount
	// What of it is neither with the sources nor with the buyer yet.
	Due Amount
	// What of the leg's shipping is in it.
	Shipping Amount
	// The taxes of its items.
	Tax Amount
	// Which items are in it, in the order of the leg's lines; none if its leg has no lines.
	Items []ItemView
	// The place of its leg in the terms.
	Leg uint32
	// What is wrong, as the buyer says; 0 while nothing is claimed.
	Reason ClaimReason
	// What staff decided to give back to the buyer, while it can be appealed against or was; 0
	// otherwise.
	Decided Amount
	// What a first member of staff decided, for a second one to decide, too; 0 otherwise.
	FirstDecision Amount
	// Whether staff have decided.
	IsDecided bool
	// Whether a first member of staff has decided.
	IsHalfDecided bool
	// Until when staff await evidence of the buyer; 0 if they do not.
	BuyerAskedUntil Timestamp
	// The same, of the seller.
	SellerAskedUntil Timestamp
	// The host's reference that was given last, by whichever side: evidence, or the tracking of what
	// is sent back; zero while nothing is claimed.
	Evidence ID
	// What the buyer asks for; 0 while nothing is claimed.
	Remedy Remedy
}

func partViewFrom(row *C.escrow_part_view) PartView {
	return PartView{
		Stage:            Stage(row.stage),
		Seller:           idFrom(row.seller),
		Hold:             idFrom(row.hold),
		Until:            Timestamp(row.until),
		Claimed:          amountFrom(row.claimed),
		BuyerProposal:    amountFrom(row.buyer_proposal),
		SellerProposal:   amountFrom(row.seller_proposal),
		Held:             amountFrom(row.held),
		Paid:             amountFrom(row.paid),
		Commission:       amountFrom(row.commission),
		Refunded:         amountFrom(row.refunded),
		Due:              amountFrom(row.due),
		Shipping:         amountFrom(row.shipping),
		Tax:              amountFrom(row.tax),
		Items:            make([]ItemView, row.items),
		Leg:              uint32(row.leg),
		Reason:           ClaimReason(row.reason),
		Decided:          amountFrom(row.decided),
		FirstDecision:    amountFrom(row.first_decision),
		IsDecided:        row.is_decided == 1,
		IsHalfDecided:    row.is_half_decided == 1,
		BuyerAskedUntil:  Timestamp(row.buyer_asked_until),
		SellerAskedUntil: Timestamp(row.seller_asked_until),
		Evidence:         idFrom(row.evidence),
		Remedy:           Remedy(row.remedy),
	}
}

// An OrderStep is a step of an order: a command that was carried out, or what time has done.
type OrderStep struct {
	// What it was.
	Kind StepKind
	// The command's id; for what time has done, an id of the library's own; zero for what a deadline
	// has ended.
	Command ID
	// When.
	At Timestamp
	// Whether it was about a part, 0 if about the whole order.
	IsOfPart bool
	// Which part it was about; 0 if it was about the whole order.
	Part uint32
	// What somebody did; 0 if it was another kind of step.
	Action Action
	// Who.
	By Party
	// The stage of the part after it; 0 if it was about the whole order.
	Stage Stage
	// Whether the part was divided off another one by it, else 0.
	IsDivided bool
	// What went back to the sources of tenders by it.
	Refunds []TenderRefund
	// The name of a member of staff; empty for others.
	Staff string
	// The same in words, for people: when, about which part, what, by whom, and the stage after it.
	// Amounts are in minor units.
	Words string
	// What went to the buyer's own account instead of back.
	Kept Amount
	// Of which part it was divided off; 0 if it was not.
	DividedFrom uint32
	// Whether an amount was named.
	HasAmount bool
	// What a claim was about; 0 of anything else.
	Reason ClaimReason
	// What a claim asked for; 0 of anything else.
	Remedy Remedy
	// The amount that was named: claimed, proposed, accepted, granted, decided or given; of a refund
	// that was carried out or has failed, its own; what a deadline paid out, commission included, or
	// gave back; 0 if none was.
	Amount Amount
	// The host's reference that came with it: evidence, or the tracking of what is sent back; zero if
	// none did.
	Reference ID
	// The order that it is of.
	Order ID
	// Its place in the feed of events, if it was found there (Events); 0 in a timeline.
	Position Timestamp
}

func orderStepFrom(row *C.escrow_order_step) OrderStep {
	return OrderStep{
		Kind:        StepKind(row.kind),
		Command:     idFrom(row.command),
		At:          Timestamp(row.at),
		IsOfPart:    row.is_of_part == 1,
		Part:        uint32(row.part),
		Action:      Action(row.action),
		By:          Party(row.by),
		Stage:       Stage(row.stage),
		IsDivided:   row.is_divided == 1,
		Refunds:     make([]TenderRefund, row.refunds),
		Staff:       readText(&row.staff),
		Words:       readText(&row.words),
		Kept:        amountFrom(row.kept),
		DividedFrom: uint32(row.divided_from),
		HasAmount:   row.has_amount == 1,
		Reason:      ClaimReason(row.reason),
		Remedy:      Remedy(row.remedy),
		Amount:      amountFrom(row.amount),
		Reference:   idFrom(row.reference),
		Order:       idFrom(row.order),
		Position:    Timestamp(row.position),
	}
}
