//! `tracing` events of a loop, kept until they can go up to Java. Knows nothing of Java.
//!
//! Not installed globally: several engines, and the application's own native code, live in one process.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::{Level, Metadata, span};

/// Lines kept at most between two turns; what comes then is counted and said in the next line.
const KEPT_LINES: usize = 256;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub struct LogLine {
    /// How severe.
    pub level: Level,
    /// The connection it is about, from the field `session`; 0 for none.
    pub session: u64,
    /// The message and its other fields.
    pub text: String,
}

/// The lines of one loop.
#[derive(Debug, Default)]
pub struct LogLines {
    lines: Mutex<VecDeque<LogLine>>,
    any: AtomicBool,
    lost: AtomicU64,
}

impl LogLines {
    /// Takes the oldest line.
    pub fn pop(&self) -> Option<LogLine> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut lines = self.lines.lock();
        let line = lines.pop_front();
        if line.is_none() {
            self.any.store(false, Ordering::Release);
            let lost = self.lost.swap(0, Ordering::Relaxed);
            let text = format!("{lost} log lines were lost: more than {KEPT_LINES} in one turn");
            return (lost > 0).then_some(LogLine { level: Level::WARN, session: 0, text });
        }
        line
    }

    fn push(&self, line: LogLine) {
        let mut lines = self.lines.lock();
        if lines.len() < KEPT_LINES {
            lines.push_back(line);
        } else {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        self.any.store(true, Ordering::Release);
    }
}

/// Writes events into [`LogLines`].
pub struct LogSubscriber {
    level: Level,
    lines: Arc<LogLines>,
}

impl LogSubscriber {
    /// Keeps events of `level` and more severe ones.
    pub const fn new(level: Level, lines: Arc<LogLines>) -> Self {
        Self { level, lines }
    }
}

impl tracing::Subscriber for LogSubscriber {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("hawser") && *metadata.level() <= self.level
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let (level, session) = (*event.metadata().level(), line.session);
        self.lines.push(LogLine { level, session, text: line.message + &line.fields });
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Line {
    session: u64,
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "session" => self.session = value,
            _ => self.record_debug(field, &value),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // Escaped: peers choose some of these values, and a line of the log must stay one line.
        self.record_debug(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_message_then_its_fields_escaped() {
        let lines = Arc::new(LogLines::default());
        let subscriber = LogSubscriber::new(Level::INFO, Arc::clone(&lines));
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(session = 7u64, reason = "a\nb", "handshake refused");
            tracing::debug!("not this");
        });
        let text = "handshake refused reason=\"a\\nb\"".to_string();
        assert_eq!(lines.pop(), Some(LogLine { level: Level::WARN, session: 7, text }));
        assert_eq!(lines.pop(), None);
    }

    #[test]
    fn lost_lines_are_counted() {
        let lines = LogLines::default();
        for _ in 0..KEPT_LINES + 3 {
            lines.push(LogLine { level: Level::INFO, session: 0, text: "x".into() });
        }
        let kept: Vec<_> = std::iter::from_fn(|| lines.pop()).collect();
        assert_eq!(kept.len(), KEPT_LINES + 1);
        assert!(kept[KEPT_LINES].text.starts_with("3 log lines were lost"));
    }
}
