//! Where an attempt comes from.

/// Where an attempt comes from. Attempts count apart unless the host attests a device that the
/// customer used before: strangers who guess lock out other strangers, never the customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Device {
    #[default]
    Unknown,
    Known,
}
