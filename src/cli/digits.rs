//! Numbers of 128 bits as they are written.

/// 32 hexadecimal digits, also in the groups of a UUID.
pub(crate) fn hexadecimal(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let is_uuid = bytes.len() == 36 && [8, 13, 18, 23].iter().all(|&at| bytes[at] == b'-');
    let digits = if is_uuid { text.replace('-', "") } else { text.to_owned() };
    let all_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits.len() != 32 || !all_hexadecimal {
        return None;
    }
    u128::from_str_radix(&digits, 16).ok()
}
