//! The kinds of frames. Numbers are never used again for something else; a change of what one says
//! is a new version of the wire.

/// The version of the wire: what frames say, and the layout of the records in them.
pub(super) const WIRE_VERSION: u32 = 2;

/// From a guest, first: see [`super::hello`].
pub(super) const HELLO: u16 = 1;
/// To a guest: it is one.
pub(super) const WELCOME: u16 = 2;

/// Operations, with their side buffer.
pub(super) const SUBMIT: u16 = 10;
pub(super) const LEDGERS: u16 = 11;
pub(super) const ACCOUNTS: u16 = 12;
pub(super) const ADVANCE: u16 = 13;
pub(super) const ACKNOWLEDGE: u16 = 14;
pub(super) const REMOVE_CONSUMER: u16 = 15;

pub(super) const SNAPSHOT: u16 = 20;
/// Has no answer.
pub(super) const DROP_SNAPSHOT: u16 = 21;
pub(super) const QUERY: u16 = 22;

pub(super) const HEAD: u16 = 30;
pub(super) const STATS: u16 = 31;
pub(super) const CLOCK: u16 = 32;
pub(super) const CONFIRM_CLOCK: u16 = 33;
pub(super) const CHECKPOINT: u16 = 34;
pub(super) const BACKUP: u16 = 35;
pub(super) const ARCHIVE: u16 = 36;
pub(super) const STATUS: u16 = 37;
/// The state and the keys into a folder of the guest's, as of the head that is answered.
pub(super) const COPY_STATE: u16 = 38;

/// Of the file of keys: see [`super::keys`].
pub(super) const KEYS_LEN: u16 = 40;
pub(super) const KEYS_READ: u16 = 41;
pub(super) const KEYS_EXCHANGE: u16 = 42;
pub(super) const KEYS_GENERATION: u16 = 43;
pub(super) const KEYS_UNALIGNED: u16 = 44;
pub(super) const KEYS_SET_ALIGNED: u16 = 45;

pub(super) const PING: u16 = 50;

/// To a guest: what it asked for.
pub(super) const ANSWER: u16 = 100;
/// To a guest: why not.
pub(super) const ERROR: u16 = 101;

/// Of [`SUBMIT`]: the guest has nothing else under way, so that nobody waits while the host carries
/// it out on the spot.
pub(super) const ALONE: u16 = 1;
/// Of [`SUBMIT`]: somebody waits for the answer, and submits again then.
pub(super) const AWAITED: u16 = 4;
/// Of [`SUBMIT`]: the library's own operations, which may write into all spaces.
pub(super) const OWN: u16 = 2;
