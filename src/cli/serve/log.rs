//! A log in lines on standard error: what the store tells by `tracing`.

use crate::cli::escape::escaped;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// By which the store's events are known.
const TARGET: &str = "escrowdb";
/// Events after which a store takes nothing any more.
const ENDS: [&str; 2] = ["store poisoned", "store fenced"];

/// Begins the log. Says from then on whether the store can go on.
pub(super) fn begin() -> Arc<AtomicBool> {
    let poisoned = Arc::new(AtomicBool::new(false));
    // A process that has a subscriber already has a log.
    let _ = tracing::subscriber::set_global_default(Lines { poisoned: Arc::clone(&poisoned) });
    poisoned
}

struct Lines {
    poisoned: Arc<AtomicBool>,
}

impl Subscriber for Lines {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target() == TARGET && *about.level() <= Level::DEBUG
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut words = Words::default();
        event.record(&mut words);
        if ENDS.contains(&&*words.message) {
            self.poisoned.store(true, Ordering::Relaxed);
        }
        let (now, level) = (jiff::Timestamp::now(), event.metadata().level().as_str());
        let text = format!("{}{}", words.message, words.fields);
        let line = format!("{now:.3} {} {}\n", level.to_lowercase(), escaped(&text));
        // Nobody can be told that nobody reads it.
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An event in words.
#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to memory does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
