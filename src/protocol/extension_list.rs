//! The grammar of Sec-WebSocket-Extensions (RFC 6455 section 9.1). Knows no extension.
//!
//! ```text
//!  extension-list = 1#extension                    empty elements are passed over (RFC 9110 section 5.6.1)
//!  extension      = token *( ";" parameter )
//!  parameter      = token [ "=" ( token | quoted-string ) ]     quoted: a token again when unquoted
//! ```

use super::token::is_token_byte;

/// A header value that does not follow the grammar; nothing of it counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Malformed;

/// One parameter of an extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: Option<Value<'a>>,
}

/// A token, or what stood between quotes. Invariant: not empty, and without its escapes a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    raw: &'a [u8],
}

impl<'a> Value<'a> {
    pub(super) fn bytes(self) -> impl Iterator<Item = u8> + use<'a> {
        // A backslash is no token byte, so that each one left is an escape.
        self.raw.iter().copied().filter(|&byte| byte != b'\\')
    }
}

/// Walks over one header value; each byte is looked at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExtensionList<'a> {
    rest: &'a [u8],
}

impl<'a> ExtensionList<'a> {
    pub(super) const fn new(value: &'a [u8]) -> Self {
        Self { rest: value }
    }

    /// The name of the next extension; `None` at the end. All parameters of the one before must have been read.
    pub(super) fn next_extension(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        while self.skip_to(b',') {}
        if self.rest.is_empty() { Ok(None) } else { self.token().map(Some) }
    }

    /// The next parameter of the extension whose name was read last; `None` behind the last one.
    pub(super) fn next_parameter(&mut self) -> Result<Option<Parameter<'a>>, Malformed> {
        if !self.skip_to(b';') {
            return if matches!(self.rest.first(), None | Some(b',')) { Ok(None) } else { Err(Malformed) };
        }
        self.skip_white_space();
        let name = self.token()?;
        let value = if self.skip_to(b'=') {
            self.skip_white_space();
            Some(if self.skip_to(b'"') { self.quoted()? } else { Value { raw: self.token()? } })
        } else {
            None
        };
        Ok(Some(Parameter { name, value }))
    }

    fn skip_white_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// Passes over white space and then `separator`; says whether it was there.
    fn skip_to(&mut self, separator: u8) -> bool {
        self.skip_white_space();
        let found = self.rest.first() == Some(&separator);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn token(&mut self) -> Result<&'a [u8], Malformed> {
        let end = self.rest.iter().position(|&byte| !is_token_byte(byte)).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        if token.is_empty() { Err(Malformed) } else { Ok(token) }
    }

    /// Behind the opening quote, up to the closing one.
    fn quoted(&mut self) -> Result<Value<'a>, Malformed> {
        let text = self.rest;
        let mut at = 0;
        loop {
            match text.get(at) {
                Some(b'"') if at > 0 => break,
                Some(b'\\') if text.get(at + 1).is_some_and(|&byte| is_token_byte(byte)) => at += 2,
                Some(&byte) if is_token_byte(byte) => at += 1,
                _ => return Err(Malformed),
            }
        }
        self.rest = &text[at + 1..];
        Ok(Value { raw: &text[..at] })
    }
}
