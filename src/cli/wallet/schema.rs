//! The commands with `--json`, and the schema of what each writes.

use super::{
    audit, cases, change, check_policy, notes, outbox, person, policy, recovery, show, suspense,
};
use crate::cli::json::schema_of;
use crate::cli::schema::Known;

pub(crate) const SCHEMAS: [Known; 37] = [
    ("wallet show", schema_of::<show::WalletFacts>),
    ("wallet audit", schema_of::<audit::TrailFacts>),
    ("wallet policy", schema_of::<policy::PolicyFacts>),
    ("wallet policy adopt", schema_of::<policy::PolicyFacts>),
    ("wallet cases", schema_of::<cases::CasesFacts>),
    ("wallet verify-case show", schema_of::<cases::CaseFacts>),
    ("wallet verify-case review", schema_of::<cases::CaseStepFacts>),
    ("wallet verify-case approve", schema_of::<cases::CaseStepFacts>),
    ("wallet verify-case refuse", schema_of::<cases::CaseStepFacts>),
    ("wallet same-scans", schema_of::<cases::SameScansFacts>),
    ("wallet revoke-tier", schema_of::<change::TierFacts>),
    ("wallet recovery list", schema_of::<recovery::RecoveriesFacts>),
    ("wallet recovery show", schema_of::<recovery::RecoveryFacts>),
    ("wallet recovery open", schema_of::<cases::CaseStepFacts>),
    ("wallet recovery evidence", schema_of::<cases::CaseStepFacts>),
    ("wallet recovery review", schema_of::<cases::CaseStepFacts>),
    ("wallet recovery approve", schema_of::<cases::CaseStepFacts>),
    ("wallet recovery refuse", schema_of::<cases::CaseStepFacts>),
    ("wallet recovery stop", schema_of::<cases::CaseStepFacts>),
    ("wallet outbox", schema_of::<outbox::LettersFacts>),
    ("wallet outbox delivered", schema_of::<outbox::LetterStateFacts>),
    ("wallet outbox bounced", schema_of::<outbox::LetterStateFacts>),
    ("wallet outbox failed", schema_of::<outbox::LetterStateFacts>),
    ("wallet outbox retry", schema_of::<outbox::LetterStateFacts>),
    ("wallet freeze", schema_of::<change::WalletStateFacts>),
    ("wallet unfreeze", schema_of::<change::WalletStateFacts>),
    ("wallet close", schema_of::<change::WalletStateFacts>),
    ("wallet notes list", schema_of::<notes::NotesFacts>),
    ("wallet notes leave", schema_of::<notes::LeftFacts>),
    ("wallet legal-hold", schema_of::<person::LegalHoldFacts>),
    ("wallet retention", schema_of::<person::RetentionFacts>),
    ("wallet erase", schema_of::<person::ErasedFacts>),
    ("wallet suspense", schema_of::<suspense::ItemsFacts>),
    ("wallet suspense to-wallet", schema_of::<suspense::ResolvedFacts>),
    ("wallet suspense back-to-card", schema_of::<suspense::ResolvedFacts>),
    ("wallet suspense to-order", schema_of::<suspense::ResolvedFacts>),
    ("wallet check-policy", schema_of::<check_policy::CheckedPolicyFacts>),
];
