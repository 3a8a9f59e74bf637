//! Houses: what stands on the store's public face and its one door, each with floors of its own.

use crate::circles::{code_of, named};
use crate::files;
use std::collections::BTreeSet;

/// A house, and what its floors may name of the library, from the ground.
struct House {
    name: &'static str,
    floors: &'static [Floor],
}

/// Parts of a house on one floor.
struct Floor {
    parts: &'static [&'static str],
    /// Modules of the library, beside the floors below.
    names: &'static [&'static str],
}

const HOUSES: [House; 2] = [
    House {
        name: "wallets",
        floors: &[
            Floor { parts: &["rules"], names: &["model"] },
            Floor { parts: &["keys"], names: &["model", "disk", "store/house"] },
            Floor { parts: &["check"], names: &["model", "store", "store/house"] },
            Floor { parts: &["commands"], names: &["model", "money", "store", "store/house"] },
        ],
    },
    // Above the wallets, whose form of rows it shares, and which pay in its chains.
    House {
        name: "orders",
        floors: &[
            Floor { parts: &["rules"], names: &["model", "wallets/rules"] },
            Floor { parts: &["check"], names: &["model", "store", "store/house", "wallets/rules"] },
            Floor {
                parts: &["commands"],
                names: &["model", "store", "store/house", "wallets/commands", "wallets/rules"],
            },
        ],
    },
];

/// What pure rules cannot have: a disk, a clock, randomness, threads.
const IMPURE: [&str; 7] =
    ["std::fs", "std::env", "std::thread", "std::net", "getrandom", "SystemTime", "Instant::now"];

impl House {
    fn floor_of(&self, part: &str) -> Option<usize> {
        self.floors.iter().position(|floor| floor.parts.contains(&part))
    }

    /// What is wrong with a name in a file of this floor.
    fn refuses(&self, floor: usize, path: &[String]) -> bool {
        let below = |part: &String| self.floor_of(part).is_some_and(|other| other <= floor);
        match path {
            [first, part, ..] if first == self.name => !below(part),
            // The name of a module is in small letters; all else that is public is the store's
            // face.
            [first, second, ..] if is_entered_by_rooms(first) && is_module(second) => {
                !self.floors[floor].names.contains(&&*format!("{first}/{second}"))
            }
            [first, ..] => !self.floors[floor].names.contains(&&**first),
            [] => false,
        }
    }
}

/// Whether what others may name of it is said for each of its modules.
fn is_entered_by_rooms(module: &str) -> bool {
    module == "store" || HOUSES.iter().any(|house| house.name == module)
}

fn is_module(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_lowercase())
}

#[test]
fn houses_stand_on_the_public_face_and_the_door() {
    for house in HOUSES {
        let mut seen = BTreeSet::new();
        for (file, text) in files(&format!("src/{}", house.name), "rs") {
            let module = crate::circles::module_of(&file);
            let Some(part) = module.get(1) else { continue };
            let floor = house.floor_of(part).unwrap_or_else(|| panic!("{file} has no floor"));
            seen.insert(part.clone());
            if file.contains("/tests") {
                continue;
            }
            let code = code_of(&text);
            for path in named(&module, &code) {
                assert!(!house.refuses(floor, &path), "{file} names {}", path.join("::"));
            }
            let impure = IMPURE.iter().find(|word| floor == 0 && code.contains(**word));
            assert!(impure.is_none(), "{file} is pure, and names {impure:?}");
        }
        let all: Vec<_> = house.floors.iter().flat_map(|floor| floor.parts).collect();
        assert!(seen.iter().eq(BTreeSet::from_iter(all)), "{seen:?}");
    }
}

/// What is public has a second name at the root of the crate, by which arrows would go up unseen.
#[test]
fn the_library_names_nothing_by_its_public_path() {
    for (file, text) in files("src", "rs") {
        if file.starts_with("src/cli") {
            continue;
        }
        for path in named(&crate::circles::module_of(&file), &code_of(&text)) {
            let [first, ..] = &path[..] else { continue };
            let is_public = ["wallet", "order"].contains(&&**first)
                || first.starts_with(|c: char| c.is_uppercase());
            // The list of houses, which the crate's root has.
            let is_known = first == "PLOTS" && file == "src/store/house/mod.rs";
            assert!(!is_public || is_known, "{file} names crate::{}", path.join("::"));
        }
    }
}
