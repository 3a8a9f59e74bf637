//! Names the shared library as the loader is to ask for it: the name follows the number of the ABI.

fn main() {
    let number = abi_number();
    println!("cargo::rerun-if-changed=src/version.rs");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos") => {
            let name = format!("@rpath/libescrowdb.{number}.dylib");
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,{name}");
        }
        _ => println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libescrowdb.so.{number}"),
    }
}

/// The number has its home in the source.
fn abi_number() -> String {
    let source = std::fs::read_to_string("src/version.rs").expect("src/version.rs is readable");
    let line = source.lines().find_map(|line| line.split_once("ESCROW_ABI_VERSION: u32 = "));
    let (_, number) = line.expect("src/version.rs has the number of the ABI");
    number.trim_end_matches(';').to_owned()
}
