//! Targets of fuzzing behind the public face. Not there in a normal build: `--cfg fuzzing` or a
//! test.

use crate::model::Timestamp;
use crate::record;

/// The body of a record, behind 8 bytes of time. What is decoded has no other encoding.
pub fn record(bytes: &[u8]) {
    let Some((time, body)) = bytes.split_first_chunk() else { return };
    let time = Timestamp::from_nanoseconds(u64::from_le_bytes(*time));
    match record::decode(time, body) {
        Ok(event) => {
            let mut again = Vec::new();
            record::encode(&mut again, &event.record);
            assert_eq!(again, body, "two encodings of one record");
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
}

/// What another process sends: bytes that may be frames, and, behind the first of them, the payload
/// of any message. It is a value or malformed, and takes no more memory than is there.
pub fn frames(bytes: &[u8]) {
    crate::wire::read_any(bytes);
    if let Some((which, payload)) = bytes.split_first() {
        crate::store::read_any_message(*which, payload);
    }
}

#[cfg(test)]
#[path = "../tests/fuzz/driver.rs"]
mod driver;

#[cfg(test)]
#[test]
fn any_bytes_are_one_record_or_none() {
    driver::run("record", record);
}

#[cfg(test)]
#[test]
fn any_bytes_are_a_message_or_malformed() {
    driver::run("frames", frames);
}
