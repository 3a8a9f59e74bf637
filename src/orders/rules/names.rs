//! Names as they stand in texts, and numbers as they stand in rows and in the C ABI.

/// Gives an enumeration without fields its names and numbers.
macro_rules! names {
    ($Enum:ident { $($Variant:ident = $number:literal, $name:literal;)+ }) => {
        impl $Enum {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }

            /// The number that stands for it; never changed or used again.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$Variant => $number,)+
                }
            }

            /// The one with this number.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$Variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use names;
