//! The file of keys, as a host serves it to a guest.

use super::super::Result;
use super::super::host::Host;
use super::super::house::{Exchange, KeyFile};
use super::answers::Answer;
use super::kinds;
use crate::wire::codec::{Malformed, Reader};

/// So much is read at once at most.
const PIECE_BYTES_MAX: usize = 64 << 20;

/// Answers what a guest asks of the file.
pub(super) fn answer(host: &Host, kind: u16, payload: &[u8]) -> Result<Result<Vec<u8>>, Malformed> {
    let mut reader = Reader::new(payload);
    let answer = match kind {
        kinds::KEYS_LEN => host.key_file().and_then(|file| file.len()).map(|len| len.to_bytes()),
        kinds::KEYS_READ => {
            let (offset, length) = (reader.take()?, reader.take::<u64>()?);
            let length = usize::try_from(length).map_err(|_| Malformed)?.min(PIECE_BYTES_MAX);
            let read = host.key_file().and_then(|file| file.read(offset, length));
            read.map(|bytes| bytes.to_bytes())
        }
        kinds::KEYS_EXCHANGE => {
            let mut changes = Vec::new();
            for _ in 0..reader.count()? {
                changes.push(Exchange {
                    offset: reader.take()?,
                    expected: reader.bytes()?.to_vec(),
                    new: reader.bytes()?.to_vec(),
                });
            }
            reader.end()?;
            let exchanged = host.key_file().and_then(|file| file.exchange(&changes));
            exchanged.map(|done| done.to_bytes())
        }
        kinds::KEYS_GENERATION => {
            let generation = host.key_file().and_then(|file| file.generation());
            generation.map(|generation| generation.to_bytes())
        }
        kinds::KEYS_UNALIGNED => {
            let unaligned = host.key_file().and_then(|file| file.unaligned());
            unaligned.map(|unaligned| unaligned.to_bytes())
        }
        kinds::KEYS_SET_ALIGNED => {
            host.key_file().and_then(|file| file.set_aligned()).map(|()| Vec::new())
        }
        _ => return Err(Malformed),
    };
    Ok(answer)
}
