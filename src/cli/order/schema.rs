//! The commands with `--json`, and the schema of what each writes.

use super::{list, part, policy, refunds, show, staff, timeline, work};
use crate::cli::json::{Known, schema_of};

pub(crate) const SCHEMAS: [Known; 13] = [
    ("order show", schema_of::<show::OrderFacts>),
    ("order list", schema_of::<list::OrdersFacts>),
    ("order options", schema_of::<part::OptionsFacts>),
    ("order timeline", schema_of::<timeline::TimelineFacts>),
    ("order events", schema_of::<timeline::HappenedFacts>),
    ("order decide", schema_of::<part::DecidedFacts>),
    ("order refunds", schema_of::<refunds::RefundsFacts>),
    ("order refund", schema_of::<refunds::RefundEndFacts>),
    ("order ask-evidence", schema_of::<staff::AskedFacts>),
    ("order goodwill", schema_of::<staff::GoodwillFacts>),
    ("order work", schema_of::<work::WorkFacts>),
    ("order policy check", schema_of::<policy::PolicyFacts>),
    ("order policy keep", schema_of::<policy::PolicyFacts>),
];
