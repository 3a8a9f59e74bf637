//! Target: amounts, rates and currencies as text. What is understood is written the same again.

use escrowdb::{LedgerCode, limits, money};

/// The target.
pub(crate) fn text(bytes: &[u8]) {
    let Some((&scale, text)) = bytes.split_first() else { return };
    let scale = scale % (limits::LEDGER_SCALE_MAX + 1);
    let text = String::from_utf8_lossy(text);
    match money::parse(&text, scale) {
        Ok(amount) => {
            let again = money::format(amount, scale).to_string();
            assert_eq!(money::parse(&again, scale).ok(), Some(amount), "{again}");
            if let Some(decimal) = money::to_decimal(amount, scale) {
                assert_eq!(money::from_decimal(decimal, scale).ok(), Some(amount));
            }
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
    if let Ok(rate) = money::parse_rate(&text) {
        assert!(rate <= limits::RATE_PPM_MAX);
        assert_eq!(money::parse_rate(&money::format_rate(rate).to_string()), Ok(rate));
    }
    if let Ok(ledger) = money::iso_ledger(1, &text) {
        assert!(money::currency(&text).is_some() && ledger.scale() <= limits::LEDGER_SCALE_MAX);
    }
    if let Ok(code) = LedgerCode::new(&text) {
        assert_eq!(code.to_string(), text);
    }
}
