//! Killed at any point, and run again: the totals are those of a run that nobody disturbed.

use crate::command::{data, escrowdb, expectations, folder, fulfils, is_in_order, start, within};
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

const UNTIL: &str = "2024-07-15T00:00:00Z";
/// Into how many parts a run is cut, if `KILL_ROUNDS` does not say otherwise.
const CUTS: u32 = 4;

#[test]
fn a_run_that_is_killed_can_be_run_again() {
    let (folder, file) = (folder(), data("orders.csv"));
    let expected = expectations(data("orders.expected.json"));
    let whole = within(&folder, "whole.escrow");
    let began = Instant::now();
    escrowdb(&["settle", &file, "--store", &whole, "--until", UNTIL]).complains_not();
    let took = began.elapsed();

    // One store that is killed again and again, and one for each kill.
    let often = within(&folder, "often.escrow");
    let mut killed = 0;
    let cuts = std::env::var("KILL_ROUNDS").map_or(CUTS, |cuts| cuts.parse().expect("a number"));
    for cut in 1..cuts {
        let once = within(&folder, &format!("once-{cut}.escrow"));
        for store in [&often, &once] {
            let mut child = start(&["settle", &file, "--store", store, "--until", UNTIL]);
            wait_for_store(&mut child, store);
            sleep(took * cut / cuts);
            if child.try_wait().expect("a child").is_none() {
                killed += 1;
                child.kill().expect("SIGKILL");
            }
            child.wait().expect("a child");
        }
        let again = escrowdb(&["settle", &file, "--store", &once, "--until", UNTIL, "--json"]);
        fulfils(&again.json(), &expected);
        is_in_order(&once);
    }
    assert!(killed >= cuts / 2, "only {killed} runs were killed: they were too fast");
    let again = escrowdb(&["settle", &file, "--store", &often, "--until", UNTIL, "--json"]);
    fulfils(&again.json(), &expected);
    is_in_order(&often);
}

/// Waits until the store is made, or the run is over.
fn wait_for_store(child: &mut Child, store: &str) {
    let format = Path::new(store).join("FORMAT");
    while !format.exists() && child.try_wait().expect("a child").is_none() {
        sleep(Duration::from_micros(200));
    }
}

#[test]
fn a_run_that_is_killed_while_the_store_is_made_can_be_run_again() {
    let (folder, file) = (folder(), data("yen.csv"));
    let store = within(&folder, "yen.escrow");
    std::fs::create_dir_all(Path::new(&store).join("journal")).expect("a directory");
    std::fs::write(Path::new(&store).join("LOCK"), "").expect("a file");
    let said = escrowdb(&["settle", &file, "--store", &store]);
    said.complains_not();
    is_in_order(&store);
}

impl crate::command::Said {
    fn complains_not(&self) {
        assert_eq!(self.code, 0, "{self:?}");
    }
}
