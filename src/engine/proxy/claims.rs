//! Which paths are the engine's own. Decides as Java's `PathTable` does; knows nothing of who serves them.

use std::collections::HashSet;

const SUFFIX: &str = "/**";

/// Paths as they were registered: nothing is decoded, so each has one spelling.
#[derive(Debug, Default)]
pub struct Claims {
    exact: HashSet<String>,
    /// Without their suffix.
    with_children: Vec<String>,
}

impl Claims {
    /// Exact paths like `/chat`, or with all below them like `/chat/**`.
    pub fn new(paths: &[String]) -> Self {
        let mut claims = Self::default();
        for path in paths {
            match path.strip_suffix(SUFFIX) {
                Some(parent) => claims.with_children.push(parent.into()),
                None => _ = claims.exact.insert(path.clone()),
            }
        }
        claims
    }

    /// Whether a request target has one of these paths.
    pub fn contains(&self, target: &[u8]) -> bool {
        let Some(path) = std::str::from_utf8(target).ok().and_then(path_of) else { return false };
        let is_below = |parent: &String| {
            path.strip_prefix(parent.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.exact.contains(path) || self.with_children.iter().any(is_below)
    }
}

/// The path of a request target (RFC 9112 section 3.2); `None` for one without, as in `OPTIONS *`.
fn path_of(target: &str) -> Option<&str> {
    let target = target.split('?').next().unwrap_or_default();
    if target.starts_with('/') {
        return Some(target);
    }
    let (scheme, rest) = target.split_once("://")?;
    let is_http = ["http", "https", "ws", "wss"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    is_http.then(|| rest.find('/').map_or("/", |slash| &rest[slash..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_claimed_in_its_one_spelling() {
        let claims = Claims::new(&["/chat".into(), "/rooms/**".into()]);
        for own in ["/chat", "/chat?x=/", "http://host/chat", "WSS://h/rooms", "/rooms", "/rooms/", "/rooms/a/b"] {
            assert!(claims.contains(own.as_bytes()), "{own}");
        }
        for other in ["/", "/chat/", "//chat", "/%63hat", "/chat;x", "/roomsx", "*", "ftp://h/chat", "http://chat", ""]
        {
            assert!(!claims.contains(other.as_bytes()), "{other}");
        }
        assert!(Claims::new(&["/**".into()]).contains(b"/anything"));
        assert!(!Claims::new(&[]).contains(b"/"));
    }
}
