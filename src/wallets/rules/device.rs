//! Where an attempt comes from.

/// Where an attempt comes from. What the host does not attest as a device that its customer used
/// before counts apart: strangers who guess lock other strangers out, never the customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Device {
    #[default]
    Unknown,
    Known,
}
