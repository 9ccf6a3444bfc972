//! What messages say: exact numbers of bytes of plain or JSON-like text, the same in every run. Knows no frames.

use std::fmt::Write;

use anyhow::{Result, ensure};

/// Different JSON messages: at 1 KiB more than fits into the 32 KiB window of deflate, so that a server with context
/// takeover never finds the whole message in its window.
pub const JSON_MESSAGES: usize = 64;

const JSON_START: &str = "{\"channel\":\"orders\",\"events\":[";
const JSON_NOTE: &str = "],\"note\":\"";
const JSON_END: &str = "\"}";
/// The fixed parts of a document.
const LEAST_BYTES: usize = JSON_START.len() + JSON_NOTE.len() + JSON_END.len();
const NAMES: [&str; 12] = [
    "Amsterdam",
    "Bremen",
    "Cadiz",
    "Dover",
    "Esbjerg",
    "Felixstowe",
    "Genoa",
    "Hull",
    "Izmir",
    "Kiel",
    "Lisbon",
    "Oslo",
];
const STATES: [&str; 5] = ["accepted", "loading", "under way", "unloading", "delivered"];
const WORDS: [&str; 10] =
    ["berth", "cargo", "crew", "delay", "draught", "harbour", "mooring", "pilot", "tide", "weather"];

/// Repeats `unit` up to `bytes`, the rest in dots.
pub fn repeated(unit: &str, bytes: usize) -> Vec<u8> {
    let mut text = unit.repeat(bytes / unit.len()).into_bytes();
    text.resize(bytes, b'.');
    text
}

/// Returns [`JSON_MESSAGES`] different documents of exactly `bytes` each, as a service sends them: a list of records with
/// the same keys and other values, ASCII. Deflate makes less than a third of 1 KiB.
///
/// # Errors
/// If `bytes` is too few for a document.
pub fn json_messages(bytes: usize) -> Result<Vec<Vec<u8>>> {
    ensure!(bytes >= LEAST_BYTES, "a JSON message has at least {LEAST_BYTES} bytes, not {bytes}");
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    Ok((0..JSON_MESSAGES).map(|_| json_message(&mut dice, bytes - LEAST_BYTES).into_bytes()).collect())
}

/// A document with `room` bytes between its fixed parts.
fn json_message(dice: &mut Dice, room: usize) -> String {
    let mut records = String::new();
    loop {
        let comma = if records.is_empty() { "" } else { "," };
        let record = format!("{comma}{}", json_record(dice));
        if records.len() + record.len() > room {
            break;
        }
        records += &record;
    }
    let mut note = String::new();
    while records.len() + note.len() < room {
        note += dice.pick(&WORDS);
        note.push(' ');
    }
    note.truncate(room - records.len());
    format!("{JSON_START}{records}{JSON_NOTE}{note}{JSON_END}")
}

fn json_record(dice: &mut Dice) -> String {
    let mut record = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        record,
        "{{\"id\":{},\"from\":\"{}\",\"to\":\"{}\",\"state\":\"{}\",\"tonnes\":{},\"urgent\":{},\"changed\":\"2026-03-17T{:02}:{:02}Z\"}}",
        48_000 + dice.below(100),
        dice.pick(&NAMES),
        dice.pick(&NAMES),
        dice.pick(&STATES),
        dice.below(900),
        dice.below(4) == 0,
        6 + dice.below(12),
        15 * dice.below(4)
    );
    record
}

/// xorshift64: values that differ, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{JSON_MESSAGES, LEAST_BYTES, json_messages, repeated};
    use crate::deflate;

    #[test]
    fn text_has_exactly_the_asked_number_of_bytes() {
        assert_eq!(repeated("abc", 8), b"abcabc..");
        assert_eq!(repeated("abc", 0), b"");
    }

    #[test]
    fn json_messages_are_valid_different_and_of_the_asked_size() {
        for bytes in [LEAST_BYTES, LEAST_BYTES + 1, 200, 1024, 16 * 1024] {
            let messages = json_messages(bytes).expect("enough bytes");
            for message in &messages {
                assert_eq!(message.len(), bytes);
                serde_json::from_slice::<serde_json::Value>(message).expect("JSON");
            }
        }
        let different: HashSet<_> = json_messages(1024).expect("enough bytes").into_iter().collect();
        assert_eq!(different.len(), JSON_MESSAGES);
        assert!(json_messages(LEAST_BYTES - 1).expect_err("too few").to_string().contains("at least"));
    }

    #[test]
    fn a_kibibyte_of_json_compresses_as_real_text_does() {
        for message in json_messages(1024).expect("enough bytes") {
            let ratio = 1024.0 / deflate::compress_message(&message).len() as f64;
            assert!((3.0..5.0).contains(&ratio), "{ratio}");
        }
    }
}
