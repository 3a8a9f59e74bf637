//! Another Rust library in the same program, which panics and catches that.

/// Panics inside and gives 7.
#[unsafe(no_mangle)]
pub extern "C" fn beside_panics() -> i32 {
    std::panic::set_hook(Box::new(|_| ()));
    match std::panic::catch_unwind(|| panic!("within the other library")) {
        Ok(()) => 0,
        Err(_) => 7,
    }
}
