//! Lists of what is stored. A test goes over each of them, so that nothing is stored without a
//! sample.

/// An enum whose variants are listed once, each with its name.
macro_rules! listed {
    ($(#[$meta:meta])* $List:ident { $($Variant:ident = $name:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum $List {
            $($Variant,)*
        }

        #[allow(dead_code, reason = "of some lists only tests want all")]
        impl $List {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$Variant,)*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)*
                }
            }
        }
    };
}
pub(super) use listed;
