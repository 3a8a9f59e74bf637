//! The spaces of documents in which rows lie: one for each type of row, and no row without one.

use super::listed::listed;

listed! {
    /// Where the rows of one type lie. Each name begins with a control character, so that the host
    /// has no access. Names are never changed or used again.
    Space {
        Person = "\u{1}person";
        Registration = "\u{1}registration";
        Address = "\u{1}address";
        Requester = "\u{1}requester";
        Document = "\u{1}document";
        Wallet = "\u{1}wallet";
        Account = "\u{1}account";
        Credential = "\u{1}credential";
        Answers = "\u{1}answers";
        Code = "\u{1}code";
        Token = "\u{1}token";
        Letter = "\u{1}letter";
        Recovery = "\u{1}recovery";
        Note = "\u{1}note";
        Agenda = "\u{1}agenda";
        Verification = "\u{1}verification";
        Scan = "\u{1}scan";
        ScanOf = "\u{1}scan_of";
        OpenCase = "\u{1}open_case";
        Spending = "\u{1}spending";
        Payment = "\u{1}payment";
        Cards = "\u{1}cards";
        CardPayment = "\u{1}card_payment";
        CardRefund = "\u{1}card_refund";
        Charge = "\u{1}charge";
        ChargeReference = "\u{1}charge_reference";
        Suspense = "\u{1}suspense";
        Chargeback = "\u{1}chargeback";
        ChargebackReference = "\u{1}chargeback_reference";
        Unclaimed = "\u{1}unclaimed";
        UnclaimedOf = "\u{1}unclaimed_of";
        Waiver = "\u{1}waiver";
        Inactivity = "\u{1}inactivity";
        Sweep = "\u{1}sweep";
        Policy = "\u{1}policy";
        Pepper = "\u{1}pepper";
        Upgrade = "\u{1}upgrade";
        ContactChange = "\u{1}contact_change";
        Correction = "\u{1}correction";
        Audit = "\u{1}audit";
        Staff = "\u{1}staff";
        Operators = "\u{1}operators";
        StaffAct = "\u{1}staff_act";
    }
}

/// The name of a space as people read it.
pub(crate) fn table_of(space: &str) -> &str {
    space.trim_start_matches(char::is_control)
}
