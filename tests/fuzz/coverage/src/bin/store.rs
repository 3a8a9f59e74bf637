//! The target `store` for libFuzzer.
#![no_main]

#[path = "../../../edits.rs"]
mod edits;
#[path = "../../../input.rs"]
mod input;
#[path = "../../../store.rs"]
mod store;

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // redb panics where a page is not what another says of it, and the library makes an error
        // of that. Every other panic ends the run, as does one of redb's that is not caught.
        let abort = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.location().is_none_or(|place| !place.file().contains("/redb-")) {
                abort(panic);
            }
        }));
    },
    |bytes: &[u8]| store::store(bytes)
);
