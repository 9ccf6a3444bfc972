//! Answers to GET out of a server's byte stream (RFC 9112), compared with the body that is wanted. Knows no sockets.

use std::ops::Range;

use anyhow::{Context, Result, ensure};

/// Heads above this are refused; ours have about 120 bytes.
const MOST_HEAD_BYTES: usize = 16 * 1024;
const HEAD_END: &[u8] = b"\r\n\r\n";

/// Reads one answer after the other, however its bytes are cut.
#[derive(Debug, Default)]
pub struct AnswerReader {
    /// What there is of the answer.
    bytes: Vec<u8>,
    /// Where its body begins and ends, once its head is there.
    body: Option<Range<usize>>,
}

impl AnswerReader {
    /// Takes the next piece of input; returns whether an answer with `body` is complete. Nobody asks again before.
    ///
    /// # Errors
    /// An answer that is not 200, has another body or none with a known length, or ends the connection; bytes behind it.
    pub fn handle_bytes(&mut self, input: &[u8], body: &[u8]) -> Result<bool> {
        self.bytes.extend_from_slice(input);
        if self.body.is_none() {
            let Some(end) = self.bytes.windows(HEAD_END.len()).position(|window| window == HEAD_END) else {
                ensure!(self.bytes.len() < MOST_HEAD_BYTES, "an answer's head has above {MOST_HEAD_BYTES} bytes");
                return Ok(false);
            };
            let head = std::str::from_utf8(&self.bytes[..end])?;
            let start = end + HEAD_END.len();
            self.body = Some(start..start.saturating_add(check(head)?));
        }
        let Some(place) = self.body.take_if(|place| self.bytes.len() >= place.end) else { return Ok(false) };
        ensure!(self.bytes.len() == place.end, "the server says more than was asked for");
        ensure!(self.bytes[place] == *body, "the answer has another body");
        self.bytes.clear();
        Ok(true)
    }
}

/// Returns the length of the body behind this head.
fn check(head: &str) -> Result<usize> {
    ensure!(head.starts_with("HTTP/1.1 200"), "the server answered:\n{head}");
    let value = |wanted: &str| {
        let mut headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let closes = value("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    ensure!(!closes, "the server ends the connection:\n{head}");
    value("Content-Length").and_then(|value| value.parse().ok()).with_context(|| format!("no length:\n{head}"))
}

#[cfg(test)]
mod tests {
    use super::AnswerReader;

    const RIGHT: &[u8] = b"HTTP/1.1 200 \r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\nhello";

    fn read(pieces: &[&[u8]]) -> anyhow::Result<usize> {
        let (mut reader, mut answers) = (AnswerReader::default(), 0);
        for piece in pieces {
            answers += usize::from(reader.handle_bytes(piece, b"hello")?);
        }
        Ok(answers)
    }

    #[test]
    fn an_answer_is_whole_however_its_bytes_are_cut() {
        for cut in 0..RIGHT.len() {
            assert_eq!(read(&[&RIGHT[..cut], &RIGHT[cut..], RIGHT]).expect("right"), 2, "cut at {cut}");
            assert_eq!(read(&[&RIGHT[..cut]]).expect("so far"), 0, "cut at {cut}");
        }
    }

    #[test]
    fn a_wrong_answer_is_an_error() {
        for (answer, part) in [
            (&b"HTTP/1.1 503 \r\nContent-Length: 5\r\n\r\nhello"[..], "503"),
            (b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhallo", "another body"),
            (b"HTTP/1.1 200 \r\nContent-Length: 6\r\n\r\n hello", "another body"),
            (b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello!", "more than"),
            (b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", "no length"),
            (b"HTTP/1.1 200 \r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", "ends the connection"),
        ] {
            let error = read(&[answer]).expect_err("must be refused").to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
