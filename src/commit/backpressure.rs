//! Backpressure: whether one more block may be put above the checkpoint.
//!
//! A checkpoint frees memory only at its end. Callers who filled the room that is left would stand
//! still until then, so the room is given out as the checkpoint proceeds, and callers are slowed
//! down block by block.

use crate::state::{Unflushed, Writing};

/// The part of the room that is given out when a checkpoint begins: the fourth.
const ROOM_AT_ONCE: usize = 4;

/// Whether one more block may be put above the checkpoint, where there is memory for so many bytes.
pub(super) fn has_room(unflushed: Unflushed, writing: Writing, bytes_max: usize) -> bool {
    if writing.bytes == 0 {
        // Enough is left for those who come while the next one is written.
        return unflushed.bytes < bytes_max / 4 * 3;
    }
    let room = bytes_max.saturating_sub(writing.bytes);
    let at_once = room / ROOM_AT_ONCE;
    unflushed.bytes < writing.bytes + at_once + writing.part_of(room - at_once)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_out_as_a_checkpoint_proceeds() {
        for (bytes, frozen, thousandths, room) in [
            (95_999, 0, 0, true),
            (96_000, 0, 0, false),
            (79_999, 64_000, 0, true),
            (80_000, 64_000, 0, false),
            (103_999, 64_000, 500, true),
            (104_000, 64_000, 500, false),
            (127_999, 64_000, 1_000, true),
            (130_000, 128_000, 1_000, false),
        ] {
            let unflushed = Unflushed { bytes, ..Unflushed::default() };
            let writing = Writing { bytes: frozen, thousandths };
            let case = (bytes, frozen, thousandths);
            assert_eq!(has_room(unflushed, writing, 128_000), room, "{case:?}");
        }
    }
}
