//! Command line flags of the form `--name value` and `--name`. Knows no flag by name: each program lists its own.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

/// The flags of one command line, each known to the program and given at most once.
#[derive(Debug, Default)]
pub struct Flags {
    values: HashMap<String, String>,
}

impl Flags {
    /// Reads `arguments` (without the program's name). `valued` flags take the next argument, `switches` stand alone.
    ///
    /// # Errors
    /// Names the argument that is unknown, lacks its value, or comes twice.
    pub fn parse(arguments: impl IntoIterator<Item = String>, valued: &[&str], switches: &[&str]) -> Result<Self> {
        let mut flags = Self::default();
        let mut rest = arguments.into_iter();
        while let Some(name) = rest.next() {
            let value = if valued.contains(&name.as_str()) {
                rest.next().with_context(|| format!("{name} needs a value"))?
            } else if switches.contains(&name.as_str()) {
                String::new()
            } else {
                bail!("unknown argument {name:?}; known are {}", [valued, switches].concat().join(" "));
            };
            if flags.values.insert(name.clone(), value).is_some() {
                bail!("{name} was given twice");
            }
        }
        Ok(flags)
    }

    /// Whether the switch `name` was given.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The text behind `name`, if it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The value behind `name`, or `default` where the flag is absent.
    ///
    /// # Errors
    /// Names the flag and the value that could not be read.
    pub fn value<T>(&self, name: &str, default: T) -> Result<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.values.get(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|error| anyhow::anyhow!("{name} {text:?}: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Flags;

    fn parse(arguments: &[&str]) -> anyhow::Result<Flags> {
        Flags::parse(arguments.iter().map(|text| (*text).to_owned()), &["--conns", "--url"], &["--binary"])
    }

    #[test]
    fn values_switches_and_defaults_are_read() {
        let flags = parse(&["--conns", "12", "--binary"]).expect("valid");

        assert_eq!(flags.value("--conns", 64_usize).expect("number"), 12);
        assert_eq!(flags.value("--url", "x".to_owned()).expect("default"), "x");
        assert!(flags.has("--binary"));
    }

    #[test]
    fn a_bad_argument_is_named() {
        for (arguments, part) in [
            (&["--cons", "1"][..], "--cons"),
            (&["--conns"][..], "needs a value"),
            (&["--binary", "--binary"][..], "twice"),
        ] {
            let message = parse(arguments).expect_err("refused").to_string();
            assert!(message.contains(part), "{message}");
        }
        let flags = parse(&["--conns", "many"]).expect("shape is right");
        assert!(flags.value("--conns", 1_usize).expect_err("no number").to_string().contains("many"));
    }
}
