//! The `escrowdb` command.
fn main() {}
