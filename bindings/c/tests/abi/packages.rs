//! The installed library as build systems find it: pkg-config from a Makefile, and CMake.

use crate::header::here;
use crate::tools::{folder, has, prefix, run};
use std::fs;
use std::process::Command;

const MAKEFILE: &str = "\
all: shared static
shared: checkout.c
\t$(CC) $(CFLAGS) $< $$(pkg-config --cflags --libs escrowdb) \\
\t\t-Wl,-rpath,$$(pkg-config --variable=libdir escrowdb) -o $@
static: checkout.c
\t$(CC) $(CFLAGS) $< $$(pkg-config --cflags escrowdb) \\
\t\t-Wl,-Bstatic $$(pkg-config --libs escrowdb) -Wl,-Bdynamic \\
\t\t$$(pkg-config --static --libs-only-l escrowdb | sed 's/-lescrowdb//') -o $@
";

const CMAKE: &str = "\
cmake_minimum_required(VERSION 3.16)
project(shop C CXX)
find_package(escrowdb 0.1 REQUIRED)
add_executable(shared checkout.c)
target_link_libraries(shared PRIVATE escrowdb::shared)
add_executable(static checkout.c)
target_link_libraries(static PRIVATE escrowdb::static)
add_executable(shared_cpp checkout.cpp)
target_compile_features(shared_cpp PRIVATE cxx_std_17)
target_link_libraries(shared_cpp PRIVATE escrowdb::shared)
";

fn copy_examples(work: &std::path::Path) {
    for name in ["checkout.c", "checkout.cpp", "shop.h"] {
        fs::copy(here().join("examples").join(name), work.join(name)).unwrap();
    }
}

#[test]
fn a_makefile_finds_it_with_pkg_config() {
    if !has("pkg-config") || !has("make") {
        return;
    }
    let work = folder("makefile");
    copy_examples(&work);
    fs::write(work.join("Makefile"), MAKEFILE).unwrap();
    let path = prefix().join("lib/pkgconfig");
    run(Command::new("make").current_dir(&work).env("PKG_CONFIG_PATH", path));
    for program in ["shared", "static"] {
        run(Command::new(work.join(program)).arg(work.join(format!("{program}.escrow"))));
    }
}

#[test]
fn cmake_finds_the_package() {
    if !has("cmake") {
        return;
    }
    let work = folder("cmake");
    copy_examples(&work);
    fs::write(work.join("CMakeLists.txt"), CMAKE).unwrap();
    let mut configure = Command::new("cmake");
    configure.args(["-S", ".", "-B", "build"]).current_dir(&work);
    run(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display())));
    run(Command::new("cmake").args(["--build", "build"]).current_dir(&work));
    for program in ["shared", "static", "shared_cpp"] {
        let store = work.join(format!("{program}.escrow"));
        run(Command::new(work.join("build").join(program)).arg(store));
    }
}
