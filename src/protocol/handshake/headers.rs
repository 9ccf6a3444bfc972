//! Look-up in parsed header lines (RFC 9110 section 5). Knows the grammar of lists and tokens, not what headers mean.

use super::refusal::{Refusal, escape_and_cut};

/// The header lines of one request.
#[derive(Clone, Copy)]
pub(super) struct Headers<'a> {
    lines: &'a [httparse::Header<'a>],
}

impl<'a> Headers<'a> {
    pub(super) const fn new(lines: &'a [httparse::Header<'a>]) -> Self {
        Self { lines }
    }

    /// All values under `name`, without the white space around them.
    pub(super) fn values(&self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.lines.iter().filter(move |line| line.name.eq_ignore_ascii_case(name)).map(|line| line.value.trim_ascii())
    }

    pub(super) fn contains(&self, name: &'a str) -> bool {
        self.values(name).next().is_some()
    }

    /// The value of a header that may come once.
    pub(super) fn single(&self, name: &'a str) -> Result<Option<&'a [u8]>, Refusal> {
        let mut values = self.values(name);
        let first = values.next();
        match values.next() {
            None => Ok(first),
            Some(second) => Err(Refusal::bad_request(format!(
                "header {name} is there more than once (\"{}\", \"{}\"); send it once",
                escape_and_cut(first.unwrap_or_default()),
                escape_and_cut(second)
            ))),
        }
    }

    /// Whether one of the comma-separated lists under `name` has `token`, in any case.
    pub(super) fn has_token(&self, name: &'a str, token: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|&byte| byte == b','))
            .any(|element| element.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    }

    /// All values under `name`, for a text.
    pub(super) fn describe(&self, name: &'a str) -> String {
        let values: Vec<_> = self.values(name).map(|value| format!("\"{}\"", escape_and_cut(value))).take(3).collect();
        if values.is_empty() { "missing".to_owned() } else { values.join(", ") }
    }
}
